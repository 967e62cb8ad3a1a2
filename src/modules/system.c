#include "modules/system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include "base/clock.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/finaliser.h"
#include "core/names.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

bool (*write_out_path_hook)(const char *path);
void (*write_out_all_hook)(void);
void (*files_after_fork_hook)(void);

bool system_retry(Retry *retry)
{
    int number = errno;
    bool again = false;
    if (number == EINTR) {
        again = thread_poll(thread_self());
        retry->raised = !again;
    } else if ((number == EMFILE || number == ENFILE) && !retry->collected) {
        retry->collected = again = true;
        collect_hook(2);
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
        if (v == True || v == False)
            TRY_OR(warn(RuntimeWarning, 1, "bool is used as a file descriptor"), -1);
        TRY_OR(index_as_int(v, &fd), -1);
    } else {
        Value method;
        TRY_OR(get_attr_optional(v, names.fileno, &method), -1);
        if (!method) {
            raise(TypeError, "argument must be an int, or have a fileno() method.");
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

bool buffer_keep(const Buffer *buffer, Value owners)
{
    Value owner = buffer->owner, keep = buffer->keep;
    return list_append(owners, owner) && (!keep || list_append(owners, keep));
}

Value fs_text(Value name)
{
    Value text = TRY(fs_path(name));
    if (is_bytes(text))
        text = TRY(str_from_fs(((Bytes *)text)->data, (size_t)((Bytes *)text)->length));
    if (str_find(text, str_from_char(0), 0, str_length(text)) >= 0)
        return raise(ValueError, "embedded null character");
    return text;
}

bool timeout_argument(Value seconds, double scale, int64_t *ns)
{
    *ns = -1;
    if (!seconds || seconds == None)
        return true;
    double value, limit = 9.2e18;
    if (!is_int_any(seconds) && !is_float(seconds) && !has_index(seconds))
        return false;
    TRY(number_as_double(seconds, &value));
    if (value != value)
        return raise(ValueError, "Invalid value NaN (not a number)");
    value *= scale;
    if (value > limit || value < -limit)
        return raise(OverflowError, "timestamp out of range for platform time_t");
    *ns = (int64_t)ceil(value);
    if (value < 0 && *ns >= 0)
        *ns = INT64_MIN; /* too small to show, but negative */
    return true;
}

bool seconds_argument(Value v, bool up, int64_t *ns)
{
    if (is_float(v)) {
        double exact = float_value(v) * 1e9, whole = up ? ceil(exact) : floor(exact);
        if (isnan(exact))
            return raise(ValueError, "Invalid value NaN (not a number)");
        if (!(whole >= -0x1p63 && whole < 0x1p63))
            return raise(OverflowError, "timestamp out of range for platform time_t");
        *ns = (int64_t)whole;
        return true;
    }
    int64_t seconds;
    if (!int_to_i64(TRY(number_index(v)), &seconds) ||
        __builtin_mul_overflow(seconds, 1000000000, ns))
        return raise(OverflowError, "timestamp too large to convert to C PyTime_t");
    return true;
}

bool index_low_bits(Value v, uint32_t *bits)
{
    int64_t low;
    Value number = TRY(number_index(v));
    if (!int_to_i64(number, &low))
        TRY(int_to_i64(TRY(int_and(number, int_from(UINT32_MAX))), &low));
    *bits = (uint32_t)low;
    return true;
}

int64_t deadline_after(int64_t ns)
{
    int64_t deadline;
    if (ns < 0)
        return -1;
    return __builtin_add_overflow(monotonic_ns(), ns, &deadline) ? -1 : deadline;
}

int64_t time_left(int64_t deadline)
{
    if (deadline < 0)
        return -1;
    int64_t left = deadline - monotonic_ns();
    return left < 0 ? 0 : left;
}

int ms_from_ns(int64_t ns)
{
    if (ns < 0)
        return -1;
    int64_t ms = ns / 1000000 + (ns % 1000000 != 0);
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

bool write_out_path(const char *path)
{
    return write_out_path_hook && write_out_path_hook(path);
}
