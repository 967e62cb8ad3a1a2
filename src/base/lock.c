#include "base/lock.h"

#include "base/backoff.h"
#include "base/parking_lot.h"

#define FAIRNESS_NS       INT64_C(1000000)
#define TOKEN_HANDED_OVER 1

LockHooks lock_hooks;
bool locks_needed = true;
#ifdef CHECK_SHARING
uint64_t mutexes_taken;
#endif

/* Takes the lock if it is free now, keeping the waiters bit. */
static bool try_take(uint8_t *lock)
{
    uint8_t old = load_relaxed(lock);
    while (!(old & LOCK_HELD))
        if (cas_acquire(lock, &old, (uint8_t)(old | LOCK_HELD)))
            return true;
    return false;
}

/* Waits awake, as long as the waits are brief if it is to be `brief`. */
static bool spin(uint8_t *lock, Backoff *backoff, bool brief)
{
    while ((!brief || backoff_is_brief(backoff)) && backoff_wait(backoff)) {
        if (try_take(lock)) {
            backoff_end(backoff, true);
            return true;
        }
    }
    return false;
}

/* Sets the waiters bit; false if the lock became free instead. */
static bool announce_waiter(uint8_t *lock)
{
    uint8_t old = load_relaxed(lock);
    do {
        if (!(old & LOCK_HELD))
            return false;
        if (old & LOCK_WAITERS)
            return true;
    } while (!cas_relaxed(lock, &old, (uint8_t)(old | LOCK_WAITERS)));
    return true;
}

static bool still_locked(void *lock)
{
    return load_relaxed((uint8_t *)lock) == (LOCK_HELD | LOCK_WAITERS);
}

static void wait_for(uint8_t *lock, Backoff *backoff)
{
    if (spin(lock, backoff, false))
        return;
    ParkRequest request = {
        .address = lock,
        .validate = still_locked,
        .context = lock,
        .since = backoff->begun,
        .deadline = -1,
    };
    backoff_end(backoff, false);
    while (!try_take(lock)) {
        if (!announce_waiter(lock))
            continue;
        if (park(&request) == PARK_WOKEN && request.token == TOKEN_HANDED_OVER) {
            (void)load_acquire(lock); /* pairs with release_to */
            return;
        }
    }
}

static bool others_ended; /* atomic */

void lock_end_others(void)
{
    store_release(&others_ended, true);
}

bool lock_others_ended(void)
{
    return load_relaxed(&others_ended);
}

void lock_acquire_slow(uint8_t *lock)
{
    if (load_relaxed(&others_ended)) {
        store_relaxed(lock, (uint8_t)LOCK_HELD);
        return;
    }
    Backoff backoff = backoff_begin(lock, BACKOFF_OBJECT);
    if (spin(lock, &backoff, true))
        return;
    /* Callers' registers go into this frame, where the collector finds them: the hook's own
     * frame is gone while the thread waits. */
    __builtin_unwind_init();
    bool native = lock_hooks.before_wait && lock_hooks.before_wait();
    wait_for(lock, &backoff);
    if (native)
        lock_hooks.after_wait(native);
}

void lock_acquire_raw_slow(uint8_t *lock)
{
    Backoff backoff = backoff_begin(lock, BACKOFF_OBJECT);
    wait_for(lock, &backoff);
}

LockWait lock_acquire_until(uint8_t *lock, int64_t deadline)
{
    Backoff backoff = backoff_begin(lock, BACKOFF_LOCK);
    if (deadline >= 0 && deadline < backoff.limit)
        backoff.limit = deadline;
    if (spin(lock, &backoff, false))
        return LOCK_TAKEN;
    backoff_end(&backoff, false);
    ParkRequest request = {
        .address = lock,
        .validate = still_locked,
        .context = lock,
        .since = backoff.begun,
        .deadline = deadline,
        .interruptible = true,
    };
    while (!try_take(lock)) {
        if (!announce_waiter(lock))
            continue;
        ParkResult result = park(&request);
        if (result == PARK_WOKEN && request.token == TOKEN_HANDED_OVER) {
            (void)load_acquire(lock); /* pairs with release_to */
            return LOCK_TAKEN;
        }
        if (result == PARK_TIMED_OUT)
            return LOCK_TIMED_OUT;
        if (result == PARK_INTERRUPTED)
            return LOCK_INTERRUPTED;
    }
    return LOCK_TAKEN;
}

/* Under the bucket lock, so that no waiter can come or go between the count and the store. */
static intptr_t release_to(void *lock, Unparked unparked)
{
    uint8_t waiters = unparked.more ? LOCK_WAITERS : 0;
    bool hand_over = unparked.woke && unparked.waited_ns > FAIRNESS_NS;
    store_release((uint8_t *)lock, (uint8_t)(hand_over ? LOCK_HELD | waiters : waiters));
    return hand_over ? TOKEN_HANDED_OVER : 0;
}

void lock_release_raw_slow(uint8_t *lock)
{
    ASSERT(lock_is_held(lock));
    unpark_one(lock, release_to, lock);
}

typedef struct Release {
    uint8_t *lock;
    bool was_held;
} Release;

static intptr_t release_if_held(void *context, Unparked unparked)
{
    Release *release = context;
    release->was_held = lock_is_held(release->lock);
    return release->was_held ? release_to(release->lock, unparked) : 0;
}

bool lock_try_release(uint8_t *lock)
{
    uint8_t held = LOCK_HELD;
    if (cas_acq_rel(lock, &held, (uint8_t)0))
        return true;
    if (!(held & LOCK_HELD))
        return false;
    if (load_relaxed(&others_ended)) {
        store_release(lock, (uint8_t)0);
        return true;
    }
    Release release = {lock, false};
    unpark_one(lock, release_if_held, &release);
    return release.was_held;
}

void lock_release_slow(uint8_t *lock)
{
    if (load_relaxed(&others_ended))
        store_release(lock, (uint8_t)0);
    else
        lock_release_raw_slow(lock);
}

static bool always(void *context UNUSED)
{
    return true;
}

static void unlock_mutex(void *mutex)
{
    mutex_unlock_always(mutex);
}

bool condition_wait(Condition *condition, Mutex *mutex, int64_t deadline)
{
    ParkRequest request = {
        .address = condition,
        .validate = always,
        .before_sleep = unlock_mutex,
        .context = mutex,
        .since = 0,
        .deadline = deadline,
    };
    ParkResult result = park(&request);
    mutex_lock_always(mutex);
    return result != PARK_TIMED_OUT;
}

void condition_wake_one(Condition *condition)
{
    unpark_one(condition, NULL, NULL);
}

void condition_wake_all(Condition *condition)
{
    unpark_all(condition);
}

/* The section of FREE_AFTER_FORK, whose ends the linker knows. */
extern Mutex __start_fork_mutexes[] __attribute__((weak)),
    __stop_fork_mutexes[] __attribute__((weak));

void mutexes_after_fork(void)
{
    for (Mutex *mutex = __start_fork_mutexes; mutex < __stop_fork_mutexes; mutex++)
        store_relaxed(&mutex->byte, (uint8_t)0);
}
