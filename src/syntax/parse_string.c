#include "syntax/explain.h"

#include <string.h>

/* String literals next to each other, which are one. */

/* STRING: a Constant with its value decoded. */
static Expr *parse_string(Parser *p)
{
    Token token = *peek(p);
    const char *text = token_text(p, &token);
    size_t length = token.end - token.start;
    bool raw = false, bytes = false, kind_u = false;
    p->pos++;
    for (; *text != '"' && *text != '\''; text++, length--) {
        raw |= (*text | 0x20) == 'r';
        bytes |= (*text | 0x20) == 'b';
        kind_u |= *text == 'u';
    }
    size_t quotes = length >= 6 && text[1] == text[0] && text[2] == text[0] ? 3 : 1;
    Expr *e = new_constant(p, CONST_STR, (Place){token.lineno, token.col});
    if (!e)
        return NULL;
    text += quotes;
    length -= 2 * quotes;
    ConstValue *value = &e->Constant.value;
    if (!(bytes ? decode_bytes : decode_text)(p, &token, text, length, raw, value))
        return NULL;
    if (kind_u && !(e->Constant.kind = ident_intern(p->idents, "u", 1)))
        return parser_no_memory(p);
    return e;
}

static bool is_text(const Expr *e)
{
    return e->kind == AST_Constant;
}

static bool is_empty_text(const Expr *e)
{
    return is_text(e) && e->Constant.value.length == 0;
}

/* Joins `count` constants to one, which extends from the first to the last. */
static Expr *join_constants(Parser *p, Expr **parts, size_t count)
{
    Expr *first = parts[0], *last = parts[count - 1];
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length += parts[i]->Constant.value.length;
    char *text = arena_alloc(p->arena, length + 1);
    Expr *e = text ? new_constant(p, (ConstKind)first->Constant.value.kind, PLACE_OF(first)) : NULL;
    if (!e)
        return parser_no_memory(p);
    char *to = text;
    for (size_t i = 0; i < count; i++) {
        memcpy(to, parts[i]->Constant.value.text, parts[i]->Constant.value.length);
        to += parts[i]->Constant.value.length;
    }
    *to = 0;
    e->Constant.value.text = text;
    e->Constant.value.length = length;
    e->Constant.kind = first->Constant.value.kind == CONST_BYTES ? NULL : first->Constant.kind;
    e->end_lineno = last->end_lineno;
    e->end_col_offset = last->end_col_offset;
    return e;
}

/* Replaces the literals from `mark` on by their parts: what f-strings consist of. */
static bool flatten(Parser *p, size_t mark)
{
    size_t count = p->scratch_count - mark;
    for (size_t i = 0; i < count; i++) {
        Expr *e = p->scratch[mark + i];
        int parts = e->kind == AST_JoinedStr ? e->JoinedStr.values.count : 1;
        for (int j = 0; j < parts; j++)
            if (!push(p, e->kind == AST_JoinedStr ? e->JoinedStr.values.items[j] : e))
                return false;
    }
    size_t flat = p->scratch_count - mark - count;
    if (flat)
        memmove(p->scratch + mark, p->scratch + mark + count, flat * sizeof(void *));
    p->scratch_count = mark + flat;
    return true;
}

/* Makes one expression of the literals (and parts of f-strings) on the scratch stack from `mark`
 * on: adjacent constants become one, and an f-string has no empty ones. */
Expr *join_strings(Parser *p, Place start, size_t mark, bool any_fstring)
{
    if (!flatten(p, mark))
        return NULL;
    Expr **parts = (Expr **)(p->scratch + mark);
    size_t count = p->scratch_count - mark, used = 0;
    for (size_t i = 0; i < count;) {
        size_t run = 1;
        Expr *e = parts[i];
        if (is_text(e)) {
            while (i + run < count && is_text(parts[i + run]))
                run++;
            if (run > 1 && !(e = join_constants(p, parts + i, run)))
                return NULL;
        }
        i += run;
        if (!any_fstring || !is_empty_text(e))
            parts[used++] = e;
    }
    p->scratch_count = mark + used;
    if (!any_fstring) {
        p->scratch_count = mark;
        return parts[0];
    }
    Expr *e = new_node(p, AST_JoinedStr, start);
    return e && take_seq(p, mark, &e->JoinedStr.values) ? e : NULL;
}

/* strings: (fstring | STRING)+ */
Expr *parse_strings(Parser *p)
{
    Place start = here(p);
    size_t mark = p->scratch_count;
    bool any_bytes = false, any_text = false, any_fstring = false;
    do {
        bool fstring = at(p, TOK_FSTRING_START);
        Expr *e = fstring ? parse_fstring(p) : parse_string(p);
        if (!e || !push(p, e))
            return NULL;
        bool bytes = !fstring && e->Constant.value.kind == CONST_BYTES;
        any_fstring |= fstring;
        any_bytes |= bytes;
        any_text |= !bytes;
    } while (at(p, TOK_STRING) || at(p, TOK_FSTRING_START));
    if (any_bytes && any_text)
        return raise_last(p, "cannot mix bytes and nonbytes literals");
    return join_strings(p, start, mark, any_fstring);
}
