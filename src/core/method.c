/* Bound methods of Python functions: `method`. */
#include "core/call.h"

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/attribute.h"
#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/str.h"
#include "types/tuple.h"

Value method_new(Value function, Value self)
{
    Method *m = TRY((Method *)alloc_object(SHAPE_METHOD, sizeof *m));
    /* NO_BARRIER: fresh, nothing allocated since */
    m->function = function;
    m->self = self;
    return (Value)m;
}

static Method *as_method(Value v)
{
    return (Method *)v;
}

static void method_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Method *)self)->function);
    gc_visit(tracer, ((Method *)self)->self);
}

static Value method_call(Value callee, Value *args, size_t nargs, Value kwnames)
{
    Method *m = as_method(callee);
    return call_prepend(m->function, m->self, args, nargs, kwnames);
}

static Value method_repr(Value self)
{
    Method *m = as_method(self);
    Value name;
    TRY(get_attr_optional(m->function, names.__qualname__, &name));
    if (!name)
        TRY(get_attr_optional(m->function, names.__name__, &name));
    Value shown = TRY(object_repr(m->self));
    if (!name || !is_str(name))
        return str_format("<bound method ? of %V>", shown);
    return str_format("<bound method %V of %V>", name, shown);
}

static bool method_hash(Value self, int64_t *hash)
{
    Method *m = as_method(self);
    int64_t of_function;
    TRY(object_hash(m->function, &of_function));
    *hash = of_function ^ (int64_t)(value_bits(m->self) >> 4);
    return true;
}

static Value method_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !has_shape(a, SHAPE_METHOD) ||
        !has_shape(b, SHAPE_METHOD))
        return NotImplemented;
    Method *x = as_method(a), *y = as_method(b);
    int equal = object_equal(x->function, y->function);
    if (equal < 0)
        return 0;
    return bool_value((equal && object_is(x->self, y->self)) == (op == CMP_EQ));
}

/* Attributes that the method type does not have are the function's. */
static Value method_getattr(Value self, Value name)
{
    if (type_lookup(&method_type, name))
        return generic_getattr(self, name);
    return get_attr(as_method(self)->function, name);
}

static Value method_get(Value self, Value instance, Value owner)
{
    (void)instance;
    (void)owner;
    return self;
}

static Value method_doc(Value self)
{
    return get_attr(as_method(self)->function, names.__doc__);
}

static Value method_function(Value self)
{
    return as_method(self)->function;
}

static Value method_self(Value self)
{
    return as_method(self)->self;
}

METHOD(method_reduce, "__reduce__", "/", 0)
{
    Method *m = as_method(args[0]);
    Value name = TRY(get_attr(m->function, names.__name__));
    Value getter = TRY(builtin_named("getattr"));
    Value arguments = TRY(tuple_of(m->self, name));
    return tuple_of(getter, arguments);
}

NEW_METHOD(method_make, "function, instance, /")
{
    if (!type_of(args[1])->call)
        return raise(TypeError, "first argument must be callable");
    if (args[2] == None)
        return raise(TypeError, "instance must not be None");
    return method_new(args[1], args[2]);
}

static MethodDef *const method_methods[] = {M(method_reduce), 0};

static const GetSetDef method_getset[] = {
    {"__doc__", method_doc, 0, 0},
    {"__func__", method_function, 0, "the function (or other callable) implementing a method"},
    {"__self__", method_self, 0, "the instance to which a method is bound"},
    {0},
};

Type method_type = {
    TYPE_HEAD("method", Method), .repr = method_repr,
    .hash = method_hash,         .compare = method_compare,
    .call = method_call,         .getattr = method_getattr,
    .descr_get = method_get,     .doc = "Create a bound instance method object.",
    .new_def = M(method_make),   .methods = method_methods,
    .getset = method_getset,     .trace = method_trace,
    .layout = LAYOUT_METHOD,     .has_weakrefs = true,
};

void call_start(void)
{
    type_ready(&builtin_type, SHAPE_BUILTIN);
    type_ready(&method_type, SHAPE_METHOD);
}
