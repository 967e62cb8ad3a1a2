#include "syntax/explain.h"

/* Mistakes in statements and patterns. */

/* ---- Assignments ---- */

/* list | tuple | '(' one of these ')' */
static Expr *parse_annotated_sequence(Parser *p)
{
    Mark mark = save(p);
    Expr *e = at(p, TOK_LPAR) || at(p, TOK_LSQB) ? parse_atom(p) : NULL;
    if (e && !failed(p) && (e->kind == AST_List || e->kind == AST_Tuple))
        return e;
    restore(p, mark);
    return NULL;
}

/* What cannot be annotated. */
static void explain_annotation(Parser *p)
{
    Mark mark = save(p);
    Expr *e = parse_annotated_sequence(p);
    if (e && accept(p, TOK_COLON) && parse_expression(p) && !failed(p))
        raise_span(p, SPAN_OF(e), "only single target (not %s) can be annotated", expr_name(e));
    restore(p, mark);
    if (failed(p))
        return;
    e = parse_star_named_expression(p);
    if (e && !failed(p) && accept(p, TOK_COMMA)) {
        while (starts_expression(peek_type(p)) || at(p, TOK_STAR)) {
            if (!parse_star_named_expression(p))
                break;
            accept(p, TOK_COMMA);
        }
        if (!failed(p) && accept(p, TOK_COLON) && parse_expression(p) && !failed(p))
            raise_span(p, SPAN_OF(e), "only single target (not tuple) can be annotated");
    }
    restore(p, mark);
    if (failed(p))
        return;
    e = parse_expression(p);
    if (e && accept(p, TOK_COLON) && parse_expression(p) && !failed(p))
        raise_span(p, SPAN_OF(e), "illegal target for annotation");
    restore(p, mark);
}

/* Reads (star_targets '=')* */
static void parse_good_targets(Parser *p)
{
    for (;;) {
        Mark mark = save(p);
        if (!parse_star_targets(p) || !accept(p, TOK_EQUAL)) {
            restore(p, mark);
            return;
        }
    }
}

static void explain_assigned(Parser *p)
{
    Mark mark = save(p);
    parse_good_targets(p);
    Expr *e = failed(p) ? NULL : parse_star_expressions(p);
    if (e && at(p, TOK_EQUAL) && !failed(p))
        raise_invalid_target(p, e, STAR_TARGETS);
    restore(p, mark);
    if (failed(p))
        return;
    parse_good_targets(p);
    e = !failed(p) && at(p, KW_YIELD) ? parse_yield(p) : NULL;
    if (e && at(p, TOK_EQUAL) && !failed(p))
        raise_span(p, SPAN_OF(e), "assignment to yield expression not possible");
    restore(p, mark);
}

/* Whether a value that is assigned in place is what cannot be read, and not the target. */
static bool at_good_augmented(Parser *p)
{
    Mark mark = save(p);
    Expr *e = parse_primary(p);
    bool good = e && is_single_target(e) && augmented_operator(peek_type(p)) != AST_NONE;
    restore(p, mark);
    return good;
}

static void explain_augmented(Parser *p)
{
    Mark mark = save(p);
    Expr *e = parse_star_expressions(p);
    if (e && !failed(p) && augmented_operator(peek_type(p)) != AST_NONE) {
        p->pos++;
        if (parse_yield_or_star_expressions(p) && !failed(p))
            raise_span(p, SPAN_OF(e), "'%s' is an illegal expression for augmented assignment",
                       expr_name(e));
    }
    restore(p, mark);
}

void explain_assignment(Parser *p)
{
    if (at_good_augmented(p) || failed(p))
        return;
    void (*const checks[])(Parser *) = {explain_annotation, explain_assigned, explain_augmented};
    for (size_t i = 0; i < COUNT_OF(checks) && !failed(p); i++)
        checks[i](p);
}

/* ---- del, import ---- */

void explain_del(Parser *p)
{
    Mark mark = save(p);
    p->pos++;
    Expr *e = parse_star_expressions(p);
    if (e && !failed(p))
        raise_invalid_target(p, e, DEL_TARGETS);
    restore(p, mark);
}

void explain_import(Parser *p)
{
    Mark mark = save(p);
    Span import = token_span(peek(p));
    p->pos++;
    if (at(p, TOK_NEWLINE)) {
        raise_span(p, span_from(token_span(peek(p))), "Expected one or more names after 'import'");
        return;
    }
    bool names;
    do {
        names = parse_dotted_name(p) != NULL;
    } while (names && accept(p, TOK_COMMA));
    if (names && accept(p, KW_FROM) && parse_dotted_name(p) && !failed(p))
        raise_span(p, span_from(import), "Did you mean to use 'from ... import ...' instead?");
    restore(p, mark);
}

void explain_import_from_targets(Parser *p)
{
    Mark mark = save(p);
    if (at(p, TOK_NEWLINE)) {
        raise_span(p, span_from(token_span(peek(p))), "Expected one or more names after 'import'");
        return;
    }
    while (parse_name(p) && (!accept(p, KW_AS) || parse_name(p)) && accept(p, TOK_COMMA)) {
        if (at(p, TOK_NEWLINE)) {
            raise_last(p, "trailing comma not allowed without surrounding parentheses");
            return;
        }
    }
    restore(p, mark);
}

/* ---- for, with, except ---- */

/* The position is after the `for`. */
void explain_for_target(Parser *p)
{
    Mark mark = save(p);
    Expr *e = parse_star_expressions(p);
    if (e && !failed(p))
        raise_invalid_target(p, e, FOR_TARGETS);
    restore(p, mark);
}

void explain_with_item(Parser *p)
{
    Mark mark = save(p);
    if (parse_expression(p) && accept(p, KW_AS) && !failed(p)) {
        Expr *target = parse_expression(p);
        if (target && !failed(p) && (at(p, TOK_COMMA) || at(p, TOK_RPAR) || at(p, TOK_COLON)))
            raise_invalid_target(p, target, STAR_TARGETS);
    }
    restore(p, mark);
}

/* (expression ['as' star_target]) (',' ...)*; in parentheses, `expressions`. */
static bool parse_plain_items(Parser *p, bool parenthesised)
{
    do {
        if (parenthesised && at(p, TOK_RPAR) && last_token(p)->type == TOK_COMMA)
            return true;
        Expr *e = parenthesised ? parse_expressions(p) : parse_expression(p);
        if (!e || failed(p))
            return false;
        Mark mark = save(p);
        if (accept(p, KW_AS) && !parse_star_target(p))
            restore(p, mark);
    } while (accept(p, TOK_COMMA));
    return !failed(p);
}

/* A `with` whose line ends without a colon. */
void explain_with(Parser *p)
{
    Mark mark = save(p);
    p->pos++;
    if (parse_plain_items(p, false) && at(p, TOK_NEWLINE))
        raise_last(p, "expected ':'");
    restore(p, mark);
    p->pos++;
    if (!failed(p) && accept(p, TOK_LPAR) && parse_plain_items(p, true) && accept(p, TOK_RPAR) &&
        at(p, TOK_NEWLINE))
        raise_last(p, "expected ':'");
    restore(p, mark);
}

/* except a, b: without parentheses; except without a colon; except* without a type. */
void explain_except(Parser *p)
{
    Mark mark = save(p);
    p->pos++;
    bool star = accept(p, TOK_STAR);
    if (star && (at(p, TOK_NEWLINE) || at(p, TOK_COLON))) {
        raise_last(p, "expected one or more exception types");
    } else if (at(p, TOK_NEWLINE)) {
        raise_last(p, "expected ':'");
    } else {
        Expr *type = parse_expression(p);
        if (type && !failed(p) && accept(p, TOK_COMMA)) {
            if (parse_expressions(p) && !failed(p) && (!accept(p, KW_AS) || parse_name(p)) &&
                at(p, TOK_COLON))
                raise_span(p, span_from(SPAN_OF(type)),
                           "multiple exception types must be parenthesized");
        } else if (type && !failed(p) && (!accept(p, KW_AS) || parse_name(p)) &&
                   at(p, TOK_NEWLINE)) {
            raise_last(p, "expected ':'");
        }
    }
    restore(p, mark);
}

/* TYPE_COMMENT NEWLINE TYPE_COMMENT NEWLINE INDENT; the position is at the first NEWLINE. */
void explain_double_type_comment(Parser *p)
{
    Mark mark = save(p);
    if (accept(p, TOK_NEWLINE) && accept(p, TOK_TYPE_COMMENT) && accept(p, TOK_NEWLINE) &&
        at(p, TOK_INDENT))
        raise_last(p, "Cannot have two type comments on def");
    restore(p, mark);
}

/* ---- Patterns ---- */

/* The position is after the `as`. */
void explain_as_pattern(Parser *p)
{
    Mark mark = save(p);
    if (failed(p))
        return;
    if (at_soft(p, SOFT_UNDERSCORE)) {
        raise_span(p, token_span(peek(p)), "cannot use '_' as a target");
        return;
    }
    Expr *e = at(p, TOK_NAME) ? NULL : parse_expression(p);
    if (e && !failed(p))
        raise_span(p, SPAN_OF(e), "invalid pattern target");
    restore(p, mark);
}

/* NAME '=' pattern */
static bool parse_plain_keyword_pattern(Parser *p)
{
    if (!at(p, TOK_NAME) || peek_second(p) != TOK_EQUAL)
        return false;
    p->pos += 2;
    return parse_pattern(p) != NULL;
}

/* A positional argument of a class pattern after a keyword one. */
void explain_class_pattern(Parser *p)
{
    Mark mark = save(p);
    bool seen_keyword = false;
    while (!at(p, TOK_LPAR))
        p->pos++;
    do {
        p->pos++;
        if (parse_plain_keyword_pattern(p)) {
            seen_keyword = true;
            continue;
        }
        if (seen_keyword)
            break;
        if (!parse_pattern(p))
            goto done;
    } while (at(p, TOK_COMMA) && !failed(p));
    if (!seen_keyword || failed(p) || last_token(p)->type != TOK_COMMA)
        goto done;
    Pattern *first = NULL, *last = NULL;
    do {
        Mark before = save(p);
        Pattern *pattern = parse_pattern(p);
        if (!pattern || at(p, TOK_EQUAL)) {
            restore(p, before);
            break;
        }
        first = first ? first : pattern;
        last = pattern;
    } while (accept(p, TOK_COMMA));
    if (last && !failed(p))
        raise_span(p, join(SPAN_OF(first), SPAN_OF(last)),
                   "positional patterns follow keyword patterns");
done:
    restore(p, mark);
}
