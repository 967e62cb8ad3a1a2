/* set and frozenset: an index-only open-addressing table, replaced whole on growth. */
#ifndef WEFT_TYPES_SET_H
#define WEFT_TYPES_SET_H

#include "core/abstract.h"

/* A key that was removed: no Value, and never filled again. */
#define SET_REMOVED ((Value)4)

typedef struct SetEntry {
    Value key;    /* atomic: 0, then a key, then SET_REMOVED */
    int64_t hash; /* written before the key */
} SetEntry;

typedef struct SetTable {
    Object ob;
    uint32_t mask;   /* slots - 1; immutable */
    uint32_t fill;   /* atomic: keys put in so far, removed ones included */
    uint32_t finger; /* where pop looks first; guarded by the set's lock */
    uint32_t spare;
    SetEntry entries[];
} SetTable;

typedef struct Set {
    Object ob;
    SetTable *table; /* atomic; never 0; changed under lock if SHARED */
    intptr_t length; /* atomic */
    int64_t hash;    /* atomic: of a frozenset, 0 until computed */
} Set;
extern Type set_type, frozenset_type, set_iterator_type;
ALWAYS_INLINE bool is_any_set(Value v)
{
    return has_layout(v, LAYOUT_SET) || has_layout(v, LAYOUT_FROZENSET);
}
Value set_new(void);
Value set_from_iterable(Value iterable);
Value frozenset_from_iterable(Value iterable);
bool set_add(Value set, Value item) MUST_USE;
int set_contains(Value set, Value item); /* 1, 0, -1 */
int set_discard(Value set, Value item);  /* 1 if it was there, 0, -1 */
bool set_update(Value set, Value iterable) MUST_USE;
bool set_difference_update(Value set, Value iterable) MUST_USE;
bool set_symmetric_difference_update(Value set, Value iterable) MUST_USE;
Value set_intersection(Value set, Value iterable);
bool set_clear(Value set) MUST_USE;
Value set_copy(Value set);       /* a plain set or frozenset */
Value set_items_list(Value set); /* a snapshot, of one moment */
intptr_t set_length(Value set);
bool set_next(Value set, intptr_t *position, Value *item);

void set_start(void);

#endif
