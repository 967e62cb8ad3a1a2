/* _posixsubprocess: a child process that executes another program.
 *
 * The child is made with vfork where that will do: it runs in the parent's memory until it
 * executes, the parent's thread being suspended. So between the two only system calls are made, and
 * all that they need is prepared before. With a preexec_fn, Python code runs in the child: that
 * takes a fork, with all that belongs to one. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/call.h"
#include "core/iterate.h"
#include "core/module.h"
#include "modules/posix/environment.h"
#include "modules/posix/fork.h"
#include "modules/system.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/startup.h"

/* NUL-ended strings and their array; both are in the heap, and alive while this is on the stack. */
typedef struct Strings {
    char **items; /* ends with 0 */
    Value keep;   /* list of the bytes */
} Strings;

typedef struct Spawn {
    Strings arguments, programs, environment; /* environment.items 0: what is inherited */
    char **inherited;
    const char *directory;
    int *keep_fds; /* sorted */
    size_t keep_count;
    int p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write;
    bool close_fds, restore_signals, new_session;
    int process_group; /* -1: as it is */
    bool set_gid, set_uid, set_groups;
    gid_t gid, *groups;
    size_t group_count;
    uid_t uid;
    int umask;          /* -1: as it is */
    Value preexec;      /* or None */
    sigset_t *old_mask; /* signals are blocked until the program runs; 0: not */
} Spawn;

/* ---- arguments ----------------------------------------------------------------------------------
 */

static bool make_strings(Value sequence, Strings *out)
{
    out->keep = TRY(list_new(0));
    ITERATE(item, sequence)
    {
        const char *text = TRY(fs_bytes(item, 0));
        TRY(list_append(out->keep, TRY(bytes_from(text, strlen(text)))));
    }
    if (!ITERATED)
        return false;
    intptr_t n = list_length(out->keep);
    Raw *raw = TRY(raw_new((n + 1) * (intptr_t)sizeof(char *)));
    out->items = (char **)(void *)raw->data;
    for (intptr_t i = 0; i < n; i++)
        out->items[i] = ((Bytes *)list_get(out->keep, i))->data;
    out->items[n] = 0;
    return true;
}

static bool descriptor_list(Value tuple, Spawn *s)
{
    intptr_t n = tuple_length(tuple);
    Raw *raw = TRY(raw_new((n + 1) * (intptr_t)sizeof(int)));
    int previous = -1;
    s->keep_fds = (int *)(void *)raw->data;
    for (intptr_t i = 0; i < n; i++) {
        int64_t fd;
        Value v = tuple_get(tuple, i);
        if (!is_int_any(v) || !int_to_i64(v, &fd) || fd < 0 || fd > INT_MAX || fd <= previous)
            return raise(ValueError, "bad value(s) in fds_to_keep");
        s->keep_fds[s->keep_count++] = previous = (int)fd;
    }
    return true;
}

static bool id_from(Value v, bool *given, uint32_t *id)
{
    int64_t value;
    *given = v != None;
    if (!*given)
        return true;
    TRY(index_as_int64(v, &value));
    if (value < -1 || value > UINT32_MAX)
        return raise(OverflowError, "id is out of range");
    *id = (uint32_t)value;
    return true;
}

static bool group_list(Value groups, Spawn *s)
{
    s->set_groups = groups != None;
    if (groups == None)
        return true;
    if (!is_list(groups))
        return raise(TypeError, "setgroups argument must be a list");
    intptr_t n = list_length(groups);
    if (n > NGROUPS_MAX)
        return raise(ValueError, "too many extra_groups");
    Raw *raw = TRY(raw_new((n + 1) * (intptr_t)sizeof(gid_t)));
    s->groups = (gid_t *)(void *)raw->data;
    for (intptr_t i = 0; i < n; i++) {
        Value v = list_get(groups, i);
        bool given;
        if (!v || !is_int_any(v))
            return raise(TypeError, "groups must be integers");
        if (!id_from(v, &given, &s->groups[s->group_count++]))
            return error_clear_if(OverflowError) && raise(ValueError, "invalid group id");
    }
    return true;
}

static bool pipes_from(Value *args, Spawn *s)
{
    int *fds[] = {&s->p2cread, &s->p2cwrite, &s->c2pread,      &s->c2pwrite,
                  &s->errread, &s->errwrite, &s->errpipe_read, &s->errpipe_write};
    for (size_t i = 0; i < COUNT_OF(fds); i++)
        TRY(index_as_int(args[i], fds[i]));
    return true;
}

static bool flag(Value v, bool *out)
{
    int truth = TRY_NOT_NEGATIVE(object_truth(v), false);
    *out = truth;
    return true;
}

/* args as of fork_exec. */
static bool prepare(Value *args, Spawn *s)
{
    *s = (Spawn){.process_group = -1, .umask = -1, .preexec = args[21]};
    TRY(flag(args[2], &s->close_fds));
    if (!is_tuple(args[3]))
        return raise(TypeError, "fork_exec() argument 4 must be tuple, not %B", args[3]);
    TRY(pipes_from(args + 6, s));
    TRY(flag(args[14], &s->restore_signals));
    TRY(flag(args[15], &s->new_session));
    TRY(index_as_int(args[16], &s->process_group));
    TRY(index_as_int(args[20], &s->umask));
    if (s->close_fds && s->errpipe_write < 3)
        return raise(ValueError, "errpipe_write must be >= 3");
    TRY(descriptor_list(args[3], s));
    TRY(make_strings(args[1], &s->programs));
    TRY(make_strings(args[0], &s->arguments));
    if (args[5] != None)
        TRY(make_strings(args[5], &s->environment));
    if (args[4] != None)
        s->directory = TRY(fs_bytes(args[4], 0));
    TRY(group_list(args[18], s));
    return id_from(args[17], &s->set_gid, &s->gid) && id_from(args[19], &s->set_uid, &s->uid);
}

/* ---- the child: system calls only
 * ------------------------------------------------------------------ */

static bool is_kept(const Spawn *s, int fd)
{
    size_t low = 0, high = s->keep_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->keep_fds[middle] == fd)
            return true;
        if (s->keep_fds[middle] < fd)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void close_range_of(const Spawn *s, unsigned first, unsigned last)
{
    if (first > last)
        return;
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, last, 0) == 0)
        return;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit > 0 && last > (unsigned)limit)
        last = (unsigned)limit;
    for (unsigned fd = first; fd <= last && fd <= INT_MAX; fd++)
        if (!is_kept(s, (int)fd))
            close((int)fd);
}

/* From 3 on, except those to be kept. */
static void close_others(const Spawn *s)
{
    unsigned first = 3;
    for (size_t i = 0; i < s->keep_count; i++) {
        unsigned fd = (unsigned)s->keep_fds[i];
        if (fd < first)
            continue;
        if (fd > first)
            close_range_of(s, first, fd - 1);
        first = fd + 1;
    }
    close_range_of(s, first, ~0u);
}

static bool clear_cloexec(int fd)
{
    int flags = fcntl(fd, F_GETFD);
    return flags >= 0 && (!(flags & FD_CLOEXEC) || fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC) == 0);
}

/* Makes `fd` the child's standard stream `target`; -1: it has the parent's. */
static bool place(int fd, int target)
{
    if (fd == target)
        return clear_cloexec(fd);
    return fd < 0 || dup2(fd, target) >= 0;
}

static bool set_up_descriptors(Spawn *s)
{
    for (size_t i = 0; i < s->keep_count; i++)
        if (s->keep_fds[i] != s->errpipe_write && !clear_cloexec(s->keep_fds[i]))
            return false;
    int parents[] = {s->p2cwrite, s->c2pread, s->errread, s->errpipe_read};
    for (size_t i = 0; i < COUNT_OF(parents); i++)
        if (parents[i] >= 0 && close(parents[i]) < 0)
            return false;
    /* What is to become stdout or stderr must not be overwritten by what comes before it. */
    if (s->c2pwrite == 0 && (s->c2pwrite = dup(0)) < 0)
        return false;
    while (s->errwrite == 0 || s->errwrite == 1)
        if ((s->errwrite = dup(s->errwrite)) < 0)
            return false;
    return place(s->p2cread, 0) && place(s->c2pwrite, 1) && place(s->errwrite, 2);
}

static bool set_up_identity(const Spawn *s)
{
    if (s->new_session)
        setsid(); /* fails for a group leader: as in CPython, that is no error */
    if (s->process_group >= 0 && setpgid(0, s->process_group) < 0)
        return false;
    /* The raw calls: the C library's would tell all threads of the process, which vfork shares. */
    if (s->set_groups && syscall(SYS_setgroups, s->group_count, s->groups) < 0)
        return false;
    if (s->set_gid && syscall(SYS_setregid, s->gid, s->gid) < 0)
        return false;
    return !s->set_uid || syscall(SYS_setreuid, s->uid, s->uid) == 0;
}

static void execute_program(const Spawn *s, char *const *environment)
{
    int saved = 0;
    for (char **program = s->programs.items; *program; program++) {
        execve(*program, s->arguments.items, environment);
        if (errno != ENOENT && errno != ENOTDIR && !saved)
            saved = errno;
    }
    if (saved)
        errno = saved;
}

/* Tells the parent what went wrong: "class:errno in hex:text". */
static void report(const Spawn *s, const char *kind, int number, const char *text)
{
    char message[128], hex[16];
    size_t at = 0, digits = 0;
    for (; *kind; kind++)
        message[at++] = *kind;
    message[at++] = ':';
    for (unsigned n = (unsigned)number; n; n /= 16)
        hex[digits++] = "0123456789ABCDEF"[n % 16];
    if (!digits)
        hex[digits++] = '0';
    while (digits)
        message[at++] = hex[--digits];
    message[at++] = ':';
    for (; *text; text++)
        message[at++] = *text;
    ssize_t written = write(s->errpipe_write, message, at);
    (void)written;
}

/* The parent's handlers must not run in the child, which shares its memory. */
static void unblock_signals(const Spawn *s)
{
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, 0, &action) == 0 && action.sa_handler != SIG_IGN &&
            action.sa_handler != SIG_DFL)
            signal(number, SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, s->old_mask, 0);
}

/* Does all that comes before and tries to execute; what it says when it returns. */
static const char *child_steps(Spawn *s)
{
    if (!set_up_descriptors(s))
        return "noexec";
    if (s->directory && chdir(s->directory) < 0)
        return "noexec:chdir";
    if (s->umask >= 0)
        umask((mode_t)s->umask);
    if (s->restore_signals) {
        signal(SIGPIPE, SIG_DFL);
        signal(SIGXFSZ, SIG_DFL);
    }
    if (s->old_mask)
        unblock_signals(s);
    if (!set_up_identity(s))
        return "noexec";
    if (s->preexec != None && !call0(s->preexec)) {
        error_clear();
        report(s, "SubprocessError", 0, "Exception occurred in preexec_fn.");
        _exit(255);
    }
    if (s->close_fds)
        close_others(s);
    if (s->preexec != None && !s->environment.items) /* which may have changed it */
        s->inherited = environment_for_child();
    execute_program(s, s->environment.items ? s->environment.items : s->inherited);
    return "";
}

NORETURN static void child(Spawn *s)
{
    const char *text = child_steps(s);
    report(s, "OSError", errno, text);
    _exit(255);
}

/* ---- the parent
 * ------------------------------------------------------------------------------------- */

/* Signals wait until the child has their handlers reset. */
static NOINLINE pid_t start_by_vfork(Spawn *s)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    s->old_mask = &old;
    pid_t pid = vfork();
    if (pid == 0)
        child(s);
    int number = errno;
    pthread_sigmask(SIG_SETMASK, &old, 0);
    errno = number;
    return pid;
}

static pid_t start_by_fork(Spawn *s)
{
    bool runs_python = s->preexec != None;
    if (runs_python)
        fork_prepare();
    pid_t pid = fork();
    if (pid == 0) {
        if (runs_python)
            fork_child();
        child(s);
    }
    int number = errno;
    if (runs_python)
        fork_parent();
    errno = number;
    return pid;
}

FUNCTION(fork_exec, "fork_exec",
         "args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, "
         "c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, "
         "pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, allow_vfork, /",
         "Spawn a fresh new child process.\n\n"
         "Fork a child process, close parent file descriptors as appropriate in the\n"
         "child and duplicate the few that are needed before calling exec() in the\n"
         "child process.\n\n"
         "If close_fds is True, close file descriptors 3 and higher, except those listed\n"
         "in the sorted tuple pass_fds.\n\n"
         "The preexec_fn, if supplied, will be called immediately before closing file\n"
         "descriptors and exec.\n\n"
         "WARNING: preexec_fn is NOT SAFE if your application uses threads.\n"
         "         It may trigger infrequent, difficult to debug deadlocks.\n\n"
         "If an error occurs in the child process before exec, it is\n"
         "serialized and written to the errpipe_write fd per subprocess.py.\n\n"
         "Returns: the child process's PID.\n\n"
         "Raises: Only on an error in the parent process.")
{
    Spawn s;
    pid_t pid = -1;
    TRY(prepare(args, &s));
    char **inherited __attribute__((cleanup(environment_free))) = environment_for_child();
    s.inherited = inherited;
    if (!inherited)
        return raise_no_memory();
    int allow_vfork = TRY_NOT_NEGATIVE(object_truth(args[22]), 0);
    if (s.preexec != None && runtime_is_finishing())
        return raise(PythonFinalizationError, "preexec_fn not supported at interpreter shutdown");
    if (write_out_all_hook)
        write_out_all_hook();
    if (s.preexec == None && allow_vfork && !s.set_uid && !s.set_gid && !s.set_groups) {
        BLOCKING
        {
            pid = start_by_vfork(&s);
        }
    } else {
        pid = start_by_fork(&s);
    }
    return pid < 0 ? raise_errno() : int_from(pid);
}

static MethodDef *const functions[] = {M(fork_exec), 0};

const ModuleDef module__posixsubprocess = {
    "_posixsubprocess", "A POSIX helper for the subprocess module.", functions, 0};
