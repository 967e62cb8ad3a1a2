/* csv: dialects. */
#include "modules/csv/csv.h"

#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

enum {
    FIELD_DELIMITER,
    FIELD_DOUBLEQUOTE,
    FIELD_ESCAPECHAR,
    FIELD_LINETERMINATOR,
    FIELD_QUOTECHAR,
    FIELD_QUOTING,
    FIELD_SKIPINITIALSPACE,
    FIELD_STRICT,
    FIELD_COUNT
};
static const char *const field_names[FIELD_COUNT] = {
    "delimiter", "doublequote", "escapechar",       "lineterminator",
    "quotechar", "quoting",     "skipinitialspace", "strict"};

static void dialect_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Dialect *)self)->line_terminator);
}

/* ---- Parsing fields --------------------------------------------------------------------- */

/* A character, or None where `optional`; absent: `fallback`. */
static bool char_field(Value v, int field, uint32_t fallback, bool optional, uint32_t *out)
{
    const char *name = field_names[field];
    *out = fallback;
    if (!v)
        return true;
    if (v == None && optional) {
        *out = CSV_NO_CHAR;
        return true;
    }
    if (!is_str(v))
        return raise(TypeError, "\"%s\" must be string%s, not %T", name, optional ? " or None" : "",
                     v);
    if (str_length(v) != 1)
        return raise(TypeError, "\"%s\" must be a 1-character string", name);
    *out = str_char(v, 0);
    return true;
}

static bool flag_field(Value v, bool fallback, bool *out)
{
    int truth = v ? object_truth(v) : fallback;
    *out = truth > 0;
    return truth >= 0;
}

static bool quoting_field(Value v, Dialect *d, Value quotechar)
{
    d->quoting = QUOTE_MINIMAL;
    /* No quotechar and no quoting given: nothing is quoted. */
    if (!v) {
        if (quotechar == None)
            d->quoting = QUOTE_NONE;
        return true;
    }
    int64_t n;
    if (!has_shape(v, SHAPE_INT) && !is_int(v))
        return raise(TypeError, "\"quoting\" must be an integer");
    if (!int_to_i64(v, &n) || n < 0 || n >= QUOTE_COUNT)
        return raise(TypeError, "bad \"quoting\" value");
    d->quoting = (Quoting)n;
    return true;
}

/* ---- Consistency ------------------------------------------------------------------------ */

static bool terminator_has(const Dialect *d, uint32_t c)
{
    for (intptr_t i = 0; i < str_length(d->line_terminator); i++)
        if (str_char(d->line_terminator, i) == c)
            return true;
    return false;
}

bool csv_is_special(const Dialect *d, uint32_t c)
{
    return c == d->delimiter || c == d->escape || c == d->quote || c == '\n' || c == '\r' ||
           terminator_has(d, c);
}

static void note_special(Dialect *d, uint32_t c)
{
    if (c < 256)
        d->special[c / 8] |= (uint8_t)(1u << c % 8);
}

static bool note_specials(Dialect *d)
{
    const uint32_t always[] = {d->delimiter, d->escape, d->quote, '\n', '\r'};
    for (size_t i = 0; i < COUNT_OF(always); i++)
        note_special(d, always[i]);
    for (intptr_t i = 0; i < str_length(d->line_terminator); i++)
        note_special(d, str_char(d->line_terminator, i));
    return true;
}

static bool check_char(const Dialect *d, uint32_t c, const char *name, bool allow_space)
{
    if (c == CSV_NO_CHAR)
        return true;
    if (c == '\r' || c == '\n' || (c == ' ' && !allow_space))
        return raise(ValueError, "bad %s value", name);
    if (terminator_has(d, c))
        return raise(ValueError, "bad %s or lineterminator value", name);
    return true;
}

static bool check_pair(uint32_t a, uint32_t b, const char *name1, const char *name2)
{
    if (a != CSV_NO_CHAR && a == b)
        return raise(ValueError, "bad %s or %s value", name1, name2);
    return true;
}

static bool check(const Dialect *d)
{
    if (d->quoting != QUOTE_NONE && d->quote == CSV_NO_CHAR)
        return raise(TypeError, "quotechar must be set if quoting enabled");
    return check_char(d, d->delimiter, "delimiter", true) &&
           check_char(d, d->escape, "escapechar", !d->skip_initial_space) &&
           check_char(d, d->quote, "quotechar", !d->skip_initial_space) &&
           check_pair(d->delimiter, d->escape, "delimiter", "escapechar") &&
           check_pair(d->delimiter, d->quote, "delimiter", "quotechar") &&
           check_pair(d->escape, d->quote, "escapechar", "quotechar");
}

/* ---- Construction ----------------------------------------------------------------------- */

static bool fill(Dialect *d, Value *fields)
{
    Value terminator = fields[FIELD_LINETERMINATOR];
    if (!char_field(fields[FIELD_DELIMITER], FIELD_DELIMITER, ',', false, &d->delimiter) ||
        !flag_field(fields[FIELD_DOUBLEQUOTE], true, &d->double_quote) ||
        !char_field(fields[FIELD_ESCAPECHAR], FIELD_ESCAPECHAR, CSV_NO_CHAR, true, &d->escape))
        return false;
    if (terminator == None)
        return raise(TypeError, "lineterminator must be set");
    if (terminator && !is_str(terminator))
        return raise(TypeError, "\"lineterminator\" must be a string");
    gc_store(d, &d->line_terminator, terminator ? terminator : TRY(str_from_cstring("\r\n")));
    return char_field(fields[FIELD_QUOTECHAR], FIELD_QUOTECHAR, '"', true, &d->quote) &&
           quoting_field(fields[FIELD_QUOTING], d, fields[FIELD_QUOTECHAR]) &&
           flag_field(fields[FIELD_SKIPINITIALSPACE], false, &d->skip_initial_space) &&
           flag_field(fields[FIELD_STRICT], false, &d->strict) && check(d) && note_specials(d);
}

/* What the fields are: of the dialect argument, then of the keywords. */
static bool gather(Value dialect, Value keywords, Value *fields)
{
    Value key, value;
    for (intptr_t i = 0; keywords && dict_next(keywords, &i, &key, &value);) {
        int field = 0;
        while (field < FIELD_COUNT && !str_equals(key, field_names[field]))
            field++;
        if (field == FIELD_COUNT)
            return raise(TypeError, "this function got an unexpected keyword argument '%V'", key);
        fields[field] = value;
    }
    for (int i = 0; dialect && i < FIELD_COUNT; i++)
        if (!fields[i] &&
            !get_attr_optional(dialect, TRY(str_intern_cstring(field_names[i])), &fields[i]))
            return false;
    return true;
}

static Value make(Type *type, Value dialect, Value keywords)
{
    Value fields[FIELD_COUNT] = {0};
    if (dialect == None)
        dialect = 0;
    if (dialect && is_str(dialect))
        dialect = TRY(csv_registered_dialect(dialect));
    bool plain = !keywords || dict_length(keywords) == 0;
    if (dialect && plain && type == &csv_dialect_type && type_of(dialect) == type)
        return dialect;
    TRY(gather(dialect, keywords, fields));
    Dialect *d = TRY(NEW(Dialect, type));
    TRY(fill(d, fields));
    return (Value)d;
}

Dialect *csv_dialect(Value dialect, Value keywords)
{
    return (Dialect *)make(&csv_dialect_type, dialect, keywords);
}

NEW_METHOD(dialect_make, "dialect=?, **fmtparams")
{
    Value keywords = args[2];
    if (args[1] && is_dict(args[1]) && !keywords)
        keywords = 0;
    return make((Type *)args[0], args[1], keywords);
}

METHOD(dialect_reduce, "__reduce__", "", "raises an exception to avoid pickling")
{
    return raise(TypeError, "cannot pickle '%s' instances", type_short_name(type_of(args[0])));
}

METHOD(dialect_reduce_ex, "__reduce_ex__", "protocol, /", "raises an exception to avoid pickling")
{
    return raise(TypeError, "cannot pickle '%s' instances", type_short_name(type_of(args[0])));
}

static MethodDef *const dialect_methods[] = {M(dialect_reduce), M(dialect_reduce_ex), 0};

/* ---- Attributes ------------------------------------------------------------------------- */

static Value char_value(uint32_t c)
{
    return c == CSV_NO_CHAR ? None : str_from_char(c);
}

static Value get_delimiter(Value self)
{
    return char_value(((Dialect *)self)->delimiter);
}

static Value get_escapechar(Value self)
{
    return char_value(((Dialect *)self)->escape);
}

static Value get_quotechar(Value self)
{
    return char_value(((Dialect *)self)->quote);
}

static Value get_lineterminator(Value self)
{
    return ((Dialect *)self)->line_terminator;
}

static Value get_quoting(Value self)
{
    return int_small(((Dialect *)self)->quoting);
}

static const GetSetDef dialect_getset[] = {
    {"delimiter", get_delimiter, 0, 0},           {"escapechar", get_escapechar, 0, 0},
    {"quotechar", get_quotechar, 0, 0},           {"quoting", get_quoting, 0, 0},
    {"lineterminator", get_lineterminator, 0, 0}, {0},
};

static const MemberDef dialect_members[] = {
    {"skipinitialspace", MEMBER_BOOL8, offsetof(Dialect, skip_initial_space), true, 0},
    {"doublequote", MEMBER_BOOL8, offsetof(Dialect, double_quote), true, 0},
    {"strict", MEMBER_BOOL8, offsetof(Dialect, strict), true, 0},
    {0},
};

Type csv_dialect_type = {
    TYPE_HEAD("_csv.Dialect", Dialect),
    .doc = "CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n",
    .new_def = M(dialect_make),
    .methods = dialect_methods,
    .getset = dialect_getset,
    .members = dialect_members,
    .trace = dialect_trace,
    .flags = TYPE_BASE,
};
