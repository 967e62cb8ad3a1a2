/* Allocation of small objects, the slow path.
 *
 * A thread owns one block of each size class that it has used since the last collection. The
 * free cells of a block, the gaps in its `used` bitmap, are handed out in runs of neighbours: a
 * run's bits are set and its cells cleared at once, so that the fast path has neither to clear
 * nor to look. A collection takes all runs and blocks back, so no cell is in a run while it is
 * swept. Large cells come one at a time, so that those of leaves, which need no zeros, are not
 * cleared.
 */
#include "gc/alloc.h"

#include <stdlib.h>
#include <string.h>
#include "gc/large.h"
#include "gc/pace.h"

uint8_t gc_leaf_flags;

/* ---- Runs ---------------------------------------------------------------------------- */

/* Index of the first bit from `i` on that is `set`, or `count`. */
static uint32_t next_bit(const uint64_t *bitmap, uint32_t i, uint32_t count, bool set)
{
    while (i < count) {
        uint64_t word = set ? bitmap[i / 64] : ~bitmap[i / 64];
        word >>= i % 64;
        if (word) {
            i += (uint32_t)__builtin_ctzll(word);
            return i < count ? i : count;
        }
        i = (i | 63) + 1;
    }
    return count;
}

ALWAYS_INLINE void set_bits(uint64_t *bitmap, uint32_t from, uint32_t to, bool value)
{
    for (uint32_t i = from; i < to;) {
        uint32_t end = (i | 63) + 1;
        if (end > to)
            end = to;
        uint64_t mask = (end - i == 64 ? ~UINT64_C(0) : (UINT64_C(1) << (end - i)) - 1) << (i % 64);
        /* Only the block's owner writes; gc_object_at of other threads may read. */
        uint64_t word = bitmap[i / 64];
        store_relaxed(&bitmap[i / 64], value ? word | mask : word & ~mask);
        i = end;
    }
}

/* Index of the first free cell from `i` on, or `count`; `end`: of the first used one behind it. */
ALWAYS_INLINE uint32_t free_gap(const uint64_t *used, uint32_t i, uint32_t count, uint32_t *end)
{
    if (i >= count)
        return count;
    uint32_t word = i / 64;
    uint64_t free = ~used[word] >> (i % 64) << (i % 64);
    while (!free) {
        if (++word * 64 >= count)
            return count;
        free = ~used[word];
    }
    uint32_t bit = (uint32_t)__builtin_ctzll(free);
    uint64_t taken = ~(free >> bit);
    uint32_t to = word * 64 + bit + (taken ? (uint32_t)__builtin_ctzll(taken) : 64);
    if (to % 64 == 0)
        to = next_bit(used, to, count, true);
    *end = to < count ? to : count;
    uint32_t from = word * 64 + bit;
    return from < count ? from : count;
}

/* From this size on a run is a single cell. */
enum { SINGLE_CELL_BYTES = 2048 };

/* Clears the first `clear` bytes of free cells, unless they are zero already. */
ALWAYS_INLINE void clear_cells(const Block *block, char *cells, size_t bytes UNUSED, size_t clear)
{
    if (block->dirty) {
        gc_unpoison(cells, bytes);
        memset(cells, 0, clear);
        gc_poison(cells, bytes);
    }
}

ALWAYS_INLINE void count_run(struct GcAllocator *allocator, size_t bytes, uint32_t cells)
{
    allocator->unreported_bytes += bytes;
    allocator->bytes += bytes;
    allocator->objects += cells;
}

/* The next run of free cells in the thread's block, at or after where the last one ended: their
 * number. Cells that need not be `zeroed` get a header that says so, as other threads may look at
 * it. */
ALWAYS_INLINE uint32_t next_run(GcRun *run, uint32_t number, uint32_t max_cells, bool zeroed)
{
    Block *block = &heap.blocks[number];
    uint64_t *used = heap.used[number];
    char *start = block_address(number);
    uint64_t offset = run->limit > start ? (size_t)(run->limit - start) : 0;
    uint32_t from = (uint32_t)((offset * block->reciprocal) >> 32), to; /* as cell_index does */
    from = free_gap(used, from, block->cell_count, &to);
    if (from == block->cell_count)
        return 0;
    if (to - from > max_cells)
        to = from + max_cells;
    set_bits(used, from, to, true);
    run->cursor = start + (size_t)from * block->cell_bytes;
    run->limit = start + (size_t)to * block->cell_bytes;
    size_t bytes = (size_t)(run->limit - run->cursor);
    clear_cells(block, run->cursor, bytes, zeroed ? bytes : sizeof(Object));
    return to - from;
}

/* Makes the run of the class not empty; false if there is no memory. May collect. */
static bool refill(GcThread *self, unsigned class, bool zeroed)
{
    struct GcAllocator *allocator = self->allocator;
    if (allocator->unreported_bytes >= PACE_REPORT_BYTES && pace_due(allocator))
        pace_collect();
    bool single = gc_class_bytes[class] >= SINGLE_CELL_BYTES;
    uint32_t max_cells = pace_stressed() || single ? 1 : BLOCK_MAX_CELLS;
    GcRun *run = &allocator->runs[class];
    for (;;) {
        uint32_t number = allocator->blocks[class];
        if (number != NO_BLOCK) {
            uint32_t count = next_run(run, number, max_cells, zeroed || !single);
            if (likely(count)) {
                count_run(allocator, (size_t)(run->limit - run->cursor), count);
                return true;
            }
            heap.blocks[number].dirty = 1;
        }
        run->cursor = run->limit = NULL;
        allocator->blocks[class] = NO_BLOCK;
        Block *block = block_take(class);
        if (!block)
            return false;
        allocator->blocks[class] = number_of(block);
    }
}

/* The first cell of the block's next gap, if that is in the word of the bitmap where the last run
 * ended, and ends in it. In a heap that has grown old most are, and are short. */
ALWAYS_INLINE void *take_near(struct GcAllocator *allocator, unsigned class)
{
    uint32_t number = allocator->blocks[class];
    if (unlikely(number == NO_BLOCK || allocator->unreported_bytes >= PACE_REPORT_BYTES ||
                 pace_stressed()))
        return NULL;
    Block *block = &heap.blocks[number];
    GcRun *run = &allocator->runs[class];
    char *start = block_address(number);
    uint64_t offset = run->limit > start ? (size_t)(run->limit - start) : 0;
    uint32_t from = (uint32_t)((offset * block->reciprocal) >> 32); /* as cell_index does */
    if (from >= block->cell_count)
        return NULL;
    uint64_t *used = &heap.used[number][from / 64];
    uint64_t free = ~*used >> (from % 64) << (from % 64);
    if (!free)
        return NULL;
    unsigned bit = (unsigned)__builtin_ctzll(free);
    uint64_t taken = ~(free >> bit);
    unsigned count = taken ? (unsigned)__builtin_ctzll(taken) : 64;
    if (bit + count == 64) /* the gap may go on in the next word */
        return NULL;
    store_relaxed(used, *used | ((UINT64_C(1) << count) - 1) << bit);
    size_t cell_bytes = block->cell_bytes, bytes = count * cell_bytes;
    char *cell = start + (from / 64 * 64 + bit) * cell_bytes;
    clear_cells(block, cell, bytes, bytes);
    gc_unpoison(cell, cell_bytes);
    *run = (GcRun){cell + cell_bytes, cell + bytes};
    count_run(allocator, bytes, count);
    return cell;
}

static NOINLINE void *take_slow(GcThread *self, size_t bytes, bool leaf)
{
    if (unlikely(pace_stressed()) && !pace_stress_tick())
        return NULL;
    for (int attempt = 0; attempt < 2; attempt++) {
        void *cell = NULL;
        if (bytes > GC_SMALL_MAX)
            cell = large_alloc(self, bytes, leaf);
        else if (refill(self, gc_size_class(bytes, leaf), !leaf)) /* leaves need no zeros */
            cell = gc_take_cell(self, bytes, leaf);
        if (cell)
            return cell;
        if (!pace_collect_for_memory(bytes))
            return NULL;
    }
    return NULL;
}

ALWAYS_INLINE void *take(GcThread *self, size_t bytes, bool leaf)
{
    STATS_ADD(allocation_slow);
    void *cell = NULL;
    if (likely(bytes <= GC_FINE_MAX))
        cell = take_near(self->allocator, gc_size_class(bytes, leaf));
    return likely(cell) ? cell : take_slow(self, bytes, leaf);
}

static void tell_watcher(Object *object, size_t bytes)
{
    void (*allocated)(Object *, size_t) = load_relaxed(&gc_hooks.allocated);
    if (unlikely(allocated))
        allocated(object, bytes);
}

void *gc_alloc_slow(GcThread *self, uint32_t shape, size_t bytes)
{
    Object *object = take(self, bytes, false);
    if (object) {
        gc_init_header(self, object, shape, 0);
        tell_watcher(object, bytes);
    }
    return object;
}

void *gc_alloc_leaf_slow(GcThread *self, uint32_t shape, size_t bytes)
{
    Object *object = take(self, bytes, true);
    if (object) {
        gc_init_header(self, object, shape, gc_leaf_flags);
        tell_watcher(object, bytes);
    }
    return object;
}

void *gc_alloc(uint32_t shape, size_t bytes)
{
    return gc_alloc_fast(gc_self, shape, bytes);
}

void *gc_alloc_leaf(uint32_t shape, size_t bytes)
{
    return gc_alloc_leaf_fast(gc_self, shape, bytes);
}

void gc_set_multithreaded(void)
{
    gc_leaf_flags = FLAG_SHARED;
}

size_t gc_cell_size(const void *object)
{
    const Block *block = &heap.blocks[block_number(object)];
    return block->kind == BLOCK_SMALL ? block->cell_bytes : block->large_bytes;
}

/* ---- Allocators ---------------------------------------------------------------------- */

struct GcAllocator *allocator_new(void)
{
    struct GcAllocator *allocator = calloc(1, sizeof *allocator);
    if (allocator)
        for (unsigned class = 0; class < GC_CLASS_MAX; class ++)
            allocator->blocks[class] = NO_BLOCK;
    return allocator;
}

void allocator_report(struct GcAllocator *allocator)
{
    pace_allocated(allocator->unreported_bytes);
    allocator->unreported_bytes = 0;
}

static void retire_run(struct GcAllocator *allocator, unsigned class, bool list_block)
{
    GcRun *run = &allocator->runs[class];
    uint32_t number = allocator->blocks[class];
    if (number == NO_BLOCK)
        return;
    Block *block = &heap.blocks[number];
    if (run->limit > run->cursor) {
        char *start = block_address(number);
        set_bits(heap.used[number], (uint32_t)((size_t)(run->cursor - start) / block->cell_bytes),
                 (uint32_t)((size_t)(run->limit - start) / block->cell_bytes), false);
        size_t rest = (size_t)(run->limit - run->cursor);
        allocator->bytes -= rest;
        allocator->objects -= rest / block->cell_bytes;
        if (allocator->unreported_bytes >= rest)
            allocator->unreported_bytes -= rest;
    }
    block->dirty = 1;
    if (list_block && next_bit(heap.used[number], 0, block->cell_count, false) < block->cell_count)
        block_list_locked(block);
    run->cursor = run->limit = NULL;
    allocator->blocks[class] = NO_BLOCK;
}

void allocator_retire(struct GcAllocator *allocator, bool list_blocks)
{
    if (list_blocks)
        mutex_lock_raw(&heap.lock);
    for (unsigned class = 0; class < gc_class_count; class ++)
        retire_run(allocator, class, list_blocks);
    if (list_blocks)
        mutex_unlock(&heap.lock);
    allocator_report(allocator);
}

void allocator_free(struct GcAllocator *allocator)
{
    free(allocator);
}
