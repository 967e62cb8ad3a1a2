#include "modules/atexit.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/share.h"
#include "gc/heap.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/hooks.h"

static Value callbacks; /* list of (function, args, kwargs or None); root */

void atexit_run(void)
{
    while (callbacks && list_length(callbacks)) {
        Value entry = list_pop(callbacks, -1);
        if (!entry) { /* another thread was quicker */
            error_clear();
            break;
        }
        Value function = tuple_get(entry, 0), kwargs = tuple_get(entry, 2);
        if (call_tuple_dict(function, tuple_get(entry, 1), kwargs == None ? 0 : kwargs))
            continue;
        Value exception = error_take(), where = object_repr(function);
        Value message = where ? str_format("Exception ignored in atexit callback %V", where) : 0;
        const char *text = message ? str_utf8_lossy(message, &(size_t){0}) : 0;
        error_restore(exception);
        error_write_unraisable(text ? text : "Exception ignored in atexit callback", 0);
    }
}

FUNCTION(atexit_register, "register", "func, /, *args, **kwargs",
         "Register a function to be executed upon normal program termination\n\n"
         "    func - function to be called at exit\n"
         "    args - optional arguments to pass to func\n"
         "    kwargs - optional keyword arguments to pass to func\n\n"
         "    func is returned to facilitate usage as a decorator.")
{
    if (!type_of(args[0])->call)
        return raise(TypeError, "the first argument must be callable");
    Value entry = TRY(tuple_of(args[0], args[1], args[2] ? args[2] : None));
    TRY(list_append(callbacks, entry));
    return args[0];
}

FUNCTION(atexit_unregister, "unregister", "func, /",
         "Unregister an exit function which was previously registered using\natexit.register\n\n"
         "    func - function to be unregistered")
{
    for (intptr_t i = list_length(callbacks) - 1; i >= 0; i--) {
        Value entry = list_get(callbacks, i);
        if (!entry)
            continue;
        int equal = TRY_NOT_NEGATIVE(object_equal(tuple_get(entry, 0), args[0]), 0);
        if (equal && list_get(callbacks, i) == entry)
            TRY(list_delete_slice(callbacks, i, i + 1));
    }
    return None;
}

FUNCTION(atexit_clear, "_clear", "", "Clear the list of previously registered exit functions.")
{
    TRY(list_clear(callbacks));
    return None;
}

FUNCTION(atexit_run_exitfuncs, "_run_exitfuncs", "", "Run all registered exit functions.")
{
    atexit_run();
    return None;
}

FUNCTION(atexit_ncallbacks, "_ncallbacks", "", "Return the number of registered exit functions.")
{
    return int_from(list_length(callbacks));
}

static MethodDef *const functions[] = {M(atexit_register),   M(atexit_unregister),
                                       M(atexit_clear),      M(atexit_run_exitfuncs),
                                       M(atexit_ncallbacks), 0};

static bool execute(Value module UNUSED)
{
    if (!callbacks) {
        gc_add_root(&callbacks, 1);
        root_store(&callbacks, TRY(list_new(0)));
        store_release(&runtime_hooks.run_atexit, atexit_run);
    }
    return true;
}

const ModuleDef module_atexit = {
    .name = "atexit",
    .doc = "allow programmer to define multiple exit functions to be executed\n"
           "upon normal program termination.",
    .functions = functions,
    .execute = execute,
};
