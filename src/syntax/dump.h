#ifndef WEFT_SYNTAX_DUMP_H
#define WEFT_SYNTAX_DUMP_H

#include "syntax/ast.h"

#include <stdio.h>

/* Writes a tree as ast.dump(tree, include_attributes=True, show_empty=True) does, except that the
 * characters of strings beyond ASCII are escaped. For tests and for looking at a tree in a
 * debugger. */
void ast_dump(FILE *out, const void *node);

#endif
