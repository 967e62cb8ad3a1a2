/* Marking: from the roots, everything that can be reached gets its mark bit. */
#ifndef WEFT_GC_MARK_H
#define WEFT_GC_MARK_H

#include "gc/block.h"

/* Grey objects: marked, not traced yet. Chunks of a fixed size, so that growing copies nothing,
 * and parallel markers hand whole chunks to each other. */
#define MARK_CHUNK_ITEMS 510
typedef struct MarkChunk {
    struct MarkChunk *next;
    size_t count;
    uintptr_t items[MARK_CHUNK_ITEMS];
} MarkChunk;

/* Parallel markers: the marks of block n are set by who owns shard n % MARK_SHARDS. */
#define MARK_SHARDS      4u
#define MARK_ALL_SHARDS  ((1u << MARK_SHARDS) - 1)
#define MARK_RECENT_SENT 256u

typedef struct Marker {
    Tracer tracer;    /* first: `visit` gets a pointer to it */
    MarkChunk *top;   /* never 0 */
    MarkChunk *full;  /* further chunks, full ones */
    MarkChunk *spare; /* one kept back, so that moving across a chunk's edge is cheap */
    /* Parallel markers only. */
    unsigned owned;                   /* bit n: shard n is its own */
    unsigned traced;                  /* items since it last waited */
    bool lost;                        /* there was no memory to send what was visited */
    MarkChunk *outgoing[MARK_SHARDS]; /* objects to be marked by the owner, or 0 */
    uintptr_t sent[MARK_RECENT_SENT]; /* objects, by address, that need not be sent again */
} Marker;

/* Marks all that can be reached. A young collection starts from the roots and the remembered
 * objects, and takes what is marked already for alive. World stopped. */
void mark_all(bool full);

/* Limits the grey objects of a marker to so many chunks, to test what happens without memory. */
extern size_t mark_chunk_limit;

/* For mark_parallel.c. */
bool marker_start(Marker *marker, bool parallel);
void marker_end(Marker *marker);
void marker_drain_parallel(Marker *marker);
MarkChunk *mark_chunk_new(void);
void mark_chunk_free(MarkChunk *chunk);
void mark_overflow(void);

#endif
