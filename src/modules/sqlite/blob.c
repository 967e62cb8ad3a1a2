/* Blob: one value of the database, read and written in place. */
#include <limits.h>
#include <stdio.h>

#include "gc/heap.h"
#include "modules/sqlite/sqlite.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/slice.h"
#include "types/str.h"

typedef struct Blob {
    Object ob;
    Value connection; /* immutable after init */
    Handle *handle;   /* 0: closed. By turn of the connection, as is the offset */
    int offset;
} Blob;

#define as_blob(v) ((Blob *)(v))

static void blob_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((Blob *)o)->connection);
}

static void blob_release(Object *o)
{
    if (((Blob *)o)->handle)
        handle_abandon(((Blob *)o)->handle);
}

/* By turn: the open blob, and its size. */
static sqlite3_blob *opened(const Blob *blob, int *size)
{
    TRY(connection_open(as_connection(blob->connection)));
    sqlite3_blob *open = blob->handle ? blob->handle->blob : 0;
    if (!open)
        raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR), "Cannot operate on a closed blob.");
    else if (size)
        *size = SQLITE->sqlite3_blob_bytes(open);
    return open;
}

/* BLOB_TURN(blob, &size) { ... }  with `open` the library's blob. */
#define BLOB_TURN(blob, size)                                                                      \
    Connection *owner = as_connection((blob)->connection);                                         \
    TRY(connection_check_thread(owner));                                                           \
    TURN_ALWAYS (owner, &owner->turn)                                                              \
        for (sqlite3_blob *open = TRY(opened((blob), (size))); open; open = 0)

/* By turn. */
static bool check_result(const Blob *blob, int code)
{
    if (code == SQLITE_OK)
        return true;
    if (code == SQLITE_ABORT)
        return raise(SQL_EXCEPTION(SQL_OPERATIONAL_ERROR), "Cannot operate on modified blob");
    return sql_raise(connection_open(as_connection(blob->connection)));
}

/* By turn; the bytes are in the heap, which does not move. */
static bool read_at(const Blob *blob, sqlite3_blob *open, char *data, int size, int offset)
{
    const SqliteLibrary *library = SQLITE;
    int code = SQLITE_OK;
    BLOCKING
    {
        code = library->sqlite3_blob_read(open, data, size, offset);
    }
    return check_result(blob, code);
}

static bool write_at(const Blob *blob, sqlite3_blob *open, const char *data, int size, int offset)
{
    const SqliteLibrary *library = SQLITE;
    int code = SQLITE_OK;
    BLOCKING
    {
        code = library->sqlite3_blob_write(open, data, size, offset);
    }
    return check_result(blob, code);
}

static Value read_bytes(const Blob *blob, sqlite3_blob *open, int size, int offset)
{
    Value bytes = TRY(bytes_new(size));
    return !size || read_at(blob, open, ((Bytes *)bytes)->data, size, offset) ? bytes : 0;
}

Value blob_open(Connection *c, const char *database, const char *table, const char *column,
                int64_t row, bool readonly)
{
    Blob *blob = TRY(NEW(Blob, &blob_type));
    gc_store(blob, &blob->connection, (Value)c);
    TURN_ALWAYS (c, &c->turn) {
        const SqliteLibrary *library = SQLITE;
        sqlite3 *db = TRY(connection_open(c));
        sqlite3_blob *open = 0;
        int code = SQLITE_OK;
        BLOCKING
        {
            code = library->sqlite3_blob_open(db, database, table, column, row, !readonly, &open);
        }
        if (code != SQLITE_OK)
            return connection_failed(c, db);
        blob->handle = handle_for_blob(load_acquire(&c->database), open);
        if (!blob->handle) {
            library->sqlite3_blob_close(open);
            return raise_no_memory();
        }
        handle_rest(blob->handle);
        return (Value)blob;
    }
    return 0;
}

/* ---- methods -----------------------------------------------------------------------------------
 */

/* By turn. */
static void close_blob(Blob *blob)
{
    Handle *handle = blob->handle;
    blob->handle = 0;
    if (handle)
        handle_return(handle);
}

METHOD(blob_close, "close", "", "Close the blob.")
{
    Blob *blob = as_blob(args[0]);
    Connection *c = as_connection(blob->connection);
    TRY(connection_check_thread(c));
    TURN_ALWAYS (c, &c->turn) {
        TRY(connection_open(c));
        close_blob(blob);
        return None;
    }
    return 0;
}

METHOD(
    blob_read, "read", "length=-1, /",
    "Read data at the current offset position.\n\n  length\n    Read length in bytes.\n\nIf the "
    "end of the blob is reached, the data up to end of file will be returned.\nWhen length is not "
    "specified, or is negative, Blob.read() will read until the\nend of the blob.")
{
    Blob *blob = as_blob(args[0]);
    int length, size;
    TRY(index_as_int(args[1], &length));
    BLOB_TURN(blob, &size)
    {
        int rest = size - blob->offset;
        if (length < 0 || length > rest)
            length = rest;
        Value result = TRY(read_bytes(blob, open, length, blob->offset));
        blob->offset += length;
        return result;
    }
    return 0;
}

static Value write_buffer(Blob *blob, const Buffer *data)
{
    int size;
    BLOB_TURN(blob, &size)
    {
        if (data->size > size - blob->offset)
            return raise(ValueError, "data longer than blob length");
        TRY(write_at(blob, open, data->data, (int)data->size, blob->offset));
        blob->offset += (int)data->size;
        return None;
    }
    return 0;
}

METHOD(blob_write, "write", "data, /",
       "Write data at the current offset.\n\nThis function cannot change the blob length.  Writing "
       "beyond the end of the\nblob will result in an exception being raised.")
{
    Buffer buffer;
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    Value result = write_buffer(as_blob(args[0]), &buffer);
    buffer_release(&buffer);
    return result;
}

METHOD(
    blob_seek, "seek", "offset, origin=0, /",
    "Set the current access position to offset.\n\nThe origin argument defaults to os.SEEK_SET "
    "(absolute blob positioning).\nOther values for origin are os.SEEK_CUR (seek relative to the "
    "current position)\nand os.SEEK_END (seek relative to the blob's end).")
{
    Blob *blob = as_blob(args[0]);
    int offset, origin, size;
    TRY(index_as_int(args[1], &offset));
    TRY(index_as_int(args[2], &origin));
    BLOB_TURN(blob, &size)
    {
        if (origin != SEEK_SET && origin != SEEK_CUR && origin != SEEK_END)
            return raise(ValueError, "'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END");
        int from = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? blob->offset : size;
        if (offset > INT_MAX - from)
            return raise(OverflowError, "seek offset results in overflow");
        offset += from;
        if (offset < 0 || offset > size)
            return raise(ValueError, "offset out of blob range");
        blob->offset = offset;
        return None;
    }
    return 0;
}

METHOD(blob_tell, "tell", "", "Return the current access position for the blob.")
{
    Blob *blob = as_blob(args[0]);
    BLOB_TURN(blob, 0)
    {
        return int_small(blob->offset);
    }
    return 0;
}

METHOD(blob_enter, "__enter__", "", "Blob context manager enter.")
{
    BLOB_TURN(as_blob(args[0]), 0)
    {
        return args[0];
    }
    return 0;
}

METHOD(blob_exit, "__exit__", "type, val, tb, /", "Blob context manager exit.")
{
    BLOB_TURN(as_blob(args[0]), 0)
    {
        close_blob(as_blob(args[0]));
        return False;
    }
    return 0;
}

/* ---- items -------------------------------------------------------------------------------------
 */

static intptr_t blob_length(Value self)
{
    int size = -1;
    Blob *blob = as_blob(self);
    Connection *owner = as_connection(blob->connection);
    if (!connection_check_thread(owner))
        return -1;
    TURN_ALWAYS (owner, &owner->turn) {
        if (!opened(blob, &size))
            return -1;
    }
    return size;
}

static bool resolve_index(int size, intptr_t *i)
{
    return index_resolve(i, size) || raise(IndexError, "Blob index out of range");
}

/* Indices and slices become numbers before a turn begins: __index__ may do anything. */
static Value get_byte(Blob *blob, Value key)
{
    int size;
    intptr_t i;
    TRY(index_as_intptr_or(key, &i, IndexError));
    BLOB_TURN(blob, &size)
    {
        char byte;
        TRY(resolve_index(size, &i));
        TRY(read_at(blob, open, &byte, 1, (int)i));
        return int_small((unsigned char)byte);
    }
    return 0;
}

/* What a slice selects, and where the bytes from its first to its last one are. */
typedef struct Span {
    intptr_t start, stop, step, count, first, size;
} Span;

static bool read_span(Value slice, Span *span)
{
    return slice_unpack(slice, &span->start, &span->stop, &span->step);
}

static void fit_span(intptr_t length, Span *span)
{
    span->count = slice_adjust(length, &span->start, &span->stop, span->step);
    intptr_t last = span->start + (span->count - 1) * span->step;
    span->first = last < span->start ? last : span->start;
    span->size = span->count ? (last < span->start ? span->start : last) - span->first + 1 : 0;
}

static Value get_slice(Blob *blob, Value slice)
{
    int size;
    Span span;
    TRY(read_span(slice, &span));
    BLOB_TURN(blob, &size)
    {
        fit_span(size, &span);
        Value all = TRY(read_bytes(blob, open, (int)span.size, (int)span.first));
        if (span.step == 1)
            return all;
        Value result = TRY(bytes_new(span.count));
        for (intptr_t i = 0; i < span.count; i++)
            ((Bytes *)result)->data[i] =
                ((Bytes *)all)->data[span.start - span.first + i * span.step];
        return result;
    }
    return 0;
}

static Value blob_getitem(Value self, Value key)
{
    if (is_slice(key))
        return get_slice(as_blob(self), key);
    if (has_index(key))
        return get_byte(as_blob(self), key);
    BLOB_TURN(as_blob(self), 0)
    {
        return raise(TypeError, "Blob indices must be integers");
    }
    return 0;
}

static bool set_byte(Blob *blob, Value key, Value value)
{
    int size;
    intptr_t i;
    TRY(index_as_intptr_or(key, &i, IndexError));
    BLOB_TURN(blob, &size)
    {
        int64_t n;
        TRY(resolve_index(size, &i));
        if (!is_int_any(value))
            return raise(TypeError, "'%T' object cannot be interpreted as an integer", value);
        if (!int_to_i64(value, &n) || n < 0 || n > 255)
            return raise(ValueError, "byte must be in range(0, 256)");
        char byte = (char)n;
        return write_at(blob, open, &byte, 1, (int)i);
    }
    return false;
}

static bool write_slice(Blob *blob, Value slice, const Buffer *data)
{
    int size;
    Span span;
    TRY(read_span(slice, &span));
    BLOB_TURN(blob, &size)
    {
        fit_span(size, &span);
        if (data->size != span.count)
            return raise(IndexError, "Blob slice assignment is wrong size");
        if (!span.count)
            return true;
        if (span.step == 1)
            return write_at(blob, open, data->data, (int)span.count, (int)span.start);
        Value all = TRY(read_bytes(blob, open, (int)span.size, (int)span.first));
        for (intptr_t i = 0; i < span.count; i++)
            ((Bytes *)all)->data[span.start - span.first + i * span.step] = data->data[i];
        return write_at(blob, open, ((Bytes *)all)->data, (int)span.size, (int)span.first);
    }
    return false;
}

static bool set_slice(Blob *blob, Value slice, Value value)
{
    Buffer buffer;
    TRY(buffer_get(value, &buffer, BUFFER_READ));
    bool ok = write_slice(blob, slice, &buffer);
    buffer_release(&buffer);
    return ok;
}

static bool blob_setitem(Value self, Value key, Value value)
{
    bool slice = is_slice(key);
    if ((slice || has_index(key)) && value)
        return slice ? set_slice(as_blob(self), key, value) : set_byte(as_blob(self), key, value);
    BLOB_TURN(as_blob(self), 0)
    {
        if (slice || has_index(key))
            return raise(TypeError, "Blob doesn't support %s deletion", slice ? "slice" : "item");
        return raise(TypeError, "Blob indices must be integers");
    }
    return false;
}

static MethodDef *const blob_methods[] = {
    M(blob_close), M(blob_enter), M(blob_exit),  M(blob_read),
    M(blob_seek),  M(blob_tell),  M(blob_write), 0,
};

Type blob_type = {
    TYPE_HEAD("sqlite3.Blob", Blob), .length = blob_length,   .getitem = blob_getitem,
    .setitem = blob_setitem,         .methods = blob_methods, .trace = blob_trace,
    .release = blob_release,         .has_weakrefs = true,    .flags = TYPE_NO_NEW | TYPE_KEYED,
};
