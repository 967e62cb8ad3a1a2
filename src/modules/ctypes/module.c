/* The module's functions and constants. */
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include "base/copy.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/module.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "modules/module_util.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- sizes and addresses ----------------------------------------------------------------------
 */

/* Of a class or an instance; 0 without an exception if it is neither. */
static CInfo *info_of(Value v)
{
    CInfo *info = ctype_info(v);
    return info ? info : ctype_info((Value)type_of(v));
}

FUNCTION(sizeof_function, "sizeof", "object, /",
         "sizeof(C type) -> integer\nsizeof(C instance) -> integer\n"
         "Return the size in bytes of a C instance")
{
    CInfo *info = ctype_info(args[0]);
    if (info)
        return int_from(load_relaxed(&info->size));
    return is_cdata(args[0]) ? int_from(load_acquire(&as_cdata(args[0])->size))
                             : raise(TypeError, "this type has no size");
}

FUNCTION(alignment, "alignment", "object, /",
         "alignment(C type) -> integer\nalignment(C instance) -> integer\n"
         "Return the alignment requirements of a C instance")
{
    CInfo *info = info_of(args[0]);
    return info ? int_from(load_relaxed(&info->align)) : raise(TypeError, "no alignment info");
}

FUNCTION(addressof, "addressof", "object, /",
         "addressof(C instance) -> integer\nReturn the address of the C instance internal buffer")
{
    if (!is_cdata(args[0]))
        return raise(TypeError, "invalid type");
    TRY(AUDIT("ctypes.addressof", args[0]));
    return int_from_u64((uintptr_t)cdata_bytes(args[0]));
}

FUNCTION(buffer_info, "buffer_info", "object, /", "Return buffer interface information")
{
    CInfo *info = info_of(args[0]);
    if (!info)
        return raise(TypeError, "not a ctypes type or object");
    Value shape = TRY(tuple_new(info->dims));
    for (int i = 0; i < info->dims; i++)
        tuple_init(shape, i, TRY(int_from(((intptr_t *)(void *)((Raw *)info->shape)->data)[i])));
    Bytes *format = (Bytes *)load_acquire(&info->format);
    Value text = format ? TRY(str_from_utf8(format->data, (size_t)format->length)) : None;
    return tuple_of(text, int_small(info->dims), shape);
}

FUNCTION(object_from_pointer, "PyObj_FromPtr", "address, /", 0)
{
    void *address;
    TRY(pointer_from(args[0], &address));
    TRY(AUDIT("ctypes.PyObj_FromPtr", args[0]));
    return address ? (Value)address : raise(ValueError, "PyObject is NULL");
}

/* ---- errno ------------------------------------------------------------------------------------
 */

FUNCTION(get_errno, "get_errno", "", 0)
{
    TRY(AUDIT("ctypes.get_errno"));
    int value = exchange_errno(0);
    exchange_errno(value);
    return int_small(value);
}

FUNCTION(set_errno, "set_errno", "value, /", 0)
{
    int value;
    TRY(index_as_int(args[0], &value));
    TRY(AUDIT("ctypes.set_errno", args[0]));
    return int_small(exchange_errno(value));
}

/* ---- libraries --------------------------------------------------------------------------------
 */

static Value raise_library_error(void)
{
    const char *message = dlerror();
    return raise(OSError, "%s", message ? message : "dlopen() error");
}

FUNCTION(dlopen_function, "dlopen", "name, flag=0, /",
         "dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library")
{
    int mode;
    const char *name = 0;
    void *handle = 0;
    TRY(index_as_int(args[1], &mode));
    TRY(AUDIT("ctypes.dlopen", args[0]));
    if (args[0] != None) {
        Value path = TRY(fs_path(args[0]));
        size_t size;
        name = is_bytes(path) ? ((Bytes *)path)->data : TRY(str_to_fs(path, &size));
    }
    BLOCKING
    {
        handle = dlopen(name, mode | RTLD_NOW);
    }
    return handle ? int_from_u64((uintptr_t)handle) : raise_library_error();
}

FUNCTION(dlclose_function, "dlclose", "handle, /", "dlclose a library")
{
    void *handle;
    int failed = 0;
    TRY(pointer_from(args[0], &handle));
    BLOCKING
    {
        failed = dlclose(handle);
    }
    return failed ? raise_library_error() : None;
}

FUNCTION(dlsym_function, "dlsym", "handle, name, /", "find symbol in shared library")
{
    void *handle;
    if (!is_str(args[1]))
        return raise(TypeError, "dlsym() argument 2 must be str, not %T", args[1]);
    TRY(pointer_from(args[0], &handle));
    TRY(AUDIT("ctypes.dlsym/handle", args[0], args[1]));
    const char *name = TRY(str_cstring(args[1]));
    return int_from_u64((uintptr_t)TRY(library_symbol(handle, name, OSError)));
}

static Value call_address(Value *args, uint32_t flags)
{
    void *address;
    TRY(pointer_from(args[0], &address));
    if (!is_tuple(args[1]))
        return raise(TypeError, "argument 2 must be tuple, not %T", args[1]);
    return foreign_call((void (*)(void))address, ((Tuple *)args[1])->items,
                        (size_t)tuple_length(args[1]), 0, 0, 0, flags);
}

FUNCTION(call_function, "call_function", "address, arguments, /", 0)
{
    return call_address(args, 0);
}

FUNCTION(call_cdeclfunction, "call_cdeclfunction", "address, arguments, /", 0)
{
    return call_address(args, FUNCTION_CDECL);
}

/* ---- what ctypes calls as foreign functions ----------------------------------------------------
 */

static bool check_cast_target(Value type)
{
    char letter = ctype_letter(type);
    if (is_ctype_of(type, &pointer_meta) || is_ctype_of(type, &function_meta) ||
        (letter && strchr("sPzUZXO", letter)))
        return true;
    return raise(TypeError, "cast() argument 2 must be a pointer type");
}

/* The result keeps alive what the source does, and the source. */
static bool share_objects(CData *result, Value source)
{
    if (!is_cdata(source))
        return true;
    Value objects = TRY(cdata_kept(as_cdata(source)));
    gc_store(result, &result->objects, objects);
    return !is_dict(objects) || dict_set(objects, TRY(object_id(source)), source);
}

static Value cast(void *address, Value source, Value type)
{
    TRY(check_cast_target(type));
    Value result = TRY(call0(type));
    if (!is_cdata(result))
        return raise(TypeError, "cast() argument 2 must be a pointer type");
    copy_item(cdata_bytes(result), (const char *)&address, sizeof address);
    return share_objects(as_cdata(result), source) ? result : 0;
}

static bool audit_text(const char *event, const void *address, int size)
{
    if (!load_relaxed(&audit_wanted))
        return true;
    return AUDIT(event, TRY(int_from_u64((uintptr_t)address)), int_small(size));
}

static Value string_at(const char *address, int size)
{
    TRY(audit_text("ctypes.string_at", address, size));
    if (size < -1)
        return raise(SystemError, "Negative size passed to PyBytes_FromStringAndSize");
    return bytes_from_seen(address, size == -1 ? strlen(address) : (size_t)size);
}

static Value wstring_at(const wchar_t *address, int size)
{
    TRY(audit_text("ctypes.wstring_at", address, size));
    if (size < -1)
        return raise(SystemError, "Negative size passed to PyUnicode_New");
    size_t length = size == -1 ? wcslen(address) : (size_t)size;
    return wide_load(address, (intptr_t)length);
}

static bool add_addresses(Value module)
{
    const struct {
        const char *name;
        uintptr_t address;
    } all[] = {
        {"_memmove_addr", (uintptr_t)memmove},       {"_memset_addr", (uintptr_t)memset},
        {"_string_at_addr", (uintptr_t)string_at},   {"_cast_addr", (uintptr_t)cast},
        {"_wstring_at_addr", (uintptr_t)wstring_at},
    };
    for (size_t i = 0; i < COUNT_OF(all); i++)
        TRY(module_add(module, all[i].name, int_from_u64(all[i].address)));
    return true;
}

/* ---- the module -------------------------------------------------------------------------------
 */

static bool add_constants(Value module)
{
    return module_add_int(module, "FUNCFLAG_CDECL", FUNCTION_CDECL) &&
           module_add_int(module, "FUNCFLAG_PYTHONAPI", FUNCTION_PYTHONAPI) &&
           module_add_int(module, "FUNCFLAG_USE_ERRNO", FUNCTION_USE_ERRNO) &&
           module_add_int(module, "FUNCFLAG_USE_LASTERROR", FUNCTION_USE_LASTERROR) &&
           module_add_int(module, "CTYPES_MAX_ARGCOUNT", 1024) &&
           module_add_int(module, "RTLD_LOCAL", RTLD_LOCAL) &&
           module_add_int(module, "RTLD_GLOBAL", RTLD_GLOBAL) &&
           module_add_int(module, "SIZEOF_TIME_T", sizeof(time_t)) &&
           module_add_string(module, "__version__", "1.1.0");
}

static void ready(Type *type)
{
    if (!(type_flags(type) & TYPE_READY))
        type_ready(type, 0);
}

static bool add_types(Value module)
{
    Type *hidden[] = {&ctype_type, &structure_meta, &union_meta,    &pointer_meta,
                      &array_meta, &simple_meta,    &function_meta, &cdata_type,
                      &field_type, &carg_type,      &thunk_type,    &capsule_type};
    for (size_t i = 0; i < COUNT_OF(hidden); i++)
        ready(hidden[i]);
    return ctype_add_class(module, &structure_class, &structure_meta) &&
           ctype_add_class(module, &union_class, &union_meta) &&
           ctype_add_class(module, &pointer_class, &pointer_meta) &&
           ctype_add_class(module, &array_class, &array_meta) &&
           ctype_add_class(module, &simple_class, &simple_meta) &&
           ctype_add_class(module, &function_class, &function_meta);
}

static bool add_pointer_cache(Value module)
{
    if (!pointer_cache) {
        Value cache = TRY(dict_new());
        gc_add_root(&pointer_cache, 1);
        root_store(&pointer_cache, cache);
        thunk_start();
    }
    return module_add(module, "_pointer_type_cache", pointer_cache);
}

static bool execute(Value module)
{
    TRY(ffi_library());
    return add_types(module) && add_constants(module) && add_addresses(module) &&
           add_pointer_cache(module) && module_add_functions(module, pointer_functions) &&
           module_add_functions(module, cdata_functions) &&
           module_add_functions(module, argument_functions) &&
           module_add_exception(module, "ctypes.ArgumentError", Exception, &argument_error);
}

static MethodDef *const functions[] = {
    M(sizeof_function),
    M(alignment),
    M(addressof),
    M(buffer_info),
    M(get_errno),
    M(set_errno),
    M(dlopen_function),
    M(dlclose_function),
    M(dlsym_function),
    M(call_function),
    M(call_cdeclfunction),
    M(object_from_pointer),
    0,
};

const ModuleDef module__ctypes = {
    "_ctypes",
    "Create and manipulate C compatible data types in Python.",
    functions,
    execute,
};
