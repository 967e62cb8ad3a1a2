/* The queue of what is to run after a collection: __del__ methods, callbacks of weak references.
 *
 * Each runs at a safepoint where no lock is held: on the thread that its object belongs to, as that
 * is the only one that may touch a local object; on any thread if the object is SHARED; if its
 * thread has ended or is in a system call it is shared first. */
#ifndef WEFT_CORE_FINALISER_H
#define WEFT_CORE_FINALISER_H

#include "core/thread.h"

/* World stopped: queues run(object) for thread `owner` (0 or ended: any). The object is kept alive
 * until then. */
void finaliser_queue(Object *object, uint32_t owner, void (*run)(Value object));
/* Runs at once all that this thread may run: at exit, and for gc.collect(). A failure of one is
 * reported as unraisable and does not stop the others. False if there was nothing to run. */
bool finalisers_run(void);
/* By a thread that is off the list of all threads: what it has not run is for others. */
void finalisers_hand_over(Thread *thread);
/* Called for each object after its __del__. */
extern void (*finaliser_ended)(Value object);

void finaliser_start(void); /* sets the collector's hooks */

#endif
