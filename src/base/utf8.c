#include "base/utf8.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

ALWAYS_INLINE uint64_t load_word(const unsigned char *p)
{
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}

size_t ascii_prefix(const void *bytes, size_t length)
{
    const unsigned char *p = bytes;
    size_t i = 0;
    /* Text that is not ASCII has short runs of it, so the first word decides. */
    if (length >= 32 && !(load_word(p) & HIGH_BITS))
        for (i = 8; i + 32 <= length; i += 32)
            if ((load_word(p + i) | load_word(p + i + 8) | load_word(p + i + 16) |
                 load_word(p + i + 24)) &
                HIGH_BITS)
                break;
    for (; i + 8 <= length; i += 8) {
        uint64_t high = load_word(p + i) & HIGH_BITS;
        if (high)
            return i + (size_t)__builtin_ctzll(high) / 8;
    }
    while (i < length && p[i] < 0x80)
        i++;
    return i;
}

/* How a sequence that starts with a given byte goes on (Unicode 15, table 3-7): its length,
 * and the range of the second byte, which alone tells overlong forms, surrogates and what
 * is beyond U+10FFFF. Length 0: no sequence starts so. */
typedef struct Lead {
    unsigned length, low, high;
} Lead;

static Lead classify_lead(unsigned char lead, bool surrogates)
{
    if (lead < 0xc2)
        return (Lead){0, 0, 0};
    if (lead < 0xe0)
        return (Lead){2, 0x80, 0xbf};
    if (lead < 0xf0)
        return (Lead){3, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed && !surrogates ? 0x9f : 0xbf};
    if (lead < 0xf5)
        return (Lead){4, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf};
    return (Lead){0, 0, 0};
}

ALWAYS_INLINE bool is_tail(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* The bytes of the sequence at p that are well-formed; all of them: *complete. */
static size_t sequence_prefix(const unsigned char *p, size_t length, Lead lead, bool *complete)
{
    size_t i = 1;
    while (i < lead.length && i < length) {
        unsigned low = i == 1 ? lead.low : 0x80, high = i == 1 ? lead.high : 0xbf;
        if (p[i] < low || p[i] > high)
            break;
        i++;
    }
    *complete = i == lead.length;
    return i;
}

ALWAYS_INLINE uint32_t next_character(const unsigned char **position)
{
    const unsigned char *p = *position;
    if (p[0] < 0x80) {
        *position = p + 1;
        return p[0];
    }
    if (p[0] < 0xe0) {
        *position = p + 2;
        return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
    }
    if (p[0] < 0xf0) {
        *position = p + 3;
        return (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
    }
    *position = p + 4;
    return (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
}

uint32_t utf8_next(const unsigned char **position)
{
    return next_character(position);
}

Utf8Scan utf8_scan(const void *bytes, size_t length, bool surrogates)
{
    const unsigned char *start = bytes;
    Utf8Scan scan = {.largest = 0x7f};
    size_t i = 0;
    for (;;) {
        size_t ascii = ascii_prefix(start + i, length - i);
        i += ascii;
        scan.count += ascii;
        if (i == length)
            break;
        /* Two bytes, the most frequent, and three that are neither overlong nor surrogates. */
        while (length - i >= 3 && start[i] >= 0xc2 && start[i] < 0xf0 && is_tail(start[i + 1])) {
            const unsigned char *p = start + i;
            if (p[0] >= 0xe0 && (p[0] == 0xe0 || p[0] == 0xed || !is_tail(p[2])))
                break;
            uint32_t c = next_character(&p);
            if (c > scan.largest)
                scan.largest = c;
            scan.count++;
            i = (size_t)(p - start);
        }
        if (i == length)
            break;
        if (start[i] < 0x80)
            continue;
        Lead lead = classify_lead(start[i], surrogates);
        bool complete = false;
        size_t prefix = lead.length ? sequence_prefix(start + i, length - i, lead, &complete) : 1;
        if (!complete) {
            scan.error_end = i + prefix;
            scan.reason = !lead.length              ? "invalid start byte"
                          : scan.error_end < length ? "invalid continuation byte"
                                                    : "unexpected end of data";
            break;
        }
        const unsigned char *p = start + i;
        uint32_t c = next_character(&p);
        if (c > scan.largest)
            scan.largest = c;
        scan.count++;
        i += prefix;
    }
    scan.valid = i;
    return scan;
}

ALWAYS_INLINE void decode_as(const unsigned char *p, const unsigned char *end, void *out,
                             unsigned width)
{
    size_t i = 0;
    while (p < end) {
        if (end - p >= 8 && !(load_word(p) & HIGH_BITS)) {
            for (int k = 0; k < 8; k++)
                char_put(out, width, i + (size_t)k, p[k]);
            i += 8;
            p += 8;
        } else
            char_put(out, width, i++, next_character(&p));
    }
}

void utf8_decode(const void *bytes, size_t length, void *characters, unsigned width)
{
    const unsigned char *p = bytes;
    if (width == 1)
        decode_as(p, p + length, characters, 1);
    else if (width == 2)
        decode_as(p, p + length, characters, 2);
    else
        decode_as(p, p + length, characters, 4);
}

ALWAYS_INLINE unsigned put_character(unsigned char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (unsigned char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (unsigned char)(0xc0 | c >> 6);
        out[1] = (unsigned char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (unsigned char)(0xe0 | c >> 12);
        out[1] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (unsigned char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (unsigned char)(0xf0 | c >> 18);
    out[1] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (unsigned char)(0x80 | (c & 0x3f));
    return 4;
}

unsigned utf8_put(unsigned char *out, uint32_t c)
{
    return put_character(out, c);
}

/* The size in UTF-8; *first becomes the index of the first surrogate, if there is one. `fourth`:
 * has the character a fourth byte? */
#define MEASURE(Char, fourth)                                                                      \
    do {                                                                                           \
        const Char *p_ = characters;                                                               \
        for (size_t i_ = 0; i_ < count;) {                                                         \
            /* Few enough for the sums to fit in a Char. */                                        \
            size_t end_ = count - i_ < 64 ? count : i_ + 64;                                       \
            Char extra_ = 0, surrogates_ = 0;                                                      \
            for (; i_ < end_; i_++) {                                                              \
                Char c_ = p_[i_];                                                                  \
                extra_ = (Char)(extra_ + (c_ > 0x7f) + (c_ > 0x7ff) + (fourth));                   \
                surrogates_ = (Char)(surrogates_ + ((c_ & ~(Char)0x7ff) == 0xd800));               \
            }                                                                                      \
            bytes += extra_;                                                                       \
            found += surrogates_;                                                                  \
        }                                                                                          \
    } while (0)

VECTORIZED static size_t measure(const void *characters, size_t count, unsigned width,
                                 size_t *first)
{
    size_t bytes = count, found = 0;
    if (width == 2)
        MEASURE(uint16_t, 0);
    else
        MEASURE(uint32_t, c_ > 0xffff);
    for (size_t i = 0; found && i < count; i++)
        if (is_surrogate(char_at(characters, width, i))) {
            *first = i;
            break;
        }
    return bytes;
}

size_t utf8_encoded_size(const void *characters, size_t count, unsigned width, size_t *surrogate)
{
    size_t bytes = 0, first = count;
    if (width == 1) {
        const uint8_t *p = characters;
        bytes = count;
        for (size_t i = 0; i < count; i++)
            bytes += p[i] >> 7;
    } else
        bytes = measure(characters, count, width, &first);
    if (surrogate)
        *surrogate = first;
    return bytes;
}

ALWAYS_INLINE unsigned char *encode_as(const void *characters, size_t i, size_t count,
                                       unsigned width, unsigned char *p)
{
    for (; i < count; i++) {
        uint32_t c = char_at(characters, width, i);
        if (likely(c < 0x80))
            *p++ = (unsigned char)c;
        else
            p += put_character(p, c);
    }
    return p;
}

size_t utf8_encode(const void *characters, size_t count, unsigned width, unsigned char *out)
{
    unsigned char *p = out;
    size_t i = 0;
    if (width == 1) {
        i = ascii_prefix(characters, count);
        memcpy(p, characters, i);
        p += i;
    }
    if (width == 1)
        p = encode_as(characters, i, count, 1, p);
    else if (width == 2)
        p = encode_as(characters, i, count, 2, p);
    else
        p = encode_as(characters, i, count, 4, p);
    return (size_t)(p - out);
}

uint32_t largest_char(const void *characters, size_t count, unsigned width)
{
    if (width == 1)
        return ascii_prefix(characters, count) == count ? 0x7f : 0xff;
    /* The union of all bits has the width of the largest. */
    uint32_t bits = 0x7f;
    for (size_t i = 0; i < count; i++)
        bits |= char_at(characters, width, i);
    return bits > UNICODE_MAX ? UNICODE_MAX : bits;
}
