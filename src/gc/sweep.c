/* Sweeping touches no object, only bitmaps: `used &= marks`, some 16 words for a block of
 * 32-byte cells; so there is nothing to gain from doing it lazily, and blocks that become empty are
 * there for all size classes at once. Cells are cleared when they are handed out again. */
#include "gc/sweep.h"

#include <string.h>
#include "gc/large.h"
#include "gc/pace.h"
#include "gc/poison.h"

/* A block with fewer free cells than one in so many is left alone: finding them costs more. */
#define ROOM_SHARE 32

#if ADDRESS_SANITIZER || defined(DEBUG)
/* Makes use of dead objects show: no pointer is 0xdb..., and AddressSanitizer stops at once. */
static void spoil_dead(const Block *block, uint64_t dead, uint32_t first_cell)
{
    char *start = block_address(number_of(block));
    for (; dead; dead &= dead - 1) {
        uint32_t cell = first_cell + (uint32_t)__builtin_ctzll(dead);
        char *address = start + (size_t)cell * block->cell_bytes;
        gc_unpoison(address, block->cell_bytes);
        memset(address, 0xdb, block->cell_bytes);
        gc_poison(address, block->cell_bytes);
    }
}
#else
static void spoil_dead(const Block *block UNUSED, uint64_t dead UNUSED, uint32_t first UNUSED)
{
}
#endif

static void sweep_cells(Block *block, SweepResult *result)
{
    uint32_t number = number_of(block), live = 0;
    for (uint32_t i = 0; i < (block->cell_count + 63) / 64; i++) {
        uint64_t used = heap.used[number][i], marks = heap.marks[number][i];
        uint64_t dead = used & ~marks;
        if (dead) {
            spoil_dead(block, dead, i * 64);
            result->died += (size_t)__builtin_popcountll(dead);
            heap.used[number][i] = marks;
        }
        live += (uint32_t)__builtin_popcountll(marks);
    }
    block->live_cells = live;
    if (live == 0) {
        block_unlist_locked(block);
        span_give_back_locked(number, 1);
    } else if ((block->cell_count - live) * ROOM_SHARE >= block->cell_count)
        block_list_locked(block);
    else
        block_unlist_locked(block);
}

static void sweep_large(Block *block, SweepResult *result)
{
    uint64_t *marks = heap.marks[number_of(block)];
    if (!(marks[0] & 1)) {
        result->died++;
        large_free(block);
    } else if (large_ages(block)) {
        marks[0] = 0;
        block->touched = 1; /* to be looked at by the next sweep */
    }
}

static void count_live(const Block *block, size_t bytes, SweepResult *result)
{
    result->live_bytes += bytes;
    if (block->leaf)
        result->leaf_bytes += bytes;
}

/* Free blocks are merged while the loop walks, but what it has not reached yet keeps its kind. */
SweepResult sweep_all(bool full)
{
    SweepResult result = {0};
    for (uint32_t n = 0; n < heap.frontier; n++) {
        Block *block = &heap.blocks[n];
        bool look = full || block->touched;
        block->touched = 0;
        if (block->kind == BLOCK_SMALL) {
            if (look)
                sweep_cells(block, &result);
            if (block->kind == BLOCK_SMALL)
                count_live(block, (size_t)block->live_cells * block->cell_bytes, &result);
        } else if (block->kind == BLOCK_LARGE) {
            if (look)
                sweep_large(block, &result);
            if (block->kind == BLOCK_LARGE)
                count_live(block, block->large_bytes, &result);
        }
    }
    return result;
}
