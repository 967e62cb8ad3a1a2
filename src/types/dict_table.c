#include "types/dict_table.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"

/* An index of one empty slot, so that looking something up needs no special case. */
static struct {
    DictTable table;
    uint64_t index;
} empty = {.table = {.ob = {.shape = SHAPE_DICT_TABLE, .flags = FLAG_STATIC | FLAG_SHARED},
                     .index_width = 1,
                     .str_keys = 1}};
DictTable *const dict_empty_table = &empty.table;

static void dict_table_trace(Object *self, Tracer *tracer)
{
    DictTable *table = (DictTable *)self;
    uint32_t count = load_acquire(&table->count);
    for (uint32_t i = load_relaxed(&table->first); i < count; i++) {
        gc_visit(tracer, load_relaxed(&table->entries[i].key));
        gc_visit(tracer, load_relaxed(&table->entries[i].value));
    }
}

/* ---- making tables */

DictTable *dict_table_new(intptr_t capacity)
{
    size_t fits = DICT_LEAST_CAPACITY;
    while (fits < (size_t)capacity)
        fits *= 2;
    if (fits >= UINT32_MAX / 2)
        return (DictTable *)raise_no_memory();
    size_t slots = fits * 2;
    int width = fits < 256 ? 1 : fits < 65536 ? 2 : 4;
    DictTable *table = alloc_object(SHAPE_DICT_TABLE, sizeof(DictTable) + fits * sizeof(DictEntry) +
                                                          slots * (size_t)width);
    if (!table)
        return 0;
    table->capacity = (uint32_t)fits;
    table->index_mask = (uint32_t)slots - 1;
    table->index_width = (uint8_t)width;
    table->str_keys = 1;
    return table;
}

static void index_set(DictTable *table, uint32_t slot, uint32_t number)
{
    void *index = &table->entries[table->capacity];
    if (table->index_width == 1)
        store_release((uint8_t *)index + slot, (uint8_t)number);
    else if (table->index_width == 2)
        store_release((uint16_t *)index + slot, (uint16_t)number);
    else
        store_release((uint32_t *)index + slot, number);
}

static void index_insert(DictTable *table, uint32_t entry, int64_t hash)
{
    uint32_t slot = dict_first_slot(table, hash);
    while (dict_index_get(table, slot))
        slot = (slot + 1) & table->index_mask;
    index_set(table, slot, entry + 1);
}

DictTable *dict_table_copy(DictTable *old, intptr_t room)
{
    DictTable *table = dict_table_new(room);
    if (!table)
        return 0;
    uint32_t n = 0;
    for (uint32_t i = old->first; i < old->count; i++) {
        let_stop(i + 1);
        DictEntry entry = old->entries[i];
        if (!entry.value)
            continue;
        /* NO_BARRIER: gc_filled */
        table->entries[n] = entry;
        index_insert(table, n, entry.hash);
        n++;
    }
    table->count = table->end = n;
    table->str_keys = old->str_keys;
    gc_filled(table);
    return table;
}

/* ---- changing a dict's table */

bool dict_rebuild_locked(Dict *self, intptr_t room)
{
    DictTable *table = TRY(dict_table_copy(self->table, room));
    gc_store(self, &self->table, table);
    return true;
}

bool dict_reserve_locked(Dict *self, intptr_t extra)
{
    DictTable *table = self->table;
    if (extra <= (intptr_t)(table->capacity - table->count))
        return true;
    return dict_rebuild_locked(self, self->length + extra);
}

/* The table has room; the dict's length is the caller's. */
static void append_entry(DictTable *table, Value key, int64_t hash, Value value)
{
    if (table->str_keys && !is_str_exact(key))
        store_relaxed(&table->str_keys, 0);
    uint32_t n = table->count;
    DictEntry *entry = &table->entries[n];
    gc_barrier(table, key);
    gc_barrier(table, value);
    entry->hash = hash;
    store_release(&entry->key, key); /* NO_BARRIER: done above, for both */
    store_release(&entry->value, value);
    index_insert(table, n, hash); /* first: who sees the count and no such key may rely on that */
    store_release(&table->count, n + 1);
    store_relaxed(&table->end, n + 1);
}

bool dict_append_locked(Dict *self, Value key, int64_t hash, Value value)
{
    if (unlikely(self->table->count == self->table->capacity))
        TRY(dict_rebuild_locked(self, dict_grown_room(self)));
    append_entry(self->table, key, hash, value);
    store_release(&self->length, self->length + 1);
    return true;
}

/* `left`: how many entries there are without it. */
static void clear_entry(DictTable *table, uint32_t i, intptr_t left)
{
    store_release(&table->entries[i].value, (Value)0); /* NO_BARRIER: 0 */
    store_release(&table->entries[i].key, (Value)0);
    if (!left) { /* the next entry will be the first */
        store_relaxed(&table->first, table->count);
        store_relaxed(&table->end, table->count);
        return;
    }
    if (i == table->first) {
        uint32_t first = i + 1;
        while (first < table->end && !table->entries[first].value)
            first++;
        store_relaxed(&table->first, first);
    }
    if (i + 1 == table->end) {
        uint32_t end = i;
        while (end > table->first && !table->entries[end - 1].value)
            end--;
        store_relaxed(&table->end, end);
    }
}

void dict_remove_locked(Dict *self, uint32_t i)
{
    clear_entry(self->table, i, self->length - 1);
    store_release(&self->length, self->length - 1);
}

void dict_move_last_locked(Dict *self, uint32_t i)
{
    DictEntry entry = self->table->entries[i];
    append_entry(self->table, entry.key, entry.hash, entry.value);
    clear_entry(self->table, i, self->length);
}

/* ---- lookup */

bool dict_lookup(Dict *self, Value key, int64_t hash, Found *found)
{
    for (;;) {
        DictTable *table = load_acquire(&self->table);
        found->table = table;
        found->count = load_acquire(&table->count);
        Probe p = {.slot = dict_first_slot(table, hash)};
        ProbeResult result;
        while ((result = dict_probe(table, key, hash, &p)) == PROBE_ASK) {
            int equal = TRY_NOT_NEGATIVE(object_equal(p.key, key), false);
            DictEntry *entry = &table->entries[p.entry];
            if (load_acquire(&self->table) != table || load_acquire(&entry->key) != p.key)
                break;
            if (equal && (p.value = load_acquire(&entry->value)) != 0) {
                result = PROBE_FOUND;
                break;
            }
        }
        if (result == PROBE_ASK)
            continue; /* the dict changed while __eq__ ran */
        found->entry = result == PROBE_FOUND ? (intptr_t)p.entry : -1;
        found->value = result == PROBE_FOUND ? p.value : 0;
        return true;
    }
}

void dict_table_start(void)
{
    Shape *shape = shape_at(SHAPE_DICT_TABLE);
    shape->id = SHAPE_DICT_TABLE;
    shape->layout = LAYOUT_DICT_TABLE;
    shape->trace = dict_table_trace;
}
