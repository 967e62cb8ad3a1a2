/* What the files of float and complex share. */
#ifndef WEFT_TYPES_FLOAT_INNER_H
#define WEFT_TYPES_FLOAT_INNER_H

#include "types/float.h"

/* The number that [text, end) begins with, sign, inf and nan included: how many characters it
 * takes, 0 if it doesn't begin with one, -1 if there is no memory. */
ptrdiff_t double_parse_prefix(const char *text, const char *end, double *out);
Value float_hex_text(double d) MUST_USE;
Value float_from_hex(Value text, double *out) MUST_USE; /* None */
/* (x + yj) ** (a + bj) */
Value complex_power(double x, double y, double a, double b) MUST_USE;
void complex_start(void);

#endif
