/* What a tree made of objects can get wrong and the parser never does. */
#include "compile/ast_object.h"

#include <string.h>
#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/set.h"
#include "types/tuple.h"

static bool check_expr(const Expr *e, AstKind ctx);
static bool check_pattern(const Pattern *p, bool star_ok);
static bool check_stmts(const StmtSeq *statements);

/* ---- Positions and names ---- */

static bool check_position(const AstNode *n)
{
    if (n->lineno > n->end_lineno)
        return raise(ValueError, "AST node line range (%d, %d) is not valid", n->lineno,
                     n->end_lineno);
    if ((n->lineno < 0 && n->end_lineno != n->lineno) ||
        (n->col_offset < 0 && n->col_offset != n->end_col_offset))
        return raise(ValueError,
                     "AST node column range (%d, %d) for line range (%d, %d) is not valid",
                     n->col_offset, n->end_col_offset, n->lineno, n->end_lineno);
    if (n->lineno == n->end_lineno && n->col_offset > n->end_col_offset)
        return raise(ValueError, "line %d, column %d-%d is not a valid range", n->lineno,
                     n->col_offset, n->end_col_offset);
    return true;
}
#define CHECK_POSITION(node) TRY(check_position((const AstNode *)(node)))

static bool check_name(const Ident *name)
{
    static const char *const constants[] = {"None", "True", "False"};
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        if (strcmp(name->bytes, constants[i]) == 0)
            return raise(ValueError, "identifier field can't represent '%s' constant",
                         constants[i]);
    return true;
}

static bool check_not_empty(int count, const char *what, const char *owner)
{
    return count || raise(ValueError, "empty %s on %s", what, owner);
}

/* ---- Expressions ---- */

static bool check_exprs(const ExprSeq *seq, AstKind ctx, bool null_ok)
{
    for (int i = 0; i < seq->count; i++) {
        if (seq->items[i])
            TRY(check_expr(seq->items[i], ctx));
        else if (!null_ok)
            return raise(ValueError, "None disallowed in expression list");
    }
    return true;
}

static bool check_optional(const Expr *e)
{
    return !e || check_expr(e, AST_Load);
}

static bool check_constant_object(Value v)
{
    if (!is_object(v))
        return true;
    switch (shape_id(v)) {
    case SHAPE_NONE:
    case SHAPE_ELLIPSIS:
    case SHAPE_BOOL:
    case SHAPE_INT:
    case SHAPE_FLOAT:
    case SHAPE_COMPLEX:
    case SHAPE_STR:
    case SHAPE_BYTES:
        return true;
    case SHAPE_TUPLE:
        TRY(c_stack_check(" during compilation"));
        for (intptr_t i = 0; i < tuple_length(v); i++)
            TRY(check_constant_object(tuple_get(v, i)));
        return true;
    case SHAPE_FROZENSET: {
        TRY(c_stack_check(" during compilation"));
        intptr_t position = 0;
        Value item;
        while (set_next(v, &position, &item))
            TRY(check_constant_object(item));
        return true;
    }
    default:
        return raise(TypeError, "got an invalid type in Constant: %T", v);
    }
}

static bool check_constant(const ConstValue *v)
{
    return v->kind != CONST_OBJECT || check_constant_object((Value)v->object);
}

static bool check_comprehensions(const ComprehensionSeq *generators)
{
    if (!generators->count)
        return raise(ValueError, "comprehension with no generators");
    for (int i = 0; i < generators->count; i++) {
        const Comprehension *g = generators->items[i];
        TRY(check_expr(g->target, AST_Store) && check_expr(g->iter, AST_Load) &&
            check_exprs(&g->ifs, AST_Load, false));
    }
    return true;
}

static bool check_keywords(const KeywordSeq *keywords)
{
    for (int i = 0; i < keywords->count; i++)
        TRY(check_expr(keywords->items[i]->value, AST_Load));
    return true;
}

static bool check_arg(const Arg *arg)
{
    CHECK_POSITION(arg);
    return check_optional(arg->annotation);
}

static bool check_args(const ArgSeq *args)
{
    for (int i = 0; i < args->count; i++)
        TRY(check_arg(args->items[i]));
    return true;
}

static bool check_arguments(const Arguments *a)
{
    TRY(check_args(&a->posonlyargs) && check_args(&a->args));
    TRY(!a->vararg || check_optional(a->vararg->annotation));
    TRY(check_args(&a->kwonlyargs));
    TRY(!a->kwarg || check_optional(a->kwarg->annotation));
    if (a->defaults.count > a->posonlyargs.count + a->args.count)
        return raise(ValueError, "more positional defaults than args on arguments");
    if (a->kw_defaults.count != a->kwonlyargs.count)
        return raise(ValueError,
                     "length of kwonlyargs is not the same as kw_defaults on arguments");
    return check_exprs(&a->defaults, AST_Load, false) &&
           check_exprs(&a->kw_defaults, AST_Load, true);
}

static const char *context_name(AstKind ctx)
{
    return ast_classes[ctx].name;
}

static bool check_context(const Expr *e, AstKind ctx)
{
    AstKind actual;
    switch (e->kind) {
    case AST_Attribute:
        actual = e->Attribute.ctx;
        break;
    case AST_Subscript:
        actual = e->Subscript.ctx;
        break;
    case AST_Starred:
        actual = e->Starred.ctx;
        break;
    case AST_Name:
        TRY(check_name(e->Name.id));
        actual = e->Name.ctx;
        break;
    case AST_List:
        actual = e->List.ctx;
        break;
    case AST_Tuple:
        actual = e->Tuple.ctx;
        break;
    default:
        if (ctx != AST_Load)
            return raise(ValueError, "expression which can't be assigned to in %s context",
                         context_name(ctx));
        actual = AST_Load;
    }
    if (actual != ctx)
        return raise(ValueError, "expression must have %s context but has %s instead",
                     context_name(ctx), context_name(actual));
    return true;
}

static bool check_dict(const struct Ast_Dict *d)
{
    if (d->keys.count != d->values.count)
        return raise(ValueError, "Dict doesn't have the same number of keys as values");
    return check_exprs(&d->keys, AST_Load, true) && check_exprs(&d->values, AST_Load, false);
}

static bool check_compare(const struct Ast_Compare *k)
{
    if (!k->comparators.count)
        return raise(ValueError, "Compare has no comparators");
    if (k->comparators.count != k->ops.count)
        return raise(ValueError, "Compare has a different number of comparators and operands");
    return check_exprs(&k->comparators, AST_Load, false) && check_expr(k->left, AST_Load);
}

static bool check_expr(const Expr *e, AstKind ctx)
{
    CHECK_POSITION(e);
    TRY(c_stack_check(" during compilation"));
    TRY(check_context(e, ctx));
    switch (e->kind) {
    case AST_BoolOp:
        if (e->BoolOp.values.count < 2)
            return raise(ValueError, "BoolOp with less than 2 values");
        return check_exprs(&e->BoolOp.values, AST_Load, false);
    case AST_BinOp:
        return check_expr(e->BinOp.left, AST_Load) && check_expr(e->BinOp.right, AST_Load);
    case AST_UnaryOp:
        return check_expr(e->UnaryOp.operand, AST_Load);
    case AST_Lambda:
        return check_arguments(e->Lambda.args) && check_expr(e->Lambda.body, AST_Load);
    case AST_IfExp:
        return check_expr(e->IfExp.test, AST_Load) && check_expr(e->IfExp.body, AST_Load) &&
               check_expr(e->IfExp.orelse, AST_Load);
    case AST_Dict:
        return check_dict(&e->Dict);
    case AST_Set:
        return check_exprs(&e->Set.elts, AST_Load, false);
    case AST_ListComp:
    case AST_SetComp:
    case AST_GeneratorExp: /* of one layout */
        return check_comprehensions(&e->ListComp.generators) &&
               check_expr(e->ListComp.elt, AST_Load);
    case AST_DictComp:
        return check_comprehensions(&e->DictComp.generators) &&
               check_expr(e->DictComp.key, AST_Load) && check_expr(e->DictComp.value, AST_Load);
    case AST_Yield:
        return check_optional(e->Yield.value);
    case AST_YieldFrom:
    case AST_Await:
        return check_expr(e->Await.value, AST_Load);
    case AST_Compare:
        return check_compare(&e->Compare);
    case AST_Call:
        return check_expr(e->Call.func, AST_Load) && check_exprs(&e->Call.args, AST_Load, false) &&
               check_keywords(&e->Call.keywords);
    case AST_Constant:
        return check_constant(&e->Constant.value);
    case AST_JoinedStr:
        return check_exprs(&e->JoinedStr.values, AST_Load, false);
    case AST_FormattedValue:
        return check_expr(e->FormattedValue.value, AST_Load) &&
               check_optional(e->FormattedValue.format_spec);
    case AST_Attribute:
        return check_expr(e->Attribute.value, AST_Load);
    case AST_Subscript:
        return check_expr(e->Subscript.slice, AST_Load) && check_expr(e->Subscript.value, AST_Load);
    case AST_Starred:
        return check_expr(e->Starred.value, ctx);
    case AST_List:
    case AST_Tuple:
        return check_exprs(&e->List.elts, ctx, false);
    case AST_NamedExpr:
        if (e->NamedExpr.target->kind != AST_Name)
            return raise(TypeError, "NamedExpr target must be a Name");
        return check_expr(e->NamedExpr.value, AST_Load);
    case AST_Slice:
        return check_optional(e->Slice.lower) && check_optional(e->Slice.upper) &&
               check_optional(e->Slice.step);
    default:
        return true;
    }
}

/* ---- Patterns ---- */

static bool is_number(const Expr *e, bool imaginary)
{
    if (e->kind != AST_Constant || e->Constant.value.kind != CONST_OBJECT)
        return false;
    Value v = (Value)e->Constant.value.object;
    bool complex = has_shape(v, SHAPE_COMPLEX);
    return imaginary ? complex
                     : is_int(v) || is_tagged_float(v) || has_shape(v, SHAPE_INT) ||
                           has_shape(v, SHAPE_FLOAT);
}

static bool is_signed_number(const Expr *e, bool imaginary_too)
{
    if (e->kind == AST_UnaryOp && e->UnaryOp.op == AST_USub)
        e = e->UnaryOp.operand;
    return is_number(e, false) || (imaginary_too && is_number(e, true));
}

static bool is_complex_sum(const Expr *e)
{
    return (e->BinOp.op == AST_Add || e->BinOp.op == AST_Sub) &&
           is_signed_number(e->BinOp.left, false) && is_number(e->BinOp.right, true);
}

static bool is_literal(const ConstValue *v)
{
    if (v->kind != CONST_OBJECT)
        return v->kind >= CONST_INT;
    Value o = (Value)v->object;
    return is_int(o) || is_tagged_float(o) || has_shape(o, SHAPE_INT) ||
           has_shape(o, SHAPE_FLOAT) || has_shape(o, SHAPE_COMPLEX) || has_shape(o, SHAPE_BYTES);
}

static bool check_match_value(const Expr *e)
{
    TRY(check_expr(e, AST_Load));
    switch (e->kind) {
    case AST_Constant:
        if (!is_literal(&e->Constant.value))
            return raise(ValueError, "unexpected constant inside of a literal pattern");
        return true;
    case AST_Attribute:
    case AST_JoinedStr:
        return true;
    case AST_UnaryOp:
        if (is_signed_number(e, true))
            return true;
        break;
    case AST_BinOp:
        if (is_complex_sum(e))
            return true;
        break;
    default:
        break;
    }
    return raise(ValueError, "patterns may only match literals and attribute lookups");
}

static bool check_capture(const Ident *name)
{
    if (strcmp(name->bytes, "_") == 0)
        return raise(ValueError, "can't capture name '_' in patterns");
    return check_name(name);
}

static bool check_patterns(const PatternSeq *patterns, bool star_ok)
{
    for (int i = 0; i < patterns->count; i++)
        TRY(check_pattern(patterns->items[i], star_ok));
    return true;
}

static bool check_mapping(const struct Ast_MatchMapping *m)
{
    if (m->keys.count != m->patterns.count)
        return raise(ValueError, "MatchMapping doesn't have the same number of keys as patterns");
    TRY(!m->rest || check_capture(m->rest));
    for (int i = 0; i < m->keys.count; i++) {
        const Expr *key = m->keys.items[i];
        uint8_t kind = key->kind == AST_Constant ? key->Constant.value.kind : CONST_OBJECT;
        if (kind == CONST_NONE || kind == CONST_TRUE || kind == CONST_FALSE)
            continue;
        TRY(check_match_value(key));
    }
    return check_patterns(&m->patterns, false);
}

static bool check_class_pattern(const struct Ast_MatchClass *k)
{
    if (k->kwd_attrs.count != k->kwd_patterns.count)
        return raise(ValueError,
                     "MatchClass doesn't have the same number of keyword attributes as patterns");
    TRY(check_expr(k->cls, AST_Load));
    const Expr *cls = k->cls;
    while (cls->kind == AST_Attribute)
        cls = cls->Attribute.value;
    if (cls->kind != AST_Name)
        return raise(ValueError, "MatchClass cls field can only contain Name or Attribute nodes.");
    for (int i = 0; i < k->kwd_attrs.count; i++)
        TRY(check_name(k->kwd_attrs.items[i]));
    return check_patterns(&k->patterns, false) && check_patterns(&k->kwd_patterns, false);
}

static bool check_as(const struct Ast_MatchAs *as)
{
    TRY(!as->name || check_capture(as->name));
    if (!as->pattern)
        return true;
    if (!as->name)
        return raise(ValueError, "MatchAs must specify a target name if a pattern is given");
    return check_pattern(as->pattern, false);
}

static bool check_pattern(const Pattern *p, bool star_ok)
{
    CHECK_POSITION(p);
    TRY(c_stack_check(" during compilation"));
    switch (p->kind) {
    case AST_MatchValue:
        return check_match_value(p->MatchValue.value);
    case AST_MatchSingleton: {
        uint8_t kind = p->MatchSingleton.value.kind;
        return kind == CONST_NONE || kind == CONST_TRUE || kind == CONST_FALSE ||
               raise(ValueError, "MatchSingleton can only contain True, False and None");
    }
    case AST_MatchSequence:
        return check_patterns(&p->MatchSequence.patterns, true);
    case AST_MatchMapping:
        return check_mapping(&p->MatchMapping);
    case AST_MatchClass:
        return check_class_pattern(&p->MatchClass);
    case AST_MatchStar:
        if (!star_ok)
            return raise(ValueError, "can't use MatchStar here");
        return !p->MatchStar.name || check_capture(p->MatchStar.name);
    case AST_MatchAs:
        return check_as(&p->MatchAs);
    default:
        if (p->MatchOr.patterns.count < 2)
            return raise(ValueError, "MatchOr requires at least 2 patterns");
        return check_patterns(&p->MatchOr.patterns, false);
    }
}

/* ---- Statements ---- */

static bool check_body(const StmtSeq *body, const char *owner)
{
    return check_not_empty(body->count, "body", owner) && check_stmts(body);
}

static bool check_targets(const ExprSeq *targets, AstKind ctx)
{
    return check_not_empty(targets->count, "targets", ctx == AST_Del ? "Delete" : "Assign") &&
           check_exprs(targets, ctx, false);
}

static bool check_type_params(const TypeParamSeq *params)
{
    for (int i = 0; i < params->count; i++) {
        const TypeParam *p = params->items[i];
        CHECK_POSITION(p);
        switch (p->kind) {
        case AST_TypeVar:
            TRY(check_name(p->TypeVar.name) && check_optional(p->TypeVar.bound) &&
                check_optional(p->TypeVar.default_value));
            break;
        case AST_ParamSpec:
            TRY(check_name(p->ParamSpec.name) && check_optional(p->ParamSpec.default_value));
            break;
        default:
            TRY(check_name(p->TypeVarTuple.name) && check_optional(p->TypeVarTuple.default_value));
        }
    }
    return true;
}

static bool check_function(const Stmt *s)
{
    const struct Ast_FunctionDef *f = &s->FunctionDef; /* AsyncFunctionDef has the same layout */
    return check_body(&f->body, ast_classes[s->kind].name) && check_type_params(&f->type_params) &&
           check_arguments(f->args) && check_exprs(&f->decorator_list, AST_Load, false) &&
           check_optional(f->returns);
}

static bool check_class(const struct Ast_ClassDef *k)
{
    return check_body(&k->body, "ClassDef") && check_type_params(&k->type_params) &&
           check_exprs(&k->bases, AST_Load, false) && check_keywords(&k->keywords) &&
           check_exprs(&k->decorator_list, AST_Load, false);
}

static bool check_annotated(const struct Ast_AnnAssign *a)
{
    if (a->target->kind != AST_Name && a->simple)
        return raise(TypeError, "AnnAssign with simple non-Name target");
    return check_expr(a->target, AST_Store) && check_optional(a->value) &&
           check_expr(a->annotation, AST_Load);
}

static bool check_alias(const struct Ast_TypeAlias *a)
{
    if (a->name->kind != AST_Name)
        return raise(TypeError, "TypeAlias with non-Name name");
    return check_expr(a->name, AST_Store) && check_type_params(&a->type_params) &&
           check_expr(a->value, AST_Load);
}

static bool check_with(const Stmt *s)
{
    const struct Ast_With *w = &s->With; /* AsyncWith has the same layout */
    const char *owner = ast_classes[s->kind].name;
    TRY(check_not_empty(w->items.count, "items", owner));
    for (int i = 0; i < w->items.count; i++) {
        const WithItem *item = w->items.items[i];
        TRY(check_expr(item->context_expr, AST_Load));
        TRY(!item->optional_vars || check_expr(item->optional_vars, AST_Store));
    }
    return check_body(&w->body, owner);
}

static bool check_match(const struct Ast_Match *m)
{
    TRY(check_expr(m->subject, AST_Load) && check_not_empty(m->cases.count, "cases", "Match"));
    for (int i = 0; i < m->cases.count; i++) {
        const MatchCase *k = m->cases.items[i];
        TRY(check_pattern(k->pattern, false) && check_optional(k->guard) &&
            check_body(&k->body, "match_case"));
    }
    return true;
}

static bool check_try(const Stmt *s)
{
    const struct Ast_Try *t = &s->Try; /* TryStar has the same layout */
    const char *owner = ast_classes[s->kind].name;
    TRY(check_body(&t->body, owner));
    if (!t->handlers.count && !t->finalbody.count)
        return raise(ValueError, "%s has neither except handlers nor finalbody", owner);
    if (!t->handlers.count && t->orelse.count)
        return raise(ValueError, "%s has orelse but no except handlers", owner);
    for (int i = 0; i < t->handlers.count; i++) {
        const ExceptHandler *h = t->handlers.items[i];
        CHECK_POSITION(h);
        TRY(check_optional(h->ExceptHandler.type) &&
            check_body(&h->ExceptHandler.body, "ExceptHandler"));
    }
    return check_stmts(&t->finalbody) && check_stmts(&t->orelse);
}

static bool check_stmt(const Stmt *s)
{
    CHECK_POSITION(s);
    TRY(c_stack_check(" during compilation"));
    switch (s->kind) {
    case AST_FunctionDef:
    case AST_AsyncFunctionDef:
        return check_function(s);
    case AST_ClassDef:
        return check_class(&s->ClassDef);
    case AST_Return:
        return check_optional(s->Return.value);
    case AST_Delete:
        return check_targets(&s->Delete.targets, AST_Del);
    case AST_Assign:
        return check_targets(&s->Assign.targets, AST_Store) &&
               check_expr(s->Assign.value, AST_Load);
    case AST_AugAssign:
        return check_expr(s->AugAssign.target, AST_Store) &&
               check_expr(s->AugAssign.value, AST_Load);
    case AST_AnnAssign:
        return check_annotated(&s->AnnAssign);
    case AST_TypeAlias:
        return check_alias(&s->TypeAlias);
    case AST_For:
    case AST_AsyncFor:
        return check_expr(s->For.target, AST_Store) && check_expr(s->For.iter, AST_Load) &&
               check_body(&s->For.body, ast_classes[s->kind].name) && check_stmts(&s->For.orelse);
    case AST_While:
        return check_expr(s->While.test, AST_Load) && check_body(&s->While.body, "While") &&
               check_stmts(&s->While.orelse);
    case AST_If:
        return check_expr(s->If.test, AST_Load) && check_body(&s->If.body, "If") &&
               check_stmts(&s->If.orelse);
    case AST_With:
    case AST_AsyncWith:
        return check_with(s);
    case AST_Match:
        return check_match(&s->Match);
    case AST_Raise:
        if (s->Raise.cause && !s->Raise.exc)
            return raise(ValueError, "Raise with cause but no exception");
        return check_optional(s->Raise.exc) && check_optional(s->Raise.cause);
    case AST_Try:
    case AST_TryStar:
        return check_try(s);
    case AST_Assert:
        return check_expr(s->Assert.test, AST_Load) && check_optional(s->Assert.msg);
    case AST_Import:
        return check_not_empty(s->Import.names.count, "names", "Import");
    case AST_ImportFrom:
        if (s->ImportFrom.level < 0)
            return raise(ValueError, "Negative ImportFrom level");
        return check_not_empty(s->ImportFrom.names.count, "names", "ImportFrom");
    case AST_Global:
        return check_not_empty(s->Global.names.count, "names", "Global");
    case AST_Nonlocal:
        return check_not_empty(s->Nonlocal.names.count, "names", "Nonlocal");
    case AST_Expr:
        return check_expr(s->Expr.value, AST_Load);
    default:
        return true;
    }
}

static bool check_stmts(const StmtSeq *statements)
{
    for (int i = 0; i < statements->count; i++) {
        if (!statements->items[i])
            return raise(ValueError, "None disallowed in statement list");
        TRY(check_stmt(statements->items[i]));
    }
    return true;
}

bool ast_validate(const Mod *tree)
{
    switch (tree->kind) {
    case AST_Module:
        return check_stmts(&tree->Module.body);
    case AST_Interactive:
        return check_stmts(&tree->Interactive.body);
    case AST_Expression:
        return check_expr(tree->Expression.body, AST_Load);
    default:
        return check_exprs(&tree->FunctionType.argtypes, AST_Load, false) &&
               check_expr(tree->FunctionType.returns, AST_Load);
    }
}
