/* Objects that have something to do when they die. */
#ifndef WEFT_GC_FINALISE_H
#define WEFT_GC_FINALISE_H

#include "gc/heap_inline.h"

/* After marking, world stopped: clears weak references, revives what wants a finaliser, and
 * releases the rest of the dead. */
void finalise_dead(bool full);
void finalise_hand_over(struct GcAllocator *allocator);

#endif
