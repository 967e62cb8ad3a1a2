/* re.Match. Immutable: the string, the pattern, and where the groups matched. */
#include "core/call.h"
#include "core/error.h"
#include "core/abstract.h"
#include "modules/sre/sre_object.h"
#include "types/dict.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

static Match *as_match(Value v)
{
    return (Match *)v;
}

static Pattern *pattern_of(Match *match)
{
    return (Pattern *)match->pattern;
}

static void match_trace(Object *self, Tracer *tracer)
{
    Match *match = (Match *)self;
    gc_visit(tracer, match->pattern);
    gc_visit(tracer, match->string);
    gc_visit(tracer, load_relaxed(&match->regs));
}

/* The text of group i; `fallback` if it did not match. */
static Value group_text(Match *match, intptr_t i, Value fallback)
{
    if (match->spans[2 * i] < 0)
        return fallback;
    return string_slice(match->string, match->spans[2 * i], match->spans[2 * i + 1]);
}

/* The number of the group that a Python value names; -1 with an exception. */
static intptr_t group_number(Match *match, Value key)
{
    int64_t i = -1;
    if (key && (is_int_any(key) || has_index(key))) {
        Value index = number_index(key);
        if (!index)
            return -1;
        if (!int_to_i64(index, &i))
            i = -1;
    } else if (key) {
        Value number = dict_get(pattern_of(match)->groupindex, key);
        if (number && is_int_any(number) && !int_to_i64(number, &i))
            i = -1;
        if (!number && error_pending())
            return -1;
    } else
        i = 0;
    if (i < 0 || i >= match->groups) {
        raise(IndexError, "no such group");
        return -1;
    }
    return i;
}

METHOD(match_group, "group", "!*args",
       "group([group1, ...]) -> str or tuple.\n\n"
       "Return subgroups of the match by their numbers or names; without arguments all of it.")
{
    Match *self = as_match(args[0]);
    intptr_t count = tuple_length(args[1]);
    if (count <= 1) {
        intptr_t i = TRY_NOT_NEGATIVE(group_number(self, count ? tuple_get(args[1], 0) : 0), 0);
        return group_text(self, i, None);
    }
    Value result = TRY(tuple_new(count));
    for (intptr_t k = 0; k < count; k++) {
        intptr_t i = TRY_NOT_NEGATIVE(group_number(self, tuple_get(args[1], k)), 0);
        tuple_init(result, k, TRY(group_text(self, i, None)));
    }
    return result;
}

static Value match_getitem(Value self, Value key)
{
    intptr_t i = TRY_NOT_NEGATIVE(group_number(as_match(self), key), 0);
    return group_text(as_match(self), i, None);
}

METHOD(match_start, "start", "group=0, /",
       "Return index of the start of the substring matched by group.")
{
    intptr_t i = TRY_NOT_NEGATIVE(group_number(as_match(args[0]), args[1]), 0);
    return int_from(as_match(args[0])->spans[2 * i]);
}

METHOD(match_end, "end", "group=0, /", "Return index of the end of the substring matched by group.")
{
    intptr_t i = TRY_NOT_NEGATIVE(group_number(as_match(args[0]), args[1]), 0);
    return int_from(as_match(args[0])->spans[2 * i + 1]);
}

static Value span_tuple(Match *match, intptr_t i)
{
    return tuple_of(int_from(match->spans[2 * i]), int_from(match->spans[2 * i + 1]));
}

METHOD(match_span, "span", "group=0, /",
       "For match object m, return the 2-tuple (m.start(group), m.end(group)).")
{
    intptr_t i = TRY_NOT_NEGATIVE(group_number(as_match(args[0]), args[1]), 0);
    return span_tuple(as_match(args[0]), i);
}

METHOD(match_groups, "groups", "default=None",
       "Return a tuple containing all the subgroups of the match, from 1.")
{
    Match *self = as_match(args[0]);
    Value result = TRY(tuple_new(self->groups - 1));
    for (intptr_t i = 1; i < self->groups; i++)
        tuple_init(result, i - 1, TRY(group_text(self, i, args[1])));
    return result;
}

METHOD(match_groupdict, "groupdict", "default=None",
       "Return a dictionary containing all the named subgroups of the match, by name.")
{
    Match *self = as_match(args[0]);
    Value result = TRY(dict_new()), name, number;
    for (intptr_t at = 0; dict_next(pattern_of(self)->groupindex, &at, &name, &number);) {
        intptr_t i = TRY_NOT_NEGATIVE(group_number(self, number), 0);
        TRY(dict_set(result, name, TRY(group_text(self, i, args[1]))));
    }
    return result;
}

METHOD(match_expand, "expand", "template",
       "Return the string obtained by doing backslash substitution on the template.")
{
    Value compile = TRY(import_attribute("re", "_compile_template"));
    Value filled = TRY(call2(compile, as_match(args[0])->pattern, args[1]));
    if (type_of(filled) == &template_type)
        return template_expand((Template *)filled, as_match(args[0]));
    return filled;
}

METHOD(match_copy, "__copy__", "", "")
{
    return args[0];
}

METHOD(match_deepcopy, "__deepcopy__", "memo, /", "")
{
    return args[0];
}

CLASS_METHOD(match_class_getitem, "__class_getitem__", "item, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const match_methods[] = {M(match_group),
                                           M(match_start),
                                           M(match_end),
                                           M(match_span),
                                           M(match_groups),
                                           M(match_groupdict),
                                           M(match_expand),
                                           M(match_copy),
                                           M(match_deepcopy),
                                           M(match_class_getitem),
                                           0};

static Value match_get_lastindex(Value self)
{
    return as_match(self)->lastindex < 0 ? None : int_from(as_match(self)->lastindex);
}

static Value match_get_lastgroup(Value self)
{
    Match *match = as_match(self);
    Value names = pattern_of(match)->indexgroup;
    if (match->lastindex < 0 || match->lastindex >= tuple_length(names))
        return None;
    return tuple_get(names, match->lastindex);
}

static Value match_get_regs(Value self)
{
    Match *match = as_match(self);
    Value regs = load_acquire(&match->regs);
    if (regs)
        return regs;
    regs = TRY(tuple_new(match->groups));
    for (intptr_t i = 0; i < match->groups; i++)
        tuple_init(regs, i, TRY(span_tuple(match, i)));
    gc_store(match, &match->regs, regs);
    return regs;
}

static const GetSetDef match_getset[] = {
    {"lastindex", match_get_lastindex, 0, "The integer index of the last matched capturing group."},
    {"lastgroup", match_get_lastgroup, 0, "The name of the last matched capturing group."},
    {"regs", match_get_regs, 0, 0},
    {0},
};

static const MemberDef match_members[] = {
    {"string", MEMBER_VALUE, offsetof(Match, string), true,
     "The string passed to match() or search()."},
    {"re", MEMBER_VALUE, offsetof(Match, pattern), true, "The regular expression object."},
    {"pos", MEMBER_INTPTR, offsetof(Match, pos), true,
     "The index into the string at which the RE engine started looking for a match."},
    {"endpos", MEMBER_INTPTR, offsetof(Match, endpos), true,
     "The index into the string beyond which the RE engine will not go."},
    {0},
};

static Value match_repr(Value self)
{
    Match *match = as_match(self);
    Value text = TRY(group_text(match, 0, None));
    return str_format("<%s object; span=(%zd, %zd), match=%.50R>", "re.Match", match->spans[0],
                      match->spans[1], text);
}

Type match_type = {
    TYPE_HEAD("re.Match", Match),
    .item_size = 2 * sizeof(intptr_t),
    .repr = match_repr,
    .getitem = match_getitem,
    .doc = "The result of re.match() and re.search().\nMatch objects always have a boolean value "
           "of True.",
    .methods = match_methods,
    .getset = match_getset,
    .members = match_members,
    .trace = match_trace,
    .flags = TYPE_NO_NEW | TYPE_IMMUTABLE | TYPE_KEYED,
};

void sre_match_start(void)
{
    type_ready(&match_type, 0);
}
