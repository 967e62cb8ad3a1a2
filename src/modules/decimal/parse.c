/* What the constructor and create_decimal() take: text, tuples, numbers. */
#include <string.h>
#include "modules/decimal/decimal.h"
#include "types/float.h"
#include "types/int_inner.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

void max_context(mpd_context_t *out)
{
    mpd_maxcontext(out);
    out->traps = 0;
}

/* ---- Text ------------------------------------------------------------------------------------ */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 28 && c <= 31);
}

/* A copy without the spaces around and the underscores. */
static const char *squeezed(const char *text, size_t size)
{
    const char *end = text + size;
    while (text < end && is_space(*text))
        text++;
    while (text < end && is_space(end[-1]))
        end--;
    Raw *raw = TRY(raw_new(end - text + 1));
    char *out = raw->data;
    for (; text < end; text++)
        if (*text != '_')
            *out++ = *text;
    *out = 0;
    return raw->data;
}

const char *text_for_number(Value text, bool strict)
{
    size_t size = (size_t)str_length(text);
    const char *ascii = ((Str *)text)->data;
    if (!((Str *)text)->ascii)
        ascii = TRY(text_to_ascii_digits(text));
    if (memchr(ascii, 0, size))
        return "";
    if (strict)
        return ascii;
    bool plain = true;
    for (size_t i = 0; i < size; i++)
        plain &= ascii[i] > ' ' && ascii[i] != '_';
    return plain ? ascii : squeezed(ascii, size);
}

/* ---- (sign, digits, exponent) ------------------------------------------------------------------
 */

static bool tuple_sign(Value v, bool *negative)
{
    int64_t sign = -1;
    if (is_int_any(v))
        TRY(index_as_int64(v, &sign));
    *negative = sign == 1;
    return sign == 0 || sign == 1 ||
           raise(ValueError, "sign must be an integer with the value 0 or 1");
}

/* The exponent, or in *special what stands before the digits instead. */
static bool tuple_exponent(Value v, intptr_t *exponent, const char **special)
{
    *special = 0;
    if (is_int_any(v))
        return index_as_intptr(v, exponent);
    if (!is_str(v))
        return raise(ValueError, "exponent must be an integer");
    *special = str_equals(v, "F")   ? "Inf"
               : str_equals(v, "n") ? "NaN"
               : str_equals(v, "N") ? "sNaN"
                                    : 0;
    return *special ||
           raise(ValueError, "string argument in the third position must be 'F', 'n' or 'N'");
}

/* Appends the digits to `out`, which has room; where it ends, or 0. */
static char *tuple_digits(Value digits, char *out)
{
    for (intptr_t i = 0; i < tuple_length(digits); i++) {
        Value v = tuple_get(digits, i);
        int64_t digit = -1;
        if (is_int_any(v))
            TRY(index_as_int64(v, &digit));
        if (digit < 0 || digit > 9)
            return (char *)raise(ValueError, "coefficient must be a tuple of digits");
        *out++ = (char)('0' + digit);
    }
    return out;
}

const char *tuple_for_number(Value parts)
{
    bool negative;
    intptr_t exponent = 0;
    const char *special;
    if (is_list(parts))
        parts = TRY(list_as_tuple(parts));
    if (tuple_length(parts) != 3)
        return (char *)raise(ValueError, "argument must be a sequence of length 3");
    Value digits = tuple_get(parts, 1);
    TRY(tuple_sign(tuple_get(parts, 0), &negative));
    TRY(tuple_exponent(tuple_get(parts, 2), &exponent, &special));
    if (is_list(digits))
        digits = TRY(list_as_tuple(digits));
    if (!is_tuple(digits))
        return (char *)raise(ValueError, "coefficient must be a tuple of digits");
    Raw *raw = TRY(raw_new(tuple_length(digits) + 40));
    char *out = raw->data;
    if (negative)
        *out++ = '-';
    if (special)
        out = stpcpy(out, special);
    char *start = out;
    out = TRY(tuple_digits(digits, out));
    if (special && *special == 'I') {
        *start = 0;
    } else if (special) {
        *out = 0;
    } else {
        if (out == start)
            *out++ = '0';
        snprintf(out, 32, "E%lld", (long long)exponent);
    }
    return raw->data;
}

/* ---- Exactly -----------------------------------------------------------------------------------
 */

static Value text_exactly(Type *type, const char *text, Value context)
{
    SCRATCH(number);
    uint32_t status = 0;
    mpd_context_t settings;
    max_context(&settings);
    mpd_qset_string(&number.number, TRY(text), &settings, &status);
    if (unlikely(status)) {
        if (status & (MPD_Inexact | MPD_Rounded | MPD_Clamped)) {
            mpd_setspecial(&number.number, MPD_POS, MPD_NAN);
            status |= MPD_Invalid_operation;
        }
        TRY(signal_status(context, status & MPD_Errors));
        if (status & MPD_Malloc_error)
            return raise_no_memory();
    }
    return decimal_from_as(type, &number.number);
}

Value decimal_exactly(Type *type, Value v, Value context)
{
    if (is_str(v))
        return text_exactly(type, text_for_number(v, false), context);
    if (is_decimal(v))
        return type == &decimal_type && is_decimal_exact(v) ? v
                                                            : decimal_from_as(type, number_of(v));
    if (is_int_any(v))
        return decimal_from_float(type, v);
    if (is_tuple(v) || is_list(v))
        return text_exactly(type, tuple_for_number(v), context);
    if (is_float(v)) {
        TRY(signal_status(context, FLOAT_OPERATION));
        return decimal_from_float(type, v);
    }
    return raise(TypeError, "conversion from %T to Decimal is not supported", v);
}

/* ---- Rounded -----------------------------------------------------------------------------------
 */

static Value text_rounded(const char *text, Value context)
{
    SCRATCH(number);
    uint32_t status = 0;
    mpd_context_t settings = context_settings(context);
    mpd_qset_string(&number.number, TRY(text), &settings, &status);
    TRY(signal_status(context, status));
    return decimal_from(&number.number);
}

static Value decimal_finalised(Value v, Value context)
{
    SCRATCH(number);
    uint32_t status = 0;
    const mpd_t *given = number_of(v);
    mpd_context_t settings = context_settings(context);
    if (mpd_isnan(given) && given->digits > settings.prec - settings.clamp) {
        /* the payload is too long */
        mpd_setspecial(&number.number, MPD_POS, MPD_NAN);
        status = MPD_Conversion_syntax;
    } else {
        mpd_qcopy(&number.number, given, &status);
        mpd_qfinalize(&number.number, &settings, &status);
        if (!(status & MPD_Errors) && !mpd_isnan(given) &&
            mpd_cmp_total(&number.number, given) == 0) {
            TRY(signal_status(context, status));
            return decimal_exact(v);
        }
    }
    TRY(signal_status(context, status));
    return decimal_from(&number.number);
}

Value decimal_rounded(Value v, Value context)
{
    if (is_str(v))
        return text_rounded(text_for_number(v, true), context);
    if (is_tuple(v) || is_list(v))
        return text_rounded(tuple_for_number(v), context);
    return decimal_finalised(TRY(is_decimal(v) ? v : decimal_exactly(&decimal_type, v, context)),
                             context);
}
