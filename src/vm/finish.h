/* The end of the program; what other files call is in vm/startup.h. */
#ifndef WEFT_VM_FINISH_H
#define WEFT_VM_FINISH_H

#include <stdbool.h>

/* At the end of start-up: notes what `sys` and `builtins` hold before the program runs. */
bool finish_prepare(void);

#endif
