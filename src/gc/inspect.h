/* Walks over the heap for those that look at it. */
#ifndef WEFT_GC_INSPECT_H
#define WEFT_GC_INSPECT_H

#include "gc/heap.h"

/* After marking, before the sweep, all runs given back: calls `visit` for what was not reached, and
 * revives that of which it says true. */
void each_dead(bool (*visit)(Object *object));

#endif
