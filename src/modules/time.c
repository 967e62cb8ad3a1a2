/* The time module: clocks and sleep. Calendar functions are in time_calendar.c. */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sys/resource.h>
#include <time.h>
#include "base/clock.h"
#include "base/parking_lot.h"
#include "core/abstract.h"
#include "core/audit.h"
#include "core/error.h"
#include "core/module.h"
#include "core/thread.h"
#include "modules/system.h"
#include "modules/time_internal.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/namespace.h"
#include "types/str.h"

static Value seconds(int64_t ns)
{
    return float_from((double)(ns / NS_PER_SECOND) + (double)(ns % NS_PER_SECOND) * 1e-9);
}

#define CLOCK(id, name, clock, doc)                                                                \
    FUNCTION(time_##id, name, "", doc)                                                             \
    {                                                                                              \
        return seconds(clock_ns(clock));                                                           \
    }                                                                                              \
    FUNCTION(time_##id##_ns, name "_ns", "", doc)                                                  \
    {                                                                                              \
        return int_from(clock_ns(clock));                                                          \
    }
CLOCK(time, "time", CLOCK_REALTIME, "Return the current time in seconds since the Epoch.")
CLOCK(monotonic, "monotonic", CLOCK_MONOTONIC, "Monotonic clock, cannot go backward.")
CLOCK(perf_counter, "perf_counter", CLOCK_MONOTONIC, "Performance counter for benchmarking.")
CLOCK(process_time, "process_time", CLOCK_PROCESS_CPUTIME_ID,
      "Process time for profiling: sum of the kernel and user-space CPU time.")
CLOCK(thread_time, "thread_time", CLOCK_THREAD_CPUTIME_ID,
      "Thread time for profiling: sum of the kernel and user-space CPU time.")

static bool clock_id(Value v, clockid_t *id)
{
    int number;
    if (!index_as_int(v, &number))
        return false;
    *id = number;
    return true;
}

static bool read_clock(clockid_t id, int64_t *ns)
{
    struct timespec t;
    if (clock_gettime(id, &t) != 0) {
        raise_errno();
        return false;
    }
    *ns = (int64_t)t.tv_sec * NS_PER_SECOND + t.tv_nsec;
    return true;
}

FUNCTION(time_clock_gettime, "clock_gettime", "clk_id, /",
         "Return the time of the clock as a float.")
{
    clockid_t id;
    int64_t ns;
    TRY(clock_id(args[0], &id));
    TRY(read_clock(id, &ns));
    return seconds(ns);
}

FUNCTION(time_clock_gettime_ns, "clock_gettime_ns", "clk_id, /",
         "Return the time of the specified clock clk_id as nanoseconds.")
{
    clockid_t id;
    int64_t ns;
    TRY(clock_id(args[0], &id));
    TRY(read_clock(id, &ns));
    return int_from(ns);
}

static Value set_clock(clockid_t id, int64_t ns)
{
    struct timespec t = timespec_from_ns(ns);
    return clock_settime(id, &t) ? raise_errno() : None;
}

FUNCTION(time_clock_settime, "clock_settime", "clk_id, time, /",
         "Set the time of the clock in seconds.")
{
    clockid_t id;
    int64_t ns;
    TRY(clock_id(args[0], &id));
    TRY(seconds_argument(args[1], false, &ns));
    return set_clock(id, ns);
}

FUNCTION(time_clock_settime_ns, "clock_settime_ns", "clk_id, time, /",
         "Set the time of the specified clock clk_id with nanoseconds.")
{
    clockid_t id;
    int64_t ns;
    TRY(clock_id(args[0], &id));
    TRY(index_as_int64(args[1], &ns));
    return set_clock(id, ns);
}

FUNCTION(time_clock_getres, "clock_getres", "clk_id, /",
         "Return the resolution (precision) of the specified clock clk_id.")
{
    clockid_t id;
    struct timespec t;
    TRY(clock_id(args[0], &id));
    if (clock_getres(id, &t) != 0)
        return raise_errno();
    return seconds((int64_t)t.tv_sec * NS_PER_SECOND + t.tv_nsec);
}

typedef struct ClockOfThread {
    uint64_t thread; /* its native_id */
    clockid_t id;
    int error;
} ClockOfThread;

/* A thread that is in the list has not ended: another's number may be any address. */
static void find_clock(Thread *thread, void *context)
{
    ClockOfThread *wanted = context;
    if (thread->native_id == wanted->thread)
        wanted->error = pthread_getcpuclockid((pthread_t)wanted->thread, &wanted->id);
}

FUNCTION(time_pthread_getcpuclockid, "pthread_getcpuclockid", "thread_id, /",
         "Return the clk_id of a thread's CPU time clock.")
{
    ClockOfThread wanted = {.error = ESRCH};
    TRY(index_as_uint64(args[0], &wanted.thread));
    thread_each(find_clock, &wanted);
    errno = wanted.error;
    return wanted.error ? raise_errno() : int_small(wanted.id);
}

/* Sleeps until a point of the monotonic clock; signal handlers run meanwhile, and what they raise
 * ends the sleep. */
static Value sleep_until(int64_t deadline)
{
    Thread *thread = thread_self();
    for (;;) {
        struct timespec until = timespec_from_ns(deadline);
        int error = 0;
        BLOCKING
        {
            error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0);
        }
        if (!error)
            return None;
        if (error != EINTR) {
            errno = error;
            return raise_errno();
        }
        TRY(thread_poll(thread));
    }
}

FUNCTION(time_sleep, "sleep", "seconds, /", "Delay execution for a given number of seconds.")
{
    double duration;
    TRY(AUDIT("time.sleep", args[0]));
    if (is_int_any(args[0]) || !is_float(args[0])) {
        Value exact = has_index(args[0]) ? TRY(number_index(args[0])) : args[0];
        TRY(number_as_double(exact, &duration));
    } else {
        duration = float_value(args[0]);
    }
    if (isnan(duration))
        return raise(ValueError, "Invalid value NaN (not a number)");
    if (duration < 0)
        return raise(ValueError, "sleep length must be non-negative");
    if (duration > 9.2e9)
        return raise(OverflowError, "timestamp too large to convert to C PyTime_t");
    TRY(thread_poll(thread_self()));
    return sleep_until(monotonic_ns() + (int64_t)ceil(duration * 1e9));
}

static const struct ClockInfo {
    const char *name, *implementation;
    clockid_t id;
    bool monotonic, adjustable;
} clock_infos[] = {
    {"time", "clock_gettime(CLOCK_REALTIME)", CLOCK_REALTIME, false, true},
    {"monotonic", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false},
    {"perf_counter", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false},
    {"process_time", "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", CLOCK_PROCESS_CPUTIME_ID, true,
     false},
    {"thread_time", "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", CLOCK_THREAD_CPUTIME_ID, true, false},
};

FUNCTION(time_get_clock_info, "get_clock_info", "name, /",
         "Get information of the specified clock.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "get_clock_info() argument 1 must be str, not %B", args[0]);
    const char *name = TRY(str_cstring(args[0]));
    for (size_t i = 0; i < COUNT_OF(clock_infos); i++) {
        const struct ClockInfo *info = &clock_infos[i];
        if (strcmp(info->name, name) != 0)
            continue;
        struct timespec t;
        if (clock_getres(info->id, &t) != 0)
            return raise_errno();
        Value space = TRY(namespace_new());
        TRY(set_attr_string(space, "implementation", TRY(str_from_cstring(info->implementation))));
        TRY(set_attr_string(space, "monotonic", bool_value(info->monotonic)));
        TRY(set_attr_string(space, "adjustable", bool_value(info->adjustable)));
        TRY(set_attr_string(space, "resolution",
                            TRY(seconds(t.tv_sec * NS_PER_SECOND + t.tv_nsec))));
        return space;
    }
    return raise(ValueError, "unknown clock");
}

static MethodDef *const functions[] = {
    M(time_time),
    M(time_time_ns),
    M(time_monotonic),
    M(time_monotonic_ns),
    M(time_perf_counter),
    M(time_perf_counter_ns),
    M(time_process_time),
    M(time_process_time_ns),
    M(time_thread_time),
    M(time_thread_time_ns),
    M(time_clock_gettime),
    M(time_clock_gettime_ns),
    M(time_clock_settime),
    M(time_clock_settime_ns),
    M(time_clock_getres),
    M(time_pthread_getcpuclockid),
    M(time_sleep),
    M(time_get_clock_info),
    0,
};

static bool execute(Value module)
{
    static const struct {
        const char *name;
        int id;
    } clocks[] = {{"CLOCK_REALTIME", CLOCK_REALTIME},
                  {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
                  {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW},
                  {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID},
                  {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID},
                  {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
                  {"CLOCK_TAI", CLOCK_TAI}};
    for (size_t i = 0; i < COUNT_OF(clocks); i++)
        if (!module_add_int(module, clocks[i].name, clocks[i].id))
            return false;
    return time_add_calendar(module);
}

const ModuleDef module_time = {
    .name = "time",
    .doc = "This module provides various functions to manipulate time values.",
    .functions = functions,
    .execute = execute,
};
