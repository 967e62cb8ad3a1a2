/* Descriptors, continued: several buffers at once, copies in the kernel, advice, locks, and
 * descriptors of other things than files: memory, events, timers, processes, terminals. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>
#include "modules/posix/posix_internal.h"
#include "modules/system.h"

/* ---- several buffers */

/* The collector doesn't look into `buffers`, so a list in the C frame keeps their owners alive:
 * volatile, for it is never read. */
typedef struct Vector {
    Value volatile owners;
    Buffer *buffers;
    struct iovec *parts;
    intptr_t count; /* of buffers that are in use */
} Vector;

static void vector_release(Vector *vector)
{
    for (intptr_t i = 0; i < vector->count; i++)
        buffer_release(&vector->buffers[i]);
    free(vector->buffers);
    free(vector->parts);
}
#define BOUND_VECTOR(name) Vector name __attribute__((cleanup(vector_release))) = {0}

static bool vector_from(Value sequence, int flags, const char *function, Vector *out)
{
    if (!is_sequence(sequence))
        return raise(TypeError, "%s() arg 2 must be a sequence", function);
    Value list = TRY(list_from_iterable(sequence));
    size_t count = (size_t)list_length(list);
    out->owners = TRY(list_new(0));
    out->buffers = calloc(count + 1, sizeof *out->buffers);
    out->parts = calloc(count + 1, sizeof *out->parts);
    if (!out->buffers || !out->parts)
        return raise_no_memory();
    for (size_t i = 0; i < count; i++) {
        Buffer *buffer = &out->buffers[i];
        TRY(buffer_get(list_get(list, (intptr_t)i), buffer, flags));
        out->count++;
        TRY(buffer_keep(buffer, out->owners));
        out->parts[i] = (struct iovec){buffer->data, (size_t)buffer->size};
    }
    return true;
}

static Value count_value(ssize_t n)
{
    return n < 0 ? raise_errno() : int_from(n);
}

FUNCTION(posix_readv, "readv", "fd, buffers, /",
         "Read from a file descriptor fd into an iterable of buffers.")
{
    BOUND_VECTOR(vector);
    int fd;
    ssize_t n = -1;
    TRY(fd_from(args[0], &fd));
    TRY(vector_from(args[1], BUFFER_WRITE, "readv", &vector));
    RETRY(n, readv(fd, vector.parts, (int)vector.count));
    return count_value(n);
}

FUNCTION(posix_writev, "writev", "fd, buffers, /",
         "Iterate over buffers, and write the contents of each to a file descriptor.")
{
    BOUND_VECTOR(vector);
    int fd;
    ssize_t n = -1;
    TRY(fd_from(args[0], &fd));
    TRY(vector_from(args[1], BUFFER_READ, "writev", &vector));
    RETRY(n, writev(fd, vector.parts, (int)vector.count));
    return count_value(n);
}

FUNCTION(posix_preadv, "preadv", "fd, buffers, offset, flags=0, /",
         "Reads from a file descriptor into a number of mutable bytes-like objects.")
{
    BOUND_VECTOR(vector);
    int fd, flags;
    int64_t offset;
    ssize_t n = -1;
    TRY(fd_from(args[0], &fd));
    TRY(index_as_int64(args[2], &offset));
    TRY(index_as_int(args[3], &flags));
    TRY(vector_from(args[1], BUFFER_WRITE, "preadv", &vector));
    RETRY(n, preadv2(fd, vector.parts, (int)vector.count, offset, flags));
    return count_value(n);
}

FUNCTION(posix_pwritev, "pwritev", "fd, buffers, offset, flags=0, /",
         "Writes the contents of bytes-like objects to a file descriptor at a given offset.")
{
    BOUND_VECTOR(vector);
    int fd, flags;
    int64_t offset;
    ssize_t n = -1;
    TRY(fd_from(args[0], &fd));
    TRY(index_as_int64(args[2], &offset));
    TRY(index_as_int(args[3], &flags));
    TRY(vector_from(args[1], BUFFER_READ, "pwritev", &vector));
    RETRY(n, pwritev2(fd, vector.parts, (int)vector.count, offset, flags));
    return count_value(n);
}

/* ---- copies in the kernel */

typedef struct KernelCopy {
    int from, to;
    size_t count;
    off64_t offsets[2]; /* of from and to */
    off64_t *given[2];  /* those of them that are used; 0: the descriptor's own position */
} KernelCopy;

/* args: src, dst, count, offset_src, offset_dst. */
static bool copy_from(Value *args, KernelCopy *copy)
{
    TRY(fd_from(args[0], &copy->from));
    TRY(fd_from(args[1], &copy->to));
    intptr_t count = TRY_INDEX(args[2]);
    if (count < 0)
        return raise(ValueError, "negative value for 'count' not allowed");
    copy->count = (size_t)count;
    for (int i = 0; i < 2; i++) {
        copy->given[i] = args[3 + i] == None ? 0 : &copy->offsets[i];
        if (copy->given[i])
            TRY(index_as_int64(args[3 + i], &copy->offsets[i]));
    }
    return true;
}

FUNCTION(posix_copy_file_range, "copy_file_range",
         "src, dst, count, offset_src=None, offset_dst=None",
         "Copy count bytes from one file descriptor to another.")
{
    KernelCopy c;
    ssize_t n = -1;
    TRY(copy_from(args, &c));
    RETRY(n, copy_file_range(c.from, c.given[0], c.to, c.given[1], c.count, 0));
    return count_value(n);
}

FUNCTION(posix_splice, "splice", "src, dst, count, offset_src=None, offset_dst=None, flags=0",
         "Transfer count bytes from one pipe to a descriptor or vice versa.")
{
    KernelCopy c;
    int flags;
    ssize_t n = -1;
    TRY(copy_from(args, &c));
    TRY(index_as_int(args[5], &flags));
    RETRY(n, splice(c.from, c.given[0], c.to, c.given[1], c.count, (unsigned)flags));
    return count_value(n);
}

/* ---- advice, space, locks */

FUNCTION(posix_posix_fadvise, "posix_fadvise", "fd, offset, length, advice, /",
         "Announce an intention to access data in a specific pattern.")
{
    int fd, advice, error = 0;
    int64_t offset, length;
    TRY(fd_from(args[0], &fd));
    TRY(index_as_int64(args[1], &offset));
    TRY(index_as_int64(args[2], &length));
    TRY(index_as_int(args[3], &advice));
    BLOCKING
    {
        error = posix_fadvise(fd, offset, length, advice);
    }
    errno = error;
    return error ? raise_errno() : None;
}

FUNCTION(posix_posix_fallocate, "posix_fallocate", "fd, offset, length, /",
         "Ensure a file has allocated at least a particular number of bytes on disk.")
{
    int fd, error = 0;
    int64_t offset, length;
    TRY(fd_from(args[0], &fd));
    TRY(index_as_int64(args[1], &offset));
    TRY(index_as_int64(args[2], &length));
    do {
        BLOCKING
        {
            error = posix_fallocate(fd, offset, length);
        }
        if (error == EINTR && !thread_poll(thread_self()))
            return 0;
    } while (error == EINTR);
    errno = error;
    return error ? raise_errno() : None;
}

FUNCTION(posix_lockf, "lockf", "fd, command, length, /",
         "Apply, test or remove a POSIX lock on an open file descriptor.")
{
    int fd, command, outcome = -1;
    int64_t length;
    TRY(fd_from(args[0], &fd));
    TRY(index_as_int(args[1], &command));
    TRY(index_as_int64(args[2], &length));
    TRY(AUDIT("os.lockf", int_small(fd), int_small(command), int_from(length)));
    RETRY(outcome, lockf(fd, command, length));
    return outcome ? raise_errno() : None;
}

FUNCTION(posix_sync, "sync", "/", "Force write of everything to disk.")
{
    BLOCKING
    {
        sync();
    }
    return None;
}

FUNCTION(posix_mknod, "mknod", "path, mode=384, device=0, *, dir_fd=None",
         "Create a node in the file system.")
{
    Path path;
    int mode, at, outcome = -1;
    uint64_t device;
    TRY(path_from(args[0], &path, "mknod", "path", 0));
    TRY(index_as_int(args[1], &mode));
    TRY(index_as_uint64(args[2], &device));
    TRY(dir_fd_from(args[3], &at));
    RETRY(outcome, mknodat(at, path.text, (mode_t)mode, device));
    return outcome ? raise_errno() : None;
}

/* ---- memory, events */

FUNCTION(posix_memfd_create, "memfd_create", "name, flags=?MFD_CLOEXEC", 0)
{
    uint64_t flags = MFD_CLOEXEC;
    int fd = -1;
    const char *name = TRY(fs_bytes(TRY(fs_path(args[0])), 0));
    if (args[1])
        TRY(index_as_uint64(args[1], &flags));
    BLOCKING
    {
        fd = memfd_create(name, (unsigned)flags);
    }
    return fd < 0 ? raise_errno() : int_small(fd);
}

FUNCTION(posix_eventfd, "eventfd", "initval, flags=?EFD_CLOEXEC",
         "Creates and returns an event notification file descriptor.")
{
    int64_t start;
    int flags = EFD_CLOEXEC;
    TRY(index_as_int64(args[0], &start));
    if (start < 0)
        return raise(ValueError, "value must be positive");
    if (start > UINT32_MAX)
        return raise(OverflowError, "Python int too large for C unsigned int");
    if (args[1])
        TRY(index_as_int(args[1], &flags));
    int fd = eventfd((unsigned)start, flags);
    return fd < 0 ? raise_errno() : int_small(fd);
}

FUNCTION(posix_eventfd_read, "eventfd_read", "fd", "Read eventfd value")
{
    int fd, outcome = -1;
    eventfd_t value = 0;
    TRY(fd_from(args[0], &fd));
    RETRY(outcome, eventfd_read(fd, &value));
    return outcome ? raise_errno() : int_from_u64(value);
}

FUNCTION(posix_eventfd_write, "eventfd_write", "fd, value", "Write eventfd value.")
{
    int fd, outcome = -1;
    uint64_t value;
    TRY(fd_from(args[0], &fd));
    Value number = TRY(number_index(args[1]));
    if (int_sign(number) < 0)
        return raise(ValueError, "value must be positive");
    if (!index_as_uint64(number, &value))
        return error_clear_if(OverflowError) ? raise(OverflowError, "int too big to convert") : 0;
    RETRY(outcome, eventfd_write(fd, value));
    return outcome ? raise_errno() : None;
}

/* ---- timers: seconds as floats, or nanoseconds */

typedef Value (*TimeValue)(struct timespec time);
typedef bool (*TimeFrom)(Value v, struct timespec *time);

static Value seconds_value(struct timespec time)
{
    return float_from((double)time.tv_sec + (double)time.tv_nsec * 1e-9);
}

static Value ns_value(struct timespec time)
{
    return int_from((int64_t)time.tv_sec * 1000000000 + time.tv_nsec);
}

static bool seconds_from(Value v, struct timespec *time)
{
    double seconds;
    TRY(number_as_double(v, &seconds));
    double whole = floor(seconds);
    if (!(fabs(whole) < 9.2e18))
        return raise(OverflowError, "timestamp out of range for platform time_t");
    *time = (struct timespec){(time_t)whole, (long)floor((seconds - whole) * 1e9)};
    return true;
}

static bool ns_from(Value v, struct timespec *time)
{
    int64_t ns;
    TRY(index_as_int64(v, &ns));
    *time = (struct timespec){ns / 1000000000, ns % 1000000000};
    return true;
}

static Value timer_value(const struct itimerspec *timer, TimeValue convert)
{
    return tuple_of(TRY(convert(timer->it_value)), TRY(convert(timer->it_interval)));
}

FUNCTION(posix_timerfd_create, "timerfd_create", "clockid, /, *, flags=0",
         "Create and return a timer file descriptor.")
{
    int clock, flags;
    TRY(index_as_int(args[0], &clock));
    TRY(index_as_int(args[1], &flags));
    int fd = timerfd_create(clock, flags | TFD_CLOEXEC);
    return fd < 0 ? raise_errno() : int_small(fd);
}

static Value timer_get(Value *args, TimeValue convert)
{
    int fd;
    struct itimerspec timer;
    TRY(fd_from(args[0], &fd));
    return timerfd_gettime(fd, &timer) ? raise_errno() : timer_value(&timer, convert);
}

static Value timer_set(Value *args, TimeFrom from, TimeValue convert)
{
    int fd, flags;
    struct itimerspec timer = {0}, old;
    TRY(fd_from(args[0], &fd));
    TRY(index_as_int(args[1], &flags));
    TRY(from(args[2], &timer.it_value));
    TRY(from(args[3], &timer.it_interval));
    if (timerfd_settime(fd, flags, &timer, &old))
        return raise_errno();
    return timer_value(&old, convert);
}

FUNCTION(
    posix_timerfd_gettime, "timerfd_gettime", "fd, /",
    "Return a tuple of a timer file descriptor's (interval, next expiration) in float seconds.")
{
    return timer_get(args, seconds_value);
}

FUNCTION(posix_timerfd_gettime_ns, "timerfd_gettime_ns", "fd, /",
         "Return a tuple of a timer file descriptor's (interval, next expiration) in nanoseconds.")
{
    return timer_get(args, ns_value);
}

FUNCTION(posix_timerfd_settime, "timerfd_settime", "fd, /, *, flags=0, initial=0.0, interval=0.0",
         "Alter a timer file descriptor's internal timer in seconds.")
{
    return timer_set(args, seconds_from, seconds_value);
}

FUNCTION(posix_timerfd_settime_ns, "timerfd_settime_ns", "fd, /, *, flags=0, initial=0, interval=0",
         "Alter a timer file descriptor's internal timer in nanoseconds.")
{
    return timer_set(args, ns_from, ns_value);
}

/* ---- terminals */

FUNCTION(posix_posix_openpt, "posix_openpt", "oflag, /",
         "Open and return a file descriptor for a master pseudo-terminal device.")
{
    int flags;
    TRY(index_as_int(args[0], &flags));
    int fd = posix_openpt(flags | O_CLOEXEC);
    return fd < 0 ? raise_errno() : int_small(fd);
}

FUNCTION(posix_grantpt, "grantpt", "fd, /", "Grant access to the slave pseudo-terminal device.")
{
    int fd;
    TRY(fd_from(args[0], &fd));
    return grantpt(fd) ? raise_errno() : None;
}

FUNCTION(posix_unlockpt, "unlockpt", "fd, /", "Unlock a pseudo-terminal master/slave pair.")
{
    int fd;
    TRY(fd_from(args[0], &fd));
    return unlockpt(fd) ? raise_errno() : None;
}

FUNCTION(posix_ptsname, "ptsname", "fd, /", "Return the name of the slave pseudo-terminal device.")
{
    int fd;
    char name[PATH_MAX];
    TRY(fd_from(args[0], &fd));
    int error = ptsname_r(fd, name, sizeof name);
    errno = error;
    return error ? raise_errno() : str_from_fs(name, strlen(name));
}

MethodDef *const posix_transfer_functions[] = {
    M(posix_readv),
    M(posix_writev),
    M(posix_preadv),
    M(posix_pwritev),
    M(posix_copy_file_range),
    M(posix_splice),
    M(posix_posix_fadvise),
    M(posix_posix_fallocate),
    M(posix_lockf),
    M(posix_sync),
    M(posix_mknod),
    M(posix_memfd_create),
    M(posix_eventfd),
    M(posix_eventfd_read),
    M(posix_eventfd_write),
    M(posix_timerfd_create),
    M(posix_timerfd_gettime),
    M(posix_timerfd_gettime_ns),
    M(posix_timerfd_settime),
    M(posix_timerfd_settime_ns),
    M(posix_posix_openpt),
    M(posix_grantpt),
    M(posix_unlockpt),
    M(posix_ptsname),
    0,
};
