/* sys.monitoring: tools, their events and callbacks (PEP 669). */
#include "core/abstract.h"
#include "core/audit.h"
#include "core/error.h"
#include "core/share.h"
#include "modules/sys/sys_internal.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/namespace.h"
#include "types/str.h"
#include "vm/monitoring.h"

static Value tool_names[TOOL_USER_COUNT]; /* atomic; roots; 0: the tool is not in use */

enum {
    ALL_EVENTS = (1u << EVENT_COUNT) - 1,
    LOCAL_EVENTS = (1u << EVENT_LOCAL_COUNT) - 1,
};

static bool get_tool(Value v, unsigned *tool)
{
    int number;
    TRY(index_as_int(v, &number));
    if (number < 0 || number >= TOOL_USER_COUNT)
        return raise(ValueError, "invalid tool %d (must be between 0 and 5)", number);
    *tool = (unsigned)number;
    return true;
}

static bool get_tool_in_use(Value v, unsigned *tool)
{
    TRY(get_tool(v, tool));
    if (!load_acquire(&tool_names[*tool]))
        return raise(ValueError, "tool %d is not in use", (int)*tool);
    return true;
}

FUNCTION(mon_use_tool_id, "use_tool_id", "tool_id, name, /", "")
{
    unsigned tool = 0;
    TRY(get_tool(args[0], &tool));
    if (!is_str(args[1]))
        return raise(ValueError, "tool name must be a str");
    Value expected = 0;
    if (load_relaxed(&multithreaded))
        share_value(args[1]);
    if (!cas_acq_rel(&tool_names[tool], &expected, args[1]))
        return raise(ValueError, "tool %d is already in use", (int)tool);
    return None;
}

FUNCTION(mon_free_tool_id, "free_tool_id", "tool_id, /", "")
{
    unsigned tool = 0;
    TRY(get_tool(args[0], &tool));
    store_release(&tool_names[tool], (Value)0); /* NO_BARRIER: a root */
    return None;
}

FUNCTION(mon_get_tool, "get_tool", "tool_id, /", "")
{
    unsigned tool = 0;
    TRY(get_tool(args[0], &tool));
    Value name = load_acquire(&tool_names[tool]);
    return name ? name : None;
}

FUNCTION(mon_register_callback, "register_callback", "tool_id, event, func, /", "")
{
    unsigned tool = 0;
    int events;
    TRY(get_tool(args[0], &tool));
    TRY(index_as_int(args[1], &events));
    if (events <= 0 || __builtin_popcount((unsigned)events) != 1)
        return raise(ValueError, "The callback can only be set for one event at a time");
    unsigned event = (unsigned)__builtin_ctz((unsigned)events);
    if (event >= EVENT_COUNT)
        return raise(ValueError, "invalid event %d", events);
    Value function = args[2] == None ? 0 : args[2];
    TRY(AUDIT("sys.monitoring.register_callback", args[2]));
    if (function && load_relaxed(&multithreaded))
        share_value(function);
    Value before = exchange_acq_rel(&monitoring_callbacks[tool][event], function);
    return before ? before : None;
}

FUNCTION(mon_get_events, "get_events", "tool_id, /", "")
{
    unsigned tool = 0;
    TRY(get_tool(args[0], &tool));
    return int_small(wanted_global(tool));
}

/* C_RETURN and C_RAISE come with CALL. */
static bool get_event_set(Value v, uint32_t allowed, const char *what, uint32_t *events)
{
    int set;
    TRY(index_as_int(v, &set));
    if (set < 0 || (uint32_t)set & ~(uint32_t)ALL_EVENTS)
        return raise(ValueError, "invalid %sevent set 0x%x", what, (unsigned)set);
    uint32_t calls = EVENT_BIT(CALL) | C_EVENTS;
    if ((uint32_t)set & C_EVENTS && ((uint32_t)set & calls) != calls)
        return raise(ValueError, "cannot set C_RETURN or C_RAISE events independently");
    set &= ~C_EVENTS;
    if ((uint32_t)set & ~allowed)
        return raise(ValueError, "invalid %sevent set 0x%x", what, (unsigned)set);
    *events = (uint32_t)set;
    return true;
}

FUNCTION(mon_set_events, "set_events", "tool_id, event_set, /", "")
{
    unsigned tool = 0;
    uint32_t events = 0;
    TRY(get_tool(args[0], &tool));
    TRY(get_event_set(args[1], ALL_EVENTS, "", &events));
    TRY(get_tool_in_use(args[0], &tool));
    wanted_set_global(tool, events);
    TRY(watch_refresh(thread_self()));
    return None;
}

static bool get_code(Value v)
{
    return has_layout(v, LAYOUT_CODE) || raise(TypeError, "code must be a code object");
}

FUNCTION(mon_get_local_events, "get_local_events", "tool_id, code, /", "")
{
    unsigned tool = 0;
    TRY(get_code(args[1]));
    TRY(get_tool(args[0], &tool));
    const Instrumentation *in = instrumentation_of((Code *)args[1]);
    return int_small(in ? load_relaxed(&in->local[tool]) : 0);
}

FUNCTION(mon_set_local_events, "set_local_events", "tool_id, code, event_set, /", "")
{
    unsigned tool = 0;
    uint32_t events = 0;
    TRY(get_code(args[1]));
    TRY(get_tool_in_use(args[0], &tool));
    TRY(get_event_set(args[2], LOCAL_EVENTS, "local ", &events));
    TRY(wanted_set_local((Code *)args[1], tool, events));
    TRY(watch_refresh(thread_self()));
    return None;
}

FUNCTION(mon_restart_events, "restart_events", "", "")
{
    wanted_restart();
    TRY(watch_refresh(thread_self()));
    return None;
}

FUNCTION(mon_all_events, "_all_events", "", "")
{
    Value dict = TRY(dict_new());
    for (unsigned event = 0; event < EVENT_COUNT; event++) {
        uint32_t tools = 0;
        for (unsigned tool = 0; tool < TOOL_USER_COUNT; tool++)
            tools |= (wanted_global(tool) >> event & 1) << tool;
        if (tools)
            TRY(dict_set_cstring(dict, monitoring_names[event], int_small(tools)));
    }
    return dict;
}

static MethodDef *const functions[] = {
    M(mon_use_tool_id),
    M(mon_free_tool_id),
    M(mon_get_tool),
    M(mon_register_callback),
    M(mon_get_events),
    M(mon_set_events),
    M(mon_get_local_events),
    M(mon_set_local_events),
    M(mon_restart_events),
    M(mon_all_events),
    0,
};

static bool execute(Value module)
{
    gc_add_root(tool_names, TOOL_USER_COUNT);
    Value events = TRY(namespace_new());
    for (unsigned event = 0; event < EVENT_COUNT; event++)
        TRY(set_attr(events, TRY(str_intern_cstring(monitoring_names[event])),
                     int_small((intptr_t)1 << event)));
    TRY(set_attr(events, TRY(str_intern_cstring("NO_EVENTS")), int_small(0)));
    return module_add(module, "events", events) &&
           module_add(module, "DISABLE", monitoring_disable) &&
           module_add(module, "MISSING", monitoring_missing) &&
           module_add_int(module, "DEBUGGER_ID", 0) && module_add_int(module, "COVERAGE_ID", 1) &&
           module_add_int(module, "PROFILER_ID", 2) && module_add_int(module, "OPTIMIZER_ID", 5);
}

const ModuleDef module_sys_monitoring = {
    .name = "sys.monitoring",
    .functions = functions,
    .execute = execute,
};
