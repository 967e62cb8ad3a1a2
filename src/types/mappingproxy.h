/* types.MappingProxyType: a read-only view of a mapping. */
#ifndef WEFT_TYPES_MAPPINGPROXY_H
#define WEFT_TYPES_MAPPINGPROXY_H

#include "core/abstract.h"

extern Type mappingproxy_type;
Value mappingproxy_new(Value mapping) MUST_USE;
void mappingproxy_start(void);

#endif
