/* Readable listings of code objects, for tests, `-X dis` and debuggers. */
#ifndef WEFT_COMPILE_DISASSEMBLE_H
#define WEFT_COMPILE_DISASSEMBLE_H

#include <stdio.h>
#include "compile/code.h"

/* Writes one line for each instruction, then the handlers; with `nested`, then the same for each
 * code object among the constants. Call it in a debugger as: call code_print(code) */
void code_disassemble(const Code *code, FILE *out, bool nested);
void code_print(const Code *code);

#endif
