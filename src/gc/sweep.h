/* Sweeping: the cells that are not marked become free. */
#ifndef WEFT_GC_SWEEP_H
#define WEFT_GC_SWEEP_H

#include "gc/block.h"

typedef struct SweepResult {
    size_t died;       /* objects */
    size_t live_bytes; /* in all cells and large objects that are marked */
    size_t leaf_bytes; /* of these, in blocks of leaves */
} SweepResult;

/* A young collection looks only at blocks that were allocated from since the last one. World
 * stopped, all runs retired. */
SweepResult sweep_all(bool full);

#endif
