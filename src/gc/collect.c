/* A collection: stop, take all runs back, mark, finalise, sweep, start. */
#include "gc/collect.h"

#include "base/clock.h"
#include "gc/alloc.h"
#include "gc/finalise.h"
#include "gc/inspect.h"
#include "gc/mark.h"
#include "gc/pace.h"
#include "gc/size_class.h"
#include "gc/sweep.h"
#include "gc/world.h"

#define DIRTY_SLACK 16 /* blocks */

static GcStats totals; /* world stopped, or its own lock below */
static Mutex totals_lock;
static uint64_t allocated_before; /* objects, at the last collection; world stopped */

bool gc_start(void)
{
    size_classes_start();
    pace_start();
    world_start();
    return blocks_start();
}

void retire_all(void)
{
    for (GcThread *t = world_threads(); t; t = t->next)
        allocator_retire(t->allocator, false);
}

/* World stopped. */
static uint64_t allocated_now(void)
{
    uint64_t n = totals.objects_allocated;
    for (GcThread *t = world_threads(); t; t = t->next)
        n += t->allocator->objects;
    return n;
}

static uint32_t blocks_in_use(void)
{
    return heap.frontier - heap.free_blocks;
}

static void give_back(bool all)
{
    uint32_t keep = all ? pace_least_blocks() : pace_cached_blocks(blocks_in_use());
    /* Free pieces between others are not always where they are needed, so that more than was in use
     * comes to be dirty: giving back a few pages at each collection would cost as many faults. */
    uint32_t most = all ? keep : keep + keep / 2 + DIRTY_SLACK;
    if (heap.dirty_free_blocks > most)
        span_trim_locked(keep);
}

/* World stopped. */
static uint32_t count_threads(void)
{
    uint32_t count = 0;
    for (GcThread *t = world_threads(); t; t = t->next)
        count++;
    return count;
}

/* `asked`: Python code wants memory back, rather than the allocator some that is free. */
static size_t collect_stopped(bool full, bool asked)
{
    int64_t start = monotonic_ns();
    fetch_add_relaxed(&pace.blocked, 1u); /* the hooks may allocate */
    pace_saw_in_use(blocks_in_use());
    retire_all();
    mark_all(full);
    finalise_dead(full);
    retire_all(); /* what the hooks have allocated from */
    bool (*dead)(Object *) = load_relaxed(&gc_hooks.dead);
    if (dead)
        each_dead(dead);
    if (full && gc_hooks.drop_unmarked)
        gc_hooks.drop_unmarked();
    void (*sweeping)(void) = load_relaxed(&gc_hooks.sweeping);
    if (sweeping)
        sweeping();
    SweepResult swept = sweep_all(full);
    pace_collected(full, swept.live_bytes, swept.leaf_bytes);
    give_back(full && asked);
    fetch_sub_acq_rel(&pace.blocked, 1u);
    if (load_relaxed(&pace.stress_every))
        gc_verify();

    uint64_t pause = (uint64_t)(monotonic_ns() - start) + world_stop_ns();
    totals.young_collections += !full;
    totals.full_collections += full;
    totals.young_since_full = full ? 0 : totals.young_since_full + 1;
    *(full ? &totals.full_died : &totals.young_died) += swept.died;
    allocated_before = allocated_now();
    histogram_add(full ? &totals.full_pauses : &totals.young_pauses, pause);
    histogram_add(&totals.stops, world_stop_ns());
    uint32_t threads = count_threads();
    if (threads > totals.threads_max)
        totals.threads_max = threads;
    return swept.died;
}

size_t collect_if(bool (*needed)(void), int generation)
{
    size_t died = 0;
    bool collected = false, full = false;
    gc_stop_world();
    if (!load_relaxed(&pace.blocked) && needed()) {
        full = generation > 0 || pace_wants_full();
        died = collect_stopped(full, generation == 2);
        collected = true;
    }
    gc_start_world();
    void (*tell)(int) = load_acquire(&gc_hooks.collected);
    if (collected && tell && !gc_world_is_stopped())
        tell(full ? 2 : 0);
    return died;
}

static bool always(void)
{
    return true;
}

size_t gc_collect(int generation)
{
    return collect_if(always, generation);
}

/* ---- Statistics ---------------------------------------------------------------------- */

void stats_hand_over(struct GcAllocator *allocator)
{
    mutex_lock_raw(&totals_lock);
    totals.objects_allocated += allocator->objects;
    totals.bytes_allocated += allocator->bytes;
    mutex_unlock(&totals_lock);
}

uint64_t gc_full_collections(void)
{
    return totals.full_collections;
}

void gc_stats(GcStats *out)
{
    gc_stop_world();
    *out = totals;
    for (GcThread *t = world_threads(); t; t = t->next)
        out->bytes_allocated += t->allocator->bytes;
    out->threads = count_threads();
    out->objects_allocated = allocated_now();
    out->objects_since = out->objects_allocated - allocated_before;
    out->bytes_live = pace.live_bytes;
    out->bytes_reserved = (size_t)(heap.frontier - heap.free_blocks + heap.dirty_free_blocks)
                          << BLOCK_SHIFT;
    gc_start_world();
}
