/* types.SimpleNamespace. */
#ifndef WEFT_TYPES_NAMESPACE_H
#define WEFT_TYPES_NAMESPACE_H

#include "core/abstract.h"

extern Type namespace_type;
Value namespace_new(void) MUST_USE; /* empty: attributes are set with set_attr */

void namespace_start(void);

#endif
