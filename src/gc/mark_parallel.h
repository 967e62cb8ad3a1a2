/* Marking with several threads. */
#ifndef WEFT_GC_MARK_PARALLEL_H
#define WEFT_GC_MARK_PARALLEL_H

#include "gc/mark.h"

/* Drains the marker together with helper threads, which the first call starts. False if there are
 * none, nor cores for them: nothing was done. */
bool mark_parallel_drain(Marker *marker);

/* Called by marker_drain_parallel. A marker that has filled a chunk gives it to all... */
void mark_share_chunk(MarkChunk *chunk);
/* ...and one that has nothing left waits for a chunk, until all have nothing: then 0. */
MarkChunk *mark_await_chunk(void);
/* Somebody waits for work. */
bool mark_work_wanted(void);

void mark_parallel_before_fork(void);
void mark_parallel_after_fork(bool child);

#endif
