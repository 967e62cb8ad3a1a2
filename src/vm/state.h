/* What the whole process has one of. All are roots; written during start-up, through
 * root_store afterwards. */
#ifndef WEFT_VM_STATE_H
#define WEFT_VM_STATE_H

#include "core/value.h"
#include "base/common.h"

extern struct Interpreter {
    Value modules;   /* sys.modules: dict */
    Value sys_dict;  /* namespace of sys */
    Value builtins;  /* dict of the builtins module */
    Value importlib; /* importlib._bootstrap, once it runs; else 0 */
    Value importlib_external;
    Value import_function; /* builtins.__import__ as made; to tell whether it was replaced */
} interpreter;

/* An entry of sys, or 0 without an exception. */
Value sys_get(const char *name);
bool sys_set(const char *name, Value value) MUST_USE;
void state_start(void);

#endif
