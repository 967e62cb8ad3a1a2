#include "modules/module_util.h"

#include "core/call.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/str.h"

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
