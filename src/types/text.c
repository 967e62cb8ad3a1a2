#include "types/text.h"

#include "core/alloc.h"
#include "core/error.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/str_inline.h"

Text text_view_slow(Value self)
{
    Layout layout = (Layout)shape_of(self)->layout;
    if (layout == LAYOUT_STR)
        return (Text){str_data(self), str_length(self), str_width(self), layout, self};
    if (layout == LAYOUT_BYTES)
        return (Text){((Bytes *)self)->data, ((Bytes *)self)->length, 1, layout, self};
    ByteView view = bytearray_view(self);
    return (Text){view.data, view.length, 1, layout, self};
}

Text text_view_locked(Value self)
{
    Text text = text_view(self);
    text.data = read_outside(text.data, text.length);
    return text;
}

/* A copy of bytes that others may write meanwhile; it stays while it is on the stack. */
static const char *still(const char *data, intptr_t length)
{
    return ((Bytes *)TRY(bytes_from_seen(data, (size_t)length)))->data;
}

Text text_of_slow(Value self)
{
    Text text = text_view(self);
    if (text_moves(&text))
        WITH_LOCK (self) {
            text = text_view(self);
            text.data = still(text.data, text.length);
        }
    return text;
}

void text_argument_release_slow(TextArgument *argument)
{
    buffer_release(&argument->buffer);
}

static bool str_argument(const Text *text, Value v, const char *what, TextArgument *out)
{
    if (!is_str(v)) {
        raise(TypeError, *what ? "%smust be str, not %B" : "%smust be str, not %T", what, v);
        return false;
    }
    out->length = str_length(v);
    out->absent = str_width(v) > text->width;
    out->data = out->absent ? str_data(v) : str_chars_as(v, text->width);
    return out->data;
}

bool bytes_argument_once(Value v, TextArgument *out)
{
    TRY(buffer_get(v, &out->buffer, BUFFER_READ));
    out->held = true;
    out->data = out->buffer.data;
    out->length = out->buffer.size;
    return true;
}

bool bytes_argument(Value v, TextArgument *out)
{
    if (is_bytes(v) || is_bytearray(v)) {
        TEXT_OF(argument, v);
        out->data = argument.data;
        out->length = argument.length;
        return true;
    }
    TRY(bytes_argument_once(v, out));
    if (load_relaxed(&multithreaded) && !out->buffer.constant)
        out->data = TRY(still(out->data, out->length));
    return true;
}

intptr_t text_search_long(const char *data, intptr_t length, const char *part, intptr_t part_length,
                          unsigned width)
{
    intptr_t at = 0, found;
    if (part_length <= LONG_WORK_LEAST / 2) {
        found = search_first(data, LONG_WORK_LEAST, part, part_length, width);
        if (found >= 0)
            return found;
        at = LONG_WORK_LEAST - part_length;
    }
    LONG_WORK(length)
    {
        found = search_first(data + at * (intptr_t)width, length - at, part, part_length, width);
    }
    return found < 0 ? -1 : at + found;
}

bool text_argument(const Text *text, Value v, const char *what, TextArgument *out)
{
    return text->layout == LAYOUT_STR ? str_argument(text, v, what, out) : bytes_argument(v, out);
}

bool text_argument_or_byte(const Text *text, Value v, const char *what, TextArgument *out)
{
    if (text->layout == LAYOUT_STR)
        return str_argument(text, v, what, out);
    if (is_bytes(v) || has_buffer(v))
        return text_argument(text, v, what, out);
    if (!has_index(v)) {
        raise(TypeError, "argument should be integer or bytes-like object, not '%T'", v);
        return false;
    }
    int byte;
    if (!byte_value(v, &byte))
        return false;
    out->byte = (char)byte;
    out->data = &out->byte;
    out->length = 1;
    return true;
}

Value text_part(const Text *text, intptr_t start, intptr_t end)
{
    if (text->layout == LAYOUT_STR)
        return str_substring(text->owner, start, end);
    if (text->layout == LAYOUT_BYTEARRAY)
        return bytearray_from(text->data + start, (size_t)(end - start));
    if (start == 0 && end == text->length && has_shape(text->owner, SHAPE_BYTES))
        return text->owner;
    return bytes_from(text->data + start, (size_t)(end - start));
}

Value text_whole(const Text *text)
{
    return text_part(text, 0, text->length);
}

uint32_t text_widest(const Text *text)
{
    return text->layout == LAYOUT_STR ? str_widest(text->owner) : 0xff;
}

Value text_new(const Text *text, intptr_t length, uint32_t widest, char **data, unsigned *width)
{
    Value result;
    *width = 1;
    if (text->layout == LAYOUT_STR) {
        result = TRY(str_new(length, widest));
        *width = str_width(result);
        *data = str_data(result);
    } else if (text->layout == LAYOUT_BYTES) {
        result = TRY(bytes_new(length));
        *data = ((Bytes *)result)->data;
    } else {
        result = TRY(bytearray_new(length));
        *data = bytearray_view(result).data;
    }
    return result;
}

bool text_slice_index(Value v, intptr_t *out)
{
    if (!has_index(v)) {
        raise(TypeError, "slice indices must be integers or None or have an __index__ method");
        return false;
    }
    return index_as_intptr_clipped(v, out);
}

bool text_bounds(Value start, Value end, intptr_t *from, intptr_t *to)
{
    *from = 0;
    *to = INTPTR_MAX;
    if (start && start != None && !text_slice_index(start, from))
        return false;
    return !end || end == None || text_slice_index(end, to);
}

void text_clip(intptr_t length, intptr_t *from, intptr_t *to)
{
    if (*to > length)
        *to = length;
    else if (*to < 0 && (*to += length) < 0)
        *to = 0;
    if (*from < 0 && (*from += length) < 0)
        *from = 0;
}

bool text_range_slow(intptr_t length, Value start, Value end, intptr_t *from, intptr_t *to)
{
    if (!text_bounds(start, end, from, to))
        return false;
    text_clip(length, from, to);
    return true;
}

MethodDef *const *text_join_tables(MethodDef **out, size_t capacity,
                                   MethodDef *const *const *tables)
{
    size_t count = 0;
    for (; *tables; tables++)
        for (MethodDef *const *p = *tables; *p; p++) {
            CHECK(count + 1 < capacity);
            out[count++] = *p;
        }
    out[count] = 0;
    return out;
}
