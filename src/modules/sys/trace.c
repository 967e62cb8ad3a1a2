/* The sys module: tracing and profiling functions. */
#include "core/audit.h"
#include "core/call.h"
#include "core/error.h"
#include "modules/sys/sys_internal.h"
#include "types/tuple.h"
#include "vm/monitoring.h"

FUNCTION(sys_call_tracing, "call_tracing", "func, args, /",
         "Call func(*args), while tracing is enabled.")
{
    if (!is_tuple(args[1]))
        return raise(TypeError, "call_tracing() argument 2 must be tuple, not %B", args[1]);
    Thread *thread = thread_self();
    uint32_t tracing = thread->tracing;
    watch_set_tracing(thread, 0);
    Value result = call_tuple_dict(args[0], args[1], 0);
    watch_set_tracing(thread, tracing);
    return result;
}

FUNCTION(sys_settrace, "settrace", "function, /", "Set the global debug tracing function.")
{
    TRY(AUDIT("sys.settrace"));
    TRY(trace_set(args[0] == None ? 0 : args[0]));
    return None;
}

FUNCTION(sys_gettrace, "gettrace", "", "Return the global debug tracing function.")
{
    Value function = thread_self()->trace_function;
    return function ? function : None;
}

FUNCTION(sys_setprofile, "setprofile", "function, /", "Set the profiling function.")
{
    TRY(AUDIT("sys.setprofile"));
    TRY(profile_set(args[0] == None ? 0 : args[0]));
    return None;
}

FUNCTION(sys_getprofile, "getprofile", "", "Return the profiling function.")
{
    Value function = thread_self()->profile_function;
    return function ? function : None;
}

FUNCTION(sys_settrace_all, "_settraceallthreads", "function, /",
         "Set the global debug tracing function in all running threads.")
{
    TRY(trace_set_all(TOOL_TRACE, args[0] == None ? 0 : args[0]));
    return None;
}

FUNCTION(sys_setprofile_all, "_setprofileallthreads", "function, /",
         "Set the profiling function in all running threads.")
{
    TRY(trace_set_all(TOOL_PROFILE, args[0] == None ? 0 : args[0]));
    return None;
}

MethodDef *const sys_trace_functions[] = {
    M(sys_call_tracing), M(sys_settrace),     M(sys_gettrace),       M(sys_setprofile),
    M(sys_getprofile),   M(sys_settrace_all), M(sys_setprofile_all), 0,
};
