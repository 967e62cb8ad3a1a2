/* faulthandler: tracebacks when the process crashes, after a time, or at a signal.
 *
 * The handlers run wherever a signal finds its thread, so they only use vm/traceback_dump.h. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/lock.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "modules/system.h"
#include "types/int.h"
#include "types/str.h"
#include "vm/state.h"
#include "vm/traceback_dump.h"

/* ---- Arguments ----------------------------------------------------------------------- */

/* The descriptor of a file argument: an int, a file object, which is flushed and kept in *file, or
 * None for sys.stderr. -1: raised. */
static int descriptor_of(Value *file)
{
    if (*file == None) {
        *file = sys_get("stderr");
        if (!*file || *file == None) {
            raise(RuntimeError, *file ? "sys.stderr is None" : "lost sys.stderr");
            return -1;
        }
    } else if (is_int_any(*file)) {
        int fd;
        TRY_OR(index_as_int(*file, &fd), -1);
        *file = None;
        if (fd < 0)
            raise(ValueError, "file is not a valid file descriptor");
        return fd;
    }
    int64_t fd;
    Value number = TRY_OR(call_method0(*file, names.fileno), -1);
    if (!is_int_any(number) || !int_to_i64(number, &fd) || fd < 0 || fd > INT32_MAX) {
        raise(RuntimeError, "file.fileno() is not a valid file descriptor");
        return -1;
    }
    if (!call_method0(*file, names.flush))
        error_clear();
    return (int)fd;
}

static void dump_one_or_all(int fd, bool all_threads)
{
    Dump dump = {.fd = fd};
    if (all_threads)
        dump_all_threads(&dump, thread_self());
    else if (thread_self())
        dump_thread(&dump, thread_self());
}

FUNCTION(dump_traceback, "dump_traceback", "file=sys.stderr, all_threads=True",
         "Dump the traceback of the current thread, or of all threads if all_threads is True, "
         "into file.")
{
    Value file = args[0];
    int fd = descriptor_of(&file), all = fd < 0 ? -1 : object_truth(args[1]);
    if (all < 0)
        return 0;
    if (!all) {
        dump_one_or_all(fd, false);
        return None;
    }
    Dump dump = {.fd = -1};
    gc_stop_world(); /* so that each thread is seen at one place; nobody could read a pipe now */
    dump_all_threads(&dump, thread_self());
    gc_start_world();
    BLOCKING
    {
        dump_end(&dump, fd);
    }
    return None;
}

/* ---- Crashes ------------------------------------------------------------------------- */

typedef struct Fault {
    int number;
    const char *name;
    bool enabled;
    struct sigaction previous;
} Fault;

static Fault faults[] = {{.number = SIGBUS, .name = "Bus error"},
                         {.number = SIGILL, .name = "Illegal instruction"},
                         {.number = SIGFPE, .name = "Floating-point exception"},
                         {.number = SIGABRT, .name = "Aborted"},
                         {.number = SIGSEGV, .name = "Segmentation fault"}};

/* Held while handlers are installed or taken away; handlers read what is immutable while they are
 * installed, or what a whole word changes. */
static Mutex installing FREE_AFTER_FORK;

static struct {
    Value file;   /* root: keeps the descriptor open; changed under `installing`, as the others */
    int fd;       /* atomic */
    bool enabled; /* atomic */
    bool all_threads; /* atomic */
} fatal_errors;

static void disable_fault(Fault *fault)
{
    if (fault->enabled)
        sigaction(fault->number, &fault->previous, 0);
    fault->enabled = false;
}

/* The instruction that failed runs again, and ends the process as it would have. */
static void on_fault(int number)
{
    int saved = errno;
    Dump dump = {.fd = load_relaxed(&fatal_errors.fd)};
    dump_text(&dump, "Fatal Python error: ");
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        if (faults[i].number == number) {
            disable_fault(&faults[i]);
            dump_text(&dump, faults[i].name);
        }
    }
    dump_text(&dump, "\n\n");
    const Thread *self = thread_self();
    if (load_relaxed(&fatal_errors.all_threads) || !self)
        dump_all_threads(&dump, self);
    else
        dump_thread(&dump, self);
    pthread_kill(pthread_self(), number); /* pending until this handler returns */
    errno = saved;
}

/* A stack of its own for the handlers, as a stack may be what has run out: for the thread that asks
 * first, since no two may have the same. */
static bool alternate_stack(void)
{
    static char *stack; /* guarded by `installing` */
    size_t size = (size_t)SIGSTKSZ * 4;
    if (stack)
        return true;
    if (!(stack = malloc(size)))
        return raise_no_memory();
    stack_t description = {.ss_sp = stack, .ss_size = size};
    return sigaltstack(&description, 0) == 0 || raise_errno();
}

static bool enable_locked(Value file, int fd, bool all_threads)
{
    TRY(alternate_stack());
    root_store(&fatal_errors.file, file);
    store_relaxed(&fatal_errors.fd, fd);
    store_relaxed(&fatal_errors.all_threads, all_threads);
    store_relaxed(&fatal_errors.enabled, true);
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK};
        if (faults[i].enabled)
            continue;
        if (sigaction(faults[i].number, &action, &faults[i].previous) != 0)
            return raise_errno();
        faults[i].enabled = true;
    }
    return true;
}

FUNCTION(enable, "enable", "file=sys.stderr, all_threads=True", "Enable the fault handler.")
{
    Value file = args[0];
    int fd = descriptor_of(&file), all = fd < 0 ? -1 : object_truth(args[1]);
    if (all < 0)
        return 0;
    mutex_lock(&installing);
    bool enabled = enable_locked(file, fd, all);
    mutex_unlock(&installing);
    return enabled ? None : 0;
}

FUNCTION(disable, "disable", "", "Disable the fault handler.")
{
    mutex_lock(&installing);
    bool was_enabled = fatal_errors.enabled;
    store_relaxed(&fatal_errors.enabled, false);
    for (size_t i = 0; i < COUNT_OF(faults); i++)
        disable_fault(&faults[i]);
    root_store(&fatal_errors.file, None);
    mutex_unlock(&installing);
    return bool_value(was_enabled);
}

FUNCTION(is_enabled, "is_enabled", "", "Check if the handler is enabled.")
{
    return bool_value(load_relaxed(&fatal_errors.enabled));
}

/* ---- After a time -------------------------------------------------------------------- */

/* The watchdog is no thread of Python: it also runs when none of them does. */
static struct {
    Mutex lock;
    Condition changed;
    bool cancelled; /* guarded by lock */
    bool running;   /* it has to be joined; this and what follows: guarded by the caller's lock */
    pid_t process;  /* that started it: it is not in the child of a fork */
    pthread_t thread;
    Value file;      /* root */
    int64_t timeout; /* ns; this and what follows: immutable while it runs */
    char heading[64];
    int fd;
    bool repeat, exit;
} watchdog;
static Mutex watchdog_callers FREE_AFTER_FORK; /* held while one is started or cancelled */

/* True if it was cancelled before. */
static bool sleep_until(int64_t deadline)
{
    mutex_lock_always(&watchdog.lock);
    while (!watchdog.cancelled && monotonic_ns() < deadline)
        condition_wait(&watchdog.changed, &watchdog.lock, deadline);
    bool cancelled = watchdog.cancelled;
    mutex_unlock_always(&watchdog.lock);
    return cancelled;
}

static void *watch(void *argument UNUSED)
{
    int64_t deadline = monotonic_ns();
    do {
        deadline += watchdog.timeout;
        if (sleep_until(deadline))
            break;
        Dump dump = {.fd = watchdog.fd};
        dump_text(&dump, watchdog.heading);
        dump_all_threads(&dump, 0);
        if (watchdog.exit)
            _exit(1);
    } while (watchdog.repeat);
    return 0;
}

/* Callers' lock held. */
static void stop_watchdog(void)
{
    if (watchdog.running && watchdog.process == getpid()) {
        mutex_lock_always(&watchdog.lock);
        watchdog.cancelled = true;
        mutex_unlock_always(&watchdog.lock);
        condition_wake_all(&watchdog.changed);
        BLOCKING
        {
            pthread_join(watchdog.thread, 0);
        }
    }
    if (watchdog.process != getpid())
        watchdog.lock = (Mutex){0}; /* in the child of a fork: who held it is not here */
    watchdog.running = false;
    root_store(&watchdog.file, None);
}

/* Callers' lock held. The watchdog takes no signals: those are for the threads that run Python. */
static bool start_watchdog(void)
{
    sigset_t all, old;
    sigfillset(&all);
    watchdog.cancelled = false;
    watchdog.process = getpid();
    pthread_sigmask(SIG_SETMASK, &all, &old);
    watchdog.running = pthread_create(&watchdog.thread, 0, watch, 0) == 0;
    pthread_sigmask(SIG_SETMASK, &old, 0);
    return watchdog.running;
}

static void format_heading(int64_t ns)
{
    int64_t us = (ns + 999) / 1000, seconds = us / 1000000, fraction = us % 1000000;
    int n = snprintf(watchdog.heading, sizeof watchdog.heading, "Timeout (%ld:%02ld:%02ld",
                     (long)(seconds / 3600), (long)(seconds / 60 % 60), (long)(seconds % 60));
    if (fraction)
        n += snprintf(watchdog.heading + n, sizeof watchdog.heading - (size_t)n, ".%06ld",
                      (long)fraction);
    snprintf(watchdog.heading + n, sizeof watchdog.heading - (size_t)n, ")!\n");
}

FUNCTION(dump_traceback_later, "dump_traceback_later",
         "timeout, repeat=False, file=sys.stderr, exit=False",
         "Dump the traceback of all threads in timeout seconds,\n"
         "or each timeout seconds if repeat is True. If exit is True, call _exit(1) which is not "
         "safe.")
{
    int64_t ns;
    if (args[0] == None)
        return raise(TypeError, "'NoneType' object cannot be interpreted as an integer");
    TRY(timeout_argument(args[0], 1e9, &ns));
    if (ns <= 0)
        return raise(ValueError, "timeout must be greater than 0");
    Value file = args[2];
    int repeat = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    int fd = TRY_NOT_NEGATIVE(descriptor_of(&file), 0);
    int exit = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    mutex_lock_blocking(&watchdog_callers);
    stop_watchdog();
    root_store(&watchdog.file, file);
    watchdog.timeout = ns;
    watchdog.fd = fd;
    watchdog.repeat = repeat;
    watchdog.exit = exit;
    format_heading(ns);
    bool started = start_watchdog();
    mutex_unlock_blocking(&watchdog_callers);
    return started ? None : raise(RuntimeError, "unable to start watchdog thread");
}

FUNCTION(cancel_dump_traceback_later, "cancel_dump_traceback_later", "",
         "Cancel the previous call to dump_traceback_later().")
{
    mutex_lock_blocking(&watchdog_callers);
    stop_watchdog();
    mutex_unlock_blocking(&watchdog_callers);
    return None;
}

/* ---- At a signal --------------------------------------------------------------------- */

#define SIGNALS 65

/* Changed under `installing`, and not while enabled. */
typedef struct Registered {
    bool enabled; /* atomic, as are the next three: a handler may be in its midst */
    bool all_threads, chain;
    int fd;
    Value file; /* root */
    struct sigaction previous;
} Registered;

static Registered registered[SIGNALS];

static bool install(int number, Registered *r, struct sigaction *previous);

static void on_registered(int number)
{
    Registered *r = &registered[number];
    int saved = errno;
    if (!load_acquire(&r->enabled))
        return;
    dump_one_or_all(load_relaxed(&r->fd), load_relaxed(&r->all_threads));
    if (load_relaxed(&r->chain)) {
        sigaction(number, &r->previous, 0);
        errno = saved;
        pthread_kill(pthread_self(), number); /* at once: SA_NODEFER */
        saved = errno;
        install(number, r, 0);
    }
    errno = saved;
}

static bool install(int number, Registered *r, struct sigaction *previous)
{
    struct sigaction action = {.sa_handler = on_registered, .sa_flags = SA_RESTART | SA_ONSTACK};
    if (load_relaxed(&r->chain))
        action.sa_flags = SA_NODEFER | SA_ONSTACK;
    return sigaction(number, &action, previous) == 0;
}

static bool signal_argument(Value v, int *number)
{
    TRY(index_as_int(v, number));
    for (size_t i = 0; i < COUNT_OF(faults); i++)
        if (faults[i].number == *number)
            return raise(RuntimeError, "signal %d cannot be registered, use enable() instead",
                         *number);
    return (*number >= 1 && *number < SIGNALS) || raise(ValueError, "signal number out of range");
}

static bool register_locked(int number, const Registered *wanted)
{
    Registered *r = &registered[number];
    bool was_enabled = load_relaxed(&r->enabled);
    TRY(alternate_stack());
    store_release(&r->enabled, false);
    root_store(&r->file, wanted->file);
    store_relaxed(&r->fd, wanted->fd);
    store_relaxed(&r->all_threads, wanted->all_threads);
    store_relaxed(&r->chain, wanted->chain);
    if (!install(number, r, was_enabled ? 0 : &r->previous))
        return raise_errno();
    store_release(&r->enabled, true);
    return true;
}

FUNCTION(register_, "register", "signum, file=sys.stderr, all_threads=True, chain=False",
         "Register a handler for the signal 'signum': dump the traceback of the current thread, or "
         "of all threads if all_threads is True, into file.")
{
    int number;
    TRY(signal_argument(args[0], &number));
    Registered wanted = {.file = args[1]};
    wanted.fd = TRY_NOT_NEGATIVE(descriptor_of(&wanted.file), 0);
    wanted.all_threads = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    wanted.chain = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    mutex_lock(&installing);
    bool done = register_locked(number, &wanted);
    mutex_unlock(&installing);
    return done ? None : 0;
}

FUNCTION(unregister, "unregister", "signum, /",
         "Unregister the handler of the signal 'signum' registered by register().")
{
    int number;
    TRY(signal_argument(args[0], &number));
    Registered *r = &registered[number];
    mutex_lock(&installing);
    bool was_enabled = load_relaxed(&r->enabled);
    if (was_enabled) {
        store_release(&r->enabled, false);
        sigaction(number, &r->previous, 0);
        root_store(&r->file, None);
    }
    mutex_unlock(&installing);
    return bool_value(was_enabled);
}

/* ---- Crashes on demand, for tests ---------------------------------------------------- */

static void no_core_file(void)
{
    struct rlimit none = {0};
    setrlimit(RLIMIT_CORE, &none);
}

static Value crash(int number)
{
    no_core_file();
    pthread_kill(pthread_self(), number);
    return None;
}

FUNCTION(read_null, "_read_null", "",
         "Read from NULL, raise a SIGSEGV or SIGBUS signal depending on the platform.")
{
    return crash(SIGSEGV);
}

FUNCTION(sigsegv, "_sigsegv", "release_gil=False, /", "Raise a SIGSEGV signal.")
{
    TRY_NOT_NEGATIVE(object_truth(args[0]), 0);
    return crash(SIGSEGV);
}

FUNCTION(sigabrt, "_sigabrt", "", "Raise a SIGABRT signal.")
{
    return crash(SIGABRT);
}

FUNCTION(sigfpe, "_sigfpe", "", "Raise a SIGFPE signal.")
{
    return crash(SIGFPE);
}

static void *fatal_in_thread(void *argument UNUSED)
{
    Dump dump = {.fd = STDERR_FILENO};
    dump_text(&dump, "Fatal Python error: faulthandler_fatal_error_thread: in new thread\n"
                     "Python runtime state: initialized\n\n");
    dump_all_threads(&dump, 0);
    abort();
}

FUNCTION(fatal_error_c_thread, "_fatal_error_c_thread", "",
         "Call Py_FatalError() in a new C thread.")
{
    no_core_file();
    pthread_t thread;
    Fault *abort_fault = &faults[3];
    disable_fault(abort_fault); /* the traceback is printed once */
    if (pthread_create(&thread, 0, fatal_in_thread, 0) != 0)
        return raise(RuntimeError, "unable to start the thread");
    BLOCKING
    {
        pthread_join(thread, 0);
    }
    return None;
}

/* Called through a variable, and needs what comes back: no tail call, no loop. */
static uintptr_t (*volatile deeper)(uintptr_t depth);

static uintptr_t use_up_stack(uintptr_t depth)
{
    volatile char some[4096];
    some[0] = (char)depth;
    return deeper(depth + 1) + (uintptr_t)some[0];
}

FUNCTION(stack_overflow, "_stack_overflow", "", "Recursive call to raise a stack overflow.")
{
    no_core_file();
    deeper = use_up_stack;
    return int_from_u64(deeper(0));
}

/* ---- The module ---------------------------------------------------------------------- */

static MethodDef *const functions[] = {M(dump_traceback),
                                       M(enable),
                                       M(disable),
                                       M(is_enabled),
                                       M(dump_traceback_later),
                                       M(cancel_dump_traceback_later),
                                       M(register_),
                                       M(unregister),
                                       M(read_null),
                                       M(sigsegv),
                                       M(sigabrt),
                                       M(sigfpe),
                                       M(fatal_error_c_thread),
                                       M(stack_overflow),
                                       0};

static bool execute(Value module UNUSED)
{
    static bool rooted;
    if (!rooted) {
        rooted = true;
        gc_add_root(&fatal_errors.file, 1);
        gc_add_root(&watchdog.file, 1);
        for (int i = 0; i < SIGNALS; i++)
            gc_add_root(&registered[i].file, 1);
    }
    return true;
}

const ModuleDef module_faulthandler = {
    .name = "faulthandler",
    .doc = "faulthandler module.",
    .functions = functions,
    .execute = execute,
};
