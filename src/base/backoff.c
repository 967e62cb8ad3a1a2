#include "base/backoff.h"

#include "base/atomic.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/os_mem.h"

#define BRIEF_NS        INT64_C(100)
#define BRIEF_MAX_NS    INT64_C(10000)
#define SAFEPOINT_NS    INT64_C(1000) /* a wait that may hold up the collector */
#define LONG_NS         INT64_C(64000)
#define LONG_MIN_NS     INT64_C(6000)
#define SOON_NS         INT64_C(1500)
#define PATIENCE_NEW_NS INT64_C(20000) /* of a thread that has met nothing yet */
#define PATIENCE_MAX_NS INT64_C(160000)
#define PATIENCE_MIN_NS INT64_C(1000)
#define SIGNS_OF_CROWD  4
#define CROWDED_TURNS   32
#define CALM_SIGNS      20000
#define CROWD_COUNT     64 /* a power of two */

/* Of all locks whose addresses hash to it. All are hints, and changes may get lost. */
typedef struct Crowd {
    uint32_t signs;      /* atomic: from SIGNS_OF_CROWD on that and the turns that are left */
    uint32_t long_waits; /* atomic: how many have begun */
    uint32_t looks;      /* atomic: at the lock, while it was crowded */
    uint32_t held;       /* atomic: how many of them found it held */
    uint32_t calm;       /* atomic: so many signs are not believed */
    char padding[64 - 20];
} Crowd;

static Crowd crowds[CROWD_COUNT] __attribute__((aligned(64)));

/* What the thread has met. */
static _Thread_local struct {
    Crowd *crowd;        /* of the lock that it got last after a brief wait, else 0 */
    int64_t taken;       /* when that was */
    uint32_t long_waits; /* how many had begun by then */
    int64_t patience;    /* 0: not known yet */
} past;

/* On one core the holder cannot go on while somebody waits awake. */
static bool has_cores(void)
{
    static unsigned cores; /* atomic: 0: not known yet */
    unsigned known = load_relaxed(&cores);
    if (!known) {
        known = os_processor_count();
        store_relaxed(&cores, known);
    }
    return known > 1;
}

/* A time in which another thread waited for long says nothing: this one had the lock to itself. */
static void judge(Crowd *crowd, int64_t now)
{
    uint32_t signs = load_relaxed(&crowd->signs);
    if (crowd != past.crowd || load_relaxed(&crowd->long_waits) != past.long_waits ||
        signs >= SIGNS_OF_CROWD)
        return;
    uint32_t calm = load_relaxed(&crowd->calm);
    if (calm)
        store_relaxed(&crowd->calm, calm - 1);
    else if (now - past.taken > SOON_NS)
        signs -= signs > 0;
    else if (++signs == SIGNS_OF_CROWD)
        signs += CROWDED_TURNS;
    store_relaxed(&crowd->signs, signs);
}

/* Whoever looks at a lock after a long wait looks at no particular time. If it was free most times,
 * threads do well side by side, however often they meet. */
static void end_turns(Crowd *crowd, BackoffKind kind)
{
    bool busy = load_relaxed(&crowd->held) >= load_relaxed(&crowd->looks) / (uint32_t)kind;
    store_relaxed(&crowd->signs, busy ? SIGNS_OF_CROWD - 1 : 0);
    store_relaxed(&crowd->calm, busy ? 0 : CALM_SIGNS);
    store_relaxed(&crowd->held, 0);
    store_relaxed(&crowd->looks, 0);
}

static bool take_turn(Crowd *crowd, BackoffKind kind)
{
    uint32_t signs = load_relaxed(&crowd->signs);
    if (signs < SIGNS_OF_CROWD)
        return false;
    if (signs > SIGNS_OF_CROWD)
        store_relaxed(&crowd->signs, signs - 1);
    else
        end_turns(crowd, kind);
    store_relaxed(&crowd->long_waits, load_relaxed(&crowd->long_waits) + 1);
    return true;
}

Backoff backoff_begin(const void *lock, BackoffKind kind)
{
    Crowd *crowd = lock ? &crowds[hash_mix((uintptr_t)lock) & (CROWD_COUNT - 1)] : 0;
    int64_t now = monotonic_ns();
    if (crowd)
        judge(crowd, now);
    bool crowded = crowd && take_turn(crowd, kind);
    if (!past.patience)
        past.patience = PATIENCE_NEW_NS;
    return (Backoff){
        .crowd = crowd,
        .begun = now,
        .now = now,
        .wait = crowded ? LONG_NS : BRIEF_NS,
        .limit = has_cores() ? now + past.patience : now,
        .crowded = crowded,
    };
}

bool backoff_is_brief(const Backoff *backoff)
{
    return backoff->wait <= SAFEPOINT_NS;
}

bool backoff_wait(Backoff *backoff)
{
    int64_t until = backoff->now + backoff->wait;
    if (backoff->now >= backoff->limit)
        return false;
    do
        cpu_relax();
    while ((backoff->now = monotonic_ns()) < until);
    backoff->looks++;
    if (backoff->crowded)
        backoff->wait = backoff->wait / 2 > LONG_MIN_NS ? backoff->wait / 2 : LONG_MIN_NS;
    else
        backoff->wait = backoff->wait * 2 < BRIEF_MAX_NS ? backoff->wait * 2 : BRIEF_MAX_NS;
    return true;
}

void backoff_end(const Backoff *backoff, bool taken)
{
    if (backoff->crowded) {
        Crowd *crowd = backoff->crowd;
        store_relaxed(&crowd->looks, load_relaxed(&crowd->looks) + backoff->looks);
        store_relaxed(&crowd->held, load_relaxed(&crowd->held) + backoff->looks - taken);
    }
    past.crowd = taken && !backoff->crowded ? backoff->crowd : 0;
    past.taken = backoff->now;
    if (past.crowd)
        past.long_waits = load_relaxed(&past.crowd->long_waits);
    int64_t patience = taken ? past.patience * 2 : past.patience * 7 / 8;
    past.patience = patience < PATIENCE_MIN_NS   ? PATIENCE_MIN_NS
                    : patience > PATIENCE_MAX_NS ? PATIENCE_MAX_NS
                                                 : patience;
}
