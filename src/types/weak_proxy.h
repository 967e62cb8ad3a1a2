/* weakref.proxy: does with its target what is done with it. */
#ifndef WEFT_TYPES_WEAK_PROXY_H
#define WEFT_TYPES_WEAK_PROXY_H

#include "types/weakref.h"

/* `trace` is that of WeakRef. */
void weak_proxy_start(void (*trace)(Object *self, struct Tracer *tracer));

#endif
