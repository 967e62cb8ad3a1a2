/* Printing exceptions. */
#ifndef WEFT_MODULES_SYS_HOOKS_H
#define WEFT_MODULES_SYS_HOOKS_H

#include "core/value.h"

/* With its traceback, to sys.stderr, through the traceback module; never fails. */
void print_exception(Value exception);

#endif
