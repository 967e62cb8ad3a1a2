/* staticmethod and classmethod: one struct, a callable; they take over its names and doc into their
 * own attributes, as functools.wraps does. */
#include "types/classmethod.h"

#include "core/alloc.h"
#include "core/attribute.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/str.h"

typedef struct Wrapper {
    Object ob;
    Value callable; /* atomic: 0 until __init__ */
    Value tail;     /* attribute slots */
} Wrapper;

static Value callable_of(Value self)
{
    return load_acquire(&((Wrapper *)self)->callable);
}

Value classmethod_function(Value self)
{
    return callable_of(self);
}

static void wrapper_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Wrapper *)self)->callable);
}

/* ---- making
 * -------------------------------------------------------------------------------------------- */

/* Copies what describes the callable to `self`; what it lacks is left out. */
static bool copy_description(Value self, Value callable)
{
    Value copied[] = {names.__module__, names.__name__, names.__qualname__, names.__doc__};
    for (size_t i = 0; i < COUNT_OF(copied); i++) {
        Value value;
        TRY(get_attr_optional(callable, copied[i], &value));
        if (value)
            TRY(set_attr(self, copied[i], value));
    }
    return true;
}

static bool wrapper_set(Value self, Value callable)
{
    bool again = callable_of(self) != 0;
    gc_store(self, &((Wrapper *)self)->callable, callable);
    if (again) /* caches hold the one that there was */
        type_invalidate(type_of(self), 0);
    return copy_description(self, callable);
}

static Value wrapper_new(Type *type, Value callable)
{
    Value self = TRY(object_alloc(type));
    gc_store(self, &((Wrapper *)self)->callable, callable);
    return self;
}

Value staticmethod_wrap(Value callable)
{
    Value self = TRY(wrapper_new(&staticmethod_type, callable));
    /* Methods of builtin types describe themselves. */
    if (has_shape(callable, SHAPE_BUILTIN))
        return self;
    return copy_description(self, callable) ? self : 0;
}

Value classmethod_wrap(Value callable)
{
    Value self = TRY(wrapper_new(&classmethod_type, callable));
    return copy_description(self, callable) ? self : 0;
}

static Value wrapper_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    (void)args;
    (void)nargs;
    (void)kwnames;
    return object_alloc(type);
}

INIT_METHOD(wrapper_init, "function, /")
{
    return wrapper_set(args[0], args[1]) ? None : 0;
}
INIT_METHOD(class_wrapper_init, "function, /")
{
    return wrapper_set(args[0], args[1]) ? None : 0;
}

/* ---- what both have
 * ------------------------------------------------------------------------------------- */

static Value wrapper_function(Value self)
{
    Value callable = callable_of(self);
    return callable ? callable : None;
}

static Value wrapper_is_abstract(Value self)
{
    Value callable = callable_of(self), flag;
    if (!callable)
        return False;
    TRY(get_attr_optional(callable, names.__isabstractmethod__, &flag));
    int truth = flag ? object_truth(flag) : 0;
    return truth < 0 ? 0 : bool_value(truth);
}

/* Of the callable, until something else is set: functions make theirs when first asked. */
static Value wrapper_annotations(Value self)
{
    Value own, callable = wrapper_function(self);
    TRY(instance_find(self, names.__annotations__, &own));
    return own ? own : get_attr(callable, names.__annotations__);
}

static bool wrapper_set_annotations(Value self, Value value)
{
    bool found;
    TRY(instance_store(self, names.__annotations__, value, &found));
    return value || found || raise_value(AttributeError, names.__annotations__);
}

/* The dict shows the annotations as well, though they are not copied until somebody looks. */
static Value wrapper_dict(Value self)
{
    Value own, annotations, callable = wrapper_function(self);
    TRY(instance_find(self, names.__annotations__, &own));
    if (!own) {
        TRY(get_attr_optional(callable, names.__annotations__, &annotations));
        bool found;
        if (annotations)
            TRY(instance_store(self, names.__annotations__, annotations, &found));
    }
    return instance_dict(self);
}

static bool wrapper_set_dict(Value self, Value value)
{
    return value ? instance_set_dict(self, value) : raise(TypeError, "cannot delete __dict__") != 0;
}

static const GetSetDef wrapper_getset[] = {
    {"__dict__", wrapper_dict, wrapper_set_dict, 0},
    {"__annotations__", wrapper_annotations, wrapper_set_annotations, 0},
    {"__isabstractmethod__", wrapper_is_abstract, 0, 0},
    {0},
};

static const MemberDef wrapper_members[] = {
    {"__func__", MEMBER_VALUE, offsetof(Wrapper, callable), true, 0},
    {"__wrapped__", MEMBER_VALUE, offsetof(Wrapper, callable), true, 0},
    {0},
};

/* ---- staticmethod
 * ------------------------------------------------------------------------------------------ */

static Value staticmethod_repr(Value self)
{
    return str_format("<staticmethod(%R)>", wrapper_function(self));
}

static Value staticmethod_get(Value self, Value instance, Value owner)
{
    (void)instance;
    (void)owner;
    Value callable = callable_of(self);
    return callable ? callable : raise(RuntimeError, "uninitialized staticmethod object");
}

static Value staticmethod_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    Value callable = TRY(staticmethod_get(self, 0, 0));
    return call(callable, args, nargs, kwnames);
}

Type staticmethod_type = {
    TYPE_HEAD("staticmethod", Wrapper),
    .repr = staticmethod_repr,
    .call = staticmethod_call,
    .descr_get = staticmethod_get,
    .make = wrapper_make,
    .doc = "Convert a function to be a static method.\n\n"
           "A static method does not receive an implicit first argument.\n"
           "To declare a static method, use this idiom:\n\n"
           "     class C:\n"
           "         @staticmethod\n"
           "         def f(arg1, arg2, argN):\n"
           "             ...\n\n"
           "It can be called either on the class (e.g. C.f()) or on an instance\n"
           "(e.g. C().f()). Both the class and the instance are ignored, and\n"
           "neither is passed implicitly as the first argument to the method.\n\n"
           "Static methods in Python are similar to those found in Java or C++.\n"
           "For a more advanced concept, see the classmethod builtin.",
    .init_def = M(wrapper_init),
    .getset = wrapper_getset,
    .members = wrapper_members,
    .trace = wrapper_trace,
    .layout = LAYOUT_STATICMETHOD,
    .flags = TYPE_BASE,
    .tail_offset = offsetof(Wrapper, tail),
};

/* ---- classmethod
 * ------------------------------------------------------------------------------------------- */

static Value classmethod_repr(Value self)
{
    return str_format("<classmethod(%R)>", wrapper_function(self));
}

static Value classmethod_get(Value self, Value instance, Value owner)
{
    Value callable = callable_of(self);
    if (!callable)
        return raise(RuntimeError, "uninitialized classmethod object");
    if (!owner)
        owner = (Value)type_of(instance);
    return method_new(callable, owner);
}

Type classmethod_type = {
    TYPE_HEAD("classmethod", Wrapper),
    .repr = classmethod_repr,
    .descr_get = classmethod_get,
    .make = wrapper_make,
    .doc = "Convert a function to be a class method.\n\n"
           "A class method receives the class as implicit first argument,\n"
           "just like an instance method receives the instance.\n"
           "To declare a class method, use this idiom:\n\n"
           "  class C:\n"
           "      @classmethod\n"
           "      def f(cls, arg1, arg2, argN):\n"
           "          ...\n\n"
           "It can be called either on the class (e.g. C.f()) or on an instance\n"
           "(e.g. C().f()).  The instance is ignored except for its class.\n"
           "If a class method is called for a derived class, the derived class\n"
           "object is passed as the implied first argument.\n\n"
           "Class methods are different than C++ or Java static methods.\n"
           "If you want those, see the staticmethod builtin.",
    .init_def = M(class_wrapper_init),
    .getset = wrapper_getset,
    .members = wrapper_members,
    .trace = wrapper_trace,
    .layout = LAYOUT_CLASSMETHOD,
    .flags = TYPE_BASE,
    .tail_offset = offsetof(Wrapper, tail),
};

void classmethod_start(void)
{
    staticmethod_type.size = classmethod_type.size = offsetof(Wrapper, tail);
    type_ready(&staticmethod_type, SHAPE_STATICMETHOD);
    type_ready(&classmethod_type, SHAPE_CLASSMETHOD);
}
