/* types.GenericAlias: list[int]. */
#ifndef WEFT_TYPES_GENERIC_ALIAS_H
#define WEFT_TYPES_GENERIC_ALIAS_H

#include "core/abstract.h"

extern Type generic_alias_type;

/* origin[args]; args that are no tuple become one. */
Value generic_alias_new(Value origin, Value args) MUST_USE;

/* The type variables in `args` (a tuple), each once. */
Value generic_parameters(Value args) MUST_USE;
/* `args` with `parameters` replaced by `items`, as self[items] does; `self` is for messages. */
Value generic_substitute(Value self, Value args, Value parameters, Value items) MUST_USE;
/* The `|` of types: set by the union type; may return NotImplemented. */
extern Value (*generic_union_hook)(Value a, Value b);

void generic_alias_start(void);

#endif
