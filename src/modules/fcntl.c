/* fcntl: control of file descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <linux/fs.h>

#include "core/abstract.h"
#include "core/audit.h"
#include "core/module.h"
#include "modules/system.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"

#define ARGUMENT_MAX 1024

/* The bytes of a str or bytes-like argument, copied with room behind. 1, 0: it is an int, -1. */
static int bytes_argument(Value v, char *copy, intptr_t *size, const char *function)
{
    Buffer buffer = {0};
    const char *data;
    if (is_str(v)) {
        size_t length;
        data = TRY_OR(str_utf8(v, &length), -1);
        *size = (intptr_t)length;
    } else if (has_buffer(v)) {
        TRY_OR(buffer_get(v, &buffer, BUFFER_READ), -1);
        data = buffer.data;
        *size = buffer.size;
    } else {
        return 0;
    }
    bool fits = *size <= ARGUMENT_MAX;
    if (fits) {
        memcpy(copy, data, (size_t)*size);
        copy[*size] = 0;
    } else {
        raise(ValueError, "%s string arg too long", function);
    }
    buffer_release(&buffer);
    return fits ? 1 : -1;
}

/* An int argument as the 32 bits that the kernel sees, signed or not. */
static bool int_argument(Value v, long *out)
{
    int64_t value;
    TRY(index_as_int64(v, &value));
    *out = (long)(int)value;
    return true;
}

FUNCTION(fcntl_fcntl, "fcntl", "fd, cmd, arg=?0, /",
         "Perform the operation `cmd` on file descriptor fd.\n\n"
         "The values used for `cmd` are operating system dependent, and are available\n"
         "as constants in the fcntl module, using the same names as used in\n"
         "the relevant C header files.  The argument arg is optional, and\n"
         "defaults to 0; it may be an int or a string.  If arg is given as a string,\n"
         "the return value of fcntl is a string of that length, containing the\n"
         "resulting value put in the arg buffer by the operating system.  The length\n"
         "of the arg string is not allowed to exceed 1024 bytes.  If the arg given\n"
         "is an integer or if none is specified, the result value is an integer\n"
         "corresponding to the return value of the fcntl call in the C code.")
{
    char data[ARGUMENT_MAX + 1];
    intptr_t size;
    int fd = fd_from_object(args[0]), command, result = -1;
    uint32_t number = 0;
    if (fd < 0)
        return 0;
    TRY(index_as_int(args[1], &command));
    Value argument = args[2] ? args[2] : int_small(0);
    int is_bytes_like = TRY_NOT_NEGATIVE(bytes_argument(argument, data, &size, "fcntl"), 0);
    if (!is_bytes_like)
        TRY(index_low_bits(argument, &number));
    TRY(AUDIT("fcntl.fcntl", int_small(fd), int_small(command), args[2] ? args[2] : None));
    Retry retry = {0};
    do
        BLOCKING
        {
            result = is_bytes_like ? fcntl(fd, command, data) : fcntl(fd, command, (int)number);
        }
    while (result < 0 && system_retry(&retry));
    if (result < 0)
        return system_failed(&retry, 0, 0);
    return is_bytes_like ? bytes_from(data, (size_t)size) : int_small(result);
}

static Value ioctl_result(int result)
{
    return result < 0 ? raise_errno() : int_small(result);
}

/* A writable buffer is changed in place, if it is to be. */
static Value ioctl_in_place(int fd, unsigned long request, Value argument)
{
    Buffer buffer;
    char data[ARGUMENT_MAX + 1];
    int result = -1;
    TRY(buffer_get(argument, &buffer, BUFFER_WRITE));
    bool small = buffer.size <= ARGUMENT_MAX;
    if (small)
        memcpy(data, buffer.data, (size_t)buffer.size);
    data[small ? buffer.size : 0] = 0;
    BLOCKING
    {
        result = ioctl(fd, request, small ? data : buffer.data);
    }
    if (small)
        memcpy(buffer.data, data, (size_t)buffer.size);
    int number = errno;
    buffer_release(&buffer);
    errno = number;
    return ioctl_result(result);
}

FUNCTION(fcntl_ioctl, "ioctl", "fd, request, arg=?0, mutate_flag=True, /",
         "Perform the operation request on file descriptor fd.\n\n"
         "The values used for request are operating system dependent, and are available\n"
         "as constants in the fcntl or termios library modules, using the same names as\n"
         "used in the relevant C header files.")
{
    char data[ARGUMENT_MAX + 1];
    intptr_t size;
    int fd = fd_from_object(args[0]), result = -1;
    int64_t request;
    long number;
    if (fd < 0)
        return 0;
    TRY(index_as_int64(args[1], &request));
    int mutate = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    TRY(AUDIT("fcntl.ioctl", int_small(fd), int_from(request), args[2] ? args[2] : None));
    Value argument = args[2] ? args[2] : int_small(0);
    if (mutate && !is_str(argument) && !is_bytes(argument) && has_buffer(argument)) {
        Value v = ioctl_in_place(fd, (unsigned long)(unsigned)request, argument);
        if (v || !error_clear_if(BufferError))
            return v;
    }
    int is_bytes_like = TRY_NOT_NEGATIVE(bytes_argument(argument, data, &size, "ioctl"), 0);
    if (is_bytes_like) {
        BLOCKING
        {
            result = ioctl(fd, (unsigned long)(unsigned)request, data);
        }
        return result < 0 ? raise_errno() : bytes_from(data, (size_t)size);
    }
    TRY(int_argument(argument, &number));
    BLOCKING
    {
        result = ioctl(fd, (unsigned long)(unsigned)request, number);
    }
    return ioctl_result(result);
}

FUNCTION(fcntl_flock, "flock", "fd, operation, /",
         "Perform the lock operation `operation` on file descriptor `fd`.\n\n"
         "See the Unix manual page for flock(2) for details (On some systems, this\n"
         "function is emulated using fcntl()).")
{
    int fd = fd_from_object(args[0]), operation, result = -1;
    if (fd < 0)
        return 0;
    TRY(index_as_int(args[1], &operation));
    TRY(AUDIT("fcntl.flock", int_small(fd), int_small(operation)));
    Retry retry = {0};
    do
        BLOCKING
        {
            result = flock(fd, operation);
        }
    while (result < 0 && system_retry(&retry));
    return result < 0 ? system_failed(&retry, 0, 0) : None;
}

FUNCTION(fcntl_lockf, "lockf", "fd, cmd, len=0, start=0, whence=0, /",
         "A wrapper around the fcntl() locking calls.\n\n"
         "`fd` is the file descriptor of the file to lock or unlock, and operation is one\n"
         "of the following values:\n\n"
         "    LOCK_UN - unlock\n"
         "    LOCK_SH - acquire a shared lock\n"
         "    LOCK_EX - acquire an exclusive lock\n\n"
         "When operation is LOCK_SH or LOCK_EX, it can also be bitwise ORed with\n"
         "LOCK_NB to avoid blocking on lock acquisition.  If LOCK_NB is used and the\n"
         "lock cannot be acquired, an OSError will be raised and the exception will\n"
         "have an errno attribute set to EACCES or EAGAIN (depending on the operating\n"
         "system -- for portability, check for either value).")
{
    int fd = fd_from_object(args[0]), operation, whence, result = -1;
    int64_t length, start;
    if (fd < 0)
        return 0;
    TRY(index_as_int(args[1], &operation));
    TRY(index_as_int64(args[2], &length));
    TRY(index_as_int64(args[3], &start));
    TRY(index_as_int(args[4], &whence));
    TRY(AUDIT("fcntl.lockf", int_small(fd), int_small(operation), args[2], args[3], args[4]));
    struct flock lock = {.l_start = start, .l_len = length, .l_whence = (short)whence};
    if (operation == LOCK_UN)
        lock.l_type = F_UNLCK;
    else if (operation & LOCK_SH)
        lock.l_type = F_RDLCK;
    else if (operation & LOCK_EX)
        lock.l_type = F_WRLCK;
    else
        return raise(ValueError, "unrecognized lockf argument");
    Retry retry = {0};
    do
        BLOCKING
        {
            result = fcntl(fd, operation & LOCK_NB ? F_SETLK : F_SETLKW, &lock);
        }
    while (result < 0 && system_retry(&retry));
    return result < 0 ? system_failed(&retry, 0, 0) : None;
}

static const struct {
    const char *name;
    intptr_t value;
} constants[] = {
#define CONSTANT(name) {#name, (intptr_t)(name)},
    CONSTANT(LOCK_SH) CONSTANT(LOCK_EX) CONSTANT(LOCK_NB) CONSTANT(LOCK_UN) CONSTANT(LOCK_MAND)
        CONSTANT(LOCK_READ) CONSTANT(LOCK_WRITE) CONSTANT(LOCK_RW) CONSTANT(F_DUPFD) CONSTANT(
            F_DUPFD_CLOEXEC) CONSTANT(F_GETFD) CONSTANT(F_SETFD) CONSTANT(F_GETFL) CONSTANT(F_SETFL)
            CONSTANT(F_GETLK) CONSTANT(F_SETLK) CONSTANT(F_SETLKW) CONSTANT(F_OFD_GETLK) CONSTANT(
                F_OFD_SETLK) CONSTANT(F_OFD_SETLKW) CONSTANT(F_GETOWN) CONSTANT(F_SETOWN)
                CONSTANT(F_GETSIG) CONSTANT(F_SETSIG) CONSTANT(F_RDLCK) CONSTANT(F_WRLCK) CONSTANT(
                    F_UNLCK) CONSTANT(F_GETLK64) CONSTANT(F_SETLK64) CONSTANT(F_SETLKW64)
                    CONSTANT(F_EXLCK) CONSTANT(F_SHLCK) CONSTANT(F_GETLEASE) CONSTANT(
                        F_SETLEASE) CONSTANT(F_NOTIFY) CONSTANT(F_SETPIPE_SZ) CONSTANT(F_GETPIPE_SZ)
                        CONSTANT(F_GETOWN_EX) CONSTANT(F_SETOWN_EX) CONSTANT(F_OWNER_TID) CONSTANT(
                            F_OWNER_PID) CONSTANT(F_OWNER_PGRP) CONSTANT(F_ADD_SEALS)
                            CONSTANT(F_GET_SEALS) CONSTANT(F_SEAL_SEAL) CONSTANT(F_SEAL_SHRINK)
                                CONSTANT(F_SEAL_GROW) CONSTANT(F_SEAL_WRITE) CONSTANT(
                                    F_SEAL_FUTURE_WRITE) CONSTANT(F_GET_RW_HINT)
                                    CONSTANT(F_SET_RW_HINT) CONSTANT(F_GET_FILE_RW_HINT) CONSTANT(
                                        F_SET_FILE_RW_HINT) CONSTANT(RWH_WRITE_LIFE_NOT_SET)
                                        CONSTANT(RWH_WRITE_LIFE_NONE) CONSTANT(RWH_WRITE_LIFE_SHORT)
                                            CONSTANT(RWH_WRITE_LIFE_MEDIUM)
                                                CONSTANT(RWH_WRITE_LIFE_LONG) CONSTANT(
                                                    RWH_WRITE_LIFE_EXTREME) CONSTANT(FD_CLOEXEC)
                                                    CONSTANT(FASYNC) CONSTANT(DN_ACCESS)
                                                        CONSTANT(DN_MODIFY) CONSTANT(DN_CREATE)
                                                            CONSTANT(DN_DELETE) CONSTANT(DN_RENAME)
                                                                CONSTANT(DN_ATTRIB)
                                                                    CONSTANT(DN_MULTISHOT)
                                                                        CONSTANT(FICLONE)
                                                                            CONSTANT(FICLONERANGE)
#undef CONSTANT
};

static bool execute(Value module)
{
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    return true;
}

static MethodDef *const functions[] = {M(fcntl_fcntl), M(fcntl_ioctl), M(fcntl_flock),
                                       M(fcntl_lockf), 0};

const ModuleDef module_fcntl = {
    "fcntl",
    "This module performs file control and I/O control on file\n"
    "descriptors.  It is an interface to the fcntl() and ioctl() Unix\n"
    "routines.  File descriptors can be obtained with the fileno() method of\n"
    "a file or socket object.",
    functions,
    execute,
};
