#include "core/audit.h"

#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "types/str.h"
#include "types/tuple.h"

bool audit_wanted;
static Value hooks; /* atomic: a tuple, so that nobody finds a list that he could change; root */

/* Not traced, unless the hook says `__cantrace__`. */
static bool call_hook(Value hook, Value event, Value arguments)
{
    Thread *thread = thread_self();
    Value can_trace;
    TRY(get_attr_optional(hook, TRY(str_intern_cstring("__cantrace__")), &can_trace));
    int traced = can_trace ? object_truth(can_trace) : 0;
    TRY(traced >= 0);
    thread->tracing += !traced;
    Value answer = call2(hook, event, arguments);
    thread->tracing -= !traced;
    return answer != 0;
}

bool audit_tuple(Value event, Value arguments)
{
    if (!load_relaxed(&audit_wanted))
        return true;
    Value known = load_acquire(&hooks);
    for (intptr_t i = 0; i < tuple_length(known); i++)
        TRY(call_hook(tuple_get(known, i), event, arguments));
    return true;
}

bool audit_event(const char *event, const Value *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        TRY(values[i]);
    return audit_tuple(TRY(str_from_cstring(event)),
                       TRY(tuple_from_values(values, (intptr_t)count)));
}

static Value with_hook(Value known, Value hook)
{
    intptr_t count = tuple_length(known);
    Value more = TRY(tuple_new(count + 1));
    for (intptr_t i = 0; i < count; i++)
        tuple_init(more, i, tuple_get(known, i));
    tuple_init(more, count, hook);
    if (load_relaxed(&multithreaded))
        share_value(more);
    return more;
}

/* A hook that is there already may refuse the new one, which then is not added, and nobody is told;
 * unless what it raises is no Exception. */
bool audit_add_hook(Value hook)
{
    if (!AUDIT("sys.addaudithook"))
        return error_clear_if(Exception);
    Value known = load_acquire(&hooks), more;
    do {
        more = TRY(with_hook(known, hook));
    } while (!cas_acq_rel(&hooks, &known, more));
    store_relaxed(&audit_wanted, true);
    return true;
}

void audit_start(void)
{
    hooks = tuple_empty();
    gc_add_root(&hooks, 1);
}
