/* Modules written in C. Each is a ModuleDef, listed in modules/modules.def. */
#ifndef WEFT_CORE_MODULE_H
#define WEFT_CORE_MODULE_H

#include "core/dialect.h"

typedef struct ModuleDef {
    const char *name, *doc;
    MethodDef *const *functions;   /* ends with 0; or 0 */
    bool (*execute)(Value module); /* fills the rest in; false with an exception. May be 0 */
} ModuleDef;

typedef struct Module {
    Object ob;
    Value dict;           /* immutable after init */
    const ModuleDef *def; /* 0 for Python modules */
    Value tail;           /* no attribute slots: the dict is the namespace */
} Module;

extern Type module_type;
Value module_new(Value name);              /* an empty module named `name` */
Value module_create(const ModuleDef *def); /* made and executed */
bool module_add(Value module, const char *name,
                Value value) MUST_USE; /* value 0: propagates failure */
bool module_add_int(Value module, const char *name, intptr_t value) MUST_USE;
bool module_add_string(Value module, const char *name, const char *utf8) MUST_USE;
bool module_add_type(Value module, Type *type) MUST_USE; /* ready, by its short name */
Value module_dict(Value module);
void module_start(void);
Value module_getattr(Value self, Value name); /* the type's slot */
/* The same without AttributeError: *result 0 if absent. */
bool module_getattr_optional(Value self, Value name, Value *result) MUST_USE;
ALWAYS_INLINE bool is_module(Value v)
{
    return has_layout(v, LAYOUT_MODULE);
}

/* Raises AttributeError for a name that a module does not have. Set by vm/. */
extern Value (*module_missing_hook)(Value module, Value dict, Value name);

/* import name; the module itself (sys.modules[name]). The hook is set by vm/. */
extern Value (*import_hook)(Value name);
Value import_by_name(const char *name) MUST_USE;

#endif
