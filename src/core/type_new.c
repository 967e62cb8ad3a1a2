/* type.__new__: making a Python class.
 *
 * A class is built in steps on a ClassBuild; nobody else knows the type until __set_name__ and
 * __init_subclass__ are called with it, at the end. */
#include <string.h>

#include "core/abstract.h"
#include "core/attribute.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/shape.h"
#include "core/share.h"
#include "core/slots.h"
#include "core/type_impl.h"
#include "gc/heap.h"
#include "types/cell.h"
#include "types/classmethod.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/super.h"
#include "types/tuple.h"

typedef struct ClassBuild {
    Type *meta, *base;
    Value name, bases;
    Value dict;   /* the class's own: a copy of the namespace */
    Value slots;  /* tuple from __slots__, or 0 */
    Value fields; /* list: sorted, mangled names that get a field */
    bool add_dict, add_weakrefs;
    Type *type;
} ClassBuild;

Value (*type_module_hook)(void);

/* ---- __slots__ --------------------------------------------------------------------------------
 */

/* The name as a class body mangles it: __x becomes _Class__x. */
static Value mangle(Value class_name, Value name)
{
    intptr_t length = str_length(name), skip = 0;
    if (length < 3 || str_char(name, 0) != '_' || str_char(name, 1) != '_')
        return name;
    if (str_char(name, length - 1) == '_' && str_char(name, length - 2) == '_')
        return name;
    while (skip < str_length(class_name) && str_char(class_name, skip) == '_')
        skip++;
    if (skip == str_length(class_name))
        return name;
    Value stripped = TRY(str_substring(class_name, skip, str_length(class_name)));
    return str_format("_%V%V", stripped, name);
}

static bool has_items(Type *base)
{
    return base->item_size || base->layout == LAYOUT_TYPE || base->layout == LAYOUT_INT;
}

/* Python's rule for a nonempty __slots__: not with ints, bytes, tuples and types. */
static bool forbids_slots(Type *base)
{
    return has_items(base) && base->layout != LAYOUT_STR;
}

static bool may_add_dict(Type *base)
{
    return !base->tail_offset && base->layout != LAYOUT_TYPE;
}

static bool may_add_weakrefs(Type *base)
{
    return !base->has_weakrefs && !(has_items(base) && base->layout != LAYOUT_STR);
}

static bool check_slot_name(Value item)
{
    if (!is_str(item))
        return raise(TypeError, "__slots__ items must be strings, not '%T'", item);
    return str_is_identifier(item) || raise(TypeError, "__slots__ must be identifiers");
}

/* One item of __slots__: turns on the dict or weak references, or becomes a field. */
static bool add_slot(ClassBuild *b, Value item)
{
    if (str_equals(item, "__dict__")) {
        if (!may_add_dict(b->base) || b->add_dict)
            return raise(TypeError, "__dict__ slot disallowed: we already got one");
        return b->add_dict = true;
    }
    if (str_equals(item, "__weakref__")) {
        if (!may_add_weakrefs(b->base) || b->add_weakrefs)
            return raise(TypeError, "__weakref__ slot disallowed: we already got one");
        return b->add_weakrefs = true;
    }
    Value mangled = TRY(mangle(b->name, item));
    Value field = TRY(attribute_name(mangled));
    bool harmless = str_equals(field, "__qualname__") || str_equals(field, "__classcell__") ||
                    str_equals(field, "__classdictcell__");
    if (!harmless && dict_get(b->dict, field))
        return raise(ValueError, "%R in __slots__ conflicts with class variable", item);
    return list_append(b->fields, field);
}

/* Other bases may bring a dict or weak references when the first one and __slots__ do not. */
static void inherit_dict_and_weakrefs(ClassBuild *b)
{
    for (intptr_t i = 0; i < tuple_length(b->bases); i++) {
        Type *other = (Type *)tuple_get(b->bases, i);
        if (other == b->base)
            continue;
        b->add_dict |= may_add_dict(b->base) && other->tail_offset;
        b->add_weakrefs |= may_add_weakrefs(b->base) && other->has_weakrefs;
    }
}

static bool read_slots(ClassBuild *b)
{
    Value slots = dict_get_str(b->dict, names.__slots__);
    b->fields = TRY(list_new(0));
    if (!slots) {
        b->add_dict = may_add_dict(b->base);
        b->add_weakrefs = may_add_weakrefs(b->base);
        return true;
    }
    b->slots = TRY(is_str(slots) ? tuple_of(slots) : tuple_from_iterable(slots));
    if (tuple_length(b->slots) && forbids_slots(b->base))
        return raise(TypeError, "nonempty __slots__ not supported for subtype of '%N'", b->base);
    for (intptr_t i = 0; i < tuple_length(b->slots); i++)
        TRY(check_slot_name(tuple_get(b->slots, i)));
    for (intptr_t i = 0; i < tuple_length(b->slots); i++)
        TRY(add_slot(b, tuple_get(b->slots, i)));
    TRY(list_sort(b->fields));
    inherit_dict_and_weakrefs(b);
    return true;
}

/* ---- the type object ---------------------------------------------------------------------------
 */

/* The C text of the name: the str's own bytes if it is ASCII, else a copy. */
static bool set_name(Type *type, Value name)
{
    size_t size;
    const char *utf8 = TRY(str_utf8(name, &size));
    if (strlen(utf8) != size)
        return raise(ValueError, "type name must not contain null characters");
    Raw *copy = TRY(raw_new((intptr_t)size + 1));
    memcpy(copy->data, utf8, size + 1);
    WITH_LOCK (type) { /* the three belong together: the first keeps the last alive */
        gc_store(type, &type->name_bytes, (Value)copy);
        gc_store(type, &type->name_value, name);
        store_release(&type->name, copy->data);
    }
    return true;
}

bool type_set_name(Type *type, Value name)
{
    return set_name(type, name);
}

static size_t align8(size_t n)
{
    return (n + 7) & ~(size_t)7;
}

/* Where fields and attribute slots lie. Fixed-size: [C struct][fields of all bases][tail]; the
 * variable-size ones have both at the end of their cell. */
static void lay_out(ClassBuild *b, Type *type)
{
    Type *base = b->base;
    unsigned own = (unsigned)list_length(b->fields);
    type->slot_fields = base->slot_fields + own;
    type->size = base->size;
    if (!base->item_size && own) {
        type->slot_offset = base->slot_fields ? base->slot_offset : (uint32_t)align8(base->size);
        type->size = type->slot_offset + 8 * type->slot_fields;
    } else {
        type->slot_offset = base->slot_offset;
    }
    type->has_weakrefs = base->has_weakrefs || b->add_weakrefs;
    if (base->tail_offset || b->add_dict)
        type->tail_offset = (uint32_t)align8(type->size);
}

/* How many attributes the methods of the class set on self, by the compiler's count. */
static unsigned expected_attributes(ClassBuild *b)
{
    Value own = dict_get_str(b->dict, names.__static_attributes__);
    size_t count = load_relaxed(&b->base->inline_slots);
    if (own && is_tuple(own))
        count += (size_t)tuple_length(own);
    if (count < 2)
        count = 2;
    return count > INLINE_SLOTS_MAX ? INLINE_SLOTS_MAX : (unsigned)count;
}

static bool make_type(ClassBuild *b)
{
    Type *type = TRY((Type *)object_alloc(b->meta));
    b->type = type;
    type->flags = TYPE_HEAP | TYPE_BASE | TYPE_READY;
    gc_store(type, &type->base, b->base);
    gc_store(type, &type->bases, b->bases);
    gc_store(type, &type->dict, b->dict);
    TRY(set_name(type, b->name));
    type->layout = b->base->layout;
    lay_out(b, type);
    type_inherit_layout(type, b->base);
    if (list_length(b->fields))
        gc_store(type, &type->slot_names, TRY(list_as_tuple(b->fields)));
    if (type->tail_offset && !type->item_size)
        type->inline_slots = (uint16_t)expected_attributes(b);
    return true;
}

/* ---- the dict ----------------------------------------------------------------------------------
 */

static bool set_qualname(ClassBuild *b)
{
    Value qualname = dict_get_str(b->dict, names.__qualname__);
    if (qualname && !is_str(qualname))
        return raise(TypeError, "type __qualname__ must be a str, not %T", qualname);
    gc_store(b->type, &b->type->qualname, qualname ? qualname : b->name);
    bool found;
    return !qualname || dict_delete(b->dict, names.__qualname__, &found);
}

static bool set_module(ClassBuild *b)
{
    if (dict_get_str(b->dict, names.__module__) || !type_module_hook)
        return true;
    Value module = type_module_hook();
    if (!module)
        return !error_pending();
    return dict_set(b->dict, names.__module__, module);
}

/* A plain function under these names is wrapped. Functions are known by their layout: the core
 * does not know vm/. */
static bool wrap_function(ClassBuild *b, Value name, Value (*wrap)(Value))
{
    Value function = dict_get_str(b->dict, name);
    if (!function || !has_layout(function, LAYOUT_FUNCTION))
        return true;
    return dict_set(b->dict, name, TRY(wrap(function)));
}

static const GetSetDef dict_getset_def = {"__dict__", object_get_dict, object_set_dict,
                                          "dictionary for instance variables"};
static const GetSetDef weakref_getset_def = {"__weakref__", object_get_weakref, 0,
                                             "list of weak references to the object"};

static bool add_special_getsets(ClassBuild *b)
{
    if (b->add_dict && !dict_get_str(b->dict, names.__dict__))
        TRY(dict_set(b->dict, names.__dict__, TRY(getset_new(&dict_getset_def, b->type))));
    if (b->add_weakrefs && !dict_get_str(b->dict, names.__weakref__))
        TRY(dict_set(b->dict, names.__weakref__, TRY(getset_new(&weakref_getset_def, b->type))));
    return true;
}

static bool add_fields(ClassBuild *b)
{
    for (intptr_t i = 0; i < list_length(b->fields); i++) {
        Value name = list_get(b->fields, i);
        unsigned n = (unsigned)(b->base->slot_fields + i);
        TRY(dict_set(b->dict, name, TRY(member_new_slot(b->type, name, n))));
    }
    return true;
}

/* __classcell__ and __classdictcell__: what the compiler left there for __class__, super(), and
 * annotation scopes. */
static bool fill_cell(ClassBuild *b, Value name, Value content)
{
    Value cell = dict_get_str(b->dict, name);
    if (!cell)
        return true;
    if (!has_layout(cell, LAYOUT_CELL))
        return raise(TypeError, "%V must be a nonlocal cell, not %R", name, (Value)type_of(cell));
    gc_store(cell, &((Cell *)cell)->value, content);
    bool found;
    return dict_delete(b->dict, name, &found);
}

/* Names of class attributes are str; other keys of the namespace can't be got at, and slow down. */
static bool warn_of_odd_keys(ClassBuild *b)
{
    if (likely(((Dict *)b->dict)->table->str_keys))
        return true;
    return warn(RuntimeWarning, 1, "non-string key in the __dict__ of class %N", b->type);
}

static bool fill_dict(ClassBuild *b)
{
    TRY(warn_of_odd_keys(b));
    TRY(set_qualname(b));
    TRY(set_module(b));
    Value doc = dict_get_str(b->dict, names.__doc__);
    size_t size;
    if (!doc)
        TRY(dict_set(b->dict, names.__doc__, None));
    else if (is_str(doc))
        TRY(str_utf8(doc, &size)); /* UnicodeEncodeError for what no UTF-8 can say */
    TRY(wrap_function(b, names.__new__, staticmethod_wrap));
    TRY(wrap_function(b, names.__init_subclass__, classmethod_wrap));
    TRY(wrap_function(b, names.__class_getitem__, classmethod_wrap));
    TRY(fill_cell(b, names.__classcell__, (Value)b->type));
    TRY(fill_cell(b, TRY(str_intern_cstring("__classdictcell__")), b->dict));
    TRY(add_special_getsets(b));
    TRY(add_fields(b));
    if (dict_get_str(b->dict, slot_names[ROW_compare_EQ]) && !dict_get_str(b->dict, names.__hash__))
        TRY(dict_set(b->dict, names.__hash__, None));
    return true;
}

/* ---- ready, and known to others
 * ------------------------------------------------------------------ */

/* By single operations: mro() may have shown the class to other threads. */
static void set_collection_flags(Type *type, Value mro)
{
    for (intptr_t i = 1; i < tuple_length(mro); i++) {
        uint32_t flags = type_flags((Type *)tuple_get(mro, i));
        if (flags & (TYPE_SEQUENCE | TYPE_MAPPING)) {
            fetch_and_relaxed(&type->flags, ~(uint32_t)(TYPE_SEQUENCE | TYPE_MAPPING));
            fetch_or_relaxed(&type->flags, flags & (TYPE_SEQUENCE | TYPE_MAPPING));
            return;
        }
    }
}

static bool has_standard_mro(Type *type)
{
    Type *meta = type_of((Value)type);
    return type_lookup(meta, names.mro) == type_lookup(&type_type, names.mro);
}

/* The bases changed before they knew of this class, perhaps after it had read from them. */
static bool catch_up(Type *type)
{
    if (has_standard_mro(type)) {
        Value mro = TRY(tuple_from_iterable(TRY(mro_c3(type))));
        gc_store(type, &type->mro, mro);
    }
    WITH_TYPE_LOCK
    {
        slots_fill(type);
    }
    return true;
}

static bool finish_type(ClassBuild *b)
{
    Type *type = b->type;
    uint64_t now, before = load_acquire(&type_inherited_changes);
    Value mro = TRY(mro_compute(type));
    gc_store(type, &type->mro, mro);
    set_collection_flags(type, mro);
    slots_fill(type);
    uint32_t root = TRY(shape_new_root(type, 0, type->inline_slots));
    store_release(&type->root_shape, root);
    if (load_relaxed(&multithreaded)) /* its bases lead every thread to it */
        share_value((Value)type);
    for (intptr_t i = 0; i < tuple_length(b->bases); i++)
        TRY(type_add_subclass((Type *)tuple_get(b->bases, i), type));
    for (; (now = load_acquire(&type_inherited_changes)) != before; before = now)
        TRY(catch_up(type));
    return true;
}

static bool note_set_name(Type *type, Value name, Value value)
{
    Value error = error_take();
    Value note = TRY(
        format_value("Error calling __set_name__ on '%T' instance %R in '%N'", value, name, type));
    if (!call_method1(error, TRY(str_intern_cstring("add_note")), note))
        return false;
    error_restore(error);
    return false;
}

static bool call_set_names(ClassBuild *b)
{
    Value items = TRY(dict_items_list(b->dict));
    for (intptr_t i = 0; i < list_length(items); i++) {
        Value name = tuple_get(list_get(items, i), 0), value = tuple_get(list_get(items, i), 1);
        bool self_first;
        Value method = lookup_special(value, names.__set_name__, &self_first);
        if (!method && error_pending())
            return false;
        if (!method)
            continue;
        Value args[] = {value, (Value)b->type, name};
        Value result = self_first ? call(method, args, 3, 0) : call(method, args + 1, 2, 0);
        if (!result)
            return note_set_name(b->type, name, value);
    }
    return true;
}

static bool call_init_subclass(ClassBuild *b, Value *kwargs, Value kwnames)
{
    Value parent = TRY(super_new((Value)b->type, (Value)b->type));
    Value method = TRY(get_attr(parent, names.__init_subclass__));
    return call(method, kwargs, 0, kwnames) != 0;
}

Value type_new_class(Type *meta, Value name, Value bases, Value namespace, Value *kwargs,
                     size_t nkw, Value kwnames)
{
    ClassBuild b = {.meta = meta, .name = name, .bases = bases};
    if (!tuple_length(bases))
        b.bases = TRY(tuple_of((Value)&object_type));
    b.base = TRY(best_base(b.bases));
    b.dict = TRY(dict_copy(namespace));
    TRY(read_slots(&b));
    TRY(make_type(&b));
    TRY(fill_dict(&b));
    TRY(finish_type(&b));
    TRY(call_set_names(&b));
    TRY(call_init_subclass(&b, kwargs, nkw ? kwnames : 0));
    return (Value)b.type;
}

/* ---- type(name, bases, dict)
 * --------------------------------------------------------------------- */

static bool check_argument(Value v, bool ok, int position, const char *expected)
{
    return ok ||
           raise(TypeError, "type.__new__() argument %d must be %s, not %B", position, expected, v);
}

static bool check_bases(Value bases)
{
    for (intptr_t i = 0; i < tuple_length(bases); i++) {
        Value base = tuple_get(bases, i), entries;
        if (is_type(base))
            continue;
        TRY(get_attr_optional(base, names.__mro_entries__, &entries));
        if (entries)
            return raise(TypeError, "type() doesn't support MRO entry resolution; "
                                    "use types.new_class()");
    }
    return true;
}

Value type_make(Type *meta, Value *args, size_t nargs, Value kwnames)
{
    size_t nkw = kwnames ? (size_t)tuple_length(kwnames) : 0;
    if (nargs != 3)
        return raise(TypeError, "type.__new__() takes exactly 3 arguments (%zu given)", nargs);
    TRY(check_argument(args[0], is_str(args[0]), 1, "str"));
    TRY(check_argument(args[1], is_tuple(args[1]), 2, "tuple"));
    TRY(check_argument(args[2], is_dict(args[2]), 3, "dict"));
    TRY(check_bases(args[1]));
    Type *winner = TRY(calculate_metaclass(meta, args[1]));
    if (winner != meta && winner->make != type_make)
        return winner->make(winner, args, nargs, kwnames);
    return type_new_class(winner, args[0], args[1], args[2], args + nargs, nkw, kwnames);
}

/* type.__init__ checks only the number of arguments: __new__ has done it all. */
bool type_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    (void)self;
    (void)args;
    size_t nkw = kwnames ? (size_t)tuple_length(kwnames) : 0;
    if (nkw && nargs == 1)
        return raise(TypeError, "type.__init__() takes no keyword arguments");
    if (nargs != 1 && nargs != 3)
        return raise(TypeError, "type.__init__() takes 1 or 3 arguments");
    return true;
}
