/* Sending and receiving bytes. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "core/audit.h"
#include "modules/socket/socket.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/tuple.h"

static bool flags_argument(Value v, int *flags)
{
    return index_as_int(v, flags);
}

/* Receives into memory; *size (or 0) is that of the sender's address. -1 on failure. */
static intptr_t receive(Value self, char *data, intptr_t room, int flags, Address *address,
                        socklen_t *size)
{
    ssize_t n = -1;
    SocketWait wait = socket_wait_start(self, POLLIN);
    do {
        if (!socket_wait(&wait))
            return -1;
        if (address) {
            memset(address, 0, sizeof *address);
            *size = sizeof *address;
        }
        USING_SOCKET(use, wait.socket);
        BLOCKING
        {
            n = address ? recvfrom(use.fd, data, (size_t)room, flags, &address->any, size)
                        : recv(use.fd, data, (size_t)room, flags);
        }
    } while (n < 0 && socket_again(&wait));
    if (n < 0)
        system_failed(&wait.retry, 0, 0);
    return n;
}

static Value receive_bytes(Value self, Value count, Value flag_value, const char *function,
                           Address *address, socklen_t *size)
{
    intptr_t room;
    int flags;
    TRY(index_as_intptr_or(count, &room, OverflowError));
    TRY(flags_argument(flag_value, &flags));
    if (room < 0)
        return raise(ValueError, "negative buffersize in %s", function);
    Value result = room ? TRY(bytes_new(room)) : TRY(bytes_empty());
    intptr_t n = receive(self, ((Bytes *)result)->data, room, flags, address, size);
    return n < 0 ? 0 : room ? bytes_shrink_unseen(result, n) : result;
}

METHOD(socket_recv, "recv", "buffersize, flags=0, /",
       "recv(buffersize[, flags]) -> data\n\n"
       "Receive up to buffersize bytes from the socket.  For the optional flags\n"
       "argument, see the Unix manual.  When no data is available, block until\n"
       "at least one byte is available or until the remote end is closed.  When\n"
       "the remote end is closed and all data is read, return the empty string.")
{
    return receive_bytes(args[0], args[1], args[2], "recv", 0, 0);
}

METHOD(socket_recvfrom, "recvfrom", "buffersize, flags=0, /",
       "recvfrom(buffersize[, flags]) -> (data, address info)\n\n"
       "Like recv(buffersize, flags) but also return the sender's address info.")
{
    Address address;
    socklen_t size;
    Value data = TRY(receive_bytes(args[0], args[1], args[2], "recvfrom", &address, &size));
    return tuple_of(data, TRY(address_value(&address, size)));
}

/* How much of the buffer to use: 0 is all of it. */
static bool room_in(const Buffer *buffer, Value count, const char *function, const char *too_small,
                    intptr_t *room)
{
    TRY(index_as_intptr_or(count, room, OverflowError));
    if (*room < 0)
        return raise(ValueError, "negative buffersize in %s", function);
    if (*room > buffer->size)
        return raise(ValueError, "%s", too_small);
    if (!*room)
        *room = buffer->size;
    return true;
}

static bool writable(Value v, const char *function, Buffer *buffer)
{
    if (buffer_get(v, buffer, BUFFER_WRITE))
        return true;
    *buffer = (Buffer){0};
    if (!error_clear_if(TypeError) && !error_clear_if(BufferError))
        return false;
    return raise(TypeError, "%s() argument 1 must be read-write bytes-like object, not %B",
                 function, v);
}

METHOD(socket_recv_into, "recv_into", "buffer, nbytes=0, flags=0",
       "recv_into(buffer, [nbytes[, flags]]) -> nbytes_read\n\n"
       "A version of recv() that stores its data into a buffer rather than creating\n"
       "a new string.  Receive up to buffersize bytes from the socket.  If buffersize\n"
       "is not specified (or 0), receive up to the size available in the given buffer.\n\n"
       "See recv() for documentation about the flags.")
{
    BOUND_BUFFER(buffer);
    intptr_t room;
    int flags;
    TRY(writable(args[1], "recv_into", &buffer));
    TRY(flags_argument(args[3], &flags));
    TRY(room_in(&buffer, args[2], "recv_into", "buffer too small for requested bytes", &room));
    intptr_t n = receive(args[0], buffer.data, room, flags, 0, 0);
    return n < 0 ? 0 : int_from(n);
}

METHOD(socket_recvfrom_into, "recvfrom_into", "buffer, nbytes=0, flags=0",
       "recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)\n\n"
       "Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.")
{
    BOUND_BUFFER(buffer);
    Address address;
    socklen_t size;
    intptr_t room;
    int flags;
    TRY(writable(args[1], "recvfrom_into", &buffer));
    TRY(flags_argument(args[3], &flags));
    TRY(room_in(&buffer, args[2], "recvfrom_into",
                "nbytes is greater than the length of the buffer", &room));
    intptr_t n = receive(args[0], buffer.data, room, flags, &address, &size);
    if (n < 0)
        return 0;
    return tuple_of(int_from(n), TRY(address_value(&address, size)));
}

/* ---- sending
 * -------------------------------------------------------------------------------------- */

/* One transfer within the deadline of `wait`. -1 on failure. */
static intptr_t send_some(SocketWait *wait, const char *data, intptr_t size, int flags,
                          const Address *to, socklen_t to_size)
{
    ssize_t n = -1;
    do {
        if (!socket_wait(wait))
            return -1;
        USING_SOCKET(use, wait->socket);
        BLOCKING
        {
            n = to ? sendto(use.fd, data, (size_t)size, flags, &to->any, to_size)
                   : send(use.fd, data, (size_t)size, flags);
        }
    } while (n < 0 && socket_again(wait));
    if (n < 0)
        system_failed(&wait->retry, 0, 0);
    return n;
}

METHOD(socket_send, "send", "data, flags=0, /",
       "send(data[, flags]) -> count\n\n"
       "Send a data string to the socket.  For the optional flags\n"
       "argument, see the Unix manual.  Return the number of bytes\n"
       "sent; this may be less than len(data) if the network is busy.")
{
    BOUND_BUFFER(buffer);
    int flags;
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    TRY(flags_argument(args[2], &flags));
    SocketWait wait = socket_wait_start(args[0], POLLOUT);
    intptr_t n = send_some(&wait, buffer.data, buffer.size, flags, 0, 0);
    return n < 0 ? 0 : int_from(n);
}

METHOD(socket_sendall, "sendall", "data, flags=0, /",
       "sendall(data[, flags])\n\n"
       "Send a data string to the socket.  For the optional flags\n"
       "argument, see the Unix manual.  This calls send() repeatedly\n"
       "until all data is sent.  If an error occurs, it's impossible\n"
       "to tell how much data has been sent.")
{
    BOUND_BUFFER(buffer);
    int flags;
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    TRY(flags_argument(args[2], &flags));
    SocketWait wait = socket_wait_start(args[0], POLLOUT);
    intptr_t done = 0;
    do {
        intptr_t n = send_some(&wait, buffer.data + done, buffer.size - done, flags, 0, 0);
        if (n < 0)
            return 0;
        done += n;
        if (!thread_poll(thread_self()))
            return 0;
    } while (done < buffer.size);
    return None;
}

METHOD(socket_sendto, "sendto", "*args",
       "sendto(data[, flags], address) -> count\n\n"
       "Like send(data, flags) but allows specifying the destination address.\n"
       "For IP sockets, the address is a pair (hostaddr, port).")
{
    BOUND_BUFFER(buffer);
    Socket *self = as_socket(args[0]);
    intptr_t count = tuple_length(args[1]);
    Address address;
    socklen_t size;
    int flags = 0;
    if (count < 2 || count > 3)
        return raise(TypeError, "sendto() takes 2 or 3 arguments (%zd given)", count);
    TRY(buffer_get(tuple_get(args[1], 0), &buffer, BUFFER_READ));
    if (count == 3)
        TRY(flags_argument(tuple_get(args[1], 1), &flags));
    TRY(address_from(tuple_get(args[1], count - 1), load_relaxed(&self->family),
                     load_relaxed(&self->protocol), "sendto", &address, &size));
    TRY(AUDIT("socket.sendto", args[0], tuple_get(args[1], count - 1)));
    SocketWait wait = socket_wait_start(args[0], POLLOUT);
    intptr_t n = send_some(&wait, buffer.data, buffer.size, flags, &address, size);
    return n < 0 ? 0 : int_from(n);
}

MethodDef *const socket_transfer_methods[] = {
    M(socket_recv), M(socket_recv_into), M(socket_recvfrom), M(socket_recvfrom_into),
    M(socket_send), M(socket_sendall),   M(socket_sendto),   0};
