#include "syntax/tokenizer.h"

#include <string.h>

/* String literals. A plain one is a single token. An f-string is FSTRING_START, then for each
 * stretch of text a FSTRING_MIDDLE and for each replacement field the tokens of its expression,
 * then FSTRING_END: `fstrings` is the stack of those that have begun (PEP 701). */

/* Where a literal started, for its token and for errors: kept as offsets, since the text may move
 * while its lines are read. */
typedef struct LiteralStart {
    uint32_t offset;
    uint32_t line_start;
    int lineno;
} LiteralStart;

static LiteralStart literal_start(const Tokenizer *tok, const char *start)
{
    return (LiteralStart){tokenizer_offset(tok, start), tokenizer_offset(tok, tok->line_start),
                          tok->lineno};
}

static void make_literal(const Tokenizer *tok, Token *token, TokenType type, LiteralStart start)
{
    tokenizer_make(tok, token, type, start.offset, start.lineno,
                   (int)(start.offset - start.line_start));
}

/* Moves to after the first character of a literal: it is what is wrong. */
static void go_back(Tokenizer *tok, LiteralStart start)
{
    tok->cur = tok->text + start.offset + 1;
    tok->line_start = tok->text + start.line_start;
    tok->lineno = start.lineno;
}

/* Reports a literal that does not end, at its first character. `format` takes the line at which
 * that was noticed. At the end of the text, more of it would help (TOKENIZER_END_IN_TEXT). */
COLD static bool unterminated(Tokenizer *tok, LiteralStart start, bool at_end, const char *format)
{
    if (tok->state == TOKENIZER_FAILED)
        return false;
    int detected = tok->lineno;
    go_back(tok, start);
    tokenizer_error(tok, format, detected);
    if (at_end)
        tok->state = TOKENIZER_END_IN_TEXT;
    return false;
}

/* Whether an f-string is open that this quote would end, were there not an expression. */
static bool quote_of_fstring(Tokenizer *tok, char quote, int quote_size)
{
    if (!tok->fstring_count)
        return false;
    FStringMode *fstring = tokenizer_fstring(tok);
    return fstring->quote == quote && fstring->quote_size == quote_size;
}

COLD static bool unterminated_string(Tokenizer *tok, LiteralStart start, char quote, int quote_size,
                                     bool at_end, bool escaped_quote)
{
    if (tok->state != TOKENIZER_FAILED && quote_of_fstring(tok, quote, quote_size)) {
        go_back(tok, start);
        return tokenizer_error(tok, "f-string: expecting '}'");
    }
    if (quote_size == 3)
        return unterminated(tok, start, at_end,
                            "unterminated triple-quoted string literal (detected at line %d)");
    if (escaped_quote)
        return unterminated(tok, start, at_end,
                            "unterminated string literal (detected at line %d); "
                            "perhaps you escaped the end quote?");
    return unterminated(tok, start, at_end, "unterminated string literal (detected at line %d)");
}

/* Steps to the next line within a literal: it counts as joined to the ones before. */
static bool next_line_in_literal(Tokenizer *tok)
{
    size_t joined = (size_t)(tok->joined_start - tok->text);
    if (!tokenizer_next_line(tok))
        return false;
    tok->joined_start = tok->text + joined;
    return true;
}

bool tokenize_string(Tokenizer *tok, Token *token, const char *start)
{
    LiteralStart literal = literal_start(tok, start);
    char quote = *tok->cur++;
    int quote_size = 1;
    if (*tok->cur == quote) {
        if (tok->cur[1] != quote) {
            tok->cur++;
            make_literal(tok, token, TOK_STRING, literal);
            return true;
        }
        tok->cur += 2;
        quote_size = 3;
    }
    bool escaped_quote = false;
    for (int quotes = 0; quotes < quote_size;) {
        char c = *tok->cur;
        if (c == 0 || (c == '\n' && quote_size == 1))
            return unterminated_string(tok, literal, quote, quote_size, c == 0, escaped_quote);
        tok->cur++;
        quotes = c == quote ? quotes + 1 : 0;
        if (c == '\\') {
            c = *tok->cur;
            escaped_quote |= c == quote;
            if (c == '\r' && tok->cur[1] == '\n')
                c = *++tok->cur;
            tok->cur += c != 0;
        }
        if (c == '\n' && !next_line_in_literal(tok))
            return unterminated_string(tok, literal, quote, quote_size, true, escaped_quote);
    }
    make_literal(tok, token, TOK_STRING, literal);
    return true;
}

/* ---- f-strings ---- */

bool tokenize_fstring_start(Tokenizer *tok, Token *token, const char *start)
{
    LiteralStart literal = literal_start(tok, start);
    char quote = *tok->cur;
    int quote_size = tok->cur[1] == quote && tok->cur[2] == quote ? 3 : 1;
    tok->cur += quote_size;
    if (tok->fstring_count + 1 >= MAX_FSTRINGS)
        return tokenizer_error(tok, "too many nested f-strings");
    if (!tok->fstrings) {
        tok->fstrings = arena_alloc(tok->diagnostics->arena, MAX_FSTRINGS * sizeof(FStringMode));
        if (!tok->fstrings) {
            tok->state = TOKENIZER_FAILED;
            return diagnostics_raise_plain(tok->diagnostics, SYNTAX_NO_MEMORY, NULL);
        }
    }
    bool raw = (*start | 0x20) == 'r' || (start[1] | 0x20) == 'r';
    tok->fstrings[tok->fstring_count++] = (FStringMode){
        .quote = quote,
        .quote_size = (uint8_t)quote_size,
        .raw = raw,
        .in_text = true,
        .expr_depth = -1,
        .start = literal.offset,
        .line_start = literal.line_start,
        .lineno = literal.lineno,
    };
    make_literal(tok, token, TOK_FSTRING_START, literal);
    return true;
}

static bool at_end_quote(const Tokenizer *tok, const FStringMode *fstring)
{
    const char *at = tok->cur;
    return at[0] == fstring->quote &&
           (fstring->quote_size == 1 || (at[1] == at[0] && at[2] == at[0]));
}

static bool enter_replacement_field(Tokenizer *tok, FStringMode *fstring)
{
    if (fstring->expr_depth + 1 >= MAX_FSPEC_NESTING)
        return tokenizer_error(tok, "f-string: expressions nested too deeply");
    fstring->expr_depth++;
    fstring->in_text = false;
    return true;
}

COLD static bool unterminated_fstring(Tokenizer *tok, const FStringMode *fstring, bool at_end)
{
    LiteralStart start = {fstring->start, fstring->line_start, fstring->lineno};
    if (fstring->quote_size == 3)
        return unterminated(tok, start, at_end,
                            "unterminated triple-quoted f-string literal (detected at line %d)");
    return unterminated(tok, start, false, "unterminated f-string literal (detected at line %d)");
}

static void warn_escaped_brace(Tokenizer *tok, const FStringMode *fstring)
{
    if (fstring->raw || !tok->warn)
        return;
    const char *line = tok->line_start;
    const char *newline = memchr(line, '\n', (size_t)(tok->end - line));
    int offset = count_characters(line, (size_t)(tok->cur - line)) + 1;
    SourceRange range = {tok->lineno, offset, tok->lineno, offset};
    diagnostics_warn(tok->diagnostics, range, line, (size_t)((newline ? newline : tok->end) - line),
                     "invalid escape sequence '\\%c'", *tok->cur);
}

/* Steps over a backslash at `cur` and what it escapes. `*named`: that was the start of \N{name}. */
static void skip_escape(Tokenizer *tok, const FStringMode *fstring, bool *named)
{
    tok->cur++;
    char c = *tok->cur;
    if (c == '\r' && tok->cur[1] == '\n')
        c = *++tok->cur;
    if (c == '{' || c == '}') {
        warn_escaped_brace(tok, fstring);
        return;
    }
    if (c == 0)
        return;
    tok->cur++;
    if (c == 'N' && !fstring->raw && *tok->cur == '{') {
        tok->cur++;
        *named = true;
    }
    if (c == '\n')
        next_line_in_literal(tok);
}

/* What a character means for the text that is being read. */
typedef enum TextStep {
    TEXT_GOES_ON,    /* it is part of the text */
    TEXT_ENDS,       /* the text ends before it */
    TEXT_ENDS_TWICE, /* the text ends after it, and it was there twice: {{ or }} */
    TEXT_FAILS
} TextStep;

/* `cur` is at a brace. */
static TextStep step_brace(Tokenizer *tok, FStringMode *fstring, bool *named)
{
    bool in_format_spec = fstring->in_format_spec && fstring->expr_depth >= 0;
    if (*tok->cur == '{') {
        if (tok->cur[1] == '{' && !in_format_spec)
            return TEXT_ENDS_TWICE;
        return enter_replacement_field(tok, fstring) ? TEXT_ENDS : TEXT_FAILS;
    }
    if (*named) {
        tok->cur++;
        return TEXT_ENDS;
    }
    if (tok->cur[1] == '}' && !in_format_spec && fstring->depth == 0)
        return TEXT_ENDS_TWICE;
    fstring->in_text = false;
    return TEXT_ENDS;
}

/* Reads one step of an f-string's text at `cur`. */
static TextStep step_text(Tokenizer *tok, bool *named)
{
    FStringMode *fstring = tokenizer_fstring(tok);
    char c = *tok->cur;
    if (c == 0 || (c == '\n' && fstring->quote_size == 1)) {
        if (c == '\n' && fstring->in_format_spec && fstring->expr_depth >= 0) {
            tok->cur++;
            tokenizer_error(tok, "f-string: newlines are not allowed in format specifiers for "
                                 "single quoted f-strings");
            return TEXT_FAILS;
        }
        unterminated_fstring(tok, fstring, c == 0);
        return TEXT_FAILS;
    }
    if (c == fstring->quote && at_end_quote(tok, fstring))
        return TEXT_ENDS;
    if (c == '{' || c == '}')
        return step_brace(tok, fstring, named);
    if (c == '\\') {
        skip_escape(tok, fstring, named);
        if (tok->state == TOKENIZER_GOING)
            return TEXT_GOES_ON;
        unterminated_fstring(tok, fstring, true);
        return TEXT_FAILS;
    }
    tok->cur++;
    if (c == '\n' && !next_line_in_literal(tok)) {
        unterminated_fstring(tok, fstring, true);
        return TEXT_FAILS;
    }
    return TEXT_GOES_ON;
}

bool tokenize_fstring_text(Tokenizer *tok, Token *token)
{
    FStringMode *fstring = tokenizer_fstring(tok);
    LiteralStart start = literal_start(tok, tok->cur);
    if (*tok->cur == '{' && tok->cur[1] != '{') {
        if (!enter_replacement_field(tok, fstring))
            return false;
        return tokenize_operator(tok, token);
    }
    if (at_end_quote(tok, fstring)) {
        tok->cur += fstring->quote_size;
        tok->fstring_count--;
        make_literal(tok, token, TOK_FSTRING_END, start);
        return true;
    }
    bool named = false;
    TextStep step;
    do {
        step = step_text(tok, &named);
    } while (step == TEXT_GOES_ON);
    if (step == TEXT_FAILS)
        return false;
    if (step == TEXT_ENDS_TWICE)
        tok->cur++;
    make_literal(tok, token, TOK_FSTRING_MIDDLE, start);
    /* The parser's token extends over both braces, though its text has one. */
    if (step == TEXT_ENDS_TWICE) {
        tok->cur++;
        token->end_col += !tok->extra_tokens;
    }
    return true;
}
