/* The table behind a dict: probing and changing it. For the files of dict only.
 *
 * The index is open-addressed with linear probing, at most half full, so that a lookup looks
 * at about 1.5 slots; a slot holds an entry's number plus 1, or 0. Slots are chosen by
 * multiplicative hashing (Knuth, TAOCP 6.4), since the hashes of ints are the ints themselves.
 *
 * An entry is written before its index slot and before `count`, both stored with release
 * order, so whoever finds an entry through either sees it whole. Deletion stores 0 to the
 * value and then to the key; neither is ever filled again.
 *
 * A probe runs no Python code. Where two keys have the same hash and only a call of __eq__
 * can tell, it answers PROBE_ASK, and the caller compares without any lock, then goes on. */
#ifndef WEFT_TYPES_DICT_TABLE_H
#define WEFT_TYPES_DICT_TABLE_H

#include "gc/heap.h"
#include "types/dict.h"
#include "types/key_match.h"

#define DICT_LEAST_CAPACITY 4 /* of a table for as many entries as are known */
#define DICT_FIRST_CAPACITY 8 /* of one that grows */

extern DictTable *const dict_empty_table; /* shared by all empty dicts; capacity 0 */

typedef struct Probe {
    uint32_t slot;  /* where to look next */
    uint32_t entry; /* the entry found or in question */
    Value key, value;
} Probe;

ALWAYS_INLINE const void *dict_table_index(const DictTable *table)
{
    return &table->entries[table->capacity];
}

ALWAYS_INLINE uint32_t dict_index_get(const DictTable *table, uint32_t slot)
{
    const void *index = dict_table_index(table);
    if (likely(table->index_width == 1))
        return load_acquire((const uint8_t *)index + slot);
    if (table->index_width == 2)
        return load_acquire((const uint16_t *)index + slot);
    return load_acquire((const uint32_t *)index + slot);
}

ALWAYS_INLINE uint32_t dict_first_slot(const DictTable *table, int64_t hash)
{
    uint64_t h = (uint64_t)hash;
    h = (h ^ (h >> 32)) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(h >> 32) & table->index_mask;
}

/* Starts with p->slot set by dict_first_slot, or left by the previous PROBE_ASK. */
ALWAYS_INLINE ProbeResult dict_probe(DictTable *table, Value key, int64_t hash, Probe *p)
{
    for (uint32_t slot = p->slot;; slot = (slot + 1) & table->index_mask) {
        uint32_t number = dict_index_get(table, slot);
        if (!number)
            return PROBE_ABSENT;
        DictEntry *entry = &table->entries[number - 1];
        Value there = load_acquire(&entry->key);
        if (there != key) {
            if (entry->hash != hash || !there)
                continue;
            KeyMatch match = key_match(there, key);
            if (match == KEY_DIFFERS)
                continue;
            if (match == KEY_UNKNOWN) {
                p->slot = (slot + 1) & table->index_mask;
                p->entry = number - 1;
                p->key = there;
                return PROBE_ASK;
            }
        }
        Value value = load_acquire(&entry->value);
        if (unlikely(!value))
            continue;
        p->entry = number - 1;
        p->key = there;
        p->value = value;
        return PROBE_FOUND;
    }
}

/* What dict_lookup finds. Under the dict's lock the answer still holds if the table is the
 * same and, for an absent key, its count is. */
typedef struct Found {
    DictTable *table;
    uint32_t count;
    intptr_t entry; /* -1: absent */
    Value value;
} Found;
/* The whole lookup; calls __eq__ where it must, with no lock held. */
bool dict_lookup(Dict *self, Value key, int64_t hash, Found *found) MUST_USE;

ALWAYS_INLINE size_t dict_table_bytes(const DictTable *table)
{
    return sizeof(DictTable) + table->capacity * sizeof(DictEntry) +
           (table->index_mask + (size_t)1) * table->index_width;
}

/* An empty table for `capacity` entries or a few more. */
DictTable *dict_table_new(intptr_t capacity) MUST_USE;
/* A copy without holes, with room for `room` entries at least. The table must not change
 * meanwhile. */
DictTable *dict_table_copy(DictTable *table, intptr_t room) MUST_USE;

/* The caller holds the dict's lock. Adds a key that is not there. */
bool dict_append_locked(Dict *self, Value key, int64_t hash, Value value) MUST_USE;
/* Gives it a new table without holes. */
bool dict_rebuild_locked(Dict *self, intptr_t room) MUST_USE;
/* For how many, when its table is full. */
ALWAYS_INLINE intptr_t dict_grown_room(const Dict *self)
{
    return self->length > DICT_FIRST_CAPACITY / 2 ? self->length * 2 : DICT_FIRST_CAPACITY;
}
/* Makes room for `extra` more entries. */
bool dict_reserve_locked(Dict *self, intptr_t extra) MUST_USE;
/* Makes a live entry a hole. */
void dict_remove_locked(Dict *self, uint32_t entry);
/* Entry i goes behind all others, in a table that has room. Readers find it all the time. */
void dict_move_last_locked(Dict *self, uint32_t i);
ALWAYS_INLINE void dict_put_locked(DictTable *table, uint32_t entry, Value value)
{
    gc_store(table, &table->entries[entry].value, value);
}

void dict_table_start(void);

#endif
