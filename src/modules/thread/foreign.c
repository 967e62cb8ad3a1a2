/* A program that has one thread takes no locks and shares nothing. When a second thread comes that
 * this one did not start, it has to wait until that can change: until the first thread is in the
 * native state, and kept there meanwhile, or serves POLL_SHARE at a safepoint. */
#include "modules/thread/foreign.h"

#include <time.h>
#include "base/lock.h"
#include "core/finaliser.h"
#include "core/share.h"
#include "modules/asyncio/asyncio.h"
#include "modules/thread/thread_internal.h"
#include "vm/monitoring.h"

static bool serve_share(Thread *thread UNUSED)
{
    share_process();
    return true;
}

static void await_several_threads(void)
{
    static Mutex turn FREE_AFTER_FORK; /* one thread at a time; always taken */
    const struct timespec pause = {.tv_nsec = 50000};
    mutex_lock_always(&turn);
    while (!share_is_complete()) {
        if (gc_while_native(&main_thread_now()->gc, share_process))
            break;
        thread_request_main(POLL_SHARE);
        nanosleep(&pause, 0);
    }
    mutex_unlock_always(&turn);
}

Thread *foreign_thread_enter(void)
{
    await_several_threads();
    Thread *thread = thread_new();
    if (!thread || !thread_enter(thread, 0))
        fatal("out of memory while attaching a thread");
    thread->daemon = true;
    return thread;
}

void foreign_thread_leave(Thread *thread)
{
    finalisers_run();
    trace_thread_ends();
    asyncio_thread_ends();
    local_thread_ends();
    thread_leave(thread);
}

void foreign_start(void)
{
    thread_set_poll_hook(POLL_SHARE, serve_share);
}
