/* The types set and frozenset, and their iterator. */
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/iterators.h"
#include "types/key_match.h"
#include "types/list.h"
#include "types/set_ops.h"
#include "types/set_table.h"
#include "types/tuple.h"

static Set *as_set(Value v)
{
    return (Set *)v;
}

static void set_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, (Value)load_relaxed(&((Set *)self)->table));
}

/* ---- making */

static Value set_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    return set_alloc(type);
}

static bool set_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "set() takes no keyword arguments");
    if (nargs > 1)
        return raise(TypeError, "%T expected at most 1 argument, got %zu", self, nargs);
    if (set_length(self))
        TRY(set_clear(self));
    return !nargs || set_update(self, args[0]);
}

static Value frozenset_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames) && type->init == frozenset_type.init)
        return raise(TypeError, "frozenset() takes no keyword arguments");
    if (nargs > 1)
        return raise(TypeError, "%N expected at most 1 argument, got %zu", type, nargs);
    if (!nargs)
        return set_alloc(type);
    if (type == &frozenset_type)
        return frozenset_from_iterable(args[0]);
    return set_make_from(type, args[0]);
}

/* ---- slots */

static Value set_repr(Value self)
{
    const char *name = type_short_name(type_of(self));
    if (!set_length(self))
        return str_format("%s()", name);
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return str_format("%s(...)", name);
    Value list = set_items_list(self), text = list ? object_repr(list) : 0;
    repr_leave(self);
    if (!text)
        return 0;
    if (!list_length(list)) /* another thread has cleared it meanwhile */
        return str_format("%s()", name);
    text = TRY(str_substring(text, 1, str_length(text) - 1));
    if (has_shape(self, SHAPE_SET))
        return str_format("{%V}", text);
    return str_format("%s({%V})", name, text);
}

/* Independent of the order of the items: the mixed hashes are combined by xor (the formula that
 * collections.abc.Set._hash documents, so that both agree). */
static bool frozenset_hash(Value v, int64_t *hash)
{
    Set *self = as_set(v);
    *hash = load_relaxed(&self->hash);
    if (*hash)
        return true;
    uint64_t h = ((uint64_t)self->length + 1) * 1927868237;
    intptr_t position = 0;
    SetEntry entry;
    while (set_table_next(self->table, &position, &entry)) {
        uint64_t each = (uint64_t)entry.hash;
        h ^= (each ^ (each << 16) ^ 89869747) * UINT64_C(3644798167);
    }
    h ^= (h >> 11) ^ (h >> 25);
    h = h * 69069 + 907133923;
    *hash = h == UINT64_MAX ? 590923713 : (int64_t)h;
    store_relaxed(&self->hash, *hash);
    return true;
}

static int set_equal(Value a, Value b)
{
    if (has_layout(a, LAYOUT_FROZENSET) && has_layout(b, LAYOUT_FROZENSET)) {
        int64_t x = load_relaxed(&as_set(a)->hash), y = load_relaxed(&as_set(b)->hash);
        if (x && y && x != y)
            return 0;
    }
    return set_is_subset(a, b, SIZE_EQUAL);
}

static Value set_compare(Value a, Value b, CompareOp op)
{
    if (!is_any_set(a) || !is_any_set(b))
        return NotImplemented;
    int result = 0;
    switch (op) {
    case CMP_EQ:
    case CMP_NE:
        result = set_equal(a, b);
        if (op == CMP_NE && result >= 0)
            result = !result;
        break;
    case CMP_LT:
        result = set_is_subset(a, b, SIZE_LESS);
        break;
    case CMP_LE:
        result = set_is_subset(a, b, SIZE_AT_MOST);
        break;
    case CMP_GT:
        result = set_is_subset(b, a, SIZE_LESS);
        break;
    case CMP_GE:
        result = set_is_subset(b, a, SIZE_AT_MOST);
        break;
    }
    return result < 0 ? 0 : bool_value(result);
}

static intptr_t set_length_slot(Value self)
{
    return set_length(self);
}

/* The hash of what is looked up: a set, though unhashable, stands for the frozenset that is equal
 * to it, which *item then is. */
static bool item_hash(Value *item, int64_t *hash)
{
    if (hash_key(*item, hash))
        return true;
    if (!has_layout(*item, LAYOUT_SET) || !error_clear_if(TypeError))
        return false;
    *item = TRY(set_make_from(&frozenset_type, *item));
    return frozenset_hash(*item, hash);
}

static int set_contains_slot(Value self, Value item)
{
    int64_t hash;
    TRY_OR(item_hash(&item, &hash), -1);
    return set_contains_hash(self, item, hash);
}

/* ---- operators */

static Value set_or(Value a, Value b)
{
    if (!is_any_set(a) || !is_any_set(b))
        return NotImplemented;
    return set_union(a, b);
}

static Value set_and(Value a, Value b)
{
    return is_any_set(a) && is_any_set(b) ? set_intersection(a, b) : NotImplemented;
}

static Value set_subtract(Value a, Value b)
{
    return is_any_set(a) && is_any_set(b) ? set_difference(a, b) : NotImplemented;
}

static Value set_xor(Value a, Value b)
{
    return is_any_set(a) && is_any_set(b) ? set_symmetric_difference(a, b) : NotImplemented;
}

#define IN_PLACE(id, function)                                                                     \
    static Value id(Value self, Value other)                                                       \
    {                                                                                              \
        if (!is_any_set(other))                                                                    \
            return NotImplemented;                                                                 \
        TRY(function(self, other));                                                                \
        return self;                                                                               \
    }
IN_PLACE(set_ior, set_update)
IN_PLACE(set_iand, set_intersection_update)
IN_PLACE(set_isubtract, set_difference_update)
IN_PLACE(set_ixor, set_symmetric_difference_update)

/* ---- methods of both */

METHOD(set_method_isdisjoint, "isdisjoint", "other, /",
       "Return True if two sets have a null intersection.")
{
    int result = TRY_NOT_NEGATIVE(set_is_disjoint(args[0], args[1]), 0);
    return bool_value(result);
}

METHOD(set_method_issubset, "issubset", "other, /", "Report whether another set contains this set.")
{
    int result = TRY_NOT_NEGATIVE(set_is_subset(args[0], args[1], SIZE_AT_MOST), 0);
    return bool_value(result);
}

METHOD(set_method_issuperset, "issuperset", "other, /",
       "Report whether this set contains another set.")
{
    int result;
    if (is_any_set(args[1])) {
        result = TRY_NOT_NEGATIVE(set_is_subset(args[1], args[0], SIZE_AT_MOST), 0);
        return bool_value(result);
    }
    Value list = TRY(list_from_iterable(args[1]));
    for (intptr_t i = 0; i < list_length(list); i++) {
        result = TRY_NOT_NEGATIVE(set_contains(args[0], list_get(list, i)), 0);
        if (!result)
            return False;
    }
    return True;
}

METHOD(set_method_union, "union", "*others",
       "Return a new set with elements from the set and all others.")
{
    if (!tuple_length(args[1]))
        return set_copy(args[0]);
    Value result = TRY(set_union(args[0], tuple_get(args[1], 0)));
    for (intptr_t i = 1; i < tuple_length(args[1]); i++)
        TRY(set_update(result, tuple_get(args[1], i)));
    return result;
}

METHOD(set_method_intersection, "intersection", "*others",
       "Return a new set with elements common to the set and all others.")
{
    if (!tuple_length(args[1]))
        return set_copy(args[0]);
    Value result = args[0];
    for (intptr_t i = 0; i < tuple_length(args[1]); i++)
        result = TRY(set_intersection(result, tuple_get(args[1], i)));
    return result;
}

METHOD(set_method_difference, "difference", "*others",
       "Return a new set with elements in the set that are not in the others.")
{
    if (!tuple_length(args[1]))
        return set_copy(args[0]);
    Value result = TRY(set_difference(args[0], tuple_get(args[1], 0)));
    for (intptr_t i = 1; i < tuple_length(args[1]); i++)
        TRY(set_difference_update(result, tuple_get(args[1], i)));
    return result;
}

METHOD(set_method_symmetric_difference, "symmetric_difference", "other, /",
       "Return a new set with elements in either the set or other but not both.")
{
    return set_symmetric_difference(args[0], args[1]);
}

METHOD(set_method_copy, "copy", "/", "Return a shallow copy of a set.")
{
    return has_shape(args[0], SHAPE_FROZENSET) ? args[0] : set_copy(args[0]);
}

METHOD(set_method_contains, "__contains__", "object, /", "x.__contains__(y) <==> y in x.")
{
    int result = TRY_NOT_NEGATIVE(set_contains_slot(args[0], args[1]), 0);
    return bool_value(result);
}

METHOD(set_method_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    Value list = TRY(set_items_list(args[0]));
    Value state = TRY(call_method0(args[0], names.__getstate__));
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(list)), state);
}

METHOD(set_method_sizeof, "__sizeof__", "/", "S.__sizeof__() -> size of S in memory, in bytes.")
{
    SetTable *table = load_acquire(&as_set(args[0])->table);
    size_t slots = table == set_empty_table ? 0 : (size_t)table->mask + 1;
    return int_from((intptr_t)(type_of(args[0])->size + slots * sizeof(SetEntry)));
}

CLASS_METHOD(set_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

/* ---- methods of set alone */

METHOD(set_method_update, "update", "*others", "Update the set, adding elements from all others.")
{
    for (intptr_t i = 0; i < tuple_length(args[1]); i++)
        TRY(set_update(args[0], tuple_get(args[1], i)));
    return None;
}

METHOD(set_method_intersection_update, "intersection_update", "*others",
       "Update the set, keeping only elements found in it and all others.")
{
    if (tuple_length(args[1]) == 1) {
        TRY(set_intersection_update(args[0], tuple_get(args[1], 0)));
        return None;
    }
    Value kept = args[0];
    for (intptr_t i = 0; i < tuple_length(args[1]); i++)
        kept = TRY(set_intersection(kept, tuple_get(args[1], i)));
    TRY(set_intersection_update(args[0], kept));
    return None;
}

METHOD(set_method_difference_update, "difference_update", "*others",
       "Update the set, removing elements found in others.")
{
    for (intptr_t i = 0; i < tuple_length(args[1]); i++)
        TRY(set_difference_update(args[0], tuple_get(args[1], i)));
    return None;
}

METHOD(set_method_symmetric_difference_update, "symmetric_difference_update", "other, /",
       "Update the set, keeping only elements found in either set, but not in both.")
{
    TRY(set_symmetric_difference_update(args[0], args[1]));
    return None;
}

METHOD(set_method_add, "add", "object, /",
       "Add an element to a set.\n\nThis has no effect if the element is already present.")
{
    TRY(set_add(args[0], args[1]));
    return None;
}

METHOD(set_method_remove, "remove", "object, /",
       "Remove an element from a set; it must be a member.\n\n"
       "If the element is not a member, raise a KeyError.")
{
    int64_t hash;
    Value item = args[1];
    TRY(item_hash(&item, &hash));
    int removed = TRY_NOT_NEGATIVE(set_discard_hash(args[0], item, hash), 0);
    return removed ? None : raise_key_error(args[1]);
}

METHOD(set_method_discard, "discard", "object, /",
       "Remove an element from a set if it is a member.\n\n"
       "Unlike set.remove(), the discard() method does not raise\n"
       "an exception when an element is missing from the set.")
{
    int64_t hash;
    Value item = args[1];
    TRY(item_hash(&item, &hash));
    TRY_NOT_NEGATIVE(set_discard_hash(args[0], item, hash), 0);
    return None;
}

METHOD(set_method_pop, "pop", "/",
       "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty.")
{
    return set_pop(args[0]);
}

METHOD(set_method_clear, "clear", "/", "Remove all elements from this set.")
{
    TRY(set_clear(args[0]));
    return None;
}

/* ---- the iterator */

/* guarded by lock if SHARED */
typedef struct SetIterator {
    Object ob;
    Value set;         /* 0: exhausted */
    intptr_t position; /* slot to look at next */
    intptr_t length;   /* of the set at the start; -1: it changed, which is an error for good */
    intptr_t left;
} SetIterator;

static void set_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((SetIterator *)self)->set));
}

static Value set_iter(Value set)
{
    SetIterator *it = TRY(NEW(SetIterator, &set_iterator_type));
    it->set = set; /* NO_BARRIER: fresh, nothing allocated since */
    it->length = it->left = set_length(set);
    return (Value)it;
}

static Value set_iterator_next(Value self)
{
    SetIterator *it = (SetIterator *)self;
    WITH_LOCK (it) {
        Value item;
        if (!it->set)
            return 0;
        if (set_length(it->set) != it->length) {
            store_relaxed(&it->length, -1);
            break;
        }
        if (set_next(it->set, &it->position, &item)) {
            store_relaxed(&it->left, it->left - 1);
            return item;
        }
        store_release(&it->set, (Value)0); /* NO_BARRIER: 0 */
        return 0;
    }
    return raise(RuntimeError, "Set changed size during iteration");
}

METHOD(set_iterator_length_hint, "__length_hint__", "/",
       "Private method returning an estimate of len(list(it)).")
{
    SetIterator *it = (SetIterator *)args[0];
    Value set = load_acquire(&it->set);
    bool valid = set && set_length(set) == load_relaxed(&it->length);
    return int_from(valid ? load_relaxed(&it->left) : 0);
}

METHOD(set_iterator_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    SetIterator *it = (SetIterator *)args[0];
    SetIterator *copy = TRY(NEW(SetIterator, &set_iterator_type));
    WITH_LOCK (it) {
        gc_store(copy, &copy->set, it->set);
        copy->position = it->position;
        copy->length = it->length;
        copy->left = it->left;
    }
    return iterator_reduce_to("iter", TRY(list_from_iterable((Value)copy)));
}

/* ---- tables */

static MethodDef *const set_methods[] = {M(set_method_add),
                                         M(set_method_clear),
                                         M(set_method_contains),
                                         M(set_method_copy),
                                         M(set_method_discard),
                                         M(set_method_difference),
                                         M(set_method_difference_update),
                                         M(set_method_intersection),
                                         M(set_method_intersection_update),
                                         M(set_method_isdisjoint),
                                         M(set_method_issubset),
                                         M(set_method_issuperset),
                                         M(set_method_pop),
                                         M(set_method_reduce),
                                         M(set_method_remove),
                                         M(set_method_sizeof),
                                         M(set_method_symmetric_difference),
                                         M(set_method_symmetric_difference_update),
                                         M(set_method_union),
                                         M(set_method_update),
                                         M(set_class_getitem),
                                         0};

static MethodDef *const frozenset_methods[] = {M(set_method_contains),
                                               M(set_method_copy),
                                               M(set_method_difference),
                                               M(set_method_intersection),
                                               M(set_method_isdisjoint),
                                               M(set_method_issubset),
                                               M(set_method_issuperset),
                                               M(set_method_reduce),
                                               M(set_method_sizeof),
                                               M(set_method_symmetric_difference),
                                               M(set_method_union),
                                               M(set_class_getitem),
                                               0};

Type set_type = {
    TYPE_HEAD("set", Set),
    .repr = set_repr,
    .hash = hash_unhashable,
    .compare = set_compare,
    .iter = set_iter,
    .init = set_init,
    .make = set_make,
    .subtract = set_subtract,
    .and_ = set_and,
    .xor_ = set_xor,
    .or_ = set_or,
    .isubtract = set_isubtract,
    .iand = set_iand,
    .ixor = set_ixor,
    .ior = set_ior,
    .length = set_length_slot,
    .contains = set_contains_slot,
    .signature = "iterable=(), /",
    .doc = "Build an unordered collection of unique elements.",
    .methods = set_methods,
    .trace = set_trace,
    .layout = LAYOUT_SET,
    .flags = TYPE_BASE | TYPE_MATCH_SELF,
    .has_weakrefs = true,
};

Type frozenset_type = {
    TYPE_HEAD("frozenset", Set),
    .repr = set_repr,
    .hash = frozenset_hash,
    .compare = set_compare,
    .iter = set_iter,
    .make = frozenset_make,
    .subtract = set_subtract,
    .and_ = set_and,
    .xor_ = set_xor,
    .or_ = set_or,
    .length = set_length_slot,
    .contains = set_contains_slot,
    .signature = "iterable=(), /",
    .doc = "Build an immutable unordered collection of unique elements.",
    .methods = frozenset_methods,
    .trace = set_trace,
    .layout = LAYOUT_FROZENSET,
    .flags = TYPE_BASE | TYPE_MATCH_SELF,
    .has_weakrefs = true,
};

static MethodDef *const set_iterator_methods[] = {M(set_iterator_length_hint),
                                                  M(set_iterator_reduce), 0};

Type set_iterator_type = {
    TYPE_HEAD("set_iterator", SetIterator), .iter = iterator_self,       .next = set_iterator_next,
    .methods = set_iterator_methods,        .trace = set_iterator_trace, .flags = TYPE_NO_NEW,
};

void set_start(void)
{
    set_table_start();
    type_ready(&set_type, SHAPE_SET);
    type_ready(&frozenset_type, SHAPE_FROZENSET);
    type_ready(&set_iterator_type, 0);
}
