/* File descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <termios.h>
#include <pty.h>
#include <unistd.h>
#include <utmp.h>
#include "modules/posix/posix_internal.h"
#include "modules/system.h"

FUNCTION(posix_open, "open", "path, flags, mode=511, *, dir_fd=None",
         "Open a file for low level IO.  Returns a file descriptor (integer).")
{
    Path path;
    int flags, mode, at, fd = -1;
    TRY(path_from(args[0], &path, "open", "path", 0));
    TRY(index_as_int(args[1], &flags));
    TRY(index_as_int(args[2], &mode));
    TRY(dir_fd_from(args[3], &at));
    TRY(AUDIT("open", path.object, None, int_small(flags | O_CLOEXEC)));
    RETRY(fd, openat(at, path.text, flags | O_CLOEXEC, mode));
    return fd < 0 ? raise_path_error(&path) : int_small(fd);
}

FUNCTION(posix_close, "close", "fd", "Close a file descriptor.")
{
    int fd, outcome = -1;
    TRY(fd_from(args[0], &fd));
    BLOCKING
    {
        outcome = close(fd);
    }
    return outcome && errno != EINTR ? raise_errno() : None;
}

/* Those from `first` to `last`. */
static void close_range_of(unsigned first, unsigned last)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, last, 0) == 0)
        return;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit > 0 && last >= (unsigned long)limit)
        last = (unsigned)limit - 1;
    for (unsigned fd = first; fd <= last; fd++)
        close((int)fd);
}

FUNCTION(posix_closerange, "closerange", "fd_low, fd_high, /",
         "Closes all file descriptors in [fd_low, fd_high), ignoring errors.")
{
    int low, high;
    TRY(index_as_int(args[0], &low));
    TRY(index_as_int(args[1], &high));
    if (low < 0)
        low = 0;
    BLOCKING
    {
        if (low < high)
            close_range_of((unsigned)low, (unsigned)high - 1);
    }
    return None;
}

static Value bytes_result(Value bytes, ssize_t n)
{
    return n < 0 ? raise_errno() : bytes_shrink_unseen(bytes, n);
}

FUNCTION(posix_read, "read", "fd, length, /",
         "Read from a file descriptor.  Returns a bytes object.")
{
    int fd;
    TRY(fd_from(args[0], &fd));
    intptr_t length = TRY_INDEX(args[1]);
    if (length < 0) {
        errno = EINVAL;
        return raise_errno();
    }
    Value bytes = TRY(bytes_new(length));
    ssize_t n = -1;
    RETRY(n, read(fd, ((Bytes *)bytes)->data, (size_t)length));
    return bytes_result(bytes, n);
}

FUNCTION(posix_pread, "pread", "fd, length, offset, /",
         "Read a number of bytes from a file descriptor starting at a particular offset.")
{
    int fd;
    int64_t offset;
    TRY(fd_from(args[0], &fd));
    intptr_t length = TRY_INDEX(args[1]);
    TRY(index_as_int64(args[2], &offset));
    if (length < 0) {
        errno = EINVAL;
        return raise_errno();
    }
    Value bytes = TRY(bytes_new(length));
    ssize_t n = -1;
    RETRY(n, pread(fd, ((Bytes *)bytes)->data, (size_t)length, offset));
    return bytes_result(bytes, n);
}

/* Writes at an offset, or (0) where the descriptor stands. */
static Value write_buffer(Value fd_value, Value data, const int64_t *offset)
{
    int fd;
    Buffer buffer;
    ssize_t n = -1;
    TRY(fd_from(fd_value, &fd));
    TRY(buffer_get(data, &buffer, BUFFER_READ));
    bool good = true;
    do {
        BLOCKING
        {
            n = offset ? pwrite(fd, buffer.data, (size_t)buffer.size, *offset)
                       : write(fd, buffer.data, (size_t)buffer.size);
        }
    } while (n < 0 && errno == EINTR && (good = thread_poll(thread_self())));
    int saved = errno;
    buffer_release(&buffer);
    errno = saved;
    return !good ? 0 : n < 0 ? raise_errno() : int_from(n);
}

FUNCTION(posix_write, "write", "fd, data, /", "Write a bytes object to a file descriptor.")
{
    return write_buffer(args[0], args[1], 0);
}

FUNCTION(posix_pwrite, "pwrite", "fd, buffer, offset, /",
         "Write bytes to a file descriptor starting at a particular offset.")
{
    int64_t offset;
    TRY(index_as_int64(args[2], &offset));
    return write_buffer(args[0], args[1], &offset);
}

FUNCTION(posix_lseek, "lseek", "fd, position, whence, /",
         "Set the position of a file descriptor.  Return the new position.")
{
    int fd, whence;
    int64_t position;
    off_t result = -1;
    TRY(fd_from(args[0], &fd));
    TRY(index_as_int64(args[1], &position));
    TRY(index_as_int(args[2], &whence));
    BLOCKING
    {
        result = lseek(fd, position, whence);
    }
    return result < 0 ? raise_errno() : int_from(result);
}

FUNCTION(posix_ftruncate, "ftruncate", "fd, length, /",
         "Truncate a file, specified by file descriptor, to a specific length.")
{
    int fd, outcome = -1;
    int64_t length;
    TRY(fd_from(args[0], &fd));
    TRY(index_as_int64(args[1], &length));
    TRY(AUDIT("os.truncate", int_small(fd), int_from(length)));
    RETRY(outcome, ftruncate(fd, length));
    return outcome ? raise_errno() : None;
}

FUNCTION(posix_fsync, "fsync", "fd", "Force write of fd to disk.")
{
    int fd = fd_from_object(args[0]), outcome = -1;
    if (fd < 0)
        return 0;
    RETRY(outcome, fsync(fd));
    return outcome ? raise_errno() : None;
}

FUNCTION(posix_fdatasync, "fdatasync", "fd",
         "Force write of fd to disk without forcing update of metadata.")
{
    int fd = fd_from_object(args[0]), outcome = -1;
    if (fd < 0)
        return 0;
    RETRY(outcome, fdatasync(fd));
    return outcome ? raise_errno() : None;
}

FUNCTION(posix_isatty, "isatty", "fd, /", "Return True if the fd is connected to a terminal.")
{
    int fd;
    TRY(fd_from(args[0], &fd));
    return bool_value(isatty(fd));
}

FUNCTION(posix_openpty, "openpty", "",
         "Open a pseudo-terminal.\n\n"
         "Return a tuple of (master_fd, slave_fd) containing open file descriptors\n"
         "for both the master and slave ends.")
{
    int master, slave;
    if (openpty(&master, &slave, 0, 0, 0) != 0)
        return raise_errno();
    if (!fd_set_inheritable(master, false) || !fd_set_inheritable(slave, false)) {
        close(master);
        close(slave);
        return 0;
    }
    return tuple_of(int_small(master), int_small(slave));
}

FUNCTION(posix_login_tty, "login_tty", "fd, /",
         "Prepare the tty of which fd is a file descriptor for a new login session.\n\n"
         "Make the calling process a session leader; make the tty the\n"
         "controlling tty, the stdin, the stdout, and the stderr of the\n"
         "calling process; close fd.")
{
    int fd;
    TRY(fd_from(args[0], &fd));
    return login_tty(fd) == 0 ? None : raise_errno();
}

FUNCTION(posix_ttyname, "ttyname", "fd, /",
         "Return the name of the terminal device connected to 'fd'.")
{
    int fd;
    char name[256];
    TRY(fd_from(args[0], &fd));
    int error = ttyname_r(fd, name, sizeof name);
    if (error) {
        errno = error;
        return raise_errno();
    }
    return str_from_fs(name, strlen(name));
}

FUNCTION(posix_dup, "dup", "fd, /", "Return a duplicate of a file descriptor.")
{
    int fd;
    TRY(fd_from(args[0], &fd));
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? raise_errno() : int_small(copy);
}

FUNCTION(posix_dup2, "dup2", "fd, fd2, inheritable=True", "Duplicate file descriptor.")
{
    int fd, fd2, inheritable = object_truth(args[2]);
    TRY(fd_from(args[0], &fd));
    TRY(fd_from(args[1], &fd2));
    TRY(inheritable >= 0);
    int result = inheritable || fd == fd2 ? dup2(fd, fd2) : dup3(fd, fd2, O_CLOEXEC);
    return result < 0 ? raise_errno() : int_small(result);
}

static Value make_pipe(int flags)
{
    int fds[2];
    return pipe2(fds, flags) ? raise_errno() : tuple_of(int_small(fds[0]), int_small(fds[1]));
}

FUNCTION(posix_pipe, "pipe", "", "Create a pipe.")
{
    return make_pipe(O_CLOEXEC);
}

FUNCTION(posix_pipe2, "pipe2", "flags, /", "Create a pipe with flags set atomically.")
{
    int flags;
    TRY(index_as_int(args[0], &flags));
    return make_pipe(flags);
}

FUNCTION(posix_get_inheritable, "get_inheritable", "fd, /",
         "Get the close-on-exe flag of the specified file descriptor.")
{
    int fd;
    TRY(fd_from(args[0], &fd));
    int flags = fcntl(fd, F_GETFD);
    return flags < 0 ? raise_errno() : bool_value(!(flags & FD_CLOEXEC));
}

FUNCTION(posix_set_inheritable, "set_inheritable", "fd, inheritable, /",
         "Set the inheritable flag of the specified file descriptor.")
{
    int fd, inheritable;
    TRY(fd_from(args[0], &fd));
    TRY(index_as_int(args[1], &inheritable));
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || fcntl(fd, F_SETFD, inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC) < 0)
        return raise_errno();
    return None;
}

FUNCTION(posix_get_blocking, "get_blocking", "fd, /",
         "Get the blocking mode of the file descriptor.")
{
    int fd;
    TRY(fd_from(args[0], &fd));
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? raise_errno() : bool_value(!(flags & O_NONBLOCK));
}

FUNCTION(posix_set_blocking, "set_blocking", "fd, blocking, /",
         "Set the blocking mode of the specified file descriptor.")
{
    int fd, blocking = object_truth(args[1]);
    TRY(fd_from(args[0], &fd));
    TRY(blocking >= 0);
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0)
        return raise_errno();
    return None;
}

FUNCTION(posix_sendfile, "sendfile", "out_fd, in_fd, offset, count",
         "Copy count bytes from file descriptor in_fd to file descriptor out_fd.")
{
    int out, in;
    TRY(fd_from(args[0], &out));
    TRY(fd_from(args[1], &in));
    intptr_t count = TRY_INDEX(args[3]);
    off_t offset = 0;
    if (args[2] != None)
        TRY(index_as_int64(args[2], (int64_t *)&offset));
    ssize_t n = -1;
    RETRY(n, sendfile(out, in, args[2] == None ? 0 : &offset, (size_t)count));
    return n < 0 ? raise_errno() : int_from(n);
}

static const StructField size_fields[] = {{"columns", "width of the terminal window in characters"},
                                          {"lines", "height of the terminal window in characters"},
                                          {0}};
static const StructDef size_def = {size_fields, 2, false};
static Type terminal_size_type = STRUCT_TYPE(
    "os.terminal_size", &size_def, "A tuple of (columns, lines) for holding terminal window size");

FUNCTION(posix_get_terminal_size, "get_terminal_size", "fd=1, /",
         "Return the size of the terminal window as (columns, lines).")
{
    int fd;
    struct winsize size;
    TRY(fd_from(args[0], &fd));
    if (ioctl(fd, TIOCGWINSZ, &size) != 0)
        return raise_errno();
    Value r = TRY(struct_new(&terminal_size_type));
    struct_init(r, 0, int_small(size.ws_col));
    struct_init(r, 1, int_small(size.ws_row));
    return r;
}

FUNCTION(posix_device_encoding, "device_encoding", "fd",
         "Return a string describing the encoding of a terminal's file descriptor.")
{
    int fd;
    TRY(fd_from(args[0], &fd));
    return isatty(fd) ? str_from_cstring("UTF-8") : None;
}

MethodDef *const posix_fd_functions[] = {
    M(posix_open),
    M(posix_close),
    M(posix_closerange),
    M(posix_read),
    M(posix_pread),
    M(posix_write),
    M(posix_pwrite),
    M(posix_lseek),
    M(posix_ftruncate),
    M(posix_fsync),
    M(posix_fdatasync),
    M(posix_isatty),
    M(posix_ttyname),
    M(posix_openpty),
    M(posix_login_tty),
    M(posix_dup),
    M(posix_dup2),
    M(posix_pipe),
    M(posix_pipe2),
    M(posix_get_inheritable),
    M(posix_set_inheritable),
    M(posix_get_blocking),
    M(posix_set_blocking),
    M(posix_sendfile),
    M(posix_get_terminal_size),
    M(posix_device_encoding),
    0,
};

bool posix_add_info_types(Value module)
{
    struct_type_ready(&terminal_size_type);
    return module_add_type(module, &terminal_size_type);
}
