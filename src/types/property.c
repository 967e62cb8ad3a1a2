/* property: a descriptor that calls a getter, a setter and a deleter. */
#include "types/property.h"

#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "gc/heap.h"
#include "core/names.h"
#include "types/str.h"
#include "types/tuple.h"

static Property *as_property(Value v)
{
    return (Property *)v;
}

static void property_trace(Object *self, Tracer *tracer)
{
    Property *p = (Property *)self;
    gc_visit(tracer, p->get);
    gc_visit(tracer, p->set);
    gc_visit(tracer, p->del);
    gc_visit(tracer, p->doc);
    gc_visit(tracer, p->name);
}

/* ---- making ----------------------------------------------------------------------------- */

static Value property_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    (void)args;
    (void)nargs;
    (void)kwnames;
    return object_alloc(type);
}

static Value none_to_0(Value v)
{
    return v == None ? 0 : v;
}

/* The doc of a subclass's instance is an attribute of its own. Where there can't be any, a doc that
 * was given is dropped; one that came from the getter is an error. */
static bool store_doc(Value self, Value doc)
{
    if (type_of(self) == &property_type) {
        gc_store(self, &as_property(self)->doc, doc);
        return true;
    }
    return set_attr(self, names.__doc__, doc ? doc : None) ||
           (!load_relaxed(&as_property(self)->doc_of_getter) && error_clear_if(AttributeError));
}

INIT_METHOD(property_init, "fget=None, fset=None, fdel=None, doc=None")
{
    Value self = args[0], doc = none_to_0(args[4]);
    Property *p = as_property(self);
    gc_store(p, &p->get, none_to_0(args[1]));
    gc_store(p, &p->set, none_to_0(args[2]));
    gc_store(p, &p->del, none_to_0(args[3]));
    gc_store(p, &p->doc, 0);
    gc_store(p, &p->name, 0);
    store_relaxed(&p->doc_of_getter, false);
    if (!doc && args[1] != None) {
        TRY(get_attr_optional(args[1], names.__doc__, &doc));
        store_relaxed(&p->doc_of_getter, doc && doc != None);
    }
    TRY(store_doc(self, none_to_0(doc)));
    return None;
}

/* The same property with one function replaced. */
static Value property_copy(Value self, Value get, Value set, Value del)
{
    Property *p = as_property(self);
    Value doc = load_relaxed(&p->doc_of_getter) && get ? None : load_acquire(&p->doc);
    Value args[] = {get ? get : None, set ? set : None, del ? del : None, doc ? doc : None};
    Value copy = TRY(call((Value)type_of(self), args, 4, 0));
    if (is_instance_of(copy, &property_type))
        gc_store(copy, &as_property(copy)->name, load_acquire(&p->name));
    return copy;
}

/* ---- names in messages ------------------------------------------------------------------ */

/* From __set_name__, else the getter's; *name 0 if neither is known. */
static bool find_name(Property *p, Value *name)
{
    *name = load_acquire(&p->name);
    Value get = load_acquire(&p->get);
    return *name || !get || get_attr_optional(get, names.__name__, name);
}

static bool raise_lacking(Value self, Value instance, const char *what)
{
    Value name;
    TRY(find_name(as_property(self), &name));
    Value qualname = TRY(get_attr((Value)type_of(instance), names.__qualname__));
    if (name)
        return raise(AttributeError, "property %R of %R object has no %s", name, qualname, what);
    return raise(AttributeError, "property of %R object has no %s", qualname, what);
}

/* ---- slots ------------------------------------------------------------------------------ */

static Value property_get(Value self, Value instance, Value owner)
{
    (void)owner;
    if (!instance || instance == None)
        return self;
    Value getter = load_acquire(&as_property(self)->get);
    if (getter)
        return call1(getter, instance);
    raise_lacking(self, instance, "getter");
    return 0;
}

static bool property_set(Value self, Value instance, Value value)
{
    Property *p = as_property(self);
    Value function = value ? load_acquire(&p->set) : load_acquire(&p->del);
    if (!function)
        return raise_lacking(self, instance, value ? "setter" : "deleter");
    return (value ? call2(function, instance, value) : call1(function, instance)) != 0;
}

/* ---- methods
 * --------------------------------------------------------------------------------------------------------
 */

METHOD(property_getter, "getter", "object, /",
       "Descriptor to obtain a copy of the property with a different getter.")
{
    Property *p = as_property(args[0]);
    return property_copy(args[0], args[1], load_acquire(&p->set), load_acquire(&p->del));
}

METHOD(property_setter, "setter", "object, /",
       "Descriptor to obtain a copy of the property with a different setter.")
{
    Property *p = as_property(args[0]);
    return property_copy(args[0], load_acquire(&p->get), args[1], load_acquire(&p->del));
}

METHOD(property_deleter, "deleter", "object, /",
       "Descriptor to obtain a copy of the property with a different deleter.")
{
    Property *p = as_property(args[0]);
    return property_copy(args[0], load_acquire(&p->get), load_acquire(&p->set), args[1]);
}

METHOD(property_set_name, "__set_name__", "!*args", "Method to set name of a property.")
{
    if (tuple_length(args[1]) != 2)
        return raise(TypeError, "__set_name__() takes 2 positional arguments but %zd were given",
                     tuple_length(args[1]));
    gc_store(args[0], &as_property(args[0])->name, tuple_get(args[1], 1));
    return None;
}

static Value property_name(Value self)
{
    Value name;
    TRY(find_name(as_property(self), &name));
    if (name)
        return name;
    return raise(AttributeError, "'%T' object has no attribute '__name__'", self);
}

static bool property_set_name_attribute(Value self, Value value)
{
    gc_store(self, &as_property(self)->name, value);
    return true;
}

static Value property_is_abstract(Value self)
{
    Property *p = as_property(self);
    Value functions[] = {load_acquire(&p->get), load_acquire(&p->set), load_acquire(&p->del)};
    for (size_t i = 0; i < COUNT_OF(functions); i++) {
        Value flag = 0;
        if (functions[i])
            TRY(get_attr_optional(functions[i], names.__isabstractmethod__, &flag));
        int truth = flag ? object_truth(flag) : 0;
        if (truth)
            return truth < 0 ? 0 : True;
    }
    return False;
}

static MethodDef *const property_methods[] = {
    M(property_getter), M(property_setter), M(property_deleter), M(property_set_name), 0,
};

static const MemberDef property_members[] = {
    {"fget", MEMBER_VALUE, offsetof(Property, get), true, 0},
    {"fset", MEMBER_VALUE, offsetof(Property, set), true, 0},
    {"fdel", MEMBER_VALUE, offsetof(Property, del), true, 0},
    {"__doc__", MEMBER_VALUE, offsetof(Property, doc), false, 0},
    {0},
};

static const GetSetDef property_getset[] = {
    {"__name__", property_name, property_set_name_attribute, 0},
    {"__isabstractmethod__", property_is_abstract, 0, 0},
    {0},
};

Type property_type = {
    TYPE_HEAD("property", Property),
    .descr_get = property_get,
    .descr_set = property_set,
    .make = property_make,
    .doc = "Property attribute.\n\n"
           "  fget\n"
           "    function to be used for getting an attribute value\n"
           "  fset\n"
           "    function to be used for setting an attribute value\n"
           "  fdel\n"
           "    function to be used for del'ing an attribute\n"
           "  doc\n"
           "    docstring\n\n"
           "Typical use is to define a managed attribute x:\n\n"
           "class C(object):\n"
           "    def getx(self): return self._x\n"
           "    def setx(self, value): self._x = value\n"
           "    def delx(self): del self._x\n"
           "    x = property(getx, setx, delx, \"I'm the 'x' property.\")\n\n"
           "Decorators make defining new properties or modifying existing ones easy:\n\n"
           "class C(object):\n"
           "    @property\n"
           "    def x(self):\n"
           "        \"I am the 'x' property.\"\n"
           "        return self._x\n"
           "    @x.setter\n"
           "    def x(self, value):\n"
           "        self._x = value\n"
           "    @x.deleter\n"
           "    def x(self):\n"
           "        del self._x",
    .init_def = M(property_init),
    .methods = property_methods,
    .getset = property_getset,
    .members = property_members,
    .trace = property_trace,
    .layout = LAYOUT_PROPERTY,
    .flags = TYPE_BASE,
};

void property_start(void)
{
    type_ready(&property_type, SHAPE_PROPERTY);
}
