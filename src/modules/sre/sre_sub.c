/* sub(), subn(), split(), findall(), and the templates of replacement texts. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "modules/sre/sre_object.h"
#include "types/bytes.h"
#include "types/bytes_methods.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/text.h"
#include "types/tuple.h"

/* The next search begins where this match ended, and may not be empty there if this one was. */
static void go_on(SreState *state)
{
    state->must_advance = state->position == state->start;
    state->start = state->position;
    sre_reset(state);
}

/* Text of group i (from 1); `absent` if it did not match. */
static Value state_group(const SreState *state, intptr_t i, Value absent)
{
    intptr_t from = state->marks[2 * i - 2], to = state->marks[2 * i - 1];
    return from < 0 || to < from ? absent : state_slice(state, from, to);
}

/* ---- findall and split ------------------------------------------------------------------ */

static Value findall_item(const SreState *state, intptr_t groups, Value empty)
{
    if (groups == 0)
        return state_slice(state, state->start, state->position);
    if (groups == 1)
        return state_group(state, 1, empty);
    Value tuple = TRY(tuple_new(groups));
    for (intptr_t i = 1; i <= groups; i++)
        tuple_init(tuple, i - 1, TRY(state_group(state, i, empty)));
    return tuple;
}

METHOD(pattern_findall, "findall", "string, pos=0, endpos=9223372036854775807",
       "Return a list of all non-overlapping matches of pattern in string.")
{
    Pattern *self = (Pattern *)args[0];
    intptr_t pos = TRY_INDEX(args[2]), endpos = TRY_INDEX(args[3]);
    SRE_STATE(state);
    TRY(state_init(&state, self, args[1], pos, endpos));
    Value list = TRY(list_new(0)), empty = is_str(args[1]) ? str_empty() : bytes_empty();
    while (state.start <= state.end) {
        int found = TRY_NOT_NEGATIVE(sre_search(&state), 0);
        if (!found)
            break;
        TRY(list_append(list, TRY(findall_item(&state, self->groups, empty))));
        go_on(&state);
    }
    return list;
}

METHOD(pattern_split, "split", "string, maxsplit=0", "Split string by the occurrences of pattern.")
{
    Pattern *self = (Pattern *)args[0];
    intptr_t limit = TRY_INDEX(args[2]), last = 0;
    SRE_STATE(state);
    TRY(state_init(&state, self, args[1], 0, INTPTR_MAX));
    Value list = TRY(list_new(0));
    for (intptr_t n = 0; limit == 0 || n < limit; n++) {
        int found = TRY_NOT_NEGATIVE(sre_search(&state), 0);
        if (!found)
            break;
        TRY(list_append(list, TRY(state_slice(&state, last, state.start))));
        for (intptr_t i = 1; i <= self->groups; i++)
            TRY(list_append(list, TRY(state_group(&state, i, None))));
        last = state.position;
        go_on(&state);
    }
    TRY(list_append(list, TRY(state_slice(&state, last, state.end))));
    return list;
}

/* ---- Replacement ------------------------------------------------------------------------ */

typedef struct Replacer {
    Value function; /* 0: a text or template */
    Value text;     /* 0: a template */
    Template *template;
} Replacer;

/* Whether a replacement has no backslash, so that it stands for itself. */
static bool is_literal(Value v, bool *literal)
{
    *literal = false;
    if (is_str(v)) {
        *literal = str_find(v, str_from_char('\\'), 0, str_length(v)) < 0;
        return true;
    }
    if (!has_buffer(v))
        return true;
    Buffer buffer;
    TRY(buffer_get(v, &buffer, BUFFER_READ));
    *literal = !buffer.size || !memchr(buffer.data, '\\', (size_t)buffer.size);
    buffer_release(&buffer);
    return true;
}

static bool make_replacer(Pattern *pattern, Value v, Replacer *r)
{
    *r = (Replacer){0};
    if (type_of(v)->call) {
        r->function = v;
        return true;
    }
    bool literal;
    TRY(is_literal(v, &literal));
    if (literal) {
        r->text = v;
        return true;
    }
    Value compile = TRY(import_attribute("re", "_compile_template"));
    Value filled = TRY(call2(compile, (Value)pattern, v));
    if (type_of(filled) == &template_type)
        r->template = (Template *)filled;
    else if (type_of(filled)->call)
        r->function = filled;
    else
        r->text = filled;
    return true;
}

static bool add_replacement(Value list, const Replacer *r, Pattern *pattern, SreState *state,
                            Value string)
{
    Value item = r->text;
    if (!item) {
        Value match = TRY(match_from_state(pattern, state, string, 0, 1));
        item = TRY(r->template ? template_expand(r->template, (Match *)match)
                               : call1(r->function, match));
    }
    return item == None || list_append(list, item);
}

static Value join(Value list, bool text)
{
    return text ? str_join(str_empty(), list) : bytes_join(bytes_empty(), list);
}

/* The number of replacements in *count. */
static Value substitute(Value *args, intptr_t limit, intptr_t *count)
{
    Pattern *pattern = (Pattern *)args[0];
    Value string = args[2];
    Replacer replacer;
    TRY(make_replacer(pattern, args[1], &replacer));
    SRE_STATE(state);
    TRY(state_init(&state, pattern, string, 0, INTPTR_MAX));
    Value list = TRY(list_new(0));
    intptr_t last = 0;
    for (*count = 0; limit == 0 || *count < limit; ++*count) {
        int found = TRY_NOT_NEGATIVE(sre_search(&state), 0);
        if (!found)
            break;
        if (last < state.start)
            TRY(list_append(list, TRY(state_slice(&state, last, state.start))));
        TRY(add_replacement(list, &replacer, pattern, &state, string));
        last = state.position;
        go_on(&state);
    }
    if (last < state.end)
        TRY(list_append(list, TRY(state_slice(&state, last, state.end))));
    return join(list, is_str(string));
}

METHOD(pattern_sub, "sub", "repl, string, count=0",
       "Return the string obtained by replacing the leftmost non-overlapping occurrences of "
       "pattern in string by the replacement repl.")
{
    intptr_t limit = TRY_INDEX(args[3]), count;
    return substitute(args, limit, &count);
}

METHOD(pattern_subn, "subn", "repl, string, count=0",
       "Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost "
       "non-overlapping occurrences of pattern with the replacement repl.")
{
    intptr_t limit = TRY_INDEX(args[3]), count;
    Value result = TRY(substitute(args, limit, &count));
    return tuple_of(result, int_from(count));
}

MethodDef *const pattern_text_methods[] = {M(pattern_findall), M(pattern_split), M(pattern_sub),
                                           M(pattern_subn), 0};

/* ---- Templates -------------------------------------------------------------------------- */

static void template_trace(Object *self, Tracer *tracer)
{
    Template *template = (Template *)self;
    gc_visit(tracer, template->literal);
    gc_visit_range(tracer, template->items, 2 * (size_t) template->chunks);
}

/* [literal, group, literal, group, literal ...] */
Value template_new(Value pattern, Value list)
{
    Value items = TRY(tuple_from_iterable(list));
    intptr_t count = tuple_length(items);
    if (count % 2 == 0 || type_of(pattern) != &pattern_type)
        return raise(TypeError, "invalid template");
    Template *template = (Template *)TRY(object_alloc_items(&template_type, (size_t)count / 2));
    template->chunks = count / 2;
    gc_store(template, &template->literal, tuple_get(items, 0));
    for (intptr_t i = 1; i < count; i += 2) {
        int64_t group;
        if (!is_int_any(tuple_get(items, i)) || !int_to_i64(tuple_get(items, i), &group) ||
            group < 0 || group > ((Pattern *)pattern)->groups)
            return raise(TypeError, "invalid template");
        gc_store(template, &template->items[i - 1], int_small(group));
        gc_store(template, &template->items[i], tuple_get(items, i + 1));
    }
    return (Value) template;
}

static bool is_empty_text(Value v)
{
    return v == None || (is_str(v) ? str_length(v) == 0 : is_bytes(v) && ((Bytes *)v)->length == 0);
}

Value template_expand(Template *template, Match *match)
{
    Value list = TRY(list_new(0));
    if (!is_empty_text(template->literal))
        TRY(list_append(list, template->literal));
    for (intptr_t i = 0; i < template->chunks; i++) {
        intptr_t group = int_value(template->items[2 * i]);
        if (group >= match->groups)
            return raise(IndexError, "no such group");
        if (match->spans[2 * group] >= 0)
            TRY(list_append(list, TRY(string_slice(match->string, match->spans[2 * group],
                                                   match->spans[2 * group + 1]))));
        if (!is_empty_text(template->items[2 * i + 1]))
            TRY(list_append(list, template->items[2 * i + 1]));
    }
    return join(list, is_str(match->string));
}

Type template_type = {
    TYPE_HEAD("_sre.SRE_Template", Template),
    .item_size = 2 * sizeof(Value),
    .trace = template_trace,
    .flags = TYPE_NO_NEW | TYPE_IMMUTABLE,
};

void sre_template_start(void)
{
    type_ready(&template_type, 0);
}
