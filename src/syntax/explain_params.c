#include "syntax/explain.h"

/* Mistakes in parameter lists. The checks are made one after the other over the whole list, since
 * that is also the order in which they are reported. */

typedef enum Mistake {
    LEADING_SLASH,
    SECOND_SLASH,
    MISSING_DEFAULT,
    PARENTHESES,
    SLASH_AFTER_STAR,
    MISSING_COMMA,
    MISTAKE_COUNT
} Mistake;

static bool at_closing(Parser *p, bool is_lambda)
{
    return at(p, is_lambda ? TOK_COLON : TOK_RPAR);
}

/* Reads NAME [':' expression]. */
static bool parse_parameter_name(Parser *p, bool is_lambda, Span *name)
{
    if (!at(p, TOK_NAME))
        return false;
    *name = token_span(peek(p));
    p->pos++;
    if (!is_lambda && accept(p, TOK_COLON)) {
        Expr *annotation = parse_expression(p);
        if (!annotation)
            return false;
        *name = join(*name, SPAN_OF(annotation));
    }
    return true;
}

/* Reads NAME [':' expression] ['=' expression]. */
static bool parse_plain_parameter(Parser *p, bool is_lambda, Span *name, bool *has_default)
{
    if (!parse_parameter_name(p, is_lambda, name))
        return false;
    *has_default = at(p, TOK_EQUAL);
    if (!*has_default)
        return true;
    Span equal = token_span(peek(p));
    p->pos++;
    if (at(p, TOK_RPAR) || at(p, TOK_COMMA)) {
        raise_span(p, equal, "expected default value expression");
        return false;
    }
    return parse_expression(p) != NULL;
}

/* A parameter ends with a comma or before the end of the list. */
static bool end_plain_parameter(Parser *p, bool is_lambda)
{
    bool ended = accept(p, TOK_COMMA);
    if (at(p, TOK_TYPE_COMMENT))
        p->pos++;
    return ended || at_closing(p, is_lambda);
}

/* How far the list has been read. */
typedef struct Progress {
    bool slash;            /* a '/' has been seen */
    bool star;             /* a '*' has been seen */
    bool default_at_slash; /* some parameter before the '/' had a default */
    int params, defaults;  /* since the last '/' or '*' */
} Progress;

/* '(' NAME (',' NAME)* [','] ')' in the place of a parameter. */
static void explain_parentheses(Parser *p, bool is_lambda)
{
    Span open = token_span(peek(p)), name;
    bool has_default;
    p->pos++;
    do {
        if (!parse_plain_parameter(p, is_lambda, &name, &has_default) || has_default)
            return;
    } while (accept(p, TOK_COMMA) && !at(p, TOK_RPAR));
    if (at(p, TOK_RPAR))
        raise_span(p, join(open, token_span(peek(p))),
                   is_lambda ? "Lambda expression parameters cannot be parenthesized"
                             : "Function parameters cannot be parenthesized");
}

/* At a '/'. False: the walk ends. */
static bool walk_slash(Parser *p, bool is_lambda, Mistake mistake, Progress *progress)
{
    Span slash = token_span(peek(p));
    p->pos++;
    if (progress->star) {
        if (mistake == SLASH_AFTER_STAR)
            raise_span(p, slash, "/ must be ahead of *");
        return false;
    }
    if (!progress->params && !progress->slash) {
        if (mistake == LEADING_SLASH && at(p, TOK_COMMA))
            raise_span(p, slash, "at least one argument must precede /");
        return false;
    }
    if (progress->slash) {
        if (mistake == SECOND_SLASH)
            raise_span(p, slash, "/ may appear only once");
        return false;
    }
    if (mistake == MISSING_COMMA && at(p, TOK_STAR))
        raise_span(p, token_span(peek(p)), "expected comma between / and *");
    *progress = (Progress){.slash = true, .default_at_slash = progress->defaults > 0};
    return end_plain_parameter(p, is_lambda);
}

/* At a '*'. */
static bool walk_star(Parser *p, bool is_lambda, Progress *progress)
{
    Span name;
    p->pos++;
    if (progress->star)
        return false;
    *progress = (Progress){.slash = progress->slash, .star = true};
    if (accept(p, TOK_COMMA))
        return true;
    return parse_parameter_name(p, is_lambda, &name) && end_plain_parameter(p, is_lambda);
}

static bool walk_parameter(Parser *p, bool is_lambda, Mistake mistake, Progress *progress)
{
    Span name;
    bool has_default;
    if (!parse_plain_parameter(p, is_lambda, &name, &has_default) ||
        !end_plain_parameter(p, is_lambda))
        return false;
    bool after_default = progress->default_at_slash ? !progress->params : progress->defaults > 0;
    if (mistake == MISSING_DEFAULT && !progress->star && after_default && !has_default)
        raise_span(p, name, "parameter without a default follows parameter with a default");
    progress->params++;
    progress->defaults += has_default;
    return true;
}

static void walk_parameters(Parser *p, bool is_lambda, Mistake mistake)
{
    Progress progress = {0};
    bool going = true;
    while (going && !failed(p)) {
        switch (peek_type(p)) {
        case TOK_NAME:
            going = walk_parameter(p, is_lambda, mistake, &progress);
            break;
        case TOK_SLASH:
            going = walk_slash(p, is_lambda, mistake, &progress);
            break;
        case TOK_STAR:
            going = walk_star(p, is_lambda, &progress);
            break;
        case TOK_LPAR:
            if (mistake == PARENTHESES && !progress.slash && !progress.star && !progress.defaults)
                explain_parentheses(p, is_lambda);
            going = false;
            break;
        default:
            going = false;
            break;
        }
    }
}

void explain_parameters(Parser *p, bool is_lambda)
{
    Mark mark = save(p);
    for (Mistake mistake = LEADING_SLASH; mistake < MISTAKE_COUNT && !failed(p); mistake++) {
        walk_parameters(p, is_lambda, mistake);
        restore(p, mark);
    }
}

/* A second '*' after the one at hand. */
static void explain_second_star(Parser *p, bool is_lambda)
{
    Progress progress = {0};
    if (!walk_star(p, is_lambda, &progress))
        return;
    Span name;
    bool has_default;
    while (at(p, TOK_NAME))
        if (!parse_plain_parameter(p, is_lambda, &name, &has_default) ||
            !end_plain_parameter(p, is_lambda))
            return;
    if (!at(p, TOK_STAR))
        return;
    Span star = token_span(peek(p));
    p->pos++;
    if (accept(p, TOK_COMMA) ||
        (parse_parameter_name(p, is_lambda, &name) && end_plain_parameter(p, is_lambda)))
        raise_span(p, star, "* argument may appear only once");
}

/* The position is at a '*'. */
void explain_star_parameter(Parser *p, bool is_lambda)
{
    Mark mark = save(p);
    Span star = token_span(peek(p));
    bool bare = false;
    p->pos++;
    if (accept(p, TOK_COMMA)) {
        bare = at_closing(p, is_lambda) || at(p, TOK_DOUBLESTAR);
        if (!is_lambda && at(p, TOK_TYPE_COMMENT))
            raise_last(p, "bare * has associated type comment");
    } else {
        bare = at_closing(p, is_lambda);
        if (!bare && at(p, TOK_NAME)) {
            p->pos++;
            bool starred = false;
            if (!is_lambda && accept(p, TOK_COLON)) {
                starred = at(p, TOK_STAR);
                parse_star_expression(p);
            }
            if (!failed(p) && !starred && at(p, TOK_EQUAL))
                raise_span(p, token_span(peek(p)),
                           "var-positional argument cannot have default value");
        }
    }
    if (bare && is_lambda)
        raise_last(p, "named arguments must follow bare *");
    else if (bare)
        raise_span(p, star, "named arguments must follow bare *");
    restore(p, mark);
    if (!failed(p))
        explain_second_star(p, is_lambda);
    restore(p, mark);
}

/* The position is at a '**'. */
void explain_double_star_parameter(Parser *p, bool is_lambda)
{
    Mark mark = save(p);
    p->pos++;
    if (at(p, TOK_NAME)) {
        p->pos++;
        if (!is_lambda && accept(p, TOK_COLON))
            parse_expression(p);
        if (!failed(p) && at(p, TOK_EQUAL)) {
            raise_span(p, token_span(peek(p)), "var-keyword argument cannot have default value");
        } else if (!failed(p) && accept(p, TOK_COMMA)) {
            TokenType type = peek_type(p);
            Span next = token_span(peek(p));
            if (type == TOK_NAME || type == TOK_STAR || type == TOK_DOUBLESTAR ||
                type == TOK_SLASH) {
                p->pos++;
                if (type == TOK_NAME && !is_lambda && accept(p, TOK_COLON)) {
                    Expr *annotation = parse_expression(p);
                    if (annotation)
                        next = join(next, SPAN_OF(annotation));
                }
                raise_span(p, next, "arguments cannot follow var-keyword argument");
            }
        }
    }
    restore(p, mark);
}

/* A bound, which only plain type parameters have. */
void explain_type_param(Parser *p)
{
    Mark mark = save(p);
    bool star = at(p, TOK_STAR);
    if (star || at(p, TOK_DOUBLESTAR)) {
        p->pos++;
        if (accept(p, TOK_NAME) && at(p, TOK_COLON)) {
            Span colon = token_span(peek(p));
            p->pos++;
            Expr *bound = parse_expression(p);
            if (bound && !failed(p))
                raise_span(p, span_from(colon), "cannot use %s with %s",
                           bound->kind == AST_Tuple ? "constraints" : "bound",
                           star ? "TypeVarTuple" : "ParamSpec");
        }
    }
    restore(p, mark);
}
