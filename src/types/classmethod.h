/* staticmethod and classmethod. */
#ifndef WEFT_TYPES_CLASSMETHOD_H
#define WEFT_TYPES_CLASSMETHOD_H

#include "core/abstract.h"

extern Type staticmethod_type, classmethod_type;
Value staticmethod_wrap(Value callable) MUST_USE;
Value classmethod_wrap(Value callable) MUST_USE;
/* The callable that an exact classmethod wraps; 0 if it is not initialised. */
Value classmethod_function(Value self);
void classmethod_start(void);

#endif
