/* The module _socket. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <unistd.h>
#include <linux/can.h>
#include <linux/can/bcm.h>
#include <linux/can/isotp.h>
#include <linux/can/j1939.h>
#include <linux/can/raw.h>
#include <linux/if_alg.h>
#include <linux/qrtr.h>
#include <linux/tipc.h>
#include <linux/udp.h>

#include "core/call.h"
#include "core/module.h"
#include "core/names.h"
#include "modules/module_util.h"
#include "modules/socket/socket.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

Value socket_gaierror, socket_herror;

FUNCTION(socket_close_fd, "close", "integer, /",
         "close(integer) -> None\n\n"
         "Close an integer socket file descriptor.  This is like os.close(), but for\n"
         "sockets; on some platforms os.close() won't work for socket file descriptors.")
{
    int fd, result = -1;
    TRY(index_as_int(args[0], &fd));
    BLOCKING
    {
        result = close(fd);
    }
    return result < 0 && errno != ECONNRESET && errno != EINTR ? raise_errno() : None;
}

FUNCTION(socket_dup, "dup", "integer, /",
         "dup(integer) -> integer\n\n"
         "Duplicate an integer socket file descriptor.  This is like os.dup(), but for\n"
         "sockets; on some platforms os.dup() won't work for socket file descriptors.")
{
    int fd, copy;
    TRY(index_as_int(args[0], &fd));
    Retry retry = {0};
    do
        copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    while (copy < 0 && system_retry(&retry));
    return copy < 0 ? system_failed(&retry, 0, 0) : int_small(copy);
}

static Value wrap(int fd, int family, int type, int protocol)
{
    return call((Value)&socket_type,
                (Value[]){int_small(family), int_small(type), int_small(protocol), int_small(fd)},
                4, 0);
}

FUNCTION(socket_socketpair, "socketpair", "family=?, type=1, proto=0, /",
         "socketpair([family[, type [, proto]]]) -> (socket object, socket object)\n\n"
         "Create a pair of socket objects from the sockets returned by the platform\n"
         "socketpair() function.\n"
         "The arguments are the same as for socket() except the default family is\n"
         "AF_UNIX if defined on the platform; otherwise, the default is AF_INET.")
{
    int family = AF_UNIX, type, protocol, result, fds[2];
    if (args[0])
        TRY(index_as_int(args[0], &family));
    TRY(index_as_int(args[1], &type));
    TRY(index_as_int(args[2], &protocol));
    Retry retry = {0};
    do
        result = socketpair(family, type | SOCK_CLOEXEC, protocol, fds);
    while (result < 0 && system_retry(&retry));
    if (result < 0)
        return system_failed(&retry, 0, 0);
    Value a = wrap(fds[0], family, type, protocol);
    Value b = a ? wrap(fds[1], family, type, protocol) : 0;
    if (b)
        return tuple_of(a, b);
    if (!a)
        close(fds[0]);
    close(fds[1]);
    return 0;
}

FUNCTION(socket_getdefaulttimeout, "getdefaulttimeout", "",
         "getdefaulttimeout() -> timeout\n\n"
         "Returns the default timeout in seconds (float) for new socket objects.\n"
         "A value of None indicates that new socket objects have no timeout.\n"
         "When the socket module is first imported, the default is None.")
{
    return socket_timeout_value(load_relaxed(&socket_default_timeout));
}

FUNCTION(socket_setdefaulttimeout, "setdefaulttimeout", "timeout, /",
         "setdefaulttimeout(timeout)\n\n"
         "Set the default timeout in seconds (float) for new socket objects.\n"
         "A value of None indicates that new socket objects have no timeout.\n"
         "When the socket module is first imported, the default is None.")
{
    int64_t timeout;
    TRY(socket_timeout(args[0], &timeout));
    store_relaxed(&socket_default_timeout, timeout);
    return None;
}

static const struct {
    const char *name;
    intptr_t value;
} constants[] = {
#define SOCKET_CONSTANT(name) {#name, (intptr_t)(name)},
#include "modules/socket/constants.def"
#undef SOCKET_CONSTANT
    {"SOL_UDP", 17},
    {"IOCTL_VM_SOCKETS_GET_LOCAL_CID", 1977},
};

static Value make_error(const char *name)
{
    Value bases = TRY(tuple_of((Value)OSError)), dict = TRY(dict_new());
    TRY(dict_set(dict, names.__module__, TRY(str_from_cstring("socket"))));
    return type_new_class(&type_type, TRY(str_intern_cstring(name)), bases, dict, 0, 0, 0);
}

static bool start_once(void)
{
    if (socket_gaierror)
        return true;
    socket_object_start();
    gc_add_root(&socket_gaierror, 1);
    gc_add_root(&socket_herror, 1);
    root_store(&socket_herror, TRY(make_error("herror")));
    root_store(&socket_gaierror, TRY(make_error("gaierror")));
    return true;
}

static bool execute(Value module)
{
    TRY(start_once());
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    TRY(module_add(module, "has_ipv6", True));
    return module_add_functions(module, socket_database_functions) &&
           module_add_functions(module, socket_convert_functions) &&
           module_add_functions(module, socket_interface_functions) &&
           module_add_type(module, &socket_type) &&
           module_add(module, "SocketType", (Value)&socket_type) &&
           module_add(module, "error", (Value)OSError) &&
           module_add(module, "timeout", (Value)TimeoutError) &&
           module_add(module, "herror", socket_herror) &&
           module_add(module, "gaierror", socket_gaierror);
}

static MethodDef *const functions[] = {M(socket_close_fd),          M(socket_dup),
                                       M(socket_socketpair),        M(socket_getdefaulttimeout),
                                       M(socket_setdefaulttimeout), 0};

const ModuleDef module__socket = {
    "_socket",
    "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    functions, execute};
