/* The import system's C side. */
#ifndef WEFT_VM_IMPORT_H
#define WEFT_VM_IMPORT_H

#include "core/value.h"
#include "base/common.h"

/* __import__(name, globals, locals, from_list, level). globals: a dict, for relative names, or 0.
 */
Value import_module(Value name, Value globals, Value from_list, int64_t level) MUST_USE;
/* The module of this absolute name itself, imported if need be. */
Value import_absolute(Value name) MUST_USE;

#endif
