/* Doubles to decimal digits and back, independent of the locale. A number is digits d1 d2 ... dn,
 * n >= 1, d1 not 0 (unless the value is zero), and the position of the decimal point:
 * 0.d1d2...dn * 10^point. Signs, infinities and nans are the caller's. */
#ifndef WEFT_BASE_DTOA_H
#define WEFT_BASE_DTOA_H

#include "base/common.h"

#define DTOA_SHORTEST_SIZE 18
#define DTOA_MAX_POINT     309
#define DTOA_MAX_DIGITS    1100 /* no double has as many significant digits */

/* The fewest digits that read back as `magnitude` (finite, not negative), and of those the
 * closest; NUL-terminated. Returns how many. Zero is "0" with point 1.
 * Schubfach (Giulietti, "The Schubfach way to render doubles", 2020). */
int dtoa_shortest(double magnitude, char digits[DTOA_SHORTEST_SIZE], int *point);

#define DTOA_EXTRA 32 /* room that printing in place needs */

/* `count` digits (at least 1), rounded half-even from the exact value, trailing zeros kept;
 * `digits` has room for count + DTOA_EXTRA. False if there is no memory. */
bool dtoa_precision(double magnitude, int count, char *digits, int *point) MUST_USE;

/* All digits up to `decimals` places after the point (0 or more), rounded half-even from the exact
 * value, trailing zeros kept; `digits` has room for dtoa_decimals_room(). Returns how many: 0 if
 * the value rounds to zero, -1 if there is no memory. */
ALWAYS_INLINE size_t dtoa_decimals_room(double magnitude, int decimals)
{
    return (magnitude < 1e15 ? 16 : DTOA_MAX_POINT) + (size_t)decimals + DTOA_EXTRA;
}
int dtoa_decimals(double magnitude, int decimals, char *digits, int *point) MUST_USE;

/* Reads digits[.digits][e[+-]digits], with at least one digit before the exponent, from
 * [text, text + length): correctly rounded; infinity on overflow. Returns the number of characters
 * that belong to the number, 0 if it doesn't begin with one; -1 if there is no memory. */
ptrdiff_t dtoa_parse(const char *text, size_t length, double *value);

#endif
