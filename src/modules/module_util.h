/* What several C modules need to fill themselves in. */
#ifndef WEFT_MODULES_MODULE_UTIL_H
#define WEFT_MODULES_MODULE_UTIL_H

#include "core/module.h"
#include "types/iterators.h"

/* More functions than the one table of a ModuleDef; `functions` ends with 0. */
bool module_add_functions(Value module, MethodDef *const *functions) MUST_USE;
/* Makes the type ready unless it is (a module can be executed again), and adds it. */
bool module_add_new_type(Value module, Type *type) MUST_USE;

/* The exception class "module.Name", made once: *slot is where it is kept, a static that becomes
 * a root; 0 until it is made. Also adds it to the module by its short name. */
bool module_add_exception(Value module, const char *full_name, Type *base, Value *slot) MUST_USE;

#endif
