/* The methods of Decimal, in the order of the documentation. Where `context` is not given it is the
 * thread's own. */
#include <string.h>
#include "core/call.h"
#include "core/names.h"
#include "modules/decimal/decimal.h"
#include "types/float.h"
#include "types/int.h"
#include "types/tuple.h"

#define UNARY_METHOD(id, name, op, doc)                                                            \
    METHOD(method_##id, name, "#context=None", doc)                                                \
    {                                                                                              \
        return run_unary(op, TRY(context_or_now(args[1])), number_of(args[0]));                    \
    }
#define BINARY_METHOD(id, name, op, doc)                                                           \
    METHOD(method_##id, name, "#other, context=None", doc)                                         \
    {                                                                                              \
        return apply_binary(op, TRY(context_or_now(args[2])), args[0], args[1]);                   \
    }
#define TEST_METHOD(id, name, test, doc)                                                           \
    METHOD(method_##id, name, "/", doc)                                                            \
    {                                                                                              \
        return bool_value(test(number_of(args[0])));                                               \
    }

/* ---- Parts and texts ---------------------------------------------------------------------------
 */

METHOD(method_adjusted, "adjusted", "/",
       "The exponent of the most significant digit; 0 for infinities and NaNs.")
{
    const mpd_t *number = number_of(args[0]);
    return int_from(mpd_isspecial(number) ? 0 : mpd_adjexp(number));
}

METHOD(method_as_integer_ratio, "as_integer_ratio", "/",
       "The two ints, the second above 0 and as small as can be, whose ratio is the number.\n\n"
       "OverflowError for infinities, ValueError for NaNs.")
{
    return decimal_as_ratio(args[0]);
}

METHOD(method_as_tuple, "as_tuple", "/", "DecimalTuple(sign, digits, exponent).")
{
    return decimal_as_tuple(args[0]);
}

METHOD(method_canonical, "canonical", "/", "The number itself: all encodings are canonical.")
{
    return args[0];
}

METHOD(method_conjugate, "conjugate", "/", "The number itself.")
{
    return args[0];
}

CLASS_METHOD(method_from_float, "from_float", "f, /",
             "The exact value of a float or an int. This and Decimal(f) are the same, but for the\n"
             "signal FloatOperation.")
{
    Value v = TRY(decimal_from_float(&decimal_type, args[1]));
    return args[0] == (Value)&decimal_type ? v : call1(args[0], v);
}

METHOD(method_to_eng_string, "to_eng_string", "#context=None",
       "As text whose exponent, if any, is a multiple of 3.")
{
    return decimal_text(args[0], TRY(context_or_now(args[1])), true);
}

METHOD(method_number_class, "number_class", "#context=None",
       "One of '-Infinity', '-Normal', '-Subnormal', '-Zero', '+Zero', '+Subnormal', '+Normal',\n"
       "'+Infinity', 'NaN', 'sNaN'.")
{
    mpd_context_t settings = context_settings(TRY(context_or_now(args[1])));
    return str_from_cstring(mpd_class(number_of(args[0]), &settings));
}

METHOD(method_radix, "radix", "/", "Decimal(10).")
{
    Operand ten;
    TRY(operand_take(&ten, int_small(10)));
    return operand_value(&ten);
}

/* ---- Comparing ----------------------------------------------------------------------------------
 */

BINARY_METHOD(compare, "compare", op_compare,
              "-1, 0 or 1 as a Decimal for less, equal, greater; NaN if either is one.")
BINARY_METHOD(compare_signal, "compare_signal", op_compare_signal,
              "As compare(), but all NaNs signal.")
BINARY_METHOD(compare_total, "compare_total", op_compare_total,
              "Compares representations, in a total order.")
BINARY_METHOD(compare_total_mag, "compare_total_mag", op_compare_total_mag,
              "As compare_total(), without regard to the signs.")
BINARY_METHOD(max, "max", mpd_qmax, "The larger number; a number rather than a quiet NaN.")
BINARY_METHOD(max_mag, "max_mag", mpd_qmax_mag, "The one with the larger absolute value.")
BINARY_METHOD(min, "min", mpd_qmin, "The smaller number; a number rather than a quiet NaN.")
BINARY_METHOD(min_mag, "min_mag", mpd_qmin_mag, "The one with the smaller absolute value.")

METHOD(method_same_quantum, "same_quantum", "#other, context=None",
       "Whether both have the same exponent, or are both infinite or both NaN.")
{
    Operand other;
    TRY(context_or_now(args[2]));
    TRY(operand_need(&other, args[1]));
    return bool_value(mpd_same_quantum(number_of(args[0]), other.number));
}

/* ---- Kinds
 * --------------------------------------------------------------------------------------- */

METHOD(method_is_canonical, "is_canonical", "/", "True.")
{
    return True;
}
TEST_METHOD(is_finite, "is_finite", mpd_isfinite, "Neither infinite nor NaN.")
TEST_METHOD(is_infinite, "is_infinite", mpd_isinfinite, "Whether it is an infinity.")
TEST_METHOD(is_nan, "is_nan", mpd_isnan, "Whether it is a NaN, quiet or signaling.")
TEST_METHOD(is_qnan, "is_qnan", mpd_isqnan, "Whether it is a quiet NaN.")
TEST_METHOD(is_snan, "is_snan", mpd_issnan, "Whether it is a signaling NaN.")
TEST_METHOD(is_signed, "is_signed", mpd_issigned, "Whether it has a negative sign, -0 too.")
TEST_METHOD(is_zero, "is_zero", mpd_iszero, "Whether it is 0, of either sign.")

METHOD(method_is_normal, "is_normal", "#context=None", "Finite, not 0 and not subnormal.")
{
    mpd_context_t settings = context_settings(TRY(context_or_now(args[1])));
    return bool_value(mpd_isnormal(number_of(args[0]), &settings));
}

METHOD(method_is_subnormal, "is_subnormal", "#context=None",
       "Not 0, and its adjusted exponent is below Emin.")
{
    mpd_context_t settings = context_settings(TRY(context_or_now(args[1])));
    return bool_value(mpd_issubnormal(number_of(args[0]), &settings));
}

/* ---- Signs, digits and bits
 * ------------------------------------------------------------------------ */

METHOD(method_copy_abs, "copy_abs", "/", "The absolute value, not rounded; nothing is signalled.")
{
    return run_unary(op_copy_abs, TRY(context_now()), number_of(args[0]));
}

METHOD(method_copy_negate, "copy_negate", "/", "The negation, not rounded; nothing is signalled.")
{
    return run_unary(op_copy_negate, TRY(context_now()), number_of(args[0]));
}

BINARY_METHOD(copy_sign, "copy_sign", op_copy_sign,
              "The number with the other's sign, not rounded; nothing is signalled.")
BINARY_METHOD(logical_and, "logical_and", mpd_qand, "`and` of each two digits, all 0 or 1.")
UNARY_METHOD(logical_invert, "logical_invert", mpd_qinvert, "Each digit, all 0 or 1, inverted.")
BINARY_METHOD(logical_or, "logical_or", mpd_qor, "`or` of each two digits, all 0 or 1.")
BINARY_METHOD(logical_xor, "logical_xor", mpd_qxor, "`xor` of each two digits, all 0 or 1.")
BINARY_METHOD(rotate, "rotate", mpd_qrotate,
              "The digits of the precision, rotated: to the left if `other` is positive.")
BINARY_METHOD(shift, "shift", mpd_qshift,
              "The digits of the precision, shifted: to the left if `other` is positive.")

/* ---- Arithmetic
 * ------------------------------------------------------------------------------------ */

UNARY_METHOD(exp, "exp", mpd_qexp, "e to the power of the number, rounded correctly.")
UNARY_METHOD(ln, "ln", mpd_qln, "The natural logarithm, rounded correctly.")
UNARY_METHOD(log10, "log10", mpd_qlog10, "The logarithm to base 10, rounded correctly.")
UNARY_METHOD(logb, "logb", mpd_qlogb, "The adjusted exponent as a Decimal.")
UNARY_METHOD(sqrt, "sqrt", mpd_qsqrt, "The square root, rounded correctly.")
UNARY_METHOD(normalize, "normalize", mpd_qreduce,
             "The number without trailing zeros; the same for all that are equal.")
UNARY_METHOD(next_minus, "next_minus", mpd_qnext_minus,
             "The largest number of the context that is smaller.")
UNARY_METHOD(next_plus, "next_plus", mpd_qnext_plus,
             "The smallest number of the context that is larger.")
BINARY_METHOD(next_toward, "next_toward", mpd_qnext_toward,
              "The nearest number of the context in the direction of the other.")
BINARY_METHOD(remainder_near, "remainder_near", mpd_qrem_near,
              "The remainder of division by the other, of least absolute value.")
BINARY_METHOD(scaleb, "scaleb", mpd_qscaleb, "The number with `other` added to its exponent.")

METHOD(method_fma, "fma", "#other, third, context=None", "self * other + third, rounded once.")
{
    return apply_ternary(mpd_qfma, TRY(context_or_now(args[3])), args[0], args[1], args[2]);
}

/* ---- Rounding
 * -------------------------------------------------------------------------------------- */

/* The context's settings, with another rounding unless it is None. */
static bool rounding_settings(Value context, Value rounding, mpd_context_t *out)
{
    *out = context_settings(context);
    return rounding == None || rounding_from(rounding, &out->round);
}

METHOD(method_quantize, "quantize", "#exp, rounding=None, context=None",
       "The number rounded, or filled up with zeros, to the exponent of `exp`.\n\n"
       "InvalidOperation if that needs more digits than the precision.")
{
    SCRATCH(result);
    Operand exponent;
    mpd_context_t settings;
    uint32_t status = 0;
    Value context = TRY(context_or_now(args[3]));
    TRY(rounding_settings(context, args[2], &settings));
    TRY(operand_need(&exponent, args[1]));
    mpd_qquantize(&result.number, number_of(args[0]), exponent.number, &settings, &status);
    TRY(signal_status(context, status));
    return decimal_from(&result.number);
}

static Value to_integral(Value *args, UnaryOp *op)
{
    SCRATCH(result);
    mpd_context_t settings;
    uint32_t status = 0;
    Value context = TRY(context_or_now(args[2]));
    TRY(rounding_settings(context, args[1], &settings));
    op(&result.number, number_of(args[0]), &settings, &status);
    TRY(signal_status(context, status));
    return decimal_from(&result.number);
}

METHOD(method_to_integral, "to_integral", "#rounding=None, context=None",
       "The same as to_integral_value().")
{
    return to_integral(args, mpd_qround_to_int);
}

METHOD(method_to_integral_value, "to_integral_value", "#rounding=None, context=None",
       "Rounded to an integer; Inexact and Rounded are not signalled.")
{
    return to_integral(args, mpd_qround_to_int);
}

METHOD(method_to_integral_exact, "to_integral_exact", "#rounding=None, context=None",
       "Rounded to an integer; Inexact and Rounded are signalled.")
{
    return to_integral(args, mpd_qround_to_intx);
}

/* An int, rounded so. */
static Value to_int(Value v, int round)
{
    SCRATCH(result);
    mpd_context_t settings;
    uint32_t status = 0;
    if (mpd_isspecial(number_of(v)) || number_of(v)->exp >= 0)
        return decimal_to_int(v);
    max_context(&settings);
    settings.round = round;
    mpd_qround_to_int(&result.number, number_of(v), &settings, &status);
    return status & MPD_Malloc_error ? raise_no_memory() : number_to_int(&result.number);
}

METHOD(method_ceil, "__ceil__", "/", "The smallest int that is not less.")
{
    return to_int(args[0], MPD_ROUND_CEILING);
}

METHOD(method_floor, "__floor__", "/", "The largest int that is not greater.")
{
    return to_int(args[0], MPD_ROUND_FLOOR);
}

METHOD(method_trunc, "__trunc__", "/", "The int towards 0.")
{
    return decimal_to_int(args[0]);
}

METHOD(method_round, "__round__", "#ndigits=?, /",
       "An int, ties to even; with ndigits a Decimal, rounded as the context says.")
{
    SCRATCH(result);
    intptr_t places;
    uint32_t status = 0;
    mpd_uint_t one = 1;
    if (!args[1])
        return to_int(args[0], MPD_ROUND_HALF_EVEN);
    if (!is_int_any(args[1]))
        return raise(TypeError, "optional arg must be an integer");
    TRY(index_as_intptr(args[1], &places));
    Value context = TRY(context_now());
    mpd_context_t settings = context_settings(context);
    mpd_t unit = {
        MPD_STATIC | MPD_STATIC_DATA, places == INTPTR_MIN ? INTPTR_MAX : -places, 1, 1, 1, &one};
    mpd_qquantize(&result.number, number_of(args[0]), &unit, &settings, &status);
    TRY(signal_status(context, status));
    return decimal_from(&result.number);
}

/* ---- Special methods
 * ------------------------------------------------------------------------------- */

METHOD(method_format, "__format__", "#fmt, override=?, /",
       "Formats as format() does; `override` gives decimal_point, thousands_sep and grouping.")
{
    return decimal_format(args[0], args[1], args[2]);
}

METHOD(method_complex, "__complex__", "/", "The nearest complex number.")
{
    Value real = TRY(decimal_to_float(args[0]));
    return complex_from(float_value(real), 0.0);
}

METHOD(method_copy, "__copy__", "/", "The number itself: it is immutable.")
{
    return args[0];
}

METHOD(method_deepcopy, "__deepcopy__", "memo, /; object, /", "The number itself: it is immutable.")
{
    return args[0];
}

METHOD(method_reduce, "__reduce__", "/", "The class and the number as text.")
{
    return tuple_of(TRY(get_attr(args[0], names.__class__)),
                    TRY(tuple_of(TRY(decimal_str(args[0])))));
}

METHOD(method_sizeof, "__sizeof__", "/", "Its size in memory, in bytes.")
{
    return int_from(
        (intptr_t)(sizeof(Decimal) + (size_t)number_of(args[0])->len * sizeof(mpd_uint_t)));
}

MethodDef *const decimal_methods[] = {
    M(method_adjusted),
    M(method_as_integer_ratio),
    M(method_as_tuple),
    M(method_canonical),
    M(method_compare),
    M(method_compare_signal),
    M(method_compare_total),
    M(method_compare_total_mag),
    M(method_conjugate),
    M(method_copy_abs),
    M(method_copy_negate),
    M(method_copy_sign),
    M(method_exp),
    M(method_from_float),
    M(method_fma),
    M(method_is_canonical),
    M(method_is_finite),
    M(method_is_infinite),
    M(method_is_nan),
    M(method_is_normal),
    M(method_is_qnan),
    M(method_is_signed),
    M(method_is_snan),
    M(method_is_subnormal),
    M(method_is_zero),
    M(method_ln),
    M(method_log10),
    M(method_logb),
    M(method_logical_and),
    M(method_logical_invert),
    M(method_logical_or),
    M(method_logical_xor),
    M(method_max),
    M(method_max_mag),
    M(method_min),
    M(method_min_mag),
    M(method_next_minus),
    M(method_next_plus),
    M(method_next_toward),
    M(method_normalize),
    M(method_number_class),
    M(method_quantize),
    M(method_radix),
    M(method_remainder_near),
    M(method_rotate),
    M(method_same_quantum),
    M(method_scaleb),
    M(method_shift),
    M(method_sqrt),
    M(method_to_eng_string),
    M(method_to_integral),
    M(method_to_integral_exact),
    M(method_to_integral_value),
    M(method_ceil),
    M(method_complex),
    M(method_copy),
    M(method_deepcopy),
    M(method_floor),
    M(method_format),
    M(method_reduce),
    M(method_round),
    M(method_sizeof),
    M(method_trunc),
    0,
};
