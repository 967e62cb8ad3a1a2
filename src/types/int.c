/* int: the type. A value of 63 bits is in the tagged word; larger ones, and instances of
 * subclasses, are an IntBox. All are immutable, so threads need nothing. int_arith.c has the
 * arithmetic, int_convert.c text and bytes, number_format.c __format__. */
#include "types/int.h"

#include <math.h>

#include "core/call.h"
#include "core/error.h"
#include "core/slots.h"
#include "core/names.h"
#include "types/bool.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int_inner.h"
#include "types/number_format.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- construction ---------------------------------------------------------------------- */

static Value from_text_in_base(Value x, Value base_value)
{
    intptr_t base;
    TRY(index_as_intptr_clipped(base_value, &base));
    if (base != 0 && (base < 2 || base > 36))
        return raise(ValueError, "int() base must be >= 2 and <= 36, or 0");
    if (is_str(x))
        return int_from_str(x, (int)base);
    if (is_bytes(x))
        return int_from_text(((Bytes *)x)->data, (size_t)((Bytes *)x)->length, (int)base, x);
    if (is_bytearray(x)) {
        Value copy = TRY(bytes_from_object(x));
        return int_from_text(((Bytes *)copy)->data, (size_t)((Bytes *)copy)->length, (int)base,
                             copy);
    }
    return raise(TypeError, "int() can't convert non-string with explicit base");
}

NEW_METHOD(int_new, "x=?, /, base=?")
{
    Type *type = (Type *)args[0];
    Value x = args[1], base = args[2], result;
    if (base)
        result = x ? from_text_in_base(x, base) : raise(TypeError, "int() missing string argument");
    else
        result = x ? number_int(x) : int_small(0);
    TRY(result);
    return type == &int_type ? result : int_subtype_from(type, result);
}

/* ---- slots ------------------------------------------------------------------------------- */

static Value int_repr(Value self)
{
    return int_to_str(self, 10);
}

static bool int_hash_slot(Value self, int64_t *hash)
{
    *hash = int_hash(self);
    return true;
}

static Value int_compare_slot(Value a, Value b, CompareOp op)
{
    if (!is_int_any(a) || !is_int_any(b))
        return NotImplemented;
    int order = int_compare(a, b);
    return order_value(order, op);
}

static int int_truth(Value self)
{
    return int_sign(self) != 0;
}

static Value int_absolute(Value self)
{
    return int_sign(self) < 0 ? int_negative(self) : int_exact(self);
}

static Value int_invert(Value self)
{
    if (is_int(self))
        return int_small(~int_value(self));
    return int_subtract(int_small(-1), self);
}

static Value int_to_float(Value self)
{
    bool overflow;
    double d = int_to_double(self, &overflow);
    return overflow ? raise(OverflowError, "int too large to convert to float") : float_from(d);
}

#define INT_SLOT(name, function)                                                                   \
    static Value name(Value a, Value b)                                                            \
    {                                                                                              \
        return is_int_any(a) && is_int_any(b) ? function(a, b) : NotImplemented;                   \
    }
INT_SLOT(int_add_slot, int_add)
INT_SLOT(int_subtract_slot, int_subtract)
INT_SLOT(int_multiply_slot, int_multiply)
INT_SLOT(int_floor_divide_slot, int_floor_divide)
INT_SLOT(int_remainder_slot, int_remainder)
INT_SLOT(int_true_divide_slot, int_true_divide)
INT_SLOT(int_lshift_slot, int_lshift)
INT_SLOT(int_rshift_slot, int_rshift)
INT_SLOT(int_and_slot, int_and)
INT_SLOT(int_or_slot, int_or)
INT_SLOT(int_xor_slot, int_xor)

static Value int_divmod(Value a, Value b)
{
    Value quotient, remainder;
    TRY(int_divide(a, b, &quotient, &remainder, "integer division or modulo by zero"));
    return tuple_of(quotient, remainder);
}
INT_SLOT(int_divmod_slot, int_divmod)

static Value int_power_slot(Value a, Value b, Value modulus)
{
    if (!is_int_any(a) || !is_int_any(b) || (modulus != None && !is_int_any(modulus)))
        return NotImplemented;
    return int_power(a, b, modulus);
}

/* ---- attributes ---------------------------------------------------------------------------- */

static Value get_zero(Value self UNUSED)
{
    return int_small(0);
}

static Value get_one(Value self UNUSED)
{
    return int_small(1);
}

static const GetSetDef int_getset[] = {
    {"real", int_exact, 0, "the real part of a complex number"},
    {"imag", get_zero, 0, "the imaginary part of a complex number"},
    {"numerator", int_exact, 0, "the numerator of a rational number in lowest terms"},
    {"denominator", get_one, 0, "the denominator of a rational number in lowest terms"},
    {0},
};

/* ---- methods --------------------------------------------------------------------------------- */

METHOD(int_bit_length_method, "bit_length", "/",
       "Number of bits necessary to represent self in binary.\n\n"
       "  >>> bin(40)\n"
       "  '0b101000'\n"
       "  >>> (40).bit_length()\n"
       "  6")
{
    return int_from((intptr_t)int_bit_length(args[0]));
}

METHOD(int_bit_count, "bit_count", "/",
       "Number of ones in the binary representation of the absolute value of self.\n\n"
       "  >>> bin(-40)\n"
       "  '-0b101000'\n"
       "  >>> (-40).bit_count()\n"
       "  2")
{
    IntView x;
    int_view(args[0], &x);
    mp_bitcnt_t count = 0;
    LONG_ARITHMETIC(x.size, 1)
    {
        count = x.size ? mpn_popcount(x.limbs, x.size) : 0;
    }
    return int_from((intptr_t)count);
}

METHOD(int_conjugate, "conjugate", "/", "Returns self, the complex conjugate of any int.")
{
    return int_exact(args[0]);
}

METHOD(int_is_integer, "is_integer", "/",
       "Returns True. Exists for duck type compatibility with float.is_integer.")
{
    return True;
}

METHOD(int_as_integer_ratio, "as_integer_ratio", "/",
       "Return a pair of integers, whose ratio is equal to the original int.\n\n"
       "  >>> (12).as_integer_ratio()\n"
       "  (12, 1)\n"
       "  >>> (-7).as_integer_ratio()\n"
       "  (-7, 1)\n"
       "  >>> (0).as_integer_ratio()\n"
       "  (0, 1)")
{
    return tuple_of(TRY(int_exact(args[0])), int_small(1));
}

METHOD(int_trunc, "__trunc__", "/", "Truncating an Integral returns itself.")
{
    return int_exact(args[0]);
}

METHOD(int_floor, "__floor__", "/", "Flooring an Integral returns itself.")
{
    return int_exact(args[0]);
}

METHOD(int_ceil, "__ceil__", "/", "Ceiling of an Integral returns itself.")
{
    return int_exact(args[0]);
}

/* To the multiple of 10^-digits that is nearest, the even one of two. */
static Value round_to_power(Value self, Value digits)
{
    Value ten = TRY(int_power(int_small(10), TRY(int_negative(digits)), None));
    Value quotient, rest;
    TRY(int_divide(self, ten, &quotient, &rest, ""));
    Value twice = TRY(int_add(rest, rest));
    int order = int_compare(twice, ten);
    bool odd = TRY(int_and(quotient, int_small(1))) == int_small(1);
    Value down = TRY(int_subtract(self, rest));
    return order > 0 || (order == 0 && odd) ? int_add(down, ten) : down;
}

METHOD(int_round_method, "__round__", "ndigits=?, /",
       "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an "
       "integer.")
{
    if (!args[1])
        return int_exact(args[0]);
    Value digits = TRY(number_index(args[1]));
    return int_sign(digits) >= 0 ? int_exact(args[0]) : round_to_power(args[0], digits);
}

METHOD(int_format_method, "__format__", "format_spec, /",
       "Convert to a string according to format_spec.")
{
    if (!is_str(args[1]))
        return raise(TypeError, "__format__() argument must be str, not %B", args[1]);
    return int_format(args[0], args[1]);
}

METHOD(int_getnewargs, "__getnewargs__", "/", 0)
{
    return tuple_of(TRY(int_exact(args[0])));
}

/* As sys.int_info describes ints: in digits, which are limbs, at least one. */
METHOD(int_sizeof, "__sizeof__", "/", "Returns size in memory, in bytes.")
{
    intptr_t limbs = (intptr_t)((int_bit_length(args[0]) + LIMB_BITS - 1) / LIMB_BITS);
    intptr_t base = TRY_INDEX(TRY(get_attr_string((Value)type_of(args[0]), "__basicsize__")));
    return int_from(base + (intptr_t)sizeof(mp_limb_t) * (limbs ? limbs : 1));
}

/* ---- the type
 * ------------------------------------------------------------------------------------ */

static MethodDef *const int_methods[] = {M(int_as_integer_ratio),
                                         M(int_bit_count),
                                         M(int_bit_length_method),
                                         M(int_conjugate),
                                         &int_to_bytes_def,
                                         &int_from_bytes_def,
                                         M(int_is_integer),
                                         M(int_ceil),
                                         M(int_floor),
                                         M(int_trunc),
                                         M(int_round_method),
                                         M(int_format_method),
                                         M(int_getnewargs),
                                         M(int_sizeof),
                                         0};

/* int(...) itself counts positional arguments in words of its own. */
static Value int_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    if (type == &int_type && nargs > 2 && !kwnames)
        return raise(TypeError, "int expected at most 2 arguments, got %zu", nargs);
    return slot_builtin_make(type, args, nargs, kwnames);
}

Type int_type = {
    TYPE_HEAD("int", IntBox),
    .item_size = sizeof(uint64_t),
    .repr = int_repr,
    .hash = int_hash_slot,
    .compare = int_compare_slot,
    .truth = int_truth,
    .negative = int_negative,
    .positive = int_exact,
    .absolute = int_absolute,
    .invert = int_invert,
    .to_int = int_exact,
    .to_float = int_to_float,
    .index = int_exact,
    .add = int_add_slot,
    .subtract = int_subtract_slot,
    .multiply = int_multiply_slot,
    .remainder = int_remainder_slot,
    .divmod = int_divmod_slot,
    .lshift = int_lshift_slot,
    .rshift = int_rshift_slot,
    .and_ = int_and_slot,
    .xor_ = int_xor_slot,
    .or_ = int_or_slot,
    .floor_divide = int_floor_divide_slot,
    .true_divide = int_true_divide_slot,
    .power = int_power_slot,
    .make = int_make,
    .make_one = number_int,
    .new_def = M(int_new),
    .methods = int_methods,
    .getset = int_getset,
    .layout = LAYOUT_INT,
    .flags = TYPE_BASE | TYPE_LEAF | TYPE_MATCH_SELF,
    .doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\n"
           "Convert a number or text to an integer; without an argument return 0. A number gives\n"
           "what its __int__() returns; floating-point numbers are truncated towards zero.\n\n"
           "With a base, and whenever x is no number, x is a string, bytes or bytearray with an\n"
           "integer literal in that base, which may have a sign, and spaces around it. Bases are\n"
           "0 and 2 to 36; 0 means to take it from the literal's prefix.\n\n"
           "  >>> int('0x2a', base=0)\n"
           "  42",
};

void int_start(void)
{
    type_ready(&int_type, SHAPE_INT);
    bool_start();
}
