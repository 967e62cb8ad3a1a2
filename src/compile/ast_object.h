/* Trees as objects of the `ast` module, and back. */
#ifndef WEFT_COMPILE_AST_OBJECT_H
#define WEFT_COMPILE_AST_OBJECT_H

#include "core/value.h"
#include "syntax/ast.h"

Value ast_to_object(Mod *tree) MUST_USE;

/* The tree that an object means, in the arena. Its constants are kept alive by `object`, which
 * must stay as it is, and by *kept, a list. 0 with TypeError, ValueError, RecursionError. */
Mod *ast_from_object(Value object, Arena *arena, IdentTable *idents, Value *kept) MUST_USE;

/* Checks what only such trees can get wrong. False with ValueError or TypeError. */
bool ast_validate(const Mod *tree) MUST_USE;

#endif
