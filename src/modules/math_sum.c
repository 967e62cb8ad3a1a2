/* math's functions of many numbers: fsum, sumprod, prod, hypot, dist. */
#include <math.h>

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/thread.h"
#include "modules/math_inner.h"
#include "types/float.h"
#include "types/int.h"
#include "types/tuple.h"

/* ---- exact building blocks ----------------------------------------------------------------- */

/* A value as the unevaluated sum of two doubles. */
typedef struct Twin {
    double high, low;
} Twin;

/* a + b exactly (Knuth). */
static Twin two_sum(double a, double b)
{
    double sum = a + b, part = sum - a;
    return (Twin){sum, (a - (sum - part)) + (b - part)};
}

/* a * b exactly. */
static Twin two_product(double a, double b)
{
    double product = a * b;
    return (Twin){product, fma(a, b, -product)};
}

/* ---- fsum --------------------------------------------------------------------------------------
 */

/* Shewchuk's expansion: doubles that do not overlap, smallest first, whose exact sum is the sum
 * so far ("Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates",
 * 1997). */
typedef struct Expansion {
    Raw *storage;
    size_t count;
} Expansion;

static double *expansion_parts(const Expansion *e)
{
    return (double *)(void *)e->storage->data;
}

static bool expansion_add(Expansion *e, double x)
{
    double *parts = expansion_parts(e);
    size_t kept = 0;
    for (size_t i = 0; i < e->count; i++) {
        Twin sum = two_sum(x, parts[i]);
        if (sum.low != 0)
            parts[kept++] = sum.low;
        x = sum.high;
    }
    e->count = kept;
    if (x == 0)
        return true;
    if ((intptr_t)((kept + 1) * sizeof(double)) > e->storage->size) {
        Raw *larger = TRY(raw_new(e->storage->size * 2));
        memcpy(larger->data, e->storage->data, kept * sizeof(double));
        e->storage = larger;
    }
    expansion_parts(e)[e->count++] = x;
    return true;
}

/* Rounded once: the parts from the largest down, until one does not go into the sum whole; then
 * the next one decides a tie. */
static double expansion_total(const Expansion *e)
{
    const double *parts = expansion_parts(e);
    size_t n = e->count;
    if (!n)
        return 0.0;
    double high = parts[--n], low = 0.0;
    while (n > 0) {
        double x = high, y = parts[--n];
        high = x + y;
        low = y - (high - x);
        if (low != 0)
            break;
    }
    if (n > 0 && ((low < 0 && parts[n - 1] < 0) || (low > 0 && parts[n - 1] > 0))) {
        double twice = low * 2, x = high + twice;
        if (twice == x - high)
            high = x;
    }
    return high;
}

FUNCTION(math_fsum, "fsum", "seq, /",
         "Return an accurate floating-point sum of values in the iterable seq.\n\nAssumes IEEE-754 "
         "floating-point arithmetic.")
{
    Expansion e = {TRY_OR(raw_new(32 * sizeof(double)), 0), 0};
    double special = 0.0, infinities = 0.0;
    ITERATE(item, args[0])
    {
        double x;
        TRY(number_as_double(item, &x));
        if (!isfinite(x)) {
            infinities += isinf(x) ? x : 0.0;
            special += x;
            continue;
        }
        TRY(expansion_add(&e, x));
        if (e.count && !isfinite(expansion_parts(&e)[e.count - 1]))
            return raise(OverflowError, "intermediate overflow in fsum");
        TRY(thread_poll(thread_self()));
    }
    if (!ITERATED)
        return 0;
    if (special != 0.0) {
        if (isnan(infinities))
            return raise(ValueError, "-inf + inf in fsum");
        return float_from(special);
    }
    return float_from(expansion_total(&e));
}

/* ---- prod
 * ------------------------------------------------------------------------------------------ */

FUNCTION(math_prod, "prod", "iterable, /, *, start=1",
         "Calculate the product of all the elements in the input iterable.\n\nThe default start "
         "value for the product is 1.")
{
    Value product = args[1];
    ITERATE(item, args[0])
    {
        product = TRY(number_binary(OP_MULTIPLY, product, item));
        TRY(thread_poll(thread_self()));
    }
    return ITERATED ? product : 0;
}

/* ---- sumprod
 * --------------------------------------------------------------------------------------- */

/* A sum in three doubles: the error of each step is kept, and the error of adding the errors
 * (Ogita, Rump, Oishi, "Accurate Sum and Dot Product", 2005, with K = 3). */
typedef struct Triple {
    double high, low, tiny;
} Triple;

static Triple triple_add_product(Triple total, double x, double y)
{
    Twin product = two_product(x, y);
    Twin high = two_sum(total.high, product.high);
    Twin low = two_sum(total.low, product.low);
    Twin middle = two_sum(low.high, high.low);
    return (Triple){high.high, middle.high, total.tiny + low.low + middle.low};
}

static double triple_total(Triple t)
{
    Twin tail = two_sum(t.low, t.tiny);
    Twin sum = two_sum(t.high, tail.high);
    return sum.high + (sum.low + tail.low);
}

/* Ints are summed as words until that overflows or another type comes, then floats in three doubles
 * until something else comes, then everything by its operators: there is no way back. */
typedef enum DotMode { DOT_INTS, DOT_FLOATS, DOT_ANYTHING } DotMode;
typedef struct DotProduct {
    DotMode mode;
    Value total; /* of what is in neither of the following */
    intptr_t ints;
    Triple floats;
    bool floats_used;
} DotProduct;

static bool is_plain_float(Value v)
{
    return is_tagged_float(v) || has_shape(v, SHAPE_FLOAT);
}

static bool as_plain_double(Value v, double *out)
{
    bool overflow = false;
    if (is_plain_float(v))
        *out = float_value(v);
    else if (is_int(v) || has_shape(v, SHAPE_INT) || has_shape(v, SHAPE_BOOL))
        *out = int_to_double(v, &overflow);
    else
        return false;
    return !overflow && isfinite(*out);
}

static bool dot_add_ints(DotProduct *d, Value p, Value q)
{
    intptr_t product, sum;
    if (!are_ints(p, q) || __builtin_mul_overflow(int_value(p), int_value(q), &product) ||
        __builtin_add_overflow(d->ints, product, &sum))
        return false;
    d->ints = sum;
    return true;
}

static bool dot_add_floats(DotProduct *d, Value p, Value q)
{
    double x, y;
    if ((!is_plain_float(p) && !is_plain_float(q)) || !as_plain_double(p, &x) ||
        !as_plain_double(q, &y))
        return false;
    Triple next = triple_add_product(d->floats, x, y);
    if (!isfinite(next.high))
        return false;
    d->floats = next;
    return true;
}

/* Adds what the mode has summed to the total, and goes on to the next mode. */
static bool dot_next_mode(DotProduct *d)
{
    if (d->mode == DOT_INTS && d->ints)
        d->total = TRY(number_binary(OP_ADD, d->total, TRY(int_from(d->ints))));
    if (d->mode == DOT_FLOATS && d->floats_used)
        d->total = TRY(number_binary(OP_ADD, d->total, TRY(float_from(triple_total(d->floats)))));
    d->mode++;
    return true;
}

static bool dot_add(DotProduct *d, Value p, Value q)
{
    if (d->mode == DOT_INTS) {
        if (dot_add_ints(d, p, q))
            return true;
        TRY(dot_next_mode(d));
    }
    if (d->mode == DOT_FLOATS) {
        if (dot_add_floats(d, p, q)) {
            d->floats_used = true;
            return true;
        }
        TRY(dot_next_mode(d));
    }
    Value product = TRY(number_binary(OP_MULTIPLY, p, q));
    d->total = TRY(number_binary(OP_ADD, d->total, product));
    return true;
}

FUNCTION(math_sumprod, "sumprod", "p, q, /",
         "Return the sum of products of values from two iterables p and q.\n\nFor float and mixed "
         "int/float inputs, the intermediate products and sums are computed with extended "
         "precision.")
{
    DotProduct d = {.total = int_small(0)};
    Value left = TRY(get_iter(args[0])), right = TRY(get_iter(args[1]));
    for (;;) {
        Value p = iter_next(left);
        if (!p && error_pending())
            return 0;
        Value q = iter_next(right);
        if (!q && error_pending())
            return 0;
        if (!p != !q)
            return raise(ValueError, "Inputs are not the same length");
        if (!p)
            break;
        TRY(dot_add(&d, p, q));
        TRY(thread_poll(thread_self()));
    }
    while (d.mode != DOT_ANYTHING)
        TRY(dot_next_mode(&d));
    return d.total;
}

/* ---- hypot, dist
 * --------------------------------------------------------------------------------------- */

/* The length of a vector: scaled by a power of two, the squares summed in twice the precision, and
 * the root corrected by one step of Newton's method. `coordinates` are magnitudes. */
static double vector_length(double *coordinates, intptr_t count, double largest, bool any_nan)
{
    if (isinf(largest))
        return INFINITY;
    if (any_nan)
        return NAN;
    if (largest == 0.0)
        return 0.0;
    int exponent;
    frexp(largest, &exponent);
    Twin sum = {0.0, 0.0};
    for (intptr_t i = 0; i < count; i++) {
        double x = ldexp(coordinates[i], -exponent);
        Twin square = two_product(x, x);
        Twin next = two_sum(sum.high, square.high);
        sum = (Twin){next.high, sum.low + next.low + square.low};
    }
    double root = sqrt(sum.high + sum.low);
    Twin square = two_product(root, root);
    double rest = (sum.high - square.high) - square.low + sum.low;
    return ldexp(root + rest / (2.0 * root), exponent);
}

typedef struct Vector {
    double *coordinates;
    intptr_t count;
    double largest;
    bool any_nan;
} Vector;

static bool vector_start(Vector *v, intptr_t count)
{
    Raw *raw = TRY(raw_new(count * (intptr_t)sizeof(double)));
    *v = (Vector){(double *)(void *)raw->data, 0, 0.0, false};
    return true;
}

static void vector_add(Vector *v, double x)
{
    x = fabs(x);
    v->any_nan |= isnan(x);
    if (x > v->largest)
        v->largest = x;
    v->coordinates[v->count++] = x;
}

FUNCTION(math_hypot, "hypot", "*coordinates",
         "Multidimensional Euclidean distance from the origin to a point.")
{
    Vector v;
    TRY(vector_start(&v, tuple_length(args[0])));
    for (intptr_t i = 0; i < tuple_length(args[0]); i++) {
        double x;
        TRY(number_as_double(tuple_get(args[0], i), &x));
        vector_add(&v, x);
    }
    return float_from(vector_length(v.coordinates, v.count, v.largest, v.any_nan));
}

FUNCTION(math_dist, "dist", "p, q, /",
         "Return the Euclidean distance between two points p and q.\n\nThe points should be "
         "specified as sequences (or iterables) of coordinates. Both inputs must have the same "
         "dimension.")
{
    Value p = TRY(tuple_from_iterable(args[0])), q = TRY(tuple_from_iterable(args[1]));
    if (tuple_length(p) != tuple_length(q))
        return raise(ValueError, "both points must have the same number of dimensions");
    Vector v;
    TRY(vector_start(&v, tuple_length(p)));
    for (intptr_t i = 0; i < tuple_length(p); i++) {
        double x, y;
        TRY(number_as_double(tuple_get(p, i), &x));
        TRY(number_as_double(tuple_get(q, i), &y));
        vector_add(&v, x - y);
    }
    return float_from(vector_length(v.coordinates, v.count, v.largest, v.any_nan));
}

MethodDef *const math_sum_functions[] = {M(math_fsum),  M(math_prod), M(math_sumprod),
                                         M(math_hypot), M(math_dist), 0};
