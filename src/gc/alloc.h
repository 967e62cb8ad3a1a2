/* Thread-local allocation: how runs of free cells are found, and who owns them. */
#ifndef WEFT_GC_ALLOC_H
#define WEFT_GC_ALLOC_H

#include "gc/block.h"
#include "gc/heap_inline.h"

/* An allocator without blocks; 0 if there is no memory. */
struct GcAllocator *allocator_new(void);
/* Gives the unallocated rest of each run back, world stopped or own thread. The blocks that
 * still have room are listed if `list_blocks` (not before a sweep, which lists them itself). */
void allocator_retire(struct GcAllocator *allocator, bool list_blocks);
void allocator_free(struct GcAllocator *allocator);
/* Tells the pacer what was taken from runs. */
void allocator_report(struct GcAllocator *allocator);
/* Adds what it has allocated to the heap's statistics. */
void stats_hand_over(struct GcAllocator *allocator);

#endif
