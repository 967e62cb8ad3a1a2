/* Blocks: the heap's address space, cut into 32 KB, and what is known about each piece.
 *
 * The heap is one reserved region. A block is free, holds cells of one size class, or is
 * part of a span that holds one large object. All metadata is beside the region, in tables
 * that are indexed by block number, so that marking and sweeping touch objects as little as
 * possible:
 *
 *   blocks[n]   what the block is
 *   marks[n]    one bit a cell: reached by the last marking (sticky: stays between collections)
 *   used[n]     one bit a cell: allocated, or handed to a thread to allocate from
 *
 * A new cell is used and not marked: young. Sweeping is `used &= marks`. What is marked is old, but
 * for large leaves and what large lists, dicts and sets keep their items in: a buffer that is
 * built, read and replaced would stay until the next full collection if a young one came meanwhile.
 * They lose their mark again at the first sweeps that they survive, and what refers to them stays
 * remembered; a buffer keeps its FLAG_OLD, which says that its items need not be traced again. A
 * cell that is not used has no content that anybody may look at; one that is used but not allocated
 * yet has header 0.
 *
 * Committed space grows at the frontier, never shrinks; free blocks above the cache limit give
 * their pages back. A block whose pages are known to be zero is clean.
 *
 * heap.lock guards the free spans, the lists of blocks with room, and `kind` of blocks;
 * a collection, with the world stopped, changes all of it without the lock.
 */
#ifndef WEFT_GC_BLOCK_H
#define WEFT_GC_BLOCK_H

#include "base/lock.h"
#include "gc/heap.h"
#include "gc/size_class.h"

#define BLOCK_SHIFT     15
#define BLOCK_BYTES     ((size_t)1 << BLOCK_SHIFT)
#define BLOCK_MAX_CELLS (BLOCK_BYTES / GC_CELL_MIN)
#define BITMAP_WORDS    (BLOCK_MAX_CELLS / 64)
#define COMMIT_BLOCKS   64u /* the tables' share of so many blocks is whole pages */
#define NO_BLOCK        UINT32_MAX
#define SPAN_BINS       64
#define SMALL_SPAN_BINS 32 /* exact sizes; above, one bin for each power of two */

typedef enum { BLOCK_FREE, BLOCK_SMALL, BLOCK_LARGE, BLOCK_LARGE_TAIL } BlockKind;

typedef struct Block {
    uint8_t kind;        /* BlockKind */
    uint8_t size_class;  /* SMALL */
    uint8_t touched;     /* allocated from since the last collection */
    uint8_t dirty;       /* its pages may hold something else than zeros */
    uint8_t listed;      /* SMALL: in the list of blocks with room */
    uint8_t dirty_tail;  /* LARGE: the last block's pages behind the object may be dirty */
    uint8_t ages;        /* LARGE: so many sweeps leave it young */
    uint8_t leaf;        /* what it holds refers to nothing */
    uint32_t cell_bytes; /* SMALL */
    uint32_t reciprocal; /* SMALL: cell = (offset * reciprocal) >> 32; LARGE: 0 */
    uint32_t cell_count; /* SMALL; LARGE: 1 */
    uint32_t live_cells; /* survivors of the last collection */
    uint32_t span;       /* blocks in the span: of the first and last block, FREE or LARGE */
    uint32_t head;       /* LARGE_TAIL: number of the span's first block */
    uint32_t next;       /* links of the list that it is in, or NO_BLOCK */
    uint32_t previous;
    size_t large_bytes; /* LARGE: of the object's pages */
    uint64_t spare_words[2];
} Block;
_Static_assert(sizeof(Block) == 64, "one cache line a block");

typedef uint64_t Bitmap[BITMAP_WORDS];

typedef struct Heap {
    /* Immutable after gc_start. */
    char *base;
    uint32_t block_limit; /* blocks in the reserved region */
    Block *blocks;
    Bitmap *marks;
    Bitmap *used;

    Mutex lock;
    size_t bytes;                   /* atomic: [base, base + bytes) is in use; changed under lock */
    uint32_t frontier;              /* blocks ever used: bytes in blocks; guarded by lock */
    uint32_t committed;             /* blocks committed; guarded by lock */
    uint32_t free_spans[SPAN_BINS]; /* first of each bin; guarded by lock */
    uint32_t with_room[GC_CLASS_MAX];        /* first of each size class; guarded by lock */
    uint32_t free_blocks, dirty_free_blocks; /* guarded by lock */
} Heap;

extern Heap heap;

bool blocks_start(void);

ALWAYS_INLINE char *block_address(uint32_t number)
{
    return heap.base + ((size_t)number << BLOCK_SHIFT);
}

ALWAYS_INLINE uint32_t block_number(const void *address)
{
    return (uint32_t)((size_t)((const char *)address - heap.base) >> BLOCK_SHIFT);
}

/* In the collected heap; static objects are not. */
ALWAYS_INLINE bool heap_contains(const void *address)
{
    return (size_t)((const char *)address - heap.base) < load_relaxed(&heap.bytes);
}

/* Index of the cell that holds an address of a SMALL block, or the start of a LARGE one. */
ALWAYS_INLINE uint32_t cell_index(const Block *block, const void *address)
{
    uint64_t offset = (size_t)((const char *)address - heap.base) & (BLOCK_BYTES - 1);
    return (uint32_t)((offset * block->reciprocal) >> 32);
}

ALWAYS_INLINE bool bit_test(const uint64_t *bitmap, uint32_t i)
{
    return load_relaxed(&bitmap[i / 64]) >> (i % 64) & 1;
}

/* Takes `count` adjacent blocks, FREE until the caller says what they are; under heap.lock.
 * NO_BLOCK if there is no memory. */
uint32_t span_take_locked(uint32_t count);
/* Takes exactly the free blocks that follow block `after - 1`, if there are as many. */
bool span_take_at_locked(uint32_t after, uint32_t count);
void span_give_back_locked(uint32_t first, uint32_t count);
/* Returns pages to the kernel until at most `keep` free blocks are dirty. */
void span_trim_locked(uint32_t keep);

/* A SMALL block of the class with at least one free cell that no thread owns; 0 if there is
 * no memory. It is the caller's to allocate from until the next collection. */
Block *block_take(unsigned size_class);
/* A block with room goes to the list of its class. Under heap.lock or with the world stopped. */
void block_list_locked(Block *block);
void block_unlist_locked(Block *block);

ALWAYS_INLINE uint32_t number_of(const Block *block)
{
    return (uint32_t)(block - heap.blocks);
}

#endif
