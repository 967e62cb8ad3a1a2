/* "Did you mean": the name in a tuple or list that is closest to a mistyped one. */
#ifndef WEFT_CORE_SUGGEST_H
#define WEFT_CORE_SUGGEST_H

#include "core/value.h"

/* 0 if none is close enough; with an exception only if memory ran out. */
Value suggest_name(Value candidates, Value name);

#endif
