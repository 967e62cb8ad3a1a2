/* The types generator, coroutine and coroutine_wrapper. */
#include "core/abstract.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/module.h"
#include "types/exception.h"
#include "types/list.h"
#include "types/generic_alias.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/generator.h"

static Value or_none(Value v)
{
    return v ? v : None;
}

/* ---- what generators and coroutines have in common */

static Value generator_repr(Value self)
{
    return str_format("<%T object %V at 0x%zx>", self, load_acquire(&((Generator *)self)->qualname),
                      (size_t)self);
}

static Value generator_next(Value self)
{
    Value result;
    SendResult outcome = generator_send(self, None, &result);
    if (outcome == SEND_RETURNED)
        return result == None ? 0 : raise_stop_iteration(result);
    return result;
}

static Value generator_iter(Value self)
{
    return self;
}

METHOD(generator_send_method, "send", "arg, /",
       "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration.")
{
    Value result;
    SendResult outcome = generator_send(args[0], args[1], &result);
    return generator_outcome(outcome, result);
}

/* The three-argument form is deprecated. */
static Value throw_method(Value *args)
{
    if (args[2] && !warn(DeprecationWarning, 1,
                         "the (type, exc, tb) signature of throw() is deprecated, "
                         "use the single-arg signature instead."))
        return 0;
    Value result;
    SendResult outcome = generator_throw(args[0], args + 1, &result);
    return generator_outcome(outcome, result);
}

METHOD(
    generator_throw_method, "throw", "typ, val=?, tb=?, /",
    "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded "
    "value or raise\nStopIteration.")
{
    return throw_method(args);
}

METHOD(generator_close_method, "close", "", "close() -> raise GeneratorExit inside generator.")
{
    return generator_close(args[0]);
}

METHOD(
    coroutine_send_method, "send", "arg, /",
    "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration.")
{
    Value result;
    SendResult outcome = generator_send(args[0], args[1], &result);
    return generator_outcome(outcome, result);
}

METHOD(coroutine_throw_method, "throw", "typ, val=?, tb=?, /",
       "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next "
       "iterated value or raise\nStopIteration.")
{
    return throw_method(args);
}

METHOD(coroutine_close_method, "close", "", "close() -> raise GeneratorExit inside coroutine.")
{
    return generator_close(args[0]);
}

METHOD(generator_sizeof, "__sizeof__", "", "gen.__sizeof__() -> size of gen in memory, in bytes")
{
    Generator *g = (Generator *)args[0];
    return int_small((intptr_t)(sizeof *g + g->kept * sizeof(Value)));
}

Value generator_get_name(Value self)
{
    return load_acquire(&((Generator *)self)->name);
}

bool generator_set_name(Value self, Value value)
{
    if (!value || !is_str(value))
        return raise(TypeError, "__name__ must be set to a string object");
    gc_store(self, &((Generator *)self)->name, value);
    return true;
}

Value generator_get_qualname(Value self)
{
    return load_acquire(&((Generator *)self)->qualname);
}

bool generator_set_qualname(Value self, Value value)
{
    if (!value || !is_str(value))
        return raise(TypeError, "__qualname__ must be set to a string object");
    gc_store(self, &((Generator *)self)->qualname, value);
    return true;
}

static Value get_yield_from(Value self)
{
    return or_none(generator_delegate((Generator *)self));
}

static Value get_running(Value self)
{
    return bool_value(load_acquire(&((Generator *)self)->state) == GEN_RUNNING);
}

static Value get_suspended(Value self)
{
    return bool_value(load_acquire(&((Generator *)self)->state) == GEN_SUSPENDED);
}

static Value get_code(Value self)
{
    bool is_coroutine = type_of(self) == &coroutine_type;
    TRY(AUDIT("object.__getattr__", self,
              str_intern_cstring(is_coroutine ? "cr_code" : "gi_code")));
    return (Value)((Generator *)self)->frame.code;
}

Value generator_get_frame(Value self)
{
    return generator_frame_object((Generator *)self);
}

static const GetSetDef generator_getset[] = {
    {"__name__", generator_get_name, generator_set_name, "name of the generator"},
    {"__qualname__", generator_get_qualname, generator_set_qualname,
     "qualified name of the generator"},
    {"gi_yieldfrom", get_yield_from, 0, "object being iterated by yield from, or None"},
    {"gi_running", get_running, 0, 0},
    {"gi_frame", generator_get_frame, 0, 0},
    {"gi_suspended", get_suspended, 0, 0},
    {"gi_code", get_code, 0, 0},
    {0},
};

/* Generators and coroutines: see PEP 585. */
CLASS_METHOD(generator_class_getitem, "__class_getitem__", "item, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const generator_methods[] = {
    M(generator_send_method), M(generator_throw_method),  M(generator_close_method),
    M(generator_sizeof),      M(generator_class_getitem), 0,
};

/* A suspended generator with something to clean up gets GeneratorExit, a coroutine that was
 * never awaited a warning. */
static Value generator_del(Value self)
{
    Generator *g = (Generator *)self;
    uint8_t state = load_acquire(&g->state);
    if (state == GEN_FINISHED)
        return None;
    if (state == GEN_CREATED) {
        if (has_shape(self, SHAPE_COROUTINE) &&
            load_relaxed(&g->frame.pc) == code_entry(g->frame.code))
            coroutine_warn_never_awaited(g);
        return None;
    }
    return g->frame.code->handlers ? generator_close(self) : None;
}

static bool generator_del_due(Object *self)
{
    const Generator *g = (Generator *)self;
    uint8_t state = load_relaxed(&g->state);
    if (state == GEN_CREATED)
        return has_shape(self, SHAPE_COROUTINE) && g->frame.pc == code_entry(g->frame.code);
    return state != GEN_FINISHED && g->frame.code->handlers;
}

static bool generator_del_settled(Object *self)
{
    const Generator *g = (Generator *)self;
    uint8_t state = load_relaxed(&g->state);
    return state == GEN_FINISHED || (state != GEN_CREATED && !g->frame.code->handlers);
}

Type generator_type = {
    TYPE_HEAD("generator", Generator),
    .item_size = sizeof(Value),
    .repr = generator_repr,
    .iter = generator_iter,
    .next = generator_next,
    .feed = generator_feed,
    .del = generator_del,
    .del_due = generator_del_due,
    .del_settled = generator_del_settled,
    .methods = generator_methods,
    .getset = generator_getset,
    .trace = generator_trace,
    .layout = LAYOUT_GENERATOR,
    .flags = TYPE_NO_NEW | TYPE_HAS_DEL,
    .has_weakrefs = true,
};

/* ---- coroutines */

typedef struct CoroutineWrapper {
    Object ob;
    Value coroutine; /* immutable after init */
} CoroutineWrapper;

static Type coroutine_wrapper_type;

static Value coroutine_await(Value self)
{
    CoroutineWrapper *wrapper = TRY(NEW(CoroutineWrapper, &coroutine_wrapper_type));
    gc_store(wrapper, &wrapper->coroutine, self);
    return (Value)wrapper;
}

static Value get_origin(Value self)
{
    return or_none(((Generator *)self)->origin);
}

static const GetSetDef coroutine_getset[] = {
    {"__name__", generator_get_name, generator_set_name, "name of the coroutine"},
    {"__qualname__", generator_get_qualname, generator_set_qualname,
     "qualified name of the coroutine"},
    {"cr_await", get_yield_from, 0, "object being awaited on, or None"},
    {"cr_running", get_running, 0, 0},
    {"cr_frame", generator_get_frame, 0, 0},
    {"cr_code", get_code, 0, 0},
    {"cr_origin", get_origin, 0, 0},
    {"cr_suspended", get_suspended, 0, 0},
    {0},
};

static MethodDef *const coroutine_methods[] = {
    M(coroutine_send_method), M(coroutine_throw_method),  M(coroutine_close_method),
    M(generator_sizeof),      M(generator_class_getitem), 0,
};

Type coroutine_type = {
    TYPE_HEAD("coroutine", Generator),
    .item_size = sizeof(Value),
    .repr = generator_repr,
    .await = coroutine_await,
    .del = generator_del,
    .del_due = generator_del_due,
    .del_settled = generator_del_settled,
    .methods = coroutine_methods,
    .getset = coroutine_getset,
    .trace = generator_trace,
    .layout = LAYOUT_COROUTINE,
    .flags = TYPE_NO_NEW | TYPE_HAS_DEL,
    .has_weakrefs = true,
};

static void wrapper_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((CoroutineWrapper *)o)->coroutine);
}

static Value wrapped(Value self)
{
    return ((CoroutineWrapper *)self)->coroutine;
}

static Value wrapper_next(Value self)
{
    return generator_next(wrapped(self));
}

METHOD(wrapper_send, "send", "arg, /",
       "send(arg) -> send 'arg' into coroutine\nreturn next iterated value or raise StopIteration.")
{
    Value result;
    SendResult outcome = generator_send(wrapped(args[0]), args[1], &result);
    return generator_outcome(outcome, result);
}

METHOD(wrapper_throw, "throw", "typ, val=?, tb=?, /",
       "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next "
       "iterated value or raise\nStopIteration.")
{
    Value inner[4] = {wrapped(args[0]), args[1], args[2], args[3]};
    return throw_method(inner);
}

METHOD(wrapper_close, "close", "", "close() -> raise GeneratorExit inside coroutine.")
{
    return generator_close(wrapped(args[0]));
}

static MethodDef *const wrapper_methods[] = {M(wrapper_send), M(wrapper_throw), M(wrapper_close),
                                             0};

static Type coroutine_wrapper_type = {
    TYPE_HEAD("coroutine_wrapper", CoroutineWrapper),
    .iter = generator_iter,
    .next = wrapper_next,
    .methods = wrapper_methods,
    .trace = wrapper_trace,
    .flags = TYPE_NO_NEW,
    .doc = "A wrapper object implementing __await__ for coroutines.",
};

/* ---- await */

static bool is_awaitable_generator(Value o)
{
    return has_shape(o, SHAPE_GENERATOR) &&
           ((Generator *)o)->frame.code->flags & CODE_ITERABLE_COROUTINE;
}

Value coroutine_awaitable(Value o, unsigned where)
{
    if (has_shape(o, SHAPE_COROUTINE)) {
        if (generator_delegate((Generator *)o))
            return raise(RuntimeError, "coroutine is being awaited already");
        return o;
    }
    if (is_awaitable_generator(o))
        return o;
    UnaryFn await = type_of(o)->await;
    if (!await) {
        if (where)
            return raise(TypeError,
                         "'async with' received an object from %s that does not implement "
                         "__await__: %T",
                         where == 1 ? "__aenter__" : "__aexit__", o);
        return raise(TypeError, "object %T can't be used in 'await' expression", o);
    }
    Value iterator = TRY(await(o));
    if (has_shape(iterator, SHAPE_COROUTINE) || is_awaitable_generator(iterator))
        return raise(TypeError, "__await__() returned a coroutine");
    if (!is_iterator(iterator))
        return raise(TypeError, "__await__() returned non-iterator of type '%T'", iterator);
    return iterator;
}

Value yield_from_iterator(Value o, const Code *code)
{
    if (has_shape(o, SHAPE_COROUTINE)) {
        if (!(code->flags & (CODE_COROUTINE | CODE_ITERABLE_COROUTINE)))
            return raise(TypeError,
                         "cannot 'yield from' a coroutine object in a non-coroutine generator");
        return o;
    }
    return has_shape(o, SHAPE_GENERATOR) ? o : get_iter(o);
}

Value async_iterator(Value o)
{
    UnaryFn aiter = type_of(o)->aiter;
    if (!aiter)
        return raise(TypeError, "'async for' requires an object with __aiter__ method, got %T", o);
    Value iterator = TRY(aiter(o));
    if (!type_of(iterator)->anext)
        return raise(TypeError,
                     "'async for' received an object from __aiter__ that does not implement "
                     "__anext__: %T",
                     iterator);
    return iterator;
}

Value async_next(Value o)
{
    UnaryFn anext = type_of(o)->anext;
    if (!anext)
        return raise(TypeError, "'async for' requires an iterator with __anext__ method, got %T",
                     o);
    Value awaitable = TRY(anext(o));
    if (has_shape(o, SHAPE_ASYNC_GENERATOR))
        return awaitable;
    Value iterator = coroutine_awaitable(awaitable, 0);
    if (!iterator)
        return raise_from(TypeError, "'async for' received an invalid object from __anext__: %T",
                          awaitable);
    return iterator;
}

/* cr_origin: (file name, line, function name) of the callers, innermost first. */
Value coroutine_origin(Thread *thread)
{
    Value list = TRY(list_new(0));
    uint32_t depth = thread->coroutine_origin_depth;
    for (Frame *f = thread->frame; f && depth; f = f->caller, depth--) {
        Value entry = TRY(
            tuple_of(load_acquire(&f->code->filename), int_small(frame_line(f)), f->code->name));
        TRY(list_append(list, entry));
    }
    return list_as_tuple(list);
}

/* Through warnings._warn_unawaited_coroutine, which knows cr_origin. */
void coroutine_warn_never_awaited(Generator *g)
{
    Value exception = error_take();
    Value function = warnings_attribute("_warn_unawaited_coroutine");
    bool done = false;
    if (function)
        done = call1(function, (Value)g) != 0;
    else if (!error_pending())
        done =
            warn(RuntimeWarning, 1, "coroutine '%V' was never awaited", load_acquire(&g->qualname));
    if (!done)
        error_write_unraisable(0, (Value)g);
    error_restore(exception);
}

void generator_start(void)
{
    type_ready(&generator_type, SHAPE_GENERATOR);
    type_ready(&coroutine_type, SHAPE_COROUTINE);
    type_ready(&coroutine_wrapper_type, 0);
    async_generator_start();
}
