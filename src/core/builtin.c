/* Builtin functions, and methods of builtin types bound to an instance:
 * builtin_function_or_method.
 *
 * A function of a module has the module as `self`, which it does not get as an argument; a static
 * method has its type there. */
#include "core/call.h"

#include <string.h>
#include "core/abstract.h"
#include "core/alloc.h"
#include "core/attribute.h"
#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/signature.h"
#include "core/slots.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- calling definitions --------------------------------------------------------------------- */

static bool takes_self(const MethodDef *def)
{
    return def->kind == KIND_METHOD || def->kind == KIND_CLASS_METHOD;
}

Value call_site(const CallSite *site, Value *args, size_t nargs, Value kwnames)
{
    const MethodDef *def = site->def;
    const Signature *s = TRY(signature_of(def));
    size_t first = takes_self(def);
    /* No longer than it must be: what is not written to keeps alive whatever it points to. */
    Value *bound = __builtin_alloca((s->count + 1u) * sizeof *bound);
    bound[0] = site->self;
    if (likely(!kwnames && s->rest_optional && nargs >= s->required && nargs <= s->positional)) {
        for (size_t i = 0; i < nargs; i++)
            bound[first + i] = args[i];
        for (size_t i = nargs; i < s->count; i++)
            bound[first + i] = s->parameters[i].fallback;
        return def->function(bound);
    }
    if (!kwnames && s->var_positional == 0) { /* f(*args, ...) */
        bool complete = true;
        bound[first] = TRY(tuple_from_values(args, (intptr_t)nargs));
        for (size_t i = 1; i < s->count; i++) {
            bound[first + i] = s->parameters[i].fallback;
            complete &= !s->parameters[i].required;
        }
        if (complete)
            return def->function(bound);
    }
    TRY(signature_bind(s, site, args, nargs, kwnames, bound + first));
    return def->function(bound);
}

Value builtin_call(const MethodDef *def, Value self_or_class, Value *args, size_t nargs,
                   Value kwnames)
{
    CallSite site = {.def = def, .self = self_or_class};
    return call_site(&site, args, nargs, kwnames);
}

Value call_site_bound(const CallSite *site, Value *args, size_t nargs, Value kwnames)
{
    const MethodDef *def = site->def;
    const Signature *s = TRY(signature_of(def));
    if (likely(!kwnames && s->only_positional && nargs == s->count + 1u))
        return def->function(args);
    CallSite with_self = *site;
    with_self.self = args[0];
    return call_site(&with_self, args + 1, nargs - 1, kwnames);
}

Value builtin_call_bound(const MethodDef *def, Value *args, size_t nargs, Value kwnames)
{
    CallSite site = {.def = def};
    return call_site_bound(&site, args, nargs, kwnames);
}

/* ---- __new__ of builtin types ---------------------------------------------------------------- */

static Value constructor_called(Value *args);

/* Marks the `__new__` that type_ready puts into the dicts of builtin types; the call is
 * constructor_call. */
static MethodDef constructor_def = {
    "__new__",
    "*args, **kwargs",
    "Create and return a new object.  See help(type) for accurate signature.",
    constructor_called,
    KIND_CLASS_METHOD,
    0,
    0};

static Value constructor_called(Value *args UNUSED)
{
    UNREACHABLE();
}

Value builtin_new_constructor(Type *owner)
{
    Builtin *b = TRY((Builtin *)builtin_new(&constructor_def, (Value)owner, 0));
    b->owner = owner;
    return (Value)b;
}

Type *builtin_new_owner(Value v)
{
    if (!has_shape(v, SHAPE_BUILTIN) || ((Builtin *)v)->def != &constructor_def)
        return 0;
    return ((Builtin *)v)->owner;
}

/* The type whose C struct the instances of `type` have: the nearest builtin base that makes them.
 */
static Type *static_base(Type *type)
{
    for (Type *base; type_flags(type) & TYPE_HEAP && (base = type_base(type)) != 0;)
        type = base;
    return type;
}

bool constructor_ignores_keywords(Type *type, const MethodDef *def)
{
    const Signature *s = signature_of(def);
    return s && !s->takes_keywords && s->var_keyword < 0 && type->init != static_base(type)->init;
}

/* owner.__new__(cls, ...): `cls` has to derive from owner, without a builtin type between them
 * that makes its instances otherwise. */
static Value constructor_call(Type *owner, Value *args, size_t nargs, Value kwnames)
{
    const char *name = owner->name;
    if (!nargs)
        return raise(TypeError, "%s.__new__(): not enough arguments", name);
    if (!is_type(args[0]))
        return raise(TypeError, "%s.__new__(X): X is not a type object (%T)", name, args[0]);
    Type *type = (Type *)args[0];
    if (!type_is_subtype(type, owner))
        return raise(TypeError, "%s.__new__(%N): %N is not a subtype of %s", name, type, type,
                     name);
    bool unready = !load_acquire(&type->root_shape); /* its metatype's mro() runs */
    Type *base = unready ? type : static_base(type);
    if (unready || base->make != owner->make || base->new_def != owner->new_def)
        return raise(TypeError, "%s.__new__(%N) is not safe, use %N.__new__()", name, type, base);
    if (owner->new_def) {
        CallSite site = {.def = owner->new_def, .owner = owner, .self = args[0]};
        if (kwnames && constructor_ignores_keywords(type, owner->new_def))
            kwnames = 0;
        return call_site(&site, args + 1, nargs - 1, kwnames);
    }
    return owner->make(type, args + 1, nargs - 1, kwnames);
}

/* ---- builtin_function_or_method ----------------------------------------------------------------
 */

Value builtin_new(MethodDef *def, Value self, Value module)
{
    Builtin *b = TRY((Builtin *)alloc_object(SHAPE_BUILTIN, sizeof *b));
    /* NO_BARRIER: fresh, nothing allocated since */
    b->def = def;
    b->self = self;
    b->module = module;
    return (Value)b;
}

static Builtin *as_builtin(Value v)
{
    return (Builtin *)v;
}

static void builtin_trace(Object *self, Tracer *tracer)
{
    Builtin *b = (Builtin *)self;
    gc_visit(tracer, b->self);
    gc_visit(tracer, b->module);
    gc_visit(tracer, (Value)b->owner);
}

static Value builtin_call_object(Value callee, Value *args, size_t nargs, Value kwnames)
{
    Builtin *b = as_builtin(callee);
    const MethodDef *def = b->def;
    if (unlikely(def == &constructor_def))
        return constructor_call(b->owner, args, nargs, kwnames);
    if (!takes_self(def)) {
        const Signature *s = TRY(signature_of(def));
        if (likely(!kwnames && s->only_positional && nargs == s->count))
            return def->function(args);
    }
    CallSite site = {def, 0, b->self, b->module};
    return call_site(&site, args, nargs, kwnames);
}

/* A function, not a method: its self is a module or nothing. */
static bool is_plain_function(Builtin *b)
{
    return !b->self || has_layout(b->self, LAYOUT_MODULE);
}

static Value builtin_repr(Value self)
{
    Builtin *b = as_builtin(self);
    if (is_plain_function(b))
        return str_format("<built-in function %s>", b->def->name);
    return str_format("<built-in method %s of %T object at 0x%zx>", b->def->name, b->self,
                      (size_t)b->self);
}

static bool builtin_hash(Value self, int64_t *hash)
{
    Builtin *b = as_builtin(self);
    *hash = (int64_t)((value_bits(b->self) ^ (uintptr_t)b->def ^ (uintptr_t)b->owner) >> 4);
    return true;
}

static Value builtin_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !has_shape(a, SHAPE_BUILTIN) ||
        !has_shape(b, SHAPE_BUILTIN))
        return NotImplemented;
    Builtin *x = as_builtin(a), *y = as_builtin(b);
    bool equal = x->def == y->def && x->self == y->self && x->owner == y->owner;
    return bool_value(equal == (op == CMP_EQ));
}

static Value builtin_name(Value self)
{
    return str_from_cstring(as_builtin(self)->def->name);
}

static Value builtin_qualname(Value self)
{
    Builtin *b = as_builtin(self);
    if (is_plain_function(b))
        return builtin_name(self);
    Value type = is_type(b->self) ? b->self : (Value)type_of(b->self);
    Value qualname = TRY(get_attr(type, names.__qualname__));
    if (!is_str(qualname))
        return raise(TypeError, "<method>.__class__.__qualname__ is not a unicode object");
    return str_format("%V.%s", qualname, b->def->name);
}

static Value builtin_self(Value self)
{
    Builtin *b = as_builtin(self);
    return b->self && b->def->kind != KIND_STATIC_METHOD ? b->self : None;
}

static Value builtin_module(Value self)
{
    Builtin *b = as_builtin(self);
    return b->module ? b->module : None;
}

static Value builtin_doc(Value self)
{
    return signature_doc(as_builtin(self)->def);
}

static Value builtin_signature(Value self)
{
    return signature_text(as_builtin(self)->def);
}

METHOD(builtin_reduce, "__reduce__", "/", 0)
{
    Builtin *b = as_builtin(args[0]);
    if (is_plain_function(b))
        return builtin_name(args[0]);
    return descriptor_reduce(b->self, b->def->name);
}

static MethodDef *const builtin_methods[] = {M(builtin_reduce), 0};

static const GetSetDef builtin_getset[] = {
    {"__doc__", builtin_doc, 0, 0},
    {"__name__", builtin_name, 0, 0},
    {"__qualname__", builtin_qualname, 0, 0},
    {"__self__", builtin_self, 0, 0},
    {"__text_signature__", builtin_signature, 0, 0},
    {"__module__", builtin_module, 0, 0},
    {0},
};

Type builtin_type = {
    TYPE_HEAD("builtin_function_or_method", Builtin),
    .repr = builtin_repr,
    .hash = builtin_hash,
    .compare = builtin_compare,
    .call = builtin_call_object,
    .methods = builtin_methods,
    .getset = builtin_getset,
    .trace = builtin_trace,
    .layout = LAYOUT_BUILTIN,
    .has_weakrefs = true,
};
