/* Where marking starts: stacks, registers, registered slots and tracers. World stopped. */
#ifndef WEFT_GC_ROOTS_H
#define WEFT_GC_ROOTS_H

#include "gc/heap.h"

void roots_visit(Tracer *tracer);
/* The stacks and registers of one thread. */
void roots_visit_thread(Tracer *tracer, GcThread *thread);
/* In a forked child: what the stacks and registers of a thread of the parent refer to stays alive
 * for good, as nobody is to see the blocks end that it is in: no generator of its is closed. */
void roots_keep_for(GcThread *gone);
/* The object that a word, found on a stack, points into; 0 if none. */
Object *heap_object_at(const void *address);

#endif
