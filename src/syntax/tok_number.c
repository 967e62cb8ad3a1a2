#include "syntax/tokenizer.h"

#include <string.h>

/* Numbers, as the reference's "Numeric literals" has them: what is wrong with one is said at the
 * character where it goes wrong. */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_part(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

/* Whether a keyword that may follow a number directly starts at `at`: `1if x else 2`. Those with i
 * are not looked at to their end. */
static bool at_keyword(const char *at)
{
    static const char *const keywords[] = {"and", "else", "for", "if", "in", "is", "not", "or"};
    for (size_t i = 0; i < COUNT_OF(keywords); i++) {
        size_t length = strlen(keywords[i]);
        if (strncmp(at, keywords[i], length) == 0)
            return *at == 'i' || (!is_name_part(at[length]) && !(at[length] & 0x80));
    }
    return false;
}

static bool invalid_literal(Tokenizer *tok, const char *kind)
{
    return tokenizer_error(tok, "invalid %s literal", kind);
}

/* Checks what follows a number. A token stream lets anything follow. */
static bool end_number(Tokenizer *tok, const char *kind)
{
    if (tok->extra_tokens || !is_name_part(*tok->cur))
        return true;
    if (!at_keyword(tok->cur))
        return invalid_literal(tok, kind);
    if (!tok->warn)
        return true;
    const char *line = tok->line_start;
    const char *newline = memchr(line, '\n', (size_t)(tok->end - line));
    int offset = count_characters(line, (size_t)(tok->cur - line));
    SourceRange range = {tok->lineno, offset, tok->lineno, offset};
    diagnostics_warn(tok->diagnostics, range, line, (size_t)((newline ? newline : tok->end) - line),
                     "invalid %s literal", kind);
    return true;
}

/* Reads digits with single underscores between them, from a digit on. */
static bool read_digits(Tokenizer *tok)
{
    for (;;) {
        while (is_digit(*tok->cur))
            tok->cur++;
        if (*tok->cur != '_')
            return true;
        tok->cur++;
        if (!is_digit(*tok->cur))
            return invalid_literal(tok, "decimal");
    }
}

static bool is_digit_in(char c, int base)
{
    if (base == 16)
        return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
    return c >= '0' && c < '0' + base;
}

static bool invalid_digit(Tokenizer *tok, const char *kind)
{
    char digit = *tok->cur++;
    return tokenizer_error(tok, "invalid digit '%c' in %s literal", digit, kind);
}

/* Reads what follows 0x, 0o or 0b. */
static bool read_based(Tokenizer *tok, int base, const char *kind)
{
    do {
        if (*tok->cur == '_')
            tok->cur++;
        if (!is_digit_in(*tok->cur, base))
            return is_digit(*tok->cur) ? invalid_digit(tok, kind) : invalid_literal(tok, kind);
        while (is_digit_in(*tok->cur, base))
            tok->cur++;
    } while (*tok->cur == '_');
    if (is_digit(*tok->cur))
        return invalid_digit(tok, kind);
    return end_number(tok, kind);
}

/* Reads an exponent and the `j` of an imaginary number, if they are there, and checks the end. */
static bool read_exponent(Tokenizer *tok)
{
    if ((*tok->cur | 0x20) == 'e') {
        const char *sign = tok->cur + 1;
        bool has_sign = *sign == '+' || *sign == '-';
        if (is_digit(sign[has_sign])) {
            tok->cur = sign + has_sign;
            if (!read_digits(tok))
                return false;
        } else if (has_sign) {
            tok->cur = sign + 1;
            return invalid_literal(tok, "decimal");
        } else {
            return end_number(tok, "decimal");
        }
    }
    if ((*tok->cur | 0x20) == 'j') {
        tok->cur++;
        return end_number(tok, "imaginary");
    }
    return end_number(tok, "decimal");
}

/* Reads a fraction from the point on. */
static bool read_fraction(Tokenizer *tok)
{
    tok->cur++;
    if (is_digit(*tok->cur) && !read_digits(tok))
        return false;
    return read_exponent(tok);
}

/* Reads a number that starts with 0: zeros only, or the start of a float. */
static bool read_zeros(Tokenizer *tok, const char *start)
{
    for (;;) {
        if (*tok->cur == '_') {
            tok->cur++;
            if (!is_digit(*tok->cur))
                return invalid_literal(tok, "decimal");
        }
        if (*tok->cur != '0')
            break;
        tok->cur++;
    }
    const char *zeros_end = tok->cur;
    bool nonzero = is_digit(*tok->cur);
    if (nonzero && !read_digits(tok))
        return false;
    if (*tok->cur == '.')
        return read_fraction(tok);
    if ((*tok->cur | 0x20) == 'e' || (*tok->cur | 0x20) == 'j')
        return read_exponent(tok);
    if (!nonzero || tok->extra_tokens)
        return end_number(tok, "decimal");
    int offset = count_characters(tok->line_start, (size_t)(start - tok->line_start)) + 1;
    return tokenizer_error_at(tok, SYNTAX_ERROR, tok->line_start, tok->lineno, offset,
                              offset + (int)(zeros_end - start),
                              "leading zeros in decimal integer literals are not permitted; use "
                              "an 0o prefix for octal integers");
}

static bool read_number(Tokenizer *tok, const char *start)
{
    if (*start == '.')
        return read_fraction(tok);
    if (*start != '0') {
        if (!read_digits(tok))
            return false;
        return *tok->cur == '.' ? read_fraction(tok) : read_exponent(tok);
    }
    char kind = start[1] | 0x20;
    tok->cur++;
    if (kind != 'x' && kind != 'o' && kind != 'b')
        return read_zeros(tok, start);
    tok->cur++;
    if (kind == 'x')
        return read_based(tok, 16, "hexadecimal");
    return kind == 'o' ? read_based(tok, 8, "octal") : read_based(tok, 2, "binary");
}

bool tokenize_number(Tokenizer *tok, Token *token)
{
    const char *start = tok->cur;
    if (!read_number(tok, start))
        return false;
    tokenizer_make(tok, token, TOK_NUMBER, tokenizer_offset(tok, start), tok->lineno,
                   (int)(start - tok->line_start));
    return true;
}
