#include "base/stats.h"

#ifdef COUNT_STATS
uint64_t stats_counters[STATS_COUNT], stats_opcodes[256];
StatsShape stats_shapes[STATS_SHAPES];
uint64_t stats_sizes[STATS_SIZES];

void stats_allocation(uint32_t shape, size_t bytes)
{
    stats_shapes[shape].objects++;
    stats_shapes[shape].bytes += bytes;
    unsigned power = 0;
    while ((size_t)1 << power < bytes)
        power++;
    stats_sizes[power]++;
}
#endif
