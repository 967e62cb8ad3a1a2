#include "core/finaliser.h"

#include "base/lock.h"
#include "base/vec.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"

typedef struct Due {
    Object *object; /* a root, through trace_queue; 0: was taken */
    uint32_t owner; /* id of the thread to run it; 0: any */
    void (*run)(Value object);
} Due;

static Mutex queue_lock; /* raw: no safepoint is reached while it is held */
static VEC(Due) queue;   /* guarded by queue_lock, or the world is stopped */
static size_t taken;     /* so many at its front were taken; guarded as queue */

static void trace_queue(Tracer *tracer)
{
    VEC_EACH (Due, due, &queue)
        gc_visit(tracer, (Value)due->object);
}

typedef struct Search {
    uint32_t id;
    Thread *found;
} Search;

static void match_id(Thread *thread, void *context)
{
    Search *search = context;
    if (thread->gc.id == search->id)
        search->found = thread;
}

static Thread *thread_by_id(uint32_t id)
{
    Search search = {.id = id};
    if (id)
        thread_each(match_id, &search);
    return lock_others_ended() && search.found != thread_self() ? 0 : search.found;
}

/* A system call may take for ever, and perhaps waits for what the finaliser does. */
static bool is_in_system_call(const Thread *thread)
{
    return load_acquire(&thread->gc.state) == GC_NATIVE && !parker_sleeps(thread->parker);
}

void finaliser_queue(Object *object, uint32_t owner, void (*run)(Value object))
{
    Thread *thread = is_shared(object) ? 0 : thread_by_id(owner);
    if (thread && thread != thread_self() && is_in_system_call(thread)) {
        share_value((Value)object);
        thread = 0;
    }
    Due due = {object, thread ? owner : 0, run};
    if (!vec_push(&queue, due))
        fatal("no memory for the queue of finalisers");
    thread_request(thread ? thread : thread_self(), POLL_FINALISERS);
    if (thread && thread != thread_self())
        parker_interrupt(thread->parker); /* it may wait for what the finaliser does */
}

/* Takes the oldest entry that `thread` may run: at the end of the program, any. */
static bool take(Thread *thread, Due *out)
{
    bool found = false;
    mutex_lock_raw(&queue_lock);
    for (size_t i = taken; i < queue.count && !found; i++) {
        Due *due = &queue.items[i];
        bool foreign = due->owner && due->owner != thread->gc.id;
        if (!due->object || (foreign && !lock_others_ended()))
            continue;
        *out = *due;
        if (foreign)
            out->owner = 0;
        due->object = 0;
        found = true;
    }
    while (taken < queue.count && !queue.items[taken].object)
        taken++;
    if (taken == queue.count) {
        vec_clear(&queue);
        taken = 0;
    }
    mutex_unlock(&queue_lock);
    return found;
}

/* Runs all that `thread` may run; false if there was nothing. */
static bool run_due(Thread *thread)
{
    Due due;
    bool any = false;
    if (thread->running_finalisers) /* a finaliser reached a safepoint: the outer loop goes on */
        return false;
    thread->running_finalisers = true;
    Value pending = error_take();
    while (take(thread, &due)) {
        any = true;
        if (!due.owner && load_relaxed(&multithreaded))
            share_value(due.object);
        due.run(due.object);
        if (error_pending())
            error_write_unraisable(0, due.object);
    }
    thread->running_finalisers = false;
    error_restore(pending);
    return any;
}

void finalisers_hand_over(Thread *thread)
{
    bool any = load_relaxed(&thread->gc.poll) & POLL_FINALISERS;
    mutex_lock_raw(&queue_lock);
    for (size_t i = taken; i < queue.count; i++)
        if (queue.items[i].object && queue.items[i].owner == thread->gc.id) {
            queue.items[i].owner = 0;
            any = true;
        }
    mutex_unlock(&queue_lock);
    if (any) {
        thread_request_main(POLL_FINALISERS);
        parker_interrupt(main_thread_now()->parker);
    }
}

static bool serve(Thread *thread)
{
    run_due(thread);
    return true;
}

bool finalisers_run(void)
{
    return run_due(thread_self());
}

/* ---- __del__ */

void (*finaliser_ended)(Value object);

static void run_del(Value object)
{
    Type *type = type_of(object);
    if (type->del && !type->del(object))
        error_write_unraisable(0, type_lookup(type, names.__del__));
    if (finaliser_ended)
        finaliser_ended(object);
}

/* The type that declares the `del` that instances of `type` have. */
static const Type *del_owner(const Type *type)
{
    for (const Type *base; (base = type_base(type)) != 0 && base->del == type->del;)
        type = base;
    return type;
}

static bool wants_finaliser(Object *object)
{
    Type *type = type_of(object);
    if (!(type_flags(type) & TYPE_HAS_DEL) || load_relaxed(&object->flags) & FLAG_FINALIZED)
        return false;
    const Type *owner = del_owner(type);
    return !owner->del_due || owner->del_due(object);
}

static bool settled(Object *object)
{
    const Type *type = type_of(object);
    if (type->release || !(type_flags(type) & TYPE_HAS_DEL))
        return false;
    const Type *owner = del_owner(type);
    return owner->del_settled && owner->del_settled(object);
}

static bool closes(Object *object)
{
    return del_owner(type_of(object))->del_closes;
}

static void run_later(Object *object, uint32_t owner)
{
    /* It may be registered twice: its class had none in between. */
    if (fetch_or_relaxed(&object->flags, FLAG_FINALIZED) & FLAG_FINALIZED)
        return;
    finaliser_queue(object, owner, run_del);
}

static void release(Object *object)
{
    Type *type = type_of(object);
    if (type->release)
        type->release(object);
}

void finaliser_start(void)
{
    gc_hooks.run_later = run_later;
    gc_hooks.wants_finaliser = wants_finaliser;
    gc_hooks.settled = settled;
    gc_hooks.closes = closes;
    gc_hooks.release = release;
    gc_add_thread_tracer(trace_queue);
    thread_set_poll_hook(POLL_FINALISERS, serve);
}
