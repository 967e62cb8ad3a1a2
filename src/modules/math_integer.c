/* math's functions of ints: gcd, lcm, isqrt, factorial, comb, perm. On GMP. */
#include <math.h>

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/error.h"
#include "modules/math_inner.h"
#include "types/int_inner.h"
#include "types/tuple.h"

static intptr_t small_gcd(intptr_t a, intptr_t b)
{
    while (b) {
        intptr_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

static Value gcd(Value a, Value b)
{
    if (are_ints(a, b))
        return int_from(small_gcd(int_value(a), int_value(b)));
    MPZ(x);
    MPZ(y);
    int_to_mpz(a, x);
    int_to_mpz(b, y);
    LONG_ARITHMETIC(mpz_size(x) + 1, 4 * mpz_size(y))
    {
        mpz_gcd(x, x, y);
    }
    return int_from_mpz(x);
}

static Value absolute(Value v)
{
    return int_sign(v) < 0 ? int_negative(v) : v;
}

FUNCTION(math_gcd, "gcd", "*integers", "Greatest Common Divisor.")
{
    Value result = int_small(0);
    for (intptr_t i = 0; i < tuple_length(args[0]); i++) {
        Value n = TRY(number_index(tuple_get(args[0], i)));
        result = TRY(gcd(result, n));
    }
    return result;
}

FUNCTION(math_lcm, "lcm", "*integers", "Least Common Multiple.")
{
    Value result = int_small(1);
    for (intptr_t i = 0; i < tuple_length(args[0]); i++) {
        Value n = TRY(number_index(tuple_get(args[0], i)));
        if (result == int_small(0) || n == int_small(0)) {
            result = int_small(0);
            continue;
        }
        Value divisor = TRY(gcd(result, n));
        result = TRY(absolute(TRY(int_multiply(TRY(int_floor_divide(result, divisor)), n))));
    }
    return result;
}

FUNCTION(math_isqrt, "isqrt", "n, /", "Return the integer part of the square root of the input.")
{
    Value n = TRY(number_index(args[0]));
    if (int_sign(n) < 0)
        return raise(ValueError, "isqrt() argument must be nonnegative");
    IntView x;
    int_view(n, &x);
    if (!x.size)
        return int_small(0);
    mp_size_t size = (x.size + 1) / 2;
    IntBox *root = TRY_OR(int_alloc((size_t)size), 0);
    IntBox *rest = TRY_OR(int_alloc((size_t)x.size), 0);
    LONG_ARITHMETIC(x.size, x.size)
    {
        mpn_sqrtrem((mp_limb_t *)root->limbs, (mp_limb_t *)rest->limbs, x.limbs, x.size);
    }
    return int_finish(root, size, false);
}

/* GMP ends the process when it gets no memory: so ask for as much first. */
static bool room_for_bits(double bits)
{
    return bits < 0x1p46 ? raw_new((intptr_t)(bits / 8) + 16) != 0 : (bool)raise_no_memory();
}

FUNCTION(math_factorial, "factorial", "n, /", "Find n!.")
{
    Value n = TRY(number_index(args[0]));
    int64_t i;
    if (!int_to_i64(n, &i) && int_sign(n) > 0)
        return raise(OverflowError, "factorial() argument should not exceed %ld", (long)INT64_MAX);
    if (int_sign(n) < 0)
        return raise(ValueError, "factorial() not defined for negative values");
    if (i > 20)
        TRY(room_for_bits((double)i * log2((double)i)));
    MPZ(result);
    mpz_init(result);
    LONG_ARITHMETIC(i, i / 16)
    {
        mpz_fac_ui(result, (unsigned long)i);
    }
    return int_from_mpz(result);
}

static bool check_not_negative(Value n, const char *name)
{
    return int_sign(n) >= 0 || raise(ValueError, "%s must be a non-negative integer", name);
}

FUNCTION(math_comb, "comb", "n, k, /",
         "Number of ways to choose k items from n items without repetition and without order.")
{
    Value n = TRY(number_index(args[0])), k = TRY(number_index(args[1]));
    TRY(check_not_negative(n, "n"));
    TRY(check_not_negative(k, "k"));
    Value other = TRY(int_subtract(n, k));
    if (int_sign(other) < 0)
        return int_small(0);
    if (int_compare(other, k) < 0)
        k = other;
    int64_t count;
    if (!int_to_i64(k, &count))
        return raise(OverflowError, "min(n - k, k) must not exceed %ld", (long)INT64_MAX);
    TRY(room_for_bits((double)count * (double)int_bit_length(n)));
    MPZ(result);
    int_to_mpz(n, result);
    LONG_ARITHMETIC(count, mpz_size(result) * (size_t)count / 16)
    {
        mpz_bin_ui(result, result, (unsigned long)count);
    }
    return int_from_mpz(result);
}

/* n * (n - 1) * ... (count factors), halved until short: so that the factors of the large products
 * have about the same size. */
static void falling_product(mpz_t out, const mpz_t n, unsigned long count)
{
    if (count <= 16) {
        MPZ(factor);
        mpz_init_set(factor, n);
        mpz_set_ui(out, 1);
        for (; count; count--) {
            mpz_mul(out, out, factor);
            mpz_sub_ui(factor, factor, 1);
        }
        return;
    }
    MPZ(lower);
    MPZ(start);
    mpz_init(lower);
    mpz_init(start);
    unsigned long half = count / 2;
    mpz_sub_ui(start, n, half);
    falling_product(out, n, half);
    falling_product(lower, start, count - half);
    mpz_mul(out, out, lower);
}

FUNCTION(math_perm, "perm", "n, k=None, /",
         "Number of ways to choose k items from n items without repetition and with order.")
{
    if (args[1] == None)
        return math_factorial((Value[]){args[0]});
    Value n = TRY(number_index(args[0])), k = TRY(number_index(args[1]));
    TRY(check_not_negative(n, "n"));
    TRY(check_not_negative(k, "k"));
    if (int_compare(n, k) < 0)
        return int_small(0);
    int64_t count;
    if (!int_to_i64(k, &count))
        return raise(OverflowError, "k must not exceed %ld", (long)INT64_MAX);
    TRY(room_for_bits((double)count * (double)int_bit_length(n)));
    MPZ(top);
    MPZ(result);
    int_to_mpz(n, top);
    mpz_init(result);
    LONG_ARITHMETIC(count, mpz_size(top) * (size_t)count / 16)
    {
        falling_product(result, top, (unsigned long)count);
    }
    return int_from_mpz(result);
}

MethodDef *const math_integer_functions[] = {
    M(math_gcd), M(math_lcm), M(math_isqrt), M(math_factorial), M(math_comb), M(math_perm), 0};
