/* What the % formatting of str and bytes share: specifications, arguments, numbers. */
#ifndef WEFT_TYPES_PERCENT_H
#define WEFT_TYPES_PERCENT_H

#include "core/abstract.h"
#include "types/text.h"

typedef struct PercentSpec {
    bool left, plus, space, alternate, zero;
    intptr_t width, precision; /* -1: not given */
    uint32_t letter;
    intptr_t letter_at; /* its index in the format */
} PercentSpec;

typedef struct PercentState {
    Text format;
    intptr_t at;          /* behind what was parsed */
    Value args;           /* tuple, or a single value */
    intptr_t next, count; /* of a single value: -2 or -1, and -1 */
    Value mapping;        /* the arguments, if they are one; else 0 */
} PercentState;

PercentState percent_start(Value format, Value arguments);
/* The index of the next %, or of the end; the text before it is literal. */
intptr_t percent_literal(PercentState *state);
/* Parses a specification, state->at behind the %. */
bool percent_parse(PercentState *state, PercentSpec *spec) MUST_USE;
/* The next argument; TypeError "not enough arguments for format string". */
Value percent_argument(PercentState *state) MUST_USE;
/* TypeError if arguments are left; `what` is "string" or "bytes". */
bool percent_finish(const PercentState *state, const char *what) MUST_USE;
Value percent_unsupported(const PercentSpec *spec);

/* A number as ASCII text: sign, prefix (0x), then the rest. */
typedef struct PercentNumber {
    const char *text;
    intptr_t length, head; /* head: of sign and prefix, before which no zeros go */
} PercentNumber;
bool percent_is_number(uint32_t letter);
bool percent_number(const PercentSpec *spec, Value v, bool for_bytes, PercentNumber *out) MUST_USE;

#endif
