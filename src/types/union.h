/* types.UnionType: int | str. */
#ifndef WEFT_TYPES_UNION_H
#define WEFT_TYPES_UNION_H

#include "core/abstract.h"

extern Type union_type;
/* a | b for types and what stands for them; NotImplemented for other values. The `or_` slot of
 * types whose instances may be in a union. */
Value union_of(Value a, Value b) MUST_USE;
bool is_union(Value v);
Value union_args(Value union_); /* a tuple of types */
void union_start(void);

#endif
