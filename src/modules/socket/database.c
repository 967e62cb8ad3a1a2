/* Names of hosts, services and protocols. */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "core/audit.h"
#include "core/call.h"
#include "modules/socket/socket.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* The old look-ups of services and protocols keep their result in the C library. */
static Mutex database_lock FREE_AFTER_FORK;

static Value raise_herror(int code)
{
    Value text = TRY(str_from_cstring(hstrerror(code)));
    return raise_object(TRY(call2(socket_herror, int_small(code), text)));
}

/* ---- getaddrinfo
 * ----------------------------------------------------------------------------------- */

/* The host argument; *text 0 for None. */
static bool host_argument(Value v, const char **text)
{
    *text = 0;
    if (v == None)
        return true;
    Value bytes = v;
    if (is_str(v))
        bytes = TRY(codec_encode_str(v, "idna", 0));
    if (!is_bytes(bytes))
        return raise(TypeError, "getaddrinfo() argument 1 must be string or None");
    *text = ((Bytes *)bytes)->data;
    return true;
}

static bool port_argument(Value v, const char **text)
{
    *text = 0;
    if (v == None)
        return true;
    if (is_int_any(v)) {
        *text = TRY(str_cstring(TRY(int_to_str(v, 10))));
    } else if (is_str(v)) {
        *text = TRY(str_cstring(v));
    } else if (is_bytes(v)) {
        *text = ((Bytes *)v)->data;
    } else {
        return raise(OSError, "Int or String expected");
    }
    return true;
}

static Value info_list(const struct addrinfo *found)
{
    Value list = TRY(list_new(0));
    for (; found; found = found->ai_next) {
        Address address;
        memset(&address, 0, sizeof address);
        memcpy(&address, found->ai_addr,
               found->ai_addrlen < sizeof address ? found->ai_addrlen : sizeof address);
        const char *name = found->ai_canonname ? found->ai_canonname : "";
        Value where = TRY(address_value(&address, found->ai_addrlen));
        Value item = TRY(tuple_of(int_small(found->ai_family), int_small(found->ai_socktype),
                                  int_small(found->ai_protocol),
                                  TRY(str_from_fs(name, strlen(name))), where));
        TRY(list_append(list, item));
    }
    return list;
}

FUNCTION(socket_getaddrinfo, "getaddrinfo", "host, port, family=0, type=0, proto=0, flags=0",
         "getaddrinfo(host, port [, family, type, proto, flags])\n    -> list of (family, type, "
         "proto, canonname, sockaddr)\n\n"
         "Resolve host and port into addrinfo struct.")
{
    const char *host, *port;
    struct addrinfo hints = {0}, *found = 0;
    int code = 0;
    TRY(index_as_int(args[2], &hints.ai_family));
    TRY(index_as_int(args[3], &hints.ai_socktype));
    TRY(index_as_int(args[4], &hints.ai_protocol));
    TRY(index_as_int(args[5], &hints.ai_flags));
    TRY(host_argument(args[0], &host));
    TRY(port_argument(args[1], &port));
    TRY(AUDIT("socket.getaddrinfo", args[0], args[1], args[2], args[3], args[4]));
    BLOCKING
    {
        code = getaddrinfo(host, port, &hints, &found);
    }
    if (code)
        return raise_gaierror(code);
    Value list = info_list(found);
    freeaddrinfo(found);
    return list;
}

/* (host, port[, flowinfo, scope]) of numbers, for getnameinfo. */
static struct addrinfo *name_info_address(Value v)
{
    intptr_t n = is_tuple(v) ? tuple_length(v) : -1;
    int port;
    uint64_t flow = 0, scope = 0;
    if (n < 0)
        return (void *)raise(TypeError, "getnameinfo() argument 1 must be a tuple");
    if (n < 2 || n > 4)
        return (void *)raise(TypeError, "getnameinfo(): illegal sockaddr argument");
    const char *host = TRY(host_name(tuple_get(v, 0)));
    TRY(index_as_int(tuple_get(v, 1), &port));
    if (n > 2)
        TRY(index_as_uint64(tuple_get(v, 2), &flow));
    if (n > 3)
        TRY(index_as_uint64(tuple_get(v, 3), &scope));
    if (flow > 0xfffff)
        return (void *)raise(OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
    char number[16];
    snprintf(number, sizeof number, "%d", port);
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST}, *found = 0;
    int code = 0;
    BLOCKING
    {
        code = getaddrinfo(host, number, &hints, &found);
    }
    if (code)
        return (void *)raise_gaierror(code);
    if (found->ai_family == AF_INET6) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)found->ai_addr;
        in6->sin6_flowinfo = htonl((uint32_t)flow);
        in6->sin6_scope_id = (uint32_t)scope;
    }
    return found;
}

FUNCTION(socket_getnameinfo, "getnameinfo", "sockaddr, flags, /",
         "getnameinfo(sockaddr, flags) --> (host, port)\n\nGet host and port for a sockaddr.")
{
    char host[NI_MAXHOST], port[NI_MAXSERV];
    int flags, code = 0;
    TRY(index_as_int(args[1], &flags));
    TRY(AUDIT("socket.getnameinfo", args[0]));
    struct addrinfo *found = TRY(name_info_address(args[0]));
    if (found->ai_next) {
        freeaddrinfo(found);
        return raise(OSError, "sockaddr resolved to multiple addresses");
    }
    if (found->ai_family == AF_INET && tuple_length(args[0]) != 2) {
        freeaddrinfo(found);
        return raise(OSError, "IPv4 sockaddr must be 2 tuple");
    }
    BLOCKING
    {
        code = getnameinfo(found->ai_addr, found->ai_addrlen, host, sizeof host, port, sizeof port,
                           flags);
    }
    freeaddrinfo(found);
    if (code)
        return raise_gaierror(code);
    return tuple_of(TRY(str_from_fs(host, strlen(host))), TRY(str_from_cstring(port)));
}

/* ---- hosts, as gethostbyname has it
 * ------------------------------------------------------------------ */

static const char *host_of(Value v, const char *function)
{
    if (is_str(v) || is_bytes(v) || is_bytearray(v))
        return host_name(v);
    raise(TypeError, "%s() argument 1 must be str, bytes or bytearray, not %B", function, v);
    return 0;
}

FUNCTION(socket_gethostbyname, "gethostbyname", "host, /",
         "gethostbyname(host) -> address\n\n"
         "Return the IP address (a string of the form '255.255.255.255') for a host.")
{
    Address address;
    const char *name = TRY(host_of(args[0], "gethostbyname"));
    TRY(AUDIT("socket.gethostbyname", args[0]));
    TRY(resolve_host(name, AF_INET, &address));
    return host_text(&address.any, sizeof address.in);
}

static Value entry_value(const struct hostent *entry)
{
    Value aliases = TRY(list_new(0)), addresses = TRY(list_new(0));
    for (char **alias = entry->h_aliases; alias && *alias; alias++)
        TRY(list_append(aliases, TRY(str_from_fs(*alias, strlen(*alias)))));
    for (char **raw = entry->h_addr_list; raw && *raw; raw++) {
        char text[INET6_ADDRSTRLEN];
        if (inet_ntop(entry->h_addrtype, *raw, text, sizeof text))
            TRY(list_append(addresses, TRY(str_from_cstring(text))));
    }
    return tuple_of(TRY(str_from_fs(entry->h_name, strlen(entry->h_name))), aliases, addresses);
}

FUNCTION(socket_gethostbyname_ex, "gethostbyname_ex", "host, /",
         "gethostbyname_ex(host) -> (name, aliaslist, addresslist)\n\n"
         "Return the true host name, a list of aliases, and a list of IP addresses,\n"
         "for a host.  The host argument is a string giving a host name or IP number.")
{
    Address address;
    struct hostent entry, *found = 0;
    char data[16384];
    int error = 0;
    const char *name = TRY(host_of(args[0], "gethostbyname_ex"));
    TRY(AUDIT("socket.gethostbyname", args[0]));
    TRY(resolve_host(name, AF_INET, &address));
    BLOCKING
    {
        gethostbyname_r(name, &entry, data, sizeof data, &found, &error);
    }
    return found ? entry_value(found) : raise_herror(error);
}

FUNCTION(socket_gethostbyaddr, "gethostbyaddr", "host, /",
         "gethostbyaddr(host) -> (name, aliaslist, addresslist)\n\n"
         "Return the true host name, a list of aliases, and a list of IP addresses,\n"
         "for a host.  The host argument is a string giving a host name or IP number.")
{
    Address address;
    struct hostent entry, *found = 0;
    char data[16384];
    int error = 0;
    const char *name = TRY(host_of(args[0], "gethostbyaddr"));
    TRY(AUDIT("socket.gethostbyaddr", args[0]));
    TRY(resolve_host(name, AF_UNSPEC, &address));
    bool six = address.any.sa_family == AF_INET6;
    const void *raw = six ? (void *)&address.in6.sin6_addr : (void *)&address.in.sin_addr;
    socklen_t size = six ? sizeof address.in6.sin6_addr : sizeof address.in.sin_addr;
    BLOCKING
    {
        gethostbyaddr_r(raw, size, address.any.sa_family, &entry, data, sizeof data, &found,
                        &error);
    }
    return found ? entry_value(found) : raise_herror(error);
}

FUNCTION(socket_gethostname, "gethostname", "",
         "gethostname() -> string\n\nReturn the current host name.")
{
    char name[HOST_NAME_MAX + 1];
    TRY(AUDIT("socket.gethostname"));
    if (gethostname(name, sizeof name - 1) < 0)
        return raise_errno();
    name[sizeof name - 1] = 0;
    return str_from_fs(name, strlen(name));
}

FUNCTION(socket_sethostname, "sethostname", "name, /",
         "sethostname(name)\n\nSets the hostname to name.")
{
    BOUND_BUFFER(buffer);
    size_t size;
    const char *name;
    if (is_str(args[0])) {
        name = TRY(str_to_fs(args[0], &size));
    } else {
        TRY(buffer_get(args[0], &buffer, BUFFER_READ));
        name = buffer.data;
        size = (size_t)buffer.size;
    }
    TRY(AUDIT("socket.sethostname", args[0]));
    return sethostname(name, size) < 0 ? raise_errno() : None;
}

/* ---- services and protocols
 * ----------------------------------------------------------------------------- */

static bool protocol_argument(Value v, const char *function, const char **protocol)
{
    *protocol = 0;
    if (!v)
        return true;
    if (!is_str(v))
        return raise(TypeError, "%s() argument 2 must be str, not %B", function, v);
    *protocol = TRY(str_cstring(v));
    return true;
}

FUNCTION(socket_getservbyname, "getservbyname", "servicename, protocolname=?, /",
         "getservbyname(servicename[, protocolname]) -> integer\n\n"
         "Return a port number from a service name and protocol name.\n"
         "The optional protocol name, if given, should be 'tcp' or 'udp',\n"
         "otherwise any protocol will match.")
{
    const char *protocol;
    if (!is_str(args[0]))
        return raise(TypeError, "getservbyname() argument 1 must be str, not %B", args[0]);
    const char *name = TRY(str_cstring(args[0]));
    TRY(protocol_argument(args[1], "getservbyname", &protocol));
    TRY(AUDIT("socket.getservbyname", args[0], args[1] ? args[1] : None));
    mutex_lock_blocking(&database_lock);
    int port = -1;
    BLOCKING
    {
        const struct servent *entry = getservbyname(name, protocol);
        if (entry)
            port = ntohs((uint16_t)entry->s_port);
    }
    mutex_unlock_blocking(&database_lock);
    return port < 0 ? raise(OSError, "service/proto not found") : int_small(port);
}

FUNCTION(socket_getservbyport, "getservbyport", "port, protocolname=?, /",
         "getservbyport(port[, protocolname]) -> string\n\n"
         "Return the service name from a port number and protocol name.\n"
         "The optional protocol name, if given, should be 'tcp' or 'udp',\n"
         "otherwise any protocol will match.")
{
    const char *protocol;
    char name[256] = "";
    int port;
    TRY(index_as_int(args[0], &port));
    TRY(protocol_argument(args[1], "getservbyport", &protocol));
    if (port < 0 || port > 0xffff)
        return raise(OverflowError, "getservbyport: port must be 0-65535.");
    TRY(AUDIT("socket.getservbyport", int_small(port), args[1] ? args[1] : None));
    mutex_lock_blocking(&database_lock);
    BLOCKING
    {
        const struct servent *entry = getservbyport(htons((uint16_t)port), protocol);
        if (entry)
            snprintf(name, sizeof name, "%s", entry->s_name);
    }
    mutex_unlock_blocking(&database_lock);
    return *name ? str_from_fs(name, strlen(name)) : raise(OSError, "port/proto not found");
}

FUNCTION(socket_getprotobyname, "getprotobyname", "name, /",
         "getprotobyname(name) -> integer\n\n"
         "Return the protocol number for the named protocol.  (Rarely used.)")
{
    if (!is_str(args[0]))
        return raise(TypeError, "getprotobyname() argument must be str, not %B", args[0]);
    const char *name = TRY(str_cstring(args[0]));
    mutex_lock_blocking(&database_lock);
    int number = -1;
    BLOCKING
    {
        const struct protoent *entry = getprotobyname(name);
        if (entry)
            number = entry->p_proto;
    }
    mutex_unlock_blocking(&database_lock);
    return number < 0 ? raise(OSError, "protocol not found") : int_small(number);
}

MethodDef *const socket_database_functions[] = {M(socket_getaddrinfo),
                                                M(socket_getnameinfo),
                                                M(socket_gethostbyname),
                                                M(socket_gethostbyname_ex),
                                                M(socket_gethostbyaddr),
                                                M(socket_gethostname),
                                                M(socket_sethostname),
                                                M(socket_getservbyname),
                                                M(socket_getservbyport),
                                                M(socket_getprotobyname),
                                                0};
