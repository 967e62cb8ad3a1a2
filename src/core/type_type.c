/* `type` itself: calling classes, repr, methods. */
#include "core/abstract.h"
#include "core/attribute.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/type_impl.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/union.h"

/* ---- calling a class ---------------------------------------------------------------------------
 */

static Value type_of_one(Value o)
{
    return (Value)type_of(o);
}

static Value type_call(Value callee, Value *args, size_t nargs, Value kwnames)
{
    Type *type = (Type *)callee;
    if (type == &type_type) {
        size_t nkw = kwnames ? (size_t)tuple_length(kwnames) : 0;
        if (nargs == 1 && !nkw)
            return (Value)type_of(args[0]);
        if (nargs == 1)
            return raise(TypeError, "type() takes no keyword arguments");
        if (nargs != 3)
            return raise(TypeError, "type() takes 1 or 3 arguments");
    }
    if (unlikely(!type->make))
        return raise(TypeError, "cannot create '%N' instances", type);
    Value made = TRY(type->make(type, args, nargs, kwnames));
    Type *of_made = type_of(made);
    if (of_made == type && type->init == object_type.init)
        return made; /* object.__init__() has nothing to say that object.__new__() has not */
    if (!type_is_subtype(of_made, type))
        return made;
    if (of_made->init)
        TRY(of_made->init(made, args, nargs, kwnames));
    return made;
}

/* ---- slots
 * --------------------------------------------------------------------------------------- */

static Value type_repr(Value self)
{
    Type *type = (Type *)self;
    Value module;
    module = type_module_name(type);
    if (!module && !error_clear_if(AttributeError))
        return 0;
    Value qualname = TRY(type_qualname(type));
    if (module && is_str(module) && !str_equals(module, "builtins"))
        return str_format("<class '%V.%V'>", module, qualname);
    return str_format("<class '%N'>", type);
}

static Value type_or(Value a, Value b)
{
    return union_of(a, b);
}

/* ---- methods
 * --------------------------------------------------------------------------------------- */

METHOD(type_mro_method, "mro", "/", "Return a type's method resolution order.")
{
    return mro_c3((Type *)args[0]);
}

METHOD(type_subclasses_method, "__subclasses__", "/", "Return a list of immediate subclasses.")
{
    return type_subclasses_list((Type *)args[0]);
}

CLASS_METHOD(type_prepare, "__prepare__", "*args, **kwargs",
             "Create the namespace for the class statement")
{
    return dict_new();
}

METHOD(type_instancecheck, "__instancecheck__", "instance, /", "Check if an object is an instance.")
{
    int answer = isinstance_real(args[1], args[0]);
    return answer < 0 ? 0 : bool_value(answer);
}

METHOD(type_subclasscheck, "__subclasscheck__", "subclass, /", "Check if a class is a subclass.")
{
    int answer = issubclass_real(args[1], args[0]);
    return answer < 0 ? 0 : bool_value(answer);
}

METHOD(type_dir, "__dir__", "/", "Specialized __dir__ implementation for types.")
{
    Value all = TRY(dict_new());
    TRY(merge_class_dicts(args[0], all));
    return dict_keys_list(all);
}

METHOD(type_sizeof, "__sizeof__", "/", "Return memory consumption of the type object.")
{
    return int_from(sizeof(Type));
}

static MethodDef *const type_methods[] = {
    M(type_mro_method),    M(type_subclasses_method),
    M(type_prepare),       M(type_instancecheck),
    M(type_subclasscheck), M(type_dir),
    M(type_sizeof),        0,
};

Type type_type = {
    TYPE_HEAD("type", Type),
    .repr = type_repr,
    .call = type_call,
    .getattr = type_getattr,
    .setattr = type_setattr,
    .or_ = type_or,
    .init = type_init,
    .make = type_make,
    .make_one = type_of_one,
    .doc = "type(object) -> the object's type\n"
           "type(name, bases, dict, **kwds) -> a new type",
    .methods = type_methods,
    .getset = type_getset,
    .trace = type_trace,
    .release = type_release,
    .layout = LAYOUT_TYPE,
    .flags = TYPE_BASE | TYPE_IS_TYPE,
    .has_weakrefs = true,
};
