/* set and frozenset, as C code uses them, and the operations behind methods and operators. The
 * types: set_type.c. Changes work as dict's do: look up without the lock if a comparison needs
 * Python code, then take the lock and check that what was found still holds. */
#include "types/set.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/dict_table.h"
#include "types/list.h"
#include "types/set_ops.h"
#include "types/set_table.h"

static Set *as_set(Value v)
{
    return (Set *)v;
}

Value set_alloc(Type *type)
{
    Set *self = TRY(NEW(Set, type));
    self->table = set_empty_table; /* NO_BARRIER: fresh; static */
    return (Value)self;
}

Value set_new(void)
{
    return set_alloc(&set_type);
}

Type *set_base_type(Value set)
{
    return has_layout(set, LAYOUT_FROZENSET) ? &frozenset_type : &set_type;
}

intptr_t set_length(Value set)
{
    return load_acquire(&as_set(set)->length);
}

/* The keys of a table, one after the other. */
bool set_table_next(SetTable *table, intptr_t *position, SetEntry *out)
{
    for (intptr_t i = *position; i <= (intptr_t)table->mask; i++) {
        Value key = load_acquire(&table->entries[i].key);
        if (!key || key == SET_REMOVED)
            continue;
        *out = (SetEntry){key, table->entries[i].hash};
        *position = i + 1;
        return true;
    }
    *position = (intptr_t)table->mask + 1;
    return false;
}

bool set_next(Value set, intptr_t *position, Value *item)
{
    SetEntry entry;
    if (!set_table_next(load_acquire(&as_set(set)->table), position, &entry))
        return false;
    *item = entry.key;
    return true;
}

Value set_items_list(Value set)
{
    Set *self = as_set(set);
    for (;;) {
        intptr_t n = set_length(set), position = 0;
        Array *array = TRY(array_new(n));
        WITH_LOCK (self) {
            if (self->length != n)
                break;
            gc_fresh_again(array);
            for (intptr_t i = 0; i < n; i++) {
                let_stop(i);
                SetEntry entry = {0};
                set_table_next(self->table, &position, &entry);
                array->items[i] = entry.key; /* NO_BARRIER: gc_filled */
            }
            gc_filled(array);
            position = -1;
        }
        if (position < 0)
            return list_from_array(array, n);
    }
}

/* ---- single items */

int set_contains_hash(Value set, Value item, int64_t hash)
{
    SetFound found;
    return set_lookup(as_set(set), item, hash, &found) ? found.found : -1;
}

int set_contains(Value set, Value item)
{
    int64_t hash;
    TRY_OR(hash_key(item, &hash), -1);
    return set_contains_hash(set, item, hash);
}

bool set_add_hash(Value set, Value item, int64_t hash)
{
    Set *self = as_set(set);
    WITH_LOCK (self) {
        SetProbe p = set_probe_start(self->table, hash);
        ProbeResult result = set_probe(self->table, item, hash, &p);
        if (result == PROBE_FOUND)
            return true;
        if (result == PROBE_ABSENT)
            return set_put_locked(self, p.slot, item, hash);
    }
    for (;;) {
        SetFound found;
        TRY(set_lookup(self, item, hash, &found));
        if (found.found)
            return true;
        WITH_LOCK (self) {
            if (self->table == found.table && self->table->fill == found.fill)
                return set_put_locked(self, found.slot, item, hash);
        }
    }
}

bool set_add(Value set, Value item)
{
    int64_t hash;
    TRY(hash_key(item, &hash));
    return set_add_hash(set, item, hash);
}

int set_discard_hash(Value set, Value item, int64_t hash)
{
    Set *self = as_set(set);
    for (;;) {
        SetFound found;
        TRY_OR(set_lookup(self, item, hash, &found), -1);
        if (!found.found)
            return 0;
        WITH_LOCK (self) {
            if (self->table == found.table && self->table->entries[found.slot].key == found.key) {
                set_remove_locked(self, found.slot);
                return 1;
            }
        }
    }
}

int set_discard(Value set, Value item)
{
    int64_t hash;
    TRY_OR(hash_key(item, &hash), -1);
    return set_discard_hash(set, item, hash);
}

Value set_pop(Value set)
{
    Set *self = as_set(set);
    WITH_LOCK (self) {
        if (!self->length)
            return raise(KeyError, "pop from an empty set");
        SetTable *table = self->table;
        uint64_t i = table->finger & table->mask;
        while (!table->entries[i].key || table->entries[i].key == SET_REMOVED)
            i = (i + 1) & table->mask;
        Value key = table->entries[i].key;
        set_remove_locked(self, i);
        table->finger = (uint32_t)i + 1;
        return key;
    }
    UNREACHABLE();
}

bool set_clear(Value set)
{
    Set *self = as_set(set);
    WITH_LOCK (self) {
        store_release(&self->table, set_empty_table); /* NO_BARRIER: static */
        store_release(&self->length, 0);
    }
    return true;
}

/* ---- update */

/* Adds the other set's keys while no comparison needs Python code; true if all were. The caller
 * holds both locks. */
static bool merge_locked(Set *self, Set *other, bool *failed)
{
    SetTable *from = other->table;
    *failed = !set_reserve_locked(self, (size_t)other->length);
    if (*failed)
        return true;
    bool fresh = self->table->fill == 0;
    intptr_t position = 0;
    SetEntry entry;
    while (set_table_next(from, &position, &entry)) {
        SetProbe p = set_probe_start(self->table, entry.hash);
        ProbeResult result = PROBE_ABSENT;
        if (fresh)
            while (self->table->entries[p.slot = p.base + p.offset].key)
                set_probe_next(self->table, &p);
        else
            result = set_probe(self->table, entry.key, entry.hash, &p);
        if (result == PROBE_ASK)
            return false;
        if (result == PROBE_ABSENT && !set_put_locked(self, p.slot, entry.key, entry.hash)) {
            *failed = true;
            return true;
        }
    }
    return true;
}

static bool update_from_set(Set *self, Set *other)
{
    bool failed;
    if (self == other)
        return true;
    WITH_LOCK2(self, other)
    {
        if (!other->length || merge_locked(self, other, &failed))
            return !other->length || !failed;
    }
    SetTable *table = TRY(set_moment(other));
    intptr_t position = 0;
    SetEntry entry;
    while (set_table_next(table, &position, &entry))
        TRY(set_add_hash((Value)self, entry.key, entry.hash));
    return true;
}

/* The keys of a dict come with their hashes. */
static bool update_from_dict(Value set, Dict *dict)
{
    WITH_LOCK (as_set(set)) {
        size_t n = (size_t)load_acquire(&dict->length);
        SetTable *table = as_set(set)->table;
        if ((table->fill + n) * 5 >= (size_t)table->mask * 3)
            TRY(set_rebuild_locked(as_set(set), ((size_t)as_set(set)->length + n) * 2));
    }
    DictTable *table = load_acquire(&dict->table);
    if (is_shared(dict))
        WITH_LOCK (dict) {
            table = TRY(dict_table_copy(dict->table, dict->length));
        }
    for (uint32_t i = 0; i < load_acquire(&table->count); i++) {
        Value key = load_acquire(&table->entries[i].key);
        if (key)
            TRY(set_add_hash(set, key, table->entries[i].hash));
    }
    return true;
}

typedef struct Gathering {
    Value set;
    uint32_t taken;
} Gathering;

/* Strs and ints, while there is nothing else that has to be asked whether it equals them. Refuses
 * one now and then, for signals to be looked at. */
static bool gathering_take(void *context, Value item)
{
    Gathering *g = context;
    int64_t hash;
    if (++g->taken % 4096 == 0 || !(is_int(item) || is_str_exact(item)) || !hash_key(item, &hash))
        return false;
    return set_add_hash(g->set, item, hash);
}

/* An empty set takes items as they come until one is of another kind. */
static bool update_from_iterator(Value set, Value iterator)
{
    Gathering gathering = {set, 0};
    bool plain = !set_length(set);
    Value item;
    while ((item = plain ? iter_feed(iterator, gathering_take, &gathering) : iter_next(iterator)) !=
           0) {
        plain = plain && (is_int(item) || is_str_exact(item));
        TRY(set_add(set, item));
        if (plain || ++gathering.taken % 4096 == 0)
            TRY(thread_poll(thread_self()));
    }
    return !error_pending();
}

bool set_update(Value set, Value iterable)
{
    if (is_any_set(iterable))
        return update_from_set(as_set(set), as_set(iterable));
    if (has_shape(iterable, SHAPE_DICT))
        return update_from_dict(set, (Dict *)iterable);
    iterable = TRY(list_moment(iterable));
    return update_from_iterator(set, TRY(get_iter(iterable)));
}

Value set_make_from(Type *type, Value iterable)
{
    Value self = TRY(set_alloc(type));
    TRY(set_update(self, iterable));
    return self;
}

Value set_from_iterable(Value iterable)
{
    return set_make_from(&set_type, iterable);
}

Value frozenset_from_iterable(Value iterable)
{
    if (has_shape(iterable, SHAPE_FROZENSET))
        return iterable;
    return set_make_from(&frozenset_type, iterable);
}

Value set_copy(Value set)
{
    return set_make_from(set_base_type(set), set);
}

/* ---- changing a set as a whole
 *
 * On a set that threads share these work on a copy, which then takes the place of the set's
 * table if that is as it was; so others see all of the change or nothing of it. */

typedef bool (*ChangeFn)(Value set, Value argument);

static bool change_whole(Value set, Value argument, ChangeFn change)
{
    Set *self = as_set(set);
    if (!is_shared(self))
        return change(set, argument);
    if (!is_any_set(argument) && !is_dict(argument)) /* what is used up can't be looked at twice */
        argument = TRY(list_from_iterable(argument));
    for (;;) {
        Set *copy = (Set *)TRY(set_new());
        SetTable *table = 0;
        uint32_t fill = 0;
        intptr_t length = 0;
        WITH_LOCK (self) {
            table = self->table;
            fill = table->fill;
            length = self->length;
            bool failed;
            if (length)
                merge_locked(copy, self, &failed); /* into an empty set: asks nothing */
            if (length && failed)
                return false;
        }
        TRY(change((Value)copy, argument == set ? (Value)copy : argument));
        WITH_LOCK (self) {
            if (self->table != table || table->fill != fill || self->length != length)
                break;
            gc_store(self, &self->table, copy->table);
            store_release(&self->length, copy->length);
            return true;
        }
    }
}

/* Much of the table is removed keys: make it smaller. */
static bool compact(Set *self)
{
    WITH_LOCK (self) {
        size_t length = (size_t)self->length;
        if (self->table->fill - length > self->table->mask / 5)
            return set_rebuild_locked(self, length * (length > 50000 ? 2 : 4));
    }
    return true;
}

static bool remove_all(Value set, Value iterable)
{
    if (set == iterable)
        return set_clear(set);
    if (is_any_set(iterable)) {
        Value other = iterable;
        if (set_length(other) / 8 > set_length(set))
            other = TRY(set_intersection(set, other));
        SetTable *table = TRY(set_moment(as_set(other)));
        intptr_t position = 0;
        SetEntry entry;
        while (set_table_next(table, &position, &entry))
            TRY_NOT_NEGATIVE(set_discard_hash(set, entry.key, entry.hash), false);
    } else {
        ITERATE(item, iterable)
        {
            TRY_NOT_NEGATIVE(set_discard(set, item), false);
        }
        TRY(ITERATED);
    }
    return compact(as_set(set));
}

bool set_difference_update(Value set, Value iterable)
{
    return change_whole(set, iterable, remove_all);
}

static bool toggle_all(Value set, Value iterable)
{
    if (set == iterable)
        return set_clear(set);
    Value other = is_any_set(iterable) ? iterable : TRY(set_from_iterable(iterable));
    SetTable *table = TRY(set_moment(as_set(other)));
    intptr_t position = 0;
    SetEntry entry;
    while (set_table_next(table, &position, &entry)) {
        int removed = TRY_NOT_NEGATIVE(set_discard_hash(set, entry.key, entry.hash), false);
        if (!removed)
            TRY(set_add_hash(set, entry.key, entry.hash));
    }
    return true;
}

bool set_symmetric_difference_update(Value set, Value iterable)
{
    return change_whole(set, iterable, toggle_all);
}

static bool keep_all(Value set, Value iterable)
{
    Set *self = as_set(set), *result = (Set *)TRY(set_intersection(set, iterable));
    WITH_LOCK (self) {
        gc_store(self, &self->table, result->table);
        store_release(&self->length, result->length);
    }
    return true;
}

bool set_intersection_update(Value set, Value iterable)
{
    return change_whole(set, iterable, keep_all);
}

/* ---- what two sets have in common
 *
 * All of it as of one moment, unless a comparison needs Python code. */

enum { MATCH, NO_MATCH, MATCH_UNKNOWN };

/* Adds a key that is not there, without comparing it with any. The caller holds the lock, or nobody
 * else knows the set. */
static bool put_new(Set *self, Value key, int64_t hash)
{
    SetProbe p = set_probe_start(self->table, hash);
    while (self->table->entries[p.slot = p.base + p.offset].key)
        set_probe_next(self->table, &p);
    return set_put_locked(self, p.slot, key, hash);
}

/* The same with both sets as they are, or locked: MATCH_UNKNOWN if a comparison needs Python code.
 * *failed: no memory. */
static int match_still(Set *set, Set *other, bool wanted, Value result, SizeTest size, bool *failed)
{
    *failed = false;
    if ((size == SIZE_EQUAL && set->length != other->length) ||
        (size == SIZE_LESS && set->length >= other->length) ||
        (size == SIZE_AT_MOST && set->length > other->length))
        return MATCH;
    intptr_t position = 0;
    SetEntry entry;
    while (set_table_next(set->table, &position, &entry)) {
        SetProbe p = set_probe_start(other->table, entry.hash);
        ProbeResult found = set_probe(other->table, entry.key, entry.hash, &p);
        if (found == PROBE_ASK)
            return MATCH_UNKNOWN;
        if ((found == PROBE_FOUND) != wanted)
            continue;
        if (!result)
            return MATCH;
        /* No Python code runs: the keys of one set differ. */
        if (!put_new(as_set(result), entry.key, entry.hash)) {
            *failed = true;
            return MATCH;
        }
    }
    return NO_MATCH;
}

static bool may_change(Value set)
{
    return is_shared(set) && !has_layout(set, LAYOUT_FROZENSET);
}

/* Looks for keys of `set` that are in `other` (`wanted`) or are not. They go into `result`, or if
 * that is 0 the first ends the search: 1. Otherwise 0; 1 also if the lengths are not as `size`
 * says. -1: an exception. */
static int set_match(Value set, Value other, bool wanted, Value result, SizeTest size)
{
    int match = MATCH_UNKNOWN;
    bool failed = false;
    if (!may_change(set) && !may_change(other)) {
        match = match_still(as_set(set), as_set(other), wanted, result, size, &failed);
    } else {
        WITH_LOCK2(may_change(set) ? set : other, may_change(other) ? other : set)
        {
            match = match_still(as_set(set), as_set(other), wanted, result, size, &failed);
        }
    }
    if (failed)
        return -1;
    if (match != MATCH_UNKNOWN)
        return match == MATCH;
    SetTable *table = TRY_OR(set_moment(as_set(set)), -1);
    intptr_t position = 0;
    SetEntry entry;
    while (set_table_next(table, &position, &entry)) {
        int found = TRY_NOT_NEGATIVE(set_contains_hash(other, entry.key, entry.hash), -1);
        if (found != wanted)
            continue;
        if (!result)
            return 1;
        TRY_OR(set_add_hash(result, entry.key, entry.hash), -1);
    }
    return 0;
}

Value set_intersection(Value set, Value iterable)
{
    if (set == iterable)
        return set_copy(set);
    Value result = TRY(set_alloc(set_base_type(set)));
    if (is_any_set(iterable)) {
        bool swap = set_length(iterable) > set_length(set);
        Value large = swap ? iterable : set, small = swap ? set : iterable;
        return set_match(small, large, true, result, SIZE_ANY) < 0 ? 0 : result;
    }
    ITERATE(item, iterable)
    {
        int64_t hash;
        TRY(hash_key(item, &hash));
        int found = TRY_NOT_NEGATIVE(set_contains_hash(set, item, hash), 0);
        if (found)
            TRY(set_add_hash(result, item, hash));
    }
    return ITERATED ? result : 0;
}

Value set_difference(Value set, Value other)
{
    bool dict = has_shape(other, SHAPE_DICT);
    bool both_change = !dict && may_change(set) && is_any_set(other) && may_change(other);
    if ((!is_any_set(other) && !dict) ||
        (set_length(set) / 4 > (dict ? dict_length(other) : set_length(other)) && !both_change)) {
        Value result = TRY(set_copy(set));
        TRY(remove_all(result, set == other ? result : other));
        return result;
    }
    Value result = TRY(set_alloc(set_base_type(set)));
    if (!dict)
        return set_match(set, other, false, result, SIZE_ANY) < 0 ? 0 : result;
    SetTable *table = TRY(set_moment(as_set(set)));
    intptr_t position = 0;
    SetEntry entry;
    while (set_table_next(table, &position, &entry)) {
        Value value = dict_get_hash(other, entry.key, entry.hash);
        if (!value && error_pending())
            return 0;
        if (!value)
            TRY(set_add_hash(result, entry.key, entry.hash));
    }
    return result;
}

Value set_symmetric_difference(Value set, Value other)
{
    if (is_any_set(other) && may_change(set) && may_change(other)) {
        Value result = TRY(set_alloc(set_base_type(set)));
        bool failed = false;
        int match = MATCH_UNKNOWN;
        WITH_LOCK2(set, other)
        {
            match = match_still(as_set(set), as_set(other), false, result, SIZE_ANY, &failed);
            if (match == NO_MATCH)
                match = match_still(as_set(other), as_set(set), false, result, SIZE_ANY, &failed);
        }
        if (match != MATCH_UNKNOWN)
            return failed ? 0 : result;
    }
    Value result = TRY(set_make_from(set_base_type(set), other));
    TRY(toggle_all(result, set));
    return result;
}

Value set_union(Value set, Value iterable)
{
    if (!is_any_set(iterable) || !may_change(set) || !may_change(iterable)) {
        Value result = TRY(set_copy(set));
        if (iterable != set)
            TRY(set_update(result, iterable));
        return result;
    }
    Value result = TRY(set_alloc(set_base_type(set)));
    bool failed = false, done = false;
    WITH_LOCK2(set, iterable)
    {
        merge_locked(as_set(result), as_set(set), &failed);
        if (!failed)
            done = merge_locked(as_set(result), as_set(iterable), &failed);
    }
    if (failed)
        return 0;
    if (!done)
        TRY(set_update(result, iterable));
    return result;
}

/* ---- relations */

int set_is_subset(Value set, Value other, SizeTest size)
{
    if (!is_any_set(other))
        other = TRY_OR(set_from_iterable(other), -1);
    int missing = TRY_NOT_NEGATIVE(set_match(set, other, false, 0, size), -1);
    return !missing;
}

int set_is_disjoint(Value set, Value other)
{
    if (set == other)
        return set_length(set) == 0;
    if (!is_any_set(other)) {
        ITERATE(item, other)
        {
            int found = TRY_NOT_NEGATIVE(set_contains(set, item), -1);
            if (found)
                return 0;
        }
        return ITERATED ? 1 : -1;
    }
    bool swap = set_length(other) > set_length(set);
    int common =
        TRY_NOT_NEGATIVE(set_match(swap ? set : other, swap ? other : set, true, 0, SIZE_ANY), -1);
    return !common;
}
