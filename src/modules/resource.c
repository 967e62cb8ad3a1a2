/* resource: limits and use of what the system gives a process. */
#include "modules/resource.h"

#include <errno.h>
#include <unistd.h>

#include "core/abstract.h"
#include "core/audit.h"
#include "core/error.h"
#include "core/module.h"
#include "types/float.h"
#include "types/int.h"
#include "types/struct_sequence.h"
#include "types/tuple.h"

static const StructField usage_fields[] = {{"ru_utime", "user time used"},
                                           {"ru_stime", "system time used"},
                                           {"ru_maxrss", "max. resident set size"},
                                           {"ru_ixrss", "shared memory size"},
                                           {"ru_idrss", "unshared data size"},
                                           {"ru_isrss", "unshared stack size"},
                                           {"ru_minflt", "page faults not requiring I/O"},
                                           {"ru_majflt", "page faults requiring I/O"},
                                           {"ru_nswap", "number of swap outs"},
                                           {"ru_inblock", "block input operations"},
                                           {"ru_oublock", "block output operations"},
                                           {"ru_msgsnd", "IPC messages sent"},
                                           {"ru_msgrcv", "IPC messages received"},
                                           {"ru_nsignals", "signals received"},
                                           {"ru_nvcsw", "voluntary context switches"},
                                           {"ru_nivcsw", "involuntary context switches"},
                                           {0, 0}};
static const StructDef usage_def = {usage_fields, 16, false};
static Type usage_type = STRUCT_TYPE("resource.struct_rusage", &usage_def,
                                     "struct_rusage: Result from getrusage.\n\n"
                                     "This object may be accessed either as a tuple of\n"
                                     "    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n"
                                     "    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,"
                                     "nivcsw)\n"
                                     "or via the attributes ru_utime, ru_stime, ru_maxrss, and so "
                                     "on.");

static Value seconds(struct timeval time)
{
    return float_from((double)time.tv_sec + (double)time.tv_usec * 1e-6);
}

Value resource_usage(const struct rusage *usage)
{
    Value v = TRY(struct_new(&usage_type));
    struct_init(v, 0, TRY(seconds(usage->ru_utime)));
    struct_init(v, 1, TRY(seconds(usage->ru_stime)));
    const long *counts = &usage->ru_maxrss;
    for (int i = 2; i < 16; i++)
        struct_init(v, i, TRY(int_from(counts[i - 2])));
    return v;
}

void resource_ready(void)
{
    struct_type_ready(&usage_type);
}

FUNCTION(resource_getrusage, "getrusage", "who, /", 0)
{
    struct rusage usage;
    int who;
    TRY(index_as_int(args[0], &who));
    if (getrusage(who, &usage) < 0)
        return errno == EINVAL ? raise(ValueError, "invalid who parameter") : raise_errno();
    return resource_usage(&usage);
}

static bool check_resource(Value v, int *resource)
{
    TRY(index_as_int(v, resource));
    if (*resource < 0 || *resource >= RLIM_NLIMITS)
        return raise(ValueError, "invalid resource specified");
    return true;
}

static Value limit_value(rlim_t limit)
{
    return limit == RLIM_INFINITY ? int_small(-1) : int_from_u64(limit);
}

static bool limit_from(Value v, rlim_t *limit)
{
    int64_t value;
    Value number = TRY(number_index(v));
    if (int_to_i64(number, &value)) {
        *limit = (rlim_t)value; /* -1 is infinity */
        return true;
    }
    uint64_t large;
    TRY(index_as_uint64(number, &large));
    *limit = large;
    return true;
}

static bool limits_from(Value v, struct rlimit *limits)
{
    Value pair = TRY(tuple_from_iterable(v));
    if (tuple_length(pair) != 2)
        return raise(ValueError, "expected a tuple of 2 integers");
    return limit_from(tuple_get(pair, 0), &limits->rlim_cur) &&
           limit_from(tuple_get(pair, 1), &limits->rlim_max);
}

static Value limits_value(const struct rlimit *limits)
{
    return tuple_of(TRY(limit_value(limits->rlim_cur)), TRY(limit_value(limits->rlim_max)));
}

static Value limit_failed(void)
{
    if (errno == EINVAL)
        return raise(ValueError, "current limit exceeds maximum limit");
    if (errno == EPERM)
        return raise(ValueError, "not allowed to raise maximum limit");
    return raise_errno();
}

FUNCTION(resource_getrlimit, "getrlimit", "resource, /", 0)
{
    struct rlimit limits;
    int resource;
    TRY(check_resource(args[0], &resource));
    return getrlimit(resource, &limits) < 0 ? raise_errno() : limits_value(&limits);
}

FUNCTION(resource_setrlimit, "setrlimit", "resource, limits, /", 0)
{
    struct rlimit limits;
    int resource;
    TRY(check_resource(args[0], &resource));
    TRY(limits_from(args[1], &limits));
    TRY(AUDIT("resource.setrlimit", int_small(resource), args[1]));
    return setrlimit(resource, &limits) < 0 ? limit_failed() : None;
}

FUNCTION(resource_prlimit, "prlimit", "pid, resource, limits=None, /",
         "prlimit(pid, resource, [limits])")
{
    struct rlimit old, new;
    int pid, resource;
    TRY(index_as_int(args[0], &pid));
    TRY(check_resource(args[1], &resource));
    bool change = args[2] != None;
    if (change)
        TRY(limits_from(args[2], &new));
    TRY(AUDIT("resource.prlimit", int_small(pid), int_small(resource), args[2]));
    if (prlimit(pid, (enum __rlimit_resource)resource, change ? &new : 0, &old) < 0)
        return errno == EINVAL ? raise(ValueError, "current limit exceeds maximum limit")
                               : raise_errno();
    return limits_value(&old);
}

FUNCTION(resource_getpagesize, "getpagesize", "", 0)
{
    return int_from(sysconf(_SC_PAGESIZE));
}

static const struct {
    const char *name;
    intptr_t value;
} constants[] = {
#define CONSTANT(name) {#name, (intptr_t)(name)},
    CONSTANT(RLIMIT_CPU) CONSTANT(RLIMIT_FSIZE) CONSTANT(RLIMIT_DATA) CONSTANT(RLIMIT_STACK)
        CONSTANT(RLIMIT_CORE) CONSTANT(RLIMIT_NOFILE) CONSTANT(RLIMIT_OFILE) CONSTANT(RLIMIT_AS)
            CONSTANT(RLIMIT_RSS) CONSTANT(RLIMIT_NPROC) CONSTANT(RLIMIT_MEMLOCK)
                CONSTANT(RLIMIT_MSGQUEUE) CONSTANT(RLIMIT_NICE) CONSTANT(RLIMIT_RTPRIO)
                    CONSTANT(RLIMIT_RTTIME) CONSTANT(RLIMIT_SIGPENDING) CONSTANT(RUSAGE_SELF)
                        CONSTANT(RUSAGE_CHILDREN) CONSTANT(RUSAGE_THREAD)
#undef CONSTANT
                            {"RLIM_INFINITY", -1},
};

static bool execute(Value module)
{
    resource_ready();
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    return module_add(module, "error", (Value)OSError) &&
           module_add(module, "struct_rusage", (Value)&usage_type);
}

static MethodDef *const functions[] = {M(resource_getrusage),   M(resource_getrlimit),
                                       M(resource_prlimit),     M(resource_setrlimit),
                                       M(resource_getpagesize), 0};

const ModuleDef module_resource = {"resource", 0, functions, execute};
