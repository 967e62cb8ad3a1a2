/* Arithmetic of ints, on GMP's mpn functions: sign and magnitude, results in a fresh box. */
#include <math.h>

#include "core/error.h"
#include "types/float.h"
#include "types/int_inner.h"

/* ---- sums -------------------------------------------------------------------------------- */

static Value add_magnitudes(const IntView *a, const IntView *b, bool negative)
{
    if (a->size < b->size)
        return add_magnitudes(b, a, negative);
    IntBox *box = TRY_OR(int_alloc((size_t)a->size + 1), 0);
    mp_limb_t *r = (mp_limb_t *)box->limbs;
    LONG_ARITHMETIC(a->size, 1)
    {
        if (b->size)
            r[a->size] = mpn_add(r, a->limbs, a->size, b->limbs, b->size);
        else
            r[a->size] = 0, mpn_copyi(r, a->limbs, a->size);
    }
    return int_finish(box, a->size + 1, negative);
}

static int compare_magnitudes(const IntView *a, const IntView *b)
{
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return a->size ? mpn_cmp(a->limbs, b->limbs, a->size) : 0;
}

/* |a| - |b|, negated if `negate`. */
static Value subtract_magnitudes(const IntView *a, const IntView *b, bool negate)
{
    int order = compare_magnitudes(a, b);
    if (order == 0)
        return int_small(0);
    if (order < 0)
        return subtract_magnitudes(b, a, !negate);
    IntBox *box = TRY_OR(int_alloc((size_t)a->size), 0);
    mp_limb_t *r = (mp_limb_t *)box->limbs;
    LONG_ARITHMETIC(a->size, 1)
    {
        if (b->size)
            mpn_sub(r, a->limbs, a->size, b->limbs, b->size);
        else
            mpn_copyi(r, a->limbs, a->size);
    }
    return int_finish(box, a->size, negate);
}

static Value add_signed(const IntView *x, const IntView *y, bool y_negative)
{
    if (x->negative == y_negative)
        return add_magnitudes(x, y, x->negative);
    return subtract_magnitudes(x, y, x->negative);
}

Value int_add(Value a, Value b)
{
    if (likely(are_ints(a, b)))
        return int_from(int_value(a) + int_value(b));
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    return add_signed(&x, &y, y.negative);
}

Value int_subtract(Value a, Value b)
{
    if (likely(are_ints(a, b)))
        return int_from(int_value(a) - int_value(b));
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    return add_signed(&x, &y, !y.negative);
}

Value int_negative(Value a)
{
    if (likely(is_int(a)))
        return int_from(-int_value(a));
    IntView x;
    int_view(a, &x);
    IntBox *box = TRY_OR(int_alloc((size_t)x.size), 0);
    LONG_ARITHMETIC(x.size, 1)
    {
        mpn_copyi((mp_limb_t *)box->limbs, x.limbs, x.size);
    }
    return int_finish(box, x.size, !x.negative);
}

/* ---- products ---------------------------------------------------------------------------- */

Value int_multiply(Value a, Value b)
{
    intptr_t small;
    if (are_ints(a, b) && !__builtin_mul_overflow(int_value(a), int_value(b), &small))
        return int_from(small);
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    if (!x.size || !y.size)
        return int_small(0);
    IntBox *box = TRY_OR(int_alloc((size_t)(x.size + y.size)), 0);
    mp_limb_t *r = (mp_limb_t *)box->limbs;
    LONG_ARITHMETIC(x.size, y.size)
    {
        if (a == b)
            mpn_sqr(r, x.limbs, x.size);
        else if (x.size >= y.size)
            mpn_mul(r, x.limbs, x.size, y.limbs, y.size);
        else
            mpn_mul(r, y.limbs, y.size, x.limbs, x.size);
    }
    return int_finish(box, x.size + y.size, x.negative != y.negative);
}

/* ---- division ---------------------------------------------------------------------------- */

static bool divide_small(intptr_t a, intptr_t b, Value *quotient, Value *remainder)
{
    intptr_t q = a / b, r = a % b;
    if (r && (r < 0) != (b < 0)) {
        q--;
        r += b;
    }
    if (quotient)
        *quotient = int_from(q);
    if (remainder)
        *remainder = int_small(r);
    return !quotient || *quotient;
}

/* Truncating division rounds towards zero; if the signs differ and something is left, the floor
 * is one less, and the remainder is what is missing to the divisor. */
static bool divide_views(const IntView *x, const IntView *y, Value *quotient, Value *remainder)
{
    mp_size_t q_size = x->size - y->size + 1;
    IntBox *q = TRY(int_alloc((size_t)q_size + 1));
    IntBox *r = TRY(int_alloc((size_t)y->size));
    mp_limb_t *q_limbs = (mp_limb_t *)q->limbs, *r_limbs = (mp_limb_t *)r->limbs;
    LONG_ARITHMETIC(q_size, y->size)
    {
        mpn_tdiv_qr(q_limbs, r_limbs, 0, x->limbs, x->size, y->limbs, y->size);
    }
    bool negative = x->negative != y->negative;
    if (negative && !mpn_zero_p(r_limbs, y->size)) {
        q_limbs[q_size] = mpn_add_1(q_limbs, q_limbs, q_size, 1);
        q_size++;
        mpn_sub_n(r_limbs, y->limbs, r_limbs, y->size);
    }
    if (quotient)
        *quotient = TRY(int_finish(q, q_size, negative));
    if (remainder)
        *remainder = TRY(int_finish(r, y->size, y->negative));
    return true;
}

bool int_divide(Value a, Value b, Value *quotient, Value *remainder, const char *message)
{
    if (likely(are_ints(a, b) && b != int_small(0)))
        return divide_small(int_value(a), int_value(b), quotient, remainder);
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    if (!y.size)
        return raise(ZeroDivisionError, "%s", message);
    if (x.size >= y.size)
        return divide_views(&x, &y, quotient, remainder);
    /* The quotient is 0, or -1 if the signs differ. */
    bool floor_less = x.size && x.negative != y.negative;
    if (quotient)
        *quotient = int_small(floor_less ? -1 : 0);
    if (remainder)
        *remainder = TRY(floor_less ? int_add(a, b) : int_exact(a));
    return true;
}

Value int_floor_divide(Value a, Value b)
{
    Value quotient;
    return int_divide(a, b, &quotient, 0, "integer division or modulo by zero") ? quotient : 0;
}

Value int_remainder(Value a, Value b)
{
    Value remainder;
    return int_divide(a, b, 0, &remainder, "integer modulo by zero") ? remainder : 0;
}

/* a / b, correctly rounded: scale so that the quotient has two bits more than a double, note in
 * its last bit whether anything was cut off, and round once. */
static Value true_divide_big(const IntView *x, const IntView *y)
{
    intptr_t bits = (intptr_t)limbs_bit_length(x->limbs, x->size) -
                    (intptr_t)limbs_bit_length(y->limbs, y->size);
    if (bits > 1025)
        return raise(OverflowError, "integer division result too large for a float");
    bool negative = x->negative != y->negative;
    if (bits < -1076)
        return float_from(negative ? -0.0 : 0.0);
    /* The quotient has 55 or 56 bits; fewer below the smallest normal, where doubles have fewer. */
    intptr_t shift = (bits > -1022 ? bits : -1022) - 55;
    MPZ(n);
    MPZ(d);
    MPZ(q);
    MPZ(r);
    mpz_inits(n, d, q, r, NULL);
    mpz_import(n, (size_t)x->size, -1, 8, 0, 0, x->limbs);
    mpz_import(d, (size_t)y->size, -1, 8, 0, 0, y->limbs);
    if (shift <= 0)
        mpz_mul_2exp(n, n, (mp_bitcnt_t)-shift);
    else
        mpz_mul_2exp(d, d, (mp_bitcnt_t)shift);
    LONG_ARITHMETIC(x->size + y->size, 4)
    {
        mpz_tdiv_qr(q, r, n, d);
    }
    uint64_t quotient = mpz_get_ui(q);
    int size = quotient ? LIMB_BITS - __builtin_clzll(quotient) : 0;
    /* The lowest bit that the result can have is 2^-1074. */
    int extra = size - 53;
    if (extra < -1074 - shift)
        extra = (int)(-1074 - shift);
    if (extra > 0) {
        uint64_t half = (uint64_t)1 << (extra - 1), cut = quotient & (2 * half - 1);
        quotient -= cut;
        bool above = cut > half || (cut == half && mpz_sgn(r));
        if (above || (cut == half && (quotient & (2 * half))))
            quotient += 2 * half;
    }
    double result = ldexp((double)quotient, (int)shift);
    if (isinf(result))
        return raise(OverflowError, "integer division result too large for a float");
    return float_from(negative ? -result : result);
}

Value int_true_divide(Value a, Value b)
{
    enum { EXACT = 53 }; /* ints of so many bits are doubles */
    if (are_ints(a, b)) {
        intptr_t i = int_value(a), j = int_value(b);
        const intptr_t limit = (intptr_t)1 << EXACT;
        if (j == 0)
            return raise(ZeroDivisionError, "division by zero");
        if (i <= limit && i >= -limit && j <= limit && j >= -limit)
            return float_from((double)i / (double)j);
    }
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    if (!y.size)
        return raise(ZeroDivisionError, "division by zero");
    if (!x.size)
        return float_from(y.negative ? -0.0 : 0.0);
    return true_divide_big(&x, &y);
}

/* ---- shifts -------------------------------------------------------------------------------- */

Value int_lshift(Value a, Value b)
{
    int64_t shift;
    if (int_sign(b) < 0)
        return raise(ValueError, "negative shift count");
    IntView x;
    int_view(a, &x);
    if (!x.size)
        return int_small(0);
    if (!int_to_i64(b, &shift))
        return raise(OverflowError, "too many digits in integer");
    if (is_int(a) && shift < 62) {
        intptr_t i = int_value(a), shifted = (intptr_t)((uintptr_t)i << shift);
        if (shifted >> shift == i && int_fits(shifted))
            return int_small(shifted);
    }
    int64_t limbs = shift / LIMB_BITS;
    unsigned bits = (unsigned)(shift % LIMB_BITS);
    IntBox *box = TRY_OR(int_alloc((size_t)(x.size + limbs) + 1), 0);
    mp_limb_t *r = (mp_limb_t *)box->limbs;
    LONG_ARITHMETIC(x.size + limbs, 1)
    {
        mpn_zero(r, limbs);
        if (bits) {
            r[limbs + x.size] = mpn_lshift(r + limbs, x.limbs, x.size, bits);
        } else {
            mpn_copyi(r + limbs, x.limbs, x.size);
            r[limbs + x.size] = 0;
        }
    }
    return int_finish(box, x.size + limbs + 1, x.negative);
}

static bool any_bit_below(const IntView *x, int64_t limbs, unsigned bits)
{
    for (int64_t i = 0; i < limbs; i++)
        if (x->limbs[i])
            return true;
    return bits && (x->limbs[limbs] & (((mp_limb_t)1 << bits) - 1));
}

/* Floor: of a negative number, the magnitude is rounded up. */
Value int_rshift(Value a, Value b)
{
    int64_t shift;
    if (int_sign(b) < 0)
        return raise(ValueError, "negative shift count");
    if (is_int(a) && is_int(b))
        return int_small(int_value(a) >> (int_value(b) < 63 ? int_value(b) : 63));
    IntView x;
    int_view(a, &x);
    if (!int_to_i64(b, &shift) || shift / LIMB_BITS >= x.size)
        return int_small(x.negative ? -1 : 0);
    int64_t limbs = shift / LIMB_BITS;
    unsigned bits = (unsigned)(shift % LIMB_BITS);
    mp_size_t size = x.size - limbs;
    IntBox *box = TRY_OR(int_alloc((size_t)size + 1), 0);
    mp_limb_t *r = (mp_limb_t *)box->limbs;
    LONG_ARITHMETIC(x.size, 1)
    {
        if (bits)
            mpn_rshift(r, x.limbs + limbs, size, bits);
        else
            mpn_copyi(r, x.limbs + limbs, size);
        r[size] = 0;
        if (x.negative && any_bit_below(&x, limbs, bits))
            mpn_add_1(r, r, size + 1, 1);
    }
    return int_finish(box, size + 1, x.negative);
}

/* ---- bits ----------------------------------------------------------------------------------- */

typedef enum BitOp { BIT_AND, BIT_OR, BIT_XOR } BitOp;

/* Limb by limb of the two's complement: ~magnitude + 1, endless ones in front. */
typedef struct Complement {
    const IntView *view;
    mp_limb_t carry;
} Complement;

static mp_limb_t complement_limb(Complement *c, mp_size_t i)
{
    mp_limb_t limb = i < c->view->size ? c->view->limbs[i] : 0;
    if (!c->view->negative)
        return limb;
    limb = ~limb + c->carry;
    c->carry = c->carry && !limb;
    return limb;
}

static mp_limb_t bit_op(BitOp op, mp_limb_t a, mp_limb_t b)
{
    return op == BIT_AND ? a & b : op == BIT_OR ? a | b : a ^ b;
}

static Value bitwise(BitOp op, Value a, Value b)
{
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    mp_size_t size = x.size > y.size ? x.size : y.size;
    bool negative = bit_op(op, x.negative, y.negative);
    IntBox *box = TRY_OR(int_alloc((size_t)size + 1), 0);
    mp_limb_t *r = (mp_limb_t *)box->limbs;
    Complement left = {&x, 1}, right = {&y, 1};
    LONG_ARITHMETIC(size, 4)
    {
        for (mp_size_t i = 0; i < size; i++)
            r[i] = bit_op(op, complement_limb(&left, i), complement_limb(&right, i));
        r[size] = negative ? ~(mp_limb_t)0 : 0;
        if (negative)
            mpn_neg(r, r, size + 1);
    }
    return int_finish(box, size + 1, negative);
}

Value int_and(Value a, Value b)
{
    if (likely(are_ints(a, b)))
        return int_small(int_value(a) & int_value(b));
    return bitwise(BIT_AND, a, b);
}

Value int_or(Value a, Value b)
{
    if (likely(are_ints(a, b)))
        return int_small(int_value(a) | int_value(b));
    return bitwise(BIT_OR, a, b);
}

Value int_xor(Value a, Value b)
{
    if (likely(are_ints(a, b)))
        return int_small(int_value(a) ^ int_value(b));
    return bitwise(BIT_XOR, a, b);
}

/* ---- powers --------------------------------------------------------------------------------- */

static Value power_modulo(Value a, Value b, Value modulus)
{
    if (int_sign(modulus) == 0)
        return raise(ValueError, "pow() 3rd argument cannot be 0");
    MPZ(base);
    MPZ(exponent);
    MPZ(m);
    MPZ(result);
    int_to_mpz(a, base);
    int_to_mpz(b, exponent);
    int_to_mpz(modulus, m);
    mpz_init(result);
    bool negative = mpz_sgn(m) < 0;
    mpz_abs(m, m);
    bool inverse = mpz_sgn(exponent) < 0, found = true;
    LONG_ARITHMETIC(mpz_size(m) + mpz_size(base),
                    (mpz_size(m) + 1) * (mpz_size(exponent) + 1) * LIMB_BITS)
    {
        if (inverse) {
            found = mpz_invert(base, base, m);
            mpz_neg(exponent, exponent);
        }
        if (found)
            mpz_powm(result, base, exponent, m);
    }
    if (!found)
        return raise(ValueError, "base is not invertible for the given modulus");
    if (negative && mpz_sgn(result))
        mpz_sub(result, result, m);
    return int_from_mpz(result);
}

/* By squaring, while it fits a word; 0 if it doesn't (the exponent is not negative). */
static bool power_small(intptr_t base, intptr_t exponent, intptr_t *out)
{
    intptr_t result = 1;
    for (;;) {
        if ((exponent & 1) && __builtin_mul_overflow(result, base, &result))
            return false;
        exponent >>= 1;
        if (!exponent)
            break;
        if (__builtin_mul_overflow(base, base, &base))
            return false;
    }
    *out = result;
    return true;
}

static Value power_big(Value a, Value b)
{
    IntView x;
    int_view(a, &x);
    bool odd = int_and(b, int_small(1)) == int_small(1);
    if (x.size == 0)
        return int_small(int_sign(b) == 0);
    if (x.size == 1 && x.limbs[0] == 1)
        return int_small(x.negative && odd ? -1 : 1);
    uint64_t exponent;
    size_t bits = limbs_bit_length(x.limbs, x.size);
    /* GMP ends the process if it gets no memory: so ask for the result's memory first. */
    if (!int_to_u64(b, &exponent) || exponent > (UINT64_C(1) << 46) / bits)
        return raise_no_memory();
    Raw *probe = TRY_OR(raw_new((intptr_t)(bits * exponent / 8 + 8)), 0);
    (void)probe;
    MPZ(result);
    int_to_mpz(a, result);
    LONG_ARITHMETIC(bits * exponent / LIMB_BITS, 16)
    {
        mpz_pow_ui(result, result, exponent);
    }
    return int_from_mpz(result);
}

Value int_power(Value a, Value b, Value modulus)
{
    if (modulus != None)
        return power_modulo(a, b, modulus);
    if (int_sign(b) < 0) {
        bool overflow_a, overflow_b;
        double x = int_to_double(a, &overflow_a), y = int_to_double(b, &overflow_b);
        if (overflow_a || overflow_b)
            return raise(OverflowError, "int too large to convert to float");
        return float_power(x, y);
    }
    intptr_t small;
    if (are_ints(a, b) && power_small(int_value(a), int_value(b), &small))
        return int_from(small);
    return power_big(a, b);
}
