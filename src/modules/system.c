#include "modules/system.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/finaliser.h"
#include "core/names.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"

bool (*write_out_file_hook)(uint64_t device, uint64_t inode);
void (*write_out_all_hook)(void);

bool system_retry(Retry *retry)
{
    int number = errno;
    bool again = false;
    if (number == EINTR) {
        again = thread_poll(thread_self());
        retry->raised = !again;
    } else if ((number == EMFILE || number == ENFILE) && !retry->collected) {
        retry->collected = again = true;
        gc_collect(2);
        finalisers_run();
    }
    errno = number;
    return again;
}

Value system_failed(const Retry *retry, Value path, Value path2)
{
    return retry->raised ? 0 : raise_errno_paths(path, path2);
}

bool fd_set_inheritable(int fd, bool inheritable)
{
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0)
        return raise_errno();
    int wanted = inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC;
    return wanted == flags || fcntl(fd, F_SETFD, wanted) == 0 || raise_errno();
}

int fd_from_object(Value v)
{
    int fd;
    if (is_int_any(v)) {
        TRY_OR(index_as_int(v, &fd), -1);
    } else {
        Value method;
        TRY_OR(get_attr_optional(v, names.fileno, &method), -1);
        if (!method) {
            raise(TypeError, "argument must be an int, or have a fileno() method");
            return -1;
        }
        Value number = TRY_OR(call0(method), -1);
        if (!is_int_any(number)) {
            raise(TypeError, "fileno() returned a non-integer");
            return -1;
        }
        TRY_OR(index_as_int(number, &fd), -1);
    }
    if (fd < 0) {
        raise(ValueError, "file descriptor cannot be a negative integer (%d)", fd);
        return -1;
    }
    return fd;
}

const char *fs_bytes(Value name, Value *path)
{
    Value v = TRY(fs_path(name));
    const char *bytes;
    size_t size;
    if (is_str(v)) {
        bytes = TRY(str_to_fs(v, &size));
    } else {
        bytes = ((Bytes *)v)->data;
        size = (size_t)((Bytes *)v)->length;
    }
    if (memchr(bytes, 0, size)) {
        raise(ValueError, "embedded null byte");
        return 0;
    }
    if (path)
        *path = v;
    return bytes;
}

bool write_out_path(const char *path)
{
    struct stat status;
    return write_out_file_hook && stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
           write_out_file_hook(status.st_dev, status.st_ino);
}
