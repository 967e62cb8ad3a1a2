/* Contexts, for C code that runs callbacks in them. */
#ifndef WEFT_MODULES_CONTEXTVARS_H
#define WEFT_MODULES_CONTEXTVARS_H

#include "core/abstract.h"

Value context_copy_current(void) MUST_USE;
/* Makes `context` the thread's until context_leave; RuntimeError if it is entered already. */
bool context_enter(Value context) MUST_USE;
void context_leave(Value context);

/* Variables that C modules have: as ContextVar(name), its get() with 0 for no value (or on failure,
 * with an exception pending), and set(). */
Value context_variable_new(const char *name) MUST_USE;
Value context_variable_get(Value variable) MUST_USE;
bool context_variable_set(Value variable, Value value) MUST_USE;

#endif
