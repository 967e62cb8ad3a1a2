/* getsockopt and setsockopt. */
#include <limits.h>
#include <string.h>

#include "modules/socket/socket.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/tuple.h"

METHOD(socket_getsockopt, "getsockopt", "level, option, buffersize=0, /",
       "getsockopt(level, option[, buffersize]) -> value\n\n"
       "Get a socket option.  See the Unix manual for level and option.\n"
       "If a nonzero buffersize argument is given, the return value is a\n"
       "string of that length; otherwise it is an integer.")
{
    int level, option, room, value = 0;
    TRY(index_as_int(args[1], &level));
    TRY(index_as_int(args[2], &option));
    TRY(index_as_int(args[3], &room));
    USING_SOCKET(use, args[0]);
    if (!room && level == AF_VSOCK) { /* its options are 64 bits wide */
        uint64_t wide = 0;
        socklen_t size = sizeof wide;
        return getsockopt(use.fd, level, option, &wide, &size) < 0 ? raise_errno()
                                                                   : int_from_u64(wide);
    }
    if (!room) {
        socklen_t size = sizeof value;
        return getsockopt(use.fd, level, option, &value, &size) < 0 ? raise_errno()
                                                                    : int_small(value);
    }
    if (room < 0 || room > 1024)
        return raise(OSError, "getsockopt buflen out of range");
    char data[1024];
    socklen_t size = (socklen_t)room;
    return getsockopt(use.fd, level, option, data, &size) < 0 ? raise_errno()
                                                              : bytes_from(data, size);
}

static Value set_option(Value self, int level, int option, const void *value, intptr_t size)
{
    USING_SOCKET(use, self);
    int status = setsockopt(use.fd, level, option, value, (socklen_t)size);
    return status < 0 ? raise_errno() : None;
}

METHOD(socket_setsockopt, "setsockopt", "level, option, value, optlen=?, /",
       "setsockopt(level, option, value: int)\n"
       "setsockopt(level, option, value: buffer)\n"
       "setsockopt(level, option, None, optlen: int)\n\n"
       "Set a socket option.  See the Unix manual for level and option.\n"
       "The value argument can either be an integer, a string buffer, or\n"
       "None, optlen.")
{
    BOUND_BUFFER(buffer);
    int level, option, number;
    TRY(index_as_int(args[1], &level));
    TRY(index_as_int(args[2], &option));
    if (args[4]) {
        if (args[3] != None)
            return raise(TypeError, "setsockopt() takes exactly 3 arguments (4 given)");
        TRY(index_as_int(args[4], &number));
        return set_option(args[0], level, option, 0, number);
    }
    if (level == AF_VSOCK && has_index(args[3])) {
        uint64_t wide;
        TRY(index_as_uint64(args[3], &wide));
        return set_option(args[0], level, option, &wide, sizeof wide);
    }
    if (has_index(args[3])) {
        if (index_as_int(args[3], &number))
            return set_option(args[0], level, option, &number, sizeof number);
        if (!error_clear_if(OverflowError))
            return 0;
    }
    TRY(buffer_get(args[3], &buffer, BUFFER_READ));
    if (buffer.size > INT_MAX)
        return raise(OverflowError, "socket option is larger than %d bytes", INT_MAX);
    return set_option(args[0], level, option, buffer.data, buffer.size);
}

MethodDef *const socket_option_methods[] = {M(socket_getsockopt), M(socket_setsockopt), 0};
