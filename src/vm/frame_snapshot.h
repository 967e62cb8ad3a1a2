#ifndef WEFT_VM_FRAME_SNAPSHOT_H
#define WEFT_VM_FRAME_SNAPSHOT_H

#include "vm/frame.h"

/* A dict of thread identifiers to frame objects: of this thread the one that runs; of others the
 * innermost one as it is now, without variables. MemoryError. */
Value thread_frames(void) MUST_USE;
/* A SHARED frame object's frame as it is now, though another thread may be running it: without
 * variables, unless it is a suspended generator's. `f` itself if it has ended. MemoryError. */
FrameObject *frame_snapshot(FrameObject *f) MUST_USE;

#endif
