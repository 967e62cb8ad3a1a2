/* The source of the main program: reading, checking and compiling it. */
#ifndef WEFT_CLI_SCRIPT_H
#define WEFT_CLI_SCRIPT_H

#include "core/value.h"

/* All that a descriptor gives, as bytes. OSError. */
Value script_read(int fd) MUST_USE;
/* Compiles the bytes of a program file, in any encoding of PEP 263. Raises what compile_source
 * does, and the errors that only files have, in the words that CPython uses for files. */
Value script_compile(Value bytes, Value filename, bool skip_first_line) MUST_USE;
/* Whether the bytes of a program file are compiled code: by the file's name, or the magic number
 * that they begin with. -1: exception. */
int script_is_compiled(Value bytes, const char *path) MUST_USE;
/* The code object in the bytes of a compiled file. RuntimeError, EOFError, ValueError. */
Value script_load_compiled(Value bytes) MUST_USE;
/* Compiles source that is in no file, and makes its lines known to tracebacks, under the name
 * `own`. What is wrong with it is said of the file `shown`. `mode` and `flags` as for
 * compile_source. */
Value script_compile_text(const char *text, size_t size, Value shown, Value own, int mode,
                          int flags) MUST_USE;

#endif
