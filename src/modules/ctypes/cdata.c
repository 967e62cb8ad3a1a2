/* _CData: what all instances have in common. */
#include <string.h>

#include "base/copy.h"
#include "core/call.h"
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

void cdata_trace(Object *self, Tracer *tracer)
{
    CData *c = (CData *)self;
    gc_visit(tracer, c->base);
    gc_visit(tracer, load_relaxed(&c->objects));
    gc_visit(tracer, load_relaxed(&c->memory));
}

/* ---- making ---------------------------------------------------------------------------------- */

enum { HEAP_ALIGN = 8 }; /* what every object has */

/* Zeroed memory of its own, outside of the object: *data is aligned in it. */
static Raw *memory_new(intptr_t size, intptr_t align, char **data)
{
    intptr_t slack = align > HEAP_ALIGN ? align - HEAP_ALIGN : 0;
    if (size > INTPTR_MAX - slack)
        return (Raw *)raise_no_memory();
    Raw *raw = TRY(raw_new(size + slack));
    memset(raw->data, 0, (size_t)(size + slack));
    uintptr_t start = (uintptr_t)raw->data;
    *data = (char *)((start + (uintptr_t)(align > 1 ? align - 1 : 0)) / (uintptr_t)align *
                     (uintptr_t)align);
    return raw;
}

static bool set_memory(CData *c, const CInfo *info)
{
    c->owner = true;
    if (info->size <= CDATA_INLINE && info->align <= HEAP_ALIGN) {
        c->data = (char *)c->small;
        return true;
    }
    char *data;
    Raw *raw = TRY(memory_new(info->size, info->align ? info->align : 1, &data));
    gc_store(c, &c->memory, (Value)raw);
    c->data = data;
    return true;
}

/* Without memory yet. */
static CData *instance_new(Type *type)
{
    CInfo *info = TRY(ctype_info_of_class(type));
    if (!type_is_subtype(type, &cdata_type)) /* its metaclass alone makes no instances */
        return (CData *)raise(TypeError, "abstract class");
    ctype_settle((CType *)type);
    CData *c = TRY(NEW(CData, type));
    c->size = info->size;
    c->length = info->length;
    return c;
}

Value cdata_new(Type *type)
{
    CData *c = TRY(instance_new(type));
    return set_memory(c, &((CType *)type)->info) ? (Value)c : 0;
}

Value cdata_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    return cdata_new(type);
}

Value cdata_from(Type *type, CData *base, intptr_t index, const char *at)
{
    CData *c = TRY(instance_new(type));
    if (base) {
        c->data = (char *)(uintptr_t)at;
        gc_store(c, &c->base, (Value)base);
        c->index = index;
        return (Value)c;
    }
    TRY(set_memory(c, &((CType *)type)->info));
    copy_item(c->data, at, (size_t)c->size);
    return (Value)c;
}

Value cdata_at(Type *type, char *at)
{
    CData *c = TRY(instance_new(type));
    c->data = at;
    return (Value)c;
}

char *cdata_span(Value v, intptr_t *size)
{
    CData *c = as_cdata(v);
    WITH_LOCK (c) {
        *size = c->size;
        return c->data;
    }
    UNREACHABLE();
}

/* ---- what is kept alive -----------------------------------------------------------------------
 */

static CData *outermost(CData *c)
{
    while (c->base)
        c = as_cdata(c->base);
    return c;
}

/* A dict if the object has several places, else None until something is kept. */
static Value ensure_objects(CData *root)
{
    Value objects = load_acquire(&root->objects);
    if (objects)
        return objects;
    Value fresh = root->length ? TRY(dict_new()) : None;
    WITH_LOCK (root) {
        if (!load_relaxed(&root->objects))
            gc_store(root, &root->objects, fresh);
    }
    return load_acquire(&root->objects);
}

Value cdata_kept(CData *c)
{
    return ensure_objects(outermost(c));
}

/* "index:index of its base:...", in hexadecimal digits. */
static Value place_key(CData *c, intptr_t index)
{
    Value key = TRY(str_format("%x", (unsigned)index));
    for (; c->base; c = as_cdata(c->base))
        key = TRY(str_format("%V:%x", key, (unsigned)c->index));
    return key;
}

bool cdata_keep(CData *target, intptr_t index, Value keep)
{
    if (keep == None)
        return true;
    CData *root = outermost(target);
    Value objects = TRY(ensure_objects(root));
    if (is_dict(objects))
        return dict_set(objects, TRY(place_key(target, index)), keep);
    WITH_LOCK (root)
        gc_store(root, &root->objects, keep);
    return true;
}

bool cdata_keep_target(CData *target, intptr_t index, Value keep, const char *at,
                       const void *address)
{
    if (keep == None)
        return true;
    CData *root = outermost(target);
    Value objects = TRY(ensure_objects(root));
    TURN (root, &root->turn) { /* no lock: programs may put keys of theirs into the dict */
        const void *now;
        copy_item((char *)&now, at, sizeof now);
        if (now != address)
            return true;
        if (is_dict(objects))
            return dict_set(objects, TRY(place_key(target, index)), keep);
        WITH_LOCK (root)
            gc_store(root, &root->objects, keep);
        return true;
    }
    return false;
}

bool cdata_keep_stored(CData *target, intptr_t index, const Code *code, Value keep, const char *at)
{
    if (code && code->kind == CODE_OBJECT)
        return cdata_keep_target(target, index, keep, at, keep);
    if (keep != None && code && (code->kind == CODE_CHARS || code->kind == CODE_WCHARS))
        return cdata_keep_target(target, index, keep, at, ((Bytes *)keep)->data);
    return cdata_keep(target, index, keep);
}

/* ---- items ------------------------------------------------------------------------------------
 */

Value cdata_get(Type *type, CData *source, intptr_t index, char *at)
{
    CInfo *info = TRY(ctype_info_of_class(type));
    if (info->code && !ctype_is_simple_subclass((Value)type))
        return code_load(info->code, at, info->swapped, (BitRange){0});
    return cdata_from(type, source, index, at);
}

static Value raise_incompatible(Value value, Type *type)
{
    return raise(TypeError, "incompatible types, %T instance instead of %N instance", value, type);
}

/* A pointer gets the address of an array of what it points to. */
static Value store_array_address(Type *type, Value value, char *at)
{
    CInfo *item = ctype_info((Value)type_of(value));
    if (!is_ctype_of((Value)type_of(value), &array_meta) || !item ||
        load_acquire(&item->proto) != load_acquire(&((CType *)type)->info.proto))
        return raise_incompatible(value, type);
    char *address = cdata_bytes(value);
    copy_item(at, (const char *)&address, sizeof address);
    return tuple_of(TRY(cdata_kept(as_cdata(value))), value);
}

/* From an instance: the keep. */
static Value store_instance(Type *type, const CInfo *info, Value value, char *at)
{
    bool is_pointer = is_ctype_of((Value)type, &pointer_meta);
    if (is_instance_of(value, type)) {
        copy_item(at, cdata_bytes(value), (size_t)info->size);
        return cdata_kept(as_cdata(value));
    }
    return is_pointer ? store_array_address(type, value, at) : raise_incompatible(value, type);
}

/* A structure or array made from the items of a tuple. */
static Value store_tuple(Type *type, const CInfo *info, Value items, char *at)
{
    Value made = call_tuple_dict((Value)type, items, 0);
    if (!made) {
        Value error = error_take();
        return raise(RuntimeError, "(%N) %T: %V", type, error, error);
    }
    if (!is_cdata(made))
        return raise(TypeError, "expected %N instance, got %T", type, made);
    return store_instance(type, info, made, at);
}

static Value store_item(Type *type, Value value, char *at)
{
    CInfo *info = TRY(ctype_info_of_class(type));
    if (is_cdata(value))
        return store_instance(type, info, value, at);
    if (info->code)
        return code_store(info->code, at, value, info->swapped, (BitRange){0});
    if (is_tuple(value))
        return store_tuple(type, info, value, at);
    if (value == None && is_ctype_of((Value)type, &pointer_meta)) {
        const void *null = 0;
        copy_item(at, (const char *)&null, sizeof null);
        return None;
    }
    return raise(TypeError, "expected %N instance, got %T", type, value);
}

bool cdata_set(CData *target, Type *type, Value value, intptr_t index, char *at)
{
    Value keep = TRY(store_item(type, value, at));
    const CInfo *info = is_cdata(value) ? 0 : ctype_info((Value)type);
    return cdata_keep_stored(target, index, info ? info->code : 0, keep, at);
}

/* ---- the buffer -------------------------------------------------------------------------------
 */

bool cdata_get_buffer(Value self, Buffer *buffer, int flags UNUSED)
{
    CData *c = as_cdata(self);
    CInfo *info = TRY(ctype_info_of_class(type_of(self)));
    const CInfo *item = info;
    Value format = load_acquire(&info->format);
    while (item->dims && item->proto)
        item = &as_ctype(item->proto)->info;
    buffer->owner = self;
    WITH_LOCK (c) { /* resize() changes the three at once */
        buffer->keep = c->memory;
        buffer->data = c->data;
        buffer->size = c->size;
    }
    buffer->item_size = item->size;
    buffer->ndim = info->dims;
    buffer->format = format ? ((Bytes *)format)->data : "B";
    buffer->shape = info->shape ? (intptr_t *)(void *)((Raw *)info->shape)->data : 0;
    return true;
}

/* ---- methods ----------------------------------------------------------------------------------
 */

static bool hash_none(Value self UNUSED, int64_t *hash UNUSED)
{
    return raise(TypeError, "unhashable type");
}

METHOD(cdata_from_outparam, "__ctypes_from_outparam__", "/", 0)
{
    return args[0];
}

METHOD(cdata_reduce, "__reduce__", "/", 0)
{
    CInfo *info = TRY(ctype_info_of_class(type_of(args[0])));
    if (info->has_pointer)
        return raise(ValueError, "ctypes objects containing pointers cannot be pickled");
    Value state = TRY(instance_dict(args[0]));
    intptr_t size;
    const char *data = cdata_span(args[0], &size);
    Value bytes = TRY(bytes_from_seen(data, (size_t)size));
    Value unpickle = TRY(import_attribute("_ctypes", "_unpickle"));
    return tuple_of(unpickle, TRY(tuple_of((Value)type_of(args[0]), TRY(tuple_of(state, bytes)))));
}

METHOD(cdata_setstate, "__setstate__", "dict, data, /", 0)
{
    if (!is_dict(args[1]))
        return raise(TypeError, "argument 1 must be dict, not %T", args[1]);
    Buffer buffer;
    TRY(buffer_get(args[2], &buffer, BUFFER_READ));
    intptr_t size;
    char *data = cdata_span(args[0], &size);
    copy_seen(data, buffer.data, (size_t)(buffer.size < size ? buffer.size : size));
    buffer_release(&buffer);
    return dict_update(TRY(instance_dict(args[0])), args[1]) ? None : 0;
}

/* _unpickle(type, state): an instance with that state. */
FUNCTION(unpickle, "_unpickle", "type, state, /", 0)
{
    if (!is_tuple(args[1]))
        return raise(TypeError, "_unpickle() argument 2 must be tuple, not %T", args[1]);
    Value made = TRY(call_method1(args[0], names.__new__, args[0]));
    Value set = TRY(get_attr_string(made, "__setstate__"));
    return call_tuple_dict(set, args[1], 0) ? made : 0;
}

static Value get_base(Value self)
{
    Value base = as_cdata(self)->base;
    return base ? base : None;
}

static Value get_needs_free(Value self)
{
    return int_small(as_cdata(self)->owner);
}

static Value get_objects(Value self)
{
    Value objects = load_acquire(&as_cdata(self)->objects);
    return objects ? objects : None;
}

static const GetSetDef cdata_getset[] = {
    {"_b_base_", get_base, 0, "the base object"},
    {"_b_needsfree_", get_needs_free, 0, "whether the object owns the memory or not"},
    {"_objects", get_objects, 0, "internal objects tree (NEVER CHANGE THIS OBJECT!)"},
    {0},
};

static MethodDef *const cdata_methods[] = {M(cdata_from_outparam), M(cdata_reduce),
                                           M(cdata_setstate), 0};

Type cdata_type = {
    TYPE_HEAD("_ctypes._CData", CData), .hash = hash_none,           .get_buffer = cdata_get_buffer,
    .methods = cdata_methods,           .getset = cdata_getset,      .trace = cdata_trace,
    .flags = TYPE_BASE | TYPE_NO_NEW,   .doc = "XXX to be provided",
};

/* ---- the size of one --------------------------------------------------------------------------
 */

/* Readers that got the old memory find it as it was, as long as they hold its address. What shrinks
 * keeps the memory. */
static bool grow(CData *c, const CInfo *info, intptr_t size)
{
    char *data;
    Raw *raw = TRY(memory_new(size, info->align ? info->align : 1, &data));
    WITH_LOCK (c) {
        memcpy(data, c->data, (size_t)(c->size < size ? c->size : size));
        gc_store(c, &c->memory, (Value)raw);
        store_release(&c->data, data);
        store_release(&c->size, size);
    }
    return true;
}

FUNCTION(resize, "resize", "object, size, /", "Resize the memory buffer of a ctypes instance")
{
    if (!is_cdata(args[0]))
        return raise(TypeError, "expected ctypes instance");
    CData *c = as_cdata(args[0]);
    intptr_t size = TRY_INDEX(args[1]);
    CInfo *info = TRY(ctype_info_of_class(type_of(args[0])));
    if (size < info->size)
        return raise(ValueError, "minimum size is %zd", info->size);
    if (!c->owner)
        return raise(ValueError, "Memory cannot be resized because this object doesn't own it");
    WITH_LOCK (c) {
        if (size <= c->size || (!c->memory && size <= CDATA_INLINE)) {
            store_release(&c->size, size);
            return None;
        }
    }
    return grow(c, info, size) ? None : 0;
}
MethodDef *const cdata_functions[] = {M(resize), M(unpickle), 0};
