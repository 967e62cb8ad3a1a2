#include "syntax/explain.h"

/* Parameters of functions and lambdas, and type parameters. */

/* How far a parameter list has come: each part may only follow the ones before it. */
typedef struct ParameterList {
    Parser *p;
    bool is_lambda;
    Arguments *arguments;
    size_t args_mark;
    bool seen_slash, seen_default;
    ExprSeq defaults;
} ParameterList;

/* The token that ends the list. */
static TokenType closing_of(bool is_lambda)
{
    return is_lambda ? TOK_COLON : TOK_RPAR;
}

/* param: NAME [':' expression], with `starred` [':' star_expression]; a lambda's: NAME */
static Arg *parse_parameter(Parser *p, bool is_lambda, bool starred)
{
    Place start = here(p);
    const Ident *name = parse_name(p);
    Expr *annotation = NULL;
    if (!name)
        return NULL;
    if (!is_lambda && accept(p, TOK_COLON)) {
        annotation = starred ? parse_star_expression(p) : parse_expression(p);
        if (!annotation)
            return NULL;
    }
    Arg *arg = new_node(p, AST_arg, start);
    if (!arg)
        return NULL;
    arg->arg = name;
    arg->annotation = annotation;
    return arg;
}

/* default: '=' expression | invalid_default */
static Expr *parse_default(Parser *p)
{
    const Token equal = *peek(p);
    p->pos++;
    if (p->explain && (at(p, TOK_RPAR) || at(p, TOK_COMMA)))
        return raise_span(p, token_span(&equal), "expected default value expression");
    return parse_expression(p);
}

/* Reads the comma, and the type comment, after a parameter. */
static bool end_parameter(Parser *p, bool is_lambda, Arg *arg)
{
    bool comma = accept(p, TOK_COMMA);
    if (!is_lambda && at(p, TOK_TYPE_COMMENT))
        arg->type_comment = parse_type_comment(p);
    return !failed(p) && (comma || at(p, closing_of(is_lambda)));
}

/* The parameters before `*`: from `args_mark` on, the Arg and its default (or NULL) in turns. */
static bool parse_positional(ParameterList *list)
{
    Parser *p = list->p;
    while (at(p, TOK_NAME) || at(p, TOK_SLASH)) {
        if (at(p, TOK_SLASH)) {
            if (list->seen_slash || p->scratch_count == list->args_mark)
                return false;
            p->pos++;
            list->seen_slash = true;
            if (!check_version(p, 8, "Positional-only parameters are") ||
                !(accept(p, TOK_COMMA) || at(p, closing_of(list->is_lambda))))
                return false;
            list->arguments->posonlyargs.count = (int)(p->scratch_count - list->args_mark) / 2;
            continue;
        }
        Expr *value = NULL;
        Arg *arg = parse_parameter(p, list->is_lambda, false);
        if (!arg)
            return false;
        if (at(p, TOK_EQUAL)) {
            if (!(value = parse_default(p)))
                return false;
            list->seen_default = true;
        } else if (list->seen_default) {
            return false;
        }
        if (!push(p, arg) || !push(p, value) || !end_parameter(p, list->is_lambda, arg))
            return false;
    }
    return true;
}

/* Moves parameters and defaults, which are on the scratch stack in turns, to the arena: `pick`
 * says which; without `empty`, parameters that have no default are left out. */
static bool take_pairs(Parser *p, size_t mark, int pick, bool empty, void *seq)
{
    size_t count = (p->scratch_count - mark) / 2, used = 0;
    void **items = arena_alloc(p->arena, count * sizeof *items + 1);
    if (!items)
        return parser_no_memory(p);
    for (size_t i = 0; i < count; i++) {
        void *item = p->scratch[mark + 2 * i + (size_t)pick];
        if (item || empty)
            items[used++] = item;
    }
    *(AstSeq *)seq = (AstSeq){(int)used, items};
    return true;
}

static bool take_positional(ParameterList *list)
{
    Arguments *arguments = list->arguments;
    int posonly = arguments->posonlyargs.count;
    ArgSeq all;
    if (!take_pairs(list->p, list->args_mark, 0, true, &all) ||
        !take_pairs(list->p, list->args_mark, 1, false, &arguments->defaults))
        return false;
    list->p->scratch_count = list->args_mark;
    arguments->posonlyargs = (ArgSeq){posonly, all.items};
    arguments->args = (ArgSeq){all.count - posonly, all.items + posonly};
    return true;
}

/* kwds: '**' param_no_default */
static bool parse_double_star(ParameterList *list)
{
    Parser *p = list->p;
    if (p->explain) {
        explain_double_star_parameter(p, list->is_lambda);
        if (failed(p))
            return false;
    }
    p->pos++;
    Arg *arg = list->arguments->kwarg = parse_parameter(p, list->is_lambda, false);
    return arg && end_parameter(p, list->is_lambda, arg) && at(p, closing_of(list->is_lambda));
}

/* star_etc: '*' param_no_default param_maybe_default* [kwds]
 *         | '*' param_no_default_star_annotation param_maybe_default* [kwds]
 *         | '*' ',' param_maybe_default+ [kwds] | kwds */
static bool parse_star(ParameterList *list)
{
    Parser *p = list->p;
    if (p->explain) {
        explain_star_parameter(p, list->is_lambda);
        if (failed(p))
            return false;
    }
    p->pos++;
    Arguments *arguments = list->arguments;
    if (at(p, TOK_NAME)) {
        Arg *arg = arguments->vararg = parse_parameter(p, list->is_lambda, true);
        if (!arg || !end_parameter(p, list->is_lambda, arg))
            return false;
    } else if (!accept(p, TOK_COMMA) || !at(p, TOK_NAME)) {
        return false;
    }
    size_t mark = p->scratch_count;
    while (at(p, TOK_NAME)) {
        Expr *value = NULL;
        Arg *arg = parse_parameter(p, list->is_lambda, false);
        if (!arg || (at(p, TOK_EQUAL) && !(value = parse_default(p))) || !push(p, arg) ||
            !push(p, value) || !end_parameter(p, list->is_lambda, arg))
            return false;
    }
    if (!take_pairs(p, mark, 0, true, &arguments->kwonlyargs) ||
        !take_pairs(p, mark, 1, true, &arguments->kw_defaults))
        return false;
    p->scratch_count = mark;
    return true;
}

static bool parse_parameter_list(ParameterList *list)
{
    Parser *p = list->p;
    if (!parse_positional(list) || !take_positional(list))
        return false;
    if (at(p, TOK_STAR) && !parse_star(list))
        return false;
    if (at(p, TOK_DOUBLESTAR) && !parse_double_star(list))
        return false;
    return true;
}

/* params: [parameters], up to the ')' of a function or the ':' of a lambda, which is left. The
 * result is empty if there are none.
 * parameters: (NAME ['=' expression]) ... ['/'] ... ['*' ...] ['**' NAME] */
Arguments *parse_parameters(Parser *p, bool is_lambda)
{
    Mark mark = save(p);
    if (p->explain) {
        explain_parameters(p, is_lambda);
        if (failed(p))
            return NULL;
        restore(p, mark);
    }
    ParameterList list = {.p = p,
                          .is_lambda = is_lambda,
                          .arguments = new_plain_node(p, AST_arguments),
                          .args_mark = p->scratch_count};
    if (!list.arguments)
        return NULL;
    if (parse_parameter_list(&list))
        return list.arguments;
    return NULL;
}

/* ---- Type parameters ---- */

/* type_param_default: '=' expression; with `starred`, '=' star_expression */
static bool parse_type_default(Parser *p, bool starred, Expr **value)
{
    *value = NULL;
    if (!accept(p, TOK_EQUAL))
        return true;
    if (!check_version(p, 13, "Type parameter defaults are"))
        return false;
    *value = starred ? parse_star_expression(p) : parse_expression(p);
    return *value != NULL;
}

/* type_param: NAME [':' expression] [default] | '*' NAME [default] | '**' NAME [default] */
static TypeParam *parse_type_param(Parser *p)
{
    if (p->explain) {
        explain_type_param(p);
        if (failed(p))
            return NULL;
    }
    Place start = here(p);
    AstKind kind = accept(p, TOK_STAR)         ? AST_TypeVarTuple
                   : accept(p, TOK_DOUBLESTAR) ? AST_ParamSpec
                                               : AST_TypeVar;
    const Ident *name = parse_name(p);
    Expr *bound = NULL, *value;
    if (!name || (kind == AST_TypeVar && accept(p, TOK_COLON) && !(bound = parse_expression(p))) ||
        !parse_type_default(p, kind == AST_TypeVarTuple, &value))
        return NULL;
    TypeParam *param = new_node(p, kind, start);
    if (!param)
        return NULL;
    if (kind == AST_TypeVar) {
        param->TypeVar.name = name;
        param->TypeVar.bound = bound;
        param->TypeVar.default_value = value;
    } else if (kind == AST_ParamSpec) {
        param->ParamSpec.name = name;
        param->ParamSpec.default_value = value;
    } else {
        param->TypeVarTuple.name = name;
        param->TypeVarTuple.default_value = value;
    }
    return param;
}

/* type_params: '[' type_param (',' type_param)* [','] ']' */
static bool parse_type_params(Parser *p, TypeParamSeq *params)
{
    p->pos++;
    if (p->explain && at(p, TOK_RSQB))
        return raise_span(p, span_from(token_span(peek(p))), "Type parameter list cannot be empty");
    if (!check_version(p, 12, "Type parameter lists are"))
        return false;
    size_t mark = p->scratch_count;
    do {
        TypeParam *param = parse_type_param(p);
        if (!param || !push(p, param))
            return false;
    } while (accept(p, TOK_COMMA) && !at(p, TOK_RSQB));
    return accept(p, TOK_RSQB) && take_seq(p, mark, params);
}

/* [type_params] */
bool parse_optional_type_params(Parser *p, TypeParamSeq *params)
{
    *params = (TypeParamSeq){0};
    Mark mark = save(p);
    if (!at(p, TOK_LSQB) || parse_type_params(p, params))
        return true;
    *params = (TypeParamSeq){0};
    return retreat(p, mark);
}
