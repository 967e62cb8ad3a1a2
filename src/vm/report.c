/* What an instrumented instruction reports, and the events that no instruction stands for. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/exception.h"
#include "types/tuple.h"
#include "vm/monitoring.h"
#include "vm/operations.h"

static Event event_at(Thread *thread, Frame *frame)
{
    return (Event){.thread = thread,
                   .frame = frame,
                   .in = instrumentation_of(frame->code),
                   .at = frame_instruction(frame)};
}

static bool tell(Event *event, MonitoringEvent kind, unsigned class, Value first, Value second)
{
    event->kind = kind;
    event->class = class;
    event->first = first;
    event->second = second;
    return monitoring_tell(event);
}

static Value offset_value(uint32_t word)
{
    return int_small((intptr_t)word * LASTI_UNIT);
}

/* The frame's object if lines are followed in its code, else 0, maybe with MemoryError. */
static FrameObject *line_state(const Event *event)
{
    if (event->frame->frame_object || !event->in->tracks_lines)
        return (FrameObject *)event->frame->frame_object;
    return (FrameObject *)frame_object_of(event->frame);
}

static bool set_line(const Event *event, int line)
{
    FrameObject *f = line_state(event);
    if (f)
        f->line = line;
    return f || !error_pending();
}

/* ---- entry */

/* The frame shows as one that has not begun: it is at the line of its `def`. */
static bool report_start(Event *event)
{
    Frame *frame = event->frame;
    const uint32_t *pc = frame->pc;
    if (frame->flags & FRAME_STARTED)
        return true;
    frame->flags |= FRAME_STARTED;
    frame->pc = code_entry(frame->code);
    TRY(set_line(event, -1));
    TRY(tell(event, EVENT_PY_START, CLASS_ENTRY, 0, 0));
    frame->pc = pc;
    return true;
}

/* The frame shows at its yield. */
static bool report_resume(Event *event)
{
    Frame *frame = event->frame;
    const uint32_t *pc = frame->pc;
    frame->flags &= ~(uint32_t)FRAME_RESUMED;
    Opcode op = code_decode(frame->code, event->at).op;
    if (op != OPCODE(YIELD_FROM))
        frame->pc--;
    TRY(set_line(event, event->in->sites[frame_instruction(frame)].line));
    TRY(tell(event, EVENT_PY_RESUME, CLASS_ENTRY, 0, 0));
    frame->pc = pc;
    return true;
}

/* ---- lines and branches */

/* Is this a new line for the frame? One that a jump back leads to again is new for the trace
 * function, but not for tools. */
static bool is_new_line(Event *event, const Site *site, bool *failed)
{
    FrameObject *f = line_state(event);
    *failed = !f && error_pending();
    if (!f)
        return !*failed;
    bool fresh = !(site->at & AT_SAME) || f->line != site->line;
    event->only_trace = !fresh;
    fresh |= f->went_back;
    f->line = site->line;
    f->went_back = false;
    return fresh;
}

/* f_lineno was set: the frame goes on there. */
static bool take_jump(Frame *frame)
{
    FrameObject *f = (FrameObject *)frame->frame_object;
    if (!f || !f->jump)
        return false;
    frame->pc = code_words(frame->code) + f->jump - 1;
    f->jump = 0;
    return true;
}

/* False with an exception, or with *jumped if f_lineno was set. */
static bool report_line(Event *event, const Site *site, bool *jumped)
{
    Frame *frame = event->frame;
    bool failed;
    if (!is_new_line(event, site, &failed))
        return !failed;
    bool ok = tell(event, EVENT_LINE, CLASS_LINE, 0, 0);
    event->only_trace = false;
    TRY(ok);
    *jumped = take_jump(frame);
    return !*jumped;
}

/* The branch itself can be turned off, not where it leads to. */
static bool report_branch(Event *event)
{
    FrameObject *f = (FrameObject *)event->frame->frame_object;
    if (!f || !f->branch)
        return true;
    Event branch = *event;
    branch.at = f->branch - 1;
    f->branch = 0;
    return tell(&branch, EVENT_BRANCH, CLASS_OWN, offset_value(event->at), 0);
}

static bool begin_branch(Event *event)
{
    FrameObject *f = (FrameObject *)TRY(frame_object_of(event->frame));
    f->branch = event->at + 1;
    return true;
}

static bool report_jump(Event *event, const Site *site, uint32_t watch)
{
    FrameObject *f = site->at & AT_BACK ? line_state(event) : 0;
    if (f)
        f->went_back = true;
    else if (error_pending())
        return false;
    if (!(watch & EVENT_BIT(JUMP)))
        return true;
    Decoded d = code_decode(event->frame->code, event->at);
    int64_t target = opcode_jump_target(&d, event->at);
    return tell(event, EVENT_JUMP, CLASS_OWN, offset_value((uint32_t)target), 0);
}

/* ---- calls */

typedef struct CallSiteView {
    Value callee, *args, kwnames, first;
    size_t nargs;
    Value *target;
    bool starred;
    Value attribute; /* name of an attribute to take of the result; or 0 */
    Value *receiver; /* of a method, which is then no more to be given; or 0 */
} CallSiteView;

static CallSiteView view_call(const Event *event, Decoded *d)
{
    Frame *frame = event->frame;
    Value *R = frame_registers(frame);
    *d = code_decode(frame->code, event->at);
    CallSiteView v = {.callee = R[d->b], .target = &R[d->a]};
    if (d->op == OPCODE(CALL_EX)) {
        v.args = &R[d->b + 1];
        v.starred = true;
        if (is_tuple(*v.args) && tuple_length(*v.args))
            v.first = tuple_get(*v.args, 0);
        return v;
    }
    if (d->op == OPCODE(LOAD_SUPER_ATTR)) {
        v.callee = R[d->a];
        v.args = &R[d->a + FRAME_WORDS];
        v.nargs = d->b & SUPER_TWO_ARGUMENTS ? 2 : 0;
        v.first = v.nargs ? v.args[0] : 0;
        v.attribute = tuple_get(frame->code->names, d->c);
        v.receiver = d->b & SUPER_METHOD ? &v.args[1] : 0;
        return v;
    }
    v.args = &R[d->b + 1 + FRAME_WORDS];
    v.nargs = d->c;
    if (d->op == OPCODE(CALL_METHOD) || d->op == OPCODE(CALL_METHOD_KW)) {
        v.nargs++;
        if (!*v.args)
            v.args++, v.nargs--;
    }
    if (d->op == OPCODE(CALL_KW) || d->op == OPCODE(CALL_METHOD_KW)) {
        v.kwnames = tuple_get(frame->code->consts, d->ext[0]);
        v.nargs -= (size_t)tuple_length(v.kwnames);
    }
    if (v.nargs || v.kwnames)
        v.first = v.args[0];
    return v;
}

static bool is_python_function(Value callee)
{
    if (has_shape(callee, SHAPE_METHOD))
        callee = ((Method *)callee)->function;
    return has_layout(callee, LAYOUT_FUNCTION);
}

/* An exception of the callee stays pending if nobody replaces it. */
static void report_c_raise(Event *event, Value callee, Value first)
{
    Value exception = error_take();
    if (tell(event, EVENT_C_RAISE, CLASS_OWN, callee, first))
        error_restore(exception);
}

/* Calls of Python functions go on as they are; others are made here, between their events. */
static int report_call(Event *event, int op)
{
    Decoded d;
    CallSiteView v = view_call(event, &d);
    Value first = v.first ? v.first : monitoring_missing;
    if (!tell(event, EVENT_CALL, CLASS_OWN, v.callee, first))
        return INSTRUMENTED_FAILED;
    if (is_python_function(v.callee))
        return op;
    event->frame->pc = code_words(event->frame->code) + event->at + d.length;
    Value result = v.starred ? call_with_star(v.callee, v.args[0], v.args[1])
                             : call(v.callee, v.args, v.nargs, v.kwnames);
    if (!result) {
        report_c_raise(event, v.callee, first);
        return INSTRUMENTED_FAILED;
    }
    if (!tell(event, EVENT_C_RETURN, CLASS_OWN, v.callee, first))
        return INSTRUMENTED_FAILED;
    if (v.attribute && !(result = get_attr(result, v.attribute)))
        return INSTRUMENTED_FAILED;
    *v.target = result;
    if (v.receiver)
        *v.receiver = 0;
    return INSTRUMENTED_GO_ON;
}

/* If f_lineno is set, that is where the frame goes on when it is resumed. */
static bool report_yield_at(Event *event)
{
    Frame *frame = event->frame;
    const uint32_t *pc = frame->pc;
    Value value = frame_registers(frame)[code_decode(frame->code, event->at).b];
    bool ok = tell(event, EVENT_PY_YIELD, CLASS_OWN, value, 0);
    frame->pc = pc;
    return ok;
}

/* ---- the handler */

/* The register that a RETURN, which may have a WIDE prefix, takes. */
static uint32_t returned(const Event *event, int op)
{
    if (op == OPCODE(RETURN))
        return load_relaxed(&code_words(event->frame->code)[event->at]) >> 8 & 0xff;
    return code_decode(event->frame->code, event->at).a;
}

/* What the instruction does itself, as far as anybody watches for it. */
static int report_own(Event *event, const Site *site, uint32_t watch, int op)
{
    Frame *frame = event->frame;
    Value *R = frame_registers(frame);
    bool ok = true;
    if (site->at & AT_CALL)
        return watch & EVENT_BIT(CALL) ? report_call(event, op) : op;
    if (site->at & AT_RETURN && watch & EVENT_BIT(PY_RETURN))
        ok = tell(event, EVENT_PY_RETURN, CLASS_OWN, R[returned(event, op)], 0);
    else if (site->at & AT_YIELD && watch & EVENT_BIT(PY_YIELD))
        ok = report_yield_at(event);
    else if (site->at & AT_JUMP && watch & (EVENT_BIT(JUMP) | EVENT_BIT(LINE)))
        ok = report_jump(event, site, watch);
    else if (site->at & AT_BRANCH && watch & EVENT_BIT(BRANCH))
        ok = begin_branch(event);
    return ok ? op : INSTRUMENTED_FAILED;
}

/* A debugger that is called at the end of a line asks for opcodes so as to stop at once, which is
 * at the instruction that drops the call's value. There is none here: it is made up for before the
 * next line begins. */
static bool report_drop(Event *event, const Site *site)
{
    Frame *frame = event->frame;
    FrameObject *f = (FrameObject *)frame->frame_object;
    store_relaxed(&f->opcode_due, false);
    if (!(site->at & AT_LINE) || event->at == 0 || site[-1].line == site->line)
        return true;
    frame->pc--;
    Event before = *event;
    before.at--;
    before.kind = EVENT_INSTRUCTION;
    bool ok = !event->thread->trace_function || trace_tell(&before);
    frame->pc++;
    return ok;
}

int vm_instrumented(Thread *thread, Frame *frame)
{
    Code *code = frame->code;
    Event event = event_at(thread, frame);
    (void)load_acquire(frame->pc - 1); /* see instrument.h */
    int op = (uint8_t)load_acquire(&code->originals)->data[event.at];
    if (load_acquire(&event.in->version) != load_acquire(&wanted_version))
        instrumentation_update(code, event.in);
    if (thread->tracing || !thread->watch)
        return op;
    uint32_t watch = thread->watch & WATCH_LOCAL ? UINT32_MAX : thread->watch;
    const Site *site = &event.in->sites[event.at];
    bool jumped = false;
    const FrameObject *f = (const FrameObject *)frame->frame_object;
    if (f && load_relaxed(&f->opcode_due) && !report_drop(&event, site))
        return INSTRUMENTED_FAILED;
    if (site->at & AT_START && !report_start(&event))
        return INSTRUMENTED_FAILED;
    if (site->at & AT_RESUME && frame->flags & FRAME_RESUMED) {
        if (!report_resume(&event))
            return INSTRUMENTED_FAILED;
        if (take_jump(frame))
            return INSTRUMENTED_GO_ON;
    }
    if (site->at & AT_ARRIVAL && !report_branch(&event))
        return INSTRUMENTED_FAILED;
    if (site->at & AT_LINE && tools_that_want(event.in, EVENT_LINE) &&
        !report_line(&event, site, &jumped))
        return jumped ? INSTRUMENTED_GO_ON : INSTRUMENTED_FAILED;
    if (watch & EVENT_BIT(INSTRUCTION) && !tell(&event, EVENT_INSTRUCTION, CLASS_STEP, 0, 0))
        return INSTRUMENTED_FAILED;
    return report_own(&event, site, watch, op);
}

/* ---- events of no instruction */

static void report_pending(Thread *thread, Frame *frame, MonitoringEvent kind)
{
    if (thread->tracing || !(thread->watch >> kind & 1))
        return;
    Event event = event_at(thread, frame);
    Value exception = error_take();
    if (tell(&event, kind, CLASS_OWN, exception, 0))
        error_restore(exception);
}

void report_raise(Thread *thread, Frame *frame)
{
    report_pending(thread, frame, EVENT_RAISE);
}

void report_reraise(Thread *thread, Frame *frame)
{
    report_pending(thread, frame, EVENT_RERAISE);
}

void report_unwind(Thread *thread, Frame *frame)
{
    report_pending(thread, frame, EVENT_PY_UNWIND);
}

void report_throw(Thread *thread, Frame *frame)
{
    frame->flags &= ~(uint32_t)FRAME_RESUMED;
    report_pending(thread, frame, EVENT_PY_THROW);
}

bool report_handled(Thread *thread, Frame *frame, const Handler *handler)
{
    if (frame->frame_object)
        ((FrameObject *)frame->frame_object)->branch = 0;
    if (thread->tracing || !(thread->watch & EVENT_BIT(EXCEPTION_HANDLED)))
        return true;
    Event event = event_at(thread, frame);
    event.at = handler->handler;
    Value exception = error_take();
    TRY(tell(&event, EVENT_EXCEPTION_HANDLED, CLASS_OWN, exception, 0));
    error_restore(exception);
    return true;
}

bool report_yield(Thread *thread, Frame *frame, Value value)
{
    Event event = event_at(thread, frame);
    return tell(&event, EVENT_PY_YIELD, CLASS_OWN, value, 0);
}

/* The StopIteration that was spared. */
static bool report_stop(Thread *thread, Frame *frame, MonitoringEvent kind, Value value)
{
    Event event = event_at(thread, frame);
    if (thread->tracing)
        return true;
    Value exception = TRY(exception_make(StopIteration, value == None ? 0 : value));
    return tell(&event, kind, CLASS_STOP, exception, 0);
}

bool report_loop_end(Thread *thread, Frame *frame, Value value)
{
    return value == None || report_stop(thread, frame, EVENT_RAISE, value);
}

bool report_delegate_end(Thread *thread, Frame *frame, Value delegate, Value value)
{
    if (has_shape(delegate, SHAPE_GENERATOR) || has_shape(delegate, SHAPE_COROUTINE))
        return report_stop(thread, frame, EVENT_STOP_ITERATION, value);
    return report_loop_end(thread, frame, value);
}

bool loop_ended(Thread *thread, Frame *frame)
{
    if (!thread->exception)
        return true;
    if (!error_matches(StopIteration))
        return false;
    if (unlikely(thread->watch))
        report_raise(thread, frame);
    return error_clear_if(StopIteration);
}
