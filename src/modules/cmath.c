/* cmath: the C library's functions of complex numbers, with Python's errors. */
#include <complex.h>
#include <math.h>

#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "types/float.h"
#include "types/tuple.h"

typedef double _Complex Number;

static Number number(double real, double imag)
{
    return __builtin_complex(real, imag);
}

/* complex(o), for any number. */
static bool as_number(Value o, Number *out)
{
    double d;
    if (has_layout(o, LAYOUT_COMPLEX)) {
        *out = number(((Complex *)o)->real, ((Complex *)o)->imag);
        return true;
    }
    Value c = call_special(names.dunder_complex, (Value[]){o}, 1);
    if (!c && error_pending())
        return false;
    if (c) {
        if (!has_layout(c, LAYOUT_COMPLEX))
            return raise(TypeError, "__complex__ returned non-complex (type %T)", c);
        *out = number(((Complex *)c)->real, ((Complex *)c)->imag);
        return true;
    }
    TRY(number_as_double(o, &d));
    *out = number(d, 0.0);
    return true;
}

static bool is_finite(Number z)
{
    return isfinite(creal(z)) && isfinite(cimag(z));
}

static Value domain_error(void)
{
    return raise(ValueError, "math domain error");
}

/* A finite argument with an infinite result is an overflow. */
static Value checked(Number z, Number result)
{
    if (is_finite(z) && !is_finite(result))
        return raise(OverflowError, "math range error");
    return complex_from(creal(result), cimag(result));
}

#define FUNCTION_1(name, function, is_error, doc)                                                  \
    FUNCTION(cmath_##name, #name, "z, /", doc)                                                     \
    {                                                                                              \
        Number z;                                                                                  \
        TRY(as_number(args[0], &z));                                                               \
        if (is_error)                                                                              \
            return domain_error();                                                                 \
        return checked(z, function(z));                                                            \
    }

/* The angle is infinite, and the other part is no nan (and, for those functions that go to a limit
 * there, not infinite). */
#define ANGLE_IN_IMAG (isinf(cimag(z)) && !isnan(creal(z)))
#define ANGLE_IN_REAL (isinf(creal(z)) && !isnan(cimag(z)))

FUNCTION_1(acos, cacos, false, "Return the arc cosine of z.")
/* Where C keeps what is known of a result that has a nan, Python has two of them. */
static Number acosh_as_python(Number z)
{
    return creal(z) == 0 && isnan(cimag(z)) ? number(NAN, NAN) : cacosh(z);
}

static Number tanh_as_python(Number z)
{
    return creal(z) == 0 && isnan(cimag(z)) ? number(NAN, NAN) : ctanh(z);
}

static Number tan_as_python(Number z)
{
    return cimag(z) == 0 && isnan(creal(z)) ? number(NAN, NAN) : ctan(z);
}

FUNCTION_1(acosh, acosh_as_python, false, "Return the inverse hyperbolic cosine of z.")
FUNCTION_1(asin, casin, false, "Return the arc sine of z.")
FUNCTION_1(asinh, casinh, false, "Return the inverse hyperbolic sine of z.")
FUNCTION_1(atan, catan, creal(z) == 0 && fabs(cimag(z)) == 1, "Return the arc tangent of z.")
FUNCTION_1(atanh, catanh, fabs(creal(z)) == 1 && cimag(z) == 0,
           "Return the inverse hyperbolic tangent of z.")
FUNCTION_1(cos, ccos, ANGLE_IN_REAL, "Return the cosine of z.")
FUNCTION_1(cosh, ccosh, ANGLE_IN_IMAG, "Return the hyperbolic cosine of z.")
FUNCTION_1(exp, cexp, ANGLE_IN_IMAG &&creal(z) != -INFINITY, "Return the exponential value e**z.")
FUNCTION_1(sin, csin, ANGLE_IN_REAL, "Return the sine of z.")
FUNCTION_1(sinh, csinh, ANGLE_IN_IMAG, "Return the hyperbolic sine of z.")
FUNCTION_1(sqrt, csqrt, false, "Return the square root of z.")
FUNCTION_1(tan, tan_as_python, ANGLE_IN_REAL &&isfinite(cimag(z)), "Return the tangent of z.")
FUNCTION_1(tanh, tanh_as_python, ANGLE_IN_IMAG &&isfinite(creal(z)),
           "Return the hyperbolic tangent of z.")

static bool logarithm(Number z, Number *out)
{
    if (z == 0)
        return domain_error();
    *out = clog(z);
    return true;
}

FUNCTION(cmath_log, "log", "z, base=?, /",
         "log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, "
         "returns the natural logarithm (base e) of z.")
{
    Number z, result = 0;
    TRY(as_number(args[0], &z));
    TRY(logarithm(z, &result));
    Value value = TRY(complex_from(creal(result), cimag(result)));
    if (!args[1])
        return value;
    TRY(as_number(args[1], &z));
    TRY(logarithm(z, &result));
    if (result == 0)
        return domain_error();
    return number_binary(OP_TRUE_DIVIDE, value, TRY(complex_from(creal(result), cimag(result))));
}

FUNCTION(cmath_log10, "log10", "z, /", "Return the base-10 logarithm of z.")
{
    Number z, result = 0;
    TRY(as_number(args[0], &z));
    TRY(logarithm(z, &result));
    return complex_from(creal(result) / M_LN10, cimag(result) / M_LN10);
}

FUNCTION(cmath_phase, "phase", "z, /",
         "Return argument, also known as the phase angle, of a complex.")
{
    Number z;
    TRY(as_number(args[0], &z));
    return float_from(carg(z));
}

FUNCTION(
    cmath_polar, "polar", "z, /",
    "Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance "
    "from 0 and phi the phase angle.")
{
    Number z;
    TRY(as_number(args[0], &z));
    double length = cabs(z);
    if (isinf(length) && is_finite(z))
        return raise(OverflowError, "math range error");
    return tuple_of(TRY(float_from(length)), TRY(float_from(carg(z))));
}

/* r * (cos phi + j sin phi) where r or phi is infinite or a nan, or phi is zero. */
static Value rect_special(double r, double phi)
{
    if (phi == 0) /* on the real axis, exactly */
        return complex_from(r, isnan(r) ? 0.0 : copysign(0.0, phi) * copysign(1.0, r));
    if (r == 0)
        return complex_from(0.0, 0.0);
    if (isnan(phi))
        return complex_from(isinf(r) ? INFINITY : NAN, NAN);
    if (isnan(r))
        return complex_from(NAN, NAN);
    if (isinf(phi))
        return domain_error();
    return complex_from(copysign(r, r * cos(phi)), copysign(r, r * sin(phi)));
}

FUNCTION(cmath_rect, "rect", "r, phi, /",
         "Convert from polar coordinates to rectangular coordinates.")
{
    double r, phi;
    TRY(number_as_double(args[0], &r));
    TRY(number_as_double(args[1], &phi));
    if (!isfinite(r) || !isfinite(phi) || phi == 0)
        return rect_special(r, phi);
    return complex_from(r * cos(phi), r * sin(phi));
}

FUNCTION(cmath_isfinite, "isfinite", "z, /",
         "Return True if both the real and imaginary parts of z are finite, else False.")
{
    Number z;
    TRY(as_number(args[0], &z));
    return bool_value(is_finite(z));
}

FUNCTION(cmath_isnan, "isnan", "z, /",
         "Checks if the real or imaginary part of z not a number (NaN).")
{
    Number z;
    TRY(as_number(args[0], &z));
    return bool_value(isnan(creal(z)) || isnan(cimag(z)));
}

FUNCTION(cmath_isinf, "isinf", "z, /", "Checks if the real or imaginary part of z is infinite.")
{
    Number z;
    TRY(as_number(args[0], &z));
    return bool_value(isinf(creal(z)) || isinf(cimag(z)));
}

FUNCTION(cmath_isclose, "isclose", "a, b, *, rel_tol=1e-09, abs_tol=0.0",
         "Determine whether two complex numbers are close in value.")
{
    Number a, b;
    double relative, absolute;
    TRY(as_number(args[0], &a));
    TRY(as_number(args[1], &b));
    TRY(number_as_double(args[2], &relative));
    TRY(number_as_double(args[3], &absolute));
    if (relative < 0 || absolute < 0)
        return raise(ValueError, "tolerances must be non-negative");
    if (a == b)
        return True;
    if (isinf(creal(a)) || isinf(cimag(a)) || isinf(creal(b)) || isinf(cimag(b)))
        return False;
    double difference = cabs(a - b);
    return bool_value(difference <= relative * cabs(b) || difference <= relative * cabs(a) ||
                      difference <= absolute);
}

static bool execute(Value module)
{
    return module_add(module, "pi", float_from(M_PI)) && module_add(module, "e", float_from(M_E)) &&
           module_add(module, "tau", float_from(2 * M_PI)) &&
           module_add(module, "inf", float_from(INFINITY)) &&
           module_add(module, "nan", float_from(NAN)) &&
           module_add(module, "infj", complex_from(0.0, INFINITY)) &&
           module_add(module, "nanj", complex_from(0.0, NAN));
}

static MethodDef *const functions[] = {
    M(cmath_acos),  M(cmath_acosh),   M(cmath_asin),     M(cmath_asinh),
    M(cmath_atan),  M(cmath_atanh),   M(cmath_cos),      M(cmath_cosh),
    M(cmath_exp),   M(cmath_isclose), M(cmath_isfinite), M(cmath_isinf),
    M(cmath_isnan), M(cmath_log),     M(cmath_log10),    M(cmath_phase),
    M(cmath_polar), M(cmath_rect),    M(cmath_sin),      M(cmath_sinh),
    M(cmath_sqrt),  M(cmath_tan),     M(cmath_tanh),     0};

const ModuleDef module_cmath = {
    "cmath",
    "This module provides access to mathematical functions for complex\nnumbers.",
    functions,
    execute,
};
