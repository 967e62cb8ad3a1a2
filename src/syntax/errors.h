#ifndef WEFT_SYNTAX_ERRORS_H
#define WEFT_SYNTAX_ERRORS_H

#include "syntax/parser.h"

/* Reporting errors from the parser. Each function returns NULL, for the caller to return. If an
 * error is recorded already, that one stays. */

/* A stretch of source as nodes and tokens have it: lines from 1, byte columns from 0. */
typedef struct Span {
    int lineno, col, end_lineno, end_col;
} Span;

/* As an end_col: the error extends to where the tokenizer is. */
enum { TO_CURSOR = -5 };

#define SPAN_OF(node)                                                                              \
    ((Span){(node)->lineno, (node)->col_offset, (node)->end_lineno, (node)->end_col_offset})

static inline Span token_span(const Token *token)
{
    return (Span){token->lineno, token->col, token->end_lineno, token->end_col};
}

/* From the start of one to the end of the other. */
static inline Span join(Span first, Span last)
{
    return (Span){first.lineno, first.col, last.end_lineno, last.end_col};
}

/* From the start of a span to where the tokenizer is. */
static inline Span span_from(Span first)
{
    return (Span){first.lineno, first.col, TO_CURSOR, TO_CURSOR};
}

/* A SyntaxError at a span. */
COLD void *raise_span(Parser *p, Span span, const char *format, ...) PRINTF_LIKE(3, 4);

/* A SyntaxError at the furthest token that has been read. */
COLD void *raise_last(Parser *p, const char *format, ...) PRINTF_LIKE(2, 3);

/* A SyntaxError at the next token. */
COLD void *raise_next(Parser *p, const char *format, ...) PRINTF_LIKE(2, 3);

/* An IndentationError at the furthest token that has been read. */
COLD void *raise_indentation(Parser *p, const char *format, ...) PRINTF_LIKE(2, 3);

/* A SyntaxError for an expression that cannot be assigned to (or deleted), if it has a part for
 * which that is so. */
COLD void *raise_invalid_target(Parser *p, Expr *e, TargetUse use);

/* A SyntaxWarning at a range of bytes, whose offsets count from 1. */
COLD void warn_range(Parser *p, SourceRange range, const char *format, ...) PRINTF_LIKE(3, 4);

COLD void *parser_no_memory(Parser *p);

/* The text ended within brackets, or after a backslash. */
COLD void *raise_end_of_text(Parser *p);

/* Reads the rest of the text; an error that the tokenizer has there replaces the one that is
 * recorded, and so does a bracket that is never closed and was opened before it. */
COLD void prefer_token_errors(Parser *p);

#endif
