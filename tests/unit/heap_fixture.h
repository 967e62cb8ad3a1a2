/* A heap without a core: shapes made by hand, for the tests of the collector. */
#ifndef HEAP_FIXTURE_H
#define HEAP_FIXTURE_H

#include "gc/heap.h"
#include "gc/heap_inline.h"
#include "unit.h"

enum { SHAPE_PAIR = SHAPE_FIRST_DYNAMIC, SHAPE_BLOB, SHAPE_INSTANCE };

typedef struct Pair {
    Object header;
    Value first, second;
    intptr_t number;
} Pair;

typedef struct Array {
    Object header;
    intptr_t capacity;
    Value items[];
} Array;

Shape shape_region[SHAPE_REGION_COUNT];

static void pair_trace(Object *self, Tracer *tracer)
{
    Pair *pair = (Pair *)self;
    gc_visit(tracer, load_relaxed(&pair->first));
    gc_visit(tracer, load_relaxed(&pair->second));
}

static void array_trace(Object *self, Tracer *tracer)
{
    Array *array = (Array *)self;
    gc_visit_range(tracer, array->items, (size_t)array->capacity);
}

static GcThread main_thread;

__attribute__((unused)) static Pair *pair_new(Value first, Value second)
{
    Pair *pair = gc_alloc(SHAPE_PAIR, sizeof(Pair));
    if (pair) {
        pair->first = first; /* NO_BARRIER: the object is new */
        pair->second = second;
    }
    return pair;
}

__attribute__((unused)) static Array *array_new(intptr_t capacity)
{
    Array *array = gc_alloc(SHAPE_ARRAY, sizeof(Array) + (size_t)capacity * sizeof(Value));
    if (array)
        array->capacity = capacity;
    return array;
}

/* Overwrites dead frames, so that no stale pointer in them keeps anything alive. */
__attribute__((noinline, unused)) static void clear_stack(void)
{
    volatile char space[16384];
    for (size_t i = 0; i < sizeof space; i++)
        space[i] = 0;
}

/* Calls a function well below the caller's frame, so that clear_stack reaches what it leaves. */
__attribute__((noinline, unused)) static void deeper(void (*call)(void))
{
    volatile char space[4096];
    space[0] = space[4095] = 0;
    call();
    space[0] = 1;
}

/* How many objects a collection finds dead. */
__attribute__((unused)) static size_t collect(int generation)
{
    clear_stack();
    size_t died = gc_collect(generation);
    gc_verify();
    return died;
}

static void count_object(Object *object, void *context)
{
    (void)object;
    ++*(size_t *)context;
}

__attribute__((unused)) static size_t count_objects(void)
{
    size_t count = 0;
    gc_each_object(count_object, &count);
    return count;
}

static bool heap_setup(void *stack_base)
{
    for (uint32_t id = 1; id <= SHAPE_INSTANCE; id++)
        shape_region[id].id = id;
    shape_region[SHAPE_PAIR].trace = pair_trace;
    shape_region[SHAPE_ARRAY].trace = array_trace;
    shape_region[SHAPE_INSTANCE].trace = pair_trace;
    shape_region[SHAPE_INSTANCE].heap_type = true;
    return gc_start() && gc_attach(&main_thread, stack_base);
}

#define HEAP_TEST_MAIN()                                                                           \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        if (!heap_setup(__builtin_frame_address(0)))                                               \
            return 2;                                                                              \
        int (*volatile run)(const char *) = unit_run_all;                                          \
        return run(argc > 1 ? argv[1] : NULL);                                                     \
    }

#endif
