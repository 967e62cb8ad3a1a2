#include "base/dtoa.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/atomic.h"

/* ---- Powers of ten ------------------------------------------------------------------- */

/* Schubfach multiplies by g(k), the 128 leading bits of 10^k plus one unit in the last
 * place:  g = floor(10^k * 2^-r) + 1,  r = floor(log2(10^k)) - 127.
 * They are computed exactly on first use, from the definition, and kept. */
#define POWER_MIN   (-292)
#define POWER_MAX   324
#define POWER_LIMBS 20 /* 10^324 has 1077 bits; and room for a shift by 128 */

typedef struct Power {
    uint64_t high, low;
    uint32_t ready; /* atomic: set after the others; racing threads compute the same */
} Power;

static Power powers[POWER_MAX - POWER_MIN + 1];

/* A natural number, least limb first. */
typedef struct Natural {
    uint64_t limbs[POWER_LIMBS];
} Natural;

static void natural_multiply(Natural *n, uint64_t factor)
{
    unsigned __int128 carry = 0;
    for (int i = 0; i < POWER_LIMBS; i++) {
        carry += (unsigned __int128)n->limbs[i] * factor;
        n->limbs[i] = (uint64_t)carry;
        carry >>= 64;
    }
}

static int natural_bits(const Natural *n)
{
    for (int i = POWER_LIMBS - 1; i >= 0; i--)
        if (n->limbs[i])
            return i * 64 + 64 - __builtin_clzll(n->limbs[i]);
    return 0;
}

static void natural_double(Natural *n)
{
    for (int i = POWER_LIMBS - 1; i > 0; i--)
        n->limbs[i] = n->limbs[i] << 1 | n->limbs[i - 1] >> 63;
    n->limbs[0] <<= 1;
}

/* a -= b if a >= b. */
static bool natural_subtract_if(Natural *a, const Natural *b)
{
    for (int i = POWER_LIMBS - 1; i >= 0; i--) {
        if (a->limbs[i] < b->limbs[i])
            return false;
        if (a->limbs[i] > b->limbs[i])
            break;
    }
    uint64_t borrow = 0;
    for (int i = 0; i < POWER_LIMBS; i++) {
        unsigned __int128 rest = (unsigned __int128)a->limbs[i] - b->limbs[i] - borrow;
        a->limbs[i] = (uint64_t)rest;
        borrow = (uint64_t)(rest >> 64) & 1;
    }
    return true;
}

/* Bits [from, from + 64) of n, `from` may be negative. */
static uint64_t natural_window(const Natural *n, int from)
{
    uint64_t window = 0;
    for (int i = 0; i < 64; i++) {
        int bit = from + i;
        if (bit >= 0 && n->limbs[bit / 64] >> (bit % 64) & 1)
            window |= UINT64_C(1) << i;
    }
    return window;
}

static void power_compute(int k, uint64_t *high, uint64_t *low)
{
    Natural ten = {{1}};
    for (int i = 0; i < abs(k); i++)
        natural_multiply(&ten, 10);
    int bits = natural_bits(&ten);
    unsigned __int128 g = 0;
    if (k >= 0)
        g = (unsigned __int128)natural_window(&ten, bits - 64) << 64 |
            natural_window(&ten, bits - 128);
    else {
        /* floor(2^(bits + 127) / 10^-k), which has 128 bits: 10^-k is no power of two.
         * Long division, starting with 2^(bits - 1) < 10^-k as the remainder. */
        Natural rest = {{0}};
        rest.limbs[(bits - 1) / 64] = UINT64_C(1) << ((bits - 1) % 64);
        for (int i = 0; i < 128; i++) {
            natural_double(&rest);
            g = g << 1 | natural_subtract_if(&rest, &ten);
        }
    }
    g += 1;
    *high = (uint64_t)(g >> 64);
    *low = (uint64_t)g;
}

static Power power_of_ten(int k)
{
    Power *power = &powers[k - POWER_MIN];
    Power result;
    if (load_acquire(&power->ready)) {
        result.high = load_relaxed(&power->high);
        result.low = load_relaxed(&power->low);
    } else {
        power_compute(k, &result.high, &result.low);
        store_relaxed(&power->high, result.high);
        store_relaxed(&power->low, result.low);
        store_release(&power->ready, 1u);
    }
    return result;
}

/* ---- Shortest ------------------------------------------------------------------------ */

#define SIGNIFICAND_BITS 52
#define HIDDEN_BIT       (UINT64_C(1) << SIGNIFICAND_BITS)
#define EXPONENT_BIAS    1075 /* of the significand as an integer */

/* floor(log10(2^e)), floor(log10(3/4 * 2^e)), floor(log2(10^e)), for |e| < 1500. */
static int floor_log10_pow2(int e)
{
    return (e * 1262611) >> 22;
}

static int floor_log10_three_quarters_pow2(int e)
{
    return (e * 1262611 - 524031) >> 22;
}

static int floor_log2_pow10(int e)
{
    return (e * 1741647) >> 19;
}

/* floor(g * c / 2^128), with the lowest bit set if any bit was lost (rounding to odd). */
static uint64_t multiply_round_to_odd(Power g, uint64_t c)
{
    unsigned __int128 x = (unsigned __int128)g.low * c;
    unsigned __int128 y = (unsigned __int128)g.high * c + (uint64_t)(x >> 64);
    return (uint64_t)(y >> 64) | ((uint64_t)y > 1);
}

/* The decimal c10 * 10^*exponent that is shortest within the rounding interval of c * 2^q. The
 * boundaries and the value are scaled by 4 so that they are integers. */
static uint64_t schubfach(uint64_t c, int q, int *exponent)
{
    bool irregular = c == HIDDEN_BIT && q > 1 - EXPONENT_BIAS; /* the gap below is half as wide */
    uint64_t odd = c & 1; /* an odd significand does not own its boundaries */
    uint64_t centre = 4 * c, left = irregular ? centre - 1 : centre - 2, right = centre + 2;
    int k = irregular ? floor_log10_three_quarters_pow2(q) : floor_log10_pow2(q);
    int h = q + floor_log2_pow10(-k) + 1;
    Power g = power_of_ten(-k);
    uint64_t value = multiply_round_to_odd(g, centre << h);
    uint64_t lower = multiply_round_to_odd(g, left << h) + odd;
    uint64_t upper = multiply_round_to_odd(g, right << h) - odd;

    uint64_t s = value / 4;
    if (s >= 10) {
        uint64_t tens = s / 10;
        bool down_inside = lower <= 40 * tens;
        bool up_inside = 40 * tens + 40 <= upper;
        if (down_inside != up_inside) {
            *exponent = k + 1;
            return tens + up_inside;
        }
    }
    *exponent = k;
    bool down_inside = lower <= 4 * s;
    bool up_inside = 4 * s + 4 <= upper;
    if (down_inside != up_inside)
        return s + up_inside;
    uint64_t middle = 4 * s + 2;
    return s + (value > middle || (value == middle && (s & 1)));
}

int dtoa_shortest(double magnitude, char digits[DTOA_SHORTEST_SIZE], int *point)
{
    if (magnitude == 0) {
        memcpy(digits, "0", 2);
        *point = 1;
        return 1;
    }
    uint64_t bits;
    memcpy(&bits, &magnitude, 8);
    uint64_t c = bits & (HIDDEN_BIT - 1);
    int biased = (int)(bits >> SIGNIFICAND_BITS & 0x7ff);
    int exponent = 0;
    uint64_t decimal = biased ? schubfach(c | HIDDEN_BIT, biased - EXPONENT_BIAS, &exponent)
                              : schubfach(c, 1 - EXPONENT_BIAS, &exponent);
    while (decimal % 10 == 0) {
        decimal /= 10;
        exponent++;
    }
    char buffer[24];
    int count = 0;
    for (; decimal; decimal /= 10)
        buffer[count++] = (char)('0' + decimal % 10);
    for (int i = 0; i < count; i++)
        digits[i] = buffer[count - 1 - i];
    digits[count] = 0;
    *point = count + exponent;
    return count;
}

/* ---- Fixed precision ----------------------------------------------------------------- */

/* glibc's printf is exact and rounds half-even, as long as the rounding mode is to nearest;
 * only its decimal point depends on the locale, and any bytes but digits are dropped here. */

/* Moves the digits of [text, text + length) together. */
static int keep_digits(char *text, int length)
{
    int count = 0;
    for (int i = 0; i < length; i++)
        if (text[i] >= '0' && text[i] <= '9')
            text[count++] = text[i];
    text[count] = 0;
    return count;
}

/* Cuts digits to `count`, and rounds the last one up or down. */
static void round_digits(char *digits, int count, bool up, int *point)
{
    digits[count] = 0;
    if (!up)
        return;
    int i = count;
    while (i > 0 && digits[i - 1] == '9')
        digits[--i] = '0';
    if (i > 0) {
        digits[i - 1]++;
    } else {
        digits[0] = '1';
        ++*point;
    }
}

/* From the shortest digits. Half the distance of two numbers of up to 15 digits is more than what
 * the shortest are from the value: so it lies on the same side of the middle between two such
 * numbers as they do, or else the middle would be as short and closer. False if they are that
 * middle. */
static bool precision_from_shortest(double magnitude, int count, char *digits, int *point)
{
    char all[DTOA_SHORTEST_SIZE];
    int length = dtoa_shortest(magnitude, all, point);
    if (length <= count) {
        memcpy(digits, all, (size_t)length);
        memset(digits + length, '0', (size_t)(count - length));
        digits[count] = 0;
        return true;
    }
    if (all[count] == '5' && length == count + 1)
        return false;
    memcpy(digits, all, (size_t)count);
    round_digits(digits, count, all[count] >= '5', point);
    return true;
}

bool dtoa_precision(double magnitude, int count, char *digits, int *point)
{
    bool normal = magnitude >= 0x1p-1022 || magnitude == 0;
    if (count <= 15 && normal && precision_from_shortest(magnitude, count, digits, point))
        return true;
    size_t room = (size_t)count + DTOA_EXTRA;
    int length = snprintf(digits, room, "%.*e", count - 1, magnitude);
    if (length < 0 || (size_t)length >= room)
        return false;
    char *exponent = strchr(digits, 'e');
    *point = magnitude == 0 ? 1 : atoi(exponent + 1) + 1;
    keep_digits(digits, (int)(exponent - digits));
    return true;
}

/* With few decimals, value * 10^decimals is a fraction of two words over a power of two: exact, and
 * rounded by shifting. False if it does not fit. */
static bool decimals_exact(double magnitude, int decimals, unsigned __int128 *scaled)
{
    enum { MOST_DECIMALS = 17, MOST_SHIFT = 120, SPARE_BITS = 10 };
    if (decimals > MOST_DECIMALS)
        return false;
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(frexp(magnitude, &exponent), 53);
    exponent -= 53;
    uint64_t scale = 1;
    for (int i = 0; i < decimals; i++)
        scale *= 10;
    unsigned __int128 value = (unsigned __int128)mantissa * scale;
    if (exponent >= 0) {
        *scaled = value << (exponent <= SPARE_BITS ? exponent : 0);
        return exponent <= SPARE_BITS;
    }
    int shift = -exponent;
    if (shift > MOST_SHIFT)
        return false;
    unsigned __int128 half = (unsigned __int128)1 << (shift - 1), rest = value & (2 * half - 1);
    value >>= shift;
    *scaled = value + (rest > half || (rest == half && (value & 1)));
    return true;
}

static int put_scaled(unsigned __int128 value, char *digits)
{
    char reversed[40];
    int count = 0;
    for (; value >> 64; value /= 10)
        reversed[count++] = (char)('0' + (int)(value % 10));
    for (uint64_t low = (uint64_t)value; low; low /= 10)
        reversed[count++] = (char)('0' + low % 10);
    for (int i = 0; i < count; i++)
        digits[i] = reversed[count - 1 - i];
    digits[count] = 0;
    return count;
}

int dtoa_decimals(double magnitude, int decimals, char *digits, int *point)
{
    unsigned __int128 scaled;
    if (decimals_exact(magnitude, decimals, &scaled)) {
        int length = put_scaled(scaled, digits);
        *point = length - decimals;
        return length;
    }
    size_t room = dtoa_decimals_room(magnitude, decimals);
    int length = snprintf(digits, room, "%.*f", decimals, magnitude);
    if (length < 0 || (size_t)length >= room)
        return -1;
    int count = keep_digits(digits, length);
    int zeros = 0;
    while (zeros < count && digits[zeros] == '0')
        zeros++;
    memmove(digits, digits + zeros, (size_t)(count - zeros) + 1);
    *point = count - decimals - zeros;
    return count - zeros;
}

/* ---- Reading ------------------------------------------------------------------------- */

static size_t skip_digits(const char *text, size_t i, size_t length)
{
    while (i < length && text[i] >= '0' && text[i] <= '9')
        i++;
    return i;
}

/* The length of digits[.digits][e[+-]digits] at the start of the text. */
static size_t number_length(const char *text, size_t length)
{
    size_t i = skip_digits(text, 0, length);
    size_t digits = i;
    if (i < length && text[i] == '.') {
        size_t end = skip_digits(text, i + 1, length);
        digits += end - i - 1;
        i = end;
    }
    if (!digits)
        return 0;
    if (i < length && (text[i] == 'e' || text[i] == 'E')) {
        size_t sign = i + 1 < length && (text[i + 1] == '+' || text[i + 1] == '-');
        size_t end = skip_digits(text, i + 1 + sign, length);
        if (end > i + 1 + sign)
            i = end;
    }
    return i;
}

static locale_t c_locale(void)
{
    static locale_t cached; /* atomic: made by whoever comes first */
    locale_t locale = load_acquire(&cached);
    if (!locale) {
        locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
        locale_t expected = (locale_t)0;
        if (locale && !cas_acq_rel(&cached, &expected, locale)) {
            freelocale(locale);
            locale = expected;
        }
    }
    return locale;
}

/* Digits as one number, up to 19 of them from the first that is not 0; false if there are more. */
static bool add_digits(const char *text, size_t start, size_t end, uint64_t *number, int *count)
{
    for (size_t i = start; i < end; i++) {
        *number = *number * 10 + (uint64_t)(text[i] - '0');
        *count += *count || text[i] != '0';
    }
    return *count <= 19;
}

/* The number of `used` characters, if it is the product or quotient of a whole number and a power
 * of ten that are both exact as doubles: then one operation rounds it correctly (Clinger, "How to
 * read floating point numbers accurately", 1990). */
static bool parse_exact(const char *text, size_t used, double *value)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    uint64_t number = 0;
    int count = 0;
    long exponent = 0;
    size_t i = skip_digits(text, 0, used);
    if (!add_digits(text, 0, i, &number, &count))
        return false;
    if (i < used && text[i] == '.') {
        size_t end = skip_digits(text, i + 1, used);
        if (!add_digits(text, i + 1, end, &number, &count))
            return false;
        exponent = -(long)(end - i - 1);
        i = end;
    }
    if (i < used) {
        bool negative = text[i + 1] == '-';
        long written = 0;
        for (i += 1 + (negative || text[i + 1] == '+'); i < used && written < 1000; i++)
            written = written * 10 + (text[i] - '0');
        exponent += negative ? -written : written;
    }
    if (number > UINT64_C(1) << 53 || exponent < -22 || exponent > 22)
        return false;
    *value = exponent < 0 ? (double)number / powers[-exponent] : (double)number * powers[exponent];
    return true;
}

ptrdiff_t dtoa_parse(const char *text, size_t length, double *value)
{
    size_t used = number_length(text, length);
    if (!used)
        return 0;
    if (parse_exact(text, used, value))
        return (ptrdiff_t)used;
    char small[64];
    char *copy = used < sizeof small ? small : malloc(used + 1);
    locale_t locale = c_locale();
    if (!copy || !locale) {
        if (copy != small)
            free(copy);
        return -1;
    }
    memcpy(copy, text, used);
    copy[used] = 0;
    *value = strtod_l(copy, NULL, locale);
    if (copy != small)
        free(copy);
    return (ptrdiff_t)used;
}
