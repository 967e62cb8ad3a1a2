/* Task, as Python sees it: a Future that runs a coroutine. */
#include "core/attribute.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/names.h"
#include "modules/_contextvars.h"
#include "modules/asyncio/asyncio.h"
#include "types/dict.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/str.h"

static Task *as_task(Value v)
{
    return (Task *)v;
}

static void task_trace(Object *o, Tracer *tracer)
{
    Task *self = (Task *)o;
    future_trace(o, tracer);
    gc_visit_range(tracer, &self->waits_for, 4); /* waits_for to name */
}

static Value or_none(Value *slot)
{
    Value v = load_acquire(slot);
    return v ? v : None;
}

/* ---- making */

/* 1, 0, or -1 on failure. */
static int is_coroutine(Value v)
{
    if (has_shape(v, SHAPE_COROUTINE))
        return 1;
    Value answer = call1(TRY_OR(borrowed(ISCOROUTINE), -1), v);
    return answer ? object_truth(answer) : -1;
}

static bool start(Task *self, Value eager_start)
{
    Value loop = load_acquire(&self->loop);
    if (unlikely(!loop)) /* another thread calls __init__ again */
        return raise(RuntimeError, "Future object is not initialized.");
    int eager = TRY_NOT_NEGATIVE(object_truth(eager_start), false);
    if (eager)
        eager = TRY_NOT_NEGATIVE(object_truth(TRY(call_method0(loop, names.is_running))), false);
    if (eager)
        return task_start_eagerly(self);
    return task_call_step_soon(self, 0) && task_list(self, LISTED_SCHEDULED);
}

INIT_METHOD(task_init, "coro, *, loop=None, name=None, context=None, eager_start=False")
{
    Task *self = as_task(args[0]);
    Value name = args[3], context = args[4];
    TRY(future_init((Future *)self, args[2]));
    store_relaxed(&self->log_destroy_pending, (uint8_t)0); /* until there is something to say */
    int good = TRY_NOT_NEGATIVE(is_coroutine(args[1]), 0);
    if (!good)
        return raise(TypeError, "a coroutine was expected, got %R", args[1]);
    if (context == None)
        context = TRY(context_copy_current());
    if (name == None)
        name = TRY(task_next_number());
    else if (!is_str_exact(name))
        name = TRY(object_str(name));
    store_relaxed(&self->must_cancel, (uint8_t)0);
    store_relaxed(&self->cancel_requests, 0);
    store_relaxed(&self->waits_for, (Value)0); /* NO_BARRIER: 0 */
    gc_store(self, &self->context, context);
    gc_store(self, &self->name, name);
    gc_store(self, &self->coroutine, args[1]);
    store_relaxed(&self->log_destroy_pending, (uint8_t)1);
    TRY(start(self, args[5]));
    return None;
}

/* ---- cancelling */

Value task_cancel(Task *self, Value message)
{
    store_release(&self->log_traceback, (uint8_t)0);
    if (future_state((Future *)self) != FUTURE_PENDING)
        return False;
    fetch_add_relaxed(&self->cancel_requests, 1);
    Value waits_for = load_acquire(&self->waits_for);
    if (waits_for) {
        Value done;
        if (is_plain_future(waits_for))
            done = TRY(future_cancel((Future *)waits_for, message));
        else
            done =
                TRY(call_method_keyword(names.cancel, (Value[]){waits_for, message}, 1, names.msg));
        int truth = TRY_NOT_NEGATIVE(object_truth(done), 0);
        if (truth) /* it may be a Task that goes on, and has to be cancelled again */
            return True;
    }
    gc_store(self, &self->cancel_message, message);
    store_release(&self->must_cancel, (uint8_t)1);
    return True;
}

METHOD(task_cancel_method, "cancel", "msg=None",
       "Request that this task cancel itself.\n\n"
       "This arranges for a CancelledError to be thrown into the\n"
       "wrapped coroutine on the next cycle through the event loop.\n"
       "The coroutine then has a chance to clean up or even deny\n"
       "the request using try/except/finally.\n\n"
       "Unlike Future.cancel, this does not guarantee that the\n"
       "task will be cancelled: the exception might be caught and\n"
       "acted upon, delaying cancellation of the task or preventing\n"
       "cancellation completely.  The task may also return a value or\n"
       "raise a different exception.\n\n"
       "Immediately after this method is called, Task.cancelled() will\n"
       "not return True (unless the task was already cancelled).  A\n"
       "task will be marked as cancelled when the wrapped coroutine\n"
       "terminates with a CancelledError exception (even if cancel()\n"
       "was not called).\n\n"
       "This also increases the task's count of cancellation requests.")
{
    return task_cancel(as_task(args[0]), args[1]);
}

METHOD(task_cancelling, "cancelling", "/",
       "Return the count of the task's cancellation requests.\n\n"
       "This count is incremented when .cancel() is called\n"
       "and may be decremented using .uncancel().")
{
    return int_small(load_relaxed(&as_task(args[0])->cancel_requests));
}

METHOD(task_uncancel, "uncancel", "/",
       "Decrement the task's count of cancellation requests.\n\n"
       "This should be used by tasks that catch CancelledError\n"
       "and wish to continue indefinitely until they are cancelled again.\n\n"
       "Returns the remaining number of cancellation requests.")
{
    Task *self = as_task(args[0]);
    int32_t left = 0;
    WITH_LOCK (self) {
        left = load_relaxed(&self->cancel_requests);
        if (left <= 0)
            break;
        left = fetch_add_relaxed(&self->cancel_requests, -1) - 1;
        if (left == 0)
            store_release(&self->must_cancel, (uint8_t)0);
    }
    return int_small(left);
}

/* ---- names */

/* The name that an unnamed task gets when somebody asks. */
static Value make_name(Task *self)
{
    Value name = TRY(str_format("Task-%V", load_acquire(&self->name)));
    WITH_LOCK (self) {
        Value now = load_acquire(&self->name);
        if (!is_int_any(now)) /* another thread was quicker */
            name = now;
        else
            gc_store(self, &self->name, name);
    }
    return name;
}

METHOD(task_get_name, "get_name", "/", 0)
{
    Value name = load_acquire(&as_task(args[0])->name);
    if (!name)
        return None;
    return is_str(name) ? name : make_name(as_task(args[0]));
}

METHOD(task_set_name, "set_name", "value, /", 0)
{
    Task *self = as_task(args[0]);
    Value name = is_str_exact(args[1]) ? args[1] : TRY(object_str(args[1]));
    WITH_LOCK (self)
        gc_store(self, &self->name, name);
    return None;
}

/* ---- other methods */

METHOD(task_get_coro, "get_coro", "/", 0)
{
    return or_none(&as_task(args[0])->coroutine);
}

METHOD(task_get_context, "get_context", "/", 0)
{
    return or_none(&as_task(args[0])->context);
}

METHOD(task_set_result, "set_result", "result, /", 0)
{
    return raise(RuntimeError, "Task does not support set_result operation");
}

METHOD(task_set_exception, "set_exception", "exception, /", 0)
{
    return raise(RuntimeError, "Task does not support set_exception operation");
}

METHOD(task_get_stack, "get_stack", "*, limit=None",
       "Return the list of stack frames for this task's coroutine.\n\n"
       "If the coroutine is not done, this returns the stack where it is\n"
       "suspended.  If the coroutine has completed successfully or was\n"
       "cancelled, this returns an empty list.  If the coroutine was\n"
       "terminated by an exception, this returns the list of traceback\n"
       "frames.\n\n"
       "The frames are always ordered from oldest to newest.\n\n"
       "The optional limit gives the maximum number of frames to\n"
       "return; by default all available frames are returned.  Its\n"
       "meaning differs depending on whether a stack or a traceback is\n"
       "returned: the newest frames of a stack are returned, but the\n"
       "oldest frames of a traceback are returned.  (This matches the\n"
       "behavior of the traceback module.)\n\n"
       "For reasons beyond our control, only one stack frame is\n"
       "returned for a suspended coroutine.")
{
    return call2(TRY(borrowed(TASK_GET_STACK)), args[0], args[1]);
}

METHOD(task_print_stack, "print_stack", "*, limit=None, file=None",
       "Print the stack or traceback for this task's coroutine.\n\n"
       "This produces output similar to that of the traceback module,\n"
       "for the frames retrieved by get_stack().  The limit argument\n"
       "is passed to get_stack().  The file argument is an I/O stream\n"
       "to which the output is written; by default output is written\n"
       "to sys.stderr.")
{
    return call3(TRY(borrowed(TASK_PRINT_STACK)), args[0], args[1], args[2]);
}

METHOD(task_make_cancelled_error, "_make_cancelled_error", "/",
       "Create the CancelledError to raise if the Task is cancelled.\n\n"
       "This should only be called once when handling a cancellation since\n"
       "it erases the context exception value.")
{
    return future_make_cancelled_error((Future *)args[0]);
}

CLASS_METHOD(task_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const task_methods[] = {M(task_cancel_method), M(task_cancelling),
                                          M(task_uncancel),      M(task_get_name),
                                          M(task_set_name),      M(task_get_coro),
                                          M(task_get_context),   M(task_set_result),
                                          M(task_set_exception), M(task_get_stack),
                                          M(task_print_stack),   M(task_make_cancelled_error),
                                          M(task_class_getitem), 0};

/* ---- attributes */

static Value get_log_destroy_pending(Value self)
{
    return bool_value(load_relaxed(&as_task(self)->log_destroy_pending));
}

static bool set_log_destroy_pending(Value self, Value value)
{
    if (!value)
        return raise(AttributeError, "cannot delete attribute");
    int truth = TRY_NOT_NEGATIVE(object_truth(value), false);
    store_relaxed(&as_task(self)->log_destroy_pending, (uint8_t)truth);
    return true;
}

static Value get_must_cancel(Value self)
{
    return bool_value(load_relaxed(&as_task(self)->must_cancel));
}

static Value get_coroutine(Value self)
{
    return or_none(&as_task(self)->coroutine);
}

static Value get_waits_for(Value self)
{
    return or_none(&as_task(self)->waits_for);
}

static const GetSetDef task_getset[] = {
    {"_log_destroy_pending", get_log_destroy_pending, set_log_destroy_pending, 0},
    {"_must_cancel", get_must_cancel, 0, 0},
    {"_coro", get_coroutine, 0, 0},
    {"_fut_waiter", get_waits_for, 0, 0},
    {0},
};

/* ---- its end */

/* {'task': self, 'message': ...} */
static Value destroyed_pending(Value self)
{
    Value context = TRY(dict_new());
    TRY(dict_set_cstring(context, "task", self));
    TRY(dict_set_cstring(context, "message",
                         TRY(str_from_cstring("Task was destroyed but it is pending!"))));
    return context;
}

static bool is_lost(const Task *self)
{
    return load_relaxed(&self->log_destroy_pending) && load_relaxed(&self->loop) &&
           future_state((const Future *)self) == FUTURE_PENDING;
}

static Value task_del(Value v)
{
    Task *self = as_task(v);
    task_unlist(self, LISTED_SCHEDULED | LISTED_EAGER);
    if (is_lost(self))
        future_report((Future *)self, TRY(destroyed_pending(v)));
    return future_del(v);
}

static bool task_del_due(Object *o)
{
    return load_relaxed(&((Task *)o)->log_traceback) || is_lost((Task *)o);
}

/* ---- the type */

static Value task_repr(Value self)
{
    TRY(future_check_alive((Future *)self));
    return call1(TRY(borrowed(TASK_REPR)), self);
}

Type task_type = {
    TYPE_HEAD("_asyncio.Task", Task), .repr = task_repr,     .make = future_make,
    .init_def = M(task_init),         .del = task_del,       .del_due = task_del_due,
    .methods = task_methods,          .getset = task_getset, .trace = task_trace,
    .release = task_release,          .flags = TYPE_BASE,    .base = &future_type,
    .tail_offset = sizeof(Task),      .has_weakrefs = true,
};

void task_start(void)
{
    type_ready(&task_type, 0);
}
