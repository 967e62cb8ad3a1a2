/* The slow side of the one write barrier (gc/heap.h).
 *
 * An old object that is stored into loses FLAG_OLD and goes to its thread's remembered set, so
 * that further stores are free. The next collection traces the remembered objects (they
 * are marked, so nothing else would) and sets FLAG_OLD again, unless one refers to what stays young
 * (gc/block.h): that is kept for one more collection. */
#include "gc/barrier.h"

#include <stdlib.h>
#include <string.h>
#include "base/lock.h"
#include "base/stats.h"
#include "base/vec.h"
#include "gc/world.h"

struct RememberedSet {
    VEC(Object *) objects;
};

static Mutex left_over_lock;
static struct RememberedSet left_over; /* of ended threads; guarded by left_over_lock */
static struct RememberedSet kept;      /* by the last marking; guarded by left_over_lock */

void (*gc_share_hook)(Value value);

/* Without memory for the set there is no way on that keeps the heap sound. */
static void remember(struct RememberedSet *set, Object *container)
{
    if (!vec_push(&set->objects, container))
        fatal("no memory for the remembered set");
}

void gc_remember_slow(Object *container)
{
    if (!(fetch_and_relaxed(&container->flags, (uint8_t)~FLAG_OLD) & FLAG_OLD))
        return; /* another thread was faster */
    STATS_ADD(remembered);
    struct GcAllocator *allocator = gc_self->allocator;
    if (!allocator->remembered) {
        allocator->remembered = calloc(1, sizeof(struct RememberedSet));
        if (!allocator->remembered)
            fatal("no memory for the remembered set");
    }
    remember(allocator->remembered, container);
}

void gc_store_slow(Object *container, Value value)
{
    STATS_ADD(barrier_slow);
    uint8_t flags = load_relaxed(&container->flags);
    if (!is_object(value))
        return;
    if (flags & FLAG_OLD)
        gc_remember_slow(container);
    if ((flags & FLAG_SHARED) && !is_shared(value))
        gc_share_hook(value);
}

void gc_store_range(void *container, Value *slots, const Value *values, size_t count)
{
    if (unlikely(load_relaxed(&((Object *)container)->flags) & (FLAG_SHARED | FLAG_OLD)))
        for (size_t i = 0; i < count; i++)
            gc_store_slow(container, values[i]);
    /* Other threads may read the slots meanwhile: word by word, in the order of memmove. */
    if (slots <= values)
        for (size_t i = 0; i < count; i++)
            store_release(&slots[i], load_relaxed(&values[i]));
    else
        for (size_t i = count; i-- > 0;)
            store_release(&slots[i], load_relaxed(&values[i]));
}

static void drain_set(struct RememberedSet *set, void (*visit)(Object *, void *), void *context)
{
    VEC_EACH (Object *, object, &set->objects)
        visit(*object, context);
    vec_clear(&set->objects);
}

void barrier_keep(Object *container)
{
    mutex_lock_always(&left_over_lock); /* a marker may be no thread of the world */
    remember(&kept, container);
    mutex_unlock_always(&left_over_lock);
}

void barrier_drain(void (*visit)(Object *, void *), void *context)
{
    struct RememberedSet before = kept; /* `visit` may keep some */
    kept = (struct RememberedSet){0};
    drain_set(&before, visit, context);
    vec_free(&before.objects);
    for (GcThread *t = world_threads(); t; t = t->next)
        if (t->allocator->remembered)
            drain_set(t->allocator->remembered, visit, context);
    drain_set(&left_over, visit, context);
}

void barrier_hand_over(struct GcAllocator *allocator)
{
    struct RememberedSet *set = allocator->remembered;
    if (!set)
        return;
    mutex_lock_raw(&left_over_lock);
    VEC_EACH (Object *, object, &set->objects)
        remember(&left_over, *object);
    mutex_unlock(&left_over_lock);
    vec_free(&set->objects);
    free(set);
    allocator->remembered = NULL;
}
