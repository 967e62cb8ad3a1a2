/* Whom a process acts for: users and groups, priorities, its terminal. */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include "modules/posix/posix_internal.h"
#include "modules/system.h"

/* A user's or group's number, of 32 bits; -1 is one, too, and stands for "no change". */
static bool id_from(Value v, const char *what, uint32_t *id)
{
    int64_t number;
    if (!has_index(v))
        return raise(TypeError, "%s should be integer, not %T", what, v);
    Value exact = TRY(number_index(v));
    if (!int_to_i64(exact, &number))
        return raise(OverflowError,
                     int_sign(exact) < 0 ? "%s is less than minimum" : "%s is greater than maximum",
                     what);
    if (number < -1 || number > UINT32_MAX)
        return raise(OverflowError, "%s is less than minimum", what);
    *id = (uint32_t)number;
    return true;
}

bool uid_from(Value v, uid_t *id)
{
    return id_from(v, "uid", id);
}

bool gid_from(Value v, gid_t *id)
{
    return id_from(v, "gid", id);
}

static Value id_value(uint32_t id)
{
    return int_small(id == UINT32_MAX ? -1 : (intptr_t)id);
}

#define SET_ONE(call, convert, parameter, text)                                                    \
    FUNCTION(posix_##call, #call, parameter ", /", text)                                           \
    {                                                                                              \
        uint32_t id;                                                                               \
        TRY(convert(args[0], &id));                                                                \
        return call(id) ? raise_errno() : None;                                                    \
    }
SET_ONE(setuid, uid_from, "uid", "Set the current process's user id.")
SET_ONE(seteuid, uid_from, "euid", "Set the current process's effective user id.")
SET_ONE(setgid, gid_from, "gid", "Set the current process's group id.")
SET_ONE(setegid, gid_from, "egid", "Set the current process's effective group id.")

#define SET_TWO(call, convert, parameters, text)                                                   \
    FUNCTION(posix_##call, #call, parameters ", /", text)                                          \
    {                                                                                              \
        uint32_t real, effective;                                                                  \
        TRY(convert(args[0], &real));                                                              \
        TRY(convert(args[1], &effective));                                                         \
        return call(real, effective) ? raise_errno() : None;                                       \
    }
SET_TWO(setreuid, uid_from, "ruid, euid", "Set the current process's real and effective user ids.")
SET_TWO(setregid, gid_from, "rgid, egid", "Set the current process's real and effective group ids.")

#define SET_THREE(call, convert, parameters, text)                                                 \
    FUNCTION(posix_##call, #call, parameters ", /", text)                                          \
    {                                                                                              \
        uint32_t real, effective, saved;                                                           \
        TRY(convert(args[0], &real));                                                              \
        TRY(convert(args[1], &effective));                                                         \
        TRY(convert(args[2], &saved));                                                             \
        return call(real, effective, saved) ? raise_errno() : None;                                \
    }
SET_THREE(setresuid, uid_from, "ruid, euid, suid",
          "Set the current process's real, effective, and saved user ids.")
SET_THREE(setresgid, gid_from, "rgid, egid, sgid",
          "Set the current process's real, effective, and saved group ids.")

#define GET_THREE(call, text)                                                                      \
    FUNCTION(posix_##call, #call, "/", text)                                                       \
    {                                                                                              \
        uint32_t real, effective, saved;                                                           \
        if (call(&real, &effective, &saved))                                                       \
            return raise_errno();                                                                  \
        return tuple_of(id_value(real), id_value(effective), id_value(saved));                     \
    }
GET_THREE(getresuid, "Return a tuple of the current process's real, effective, and saved user ids.")
GET_THREE(getresgid,
          "Return a tuple of the current process's real, effective, and saved group ids.")

/* ---- groups */

FUNCTION(posix_setgroups, "setgroups", "groups, /",
         "Set the groups of the current process to list.")
{
    if (!is_sequence(args[0]))
        return raise(TypeError, "setgroups argument must be a sequence");
    Value list = TRY(list_from_iterable(args[0]));
    size_t count = (size_t)list_length(list);
    if (count > NGROUPS_MAX)
        return raise(ValueError, "too many groups");
    Raw *raw = TRY(raw_new((intptr_t)((count + 1) * sizeof(gid_t))));
    gid_t *groups = (gid_t *)(void *)raw->data;
    for (size_t i = 0; i < count; i++) {
        Value item = list_get(list, (intptr_t)i);
        if (!is_int_any(item))
            return raise(TypeError, "groups must be integers");
        TRY(gid_from(item, &groups[i]));
    }
    return setgroups(count, groups) ? raise_errno() : None;
}

/* A name of a user: str, bytes or os.PathLike. */
static const char *user_name(Value v)
{
    return fs_bytes(TRY(fs_path(v)), 0);
}

FUNCTION(posix_initgroups, "initgroups", "username, gid, /",
         "Initialize the group access list with all the groups that the user is a member of, and "
         "gid.")
{
    gid_t group;
    const char *name = TRY(user_name(args[0]));
    TRY(gid_from(args[1], &group));
    int result = -1;
    BLOCKING
    {
        result = initgroups(name, group);
    }
    return result ? raise_errno() : None;
}

static int groups_of(const char *name, gid_t group, gid_t *groups, int *count)
{
    int result = -1;
    BLOCKING
    {
        result = getgrouplist(name, group, groups, count);
    }
    return result;
}

FUNCTION(posix_getgrouplist, "getgrouplist", "user, group, /",
         "Returns a list of groups to which a user belongs.")
{
    gid_t group;
    if (!is_str(args[0]))
        return raise(TypeError, "getgrouplist() argument 1 must be str, not %B", args[0]);
    const char *name = TRY(str_cstring(args[0]));
    TRY(gid_from(args[1], &group));
    int room = 64, count = room;
    gid_t *groups = malloc((size_t)room * sizeof *groups);
    while (groups && groups_of(name, group, groups, &count) < 0) {
        room = count > room ? count : room * 2;
        count = room;
        free(groups);
        groups = malloc((size_t)room * sizeof *groups);
    }
    Value list = groups ? list_new((size_t)count) : raise_no_memory();
    for (int i = 0; list && i < count; i++)
        if (!list_append(list, id_value(groups[i])))
            list = 0;
    free(groups);
    return list;
}

/* ---- process groups, priorities */

FUNCTION(posix_setpgrp, "setpgrp", "/", "Make the current process the leader of its process group.")
{
    return setpgrp() ? raise_errno() : None;
}

FUNCTION(posix_tcgetpgrp, "tcgetpgrp", "fd, /",
         "Return the process group associated with the terminal specified by fd.")
{
    int fd;
    TRY(fd_from(args[0], &fd));
    pid_t group = tcgetpgrp(fd);
    return group < 0 ? raise_errno() : int_small(group);
}

FUNCTION(posix_tcsetpgrp, "tcsetpgrp", "fd, pgid, /",
         "Set the process group associated with the terminal specified by fd.")
{
    int fd, group;
    TRY(fd_from(args[0], &fd));
    TRY(index_as_int(args[1], &group));
    return tcsetpgrp(fd, group) ? raise_errno() : None;
}

FUNCTION(posix_getpriority, "getpriority", "which, who", "Return program scheduling priority.")
{
    int which, who;
    TRY(index_as_int(args[0], &which));
    TRY(index_as_int(args[1], &who));
    errno = 0;
    int priority = getpriority((__priority_which_t)which, (id_t)who);
    return errno ? raise_errno() : int_small(priority);
}

FUNCTION(posix_setpriority, "setpriority", "which, who, priority",
         "Set program scheduling priority.")
{
    int which, who, priority;
    TRY(index_as_int(args[0], &which));
    TRY(index_as_int(args[1], &who));
    TRY(index_as_int(args[2], &priority));
    return setpriority((__priority_which_t)which, (id_t)who, priority) ? raise_errno() : None;
}

FUNCTION(posix_ctermid, "ctermid", "/",
         "Return the name of the controlling terminal for this process.")
{
    char name[L_ctermid];
    const char *terminal = ctermid(name);
    return str_from_fs(terminal, strlen(terminal));
}

FUNCTION(posix_chroot, "chroot", "path", "Change root directory to path.")
{
    Path path;
    int outcome = -1;
    TRY(path_from(args[0], &path, "chroot", "path", 0));
    BLOCKING
    {
        outcome = chroot(path.text);
    }
    return outcome ? raise_path_error(&path) : None;
}

MethodDef *const posix_identity_functions[] = {
    M(posix_setuid),       M(posix_seteuid),     M(posix_setgid),
    M(posix_setegid),      M(posix_setreuid),    M(posix_setregid),
    M(posix_setresuid),    M(posix_setresgid),   M(posix_getresuid),
    M(posix_getresgid),    M(posix_setgroups),   M(posix_initgroups),
    M(posix_getgrouplist), M(posix_setpgrp),     M(posix_tcgetpgrp),
    M(posix_tcsetpgrp),    M(posix_getpriority), M(posix_setpriority),
    M(posix_ctermid),      M(posix_chroot),      0,
};
