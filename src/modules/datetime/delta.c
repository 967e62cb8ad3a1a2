/* timedelta: the type; delta_math.c multiplies and divides. */
#include "modules/datetime/datetime.h"

#include <math.h>
#include <stdio.h>
#include "base/hash.h"
#include "core/call.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- New ones --------------------------------------------------------------------------- */

static Value new_normal(Type *type, int64_t days, int32_t seconds, int32_t microseconds)
{
    if (unlikely(days < -MAX_DELTA_DAYS || days > MAX_DELTA_DAYS)) {
        if (days != (int32_t)days)
            return raise(OverflowError, "Python int too large to convert to C int");
        return raise(OverflowError, "days=%d; must have magnitude <= %d", (int)days,
                     MAX_DELTA_DAYS);
    }
    Delta *d = TRY(NEW(Delta, type));
    d->days = (int32_t)days;
    d->seconds = seconds;
    d->microseconds = microseconds;
    return (Value)d;
}

Value delta_new_as(Type *type, int64_t days, int64_t seconds, int64_t microseconds)
{
    seconds += floor_divide(microseconds, MICROSECONDS);
    days += floor_divide(seconds, SECONDS_PER_DAY);
    return new_normal(type, days, (int32_t)floor_modulo(seconds, SECONDS_PER_DAY),
                      (int32_t)floor_modulo(microseconds, MICROSECONDS));
}

Value delta_new(int64_t days, int64_t seconds, int64_t microseconds)
{
    return delta_new_as(&delta_type, days, seconds, microseconds);
}

Microseconds delta_microseconds(Value v)
{
    const Delta *d = as_delta(v);
    return ((Microseconds)d->days * SECONDS_PER_DAY + d->seconds) * MICROSECONDS + d->microseconds;
}

Value delta_from_microseconds_as(Type *type, Microseconds total)
{
    const Microseconds day = (Microseconds)SECONDS_PER_DAY * MICROSECONDS;
    Microseconds days = total / day, rest = total % day;
    if (rest < 0) {
        rest += day;
        days--;
    }
    if (days != (int32_t)days)
        return raise(OverflowError, "Python int too large to convert to C int");
    return new_normal(type, (int64_t)days, (int32_t)((int64_t)rest / MICROSECONDS),
                      (int32_t)((int64_t)rest % MICROSECONDS));
}

Value microseconds_to_int(Microseconds total)
{
    if (total == (int64_t)total)
        return int_from((int64_t)total);
    return int_from_bytes((const unsigned char *)&total, sizeof total, true, true);
}

bool microseconds_from_int(Value v, Microseconds *out)
{
    int64_t small;
    if (likely(int_to_i64(v, &small))) {
        *out = small;
        return true;
    }
    if (int_bit_length(v) > 100)
        return raise(OverflowError, "Python int too large to convert to C int");
    return int_to_bytes(v, (unsigned char *)out, sizeof *out, true, true);
}

/* ---- The constructor -------------------------------------------------------------------- */

typedef struct Sum {
    Microseconds whole;
    double rest;    /* fractions of a microsecond */
    bool too_large; /* for any timedelta */
} Sum;

static void add_whole(Sum *sum, Microseconds count, int64_t factor)
{
    Microseconds part;
    sum->too_large |= __builtin_mul_overflow(count, (Microseconds)factor, &part) ||
                      __builtin_add_overflow(sum->whole, part, &sum->whole);
}

static bool add_float(Sum *sum, double number, int64_t factor)
{
    double whole, part = modf(number, &whole);
    if (!isfinite(number)) {
        TRY(int_from_double(number)); /* says what it is */
        return false;
    }
    if (fabs(whole) > 1e30)
        sum->too_large = true;
    else
        add_whole(sum, (Microseconds)whole, factor);
    part = modf(part * (double)factor, &whole);
    sum->whole += (Microseconds)whole;
    sum->rest += part;
    return true;
}

/* Adds an argument, 0 if it was not given, of so many microseconds each. */
static bool add_part(Sum *sum, const char *name, Value v, int64_t factor)
{
    if (!v)
        return true;
    if (is_int(v)) {
        sum->whole += (Microseconds)int_value(v) * factor;
        return true;
    }
    if (is_float(v))
        return add_float(sum, float_value(v), factor);
    if (!is_int_any(v))
        return raise(TypeError, "unsupported type for timedelta %s component: %T", name, v);
    Microseconds n;
    if (microseconds_from_int(v, &n))
        add_whole(sum, n, factor);
    else
        sum->too_large = error_clear_if(OverflowError);
    return !error_pending();
}

/* The fractions to whole microseconds, half to even. */
static Microseconds rounded(const Sum *sum)
{
    double whole = round(sum->rest);
    if (fabs(whole - sum->rest) == 0.5) {
        int odd = (int)(sum->whole & 1);
        whole = 2.0 * round((sum->rest + odd) * 0.5) - odd;
    }
    return sum->whole + (Microseconds)whole;
}

NEW_METHOD(delta_make, "!days=?, seconds=?, microseconds=?, milliseconds=?, minutes=?, hours=?, "
                       "weeks=?")
{
    static const struct {
        const char *name;
        int64_t factor;
        int arg;
    } parts[] = {{"microseconds", 1, 3},
                 {"milliseconds", 1000, 4},
                 {"seconds", MICROSECONDS, 2},
                 {"minutes", (int64_t)60 * MICROSECONDS, 5},
                 {"hours", (int64_t)3600 * MICROSECONDS, 6},
                 {"days", (int64_t)SECONDS_PER_DAY * MICROSECONDS, 1},
                 {"weeks", (int64_t)7 * SECONDS_PER_DAY * MICROSECONDS, 7}};
    Sum sum = {0};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        TRY(add_part(&sum, parts[i].name, args[parts[i].arg], parts[i].factor));
    if (sum.too_large)
        return raise(OverflowError, "Python int too large to convert to C int");
    return delta_from_microseconds_as((Type *)args[0], sum.rest ? rounded(&sum) : sum.whole);
}

/* ---- Text ------------------------------------------------------------------------------- */

static Value delta_repr(Value v)
{
    const Delta *d = as_delta(v);
    char text[100] = "0";
    int n = 0;
    const char *separator = "";
    const struct {
        const char *name;
        int value;
    } parts[] = {{"days", d->days}, {"seconds", d->seconds}, {"microseconds", d->microseconds}};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (parts[i].value) {
            n += snprintf(text + n, sizeof text - (size_t)n, "%s%s=%d", separator, parts[i].name,
                          parts[i].value);
            separator = ", ";
        }
    return str_format("%T(%s)", v, text);
}

static Value delta_str(Value v)
{
    const Delta *d = as_delta(v);
    char text[80];
    int n = 0;
    if (d->days)
        n = snprintf(text, sizeof text, "%d day%s, ", d->days,
                     d->days == 1 || d->days == -1 ? "" : "s");
    n += snprintf(text + n, sizeof text - (size_t)n, "%d:%02d:%02d", d->seconds / 3600,
                  d->seconds / 60 % 60, d->seconds % 60);
    if (d->microseconds)
        snprintf(text + n, sizeof text - (size_t)n, ".%06d", d->microseconds);
    return str_from_cstring(text);
}

/* ---- Comparing -------------------------------------------------------------------------- */

int64_t moment_hash(int64_t a, int64_t b, int64_t c)
{
    const int64_t numbers[] = {a, b, c};
    return text_hash(numbers, sizeof numbers);
}

static bool delta_hash(Value v, int64_t *hash)
{
    const Delta *d = as_delta(v);
    uint64_t h = hash_combine(hash_combine((uint32_t)d->days, (uint32_t)d->seconds),
                              (uint32_t)d->microseconds);
    *hash = h == UINT64_MAX ? -2 : (int64_t)h;
    return true;
}

int delta_compare(Value a, Value b)
{
    const Delta *x = as_delta(a), *y = as_delta(b);
    if (x->days != y->days)
        return x->days < y->days ? -1 : 1;
    if (x->seconds != y->seconds)
        return x->seconds < y->seconds ? -1 : 1;
    return (x->microseconds > y->microseconds) - (x->microseconds < y->microseconds);
}

static Value delta_compare_slot(Value a, Value b, CompareOp op)
{
    return is_delta(b) ? order_value(delta_compare(a, b), op) : NotImplemented;
}

static int delta_truth(Value v)
{
    const Delta *d = as_delta(v);
    return d->days || d->seconds || d->microseconds;
}

/* ---- Adding ----------------------------------------------------------------------------- */

static Value delta_add(Value a, Value b)
{
    if (!is_delta(a) || !is_delta(b))
        return NotImplemented;
    const Delta *x = as_delta(a), *y = as_delta(b);
    return delta_new((int64_t)x->days + y->days, (int64_t)x->seconds + y->seconds,
                     (int64_t)x->microseconds + y->microseconds);
}

static Value delta_subtract(Value a, Value b)
{
    if (!is_delta(a) || !is_delta(b))
        return NotImplemented;
    const Delta *x = as_delta(a), *y = as_delta(b);
    return delta_new((int64_t)x->days - y->days, (int64_t)x->seconds - y->seconds,
                     (int64_t)x->microseconds - y->microseconds);
}

Value delta_negative(Value v)
{
    const Delta *d = as_delta(v);
    return delta_new(-(int64_t)d->days, -(int64_t)d->seconds, -(int64_t)d->microseconds);
}

static Value delta_positive(Value v)
{
    const Delta *d = as_delta(v);
    return delta_new(d->days, d->seconds, d->microseconds);
}

static Value delta_absolute(Value v)
{
    return as_delta(v)->days < 0 ? delta_negative(v) : delta_positive(v);
}

/* ---- Methods ---------------------------------------------------------------------------- */

METHOD(delta_total_seconds_method, "total_seconds", "/", "Total seconds in the duration.")
{
    Value total = TRY(microseconds_to_int(delta_microseconds(args[0])));
    return int_true_divide(total, int_small(MICROSECONDS));
}

METHOD(delta_reduce, "__reduce__", "/", "__reduce__() -> (cls, state)")
{
    const Delta *d = as_delta(args[0]);
    Value state =
        TRY(tuple_of(int_small(d->days), int_small(d->seconds), int_small(d->microseconds)));
    return tuple_of(TRY(get_attr(args[0], names.__class__)), state);
}

static MethodDef *const delta_methods[] = {M(delta_total_seconds_method), M(delta_reduce), 0};

static const MemberDef delta_members[] = {
    {"days", MEMBER_INT32, offsetof(Delta, days), true, "Number of days."},
    {"seconds", MEMBER_INT32, offsetof(Delta, seconds), true,
     "Number of seconds (>= 0 and less than 1 day)."},
    {"microseconds", MEMBER_INT32, offsetof(Delta, microseconds), true,
     "Number of microseconds (>= 0 and less than 1 second)."},
    {0},
};

Type delta_type = {
    TYPE_HEAD("datetime.timedelta", Delta),
    .repr = delta_repr,
    .str = delta_str,
    .hash = delta_hash,
    .compare = delta_compare_slot,
    .truth = delta_truth,
    .negative = delta_negative,
    .positive = delta_positive,
    .absolute = delta_absolute,
    .add = delta_add,
    .subtract = delta_subtract,
    .multiply = delta_multiply,
    .true_divide = delta_true_divide,
    .floor_divide = delta_floor_divide,
    .remainder = delta_remainder,
    .divmod = delta_divmod,
    .doc = "Difference between two datetime values.\n\n"
           "timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, "
           "weeks=0)\n\n"
           "All arguments are optional and default to 0.\n"
           "Arguments may be integers or floats, and may be positive or negative.",
    .new_def = M(delta_make),
    .methods = delta_methods,
    .members = delta_members,
    .flags = TYPE_BASE | TYPE_LEAF,
};
