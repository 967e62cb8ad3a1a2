/* enumerate, zip, map, filter, reversed: each next() on a shared one hands an item out once. */
#ifndef WEFT_TYPES_ITERATORS_H
#define WEFT_TYPES_ITERATORS_H

#include "core/abstract.h"

extern Type enumerate_type, zip_type, map_type, filter_type, reversed_type;

/* The `iter` slot of iterators. */
Value iterator_self(Value self);
/* What __reduce__ of an iterator returns: (builtins.name, (argument,)), and with a state
 * (argument 0: no arguments). */
Value iterator_reduce_to(const char *name, Value argument);
Value iterator_reduce_to_state(const char *name, Value argument, Value state);

void iterators_start(void);

#endif
