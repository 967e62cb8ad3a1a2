#include "syntax/explain.h"

/* Compound statements. */

/* block: NEWLINE INDENT statements DEDENT | simple_stmts
 * `after` and `lineno` name the statement that the block belongs to, for the message if it is
 * missing. */
static bool parse_block(Parser *p, const char *after, int lineno, StmtSeq *body)
{
    if (!accept(p, TOK_NEWLINE)) {
        size_t mark = p->scratch_count;
        return parse_simple_statements(p) && take_seq(p, mark, body);
    }
    if (accept(p, TOK_INDENT))
        return parse_statements(p, TOK_DEDENT, body);
    if (p->explain && !failed(p))
        raise_indentation(p, "expected an indented block after %s on line %d", after, lineno);
    return false;
}

/* The ':' after a statement's head. */
static bool parse_head_end(Parser *p)
{
    if (accept(p, TOK_COLON))
        return true;
    if (p->explain && at(p, TOK_NEWLINE) && !failed(p))
        raise_last(p, "expected ':'");
    return false;
}

/* [else_block]; else_block: 'else' &&':' block */
static bool parse_else(Parser *p, StmtSeq *body)
{
    *body = (StmtSeq){0};
    int lineno = here(p).lineno;
    if (!accept(p, KW_ELSE))
        return true;
    return expect_forced(p, TOK_COLON) && parse_block(p, "'else' statement", lineno, body);
}

/* ---- if, while, for ---- */

/* if_stmt: 'if' named_expression ':' block (elif_stmt | [else_block])
 * elif_stmt: 'elif' named_expression ':' block (elif_stmt | [else_block]) */
static Stmt *parse_if(Parser *p)
{
    size_t mark = p->scratch_count;
    do {
        bool is_elif = at(p, KW_ELIF);
        Place start = here(p);
        p->pos++;
        Expr *test = parse_named_expression(p);
        StmtSeq body;
        if (!test || !parse_head_end(p) ||
            !parse_block(p, is_elif ? "'elif' statement" : "'if' statement", start.lineno, &body))
            return NULL;
        Stmt *s = new_node(p, AST_If, start);
        if (!s || !push(p, s))
            return NULL;
        s->If.test = test;
        s->If.body = body;
    } while (at(p, KW_ELIF));
    Stmt *s = p->scratch[p->scratch_count - 1];
    if (!parse_else(p, &s->If.orelse))
        return NULL;
    /* Every `elif` is an If of its own, and all end where the whole does. */
    set_end(p, s);
    while (p->scratch_count > mark + 1) {
        Stmt *outer = p->scratch[p->scratch_count - 2];
        if (!take_seq(p, p->scratch_count - 1, &outer->If.orelse))
            return NULL;
        set_end(p, outer);
        s = outer;
    }
    p->scratch_count = mark;
    return s;
}

/* while_stmt: 'while' named_expression ':' block [else_block] */
static Stmt *parse_while(Parser *p)
{
    Place start = here(p);
    p->pos++;
    Expr *test = parse_named_expression(p);
    StmtSeq body, orelse;
    if (!test || !parse_head_end(p) || !parse_block(p, "'while' statement", start.lineno, &body) ||
        !parse_else(p, &orelse))
        return NULL;
    Stmt *s = new_node(p, AST_While, start);
    if (!s)
        return NULL;
    s->While.test = test;
    s->While.body = body;
    s->While.orelse = orelse;
    return s;
}

/* for_stmt: ['async'] 'for' star_targets 'in' star_expressions ':' [TYPE_COMMENT] block
 *           [else_block] */
static Stmt *parse_for(Parser *p, Place start, bool is_async)
{
    int lineno = here(p).lineno;
    p->pos++;
    Mark mark = save(p);
    Expr *target = parse_star_targets(p);
    if (!target || !accept(p, KW_IN)) {
        if (p->explain && !failed(p)) {
            restore(p, mark);
            explain_for_target(p);
        }
        return NULL;
    }
    Expr *iter = parse_star_expressions(p);
    if (!iter || !parse_head_end(p))
        return NULL;
    const Ident *comment = parse_type_comment(p);
    StmtSeq body, orelse;
    if (failed(p) || !parse_block(p, "'for' statement", lineno, &body) || !parse_else(p, &orelse))
        return NULL;
    Stmt *s = new_node(p, is_async ? AST_AsyncFor : AST_For, start);
    if (!s)
        return NULL;
    s->For.target = target;
    s->For.iter = iter;
    s->For.body = body;
    s->For.orelse = orelse;
    s->For.type_comment = comment;
    return s;
}

/* ---- with ---- */

/* with_item: expression 'as' star_target &(',' | ')' | ':') | expression */
static bool parse_with_item(Parser *p)
{
    WithItem *item = new_plain_node(p, AST_withitem);
    Mark start = save(p);
    if (!item || !(item->context_expr = parse_expression(p)))
        return false;
    Mark mark = save(p);
    if (!accept(p, KW_AS))
        return push(p, item);
    item->optional_vars = parse_star_target(p);
    TokenType next = item->optional_vars ? peek_type(p) : TOK_ERRORTOKEN;
    if (next == TOK_COMMA || next == TOK_RPAR || next == TOK_COLON)
        return push(p, item);
    if (failed(p))
        return false;
    if (p->explain) {
        restore(p, start);
        explain_with_item(p);
    }
    /* The item is the expression alone. */
    item->optional_vars = NULL;
    restore(p, mark);
    return !failed(p) && push(p, item);
}

/* with_item (',' with_item)*; in parentheses there may be one more comma. */
static bool parse_with_items(Parser *p, bool parenthesised, WithItemSeq *items)
{
    size_t mark = p->scratch_count;
    do {
        if (parenthesised && p->scratch_count > mark && at(p, TOK_RPAR))
            break;
        if (!parse_with_item(p))
            return false;
    } while (accept(p, TOK_COMMA));
    return take_seq(p, mark, items);
}

/* '(' with_item (',' with_item)* [','] ')' ':' */
static bool parse_parenthesised_with(Parser *p, WithItemSeq *items)
{
    p->pos++;
    return parse_with_items(p, true, items) && accept(p, TOK_RPAR) && accept(p, TOK_COLON);
}

/* with_stmt: ['async'] 'with' '(' with_item (',' with_item)* [','] ')' ':' block
 *          | ['async'] 'with' with_item (',' with_item)* ':' [TYPE_COMMENT] block
 * Only at the ':' does it show whether the parentheses are the statement's or an expression's. */
static Stmt *parse_with(Parser *p, Place start, bool is_async)
{
    int lineno = here(p).lineno;
    Mark before = save(p);
    p->pos++;
    Mark mark = save(p);
    WithItemSeq items;
    bool matched = at(p, TOK_LPAR) && parse_parenthesised_with(p, &items);
    if (!matched) {
        if (failed(p))
            return NULL;
        restore(p, mark);
        matched = parse_with_items(p, false, &items) && accept(p, TOK_COLON);
    }
    if (!matched) {
        if (p->explain && !failed(p)) {
            restore(p, before);
            explain_with(p);
        }
        return NULL;
    }
    const Ident *comment = parse_type_comment(p);
    StmtSeq body;
    if (failed(p) || !parse_block(p, "'with' statement", lineno, &body))
        return NULL;
    Stmt *s = new_node(p, is_async ? AST_AsyncWith : AST_With, start);
    if (!s)
        return NULL;
    s->With.items = items;
    s->With.body = body;
    s->With.type_comment = comment;
    return s;
}

/* ---- try ---- */

/* What the handlers before one are; a try has but one kind. */
typedef enum HandlerFamily { PLAIN_HANDLERS, STAR_HANDLERS, NO_HANDLER } HandlerFamily;

static void *raise_mixture(Parser *p, int except, bool star)
{
    Span span = token_span(&p->tokens[except]);
    if (star)
        span = join(span, token_span(&p->tokens[except + 1]));
    return raise_span(p, span, "cannot have both 'except' and 'except*' on the same 'try'");
}

/* except_block: 'except' ['*'] expression ['as' NAME] ':' block | 'except' ':' block */
static ExceptHandler *parse_except(Parser *p, HandlerFamily family, bool *star)
{
    Place start = here(p);
    int except = p->pos;
    Mark mark = save(p);
    Expr *type = NULL;
    const Ident *name = NULL;
    p->pos++;
    *star = accept(p, TOK_STAR);
    bool matched = *star || !at(p, TOK_COLON) ? (type = parse_expression(p)) != NULL : true;
    if (matched && type && accept(p, KW_AS))
        matched = (name = parse_name(p)) != NULL;
    if (!matched || !accept(p, TOK_COLON)) {
        if (p->explain && !failed(p)) {
            restore(p, mark);
            explain_except(p);
        }
        return NULL;
    }
    if (family != NO_HANDLER && family != (HandlerFamily)*star)
        return p->explain ? raise_mixture(p, except, *star) : NULL;
    StmtSeq body;
    if (!parse_block(p, *star ? "'except*' statement" : "'except' statement", start.lineno, &body))
        return NULL;
    ExceptHandler *handler = new_node(p, AST_ExceptHandler, start);
    if (!handler)
        return NULL;
    handler->ExceptHandler.type = type;
    handler->ExceptHandler.name = name;
    handler->ExceptHandler.body = body;
    return handler;
}

/* except_block+ or except_star_block+ */
static bool parse_handlers(Parser *p, bool *star, ExceptHandlerSeq *handlers)
{
    size_t mark = p->scratch_count;
    *star = false;
    HandlerFamily family = NO_HANDLER;
    while (at(p, KW_EXCEPT)) {
        ExceptHandler *handler = parse_except(p, family, star);
        if (!handler || !push(p, handler))
            return false;
        family = (HandlerFamily)*star;
    }
    return take_seq(p, mark, handlers);
}

/* [finally_block]; finally_block: 'finally' &&':' block */
static bool parse_finally(Parser *p, StmtSeq *body)
{
    *body = (StmtSeq){0};
    int lineno = here(p).lineno;
    if (!accept(p, KW_FINALLY))
        return true;
    return expect_forced(p, TOK_COLON) && parse_block(p, "'finally' statement", lineno, body);
}

/* try_stmt: 'try' &&':' block finally_block
 *         | 'try' &&':' block except_block+ [else_block] [finally_block]
 *         | 'try' &&':' block except_star_block+ [else_block] [finally_block] */
static Stmt *parse_try(Parser *p)
{
    Place start = here(p);
    StmtSeq body, orelse = {0}, finalbody;
    ExceptHandlerSeq handlers;
    bool star;
    p->pos++;
    if (!expect_forced(p, TOK_COLON))
        return NULL;
    Mark mark = save(p);
    if (!parse_block(p, "'try' statement", start.lineno, &body)) {
        /* The handlers may be at fault, even if there is no block. */
        if (p->explain && retreat(p, mark))
            parse_handlers(p, &star, &handlers);
        return NULL;
    }
    if (!at(p, KW_EXCEPT) && !at(p, KW_FINALLY)) {
        if (p->explain && !failed(p))
            raise_last(p, "expected 'except' or 'finally' block");
        return NULL;
    }
    if (!parse_handlers(p, &star, &handlers) || (handlers.count && !parse_else(p, &orelse)) ||
        !parse_finally(p, &finalbody))
        return NULL;
    if (star && !check_version(p, 11, "Exception groups are"))
        return NULL;
    Stmt *s = new_node(p, star ? AST_TryStar : AST_Try, start);
    if (!s)
        return NULL;
    s->Try.body = body;
    s->Try.handlers = handlers;
    s->Try.orelse = orelse;
    s->Try.finalbody = finalbody;
    return s;
}

/* ---- Functions and classes ---- */

/* decorators: ('@' named_expression NEWLINE)+ */
static bool parse_decorators(Parser *p, ExprSeq *decorators)
{
    size_t mark = p->scratch_count;
    while (accept(p, TOK_AT)) {
        Expr *decorator = parse_named_expression(p);
        if (!decorator || !push(p, decorator) || !accept(p, TOK_NEWLINE))
            return false;
    }
    return take_seq(p, mark, decorators);
}

/* [func_type_comment]; func_type_comment: NEWLINE TYPE_COMMENT &(NEWLINE INDENT) | TYPE_COMMENT */
static const Ident *parse_func_type_comment(Parser *p)
{
    if (!at(p, TOK_NEWLINE) || !p->options->type_comments) {
        const Ident *comment = parse_type_comment(p);
        if (comment && p->explain && at(p, TOK_NEWLINE) && peek_second(p) == TOK_TYPE_COMMENT)
            explain_double_type_comment(p);
        return comment;
    }
    if (peek_second(p) != TOK_TYPE_COMMENT)
        return NULL;
    Mark mark = save(p);
    p->pos++;
    const Ident *comment = parse_type_comment(p);
    if (at(p, TOK_NEWLINE) && peek_second(p) == TOK_INDENT)
        return comment;
    restore(p, mark);
    return NULL;
}

/* function_def_raw: ['async'] 'def' NAME [type_params] &&'(' [params] ')' ['->' expression] &&':'
 *                   [func_type_comment] block */
static Stmt *parse_function(Parser *p, Place start, bool is_async, ExprSeq decorators)
{
    int lineno = here(p).lineno;
    p->pos++;
    const Ident *name = parse_name(p);
    TypeParamSeq type_params;
    if (!name || !parse_optional_type_params(p, &type_params) || !expect_forced(p, TOK_LPAR))
        return NULL;
    Arguments *args = parse_parameters(p, false);
    Expr *returns = NULL;
    if (!args || !accept(p, TOK_RPAR))
        return NULL;
    Mark mark = save(p);
    if (accept(p, TOK_RARROW) && !(returns = parse_expression(p)) && !retreat(p, mark))
        return NULL;
    if (!expect_forced(p, TOK_COLON))
        return NULL;
    const Ident *comment = parse_func_type_comment(p);
    StmtSeq body;
    if (failed(p) || !parse_block(p, "function definition", lineno, &body))
        return NULL;
    Stmt *s = new_node(p, is_async ? AST_AsyncFunctionDef : AST_FunctionDef, start);
    if (!s)
        return NULL;
    s->FunctionDef.name = name;
    s->FunctionDef.args = args;
    s->FunctionDef.body = body;
    s->FunctionDef.decorator_list = decorators;
    s->FunctionDef.returns = returns;
    s->FunctionDef.type_comment = comment;
    s->FunctionDef.type_params = type_params;
    return s;
}

/* class_def_raw: 'class' NAME [type_params] ['(' [arguments] ')'] ':' block */
static Stmt *parse_class(Parser *p, ExprSeq decorators)
{
    Place start = here(p);
    p->pos++;
    const Ident *name = parse_name(p);
    TypeParamSeq type_params;
    ExprSeq bases = {0};
    KeywordSeq keywords = {0};
    StmtSeq body;
    if (!name || !parse_optional_type_params(p, &type_params) ||
        (at(p, TOK_LPAR) && !parse_class_arguments(p, &bases, &keywords)) || !parse_head_end(p) ||
        !parse_block(p, "class definition", start.lineno, &body))
        return NULL;
    Stmt *s = new_node(p, AST_ClassDef, start);
    if (!s)
        return NULL;
    s->ClassDef.name = name;
    s->ClassDef.bases = bases;
    s->ClassDef.keywords = keywords;
    s->ClassDef.body = body;
    s->ClassDef.decorator_list = decorators;
    s->ClassDef.type_params = type_params;
    return s;
}

/* 'async' (function_def_raw | with_stmt | for_stmt) */
static Stmt *parse_async(Parser *p, ExprSeq decorators, bool decorated)
{
    Place start = here(p);
    p->pos++;
    if (at(p, KW_DEF))
        return check_version(p, 5, "Async functions are")
                   ? parse_function(p, start, true, decorators)
                   : NULL;
    if (decorated)
        return NULL;
    if (at(p, KW_WITH))
        return check_version(p, 5, "Async with statements are") ? parse_with(p, start, true) : NULL;
    if (at(p, KW_FOR))
        return check_version(p, 5, "Async for loops are") ? parse_for(p, start, true) : NULL;
    return NULL;
}

/* function_def: decorators function_def_raw    class_def: decorators class_def_raw */
static Stmt *parse_decorated(Parser *p)
{
    ExprSeq decorators;
    if (!parse_decorators(p, &decorators))
        return NULL;
    switch (peek_type(p)) {
    case KW_DEF:
        return parse_function(p, here(p), false, decorators);
    case KW_CLASS:
        return parse_class(p, decorators);
    case KW_ASYNC:
        return parse_async(p, decorators, true);
    default:
        return NULL;
    }
}

/* ---- match ---- */

/* subject_expr: star_named_expression ',' [star_named_expressions] | named_expression */
static Expr *parse_subject(Parser *p)
{
    Place start = here(p);
    Expr *first = parse_star_named_expression(p);
    if (!first)
        return NULL;
    if (!at(p, TOK_COMMA))
        return first->kind == AST_Starred ? NULL : first;
    size_t mark = p->scratch_count;
    if (!push(p, first))
        return NULL;
    while (accept(p, TOK_COMMA) && (starts_expression(peek_type(p)) || at(p, TOK_STAR))) {
        Expr *element = parse_star_named_expression(p);
        if (!element || !push(p, element))
            return NULL;
    }
    return take_tuple(p, mark, start, AST_Load);
}

/* case_block: "case" patterns [guard] ':' block    guard: 'if' named_expression */
static MatchCase *parse_case(Parser *p)
{
    MatchCase *match_case = new_plain_node(p, AST_match_case);
    int lineno = here(p).lineno;
    p->pos++;
    if (!match_case || !(match_case->pattern = parse_patterns(p)) ||
        (accept(p, KW_IF) && !(match_case->guard = parse_named_expression(p))) ||
        !parse_head_end(p) || !parse_block(p, "'case' statement", lineno, &match_case->body))
        return NULL;
    return match_case;
}

/* The head of a match statement, up to its first case. Without one it may be an expression. */
static Expr *parse_match_head(Parser *p)
{
    int lineno = here(p).lineno;
    p->pos++;
    TokenType next = peek_type(p);
    if (!starts_expression(next) && next != TOK_STAR)
        return NULL;
    Expr *subject = parse_subject(p);
    if (!subject || !parse_head_end(p) || !accept(p, TOK_NEWLINE))
        return NULL;
    if (p->explain && !at(p, TOK_INDENT))
        return raise_indentation(p, "expected an indented block after 'match' statement on line %d",
                                 lineno);
    return accept(p, TOK_INDENT) && at_soft(p, SOFT_CASE) ? subject : NULL;
}

static Stmt *parse_cases(Parser *p, Place start, Expr *subject)
{
    size_t mark = p->scratch_count;
    while (at_soft(p, SOFT_CASE)) {
        MatchCase *match_case = parse_case(p);
        if (!match_case || !push(p, match_case))
            return NULL;
        parser_drop_tokens(p);
    }
    if (!accept(p, TOK_DEDENT))
        return NULL;
    Stmt *s = new_node(p, AST_Match, start);
    if (!s || !take_seq(p, mark, &s->Match.cases))
        return NULL;
    s->Match.subject = subject;
    return s;
}

/* match_stmt: "match" subject_expr ':' NEWLINE INDENT case_block+ DEDENT
 * False, at the same position, if it is not a match statement but something with that name. */
bool parse_match(Parser *p, Stmt **statement)
{
    Mark mark = save(p);
    Place start = here(p);
    *statement = NULL;
    Expr *subject = parse_match_head(p);
    if (!subject) {
        restore(p, mark);
        return failed(p);
    }
    if (check_version(p, 10, "Pattern matching is"))
        *statement = parse_cases(p, start, subject);
    return true;
}

/* ---- Dispatch ---- */

bool is_compound_start(Parser *p)
{
    switch (peek_type(p)) {
    case KW_IF:
    case KW_WHILE:
    case KW_FOR:
    case KW_TRY:
    case KW_WITH:
    case KW_DEF:
    case KW_CLASS:
    case KW_ASYNC:
    case TOK_AT:
        return true;
    default:
        return false;
    }
}

/* compound_stmt: function_def | if_stmt | class_def | with_stmt | for_stmt | try_stmt | while_stmt;
 * match_stmt is parse_match. */
Stmt *parse_compound_statement(Parser *p)
{
    if (!stack_left(p))
        return NULL;
    switch (peek_type(p)) {
    case KW_IF:
        return parse_if(p);
    case KW_WHILE:
        return parse_while(p);
    case KW_FOR:
        return parse_for(p, here(p), false);
    case KW_TRY:
        return parse_try(p);
    case KW_WITH:
        return parse_with(p, here(p), false);
    case KW_DEF:
        return parse_function(p, here(p), false, (ExprSeq){0});
    case KW_CLASS:
        return parse_class(p, (ExprSeq){0});
    case KW_ASYNC:
        return parse_async(p, (ExprSeq){0}, false);
    default:
        return parse_decorated(p);
    }
}
