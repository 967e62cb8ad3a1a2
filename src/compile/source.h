/* What compile_source does besides compiling: encodings, parser options, errors and warnings. */
#ifndef WEFT_COMPILE_SOURCE_H
#define WEFT_COMPILE_SOURCE_H

#include "compile/compile.h"
#include "syntax/parse.h"

/* Decodes and parses. False with SyntaxError and its kin. `result` is to be freed in any case. */
bool source_parse(const char *source, size_t size, Value filename, CompileMode mode, int flags,
                  ParseResult *result) MUST_USE;
/* The tree as objects of the `ast` module. */
Value source_tree_object(ParseResult *result, Value filename, int flags, int optimize) MUST_USE;
/* A tree to code. */
Value compile_tree(Mod *tree, Arena *arena, IdentTable *idents, Value filename, int flags,
                   int optimize) MUST_USE;

#endif
