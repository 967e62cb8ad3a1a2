/* The allocation fast path: a few instructions, no atomics, for C code, the interpreter and the
 * JIT. A thread allocates each size class by moving a cursor through a run of free cells, which are
 * zero from the start; at the end of the run gc_alloc_slow finds the next one. */
#ifndef WEFT_GC_HEAP_INLINE_H
#define WEFT_GC_HEAP_INLINE_H

#include "base/stats.h"
#include "gc/heap.h"
#include "gc/poison.h"
#include "gc/size_class.h"

/* Free cells that the thread owns: [cursor, limit). */
typedef struct GcRun {
    char *cursor;
    char *limit;
} GcRun;

/* Owner thread only, and the collector while the world is stopped. */
struct GcAllocator {
    GcRun runs[GC_CLASS_MAX];
    uint32_t blocks[GC_CLASS_MAX]; /* the block that the run is in, or NO_BLOCK */
    size_t unreported_bytes;       /* taken since the last report to the pacer */
    uint64_t objects, bytes;       /* allocated in all */
    struct RememberedSet *remembered;
    struct GcFinalisable *finalisable;
};

/* What a new leaf has in its flags: SHARED once there are threads, else 0. */
extern uint8_t gc_leaf_flags;

void *gc_alloc_slow(GcThread *self, uint32_t shape, size_t bytes);
void *gc_alloc_leaf_slow(GcThread *self, uint32_t shape, size_t bytes);

ALWAYS_INLINE void gc_init_header(GcThread *self UNUSED, Object *object, uint32_t shape,
                                  uint8_t flags)
{
    /* Other threads may look at the header of a cell while they trace conservatively. */
    store_relaxed(&object->shape, shape);
    object->flags = flags;
#ifdef CHECK_SHARING
    object->owner = self->id;
#endif
}

/* A cell of the thread's run with zeros in it, or 0 if the run is at its end. */
ALWAYS_INLINE void *gc_take_cell(GcThread *self, size_t bytes, bool leaf)
{
    if (unlikely(bytes > GC_SMALL_MAX))
        return NULL;
    GcRun *run = &self->allocator->runs[gc_size_class(bytes, leaf)];
    size_t size = gc_class_size(bytes);
    char *cell = run->cursor;
    if (unlikely(size > (size_t)(run->limit - cell)))
        return NULL;
    run->cursor = cell + size;
    gc_unpoison(cell, size);
    return cell;
}

/* gc_alloc for a thread that is at hand. */
ALWAYS_INLINE void *gc_alloc_fast(GcThread *self, uint32_t shape, size_t bytes)
{
    STATS_ALLOCATION(shape, bytes);
    Object *object = gc_take_cell(self, bytes, false);
    if (unlikely(!object))
        return gc_alloc_slow(self, shape, bytes);
    gc_init_header(self, object, shape, 0);
    return object;
}

ALWAYS_INLINE void *gc_alloc_leaf_fast(GcThread *self, uint32_t shape, size_t bytes)
{
    STATS_ALLOCATION(shape, bytes);
    Object *object = gc_take_cell(self, bytes, true);
    if (unlikely(!object))
        return gc_alloc_leaf_slow(self, shape, bytes);
    gc_init_header(self, object, shape, gc_leaf_flags);
    return object;
}

#endif
