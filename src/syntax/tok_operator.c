#include "syntax/tokenizer.h"

/* Operators and brackets. Within an f-string's replacement field, a bracket or a colon may also be
 * where the string's own text goes on. */

/* Returns the operator at `at`, the longest that there is, and its length. */
static TokenType match_operator(const char *at, int *length)
{
#define EITHER(next, type)                                                                         \
    if (at[1] == (next)) {                                                                         \
        *length = 2;                                                                               \
        return type;                                                                               \
    }
    *length = 1;
    switch (at[0]) {
    case '(':
        return TOK_LPAR;
    case ')':
        return TOK_RPAR;
    case '[':
        return TOK_LSQB;
    case ']':
        return TOK_RSQB;
    case '{':
        return TOK_LBRACE;
    case '}':
        return TOK_RBRACE;
    case ',':
        return TOK_COMMA;
    case ';':
        return TOK_SEMI;
    case '~':
        return TOK_TILDE;
    case ':':
        EITHER('=', TOK_COLONEQUAL)
        return TOK_COLON;
    case '+':
        EITHER('=', TOK_PLUSEQUAL)
        return TOK_PLUS;
    case '-':
        EITHER('=', TOK_MINEQUAL)
        EITHER('>', TOK_RARROW)
        return TOK_MINUS;
    case '%':
        EITHER('=', TOK_PERCENTEQUAL)
        return TOK_PERCENT;
    case '&':
        EITHER('=', TOK_AMPEREQUAL)
        return TOK_AMPER;
    case '|':
        EITHER('=', TOK_VBAREQUAL)
        return TOK_VBAR;
    case '^':
        EITHER('=', TOK_CIRCUMFLEXEQUAL)
        return TOK_CIRCUMFLEX;
    case '@':
        EITHER('=', TOK_ATEQUAL)
        return TOK_AT;
    case '=':
        EITHER('=', TOK_EQEQUAL)
        return TOK_EQUAL;
    case '!':
        EITHER('=', TOK_NOTEQUAL)
        return TOK_EXCLAMATION;
    case '.':
        *length = at[1] == '.' && at[2] == '.' ? 3 : 1;
        return *length == 3 ? TOK_ELLIPSIS : TOK_DOT;
    default:
        return TOK_OP;
    }
}

/* Those that are doubled, followed by = or both: * / < > */
static TokenType match_doubling(const char *at, int *length)
{
    static const struct {
        TokenType plain, equal, doubled, doubled_equal;
    } rows[] = {
        {TOK_STAR, TOK_STAREQUAL, TOK_DOUBLESTAR, TOK_DOUBLESTAREQUAL},
        {TOK_SLASH, TOK_SLASHEQUAL, TOK_DOUBLESLASH, TOK_DOUBLESLASHEQUAL},
        {TOK_LESS, TOK_LESSEQUAL, TOK_LEFTSHIFT, TOK_LEFTSHIFTEQUAL},
        {TOK_GREATER, TOK_GREATEREQUAL, TOK_RIGHTSHIFT, TOK_RIGHTSHIFTEQUAL},
    };
    int row = at[0] == '*' ? 0 : at[0] == '/' ? 1 : at[0] == '<' ? 2 : 3;
    bool doubled = at[1] == at[0];
    *length = doubled ? 2 : 1;
    if (at[*length] == '=') {
        ++*length;
        return doubled ? rows[row].doubled_equal : rows[row].equal;
    }
    if (row == 2 && at[1] == '>') {
        *length = 2;
        return TOK_NOTEQUAL;
    }
    return doubled ? rows[row].doubled : rows[row].plain;
}

static bool open_bracket(Tokenizer *tok)
{
    if (tok->level >= MAX_BRACKETS) {
        tok->cur++;
        return tokenizer_error(tok, "too many nested parentheses");
    }
    tok->brackets[tok->level++] =
        (Bracket){*tok->cur, tok->lineno, (int)(tok->cur - tok->line_start)};
    if (tok->fstring_count)
        tokenizer_fstring(tok)->depth++;
    return true;
}

/* `cur` is after the bracket already, as errors want it. */
static bool close_bracket(Tokenizer *tok, char closing)
{
    FStringMode *fstring = tok->fstring_count ? tokenizer_fstring(tok) : NULL;
    if (fstring && !fstring->depth && closing == '}')
        return tokenizer_error(tok, "f-string: single '}' is not allowed");
    if (!tok->level)
        return tok->extra_tokens || tokenizer_error(tok, "unmatched '%c'", closing);
    Bracket opening = tok->brackets[--tok->level];
    bool match = (opening.character == '(' && closing == ')') ||
                 (opening.character == '[' && closing == ']') ||
                 (opening.character == '{' && closing == '}');
    if (!match && !tok->extra_tokens) {
        /* The bracket of the replacement field itself is not one that the user could close so. */
        if (fstring && opening.character == '{' && fstring->depth - 1 == fstring->expr_depth)
            return tokenizer_error(tok, "f-string: unmatched '%c'", closing);
        if (opening.lineno != tok->lineno)
            return tokenizer_error(
                tok, "closing parenthesis '%c' does not match opening parenthesis '%c' on line %d",
                closing, opening.character, opening.lineno);
        return tokenizer_error(tok,
                               "closing parenthesis '%c' does not match opening parenthesis '%c'",
                               closing, opening.character);
    }
    if (!fstring)
        return true;
    fstring->depth--;
    if (closing == '}' && fstring->depth == fstring->expr_depth) {
        fstring->expr_depth--;
        fstring->in_text = true;
        fstring->in_format_spec = false;
    }
    return true;
}

/* Whether the colon at hand ends a replacement field's expression: a format spec follows. */
static bool starts_format_spec(Tokenizer *tok)
{
    FStringMode *fstring = tokenizer_fstring(tok);
    if (fstring->expr_depth < 0 || fstring->depth - 1 != fstring->expr_depth)
        return false;
    fstring->in_text = fstring->in_format_spec = true;
    return true;
}

bool tokenize_operator(Tokenizer *tok, Token *token)
{
    const char *start = tok->cur;
    int length = 1;
    TokenType type;
    char c = *start;
    if (c == ':' && tok->fstring_count && starts_format_spec(tok))
        type = TOK_COLON;
    else if (c == '*' || c == '/' || c == '<' || c == '>')
        type = match_doubling(start, &length);
    else
        type = match_operator(start, &length);
    if (type == TOK_OP && (c < 0x20 || c == 0x7F))
        return tokenizer_bad_character(tok, start);
    if ((c == '(' || c == '[' || c == '{') && !open_bracket(tok))
        return false;
    tok->cur += length;
    if ((c == ')' || c == ']' || c == '}') && !close_bracket(tok, c))
        return false;
    tokenizer_make(tok, token, tok->extra_tokens ? TOK_OP : type, tokenizer_offset(tok, start),
                   tok->lineno, (int)(start - tok->line_start));
    return true;
}
