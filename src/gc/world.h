/* Threads and stop-the-world, as the collector sees them. */
#ifndef WEFT_GC_WORLD_H
#define WEFT_GC_WORLD_H

#include "base/lock.h"
#include "gc/heap.h"

void world_start(void);
/* The threads of the stopped world, linked by `next`. */
GcThread *world_threads(void);
/* How long the last stop took until all threads had stopped, in ns. */
uint64_t world_stop_ns(void);

#endif
