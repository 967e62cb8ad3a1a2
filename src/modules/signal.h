/* Signals, for those who fork. */
#ifndef WEFT_MODULES_SIGNAL_H
#define WEFT_MODULES_SIGNAL_H

#include <stdbool.h>

/* The main thread, which runs the handlers, is the calling one from now on. */
void signal_after_fork_child(void);

#endif
