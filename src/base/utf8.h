/* UTF-8 as Python sees it: strict, or with surrogates let through ("surrogatepass", which is
 * WTF-8 and wider: any surrogate, paired or not). Text in memory is an array of 1, 2 or 4 byte
 * characters: its width. */
#ifndef WEFT_BASE_UTF8_H
#define WEFT_BASE_UTF8_H

#include "base/common.h"

#define UNICODE_MAX 0x10ffffu

ALWAYS_INLINE bool is_surrogate(uint32_t c)
{
    return c >= 0xd800 && c <= 0xdfff;
}

/* Bytes per character that text with this largest character needs: 1 up to U+00FF, 2 up to
 * U+FFFF, else 4. */
ALWAYS_INLINE unsigned char_width(uint32_t largest)
{
    return largest < 0x100 ? 1 : largest < 0x10000 ? 2 : 4;
}

typedef struct Utf8Scan {
    size_t valid;       /* bytes up to the first error, or all */
    size_t count;       /* characters in them */
    uint32_t largest;   /* an upper bound of the same width and ASCII-ness as the largest one */
    size_t error_end;   /* if valid < length: the malformed bytes are [valid, error_end) */
    const char *reason; /* in CPython's words; 0 if there is no error */
} Utf8Scan;

/* Reads up to the first malformed sequence. The error is the longest prefix of a well-formed
 * sequence, at least one byte (Unicode 15, 3.9, "substitution of maximal subparts"). */
Utf8Scan utf8_scan(const void *bytes, size_t length, bool surrogates);

/* Decodes bytes that utf8_scan found valid, into characters of `width`, which must be enough. */
void utf8_decode(const void *bytes, size_t length, void *characters, unsigned width);

/* The character at *position of well-formed text, which moves on. */
uint32_t utf8_next(const unsigned char **position);

/* Writes one character, at most 4 bytes; returns how many. */
unsigned utf8_put(unsigned char *out, uint32_t character);

ALWAYS_INLINE unsigned utf8_size(uint32_t c)
{
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

/* Bytes that the characters take in UTF-8. *surrogate (unless 0) becomes the index of the
 * first surrogate, or `count`. */
size_t utf8_encoded_size(const void *characters, size_t count, unsigned width, size_t *surrogate);
/* Writes them; surrogates as three bytes. Returns the bytes written. */
size_t utf8_encode(const void *characters, size_t count, unsigned width, unsigned char *out);

/* An upper bound of the largest character, of the same width and ASCII-ness: to choose a width. */
uint32_t largest_char(const void *characters, size_t count, unsigned width);

/* The length of the leading ASCII part. */
size_t ascii_prefix(const void *bytes, size_t length);

ALWAYS_INLINE uint32_t char_at(const void *characters, unsigned width, size_t i)
{
    if (width == 1)
        return ((const uint8_t *)characters)[i];
    return width == 2 ? ((const uint16_t *)characters)[i] : ((const uint32_t *)characters)[i];
}

ALWAYS_INLINE void char_put(void *characters, unsigned width, size_t i, uint32_t c)
{
    if (width == 1)
        ((uint8_t *)characters)[i] = (uint8_t)c;
    else if (width == 2)
        ((uint16_t *)characters)[i] = (uint16_t)c;
    else
        ((uint32_t *)characters)[i] = c;
}

#endif
