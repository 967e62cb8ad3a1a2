/* Values: one 64-bit word each, tagged in the low bits.
 *
 *   ...1   int of 63 bits:         (i << 1) | 1
 *   ..10   float, self-tagged:     see float_encode
 *   .000   pointer to an Object    (heap or static; None, True, False are static)
 *   0      no value: an exception is pending on this thread
 *
 * Floats (after Melançon, Feeley, Serrano, "Float Self-Tagging", 2025): adding 2^60 to
 * the bits of a double moves the exponents 768..1279 (magnitudes of about 2^-255 to
 * 2^256) to 1024..1535, whose two top bits are 10; rotating left by three brings these
 * two to the bottom, where they are the tag. Adding and rotating are bijections, so every
 * tagged double comes back bit for bit. All others (zeros, infinities, nans, extremes) do
 * not end in 10 after the same transformation and are boxed: see FloatBox.
 */
#ifndef WEFT_CORE_VALUE_H
#define WEFT_CORE_VALUE_H

#include <string.h>
#include "base/common.h"

typedef struct Object Object;
typedef Object *Value;

#define INT_BITS      63
#define INT_MAX_SMALL ((intptr_t)((UINT64_C(1) << 62) - 1))
#define INT_MIN_SMALL (-INT_MAX_SMALL - 1)

ALWAYS_INLINE uintptr_t value_bits(Value v)
{
    return (uintptr_t)v;
}

ALWAYS_INLINE bool is_int(Value v)
{
    return value_bits(v) & 1;
}

/* Both are small ints: one test. */
ALWAYS_INLINE bool are_ints(Value a, Value b)
{
    return value_bits(a) & value_bits(b) & 1;
}

ALWAYS_INLINE bool is_tagged_float(Value v)
{
    return (value_bits(v) & 3) == 2;
}

/* A pointer to an Object. False for 0. */
ALWAYS_INLINE bool is_object(Value v)
{
    return v && !(value_bits(v) & 7);
}

/* The same for a value that is not 0. */
ALWAYS_INLINE bool is_pointer(Value v)
{
    return !(value_bits(v) & 7);
}

ALWAYS_INLINE intptr_t int_value(Value v)
{
    return (intptr_t)v >> 1;
}

/* The int must fit: see int_fits; int_from (types/int.h) takes any intptr_t. */
ALWAYS_INLINE Value int_small(intptr_t i)
{
    return (Value)(((uintptr_t)i << 1) | 1);
}

ALWAYS_INLINE bool int_fits(intptr_t i)
{
    return i >= INT_MIN_SMALL && i <= INT_MAX_SMALL;
}

#define FLOAT_OFFSET (UINT64_C(1) << 60)

/* The word that `d` becomes; it is a tagged float only if is_tagged_float says so. */
ALWAYS_INLINE Value float_encode(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, 8);
    bits += FLOAT_OFFSET;
    return (Value)(uintptr_t)((bits << 3) | (bits >> 61));
}

ALWAYS_INLINE double float_decode(Value v)
{
    uint64_t bits = value_bits(v);
    bits = ((bits >> 3) | (bits << 61)) - FLOAT_OFFSET;
    double d;
    memcpy(&d, &bits, 8);
    return d;
}

#endif
