/* Generators and coroutines.
 *
 *            send, next, throw              return, exception, close
 *   CREATED ------------------> RUNNING ---------------------------> FINISHED
 *                                |   ^
 *                          yield v   | send, next, throw
 *                              SUSPENDED
 *
 * A suspended generator owns copies of its registers. A resume copies them onto the thread's
 * register stack, behind an ExcState that links into the thread's chain, and runs them there
 * like any frame; a yield copies them back. So a running frame is always on a register stack.
 *
 * RUNNING is claimed with a compare-and-swap if the generator is SHARED: two threads that resume
 * one generator never both run it, and one of them gets ValueError.
 */
#include "core/abstract.h"
#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/traceback.h"
#include "types/tuple.h"
#include "vm/cache.h"
#include "vm/frame.h"
#include "vm/generator.h"
#include "vm/instrument.h"
#include "vm/operations.h"

static const char *kind_name(Generator *g)
{
    if (has_shape((Value)g, SHAPE_COROUTINE))
        return "coroutine";
    return has_shape((Value)g, SHAPE_ASYNC_GENERATOR) ? "async generator" : "generator";
}

/* Is the content of a temporary an object? One that was reserved, but not written since a call lay
 * there, may hold words of a frame header. It holds nothing from before the generator's frame lay
 * there: generator_resume zeroes it. What it holds is kept alive as long as it is there, on the
 * register stack and here, so it never turns into another thread's object. */
static bool is_real_object(Value v)
{
    extern char __data_start[], _end[];
    if (!is_object(v))
        return false;
    if (gc_object_at(v) == v)
        return true;
    if ((char *)v < __data_start || (char *)v >= _end)
        return false;
    uint32_t shape = load_relaxed(&v->shape);
    return load_relaxed(&v->flags) & FLAG_STATIC && shape < SHAPE_REGION_COUNT &&
           shape_at(shape)->type;
}

void generator_trace(Object *o, Tracer *tracer)
{
    Generator *g = (Generator *)o;
    gc_visit_range(tracer, &g->name, 5); /* name, qualname, handled, origin, finalizer */
    gc_visit(tracer, (Value)g->frame.code);
    gc_visit(tracer, (Value)g->frame.function);
    gc_visit(tracer, g->frame.locals);
    gc_visit(tracer, g->frame.frame_object);
    if (g->on_stack)
        return;
    size_t variables = ((Code *)g->frame.code)->clear_count;
    gc_visit_range(tracer, g->registers, variables < g->needed ? variables : g->needed);
    for (size_t i = variables; i < g->needed; i++)
        if (is_real_object(g->registers[i]))
            gc_visit(tracer, g->registers[i]);
}

static Type *generator_type_for(const Code *code)
{
    if (code->flags & CODE_COROUTINE)
        return &coroutine_type;
    return code->flags & CODE_ASYNC_GENERATOR ? &async_generator_type : &generator_type;
}

/* Word by word: they are few, most often, and the last ones have just been written, so that a wider
 * load would have to wait for the stores. */
ALWAYS_INLINE void copy_values(Value *to, const Value *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
        __asm__("" : "+r"(i)); /* not for the compiler to turn into memcpy */
    }
}

/* Copies the frame's registers into the generator. Variables are always good; temporaries are used
 * like a stack, so that those from `needed` on are dead. */
ALWAYS_INLINE void keep_registers(Generator *g, Frame *frame, size_t needed)
{
    Value *registers = frame_registers(frame);
    size_t variables = frame->code->clear_count;
    g->needed = needed > variables ? needed : variables;
    if (likely(!is_shared(g))) {
        gc_remember(g);
        /* NO_BARRIER: it is remembered, and local */
        copy_values(g->registers, registers, g->needed);
        return;
    }
    for (size_t i = variables; i < needed; i++)
        if (is_object(registers[i]) && !is_real_object(registers[i]))
            registers[i] = 0;
    gc_store_range(g, g->registers, registers, g->needed);
}

Value generator_from_frame(Thread *thread, Frame *frame)
{
    Code *code = frame->code;
    Type *type = generator_type_for(code);
    size_t bytes = sizeof(Generator) + code->kept_count * sizeof(Value);
    Generator *g = TRY(alloc_object(load_acquire(&type->root_shape), bytes));
    if (type != &generator_type || code->handlers) /* else its end is nobody's business */
        gc_register_finaliser(&g->ob);
    g->count = code->register_count;
    g->kept = code->kept_count;
    /* NO_BARRIER: fresh, nothing allocated since */
    g->name = load_acquire(&frame->function->name);
    g->qualname = load_acquire(&frame->function->qualname);
    g->frame.code = code;
    g->frame.function = frame->function;
    g->frame.locals = frame->locals;
    g->frame.pc = frame->pc;
    keep_registers(g, frame, 0);
    if (type == &coroutine_type && thread->coroutine_origin_depth)
        gc_store(g, &g->origin, TRY(coroutine_origin(thread)));
    return (Value)g;
}

/* Puts a generator that was claimed (state RUNNING) onto the stack at `at`. */
ALWAYS_INLINE Frame *resume(Thread *thread, Generator *g, Value *at, uint32_t flags)
{
    ExcState *exc = (ExcState *)(void *)at;
    Frame *frame = (Frame *)(void *)(exc + 1);
    Value *registers = frame_registers(frame);
    uint32_t watched = 0;
    if (thread->depth + 1 > load_relaxed(&recursion_limit)) {
        frame_too_deep(thread);
        return 0;
    }
    if (unlikely(registers + g->count > thread->stack_limit)) {
        TRY(frame_room_slow(thread, g->frame.code, registers + g->count));
        if (g->frame.pc != code_entry(g->frame.code))
            watched = FRAME_STARTED | FRAME_RESUMED;
    }
    thread->gc.registers_top = registers + g->count;
    thread->depth++;
    frame->code = g->frame.code;
    frame->pc = g->frame.pc;
    frame->function = g->frame.function;
    frame->locals = g->frame.locals;
    frame->frame_object = g->frame.frame_object;
    frame->result = g->frame.result;
    copy_values(registers, g->registers, g->needed);
    for (size_t i = g->needed, kept = g->kept; i < kept; i++)
        registers[i] = 0; /* see is_real_object */
    frame->generator = (Value)g;
    frame->caller = thread->frame;
    frame->flags = flags | FRAME_GENERATOR | watched;
    exc->handled = g->handled;
    exc->outer = thread->exc_state;
    thread->exc_state = exc;
    thread->frame = frame;
    g->on_stack = true;
    if (frame->frame_object)
        store_release(&((FrameObject *)frame->frame_object)->frame, frame);
    return frame;
}

Frame *generator_resume(Thread *thread, Generator *g, Value *at)
{
    return resume(thread, g, at, FRAME_ENTRY);
}

static ExcState *exc_state_of(Frame *frame)
{
    return (ExcState *)(void *)frame - 1;
}

static void leave_stack(Thread *thread, Frame *frame)
{
    thread->exc_state = exc_state_of(frame)->outer;
    thread->frame = frame->caller;
    thread->depth--;
    thread->gc.registers_top = (Value *)(void *)exc_state_of(frame);
}

void generator_suspend(Thread *thread, Frame *frame, size_t needed)
{
    Generator *g = (Generator *)frame->generator;
    keep_registers(g, frame, needed);
    g->on_stack = false;
    if (exc_state_of(frame)->handled || g->handled)
        gc_store(g, &g->handled, exc_state_of(frame)->handled);
    if (frame->frame_object != g->frame.frame_object)
        gc_store(g, &g->frame.frame_object, frame->frame_object);
    if (frame->locals != g->frame.locals)
        gc_store(g, &g->frame.locals, frame->locals);
    store_relaxed(&g->frame.pc, frame->pc); /* __del__() may look */
    g->frame.flags = frame->flags;
    g->frame.result = frame->result;
    if (frame->frame_object)
        store_release(&((FrameObject *)frame->frame_object)->frame, &g->frame);
    leave_stack(thread, frame);
    thread->yielded = true; /* g may be another thread's from here on */
    store_release(&g->state, GEN_SUSPENDED);
}

void generator_suspend_again(Thread *thread, Frame *frame)
{
    Generator *g = (Generator *)frame->generator;
    if (unlikely(is_shared(g) || frame->frame_object)) {
        frame->flags |= FRAME_AT_YIELD_FROM;
        generator_suspend(thread, frame, g->needed);
        return;
    }
    /* Its registers are as they were: nothing has run, and nobody has seen them. */
    gc_remember(g);
    g->on_stack = false;
    leave_stack(thread, frame);
    thread->yielded = true;
    store_release(&g->state, GEN_SUSPENDED);
}

/* A StopIteration that leaves a generator's body is a RuntimeError (PEP 479). */
static void convert_stop_iteration(Generator *g)
{
    const char *which = 0;
    if (error_matches(StopIteration))
        which = "StopIteration";
    else if (has_shape((Value)g, SHAPE_ASYNC_GENERATOR) && error_matches(StopAsyncIteration))
        which = "StopAsyncIteration";
    if (which)
        raise_from(RuntimeError, "%s raised %s", kind_name(g), which);
}

void generator_finish(Thread *thread, Frame *frame)
{
    Generator *g = (Generator *)frame->generator;
    /* What is thrown into a generator that has not started is none of its body's. */
    if (thread->exception && frame->pc != code_entry(frame->code))
        convert_stop_iteration(g);
    if (frame->frame_object)
        frame_object_detach(frame);
    leave_stack(thread, frame);
    thread->yielded = false;
    generator_clear(g);
}

void generator_clear(Generator *g)
{
    store_release(&g->state, GEN_FINISHED);
    /* NO_BARRIER: stores of no value */
    for (size_t i = 0; i < g->needed; i++)
        store_relaxed(&g->registers[i], (Value)0);
    g->frame.frame_object = g->handled = 0;
    g->on_stack = false;
}

bool generator_is_finished(const Generator *g)
{
    return load_acquire(&g->state) == GEN_FINISHED;
}

/* The register of what a generator that is suspended at a YIELD_FROM delegates to. */
static size_t delegate_register(const Generator *g)
{
    /* Tools may write to the code meanwhile, its operands stay. */
    const uint32_t *word = g->frame.pc - 1;
    uint32_t b = (load_relaxed(word) >> 16) & 0xff;
    if (g->frame.flags & FRAME_WIDE_YIELD)
        b |= ((load_relaxed(word - 1) >> 16) & 0xff) << 8;
    return b;
}

/* What it delegates to; or 0. It is suspended, and nobody else can resume it. */
static Value delegate_claimed(const Generator *g)
{
    return g->frame.flags & FRAME_AT_YIELD_FROM ? g->registers[delegate_register(g)] : 0;
}

Value generator_delegate(Generator *g)
{
    if (load_acquire(&g->state) != GEN_SUSPENDED)
        return 0;
    if (likely(!is_shared(g)))
        return delegate_claimed(g);
    /* Another thread could resume it: it must not, and must not notice either. */
    gc_stop_world();
    Value delegate = load_acquire(&g->state) == GEN_SUSPENDED ? delegate_claimed(g) : 0;
    gc_start_world();
    return delegate;
}

ALWAYS_INLINE bool claim(Generator *g, uint8_t *from)
{
    uint8_t state = load_acquire(&g->state);
    if (likely(!is_shared(g)) && (state == GEN_CREATED || state == GEN_SUSPENDED)) {
        store_relaxed(&g->state, (uint8_t)GEN_RUNNING);
        *from = state;
        return true;
    }
    while (state == GEN_CREATED || state == GEN_SUSPENDED)
        if (cas_acq_rel(&g->state, &state, (uint8_t)GEN_RUNNING)) {
            *from = state;
            return true;
        }
    *from = state;
    return false;
}

bool generator_claim(Generator *g, uint8_t *from)
{
    return claim(g, from);
}

/* Makes an exception pending in a generator that is on the stack, as if it were raised there: what
 * the generator handles is its context. */
static void restore_in_generator(const Generator *g, Value exception)
{
    if (g->handled && g->handled != exception)
        exception_set_context(exception, g->handled);
    error_restore(exception);
}

ALWAYS_INLINE SendResult run_frame(Thread *thread, Frame *frame, Value *result)
{
    *result = vm_run(thread, frame);
    if (!*result)
        return SEND_FAILED;
    return thread->yielded ? SEND_YIELDED : SEND_RETURNED;
}

/* The frame of a claimed generator, on the stack; without room for it the claim is undone. */
ALWAYS_INLINE Frame *resume_claimed(Thread *thread, Generator *g, uint8_t from)
{
    Frame *frame = c_stack_check("") ? generator_resume(thread, g, thread->gc.registers_top) : 0;
    if (!frame)
        store_release(&g->state, from);
    return frame;
}

/* Resumes what a generator in `frame`, itself just resumed, delegates to, if that is suspended and
 * nobody else's. 0: it is not, and the YIELD_FROM has to see. */
static Frame *forward(Thread *thread, const Generator *g)
{
    if (g->frame.flags & FRAME_WIDE_YIELD || unlikely(thread->watch))
        return 0;
    Value delegate = g->registers[delegate_register(g)];
    if (!has_shape(delegate, SHAPE_GENERATOR) && !has_shape(delegate, SHAPE_COROUTINE))
        return 0;
    Generator *inner = (Generator *)delegate;
    if (is_shared(inner) || load_relaxed(&inner->state) != GEN_SUSPENDED)
        return 0;
    store_relaxed(&inner->state, (uint8_t)GEN_RUNNING);
    Frame *frame =
        resume(thread, inner, thread->gc.registers_top, FRAME_DELEGATE | FRAME_FORWARDED);
    if (unlikely(!frame)) {
        error_clear(); /* the YIELD_FROM tries the same, and fails where it can be caught */
        store_relaxed(&inner->state, (uint8_t)GEN_SUSPENDED);
    }
    return frame;
}

/* What `yield` gives in a resumed frame; a `yield from` sends the value on. Returns the frame that
 * runs next. */
ALWAYS_INLINE Frame *send_into(Thread *thread, Generator *g, Frame *frame, Value value)
{
    while (g->frame.flags & FRAME_AT_YIELD_FROM) {
        Frame *inner = forward(thread, g);
        if (!inner) {
            frame->pc -= g->frame.flags & FRAME_WIDE_YIELD ? 2 : 1;
            break;
        }
        frame = inner;
        g = (Generator *)frame->generator;
    }
    frame_registers(frame)[frame->result] = value;
    return frame;
}

static void raise_not_resumable(Generator *g, uint8_t state)
{
    if (state == GEN_RUNNING)
        raise(ValueError, "%s already executing", kind_name(g));
    else if (has_shape((Value)g, SHAPE_COROUTINE))
        raise(RuntimeError, "cannot reuse already awaited coroutine");
}

static bool can_send(Generator *g, uint8_t from, Value value)
{
    if (from != GEN_CREATED || value == None)
        return true;
    store_release(&g->state, (uint8_t)GEN_CREATED);
    return raise(TypeError, "can't send non-None value to a just-started %s", kind_name(g));
}

Frame *generator_enter(Thread *thread, Value generator, Value value, uint32_t flags)
{
    Generator *g = (Generator *)generator;
    uint8_t from;
    if (unlikely(!claim(g, &from))) {
        raise_not_resumable(g, from);
        return 0;
    }
    TRY(can_send(g, from, value));
    Frame *frame = resume(thread, g, thread->gc.registers_top, flags);
    if (unlikely(!frame)) {
        store_release(&g->state, from);
        return 0;
    }
    return from == GEN_SUSPENDED ? send_into(thread, g, frame, value) : frame;
}

/* Runs a claimed generator. `value` 0: the pending exception is raised in it. */
ALWAYS_INLINE SendResult run(Generator *g, uint8_t from, Value value, Value *result)
{
    Thread *thread = thread_self();
    Value exception = value ? 0 : error_take();
    Frame *frame = resume_claimed(thread, g, from);
    if (!frame)
        return SEND_FAILED;
    if (!value) {
        restore_in_generator(g, exception);
        if (unlikely(thread->watch))
            report_throw(thread, frame);
    } else if (from == GEN_SUSPENDED) {
        frame = send_into(thread, g, frame, value);
    }
    return run_frame(thread, frame, result);
}

SendResult generator_send(Value generator, Value value, Value *result)
{
    Generator *g = (Generator *)generator;
    uint8_t from;
    *result = 0;
    if (!claim(g, &from)) {
        if (from == GEN_FINISHED && !has_shape(generator, SHAPE_COROUTINE)) {
            *result = None;
            return SEND_RETURNED;
        }
        raise_not_resumable(g, from);
        return SEND_FAILED;
    }
    if (!can_send(g, from, value))
        return SEND_FAILED;
    return run(g, from, value, result);
}

Value generator_feed(Value generator, TakeFn take, void *context)
{
    Generator *g = (Generator *)generator;
    Thread *thread = thread_self();
    Feed feed = {take, context, false}, *outer = thread->feed;
    for (;;) {
        uint8_t from;
        Value item = 0;
        if (!claim(g, &from)) {
            raise_not_resumable(g, from);
            return 0;
        }
        Frame *frame = resume_claimed(thread, g, from);
        if (!frame)
            return 0;
        frame->flags |= FRAME_FEEDS;
        if (from == GEN_SUSPENDED)
            frame = send_into(thread, g, frame, None);
        thread->feed = &feed;
        SendResult outcome = run_frame(thread, frame, &item);
        thread->feed = outer;
        if (outcome == SEND_RETURNED || (outcome == SEND_YIELDED && unlikely(thread->exception)))
            return 0;
        if (outcome == SEND_FAILED || feed.refused || !take(context, item))
            return thread->exception ? 0 : item;
    }
}

SendResult iterator_send(Value iterator, Value value, Value *result)
{
    if (has_shape(iterator, SHAPE_GENERATOR) || has_shape(iterator, SHAPE_COROUTINE))
        return generator_send(iterator, value, result);
    Type *type = type_of(iterator);
    if (type->send)
        return type->send(iterator, value, result);
    if (value == None && type->next)
        *result = type->next(iterator);
    else
        *result = call_method1(iterator, names.send, value);
    if (*result)
        return SEND_YIELDED;
    if (!error_pending()) {
        *result = None;
        return SEND_RETURNED;
    }
    if (!error_matches(StopIteration))
        return SEND_FAILED;
    *result = stop_iteration_value(error_take());
    return SEND_RETURNED;
}

/* What the methods return: the value, or StopIteration with the result. */
Value generator_outcome(SendResult outcome, Value result)
{
    if (outcome == SEND_RETURNED)
        return raise_stop_iteration(result);
    return outcome == SEND_YIELDED ? result : 0;
}

SendResult generator_throw_pending(Generator *g, Value *result)
{
    uint8_t from;
    *result = 0;
    if (!claim(g, &from)) {
        if (from == GEN_RUNNING || has_shape((Value)g, SHAPE_COROUTINE)) {
            error_clear();
            raise_not_resumable(g, from);
        }
        return SEND_FAILED;
    }
    return run(g, from, 0, result);
}

/* Closes what a generator delegates to: generators directly, others by close(). */
static bool close_delegate(Value delegate)
{
    if (has_shape(delegate, SHAPE_GENERATOR) || has_shape(delegate, SHAPE_COROUTINE))
        return generator_close(delegate) != 0;
    Value method;
    if (!get_attr_optional(delegate, names.close, &method)) {
        error_write_unraisable(0, delegate);
        return true;
    }
    return !method || call0(method);
}

Value generator_close(Value self)
{
    Generator *g = (Generator *)self;
    uint8_t from;
    if (!claim(g, &from)) {
        if (from == GEN_FINISHED)
            return None;
        raise_not_resumable(g, from);
        return 0;
    }
    if (from == GEN_CREATED) {
        if (g->frame.frame_object)
            frame_object_detach(&g->frame);
        generator_clear(g);
        return None;
    }
    Value delegate = delegate_claimed(g), result = 0;
    if (!delegate || close_delegate(delegate))
        raise_value(GeneratorExit, 0);
    SendResult outcome = run(g, from, 0, &result);
    if (outcome == SEND_YIELDED)
        return raise(RuntimeError, "%s ignored GeneratorExit", kind_name(g));
    if (outcome == SEND_RETURNED)
        return result;
    if (error_clear_if(GeneratorExit) || error_clear_if(StopIteration))
        return None;
    return 0;
}

/* An exception for throw(type[, value[, traceback]]), made pending. */
bool generator_throw_arguments(Value type, Value value, Value traceback)
{
    if (traceback == None)
        traceback = 0;
    if (traceback && !has_layout(traceback, LAYOUT_TRACEBACK)) {
        raise(TypeError, "throw() third argument must be a traceback object");
        return false;
    }
    if (is_exception(type)) {
        if (value && value != None) {
            raise(TypeError, "instance exception may not have a separate value");
            return false;
        }
        value = type;
    } else if (is_exception_class(type)) {
        if (!value || value == None)
            value = call0(type);
        else if (is_tuple(value))
            value = call_tuple_dict(type, value, 0);
        else if (!(is_exception(value) && is_instance_of(value, (Type *)type)))
            value = call1(type, value);
        if (value && !is_exception(value)) {
            raise(TypeError, "calling %R should have returned an instance of BaseException, not %T",
                  type, value);
            value = 0;
        }
        if (!value) /* what the constructor failed with is thrown in its place */
            value = error_take();
    } else {
        raise(TypeError,
              "exceptions must be classes or instances deriving from BaseException, not %T", type);
        return false;
    }
    if (traceback)
        exception_set_traceback(value, traceback);
    error_restore(value);
    return true;
}

/* throw() on what the generator delegates to. */
static SendResult throw_to_delegate(Value delegate, Value *args, Value *result)
{
    if (error_matches(GeneratorExit)) {
        Value exception = error_take();
        if (close_delegate(delegate))
            error_restore(exception);
        return SEND_FAILED;
    }
    Value exception = error_take(), method;
    if (!get_attr_optional(delegate, names.throw, &method))
        return SEND_FAILED;
    if (!method) {
        error_restore(exception);
        return SEND_FAILED;
    }
    *result = call(method, args, args[2] ? 3 : args[1] ? 2 : 1, 0);
    return *result ? SEND_YIELDED : SEND_FAILED;
}

/* A generator that is delegated to checks the arguments of throw() itself, so that what is wrong
 * with them is raised inside the outer one. */
static bool takes_throw(Value delegate, Value type)
{
    bool exit = is_type(type) ? type_is_subtype((Type *)type, GeneratorExit)
                              : is_instance_of(type, GeneratorExit);
    return !exit && (has_shape(delegate, SHAPE_GENERATOR) || has_shape(delegate, SHAPE_COROUTINE));
}

/* args: type, value or 0, traceback or 0, as throw() got them. */
SendResult generator_throw(Value self, Value *args, Value *result)
{
    Generator *g = (Generator *)self;
    *result = 0;
    Value delegate = generator_delegate(g);
    bool direct = delegate && takes_throw(delegate, args[0]);
    if (!direct && !generator_throw_arguments(args[0], args[1], args[2]))
        return SEND_FAILED;
    if (!delegate)
        return generator_throw_pending(g, result);
    uint8_t from;
    Value exception = direct ? 0 : error_take();
    bool claimed = claim(g, &from);
    if (unlikely(!claimed || from != GEN_SUSPENDED || delegate_claimed(g) != delegate)) {
        /* Another thread has moved it on. */
        if (claimed)
            store_release(&g->state, from);
        Value again[3] = {exception, 0, 0};
        return generator_throw(self, direct ? args : again, result);
    }
    Thread *thread = thread_self();
    size_t needed = g->needed;
    Frame *frame = resume_claimed(thread, g, from);
    if (!frame)
        return SEND_FAILED;
    SendResult outcome;
    if (direct) {
        outcome = generator_throw(delegate, args, result);
    } else {
        error_restore(exception);
        outcome = throw_to_delegate(delegate, args, result);
    }
    /* However it comes there, a StopIteration ends the `yield from`. */
    if (outcome == SEND_FAILED && error_matches(StopIteration)) {
        *result = stop_iteration_value(error_take());
        outcome = SEND_RETURNED;
    }
    if (outcome == SEND_YIELDED) {
        frame->flags |= g->frame.flags & (FRAME_WIDE_YIELD | FRAME_AT_YIELD_FROM);
        generator_suspend(thread, frame, needed);
        return SEND_YIELDED;
    }
    if (outcome == SEND_FAILED) {
        restore_in_generator(g, error_take());
        if (unlikely(thread->watch))
            report_throw(thread, frame);
    } else
        frame_registers(frame)[frame->result] = *result;
    return run_frame(thread, frame, result);
}
