/* Clocks in nanoseconds. */
#ifndef WEFT_BASE_CLOCK_H
#define WEFT_BASE_CLOCK_H

#include <time.h>
#include "base/common.h"

#define NS_PER_SECOND INT64_C(1000000000)

ALWAYS_INLINE int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

ALWAYS_INLINE int64_t monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

ALWAYS_INLINE struct timespec timespec_from_ns(int64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_SECOND),
                             .tv_nsec = (long)(ns % NS_PER_SECOND)};
}

#endif
