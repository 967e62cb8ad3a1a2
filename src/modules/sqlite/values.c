/* Values on their way into statements and out of them. */
#include <limits.h>

#include "core/call.h"
#include "core/names.h"
#include "modules/sqlite/sqlite.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- in: what Python code has to do with it ----------------------------------------------------
 */

bool sql_integer(Value v, int64_t *out)
{
    return int_to_i64(v, out) ||
           raise(OverflowError, "Python int too large to convert to SQLite INTEGER");
}

static bool is_base_type(Value v)
{
    return is_str_exact(v) || type_of(v) == &int_type || type_of(v) == &float_type ||
           type_of(v) == &bytearray_type;
}

static bool has_bytes(Value v, Value *out)
{
    Buffer buffer;
    TRY(buffer_get(v, &buffer, BUFFER_READ));
    *out = bytes_from_seen(buffer.data, (size_t)buffer.size);
    buffer_release(&buffer);
    return *out != 0;
}

/* One parameter as None, an int, a float, a str or bytes. */
static Value plain_parameter(Value v, int number)
{
    if (load_relaxed(&sql_adapts_base_types) || !is_base_type(v))
        v = TRY(sql_adapt(v, (Value)&prepare_protocol_type, v));
    if (v == None || is_int_any(v) || is_float(v) || is_str(v) || has_shape(v, SHAPE_BYTES))
        return v;
    if (has_buffer(v)) {
        Value bytes;
        return has_bytes(v, &bytes) ? bytes : 0;
    }
    return raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR),
                 "Error binding parameter %d: type '%T' is not supported", number, v);
}

static bool warn_named(int number, const char *name)
{
    return warn(
        DeprecationWarning, 1,
        "Binding %d ('%s') is a named parameter, but you supplied a sequence which requires "
        "nameless (qmark) placeholders. Starting with Python 3.14 an "
        "sqlite3.ProgrammingError will be raised.",
        number, name);
}

static Value plain_sequence(sqlite3_stmt *statement, Value parameters, int needed)
{
    intptr_t given = TRY_NOT_NEGATIVE(object_length(parameters), 0);
    if (given != needed)
        return raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR),
                     "Incorrect number of bindings supplied. The current statement uses %d, and "
                     "there are %zd supplied.",
                     needed, given);
    Value plain = TRY(tuple_new(needed));
    for (int i = 0; i < needed; i++) {
        const char *name = SQLITE->sqlite3_bind_parameter_name(statement, i + 1);
        if (name && name[0] != '?')
            TRY(warn_named(i + 1, name));
        Value v = is_tuple(parameters) && tuple_length(parameters) > i
                      ? tuple_get(parameters, i)
                      : TRY(sequence_item(parameters, i));
        tuple_init(plain, i, TRY(plain_parameter(v, i + 1)));
    }
    return plain;
}

static Value plain_mapping(sqlite3_stmt *statement, Value parameters, int needed)
{
    Type *error = SQL_EXCEPTION(SQL_PROGRAMMING_ERROR);
    Value plain = TRY(tuple_new(needed));
    for (int i = 0; i < needed; i++) {
        const char *name = SQLITE->sqlite3_bind_parameter_name(statement, i + 1);
        if (!name)
            return raise(error,
                         "Binding %d has no name, but you supplied a dictionary (which has only "
                         "names).",
                         i + 1);
        name++; /* behind the ':' */
        Value v = get_item(parameters, TRY(str_from_cstring(name)));
        if (!v) {
            if (error_clear_if(LookupError))
                raise(error, "You did not supply a value for binding parameter :%s.", name);
            return 0;
        }
        tuple_init(plain, i, TRY(plain_parameter(v, i + 1)));
    }
    return plain;
}

Value sql_plain_parameters(const Handle *handle, Value parameters)
{
    int needed = SQLITE->sqlite3_bind_parameter_count(handle->statement);
    if (is_tuple(parameters) || is_list(parameters) ||
        (!is_dict(parameters) && is_sequence(parameters)))
        return plain_sequence(handle->statement, parameters, needed);
    if (type_of(parameters)->getitem)
        return plain_mapping(handle->statement, parameters, needed);
    return raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR), "parameters are of unsupported type");
}

/* ---- in: telling the library -------------------------------------------------------------------
 */

static bool check_length(intptr_t size, const char *what)
{
    return size <= INT_MAX || raise(OverflowError, "%s longer than INT_MAX bytes", what);
}

static bool bind_one(sqlite3_stmt *statement, int i, Value v, int *code)
{
    const SqliteLibrary *library = SQLITE;
    if (v == None) {
        *code = library->sqlite3_bind_null(statement, i);
    } else if (is_int_any(v)) {
        int64_t n;
        TRY(sql_integer(v, &n));
        *code = library->sqlite3_bind_int64(statement, i, n);
    } else if (is_float(v)) {
        *code = library->sqlite3_bind_double(statement, i, float_value(v));
    } else if (is_str(v)) {
        size_t size;
        const char *text = TRY(str_utf8(v, &size));
        TRY(check_length((intptr_t)size, "string"));
        *code = library->sqlite3_bind_text(statement, i, text, (int)size, SQLITE_TRANSIENT);
    } else {
        const Bytes *b = (const Bytes *)v;
        TRY(check_length(b->length, "BLOB"));
        *code = library->sqlite3_bind_blob(statement, i, b->data, (int)b->length, SQLITE_TRANSIENT);
    }
    return true;
}

bool sql_bind(Connection *c, sqlite3_stmt *statement, Value plain)
{
    for (intptr_t i = 0; i < tuple_length(plain); i++) {
        int code;
        TRY(bind_one(statement, (int)i + 1, tuple_get(plain, i), &code));
        if (code != SQLITE_OK)
            return connection_failed(c, SQLITE->sqlite3_db_handle(statement));
    }
    return true;
}

int sql_step(sqlite3_stmt *statement)
{
    const SqliteLibrary *library = SQLITE;
    int code = SQLITE_DONE;
    if (!statement)
        return code;
    BLOCKING
    {
        code = library->sqlite3_step(statement);
    }
    return code;
}

/* ---- out: what columns are called, and what converts them -------------------------------------
 */

/* The name without its "[type]", where that is looked for. */
static Value column_name(const Connection *c, const char *name)
{
    const char *bracket = c->detect_types & SQL_PARSE_COLNAMES ? strchr(name, '[') : 0;
    size_t size = bracket ? (size_t)(bracket - name) : strlen(name);
    if (bracket && size && name[size - 1] == ' ')
        size--;
    return str_from_utf8(name, size);
}

Value sql_description(Connection *c, sqlite3_stmt *statement)
{
    int count = SQLITE->sqlite3_column_count(statement);
    if (!count)
        return None;
    Value description = TRY(tuple_new(count));
    for (int i = 0; i < count; i++) {
        const char *name = SQLITE->sqlite3_column_name(statement, i);
        if (!name)
            return raise_no_memory();
        tuple_init(description, i,
                   TRY(tuple_of(TRY(column_name(c, name)), None, None, None, None, None, None)));
    }
    return description;
}

/* The converter for a type's name; *result 0: none. */
static bool find_converter(const char *name, size_t size, Value *result)
{
    Value key = TRY(str_from_utf8(name, size));
    key = TRY(call_method0(key, TRY(str_intern_cstring("upper"))));
    return dict_find(sql_converters, key, result);
}

static bool converter_by_column(const char *name, Value *result)
{
    const char *start = name ? strchr(name, '[') : 0, *end = start ? strchr(start, ']') : 0;
    return !end || find_converter(start + 1, (size_t)(end - start - 1), result);
}

static bool converter_by_type(const char *type, Value *result)
{
    return !type || find_converter(type, strcspn(type, " ("), result);
}

bool sql_find_converters(Connection *c, sqlite3_stmt *statement, Value *result)
{
    int count = c->detect_types ? SQLITE->sqlite3_column_count(statement) : 0;
    *result = 0;
    if (!count)
        return true;
    Value converters = TRY(tuple_new(count));
    for (int i = 0; i < count; i++) {
        Value converter = 0;
        if (c->detect_types & SQL_PARSE_COLNAMES)
            TRY(converter_by_column(SQLITE->sqlite3_column_name(statement, i), &converter));
        if (!converter && c->detect_types & SQL_PARSE_DECLTYPES)
            TRY(converter_by_type(SQLITE->sqlite3_column_decltype(statement, i), &converter));
        tuple_init(converters, i, converter ? converter : None);
    }
    *result = converters;
    return true;
}

/* ---- out: rows ---------------------------------------------------------------------------------
 */

static Value column_bytes(sqlite3_stmt *statement, int i)
{
    const char *data = SQLITE->sqlite3_column_blob(statement, i);
    int size = SQLITE->sqlite3_column_bytes(statement, i);
    return data ? bytes_from(data, (size_t)size) : bytes_empty();
}

static Value raise_not_utf8(sqlite3_stmt *statement, int i, const char *text, size_t size)
{
    error_clear();
    Value bytes = TRY(bytes_from(text, size)), decode = TRY(str_intern_cstring("decode"));
    Value shown = TRY(call_method2(bytes, decode, TRY(str_from_cstring("utf-8")),
                                   TRY(str_from_cstring("replace"))));
    const char *name = SQLITE->sqlite3_column_name(statement, i);
    return raise(SQL_EXCEPTION(SQL_OPERATIONAL_ERROR),
                 "Could not decode to UTF-8 column '%s' with text '%V'", name ? name : "", shown);
}

static Value column_text(const Connection *c, sqlite3_stmt *statement, int i)
{
    const char *text = (const char *)SQLITE->sqlite3_column_text(statement, i);
    size_t size = (size_t)SQLITE->sqlite3_column_bytes(statement, i);
    if (!text)
        return raise_no_memory();
    Value factory = load_acquire(&c->text_factory);
    if (factory == (Value)&bytearray_type)
        return bytearray_from(text, size);
    if (factory != (Value)&str_type)
        return bytes_from(text, size);
    Value result = str_from_utf8(text, size);
    return result ? result : raise_not_utf8(statement, i, text, size);
}

static Value column_value(const Connection *c, sqlite3_stmt *statement, int i)
{
    switch (SQLITE->sqlite3_column_type(statement, i)) {
    case SQLITE_NULL:
        return None;
    case SQLITE_INTEGER:
        return int_from(SQLITE->sqlite3_column_int64(statement, i));
    case SQLITE_FLOAT:
        return float_from(SQLITE->sqlite3_column_double(statement, i));
    case SQLITE_TEXT:
        return column_text(c, statement, i);
    }
    return column_bytes(statement, i);
}

/* What a converter is given: bytes, but None for NULL and for bytes of length 0. */
static Value column_unconverted(sqlite3_stmt *statement, int i)
{
    return SQLITE->sqlite3_column_blob(statement, i) ? column_bytes(statement, i) : None;
}

static bool is_converted(Value converters, int i)
{
    return converters && i < tuple_length(converters) && tuple_get(converters, i) != None;
}

/* Of `count` columns the i-th is still to be given to `callable`. */
static bool call_later(Value *calls, int count, int i, Value callable)
{
    if (!*calls) {
        *calls = TRY(tuple_new(count));
        for (int k = 0; k < count; k++)
            tuple_init(*calls, k, None);
    }
    tuple_init(*calls, i, callable);
    return true;
}

/* None stands for no call, and 0 for a text_factory that was deleted. */
static bool check_factory(Value factory)
{
    if (!factory)
        return raise(SystemError, "null argument to internal routine");
    return factory != None || raise(TypeError, "'NoneType' object is not callable");
}

Value sql_read_row(Connection *c, sqlite3_stmt *statement, Value converters, Value *calls)
{
    int count = SQLITE->sqlite3_data_count(statement);
    Value factory = load_acquire(&c->text_factory), row = TRY(tuple_new(count));
    bool by_factory = factory != (Value)&str_type && factory != (Value)&bytes_type &&
                      factory != (Value)&bytearray_type;
    *calls = 0;
    for (int i = 0; i < count; i++) {
        Value v;
        if (is_converted(converters, i)) {
            v = TRY(column_unconverted(statement, i));
            if (v != None)
                TRY(call_later(calls, count, i, tuple_get(converters, i)));
        } else {
            if (by_factory && SQLITE->sqlite3_column_type(statement, i) == SQLITE_TEXT)
                TRY(check_factory(factory) && call_later(calls, count, i, factory));
            v = TRY(column_value(c, statement, i));
        }
        tuple_init(row, i, v);
    }
    return row;
}

Value sql_finish_row(Value row, Value calls)
{
    Value result = TRY(tuple_new(tuple_length(row)));
    for (intptr_t i = 0; i < tuple_length(row); i++) {
        Value v = tuple_get(row, i), callable = tuple_get(calls, i);
        tuple_init(result, i, callable == None ? v : TRY(call1(callable, v)));
    }
    return result;
}
