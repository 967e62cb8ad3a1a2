/* The file descriptor of an object that one thread may close while others are in a system call on
 * it. Closing it then would give its number away: the other thread might go on with the file that
 * gets it next. So the last of these calls closes it.
 *
 *   do {
 *       USING_FD(use, self, &self->fd);
 *       BLOCKING { n = read(use.fd, data, size); }
 *   } while (n < 0 && system_retry(&retry));
 *
 * Only the system calls are in the scope, so that Python code that runs between two of them may
 * close the file. */
#ifndef WEFT_MODULES_DESCRIPTOR_H
#define WEFT_MODULES_DESCRIPTOR_H

#include "base/atomic.h"
#include "core/object.h"

typedef struct FdUse {
    int fd;                         /* -1: closed */
    bool listed;                    /* other threads have the object */
    uint32_t thread;                /* its id */
    bool closes;                    /* guarded by the list's lock: it was closed meanwhile */
    struct FdUse *next, **previous; /* guarded by the list's lock; of all that is listed */
} FdUse;

void fd_enter_shared(FdUse *use, const int *fd);
void fd_leave_shared(FdUse *use);

ALWAYS_INLINE void fd_enter(FdUse *use, Value owner, const int *fd)
{
    if (is_shared(owner))
        fd_enter_shared(use, fd);
    else
        use->fd = load_relaxed(fd);
}
/* errno survives. */
ALWAYS_INLINE void fd_leave(FdUse *use)
{
    if (use->listed)
        fd_leave_shared(use);
}

/* In the rest of the block, use.fd is what *fd, a field of the owner, says, and stays open. */
#define USING_FD(use, owner, fd_)                                                                  \
    FdUse use __attribute__((cleanup(fd_leave)));                                                  \
    use.listed = false;                                                                            \
    fd_enter(&use, (Value)(owner), (fd_))

/* *fd of an open descriptor, for other threads to use. */
ALWAYS_INLINE void fd_publish(int *fd, int value)
{
    store_release(fd, value);
}

/* Makes *fd -1, and closes what it was: now, or at the end of the last call that uses it. Returns 0
 * or an errno, which is of now. */
int fd_close(int *fd) MUST_USE;

/* In the child of a fork: other threads' calls have ended. */
void fds_after_fork_child(void);

#endif
