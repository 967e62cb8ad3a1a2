/* The table behind a set: probing and changing it. For the files of set only.
 *
 * Open addressing: a probe looks at up to LINEAR_PROBES neighbours, which share cache lines, and
 * then jumps as the perturbed recurrence i = 5 i + 1 + perturb tells (Knuth, TAOCP 6.4). A slot is
 * chosen by the lowest bits of the hash, so that small ints come out in order, as they do from
 * CPython's sets. As in dict, a probe runs no Python code but answers PROBE_ASK. */
#ifndef WEFT_TYPES_SET_TABLE_H
#define WEFT_TYPES_SET_TABLE_H

#include "gc/heap.h"
#include "types/key_match.h"
#include "types/set.h"

#define SET_FIRST_SLOTS 8
#define LINEAR_PROBES   9
#define PERTURB_SHIFT   5

extern SetTable *const set_empty_table; /* shared by all empty sets; never filled */

typedef struct SetProbe {
    uint64_t base, perturb; /* of the group of neighbours that is looked at */
    uint64_t offset;        /* in the group */
    uint64_t slot;          /* the slot found, in question or free */
    Value key;
} SetProbe;

ALWAYS_INLINE SetProbe set_probe_start(const SetTable *table, int64_t hash)
{
    return (SetProbe){.base = (uint64_t)hash & table->mask, .perturb = (uint64_t)hash};
}

ALWAYS_INLINE void set_probe_next(const SetTable *table, SetProbe *p)
{
    uint64_t last = p->base + LINEAR_PROBES <= table->mask ? LINEAR_PROBES : 0;
    if (p->offset < last) {
        p->offset++;
        return;
    }
    p->offset = 0;
    p->perturb >>= PERTURB_SHIFT;
    p->base = (p->base * 5 + 1 + p->perturb) & table->mask;
}

ALWAYS_INLINE ProbeResult set_probe(SetTable *table, Value key, int64_t hash, SetProbe *p)
{
    for (;; set_probe_next(table, p)) {
        SetEntry *entry = &table->entries[p->base + p->offset];
        Value there = load_acquire(&entry->key);
        p->slot = p->base + p->offset;
        p->key = there;
        if (!there)
            return PROBE_ABSENT;
        if (there == key)
            return PROBE_FOUND;
        if (there == SET_REMOVED || entry->hash != hash)
            continue;
        KeyMatch match = key_match(there, key);
        if (match == KEY_EQUAL)
            return PROBE_FOUND;
        if (match == KEY_UNKNOWN) {
            set_probe_next(table, p);
            return PROBE_ASK;
        }
    }
}

/* What set_lookup finds. Under the set's lock the answer still holds if the table is the same and,
 * for an absent key, its fill is. */
typedef struct SetFound {
    SetTable *table;
    uint32_t fill;
    bool found;
    uint64_t slot; /* of the key, or a free one */
    Value key;
} SetFound;
bool set_lookup(Set *self, Value key, int64_t hash, SetFound *found) MUST_USE;

/* An empty table that is roomy for `used` keys. */
SetTable *set_table_new(size_t used) MUST_USE;
/* Puts a key that is not there into a table that nobody else knows. */
void set_table_add(SetTable *table, Value key, int64_t hash);
/* The table as of one moment: a copy if other threads could change it meanwhile. */
SetTable *set_moment(Set *self) MUST_USE;

/* The caller holds the lock. */
bool set_rebuild_locked(Set *self, size_t used) MUST_USE;
bool set_reserve_locked(Set *self, size_t extra) MUST_USE;
bool set_put_locked(Set *self, uint64_t slot, Value key, int64_t hash) MUST_USE;
void set_remove_locked(Set *self, uint64_t slot);

void set_table_start(void);

#endif
