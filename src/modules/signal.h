/* Signals, for those who fork. */
#ifndef WEFT_MODULES_SIGNAL_H
#define WEFT_MODULES_SIGNAL_H

#include <signal.h>
#include <stdbool.h>
#include "core/object.h"

/* The main thread, which runs the handlers, is the calling one from now on. */
void signal_after_fork_child(void);
/* As if the signal had come, unless it is ignored or left to the system. */
void signal_simulate(int number);
/* The signals whose numbers an iterable has. ValueError "signal number %d out of range". */
bool signal_set_from(Value iterable, sigset_t *set) MUST_USE;

#endif
