#include "syntax/errors.h"

#include <string.h>

/* Returns where a line starts, for one that has been read. */
static const char *find_line(const Parser *p, int lineno)
{
    const Tokenizer *tok = &p->tok;
    if (lineno >= tok->lineno)
        return tok->line_start;
    const char *line = tok->text;
    for (int i = 1; i < lineno; i++) {
        const char *newline = memchr(line, '\n', (size_t)(tok->end - line));
        if (!newline)
            break;
        line = newline + 1;
    }
    return line;
}

/* Returns the number of characters in the first `bytes` bytes of a line; a count that is beyond it
 * means one character more than the line has, and a negative one stays. */
static int characters_before(const char *line, size_t length, int bytes)
{
    if (bytes <= 0)
        return bytes;
    if ((size_t)bytes <= length)
        return count_characters(line, (size_t)bytes);
    return count_characters(line, length) + 1;
}

/* Returns the length of a line with its line end. */
static size_t whole_length(const Parser *p, const char *line)
{
    const char *newline = memchr(line, '\n', (size_t)(p->tok.end - line));
    return (size_t)((newline ? newline + 1 : p->tok.end) - line);
}

/* Turns offsets that count bytes from 1 into those that count characters; the end as well counts in
 * the first line. Returns the line that will be shown, and its length. */
static const char *count_offsets(const Parser *p, SourceRange *range, size_t *length)
{
    const char *line = find_line(p, range->lineno);
    *length = whole_length(p, line);
    /* Only of the line at hand is the line end shown. */
    if (range->lineno < p->tok.lineno && *length && line[*length - 1] == '\n')
        --*length;
    range->offset = characters_before(line, *length, range->offset);
    range->end_offset = characters_before(line, *length, range->end_offset);
    return line;
}

/* `offset` and `end_offset` count bytes from 1. */
static void raise_offsets(Parser *p, SyntaxErrorKind kind, SourceRange range, const char *format,
                          va_list args)
{
    size_t length;
    const char *line = count_offsets(p, &range, &length);
    diagnostics_raise_va(&p->diagnostics, kind, range, line, length, format, args);
}

void warn_range(Parser *p, SourceRange range, const char *format, ...)
{
    size_t length;
    const char *line = count_offsets(p, &range, &length);
    va_list args;
    va_start(args, format);
    diagnostics_warn_va(&p->diagnostics, range, line, length, format, args);
    va_end(args);
}

static void raise_span_va(Parser *p, Span span, const char *format, va_list args)
{
    SourceRange range = {span.lineno, span.col + 1, span.end_lineno, span.end_col + 1};
    if (span.end_lineno == TO_CURSOR) {
        range.end_lineno = p->tok.lineno;
        range.end_offset = (int)(p->tok.cur - p->tok.line_start);
    }
    raise_offsets(p, SYNTAX_ERROR, range, format, args);
}

void *raise_span(Parser *p, Span span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    raise_span_va(p, span, format, args);
    va_end(args);
    return NULL;
}

/* Where the tokenizer is, for a token that has no place of its own. */
static int cursor_offset(const Parser *p, const Token *token)
{
    bool ended = p->tok.cur == p->tok.end && token->type != TOK_ERRORTOKEN;
    return ended && p->options->is_program ? 0 : (int)(p->tok.cur - p->tok.line_start);
}

static void raise_token_va(Parser *p, const Token *token, SyntaxErrorKind kind, const char *format,
                           va_list args)
{
    SourceRange range = {0, 0, 0, -1};
    if (token) {
        range.lineno = token->lineno;
        range.end_lineno = token->end_lineno;
        range.offset = token->col == -1 ? cursor_offset(p, token) : token->col + 1;
        range.end_offset = token->end_col == -1 ? -1 : token->end_col + 1;
    }
    raise_offsets(p, kind, range, format, args);
}

static const Token *furthest_token(const Parser *p)
{
    return p->count ? &p->tokens[p->count - 1] : NULL;
}

void *raise_next(Parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    raise_token_va(p, peek(p), SYNTAX_ERROR, format, args);
    va_end(args);
    return NULL;
}

void *raise_last(Parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    raise_token_va(p, furthest_token(p), SYNTAX_ERROR, format, args);
    va_end(args);
    return NULL;
}

void *raise_indentation(Parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    raise_token_va(p, furthest_token(p), SYNTAX_INDENTATION, format, args);
    va_end(args);
    return NULL;
}

void *raise_invalid_target(Parser *p, Expr *e, TargetUse use)
{
    Expr *invalid = invalid_target(e, use);
    if (!invalid)
        return NULL;
    const char *verb = use == DEL_TARGETS ? "delete" : "assign to";
    return raise_span(p, SPAN_OF(invalid), "cannot %s %s", verb, expr_name(invalid));
}

void *parser_no_memory(Parser *p)
{
    diagnostics_raise_plain(&p->diagnostics, SYNTAX_NO_MEMORY, NULL);
    return NULL;
}

static void raise_unclosed(Parser *p)
{
    Bracket bracket = p->tok.brackets[p->tok.level - 1];
    raise_span(p, (Span){bracket.lineno, bracket.col, bracket.lineno, -1}, "'%c' was never closed",
               bracket.character);
}

void *raise_end_of_text(Parser *p)
{
    if (p->tok.level)
        raise_unclosed(p);
    else
        raise_last(p, "unexpected EOF while parsing");
    return NULL;
}

void prefer_token_errors(Parser *p)
{
    if (p->tok.state == TOKENIZER_FAILED ||
        (p->count && tokenizer_at_end(&p->tok, furthest_token(p))))
        return;
    SyntaxErrorInfo earlier = p->diagnostics.error;
    int error_line = p->count ? p->tokens[p->count - 1].lineno : 0;
    p->diagnostics.error = (SyntaxErrorInfo){.kind = SYNTAX_OK};
    Token token;
    bool going;
    do {
        going = tokenizer_next(&p->tok, &token);
    } while (going && token.type != TOK_ENDMARKER);
    /* What is wrong with the layout of lines is for the parser to say, and it has not come there.
     */
    if (p->tok.layout_error)
        p->diagnostics.error = (SyntaxErrorInfo){.kind = SYNTAX_OK};
    if (!going && !failed(p) && p->tok.level &&
        error_line > p->tok.brackets[p->tok.level - 1].lineno)
        raise_unclosed(p);
    /* An error in an f-string's expression may leave the rest of the f-string in pieces. */
    if (!failed(p) || p->tok.fstring_count)
        p->diagnostics.error = earlier;
}
