/* Parallel marking. Threads that were stopped for the collection have a core each: they stay
 * awake for a moment and mark as soon as there is enough to do. For markings that find none
 * of them there are helper threads, started by the first one that takes a while; they sleep between
 * collections, and are no threads of the world: they touch the heap only while it is stopped.
 *
 * Each marker works on a stack of its own; full chunks, and halves when somebody waits, go
 * through one shared list. Marking is over when all markers wait for it at once. */
#include "gc/mark_parallel.h"

#include <pthread.h>
#include <signal.h>
#include "base/clock.h"
#include "base/os_mem.h"
#include "gc/world.h"

#define HELPER_MAX 3
/* Waking a sleeping thread takes some 50 us; a marking or a stop is often over by then. */
#define STOPPED_SPIN_NS INT64_C(200000)
#define WORK_SPIN_NS    INT64_C(20000)

static struct {
    Mutex lock;
    Condition begin;    /* a marking begins */
    Condition work;     /* there are chunks, or marking is over */
    Condition finished; /* the last helper has left the marking */
    MarkChunk *shared;  /* atomic; changed under lock */
    unsigned helpers;   /* guarded by lock; changed with the world stopped */
    unsigned joined;    /* markers that take part now; guarded by lock */
    unsigned waiting;   /* atomic: of these, markers without work; changed under lock */
    unsigned ready;     /* atomic: stopped threads that are awake */
    uint64_t round;     /* counts markings; guarded by lock */
    bool open;          /* atomic: a marking goes on; changed under lock */
    bool unavailable;   /* threads cannot be had; guarded by lock */
} pool;

/* How many markers are of use besides the one that collects. */
static unsigned helpers_wanted(void)
{
    static unsigned wanted; /* atomic: 1 + the number, once known */
    unsigned known = load_relaxed(&wanted);
    if (!known) {
        unsigned others = os_processor_count() - 1;
        known = 1 + (others < HELPER_MAX ? others : HELPER_MAX);
        store_relaxed(&wanted, known);
    }
    return known - 1;
}

void mark_share_chunk(MarkChunk *chunk)
{
    mutex_lock_always(&pool.lock);
    chunk->next = pool.shared;
    store_relaxed(&pool.shared, chunk);
    mutex_unlock_always(&pool.lock);
    if (mark_work_wanted())
        condition_wake_one(&pool.work);
}

bool mark_work_wanted(void)
{
    return load_relaxed(&pool.waiting) > 0;
}

static bool chunk_or_end(void)
{
    return load_relaxed(&pool.shared) || !load_relaxed(&pool.open);
}

/* Waits for a chunk or the end, awake at first. Holds the lock. */
static void await_work(void)
{
    mutex_unlock_always(&pool.lock);
    int64_t limit = monotonic_ns() + WORK_SPIN_NS;
    while (!chunk_or_end() && monotonic_ns() < limit)
        cpu_relax();
    mutex_lock_always(&pool.lock);
    if (!chunk_or_end() && pool.waiting != pool.joined) /* one may have left meanwhile */
        condition_wait(&pool.work, &pool.lock, -1);
}

MarkChunk *mark_await_chunk(void)
{
    mutex_lock_always(&pool.lock);
    store_relaxed(&pool.waiting, pool.waiting + 1);
    while (!chunk_or_end()) {
        if (pool.waiting == pool.joined) {
            store_relaxed(&pool.open, false);
            condition_wake_all(&pool.work);
        } else
            await_work();
    }
    MarkChunk *chunk = pool.shared;
    if (chunk) {
        store_relaxed(&pool.shared, chunk->next);
        store_relaxed(&pool.waiting, pool.waiting - 1);
    }
    mutex_unlock_always(&pool.lock);
    return chunk;
}

static void take_part(void)
{
    Marker marker;
    bool started = marker_start(&marker, true);
    if (started)
        marker_drain_parallel(&marker);
    mutex_lock_always(&pool.lock);
    bool last = --pool.joined == 0;
    mutex_unlock_always(&pool.lock);
    if (last)
        condition_wake_all(&pool.finished);
    if (started)
        marker_end(&marker);
    else
        condition_wake_all(&pool.work); /* those who wait may be all that take part now */
}

/* Takes part in the marking that goes on, if it isn't the one that was `seen`. */
static bool join_marking(uint64_t *seen)
{
    mutex_lock_always(&pool.lock);
    bool joins = pool.open && pool.round != *seen;
    if (joins) {
        *seen = pool.round;
        pool.joined++;
    }
    mutex_unlock_always(&pool.lock);
    if (joins)
        take_part();
    return joins;
}

static void help_while_stopped(const uint32_t *starts, uint32_t before)
{
    uint64_t seen = 0;
    int64_t limit = monotonic_ns() + STOPPED_SPIN_NS;
    while (load_acquire(starts) == before && monotonic_ns() < limit) {
        if (load_relaxed(&pool.open) && join_marking(&seen))
            limit = monotonic_ns() + STOPPED_SPIN_NS;
        cpu_relax();
    }
}

void mark_help_while_stopped(const uint32_t *starts, uint32_t before)
{
    if (fetch_add_relaxed(&pool.ready, 1u) < helpers_wanted())
        help_while_stopped(starts, before);
    fetch_sub_acq_rel(&pool.ready, 1u);
}

bool mark_help_ready(void)
{
    return load_relaxed(&pool.ready) > 0;
}

static void *helper_main(void *argument UNUSED)
{
    uint64_t seen = 0;
    pthread_setname_np(pthread_self(), "weft-marker");
    for (;;) {
        mutex_lock_always(&pool.lock);
        while (pool.round == seen || !pool.open)
            condition_wait(&pool.begin, &pool.lock, -1);
        mutex_unlock_always(&pool.lock);
        join_marking(&seen);
    }
    return NULL;
}

/* Helpers take no signals: those are for the threads that run Python. */
static void start_helpers(void)
{
    unsigned wanted = helpers_wanted();
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    while (pool.helpers < wanted) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, helper_main, NULL) != 0)
            break;
        pthread_detach(thread);
        pool.helpers++;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pool.unavailable = pool.helpers == 0;
}

/* Begins a marking with the marker's chunks; its top goes to `mine`. */
static void open_marking(Marker *marker, Marker *mine)
{
    mutex_lock_always(&pool.lock);
    pool.round++;
    pool.joined = 1;
    store_relaxed(&pool.waiting, 0u);
    while (marker->full) {
        MarkChunk *chunk = marker->full;
        marker->full = chunk->next;
        chunk->next = pool.shared;
        store_relaxed(&pool.shared, chunk);
    }
    store_relaxed(&pool.open, true);
    mutex_unlock_always(&pool.lock);
    MarkChunk *top = mine->top;
    mine->top = marker->top;
    marker->top = top;
}

bool mark_parallel_drain(Marker *marker)
{
    bool ready = mark_help_ready();
    if (!ready && !pool.helpers && !pool.unavailable)
        start_helpers();
    if (!ready && !pool.helpers)
        return false;
    Marker mine;
    if (!marker_start(&mine, true))
        return false;
    open_marking(marker, &mine);
    if (load_relaxed(&pool.ready) < helpers_wanted())
        condition_wake_all(&pool.begin);
    marker_drain_parallel(&mine);
    mutex_lock_always(&pool.lock);
    pool.joined--;
    while (pool.joined > 0)
        condition_wait(&pool.finished, &pool.lock, -1);
    mutex_unlock_always(&pool.lock);
    marker_end(&mine);
    return true;
}

void mark_parallel_before_fork(void)
{
    mutex_lock_always(&pool.lock);
}

void mark_parallel_after_fork(bool child)
{
    if (child) {
        pool.helpers = pool.ready = 0;
        pool.lock = (Mutex){0};
        /* ThreadSanitizer ends a child of several threads that starts one. */
        pool.unavailable = THREAD_SANITIZER;
    } else
        mutex_unlock_always(&pool.lock);
}
