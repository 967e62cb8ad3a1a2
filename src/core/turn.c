#include "core/turn.h"

#include "base/clock.h"
#include "base/parking_lot.h"

enum { WAITERS = 1 };

static bool has_waiters(void *context)
{
    return load_seq_cst((Turn *)context) & WAITERS;
}

#define PATIENCE_NS INT64_C(100000000)

/* Sleeps until the owner leaves, unless it has meanwhile, or until the deadline. False: a signal
 * handler raised. */
static bool wait(Turn *turn, uintptr_t seen, int64_t deadline)
{
    if (!(seen & WAITERS) && !cas_acq_rel(turn, &seen, seen | WAITERS))
        return true;
    ParkRequest request = {.address = turn,
                           .validate = has_waiters,
                           .context = turn,
                           .since = monotonic_ns(),
                           .deadline = deadline,
                           .interruptible = true};
    BLOCKING
    {
        park(&request);
    }
    return thread_poll(thread_self());
}

typedef struct Search {
    uintptr_t thread;
    bool found, blocked;
} Search;

static void look_at(Thread *thread, void *context)
{
    Search *search = context;
    if ((uintptr_t)thread != search->thread)
        return;
    search->found = true;
    search->blocked = load_acquire(&thread->gc.state) == GC_NATIVE;
}

static Search find_owner(uintptr_t seen)
{
    Search search = {.thread = seen & ~(uintptr_t)WAITERS};
    thread_each(look_at, &search);
    return search;
}

/* `patience`: ns after which to ask whether the owner is blocked; negative: never. */
static TurnResult enter(Turn *turn, int64_t patience)
{
    uintptr_t self = (uintptr_t)thread_self();
    int64_t deadline = -1;
    for (;;) {
        uintptr_t seen = 0;
        if (cas_acq_rel(turn, &seen, self))
            return TURN_TAKEN;
        if ((seen & ~(uintptr_t)WAITERS) == self)
            return TURN_MINE;
        Search owner = find_owner(seen);
        if (!owner.found) { /* a thread that a fork has left behind, or it has just left */
            if (cas_acq_rel(turn, &seen, self))
                return TURN_TAKEN;
            continue;
        }
        if (patience >= 0) {
            int64_t now = monotonic_ns();
            if (deadline >= 0 && now >= deadline && owner.blocked)
                return TURN_STUCK;
            if (now >= deadline)
                deadline = now + patience;
        }
        if (!wait(turn, seen, deadline))
            return TURN_FAILED;
    }
}

TurnResult turn_enter(Turn *turn)
{
    return enter(turn, -1);
}

TurnResult turn_try_enter(Turn *turn)
{
    return enter(turn, PATIENCE_NS);
}

void turn_leave(Turn *turn)
{
    if (exchange_acq_rel(turn, (uintptr_t)0) & WAITERS)
        unpark_all(turn);
}
