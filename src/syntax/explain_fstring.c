#include "syntax/explain.h"

/* Mistakes in the replacement fields of f-strings. */

/* '!' without a conversion; the position is after it. */
static void explain_conversion(Parser *p)
{
    if (at(p, TOK_COLON) || at(p, TOK_RBRACE))
        raise_next(p, "f-string: missing conversion character");
    else if (!at(p, TOK_NAME))
        raise_next(p, "f-string: invalid conversion character");
}

/* What follows the expression, '=' and conversion. */
static void explain_field_end(Parser *p)
{
    if (!at(p, TOK_COLON) && !at(p, TOK_RBRACE)) {
        raise_next(p, "f-string: expecting ':' or '}'");
        return;
    }
    if (!at(p, TOK_COLON))
        return;
    parse_format_spec(p);
    if (!failed(p) && !at(p, TOK_RBRACE))
        raise_next(p, "f-string: expecting '}', or format specs");
}

static void explain_field(Parser *p)
{
    p->pos++;
    TokenType type = peek_type(p);
    if (type == TOK_EQUAL || type == TOK_EXCLAMATION || type == TOK_COLON || type == TOK_RBRACE) {
        raise_span(p, token_span(peek(p)), "f-string: valid expression required before '%s'",
                   token_texts[type]);
        return;
    }
    Mark mark = save(p);
    if (!parse_yield_or_star_expressions(p)) {
        restore(p, mark);
        if (!failed(p))
            raise_next(p, "f-string: expecting a valid expression after '{'");
        return;
    }
    bool debug = false;
    if (!at(p, TOK_EQUAL) && !at(p, TOK_EXCLAMATION) && !at(p, TOK_COLON) && !at(p, TOK_RBRACE)) {
        raise_next(p, "f-string: expecting '=', or '!', or ':', or '}'");
        return;
    }
    debug = accept(p, TOK_EQUAL);
    if (debug && !at(p, TOK_EXCLAMATION) && !at(p, TOK_COLON) && !at(p, TOK_RBRACE)) {
        raise_next(p, "f-string: expecting '!', or ':', or '}'");
        return;
    }
    if (accept(p, TOK_EXCLAMATION)) {
        explain_conversion(p);
        p->pos++;
    }
    if (!failed(p))
        explain_field_end(p);
}

/* The position is at the '{'. */
void explain_replacement_field(Parser *p)
{
    Mark mark = save(p);
    explain_field(p);
    restore(p, mark);
}
