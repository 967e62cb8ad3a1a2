/* What BufferedReader, BufferedWriter and BufferedRandom have in common: see Buffered in io.h.
 * Calls of the raw file; flush, position, close. Reading and writing are in files of their own. */
#include "modules/io/buffered.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "core/call.h"
#include "core/names.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/str.h"

/* ---- state -------------------------------------------------------------------------------------
 */

void buffered_trace(Object *o, Tracer *tracer)
{
    Buffered *self = (Buffered *)o;
    gc_visit(tracer, self->raw);
    gc_visit(tracer, (Value)self->memory);
}

void buffered_release(Object *o)
{
    writer_unregister(&((Buffered *)o)->open_writer);
}

bool buffered_check(Buffered *self)
{
    if (likely(load_acquire(&self->raw) != 0 && load_relaxed(&self->memory)))
        return true;
    if (load_relaxed(&self->detached))
        return raise(ValueError, "raw stream has been detached");
    return raise(ValueError, "I/O operation on uninitialized object");
}

/* The raw file, for who does not hold the lock; 0 with a ValueError. */
static Value raw_of(Buffered *self)
{
    Value raw = load_acquire(&self->raw);
    if (raw || !buffered_check(self))
        return raw;
    return raise(ValueError, "I/O operation on uninitialized object");
}

/* 1, 0, or -1 with an exception. The lock need not be held. */
static int is_closed(Buffered *self)
{
    Value raw = TRY_OR(raw_of(self), -1);
    if (likely(load_relaxed(&self->raw_is_fileio) && is_exact_fileio(raw)))
        return load_relaxed(&((FileIO *)raw)->fd) < 0;
    return io_is_closed(raw);
}

bool buffered_check_open(Buffered *self, const char *message)
{
    int closed = is_closed(self);
    if (closed > 0)
        raise(ValueError, "%s", message);
    return closed == 0;
}

bool buffered_init(Buffered *self, Value raw, Value buffer_size)
{
    intptr_t size;
    TRY(index_as_intptr_or(buffer_size, &size, OverflowError));
    if (size <= 0)
        return raise(ValueError, "buffer size must be strictly positive");
    Raw *memory = TRY(raw_new(size));
    store_relaxed(&self->detached, false);
    store_relaxed(&self->raw_is_fileio, is_exact_fileio(raw) && is_exact_buffered((Value)self));
    self->pos = self->end = 0;
    store_relaxed(&self->pending, 0);
    store_relaxed(&self->size, size);
    gc_store(self, &self->raw, raw);
    gc_store(self, &self->memory, memory);
    if (buffered_raw_tell(self) < 0)
        error_clear();
    return !self->writable || self->open_writer ||
           writer_register((Value)self, false, &self->open_writer);
}

/* ---- the raw file
 * -------------------------------------------------------------------------------- */

/* What a raw method returned, as a count; -1 on failure. */
static intptr_t transferred(Value result, intptr_t size, const char *what)
{
    intptr_t n;
    if (!result)
        return -1;
    if (result == None)
        return -2;
    if (!index_as_intptr_or(result, &n, ValueError)) {
        if (error_matches(TypeError) || error_matches(ValueError))
            raise_from(OSError, "raw %s() failed", what);
        return -1;
    }
    if (n < 0 || n > size) {
        raise(OSError, "raw %s() returned invalid length %zd (should have been between 0 and %zd)",
              what, n, size);
        return -1;
    }
    return n;
}

/* Calls a raw method with a view on memory that lives as long as `keep`. */
static intptr_t call_with_view(Buffered *self, Value method, const char *what, char *data,
                               intptr_t size, Value keep)
{
    Value view = TRY_OR(memoryview_from_memory(data, size, method == names.write, keep), -1);
    Value result;
    do
        result = call_method1(self->raw, method, view);
    while (!result && io_error_is_eintr() && io_interrupted());
    return transferred(result, size, what);
}

intptr_t buffered_raw_read(Buffered *self, char *data, intptr_t size, Value keep)
{
    intptr_t n;
    if (self->raw_is_fileio)
        n = fileio_read_into((FileIO *)self->raw, data, size);
    else
        n = call_with_view(self, io_names.readinto, "readinto", data, size, keep);
    if (n > 0 && self->raw_position >= 0)
        self->raw_position += n;
    return n;
}

intptr_t buffered_raw_write(Buffered *self, const char *data, intptr_t size, Value keep)
{
    intptr_t n;
    if (self->raw_is_fileio)
        n = fileio_write_from((FileIO *)self->raw, data, size);
    else
        n = call_with_view(self, names.write, "write", (char *)data, size, keep);
    if (n > 0 && self->raw_position >= 0)
        self->raw_position += n;
    return n;
}

static int64_t position_from(Buffered *self, Value result)
{
    int64_t position;
    if (!result || !index_as_int64(result, &position))
        return -1;
    if (position < 0) {
        raise(OSError, "Raw stream returned invalid position %ld", (long)position);
        return -1;
    }
    self->raw_position = position;
    return position;
}

int64_t buffered_raw_tell(Buffered *self)
{
    self->raw_position = -1;
    if (self->raw_is_fileio)
        return self->raw_position = fileio_seek_to((FileIO *)self->raw, 0, SEEK_CUR);
    return position_from(self, call_method0(self->raw, io_names.tell));
}

int64_t buffered_raw_seek(Buffered *self, int64_t offset, int whence)
{
    self->raw_position = -1;
    if (self->raw_is_fileio)
        return self->raw_position = fileio_seek_to((FileIO *)self->raw, offset, whence);
    return position_from(
        self, call_method2(self->raw, io_names.seek, int_from(offset), int_small(whence)));
}

/* ---- writing out
 * ----------------------------------------------------------------------------------- */

Value raise_would_block(intptr_t written)
{
    Value text = TRY(str_from_cstring("write could not complete without blocking"));
    Value e = TRY(call3((Value)BlockingIOError, int_small(EAGAIN), text, int_from(written)));
    return raise_object(e);
}

/* Takes the first `written` of the pending bytes out. */
static void drop_written(Buffered *self, intptr_t written)
{
    intptr_t rest = self->pending - written;
    if (rest)
        memmove(self->memory->data, self->memory->data + written, (size_t)rest);
    store_relaxed(&self->pending, rest);
}

bool buffered_flush_locked(Buffered *self)
{
    intptr_t done = 0;
    bool ok = true;
    while (ok && done < self->pending) {
        intptr_t n = buffered_raw_write(self, self->memory->data + done, self->pending - done,
                                        (Value)self->memory);
        if (n == -2)
            raise_would_block(0);
        ok = n >= 0;
        if (ok) {
            done += n;
            ok = io_interrupted();
        }
    }
    drop_written(self, done);
    return ok;
}

bool buffered_rewind_locked(Buffered *self)
{
    intptr_t ahead = self->end - self->pos;
    if (ahead && buffered_raw_seek(self, -ahead, SEEK_CUR) < 0)
        return false;
    self->pos = self->end = 0;
    return true;
}

bool buffered_flush(Buffered *self)
{
    BUFFERED_LOCKED(self);
    TRY(buffered_check_open(self, "flush of closed file"));
    TRY(buffered_flush_locked(self));
    return !self->readable || buffered_rewind_locked(self);
}

bool buffered_flush_if_free(Buffered *self)
{
    if (!io_lock_try((Value)self, &self->lock))
        return true;
    bool ok = !self->raw || !self->pending || buffered_flush_locked(self);
    io_lock_leave((Value)self, &self->lock);
    return ok;
}

METHOD(buffered_flush_method, "flush", "/", 0)
{
    return buffered_flush(as_buffered(args[0])) ? None : 0;
}

METHOD(buffered_simple_flush, "flush", "/", 0)
{
    return call_method0(TRY(raw_of(as_buffered(args[0]))), names.flush);
}

/* ---- position
 * ----------------------------------------------------------------------------------------- */

int64_t buffered_tell(Buffered *self)
{
    TRY_OR(buffered_check(self), -1);
    int64_t position = buffered_raw_tell(self);
    if (position < 0)
        return -1;
    position += self->pending - (self->end - self->pos);
    return position < 0 ? 0 : position;
}

METHOD(buffered_tell_method, "tell", "/", 0)
{
    Buffered *self = as_buffered(args[0]);
    BUFFERED_LOCKED(self);
    return int_from(TRY_NOT_NEGATIVE(buffered_tell(self), 0));
}

/* Moves inside of what was read ahead: the new position, or -1 if it is not there. */
static int64_t seek_in_buffer(Buffered *self, int64_t target, int whence)
{
    int64_t raw = self->raw_position;
    if (raw < 0 || whence == SEEK_END || self->end == self->pos)
        return -1;
    int64_t current = raw - (self->end - self->pos);
    int64_t offset = whence == SEEK_SET ? target - current : target;
    if (offset < -self->pos || offset > self->end - self->pos)
        return -1;
    self->pos += offset;
    return current + offset;
}

Value buffered_seek_locked(Buffered *self, int64_t target, int whence)
{
    if (whence != SEEK_END && self->readable) {
        if (self->raw_position < 0 && buffered_raw_tell(self) < 0)
            return 0;
        int64_t position = seek_in_buffer(self, target, whence);
        if (position >= 0)
            return int_from(position);
    }
    TRY(buffered_flush_locked(self));
    if (whence == SEEK_CUR)
        target -= self->end - self->pos;
    int64_t position = buffered_raw_seek(self, target, whence);
    if (position < 0)
        return 0;
    self->pos = self->end = 0;
    return int_from(position);
}

METHOD(buffered_seek, "seek", "target, whence=0, /", 0)
{
    Buffered *self = as_buffered(args[0]);
    int64_t target;
    int whence;
    TRY(index_as_int(args[2], &whence));
    TRY(buffered_check(self));
    if (whence < 0 || whence > SEEK_HOLE)
        return raise(ValueError, "whence value %d unsupported", whence);
    TRY(buffered_check_open(self, "seek of closed file"));
    int seekable = TRY_NOT_NEGATIVE(io_call_flag(TRY(raw_of(self)), io_names.seekable), 0);
    if (!seekable)
        return raise_unsupported("File or stream is not seekable.");
    TRY(index_as_int64(args[1], &target));
    BUFFERED_LOCKED(self);
    return buffered_seek_locked(self, target, whence);
}

METHOD(buffered_truncate, "truncate", "pos=None, /", 0)
{
    Buffered *self = as_buffered(args[0]);
    TRY(buffered_check(self));
    TRY(buffered_check_open(self, "truncate of closed file"));
    if (!load_relaxed(&self->writable))
        return raise_unsupported("truncate");
    BUFFERED_LOCKED(self);
    TRY(buffered_flush_locked(self));
    TRY(buffered_rewind_locked(self));
    Value result = TRY(call_method1(self->raw, io_names.truncate, args[1]));
    if (buffered_raw_tell(self) < 0)
        error_clear();
    return result;
}

/* ---- the end
 * ------------------------------------------------------------------------------------------ */

METHOD(buffered_detach, "detach", "/", 0)
{
    Buffered *self = as_buffered(args[0]);
    TRY(buffered_check(self));
    TRY(call_method0(args[0], names.flush));
    BUFFERED_LOCKED(self);
    Value raw = self->raw;
    store_relaxed(&self->detached, true);
    gc_store(self, &self->raw, (Value)0);
    writer_unregister(&self->open_writer);
    return raw;
}

/* A failure to warn must not keep the file from closing. */
static void dealloc_warn(Buffered *self, Value source)
{
    Value raw = load_acquire(&self->raw);
    if (!raw)
        return;
    Value pending = error_take();
    if (!call_method1(raw, io_names._dealloc_warn, source))
        error_clear();
    error_restore(pending);
}

METHOD(buffered_dealloc_warn, "_dealloc_warn", "source, /", 0)
{
    dealloc_warn(as_buffered(args[0]), args[1]);
    return None;
}

static Value close_raw(Buffered *self)
{
    BUFFERED_LOCKED(self);
    Value result = call_method0(self->raw, names.close);
    if (result) {
        writer_unregister(&self->open_writer);
        store_relaxed(&self->pending, 0);
        self->pos = self->end = 0;
    }
    return result;
}

METHOD(buffered_close, "close", "/", 0)
{
    Buffered *self = as_buffered(args[0]);
    TRY(buffered_check(self));
    if (TRY_NOT_NEGATIVE(is_closed(self), 0))
        return None;
    if (load_relaxed(&self->finalizing))
        dealloc_warn(self, args[0]);
    Value flushed = call_method0(args[0], names.flush);
    Value failure = flushed ? 0 : error_take();
    Value closed = close_raw(self);
    io_chain(failure);
    return closed && flushed ? closed : 0;
}

/* ---- what the raw file knows
 * ---------------------------------------------------------------------------- */

static Value ask_raw(Value self, Value name)
{
    return call_method0(TRY(raw_of(as_buffered(self))), name);
}

METHOD(buffered_seekable, "seekable", "/", 0)
{
    return ask_raw(args[0], io_names.seekable);
}

METHOD(buffered_readable, "readable", "/", 0)
{
    return ask_raw(args[0], io_names.readable);
}

METHOD(buffered_writable, "writable", "/", 0)
{
    return ask_raw(args[0], io_names.writable);
}

METHOD(buffered_fileno, "fileno", "/", 0)
{
    return ask_raw(args[0], names.fileno);
}

METHOD(buffered_isatty, "isatty", "/", 0)
{
    return ask_raw(args[0], io_names.isatty);
}

METHOD(buffered_getstate, "__getstate__", "/", 0)
{
    return raise_cannot_pickle(args[0]);
}

METHOD(buffered_sizeof, "__sizeof__", "/", 0)
{
    Buffered *self = as_buffered(args[0]);
    const Raw *memory = load_acquire(&self->memory);
    return int_from((intptr_t)type_of(args[0])->size + (memory ? memory->size : 0));
}

static Value get_closed(Value self)
{
    return get_attr(TRY(raw_of(as_buffered(self))), io_names.closed);
}

static Value get_name(Value self)
{
    return get_attr(TRY(raw_of(as_buffered(self))), names.name);
}

static Value get_mode(Value self)
{
    return get_attr(TRY(raw_of(as_buffered(self))), io_names.mode);
}

const GetSetDef buffered_getset[] = {
    {"closed", get_closed, 0, 0}, {"name", get_name, 0, 0}, {"mode", get_mode, 0, 0}, {0}};

const MemberDef buffered_members[] = {
    {"raw", MEMBER_VALUE, offsetof(Buffered, raw), true, 0},
    {"_finalizing", MEMBER_BOOL8, offsetof(Buffered, finalizing), false, 0},
    {0}};

MethodDef *const buffered_common_methods[] = {
    M(buffered_detach),   M(buffered_close),        M(buffered_seekable), M(buffered_fileno),
    M(buffered_isatty),   M(buffered_dealloc_warn), M(buffered_seek),     M(buffered_tell_method),
    M(buffered_truncate), M(buffered_getstate),     M(buffered_sizeof),   0};
MethodDef *const buffered_simple_flush_entry = M(buffered_simple_flush);
MethodDef *const buffered_flush_entry = M(buffered_flush_method);
MethodDef *const buffered_readable_entry = M(buffered_readable);
MethodDef *const buffered_writable_entry = M(buffered_writable);
