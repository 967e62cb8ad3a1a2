/* range, of ints of any size, and its iterators. */
#ifndef WEFT_TYPES_RANGE_H
#define WEFT_TYPES_RANGE_H

#include "core/abstract.h"

typedef struct Range {
    Object ob;
    Value start, stop, step, length; /* exact ints; immutable after init */
} Range;

/* Of a range whose start, stop and step are small ints: a loop reads and changes it in place.
 * guarded by lock if SHARED */
typedef struct RangeIterator {
    Object ob;
    intptr_t next; /* what comes next; fits a small int as long as left > 0 */
    intptr_t step; /* immutable after init */
    intptr_t left; /* ints still to come */
} RangeIterator;
extern Type range_type, range_iterator_type, long_range_iterator_type;

ALWAYS_INLINE bool is_range(Value v)
{
    return has_layout(v, LAYOUT_RANGE);
}
/* From exact ints; ValueError if step is 0. */
Value range_new(Value start, Value stop, Value step) MUST_USE;

void range_start(void);

#endif
