/* Arithmetic on any values.
 *
 * A binary operator looks at the slot of both operands' types. A slot gets the operands in the
 * order of the expression and returns NotImplemented if it can't do them. If the right operand's
 * type derives from the left's and has another slot, it goes first. Sequence concatenation and
 * repetition come after the number slots. (Python's reference, "Emulating numeric types".) */
#include "core/abstract.h"

#include "base/stats.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"

typedef struct Operator {
    size_t slot, inplace_slot; /* offsets in Type; inplace_slot 0: none */
    const char *symbol, *inplace_symbol;
} Operator;

#define OPERATOR(name, symbol)                                                                     \
    {                                                                                              \
        offsetof(Type, name), offsetof(Type, i##name), symbol, symbol "="                          \
    }
static const Operator operators[] = {
    [OP_ADD] = OPERATOR(add, "+"),
    [OP_SUBTRACT] = OPERATOR(subtract, "-"),
    [OP_MULTIPLY] = OPERATOR(multiply, "*"),
    [OP_MATRIX_MULTIPLY] = OPERATOR(matrix_multiply, "@"),
    [OP_TRUE_DIVIDE] = OPERATOR(true_divide, "/"),
    [OP_FLOOR_DIVIDE] = OPERATOR(floor_divide, "//"),
    [OP_REMAINDER] = OPERATOR(remainder, "%"),
    [OP_POWER] = OPERATOR(power, "**"),
    [OP_LSHIFT] = OPERATOR(lshift, "<<"),
    [OP_RSHIFT] = OPERATOR(rshift, ">>"),
    [OP_AND] = {offsetof(Type, and_), offsetof(Type, iand), "&", "&="},
    [OP_OR] = {offsetof(Type, or_), offsetof(Type, ior), "|", "|="},
    [OP_XOR] = {offsetof(Type, xor_), offsetof(Type, ixor), "^", "^="},
    [OP_DIVMOD] = {offsetof(Type, divmod), 0, "divmod()", "divmod()"},
};

ALWAYS_INLINE BinaryFn slot_at(Type *type, size_t offset)
{
    BinaryFn function;
    memcpy(&function, (char *)type + offset, sizeof function);
    return function;
}

/* ---- dispatch ---------------------------------------------------------------------------- */

static Value binary_slots(size_t offset, Value a, Value b)
{
    Type *ta = type_of(a), *tb = type_of(b);
    BinaryFn left = slot_at(ta, offset);
    BinaryFn right = ta == tb ? 0 : slot_at(tb, offset);
    if (right == left)
        right = 0;
    if (left) {
        if (right && type_is_subtype(tb, ta)) {
            Value result = right(a, b);
            if (result != NotImplemented)
                return result;
            right = 0;
        }
        Value result = left(a, b);
        if (result != NotImplemented)
            return result;
    }
    return right ? right(a, b) : NotImplemented;
}

static Value power_slots(Value a, Value b, Value modulus)
{
    Type *ta = type_of(a), *tb = type_of(b);
    TernaryFn left = ta->power, right = tb == ta ? 0 : tb->power;
    if (right == left)
        right = 0;
    if (left) {
        if (right && type_is_subtype(tb, ta)) {
            Value result = right(a, b, modulus);
            if (result != NotImplemented)
                return result;
            right = 0;
        }
        Value result = left(a, b, modulus);
        if (result != NotImplemented)
            return result;
    }
    if (right) {
        Value result = right(a, b, modulus);
        if (result != NotImplemented)
            return result;
    }
    TernaryFn third = modulus == None ? 0 : type_of(modulus)->power;
    if (third && third != left && third != right)
        return third(a, b, modulus);
    return NotImplemented;
}

/* ---- errors ------------------------------------------------------------------------------ */

COLD static Value unsupported(const char *symbol, Value a, Value b)
{
    if (!strcmp(symbol, ">>") && has_layout(a, LAYOUT_BUILTIN) &&
        !strcmp(((Builtin *)a)->def->name, "print"))
        return raise(TypeError,
                     "unsupported operand type(s) for %s: '%T' and '%T'. Did you mean "
                     "\"print(<message>, file=<output_stream>)\"?",
                     symbol, a, b);
    return raise(TypeError, "unsupported operand type(s) for %s: '%T' and '%T'", symbol, a, b);
}

COLD static Value unsupported_power(const char *symbol, Value a, Value b, Value modulus)
{
    if (modulus == None)
        return unsupported(symbol, a, b);
    return raise(TypeError, "unsupported operand type(s) for %s: '%T', '%T', '%T'", symbol, a, b,
                 modulus);
}

/* ---- sequences --------------------------------------------------------------------------- */

static Value sequence_repeat(BinaryFn repeat, Value sequence, Value count)
{
    if (!has_index(count))
        return raise(TypeError, "can't multiply sequence by non-int of type '%T'", count);
    return repeat(sequence, count);
}

/* What + and * do after the number slots; NotImplemented if the operands are no sequences. */
static Value sequence_binary(BinaryOp op, Value a, Value b, bool inplace)
{
    Type *ta = type_of(a);
    if (op == OP_ADD) {
        BinaryFn concat = inplace && ta->iconcat ? ta->iconcat : ta->concat;
        return concat ? concat(a, b) : NotImplemented;
    }
    if (op == OP_MULTIPLY) {
        BinaryFn repeat = inplace && ta->irepeat ? ta->irepeat : ta->repeat;
        if (repeat)
            return sequence_repeat(repeat, a, b);
        /* In place only if `a` is not what CPython takes for a sequence: see no_item(). */
        bool sequence = ta->contains || ta->getitem || (type_flags(ta) & TYPE_HEAP);
        if (type_of(b)->repeat && !(inplace && sequence))
            return sequence_repeat(type_of(b)->repeat, b, a);
    }
    return NotImplemented;
}

/* ---- operators --------------------------------------------------------------------------- */

static Value small_int_binary(BinaryOp op, Value a, Value b)
{
    intptr_t x = int_value(a), y = int_value(b), product;
    switch (op) {
    case OP_ADD:
        return int_from(x + y);
    case OP_SUBTRACT:
        return int_from(x - y);
    case OP_MULTIPLY:
        return __builtin_mul_overflow(x, y, &product) ? int_multiply(a, b) : int_from(product);
    case OP_AND:
        return (Value)((uintptr_t)a & (uintptr_t)b);
    case OP_OR:
        return (Value)((uintptr_t)a | (uintptr_t)b);
    case OP_XOR:
        return (Value)(((uintptr_t)a ^ (uintptr_t)b) | 1);
    default:
        return 0;
    }
}

static Value float_binary(BinaryOp op, Value a, Value b)
{
    double x = float_decode(a), y = float_decode(b);
    switch (op) {
    case OP_ADD:
        return float_from(x + y);
    case OP_SUBTRACT:
        return float_from(x - y);
    case OP_MULTIPLY:
        return float_from(x * y);
    case OP_TRUE_DIVIDE: /* a tagged float is never zero */
        return float_from(x / y);
    default:
        return 0;
    }
}

Value number_binary(BinaryOp op, Value a, Value b)
{
    STATS_ADD(binary_slow);
    if (are_ints(a, b)) {
        Value result = small_int_binary(op, a, b);
        if (likely(result != 0) || op <= OP_MULTIPLY)
            return result;
    } else if (is_tagged_float(a) && is_tagged_float(b)) {
        Value result = float_binary(op, a, b);
        if (likely(result != 0))
            return result;
        if (op <= OP_MULTIPLY || op == OP_TRUE_DIVIDE)
            return 0;
    }
    if (op == OP_POWER)
        return number_power(a, b, None);
    Value result = binary_slots(operators[op].slot, a, b);
    if (result == NotImplemented)
        result = sequence_binary(op, a, b, false);
    return result == NotImplemented ? unsupported(operators[op].symbol, a, b) : result;
}

Value number_after_left(BinaryOp op, Value a, Value b, bool inplace)
{
    const Operator *o = &operators[op];
    BinaryFn left = slot_at(type_of(a), o->slot), right = slot_at(type_of(b), o->slot);
    Value result = right && right != left ? right(a, b) : NotImplemented;
    if (result == NotImplemented)
        result = sequence_binary(op, a, b, inplace);
    return result == NotImplemented ? unsupported(inplace ? o->inplace_symbol : o->symbol, a, b)
                                    : result;
}

Value number_power(Value base, Value exponent, Value modulus)
{
    Value result = power_slots(base, exponent, modulus);
    if (result == NotImplemented)
        return unsupported_power("** or pow()", base, exponent, modulus);
    return result;
}

Value number_inplace(BinaryOp op, Value a, Value b)
{
    const Operator *o = &operators[op];
    if (!is_object(a))
        goto plain;
    if (op == OP_POWER) {
        TernaryFn function = type_of(a)->ipower;
        if (function) {
            Value result = function(a, b, None);
            if (result != NotImplemented)
                return result;
        }
        Value result = power_slots(a, b, None);
        return result == NotImplemented ? unsupported("**=", a, b) : result;
    }
    BinaryFn function = o->inplace_slot ? slot_at(type_of(a), o->inplace_slot) : 0;
    /* A Python class finds its base's __iadd__ before its own __add__. */
    if (!function && op == OP_ADD && type_flags(type_of(a)) & TYPE_HEAP)
        function = type_of(a)->iconcat;
    if (function) {
        Value result = function(a, b);
        if (result != NotImplemented)
            return result;
    }
plain:
    if (are_ints(a, b) && op <= OP_MULTIPLY)
        return small_int_binary(op, a, b);
    Value result = op == OP_POWER ? power_slots(a, b, None) : binary_slots(o->slot, a, b);
    if (result == NotImplemented)
        result = sequence_binary(op, a, b, true);
    return result == NotImplemented ? unsupported(o->inplace_symbol, a, b) : result;
}

/* ---- unary ------------------------------------------------------------------------------- */

COLD static Value bad_operand(const char *what, Value o)
{
    return raise(TypeError, "bad operand type for %s: '%T'", what, o);
}

Value number_negative(Value o)
{
    UnaryFn function = type_of(o)->negative;
    return function ? function(o) : bad_operand("unary -", o);
}

Value number_positive(Value o)
{
    UnaryFn function = type_of(o)->positive;
    return function ? function(o) : bad_operand("unary +", o);
}

Value number_invert(Value o)
{
    UnaryFn function = type_of(o)->invert;
    return function ? function(o) : bad_operand("unary ~", o);
}

Value number_absolute(Value o)
{
    UnaryFn function = type_of(o)->absolute;
    return function ? function(o) : bad_operand("abs()", o);
}

/* ---- conversion --------------------------------------------------------------------------- */

#define STRICT_SUBCLASS_DEPRECATED                                                                 \
    "The ability to return an instance of a strict subclass of %s is deprecated, and may be "      \
    "removed in a future version of Python."

bool has_index(Value o)
{
    return type_of(o)->index != 0;
}

bool value_is_number(Value o)
{
    const Type *type = type_of(o);
    return type->index || type->to_int || type->to_float || has_layout(o, LAYOUT_COMPLEX);
}

/* What __int__ or __index__ returned, as an exact int. */
static Value checked_int(Value result, const char *method)
{
    if (is_int(result) || has_shape(result, SHAPE_INT))
        return result;
    if (!is_int_any(result))
        return raise(TypeError, "%s returned non-int (type %T)", method, result);
    TRY(warn(DeprecationWarning, 1, "%s returned non-int (type %T).  " STRICT_SUBCLASS_DEPRECATED,
             method, result, "int"));
    return int_exact(result);
}

Value number_index(Value o)
{
    if (is_int(o))
        return o;
    if (is_int_any(o))
        return int_exact(o);
    UnaryFn function = type_of(o)->index;
    if (!function)
        return raise(TypeError, "'%T' object cannot be interpreted as an integer", o);
    return checked_int(TRY(function(o)), "__index__");
}

static Value int_from_buffer(Value o)
{
    Buffer buffer;
    TRY(buffer_get(o, &buffer, BUFFER_READ));
    Value bytes = bytes_from_seen(buffer.data, (size_t)buffer.size);
    buffer_release(&buffer);
    TRY(bytes);
    Bytes *b = (Bytes *)bytes;
    return int_from_text(b->data, (size_t)b->length, 10, is_bytes(o) ? o : bytes);
}

static Value int_from_trunc(Value o, Value method, bool self_first)
{
    TRY(warn(DeprecationWarning, 1, "The delegation of int() to __trunc__ is deprecated."));
    Value truncated = TRY(call(method, &o, self_first, 0));
    if (is_int_any(truncated))
        return int_exact(truncated);
    if (has_index(truncated))
        return number_index(truncated);
    return raise(TypeError, "__trunc__ returned non-Integral (type %T)", truncated);
}

Value number_int(Value o)
{
    if (is_int(o))
        return o;
    if (is_tagged_float(o))
        return int_from_double(float_decode(o));
    Type *type = type_of(o);
    if (type->to_int)
        return checked_int(TRY(type->to_int(o)), "__int__");
    if (type->index)
        return number_index(o);
    bool self_first;
    Value trunc = lookup_special(o, names.__trunc__, &self_first);
    if (trunc)
        return int_from_trunc(o, trunc, self_first);
    if (error_pending())
        return 0;
    if (is_str(o))
        return int_from_str(o, 10);
    if (has_buffer(o))
        return int_from_buffer(o);
    return raise(TypeError,
                 "int() argument must be a string, a bytes-like object or a real number, not '%T'",
                 o);
}

/* float(o) for what is no string; *known false: o has no such conversion. Instances of subclasses
 * of float are asked for their __float__ if `ask_floats`. */
static bool as_double(Value o, double *out, bool *known, bool ask_floats)
{
    *known = true;
    if (is_float(o) && !ask_floats) {
        *out = float_value(o);
        return true;
    }
    if (is_int(o)) {
        *out = (double)int_value(o);
        return true;
    }
    Type *type = type_of(o);
    if (type->to_float && !has_shape(o, SHAPE_INT)) {
        Value result = TRY(type->to_float(o));
        if (!is_float(result))
            return raise(TypeError, "%T.__float__ returned non-float (type %T)", o, result);
        if (!is_tagged_float(result) && !has_shape(result, SHAPE_FLOAT))
            TRY(warn(DeprecationWarning, 1,
                     "%T.__float__ returned non-float (type %T).  " STRICT_SUBCLASS_DEPRECATED, o,
                     result, "float"));
        *out = float_value(result);
        return true;
    }
    if (type->index) {
        bool overflow;
        *out = int_to_double(TRY(number_index(o)), &overflow);
        return !overflow || raise(OverflowError, "int too large to convert to float");
    }
    *known = false;
    return true;
}

bool number_as_double(Value o, double *out)
{
    bool known;
    TRY(as_double(o, out, &known, false));
    return known || raise(TypeError, "must be real number, not %T", o);
}

Value number_float(Value o)
{
    if (is_tagged_float(o) || has_shape(o, SHAPE_FLOAT))
        return o;
    double d;
    bool known;
    TRY(as_double(o, &d, &known, true));
    return known ? float_from(d) : float_from_text_object(o);
}

/* ---- machine integers --------------------------------------------------------------------- */

bool index_as_intptr_or(Value o, intptr_t *out, Type *overflow)
{
    if (likely(is_int(o))) {
        *out = int_value(o);
        return true;
    }
    Value i = TRY(number_index(o));
    int64_t n;
    if (int_to_i64(i, &n)) {
        *out = n;
        return true;
    }
    if (overflow)
        return raise(overflow, "cannot fit '%T' into an index-sized integer", o);
    *out = int_sign(i) < 0 ? INTPTR_MIN : INTPTR_MAX;
    return true;
}

bool index_as_intptr(Value o, intptr_t *out)
{
    if (likely(is_int(o))) {
        *out = int_value(o);
        return true;
    }
    int64_t n;
    if (!int_to_i64(TRY(number_index(o)), &n))
        return raise(OverflowError, "Python int too large to convert to C ssize_t");
    *out = n;
    return true;
}

bool index_as_intptr_clipped(Value o, intptr_t *out)
{
    return index_as_intptr_or(o, out, 0);
}

bool index_as_int64(Value o, int64_t *out)
{
    if (likely(is_int(o))) {
        *out = int_value(o);
        return true;
    }
    Value i = TRY(number_index(o));
    return int_to_i64(i, out) || raise(OverflowError, "Python int too large to convert to C long");
}

bool index_as_int(Value o, int *out)
{
    Value i = TRY(number_index(o));
    int64_t n;
    if (!int_to_i64(i, &n) || n < INT32_MIN || n > INT32_MAX)
        return raise(OverflowError, "Python int too large to convert to C int");
    *out = (int)n;
    return true;
}

bool index_as_uint64(Value o, uint64_t *out)
{
    Value i = TRY(number_index(o));
    if (int_sign(i) < 0)
        return raise(OverflowError, "can't convert negative int to unsigned");
    return int_to_u64(i, out) ||
           raise(OverflowError, "Python int too large to convert to C unsigned long");
}
