/* Writing text. */
#include <string.h>

#include "base/utf8.h"
#include "core/call.h"
#include "core/names.h"
#include "core/thread.h"
#include "modules/io/text.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/int.h"
#include "types/str.h"

/* ---- to the buffer ------------------------------------------------------------------------------
 */

/* Hands bytes over to the buffer below. */
static bool write_below(TextWrapper *self, const char *data, intptr_t size, Value keep)
{
    Value buffer = TRY(text_buffer(self));
    if (self->buffer_is_ours)
        return buffered_write((Buffered *)buffer, data, size, keep);
    Value bytes = is_bytes(keep) && ((Bytes *)keep)->length == size
                      ? keep
                      : TRY(bytes_from(data, (size_t)size));
    while (!call_method1(buffer, names.write, bytes))
        if (!io_error_is_eintr() || !io_interrupted())
            return false;
    return true;
}

/* The memory is taken out meanwhile: the buffer, or a signal handler, may write to this file. */
bool text_flush_pending(TextWrapper *self)
{
    intptr_t size = self->pending_size;
    Raw *memory = self->pending;
    if (!size)
        return true;
    store_relaxed(&self->pending_size, 0);
    gc_store(self, &self->pending, (Raw *)0);
    bool ok = write_below(self, memory->data, size, (Value)memory);
    if (!self->pending)
        gc_store(self, &self->pending, memory);
    return ok;
}

static bool flush_below(TextWrapper *self)
{
    Value buffer = TRY(text_buffer(self));
    if (self->buffer_is_ours && buffered_is_writer((Buffered *)buffer))
        return buffered_flush((Buffered *)buffer);
    return call_method0(buffer, names.flush) != 0;
}

bool text_flush(TextWrapper *self)
{
    store_relaxed(&self->telling, self->seekable);
    return text_flush_pending(self) && flush_below(self);
}

bool text_flush_if_free(TextWrapper *self)
{
    bool inside = load_relaxed(&self->lock.owner) == thread_self()->gc.id;
    if (!inside && !io_lock_try((Value)self, &self->lock))
        return true;
    bool ok = text_flush_pending(self);
    if (!inside)
        io_lock_leave((Value)self, &self->lock);
    return ok;
}

/* Room for `size` more bytes, at most a chunk in all; 0 on failure. */
static char *pending_room(TextWrapper *self, intptr_t size)
{
    intptr_t chunk_size = load_relaxed(&self->chunk_size);
    while (self->pending_size && self->pending_size + size > chunk_size)
        TRY(text_flush_pending(self));
    intptr_t capacity = self->pending ? self->pending->size : 0;
    if (self->pending_size + size > capacity) {
        intptr_t wanted = capacity * 4 > 256 ? capacity * 4 : 256;
        if (wanted > chunk_size)
            wanted = chunk_size;
        if (wanted < self->pending_size + size)
            wanted = self->pending_size + size;
        Raw *memory = TRY(raw_new(wanted));
        if (self->pending_size)
            memcpy(memory->data, self->pending->data, (size_t)self->pending_size);
        gc_store(self, &self->pending, memory);
    }
    return self->pending->data + self->pending_size;
}

static bool append(TextWrapper *self, const char *data, intptr_t size, Value keep)
{
    if (size >= load_relaxed(&self->chunk_size)) {
        while (self->pending_size)
            TRY(text_flush_pending(self));
        return write_below(self, data, size, keep);
    }
    char *room = TRY(pending_room(self, size));
    memcpy(room, data, (size_t)size);
    store_relaxed(&self->pending_size, self->pending_size + size);
    return true;
}

/* ---- encoding
 * ------------------------------------------------------------------------------------- */

static bool append_encoded(TextWrapper *self, Value bytes)
{
    TRY(bytes);
    if (!is_bytes(bytes))
        return raise(TypeError, "encoder should return a bytes object, not '%T'", bytes);
    return append(self, ((Bytes *)bytes)->data, ((Bytes *)bytes)->length, bytes);
}

/* Characters that are no ASCII, straight into the pending bytes. */
static bool append_utf8(TextWrapper *self, Value text)
{
    const Str *s = (const Str *)text;
    size_t surrogate, count = (size_t)s->length;
    size_t size = utf8_encoded_size(s->data, count, s->kind, &surrogate);
    if (surrogate < count || (intptr_t)size >= load_relaxed(&self->chunk_size))
        return append_encoded(self, codec_utf8_encode(text, text_errors(self)));
    char *room = TRY(pending_room(self, (intptr_t)size));
    utf8_encode(s->data, count, s->kind, (unsigned char *)room);
    store_relaxed(&self->pending_size, self->pending_size + (intptr_t)size);
    return true;
}

static bool encode(TextWrapper *self, Value text)
{
    const Str *s = (const Str *)text;
    switch ((TextCodec)self->codec) {
    case CODEC_OBJECT:
        return append_encoded(self, call_method1(self->encoder, io_names.encode, text));
    case CODEC_UTF8:
        return s->ascii ? append(self, s->data, s->length, text) : append_utf8(self, text);
    case CODEC_ASCII:
        if (s->ascii)
            return append(self, s->data, s->length, text);
        return append_encoded(self, codec_ascii_encode(text, text_errors(self)));
    case CODEC_LATIN1:
        if (s->kind == 1)
            return append(self, s->data, s->length, text);
        return append_encoded(self, codec_latin1_encode(text, text_errors(self)));
    }
    UNREACHABLE();
}

/* ---- write
 * ------------------------------------------------------------------------------------------ */

static bool has_char(const Str *s, unsigned char c)
{
    if (s->kind == 1)
        return memchr(s->data, c, (size_t)s->length) != 0;
    for (intptr_t i = 0; i < s->length; i++)
        if (char_at(s->data, s->kind, (size_t)i) == c)
            return true;
    return false;
}

/* In a file with positions, what was read ahead is not what is read next. */
static bool end_reading(TextWrapper *self)
{
    if (self->chunk)
        text_forget_decoded(self);
    return text_reset_decoder(self);
}

static bool write_locked(TextWrapper *self, Value text)
{
    const Str *s = (const Str *)text;
    bool flush = load_relaxed(&self->line_buffering) && (has_char(s, '\n') || has_char(s, '\r'));
    if (self->mode.written[0])
        text = TRY(newlines_written(text, self->mode.written));
    if (str_length(text))
        TRY(encode(self, text));
    if (self->pending_size >= load_relaxed(&self->chunk_size) || flush ||
        load_relaxed(&self->write_through))
        TRY(text_flush_pending(self));
    if (flush)
        TRY(flush_below(self));
    return end_reading(self);
}

METHOD(text_write, "write", "text, /",
       "Write string s to stream.\n\n"
       "Return the number of characters written\n"
       "(which is always equal to the length of the string).")
{
    TextWrapper *self = as_text(args[0]);
    if (unlikely(!is_str(args[1])))
        return raise(TypeError, "write() argument must be str, not %B", args[1]);
    TRY(text_check(self));
    IO_LOCKED_NESTED(self, &self->lock);
    TRY(text_check_open(self));
    if (!self->writable)
        return raise_unsupported("not writable");
    TRY(write_locked(self, args[1]));
    return int_from(str_length(args[1]));
}

METHOD(text_flush_method, "flush", "/",
       "Flush write buffers, if applicable.\n\n"
       "This is not implemented for read-only and non-blocking streams.")
{
    TextWrapper *self = as_text(args[0]);
    TRY(text_check(self));
    IO_LOCKED_NESTED(self, &self->lock);
    TRY(text_check_open(self));
    return text_flush(self) ? None : 0;
}

METHOD(text_truncate, "truncate", "pos=None, /",
       "Truncate file to size bytes.\n\n"
       "File pointer is left unchanged. Size defaults to the current IO position\n"
       "as reported by tell(). Return the new size.")
{
    TextWrapper *self = as_text(args[0]);
    TRY(text_check(self));
    TRY(call_method0(args[0], names.flush));
    return call_method1(TRY(text_buffer(self)), io_names.truncate, args[1]);
}

MethodDef *const text_write_methods[] = {M(text_write), M(text_flush_method), M(text_truncate), 0};
