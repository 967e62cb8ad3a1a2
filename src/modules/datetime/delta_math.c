/* timedelta times and by numbers and others. Products and quotients that 128 bits might not hold
 * are made as ints. */
#include "modules/datetime/datetime.h"

#include "core/call.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

static Value total_of(Value delta)
{
    return microseconds_to_int(delta_microseconds(delta));
}

static Value delta_of(Value total)
{
    Microseconds n;
    TRY(microseconds_from_int(total, &n));
    return delta_from_microseconds_as(&delta_type, n);
}

/* a / b to the nearest int, half to even. Both are ints, b is not 0. */
static Value divide_nearest(Value a, Value b)
{
    if (int_sign(b) < 0) {
        a = TRY(int_negative(a));
        b = TRY(int_negative(b));
    }
    Value quotient = TRY(int_floor_divide(a, b));
    Value rest = TRY(int_remainder(a, b));
    int order = int_compare(TRY(int_multiply(rest, int_small(2))), b);
    bool odd = TRY(int_and(quotient, int_small(1))) != int_small(0);
    return order > 0 || (order == 0 && odd) ? int_add(quotient, int_small(1)) : quotient;
}

static Value by_zero(void)
{
    return raise(ZeroDivisionError, "integer division or modulo by zero");
}

/* The float as a pair of ints. */
static Value ratio_of(Value number)
{
    Value ratio = TRY(call_method0(number, TRY(str_intern_cstring("as_integer_ratio"))));
    if (!is_tuple(ratio))
        return raise(TypeError,
                     "unexpected return type from as_integer_ratio(): expected tuple, got '%T'",
                     ratio);
    if (tuple_length(ratio) != 2)
        return raise(ValueError, "as_integer_ratio() must return a 2-tuple");
    for (int i = 0; i < 2; i++)
        if (!is_int_any(tuple_get(ratio, i)))
            return raise(TypeError, "unsupported operand type(s) for *: 'int' and '%T'",
                         tuple_get(ratio, i));
    return ratio;
}

/* total * n / d, or total * d / n. */
static Value scale_by_float(Value delta, Value number, bool divide)
{
    Value ratio = TRY(ratio_of(number));
    Value n = tuple_get(ratio, divide), d = tuple_get(ratio, !divide);
    if (!int_sign(d))
        return by_zero();
    Value product = TRY(int_multiply(TRY(total_of(delta)), n));
    return delta_of(TRY(divide_nearest(product, d)));
}

static Value multiply_by(Value delta, Value number)
{
    if (is_int_any(number))
        return delta_of(TRY(int_multiply(TRY(total_of(delta)), number)));
    return is_float(number) ? scale_by_float(delta, number, false) : NotImplemented;
}

Value delta_multiply(Value a, Value b)
{
    if (is_delta(a))
        return multiply_by(a, b);
    return is_delta(b) ? multiply_by(b, a) : NotImplemented;
}

Value delta_true_divide(Value a, Value b)
{
    if (!is_delta(a))
        return NotImplemented;
    if (is_delta(b))
        return int_true_divide(TRY(total_of(a)), TRY(total_of(b)));
    if (is_float(b))
        return scale_by_float(a, b, true);
    if (!is_int_any(b))
        return NotImplemented;
    if (!int_sign(b))
        return by_zero();
    return delta_of(TRY(divide_nearest(TRY(total_of(a)), b)));
}

Value delta_floor_divide(Value a, Value b)
{
    if (!is_delta(a))
        return NotImplemented;
    if (is_delta(b)) {
        Value divisor = TRY(total_of(b));
        return int_sign(divisor) ? int_floor_divide(TRY(total_of(a)), divisor) : by_zero();
    }
    if (!is_int_any(b))
        return NotImplemented;
    if (!int_sign(b))
        return by_zero();
    return delta_of(TRY(int_floor_divide(TRY(total_of(a)), b)));
}

Value delta_remainder(Value a, Value b)
{
    if (!is_delta(a) || !is_delta(b))
        return NotImplemented;
    Value divisor = TRY(total_of(b));
    if (!int_sign(divisor))
        return raise(ZeroDivisionError, "integer modulo by zero");
    return delta_of(TRY(int_remainder(TRY(total_of(a)), divisor)));
}

Value delta_divmod(Value a, Value b)
{
    if (!is_delta(a) || !is_delta(b))
        return NotImplemented;
    Value quotient = TRY(delta_floor_divide(a, b));
    return tuple_of(quotient, TRY(delta_remainder(a, b)));
}
