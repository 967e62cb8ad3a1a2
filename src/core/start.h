/* Starting the core and the builtin types. */
#ifndef WEFT_CORE_START_H
#define WEFT_CORE_START_H

#include "base/common.h"

/* Starts the heap, the main thread, the intern table, and makes all types of core/ and types/ ready. Once, on the
 * main thread, before anything else. False if there is no memory or address space for it. */
bool core_start(void);

#endif
