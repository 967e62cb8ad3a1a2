#include "syntax/explain.h"

/* Simple statements, and sequences of statements. */

/* ---- Assignments ---- */

/* [TYPE_COMMENT] */
const Ident *parse_type_comment(Parser *p)
{
    if (!at(p, TOK_TYPE_COMMENT))
        return NULL;
    const Token *token = peek(p);
    const Ident *text = ident_intern(p->idents, token_text(p, token), token->end - token->start);
    p->pos++;
    return text ? text : parser_no_memory(p);
}

static Stmt *new_expr_statement(Parser *p, Place start, Expr *value)
{
    Stmt *s = value ? new_node(p, AST_Expr, start) : NULL;
    if (s)
        s->Expr.value = value;
    return s;
}

/* (star_targets '=')+ (yield_expr | star_expressions) !'=' [TYPE_COMMENT]; the first target has
 * been read. */
static Stmt *parse_assign(Parser *p, Place start, Expr *value)
{
    size_t mark = p->scratch_count;
    while (at(p, TOK_EQUAL)) {
        if (!is_star_target(value))
            return NULL;
        set_context(value, AST_Store);
        p->pos++;
        if (!push(p, value) || !(value = parse_yield_or_star_expressions(p)))
            return NULL;
    }
    const Ident *comment = parse_type_comment(p);
    if (failed(p))
        return NULL;
    Stmt *s = new_node(p, AST_Assign, start);
    if (!s || !take_seq(p, mark, &s->Assign.targets))
        return NULL;
    s->Assign.value = value;
    s->Assign.type_comment = comment;
    return s;
}

/* NAME ':' expression ['=' annotated_rhs]
 * ('(' single_target ')' | single_subscript_attribute_target) ':' expression ['=' annotated_rhs] */
static Stmt *parse_annotated(Parser *p, Place start, Expr *target, bool parenthesised)
{
    if (!is_single_target(target))
        return NULL;
    set_context(target, AST_Store);
    p->pos++;
    if (!check_version(p, 6, "Variable annotation syntax is"))
        return NULL;
    Expr *annotation = parse_expression(p), *value = NULL;
    if (!annotation)
        return NULL;
    Mark mark = save(p);
    if (accept(p, TOK_EQUAL) && !(value = parse_yield_or_star_expressions(p)) && !retreat(p, mark))
        return NULL;
    Stmt *s = new_node(p, AST_AnnAssign, start);
    if (!s)
        return NULL;
    s->AnnAssign.target = target;
    s->AnnAssign.annotation = annotation;
    s->AnnAssign.value = value;
    s->AnnAssign.simple = target->kind == AST_Name && !parenthesised;
    return s;
}

/* The operator of an augmented assignment; AST_NONE: it is none. */
AstKind augmented_operator(TokenType type)
{
    static const uint8_t operators[TOKEN_TYPE_COUNT] = {
        [TOK_PLUSEQUAL] = AST_Add,         [TOK_MINEQUAL] = AST_Sub,
        [TOK_STAREQUAL] = AST_Mult,        [TOK_SLASHEQUAL] = AST_Div,
        [TOK_PERCENTEQUAL] = AST_Mod,      [TOK_AMPEREQUAL] = AST_BitAnd,
        [TOK_VBAREQUAL] = AST_BitOr,       [TOK_CIRCUMFLEXEQUAL] = AST_BitXor,
        [TOK_LEFTSHIFTEQUAL] = AST_LShift, [TOK_RIGHTSHIFTEQUAL] = AST_RShift,
        [TOK_DOUBLESTAREQUAL] = AST_Pow,   [TOK_DOUBLESLASHEQUAL] = AST_FloorDiv,
        [TOK_ATEQUAL] = AST_MatMult,
    };
    return (AstKind)operators[type];
}

/* single_target augassign (yield_expr | star_expressions) */
static Stmt *parse_augmented(Parser *p, Place start, Expr *target, AstKind op)
{
    if (!is_single_target(target))
        return NULL;
    set_context(target, AST_Store);
    p->pos++;
    if (op == AST_MatMult && !check_version(p, 5, "The '@' operator is"))
        return NULL;
    Expr *value = parse_yield_or_star_expressions(p);
    Stmt *s = value ? new_node(p, AST_AugAssign, start) : NULL;
    if (!s)
        return NULL;
    s->AugAssign.target = target;
    s->AugAssign.op = op;
    s->AugAssign.value = value;
    return s;
}

static Stmt *assignment_or_expression(Parser *p)
{
    Place start = here(p);
    bool parenthesised = at(p, TOK_LPAR);
    Expr *e = parse_yield_or_star_expressions(p);
    if (!e)
        return NULL;
    TokenType type = peek_type(p);
    if (type == TOK_NEWLINE || type == TOK_SEMI)
        return new_expr_statement(p, start, e);
    if (type == TOK_EQUAL)
        return parse_assign(p, start, e);
    if (type == TOK_COLON)
        return parse_annotated(p, start, e, parenthesised);
    AstKind op = augmented_operator(type);
    if (op != AST_NONE)
        return parse_augmented(p, start, e, op);
    return new_expr_statement(p, start, e);
}

/* assignment | star_expressions | yield_expr */
static Stmt *parse_assignment_or_expression(Parser *p)
{
    if (!p->explain)
        return assignment_or_expression(p);
    Mark mark = save(p);
    Stmt *s = assignment_or_expression(p);
    bool whole = s && (s->kind != AST_Expr || at(p, TOK_NEWLINE) || at(p, TOK_SEMI));
    if (whole || failed(p))
        return failed(p) ? NULL : s;
    restore(p, mark);
    explain_assignment(p);
    return NULL;
}

/* type_alias: "type" NAME [type_params] '=' expression */
static Stmt *parse_type_alias(Parser *p)
{
    Place start = here(p);
    p->pos++;
    Place name_start = here(p);
    const Ident *id = parse_name(p);
    Expr *name = id ? new_node(p, AST_Name, name_start) : NULL;
    if (!name)
        return NULL;
    name->Name.id = id;
    name->Name.ctx = AST_Store;
    TypeParamSeq params;
    if (!parse_optional_type_params(p, &params) || !accept(p, TOK_EQUAL) ||
        !check_version(p, 12, "Type statement is"))
        return NULL;
    Expr *value = parse_expression(p);
    Stmt *s = value ? new_node(p, AST_TypeAlias, start) : NULL;
    if (!s)
        return NULL;
    s->TypeAlias.name = name;
    s->TypeAlias.type_params = params;
    s->TypeAlias.value = value;
    return s;
}

/* ---- Statements with a keyword ---- */

/* 'pass' | 'break' | 'continue' */
static Stmt *parse_keyword_only(Parser *p, AstKind kind)
{
    Place start = here(p);
    p->pos++;
    return new_node(p, kind, start);
}

/* return_stmt: 'return' [star_expressions] */
static Stmt *parse_return(Parser *p)
{
    Place start = here(p);
    Expr *value = NULL;
    p->pos++;
    if ((starts_expression(peek_type(p)) || at(p, TOK_STAR)) &&
        !(value = parse_star_expressions(p)))
        return NULL;
    Stmt *s = new_node(p, AST_Return, start);
    if (s)
        s->Return.value = value;
    return s;
}

/* raise_stmt: 'raise' expression ['from' expression] | 'raise' */
static Stmt *parse_raise(Parser *p)
{
    Place start = here(p);
    Expr *exc = NULL, *cause = NULL;
    p->pos++;
    if (starts_expression(peek_type(p))) {
        if (!(exc = parse_expression(p)) || (accept(p, KW_FROM) && !(cause = parse_expression(p))))
            return NULL;
    }
    Stmt *s = new_node(p, AST_Raise, start);
    if (!s)
        return NULL;
    s->Raise.exc = exc;
    s->Raise.cause = cause;
    return s;
}

/* global_stmt: 'global' NAME (',' NAME)*    nonlocal_stmt: 'nonlocal' NAME (',' NAME)* */
static Stmt *parse_global(Parser *p, AstKind kind)
{
    Place start = here(p);
    size_t mark = p->scratch_count;
    p->pos++;
    do {
        const Ident *name = parse_name(p);
        if (!name || !push(p, (void *)name))
            return NULL;
    } while (accept(p, TOK_COMMA));
    Stmt *s = new_node(p, kind, start);
    if (!s)
        return NULL;
    return take_seq(p, mark, kind == AST_Global ? &s->Global.names : &s->Nonlocal.names) ? s : NULL;
}

/* del_stmt: 'del' del_targets &(';' | NEWLINE) */
static Stmt *parse_del(Parser *p)
{
    Mark before = save(p);
    Place start = here(p);
    size_t mark = p->scratch_count;
    p->pos++;
    do {
        if (p->scratch_count > mark && !starts_expression(peek_type(p)))
            break;
        Expr *target = parse_primary(p);
        if (!target || !is_del_target(target))
            goto no_match;
        set_context(target, AST_Del);
        if (!push(p, target))
            return NULL;
    } while (accept(p, TOK_COMMA));
    if (at(p, TOK_SEMI) || at(p, TOK_NEWLINE)) {
        Stmt *s = new_node(p, AST_Delete, start);
        return s && take_seq(p, mark, &s->Delete.targets) ? s : NULL;
    }
no_match:
    if (p->explain && !failed(p)) {
        restore(p, before);
        explain_del(p);
    }
    return NULL;
}

/* assert_stmt: 'assert' expression [',' expression] */
static Stmt *parse_assert(Parser *p)
{
    Place start = here(p);
    Expr *test, *message = NULL;
    p->pos++;
    if (!(test = parse_expression(p)) || (accept(p, TOK_COMMA) && !(message = parse_expression(p))))
        return NULL;
    Stmt *s = new_node(p, AST_Assert, start);
    if (!s)
        return NULL;
    s->Assert.test = test;
    s->Assert.msg = message;
    return s;
}

/* simple_stmt: assignment | type_alias | star_expressions | return_stmt | import_stmt | raise_stmt
 *            | 'pass' | del_stmt | yield_stmt | assert_stmt | 'break' | 'continue' | global_stmt
 *            | nonlocal_stmt */
static Stmt *parse_simple_statement(Parser *p)
{
    switch (peek_type(p)) {
    case KW_RETURN:
        return parse_return(p);
    case KW_IMPORT:
        return parse_import(p);
    case KW_FROM:
        return parse_import_from(p);
    case KW_RAISE:
        return parse_raise(p);
    case KW_PASS:
        return parse_keyword_only(p, AST_Pass);
    case KW_BREAK:
        return parse_keyword_only(p, AST_Break);
    case KW_CONTINUE:
        return parse_keyword_only(p, AST_Continue);
    case KW_DEL:
        return parse_del(p);
    case KW_ASSERT:
        return parse_assert(p);
    case KW_GLOBAL:
        return parse_global(p, AST_Global);
    case KW_NONLOCAL:
        return parse_global(p, AST_Nonlocal);
    case TOK_NAME:
        if (at_soft(p, SOFT_TYPE) && peek_second(p) == TOK_NAME) {
            if (p->explain)
                explain_assignment(p);
            return failed(p) ? NULL : parse_type_alias(p);
        }
        return parse_assignment_or_expression(p);
    default:
        return parse_assignment_or_expression(p);
    }
}

/* simple_stmts: simple_stmt (';' simple_stmt)* [';'] NEWLINE; the statements are pushed. */
bool parse_simple_statements(Parser *p)
{
    do {
        Stmt *s = parse_simple_statement(p);
        if (!s || !push(p, s))
            return false;
    } while (accept(p, TOK_SEMI) && !at(p, TOK_NEWLINE));
    return accept(p, TOK_NEWLINE);
}

/* ---- Sequences of statements ---- */

/* statement: compound_stmt | simple_stmts. Pushes what it reads; `*compound` is set to the
 * statement if it was a compound one, else to NULL. */
bool parse_statement(Parser *p, Stmt **compound)
{
    *compound = NULL;
    if (is_compound_start(p)) {
        *compound = parse_compound_statement(p);
        return *compound && push(p, *compound);
    }
    if (at_soft(p, SOFT_MATCH) && parse_match(p, compound))
        return *compound && push(p, *compound);
    return parse_simple_statements(p);
}

/* statements: statement* up to a token that ends them, which is consumed unless it is ENDMARKER. */
bool parse_statements(Parser *p, TokenType end, StmtSeq *body)
{
    size_t mark = p->scratch_count;
    if (!stack_left(p))
        return false;
    while (!at(p, end)) {
        Stmt *compound;
        if (!parse_statement(p, &compound))
            return false;
        parser_drop_tokens(p);
    }
    if (end != TOK_ENDMARKER)
        p->pos++;
    return take_seq(p, mark, body);
}
