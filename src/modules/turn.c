#include "modules/turn.h"

#include "base/clock.h"
#include "base/parking_lot.h"

enum { WAITERS = 1 };

static bool has_waiters(void *context)
{
    return load_seq_cst((Turn *)context) & WAITERS;
}

/* Sleeps until the owner leaves, unless it has meanwhile. False: a signal handler raised. */
static bool wait(Turn *turn, uintptr_t seen)
{
    if (!(seen & WAITERS) && !cas_acq_rel(turn, &seen, seen | WAITERS))
        return true;
    ParkRequest request = {.address = turn,
                           .validate = has_waiters,
                           .context = turn,
                           .since = monotonic_ns(),
                           .deadline = -1,
                           .interruptible = true};
    BLOCKING
    {
        park(&request);
    }
    return thread_poll(thread_self());
}

TurnResult turn_enter(Turn *turn)
{
    uintptr_t self = (uintptr_t)thread_self();
    for (;;) {
        uintptr_t seen = 0;
        if (cas_acq_rel(turn, &seen, self))
            return TURN_TAKEN;
        if ((seen & ~(uintptr_t)WAITERS) == self)
            return TURN_MINE;
        if (!wait(turn, seen))
            return TURN_FAILED;
    }
}

void turn_leave(Turn *turn)
{
    if (exchange_acq_rel(turn, (uintptr_t)0) & WAITERS)
        unpark_all(turn);
}
