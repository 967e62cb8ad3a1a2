/* recvmsg and sendmsg: several buffers at once, and ancillary data. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/audit.h"
#include "core/iterate.h"
#include "modules/socket/socket.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

#define BUFFERS_MAX 1024 /* as the system's IOV_MAX */

/* Buffers held for a call. The collector doesn't look into `buffers`, so a list in the C frame
 * keeps their owners alive: volatile, for it is never read. */
typedef struct BufferSet {
    Value volatile owners;
    Buffer *buffers;
    struct iovec *parts;
    size_t count;
} BufferSet;

static void release_buffers(BufferSet *set)
{
    for (size_t i = 0; i < set->count; i++)
        buffer_release(&set->buffers[i]);
    set->count = 0;
}

/* `message` is the TypeError for a buffer that does not do; 0: buffer_get's own. */
static bool get_buffers(Value iterable, int flags, const char *message, BufferSet *set)
{
    Value objects = TRY(list_from_iterable(iterable));
    intptr_t n = list_length(objects);
    if (n > BUFFERS_MAX)
        n = BUFFERS_MAX + 1; /* the system refuses that: EMSGSIZE */
    set->owners = TRY(list_new(0));
    Raw *buffers = TRY(raw_new((n + 1) * (intptr_t)sizeof(Buffer)));
    Raw *parts = TRY(raw_new((n + 1) * (intptr_t)sizeof(struct iovec)));
    set->buffers = (Buffer *)(void *)buffers->data;
    set->parts = (struct iovec *)(void *)parts->data;
    for (intptr_t i = 0; i < n; i++) {
        Buffer *buffer = &set->buffers[i];
        if (!buffer_get(list_get(objects, i), buffer, flags)) {
            if (message && (error_clear_if(TypeError) || error_clear_if(BufferError)))
                raise(TypeError, "%s", message);
            return false;
        }
        set->parts[i] = (struct iovec){buffer->data, (size_t)buffer->size};
        set->count++;
        TRY(buffer_keep(buffer, set->owners));
    }
    return true;
}

/* ---- receiving
 * ------------------------------------------------------------------------------------- */

static Value ancillary_list(struct msghdr *message)
{
    Value list = TRY(list_new(0));
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        const char *data = (const char *)CMSG_DATA(c);
        const char *end = (const char *)message->msg_control + message->msg_controllen;
        size_t length = c->cmsg_len < CMSG_LEN(0) ? 0 : c->cmsg_len - CMSG_LEN(0);
        if (length > (size_t)(end - data))
            length = (size_t)(end - data);
        Value item = TRY(tuple_of(int_small(c->cmsg_level), int_small(c->cmsg_type),
                                  TRY(bytes_from(data, length))));
        TRY(list_append(list, item));
    }
    return list;
}

/* Descriptors that came with a message nobody gets to see would stay open for ever. */
static void close_descriptors(struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            close(fd);
        }
    }
}

/* The tuple that both functions return, with `first` made by the caller of what was received. */
static Value message_result(struct msghdr *message, Value first)
{
    Value data = first ? ancillary_list(message) : 0;
    Value address = data ? address_value(message->msg_name, message->msg_namelen) : 0;
    if (address)
        return tuple_of(first, data, int_small(message->msg_flags), address);
    Value failure = error_take();
    close_descriptors(message);
    error_restore(failure);
    return 0;
}

static bool control_room(Value size, const char *function, struct msghdr *message)
{
    intptr_t room;
    TRY(index_as_intptr_or(size, &room, OverflowError));
    (void)function;
    if (room < 0 || room > INT_MAX)
        return raise(ValueError, "invalid ancillary data buffer length");
    if (room) {
        Raw *raw = TRY(raw_new(room));
        message->msg_control = raw->data;
    }
    message->msg_controllen = (size_t)room;
    return true;
}

static intptr_t receive_message(Value self, struct msghdr *message, int flags, Address *address)
{
    ssize_t n = -1;
    size_t control = message->msg_controllen;
    SocketWait wait = socket_wait_start(self, POLLIN);
    do {
        if (!socket_wait(&wait))
            return -1;
        memset(address, 0, sizeof *address);
        message->msg_name = address;
        message->msg_namelen = sizeof *address;
        message->msg_controllen = control;
        USING_SOCKET(use, wait.socket);
        BLOCKING
        {
            n = recvmsg(use.fd, message, flags);
        }
    } while (n < 0 && socket_again(&wait));
    if (n < 0)
        system_failed(&wait.retry, 0, 0);
    return n;
}

METHOD(socket_recvmsg, "recvmsg", "bufsize, ancbufsize=0, flags=0, /",
       "recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)\n\n"
       "Receive normal data (up to bufsize bytes) and ancillary data from the\n"
       "socket.  The ancbufsize argument sets the size in bytes of the\n"
       "internal buffer used to receive the ancillary data; it defaults to 0,\n"
       "meaning that no ancillary data will be received.")
{
    struct msghdr message = {0};
    Address address;
    intptr_t room;
    int flags;
    TRY(index_as_intptr_or(args[1], &room, OverflowError));
    TRY(index_as_int(args[3], &flags));
    if (room < 0)
        return raise(ValueError, "negative buffer size in recvmsg()");
    TRY(control_room(args[2], "recvmsg", &message));
    Value data = room ? TRY(bytes_new(room)) : TRY(bytes_empty());
    struct iovec part = {((Bytes *)data)->data, (size_t)room};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    intptr_t n = receive_message(args[0], &message, flags, &address);
    if (n < 0)
        return 0;
    return message_result(&message, room ? bytes_shrink_unseen(data, n) : data);
}

METHOD(socket_recvmsg_into, "recvmsg_into", "buffers, ancbufsize=0, flags=0, /",
       "recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)\n\n"
       "Receive normal data and ancillary data from the socket, scattering the\n"
       "non-ancillary data into a series of buffers.")
{
    struct msghdr message = {0};
    Address address;
    BufferSet set __attribute__((cleanup(release_buffers))) = {0};
    int flags;
    TRY(index_as_int(args[3], &flags));
    if (!type_of(args[1])->iter && !is_sequence(args[1]))
        return raise(TypeError, "recvmsg_into() argument 1 must be an iterable");
    TRY(get_buffers(args[1], BUFFER_WRITE,
                    "recvmsg_into() argument 1 must be an iterable of single-segment read-write "
                    "buffers",
                    &set));
    TRY(control_room(args[2], "recvmsg_into", &message));
    message.msg_iov = set.parts;
    message.msg_iovlen = set.count;
    intptr_t n = receive_message(args[0], &message, flags, &address);
    return n < 0 ? 0 : message_result(&message, int_from(n));
}

/* ---- sending
 * --------------------------------------------------------------------------------------- */

typedef struct Ancillary {
    int level, type;
    Buffer data;
} Ancillary;

/* Lays one item out behind the `used` bytes of the control block. */
static bool put_item(Value item, struct msghdr *message, size_t room, size_t *used)
{
    BOUND_BUFFER(data);
    int level, type;
    Value parts = TRY(tuple_from_iterable(item));
    if (tuple_length(parts) != 3)
        return raise(TypeError,
                     "[sendmsg() ancillary data items]() argument must be sequence of length 3, "
                     "not %zd",
                     tuple_length(parts));
    TRY(index_as_int(tuple_get(parts, 0), &level));
    TRY(index_as_int(tuple_get(parts, 1), &type));
    TRY(buffer_get(tuple_get(parts, 2), &data, BUFFER_READ));
    size_t space = CMSG_SPACE((size_t)data.size);
    if (!message->msg_control) { /* only measuring */
        *used += space;
        return *used <= INT_MAX || raise(OSError, "too much ancillary data");
    }
    if (*used + space > room)
        return raise(RuntimeError, "ancillary data does not fit in calculated space");
    struct cmsghdr *c = (struct cmsghdr *)(void *)((char *)message->msg_control + *used);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN((size_t)data.size);
    memcpy(CMSG_DATA(c), data.data, (size_t)data.size);
    *used += space;
    return true;
}

static bool ancillary_from(Value iterable, struct msghdr *message)
{
    if (!type_of(iterable)->iter && !is_sequence(iterable))
        return raise(TypeError, "sendmsg() argument 2 must be an iterable");
    Value items = TRY(list_from_iterable(iterable));
    intptr_t n = list_length(items);
    size_t size = 0, used = 0;
    for (intptr_t i = 0; i < n; i++)
        TRY(put_item(list_get(items, i), message, 0, &size));
    if (!size)
        return true;
    Raw *raw = TRY(raw_new((intptr_t)size));
    memset(raw->data, 0, size);
    message->msg_control = raw->data;
    message->msg_controllen = size;
    for (intptr_t i = 0; i < n; i++)
        TRY(put_item(list_get(items, i), message, size, &used));
    return true;
}

METHOD(socket_sendmsg, "sendmsg", "buffers, ancdata=?, flags=0, address=None, /",
       "sendmsg(buffers[, ancdata[, flags[, address]]]) -> count\n\n"
       "Send normal and ancillary data to the socket, gathering the\n"
       "non-ancillary data from a series of buffers and concatenating it into\n"
       "a single message.")
{
    Socket *self = as_socket(args[0]);
    struct msghdr message = {0};
    Address address;
    socklen_t size;
    BufferSet set __attribute__((cleanup(release_buffers))) = {0};
    int flags;
    ssize_t n = -1;
    TRY(index_as_int(args[3], &flags));
    if (!type_of(args[1])->iter && !is_sequence(args[1]))
        return raise(TypeError, "sendmsg() argument 1 must be an iterable");
    TRY(get_buffers(args[1], BUFFER_READ, 0, &set));
    if (args[4] != None) {
        TRY(address_from(args[4], load_relaxed(&self->family), load_relaxed(&self->protocol),
                         "sendmsg", &address, &size));
        message.msg_name = &address;
        message.msg_namelen = size;
    }
    TRY(AUDIT("socket.sendmsg", args[0], args[4]));
    if (args[2] && args[2] != None)
        TRY(ancillary_from(args[2], &message));
    message.msg_iov = set.parts;
    message.msg_iovlen = set.count;
    SocketWait wait = socket_wait_start(args[0], POLLOUT);
    do {
        if (!socket_wait(&wait))
            return 0;
        USING_SOCKET(use, wait.socket);
        BLOCKING
        {
            n = sendmsg(use.fd, &message, flags);
        }
    } while (n < 0 && socket_again(&wait));
    return n < 0 ? system_failed(&wait.retry, 0, 0) : int_from(n);
}

MethodDef *const socket_message_methods[] = {M(socket_recvmsg), M(socket_recvmsg_into),
                                             M(socket_sendmsg), 0};
