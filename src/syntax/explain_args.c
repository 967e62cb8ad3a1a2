#include "syntax/explain.h"

/* Mistakes in the arguments of calls. */

/* Returns the last expression of a comprehension. */
static Expr *last_of(ComprehensionSeq clauses)
{
    const Comprehension *clause = clauses.items[clauses.count - 1];
    return clause->ifs.count ? clause->ifs.items[clause->ifs.count - 1] : clause->iter;
}

static void *raise_bare_generator(Parser *p, Expr *element, ComprehensionSeq clauses)
{
    return raise_span(p, join(SPAN_OF(element), SPAN_OF(last_of(clauses))),
                      "Generator expression must be parenthesized");
}

static bool parse_clauses(Parser *p, ComprehensionSeq *clauses)
{
    return !failed(p) && at_comprehension(p) && parse_for_if_clauses(p, clauses) && !failed(p);
}

/* *iterable after **mapping. */
static void explain_late_iterable(Parser *p)
{
    Mark mark = save(p);
    ExprSeq args;
    KeywordSeq keywords;
    if (parse_some_arguments(p, &args, &keywords) && !failed(p) && keywords.count &&
        at(p, TOK_COMMA)) {
        Span comma = token_span(peek(p));
        p->pos++;
        if (at(p, TOK_STAR) && parse_starred_argument(p) && !failed(p) && !at(p, TOK_EQUAL))
            raise_span(p, span_from(comma),
                       "iterable argument unpacking follows keyword argument unpacking");
    }
    restore(p, mark);
}

/* A generator without parentheses that is followed by a comma. */
static void explain_first_generator(Parser *p)
{
    Mark mark = save(p);
    ComprehensionSeq clauses;
    Expr *element = parse_expression(p);
    if (element && parse_clauses(p, &clauses) && accept(p, TOK_COMMA)) {
        ExprSeq args;
        KeywordSeq keywords;
        parse_some_arguments(p, &args, &keywords);
        raise_bare_generator(p, element, clauses);
    }
    restore(p, mark);
}

/* name = value for ... */
static void explain_named_generator(Parser *p)
{
    Mark mark = save(p);
    if (at(p, TOK_NAME) && peek_second(p) == TOK_EQUAL) {
        Span name = token_span(peek(p)), equal = token_span(&p->tokens[p->pos + 1]);
        ComprehensionSeq clauses;
        p->pos += 2;
        if (parse_expression(p) && parse_clauses(p, &clauses))
            raise_span(p, join(name, equal),
                       "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
    }
    restore(p, mark);
}

/* name = without a value, after other arguments or none. */
static void explain_missing_value(Parser *p)
{
    Mark mark = save(p);
    for (int after_arguments = 1; after_arguments >= 0 && !failed(p); after_arguments--) {
        ExprSeq args;
        KeywordSeq keywords;
        restore(p, mark);
        if (after_arguments &&
            !(parse_some_arguments(p, &args, &keywords) && !failed(p) && accept(p, TOK_COMMA)))
            continue;
        if (!at(p, TOK_NAME) || peek_second(p) != TOK_EQUAL)
            continue;
        Span name = token_span(peek(p)), equal = token_span(&p->tokens[p->pos + 1]);
        p->pos += 2;
        if (at(p, TOK_COMMA) || at(p, TOK_RPAR))
            raise_span(p, join(name, equal), "expected argument value expression");
    }
    restore(p, mark);
}

/* Arguments, and then a generator without parentheses or a positional argument too late. */
static void explain_later_arguments(Parser *p)
{
    Mark mark = save(p);
    ExprSeq args, more;
    KeywordSeq keywords, more_keywords;
    ComprehensionSeq clauses;
    if (!parse_some_arguments(p, &args, &keywords) || failed(p))
        goto done;
    Mark after = save(p);
    if (parse_clauses(p, &clauses)) {
        if (args.count > 1)
            raise_bare_generator(p, args.items[args.count - 1], clauses);
        goto done;
    }
    restore(p, after);
    if (failed(p) || !accept(p, TOK_COMMA))
        goto done;
    after = save(p);
    Expr *element = parse_expression(p);
    if (element && parse_clauses(p, &clauses)) {
        raise_bare_generator(p, element, clauses);
        goto done;
    }
    restore(p, after);
    if (failed(p) || !parse_some_arguments(p, &more, &more_keywords) || failed(p))
        goto done;
    bool unpacking = false;
    for (int i = 0; i < keywords.count; i++)
        unpacking |= !keywords.items[i]->arg;
    raise_last(p, unpacking ? "positional argument follows keyword argument unpacking"
                            : "positional argument follows keyword argument");
done:
    restore(p, mark);
}

/* The position is at the first argument. */
void explain_arguments(Parser *p)
{
    void (*const checks[])(Parser *) = {
        explain_late_iterable, explain_first_generator, explain_named_generator,
        explain_missing_value, explain_later_arguments,
    };
    for (size_t i = 0; i < COUNT_OF(checks) && !failed(p); i++)
        checks[i](p);
}

/* What stands before a '=' that is no name. */
static void explain_keyword_name(Parser *p)
{
    TokenType type = peek_type(p);
    if ((type == KW_TRUE || type == KW_FALSE || type == KW_NONE) && peek_second(p) == TOK_EQUAL) {
        raise_span(p, join(token_span(peek(p)), token_span(&p->tokens[p->pos + 1])),
                   "cannot assign to %s", token_texts[type]);
        return;
    }
    explain_named_generator(p);
    if (failed(p) || (type == TOK_NAME && peek_second(p) == TOK_EQUAL))
        return;
    Expr *name = parse_expression(p);
    if (name && !failed(p) && at(p, TOK_EQUAL))
        raise_span(p, join(SPAN_OF(name), token_span(peek(p))),
                   "expression cannot contain assignment, perhaps you meant \"==\"?");
}

void explain_keyword_argument(Parser *p)
{
    Mark mark = save(p);
    if (!at(p, TOK_DOUBLESTAR)) {
        explain_keyword_name(p);
    } else {
        Span stars = token_span(peek(p));
        p->pos++;
        if (parse_expression(p) && accept(p, TOK_EQUAL) && !failed(p)) {
            Expr *value = parse_expression(p);
            if (value && !failed(p))
                raise_span(p, join(stars, SPAN_OF(value)),
                           "cannot assign to keyword argument unpacking");
        }
    }
    restore(p, mark);
}

void explain_starred_argument(Parser *p)
{
    Mark mark = save(p);
    Span star = token_span(peek(p));
    p->pos++;
    if (parse_expression(p) && accept(p, TOK_EQUAL) && !failed(p)) {
        Expr *value = parse_expression(p);
        if (value && !failed(p))
            raise_span(p, join(star, SPAN_OF(value)),
                       "cannot assign to iterable argument unpacking");
    }
    restore(p, mark);
}
