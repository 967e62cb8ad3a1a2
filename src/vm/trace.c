/* sys.settrace and sys.setprofile: one function each for a thread. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/monitoring.h"

/* ---- turning it on and off */

static bool set_function(Thread *thread, Value *slot, unsigned tool, Value function)
{
    bool before = *slot != 0, after = function != 0;
    *slot = function;
    if (before != after)
        wanted_count_threads(tool, after ? 1 : -1);
    return watch_refresh(thread);
}

bool trace_set(Value function)
{
    Thread *thread = thread_self();
    return set_function(thread, &thread->trace_function, TOOL_TRACE, function);
}

bool profile_set(Value function)
{
    Thread *thread = thread_self();
    return set_function(thread, &thread->profile_function, TOOL_PROFILE, function);
}

void trace_thread_ends(void)
{
    Thread *thread = thread_self();
    wanted_count_threads(TOOL_TRACE, thread->trace_function ? -1 : 0);
    wanted_count_threads(TOOL_PROFILE, thread->profile_function ? -1 : 0);
    thread->trace_function = thread->profile_function = 0;
}

typedef struct Request {
    unsigned tool;
    Value function; /* None: end it */
} Request;

static void request(Thread *thread, void *context)
{
    Request *r = context;
    Value *slot = r->tool == TOOL_TRACE ? &thread->trace_request : &thread->profile_request;
    if (thread == thread_self())
        return;
    store_release(slot, r->function); /* NO_BARRIER: a root */
    thread_request(thread, POLL_TRACE);
}

bool trace_set_all(unsigned tool, Value function)
{
    Request r = {tool, function ? function : None};
    if (load_relaxed(&multithreaded))
        share_value(r.function);
    thread_each(request, &r);
    return tool == TOOL_TRACE ? trace_set(function) : profile_set(function);
}

bool trace_serve_requests(Thread *thread)
{
    Value trace = exchange_acq_rel(&thread->trace_request, (Value)0);
    Value profile = exchange_acq_rel(&thread->profile_request, (Value)0);
    if (trace)
        TRY(trace_set(trace == None ? 0 : trace));
    if (profile)
        TRY(profile_set(profile == None ? 0 : profile));
    return true;
}

/* ---- telling */

typedef enum Word { CALL, LINE, RETURN, EXCEPTION, OPCODE_, C_CALL, C_RETURN, C_EXCEPTION } Word;
static const char *const spelling[] = {"call",   "line",   "return",   "exception",
                                       "opcode", "c_call", "c_return", "c_exception"};
static Value words[COUNT_OF(spelling)]; /* roots; immutable after init */

bool trace_start(void)
{
    gc_add_root(words, COUNT_OF(words));
    for (size_t i = 0; i < COUNT_OF(words); i++)
        words[i] = TRY(str_intern_cstring(spelling[i]));
    return true;
}

static Value call_function(const Event *event, Value function, Word what, Value argument)
{
    Value frame = TRY(frame_object_of(event->frame));
    watch_set_tracing(event->thread, 1);
    Value answer = call3(function, frame, words[what], argument ? argument : None);
    watch_set_tracing(event->thread, 0);
    return answer;
}

bool profile_tell(const Event *event)
{
    static const uint8_t what[EVENT_COUNT] = {
        [EVENT_PY_START] = CALL,    [EVENT_PY_RESUME] = CALL,    [EVENT_PY_THROW] = CALL,
        [EVENT_PY_RETURN] = RETURN, [EVENT_PY_YIELD] = RETURN,   [EVENT_PY_UNWIND] = RETURN,
        [EVENT_CALL] = C_CALL,      [EVENT_C_RETURN] = C_RETURN, [EVENT_C_RAISE] = C_EXCEPTION,
    };
    Value argument = 0;
    if (event->kind == EVENT_PY_RETURN || event->kind == EVENT_PY_YIELD)
        argument = event->first;
    if (event->kind == EVENT_CALL || 1u << event->kind & C_EVENTS) {
        argument = event->first;
        if (has_shape(argument, SHAPE_METHOD))
            argument = ((Method *)argument)->function;
        if (has_shape(argument, SHAPE_METHOD_DESCRIPTOR)) {
            if (event->second == monitoring_missing)
                return true;
            argument = TRY(type_of(argument)->descr_get(argument, event->second, 0));
        } else if (!has_shape(argument, SHAPE_BUILTIN)) {
            return true;
        }
    }
    if (call_function(event, event->thread->profile_function, (Word)what[event->kind], argument))
        return true;
    Value exception = error_take();
    bool off = profile_set(0);
    if (off)
        error_restore(exception);
    return false;
}

/* The frame's own function, or for a call the thread's. What it returns is the frame's from then
 * on. */
static bool tell(const Event *event, Word what, Value argument)
{
    Value object = TRY(frame_object_of(event->frame));
    FrameObject *f = (FrameObject *)object;
    Value function = what == CALL ? event->thread->trace_function : load_acquire(&f->trace);
    if (!function)
        return true;
    uint8_t outer = f->told;
    f->told = (uint8_t)(event->kind + 1);
    Value answer = call_function(event, function, what, argument);
    f->told = outer;
    if (answer) {
        if (answer != None)
            gc_store(f, &f->trace, answer);
        return true;
    }
    Value exception = error_take();
    gc_store(f, &f->trace, (Value)0);
    if (trace_set(0))
        error_restore(exception);
    return false;
}

static bool tell_exception(const Event *event)
{
    Value exception = event->first;
    Value traceback = load_acquire(&((Exception_ *)exception)->traceback);
    Value argument =
        TRY(tuple_of((Value)type_of(exception), exception, traceback ? traceback : None));
    return tell(event, EXCEPTION, argument);
}

bool trace_tell(const Event *event)
{
    FrameObject *f = (FrameObject *)event->frame->frame_object;
    switch (event->kind) {
    case EVENT_PY_START:
    case EVENT_PY_RESUME:
    case EVENT_PY_THROW:
        return tell(event, CALL, 0);
    case EVENT_PY_RETURN:
    case EVENT_PY_YIELD:
        return tell(event, RETURN, event->first);
    case EVENT_PY_UNWIND:
        return tell(event, RETURN, 0);
    case EVENT_RAISE:
    case EVENT_STOP_ITERATION:
        return tell_exception(event);
    case EVENT_LINE:
        return !f || !load_relaxed(&f->trace_lines) || tell(event, LINE, 0);
    case EVENT_INSTRUCTION:
        return !f || !load_relaxed(&f->trace_opcodes) || tell(event, OPCODE_, 0);
    default:
        return true;
    }
}
