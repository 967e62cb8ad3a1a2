#include "syntax/explain.h"

/* What stands in brackets: groups, tuples, lists, sets, dicts and comprehensions. */

/* ---- Comprehensions ---- */

/* Whether for_if_clauses may start here: 'for' | 'async' 'for' */
bool at_comprehension(Parser *p)
{
    return at(p, KW_FOR) || at(p, KW_ASYNC);
}

/* for_if_clause: ['async'] 'for' star_targets 'in' disjunction ('if' disjunction)*
 * `*committed`: the `in` has been read, so that the target is not what is wrong. */
static Comprehension *parse_for_if_clause(Parser *p, bool *committed)
{
    *committed = false;
    Comprehension *clause = new_plain_node(p, AST_comprehension);
    if (!clause)
        return NULL;
    clause->is_async = accept(p, KW_ASYNC);
    if (!accept(p, KW_FOR))
        return NULL;
    if (clause->is_async && !check_version(p, 6, "Async comprehensions are"))
        return NULL;
    clause->target = parse_star_targets(p);
    *committed = clause->target && accept(p, KW_IN);
    if (!*committed || !(clause->iter = parse_disjunction(p)))
        return NULL;
    size_t mark = p->scratch_count;
    while (accept(p, KW_IF)) {
        Expr *condition = parse_disjunction(p);
        if (!condition || !push(p, condition))
            return NULL;
    }
    return take_seq(p, mark, &clause->ifs) ? clause : NULL;
}

/* for_if_clauses: for_if_clause+ */
bool parse_for_if_clauses(Parser *p, ComprehensionSeq *clauses)
{
    size_t mark = p->scratch_count;
    if (!at_comprehension(p))
        return false;
    do {
        Mark before = save(p);
        bool committed;
        Comprehension *clause = parse_for_if_clause(p, &committed);
        if (!clause && retreat(p, before)) {
            if (!committed)
                explain_comprehension_target(p);
            if (p->scratch_count > mark && !failed(p))
                break;
        }
        if (!clause || !push(p, clause))
            return false;
    } while (at_comprehension(p));
    return take_seq(p, mark, clauses);
}

/* Reads for_if_clauses and the closing bracket: GeneratorExp, ListComp or SetComp. */
static Expr *parse_comprehension_rest(Parser *p, AstKind kind, Place start, Expr *element,
                                      TokenType closing)
{
    ComprehensionSeq clauses;
    if (!parse_for_if_clauses(p, &clauses) || !accept(p, closing))
        return NULL;
    Expr *e = new_node(p, kind, start);
    if (!e)
        return NULL;
    /* The three are laid out alike. */
    e->GeneratorExp.elt = element;
    e->GeneratorExp.generators = clauses;
    return e;
}

_Static_assert(offsetof(struct Ast_GeneratorExp, elt) == offsetof(struct Ast_ListComp, elt) &&
                   offsetof(struct Ast_GeneratorExp, generators) ==
                       offsetof(struct Ast_SetComp, generators) &&
                   offsetof(struct Ast_GeneratorExp, generators) ==
                       offsetof(struct Ast_ListComp, generators),
               "comprehensions of one element are laid out alike");

/* ---- Lists of elements ---- */

/* Reads `(',' star_named_expression)* [',']` after the first element, and a closing bracket; the
 * elements are pushed. */
static bool parse_elements_rest(Parser *p, Expr *first, TokenType closing)
{
    if (!push(p, first))
        return false;
    while (accept(p, TOK_COMMA) && !at(p, closing)) {
        Expr *element = parse_star_named_expression(p);
        if (!element || !push(p, element))
            return false;
    }
    return accept(p, closing);
}

static Expr *parse_tuple_rest(Parser *p, Place start, Expr *first)
{
    size_t mark = p->scratch_count;
    return parse_elements_rest(p, first, TOK_RPAR) ? take_tuple(p, mark, start, AST_Load) : NULL;
}

/* tuple: '(' [star_named_expression ',' [star_named_expressions]] ')'
 * group: '(' (yield_expr | named_expression) ')'
 * genexp: '(' (assignment_expression | expression !':=') for_if_clauses ')' */
static Expr *paren(Parser *p)
{
    Place start = here(p);
    p->pos++;
    if (accept(p, TOK_RPAR))
        return take_tuple(p, p->scratch_count, start, AST_Load);
    if (at(p, KW_YIELD)) {
        Expr *yield = parse_yield(p);
        return yield && accept(p, TOK_RPAR) ? yield : NULL;
    }
    Expr *first = parse_star_named_expression(p);
    if (!first)
        return NULL;
    if (at(p, TOK_COMMA))
        return parse_tuple_rest(p, start, first);
    if (first->kind == AST_Starred)
        return NULL;
    if (at_comprehension(p))
        return parse_comprehension_rest(p, AST_GeneratorExp, start, first, TOK_RPAR);
    return accept(p, TOK_RPAR) ? first : NULL;
}

/* (tuple | group | genexp) */
Expr *parse_paren(Parser *p)
{
    Mark mark = save(p);
    Expr *e = paren(p);
    if (e || !p->explain || failed(p))
        return e;
    restore(p, mark);
    explain_group(p);
    explain_comprehension(p);
    return NULL;
}

/* list: '[' [star_named_expressions] ']'
 * listcomp: '[' named_expression for_if_clauses ']' */
static Expr *bracket(Parser *p)
{
    Place start = here(p);
    size_t mark = p->scratch_count;
    p->pos++;
    if (!accept(p, TOK_RSQB)) {
        Expr *first = parse_star_named_expression(p);
        if (!first)
            return NULL;
        if (at_comprehension(p) && first->kind != AST_Starred)
            return parse_comprehension_rest(p, AST_ListComp, start, first, TOK_RSQB);
        if (!parse_elements_rest(p, first, TOK_RSQB))
            return NULL;
    }
    Expr *list = new_node(p, AST_List, start);
    if (!list || !take_seq(p, mark, &list->List.elts))
        return NULL;
    list->List.ctx = AST_Load;
    return list;
}

/* (list | listcomp) */
Expr *parse_bracket(Parser *p)
{
    Mark mark = save(p);
    Expr *e = bracket(p);
    if (e || !p->explain || failed(p))
        return e;
    restore(p, mark);
    explain_comprehension(p);
    return NULL;
}

/* ---- Dicts and sets ---- */

/* double_starred_kvpair: '**' bitwise_or | expression ':' expression
 * A NULL key stands for '**'. */
bool parse_dict_item(Parser *p)
{
    Expr *key = NULL, *value;
    if (accept(p, TOK_DOUBLESTAR)) {
        value = parse_bitwise_or(p);
    } else {
        key = parse_expression(p);
        if (!key || !accept(p, TOK_COLON))
            return false;
        value = parse_expression(p);
    }
    return value && push(p, key) && push(p, value);
}

/* Builds a Dict from keys and values in turns. */
static Expr *new_dict(Parser *p, Place start, size_t mark)
{
    Expr *dict = new_node(p, AST_Dict, start);
    size_t count = (p->scratch_count - mark) / 2;
    Expr **items = dict ? arena_alloc(p->arena, 2 * count * sizeof *items + 1) : NULL;
    if (!items)
        return parser_no_memory(p);
    for (size_t i = 0; i < count; i++) {
        items[i] = p->scratch[mark + 2 * i];
        items[count + i] = p->scratch[mark + 2 * i + 1];
    }
    p->scratch_count = mark;
    dict->Dict.keys = (ExprSeq){(int)count, items};
    dict->Dict.values = (ExprSeq){(int)count, items + count};
    return dict;
}

/* dictcomp: '{' expression ':' expression for_if_clauses '}' */
static Expr *parse_dict_comprehension_rest(Parser *p, Place start, Expr *key, Expr *value)
{
    ComprehensionSeq clauses;
    if (!parse_for_if_clauses(p, &clauses) || !accept(p, TOK_RBRACE))
        return NULL;
    Expr *e = new_node(p, AST_DictComp, start);
    if (!e)
        return NULL;
    e->DictComp.key = key;
    e->DictComp.value = value;
    e->DictComp.generators = clauses;
    return e;
}

/* Reads what is left of a dict after its first item, which is on the scratch stack. */
static Expr *parse_dict_rest(Parser *p, Place start, size_t mark)
{
    Expr *key = p->scratch[mark];
    if (key && at_comprehension(p)) {
        Expr *value = p->scratch[mark + 1];
        p->scratch_count = mark;
        return parse_dict_comprehension_rest(p, start, key, value);
    }
    while (accept(p, TOK_COMMA) && !at(p, TOK_RBRACE))
        if (!parse_dict_item(p))
            return NULL;
    return accept(p, TOK_RBRACE) ? new_dict(p, start, mark) : NULL;
}

static Expr *parse_set_rest(Parser *p, Place start, Expr *first)
{
    size_t mark = p->scratch_count;
    if (!parse_elements_rest(p, first, TOK_RBRACE))
        return NULL;
    Expr *set = new_node(p, AST_Set, start);
    return set && take_seq(p, mark, &set->Set.elts) ? set : NULL;
}

/* dict: '{' [double_starred_kvpair (',' double_starred_kvpair)* [',']] '}'
 * set: '{' star_named_expressions '}'
 * setcomp: '{' named_expression for_if_clauses '}' */
static Expr *brace(Parser *p)
{
    Place start = here(p);
    size_t mark = p->scratch_count;
    p->pos++;
    if (accept(p, TOK_RBRACE))
        return new_dict(p, start, mark);
    if (at(p, TOK_DOUBLESTAR))
        return parse_dict_item(p) ? parse_dict_rest(p, start, mark) : NULL;
    Place place = here(p);
    Expr *first = parse_star_named_expression(p);
    if (!first)
        return NULL;
    bool named = first->kind == AST_NamedExpr && first->lineno == place.lineno &&
                 first->col_offset == place.col;
    if (at(p, TOK_COLON) && first->kind != AST_Starred && !named) {
        p->pos++;
        Expr *value = parse_expression(p);
        return value && push(p, first) && push(p, value) ? parse_dict_rest(p, start, mark) : NULL;
    }
    if (at_comprehension(p) && first->kind != AST_Starred)
        return parse_comprehension_rest(p, AST_SetComp, start, first, TOK_RBRACE);
    return parse_set_rest(p, start, first);
}

static Expr *explained_brace(Parser *p)
{
    Mark mark = save(p);
    Expr *e = brace(p);
    if (e || failed(p))
        return e;
    restore(p, mark);
    explain_dict_items(p);
    if (p->explain) {
        explain_dict_comprehension(p);
        explain_comprehension(p);
    }
    return NULL;
}

/* (dict | set | dictcomp | setcomp) */
Expr *parse_brace(Parser *p)
{
    return p->second_pass ? explained_brace(p) : brace(p);
}
