/* Threads that other code started and that come to run Python code. */
#ifndef WEFT_MODULES_THREAD_FOREIGN_H
#define WEFT_MODULES_THREAD_FOREIGN_H

#include "core/thread.h"

/* The calling thread, which has no Thread, gets one, and is then running like any other; the
 * program has several threads from now on. Aborts if there is no memory. */
Thread *foreign_thread_enter(void);
/* The end of it. */
void foreign_thread_leave(Thread *thread);

void foreign_start(void);

#endif
