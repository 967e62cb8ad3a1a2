/* Reading through a buffer. */
#include <string.h>

#include "core/call.h"
#include "core/names.h"
#include "modules/io/buffered.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/list.h"

static intptr_t readahead(const Buffered *self)
{
    return self->end - self->pos;
}

static char *next_byte(Buffered *self)
{
    return self->memory->data + self->pos;
}

/* What was read ahead may still be had when the file is closed. */
static bool check_readable(Buffered *self, const char *message)
{
    return readahead(self) > 0 || buffered_check_open(self, message);
}

/* The next `size` bytes of the buffer, which has as many. */
static Value take(Buffered *self, intptr_t size)
{
    Value result = TRY(bytes_from(next_byte(self), (size_t)size));
    self->pos += size;
    return result;
}

/* Reads into the empty buffer once. As buffered_raw_read. */
static intptr_t fill(Buffered *self)
{
    self->pos = self->end = 0;
    intptr_t n = buffered_raw_read(self, self->memory->data, self->size, (Value)self->memory);
    if (n > 0)
        self->end = n;
    return n;
}

/* Before the raw file is read: pending bytes of a BufferedRandom are written. */
static bool prepare(Buffered *self)
{
    return !self->pending || buffered_flush_locked(self);
}

/* ---- read --------------------------------------------------------------------------------------
 */

/* Moves up to `size` bytes to `out`, with as many raw reads as that takes, unless `once`: then with
 * none if there was something in the buffer (but one more for readinto1 if much is left). Sets
 * *blocked if the last raw read would have blocked. -1 on failure. */
static intptr_t read_some(Buffered *self, char *out, intptr_t size, bool once, Value keep,
                          bool *blocked)
{
    intptr_t done = readahead(self) < size ? readahead(self) : size;
    memcpy(out, next_byte(self), (size_t)done);
    self->pos += done;
    *blocked = false;
    if (done == size || (once && done && size - done <= self->size))
        return done;
    TRY_OR(prepare(self), -1);
    while (done < size) {
        intptr_t left = size - done, n;
        bool direct = left >= self->size || (once && !self->writable);
        if (direct) {
            /* Whole buffers, so that the rest is read ahead. */
            intptr_t whole = once || left < self->size ? left : left - left % self->size;
            self->pos = self->end = 0;
            n = buffered_raw_read(self, out + done, whole, keep);
        } else {
            n = fill(self);
        }
        if (n == -1)
            return -1;
        *blocked = n == -2;
        if (n <= 0)
            break;
        if (!direct) {
            n = n < left ? n : left;
            memcpy(out + done, next_byte(self), (size_t)n);
            self->pos += n;
        }
        done += n;
        if (once)
            break;
    }
    return done;
}

static Value read_size(Buffered *self, intptr_t size)
{
    if (size <= readahead(self))
        return take(self, size);
    bool blocked;
    Value result = TRY(bytes_new(size));
    intptr_t n = read_some(self, ((Bytes *)result)->data, size, false, result, &blocked);
    if (n < 0)
        return 0;
    return !n && blocked ? None : bytes_shrink(result, n);
}

/* Read to the end with the raw file's read(), if it has no readall(). */
static Value read_parts(Buffered *self, BytesBuilder *all)
{
    for (;;) {
        Value part = TRY(call_method0(self->raw, names.read));
        if (part != None && !is_bytes(part))
            return raise(TypeError, "read() should return bytes");
        if (part == None || !((Bytes *)part)->length)
            return !all->length && part == None ? None : bytes_builder_finish(all);
        bytes_builder_add(all, ((Bytes *)part)->data, ((Bytes *)part)->length);
    }
}

static Value read_all_locked(Buffered *self)
{
    Value first = TRY(take(self, readahead(self))), readall;
    intptr_t have = ((Bytes *)first)->length;
    self->pos = self->end = 0;
    TRY(prepare(self));
    TRY(get_attr_optional(self->raw, io_names.readall, &readall));
    BytesBuilder all = {0};
    if (have)
        bytes_builder_add(&all, ((Bytes *)first)->data, have);
    self->raw_position = -1;
    if (!readall)
        return read_parts(self, &all);
    Value rest = TRY(call0(readall));
    if (rest == None)
        return have ? first : None;
    if (!is_bytes(rest))
        return raise(TypeError, "readall() should return bytes");
    if (!have)
        return rest;
    bytes_builder_add(&all, ((Bytes *)rest)->data, ((Bytes *)rest)->length);
    return bytes_builder_finish(&all);
}

Value buffered_read_all(Buffered *self)
{
    BUFFERED_LOCKED(self);
    TRY(check_readable(self, "read of closed file"));
    return read_all_locked(self);
}

METHOD(buffered_read, "read", "size=-1, /", 0)
{
    Buffered *self = as_buffered(args[0]);
    intptr_t size = -1;
    TRY(buffered_check(self));
    if (args[1] != None)
        TRY(index_as_intptr_or(args[1], &size, OverflowError));
    if (size < -1)
        return raise(ValueError, "read length must be non-negative or -1");
    BUFFERED_LOCKED(self);
    TRY(check_readable(self, "read of closed file"));
    return size < 0 ? read_all_locked(self) : read_size(self, size);
}

Value buffered_read1(Buffered *self, intptr_t size)
{
    TRY(buffered_check(self));
    BUFFERED_LOCKED(self);
    if (size < 0)
        size = self->size;
    TRY(check_readable(self, "read of closed file"));
    if (!size)
        return bytes_empty();
    intptr_t have = readahead(self);
    if (have)
        return take(self, size < have ? size : have);
    bool blocked;
    Value result = TRY(bytes_new(size));
    intptr_t n = read_some(self, ((Bytes *)result)->data, size, true, result, &blocked);
    return n < 0 ? 0 : bytes_shrink(result, n);
}

METHOD(buffered_read1_method, "read1", "size=-1, /", 0)
{
    intptr_t size = TRY_INDEX(args[1]);
    return buffered_read1(as_buffered(args[0]), size);
}

static Value read_into(Value *args, bool once, const char *name)
{
    Buffered *self = as_buffered(args[0]);
    BOUND_BUFFER(buffer);
    bool blocked;
    TRY(buffered_check(self));
    TRY(writable_buffer(args[1], name, &buffer));
    BUFFERED_LOCKED(self);
    TRY(check_readable(self, "readinto of closed file"));
    intptr_t n = read_some(self, buffer.data, buffer.size, once, kept_memory(&buffer), &blocked);
    if (n < 0)
        return 0;
    return !n && blocked ? None : int_from(n);
}

METHOD(buffered_readinto, "readinto", "buffer, /", 0)
{
    return read_into(args, false, "readinto");
}

METHOD(buffered_readinto1, "readinto1", "buffer, /", 0)
{
    return read_into(args, true, "readinto1");
}

METHOD(buffered_peek, "peek", "size=0, /", 0)
{
    Buffered *self = as_buffered(args[0]);
    TRY_INDEX(args[1]);
    BUFFERED_LOCKED(self);
    TRY(buffered_check_open(self, "peek of closed file"));
    TRY(prepare(self));
    if (!readahead(self) && fill(self) == -1)
        return 0;
    return bytes_from(next_byte(self), (size_t)readahead(self));
}

/* ---- lines
 * ---------------------------------------------------------------------------------------- */

/* The rest of a line that the buffer has only the beginning of. */
static Value read_long_line(Buffered *self, intptr_t limit)
{
    BytesBuilder line = {0};
    for (;;) {
        intptr_t have = readahead(self);
        if (limit >= 0 && have > limit - line.length)
            have = limit - line.length;
        const char *end = have ? memchr(next_byte(self), '\n', (size_t)have) : 0;
        if (end)
            have = end - next_byte(self) + 1;
        if (have)
            bytes_builder_add(&line, next_byte(self), have);
        self->pos += have;
        if (end || line.length == limit)
            break;
        TRY(prepare(self));
        intptr_t n = fill(self);
        if (n == -1)
            return 0;
        if (n <= 0)
            break;
    }
    return bytes_builder_finish(&line);
}

static Value read_line(Buffered *self, intptr_t limit)
{
    BUFFERED_LOCKED(self);
    TRY(check_readable(self, "readline of closed file"));
    intptr_t have = readahead(self);
    if (limit >= 0 && have > limit)
        have = limit;
    const char *end = have ? memchr(next_byte(self), '\n', (size_t)have) : 0;
    if (end)
        return take(self, end - next_byte(self) + 1);
    return have == limit ? take(self, have) : read_long_line(self, limit);
}

METHOD(buffered_readline, "readline", "size=-1, /", 0)
{
    intptr_t limit;
    TRY(size_argument(args[1], &limit));
    return read_line(as_buffered(args[0]), limit);
}

Value buffered_next(Value self)
{
    Value line;
    if (is_exact_buffered(self)) {
        line = TRY(read_line(as_buffered(self), -1));
    } else {
        line = TRY(call_method0(self, names.readline));
        if (!is_bytes(line))
            return raise(OSError, "readline() should have returned a bytes object, not '%T'", line);
    }
    return ((Bytes *)line)->length ? line : 0;
}

MethodDef *const buffered_read_methods[] = {M(buffered_read),
                                            M(buffered_peek),
                                            M(buffered_read1_method),
                                            M(buffered_readinto),
                                            M(buffered_readinto1),
                                            M(buffered_readline),
                                            0};
