/* Bringing the runtime up and down. */
#ifndef WEFT_VM_STARTUP_H
#define WEFT_VM_STARTUP_H

#include <stdbool.h>
#include "core/value.h"

/* The heap, the core, all builtin types, `builtins` and `sys`; then the import system, the
 * standard streams and site. On failure the reason is printed. */
bool runtime_start(void);
/* Waits for threads that are no daemons, runs atexit functions, flushes the standard streams.
 * Returns the exit status: `status`, or 120 if flushing failed. */
int runtime_finish(int status);
/* A KeyboardInterrupt was not caught; no sys.exit() gives it. Its low byte is the exit status. */
enum { STATUS_INTERRUPTED = 1 << 8 | 130 };
/* Prints the pending exception as an uncaught one, through sys.excepthook; returns the exit
 * status: that of SystemExit, STATUS_INTERRUPTED, or 1. */
int report_uncaught(void);
bool runtime_is_finishing(void);
/* sys.modules['__main__'], made anew if the program took it away or put something else there. */
Value main_module(void);
/* Finds the executable and the standard library; sets config.executable, prefix, stdlib. */
bool paths_find(const char *program);

#endif
