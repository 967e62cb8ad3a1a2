#ifndef WEFT_MODULES_FUNCTOOLS_INNER_H
#define WEFT_MODULES_FUNCTOOLS_INNER_H

#include "core/type.h"

extern Type lru_cache_type;
void lru_cache_start(void); /* once: what lru_cache_type needs besides */

#endif
