#include "base/hex.h"

/* All is arithmetic on bytes: no tables, so that the compiler makes vector instructions of it. */

ALWAYS_INLINE uint8_t digit_of(uint8_t value)
{
    return (uint8_t)(value + '0' + (value > 9 ? 'a' - '0' - 10 : 0));
}

VECTORIZED void hex_encode(char *restrict out, const void *bytes, size_t count)
{
    const uint8_t *restrict in = bytes;
    for (size_t i = 0; i < count; i++) {
        uint8_t byte = in[i];
        out[2 * i] = (char)digit_of(byte >> 4);
        out[2 * i + 1] = (char)digit_of(byte & 15);
    }
}

/* The value of a digit, or at least 16. */
ALWAYS_INLINE uint8_t value_of(uint8_t c)
{
    uint8_t digit = (uint8_t)(c - '0'), letter = (uint8_t)((uint8_t)(c | 32) - 'a');
    uint8_t from_letter = (uint8_t)(letter < 6 ? letter + 10 : 0xff);
    return digit < 10 ? digit : from_letter;
}

VECTORIZED bool hex_decode(void *restrict out, const char *digits, size_t count)
{
    const uint8_t *restrict in = (const uint8_t *)digits;
    uint8_t *restrict bytes = out, seen = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t high = value_of(in[2 * i]), low = value_of(in[2 * i + 1]);
        seen |= high | low;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return seen < 16;
}
