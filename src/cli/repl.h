/* The interactive loop. */
#ifndef WEFT_CLI_REPL_H
#define WEFT_CLI_REPL_H

#include <stdbool.h>

/* What interactive sessions begin with, then the library's console or, where nobody types or
 * PYTHON_BASIC_REPL is set, the plain loop. Reads statements from standard input until it ends,
 * runs them in __main__ and prints what expressions give. False, with an exception, only for
 * SystemExit and the like. */
bool repl_run(bool after_program);
/* The plain loop alone: sys._baserepl(). */
bool repl_loop(void);

#endif
