/* Operations on any object, as the builtin functions and operators of Python do them. */
#include "core/abstract.h"

#include <math.h>

#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/module.h"
#include "core/names.h"
#include "core/slots.h"
#include "core/thread.h"
#include "core/type_impl.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/list.h"
#include "types/mappingproxy.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/union.h"

/* ---- text ------------------------------------------------------------------------------ */

Value object_repr(Value o)
{
    if (!c_stack_check(" while getting the repr of an object"))
        return 0;
    Value text = TRY(type_of(o)->repr(o));
    if (!is_str(text))
        return raise(TypeError, "__repr__ returned non-string (type %T)", text);
    return text;
}

Value object_str(Value o)
{
    if (is_str_exact(o))
        return o;
    if (!c_stack_check(" while getting the str of an object"))
        return 0;
    Value text = TRY(type_of(o)->str(o));
    if (!is_str(text))
        return raise(TypeError, "__str__ returned non-string (type %T)", text);
    return text;
}

Value object_ascii(Value o)
{
    Value text = TRY(object_repr(o));
    if (((Str *)text)->ascii)
        return text;
    StrBuilder b;
    builder_start(&b);
    for (intptr_t i = 0; i < str_length(text); i++) {
        uint32_t c = str_char(text, i);
        if (c < 128) {
            builder_add_char(&b, c);
            continue;
        }
        int width = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
        builder_add_char(&b, '\\');
        builder_add_char(&b, width == 2 ? 'x' : width == 4 ? 'u' : 'U');
        for (int shift = (width - 1) * 4; shift >= 0; shift -= 4)
            builder_add_char(&b, (uint32_t) "0123456789abcdef"[(c >> shift) & 15]);
    }
    return builder_finish(&b);
}

Value object_format(Value o, Value spec)
{
    if (spec && !is_str(spec))
        return raise(SystemError, "Format specifier must be a string, not %T", spec);
    if (!spec || str_length(spec) == 0) {
        if (is_str_exact(o))
            return o;
        if (is_int(o))
            return object_str(o);
    }
    Value text = call_special(names.__format__, (Value[]){o, spec ? spec : str_empty()}, 2);
    if (!text)
        return error_pending() ? 0 : raise(TypeError, "Type %T doesn't define __format__", o);
    if (!is_str(text))
        return raise(TypeError, "__format__ must return a str, not %T", text);
    return text;
}

/* ---- hash, identity ---------------------------------------------------------------------- */

bool hash_unhashable(Value o, int64_t *hash UNUSED)
{
    return raise(TypeError, "unhashable type: '%T'", o);
}

bool object_hash(Value o, int64_t *hash)
{
    HashFn function = type_of(o)->hash;
    return function ? function(o, hash) : hash_unhashable(o, hash);
}

/* nans are themselves only: where they are looked for, as in lists and dicts, one does not stand
 * for another. */
bool object_is_slow(Value a, Value b)
{
    uint32_t shape = shape_id(a);
    if (shape != shape_id(b))
        return false;
    if (shape == SHAPE_INT)
        return int_compare(a, b) == 0;
    if (shape != SHAPE_FLOAT)
        return false;
    double x = ((FloatBox *)a)->value, y = ((FloatBox *)b)->value;
    return x == y && memcmp(&x, &y, sizeof x) == 0;
}

/* Addresses are multiples of 8, tagged words end in 1 or 10: so numbers ending in 100 are free
 * for the values of boxed ints (then 0 or 1 for the sign, then 0) and floats (then 1). */
Value object_id(Value o)
{
    if (is_object(o) && shape_id(o) == SHAPE_INT) {
        Value magnitude = int_sign(o) < 0 ? TRY(int_negative(o)) : o;
        Value shifted = TRY(int_lshift(magnitude, int_small(5)));
        return int_add(shifted, int_small(int_sign(o) < 0 ? 4 + 16 : 4));
    }
    if (is_object(o) && shape_id(o) == SHAPE_FLOAT && !isnan(float_value(o))) {
        uint64_t bits;
        memcpy(&bits, &((FloatBox *)o)->value, sizeof bits);
        Value shifted = TRY(int_lshift(TRY(int_from_u64(bits)), int_small(4)));
        return int_add(shifted, int_small(8 + 4));
    }
    return int_from_u64(value_bits(o));
}

/* ---- comparison ---------------------------------------------------------------------------- */

static const CompareOp swapped[] = {CMP_GT, CMP_GE, CMP_EQ, CMP_NE, CMP_LT, CMP_LE};
static const char *const compare_symbols[] = {"<", "<=", "==", "!=", ">", ">="};

/* The right operand's say, if it has not been asked, and what holds if there is none. */
static Value compare_at_last(Value a, Value b, CompareOp op, bool ask_right)
{
    Type *tb = type_of(b);
    if (ask_right && tb->compare) {
        Value result = tb->compare(b, a, swapped[op]);
        if (result != NotImplemented)
            return result;
    }
    if (op == CMP_EQ)
        return bool_value(object_is(a, b));
    if (op == CMP_NE)
        return bool_value(!object_is(a, b));
    return raise(TypeError, "'%s' not supported between instances of '%T' and '%T'",
                 compare_symbols[op], a, b);
}

static Value compare_slow(Value a, Value b, CompareOp op)
{
    Type *ta = type_of(a), *tb = type_of(b);
    bool tried_reflected = false;
    if (ta != tb && tb->compare && type_is_subtype(tb, ta)) {
        tried_reflected = true;
        Value result = tb->compare(b, a, swapped[op]);
        if (result != NotImplemented)
            return result;
    }
    if (ta->compare) {
        Value result = ta->compare(a, b, op);
        if (result != NotImplemented)
            return result;
    }
    return compare_at_last(a, b, op, !tried_reflected);
}

Value object_compare_after_left(Value a, Value b, CompareOp op)
{
    return compare_at_last(a, b, op, true);
}

static bool texts_compare(Value a, Value b, CompareOp op)
{
    if (op == CMP_EQ || op == CMP_NE)
        return str_equal_inline(a, b) == (op == CMP_EQ);
    return order_holds(str_compare(a, b), op);
}

Value object_compare(Value a, Value b, CompareOp op)
{
    if (are_ints(a, b)) {
        intptr_t x = (intptr_t)a, y = (intptr_t)b;
        return order_value((x > y) - (x < y), op);
    }
    if (is_str_exact(a) && is_str_exact(b))
        return bool_value(texts_compare(a, b, op));
    if (!c_stack_check(" in comparison"))
        return 0;
    return compare_slow(a, b, op);
}

int object_compare_bool(Value a, Value b, CompareOp op)
{
    if (are_ints(a, b)) {
        intptr_t x = (intptr_t)a, y = (intptr_t)b;
        return order_holds((x > y) - (x < y), op);
    }
    if (a == b && (op == CMP_EQ || op == CMP_NE))
        return op == CMP_EQ; /* the same object: nans are equal only to themselves */
    if (is_str_exact(a) && is_str_exact(b))
        return texts_compare(a, b, op);
    Value result = TRY_OR(object_compare(a, b, op), -1);
    return object_truth(result);
}

int object_equal(Value a, Value b)
{
    return object_compare_bool(a, b, CMP_EQ);
}

int object_truth(Value o)
{
    if (o == True)
        return 1;
    if (o == False || o == None)
        return 0;
    if (is_int(o))
        return o != int_small(0);
    if (is_tagged_float(o))
        return 1; /* zeros are boxed */
    Type *type = type_of(o);
    if (type->truth)
        return type->truth(o);
    return type->length ? truth_by_length(o) : 1;
}

/* ---- size, dir --------------------------------------------------------------------------- */

intptr_t object_length(Value o)
{
    Type *type = type_of(o);
    if (type->length)
        return type->length(o);
    raise(TypeError, "object of type '%T' has no len()", o);
    return -1;
}

intptr_t object_length_hint(Value o, intptr_t fallback)
{
    Type *type = type_of(o);
    if (type->length) {
        intptr_t length = type->length(o);
        if (length >= 0)
            return length;
        if (!error_clear_if(TypeError))
            return -1;
    }
    Value hint = call_special(names.__length_hint__, (Value[]){o}, 1);
    if (!hint) {
        if (error_pending() && !error_clear_if(TypeError))
            return -1;
        return fallback;
    }
    if (hint == NotImplemented)
        return fallback;
    if (!is_int_any(hint)) {
        raise(TypeError, "__length_hint__ must be an integer, not %T", hint);
        return -1;
    }
    intptr_t n;
    if (!index_as_intptr(hint, &n))
        return -1;
    if (n < 0) {
        raise(ValueError, "__length_hint__() should return >= 0");
        return -1;
    }
    return n;
}

Value object_dir(Value o)
{
    Value list = call_special(names.__dir__, (Value[]){o}, 1);
    if (!list)
        return error_pending() ? 0 : raise(TypeError, "object does not provide __dir__");
    list = TRY(list_from_iterable(list));
    TRY(list_sort(list));
    return list;
}

/* ---- repr of containers ------------------------------------------------------------------- */

bool repr_enter(Value o, bool *recursive)
{
    Thread *thread = thread_self();
    if (!thread->repr_running)
        thread->repr_running = TRY(dict_new());
    Value key = int_small((intptr_t)o);
    *recursive = dict_get(thread->repr_running, key) != 0;
    return *recursive || dict_set(thread->repr_running, key, None);
}

/* Keeps a pending exception. */
void repr_leave(Value o)
{
    Value pending = error_take();
    bool found;
    if (!dict_delete(thread_self()->repr_running, int_small((intptr_t)o), &found))
        error_clear();
    error_restore(pending);
}

/* ---- items ---------------------------------------------------------------------------------- */

Value get_item(Value o, Value key)
{
    Type *type = type_of(o);
    if (likely(type->getitem != 0))
        return type->getitem(o, key);
    if (is_type(o)) {
        Value function;
        if (o == (Value)&type_type)
            return generic_alias_new(o, key);
        TRY(get_attr_optional(o, names.__class_getitem__, &function));
        if (function && function != None)
            return call1(function, key);
        return raise(TypeError, "type '%N' is not subscriptable", (Type *)o);
    }
    return raise(TypeError, "'%T' object is not subscriptable", o);
}

/* What has no items to set. An index is looked at first where CPython sees a sequence, which in
 * its sense every instance of a Python class is. */
static bool no_item(Value o, Value key, Value value)
{
    Type *type = type_of(o);
    bool sequence = type->contains || type_flags(type) & TYPE_HEAP || type_is_of_module(type);
    if (sequence && has_index(key)) {
        intptr_t index;
        if (!index_as_intptr_or(key, &index, IndexError))
            return false;
        if (!value)
            return raise(TypeError, "'%T' object doesn't support item deletion", o);
    }
    return raise(TypeError, "'%T' object does not support item %s", o,
                 value ? "assignment" : "deletion");
}

bool set_item(Value o, Value key, Value value)
{
    Type *type = type_of(o);
    if (likely(type->setitem != 0))
        return type->setitem(o, key, value);
    return no_item(o, key, value);
}

static int contains_by_iteration(Value container, Value item)
{
    ITERATE(each, container)
    {
        int equal = object_compare_bool(each, item, CMP_EQ);
        if (equal)
            return equal;
        if (!thread_poll(thread_self()))
            return -1;
    }
    return ITERATED ? 0 : -1;
}

int object_contains(Value container, Value item)
{
    Type *type = type_of(container);
    if (type->contains)
        return type->contains(container, item);
    Value iterator = get_iter(container);
    if (!iterator) {
        if (error_clear_if(TypeError))
            raise(TypeError, "argument of type '%T' is not iterable", container);
        return -1;
    }
    return contains_by_iteration(iterator, item);
}

Value sequence_item(Value o, intptr_t i)
{
    if (has_shape(o, SHAPE_TUPLE) && i >= 0 && i < tuple_length(o))
        return tuple_get(o, i);
    if (has_shape(o, SHAPE_LIST) && i >= 0) {
        Value item = list_get(o, i);
        if (item)
            return item;
    }
    if (!type_of(o)->getitem)
        return raise(TypeError, "'%T' object does not support indexing", o);
    return get_item(o, TRY(int_from(i)));
}

bool is_sequence(Value o)
{
    Type *type = type_of(o);
    return type->getitem && !is_dict(o) && type != &union_type && type != &mappingproxy_type &&
           type != &generic_alias_type && !(type_flags(type) & TYPE_KEYED);
}

/* ---- modules -------------------------------------------------------------------------------- */

Value import_attribute(const char *module, const char *name)
{
    return get_attr_string(TRY(import_by_name(module)), name);
}

/* ---- paths ------------------------------------------------------------------------------------
 */

/* __fspath__ = None says that a class has none, whatever its bases have. */
bool has_fs_path(Value o)
{
    Value method = type_lookup(type_of(o), names.__fspath__);
    return method && method != None;
}

Value fs_path(Value o)
{
    if (is_str(o) || is_bytes(o))
        return o;
    if (!has_fs_path(o))
        return raise(TypeError, "expected str, bytes or os.PathLike object, not %s",
                     type_short_name(type_of(o)));
    Value path = TRY(call_special(names.__fspath__, (Value[]){o}, 1));
    if (!is_str(path) && !is_bytes(path))
        return raise(TypeError, "expected %T.__fspath__() to return str or bytes, not %T", o, path);
    return path;
}
