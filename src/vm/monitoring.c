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
    watch_set_tracing(event->thread, 1);
    Value answer = call(callback, args, count, 0);
    watch_set_tracing(event->thread, 0);
    if (!answer)
        return false;
    return answer != monitoring_disable || disable(event, tool);
}

/* The tools that are to hear of it: a bit for each. */
static uint32_t listeners(const Event *event)
{
    uint32_t tools = tools_that_want(event->in, event->kind);
    if (event->only_trace)
        return tools & 1u << TOOL_TRACE;
    if (event->in && event->kind < EVENT_LOCAL_COUNT)
        tools &= ~(uint32_t)load_relaxed(&event->in->sites[event->at].disabled[event->class]);
    return tools;
}

/* From the highest number down, as CPython does. */
bool monitoring_tell(const Event *event)
{
    Thread *thread = event->thread;
    if (thread->tracing)
        return true;
    uint32_t tools = listeners(event);
    if (tools >> TOOL_TRACE & 1 && thread->trace_function)
        TRY(trace_tell(event));
    if (tools >> TOOL_PROFILE & 1 && thread->profile_function)
        TRY(profile_tell(event));
    for (unsigned tool = TOOL_USER_COUNT; tool-- > 0 && tools;) {
        Value callback =
            tools >> tool & 1 ? load_acquire(&monitoring_callbacks[tool][event->kind]) : 0;
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
