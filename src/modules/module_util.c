#include "modules/module_util.h"

#include "core/call.h"
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/str.h"
#include "types/tuple.h"

bool module_add_functions(Value module, MethodDef *const *functions)
{
    Value name = dict_get_str(module_dict(module), names.__name__);
    for (; *functions; functions++)
        TRY(module_add(module, (*functions)->name, builtin_new(*functions, module, name)));
    return true;
}

bool module_add_new_type(Value module, Type *type)
{
    if (!(type_flags(type) & TYPE_READY))
        type_ready(type, 0);
    return module_add_type(module, type);
}

static Value exception_class(const char *full_name, const char *dot, Type *base)
{
    Value namespace = TRY(dict_new());
    Value module = TRY(str_from_utf8(full_name, (size_t)(dot - full_name)));
    TRY(dict_set(namespace, names.__module__, module));
    Value bases = TRY(tuple_of((Value)base));
    return type_new_class(&type_type, TRY(str_intern_cstring(dot + 1)), bases, namespace, 0, 0, 0);
}

bool module_add_exception(Value module, const char *full_name, Type *base, Value *slot)
{
    const char *dot = strrchr(full_name, '.');
    if (!*slot) {
        Value class = TRY(exception_class(full_name, dot, base));
        gc_add_root(slot, 1);
        root_store(slot, class);
    }
    return module_add(module, dot + 1, *slot);
}
