/* Running a task: its coroutine is sent None, or an exception is thrown into it; what it yields
 * says what the task waits for.
 *
 *              loop.call_soon                what it awaits is done
 *   scheduled <-------------- running    scheduled <--------------- waiting
 *       |                        ^                                     ^
 *       +------ task_step -------+------- yields a future -------------+
 */
#include "core/call.h"
#include "core/dialect.h"
#include "core/names.h"
#include "modules/_contextvars.h"
#include "modules/asyncio/asyncio.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/frame.h"
#include "vm/generator.h"

/* What the loop calls: a step of the task. */
typedef struct Step {
    Object ob;
    Value task, exception; /* exception 0: none; immutable after init */
} Step;

/* What a future calls when it is done. */
static Value wakeup_called(Value *args);
static MethodDef wakeup_def = {
    "TaskWakeupMethWrapper", "object, /", 0, wakeup_called, KIND_METHOD, 0, 0};
static Type step_type;

/* ---- scheduling */

bool task_call_step_soon(Task *self, Value exception)
{
    Step *step = TRY(NEW(Step, &step_type));
    step->task = (Value)self; /* NO_BARRIER: fresh, nothing allocated since */
    step->exception = exception;
    return loop_call_soon(load_acquire(&self->loop), (Value)step, 0, load_acquire(&self->context));
}

/* The RuntimeError that `raise` has made pending is thrown in at the next step. */
static bool throw_soon(Task *self)
{
    return task_call_step_soon(self, error_take());
}

static Value new_wakeup(Task *self)
{
    return builtin_new(&wakeup_def, (Value)self, 0);
}

/* ---- what the coroutine yields */

static bool complain_of_loop(Task *self, Value result)
{
    raise(RuntimeError, "Task %R got Future %R attached to a different loop", (Value)self, result);
    return throw_soon(self);
}

static bool complain_of_yield(Task *self, Value result)
{
    raise(RuntimeError, "yield was used instead of yield from in task %R with %R", (Value)self,
          result);
    return throw_soon(self);
}

/* It has begun to wait: a cancellation that came before goes on to what it waits for. */
static bool pass_on_cancellation(Task *self, Value future)
{
    Value message = load_acquire(&self->cancel_message);
    message = message ? message : None;
    Value done;
    if (is_plain_future(future))
        done = TRY(future_cancel((Future *)future, message));
    else
        done = TRY(call_method_keyword(names.cancel, (Value[]){future, message}, 1, names.msg));
    int truth = TRY_NOT_NEGATIVE(object_truth(done), false);
    if (truth)
        store_release(&self->must_cancel, (uint8_t)0);
    return true;
}

static bool wait_for_future(Task *self, Future *future)
{
    if (load_acquire(&future->loop) != load_acquire(&self->loop))
        return complain_of_loop(self, (Value)future);
    if (!load_relaxed(&future->blocking))
        return complain_of_yield(self, (Value)future);
    store_relaxed(&future->blocking, (uint8_t)0);
    TRY(future_add_callback(future, TRY(new_wakeup(self)), load_acquire(&self->context)));
    gc_store(self, &self->waits_for, (Value)future);
    return likely(!load_relaxed(&self->must_cancel)) || pass_on_cancellation(self, (Value)future);
}

/* Its loop by get_loop(), or else by _loop. */
static Value loop_of(Value future)
{
    Value method;
    TRY(get_attr_optional(future, names.get_loop, &method));
    return method ? call0(method) : get_attr(future, names._loop);
}

static bool wait_for_future_like(Task *self, Value future, Value blocking)
{
    int truth = TRY_NOT_NEGATIVE(object_truth(blocking), false);
    if (TRY(loop_of(future)) != load_acquire(&self->loop))
        return complain_of_loop(self, future);
    if (!truth)
        return complain_of_yield(self, future);
    TRY(set_attr(future, names._asyncio_future_blocking, False));
    TRY(call_method_keyword(names.add_done_callback,
                            (Value[]){future, TRY(new_wakeup(self)), load_acquire(&self->context)},
                            2, names.context));
    gc_store(self, &self->waits_for, future);
    return !load_relaxed(&self->must_cancel) || pass_on_cancellation(self, future);
}

static bool wait_for(Task *self, Value result)
{
    if (result == None) /* a bare yield: the others have their turn */
        return task_call_step_soon(self, 0);
    if (result == (Value)self) {
        raise(RuntimeError, "Task cannot await on itself: %R", result);
        return throw_soon(self);
    }
    if (likely(is_plain_future(result) || is_plain_task(result)))
        return wait_for_future(self, (Future *)result);
    Value blocking;
    TRY(get_attr_optional(result, names._asyncio_future_blocking, &blocking));
    if (blocking && blocking != None)
        return wait_for_future_like(self, result, blocking);
    if (has_shape(result, SHAPE_GENERATOR))
        raise(RuntimeError, "yield was used instead of yield from for generator in task %R with %R",
              (Value)self, result);
    else
        raise(RuntimeError, "Task got bad yield: %R", result);
    return throw_soon(self);
}

/* ---- one step */

static SendResult outcome_of_call(Value *result)
{
    if (*result)
        return SEND_YIELDED;
    if (!error_matches(StopIteration))
        return SEND_FAILED;
    *result = stop_iteration_value(error_take());
    return SEND_RETURNED;
}

/* Sends None, or throws `exception` if it is not 0. */
static SendResult resume(Value coroutine, Value exception, Value *result)
{
    bool native = has_shape(coroutine, SHAPE_COROUTINE);
    if (exception && native)
        return generator_throw(coroutine, (Value[]){exception, 0, 0}, result);
    if (native)
        return generator_send(coroutine, None, result);
    *result = exception ? call_method1(coroutine, names.throw, exception)
                        : call_method1(coroutine, names.send, None);
    return outcome_of_call(result);
}

static bool returned(Task *self, Value result)
{
    Future *future = (Future *)self;
    if (likely(!load_relaxed(&self->must_cancel)))
        return future_set_result(future, result);
    store_release(&self->must_cancel, (uint8_t)0); /* it was cancelled right before it ended */
    return future_cancel(future, load_acquire(&self->cancel_message)) != 0;
}

static bool failed(Task *self)
{
    Future *future = (Future *)self;
    Value exception = error_take();
    int cancelled = exception_matches(exception, TRY(borrowed(CANCELLED_ERROR)));
    if (cancelled < 0)
        return false;
    if (cancelled) {
        gc_store(self, &self->cancelled_error, exception);
        return future_cancel(future, 0) != 0;
    }
    TRY(future_set_exception(future, exception));
    if (likely(!is_instance_of(exception, KeyboardInterrupt) &&
               !is_instance_of(exception, SystemExit)))
        return true;
    error_restore(exception);
    return false;
}

static bool run(Task *self, Value exception)
{
    Value coroutine = load_acquire(&self->coroutine), result;
    if (!coroutine)
        return raise(RuntimeError, "uninitialized Task object");
    SendResult outcome = resume(coroutine, exception, &result);
    if (outcome == SEND_YIELDED)
        return wait_for(self, result);
    return outcome == SEND_RETURNED ? returned(self, result) : failed(self);
}

/* CancelledError in the place of `exception`, if the task is to be cancelled. */
static bool insert_cancellation(Task *self, Value *exception)
{
    Value class = TRY(borrowed(CANCELLED_ERROR));
    int matches = *exception ? exception_matches(*exception, class) : 0;
    if (matches < 0)
        return false;
    if (!matches)
        *exception = TRY(future_make_cancelled_error((Future *)self));
    store_release(&self->must_cancel, (uint8_t)0);
    return true;
}

/* After what may have been the last step. */
static void unlist_if_done(Task *self)
{
    if (future_state((Future *)self) != FUTURE_PENDING && load_relaxed(&self->listed))
        task_unlist(self, LISTED_SCHEDULED | LISTED_EAGER);
}

static bool raise_already_done(Task *self, Value exception)
{
    Value message = TRY(str_format("__step(): already done: %R %V", (Value)self,
                                   exception ? TRY(object_repr(exception)) : str_empty()));
    return raise_value((Type *)TRY(borrowed(INVALID_STATE_ERROR)), message);
}

static bool task_step(Task *self, Value exception)
{
    Value loop = load_acquire(&self->loop);
    if (future_state((Future *)self) != FUTURE_PENDING)
        return raise_already_done(self, exception);
    if (unlikely(load_relaxed(&self->must_cancel)))
        TRY(insert_cancellation(self, &exception));
    store_release(&self->waits_for, (Value)0); /* NO_BARRIER: 0 */
    TRY(current_task_enter(loop, (Value)self));
    bool good = run(self, exception);
    Value pending = good ? 0 : error_take();
    good = current_task_leave(loop, (Value)self) && good;
    if (pending && error_pending())
        exception_set_context(error_peek(), pending);
    else if (pending)
        error_restore(pending);
    unlist_if_done(self);
    return good;
}

/* ---- the first step of a task that starts eagerly */

static bool run_in_context(Task *self)
{
    Value context = load_acquire(&self->context);
    TRY(context_enter(context));
    bool good = run(self, 0);
    context_leave(context);
    return good;
}

/* What was done before is undone however the step went; the first failure is told. */
bool task_start_eagerly(Task *self)
{
    Value loop = load_acquire(&self->loop);
    if (!is_context(load_acquire(&self->context)))
        return raise(TypeError, "an instance of Context was expected");
    Value previous = TRY(current_task_swap(loop, (Value)self));
    bool good = task_list(self, LISTED_EAGER) && run_in_context(self);
    Value pending = good ? 0 : error_take();
    task_unlist(self, LISTED_EAGER);
    good = current_task_swap(loop, previous) && good;
    if (future_state((Future *)self) == FUTURE_PENDING)
        good = task_list(self, LISTED_SCHEDULED) && good;
    else
        store_release(&self->coroutine, (Value)0); /* NO_BARRIER: 0 */
    if (pending) {
        error_clear();
        error_restore(pending);
    }
    return good;
}

/* ---- waking up */

static bool wake_up(Task *self, Value future)
{
    Value result = is_plain_future(future) || is_plain_task(future)
                       ? future_result((Future *)future)
                       : call_method0(future, names.result);
    return task_step(self, result ? 0 : error_take());
}

static Value wakeup_called(Value *args)
{
    return wake_up((Task *)args[0], args[1]) ? None : 0;
}

/* ---- the callable */

static void step_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((Step *)o)->task);
    gc_visit(tracer, ((Step *)o)->exception);
}

static Value step_call(Value v, Value *args UNUSED, size_t nargs, Value kwnames)
{
    Step *self = (Step *)v;
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "function takes no keyword arguments");
    if (nargs)
        return raise(TypeError, "function takes no positional arguments");
    return task_step((Task *)self->task, self->exception) ? None : 0;
}

static Value step_self(Value v)
{
    return ((Step *)v)->task;
}

static const GetSetDef step_getset[] = {{"__self__", step_self, 0, 0}, {0}};

static Type step_type = {
    TYPE_HEAD("_asyncio.TaskStepMethWrapper", Step),
    .call = step_call,
    .getset = step_getset,
    .trace = step_trace,
    .flags = TYPE_NO_NEW,
};

void task_step_start(void)
{
    type_ready(&step_type, 0);
}
