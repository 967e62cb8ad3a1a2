/* Jumps by assignment to f_lineno. */
#ifndef WEFT_VM_JUMP_H
#define WEFT_VM_JUMP_H

#include "vm/instrument.h"

/* Makes the frame, whose trace function is running, go on at `line`, or at the first line behind it
 * that has code. ValueError if it cannot. */
bool frame_jump(FrameObject *f, int line) MUST_USE;

#endif
