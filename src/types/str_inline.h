/* What the files of str share: direct access to characters. */
#ifndef WEFT_TYPES_STR_INLINE_H
#define WEFT_TYPES_STR_INLINE_H

#include "base/copy.h"
#include "base/utf8.h"
#include "core/dialect.h"
#include "types/str.h"

ALWAYS_INLINE Str *as_str(Value v)
{
    return (Str *)v;
}

ALWAYS_INLINE char *str_data(Value v)
{
    return ((Str *)v)->data;
}

ALWAYS_INLINE unsigned str_width(Value v)
{
    return ((Str *)v)->kind;
}

/* The largest character that this str's representation allows: what str_new wants. */
ALWAYS_INLINE uint32_t str_widest(Value v)
{
    const Str *s = (const Str *)v;
    return s->ascii ? 0x7f : s->kind == 1 ? 0xff : s->kind == 2 ? 0xffff : UNICODE_MAX;
}

/* Copies `count` characters from one array to another, whose width is the same or larger. */
void chars_copy(void *to, unsigned to_width, intptr_t at, const void *from, unsigned from_width,
                intptr_t start, intptr_t count);

/* The characters of s as an array of `width`, which must be enough: its own, or a copy in the
 * heap. 0 with MemoryError. */
const void *str_chars_as(Value s, unsigned width);

/* Sets characters [at, at + count) of a str under construction. */
void str_fill(Value s, intptr_t at, intptr_t count, uint32_t c);

/* Makes a str that only the caller knows canonical, whose `widest` was an upper bound: itself,
 * or a narrower copy. */
Value str_canonical(Value fresh);

/* Fresh str with these characters, in the narrowest kind. */
Value str_from_chars(const void *characters, intptr_t length, unsigned width);

/* The str of UTF-8 that utf8_scan found valid throughout, and measured. */
Value str_from_scanned(const char *text, size_t size, const Utf8Scan *scan);

/* Makes room for `extra` more characters as wide as `widest`, where there is none. */
bool builder_grow(StrBuilder *b, intptr_t extra, uint32_t widest);

/* Room for them behind the last character; the caller counts them in `length`. */
ALWAYS_INLINE bool builder_reserve(StrBuilder *b, intptr_t extra, uint32_t widest)
{
    if (widest > b->widest)
        b->widest = widest;
    return likely(extra <= b->capacity - b->length && char_width(widest) <= b->kind) ||
           builder_grow(b, extra, widest);
}

/* builder_add_ascii for a few characters, where that is what a loop does. */
ALWAYS_INLINE void builder_put_ascii(StrBuilder *b, const char *text, size_t size)
{
    if (likely(b->kind == 1)) {
        if (builder_reserve(b, (intptr_t)size, 0x7f)) {
            copy_short(b->data + b->length, text, size);
            b->length += (intptr_t)size;
        }
    } else
        builder_add_ascii(b, text, size);
}

/* Makes the intern table; part of str_start_early. */
void str_intern_start(void);

/* A copy that is an instance of `type`, a subclass of str. */
Value str_copy_as(Type *type, Value s);

#endif
