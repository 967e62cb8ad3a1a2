#include "gc/histogram.h"

#include "base/common.h"

/* Values below HISTOGRAM_STEPS have a size each; of the others the leading bit and the three after
 * it count. */
static unsigned size_of(uint64_t value)
{
    if (value < HISTOGRAM_STEPS)
        return (unsigned)value;
    unsigned shift = 60 - (unsigned)__builtin_clzll(value);
    return (shift + 1) * HISTOGRAM_STEPS + (unsigned)(value >> shift) % HISTOGRAM_STEPS;
}

/* The greatest value of that size. */
static uint64_t greatest(unsigned size)
{
    if (size < HISTOGRAM_STEPS)
        return size;
    unsigned shift = size / HISTOGRAM_STEPS - 1;
    return ((uint64_t)(HISTOGRAM_STEPS + size % HISTOGRAM_STEPS + 1) << shift) - 1;
}

void histogram_add(Histogram *histogram, uint64_t value)
{
    histogram->count++;
    histogram->total += value;
    if (value > histogram->max)
        histogram->max = value;
    histogram->sizes[size_of(value)]++;
}

uint64_t histogram_quantile(const Histogram *histogram, double share)
{
    double wanted = share * (double)histogram->count;
    uint64_t seen = 0;
    for (unsigned size = 0; size < COUNT_OF(histogram->sizes); size++) {
        seen += histogram->sizes[size];
        if (histogram->sizes[size] && (double)seen >= wanted)
            return greatest(size) < histogram->max ? greatest(size) : histogram->max;
    }
    return 0;
}
