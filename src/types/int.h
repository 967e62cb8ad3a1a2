/* int: tagged words, and IntBox for what does not fit 63 bits. bool. */
#ifndef WEFT_TYPES_INT_H
#define WEFT_TYPES_INT_H

#include "core/abstract.h"

/* A large int, or an instance of a subclass (then of any size). Limbs are GMP's. */
typedef struct IntBox {
    Object ob;
    intptr_t size;    /* limbs in use, negative for a negative number; immutable */
    uint64_t limbs[]; /* least significant first, no leading zero */
} IntBox;

ALWAYS_INLINE bool is_int_any(Value v) /* an int, subclasses (bool too) included */
{
    return is_int(v) || (is_object(v) &&
                         (shape_of(v)->layout == LAYOUT_INT || shape_of(v)->layout == LAYOUT_BOOL));
}

Value int_from_slow(intptr_t i);
ALWAYS_INLINE Value int_from(intptr_t i)
{
    return likely(int_fits(i)) ? int_small(i) : int_from_slow(i);
}
Value int_from_u64(uint64_t u);
Value int_from_double(double d); /* truncates; OverflowError / ValueError for inf and nan */
/* Digits in `base` (2 to 36, or 0 for literals), optional sign and underscores, as int(str)
 * takes; ValueError with Python's message built from `shown`. */
Value int_from_text(const char *text, size_t length, int base, Value shown);
Value int_from_str(Value text,
                   int base); /* the same for a str, with any Unicode digits and spaces */
/* A str's decimal digits of any script as ASCII, spaces as ' ', else '?': as long as the str. */
const char *text_to_ascii_digits(Value text);
/* sys.set_int_max_str_digits; 0: no limit. atomic */
extern uint32_t int_max_str_digits;
/* Literal text of the source (checked by the tokenizer): 0x.., 0o.., 0b.., decimal, with _. */
Value int_from_literal(const char *text, size_t length);
Value int_to_str(Value v, int base); /* base 10, or 2, 8, 16 with prefix */
/* Decimal text at the end of `room`: where it begins. */
enum { INT_TEXT_ROOM = 24 };
char *int_small_text(intptr_t i, char room[INT_TEXT_ROOM]);
/* Any int to machine integers: false if it does not fit, with no exception. */
bool int_to_i64(Value v, int64_t *out);
bool int_to_u64(Value v, uint64_t *out);
int int_sign(Value v);
double int_to_double(Value v, bool *overflow);
int64_t int_hash(Value v);
int int_compare(Value a, Value b); /* -1, 0, 1; both is_int_any */
Value int_exact(Value v);          /* the plain int of an int subclass instance */
size_t int_bit_length(Value v);
/* Arithmetic of ints of any size (both is_int_any). */
Value int_add(Value a, Value b);
Value int_subtract(Value a, Value b);
Value int_multiply(Value a, Value b);
Value int_floor_divide(Value a, Value b);
Value int_remainder(Value a, Value b);
Value int_true_divide(Value a, Value b);
Value int_lshift(Value a, Value b);
Value int_rshift(Value a, Value b);
Value int_and(Value a, Value b);
Value int_or(Value a, Value b);
Value int_xor(Value a, Value b);
Value int_negative(Value a);
Value int_power(Value a, Value b, Value modulus); /* modulus None: none */
/* Little- or big-endian bytes to int and back, as int.from_bytes and to_bytes. */
Value int_from_bytes(const unsigned char *bytes, size_t size, bool little_endian, bool is_signed);
bool int_to_bytes(Value v, unsigned char *bytes, size_t size, bool little_endian, bool is_signed);

void int_start(void); /* makes the types of this file ready */

#endif
