#include "modules/descriptor.h"

#include <errno.h>
#include <unistd.h>
#include "base/lock.h"
#include "core/thread.h"

/* Uses by descriptor, so that threads with files of their own do not meet. */
typedef struct FdList {
    _Alignas(64) Mutex lock; /* raw: no safepoint is reached while it is held */
    FdUse *first;            /* guarded by lock */
} FdList;

enum { LISTS = 32 };
static FdList lists[LISTS];

static FdList *list_of(int fd)
{
    return &lists[(unsigned)fd % LISTS];
}

static FdUse *find_use(const FdList *list, int fd)
{
    FdUse *use = list->first;
    while (use && use->fd != fd)
        use = use->next;
    return use;
}

/* That the object has the descriptor still is asked again under the lock, which who closes it takes
 * after it is gone from there. */
void fd_enter_shared(FdUse *use, const int *fd)
{
    for (;;) {
        use->fd = load_acquire(fd);
        if (use->fd < 0)
            return;
        FdList *list = list_of(use->fd);
        mutex_lock_raw(&list->lock);
        if (likely(load_acquire(fd) == use->fd)) {
            use->listed = true;
            use->thread = thread_self()->gc.id;
            use->closes = false;
            use->next = list->first;
            use->previous = &list->first;
            if (use->next)
                use->next->previous = &use->next;
            list->first = use;
        }
        mutex_unlock(&list->lock);
        if (use->listed)
            return;
    }
}

static int close_now(int fd)
{
    int result = -1;
    BLOCKING
    {
        result = close(fd);
    }
    return result == 0 || errno == EINTR ? 0 : errno;
}

void fd_leave_shared(FdUse *use)
{
    FdList *list = list_of(use->fd);
    mutex_lock_raw(&list->lock);
    *use->previous = use->next;
    if (use->next)
        use->next->previous = use->previous;
    FdUse *other = use->closes ? find_use(list, use->fd) : 0;
    if (other)
        other->closes = true;
    mutex_unlock(&list->lock);
    if (!use->closes || other)
        return;
    int number = errno;
    close_now(use->fd); /* nobody waits for what it says */
    errno = number;
}

int fd_close(int *fd)
{
    int number = exchange_acq_rel(fd, -1);
    if (number < 0)
        return 0;
    FdList *list = list_of(number);
    mutex_lock_raw(&list->lock);
    FdUse *use = find_use(list, number);
    if (use)
        use->closes = true;
    mutex_unlock(&list->lock);
    return use ? 0 : close_now(number);
}

void fds_after_fork_child(void)
{
    uint32_t me = thread_self()->gc.id;
    for (int i = 0; i < LISTS; i++)
        for (FdUse *use = lists[i].first, *next; use; use = next) {
            next = use->next;
            if (use->thread != me)
                fd_leave_shared(use);
        }
}
