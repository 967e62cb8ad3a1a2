/* The files of the buffered types among themselves. */
#ifndef WEFT_MODULES_IO_BUFFERED_H
#define WEFT_MODULES_IO_BUFFERED_H

#include "gc/heap.h"
#include "modules/io/io.h"

ALWAYS_INLINE Buffered *as_buffered(Value v)
{
    return (Buffered *)v;
}

/* ValueError if it is detached or was never initialised. */
bool buffered_check(Buffered *self) MUST_USE;
/* BUFFERED_LOCKED(self);  holds its lock to the end of the block, and it has a raw file all that
 * time; returns 0 on failure. */
#define BUFFERED_LOCKED(self_)                                                                     \
    IO_LOCKED((self_), &(self_)->lock);                                                            \
    TRY(buffered_check(self_))
/* ValueError with `message` if the raw file is closed. */
bool buffered_check_open(Buffered *self, const char *message) MUST_USE;
bool buffered_init(Buffered *self, Value raw, Value buffer_size) MUST_USE;

/* What a view on this memory has to keep, which may outlive the buffer's use. */
ALWAYS_INLINE Value kept_memory(const Buffer *buffer)
{
    return buffer->keep ? buffer->keep : buffer->owner;
}

/* One transfer. Bytes moved; -1: exception; -2: would block. `keep` is the memory that `data` is
 * in, or what never replaces it. */
intptr_t buffered_raw_read(Buffered *self, char *data, intptr_t size, Value keep);
intptr_t buffered_raw_write(Buffered *self, const char *data, intptr_t size, Value keep);
int64_t buffered_raw_tell(Buffered *self);
int64_t buffered_raw_seek(Buffered *self, int64_t offset, int whence);

/* Writes out what is pending. */
bool buffered_flush_locked(Buffered *self) MUST_USE;
/* Forgets what was read ahead: the raw file goes back to where the program thinks it is. */
bool buffered_rewind_locked(Buffered *self) MUST_USE;
Value buffered_seek_locked(Buffered *self, int64_t target, int whence) MUST_USE;
Value raise_would_block(intptr_t written); /* BlockingIOError */

Value buffered_next(Value self);
void buffered_trace(Object *self, Tracer *tracer);
void buffered_release(Object *self);
extern const GetSetDef buffered_getset[];
extern const MemberDef buffered_members[];
extern MethodDef *const buffered_common_methods[], *const buffered_read_methods[];
extern MethodDef *const buffered_write_entry;
extern MethodDef *const buffered_simple_flush_entry, *const buffered_flush_entry;
extern MethodDef *const buffered_readable_entry, *const buffered_writable_entry;

#endif
