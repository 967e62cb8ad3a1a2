/* Comparison and hash of Decimals, alike to those of all other numbers. */
#include <limits.h>
#include "core/share.h"
#include "gc/heap.h"
#include "modules/decimal/decimal.h"
#include "types/float.h"
#include "types/int.h"

/* ---- Comparing ------------------------------------------------------------------------------- */

/* What a Decimal is compared with: a number, exactly; `number` is 0 if it is not comparable. */
typedef struct Comparand {
    Operand operand;
    Scratch scratch;
    bool scaled; /* the Decimal is to be compared as `left`, times the denominator */
    Scratch left;
} Comparand;

static void comparand_start(Comparand *c)
{
    c->scratch.number =
        (mpd_t){MPD_STATIC | MPD_STATIC_DATA, 0, 0, 0, SCRATCH_WORDS, c->scratch.words};
    c->left.number = (mpd_t){MPD_STATIC | MPD_STATIC_DATA, 0, 0, 0, SCRATCH_WORDS, c->left.words};
    c->scaled = false;
}

static void comparand_free(Comparand *c)
{
    scratch_free(&c->scratch);
    scratch_free(&c->left);
}

static bool take_double(Comparand *c, double d)
{
    uint32_t status = 0;
    TRY(number_from_double(&c->scratch.number, d, &status));
    c->operand.number = &c->scratch.number;
    return !(status & MPD_Malloc_error) || raise_no_memory();
}

static bool take_float(Comparand *c, double d, bool equality)
{
    Value context = TRY(context_now());
    if (equality)
        fetch_or_relaxed(&as_context(context)->mpd.status, FLOAT_OPERATION);
    else
        TRY(signal_status(context, FLOAT_OPERATION));
    return take_double(c, d);
}

/* A fraction: a / (n / d) is compared as a * d with n. */
static bool take_rational(Comparand *c, const mpd_t *a, Value v)
{
    Value numerator = TRY(get_attr_string(v, "numerator"));
    Value denominator = TRY(get_attr_string(v, "denominator"));
    Operand d;
    uint32_t status = 0;
    mpd_context_t settings;
    TRY(operand_need(&d, denominator) && operand_need(&c->operand, numerator));
    if (mpd_isspecial(a))
        return true;
    max_context(&settings);
    mpd_qmul(&c->left.number, a, d.number, &settings, &status);
    c->scaled = true;
    return !(status & MPD_Malloc_error) || raise_no_memory();
}

static Value rational_class; /* numbers.Rational; a root */

bool compare_start(void)
{
    gc_add_root(&rational_class, 1);
    root_store(&rational_class, TRY(import_attribute("numbers", "Rational")));
    return true;
}

static bool take_comparand(Comparand *c, const mpd_t *a, Value b, bool equality)
{
    if (is_float(b))
        return take_float(c, float_value(b), equality);
    if (is_object(b) && has_layout(b, LAYOUT_COMPLEX)) {
        const Complex *z = (const Complex *)b;
        return equality && !z->imag ? take_float(c, z->real, true) : true;
    }
    int rational = object_isinstance(b, rational_class);
    if (rational < 0)
        return false;
    return rational ? take_rational(c, a, b) : true;
}

/* A NaN is unequal to all. Ordering signals, and so does any comparison with a signaling one. */
static Value compare_numbers(const mpd_t *a, const mpd_t *b, CompareOp op)
{
    uint32_t status = 0;
    int order = mpd_qcmp(a, b, &status);
    if (likely(order != INT_MAX))
        return order_value(order, op);
    bool equality = op == CMP_EQ || op == CMP_NE;
    if (!equality || mpd_issnan(a) || mpd_issnan(b))
        TRY(signal_status(TRY(context_now()), status | MPD_Invalid_operation));
    return bool_value(op == CMP_NE);
}

static NOINLINE Value compare_slow(const mpd_t *a, Value b, CompareOp op)
{
    Comparand c __attribute__((cleanup(comparand_free)));
    comparand_start(&c);
    TRY(operand_take(&c.operand, b));
    if (!c.operand.number)
        TRY(take_comparand(&c, a, b, op == CMP_EQ || op == CMP_NE));
    if (!c.operand.number)
        return NotImplemented;
    return compare_numbers(c.scaled ? &c.left.number : a, c.operand.number, op);
}

Value decimal_compare(Value a, Value b, CompareOp op)
{
    return likely(is_decimal_exact(b)) ? compare_numbers(number_of(a), number_of(b), op)
                                       : compare_slow(number_of(a), b, op);
}

/* ---- Hash ("Hashing of numeric types" in the library reference) -------------------------------
 */

#define HASH_BITS  61
#define HASH_PRIME ((UINT64_C(1) << HASH_BITS) - 1)
#define HASH_TENTH UINT64_C(2075258708292324556) /* 10 times this is 1 modulo the prime */
#define HASH_INF   314159

/* a * b + c modulo the prime, of which 2^61 is 1; a and c are below it. */
static uint64_t fold(uint64_t a, uint64_t b, uint64_t c)
{
    unsigned __int128 x = (unsigned __int128)a * b + c;
    uint64_t rest = (uint64_t)(x & HASH_PRIME) + (uint64_t)(x >> HASH_BITS & HASH_PRIME) +
                    (uint64_t)(x >> 2 * HASH_BITS);
    rest = (rest & HASH_PRIME) + (rest >> HASH_BITS);
    return rest >= HASH_PRIME ? rest - HASH_PRIME : rest;
}

static uint64_t power_modulo(uint64_t base, uint64_t exponent)
{
    uint64_t result = 1;
    for (; exponent; exponent >>= 1, base = fold(base, base, 0))
        if (exponent & 1)
            result = fold(result, base, 0);
    return result;
}

static int64_t finite_hash(const mpd_t *number)
{
    uint64_t h = 0, power = number->exp < 0 ? power_modulo(HASH_TENTH, -(uint64_t)number->exp)
                                            : power_modulo(10, (uint64_t)number->exp);
    for (mpd_ssize_t i = number->len - 1; i >= 0; i--)
        h = fold(h, MPD_RADIX, number->data[i] % HASH_PRIME);
    h = fold(h, power, 0);
    int64_t hash = mpd_isnegative(number) ? -(int64_t)h : (int64_t)h;
    return hash == -1 ? -2 : hash;
}

bool decimal_hash(Value v, int64_t *hash)
{
    Decimal *d = (Decimal *)v;
    const mpd_t *number = &d->number;
    int64_t known = load_relaxed(&d->hash);
    if (known) {
        *hash = known;
        return true;
    }
    if (mpd_issnan(number))
        return raise(TypeError, "Cannot hash a signaling NaN value");
    if (mpd_isnan(number))
        return object_type.hash(v, hash);
    *hash = !mpd_isinfinite(number)  ? finite_hash(number)
            : mpd_isnegative(number) ? -HASH_INF
                                     : HASH_INF;
    store_relaxed(&d->hash, *hash);
    return true;
}
