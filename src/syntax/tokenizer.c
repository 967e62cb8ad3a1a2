#include "syntax/tokenizer.h"

#include "base/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const token_texts[TOKEN_TYPE_COUNT] = {
#define TOKEN(name, text)   text,
#define KEYWORD(name, text) text,
#include "syntax/tokens.def"
};

/* ---- Character classes ---- */

enum { NAME_START = 1, DIGIT = 2, NAME_PART = NAME_START | DIGIT, HIGH = 4 };

static const uint8_t classes[256] = {
    ['a' ... 'z'] = NAME_START, ['A' ... 'Z'] = NAME_START,          ['_'] = NAME_START,
    ['0' ... '9'] = DIGIT,      [0x80 ... 0xFF] = HIGH | NAME_START,
};

static inline int class_of(char c)
{
    return classes[(unsigned char)c];
}

/* ---- Input ---- */

static size_t line_length(const Tokenizer *tok, const char *line_start)
{
    const char *newline = memchr(line_start, '\n', (size_t)(tok->end - line_start));
    return (size_t)((newline ? newline : tok->end) - line_start);
}

static bool tokenizer_setup(Tokenizer *tok, size_t capacity, Diagnostics *diagnostics)
{
    tok->diagnostics = diagnostics;
    tok->state = TOKENIZER_GOING;
    tok->at_line_start = tok->after_newline = true;
    tok->lineno = 0;
    tok->indent_count = tok->pending = tok->level = tok->fstring_count = 0;
    tok->indents[0] = tok->alt_indents[0] = 0;
    tok->fstrings = NULL;
    tok->read_line = NULL;
    tok->extra_tokens = tok->type_comments = tok->implicit_newline = tok->comment_line = false;
    tok->has_zeros = tok->layout_error = false;
    tok->comment = NULL;
    tok->warn = true;
    tok->capacity = capacity;
    tok->text = malloc(capacity);
    tok->cur = tok->line_start = tok->joined_start = tok->end = tok->text;
    if (!tok->text) {
        tok->state = TOKENIZER_FAILED;
        return diagnostics_raise_plain(diagnostics, SYNTAX_NO_MEMORY, NULL);
    }
    tok->text[0] = 0;
    return true;
}

/* Copies text and turns \r\n and \r into \n; returns the end of the copy. */
static char *copy_lines(char *to, const char *text, size_t length)
{
    const char *limit = text + length;
    while (text < limit) {
        const char *cr = memchr(text, '\r', (size_t)(limit - text));
        size_t run = (size_t)((cr ? cr : limit) - text);
        memcpy(to, text, run);
        to += run;
        text += run;
        if (cr) {
            *to++ = '\n';
            text += text + 1 < limit && text[1] == '\n' ? 2 : 1;
        }
    }
    return to;
}

bool tokenizer_init(Tokenizer *tok, const char *text, size_t length, bool add_newline,
                    Diagnostics *diagnostics)
{
    if (length > INT32_MAX - 2) {
        tok->text = NULL;
        tok->state = TOKENIZER_FAILED;
        return diagnostics_raise_plain(diagnostics, SYNTAX_OVERFLOW,
                                       "Parser column offset overflow - source line is too big");
    }
    if (!tokenizer_setup(tok, length + 2, diagnostics))
        return false;
    char *end = copy_lines(tok->text, text, length);
    if (add_newline && end > tok->text && end[-1] != '\n') {
        *end++ = '\n';
        tok->implicit_newline = true;
    }
    *end = 0;
    tok->end = end;
    tok->has_zeros = memchr(tok->text, 0, (size_t)(end - tok->text)) != NULL;
    return true;
}

bool tokenizer_init_reader(Tokenizer *tok, ReadLine read_line, void *context,
                           Diagnostics *diagnostics)
{
    if (!tokenizer_setup(tok, 8192, diagnostics))
        return false;
    tok->read_line = read_line;
    tok->read_context = context;
    return true;
}

void tokenizer_free(Tokenizer *tok)
{
    free(tok->text);
    tok->text = NULL;
}

/* Appends a line to the text, which may move. */
static bool append_line(Tokenizer *tok, const char *line, size_t length)
{
    size_t used = (size_t)(tok->end - tok->text);
    size_t needed = used + length + 2;
    if (needed > INT32_MAX) {
        tok->state = TOKENIZER_FAILED;
        return diagnostics_raise_plain(tok->diagnostics, SYNTAX_OVERFLOW,
                                       "Parser column offset overflow - source line is too big");
    }
    if (needed > tok->capacity) {
        size_t capacity = needed * 2;
        char *text = realloc(tok->text, capacity);
        if (!text) {
            tok->state = TOKENIZER_FAILED;
            return diagnostics_raise_plain(tok->diagnostics, SYNTAX_NO_MEMORY, NULL);
        }
        tok->cur = text + (tok->cur - tok->text);
        tok->line_start = text + (tok->line_start - tok->text);
        tok->joined_start = tok->line_start;
        tok->text = text;
        tok->capacity = capacity;
    }
    memcpy(tok->text + used, line, length);
    tok->has_zeros = memchr(line, 0, length) != NULL;
    used += length;
    tok->implicit_newline = line[length - 1] != '\n';
    if (tok->implicit_newline)
        tok->text[used++] = '\n';
    tok->text[used] = 0;
    tok->end = tok->text + used;
    return true;
}

bool tokenizer_next_line(Tokenizer *tok)
{
    if (tok->cur == tok->end) {
        if (tok->state != TOKENIZER_GOING)
            return false;
        const char *line = NULL;
        size_t length = 0;
        if (tok->read_line && !tok->read_line(tok->read_context, &line, &length)) {
            tok->state = TOKENIZER_FAILED;
            return false;
        }
        if (!length) {
            tok->state = TOKENIZER_AT_END;
            return false;
        }
        if (!append_line(tok, line, length))
            return false;
    }
    tok->after_newline = false;
    tok->line_start = tok->joined_start = tok->cur;
    tok->lineno++;
    if (unlikely(tok->has_zeros) && memchr(tok->cur, 0, line_length(tok, tok->cur)))
        return tokenizer_error_at(tok, SYNTAX_ERROR, tok->cur, tok->lineno, 0, 0,
                                  "source code cannot contain null bytes");
    return true;
}

bool tokenizer_at_end(const Tokenizer *tok, const Token *last)
{
    if (tok->state != TOKENIZER_GOING)
        return tok->state != TOKENIZER_FAILED;
    /* These tokens are complete without a look at the next character. */
    return tok->cur == tok->end && last->type != TOK_NEWLINE && last->type != TOK_STRING &&
           last->type != TOK_FSTRING_END;
}

/* ---- Errors ---- */

/* The line of an error without a known end is shown with its line end, any other one without. */
static bool error_va(Tokenizer *tok, SyntaxErrorKind kind, const char *line_start,
                     SourceRange range, const char *format, va_list args)
{
    size_t length = line_length(tok, line_start);
    if (unlikely(tok->has_zeros))
        length = strnlen(line_start, length);
    else if (range.end_offset <= 0 && line_start + length < tok->end)
        length++;
    tok->state = TOKENIZER_FAILED;
    return diagnostics_raise_va(tok->diagnostics, kind, range, line_start, length, format, args);
}

bool tokenizer_error(Tokenizer *tok, const char *format, ...)
{
    int offset = count_characters(tok->line_start, (size_t)(tok->cur - tok->line_start));
    SourceRange range = {tok->lineno, offset, tok->lineno, offset};
    va_list args;
    va_start(args, format);
    error_va(tok, SYNTAX_ERROR, tok->line_start, range, format, args);
    va_end(args);
    return false;
}

bool tokenizer_error_at(Tokenizer *tok, SyntaxErrorKind kind, const char *line_start, int lineno,
                        int offset, int end_offset, const char *format, ...)
{
    SourceRange range = {lineno, offset, lineno, end_offset};
    va_list args;
    va_start(args, format);
    error_va(tok, kind, line_start, range, format, args);
    va_end(args);
    return false;
}

uint32_t decode_character(const char *at, int *length)
{
    const unsigned char *s = (const unsigned char *)at;
    int count = s[0] < 0x80 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    uint32_t character = count == 1 ? s[0] : s[0] & (0xFF >> (count + 1));
    for (int i = 1; i < count; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            *length = i;
            return 0xFFFD;
        }
        character = character << 6 | (s[i] & 0x3F);
    }
    *length = count;
    return character;
}

bool tokenizer_bad_character(Tokenizer *tok, const char *at)
{
    int length;
    uint32_t character = decode_character(at, &length);
    tok->cur = at + length;
    if (!unicode_is_printable(character))
        return tokenizer_error(tok, "invalid non-printable character U+%04X", character);
    return tokenizer_error(tok, "invalid character '%.*s' (U+%04X)", length, at, character);
}

/* ---- Pieces ---- */

void tokenizer_make(const Tokenizer *tok, Token *token, TokenType type, uint32_t start, int lineno,
                    int col)
{
    *token = (Token){
        .type = (uint8_t)type,
        .level = (uint16_t)tok->level,
        .start = start,
        .end = tokenizer_offset(tok, tok->cur),
        .lineno = lineno,
        .end_lineno = tok->lineno,
        .col = col,
        .end_col = (int)(tok->cur - tok->line_start),
    };
}

/* A token that lies within the current line. */
static bool make_here(const Tokenizer *tok, Token *token, TokenType type, const char *start)
{
    tokenizer_make(tok, token, type, tokenizer_offset(tok, start), tok->lineno,
                   (int)(start - tok->line_start));
    return true;
}

/* A token that no text stands for. */
static bool make_empty(const Tokenizer *tok, Token *token, TokenType type)
{
    make_here(tok, token, type, tok->cur);
    token->col = token->end_col = -1;
    return true;
}

static bool fail(const Tokenizer *tok, Token *token)
{
    make_empty(tok, token, TOK_ERRORTOKEN);
    return false;
}

/* Steps over a backslash and the line end after it; `cur` is at the backslash. */
static bool continue_line(Tokenizer *tok)
{
    const char *joined = tok->joined_start;
    tok->cur++;
    if (*tok->cur == '\r' && tok->cur[1] == '\n')
        tok->cur++;
    if (*tok->cur != '\n') {
        /* Counted from the first of the joined lines, but not beyond the end of this one. */
        size_t column = (size_t)(tok->cur - joined) + (tok->cur != tok->end);
        size_t length = line_length(tok, tok->line_start);
        length += tok->line_start + length < tok->end;
        int offset = column <= length ? count_characters(tok->line_start, column)
                                      : count_characters(tok->line_start, length) + 1;
        tok->layout_error = true;
        return tokenizer_error_at(tok, SYNTAX_ERROR, tok->line_start, tok->lineno, offset, 0,
                                  "unexpected character after line continuation character");
    }
    tok->cur++;
    size_t joined_offset = (size_t)(joined - tok->text);
    if (!tokenizer_next_line(tok))
        return false;
    tok->joined_start = tok->text + joined_offset;
    return true;
}

static bool tab_error(Tokenizer *tok)
{
    tok->layout_error = true;
    return tokenizer_error_at(tok, SYNTAX_TAB, tok->line_start, tok->lineno, 1, 0,
                              "inconsistent use of tabs and spaces in indentation");
}

/* Compares the indentation of a line of code with those that are open. */
static bool adjust_indentation(Tokenizer *tok, int col, int alt_col)
{
    int top = tok->indent_count;
    if (col == tok->indents[top])
        return alt_col == tok->alt_indents[top] || tab_error(tok);
    if (col > tok->indents[top]) {
        if (top + 1 >= MAX_INDENTS) {
            tok->layout_error = true;
            return tokenizer_error_at(tok, SYNTAX_INDENTATION, tok->line_start, tok->lineno, 1, 0,
                                      "too many levels of indentation");
        }
        if (alt_col <= tok->alt_indents[top])
            return tab_error(tok);
        tok->pending++;
        tok->indent_count = ++top;
        tok->indents[top] = col;
        tok->alt_indents[top] = alt_col;
        return true;
    }
    while (top > 0 && col < tok->indents[top]) {
        tok->pending--;
        top--;
    }
    tok->indent_count = top;
    if (col != tok->indents[top]) {
        size_t length = line_length(tok, tok->line_start);
        int offset = count_characters(tok->line_start, length);
        offset += tok->line_start + length < tok->end;
        tok->layout_error = true;
        return tokenizer_error_at(tok, SYNTAX_INDENTATION, tok->line_start, tok->lineno, offset, -1,
                                  "unindent does not match any outer indentation level");
    }
    return alt_col == tok->alt_indents[top] || tab_error(tok);
}

/* Reads the white space at the start of a line. `*blank`: there is no code on it. */
static bool read_indentation(Tokenizer *tok, bool *blank)
{
    int col = 0, alt_col = 0, continued_col = 0;
    if (tok->after_newline && !tokenizer_next_line(tok)) {
        tok->joined_start = tok->cur;
        if (tok->state == TOKENIZER_AT_END && tok->level == 0)
            return adjust_indentation(tok, 0, 0);
        return tok->state == TOKENIZER_AT_END;
    }
    for (;; tok->cur++) {
        char c = *tok->cur;
        if (c == ' ') {
            col++;
            alt_col++;
        } else if (c == '\t') {
            col = (col / 8 + 1) * 8;
            alt_col++;
        } else if (c == '\f') {
            col = alt_col = 0;
        } else if (c == '\\') {
            /* The first of the lines that backslashes join has the indentation. */
            if (!continued_col)
                continued_col = col;
            bool more = continue_line(tok);
            tok->joined_start = more ? tok->line_start : tok->cur;
            if (!more)
                return false;
            tok->cur--;
        } else {
            break;
        }
    }
    *blank = *tok->cur == '#' || *tok->cur == '\n' || *tok->cur == '\r';
    if (*blank || tok->level)
        return true;
    if (continued_col)
        col = alt_col = continued_col;
    return adjust_indentation(tok, col, alt_col);
}

/* Returns where the text after `# type: ` starts in a comment; NULL if it is an ordinary one. */
static const char *type_comment_text(const char *comment, const char *end)
{
    const char *at = comment;
    for (const char *prefix = "# type: "; *prefix; prefix++) {
        if (*prefix == ' ') {
            while (at < end && (*at == ' ' || *at == '\t'))
                at++;
        } else if (at < end && *at == *prefix) {
            at++;
        } else {
            return NULL;
        }
    }
    return at;
}

/* Reads a comment at `cur`. Returns whether it makes a token. */
static bool read_comment(Tokenizer *tok, Token *token, bool blank)
{
    const char *start = tok->cur;
    const char *newline = memchr(start, '\n', (size_t)(tok->end - start));
    tok->cur = newline ? newline : tok->end;
    if (tok->cur[-1] == '\r')
        tok->cur--;
    if (tok->extra_tokens) {
        tok->comment_line = blank;
        return make_here(tok, token, TOK_COMMENT, start);
    }
    tok->comment = start;
    const char *text = tok->type_comments ? type_comment_text(start, tok->cur) : NULL;
    if (!text)
        return false;
    const char *tag = text + 6;
    if (tok->cur < tag || memcmp(text, "ignore", 6) != 0 ||
        (tok->cur > tag && *tag != '_' && class_of(*tag))) {
        tok->comment = NULL;
        return make_here(tok, token, TOK_TYPE_COMMENT, text);
    }
    tok->comment = NULL;
    make_here(tok, token, TOK_TYPE_IGNORE, tag);
    if (blank && *tok->cur == '\n') {
        tok->cur++;
        tok->at_line_start = tok->after_newline = true;
    }
    return true;
}

/* Reads a line end at `cur`. Returns whether it makes a token. */
static bool read_newline(Tokenizer *tok, Token *token, bool blank)
{
    const char *start = tok->cur;
    bool insignificant = blank || tok->level > 0 || tok->comment_line;
    bool makes_token = !insignificant || tok->extra_tokens;
    tok->comment_line = false;
    if (makes_token) {
        make_here(tok, token, insignificant ? TOK_NL : TOK_NEWLINE,
                  tok->comment ? tok->comment : start);
        token->end_col = (int)(start - tok->line_start) + 1;
    }
    tok->comment = NULL;
    tok->cur += *start == '\r' ? 2 : 1;
    tok->at_line_start = tok->after_newline = true;
    return makes_token;
}

bool tokenizer_check_name(Tokenizer *tok, const char *start)
{
    const char *end = tok->cur;
    for (const char *at = start; at < end;) {
        int length = 1;
        bool valid = true;
        if (class_of(*at) & HIGH) {
            uint32_t character = decode_character(at, &length);
            valid = unicode_is(character, at == start ? UC_XID_START : UC_XID_CONTINUE);
        }
        if (!valid)
            return tokenizer_bad_character(tok, at);
        at += length;
    }
    return true;
}

/* Reads a name, or the string literal that it turns out to be the prefix of. */
static bool read_name(Tokenizer *tok, Token *token)
{
    const char *start = tok->cur, *at = start;
    bool saw_b = false, saw_u = false, saw_r = false, saw_f = false;
    for (;; at++) {
        char c = *at | 0x20;
        if (c == 'b' && !saw_b && !saw_u && !saw_f)
            saw_b = true;
        else if (c == 'u' && !saw_b && !saw_u && !saw_r && !saw_f)
            saw_u = true;
        else if (c == 'r' && !saw_r && !saw_u)
            saw_r = true;
        else if (c == 'f' && !saw_f && !saw_b && !saw_u)
            saw_f = true;
        else
            break;
    }
    if (*at == '"' || *at == '\'') {
        tok->cur = at;
        return saw_f ? tokenize_fstring_start(tok, token, start)
                     : tokenize_string(tok, token, start);
    }
    int seen = 0;
    while (class_of(*at) & NAME_PART)
        seen |= class_of(*at++);
    tok->cur = at;
    if ((seen & HIGH) && !tok->extra_tokens && !tokenizer_check_name(tok, start))
        return fail(tok, token);
    return make_here(tok, token, TOK_NAME, start);
}

static bool read_pending(Tokenizer *tok, Token *token)
{
    bool dedent = tok->pending < 0;
    tok->pending += dedent ? 1 : -1;
    if (!tok->extra_tokens)
        return make_empty(tok, token, dedent ? TOK_DEDENT : TOK_INDENT);
    return make_here(tok, token, dedent ? TOK_DEDENT : TOK_INDENT,
                     dedent ? tok->cur : tok->line_start);
}

static bool read_end(Tokenizer *tok, Token *token)
{
    if (tok->state == TOKENIZER_GOING)
        tok->state = TOKENIZER_AT_END;
    return tok->level ? fail(tok, token) : make_empty(tok, token, TOK_ENDMARKER);
}

bool tokenizer_next(Tokenizer *tok, Token *token)
{
    if (unlikely(tok->state == TOKENIZER_FAILED))
        return fail(tok, token);
    if (tok->fstring_count && tokenizer_fstring(tok)->in_text)
        return tokenize_fstring_text(tok, token) || fail(tok, token);
    bool blank = false;
    for (;;) {
        if (tok->at_line_start) {
            tok->at_line_start = blank = false;
            if (!read_indentation(tok, &blank))
                return fail(tok, token);
        }
        if (tok->pending)
            return read_pending(tok, token);
        while (*tok->cur == ' ' || *tok->cur == '\t' || *tok->cur == '\f')
            tok->cur++;
        char c = *tok->cur;
        if (class_of(c) & NAME_START)
            return read_name(tok, token) || fail(tok, token);
        switch (c) {
        case '#':
            if (read_comment(tok, token, blank))
                return true;
            break;
        case '\r':
            if (tok->cur[1] != '\n') {
                tokenizer_bad_character(tok, tok->cur);
                return fail(tok, token);
            }
            /* fall through */
        case '\n':
            if (read_newline(tok, token, blank))
                return true;
            break;
        case '\\':
            if (!continue_line(tok))
                return fail(tok, token);
            break;
        case 0:
            return read_end(tok, token);
        case '"':
        case '\'':
            return tokenize_string(tok, token, tok->cur) || fail(tok, token);
        case '.':
            if (!(class_of(tok->cur[1]) & DIGIT))
                return tokenize_operator(tok, token) || fail(tok, token);
            /* fall through */
        case '0' ... '9':
            return tokenize_number(tok, token) || fail(tok, token);
        default:
            return tokenize_operator(tok, token) || fail(tok, token);
        }
    }
}
