/* When to collect. The allocator counts the bytes it hands out; everything follows from them and
 * from what the last collection found alive, never from what the kernel reports. */
#ifndef WEFT_GC_PACE_H
#define WEFT_GC_PACE_H

#include "base/atomic.h"
#include "gc/heap.h"

struct GcAllocator;

typedef struct Pace {
    size_t allocated;      /* atomic: bytes since the last collection, external ones included */
    size_t budget;         /* atomic: a collection is due when `allocated` gets there */
    size_t full_threshold; /* a collection is full if so much was alive after the last one */
    /* The same for bytes of blocks in use, if nearly all has died: see since_full. */
    size_t early_threshold;
    size_t since_full;     /* bytes allocated from the last full collection to the last one */
    size_t live_bytes;     /* after the last collection */
    size_t external_bytes; /* atomic: outside of the heap, held by its objects */
    /* Blocks in use at a collection, the most of the last `peak_age` collections and of those
     * before them (PEAK_WINDOW). World stopped. */
    uint32_t peak, peak_before, peak_age;
    bool enabled;          /* atomic: gc.enable() */
    bool stressed;         /* atomic: each allocation takes the slow path */
    uint32_t stress_every; /* atomic: collect at every n-th allocation; 0: never */
    uint32_t blocked;      /* atomic: no collection while not 0 */
    uint64_t stress_count; /* atomic */
    uint64_t fail_count;   /* atomic: allocations until one fails; 0: none does */
} Pace;

extern Pace pace;

void pace_start(void);

ALWAYS_INLINE void pace_allocated(size_t bytes)
{
    fetch_add_relaxed(&pace.allocated, bytes);
}

/* So many of the allocated bytes are free again: no garbage for a collection. */
ALWAYS_INLINE void pace_discarded(size_t bytes)
{
    size_t allocated = load_relaxed(&pace.allocated);
    while (allocated >= bytes && !cas_acq_rel(&pace.allocated, &allocated, allocated - bytes)) {
    }
}

/* What a thread allocates before it reports that and asks whether a collection is due. */
#define PACE_REPORT_BYTES ((size_t)32 << 10)

/* Reports what the thread's allocator has taken, and whether a collection is due. */
bool pace_due(struct GcAllocator *allocator);
/* Collects as is due, unless another thread does meanwhile. */
void pace_collect(void);
/* There is no memory for `bytes`: collects all; whether trying again makes sense. */
bool pace_collect_for_memory(size_t bytes);
/* Whether the collection that begins now should be full. World stopped. */
bool pace_wants_full(void);
/* After a collection, world stopped: sets the next goals. */
void pace_collected(bool full, size_t live_bytes, size_t leaf_bytes);
/* A collection begins with so many blocks in use. World stopped. */
void pace_saw_in_use(uint32_t blocks);
/* Free blocks that may stay dirty when so many are in use after a collection, to be reused without
 * the kernel: what was in use lately, or it would be given back only to be taken again. */
uint32_t pace_cached_blocks(uint32_t in_use);
/* What stays even so when Python code asks for a collection. */
uint32_t pace_least_blocks(void);

ALWAYS_INLINE bool pace_stressed(void)
{
    return load_relaxed(&pace.stressed);
}

/* Counts an allocation under stress: collects, or returns false to make it fail. */
bool pace_stress_tick(void);

#endif
