/* sys.monitoring's tools: who is called for an event, and what callbacks answer. */
#include "vm/monitoring.h"

#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "types/int.h"

Value monitoring_disable, monitoring_missing;
Value monitoring_callbacks[TOOL_USER_COUNT][EVENT_COUNT];

const char *const monitoring_names[EVENT_COUNT] = {
#define EVENT(name) #name,
    MONITORING_EVENTS(EVENT)
#undef EVENT
};

/* A callback answered DISABLE. That is for a place; an event that has none ends the callback. */
static bool disable(const Event *event, unsigned tool)
{
    if (event->kind < EVENT_LOCAL_COUNT) {
        if (event->in)
            instrumentation_disable(event->frame->code, event->in, event->at, event->class, tool);
        return true;
    }
    store_release(&monitoring_callbacks[tool][event->kind], (Value)0); /* NO_BARRIER: a root */
    return raise(ValueError, "Cannot disable %s events. Callback removed.",
                 monitoring_names[event->kind]);
}

static bool call_tool(const Event *event, unsigned tool, Value callback)
{
    Value args[4] = {(Value)event->frame->code, int_small((intptr_t)event->at * LASTI_UNIT),
                     event->first, event->second};
    size_t count = event->second ? 4 : event->first ? 3 : 2;
    if (event->kind == EVENT_LINE)
        args[1] = int_small(event->in->sites[event->at].line);
    event->thread->tracing++;
    Value answer = call(callback, args, count, 0);
    event->thread->tracing--;
    if (!answer)
        return false;
    return answer != monitoring_disable || disable(event, tool);
}

/* C_RETURN and C_RAISE come with CALL. */
static bool is_asked_for(const Event *event, unsigned tool)
{
    uint32_t events = event->in ? instrumentation_events(event->in, tool) : wanted_global(tool);
    unsigned kind = 1u << event->kind & C_EVENTS ? EVENT_CALL : event->kind;
    if (!(events >> kind & 1))
        return false;
    return event->kind >= EVENT_LOCAL_COUNT || !event->in ||
           !(load_relaxed(&event->in->sites[event->at].disabled[event->class]) >> tool & 1);
}

/* From the highest number down, as CPython does. */
bool monitoring_tell(const Event *event)
{
    Thread *thread = event->thread;
    if (thread->tracing)
        return true;
    if (thread->trace_function)
        TRY(trace_tell(event));
    if (thread->profile_function && (PROFILE_EVENTS | C_EVENTS) >> event->kind & 1)
        TRY(profile_tell(event));
    for (unsigned tool = TOOL_USER_COUNT; tool-- > 0 && !event->only_trace;) {
        if (!is_asked_for(event, tool))
            continue;
        Value callback = load_acquire(&monitoring_callbacks[tool][event->kind]);
        if (callback)
            TRY(call_tool(event, tool, callback));
    }
    return true;
}

static bool serve(Thread *thread)
{
    return trace_serve_requests(thread) && watch_refresh(thread);
}

bool monitoring_start(void)
{
    gc_add_root(&monitoring_callbacks[0][0], (size_t)TOOL_USER_COUNT * EVENT_COUNT);
    gc_add_root(&monitoring_disable, 1);
    gc_add_root(&monitoring_missing, 1);
    monitoring_disable = TRY(call0((Value)&object_type));
    monitoring_missing = TRY(call0((Value)&object_type));
    thread_set_poll_hook(POLL_TRACE, serve);
    return trace_start();
}
