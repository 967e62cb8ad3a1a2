/* A checksum is the remainder of the data, as a polynomial over GF(2), by the CRC's polynomial. So
 * what stands before 16 bytes of data may be replaced by 16 bytes with the same remainder at that
 * distance, which two products without carries make of 16 others: four times as much data as the
 * tables of zlib take in the same time, and more (Gopal et al., "Fast CRC Computation for Generic
 * Polynomials Using PCLMULQDQ Instruction", 2009). What is left in the end is zlib's. */
#include "base/crc32.h"

#include <zlib.h>

#ifdef __x86_64__
#include <immintrin.h>

#define FOLDING __attribute__((target("pclmul,sse4.1")))

typedef struct Distance {
    uint64_t low, high; /* for the first and the second half of the 16 bytes */
} Distance;

enum { LANES = 4, STEP = LANES * sizeof(__m128i) };

/* x to the power of 8 * bytes + 32 and of 8 * bytes - 32 modulo the polynomial, bits reversed and
 * shifted once, as products of reversed operands are. */
static const Distance one_lane = {0x1751997d0, 0x0ccaa009e};  /* 16 bytes */
static const Distance all_lanes = {0x154442bd4, 0x1c6e41596}; /* 64 */

FOLDING static inline __m128i fold(__m128i before, __m128i by, __m128i data)
{
    __m128i low = _mm_clmulepi64_si128(before, by, 0x00);
    __m128i high = _mm_clmulepi64_si128(before, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), data);
}

FOLDING static inline __m128i load(const unsigned char *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

FOLDING static inline __m128i load_distance(Distance d)
{
    return _mm_set_epi64x((int64_t)d.high, (int64_t)d.low);
}

/* For at least STEP bytes: folds whole lanes, and says how many bytes these were. */
FOLDING static uint32_t fold_all(uint32_t crc, const unsigned char *data, size_t length,
                                 size_t *done)
{
    __m128i lanes[LANES], by = load_distance(all_lanes);
    for (unsigned i = 0; i < LANES; i++)
        lanes[i] = load(data + i * sizeof(__m128i));
    lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi32_si128((int32_t)~crc));
    size_t at = STEP;
    for (; length - at >= STEP; at += STEP)
        for (unsigned i = 0; i < LANES; i++)
            lanes[i] = fold(lanes[i], by, load(data + at + i * sizeof(__m128i)));
    by = load_distance(one_lane);
    __m128i rest = lanes[0];
    for (unsigned i = 1; i < LANES; i++)
        rest = fold(rest, by, lanes[i]);
    unsigned char bytes[sizeof(__m128i)];
    _mm_storeu_si128((__m128i *)bytes, rest);
    *done = at;
    return (uint32_t)crc32_z(UINT32_MAX, bytes, sizeof bytes); /* which inverts it to 0 */
}

static bool can_fold(void)
{
    return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
}

#else

static bool can_fold(void)
{
    return false;
}

enum { STEP = 1 };

static uint32_t fold_all(uint32_t crc, const unsigned char *data UNUSED, size_t length UNUSED,
                         size_t *done)
{
    *done = 0;
    return crc;
}

#endif

uint32_t crc32_update(uint32_t crc, const void *data, size_t length)
{
    const unsigned char *bytes = data;
    size_t done = 0;
    if (length >= (size_t)STEP && can_fold())
        crc = fold_all(crc, bytes, length, &done);
    return (uint32_t)crc32_z(crc, bytes + done, length - done);
}
