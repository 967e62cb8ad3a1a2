/* The arithmetic of Context: what is a method of Decimal, or an operator, with this context.
 * Operands may be ints. */
#include "modules/decimal/decimal.h"
#include "types/int.h"
#include "types/tuple.h"

/* ---- Flags and limits ------------------------------------------------------------------------ */

METHOD(context_clear_flags, "clear_flags", "/", "Resets all flags.")
{
    store_relaxed(&as_context(args[0])->mpd.status, 0);
    return None;
}

METHOD(context_clear_traps, "clear_traps", "/", "Traps nothing from now on.")
{
    store_relaxed(&as_context(args[0])->mpd.traps, 0);
    return None;
}

METHOD(context_copy_plain, "copy", "/", "A Context with the same settings, flags and traps.")
{
    return context_copy(args[0]);
}

METHOD(context_copy_special, "__copy__", "/", "A Context with the same settings, flags and traps.")
{
    return context_copy(args[0]);
}

METHOD(context_etiny, "Etiny", "/", "Emin - prec + 1, the least exponent of a subnormal number.")
{
    mpd_context_t settings = context_settings(args[0]);
    return int_from(mpd_etiny(&settings));
}

METHOD(context_etop, "Etop", "/", "Emax - prec + 1, the largest exponent of a full coefficient.")
{
    mpd_context_t settings = context_settings(args[0]);
    return int_from(mpd_etop(&settings));
}

METHOD(context_reduce, "__reduce__", "/", "The class and what its constructor takes.")
{
    mpd_context_t settings = context_settings(args[0]);
    Value flags = TRY(signals_as_list(load_relaxed(&as_context(args[0])->mpd.status)));
    Value traps = TRY(signals_as_list(settings.traps));
    Value state = TRY(tuple_of(int_from(settings.prec), rounding_name(settings.round),
                               int_from(settings.emin), int_from(settings.emax),
                               int_small(load_relaxed(&as_context(args[0])->capitals)),
                               int_small(settings.clamp), flags, traps));
    return tuple_of((Value)type_of(args[0]), state);
}

/* ---- Rounded results ------------------------------------------------------------------------ */

#define UNARY_METHOD(id, name, op, doc)                                                            \
    METHOD(context_##id, name, "x, /", doc)                                                        \
    {                                                                                              \
        return apply_unary(op, args[0], args[1]);                                                  \
    }
#define BINARY_METHOD(id, name, op, doc)                                                           \
    METHOD(context_##id, name, "#x, y, /", doc)                                                    \
    {                                                                                              \
        return apply_binary(op, args[0], args[1], args[2]);                                        \
    }

UNARY_METHOD(abs, "abs", mpd_qabs, "The absolute value, rounded.")
UNARY_METHOD(exp, "exp", mpd_qexp, "e to the power of x.")
UNARY_METHOD(ln, "ln", mpd_qln, "The natural logarithm of x.")
UNARY_METHOD(log10, "log10", mpd_qlog10, "The logarithm of x to base 10.")
UNARY_METHOD(logb, "logb", mpd_qlogb, "The adjusted exponent of x as a Decimal.")
UNARY_METHOD(logical_invert, "logical_invert", mpd_qinvert,
             "Each digit of x, all 0 or 1, inverted.")
UNARY_METHOD(minus, "minus", mpd_qminus, "0 - x, rounded.")
UNARY_METHOD(next_minus, "next_minus", mpd_qnext_minus,
             "The largest number of the context below x.")
UNARY_METHOD(next_plus, "next_plus", mpd_qnext_plus, "The smallest number of the context above x.")
UNARY_METHOD(normalize, "normalize", mpd_qreduce, "x without trailing zeros, rounded.")
UNARY_METHOD(plus, "plus", mpd_qplus, "0 + x: x rounded.")
UNARY_METHOD(sqrt, "sqrt", mpd_qsqrt, "The square root of x.")
UNARY_METHOD(to_integral, "to_integral", mpd_qround_to_int, "The same as to_integral_value().")
UNARY_METHOD(to_integral_exact, "to_integral_exact", mpd_qround_to_intx,
             "x rounded to an integer, with Inexact and Rounded signalled.")
UNARY_METHOD(to_integral_value, "to_integral_value", mpd_qround_to_int,
             "x rounded to an integer, Inexact and Rounded not signalled.")
UNARY_METHOD(copy_abs, "copy_abs", op_copy_abs, "x without its sign, not rounded.")
UNARY_METHOD(copy_negate, "copy_negate", op_copy_negate, "x with its sign inverted, not rounded.")

BINARY_METHOD(add, "add", mpd_qadd, "x + y.")
BINARY_METHOD(compare, "compare", op_compare, "-1, 0 or 1 as a Decimal; NaN if either is one.")
BINARY_METHOD(compare_signal, "compare_signal", op_compare_signal,
              "As compare(), but all NaNs signal.")
BINARY_METHOD(compare_total, "compare_total", op_compare_total,
              "Compares representations, in a total order.")
BINARY_METHOD(compare_total_mag, "compare_total_mag", op_compare_total_mag,
              "As compare_total(), without regard to signs.")
BINARY_METHOD(copy_sign, "copy_sign", op_copy_sign, "x with the sign of y, not rounded.")
BINARY_METHOD(divide, "divide", mpd_qdiv, "x / y.")
BINARY_METHOD(divide_int, "divide_int", mpd_qdivint, "The integer part of x / y.")
BINARY_METHOD(logical_and, "logical_and", mpd_qand, "`and` of each two digits, all 0 or 1.")
BINARY_METHOD(logical_or, "logical_or", mpd_qor, "`or` of each two digits, all 0 or 1.")
BINARY_METHOD(logical_xor, "logical_xor", mpd_qxor, "`xor` of each two digits, all 0 or 1.")
BINARY_METHOD(max, "max", mpd_qmax, "The larger number; a number rather than a quiet NaN.")
BINARY_METHOD(max_mag, "max_mag", mpd_qmax_mag, "The one with the larger absolute value.")
BINARY_METHOD(min, "min", mpd_qmin, "The smaller number; a number rather than a quiet NaN.")
BINARY_METHOD(min_mag, "min_mag", mpd_qmin_mag, "The one with the smaller absolute value.")
BINARY_METHOD(multiply, "multiply", mpd_qmul, "x * y.")
BINARY_METHOD(next_toward, "next_toward", mpd_qnext_toward,
              "The number of the context next to x in the direction of y.")
BINARY_METHOD(quantize, "quantize", mpd_qquantize, "x rounded to the exponent of y.")
BINARY_METHOD(remainder, "remainder", mpd_qrem, "The remainder of x / y, with the sign of x.")
BINARY_METHOD(remainder_near, "remainder_near", mpd_qrem_near,
              "The remainder of x / y of least absolute value.")
BINARY_METHOD(rotate, "rotate", mpd_qrotate, "The digits of x rotated by y places to the left.")
BINARY_METHOD(scaleb, "scaleb", mpd_qscaleb, "x with y added to its exponent.")
BINARY_METHOD(shift, "shift", mpd_qshift, "The digits of x shifted by y places to the left.")
BINARY_METHOD(subtract, "subtract", mpd_qsub, "x - y.")

METHOD(context_fma, "fma", "#x, y, z, /", "x * y + z, rounded once.")
{
    return apply_ternary(mpd_qfma, args[0], args[1], args[2], args[3]);
}

METHOD(context_power, "power", "#a, b, modulo=None", "a ** b, or that modulo an integer.")
{
    return apply_power(args[0], args[1], args[2], args[3]);
}

METHOD(context_divmod, "divmod", "#x, y, /", "The integer part of x / y, and the remainder.")
{
    Operand x, y;
    TRY(operand_need(&x, args[1]) && operand_need(&y, args[2]));
    return run_divmod(args[0], x.number, y.number);
}

METHOD(context_radix, "radix", "/", "Decimal(10).")
{
    Operand ten;
    TRY(operand_take(&ten, int_small(10)));
    return operand_value(&ten);
}

/* ---- Kinds ------------------------------------------------------------------------------------
 */

#define TEST_METHOD(id, name, test, doc)                                                           \
    METHOD(context_##id, name, "x, /", doc)                                                        \
    {                                                                                              \
        Operand x;                                                                                 \
        TRY(operand_need(&x, args[1]));                                                            \
        return bool_value(test(x.number));                                                         \
    }
TEST_METHOD(is_finite, "is_finite", mpd_isfinite, "Neither infinite nor NaN.")
TEST_METHOD(is_infinite, "is_infinite", mpd_isinfinite, "Whether x is an infinity.")
TEST_METHOD(is_nan, "is_nan", mpd_isnan, "Whether x is a NaN.")
TEST_METHOD(is_qnan, "is_qnan", mpd_isqnan, "Whether x is a quiet NaN.")
TEST_METHOD(is_snan, "is_snan", mpd_issnan, "Whether x is a signaling NaN.")
TEST_METHOD(is_signed, "is_signed", mpd_issigned, "Whether x has a negative sign.")
TEST_METHOD(is_zero, "is_zero", mpd_iszero, "Whether x is 0.")

METHOD(context_is_normal, "is_normal", "x, /", "Finite, not 0 and not subnormal.")
{
    Operand x;
    mpd_context_t settings = context_settings(args[0]);
    TRY(operand_need(&x, args[1]));
    return bool_value(mpd_isnormal(x.number, &settings));
}

METHOD(context_is_subnormal, "is_subnormal", "x, /", "Not 0, and below the normal numbers.")
{
    Operand x;
    mpd_context_t settings = context_settings(args[0]);
    TRY(operand_need(&x, args[1]));
    return bool_value(mpd_issubnormal(x.number, &settings));
}

METHOD(context_number_class, "number_class", "x, /",
       "'+Normal', '-Zero', 'sNaN' and so on: see Decimal.number_class().")
{
    Operand x;
    mpd_context_t settings = context_settings(args[0]);
    TRY(operand_need(&x, args[1]));
    return str_from_cstring(mpd_class(x.number, &settings));
}

METHOD(context_same_quantum, "same_quantum", "#x, y, /",
       "Whether both have the same exponent, or are both infinite or both NaN.")
{
    Operand x, y;
    TRY(operand_need(&x, args[1]) && operand_need(&y, args[2]));
    return bool_value(mpd_same_quantum(x.number, y.number));
}

static bool need_decimal(Value v)
{
    return is_decimal(v) || raise(TypeError, "argument must be a Decimal");
}

METHOD(context_is_canonical, "is_canonical", "x, /", "True.")
{
    TRY(need_decimal(args[1]));
    return True;
}

METHOD(context_canonical, "canonical", "x, /", "x itself: all encodings are canonical.")
{
    TRY(need_decimal(args[1]));
    return args[1];
}

/* ---- Conversions --------------------------------------------------------------------------------
 */

METHOD(context_copy_decimal, "copy_decimal", "x, /", "x as a Decimal, not rounded.")
{
    Operand x;
    TRY(operand_need(&x, args[1]));
    return operand_value(&x);
}

METHOD(context_create_decimal, "create_decimal", "#num=?, /; num='0', /",
       "What Decimal(num) gives, rounded to this context. Text has no spaces or underscores.")
{
    return decimal_rounded(args[1] ? args[1] : int_small(0), args[0]);
}

METHOD(context_create_decimal_from_float, "create_decimal_from_float", "f, /",
       "The value of a float or an int, rounded to this context.")
{
    return decimal_rounded(TRY(decimal_from_float(&decimal_type, args[1])), args[0]);
}

static void op_finalise(mpd_t *result, const mpd_t *a, const mpd_context_t *settings,
                        uint32_t *status)
{
    if (mpd_qcopy(result, a, status))
        mpd_qfinalize(result, settings, status);
}

METHOD(context_apply, "_apply", "object, /", "x rounded to this context.")
{
    return apply_unary(op_finalise, args[0], args[1]);
}

METHOD(context_to_sci_string, "to_sci_string", "x, /", "x as text, in scientific notation.")
{
    Operand x;
    TRY(operand_need(&x, args[1]));
    return decimal_text(TRY(operand_value(&x)), args[0], false);
}

METHOD(context_to_eng_string, "to_eng_string", "x, /",
       "x as text whose exponent, if any, is a multiple of 3.")
{
    Operand x;
    TRY(operand_need(&x, args[1]));
    return decimal_text(TRY(operand_value(&x)), args[0], true);
}

MethodDef *const context_methods[] = {
    M(context_abs),
    M(context_add),
    M(context_apply),
    M(context_canonical),
    M(context_compare),
    M(context_compare_signal),
    M(context_compare_total),
    M(context_compare_total_mag),
    M(context_copy_abs),
    M(context_copy_decimal),
    M(context_copy_negate),
    M(context_copy_sign),
    M(context_create_decimal),
    M(context_create_decimal_from_float),
    M(context_divide),
    M(context_divide_int),
    M(context_divmod),
    M(context_exp),
    M(context_fma),
    M(context_is_canonical),
    M(context_is_finite),
    M(context_is_infinite),
    M(context_is_nan),
    M(context_is_normal),
    M(context_is_qnan),
    M(context_is_signed),
    M(context_is_snan),
    M(context_is_subnormal),
    M(context_is_zero),
    M(context_ln),
    M(context_log10),
    M(context_logb),
    M(context_logical_and),
    M(context_logical_invert),
    M(context_logical_or),
    M(context_logical_xor),
    M(context_max),
    M(context_max_mag),
    M(context_min),
    M(context_min_mag),
    M(context_minus),
    M(context_multiply),
    M(context_next_minus),
    M(context_next_plus),
    M(context_next_toward),
    M(context_normalize),
    M(context_number_class),
    M(context_plus),
    M(context_power),
    M(context_quantize),
    M(context_radix),
    M(context_remainder),
    M(context_remainder_near),
    M(context_rotate),
    M(context_same_quantum),
    M(context_scaleb),
    M(context_shift),
    M(context_sqrt),
    M(context_subtract),
    M(context_to_eng_string),
    M(context_to_integral),
    M(context_to_integral_exact),
    M(context_to_integral_value),
    M(context_to_sci_string),
    M(context_clear_flags),
    M(context_clear_traps),
    M(context_copy_plain),
    M(context_copy_special),
    M(context_etiny),
    M(context_etop),
    M(context_reduce),
    0,
};
