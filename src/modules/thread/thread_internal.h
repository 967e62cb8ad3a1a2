/* The parts of the _thread module. */
#ifndef WEFT_MODULES_THREAD_H
#define WEFT_MODULES_THREAD_H

#include "core/module.h"

extern Type lock_type, rlock_type, thread_handle_type, local_type;
/* Takes a lock byte, serving signals meanwhile. 1: taken, 0: timed out, -1: an exception.
 * `deadline`: monotonic ns, negative: none. */
int lock_byte_acquire(uint8_t *lock, int64_t deadline);
/* A timeout in seconds as a deadline; OverflowError if it is too large. */
bool deadline_from_timeout(Value timeout, int64_t *deadline) MUST_USE;
void lock_start(void);
void local_start(void);
void local_thread_ends(void);  /* the calling thread sees no local any more */
void local_threads_gone(void); /* after a fork, in the child */

#endif
