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

/* What markers look at between two objects. Changed under the pool's lock. */
typedef struct MarkSignals {
    _Alignas(64) unsigned hungry; /* atomic: markers that want half of another's work */
    unsigned received;            /* atomic: bit n: somebody has sent something to shard n */
    MarkChunk *shared;            /* atomic: grey objects for whoever wants some */
} MarkSignals;
extern MarkSignals mark_signals;

/* The rest is called by marker_drain_parallel. A marker that has filled a chunk gives it to all. */
void mark_share_chunk(MarkChunk *chunk);
/* Between two objects: who takes that chunk needs some of the marker's shards as well. */
void mark_share_shards(Marker *marker);
/* Sends objects of a shard to its owner. False if that is the marker: then the chunk is still its
 * own. */
bool mark_send(Marker *marker, unsigned shard, MarkChunk *chunk);
/* What others have sent to the shards that the marker owns. */
MarkChunk *mark_received_chunks(Marker *marker);
/* Waits until there is a chunk of grey objects (else 0), or something was sent to a shard, which
 * the marker then owns. False when all wait and there is nothing. */
bool mark_await_work(Marker *marker, MarkChunk **chunk);

/* Somebody wants work, and there is none for him yet. */
ALWAYS_INLINE bool mark_work_wanted(void)
{
    return load_relaxed(&mark_signals.hungry) > 0 && !load_relaxed(&mark_signals.shared);
}

ALWAYS_INLINE bool mark_has_received(const Marker *marker)
{
    return load_relaxed(&mark_signals.received) & marker->owned;
}

void mark_parallel_before_fork(void);
void mark_parallel_after_fork(bool child);

#endif
