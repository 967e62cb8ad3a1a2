/* bool: True and False are static objects with nothing but a header. */
#ifndef WEFT_TYPES_BOOL_H
#define WEFT_TYPES_BOOL_H

#include "core/abstract.h"

void bool_start(void);

#endif
