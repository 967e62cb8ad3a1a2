/* How a thread waits awake for a lock that another one holds, before it sleeps.
 *
 * Looking at a lock takes its cache line away from the holder, and so does taking it as soon as it
 * is free: two threads that do nothing but append to one list would hand its lines to and fro at
 * each append, for ten times what the append costs. So a thread that waits does not look in
 * between. How long it waits depends on the lock:
 *
 * - In general a fraction of a microsecond, then twice as long each time. That is what a short
 * critical section takes, and leaves threads that meet now and then to run side by side.
 * - A lock is crowded if threads that got it after such a wait find it held again within a
 * microsecond or so, and again: only one of them can make progress anyway. Then they wait for long
 * at first, so that the one that is on makes hundreds of operations with the lines in its own
 * cache, and look more and more often after that, so that each gets its turn. After some turns it
 * has to prove to be crowded again; and it is not if most looks find it free: then it is held for
 * short times between longer ones, and threads get more done side by side.
 *
 * Patience is how long a thread goes on before it sleeps: a few times what a sleep costs where
 * waiting awake has helped lately, and little where it has not, because locks are held for long or
 * by threads that have no core.
 */
#ifndef WEFT_BASE_BACKOFF_H
#define WEFT_BASE_BACKOFF_H

#include "base/common.h"

typedef struct Backoff {
    struct Crowd *crowd; /* what is known of the lock; 0: it is none */
    int64_t begun;       /* monotonic ns */
    int64_t now;         /* when the thread looked at the lock last */
    int64_t wait;        /* ns until it looks again */
    int64_t limit;       /* monotonic ns: when its patience is at an end */
    uint32_t looks;      /* so far */
    bool crowded;
} Backoff;

/* A lock that is worth taking turns at is held for one part in so many of the time at least. It is
 * the share that it has where handing its cache lines over takes as long as what threads do between
 * holding it. */
typedef enum BackoffKind {
    BACKOFF_OBJECT = 64, /* held for some instructions */
    BACKOFF_LOCK = 4,    /* held while Python code runs */
} BackoffKind;

/* The lock was found held. 0: what the thread waits for is no lock, and never crowded. */
Backoff backoff_begin(const void *lock, BackoffKind kind);
/* The next wait is short enough for a thread that holds up the collector. */
bool backoff_is_brief(const Backoff *backoff);
/* Waits; false, without waiting, if it is time to sleep. */
bool backoff_wait(Backoff *backoff);
/* The thread has the lock, or is about to sleep. */
void backoff_end(const Backoff *backoff, bool taken);

#endif
