/* super: attribute lookup that starts behind a class in the MRO of the object's class. */
#include "types/super.h"

#include <string.h>
#include "core/alloc.h"
#include "core/attribute.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "types/dict.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct Super {
    Object ob;
    Type *type;     /* the class to start behind; 0 until __init__ */
    Value object;   /* 0: unbound */
    Type *obj_type; /* whose MRO is searched; 0 if unbound */
} Super;

bool (*super_frame_hook)(Value *type, Value *object);

static Super *as_super(Value v)
{
    return (Super *)v;
}

/* The three fields fit together: __init__ called again replaces all of them. */
static Super fields_of(Value self)
{
    Super fields;
    WITH_LOCK (self) {
        fields.type = load_relaxed(&as_super(self)->type);
        fields.object = load_relaxed(&as_super(self)->object);
        fields.obj_type = load_relaxed(&as_super(self)->obj_type);
    }
    return fields;
}

static void super_trace(Object *self, Tracer *tracer)
{
    Super *s = (Super *)self;
    gc_visit(tracer, (Value)s->type);
    gc_visit(tracer, s->object);
    gc_visit(tracer, (Value)s->obj_type);
}

/* ---- lookup
 * ------------------------------------------------------------------------------------------------
 */

/* Unlike type_is_subtype, this asks for `base` in the MRO also if it is the class itself: mro() may
 * have left it out. */
static bool is_in_mro(Type *type, Type *base)
{
    Value mro = load_acquire(&type->mro);
    if (!mro)
        return type_is_subtype(type, base);
    for (intptr_t i = 0; i < tuple_length(mro); i++)
        if (tuple_get(mro, i) == (Value)base)
            return true;
    return false;
}

/* The class whose MRO counts: the object itself if it is a subclass of `type`, else its class, or
 * what it says is its __class__. 0 with TypeError. */
static Type *check_object(Type *type, Value object)
{
    if (is_type(object) && is_in_mro((Type *)object, type))
        return (Type *)object;
    if (is_instance_of(object, type))
        return type_of(object);
    Value claimed;
    TRY(get_attr_optional(object, names.__class__, &claimed));
    if (claimed && is_type(claimed) && claimed != (Value)type_of(object) &&
        type_is_subtype((Type *)claimed, type))
        return (Type *)claimed;
    if (is_type(object))
        return (Type *)raise(TypeError,
                             "super(type, obj): obj (type %N) is not an instance or subtype of "
                             "type (%N).",
                             (Type *)object, type);
    return (Type *)raise(TypeError,
                         "super(type, obj): obj (instance of %T) is not an instance or subtype of "
                         "type (%N).",
                         object, type);
}

/* Whether mro[i:] is `other`. */
static bool ends_with(Value mro, intptr_t i, Value other)
{
    intptr_t count = tuple_length(mro) - i;
    return other && tuple_length(other) == count &&
           memcmp(&((Tuple *)mro)->items[i], ((Tuple *)other)->items,
                  (size_t)count * sizeof(Value)) == 0;
}

/* What the classes behind `type` have under `name`: 0 if nothing. Mostly, and always without
 * multiple inheritance, it is what the next one's own lookup finds, which is cached. */
static Value find_behind(Type *type, Type *obj_type, Value name)
{
    Value mro = load_acquire(&obj_type->mro);
    intptr_t i = 0, count = mro ? tuple_length(mro) : 0;
    while (i < count && tuple_get(mro, i) != (Value)type)
        i++;
    if (++i >= count)
        return 0;
    Type *next = (Type *)tuple_get(mro, i);
    if (ends_with(mro, i, load_acquire(&next->mro)))
        return type_lookup(next, name);
    for (; i < count; i++) {
        Value found = dict_get_str(((Type *)tuple_get(mro, i))->dict, name);
        if (found)
            return found;
    }
    return 0;
}

static Value bind(Value found, Value object, Type *obj_type)
{
    DescrGetFn get = type_of(found)->descr_get;
    if (!get)
        return found;
    return get(found, object == (Value)obj_type ? 0 : object, (Value)obj_type);
}

Value super_attribute(Value type, Value object, Value name)
{
    if (!is_type(type))
        return raise(TypeError, "super() argument 1 must be a type, not %T", type);
    Type *obj_type = TRY(check_object((Type *)type, object));
    name = TRY(attribute_name(name));
    Value found = name == names.__class__ ? 0 : find_behind((Type *)type, obj_type, name);
    if (found)
        return bind(found, object, obj_type);
    return generic_getattr(TRY(super_new(type, object)), name);
}

Value super_method(Value type, Value object, Value name, bool *self_first)
{
    *self_first = false;
    if (!is_type(type))
        return super_attribute(type, object, name);
    Type *obj_type = TRY(check_object((Type *)type, object));
    name = TRY(attribute_name(name));
    Value found = find_behind((Type *)type, obj_type, name);
    if (!found || object == (Value)obj_type || !(type_flags(type_of(found)) & TYPE_METHOD_LIKE))
        return super_attribute(type, object, name);
    *self_first = true;
    return found;
}

DictEntry *super_method_entry(Value type, Value object, Value name)
{
    Type *obj_type = type_of(object);
    Value mro = load_acquire(&obj_type->mro);
    intptr_t i = 0, count = mro ? tuple_length(mro) : 0;
    while (i < count && tuple_get(mro, i) != type)
        i++;
    DictTable *table;
    uint32_t index;
    if (mro)
        type_note_lookup(mro, name);
    while (++i < count && !is_type(object)) {
        if (!dict_locate(((Type *)tuple_get(mro, i))->dict, name, &table, &index))
            continue;
        DictEntry *entry = &table->entries[index];
        Value found = load_acquire(&entry->value);
        return found && type_flags(type_of(found)) & TYPE_METHOD_LIKE ? entry : 0;
    }
    return 0;
}

static Value super_getattr(Value self, Value name)
{
    Super s = fields_of(self);
    name = TRY(attribute_name(name));
    Value found = 0;
    if (s.obj_type && name != names.__class__)
        found = find_behind(s.type, s.obj_type, name);
    return found ? bind(found, s.object, s.obj_type) : generic_getattr(self, name);
}

/* ---- making
 * ---------------------------------------------------------------------------------------------------
 */

static void super_fill(Value self, Type *type, Value object, Type *obj_type)
{
    WITH_LOCK (self) {
        gc_store(self, &as_super(self)->type, type);
        gc_store(self, &as_super(self)->object, object);
        gc_store(self, &as_super(self)->obj_type, obj_type);
    }
}

Value super_new(Value type, Value object)
{
    if (!is_type(type))
        return raise(TypeError, "super() argument 1 must be a type, not %T", type);
    Type *obj_type = TRY(check_object((Type *)type, object));
    Value self = TRY(object_alloc(&super_type));
    super_fill(self, (Type *)type, object, obj_type);
    return self;
}

static Value super_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    (void)args;
    (void)nargs;
    (void)kwnames;
    return object_alloc(type);
}

static bool super_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "super() takes no keyword arguments");
    if (nargs > 2)
        return raise(TypeError, "super() expected at most 2 arguments, got %zu", nargs);
    Value type = nargs ? args[0] : 0, object = nargs > 1 ? args[1] : 0;
    if (!nargs) {
        if (!super_frame_hook)
            return raise(RuntimeError, "super(): no current frame");
        TRY(super_frame_hook(&type, &object));
    }
    if (!is_type(type))
        return raise(TypeError, "super() argument 1 must be a type, not %T", type);
    if (object == None)
        object = 0;
    Type *obj_type = object ? TRY(check_object((Type *)type, object)) : 0;
    super_fill(self, (Type *)type, object, obj_type);
    return true;
}

/* ---- slots
 * ------------------------------------------------------------------------------------------------------
 */

static Value super_repr(Value self)
{
    Super s = fields_of(self);
    const char *name = s.type ? type_name(s.type) : "NULL";
    if (s.obj_type)
        return str_format("<super: <class '%s'>, <%N object>>", name, s.obj_type);
    return str_format("<super: <class '%s'>, NULL>", name);
}

/* An unbound super as a class attribute binds itself to the instance. */
static Value super_get(Value self, Value instance, Value owner)
{
    (void)owner;
    Super s = fields_of(self);
    if (!instance || instance == None || s.object)
        return self;
    if (!s.type) /* __init__ was never called */
        return raise(RuntimeError, "super(): no arguments");
    if (type_of(self) != &super_type)
        return call2((Value)type_of(self), (Value)s.type, instance);
    return super_new((Value)s.type, instance);
}

static Value super_thisclass(Value self)
{
    Type *type = load_acquire(&as_super(self)->type);
    return type ? (Value)type : None;
}

static Value super_self(Value self)
{
    Value object = load_acquire(&as_super(self)->object);
    return object ? object : None;
}

static Value super_self_class(Value self)
{
    Type *type = load_acquire(&as_super(self)->obj_type);
    return type ? (Value)type : None;
}

static const GetSetDef super_getset[] = {
    {"__thisclass__", super_thisclass, 0, "the class invoking super()"},
    {"__self__", super_self, 0, "the instance invoking super(); may be None"},
    {"__self_class__", super_self_class, 0,
     "the type of the instance invoking super(); may be None"},
    {0},
};

Type super_type = {
    TYPE_HEAD("super", Super),
    .repr = super_repr,
    .getattr = super_getattr,
    .descr_get = super_get,
    .init = super_init,
    .make = super_make,
    .doc = "super() -> same as super(__class__, <first argument>)\n"
           "super(type) -> unbound super object\n"
           "super(type, obj) -> bound super object; requires isinstance(obj, type)\n"
           "super(type, type2) -> bound super object; requires issubclass(type2, type)\n"
           "Typical use to call a cooperative superclass method:\n"
           "class C(B):\n"
           "    def meth(self, arg):\n"
           "        super().meth(arg)\n"
           "This works for class methods too:\n"
           "class C(B):\n"
           "    @classmethod\n"
           "    def cmeth(cls, arg):\n"
           "        super().cmeth(arg)\n",
    .getset = super_getset,
    .trace = super_trace,
    .layout = LAYOUT_SUPER,
    .flags = TYPE_BASE,
};

void super_start(void)
{
    type_ready(&super_type, SHAPE_SUPER);
}
