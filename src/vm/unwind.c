/* Exceptions in the interpreter: tracebacks, handlers, the raise and with statements. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/exception.h"
#include "types/tuple.h"
#include "types/traceback.h"
#include "vm/instrument.h"
#include "vm/operations.h"

/* Adds the frame, at its current instruction, to the traceback of the pending exception.
 * Without memory for it the exception goes on with what it has. */
void traceback_add(Thread *thread, Frame *frame)
{
    Exception_ *exception = (Exception_ *)thread->exception;
    thread->exception = 0;
    Value object = frame_object_of(frame);
    Value traceback =
        object ? traceback_new(load_acquire(&exception->traceback), object,
                               (int)frame_instruction(frame) * LASTI_UNIT,
                               unlikely(((FrameObject *)object)->line > 0) ? frame_line(frame)
                                                                           : LINENO_LATER)
               : 0;
    if (traceback)
        gc_store(exception, &exception->traceback, traceback);
    thread->exception = (Value)exception;
    if (unlikely(thread->watch))
        report_raise(thread, frame);
}

int traceback_line(Value frame, int lasti)
{
    return code_line_in(((FrameObject *)frame)->code, (uint32_t)lasti / LASTI_UNIT, frame);
}

/* A frame that an exception leaves stays, for who looks at it later, where the exception came from,
 * if it was raised again by an instruction that stands for no place in the source. */
void frame_back_to_raise(Thread *thread, Frame *frame)
{
    const Traceback *t =
        (const Traceback *)load_acquire(&((Exception_ *)thread->exception)->traceback);
    if (t && frame->frame_object && t->frame == (Value)frame->frame_object &&
        (uint32_t)t->lasti / LASTI_UNIT != frame_instruction(frame) &&
        code_position(frame->code, frame_instruction(frame)).line < 0)
        frame->pc = code_words(frame->code) + t->lasti / 4 + 1;
}

const Handler *find_handler(const Frame *frame)
{
    const Code *code = frame->code;
    if (!code->handlers)
        return 0;
    const Handler *handler = (const Handler *)(const void *)code->handlers->data;
    const Handler *end = handler + (size_t)code->handlers->size / sizeof(Handler);
    uint32_t at = frame_instruction(frame);
    for (; handler < end; handler++)
        if (handler->start <= at && at < handler->end)
            return handler;
    return 0;
}

/* An exception to raise, from an instance or a class; 0 with a TypeError. */
static Value exception_instance(Value o, const char *message)
{
    if (is_exception(o))
        return o;
    if (!is_exception_class(o))
        return raise(TypeError, "%s", message);
    Value instance = TRY(call0(o));
    if (!is_exception(instance))
        return raise(TypeError,
                     "calling %R should have returned an instance of BaseException, not %R", o,
                     (Value)type_of(instance));
    return instance;
}

void raise_statement(Value o)
{
    Value exception = exception_instance(o, "exceptions must derive from BaseException");
    if (exception)
        raise_object(exception);
}

void raise_from_statement(Value o, Value cause)
{
    Value exception = exception_instance(o, "exceptions must derive from BaseException");
    if (!exception)
        return;
    if (cause != None) {
        cause = exception_instance(cause, "exception causes must derive from BaseException");
        if (!cause)
            return;
    }
    exception_set_cause(exception, cause);
    raise_object(exception);
}

bool raise_again(Thread *thread)
{
    for (ExcState *state = thread->exc_state; state; state = state->outer)
        if (state->handled && state->handled != None) {
            error_restore(state->handled);
            return true;
        }
    return raise(RuntimeError, "No active exception to reraise");
}

bool match_group(Value exception, Value pattern, Value *match_and_rest)
{
    match_and_rest[0] = match_and_rest[1] = None;
    TRY(exception_group_split(exception, pattern, &match_and_rest[0], &match_and_rest[1]));
    if (is_exception_group(exception) || match_and_rest[0] == None)
        return true;
    /* A group made for a single exception comes from the except* clause. */
    Frame *frame = thread_self()->frame;
    Value object = TRY(frame_object_of(frame));
    Value traceback = TRY(
        traceback_new(0, object, (int)frame_instruction(frame) * LASTI_UNIT, frame_line(frame)));
    exception_set_traceback(match_and_rest[0], traceback);
    return true;
}

/* A special method of the manager's type as LOAD_METHOD leaves it: a function and its receiver, or
   something bound already and no value. False and no exception: there is none. */
static bool load_special(Value manager, Value name, Value *method, Value *self)
{
    bool self_first;
    *method = lookup_special(manager, name, &self_first);
    *self = self_first ? manager : 0;
    return *method;
}

/* leave: two registers; TypeError if the manager has not both methods. */
bool load_with(Value manager, Value *leave, Value *enter, Value *enter_self, bool is_async)
{
    static const char *const protocols[2] = {"context manager", "asynchronous context manager"};
    Value enter_name = is_async ? names.__aenter__ : names.__enter__;
    Value exit_name = is_async ? names.__aexit__ : names.__exit__;
    if (!load_special(manager, enter_name, enter, enter_self)) {
        if (!error_pending())
            raise(TypeError, "'%T' object does not support the %s protocol", manager,
                  protocols[is_async]);
        return false;
    }
    if (!load_special(manager, exit_name, &leave[0], &leave[1])) {
        if (!error_pending())
            raise(TypeError, "'%T' object does not support the %s protocol (missed %V method)",
                  manager, protocols[is_async], exit_name);
        return false;
    }
    return true;
}

Value with_except(Value leave, Value self, Value exception)
{
    Value traceback = load_acquire(&((Exception_ *)exception)->traceback);
    Value args[] = {self, (Value)type_of(exception), exception, traceback ? traceback : None};
    return self ? call(leave, args, 4, 0) : call(leave, args + 1, 3, 0);
}
