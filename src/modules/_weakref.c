/* _weakref: what weakref.py builds on. The types: types/weakref.c. */
#include "core/error.h"
#include "core/module.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/weakref.h"

FUNCTION(weakref_getweakrefcount, "getweakrefcount", "object, /",
         "Return the number of weak references to 'object'.")
{
    return int_from(weakref_count(args[0]));
}

FUNCTION(weakref_getweakrefs, "getweakrefs", "object, /",
         "Return a list of all weak reference objects pointing to 'object'.")
{
    return weakref_list(args[0]);
}

FUNCTION(weakref_proxy, "proxy", "object, callback=None, /",
         "Create a proxy object that weakly references 'object'.\n\n"
         "'callback', if given, is called with a reference to the\n"
         "proxy when 'object' is about to be finalized.")
{
    return weakref_proxy_new(args[0], args[1]);
}

static bool is_dead(Value value)
{
    return is_weakref(value) && !weakref_target(value);
}

FUNCTION(weakref_remove_dead, "_remove_dead_weakref", "dct, key, /",
         "Atomically remove key from dict if it points to a dead weakref.")
{
    if (!is_dict(args[0]))
        return raise_bad_argument("_remove_dead_weakref", "dict", args[0]);
    TRY(dict_delete_if(args[0], args[1], is_dead));
    return None;
}

static MethodDef *const functions[] = {M(weakref_getweakrefcount), M(weakref_getweakrefs),
                                       M(weakref_proxy), M(weakref_remove_dead), 0};

static bool execute(Value module)
{
    return module_add(module, "ref", (Value)&weakref_type) &&
           module_add(module, "ReferenceType", (Value)&weakref_type) &&
           module_add(module, "ProxyType", (Value)&weak_proxy_type) &&
           module_add(module, "CallableProxyType", (Value)&weak_callable_proxy_type);
}

const ModuleDef module__weakref = {
    .name = "_weakref",
    .doc = "Weak-reference support module.",
    .functions = functions,
    .execute = execute,
};
