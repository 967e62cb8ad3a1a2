/* Marking with several threads. */
#ifndef WEFT_GC_MARK_PARALLEL_H
#define WEFT_GC_MARK_PARALLEL_H

#include "gc/mark.h"

/* Drains the marker together with stopped threads that are awake, or else with helper threads,
 * which the first call starts. False if there are none, nor cores for them: nothing was done. */
bool mark_parallel_drain(Marker *marker);

/* A stopped thread stays awake for a moment, to mark, unless there are enough already. Returns at
 * the latest soon after `*starts` is no longer what it was before. */
void mark_help_while_stopped(const uint32_t *starts, uint32_t before);
/* A stopped thread is awake. */
bool mark_help_ready(void);

/* Called by marker_drain_parallel. A marker that has filled a chunk gives it to all... */
void mark_share_chunk(MarkChunk *chunk);
/* ...and one that has nothing left waits for a chunk, until all have nothing: then 0. */
MarkChunk *mark_await_chunk(void);
/* Somebody waits for work. */
bool mark_work_wanted(void);

void mark_parallel_before_fork(void);
void mark_parallel_after_fork(bool child);

#endif
