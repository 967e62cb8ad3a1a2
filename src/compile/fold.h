#ifndef WEFT_COMPILE_FOLD_H
#define WEFT_COMPILE_FOLD_H

#include "compile/unit.h"

/* Replaces constant expressions of the tree by constants, in place; they are kept alive by
 * c->kept. False with RecursionError or MemoryError. */
bool fold_tree(Compiler *c, Mod *tree) MUST_USE;

#endif
