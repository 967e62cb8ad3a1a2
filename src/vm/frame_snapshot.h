#ifndef WEFT_VM_FRAME_SNAPSHOT_H
#define WEFT_VM_FRAME_SNAPSHOT_H

#include "core/value.h"

/* A dict of thread identifiers to frame objects: of this thread the one that runs; of others the
 * innermost one as it is now, without variables. MemoryError. */
Value thread_frames(void) MUST_USE;

#endif
