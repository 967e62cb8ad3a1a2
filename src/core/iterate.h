/* Loops over any iterable, in C:
 *
 *   ITERATE(item, iterable) {
 *       ... may return or break; `continue` takes the next item ...
 *   }
 *   if (!ITERATED) return 0;       // ended by an exception
 *
 * Lists and tuples (exact) are read directly, re-checked at each step as a list iterator
 * does. One loop to a block scope. */
#ifndef WEFT_CORE_ITERATE_H
#define WEFT_CORE_ITERATE_H

#include "core/type.h"

typedef struct Iteration {
    Value iterator; /* or the list or tuple itself; 0: could not be made */
    intptr_t index; /* -1: `iterator` is an iterator */
    intptr_t taken; /* from an iterator */
    bool failed;
} Iteration;

void iteration_begin(Iteration *it, Value iterable);
Value iteration_next(Iteration *it); /* 0 at the end and on failure */

/* Goes on as long as `take` takes the items (see TakeFn), which costs a generator far less than
 * handing them out one by one. The first item that it refused; 0 at the end and on failure. */
Value iter_feed(Value iterator, TakeFn take, void *context);
Value iteration_feed(Iteration *it, TakeFn take, void *context);

#define ITERATE(item, iterable)                                                                    \
    Iteration iteration_;                                                                          \
    iteration_begin(&iteration_, (iterable));                                                      \
    for (Value item; (item = iteration_next(&iteration_)) != 0;)
#define ITERATED (!iteration_.failed)

#endif
