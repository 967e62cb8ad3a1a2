/* dict, as C code uses it: every function here is atomic as DESIGN describes for the method
 * of the same name. A change first looks the key up without the lock if a comparison must
 * call Python code, then takes the lock and checks that what it found still holds; else it
 * starts again. The type and its methods: dict_type.c. */
#include "types/dict.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/dict_table.h"
#include "types/list.h"
#include "types/tuple.h"

static Dict *as_dict(Value v)
{
    return (Dict *)v;
}

Value dict_new(void)
{
    Dict *self = (Dict *)alloc_object(SHAPE_DICT, sizeof(Dict));
    if (self)
        self->table = dict_empty_table; /* NO_BARRIER: fresh; static */
    return (Value)self;
}

Value dict_new_sized(intptr_t entries)
{
    if (entries <= 0)
        return dict_new();
    DictTable *table = TRY(dict_table_new(entries));
    Dict *self = TRY((Dict *)alloc_object(SHAPE_DICT, sizeof(Dict)));
    self->table = table; /* NO_BARRIER: fresh, nothing allocated since */
    return (Value)self;
}

intptr_t dict_length(Value dict)
{
    return load_acquire(&as_dict(dict)->length);
}

/* ---- reading */

Value dict_get_hash(Value dict, Value key, int64_t hash)
{
    DictTable *table = load_acquire(&as_dict(dict)->table);
    Probe p = {.slot = dict_first_slot(table, hash)};
    switch (dict_probe(table, key, hash, &p)) {
    case PROBE_FOUND:
        return p.value;
    case PROBE_ABSENT:
        return 0;
    case PROBE_ASK:
        break;
    }
    Found found;
    TRY(dict_lookup(as_dict(dict), key, hash, &found));
    return found.value;
}

Value dict_get(Value dict, Value key)
{
    int64_t hash;
    TRY(hash_key(key, &hash));
    return dict_get_hash(dict, key, hash);
}

Value dict_get_str(Value dict, Value key)
{
    int64_t hash = load_relaxed(&((Str *)key)->hash);
    return dict_get_hash(dict, key, likely(hash) ? hash : str_hash(key));
}

Value dict_get_cstring(Value dict, const char *ascii)
{
    return dict_get_str(dict, TRY(str_intern_cstring(ascii)));
}

bool dict_find(Value dict, Value key, Value *value)
{
    int64_t hash;
    TRY(hash_key(key, &hash));
    DictTable *table = load_acquire(&as_dict(dict)->table);
    Probe p = {.slot = dict_first_slot(table, hash)};
    ProbeResult result = dict_probe(table, key, hash, &p);
    if (unlikely(result == PROBE_ASK)) {
        Found found;
        TRY(dict_lookup(as_dict(dict), key, hash, &found));
        *value = found.value;
    } else
        *value = result == PROBE_FOUND ? p.value : 0;
    return true;
}

int dict_contains(Value dict, Value key)
{
    Value value;
    return dict_find(dict, key, &value) ? value != 0 : -1;
}

bool dict_locate(Value dict, Value key, DictTable **table, uint32_t *index)
{
    DictTable *t = load_acquire(&as_dict(dict)->table);
    int64_t hash = str_hash(key);
    Probe p = {.slot = dict_first_slot(t, hash)};
    ProbeResult result;
    do /* past keys that only __eq__ knows not to be this one */
        result = dict_probe(t, key, hash, &p);
    while (result == PROBE_ASK);
    if (result != PROBE_FOUND)
        return false;
    *table = t;
    *index = p.entry;
    return true;
}

bool dict_next(Value dict, intptr_t *position, Value *key, Value *value)
{
    DictTable *table = load_acquire(&as_dict(dict)->table);
    intptr_t i = *position, first = load_relaxed(&table->first);
    intptr_t count = load_acquire(&table->count);
    for (i = i < first ? first : i; i < count; i++) {
        DictEntry *entry = &table->entries[i];
        Value k = load_acquire(&entry->key), v = load_acquire(&entry->value);
        if (!k || !v)
            continue;
        *position = i + 1;
        *key = k;
        if (value)
            *value = v;
        return true;
    }
    *position = i;
    return false;
}

/* ---- snapshots */

typedef enum { SNAPSHOT_KEYS, SNAPSHOT_VALUES, SNAPSHOT_ITEMS } SnapshotKind;

/* The array for the dict's entries is made before the lock is taken, again if the dict has
 * grown meanwhile. For items it gets the values too, behind the keys. */
static Value snapshot(Dict *self, SnapshotKind kind)
{
    for (;;) {
        intptr_t n = load_acquire(&self->length);
        Array *array = TRY(array_new(kind == SNAPSHOT_ITEMS ? 2 * n : n));
        intptr_t count = 0;
        bool done = false;
        WITH_LOCK (self) {
            DictTable *table = self->table;
            if (self->length > n)
                break;
            done = true;
            count = self->length;
            intptr_t j = 0;
            gc_fresh_again(array);
            for (uint32_t i = table->first; i < table->end; i++) {
                let_stop(i);
                DictEntry *entry = &table->entries[i];
                if (!entry->value)
                    continue;
                /* NO_BARRIER: gc_filled */
                array->items[j] = kind == SNAPSHOT_VALUES ? entry->value : entry->key;
                if (kind == SNAPSHOT_ITEMS)
                    array->items[count + j] = entry->value;
                j++;
            }
            gc_filled(array);
        }
        if (!done)
            continue;
        if (kind == SNAPSHOT_ITEMS) {
            for (intptr_t i = 0; i < count; i++) {
                Value pair = TRY(tuple_of(array->items[i], array->items[count + i]));
                gc_store(array, &array->items[i], pair);
            }
            for (intptr_t i = count; i < array->capacity; i++)
                array->items[i] = 0; /* NO_BARRIER: 0 */
        }
        return list_from_array(array, count);
    }
}

Value dict_keys_list(Value dict)
{
    return snapshot(as_dict(dict), SNAPSHOT_KEYS);
}

Value dict_values_list(Value dict)
{
    return snapshot(as_dict(dict), SNAPSHOT_VALUES);
}

Value dict_items_list(Value dict)
{
    return snapshot(as_dict(dict), SNAPSHOT_ITEMS);
}

intptr_t dict_copy_items(Value dict, Value *keys, Value *values, intptr_t room)
{
    Dict *self = as_dict(dict);
    intptr_t n = 0;
    WITH_LOCK (self) {
        DictTable *table = self->table;
        if (self->length > room)
            return -1;
        for (uint32_t i = table->first; i < table->end; i++) {
            const DictEntry *entry = &table->entries[i];
            if (!entry->value)
                continue;
            keys[n] = entry->key;
            values[n++] = entry->value;
        }
    }
    return n;
}

/* `self` is empty. The caller holds the locks. */
static bool copy_locked(Dict *self, Dict *other)
{
    DictTable *table = TRY(dict_table_copy(other->table, other->length));
    gc_store(self, &self->table, table);
    store_release(&self->length, other->length);
    return true;
}

Value dict_copy(Value dict)
{
    Dict *self = as_dict(dict);
    Dict *copy = (Dict *)TRY(dict_new());
    WITH_LOCK (self) {
        if (self->length)
            TRY(copy_locked(copy, self));
    }
    return (Value)copy;
}

/* ---- changing */

/* Stores `value`, or with `keep` only if the key is absent; *result is what is there then. */
static bool insert(Dict *self, Value key, int64_t hash, Value value, bool keep, Value *result)
{
    Value kept = 0;
    WITH_LOCK (self) {
        DictTable *table = self->table;
        Probe p = {.slot = dict_first_slot(table, hash)};
        switch (dict_probe(table, key, hash, &p)) {
        case PROBE_FOUND:
            if (keep)
                *result = p.value;
            else
                dict_put_locked(table, p.entry, value);
            return true;
        case PROBE_ABSENT:
            *result = value;
            return dict_append_locked(self, key, hash, value);
        case PROBE_ASK:
            break;
        }
    }
    for (;;) {
        Found found;
        TRY(dict_lookup(self, key, hash, &found));
        WITH_LOCK (self) {
            DictTable *table = self->table;
            if (table != found.table)
                break;
            if (found.entry < 0) {
                if (table->count != found.count)
                    break;
                *result = value;
                return dict_append_locked(self, key, hash, value);
            }
            kept = table->entries[found.entry].value;
            if (!kept)
                break;
            if (keep)
                *result = kept;
            else
                dict_put_locked(table, (uint32_t)found.entry, value);
            return true;
        }
    }
}

bool dict_set_hash(Value dict, Value key, int64_t hash, Value value)
{
    Value ignored;
    return insert(as_dict(dict), key, hash, value, false, &ignored);
}

bool dict_reserve(Value dict, intptr_t extra)
{
    Dict *self = as_dict(dict);
    DictTable *table = load_acquire(&self->table);
    if (extra <= (intptr_t)(table->capacity - load_relaxed(&table->count)))
        return true;
    WITH_LOCK (self) /* more than is asked for, so that doing it often costs no more than growing */
        return dict_reserve_locked(self, extra < self->length ? self->length : extra);
    UNREACHABLE();
}

bool dict_set(Value dict, Value key, Value value)
{
    int64_t hash;
    TRY(hash_key(key, &hash));
    return dict_set_hash(dict, key, hash, value);
}

bool dict_add_new(Value dict, Value key, Value value)
{
    return dict_append_locked(as_dict(dict), key, str_hash(key), value);
}

Value dict_like(Value model, const Value *keys, const Value *values, uint32_t count)
{
    const DictTable *from = as_dict(model)->table;
    if (from->count != count)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        if (from->entries[i].key != keys[i])
            return 0;
    size_t bytes = dict_table_bytes(from);
    DictTable *table = TRY((DictTable *)alloc_object(SHAPE_DICT_TABLE, bytes));
    /* NO_BARRIER: fresh, nothing allocated since */
    memcpy(&table->ob + 1, &from->ob + 1, bytes - sizeof(Object));
    for (uint32_t i = 0; i < count; i++)
        table->entries[i].value = values[i];
    Dict *self = TRY((Dict *)alloc_object(SHAPE_DICT, sizeof(Dict)));
    self->table = table; /* NO_BARRIER: fresh, nothing allocated since */
    self->length = count;
    return (Value)self;
}

bool dict_set_moved(Value dict, Value key, Value value)
{
    Dict *self = as_dict(dict);
    int64_t hash;
    TRY(hash_key(key, &hash));
    WITH_LOCK (self) {
        DictTable *table = TRY(dict_table_copy(self->table, self->length + 1));
        Probe p = {.slot = dict_first_slot(table, hash)};
        if (dict_probe(table, key, hash, &p) == PROBE_FOUND) {
            dict_put_locked(table, p.entry, value);
            gc_store(self, &self->table, table);
            return true;
        }
    }
    return dict_set(dict, key, value);
}

bool dict_replace(Value dict, Value key, int64_t hash, Value old, Value value, bool *replaced)
{
    Dict *self = as_dict(dict);
    Found found;
    *replaced = false;
    TRY(dict_lookup(self, key, hash, &found));
    if (found.entry < 0)
        return true;
    WITH_LOCK (self) {
        if (self->table == found.table && found.table->entries[found.entry].value == old) {
            dict_put_locked(found.table, (uint32_t)found.entry, value);
            *replaced = true;
        }
    }
    return true;
}

bool dict_set_cstring(Value dict, const char *ascii, Value value)
{
    return dict_set(dict, TRY(str_intern_cstring(ascii)), value);
}

Value dict_set_default_hash(Value dict, Value key, int64_t hash, Value value)
{
    Value result;
    TRY(insert(as_dict(dict), key, hash, value, true, &result));
    return result;
}

Value dict_set_default(Value dict, Value key, Value value)
{
    int64_t hash;
    TRY(hash_key(key, &hash));
    return dict_set_default_hash(dict, key, hash, value);
}

/* Takes the key's item out, if `wanted` (0: any) says so of its value: *value 0 if it did not. */
static bool take_out(Dict *self, Value key, int64_t hash, bool (*wanted)(Value value), Value *value)
{
    for (;;) {
        Found found;
        TRY(dict_lookup(self, key, hash, &found));
        if (found.entry < 0) {
            *value = 0;
            return true;
        }
        WITH_LOCK (self) {
            if (self->table != found.table)
                break;
            *value = found.table->entries[found.entry].value;
            if (!*value)
                break;
            if (wanted && !wanted(*value)) {
                *value = 0;
                return true;
            }
            dict_remove_locked(self, (uint32_t)found.entry);
            return true;
        }
    }
}

bool dict_delete(Value dict, Value key, bool *found)
{
    int64_t hash;
    Value value;
    TRY(hash_key(key, &hash));
    TRY(take_out(as_dict(dict), key, hash, 0, &value));
    *found = value != 0;
    return true;
}

bool dict_delete_if(Value dict, Value key, bool (*wanted)(Value value))
{
    int64_t hash;
    Value value;
    return hash_key(key, &hash) && take_out(as_dict(dict), key, hash, wanted, &value);
}

Value dict_pop(Value dict, Value key, Value fallback)
{
    int64_t hash;
    Value value;
    TRY(hash_key(key, &hash));
    TRY(take_out(as_dict(dict), key, hash, 0, &value));
    return value ? value : fallback;
}

static bool pop_end(Dict *self, bool last, Value *key, Value *value)
{
    WITH_LOCK (self) {
        if (!self->length)
            return false;
        DictTable *table = self->table;
        uint32_t i = last ? table->end - 1 : table->first;
        *key = table->entries[i].key;
        *value = table->entries[i].value;
        dict_remove_locked(self, i);
    }
    return true;
}

bool dict_pop_last(Value dict, Value *key, Value *value)
{
    return pop_end(as_dict(dict), true, key, value);
}

bool dict_pop_first(Value dict, Value *key, Value *value)
{
    return pop_end(as_dict(dict), false, key, value);
}

/* A new table, as entries never move within one. */
static bool move_to_front_locked(Dict *self, uint32_t i)
{
    DictEntry entry = self->table->entries[i];
    Dict *front = (Dict *)TRY(dict_new_sized(self->length + 1));
    TRY(dict_append_locked(front, entry.key, entry.hash, entry.value));
    for (uint32_t j = self->table->first; j < self->table->end; j++) {
        DictEntry *each = &self->table->entries[j];
        if (each->value && j != i)
            TRY(dict_append_locked(front, each->key, each->hash, each->value));
    }
    gc_store(self, &self->table, front->table);
    return true;
}

int dict_move_to_end(Value dict, Value key, bool last)
{
    Dict *self = as_dict(dict);
    int64_t hash;
    TRY_OR(hash_key(key, &hash), -1);
    for (;;) {
        Found found;
        TRY_OR(dict_lookup(self, key, hash, &found), -1);
        if (found.entry < 0)
            return 0;
        WITH_LOCK (self) {
            if (self->table != found.table || !found.table->entries[found.entry].value)
                break;
            if (!last)
                return move_to_front_locked(self, (uint32_t)found.entry) ? 1 : -1;
            if (found.entry + 1 == (intptr_t)self->table->end)
                return 1;
            if (self->table->count == self->table->capacity) {
                TRY_OR(dict_rebuild_locked(self, dict_grown_room(self)), -1);
                break; /* entries have moved: look again */
            }
            dict_move_last_locked(self, (uint32_t)found.entry);
            return 1;
        }
    }
}

bool dict_clear(Value dict)
{
    Dict *self = as_dict(dict);
    WITH_LOCK (self) {
        store_release(&self->table, dict_empty_table); /* NO_BARRIER: static */
        store_release(&self->length, 0);
    }
    return true;
}

/* ---- merging */

/* Merges the entries of `from` beginning with *position while no comparison needs Python code.
 * The caller holds both locks; true if all are done. */
static bool merge_locked(Dict *self, Dict *other, bool override, uint32_t *position, bool *failed)
{
    DictTable *from = other->table;
    for (uint32_t i = from->first; i < from->end; i++) {
        let_stop(i + 1);
        DictEntry *entry = &from->entries[i];
        if (!entry->value)
            continue;
        DictTable *table = self->table;
        Probe p = {.slot = dict_first_slot(table, entry->hash)};
        switch (dict_probe(table, entry->key, entry->hash, &p)) {
        case PROBE_FOUND:
            if (override)
                dict_put_locked(table, p.entry, entry->value);
            break;
        case PROBE_ABSENT:
            if (!dict_append_locked(self, entry->key, entry->hash, entry->value)) {
                *failed = true;
                return true;
            }
            break;
        case PROBE_ASK:
            *position = i;
            return false;
        }
    }
    return true;
}

/* Adds what `other` has to what `first` has, as of one moment: `first` is `self`, or `self` is new
 * and becomes a copy of it. */
static bool merge(Dict *self, Dict *first, Dict *other, bool override)
{
    uint32_t position = 0;
    bool failed = false;
    DictTable *source = 0;
    intptr_t length = 0;
    WITH_LOCK2(first, other)
    {
        if (first != self && first->length)
            TRY(copy_locked(self, first));
        if (!other->length)
            return true;
        if (!self->length)
            return copy_locked(self, other);
        if (other->length > self->length)
            TRY(dict_reserve_locked(self, other->length));
        if (merge_locked(self, other, override, &position, &failed))
            return !failed;
        source = other->table;
        length = other->length;
    }
    /* Some comparison needs Python code: the rest goes item by item, without the locks. */
    for (uint32_t i = position; i < load_acquire(&source->count); i++) {
        DictEntry *entry = &source->entries[i];
        Value key = load_acquire(&entry->key), value = load_acquire(&entry->value), ignored;
        if (!key || !value)
            continue;
        TRY(insert(self, key, entry->hash, value, !override, &ignored));
        if (load_acquire(&other->table) != source || load_acquire(&other->length) != length)
            return raise(RuntimeError, "dict mutated during update");
    }
    return true;
}

bool dict_merge(Value dict, Value other, bool override)
{
    return dict == other || merge(as_dict(dict), as_dict(dict), as_dict(other), override);
}

/* From an object with keys() and __getitem__. */
static bool update_from_mapping(Value dict, Value mapping)
{
    Value keys = TRY(call_method0(mapping, names.keys));
    Value list = list_from_iterable(keys);
    if (!list) {
        if (!type_of(keys)->iter && error_clear_if(TypeError))
            raise(TypeError, "%T.keys() returned a non-iterable (type %T)", mapping, keys);
        return false;
    }
    for (intptr_t i = 0; i < list_length(list); i++) {
        Value key = list_get(list, i);
        TRY(dict_set(dict, key, TRY(get_item(mapping, key))));
    }
    return true;
}

static bool update_from_pair(Value dict, Value pair, intptr_t number)
{
    Value items = pair;
    if (!has_shape(pair, SHAPE_TUPLE) && !has_shape(pair, SHAPE_LIST)) {
        items = list_from_iterable(pair);
        if (!items) {
            if (error_clear_if(TypeError))
                raise(TypeError,
                      "cannot convert dictionary update sequence element #%zd to a sequence",
                      number);
            return false;
        }
    }
    bool tuple = is_tuple(items);
    intptr_t length = tuple ? tuple_length(items) : list_length(items);
    Value key = 0, value = 0;
    if (length == 2) {
        key = tuple ? tuple_get(items, 0) : list_get(items, 0);
        value = tuple ? tuple_get(items, 1) : list_get(items, 1);
    }
    if (!key || !value)
        return raise(ValueError,
                     "dictionary update sequence element #%zd has length %zd; 2 is required",
                     number, length);
    return dict_set(dict, key, value);
}

static bool update_from_pairs(Value dict, Value iterable)
{
    intptr_t number = 0;
    ITERATE(pair, iterable)
    {
        TRY(update_from_pair(dict, pair, number));
        number++;
    }
    return ITERATED;
}

/* False for a subclass that iterates in its own way, which is asked for its keys. */
static bool iterates_as_dict(Value v)
{
    Type *type = type_of(v);
    return is_dict(v) && (type->iter == dict_type.iter || type_flags(type) & TYPE_DICT_ORDER);
}

Value dict_union(Value dict, Value other)
{
    if (iterates_as_dict(other)) {
        Value result = TRY(dict_new());
        TRY(merge(as_dict(result), as_dict(dict), as_dict(other), true));
        return result;
    }
    Value result = TRY(dict_copy(dict));
    TRY(dict_update(result, other));
    return result;
}

bool dict_update(Value dict, Value mapping)
{
    if (iterates_as_dict(mapping))
        return dict_merge(dict, mapping, true);
    int has_keys = TRY_NOT_NEGATIVE(has_attr(mapping, names.keys), false);
    return has_keys ? update_from_mapping(dict, mapping) : update_from_pairs(dict, mapping);
}

bool dict_update_arguments(Value dict, const char *function, Value *args, size_t nargs,
                           Value kwnames)
{
    if (nargs > 1)
        return raise(TypeError, "%s expected at most 1 argument, got %zu", function, nargs);
    if (nargs)
        TRY(dict_update(dict, args[0]));
    for (intptr_t i = 0; kwnames && i < tuple_length(kwnames); i++)
        TRY(dict_set(dict, tuple_get(kwnames, i), args[nargs + (size_t)i]));
    return true;
}
