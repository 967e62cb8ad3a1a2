/* The _signal module. A signal only leaves a mark and wakes the main thread, which runs the Python
 * handler at its next safepoint. A signal that the kernel gives to another thread is passed on
 * to the main one, so that it interrupts what that waits for. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/parking_lot.h"
#include "core/abstract.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/share.h"
#include "core/thread.h"
#include "modules/signal.h"
#include "modules/system.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/set.h"
#include "types/str.h"
#include "types/struct_sequence.h"
#include "types/tuple.h"
#include "vm/frame.h"
#include "vm/hooks.h"

#define SIGNALS 65

static struct Handler_ {
    sig_atomic_t tripped; /* atomic */
    Value function; /* root; atomic: callable, or int SIG_DFL, SIG_IGN, or None; changed by the
                     * main thread only */
} handlers[SIGNALS];
static sig_atomic_t any_tripped;        /* atomic */
static int wakeup_fd = -1;              /* atomic */
static int wakeup_errno;                /* atomic: why a write to it failed, to be told; or 0 */
static bool warn_on_full_buffer = true; /* atomic */
static Parker *main_parker;             /* immutable after init, as main_pthread */
static pthread_t main_pthread;
static pid_t main_pid;
static uint64_t main_blocks; /* atomic: bit n - 1 for signal n, which can't be passed on */
static unsigned passing_on;  /* atomic: threads that pass a signal on to the main thread */
static bool ended;           /* atomic: signals get their default actions back */
static Value default_int_handler, item_timer_error;

/* Async-signal-safe. */
static void trip(int number)
{
    store_relaxed(&handlers[number].tripped, 1);
    store_release(&any_tripped, 1);
    thread_request_main(POLL_SIGNAL);
    int fd = load_relaxed(&wakeup_fd);
    if (fd >= 0) {
        unsigned char byte = (unsigned char)number;
        if (write(fd, &byte, 1) < 0 && (errno != EAGAIN || load_relaxed(&warn_on_full_buffer)))
            store_relaxed(&wakeup_errno, errno);
    }
    parker_interrupt(main_parker);
}

/* By the main thread. */
static void note_blocked(void)
{
    sigset_t mask;
    uint64_t bits = 0;
    if (pthread_sigmask(SIG_BLOCK, 0, &mask) != 0)
        return;
    for (int number = 1; number < SIGNALS; number++)
        bits |= (uint64_t)(sigismember(&mask, number) == 1) << (number - 1);
    store_relaxed(&main_blocks, bits);
}

static void on_signal(int number)
{
    int saved = errno;
    bool is_main = pthread_equal(pthread_self(), main_pthread) || getpid() != main_pid;
    if (!is_main && !(load_relaxed(&main_blocks) & UINT64_C(1) << (number - 1))) {
        fetch_add_seq_cst(&passing_on, 1u);
        if (!load_seq_cst(&ended))
            pthread_kill(main_pthread, number);
        fetch_sub_acq_rel(&passing_on, 1u);
    } else {
        trip(number);
    }
    errno = saved;
}

static bool call_handler(int number)
{
    Value function = handlers[number].function;
    if (!function || is_int(function) || function == None) {
        raise(OSError, "Signal %d ignored due to race condition", number);
        error_write_unraisable(0, 0);
        return true;
    }
    Frame *frame = thread_self()->frame;
    Value frame_object = frame ? frame_object_of(frame) : None;
    return frame_object && call2(function, int_small(number), frame_object);
}

static void report_wakeup_error(void)
{
    errno = exchange_acq_rel(&wakeup_errno, 0);
    if (!errno)
        return;
    raise_errno();
    error_write_unraisable("Exception ignored when trying to write to the signal wakeup fd", 0);
}

/* The service of POLL_SIGNAL, on the main thread. */
static bool serve_signals(Thread *thread UNUSED)
{
    if (!exchange_acq_rel(&any_tripped, 0))
        return true;
    report_wakeup_error();
    for (int number = 1; number < SIGNALS; number++) {
        if (!exchange_acq_rel(&handlers[number].tripped, 0))
            continue;
        if (call_handler(number))
            continue;
        /* The others stay tripped, and are served next time. */
        store_relaxed(&any_tripped, 1);
        thread_request_main(POLL_SIGNAL);
        return false;
    }
    return true;
}

void signal_simulate(int number)
{
    Value function = load_acquire(&handlers[number].function);
    if (!function || !is_int(function))
        trip(number);
}

static bool install(int number, void (*action)(int))
{
    struct sigaction sa = {.sa_handler = action, .sa_flags = SA_ONSTACK};
    sigemptyset(&sa.sa_mask);
    return sigaction(number, &sa, 0) == 0;
}

static bool has_handler(int number)
{
    Value function = handlers[number].function;
    return function && !is_int(function) && function != None;
}

/* Takes signals that had a handler when they were sent, which the default action would be wrong
 * for: those that another thread passes on, or that wait for some thread to wake up. */
static void take_signals_on_their_way(const sigset_t *signals)
{
    const struct timespec now = {0};
    store_seq_cst(&ended, true);
    while (load_seq_cst(&passing_on))
        sched_yield();
    while (sigtimedwait(signals, 0, &now) > 0 || errno == EINTR)
        continue;
}

/* When the program ends, and other threads are stopped. */
static void end_signals(void)
{
    sigset_t handled, before;
    sigemptyset(&handled);
    for (int number = 1; number < SIGNALS; number++)
        if (has_handler(number))
            sigaddset(&handled, number);
    pthread_sigmask(SIG_BLOCK, &handled, &before);
    take_signals_on_their_way(&handled);
    for (int number = 1; number < SIGNALS; number++) {
        if (has_handler(number))
            install(number, SIG_DFL);
        root_store(&handlers[number].function, (Value)0);
    }
    pthread_sigmask(SIG_SETMASK, &before, 0);
}

static bool is_signal(int number)
{
    if (number >= 1 && number < SIGNALS)
        return true;
    raise(ValueError, "signal number out of range");
    return false;
}

static bool in_main_thread(const char *message)
{
    if (thread_self()->is_main)
        return true;
    raise(ValueError, "%s", message);
    return false;
}

FUNCTION(signal_default_int_handler, "default_int_handler", "signalnum, frame, /",
         "The default handler for SIGINT installed by Python.\n\nIt raises KeyboardInterrupt.")
{
    return raise_object((Value)KeyboardInterrupt);
}

FUNCTION(signal_signal, "signal", "signalnum, handler, /",
         "Set the action for the given signal.\n\n"
         "The action can be SIG_DFL, SIG_IGN, or a callable Python object.\n"
         "The previous action is returned.")
{
    int number;
    TRY(index_as_int(args[0], &number));
    TRY(in_main_thread("signal only works in main thread of the main interpreter"));
    TRY(is_signal(number));
    void (*action)(int) = on_signal;
    Value handler = args[1];
    if (is_int_any(handler)) {
        int64_t which;
        if (!int_to_i64(handler, &which) || which < 0 || which > 1)
            return raise(TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a "
                                    "callable object");
        action = which ? SIG_IGN : SIG_DFL;
        handler = int_small(which);
    } else if (!type_of(handler)->call) {
        return raise(TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a "
                                "callable object");
    }
    TRY(thread_poll(thread_self()));
    if (!install(number, action))
        return raise_errno();
    Value old = handlers[number].function;
    root_store(&handlers[number].function, handler);
    return old ? old : None;
}

FUNCTION(signal_getsignal, "getsignal", "signalnum, /",
         "Return the current action for the given signal.")
{
    int number;
    TRY(index_as_int(args[0], &number));
    TRY(is_signal(number));
    Value function = load_acquire(&handlers[number].function);
    return function ? function : None;
}

FUNCTION(signal_raise_signal, "raise_signal", "signalnum, /",
         "Send a signal to the executing process.")
{
    int number;
    TRY(index_as_int(args[0], &number));
    if (pthread_kill(pthread_self(), number) != 0) {
        errno = EINVAL;
        return raise_errno();
    }
    TRY(thread_poll(thread_self()));
    return None;
}

FUNCTION(signal_strsignal, "strsignal", "signalnum, /",
         "Return the system description of the given signal.")
{
    int number;
    TRY(index_as_int(args[0], &number));
    TRY(is_signal(number));
    const char *text = strsignal(number);
    return text && !strstr(text, "Unknown signal") ? str_from_cstring(text) : None;
}

FUNCTION(signal_siginterrupt, "siginterrupt", "signalnum, flag, /",
         "Change system call restart behaviour.")
{
    int number, flag;
    TRY(index_as_int(args[0], &number));
    TRY(index_as_int(args[1], &flag));
    TRY(is_signal(number));
    struct sigaction action;
    if (sigaction(number, 0, &action) != 0)
        return raise_errno();
    if (flag)
        action.sa_flags &= ~SA_RESTART;
    else
        action.sa_flags |= SA_RESTART;
    return sigaction(number, &action, 0) ? raise_errno() : None;
}

FUNCTION(signal_alarm, "alarm", "seconds, /",
         "Arrange for SIGALRM to arrive after the given number of seconds.")
{
    int seconds;
    TRY(index_as_int(args[0], &seconds));
    return int_small(alarm((unsigned)seconds));
}

FUNCTION(signal_pause, "pause", "", "Wait until a signal arrives.")
{
    BLOCKING
    {
        pause();
    }
    TRY(thread_poll(thread_self()));
    return None;
}

FUNCTION(signal_set_wakeup_fd, "set_wakeup_fd", "fd, /, *, warn_on_full_buffer=True",
         "Sets the fd to be written to (with the signal number) when a signal comes in.")
{
    int fd;
    TRY(index_as_int(args[0], &fd));
    int warns = object_truth(args[1]);
    if (warns < 0)
        return 0;
    TRY(in_main_thread("set_wakeup_fd only works in main thread of the main interpreter"));
    struct stat status;
    if (fd != -1) {
        if (fstat(fd, &status) != 0)
            return raise_errno();
        int flags = fcntl(fd, F_GETFL);
        if (flags < 0)
            return raise_errno();
        if (!(flags & O_NONBLOCK))
            return raise(ValueError, "the fd %d must be in non-blocking mode", fd);
    }
    store_relaxed(&warn_on_full_buffer, (bool)warns);
    return int_small(exchange_acq_rel(&wakeup_fd, fd));
}

/* ---- timers */

static Value timer_pair(const struct itimerval *timer)
{
    Value value = TRY(float_from((double)timer->it_value.tv_sec + timer->it_value.tv_usec * 1e-6));
    Value interval =
        TRY(float_from((double)timer->it_interval.tv_sec + timer->it_interval.tv_usec * 1e-6));
    return tuple_of(value, interval);
}

static bool timeval_from(Value v, struct timeval *out)
{
    int64_t ns;
    TRY(seconds_argument(v, true, &ns));
    int64_t us = ns / 1000 + (ns % 1000 > 0), rest = us % 1000000;
    rest += rest < 0 ? 1000000 : 0;
    *out = (struct timeval){(us - rest) / 1000000, rest};
    return true;
}

static Value raise_timer_error(void)
{
    Value error = TRY(raise_errno() ? None : error_take());
    Value exception = TRY(call_tuple_dict(item_timer_error, ((Exception_ *)error)->args, 0));
    return raise_object(exception);
}

FUNCTION(signal_setitimer, "setitimer", "which, seconds, interval=0.0, /",
         "Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).")
{
    int which;
    struct itimerval timer, old;
    TRY(index_as_int(args[0], &which));
    TRY(timeval_from(args[1], &timer.it_value));
    TRY(timeval_from(args[2], &timer.it_interval));
    return setitimer(which, &timer, &old) ? raise_timer_error() : timer_pair(&old);
}

FUNCTION(signal_getitimer, "getitimer", "which, /", "Returns current value of given itimer.")
{
    int which;
    struct itimerval timer;
    TRY(index_as_int(args[0], &which));
    return getitimer(which, &timer) ? raise_timer_error() : timer_pair(&timer);
}

/* ---- masks and waiting */

bool signal_set_from(Value iterable, sigset_t *mask)
{
    sigemptyset(mask);
    Value set = set_from_iterable(iterable);
    intptr_t position = 0;
    for (Value item; set && set_next(set, &position, &item);) {
        int64_t number;
        Value index = TRY(number_index(item));
        if (!int_to_i64(index, &number))
            number = -1;
        if (number < 1 || number >= SIGNALS) {
            raise(ValueError, "signal number %d out of range [1; %d]", (int)number, SIGNALS - 1);
            return false;
        }
        sigaddset(mask, (int)number);
    }
    return set != 0;
}

static Value mask_to_set(const sigset_t *mask)
{
    Value set = TRY(set_new());
    for (int number = 1; number < SIGNALS; number++)
        if (sigismember(mask, number) == 1)
            TRY(set_add(set, int_small(number)));
    return set;
}

FUNCTION(signal_pthread_sigmask, "pthread_sigmask", "how, mask, /",
         "Fetch and/or change the signal mask of the calling thread.")
{
    int how;
    sigset_t mask, old;
    TRY(index_as_int(args[0], &how));
    TRY(signal_set_from(args[1], &mask));
    int error = pthread_sigmask(how, &mask, &old);
    if (pthread_equal(pthread_self(), main_pthread))
        note_blocked();
    if (error) {
        errno = error;
        return raise_errno();
    }
    TRY(thread_poll(thread_self()));
    return mask_to_set(&old);
}

FUNCTION(signal_sigpending, "sigpending", "", "Examine pending signals.")
{
    sigset_t mask;
    return sigpending(&mask) ? raise_errno() : mask_to_set(&mask);
}

FUNCTION(signal_sigwait, "sigwait", "sigset, /", "Wait for a signal.")
{
    sigset_t mask;
    TRY(signal_set_from(args[0], &mask));
    int number = 0, error = 0;
    BLOCKING
    {
        error = sigwait(&mask, &number);
    }
    if (error) {
        errno = error;
        return raise_errno();
    }
    return int_small(number);
}

static const StructField siginfo_fields[] = {
    {"si_signo", "signal number"},
    {"si_code", "signal code"},
    {"si_errno", "errno associated with this signal"},
    {"si_pid", "sending process ID"},
    {"si_uid", "real user ID of sending process"},
    {"si_status", "exit value or signal"},
    {"si_band", "band event for SIGPOLL"},
    {0},
};
static const StructDef siginfo_def = {siginfo_fields, 7, false};
static Type siginfo_type = STRUCT_TYPE("signal.struct_siginfo", &siginfo_def,
                                       "struct_siginfo: Result from sigwaitinfo or sigtimedwait.");

static Value siginfo_from(const siginfo_t *info)
{
    Value v = TRY(struct_new(&siginfo_type));
    const intptr_t numbers[7] = {info->si_signo, info->si_code,   info->si_errno, info->si_pid,
                                 info->si_uid,   info->si_status, info->si_band};
    for (int i = 0; i < 7; i++)
        struct_init(v, i, int_from(numbers[i]));
    return v;
}

/* Waits until the deadline (negative: for ever); None when it passes. */
static Value wait_for_info(Value signals, int64_t deadline)
{
    sigset_t mask;
    siginfo_t info;
    TRY(signal_set_from(signals, &mask));
    for (;;) {
        int number = -1;
        int64_t left = deadline < 0 ? 0 : deadline - monotonic_ns();
        struct timespec timeout = timespec_from_ns(left < 0 ? 0 : left);
        BLOCKING
        {
            number =
                deadline < 0 ? sigwaitinfo(&mask, &info) : sigtimedwait(&mask, &info, &timeout);
        }
        if (number > 0)
            return siginfo_from(&info);
        if (errno == EAGAIN)
            return None;
        if (errno != EINTR)
            return raise_errno();
        TRY(thread_poll(thread_self()));
    }
}

FUNCTION(signal_sigwaitinfo, "sigwaitinfo", "sigset, /",
         "Wait synchronously until one of the signals in *sigset* is delivered.")
{
    return wait_for_info(args[0], -1);
}

FUNCTION(signal_sigtimedwait, "sigtimedwait", "sigset, timeout, /",
         "Like sigwaitinfo(), but with a timeout.")
{
    double seconds;
    TRY(number_as_double(args[1], &seconds));
    if (isnan(seconds))
        return raise(ValueError, "Invalid value NaN (not a number)");
    if (seconds < 0)
        return raise(ValueError, "timeout must be non-negative");
    if (seconds > 9e9)
        return raise(OverflowError, "timestamp out of range for platform time_t");
    return wait_for_info(args[0], monotonic_ns() + (int64_t)(seconds * 1e9));
}

typedef struct ThreadSignal {
    uint64_t thread; /* its native_id */
    int number, error;
} ThreadSignal;

/* A thread that is in the list has not ended: another's number may be any address. */
static void send_to(Thread *thread, void *context)
{
    ThreadSignal *wanted = context;
    if (thread->native_id == wanted->thread)
        wanted->error = pthread_kill((pthread_t)wanted->thread, wanted->number);
}

FUNCTION(signal_pthread_kill, "pthread_kill", "thread_id, signalnum, /",
         "Send a signal to a thread.")
{
    ThreadSignal wanted = {.error = ESRCH};
    TRY(index_as_uint64(args[0], &wanted.thread));
    TRY(index_as_int(args[1], &wanted.number));
    TRY(AUDIT("signal.pthread_kill", int_from_u64(wanted.thread), int_small(wanted.number)));
    thread_each(send_to, &wanted);
    errno = wanted.error;
    if (wanted.error)
        return raise_errno();
    TRY(thread_poll(thread_self()));
    return None;
}

FUNCTION(signal_valid_signals, "valid_signals", "",
         "Return a set of valid signal numbers on this platform.")
{
    sigset_t mask;
    sigfillset(&mask);
    return mask_to_set(&mask);
}

/* ---- the module */

static MethodDef *const functions[] = {
    M(signal_default_int_handler),
    M(signal_signal),
    M(signal_getsignal),
    M(signal_raise_signal),
    M(signal_strsignal),
    M(signal_siginterrupt),
    M(signal_alarm),
    M(signal_pause),
    M(signal_set_wakeup_fd),
    M(signal_setitimer),
    M(signal_getitimer),
    M(signal_pthread_sigmask),
    M(signal_sigpending),
    M(signal_sigwait),
    M(signal_sigwaitinfo),
    M(signal_sigtimedwait),
    M(signal_pthread_kill),
    M(signal_valid_signals),
    0,
};

#define N(name)                                                                                    \
    {                                                                                              \
#name, name                                                                                \
    }
static const struct {
    const char *name;
    int value;
} constants[] = {
    {"SIG_DFL", 0},      {"SIG_IGN", 1},    {"NSIG", SIGNALS},   N(SIG_BLOCK), N(SIG_UNBLOCK),
    N(SIG_SETMASK),      N(SIGABRT),        N(SIGALRM),          N(SIGBUS),    N(SIGCHLD),
    {"SIGCLD", SIGCHLD}, N(SIGCONT),        N(SIGFPE),           N(SIGHUP),    N(SIGILL),
    N(SIGINT),           N(SIGIO),          {"SIGIOT", SIGABRT}, N(SIGKILL),   N(SIGPIPE),
    {"SIGPOLL", SIGIO},  N(SIGPROF),        N(SIGPWR),           N(SIGQUIT),   N(SIGSEGV),
    N(SIGSTKFLT),        N(SIGSTOP),        N(SIGSYS),           N(SIGTERM),   N(SIGTRAP),
    N(SIGTSTP),          N(SIGTTIN),        N(SIGTTOU),          N(SIGURG),    N(SIGUSR1),
    N(SIGUSR2),          N(SIGVTALRM),      N(SIGWINCH),         N(SIGXCPU),   N(SIGXFSZ),
    N(ITIMER_REAL),      N(ITIMER_VIRTUAL), N(ITIMER_PROF),
};

/* What the process found: SIG_DFL, SIG_IGN, or None for a handler that is not ours. */
static void read_actions(void)
{
    for (int number = 1; number < SIGNALS; number++) {
        struct sigaction action;
        gc_add_root(&handlers[number].function, 1);
        if (sigaction(number, 0, &action) != 0)
            handlers[number].function = None;
        else
            handlers[number].function = action.sa_handler == SIG_DFL   ? int_small(0)
                                        : action.sa_handler == SIG_IGN ? int_small(1)
                                                                       : None;
    }
}

void signal_after_fork_child(void)
{
    main_pthread = pthread_self();
    main_pid = getpid();
    passing_on = 0;
    main_parker = &parker_self;
    note_blocked();
    for (int number = 1; number < SIGNALS; number++)
        store_relaxed(&handlers[number].tripped, 0);
    store_relaxed(&any_tripped, 0);
}

static bool signal_start(void)
{
    signal_after_fork_child();
    thread_set_poll_hook(POLL_SIGNAL, serve_signals);
    runtime_hooks.end_signals = end_signals;
    install(SIGPIPE, SIG_IGN);
    install(SIGXFSZ, SIG_IGN);
    read_actions();
    if (handlers[SIGINT].function == int_small(0)) {
        handlers[SIGINT].function = default_int_handler;
        install(SIGINT, on_signal);
    }
    return true;
}

static bool execute(Value module)
{
    struct_type_ready(&siginfo_type);
    gc_add_root(&default_int_handler, 1);
    gc_add_root(&item_timer_error, 1);
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value))
            return false;
    default_int_handler = dict_get_cstring(module_dict(module), "default_int_handler");
    Value name = str_intern_cstring("itimer_error"), bases = tuple_of((Value)OSError);
    Value namespace = dict_new();
    if (!dict_set_cstring(namespace, "__module__", str_intern_cstring("signal")))
        return false;
    item_timer_error = call3((Value)&type_type, name, bases, namespace);
    return module_add(module, "ItimerError", item_timer_error) &&
           module_add_int(module, "SIGRTMIN", SIGRTMIN) &&
           module_add_int(module, "SIGRTMAX", SIGRTMAX) && module_add_type(module, &siginfo_type) &&
           signal_start();
}

const ModuleDef module__signal = {
    .name = "_signal",
    .doc = "This module provides mechanisms to use signal handlers in Python.",
    .functions = functions,
    .execute = execute,
};
