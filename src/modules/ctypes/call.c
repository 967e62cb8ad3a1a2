/* Calling a C function whose types are known only now. */
#include <alloca.h>
#include <errno.h>
#include <string.h>

#include "base/copy.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/thread.h"
#include "modules/ctypes/ctypes.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

Value argument_error;

/* ---- errno ------------------------------------------------------------------------------------
 */

static _Thread_local int saved_errno;

int exchange_errno(int value)
{
    int old = saved_errno;
    saved_errno = value;
    return old;
}

/* ---- arguments --------------------------------------------------------------------------------
 */

/* Lies on the C stack, so that what it refers to stays alive. */
typedef struct Argument {
    ffi_type *type;
    void *at; /* the bytes: in `word`, or those of a structure */
    uint64_t word[2];
    Value keep;
} Argument;

static bool pointer_argument(Argument *a, const void *address, Value keep)
{
    a->type = ffi_library()->ffi_type_pointer;
    memcpy(a->word, &address, sizeof address);
    a->keep = keep;
    return true;
}

static bool int_argument(Argument *a, Value value)
{
    int64_t i;
    uint64_t u;
    if (!int_to_i64(value, &i) && !int_to_u64(value, &u))
        return raise(OverflowError, "int too long to convert");
    a->type = ffi_library()->ffi_type_sint32;
    a->word[0] = int_low_bits(value);
    return true;
}

static bool instance_argument(Argument *a, Value value)
{
    Value type = (Value)type_of(value);
    CInfo *info = TRY(ctype_info_of_class((Type *)type));
    if (is_ctype_of(type, &array_meta))
        return pointer_argument(a, cdata_bytes(value), value);
    a->type = TRY(ctype_ffi(type));
    a->keep = value;
    if (is_ctype_of(type, &structure_meta) || is_ctype_of(type, &union_meta))
        a->at = cdata_bytes(value);
    else
        copy_item((char *)a->word, cdata_bytes(value), (size_t)info->size);
    return true;
}

static bool argument_from(Argument *a, Value value, size_t number)
{
    *a = (Argument){.at = a->word};
    if (is_int_any(value))
        return int_argument(a, value);
    if (is_cdata(value))
        return instance_argument(a, value);
    if (is_instance_of(value, &carg_type)) {
        const CArg *arg = (const CArg *)value;
        a->type = arg->ffi;
        memcpy(a->word, arg->value, sizeof a->word);
        a->keep = value;
        return true;
    }
    if (value == None)
        return pointer_argument(a, 0, 0);
    if (is_bytes(value))
        return pointer_argument(a, ((Bytes *)value)->data, value);
    if (is_str(value)) {
        Value copy = TRY(wide_copy(value));
        return pointer_argument(a, ((Bytes *)copy)->data, copy);
    }
    Value parameter;
    TRY(get_attr_optional(value, TRY(str_intern_cstring("_as_parameter_")), &parameter));
    if (!parameter)
        return raise(TypeError, "Don't know how to convert parameter %zu", number);
    TRY(c_stack_check(" while processing _as_parameter_"));
    return argument_from(a, parameter, number);
}

/* The pending exception becomes an ArgumentError that says which argument it was. */
static bool raise_argument_error(size_t number)
{
    Value error = error_take();
    return raise((Type *)argument_error, "argument %zu: %T: %V", number, error, error);
}

static bool read_arguments(Argument *arguments, const Value *args, size_t nargs, Value converters)
{
    size_t known = converters ? (size_t)tuple_length(converters) : 0;
    for (size_t i = 0; i < nargs; i++) {
        Value value = i < known ? call1(tuple_get(converters, (intptr_t)i), args[i]) : args[i];
        if (!value || !argument_from(&arguments[i], value, i + 1))
            return raise_argument_error(i + 1);
    }
    return true;
}

/* ---- results ----------------------------------------------------------------------------------
 */

static ffi_type *result_type(Value restype)
{
    const FfiLibrary *f = ffi_library();
    if (restype == None)
        return f->ffi_type_void;
    return restype && ctype_info(restype) ? ctype_ffi(restype) : f->ffi_type_sint32;
}

Value result_from_bytes(Value restype, Value checker, const void *bytes)
{
    CInfo *info = restype ? ctype_info(restype) : 0;
    int32_t number;
    if (restype == None)
        return None;
    if (!info) {
        memcpy(&number, bytes, sizeof number);
        return restype ? call1(restype, int_small(number)) : int_small(number);
    }
    Value result = TRY(info->code && !ctype_is_simple_subclass(restype)
                           ? code_load(info->code, bytes, info->swapped, (BitRange){0})
                           : cdata_from((Type *)restype, 0, 0, bytes));
    return checker ? call1(checker, result) : result;
}

/* ---- the call ---------------------------------------------------------------------------------
 */

enum { ARGUMENTS_MAX = 1024 };

static bool prepare(ffi_cif *cif, ffi_type *result, ffi_type **types, size_t nargs, size_t fixed)
{
    const FfiLibrary *f = ffi_library();
    unsigned count = (unsigned)nargs;
    ffi_status status =
        fixed && fixed < nargs
            ? f->ffi_prep_cif_var(cif, FFI_DEFAULT_ABI, (unsigned)fixed, count, result, types)
            : f->ffi_prep_cif(cif, FFI_DEFAULT_ABI, count, result, types);
    return status == FFI_OK || raise(RuntimeError, "ffi_prep_cif failed");
}

/* The native state, unless the function may touch Python objects. */
static void invoke(ffi_cif *cif, void (*address)(void), void *result, void **values, uint32_t flags)
{
    const FfiLibrary *f = ffi_library();
    bool with_errno = flags & FUNCTION_USE_ERRNO;
    int outer = errno;
    if (with_errno)
        errno = saved_errno;
    if (flags & FUNCTION_PYTHONAPI) {
        f->ffi_call(cif, address, result, values);
    } else {
        BLOCKING
        {
            f->ffi_call(cif, address, result, values);
        }
    }
    if (with_errno) {
        saved_errno = errno;
        errno = outer;
    }
}

static bool audit_call(void (*address)(void), const Value *args, size_t nargs)
{
    if (!load_relaxed(&audit_wanted))
        return true;
    return AUDIT("ctypes.call_function", TRY(int_from_u64((uintptr_t)address)),
                 TRY(tuple_from_values(args, (intptr_t)nargs)));
}

Value foreign_call(void (*address)(void), const Value *args, size_t nargs, Value converters,
                   Value restype, Value checker, uint32_t flags)
{
    if (nargs > ARGUMENTS_MAX)
        return raise((Type *)argument_error, "too many arguments (%zu), maximum is %d", nargs,
                     ARGUMENTS_MAX);
    TRY(audit_call(address, args, nargs));
    Argument *arguments = alloca((nargs + 1) * sizeof *arguments);
    TRY(read_arguments(arguments, args, nargs, converters));
    ffi_type **types = alloca((nargs + 1) * sizeof *types), *result = TRY(result_type(restype));
    void **values = alloca((nargs + 1) * sizeof *values);
    for (size_t i = 0; i < nargs; i++) {
        types[i] = arguments[i].type;
        values[i] = arguments[i].at;
    }
    ffi_cif cif;
    TRY(prepare(&cif, result, types, nargs, converters ? (size_t)tuple_length(converters) : 0));
    size_t size = result->size < sizeof(ffi_arg) ? sizeof(ffi_arg) : result->size;
    char *bytes = alloca(size + 16);
    bytes = (char *)(((uintptr_t)bytes + 15) & ~(uintptr_t)15);
    memset(bytes, 0, size);
    invoke(&cif, address, bytes, values, flags);
    if (flags & FUNCTION_PYTHONAPI && error_pending())
        return 0;
    return result_from_bytes(restype, checker, bytes);
}

Value converters_from_argtypes(Value argtypes)
{
    intptr_t count = tuple_length(argtypes);
    if (count > ARGUMENTS_MAX)
        return raise((Type *)argument_error,
                     "_argtypes_ has too many arguments (%zd), maximum is %d", count,
                     ARGUMENTS_MAX);
    Value converters = TRY(tuple_new(count));
    Value name = TRY(str_intern_cstring("from_param"));
    for (intptr_t i = 0; i < count; i++) {
        Value method;
        TRY(get_attr_optional(tuple_get(argtypes, i), name, &method));
        if (!method)
            return raise(TypeError, "item %zd in _argtypes_ has no from_param method", i + 1);
        tuple_init(converters, i, method);
    }
    return converters;
}
