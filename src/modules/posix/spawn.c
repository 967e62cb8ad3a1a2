/* posix_spawn: a program in a new process, without a fork that Python code takes part in; and
 * forkpty. */
#include <errno.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>
#include "modules/posix/environment.h"
#include "modules/posix/fork.h"
#include "modules/posix/posix_internal.h"
#include "modules/signal.h"
#include "modules/system.h"
#include "vm/startup.h"

enum { ACTION_OPEN, ACTION_CLOSE, ACTION_DUP2, ACTION_CLOSEFROM };

/* ---- file actions */

static bool check_error(int error)
{
    errno = error;
    return !error || raise_errno();
}

/* (POSIX_SPAWN_OPEN, fd, path, flags, mode) */
static bool add_open(posix_spawn_file_actions_t *actions, Value action)
{
    int fd, flags, mode;
    if (tuple_length(action) != 5)
        return raise(TypeError, "A open file_action tuple must have 5 elements");
    TRY(index_as_int(tuple_get(action, 1), &fd));
    const char *path = TRY(fs_bytes(TRY(fs_path(tuple_get(action, 2))), 0));
    TRY(index_as_int(tuple_get(action, 3), &flags));
    TRY(index_as_int(tuple_get(action, 4), &mode));
    return check_error(posix_spawn_file_actions_addopen(actions, fd, path, flags, (mode_t)mode));
}

/* (POSIX_SPAWN_CLOSE, fd) and (POSIX_SPAWN_CLOSEFROM, fd) */
static bool add_close(posix_spawn_file_actions_t *actions, Value action, bool from)
{
    int fd;
    if (tuple_length(action) != 2)
        return raise(TypeError, "A %s file_action tuple must have 2 elements",
                     from ? "closefrom" : "close");
    TRY(index_as_int(tuple_get(action, 1), &fd));
    return check_error(from ? posix_spawn_file_actions_addclosefrom_np(actions, fd)
                            : posix_spawn_file_actions_addclose(actions, fd));
}

/* (POSIX_SPAWN_DUP2, fd, new_fd) */
static bool add_dup2(posix_spawn_file_actions_t *actions, Value action)
{
    int from, to;
    if (tuple_length(action) != 3)
        return raise(TypeError, "A dup2 file_action tuple must have 3 elements");
    TRY(index_as_int(tuple_get(action, 1), &from));
    TRY(index_as_int(tuple_get(action, 2), &to));
    return check_error(posix_spawn_file_actions_adddup2(actions, from, to));
}

static bool add_action(posix_spawn_file_actions_t *actions, Value action)
{
    int kind;
    if (!is_tuple(action) || !tuple_length(action))
        return raise(TypeError, "Each file_actions element must be a non-empty tuple");
    TRY(index_as_int(tuple_get(action, 0), &kind));
    switch (kind) {
    case ACTION_OPEN:
        return add_open(actions, action);
    case ACTION_CLOSE:
    case ACTION_CLOSEFROM:
        return add_close(actions, action, kind == ACTION_CLOSEFROM);
    case ACTION_DUP2:
        return add_dup2(actions, action);
    default:
        return raise(TypeError, "Unknown file_actions identifier");
    }
}

static bool add_actions(posix_spawn_file_actions_t *actions, Value given)
{
    if (!is_sequence(given))
        return raise(TypeError, "file_actions must be a sequence or None");
    Value list = TRY(list_from_iterable(given));
    for (intptr_t i = 0; i < list_length(list); i++)
        TRY(add_action(actions, list_get(list, i)));
    return true;
}

/* ---- attributes */

typedef struct SpawnOptions {
    Value file_actions, group, mask, defaults, scheduler; /* 0 where not given */
    bool resetids, setsid;
} SpawnOptions;

static bool set_group(posix_spawnattr_t *attributes, Value v, short *flags)
{
    int group;
    TRY(index_as_int(v, &group));
    *flags |= POSIX_SPAWN_SETPGROUP;
    return check_error(posix_spawnattr_setpgroup(attributes, group));
}

/* (policy or None, sched_param) */
static bool set_scheduler(posix_spawnattr_t *attributes, Value v, short *flags)
{
    struct sched_param param;
    int policy;
    if (!is_tuple(v))
        return raise(SystemError, "new style getargs format but argument is not a tuple");
    if (tuple_length(v) != 2)
        return raise(TypeError, "A scheduler tuple must have two elements");
    TRY(sched_param_from(tuple_get(v, 1), &param));
    if (tuple_get(v, 0) != None) {
        TRY(index_as_int(tuple_get(v, 0), &policy));
        *flags |= POSIX_SPAWN_SETSCHEDULER;
        TRY(check_error(posix_spawnattr_setschedpolicy(attributes, policy)));
    }
    *flags |= POSIX_SPAWN_SETSCHEDPARAM;
    return check_error(posix_spawnattr_setschedparam(attributes, &param));
}

static bool set_attributes(posix_spawnattr_t *attributes, const SpawnOptions *options)
{
    short flags = 0;
    sigset_t set;
    if (options->group)
        TRY(set_group(attributes, options->group, &flags));
    if (options->resetids)
        flags |= POSIX_SPAWN_RESETIDS;
    if (options->setsid)
        flags |= POSIX_SPAWN_SETSID;
    TRY(signal_set_from(options->mask, &set));
    if (!sigisemptyset(&set)) {
        flags |= POSIX_SPAWN_SETSIGMASK;
        TRY(check_error(posix_spawnattr_setsigmask(attributes, &set)));
    }
    TRY(signal_set_from(options->defaults, &set));
    if (!sigisemptyset(&set)) {
        flags |= POSIX_SPAWN_SETSIGDEF;
        TRY(check_error(posix_spawnattr_setsigdefault(attributes, &set)));
    }
    if (options->scheduler)
        TRY(set_scheduler(attributes, options->scheduler, &flags));
    return check_error(posix_spawnattr_setflags(attributes, flags));
}

/* ---- the functions */

typedef int (*SpawnFn)(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const *argv, char *const *env);

/* args: path, argv, env, then the options. */
static Value spawn(Value *args, const char *function, SpawnFn call)
{
    Path path;
    char **argv __attribute__((cleanup(posix_strings_free))) = 0;
    char **env __attribute__((cleanup(posix_strings_free))) = 0;
    char **own __attribute__((cleanup(environment_free))) = 0;
    posix_spawn_file_actions_t actions __attribute__((cleanup(posix_spawn_file_actions_destroy)));
    posix_spawnattr_t attributes __attribute__((cleanup(posix_spawnattr_destroy)));
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    SpawnOptions options = {args[3] == None ? 0 : args[3],
                            args[4],
                            args[7],
                            args[8],
                            args[9],
                            TRY_NOT_NEGATIVE(object_truth(args[5]), 0),
                            TRY_NOT_NEGATIVE(object_truth(args[6]), 0)};
    TRY(path_from(args[0], &path, function, "path", 0));
    if (!is_list(args[1]) && !is_tuple(args[1]))
        return raise(TypeError, "%s: argv must be a tuple or list", function);
    if (args[2] != None && !type_of(args[2])->getitem)
        return raise(TypeError, "%s: environment must be a mapping object or None", function);
    argv = TRY(posix_strings(args[1]));
    if (!argv[0])
        return raise(ValueError, "%s: argv must not be empty", function);
    if (!*argv[0])
        return raise(ValueError, "%s: argv first element cannot be empty", function);
    if (args[2] != None)
        env = TRY(posix_environment(args[2]));
    else if (!(own = environment_for_child()))
        return raise_no_memory();
    if (options.file_actions)
        TRY(add_actions(&actions, options.file_actions));
    TRY(set_attributes(&attributes, &options));
    TRY(AUDIT("os.posix_spawn", path.object, args[1], args[2]));
    if (write_out_all_hook)
        write_out_all_hook();
    pid_t pid = 0;
    int error = 0;
    BLOCKING
    {
        error = call(&pid, path.text, &actions, &attributes, argv, env ? env : own);
    }
    errno = error;
    return error ? raise_path_error(&path) : int_small(pid);
}

#define SPAWN_SIGNATURE                                                                            \
    "path, argv, env, /, *, file_actions=(), setpgroup=?<unrepresentable>, resetids=False, "       \
    "setsid=False, setsigmask=(), setsigdef=(), scheduler=?<unrepresentable>"

FUNCTION(posix_posix_spawn, "posix_spawn", SPAWN_SIGNATURE,
         "Execute the program specified by path in a new process.")
{
    return spawn(args, "posix_spawn", posix_spawn);
}

FUNCTION(posix_posix_spawnp, "posix_spawnp", SPAWN_SIGNATURE,
         "Execute the program specified by path in a new process, looked for in PATH.")
{
    return spawn(args, "posix_spawnp", posix_spawnp);
}

FUNCTION(posix_forkpty, "forkpty", "/",
         "Fork a new process with a new pseudo-terminal as controlling tty.\n\n"
         "Returns a tuple of (pid, master_fd).\n"
         "Like fork(), return pid of 0 to the child process,\n"
         "and pid of child to the parent process.\n"
         "To both, return fd of newly opened pseudo-terminal.")
{
    int terminal = -1;
    if (runtime_is_finishing())
        return raise(PythonFinalizationError, "can't fork at interpreter shutdown");
    TRY(AUDIT("os.forkpty"));
    size_t others = thread_count();
    fork_prepare();
    pid_t pid = forkpty(&terminal, 0, 0, 0);
    int error = errno;
    if (pid == 0) {
        fork_child();
        return tuple_of(int_small(0), int_small(terminal));
    }
    fork_parent();
    errno = error;
    if (pid < 0)
        return raise_errno();
    if (others > 1)
        TRY(fork_warn("forkpty"));
    return tuple_of(int_small(pid), int_small(terminal));
}

MethodDef *const posix_spawn_functions[] = {M(posix_posix_spawn), M(posix_posix_spawnp),
                                            M(posix_forkpty), 0};

bool posix_add_spawn_constants(Value module)
{
    return module_add_int(module, "POSIX_SPAWN_OPEN", ACTION_OPEN) &&
           module_add_int(module, "POSIX_SPAWN_CLOSE", ACTION_CLOSE) &&
           module_add_int(module, "POSIX_SPAWN_DUP2", ACTION_DUP2) &&
           module_add_int(module, "POSIX_SPAWN_CLOSEFROM", ACTION_CLOSEFROM);
}
