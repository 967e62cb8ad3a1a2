/* select: waiting for several descriptors, with select(2), poll(2) or epoll(7). */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/abstract.h"
#include "core/iterate.h"
#include "core/share.h"
#include "modules/module_util.h"
#include "modules/descriptor.h"
#include "modules/system.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

#define NS_PER_MS 1e6

/* False with TypeError `message` for what is no number. */
static bool timeout_from(Value timeout, double scale, const char *message, int64_t *ns)
{
    if (timeout_argument(timeout, scale, ns))
        return true;
    return error_pending() ? 0 : raise(TypeError, "%s", message);
}

/* ---- select -----------------------------------------------------------------------------------
 */

typedef struct Selection {
    Value objects; /* list: in the order given */
    int fds[FD_SETSIZE];
    size_t count;
    fd_set set;
} Selection;

static bool fill_selection(Selection *s, Value sequence, int *largest)
{
    FD_ZERO(&s->set);
    s->objects = TRY(list_new(0));
    s->count = 0;
    ITERATE(item, sequence)
    {
        int fd = fd_from_object(item);
        if (fd < 0)
            return false;
        if (fd >= FD_SETSIZE)
            return raise(ValueError, "filedescriptor out of range in select()");
        if (s->count == FD_SETSIZE)
            return raise(ValueError, "too many file descriptors in select()");
        TRY(list_append(s->objects, item));
        s->fds[s->count++] = fd;
        FD_SET(fd, &s->set);
        if (fd > *largest)
            *largest = fd;
    }
    return ITERATED;
}

static Value ready_objects(Selection *s, bool any)
{
    Value result = TRY(list_new(0));
    for (size_t i = 0; any && i < s->count; i++)
        if (FD_ISSET(s->fds[i], &s->set))
            TRY(list_append(result, list_get(s->objects, (intptr_t)i)));
    return result;
}

FUNCTION(select_select, "select", "rlist, wlist, xlist, timeout=None, /",
         "Wait until one or more file descriptors are ready for some kind of I/O.\n\n"
         "The first three arguments are iterables of file descriptors to be waited for:\n"
         "rlist -- wait until ready for reading\n"
         "wlist -- wait until ready for writing\n"
         "xlist -- wait for an \"exceptional condition\"\n"
         "If only one kind of condition is required, pass [] for the other lists.\n\n"
         "A file descriptor is either a socket or file object, or a small integer\n"
         "gotten from a fileno() method call on one of those.\n\n"
         "The optional 4th argument specifies a timeout in seconds; it may be\n"
         "a floating-point number to specify fractions of seconds.  If it is absent\n"
         "or None, the call will never time out.\n\n"
         "The return value is a tuple of three lists corresponding to the first three\n"
         "arguments; each contains the subset of the corresponding file descriptors\n"
         "that are ready.")
{
    Selection sets[3];
    fd_set wanted[3];
    int64_t ns;
    int largest = -1, n = -1;
    TRY(timeout_from(args[3], 1e9, "timeout must be a float or None", &ns));
    if (args[3] != None && ns < 0)
        return raise(ValueError, "timeout must be non-negative");
    for (int i = 0; i < 3; i++)
        if (type_of(args[i])->iter == 0 && !is_sequence(args[i]))
            return raise(TypeError, "arguments 1-3 must be sequences");
    for (int i = 0; i < 3; i++) {
        TRY(fill_selection(&sets[i], args[i], &largest));
        wanted[i] = sets[i].set;
    }
    int64_t deadline = deadline_after(ns);
    Retry retry = {0};
    do {
        int64_t left = time_left(deadline);
        struct timeval limit = {left / NS_PER_SECOND, left % NS_PER_SECOND / 1000};
        for (int i = 0; i < 3; i++)
            sets[i].set = wanted[i];
        BLOCKING
        {
            n = select(largest + 1, &sets[0].set, &sets[1].set, &sets[2].set,
                       left < 0 ? 0 : &limit);
        }
    } while (n < 0 && system_retry(&retry));
    if (n < 0)
        return system_failed(&retry, 0, 0);
    Value a = TRY(ready_objects(&sets[0], n)), b = TRY(ready_objects(&sets[1], n));
    return tuple_of(a, b, TRY(ready_objects(&sets[2], n)));
}

/* ---- poll
 * -------------------------------------------------------------------------------------------- */

typedef struct Poll {
    Object ob;
    Value events; /* dict: fd to mask; immutable after init */
    bool running; /* atomic: poll() is waiting */
} Poll;

static void poll_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((Poll *)o)->events);
}

static bool event_mask(Value v, unsigned *mask)
{
    int64_t value;
    TRY(index_as_int64(v, &value));
    if (value < 0)
        return raise(ValueError, "value must be positive");
    if (value > USHRT_MAX)
        return raise(OverflowError, "Python int too large for C unsigned short");
    *mask = (unsigned)value;
    return true;
}

METHOD(poll_register, "register", "fd, eventmask=7, /",
       "Register a file descriptor with the polling object.\n\n"
       "  fd\n    either an integer, or an object with a fileno() method returning an int\n"
       "  eventmask\n    an optional bitmask describing the type of events to check for")
{
    unsigned mask;
    int fd = fd_from_object(args[1]);
    if (fd < 0)
        return 0;
    TRY(event_mask(args[2], &mask));
    TRY(dict_set(((Poll *)args[0])->events, int_small(fd), int_small(mask)));
    return None;
}

METHOD(poll_modify, "modify", "fd, eventmask, /",
       "Modify an already registered file descriptor.\n\n"
       "  fd\n    either an integer, or an object with a fileno() method returning\n    an int\n"
       "  eventmask\n    a bitmask describing the type of events to check for")
{
    unsigned mask;
    Value old, events = ((Poll *)args[0])->events;
    int fd = fd_from_object(args[1]);
    if (fd < 0)
        return 0;
    TRY(event_mask(args[2], &mask));
    TRY(dict_find(events, int_small(fd), &old));
    if (!old) {
        errno = ENOENT;
        return raise_errno();
    }
    TRY(dict_set(events, int_small(fd), int_small(mask)));
    return None;
}

METHOD(poll_unregister, "unregister", "fd, /",
       "Remove a file descriptor being tracked by the polling object.")
{
    bool found;
    int fd = fd_from_object(args[1]);
    if (fd < 0)
        return 0;
    TRY(dict_delete(((Poll *)args[0])->events, int_small(fd), &found));
    return found ? None : raise_key_error(int_small(fd));
}

/* The registered descriptors as poll(2) wants them, in a Raw. */
static struct pollfd *poll_array(Value events, size_t *count)
{
    Value items = TRY(dict_items_list(events));
    intptr_t n = list_length(items);
    Raw *raw = TRY(raw_new((n ? n : 1) * (intptr_t)sizeof(struct pollfd)));
    struct pollfd *array = (struct pollfd *)(void *)raw->data;
    for (intptr_t i = 0; i < n; i++) {
        Value pair = list_get(items, i);
        array[i] = (struct pollfd){.fd = (int)int_value(tuple_get(pair, 0)),
                                   .events = (short)int_value(tuple_get(pair, 1))};
    }
    *count = (size_t)n;
    return array;
}

static Value poll_wait(Poll *self, int64_t deadline)
{
    size_t count;
    int n = -1;
    struct pollfd *array = TRY(poll_array(self->events, &count));
    Retry retry = {0};
    do {
        int ms = ms_from_ns(time_left(deadline));
        BLOCKING
        {
            n = poll(array, count, ms);
        }
    } while (n < 0 && system_retry(&retry));
    if (n < 0)
        return system_failed(&retry, 0, 0);
    Value result = TRY(list_new(n));
    for (size_t i = 0; i < count && n > 0; i++) {
        if (!array[i].revents)
            continue;
        n--;
        Value pair =
            TRY(tuple_of(int_small(array[i].fd), int_small((unsigned short)array[i].revents)));
        TRY(list_append(result, pair));
    }
    return result;
}

METHOD(poll_poll, "poll", "timeout=None, /",
       "Polls the set of registered file descriptors.\n\n"
       "  timeout\n    The maximum time to wait in milliseconds, or else None (or a negative\n"
       "    value) to wait indefinitely.\n\n"
       "Returns a list containing any descriptors that have events or errors to\n"
       "report, as a list of (fd, event) 2-tuples.")
{
    Poll *self = (Poll *)args[0];
    int64_t ns;
    TRY(timeout_from(args[1], NS_PER_MS, "timeout must be an integer or None", &ns));
    if (exchange_acq_rel(&self->running, true))
        return raise(RuntimeError, "concurrent poll() invocation");
    Value result = poll_wait(self, deadline_after(ns));
    store_release(&self->running, false);
    return result;
}

static MethodDef *const poll_methods[] = {M(poll_register), M(poll_modify), M(poll_unregister),
                                          M(poll_poll), 0};

static Type poll_type = {
    TYPE_HEAD("select.poll", Poll),
    .methods = poll_methods,
    .trace = poll_trace,
    .flags = TYPE_NO_NEW,
};

FUNCTION(select_poll, "poll", "",
         "Returns a polling object.\n\n"
         "This object supports registering and unregistering file descriptors, and then\n"
         "polling them for I/O events.")
{
    Poll *self = TRY(NEW(Poll, &poll_type));
    Value events = TRY(dict_new());
    gc_store(self, &self->events, events);
    return (Value)self;
}

/* ---- epoll
 * --------------------------------------------------------------------------------------------- */

typedef struct Epoll {
    Object ob;
    int fd; /* atomic; -1: closed */
} Epoll;

static void epoll_release(Object *o)
{
    Epoll *self = (Epoll *)o;
    if (self->fd >= 0)
        close(self->fd);
}

static int epoll_fd(Value v)
{
    int fd = load_relaxed(&((Epoll *)v)->fd);
    if (fd < 0)
        raise(ValueError, "I/O operation on closed epoll object");
    return fd;
}

NEW_METHOD(epoll_new, "sizehint=-1, flags=0")
{
    int hint, flags, fd;
    TRY(index_as_int(args[1], &hint));
    TRY(index_as_int(args[2], &flags));
    if (hint < -1 || hint == 0)
        return raise(ValueError, "negative sizehint");
    if (flags & ~EPOLL_CLOEXEC)
        return raise(OSError, "invalid flags");
    Epoll *self = TRY(NEW(Epoll, (Type *)args[0]));
    self->fd = -1;
    Retry retry = {0};
    do
        fd = epoll_create1(EPOLL_CLOEXEC);
    while (fd < 0 && system_retry(&retry));
    if (fd < 0)
        return system_failed(&retry, 0, 0);
    fd_publish(&self->fd, fd);
    return (Value)self;
}

CLASS_METHOD(epoll_fromfd, "fromfd", "fd, /", "Create an epoll object from a given control fd.")
{
    int fd;
    TRY(index_as_int(args[1], &fd));
    Epoll *self = TRY(NEW(Epoll, (Type *)args[0]));
    self->fd = fd;
    return (Value)self;
}

METHOD(epoll_close, "close", "/",
       "Close the epoll control file descriptor.\n\n"
       "Further operations on the epoll object will raise an exception.")
{
    errno = fd_close(&((Epoll *)args[0])->fd);
    return errno == 0 ? None : raise_errno();
}

METHOD(epoll_fileno, "fileno", "/", "Return the epoll control file descriptor.")
{
    int fd = epoll_fd(args[0]);
    return fd < 0 ? 0 : int_small(fd);
}

static Value epoll_control(Value self, int operation, Value object, Value mask)
{
    int fd, result = -1;
    uint32_t events = 0;
    if (epoll_fd(self) < 0)
        return 0;
    if ((fd = fd_from_object(object)) < 0)
        return 0;
    if (mask)
        TRY(index_low_bits(mask, &events));
    struct epoll_event event = {.events = events, .data = {.fd = fd}};
    USING_FD(use, self, &((Epoll *)self)->fd);
    BLOCKING
    {
        result = epoll_ctl(use.fd, operation, fd, &event);
    }
    return result < 0 ? raise_errno() : None;
}

METHOD(epoll_register, "register", "fd, eventmask=7",
       "Registers a new fd or raises an OSError if the fd is already registered.\n\n"
       "  fd\n    the target file descriptor of the operation\n"
       "  eventmask\n    a bit set composed of the various EPOLL constants\n\n"
       "The epoll interface supports all file descriptors that support poll.")
{
    return epoll_control(args[0], EPOLL_CTL_ADD, args[1], args[2]);
}

METHOD(epoll_modify, "modify", "fd, eventmask",
       "Modify event mask for a registered file descriptor.\n\n"
       "  fd\n    the target file descriptor of the operation\n"
       "  eventmask\n    a bit set composed of the various EPOLL constants")
{
    return epoll_control(args[0], EPOLL_CTL_MOD, args[1], args[2]);
}

METHOD(epoll_unregister, "unregister", "fd",
       "Remove a registered file descriptor from the epoll object.\n\n"
       "  fd\n    the target file descriptor of the operation")
{
    return epoll_control(args[0], EPOLL_CTL_DEL, args[1], 0);
}

static Value epoll_wait_for(Value self, int64_t deadline, int limit)
{
    Raw *raw = TRY(raw_new((intptr_t)limit * (intptr_t)sizeof(struct epoll_event)));
    struct epoll_event *events = (struct epoll_event *)(void *)raw->data;
    int n = -1;
    Retry retry = {0};
    do {
        int ms = ms_from_ns(time_left(deadline));
        USING_FD(use, self, &((Epoll *)self)->fd);
        BLOCKING
        {
            n = epoll_wait(use.fd, events, limit, ms);
        }
    } while (n < 0 && system_retry(&retry));
    if (n < 0)
        return system_failed(&retry, 0, 0);
    Value result = TRY(list_new(n));
    for (int i = 0; i < n; i++) {
        Value pair = TRY(tuple_of(int_small(events[i].data.fd), int_small(events[i].events)));
        TRY(list_append(result, pair));
    }
    return result;
}

METHOD(epoll_poll, "poll", "timeout=None, maxevents=-1",
       "Wait for events on the epoll file descriptor.\n\n"
       "  timeout\n    the maximum time to wait in seconds (as float);\n"
       "    a timeout of None or -1 makes poll wait indefinitely\n"
       "  maxevents\n    the maximum number of events returned; -1 means no limit\n\n"
       "Returns a list containing any descriptors that have events to report,\n"
       "as a list of (fd, events) 2-tuples.")
{
    int limit;
    int64_t ns;
    if (epoll_fd(args[0]) < 0)
        return 0;
    TRY(timeout_from(args[1], 1e9, "timeout must be an integer or None", &ns));
    TRY(index_as_int(args[2], &limit));
    if (limit == -1)
        limit = FD_SETSIZE - 1;
    if (limit < 1)
        return raise(ValueError, "maxevents must be greater than 0, got %d", limit);
    return epoll_wait_for(args[0], deadline_after(ns), limit);
}

METHOD(epoll_enter, "__enter__", "/", 0)
{
    return epoll_fd(args[0]) < 0 ? 0 : args[0];
}

METHOD(epoll_exit, "__exit__", "exc_type=None, exc_value=None, exc_tb=None, /", 0)
{
    return epoll_close(args);
}

static Value get_closed(Value self)
{
    return bool_value(load_relaxed(&((Epoll *)self)->fd) < 0);
}

static MethodDef *const epoll_methods[] = {
    M(epoll_fromfd),     M(epoll_close), M(epoll_fileno), M(epoll_modify), M(epoll_register),
    M(epoll_unregister), M(epoll_poll),  M(epoll_enter),  M(epoll_exit),   0};
static const GetSetDef epoll_getset[] = {
    {"closed", get_closed, 0, "True if the epoll handler is closed"}, {0}};

static Type epoll_type = {
    TYPE_HEAD("select.epoll", Epoll),
    .new_def = M(epoll_new),
    .methods = epoll_methods,
    .getset = epoll_getset,
    .release = epoll_release,
    .doc = "Returns an epolling object.\n\n"
           "  sizehint\n    The expected number of events to be registered.  It must be positive,\n"
           "    or -1 to use the default.  It is only used on older systems where\n"
           "    epoll_create1() is not available; otherwise it has no effect (though its\n"
           "    value is still checked).\n"
           "  flags\n    Deprecated and completely ignored.  However, when supplied, its value\n"
           "    must be 0 or select.EPOLL_CLOEXEC, otherwise OSError is raised.",
};

/* ---- the module
 * ------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    intptr_t value;
} constants[] = {
#define CONSTANT(name)                                                                             \
    {                                                                                              \
#name, (intptr_t)name                                                                      \
    }
    CONSTANT(PIPE_BUF),       CONSTANT(POLLIN),      CONSTANT(POLLPRI),
    CONSTANT(POLLOUT),        CONSTANT(POLLERR),     CONSTANT(POLLHUP),
    CONSTANT(POLLNVAL),       CONSTANT(POLLRDNORM),  CONSTANT(POLLRDBAND),
    CONSTANT(POLLWRNORM),     CONSTANT(POLLWRBAND),  CONSTANT(POLLMSG),
    CONSTANT(POLLRDHUP),      CONSTANT(EPOLLIN),     CONSTANT(EPOLLOUT),
    CONSTANT(EPOLLPRI),       CONSTANT(EPOLLERR),    CONSTANT(EPOLLHUP),
    CONSTANT(EPOLLRDHUP),     CONSTANT(EPOLLET),     CONSTANT(EPOLLONESHOT),
    CONSTANT(EPOLLEXCLUSIVE), CONSTANT(EPOLLRDNORM), CONSTANT(EPOLLRDBAND),
    CONSTANT(EPOLLWRNORM),    CONSTANT(EPOLLWRBAND), CONSTANT(EPOLLMSG),
    CONSTANT(EPOLL_CLOEXEC),
#undef CONSTANT
};

static bool execute(Value module)
{
    type_ready(&poll_type, 0);
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    return module_add(module, "error", (Value)OSError) && module_add_new_type(module, &epoll_type);
}

static MethodDef *const functions[] = {M(select_select), M(select_poll), 0};

const ModuleDef module_select = {
    "select",
    "This module supports asynchronous I/O on multiple file descriptors.\n\n"
    "*** IMPORTANT NOTICE ***\n"
    "On Windows, only sockets are supported; on Unix, all file descriptors.",
    functions,
    execute,
};
