/* Running libmpdec's functions: the context's settings are copied, the result becomes an object,
 * and what was signalled goes to the context. */
#include "core/thread.h"
#include "modules/decimal/decimal.h"
#include "types/tuple.h"

/* From this many digits on an operation may take so long that other threads do not wait for it to
 * end when the world is to be stopped: it is run in the native state. Operands are immutable, kept
 * alive by the stack, and do not move. */
enum { LONG_DIGITS = 2000 };

static bool takes_long(const mpd_context_t *settings, const mpd_t *a, const mpd_t *b)
{
    return unlikely(settings->prec >= LONG_DIGITS || a->digits >= LONG_DIGITS ||
                    b->digits >= LONG_DIGITS);
}

Value run_unary(UnaryOp *op, Value context, const mpd_t *a)
{
    SCRATCH(result);
    uint32_t status = 0;
    mpd_context_t settings = context_settings(context);
    if (takes_long(&settings, a, a)) {
        BLOCKING
        {
            op(&result.number, a, &settings, &status);
        }
    } else {
        op(&result.number, a, &settings, &status);
    }
    TRY(signal_status(context, status));
    return decimal_from(&result.number);
}

Value run_binary(BinaryOp_ *op, Value context, const mpd_t *a, const mpd_t *b)
{
    SCRATCH(result);
    uint32_t status = 0;
    mpd_context_t settings = context_settings(context);
    if (takes_long(&settings, a, b)) {
        BLOCKING
        {
            op(&result.number, a, b, &settings, &status);
        }
    } else {
        op(&result.number, a, b, &settings, &status);
    }
    TRY(signal_status(context, status));
    return decimal_from(&result.number);
}

Value run_ternary(TernaryOp *op, Value context, const mpd_t *a, const mpd_t *b, const mpd_t *c)
{
    SCRATCH(result);
    uint32_t status = 0;
    mpd_context_t settings = context_settings(context);
    if (takes_long(&settings, a, b) || takes_long(&settings, c, c)) {
        BLOCKING
        {
            op(&result.number, a, b, c, &settings, &status);
        }
    } else {
        op(&result.number, a, b, c, &settings, &status);
    }
    TRY(signal_status(context, status));
    return decimal_from(&result.number);
}

Value run_divmod(Value context, const mpd_t *a, const mpd_t *b)
{
    SCRATCH(quotient);
    SCRATCH(remainder);
    uint32_t status = 0;
    mpd_context_t settings = context_settings(context);
    if (takes_long(&settings, a, b)) {
        BLOCKING
        {
            mpd_qdivmod(&quotient.number, &remainder.number, a, b, &settings, &status);
        }
    } else {
        mpd_qdivmod(&quotient.number, &remainder.number, a, b, &settings, &status);
    }
    TRY(signal_status(context, status));
    return tuple_of(TRY(decimal_from(&quotient.number)), TRY(decimal_from(&remainder.number)));
}

/* ---- Operands of any kind ------------------------------------------------------------------- */

Value apply_unary(UnaryOp *op, Value context, Value a)
{
    Operand x;
    TRY(operand_need(&x, a));
    return run_unary(op, context, x.number);
}

Value apply_binary(BinaryOp_ *op, Value context, Value a, Value b)
{
    Operand x, y;
    TRY(operand_need(&x, a) && operand_need(&y, b));
    return run_binary(op, context, x.number, y.number);
}

Value apply_ternary(TernaryOp *op, Value context, Value a, Value b, Value c)
{
    Operand x, y, z;
    TRY(operand_need(&x, a) && operand_need(&y, b) && operand_need(&z, c));
    return run_ternary(op, context, x.number, y.number, z.number);
}

Value apply_power(Value context, Value a, Value b, Value modulus)
{
    return modulus == None ? apply_binary(mpd_qpow, context, a, b)
                           : apply_ternary(mpd_qpowmod, context, a, b, modulus);
}

/* ---- In the form of the others --------------------------------------------------------------- */

void op_compare(mpd_t *result, const mpd_t *a, const mpd_t *b, const mpd_context_t *settings,
                uint32_t *status)
{
    (void)mpd_qcompare(result, a, b, settings, status);
}

void op_compare_signal(mpd_t *result, const mpd_t *a, const mpd_t *b, const mpd_context_t *settings,
                       uint32_t *status)
{
    (void)mpd_qcompare_signal(result, a, b, settings, status);
}

void op_compare_total(mpd_t *result, const mpd_t *a, const mpd_t *b,
                      const mpd_context_t *settings UNUSED, uint32_t *status UNUSED)
{
    (void)mpd_compare_total(result, a, b);
}

void op_compare_total_mag(mpd_t *result, const mpd_t *a, const mpd_t *b,
                          const mpd_context_t *settings UNUSED, uint32_t *status UNUSED)
{
    (void)mpd_compare_total_mag(result, a, b);
}

void op_copy_abs(mpd_t *result, const mpd_t *a, const mpd_context_t *settings UNUSED,
                 uint32_t *status)
{
    (void)mpd_qcopy_abs(result, a, status);
}

void op_copy_negate(mpd_t *result, const mpd_t *a, const mpd_context_t *settings UNUSED,
                    uint32_t *status)
{
    (void)mpd_qcopy_negate(result, a, status);
}

void op_copy_sign(mpd_t *result, const mpd_t *a, const mpd_t *b,
                  const mpd_context_t *settings UNUSED, uint32_t *status)
{
    (void)mpd_qcopy_sign(result, a, b, status);
}
