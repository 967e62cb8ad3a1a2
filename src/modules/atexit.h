/* Functions to be called when the program ends. */
#ifndef WEFT_MODULES_ATEXIT_H
#define WEFT_MODULES_ATEXIT_H

#include "core/value.h"

/* Calls them, last registered first, and forgets them. What they raise is reported as unraisable.
 */
void atexit_run(void);

#endif
