/* Writing through a buffer. */
#include <string.h>

#include "modules/io/buffered.h"
#include "types/exception.h"
#include "types/int.h"

static void store(Buffered *self, const char *data, intptr_t size)
{
    memcpy(self->memory->data + self->pending, data, (size_t)size);
    store_relaxed(&self->pending, self->pending + size);
}

/* The buffer could not be written out: takes as much as fits. The pending exception stays if it
 * is another one than BlockingIOError, or if not all fits. */
static bool store_what_fits(Buffered *self, const char *data, intptr_t size)
{
    if (!error_matches(BlockingIOError))
        return false;
    intptr_t room = self->size - self->pending;
    if (size <= room) {
        error_clear();
        store(self, data, size);
        return true;
    }
    store(self, data, room);
    error_clear();
    return raise_would_block(room);
}

/* Writes large data past the buffer, which is empty; the rest goes there. */
static bool write_directly(Buffered *self, const char *data, intptr_t size, Value keep)
{
    intptr_t done = 0;
    while (size - done > self->size) {
        intptr_t n = buffered_raw_write(self, data + done, size - done, keep);
        if (n == -1)
            return false;
        if (n == -2 && size - done > self->size) {
            store(self, data + done, self->size);
            return raise_would_block(done + self->size);
        }
        done += n;
        TRY(io_interrupted());
    }
    store(self, data + done, size - done);
    return true;
}

static bool write_locked(Buffered *self, const char *data, intptr_t size, Value keep)
{
    if (self->end != self->pos || self->end)
        TRY(buffered_rewind_locked(self));
    if (likely(size <= self->size - self->pending)) {
        store(self, data, size);
        return true;
    }
    if (!buffered_flush_locked(self))
        return store_what_fits(self, data, size);
    return write_directly(self, data, size, keep);
}

bool buffered_write(Buffered *self, const char *data, intptr_t size, Value keep)
{
    BUFFERED_LOCKED(self);
    TRY(buffered_check_open(self, "write to closed file"));
    return write_locked(self, data, size, keep);
}

METHOD(buffered_write_method, "write", "buffer, /",
       "Write buffer b to the IO stream.\n\n"
       "Return the number of bytes written, which is always\n"
       "the length of b in bytes.\n\n"
       "Raise BlockingIOError if the buffer is full and the\n"
       "underlying raw stream cannot accept more data at the moment.")
{
    BOUND_BUFFER(buffer);
    TRY(buffered_check(as_buffered(args[0])));
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    TRY(buffered_write(as_buffered(args[0]), buffer.data, buffer.size, kept_memory(&buffer)));
    return int_from(buffer.size);
}

MethodDef *const buffered_write_entry = M(buffered_write_method);
