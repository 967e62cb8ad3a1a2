/* gc: the collector's Python face. There are two generations, young and all; thresholds and
 * debugging flags are kept for programs that set them, but the collector paces itself. */
#include "core/call.h"
#include "core/error.h"
#include "core/finaliser.h"
#include "core/module.h"
#include "core/share.h"
#include "core/alloc.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/frame.h"

static Value callbacks, garbage;          /* lists; roots */
static int debug_flags;                   /* atomic */
static int thresholds[3] = {2000, 10, 0}; /* atomic each */

/* ---- collecting */

/* The counts of `info` are those of the whole process; what a collection found is an estimate. */
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
    intptr_t died = (intptr_t)vm_collect(M(gc_module_collect), (int)generation);
    finalisers_run();
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

/* ---- looking at the heap */

/* What Python code may get hold of: not tables, arrays and the like. */
static bool is_python_object(Object *object)
{
    return shape_of(object)->type != 0;
}

static bool is_container(Value v)
{
    return is_object(v) && shape_of(v)->trace && !(type_flags(type_of(v)) & TYPE_LEAF);
}

/* Objects found while the world is stopped, where nothing can be allocated. */
typedef struct Collector {
    Array *array;
    intptr_t count;
    Value wanted; /* tuple: whose referrers are looked for; 0: all objects */
    bool found;   /* the object that is looked at refers to one of them */
} Collector;

typedef struct ReferrerTracer {
    Tracer tracer; /* must be first */
    Collector *collector;
    int depth;
} ReferrerTracer;

/* References of hidden objects count as those of the object that owns them. */
static void find_wanted(Tracer *tracer, Object *target)
{
    ReferrerTracer *self = (ReferrerTracer *)tracer;
    Collector *c = self->collector;
    for (intptr_t i = 0; i < tuple_length(c->wanted); i++)
        if (tuple_get(c->wanted, i) == target)
            c->found = true;
    if (!c->found && !is_python_object(target) && self->depth < 3) {
        self->depth++;
        gc_trace_object(target, tracer);
        self->depth--;
    }
}

static void collect_object(Object *object, void *context)
{
    Collector *c = context;
    if (!is_python_object(object) || !is_container(object) || object == c->wanted ||
        object == (Object *)c->array)
        return;
    if (c->wanted) {
        ReferrerTracer tracer = {{.visit = find_wanted}, c, 0};
        c->found = false;
        gc_trace_object(object, &tracer.tracer);
        if (!c->found)
            return;
    }
    if (c->count < c->array->capacity)
        c->array->items[c->count] = object; /* NO_BARRIER: fresh, and remembered below */
    c->count++;
}

/* A thread may only see its own objects and SHARED ones: it is the only one, or all are shared. */
static Value collect_objects(Value wanted)
{
    if (load_relaxed(&multithreaded) && thread_count() > 1)
        return raise(RuntimeError, "the heap cannot be searched while several threads run");
    Collector c = {.wanted = wanted};
    for (intptr_t room = 4096;; room = c.count + c.count / 8) {
        c.array = TRY(array_new(room));
        c.count = 0;
        gc_stop_world();
        gc_each_object(collect_object, &c);
        gc_start_world();
        if (c.count <= room)
            return list_from_array(c.array, c.count);
    }
}

FUNCTION(gc_module_get_objects, "get_objects", "generation=None",
         "Return a list of objects tracked by the collector (excluding the list returned).")
{
    if (args[0] != None) {
        intptr_t generation = TRY_INDEX(args[0]);
        if (generation < 0 || generation > 2)
            return raise(ValueError, "generation parameter must be less than the number of "
                                     "available generations (3)");
    }
    return collect_objects(0);
}

FUNCTION(gc_module_get_referrers, "get_referrers", "*objs",
         "Return the list of objects that directly refer to any of 'objs'.")
{
    return collect_objects(args[0]);
}

typedef struct ReferentTracer {
    Tracer tracer; /* must be first */
    Value list;
    bool failed;
} ReferentTracer;

static void add_referent(Tracer *tracer, Object *target)
{
    ReferentTracer *self = (ReferentTracer *)tracer;
    if (is_python_object(target))
        self->failed |= !list_append(self->list, target);
    else
        gc_trace_object(target, tracer);
}

FUNCTION(gc_module_get_referents, "get_referents", "*objs",
         "Return the list of objects that are directly referred to by 'objs'.")
{
    ReferentTracer tracer = {{.visit = add_referent}, TRY(list_new(0)), false};
    for (intptr_t i = 0; i < tuple_length(args[0]); i++)
        if (is_object(tuple_get(args[0], i)))
            gc_trace_object(tuple_get(args[0], i), &tracer.tracer);
    return tracer.failed ? 0 : tracer.list;
}

FUNCTION(gc_module_is_tracked, "is_tracked", "obj, /",
         "Returns true if the object is tracked by the garbage collector.\n\n"
         "Simple atomic objects will return false.")
{
    return bool_value(is_container(args[0]));
}

FUNCTION(gc_module_is_finalized, "is_finalized", "obj, /",
         "Returns true if the object has been already finalized by the GC.")
{
    return bool_value(is_object(args[0]) && load_relaxed(&args[0]->flags) & FLAG_FINALIZED);
}

/* ---- numbers */

FUNCTION(gc_module_get_stats, "get_stats", "",
         "Return a list of dictionaries containing per-generation statistics.")
{
    GcStats stats;
    gc_stats(&stats);
    uint64_t counts[3] = {stats.young_collections, 0, stats.full_collections};
    Value list = TRY(list_new(3));
    for (int i = 0; i < 3; i++) {
        Value dict = TRY(dict_new());
        TRY(dict_set_cstring(dict, "collections", TRY(int_from_u64(counts[i]))));
        TRY(dict_set_cstring(dict, "collected", int_small(0)));
        TRY(dict_set_cstring(dict, "uncollectable", int_small(0)));
        TRY(list_append(list, dict));
    }
    return list;
}

FUNCTION(gc_module_get_count, "get_count", "",
         "Return a three-tuple of the current collection counts.")
{
    GcStats stats;
    gc_stats(&stats);
    return tuple_of(int_small((intptr_t)(stats.objects_allocated & INT32_MAX)),
                    int_small((intptr_t)(stats.young_collections % 10)), int_small(0));
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
    store_relaxed(&debug_flags, flags);
    return None;
}

FUNCTION(gc_module_get_debug, "get_debug", "", "Get the garbage collection debugging flags.")
{
    return int_small(load_relaxed(&debug_flags));
}

/* Old objects are left alone by young collections anyway: there is nothing to freeze. */
FUNCTION(gc_module_freeze, "freeze", "",
         "Freeze all current tracked objects and ignore them for future collections.")
{
    return None;
}

FUNCTION(gc_module_unfreeze, "unfreeze", "", "Unfreeze all objects in the permanent generation.")
{
    return None;
}

FUNCTION(gc_module_get_freeze_count, "get_freeze_count", "",
         "Return the number of objects in the permanent generation.")
{
    return int_small(0);
}

static MethodDef *const functions[] = {M(gc_module_collect),
                                       M(gc_module_enable),
                                       M(gc_module_disable),
                                       M(gc_module_isenabled),
                                       M(gc_module_get_objects),
                                       M(gc_module_get_referrers),
                                       M(gc_module_get_referents),
                                       M(gc_module_is_tracked),
                                       M(gc_module_is_finalized),
                                       M(gc_module_get_stats),
                                       M(gc_module_get_count),
                                       M(gc_module_get_threshold),
                                       M(gc_module_set_threshold),
                                       M(gc_module_set_debug),
                                       M(gc_module_get_debug),
                                       M(gc_module_freeze),
                                       M(gc_module_unfreeze),
                                       M(gc_module_get_freeze_count),
                                       0};

static bool execute(Value module)
{
    if (!callbacks) {
        gc_add_root(&callbacks, 1);
        gc_add_root(&garbage, 1);
    }
    root_store(&callbacks, TRY(list_new(0)));
    root_store(&garbage, TRY(list_new(0)));
    return module_add(module, "callbacks", callbacks) && module_add(module, "garbage", garbage) &&
           module_add_int(module, "DEBUG_STATS", 1) &&
           module_add_int(module, "DEBUG_COLLECTABLE", 2) &&
           module_add_int(module, "DEBUG_UNCOLLECTABLE", 4) &&
           module_add_int(module, "DEBUG_SAVEALL", 32) && module_add_int(module, "DEBUG_LEAK", 38);
}

const ModuleDef module_gc = {
    .name = "gc",
    .doc = "This module provides access to the garbage collector for reference cycles.",
    .functions = functions,
    .execute = execute,
};
