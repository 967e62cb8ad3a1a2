/* math: functions of doubles, which are the C library's with Python's errors. math_integer.c has
 * those of ints, math_sum.c those of many numbers. */
#include <errno.h>
#include <math.h>

#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "modules/math_inner.h"
#include "modules/module_util.h"
#include "types/float.h"
#include "types/int_inner.h"
#include "types/tuple.h"

/* ---- errors ------------------------------------------------------------------------------- */

static Value domain_error(void)
{
    return raise(ValueError, "math domain error");
}

static Value range_error(void)
{
    return raise(OverflowError, "math range error");
}

/* A nan that no argument brought along is a domain error; so is an infinity (a pole), or, in
 * functions that can overflow, a range error. */
static Value checked(double result, bool nan_argument, bool finite_arguments, bool overflows)
{
    if (isnan(result) && !nan_argument)
        return domain_error();
    if (isinf(result) && finite_arguments)
        return overflows ? range_error() : domain_error();
    return float_from(result);
}

#define FUNCTION_1(name, function, overflows, doc)                                                 \
    FUNCTION(math_##name, #name, "x, /", doc)                                                      \
    {                                                                                              \
        double x;                                                                                  \
        TRY(number_as_double(args[0], &x));                                                        \
        return checked(function(x), isnan(x), isfinite(x), overflows);                             \
    }

FUNCTION_1(acos, acos, false,
           "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi.")
FUNCTION_1(acosh, acosh, false, "Return the inverse hyperbolic cosine of x.")
FUNCTION_1(
    asin, asin, false,
    "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.")
FUNCTION_1(asinh, asinh, false, "Return the inverse hyperbolic sine of x.")
FUNCTION_1(
    atan, atan, false,
    "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.")
FUNCTION_1(atanh, atanh, false, "Return the inverse hyperbolic tangent of x.")
FUNCTION_1(cbrt, cbrt, false, "Return the cube root of x.")
FUNCTION_1(cos, cos, false, "Return the cosine of x (measured in radians).")
FUNCTION_1(cosh, cosh, true, "Return the hyperbolic cosine of x.")
FUNCTION_1(erf, erf, false, "Error function at x.")
FUNCTION_1(erfc, erfc, false, "Complementary error function at x.")
FUNCTION_1(exp, exp, true, "Return e raised to the power of x.")
FUNCTION_1(exp2, exp2, true, "Return 2 raised to the power of x.")
FUNCTION_1(expm1, expm1, true, "Return exp(x)-1.\n\nIt is more precise than exp(x)-1 for small x.")
FUNCTION_1(fabs, fabs, false, "Return the absolute value of the float x.")
FUNCTION_1(log1p, log1p, false,
           "Return the natural logarithm of 1+x (base e).\n\nIt is precise for x near zero.")
FUNCTION_1(sin, sin, false, "Return the sine of x (measured in radians).")
FUNCTION_1(sinh, sinh, true, "Return the hyperbolic sine of x.")
FUNCTION_1(sqrt, sqrt, false, "Return the square root of x.")
FUNCTION_1(tan, tan, false, "Return the tangent of x (measured in radians).")
FUNCTION_1(tanh, tanh, false, "Return the hyperbolic tangent of x.")

FUNCTION(math_gamma, "gamma", "x, /", "Gamma function at x.")
{
    double x;
    TRY(number_as_double(args[0], &x));
    if (x == 0 || x == -INFINITY || (x < 0 && x == floor(x)))
        return domain_error();
    return checked(tgamma(x), isnan(x), isfinite(x), true);
}

FUNCTION(math_lgamma, "lgamma", "x, /",
         "Natural logarithm of absolute value of Gamma function at x.")
{
    double x;
    int sign;
    TRY(number_as_double(args[0], &x));
    if (isfinite(x) && x <= 0 && x == floor(x))
        return domain_error();
    return checked(lgamma_r(x, &sign), isnan(x), isfinite(x), true);
}

/* ---- two arguments ------------------------------------------------------------------------- */

#define TWO_DOUBLES                                                                                \
    double x, y;                                                                                   \
    TRY(number_as_double(args[0], &x));                                                            \
    TRY(number_as_double(args[1], &y))

FUNCTION(math_atan2, "atan2", "y, x, /",
         "Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of "
         "both x and y are considered.")
{
    TWO_DOUBLES;
    return float_from(atan2(x, y));
}

FUNCTION(math_copysign, "copysign", "x, y, /",
         "Return a float with the magnitude (absolute value) of x but the sign of y.")
{
    TWO_DOUBLES;
    return float_from(copysign(x, y));
}

FUNCTION(math_fmod, "fmod", "x, y, /",
         "Return fmod(x, y), according to platform C.\n\nx % y may differ.")
{
    TWO_DOUBLES;
    return checked(fmod(x, y), isnan(x) || isnan(y), false, false);
}

FUNCTION(math_remainder, "remainder", "x, y, /",
         "Difference between x and the closest integer multiple of y.")
{
    TWO_DOUBLES;
    return checked(remainder(x, y), isnan(x) || isnan(y), false, false);
}

FUNCTION(math_pow, "pow", "x, y, /", "Return x**y (x to the power of y).")
{
    TWO_DOUBLES;
    return checked(pow(x, y), isnan(x) || isnan(y), isfinite(x) && isfinite(y), x != 0);
}

FUNCTION(math_ldexp, "ldexp", "x, i, /",
         "Return x * (2**i).\n\nThis is essentially the inverse of frexp().")
{
    double x;
    TRY(number_as_double(args[0], &x));
    if (!is_int_any(args[1]))
        return raise(TypeError, "Expected an int as second argument to ldexp.");
    intptr_t exponent;
    TRY(index_as_intptr_clipped(args[1], &exponent));
    if (x == 0 || !isfinite(x))
        return float_from(x);
    int clipped = exponent > 10000 ? 10000 : exponent < -10000 ? -10000 : (int)exponent;
    return checked(ldexp(x, clipped), false, true, true);
}

FUNCTION(math_fma, "fma", "x, y, z, /",
         "Fused multiply-add operation.\n\nCompute (x * y) + z with a single round.")
{
    TWO_DOUBLES;
    double z;
    TRY(number_as_double(args[2], &z));
    double result = fma(x, y, z);
    if (isnan(result) && !isnan(x) && !isnan(y) && !isnan(z))
        return raise(ValueError, "invalid operation in fma");
    if (isinf(result) && isfinite(x) && isfinite(y) && isfinite(z))
        return raise(OverflowError, "overflow in fma");
    return float_from(result);
}

/* ---- logarithms ---------------------------------------------------------------------------- */

static double log_checked(double x, double (*function)(double), bool *ok)
{
    *ok = isnan(x) || x > 0;
    return *ok ? function(x) : 0;
}

/* Of an int that is no double: its leading bits and its size. */
static double log_of_big(Value v, double (*function)(double))
{
    bool overflow;
    size_t bits = int_bit_length(v);
    Value shifted = int_rshift(v, int_small((intptr_t)bits - 64));
    if (!shifted)
        return NAN;
    return function(int_to_double(shifted, &overflow)) + function(2.0) * (double)(bits - 64);
}

static Value logarithm(Value v, double (*function)(double))
{
    double x;
    bool ok;
    if (is_int_any(v)) {
        bool overflow;
        if (int_sign(v) <= 0)
            return domain_error();
        x = int_to_double(v, &overflow);
        if (overflow) {
            double result = log_of_big(v, function);
            return error_pending() ? 0 : float_from(result);
        }
    } else {
        TRY(number_as_double(v, &x));
    }
    double result = log_checked(x, function, &ok);
    return ok ? float_from(result) : domain_error();
}

FUNCTION(math_log, "log", "x, base=?, /",
         "log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base is "
         "not specified, returns the natural logarithm (base e) of x.")
{
    Value numerator = TRY(logarithm(args[0], log));
    if (!args[1])
        return numerator;
    return number_binary(OP_TRUE_DIVIDE, numerator, TRY(logarithm(args[1], log)));
}

FUNCTION(math_log2, "log2", "x, /", "Return the base 2 logarithm of x.")
{
    return logarithm(args[0], log2);
}

FUNCTION(math_log10, "log10", "x, /", "Return the base 10 logarithm of x.")
{
    return logarithm(args[0], log10);
}

/* ---- rounding and parts ---------------------------------------------------------------------- */

static Value round_with(Value x, double (*function)(double), Value name)
{
    double d;
    if (!is_tagged_float(x) && !has_shape(x, SHAPE_FLOAT)) {
        Value result = call_special(name, (Value[]){x}, 1);
        if (result || error_pending())
            return result;
    }
    TRY(number_as_double(x, &d));
    return int_from_double(function(d));
}

FUNCTION(math_ceil, "ceil", "x, /",
         "Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x.")
{
    return round_with(args[0], ceil, names.__ceil__);
}

FUNCTION(math_floor, "floor", "x, /",
         "Return the floor of x as an Integral.\n\nThis is the largest integer <= x.")
{
    return round_with(args[0], floor, names.__floor__);
}

FUNCTION(
    math_trunc, "trunc", "x, /",
    "Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method.")
{
    Value result = call_special(names.__trunc__, (Value[]){args[0]}, 1);
    if (!result && !error_pending())
        return raise(TypeError, "type %T doesn't define __trunc__ method", args[0]);
    return result;
}

FUNCTION(math_frexp, "frexp", "x, /",
         "Return the mantissa and exponent of x, as pair (m, e).\n\nm is a float and e is an int, "
         "such that x = m * 2.**e.\nIf x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.")
{
    double x;
    int exponent = 0;
    TRY(number_as_double(args[0], &x));
    double mantissa = isfinite(x) ? frexp(x, &exponent) : x;
    return tuple_of(TRY(float_from(mantissa)), int_small(exponent));
}

FUNCTION(math_modf, "modf", "x, /",
         "Return the fractional and integer parts of x.\n\nBoth results carry the sign of x and "
         "are floats.")
{
    double x, whole;
    TRY(number_as_double(args[0], &x));
    double fraction = modf(x, &whole);
    return tuple_of(TRY(float_from(fraction)), TRY(float_from(whole)));
}

FUNCTION(math_degrees, "degrees", "x, /", "Convert angle x from radians to degrees.")
{
    double x;
    TRY(number_as_double(args[0], &x));
    return float_from(x * (180.0 / M_PI));
}

FUNCTION(math_radians, "radians", "x, /", "Convert angle x from degrees to radians.")
{
    double x;
    TRY(number_as_double(args[0], &x));
    return float_from(x * (M_PI / 180.0));
}

/* ---- classification and neighbours --------------------------------------------------------------
 */

FUNCTION(math_isfinite, "isfinite", "x, /",
         "Return True if x is neither an infinity nor a NaN, and False otherwise.")
{
    double x;
    TRY(number_as_double(args[0], &x));
    return bool_value(isfinite(x));
}

FUNCTION(math_isinf, "isinf", "x, /",
         "Return True if x is a positive or negative infinity, and False otherwise.")
{
    double x;
    TRY(number_as_double(args[0], &x));
    return bool_value(isinf(x));
}

FUNCTION(math_isnan, "isnan", "x, /",
         "Return True if x is a NaN (not a number), and False otherwise.")
{
    double x;
    TRY(number_as_double(args[0], &x));
    return bool_value(isnan(x));
}

FUNCTION(math_isclose, "isclose", "a, b, *, rel_tol=1e-09, abs_tol=0.0",
         "Determine whether two floating-point numbers are close in value.")
{
    TWO_DOUBLES;
    double relative, absolute;
    TRY(number_as_double(args[2], &relative));
    TRY(number_as_double(args[3], &absolute));
    if (relative < 0 || absolute < 0)
        return raise(ValueError, "tolerances must be non-negative");
    if (x == y)
        return True;
    if (isinf(x) || isinf(y))
        return False;
    double difference = fabs(y - x);
    return bool_value(difference <= fabs(relative * y) || difference <= fabs(relative * x) ||
                      difference <= absolute);
}

/* Doubles of one sign are ordered as their bits are; counted from the zeros, both signs are on
 * one line. */
static int64_t ordinal_of(double d)
{
    int64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return bits < 0 ? -(bits & INT64_MAX) : bits;
}

static double double_at(int64_t ordinal, bool negative_zero)
{
    uint64_t bits = ordinal < 0 ? (uint64_t)-ordinal | UINT64_C(1) << 63 : (uint64_t)ordinal;
    double d;
    memcpy(&d, &bits, sizeof d);
    return ordinal == 0 && negative_zero ? -0.0 : d;
}

static double step_towards(double x, double y, uint64_t steps)
{
    int64_t from = ordinal_of(x), to = ordinal_of(y);
    uint64_t distance = from < to ? (uint64_t)to - (uint64_t)from : (uint64_t)from - (uint64_t)to;
    if (steps >= distance)
        return y;
    uint64_t at = from < to ? (uint64_t)from + steps : (uint64_t)from - steps;
    return double_at((int64_t)at, x < 0);
}

FUNCTION(math_nextafter, "nextafter", "x, y, /, *, steps=None",
         "Return the floating-point value the given number of steps after x towards y.")
{
    TWO_DOUBLES;
    if (args[2] == None)
        return float_from(nextafter(x, y));
    Value steps = TRY(number_index(args[2]));
    if (int_sign(steps) < 0)
        return raise(ValueError, "steps must be a non-negative integer");
    if (isnan(x) || isnan(y))
        return float_from(isnan(x) ? x : y);
    uint64_t count;
    if (!int_to_u64(steps, &count))
        count = UINT64_MAX;
    return float_from(count ? step_towards(x, y, count) : x);
}

FUNCTION(math_ulp, "ulp", "x, /", "Return the value of the least significant bit of the float x.")
{
    double x;
    TRY(number_as_double(args[0], &x));
    x = fabs(x);
    if (!isfinite(x))
        return float_from(x);
    double above = nextafter(x, INFINITY);
    return float_from(isinf(above) ? x - nextafter(x, -INFINITY) : above - x);
}

/* ---- the module
 * -------------------------------------------------------------------------------------- */

static bool execute(Value module)
{
    return module_add(module, "pi", float_from(M_PI)) && module_add(module, "e", float_from(M_E)) &&
           module_add(module, "tau", float_from(2 * M_PI)) &&
           module_add(module, "inf", float_from(INFINITY)) &&
           module_add(module, "nan", float_from(NAN)) &&
           module_add_functions(module, math_integer_functions) &&
           module_add_functions(module, math_sum_functions);
}

static MethodDef *const functions[] = {M(math_acos),
                                       M(math_acosh),
                                       M(math_asin),
                                       M(math_asinh),
                                       M(math_atan),
                                       M(math_atan2),
                                       M(math_atanh),
                                       M(math_cbrt),
                                       M(math_ceil),
                                       M(math_copysign),
                                       M(math_cos),
                                       M(math_cosh),
                                       M(math_degrees),
                                       M(math_erf),
                                       M(math_erfc),
                                       M(math_exp),
                                       M(math_exp2),
                                       M(math_expm1),
                                       M(math_fabs),
                                       M(math_floor),
                                       M(math_fma),
                                       M(math_fmod),
                                       M(math_frexp),
                                       M(math_gamma),
                                       M(math_isclose),
                                       M(math_isfinite),
                                       M(math_isinf),
                                       M(math_isnan),
                                       M(math_ldexp),
                                       M(math_lgamma),
                                       M(math_log),
                                       M(math_log10),
                                       M(math_log1p),
                                       M(math_log2),
                                       M(math_modf),
                                       M(math_nextafter),
                                       M(math_pow),
                                       M(math_radians),
                                       M(math_remainder),
                                       M(math_sin),
                                       M(math_sinh),
                                       M(math_sqrt),
                                       M(math_tan),
                                       M(math_tanh),
                                       M(math_trunc),
                                       M(math_ulp),
                                       0};

const ModuleDef module_math = {
    "math",
    "This module provides access to the mathematical functions\ndefined by the C standard.",
    functions,
    execute,
};
