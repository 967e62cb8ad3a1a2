/* The current context: a context variable, so that each thread, and each task of asyncio, has its
 * own. localcontext() changes it for a `with` block. */
#include "core/share.h"
#include "gc/heap.h"
#include "modules/_contextvars.h"
#include "modules/decimal/decimal.h"

static Value current_context; /* the ContextVar; a root */

bool current_start(void)
{
    if (current_context) /* what comes after it failed the first time */
        return true;
    gc_add_root(&current_context, 1);
    root_store(&current_context, TRY(context_variable_new("decimal_context", context_copy)));
    return true;
}

/* The first of a thread is a copy of DefaultContext, without flags. */
static NOINLINE Value context_now_slow(void)
{
    if (error_pending())
        return 0;
    Value context = TRY(context_new_default(&decimal_context_type));
    store_relaxed(&as_context(context)->capitals,
                  load_relaxed(&as_context(default_context)->capitals));
    TRY(context_variable_set(current_context, context));
    return context;
}

Value context_now(void)
{
    Value context = context_variable_get(current_context);
    return likely(context != 0) ? context : context_now_slow();
}

Value context_or_now(Value given)
{
    if (!given || given == None)
        return context_now();
    return is_decimal_context(given) ? given
                                     : raise(TypeError, "optional argument must be a context");
}

/* The three templates are never current themselves: a copy is. */
bool context_make_current(Value context)
{
    if (context == default_context || context == basic_context || context == extended_context) {
        context = TRY(context_copy(context));
        store_relaxed(&as_context(context)->mpd.status, 0);
    }
    return context_variable_set(current_context, context);
}

FUNCTION(decimal_getcontext, "getcontext", "/", "The current context of this thread or task.")
{
    return context_now();
}

FUNCTION(decimal_setcontext, "setcontext", "context, /",
         "Makes the context current; a copy of it, if it is one of the three of the module.")
{
    if (!is_decimal_context(args[0]))
        return raise(TypeError, "argument must be a context");
    TRY(context_make_current(args[0]));
    return None;
}

/* ---- localcontext() -----------------------------------------------------------------------------
 */

typedef struct ContextManager {
    Object ob;
    Value local, outer; /* immutable after init */
} ContextManager;

static void manager_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((ContextManager *)self)->local);
    gc_visit(tracer, ((ContextManager *)self)->outer);
}

FUNCTION(decimal_localcontext, "localcontext",
         "#ctx=None, prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, "
         "flags=None, traps=None; ctx=None, **kwargs",
         "A context manager whose block runs in a copy of the context, with the given settings.")
{
    Value outer = TRY(context_now());
    Value local = TRY(context_copy(TRY(context_or_now(args[0]))));
    ContextFields fields = {args[1], args[2], args[3], args[4], args[5], args[6], args[7], args[8]};
    TRY(context_set_fields(local, &fields));
    ContextManager *manager = TRY(NEW(ContextManager, &context_manager_type));
    manager->local = local; /* NO_BARRIER: fresh, nothing allocated since */
    manager->outer = outer;
    return (Value)manager;
}

METHOD(manager_enter, "__enter__", "/", "Makes the copy current, and gives it.")
{
    Value local = ((ContextManager *)args[0])->local;
    TRY(context_make_current(local));
    return local;
}

METHOD(manager_exit, "__exit__", "*args", "Makes the context current that was so before.")
{
    TRY(context_make_current(((ContextManager *)args[0])->outer));
    return None;
}

static MethodDef *const manager_methods[] = {M(manager_enter), M(manager_exit), 0};

Type context_manager_type = {
    TYPE_HEAD("decimal.ContextManager", ContextManager),
    .methods = manager_methods,
    .trace = manager_trace,
    .flags = TYPE_NO_NEW | TYPE_IMMUTABLE,
};

MethodDef *const decimal_functions[] = {M(decimal_getcontext), M(decimal_setcontext),
                                        M(decimal_localcontext), 0};
