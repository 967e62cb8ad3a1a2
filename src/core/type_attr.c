/* Attributes of classes: type.__getattribute__ and __setattr__, and the descriptors of `type`. */
#include <string.h>

#include "core/abstract.h"
#include "core/attribute.h"
#include "core/audit.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/shape.h"
#include "core/signature.h"
#include "core/slots.h"
#include "core/type_impl.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/mappingproxy.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- generic access ----------------------------------------------------------------------------
 */

static bool is_data_descriptor(Value v)
{
    return type_of(v)->descr_set && type_of(v)->descr_get;
}

static Value get_through(Value found, Value instance, Value owner)
{
    DescrGetFn get = type_of(found)->descr_get;
    return get ? get(found, instance, owner) : found;
}

/* *result 0 with true: there is no such attribute. False: a descriptor failed. */
static bool find(Type *type, Value name, Value *result)
{
    Type *meta = type_of((Value)type);
    Value of_meta = type_lookup(meta, name);
    if (of_meta && is_data_descriptor(of_meta))
        return (*result = get_through(of_meta, (Value)type, (Value)meta)) != 0;
    Value found = type_lookup(type, name);
    if (found)
        return (*result = get_through(found, 0, (Value)type)) != 0;
    *result = 0;
    return !of_meta || (*result = get_through(of_meta, (Value)type, (Value)meta)) != 0;
}

static Value raise_no_attribute(Type *type, Value name)
{
    return raise_attribute_message((Value)type, name, "type object '%N' has no attribute '%V'",
                                   type, name);
}

Value type_getattr(Value self, Value name)
{
    Type *type = (Type *)self;
    name = TRY(attribute_name(name));
    Value result;
    TRY(find(type, name, &result));
    return result ? result : raise_no_attribute(type, name);
}

bool type_getattr_optional(Type *type, Value name, Value *result)
{
    name = TRY(attribute_name(name));
    return find(type, name, result) || error_clear_if(AttributeError);
}

bool type_setattr(Value self, Value name, Value value)
{
    Type *type = (Type *)self;
    if (type_flags(type) & TYPE_IMMUTABLE)
        return raise(TypeError, "cannot set %R attribute of immutable type '%N'", name, type);
    name = TRY(attribute_name(name));
    Value of_meta = type_lookup(type_of(self), name);
    if (of_meta && type_of(of_meta)->descr_set)
        return type_of(of_meta)->descr_set(of_meta, self, value);
    bool found;
    TRY(type_set_own(type, name, value, &found));
    return value || found || raise_no_attribute(type, name);
}

/* ---- helpers of the descriptors
 * ------------------------------------------------------------------ */

static bool may_set(Type *type, Value value, const char *attribute)
{
    if (type_flags(type) & TYPE_IMMUTABLE)
        return raise(TypeError, "cannot set '%s' attribute of immutable type '%N'", attribute,
                     type);
    return value ||
           raise(TypeError, "cannot delete '%s' attribute of immutable type '%N'", attribute, type);
}

static bool set_own(Type *type, Value name, Value value)
{
    bool found;
    return type_set_own(type, name, value, &found);
}

static bool is_heap(Type *type)
{
    return type_flags(type) & TYPE_HEAP;
}

/* ---- names
 * --------------------------------------------------------------------------------------- */

static Value get_name(Value self)
{
    Type *type = (Type *)self;
    return is_heap(type) ? load_acquire(&type->name_value)
                         : str_from_cstring(type_short_name(type));
}

static bool set_name(Value self, Value value)
{
    Type *type = (Type *)self;
    TRY(may_set(type, value, "__name__"));
    TRY(AUDIT("object.__setattr__", self, names.__name__, value));
    if (!is_str(value))
        return raise(TypeError, "can only assign string to %N.__name__, not '%T'", type, value);
    return type_set_name(type, value);
}

Value type_qualname(Type *type)
{
    return is_heap(type) ? load_acquire(&type->qualname) : str_from_cstring(type_short_name(type));
}

Value type_full_name(Type *type)
{
    Value qualname = TRY(type_qualname(type)), module = type_module_name(type);
    if (!module && !error_clear_if(AttributeError))
        return 0;
    if (!module || !is_str(module) || str_equals(module, "builtins") ||
        str_equals(module, "__main__"))
        return qualname;
    return str_format("%V.%V", module, qualname);
}

static Value get_qualname(Value self)
{
    return type_qualname((Type *)self);
}

static bool set_qualname(Value self, Value value)
{
    Type *type = (Type *)self;
    TRY(may_set(type, value, "__qualname__"));
    TRY(AUDIT("object.__setattr__", self, names.__qualname__, value));
    if (!is_str(value))
        return raise(TypeError, "can only assign string to %N.__qualname__, not '%T'", type, value);
    gc_store(type, &type->qualname, value);
    return true;
}

Value type_module_name(Type *type)
{
    if (is_heap(type)) {
        Value module = dict_get_str(type->dict, names.__module__);
        return module ? module : raise_value(AttributeError, names.__module__);
    }
    const char *dot = strrchr(type->name, '.');
    if (!dot)
        return names.builtins;
    return str_intern(TRY(str_from_utf8(type->name, (size_t)(dot - type->name))));
}

bool type_is_of_module(const Type *type)
{
    static const char *const compiled_in[] = {"_contextvars.", "datetime.",
                                              "sys.",          "types.",
                                              "weakref.",      "collections.OrderedDict",
                                              "Token.MISSING", "pickle.PickleBuffer"};
    for (size_t i = 0; i < COUNT_OF(compiled_in); i++)
        if (strncmp(type->name, compiled_in[i], strlen(compiled_in[i])) == 0)
            return false;
    return strchr(type->name, '.');
}

static Value get_module(Value self)
{
    return type_module_name((Type *)self);
}

static bool set_module(Value self, Value value)
{
    Type *type = (Type *)self;
    TRY(may_set(type, value, "__module__"));
    TRY(AUDIT("object.__setattr__", self, names.__module__, value));
    TRY(set_own(type, names.__firstlineno__, 0));
    return set_own(type, names.__module__, value);
}

/* ---- documentation
 * --------------------------------------------------------------------------------- */

static Value get_doc(Value self)
{
    Type *type = (Type *)self;
    if (!is_heap(type) && type->doc)
        return str_from_cstring(type->doc);
    Value doc = dict_get_str(type->dict, names.__doc__);
    return doc ? get_through(doc, 0, self) : None;
}

static bool set_doc(Value self, Value value)
{
    TRY(may_set((Type *)self, value, "__doc__"));
    TRY(AUDIT("object.__setattr__", self, names.__doc__, value));
    return set_own((Type *)self, names.__doc__, value);
}

/* The signature that a class's docstring begins with, as docs of C code do: 'name(...)\n--\n\n'. */
static Value signature_in_doc(Type *type)
{
    Value doc = dict_get_str(type->dict, names.__doc__), name = TRY(get_name((Value)type));
    if (!doc || !is_str(doc))
        return None;
    intptr_t start = str_length(name);
    intptr_t end = str_find(doc, TRY(str_from_cstring(")\n--\n\n")), 0, str_length(doc));
    if (end <= start || str_char(doc, start) != '(' ||
        !str_equal(TRY(str_substring(doc, 0, start)), name))
        return None;
    return str_substring(doc, start, end + 1);
}

/* How the type is called: the parameters of its __new__, else of its __init__. */
static Value get_text_signature(Value self)
{
    Type *type = (Type *)self;
    if (is_heap(type))
        return signature_in_doc(type);
    if (type->signature)
        return str_format("(%s)", type->signature);
    const MethodDef *def = type->new_def;
    if (!def || def->signature[0] == '*')
        def = type->init_def;
    if (def && def->signature[0] == '*')
        return None;
    if (!def)
        return type->base ? None : str_from_cstring("()");
    if (strstr(def->signature, "=?") && !strchr(def->signature, ';'))
        return None; /* it depends on which arguments are given */
    MethodDef as_static = {def->name, def->signature, 0, 0, KIND_STATIC_METHOD, 0, 0};
    return signature_text(&as_static);
}

/* ---- bases
 * --------------------------------------------------------------------------------------- */

static Value get_bases(Value self)
{
    return load_acquire(&((Type *)self)->bases);
}

static bool set_bases(Value self, Value value)
{
    TRY(may_set((Type *)self, value, "__bases__"));
    TRY(AUDIT("object.__setattr__", self, names.__bases__, value));
    return type_set_bases((Type *)self, value);
}

static Value get_base(Value self)
{
    Type *base = type_base((Type *)self);
    return base ? (Value)base : None;
}

static Value get_mro(Value self)
{
    Value mro = load_acquire(&((Type *)self)->mro);
    return mro ? mro : None;
}

static Value get_dict(Value self)
{
    return mappingproxy_new(((Type *)self)->dict);
}

/* ---- abstract methods, annotations, type parameters
 * ------------------------------------------------- */

static Value get_abstract_methods(Value self)
{
    Value name = TRY(str_intern_cstring("__abstractmethods__"));
    Value found = self == (Value)&type_type ? 0 : dict_get_str(((Type *)self)->dict, name);
    return found ? found : raise_value(AttributeError, name);
}

static bool set_abstract_methods(Value self, Value value)
{
    Type *type = (Type *)self;
    Value name = TRY(str_intern_cstring("__abstractmethods__"));
    int abstract = value ? object_truth(value) : 0;
    if (abstract < 0)
        return false;
    if (type_flags(type) & TYPE_IMMUTABLE)
        return may_set(type, value, "__abstractmethods__");
    bool found;
    TRY(type_set_own(type, name, value, &found));
    if (!value && !found)
        return raise_value(AttributeError, name);
    if (abstract)
        fetch_or_relaxed(&type->flags, (uint32_t)TYPE_ABSTRACT);
    else
        fetch_and_relaxed(&type->flags, ~(uint32_t)TYPE_ABSTRACT);
    return true;
}

/* Whoever asks first makes it, and all get the same. */
static Mutex annotations_lock FREE_AFTER_FORK;

static Value get_annotations(Value self)
{
    Type *type = (Type *)self;
    if (!is_heap(type))
        return raise_no_attribute(type, names.__annotations__);
    Value annotations = dict_get_str(type->dict, names.__annotations__);
    if (annotations)
        return get_through(annotations, 0, self);
    Value made = TRY(dict_new());
    mutex_lock(&annotations_lock);
    annotations = dict_get_str(type->dict, names.__annotations__);
    bool ok = annotations || set_own(type, names.__annotations__, made);
    mutex_unlock(&annotations_lock);
    return annotations ? get_through(annotations, 0, self) : ok ? made : 0;
}

static bool set_annotations(Value self, Value value)
{
    Type *type = (Type *)self;
    if (type_flags(type) & TYPE_IMMUTABLE)
        return raise(TypeError, "cannot set '__annotations__' attribute of immutable type '%N'",
                     type);
    bool found;
    TRY(type_set_own(type, names.__annotations__, value, &found));
    return value || found || raise_value(AttributeError, names.__annotations__);
}

static Value get_type_params(Value self)
{
    if (self == (Value)&type_type)
        return tuple_empty();
    Value found = dict_get_str(((Type *)self)->dict, names.__type_params__);
    return found ? found : tuple_empty();
}

static bool set_type_params(Value self, Value value)
{
    TRY(may_set((Type *)self, value, "__type_params__"));
    return set_own((Type *)self, names.__type_params__, value);
}

/* ---- figures
 * --------------------------------------------------------------------------------------- */

static const struct {
    uint32_t flag;
    unsigned bit;
} shown_flags[] = {
    {TYPE_SEQUENCE, 5},      {TYPE_MAPPING, 6},  {TYPE_IMMUTABLE, 8},    {TYPE_HEAP, 9},
    {TYPE_BASE, 10},         {TYPE_READY, 12},   {TYPE_METHOD_LIKE, 17}, {TYPE_ABSTRACT, 20},
    {TYPE_IS_EXCEPTION, 30}, {TYPE_IS_TYPE, 31},
};

/* Flags of subclasses of frequent types. */
static unsigned layout_bit(Layout layout)
{
    switch (layout) {
    case LAYOUT_INT:
    case LAYOUT_BOOL:
        return 24;
    case LAYOUT_LIST:
        return 25;
    case LAYOUT_TUPLE:
        return 26;
    case LAYOUT_BYTES:
        return 27;
    case LAYOUT_STR:
        return 28;
    case LAYOUT_DICT:
        return 29;
    default:
        return 0;
    }
}

/* What a Python class adds to the builtin type that it is based on: weak references, a __dict__
 * that is made when it is asked for, and attributes in the instances themselves. */
static uint64_t managed_bits(const Type *type)
{
    const Type *builtin = type;
    bool has_slots = false;
    for (const Type *base; type_flags(builtin) & TYPE_HEAP && (base = type_base(builtin)) != 0;
         builtin = base)
        has_slots |= builtin->slot_fields != 0;
    uint64_t bits = 0;
    if (type->has_weakrefs && !builtin->has_weakrefs)
        bits |= 1u << 3;
    if (type->tail_offset && !builtin->tail_offset)
        bits |= 1u << 4 | (builtin == &object_type && !has_slots ? 1u << 2 : 0);
    return bits;
}

/* __flags__, with CPython's bits as far as they mean something here. */
static Value get_flags(Value self)
{
    Type *type = (Type *)self;
    uint64_t flags = 1u << 14; /* collected */
    /* Not static in CPython, which copyreg relies on. */
    if (!is_heap(type) && type_is_of_module(type))
        flags |= 1u << 9;
    if (type_flags(type) & TYPE_NO_NEW)
        flags |= 1u << 7;
    for (size_t i = 0; i < COUNT_OF(shown_flags); i++)
        if (type_flags(type) & shown_flags[i].flag)
            flags |= UINT64_C(1) << shown_flags[i].bit;
    flags |= managed_bits(type);
    if (layout_bit((Layout)type->layout))
        flags |= UINT64_C(1) << layout_bit((Layout)type->layout);
    return int_from((intptr_t)flags);
}

static Value get_basic_size(Value self)
{
    Type *type = (Type *)self;
    return int_from((intptr_t)type->size + (type->tail_offset ? 8 : 0));
}

static Value get_item_size(Value self)
{
    Type *type = (Type *)self;
    return int_from(type->layout == LAYOUT_TYPE ? 8 : (intptr_t)type->item_size);
}

static Value get_dict_offset(Value self)
{
    Type *type = (Type *)self;
    return int_from(type->item_size && type->tail_offset ? -1 : (intptr_t)type->tail_offset);
}

static Value get_weakref_offset(Value self)
{
    return int_from(((Type *)self)->has_weakrefs ? 8 : 0);
}

const GetSetDef type_getset[] = {
    {"__name__", get_name, set_name, 0},
    {"__qualname__", get_qualname, set_qualname, 0},
    {"__bases__", get_bases, set_bases, 0},
    {"__base__", get_base, 0, 0},
    {"__mro__", get_mro, 0, 0},
    {"__module__", get_module, set_module, 0},
    {"__abstractmethods__", get_abstract_methods, set_abstract_methods, 0},
    {"__dict__", get_dict, 0, 0},
    {"__doc__", get_doc, set_doc, 0},
    {"__text_signature__", get_text_signature, 0, 0},
    {"__annotations__", get_annotations, set_annotations, 0},
    {"__type_params__", get_type_params, set_type_params, 0},
    {"__flags__", get_flags, 0, 0},
    {"__basicsize__", get_basic_size, 0, 0},
    {"__itemsize__", get_item_size, 0, 0},
    {"__dictoffset__", get_dict_offset, 0, 0},
    {"__weakrefoffset__", get_weakref_offset, 0, 0},
    {0},
};
