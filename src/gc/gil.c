#include "gc/gil.h"

#include "base/clock.h"
#include "base/lock.h"

bool gil_enabled;

static struct {
    Mutex lock; /* guards the following */
    Condition released, taken;
    GcThread *holder;  /* 0: free */
    unsigned waiting;  /* threads in gil_acquire */
    uint64_t switches; /* how often the lock was taken */
    int64_t interval;  /* ns */
} gil = {.interval = 5000000};

void gil_enable(void)
{
    gil.holder = gc_self;
    gil_enabled = true;
}

void gil_set_interval(int64_t ns)
{
    mutex_lock_always(&gil.lock);
    gil.interval = ns;
    mutex_unlock_always(&gil.lock);
}

/* Waits until the lock is free; asks its holder for it each time that the interval is over. */
static void wait_locked(void)
{
    gil.waiting++;
    while (gil.holder && load_relaxed(&gil_enabled)) {
        uint64_t before = gil.switches;
        bool in_time = condition_wait(&gil.released, &gil.lock, monotonic_ns() + gil.interval);
        if (!in_time && gil.holder && gil.switches == before)
            fetch_or_acq_rel(&gil.holder->poll, (uint32_t)GC_POLL_GIL);
    }
    gil.waiting--;
}

static void acquire_locked(GcThread *self)
{
    wait_locked();
    gil.holder = self;
    gil.switches++;
    condition_wake_all(&gil.taken);
}

void gil_acquire(GcThread *self)
{
    mutex_lock_always(&gil.lock);
    acquire_locked(self);
    mutex_unlock_always(&gil.lock);
}

static void release_locked(void)
{
    if (gil.holder)
        fetch_and_acq_rel(&gil.holder->poll, ~(uint32_t)GC_POLL_GIL);
    gil.holder = NULL;
    condition_wake_one(&gil.released);
}

void gil_release(void)
{
    mutex_lock_always(&gil.lock);
    release_locked();
    mutex_unlock_always(&gil.lock);
}

void gil_switch(GcThread *self)
{
    mutex_lock_always(&gil.lock);
    if (gil.waiting) {
        uint64_t before = gil.switches;
        release_locked();
        while (gil.switches == before && gil.waiting && load_relaxed(&gil_enabled))
            condition_wait(&gil.taken, &gil.lock, -1);
        acquire_locked(self);
    }
    mutex_unlock_always(&gil.lock);
}

void gil_end_others(void)
{
    store_relaxed(&gil_enabled, false);
}

void gil_after_fork_child(GcThread *self)
{
    gil.lock = (Mutex){0};
    gil.holder = self;
    gil.waiting = 0;
}
