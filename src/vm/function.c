/* The function type. */
#include "core/abstract.h"
#include "core/alloc.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/type_impl.h"
#include "core/share.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/cell.h"
#include "vm/cache.h"
#include "vm/frame.h"

static void function_trace(Object *o, Tracer *tracer)
{
    Function *f = (Function *)o;
    gc_visit(tracer, (Value)load_relaxed(&f->code));
    gc_visit_range(tracer, &f->globals, (size_t)(&f->type_params - &f->globals) + 1);
}

Value builtins_of_running(void)
{
    Frame *frame = thread_self()->frame;
    return frame ? frame->function->builtins : interpreter_builtins();
}

/* The namespace that a function with these globals finds builtins in: a dict, or a mapping. */
Value builtins_of_globals(Value globals)
{
    Value builtins = dict_get_str(globals, names.__builtins__);
    if (!builtins) {
        if (error_pending())
            return 0;
        return builtins_of_running();
    }
    return has_layout(builtins, LAYOUT_MODULE) ? module_dict(builtins) : builtins;
}

Value function_new(Code *code, Value globals)
{
    Value builtins = TRY(builtins_of_globals(globals));
    Value module = dict_get_str(globals, names.__name__);
    if (!module && error_pending())
        return 0;
    Function *f = TRY(NEW(Function, &function_type));
    gc_store(f, &f->code, code);
    gc_store(f, &f->globals, globals);
    gc_store(f, &f->builtins, builtins);
    gc_store(f, &f->name, code->name);
    gc_store(f, &f->qualname, code->qualname);
    gc_store(f, &f->module, module);
    if (code->flags & CODE_HAS_DOCSTRING)
        gc_store(f, &f->doc, tuple_get(load_acquire(&code->consts), 0)); /* see code_complete */
    return (Value)f;
}

void function_set_part(Function *f, unsigned part, Value value)
{
    Value *const slots[] = {[PART_DEFAULTS] = &f->defaults,
                            [PART_KWDEFAULTS] = &f->kwdefaults,
                            [PART_ANNOTATIONS] = &f->annotations,
                            [PART_CLOSURE] = &f->closure,
                            [PART_TYPE_PARAMS] = &f->type_params};
    ASSERT(part < COUNT_OF(slots));
    gc_store(f, slots[part], value);
}

NEW_METHOD(function_make, "code, globals, name=None, argdefs=None, closure=None, kwdefaults=None")
{
    if (!has_layout(args[1], LAYOUT_CODE))
        return raise(TypeError, "function() argument 'code' must be code, not %B", args[1]);
    if (!is_dict(args[2]))
        return raise(TypeError, "function() argument 'globals' must be dict, not %B", args[2]);
    if (args[3] != None && !is_str(args[3]))
        return raise(TypeError, "arg 3 (name) must be None or string");
    if (args[4] != None && !is_tuple(args[4]))
        return raise(TypeError, "arg 4 (defaults) must be None or tuple");
    if (args[6] != None && !is_dict(args[6]))
        return raise(TypeError, "arg 6 (kwdefaults) must be None or dict");
    TRY(AUDIT("function.__new__", args[1]));
    Code *code = (Code *)args[1];
    intptr_t free_count = tuple_length(code->freevars);
    if (args[5] != None && !is_tuple(args[5]))
        return raise(TypeError, free_count ? "arg 5 (closure) must be tuple"
                                           : "arg 5 (closure) must be None or tuple");
    if (args[5] == None && free_count)
        return raise(TypeError, "arg 5 (closure) must be tuple");
    intptr_t given = args[5] == None ? 0 : tuple_length(args[5]);
    if (given != free_count)
        return raise(ValueError, "%V requires closure of length %zd, not %zd", code->name,
                     free_count, given);
    for (intptr_t i = 0; i < given; i++)
        if (!has_shape(tuple_get(args[5], i), SHAPE_CELL))
            return raise(TypeError, "arg 5 (closure) expected cell, found %T",
                         tuple_get(args[5], i));
    Function *f = (Function *)TRY(function_new(code, args[2]));
    if (args[3] != None)
        gc_store(f, &f->name, args[3]);
    if (args[4] != None)
        gc_store(f, &f->defaults, args[4]);
    if (args[5] != None)
        gc_store(f, &f->closure, args[5]);
    if (args[6] != None)
        gc_store(f, &f->kwdefaults, args[6]);
    return (Value)f;
}

static Value function_repr(Value self)
{
    return str_format("<function %V at 0x%zx>", load_acquire(&((Function *)self)->qualname),
                      (size_t)self);
}

static Value function_descr_get(Value self, Value instance, Value owner)
{
    (void)owner;
    return !instance || instance == None ? self : method_new(self, instance);
}

/* ---- attributes */

static Value or_none(Value v)
{
    return v ? v : None;
}

static Value function_get_code(Value self)
{
    TRY(AUDIT("object.__getattr__", self, str_intern_cstring("__code__")));
    return (Value)load_acquire(&((Function *)self)->code);
}

static bool function_set_code(Value self, Value value)
{
    Function *f = (Function *)self;
    if (!value || !has_layout(value, LAYOUT_CODE)) {
        raise(TypeError, "__code__ must be set to a code object");
        return false;
    }
    TRY(AUDIT("object.__setattr__", self, str_intern_cstring("__code__"), value));
    intptr_t have = f->closure ? tuple_length(f->closure) : 0;
    intptr_t need = tuple_length(((Code *)value)->freevars);
    if (have != need) {
        raise(ValueError, "%V() requires a code object with %zd free vars, not %zd",
              load_acquire(&f->name), have, need);
        return false;
    }
    const uint32_t kinds = CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR;
    if ((((Code *)value)->flags & kinds) != (load_acquire(&f->code)->flags & kinds))
        TRY(warn(DeprecationWarning, 1,
                 "Assigning a code object of non-matching type is deprecated (e.g., from a "
                 "generator to a plain function)"));
    gc_store(f, &f->code, (Code *)value);
    return true;
}

/* Tells audit hooks that the attribute is stored, or deleted (value 0). */
static bool audit_store(Value self, const char *name, Value value)
{
    return value ? AUDIT("object.__setattr__", self, str_intern_cstring(name), value)
                 : AUDIT("object.__delattr__", self, str_intern_cstring(name));
}

static Value function_get_defaults(Value self)
{
    TRY(AUDIT("object.__getattr__", self, str_intern_cstring("__defaults__")));
    return or_none(load_acquire(&((Function *)self)->defaults));
}

static bool function_set_defaults(Value self, Value value)
{
    if (value == None)
        value = 0;
    if (value && !is_tuple(value)) {
        raise(TypeError, "__defaults__ must be set to a tuple object");
        return false;
    }
    TRY(audit_store(self, "__defaults__", value));
    gc_store(self, &((Function *)self)->defaults, value);
    return true;
}

static Value function_get_kwdefaults(Value self)
{
    TRY(AUDIT("object.__getattr__", self, str_intern_cstring("__kwdefaults__")));
    return or_none(load_acquire(&((Function *)self)->kwdefaults));
}

static bool function_set_kwdefaults(Value self, Value value)
{
    if (value == None)
        value = 0;
    if (value && !is_dict(value)) {
        raise(TypeError, "__kwdefaults__ must be set to a dict object");
        return false;
    }
    TRY(audit_store(self, "__kwdefaults__", value));
    gc_store(self, &((Function *)self)->kwdefaults, value);
    return true;
}

static Value function_get_name(Value self)
{
    return load_acquire(&((Function *)self)->name);
}

static bool function_set_name(Value self, Value value)
{
    if (!value || !is_str(value)) {
        raise(TypeError, "__name__ must be set to a string object");
        return false;
    }
    gc_store(self, &((Function *)self)->name, value);
    return true;
}

static Value function_get_qualname(Value self)
{
    return load_acquire(&((Function *)self)->qualname);
}

static bool function_set_qualname(Value self, Value value)
{
    if (!value || !is_str(value)) {
        raise(TypeError, "__qualname__ must be set to a string object");
        return false;
    }
    gc_store(self, &((Function *)self)->qualname, value);
    return true;
}

/* The compiler leaves annotations as a tuple of pairs; the dict is made when asked for. */
static Value function_get_annotations(Value self)
{
    Function *f = (Function *)self;
    for (;;) {
        Value annotations = load_acquire(&f->annotations);
        if (annotations && is_dict(annotations))
            return annotations;
        Value dict = TRY(dict_new());
        for (intptr_t i = 0; annotations && i < tuple_length(annotations); i += 2)
            TRY(dict_set(dict, tuple_get(annotations, i), tuple_get(annotations, i + 1)));
        WITH_LOCK (self) {
            if (load_acquire(&f->annotations) == annotations) {
                gc_store(f, &f->annotations, dict);
                return dict;
            }
        }
    }
}

static bool function_set_annotations(Value self, Value value)
{
    if (value == None)
        value = 0;
    if (value && !is_dict(value)) {
        raise(TypeError, "__annotations__ must be set to a dict object");
        return false;
    }
    WITH_LOCK (self)
        gc_store(self, &((Function *)self)->annotations, value);
    return true;
}

static Value function_get_type_params(Value self)
{
    Value params = load_acquire(&((Function *)self)->type_params);
    return params ? params : tuple_empty();
}

static bool function_set_type_params(Value self, Value value)
{
    if (!value || !is_tuple(value)) {
        raise(TypeError, "__type_params__ must be set to a tuple");
        return false;
    }
    gc_store(self, &((Function *)self)->type_params, value);
    return true;
}

static const GetSetDef function_getset[] = {
    {"__code__", function_get_code, function_set_code, 0},
    {"__defaults__", function_get_defaults, function_set_defaults, 0},
    {"__kwdefaults__", function_get_kwdefaults, function_set_kwdefaults, 0},
    {"__annotations__", function_get_annotations, function_set_annotations, 0},
    {"__name__", function_get_name, function_set_name, 0},
    {"__qualname__", function_get_qualname, function_set_qualname, 0},
    {"__type_params__", function_get_type_params, function_set_type_params, 0},
    {0},
};

static const MemberDef function_members[] = {
    {"__closure__", MEMBER_VALUE, offsetof(Function, closure), true, 0},
    {"__doc__", MEMBER_VALUE, offsetof(Function, doc), false, 0},
    {"__globals__", MEMBER_VALUE, offsetof(Function, globals), true, 0},
    {"__builtins__", MEMBER_VALUE, offsetof(Function, builtins), true, 0},
    {"__module__", MEMBER_VALUE, offsetof(Function, module), false, 0},
    {0},
};

Type function_type = {
    TYPE_HEAD("function", Function),
    .repr = function_repr,
    .call = function_call,
    .descr_get = function_descr_get,
    .doc = "Create a function object.\n\n"
           "  code\n    a code object\n  globals\n    the globals dictionary\n"
           "  name\n    a string that overrides the name from the code object\n"
           "  argdefs\n    a tuple that specifies the default argument values\n"
           "  closure\n    a tuple that supplies the bindings for free variables\n"
           "  kwdefaults\n    a dictionary that specifies the default keyword argument values",
    .new_def = M(function_make),
    .getset = function_getset,
    .members = function_members,
    .trace = function_trace,
    .layout = LAYOUT_FUNCTION,
    .flags = TYPE_METHOD_LIKE,
    .tail_offset = offsetof(Function, tail),
    .has_weakrefs = true,
};

/* What type(name, bases, dict) takes as __module__. */
static Value running_module_name(void)
{
    Frame *frame = thread_self()->frame;
    return frame ? dict_get_str(frame->function->globals, names.__name__) : 0;
}

void function_start(void)
{
    type_module_hook = running_module_name;
    type_ready(&function_type, SHAPE_FUNCTION);
}
