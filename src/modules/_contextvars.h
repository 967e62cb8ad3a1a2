/* Contexts, for C code that runs callbacks in them. */
#ifndef WEFT_MODULES_CONTEXTVARS_H
#define WEFT_MODULES_CONTEXTVARS_H

#include "core/abstract.h"

Value context_copy_current(void) MUST_USE;
/* What a thread begins with that the caller starts. */
Value context_copy_for_thread(void) MUST_USE;
bool is_context(Value v);
/* Makes `context` the thread's until context_leave; RuntimeError if it is entered already. */
bool context_enter(Value context) MUST_USE;
void context_leave(Value context);

/* Variables that C modules have: as ContextVar(name), its get() with 0 for no value (or on failure,
 * with an exception pending), and set(). copy: of values that only one thread should use, makes
 * what a new thread inherits; or 0. */
Value context_variable_new(const char *name, Value (*copy)(Value value)) MUST_USE;
Value context_variable_get(Value variable) MUST_USE;
bool context_variable_set(Value variable, Value value) MUST_USE;

#endif
