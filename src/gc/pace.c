/* A young collection is due after a share of the live heap was allocated, between 1 or 2 MB for
 * each thread that runs and 32 MB: often enough that garbage stays small and mostly cached, seldom
 * enough that the roots, which every collection scans, and the stops of other threads weigh
 * little. More threads than cores get 4 MB each, as a stop has to wait for those without one. It
 * becomes a full one when what was alive after the last collection has grown to twice what was
 * alive after the last full one, half more for the part that leaves were of it (and by 12 MB at
 * least). So the heap is at most about twice its live data, plus 44 MB.
 *
 * What a young collection finds in use counts as alive until the next full one. Where nearly all
 * that is allocated dies young, that is what the heap grows by: so if four times what is alive was
 * allocated since the last full collection, the next comes when the blocks in use, which a few such
 * cells each keep, are half more than they were after that (and 3 MB more, and half more than what
 * is allocated between collections). */
#include "gc/pace.h"

#include "base/os_mem.h"
#include "gc/alloc.h"
#include "gc/block.h"
#include "gc/collect.h"
#include "gc/world.h"

#define MB           ((size_t)1 << 20)
#define BUDGET_START (3 * MB + MB / 2) /* more than a start takes */
#define BUDGET_SMALL (1 * MB)
#define BUDGET_LARGE (2 * MB)
#define BUDGET_CROWD (4 * MB)
#define BUDGET_MAX   (32 * MB)
#define LIVE_SHARE   8 /* a peak is live data, what old garbage may be, and this */
#define GROWTH_MIN   (12 * MB)
#define LEAF_PART    2 /* leaves are marked in a fraction of the time */
#define GROWTH_SHORT (3 * MB)
#define SHORT_LIVED  4  /* times what is alive */
#define PEAK_WINDOW  64 /* collections: the recent peak is that of so many, or twice as many */
/* Python code that says gc.disable() wants no pauses; but here it is not only cycles that wait. */
#define DISABLED_FACTOR 8

Pace pace;

void pace_start(void)
{
    pace.budget = BUDGET_START;
    pace.full_threshold = GROWTH_MIN;
    pace.early_threshold = 2 * GROWTH_SHORT; /* what a start leaves is small */
    pace.enabled = true;
}

static bool due(void)
{
    size_t budget = load_relaxed(&pace.budget);
    if (!load_relaxed(&pace.enabled))
        budget *= DISABLED_FACTOR;
    return load_relaxed(&pace.allocated) >= budget && !load_relaxed(&pace.blocked);
}

bool pace_due(struct GcAllocator *allocator)
{
    if (allocator->unreported_bytes >= PACE_REPORT_BYTES)
        allocator_report(allocator);
    return due();
}

/* Of all blocks that are not free. World stopped. */
static size_t held_bytes(void)
{
    return (size_t)(heap.frontier - heap.free_blocks) << BLOCK_SHIFT;
}

bool pace_wants_full(void)
{
    size_t all = pace.live_bytes + load_relaxed(&pace.external_bytes);
    return all >= pace.full_threshold ||
           (held_bytes() >= pace.early_threshold && pace.since_full / SHORT_LIVED >= all);
}

void pace_collect(void)
{
    collect_if(due, 0);
}

bool pace_collect_for_memory(size_t bytes)
{
    if (bytes > (size_t)heap.block_limit << BLOCK_SHIFT || load_relaxed(&pace.blocked))
        return false;
    gc_collect(2);
    return true;
}

static size_t clamp(size_t n, size_t low, size_t high)
{
    return n < low ? low : n > high ? high : n;
}

/* The threads that the stop found running, or asking for it. */
static size_t running_threads(void)
{
    size_t count = 1;
    for (GcThread *t = world_threads(); t; t = t->next)
        count += load_relaxed(&t->state) == GC_STOPPED;
    return count;
}

void pace_collected(bool full, size_t live_bytes, size_t leaf_bytes)
{
    pace.live_bytes = live_bytes;
    size_t all = live_bytes + load_relaxed(&pace.external_bytes);
    pace.since_full = full ? 0 : pace.since_full + load_relaxed(&pace.allocated);
    size_t running = running_threads();
    size_t each =
        running > os_processor_count() ? BUDGET_CROWD : clamp(all / 2, BUDGET_SMALL, BUDGET_LARGE);
    size_t least = clamp(running * each, 0, BUDGET_MAX);
    size_t budget = clamp(all / LIVE_SHARE, least, BUDGET_MAX);
    store_relaxed(&pace.budget, budget);
    if (full) {
        pace.full_threshold = all + clamp(all - leaf_bytes / LEAF_PART, GROWTH_MIN, SIZE_MAX);
        size_t growth = clamp(held_bytes() / 2, GROWTH_SHORT, SIZE_MAX);
        pace.early_threshold = held_bytes() + clamp(growth, budget + budget / 2, SIZE_MAX);
    }
    store_relaxed(&pace.allocated, (size_t)0);
}

void pace_saw_in_use(uint32_t blocks)
{
    if (++pace.peak_age > PEAK_WINDOW) {
        pace.peak_before = pace.peak;
        pace.peak = 0;
        pace.peak_age = 1;
    }
    if (blocks > pace.peak)
        pace.peak = blocks;
}

/* Pages that are given back and soon needed again cost more than all else about them. */
uint32_t pace_cached_blocks(uint32_t in_use)
{
    uint32_t least = (uint32_t)(load_relaxed(&pace.budget) >> BLOCK_SHIFT);
    uint32_t peak = pace.peak > pace.peak_before ? pace.peak : pace.peak_before;
    uint32_t again = peak > in_use ? peak - in_use : 0;
    return again > least ? again : least;
}

uint32_t pace_least_blocks(void)
{
    return (uint32_t)((4 * MB + pace.live_bytes / 16) >> BLOCK_SHIFT);
}

void gc_external_bytes(intptr_t bytes)
{
    fetch_add_relaxed(&pace.external_bytes, (size_t)bytes);
    if (bytes > 0) {
        pace_allocated((size_t)bytes);
        if (unlikely(due()) && gc_self)
            fetch_or_relaxed(&gc_self->poll, (uint32_t)GC_POLL_COLLECT);
    }
}

void gc_set_enabled(bool enabled)
{
    store_relaxed(&pace.enabled, enabled);
}

bool gc_is_enabled(void)
{
    return load_relaxed(&pace.enabled);
}

/* ---- Stress -------------------------------------------------------------------------- */

/* For who wants to see each allocation, or no longer does. */
static void set_stressed(void)
{
    bool stressed = load_relaxed(&pace.stress_every) || load_relaxed(&pace.fail_count) ||
                    load_relaxed(&gc_hooks.allocated);
    store_relaxed(&pace.stressed, stressed);
    /* Takes the runs of all threads back, so that the next allocation of each is a slow one. */
    gc_collect(0);
}

void gc_stress(uint32_t collect_every, uint64_t fail_after)
{
    store_relaxed(&pace.stress_every, collect_every);
    store_relaxed(&pace.fail_count, fail_after);
    set_stressed();
}

void gc_watch(void (*allocated)(Object *object, size_t bytes), void (*sweeping)(void))
{
    store_relaxed(&gc_hooks.sweeping, sweeping);
    store_relaxed(&gc_hooks.allocated, allocated);
    set_stressed();
}

#define STRESS_FULL_EVERY 8 /* collections */

static bool always(void)
{
    return true;
}

bool pace_stress_tick(void)
{
    if (load_relaxed(&pace.blocked))
        return true;
    if (load_relaxed(&pace.fail_count) && fetch_sub_acq_rel(&pace.fail_count, (uint64_t)1) == 1)
        return false;
    uint32_t every = load_relaxed(&pace.stress_every);
    uint64_t count = fetch_add_relaxed(&pace.stress_count, (uint64_t)1) + 1;
    if (every && count % every == 0)
        collect_if(always, count / every % STRESS_FULL_EVERY == 0 ? 2 : 0);
    return true;
}
