/* The dict type: slots and methods, on top of dict.c. */
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/dict_iter.h"
#include "types/dict_table.h"
#include "types/dict_views.h"
#include "types/generic_alias.h"
#include "types/list.h"
#include "types/set_ops.h"
#include "types/set_table.h"
#include "types/str.h"
#include "types/tuple.h"

static void dict_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, (Value)load_relaxed(&((Dict *)self)->table));
}

/* ---- slots */

static Value dict_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    Dict *self = TRY(NEW(Dict, type));
    self->table = dict_empty_table; /* NO_BARRIER: fresh; static */
    return (Value)self;
}

static bool dict_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    return dict_update_arguments(self, "dict", args, nargs, kwnames);
}

static Value dict_repr(Value self)
{
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return str_from_cstring("{...}");
    StrBuilder b;
    builder_start(&b);
    builder_add_char(&b, '{');
    intptr_t position = 0;
    bool first = true, failed = false;
    Value key, value;
    while (!failed && dict_next(self, &position, &key, &value)) {
        if (!first)
            builder_add_ascii(&b, ", ", 2);
        first = false;
        Value key_repr = object_repr(key);
        Value value_repr = key_repr ? object_repr(value) : 0;
        failed = !value_repr;
        if (failed)
            break;
        builder_add(&b, key_repr);
        builder_add_ascii(&b, ": ", 2);
        builder_add(&b, value_repr);
    }
    repr_leave(self);
    if (failed)
        return 0;
    builder_add_char(&b, '}');
    return builder_finish(&b);
}

static int dict_equal(Dict *a, Dict *b)
{
    intptr_t length = load_acquire(&b->length), seen = 0;
    if (load_acquire(&a->length) != length)
        return 0;
    if (!c_stack_check(" in comparison"))
        return -1;
    DictTable *table = load_acquire(&a->table);
    for (uint32_t i = 0; i < load_acquire(&table->count); i++) {
        let_stop(i + 1);
        DictEntry *entry = &table->entries[i];
        Value key = load_acquire(&entry->key), value = load_acquire(&entry->value);
        if (!key || !value)
            continue;
        Found found;
        TRY_OR(dict_lookup(b, key, entry->hash, &found), -1);
        if (!found.value)
            return 0;
        int equal = object_equal(value, found.value);
        if (equal <= 0)
            return equal;
        seen++;
    }
    return seen == length; /* entries may have gone meanwhile */
}

Value dict_compare(Value a, Value b, CompareOp op)
{
    if (!is_dict(a) || !is_dict(b) || (op != CMP_EQ && op != CMP_NE))
        return NotImplemented;
    int equal = TRY_NOT_NEGATIVE(dict_equal((Dict *)a, (Dict *)b), 0);
    return bool_value(equal == (op == CMP_EQ));
}

static Value dict_iter(Value self)
{
    return dict_iterator_new(self, DICT_PART_KEYS);
}

static intptr_t dict_length_slot(Value self)
{
    return dict_length(self);
}

Value dict_subscript(Value self, Value key)
{
    Value value;
    TRY(dict_find(self, key, &value));
    if (value)
        return value;
    if (!has_shape(self, SHAPE_DICT)) {
        value = call_special(names.__missing__, (Value[]){self, key}, 2);
        if (value || error_pending())
            return value;
    }
    return raise_key_error(key);
}

static bool dict_setitem(Value self, Value key, Value value)
{
    if (value)
        return dict_set(self, key, value);
    bool found;
    TRY(dict_delete(self, key, &found));
    return found || raise_key_error(key);
}

static Value dict_or(Value a, Value b)
{
    if (!is_dict(a) || !is_dict(b))
        return NotImplemented;
    return dict_union(a, b);
}

static Value dict_ior(Value self, Value other)
{
    TRY(dict_update(self, other));
    return self;
}

/* ---- methods */

/* The keys of an exact set or dict, whose hashes are known, with one value. */
static bool set_all(Value self, Value keys, Value value)
{
    if (is_dict(keys)) {
        if (is_shared((Object *)keys))
            keys = TRY(dict_copy(keys)); /* of one moment */
        DictTable *table = load_acquire(&((Dict *)keys)->table);
        for (uint32_t i = 0; i < load_acquire(&table->count); i++) {
            Value key = load_acquire(&table->entries[i].key);
            if (key)
                TRY(dict_set_hash(self, key, table->entries[i].hash, value));
        }
        return true;
    }
    SetTable *table = TRY(set_moment((Set *)keys));
    intptr_t position = 0;
    SetEntry entry;
    while (set_table_next(table, &position, &entry))
        TRY(dict_set_hash(self, entry.key, entry.hash, value));
    return true;
}

CLASS_METHOD(dict_fromkeys, "fromkeys", "iterable, value=None, /",
             "Create a new dictionary with keys from iterable and values set to value.")
{
    Value result = TRY(call0(args[0]));
    bool plain = has_shape(result, SHAPE_DICT);
    if (plain && (has_shape(args[1], SHAPE_DICT) || has_shape(args[1], SHAPE_SET) ||
                  has_shape(args[1], SHAPE_FROZENSET))) {
        TRY(set_all(result, args[1], args[2]));
        return result;
    }
    Value keys = TRY(list_moment(args[1]));
    ITERATE(key, keys)
    {
        if (plain)
            TRY(dict_set(result, key, args[2]));
        else
            TRY(set_item(result, key, args[2]));
    }
    return ITERATED ? result : 0;
}

METHOD(dict_reversed, "__reversed__", "/", "Return a reverse iterator over the dict keys.")
{
    return dict_reverse_iterator_new(args[0], DICT_PART_KEYS);
}

METHOD(dict_method_clear, "clear", "/", "Remove all items from the dict.")
{
    TRY(dict_clear(args[0]));
    return None;
}

METHOD(dict_method_copy, "copy", "/", "Return a shallow copy of the dict.")
{
    return dict_copy(args[0]);
}

METHOD(dict_method_get, "get", "key, default=None, /",
       "Return the value for key if key is in the dictionary, else default.")
{
    Value value;
    TRY(dict_find(args[0], args[1], &value));
    return value ? value : args[2];
}

METHOD(dict_method_items, "items", "/",
       "Return a set-like object providing a view on the dict's items.")
{
    return dict_view_new(args[0], DICT_PART_ITEMS);
}

METHOD(dict_method_keys, "keys", "/",
       "Return a set-like object providing a view on the dict's keys.")
{
    return dict_view_new(args[0], DICT_PART_KEYS);
}

METHOD(dict_method_pop, "pop", "key, default=?, /",
       "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\n"
       "If the key is not found, return the default if given; otherwise,\nraise a KeyError.")
{
    /* An empty dict does not even ask for the key's hash. */
    Value value = dict_length(args[0]) ? dict_pop(args[0], args[1], args[2]) : args[2];
    if (!value && !error_pending())
        raise_key_error(args[1]);
    return value;
}

METHOD(dict_method_popitem, "popitem", "/",
       "Remove and return a (key, value) pair as a 2-tuple.\n\n"
       "Pairs are returned in LIFO (last-in, first-out) order.\n"
       "Raises KeyError if the dict is empty.")
{
    Value key, value;
    if (!dict_pop_last(args[0], &key, &value))
        return raise(KeyError, "popitem(): dictionary is empty");
    return tuple_of(key, value);
}

METHOD(dict_method_setdefault, "setdefault", "key, default=None, /",
       "Insert key with a value of default if key is not in the dictionary.\n\n"
       "Return the value for key if key is in the dictionary, else default.")
{
    return dict_set_default(args[0], args[1], args[2]);
}

METHOD(dict_method_update, "update", "*args, **kwargs",
       "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\n"
       "If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\n"
       "If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\n"
       "In either case, this is followed by: for k in F:  D[k] = F[k]")
{
    Tuple *rest = (Tuple *)args[1];
    TRY(dict_update_arguments(args[0], "update", rest->items, (size_t)rest->length, 0));
    if (args[2])
        TRY(dict_merge(args[0], args[2], true));
    return None;
}

METHOD(dict_method_values, "values", "/", "Return an object providing a view on the dict's values.")
{
    return dict_view_new(args[0], DICT_PART_VALUES);
}

METHOD(dict_method_contains, "__contains__", "key, /",
       "True if the dictionary has the specified key, else False.")
{
    int found = TRY_NOT_NEGATIVE(dict_contains(args[0], args[1]), 0);
    return bool_value(found);
}

METHOD(dict_method_getitem, "__getitem__", "key, /", "Return self[key].")
{
    return dict_subscript(args[0], args[1]);
}

CLASS_METHOD(dict_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const dict_methods[] = {M(dict_fromkeys),        M(dict_reversed),
                                          M(dict_method_clear),    M(dict_method_copy),
                                          M(dict_method_get),      M(dict_method_items),
                                          M(dict_method_keys),     M(dict_method_pop),
                                          M(dict_method_popitem),  M(dict_method_setdefault),
                                          M(dict_method_update),   M(dict_method_values),
                                          M(dict_method_contains), M(dict_method_getitem),
                                          M(dict_class_getitem),   0};

Type dict_type = {
    TYPE_HEAD("dict", Dict),
    .repr = dict_repr,
    .hash = hash_unhashable,
    .compare = dict_compare,
    .iter = dict_iter,
    .init = dict_init,
    .make = dict_make,
    .or_ = dict_or,
    .ior = dict_ior,
    .length = dict_length_slot,
    .getitem = dict_subscript,
    .setitem = dict_setitem,
    .contains = dict_contains,
    .doc = "dict() -> new empty dictionary\n"
           "dict(mapping) -> new dictionary initialized from a mapping object's\n"
           "    (key, value) pairs\n"
           "dict(iterable) -> new dictionary initialized as if via:\n"
           "    d = {}\n"
           "    for k, v in iterable:\n"
           "        d[k] = v\n"
           "dict(**kwargs) -> new dictionary initialized with the name=value pairs\n"
           "    in the keyword argument list.  For example:  dict(one=1, two=2)",
    .methods = dict_methods,
    .trace = dict_trace,
    .layout = LAYOUT_DICT,
    .flags = TYPE_BASE | TYPE_MAPPING | TYPE_MATCH_SELF,
};

void dict_start(void)
{
    dict_table_start();
    type_ready(&dict_type, SHAPE_DICT);
    dict_iter_start();
    dict_views_start();
}
