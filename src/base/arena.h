#ifndef WEFT_BASE_ARENA_H
#define WEFT_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/* A region of memory that is filled from front to back and freed whole.
 *
 * Invariants: `next` .. `limit` is the free part of the newest block; every block but a large one
 * was full when the next was made. An arena belongs to one thread. Memory from it is 8-aligned and
 * not cleared. */
typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    char *next;         /* owner thread only */
    char *limit;        /* owner thread only */
    ArenaBlock *blocks; /* owner thread only: newest first */
    size_t block_size;
    size_t total; /* bytes taken from the system */
    bool failed;  /* an allocation has failed: out of memory */
} Arena;

/* Makes an empty arena; takes no memory yet. */
void arena_init(Arena *arena);

/* Gives back everything that was ever allocated from the arena, which is empty again. */
void arena_free(Arena *arena);

/* The outlined path of arena_alloc: `size` is a multiple of 8. */
void *arena_alloc_slow(Arena *arena, size_t size);

/* Returns `size` bytes, or NULL if there is no memory (then `failed` is set). */
static inline void *arena_alloc(Arena *arena, size_t size)
{
    size_t rounded = (size + 7) & ~(size_t)7;
    if (rounded >= size && rounded <= (size_t)(arena->limit - arena->next)) {
        void *memory = arena->next;
        arena->next += rounded;
        return memory;
    }
    return arena_alloc_slow(arena, rounded >= size ? rounded : (size_t)-1);
}

/* Returns a copy of `length` bytes, followed by a zero byte; NULL if there is no memory. */
char *arena_copy(Arena *arena, const char *bytes, size_t length);

#endif
