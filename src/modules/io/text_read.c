/* Reading text. */
#include <string.h>

#include "base/utf8.h"
#include "core/call.h"
#include "core/names.h"
#include "modules/io/text.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"

void text_forget_decoded(TextWrapper *self)
{
    gc_store(self, &self->decoded, (Value)0);
    gc_store(self, &self->chunk, (Value)0);
    self->used = 0;
}

static void set_decoded(TextWrapper *self, Value text)
{
    gc_store(self, &self->decoded, text);
    self->used = 0;
}

static intptr_t available(const TextWrapper *self)
{
    return self->decoded ? str_length(self->decoded) - self->used : 0;
}

/* ---- chunks
 * --------------------------------------------------------------------------------------- */

/* Bytes from below, of any object with a buffer made to bytes. */
static Value read_below(TextWrapper *self, intptr_t size)
{
    Value buffer_below = TRY(text_buffer(self));
    if (self->buffer_is_ours)
        return buffered_read1((Buffered *)buffer_below, size);
    Value name = self->has_read1 ? io_names.read1 : names.read;
    Value count = TRY(int_from(size));
    Value input = TRY(call_method1(buffer_below, name, count));
    if (is_bytes(input))
        return input;
    BOUND_BUFFER(buffer);
    if (!buffer_get(input, &buffer, BUFFER_READ)) {
        buffer = (Buffer){0};
        error_clear();
        return raise(TypeError,
                     "underlying %s() should have returned a bytes-like object, not '%T'",
                     self->has_read1 ? "read1" : "read", input);
    }
    return bytes_from_seen(buffer.data, (size_t)buffer.size);
}

/* Decodes the next chunk: 1, 0 at the end of the file, -1 on failure. `hint`: characters wanted,
 * or 0. */
static int read_chunk(TextWrapper *self, intptr_t hint)
{
    if (!self->readable) {
        raise_unsupported("not readable");
        return -1;
    }
    intptr_t size = load_relaxed(&self->chunk_size);
    double wanted = (double)hint * self->bytes_per_char;
    if (wanted > (double)size && wanted < (double)INTPTR_MAX) /* beyond: as much as there is */
        size = (intptr_t)wanted;
    Value input = TRY_OR(read_below(self, size), -1);
    intptr_t length = ((Bytes *)input)->length;
    Value text = TRY_OR(text_decode_chunk(self, input, length == 0), -1);
    set_decoded(self, text);
    intptr_t count = str_length(text);
    self->bytes_per_char = count ? (double)length / (double)count : 0;
    return length != 0 || count != 0;
}

/* ---- read
 * --------------------------------------------------------------------------------------------- */

/* Up to `size` of the decoded characters. */
static Value take(TextWrapper *self, intptr_t size)
{
    intptr_t have = available(self);
    if (size > have)
        size = have;
    if (!size)
        return str_empty();
    Value text = self->decoded;
    if (self->used || size < have)
        text = TRY(str_substring(text, self->used, self->used + size));
    self->used += size;
    return text;
}

static Value read_all(TextWrapper *self)
{
    if (!self->readable)
        return raise_unsupported("not readable");
    Value buffer = TRY(text_buffer(self));
    Value input = self->buffer_is_ours ? buffered_read_all((Buffered *)buffer)
                                       : call_method0(buffer, names.read);
    TRY(input);
    if (input == None)
        input = TRY(bytes_empty());
    if (!is_bytes(input))
        return raise(TypeError,
                     "underlying read() should have returned a bytes-like object, not '%T'", input);
    Value rest = TRY(take(self, available(self)));
    Value text = TRY(text_decode(self, input, true));
    if (str_length(rest))
        text = TRY(str_concat(rest, text));
    text_forget_decoded(self);
    return text;
}

static Value read_size(TextWrapper *self, intptr_t size)
{
    Value first = TRY(take(self, size));
    if (str_length(first) == size)
        return first;
    StrBuilder b;
    builder_start(&b);
    builder_add(&b, first);
    intptr_t left = size - str_length(first);
    while (left > 0) {
        int more = read_chunk(self, left);
        if (more < 0)
            return 0;
        if (!more)
            break;
        Value part = TRY(take(self, left));
        builder_add(&b, part);
        left -= str_length(part);
    }
    return builder_finish(&b);
}

METHOD(text_read, "read", "size=-1, /",
       "Read at most size characters from stream.\n\n"
       "Read from underlying buffer until we have size characters or we hit EOF.\n"
       "If size is negative or omitted, read until EOF.")
{
    TextWrapper *self = as_text(args[0]);
    intptr_t size;
    TRY(size_argument(args[1], &size));
    TRY(text_check(self));
    IO_LOCKED_NESTED(self, &self->lock);
    TRY(text_check_open(self));
    if (!self->readable)
        return raise_unsupported("not readable");
    TRY(text_flush_pending(self));
    return size < 0 ? read_all(self) : read_size(self, size);
}

/* ---- lines
 * ---------------------------------------------------------------------------------------------- */

/* Index behind the line that begins at `start` of the decoded text, or -1 if it goes on. */
static intptr_t find_end(TextWrapper *self, intptr_t start)
{
    return line_end(self->decoded, start, str_length(self->decoded),
                    self->mode.universal && !self->mode.translate, self->mode.ending);
}

/* A "\r\n" that ends a line may be cut in half by the chunk's end. */
static bool ends_across_chunks(TextWrapper *self, const StrBuilder *line)
{
    if (self->mode.universal || self->mode.ending[1] != '\n' || !line->length || !available(self))
        return false;
    uint32_t last = char_at(line->data, line->kind, (size_t)line->length - 1);
    return last == '\r' && str_char(self->decoded, self->used) == '\n';
}

/* A line that is not complete in the decoded text. */
static Value read_long_line(TextWrapper *self, intptr_t limit)
{
    StrBuilder line;
    builder_start(&line);
    for (bool ended = false; !ended && !line.failed;) {
        intptr_t have = available(self), end = -1;
        if (have && ends_across_chunks(self, &line))
            end = self->used + 1;
        else if (have)
            end = find_end(self, self->used);
        ended = end >= 0;
        if (!ended)
            end = self->used + have;
        if (limit >= 0 && end - self->used >= limit - line.length) {
            end = self->used + limit - line.length;
            ended = true;
        }
        if (end > self->used)
            builder_add_part(&line, self->decoded, self->used, end);
        self->used = end;
        if (ended)
            break;
        int more = read_chunk(self, 0);
        if (more < 0)
            return 0;
        if (!more) {
            text_forget_decoded(self);
            break;
        }
    }
    return builder_finish(&line);
}

static Value read_line(TextWrapper *self, intptr_t limit)
{
    TRY(text_check_open(self));
    TRY(text_flush_pending(self));
    if (likely(limit < 0 && available(self))) {
        intptr_t end = find_end(self, self->used);
        if (likely(end >= 0)) {
            Value line = TRY(str_substring(self->decoded, self->used, end));
            self->used = end;
            return line;
        }
    }
    return read_long_line(self, limit);
}

METHOD(text_readline, "readline", "size=-1, /",
       "Read until newline or EOF.\n\n"
       "Return an empty string if EOF is hit immediately.\n"
       "If size is specified, at most size characters will be read.")
{
    TextWrapper *self = as_text(args[0]);
    intptr_t limit;
    TRY(size_argument(args[1], &limit));
    TRY(text_check(self));
    IO_LOCKED_NESTED(self, &self->lock);
    return read_line(self, limit);
}

static Value next_locked(TextWrapper *self)
{
    IO_LOCKED_NESTED(self, &self->lock);
    store_relaxed(&self->telling, false);
    return read_line(self, -1);
}

Value text_next(Value v)
{
    TextWrapper *self = as_text(v);
    Value line;
    TRY(text_check(self));
    if (likely(type_of(v) == &text_wrapper_type)) {
        line = TRY(next_locked(self));
    } else {
        store_relaxed(&self->telling, false);
        line = TRY(call_method0(v, names.readline));
        if (!is_str(line))
            return raise(OSError, "readline() should have returned a str object, not '%T'", line);
    }
    if (likely(str_length(line)))
        return line;
    IO_LOCKED_NESTED(self, &self->lock);
    gc_store(self, &self->chunk, (Value)0);
    store_relaxed(&self->telling, self->seekable);
    return 0;
}

MethodDef *const text_read_methods[] = {M(text_read), M(text_readline), 0};
