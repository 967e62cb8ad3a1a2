#ifndef WEFT_COMPILE_FUTURE_H
#define WEFT_COMPILE_FUTURE_H

#include "compile/unit.h"

/* Adds the tree's `from __future__ import` features to c->flags. False with SyntaxError for an
 * unknown feature or a statement in the wrong place. */
bool future_features(Compiler *c, Mod *tree) MUST_USE;
/* SyntaxError if the import is one of __future__ behind other statements. */
void late_future_import(Compiler *c, const Stmt *s);

#endif
