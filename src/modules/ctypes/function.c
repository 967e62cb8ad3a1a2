/* CFuncPtr: foreign functions and callbacks, and PyCFuncPtrType, their metaclass. */
#include <string.h>

#include "base/copy.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "modules/ctypes/paramflags.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

#define as_function(v) ((CFunction *)(v))

static void function_trace(Object *self, Tracer *tracer)
{
    CFunction *f = (CFunction *)self;
    cdata_trace(self, tracer);
    gc_visit(tracer, f->thunk);
    gc_visit(tracer, f->callable);
    gc_visit(tracer, load_relaxed(&f->argtypes));
    gc_visit(tracer, load_relaxed(&f->converters));
    gc_visit(tracer, load_relaxed(&f->restype));
    gc_visit(tracer, load_relaxed(&f->checker));
    gc_visit(tracer, load_relaxed(&f->errcheck));
    gc_visit(tracer, f->paramflags);
}

/* ---- types of results and arguments -----------------------------------------------------------
 */

/* What may stand as restype; *checker: its _check_retval_, or 0. */
static bool read_restype(Value restype, Value *checker, const char *what)
{
    *checker = 0;
    if (restype != None && !ctype_info(restype) && !type_of(restype)->call)
        return raise(TypeError, "%s must be a type, a callable, or None", what);
    return restype == None ||
           get_attr_optional(restype, TRY(str_intern_cstring("_check_retval_")), checker);
}

static bool read_argtypes(Value given, Value *argtypes, Value *converters)
{
    *converters = 0;
    *argtypes = is_sequence(given) ? tuple_from_iterable(given) : 0;
    if (!*argtypes) {
        error_clear();
        return raise(TypeError, "_argtypes_ must be a sequence of types");
    }
    return (*converters = converters_from_argtypes(*argtypes)) != 0;
}

/* ---- making a class ---------------------------------------------------------------------------
 */

static bool read_class(CType *type)
{
    CInfo *info = &type->info;
    Value flags = dict_get_cstring(type->type.dict, "_flags_"), argtypes, converters, checker;
    if (!flags || !is_int_any(flags))
        return raise(TypeError, "class must define _flags_ which must be an integer");
    info->flags = (uint32_t)int_low_bits(flags);
    Value given = dict_get_cstring(type->type.dict, "_argtypes_");
    if (given) {
        TRY(read_argtypes(given, &argtypes, &converters));
        gc_store(type, &info->argtypes, argtypes);
        gc_store(type, &info->converters, converters);
    }
    Value restype = dict_get_cstring(type->type.dict, "_restype_");
    if (restype) {
        TRY(read_restype(restype, &checker, "_restype_"));
        gc_store(type, &info->restype, restype);
        gc_store(type, &info->checker, checker);
    }
    return true;
}

static bool function_class_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    CType *type = as_ctype(self);
    CInfo *info = &type->info;
    TRY(ctype_init(self, args, nargs, kwnames));
    info->size = info->align = sizeof(void *);
    info->length = 1;
    info->has_pointer = true;
    info->ffi = ffi_library()->ffi_type_pointer;
    TRY(info_set_format(type, "X{}", 3));
    TRY(read_class(type));
    store_release(&info->ready, true);
    return true;
}

Type function_meta = {
    TYPE_HEAD("_ctypes.PyCFuncPtrType", CType),
    .init = function_class_init,
    .trace = ctype_trace,
    .base = &ctype_type,
    .flags = TYPE_BASE,
    .doc = "metatype for C function pointers",
};

/* ---- making a function ------------------------------------------------------------------------
 */

static CFunction *function_at(Type *type, const void *address)
{
    CFunction *f = TRY((CFunction *)cdata_new(type));
    memcpy(f->data.data, &address, sizeof address);
    return f;
}

/* Of a str or bytes. */
static const char *symbol_name(Value name)
{
    if (is_bytes(name))
        return ((Bytes *)name)->data;
    if (is_str(name))
        return str_cstring(name);
    return (const char *)raise(TypeError, "function name must be string, bytes object or integer");
}

/* (name, library), and paramflags if there are any. */
static Value function_from_library(Type *type, Value spec, Value paramflags)
{
    void *handle;
    if (!is_tuple(spec) || tuple_length(spec) != 2)
        return raise(TypeError, "illegal func_spec argument");
    const char *name = TRY(symbol_name(tuple_get(spec, 0)));
    Value library = tuple_get(spec, 1);
    TRY(AUDIT("ctypes.dlsym", library, tuple_get(spec, 0)));
    TRY(library_handle(library, &handle));
    const void *address = TRY(library_symbol(handle, name, AttributeError));
    if (paramflags && paramflags != None)
        TRY(paramflags_check(paramflags, TRY(ctype_info_of_class(type))->argtypes));
    CFunction *f = TRY(function_at(type, address));
    if (paramflags && paramflags != None)
        gc_store(f, &f->paramflags, paramflags);
    return cdata_keep(&f->data, 0, library) ? (Value)f : 0;
}

static Value function_from_callable(Type *type, Value callable)
{
    void *address;
    CInfo *info = TRY(ctype_info_of_class(type));
    if (!type_of(callable)->call)
        return raise(TypeError, "argument must be callable or integer function address");
    if (!info->argtypes)
        return raise(TypeError, "cannot construct instance of this class: no argtypes");
    Value thunk = TRY(thunk_new(callable, info->argtypes, info->restype, info->flags, &address));
    CFunction *f = TRY(function_at(type, address));
    gc_store(f, &f->thunk, thunk);
    gc_store(f, &f->callable, callable);
    return cdata_keep(&f->data, 0, thunk) ? (Value)f : 0;
}

static Value function_make(Type *type, Value *args, size_t nargs, Value kwnames UNUSED)
{
    if (!nargs)
        return cdata_new(type);
    if (is_tuple(args[0]) && nargs <= 2)
        return function_from_library(type, args[0], nargs == 2 ? args[1] : 0);
    if (nargs != 1)
        return raise(TypeError, "function takes exactly 1 argument (%zu given)", nargs);
    if (is_int_any(args[0]))
        return (Value)function_at(type, (const void *)(uintptr_t)int_low_bits(args[0]));
    return function_from_callable(type, args[0]);
}

/* ---- attributes -------------------------------------------------------------------------------
 */

/* What the function itself says, else its class. */
typedef struct Prototype {
    Value argtypes, converters, restype, checker;
    uint32_t flags;
} Prototype;

static bool read_prototype(Value self, Prototype *p)
{
    CFunction *f = as_function(self);
    CInfo *info = TRY(ctype_info_of_class(type_of(self)));
    *p = (Prototype){.flags = info->flags};
    WITH_LOCK (self) {
        p->argtypes = f->argtypes;
        p->converters = f->converters;
        p->restype = f->restype;
        p->checker = f->checker;
    }
    if (!p->argtypes) {
        p->argtypes = info->argtypes;
        p->converters = info->converters;
    }
    if (!p->restype) {
        p->restype = info->restype;
        p->checker = info->checker;
    }
    return true;
}

static Value get_restype(Value self)
{
    Prototype p;
    TRY(read_prototype(self, &p));
    return p.restype ? p.restype : None;
}

static bool set_restype(Value self, Value value)
{
    CFunction *f = as_function(self);
    Value checker = 0;
    if (value)
        TRY(read_restype(value, &checker, "restype"));
    WITH_LOCK (self) {
        gc_store(f, &f->restype, value);
        gc_store(f, &f->checker, checker);
    }
    return true;
}

static Value get_argtypes(Value self)
{
    Prototype p;
    TRY(read_prototype(self, &p));
    return p.argtypes ? p.argtypes : None;
}

static bool set_argtypes(Value self, Value value)
{
    CFunction *f = as_function(self);
    Value argtypes = 0, converters = 0;
    if (value && value != None)
        TRY(read_argtypes(value, &argtypes, &converters));
    WITH_LOCK (self) {
        gc_store(f, &f->argtypes, argtypes);
        gc_store(f, &f->converters, converters);
    }
    return true;
}

static Value get_errcheck(Value self)
{
    Value errcheck = load_acquire(&as_function(self)->errcheck);
    return errcheck ? errcheck : None;
}

static bool set_errcheck(Value self, Value value)
{
    CFunction *f = as_function(self);
    if (value && !type_of(value)->call)
        return raise(TypeError, "the errcheck attribute must be callable");
    WITH_LOCK (self)
        gc_store(f, &f->errcheck, value);
    return true;
}

static const GetSetDef function_getset[] = {
    {"errcheck", get_errcheck, set_errcheck, "a function to check for errors"},
    {"restype", get_restype, set_restype, "specify the result type"},
    {"argtypes", get_argtypes, set_argtypes, "specify the argument types"},
    {0},
};

/* ---- calling ----------------------------------------------------------------------------------
 */

static bool check_count(intptr_t required, intptr_t actual)
{
    return actual >= required ||
           raise(TypeError, "this function takes at least %zd argument%s (%zd given)", required,
                 required == 1 ? "" : "s", actual);
}

static void (*address_of(Value self))(void)
{
    void (*address)(void);
    copy_item((char *)&address, cdata_bytes(self), sizeof address);
    if (!address)
        raise(ValueError, "NULL function pointer");
    return address;
}

/* With paramflags and errcheck: the arguments are a tuple. */
static Value call_slow(Value self, const Prototype *p, Value *args, size_t nargs, Value kwnames)
{
    CFunction *f = as_function(self);
    void (*address)(void) = TRY(address_of(self));
    ParamPlan plan = {.args = TRY(tuple_from_values(args, (intptr_t)nargs))};
    if (f->paramflags && p->argtypes && tuple_length(p->argtypes))
        TRY(paramflags_plan(f->paramflags, p->argtypes, args, nargs, kwnames, &plan));
    if (p->converters)
        TRY(check_count(tuple_length(p->converters), tuple_length(plan.args)));
    Value result =
        TRY(foreign_call(address, ((Tuple *)plan.args)->items, (size_t)tuple_length(plan.args),
                         p->converters, p->restype, p->checker, p->flags));
    Value errcheck = load_acquire(&f->errcheck);
    if (errcheck) {
        Value checked = TRY(call3(errcheck, result, self, plan.args));
        if (checked != plan.args)
            return checked;
    }
    return paramflags_result(&plan, result);
}

static Value function_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    CFunction *f = as_function(self);
    Prototype p;
    TRY(read_prototype(self, &p));
    if (f->paramflags || load_acquire(&f->errcheck))
        return call_slow(self, &p, args, nargs, kwnames);
    void (*address)(void) = TRY(address_of(self));
    if (p.converters)
        TRY(check_count(tuple_length(p.converters), (intptr_t)nargs));
    return foreign_call(address, args, nargs, p.converters, p.restype, p.checker, p.flags);
}

/* ---- the type ---------------------------------------------------------------------------------
 */

static int function_truth(Value self)
{
    const void *address;
    copy_item((char *)&address, cdata_bytes(self), sizeof address);
    return address != 0;
}

static Value function_repr(Value self)
{
    return str_format("<%s object at 0x%zx>", type_short_name(type_of(self)), (size_t)self);
}

CType function_class = {.type = {
                            TYPE_HEAD("_ctypes.CFuncPtr", CFunction),
                            .repr = function_repr,
                            .call = function_call,
                            .make = function_make,
                            .truth = function_truth,
                            .get_buffer = cdata_get_buffer,
                            .getset = function_getset,
                            .trace = function_trace,
                            .base = &cdata_type,
                            .flags = TYPE_BASE,
                            .doc = "Function Pointer",
                        }};
