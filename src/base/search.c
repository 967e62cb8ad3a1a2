#include "base/search.h"

#include <string.h>
#include <wchar.h>
#include "base/utf8.h"

_Static_assert(sizeof(wchar_t) == 4, "wmemchr searches characters of four bytes");

static const char *at(const void *data, unsigned width, intptr_t i)
{
    return (const char *)data + i * (intptr_t)width;
}

/* Searches for the low byte with memchr, which is so much faster than a loop that false hits
 * do not matter unless they are frequent: then the loop takes over. */
static intptr_t search_char2(const uint16_t *data, intptr_t length, uint16_t c)
{
    const unsigned char *bytes = (const unsigned char *)data;
    intptr_t i = 0;
    unsigned char low = (unsigned char)c;
    for (int misses = 0; misses < 8 && length - i > 16 && low; misses++) {
        const unsigned char *hit = memchr(bytes + 2 * i, low, (size_t)(length - i) * 2);
        if (!hit)
            return -1;
        i = (hit - bytes) / 2;
        if (data[i] == c)
            return i;
        i++;
    }
    for (; i < length; i++)
        if (data[i] == c)
            return i;
    return -1;
}

intptr_t search_char(const void *data, intptr_t length, unsigned width, uint32_t c)
{
    if (width == 1) {
        const char *hit = c < 0x100 ? memchr(data, (int)c, (size_t)length) : NULL;
        return hit ? hit - (const char *)data : -1;
    }
    if (width == 2)
        return c < 0x10000 ? search_char2(data, length, (uint16_t)c) : -1;
    const wchar_t *hit = wmemchr(data, (wchar_t)c, (size_t)length);
    return hit ? hit - (const wchar_t *)data : -1;
}

intptr_t search_char_last(const void *data, intptr_t length, unsigned width, uint32_t c)
{
    if (width == 1) {
        const char *hit = c < 0x100 ? memrchr(data, (int)c, (size_t)length) : NULL;
        return hit ? hit - (const char *)data : -1;
    }
    for (intptr_t i = length - 1; i >= 0; i--)
        if (char_at(data, width, (size_t)i) == c)
            return i;
    return -1;
}

/* ---- Two-way search --------------------------------------------------------------------- */

/* The start of the maximal suffix of part, minus 1, and its period; `reversed` turns the
 * order of characters around. */
ALWAYS_INLINE intptr_t maximal_suffix(const void *part, intptr_t m, unsigned width, bool reversed,
                                      intptr_t *period)
{
    intptr_t suffix = -1, j = 0, k = 1, p = 1;
    while (j + k < m) {
        uint32_t a = char_at(part, width, (size_t)(j + k));
        uint32_t b = char_at(part, width, (size_t)(suffix + k));
        if (a == b) {
            if (k == p) {
                j += p;
                k = 1;
            } else
                k++;
        } else if (reversed ? a > b : a < b) {
            j += k;
            k = 1;
            p = j - suffix;
        } else {
            suffix = j++;
            k = p = 1;
        }
    }
    *period = p;
    return suffix;
}

/* Splits part at a critical position: the right half starts at the result. */
ALWAYS_INLINE intptr_t critical_factorization(const void *part, intptr_t m, unsigned width,
                                              intptr_t *period)
{
    intptr_t p1, p2;
    intptr_t s1 = maximal_suffix(part, m, width, false, &p1);
    intptr_t s2 = maximal_suffix(part, m, width, true, &p2);
    *period = s1 > s2 ? p1 : p2;
    return (s1 > s2 ? s1 : s2) + 1;
}

ALWAYS_INLINE intptr_t two_way(const void *data, intptr_t n, const void *part, intptr_t m,
                               unsigned width)
{
    intptr_t period, split = critical_factorization(part, m, width, &period);
    bool periodic =
        split + period <= m && !memcmp(part, at(part, width, period), (size_t)split * width);
    if (!periodic)
        period = (split > m - split ? split : m - split) + 1;
    intptr_t known = 0; /* characters of the left half known to match, if periodic */
    for (intptr_t pos = 0; pos <= n - m;) {
        intptr_t i = split > known ? split : known;
        if (!known && i == split) {
            intptr_t skip = search_char(at(data, width, pos + split), n - m - pos + 1, width,
                                        char_at(part, width, (size_t)split));
            if (skip < 0)
                return -1;
            pos += skip;
        }
        while (i < m && char_at(part, width, (size_t)i) == char_at(data, width, (size_t)(pos + i)))
            i++;
        if (i < m) {
            pos += i - split + 1;
            known = 0;
            continue;
        }
        i = split - 1;
        while (i >= known &&
               char_at(part, width, (size_t)i) == char_at(data, width, (size_t)(pos + i)))
            i--;
        if (i < known)
            return pos;
        pos += period;
        known = periodic ? m - period : 0;
    }
    return -1;
}

/* ---- Bytes ------------------------------------------------------------------------------ */

typedef uint8_t Vector __attribute__((vector_size(16)));

ALWAYS_INLINE Vector load_vector(const uint8_t *p)
{
    Vector v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* The middle of part, whose ends are known to be the same. */
ALWAYS_INLINE bool same_middle(const uint8_t *p, const uint8_t *part, intptr_t m)
{
    enum { SHORT = 10 }; /* than which a call of memcmp takes longer */
    if (m > SHORT)
        return p[1] == part[1] && !memcmp(p + 2, part + 2, (size_t)m - 3);
    for (intptr_t i = 1; i < m - 1; i++)
        if (p[i] != part[i])
            return false;
    return true;
}

/* Where part begins among the 8 positions from p that have a byte in `hits`, or 0. */
ALWAYS_INLINE const uint8_t *confirm(uint64_t hits, const uint8_t *p, const uint8_t *part,
                                     intptr_t m)
{
    while (hits) {
        unsigned i = (unsigned)__builtin_ctzll(hits) / 8;
        if (same_middle(p + i, part, m))
            return p + i;
        hits &= ~(UINT64_C(0xff) << (8 * i));
    }
    return 0;
}

/* A 0x80 byte for each of the 8 positions from p where the ends of part are. */
ALWAYS_INLINE uint64_t hits_of_8(const uint8_t *p, const uint8_t *part, intptr_t m)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), low = 0x7f * ones;
    uint64_t first, last;
    memcpy(&first, p, 8);
    memcpy(&last, p + m - 1, 8);
    uint64_t differ = (first ^ part[0] * ones) | (last ^ part[m - 1] * ones);
    return ~(((differ & low) + low) | differ | low);
}

/* The same for the few positions at the end of a text, or of a short one. */
static intptr_t search_end(const uint8_t *data, intptr_t i, intptr_t n, const uint8_t *part,
                           intptr_t m)
{
    intptr_t positions = n - m + 1;
    if (positions < 8) {
        for (; i < positions; i++)
            if (data[i] == part[0] && data[i + m - 1] == part[m - 1] &&
                same_middle(data + i, part, m))
                return i;
        return -1;
    }
    for (; i < positions; i += 8) {
        if (i > positions - 8)
            i = positions - 8;
        const uint8_t *hit = confirm(hits_of_8(data + i, part, m), data + i, part, m);
        if (hit)
            return hit - data;
    }
    return -1;
}

/* Compares the first and the last byte of part at 16 positions at once. Text where these two are
 * there without part too often is left to memmem, which takes linear time. */
static intptr_t search_bytes(const uint8_t *data, intptr_t n, const uint8_t *part, intptr_t m)
{
    if (n - m < 15)
        return search_end(data, 0, n, part, m);
    intptr_t i = 0, credit = 64;
    Vector first = part[0] - (Vector){0}, last = part[m - 1] - (Vector){0};
    for (; i + 16 + m - 1 <= n; i += 16, credit++) {
        Vector hits =
            (Vector)((load_vector(data + i) == first) & (load_vector(data + i + m - 1) == last));
        uint64_t words[2];
        memcpy(words, &hits, sizeof words);
        if (likely(!(words[0] | words[1])))
            continue;
        const uint8_t *hit = confirm(words[0], data + i, part, m);
        if (!hit)
            hit = confirm(words[1], data + i + 8, part, m);
        if (hit)
            return hit - data;
        credit -= 2 + m / 8;
        if (unlikely(credit < 0)) {
            hit = memmem(data + i, (size_t)(n - i), part, (size_t)m);
            return hit ? hit - data : -1;
        }
    }
    return search_end(data, i, n, part, m);
}

intptr_t search_first(const void *data, intptr_t length, const void *part, intptr_t part_length,
                      unsigned width)
{
    if (part_length > length)
        return -1;
    if (part_length <= 1)
        return part_length ? search_char(data, length, width, char_at(part, width, 0)) : 0;
    if (width == 1)
        return search_bytes(data, length, part, part_length);
    return width == 2 ? two_way(data, length, part, part_length, 2)
                      : two_way(data, length, part, part_length, 4);
}

intptr_t search_last(const void *data, intptr_t length, const void *part, intptr_t part_length,
                     unsigned width)
{
    if (part_length > length)
        return -1;
    if (part_length == 0)
        return length;
    uint32_t first = char_at(part, width, 0);
    for (intptr_t end = length - part_length + 1; end > 0;) {
        intptr_t i = search_char_last(data, end, width, first);
        if (i < 0 || !memcmp(at(data, width, i), part, (size_t)part_length * width))
            return i;
        end = i;
    }
    return -1;
}

/* Counts in bytes, for so long as these can't overflow: 16 at a time in a vector. */
VECTORIZED static intptr_t count_byte(const uint8_t *data, intptr_t length, uint8_t c)
{
    intptr_t total = 0;
    while (length > 0) {
        const intptr_t block = length < 240 ? length : 240;
        uint8_t count = 0;
        for (intptr_t i = 0; i < block; i++)
            count += data[i] == c;
        total += count;
        data += block;
        length -= block;
    }
    return total;
}

intptr_t search_count(const void *data, intptr_t length, const void *part, intptr_t part_length,
                      unsigned width, intptr_t limit)
{
    if (limit < 0)
        limit = INTPTR_MAX;
    if (part_length == 0)
        return length < limit ? length + 1 : limit;
    intptr_t count = 0;
    if (part_length == 1 && width == 1) {
        count = count_byte(data, length, *(const uint8_t *)part);
        return count < limit ? count : limit;
    }
    for (intptr_t pos = 0; count < limit; count++) {
        intptr_t i = search_first(at(data, width, pos), length - pos, part, part_length, width);
        if (i < 0)
            break;
        pos += i + part_length;
    }
    return count;
}
