/* set and frozenset: an index-only open-addressing table, replaced whole on growth. */
#ifndef WEFT_TYPES_SET_H
#define WEFT_TYPES_SET_H

#include "core/abstract.h"

extern Type set_type, frozenset_type;
ALWAYS_INLINE bool is_any_set(Value v)
{
    return has_layout(v, LAYOUT_SET) || has_layout(v, LAYOUT_FROZENSET);
}
Value set_new(void);
Value set_from_iterable(Value iterable);
Value frozenset_from_iterable(Value iterable);
bool set_add(Value set, Value item) MUST_USE;
int set_contains(Value set, Value item);     /* 1, 0, -1 */
int set_discard(Value set, Value item);      /* 1 if it was there, 0, -1 */
bool set_update(Value set, Value iterable) MUST_USE;
intptr_t set_length(Value set);
bool set_next(Value set, intptr_t *position, Value *item);

void set_start(void);

#endif
