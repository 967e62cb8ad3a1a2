/* The remembered set: old objects that were stored into since the last collection. */
#ifndef WEFT_GC_BARRIER_H
#define WEFT_GC_BARRIER_H

#include "gc/heap_inline.h"

/* Visits nothing twice: calls `visit` for each remembered object of all threads, then
 * forgets them. World stopped. */
void barrier_drain(void (*visit)(Object *container, void *context), void *context);
/* Remembers an object that was traced, for the next collection. World stopped, by any marker. */
void barrier_keep(Object *container);
/* The thread of this allocator ends; what it remembers is kept elsewhere. */
void barrier_hand_over(struct GcAllocator *allocator);

#endif
