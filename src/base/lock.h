/* One-byte locks: the lock byte in each object's header, and Mutex for everything else.
 *
 *   bit 0  LOCK_HELD     somebody has it
 *   bit 1  LOCK_WAITERS  somebody sleeps in the parking lot on the byte's address
 *
 * A release leaves the lock open to whoever comes first, which is fastest; but a thread
 * that has waited for more than a millisecond gets it handed over, still held, so that nobody
 * starves.
 *
 * A thread that waits here must not hold up stop-the-world, yet base knows no
 * collector: LockHooks brings it to the native state and back. A holder may reach safepoints,
 * so whoever stops the world takes none of these locks while it is stopped.
 *
 * mutex_lock_raw waits without the hooks: for locks whose holders reach no safepoint.
 * A Mutex is locked either always raw or never.
 */
#ifndef WEFT_BASE_LOCK_H
#define WEFT_BASE_LOCK_H

#include "base/atomic.h"
#include "base/common.h"

enum { LOCK_HELD = 1, LOCK_WAITERS = 2 };

typedef struct LockHooks {
    bool (*before_wait)(void); /* the result is passed to after_wait */
    void (*after_wait)(bool was_set);
} LockHooks;
extern LockHooks lock_hooks; /* set once, before the second thread */

void lock_acquire_slow(uint8_t *lock);
void lock_acquire_raw_slow(uint8_t *lock);
void lock_release_slow(uint8_t *lock);
void lock_release_raw_slow(uint8_t *lock); /* wakes a waiter also after lock_end_others */

/* For a lock that any thread may release. False if it was not held. */
bool lock_try_release(uint8_t *lock);

/* The calling thread is the only one that goes on, for ever. What others hold is free for it, and
 * nobody is woken or gets a lock handed over. */
void lock_end_others(void);
bool lock_others_ended(void);

/* Waits for the lock until `deadline` (monotonic ns; negative: for ever) or until the thread is
 * interrupted (parker_interrupt). The caller is in the native state. */
typedef enum { LOCK_TAKEN, LOCK_TIMED_OUT, LOCK_INTERRUPTED } LockWait;
LockWait lock_acquire_until(uint8_t *lock, int64_t deadline);

ALWAYS_INLINE bool lock_try_acquire(uint8_t *lock)
{
    uint8_t expected = 0;
    return likely(cas_acquire(lock, &expected, (uint8_t)LOCK_HELD));
}

ALWAYS_INLINE void lock_acquire(uint8_t *lock)
{
    if (unlikely(!lock_try_acquire(lock)))
        lock_acquire_slow(lock);
}

ALWAYS_INLINE void lock_release(uint8_t *lock)
{
    uint8_t expected = LOCK_HELD;
    if (unlikely(!__atomic_compare_exchange_n(lock, &expected, (uint8_t)0, false, __ATOMIC_RELEASE,
                                              __ATOMIC_RELAXED)))
        lock_release_slow(lock);
}

ALWAYS_INLINE bool lock_is_held(const uint8_t *lock)
{
    return load_relaxed(lock) & LOCK_HELD;
}

typedef struct Mutex {
    uint8_t byte; /* atomic */
} Mutex;

/* For a Mutex whose holders may reach safepoints or block, so that a thread of the parent may hold
 * it at a fork: the child finds it free. */
#define FREE_AFTER_FORK __attribute__((section("fork_mutexes")))
void mutexes_after_fork(void);

/* False in a program that has one thread so far: its Mutexes are not taken. Becomes true, while
 * that thread is in none, before the second one starts. atomic. */
extern bool locks_needed;
#ifdef CHECK_SHARING
extern uint64_t mutexes_taken; /* atomic: proves that */
#define COUNT_MUTEX() ((void)fetch_add_relaxed(&mutexes_taken, 1))
#else
#define COUNT_MUTEX() ((void)0)
#endif

ALWAYS_INLINE void mutex_lock(Mutex *mutex)
{
    if (!load_relaxed(&locks_needed))
        return;
    COUNT_MUTEX();
    lock_acquire(&mutex->byte);
}

/* For a Mutex that is held in the native state: a thread of C code may come in then, so it is taken
 * also in a program that has one thread. Waits in the native state itself. */
ALWAYS_INLINE void mutex_lock_blocking(Mutex *mutex)
{
    lock_acquire(&mutex->byte);
}

ALWAYS_INLINE void mutex_unlock_blocking(Mutex *mutex)
{
    lock_release(&mutex->byte);
}

/* For what threads that run no Python share with one that does: also taken if that is alone. */
ALWAYS_INLINE void mutex_lock_always(Mutex *mutex)
{
    if (unlikely(!lock_try_acquire(&mutex->byte)))
        lock_acquire_raw_slow(&mutex->byte);
}

ALWAYS_INLINE void mutex_unlock_always(Mutex *mutex)
{
    uint8_t expected = LOCK_HELD;
    if (unlikely(!__atomic_compare_exchange_n(&mutex->byte, &expected, (uint8_t)0, false,
                                              __ATOMIC_RELEASE, __ATOMIC_RELAXED)))
        lock_release_raw_slow(&mutex->byte);
}

ALWAYS_INLINE void mutex_lock_raw(Mutex *mutex)
{
    if (!load_relaxed(&locks_needed))
        return;
    COUNT_MUTEX();
    mutex_lock_always(mutex);
}

ALWAYS_INLINE void mutex_unlock(Mutex *mutex)
{
    if (load_relaxed(&locks_needed))
        lock_release(&mutex->byte);
}

/* A condition variable: its address is what threads wait on. It goes with a Mutex that is
 * locked with mutex_lock_always. Waiting is not a safepoint: enter the native state first where
 * that matters. */
typedef struct Condition {
    uint8_t unused;
} Condition;

/* The caller holds the mutex, and does again on return. False once `deadline` (monotonic ns;
 * negative: none) has passed. May return for no reason: test what you wait for in a loop. */
bool condition_wait(Condition *condition, Mutex *mutex, int64_t deadline);
void condition_wake_one(Condition *condition);
void condition_wake_all(Condition *condition);

#endif
