/* Counters of what the interpreter does, in a build of their own (make stats); elsewhere the macros
 * are empty. `weft -X stats` prints them at exit: vm/stats.c. Threads count together without care:
 * what they count at the same moment may be lost. */
#ifndef WEFT_BASE_STATS_H
#define WEFT_BASE_STATS_H

#ifdef COUNT_STATS
#include <stddef.h>
#include <stdint.h>

enum {
#define STATS(name, meaning) STATS_##name,
#include "base/stats.def"
#undef STATS
    STATS_COUNT
};

#define STATS_SHAPES (1u << 20) /* as many as there can be */
#define STATS_SIZES  40         /* by powers of two */

typedef struct StatsShape {
    uint64_t objects, bytes;
} StatsShape;

extern uint64_t stats_counters[STATS_COUNT], stats_opcodes[256];
extern StatsShape stats_shapes[STATS_SHAPES]; /* allocations by shape */
extern uint64_t stats_sizes[STATS_SIZES];     /* allocations of at most 1 << index bytes */

void stats_allocation(uint32_t shape, size_t bytes);

#define STATS_ADD(name)                ((void)stats_counters[STATS_##name]++)
#define STATS_OPCODE(op)               ((void)stats_opcodes[op]++)
#define STATS_ALLOCATION(shape, bytes) stats_allocation(shape, bytes)
#else
#define STATS_ADD(name)                ((void)0)
#define STATS_OPCODE(op)               ((void)0)
#define STATS_ALLOCATION(shape, bytes) ((void)0)
#endif

#endif
