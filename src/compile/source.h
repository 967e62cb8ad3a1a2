/* What compile_source does besides compiling: encodings, parser options, errors and warnings. */
#ifndef WEFT_COMPILE_SOURCE_H
#define WEFT_COMPILE_SOURCE_H

#include "compile/compile.h"
#include "syntax/parse.h"

/* Decodes and parses. False with SyntaxError and its kin. `result` is to be freed in any case. */
bool source_parse(const char *source, size_t size, Value filename, CompileMode mode, int flags,
                  int feature_version, ParseResult *result) MUST_USE;
/* Source in UTF-8 that has other bytes in comments is replaced by a copy without; *keep holds that
 * alive. False, with SyntaxError, if it has some elsewhere. */
bool source_repair_utf8(const char **text, size_t *size, Value filename, Value *keep) MUST_USE;
/* Raises what the parser or tokenizer recorded; returns false. */
bool raise_parse_error(const SyntaxErrorInfo *error, Value filename);
/* SyntaxError whose place is in its attributes, not in args; returns false. */
bool raise_scope_error(Value message, Value filename, int lineno, int offset, int end_lineno,
                       int end_offset);
/* The tree as objects of the `ast` module. */
Value source_tree_object(ParseResult *result, Value filename, int flags, int optimize) MUST_USE;
/* A tree to code. */
Value compile_tree(Mod *tree, Arena *arena, IdentTable *idents, Value filename, int flags,
                   int optimize) MUST_USE;

#endif
