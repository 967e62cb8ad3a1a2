#include "syntax/explain.h"

#include <string.h>

/* Mistakes in expressions. */

/* ---- Expressions ---- */

/* Whether it is the name of a statement that Python 3 has as a function. */
static bool is_legacy_name(const Expr *e)
{
    if (e->kind != AST_Name)
        return false;
    const char *name = e->Name.id->bytes;
    return strcmp(name, "print") == 0 || strcmp(name, "exec") == 0;
}

/* Reads an expression without looking for mistakes in it. */
static Expr *parse_plain_expression(Parser *p)
{
    p->explain = false;
    Expr *e = parse_bare_expression(p);
    p->explain = true;
    return e;
}

/* Whether two names, or a name and a string, come next that are no forgotten comma: an unknown
 * string prefix, or a statement that starts with a soft keyword. */
static bool at_prefix_or_soft_keyword(Parser *p)
{
    if (!at(p, TOK_NAME))
        return false;
    /* The start of a soft keyword counts as one, as it does for CPython. */
    static const char *const soft_keywords[] = {"_", "case", "match", "type"};
    const Token *token = peek(p);
    for (size_t i = 0; i < COUNT_OF(soft_keywords); i++)
        if (strncmp(token_text(p, token), soft_keywords[i], token->end - token->start) == 0)
            return true;
    return peek_second(p) == TOK_STRING;
}

/* Two expressions next to each other; a condition without `else`. */
static void explain_adjacent(Parser *p)
{
    Mark start = save(p);
    bool adjacent = !at_prefix_or_soft_keyword(p);
    Expr *first = parse_disjunction(p);
    if (!first || failed(p))
        return;
    if (adjacent) {
        Mark mark = save(p);
        Span span = SPAN_OF(first);
        Expr *second = parse_plain_expression(p);
        if (second) {
            if (!failed(p) && !is_legacy_name(first) && last_token(p)->level)
                raise_span(p, join(span, SPAN_OF(second)),
                           "invalid syntax. Perhaps you forgot a comma?");
            restore(p, start);
            return;
        }
        restore(p, mark);
    }
    if (!failed(p) && accept(p, KW_IF)) {
        Expr *test = parse_disjunction(p);
        if (test && !at(p, KW_ELSE) && !at(p, TOK_COLON) && !failed(p))
            raise_span(p, join(SPAN_OF(first), SPAN_OF(test)),
                       "expected 'else' after 'if' expression");
    }
}

/* A lambda in an f-string, whose body is taken for a format spec. */
static void explain_lambda(Parser *p)
{
    Token lambda = *peek(p);
    p->pos++;
    if (!parse_parameters(p, true) || !accept(p, TOK_COLON))
        return;
    Token colon = *last_token(p);
    if (at(p, TOK_FSTRING_MIDDLE) || at(p, TOK_LBRACE))
        if (at(p, TOK_FSTRING_MIDDLE) || p->tok.fstring_count)
            raise_span(p, join(token_span(&lambda), token_span(&colon)),
                       "f-string: lambda expressions are not allowed without parentheses");
}

/* `print x` and `exec x`. */
static void explain_legacy_statement(Parser *p)
{
    Mark mark = save(p);
    Expr *name = parse_atom(p);
    if (name && !at(p, TOK_LPAR)) {
        Expr *argument = parse_star_expressions(p);
        if (argument && is_legacy_name(name) && !failed(p))
            raise_span(p, join(SPAN_OF(name), SPAN_OF(argument)),
                       "Missing parentheses in call to '%s'. Did you mean %s(...)?",
                       name->Name.id->bytes, name->Name.id->bytes);
    }
    restore(p, mark);
}

void explain_expression(Parser *p)
{
    Mark mark = save(p);
    explain_adjacent(p);
    restore(p, mark);
    if (!failed(p) && at(p, KW_LAMBDA))
        explain_lambda(p);
    restore(p, mark);
    if (!failed(p) && at(p, TOK_NAME))
        explain_legacy_statement(p);
}

/* ---- Named expressions ---- */

/* Whether a list, tuple, generator or singleton comes next: they have messages of their own. */
static bool at_other_target(Parser *p)
{
    Mark mark = save(p);
    Expr *e = NULL;
    TokenType type = peek_type(p);
    if (type == KW_TRUE || type == KW_NONE || type == KW_FALSE)
        return true;
    if (type == TOK_LPAR || type == TOK_LSQB)
        e = parse_atom(p);
    bool other = e && ((e->kind == AST_List && type == TOK_LSQB) ||
                       ((e->kind == AST_Tuple || e->kind == AST_GeneratorExp) && type == TOK_LPAR));
    restore(p, mark);
    return other;
}

static bool at_more_assignment(Parser *p)
{
    return at(p, TOK_EQUAL) || at(p, TOK_COLONEQUAL);
}

/* name = value where == or := was meant. */
static void explain_equal(Parser *p)
{
    Mark mark = save(p);
    if (at(p, TOK_NAME) && peek_second(p) == TOK_EQUAL) {
        Span name = token_span(peek(p));
        p->pos += 2;
        Expr *value = parse_bitwise_or(p);
        if (value && !failed(p) && !at_more_assignment(p))
            raise_span(p, join(name, SPAN_OF(value)),
                       "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
        restore(p, mark);
    }
    if (failed(p) || at_other_target(p) || failed(p))
        return;
    Expr *target = parse_bitwise_or(p);
    if (target && accept(p, TOK_EQUAL) && parse_bitwise_or(p) && !failed(p) &&
        !at_more_assignment(p))
        raise_span(p, SPAN_OF(target),
                   "cannot assign to %s here. Maybe you meant '==' instead of '='?",
                   expr_name(target));
    restore(p, mark);
}

static void *invalid_named_expression(Parser *p)
{
    Mark mark = save(p);
    Expr *target = parse_expression(p);
    if (target && accept(p, TOK_COLONEQUAL) && parse_expression(p) && !failed(p))
        raise_span(p, SPAN_OF(target), "cannot use assignment expressions with %s",
                   expr_name(target));
    restore(p, mark);
    if (!failed(p))
        explain_equal(p);
    restore(p, mark);
    return NULL;
}

void explain_named_expression(Parser *p)
{
    memoized(p, RULE_INVALID_NAMED_EXPRESSION, invalid_named_expression);
}

/* ---- Groups and comprehensions ---- */

/* '(' '*' expression ')' and '(' '**' expression ')' */
void explain_group(Parser *p)
{
    Mark mark = save(p);
    p->pos++;
    if (at(p, TOK_STAR)) {
        Expr *starred = parse_starred_argument(p);
        if (starred && at(p, TOK_RPAR) && !failed(p))
            raise_span(p, SPAN_OF(starred), "cannot use starred expression here");
    } else if (at(p, TOK_DOUBLESTAR)) {
        Span stars = token_span(peek(p));
        p->pos++;
        if (parse_expression(p) && at(p, TOK_RPAR) && !failed(p))
            raise_span(p, stars, "cannot use double starred expression here");
    }
    restore(p, mark);
}

static bool at_for_if_clauses(Parser *p)
{
    ComprehensionSeq clauses;
    return !failed(p) && parse_for_if_clauses(p, &clauses) && !failed(p);
}

/* [a, b for ...]: the target lacks parentheses; `first` has been read and a comma is next. */
static void explain_bare_tuple(Parser *p, Expr *first)
{
    Token comma = *peek(p);
    Mark mark = save(p);
    p->pos++;
    Expr *last = NULL;
    while (starts_expression(peek_type(p)) || at(p, TOK_STAR)) {
        Expr *element = parse_star_named_expression(p);
        if (!element)
            break;
        last = element;
        if (!accept(p, TOK_COMMA))
            break;
    }
    Span span = join(SPAN_OF(first), last ? SPAN_OF(last) : token_span(&comma));
    if (at_for_if_clauses(p))
        raise_span(p, span, "did you forget parentheses around the comprehension target?");
    restore(p, mark);
}

/* What is in brackets before a `for` that cannot be there. */
void explain_comprehension(Parser *p)
{
    Mark mark = save(p);
    if (failed(p))
        return;
    bool paren = at(p, TOK_LPAR);
    p->pos++;
    if (at(p, TOK_STAR)) {
        Mark star = save(p);
        Expr *starred = parse_starred_argument(p);
        if (starred && at_for_if_clauses(p))
            raise_span(p, SPAN_OF(starred), "iterable unpacking cannot be used in comprehension");
        restore(p, star);
    }
    if (!paren && !failed(p)) {
        Expr *first = parse_star_named_expression(p);
        if (first && at(p, TOK_COMMA) && !failed(p))
            explain_bare_tuple(p, first);
    }
    restore(p, mark);
}

/* After a primary. A bracket of any kind there is looked at as if it were that of a generator
 * argument. */
void explain_trailer(Parser *p)
{
    TokenType type = peek_type(p);
    if (type != TOK_LPAR && type != TOK_LSQB && type != TOK_LBRACE)
        return;
    Mark mark = save(p);
    if (accept(p, TOK_LPAR))
        parse_walrus_or_expression(p);
    restore(p, mark);
    explain_comprehension(p);
}

void explain_dict_comprehension(Parser *p)
{
    Mark mark = save(p);
    if (failed(p))
        return;
    p->pos++;
    if (at(p, TOK_DOUBLESTAR)) {
        Span stars = token_span(peek(p));
        p->pos++;
        if (parse_bitwise_or(p) && at_for_if_clauses(p) && at(p, TOK_RBRACE))
            raise_span(p, stars, "dict unpacking cannot be used in dict comprehension");
    }
    restore(p, mark);
}

/* ---- Dict items ---- */

/* A value that is missing or starred, after a key and a colon. */
static void explain_dict_value(Parser *p)
{
    Mark mark = save(p);
    if (parse_expression(p) && accept(p, TOK_COLON) && !failed(p)) {
        Token colon = *last_token(p);
        if (at(p, TOK_STAR)) {
            Span star = token_span(peek(p));
            p->pos++;
            if (parse_bitwise_or(p) && !failed(p))
                raise_span(p, span_from(star),
                           "cannot use a starred expression in a dictionary value");
        } else if (at(p, TOK_RBRACE) || at(p, TOK_COMMA)) {
            raise_span(p, token_span(&colon), "expression expected after dictionary key and ':'");
        }
    }
    restore(p, mark);
}

/* An item after others: a key without a value, too. */
static void explain_dict_item(Parser *p)
{
    Mark mark = save(p);
    Expr *key = parse_expression(p);
    if (key && !failed(p) && !at(p, TOK_COLON))
        raise_span(p, (Span){key->lineno, key->end_col_offset - 1, key->end_lineno, -1},
                   "':' expected after dictionary key");
    restore(p, mark);
    if (!failed(p))
        explain_dict_value(p);
}

void explain_dict_items(Parser *p)
{
    Mark mark = save(p);
    p->pos++;
    Mark first = save(p), item = first;
    int items = 0;
    while (parse_dict_item(p) && !failed(p) && accept(p, TOK_COMMA)) {
        items++;
        item = save(p);
    }
    restore(p, item);
    if (items && !failed(p))
        explain_dict_item(p);
    restore(p, first);
    if (!failed(p))
        explain_dict_value(p);
    restore(p, mark);
}

/* ---- Targets of comprehensions ---- */

void explain_comprehension_target(Parser *p)
{
    Mark mark = save(p);
    accept(p, KW_ASYNC);
    if (accept(p, KW_FOR)) {
        Mark target = save(p);
        bool targets = parse_bitwise_or(p) != NULL;
        while (targets && accept(p, TOK_COMMA))
            if (!parse_bitwise_or(p))
                break;
        if (targets && !failed(p) && !at(p, KW_IN))
            raise_last(p, "'in' expected after for-loop variables");
        restore(p, target);
        if (p->explain && !failed(p))
            explain_for_target(p);
    }
    restore(p, mark);
}
