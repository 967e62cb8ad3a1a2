/* What threads cost each other in the caches: only in the build that counts it (make CONFIG=lines).
 *
 * The compiler calls a function here for each access to memory, as for ThreadSanitizer; these keep
 * for each cache line who wrote it last, and whether another thread has read it since. A write is
 * foreign if its line was last written or since read by another thread: the line then has to travel
 * between cores, and time is lost that no number of cores wins back. What libc does itself (memcpy)
 * is not seen. */
#ifndef WEFT_BASE_CACHE_LINES_H
#define WEFT_BASE_CACHE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct CacheLineSite {
    void *address; /* of the instruction after the access */
    bool atomic;   /* a read-modify-write; else a foreign write */
    uint64_t count;
} CacheLineSite;

typedef struct CacheLineCounts {
    uint64_t atomics;        /* atomic read-modify-writes of all threads */
    uint64_t foreign_writes; /* plain ones, and atomic ones as well */
} CacheLineCounts;

/* Forgets all and begins to count. */
void cache_lines_begin(void);
/* Stops counting. */
CacheLineCounts cache_lines_end(void);
/* The places that count most, into sites[limit]; returns how many there are. After cache_lines_end.
 */
size_t cache_lines_sites(CacheLineSite *sites, size_t limit);
/* While the world is stopped nobody waits for a line but the collector: not counted. */
#ifdef COUNT_CACHE_LINES
void cache_lines_pause(bool pause);
#else
#define cache_lines_pause(pause) ((void)0)
#endif

#endif
