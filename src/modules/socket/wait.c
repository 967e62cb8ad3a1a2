/* Waiting for a socket, and timeouts. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "modules/socket/socket.h"
#include "types/float.h"

int64_t socket_default_timeout = TIMEOUT_BLOCKING;

SocketWait socket_wait_start(Value self, short events)
{
    SocketWait wait = {.socket = self, .events = events};
    wait.timeout = load_relaxed(&as_socket(self)->timeout);
    wait.deadline = wait.timeout > 0 ? deadline_after(wait.timeout) : -1;
    return wait;
}

int socket_wait_quietly(SocketWait *wait)
{
    int n = -1;
    if (wait->timeout <= 0)
        return 1;
    do {
        USING_SOCKET(use, wait->socket);
        if (use.fd < 0) /* closed: the call says so */
            return 1;
        struct pollfd poll_fd = {.fd = use.fd, .events = wait->events};
        int ms = ms_from_ns(time_left(wait->deadline));
        BLOCKING
        {
            n = poll(&poll_fd, 1, ms);
        }
    } while (n < 0 && system_retry(&wait->retry));
    if (n < 0)
        system_failed(&wait->retry, 0, 0);
    return n;
}

bool socket_wait(SocketWait *wait)
{
    int ready = socket_wait_quietly(wait);
    if (!ready)
        raise(TimeoutError, "timed out");
    return ready > 0;
}

bool socket_again(SocketWait *wait)
{
    if (wait->timeout > 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return true;
    return system_retry(&wait->retry);
}

bool socket_timeout(Value v, int64_t *timeout)
{
    if (!timeout_argument(v, 1e9, timeout))
        return error_pending()
                   ? 0
                   : raise(TypeError, "'%T' object cannot be interpreted as an integer", v);
    if (v != None && *timeout < 0)
        return raise(ValueError, "Timeout value out of range");
    return true;
}

Value socket_timeout_value(int64_t timeout)
{
    return timeout < 0 ? None : float_from((double)timeout / 1e9);
}

bool socket_set_blocking(int fd, bool blocking)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0)
        return raise_errno();
    int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
    return wanted == flags || fcntl(fd, F_SETFL, wanted) == 0 || raise_errno();
}
