/* Stop-the-world.
 *
 * A thread is RUNNING (it may touch the heap), NATIVE (in a blocking call) or STOPPED (waits at a
 * safepoint). The stopper sets GC_POLL_STOP in each thread's poll word, then waits until none
 * is RUNNING. A thread that leaves RUNNING looks at its poll word afterwards; one that enters
 * RUNNING does so too, and goes back if it is set. Both sides store first and load then,
 * sequentially consistent, so that one of them sees the other (Dekker): no thread runs in a stopped
 * world, and no stopper sleeps for ever.
 *
 *            poll set                    world started
 *   RUNNING ----------> STOPPED ---------------------> RUNNING
 *      |  ^                ^
 *      v  | poll not set   | poll set
 *     NATIVE --------------+
 *
 * WAITING and BUSY are kinds of NATIVE that others may have to tell from it (heap.h).
 *
 * One thread at a time is the stopper; others that want to be wait as stopped threads do.
 * The list of threads changes under list_lock, and not while there is a stopper (a thread may
 * leave while the stopper still waits for it: it is RUNNING until it is off the list).
 */
#include "gc/roots.h"
#include "gc/world.h"

#include <limits.h>
#include "base/cache_lines.h"
#include "base/clock.h"
#include "base/futex.h"
#include "base/lock.h"
#include "base/parking_lot.h"
#include "gc/alloc.h"
#include "gc/barrier.h"
#include "gc/finalise.h"
#include "gc/gil.h"
#include "gc/mark_parallel.h"
#include "gc/pace.h"

#define PROGRESS_SPIN_NS INT64_C(20000)

_Thread_local GcThread *gc_self __attribute__((tls_model("initial-exec")));

static struct {
    Mutex list_lock;
    GcThread *threads; /* guarded by list_lock */
    GcThread *stopper; /* atomic: changed under list_lock */
    unsigned depth;    /* nested stops of the stopper; its own */
    uint32_t last_id;  /* guarded by list_lock */
    uint32_t progress; /* atomic, futex: counts threads that left RUNNING for the stopper */
    uint32_t starts;   /* atomic, futex: counts world starts */
    uint32_t sleepers; /* atomic: threads that wait for a start, or are about to */
    uint64_t stop_ns;  /* stopper only */
} world;

/* ---- Waiting ------------------------------------------------------------------------- */

static void tell_stopper(void)
{
    fetch_add_acq_rel(&world.progress, 1u);
    futex_wake(&world.progress, INT_MAX);
}

/* The thread is not RUNNING now. */
static void leave_running(GcThread *self, GcThreadState state)
{
    store_seq_cst(&self->state, (uint32_t)state);
    if (load_seq_cst(&self->poll) & GC_POLL_STOP)
        tell_stopper();
}

/* Sleeps until the world has started since `before`. Who counts as a sleeper only after the count
 * was looked at sees that it has. */
static void sleep_until_start(uint32_t before)
{
    __atomic_fetch_add(&world.sleepers, 1u, __ATOMIC_SEQ_CST);
    futex_wait(&world.starts, before, -1);
    fetch_sub_acq_rel(&world.sleepers, 1u);
}

static void wake_sleepers(void)
{
    __atomic_fetch_add(&world.starts, 1u, __ATOMIC_SEQ_CST);
    if (load_seq_cst(&world.sleepers))
        futex_wake(&world.starts, INT_MAX);
}

/* Waits, STOPPED, until the world has started since `before`. */
static void await_start(uint32_t before)
{
    mark_help_while_stopped(&world.starts, before);
    sleep_until_start(before);
}

/* Behind the last call of a function that has saved the registers: its frame, where it has pushed
 * some of its caller's, is to be there until then. */
#define KEEP_FRAME() __asm__ volatile("" : : : "memory")

/* Becomes RUNNING, as soon as there is no stopper. */
static void enter_running(GcThread *self)
{
    for (;;) {
        uint32_t starts = load_acquire(&world.starts);
        store_seq_cst(&self->state, (uint32_t)GC_RUNNING);
        if (likely(!(load_seq_cst(&self->poll) & GC_POLL_STOP))) {
            self->visited = false; /* not before: the collector may still be at it */
            return;
        }
        leave_running(self, GC_STOPPED);
        await_start(starts);
    }
}

static void enter_blocked(GcThread *self, GcThreadState state)
{
    ASSERT(load_relaxed(&self->state) == GC_RUNNING);
    leave_running(self, state);
    if (unlikely(load_relaxed(&gil_enabled)))
        gil_release();
}

void gc_enter_native_saved(GcThread *self)
{
    enter_blocked(self, GC_NATIVE);
}

bool gc_may_be_busy(GcThread *self)
{
    return self && load_relaxed(&self->state) == GC_RUNNING &&
           load_relaxed(&world.stopper) != self && !load_relaxed(&gil_enabled);
}

void gc_let_stop(GcThread *self)
{
    if (!(load_relaxed(&self->poll) & GC_POLL_STOP) || !gc_may_be_busy(self))
        return;
    gc_save_registers(self);
    leave_running(self, GC_STOPPED);
    enter_running(self);
    KEEP_FRAME();
}

void gc_enter_busy_saved(GcThread *self)
{
    leave_running(self, GC_BUSY);
}

void gc_leave_native(GcThread *self)
{
    uint32_t state UNUSED = load_relaxed(&self->state);
    ASSERT(state == GC_NATIVE || state == GC_WAITING || state == GC_BUSY);
    if (unlikely(load_relaxed(&gil_enabled)))
        gil_acquire(self);
    enter_running(self);
}

void gc_switch_thread(GcThread *self)
{
    if (!load_relaxed(&gil_enabled) || gc_world_is_stopped())
        return;
    gc_save_registers(self);
    leave_running(self, GC_NATIVE);
    gil_switch(self);
    enter_running(self);
    KEEP_FRAME();
}

void gc_poll_slow(GcThread *self)
{
    if (load_relaxed(&self->poll) & GC_POLL_STOP) {
        gc_save_registers(self);
        leave_running(self, GC_STOPPED);
        enter_running(self);
    }
    if (load_relaxed(&self->poll) & GC_POLL_COLLECT) {
        fetch_and_relaxed(&self->poll, ~(uint32_t)GC_POLL_COLLECT);
        if (pace_due(self->allocator))
            pace_collect();
    }
}

static bool lock_wait_begins(void)
{
    GcThread *self = gc_self;
    if (!self || load_relaxed(&self->state) != GC_RUNNING || load_relaxed(&world.stopper) == self)
        return false;
    gc_save_registers(self);
    enter_blocked(self, GC_WAITING);
    return true;
}

static void lock_wait_ends(bool native UNUSED)
{
    gc_leave_native(gc_self);
}

void world_start(void)
{
    lock_hooks = (LockHooks){lock_wait_begins, lock_wait_ends};
}

/* ---- Stopping ------------------------------------------------------------------------ */

/* Asks all others to stop; false if there is another stopper. */
static bool become_stopper(GcThread *self)
{
    mutex_lock_raw(&world.list_lock);
    bool mine = !world.stopper;
    if (mine) {
        store_release(&world.stopper, self);
        for (GcThread *t = world.threads; t; t = t->next)
            if (t != self)
                __atomic_fetch_or(&t->poll, (uint32_t)GC_POLL_STOP, __ATOMIC_SEQ_CST);
    }
    mutex_unlock(&world.list_lock);
    return mine;
}

static bool all_stopped(GcThread *self)
{
    bool stopped = true;
    mutex_lock_raw(&world.list_lock);
    for (GcThread *t = world.threads; t && stopped; t = t->next)
        stopped = t == self || load_seq_cst(&t->state) != GC_RUNNING;
    mutex_unlock(&world.list_lock);
    return stopped;
}

/* Waits until a thread has left RUNNING since `before`: most do within microseconds. */
static void await_progress(uint32_t before)
{
    int64_t limit = monotonic_ns() + PROGRESS_SPIN_NS;
    while (monotonic_ns() < limit) {
        if (load_acquire(&world.progress) != before)
            return;
        cpu_relax();
    }
    futex_wait(&world.progress, before, -1);
}

void gc_stop_world_saved(GcThread *self)
{
    ASSERT(self && load_relaxed(&self->state) == GC_RUNNING);
    if (load_relaxed(&world.stopper) == self) {
        world.depth++;
        return;
    }
    int64_t start = monotonic_ns();
    for (;;) {
        uint32_t starts = load_acquire(&world.starts);
        if (become_stopper(self))
            break;
        /* Also if the other has not asked this thread yet: it will find it stopped. */
        store_seq_cst(&self->state, (uint32_t)GC_STOPPED);
        tell_stopper();
        await_start(starts);
        enter_running(self);
    }
    for (;;) {
        uint32_t progress = load_acquire(&world.progress);
        if (all_stopped(self))
            break;
        await_progress(progress);
    }
    cache_lines_pause(true);
    world.depth = 1;
    world.stop_ns = (uint64_t)(monotonic_ns() - start);
}

void gc_start_world(void)
{
    ASSERT(world.stopper == gc_self && world.depth > 0);
    if (--world.depth > 0)
        return;
    cache_lines_pause(false);
    mutex_lock_raw(&world.list_lock);
    for (GcThread *t = world.threads; t; t = t->next)
        __atomic_fetch_and(&t->poll, ~(uint32_t)GC_POLL_STOP, __ATOMIC_SEQ_CST);
    store_release(&world.stopper, (GcThread *)NULL);
    mutex_unlock(&world.list_lock);
    wake_sleepers();
}

bool gc_while_native(GcThread *only, void (*act)(void))
{
    mutex_lock_always(&world.list_lock);
    bool alone = !world.stopper && world.threads == only && !only->next;
    if (alone)
        __atomic_fetch_or(&only->poll, (uint32_t)GC_POLL_STOP, __ATOMIC_SEQ_CST);
    mutex_unlock_always(&world.list_lock);
    if (!alone)
        return false;
    uint32_t state = load_seq_cst(&only->state);
    /* The only thread waits for a Mutex of mutex_lock_blocking at most: in no change of an object.
     */
    bool native = state == GC_NATIVE || state == GC_WAITING;
    if (native)
        act();
    mutex_lock_always(&world.list_lock);
    if (!world.stopper || world.stopper == only) /* else it is a stopper's bit now */
        __atomic_fetch_and(&only->poll, ~(uint32_t)GC_POLL_STOP, __ATOMIC_SEQ_CST);
    mutex_unlock_always(&world.list_lock);
    wake_sleepers();
    return native;
}

void gc_end_others(void)
{
    ASSERT(world.stopper == gc_self);
    world.depth++;
    gil_end_others();
    lock_end_others();
}

GcThread *world_threads(void)
{
    return world.threads;
}

bool gc_world_is_stopped(void)
{
    GcThread *stopper = load_relaxed(&world.stopper);
    return stopper && stopper == gc_self;
}

uint64_t world_stop_ns(void)
{
    return world.stop_ns;
}

/* ---- Threads come and go -------------------------------------------------------------- */

static void join_list(GcThread *thread)
{
    for (;;) {
        uint32_t starts = load_acquire(&world.starts);
        mutex_lock_raw(&world.list_lock);
        if (!world.stopper)
            break;
        mutex_unlock(&world.list_lock);
        sleep_until_start(starts);
    }
    thread->id = ++world.last_id;
    thread->next = world.threads;
    thread->state = GC_RUNNING;
    thread->visited = false;
    world.threads = thread;
    mutex_unlock(&world.list_lock);
}

bool gc_attach(GcThread *thread, void *stack_base)
{
    CHECK(!gc_self);
    thread->allocator = allocator_new();
    if (!thread->allocator)
        return false;
    thread->stack_base = stack_base;
    if (load_relaxed(&gil_enabled))
        gil_acquire(thread);
    join_list(thread);
    gc_self = thread;
    return true;
}

void gc_detach(GcThread *thread)
{
    CHECK(gc_self == thread);
    gc_poll_slow(thread);
    /* RUNNING, so no collection can begin meanwhile. */
    barrier_hand_over(thread->allocator);
    finalise_hand_over(thread->allocator);
    allocator_retire(thread->allocator, true);
    stats_hand_over(thread->allocator);
    mutex_lock_raw(&world.list_lock);
    GcThread **link = &world.threads;
    while (*link != thread)
        link = &(*link)->next;
    *link = thread->next;
    store_seq_cst(&thread->state, (uint32_t)GC_STOPPED);
    bool awaited = world.stopper != NULL;
    mutex_unlock(&world.list_lock);
    allocator_free(thread->allocator);
    thread->allocator = NULL;
    gc_self = NULL;
    if (awaited)
        tell_stopper();
    if (load_relaxed(&gil_enabled))
        gil_release();
}

/* ---- Fork ---------------------------------------------------------------------------- */

/* With the world stopped, nobody is inside of the heap, and none of its locks is held but the
 * list's, which a thread that wants to attach takes; so this one takes it. */
void gc_before_fork(void)
{
    gc_stop_world();
    mutex_lock_raw(&world.list_lock);
    mark_parallel_before_fork();
}

void gc_after_fork_parent(void)
{
    mark_parallel_after_fork(false);
    mutex_unlock(&world.list_lock);
    gc_start_world();
}

/* A thread of the parent may have held the lock of an object; it does not exist here. */
static void unlock_object(Object *object, void *context UNUSED)
{
    store_relaxed(&object->lock, (uint8_t)0);
}

void gc_after_fork_child(GcThread *self)
{
    parking_lot_after_fork();
    world.sleepers = 0;
    mark_parallel_after_fork(true);
    world.list_lock = heap.lock = (Mutex){0};
    gil_after_fork_child(self);
    for (GcThread *t = world.threads; t; t = t->next) {
        if (t == self)
            continue;
        roots_keep_for(t);
        barrier_hand_over(t->allocator);
        finalise_hand_over(t->allocator);
        allocator_retire(t->allocator, true);
        stats_hand_over(t->allocator);
        allocator_free(t->allocator);
        t->allocator = NULL;
    }
    world.threads = self;
    self->next = NULL;
    gc_each_object(unlock_object, NULL);
    gc_start_world();
}
