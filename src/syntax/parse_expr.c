#include "syntax/explain.h"

/* Expressions from the loosest operators down to await; parse_primary.c goes on from there. */

bool starts_expression(TokenType type)
{
    switch (type) {
    case TOK_NAME:
    case TOK_NUMBER:
    case TOK_STRING:
    case TOK_FSTRING_START:
    case TOK_LPAR:
    case TOK_LSQB:
    case TOK_LBRACE:
    case TOK_PLUS:
    case TOK_MINUS:
    case TOK_TILDE:
    case TOK_ELLIPSIS:
    case KW_FALSE:
    case KW_NONE:
    case KW_TRUE:
    case KW_AWAIT:
    case KW_LAMBDA:
    case KW_NOT:
        return true;
    default:
        return false;
    }
}

/* ---- Lists of expressions ---- */

/* Reads the rest of `element (',' element)* [',']` after the first element, as a Tuple. */
static Expr *parse_tuple_rest(Parser *p, Place start, Expr *first, Expr *(*parse)(Parser *),
                              bool stars)
{
    size_t mark = p->scratch_count;
    if (!push(p, first))
        return NULL;
    while (accept(p, TOK_COMMA)) {
        TokenType type = peek_type(p);
        if (!starts_expression(type) && !(stars && type == TOK_STAR))
            break;
        Mark mark_element = save(p);
        Expr *element = parse(p);
        if (!element && retreat(p, mark_element))
            break;
        if (!element || !push(p, element))
            return NULL;
    }
    return take_tuple(p, mark, start, AST_Load);
}

/* star_expressions: star_expression (',' star_expression)* [','] */
Expr *parse_star_expressions(Parser *p)
{
    Place start = here(p);
    Expr *first = parse_star_expression(p);
    if (!first || !at(p, TOK_COMMA))
        return first;
    return parse_tuple_rest(p, start, first, parse_star_expression, true);
}

/* expressions: expression (',' expression)* [','] */
Expr *parse_expressions(Parser *p)
{
    Place start = here(p);
    Expr *first = parse_expression(p);
    if (!first || !at(p, TOK_COMMA))
        return first;
    return parse_tuple_rest(p, start, first, parse_expression, false);
}

static Expr *new_starred(Parser *p, Place start, Expr *value)
{
    Expr *starred = value ? new_node(p, AST_Starred, start) : NULL;
    if (!starred)
        return NULL;
    starred->Starred.value = value;
    starred->Starred.ctx = AST_Load;
    return starred;
}

static void *star_expression(Parser *p)
{
    if (!at(p, TOK_STAR))
        return parse_expression(p);
    Place start = here(p);
    p->pos++;
    return new_starred(p, start, parse_bitwise_or(p));
}

/* star_expression: '*' bitwise_or | expression */
Expr *parse_star_expression(Parser *p)
{
    if (p->second_pass)
        return memoized(p, RULE_STAR_EXPRESSION, star_expression);
    return star_expression(p);
}

/* star_named_expression: '*' bitwise_or | named_expression */
Expr *parse_star_named_expression(Parser *p)
{
    if (!at(p, TOK_STAR))
        return parse_named_expression(p);
    Place start = here(p);
    p->pos++;
    return new_starred(p, start, parse_bitwise_or(p));
}

/* yield_expr | star_expressions */
Expr *parse_yield_or_star_expressions(Parser *p)
{
    return at(p, KW_YIELD) ? parse_yield(p) : parse_star_expressions(p);
}

/* yield_expr: 'yield' 'from' expression | 'yield' [star_expressions] */
Expr *parse_yield(Parser *p)
{
    Place start = here(p);
    p->pos++;
    if (accept(p, KW_FROM)) {
        Expr *value = parse_expression(p);
        Expr *from = value ? new_node(p, AST_YieldFrom, start) : NULL;
        if (from)
            from->YieldFrom.value = value;
        return from;
    }
    Expr *value = NULL;
    Mark mark = save(p);
    if ((starts_expression(peek_type(p)) || at(p, TOK_STAR)) &&
        !(value = parse_star_expressions(p)) && !retreat(p, mark))
        return NULL;
    Expr *yield = new_node(p, AST_Yield, start);
    if (yield)
        yield->Yield.value = value;
    return yield;
}

/* ---- Named expressions, conditions, lambda ---- */

/* assignment_expression: NAME ':=' expression */
static Expr *parse_assignment_expression(Parser *p)
{
    Place start = here(p);
    const Ident *id = parse_name(p);
    Expr *name = id ? new_node(p, AST_Name, start) : NULL;
    if (!name)
        return NULL;
    name->Name.id = id;
    name->Name.ctx = AST_Store;
    p->pos++;
    if (!check_version(p, 8, "Assignment expressions are"))
        return NULL;
    Expr *value = parse_expression(p);
    Expr *named = value ? new_node(p, AST_NamedExpr, start) : NULL;
    if (!named)
        return NULL;
    named->NamedExpr.target = name;
    named->NamedExpr.value = value;
    return named;
}

static bool at_assignment_expression(Parser *p)
{
    return at(p, TOK_NAME) && peek_second(p) == TOK_COLONEQUAL;
}

/* assignment_expression | expression !':=' */
Expr *parse_walrus_or_expression(Parser *p)
{
    if (at_assignment_expression(p))
        return parse_assignment_expression(p);
    Expr *e = parse_expression(p);
    return e && !at(p, TOK_COLONEQUAL) ? e : NULL;
}

/* named_expression: assignment_expression | expression !':=' */
Expr *parse_named_expression(Parser *p)
{
    if (p->explain && !at_assignment_expression(p)) {
        explain_named_expression(p);
        if (failed(p))
            return NULL;
    }
    return parse_walrus_or_expression(p);
}

/* Reads the rest of a conditional expression: 'if' disjunction 'else' expression */
static Expr *parse_condition(Parser *p, Place start, Expr *body)
{
    p->pos++;
    Expr *test = parse_disjunction(p);
    if (!test || !accept(p, KW_ELSE))
        return NULL;
    Expr *orelse = parse_expression(p);
    Expr *condition = orelse ? new_node(p, AST_IfExp, start) : NULL;
    if (!condition)
        return NULL;
    condition->IfExp.test = test;
    condition->IfExp.body = body;
    condition->IfExp.orelse = orelse;
    return condition;
}

/* The same without a memo and without a look for mistakes at this very position. */
Expr *parse_bare_expression(Parser *p)
{
    if (at(p, KW_LAMBDA))
        return parse_lambda(p);
    Place start = here(p);
    Expr *e = parse_disjunction(p);
    if (!e || !at(p, KW_IF))
        return e;
    Mark mark = save(p);
    Expr *condition = parse_condition(p, start, e);
    return condition || !retreat(p, mark) ? condition : e;
}

static void *explained_expression(Parser *p)
{
    if (p->explain)
        explain_expression(p);
    return failed(p) ? NULL : parse_bare_expression(p);
}

/* expression: disjunction 'if' disjunction 'else' expression | disjunction | lambdef */
Expr *parse_expression(Parser *p)
{
    if (unlikely(!stack_left(p)))
        return NULL;
    if (unlikely(p->second_pass))
        return memoized(p, RULE_EXPRESSION, explained_expression);
    return parse_bare_expression(p);
}

/* lambdef: 'lambda' [lambda_params] ':' expression */
Expr *parse_lambda(Parser *p)
{
    Place start = here(p);
    p->pos++;
    Arguments *args = parse_parameters(p, true);
    if (!args || !accept(p, TOK_COLON))
        return NULL;
    Expr *body = parse_expression(p);
    Expr *e = body ? new_node(p, AST_Lambda, start) : NULL;
    if (!e)
        return NULL;
    e->Lambda.args = args;
    e->Lambda.body = body;
    return e;
}

/* ---- Boolean operators and comparisons ---- */

/* Reads the rest of `operand (operator operand)+` after the first operand. */
static Expr *parse_bool_rest(Parser *p, Place start, Expr *first, AstKind op, TokenType keyword,
                             Expr *(*parse)(Parser *))
{
    size_t mark = p->scratch_count;
    if (!push(p, first))
        return NULL;
    while (at(p, keyword)) {
        Mark before = save(p);
        p->pos++;
        Expr *operand = parse(p);
        if (!operand && retreat(p, before))
            break;
        if (!operand || !push(p, operand))
            return NULL;
    }
    if (p->scratch_count == mark + 1) {
        p->scratch_count = mark;
        return first;
    }
    Expr *e = new_node(p, AST_BoolOp, start);
    if (!e || !take_seq(p, mark, &e->BoolOp.values))
        return NULL;
    e->BoolOp.op = op;
    return e;
}

/* Returns the comparison operator that is next, and how many tokens it has; AST_NONE if there is
 * none. <> is taken for != only as the joke of PEP 401 has it. */
static AstKind comparison_operator(Parser *p, int *length)
{
    *length = 1;
    switch (peek_type(p)) {
    case TOK_EQEQUAL:
        return AST_Eq;
    case TOK_NOTEQUAL:
        if ((token_text(p, peek(p))[0] == '<') != p->barry_as_flufl) {
            if (p->barry_as_flufl)
                raise_last(p, "with Barry as BDFL, use '<>' instead of '!='");
            return AST_NONE;
        }
        return AST_NotEq;
    case TOK_LESS:
        return AST_Lt;
    case TOK_LESSEQUAL:
        return AST_LtE;
    case TOK_GREATER:
        return AST_Gt;
    case TOK_GREATEREQUAL:
        return AST_GtE;
    case KW_IN:
        return AST_In;
    case KW_IS:
        *length = peek_second(p) == KW_NOT ? 2 : 1;
        return *length == 2 ? AST_IsNot : AST_Is;
    case KW_NOT:
        *length = 2;
        return peek_second(p) == KW_IN ? AST_NotIn : AST_NONE;
    default:
        return AST_NONE;
    }
}

/* comparison: bitwise_or (compare_op bitwise_or)* */
static Expr *parse_comparison(Parser *p)
{
    Place start = here(p);
    Expr *left = parse_bitwise_or(p);
    int length;
    AstKind op = left ? comparison_operator(p, &length) : AST_NONE;
    if (op == AST_NONE)
        return failed(p) ? NULL : left;
    Expr *e = NULL;
    size_t mark = p->scratch_count;
    do { /* pushes operators and operands in turns */
        Mark before = save(p);
        p->pos += length;
        Expr *right = parse_bitwise_or(p);
        if (!right && retreat(p, before))
            break;
        if (!right || !push(p, (void *)(uintptr_t)op) || !push(p, right))
            return NULL;
    } while ((op = comparison_operator(p, &length)) != AST_NONE);
    if (p->scratch_count == mark)
        return failed(p) ? NULL : left;
    if (failed(p) || !(e = new_node(p, AST_Compare, start)))
        return NULL;
    size_t count = (p->scratch_count - mark) / 2;
    Expr **comparators = arena_alloc(p->arena, count * sizeof *comparators);
    AstKind *ops = arena_alloc(p->arena, count * sizeof *ops);
    if (!comparators || !ops)
        return parser_no_memory(p);
    for (size_t i = 0; i < count; i++) {
        ops[i] = (AstKind)(uintptr_t)p->scratch[mark + 2 * i];
        comparators[i] = p->scratch[mark + 2 * i + 1];
    }
    p->scratch_count = mark;
    e->Compare.left = left;
    e->Compare.ops = (KindSeq){(int)count, ops};
    e->Compare.comparators = (ExprSeq){(int)count, comparators};
    return e;
}

static Expr *new_unary(Parser *p, Place start, AstKind op, Expr *operand)
{
    Expr *e = operand ? new_node(p, AST_UnaryOp, start) : NULL;
    if (!e)
        return NULL;
    e->UnaryOp.op = op;
    e->UnaryOp.operand = operand;
    return e;
}

/* inversion: 'not' inversion | comparison */
static Expr *parse_inversion(Parser *p)
{
    if (!at(p, KW_NOT))
        return parse_comparison(p);
    if (!stack_left(p))
        return NULL;
    Place start = here(p);
    p->pos++;
    return new_unary(p, start, AST_Not, parse_inversion(p));
}

/* conjunction: inversion ('and' inversion)* */
static Expr *parse_conjunction(Parser *p)
{
    Place start = here(p);
    Expr *e = parse_inversion(p);
    if (!e || !at(p, KW_AND))
        return e;
    return parse_bool_rest(p, start, e, AST_And, KW_AND, parse_inversion);
}

static void *disjunction(Parser *p)
{
    Place start = here(p);
    Expr *e = parse_conjunction(p);
    if (!e || !at(p, KW_OR))
        return e;
    return parse_bool_rest(p, start, e, AST_Or, KW_OR, parse_conjunction);
}

/* disjunction: conjunction ('or' conjunction)* */
Expr *parse_disjunction(Parser *p)
{
    return p->second_pass ? memoized(p, RULE_DISJUNCTION, disjunction) : disjunction(p);
}

/* ---- Arithmetic ---- */

/* How tightly a binary operator binds; 0: it is none. All are left-associative. */
typedef struct BinaryOperator {
    uint8_t strength;
    uint8_t kind; /* AstKind */
} BinaryOperator;

enum { SUM_STRENGTH = 5 };

static const BinaryOperator binary_operators[TOKEN_TYPE_COUNT] = {
    [TOK_VBAR] = {1, AST_BitOr},        [TOK_CIRCUMFLEX] = {2, AST_BitXor},
    [TOK_AMPER] = {3, AST_BitAnd},      [TOK_LEFTSHIFT] = {4, AST_LShift},
    [TOK_RIGHTSHIFT] = {4, AST_RShift}, [TOK_PLUS] = {5, AST_Add},
    [TOK_MINUS] = {5, AST_Sub},         [TOK_STAR] = {6, AST_Mult},
    [TOK_SLASH] = {6, AST_Div},         [TOK_DOUBLESLASH] = {6, AST_FloorDiv},
    [TOK_PERCENT] = {6, AST_Mod},       [TOK_AT] = {6, AST_MatMult},
};

static Expr *parse_factor(Parser *p);

/* A `not` as the operand of an arithmetic operator; `parse` reads what it applies to. */
COLD static Expr *explain_not_operand(Parser *p, Expr *(*parse)(Parser *))
{
    Mark mark = save(p);
    Span not = token_span(peek(p));
    p->pos++;
    Expr *operand = parse(p);
    if (operand && !failed(p))
        raise_span(p, join(not, SPAN_OF(operand)), "'not' after an operator must be parenthesized");
    restore(p, mark);
    return NULL;
}

static Expr *new_binary(Parser *p, Place start, Expr *left, AstKind op, Expr *right)
{
    Expr *e = right ? new_node(p, AST_BinOp, start) : NULL;
    if (!e)
        return NULL;
    e->BinOp.left = left;
    e->BinOp.op = op;
    e->BinOp.right = right;
    return e;
}

/* await_primary: 'await' primary | primary */
static Expr *parse_await_primary(Parser *p)
{
    if (!at(p, KW_AWAIT))
        return parse_primary(p);
    Place start = here(p);
    p->pos++;
    if (!check_version(p, 5, "Await expressions are"))
        return NULL;
    Expr *value = parse_primary(p);
    Expr *e = value ? new_node(p, AST_Await, start) : NULL;
    if (e)
        e->Await.value = value;
    return e;
}

/* power: await_primary ['**' factor] */
static Expr *parse_power(Parser *p)
{
    Place start = here(p);
    Expr *e = parse_await_primary(p);
    if (!e || !at(p, TOK_DOUBLESTAR))
        return e;
    Mark mark = save(p);
    p->pos++;
    Expr *exponent = parse_factor(p);
    if (!exponent && retreat(p, mark))
        return e;
    return new_binary(p, start, e, AST_Pow, exponent);
}

/* factor: ('+' | '-' | '~') factor | power */
static Expr *parse_factor(Parser *p)
{
    if (unlikely(!stack_left(p)))
        return NULL;
    TokenType type = peek_type(p);
    AstKind op = type == TOK_MINUS   ? AST_USub
                 : type == TOK_PLUS  ? AST_UAdd
                 : type == TOK_TILDE ? AST_Invert
                                     : AST_NONE;
    if (op == AST_NONE)
        return parse_power(p);
    Place start = here(p);
    p->pos++;
    if (p->explain && at(p, KW_NOT))
        return explain_not_operand(p, parse_factor);
    return new_unary(p, start, op, parse_factor(p));
}

/* bitwise_or, bitwise_xor, bitwise_and, shift_expr, sum and term, by precedence climbing: operators
 * that bind at least as tightly as `strength`. */
static Expr *parse_binary(Parser *p, int strength)
{
    Place start = here(p);
    Expr *left = parse_factor(p);
    while (left) {
        BinaryOperator operator= binary_operators[peek_type(p)];
        if (operator.strength<strength || !operator.strength)
            return left;
        Mark mark = save(p);
        p->pos++;
        if (operator.kind == AST_MatMult && !check_version(p, 5, "The '@' operator is"))
            return NULL;
        if (p->explain && operator.strength >= SUM_STRENGTH && at(p, KW_NOT))
            explain_not_operand(p, parse_inversion);
        Expr *right = parse_binary(p, operator.strength + 1);
        if (!right && retreat(p, mark))
            return left;
        left = new_binary(p, start, left, (AstKind) operator.kind, right);
    }
    return NULL;
}

static void *bitwise_or(Parser *p)
{
    return parse_binary(p, 1);
}

/* bitwise_or: bitwise_or '|' bitwise_xor | bitwise_xor */
Expr *parse_bitwise_or(Parser *p)
{
    return p->second_pass ? memoized(p, RULE_BITWISE_OR, bitwise_or) : parse_binary(p, 1);
}
