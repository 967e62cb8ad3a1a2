#include "types/set_table.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "core/thread.h"

/* All slots are free, so that looking something up needs no special case. */
static struct {
    SetTable table;
    SetEntry entries[SET_FIRST_SLOTS];
} empty = {.table = {.ob = {.shape = SHAPE_SET_TABLE, .flags = FLAG_STATIC | FLAG_SHARED},
                     .mask = SET_FIRST_SLOTS - 1}};
SetTable *const set_empty_table = &empty.table;

static void set_table_trace(Object *self, Tracer *tracer)
{
    SetTable *table = (SetTable *)self;
    for (uint64_t i = 0; i <= table->mask; i++)
        gc_visit(tracer, load_relaxed(&table->entries[i].key));
}

SetTable *set_table_new(size_t used)
{
    size_t slots = SET_FIRST_SLOTS;
    while (slots <= used)
        slots *= 2;
    if (slots > UINT32_MAX)
        return (SetTable *)raise_no_memory();
    SetTable *table = alloc_object(SHAPE_SET_TABLE, sizeof(SetTable) + slots * sizeof(SetEntry));
    if (table)
        table->mask = (uint32_t)slots - 1;
    return table;
}

void set_table_add(SetTable *table, Value key, int64_t hash)
{
    SetProbe p = set_probe_start(table, hash);
    while (table->entries[p.base + p.offset].key)
        set_probe_next(table, &p);
    /* NO_BARRIER: fresh, nothing allocated since */
    table->entries[p.base + p.offset] = (SetEntry){key, hash};
    table->fill++;
}

static SetTable *copy_table(SetTable *old, size_t used)
{
    SetTable *table = TRY(set_table_new(used));
    for (uint64_t i = 0; i <= old->mask; i++) {
        let_stop((intptr_t)i + 1);
        SetEntry entry = old->entries[i];
        if (entry.key && entry.key != SET_REMOVED)
            set_table_add(table, entry.key, entry.hash);
    }
    gc_filled(table);
    return table;
}

SetTable *set_moment(Set *self)
{
    if (!is_shared(self) || shape_of(self)->layout == LAYOUT_FROZENSET)
        return load_acquire(&self->table);
    WITH_LOCK (self) {
        SetTable *old = self->table;
        SetTable *copy = TRY(alloc_object(
            SHAPE_SET_TABLE, sizeof(SetTable) + ((size_t)old->mask + 1) * sizeof(SetEntry)));
        memcpy((char *)copy + sizeof(Object), (char *)old + sizeof(Object),
               sizeof(SetTable) - sizeof(Object));
        _Static_assert(sizeof(SetEntry) == 2 * sizeof(Value), "a key and its hash");
        values_copy((Value *)copy->entries, (Value *)old->entries, 2 * ((intptr_t)old->mask + 1));
        return copy;
    }
    UNREACHABLE();
}

bool set_lookup(Set *self, Value key, int64_t hash, SetFound *found)
{
    for (;;) {
        SetTable *table = load_acquire(&self->table);
        found->table = table;
        found->fill = load_acquire(&table->fill);
        SetProbe p = set_probe_start(table, hash);
        ProbeResult result;
        while ((result = set_probe(table, key, hash, &p)) == PROBE_ASK) {
            found->slot = p.slot;
            int equal = TRY_NOT_NEGATIVE(object_equal(p.key, key), false);
            if (load_acquire(&self->table) != table ||
                load_acquire(&table->entries[p.slot].key) != p.key)
                break;
            if (equal) {
                result = PROBE_FOUND;
                break;
            }
        }
        if (result == PROBE_ASK)
            continue; /* the set changed while __eq__ ran */
        found->found = result == PROBE_FOUND;
        found->slot = p.slot;
        found->key = p.key;
        return true;
    }
}

bool set_rebuild_locked(Set *self, size_t used)
{
    SetTable *table = TRY(copy_table(self->table, used));
    gc_store(self, &self->table, table);
    return true;
}

bool set_reserve_locked(Set *self, size_t extra)
{
    SetTable *table = self->table;
    if (table == set_empty_table || (table->fill + extra) * 5 >= (size_t)table->mask * 3)
        return set_rebuild_locked(self, ((size_t)self->length + extra) * 2);
    return true;
}

bool set_put_locked(Set *self, uint64_t slot, Value key, int64_t hash)
{
    SetTable *table = self->table;
    if (table == set_empty_table) { /* the same slots, but its own */
        TRY(set_rebuild_locked(self, 0));
        table = self->table;
    }
    table->entries[slot].hash = hash;
    gc_store(table, &table->entries[slot].key, key);
    store_release(&table->fill, table->fill + 1);
    store_release(&self->length, self->length + 1);
    if ((size_t)table->fill * 5 < (size_t)table->mask * 3)
        return true;
    return set_rebuild_locked(self, (size_t)self->length * (self->length > 50000 ? 2 : 4));
}

void set_remove_locked(Set *self, uint64_t slot)
{
    store_release(&self->table->entries[slot].key, SET_REMOVED); /* NO_BARRIER: no object */
    store_release(&self->length, self->length - 1);
}

void set_table_start(void)
{
    Shape *shape = shape_at(SHAPE_SET_TABLE);
    shape->id = SHAPE_SET_TABLE;
    shape->layout = LAYOUT_SET_TABLE;
    shape->trace = set_table_trace;
}
