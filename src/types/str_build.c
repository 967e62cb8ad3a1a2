/* StrBuilder: text in an array that grows and, when a wider character comes, widens. */
#include "types/str_inline.h"

#include "core/alloc.h"
#include "core/error.h"
#include "core/thread.h"

void builder_start(StrBuilder *b)
{
    b->data = b->small;
    b->length = 0;
    b->capacity = sizeof b->small;
    b->widest = 0;
    b->kind = 1;
    b->failed = false;
}

bool builder_grow(StrBuilder *b, intptr_t extra, uint32_t widest)
{
    if (b->failed)
        return false;
    unsigned width = char_width(widest);
    if (width < b->kind)
        width = b->kind;
    intptr_t need, bytes;
    if (__builtin_add_overflow(b->length, extra, &need) || need > INTPTR_MAX / 8)
        goto failed;
    intptr_t capacity = need <= b->capacity ? b->capacity : need + need / 2 + 32;
    bytes = capacity * (intptr_t)width;
    Raw *raw = raw_new(bytes);
    if (!raw) {
        b->failed = true;
        return false;
    }
    if (b->length)
        chars_copy(raw->data, width, 0, b->data, b->kind, 0, b->length);
    b->data = raw->data;
    b->capacity = capacity;
    b->kind = (uint8_t)width;
    return true;
failed:
    b->failed = true;
    raise_no_memory();
    return false;
}

void builder_add_char(StrBuilder *b, uint32_t c)
{
    if (builder_reserve(b, 1, c))
        char_put(b->data, b->kind, (size_t)b->length++, c);
}

void builder_add_ascii(StrBuilder *b, const char *text, size_t size)
{
    if (!builder_reserve(b, (intptr_t)size, 0x7f))
        return;
    chars_copy(b->data, b->kind, b->length, text, 1, 0, (intptr_t)size);
    b->length += (intptr_t)size;
}

void builder_add_cstring(StrBuilder *b, const char *ascii)
{
    builder_add_ascii(b, ascii, strlen(ascii));
}

void builder_add(StrBuilder *b, Value s)
{
    if (!s)
        b->failed = true;
    else if (as_str(s)->ascii)
        builder_put_ascii(b, str_data(s), (size_t)str_length(s));
    else if (builder_reserve(b, str_length(s), str_widest(s))) {
        chars_copy(b->data, b->kind, b->length, str_data(s), str_width(s), 0, str_length(s));
        b->length += str_length(s);
    }
}

void builder_add_part(StrBuilder *b, Value s, intptr_t start, intptr_t end)
{
    intptr_t count = end - start;
    if (count <= 0)
        return;
    unsigned width = str_width(s);
    if (as_str(s)->ascii) {
        builder_put_ascii(b, str_data(s) + start, (size_t)count);
        return;
    }
    uint32_t widest = largest_char(str_data(s) + start * (intptr_t)width, (size_t)count, width);
    if (!builder_reserve(b, count, widest))
        return;
    if (width <= b->kind)
        chars_copy(b->data, b->kind, b->length, str_data(s), width, start, count);
    else
        for (intptr_t i = 0; i < count; i++)
            char_put(b->data, b->kind, (size_t)(b->length + i), str_char(s, start + i));
    b->length += count;
}

void builder_fill(StrBuilder *b, uint32_t c, intptr_t count)
{
    if (count <= 0 || !builder_reserve(b, count, c))
        return;
    for (intptr_t i = 0; i < count; i++)
        char_put(b->data, b->kind, (size_t)(b->length + i), c);
    b->length += count;
}

Value builder_finish(StrBuilder *b)
{
    if (b->failed)
        return 0;
    if (b->length == 0)
        return str_empty();
    if (b->length == 1)
        return str_from_char(char_at(b->data, b->kind, 0));
    /* `widest` is exact in its width: pieces say the widest of their canonical kind. */
    Value s = TRY(str_new(b->length, b->widest));
    copy_long(str_data(s), b->data, (size_t)b->length * b->kind);
    return s;
}
