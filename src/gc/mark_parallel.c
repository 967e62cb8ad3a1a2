/* Parallel marking. Threads that were stopped for the collection have a core each: they stay
 * awake for a moment and mark as soon as there is enough to do. For markings that find none
 * of them there are helper threads, started by the first one that takes a while; they sleep between
 * collections, and are no threads of the world: they touch the heap only while it is stopped.
 *
 * Each marker works on a stack of its own; full chunks, and halves when somebody waits, go
 * through one shared list. Marking is over when all markers wait for it at once.
 *
 * Mark bits of many objects share a cache line, and setting one atomically while others do costs
 * more than all else about an object. So the blocks are dealt out into shards, each of which has at
 * most one owner: only that one reads and sets their marks. What another marker finds there it
 * sends to the owner, many objects at once. A marker that waits owns nothing: who has something for
 * a shard without an owner becomes that. */
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
/* Who has traced less than this since it waited has cost more than it was of use: then there is
 * not enough to do at once, as in a few long lists, and it waits for a full chunk. */
#define WORTH_SHARING 500u

static struct {
    Mutex lock;
    Condition begin;                  /* a marking begins */
    Condition work;                   /* there are chunks, or marking is over */
    Condition finished;               /* the last helper has left the marking */
    unsigned helpers;                 /* guarded by lock; changed with the world stopped */
    unsigned joined;                  /* markers that take part now; guarded by lock */
    unsigned waiting;                 /* of these, markers without work; guarded by lock */
    unsigned unowned;                 /* atomic: bit n: nobody owns shard n; changed under lock */
    MarkChunk *received[MARK_SHARDS]; /* what was sent to each; guarded by lock */
    unsigned ready;                   /* atomic: stopped threads that are awake */
    uint64_t round;                   /* counts markings; guarded by lock */
    bool open;                        /* atomic: a marking goes on; changed under lock */
    bool unavailable;                 /* threads cannot be had; guarded by lock */
} pool;

MarkSignals mark_signals;

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

/* ---- Shards ------------------------------------------------------------------------------ */

/* So many shards for each marker. */
static unsigned fair_share(void)
{
    return pool.joined < MARK_SHARDS ? MARK_SHARDS / pool.joined : 1;
}

/* The lowest `count` bits of those in `shards`. */
static unsigned some_of(unsigned shards, unsigned count)
{
    unsigned rest = shards;
    while (rest && count-- > 0)
        rest &= rest - 1;
    return shards & ~rest;
}

static void own_locked(Marker *marker, unsigned shards)
{
    marker->owned |= shards;
    store_relaxed(&pool.unowned, pool.unowned & ~shards);
}

static void disown_locked(Marker *marker, unsigned shards)
{
    marker->owned &= ~shards;
    store_relaxed(&pool.unowned, pool.unowned | shards);
}

bool mark_send(Marker *marker, unsigned shard, MarkChunk *chunk)
{
    unsigned bit = 1u << shard;
    mutex_lock_always(&pool.lock);
    if (pool.unowned & bit)
        own_locked(marker, bit);
    bool sent = !(marker->owned & bit);
    if (sent) {
        chunk->next = pool.received[shard];
        pool.received[shard] = chunk;
        store_relaxed(&mark_signals.received, mark_signals.received | bit);
    }
    mutex_unlock_always(&pool.lock);
    return sent;
}

MarkChunk *mark_received_chunks(Marker *marker)
{
    if (!mark_has_received(marker))
        return NULL;
    MarkChunk *all = NULL;
    mutex_lock_always(&pool.lock);
    for (unsigned shard = 0; shard < MARK_SHARDS; shard++) {
        if (!(marker->owned >> shard & 1))
            continue;
        while (pool.received[shard]) {
            MarkChunk *chunk = pool.received[shard];
            pool.received[shard] = chunk->next;
            chunk->next = all;
            all = chunk;
        }
    }
    store_relaxed(&mark_signals.received, mark_signals.received & ~marker->owned);
    mutex_unlock_always(&pool.lock);
    return all;
}

/* ---- Work -------------------------------------------------------------------------------- */

void mark_share_chunk(MarkChunk *chunk)
{
    mutex_lock_always(&pool.lock);
    chunk->next = mark_signals.shared;
    store_relaxed(&mark_signals.shared, chunk);
    bool wanted = pool.waiting > 0;
    mutex_unlock_always(&pool.lock);
    if (wanted)
        condition_wake_one(&pool.work);
}

void mark_share_shards(Marker *marker)
{
    mutex_lock_always(&pool.lock);
    if (!pool.unowned)
        disown_locked(marker, marker->owned & ~some_of(marker->owned, fair_share()));
    mutex_unlock_always(&pool.lock);
}

/* For who waits and owns nothing. */
static bool is_work(void)
{
    return load_relaxed(&mark_signals.shared) ||
           load_relaxed(&mark_signals.received) & load_relaxed(&pool.unowned);
}

static bool work_or_end(void)
{
    return is_work() || !load_relaxed(&pool.open);
}

/* Waits for work or the end, awake at first. Holds the lock. */
static void await_work_or_end(void)
{
    mutex_unlock_always(&pool.lock);
    int64_t limit = monotonic_ns() + WORK_SPIN_NS;
    while (!work_or_end() && monotonic_ns() < limit)
        cpu_relax();
    mutex_lock_always(&pool.lock);
    if (!work_or_end() && pool.waiting != pool.joined) /* one may have left meanwhile */
        condition_wait(&pool.work, &pool.lock, -1);
}

bool mark_await_work(Marker *marker, MarkChunk **chunk)
{
    mutex_lock_always(&pool.lock);
    bool hungry = marker->traced >= WORTH_SHARING;
    store_relaxed(&mark_signals.hungry, mark_signals.hungry + hungry);
    pool.waiting++;
    disown_locked(marker, marker->owned);
    while (!work_or_end()) {
        if (pool.waiting == pool.joined) {
            store_relaxed(&pool.open, false);
            condition_wake_all(&pool.work);
        } else
            await_work_or_end();
    }
    bool work = is_work();
    *chunk = NULL;
    if (work) {
        marker->traced = 0;
        store_relaxed(&mark_signals.hungry, mark_signals.hungry - hungry);
        pool.waiting--;
        unsigned sent_to = pool.unowned & mark_signals.received;
        own_locked(marker, sent_to ? sent_to : some_of(pool.unowned, fair_share()));
        if (!sent_to) {
            *chunk = mark_signals.shared;
            store_relaxed(&mark_signals.shared, (*chunk)->next);
        }
    }
    mutex_unlock_always(&pool.lock);
    return work;
}

/* ---- Taking part ------------------------------------------------------------------------- */

static void take_part(void)
{
    Marker marker;
    bool started = marker_start(&marker, true);
    marker.traced = WORTH_SHARING; /* hungry */
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
    store_relaxed(&mark_signals.hungry, 0u);
    pool.waiting = 0;
    store_relaxed(&pool.unowned, 0u);
    mine->owned = MARK_ALL_SHARDS;
    while (marker->full) {
        MarkChunk *chunk = marker->full;
        marker->full = chunk->next;
        chunk->next = mark_signals.shared;
        store_relaxed(&mark_signals.shared, chunk);
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
