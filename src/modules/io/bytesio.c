/* BytesIO: a file in memory. The object's own lock covers each operation; arguments are converted
 * before, as that may run Python code. While a buffer of it is exported its size stays. */
#include <string.h>
#include "base/copy.h"

#include "core/call.h"
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/io/io.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/tuple.h"

/* guarded by lock */
typedef struct BytesIO {
    Object ob;
    Raw *memory; /* 0: empty */
    intptr_t length;
    intptr_t pos;     /* atomic: written under lock; may be beyond the end */
    intptr_t exports; /* atomic: buffers in use; goes up under lock */
    bool closed;      /* atomic: written under lock */
    Value tail;
} BytesIO;

static BytesIO *as_bytesio(Value v)
{
    return (BytesIO *)v;
}

static void bytesio_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, (Value)((BytesIO *)o)->memory);
}

static bool check_open(BytesIO *self)
{
    return !load_relaxed(&self->closed) || raise(ValueError, "I/O operation on closed file.");
}

static bool check_exports(BytesIO *self)
{
    return !load_relaxed(&self->exports) ||
           raise(BufferError, "Existing exports of data: object cannot be re-sized");
}

static intptr_t capacity(BytesIO *self)
{
    const Raw *memory = load_acquire(&self->memory);
    return memory ? memory->size : 0;
}

/* Makes room for `size` bytes; does not change the length. */
static bool reserve_locked(BytesIO *self, intptr_t size)
{
    if (size <= capacity(self))
        return true;
    intptr_t wanted = size + size / 8 + 32;
    if (size > INTPTR_MAX / 2)
        return raise(OverflowError, "new buffer size too large");
    Raw *memory = TRY(raw_new(wanted));
    if (self->length)
        memcpy(memory->data, self->memory->data, (size_t)self->length);
    gc_store(self, &self->memory, memory);
    return true;
}

/* Sets the length; new bytes are zero. */
static bool resize_locked(BytesIO *self, intptr_t size)
{
    TRY(reserve_locked(self, size));
    if (size > self->length)
        memset(self->memory->data + self->length, 0, (size_t)(size - self->length));
    self->length = size;
    return true;
}

static intptr_t rest(const BytesIO *self)
{
    return self->pos < self->length ? self->length - self->pos : 0;
}

static Value take_locked(BytesIO *self, intptr_t size)
{
    if (size < 0 || size > rest(self))
        size = rest(self);
    if (!size)
        return bytes_empty();
    Value result = TRY(bytes_from_seen(self->memory->data + self->pos, (size_t)size));
    store_relaxed(&self->pos, self->pos + size);
    return result;
}

static Value take_line_locked(BytesIO *self, intptr_t limit)
{
    intptr_t size = rest(self);
    if (limit >= 0 && size > limit)
        size = limit;
    const char *start = size ? read_outside(self->memory->data + self->pos, size) : "";
    const char *end = memchr(start, '\n', (size_t)size);
    if (end)
        size = end - start + 1;
    return take_locked(self, size);
}

/* ---- making
 * --------------------------------------------------------------------------------------- */

NEW_METHOD(bytesio_new, "*args, **kwargs")
{
    return object_alloc((Type *)args[0]);
}

static bool write_locked(BytesIO *self, const char *data, intptr_t size)
{
    intptr_t end;
    if (__builtin_add_overflow(self->pos, size, &end))
        return raise(OverflowError, "new position too large");
    if (end > self->length)
        TRY(resize_locked(self, end));
    memmove(self->memory->data + self->pos, data, (size_t)size);
    store_relaxed(&self->pos, end);
    return true;
}

static bool set_content(BytesIO *self, Value initial)
{
    BOUND_BUFFER(buffer);
    if (initial && initial != None)
        TRY(buffer_get(initial, &buffer, BUFFER_READ));
    buffer_reclaim(&self->exports);
    WITH_LOCK (self) {
        TRY(check_exports(self));
        store_relaxed(&self->closed, false);
        self->length = 0;
        store_relaxed(&self->pos, 0);
        if (buffer.size)
            TRY(write_locked(self, buffer.data, buffer.size));
        store_relaxed(&self->pos, 0);
        return true;
    }
    UNREACHABLE();
}

INIT_METHOD(bytesio_init, "initial_bytes=b''")
{
    return set_content(as_bytesio(args[0]), args[1]) ? None : 0;
}

/* ---- reading
 * ----------------------------------------------------------------------------------------- */

METHOD(bytesio_read, "read", "size=-1, /",
       "Read at most size bytes, returned as a bytes object.\n\n"
       "If the size argument is negative, read until EOF is reached.\n"
       "Return an empty bytes object at EOF.")
{
    BytesIO *self = as_bytesio(args[0]);
    intptr_t size;
    TRY(size_argument(args[1], &size));
    WITH_LOCK (self) {
        TRY(check_open(self));
        return take_locked(self, size);
    }
    UNREACHABLE();
}

METHOD(bytesio_read1, "read1", "size=-1, /",
       "Read at most size bytes, returned as a bytes object.\n\n"
       "If the size argument is negative or omitted, read until EOF is reached.\n"
       "Return an empty bytes object at EOF.")
{
    return bytesio_read(args);
}

METHOD(bytesio_readline, "readline", "size=-1, /",
       "Next line from the file, as a bytes object.\n\n"
       "Retain newline.  A non-negative size argument limits the maximum\n"
       "number of bytes to return (an incomplete line may be returned then).\n"
       "Return an empty bytes object at EOF.")
{
    BytesIO *self = as_bytesio(args[0]);
    intptr_t size;
    TRY(size_argument(args[1], &size));
    WITH_LOCK (self) {
        TRY(check_open(self));
        return take_line_locked(self, size);
    }
    UNREACHABLE();
}

static Value bytesio_next(Value v)
{
    BytesIO *self = as_bytesio(v);
    WITH_LOCK (self) {
        TRY(check_open(self));
        return rest(self) ? take_line_locked(self, -1) : 0;
    }
    UNREACHABLE();
}

METHOD(bytesio_readlines, "readlines", "size=None, /",
       "List of bytes objects, each a line from the file.\n\n"
       "Call readline() repeatedly and return a list of the lines so read.\n"
       "The optional size argument, if given, is an approximate bound on the\n"
       "total number of bytes in the lines returned.")
{
    BytesIO *self = as_bytesio(args[0]);
    intptr_t hint = 0, total = 0;
    if (args[1] != None && !has_index(args[1]))
        return raise(TypeError, "integer argument expected, got '%T'", args[1]);
    if (args[1] != None)
        TRY(index_as_intptr(args[1], &hint));
    Value lines = TRY(list_new(0));
    WITH_LOCK (self) {
        TRY(check_open(self));
        while (rest(self)) {
            Value line = TRY(take_line_locked(self, -1));
            TRY(list_append(lines, line));
            total += ((Bytes *)line)->length;
            if (hint > 0 && total >= hint)
                break;
        }
        return lines;
    }
    UNREACHABLE();
}

METHOD(bytesio_readinto, "readinto", "buffer, /",
       "Read bytes into buffer.\n\n"
       "Returns number of bytes read (0 for EOF), or None if the object\n"
       "is set not to block and has no data to read.")
{
    BytesIO *self = as_bytesio(args[0]);
    BOUND_BUFFER(buffer);
    TRY(writable_buffer(args[1], "readinto", &buffer));
    WITH_LOCK (self) {
        TRY(check_open(self));
        intptr_t n = rest(self) < buffer.size ? rest(self) : buffer.size;
        if (n)
            copy_seen(buffer.data, self->memory->data + self->pos, (size_t)n);
        store_relaxed(&self->pos, self->pos + n);
        return int_from(n);
    }
    UNREACHABLE();
}

static Value content_locked(BytesIO *self)
{
    TRY(check_open(self));
    return self->length ? bytes_from_seen(self->memory->data, (size_t)self->length) : bytes_empty();
}

METHOD(bytesio_getvalue, "getvalue", "/", "Retrieve the entire contents of the BytesIO object.")
{
    WITH_LOCK (as_bytesio(args[0]))
        return content_locked(as_bytesio(args[0]));
    UNREACHABLE();
}

/* ---- writing
 * -------------------------------------------------------------------------------------------- */

METHOD(bytesio_write, "write", "b, /",
       "Write bytes to file.\n\nReturn the number of bytes written.")
{
    BytesIO *self = as_bytesio(args[0]);
    BOUND_BUFFER(buffer);
    if (load_relaxed(&self->closed))
        return raise(ValueError, "I/O operation on closed file.");
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    buffer_reclaim(&self->exports);
    WITH_LOCK (self) {
        TRY(check_open(self));
        TRY(check_exports(self));
        if (buffer.size)
            TRY(write_locked(self, buffer.data, buffer.size));
        return int_from(buffer.size);
    }
    UNREACHABLE();
}

METHOD(bytesio_truncate, "truncate", "size=None, /",
       "Truncate the file to at most size bytes.\n\n"
       "Size defaults to the current file position, as returned by tell().\n"
       "The current file position is unchanged.  Returns the new size.")
{
    BytesIO *self = as_bytesio(args[0]);
    intptr_t size = -1;
    bool given = args[1] != None;
    if (given && !has_index(args[1]))
        return raise(TypeError, "argument should be integer or None, not '%T'", args[1]);
    if (given)
        TRY(index_as_intptr(args[1], &size));
    buffer_reclaim(&self->exports);
    WITH_LOCK (self) {
        TRY(check_open(self));
        TRY(check_exports(self));
        if (!given)
            size = self->pos;
        if (size < 0)
            return raise(ValueError, "negative size value %zd", size);
        if (size < self->length)
            self->length = size;
        return int_from(size);
    }
    UNREACHABLE();
}

/* ---- position
 * --------------------------------------------------------------------------------------------- */

METHOD(bytesio_seek, "seek", "pos, whence=0, /",
       "Change stream position.\n\n"
       "Seek to byte offset pos relative to position indicated by whence:\n"
       "     0  Start of stream (the default).  pos should be >= 0;\n"
       "     1  Current position - pos may be negative;\n"
       "     2  End of stream - pos usually negative.\n"
       "Returns the new absolute position.")
{
    BytesIO *self = as_bytesio(args[0]);
    intptr_t pos;
    int whence;
    TRY(index_as_intptr(args[1], &pos));
    TRY(index_as_int(args[2], &whence));
    WITH_LOCK (self) {
        TRY(check_open(self));
        if (pos < 0 && whence == 0)
            return raise(ValueError, "negative seek value %zd", pos);
        if (whence < 0 || whence > 2)
            return raise(ValueError, "invalid whence (%i, should be 0, 1 or 2)", whence);
        intptr_t base = whence == 0 ? 0 : whence == 1 ? self->pos : self->length;
        if (__builtin_add_overflow(base, pos, &pos))
            return raise(OverflowError, "new position too large");
        store_relaxed(&self->pos, pos < 0 ? 0 : pos);
        return int_from(self->pos);
    }
    UNREACHABLE();
}

METHOD(bytesio_tell, "tell", "/", "Current file position, an integer.")
{
    BytesIO *self = as_bytesio(args[0]);
    return check_open(self) ? int_from(load_relaxed(&self->pos)) : 0;
}

/* ---- the buffer
 * --------------------------------------------------------------------------------------------- */

typedef struct BytesIOBuffer {
    Object ob;
    BytesIO *source; /* immutable after init */
} BytesIOBuffer;

static void view_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, (Value)((BytesIOBuffer *)o)->source);
}

static bool view_get_buffer(Value v, Buffer *buffer, int flags UNUSED)
{
    BytesIO *source = ((BytesIOBuffer *)v)->source;
    WITH_LOCK (source) {
        TRY(check_open(source));
        TRY(reserve_locked(source, source->length ? source->length : 1));
        buffer->data = source->memory->data;
        buffer->size = source->length;
        buffer->keep = (Value)source->memory;
        fetch_add_relaxed(&source->exports, 1);
        return true;
    }
    UNREACHABLE();
}

/* Collections call it for a view that is dead: without the lock, which a stopped thread may hold.
 */
static void view_release_buffer(Value v, Buffer *buffer UNUSED)
{
    fetch_sub_acq_rel(&((BytesIOBuffer *)v)->source->exports, 1);
}

Type bytesio_buffer_type = {
    TYPE_HEAD("_io._BytesIOBuffer", BytesIOBuffer),
    .get_buffer = view_get_buffer,
    .release_buffer = view_release_buffer,
    .trace = view_trace,
    .flags = TYPE_NO_NEW,
};

METHOD(bytesio_getbuffer, "getbuffer", "%/",
       "Get a read-write view over the contents of the BytesIO object.")
{
    TRY(check_open(as_bytesio(args[0])));
    BytesIOBuffer *view = TRY(NEW(BytesIOBuffer, &bytesio_buffer_type));
    gc_store(view, &view->source, as_bytesio(args[0]));
    return memoryview_from((Value)view);
}

/* ---- the rest
 * -------------------------------------------------------------------------------------------------
 */

METHOD(bytesio_close, "close", "/", "Disable all I/O operations.")
{
    BytesIO *self = as_bytesio(args[0]);
    buffer_reclaim(&self->exports);
    WITH_LOCK (self) {
        TRY(check_exports(self));
        store_relaxed(&self->closed, true);
        self->length = 0;
        store_relaxed(&self->pos, 0);
        gc_store(self, &self->memory, (Raw *)0);
        return None;
    }
    UNREACHABLE();
}

METHOD(bytesio_flush, "flush", "/", "Does nothing.")
{
    return check_open(as_bytesio(args[0])) ? None : 0;
}

METHOD(bytesio_isatty, "isatty", "/",
       "Always returns False.\n\nBytesIO objects are not connected to a TTY-like device.")
{
    return check_open(as_bytesio(args[0])) ? False : 0;
}

METHOD(bytesio_seekable, "seekable", "/", "Returns True if the IO object can be seeked.")
{
    return check_open(as_bytesio(args[0])) ? True : 0;
}

METHOD(bytesio_readable, "readable", "/", "Returns True if the IO object can be read.")
{
    return check_open(as_bytesio(args[0])) ? True : 0;
}

METHOD(bytesio_writable, "writable", "/", "Returns True if the IO object can be written.")
{
    return check_open(as_bytesio(args[0])) ? True : 0;
}

METHOD(bytesio_getstate, "__getstate__", "/", 0)
{
    BytesIO *self = as_bytesio(args[0]);
    Value content = 0;
    intptr_t pos = 0;
    WITH_LOCK (self) {
        content = TRY(content_locked(self));
        pos = self->pos;
    }
    Value attributes = TRY(io_attributes(args[0]));
    return tuple_of(content, int_from(pos), attributes);
}

METHOD(bytesio_setstate, "__setstate__", "state, /", 0)
{
    BytesIO *self = as_bytesio(args[0]);
    Value state = args[1];
    intptr_t pos;
    if (!is_tuple(state) || tuple_length(state) < 3)
        return raise(TypeError, "%T.__setstate__ argument should be 3-tuple, got %T", args[0],
                     state);
    TRY(check_open(self));
    buffer_reclaim(&self->exports);
    TRY(check_exports(self));
    TRY(set_content(self, tuple_get(state, 0)));
    Value position = tuple_get(state, 1);
    if (!is_int_any(position))
        return raise(TypeError, "second item of state must be an integer, not %T", position);
    TRY(index_as_intptr_or(position, &pos, OverflowError));
    if (pos < 0)
        return raise(ValueError, "position value cannot be negative");
    store_relaxed(&self->pos, pos);
    return io_set_attributes(args[0], tuple_get(state, 2), "third") ? None : 0;
}

METHOD(bytesio_sizeof, "__sizeof__", "/", 0)
{
    return int_from((intptr_t)sizeof(BytesIO) + capacity(as_bytesio(args[0])));
}

static Value get_closed(Value self)
{
    return bool_value(load_relaxed(&as_bytesio(self)->closed));
}

static MethodDef *const bytesio_methods[] = {
    M(bytesio_readable), M(bytesio_seekable), M(bytesio_writable),
    M(bytesio_close),    M(bytesio_flush),    M(bytesio_isatty),
    M(bytesio_tell),     M(bytesio_write),    M(bytesio_read1),
    M(bytesio_readinto), M(bytesio_readline), M(bytesio_readlines),
    M(bytesio_read),     M(bytesio_getvalue), M(bytesio_getbuffer),
    M(bytesio_seek),     M(bytesio_truncate), M(bytesio_getstate),
    M(bytesio_setstate), M(bytesio_sizeof),   0};
static const GetSetDef bytesio_getset[] = {{"closed", get_closed, 0, "True if the file is closed."},
                                           {0}};

Type bytesio_type = {
    IO_TYPE_HEAD("_io.BytesIO", BytesIO),
    .base = &bufferediobase_type,
    .next = bytesio_next,
    .new_def = M(bytesio_new),
    .init_def = M(bytesio_init),
    .methods = bytesio_methods,
    .getset = bytesio_getset,
    .trace = bytesio_trace,
    .flags = TYPE_BASE,
    .doc = "Buffered I/O implementation using an in-memory bytes buffer.",
};
