/* One lock for all threads: only if the user asks for it (-X gil=1), for programs that rely on
 * threads not running at the same time. A thread that is RUNNING then holds it; it is given up in
 * blocking calls, and at a safepoint when another thread has waited for the switch interval. */
#ifndef WEFT_GC_GIL_H
#define WEFT_GC_GIL_H

#include "gc/heap.h"

extern bool
    gil_enabled; /* set before the second thread starts; false again once only one is left */

/* The calling thread, the only one, holds the lock from now on. */
void gil_enable(void);
/* How long a thread waits until it asks the holder to give up the lock. */
void gil_set_interval(int64_t ns);

/* Around being RUNNING. */
void gil_acquire(GcThread *self);
void gil_release(void);
/* Gives the lock to who waits, if somebody does, and waits for it again. The caller is NATIVE. */
void gil_switch(GcThread *self);

/* Only one thread goes on, which needs no lock; others stay where they are. */
void gil_end_others(void);
void gil_after_fork_child(GcThread *self);

#endif
