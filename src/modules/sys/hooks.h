/* Printing exceptions. */
#ifndef WEFT_MODULES_SYS_HOOKS_H
#define WEFT_MODULES_SYS_HOOKS_H

#include "core/value.h"

/* With its traceback, to sys.stderr, through the traceback module; never fails. */
void print_exception(Value exception);
/* sys.stdout's flush(), whatever comes of it: what a program has printed comes before what is told
 * of its end. */
void flush_output(void);
/* The same without the module. `unraisable`: as sys.unraisablehook does, with lines of source. */
void print_exception_plainly(Value exception, bool unraisable);
/* To sys.stderr, or straight to the descriptor if that fails. text 0: it could not be made, and an
 * exception is pending, which is cleared. */
void hook_write_error(Value text);

#endif
