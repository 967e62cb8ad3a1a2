/* The posix module: environment, system facts, constants, and the module itself. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/limits.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <linux/memfd.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>
#include "modules/posix/environment.h"
#include "modules/posix/posix_internal.h"
#include "modules/system.h"
#include "vm/config.h"

extern char **environ;

FUNCTION(posix_putenv, "putenv", "name, value, /", "Change or add an environment variable.")
{
    Path name, value;
    TRY(path_from(args[0], &name, "putenv", "name", 0));
    TRY(path_from(args[1], &value, "putenv", "value", 0));
    if (strchr(name.text, '='))
        return raise(ValueError, "illegal environment variable name");
    TRY(AUDIT("os.putenv", bytes_from(name.text, name.size), bytes_from(value.text, value.size)));
    return environment_set(name.text, value.text) ? None : raise_errno();
}

FUNCTION(posix_unsetenv, "unsetenv", "name, /", "Delete an environment variable.")
{
    Path name;
    TRY(path_from(args[0], &name, "unsetenv", "name", 0));
    TRY(AUDIT("os.unsetenv", bytes_from(name.text, name.size)));
    return environment_unset(name.text) ? None : raise_errno();
}

FUNCTION(posix_strerror, "strerror", "code, /", "Translate an error code to a message string.")
{
    int code;
    TRY(index_as_int(args[0], &code));
    const char *text = strerror(code);
    return str_from_fs(text, strlen(text));
}

static Value random_bytes(size_t size, unsigned flags)
{
    Value bytes = TRY(bytes_new((intptr_t)size));
    char *to = ((Bytes *)bytes)->data;
    for (size_t done = 0; done < size;) {
        ssize_t n = -1;
        RETRY(n, getrandom(to + done, size - done, flags));
        if (n < 0)
            return raise_errno();
        done += (size_t)n;
    }
    return bytes;
}

FUNCTION(posix_urandom, "urandom", "size, /",
         "Return a bytes object containing random bytes suitable for cryptographic use.")
{
    intptr_t size = TRY_INDEX(args[0]);
    return size < 0 ? raise(ValueError, "negative argument not allowed")
                    : random_bytes((size_t)size, 0);
}

FUNCTION(posix_getrandom, "getrandom", "size, flags=0", "Obtain a series of random bytes.")
{
    int flags;
    intptr_t size = TRY_INDEX(args[0]);
    TRY(index_as_int(args[1], &flags));
    if (size < 0) {
        errno = EINVAL;
        return raise_errno();
    }
    return random_bytes((size_t)size, (unsigned)flags);
}

FUNCTION(posix_cpu_count, "cpu_count", "", "Return the number of logical CPUs in the system.")
{
    if (config.cpu_count > 0)
        return int_small(config.cpu_count);
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? int_small(n) : None;
}

FUNCTION(posix_is_inputhook_installed, "_is_inputhook_installed", "",
         "Checks if PyOS_CallInputHook is set.")
{
    return False; /* it belongs to CPython's C API */
}

FUNCTION(posix_getloadavg, "getloadavg", "", "Return average recent system load information.")
{
    double load[3];
    if (getloadavg(load, 3) != 3)
        return raise(OSError, "Load averages are unobtainable");
    return tuple_of(float_from(load[0]), float_from(load[1]), float_from(load[2]));
}

/* ---- sysconf and kin: names and numbers */

typedef struct NamedInt {
    const char *name;
    int64_t value;
} NamedInt;
#define SC(name)                                                                                   \
    {                                                                                              \
        "SC_" #name, _SC_##name                                                                    \
    }
static const NamedInt sysconf_names[] = {
    SC(ARG_MAX),          SC(CHILD_MAX),        SC(CLK_TCK),          SC(NGROUPS_MAX),
    SC(OPEN_MAX),         SC(STREAM_MAX),       SC(TZNAME_MAX),       SC(JOB_CONTROL),
    SC(SAVED_IDS),        SC(PAGESIZE),         SC(PAGE_SIZE),        SC(IOV_MAX),
    SC(NPROCESSORS_CONF), SC(NPROCESSORS_ONLN), SC(PHYS_PAGES),       SC(AVPHYS_PAGES),
    SC(SEM_NSEMS_MAX),    SC(SEM_VALUE_MAX),    SC(THREAD_STACK_MIN), SC(LINE_MAX),
    SC(HOST_NAME_MAX),    SC(LOGIN_NAME_MAX),   SC(GETPW_R_SIZE_MAX), SC(GETGR_R_SIZE_MAX),
    SC(SYMLOOP_MAX),      SC(VERSION),          SC(MONOTONIC_CLOCK),  {0},
};
#define PC(name)                                                                                   \
    {                                                                                              \
        "PC_" #name, _PC_##name                                                                    \
    }
static const NamedInt pathconf_names[] = {
    PC(LINK_MAX), PC(MAX_CANON),        PC(MAX_INPUT), PC(NAME_MAX), PC(PATH_MAX),
    PC(PIPE_BUF), PC(CHOWN_RESTRICTED), PC(NO_TRUNC),  PC(VDISABLE), {0},
};
static const NamedInt confstr_names[] = {{"CS_PATH", _CS_PATH},
                                         {"CS_GNU_LIBC_VERSION", _CS_GNU_LIBC_VERSION},
                                         {"CS_GNU_LIBPTHREAD_VERSION", _CS_GNU_LIBPTHREAD_VERSION},
                                         {0}};

static bool named_int(Value v, const NamedInt *table, int *out)
{
    if (!is_str(v)) {
        if (has_index(v))
            return index_as_int(v, out);
        raise(TypeError, "configuration names must be strings or integers");
        return false;
    }
    for (; table->name; table++)
        if (str_equals(v, table->name)) {
            *out = (int)table->value;
            return true;
        }
    raise(ValueError, "unrecognized configuration name");
    return false;
}

static Value names_dict(const NamedInt *table)
{
    Value dict = TRY(dict_new());
    for (; table->name; table++)
        TRY(dict_set_cstring(dict, table->name, int_small(table->value)));
    return dict;
}

FUNCTION(posix_sysconf, "sysconf", "name, /",
         "Return an integer-valued system configuration variable.")
{
    int name;
    TRY(named_int(args[0], sysconf_names, &name));
    errno = 0;
    long value = sysconf(name);
    return value == -1 && errno ? raise_errno() : int_from(value);
}

FUNCTION(posix_pathconf, "pathconf", "path, name",
         "Return the configuration limit name for the file or directory path.")
{
    Path path;
    int name;
    TRY(path_from(args[0], &path, "pathconf", "path", PATH_FD));
    TRY(named_int(args[1], pathconf_names, &name));
    errno = 0;
    long value = path.is_fd ? fpathconf(path.fd, name) : pathconf(path.text, name);
    return value == -1 && errno ? raise_path_error(&path) : int_from(value);
}

FUNCTION(posix_fpathconf, "fpathconf", "fd, name, /",
         "Return the configuration limit name for the file descriptor fd.")
{
    int name, fd = fd_from_object(args[0]);
    TRY(fd >= 0);
    TRY(named_int(args[1], pathconf_names, &name));
    errno = 0;
    long value = fpathconf(fd, name);
    return value == -1 && errno ? raise_errno() : int_from(value);
}

FUNCTION(posix_confstr, "confstr", "name, /",
         "Return a string-valued system configuration variable.")
{
    int name;
    char text[512];
    TRY(named_int(args[0], confstr_names, &name));
    size_t n = confstr(name, text, sizeof text);
    return n ? str_from_fs(text, n - 1) : None;
}

/* -1 stands for NODEV, the greatest number of each type. */
static bool device_argument(Value v, uint64_t *device)
{
    if (is_int(v) && int_value(v) == -1) {
        *device = UINT64_MAX;
        return true;
    }
    return index_as_uint64(v, device);
}

static Value device_part(unsigned part)
{
    return int_small(part == UINT_MAX ? -1 : (intptr_t)part);
}

FUNCTION(posix_major, "major", "device, /",
         "Extracts a device major number from a raw device number.")
{
    uint64_t device;
    TRY(device_argument(args[0], &device));
    return device_part(major(device));
}

FUNCTION(posix_minor, "minor", "device, /",
         "Extracts a device minor number from a raw device number.")
{
    uint64_t device;
    TRY(device_argument(args[0], &device));
    return device_part(minor(device));
}

FUNCTION(posix_makedev, "makedev", "major, minor, /",
         "Composes a raw device number from the major and minor device numbers.")
{
    unsigned numbers[2];
    for (int i = 0; i < 2; i++) {
        intptr_t number = TRY_INDEX(args[i]);
        if (number < -1 || number > UINT_MAX)
            return raise(OverflowError, "Python int too large to convert to C unsigned int");
        numbers[i] = (unsigned)number;
    }
    uint64_t device = makedev(numbers[0], numbers[1]);
    return device == UINT64_MAX ? int_small(-1) : int_from_u64(device);
}

MethodDef *const posix_info_functions[] = {
    M(posix_putenv),
    M(posix_unsetenv),
    M(posix_strerror),
    M(posix_urandom),
    M(posix_getrandom),
    M(posix_cpu_count),
    M(posix_is_inputhook_installed),
    M(posix_getloadavg),
    M(posix_sysconf),
    M(posix_pathconf),
    M(posix_fpathconf),
    M(posix_confstr),
    M(posix_major),
    M(posix_minor),
    M(posix_makedev),
    0,
};

/* ---- constants */

#define C(name)                                                                                    \
    {                                                                                              \
#name, name                                                                                \
    }
static const NamedInt constants[] = {
    C(F_OK),
    C(R_OK),
    C(W_OK),
    C(X_OK),
    C(O_RDONLY),
    C(O_WRONLY),
    C(O_RDWR),
    C(O_APPEND),
    C(O_CREAT),
    C(O_EXCL),
    C(O_TRUNC),
    C(O_NONBLOCK),
    C(O_NDELAY),
    C(O_SYNC),
    C(O_DSYNC),
    C(O_RSYNC),
    C(O_NOCTTY),
    C(O_ASYNC),
    C(O_DIRECT),
    C(O_DIRECTORY),
    C(O_NOFOLLOW),
    C(O_NOATIME),
    C(O_CLOEXEC),
    C(O_PATH),
    C(O_TMPFILE),
    C(O_ACCMODE),
    C(O_LARGEFILE),
    C(WNOHANG),
    C(WUNTRACED),
    C(WCONTINUED),
    C(WEXITED),
    C(WNOWAIT),
    C(WSTOPPED),
    C(P_ALL),
    C(P_PID),
    C(P_PGID),
    C(CLD_EXITED),
    C(CLD_KILLED),
    C(CLD_DUMPED),
    C(CLD_TRAPPED),
    C(CLD_STOPPED),
    C(CLD_CONTINUED),
    C(EX_OK),
    C(EX_USAGE),
    C(EX_DATAERR),
    C(EX_NOINPUT),
    C(EX_NOUSER),
    C(EX_NOHOST),
    C(EX_UNAVAILABLE),
    C(EX_SOFTWARE),
    C(EX_OSERR),
    C(EX_OSFILE),
    C(EX_CANTCREAT),
    C(EX_IOERR),
    C(EX_TEMPFAIL),
    C(EX_PROTOCOL),
    C(EX_NOPERM),
    C(EX_CONFIG),
    C(F_LOCK),
    C(F_TEST),
    C(F_TLOCK),
    C(F_ULOCK),
    C(GRND_NONBLOCK),
    C(GRND_RANDOM),
    C(NGROUPS_MAX),
    C(TMP_MAX),
    C(PRIO_PROCESS),
    C(PRIO_PGRP),
    C(PRIO_USER),
    C(RTLD_LAZY),
    C(RTLD_NOW),
    C(RTLD_GLOBAL),
    C(RTLD_LOCAL),
    C(RTLD_NODELETE),
    C(RTLD_NOLOAD),
    C(RTLD_DEEPBIND),
    C(SCHED_OTHER),
    C(SCHED_FIFO),
    C(SCHED_RR),
    C(SCHED_BATCH),
    C(SCHED_IDLE),
    C(SEEK_DATA),
    C(SEEK_HOLE),
    C(ST_RDONLY),
    C(ST_NOSUID),
    C(ST_NODEV),
    C(ST_NOEXEC),
    C(ST_SYNCHRONOUS),
    C(ST_MANDLOCK),
    C(ST_WRITE),
    C(ST_APPEND),
    C(ST_NOATIME),
    C(ST_NODIRATIME),
    C(ST_RELATIME),
    C(CLONE_FILES),
    C(CLONE_FS),
    C(CLONE_NEWCGROUP),
    C(CLONE_NEWIPC),
    C(CLONE_NEWNET),
    C(CLONE_NEWNS),
    C(CLONE_NEWPID),
    C(CLONE_NEWTIME),
    C(CLONE_NEWUSER),
    C(CLONE_NEWUTS),
    C(CLONE_SIGHAND),
    C(CLONE_SYSVSEM),
    C(CLONE_THREAD),
    C(CLONE_VM),
    C(EFD_CLOEXEC),
    C(EFD_NONBLOCK),
    C(EFD_SEMAPHORE),
    C(MFD_ALLOW_SEALING),
    C(MFD_CLOEXEC),
    C(MFD_HUGETLB),
    C(MFD_HUGE_16GB),
    C(MFD_HUGE_16MB),
    C(MFD_HUGE_1GB),
    C(MFD_HUGE_1MB),
    C(MFD_HUGE_256MB),
    C(MFD_HUGE_2GB),
    C(MFD_HUGE_2MB),
    C(MFD_HUGE_32MB),
    C(MFD_HUGE_512KB),
    C(MFD_HUGE_512MB),
    C(MFD_HUGE_64KB),
    C(MFD_HUGE_8MB),
    C(MFD_HUGE_MASK),
    C(MFD_HUGE_SHIFT),
    C(O_FSYNC),
    C(POSIX_FADV_DONTNEED),
    C(POSIX_FADV_NOREUSE),
    C(POSIX_FADV_NORMAL),
    C(POSIX_FADV_RANDOM),
    C(POSIX_FADV_SEQUENTIAL),
    C(POSIX_FADV_WILLNEED),
    C(P_PIDFD),
    C(RWF_APPEND),
    C(RWF_DSYNC),
    C(RWF_HIPRI),
    C(RWF_NOWAIT),
    C(RWF_SYNC),
    C(SCHED_RESET_ON_FORK),
    C(SPLICE_F_MORE),
    C(SPLICE_F_MOVE),
    C(SPLICE_F_NONBLOCK),
    C(TFD_CLOEXEC),
    C(TFD_NONBLOCK),
    C(TFD_TIMER_ABSTIME),
    C(TFD_TIMER_CANCEL_ON_SET),
    C(XATTR_CREATE),
    C(XATTR_REPLACE),
    C(XATTR_SIZE_MAX),
    {"PIDFD_NONBLOCK", O_NONBLOCK},
    {0},
};

static bool add_environment(Value module)
{
    Value dict = dict_new();
    for (char **entry = environ; dict && *entry; entry++) {
        const char *sign = strchr(*entry, '=');
        if (!sign)
            continue;
        Value name = bytes_from(*entry, (size_t)(sign - *entry));
        Value value = bytes_from(sign + 1, strlen(sign + 1));
        if (!name || !value || !dict_set_default(dict, name, value))
            return false;
    }
    return module_add(module, "environ", dict);
}

static const char *const have[] = {
    "HAVE_FACCESSAT",  "HAVE_FCHDIR",    "HAVE_FCHMOD",         "HAVE_FCHMODAT",
    "HAVE_FCHOWN",     "HAVE_FCHOWNAT",  "HAVE_FEXECVE",        "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",  "HAVE_FSTATAT",   "HAVE_FSTATVFS",       "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",   "HAVE_LINKAT",    "HAVE_LCHOWN",         "HAVE_LSTAT",
    "HAVE_LUTIMES",    "HAVE_MKDIRAT",   "HAVE_MKFIFOAT",       "HAVE_OPENAT",
    "HAVE_READLINKAT", "HAVE_RENAMEAT",  "HAVE_SYMLINKAT",      "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",  "HAVE_EVENTFD",   "HAVE_TIMERFD_CREATE", "HAVE_MEMFD_CREATE",
    "HAVE_MKNODAT",    "HAVE_PTSNAME_R", "HAVE_FUTIMES",        "HAVE_FUTIMESAT",
};

static bool add_all(Value module, MethodDef *const *functions)
{
    Value module_name = str_intern_cstring("posix");
    for (; *functions; functions++)
        if (!module_add(module, (*functions)->name, builtin_new(*functions, module, module_name)))
            return false;
    return true;
}

static bool execute(Value module)
{
    MethodDef *const *const tables[] = {posix_stat_functions,     posix_file_functions,
                                        posix_fd_functions,       posix_process_functions,
                                        posix_info_functions,     posix_identity_functions,
                                        posix_transfer_functions, posix_xattr_functions,
                                        posix_schedule_functions, posix_spawn_functions};
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        if (!add_all(module, tables[i]))
            return false;
    for (const NamedInt *c = constants; c->name; c++)
        if (!module_add_int(module, c->name, c->value))
            return false;
    Value list = list_new(COUNT_OF(have));
    for (size_t i = 0; list && i < COUNT_OF(have); i++)
        if (!list_append(list, str_intern_cstring(have[i])))
            return false;
    return module_add(module, "_have_functions", list) && add_environment(module) &&
           module_add(module, "error", (Value)OSError) &&
           module_add(module, "sysconf_names", names_dict(sysconf_names)) &&
           module_add(module, "pathconf_names", names_dict(pathconf_names)) &&
           module_add(module, "confstr_names", names_dict(confstr_names)) &&
           posix_add_stat_types(module) && posix_add_process_types(module) &&
           posix_add_info_types(module) && posix_add_schedule_types(module) &&
           posix_add_spawn_constants(module);
}

const ModuleDef module_posix = {
    .name = "posix",
    .doc = "This module provides access to operating system functionality that is\n"
           "standardized by the C Standard and the POSIX standard (a thinly\n"
           "disguised Unix interface).",
    .execute = execute,
};
