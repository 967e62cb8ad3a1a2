/* The type Decimal: constructor and operators. Its methods are in methods.c. */
#include "modules/decimal/decimal.h"
#include "types/int.h"

/* ---- Constructor ------------------------------------------------------------------------------
 */

NEW_METHOD(decimal_make, "#value=?, context=None; value='0', context=None")
{
    Type *type = (Type *)args[0];
    Value context = TRY(context_or_now(args[2]));
    if (args[1])
        return decimal_exactly(type, args[1], context);
    mpd_uint_t zero = 0;
    mpd_t number = {MPD_STATIC | MPD_STATIC_DATA, 0, 1, 1, 1, &zero};
    return decimal_from_as(type, &number);
}

/* ---- Operators ---------------------------------------------------------------------------------
 */

ALWAYS_INLINE Value binary_slot(BinaryOp_ *op, Value a, Value b)
{
    Operand x, y;
    TRY(operand_take(&x, a) && operand_take(&y, b));
    if (unlikely(!x.number || !y.number))
        return NotImplemented;
    return run_binary(op, TRY(context_now()), x.number, y.number);
}

#define BINARY_SLOT(slot, op)                                                                      \
    static Value slot(Value a, Value b)                                                            \
    {                                                                                              \
        return binary_slot(op, a, b);                                                              \
    }
BINARY_SLOT(decimal_add, mpd_qadd)
BINARY_SLOT(decimal_subtract, mpd_qsub)
BINARY_SLOT(decimal_multiply, mpd_qmul)
BINARY_SLOT(decimal_true_divide, mpd_qdiv)
BINARY_SLOT(decimal_floor_divide, mpd_qdivint)
BINARY_SLOT(decimal_remainder, mpd_qrem)

static Value decimal_divmod(Value a, Value b)
{
    Operand x, y;
    TRY(operand_take(&x, a) && operand_take(&y, b));
    if (!x.number || !y.number)
        return NotImplemented;
    return run_divmod(TRY(context_now()), x.number, y.number);
}

static Value decimal_power(Value a, Value b, Value modulus)
{
    Operand x, y, z;
    if (modulus == None)
        return binary_slot(mpd_qpow, a, b);
    TRY(operand_take(&x, a) && operand_take(&y, b) && operand_take(&z, modulus));
    if (!x.number || !y.number || !z.number)
        return NotImplemented;
    return run_ternary(mpd_qpowmod, TRY(context_now()), x.number, y.number, z.number);
}

#define UNARY_SLOT(slot, op)                                                                       \
    static Value slot(Value v)                                                                     \
    {                                                                                              \
        return run_unary(op, TRY(context_now()), number_of(v));                                    \
    }
UNARY_SLOT(decimal_negative, mpd_qminus)
UNARY_SLOT(decimal_positive, mpd_qplus)
UNARY_SLOT(decimal_absolute, mpd_qabs)

static int decimal_truth(Value v)
{
    return !mpd_iszero(number_of(v));
}

static Value decimal_real(Value v)
{
    return v;
}

static Value decimal_imag(Value v UNUSED)
{
    Operand zero;
    TRY(operand_take(&zero, int_small(0)));
    return operand_value(&zero);
}

static const GetSetDef decimal_getset[] = {
    {"real", decimal_real, 0, 0},
    {"imag", decimal_imag, 0, 0},
    {0},
};

Type decimal_type = {
    TYPE_HEAD("decimal.Decimal", Decimal),
    .repr = decimal_repr,
    .str = decimal_str,
    .hash = decimal_hash,
    .compare = decimal_compare,
    .truth = decimal_truth,
    .negative = decimal_negative,
    .positive = decimal_positive,
    .absolute = decimal_absolute,
    .to_int = decimal_to_int,
    .to_float = decimal_to_float,
    .add = decimal_add,
    .subtract = decimal_subtract,
    .multiply = decimal_multiply,
    .remainder = decimal_remainder,
    .divmod = decimal_divmod,
    .floor_divide = decimal_floor_divide,
    .true_divide = decimal_true_divide,
    .power = decimal_power,
    .doc = "A decimal number, exact and immutable.\n\n"
           "The value is an int, a str, a float, a Decimal or a tuple (sign, digits, exponent);\n"
           "without one it is 0. The conversion does not round: the context says only whether\n"
           "InvalidOperation is raised for what is no number.",
    .new_def = M(decimal_make),
    .methods = decimal_methods,
    .getset = decimal_getset,
    .flags = TYPE_BASE | TYPE_LEAF | TYPE_IMMUTABLE,
};
