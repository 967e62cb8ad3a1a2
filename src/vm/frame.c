/* Pushing and popping frames, outside of the interpreter's fast paths. */
#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "types/dict.h"
#include "types/tuple.h"
#include "vm/call_inline.h"

bool frame_too_deep(Thread *thread)
{
    (void)thread;
    raise(RecursionError, "maximum recursion depth exceeded");
    return false;
}

void frame_pop(Thread *thread, Frame *frame)
{
    if (frame->frame_object)
        frame_object_detach(frame);
    thread->frame = frame->caller;
    thread->depth--;
    thread->gc.registers_top =
        frame->flags & FRAME_ENTRY ? (Value *)(void *)frame : frame_end(frame->caller);
}

int code_line_in(const Code *code, uint32_t index, Value frame_object)
{
    int line = code_position(code, index).line;
    if (line >= 0)
        return line;
    const FrameObject *f = (const FrameObject *)frame_object;
    return f && f->line > 0 ? f->line : -1;
}

int frame_line(Frame *frame)
{
    return code_line_in(frame->code, frame_instruction(frame), frame->frame_object);
}

/* Enters plain code that has run before, with just its arguments, above everything on the register
 * stack. 0, with no exception, if it can't be done. */
ALWAYS_INLINE Frame *enter_plain(Thread *thread, Function *function, Value *args, size_t nargs)
{
    Code *code = load_acquire(&function->code);
    Frame *frame = (Frame *)(void *)thread->gc.registers_top;
    if (nargs != code->argcount || !code_is_plain(code) || !code_has_run(code) ||
        !frame_enter(thread, frame, thread->frame, function, code))
        return 0;
    frame->flags = FRAME_ENTRY;
    frame->result = 0;
    Value *registers = frame_registers(frame);
    for (size_t i = 0; i < nargs; i++)
        registers[i] = args[i];
    return frame;
}

/* Runs a function on a new frame above everything on the register stack. */
static Value run_function(Function *function, Value *args, size_t nargs, Value kwnames)
{
    Thread *thread = thread_self();
    if (!c_stack_check("") || !thread_poll(thread))
        return 0;
    Value *top = thread->gc.registers_top;
    Frame *frame = kwnames ? 0 : enter_plain(thread, function, args, nargs);
    if (likely(frame)) {
        Value result = vm_run(thread, frame);
        thread->gc.registers_top = top;
        return result;
    }
    frame = (Frame *)(void *)top;
    Code *code = load_acquire(&function->code);
    Value *registers = frame_registers(frame);
    size_t total = nargs + (kwnames ? (size_t)tuple_length(kwnames) : 0);
    size_t room = total > code->register_count ? total : code->register_count;
    if (unlikely(registers + room > thread->stack_end)) {
        frame_too_deep(thread);
        return 0;
    }
    thread->gc.registers_top = registers + room;
    if (total)
        memcpy(registers, args, total * sizeof(Value));
    Value result = 0;
    if (call_prepare(thread, frame, function, code, nargs, kwnames)) {
        if (code_is_generator(code)) {
            result = generator_from_frame(thread, frame);
        } else {
            frame->flags = FRAME_ENTRY;
            frame->result = 0;
            if (frame_link(thread, frame, thread->frame))
                result = vm_run(thread, frame);
        }
    }
    thread->gc.registers_top = top;
    return result;
}

Value function_call(Value function, Value *args, size_t nargs, Value kwnames)
{
    return run_function((Function *)function, args, nargs, kwnames);
}

Value vm_run_code(Code *code, Value globals, Value locals, Value closure)
{
    Thread *thread = thread_self();
    Function *function = (Function *)TRY(function_new(code, globals));
    if (closure)
        gc_store(function, &function->closure, closure);
    if (!c_stack_check(""))
        return 0;
    Value *top = thread->gc.registers_top;
    Frame *frame = (Frame *)(void *)top;
    Value result = 0;
    if (call_prepare(thread, frame, function, code, 0, 0)) {
        frame->locals = locals;
        frame->flags = FRAME_ENTRY;
        frame->result = 0;
        if (code_is_generator(code))
            result = generator_from_frame(thread, frame);
        else if (frame_link(thread, frame, thread->frame))
            result = vm_run(thread, frame);
    }
    thread->gc.registers_top = top;
    return result;
}
