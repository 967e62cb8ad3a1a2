/* Stacks and registers are scanned conservatively: any word that is an address within an allocated
 * cell keeps that object, wherever in it, as compilers keep only derived pointers. */
#include "gc/roots.h"

#include "base/lock.h"
#include "base/vec.h"
#include "gc/block.h"
#include "gc/world.h"

typedef struct RootRange {
    Value *slots;
    size_t count;
} RootRange;

typedef void (*RootTracer)(Tracer *tracer);

static Mutex roots_lock;
static VEC(RootRange) ranges;          /* guarded by roots_lock */
static VEC(RootTracer) tracers;        /* guarded by roots_lock */
static VEC(RootTracer) thread_tracers; /* guarded by roots_lock */
static VEC(Value) orphans;             /* only grows, in a forked child with one thread */

void gc_add_root(Value *slots, size_t count)
{
    mutex_lock_raw(&roots_lock);
    if (!vec_push(&ranges, ((RootRange){slots, count})))
        fatal("no memory for a root");
    mutex_unlock(&roots_lock);
}

void gc_remove_root(Value *slots)
{
    mutex_lock_raw(&roots_lock);
    for (size_t i = 0; i < ranges.count; i++) {
        if (ranges.items[i].slots == slots) {
            ranges.items[i] = *vec_last(&ranges);
            ranges.count--;
            break;
        }
    }
    mutex_unlock(&roots_lock);
}

void gc_add_root_tracer(void (*trace)(Tracer *tracer))
{
    mutex_lock_raw(&roots_lock);
    if (!vec_push(&tracers, trace))
        fatal("no memory for a root tracer");
    mutex_unlock(&roots_lock);
}

void gc_add_thread_tracer(void (*trace)(Tracer *tracer))
{
    mutex_lock_raw(&roots_lock);
    if (!vec_push(&thread_tracers, trace))
        fatal("no memory for a root tracer");
    mutex_unlock(&roots_lock);
}

Object *heap_object_at(const void *address)
{
    if (!heap_contains(address))
        return NULL;
    uint32_t number = block_number(address);
    const Block *block = &heap.blocks[number];
    if (block->kind == BLOCK_LARGE_TAIL) {
        number = block->head;
        block = &heap.blocks[number];
    }
    if (block->kind == BLOCK_LARGE) {
        size_t offset = (size_t)((const char *)address - block_address(number));
        return offset < block->large_bytes ? (Object *)block_address(number) : NULL;
    }
    if (block->kind != BLOCK_SMALL)
        return NULL;
    uint32_t cell = cell_index(block, address);
    if (cell >= block->cell_count || !bit_test(heap.used[number], cell))
        return NULL;
    return (Object *)(block_address(number) + (size_t)cell * block->cell_bytes);
}

/* A native thread goes on using frames above its saved stack pointer, but no Value in them
 * changes; so this reads words that others may write, and words that are no variables. */
__attribute__((no_sanitize("address", "thread"), noinline)) static void
visit_words(Tracer *tracer, const void *from, const void *to)
{
    const uintptr_t *word = (const uintptr_t *)((uintptr_t)from & ~(uintptr_t)7);
    for (; word + 1 <= (const uintptr_t *)to; word++) {
        Object *object = heap_object_at((const void *)*word);
        if (object && shape_id(object) != SHAPE_FREE)
            tracer->visit(tracer, object);
    }
}

void roots_visit_thread(Tracer *tracer, GcThread *thread)
{
    if (thread->dead_low < thread->dead_high) {
        visit_words(tracer, thread->stack_pointer, thread->dead_low);
        visit_words(tracer, thread->dead_high, thread->stack_base);
    } else {
        visit_words(tracer, thread->stack_pointer, thread->stack_base);
    }
    visit_words(tracer, thread->saved_registers,
                thread->saved_registers + COUNT_OF(thread->saved_registers));
    visit_words(tracer, thread->registers, thread->registers_top);
}

static void keep_orphan(Tracer *tracer UNUSED, Value object)
{
    if (!vec_push(&orphans, object))
        fatal("no memory for what gone threads refer to");
}

void roots_keep_for(GcThread *gone)
{
    Tracer tracer = {.visit = keep_orphan};
    roots_visit_thread(&tracer, gone);
}

void gc_trace_roots(Tracer *tracer)
{
    VEC_EACH (RootRange, range, &ranges)
        gc_visit_range(tracer, range->slots, range->count);
    VEC_EACH (RootTracer, trace, &tracers)
        (*trace)(tracer);
}

/* What a visited thread's stack refers to has been marked, and young collections leave marks where
 * they are, but for what stays young: so threads that wait cost nothing. */
void roots_visit(Tracer *tracer)
{
    for (GcThread *t = world_threads(); t; t = t->next) {
        if (t->visited && !tracer->full)
            continue;
        tracer->met_young = false;
        roots_visit_thread(tracer, t);
        t->visited = t != gc_self && !tracer->met_young;
    }
    gc_visit_range(tracer, orphans.items, orphans.count);
    gc_trace_roots(tracer);
    VEC_EACH (RootTracer, trace, &thread_tracers)
        (*trace)(tracer);
}

Object *gc_object_at(const void *address)
{
    Object *object = heap_object_at(address);
    return object && shape_id(object) != SHAPE_FREE ? object : NULL;
}
