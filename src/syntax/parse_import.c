#include "syntax/explain.h"

#include <string.h>

/* import_name: 'import' dotted_as_name (',' dotted_as_name)*
 * import_from: 'from' ('.' | '...')* [dotted_name] 'import' import_from_targets */

/* dotted_name: NAME ('.' NAME)* as one identifier with its points. */
const Ident *parse_dotted_name(Parser *p)
{
    const Ident *name = parse_name(p);
    if (!name || !at(p, TOK_DOT))
        return name;
    char stack[256];
    char *text = stack;
    size_t length = 0, capacity = sizeof stack;
    for (;;) {
        if (length + name->length + 1 > capacity) {
            char *larger = arena_alloc(p->arena, capacity = (length + name->length + 1) * 2);
            if (!larger)
                return parser_no_memory(p);
            memcpy(larger, text, length);
            text = larger;
        }
        memcpy(text + length, name->bytes, name->length);
        length += name->length;
        if (!accept(p, TOK_DOT))
            break;
        text[length++] = '.';
        if (!(name = parse_name(p)))
            return NULL;
    }
    name = ident_intern(p->idents, text, length);
    return name ? name : parser_no_memory(p);
}

/* name ['as' NAME] */
static Alias *parse_alias(Parser *p, const Ident *(*parse)(Parser *))
{
    Place start = here(p);
    const Ident *name = parse(p), *asname = NULL;
    if (!name || (accept(p, KW_AS) && !(asname = parse_name(p))))
        return NULL;
    Alias *alias = new_node(p, AST_alias, start);
    if (!alias)
        return NULL;
    alias->name = name;
    alias->asname = asname;
    return alias;
}

/* 'import' dotted_as_name (',' dotted_as_name)* */
Stmt *parse_import(Parser *p)
{
    if (p->explain) {
        explain_import(p);
        if (failed(p))
            return NULL;
    }
    Place start = here(p);
    size_t mark = p->scratch_count;
    p->pos++;
    do {
        Alias *alias = parse_alias(p, parse_dotted_name);
        if (!alias || !push(p, alias))
            return NULL;
    } while (accept(p, TOK_COMMA));
    Stmt *s = new_node(p, AST_Import, start);
    return s && take_seq(p, mark, &s->Import.names) ? s : NULL;
}

/* import_from_as_names: import_from_as_name (',' import_from_as_name)*
 * In parentheses there may be one more comma. */
static bool parse_from_names(Parser *p, bool parenthesised)
{
    do {
        if (parenthesised && at(p, TOK_RPAR) && last_token(p)->type == TOK_COMMA)
            return true;
        Alias *alias = parse_alias(p, parse_name);
        if (!alias || !push(p, alias))
            return false;
    } while (accept(p, TOK_COMMA));
    return true;
}

/* import_from_targets: '(' import_from_as_names [','] ')' | import_from_as_names !',' | '*' */
static bool parse_from_targets(Parser *p, AliasSeq *names)
{
    if (p->explain) {
        explain_import_from_targets(p);
        if (failed(p))
            return false;
    }
    size_t mark = p->scratch_count;
    if (at(p, TOK_STAR)) {
        Place start = here(p);
        p->pos++;
        Alias *alias = new_node(p, AST_alias, start);
        if (!alias || !(alias->name = ident_intern(p->idents, "*", 1)) || !push(p, alias))
            return false;
    } else if (accept(p, TOK_LPAR)) {
        if (!parse_from_names(p, true) || !accept(p, TOK_RPAR))
            return false;
    } else if (!parse_from_names(p, false)) {
        return false;
    }
    return take_seq(p, mark, names);
}

/* from __future__ import barry_as_FLUFL changes the grammar of what follows. */
static void note_future(Parser *p, const Stmt *s)
{
    if (s->ImportFrom.level || !s->ImportFrom.module ||
        strcmp(s->ImportFrom.module->bytes, "__future__") != 0)
        return;
    for (int i = 0; i < s->ImportFrom.names.count; i++)
        if (strcmp(s->ImportFrom.names.items[i]->name->bytes, "barry_as_FLUFL") == 0)
            p->barry_as_flufl = true;
}

/* 'from' ('.' | '...')* dotted_name 'import' import_from_targets
 * 'from' ('.' | '...')+ 'import' import_from_targets */
Stmt *parse_import_from(Parser *p)
{
    Place start = here(p);
    int level = 0;
    const Ident *module = NULL;
    p->pos++;
    while (at(p, TOK_DOT) || at(p, TOK_ELLIPSIS)) {
        level += at(p, TOK_DOT) ? 1 : 3;
        p->pos++;
    }
    if ((!level || at(p, TOK_NAME)) && !(module = parse_dotted_name(p)))
        return NULL;
    AliasSeq names;
    if (!accept(p, KW_IMPORT) || !parse_from_targets(p, &names))
        return NULL;
    Stmt *s = new_node(p, AST_ImportFrom, start);
    if (!s)
        return NULL;
    s->ImportFrom.module = module;
    s->ImportFrom.names = names;
    s->ImportFrom.level = level;
    note_future(p, s);
    return s;
}
