/* Turns: how an iterator in C that takes several steps, with Python code in between, does them for
 * one thread at a time. A lock can't be held meanwhile; so a thread has its turn, and others sleep
 * until it is over. A thread that comes back to the iterator in its own turn goes on, as it would
 * with one thread only.
 *
 *     TURN(self, &self->turn) {
 *         ... may return ...
 *     }
 *     return 0;   // also reached, without the block, if a signal handler raised meanwhile
 */
#ifndef WEFT_CORE_TURN_H
#define WEFT_CORE_TURN_H

#include "core/share.h"
#include "core/thread.h"

/* atomic: twice the id of the thread whose turn it is, which no other thread ever gets, and in bit
 * 0 whether others wait; 0: nobody's. */
typedef uintptr_t Turn;

typedef enum TurnResult {
    TURN_TAKEN,  /* turn_leave is due */
    TURN_MINE,   /* it was this thread's already */
    TURN_FAILED, /* a signal handler raised an exception while waiting */
    TURN_STUCK,  /* turn_try_enter: the owner is blocked itself */
} TurnResult;
ALWAYS_INLINE Turn turn_of(const Thread *thread)
{
    return (Turn)thread->gc.id << 1;
}
TurnResult turn_enter(Turn *turn);
/* The same for an iterator that may say so if another thread is in it: does not wait on if that one
 * is in a blocking call after a tenth of a second, perhaps waiting for this thread. */
TurnResult turn_try_enter(Turn *turn);
void turn_leave(Turn *turn);

typedef struct TurnScope {
    Turn *held;         /* 0: nothing to leave */
    const void *object; /* 0: perhaps SHARED */
    bool open;
} TurnScope;

ALWAYS_INLINE TurnScope turn_scope_enter(Turn *turn)
{
    TurnResult result = turn_enter(turn);
    return (TurnScope){result == TURN_TAKEN ? turn : 0, 0, result != TURN_FAILED};
}

/* One that is not SHARED needs no turn... */
ALWAYS_INLINE TurnScope turn_scope_enter_shared(const void *object, Turn *turn)
{
    return unlikely(is_shared(object)) ? turn_scope_enter(turn) : (TurnScope){0, 0, true};
}

/* ...unless the Python code in between may share it, and a thread that then comes in would find it
 * in a state that is unsafe: its turn is a plain word until it is SHARED. */
ALWAYS_INLINE TurnScope turn_scope_enter_always(const void *object, Turn *turn)
{
    if (is_shared(object))
        return turn_scope_enter(turn);
    bool taken = !load_relaxed(turn);
    if (taken)
        store_relaxed(turn, turn_of(thread_self()));
    return (TurnScope){taken ? turn : 0, object, true};
}

ALWAYS_INLINE void turn_scope_leave(TurnScope *scope)
{
    if (likely(!scope->held))
        return;
    if (scope->object && !is_shared(scope->object))
        store_relaxed(scope->held, (uintptr_t)0);
    else
        turn_leave(scope->held);
}

#define WITH_TURN(enter)                                                                           \
    for (TurnScope turn_scope_ __attribute__((cleanup(turn_scope_leave))) = (enter);               \
         turn_scope_.open; turn_scope_.open = false)
#define TURN(object, turn)        WITH_TURN (turn_scope_enter_shared((object), (turn)))
#define TURN_ALWAYS(object, turn) WITH_TURN (turn_scope_enter_always((object), (turn)))

#endif
