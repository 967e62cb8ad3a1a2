/* The order of numbers, strings, bytes, and tuples of these: comparing them runs no Python code, so
 * that a lock may be held meanwhile. */
#ifndef WEFT_TYPES_PLAIN_ORDER_H
#define WEFT_TYPES_PLAIN_ORDER_H

#include "core/abstract.h"

/* a < b: 1 or 0; or -1, without an exception: the comparison may run Python code, or fail. */
int plain_less(Value a, Value b);

/* How something that is done under a lock, if all comparisons that it takes are plain, has ended.
 * NOT_PLAIN: nothing was changed. */
typedef enum PlainResult { PLAIN_FAILED, PLAIN_DONE, NOT_PLAIN } PlainResult;

#endif
