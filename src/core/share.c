/* The sharing walk, and the slow paths of object locks.
 *
 * Marking what is reachable from a local object needs no lock: only its owner can reach it.
 * The work list holds plain pointers in malloc'ed memory: they all stay reachable from the
 * value that is being shared, which the caller holds.
 */
#include "core/share.h"

#include <stdlib.h>
#include <string.h>
#include "base/lock.h"
#include "core/thread.h"
#include "gc/heap.h"

bool multithreaded;
static bool complete; /* atomic */
void (*share_weak_hook)(Object *target, Tracer *tracer);

#ifdef CHECK_SHARING
uint64_t objects_shared;
#define COUNT_SHARED() ((void)fetch_add_relaxed(&objects_shared, 1))
#else
#define COUNT_SHARED() ((void)0)
#endif

enum { WALK_FIRST = 48 };
typedef struct Walk {
    Tracer tracer; /* must be first: visit gets it */
    Object **pending;
    size_t count, capacity;
    Object *first[WALK_FIRST]; /* `pending` as long as they are enough */
} Walk;

#ifdef CHECK_SHARING
typedef struct Search {
    uint32_t id;
    bool found;
} Search;

static void match_id(Thread *thread, void *context)
{
    Search *search = context;
    search->found |= thread->gc.id == search->id;
}

/* What ended threads have left behind is shared by whoever comes upon it; and, while the world is
 * stopped, what nobody changes that belongs to others (vm/frame_snapshot.c). */
static void check_owner_or_orphan(Object *target)
{
    Search search = {.id = target->owner};
    if (!gc_self ||
        gc_world_is_stopped()) /* !gc_self: it comes in while the only other one is native */
        return;
    if (search.id != gc_self->id)
        thread_each(match_id, &search);
    if (search.found)
        check_owner(target);
}
#endif

static NOINLINE void walk_grow(Walk *walk)
{
    bool first = walk->pending == walk->first;
    walk->capacity *= 4;
    walk->pending = realloc(first ? NULL : walk->pending, walk->capacity * sizeof(Object *));
    if (!walk->pending) /* half a graph marked would break the invariant */
        fatal("out of memory while sharing objects between threads");
    if (first)
        memcpy(walk->pending, walk->first, sizeof walk->first);
}

static void walk_visit(Tracer *tracer, Object *target)
{
    Walk *walk = (Walk *)tracer;
    if (load_relaxed(&target->flags) & FLAG_SHARED)
        return;
#ifdef CHECK_SHARING
    check_owner_or_orphan(target);
#endif
    fetch_or_relaxed(&target->flags, FLAG_SHARED);
    COUNT_SHARED();
    if (walk->count == walk->capacity)
        walk_grow(walk);
    walk->pending[walk->count++] = target;
}

static void walk_finish(Walk *walk)
{
    while (walk->count) {
        Object *object = walk->pending[--walk->count];
        gc_trace_object(object, &walk->tracer);
        if (load_relaxed(&object->flags) & FLAG_WEAKREFS)
            share_weak_hook(object, &walk->tracer);
    }
    if (walk->pending != walk->first)
        free(walk->pending);
}

static void walk_begin(Walk *walk)
{
    walk->tracer = (Tracer){.visit = walk_visit, .weak = true};
    walk->pending = walk->first;
    walk->count = 0;
    walk->capacity = WALK_FIRST;
}

void share_value(Value value)
{
    if (!is_object(value) || is_shared(value))
        return;
    Walk walk;
    walk_begin(&walk);
    walk_visit(&walk.tracer, value);
    walk_finish(&walk);
}

void share_process(void)
{
    if (load_relaxed(&multithreaded))
        return;
    store_relaxed(&locks_needed, true);
    gc_share_hook = share_value;
    gc_set_multithreaded();
    store_release(&multithreaded, true);
    Walk walk;
    walk_begin(&walk);
    gc_trace_roots(&walk.tracer);
    walk_finish(&walk);
    store_release(&complete, true);
}

bool share_is_complete(void)
{
    return load_acquire(&complete);
}

void root_store(Value *slot, Value value)
{
    if (load_relaxed(&multithreaded))
        share_value(value);
    store_release(slot, value);
}

#ifdef CHECK_SHARING
uint64_t locks_taken;

void check_owner(const void *object)
{
    const Object *o = object;
    uint8_t flags = load_relaxed(&o->flags);
    if (flags & (FLAG_SHARED | FLAG_STATIC) || !gc_self || o->owner == gc_self->id)
        return;
    fatal("thread %u touches a local object of thread %u: %s at %p", gc_self->id, o->owner,
          shape_of(o)->type ? shape_of(o)->type->name : "(no type)", (const void *)o);
}
#endif

void object_lock_slow(Object *object)
{
    lock_acquire_slow(&object->lock);
}

void object_unlock_slow(Object *object)
{
    lock_release_slow(&object->lock);
}

LockScope2 lock_scope2_enter(void *a, void *b)
{
    LockScope2 scope = {.open = true};
    Object *low = a < b ? a : b, *high = a < b ? b : a;
    if (object_lock(low))
        scope.first = low;
    if (high != low && object_lock(high))
        scope.second = high;
    return scope;
}

void lock_scope2_leave(LockScope2 *scope)
{
    if (scope->second)
        object_unlock(scope->second);
    if (scope->first)
        object_unlock(scope->first);
}
