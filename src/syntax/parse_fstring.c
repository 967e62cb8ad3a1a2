#include "syntax/explain.h"

#include <string.h>

/* f-strings: FSTRING_START fstring_middle* FSTRING_END */

static bool parse_replacement_field(Parser *p);

/* FSTRING_MIDDLE as a Constant. `blame` is the token that errors and warnings are about. */
static Expr *new_middle(Parser *p, const Token *middle, const Token *blame, bool raw)
{
    Expr *e = new_constant(p, CONST_STR, (Place){middle->lineno, middle->col});
    if (!e || !decode_text(p, blame, token_text(p, middle), middle->end - middle->start, raw,
                           &e->Constant.value))
        return NULL;
    e->end_lineno = middle->end_lineno;
    e->end_col_offset = middle->end_col;
    return e;
}

/* ---- Replacement fields ---- */

/* Returns the text of an expression with `=`, as it will be printed: without comments. `start` and
 * `end` are offsets in the source. */
static bool copy_debug_text(Parser *p, uint32_t start, uint32_t end, ConstValue *value)
{
    const char *from = p->tok.text + start, *limit = p->tok.text + end;
    char *text = arena_alloc(p->arena, end - start + 1);
    if (!text)
        return parser_no_memory(p);
    char *to = text, quote = 0;
    while (from < limit) {
        char c = *from;
        if (quote) {
            if (c == '\\' && from + 1 < limit)
                *to++ = *from++;
            else if (c == quote)
                quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '#') {
            while (from < limit && *from != '\n')
                from++;
            continue;
        }
        *to++ = *from++;
    }
    *to = 0;
    *value = (ConstValue){.kind = CONST_STR, .text = text, .length = (size_t)(to - text)};
    return true;
}

/* fstring_conversion: '!' NAME */
static bool parse_conversion(Parser *p, Token *conversion)
{
    Token mark = *peek(p);
    p->pos++;
    if (!at(p, TOK_NAME))
        return false;
    Token name = *peek(p);
    p->pos++;
    if (mark.lineno != name.lineno || mark.end_col != name.col)
        return raise_span(p, join(token_span(&mark), token_span(&name)),
                          "f-string: conversion type must come right after the exclamanation mark");
    *conversion = name;
    return true;
}

static bool check_conversion(Parser *p, const Token *name, int *conversion)
{
    const char *text = token_text(p, name);
    size_t length = name->end - name->start;
    *conversion = *text;
    if (length == 1 && strchr("sra", *text))
        return true;
    return raise_span(p, token_span(name),
                      "f-string: invalid conversion character '%.*s': expected 's', 'r', or 'a'",
                      (int)length, text);
}

/* fstring_full_format_spec: ':' (FSTRING_MIDDLE | fstring_replacement_field)* */
Expr *parse_format_spec(Parser *p)
{
    Place start = here(p);
    size_t mark = p->scratch_count;
    p->pos++;
    while (at(p, TOK_FSTRING_MIDDLE) || at(p, TOK_LBRACE)) {
        if (at(p, TOK_LBRACE)) {
            Mark before = save(p);
            if (parse_replacement_field(p))
                continue;
            if (retreat(p, before))
                break;
            return NULL;
        }
        Token middle = *peek(p);
        p->pos++;
        Expr *text = new_middle(p, &middle, &middle, false);
        if (!text || (text->Constant.value.length && !push(p, text)))
            return NULL;
    }
    return join_strings(p, start, mark, true);
}

/* What a replacement field consists of. */
typedef struct Field {
    Token open;
    Expr *value;
    bool debug;
    uint32_t debug_end; /* where the text of the expression ends, with `=` */
    Place debug_place;  /* the same as a place */
    int conversion;     /* -1: none */
    Expr *format_spec;  /* NULL: none */
} Field;

static bool parse_field(Parser *p, Field *field)
{
    field->open = *peek(p);
    field->conversion = -1;
    p->pos++;
    if (!at(p, KW_YIELD) && !at(p, TOK_STAR) && !starts_expression(peek_type(p)))
        return false;
    if (!(field->value = parse_yield_or_star_expressions(p)))
        return false;
    field->debug = accept(p, TOK_EQUAL);
    const Token *end = peek(p);
    field->debug_end = end->start;
    field->debug_place = (Place){end->lineno, end->col};
    Token conversion = {0};
    bool converts = at(p, TOK_EXCLAMATION);
    if (converts && !parse_conversion(p, &conversion))
        return false;
    if (at(p, TOK_COLON) && !(field->format_spec = parse_format_spec(p)))
        return false;
    return accept(p, TOK_RBRACE) &&
           (!converts || check_conversion(p, &conversion, &field->conversion));
}

/* fstring_replacement_field: '{' (yield_expr | star_expressions) ['='] [fstring_conversion]
 *                            [fstring_full_format_spec] '}'
 * Pushes the FormattedValue, and before it the text of an expression with `=`. */
static bool parse_replacement_field(Parser *p)
{
    Mark mark = save(p);
    Field field = {0};
    if (!parse_field(p, &field)) {
        if (p->explain && !failed(p)) {
            restore(p, mark);
            explain_replacement_field(p);
        }
        return false;
    }
    Place start = {field.open.lineno, field.open.col};
    if (field.debug) {
        Expr *text = new_constant(p, CONST_STR, (Place){start.lineno, start.col + 1});
        if (!text || !copy_debug_text(p, field.open.end, field.debug_end, &text->Constant.value) ||
            !push(p, text))
            return false;
        text->end_lineno = field.debug_place.lineno;
        text->end_col_offset = field.debug_place.col;
        if (field.conversion < 0 && !field.format_spec)
            field.conversion = 'r';
    }
    Expr *e = new_node(p, AST_FormattedValue, start);
    if (!e)
        return false;
    e->FormattedValue.value = field.value;
    e->FormattedValue.conversion = field.conversion;
    e->FormattedValue.format_spec = field.format_spec;
    return push(p, e);
}

/* ---- Whole f-strings ---- */

/* Decodes the text parts from `mark` on, which are NULLs on the scratch stack, each followed by
 * its token's number; that waits for the end, which errors are reported at. */
static Expr *finish_fstring(Parser *p, const Token *start, size_t mark, bool raw)
{
    Token end = *last_token(p);
    size_t used = mark;
    for (size_t i = mark; i < p->scratch_count; i++) {
        Expr *part = p->scratch[i];
        if (!part) {
            const Token *middle = &p->tokens[(uintptr_t)p->scratch[++i]];
            if (!(part = new_middle(p, middle, &end, raw)))
                return NULL;
            if (!part->Constant.value.length)
                continue;
        }
        p->scratch[used++] = part;
    }
    p->scratch_count = used;
    Expr *e = new_node(p, AST_JoinedStr, (Place){start->lineno, start->col});
    return e && take_seq(p, mark, &e->JoinedStr.values) ? e : NULL;
}

/* fstring: FSTRING_START (fstring_replacement_field | FSTRING_MIDDLE)* FSTRING_END */
Expr *parse_fstring(Parser *p)
{
    if (!stack_left(p))
        return NULL;
    Token start = *peek(p);
    bool raw = memchr(token_text(p, &start), 'r', start.end - start.start) ||
               memchr(token_text(p, &start), 'R', start.end - start.start);
    size_t mark = p->scratch_count;
    p->pos++;
    for (;;) {
        if (at(p, TOK_LBRACE)) {
            if (!parse_replacement_field(p))
                return NULL;
        } else if (at(p, TOK_FSTRING_MIDDLE)) {
            if (!push(p, NULL) || !push(p, (void *)(uintptr_t)p->pos))
                return NULL;
            p->pos++;
        } else {
            break;
        }
    }
    if (!accept(p, TOK_FSTRING_END))
        return NULL;
    return finish_fstring(p, &start, mark, raw);
}
