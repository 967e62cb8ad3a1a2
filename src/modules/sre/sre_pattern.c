/* re.Pattern. Immutable. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "base/hash.h"
#include "modules/sre/sre_object.h"
#include "types/dict.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/mappingproxy.h"
#include "types/str.h"
#include "types/text.h"
#include "types/tuple.h"

static Pattern *as_pattern(Value v)
{
    return (Pattern *)v;
}

static void pattern_trace(Object *self, Tracer *tracer)
{
    Pattern *pattern = (Pattern *)self;
    gc_visit(tracer, pattern->pattern);
    gc_visit(tracer, pattern->groupindex);
    gc_visit(tracer, pattern->indexgroup);
    gc_visit(tracer, pattern->program);
}

/* ---- Matching --------------------------------------------------------------------------- */

static bool range_arguments(Value *args, intptr_t *pos, intptr_t *endpos)
{
    return index_as_intptr(args[2], pos) && index_as_intptr(args[3], endpos);
}

typedef enum Manner { MANNER_MATCH, MANNER_FULLMATCH, MANNER_SEARCH } Manner;

static Value run(Value *args, Manner manner)
{
    Pattern *self = as_pattern(args[0]);
    intptr_t pos, endpos;
    TRY(range_arguments(args, &pos, &endpos));
    SRE_STATE(state);
    TRY(state_init(&state, self, args[1], pos, endpos));
    intptr_t start = state.start;
    state.match_all = manner == MANNER_FULLMATCH;
    int found = state.start > state.end   ? 0
                : manner == MANNER_SEARCH ? sre_search(&state)
                                          : sre_match(&state);
    return match_from_state(self, &state, args[1], start, found);
}

METHOD(pattern_match, "match", "string, pos=0, endpos=9223372036854775807",
       "Matches zero or more characters at the beginning of the string.")
{
    return run(args, MANNER_MATCH);
}

METHOD(pattern_fullmatch, "fullmatch", "string, pos=0, endpos=9223372036854775807",
       "Matches against all of the string.")
{
    return run(args, MANNER_FULLMATCH);
}

METHOD(pattern_search, "search", "string, pos=0, endpos=9223372036854775807",
       "Scan through string looking for a match, and return a corresponding match object "
       "instance.\n\nReturn None if no position in the string matches.")
{
    return run(args, MANNER_SEARCH);
}

METHOD(pattern_scanner, "scanner", "string, pos=0, endpos=9223372036854775807", "")
{
    intptr_t pos, endpos;
    TRY(range_arguments(args, &pos, &endpos));
    return scanner_new(as_pattern(args[0]), args[1], pos, endpos);
}

METHOD(pattern_finditer, "finditer", "string, pos=0, endpos=9223372036854775807",
       "Return an iterator over all non-overlapping matches for the RE pattern in string.\n\n"
       "For each match, the iterator returns a match object.")
{
    intptr_t pos, endpos;
    TRY(range_arguments(args, &pos, &endpos));
    Value scanner = TRY(scanner_new(as_pattern(args[0]), args[1], pos, endpos));
    return callable_iterator_new(TRY(scanner_search_method(scanner)), None);
}

/* ---- Other methods ---------------------------------------------------------------------- */

METHOD(pattern_copy, "__copy__", "", "")
{
    return args[0];
}

METHOD(pattern_deepcopy, "__deepcopy__", "memo, /", "")
{
    return args[0];
}

CLASS_METHOD(pattern_class_getitem, "__class_getitem__", "item, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const own_methods[] = {
    M(pattern_match),    M(pattern_fullmatch),     M(pattern_search),
    M(pattern_scanner),  M(pattern_finditer),      M(pattern_copy),
    M(pattern_deepcopy), M(pattern_class_getitem), 0};

static Value pattern_get_flags(Value self)
{
    return int_small(as_pattern(self)->flags);
}

static Value pattern_get_groupindex(Value self)
{
    /* Without names it is a new dict, as nobody else sees what is written to it. */
    Value index = as_pattern(self)->groupindex;
    return dict_length(index) ? mappingproxy_new(index) : dict_new();
}

static const GetSetDef pattern_getset[] = {
    {"flags", pattern_get_flags, 0, "The regex matching flags."},
    {"groupindex", pattern_get_groupindex, 0, "A dictionary mapping group names to group numbers."},
    {0},
};

static const MemberDef pattern_members[] = {
    {"pattern", MEMBER_VALUE, offsetof(Pattern, pattern), true,
     "The pattern string from which the RE object was compiled."},
    {"groups", MEMBER_INTPTR, offsetof(Pattern, groups), true,
     "The number of capturing groups in the pattern."},
    {0},
};

/* ---- Slots ------------------------------------------------------------------------------ */

static void add_flags(StrBuilder *b, int flags)
{
    static const struct {
        int value;
        const char *name;
    } names[] = {
        {2, "re.IGNORECASE"}, {4, "re.LOCALE"},  {8, "re.MULTILINE"}, {16, "re.DOTALL"},
        {64, "re.VERBOSE"},   {128, "re.DEBUG"}, {256, "re.ASCII"},
    };
    const char *separator = ", ";
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (flags & names[i].value) {
            builder_add_cstring(b, separator);
            builder_add_cstring(b, names[i].name);
            flags &= ~names[i].value;
            separator = "|";
        }
    if (flags) {
        builder_add_cstring(b, separator);
        builder_add(b, str_format("0x%x", flags));
    }
}

static Value pattern_repr(Value self)
{
    Pattern *pattern = as_pattern(self);
    int flags = pattern->flags;
    /* Unicode goes without saying for a str pattern. */
    if (pattern->kind == PATTERN_STR &&
        (flags & (SRE_FLAG_LOCALE | SRE_FLAG_UNICODE | 256)) == SRE_FLAG_UNICODE)
        flags &= ~SRE_FLAG_UNICODE;
    StrBuilder b;
    builder_start(&b);
    builder_add_cstring(&b, "re.compile(");
    Value text = TRY(object_repr(pattern->pattern));
    builder_add_part(&b, text, 0, str_length(text) < 200 ? str_length(text) : 200);
    if (flags & SRE_FLAG_UNICODE) {
        flags &= ~SRE_FLAG_UNICODE;
        builder_add_cstring(&b, ", re.UNICODE");
    }
    add_flags(&b, flags);
    builder_add_char(&b, ')');
    return builder_finish(&b);
}

static bool same_program(const Pattern *a, const Pattern *b)
{
    const SreProgram *x = pattern_program(a), *y = pattern_program(b);
    return x->size == y->size && !memcmp(x->code, y->code, (size_t)x->size * 4);
}

static Value pattern_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || type_of(a) != &pattern_type ||
        type_of(b) != &pattern_type)
        return NotImplemented;
    Pattern *x = as_pattern(a), *y = as_pattern(b);
    int equal = x == y;
    if (!equal && x->flags == y->flags && x->kind == y->kind && x->groups == y->groups &&
        same_program(x, y))
        equal = TRY_NOT_NEGATIVE(object_equal(x->pattern, y->pattern), 0);
    return bool_value(equal == (op == CMP_EQ));
}

static bool pattern_hash(Value self, int64_t *hash)
{
    Pattern *pattern = as_pattern(self);
    int64_t part;
    if (!object_hash(pattern->pattern, &part))
        return false;
    const SreProgram *program = pattern_program(pattern);
    uint64_t h = hash_combine((uint64_t)part, (uint64_t)pattern->flags);
    h = hash_combine(h, (uint64_t)text_hash(program->code, (size_t)program->size * 4));
    h = hash_combine(h, (uint64_t)pattern->groups * 4 + (uint64_t)pattern->kind);
    *hash = h == (uint64_t)-1 ? -2 : (int64_t)h;
    return true;
}

Type pattern_type = {
    TYPE_HEAD("re.Pattern", Pattern),
    .repr = pattern_repr,
    .hash = pattern_hash,
    .compare = pattern_compare,
    .doc = "Compiled regular expression object.",
    .getset = pattern_getset,
    .members = pattern_members,
    .trace = pattern_trace,
    .flags = TYPE_NO_NEW | TYPE_IMMUTABLE,
    .has_weakrefs = true,
};

void sre_pattern_start(void)
{
    static MethodDef *methods[32];
    pattern_type.methods =
        text_join_tables(methods, COUNT_OF(methods),
                         (MethodDef *const *const[]){own_methods, pattern_text_methods, 0});
    type_ready(&pattern_type, 0);
}
