/* The files of _socket among themselves. */
#ifndef WEFT_MODULES_SOCKET_SOCKET_H
#define WEFT_MODULES_SOCKET_SOCKET_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>

#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "modules/descriptor.h"
#include "modules/system.h"

/* A timeout: ns to wait for each operation; TIMEOUT_BLOCKING; 0: fail at once. */
#define TIMEOUT_BLOCKING INT64_C(-1)

typedef struct Socket {
    Object ob;
    int fd;                     /* atomic; -1: closed or not initialised */
    int family, type, protocol; /* immutable after init */
    int64_t timeout;            /* atomic */
    Value tail;
} Socket;
extern Type socket_type;
extern Value socket_gaierror, socket_herror; /* classes; roots */

ALWAYS_INLINE Socket *as_socket(Value v)
{
    return (Socket *)v;
}
ALWAYS_INLINE int socket_fd(Value v)
{
    return load_relaxed(&as_socket(v)->fd);
}
/* See modules/descriptor.h. */
#define USING_SOCKET(use, v) USING_FD(use, v, &as_socket(v)->fd)

/* ---- waiting (wait.c)
 *
 *   SocketWait wait = socket_wait_start(self, POLLIN);
 *   do {
 *       if (!socket_wait(&wait))
 *           return 0;
 *       USING_SOCKET(use, self);
 *       BLOCKING { n = recv(use.fd, ...); }
 *   } while (n < 0 && socket_again(&wait));
 *   if (n < 0)
 *       return system_failed(&wait.retry, 0, 0);
 */
typedef struct SocketWait {
    Value socket;
    short events;
    int64_t timeout, deadline;
    Retry retry;
} SocketWait;
SocketWait socket_wait_start(Value self, short events);
/* Waits until the socket is ready, if it has a timeout; false: TimeoutError "timed out", or a
 * signal handler's exception. */
bool socket_wait(SocketWait *wait) MUST_USE;
/* The same without an exception for the timeout: 1 ready, 0 timed out, -1. */
int socket_wait_quietly(SocketWait *wait);
bool socket_again(SocketWait *wait) MUST_USE;
/* None, or seconds; ValueError "Timeout value out of range". */
bool socket_timeout(Value v, int64_t *timeout) MUST_USE;
Value socket_timeout_value(int64_t timeout);
extern int64_t socket_default_timeout; /* atomic */
bool socket_set_blocking(int fd, bool blocking) MUST_USE;

/* ---- addresses (address.c) */
typedef union Address {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
    struct sockaddr_nl nl;
    struct sockaddr_vm vm;
    struct sockaddr_ll ll;
    struct sockaddr_storage storage;
} Address;
/* A Python address for the family; `function` is for messages. */
bool address_from(Value v, int family, int protocol, const char *function, Address *address,
                  socklen_t *size) MUST_USE;
/* The other way; None for no address. */
Value address_value(const Address *address, socklen_t size) MUST_USE;
/* A host name as NUL-ended text: str (IDNA-encoded if not ASCII), bytes or bytearray. */
const char *host_name(Value v) MUST_USE;
/* Looks a host up: the first address, or for "" and "<broadcast>" what these mean. */
bool resolve_host(const char *name, int family, Address *address) MUST_USE;
Value raise_gaierror(int code);
Value host_text(const struct sockaddr *address, socklen_t size); /* numeric */

void socket_object_start(void);
extern MethodDef *const socket_transfer_methods[], *const socket_message_methods[],
                                                       *const socket_option_methods[];
extern MethodDef *const socket_database_functions[], *const socket_convert_functions[],
                                                         *const socket_interface_functions[];

#endif
