/* Ints to and from text, bytes, doubles and machine integers. */
#include <math.h>

#include "base/unicode.h"
#include "core/call.h"
#include "core/error.h"
#include "types/bytes.h"
#include "types/int_inner.h"
#include "types/str.h"

uint32_t int_max_str_digits = 4300;

/* Numbers of so few digits are converted whatever the limit is. */
#define ALWAYS_CONVERTED 640

/* ---- boxes ------------------------------------------------------------------------------ */

IntBox *int_alloc(size_t limbs)
{
    if (unlikely(limbs > (SIZE_MAX >> 8)))
        return (IntBox *)raise_no_memory();
    return alloc_leaf(SHAPE_INT, sizeof(IntBox) + limbs * sizeof(mp_limb_t));
}

Value int_finish(IntBox *box, mp_size_t size, bool negative)
{
    while (size && !box->limbs[size - 1])
        size--;
    if (size == 0)
        return int_small(0);
    uint64_t low = box->limbs[0];
    if (size == 1 && low <= (uint64_t)INT_MAX_SMALL + negative)
        return int_small(negative ? -(intptr_t)low : (intptr_t)low);
    box->size = negative ? -size : size;
    return (Value)box;
}

Value int_from_slow(intptr_t i)
{
    IntBox *box = TRY_OR(int_alloc(1), 0);
    box->limbs[0] = i < 0 ? -(uint64_t)i : (uint64_t)i;
    return int_finish(box, 1, i < 0);
}

Value int_from_u64(uint64_t u)
{
    if (u <= (uint64_t)INT_MAX_SMALL)
        return int_small((intptr_t)u);
    IntBox *box = TRY_OR(int_alloc(1), 0);
    box->limbs[0] = u;
    return int_finish(box, 1, false);
}

void int_to_mpz(Value v, mpz_t out)
{
    IntView x;
    int_view(v, &x);
    mpz_init(out);
    mpz_import(out, (size_t)x.size, -1, sizeof(mp_limb_t), 0, 0, x.limbs);
    if (x.negative)
        mpz_neg(out, out);
}

Value int_from_mpz(const mpz_t z)
{
    size_t size = mpz_size(z);
    IntBox *box = TRY_OR(int_alloc(size), 0);
    mpn_copyi((mp_limb_t *)box->limbs, mpz_limbs_read(z), (mp_size_t)size);
    return int_finish(box, (mp_size_t)size, mpz_sgn(z) < 0);
}

Value int_exact(Value v)
{
    if (is_int(v) || has_shape(v, SHAPE_INT))
        return v;
    IntView x;
    int_view(v, &x);
    IntBox *box = TRY_OR(int_alloc((size_t)x.size), 0);
    mpn_copyi((mp_limb_t *)box->limbs, x.limbs, x.size);
    return int_finish(box, x.size, x.negative);
}

Value int_subtype_from(Type *type, Value exact)
{
    IntView x;
    int_view(exact, &x);
    IntBox *box = (IntBox *)TRY(object_alloc_items(type, (size_t)x.size));
    mpn_copyi((mp_limb_t *)box->limbs, x.limbs, x.size);
    box->size = x.negative ? -x.size : x.size;
    return (Value)box;
}

/* ---- machine integers -------------------------------------------------------------------- */

bool int_to_i64(Value v, int64_t *out)
{
    IntView x;
    int_view(v, &x);
    uint64_t magnitude = x.size ? x.limbs[0] : 0;
    if (x.size > 1 || magnitude > (uint64_t)INT64_MAX + x.negative)
        return false;
    *out = x.negative ? (int64_t)-magnitude : (int64_t)magnitude;
    return true;
}

bool int_to_u64(Value v, uint64_t *out)
{
    IntView x;
    int_view(v, &x);
    *out = x.size ? x.limbs[0] : 0;
    return x.size <= 1 && !x.negative;
}

int int_sign(Value v)
{
    if (is_int(v))
        return (int_value(v) > 0) - (int_value(v) < 0);
    IntView x;
    int_view(v, &x);
    return x.size == 0 ? 0 : x.negative ? -1 : 1;
}

size_t int_bit_length(Value v)
{
    IntView x;
    int_view(v, &x);
    return limbs_bit_length(x.limbs, x.size);
}

int int_compare(Value a, Value b)
{
    if (are_ints(a, b))
        return ((intptr_t)a > (intptr_t)b) - ((intptr_t)a < (intptr_t)b);
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    if (x.negative != y.negative)
        return x.negative ? -1 : 1;
    int order = x.size != y.size ? (x.size < y.size ? -1 : 1)
                : x.size         ? mpn_cmp(x.limbs, y.limbs, x.size)
                                 : 0;
    return x.negative ? -(order > 0) + (order < 0) : (order > 0) - (order < 0);
}

/* The value modulo the Mersenne prime 2^61 - 1, with the number's sign ("Hashing of numeric
 * types" in the library reference). */
int64_t int_hash(Value v)
{
    const uint64_t prime = (UINT64_C(1) << 61) - 1;
    IntView x;
    int_view(v, &x);
    uint64_t rest = x.size == 0   ? 0
                    : x.size == 1 ? x.limbs[0] % prime
                                  : mpn_mod_1(x.limbs, x.size, prime);
    int64_t hash = x.negative ? -(int64_t)rest : (int64_t)rest;
    return hash == -1 ? -2 : hash;
}

/* ---- doubles ------------------------------------------------------------------------------- */

Value int_from_double(double d)
{
    if (isnan(d))
        return raise(ValueError, "cannot convert float NaN to integer");
    if (isinf(d))
        return raise(OverflowError, "cannot convert float infinity to integer");
    if (fabs(d) < 0x1p62)
        return int_small((intptr_t)d);
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(frexp(fabs(d), &exponent), 64);
    int shift = exponent - 64; /* -1 or more */
    if (shift < 0)
        return int_from((intptr_t)d);
    mp_size_t limbs = shift / LIMB_BITS;
    unsigned bits = (unsigned)shift % LIMB_BITS;
    IntBox *box = TRY_OR(int_alloc((size_t)limbs + 2), 0);
    mpn_zero((mp_limb_t *)box->limbs, limbs);
    box->limbs[limbs] = mantissa << bits;
    box->limbs[limbs + 1] = bits ? mantissa >> (LIMB_BITS - bits) : 0;
    return int_finish(box, limbs + 2, d < 0);
}

/* Rounded to nearest, ties to even: the leading 64 bits, the last of them set if anything was cut
 * off, are rounded once, by the conversion. */
double int_to_double(Value v, bool *overflow)
{
    *overflow = false;
    if (is_int(v))
        return (double)int_value(v);
    IntView x;
    int_view(v, &x);
    if (x.size == 0)
        return 0.0;
    mp_limb_t top = x.limbs[x.size - 1];
    int zeros = __builtin_clzll(top);
    bool sticky = false;
    top <<= zeros;
    mp_size_t rest = x.size - 1;
    if (rest && zeros) {
        top |= x.limbs[rest - 1] >> (LIMB_BITS - zeros);
        sticky = x.limbs[rest - 1] << zeros;
        rest--;
    }
    for (mp_size_t i = 0; i < rest && !sticky; i++)
        sticky = x.limbs[i];
    double d =
        ldexp((double)(top | sticky), (int)(x.size > 20 ? 2000 : x.size * LIMB_BITS - zeros - 64));
    *overflow = isinf(d);
    return x.negative ? -d : d;
}

/* ---- to text -------------------------------------------------------------------------------- */

char *int_small_text(intptr_t i, char room[INT_TEXT_ROOM])
{
    char *p = room + INT_TEXT_ROOM;
    uint64_t rest = i < 0 ? -(uint64_t)i : (uint64_t)i;
    do
        *--p = (char)('0' + rest % 10);
    while (rest /= 10);
    if (i < 0)
        *--p = '-';
    return p;
}

static Value small_to_str(intptr_t i)
{
    char text[INT_TEXT_ROOM], *p = int_small_text(i, text);
    return str_from_ascii(p, (size_t)(text + sizeof text - p));
}

COLD static Value too_many_digits(void)
{
    return raise(ValueError,
                 "Exceeds the limit (%u digits) for integer string conversion; use "
                 "sys.set_int_max_str_digits() to increase the limit",
                 load_relaxed(&int_max_str_digits));
}

/* 10^limit has more bits than this many: more bits mean more digits, surely. */
static bool surely_over_limit(size_t bits)
{
    uint32_t limit = load_relaxed(&int_max_str_digits);
    return limit && limit >= ALWAYS_CONVERTED && (double)bits > limit * 3.3219280948873626 + 1;
}

static Value big_to_str(const IntView *x, int base)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    if (base == 10 && surely_over_limit(limbs_bit_length(x->limbs, x->size)))
        return too_many_digits();
    /* mpn_get_str overwrites its operand, and wants a limb more. */
    IntBox *copy = TRY_OR(int_alloc((size_t)x->size + 1), 0);
    size_t room = mpn_sizeinbase(x->limbs, x->size, base) + 4;
    Raw *raw = TRY_OR(raw_new((intptr_t)room), 0);
    unsigned char *text = (unsigned char *)raw->data + 3;
    size_t size = 0;
    LONG_ARITHMETIC(x->size, 64 + x->size)
    {
        mpn_copyi((mp_limb_t *)copy->limbs, x->limbs, x->size);
        size = mpn_get_str(text, base, (mp_limb_t *)copy->limbs, x->size);
    }
    while (size > 1 && !*text)
        text++, size--;
    uint32_t limit = load_relaxed(&int_max_str_digits);
    if (base == 10 && limit && size > limit && size > ALWAYS_CONVERTED)
        return too_many_digits();
    LONG_WORK(size)
    {
        for (size_t i = 0; i < size; i++)
            text[i] = (unsigned char)digits[text[i]];
    }
    unsigned char *start = text;
    if (base != 10) {
        *--start = base == 2 ? 'b' : base == 8 ? 'o' : 'x';
        *--start = '0';
    }
    if (x->negative)
        *--start = '-';
    return str_from_ascii((char *)start, size + (size_t)(text - start));
}

/* In base 2, 8 or 16, with the prefix. */
static Value small_to_prefixed(intptr_t i, int base)
{
    char text[72], *p = text + sizeof text;
    uint64_t rest = i < 0 ? -(uint64_t)i : (uint64_t)i;
    int bits = base == 16 ? 4 : base == 8 ? 3 : 1;
    do
        *--p = "0123456789abcdef"[rest & ((unsigned)base - 1)];
    while (rest >>= bits);
    *--p = base == 2 ? 'b' : base == 8 ? 'o' : 'x';
    *--p = '0';
    if (i < 0)
        *--p = '-';
    return str_from_ascii(p, (size_t)(text + sizeof text - p));
}

Value int_to_str(Value v, int base)
{
    if (is_int(v))
        return base == 10 ? small_to_str(int_value(v)) : small_to_prefixed(int_value(v), base);
    IntView x;
    int_view(v, &x);
    if (!x.size)
        return str_from_cstring(base == 10 ? "0" : base == 2 ? "0b0" : base == 8 ? "0o0" : "0x0");
    return big_to_str(&x, base);
}

/* ---- from text ------------------------------------------------------------------------------- */

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r'); /* C's: fewer than str.isspace() */
}

/* What is left of the text once sign, prefix and spaces are gone. */
typedef struct Digits {
    const char *text, *end;
    int base;
    bool negative;
} Digits;

static int prefix_base(const char *p, const char *end)
{
    if (end - p < 2 || p[0] != '0')
        return 0;
    switch (p[1] | 32) {
    case 'x':
        return 16;
    case 'o':
        return 8;
    case 'b':
        return 2;
    default:
        return 0;
    }
}

/* False if what is before the digits is malformed. */
static bool skip_prefix(Digits *d)
{
    while (d->text < d->end && is_space(*d->text))
        d->text++;
    while (d->text < d->end && is_space(d->end[-1]))
        d->end--;
    if (d->text < d->end && (*d->text == '-' || *d->text == '+'))
        d->negative = *d->text++ == '-';
    int prefix = prefix_base(d->text, d->end);
    bool literal = d->base == 0;
    if (prefix && (literal || prefix == d->base)) {
        d->text += 2;
        d->base = prefix;
        if (d->text < d->end && *d->text == '_')
            d->text++;
    } else if (literal) {
        d->base = 10;
        /* As in source code: no leading zeros, but for zero itself. */
        if (d->end - d->text > 1 && *d->text == '0')
            for (const char *p = d->text; p < d->end; p++)
                if (*p != '0' && *p != '_')
                    return false;
    }
    return d->text < d->end;
}

/* Up to 18 digits, without underscores, fit a word in any base up to 10. */
static bool small_digits(const Digits *d, Value *out)
{
    intptr_t n = 0;
    if (d->end - d->text > (d->base <= 10 ? 18 : d->base <= 16 ? 15 : 11))
        return false;
    for (const char *p = d->text; p < d->end; p++) {
        int digit = digit_value(*p);
        if (digit >= d->base)
            return false;
        n = n * d->base + digit;
    }
    *out = int_small(d->negative ? -n : n);
    return true;
}

static VECTORIZED bool is_all_decimal(const char *text, size_t size)
{
    unsigned char wrong = 0;
    for (size_t i = 0; i < size; i++)
        wrong |= (unsigned char)(text[i] - '0') > 9;
    return !wrong;
}

/* 0: malformed. */
static size_t count_digits(const Digits *d)
{
    size_t n = (size_t)(d->end - d->text);
    if (d->base == 10 && is_all_decimal(d->text, n))
        return n;
    bool after_digit = false;
    n = 0;
    for (const char *p = d->text; p < d->end; p++) {
        bool is_between = *p == '_' && after_digit;
        if (!is_between && digit_value(*p) >= d->base)
            return 0;
        after_digit = !is_between;
        n += after_digit;
    }
    return after_digit ? n : 0;
}

/* Before any work is done on them. */
static bool check_limit(const Digits *d, size_t size)
{
    uint32_t limit = load_relaxed(&int_max_str_digits);
    bool power_of_two = !(d->base & (d->base - 1));
    if (power_of_two || !limit || size <= limit || size <= ALWAYS_CONVERTED)
        return true;
    raise(ValueError,
          "Exceeds the limit (%u digits) for integer string conversion: value has %zu "
          "digits; use sys.set_int_max_str_digits() to increase the limit",
          limit, size);
    return false;
}

static VECTORIZED void decimal_values(unsigned char *values, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        values[i] = (unsigned char)(text[i] - '0');
}

/* The values of `size` digits, most significant first. */
static unsigned char *collect_digits(const Digits *d, size_t size)
{
    Raw *raw = TRY_OR(raw_new((intptr_t)size), 0);
    unsigned char *values = (unsigned char *)raw->data;
    if (d->base <= 10 && size == (size_t)(d->end - d->text)) {
        decimal_values(values, d->text, size);
        return values;
    }
    size_t n = 0;
    for (const char *p = d->text; p < d->end && n < size; p++)
        if (*p != '_')
            values[n++] = (unsigned char)digit_value(*p);
    return values;
}

static Value big_digits(const Digits *d, size_t size)
{
    TRY(check_limit(d, size));
    const unsigned char *values = TRY_OR(collect_digits(d, size), 0);
    while (size && !*values)
        values++, size--;
    if (!size)
        return int_small(0);
    int bits = LIMB_BITS - __builtin_clzll((unsigned)d->base - 1u);
    IntBox *box = TRY_OR(int_alloc(size * (size_t)bits / LIMB_BITS + 2), 0);
    mp_size_t limbs = 0;
    LONG_ARITHMETIC(size, 1 + size / 64)
    {
        limbs = mpn_set_str((mp_limb_t *)box->limbs, values, size, d->base);
    }
    return int_finish(box, limbs, d->negative);
}

static Value parse(const char *text, size_t length, int base, Value shown)
{
    Digits d = {text, text + length, base, false};
    Value small;
    if (skip_prefix(&d)) {
        if (small_digits(&d, &small))
            return small;
        size_t size = count_digits(&d);
        if (size)
            return big_digits(&d, size);
    }
    return raise(ValueError, "invalid literal for int() with base %d: %.200R", base, shown);
}

Value int_from_text(const char *text, size_t length, int base, Value shown)
{
    return parse(text, length, base, shown);
}

Value int_from_literal(const char *text, size_t length)
{
    Digits d = {text, text + length, 0, false};
    Value small;
    if (skip_prefix(&d) && small_digits(&d, &small))
        return small;
    return parse(text, length, 0, TRY(str_from_utf8(text, length)));
}

/* The text with every decimal digit as ASCII, every kind of space as ' ', and '?' for all else
 * that is not ASCII; the length stays. */
const char *text_to_ascii_digits(Value text)
{
    intptr_t length = str_length(text);
    Raw *raw = TRY_OR(raw_new(length + 1), 0);
    for (intptr_t i = 0; i < length; i++) {
        uint32_t c = str_char(text, i);
        int decimal = c < 128 ? -1 : unicode_decimal(c);
        raw->data[i] = c < 128               ? (char)c
                       : decimal >= 0        ? (char)('0' + decimal)
                       : unicode_is_space(c) ? ' '
                                             : '?';
    }
    raw->data[length] = 0;
    return raw->data;
}

Value int_from_str(Value text, int base)
{
    const char *ascii = ((Str *)text)->data;
    if (!((Str *)text)->ascii)
        ascii = TRY_OR(text_to_ascii_digits(text), 0);
    return parse(ascii, (size_t)str_length(text), base, text);
}

/* ---- bytes --------------------------------------------------------------------------------------
 */

Value int_from_bytes(const unsigned char *bytes, size_t size, bool little_endian, bool is_signed)
{
    size_t limbs = (size + 7) / 8;
    IntBox *box = TRY_OR(int_alloc(limbs), 0);
    bool negative = is_signed && size && (bytes[little_endian ? size - 1 : 0] & 0x80);
    unsigned char *out = (unsigned char *)box->limbs;
    LONG_WORK(size)
    {
        memset(out, negative ? 0xff : 0, limbs * 8);
        for (size_t i = 0; i < size; i++)
            out[i] = bytes[little_endian ? i : size - 1 - i];
        if (negative)
            mpn_neg((mp_limb_t *)box->limbs, (mp_limb_t *)box->limbs, (mp_size_t)limbs);
    }
    return int_finish(box, (mp_size_t)limbs, negative);
}

static bool fits_bytes(const IntView *x, size_t size, bool is_signed)
{
    size_t bits = limbs_bit_length(x->limbs, x->size);
    if (!is_signed)
        return bits <= size * 8;
    if (!x->size)
        return true;
    if (!size) /* all the digits of -1 are its sign */
        return x->negative && bits == 1;
    if (bits < size * 8)
        return true;
    /* -2^(8 size - 1) is the one negative number that needs its top bit for itself. */
    return x->negative && bits == size * 8 && mpn_scan1(x->limbs, 0) == bits - 1;
}

bool int_to_bytes(Value v, unsigned char *bytes, size_t size, bool little_endian, bool is_signed)
{
    IntView x;
    int_view(v, &x);
    if (x.negative && !is_signed)
        return raise(OverflowError, "can't convert negative int to unsigned");
    if (!fits_bytes(&x, size, is_signed))
        return raise(OverflowError, "int too big to convert");
    mp_limb_t carry = 1;
    LONG_WORK(size)
    {
        for (size_t i = 0; i < size; i += 8) {
            mp_limb_t limb = (mp_size_t)(i / 8) < x.size ? x.limbs[i / 8] : 0;
            if (x.negative) {
                limb = ~limb + carry;
                carry = carry && !limb;
            }
            for (size_t j = i; j < size && j < i + 8; j++, limb >>= 8)
                bytes[little_endian ? j : size - 1 - j] = (unsigned char)limb;
        }
    }
    return true;
}

static bool parse_byte_order(Value order, bool *little_endian, const char *function)
{
    if (!is_str(order))
        return raise(TypeError, "%s() argument 'byteorder' must be str, not %B", function, order);
    *little_endian = str_equals(order, "little");
    if (!*little_endian && !str_equals(order, "big"))
        return raise(ValueError, "byteorder must be either 'little' or 'big'");
    return true;
}

static Value to_bytes(Value *args)
{
    bool little_endian;
    intptr_t length = TRY_INDEX(args[1]);
    TRY(parse_byte_order(args[2], &little_endian, "to_bytes"));
    int is_signed = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    if (length < 0)
        return raise(ValueError, "length argument must be non-negative");
    Value bytes = TRY(bytes_new(length));
    unsigned char *data = (unsigned char *)((Bytes *)bytes)->data;
    return int_to_bytes(args[0], data, (size_t)length, little_endian, is_signed) ? bytes : 0;
}

static Value from_bytes(Value *args)
{
    bool little_endian;
    TRY(parse_byte_order(args[2], &little_endian, "from_bytes"));
    int is_signed = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    Value bytes = args[1];
    if (!is_bytes(bytes)) {
        if (is_str(bytes) || (has_index(bytes) && !has_buffer(bytes) && !type_of(bytes)->iter))
            return raise(TypeError, "cannot convert '%T' object to bytes", bytes);
        bytes = TRY(bytes_from_object(bytes));
    }
    Bytes *b = (Bytes *)bytes;
    Value result = TRY(int_from_bytes((const unsigned char *)b->data, (size_t)b->length,
                                      little_endian, is_signed));
    return args[0] == (Value)&int_type ? result : call1(args[0], result);
}

/* Not static, as the type is in another file: so without the METHOD macro. */
MethodDef int_to_bytes_def = {"to_bytes",
                              "length=1, byteorder='big', *, signed=False",
                              "Return an array of bytes representing an integer.",
                              to_bytes,
                              KIND_METHOD,
                              0,
                              0};
MethodDef int_from_bytes_def = {"from_bytes",
                                "bytes, byteorder='big', *, signed=False",
                                "Return the integer represented by the given array of bytes.",
                                from_bytes,
                                KIND_CLASS_METHOD,
                                0,
                                0};
