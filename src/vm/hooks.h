/* What the runtime needs of later layers: set by the program's main file before it starts. */
#ifndef WEFT_VM_HOOKS_H
#define WEFT_VM_HOOKS_H

#include "core/module.h"

extern struct RuntimeHooks {
    const ModuleDef *(*builtin_module)(const char *name);
    Value (*frozen_code)(const char *name);
    void (*print_exception)(Value exception);
    void (*run_atexit)(void);  /* set when the atexit module is imported */
    void (*flush_files)(void); /* writes out what open files hold back; may be 0 */
    bool (*files_busy)(void);  /* World stopped: is another thread inside of an open file? */
} runtime_hooks;

#endif
