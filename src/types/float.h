/* float: tagged words, and FloatBox for the doubles that self-tagging leaves out. complex. */
#ifndef WEFT_TYPES_FLOAT_H
#define WEFT_TYPES_FLOAT_H

#include "core/abstract.h"

typedef struct FloatBox {
    Object ob;
    double value; /* immutable */
} FloatBox;

typedef struct Complex {
    Object ob;
    double real, imag; /* immutable */
} Complex;
extern Type complex_type;

Value float_box(double d);
ALWAYS_INLINE Value float_from(double d)
{
    Value v = float_encode(d);
    return likely(is_tagged_float(v)) ? v : float_box(d);
}

ALWAYS_INLINE bool is_float(Value v) /* subclasses included */
{
    return is_tagged_float(v) || has_layout(v, LAYOUT_FLOAT);
}

ALWAYS_INLINE double float_value(Value v) /* of an is_float value */
{
    return is_tagged_float(v) ? float_decode(v) : ((FloatBox *)v)->value;
}

Value complex_from(double real, double imag);
/* x ** y as float does it: a complex for negative x and fractional y; ZeroDivisionError,
 * OverflowError. */
Value float_power(double x, double y) MUST_USE;
Value float_repr(Value v);
/* Its text, and how long that is. */
enum { DOUBLE_REPR_SIZE = 32 };
size_t double_repr(double d, char text[DOUBLE_REPR_SIZE]);
int64_t double_hash(double d, Value object); /* object: for nan, hashed by identity */
/* float(o) of a str or buffer; TypeError for anything else. */
Value float_from_text_object(Value o);
/* Text to double as float(str) takes it; false if malformed (no exception). */
bool double_from_text(const char *text, size_t length, double *out);
/* As repr, str.format and % need it: format 'e' 'f' 'g' 'r' and so on; heap Raw text, NUL-ended. */
const char *double_to_text(double d, char format, int precision, int flags, size_t *length);
enum { DOUBLE_SIGN = 1, DOUBLE_ADD_DOT_0 = 2, DOUBLE_ALTERNATE = 4 };

void float_start(void);

#endif
