/* pwd and grp: the databases of users and groups. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/lock.h"
#include "core/abstract.h"
#include "core/module.h"
#include "modules/module_util.h"
#include "modules/system.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/struct_sequence.h"

/* getpwent and getgrent keep their place in the C library, for all threads. */
static Mutex enumeration_lock FREE_AFTER_FORK;

static Value text(const char *s)
{
    return s ? str_from_fs(s, strlen(s)) : None;
}

/* A numeric id, -1 included. 0: failed, -1: out of range (no exception). */
static int id_argument(Value v, const char *what, uint32_t *id)
{
    int64_t value;
    if (!has_index(v)) {
        raise(TypeError, "%s should be integer, not %T", what, v);
        return 0;
    }
    Value number = TRY_OR(number_index(v), 0);
    if (!int_to_i64(number, &value) || value < -1 || value > UINT32_MAX)
        return -1;
    *id = (uint32_t)value;
    return 1;
}

/* Looks an entry up with one of the reentrant functions, in a buffer that grows as it must.
 * LOOKUP is the call's arguments; `found` becomes the entry or 0. */
#define LOOK_UP(found, storage, buffer, CALL)                                                      \
    do {                                                                                           \
        size_t size_ = 1024;                                                                       \
        int status_ = ERANGE;                                                                      \
        buffer = 0;                                                                                \
        while (status_ == ERANGE && size_ < ((size_t)1 << 24)) {                                   \
            free(buffer);                                                                          \
            size_ *= 2;                                                                            \
            buffer = malloc(size_);                                                                \
            if (!buffer)                                                                           \
                return raise_no_memory();                                                          \
            BLOCKING                                                                               \
            {                                                                                      \
                status_ = CALL(buffer, size_);                                                     \
            }                                                                                      \
        }                                                                                          \
    } while (0)

/* ---- pwd ---------------------------------------------------------------------------------------
 */

static const StructField passwd_fields[] = {
    {"pw_name", "user name"},      {"pw_passwd", "password"},
    {"pw_uid", "user id"},         {"pw_gid", "group id"},
    {"pw_gecos", "real name"},     {"pw_dir", "home directory"},
    {"pw_shell", "shell program"}, {0, 0}};
static const StructDef passwd_def = {passwd_fields, 7, false};
static Type passwd_type =
    STRUCT_TYPE("pwd.struct_passwd", &passwd_def,
                "pwd.struct_passwd: Results from getpw*() routines.\n\n"
                "This object may be accessed either as a tuple of\n"
                "  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\n"
                "or via the object attributes as named in the above tuple.");

static Value passwd_value(const struct passwd *entry)
{
    Value v = TRY(struct_new(&passwd_type));
    struct_init(v, 0, TRY(text(entry->pw_name)));
    struct_init(v, 1, TRY(text(entry->pw_passwd)));
    struct_init(v, 2, int_from(entry->pw_uid));
    struct_init(v, 3, int_from(entry->pw_gid));
    struct_init(v, 4, TRY(text(entry->pw_gecos)));
    struct_init(v, 5, TRY(text(entry->pw_dir)));
    struct_init(v, 6, TRY(text(entry->pw_shell)));
    return v;
}

static Value finish_passwd(struct passwd *found, char *buffer)
{
    Value v = found ? passwd_value(found) : 0;
    free(buffer);
    return v;
}

FUNCTION(pwd_getpwuid, "getpwuid", "uidobj, /",
         "Return the password database entry for the given numeric user ID.\n\n"
         "See `help(pwd)` for more on password database entries.")
{
    uint32_t id;
    struct passwd entry, *found = 0;
    char *buffer;
    int ok = id_argument(args[0], "uid", &id);
    if (ok < 0)
        return raise(KeyError, "getpwuid(): uid not found");
    TRY(ok);
#define CALL(b, n) getpwuid_r(id, &entry, b, n, &found)
    LOOK_UP(found, entry, buffer, CALL);
#undef CALL
    if (!found) {
        free(buffer);
        return raise(KeyError, "getpwuid(): uid not found: %V", args[0]);
    }
    return finish_passwd(found, buffer);
}

FUNCTION(pwd_getpwnam, "getpwnam", "name, /",
         "Return the password database entry for the given user name.\n\n"
         "See `help(pwd)` for more on password database entries.")
{
    struct passwd entry, *found = 0;
    char *buffer;
    if (!is_str(args[0]))
        return raise(TypeError, "getpwnam() argument must be str, not %B", args[0]);
    const char *name = TRY(fs_bytes(args[0], 0));
#define CALL(b, n) getpwnam_r(name, &entry, b, n, &found)
    LOOK_UP(found, entry, buffer, CALL);
#undef CALL
    if (!found) {
        free(buffer);
        return raise(KeyError, "getpwnam(): name not found: %R", args[0]);
    }
    return finish_passwd(found, buffer);
}

static struct passwd *next_passwd(void)
{
    struct passwd *entry = 0;
    BLOCKING
    {
        entry = getpwent();
    }
    return entry;
}

static Value all_passwd_locked(void)
{
    Value list = TRY(list_new(0));
    struct passwd *entry;
    setpwent();
    while ((entry = next_passwd())) {
        Value v = passwd_value(entry);
        if (!v || !list_append(list, v)) {
            list = 0;
            break;
        }
    }
    endpwent();
    return list;
}

FUNCTION(pwd_getpwall, "getpwall", "",
         "Return a list of all available password database entries, in arbitrary order.\n\n"
         "See help(pwd) for more on password database entries.")
{
    mutex_lock_blocking(&enumeration_lock);
    Value list = all_passwd_locked();
    mutex_unlock_blocking(&enumeration_lock);
    return list;
}

static bool pwd_execute(Value module)
{
    struct_type_ready(&passwd_type);
    return module_add(module, "struct_passwd", (Value)&passwd_type);
}

static MethodDef *const pwd_functions[] = {M(pwd_getpwuid), M(pwd_getpwnam), M(pwd_getpwall), 0};

const ModuleDef module_pwd = {
    "pwd",
    "This module provides access to the Unix password database.\n"
    "It is available on all Unix versions.",
    pwd_functions,
    pwd_execute,
};

/* ---- grp ----------------------------------------------------------------------------------------
 */

static const StructField group_fields[] = {{"gr_name", "group name"},
                                           {"gr_passwd", "password"},
                                           {"gr_gid", "group id"},
                                           {"gr_mem", "group members"},
                                           {0, 0}};
static const StructDef group_def = {group_fields, 4, false};
static Type group_type = STRUCT_TYPE("grp.struct_group", &group_def,
                                     "grp.struct_group: Results from getgr*() routines.\n\n"
                                     "This object may be accessed either as a tuple of\n"
                                     "  (gr_name,gr_passwd,gr_gid,gr_mem)\n"
                                     "or via the object attributes as named in the above tuple.\n");

static Value group_value(const struct group *entry)
{
    Value v = TRY(struct_new(&group_type)), members = TRY(list_new(0));
    for (char **member = entry->gr_mem; member && *member; member++)
        TRY(list_append(members, TRY(text(*member))));
    struct_init(v, 0, TRY(text(entry->gr_name)));
    struct_init(v, 1, TRY(text(entry->gr_passwd)));
    struct_init(v, 2, int_from(entry->gr_gid));
    struct_init(v, 3, members);
    return v;
}

static Value finish_group(struct group *found, char *buffer)
{
    Value v = found ? group_value(found) : 0;
    free(buffer);
    return v;
}

FUNCTION(grp_getgrgid, "getgrgid", "id",
         "Return the group database entry for the given numeric group ID.\n\n"
         "If id is not valid, raise KeyError.")
{
    uint32_t id;
    struct group entry, *found = 0;
    char *buffer;
    int ok = id_argument(args[0], "gid", &id);
    if (ok < 0)
        return raise(KeyError, "getgrgid(): gid not found");
    TRY(ok);
#define CALL(b, n) getgrgid_r(id, &entry, b, n, &found)
    LOOK_UP(found, entry, buffer, CALL);
#undef CALL
    if (!found) {
        free(buffer);
        return raise(KeyError, "getgrgid(): gid not found: %V", args[0]);
    }
    return finish_group(found, buffer);
}

FUNCTION(grp_getgrnam, "getgrnam", "name",
         "Return the group database entry for the given group name.\n\n"
         "If name is not valid, raise KeyError.")
{
    struct group entry, *found = 0;
    char *buffer;
    if (!is_str(args[0]))
        return raise(TypeError, "getgrnam() argument 'name' must be str, not %B", args[0]);
    const char *name = TRY(fs_bytes(args[0], 0));
#define CALL(b, n) getgrnam_r(name, &entry, b, n, &found)
    LOOK_UP(found, entry, buffer, CALL);
#undef CALL
    if (!found) {
        free(buffer);
        return raise(KeyError, "getgrnam(): name not found: %R", args[0]);
    }
    return finish_group(found, buffer);
}

static struct group *next_group(void)
{
    struct group *entry = 0;
    BLOCKING
    {
        entry = getgrent();
    }
    return entry;
}

static Value all_groups_locked(void)
{
    Value list = TRY(list_new(0));
    struct group *entry;
    setgrent();
    while ((entry = next_group())) {
        Value v = group_value(entry);
        if (!v || !list_append(list, v)) {
            list = 0;
            break;
        }
    }
    endgrent();
    return list;
}

FUNCTION(grp_getgrall, "getgrall", "",
         "Return a list of all available group entries, in arbitrary order.\n\n"
         "An entry whose name starts with '+' or '-' represents an instruction\n"
         "to use YP/NIS and may not be accessible via getgrnam or getgrgid.")
{
    mutex_lock_blocking(&enumeration_lock);
    Value list = all_groups_locked();
    mutex_unlock_blocking(&enumeration_lock);
    return list;
}

static bool grp_execute(Value module)
{
    struct_type_ready(&group_type);
    return module_add(module, "struct_group", (Value)&group_type);
}

static MethodDef *const grp_functions[] = {M(grp_getgrgid), M(grp_getgrnam), M(grp_getgrall), 0};

const ModuleDef module_grp = {
    "grp",
    "Access to the Unix group database.\n\n"
    "Group entries are reported as 4-tuples containing the following fields\n"
    "from the group database, in order:\n\n"
    "  name   - name of the group\n"
    "  passwd - group password (encrypted); often empty\n"
    "  gid    - numeric ID of the group\n"
    "  mem    - list of members",
    grp_functions,
    grp_execute,
};
