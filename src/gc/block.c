/* Free spans are kept in bins by length, as doubly linked lists through the table, and are
 * merged with their neighbours at once: the first and the last block of a free span hold its
 * length. Taking looks in the bins of at least the length that is asked for, then at the frontier.
 */
#include "gc/block.h"

#include <string.h>
#include "base/os_mem.h"
#include "gc/poison.h"

Heap heap;

/* ---- The region ---------------------------------------------------------------------- */

#define REGION_MIN ((size_t)64 << 20)
#define REGION_MAX ((size_t)1 << 40)
/* What start-up fills of the heap's first blocks. */
#define START_UP_BYTES ((size_t)1856 << 10)
/* Blocks from this one on ask for huge pages: 12 MB, more than small programs use. */
#define HUGE_FROM 384u

static size_t round_down(size_t n, size_t step)
{
    return n - n % step;
}

/* Twice the machine's memory, so that fragmentation never runs out of addresses, but at
 * most half of what the process may have, as stacks and libraries need some too. */
static size_t region_wish(void)
{
    size_t wish = os_physical_memory() * 2;
    size_t limit = os_address_space_limit();
    if (limit != SIZE_MAX && wish > limit / 2)
        wish = limit / 2;
    if (wish > REGION_MAX)
        wish = REGION_MAX;
    return wish < REGION_MIN ? REGION_MIN : wish;
}

static bool reserve_all(size_t bytes)
{
    size_t count = bytes >> BLOCK_SHIFT;
    heap.base = os_reserve(bytes, COMMIT_BLOCKS * BLOCK_BYTES);
    heap.blocks = os_reserve(count * sizeof(Block), OS_PAGE);
    heap.marks = os_reserve(count * sizeof(Bitmap), OS_PAGE);
    heap.used = os_reserve(count * sizeof(Bitmap), OS_PAGE);
    if (heap.base && heap.blocks && heap.marks && heap.used)
        return true;
    if (heap.base)
        os_release(heap.base, bytes);
    if (heap.blocks)
        os_release(heap.blocks, count * sizeof(Block));
    if (heap.marks)
        os_release(heap.marks, count * sizeof(Bitmap));
    return false;
}

bool blocks_start(void)
{
    size_t step = COMMIT_BLOCKS * BLOCK_BYTES;
    size_t bytes = round_down(region_wish(), step);
    while (!reserve_all(bytes)) {
        bytes = round_down(bytes / 2, step);
        if (bytes < REGION_MIN)
            return false;
    }
    heap.block_limit = (uint32_t)(bytes >> BLOCK_SHIFT);
    for (size_t i = 0; i < SPAN_BINS; i++)
        heap.free_spans[i] = NO_BLOCK;
    for (size_t i = 0; i < GC_CLASS_MAX; i++)
        heap.with_room[i] = NO_BLOCK;
    return true;
}

static bool commit_up_to(uint32_t blocks)
{
    while (heap.committed < blocks) {
        uint32_t first = heap.committed, count = COMMIT_BLOCKS;
        if (blocks - first > count) /* one system call for a large object */
            count = (blocks - first + COMMIT_BLOCKS - 1) / COMMIT_BLOCKS * COMMIT_BLOCKS;
        if (first + count > heap.block_limit ||
            !os_commit(&heap.blocks[first], count * sizeof(Block)) ||
            !os_commit(&heap.marks[first], count * sizeof(Bitmap)) ||
            !os_commit(&heap.used[first], count * sizeof(Bitmap)) ||
            !os_commit(block_address(first), count * BLOCK_BYTES))
            return false;
        if (first == 0)
            os_populate(block_address(first), START_UP_BYTES);
        if (first >= HUGE_FROM)
            os_prefer_huge_pages(block_address(first), count * BLOCK_BYTES);
        gc_poison(block_address(first), count * BLOCK_BYTES);
        heap.committed += count;
    }
    return true;
}

/* ---- Lists of blocks ----------------------------------------------------------------- */

static void list_add(uint32_t *first, uint32_t number)
{
    Block *block = &heap.blocks[number];
    block->previous = NO_BLOCK;
    block->next = *first;
    if (*first != NO_BLOCK)
        heap.blocks[*first].previous = number;
    *first = number;
}

static void list_remove(uint32_t *first, uint32_t number)
{
    Block *block = &heap.blocks[number];
    if (block->previous != NO_BLOCK)
        heap.blocks[block->previous].next = block->next;
    else
        *first = block->next;
    if (block->next != NO_BLOCK)
        heap.blocks[block->next].previous = block->previous;
}

/* ---- Free spans ---------------------------------------------------------------------- */

static unsigned bin_of(uint32_t count)
{
    if (count <= SMALL_SPAN_BINS)
        return count - 1;
    return SMALL_SPAN_BINS - 1 + (31 - (unsigned)__builtin_clz(count)) - 4;
}

static void span_mark_free(uint32_t first, uint32_t count)
{
    heap.blocks[first].span = heap.blocks[first + count - 1].span = count;
    list_add(&heap.free_spans[bin_of(count)], first);
}

static void span_unlink(uint32_t first)
{
    list_remove(&heap.free_spans[bin_of(heap.blocks[first].span)], first);
}

static uint32_t find_span(uint32_t count)
{
    for (unsigned bin = bin_of(count); bin < SPAN_BINS; bin++)
        for (uint32_t n = heap.free_spans[bin]; n != NO_BLOCK; n = heap.blocks[n].next)
            if (heap.blocks[n].span >= count)
                return n;
    return NO_BLOCK;
}

static uint32_t extend_frontier(uint32_t count)
{
    uint32_t first = heap.frontier;
    if (count > heap.block_limit - first || !commit_up_to(first + count))
        return NO_BLOCK;
    heap.frontier = first + count;
    store_release(&heap.bytes, (size_t)heap.frontier << BLOCK_SHIFT);
    return first;
}

static void leave_free(uint32_t first, uint32_t count)
{
    heap.free_blocks -= count;
    for (uint32_t n = first; n < first + count; n++)
        heap.dirty_free_blocks -= heap.blocks[n].dirty;
}

uint32_t span_take_locked(uint32_t count)
{
    uint32_t first = find_span(count);
    if (first == NO_BLOCK)
        return extend_frontier(count);
    uint32_t length = heap.blocks[first].span;
    span_unlink(first);
    if (length > count)
        span_mark_free(first + count, length - count);
    leave_free(first, count);
    return first;
}

bool span_take_at_locked(uint32_t after, uint32_t count)
{
    if (after == heap.frontier)
        return extend_frontier(count) != NO_BLOCK;
    if (after > heap.frontier || heap.blocks[after].kind != BLOCK_FREE ||
        heap.blocks[after].span < count)
        return false;
    uint32_t length = heap.blocks[after].span;
    span_unlink(after);
    if (length > count)
        span_mark_free(after + count, length - count);
    leave_free(after, count);
    return true;
}

void span_give_back_locked(uint32_t first, uint32_t count)
{
    heap.free_blocks += count;
    for (uint32_t n = first; n < first + count; n++) {
        heap.blocks[n].kind = BLOCK_FREE;
        heap.dirty_free_blocks += heap.blocks[n].dirty;
    }
    gc_poison(block_address(first), (size_t)count << BLOCK_SHIFT);
    if (first > 0 && heap.blocks[first - 1].kind == BLOCK_FREE) {
        uint32_t before = heap.blocks[first - 1].span;
        first -= before;
        count += before;
        span_unlink(first);
    }
    uint32_t after = first + count;
    if (after < heap.frontier && heap.blocks[after].kind == BLOCK_FREE) {
        count += heap.blocks[after].span;
        span_unlink(after);
    }
    span_mark_free(first, count);
}

/* Returns dirty pages of one free span, those at its end, until `keep` free blocks are dirty. */
static void span_decommit(uint32_t first, uint32_t count, uint32_t keep)
{
    for (uint32_t end = first + count; end > first && heap.dirty_free_blocks > keep;) {
        uint32_t start = end;
        while (start > first && heap.blocks[start - 1].dirty && heap.dirty_free_blocks > keep) {
            heap.blocks[--start].dirty = 0;
            heap.dirty_free_blocks--;
        }
        if (start < end) {
            size_t bytes = (size_t)(end - start) << BLOCK_SHIFT;
            gc_unpoison(block_address(start), bytes);
            os_decommit(block_address(start), bytes);
            gc_poison(block_address(start), bytes);
            end = start;
        } else
            end--;
    }
}

void span_trim_locked(uint32_t keep)
{
    for (unsigned bin = SPAN_BINS; bin-- > 0;) {
        for (uint32_t n = heap.free_spans[bin]; n != NO_BLOCK; n = heap.blocks[n].next) {
            if (heap.dirty_free_blocks <= keep)
                return;
            span_decommit(n, heap.blocks[n].span, keep);
        }
    }
}

/* ---- Blocks of cells ----------------------------------------------------------------- */

void block_list_locked(Block *block)
{
    if (!block->listed) {
        block->listed = 1;
        list_add(&heap.with_room[block->size_class], number_of(block));
    }
}

void block_unlist_locked(Block *block)
{
    if (block->listed) {
        block->listed = 0;
        list_remove(&heap.with_room[block->size_class], number_of(block));
    }
}

static void block_format(Block *block, unsigned size_class)
{
    uint32_t bytes = gc_class_bytes[size_class];
    uint32_t number = number_of(block);
    memset(heap.marks[number], 0, sizeof(Bitmap));
    memset(heap.used[number], 0, sizeof(Bitmap));
    block->size_class = (uint8_t)size_class;
    block->leaf = size_class < GC_LEAF_CLASSES;
    block->cell_bytes = bytes;
    block->cell_count = (uint32_t)(BLOCK_BYTES / bytes);
    /* Exact for each offset in a block, as (2^32 / bytes rounded up) is too large by less
     * than bytes / 2^32 of itself, and offset * bytes < 2^32. */
    block->reciprocal = (uint32_t)(((UINT64_C(1) << 32) + bytes - 1) / bytes);
    block->live_cells = 0;
    block->listed = 0;
    block->kind = BLOCK_SMALL;
}

Block *block_take(unsigned size_class)
{
    mutex_lock_raw(&heap.lock);
    Block *block = NULL;
    uint32_t number = heap.with_room[size_class];
    if (number != NO_BLOCK) {
        block = &heap.blocks[number];
        block_unlist_locked(block);
    } else {
        number = span_take_locked(1);
        if (number != NO_BLOCK) {
            block = &heap.blocks[number];
            block_format(block, size_class);
        }
    }
    if (block)
        block->touched = 1;
    mutex_unlock(&heap.lock);
    return block;
}
