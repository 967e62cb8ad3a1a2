#ifndef WEFT_COMPILE_VERIFY_H
#define WEFT_COMPILE_VERIFY_H

#include "compile/code.h"

/* What is wrong with the code object, or 0: each operand is in its range, jumps and handlers hit
 * starts of instructions, cells and cache indexes are in order, the code does not run off its end.
 * *at is the word of the instruction; the number of cache cells is stored if asked for. The
 * interpreter trusts all of this. */
const char *code_verify(const Code *code, uint32_t *at, uint32_t *feedback_count);
/* Verifies a code object that Python code put together (`unverified`), before it runs for the first
 * time. SystemError if it is bad. */
bool code_admit(Code *code) MUST_USE;

#endif
