/* The _thread module: starting and joining threads. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include "base/clock.h"
#include "base/lock.h"
#include "core/abstract.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/error.h"
#include "core/finaliser.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "modules/_contextvars.h"
#include "modules/sys/hooks.h"
#include "modules/asyncio/asyncio.h"
#include "modules/signal.h"
#include "modules/thread/thread_internal.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/set.h"
#include "types/str.h"
#include "types/struct_sequence.h"
#include "types/tuple.h"
#include "vm/config.h"
#include "vm/monitoring.h"
#include "vm/startup.h"
#include "vm/state.h"

/* CLAIMED: by who is about to start the thread; nobody can wait for it yet. */
typedef enum HandleState {
    HANDLE_NEW,
    HANDLE_CLAIMED,
    HANDLE_STARTING,
    HANDLE_RUNNING,
    HANDLE_DONE
} HandleState;

typedef struct ThreadHandle {
    Object ob;
    uint64_t ident;   /* atomic */
    uint32_t state;   /* atomic: HandleState */
    uint8_t finished; /* lock byte: held from the start until the thread is done */
} ThreadHandle;

static size_t stack_size;      /* atomic: for new threads; 0: the system's */
static size_t running;         /* atomic: threads started here and not done */
static uint64_t main_ident;    /* changed by fork only */
static Value shutdown_handles; /* set of handles of threads that are no daemons */

/* ---- the new thread */

/* What a thread starts with: a root while the thread is on its way. */
typedef struct Start {
    Value function, args, kwargs, handle, context;
    Thread *thread;
} Start;

static void run_function(Start *start)
{
    if (call_tuple_dict(start->function, start->args, start->kwargs))
        return;
    if (error_clear_if(SystemExit))
        return;
    error_write_unraisable("Exception ignored in thread started by", start->function);
}

/* After this whoever joins goes on; it does not touch the heap any more. */
static void finish(ThreadHandle *handle)
{
    store_release(&handle->state, HANDLE_DONE);
    fetch_sub_acq_rel(&running, (size_t)1);
    lock_try_release(&handle->finished); /* _set_done() may have been first */
}

static void *thread_main(void *argument)
{
    Start *start = argument;
    Thread *thread = start->thread;
    if (!thread_enter(thread, thread_c_stack_size(load_relaxed(&stack_size))))
        fatal("out of memory while starting a thread");
    ThreadHandle *handle = (ThreadHandle *)start->handle;
    thread->handle = (Value)handle;
    thread->context = start->context;
    store_release(&handle->ident, (uint64_t)pthread_self());
    store_release(&handle->state, HANDLE_RUNNING);
    run_function(start);
    finalisers_run();
    trace_thread_ends();
    gc_remove_root(&start->function);
    free(start);
    set_discard(shutdown_handles, (Value)handle);
    asyncio_thread_ends();
    local_thread_ends();
    thread_unlist(thread); /* before anybody who joins counts threads */
    finish(handle);
    thread_leave(thread);
    return 0;
}

/* The new thread may be over when this returns: `start` may be gone, the handle is the caller's. */
static bool launch(Start *start, ThreadHandle *handle)
{
    pthread_attr_t attributes;
    pthread_t id;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    size_t size = thread_c_stack_size(load_relaxed(&stack_size));
    if (size)
        pthread_attr_setstacksize(&attributes, size);
    int error = pthread_create(&id, &attributes, thread_main, start);
    pthread_attr_destroy(&attributes);
    if (error == 0)
        store_release(&handle->ident, (uint64_t)id); /* the thread does so, too: who is first? */
    return error == 0;
}

static Value cannot_start(Start *start, Thread *thread, ThreadHandle *handle)
{
    free(start);
    thread_free(thread);
    store_release(&handle->state, (uint32_t)HANDLE_NEW); /* it may be tried again */
    lock_try_release(&handle->finished);
    return raise(RuntimeError, "can't start new thread");
}

/* context: the contextvars context that the thread begins with, or 0 for an empty one. */
static Value start_thread(Value function, Value args, Value kwargs, Value context,
                          ThreadHandle *handle, bool daemon)
{
    if (runtime_is_finishing())
        return raise(PythonFinalizationError, "can't create new thread at interpreter shutdown");
    uint32_t expected = HANDLE_NEW;
    if (!cas_acq_rel(&handle->state, &expected, (uint32_t)HANDLE_CLAIMED))
        return raise(RuntimeError, "thread already started");
    lock_acquire(&handle->finished);
    store_release(&handle->state, (uint32_t)HANDLE_STARTING);
    Start *start = calloc(1, sizeof *start);
    Thread *thread = thread_new();
    if (!start || !thread)
        return cannot_start(start, thread, handle);
    *start = (Start){function, args, kwargs, (Value)handle, context, thread};
    gc_add_root(&start->function, 5);
    share_process();
    share_value(function);
    share_value(args);
    share_value(kwargs);
    share_value((Value)handle);
    if (context)
        share_value(context);
    thread->daemon = daemon;
    if (!daemon && !set_add(shutdown_handles, (Value)handle)) {
        gc_remove_root(&start->function);
        error_clear();
        return cannot_start(start, thread, handle);
    }
    fetch_add_relaxed(&running, (size_t)1);
    if (!launch(start, handle)) {
        set_discard(shutdown_handles, (Value)handle);
        gc_remove_root(&start->function);
        fetch_sub_acq_rel(&running, (size_t)1);
        return cannot_start(start, thread, handle);
    }
    return (Value)handle;
}

/* ---- handles */

NEW_METHOD(handle_new, "")
{
    return object_alloc((Type *)args[0]);
}

static Value handle_repr(Value self)
{
    return str_format("<%T object: ident=%zu>", self,
                      (size_t)load_acquire(&((ThreadHandle *)self)->ident));
}

METHOD(handle_join, "join", "timeout=None", "")
{
    ThreadHandle *handle = (ThreadHandle *)args[0];
    int64_t deadline = -1;
    if (args[1] != None) {
        double seconds;
        TRY(number_as_double(args[1], &seconds));
        if (seconds >= 0)
            TRY(deadline_from_timeout(args[1], &deadline));
    }
    uint32_t state = load_acquire(&handle->state);
    if (state < HANDLE_STARTING)
        return raise(RuntimeError, "thread not started");
    if (state == HANDLE_DONE)
        return None;
    if (thread_self()->handle == (Value)handle)
        return raise(RuntimeError, "Cannot join current thread");
    if (runtime_is_finishing() && thread_self()->daemon)
        return raise(PythonFinalizationError, "cannot join thread at interpreter shutdown");
    int taken = lock_byte_acquire(&handle->finished, deadline);
    if (taken > 0)
        lock_try_release(&handle->finished);
    return taken < 0 ? 0 : None;
}

METHOD(handle_is_done, "is_done", "", "")
{
    return bool_value(load_acquire(&((ThreadHandle *)args[0])->state) == HANDLE_DONE);
}

METHOD(handle_set_done, "_set_done", "", "")
{
    ThreadHandle *handle = (ThreadHandle *)args[0];
    if (load_acquire(&handle->state) < HANDLE_STARTING)
        return raise(RuntimeError, "thread not started");
    if (exchange_acq_rel(&handle->state, (uint32_t)HANDLE_DONE) != HANDLE_DONE)
        lock_try_release(&handle->finished);
    return None;
}

static Value handle_get_ident(Value self)
{
    return int_from_u64(load_acquire(&((ThreadHandle *)self)->ident));
}

static const GetSetDef handle_getset[] = {{"ident", handle_get_ident, 0, 0}, {0}};
static MethodDef *const handle_methods[] = {M(handle_join), M(handle_is_done), M(handle_set_done),
                                            0};

Type thread_handle_type = {
    TYPE_HEAD("_thread._ThreadHandle", ThreadHandle),
    .repr = handle_repr,
    .new_def = M(handle_new),
    .methods = handle_methods,
    .getset = handle_getset,
};

/* ---- fork */

/* Only the calling thread exists in the child: who joins another one need not wait. */
static void end_other(Object *object, void *self)
{
    ThreadHandle *handle = (ThreadHandle *)object;
    if (type_of((Value)object) != &thread_handle_type || handle->state == HANDLE_NEW ||
        handle->ident == ((Thread *)self)->native_id)
        return;
    store_relaxed(&handle->state, (uint32_t)HANDLE_DONE);
    store_relaxed(&handle->finished, (uint8_t)0);
}

static void end_others(void)
{
    Thread *self = thread_self();
    main_ident = self->native_id;
    gc_each_object(end_other, self);
    local_threads_gone();
    asyncio_threads_gone();
    running = self->handle ? 1 : 0;
    int waited_for = self->handle ? set_discard(shutdown_handles, self->handle) : 0;
    if (!set_clear(shutdown_handles) ||
        (waited_for > 0 && !set_add(shutdown_handles, self->handle)))
        error_write_unraisable("Exception ignored after fork", 0);
}

/* ---- functions */

static bool check_callable(Value function, const char *name)
{
    if (!type_of(function)->call)
        raise(TypeError, "%s", name);
    return type_of(function)->call;
}

static Value start_new_thread(Value *args)
{
    TRY(check_callable(args[0], "first arg must be callable"));
    if (!is_tuple(args[1]))
        return raise(TypeError, "2nd arg must be a tuple");
    if (args[2] && !is_dict(args[2]))
        return raise(TypeError, "optional 3rd arg must be a dictionary");
    TRY(AUDIT("_thread.start_new_thread", args[0], args[1], args[2] ? args[2] : None));
    ThreadHandle *handle = TRY(NEW(ThreadHandle, &thread_handle_type));
    TRY(start_thread(args[0], args[1], args[2], 0, handle, true));
    return int_from_u64(load_acquire(&handle->ident));
}

FUNCTION(thread_start_new_thread, "start_new_thread", "function, args, kwargs=?{}, /",
         "Start a new thread and return its identifier.")
{
    return start_new_thread(args);
}

FUNCTION(thread_start_new, "start_new", "function, args, kwargs=?{}, /",
         "An obsolete synonym of start_new_thread().")
{
    return start_new_thread(args);
}

FUNCTION(thread_start_joinable, "start_joinable_thread", "function, handle=None, daemon=True",
         "*For internal use only*: start a new thread.")
{
    TRY(check_callable(args[0], "thread function must be callable"));
    if (args[1] != None && type_of(args[1]) != &thread_handle_type)
        return raise(TypeError, "'handle' must be a _ThreadHandle");
    int daemon = object_truth(args[2]);
    if (daemon < 0)
        return 0;
    TRY(AUDIT("_thread.start_joinable_thread", args[0], int_small(daemon), args[1]));
    Value handle = args[1] == None ? (Value)TRY(NEW(ThreadHandle, &thread_handle_type)) : args[1];
    bool inherits = config.thread_inherit_context && thread_self()->context;
    Value context = inherits ? TRY(context_copy_for_thread()) : 0;
    return start_thread(args[0], tuple_empty(), 0, context, (ThreadHandle *)handle, daemon);
}

FUNCTION(thread_make_handle, "_make_thread_handle", "ident, /",
         "Internal only. Make a thread handle for threads not spawned by _thread.")
{
    uint64_t ident;
    TRY(index_as_uint64(args[0], &ident));
    ThreadHandle *handle = TRY(NEW(ThreadHandle, &thread_handle_type));
    handle->ident = ident;
    handle->state = HANDLE_RUNNING;
    lock_try_acquire(&handle->finished);
    return (Value)handle;
}

FUNCTION(thread_allocate_lock, "allocate_lock", "", "Create a new lock object.")
{
    return object_alloc(&lock_type);
}

FUNCTION(thread_allocate, "allocate", "", "An obsolete synonym of allocate_lock().")
{
    return object_alloc(&lock_type);
}

FUNCTION(thread_get_ident, "get_ident", "",
         "Return a non-zero integer that uniquely identifies the current thread\n"
         "amongst other threads that exist simultaneously.")
{
    return int_from_u64(thread_self()->native_id);
}

FUNCTION(thread_get_native_id, "get_native_id", "",
         "Return a non-negative integer identifying the thread as reported\n"
         "by the OS (kernel).")
{
    return int_small(thread_self()->os_id);
}

FUNCTION(thread_get_main_ident, "_get_main_thread_ident", "",
         "Internal only. Return a non-zero integer that uniquely identifies the main thread\n"
         "of the main interpreter.")
{
    return int_from_u64(main_ident);
}

FUNCTION(thread_count_function, "_count", "",
         "Return the number of currently running Python threads, excluding\nthe main thread.")
{
    return int_small((intptr_t)load_acquire(&running));
}

FUNCTION(thread_exit_function, "exit", "", "This is synonymous to ``raise SystemExit''.")
{
    return raise_object((Value)SystemExit);
}

FUNCTION(thread_daemon_allowed, "daemon_threads_allowed", "",
         "Return True if daemon threads are allowed in the current interpreter,\n"
         "and False otherwise.")
{
    return True;
}

FUNCTION(thread_is_main_interpreter, "_is_main_interpreter", "",
         "Return True if the current interpreter is the main Python interpreter.")
{
    return True;
}

FUNCTION(thread_stack_size, "stack_size", "size=0, /",
         "Return the thread stack size used when creating new threads.")
{
    intptr_t size = TRY_INDEX(args[0]);
    if (size < 0)
        return raise(ValueError, "size must be 0 or a positive value");
    if (size && size < 32768)
        return raise(ValueError, "size not valid: %zd bytes", size);
    return int_small((intptr_t)exchange_acq_rel(&stack_size, (size_t)size));
}

FUNCTION(thread_interrupt_main, "interrupt_main", "signum=2, /",
         "Simulate the arrival of the given signal in the main thread,\n"
         "where the corresponding signal handler will be executed.")
{
    int number;
    TRY(index_as_int(args[0], &number));
    if (number < 1 || number >= NSIG)
        return raise(ValueError, "signal number out of range");
    signal_simulate(number);
    TRY(thread_poll(thread_self()));
    return None;
}

FUNCTION(thread_set_name, "set_name", "name", "Set the name of the current thread.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "set_name() argument 'name' must be str, not %B", args[0]);
    const char *name = TRY(str_cstring(args[0]));
    char shortened[16];
    strncpy(shortened, name, sizeof shortened - 1);
    shortened[sizeof shortened - 1] = 0;
    prctl(PR_SET_NAME, shortened);
    return None;
}

FUNCTION(thread_shutdown, "_shutdown", "",
         "Wait for all non-daemon threads (other than the calling thread) to stop.")
{
    Value self = thread_self()->handle;
    for (bool joined = true; joined;) { /* what joined may have started others */
        joined = false;
        Value handles = TRY(set_items_list(shutdown_handles));
        for (intptr_t i = 0; i < list_length(handles); i++) {
            Value handle = list_get(handles, i);
            if (handle == self)
                continue;
            TRY(handle_join((Value[]){handle, None}));
            TRY_NOT_NEGATIVE(set_discard(shutdown_handles, handle), 0);
            joined = true;
        }
    }
    return None;
}

/* ---- threading.excepthook */

static const StructField hook_fields[] = {{"exc_type", "Exception type"},
                                          {"exc_value", "Exception value"},
                                          {"exc_traceback", "Exception traceback"},
                                          {"thread", "Exception thread"},
                                          {0}};
static const StructDef hook_def = {hook_fields, 4, false};
static Type hook_args_type =
    STRUCT_TYPE("_thread._ExceptHookArgs", &hook_def,
                "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.");

FUNCTION(thread_excepthook, "_excepthook", "exc_info, /", "Handle uncaught Thread.run() exception.")
{
    if (type_of(args[0]) != &hook_args_type)
        return raise(TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
    Value type = struct_get(args[0], 0), value = struct_get(args[0], 1);
    Value thread = struct_get(args[0], 3), name = 0;
    if (type == (Value)SystemExit)
        return None;
    Value err = sys_get("stderr");
    if ((!err || err == None) && thread != None) /* what it was when the thread was made */
        err = TRY(get_attr_string(thread, "_stderr"));
    if (!err || err == None)
        return None;
    if (thread != None)
        TRY(get_attr_optional(thread, TRY(str_intern_cstring("_name")), &name));
    Value head = name ? str_format("Exception in thread %V:\n", name)
                      : str_format("Exception in thread %zu:\n", (size_t)thread_self()->native_id);
    TRY(call_method1(err, names.write, TRY(head)));
    if (is_exception(value))
        print_exception(value);
    return None;
}

static MethodDef *const functions[] = {
    M(thread_start_new_thread),
    M(thread_start_new),
    M(thread_start_joinable),
    M(thread_make_handle),
    M(thread_allocate_lock),
    M(thread_allocate),
    M(thread_get_ident),
    M(thread_get_native_id),
    M(thread_get_main_ident),
    M(thread_count_function),
    M(thread_exit_function),
    M(thread_daemon_allowed),
    M(thread_is_main_interpreter),
    M(thread_stack_size),
    M(thread_interrupt_main),
    M(thread_set_name),
    M(thread_shutdown),
    M(thread_excepthook),
    0,
};

static bool execute(Value module)
{
    lock_start();
    local_start();
    type_ready(&thread_handle_type, 0);
    struct_type_ready(&hook_args_type);
    main_ident = thread_self()->native_id;
    gc_add_root(&shutdown_handles, 1);
    threads_gone_hook = end_others;
    shutdown_handles = TRY(set_new());
    return module_add_type(module, &lock_type) &&
           module_add(module, "LockType", (Value)&lock_type) &&
           module_add_type(module, &rlock_type) && module_add_type(module, &thread_handle_type) &&
           module_add_type(module, &local_type) && module_add_type(module, &hook_args_type) &&
           module_add(module, "error", (Value)RuntimeError) &&
           module_add(module, "TIMEOUT_MAX", float_from(9223372036.0));
}

const ModuleDef module__thread = {
    .name = "_thread",
    .doc = "This module provides primitive operations to write multi-threaded programs.\n"
           "The 'threading' module provides a more convenient interface.",
    .functions = functions,
    .execute = execute,
};
