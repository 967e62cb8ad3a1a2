/* Scheduling, namespaces, and waiting for children in other ways than process.c has. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "modules/posix/posix_internal.h"
#include "modules/resource.h"
#include "modules/system.h"

/* ---- sched_param */

static const StructField param_fields[] = {{"sched_priority", "the scheduling priority"}, {0}};
static const StructDef param_def = {param_fields, 1, false};
static Value param_reduce(Value *args);

static Type param_type;

NEW_METHOD(param_make, "sched_priority")
{
    Value param = TRY(struct_new((Type *)args[0]));
    struct_init(param, 0, args[1]);
    return param;
}

METHOD(param_reduce_method, "__reduce__", "/", "Helper for pickle.")
{
    return param_reduce(args);
}

static MethodDef *param_methods[] = {M(param_reduce_method), 0 /* set below */, 0};

static Type param_type = {
    TYPE_HEAD("posix.sched_param", Tuple),
    .doc = "Currently has only one field: sched_priority\n\n"
           "  sched_priority\n"
           "    A scheduling parameter.",
    .extra = (void *)&param_def,
    .new_def = M(param_make),
    .methods = param_methods,
};

static Value param_reduce(Value *args)
{
    return tuple_of((Value)&param_type, TRY(tuple_of(struct_get(args[0], 0))));
}

bool sched_param_from(Value v, struct sched_param *param)
{
    int64_t priority;
    if (type_of(v) != &param_type)
        return raise(TypeError, "must have a sched_param object");
    TRY(index_as_int64(struct_get(v, 0), &priority));
    if (priority < INT_MIN || priority > INT_MAX)
        return raise(OverflowError, "sched_priority out of range");
    *param = (struct sched_param){.sched_priority = (int)priority};
    return true;
}

/* ---- scheduling */

FUNCTION(posix_sched_get_priority_max, "sched_get_priority_max", "policy",
         "Get the maximum scheduling priority for policy.")
{
    int policy;
    TRY(index_as_int(args[0], &policy));
    int priority = sched_get_priority_max(policy);
    return priority < 0 ? raise_errno() : int_small(priority);
}

FUNCTION(posix_sched_get_priority_min, "sched_get_priority_min", "policy",
         "Get the minimum scheduling priority for policy.")
{
    int policy;
    TRY(index_as_int(args[0], &policy));
    int priority = sched_get_priority_min(policy);
    return priority < 0 ? raise_errno() : int_small(priority);
}

FUNCTION(posix_sched_getparam, "sched_getparam", "pid, /",
         "Returns scheduling parameters for the process identified by pid.")
{
    int pid;
    struct sched_param param;
    TRY(index_as_int(args[0], &pid));
    if (sched_getparam(pid, &param))
        return raise_errno();
    Value value = TRY(struct_new(&param_type));
    struct_init(value, 0, int_small(param.sched_priority));
    return value;
}

FUNCTION(posix_sched_setparam, "sched_setparam", "pid, param, /",
         "Set scheduling parameters for the process identified by pid.")
{
    int pid;
    struct sched_param param;
    TRY(index_as_int(args[0], &pid));
    TRY(sched_param_from(args[1], &param));
    return sched_setparam(pid, &param) ? raise_errno() : None;
}

FUNCTION(posix_sched_getscheduler, "sched_getscheduler", "pid, /",
         "Get the scheduling policy for the process identified by pid.")
{
    int pid;
    TRY(index_as_int(args[0], &pid));
    int policy = sched_getscheduler(pid);
    return policy < 0 ? raise_errno() : int_small(policy);
}

FUNCTION(posix_sched_setscheduler, "sched_setscheduler", "pid, policy, param, /",
         "Set the scheduling policy for the process identified by pid.")
{
    int pid, policy;
    struct sched_param param;
    TRY(index_as_int(args[0], &pid));
    TRY(index_as_int(args[1], &policy));
    TRY(sched_param_from(args[2], &param));
    return sched_setscheduler(pid, policy, &param) < 0 ? raise_errno() : None;
}

FUNCTION(posix_sched_rr_get_interval, "sched_rr_get_interval", "pid, /",
         "Return the round-robin quantum for the process identified by pid, in seconds.")
{
    int pid;
    struct timespec interval;
    TRY(index_as_int(args[0], &pid));
    if (sched_rr_get_interval(pid, &interval))
        return raise_errno();
    return float_from((double)interval.tv_sec + (double)interval.tv_nsec * 1e-9);
}

/* One bit for each number in the list, in a mask as long as the largest needs. */
static Raw *cpu_mask(Value list)
{
    int64_t largest = 0, cpu;
    for (intptr_t i = 0; i < list_length(list); i++) {
        Value item = list_get(list, i);
        if (!is_int_any(item))
            return (void *)raise(TypeError, "expected an iterator of ints, but iterator yielded %R",
                                 (Value)type_of(item));
        if (!int_to_i64(item, &cpu) || cpu > INT_MAX - 1)
            return (void *)raise(OverflowError, "CPU number too large");
        if (cpu < 0)
            return (void *)raise(ValueError, "negative CPU number");
        largest = cpu > largest ? cpu : largest;
    }
    size_t size = CPU_ALLOC_SIZE((size_t)largest + 1);
    Raw *raw = TRY(raw_new((intptr_t)size));
    CPU_ZERO_S(size, (cpu_set_t *)(void *)raw->data);
    for (intptr_t i = 0; i < list_length(list); i++) {
        TRY(index_as_int64(list_get(list, i), &cpu));
        CPU_SET_S((size_t)cpu, size, (cpu_set_t *)(void *)raw->data);
    }
    return raw;
}

FUNCTION(posix_sched_setaffinity, "sched_setaffinity", "pid, mask, /",
         "Set the CPU affinity of the process identified by pid to mask.")
{
    int pid;
    TRY(index_as_int(args[0], &pid));
    Raw *mask = TRY(cpu_mask(TRY(list_from_iterable(args[1]))));
    bool failed = sched_setaffinity(pid, (size_t)mask->size, (cpu_set_t *)(void *)mask->data);
    return failed ? raise_errno() : None;
}

/* ---- namespaces */

FUNCTION(posix_setns, "setns", "fd, nstype=0", "Move the calling thread into different namespaces.")
{
    int type, fd = fd_from_object(args[0]), outcome = -1;
    TRY(fd >= 0);
    TRY(index_as_int(args[1], &type));
    BLOCKING
    {
        outcome = setns(fd, type);
    }
    return outcome ? raise_errno() : None;
}

FUNCTION(posix_unshare, "unshare", "flags",
         "Disassociate parts of a process (or thread) execution context.")
{
    int flags, outcome = -1;
    TRY(index_as_int(args[0], &flags));
    BLOCKING
    {
        outcome = unshare(flags);
    }
    return outcome ? raise_errno() : None;
}

/* ---- children */

FUNCTION(posix_pidfd_open, "pidfd_open", "pid, flags=0",
         "Return a file descriptor referring to the process *pid*.")
{
    int pid, flags;
    TRY(index_as_int(args[0], &pid));
    TRY(index_as_int(args[1], &flags));
    long fd = syscall(SYS_pidfd_open, pid, flags);
    return fd < 0 ? raise_errno() : int_small(fd);
}

static Value wait_for(int pid, int options)
{
    int status = 0;
    struct rusage usage = {0};
    pid_t result = -1;
    RETRY(result, wait4(pid, &status, options, &usage));
    if (result < 0)
        return raise_errno();
    return tuple_of(int_small(result), int_small(status), TRY(resource_usage(&usage)));
}

FUNCTION(posix_wait3, "wait3", "options", "Wait for completion of a child process.")
{
    int options;
    TRY(index_as_int(args[0], &options));
    return wait_for(-1, options);
}

FUNCTION(posix_wait4, "wait4", "pid, options", "Wait for completion of a specific child process.")
{
    int pid, options;
    TRY(index_as_int(args[0], &pid));
    TRY(index_as_int(args[1], &options));
    return wait_for(pid, options);
}

static const StructField waitid_fields[] = {{"si_pid", 0},    {"si_uid", 0},  {"si_signo", 0},
                                            {"si_status", 0}, {"si_code", 0}, {0}};
static const StructDef waitid_def = {waitid_fields, 5, false};
static Type waitid_result_type = STRUCT_TYPE("posix.waitid_result", &waitid_def,
                                             "waitid_result: Result from waitid.\n\n"
                                             "This object may be accessed either as a tuple of\n"
                                             "  (si_pid, si_uid, si_signo, si_status, si_code),\n"
                                             "or via the attributes si_pid, si_uid, and so on.\n\n"
                                             "See os.waitid for more information.");

FUNCTION(posix_waitid, "waitid", "idtype, id, options, /",
         "Returns the result of waiting for a process or processes.")
{
    int kind, id, options, outcome = -1;
    siginfo_t info = {0};
    TRY(index_as_int(args[0], &kind));
    TRY(index_as_int(args[1], &id));
    TRY(index_as_int(args[2], &options));
    RETRY(outcome, waitid((idtype_t)kind, (id_t)id, &info, options));
    if (outcome)
        return raise_errno();
    if (!info.si_pid)
        return None;
    Value result = TRY(struct_new(&waitid_result_type));
    const int numbers[] = {info.si_pid, (int)info.si_uid, info.si_signo, info.si_status,
                           info.si_code};
    for (int i = 0; i < 5; i++)
        struct_init(result, i, int_small(numbers[i]));
    return result;
}

MethodDef *const posix_schedule_functions[] = {
    M(posix_sched_get_priority_max),
    M(posix_sched_get_priority_min),
    M(posix_sched_getparam),
    M(posix_sched_setparam),
    M(posix_sched_getscheduler),
    M(posix_sched_setscheduler),
    M(posix_sched_rr_get_interval),
    M(posix_sched_setaffinity),
    M(posix_setns),
    M(posix_unshare),
    M(posix_pidfd_open),
    M(posix_wait3),
    M(posix_wait4),
    M(posix_waitid),
    0,
};

bool posix_add_schedule_types(Value module)
{
    param_methods[1] = struct_replace_method;
    struct_type_ready(&param_type);
    struct_type_ready(&waitid_result_type);
    resource_ready();
    return module_add(module, "sched_param", (Value)&param_type) &&
           module_add(module, "waitid_result", (Value)&waitid_result_type);
}
