#include "types/bool.h"

#include "core/dialect.h"
#include "core/error.h"
#include "types/int.h"
#include "types/str.h"

Object true_object = {.shape = SHAPE_BOOL, .flags = FLAG_STATIC | FLAG_SHARED};
Object false_object = {.shape = SHAPE_BOOL, .flags = FLAG_STATIC | FLAG_SHARED};

static Value bool_of(Value o)
{
    int truth = TRY_NOT_NEGATIVE(object_truth(o), 0);
    return bool_value(truth);
}

NEW_METHOD(bool_new, "object=False, /")
{
    return bool_of(args[1]);
}

static Value bool_repr(Value self)
{
    return str_intern_cstring(self == True ? "True" : "False");
}

static int bool_truth(Value self)
{
    return self == True;
}

static bool are_bools(Value a, Value b)
{
    return has_layout(a, LAYOUT_BOOL) && has_layout(b, LAYOUT_BOOL);
}

static Value bool_and(Value a, Value b)
{
    return are_bools(a, b) ? bool_value(a == True && b == True) : int_type.and_(a, b);
}

static Value bool_or(Value a, Value b)
{
    return are_bools(a, b) ? bool_value(a == True || b == True) : int_type.or_(a, b);
}

static Value bool_xor(Value a, Value b)
{
    return are_bools(a, b) ? bool_value(a != b) : int_type.xor_(a, b);
}

static Value bool_invert(Value self)
{
    TRY(warn(
        DeprecationWarning, 1,
        "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This "
        "returns the bitwise inversion of the underlying int object and is usually not what "
        "you expect from negating a bool. Use the 'not' operator for boolean negation or ~int(x) "
        "if you really want the bitwise inversion of the underlying int."));
    return int_small(self == True ? -2 : -1);
}

Type bool_type = {
    TYPE_HEAD("bool", Object),
    .base = &int_type,
    .repr = bool_repr,
    .truth = bool_truth,
    .invert = bool_invert,
    .and_ = bool_and,
    .or_ = bool_or,
    .xor_ = bool_xor,
    .new_def = M(bool_new),
    .make_one = bool_of,
    .layout = LAYOUT_BOOL,
    .flags = TYPE_LEAF | TYPE_MATCH_SELF,
    .doc = "bool(object=False, /)\n--\n\nReturns True when the argument is true, False otherwise.",
};

void bool_start(void)
{
    type_ready(&bool_type, SHAPE_BOOL);
}
