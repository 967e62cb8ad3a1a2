#include "base/backoff.h"

#include "base/atomic.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/os_mem.h"

#define BRIEF_NS        INT64_C(100)
#define BRIEF_MAX_NS    INT64_C(10000)
#define SAFEPOINT_NS    INT64_C(1000) /* a wait that may hold up the collector */
#define LONG_NS         INT64_C(40000)
#define LONG_MIN_NS     INT64_C(4000)
#define SOON_NS         INT64_C(1500)
#define PATIENCE_MAX_NS INT64_C(100000)
#define PATIENCE_MIN_NS INT64_C(1000)
#define SIGNS_OF_CROWD  4
#define CROWDED_TURNS   32
#define CROWD_COUNT     64 /* a power of two */

/* Of all locks whose addresses hash to it. Both are hints, and changes may get lost. */
typedef struct Crowd {
    uint32_t signs;      /* atomic: from SIGNS_OF_CROWD on that and the turns that are left */
    uint32_t long_waits; /* atomic: how many have begun */
    char padding[64 - 8];
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
    if (now - past.taken > SOON_NS)
        signs -= signs > 0;
    else if (++signs == SIGNS_OF_CROWD)
        signs += CROWDED_TURNS;
    store_relaxed(&crowd->signs, signs);
}

static bool take_turn(Crowd *crowd)
{
    uint32_t signs = load_relaxed(&crowd->signs);
    if (signs < SIGNS_OF_CROWD)
        return false;
    store_relaxed(&crowd->signs, signs > SIGNS_OF_CROWD ? signs - 1 : SIGNS_OF_CROWD / 2);
    store_relaxed(&crowd->long_waits, load_relaxed(&crowd->long_waits) + 1);
    return true;
}

Backoff backoff_begin(const void *lock)
{
    Crowd *crowd = lock ? &crowds[hash_mix((uintptr_t)lock) & (CROWD_COUNT - 1)] : 0;
    int64_t now = monotonic_ns();
    if (crowd)
        judge(crowd, now);
    bool crowded = crowd && take_turn(crowd);
    if (!past.patience)
        past.patience = PATIENCE_MAX_NS;
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
    if (backoff->crowded)
        backoff->wait = backoff->wait / 2 > LONG_MIN_NS ? backoff->wait / 2 : LONG_MIN_NS;
    else
        backoff->wait = backoff->wait * 2 < BRIEF_MAX_NS ? backoff->wait * 2 : BRIEF_MAX_NS;
    return true;
}

void backoff_end(const Backoff *backoff, bool taken)
{
    past.crowd = taken && !backoff->crowded ? backoff->crowd : 0;
    past.taken = backoff->now;
    if (past.crowd)
        past.long_waits = load_relaxed(&past.crowd->long_waits);
    int64_t patience = taken ? past.patience * 2 : past.patience * 7 / 8;
    past.patience = patience < PATIENCE_MIN_NS   ? PATIENCE_MIN_NS
                    : patience > PATIENCE_MAX_NS ? PATIENCE_MAX_NS
                                                 : patience;
}
