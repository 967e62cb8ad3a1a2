/* Asynchronous generators, and the awaitables that their methods return.
 *
 * The body of an async generator yields wrapped values for its own `yield`, and passes plain
 * ones through that come from what it awaits. An awaitable (asend, athrow, aclose) drives the
 * body: plain values go on to the event loop, a wrapped one ends the awaitable with
 * StopIteration(value).
 *
 *   awaitable:  INIT ----send, throw----> ITER ----outcome, close----> CLOSED
 */
#include "core/abstract.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/module.h"
#include "types/exception.h"
#include "types/generic_alias.h"
#include "types/str.h"
#include "vm/generator.h"

typedef struct Wrapped {
    Object ob;
    Value value; /* immutable after init */
} Wrapped;

typedef enum AwaitableState { AWAIT_INIT, AWAIT_ITER, AWAIT_CLOSED } AwaitableState;
typedef struct Awaitable {
    Object ob;
    Generator *generator; /* immutable after init */
    Value sent;           /* asend: the value. Immutable after init, as `thrown` */
    Value thrown[3];      /* athrow: arguments of throw() */
    uint8_t state;        /* atomic: AwaitableState */
    bool is_close;
} Awaitable;

static Type wrapped_type, asend_type, athrow_type;

static void wrapped_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((Wrapped *)o)->value);
}

static Type wrapped_type = {
    TYPE_HEAD("async_generator_wrapped_value", Wrapped),
    .trace = wrapped_trace,
    .flags = TYPE_NO_NEW,
};

Value async_gen_wrap(Value value)
{
    Wrapped *wrapped = TRY(NEW(Wrapped, &wrapped_type));
    gc_store(wrapped, &wrapped->value, value);
    return (Value)wrapped;
}

static bool is_wrapped(Value v)
{
    return v && type_of(v) == &wrapped_type;
}

/* ---- the generator */

static Value or_none(Value v)
{
    return v ? v : None;
}

static Value repr(Value self)
{
    return str_format("<%T object %V at 0x%zx>", self, load_acquire(&((Generator *)self)->qualname),
                      (size_t)self);
}

static Value identity(Value self)
{
    return self;
}

/* The hooks of the thread that iterates first (sys.set_asyncgen_hooks). */
static bool run_first_iteration_hook(Generator *g)
{
    if (load_relaxed(&g->hooks_inited) || exchange_acq_rel(&g->hooks_inited, true))
        return true;
    Thread *thread = thread_self();
    if (thread->async_gen_finalizer)
        gc_store(g, &g->finalizer, thread->async_gen_finalizer);
    return !thread->async_gen_firstiter || call1(thread->async_gen_firstiter, (Value)g);
}

static Value asend_new(Generator *g, Value sent)
{
    TRY(run_first_iteration_hook(g));
    Awaitable *a = TRY(NEW(Awaitable, &asend_type));
    gc_store(a, &a->generator, g);
    gc_store(a, &a->sent, sent);
    return (Value)a;
}

static Value athrow_new(Generator *g, Value *thrown)
{
    TRY(run_first_iteration_hook(g));
    Awaitable *a = TRY(NEW(Awaitable, &athrow_type));
    gc_store(a, &a->generator, g);
    a->is_close = !thrown;
    for (int i = 0; thrown && i < 3; i++)
        gc_store(a, &a->thrown[i], thrown[i]);
    return (Value)a;
}

static Value async_generator_anext(Value self)
{
    return asend_new((Generator *)self, None);
}

METHOD(async_generator_asend, "asend", "value, /", "asend(v) -> send 'v' in generator.")
{
    return asend_new((Generator *)args[0], args[1]);
}

METHOD(async_generator_athrow, "athrow", "!typ, val=?, tb=?, /",
       "athrow(value)\nathrow(type[,value[,tb]])\n\nraise exception in generator.")
{
    if (args[2] && !warn(DeprecationWarning, 1,
                         "the (type, exc, tb) signature of athrow() is deprecated, "
                         "use the single-arg signature instead."))
        return 0;
    return athrow_new((Generator *)args[0], args + 1);
}

METHOD(async_generator_aclose, "aclose", "", "aclose() -> raise GeneratorExit inside generator.")
{
    return athrow_new((Generator *)args[0], 0);
}

CLASS_METHOD(async_generator_class_getitem, "__class_getitem__", "item, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static Value get_await(Value self)
{
    return or_none(generator_delegate((Generator *)self));
}

static Value get_running(Value self)
{
    return bool_value(load_relaxed(&((Generator *)self)->running_async));
}

static Value get_suspended(Value self)
{
    return bool_value(load_acquire(&((Generator *)self)->state) == GEN_SUSPENDED);
}

static Value get_code(Value self)
{
    TRY(AUDIT("object.__getattr__", self, str_intern_cstring("ag_code")));
    return (Value)((Generator *)self)->frame.code;
}

static const GetSetDef async_generator_getset[] = {
    {"__name__", generator_get_name, generator_set_name, "name of the async generator"},
    {"__qualname__", generator_get_qualname, generator_set_qualname,
     "qualified name of the async generator"},
    {"ag_await", get_await, 0, "object being awaited on, or None"},
    {"ag_running", get_running, 0, 0},
    {"ag_frame", generator_get_frame, 0, 0},
    {"ag_code", get_code, 0, 0},
    {"ag_suspended", get_suspended, 0, 0},
    {0},
};

static MethodDef *const async_generator_methods[] = {
    M(async_generator_asend),
    M(async_generator_athrow),
    M(async_generator_aclose),
    M(async_generator_class_getitem),
    0,
};

static Value async_generator_del(Value self)
{
    Generator *g = (Generator *)self;
    if (generator_is_finished(g))
        return None;
    Value finalizer = load_acquire(&g->finalizer);
    if (finalizer && !load_relaxed(&g->closed))
        return call1(finalizer, self);
    if (load_acquire(&g->state) == GEN_SUSPENDED && g->frame.code->handlers)
        return generator_close(self);
    return None;
}

static bool async_generator_del_due(Object *self)
{
    const Generator *g = (Generator *)self;
    uint8_t state = load_relaxed(&g->state);
    return state != GEN_FINISHED && ((g->finalizer && !load_relaxed(&g->closed)) ||
                                     (state == GEN_SUSPENDED && g->frame.code->handlers));
}

Type async_generator_type = {
    TYPE_HEAD("async_generator", Generator),
    .item_size = sizeof(Value),
    .repr = repr,
    .aiter = identity,
    .anext = async_generator_anext,
    .del = async_generator_del,
    .del_due = async_generator_del_due,
    .methods = async_generator_methods,
    .getset = async_generator_getset,
    .trace = generator_trace,
    .layout = LAYOUT_ASYNC_GENERATOR,
    .flags = TYPE_NO_NEW | TYPE_HAS_DEL,
    .has_weakrefs = true,
};

/* ---- what the body came to */

static void end_awaitable(Awaitable *a)
{
    store_release(&a->generator->running_async, false);
    store_release(&a->state, AWAIT_CLOSED);
}

/* A wrapped value, a return or an error end the awaitable; a plain value passes. */
static Value unwrap(Awaitable *a, SendResult outcome, Value result)
{
    Generator *g = a->generator;
    if (outcome == SEND_YIELDED && !is_wrapped(result))
        return result;
    if (outcome == SEND_YIELDED) {
        end_awaitable(a);
        return raise_stop_iteration(((Wrapped *)result)->value);
    }
    if (outcome == SEND_RETURNED)
        raise_value(StopAsyncIteration, 0);
    if (error_matches(StopAsyncIteration) || error_matches(GeneratorExit))
        store_relaxed(&g->closed, true);
    end_awaitable(a);
    return 0;
}

/* The same for aclose(): the body has to end, and how it does so is no error. */
static Value unwrap_close(Awaitable *a, SendResult outcome, Value result)
{
    if (outcome == SEND_YIELDED && !is_wrapped(result))
        return result;
    end_awaitable(a);
    if (outcome == SEND_YIELDED)
        return raise(RuntimeError, "async generator ignored GeneratorExit");
    if (outcome == SEND_RETURNED || error_clear_if(StopAsyncIteration) ||
        error_clear_if(GeneratorExit))
        return raise_stop_iteration(None);
    return 0;
}

/* INIT to ITER, unless another awaitable drives the generator. */
static bool begin(Awaitable *a, const char *what)
{
    if (exchange_acq_rel(&a->generator->running_async, true)) {
        store_release(&a->state, AWAIT_CLOSED);
        raise(RuntimeError, "%s(): asynchronous generator is already running", what);
        return false;
    }
    store_release(&a->state, AWAIT_ITER);
    /* awaitable_del has nothing to say any more: the object need not be revived for it. */
    fetch_or_relaxed(&a->ob.flags, FLAG_FINALIZED);
    return true;
}

static const char *awaitable_name(const Awaitable *a)
{
    if (type_of((Value)a) == &asend_type)
        return "asend";
    return a->is_close ? "aclose" : "athrow";
}

static Value awaitable_del(Value self)
{
    Awaitable *a = (Awaitable *)self;
    if (load_acquire(&a->state) == AWAIT_INIT &&
        !warn(RuntimeWarning, 1, "coroutine method '%s' of '%V' was never awaited",
              awaitable_name(a), load_acquire(&a->generator->qualname)))
        error_write_unraisable(0, (Value)a->generator);
    return None;
}

static bool awaitable_del_due(Object *self)
{
    return load_relaxed(&((Awaitable *)self)->state) == AWAIT_INIT;
}

static void awaitable_trace(Object *o, Tracer *tracer)
{
    Awaitable *a = (Awaitable *)o;
    gc_visit(tracer, (Value)a->generator);
    gc_visit(tracer, a->sent);
    gc_visit_range(tracer, a->thrown, 3);
}

/* ---- asend() and __anext__() */

static Value asend_send(Value self, Value value)
{
    Awaitable *a = (Awaitable *)self;
    uint8_t state = load_acquire(&a->state);
    if (state == AWAIT_CLOSED)
        return raise(RuntimeError, "cannot reuse already awaited __anext__()/asend()");
    if (state == AWAIT_INIT) {
        TRY(begin(a, "anext"));
        if (value == None)
            value = a->sent;
    }
    Value result;
    SendResult outcome = generator_send((Value)a->generator, value, &result);
    return unwrap(a, outcome, result);
}

static Value asend_next(Value self)
{
    return asend_send(self, None);
}

METHOD(asend_send_method, "send", "arg, /", "")
{
    return asend_send(args[0], args[1]);
}

METHOD(asend_throw, "throw", "typ, val=?, tb=?, /", "")
{
    Awaitable *a = (Awaitable *)args[0];
    uint8_t state = load_acquire(&a->state);
    if (state == AWAIT_CLOSED)
        return raise(RuntimeError, "cannot reuse already awaited __anext__()/asend()");
    if (state == AWAIT_INIT)
        TRY(begin(a, "anext"));
    Value result;
    SendResult outcome = generator_throw((Value)a->generator, args + 1, &result);
    return unwrap(a, outcome, result);
}

/* close() of both kinds: `throw` is their throw method. */
static Value awaitable_close(Value self, Value (*throw)(Value *args))
{
    if (load_acquire(&((Awaitable *)self)->state) == AWAIT_CLOSED)
        return None;
    Value args[4] = {self, (Value)GeneratorExit, 0, 0};
    if (throw(args))
        return raise(RuntimeError, "coroutine ignored GeneratorExit");
    if (error_clear_if(StopIteration) || error_clear_if(StopAsyncIteration) ||
        error_clear_if(GeneratorExit))
        return None;
    return 0;
}

METHOD(asend_close, "close", "", "")
{
    return awaitable_close(args[0], asend_throw);
}

static MethodDef *const asend_methods[] = {M(asend_send_method), M(asend_throw), M(asend_close), 0};

static Type asend_type = {
    TYPE_HEAD("async_generator_asend", Awaitable),
    .iter = identity,
    .await = identity,
    .next = asend_next,
    .del = awaitable_del,
    .del_due = awaitable_del_due,
    .methods = asend_methods,
    .trace = awaitable_trace,
    .flags = TYPE_NO_NEW | TYPE_HAS_DEL,
};

/* ---- athrow() and aclose() */

static Value athrow_outcome(Awaitable *a, SendResult outcome, Value result)
{
    return a->is_close ? unwrap_close(a, outcome, result) : unwrap(a, outcome, result);
}

/* The first step: throws into the body. */
static Value athrow_begin(Awaitable *a)
{
    Generator *g = a->generator;
    TRY(begin(a, a->is_close ? "aclose" : "athrow"));
    if (load_relaxed(&g->closed)) {
        end_awaitable(a);
        return raise_value(StopAsyncIteration, 0);
    }
    Value result, exit[3] = {(Value)GeneratorExit, 0, 0};
    if (a->is_close)
        store_relaxed(&g->closed, true);
    SendResult outcome = generator_throw((Value)g, a->is_close ? exit : a->thrown, &result);
    return athrow_outcome(a, outcome, result);
}

static Value athrow_send(Value self, Value value)
{
    Awaitable *a = (Awaitable *)self;
    uint8_t state = load_acquire(&a->state);
    if (state == AWAIT_CLOSED)
        return raise(RuntimeError, "cannot reuse already awaited aclose()/athrow()");
    if (generator_is_finished(a->generator)) {
        end_awaitable(a);
        return raise_stop_iteration(None);
    }
    if (state == AWAIT_INIT) {
        if (value != None)
            return raise(RuntimeError, "can't send non-None value to a just-started coroutine");
        return athrow_begin(a);
    }
    Value result;
    SendResult outcome = generator_send((Value)a->generator, value, &result);
    return athrow_outcome(a, outcome, result);
}

static Value athrow_next(Value self)
{
    return athrow_send(self, None);
}

METHOD(athrow_send_method, "send", "arg, /", "")
{
    return athrow_send(args[0], args[1]);
}

METHOD(athrow_throw, "throw", "typ, val=?, tb=?, /", "")
{
    Awaitable *a = (Awaitable *)args[0];
    uint8_t state = load_acquire(&a->state);
    if (state == AWAIT_CLOSED)
        return raise(RuntimeError, "cannot reuse already awaited aclose()/athrow()");
    if (state == AWAIT_INIT)
        TRY(begin(a, a->is_close ? "aclose" : "athrow"));
    Value result;
    SendResult outcome = generator_throw((Value)a->generator, args + 1, &result);
    return athrow_outcome(a, outcome, result);
}

METHOD(athrow_close, "close", "", "")
{
    return awaitable_close(args[0], athrow_throw);
}

static MethodDef *const athrow_methods[] = {M(athrow_send_method), M(athrow_throw), M(athrow_close),
                                            0};

static Type athrow_type = {
    TYPE_HEAD("async_generator_athrow", Awaitable),
    .iter = identity,
    .await = identity,
    .next = athrow_next,
    .del = awaitable_del,
    .del_due = awaitable_del_due,
    .methods = athrow_methods,
    .trace = awaitable_trace,
    .flags = TYPE_NO_NEW | TYPE_HAS_DEL,
};

void async_generator_start(void)
{
    type_ready(&wrapped_type, 0);
    type_ready(&async_generator_type, SHAPE_ASYNC_GENERATOR);
    type_ready(&asend_type, 0);
    type_ready(&athrow_type, 0);
}
