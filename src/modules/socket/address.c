/* Addresses: tuples, names and struct sockaddr. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

#include "core/call.h"
#include "modules/socket/socket.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/int.h"
#include "types/str.h"
#include "types/text.h"
#include "types/tuple.h"

Value raise_gaierror(int code)
{
    if (code == EAI_SYSTEM)
        return raise_errno();
    Value text = TRY(str_from_cstring(gai_strerror(code)));
    return raise_object(TRY(call2(socket_gaierror, int_small(code), text)));
}

/* ---- names --------------------------------------------------------------------------------------
 */

const char *host_name(Value v)
{
    Value bytes = v;
    if (is_str(v)) {
        if (((Str *)v)->ascii) {
            const char *text = ((Str *)v)->data;
            if (strlen(text) != (size_t)str_length(v)) {
                raise(TypeError, "host name must not contain null character");
                return 0;
            }
            return text;
        }
        bytes = codec_encode_str(v, "idna", 0);
        if (!bytes) {
            if (error_clear_if(UnicodeError))
                raise(TypeError, "encoding of hostname failed");
            return 0;
        }
    }
    if (!is_bytes(bytes) && !is_bytearray(bytes)) {
        raise(TypeError, "str, bytes or bytearray expected, not %T", v);
        return 0;
    }
    if (is_bytearray(bytes)) {
        TEXT_OF(text, bytes);
        bytes = TRY(bytes_from(text.data, (size_t)text.length));
    }
    const Bytes *b = (Bytes *)bytes;
    if (strlen(b->data) != (size_t)b->length) {
        raise(TypeError, "host name must not contain null character");
        return 0;
    }
    return b->data;
}

/* The wildcard address of the family. */
static bool resolve_any(int family, Address *address)
{
    struct addrinfo hints = {
        .ai_family = family, .ai_socktype = SOCK_DGRAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = 0;
    int code = 0;
    BLOCKING
    {
        code = getaddrinfo(0, "0", &hints, &found);
    }
    if (code)
        return raise_gaierror(code);
    if (found->ai_next) {
        freeaddrinfo(found);
        return raise(OSError, "wildcard resolved to multiple address");
    }
    memcpy(address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

/* Numbers need no look-up. */
static bool parse_numeric(const char *name, int family, Address *address)
{
    if ((family == AF_UNSPEC || family == AF_INET) &&
        inet_pton(AF_INET, name, &address->in.sin_addr) > 0) {
        address->in.sin_family = AF_INET;
        return true;
    }
    if ((family == AF_UNSPEC || family == AF_INET6) && !strchr(name, '%') &&
        inet_pton(AF_INET6, name, &address->in6.sin6_addr) > 0) {
        address->in6.sin6_family = AF_INET6;
        return true;
    }
    return false;
}

bool resolve_host(const char *name, int family, Address *address)
{
    memset(address, 0, sizeof *address);
    if (!*name)
        return resolve_any(family, address);
    if (!strcmp(name, "<broadcast>") || !strcmp(name, "255.255.255.255")) {
        if (family != AF_INET && family != AF_UNSPEC)
            return raise(OSError, "address family mismatched");
        address->in.sin_family = AF_INET;
        address->in.sin_addr.s_addr = INADDR_BROADCAST;
        return true;
    }
    if (parse_numeric(name, family, address))
        return true;
    struct addrinfo hints = {.ai_family = family}, *found = 0;
    int code = 0;
    BLOCKING
    {
        code = getaddrinfo(name, 0, &hints, &found);
    }
    if (code)
        return raise_gaierror(code);
    size_t size = found->ai_addrlen < sizeof *address ? found->ai_addrlen : sizeof *address;
    memcpy(address, found->ai_addr, size);
    freeaddrinfo(found);
    return true;
}

/* ---- from Python
 * ----------------------------------------------------------------------------------- */

static bool check_tuple(Value v, const char *family, const char *function)
{
    return is_tuple(v) ||
           raise(TypeError, "%s(): %s address must be tuple, not %T", function, family, v);
}

static bool port_from(Value v, const char *function, uint16_t *port)
{
    int64_t number;
    Value index = TRY(number_index(v));
    if (!int_to_i64(index, &number) || number < 0 || number > 0xffff)
        return raise(OverflowError, "%s(): port must be 0-65535.", function);
    *port = htons((uint16_t)number);
    return true;
}

static bool inet_from(Value v, const char *function, Address *address, socklen_t *size)
{
    TRY(check_tuple(v, "AF_INET", function));
    if (tuple_length(v) != 2)
        return raise(TypeError, "AF_INET address must be a pair (host, port)");
    uint16_t port;
    const char *host = TRY(host_name(tuple_get(v, 0)));
    TRY(port_from(tuple_get(v, 1), function, &port));
    TRY(resolve_host(host, AF_INET, address));
    address->in.sin_family = AF_INET;
    address->in.sin_port = port;
    *size = sizeof address->in;
    return true;
}

static bool inet6_from(Value v, const char *function, Address *address, socklen_t *size)
{
    TRY(check_tuple(v, "AF_INET6", function));
    intptr_t n = tuple_length(v);
    if (n < 2 || n > 4)
        return raise(TypeError,
                     "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])");
    uint16_t port;
    uint64_t flow = 0, scope = 0;
    const char *host = TRY(host_name(tuple_get(v, 0)));
    TRY(port_from(tuple_get(v, 1), function, &port));
    if (n > 2)
        TRY(index_as_uint64(tuple_get(v, 2), &flow));
    if (n > 3)
        TRY(index_as_uint64(tuple_get(v, 3), &scope));
    if (flow > 0xfffff)
        return raise(OverflowError, "%s(): flowinfo must be 0-1048575.", function);
    TRY(resolve_host(host, AF_INET6, address));
    address->in6.sin6_family = AF_INET6;
    address->in6.sin6_port = port;
    address->in6.sin6_flowinfo = htonl((uint32_t)flow);
    if (n > 3)
        address->in6.sin6_scope_id = (uint32_t)scope;
    *size = sizeof address->in6;
    return true;
}

/* A path, or with a NUL in front a name in the abstract namespace; if empty, the system chooses one
 * there. */
static bool unix_from(Value v, Address *address, socklen_t *size)
{
    BOUND_BUFFER(buffer);
    const char *data;
    size_t length;
    if (is_str(v)) {
        data = TRY(str_to_fs(v, &length));
    } else {
        TRY(buffer_get(v, &buffer, BUFFER_READ));
        data = buffer.data;
        length = (size_t)buffer.size;
    }
    size_t room = sizeof address->un.sun_path;
    bool abstract = length == 0 || !data[0];
    if (length > room || (!abstract && length == room))
        return raise(OSError, "AF_UNIX path too long");
    memset(address, 0, sizeof *address);
    address->un.sun_family = AF_UNIX;
    memcpy(address->un.sun_path, data, length);
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + !abstract);
    return true;
}

static bool two_numbers(Value v, const char *family, const char *function, const char *message,
                        uint32_t *a, uint32_t *b)
{
    uint64_t first, second;
    TRY(check_tuple(v, family, function));
    if (tuple_length(v) != 2)
        return raise(TypeError, "%s", message);
    TRY(index_as_uint64(tuple_get(v, 0), &first));
    TRY(index_as_uint64(tuple_get(v, 1), &second));
    *a = (uint32_t)first;
    *b = (uint32_t)second;
    return true;
}

static bool netlink_from(Value v, const char *function, Address *address, socklen_t *size)
{
    memset(address, 0, sizeof *address);
    TRY(two_numbers(v, "AF_NETLINK", function, "AF_NETLINK address must be a pair (pid, groups)",
                    &address->nl.nl_pid, &address->nl.nl_groups));
    address->nl.nl_family = AF_NETLINK;
    *size = sizeof address->nl;
    return true;
}

static bool vsock_from(Value v, const char *function, Address *address, socklen_t *size)
{
    memset(address, 0, sizeof *address);
    TRY(two_numbers(v, "AF_VSOCK", function, "AF_VSOCK address must be a pair (CID, port)",
                    &address->vm.svm_cid, &address->vm.svm_port));
    address->vm.svm_family = AF_VSOCK;
    *size = sizeof address->vm;
    return true;
}

/* (interface, protocol[, packet type[, hardware type[, address]]]) */
static bool packet_from(Value v, const char *function, Address *address, socklen_t *size)
{
    TRY(check_tuple(v, "AF_PACKET", function));
    intptr_t n = tuple_length(v);
    int protocol, numbers[2] = {0, 0};
    if (n < 2 || n > 5)
        return raise(TypeError, "AF_PACKET address must be a tuple of two to five elements");
    const char *interface = TRY(host_name(tuple_get(v, 0)));
    TRY(index_as_int(tuple_get(v, 1), &protocol));
    if (protocol < 0 || protocol > 0xffff)
        return raise(OverflowError, "%s(): proto must be 0-65535.", function);
    for (intptr_t i = 2; i < n && i < 4; i++)
        TRY(index_as_int(tuple_get(v, i), &numbers[i - 2]));
    memset(address, 0, sizeof *address);
    if (n == 5) {
        BOUND_BUFFER(hardware);
        TRY(buffer_get(tuple_get(v, 4), &hardware, BUFFER_READ));
        if (hardware.size > 8)
            return raise(ValueError, "hardware address must be 8 bytes or less");
        memcpy(address->ll.sll_addr, hardware.data, (size_t)hardware.size);
        address->ll.sll_halen = (unsigned char)hardware.size;
    }
    address->ll.sll_ifindex = (int)if_nametoindex(interface);
    if (!address->ll.sll_ifindex)
        return raise_errno();
    address->ll.sll_family = AF_PACKET;
    address->ll.sll_protocol = htons((uint16_t)protocol);
    address->ll.sll_pkttype = (unsigned char)numbers[0];
    address->ll.sll_hatype = (unsigned short)numbers[1];
    *size = sizeof address->ll;
    return true;
}

bool address_from(Value v, int family, int protocol, const char *function, Address *address,
                  socklen_t *size)
{
    (void)protocol;
    switch (family) {
    case AF_INET:
        return inet_from(v, function, address, size);
    case AF_INET6:
        return inet6_from(v, function, address, size);
    case AF_UNIX:
        return unix_from(v, address, size);
    case AF_NETLINK:
        return netlink_from(v, function, address, size);
    case AF_VSOCK:
        return vsock_from(v, function, address, size);
    case AF_PACKET:
        return packet_from(v, function, address, size);
    default:
        return raise(OSError, "%s(): bad family", function);
    }
}

/* ---- to Python
 * --------------------------------------------------------------------------------------- */

Value host_text(const struct sockaddr *address, socklen_t size)
{
    char text[NI_MAXHOST];
    int code = getnameinfo(address, size, text, sizeof text, 0, 0, NI_NUMERICHOST);
    return code ? raise_gaierror(code) : str_from_cstring(text);
}

/* The scope is a number of its own: it is left out of the host. */
static Value inet6_value(const Address *address)
{
    char text[INET6_ADDRSTRLEN];
    if (!inet_ntop(AF_INET6, &address->in6.sin6_addr, text, sizeof text))
        return raise_errno();
    return tuple_of(TRY(str_from_cstring(text)), int_small(ntohs(address->in6.sin6_port)),
                    int_from(ntohl(address->in6.sin6_flowinfo)),
                    int_from(address->in6.sin6_scope_id));
}

static Value unix_value(const Address *address, socklen_t size)
{
    const char *path = address->un.sun_path;
    size_t length = size > offsetof(struct sockaddr_un, sun_path)
                        ? size - offsetof(struct sockaddr_un, sun_path)
                        : 0;
    if (length && !path[0])
        return bytes_from(path, length);
    return str_from_fs(path, strnlen(path, length));
}

static Value packet_value(const Address *address)
{
    const struct sockaddr_ll *a = &address->ll;
    char name[IF_NAMESIZE] = "";
    if (a->sll_ifindex)
        if_indextoname((unsigned)a->sll_ifindex, name);
    return tuple_of(TRY(str_from_fs(name, strlen(name))), int_small(ntohs(a->sll_protocol)),
                    int_small(a->sll_pkttype), int_small(a->sll_hatype),
                    TRY(bytes_from((const char *)a->sll_addr, a->sll_halen)));
}

Value address_value(const Address *address, socklen_t size)
{
    if (!size)
        return None;
    switch (address->any.sa_family) {
    case AF_INET: {
        char text[INET_ADDRSTRLEN];
        if (!inet_ntop(AF_INET, &address->in.sin_addr, text, sizeof text))
            return raise_errno();
        return tuple_of(TRY(str_from_cstring(text)), int_small(ntohs(address->in.sin_port)));
    }
    case AF_INET6:
        return inet6_value(address);
    case AF_UNIX:
        return unix_value(address, size);
    case AF_NETLINK:
        return tuple_of(int_from(address->nl.nl_pid), int_from(address->nl.nl_groups));
    case AF_VSOCK:
        return tuple_of(int_from(address->vm.svm_cid), int_from(address->vm.svm_port));
    case AF_PACKET:
        return packet_value(address);
    default:
        return tuple_of(int_small(address->any.sa_family),
                        TRY(bytes_from((const char *)address + sizeof(sa_family_t),
                                       size - sizeof(sa_family_t))));
    }
}
