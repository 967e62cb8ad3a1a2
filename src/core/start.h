/* Starting the core and the builtin types. */
#ifndef WEFT_CORE_START_H
#define WEFT_CORE_START_H

#include "base/common.h"

/* Starts the intern table and makes all types of core/ and types/ ready. Once, on the main thread,
 * after gc_start and thread_start_main. Aborts if there is no memory for it. */
bool core_start(void);

#endif
