/* The module _asyncio: its functions, and what it takes from the Python files of asyncio. */
#include "modules/asyncio/asyncio.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/module.h"
#include "core/names.h"
#include "modules/module_util.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- what is taken from Python files */

static const struct {
    const char *module, *name;
} sources[BORROWED_COUNT] = {
    [CANCELLED_ERROR] = {"asyncio.exceptions", "CancelledError"},
    [INVALID_STATE_ERROR] = {"asyncio.exceptions", "InvalidStateError"},
    [FUTURE_REPR] = {"asyncio.base_futures", "_future_repr"},
    [TASK_REPR] = {"asyncio.base_tasks", "_task_repr"},
    [TASK_GET_STACK] = {"asyncio.base_tasks", "_task_get_stack"},
    [TASK_PRINT_STACK] = {"asyncio.base_tasks", "_task_print_stack"},
    [EXTRACT_STACK] = {"asyncio.format_helpers", "extract_stack"},
    [ISCOROUTINE] = {"asyncio.coroutines", "iscoroutine"},
    [GET_EVENT_LOOP_POLICY] = {"asyncio.events", "get_event_loop_policy"},
    [WEAK_SET] = {"weakref", "WeakSet"},
};
static Value taken[BORROWED_COUNT]; /* roots; atomic: 0 until the first use */

bool borrow_all(void)
{
    if (likely(load_acquire(&taken[BORROWED_COUNT - 1])))
        return true;
    for (unsigned i = 0; i < BORROWED_COUNT; i++)
        root_store(&taken[i], TRY(import_attribute(sources[i].module, sources[i].name)));
    return true;
}

Value borrowed(Borrowed what)
{
    TRY(borrow_all());
    return load_acquire(&taken[what]);
}

Value raise_invalid_state(const char *message)
{
    return raise_value((Type *)TRY(borrowed(INVALID_STATE_ERROR)), TRY(str_from_cstring(message)));
}

/* ---- calls that several files make */

/* Roots: tuples of one name. */
static Value context_keyword, message_keyword;

Value call_method_keyword(Value name, Value *args, size_t nargs, Value keyword)
{
    Value keywords = keyword == names.context ? context_keyword : message_keyword;
    return call_method(name, args, nargs, keywords);
}

bool loop_call_soon(Value loop, Value callback, Value argument, Value context)
{
    if (unlikely(!loop)) /* another thread calls __init__ again */
        return raise(RuntimeError, "Future object is not initialized.");
    Value args[4] = {loop, callback, argument ? argument : context, context};
    return call_method(names.call_soon, args, argument ? 3 : 2, context_keyword);
}

/* ---- loops */

Value asyncio_get_event_loop(void)
{
    Value loop = running_loop();
    if (loop)
        return loop;
    return call_method0(TRY(call0(TRY(borrowed(GET_EVENT_LOOP_POLICY)))), names.get_event_loop);
}

FUNCTION(get_running_loop, "get_running_loop", "",
         "Return the running event loop.  Raise a RuntimeError if there is none.\n\n"
         "This function is thread-specific.")
{
    Value loop = running_loop();
    return loop ? loop : raise(RuntimeError, "no running event loop");
}

FUNCTION(get_running_loop_or_none, "_get_running_loop", "",
         "Return the running event loop or None.\n\n"
         "This is a low-level function intended to be used by event loops.\n"
         "This function is thread-specific.")
{
    Value loop = running_loop();
    return loop ? loop : None;
}

FUNCTION(set_running_loop, "_set_running_loop", "loop, /",
         "Set the running event loop.\n\n"
         "This is a low-level function intended to be used by event loops.\n"
         "This function is thread-specific.")
{
    TRY(running_loop_set(args[0]));
    return None;
}

FUNCTION(get_event_loop, "get_event_loop", "",
         "Return an asyncio event loop.\n\n"
         "When called from a coroutine or a callback (e.g. scheduled with\n"
         "call_soon or similar API), this function will always return the\n"
         "running event loop.\n\n"
         "If there is no running event loop set, the function will return\n"
         "the result of `get_event_loop_policy().get_event_loop()` call.")
{
    return asyncio_get_event_loop();
}

/* ---- tasks */

FUNCTION(current_task, "current_task", "loop=None", "Return a currently executed task.")
{
    Value loop = args[0] == None ? running_loop() : args[0];
    return loop ? current_task_of(loop) : raise(RuntimeError, "no running event loop");
}

FUNCTION(enter_task, "_enter_task", "loop, task",
         "Enter into task execution or resume suspended task.\n\n"
         "Task belongs to loop.\n\n"
         "Returns None.")
{
    TRY(current_task_enter(args[0], args[1]));
    return None;
}

FUNCTION(leave_task, "_leave_task", "loop, task",
         "Leave task execution or suspend a task.\n\n"
         "Task belongs to loop.\n\n"
         "Returns None.")
{
    TRY(current_task_leave(args[0], args[1]));
    return None;
}

FUNCTION(swap_current_task, "_swap_current_task", "loop, task",
         "Temporarily swap in the supplied task and return the original one (or None).\n\n"
         "This is intended for use during eager coroutine execution.")
{
    return current_task_swap(args[0], args[1]);
}

static Value list_as(Value task, unsigned as)
{
    TRY(is_task(task) ? task_list((Task *)task, as) : stranger_list(task, as));
    return None;
}

static Value unlist_as(Value task, unsigned as)
{
    if (is_task(task))
        task_unlist((Task *)task, as);
    else
        TRY(stranger_unlist(task, as));
    return None;
}

FUNCTION(register_task, "_register_task", "task",
         "Register a new task in asyncio as executed by loop.\n\n"
         "Returns None.")
{
    return list_as(args[0], LISTED_SCHEDULED);
}

FUNCTION(unregister_task, "_unregister_task", "task",
         "Unregister a task.\n\n"
         "Returns None.")
{
    return unlist_as(args[0], LISTED_SCHEDULED);
}

FUNCTION(register_eager_task, "_register_eager_task", "task",
         "Register a new task in asyncio as executed by loop.\n\n"
         "Returns None.")
{
    return list_as(args[0], LISTED_EAGER);
}

FUNCTION(unregister_eager_task, "_unregister_eager_task", "task",
         "Unregister a task.\n\n"
         "Returns None.")
{
    return unlist_as(args[0], LISTED_EAGER);
}

static MethodDef *const functions[] = {M(get_running_loop),
                                       M(get_running_loop_or_none),
                                       M(set_running_loop),
                                       M(get_event_loop),
                                       M(current_task),
                                       M(enter_task),
                                       M(leave_task),
                                       M(swap_current_task),
                                       M(register_task),
                                       M(unregister_task),
                                       M(register_eager_task),
                                       M(unregister_eager_task),
                                       0};

static bool start(void)
{
    gc_add_root(taken, BORROWED_COUNT);
    gc_add_root(&context_keyword, 1);
    gc_add_root(&message_keyword, 1);
    root_store(&message_keyword, TRY(tuple_of(names.msg)));
    registry_start();
    future_start();
    task_start();
    task_step_start();
    root_store(&context_keyword, TRY(tuple_of(names.context)));
    return true;
}

static bool execute(Value module)
{
    if (!context_keyword)
        TRY(start());
    return module_add_type(module, &future_type) && module_add_type(module, &task_type) &&
           views_add(module);
}

const ModuleDef module__asyncio = {
    .name = "_asyncio",
    .doc = "Accelerator module for asyncio",
    .functions = functions,
    .execute = execute,
};
