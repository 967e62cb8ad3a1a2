#include "core/turn.h"

#include "base/clock.h"
#include "base/parking_lot.h"
#include "core/abstract.h"

enum { WAITERS = 1 };

static bool has_waiters(void *context)
{
    return load_seq_cst((Turn *)context) & WAITERS;
}

#define PATIENCE_NS INT64_C(100000000)

/* Sleeps until the owner leaves, unless it has meanwhile, or until the deadline. False: a signal
 * handler raised. `rests`: it has waited for long. */
static bool wait(Turn *turn, uintptr_t seen, int64_t deadline, bool rests)
{
    if (!(seen & WAITERS) && !cas_acq_rel(turn, &seen, seen | WAITERS))
        return true;
    ParkRequest request = {.address = turn,
                           .validate = has_waiters,
                           .context = turn,
                           .since = monotonic_ns(),
                           .deadline = deadline,
                           .interruptible = true};
    if (rests)
        rest_hook(true);
    BLOCKING
    {
        park(&request);
    }
    if (rests)
        rest_hook(false);
    return thread_poll_waiting(thread_self());
}

typedef struct Search {
    Turn thread;
    bool found, blocked;
} Search;

static void look_at(Thread *thread, void *context)
{
    Search *search = context;
    if (turn_of(thread) != search->thread)
        return;
    search->found = true;
    uint32_t state = load_acquire(&thread->gc.state);
    search->blocked = state == GC_NATIVE || state == GC_WAITING;
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
    Turn self = turn_of(thread_self());
    int64_t deadline = -1, rest_from = 0;
    for (;;) {
        uintptr_t seen = 0;
        if (cas_acq_rel(turn, &seen, self))
            return TURN_TAKEN;
        if ((seen & ~(uintptr_t)WAITERS) == self)
            return TURN_MINE;
        Search owner = find_owner(seen);
        /* A thread that a fork or the program's end has left behind, or it has just left. */
        if (!owner.found || lock_others_ended()) {
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
        int64_t until = deadline;
        if (!rest_from)
            rest_from = monotonic_ns() + REST_AFTER_NS;
        bool rests = monotonic_ns() >= rest_from;
        if (!rests && until < 0)
            until = rest_from;
        if (!wait(turn, seen, until, rests))
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
