/* What classes of C data know, and the methods that their metaclasses share. */
#include <dlfcn.h>
#include <string.h>

#include "core/audit.h"
#include "core/call.h"
#include "core/share.h"
#include "core/thread.h"
#include "core/type_impl.h"
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "modules/module_util.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/memoryview.h"
#include "types/str.h"
#include "types/tuple.h"

void ctype_trace(Object *self, Tracer *tracer)
{
    CInfo *info = &((CType *)self)->info;
    type_trace(self, tracer);
    gc_visit(tracer, info->ffi_memory);
    gc_visit(tracer, info->keep);
    gc_visit(tracer, load_relaxed(&info->proto));
    gc_visit(tracer, info->format);
    gc_visit(tracer, info->shape);
    gc_visit(tracer, load_relaxed(&info->arrays));
    gc_visit(tracer, info->argtypes);
    gc_visit(tracer, info->converters);
    gc_visit(tracer, info->restype);
    gc_visit(tracer, info->checker);
}

bool is_ctype_of(Value v, Type *meta)
{
    return is_type(v) && is_instance_of(v, meta);
}

CInfo *ctype_info(Value v)
{
    if (!is_ctype_of(v, &ctype_type) || !load_acquire(&as_ctype(v)->info.ready))
        return 0;
    return &as_ctype(v)->info;
}

void ctype_settle(CType *type)
{
    if (load_acquire(&type->info.final))
        return;
    WITH_LOCK (type)
        store_release(&type->info.final, true);
}

CInfo *ctype_info_of_class(Type *type)
{
    CInfo *info = ctype_info((Value)type);
    if (!info)
        raise(TypeError, "abstract class");
    return info;
}

bool ctype_is_simple_subclass(Value type)
{
    return is_ctype_of(type, &simple_meta) && type_base((Type *)type) != &simple_class.type;
}

char ctype_letter(Value type)
{
    CInfo *info = ctype_info(type);
    return info && info->code ? info->code->letter : 0;
}

bool ctype_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    if (load_acquire(&as_ctype(self)->info.ready))
        return raise(SystemError, "StgInfo of '%N' is already initialized.", (Type *)self);
    return type_init(self, args, nargs, kwnames);
}

bool ctype_add_class(Value module, CType *type, Type *meta)
{
    type->type.ob.shape = meta->root_shape;
    return module_add_new_type(module, &type->type);
}

void ctype_copy_info(CType *to, const CType *from)
{
    const CInfo *source = &from->info;
    CInfo *info = &to->info;
    info->has_pointer = source->has_pointer;
    info->swapped = source->swapped;
    info->flags = source->flags;
    info->size = source->size;
    info->align = source->align;
    info->length = source->length;
    info->code = source->code;
    info->ffi = load_acquire(&source->ffi);
    info->dims = source->dims;
    gc_store(to, &info->ffi_memory, source->ffi_memory);
    gc_store(to, &info->keep, source->keep);
    gc_store(to, &info->proto, source->proto);
    gc_store(to, &info->format, source->format);
    gc_store(to, &info->shape, source->shape);
    store_release(&info->ready, true);
}

bool info_set_format(CType *type, const char *text, size_t size)
{
    gc_store(type, &type->info.format, TRY(bytes_from(text, size)));
    return true;
}

bool class_attribute(Value type, const char *name, Value *result)
{
    return get_attr_optional(type, TRY(str_intern_cstring(name)), result);
}

/* ---- numbers of Python code -------------------------------------------------------------------
 */

bool pointer_from(Value v, void **out)
{
    if (!is_int_any(v))
        return raise(TypeError, "an integer is required");
    *out = (void *)(uintptr_t)int_low_bits(v);
    return true;
}

bool library_handle(Value library, void **out)
{
    Value handle = TRY(get_attr_string(library, "_handle"));
    if (!is_int_any(handle))
        return raise(TypeError, "the _handle attribute of the second argument must be an integer");
    return pointer_from(handle, out);
}

void *library_symbol(void *handle, const char *name, Type *error)
{
    dlerror();
    void *symbol = dlsym(handle, name);
    const char *message = symbol ? 0 : dlerror();
    if (message)
        raise(error, "%s", message);
    else if (!symbol) /* there is one, whose value is 0 */
        raise(error, "%s '%s' not found", error == AttributeError ? "function" : "symbol", name);
    return symbol;
}

/* ---- methods of metaclasses -------------------------------------------------------------------
 */

METHOD(ctype_from_address, "from_address", "value, /",
       "C.from_address(integer) -> C instance\n\nAccess a C instance at the specified address.")
{
    if (!is_int_any(args[1]))
        return raise(TypeError, "integer expected");
    void *address;
    TRY(pointer_from(args[1], &address));
    TRY(AUDIT("ctypes.cdata", args[1]));
    return cdata_at((Type *)args[0], address);
}

/* Checks that an instance fits into the buffer behind the offset. */
static bool check_room(const CInfo *info, intptr_t size, intptr_t offset)
{
    if (offset < 0)
        return raise(ValueError, "offset cannot be negative");
    if (info->size > size - offset)
        return raise(ValueError, "Buffer size too small (%zd instead of at least %zd bytes)", size,
                     info->size + offset);
    return true;
}

static bool audit_buffer(const Buffer *buffer, intptr_t offset)
{
    if (!load_relaxed(&audit_wanted))
        return true;
    Value values[] = {TRY(int_from_u64((uintptr_t)buffer->data)), TRY(int_from(buffer->size)),
                      TRY(int_from(offset))};
    return audit_event("ctypes.cdata/buffer", values, COUNT_OF(values));
}

/* The view keeps the buffer in use as long as the instance lives. */
static Value from_buffer(Value type, Value object, intptr_t offset)
{
    CInfo *info = TRY(ctype_info_of_class((Type *)type));
    ctype_settle(as_ctype(type)); /* its size is what the buffer has to have */
    Value view = TRY(memoryview_from(object));
    Buffer buffer;
    TRY(buffer_get(view, &buffer, BUFFER_STRIDED));
    Value result = 0;
    intptr_t dims[2 * MEMORYVIEW_MAX_DIMENSIONS];
    Strided items = strided_from_buffer(&buffer, dims);
    if (buffer.readonly)
        raise(TypeError, "underlying buffer is not writable");
    else if (!strided_is_contiguous(&items, false))
        raise(TypeError, "underlying buffer is not C contiguous");
    else if (check_room(info, buffer.size, offset) && audit_buffer(&buffer, offset))
        result = cdata_at((Type *)type, buffer.data + offset);
    buffer_release(&buffer);
    return result && cdata_keep(as_cdata(result), -1, view) ? result : 0;
}

METHOD(
    ctype_from_buffer, "from_buffer", "obj, offset=0, /",
    "C.from_buffer(object, offset=0) -> C instance\n\nCreate a C instance from a writeable buffer.")
{
    intptr_t offset = TRY_INDEX(args[2]);
    return from_buffer(args[0], args[1], offset);
}

METHOD(ctype_from_buffer_copy, "from_buffer_copy", "buffer, offset=0, /",
       "C.from_buffer_copy(object, offset=0) -> C instance\n\n"
       "Create a C instance from a readable buffer.")
{
    intptr_t offset = TRY_INDEX(args[2]);
    CInfo *info = TRY(ctype_info_of_class((Type *)args[0]));
    ctype_settle(as_ctype(args[0]));
    Buffer buffer;
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    Value result = 0;
    if (check_room(info, buffer.size, offset) && audit_buffer(&buffer, offset))
        result = cdata_from((Type *)args[0], 0, 0, buffer.data + offset);
    buffer_release(&buffer);
    return result;
}

METHOD(ctype_in_dll, "in_dll", "dll, name, /",
       "C.in_dll(dll, name) -> C instance\n\nAccess a C instance in a dll.")
{
    if (!is_str(args[2]))
        return raise(TypeError, "in_dll() argument 2 must be str, not %T", args[2]);
    TRY(AUDIT("ctypes.dlsym", args[1], args[2]));
    void *handle;
    TRY(library_handle(args[1], &handle));
    const char *name = TRY(str_cstring(args[2]));
    void *address = TRY(library_symbol(handle, name, ValueError));
    return cdata_at((Type *)args[0], address);
}

Value ctype_from_param(Value type, Value value)
{
    if (is_instance_of(value, (Type *)type))
        return value;
    if (is_instance_of(value, &carg_type)) {
        /* By reference: of what the type points to. */
        Value object = ((CArg *)value)->obj, proto = load_acquire(&as_ctype(type)->info.proto);
        if (object && proto && is_instance_of(object, (Type *)proto))
            return value;
        return raise(TypeError, "expected %N instance instead of pointer to %T", (Type *)type,
                     object ? object : None);
    }
    Value parameter;
    TRY(get_attr_optional(value, TRY(str_intern_cstring("_as_parameter_")), &parameter));
    if (!parameter)
        return raise(TypeError, "expected %N instance instead of %T", (Type *)type, value);
    TRY(c_stack_check(" while processing _as_parameter_"));
    return ctype_from_param(type, parameter);
}

METHOD(ctype_from_param_method, "from_param", "value, /",
       "Convert a Python object into a function call parameter.")
{
    return ctype_from_param(args[0], args[1]);
}

/* ---- the root of the metaclasses --------------------------------------------------------------
 */

static Value ctype_repeat(Value self, Value count)
{
    if (!has_index(count))
        return raise(TypeError, "can't multiply sequence by non-int of type '%T'", count);
    intptr_t length = TRY_INDEX(count);
    if (length < 0)
        return raise(ValueError, "Array length must be >= 0, not %zd", length);
    return array_class_of(self, length);
}

METHOD(ctype_sizeof, "__sizeof__", "/", "Return memory consumption of the type object.")
{
    return int_from(sizeof(CType));
}

/* from_param of simple types and pointers is another. */
static MethodDef *const ctype_methods[] = {
    M(ctype_from_address),
    M(ctype_from_buffer),
    M(ctype_from_buffer_copy),
    M(ctype_in_dll),
    M(ctype_from_param_method),
    M(ctype_sizeof),
    0,
};

Type ctype_type = {
    TYPE_HEAD("_ctypes.CType_Type", CType),
    .repeat = ctype_repeat,
    .methods = ctype_methods,
    .trace = ctype_trace,
    .base = &type_type,
    .flags = TYPE_BASE,
};
