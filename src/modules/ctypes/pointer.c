/* Pointers, PyCPointerType, their metaclass, and the functions that make them. */
#include <string.h>

#include "base/copy.h"
#include "core/call.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- making a class ---------------------------------------------------------------------------
 */

/* "&" and the format of what it points to, that of an array with its shape. */
static bool set_pointer_format(CType *type, const CInfo *info)
{
    StrBuilder b;
    builder_start(&b);
    builder_add_char(&b, '&');
    const intptr_t *shape = info->dims ? (const intptr_t *)(void *)((Raw *)info->shape)->data : 0;
    for (int i = 0; i < info->dims; i++)
        builder_add(&b, TRY(str_format(i ? ",%zd" : "(%zd", shape[i])));
    if (info->dims)
        builder_add_char(&b, ')');
    Bytes *format = (Bytes *)load_acquire(&info->format);
    builder_add_ascii(&b, format ? format->data : "B", format ? (size_t)format->length : 1);
    size_t size;
    const char *text = TRY(str_utf8(TRY(builder_finish(&b)), &size));
    return info_set_format(type, text, size);
}

static bool set_proto(CType *type, Value proto)
{
    if (!is_type(proto))
        return raise(TypeError, "_type_ must be a type");
    CInfo *info = ctype_info(proto);
    if (!info)
        return raise(TypeError, "_type_ must have storage info");
    TRY(set_pointer_format(type, info));
    gc_store(type, &type->info.proto, proto);
    return true;
}

static bool pointer_class_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    CType *type = as_ctype(self);
    CInfo *info = &type->info;
    TRY(ctype_init(self, args, nargs, kwnames));
    info->size = info->align = sizeof(void *);
    info->length = 1;
    info->has_pointer = true;
    info->ffi = ffi_library()->ffi_type_pointer;
    Value proto = dict_get_cstring(type->type.dict, "_type_");
    if (proto)
        TRY(set_proto(type, proto));
    store_release(&info->ready, true);
    return true;
}

METHOD(pointer_set_type, "set_type", "type, /", 0)
{
    TRY(set_proto(as_ctype(args[0]), args[1]));
    return set_attr_string(args[0], "_type_", args[1]) ? None : 0;
}

static bool points_to_subclass(Value value, Value proto)
{
    Value type = (Value)type_of(value);
    if (!is_ctype_of(type, &pointer_meta) && !is_ctype_of(type, &array_meta))
        return false;
    Value own = load_acquire(&as_ctype(type)->info.proto);
    return own && type_is_subtype((Type *)own, (Type *)proto);
}

METHOD(pointer_from_param, "from_param", "value, /",
       "Convert a Python object into a function call parameter.")
{
    Value proto = load_acquire(&as_ctype(args[0])->info.proto), value = args[1];
    if (value == None)
        return None;
    if (!proto)
        return raise(TypeError, "abstract class");
    if (is_instance_of(value, (Type *)proto))
        return carg_pointer(cdata_bytes(value), value);
    return points_to_subclass(value, proto) ? value : ctype_from_param(args[0], value);
}

static MethodDef *const pointer_meta_methods[] = {M(pointer_from_param), M(pointer_set_type), 0};

Type pointer_meta = {
    TYPE_HEAD("_ctypes.PyCPointerType", CType),
    .init = pointer_class_init,
    .methods = pointer_meta_methods,
    .trace = ctype_trace,
    .base = &ctype_type,
    .flags = TYPE_BASE,
    .doc = "metatype for the Pointer Objects",
};

/* ---- POINTER() and pointer() ------------------------------------------------------------------
 */

Value pointer_cache;

static Value make_class(Value name, Value type)
{
    Value namespace = TRY(dict_new());
    if (type)
        TRY(dict_set_cstring(namespace, "_type_", type));
    Value bases = TRY(tuple_of((Value)&pointer_class));
    return call3((Value)&pointer_meta, name, bases, namespace);
}

Value pointer_class_of(Value type)
{
    Value found;
    TRY(dict_find(pointer_cache, type, &found));
    if (found)
        return found;
    if (is_str(type)) {
        Value class = TRY(make_class(TRY(str_format("LP_%V", type)), 0));
        return dict_set(pointer_cache, TRY(object_id(class)), class) ? class : 0;
    }
    if (!is_type(type))
        return raise(TypeError, "must be a ctypes type");
    Value class = TRY(make_class(TRY(str_format("LP_%N", (Type *)type)), type));
    return dict_set_default(pointer_cache, type, class);
}

FUNCTION(pointer_type, "POINTER", "type, /",
         "Create and return a new ctypes pointer type.\n\n  type\n    A ctypes type.\n\n"
         "Pointer types are cached and reused internally,\n"
         "so calling this function repeatedly is cheap.")
{
    return pointer_class_of(args[0]);
}

FUNCTION(pointer_to, "pointer", "obj, /",
         "Create a new pointer instance, pointing to 'obj'.\n\n"
         "The returned object is of the type POINTER(type(obj)). Note that if you\n"
         "just want to pass a pointer to an object to a foreign function call, you\n"
         "should use byref(obj) which is much faster.")
{
    return call1(TRY(pointer_class_of((Value)type_of(args[0]))), args[0]);
}
MethodDef *const pointer_functions[] = {M(pointer_type), M(pointer_to), 0};

/* ---- instances --------------------------------------------------------------------------------
 */

static Value pointer_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    CInfo *info = ctype_info((Value)type);
    if (!info || !load_acquire(&info->proto))
        return raise(TypeError, "Cannot create instance: has no _type_");
    return cdata_new(type);
}

static char *target(Value self)
{
    char *address;
    copy_item((char *)&address, cdata_bytes(self), sizeof address);
    if (!address)
        raise(ValueError, "NULL pointer access");
    return address;
}

/* Instances that lie at an address may be of a class that does not know yet. */
static CType *target_type(Value self)
{
    Value proto = load_acquire(&as_ctype(type_of(self))->info.proto);
    return proto ? as_ctype(proto) : (CType *)raise(TypeError, "abstract class");
}

static Value get_contents(Value self)
{
    char *address = TRY(target(self));
    CType *type = TRY(target_type(self));
    return cdata_from(&type->type, as_cdata(self), 0, address);
}

static bool set_contents(Value self, Value value)
{
    if (!value)
        return raise(TypeError, "Pointer does not support item deletion");
    CType *type = TRY(target_type(self));
    if (!is_cdata(value))
        return raise(TypeError, "expected %N instead of %T", &type->type, value);
    char *address = cdata_bytes(value);
    copy_item(cdata_bytes(self), (const char *)&address, sizeof address);
    const char *at = cdata_bytes(self);
    return cdata_keep_target(as_cdata(self), 1, value, at, address) &&
           cdata_keep_target(as_cdata(self), 0, TRY(cdata_kept(as_cdata(value))), at, address);
}

static bool pointer_init(Value self, Value *args, size_t nargs, Value kwnames UNUSED)
{
    if (nargs > 1)
        return raise(TypeError, "POINTER expected at most 1 argument, got %zu", nargs);
    return !nargs || set_contents(self, args[0]);
}

static int pointer_truth(Value self)
{
    const char *address;
    copy_item((char *)&address, cdata_bytes(self), sizeof address);
    return address != 0;
}

/* There is no length that could be a default. */
static bool read_slice(Value key, intptr_t *start, intptr_t *step, intptr_t *count)
{
    Slice *slice = (Slice *)key;
    intptr_t stop;
    *step = 1;
    *start = 0;
    if (slice->step != None)
        TRY(index_as_intptr_or(slice->step, step, ValueError));
    if (!*step)
        return raise(ValueError, "slice step cannot be zero");
    if (slice->start != None)
        TRY(index_as_intptr_or(slice->start, start, ValueError));
    else if (*step < 0)
        return raise(ValueError, "slice start is required for step < 0");
    if (slice->stop == None)
        return raise(ValueError, "slice stop is required");
    TRY(index_as_intptr_or(slice->stop, &stop, ValueError));
    if (*step > 0)
        *count = stop > *start ? (stop - *start - 1) / *step + 1 : 0;
    else
        *count = stop < *start ? (*start - stop - 1) / -*step + 1 : 0;
    return true;
}

static Value pointer_getitem(Value self, Value key)
{
    CType *type = TRY(target_type(self));
    intptr_t i, step, count = 0;
    if (is_slice(key)) {
        TRY(read_slice(key, &i, &step, &count));
        return items_slice(as_cdata(self), (Value)type, TRY(target(self)), i, step, count);
    }
    if (!has_index(key))
        return raise(TypeError, "Pointer indices must be integer");
    TRY(index_as_intptr_or(key, &i, IndexError));
    return cdata_get(&type->type, as_cdata(self), i,
                     TRY(target(self)) + i * load_relaxed(&type->info.size));
}

static bool pointer_setitem(Value self, Value key, Value value)
{
    CType *type = TRY(target_type(self));
    intptr_t i;
    TRY(index_as_intptr_or(key, &i, IndexError));
    if (!value)
        return raise(TypeError, "Pointer does not support item deletion");
    return cdata_set(as_cdata(self), &type->type, value, i,
                     TRY(target(self)) + i * load_relaxed(&type->info.size));
}

static const GetSetDef pointer_getset[] = {
    {"contents", get_contents, set_contents, "the object this pointer points to (read-write)"},
    {0},
};

CType pointer_class = {.type = {
                           TYPE_HEAD("_ctypes._Pointer", CData),
                           .init = pointer_init,
                           .make = pointer_make,
                           .truth = pointer_truth,
                           .getitem = pointer_getitem,
                           .setitem = pointer_setitem,
                           .get_buffer = cdata_get_buffer,
                           .getset = pointer_getset,
                           .trace = cdata_trace,
                           .base = &cdata_type,
                           .flags = TYPE_BASE,
                           .doc = "XXX to be provided",
                       }};
