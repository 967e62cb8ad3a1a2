/* Positions in a text file.
 *
 * What tell() returns is an opaque number, a Cookie: where to seek in the buffer, the decoder's
 * state there, how many bytes to decode and how many characters of these to skip. Mostly all but
 * the first are 0. Its fields are packed little-endian, so that it is the plain position then. */
#include <string.h>
#include <unistd.h>

#include "core/call.h"
#include "core/names.h"
#include "modules/io/text.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct Cookie {
    int64_t position;
    int32_t flags, bytes_to_feed, chars_to_skip;
    char need_eof;
} Cookie;

#define COOKIE_SIZE 21

static Value cookie_pack(const Cookie *c)
{
    unsigned char bytes[COOKIE_SIZE];
    memcpy(bytes, &c->position, 8);
    memcpy(bytes + 8, &c->flags, 4);
    memcpy(bytes + 12, &c->bytes_to_feed, 4);
    memcpy(bytes + 16, &c->chars_to_skip, 4);
    bytes[20] = (unsigned char)c->need_eof;
    return int_from_bytes(bytes, sizeof bytes, true, false);
}

static bool cookie_unpack(Value number, Cookie *c)
{
    unsigned char bytes[COOKIE_SIZE];
    TRY(int_to_bytes(number, bytes, sizeof bytes, true, false));
    memcpy(&c->position, bytes, 8);
    memcpy(&c->flags, bytes + 8, 4);
    memcpy(&c->bytes_to_feed, bytes + 12, 4);
    memcpy(&c->chars_to_skip, bytes + 16, 4);
    c->need_eof = (char)bytes[20];
    return true;
}

/* ---- tell with a C codec
 * ---------------------------------------------------------------------------- */

/* Characters that come of the first bytes of the chunk; -1 on failure. */
static intptr_t count_native(TextWrapper *self, const Bytes *chunk, intptr_t start, intptr_t end,
                             bool final, intptr_t *consumed)
{
    bool cut;
    int seen = 0;
    Value text =
        text_decode_native(self, chunk->data + start, end - start, final, consumed, &cut, &seen);
    return text ? str_length(text) : -1;
}

/* The bytes of the first `used` characters of a chunk that is well-formed UTF-8 or has one byte a
 * character; -1 if it is not. */
static intptr_t walk_native(TextWrapper *self, const Bytes *chunk, intptr_t used)
{
    const unsigned char *p = (const unsigned char *)chunk->data, *end = p + chunk->length;
    bool pairs = self->mode.translate;
    for (; used > 0; used--) {
        if (p >= end)
            return -1;
        if (*p == '\r' && pairs && p + 1 < end && p[1] == '\n')
            p += 2;
        else if (*p < 0x80 || self->codec == CODEC_LATIN1)
            p++;
        else if (self->codec == CODEC_UTF8 && *p >= 0xc2)
            p += *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
        else
            return -1;
    }
    return p <= end ? p - (const unsigned char *)chunk->data : -1;
}

/* The same for a chunk with malformed bytes, of which an error handler made characters. */
static bool search_native(TextWrapper *self, const Bytes *chunk, Cookie *c, intptr_t used)
{
    intptr_t low = 0, high = chunk->length, consumed, start = 0, skipped = 0;
    while (low <= high) { /* the longest beginning with no more characters than that */
        intptr_t middle = low + (high - low) / 2;
        intptr_t n = count_native(self, chunk, 0, middle, false, &consumed);
        if (n < 0)
            return false;
        if (n <= used) {
            low = middle + 1;
            start = consumed;
            skipped = n;
        } else {
            high = middle - 1;
        }
    }
    c->position += start;
    c->chars_to_skip = (int32_t)(used - skipped);
    if (!c->chars_to_skip)
        return true;
    for (intptr_t size = 1; start + size <= chunk->length; size++) {
        intptr_t n = count_native(self, chunk, start, start + size, true, &consumed);
        if (n < 0)
            return false;
        if (n >= c->chars_to_skip) {
            c->bytes_to_feed = (int32_t)size;
            c->need_eof = 1;
            return true;
        }
    }
    return raise(OSError, "can't reconstruct logical file position");
}

static bool tell_native(TextWrapper *self, Cookie *c, intptr_t used)
{
    const Bytes *chunk = (Bytes *)self->chunk;
    intptr_t size = text_errors(self) ? -1 : walk_native(self, chunk, used);
    if (size < 0)
        return search_native(self, chunk, c, used);
    c->position += size;
    return true;
}

/* ---- tell with a decoder object
 * ------------------------------------------------------------------------ */

/* The decoder's own code may have made this file anew, with a C codec: then there is none. */
static Value decoder_of(TextWrapper *self)
{
    return self->decoder ? self->decoder
                         : raise(ValueError, "I/O operation on uninitialized object");
}

static bool set_state(TextWrapper *self, int32_t flags)
{
    Value state = TRY(tuple_of(TRY(bytes_empty()), int_small(flags)));
    return call_method1(TRY(decoder_of(self)), io_names.setstate, state) != 0;
}

/* Feeds bytes to the decoder: characters that came out, -1 on failure. */
static intptr_t feed(TextWrapper *self, const char *data, intptr_t size, bool final)
{
    Value bytes = TRY_OR(bytes_from(data, (size_t)size), -1);
    Value decoder = TRY_OR(decoder_of(self), -1);
    Value text = call_method2(decoder, io_names.decode, bytes, bool_value(final));
    if (!text)
        return -1;
    if (!is_str(text)) {
        raise(TypeError, "decoder should return a string result, not '%T'", text);
        return -1;
    }
    return str_length(text);
}

/* Whether the decoder holds nothing back: then its flags are all of its state. */
static bool is_safe_point(TextWrapper *self, int32_t *flags, intptr_t *held)
{
    Value bytes;
    TRY(text_decoder_state(self, &bytes, flags));
    *held = ((Bytes *)bytes)->length;
    return true;
}

/* A beginning of the chunk, as long as possible, that ends at a safe point and has no more than
 * `used` characters: its size, and in *c the flags and the characters that remain. */
static intptr_t find_safe_start(TextWrapper *self, const Bytes *chunk, Cookie *c, intptr_t used)
{
    intptr_t size = (intptr_t)(self->bytes_per_char * (double)used), step = 1, held;
    int32_t flags;
    if (size > chunk->length)
        size = chunk->length;
    while (size > 0) {
        TRY_OR(set_state(self, self->chunk_flags), -1);
        intptr_t n = TRY_NOT_NEGATIVE(feed(self, chunk->data, size, false), -1);
        if (n <= used) {
            TRY_OR(is_safe_point(self, &flags, &held), -1);
            if (!held) {
                c->flags = flags;
                c->chars_to_skip = (int32_t)(used - n);
                return size;
            }
            size -= held;
        } else {
            size -= step;
            step *= 2;
        }
    }
    c->flags = self->chunk_flags;
    c->chars_to_skip = (int32_t)used;
    TRY_OR(set_state(self, self->chunk_flags), -1);
    return 0;
}

/* From the start byte by byte, remembering the last safe point. */
static bool feed_bytes(TextWrapper *self, const Bytes *chunk, intptr_t start, Cookie *c)
{
    intptr_t fed = 0, made = 0, held;
    int32_t flags;
    while (made < c->chars_to_skip && start + fed < chunk->length) {
        intptr_t n = TRY_NOT_NEGATIVE(feed(self, chunk->data + start + fed, 1, false), false);
        fed++;
        made += n;
        TRY(is_safe_point(self, &flags, &held));
        if (held || made > c->chars_to_skip)
            continue;
        c->position += fed;
        c->flags = flags;
        c->chars_to_skip -= (int32_t)made;
        start += fed;
        fed = made = 0;
    }
    if (made < c->chars_to_skip) {
        made += TRY_NOT_NEGATIVE(feed(self, "", 0, true), false);
        c->need_eof = 1;
        if (made < c->chars_to_skip)
            return raise(OSError, "can't reconstruct logical file position");
    }
    c->bytes_to_feed = (int32_t)fed;
    return true;
}

static bool tell_with_object(TextWrapper *self, Cookie *c, intptr_t used)
{
    const Bytes *chunk = (Bytes *)self->chunk;
    c->flags = self->chunk_flags;
    if (!used)
        return true;
    Value saved = TRY(call_method0(self->decoder, io_names.getstate));
    intptr_t start = find_safe_start(self, chunk, c, used);
    bool ok = start >= 0;
    if (ok) {
        c->position += start;
        ok = !c->chars_to_skip || feed_bytes(self, chunk, start, c);
    }
    Value failure = error_take();
    Value decoder = decoder_of(self);
    bool restored = decoder && call_method1(decoder, io_names.setstate, saved);
    io_chain(failure);
    return ok && restored;
}

METHOD(text_tell, "tell", "/",
       "Return the stream position as an opaque number.\n\n"
       "The return value of tell() can be given as input to seek(), to restore a\n"
       "previous stream position.")
{
    TextWrapper *self = as_text(args[0]);
    TRY(text_check(self));
    IO_LOCKED_NESTED(self, &self->lock);
    TRY(text_check_open(self));
    if (!self->seekable)
        return raise_unsupported("underlying stream is not seekable");
    if (!load_relaxed(&self->telling))
        return raise(OSError, "telling position disabled by next() call");
    TRY(text_flush_pending(self));
    TRY(call_method0(args[0], names.flush));
    Value position = TRY(call_method0(TRY(text_buffer(self)), io_names.tell));
    if (!self->chunk)
        return position;
    Cookie c = {0};
    TRY(index_as_int64(position, &c.position));
    if (!self->chunk) /* __index__ was Python code */
        return position;
    c.position -= ((Bytes *)self->chunk)->length;
    TRY(self->decoder ? tell_with_object(self, &c, self->used) : tell_native(self, &c, self->used));
    return cookie_pack(&c);
}

/* ---- seek
 * ---------------------------------------------------------------------------------------------- */

static Value seek_below(TextWrapper *self, Value position, int whence)
{
    return call_method2(TRY(text_buffer(self)), io_names.seek, position, int_small(whence));
}

static Value seek_to_end(TextWrapper *self)
{
    text_forget_decoded(self);
    TRY(text_reset_decoder(self));
    Value position = TRY(seek_below(self, int_small(0), SEEK_END));
    return text_reset_encoder(self, position == int_small(0)) ? position : 0;
}

static bool restore_decoder(TextWrapper *self, const Cookie *c)
{
    self->kept_size = 0;
    if (!self->decoder)
        return true;
    if (!c->position && !c->flags)
        return text_reset_decoder(self);
    return set_state(self, c->flags);
}

/* Decodes what lies between the place that could be sought and the position. */
static bool skip_characters(TextWrapper *self, const Cookie *c)
{
    Value buffer = TRY(text_buffer(self));
    Value input = TRY(call_method1(buffer, names.read, int_small(c->bytes_to_feed)));
    if (!is_bytes(input))
        return raise(TypeError, "underlying read() should have returned a bytes object, not '%T'",
                     input);
    Value text = TRY(text_decode(self, input, c->need_eof));
    gc_store(self, &self->chunk, input);
    self->chunk_flags = c->flags;
    if (str_length(text) < c->chars_to_skip)
        return raise(OSError, "can't restore logical file position");
    gc_store(self, &self->decoded, text);
    self->used = c->chars_to_skip;
    return true;
}

static Value seek_to_cookie(TextWrapper *self, Value number)
{
    Cookie c;
    if (int_sign(number) < 0)
        return raise(ValueError, "negative seek position %R", number);
    TRY(cookie_unpack(number, &c));
    TRY(seek_below(self, int_from(c.position), SEEK_SET));
    text_forget_decoded(self);
    TRY(restore_decoder(self, &c));
    if (c.chars_to_skip) {
        TRY(skip_characters(self, &c));
    } else {
        gc_store(self, &self->chunk, TRY(bytes_empty()));
        self->chunk_flags = c.flags;
    }
    return text_reset_encoder(self, !c.position && !c.flags) ? number : 0;
}

METHOD(text_seek, "seek", "cookie, whence=0, /",
       "Set the stream position, and return the new stream position.\n\n"
       "  cookie\n    Zero or an opaque number returned by tell().\n"
       "  whence\n    The relative position to seek from.\n\n"
       "Four operations are supported, given by the following argument\ncombinations:\n\n"
       "- seek(0, SEEK_SET): Rewind to the start of the stream.\n"
       "- seek(cookie, SEEK_SET): Restore a previous position.\n"
       "- seek(0, SEEK_END): Fast-forward to the end of the stream.\n"
       "- seek(0, SEEK_CUR): Leave the current stream position unchanged.\n\n"
       "Any other argument combinations are invalid,\nand may raise exceptions.")
{
    TextWrapper *self = as_text(args[0]);
    Value cookie = args[1];
    int whence;
    TRY(index_as_int(args[2], &whence));
    TRY(text_check(self));
    IO_LOCKED_NESTED(self, &self->lock);
    TRY(text_check_open(self));
    if (!self->seekable)
        return raise_unsupported("underlying stream is not seekable");
    if (whence < SEEK_SET || whence > SEEK_END)
        return raise(ValueError, "invalid whence (%d, should be %d, %d or %d)", whence, SEEK_SET,
                     SEEK_CUR, SEEK_END);
    if (whence != SEEK_SET) {
        int zero = TRY_NOT_NEGATIVE(object_equal(cookie, int_small(0)), 0);
        if (!zero)
            return raise_unsupported(whence == SEEK_CUR ? "can't do nonzero cur-relative seeks"
                                                        : "can't do nonzero end-relative seeks");
    }
    if (whence == SEEK_CUR)
        cookie = TRY(call_method0(args[0], io_names.tell));
    TRY(call_method0(args[0], names.flush));
    if (whence == SEEK_END)
        return seek_to_end(self);
    return seek_to_cookie(self, TRY(number_index(cookie)));
}

MethodDef *const text_seek_methods[] = {M(text_tell), M(text_seek), 0};
