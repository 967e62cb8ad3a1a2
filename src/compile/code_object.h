/* Code objects for those who make them: the assembler and marshal. */
#ifndef WEFT_COMPILE_CODE_OBJECT_H
#define WEFT_COMPILE_CODE_OBJECT_H

#include "compile/code.h"

/* A copy with all that the compiler fills in; what belongs to vm/ is 0. */
Code *code_copy(const Code *code) MUST_USE;

#endif
