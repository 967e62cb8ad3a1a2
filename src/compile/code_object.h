/* Code objects for those who make them: the assembler and marshal. */
#ifndef WEFT_COMPILE_CODE_OBJECT_H
#define WEFT_COMPILE_CODE_OBJECT_H

#include "compile/code.h"

/* A copy with all that the compiler fills in; what belongs to vm/ is 0. */
Code *code_copy(const Code *code) MUST_USE;

/* code(...) and code.replace(...), with the arguments of their signatures. What they make is
 * verified when it first runs. ValueError, TypeError, SystemError for parts that do not go
 * together. */
Value code_make(Value *args) MUST_USE;
Value code_replaced(Value *args) MUST_USE;
/* co_code as bytes, and back to words; these bytes are not empty. */
Value code_bytes(const Code *code) MUST_USE;
Raw *code_words_from_bytes(Value bytes) MUST_USE;
/* Flags that 3.13 does not show. */
enum { CODE_INTERNAL_FLAGS = CODE_HAS_DOCSTRING | CODE_METHOD };

#endif
