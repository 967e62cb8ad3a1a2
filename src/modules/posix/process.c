/* Processes: fork, exec, wait, identity. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#include <sched.h>
#include "core/type.h"
#include "modules/descriptor.h"
#include "modules/imp.h"
#include "modules/posix/fork.h"
#include "modules/posix/environment.h"
#include "modules/posix/posix_internal.h"
#include "modules/signal.h"
#include "modules/system.h"
#include "core/names.h"
#include "types/set.h"
#include "vm/cache.h"
#include "vm/startup.h"

/* ---- fork */

static struct ForkHooks {
    Value before, in_child, in_parent; /* lists, or 0 */
} fork_hooks;

static bool add_hook(Value *list, Value function)
{
    if (!function)
        return true;
    if (!type_of(function)->call) {
        raise(TypeError, "'after_in_child', 'after_in_parent' and 'before' must be callable");
        return false;
    }
    if (!*list) {
        Value made = list_new(1);
        if (!made)
            return false;
        root_store(list, made);
    }
    return list_append(*list, function);
}

FUNCTION(posix_register_at_fork, "register_at_fork",
         "*, before=?, after_in_child=?, after_in_parent=?",
         "Register callables to be called when forking a new process.")
{
    if (!args[0] && !args[1] && !args[2])
        return raise(TypeError, "At least one argument is required.");
    TRY(add_hook(&fork_hooks.before, args[0]));
    TRY(add_hook(&fork_hooks.in_child, args[1]));
    TRY(add_hook(&fork_hooks.in_parent, args[2]));
    return None;
}

static void run_hooks(Value list, bool backward)
{
    intptr_t n = list ? list_length(list) : 0;
    for (intptr_t i = 0; i < n; i++) {
        Value function = list_get(list, backward ? n - 1 - i : i);
        if (function && !call0(function))
            error_write_unraisable("Exception ignored in fork hook", function);
    }
}

void fork_prepare(void)
{
    if (write_out_all_hook)
        write_out_all_hook();
    run_hooks(fork_hooks.before, true);
    import_lock();
    type_before_fork();
    gc_before_fork();
}

void fork_parent(void)
{
    gc_after_fork_parent();
    type_after_fork();
    import_unlock();
    run_hooks(fork_hooks.in_parent, false);
}

void fork_child(void)
{
    mutexes_after_fork();
    gc_after_fork_child(gc_self);
    thread_after_fork_child();
    cache_after_fork_child();
    signal_after_fork_child();
    fds_after_fork_child();
    if (files_after_fork_hook)
        files_after_fork_hook();
    type_after_fork();
    import_unlock();
    run_hooks(fork_hooks.in_child, false);
}

bool fork_warn(const char *function)
{
    return warn(DeprecationWarning, 1,
                "This process (pid=%d) is multi-threaded, use of %s() may lead to deadlocks in the "
                "child.",
                (int)getpid(), function);
}

FUNCTION(posix_fork, "fork", "", "Fork a child process.")
{
    size_t others = thread_count();
    if (runtime_is_finishing())
        return raise(PythonFinalizationError, "can't fork at interpreter shutdown");
    TRY(AUDIT("os.fork"));
    fork_prepare();
    pid_t pid = fork();
    int error = errno;
    if (pid == 0) {
        fork_child();
        return int_small(0);
    }
    fork_parent();
    errno = error;
    if (pid < 0)
        return raise_errno();
    if (others > 1)
        TRY(fork_warn("fork"));
    return int_small(pid);
}

FUNCTION(posix_exit_now, "_exit", "status",
         "Exit to the system with specified status, without normal exit processing.")
{
    int status = 0;
    TRY(index_as_int(args[0], &status));
    _exit(status);
}

FUNCTION(posix_abort, "abort", "", "Abort the interpreter immediately.")
{
    abort();
}

/* ---- exec */

void posix_strings_free(char ***array)
{
    for (char **s = *array; s && *s; s++)
        free(*s);
    free(*array);
}

char **posix_strings(Value sequence)
{
    Value list = TRY(list_from_iterable(sequence));
    intptr_t count = list_length(list);
    char **array = calloc((size_t)count + 1, sizeof *array);
    if (!array)
        return (char **)raise_no_memory();
    for (intptr_t i = 0; i < count; i++) {
        Value name = fs_path(list_get(list, i));
        const char *text = name ? fs_bytes(name, 0) : 0;
        array[i] = text ? strdup(text) : 0;
        if (!array[i]) {
            posix_strings_free(&array);
            return text ? (char **)raise_no_memory() : 0;
        }
    }
    return array;
}

char **posix_environment(Value mapping)
{
    Value pairs = TRY(list_new(0));
    Value keys = TRY(list_from_iterable(TRY(call_method0(mapping, names.keys))));
    for (intptr_t i = 0; i < list_length(keys); i++) {
        Value key = list_get(keys, i);
        const char *name = TRY(fs_bytes(TRY(fs_path(key)), 0));
        const char *value = TRY(fs_bytes(TRY(fs_path(TRY(get_item(mapping, key)))), 0));
        if (!*name || strchr(name, '='))
            return (char **)raise(ValueError, "illegal environment variable name");
        size_t n = strlen(name), m = strlen(value);
        Value pair = TRY(bytes_new((intptr_t)(n + m + 1)));
        memcpy(((Bytes *)pair)->data, name, n);
        ((Bytes *)pair)->data[n] = '=';
        memcpy(((Bytes *)pair)->data + n + 1, value, m);
        TRY(list_append(pairs, pair));
    }
    return posix_strings(pairs);
}

static Value execute(Value *args, Value environment, const char *function)
{
    Path path;
    char **argv __attribute__((cleanup(posix_strings_free))) = 0;
    char **env __attribute__((cleanup(posix_strings_free))) = 0;
    char **own __attribute__((cleanup(environment_free))) = 0;
    TRY(path_from(args[0], &path, function, "path", environment ? PATH_FD : 0));
    if (!is_list(args[1]) && !is_tuple(args[1]))
        return raise(TypeError, "%s: argv must be a tuple or list", function);
    argv = TRY(posix_strings(args[1]));
    if (!argv[0] || !argv[0][0])
        return raise(ValueError,
                     argv[0] ? "%s() arg 2 first element cannot be empty"
                             : "%s() arg 2 must not be empty",
                     function);
    if (environment && !type_of(environment)->getitem)
        return raise(TypeError, "%s: environment must be a mapping object", function);
    if (environment)
        env = TRY(posix_environment(environment));
    else if (!(own = environment_for_child()))
        return raise_no_memory();
    TRY(AUDIT("os.exec", path_shown(&path, args[0]), args[1], environment ? environment : None));
    if (path.is_fd)
        fexecve(path.fd, argv, env ? env : own);
    else
        execve(path.text, argv, env ? env : own);
    return raise_path_error(&path);
}

FUNCTION(posix_execv, "execv", "path, argv, /",
         "Execute an executable path with arguments, replacing current process.")
{
    return execute(args, 0, "execv");
}

FUNCTION(posix_execve, "execve", "path, argv, env",
         "Execute an executable path with arguments, replacing current process.")
{
    return execute(args, args[2], "execve");
}

FUNCTION(posix_system, "system", "command", "Execute the command in a subshell.")
{
    Path command;
    int status = 0;
    TRY(path_from(args[0], &command, "system", "command", 0));
    TRY(AUDIT("os.system", bytes_from(command.text, command.size)));
    BLOCKING
    {
        status = system(command.text);
    }
    return int_small(status);
}

/* ---- wait */

FUNCTION(posix_waitpid, "waitpid", "pid, options, /",
         "Wait for completion of a given child process.")
{
    int pid, options, status = 0;
    pid_t result = -1;
    TRY(index_as_int(args[0], &pid));
    TRY(index_as_int(args[1], &options));
    RETRY(result, waitpid(pid, &status, options));
    return result < 0 ? raise_errno() : tuple_of(int_small(result), int_small(status));
}

FUNCTION(posix_wait, "wait", "", "Wait for completion of a child process.")
{
    int status = 0;
    pid_t result = -1;
    RETRY(result, wait(&status));
    return result < 0 ? raise_errno() : tuple_of(int_small(result), int_small(status));
}

FUNCTION(posix_waitstatus_to_exitcode, "waitstatus_to_exitcode", "status",
         "Convert a wait status to an exit code.")
{
    int status = 0;
    TRY(index_as_int(args[0], &status));
    if (WIFEXITED(status))
        return int_small(WEXITSTATUS(status));
    if (WIFSIGNALED(status))
        return int_small(-WTERMSIG(status));
    if (WIFSTOPPED(status))
        return raise(ValueError, "process stopped by delivery of signal %d", WSTOPSIG(status));
    return raise(ValueError, "invalid wait status: %d", status);
}

#define WAIT_MACRO(id, name, convert)                                                              \
    FUNCTION(posix_##id, #name, "status", "")                                                      \
    {                                                                                              \
        int status;                                                                                \
        TRY(index_as_int(args[0], &status));                                                       \
        return convert(name(status));                                                              \
    }
WAIT_MACRO(wifexited, WIFEXITED, bool_value)
WAIT_MACRO(wifsignaled, WIFSIGNALED, bool_value)
WAIT_MACRO(wifstopped, WIFSTOPPED, bool_value)
WAIT_MACRO(wifcontinued, WIFCONTINUED, bool_value)
WAIT_MACRO(wcoredump, WCOREDUMP, bool_value)
WAIT_MACRO(wexitstatus, WEXITSTATUS, int_small)
WAIT_MACRO(wtermsig, WTERMSIG, int_small)
WAIT_MACRO(wstopsig, WSTOPSIG, int_small)

FUNCTION(posix_kill, "kill", "pid, signal, /", "Kill a process with a signal.")
{
    int pid, number;
    TRY(index_as_int(args[0], &pid));
    TRY(index_as_int(args[1], &number));
    TRY(AUDIT("os.kill", int_small(pid), int_small(number)));
    if (kill(pid, number) != 0)
        return raise_errno();
    TRY(thread_poll(thread_self()));
    return None;
}

FUNCTION(posix_killpg, "killpg", "pgid, signal, /", "Kill a process group with a signal.")
{
    int pgid, number;
    TRY(index_as_int(args[0], &pgid));
    TRY(index_as_int(args[1], &number));
    TRY(AUDIT("os.killpg", int_small(pgid), int_small(number)));
    return killpg(pgid, number) ? raise_errno() : None;
}

/* ---- identity */

#define ID(name)                                                                                   \
    FUNCTION(posix_##name, #name, "", "")                                                          \
    {                                                                                              \
        return int_small((intptr_t)name());                                                        \
    }
ID(getpid)
ID(getppid)
ID(getuid)
ID(geteuid)
ID(getgid)
ID(getegid)
ID(getpgrp)

FUNCTION(posix_setsid, "setsid", "", "Call the system call setsid().")
{
    return setsid() < 0 ? raise_errno() : None;
}

FUNCTION(posix_getpgid, "getpgid", "pid", "Call the system call getpgid(), and return the result.")
{
    int pid;
    TRY(index_as_int(args[0], &pid));
    pid_t result = getpgid(pid);
    return result < 0 ? raise_errno() : int_small(result);
}

FUNCTION(posix_getsid, "getsid", "pid, /",
         "Call the system call getsid(pid) and return the result.")
{
    int pid;
    TRY(index_as_int(args[0], &pid));
    pid_t result = getsid(pid);
    return result < 0 ? raise_errno() : int_small(result);
}

FUNCTION(posix_setpgid, "setpgid", "pid, pgrp, /", "Call the system call setpgid(pid, pgrp).")
{
    int pid, group;
    TRY(index_as_int(args[0], &pid));
    TRY(index_as_int(args[1], &group));
    return setpgid(pid, group) ? raise_errno() : None;
}

FUNCTION(posix_getgroups, "getgroups", "", "Return list of supplemental group IDs for the process.")
{
    gid_t groups[1024];
    int n = getgroups(1024, groups);
    if (n < 0)
        return raise_errno();
    Value list = TRY(list_new(n));
    for (int i = 0; i < n; i++)
        TRY(list_append(list, int_small(groups[i])));
    return list;
}

FUNCTION(posix_getlogin, "getlogin", "", "Return the actual login name.")
{
    char name[256];
    int error = getlogin_r(name, sizeof name);
    if (error) {
        errno = error;
        return raise_errno();
    }
    return str_from_fs(name, strlen(name));
}

FUNCTION(posix_nice, "nice", "increment, /",
         "Add increment to the priority of process and return the new priority.")
{
    int increment;
    TRY(index_as_int(args[0], &increment));
    errno = 0;
    int result = nice(increment);
    return result == -1 && errno ? raise_errno() : int_small(result);
}

FUNCTION(posix_sched_yield, "sched_yield", "", "Voluntarily relinquish the CPU.")
{
    BLOCKING
    {
        sched_yield();
    }
    return None;
}

FUNCTION(posix_sched_getaffinity, "sched_getaffinity", "pid, /",
         "Return the affinity of the process identified by pid (or the current process if zero).")
{
    int pid;
    cpu_set_t set;
    TRY(index_as_int(args[0], &pid));
    if (sched_getaffinity(pid, sizeof set, &set) != 0)
        return raise_errno();
    Value list = TRY(list_new(0));
    for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &set))
            TRY(list_append(list, int_small(i)));
    return set_from_iterable(list);
}

/* ---- times and system */

static const StructField times_fields[] = {
    {"user", "user time"},
    {"system", "system time"},
    {"children_user", "user time of children"},
    {"children_system", "system time of children"},
    {"elapsed", "elapsed time since an arbitrary point in the past"},
    {0}};
static const StructDef times_def = {times_fields, 5, false};
static Type times_result_type =
    STRUCT_TYPE("posix.times_result", &times_def, "times_result: Result from os.times().");

FUNCTION(posix_times, "times", "", "Return a collection containing process timing information.")
{
    struct tms t;
    clock_t elapsed = times(&t);
    double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
    const clock_t numbers[5] = {t.tms_utime, t.tms_stime, t.tms_cutime, t.tms_cstime, elapsed};
    Value r = TRY(struct_new(&times_result_type));
    for (int i = 0; i < 5; i++)
        struct_init(r, i, TRY(float_from((double)numbers[i] * tick)));
    return r;
}

static const StructField uname_fields[] = {
    {"sysname", "operating system name"},    {"nodename", "name of machine on network"},
    {"release", "operating system release"}, {"version", "operating system version"},
    {"machine", "hardware identifier"},      {0}};
static const StructDef uname_def = {uname_fields, 5, false};
static Type uname_result_type =
    STRUCT_TYPE("posix.uname_result", &uname_def, "uname_result: Result from os.uname().");

FUNCTION(posix_uname, "uname", "", "Return an object identifying the current operating system.")
{
    struct utsname u;
    if (uname(&u) != 0)
        return raise_errno();
    const char *texts[5] = {u.sysname, u.nodename, u.release, u.version, u.machine};
    Value r = TRY(struct_new(&uname_result_type));
    for (int i = 0; i < 5; i++)
        struct_init(r, i, TRY(str_from_fs(texts[i], strlen(texts[i]))));
    return r;
}

MethodDef *const posix_process_functions[] = {
    M(posix_register_at_fork),
    M(posix_fork),
    M(posix_exit_now),
    M(posix_abort),
    M(posix_execv),
    M(posix_execve),
    M(posix_system),
    M(posix_waitpid),
    M(posix_wait),
    M(posix_waitstatus_to_exitcode),
    M(posix_wifexited),
    M(posix_wifsignaled),
    M(posix_wifstopped),
    M(posix_wifcontinued),
    M(posix_wcoredump),
    M(posix_wexitstatus),
    M(posix_wtermsig),
    M(posix_wstopsig),
    M(posix_kill),
    M(posix_killpg),
    M(posix_getpid),
    M(posix_getppid),
    M(posix_getuid),
    M(posix_geteuid),
    M(posix_getgid),
    M(posix_getegid),
    M(posix_getpgrp),
    M(posix_setsid),
    M(posix_getpgid),
    M(posix_getsid),
    M(posix_setpgid),
    M(posix_getgroups),
    M(posix_getlogin),
    M(posix_nice),
    M(posix_sched_yield),
    M(posix_sched_getaffinity),
    M(posix_times),
    M(posix_uname),
    0,
};

bool posix_add_process_types(Value module)
{
    gc_add_root((Value *)(void *)&fork_hooks, 3);
    struct_type_ready(&times_result_type);
    struct_type_ready(&uname_result_type);
    return module_add_type(module, &times_result_type) &&
           module_add_type(module, &uname_result_type);
}
