/* What the runtime needs of later layers: set by the program's main file before it starts. */
#ifndef WEFT_VM_HOOKS_H
#define WEFT_VM_HOOKS_H

#include "core/module.h"

typedef struct FileHold {
    Value text, buffered; /* 0: not held */
} FileHold;

extern struct RuntimeHooks {
    const ModuleDef *(*builtin_module)(const char *name);
    Value (*frozen_code)(const char *name);
    void (*print_exception)(Value exception);
    bool (*base_repl)(void);   /* the plain interactive loop; false: SystemExit and the like */
    void (*run_atexit)(void);  /* set when the atexit module is imported */
    void (*end_signals)(void); /* no Python code handles one any more; set as run_atexit */
    void (*flush_files)(void); /* writes out what open files hold back; may be 0 */
    /* Waits until no other thread is at work on a text file, and keeps them out. */
    FileHold (*hold_file)(Value file, int64_t deadline);
    void (*let_file_go)(FileHold *held);
} runtime_hooks;

#endif
