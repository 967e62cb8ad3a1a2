#include "types/plain_order.h"

#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

typedef enum Order { LESS, EQUAL, OTHER, UNKNOWN } Order;
enum { DEPTH = 4 }; /* of tuples in tuples */

static bool is_exact_float(Value v)
{
    return is_tagged_float(v) || has_shape(v, SHAPE_FLOAT);
}

static bool is_number(Value v)
{
    return is_int(v) || has_shape(v, SHAPE_INT) || is_exact_float(v);
}

/* By builtin classes, which have no code in Python. */
static bool comparable(Value a, Value b)
{
    return (is_number(a) && is_number(b)) || (has_shape(a, SHAPE_STR) && has_shape(b, SHAPE_STR)) ||
           (has_shape(a, SHAPE_BYTES) && has_shape(b, SHAPE_BYTES));
}

static Order order(Value a, Value b, int depth)
{
    if (comparable(a, b))
        return object_compare_bool(a, b, CMP_LT) > 0   ? LESS
               : object_compare_bool(a, b, CMP_EQ) > 0 ? EQUAL
                                                       : OTHER;
    if (!has_shape(a, SHAPE_TUPLE) || !has_shape(b, SHAPE_TUPLE) || depth == DEPTH)
        return UNKNOWN;
    intptr_t n = tuple_length(a), m = tuple_length(b);
    for (intptr_t i = 0; i < n && i < m; i++) {
        Value x = tuple_get(a, i), y = tuple_get(b, i);
        Order found = x == y ? EQUAL : order(x, y, depth + 1);
        if (found != EQUAL)
            return found;
    }
    return n < m ? LESS : n == m ? EQUAL : OTHER;
}

int plain_less(Value a, Value b)
{
    if (is_int(a) && is_int(b))
        return int_value(a) < int_value(b);
    if (is_exact_float(a) && is_exact_float(b))
        return float_value(a) < float_value(b);
    if (comparable(a, b))
        return object_compare_bool(a, b, CMP_LT) > 0;
    Order found = order(a, b, 0);
    return found == UNKNOWN ? -1 : found == LESS;
}
