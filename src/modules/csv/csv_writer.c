/* csv.writer. */
#include "modules/csv/csv.h"

#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/names.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str_inline.h"

/* All immutable after init. */
typedef struct Writer {
    Object ob;
    Value write;
    Dialect *dialect;
} Writer;

static void writer_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Writer *)self)->write);
    gc_visit(tracer, (Value)((Writer *)self)->dialect);
}

/* What a special character makes necessary: an escape before it, or quotes around the field. */
static bool consider(const Dialect *d, uint32_t c, bool *escape, bool *quoted)
{
    *escape = false;
    if (!csv_is_special(d, c))
        return true;
    if (d->quoting == QUOTE_NONE)
        *escape = true;
    else {
        if (c == d->quote) {
            *escape = !d->double_quote;
            if (d->double_quote)
                *quoted = true;
        } else if (c == d->escape)
            *escape = true;
        if (!*escape)
            *quoted = true;
    }
    if (*escape && d->escape == CSV_NO_CHAR)
        return raise((Type *)csv_error, "need to escape, but no escapechar set");
    return true;
}

/* The first special character from i on, or the length. */
static intptr_t next_special(const Dialect *d, Value text, intptr_t i)
{
    intptr_t length = str_length(text);
    if (str_width(text) == 1) {
        const uint8_t *data = (const uint8_t *)str_data(text);
        while (i < length && !(d->special[data[i] / 8] >> data[i] % 8 & 1))
            i++;
    } else
        while (i < length && !csv_is_special(d, str_char(text, i)))
            i++;
    return i;
}

/* Adds a field with what precedes it. `quoted` already true: it is quoted in any case. */
static bool add_field(StrBuilder *b, const Dialect *d, Value text, bool quoted, bool first)
{
    intptr_t length = str_length(text);
    bool escape;
    intptr_t special = next_special(d, text, 0);
    for (intptr_t i = special; i < length; i = next_special(d, text, i + 1))
        if (!consider(d, str_char(text, i), &escape, &quoted))
            return false;
    if (!first)
        builder_add_char(b, d->delimiter);
    if (quoted)
        builder_add_char(b, d->quote);
    builder_add_part(b, text, 0, special);
    for (intptr_t i = special, next; i < length; i = next) {
        uint32_t c = str_char(text, i);
        if (!consider(d, c, &escape, &quoted))
            return false;
        if (escape)
            builder_add_char(b, d->escape);
        else if (c == d->quote && d->quoting != QUOTE_NONE)
            builder_add_char(b, d->quote);
        next = next_special(d, text, i + 1);
        builder_add_part(b, text, i, next);
    }
    if (quoted)
        builder_add_char(b, d->quote);
    return !b->failed;
}

static bool wants_quotes(const Dialect *d, Value field)
{
    switch (d->quoting) {
    case QUOTE_ALL:
        return true;
    case QUOTE_NONNUMERIC:
        return !value_is_number(field);
    case QUOTE_STRINGS:
        return is_str(field);
    case QUOTE_NOTNULL:
        return field != None;
    default:
        return false;
    }
}

/* An empty field that begins a record, or that skipinitialspace would not tell from nothing. */
static bool check_empty(const Dialect *d, bool none, bool *quoted)
{
    bool forbidden = d->quoting == QUOTE_NONE ||
                     (none && (d->quoting == QUOTE_STRINGS || d->quoting == QUOTE_NOTNULL));
    if (forbidden)
        return raise((Type *)csv_error,
                     "empty field must be quoted if delimiter is a space and skipinitialspace is "
                     "true");
    *quoted = true;
    return true;
}

static bool add_value(StrBuilder *b, const Dialect *d, Value field, bool first)
{
    bool quoted = wants_quotes(d, field);
    Value text = field == None ? str_empty() : is_str(field) ? field : TRY(object_str(field));
    if (str_length(text) == 0 && d->delimiter == ' ' && d->skip_initial_space)
        if (!check_empty(d, field == None, &quoted))
            return false;
    return add_field(b, d, text, quoted, first);
}

/* A record of one empty field would be an empty line. */
static bool quote_single_empty(StrBuilder *b, const Dialect *d, bool none)
{
    bool forbidden = d->quoting == QUOTE_NONE ||
                     (none && (d->quoting == QUOTE_STRINGS || d->quoting == QUOTE_NOTNULL));
    if (forbidden)
        return raise((Type *)csv_error, "single empty field record must be quoted");
    builder_add_char(b, d->quote);
    builder_add_char(b, d->quote);
    return true;
}

static Value write_row(Writer *writer, Value row)
{
    const Dialect *d = writer->dialect;
    StrBuilder b;
    intptr_t count = 0;
    bool last_none = false;
    Value iterator = get_iter(row);
    if (!iterator) {
        if (error_clear_if(TypeError))
            raise((Type *)csv_error, "iterable expected, not %T", row);
        return 0;
    }
    builder_start(&b);
    ITERATE(field, iterator)
    {
        TRY(add_value(&b, d, field, count++ == 0));
        last_none = field == None;
    }
    if (!ITERATED)
        return 0;
    if (count == 1 && b.length == 0)
        TRY(quote_single_empty(&b, d, last_none));
    builder_add(&b, d->line_terminator);
    return call1(writer->write, TRY(builder_finish(&b)));
}

METHOD(writer_writerow, "writerow", "row, /",
       "writerow(iterable)\n\nConstruct and write a CSV record from an iterable of fields.")
{
    return write_row((Writer *)args[0], args[1]);
}

METHOD(writer_writerows, "writerows", "rows, /",
       "writerows(iterable of iterables)\n\nConstruct and write a series of iterables to a csv "
       "file.")
{
    ITERATE(row, args[1])
    {
        TRY(write_row((Writer *)args[0], row));
    }
    return ITERATED ? None : 0;
}

static MethodDef *const writer_methods[] = {M(writer_writerow), M(writer_writerows), 0};

static Value get_dialect(Value self)
{
    return (Value)((Writer *)self)->dialect;
}

static const GetSetDef writer_getset[] = {{"dialect", get_dialect, 0, 0}, {0}};

Type csv_writer_type = {
    TYPE_HEAD("_csv.writer", Writer),
    .doc = "CSV writer\n\nWriter objects are responsible for generating tabular data\n"
           "in CSV format from sequence input.\n",
    .methods = writer_methods,
    .getset = writer_getset,
    .trace = writer_trace,
    .flags = TYPE_NO_NEW,
};

FUNCTION(csv_writer, "writer", "fileobj, /, dialect=?, **fmtparams",
         "Return a writer object that will write user data on the given file object.")
{
    Dialect *dialect = TRY(csv_dialect(args[1], args[2]));
    Value write;
    TRY(get_attr_optional(args[0], names.write, &write));
    if (!write || !type_of(write)->call)
        return raise(TypeError, "argument 1 must have a \"write\" method");
    Writer *writer = TRY(NEW(Writer, &csv_writer_type));
    gc_store(writer, &writer->write, write);
    gc_store(writer, &writer->dialect, dialect);
    return (Value)writer;
}

MethodDef *const csv_writer_functions[] = {M(csv_writer), 0};
