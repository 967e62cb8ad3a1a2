/* One collection, from stopping the world to starting it again. */
#ifndef WEFT_GC_COLLECT_H
#define WEFT_GC_COLLECT_H

#include "gc/heap.h"

/* Stops the world and, if `needed` still says so then, collects; a young collection
 * (generation 0) becomes a full one if the pacer wants that. Returns how many objects died. */
size_t collect_if(bool (*needed)(void), int generation);

/* World stopped: takes back the runs of cells that threads allocate from. */
void retire_all(void);

#endif
