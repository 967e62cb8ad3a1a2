/* int and float to numbers and back, without rounding.
 *
 * Large ints go through GMP's conversion to and from decimal digits, which is below quadratic;
 * 19 digits make one word of a coefficient. */
#include <math.h>
#include <string.h>
#include "core/call.h"
#include "modules/decimal/decimal.h"
#include "types/float.h"
#include "types/int_inner.h"
#include "types/str.h"
#include "types/tuple.h"

static const uint64_t powers_of_ten[MPD_RDIGITS] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

/* ---- int to number -------------------------------------------------------------------------- */

/* A magnitude of one limb. */
static void number_from_word(mpd_t *out, uint64_t word)
{
    out->exp = 0;
    out->data[0] = word % MPD_RADIX;
    out->data[1] = word / MPD_RADIX;
    out->len = out->data[1] ? 2 : 1;
    out->digits = mpd_word_digits(word);
}

/* Digits (0 to 9, the most significant first) into words. */
static void pack_digits(mpd_uint_t *words, const unsigned char *digits, size_t count)
{
    for (size_t end = count; end > 0; words++) {
        size_t start = end > MPD_RDIGITS ? end - MPD_RDIGITS : 0;
        mpd_uint_t word = 0;
        for (size_t i = start; i < end; i++)
            word = word * 10 + digits[i];
        *words = word;
        end = start;
    }
}

static bool number_from_limbs(mpd_t *out, const IntView *x, uint32_t *status)
{
    /* mpn_get_str overwrites its operand, and wants a limb more. */
    IntBox *copy = TRY(int_alloc((size_t)x->size + 1));
    mpn_copyi((mp_limb_t *)copy->limbs, x->limbs, x->size);
    Raw *raw = TRY(raw_new((intptr_t)mpn_sizeinbase(x->limbs, x->size, 10) + 1));
    unsigned char *digits = (unsigned char *)raw->data;
    size_t count = mpn_get_str(digits, 10, (mp_limb_t *)copy->limbs, x->size);
    while (count > 1 && !*digits)
        digits++, count--;
    size_t words = (count + MPD_RDIGITS - 1) / MPD_RDIGITS;
    if (!mpd_qresize(out, (mpd_ssize_t)words, status))
        return true;
    pack_digits(out->data, digits, count);
    out->exp = 0;
    out->len = (mpd_ssize_t)words;
    out->digits = (mpd_ssize_t)count;
    return true;
}

bool number_from_int(mpd_t *out, Value v, uint32_t *status)
{
    IntView x;
    int_view(v, &x);
    if (x.size > 1)
        TRY(number_from_limbs(out, &x, status));
    else
        number_from_word(out, x.size ? x.limbs[0] : 0);
    mpd_set_flags(out, x.negative ? MPD_NEG : MPD_POS);
    return true;
}

static Value decimal_from_int(Type *type, Value v)
{
    SCRATCH(number);
    uint32_t status = 0;
    TRY(number_from_int(&number.number, v, &status));
    return status & MPD_Malloc_error ? raise_no_memory() : decimal_from_as(type, &number.number);
}

bool operand_from_int(Operand *o, Value v)
{
    if (is_int(v)) {
        int64_t i = int_value(v);
        o->word = i < 0 ? -(uint64_t)i : (uint64_t)i;
        o->small = (mpd_t){.flags = (i < 0 ? MPD_NEG : MPD_POS) | MPD_STATIC | MPD_STATIC_DATA,
                           .digits = mpd_word_digits(o->word),
                           .len = 1,
                           .alloc = 1,
                           .data = &o->word};
        o->number = &o->small;
        o->decimal = 0;
    } else if (is_int_any(v)) {
        o->decimal = TRY(decimal_from_int(&decimal_type, v));
        o->number = number_of(o->decimal);
    } else if (is_decimal(v)) {
        o->number = number_of(v);
    }
    return true;
}

bool operand_need(Operand *o, Value v)
{
    TRY(operand_take(o, v));
    return o->number || raise(TypeError, "conversion from %T to Decimal is not supported", v);
}

Value operand_value(const Operand *o)
{
    return o->decimal ? o->decimal : decimal_from(o->number);
}

/* ---- number to int --------------------------------------------------------------------------- */

/* The first `count` digits of the coefficient, from the most significant. */
static void unpack_digits(unsigned char *out, const mpd_t *number, mpd_ssize_t count)
{
    int in_word = (int)(number->digits - (number->len - 1) * MPD_RDIGITS);
    for (mpd_ssize_t w = number->len - 1; w >= 0 && count > 0; w--) {
        mpd_uint_t word = number->data[w];
        for (int i = in_word - 1; i >= 0; i--) {
            if (i < count)
                out[i] = (unsigned char)(word % 10);
            word /= 10;
        }
        out += in_word;
        count -= in_word;
        in_word = MPD_RDIGITS;
    }
}

/* The coefficient's first digits, with zeros behind. */
static Value digits_to_int(const mpd_t *number, mpd_ssize_t count)
{
    if (count > (mpd_ssize_t)1 << 40)
        return raise_no_memory();
    Raw *raw = TRY(raw_new(count));
    mpd_ssize_t given = number->digits < count ? number->digits : count;
    unsigned char *digits = (unsigned char *)raw->data;
    unpack_digits(digits, number, given);
    memset(digits + given, 0, (size_t)(count - given));
    IntBox *box = TRY(int_alloc((size_t)(count / MPD_RDIGITS) + 2));
    mp_size_t size = mpn_set_str((mp_limb_t *)box->limbs, digits, (size_t)count, 10);
    return int_finish(box, size, mpd_isnegative(number));
}

Value number_to_int(const mpd_t *number)
{
    if (mpd_iszerocoeff(number) || number->digits + number->exp <= 0)
        return int_small(0);
    mpd_ssize_t count = number->digits + number->exp;
    if (number->len > 1 || count > MPD_RDIGITS - 1)
        return digits_to_int(number, count);
    mpd_uint_t word = number->data[0];
    word = number->exp < 0 ? word / powers_of_ten[-number->exp] : word * powers_of_ten[number->exp];
    return int_from(mpd_isnegative(number) ? -(int64_t)word : (int64_t)word);
}

Value decimal_to_int(Value v)
{
    const mpd_t *number = number_of(v);
    if (mpd_isnan(number))
        return raise(ValueError, "cannot convert NaN to integer");
    if (mpd_isinfinite(number))
        return raise(OverflowError, "cannot convert Infinity to integer");
    return number_to_int(number);
}

Value decimal_as_ratio(Value v)
{
    mpd_t number = *number_of(v);
    if (mpd_isnan(&number))
        return raise(ValueError, "cannot convert NaN to integer ratio");
    if (mpd_isinfinite(&number))
        return raise(OverflowError, "cannot convert Infinity to integer ratio");
    mpd_ssize_t places = -number.exp;
    if (places <= 0 || mpd_iszerocoeff(&number))
        return tuple_of(TRY(number_to_int(&number)), int_small(1));
    if (places > (mpd_ssize_t)1 << 36)
        return raise_no_memory();
    number.exp = 0;
    Value numerator = TRY(number_to_int(&number));
    Value denominator = TRY(int_power(int_small(10), int_from(places), None));
    MPZ(n);
    MPZ(d);
    MPZ(g);
    int_to_mpz(numerator, n);
    int_to_mpz(denominator, d);
    mpz_init(g);
    mpz_gcd(g, n, d);
    mpz_divexact(n, n, g);
    mpz_divexact(d, d, g);
    return tuple_of(TRY(int_from_mpz(n)), TRY(int_from_mpz(d)));
}

/* ---- float ------------------------------------------------------------------------------------
 */

/* mantissa * 2^-places is mantissa * 5^places * 10^-places. */
static bool number_from_fraction(mpd_t *out, double mantissa, int places, uint32_t *status)
{
    Value five = TRY(int_power(int_small(5), int_small(places), None));
    Value coefficient = TRY(int_multiply(TRY(int_from_double(mantissa)), five));
    TRY(number_from_int(out, coefficient, status));
    out->exp = -places;
    return true;
}

bool number_from_double(mpd_t *out, double d, uint32_t *status)
{
    if (isnan(d)) {
        mpd_setspecial(out, MPD_POS, MPD_NAN);
        return true;
    }
    if (isinf(d)) {
        mpd_setspecial(out, d < 0 ? MPD_NEG : MPD_POS, MPD_INF);
        return true;
    }
    int exponent;
    double mantissa = ldexp(frexp(fabs(d), &exponent), 53);
    if (!d) {
        mpd_zerocoeff(out);
        out->exp = 0;
    } else if (exponent >= 53) {
        TRY(number_from_int(out, TRY(int_from_double(fabs(d))), status));
    } else {
        int places = 53 - exponent, even = __builtin_ctzll((uint64_t)mantissa);
        if (even > places)
            even = places;
        TRY(number_from_fraction(out, ldexp(mantissa, -even), places - even, status));
    }
    mpd_set_sign(out, signbit(d) ? MPD_NEG : MPD_POS);
    return true;
}

Value decimal_from_float(Type *type, Value v)
{
    SCRATCH(number);
    uint32_t status = 0;
    if (is_int_any(v))
        return decimal_from_int(type, v);
    if (!is_float(v))
        return raise(TypeError, "argument must be int or float");
    TRY(number_from_double(&number.number, float_value(v), &status));
    return status & MPD_Malloc_error ? raise_no_memory() : decimal_from_as(type, &number.number);
}

Value decimal_to_float(Value v)
{
    const mpd_t *number = number_of(v);
    if (mpd_isnan(number)) {
        if (mpd_issnan(number))
            return raise(ValueError, "cannot convert signaling NaN to float");
        return float_from(mpd_isnegative(number) ? -(double)NAN : (double)NAN);
    }
    char *text;
    double d;
    mpd_ssize_t size = mpd_to_sci_size(&text, number, 0);
    if (size < 0)
        return raise_no_memory();
    bool ok = double_from_text(text, (size_t)size, &d);
    mpd_free(text);
    ASSERT(ok);
    (void)ok;
    return float_from(d);
}

/* ---- as_tuple() -------------------------------------------------------------------------------
 */

static Value digits_tuple(const mpd_t *number)
{
    if (mpd_isinfinite(number))
        return tuple_of(int_small(0));
    if (!number->len)
        return tuple_empty();
    Raw *raw = TRY(raw_new(number->digits));
    unpack_digits((unsigned char *)raw->data, number, number->digits);
    Value tuple = TRY(tuple_new(number->digits));
    for (intptr_t i = 0; i < number->digits; i++)
        tuple_init(tuple, i, int_small(raw->data[i]));
    return tuple;
}

Value decimal_as_tuple(Value v)
{
    const mpd_t *number = number_of(v);
    Value exponent = mpd_isinfinite(number) ? str_from_char('F')
                     : mpd_isqnan(number)   ? str_from_char('n')
                     : mpd_issnan(number)   ? str_from_char('N')
                                            : int_from(number->exp);
    return call3(decimal_tuple_class, int_small(mpd_isnegative(number)), TRY(digits_tuple(number)),
                 TRY(exponent));
}
