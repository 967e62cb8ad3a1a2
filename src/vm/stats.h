/* The report of the build that counts. */
#ifndef WEFT_VM_STATS_H
#define WEFT_VM_STATS_H

/* Prints the counters of base/stats.h to the error output: the most frequent opcodes, the named
 * counters, allocations by type and by size. In other builds it says how to get one that counts. */
void stats_print(void);

#endif
