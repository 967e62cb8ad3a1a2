#include "modules/io/io.h"

#include "core/share.h"
#include "core/thread.h"

/* False if it is in use: to those that wait only at the end of the program, by a thread that
 * does not go on.
 *
 * Nobody else can reach a local object, so plain stores do. The object may become SHARED while its
 * lock is held, but only through its owner: then it is this thread that leaves, atomically. */
static bool take(Value self, IoLock *lock, bool wait)
{
    if (!is_shared(self)) {
        if (load_relaxed(&lock->byte))
            return false;
        store_relaxed(&lock->byte, LOCK_HELD);
    } else if (wait && !lock_others_ended()) {
        lock_acquire(&lock->byte);
    } else if (!lock_try_acquire(&lock->byte)) {
        return false;
    }
    if (is_shared(self))
        COUNT_LOCK();
    store_relaxed(&lock->owner, thread_self()->gc.id);
    return true;
}

bool io_lock_enter(Value self, IoLock *lock)
{
    if (unlikely(load_relaxed(&lock->owner) == thread_self()->gc.id))
        return raise(RuntimeError, "reentrant call inside %R", self);
    if (take(self, lock, true))
        return true;
    return raise(RuntimeError,
                 "could not acquire lock for %R at interpreter shutdown, possibly due to daemon "
                 "threads",
                 self);
}

bool io_lock_try(Value self, IoLock *lock)
{
    return load_relaxed(&lock->owner) != thread_self()->gc.id && take(self, lock, false);
}

void io_lock_leave(Value self, IoLock *lock)
{
    store_relaxed(&lock->owner, 0);
    if (is_shared(self))
        lock_release(&lock->byte);
    else
        store_relaxed(&lock->byte, 0);
}

void io_lock_scope_leave(IoLockScope *scope)
{
    if (scope->self)
        io_lock_leave(scope->self, scope->lock);
}

IoLockScope io_lock_nested(Value self, IoLock *lock)
{
    if (load_relaxed(&lock->owner) == thread_self()->gc.id)
        return (IoLockScope){0, lock};
    return (IoLockScope){take(self, lock, true) ? self : 0, lock};
}
