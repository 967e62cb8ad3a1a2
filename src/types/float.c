/* float: the type. Nearly every double is in the tagged word; zeros, infinities, nans and extreme
 * magnitudes, and instances of subclasses, are a FloatBox. All are immutable. */
#include "types/float.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "base/dtoa.h"
#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/float_inner.h"
#include "types/int.h"
#include "types/number_format.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- construction ------------------------------------------------------------------------ */

Value float_box(double d)
{
    FloatBox *box = TRY_OR(alloc_leaf(SHAPE_FLOAT, sizeof(FloatBox)), 0);
    box->value = d;
    return (Value)box;
}

NEW_METHOD(float_new, "x=0.0, /")
{
    Type *type = (Type *)args[0];
    Value result = TRY(number_float(args[1]));
    if (type == &float_type)
        return result;
    FloatBox *box = TRY(NEW(FloatBox, type));
    box->value = float_value(result);
    return (Value)box;
}

/* An operand of an arithmetic operator: float, or int converted. 0 without an exception: neither.
 */
static bool operand(Value v, double *out)
{
    if (is_tagged_float(v)) {
        *out = float_decode(v);
        return true;
    }
    if (is_int(v)) {
        *out = (double)int_value(v);
        return true;
    }
    if (is_float(v)) {
        *out = float_value(v);
        return true;
    }
    if (!is_int_any(v))
        return false;
    bool overflow;
    *out = int_to_double(v, &overflow);
    if (overflow)
        raise(OverflowError, "int too large to convert to float");
    return !overflow;
}

#define OPERANDS(a, b)                                                                             \
    double x, y;                                                                                   \
    if (!operand((a), &x) || !operand((b), &y))                                                    \
    return error_pending() ? 0 : NotImplemented

/* ---- arithmetic --------------------------------------------------------------------------- */

static Value float_add(Value a, Value b)
{
    OPERANDS(a, b);
    return float_from(x + y);
}

static Value float_subtract(Value a, Value b)
{
    OPERANDS(a, b);
    return float_from(x - y);
}

static Value float_multiply(Value a, Value b)
{
    OPERANDS(a, b);
    return float_from(x * y);
}

static Value float_true_divide(Value a, Value b)
{
    OPERANDS(a, b);
    return y == 0 ? raise(ZeroDivisionError, "float division by zero") : float_from(x / y);
}

/* The remainder has the divisor's sign, and is exact but for that correction. The quotient is
 * what makes quotient * y + remainder come out, rounded to an integer. */
static double modulo(double x, double y)
{
    double rest = fmod(x, y);
    if (rest == 0)
        return copysign(0.0, y);
    return (rest < 0) != (y < 0) ? rest + y : rest;
}

static double floor_quotient(double x, double y)
{
    double rest = fmod(x, y);
    double quotient = (x - rest) / y;
    if (rest != 0 && (rest < 0) != (y < 0))
        quotient -= 1.0;
    if (quotient == 0)
        return copysign(0.0, x / y);
    double whole = floor(quotient);
    return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

static Value float_remainder(Value a, Value b)
{
    OPERANDS(a, b);
    return y == 0 ? raise(ZeroDivisionError, "float modulo by zero") : float_from(modulo(x, y));
}

static Value float_floor_divide(Value a, Value b)
{
    OPERANDS(a, b);
    if (y == 0)
        return raise(ZeroDivisionError, "float floor division by zero");
    return float_from(floor_quotient(x, y));
}

static Value float_divmod(Value a, Value b)
{
    OPERANDS(a, b);
    if (y == 0)
        return raise(ZeroDivisionError, "float divmod()");
    Value quotient = TRY(float_from(floor_quotient(x, y)));
    return tuple_of(quotient, TRY(float_from(modulo(x, y))));
}

Value float_power(double x, double y)
{
    if (y == 0 || x == 1)
        return float_from(1.0);
    if (isnan(x) || isnan(y))
        return float_from(NAN);
    if (x == 0 && y < 0 && isinf(y))
        return float_from(INFINITY);
    if (x == 0 && y < 0)
        return raise(ZeroDivisionError, "0.0 cannot be raised to a negative power");
    if (x < 0 && isfinite(x) && isfinite(y) && y != floor(y))
        return complex_power(x, 0.0, y, 0.0);
    double result = pow(x, y);
    if (isinf(result) && isfinite(x) && isfinite(y)) {
        return raise_object(TRY(call2((Value)OverflowError, int_small(ERANGE),
                                      TRY(str_from_cstring(strerror(ERANGE))))));
    }
    return float_from(result);
}

static Value float_power_slot(Value a, Value b, Value modulus)
{
    if (modulus != None)
        return raise(TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
    OPERANDS(a, b);
    return float_power(x, y);
}

static Value float_negative(Value self)
{
    return float_from(-float_value(self));
}

static Value float_exact(Value self)
{
    return is_tagged_float(self) || has_shape(self, SHAPE_FLOAT) ? self
                                                                 : float_from(float_value(self));
}

static Value float_absolute(Value self)
{
    return float_from(fabs(float_value(self)));
}

static int float_truth(Value self)
{
    return float_value(self) != 0.0;
}

static Value float_to_int(Value self)
{
    return int_from_double(float_value(self));
}

/* ---- comparison, hash ----------------------------------------------------------------------- */

/* x against an int of any size, exactly; x is no nan. */
static int compare_with_int(double x, Value i, bool *failed)
{
    *failed = false;
    if (isinf(x))
        return x > 0 ? 1 : -1;
    int64_t n;
    if (int_to_i64(i, &n)) {
        if (x >= 0x1p63)
            return 1;
        if (x < -0x1p63)
            return -1;
        int64_t whole = (int64_t)x;
        if (whole != n)
            return whole < n ? -1 : 1;
        double fraction = x - (double)whole;
        return (fraction > 0) - (fraction < 0);
    }
    if (fabs(x) < 0x1p63)
        return -int_sign(i);
    Value whole = int_from_double(x); /* so large that it has no fraction */
    *failed = !whole;
    return whole ? int_compare(whole, i) : 0;
}

static Value compare_result(bool less, bool equal, CompareOp op)
{
    switch (op) {
    case CMP_LT:
        return bool_value(less);
    case CMP_LE:
        return bool_value(less || equal);
    case CMP_EQ:
        return bool_value(equal);
    case CMP_NE:
        return bool_value(!equal);
    case CMP_GT:
        return bool_value(!less && !equal);
    default:
        return bool_value(!less);
    }
}

static Value float_compare(Value a, Value b, CompareOp op)
{
    double x = float_value(a), y;
    if (is_float(b)) {
        y = float_value(b);
        if (isnan(x) || isnan(y))
            return bool_value(op == CMP_NE);
        return compare_result(x < y, x == y, op);
    }
    if (!is_int_any(b))
        return NotImplemented;
    if (isnan(x))
        return bool_value(op == CMP_NE);
    bool failed;
    int order = compare_with_int(x, b, &failed);
    return failed ? 0 : compare_result(order < 0, order == 0, op);
}

/* mantissa * 2^exponent modulo 2^61 - 1: multiplying by a power of two rotates 61 bits. Infinities
 * and so on as "Hashing of numeric types" in the library reference says. nan: by identity. */
int64_t double_hash(double d, Value object)
{
    const uint64_t prime = (UINT64_C(1) << 61) - 1;
    if (isinf(d))
        return d > 0 ? 314159 : -314159;
    if (isnan(d)) {
        uint64_t address = value_bits(object);
        return (int64_t)(address >> 4 | address << 60);
    }
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(frexp(fabs(d), &exponent), 53);
    exponent = (exponent - 53) % 61;
    unsigned turn = (unsigned)(exponent < 0 ? exponent + 61 : exponent);
    uint64_t rest = ((mantissa << turn) & prime) | (turn ? mantissa >> (61 - turn) : 0);
    rest %= prime;
    int64_t hash = d < 0 ? -(int64_t)rest : (int64_t)rest;
    return hash == -1 ? -2 : hash;
}

static bool float_hash(Value self, int64_t *hash)
{
    *hash = double_hash(float_value(self), self);
    return true;
}

/* ---- rounding
 * ------------------------------------------------------------------------------------ */

/* Rounds at a digit of the exact decimal value (ties to even), and reads the result back. */
static Value round_decimals(double d, int decimals)
{
    size_t length;
    double rounded;
    const char *text = TRY_OR(double_to_text(d, 'f', decimals, 0, &length), 0);
    if (!double_from_text(text, length, &rounded))
        return raise_no_memory();
    return float_from(rounded);
}

/* Are there digits other than zero after the first one of the exact value? */
static bool more_than_one_digit(double magnitude)
{
    enum { ALL = 770 };
    char digits[ALL + DTOA_EXTRA];
    int point;
    if (!dtoa_precision(magnitude, ALL, digits, &point))
        return true;
    return strspn(digits + 1, "0") != ALL - 1;
}

/* To `places` before the decimal point. */
static Value round_tens(double d, int places)
{
    char digits[400 + DTOA_EXTRA];
    int point;
    double magnitude = fabs(d);
    if (!dtoa_precision(magnitude, 17, digits, &point))
        return raise_no_memory();
    int keep = point - places;
    if (keep > 0) {
        if (!dtoa_precision(magnitude, keep, digits, &point))
            return raise_no_memory();
    } else {
        bool up =
            keep == 0 && (digits[0] > '5' || (digits[0] == '5' && more_than_one_digit(magnitude)));
        if (!up)
            return float_from(copysign(0.0, d));
        strcpy(digits, "1");
        point++;
    }
    int length = (int)strlen(digits);
    snprintf(digits + length, sizeof digits - (size_t)length, "e%d", point - length);
    if (!double_from_text(digits, strlen(digits), &magnitude))
        return raise_no_memory();
    if (isinf(magnitude))
        return raise(OverflowError, "rounded value too large to represent");
    return float_from(copysign(magnitude, d));
}

METHOD(float_round, "__round__", "ndigits=None, /",
       "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is "
       "passed, work like built-in round(x, ndigits).")
{
    double d = float_value(args[0]);
    if (args[1] == None)
        return int_from_double(rint(d));
    intptr_t digits;
    TRY(index_as_intptr_clipped(args[1], &digits));
    if (!isfinite(d) || d == 0 || digits > 323)
        return float_from(d);
    if (digits < -308)
        return float_from(copysign(0.0, d));
    return digits >= 0 ? round_decimals(d, (int)digits) : round_tens(d, (int)-digits);
}

METHOD(float_trunc, "__trunc__", "/", "Return the Integral closest to x between 0 and x.")
{
    return int_from_double(float_value(args[0]));
}

METHOD(float_floor, "__floor__", "/", "Return the floor as an Integral.")
{
    return int_from_double(floor(float_value(args[0])));
}

METHOD(float_ceil, "__ceil__", "/", "Return the ceiling as an Integral.")
{
    return int_from_double(ceil(float_value(args[0])));
}

/* ---- other methods
 * ----------------------------------------------------------------------------------- */

METHOD(float_is_integer, "is_integer", "/", "Return True if the float is an integer.")
{
    double d = float_value(args[0]);
    return bool_value(isfinite(d) && floor(d) == d);
}

METHOD(float_as_integer_ratio, "as_integer_ratio", "/",
       "Return a pair of integers, whose ratio is exactly equal to the original float.\n\n"
       "  >>> (2.5).as_integer_ratio()\n"
       "  (5, 2)\n"
       "  >>> (-0.75).as_integer_ratio()\n"
       "  (-3, 4)\n"
       "  >>> (8.0).as_integer_ratio()\n"
       "  (8, 1)")
{
    double d = float_value(args[0]);
    if (isinf(d))
        return raise(OverflowError, "cannot convert Infinity to integer ratio");
    if (isnan(d))
        return raise(ValueError, "cannot convert NaN to integer ratio");
    int exponent;
    double fraction = frexp(d, &exponent);
    for (int i = 0; i < 300 && fraction != floor(fraction); i++) {
        fraction *= 2.0;
        exponent--;
    }
    Value numerator = TRY(int_from_double(fraction));
    Value power = TRY(int_lshift(int_small(1), int_small(exponent < 0 ? -exponent : exponent)));
    if (exponent >= 0)
        return tuple_of(TRY(int_multiply(numerator, power)), int_small(1));
    return tuple_of(numerator, power);
}

METHOD(float_conjugate, "conjugate", "/", "Return self, the complex conjugate of any float.")
{
    return float_exact(args[0]);
}

METHOD(float_hex, "hex", "/",
       "Return a hexadecimal representation of a floating-point number.\n\n"
       "  >>> (0.1).hex()\n"
       "  '0x1.999999999999ap-4'\n"
       "  >>> (-40.0).hex()\n"
       "  '-0x1.4000000000000p+5'")
{
    return float_hex_text(float_value(args[0]));
}

CLASS_METHOD(float_fromhex, "fromhex", "string, /",
             "Create a floating-point number from a hexadecimal string.\n\n"
             "  >>> float.fromhex('0x1.8p+1')\n"
             "  3.0\n"
             "  >>> float.fromhex('-a.8')\n"
             "  -10.5")
{
    double d;
    if (!is_str(args[1]))
        return raise(TypeError, "bad argument type for built-in operation");
    TRY(float_from_hex(args[1], &d));
    Value result = TRY(float_from(d));
    return args[0] == (Value)&float_type ? result : call1(args[0], result);
}

METHOD(float_format_method, "__format__", "format_spec, /",
       "Formats the float according to format_spec.")
{
    if (!is_str(args[1]))
        return raise(TypeError, "__format__() argument must be str, not %B", args[1]);
    return float_format(args[0], args[1]);
}

METHOD(float_getnewargs, "__getnewargs__", "/", 0)
{
    return tuple_of(TRY(float_from(float_value(args[0]))));
}

CLASS_METHOD(float_getformat, "__getformat__", "typestr, /",
             "The format of C's double or float on this machine.")
{
    if (!is_str(args[1]))
        return raise(TypeError, "__getformat__() argument must be str, not %B", args[1]);
    if (!str_equals(args[1], "double") && !str_equals(args[1], "float"))
        return raise(ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
    return str_from_cstring("IEEE, little-endian");
}

static Value get_imag(Value self UNUSED)
{
    return float_from(0.0);
}

static const GetSetDef float_getset[] = {
    {"real", float_exact, 0, "the real part of a complex number"},
    {"imag", get_imag, 0, "the imaginary part of a complex number"},
    {0},
};

/* ---- the type
 * -------------------------------------------------------------------------------------------- */

static MethodDef *const float_methods[] = {M(float_as_integer_ratio),
                                           M(float_is_integer),
                                           M(float_hex),
                                           M(float_fromhex),
                                           M(float_conjugate),
                                           M(float_trunc),
                                           M(float_floor),
                                           M(float_ceil),
                                           M(float_round),
                                           M(float_format_method),
                                           M(float_getnewargs),
                                           M(float_getformat),
                                           0};

Type float_type = {
    TYPE_HEAD("float", FloatBox),
    .repr = float_repr,
    .hash = float_hash,
    .compare = float_compare,
    .truth = float_truth,
    .negative = float_negative,
    .positive = float_exact,
    .absolute = float_absolute,
    .to_int = float_to_int,
    .to_float = float_exact,
    .add = float_add,
    .subtract = float_subtract,
    .multiply = float_multiply,
    .remainder = float_remainder,
    .divmod = float_divmod,
    .floor_divide = float_floor_divide,
    .true_divide = float_true_divide,
    .power = float_power_slot,
    .new_def = M(float_new),
    .make_one = number_float,
    .methods = float_methods,
    .getset = float_getset,
    .layout = LAYOUT_FLOAT,
    .flags = TYPE_BASE | TYPE_LEAF | TYPE_MATCH_SELF,
    .doc =
        "float(x=0, /)\n--\n\nConvert a string or number to a floating-point number, if possible.",
    .signature = "x=0, /",
};

void float_start(void)
{
    type_ready(&float_type, SHAPE_FLOAT);
    complex_start();
}
