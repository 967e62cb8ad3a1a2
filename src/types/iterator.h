/* The iterators that iter() makes: over anything with __getitem__, and iter(callable, sentinel). */
#ifndef WEFT_TYPES_ITERATOR_H
#define WEFT_TYPES_ITERATOR_H

#include "core/abstract.h"

extern Type sequence_iterator_type, callable_iterator_type;
Value sequence_iterator_new(Value sequence) MUST_USE;
Value callable_iterator_new(Value callable, Value sentinel) MUST_USE;

void iterator_start(void);

#endif
