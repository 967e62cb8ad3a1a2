/* _operator: Python's operators as functions. operator_getters.c has attrgetter and kin. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/thread.h"
#include "modules/module_util.h"
#include "modules/operator_inner.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- operators ------------------------------------------------------------------------------ */

#define COMPARE(id, name, op, text)                                                                \
    FUNCTION(op_##id, name, "a, b, /", "Same as a " text " b.")                                    \
    {                                                                                              \
        return object_compare(args[0], args[1], op);                                               \
    }
COMPARE(lt, "lt", CMP_LT, "<")
COMPARE(le, "le", CMP_LE, "<=")
COMPARE(eq, "eq", CMP_EQ, "==")
COMPARE(ne, "ne", CMP_NE, "!=")
COMPARE(gt, "gt", CMP_GT, ">")
COMPARE(ge, "ge", CMP_GE, ">=")

#define BINARY(id, name, iname, op, text)                                                          \
    FUNCTION(op_##id, name, "a, b, /", "Same as a " text " b.")                                    \
    {                                                                                              \
        return number_binary(op, args[0], args[1]);                                                \
    }                                                                                              \
    FUNCTION(op_i##id, iname, "a, b, /", "Same as a " text "= b.")                                 \
    {                                                                                              \
        return number_inplace(op, args[0], args[1]);                                               \
    }
BINARY(add, "add", "iadd", OP_ADD, "+")
BINARY(sub, "sub", "isub", OP_SUBTRACT, "-")
BINARY(mul, "mul", "imul", OP_MULTIPLY, "*")
BINARY(matmul, "matmul", "imatmul", OP_MATRIX_MULTIPLY, "@")
BINARY(floordiv, "floordiv", "ifloordiv", OP_FLOOR_DIVIDE, "//")
BINARY(truediv, "truediv", "itruediv", OP_TRUE_DIVIDE, "/")
BINARY(mod, "mod", "imod", OP_REMAINDER, "%")
BINARY(pow, "pow", "ipow", OP_POWER, "**")
BINARY(lshift, "lshift", "ilshift", OP_LSHIFT, "<<")
BINARY(rshift, "rshift", "irshift", OP_RSHIFT, ">>")
BINARY(and_, "and_", "iand", OP_AND, "&")
BINARY(xor, "xor", "ixor", OP_XOR, "^")
BINARY(or_, "or_", "ior", OP_OR, "|")

#define UNARY(id, name, function, text)                                                            \
    FUNCTION(op_##id, name, "a, /", "Same as " text ".")                                           \
    {                                                                                              \
        return function(args[0]);                                                                  \
    }
UNARY(neg, "neg", number_negative, "-a")
UNARY(pos, "pos", number_positive, "+a")
UNARY(abs, "abs", number_absolute, "abs(a)")
UNARY(inv, "inv", number_invert, "~a")
UNARY(invert, "invert", number_invert, "~a")
UNARY(index, "index", number_index, "a.__index__()")

FUNCTION(op_truth, "truth", "a, /", "Return True if a is true, False otherwise.")
{
    int truth = TRY_NOT_NEGATIVE(object_truth(args[0]), 0);
    return bool_value(truth);
}

FUNCTION(op_not, "not_", "a, /", "Same as not a.")
{
    int truth = TRY_NOT_NEGATIVE(object_truth(args[0]), 0);
    return bool_value(!truth);
}

FUNCTION(op_is, "is_", "a, b, /", "Same as a is b.")
{
    return bool_value(object_is(args[0], args[1]));
}

FUNCTION(op_is_not, "is_not", "a, b, /", "Same as a is not b.")
{
    return bool_value(!object_is(args[0], args[1]));
}

/* ---- sequences and mappings ----------------------------------------------------------------- */

static Value concat(Value a, Value b, bool inplace)
{
    Type *type = type_of(a);
    BinaryFn function = inplace && type->iconcat ? type->iconcat : type->concat;
    if (function)
        return function(a, b);
    /* Instances of Python classes have only __add__. */
    if (is_sequence(a) && is_sequence(b))
        return inplace ? number_inplace(OP_ADD, a, b) : number_binary(OP_ADD, a, b);
    return raise(TypeError, "'%T' object can't be concatenated", a);
}

FUNCTION(op_concat, "concat", "a, b, /", "Same as a + b, for a and b sequences.")
{
    return concat(args[0], args[1], false);
}

FUNCTION(op_iconcat, "iconcat", "a, b, /", "Same as a += b, for a and b sequences.")
{
    return concat(args[0], args[1], true);
}

FUNCTION(op_contains, "contains", "a, b, /", "Same as b in a (note reversed operands).")
{
    int found = TRY_NOT_NEGATIVE(object_contains(args[0], args[1]), 0);
    return bool_value(found);
}

static bool check_iterable(Value v)
{
    Type *type = type_of(v);
    return type->iter || type->getitem ||
           raise(TypeError, "argument of type '%T' is not iterable", v);
}

FUNCTION(op_count_of, "countOf", "a, b, /",
         "Return the number of items in a which are, or which equal, b.")
{
    intptr_t count = 0;
    TRY(check_iterable(args[0]));
    ITERATE(item, args[0])
    {
        int equal = TRY_NOT_NEGATIVE(object_equal(item, args[1]), 0);
        count += equal;
        TRY(thread_poll(thread_self()));
    }
    return ITERATED ? int_from(count) : 0;
}

FUNCTION(op_index_of, "indexOf", "a, b, /", "Return the first index of b in a.")
{
    intptr_t index = 0;
    TRY(check_iterable(args[0]));
    ITERATE(item, args[0])
    {
        int equal = TRY_NOT_NEGATIVE(object_equal(item, args[1]), 0);
        if (equal)
            return int_from(index);
        index++;
        TRY(thread_poll(thread_self()));
    }
    return ITERATED ? raise(ValueError, "sequence.index(x): x not in sequence") : 0;
}

FUNCTION(op_getitem, "getitem", "a, b, /", "Same as a[b].")
{
    return get_item(args[0], args[1]);
}

FUNCTION(op_setitem, "setitem", "a, b, c, /", "Same as a[b] = c.")
{
    return set_item(args[0], args[1], args[2]) ? None : 0;
}

FUNCTION(op_delitem, "delitem", "a, b, /", "Same as del a[b].")
{
    return set_item(args[0], args[1], 0) ? None : 0;
}

FUNCTION(op_length_hint, "length_hint", "obj, default=0, /",
         "Return an estimate of the number of items in obj.")
{
    if (!is_int_any(args[1]))
        return raise(TypeError, "'%T' object cannot be interpreted as an integer", args[1]);
    intptr_t fallback = TRY_INDEX(args[1]);
    intptr_t hint = object_length_hint(args[0], fallback);
    return hint < 0 && error_pending() ? 0 : int_from(hint);
}

FUNCTION(op_call, "call", "obj, /, *args, **kwargs", "Same as obj(*args, **kwargs).")
{
    return call_tuple_dict(args[0], args[1], args[2]);
}

/* In a time that depends on the lengths only. */
static bool digest_equal(const unsigned char *a, size_t a_size, const unsigned char *b,
                         size_t b_size)
{
    volatile unsigned char difference = a_size != b_size;
    const volatile unsigned char *left = a_size == b_size ? a : b;
    for (size_t i = 0; i < b_size; i++)
        difference |= left[i] ^ b[i];
    return difference == 0;
}

FUNCTION(op_compare_digest, "_compare_digest", "a, b, /",
         "Return 'a == b'.\n\nThis function uses an approach designed to prevent timing analysis, "
         "making it\nappropriate for cryptography.")
{
    Value a = args[0], b = args[1];
    if (is_str(a) && is_str(b)) {
        if (!((Str *)a)->ascii || !((Str *)b)->ascii)
            return raise(TypeError, "comparing strings with non-ASCII characters is not supported");
        return bool_value(digest_equal((unsigned char *)((Str *)a)->data, (size_t)str_length(a),
                                       (unsigned char *)((Str *)b)->data, (size_t)str_length(b)));
    }
    if (!has_buffer(a) && !has_buffer(b))
        return raise(TypeError,
                     "unsupported operand types(s) or combination of types: '%T' and '%T'", a, b);
    Buffer left, right;
    TRY(buffer_get(a, &left, BUFFER_READ));
    if (!buffer_get(b, &right, BUFFER_READ)) {
        buffer_release(&left);
        return 0;
    }
    bool equal = digest_equal((unsigned char *)left.data, (size_t)left.size,
                              (unsigned char *)right.data, (size_t)right.size);
    buffer_release(&left);
    buffer_release(&right);
    return bool_value(equal);
}

/* ---- the module
 * ---------------------------------------------------------------------------------- */

static bool execute(Value module)
{
    return module_add_new_type(module, &attrgetter_type) &&
           module_add_new_type(module, &itemgetter_type) &&
           module_add_new_type(module, &methodcaller_type);
}

static MethodDef *const functions[] = {M(op_lt),
                                       M(op_le),
                                       M(op_eq),
                                       M(op_ne),
                                       M(op_gt),
                                       M(op_ge),
                                       M(op_add),
                                       M(op_iadd),
                                       M(op_sub),
                                       M(op_isub),
                                       M(op_mul),
                                       M(op_imul),
                                       M(op_matmul),
                                       M(op_imatmul),
                                       M(op_floordiv),
                                       M(op_ifloordiv),
                                       M(op_truediv),
                                       M(op_itruediv),
                                       M(op_mod),
                                       M(op_imod),
                                       M(op_pow),
                                       M(op_ipow),
                                       M(op_lshift),
                                       M(op_ilshift),
                                       M(op_rshift),
                                       M(op_irshift),
                                       M(op_and_),
                                       M(op_iand_),
                                       M(op_xor),
                                       M(op_ixor),
                                       M(op_or_),
                                       M(op_ior_),
                                       M(op_neg),
                                       M(op_pos),
                                       M(op_abs),
                                       M(op_inv),
                                       M(op_invert),
                                       M(op_index),
                                       M(op_truth),
                                       M(op_not),
                                       M(op_is),
                                       M(op_is_not),
                                       M(op_concat),
                                       M(op_iconcat),
                                       M(op_contains),
                                       M(op_count_of),
                                       M(op_index_of),
                                       M(op_getitem),
                                       M(op_setitem),
                                       M(op_delitem),
                                       M(op_length_hint),
                                       M(op_call),
                                       M(op_compare_digest),
                                       0};

const ModuleDef module__operator = {
    "_operator",
    "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\n"
    "to the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the "
    "expression x+y.",
    functions,
    execute,
};
