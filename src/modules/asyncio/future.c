/* Future: the result of something that is not done yet.
 *
 * Most futures get one callback, or none, so the first one lies in the object. A change of state
 * takes all callbacks under the lock and has the loop call them afterwards, so that a callback is
 * called once, whatever threads do. */
#include "core/attribute.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/names.h"
#include "modules/_contextvars.h"
#include "modules/asyncio/asyncio.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/generic_alias.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

static Future *as_future(Value v)
{
    return (Future *)v;
}

void future_trace(Object *o, Tracer *tracer)
{
    gc_visit_range(tracer, &((Future *)o)->loop, 10); /* loop to cancelled_error */
}

static Value or_none(Value *slot)
{
    Value v = load_acquire(slot);
    return v ? v : None;
}

bool future_check_alive(const Future *self)
{
    return load_acquire(&self->loop) || raise(RuntimeError, "Future object is not initialized.");
}

/* ---- making */

static void forget_all(Future *self)
{
    WITH_LOCK (self) {
        Value *fields = &self->loop; /* NO_BARRIER: stores of no value */
        for (unsigned i = 0; i < 10; i++)
            store_release(&fields[i], (Value)0);
        store_release(&self->state, (uint8_t)FUTURE_PENDING);
        store_release(&self->log_traceback, (uint8_t)0);
        store_release(&self->blocking, (uint8_t)0);
    }
}

bool future_init(Future *self, Value loop)
{
    TRY(borrow_all());
    if (unlikely(load_relaxed(&self->loop)))
        forget_all(self);
    if (loop == None)
        loop = TRY(asyncio_get_event_loop());
    gc_store(self, &self->loop, loop);
    Value debug = TRY(call_method0(loop, names.get_debug));
    int truth = debug == False ? 0 : object_truth(debug);
    if (likely(!truth))
        return true;
    if (truth < 0)
        return false;
    Value stack = TRY(call0(TRY(borrowed(EXTRACT_STACK))));
    gc_store(self, &self->source_traceback, stack);
    return true;
}

INIT_METHOD(future_init_method, "*, loop=None")
{
    TRY(future_init(as_future(args[0]), args[1]));
    return None;
}

/* ---- callbacks */

typedef struct Callbacks {
    Value first, context, others;
} Callbacks;

static Callbacks take_callbacks_locked(Future *self)
{
    Callbacks all = {self->callback, self->callback_context, self->callbacks};
    store_release(&self->callback, (Value)0); /* NO_BARRIER: stores of no value */
    store_release(&self->callback_context, (Value)0);
    store_release(&self->callbacks, (Value)0);
    return all;
}

static bool schedule(Future *self, const Callbacks *all)
{
    if (!all->first)
        return true;
    Value loop = load_acquire(&self->loop);
    TRY(loop_call_soon(loop, all->first, (Value)self, all->context));
    if (!all->others)
        return true;
    intptr_t count = list_length(all->others);
    for (intptr_t i = 0; i < count; i++) {
        Value pair = list_get(all->others, i);
        TRY(loop_call_soon(loop, tuple_get(pair, 0), (Value)self, tuple_get(pair, 1)));
    }
    return true;
}

bool future_add_callback(Future *self, Value callback, Value context)
{
    Value pair = 0, more = 0;
    if (unlikely(load_relaxed(&self->callback))) {
        pair = TRY(tuple_of(callback, context));
        more = load_relaxed(&self->callbacks) ? 0 : TRY(list_new(1));
    }
    WITH_LOCK (self) {
        if (self->state != FUTURE_PENDING)
            break;
        if (!self->callback) {
            gc_store(self, &self->callback, callback);
            gc_store(self, &self->callback_context, context);
            return true;
        }
        if (!pair) /* another thread was quicker */
            pair = TRY(tuple_of(callback, context));
        if (!self->callbacks)
            gc_store(self, &self->callbacks, more ? more : TRY(list_new(1)));
        return list_append(self->callbacks, pair);
    }
    return loop_call_soon(load_acquire(&self->loop), callback, (Value)self, context);
}

/* A list of tuples (callback, context) as they are now; empty if there is none. */
static Value callbacks_list(Future *self)
{
    Value list = TRY(list_new(1)), first = 0, context = 0, others = 0;
    WITH_LOCK (self) {
        first = self->callback;
        context = self->callback_context;
        others = self->callbacks;
    }
    if (first)
        TRY(list_append(list, TRY(tuple_of(first, context))));
    if (others)
        TRY(list_extend(list, others));
    return list;
}

static bool is_in(Value pairs, Value callback, Value context)
{
    intptr_t count = list_length(pairs);
    for (intptr_t i = 0; i < count; i++) {
        Value pair = list_get(pairs, i);
        if (tuple_get(pair, 0) == callback && tuple_get(pair, 1) == context)
            return true;
    }
    return false;
}

/* The first callback stays in the object. `rest` is a fresh list. */
static intptr_t remove_locked(Future *self, Value gone, Value rest)
{
    intptr_t removed = 0, count = self->callbacks ? list_length(self->callbacks) : 0;
    Value first = self->callback, context = self->callback_context;
    if (first && is_in(gone, first, context)) {
        removed++;
        first = context = 0;
    }
    for (intptr_t i = 0; i < count; i++) {
        Value pair = list_get(self->callbacks, i);
        if (is_in(gone, tuple_get(pair, 0), tuple_get(pair, 1))) {
            removed++;
        } else if (!first) {
            first = tuple_get(pair, 0);
            context = tuple_get(pair, 1);
        } else {
            TRY_OR(list_append(rest, pair), -1);
        }
    }
    gc_store(self, &self->callback, first);
    gc_store(self, &self->callback_context, context);
    gc_store(self, &self->callbacks, list_length(rest) ? rest : 0);
    return removed;
}

/* ---- results */

static bool still_pending(const Future *self)
{
    return future_state(self) == FUTURE_PENDING || raise_invalid_state("invalid state");
}

Value future_cancel(Future *self, Value message)
{
    Callbacks all = {0};
    bool changed = false;
    store_release(&self->log_traceback, (uint8_t)0);
    WITH_LOCK (self) {
        if (self->state != FUTURE_PENDING)
            break;
        changed = true;
        gc_store(self, &self->cancel_message, message);
        store_release(&self->state, (uint8_t)FUTURE_CANCELLED);
        all = take_callbacks_locked(self);
    }
    TRY(schedule(self, &all));
    return bool_value(changed);
}

bool future_set_result(Future *self, Value result)
{
    Callbacks all = {0};
    bool changed = false;
    WITH_LOCK (self) {
        if (self->state != FUTURE_PENDING)
            break;
        changed = true;
        gc_store(self, &self->result, result);
        store_release(&self->state, (uint8_t)FUTURE_FINISHED);
        all = take_callbacks_locked(self);
    }
    return changed ? schedule(self, &all) : still_pending(self);
}

/* An instance of what set_exception was given. */
static Value instance_of_exception(Value exception)
{
    if (is_type(exception))
        exception = TRY(call0(exception));
    if (!is_exception(exception))
        return raise(TypeError, "invalid exception object");
    if (!is_instance_of(exception, StopIteration))
        return exception;
    raise(RuntimeError, "StopIteration interacts badly with "
                        "generators and cannot be raised into a Future");
    Value wrapped = error_take();
    exception_set_cause(wrapped, exception);
    exception_set_context(wrapped, exception);
    return wrapped;
}

bool future_set_exception(Future *self, Value exception)
{
    Callbacks all = {0};
    bool changed = false;
    TRY(still_pending(self));
    exception = TRY(instance_of_exception(exception));
    WITH_LOCK (self) {
        if (self->state != FUTURE_PENDING)
            break;
        changed = true;
        gc_store(self, &self->exception, exception);
        gc_store(self, &self->traceback, load_acquire(&((Exception_ *)exception)->traceback));
        store_release(&self->state, (uint8_t)FUTURE_FINISHED);
        all = take_callbacks_locked(self);
    }
    TRY(changed ? schedule(self, &all) : still_pending(self));
    store_release(&self->log_traceback, (uint8_t)1);
    return true;
}

Value future_make_cancelled_error(Future *self)
{
    Value saved = 0;
    if (load_relaxed(&self->cancelled_error))
        WITH_LOCK (self) {
            saved = load_acquire(&self->cancelled_error);
            store_release(&self->cancelled_error, (Value)0); /* NO_BARRIER: 0 */
        }
    if (saved)
        return saved;
    Value class = TRY(borrowed(CANCELLED_ERROR)), message = load_acquire(&self->cancel_message);
    return message && message != None ? call1(class, message) : call0(class);
}

/* InvalidStateError unless it is finished; the CancelledError if it was cancelled. */
static bool check_finished(Future *self, const char *message)
{
    FutureState state = future_state(self);
    if (unlikely(!load_relaxed(&self->loop)))
        return raise_invalid_state("Future object is not initialized.");
    if (state == FUTURE_CANCELLED)
        return raise_object(TRY(future_make_cancelled_error(self)));
    if (state == FUTURE_PENDING)
        return raise_invalid_state(message);
    if (load_relaxed(&self->log_traceback))
        store_release(&self->log_traceback, (uint8_t)0);
    return true;
}

Value future_result(Future *self)
{
    TRY(check_finished(self, "Result is not ready."));
    Value exception = load_acquire(&self->exception);
    if (likely(!exception)) {
        Value result = load_acquire(&self->result);
        /* else another thread has called __init__ again meanwhile */
        return likely(result != 0) ? result : raise_invalid_state("Result is not ready.");
    }
    exception_set_traceback(exception, or_none(&self->traceback));
    return raise_object(exception);
}

/* ---- methods */

METHOD(future_result_method, "result", "/",
       "Return the result this future represents.\n\n"
       "If the future has been cancelled, raises CancelledError.  If the\n"
       "future's result isn't yet available, raises InvalidStateError.  If\n"
       "the future is done and has an exception set, this exception is raised.")
{
    return future_result(as_future(args[0]));
}

METHOD(future_exception, "exception", "/",
       "Return the exception that was set on this future.\n\n"
       "The exception (or None if no exception was set) is returned only if\n"
       "the future is done.  If the future has been cancelled, raises\n"
       "CancelledError.  If the future isn't done yet, raises\n"
       "InvalidStateError.")
{
    Future *self = as_future(args[0]);
    TRY(check_finished(self, "Exception is not set."));
    return or_none(&self->exception);
}

METHOD(future_set_result_method, "set_result", "result, /",
       "Mark the future done and set its result.\n\n"
       "If the future is already done when this method is called, raises\n"
       "InvalidStateError.")
{
    TRY(future_check_alive(as_future(args[0])));
    TRY(future_set_result(as_future(args[0]), args[1]));
    return None;
}

METHOD(future_set_exception_method, "set_exception", "exception, /",
       "Mark the future done and set an exception.\n\n"
       "If the future is already done when this method is called, raises\n"
       "InvalidStateError.")
{
    TRY(future_check_alive(as_future(args[0])));
    TRY(future_set_exception(as_future(args[0]), args[1]));
    return None;
}

METHOD(future_add_done_callback, "add_done_callback", "fn, /, *, context=?<unrepresentable>",
       "Add a callback to be run when the future becomes done.\n\n"
       "The callback is called with a single argument - the future object. If\n"
       "the future is already done when this is called, the callback is\n"
       "scheduled with call_soon.")
{
    Future *self = as_future(args[0]);
    if (!load_acquire(&self->loop))
        return raise(RuntimeError, "uninitialized Future object");
    Value context = args[2] && args[2] != None ? args[2] : TRY(context_copy_current());
    TRY(future_add_callback(self, args[1], context));
    return None;
}

/* The comparisons may run any Python code, so they look at a copy; what is equal goes then, if it
 * is still there. */
METHOD(future_remove_done_callback, "remove_done_callback", "fn, /",
       "Remove all instances of a callback from the \"call when done\" list.\n\n"
       "Returns the number of callbacks removed.")
{
    Future *self = as_future(args[0]);
    intptr_t removed = 0;
    TRY(future_check_alive(self));
    Value all = TRY(callbacks_list(self)), gone = TRY(list_new(0)), rest = TRY(list_new(0));
    for (intptr_t i = 0; i < list_length(all); i++) {
        Value pair = list_get(all, i);
        int equal = TRY_NOT_NEGATIVE(object_equal(tuple_get(pair, 0), args[1]), 0);
        if (equal)
            TRY(list_append(gone, pair));
    }
    if (list_length(gone))
        WITH_LOCK (self) {
            removed = TRY_NOT_NEGATIVE(remove_locked(self, gone, rest), 0);
        }
    return int_small(removed);
}

METHOD(future_cancel_method, "cancel", "msg=None",
       "Cancel the future and schedule callbacks.\n\n"
       "If the future is already done or cancelled, return False.  Otherwise,\n"
       "change the future's state to cancelled, schedule the callbacks and\n"
       "return True.")
{
    TRY(future_check_alive(as_future(args[0])));
    return future_cancel(as_future(args[0]), args[1]);
}

METHOD(future_cancelled, "cancelled", "/", "Return True if the future was cancelled.")
{
    return bool_value(future_state(as_future(args[0])) == FUTURE_CANCELLED);
}

METHOD(future_done, "done", "/",
       "Return True if the future is done.\n\n"
       "Done means either that a result / exception are available, or that the\n"
       "future was cancelled.")
{
    return bool_value(future_state(as_future(args[0])) != FUTURE_PENDING);
}

METHOD(future_get_loop, "get_loop", "/", "Return the event loop the Future is bound to.")
{
    Value loop = load_acquire(&as_future(args[0])->loop);
    return loop ? loop : raise(RuntimeError, "Future object is not initialized.");
}

METHOD(future_make_cancelled_error_method, "_make_cancelled_error", "/",
       "Create the CancelledError to raise if the Future is cancelled.\n\n"
       "This should only be called once when handling a cancellation since\n"
       "it erases the context exception value.")
{
    return future_make_cancelled_error(as_future(args[0]));
}

CLASS_METHOD(future_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const future_methods[] = {M(future_result_method),
                                            M(future_exception),
                                            M(future_set_result_method),
                                            M(future_set_exception_method),
                                            M(future_add_done_callback),
                                            M(future_remove_done_callback),
                                            M(future_cancel_method),
                                            M(future_cancelled),
                                            M(future_done),
                                            M(future_get_loop),
                                            M(future_make_cancelled_error_method),
                                            M(future_class_getitem),
                                            0};

/* ---- attributes */

static Value get_state(Value self)
{
    static const char *const texts[] = {"PENDING", "CANCELLED", "FINISHED"};
    TRY(future_check_alive(as_future(self)));
    return str_intern_cstring(texts[future_state(as_future(self))]);
}

static Value get_blocking(Value self)
{
    return bool_value(load_relaxed(&as_future(self)->blocking));
}

/* The truth of a flag that is assigned to; -1: it is deleted, or has no truth. */
static int flag_truth(Value value)
{
    if (value)
        return object_truth(value);
    raise(AttributeError, "cannot delete attribute");
    return -1;
}

static bool set_blocking(Value self, Value value)
{
    int truth = TRY_NOT_NEGATIVE(flag_truth(value), false);
    store_relaxed(&as_future(self)->blocking, (uint8_t)truth);
    return true;
}

static Value get_loop(Value self)
{
    return or_none(&as_future(self)->loop);
}

static Value get_callbacks(Value self)
{
    TRY(future_check_alive(as_future(self)));
    Value list = TRY(callbacks_list(as_future(self)));
    return list_length(list) ? list : None;
}

static Value get_result(Value self)
{
    TRY(future_check_alive(as_future(self)));
    return or_none(&as_future(self)->result);
}

static Value get_exception(Value self)
{
    TRY(future_check_alive(as_future(self)));
    return or_none(&as_future(self)->exception);
}

static Value get_log_traceback(Value self)
{
    TRY(future_check_alive(as_future(self)));
    return bool_value(load_relaxed(&as_future(self)->log_traceback));
}

static bool set_log_traceback(Value self, Value value)
{
    int truth = TRY_NOT_NEGATIVE(flag_truth(value), false);
    if (truth)
        return raise(ValueError, "_log_traceback can only be set to False");
    store_release(&as_future(self)->log_traceback, (uint8_t)0);
    return true;
}

static Value get_source_traceback(Value self)
{
    return or_none(&as_future(self)->source_traceback);
}

static Value get_cancel_message(Value self)
{
    return or_none(&as_future(self)->cancel_message);
}

static bool set_cancel_message(Value self, Value value)
{
    if (!value)
        return raise(AttributeError, "cannot delete attribute");
    gc_store(self, &as_future(self)->cancel_message, value);
    return true;
}

static const GetSetDef future_getset[] = {
    {"_state", get_state, 0, 0},
    {"_asyncio_future_blocking", get_blocking, set_blocking, 0},
    {"_loop", get_loop, 0, 0},
    {"_callbacks", get_callbacks, 0, 0},
    {"_result", get_result, 0, 0},
    {"_exception", get_exception, 0, 0},
    {"_log_traceback", get_log_traceback, set_log_traceback, 0},
    {"_source_traceback", get_source_traceback, 0, 0},
    {"_cancel_message", get_cancel_message, set_cancel_message, 0},
    {0},
};

/* ---- its end */

void future_report(Future *self, Value context)
{
    Value stack = load_acquire(&self->source_traceback), loop = load_acquire(&self->loop);
    if (stack && !dict_set_cstring(context, "source_traceback", stack))
        error_write_unraisable(0, (Value)self);
    else if (loop && !call_method1(loop, names.call_exception_handler, context))
        error_write_unraisable(0, loop);
}

/* {'message': ..., 'exception': ..., 'future': self} */
static Value never_retrieved(Future *self)
{
    Value context = TRY(dict_new());
    Value message =
        TRY(str_format("%s exception was never retrieved", type_short_name(type_of((Value)self))));
    TRY(dict_set_cstring(context, "message", message));
    TRY(dict_set_cstring(context, "exception", or_none(&self->exception)));
    TRY(dict_set_cstring(context, "future", (Value)self));
    return context;
}

Value future_del(Value v)
{
    Future *self = as_future(v);
    if (!load_relaxed(&self->log_traceback))
        return None;
    store_release(&self->log_traceback, (uint8_t)0);
    future_report(self, TRY(never_retrieved(self)));
    return None;
}

static bool future_del_due(Object *o)
{
    return load_relaxed(&((Future *)o)->log_traceback);
}

static bool future_del_settled(Object *o)
{
    return future_state((Future *)o) == FUTURE_FINISHED && !load_relaxed(&((Future *)o)->exception);
}

/* ---- the iterator: what `await` makes of a future */

typedef struct FutureIter {
    Object ob;
    Value future; /* atomic: 0 once it has ended */
} FutureIter;

static void future_iter_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((FutureIter *)o)->future));
}

static Value future_iter(Value v)
{
    TRY(future_check_alive(as_future(v)));
    FutureIter *self = TRY(NEW(FutureIter, &future_iter_type));
    self->future = v; /* NO_BARRIER: fresh, nothing allocated since */
    return (Value)self;
}

/* As iterator_send of the interpreter wants it: the future, once; then its result. */
static SendResult future_iter_send(Value v, Value value UNUSED, Value *result)
{
    FutureIter *self = (FutureIter *)v;
    Future *future = (Future *)load_acquire(&self->future);
    *result = None;
    if (!future)
        return SEND_RETURNED;
    *result = 0;
    if (future_state(future) == FUTURE_PENDING) {
        if (load_relaxed(&future->blocking)) {
            raise(RuntimeError, "await wasn't used with future");
            return SEND_FAILED;
        }
        store_relaxed(&future->blocking, (uint8_t)1);
        *result = (Value)future;
        return SEND_YIELDED;
    }
    store_release(&self->future, (Value)0); /* NO_BARRIER: 0 */
    *result = future_result(future);
    return *result ? SEND_RETURNED : SEND_FAILED;
}

static Value future_iter_next(Value self)
{
    Value result;
    SendResult outcome = future_iter_send(self, None, &result);
    if (outcome != SEND_RETURNED)
        return result;
    return result == None ? 0 : raise_stop_iteration(result);
}

METHOD(future_iter_send_method, "send", "object, /", 0)
{
    Value result = future_iter_next(args[0]);
    return result || error_pending() ? result : raise_stop_iteration(0);
}

METHOD(future_iter_throw, "throw", "!type, val=?, tb=?, /; ", 0)
{
    FutureIter *self = (FutureIter *)args[0];
    Value type = args[1], value = args[2] == None ? 0 : args[2];
    if ((args[2] || args[3]) && !warn(DeprecationWarning, 1,
                                      "the (type, exc, tb) signature of throw() is deprecated, "
                                      "use the single-arg signature instead."))
        return 0;
    Value traceback = args[3] == None ? 0 : args[3];
    if (traceback && !has_layout(traceback, LAYOUT_TRACEBACK))
        return raise(TypeError, "throw() third argument must be a traceback");
    if (is_exception(type)) {
        if (value)
            return raise(TypeError, "instance exception may not have a separate value");
        value = type;
    } else if (!is_exception_class(type)) {
        return raise(TypeError, "exceptions must be classes deriving BaseException or "
                                "instances of such a class");
    } else if (!value) {
        value = TRY(call0(type));
    } else if (!is_instance_of(value, (Type *)type)) {
        value = TRY(is_tuple(value) ? call_tuple_dict(type, value, 0) : call1(type, value));
    }
    store_release(&self->future, (Value)0); /* NO_BARRIER: 0 */
    if (traceback)
        exception_set_traceback(value, traceback);
    return raise_object(value);
}

METHOD(future_iter_close, "close", "/", 0)
{
    store_release(&((FutureIter *)args[0])->future, (Value)0); /* NO_BARRIER: 0 */
    return None;
}

static Value itself(Value self)
{
    return self;
}

static MethodDef *const future_iter_methods[] = {M(future_iter_send_method), M(future_iter_throw),
                                                 M(future_iter_close), 0};

Type future_iter_type = {
    TYPE_HEAD("_asyncio.FutureIter", FutureIter),
    .iter = itself,
    .next = future_iter_next,
    .send = future_iter_send,
    .methods = future_iter_methods,
    .trace = future_iter_trace,
    .flags = TYPE_NO_NEW,
};

/* ---- the type */

static Value future_repr(Value self)
{
    TRY(future_check_alive(as_future(self)));
    return call1(TRY(borrowed(FUTURE_REPR)), self);
}

/* __new__ of both types: the arguments are __init__'s. */
Value future_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    return object_alloc(type);
}

Type future_type = {
    TYPE_HEAD("_asyncio.Future", Future),
    .repr = future_repr,
    .make = future_make,
    .iter = future_iter,
    .await = future_iter,
    .init_def = M(future_init_method),
    .del = future_del,
    .del_due = future_del_due,
    .del_settled = future_del_settled,
    .methods = future_methods,
    .getset = future_getset,
    .trace = future_trace,
    .flags = TYPE_BASE,
    .tail_offset = sizeof(Future),
    .has_weakrefs = true,
};

void future_start(void)
{
    type_ready(&future_type, 0);
    type_ready(&future_iter_type, 0);
}
