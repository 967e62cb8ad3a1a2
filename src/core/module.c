/* module: its attributes are in a dict, the namespace of its code; an instance is in dictionary
 * mode from the beginning. */
#include "core/module.h"

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/attribute.h"
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "core/shape.h"
#include "core/share.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

Value (*import_hook)(Value name);

Value import_by_name(const char *name)
{
    Value text = TRY(str_intern_cstring(name));
    if (!import_hook)
        return raise(ImportError, "No module named '%s'", name);
    return import_hook(text);
}

static Module *as_module(Value v)
{
    return (Module *)v;
}

static void module_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Module *)self)->dict);
}

Value module_dict(Value module)
{
    return as_module(module)->dict;
}

/* ---- making
 * ----------------------------------------------------------------------------------------- */

/* Gives a new instance its namespace, which is its __dict__ as well. */
static bool module_give_dict(Value module)
{
    if (as_module(module)->dict)
        return true;
    Value dict = TRY(dict_new());
    gc_store(module, &as_module(module)->dict, dict);
    return instance_set_dict(module, dict);
}

static bool set_names(Value module, Value name, Value doc)
{
    Value dict = as_module(module)->dict;
    return dict_set(dict, names.__name__, name) && dict_set(dict, names.__doc__, doc) &&
           dict_set(dict, names.__package__, None) && dict_set(dict, names.__loader__, None) &&
           dict_set(dict, names.__spec__, None);
}

static Value module_alloc(Type *type)
{
    Value module = TRY(object_alloc(type));
    TRY(module_give_dict(module));
    if (load_relaxed(&multithreaded))
        share_value(module);
    return module;
}

Value module_new(Value name)
{
    Value module = TRY(module_alloc(&module_type));
    return set_names(module, name, None) ? module : 0;
}

static bool add_functions(Value module, const ModuleDef *def, Value name)
{
    for (MethodDef *const *f = def->functions; f && *f; f++)
        TRY(module_add(module, (*f)->name, builtin_new(*f, module, name)));
    return true;
}

Value module_create(const ModuleDef *def)
{
    Value name = TRY(str_intern_cstring(def->name));
    Value module = TRY(module_new(name));
    as_module(module)->def = def;
    if (def->doc)
        TRY(module_add_string(module, "__doc__", def->doc));
    TRY(add_functions(module, def, name));
    TRY(!def->execute || def->execute(module));
    return module;
}

bool module_add(Value module, const char *name, Value value)
{
    return value && dict_set(as_module(module)->dict, TRY(str_intern_cstring(name)), value);
}

bool module_add_int(Value module, const char *name, intptr_t value)
{
    return module_add(module, name, int_from(value));
}

bool module_add_string(Value module, const char *name, const char *utf8)
{
    return module_add(module, name, str_from_cstring(utf8));
}

bool module_add_type(Value module, Type *type)
{
    type_ready(type, 0);
    return module_add(module, type_short_name(type), (Value)type);
}

/* ---- the type
 * ------------------------------------------------------------------------------------------ */

INIT_METHOD(module_init, "name, doc=None")
{
    if (!is_str(args[1]))
        return raise(TypeError, "module() argument 'name' must be str, not %B", args[1]);
    TRY(module_give_dict(args[0]));
    return set_names(args[0], args[1], args[2]) ? None : 0;
}

static Value module_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    (void)args;
    (void)nargs;
    (void)kwnames;
    return module_alloc(type);
}

/* As importlib does it: the loader's word, else where the module came from. */
static Value module_repr(Value self)
{
    Value importlib = TRY(import_by_name("_frozen_importlib"));
    Value function = TRY(get_attr_string(importlib, "_module_repr"));
    return call1(function, self);
}

Value (*module_missing_hook)(Value module, Value dict, Value name);

/* Attributes that are not found: the module's own __getattr__ (PEP 562) is
 * asked. 0 without an exception: absent. */
static Value find_attribute(Value self, Value name)
{
    Value result, dict = as_module(self)->dict;
    TRY(generic_getattr_optional(self, name, &result));
    if (result)
        return result;
    Value hook = dict ? dict_get_str(dict, names.__getattr__) : 0;
    return hook ? call1(hook, name) : 0;
}

Value module_getattr(Value self, Value name)
{
    name = TRY(attribute_name(name));
    Value result = find_attribute(self, name);
    return result || error_pending() ? result
                                     : module_missing_hook(self, as_module(self)->dict, name);
}

bool module_getattr_optional(Value self, Value name, Value *result)
{
    name = TRY(attribute_name(name));
    *result = find_attribute(self, name);
    return *result || !error_pending() || error_clear_if(AttributeError);
}

METHOD(module_dir, "__dir__", "/", "__dir__() -> list\nspecialized dir() implementation")
{
    Value dict = TRY(get_attr(args[0], names.__dict__));
    if (!is_dict(dict))
        return raise(TypeError, "<module>.__dict__ is not a dictionary");
    Value hook = dict_get_str(dict, names.__dir__);
    return hook ? call0(hook) : dict_keys_list(dict);
}

static Value module_get_dict(Value self)
{
    Value dict = as_module(self)->dict;
    return dict ? dict : None;
}

static Value module_get_annotations(Value self)
{
    Value dict = as_module(self)->dict;
    Value annotations = dict_get_str(dict, names.__annotations__);
    if (annotations)
        return annotations;
    return dict_set_default(dict, names.__annotations__, TRY(dict_new()));
}

static bool module_set_annotations(Value self, Value value)
{
    Value dict = as_module(self)->dict;
    if (value)
        return dict_set(dict, names.__annotations__, value);
    bool found;
    TRY(dict_delete(dict, names.__annotations__, &found));
    return found || raise_value(AttributeError, names.__annotations__);
}

static MethodDef *const module_methods[] = {M(module_dir), 0};

static const GetSetDef module_getset[] = {
    {"__dict__", module_get_dict, 0, 0},
    {"__annotations__", module_get_annotations, module_set_annotations, 0},
    {0},
};

Type module_type = {
    TYPE_HEAD("module", Module),
    .repr = module_repr,
    .getattr = module_getattr,
    .make = module_make,
    .init_def = M(module_init),
    .doc = "Create a module object.\n\n"
           "The name must be a string; the optional docstring can have any type.",
    .methods = module_methods,
    .getset = module_getset,
    .trace = module_trace,
    .layout = LAYOUT_MODULE,
    .flags = TYPE_BASE,
    .tail_offset = offsetof(Module, tail),
    .has_weakrefs = true,
};

void module_start(void)
{
    module_type.size = offsetof(Module, tail); /* the tail is counted apart */
    type_ready(&module_type, SHAPE_MODULE);
}
