#include "syntax/explain.h"

#include "base/dtoa.h"

#include <string.h>

/* Primaries: atoms with their trailers (attributes, calls, subscripts). */

/* ---- Trailers ---- */

/* slice: [expression] ':' [expression] [':' [expression]] | named_expression */
static Expr *parse_slice(Parser *p)
{
    Place start = here(p);
    Expr *lower = NULL, *upper = NULL, *step = NULL;
    if (!at(p, TOK_COLON)) {
        lower = parse_named_expression(p);
        /* A named expression is no bound of a slice, unless it is in parentheses. */
        bool named = lower && lower->kind == AST_NamedExpr && lower->lineno == start.lineno &&
                     lower->col_offset == start.col;
        if (!lower || named || !at(p, TOK_COLON))
            return lower;
    }
    p->pos++;
    if (starts_expression(peek_type(p)) && !(upper = parse_expression(p)))
        return NULL;
    if (accept(p, TOK_COLON) && starts_expression(peek_type(p)) && !(step = parse_expression(p)))
        return NULL;
    Expr *slice = new_node(p, AST_Slice, start);
    if (!slice)
        return NULL;
    slice->Slice.lower = lower;
    slice->Slice.upper = upper;
    slice->Slice.step = step;
    return slice;
}

static Expr *parse_slice_or_starred(Parser *p)
{
    return at(p, TOK_STAR) ? parse_starred_argument(p) : parse_slice(p);
}

/* slices: slice !',' | (slice | starred_expression) (',' (slice | starred_expression))* [','] */
static Expr *parse_slices(Parser *p)
{
    Place start = here(p);
    bool starred = at(p, TOK_STAR);
    Expr *first = parse_slice_or_starred(p);
    if (!first || (!at(p, TOK_COMMA) && !starred))
        return first;
    size_t mark = p->scratch_count;
    if (!push(p, first))
        return NULL;
    while (accept(p, TOK_COMMA)) {
        TokenType type = peek_type(p);
        if (!starts_expression(type) && type != TOK_COLON && type != TOK_STAR)
            break;
        Expr *element = parse_slice_or_starred(p);
        if (!element || !push(p, element))
            return NULL;
    }
    return take_tuple(p, mark, start, AST_Load);
}

/* primary: primary '.' NAME */
static Expr *parse_attribute(Parser *p, Place start, Expr *value)
{
    p->pos++;
    const Ident *attr = parse_name(p);
    Expr *e = attr ? new_node(p, AST_Attribute, start) : NULL;
    if (!e)
        return NULL;
    e->Attribute.value = value;
    e->Attribute.attr = attr;
    e->Attribute.ctx = AST_Load;
    return e;
}

/* primary: primary '[' slices ']' */
static Expr *parse_subscript(Parser *p, Place start, Expr *value)
{
    p->pos++;
    Expr *slice = parse_slices(p);
    if (!slice || !accept(p, TOK_RSQB))
        return NULL;
    Expr *e = new_node(p, AST_Subscript, start);
    if (!e)
        return NULL;
    e->Subscript.value = value;
    e->Subscript.slice = slice;
    e->Subscript.ctx = AST_Load;
    return e;
}

/* primary: primary '(' [arguments] ')' | primary genexp */
static Expr *parse_call(Parser *p, Place start, Expr *func)
{
    ExprSeq args = {0};
    KeywordSeq keywords = {0};
    if (!parse_call_arguments(p, &args, &keywords))
        return NULL;
    Expr *e = new_node(p, AST_Call, start);
    if (!e)
        return NULL;
    e->Call.func = func;
    e->Call.args = args;
    e->Call.keywords = keywords;
    return e;
}

static void *primary(Parser *p)
{
    Place start = here(p);
    Expr *e = parse_atom(p);
    while (e) {
        Mark mark = save(p);
        Expr *longer;
        if (p->explain) {
            explain_trailer(p);
            if (failed(p))
                return NULL;
        }
        switch (peek_type(p)) {
        case TOK_DOT:
            longer = parse_attribute(p, start, e);
            break;
        case TOK_LPAR:
            longer = parse_call(p, start, e);
            break;
        case TOK_LSQB:
            longer = parse_subscript(p, start, e);
            break;
        default:
            return e;
        }
        if (!longer && retreat(p, mark))
            return e;
        e = longer;
    }
    return NULL;
}

/* primary: atom trailer* */
Expr *parse_primary(Parser *p)
{
    return p->second_pass ? memoized(p, RULE_PRIMARY, primary) : primary(p);
}

/* ---- Atoms ---- */

/* Copies a number's text without underscores; `*length` is the length of the copy. */
static char *number_digits(Parser *p, const char *text, size_t *length)
{
    char *digits = arena_alloc(p->arena, *length + 1);
    if (!digits)
        return parser_no_memory(p);
    size_t used = 0;
    for (size_t i = 0; i < *length; i++)
        if (text[i] != '_')
            digits[used++] = text[i];
    digits[used] = 0;
    *length = used;
    return digits;
}

COLD static void *raise_long_number(Parser *p, Place start, size_t length)
{
    return raise_span(p, (Span){start.lineno, -1, last_token(p)->end_lineno, -1},
                      "Exceeds the limit (%d digits) for integer string conversion: value has %zu "
                      "digits; use sys.set_int_max_str_digits() to increase the limit - Consider "
                      "hexadecimal for huge integer literals to avoid decimal conversion limits.",
                      p->options->max_int_digits, length);
}

/* NUMBER */
Expr *parse_number(Parser *p)
{
    Place start = here(p);
    const Token *token = peek(p);
    size_t length = token->end - token->start;
    char *digits = number_digits(p, token_text(p, token), &length);
    p->pos++;
    if (!digits)
        return NULL;
    Expr *e = new_constant(p, CONST_INT, start);
    if (!e)
        return NULL;
    ConstValue *value = &e->Constant.value;
    int prefix = length > 1 && digits[0] == '0' ? digits[1] | 0x20 : 0;
    value->base = prefix == 'x' ? 16 : prefix == 'o' ? 8 : prefix == 'b' ? 2 : 10;
    if (value->base != 10) {
        value->text = digits + 2;
        value->length = length - 2;
    } else if (strspn(digits, "0123456789") == length) {
        int limit = p->options->max_int_digits;
        if (limit && length > (size_t)limit)
            return raise_long_number(p, start, length);
        value->text = digits;
        value->length = length;
    } else {
        bool imaginary = (digits[length - 1] | 0x20) == 'j';
        value->kind = imaginary ? CONST_IMAGINARY : CONST_FLOAT;
        if (dtoa_parse(digits, length, &value->number) < 0)
            return parser_no_memory(p);
    }
    if ((memchr(token_text(p, last_token(p)), '_', last_token(p)->end - last_token(p)->start)) &&
        !check_version(p, 6, "Underscores in numeric literals are"))
        return NULL;
    return e;
}

static Expr *parse_name_atom(Parser *p)
{
    Place start = here(p);
    const Ident *id = parse_name(p);
    Expr *e = id ? new_node(p, AST_Name, start) : NULL;
    if (!e)
        return NULL;
    e->Name.id = id;
    e->Name.ctx = AST_Load;
    return e;
}

static Expr *parse_keyword_constant(Parser *p, ConstKind kind)
{
    Place start = here(p);
    p->pos++;
    return new_constant(p, kind, start);
}

/* atom: NAME | 'True' | 'False' | 'None' | strings | NUMBER | (tuple | group | genexp)
 *     | (list | listcomp) | (dict | set | dictcomp | setcomp) | '...' */
Expr *parse_atom(Parser *p)
{
    switch (peek_type(p)) {
    case TOK_NAME:
        return parse_name_atom(p);
    case KW_TRUE:
        return parse_keyword_constant(p, CONST_TRUE);
    case KW_FALSE:
        return parse_keyword_constant(p, CONST_FALSE);
    case KW_NONE:
        return parse_keyword_constant(p, CONST_NONE);
    case TOK_ELLIPSIS:
        return parse_keyword_constant(p, CONST_ELLIPSIS);
    case TOK_STRING:
    case TOK_FSTRING_START:
        return parse_strings(p);
    case TOK_NUMBER:
        return parse_number(p);
    case TOK_LPAR:
        return parse_paren(p);
    case TOK_LSQB:
        return parse_bracket(p);
    case TOK_LBRACE:
        return parse_brace(p);
    default:
        return NULL;
    }
}
