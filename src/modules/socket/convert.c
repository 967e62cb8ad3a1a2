/* Byte order, textual addresses, sizes of control messages, network interfaces. */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <string.h>

#include "modules/socket/socket.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- byte order
 * ----------------------------------------------------------------------------------- */

static bool uint16_argument(Value v, const char *function, uint16_t *out)
{
    int number;
    TRY(index_as_int(v, &number));
    if (number < 0)
        return raise(OverflowError,
                     "%s: can't convert negative Python int to C 16-bit unsigned integer",
                     function);
    if (number > 0xffff)
        return raise(OverflowError,
                     "%s: Python int too large to convert to C 16-bit unsigned integer", function);
    *out = (uint16_t)number;
    return true;
}

static bool uint32_argument(Value v, uint32_t *out)
{
    if (!is_int_any(v))
        return raise(TypeError, "expected int, %T found", v);
    if (int_sign(v) < 0)
        return raise(OverflowError, "can't convert negative value to unsigned int");
    uint64_t number;
    if (!int_to_u64(v, &number))
        return raise(OverflowError, "Python int too large to convert to C unsigned long");
    if (number > UINT32_MAX)
        return raise(OverflowError, "int larger than 32 bits");
    *out = (uint32_t)number;
    return true;
}

FUNCTION(socket_ntohs, "ntohs", "integer, /",
         "Convert a 16-bit unsigned integer from network to host byte order.")
{
    uint16_t n;
    TRY(uint16_argument(args[0], "ntohs", &n));
    return int_small(ntohs(n));
}

FUNCTION(socket_htons, "htons", "integer, /",
         "Convert a 16-bit unsigned integer from host to network byte order.")
{
    uint16_t n;
    TRY(uint16_argument(args[0], "htons", &n));
    return int_small(htons(n));
}

FUNCTION(socket_ntohl, "ntohl", "integer, /",
         "Convert a 32-bit unsigned integer from network to host byte order.")
{
    uint32_t n;
    TRY(uint32_argument(args[0], &n));
    return int_from(ntohl(n));
}

FUNCTION(socket_htonl, "htonl", "integer, /",
         "Convert a 32-bit unsigned integer from host to network byte order.")
{
    uint32_t n;
    TRY(uint32_argument(args[0], &n));
    return int_from(htonl(n));
}

/* ---- textual addresses
 * -------------------------------------------------------------------------------- */

static const char *text_argument_of(Value v, const char *function)
{
    if (is_str(v))
        return str_cstring(v);
    raise(TypeError, "%s() argument must be str, not %B", function, v);
    return 0;
}

FUNCTION(socket_inet_aton, "inet_aton", "ip_addr, /",
         "Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format "
         "used in low-level network functions.")
{
    struct in_addr address;
    if (!inet_aton(TRY(text_argument_of(args[0], "inet_aton")), &address))
        return raise(OSError, "illegal IP address string passed to inet_aton");
    return bytes_from((const char *)&address, sizeof address);
}

FUNCTION(socket_inet_ntoa, "inet_ntoa", "packed_ip, /",
         "Convert an IP address from 32-bit packed binary format to string format.")
{
    BOUND_BUFFER(buffer);
    char text[INET_ADDRSTRLEN];
    TRY(buffer_get(args[0], &buffer, BUFFER_READ));
    if (buffer.size != sizeof(struct in_addr))
        return raise(OSError, "packed IP wrong length for inet_ntoa");
    return str_from_cstring(inet_ntop(AF_INET, buffer.data, text, sizeof text));
}

FUNCTION(socket_inet_pton, "inet_pton", "af, ip, /",
         "inet_pton(af, ip) -> packed IP address string\n\n"
         "Convert an IP address from string format to a packed string suitable\n"
         "for use with low-level network functions.")
{
    char packed[sizeof(struct in6_addr)];
    int family;
    TRY(index_as_int(args[0], &family));
    int ok = inet_pton(family, TRY(text_argument_of(args[1], "inet_pton")), packed);
    if (ok < 0)
        return raise_errno();
    if (!ok)
        return raise(OSError, "illegal IP address string passed to inet_pton");
    return bytes_from(packed, family == AF_INET ? sizeof(struct in_addr) : sizeof packed);
}

FUNCTION(socket_inet_ntop, "inet_ntop", "af, packed_ip, /",
         "inet_ntop(af, packed_ip) -> string formatted IP address\n\n"
         "Convert a packed IP address of the given family to string format.")
{
    BOUND_BUFFER(buffer);
    char text[INET6_ADDRSTRLEN];
    int family;
    TRY(index_as_int(args[0], &family));
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    if (family != AF_INET && family != AF_INET6)
        return raise(ValueError, "unknown address family %d", family);
    size_t size = family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
    if ((size_t)buffer.size != size)
        return raise(ValueError, "invalid length of packed IP address string");
    if (!inet_ntop(family, buffer.data, text, sizeof text))
        return raise_errno();
    return str_from_cstring(text);
}

/* ---- control messages
 * ------------------------------------------------------------------------------------ */

/* A size that with header and padding, `added` in all, still fits an int. */
static bool data_size(Value v, const char *function, intptr_t added, size_t *size)
{
    intptr_t n;
    if (!index_as_intptr_or(v, &n, OverflowError))
        return error_clear_if(OverflowError) &&
               raise(OverflowError, "Python int too large to convert to C ssize_t");
    if (n < 0 || n > INT_MAX - added)
        return raise(OverflowError, "%s() argument out of range", function);
    *size = (size_t)n;
    return true;
}

FUNCTION(socket_cmsg_len, "CMSG_LEN", "length, /",
         "CMSG_LEN(length) -> control message length\n\n"
         "Return the total length, without trailing padding, of an ancillary\n"
         "data item with associated data of the given length.")
{
    size_t size = 0;
    TRY(data_size(args[0], "CMSG_LEN", (intptr_t)CMSG_LEN(0), &size));
    return int_from((intptr_t)CMSG_LEN(size));
}

FUNCTION(socket_cmsg_space, "CMSG_SPACE", "length, /",
         "CMSG_SPACE(length) -> buffer size\n\n"
         "Return the buffer size needed for recvmsg() to receive an ancillary\n"
         "data item with associated data of the given length, along with any\n"
         "trailing padding.")
{
    size_t size = 0;
    TRY(data_size(args[0], "CMSG_SPACE", (intptr_t)CMSG_SPACE(1), &size));
    return int_from((intptr_t)CMSG_SPACE(size));
}

MethodDef *const socket_convert_functions[] = {M(socket_ntohs),
                                               M(socket_ntohl),
                                               M(socket_htons),
                                               M(socket_htonl),
                                               M(socket_inet_aton),
                                               M(socket_inet_ntoa),
                                               M(socket_inet_pton),
                                               M(socket_inet_ntop),
                                               M(socket_cmsg_len),
                                               M(socket_cmsg_space),
                                               0};

/* ---- interfaces
 * -------------------------------------------------------------------------------------------- */

static Value interface_list(const struct if_nameindex *all)
{
    Value list = TRY(list_new(0));
    for (; all->if_index || all->if_name; all++) {
        Value name = TRY(str_from_fs(all->if_name, strlen(all->if_name)));
        TRY(list_append(list, TRY(tuple_of(int_from(all->if_index), name))));
    }
    return list;
}

FUNCTION(socket_if_nameindex, "if_nameindex", "",
         "if_nameindex()\n\nReturns a list of network interface information (index, name) tuples.")
{
    struct if_nameindex *all = if_nameindex();
    if (!all)
        return raise_errno();
    Value list = interface_list(all);
    if_freenameindex(all);
    return list;
}

FUNCTION(socket_if_nametoindex, "if_nametoindex", "oname, /",
         "Returns the interface index corresponding to the interface name if_name.")
{
    unsigned index = if_nametoindex(TRY(fs_bytes(args[0], 0)));
    return index ? int_from(index) : raise(OSError, "no interface with this name");
}

FUNCTION(socket_if_indextoname, "if_indextoname", "if_index, /",
         "if_indextoname(if_index)\n\n"
         "Returns the interface name corresponding to the interface index if_index.")
{
    char name[IF_NAMESIZE + 1];
    uint32_t index;
    TRY(uint32_argument(args[0], &index));
    if (!if_indextoname(index, name))
        return raise_errno();
    return str_from_fs(name, strlen(name));
}

MethodDef *const socket_interface_functions[] = {M(socket_if_nameindex), M(socket_if_nametoindex),
                                                 M(socket_if_indextoname), 0};
