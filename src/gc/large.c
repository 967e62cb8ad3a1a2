#include "gc/large.h"

#include <string.h>
#include "base/os_mem.h"
#include "gc/heap_inline.h"
#include "gc/pace.h"

static size_t round_up(size_t n, size_t step)
{
    return (n + step - 1) / step * step;
}

/* Clears what is dirty of the object's `bytes`. What lies behind them in the last block stays as it
 * is: less than a block, and the next to use it clears it again. */
static void clean_span(uint32_t first, uint32_t count, size_t bytes, bool zeroed)
{
    char *start = block_address(first);
    for (uint32_t i = 0; i < count; i++) {
        Block *block = &heap.blocks[first + i];
        size_t from = (size_t)i << BLOCK_SHIFT, to = from + BLOCK_BYTES;
        if (to > bytes) {
            to = bytes;
            heap.blocks[first].dirty_tail = block->dirty;
        }
        if (block->dirty && zeroed)
            memset(start + from, 0, to - from);
        block->dirty = 1;
    }
    memset(start, 0, sizeof(Object));
}

/* Sweeps that leave an object young. To trace one again takes time, so buffers get old sooner. */
enum { LEAF_AGES = 4, BUFFER_AGES = 2 };

static void format_span(uint32_t first, uint32_t count, size_t bytes, bool leaf)
{
    Block *head = &heap.blocks[first];
    for (uint32_t i = 1; i < count; i++) {
        heap.blocks[first + i].kind = BLOCK_LARGE_TAIL;
        heap.blocks[first + i].head = first;
        heap.blocks[first + i].touched = 0;
    }
    head->reciprocal = 0;
    head->cell_count = 1;
    head->live_cells = 0;
    head->span = count;
    head->large_bytes = bytes;
    head->touched = 1;
    head->dirty_tail = 0;
    head->leaf = leaf;
    head->ages = leaf ? LEAF_AGES : BUFFER_AGES;
    heap.marks[first][0] = 0;
    heap.used[first][0] = 1;
    head->kind = BLOCK_LARGE;
}

void *large_alloc(GcThread *self, size_t bytes, bool leaf)
{
    if (bytes > (size_t)heap.block_limit << BLOCK_SHIFT)
        return NULL;
    size_t pages = round_up(bytes, OS_PAGE);
    uint32_t count = (uint32_t)((pages + BLOCK_BYTES - 1) >> BLOCK_SHIFT);
    pace_allocated((size_t)count << BLOCK_SHIFT);
    if (pace_due(self->allocator))
        pace_collect();
    mutex_lock_raw(&heap.lock);
    uint32_t first = span_take_locked(count);
    if (first != NO_BLOCK)
        format_span(first, count, pages, leaf);
    mutex_unlock(&heap.lock);
    if (first == NO_BLOCK)
        return NULL;
    gc_unpoison(block_address(first), pages);
    clean_span(first, count, pages, !leaf);
    self->allocator->objects++;
    self->allocator->bytes += pages;
    return block_address(first);
}

/* What lists, dicts and sets keep their items in. About these and leaves nobody knows that they
 * were marked once, as about objects with finalisers or weak references. */
bool large_is_buffer(const Object *object)
{
    uint32_t shape = shape_id(object);
    return shape == SHAPE_ARRAY || shape == SHAPE_DICT_TABLE || shape == SHAPE_SET_TABLE;
}

bool large_ages(Block *block)
{
    Object *object = (Object *)block_address(number_of(block));
    const Shape *shape = shape_of(object);
    if (!block->ages)
        return false;
    block->ages--;
    if (large_is_buffer(object) || (!shape->trace && !shape->heap_type))
        return true;
    block->ages = 0;
    return false;
}

void large_free(Block *block)
{
    heap.used[number_of(block)][0] = 0;
    block->ages = 0;
    span_give_back_locked(number_of(block), block->span);
}

static bool extend(void *object, size_t bytes, bool zeroed)
{
    uint32_t first = block_number(object);
    Block *head = &heap.blocks[first];
    if (head->kind != BLOCK_LARGE || bytes > (size_t)heap.block_limit << BLOCK_SHIFT)
        return false;
    size_t old = head->large_bytes, pages = round_up(bytes, OS_PAGE);
    if (pages <= old)
        return true;
    uint32_t count = (uint32_t)((pages + BLOCK_BYTES - 1) >> BLOCK_SHIFT);
    mutex_lock_raw(&heap.lock);
    uint32_t have = head->span, more = count - have;
    bool done = more == 0 || span_take_at_locked(first + have, more);
    for (uint32_t i = have; done && i < count; i++) {
        heap.blocks[first + i].kind = BLOCK_LARGE_TAIL;
        heap.blocks[first + i].head = first;
        heap.blocks[first + i].touched = 0;
    }
    if (done)
        head->span = count;
    mutex_unlock(&heap.lock);
    if (!done)
        return false;
    char *start = block_address(first);
    gc_unpoison(start + old, pages - old);
    size_t end = (size_t)have << BLOCK_SHIFT;
    if (head->dirty_tail && zeroed)
        memset(start + old, 0, (pages < end ? pages : end) - old);
    if (have < count)
        head->dirty_tail = 0;
    for (uint32_t i = have; i < count; i++) {
        Block *block = &heap.blocks[first + i];
        size_t from = (size_t)i << BLOCK_SHIFT, to = from + BLOCK_BYTES;
        if (to > pages) {
            to = pages;
            head->dirty_tail = block->dirty;
        }
        if (block->dirty && zeroed)
            memset(start + from, 0, to - from);
        block->dirty = 1;
    }
    head->large_bytes = pages;
    pace_allocated((size_t)more << BLOCK_SHIFT);
    void (*allocated)(Object *, size_t) = load_relaxed(&gc_hooks.allocated);
    if (unlikely(allocated))
        allocated(object, bytes);
    return true;
}

bool gc_extend(void *object, size_t bytes)
{
    return extend(object, bytes, true);
}

bool gc_extend_leaf(void *object, size_t bytes)
{
    return extend(object, bytes, false);
}

void gc_trim(void *object, size_t bytes)
{
    uint32_t first = block_number(object);
    Block *head = &heap.blocks[first];
    size_t pages = round_up(bytes, OS_PAGE);
    if (head->kind != BLOCK_LARGE || pages >= head->large_bytes)
        return;
    uint32_t count = (uint32_t)((pages + BLOCK_BYTES - 1) >> BLOCK_SHIFT);
    mutex_lock_raw(&heap.lock);
    uint32_t rest = head->span - count;
    head->span = count;
    head->large_bytes = pages;
    head->dirty_tail = 1; /* what was the object's */
    if (rest)
        span_give_back_locked(first + count, rest);
    mutex_unlock(&heap.lock);
    gc_poison(block_address(first) + pages, ((size_t)count << BLOCK_SHIFT) - pages);
}

void gc_discard(void *object)
{
    uint32_t first = block_number(object);
    Block *head = &heap.blocks[first];
    if (head->kind != BLOCK_LARGE || load_relaxed(&gc_hooks.allocated))
        return;
    size_t bytes = (size_t)head->span << BLOCK_SHIFT;
    mutex_lock_raw(&heap.lock);
    large_free(head);
    mutex_unlock(&heap.lock);
    pace_discarded(bytes);
}
