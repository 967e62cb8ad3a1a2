/* _thread.lock and _thread.RLock, on the parking lot: a release hands the lock over to a thread
 * that has waited for more than a millisecond, so nobody starves; a wait ends within a
 * millisecond of its timeout, and for a signal in the main thread. */
#include "base/clock.h"
#include "base/lock.h"
#include "core/abstract.h"
#include "core/error.h"
#include "core/finaliser.h"
#include "core/thread.h"
#include "modules/thread/thread_internal.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

#define TIMEOUT_MAX_SECONDS 9223372036.0

typedef struct Lock {
    Object ob;
    uint8_t byte; /* atomic: base/lock.h */
} Lock;

typedef struct RLock {
    Object ob;
    uint8_t byte;   /* atomic */
    uint64_t owner; /* atomic: native_id of who holds it, or 0; only the owner sets and clears it */
    uint64_t count; /* atomic; changed by the owner only */
} RLock;

/* What a thread waits for may be the end of an object that nobody holds any more: an executor that
 * was dropped ends its threads in a weak reference's callback, a pipe's other end closes when its
 * file object dies. So a wait without a timeout that lasts collects, once. Threads that wait for
 * work would do so all the time: in all, it takes a fiftieth of the time at most. */
#define IDLE_NS       ((int64_t)REST_AFTER_NS)
#define IDLE_FRACTION 50
static int64_t next_idle_collection; /* atomic: monotonic ns */

static int64_t idle_deadline(void)
{
    int64_t soon = monotonic_ns() + IDLE_NS, allowed = load_relaxed(&next_idle_collection);
    return soon > allowed ? soon : allowed;
}

/* False: another thread is at it, or it was not long ago. */
static bool collect_when_idle(void)
{
    int64_t begun = monotonic_ns();
    if (begun < load_relaxed(&next_idle_collection))
        return false;
    store_relaxed(&next_idle_collection, begun + IDLE_NS);
    collect_hook(2);
    finalisers_run();
    int64_t now = monotonic_ns();
    store_relaxed(&next_idle_collection, now + (now - begun) * IDLE_FRACTION);
    return true;
}

/* Waits in the native state. *collected: another thread's collection has found what this one keeps
 * no more. It finds that only if this thread rests all the while. */
static LockWait wait_for_lock(uint8_t *lock, int64_t until, bool rests, bool *collected)
{
    LockWait outcome = LOCK_INTERRUPTED;
    uint64_t collections = gc_full_collections();
    if (rests)
        rest_hook(true);
    BLOCKING
    {
        outcome = lock_acquire_until(lock, until);
    }
    *collected = rests && gc_full_collections() != collections;
    if (rests)
        rest_hook(false);
    return outcome;
}

int lock_byte_acquire(uint8_t *lock, int64_t deadline)
{
    if (lock_try_acquire(lock))
        return 1;
    Thread *thread = thread_self();
    bool idle = deadline < 0; /* what it keeps no more is not found yet */
    bool rests = false;
    int64_t until = idle ? idle_deadline() : deadline;
    for (;;) {
        bool collected;
        LockWait outcome = wait_for_lock(lock, until, rests, &collected);
        if (outcome == LOCK_TAKEN)
            return 1;
        if (outcome == LOCK_TIMED_OUT && !idle)
            return 0;
        if (outcome == LOCK_TIMED_OUT) {
            idle = !collected && !collect_when_idle();
            rests = true;
            until = idle ? idle_deadline() : -1;
        }
        if (!thread_poll_waiting(thread))
            return -1;
    }
}

bool deadline_from_timeout(Value timeout, int64_t *deadline)
{
    double seconds;
    if (!number_as_double(timeout, &seconds))
        return false;
    if (seconds != seconds) {
        raise(ValueError, "Invalid value NaN (not a number)");
        return false;
    }
    if (seconds > TIMEOUT_MAX_SECONDS) {
        raise(OverflowError, "timeout value is too large");
        return false;
    }
    *deadline = monotonic_ns() + (int64_t)(seconds * 1e9);
    return true;
}

/* The arguments of acquire(): blocking, timeout. *wait false: try once. */
static bool acquire_arguments(Value blocking, Value timeout, bool *wait, int64_t *deadline)
{
    int block = object_truth(blocking);
    double seconds;
    if (block < 0 || !number_as_double(timeout, &seconds))
        return false;
    *deadline = -1;
    *wait = block;
    if (!block && seconds != -1) {
        raise(ValueError, "can't specify a timeout for a non-blocking call");
        return false;
    }
    if (seconds < 0 && seconds != -1) {
        raise(ValueError, "timeout value must be a non-negative number");
        return false;
    }
    return !block || seconds == -1 || deadline_from_timeout(timeout, deadline);
}

static Value acquire(uint8_t *byte, Value blocking, Value timeout)
{
    bool wait;
    int64_t deadline;
    TRY(acquire_arguments(blocking, timeout, &wait, &deadline));
    int taken = wait ? lock_byte_acquire(byte, deadline) : lock_try_acquire(byte);
    return taken < 0 ? 0 : bool_value(taken);
}

/* ---- lock */

static Lock *as_lock(Value v)
{
    return (Lock *)v;
}

#define ACQUIRE_DOC                                                                                \
    "Lock the lock.  Without argument, this blocks if the lock is already\n"                       \
    "locked (even by the same thread), waiting for another thread to release\n"                    \
    "the lock, and return True once the lock is acquired.\n"                                       \
    "With an argument, this will only block if the argument is true,\n"                            \
    "and the return value reflects whether the lock is acquired.\n"                                \
    "The blocking operation is interruptible."

METHOD(lock_acquire_method, "acquire", "blocking=True, timeout=-1", ACQUIRE_DOC)
{
    return acquire(&as_lock(args[0])->byte, args[1], args[2]);
}

METHOD(lock_acquire_lock, "acquire_lock", "blocking=True, timeout=-1",
       "An obsolete synonym of acquire().")
{
    return acquire(&as_lock(args[0])->byte, args[1], args[2]);
}

METHOD(lock_enter, "__enter__", "", "Lock the lock.")
{
    return acquire(&as_lock(args[0])->byte, True, int_small(-1));
}

/* Of two threads that release at once, one finds it unlocked. */
static Value lock_release_value(Value self)
{
    if (!lock_try_release(&as_lock(self)->byte))
        return raise(RuntimeError, "release unlocked lock");
    return None;
}

METHOD(lock_release_method, "release", "",
       "Release the lock, allowing another thread that is blocked waiting for\n"
       "the lock to acquire the lock.  The lock must be in the locked state,\n"
       "but it needn't be locked by the same thread that unlocks it.")
{
    return lock_release_value(args[0]);
}

METHOD(lock_release_lock, "release_lock", "", "An obsolete synonym of release().")
{
    return lock_release_value(args[0]);
}

METHOD(lock_exit, "__exit__", "*exc_info", "Release the lock.")
{
    return lock_release_value(args[0]);
}

METHOD(lock_locked, "locked", "", "Return whether the lock is in the locked state.")
{
    return bool_value(lock_is_held(&as_lock(args[0])->byte));
}

METHOD(lock_locked_lock, "locked_lock", "", "An obsolete synonym of locked().")
{
    return bool_value(lock_is_held(&as_lock(args[0])->byte));
}

METHOD(lock_at_fork_reinit, "_at_fork_reinit", "", "")
{
    store_release(&as_lock(args[0])->byte, (uint8_t)0);
    return None;
}

static Value lock_repr(Value self)
{
    return str_format("<%s %T object at 0x%zx>",
                      lock_is_held(&as_lock(self)->byte) ? "locked" : "unlocked", self,
                      (size_t)self);
}

NEW_METHOD(lock_new, "")
{
    return object_alloc((Type *)args[0]);
}

static MethodDef *const lock_methods[] = {
    M(lock_acquire_lock),   M(lock_acquire_method),
    M(lock_release_lock),   M(lock_release_method),
    M(lock_locked_lock),    M(lock_locked),
    M(lock_enter),          M(lock_exit),
    M(lock_at_fork_reinit), 0,
};

Type lock_type = {
    TYPE_HEAD("_thread.lock", Lock),
    .repr = lock_repr,
    .new_def = M(lock_new),
    .methods = lock_methods,
    .doc = "A lock object is a synchronization primitive.  To create a lock,\n"
           "call threading.Lock().",
    .has_weakrefs = true,
};

/* ---- RLock */

static RLock *as_rlock(Value v)
{
    return (RLock *)v;
}

static bool is_owned(RLock *lock)
{
    return load_relaxed(&lock->owner) == thread_self()->native_id;
}

static Value rlock_acquire_value(Value self, Value blocking, Value timeout)
{
    RLock *lock = as_rlock(self);
    if (is_owned(lock)) {
        store_relaxed(&lock->count, load_relaxed(&lock->count) + 1);
        return True;
    }
    Value taken = TRY(acquire(&lock->byte, blocking, timeout));
    if (taken == True) {
        store_relaxed(&lock->owner, thread_self()->native_id);
        store_relaxed(&lock->count, (uint64_t)1);
    }
    return taken;
}

static Value rlock_release_value(Value self)
{
    RLock *lock = as_rlock(self);
    if (!is_owned(lock))
        return raise(RuntimeError, "cannot release un-acquired lock");
    uint64_t left = load_relaxed(&lock->count) - 1;
    store_relaxed(&lock->count, left);
    if (left == 0) {
        store_relaxed(&lock->owner, (uint64_t)0);
        lock_release(&lock->byte);
    }
    return None;
}

METHOD(rlock_acquire, "acquire", "blocking=True, timeout=-1",
       "Lock the lock.  `blocking` indicates whether we should wait\n"
       "for the lock to be available or not.  If `blocking` is False\n"
       "and another thread holds the lock, the method will return False\n"
       "immediately.  If `blocking` is True and another thread holds\n"
       "the lock, the method will wait for the lock to be released,\n"
       "take it and then return True.\n"
       "(note: the blocking operation is interruptible.)\n\n"
       "In all other cases, the method will return True immediately.\n"
       "Precisely, if the current thread already holds the lock, its\n"
       "internal counter is simply incremented. If nobody holds the lock,\n"
       "the lock is taken and its internal counter initialized to 1.")
{
    return rlock_acquire_value(args[0], args[1], args[2]);
}

METHOD(rlock_enter, "__enter__", "", "Lock the lock.")
{
    return rlock_acquire_value(args[0], True, int_small(-1));
}

METHOD(rlock_release, "release", "",
       "Release the lock, allowing another thread that is blocked waiting for\n"
       "the lock to acquire the lock.  The lock must be in the locked state,\n"
       "and must be locked by the same thread that unlocks it; otherwise a\n"
       "`RuntimeError` is raised.")
{
    return rlock_release_value(args[0]);
}

METHOD(rlock_exit, "__exit__", "*exc_info", "Release the lock.")
{
    return rlock_release_value(args[0]);
}

METHOD(rlock_is_owned, "_is_owned", "", "For internal use by `threading.Condition`.")
{
    return bool_value(is_owned(as_rlock(args[0])));
}

METHOD(rlock_recursion_count, "_recursion_count", "", "For internal use by reentrancy checks.")
{
    RLock *lock = as_rlock(args[0]);
    return int_small(is_owned(lock) ? (intptr_t)load_relaxed(&lock->count) : 0);
}

METHOD(rlock_release_save, "_release_save", "", "For internal use by `threading.Condition`.")
{
    RLock *lock = as_rlock(args[0]);
    if (!is_owned(lock))
        return raise(RuntimeError, "cannot release un-acquired lock");
    Value state = TRY(tuple_of(int_small((intptr_t)load_relaxed(&lock->count)),
                               int_from_u64(thread_self()->native_id)));
    store_relaxed(&lock->owner, (uint64_t)0);
    lock_release(&lock->byte);
    return state;
}

/* What a signal handler raises comes when the lock is held, which callers rely on. */
static void acquire_uninterrupted(uint8_t *lock)
{
    LockWait outcome = lock_try_acquire(lock) ? LOCK_TAKEN : LOCK_INTERRUPTED;
    while (outcome != LOCK_TAKEN)
        BLOCKING
        {
            outcome = lock_acquire_until(lock, -1);
        }
}

METHOD(rlock_acquire_restore, "_acquire_restore", "state, /",
       "For internal use by `threading.Condition`.")
{
    RLock *lock = as_rlock(args[0]);
    if (!is_tuple(args[1]) || tuple_length(args[1]) != 2)
        return raise(TypeError, "_acquire_restore() argument 1 must be 2-item tuple");
    intptr_t count = TRY_INDEX(tuple_get(args[1], 0));
    acquire_uninterrupted(&lock->byte);
    store_relaxed(&lock->owner, thread_self()->native_id);
    store_relaxed(&lock->count, (uint64_t)count);
    return None;
}

METHOD(rlock_at_fork_reinit, "_at_fork_reinit", "", "")
{
    RLock *lock = as_rlock(args[0]);
    store_relaxed(&lock->owner, (uint64_t)0);
    store_relaxed(&lock->count, (uint64_t)0);
    store_release(&lock->byte, (uint8_t)0);
    return None;
}

static Value rlock_repr(Value self)
{
    RLock *lock = as_rlock(self);
    uint64_t owner = load_relaxed(&lock->owner), count = load_relaxed(&lock->count);
    return str_format("<%s %T object owner=%zu count=%zu at 0x%zx>", owner ? "locked" : "unlocked",
                      self, (size_t)owner, owner ? (size_t)count : 0, (size_t)self);
}

NEW_METHOD(rlock_new, "*args, **kwargs")
{
    return object_alloc((Type *)args[0]);
}

static MethodDef *const rlock_methods[] = {
    M(rlock_acquire),        M(rlock_release),
    M(rlock_enter),          M(rlock_exit),
    M(rlock_is_owned),       M(rlock_recursion_count),
    M(rlock_release_save),   M(rlock_acquire_restore),
    M(rlock_at_fork_reinit), 0,
};

Type rlock_type = {
    TYPE_HEAD("_thread.RLock", RLock), .repr = rlock_repr, .new_def = M(rlock_new),
    .methods = rlock_methods,          .flags = TYPE_BASE, .has_weakrefs = true,
};

void lock_start(void)
{
    type_ready(&lock_type, 0);
    type_ready(&rlock_type, 0);
}
