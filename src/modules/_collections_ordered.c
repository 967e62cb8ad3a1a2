/* collections.OrderedDict: dict keeps the order already; this adds moving items to an end, taking
 * them from either, and comparing in order. */
#include "core/call.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/_collections_inner.h"
#include "types/dict.h"
#include "types/dict_iter.h"
#include "types/dict_views.h"
#include "types/int.h"
#include "types/iterators.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* Nothing but a dict and attributes. */
typedef struct OrderedDict {
    Dict dict;
} OrderedDict;

static bool is_ordered(Value v)
{
    return is_instance_of(v, &ordered_dict_type);
}

static bool is_plain(Value v)
{
    return type_of(v) == &ordered_dict_type;
}

/* ---- update: through __setitem__, which a subclass may define */

static bool set_pairs(Value self, Value iterable)
{
    ITERATE(pair, iterable)
    {
        Value items = TRY(tuple_from_iterable(pair));
        if (tuple_length(items) != 2)
            return raise(ValueError,
                         tuple_length(items) < 2 ? "need more than %zd value%s to unpack"
                                                 : "too many values to unpack (expected 2)",
                         tuple_length(items), tuple_length(items) == 1 ? "" : "s");
        TRY(set_item(self, tuple_get(items, 0), tuple_get(items, 1)));
    }
    return ITERATED;
}

/* Of one moment, if `other` is a dict that is read without Python code. */
static bool update_from(Value self, Value other)
{
    bool simple = has_shape(other, SHAPE_DICT) || is_plain(other);
    if (is_plain(self) && simple)
        return dict_merge(self, other, true);
    if (simple)
        return set_pairs(self, TRY(dict_items_list(other)));
    Value keys, items;
    TRY(get_attr_optional(other, names.keys, &keys));
    if (keys) {
        ITERATE(key, TRY(call0(keys)))
        {
            TRY(set_item(self, key, TRY(get_item(other, key))));
        }
        return ITERATED;
    }
    TRY(get_attr_optional(other, names.items, &items));
    return set_pairs(self, items ? TRY(call0(items)) : other);
}

static bool update(Value self, Value *args, size_t nargs, Value kwargs)
{
    if (nargs > 1)
        return raise(TypeError, "update() takes at most 1 positional argument (%zu given)", nargs);
    if (nargs)
        TRY(update_from(self, args[0]));
    return !kwargs || set_pairs(self, TRY(dict_items_list(kwargs)));
}

static bool ordered_dict_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    if (nargs > 1)
        return raise(TypeError, "expected at most 1 arguments, got %zu", nargs);
    if (nargs)
        TRY(update_from(self, args[0]));
    for (intptr_t i = 0; kwnames && i < tuple_length(kwnames); i++)
        TRY(set_item(self, tuple_get(kwnames, i), args[nargs + (size_t)i]));
    return true;
}

METHOD(ordered_dict_update, "update", "*args, **kwargs",
       "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.")
{
    Tuple *rest = (Tuple *)args[1];
    TRY(update(args[0], rest->items, (size_t)rest->length, args[2]));
    return None;
}

/* What tells whether a dict has changed: its keys are only ever added to one table. */
typedef struct Moment {
    DictTable *table;
    uint32_t count;
    intptr_t length;
} Moment;

static Moment moment_of(Value dict)
{
    DictTable *table = load_acquire(&((Dict *)dict)->table);
    return (Moment){table, load_acquire(&table->count), dict_length(dict)};
}

/* The same for who goes on from it: not in the middle of a move to the end, with the key there
 * twice.
 */
static Moment moment_to_start_from(Value dict)
{
    WITH_LOCK (dict) {
        return moment_of(dict);
    }
    UNREACHABLE();
}

static bool same_moment(Moment a, Moment b)
{
    return a.table == b.table && a.count == b.count && a.length == b.length;
}

static bool check_unchanged(Value dict, Moment before)
{
    return same_moment(moment_of(dict), before) ||
           raise(RuntimeError, "OrderedDict mutated during iteration");
}

/* ---- slots */

static Value ordered_dict_repr(Value self)
{
    const char *name = type_short_name(type_of(self));
    if (!dict_length(self))
        return str_format("%s()", name);
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return str_from_cstring("...");
    Value items = is_plain(self) ? TRY(dict_items_list(self)) : 0, dict, text;
    if (!items) { /* a subclass's own items() */
        Value view = call_method0(self, names.items);
        items = view ? list_from_iterable(view) : 0;
    }
    dict = items ? dict_new() : 0;
    text = dict && dict_update(dict, items) ? str_format("%s(%R)", name, dict) : 0;
    repr_leave(self);
    return text;
}

static int same_order(Value a, Value b)
{
    Moment at_a = moment_of(a), at_b = moment_of(b);
    Value x = TRY_OR(dict_keys_list(a), -1), y = TRY_OR(dict_keys_list(b), -1);
    for (intptr_t i = 0; i < list_length(x) && i < list_length(y); i++) {
        int equal = TRY_NOT_NEGATIVE(object_equal(list_get(x, i), list_get(y, i)), -1);
        TRY_OR(check_unchanged(a, at_a) && check_unchanged(b, at_b), -1);
        if (!equal)
            return 0;
    }
    return list_length(x) == list_length(y);
}

static Value ordered_dict_compare(Value a, Value b, CompareOp op)
{
    Value equal = TRY(dict_compare(a, b, CMP_EQ));
    if (equal == NotImplemented || (op != CMP_EQ && op != CMP_NE))
        return NotImplemented;
    int same = equal == True;
    if (same && is_ordered(a) && is_ordered(b))
        same = TRY_NOT_NEGATIVE(same_order(a, b), 0);
    return bool_value(same == (op == CMP_EQ));
}

static Value ordered_dict_or(Value a, Value b)
{
    if (!is_dict(a) || !is_dict(b))
        return NotImplemented;
    Value result = TRY(call1((Value)type_of(is_ordered(a) ? a : b), a));
    TRY(update_from(result, b));
    return result;
}

static Value ordered_dict_ior(Value self, Value other)
{
    TRY(update_from(self, other));
    return self;
}

/* ---- methods */

METHOD(ordered_dict_popitem, "popitem", "last=True",
       "Remove and return a (key, value) pair from the dictionary.\n\n"
       "Pairs are returned in LIFO order if last is true or FIFO order if false.")
{
    Value key, value;
    int last = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    if (last ? dict_pop_last(args[0], &key, &value) : dict_pop_first(args[0], &key, &value))
        return tuple_of(key, value);
    return raise(KeyError, "dictionary is empty");
}

/* The key is taken for the arguments of KeyError: None for none, a tuple for several. */
static Value raise_no_key(Value key)
{
    if (key == None)
        return raise_object((Value)KeyError);
    if (!is_tuple(key))
        return raise_key_error(key);
    return raise_object(TRY(call_tuple_dict((Value)KeyError, key, 0)));
}

METHOD(ordered_dict_move_to_end, "move_to_end", "key, last=True",
       "Move an existing element to the end (or beginning if last is false).\n\n"
       "Raise KeyError if the element does not exist.")
{
    int last = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    int moved = TRY_NOT_NEGATIVE(dict_move_to_end(args[0], args[1], last), 0);
    return moved ? None : raise_no_key(args[1]);
}

METHOD(ordered_dict_pop, "pop", "key, default=?",
       "od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\n"
       "If the key is not found, return the default if given; otherwise,\nraise a KeyError.")
{
    Value value = dict_pop(args[0], args[1], args[2]);
    return value || error_pending() ? value : raise_no_key(args[1]);
}

METHOD(ordered_dict_clear, "clear", "", "od.clear() -> None.  Remove all items from od.")
{
    return dict_clear(args[0]) ? None : 0;
}

METHOD(ordered_dict_setdefault, "setdefault", "key, default=None",
       "Insert key with a value of default if key is not in the dictionary.\n\n"
       "Return the value for key if key is in the dictionary, else default.")
{
    if (is_plain(args[0]))
        return dict_set_default(args[0], args[1], args[2]);
    int found = TRY_NOT_NEGATIVE(object_contains(args[0], args[1]), 0);
    if (found)
        return get_item(args[0], args[1]);
    TRY(set_item(args[0], args[1], args[2]));
    return args[2];
}

static Value copy(Value self)
{
    Value result = TRY(call0((Value)type_of(self)));
    if (is_plain(self)) {
        TRY(dict_merge(result, self, true));
        return result;
    }
    ITERATE(key, self)
    {
        TRY(set_item(result, key, TRY(get_item(self, key))));
    }
    return ITERATED ? result : 0;
}

METHOD(ordered_dict_copy, "copy", "/", "od.copy() -> a shallow copy of od")
{
    return copy(args[0]);
}

METHOD(ordered_dict_reduce, "__reduce__", "/", "Return state information for pickling")
{
    Value state = TRY(call_method0(args[0], names.__getstate__));
    Value items = TRY(get_iter(TRY(call_method0(args[0], names.items))));
    return tuple_of((Value)type_of(args[0]), tuple_empty(), state, None, items);
}

CLASS_METHOD(ordered_dict_fromkeys, "fromkeys", "iterable, value=None",
             "Create a new ordered dictionary with keys from iterable and values set to value.")
{
    Value result = TRY(call0(args[0]));
    ITERATE(key, args[1])
    {
        TRY(set_item(result, key, args[2]));
    }
    return ITERATED ? result : 0;
}

METHOD(ordered_dict_keys_view, "keys", "/", 0)
{
    return dict_view_new_as(&ordered_keys_type, args[0]);
}

METHOD(ordered_dict_values_view, "values", "/", 0)
{
    return dict_view_new_as(&ordered_values_type, args[0]);
}

METHOD(ordered_dict_items_view, "items", "/", 0)
{
    return dict_view_new_as(&ordered_items_type, args[0]);
}

/* ---- the iterator, over keys, values or items, forwards or backwards
 *
 * It goes through a dict that does not change, else it fails: so that a place in it stays one. */

/* guarded by lock if SHARED */
typedef struct OrderedIterator {
    Object ob;
    Value dict;        /* 0: exhausted */
    intptr_t position; /* entry to look at next; backwards: behind it */
    intptr_t left;
    Value table; /* of the dict at the start; with the next two: its Moment */
    intptr_t length;
    uint32_t count;
    uint8_t part; /* DictPart; immutable after init, as the next */
    bool backwards;
} OrderedIterator;

static void ordered_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((OrderedIterator *)self)->dict));
    gc_visit(tracer, ((OrderedIterator *)self)->table);
}

static Value ordered_iterator_new(Value dict, DictPart part, bool backwards)
{
    OrderedIterator *it = TRY(NEW(OrderedIterator, &ordered_iterator_type));
    Moment moment = moment_to_start_from(dict);
    /* NO_BARRIER: fresh, nothing allocated since */
    it->dict = dict;
    it->table = (Value)moment.table;
    it->length = it->left = moment.length;
    it->count = moment.count;
    it->position = backwards ? (intptr_t)moment.count : 0;
    it->part = (uint8_t)part;
    it->backwards = backwards;
    return (Value)it;
}

/* 1, 0 at the end, -1 if the dict has changed. The caller holds the lock of the iterator, not of
 * the dict: whether that has changed is asked after its entries were read. */
static int ordered_step_locked(OrderedIterator *it, DictEntry *out)
{
    if (!it->dict)
        return 0;
    const Moment start = {(DictTable *)it->table, it->count, it->length};
    intptr_t step = it->backwards ? -1 : 1, i = it->position - it->backwards;
    *out = (DictEntry){0};
    for (; i >= 0 && i < (intptr_t)it->count; i += step) {
        out->key = load_acquire(&start.table->entries[i].key);
        out->value = load_acquire(&start.table->entries[i].value);
        if (out->key && out->value)
            break;
    }
    if (!same_moment(moment_of(it->dict), start))
        return -1;
    if (i < 0 || i >= (intptr_t)it->count) {
        store_release(&it->dict, (Value)0); /* NO_BARRIER: 0 */
        return 0;
    }
    store_relaxed(&it->position, it->backwards ? i : i + 1);
    store_relaxed(&it->left, it->left - 1);
    return 1;
}

static Value ordered_iterator_next(Value self)
{
    OrderedIterator *it = (OrderedIterator *)self;
    DictEntry entry = {0};
    int result = 0;
    WITH_LOCK (it) {
        result = ordered_step_locked(it, &entry);
    }
    if (result < 0)
        return raise(RuntimeError, "OrderedDict mutated during iteration");
    if (!result)
        return 0;
    return it->part == DICT_PART_KEYS     ? entry.key
           : it->part == DICT_PART_VALUES ? entry.value
                                          : tuple_of(entry.key, entry.value);
}

METHOD(ordered_iterator_length_hint, "__length_hint__", "/", 0)
{
    OrderedIterator *it = (OrderedIterator *)args[0];
    return int_from(load_acquire(&it->dict) ? load_relaxed(&it->left) : 0);
}

METHOD(ordered_iterator_reduce, "__reduce__", "/", "Return state information for pickling")
{
    OrderedIterator *it = (OrderedIterator *)args[0];
    OrderedIterator *copy = TRY(NEW(OrderedIterator, &ordered_iterator_type));
    WITH_LOCK (it) {
        gc_store(copy, &copy->dict, it->dict);
        gc_store(copy, &copy->table, it->table);
        copy->position = it->position;
        copy->length = it->length;
        copy->left = it->left;
        copy->count = it->count;
        copy->part = it->part;
        copy->backwards = it->backwards;
    }
    return iterator_reduce_to("iter", TRY(list_from_iterable((Value)copy)));
}

static MethodDef *const ordered_iterator_methods[] = {M(ordered_iterator_length_hint),
                                                      M(ordered_iterator_reduce), 0};

Type ordered_iterator_type = {
    TYPE_HEAD("odict_iterator", OrderedIterator),
    .iter = iterator_self,
    .next = ordered_iterator_next,
    .methods = ordered_iterator_methods,
    .trace = ordered_iterator_trace,
    .flags = TYPE_NO_NEW,
};

static Value ordered_dict_iter(Value self)
{
    return ordered_iterator_new(self, DICT_PART_KEYS, false);
}

METHOD(ordered_dict_reversed, "__reversed__", "/", "od.__reversed__() <==> reversed(od)")
{
    return ordered_iterator_new(args[0], DICT_PART_KEYS, true);
}

/* The views iterate in the same way. */
#define VIEW_ITERATION(name, part)                                                                 \
    static Value ordered_##name##_iter(Value view)                                                 \
    {                                                                                              \
        return ordered_iterator_new(((DictView *)view)->dict, part, false);                        \
    }                                                                                              \
    METHOD(ordered_##name##_reversed, "__reversed__", "/", 0)                                      \
    {                                                                                              \
        return ordered_iterator_new(((DictView *)args[0])->dict, part, true);                      \
    }                                                                                              \
    static MethodDef *const ordered_##name##_methods[] = {M(ordered_##name##_reversed), 0};
VIEW_ITERATION(keys, DICT_PART_KEYS)
VIEW_ITERATION(values, DICT_PART_VALUES)
VIEW_ITERATION(items, DICT_PART_ITEMS)

static const GetSetDef ordered_dict_getset[] = {
    {"__dict__", instance_dict, 0, 0},
    {0},
};

static MethodDef *const ordered_dict_methods[] = {
    M(ordered_dict_fromkeys),    M(ordered_dict_reversed),
    M(ordered_dict_pop),         M(ordered_dict_popitem),
    M(ordered_dict_keys_view),   M(ordered_dict_values_view),
    M(ordered_dict_items_view),  M(ordered_dict_update),
    M(ordered_dict_move_to_end), M(ordered_dict_setdefault),
    M(ordered_dict_clear),       M(ordered_dict_copy),

    M(ordered_dict_reduce),      0};

/* As dict's; but a slot of its own, so that its wrappers take no other dicts. */
static bool ordered_dict_setitem(Value self, Value key, Value value)
{
    return dict_type.setitem(self, key, value);
}

Type ordered_dict_type = {
    TYPE_HEAD("collections.OrderedDict", OrderedDict),
    .base = &dict_type,
    .repr = ordered_dict_repr,
    .hash = hash_unhashable,
    .compare = ordered_dict_compare,
    .iter = ordered_dict_iter,
    .setitem = ordered_dict_setitem,
    .init = ordered_dict_init,
    .or_ = ordered_dict_or,
    .ior = ordered_dict_ior,
    .doc = "Dictionary that remembers insertion order",
    .methods = ordered_dict_methods,
    .getset = ordered_dict_getset,
    .layout = LAYOUT_DICT,
    .tail_offset = sizeof(OrderedDict),
    .flags = TYPE_BASE | TYPE_DICT_ORDER,
    .has_weakrefs = true,
};

#define ORDERED_VIEW(part, layout_)                                                                \
    Type ordered_##part##_type = {TYPE_HEAD("odict_" #part, DictView),                             \
                                  .base = &dict_##part##_type,                                     \
                                  .iter = ordered_##part##_iter,                                   \
                                  .methods = ordered_##part##_methods,                             \
                                  .layout = layout_,                                               \
                                  .flags = TYPE_NO_NEW | TYPE_DICT_ORDER}
ORDERED_VIEW(keys, LAYOUT_DICT_KEYS);
ORDERED_VIEW(values, LAYOUT_DICT_VALUES);
ORDERED_VIEW(items, LAYOUT_DICT_ITEMS);
