/* csv.reader: a state machine over the characters of each line. */
#include "modules/csv/csv.h"

#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/turn.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str_inline.h"

typedef enum ReaderState {
    START_RECORD,
    START_FIELD,
    ESCAPED_CHAR,
    IN_FIELD,
    IN_QUOTED_FIELD,
    ESCAPE_IN_QUOTED_FIELD,
    QUOTE_IN_QUOTED_FIELD,
    EAT_NEWLINE,
    AFTER_ESCAPED_NEWLINE
} ReaderState;

typedef struct Reader {
    Object ob;
    Value lines; /* iterator; immutable, as is dialect */
    Dialect *dialect;
    Turn turn;
    intptr_t line_num; /* atomic */
} Reader;

/* A record while it is read: each call of next() has its own. */
typedef struct Record {
    const Dialect *dialect;
    ReaderState state;
    Value fields; /* list */
    StrBuilder field;
    bool unquoted; /* the field has no quotes so far */
} Record;

enum { END_OF_LINE = UINT32_MAX - 1 }; /* comes after each line */

static void reader_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Reader *)self)->lines);
    gc_visit(tracer, (Value)((Reader *)self)->dialect);
}

/* ---- Fields ----------------------------------------------------------------------------- */

static bool save_field(Record *r)
{
    const Dialect *d = r->dialect;
    Value text = TRY(builder_finish(&r->field)), value = text;
    bool empty_is_none = d->quoting == QUOTE_NOTNULL || d->quoting == QUOTE_STRINGS;
    if (r->unquoted && str_length(text) == 0 && empty_is_none)
        value = None;
    else if (r->unquoted && str_length(text) &&
             (d->quoting == QUOTE_NONNUMERIC || d->quoting == QUOTE_STRINGS))
        value = TRY(number_float(text));
    builder_start(&r->field);
    return list_append(r->fields, value);
}

static bool add_char(Record *r, uint32_t c)
{
    if (r->field.length >= csv_field_limit())
        return raise((Type *)csv_error, "field larger than field limit (%zd)", csv_field_limit());
    builder_add_char(&r->field, c);
    return !r->field.failed;
}

static bool is_newline(uint32_t c)
{
    return c == '\n' || c == '\r' || c == END_OF_LINE;
}

/* ---- The states ------------------------------------------------------------------------- */

static bool start_field(Record *r, uint32_t c)
{
    const Dialect *d = r->dialect;
    r->unquoted = true;
    if (is_newline(c)) {
        r->state = c == END_OF_LINE ? START_RECORD : EAT_NEWLINE;
        return save_field(r);
    }
    if (c == d->quote && d->quoting != QUOTE_NONE) {
        r->unquoted = false;
        r->state = IN_QUOTED_FIELD;
    } else if (c == d->escape)
        r->state = ESCAPED_CHAR;
    else if (c == ' ' && d->skip_initial_space)
        r->state = START_FIELD;
    else if (c == d->delimiter)
        return save_field(r);
    else {
        r->state = IN_FIELD;
        return add_char(r, c);
    }
    return true;
}

static bool in_field(Record *r, uint32_t c)
{
    const Dialect *d = r->dialect;
    if (is_newline(c)) {
        r->state = c == END_OF_LINE ? START_RECORD : EAT_NEWLINE;
        return save_field(r);
    }
    if (c == d->escape)
        r->state = ESCAPED_CHAR;
    else if (c == d->delimiter) {
        r->state = START_FIELD;
        return save_field(r);
    } else
        return add_char(r, c);
    return true;
}

static bool in_quoted_field(Record *r, uint32_t c)
{
    const Dialect *d = r->dialect;
    if (c == END_OF_LINE)
        return true;
    if (c == d->escape)
        r->state = ESCAPE_IN_QUOTED_FIELD;
    else if (c == d->quote && d->quoting != QUOTE_NONE)
        r->state = d->double_quote ? QUOTE_IN_QUOTED_FIELD : IN_FIELD;
    else
        return add_char(r, c);
    return true;
}

static bool quote_in_quoted_field(Record *r, uint32_t c)
{
    const Dialect *d = r->dialect;
    if (d->quoting != QUOTE_NONE && c == d->quote) {
        r->state = IN_QUOTED_FIELD;
        return add_char(r, c);
    }
    if (c == d->delimiter) {
        r->state = START_FIELD;
        return save_field(r);
    }
    if (is_newline(c)) {
        r->state = c == END_OF_LINE ? START_RECORD : EAT_NEWLINE;
        return save_field(r);
    }
    if (!d->strict) {
        r->state = IN_FIELD;
        return add_char(r, c);
    }
    return raise((Type *)csv_error, "'%V' expected after '%V'", str_from_char(d->delimiter),
                 str_from_char(d->quote));
}

static bool escaped_char(Record *r, uint32_t c)
{
    if (c == '\n' || c == '\r') {
        r->state = AFTER_ESCAPED_NEWLINE;
        return add_char(r, c);
    }
    r->state = IN_FIELD;
    return add_char(r, c == END_OF_LINE ? '\n' : c);
}

static bool process(Record *r, uint32_t c)
{
    switch (r->state) {
    case START_RECORD:
        if (c == END_OF_LINE)
            return true; /* an empty line */
        if (is_newline(c)) {
            r->state = EAT_NEWLINE;
            return true;
        }
        r->state = START_FIELD;
        return start_field(r, c);
    case START_FIELD:
        return start_field(r, c);
    case ESCAPED_CHAR:
        return escaped_char(r, c);
    case AFTER_ESCAPED_NEWLINE:
        if (c == END_OF_LINE)
            return true; /* the field goes on in the next line, as in CPython */
        return in_field(r, c);
    case IN_FIELD:
        return in_field(r, c);
    case IN_QUOTED_FIELD:
        return in_quoted_field(r, c);
    case ESCAPE_IN_QUOTED_FIELD:
        r->state = IN_QUOTED_FIELD;
        return add_char(r, c == END_OF_LINE ? '\n' : c);
    case QUOTE_IN_QUOTED_FIELD:
        return quote_in_quoted_field(r, c);
    case EAT_NEWLINE:
        if (c == '\n' || c == '\r')
            return true;
        if (c == END_OF_LINE) {
            r->state = START_RECORD;
            return true;
        }
        return raise((Type *)csv_error, "new-line character seen in unquoted field - do you need "
                                        "to open the file with newline=''?");
    }
    UNREACHABLE();
}

/* ---- Runs of characters that mean nothing ---------------------------------------------- */

/* The first character from i on that in_field or in_quoted_field may take for something else than a
 * part of the field, or the length. */
ALWAYS_INLINE intptr_t plain_end_as(const Record *r, Value line, intptr_t i, unsigned width)
{
    const Dialect *d = r->dialect;
    const bool quoted = r->state == IN_QUOTED_FIELD;
    const uint32_t stop = quoted ? d->quote : d->delimiter, escape = d->escape;
    for (; i < str_length(line); i++) {
        uint32_t c = char_at(str_data(line), width, (size_t)i);
        if (c == stop || c == escape || (!quoted && (c == '\n' || c == '\r')))
            break;
    }
    return i;
}

static intptr_t plain_end(const Record *r, Value line, intptr_t i)
{
    switch (str_width(line)) {
    case 1:
        return plain_end_as(r, line, i, 1);
    case 2:
        return plain_end_as(r, line, i, 2);
    default:
        return plain_end_as(r, line, i, 4);
    }
}

/* Adds the run from i on to the field: where it stopped. What goes beyond the limit is left to
 * add_char. */
static intptr_t add_plain(Record *r, Value line, intptr_t i)
{
    intptr_t end = plain_end(r, line, i), room = csv_field_limit() - r->field.length;
    if (end - i > room)
        end = i + (room > 0 ? room : 0);
    builder_add_part(&r->field, line, i, end);
    return end;
}

static bool process_line(Record *r, Value line)
{
    for (intptr_t i = 0; i < str_length(line);) {
        if (r->state == IN_FIELD || r->state == IN_QUOTED_FIELD) {
            i = add_plain(r, line, i);
            if (r->field.failed)
                return false;
            if (i == str_length(line))
                break;
        }
        TRY(process(r, str_char(line, i++)));
    }
    return process(r, END_OF_LINE);
}

/* ---- The iterator ----------------------------------------------------------------------- */

/* No more lines: what there is of a record, or the end (0). */
static Value finish(Record *r)
{
    if (error_pending())
        return 0;
    if (r->field.length || r->state == IN_QUOTED_FIELD) {
        if (r->dialect->strict)
            return raise((Type *)csv_error, "unexpected end of data");
        return save_field(r) ? r->fields : 0;
    }
    return 0;
}

static Value read_record(Reader *reader)
{
    Record r = {.dialect = reader->dialect, .state = START_RECORD};
    r.fields = TRY(list_new(0));
    builder_start(&r.field);
    do {
        Value line = iter_next(reader->lines);
        if (!line)
            return finish(&r);
        if (!is_str(line))
            return raise((Type *)csv_error,
                         "iterator should return strings, not %T (the file should be opened in "
                         "text mode)",
                         line);
        fetch_add_relaxed(&reader->line_num, 1);
        TRY(process_line(&r, line));
    } while (r.state != START_RECORD);
    return r.fields;
}

static Value reader_next(Value self)
{
    Reader *reader = (Reader *)self;
    TURN_ALWAYS (reader, &reader->turn) { /* for all lines of a record */
        return read_record(reader);
    }
    return 0;
}

static Value reader_iter(Value self)
{
    return self;
}

static Value get_dialect(Value self)
{
    return (Value)((Reader *)self)->dialect;
}

static const GetSetDef reader_getset[] = {{"dialect", get_dialect, 0, 0}, {0}};
static const MemberDef reader_members[] = {
    {"line_num", MEMBER_INTPTR, offsetof(Reader, line_num), true, 0},
    {0},
};

Type csv_reader_type = {
    TYPE_HEAD("_csv.reader", Reader),
    .iter = reader_iter,
    .next = reader_next,
    .doc = "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\n"
           "in CSV format.\n",
    .getset = reader_getset,
    .members = reader_members,
    .trace = reader_trace,
    .flags = TYPE_NO_NEW,
};

FUNCTION(csv_reader, "reader", "iterable, /, dialect=?, **fmtparams",
         "Return a reader object that will process lines from the given iterable.")
{
    Value lines = TRY(get_iter(args[0]));
    Dialect *dialect = TRY(csv_dialect(args[1], args[2]));
    Reader *reader = TRY(NEW(Reader, &csv_reader_type));
    gc_store(reader, &reader->lines, lines);
    gc_store(reader, &reader->dialect, dialect);
    return (Value)reader;
}

MethodDef *const csv_reader_functions[] = {M(csv_reader), 0};
