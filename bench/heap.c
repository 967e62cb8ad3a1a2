/* Speed of the heap alone, without Python: `make bench-heap`. */
#include <pthread.h>
#include "base/clock.h"
#include "heap_fixture.h"

#define ALLOCATIONS 50000000
#define LIVE        1000000

static Value roots[1];

static double seconds_since(int64_t start)
{
    return (double)(monotonic_ns() - start) / 1e9;
}

static void allocate_many(GcThread *self)
{
    for (int i = 0; i < ALLOCATIONS; i++) {
        Pair *pair = gc_alloc_fast(self, SHAPE_PAIR, 32);
        pair->number = i;
    }
}

static void report_pauses(const char *what, int generation, int rounds)
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < rounds; i++) {
        int64_t start = monotonic_ns();
        gc_collect(generation);
        int64_t took = monotonic_ns() - start;
        best = took < best ? took : best;
    }
    printf("%-58s %8.2f ms\n", what, (double)best / 1e6);
}

/* Objects that refer to others far away, as a heap looks that has been used for a while. */
static void make_live(void)
{
    Array *all = array_new(LIVE);
    roots[0] = (Value)all;
    unsigned seed = 1;
    for (int i = 0; i < LIVE; i++) {
        seed = seed * 1664525 + 1013904223;
        Value other = i ? all->items[(seed >> 4) % (unsigned)i] : NULL;
        gc_store(all, &all->items[i], (Value)pair_new(other, int_small(i)));
    }
}

static void *thread_main(void *argument)
{
    GcThread *self = argument;
    if (gc_attach(self, __builtin_frame_address(0))) {
        allocate_many(self);
        gc_detach(self);
    }
    return NULL;
}

static double allocate_in_threads(int count)
{
    static GcThread threads[16];
    pthread_t handles[16];
    int64_t start = monotonic_ns();
    gc_enter_native(gc_self);
    for (int i = 0; i < count; i++) {
        threads[i] = (GcThread){0};
        pthread_create(&handles[i], NULL, thread_main, &threads[i]);
    }
    for (int i = 0; i < count; i++)
        pthread_join(handles[i], NULL);
    gc_leave_native(gc_self);
    return seconds_since(start);
}

static void report_stats(void)
{
    GcStats stats;
    gc_stats(&stats);
    printf("%-58s %8.2f ms\n", "longest pause",
           (double)(stats.young_pauses.max > stats.full_pauses.max ? stats.young_pauses.max
                                                                   : stats.full_pauses.max) /
               1e6);
    printf("%-58s %8.2f ms\n", "longest time to stop all threads", (double)stats.stops.max / 1e6);
    printf("collections: %lu young, %lu full\n", (unsigned long)stats.young_collections,
           (unsigned long)stats.full_collections);
}

static void run(void)
{
    gc_add_root(roots, 1);
    int64_t start = monotonic_ns();
    allocate_many(gc_self);
    printf("%-58s %8.3f s\n", "50 million objects of 32 bytes, one thread", seconds_since(start));
    printf("%-58s %8.3f s\n", "50 million objects of 32 bytes in each of 2 threads",
           allocate_in_threads(2));
    make_live();
    report_pauses("full collection, 1 million live objects of 32 bytes", 2, 10);
    report_pauses("young collection, nothing new, the same live", 0, 10);
    start = monotonic_ns();
    allocate_many(gc_self);
    printf("%-58s %8.3f s\n", "50 million more objects, the same live", seconds_since(start));
    report_stats();
}

int main(void)
{
    if (!heap_setup(__builtin_frame_address(0)))
        return 2;
    void (*volatile call)(void) = run;
    call();
    return 0;
}
