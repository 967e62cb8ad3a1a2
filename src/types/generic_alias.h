/* types.GenericAlias: list[int]. */
#ifndef WEFT_TYPES_GENERIC_ALIAS_H
#define WEFT_TYPES_GENERIC_ALIAS_H

#include "core/abstract.h"

extern Type generic_alias_type;

/* origin[args]; args that are no tuple become one. */
Value generic_alias_new(Value origin, Value args) MUST_USE;

void generic_alias_start(void);

#endif
