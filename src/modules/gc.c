/* gc: the collector's Python face. There are two generations, young and all, which are called 0 and
 * 2; thresholds are kept for programs that set them, but the collector paces itself. */
#include <stdio.h>
#include "base/clock.h"
#include "base/lock.h"
#include "base/vec.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/finaliser.h"
#include "core/module.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "modules/gc_search.h"
#include "modules/module_util.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/frame.h"

enum {
    DEBUG_STATS = 1,
    DEBUG_COLLECTABLE = 2,
    DEBUG_UNCOLLECTABLE = 4, /* there is nothing that the collector could not free */
    DEBUG_SAVEALL = 32,
    DEBUG_LEAK = 38
};

static Value callbacks, garbage;          /* lists; roots */
static int debug_flags;                   /* atomic */
static int thresholds[3] = {2000, 10, 0}; /* atomic each */
static uint64_t frozen;                   /* atomic: objects that there were at gc.freeze() */

/* ---- what a collection finds dead */

static int watchers;             /* atomic: collections that count, and one if debugging */
static uint64_t found;           /* containers found dead while watched; world stopped */
static VEC(Object *) saved;      /* by DEBUG_SAVEALL; guarded by saved_lock, or world stopped */
static Mutex saved_lock;         /* raw */
static int automatic_generation; /* atomic: of the last collection that nobody asked for */
static _Thread_local bool asked; /* this thread is in gc.collect() */

static bool on_dead(Object *object)
{
    if (!gc_is_container(object))
        return false;
    found++;
    int flags = load_relaxed(&debug_flags);
    if (flags & DEBUG_COLLECTABLE)
        fprintf(stderr, "gc: collectable <%s %p>\n", TYPE_NAME(object), (void *)object);
    return flags & DEBUG_SAVEALL && vec_push(&saved, object);
}

static void watch(int by)
{
    int now = fetch_add_acq_rel(&watchers, by) + by;
    store_relaxed(&gc_hooks.dead, now ? on_dead : 0);
}

static void trace_saved(Tracer *tracer)
{
    VEC_EACH (Object *, object, &saved)
        gc_visit(tracer, (Value)*object);
}

/* What DEBUG_SAVEALL has kept goes to gc.garbage. */
static bool hand_out_saved(void)
{
    for (;;) {
        mutex_lock_raw(&saved_lock);
        Value object = saved.count ? (Value)saved.items[--saved.count] : 0;
        mutex_unlock(&saved_lock);
        if (!object)
            return true;
        if (load_relaxed(&multithreaded))
            share_value(object);
        TRY(list_append(garbage, object));
    }
}

/* ---- collecting */

static bool call_callbacks(const char *phase, intptr_t generation, intptr_t collected)
{
    if (!list_length(callbacks))
        return true;
    Value info = TRY(dict_new()), name = TRY(str_from_cstring(phase));
    TRY(dict_set_cstring(info, "generation", int_small(generation)));
    TRY(dict_set_cstring(info, "collected", TRY(int_from(collected))));
    TRY(dict_set_cstring(info, "uncollectable", int_small(0)));
    Value list = TRY(list_copy(callbacks));
    for (intptr_t i = 0; i < list_length(list); i++)
        if (!call2(list_get(list, i), name, info))
            error_write_unraisable(0, list_get(list, i));
    return true;
}

static uint64_t live_objects(const GcStats *stats)
{
    return stats->objects_allocated - stats->young_died - stats->full_died;
}

static void print_begin(intptr_t generation)
{
    GcStats stats;
    gc_stats(&stats);
    fprintf(stderr,
            "gc: collecting generation %zd...\n"
            "gc: objects in each generation: %zu 0 %zu\n"
            "gc: objects in permanent generation: %zu\n",
            generation, (size_t)stats.objects_since,
            (size_t)(live_objects(&stats) - stats.objects_since), (size_t)load_relaxed(&frozen));
}

static void print_end(intptr_t died, int64_t start)
{
    fprintf(stderr, "gc: done, %zd unreachable, 0 uncollectable, %.4fs elapsed\n", died,
            (double)(monotonic_ns() - start) / 1e9);
}

/* Runs no earlier than at a safepoint of the thread that has collected, where Python code may run:
 * so callbacks get both phases after it. What it has found is not counted. */
static bool tell_of_automatic(Thread *thread UNUSED)
{
    int generation = load_relaxed(&automatic_generation);
    return hand_out_saved() && call_callbacks("start", generation, 0) &&
           call_callbacks("stop", generation, 0);
}

static void on_collected(int generation)
{
    if (asked || (!load_relaxed(&watchers) && !list_length(callbacks)))
        return;
    store_relaxed(&automatic_generation, generation);
    if (load_relaxed(&debug_flags) & DEBUG_STATS)
        fprintf(stderr, "gc: collected generation %d automatically\n", generation);
    thread_request(thread_self(), POLL_COLLECTED);
}

/* Collects, and counts the containers that died. */
static intptr_t collect(const MethodDef *def, int generation)
{
    int64_t start = monotonic_ns();
    bool stats = load_relaxed(&debug_flags) & DEBUG_STATS;
    if (stats)
        print_begin(generation);
    watch(1);
    uint64_t before = load_relaxed(&found);
    asked = true;
    vm_collect(def, generation);
    asked = false;
    intptr_t died = (intptr_t)(load_relaxed(&found) - before);
    watch(-1);
    if (stats)
        print_end(died, start);
    return died;
}

FUNCTION(gc_module_collect, "collect", "generation=2",
         "Run the garbage collector.\n\n"
         "With no arguments, run a full collection.  The optional argument\n"
         "may be an integer specifying which generation to collect.  A ValueError\n"
         "is raised if the generation number is invalid.\n\n"
         "The number of unreachable objects is returned.")
{
    intptr_t generation = TRY_INDEX(args[0]);
    if (generation < 0 || generation > 2)
        return raise(ValueError, "invalid generation");
    TRY(call_callbacks("start", generation, 0));
    intptr_t died = collect(M(gc_module_collect), (int)generation);
    /* What was kept for its finaliser, or for the callback of a weak reference, can go now. */
    if (finalisers_run() && generation == 2)
        died += collect(M(gc_module_collect), (int)generation);
    finalisers_run();
    TRY(hand_out_saved());
    TRY(call_callbacks("stop", generation, died));
    return int_from(died);
}

FUNCTION(gc_module_enable, "enable", "", "Enable automatic garbage collection.")
{
    gc_set_enabled(true);
    return None;
}

FUNCTION(gc_module_disable, "disable", "", "Disable automatic garbage collection.")
{
    gc_set_enabled(false);
    return None;
}

FUNCTION(gc_module_isenabled, "isenabled", "",
         "Returns true if automatic garbage collection is enabled.")
{
    return bool_value(gc_is_enabled());
}

/* ---- numbers */

static bool add_pauses(Value dict, const Histogram *pauses)
{
    static const struct {
        const char *name;
        double share;
    } quantiles[] = {{"pause_median", 0.5}, {"pause_p99", 0.99}};
    for (size_t i = 0; i < COUNT_OF(quantiles); i++) {
        double ns = (double)histogram_quantile(pauses, quantiles[i].share);
        TRY(dict_set_cstring(dict, quantiles[i].name, TRY(float_from(ns / 1e9))));
    }
    TRY(dict_set_cstring(dict, "pause_max", TRY(float_from((double)pauses->max / 1e9))));
    return dict_set_cstring(dict, "pause_total", TRY(float_from((double)pauses->total / 1e9)));
}

FUNCTION(
    gc_module_get_stats, "get_stats", "pauses=False",
    "Return a list of dictionaries containing per-generation statistics.\n\n"
    "  pauses\n"
    "    Tell the pauses as well, in seconds: pause_median, pause_p99, pause_max, pause_total.")
{
    static const Histogram none;
    GcStats stats;
    int pauses = TRY_NOT_NEGATIVE(object_truth(args[0]), 0);
    gc_stats(&stats);
    const Histogram *histograms[3] = {&stats.young_pauses, &none, &stats.full_pauses};
    uint64_t counts[3] = {stats.young_collections, 0, stats.full_collections};
    uint64_t died[3] = {stats.young_died, 0, stats.full_died};
    Value list = TRY(list_new(3));
    for (int i = 0; i < 3; i++) {
        Value dict = TRY(dict_new());
        TRY(dict_set_cstring(dict, "collections", TRY(int_from_u64(counts[i]))));
        TRY(dict_set_cstring(dict, "collected", TRY(int_from_u64(died[i]))));
        TRY(dict_set_cstring(dict, "uncollectable", int_small(0)));
        if (pauses)
            TRY(add_pauses(dict, histograms[i]));
        TRY(list_append(list, dict));
    }
    return list;
}

FUNCTION(gc_module_get_count, "get_count", "",
         "Return a three-tuple of the current collection counts.")
{
    GcStats stats;
    gc_stats(&stats);
    return tuple_of(TRY(int_from_u64(stats.objects_since)),
                    TRY(int_from_u64(stats.young_since_full)), int_small(0));
}

FUNCTION(gc_module_get_threshold, "get_threshold", "", "Return the current collection thresholds.")
{
    return tuple_of(int_small(load_relaxed(&thresholds[0])),
                    int_small(load_relaxed(&thresholds[1])),
                    int_small(load_relaxed(&thresholds[2])));
}

/* Only 0, which means never, has an effect. */
FUNCTION(gc_module_set_threshold, "set_threshold", "threshold0, threshold1=?, threshold2=?, /",
         "Set the collection thresholds (the collection frequency).\n\n"
         "Setting 'threshold0' to zero disables collection.")
{
    int values[3];
    for (int i = 0; i < 3; i++) {
        values[i] = load_relaxed(&thresholds[i]);
        if (args[i])
            TRY(index_as_int(args[i], &values[i]));
    }
    bool was_off = load_relaxed(&thresholds[0]) == 0;
    for (int i = 0; i < 3; i++)
        store_relaxed(&thresholds[i], values[i]);
    if (values[0] == 0 || was_off)
        gc_set_enabled(values[0] != 0);
    return None;
}

FUNCTION(gc_module_set_debug, "set_debug", "flags, /",
         "Set the garbage collection debugging flags.")
{
    int flags;
    TRY(index_as_int(args[0], &flags));
    int was = exchange_acq_rel(&debug_flags, flags);
    watch((flags != 0) - (was != 0));
    return None;
}

FUNCTION(gc_module_get_debug, "get_debug", "", "Get the garbage collection debugging flags.")
{
    return int_small(load_relaxed(&debug_flags));
}

/* Marks are not kept in objects, so that collections write to no page of old ones, and young
 * collections leave these alone: what freezing is for holds anyway. Only the count is kept. */
FUNCTION(gc_module_freeze, "freeze", "",
         "Freeze all current tracked objects and ignore them for future collections.\n\n"
         "This moves all tracked objects to a permanent generation.")
{
    fetch_add_relaxed(&frozen, gc_count_containers() - load_relaxed(&frozen));
    return None;
}

FUNCTION(gc_module_unfreeze, "unfreeze", "", "Unfreeze all objects in the permanent generation.")
{
    store_relaxed(&frozen, (uint64_t)0);
    return None;
}

FUNCTION(gc_module_get_freeze_count, "get_freeze_count", "",
         "Return the number of objects in the permanent generation.")
{
    return int_from_u64(load_relaxed(&frozen));
}

static MethodDef *const functions[] = {M(gc_module_collect),          M(gc_module_enable),
                                       M(gc_module_disable),          M(gc_module_isenabled),
                                       M(gc_module_get_stats),        M(gc_module_get_count),
                                       M(gc_module_get_threshold),    M(gc_module_set_threshold),
                                       M(gc_module_set_debug),        M(gc_module_get_debug),
                                       M(gc_module_freeze),           M(gc_module_unfreeze),
                                       M(gc_module_get_freeze_count), 0};

static bool execute(Value module)
{
    if (!callbacks) {
        gc_add_root(&callbacks, 1);
        gc_add_root(&garbage, 1);
        gc_add_root_tracer(trace_saved);
        root_store(&garbage, TRY(list_new(0)));
        root_store(&callbacks, TRY(list_new(0)));
        thread_set_poll_hook(POLL_COLLECTED, tell_of_automatic);
        store_release(&gc_hooks.collected, on_collected);
    }
    return module_add_functions(module, gc_search_functions) &&
           module_add(module, "callbacks", callbacks) && module_add(module, "garbage", garbage) &&
           module_add_int(module, "DEBUG_STATS", DEBUG_STATS) &&
           module_add_int(module, "DEBUG_COLLECTABLE", DEBUG_COLLECTABLE) &&
           module_add_int(module, "DEBUG_UNCOLLECTABLE", DEBUG_UNCOLLECTABLE) &&
           module_add_int(module, "DEBUG_SAVEALL", DEBUG_SAVEALL) &&
           module_add_int(module, "DEBUG_LEAK", DEBUG_LEAK);
}

const ModuleDef module_gc = {
    .name = "gc",
    .doc = "This module provides access to the garbage collector for reference cycles.",
    .functions = functions,
    .execute = execute,
};
