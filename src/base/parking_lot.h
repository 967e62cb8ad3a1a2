/* The parking lot: threads sleep on any address, and others wake them by that address. It
 * lets a lock be one byte, as all queues live in one hash table.
 *
 * After Pizlo, "Locking in WebKit" (2016). Each thread has one Parker, which is linked into the
 * queue of the bucket that its address hashes to. A bucket's queue and the queued parkers are
 * guarded by the bucket's lock; only a parker's `word` is touched without it.
 *
 * Sleeping here is not a safepoint: the caller is in the native state, or what it waits
 * for is done by threads that reach no safepoint meanwhile.
 */
#ifndef WEFT_BASE_PARKING_LOT_H
#define WEFT_BASE_PARKING_LOT_H

#include "base/atomic.h"
#include "base/common.h"

typedef struct Parker {
    uint32_t word;       /* atomic: PARKER_ bits; the futex that the thread sleeps on */
    const void *address; /* atomic: changed under the bucket lock */
    struct Parker *next; /* guarded by the bucket lock */
    int64_t since;       /* when the thread began to wait; guarded by the bucket lock */
    intptr_t token;      /* written by the waker under the bucket lock, before `word` */
} Parker;

enum { PARKER_WOKEN = 1, PARKER_INTERRUPTED = 2 };

extern _Thread_local Parker parker_self;

typedef enum {
    PARK_WOKEN,       /* an unpark chose this thread */
    PARK_INVALID,     /* validate said no; did not sleep */
    PARK_TIMED_OUT,   /* the deadline passed */
    PARK_INTERRUPTED, /* parker_interrupt, or a signal handler ran on this thread */
} ParkResult;

typedef struct ParkRequest {
    const void *address;
    /* Called under the bucket lock: whether sleeping still makes sense. */
    bool (*validate)(void *context);
    /* Called once queued, without the bucket lock: may unlock what the waker needs. Or 0. */
    void (*before_sleep)(void *context);
    void *context;
    int64_t since;      /* monotonic ns: since when the thread waits, for fairness */
    int64_t deadline;   /* monotonic ns; negative: none */
    bool interruptible; /* return PARK_INTERRUPTED when asked to */
    intptr_t token;     /* out: what the waker passed on */
} ParkRequest;

ParkResult park(ParkRequest *request);

typedef struct Unparked {
    bool woke;         /* there was a thread to wake */
    bool more;         /* others still wait on the address */
    int64_t waited_ns; /* how long the woken one has waited */
} Unparked;

/* Wakes the thread that waits longest on the address, if any. `decide` is called under the
 * bucket lock, before the wake, also if there is nobody; what it returns is the woken thread's
 * token. */
void unpark_one(const void *address, intptr_t (*decide)(void *context, Unparked unparked),
                void *context);
/* Wakes all who wait on the address, with token 0; returns how many. */
size_t unpark_all(const void *address);

/* Whether the thread is in the parking lot, as it was a moment ago. */
bool parker_sleeps(const Parker *parker);
/* Makes the thread's current or next interruptible park return PARK_INTERRUPTED.
 * Async-signal-safe. */
void parker_interrupt(Parker *parker);

/* In the child of a fork: forgets all waiters, who are threads of the parent. */
void parking_lot_after_fork(void);

#endif
