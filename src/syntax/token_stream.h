#ifndef WEFT_SYNTAX_TOKEN_STREAM_H
#define WEFT_SYNTAX_TOKEN_STREAM_H

#include "syntax/tokenizer.h"

/* Tokens as the `tokenize` module shows them, from lines that come one by one. With `extra_tokens`
 * there are COMMENT and NL tokens too, operators are of type OP, and what is wrong with the text
 * is passed over as far as possible: unmatched brackets, names that are no identifiers.
 *
 *   TokenStream stream;
 *   StreamToken token;
 *   if (!token_stream_open(&stream, read_line, context, true)) -> stream.diagnostics.error
 *   while ((step = token_stream_next(&stream, &token)) == STREAM_TOKEN) ...
 *   token_stream_close(&stream); */

/* After STREAM_ERROR, diagnostics.error says what is wrong. If it has kind SYNTAX_OK, the reader
 * has failed. If it has no text, the exception has just the message as its argument, and lineno,
 * offset and end_lineno as attributes; end_lineno or end_offset -1 stands for None. */

typedef struct StreamToken {
    int type;         /* as in Python's `token` module; TokenType has the names */
    const char *text; /* UTF-8; valid, like `line`, until the next call */
    size_t text_length;
    int lineno, col, end_lineno, end_col; /* columns count characters from 0 */
    const char *line;                     /* the physical lines that the token is on */
    size_t line_length;
    uint32_t line_start, line_end; /* where they are in the text: equal for equal lines only */
    bool line_ascii;
} StreamToken;

typedef enum StreamStep {
    STREAM_TOKEN,
    STREAM_END,   /* ENDMARKER was the last token */
    STREAM_ERROR, /* see below */
} StreamStep;

typedef struct TokenStream {
    Tokenizer tok;
    Arena arena;
    Diagnostics diagnostics;
    bool ended;
    /* The line of the last token, and whether it is ASCII: offsets in the text. */
    uint32_t line_start, line_end;
    bool line_ascii;
    /* The last column that was counted: an offset in the text, and the characters up to it. */
    uint32_t counted_line, counted_to;
    int counted;
} TokenStream;

/* The stream must not move until it is closed, which is due even if this returns false. */
bool token_stream_open(TokenStream *stream, ReadLine read_line, void *context, bool extra_tokens);
StreamStep token_stream_next(TokenStream *stream, StreamToken *token);
void token_stream_close(TokenStream *stream);

#endif
