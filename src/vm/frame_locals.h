/* f_locals of a function's frame: a mapping that reads and writes the frame's variables
 * (PEP 667), and locals(), a snapshot of them. */
#ifndef WEFT_VM_FRAME_LOCALS_H
#define WEFT_VM_FRAME_LOCALS_H

#include "vm/frame.h"

Value frame_locals_proxy(FrameObject *frame);
/* What this thread may look at in place of a frame object: that itself if it is this thread's or
 * has ended; else one that looks as if the frame had ended where it is (frame_snapshot). */
FrameObject *frame_object_view(FrameObject *f) MUST_USE;
/* The live or kept registers of a frame; *count 0 if they are gone. */
Value *frame_object_registers(FrameObject *frame, uint32_t *count);
/* What locals() returns in this frame: its namespace, or a new dict of its variables. */
Value frame_locals_snapshot(Frame *frame);
bool frame_has_hidden(const Code *code, Value *registers, uint32_t count);
/* What locals() returns in a module's or class's frame. */
Value frame_namespace(Code *code, Function *function, Value namespace, Value *registers,
                      uint32_t count);
void frame_locals_start(void);
void frame_object_start(void);

#endif
