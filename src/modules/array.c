/* array.array: items of one C type, packed. array_items.c converts items, array_methods.c has the
 * methods. */
#include "base/copy.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/iterate.h"
#include "core/thread.h"
#include "modules/array_inner.h"
#include "modules/module_util.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/list.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/tuple.h"

static void array_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&as_array(self)->storage));
}

/* ---- allocation and growth --------------------------------------------------------------------
 */

static Raw *storage_new(const ArrayCode *code, intptr_t capacity)
{
    if (capacity < 0 || capacity > INTPTR_MAX / code->size)
        return (Raw *)raise_no_memory();
    return raw_new(capacity * code->size);
}

Value typed_array_new(Type *type, const ArrayCode *code, intptr_t length)
{
    Raw *storage = TRY_OR(storage_new(code, length), 0);
    LONG_WORK(length * code->size)
    {
        memset(storage->data, 0, (size_t)(length * code->size));
    }
    TypedArray *a = TRY(NEW(TypedArray, type));
    gc_store(a, &a->storage, (Value)storage);
    a->code = code;
    store_relaxed(&a->length, length);
    return (Value)a;
}

/* Puts items, which need not be aligned, where other threads may be looking. */
static void put_in_sight(const ArrayCode *code, char *to, const char *data, intptr_t count)
{
    for (intptr_t i = 0; i < count; i++) {
        uint64_t bits = 0;
        memcpy(&bits, data + i * code->size, (size_t)code->size);
        array_item_store(code, to + i * code->size, bits);
    }
}

/* Readers may be looking: old storage that is too small is left as it is, and length never exceeds
 * what the storage that is seen first can hold. */
bool array_splice_locked(TypedArray *a, intptr_t start, intptr_t removed, const char *data,
                         intptr_t added)
{
    const intptr_t size = a->code->size;
    intptr_t tail = a->length - start - removed, length;
    if (added != removed && load_relaxed(&a->exports))
        return raise(BufferError, "cannot resize an array that is exporting buffers");
    if (__builtin_add_overflow(start + tail, added, &length))
        return raise_no_memory();
    Raw *old = (Raw *)a->storage, *storage = old;
    if (length > old->size / size) {
        storage = TRY(storage_new(a->code, length + (length >> 4) + (length < 8 ? 3 : 7)));
        LONG_WORK(start * size)
        {
            copy_seen(storage->data, old->data, (size_t)(start * size));
        }
    }
    if (length < a->length)
        store_release(&a->length, length);
    char *gap = storage->data + start * size;
    if (storage == old && is_shared(a)) {
        if (added != removed)
            array_items_move(a->code, gap + added * size, gap + removed * size, tail);
        put_in_sight(a->code, gap, data, added);
    } else {
        if (storage != old || added != removed)
            memmove(gap + added * size, old->data + (start + removed) * size,
                    (size_t)(tail * size));
        if (added)
            memmove(gap, data, (size_t)(added * size));
    }
    if (storage != old)
        gc_store(a, &a->storage, (Value)storage);
    store_release(&a->length, length);
    return true;
}

bool array_append(TypedArray *a, Value item)
{
    uint64_t bits;
    TRY(array_item_bits(a->code, item, &bits));
    buffer_reclaim(&a->exports);
    WITH_LOCK (a)
        return array_splice_locked(a, a->length, 0, (char *)&bits, 1);
    UNREACHABLE();
}

bool array_append_bytes(TypedArray *a, const char *data, intptr_t size)
{
    if (size % a->code->size)
        return raise(ValueError, "bytes length not a multiple of item size");
    buffer_reclaim(&a->exports);
    WITH_LOCK (a)
        return array_splice_locked(a, a->length, 0, data, size / a->code->size);
    UNREACHABLE();
}

Value array_get(const TypedArray *a, intptr_t i)
{
    Raw *storage = (Raw *)load_acquire(&a->storage);
    if (i < 0 || i >= load_acquire(&a->length) || (i + 1) * a->code->size > storage->size)
        return 0;
    return array_item_value(a->code, storage->data + i * a->code->size);
}

Raw *array_snapshot(TypedArray *a, intptr_t *count)
{
    WITH_LOCK (a) {
        Raw *copy = TRY(storage_new(a->code, a->length));
        *count = a->length;
        size_t size = (size_t)(a->length * a->code->size);
        LONG_WORK(size)
        {
            copy_seen(copy->data, array_data(a), size);
        }
        return copy;
    }
    UNREACHABLE();
}

static bool extend_from_array(TypedArray *a, TypedArray *other)
{
    intptr_t count;
    if (a->code != other->code)
        return raise(TypeError, "can only extend with array of same kind");
    const Raw *items = TRY(array_snapshot(other, &count));
    buffer_reclaim(&a->exports);
    WITH_LOCK (a)
        return array_splice_locked(a, a->length, 0, items->data, count);
    UNREACHABLE();
}

bool array_extend(TypedArray *a, Value iterable)
{
    if (is_instance_of(iterable, &array_type))
        return extend_from_array(a, as_array(iterable));
    ITERATE(item, iterable)
    {
        TRY(array_append(a, item));
        TRY(thread_poll(thread_self()));
    }
    return ITERATED;
}

/* ---- construction
 * -------------------------------------------------------------------------------- */

bool array_append_text(TypedArray *a, Value text)
{
    intptr_t count = str_length(text);
    Raw *items = TRY(storage_new(a->code, count));
    for (intptr_t i = 0; i < count; i++)
        ((uint32_t *)(void *)items->data)[i] = str_char(text, i);
    buffer_reclaim(&a->exports);
    WITH_LOCK (a)
        return array_splice_locked(a, a->length, 0, items->data, count);
    UNREACHABLE();
}

/* Of a subclass of list or tuple: by index, whatever its __iter__ says. */
static bool append_sequence(TypedArray *a, Value sequence)
{
    intptr_t count = is_list(sequence) ? list_length(sequence) : tuple_length(sequence);
    for (intptr_t i = 0; i < count; i++) {
        TRY(array_append(a, TRY(sequence_item(sequence, i))));
        TRY(thread_poll(thread_self()));
    }
    return true;
}

static bool fill(TypedArray *a, Value initial)
{
    if (is_str(initial)) {
        if (!a->code->is_text)
            return raise(TypeError, "cannot use a str to initialize an array with typecode '%c'",
                         (unsigned)a->code->code);
        return array_append_text(a, initial);
    }
    if (is_bytes(initial) || is_bytearray(initial)) {
        Value bytes = is_bytes(initial) ? initial : TRY(bytes_from_object(initial));
        return array_append_bytes(a, ((Bytes *)bytes)->data, ((Bytes *)bytes)->length);
    }
    if (is_instance_of(initial, &array_type)) {
        TypedArray *other = as_array(initial);
        if (other->code->is_text && !a->code->is_text)
            return raise(TypeError,
                         "cannot use a unicode array to initialize an array with typecode '%c'",
                         (unsigned)a->code->code);
        if (other->code == a->code)
            return extend_from_array(a, other);
        for (intptr_t i = 0; i < load_acquire(&other->length); i++) {
            Value item = array_get(other, i);
            if (!item)
                return !error_pending();
            TRY(array_append(a, item));
        }
        return true;
    }
    bool exact = has_shape(initial, SHAPE_LIST) || has_shape(initial, SHAPE_TUPLE);
    if (!exact && (is_list(initial) || is_tuple(initial)))
        return append_sequence(a, initial);
    return array_extend(a, initial);
}

NEW_METHOD(array_make, "*args, **kwargs")
{
    Type *type = (Type *)args[0];
    intptr_t count = tuple_length(args[1]);
    if (args[2] && dict_length(args[2]) && type == &array_type)
        return raise(TypeError, "array.array() takes no keyword arguments");
    if (count < 1 || count > 2)
        return raise(TypeError, "array() takes at %s %d argument%s (%zd given)",
                     count ? "most" : "least", count ? 2 : 1, count ? "s" : "", count);
    Value code_text = tuple_get(args[1], 0);
    if (!is_str(code_text) || str_length(code_text) != 1)
        return raise(TypeError, "array() argument 1 must be a unicode character, not %T",
                     code_text);
    const ArrayCode *code = array_code(str_char(code_text, 0));
    if (!code)
        return raise(ValueError,
                     "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)");
    if (code->code == 'u')
        TRY(warn(DeprecationWarning, 1,
                 "The 'u' type code is deprecated and will be removed in Python 3.16"));
    TRY(AUDIT("array.__new__", code_text, count == 2 ? tuple_get(args[1], 1) : None));
    Value a = TRY(typed_array_new(type, code, 0));
    if (count == 2)
        TRY(fill(as_array(a), tuple_get(args[1], 1)));
    return a;
}

/* ---- sequence slots
 * ---------------------------------------------------------------------------------- */

static intptr_t array_length(Value self)
{
    return load_acquire(&as_array(self)->length);
}

static Value array_from_items(const ArrayCode *code, const char *items, intptr_t count)
{
    Value a = TRY(typed_array_new(&array_type, code, count));
    LONG_WORK(count * code->size)
    {
        copy_seen(array_data(as_array(a)), items, (size_t)(count * code->size));
    }
    return a;
}

static Value get_slice(TypedArray *a, Value slice)
{
    intptr_t start, stop, step;
    TRY(slice_unpack(slice, &start, &stop, &step));
    const intptr_t size = a->code->size;
    WITH_LOCK (a) {
        intptr_t count = slice_adjust(a->length, &start, &stop, step);
        const char *items = array_data(a);
        if (step == 1)
            return array_from_items(a->code, items + start * size, count);
        Value result = TRY(typed_array_new(&array_type, a->code, count));
        char *out = array_data(as_array(result));
        LONG_WORK(count * size)
        for (intptr_t i = 0, at = start; i < count; i++, at += step)
            copy_item(out + i * size, items + at * size, (size_t)size);
        return result;
    }
    UNREACHABLE();
}

static Value array_getitem(Value self, Value key)
{
    TypedArray *a = as_array(self);
    if (is_slice(key))
        return get_slice(a, key);
    if (!has_index(key))
        return raise(TypeError, "array indices must be integers");
    intptr_t i;
    TRY(index_as_intptr_or(key, &i, IndexError));
    Value item = index_resolve(&i, load_acquire(&a->length)) ? array_get(a, i) : 0;
    return item || error_pending() ? item : raise(IndexError, "array index out of range");
}

static bool delete_extended_locked(TypedArray *a, intptr_t start, intptr_t step, intptr_t count)
{
    const intptr_t size = a->code->size;
    if (load_relaxed(&a->exports) && count)
        return raise(BufferError, "cannot resize an array that is exporting buffers");
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
    }
    Raw *storage = TRY(storage_new(a->code, a->length));
    intptr_t kept = 0, next = start, left = count;
    for (intptr_t i = 0; i < a->length; i++) {
        if (left && i == next) {
            next += step;
            left--;
            continue;
        }
        memcpy(storage->data + kept++ * size, array_data(a) + i * size, (size_t)size);
    }
    store_release(&a->length, kept);
    gc_store(a, &a->storage, (Value)storage);
    return true;
}

static bool store_extended_locked(TypedArray *a, intptr_t start, intptr_t step, intptr_t count,
                                  const char *items, intptr_t given)
{
    const intptr_t size = a->code->size;
    char *data = array_data(a);
    if (given != count)
        return raise(ValueError,
                     "attempt to assign array of size %zd to extended slice of size %zd", given,
                     count);
    for (intptr_t i = 0, at = start; i < count; i++, at += step)
        put_in_sight(a->code, data + at * size, items + i * size, 1);
    return true;
}

static bool set_slice(TypedArray *a, Value slice, Value value)
{
    intptr_t start, stop, step, given = 0;
    Raw *items = 0;
    if (value) {
        if (!is_instance_of(value, &array_type))
            return raise(TypeError, "can only assign array (not \"%T\") to array slice", value);
        TypedArray *other = as_array(value);
        if (other->code != a->code)
            return raise(TypeError, "bad argument type for built-in operation");
        items = TRY(array_snapshot(other, &given));
    }
    TRY(slice_unpack(slice, &start, &stop, &step));
    intptr_t from = start, to = stop;
    if (slice_adjust(load_relaxed(&a->length), &from, &to, step) != given)
        buffer_reclaim(&a->exports);
    WITH_LOCK (a) {
        intptr_t count = slice_adjust(a->length, &start, &stop, step);
        if (step == 1)
            return array_splice_locked(a, start, count, items ? items->data : 0, given);
        return items ? store_extended_locked(a, start, step, count, items->data, given)
                     : delete_extended_locked(a, start, step, count);
    }
    UNREACHABLE();
}

static NOINLINE bool assign_item(Value self, Value key, Value value)
{
    TypedArray *a = as_array(self);
    uint64_t bits = 0;
    if (is_slice(key))
        return set_slice(a, key, value);
    if (!has_index(key))
        return raise(TypeError, "array indices must be integers");
    intptr_t i;
    TRY(index_as_intptr_or(key, &i, IndexError));
    if (i >= load_acquire(&a->length) || i < -load_acquire(&a->length))
        return raise(IndexError, "array assignment index out of range");
    if (value)
        TRY(array_item_bits(a->code, value, &bits));
    WITH_LOCK (a) {
        if (!index_resolve(&i, a->length))
            return raise(IndexError, "array assignment index out of range");
        return array_splice_locked(a, i, 1, (char *)&bits, value ? 1 : 0);
    }
    UNREACHABLE();
}

/* Has hardly a C frame of its own: old words in that could keep the views alive. */
static bool array_setitem(Value self, Value key, Value value)
{
    if (!value)
        buffer_reclaim(&as_array(self)->exports);
    return assign_item(self, key, value);
}

/* Two items are never one object: a nan is not equal to itself. */
int array_item_equal(Value a, Value b)
{
    Value result = TRY_OR(object_compare(a, b, CMP_EQ), -1);
    return object_truth(result);
}

static int array_contains(Value self, Value item)
{
    Value each;
    for (intptr_t i = 0; (each = array_get(as_array(self), i)) != 0; i++) {
        int equal = array_item_equal(each, item);
        if (equal)
            return equal;
    }
    return error_pending() ? -1 : 0;
}

static Value array_concat(Value self, Value other)
{
    if (!is_instance_of(other, &array_type))
        return raise(TypeError, "can only append array (not \"%T\") to array", other);
    if (as_array(self)->code != as_array(other)->code)
        return raise(TypeError, "bad argument type for built-in operation");
    Value result = TRY(typed_array_new(&array_type, as_array(self)->code, 0));
    TRY(extend_from_array(as_array(result), as_array(self)));
    TRY(extend_from_array(as_array(result), as_array(other)));
    return result;
}

static Value array_iconcat(Value self, Value other)
{
    if (!is_instance_of(other, &array_type))
        return raise(TypeError, "can only extend array with array (not \"%T\")", other);
    return extend_from_array(as_array(self), as_array(other)) ? self : 0;
}

/* `length` items n times, as a Raw. */
static bool repeated(const ArrayCode *code, const char *data, intptr_t length, intptr_t times,
                     Raw **out, intptr_t *count)
{
    if (times < 0)
        times = 0;
    if (length && times > INTPTR_MAX / length)
        return raise_no_memory();
    *count = length * times;
    *out = TRY(storage_new(code, *count));
    LONG_WORK(*count * code->size)
    {
        for (intptr_t i = 0; i < times; i++)
            memcpy((*out)->data + i * length * code->size, data, (size_t)(length * code->size));
    }
    return true;
}

static Value array_repeat(Value self, Value times_value)
{
    TypedArray *a = as_array(self);
    intptr_t times, length, count;
    TRY(index_as_intptr_or(times_value, &times, OverflowError));
    const Raw *items = TRY(array_snapshot(a, &length));
    Raw *result;
    TRY(repeated(a->code, items->data, length, times, &result, &count));
    return array_from_items(a->code, result->data, count);
}

static Value array_irepeat(Value self, Value times_value)
{
    TypedArray *a = as_array(self);
    intptr_t times, count;
    TRY(index_as_intptr_or(times_value, &times, OverflowError));
    Raw *items;
    buffer_reclaim(&a->exports);
    WITH_LOCK (a) {
        TRY(repeated(a->code, array_data(a), a->length, times, &items, &count));
        return array_splice_locked(a, 0, a->length, items->data, count) ? self : 0;
    }
    UNREACHABLE();
}

/* ---- other slots
 * ------------------------------------------------------------------------------------------ */

static Value array_compare(Value x, Value y, CompareOp op)
{
    if (!is_instance_of(y, &array_type))
        return NotImplemented;
    TypedArray *a = as_array(x), *b = as_array(y);
    intptr_t m = load_acquire(&a->length), n = load_acquire(&b->length);
    if (m != n && (op == CMP_EQ || op == CMP_NE))
        return bool_value(op == CMP_NE);
    for (intptr_t i = 0; i < m && i < n; i++) {
        Value p = array_get(a, i), q = array_get(b, i);
        if (!p || !q) {
            if (error_pending())
                return 0;
            break;
        }
        int equal = TRY_NOT_NEGATIVE(array_item_equal(p, q), 0);
        if (!equal)
            return op == CMP_EQ ? False : op == CMP_NE ? True : object_compare(p, q, op);
    }
    return object_compare(TRY(int_from(m)), TRY(int_from(n)), op);
}

static Value array_repr(Value self)
{
    TypedArray *a = as_array(self);
    const char *name = type_short_name(type_of(self));
    Value items = TRY(a->code->is_text ? array_to_str(a) : array_to_list(a));
    if (items == str_empty() || (is_list(items) && !list_length(items)))
        return format_value("%s('%c')", name, (unsigned)a->code->code);
    return format_value("%s('%c', %R)", name, (unsigned)a->code->code, items);
}

static bool array_get_buffer(Value self, Buffer *buffer, int flags UNUSED)
{
    TypedArray *a = as_array(self);
    WITH_LOCK (a) {
        fetch_add_relaxed(&a->exports, 1);
        buffer->data = array_data(a);
        buffer->item_size = a->code->size;
        buffer->size = a->length * a->code->size;
        buffer->format = a->code->format;
        buffer->keep = a->storage;
        buffer->inline_shape[0] = a->length;
    }
    buffer->owner = self;
    return true;
}

/* Collections call it for a view that is dead: without the lock, which a stopped thread may hold.
 */
static void array_release_buffer(Value self, Buffer *buffer UNUSED)
{
    fetch_sub_acq_rel(&as_array(self)->exports, 1);
}

/* ---- the iterator
 * ------------------------------------------------------------------------------------------- */

typedef struct ArrayIterator {
    Object ob;
    Value array;    /* atomic: 0 once exhausted */
    intptr_t index; /* atomic: next item */
} ArrayIterator;

static Type array_iterator_type;

static void array_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((ArrayIterator *)self)->array));
}

static Value array_iter(Value self)
{
    ArrayIterator *it = TRY(NEW(ArrayIterator, &array_iterator_type));
    gc_store(it, &it->array, self);
    return (Value)it;
}

static Value array_iterator_next(Value self)
{
    ArrayIterator *it = (ArrayIterator *)self;
    Value array = load_acquire(&it->array);
    if (!array)
        return 0;
    intptr_t index = is_shared(it) ? fetch_add_relaxed(&it->index, 1) : it->index++;
    Value item = array_get(as_array(array), index);
    if (!item && !error_pending())
        store_release(&it->array, (Value)0); /* NO_BARRIER: no reference */
    return item;
}

METHOD(array_iterator_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    ArrayIterator *it = (ArrayIterator *)args[0];
    Value function = TRY(builtin_named("iter")), array = load_acquire(&it->array);
    if (!array)
        return tuple_of(function, TRY(tuple_of(TRY(tuple_empty()))));
    return tuple_of(function, TRY(tuple_of(array)), TRY(int_from(load_relaxed(&it->index))));
}

METHOD(array_iterator_setstate, "__setstate__", "state, /", "Set state information for unpickling.")
{
    ArrayIterator *it = (ArrayIterator *)args[0];
    intptr_t index = TRY_INDEX(args[1]);
    store_relaxed(&it->index, index < 0 ? 0 : index);
    return None;
}

static MethodDef *const array_iterator_methods[] = {M(array_iterator_reduce),
                                                    M(array_iterator_setstate), 0};

static Type array_iterator_type = {
    TYPE_HEAD("array.arrayiterator", ArrayIterator),
    .iter = iterator_self,
    .next = array_iterator_next,
    .methods = array_iterator_methods,
    .trace = array_iterator_trace,
    .flags = TYPE_NO_NEW,
};

/* ---- the type
 * -------------------------------------------------------------------------------------------------
 */

static Value get_typecode(Value self)
{
    return str_from_char((unsigned char)as_array(self)->code->code);
}

static Value get_itemsize(Value self)
{
    return int_small(as_array(self)->code->size);
}

static const GetSetDef array_getset[] = {
    {"typecode", get_typecode, 0, "the typecode character used to create the array"},
    {"itemsize", get_itemsize, 0, "the size, in bytes, of one array item"},
    {0},
};

Type array_type = {
    TYPE_HEAD("array.array", TypedArray),
    .repr = array_repr,
    .hash = hash_unhashable,
    .compare = array_compare,
    .iter = array_iter,
    .length = array_length,
    .getitem = array_getitem,
    .setitem = array_setitem,
    .contains = array_contains,
    .concat = array_concat,
    .repeat = array_repeat,
    .iconcat = array_iconcat,
    .irepeat = array_irepeat,
    .get_buffer = array_get_buffer,
    .release_buffer = array_release_buffer,
    .new_def = M(array_make),
    .methods = array_methods,
    .getset = array_getset,
    .trace = array_trace,
    .flags = TYPE_BASE | TYPE_SEQUENCE,
    .has_weakrefs = true,
    .doc = "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are "
           "restricted by typecode, and\ninitialized from the optional initializer value, which "
           "must be a list,\nstring or iterable over elements of the appropriate type.",
};

static bool execute(Value module)
{
    char codes[ARRAY_CODE_COUNT + 1] = "";
    for (int i = 0; i < ARRAY_CODE_COUNT; i++)
        codes[i] = array_codes[i].code;
    if (!(type_flags(&array_iterator_type) & TYPE_READY))
        type_ready(&array_iterator_type, 0);
    Value abc = TRY(import_attribute("collections.abc", "MutableSequence"));
    TRY(module_add_new_type(module, &array_type));
    TRY(call1(TRY(get_attr_string(abc, "register")), (Value)&array_type));
    return module_add(module, "ArrayType", (Value)&array_type) &&
           module_add_string(module, "typecodes", codes);
}

static MethodDef *const functions[] = {&array_reconstructor_def, 0};

const ModuleDef module_array = {
    "array",
    "This module defines an object type which can efficiently represent\nan array of basic values: "
    "characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very "
    "much "
    "like lists,\nexcept that the type of objects stored in them is constrained.",
    functions,
    execute,
};
