/* Array, and PyCArrayType, its metaclass. */
#include <string.h>

#include "base/copy.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/iterators.h"
#include "types/list.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/weakref.h"

/* ---- attributes of arrays of characters -------------------------------------------------------
 */

static Value chars_get_raw(Value self)
{
    intptr_t size;
    const char *data = cdata_span(self, &size);
    return bytes_from_seen(data, (size_t)size);
}

static bool chars_set_raw(Value self, Value value)
{
    if (!value)
        return raise(AttributeError, "cannot delete attribute");
    Buffer buffer;
    TRY(buffer_get(value, &buffer, BUFFER_READ));
    intptr_t size;
    char *data = cdata_span(self, &size);
    bool fits = buffer.size <= size;
    if (fits)
        copy_seen(data, buffer.data, (size_t)buffer.size);
    buffer_release(&buffer);
    return fits || raise(ValueError, "byte string too long");
}

static Value chars_get_value(Value self)
{
    intptr_t size;
    const char *data = cdata_span(self, &size);
    return chars_load(data, size);
}

static bool chars_set_value(Value self, Value value)
{
    intptr_t size;
    char *data = cdata_span(self, &size);
    if (!value)
        return raise(TypeError, "can't delete attribute");
    if (!is_bytes(value))
        return raise(TypeError, "bytes expected instead of %T instance", value);
    intptr_t length = ((Bytes *)value)->length;
    if (length > size)
        return raise(ValueError, "byte string too long");
    copy_seen(data, ((Bytes *)value)->data,
              (size_t)(length < size ? length + 1 : length)); /* the NUL too */
    return true;
}

static Value wchars_get_value(Value self)
{
    intptr_t size;
    const char *data = cdata_span(self, &size);
    return wchars_load(data, size);
}

static bool wchars_set_value(Value self, Value value)
{
    intptr_t size;
    char *data = cdata_span(self, &size);
    if (!value)
        return raise(TypeError, "can't delete attribute");
    if (is_str(value) && str_length(value) > size / (intptr_t)sizeof(wchar_t))
        return raise(ValueError, "string too long");
    return wchars_store(data, value, size) != 0;
}

static const GetSetDef chars_getset[] = {
    {"raw", chars_get_raw, chars_set_raw, "value"},
    {"value", chars_get_value, chars_set_value, "string value"},
    {0},
};
static const GetSetDef wchars_getset[] = {
    {"value", wchars_get_value, wchars_set_value, "string value"},
    {0},
};

static bool add_getsets(Type *type, const GetSetDef *def)
{
    bool found;
    for (; def->name; def++)
        TRY(type_set_own(type, TRY(str_intern_cstring(def->name)), TRY(getset_new(def, type)),
                         &found));
    return true;
}

/* ---- making a class ---------------------------------------------------------------------------
 */

static bool read_length(Value type, intptr_t *length)
{
    Value v;
    TRY(class_attribute(type, "_length_", &v));
    if (!v)
        return raise(AttributeError, "class must define a '_length_' attribute");
    if (!is_int_any(v))
        return raise(TypeError, "The '_length_' attribute must be an integer");
    if (int_sign(v) < 0)
        return raise(ValueError, "The '_length_' attribute must not be negative");
    if (!index_as_intptr(v, length)) {
        error_clear();
        return raise(OverflowError, "The '_length_' attribute is too large");
    }
    return true;
}

/* The shape is that of the items with one dimension before it. */
static bool set_shape(CType *type, const CInfo *item, intptr_t length)
{
    int dims = item->dims + 1;
    Raw *shape = TRY(raw_new(dims * (intptr_t)sizeof(intptr_t)));
    intptr_t *to = (intptr_t *)(void *)shape->data;
    to[0] = length;
    if (item->dims)
        memcpy(to + 1, ((Raw *)item->shape)->data, (size_t)item->dims * sizeof(intptr_t));
    gc_store(type, &type->info.shape, (Value)shape);
    type->info.dims = dims;
    return true;
}

static bool array_class_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    CType *type = as_ctype(self);
    CInfo *info = &type->info;
    Value proto;
    intptr_t length;
    TRY(ctype_init(self, args, nargs, kwnames));
    TRY(read_length(self, &length));
    TRY(class_attribute(self, "_type_", &proto));
    if (!proto)
        return raise(AttributeError, "class must define a '_type_' attribute");
    CInfo *item = ctype_info(proto);
    if (!item)
        return raise(TypeError, "_type_ must have storage info");
    ctype_settle(as_ctype(proto));
    if (__builtin_mul_overflow(item->size, length, &info->size))
        return raise(OverflowError, "array too large");
    TRY(set_shape(type, item, length));
    gc_store(type, &info->proto, proto);
    gc_store(type, &info->format, item->format);
    info->length = length;
    info->align = item->align;
    info->has_pointer = item->has_pointer;
    info->ffi = ffi_library()->ffi_type_pointer;
    store_release(&info->ready, true);
    char letter = ctype_letter(proto);
    return letter == 'c'   ? add_getsets(&type->type, chars_getset)
           : letter == 'u' ? add_getsets(&type->type, wchars_getset)
                           : true;
}

enum { ARRAYS_MIN = 16 }; /* so many array classes of one type are remembered in any case */

static Value array_class_new(Value item, intptr_t length)
{
    Value name = TRY(str_format("%N_Array_%zd", (Type *)item, length));
    Value namespace = TRY(dict_new());
    TRY(dict_set_cstring(namespace, "_length_", TRY(int_from(length))));
    TRY(dict_set_cstring(namespace, "_type_", item));
    Value bases = TRY(tuple_of((Value)&array_class));
    return call3((Value)&array_meta, name, bases, namespace);
}

/* Each class remembers its array classes: a dict of weak references by length, from which dead ones
 * are thrown out when it has grown to twice its size. */
static bool is_dead(Value ref)
{
    return !weakref_target(ref);
}

static bool forget_dead(CInfo *item, Value arrays)
{
    if (dict_length(arrays) <= load_relaxed(&item->arrays_limit))
        return true;
    Value keys = TRY(dict_keys_list(arrays));
    for (intptr_t i = 0; i < list_length(keys); i++)
        TRY(dict_delete_if(arrays, list_get(keys, i), is_dead));
    intptr_t left = dict_length(arrays);
    store_relaxed(&item->arrays_limit, 2 * left < ARRAYS_MIN ? ARRAYS_MIN : 2 * left);
    return true;
}

static Value arrays_of(Value item)
{
    CInfo *info = &as_ctype(item)->info;
    Value arrays = load_acquire(&info->arrays);
    if (arrays)
        return arrays;
    Value fresh = TRY(dict_new());
    WITH_LOCK (item) {
        if (!info->arrays) {
            store_relaxed(&info->arrays_limit, (intptr_t)ARRAYS_MIN);
            gc_store(item, &info->arrays, fresh);
        }
    }
    return load_acquire(&info->arrays);
}

Value array_class_of(Value item, intptr_t length)
{
    if (!is_ctype_of(item, &ctype_type))
        return raise(TypeError, "Expected a type object");
    Value arrays = TRY(arrays_of(item)), key = TRY(int_from(length));
    for (;;) {
        Value ref = dict_get(arrays, key), class = ref ? weakref_target(ref) : 0;
        if (class)
            return class;
        class = TRY(array_class_new(item, length));
        TRY(dict_delete_if(arrays, key, is_dead));
        Value kept = TRY(dict_set_default(arrays, key, TRY(weakref_new(class))));
        class = weakref_target(kept);
        if (class) /* else another thread's, already dead */
            return forget_dead(&as_ctype(item)->info, arrays) ? class : 0;
    }
}

Type array_meta = {
    TYPE_HEAD("_ctypes.PyCArrayType", CType),
    .init = array_class_init,
    .trace = ctype_trace,
    .base = &ctype_type,
    .flags = TYPE_BASE,
    .doc = "metatype for the Array Objects",
};

/* ---- items ------------------------------------------------------------------------------------
 */

static CType *item_type(Value self)
{
    return as_ctype(as_ctype(type_of(self))->info.proto);
}

static Value get_at(Value self, intptr_t i)
{
    CData *c = as_cdata(self);
    if (i < 0 || i >= c->length)
        return raise(IndexError, "invalid index");
    CType *type = item_type(self);
    return cdata_get(&type->type, c, i, cdata_bytes(self) + i * type->info.size);
}

static bool set_at(Value self, intptr_t i, Value value)
{
    CData *c = as_cdata(self);
    if (i < 0 || i >= c->length)
        return raise(IndexError, "invalid index");
    CType *type = item_type(self);
    return cdata_set(c, &type->type, value, i, cdata_bytes(self) + i * type->info.size);
}

Value items_slice(CData *c, Value type, char *base, intptr_t start, intptr_t step, intptr_t count)
{
    intptr_t size = load_relaxed(&as_ctype(type)->info.size);
    char letter = ctype_letter(type);
    if (letter == 'c') {
        Value result = TRY(bytes_new(count));
        for (intptr_t i = 0; i < count; i++)
            ((Bytes *)result)->data[i] = load_relaxed(&base[start + i * step]);
        return result;
    }
    if (letter == 'u') {
        StrBuilder b;
        builder_start(&b);
        for (intptr_t i = 0; i < count; i++)
            builder_add_char(&b, load_relaxed(&((uint32_t *)(void *)base)[start + i * step]));
        return builder_finish(&b);
    }
    Value result = TRY(list_new(count));
    for (intptr_t i = 0, at = start; i < count; i++, at += step)
        TRY(list_append(result, TRY(cdata_get((Type *)type, c, at, base + at * size))));
    return result;
}

static bool read_index(Value self, Value key, intptr_t *i, const char *message)
{
    if (!has_index(key))
        return raise(TypeError, "%s", message);
    TRY(index_as_intptr_or(key, i, IndexError));
    if (*i < 0)
        *i += as_cdata(self)->length;
    return true;
}

static Value array_getitem(Value self, Value key)
{
    intptr_t i, start, stop, step, count;
    if (is_slice(key)) {
        TRY(slice_indices(key, as_cdata(self)->length, &start, &stop, &step, &count));
        return items_slice(as_cdata(self), (Value)item_type(self), cdata_bytes(self), start, step,
                           count);
    }
    TRY(read_index(self, key, &i, "indices must be integers"));
    return get_at(self, i);
}

static bool set_slice(Value self, Value key, Value value)
{
    intptr_t start, stop, step, count;
    TRY(slice_indices(key, as_cdata(self)->length, &start, &stop, &step, &count));
    intptr_t given = TRY_NOT_NEGATIVE(object_length(value), false);
    if (given != count)
        return raise(ValueError, "Can only assign sequence of same size");
    for (intptr_t i = 0, at = start; i < count; i++, at += step)
        TRY(set_at(self, at, TRY(sequence_item(value, i))));
    return true;
}

static bool array_setitem(Value self, Value key, Value value)
{
    intptr_t i;
    if (!value)
        return raise(TypeError, "Array does not support item deletion");
    if (is_slice(key))
        return set_slice(self, key, value);
    return read_index(self, key, &i, "indices must be integer") && set_at(self, i, value);
}

static intptr_t array_length(Value self)
{
    return as_cdata(self)->length;
}

static bool array_init(Value self, Value *args, size_t nargs, Value kwnames UNUSED)
{
    for (size_t i = 0; i < nargs; i++)
        TRY(set_at(self, (intptr_t)i, args[i]));
    return true;
}

CLASS_METHOD(array_class_getitem, "__class_getitem__", "item, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const array_methods[] = {M(array_class_getitem), 0};

CType array_class = {
    .type = {
        TYPE_HEAD("_ctypes.Array", CData),
        .init = array_init,
        .make = cdata_make,
        .length = array_length,
        .getitem = array_getitem,
        .setitem = array_setitem,
        .get_buffer = cdata_get_buffer,
        .methods = array_methods,
        .trace = cdata_trace,
        .base = &cdata_type,
        .flags = TYPE_BASE,
        .doc =
            "Abstract base class for arrays.\n\nThe recommended way to create concrete array types "
            "is by multiplying any\nctypes data type with a non-negative integer. Alternatively, "
            "you can subclass\nthis type and define _length_ and _type_ class variables. Array "
            "elements can\nbe read and written using standard subscript and slice accesses for "
            "slice\nreads, the resulting object is not itself an Array.",
    }};
