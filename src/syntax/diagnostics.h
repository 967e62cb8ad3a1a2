#ifndef WEFT_SYNTAX_DIAGNOSTICS_H
#define WEFT_SYNTAX_DIAGNOSTICS_H

#include "base/common.h"
#include "syntax/parse.h"

#include <stdarg.h>

/* The one error and the list of warnings of a parse, as the tokenizer and the parser report them.
 * The first error wins: whoever wants another one clears it first. */
typedef struct Diagnostics {
    Arena *arena;
    SyntaxErrorInfo error;
    SyntaxWarningInfo *warnings;
    SyntaxWarningInfo **last_warning;
} Diagnostics;

/* A place in the source as CPython reports it: offsets count characters from 1. */
typedef struct SourceRange {
    int lineno, offset, end_lineno, end_offset;
} SourceRange;

void diagnostics_init(Diagnostics *diagnostics, Arena *arena);

/* Records an error and a copy of the source line, unless there is an error already. Returns false,
 * for the caller to return. */
COLD bool diagnostics_raise(Diagnostics *diagnostics, SyntaxErrorKind kind, SourceRange range,
                            const char *text, size_t text_length, const char *format, ...)
    PRINTF_LIKE(6, 7);
COLD bool diagnostics_raise_va(Diagnostics *diagnostics, SyntaxErrorKind kind, SourceRange range,
                               const char *text, size_t text_length, const char *format,
                               va_list args);

/* Records an error that has no place: MemoryError and the like; the message may be NULL. */
COLD bool diagnostics_raise_plain(Diagnostics *diagnostics, SyntaxErrorKind kind,
                                  const char *message);

COLD void diagnostics_warn(Diagnostics *diagnostics, SourceRange range, const char *text,
                           size_t text_length, const char *format, ...) PRINTF_LIKE(5, 6);

COLD void diagnostics_warn_va(Diagnostics *diagnostics, SourceRange range, const char *text,
                              size_t text_length, const char *format, va_list args);

/* Returns the number of characters in `length` bytes of UTF-8, of which the last may be cut. */
int count_characters(const char *bytes, size_t length);

#endif
