/* Sharing and locks.
 *
 * Invariants: an object that more than one thread can reach is SHARED; what a SHARED object
 * refers to is SHARED. Until a second thread has ever been started nothing is SHARED and no
 * lock is taken. An operation that changes a local object takes no lock; on a SHARED one it
 * holds the object's lock. Reads take no lock. No Python code, finaliser or blocking call
 * runs while an object's lock is held; allocation may.
 */
#ifndef WEFT_CORE_SHARE_H
#define WEFT_CORE_SHARE_H

#include "core/object.h"

/* A second thread was ever started. atomic; never goes back to false. */
extern bool multithreaded;
/* Whether share_process() is over: everything that another thread can reach is SHARED. */
bool share_is_complete(void);

/* Marks everything reachable from `value` SHARED. The caller is the only thread that can
 * reach what is not SHARED yet. */
void share_value(Value value);
/* Before the first thread starts: shares, from the roots, what others can reach by name. */
void share_process(void);

/* Visits the weak references to an object, which are SHARED when it is. Set by types/weakref. */
struct Tracer;
extern void (*share_weak_hook)(Object *target, struct Tracer *tracer);

/* Stores into a registered root (gc_add_root): every thread can reach it. */
void root_store(Value *slot, Value value);

/* The checked build aborts when a thread touches a local object of another one. */
#ifdef CHECK_SHARING
void check_owner(const void *object);
/* atomic: of objects, and of open files; objects that have become SHARED. Both stay 0 in a program
 * with one thread. */
extern uint64_t locks_taken, objects_shared;
#define COUNT_LOCK() ((void)fetch_add_relaxed(&locks_taken, 1))
#else
#define COUNT_LOCK()        ((void)0)
#define check_owner(object) ((void)0)
#endif

void object_lock_slow(Object *object);
void object_unlock_slow(Object *object);

/* Returns whether the lock was taken: false for a local object. */
ALWAYS_INLINE bool object_lock(void *object)
{
    Object *o = (Object *)object;
    check_owner(o);
    if (likely(!is_shared(o)))
        return false;
    COUNT_LOCK();
    uint8_t expected = 0;
    if (unlikely(!cas_acquire(&o->lock, &expected, 1)))
        object_lock_slow(o);
    return true;
}

ALWAYS_INLINE void object_unlock(void *object)
{
    Object *o = (Object *)object;
    uint8_t expected = 1;
    if (unlikely(!__atomic_compare_exchange_n(&o->lock, &expected, 0, false, __ATOMIC_RELEASE,
                                              __ATOMIC_RELAXED)))
        object_unlock_slow(o);
}

typedef struct LockScope {
    Object *held; /* 0: nothing to release */
    bool open;
} LockScope;

ALWAYS_INLINE LockScope lock_scope_enter(void *object)
{
    return (LockScope){object_lock(object) ? (Object *)object : 0, true};
}

ALWAYS_INLINE void lock_scope_leave(LockScope *scope)
{
    if (scope->held)
        object_unlock(scope->held);
}

/* Locks two objects, in address order, once if they are the same. */
typedef struct LockScope2 {
    Object *first, *second;
    bool open;
} LockScope2;
LockScope2 lock_scope2_enter(void *a, void *b);
void lock_scope2_leave(LockScope2 *scope);

#define WITH_LOCK(object)                                                                          \
    for (LockScope lock_scope_                                                                     \
         __attribute__((cleanup(lock_scope_leave))) = lock_scope_enter(object);                    \
         lock_scope_.open; lock_scope_.open = false)
#define WITH_LOCK2(a, b)                                                                           \
    for (LockScope2 lock_scope_                                                                    \
         __attribute__((cleanup(lock_scope2_leave))) = lock_scope2_enter((a), (b));                \
         lock_scope_.open; lock_scope_.open = false)

#endif
