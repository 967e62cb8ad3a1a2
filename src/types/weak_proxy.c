#include "types/weak_proxy.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/str.h"

static bool is_proxy(Value v)
{
    return is_object(v) &&
           (type_of(v) == &weak_proxy_type || type_of(v) == &weak_callable_proxy_type);
}

/* What to work on in the place of `v`: the target if it is a proxy. 0 with ReferenceError. */
static Value unwrap(Value v)
{
    if (!is_proxy(v))
        return v;
    Value target = weakref_target(v);
    return target ? target : raise(ReferenceError, "weakly-referenced object no longer exists");
}

#define UNARY(id, operation)                                                                       \
    static Value id(Value self)                                                                    \
    {                                                                                              \
        return operation(TRY(unwrap(self)));                                                       \
    }
#define BINARY(id, op)                                                                             \
    static Value id(Value a, Value b)                                                              \
    {                                                                                              \
        Value x = TRY(unwrap(a)), y = TRY(unwrap(b));                                              \
        return number_binary(op, x, y);                                                            \
    }
#define INPLACE(id, op)                                                                            \
    static Value id(Value a, Value b)                                                              \
    {                                                                                              \
        Value x = TRY(unwrap(a)), y = TRY(unwrap(b));                                              \
        return number_inplace(op, x, y);                                                           \
    }

UNARY(proxy_str, object_str)
UNARY(proxy_iter, get_iter)
UNARY(proxy_negative, number_negative)
UNARY(proxy_positive, number_positive)
UNARY(proxy_absolute, number_absolute)
UNARY(proxy_invert, number_invert)
UNARY(proxy_int, number_int)
UNARY(proxy_float, number_float)
UNARY(proxy_index, number_index)
BINARY(proxy_add, OP_ADD)
BINARY(proxy_subtract, OP_SUBTRACT)
BINARY(proxy_multiply, OP_MULTIPLY)
BINARY(proxy_floor_divide, OP_FLOOR_DIVIDE)
BINARY(proxy_true_divide, OP_TRUE_DIVIDE)
BINARY(proxy_remainder, OP_REMAINDER)
BINARY(proxy_divmod, OP_DIVMOD)
BINARY(proxy_lshift, OP_LSHIFT)
BINARY(proxy_rshift, OP_RSHIFT)
BINARY(proxy_and, OP_AND)
BINARY(proxy_xor, OP_XOR)
BINARY(proxy_or, OP_OR)
BINARY(proxy_matrix_multiply, OP_MATRIX_MULTIPLY)
INPLACE(proxy_iadd, OP_ADD)
INPLACE(proxy_isubtract, OP_SUBTRACT)
INPLACE(proxy_imultiply, OP_MULTIPLY)
INPLACE(proxy_ifloor_divide, OP_FLOOR_DIVIDE)
INPLACE(proxy_itrue_divide, OP_TRUE_DIVIDE)
INPLACE(proxy_iremainder, OP_REMAINDER)
INPLACE(proxy_ilshift, OP_LSHIFT)
INPLACE(proxy_irshift, OP_RSHIFT)
INPLACE(proxy_iand, OP_AND)
INPLACE(proxy_ixor, OP_XOR)
INPLACE(proxy_ior, OP_OR)
INPLACE(proxy_imatrix_multiply, OP_MATRIX_MULTIPLY)

static Value proxy_power(Value a, Value b, Value c)
{
    Value x = TRY(unwrap(a)), y = TRY(unwrap(b));
    return number_power(x, y, TRY(unwrap(c)));
}

static Value proxy_ipower(Value a, Value b, Value c UNUSED)
{
    Value x = TRY(unwrap(a)), y = TRY(unwrap(b));
    return number_inplace(OP_POWER, x, y);
}

static Value proxy_repr(Value self)
{
    Value target = weakref_target(self);
    size_t at = (uintptr_t)self;
    if (!target)
        return str_format("<weakproxy at 0x%zx; dead>", at);
    return str_format("<weakproxy at 0x%zx; to '%T' at 0x%zx>", at, target,
                      (size_t)(uintptr_t)target);
}

static Value proxy_compare(Value a, Value b, CompareOp op)
{
    Value x = TRY(unwrap(a)), y = TRY(unwrap(b));
    return object_compare(x, y, op);
}

static Value proxy_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    return call(TRY(unwrap(self)), args, nargs, kwnames);
}

static Value proxy_getattr(Value self, Value name)
{
    return get_attr(TRY(unwrap(self)), name);
}

static bool proxy_setattr(Value self, Value name, Value value)
{
    return set_attr(TRY(unwrap(self)), name, value);
}

static Value proxy_next(Value self)
{
    Value target = TRY(unwrap(self));
    if (!is_iterator(target))
        return raise(TypeError, "Weakref proxy referenced a non-iterator '%T' object", target);
    return iter_next(target);
}

static int proxy_truth(Value self)
{
    return object_truth(TRY_OR(unwrap(self), -1));
}

static intptr_t proxy_length(Value self)
{
    return object_length(TRY_OR(unwrap(self), -1));
}

static int proxy_contains(Value self, Value item)
{
    return object_contains(TRY_OR(unwrap(self), -1), item);
}

static Value proxy_getitem(Value self, Value key)
{
    return get_item(TRY(unwrap(self)), key);
}

static bool proxy_setitem(Value self, Value key, Value value)
{
    return set_item(TRY(unwrap(self)), key, value);
}

METHOD(proxy_bytes, "__bytes__", "/", 0)
{
    return call_method0(TRY(unwrap(args[0])), names.__bytes__);
}

METHOD(proxy_reversed, "__reversed__", "/", 0)
{
    return call_method0(TRY(unwrap(args[0])), names.__reversed__);
}

static MethodDef *const proxy_methods[] = {M(proxy_bytes), M(proxy_reversed), 0};

#define PROXY_TYPE(id, name_, call_)                                                               \
    Type id = {                                                                                    \
        TYPE_HEAD(name_, WeakRef),                                                                 \
        .repr = proxy_repr,                                                                        \
        .str = proxy_str,                                                                          \
        .hash = hash_unhashable,                                                                   \
        .compare = proxy_compare,                                                                  \
        .call = call_,                                                                             \
        .getattr = proxy_getattr,                                                                  \
        .setattr = proxy_setattr,                                                                  \
        .iter = proxy_iter,                                                                        \
        .next = proxy_next,                                                                        \
        .truth = proxy_truth,                                                                      \
        .negative = proxy_negative,                                                                \
        .positive = proxy_positive,                                                                \
        .absolute = proxy_absolute,                                                                \
        .invert = proxy_invert,                                                                    \
        .to_int = proxy_int,                                                                       \
        .to_float = proxy_float,                                                                   \
        .index = proxy_index,                                                                      \
        .add = proxy_add,                                                                          \
        .subtract = proxy_subtract,                                                                \
        .multiply = proxy_multiply,                                                                \
        .remainder = proxy_remainder,                                                              \
        .divmod = proxy_divmod,                                                                    \
        .lshift = proxy_lshift,                                                                    \
        .rshift = proxy_rshift,                                                                    \
        .and_ = proxy_and,                                                                         \
        .xor_ = proxy_xor,                                                                         \
        .or_ = proxy_or,                                                                           \
        .floor_divide = proxy_floor_divide,                                                        \
        .true_divide = proxy_true_divide,                                                          \
        .matrix_multiply = proxy_matrix_multiply,                                                  \
        .power = proxy_power,                                                                      \
        .iadd = proxy_iadd,                                                                        \
        .isubtract = proxy_isubtract,                                                              \
        .imultiply = proxy_imultiply,                                                              \
        .iremainder = proxy_iremainder,                                                            \
        .ilshift = proxy_ilshift,                                                                  \
        .irshift = proxy_irshift,                                                                  \
        .iand = proxy_iand,                                                                        \
        .ixor = proxy_ixor,                                                                        \
        .ior = proxy_ior,                                                                          \
        .ifloor_divide = proxy_ifloor_divide,                                                      \
        .itrue_divide = proxy_itrue_divide,                                                        \
        .imatrix_multiply = proxy_imatrix_multiply,                                                \
        .ipower = proxy_ipower,                                                                    \
        .length = proxy_length,                                                                    \
        .getitem = proxy_getitem,                                                                  \
        .setitem = proxy_setitem,                                                                  \
        .contains = proxy_contains,                                                                \
        .methods = proxy_methods,                                                                  \
        .flags = TYPE_NO_NEW,                                                                      \
    }

PROXY_TYPE(weak_proxy_type, "weakref.ProxyType", 0);
PROXY_TYPE(weak_callable_proxy_type, "weakref.CallableProxyType", proxy_call);

void weak_proxy_start(void (*trace)(Object *self, struct Tracer *tracer))
{
    weak_proxy_type.trace = weak_callable_proxy_type.trace = trace;
    type_ready(&weak_proxy_type, 0);
    type_ready(&weak_callable_proxy_type, 0);
}
