/* Descriptors of builtin types: method_descriptor, classmethod_descriptor, getset_descriptor,
 * member_descriptor. They are immutable. */
#include "core/descriptor.h"

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/attribute.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/shape.h"
#include "core/share.h"
#include "core/type_impl.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- what they have in common -----------------------------------------------------------------
 */

bool descriptor_check(Type *owner, const char *name, Value self)
{
    if (likely(is_instance_of(self, owner)))
        return true;
    return raise(TypeError, "descriptor '%s' for '%N' objects doesn't apply to a '%T' object", name,
                 owner, self);
}

Value descriptor_qualname(Type *owner, const char *name)
{
    Value qualname = TRY(get_attr((Value)owner, names.__qualname__));
    if (!is_str(qualname))
        return raise(TypeError, "<descriptor>.__objclass__.__qualname__ is not a unicode object");
    return str_format("%V.%s", qualname, name);
}

Value (*builtins_hook)(void);

Value builtin_named(const char *name)
{
    Value key = TRY(str_intern_cstring(name));
    Value found = get_item(builtins_hook(), key);
    if (!found && error_clear_if(KeyError))
        return raise(AttributeError, "%s", name);
    return found;
}

Value descriptor_reduce(Value object, const char *name)
{
    Value getter = TRY(builtin_named("getattr"));
    Value text = TRY(str_from_cstring(name));
    Value arguments = TRY(tuple_of(object, text));
    return tuple_of(getter, arguments);
}

/* ---- method_descriptor -------------------------------------------------------------------------
 */

Value method_descriptor_new(MethodDef *def, Type *owner)
{
    uint32_t shape =
        def->kind == KIND_CLASS_METHOD ? SHAPE_CLASSMETHOD_DESCRIPTOR : SHAPE_METHOD_DESCRIPTOR;
    MethodDescriptor *d = TRY((MethodDescriptor *)alloc_object(shape, sizeof *d));
    d->def = def;
    d->owner = owner;
    return (Value)d;
}

static MethodDescriptor *as_method_descriptor(Value v)
{
    return (MethodDescriptor *)v;
}

static void method_descriptor_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, (Value)((MethodDescriptor *)self)->owner);
}

static Value method_descriptor_repr(Value self)
{
    MethodDescriptor *d = as_method_descriptor(self);
    return str_format("<method '%s' of '%N' objects>", d->def->name, d->owner);
}

static Value method_descriptor_call(Value callee, Value *args, size_t nargs, Value kwnames)
{
    MethodDescriptor *d = as_method_descriptor(callee);
    if (unlikely(!nargs))
        return raise(TypeError, "unbound method %s.%s() needs an argument",
                     type_short_name(d->owner), d->def->name);
    TRY(descriptor_check(d->owner, d->def->name, args[0]));
    CallSite site = {.def = d->def, .owner = d->owner};
    return call_site_bound(&site, args, nargs, kwnames);
}

static Value method_descriptor_get(Value self, Value instance, Value owner)
{
    (void)owner;
    MethodDescriptor *d = as_method_descriptor(self);
    if (!instance)
        return self;
    TRY(descriptor_check(d->owner, d->def->name, instance));
    return builtin_new(d->def, instance, 0);
}

static Value method_descriptor_name(Value self)
{
    return str_from_cstring(as_method_descriptor(self)->def->name);
}

static Value method_descriptor_qualname(Value self)
{
    MethodDescriptor *d = as_method_descriptor(self);
    return descriptor_qualname(d->owner, d->def->name);
}

static Value method_descriptor_objclass(Value self)
{
    return (Value)as_method_descriptor(self)->owner;
}

static Value method_descriptor_doc(Value self)
{
    return signature_doc(as_method_descriptor(self)->def);
}

static Value method_descriptor_signature(Value self)
{
    return signature_text(as_method_descriptor(self)->def);
}

METHOD(method_descriptor_reduce, "__reduce__", "/", 0)
{
    MethodDescriptor *d = as_method_descriptor(args[0]);
    return descriptor_reduce((Value)d->owner, d->def->name);
}

static MethodDef *const method_descriptor_methods[] = {M(method_descriptor_reduce), 0};

static const GetSetDef method_descriptor_getset[] = {
    {"__name__", method_descriptor_name, 0, 0},
    {"__qualname__", method_descriptor_qualname, 0, 0},
    {"__objclass__", method_descriptor_objclass, 0, 0},
    {"__doc__", method_descriptor_doc, 0, 0},
    {"__text_signature__", method_descriptor_signature, 0, 0},
    {0},
};

Type method_descriptor_type = {
    TYPE_HEAD("method_descriptor", MethodDescriptor),
    .repr = method_descriptor_repr,
    .call = method_descriptor_call,
    .descr_get = method_descriptor_get,
    .methods = method_descriptor_methods,
    .getset = method_descriptor_getset,
    .trace = method_descriptor_trace,
    .layout = LAYOUT_METHOD_DESCRIPTOR,
    .flags = TYPE_METHOD_LIKE,
};

/* ---- classmethod_descriptor --------------------------------------------------------------------
 */

/* dict.fromkeys: bound to a class when got from the class or an instance. */
static Value class_descriptor_get(Value self, Value instance, Value owner)
{
    MethodDescriptor *d = as_method_descriptor(self);
    if (!owner) {
        if (!instance)
            return raise(TypeError,
                         "descriptor '%s' for type '%N' needs either an object or a type",
                         d->def->name, d->owner);
        owner = (Value)type_of(instance);
    }
    if (!is_type(owner))
        return raise(TypeError, "descriptor '%s' for type '%N' needs a type, not a '%T' as arg 2",
                     d->def->name, d->owner, owner);
    if (!type_is_subtype((Type *)owner, d->owner))
        return raise(TypeError, "descriptor '%s' requires a subtype of '%N' but received '%N'",
                     d->def->name, d->owner, (Type *)owner);
    return builtin_new(d->def, owner, 0);
}

static Value class_descriptor_call(Value callee, Value *args, size_t nargs, Value kwnames)
{
    MethodDescriptor *d = as_method_descriptor(callee);
    if (!nargs)
        return raise(TypeError, "descriptor '%s' of '%N' object needs an argument", d->def->name,
                     d->owner);
    Value bound = TRY(class_descriptor_get(callee, 0, args[0]));
    return call(bound, args + 1, nargs - 1, kwnames);
}

Type classmethod_descriptor_type = {
    TYPE_HEAD("classmethod_descriptor", MethodDescriptor),
    .repr = method_descriptor_repr,
    .call = class_descriptor_call,
    .descr_get = class_descriptor_get,
    .getset = method_descriptor_getset,
    .trace = method_descriptor_trace,
    .layout = LAYOUT_CLASSMETHOD_DESCRIPTOR,
};

/* ---- getset_descriptor -------------------------------------------------------------------------
 */

Value getset_new(const GetSetDef *def, Type *owner)
{
    GetSet *d = TRY((GetSet *)alloc_object(SHAPE_GETSET, sizeof *d));
    d->def = def;
    /* NO_BARRIER: fresh, nothing allocated since */
    d->owner = owner;
    return (Value)d;
}

static GetSet *as_getset(Value v)
{
    return (GetSet *)v;
}

static void getset_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, (Value)((GetSet *)self)->owner);
}

static Value getset_repr(Value self)
{
    return str_format("<attribute '%s' of '%N' objects>", as_getset(self)->def->name,
                      as_getset(self)->owner);
}

static Value getset_get(Value self, Value instance, Value owner)
{
    (void)owner;
    GetSet *d = as_getset(self);
    if (!instance)
        return self;
    TRY(descriptor_check(d->owner, d->def->name, instance));
    if (d->def->get)
        return d->def->get(instance);
    return raise(AttributeError, "attribute '%s' of '%N' objects is not readable", d->def->name,
                 d->owner);
}

static bool getset_set(Value self, Value instance, Value value)
{
    GetSet *d = as_getset(self);
    TRY(descriptor_check(d->owner, d->def->name, instance));
    if (d->def->set) {
        TRY(d->def->set(instance, value));
        if (is_shared(instance))
            full_fence(); /* not every setter takes a lock, which would be one */
        return true;
    }
    return raise(AttributeError, "attribute '%s' of '%N' objects is not writable", d->def->name,
                 d->owner);
}

static Value getset_name(Value self)
{
    return str_from_cstring(as_getset(self)->def->name);
}

static Value getset_qualname(Value self)
{
    return descriptor_qualname(as_getset(self)->owner, as_getset(self)->def->name);
}

static Value getset_objclass(Value self)
{
    return (Value)as_getset(self)->owner;
}

static Value getset_doc(Value self)
{
    const char *doc = as_getset(self)->def->doc;
    return doc ? str_from_cstring(doc) : None;
}

static const GetSetDef getset_getset[] = {
    {"__name__", getset_name, 0, 0},
    {"__qualname__", getset_qualname, 0, 0},
    {"__objclass__", getset_objclass, 0, 0},
    {"__doc__", getset_doc, 0, 0},
    {0},
};

Type getset_type = {
    TYPE_HEAD("getset_descriptor", GetSet),
    .repr = getset_repr,
    .descr_get = getset_get,
    .descr_set = getset_set,
    .getset = getset_getset,
    .trace = getset_trace,
    .layout = LAYOUT_GETSET,
};

/* ---- member_descriptor -------------------------------------------------------------------------
 */

static Member *member_alloc(Type *owner, Value name, Value doc)
{
    Member *d = TRY((Member *)alloc_object(SHAPE_MEMBER, sizeof *d));
    /* NO_BARRIER: fresh, nothing allocated since */
    d->owner = owner;
    d->name = name;
    d->doc = doc;
    return d;
}

Value member_new(const MemberDef *def, Type *owner)
{
    Value name = TRY(str_intern_cstring(def->name));
    Value doc = def->doc ? TRY(str_from_cstring(def->doc)) : None;
    Member *d = TRY(member_alloc(owner, name, doc));
    d->offset = (uint32_t)def->offset;
    d->kind = (uint8_t)def->kind;
    d->readonly = def->readonly;
    return (Value)d;
}

Value member_new_slot(Type *owner, Value name, unsigned n)
{
    Member *d = TRY(member_alloc(owner, name, None));
    d->offset = n;
    d->kind = MEMBER_VALUE_SLOT;
    d->is_slot_field = true;
    return (Value)d;
}

static Member *as_member(Value v)
{
    return (Member *)v;
}

static void member_trace(Object *self, Tracer *tracer)
{
    Member *d = (Member *)self;
    gc_visit(tracer, (Value)d->owner);
    gc_visit(tracer, d->name);
    gc_visit(tracer, d->doc);
    gc_visit(tracer, load_relaxed(&d->message));
}

/* A descriptor's name as C text, for messages. */
static const char *member_text(Member *d)
{
    size_t size;
    const char *text = str_utf8_lossy(d->name, &size);
    return text ? text : "?";
}

Value *member_field(Member *d, Value self)
{
    if (d->is_slot_field)
        return object_slot_field(self, type_of(self), d->offset);
    return (Value *)(void *)((char *)self + d->offset);
}

static Value member_repr(Value self)
{
    return str_format("<member '%V' of '%N' objects>", as_member(self)->name,
                      as_member(self)->owner);
}

/* Here Python names the type with its module. The text is kept: programs that fill in their fields
 * when somebody first asks for them come here all the time. */
static Value empty_field_text(Member *d, Type *type)
{
    Value qualname = TRY(type_qualname(type)), module = TRY(type_module_name(type));
    Value kept = load_acquire(&d->message);
    if (kept && tuple_get(kept, 0) == qualname && tuple_get(kept, 1) == module)
        return tuple_get(kept, 2);
    Value text =
        TRY(str_format("'%V' object has no attribute '%V'", TRY(type_full_name(type)), d->name));
    gc_store(d, &d->message, TRY(tuple_of(qualname, module, text)));
    return text;
}

static Value raise_empty_field(Member *d, Value instance)
{
    Value text = empty_field_text(d, type_of(instance));
    if (!text && error_clear_if(AttributeError)) /* of a class without __module__ */
        text = str_format("'%V' object has no attribute '%V'",
                          TRY(type_full_name(type_of(instance))), d->name);
    return raise_attribute_text(instance, d->name, text);
}

static Value member_read(Member *d, Value instance)
{
    char *field = (char *)member_field(d, instance);
    switch ((MemberKind)d->kind) {
    case MEMBER_VALUE: {
        Value v = load_acquire((Value *)(void *)field);
        return v ? v : None;
    }
    case MEMBER_VALUE_SLOT: {
        Value v = load_acquire((Value *)(void *)field);
        return v ? v : raise_empty_field(d, instance);
    }
    case MEMBER_INT32:
        return int_from(load_relaxed((int32_t *)(void *)field));
    case MEMBER_INTPTR:
        return int_from(load_relaxed((intptr_t *)(void *)field));
    case MEMBER_BOOL8:
        return bool_value(load_relaxed((uint8_t *)field));
    case MEMBER_DOUBLE:
        return float_from(*(double *)(void *)field);
    case MEMBER_CSTRING: {
        const char *text = *(const char **)(void *)field;
        return text ? str_from_cstring(text) : None;
    }
    }
    UNREACHABLE();
}

static Value member_get(Value self, Value instance, Value owner)
{
    (void)owner;
    Member *d = as_member(self);
    if (!instance)
        return self;
    TRY(descriptor_check(d->owner, member_text(d), instance));
    return member_read(d, instance);
}

/* Values are stored under the object's lock, so that deleting one twice fails once. */
static bool member_store_value(Member *d, Value instance, Value value)
{
    Value *field = member_field(d, instance);
    WITH_LOCK (instance) {
        if (!value && d->kind == MEMBER_VALUE_SLOT && !load_relaxed(field))
            return raise_value(AttributeError, d->name);
        gc_store(instance, field, value);
        return true;
    }
    UNREACHABLE();
}

static bool member_store_number(Member *d, Value instance, Value value)
{
    char *field = (char *)member_field(d, instance);
    if (!value)
        return raise(TypeError, "can't delete numeric/char attribute");
    if (d->kind == MEMBER_BOOL8) {
        if (value != True && value != False)
            return raise(TypeError, "attribute value type must be bool");
        store_relaxed((uint8_t *)field, value == True);
        return true;
    }
    if (d->kind == MEMBER_INT32) {
        int64_t i;
        TRY(index_as_int64(value, &i));
        store_relaxed((int32_t *)(void *)field, (int32_t)i);
        return true;
    }
    intptr_t i = TRY_INT_INDEX(value); /* __index__ is not asked */
    store_relaxed((intptr_t *)(void *)field, i);
    return true;
}

static bool member_set(Value self, Value instance, Value value)
{
    Member *d = as_member(self);
    TRY(descriptor_check(d->owner, member_text(d), instance));
    if (d->readonly || d->kind == MEMBER_CSTRING || d->kind == MEMBER_DOUBLE)
        return raise(AttributeError, "readonly attribute");
    if (d->kind == MEMBER_VALUE || d->kind == MEMBER_VALUE_SLOT)
        return member_store_value(d, instance, value);
    return member_store_number(d, instance, value);
}

static Value member_name(Value self)
{
    return as_member(self)->name;
}

static Value member_qualname(Value self)
{
    return descriptor_qualname(as_member(self)->owner, member_text(as_member(self)));
}

static Value member_objclass(Value self)
{
    return (Value)as_member(self)->owner;
}

static Value member_doc(Value self)
{
    return as_member(self)->doc;
}

METHOD(member_reduce, "__reduce__", "/", 0)
{
    Member *d = as_member(args[0]);
    return descriptor_reduce((Value)d->owner, member_text(d));
}

static MethodDef *const member_methods[] = {M(member_reduce), 0};

static const GetSetDef member_getset[] = {
    {"__name__", member_name, 0, 0},
    {"__qualname__", member_qualname, 0, 0},
    {"__objclass__", member_objclass, 0, 0},
    {"__doc__", member_doc, 0, 0},
    {0},
};

Type member_type = {
    TYPE_HEAD("member_descriptor", Member),
    .repr = member_repr,
    .descr_get = member_get,
    .descr_set = member_set,
    .methods = member_methods,
    .getset = member_getset,
    .trace = member_trace,
    .layout = LAYOUT_MEMBER,
};

void descriptor_start(void)
{
    type_ready(&method_descriptor_type, SHAPE_METHOD_DESCRIPTOR);
    type_ready(&classmethod_descriptor_type, SHAPE_CLASSMETHOD_DESCRIPTOR);
    type_ready(&getset_type, SHAPE_GETSET);
    type_ready(&member_type, SHAPE_MEMBER);
}
