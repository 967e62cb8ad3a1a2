/* enumerate, zip, map, filter, reversed: each next() on a shared one hands an item out once. */
#ifndef WEFT_TYPES_ITERATORS_H
#define WEFT_TYPES_ITERATORS_H

#include "core/abstract.h"

extern Type enumerate_type, zip_type, map_type, filter_type, reversed_type;

/* The `iter` slot of iterators. */
Value iterator_self(Value self);
/* builtins.iter and the like, for __reduce__. May run Python code: look at the iterator's state
 * after it. */
Value iterator_builtin(const char *name) MUST_USE;
/* What __reduce__ of an iterator returns: (builtins.name, (argument,)). */
Value iterator_reduce_to(const char *name, Value argument);

void iterators_start(void);

#endif
