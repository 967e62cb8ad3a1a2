/* Which temporaries of a code object are still to be read. */
#ifndef WEFT_COMPILE_LIVENESS_H
#define WEFT_COMPILE_LIVENESS_H

#include "compile/code.h"

/* Tells for each temporary (register from clear_count on) whether its content matters while the
 * instruction that begins at word `at` is being carried out: it reads the register, or what may
 * come afterwards does. `live` has a byte for each register of the frame; those of the others stay
 * as they are. The words of a call area that become the callee's header never matter.
 * False without an exception if there is no memory. */
bool code_live_temporaries(const Code *code, uint32_t at, uint8_t *live) MUST_USE;

#endif
