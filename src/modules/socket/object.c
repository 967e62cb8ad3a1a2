/* The type of sockets: making, connecting, closing. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "core/audit.h"
#include "core/names.h"
#include "modules/socket/socket.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- making -------------------------------------------------------------------------------------
 */

NEW_METHOD(socket_new, "*args, **kwargs")
{
    Socket *self = TRY(NEW(Socket, (Type *)args[0]));
    self->fd = -1;
    self->timeout = load_relaxed(&socket_default_timeout);
    return (Value)self;
}

/* Kind and timeout of a socket whose descriptor is open. */
static bool adopt(Socket *self, int fd, int family, int type, int protocol)
{
    store_relaxed(&self->family, family);
    store_relaxed(&self->type, type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC));
    store_relaxed(&self->protocol, protocol);
    int64_t timeout = load_relaxed(&socket_default_timeout);
    bool nonblocking = type & SOCK_NONBLOCK;
    store_relaxed(&self->timeout, nonblocking ? 0 : timeout);
    fd_publish(&self->fd, fd);
    return nonblocking || timeout < 0 || socket_set_blocking(fd, false);
}

static bool ask_option(int fd, int option, int *value)
{
    socklen_t size = sizeof *value;
    return getsockopt(fd, SOL_SOCKET, option, value, &size) == 0 || raise_errno();
}

/* Around a descriptor that is there: what was not given is asked of the system. */
static bool init_from_descriptor(Socket *self, Value fileno, int family, int type, int protocol)
{
    Address address;
    socklen_t size = sizeof address;
    int fd;
    TRY(index_as_int(fileno, &fd));
    if (fd < 0)
        return raise(ValueError, "negative file descriptor");
    memset(&address, 0, sizeof address);
    if (getsockname(fd, &address.any, &size) < 0) {
        if (family == -1 || errno == EBADF || errno == ENOTSOCK)
            return raise_errno();
    } else if (family == -1) {
        family = address.any.sa_family;
    }
    if (type == -1)
        TRY(ask_option(fd, SO_TYPE, &type));
    if (protocol == -1)
        TRY(ask_option(fd, SO_PROTOCOL, &protocol));
    return adopt(self, fd, family, type, protocol);
}

INIT_METHOD(socket_init, "family=-1, type=-1, proto=-1, fileno=None")
{
    Socket *self = as_socket(args[0]);
    int family, type, protocol, fd = -1;
    TRY(index_as_int(args[1], &family));
    TRY(index_as_int(args[2], &type));
    TRY(index_as_int(args[3], &protocol));
    TRY(AUDIT("socket.__new__", args[0], int_small(family == -1 ? AF_INET : family),
              int_small(type == -1 ? SOCK_STREAM : type),
              int_small(protocol == -1 ? 0 : protocol)));
    if (args[4] != None)
        return init_from_descriptor(self, args[4], family, type, protocol) ? None : 0;
    family = family == -1 ? AF_INET : family;
    type = type == -1 ? SOCK_STREAM : type;
    protocol = protocol == -1 ? 0 : protocol;
    Retry retry = {0};
    do
        BLOCKING
        {
            fd = socket(family, type | SOCK_CLOEXEC, protocol);
        }
    while (fd < 0 && system_retry(&retry));
    if (fd < 0)
        return system_failed(&retry, 0, 0);
    return adopt(self, fd, family, type, protocol) ? None : 0;
}

/* ---- connections
 * ---------------------------------------------------------------------------------- */

METHOD(socket_accept, "_accept", "/",
       "_accept() -> (integer, address info)\n\n"
       "Wait for an incoming connection.  Return a new socket file descriptor\n"
       "representing the connection, and the address of the client.\n"
       "For IP sockets, the address info is a pair (hostaddr, port).")
{
    Address address;
    socklen_t size = 0;
    int fd = -1;
    SocketWait wait = socket_wait_start(args[0], POLLIN);
    do {
        if (!socket_wait(&wait))
            return 0;
        size = sizeof address;
        USING_SOCKET(use, wait.socket);
        BLOCKING
        {
            fd = accept4(use.fd, &address.any, &size, SOCK_CLOEXEC);
        }
    } while (fd < 0 && socket_again(&wait));
    if (fd < 0)
        return system_failed(&wait.retry, 0, 0);
    Value peer = address_value(&address, size);
    if (!peer) {
        close(fd);
        return 0;
    }
    return tuple_of(int_small(fd), peer);
}

METHOD(socket_bind, "bind", "address, /",
       "bind(address)\n\n"
       "Bind the socket to a local address.  For IP sockets, the address is a\n"
       "pair (host, port); the host must refer to the local host. For raw packet\n"
       "sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])")
{
    Socket *self = as_socket(args[0]);
    Address address;
    socklen_t size;
    int result = -1;
    TRY(address_from(args[1], load_relaxed(&self->family), load_relaxed(&self->protocol), "bind",
                     &address, &size));
    TRY(AUDIT("socket.bind", args[0], args[1]));
    USING_SOCKET(use, args[0]);
    BLOCKING
    {
        result = bind(use.fd, &address.any, size);
    }
    return result < 0 ? raise_errno() : None;
}

/* How the connection that is under way ends: 0, an errno, or -1: an exception is pending. */
static int finish_connect(Value self)
{
    SocketWait wait = socket_wait_start(self, POLLOUT);
    int error = 0;
    if (wait.timeout < 0) { /* interrupted while blocking: it goes on in the background */
        wait.timeout = 1;
        wait.deadline = -1;
    }
    int ready = socket_wait_quietly(&wait);
    if (ready <= 0)
        return ready ? -1 : EAGAIN;
    USING_SOCKET(use, self);
    return ask_option(use.fd, SO_ERROR, &error) ? error : -1;
}

static int connect_to(Value self, Address *address, socklen_t size)
{
    int result = -1;
    int64_t timeout = load_relaxed(&as_socket(self)->timeout);
    {
        USING_SOCKET(use, self);
        BLOCKING
        {
            result = connect(use.fd, &address->any, size);
        }
    }
    if (result == 0)
        return 0;
    int error = errno;
    bool going_on = timeout != 0 && (error == EINTR || (timeout > 0 && error == EINPROGRESS));
    if (!going_on)
        return error;
    if (error == EINTR && !thread_poll(thread_self()))
        return -1;
    return finish_connect(self);
}

METHOD(socket_connect, "connect", "address, /",
       "connect(address)\n\n"
       "Connect the socket to a remote address.  For IP sockets, the address\n"
       "is a pair (host, port).")
{
    Socket *self = as_socket(args[0]);
    Address address;
    socklen_t size;
    TRY(address_from(args[1], load_relaxed(&self->family), load_relaxed(&self->protocol), "connect",
                     &address, &size));
    TRY(AUDIT("socket.connect", args[0], args[1]));
    int error = connect_to(args[0], &address, size);
    if (error < 0)
        return 0;
    if (error == EAGAIN && load_relaxed(&self->timeout) > 0)
        return raise(TimeoutError, "timed out");
    errno = error;
    return error ? raise_errno() : None;
}

METHOD(socket_connect_ex, "connect_ex", "address, /",
       "connect_ex(address) -> errno\n\n"
       "This is like connect(address), but returns an error code (the errno value)\n"
       "instead of raising an exception when an error occurs.")
{
    Socket *self = as_socket(args[0]);
    Address address;
    socklen_t size;
    TRY(address_from(args[1], load_relaxed(&self->family), load_relaxed(&self->protocol),
                     "connect_ex", &address, &size));
    TRY(AUDIT("socket.connect", args[0], args[1]));
    int error = connect_to(args[0], &address, size);
    return error < 0 ? 0 : int_small(error);
}

METHOD(socket_listen, "listen", "backlog=?, /",
       "listen([backlog])\n\n"
       "Enable a server to accept connections.  If backlog is specified, it must be\n"
       "at least 0 (if it is lower, it is set to 0); it specifies the number of\n"
       "unaccepted connections that the system will allow before refusing new\n"
       "connections. If not specified, a default reasonable value is chosen.")
{
    int backlog = SOMAXCONN < 128 ? SOMAXCONN : 128, result = -1;
    if (args[1])
        TRY(index_as_int(args[1], &backlog));
    USING_SOCKET(use, args[0]);
    BLOCKING
    {
        result = listen(use.fd, backlog < 0 ? 0 : backlog);
    }
    return result < 0 ? raise_errno() : None;
}

METHOD(socket_shutdown, "shutdown", "flag, /",
       "shutdown(flag)\n\n"
       "Shut down the reading side of the socket (flag == SHUT_RD), the writing side\n"
       "of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).")
{
    int how, result = -1;
    TRY(index_as_int(args[1], &how));
    USING_SOCKET(use, args[0]);
    BLOCKING
    {
        result = shutdown(use.fd, how);
    }
    return result < 0 ? raise_errno() : None;
}

static Value ask_name(Value self, int (*ask)(int, struct sockaddr *, socklen_t *))
{
    Address address;
    socklen_t size = sizeof address;
    memset(&address, 0, sizeof address);
    USING_SOCKET(use, self);
    if (ask(use.fd, &address.any, &size) < 0)
        return raise_errno();
    return address_value(&address, size);
}

METHOD(socket_getsockname, "getsockname", "/",
       "getsockname() -> address info\n\n"
       "Return the address of the local endpoint. The format depends on the\n"
       "address family. For IPv4 sockets, the address info is a pair\n"
       "(hostaddr, port). For IPv6 sockets, the address info is a 4-tuple\n"
       "(hostaddr, port, flowinfo, scope_id).")
{
    return ask_name(args[0], getsockname);
}

METHOD(socket_getpeername, "getpeername", "/",
       "getpeername() -> address info\n\n"
       "Return the address of the remote endpoint.  For IP sockets, the address\n"
       "info is a pair (hostaddr, port).")
{
    return ask_name(args[0], getpeername);
}

/* ---- closing
 * ---------------------------------------------------------------------------------------- */

METHOD(socket_close, "close", "/",
       "close()\n\nClose the socket.  It cannot be used after this call.")
{
    errno = fd_close(&as_socket(args[0])->fd);
    /* A connection that the other side has reset is closed all the same. */
    return errno && errno != ECONNRESET ? raise_errno() : None;
}

METHOD(socket_detach, "detach", "/",
       "detach()\n\n"
       "Close the socket object without closing the underlying file descriptor.\n"
       "The object cannot be used after this call, but the file descriptor\n"
       "can be reused for other purposes.  The file descriptor is returned.")
{
    return int_small(exchange_acq_rel(&as_socket(args[0])->fd, -1));
}

static Value socket_finalise(Value self)
{
    Value pending = error_take();
    if (socket_fd(self) >= 0) {
        if (!warn_about(ResourceWarning, self, "unclosed %R", self) && error_matches(Warning))
            error_write_unraisable(0, self);
        error_clear();
        (void)!fd_close(&as_socket(self)->fd);
    }
    error_restore(pending);
    return None;
}

static bool socket_del_due(Object *self)
{
    return socket_fd(self) >= 0;
}

METHOD(socket_fileno, "fileno", "/",
       "fileno() -> integer\n\nReturn the integer file descriptor of the socket.")
{
    return int_small(socket_fd(args[0]));
}

/* ---- timeouts
 * ------------------------------------------------------------------------------------------ */

static Value set_timeout(Value self, int64_t timeout)
{
    store_relaxed(&as_socket(self)->timeout, timeout);
    USING_SOCKET(use, self);
    return socket_set_blocking(use.fd, timeout < 0) ? None : 0;
}

METHOD(socket_setblocking, "setblocking", "flag, /",
       "setblocking(flag)\n\n"
       "Set the socket to blocking (flag is true) or non-blocking (false).\n"
       "setblocking(True) is equivalent to settimeout(None);\n"
       "setblocking(False) is equivalent to settimeout(0.0).")
{
    int blocking = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    return set_timeout(args[0], blocking ? TIMEOUT_BLOCKING : 0);
}

METHOD(socket_getblocking, "getblocking", "/",
       "getblocking()\n\n"
       "Returns True if socket is in blocking mode, or False if it\nis in non-blocking mode.")
{
    return bool_value(load_relaxed(&as_socket(args[0])->timeout) != 0);
}

METHOD(socket_settimeout, "settimeout", "timeout, /",
       "settimeout(timeout)\n\n"
       "Set a timeout on socket operations.  'timeout' can be a float,\n"
       "giving in seconds, or None.  Setting a timeout of None disables\n"
       "the timeout feature and is equivalent to setblocking(1).\n"
       "Setting a timeout of zero is the same as setblocking(0).")
{
    int64_t timeout;
    TRY(socket_timeout(args[1], &timeout));
    return set_timeout(args[0], timeout);
}

static Value get_timeout(Value self)
{
    return socket_timeout_value(load_relaxed(&as_socket(self)->timeout));
}

METHOD(socket_gettimeout, "gettimeout", "/",
       "gettimeout() -> timeout\n\n"
       "Returns the timeout in seconds (float) associated with socket\n"
       "operations. A timeout of None indicates that timeouts on socket\n"
       "operations are disabled.")
{
    return get_timeout(args[0]);
}

/* ---- the type
 * -------------------------------------------------------------------------------------------- */

static Value socket_repr(Value v)
{
    const Socket *self = as_socket(v);
    return str_format("<socket object, fd=%d, family=%d, type=%d, proto=%d>", socket_fd(v),
                      load_relaxed(&self->family), load_relaxed(&self->type),
                      load_relaxed(&self->protocol));
}

static const GetSetDef socket_getset[] = {{"timeout", get_timeout, 0, "the socket timeout"}, {0}};
static const MemberDef socket_members[] = {
    {"family", MEMBER_INT32, offsetof(Socket, family), true, "the socket family"},
    {"type", MEMBER_INT32, offsetof(Socket, type), true, "the socket type"},
    {"proto", MEMBER_INT32, offsetof(Socket, protocol), true, "the socket protocol"},
    {0}};

static MethodDef *const own_methods[] = {
    M(socket_accept),      M(socket_bind),       M(socket_close),       M(socket_connect),
    M(socket_connect_ex),  M(socket_detach),     M(socket_fileno),      M(socket_getpeername),
    M(socket_getsockname), M(socket_listen),     M(socket_setblocking), M(socket_getblocking),
    M(socket_settimeout),  M(socket_gettimeout), M(socket_shutdown),    0};

Type socket_type = {
    TYPE_HEAD("_socket.socket", Socket),
    .repr = socket_repr,
    .new_def = M(socket_new),
    .init_def = M(socket_init),
    .del = socket_finalise,
    .del_due = socket_del_due,
    .del_closes = true,
    .getset = socket_getset,
    .members = socket_members,
    .flags = TYPE_BASE,
    .doc = "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\n"
           "socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\n"
           "Open a socket of the given type.  The family argument specifies the\n"
           "address family; it defaults to AF_INET.  The type argument specifies\n"
           "whether this is a stream (SOCK_STREAM, this is the default)\n"
           "or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,\n"
           "specifying the default protocol.  Keyword arguments are accepted.\n"
           "The socket is created as non-inheritable.\n\n"
           "When a fileno is passed in, family, type and proto are auto-detected,\n"
           "unless they are explicitly set.",
};

void socket_object_start(void)
{
    static MethodDef *methods[48];
    MethodDef *const *tables[] = {own_methods, socket_transfer_methods, socket_message_methods,
                                  socket_option_methods};
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        for (MethodDef *const *m = tables[i]; *m; m++)
            methods[count++] = *m;
    CHECK(count < COUNT_OF(methods));
    socket_type.methods = methods;
    socket_type.size = offsetof(Socket, tail);
    type_ready(&socket_type, 0);
}
