/* Contexts, for C code that runs callbacks in them. */
#ifndef WEFT_MODULES_CONTEXTVARS_H
#define WEFT_MODULES_CONTEXTVARS_H

#include "core/abstract.h"

Value context_copy_current(void) MUST_USE;
bool is_context(Value v);
/* Makes `context` the thread's until context_leave; RuntimeError if it is entered already. */
bool context_enter(Value context) MUST_USE;
void context_leave(Value context);

#endif
