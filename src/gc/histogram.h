/* How long things took: counts by size, eight sizes for each power of two, so that a quantile is
 * exact to 12 %. */
#ifndef WEFT_GC_HISTOGRAM_H
#define WEFT_GC_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS 8 /* of each power of two */
typedef struct Histogram {
    uint64_t count, total, max;
    uint32_t sizes[64 * HISTOGRAM_STEPS];
} Histogram;

void histogram_add(Histogram *histogram, uint64_t value);
/* The least size that `share` (0 to 1) of all values do not exceed; 0 if there is none. */
uint64_t histogram_quantile(const Histogram *histogram, double share);

#endif
