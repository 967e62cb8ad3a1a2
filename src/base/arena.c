#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct ArenaBlock {
    ArenaBlock *older;
};

enum {
    FIRST_BLOCK = 16 * 1024,
    LAST_BLOCK = 1024 * 1024,
};

void arena_init(Arena *arena)
{
    *arena = (Arena){.block_size = FIRST_BLOCK};
}

void arena_free(Arena *arena)
{
    ArenaBlock *block = arena->blocks;
    while (block) {
        ArenaBlock *older = block->older;
        free(block);
        block = older;
    }
    arena_init(arena);
}

static void *arena_fail(Arena *arena)
{
    arena->failed = true;
    return NULL;
}

void *arena_alloc_slow(Arena *arena, size_t size)
{
    if (size > PTRDIFF_MAX - sizeof(ArenaBlock))
        return arena_fail(arena);
    /* A large piece gets a block of its own, so that the rest of the newest one is not lost. */
    bool large = size > arena->block_size / 4;
    size_t payload = large ? size : arena->block_size;
    ArenaBlock *block = malloc(sizeof(ArenaBlock) + payload);
    if (!block)
        return arena_fail(arena);
    arena->total += sizeof(ArenaBlock) + payload;
    block->older = arena->blocks;
    arena->blocks = block;
    char *memory = (char *)(block + 1);
    if (large)
        return memory;
    arena->next = memory + size;
    arena->limit = memory + payload;
    if (arena->block_size < LAST_BLOCK)
        arena->block_size *= 2;
    return memory;
}

char *arena_copy(Arena *arena, const char *bytes, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    if (!copy)
        return NULL;
    if (length)
        memcpy(copy, bytes, length);
    copy[length] = 0;
    return copy;
}
