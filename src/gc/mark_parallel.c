/* Parallel marking: helper threads, started by the first marking that takes a while, sleep
 * between collections. Each marker works on a stack of its own; full chunks, and halves when
 * somebody waits, go through one shared list. Marking is over when all markers wait for it at once.
 *
 * Helpers are no threads of the world: they touch the heap only while it is stopped. */
#include "gc/mark_parallel.h"

#include <pthread.h>
#include <signal.h>
#include "base/os_mem.h"
#include "gc/world.h"

#define HELPER_MAX 3

static struct {
    Mutex lock;
    Condition work;     /* there are chunks, or marking begins, or is over */
    Condition finished; /* the last helper has left the marking */
    MarkChunk *shared;  /* guarded by lock */
    unsigned helpers;   /* guarded by lock; changed with the world stopped */
    unsigned joined;    /* markers that take part now; guarded by lock */
    unsigned waiting;   /* atomic: of these, markers without work; changed under lock */
    uint64_t round;     /* counts markings; guarded by lock */
    bool over;          /* guarded by lock */
    bool unavailable;   /* threads cannot be had; guarded by lock */
} pool;

void mark_share_chunk(MarkChunk *chunk)
{
    mutex_lock_always(&pool.lock);
    chunk->next = pool.shared;
    pool.shared = chunk;
    mutex_unlock_always(&pool.lock);
    if (mark_work_wanted())
        condition_wake_one(&pool.work);
}

bool mark_work_wanted(void)
{
    return load_relaxed(&pool.waiting) > 0;
}

MarkChunk *mark_await_chunk(void)
{
    mutex_lock_always(&pool.lock);
    store_relaxed(&pool.waiting, pool.waiting + 1);
    while (!pool.shared && !pool.over) {
        if (pool.waiting == pool.joined) {
            pool.over = true;
            condition_wake_all(&pool.work);
        } else
            condition_wait(&pool.work, &pool.lock, -1);
    }
    MarkChunk *chunk = pool.shared;
    if (chunk) {
        pool.shared = chunk->next;
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

static void *helper_main(void *argument UNUSED)
{
    uint64_t seen = 0;
    mutex_lock_always(&pool.lock);
    for (;;) {
        while (pool.round == seen || pool.over)
            condition_wait(&pool.work, &pool.lock, -1);
        seen = pool.round;
        pool.joined++;
        mutex_unlock_always(&pool.lock);
        take_part();
        mutex_lock_always(&pool.lock);
    }
    return NULL;
}

/* Helpers take no signals: those are for the threads that run Python. */
static void start_helpers(void)
{
    unsigned cores = os_processor_count();
    unsigned wanted = cores - 1 < HELPER_MAX ? cores - 1 : HELPER_MAX;
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

bool mark_parallel_drain(Marker *marker)
{
    if (!pool.helpers && !pool.unavailable)
        start_helpers();
    if (!pool.helpers)
        return false;
    Marker mine;
    if (!marker_start(&mine, true))
        return false;
    mutex_lock_always(&pool.lock);
    pool.over = false;
    pool.round++;
    pool.joined = 1;
    store_relaxed(&pool.waiting, 0u);
    while (marker->full) {
        MarkChunk *chunk = marker->full;
        marker->full = chunk->next;
        chunk->next = pool.shared;
        pool.shared = chunk;
    }
    mutex_unlock_always(&pool.lock);
    MarkChunk *top = mine.top;
    mine.top = marker->top;
    marker->top = top;
    condition_wake_all(&pool.work);
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
        pool.helpers = 0;
        pool.lock = (Mutex){0};
        /* ThreadSanitizer ends a child of several threads that starts one. */
        pool.unavailable = THREAD_SANITIZER;
    } else
        mutex_unlock_always(&pool.lock);
}
