/* Ints of any size as the files of int see them: a sign and limbs, wherever they are. */
#ifndef WEFT_TYPES_INT_INNER_H
#define WEFT_TYPES_INT_INNER_H

#include <gmp.h>

#include "core/alloc.h"
#include "core/dialect.h"
#include "core/thread.h"
#include "types/int.h"

_Static_assert(sizeof(mp_limb_t) == 8 && GMP_NAIL_BITS == 0, "limbs are 64 bits");

#define LIMB_BITS 64

/* The magnitude of an int, without leading zero limbs. Points into itself for small ints: not to
 * be copied. */
typedef struct IntView {
    const mp_limb_t *limbs;
    mp_size_t size; /* 0 for zero */
    bool negative;
    mp_limb_t small;
} IntView;

ALWAYS_INLINE void int_view_i64(IntView *view, int64_t i)
{
    view->negative = i < 0;
    view->small = i < 0 ? -(uint64_t)i : (uint64_t)i;
    view->limbs = &view->small;
    view->size = i != 0;
}

/* `v` is_int_any. */
ALWAYS_INLINE void int_view(Value v, IntView *view)
{
    if (is_int(v)) {
        int_view_i64(view, int_value(v));
    } else if (shape_of(v)->layout == LAYOUT_BOOL) {
        int_view_i64(view, v == True);
    } else {
        const IntBox *box = (const IntBox *)v;
        view->negative = box->size < 0;
        view->size = box->size < 0 ? -box->size : box->size;
        view->limbs = (const mp_limb_t *)box->limbs;
    }
}

/* Around work that takes so many steps for each of `limbs` limbs: see LONG_WORK. */
#define LONG_ARITHMETIC(limbs, steps)                                                              \
    LONG_WORK((size_t)(limbs) * (size_t)(steps) * sizeof(mp_limb_t))

/* A fresh box for `limbs` limbs, to be filled and finished. */
IntBox *int_alloc(size_t limbs) MUST_USE;
/* The int with this many limbs of the box (leading zeros are dropped): tagged if it fits. */
Value int_finish(IntBox *box, mp_size_t size, bool negative);

ALWAYS_INLINE size_t limbs_bit_length(const mp_limb_t *limbs, mp_size_t size)
{
    return size ? (size_t)size * LIMB_BITS - (size_t)__builtin_clzll(limbs[size - 1]) : 0;
}

/* GMP numbers for what mpn has no function for: they live outside of the heap. */
void int_to_mpz(Value v, mpz_t out); /* initialises `out` */
Value int_from_mpz(const mpz_t z);
#define MPZ(name) mpz_t name __attribute__((cleanup(mpz_clear_scope)))
static inline void mpz_clear_scope(mpz_t *z)
{
    mpz_clear(*z);
}

/* Both ends of Python's division: floor quotient and remainder with the divisor's sign; either
 * may be 0. ZeroDivisionError with `message`. */
bool int_divide(Value a, Value b, Value *quotient, Value *remainder, const char *message) MUST_USE;

/* types/int_convert.c: what the int() constructor and the methods need. */
Value int_subtype_from(Type *type, Value exact); /* an instance of a subclass with that value */
extern MethodDef int_to_bytes_def, int_from_bytes_def;

#endif
