#include "syntax/explain.h"

/* Targets of assignments. They are read as expressions, and then checked: the grammar's rules for
 * targets match just the expressions of these forms. */

/* target: NAME | primary '.' NAME | primary '[' slices ']' | '(' target ')' */
bool is_single_target(const Expr *e)
{
    return e->kind == AST_Name || e->kind == AST_Attribute || e->kind == AST_Subscript;
}

static const ExprSeq *elements_of(const Expr *e)
{
    return e->kind == AST_Tuple ? &e->Tuple.elts : e->kind == AST_List ? &e->List.elts : NULL;
}

/* star_target: '*' (!'*' star_target) | target_with_star_atom */
bool is_star_target(const Expr *e)
{
    if (e->kind == AST_Starred)
        return e->Starred.value->kind != AST_Starred && is_star_target(e->Starred.value);
    const ExprSeq *elements = elements_of(e);
    if (!elements)
        return is_single_target(e);
    for (int i = 0; i < elements->count; i++)
        if (!is_star_target(elements->items[i]))
            return false;
    return true;
}

/* del_target: target | '(' [del_targets] ')' | '[' [del_targets] ']' */
bool is_del_target(const Expr *e)
{
    const ExprSeq *elements = elements_of(e);
    if (!elements)
        return is_single_target(e);
    for (int i = 0; i < elements->count; i++)
        if (!is_del_target(elements->items[i]))
            return false;
    return true;
}

void set_context(Expr *target, AstKind context)
{
    switch (target->kind) {
    case AST_Name:
        target->Name.ctx = context;
        break;
    case AST_Attribute:
        target->Attribute.ctx = context;
        break;
    case AST_Subscript:
        target->Subscript.ctx = context;
        break;
    case AST_Starred:
        target->Starred.ctx = context;
        set_context(target->Starred.value, context);
        break;
    case AST_Tuple:
        target->Tuple.ctx = context;
        for (int i = 0; i < target->Tuple.elts.count; i++)
            set_context(target->Tuple.elts.items[i], context);
        break;
    case AST_List:
        target->List.ctx = context;
        for (int i = 0; i < target->List.elts.count; i++)
            set_context(target->List.elts.items[i], context);
        break;
    default:
        break;
    }
}

/* star_target: '*' (!'*' star_target) | target_with_star_atom */
Expr *parse_star_target(Parser *p)
{
    if (!at(p, TOK_STAR)) {
        Expr *e = parse_primary(p);
        if (!e || !is_star_target(e))
            return NULL;
        set_context(e, AST_Store);
        return e;
    }
    Place start = here(p);
    p->pos++;
    Expr *value = at(p, TOK_STAR) ? NULL : parse_star_target(p);
    Expr *starred = value ? new_node(p, AST_Starred, start) : NULL;
    if (!starred)
        return NULL;
    starred->Starred.value = value;
    starred->Starred.ctx = AST_Store;
    return starred;
}

/* star_targets: star_target !',' | star_target (',' star_target)* [','] */
Expr *parse_star_targets(Parser *p)
{
    Place start = here(p);
    Expr *first = parse_star_target(p);
    if (!first || !at(p, TOK_COMMA))
        return first;
    size_t mark = p->scratch_count;
    if (!push(p, first))
        return NULL;
    while (accept(p, TOK_COMMA)) {
        if (!starts_expression(peek_type(p)) && !at(p, TOK_STAR))
            break;
        Expr *target = parse_star_target(p);
        if (!target || !push(p, target))
            return NULL;
    }
    return take_tuple(p, mark, start, AST_Store);
}

/* Returns the first part of an expression that cannot be a target; NULL if all of it can. */
Expr *invalid_target(Expr *e, TargetUse use)
{
    const ExprSeq *elements = elements_of(e);
    if (elements) {
        for (int i = 0; i < elements->count; i++) {
            Expr *invalid = invalid_target(elements->items[i], use);
            if (invalid)
                return invalid;
        }
        return NULL;
    }
    if (is_single_target(e))
        return NULL;
    if (e->kind == AST_Starred)
        return use == DEL_TARGETS ? e : invalid_target(e->Starred.value, use);
    if (e->kind == AST_Compare && use == FOR_TARGETS)
        /* The target and the iterable of `for f() in x` have been read as one comparison. */
        return e->Compare.ops.items[0] == AST_In ? invalid_target(e->Compare.left, use) : NULL;
    return e;
}

static const char *constant_name(const Expr *e)
{
    switch (e->Constant.value.kind) {
    case CONST_NONE:
        return "None";
    case CONST_TRUE:
        return "True";
    case CONST_FALSE:
        return "False";
    case CONST_ELLIPSIS:
        return "ellipsis";
    default:
        return "literal";
    }
}

/* Returns what messages call an expression. */
const char *expr_name(const Expr *e)
{
    switch (e->kind) {
    case AST_Attribute:
        return "attribute";
    case AST_Subscript:
        return "subscript";
    case AST_Starred:
        return "starred";
    case AST_Name:
        return "name";
    case AST_List:
        return "list";
    case AST_Tuple:
        return "tuple";
    case AST_Lambda:
        return "lambda";
    case AST_Call:
        return "function call";
    case AST_BoolOp:
    case AST_BinOp:
    case AST_UnaryOp:
        return "expression";
    case AST_GeneratorExp:
        return "generator expression";
    case AST_Yield:
    case AST_YieldFrom:
        return "yield expression";
    case AST_Await:
        return "await expression";
    case AST_ListComp:
        return "list comprehension";
    case AST_SetComp:
        return "set comprehension";
    case AST_DictComp:
        return "dict comprehension";
    case AST_Dict:
        return "dict literal";
    case AST_Set:
        return "set display";
    case AST_JoinedStr:
    case AST_FormattedValue:
        return "f-string expression";
    case AST_Constant:
        return constant_name(e);
    case AST_Compare:
        return "comparison";
    case AST_IfExp:
        return "conditional expression";
    case AST_NamedExpr:
        return "named expression";
    default:
        return "expression";
    }
}
