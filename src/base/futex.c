#include "base/futex.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/clock.h"

int futex_wait(uint32_t *word, uint32_t value, int64_t deadline)
{
    struct timespec until;
    if (deadline >= 0)
        until = timespec_from_ns(deadline);
    int saved = errno;
    /* The bitset variant takes an absolute time on the monotonic clock. */
    long result = syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, value,
                          deadline >= 0 ? &until : NULL, NULL, FUTEX_BITSET_MATCH_ANY);
    int error = result < 0 ? errno : 0;
    errno = saved;
    return error;
}

void futex_wake(uint32_t *word, int count)
{
    int saved = errno;
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
    errno = saved;
}
