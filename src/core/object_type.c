/* `object`: the base of all. */
#include "core/abstract.h"
#include "core/attribute.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/shape.h"
#include "core/slots.h"
#include "core/type_impl.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/weakref.h"

/* ---- __new__ and __init__
 * ------------------------------------------------------------------------- */

static bool has_arguments(size_t nargs, Value kwnames)
{
    return nargs || (kwnames && tuple_length(kwnames));
}

static Value object_make(Type *type, Value *args, size_t nargs, Value kwnames);
static bool object_init(Value self, Value *args, size_t nargs, Value kwnames);

/* TypeError that names the abstract methods which are missing. */
static Value raise_abstract(Type *type)
{
    Value name = TRY(str_intern_cstring("__abstractmethods__"));
    Value methods = TRY(get_attr((Value)type, name));
    Value sorted = TRY(list_from_iterable(methods));
    TRY(list_sort(sorted));
    Value separator = TRY(str_from_cstring("', '"));
    Value joined = TRY(str_join(separator, sorted));
    return raise(TypeError,
                 "Can't instantiate abstract class %N without an implementation for abstract "
                 "method%s '%V'",
                 type, list_length(sorted) > 1 ? "s" : "", joined);
}

/* Arguments that neither __new__ nor __init__ of the class takes are a mistake; who overrides one
 * of the two may leave the arguments to it. */
static Value object_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    (void)args;
    if (unlikely(has_arguments(nargs, kwnames))) {
        if (type->make != object_make)
            return raise(TypeError,
                         "object.__new__() takes exactly one argument (the type to instantiate)");
        if (type->init == object_init)
            return raise(TypeError, "%N() takes no arguments", type);
    }
    if (unlikely(type_flags(type) & TYPE_ABSTRACT))
        return raise_abstract(type);
    return object_alloc(type);
}

static bool object_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    (void)args;
    if (likely(!has_arguments(nargs, kwnames)))
        return true;
    Type *type = type_of(self);
    if (type->init != object_init)
        return raise(TypeError, "object.__init__() takes exactly one argument (the instance to "
                                "initialize)");
    if (type->make == object_make)
        return raise(TypeError,
                     "%N.__init__() takes exactly one argument (the instance to "
                     "initialize)",
                     type);
    return true;
}

/* ---- slots
 * ------------------------------------------------------------------------------------------ */

static Value object_default_repr(Value self)
{
    Type *type = type_of(self);
    Value module = type_module_name(type);
    if (!module && !error_clear_if(AttributeError))
        return 0;
    if (module && is_str(module) && !str_equals(module, "builtins")) {
        Value qualname = TRY(type_qualname(type));
        return str_format("<%V.%V object at 0x%zx>", module, qualname, (size_t)self);
    }
    return str_format("<%N object at 0x%zx>", type, (size_t)self);
}

static Value object_default_str(Value self)
{
    return type_of(self)->repr(self);
}

static bool object_default_hash(Value self, int64_t *hash)
{
    /* Boxed numbers are what their value is. */
    if (has_shape(self, SHAPE_FLOAT) || has_shape(self, SHAPE_INT))
        return type_of(self)->hash(self, hash);
    uint64_t address = value_bits(self);
    *hash = (int64_t)(address >> 4 | address << 60);
    return true;
}

/* == is identity; != is the opposite of what the type's == says. */
static Value object_default_compare(Value a, Value b, CompareOp op)
{
    if (op == CMP_EQ)
        return object_is(a, b) ? True : NotImplemented;
    if (op != CMP_NE)
        return NotImplemented;
    CompareFn compare = type_of(a)->compare;
    if (!compare)
        return NotImplemented;
    Value equal = TRY(compare(a, b, CMP_EQ));
    if (equal == NotImplemented)
        return equal;
    int truth = object_truth(equal);
    return truth < 0 ? 0 : bool_value(!truth);
}

/* ---- __dict__, __weakref__, __class__
 * ---------------------------------------------------------------- */

/* The __dict__ that the builtin base declares: a metaclass or a subclass of ModuleType may have a
 * Python class with instances' __dict__ before it among its bases. 0: there is none. */
static GetSet *dict_of_builtin_base(Value self)
{
    for (Type *type = type_of(self); type; type = type_base(type)) {
        Value found = type_flags(type) & TYPE_HEAP ? 0 : dict_get_str(type->dict, names.__dict__);
        if (found && has_shape(found, SHAPE_GETSET))
            return (GetSet *)found;
    }
    return 0;
}

Value object_get_dict(Value self)
{
    GetSet *other = dict_of_builtin_base(self);
    return other ? other->def->get(self) : instance_dict(self);
}

bool instance_has_plain_dict(Value o)
{
    Type *type = type_of(o);
    if (!is_object(o) || !type->tail_offset || type->getattr != generic_getattr)
        return false;
    Value found = type_lookup(type, names.__dict__);
    return found && has_shape(found, SHAPE_GETSET) &&
           ((GetSet *)found)->def->get == object_get_dict && !dict_of_builtin_base(o);
}

bool object_set_dict(Value self, Value value)
{
    GetSet *other = dict_of_builtin_base(self);
    if (other)
        return getset_type.descr_set((Value)other, self, value);
    return instance_set_dict(self, value ? value : TRY(dict_new()));
}

Value object_get_weakref(Value self)
{
    Value references = TRY(weakref_list(self));
    return list_length(references) ? list_get(references, 0) : None;
}

static Value object_get_class(Value self)
{
    return (Value)type_of(self);
}

static bool may_assign_class(Type *from, Type *to)
{
    bool modules = type_is_subtype(from, &module_type) && type_is_subtype(to, &module_type);
    bool heap = type_flags(from) & TYPE_HEAP && type_flags(to) & TYPE_HEAP;
    if (!modules && !heap)
        return raise(TypeError, "__class__ assignment only supported for mutable types or "
                                "ModuleType subclasses");
    if (!same_layout(from, to))
        return raise(TypeError, "__class__ assignment: '%N' object layout differs from '%N'", to,
                     from);
    return true;
}

static bool binds_alike(const Type *a, const Type *b)
{
    return a->descr_get == b->descr_get && a->descr_set == b->descr_set &&
           !((type_flags(a) ^ type_flags(b)) & TYPE_METHOD_LIKE);
}

static bool object_set_class(Value self, Value value)
{
    if (!value)
        return raise(TypeError, "can't delete __class__ attribute");
    if (!is_type(value))
        return raise(TypeError, "__class__ must be set to a class, not '%T' object", value);
    TRY(AUDIT("object.__setattr__", self, names.__class__, value));
    Type *from = type_of(self), *to = (Type *)value;
    TRY(may_assign_class(from, to));
    if (from == to)
        return true;
    TRY(instance_change_type(self, to));
    /* Caches of its attributes rely on its class, caches of what has it as an attribute on how that
     * binds. */
    if (is_type(self) || is_module(self) || !binds_alike(from, to))
        type_invalidate(is_type(self) ? (Type *)self : to, 0);
    return true;
}

/* ---- pickling
 * ------------------------------------------------------------------------------------------ */

static Value copyreg_attribute(Value name)
{
    return get_attr(TRY(import_hook(names.copyreg)), name);
}

/* The names in __slots__ of all classes of the type, as copyreg caches them; or None. */
static Value slot_names_of(Type *type)
{
    Value cached = dict_get_str(type->dict, names.__slotnames__);
    if (cached) {
        if (cached != None && !is_list(cached))
            return raise(TypeError, "%N.__slotnames__ should be a list or None, not %T", type,
                         cached);
        return cached;
    }
    Value function = TRY(copyreg_attribute(names._slotnames));
    Value found = TRY(call1(function, (Value)type));
    if (found != None && !is_list(found))
        return raise(TypeError, "copyreg._slotnames didn't return a list or None");
    return found;
}

/* State is lost that neither __dict__ nor __slots__ shows: builtin types with fields of their own.
 */
static bool has_hidden_state(Type *type, Value slot_names)
{
    size_t shown = sizeof(Object);
    if (slot_names != None)
        shown += 8 * (size_t)list_length(slot_names);
    return type->item_size || type->size > shown;
}

static Value slots_state(Value self, Value slot_names)
{
    Value state = TRY(dict_new());
    for (intptr_t i = 0; i < list_length(slot_names); i++) {
        Value name = list_get(slot_names, i), value;
        TRY(get_attr_optional(self, name, &value));
        if (value)
            TRY(dict_set(state, name, value));
    }
    return state;
}

/* The attributes as a dict, None if there are none. A snapshot, unless the object has a dict
 * already: asking for __dict__ would move it to dictionary mode. */
static Value attributes_state(Value self)
{
    Type *type = type_of(self);
    if (!type->tail_offset)
        return None;
    Value state = TRY(instance_snapshot(self));
    return dict_length(state) ? state : None;
}

static Value get_state_default(Value self, bool required)
{
    Type *type = type_of(self);
    Value slot_names = TRY(slot_names_of(type));
    if (required && has_hidden_state(type, slot_names))
        return raise(TypeError, "cannot pickle '%T' object", self);
    Value state = TRY(attributes_state(self));
    if (slot_names == None || !list_length(slot_names))
        return state;
    Value of_slots = TRY(slots_state(self, slot_names));
    return dict_length(of_slots) ? tuple_of(state, of_slots) : state;
}

METHOD(object_getstate, "__getstate__", "/", "Helper for pickle.")
{
    return get_state_default(args[0], false);
}

static Value get_state(Value self, bool required)
{
    Value method = TRY(get_attr(self, names.__getstate__));
    if (has_shape(method, SHAPE_BUILTIN) && ((Builtin *)method)->def == M(object_getstate))
        return get_state_default(self, required);
    return call0(method);
}

/* The arguments for __new__: from __getnewargs_ex__ or __getnewargs__. *args 0: none are known. */
static bool get_new_arguments(Value self, Value *args, Value *kwargs)
{
    *args = *kwargs = 0;
    bool self_first;
    Value method = lookup_special(self, names.__getnewargs_ex__, &self_first);
    if (method) {
        Value pair = TRY(self_first ? call1(method, self) : call0(method));
        if (!is_tuple(pair))
            return raise(TypeError, "__getnewargs_ex__ should return a tuple, not '%T'", pair);
        if (tuple_length(pair) != 2)
            return raise(ValueError, "__getnewargs_ex__ should return a tuple of length 2, not %zd",
                         tuple_length(pair));
        *args = tuple_get(pair, 0);
        *kwargs = tuple_get(pair, 1);
        if (!is_tuple(*args))
            return raise(TypeError,
                         "first item of the tuple returned by __getnewargs_ex__ must be a tuple, "
                         "not '%T'",
                         *args);
        if (!is_dict(*kwargs))
            return raise(TypeError,
                         "second item of the tuple returned by __getnewargs_ex__ must be a dict, "
                         "not '%T'",
                         *kwargs);
        return true;
    }
    if (error_pending())
        return false;
    method = lookup_special(self, names.__getnewargs__, &self_first);
    if (!method)
        return !error_pending();
    *args = TRY(self_first ? call1(method, self) : call0(method));
    return is_tuple(*args) ||
           raise(TypeError, "__getnewargs__ should return a tuple, not '%T'", *args);
}

/* copyreg.__newobj__(cls, *args), or __newobj_ex__ with keywords. */
static Value reduce_call(Value self, Value args, Value kwargs, Value *function)
{
    Value cls = (Value)type_of(self);
    if (kwargs && dict_length(kwargs)) {
        *function = TRY(copyreg_attribute(names.__newobj_ex__));
        return tuple_of(cls, args, kwargs);
    }
    *function = TRY(copyreg_attribute(names.__newobj__));
    intptr_t count = args ? tuple_length(args) : 0;
    Value all = TRY(tuple_new(count + 1));
    tuple_init(all, 0, cls);
    for (intptr_t i = 0; i < count; i++)
        tuple_init(all, i + 1, tuple_get(args, i));
    return all;
}

/* Protocol 2 and higher. */
static Value reduce_new(Value self)
{
    Type *type = type_of(self);
    if (!type->make)
        return raise(TypeError, "cannot pickle '%T' object", self);
    Value args, kwargs, function;
    TRY(get_new_arguments(self, &args, &kwargs));
    bool required = !args && !is_list(self) && !is_dict(self);
    Value call_args = TRY(reduce_call(self, args, kwargs, &function));
    Value state = TRY(get_state(self, required));
    Value items = is_list(self) ? TRY(get_iter(self)) : None;
    Value pairs = None;
    if (is_dict(self))
        pairs = TRY(get_iter(TRY(call_method0(self, names.items))));
    return tuple_of(function, call_args, state, items, pairs);
}

static Value reduce_by_protocol(Value self, intptr_t protocol)
{
    if (protocol >= 2)
        return reduce_new(self);
    Value function = TRY(copyreg_attribute(names._reduce_ex));
    return call2(function, self, int_from(protocol));
}

static bool is_inherited(Type *type, Value name)
{
    return type_lookup(type, name) == type_lookup(&object_type, name);
}

/* What copyreg._slotnames has left in the class, if it was asked, names nothing. */
static bool has_no_slot_names(Type *type)
{
    Value cached = dict_get_str(type->dict, names.__slotnames__);
    return !cached || cached == None || (is_list(cached) && !list_length(cached));
}

bool type_reduces_plainly(Type *type)
{
    return type->tail_offset && type->size == sizeof(Object) && !type->item_size && type->make &&
           type->getattr == generic_getattr && is_inherited(type, names.__reduce_ex__) &&
           is_inherited(type, names.__reduce__) && is_inherited(type, names.__getstate__) &&
           is_inherited(type, names.__class__) && !type_lookup(type, names.__getnewargs_ex__) &&
           !type_lookup(type, names.__getnewargs__) && has_no_slot_names(type);
}

METHOD(object_reduce, "__reduce__", "/", "Helper for pickle.")
{
    return reduce_by_protocol(args[0], 0);
}

METHOD(object_reduce_ex, "__reduce_ex__", "protocol, /", "Helper for pickle.")
{
    int protocol;
    TRY(index_as_int(args[1], &protocol));
    Value own = type_lookup(&object_type, names.__reduce__);
    Value of_class = type_lookup(type_of(args[0]), names.__reduce__);
    if (of_class && of_class != own)
        return call_method0(args[0], names.__reduce__);
    return reduce_by_protocol(args[0], protocol);
}

/* ---- other methods
 * --------------------------------------------------------------------------------------- */

METHOD(object_format_method, "__format__", "format_spec, /",
       "Default object formatter.\n\nReturn str(self) if format_spec is empty. Raise TypeError "
       "otherwise.")
{
    if (!is_str(args[1]))
        return raise(TypeError, "__format__() argument must be str, not %B", args[1]);
    if (str_length(args[1]))
        return raise(TypeError, "unsupported format string passed to %T.__format__", args[0]);
    return object_str(args[0]);
}

METHOD(object_sizeof, "__sizeof__", "/", "Size of object in memory, in bytes.")
{
    Type *type = type_of(args[0]);
    intptr_t items = 0;
    if (type->item_size && type->length) {
        items = type->length(args[0]);
        if (items < 0)
            return 0;
    }
    size_t tail = type->tail_offset ? 8 * (1u + shape_of(args[0])->inline_slots) : 0;
    return int_from((intptr_t)(type->size + tail) + items * (intptr_t)type->item_size);
}

/* The dict of a class and those of its bases, the class's own last. */
bool merge_class_dicts(Value cls, Value all)
{
    Value dict, bases;
    TRY(get_attr_optional(cls, names.__dict__, &dict));
    if (dict)
        TRY(dict_update(all, dict));
    TRY(get_attr_optional(cls, names.__bases__, &bases));
    if (!bases)
        return true;
    intptr_t count = object_length(bases);
    if (count < 0)
        return false;
    for (intptr_t i = 0; i < count; i++)
        TRY(merge_class_dicts(TRY(sequence_item(bases, i)), all));
    return true;
}

METHOD(object_dir_method, "__dir__", "/", "Default dir() implementation.")
{
    Value all = TRY(dict_new()), own, cls;
    TRY(get_attr_optional(args[0], names.__dict__, &own));
    if (own && is_dict(own))
        TRY(dict_update(all, own));
    TRY(get_attr_optional(args[0], names.__class__, &cls));
    if (cls)
        TRY(merge_class_dicts(cls, all));
    return dict_keys_list(all);
}

CLASS_METHOD(object_init_subclass, "__init_subclass__", "/",
             "This method is called when a class is subclassed.\n\n"
             "The default implementation does nothing. It may be\n"
             "overridden to extend subclasses.")
{
    return None;
}

CLASS_METHOD(object_subclasshook, "__subclasshook__", "object, /",
             "Abstract classes can override this to customize issubclass().\n\n"
             "This is invoked early on by abc.ABCMeta.__subclasscheck__().\n"
             "It should return True, False or NotImplemented.  If it returns\n"
             "NotImplemented, the normal algorithm is used.  Otherwise, it\n"
             "overrides the normal algorithm (and the outcome is cached).")
{
    return NotImplemented;
}

static MethodDef *const object_methods[] = {
    M(object_getstate),      M(object_reduce),       M(object_reduce_ex),
    M(object_format_method), M(object_sizeof),       M(object_dir_method),
    M(object_init_subclass), M(object_subclasshook), 0,
};

static const GetSetDef object_getset[] = {
    {"__class__", object_get_class, object_set_class, "the object's class"},
    {0},
};

Type object_type = {
    TYPE_HEAD("object", Object),
    .repr = object_default_repr,
    .str = object_default_str,
    .hash = object_default_hash,
    .compare = object_default_compare,
    .getattr = generic_getattr,
    .setattr = generic_setattr,
    .init = object_init,
    .make = object_make,
    .doc = "The base class of the class hierarchy.\n\n"
           "When called, it accepts no arguments and returns a new featureless\n"
           "instance that has no instance attributes and cannot be given any.\n",
    .methods = object_methods,
    .getset = object_getset,
    .layout = LAYOUT_OBJECT,
    .flags = TYPE_BASE,
};
