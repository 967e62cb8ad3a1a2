#include "vm/state.h"

#include "core/share.h"
#include "gc/heap.h"
#include "core/abstract.h"
#include "types/dict.h"
#include "types/str.h"
#include "vm/generator.h"

struct Interpreter interpreter;

Value sys_get(const char *name)
{
    return interpreter.sys_dict ? dict_get_cstring(interpreter.sys_dict, name) : 0;
}

bool sys_set(const char *name, Value value)
{
    return dict_set_cstring(interpreter.sys_dict, name, value);
}

Value interpreter_builtins(void)
{
    return interpreter.builtins;
}

void state_start(void)
{
    gc_add_root((Value *)(void *)&interpreter, sizeof interpreter / sizeof(Value));
}

Value warnings_attribute(const char *name)
{
    Value module = interpreter.modules ? dict_get_cstring(interpreter.modules, "warnings") : 0;
    Value attribute = 0;
    if (!module || !get_attr_optional(module, str_intern_cstring(name), &attribute))
        return 0;
    return attribute;
}
