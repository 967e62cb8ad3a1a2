#ifndef WEFT_MODULES_OPERATOR_INNER_H
#define WEFT_MODULES_OPERATOR_INNER_H

#include "core/type.h"

extern Type attrgetter_type, itemgetter_type, methodcaller_type;

#endif
