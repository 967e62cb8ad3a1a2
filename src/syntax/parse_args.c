#include "syntax/explain.h"

/* The arguments of a call or class. Positional ones and `*iterable` may be mixed; after the first
 * `name=value`, positional ones may not follow; after the first `**mapping`, only `name=value` and
 * `**mapping`. */

/* starred_expression: '*' expression */
Expr *parse_starred_argument(Parser *p)
{
    if (p->explain) {
        explain_starred_argument(p);
        if (failed(p))
            return NULL;
    }
    Place start = here(p);
    p->pos++;
    Expr *value = parse_expression(p);
    if (!value)
        return p->second_pass && !failed(p) ? raise_last(p, "Invalid star expression") : NULL;
    Expr *starred = new_node(p, AST_Starred, start);
    if (!starred)
        return NULL;
    starred->Starred.value = value;
    starred->Starred.ctx = AST_Load;
    return starred;
}

/* NAME '=' expression | '**' expression */
static Keyword *parse_keyword_argument(Parser *p)
{
    Place start = here(p);
    const Ident *name = NULL;
    if (!accept(p, TOK_DOUBLESTAR)) {
        name = parse_name(p);
        if (!name || !accept(p, TOK_EQUAL))
            return NULL;
    }
    Expr *value = parse_expression(p);
    Keyword *keyword = value ? new_node(p, AST_keyword, start) : NULL;
    if (!keyword)
        return NULL;
    keyword->arg = name;
    keyword->value = value;
    return keyword;
}

static bool at_keyword_argument(Parser *p)
{
    return at(p, TOK_DOUBLESTAR) || (at(p, TOK_NAME) && peek_second(p) == TOK_EQUAL);
}

typedef struct ArgumentList {
    ExprSeq args;
    KeywordSeq keywords;
    bool trailing_comma;
    bool seen_keyword; /* only keyword arguments and iterables may follow */
    bool seen_mapping; /* only keyword arguments may follow */
    Expr *bare;        /* the argument, if it is a single positional one: could be a generator */
} ArgumentList;

/* Splits the arguments from `mark` on, which are in source order, by their kind. */
static bool split_arguments(Parser *p, size_t mark, ArgumentList *list)
{
    size_t count = p->scratch_count - mark, positional = 0;
    for (size_t i = 0; i < count; i++)
        positional += ((AstNode *)p->scratch[mark + i])->kind != AST_keyword;
    void **items = arena_alloc(p->arena, count * sizeof *items + 1);
    if (!items)
        return parser_no_memory(p);
    size_t next_arg = 0, next_keyword = positional;
    for (size_t i = 0; i < count; i++) {
        void *item = p->scratch[mark + i];
        items[((AstNode *)item)->kind == AST_keyword ? next_keyword++ : next_arg++] = item;
    }
    p->scratch_count = mark;
    list->args = (ExprSeq){(int)positional, (Expr **)items};
    list->keywords = (KeywordSeq){(int)(count - positional), (Keyword **)(items + positional)};
    return true;
}

/* A positional argument: (assignment_expression | expression !':=') !'=' */
static Expr *parse_positional(Parser *p)
{
    Mark before = save(p);
    Expr *e = parse_walrus_or_expression(p);
    if (!e || !at(p, TOK_EQUAL))
        return e;
    restore(p, before);
    if (p->explain)
        explain_keyword_argument(p);
    return NULL;
}

/* Reads one argument: a Keyword or an Expr; NULL if there is none that may stand here. */
static void *parse_argument(Parser *p, ArgumentList *list)
{
    bool keyword = at_keyword_argument(p);
    if (!keyword && at(p, TOK_STAR))
        return list->seen_mapping ? NULL : parse_starred_argument(p);
    if (!keyword && !list->seen_keyword)
        return list->bare = parse_positional(p);
    if (p->explain)
        explain_keyword_argument(p);
    if (!keyword || failed(p))
        return NULL;
    list->seen_keyword = true;
    list->seen_mapping |= at(p, TOK_DOUBLESTAR);
    return parse_keyword_argument(p);
}

/* args: (starred_expression | (assignment_expression | expression !':=') !'=')
 *       (',' ...)* [',' kwargs] | kwargs
 * Reads up to a token that cannot go on; the caller sees whether it may follow. */
static bool parse_args(Parser *p, ArgumentList *list)
{
    size_t mark = p->scratch_count;
    *list = (ArgumentList){.trailing_comma = false};
    do {
        Mark before = save(p);
        list->trailing_comma = p->scratch_count > mark && at(p, TOK_RPAR);
        if (list->trailing_comma)
            break;
        void *argument = parse_argument(p, list);
        if (!argument) {
            /* If there are arguments before, they end before the comma. */
            if (p->scratch_count == mark || !retreat(p, before))
                return false;
            p->pos--;
            break;
        }
        if (!push(p, argument))
            return false;
    } while (accept(p, TOK_COMMA));
    if (p->scratch_count != mark + 1 || list->trailing_comma)
        list->bare = NULL;
    return split_arguments(p, mark, list);
}

/* Reads arguments without what must follow them, for the second pass. */
bool parse_some_arguments(Parser *p, ExprSeq *args, KeywordSeq *keywords)
{
    ArgumentList list;
    if (!parse_args(p, &list))
        return false;
    if (list.trailing_comma)
        p->pos--;
    *args = list.args;
    *keywords = list.keywords;
    return true;
}

/* A generator as the only argument: its parentheses are the call's. */
static bool parse_sole_generator(Parser *p, Place start, Expr *element, ExprSeq *args)
{
    ComprehensionSeq clauses;
    if (!parse_for_if_clauses(p, &clauses) || !accept(p, TOK_RPAR))
        return false;
    Expr *e = new_node(p, AST_GeneratorExp, start);
    if (!e)
        return false;
    e->GeneratorExp.elt = element;
    e->GeneratorExp.generators = clauses;
    size_t mark = p->scratch_count;
    return push(p, e) && take_seq(p, mark, args);
}

static bool call_arguments(Parser *p, bool generator, ExprSeq *args, KeywordSeq *keywords)
{
    Place start = here(p);
    ArgumentList list;
    p->pos++;
    if (accept(p, TOK_RPAR))
        return true;
    if (!parse_args(p, &list))
        return false;
    if (generator && list.bare && at_comprehension(p))
        return parse_sole_generator(p, start, list.bare, args);
    if (!accept(p, TOK_RPAR))
        return false;
    *args = list.args;
    *keywords = list.keywords;
    return true;
}

static bool explained_arguments(Parser *p, bool generator, ExprSeq *args, KeywordSeq *keywords)
{
    Mark mark = save(p);
    if (call_arguments(p, generator, args, keywords))
        return true;
    if (failed(p))
        return false;
    restore(p, mark);
    p->pos++;
    explain_arguments(p);
    restore(p, mark);
    return false;
}

/* '(' [arguments] ')' | genexp */
bool parse_call_arguments(Parser *p, ExprSeq *args, KeywordSeq *keywords)
{
    return p->explain ? explained_arguments(p, true, args, keywords)
                      : call_arguments(p, true, args, keywords);
}

/* '(' [arguments] ')' of a class, where a generator has no place. */
bool parse_class_arguments(Parser *p, ExprSeq *args, KeywordSeq *keywords)
{
    return p->explain ? explained_arguments(p, false, args, keywords)
                      : call_arguments(p, false, args, keywords);
}
