/* The format specification mini-language ("Format Specification Mini-Language" in the library
 * reference), for int, float, complex and str:
 *
 *   [[fill]align][sign][z][#][0][width][grouping][.precision][type] */
#ifndef WEFT_TYPES_NUMBER_FORMAT_H
#define WEFT_TYPES_NUMBER_FORMAT_H

#include "core/abstract.h"

typedef struct FormatSpec {
    uint32_t fill;    /* a space if none is given */
    char align;       /* '<' '>' '=' '^' */
    bool align_given; /* also true after a '0' before the width */
    char sign;        /* '-' '+' ' ', or 0 */
    bool no_negative_zero, alternate;
    intptr_t width, precision; /* -1: not given */
    char grouping;             /* ',' '_' or 0 */
    uint32_t type;             /* the letter */
} FormatSpec;

/* Parses `spec` (a str). default_type is what `type` is if none is given (0: none). The object is
 * named in messages. ValueError. */
bool format_spec_parse(Value spec, Value object, char default_type, char default_align,
                       FormatSpec *out) MUST_USE;

/* object.__format__(spec) for an instance of the builtin type; spec is a str. */
Value int_format(Value v, Value spec) MUST_USE;
Value float_format(Value v, Value spec) MUST_USE;
Value complex_format(Value v, Value spec) MUST_USE;
Value str_format_spec(Value s, Value spec) MUST_USE;

#endif
