/* slice objects, and what they select. */
#ifndef WEFT_TYPES_SLICE_H
#define WEFT_TYPES_SLICE_H

#include "core/abstract.h"

typedef struct Slice {
    Object ob;
    Value start, stop, step; /* immutable after init */
} Slice;
extern Type slice_type;

ALWAYS_INLINE bool is_slice(Value v)
{
    return has_layout(v, LAYOUT_SLICE);
}
/* A part that is 0 is None. */
Value slice_new(Value start, Value stop, Value step) MUST_USE;
/* An index in a slice or for index(): saturates; None (and 0) leave *out as it is. TypeError
 * "slice indices must be integers or None or have an __index__ method". */
bool slice_index(Value v, intptr_t *out) MUST_USE;
/* The same for list.index() and its kin, which take no None; `v` 0 leaves *out alone. */
bool slice_index_not_none(Value v, intptr_t *out) MUST_USE;
/* The parts as machine integers, not yet fitted to a length: calls __index__. ValueError
 * "slice step cannot be zero". */
bool slice_unpack(Value slice, intptr_t *start, intptr_t *stop, intptr_t *step) MUST_USE;
/* Fits start and stop to a sequence of `length` items; returns how many are selected. */
intptr_t slice_adjust(intptr_t length, intptr_t *start, intptr_t *stop, intptr_t step);
/* Both of them. */
bool slice_indices(Value slice, intptr_t length, intptr_t *start, intptr_t *stop, intptr_t *step,
                   intptr_t *count) MUST_USE;
/* slice.indices(length) for an int of any size: the parts as ints. */
bool slice_indices_long(Value slice, Value length, Value *start, Value *stop, Value *step) MUST_USE;
/* start and stop arguments of index(): clipped to [0, length]. */
void slice_clip(intptr_t length, intptr_t *start, intptr_t *stop);

void slice_start(void);

#endif
