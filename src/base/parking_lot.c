#include "base/parking_lot.h"

#include <errno.h>
#include <limits.h>
#include "base/clock.h"
#include "base/futex.h"
#include "base/hash.h"

#define BUCKET_COUNT 512 /* a power of two; more than threads that wait at a time */

typedef struct Bucket {
    uint32_t lock; /* atomic: 0 free, 1 held, 2 held and somebody sleeps on it */
    Parker *first; /* guarded by lock; the longest waiter first */
    Parker *last;  /* guarded by lock */
    char padding[64 - 24];
} Bucket;

static Bucket buckets[BUCKET_COUNT] __attribute__((aligned(64)));

_Thread_local Parker parker_self;

static Bucket *bucket_of(const void *address)
{
    return &buckets[hash_mix((uintptr_t)address) & (BUCKET_COUNT - 1)];
}

/* A bucket's lock is held for some ten instructions: a plain futex mutex (Drepper, "Futexes are
 * tricky", mutex 2), which must not itself need a parking lot. */
static void bucket_lock(Bucket *bucket)
{
    uint32_t expected = 0;
    if (likely(cas_acquire(&bucket->lock, &expected, 1)))
        return;
    while (__atomic_exchange_n(&bucket->lock, 2, __ATOMIC_ACQUIRE) != 0)
        futex_wait(&bucket->lock, 2, -1);
}

static void bucket_unlock(Bucket *bucket)
{
    if (unlikely(__atomic_exchange_n(&bucket->lock, 0, __ATOMIC_RELEASE) == 2))
        futex_wake(&bucket->lock, 1);
}

static void bucket_append_locked(Bucket *bucket, Parker *parker)
{
    parker->next = NULL;
    if (bucket->last)
        bucket->last->next = parker;
    else
        bucket->first = parker;
    bucket->last = parker;
}

static void bucket_remove_locked(Bucket *bucket, Parker **link, Parker *previous)
{
    Parker *parker = *link;
    *link = parker->next;
    if (bucket->last == parker)
        bucket->last = previous;
    parker->next = NULL;
    store_relaxed(&parker->address, (const void *)NULL);
}

/* Takes the parker out of the queue, unless somebody has woken it already. */
static bool give_up(Bucket *bucket, Parker *parker)
{
    bool removed = false;
    bucket_lock(bucket);
    Parker *previous = NULL;
    for (Parker **link = &bucket->first; *link; previous = *link, link = &(*link)->next) {
        if (*link == parker) {
            bucket_remove_locked(bucket, link, previous);
            removed = true;
            break;
        }
    }
    bucket_unlock(bucket);
    return removed;
}

/* Sleeps until woken, or, being neither woken nor queued any more, for another reason. */
static ParkResult sleep_until_woken(ParkRequest *request, Bucket *bucket, Parker *parker)
{
    for (;;) {
        uint32_t word = load_acquire(&parker->word);
        ParkResult early = PARK_WOKEN;
        if (word & PARKER_WOKEN)
            return PARK_WOKEN;
        if (request->interruptible && (word & PARKER_INTERRUPTED))
            early = PARK_INTERRUPTED;
        else {
            int error = futex_wait(&parker->word, word, request->deadline);
            if (error == ETIMEDOUT)
                early = PARK_TIMED_OUT;
            else if (error == EINTR && request->interruptible)
                early = PARK_INTERRUPTED;
        }
        if (early != PARK_WOKEN && give_up(bucket, parker))
            return early;
    }
}

ParkResult park(ParkRequest *request)
{
    Parker *parker = &parker_self;
    Bucket *bucket = bucket_of(request->address);
    bucket_lock(bucket);
    if (!request->validate(request->context)) {
        bucket_unlock(bucket);
        return PARK_INVALID;
    }
    fetch_and_relaxed(&parker->word, ~(uint32_t)PARKER_WOKEN);
    store_relaxed(&parker->address, request->address);
    parker->since = request->since;
    parker->token = 0;
    bucket_append_locked(bucket, parker);
    bucket_unlock(bucket);
    if (request->before_sleep)
        request->before_sleep(request->context);
    ParkResult result = sleep_until_woken(request, bucket, parker);
    if (result == PARK_WOKEN)
        request->token = parker->token;
    if (result == PARK_INTERRUPTED)
        fetch_and_relaxed(&parker->word, ~(uint32_t)PARKER_INTERRUPTED);
    return result;
}

/* The parker may be gone, with its thread, as soon as WOKEN is set; the kernel doesn't mind
 * waking an address that nobody sleeps on. */
static void wake(Parker *parker)
{
    fetch_or_acq_rel(&parker->word, (uint32_t)PARKER_WOKEN);
    futex_wake(&parker->word, 1);
}

static bool waits_on(const Parker *parker, const void *address)
{
    for (; parker; parker = parker->next)
        if (parker->address == address)
            return true;
    return false;
}

void unpark_one(const void *address, intptr_t (*decide)(void *, Unparked), void *context)
{
    Bucket *bucket = bucket_of(address);
    bucket_lock(bucket);
    Parker *previous = NULL;
    Parker **link = &bucket->first;
    while (*link && (*link)->address != address) {
        previous = *link;
        link = &(*link)->next;
    }
    Parker *parker = *link;
    Unparked unparked = {0};
    if (parker) {
        bucket_remove_locked(bucket, link, previous);
        unparked.woke = true;
        unparked.more = waits_on(*link, address);
        unparked.waited_ns = monotonic_ns() - parker->since;
    }
    intptr_t token = decide ? decide(context, unparked) : 0;
    if (parker)
        parker->token = token;
    bucket_unlock(bucket);
    if (parker)
        wake(parker);
}

size_t unpark_all(const void *address)
{
    Bucket *bucket = bucket_of(address);
    Parker *woken = NULL, **woken_end = &woken;
    size_t count = 0;
    bucket_lock(bucket);
    Parker *previous = NULL;
    for (Parker **link = &bucket->first; *link;) {
        Parker *parker = *link;
        if (parker->address == address) {
            bucket_remove_locked(bucket, link, previous);
            *woken_end = parker;
            woken_end = &parker->next;
            count++;
        } else {
            previous = parker;
            link = &parker->next;
        }
    }
    bucket_unlock(bucket);
    while (woken) {
        Parker *next = woken->next; /* before the wake: it is its owner's again then */
        wake(woken);
        woken = next;
    }
    return count;
}

bool parker_sleeps(const Parker *parker)
{
    return load_relaxed(&parker->address) != NULL;
}

void parker_interrupt(Parker *parker)
{
    fetch_or_acq_rel(&parker->word, (uint32_t)PARKER_INTERRUPTED);
    futex_wake(&parker->word, 1);
}

void parking_lot_after_fork(void)
{
    for (size_t i = 0; i < BUCKET_COUNT; i++)
        buckets[i] = (Bucket){0};
    parker_self = (Parker){0};
}
