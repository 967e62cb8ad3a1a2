/* The sys module: functions. */
#include <dlfcn.h>
#include "core/abstract.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/gil.h"
#include "gc/heap.h"
#include "modules/sys/sys_internal.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/struct_sequence.h"
#include "types/tuple.h"
#include "vm/config.h"
#include "vm/frame.h"
#include "vm/frame_snapshot.h"
#include "vm/startup.h"
#include "vm/state.h"

/* ---- exceptions */

static Value handled_exception(void)
{
    for (ExcState *state = thread_self()->exc_state; state; state = state->outer)
        if (state->handled && state->handled != None)
            return state->handled;
    return 0;
}

FUNCTION(sys_exc_info, "exc_info", "",
         "Return current exception information: (type, value, traceback).")
{
    Value e = handled_exception();
    if (!e)
        return tuple_of(None, None, None);
    Value traceback = load_acquire(&((Exception_ *)e)->traceback);
    return tuple_of((Value)type_of(e), e, traceback ? traceback : None);
}

FUNCTION(sys_exception, "exception", "", "Return the current exception.")
{
    Value e = handled_exception();
    return e ? e : None;
}

FUNCTION(sys_exit, "exit", "status=None, /", "Exit the interpreter by raising SystemExit(status).")
{
    Value exception = args[0] == None     ? call0((Value)SystemExit)
                      : is_tuple(args[0]) ? call_tuple_dict((Value)SystemExit, args[0], 0)
                                          : call1((Value)SystemExit, args[0]);
    return raise_object(TRY(exception));
}

/* ---- objects and memory */

FUNCTION(sys_getrefcount, "getrefcount", "object, /",
         "Return a constant: objects have no reference counts.")
{
    return int_small(2);
}

FUNCTION(sys_getsizeof, "getsizeof", "object, default=?", "Return the size of object in bytes.")
{
    Value method_args[1] = {args[0]};
    Value size = call_special(names.__sizeof__, method_args, 1);
    if (!size) {
        if (error_pending())
            return args[1] && error_clear_if(TypeError) ? args[1] : 0;
        return args[1] ? args[1] : raise(TypeError, "Type %T doesn't define __sizeof__", args[0]);
    }
    intptr_t n = TRY_INDEX(size);
    return n < 0 ? raise(ValueError, "__sizeof__() should return >= 0") : size;
}

FUNCTION(sys_intern, "intern", "string, /", "``Intern'' the given string.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "intern() argument must be str, not %B", args[0]);
    if (!is_str_exact(args[0]))
        return raise(TypeError, "can't intern %T", args[0]);
    return str_intern(args[0]);
}

FUNCTION(sys_is_interned, "_is_interned", "string, /",
         "Return True if the given string is \"interned\".")
{
    if (!is_str(args[0]))
        return raise(TypeError, "_is_interned() argument must be str, not %B", args[0]);
    return bool_value(load_relaxed(&args[0]->flags) & FLAG_INTERNED);
}

/* ---- limits */

FUNCTION(sys_getrecursionlimit, "getrecursionlimit", "",
         "Return the current value of the recursion limit.")
{
    return int_small(load_relaxed(&recursion_limit));
}

FUNCTION(sys_setrecursionlimit, "setrecursionlimit", "limit, /",
         "Set the maximum depth of the Python interpreter stack to n.")
{
    int limit;
    TRY(index_as_int(args[0], &limit));
    if (limit < 1)
        return raise(ValueError, "recursion limit must be greater or equal than 1");
    uint32_t depth = thread_self()->depth;
    if (depth >= (uint32_t)limit)
        return raise(RecursionError,
                     "cannot set the recursion limit to %d at the recursion depth %u: the limit is "
                     "too low",
                     limit, depth);
    store_relaxed(&recursion_limit, (uint32_t)limit);
    return None;
}

static double switch_interval = 0.005; /* seconds; atomic as a whole word */

FUNCTION(sys_getswitchinterval, "getswitchinterval", "",
         "Return the current thread switch interval.")
{
    return float_from(switch_interval);
}

FUNCTION(sys_setswitchinterval, "setswitchinterval", "interval, /",
         "Set the ideal thread switching delay inside the Python interpreter.")
{
    double interval;
    TRY(number_as_double(args[0], &interval));
    if (interval <= 0)
        return raise(ValueError, "switch interval must be strictly positive");
    switch_interval = interval;
    gil_set_interval(interval < 1e9 ? (int64_t)(interval * 1e9) + 1 : INT64_MAX / 4);
    return None;
}

FUNCTION(sys_get_int_max_str_digits, "get_int_max_str_digits", "",
         "Return the maximum string digits limit for non-binary int<->str conversions.")
{
    return int_small(load_relaxed(&int_max_str_digits));
}

FUNCTION(sys_set_int_max_str_digits, "set_int_max_str_digits", "maxdigits",
         "Set the maximum string digits limit for non-binary int<->str conversions.")
{
    int digits;
    TRY(index_as_int(args[0], &digits));
    if (digits && digits < 640)
        return raise(ValueError, "maxdigits must be 0 or larger than 640");
    store_relaxed(&int_max_str_digits, digits);
    return None;
}

/* ---- frames */

FUNCTION(sys_getframe, "_getframe", "depth=0, /", "Return a frame object from the call stack.")
{
    int depth;
    TRY(index_as_int(args[0], &depth));
    Frame *frame = thread_self()->frame;
    for (; frame && depth > 0; depth--)
        frame = frame->caller;
    if (!frame)
        return raise(ValueError, "call stack is not deep enough");
    Value object = TRY(frame_object_of(frame));
    TRY(AUDIT("sys._getframe", object));
    return object;
}

/* No module is loaded from a shared library, so that nobody but programs asks for them. */
static int dlopen_flags = RTLD_NOW; /* atomic */

FUNCTION(sys_getdlopenflags, "getdlopenflags", "",
         "Return the flags that extension modules are loaded with, as of dlopen().")
{
    return int_small(load_relaxed(&dlopen_flags));
}

FUNCTION(sys_setdlopenflags, "setdlopenflags", "flags, /",
         "Set the flags that extension modules are loaded with, as of dlopen().")
{
    int flags;
    TRY(index_as_int(args[0], &flags));
    store_relaxed(&dlopen_flags, flags);
    return None;
}

FUNCTION(sys_current_frames, "_current_frames", "",
         "Return a dict mapping each thread's thread id to its current stack frame.")
{
    TRY(AUDIT("sys._current_frames"));
    return thread_frames();
}

FUNCTION(sys_getframemodulename, "_getframemodulename", "depth=0",
         "Return the name of the module for a calling frame.")
{
    int depth;
    TRY(index_as_int(args[0], &depth));
    TRY(AUDIT("sys._getframemodulename", int_small(depth)));
    Frame *frame = thread_self()->frame;
    for (; frame && depth > 0; depth--)
        frame = frame->caller;
    if (!frame)
        return None;
    Value module = frame->function->module;
    return module ? module : None;
}

/* ---- coroutines */

FUNCTION(sys_get_origin_depth, "get_coroutine_origin_tracking_depth", "",
         "Check status of origin tracking for coroutine objects in this thread.")
{
    return int_small(thread_self()->coroutine_origin_depth);
}

FUNCTION(sys_set_origin_depth, "set_coroutine_origin_tracking_depth", "depth",
         "Enable or disable origin tracking for coroutine objects in this thread.")
{
    int depth;
    TRY(index_as_int(args[0], &depth));
    if (depth < 0)
        return raise(ValueError, "depth must be >= 0");
    thread_self()->coroutine_origin_depth = (uint32_t)depth;
    return None;
}

static const StructField hook_fields[] = {
    {"firstiter", "Hook for the first iteration"}, {"finalizer", "Hook for the finalization"}, {0}};
static const StructDef hook_def = {hook_fields, 2, true};
static Type asyncgen_hooks_type =
    STRUCT_TYPE("sys.asyncgen_hooks", &hook_def,
                "asyncgen_hooks\n\nA named tuple providing information about asynchronous\n"
                "generators hooks.  The attributes are read only.");

FUNCTION(sys_get_asyncgen_hooks, "get_asyncgen_hooks", "",
         "Return the installed asynchronous generators hooks.")
{
    Thread *thread = thread_self();
    Value hooks = TRY(struct_new(&asyncgen_hooks_type));
    if (thread->async_gen_firstiter)
        struct_init(hooks, 0, thread->async_gen_firstiter);
    if (thread->async_gen_finalizer)
        struct_init(hooks, 1, thread->async_gen_finalizer);
    return hooks;
}

FUNCTION(sys_set_asyncgen_hooks, "set_asyncgen_hooks", "firstiter=?, finalizer=?",
         "Set a finalizer for async generators objects.")
{
    static const char *const which[2] = {"firstiter", "finalizer"};
    for (int i = 0; i < 2; i++)
        if (args[i] && args[i] != None && !type_of(args[i])->call)
            return raise(TypeError, "callable %s expected, got %T", which[i], args[i]);
    if (args[1])
        TRY(AUDIT("sys.set_asyncgen_hook_finalizer"));
    if (args[0])
        TRY(AUDIT("sys.set_asyncgen_hook_firstiter"));
    Thread *thread = thread_self();
    if (args[0])
        thread->async_gen_firstiter = args[0] == None ? 0 : args[0];
    if (args[1])
        thread->async_gen_finalizer = args[1] == None ? 0 : args[1];
    return None;
}

/* ---- encodings, auditing, state */

FUNCTION(sys_getdefaultencoding, "getdefaultencoding", "",
         "Return the current default encoding used by the Unicode implementation.")
{
    return str_from_cstring("utf-8");
}

FUNCTION(sys_getfilesystemencoding, "getfilesystemencoding", "",
         "Return the encoding used to convert Unicode filenames to OS filenames.")
{
    return str_from_cstring(str_fs_encoding());
}

FUNCTION(sys_getfilesystemencodeerrors, "getfilesystemencodeerrors", "",
         "Return the error mode used for Unicode to OS filename conversion.")
{
    return str_from_cstring("surrogateescape");
}

FUNCTION(sys_addaudithook, "addaudithook", "hook", "Adds a new audit hook callback.")
{
    TRY(audit_add_hook(args[0]));
    return None;
}

FUNCTION(sys_audit, "audit", "event, /, *args", "Passes the event to any hooks that are attached.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "expected str for argument 'event', not %T", args[0]);
    TRY(audit_tuple(args[0], args[1]));
    return None;
}

FUNCTION(sys_is_finalizing, "is_finalizing", "", "Return True if Python is exiting.")
{
    return bool_value(runtime_is_finishing());
}

FUNCTION(sys_is_gil_enabled, "_is_gil_enabled", "",
         "Return True if the GIL is currently enabled and False if the GIL is disabled.")
{
    return config.gil == 1 ? True : False;
}

FUNCTION(sys_clear_type_cache, "_clear_type_cache", "", "Clear the internal type lookup cache.")
{
    return None;
}

FUNCTION(sys_clear_internal_caches, "_clear_internal_caches", "",
         "Clear all internal performance-related caches.")
{
    return None;
}

FUNCTION(sys_is_stack_trampoline_active, "is_stack_trampoline_active", "",
         "Return *True* if a stack profiler trampoline is active.")
{
    return False;
}

FUNCTION(sys_get_cpu_count_config, "_get_cpu_count_config", "",
         "Private function for getting PyConfig.cpu_count")
{
    return int_small(config.cpu_count);
}

static MethodDef *const functions[] = {
    M(sys_get_cpu_count_config),
    M(sys_exc_info),
    M(sys_exception),
    M(sys_exit),
    M(sys_getrefcount),
    M(sys_getsizeof),
    M(sys_intern),
    M(sys_is_interned),
    M(sys_getrecursionlimit),
    M(sys_setrecursionlimit),
    M(sys_getswitchinterval),
    M(sys_setswitchinterval),
    M(sys_get_int_max_str_digits),
    M(sys_set_int_max_str_digits),
    M(sys_getframe),
    M(sys_getframemodulename),
    M(sys_getdlopenflags),
    M(sys_setdlopenflags),
    M(sys_current_frames),
    M(sys_get_origin_depth),
    M(sys_set_origin_depth),
    M(sys_get_asyncgen_hooks),
    M(sys_set_asyncgen_hooks),
    M(sys_getdefaultencoding),
    M(sys_getfilesystemencoding),
    M(sys_getfilesystemencodeerrors),
    M(sys_addaudithook),
    M(sys_audit),
    M(sys_is_finalizing),
    M(sys_is_gil_enabled),
    M(sys_clear_type_cache),
    M(sys_clear_internal_caches),
    M(sys_is_stack_trampoline_active),
    0,
};

static bool execute(Value module)
{
    struct_type_ready(&asyncgen_hooks_type);
    interpreter.sys_dict = module_dict(module);
    Value module_name = TRY(str_from_cstring("sys"));
    MethodDef *const *const more[] = {sys_hook_functions, sys_trace_functions};
    for (size_t i = 0; i < COUNT_OF(more); i++)
        for (MethodDef *const *def = more[i]; *def; def++)
            if (!module_add(module, (*def)->name, builtin_new(*def, module, module_name)))
                return false;
    static const char *const pairs[][2] = {{"displayhook", "__displayhook__"},
                                           {"excepthook", "__excepthook__"},
                                           {"unraisablehook", "__unraisablehook__"},
                                           {"breakpointhook", "__breakpointhook__"}};
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        if (!module_add(module, pairs[i][1], sys_get(pairs[i][0])))
            return false;
    return module_add(module, "modules", interpreter.modules) && sys_add_info(module) &&
           sys_add_unraisable(module) &&
           module_add(module, "monitoring", module_create(&module_sys_monitoring)) &&
           module_add(module, "path", list_new(0)) && module_add(module, "argv", list_new(0)) &&
           module_add(module, "meta_path", list_new(0)) &&
           module_add(module, "path_hooks", list_new(0)) &&
           module_add(module, "path_importer_cache", dict_new());
}

const ModuleDef module_sys = {
    .name = "sys",
    .doc = "This module provides access to some objects used or maintained by the\n"
           "interpreter and to functions that interact strongly with the interpreter.",
    .functions = functions,
    .execute = execute,
};
