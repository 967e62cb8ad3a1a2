#include "syntax/explain.h"

/* The patterns of match statements. */

static bool starts_pattern(TokenType type)
{
    switch (type) {
    case TOK_NAME:
    case TOK_NUMBER:
    case TOK_STRING:
    case TOK_FSTRING_START:
    case TOK_MINUS:
    case TOK_LPAR:
    case TOK_LSQB:
    case TOK_LBRACE:
    case KW_NONE:
    case KW_TRUE:
    case KW_FALSE:
        return true;
    default:
        return false;
    }
}

/* ---- Literals and values ---- */

/* signed_number: ['-'] NUMBER; the part of it that is a complex number must be as `imaginary`
 * says. */
static bool is_imaginary(const Expr *e)
{
    return e->Constant.value.kind == CONST_IMAGINARY;
}

static Expr *parse_signed_number(Parser *p)
{
    Place start = here(p);
    bool negative = accept(p, TOK_MINUS);
    if (!at(p, TOK_NUMBER))
        return NULL;
    Expr *number = parse_number(p);
    if (!number || !negative)
        return number;
    Expr *e = new_node(p, AST_UnaryOp, start);
    if (!e)
        return NULL;
    e->UnaryOp.op = AST_USub;
    e->UnaryOp.operand = number;
    return e;
}

/* complex_number: signed_real_number ('+' | '-') imaginary_number
 * signed_number !('+' | '-') */
static Expr *parse_pattern_number(Parser *p)
{
    Place start = here(p);
    Expr *left = parse_signed_number(p);
    if (!left || (!at(p, TOK_PLUS) && !at(p, TOK_MINUS)))
        return left;
    if (is_imaginary(left->kind == AST_UnaryOp ? left->UnaryOp.operand : left))
        return raise_span(p, SPAN_OF(left), "real number required in complex literal");
    AstKind op = at(p, TOK_PLUS) ? AST_Add : AST_Sub;
    p->pos++;
    if (!at(p, TOK_NUMBER))
        return NULL;
    Expr *right = parse_number(p);
    if (!right)
        return NULL;
    if (!is_imaginary(right))
        return raise_span(p, SPAN_OF(right), "imaginary number required in complex literal");
    Expr *e = new_node(p, AST_BinOp, start);
    if (!e)
        return NULL;
    e->BinOp.left = left;
    e->BinOp.op = op;
    e->BinOp.right = right;
    return e;
}

static Expr *new_name(Parser *p, Place start, const Ident *id)
{
    Expr *e = id ? new_node(p, AST_Name, start) : NULL;
    if (!e)
        return NULL;
    e->Name.id = id;
    e->Name.ctx = AST_Load;
    return e;
}

/* name_or_attr: NAME ('.' NAME)* */
static Expr *parse_name_or_attr(Parser *p)
{
    Place start = here(p);
    Expr *e = new_name(p, start, parse_name(p));
    while (e && accept(p, TOK_DOT)) {
        const Ident *attr = parse_name(p);
        Expr *attribute = attr ? new_node(p, AST_Attribute, start) : NULL;
        if (!attribute)
            return NULL;
        attribute->Attribute.value = e;
        attribute->Attribute.attr = attr;
        attribute->Attribute.ctx = AST_Load;
        e = attribute;
    }
    return e;
}

static Pattern *new_value_pattern(Parser *p, Place start, Expr *value)
{
    Pattern *pattern = value ? new_node(p, AST_MatchValue, start) : NULL;
    if (pattern)
        pattern->MatchValue.value = value;
    return pattern;
}

static ConstKind keyword_constant(TokenType type)
{
    return type == KW_NONE ? CONST_NONE : type == KW_TRUE ? CONST_TRUE : CONST_FALSE;
}

static Pattern *parse_singleton(Parser *p)
{
    Place start = here(p);
    ConstKind kind = keyword_constant(peek_type(p));
    p->pos++;
    Pattern *pattern = new_node(p, AST_MatchSingleton, start);
    if (pattern)
        pattern->MatchSingleton.value.kind = (uint8_t)kind;
    return pattern;
}

/* literal_expr: signed_number | complex_number | strings | 'None' | 'True' | 'False' */
static Expr *parse_literal_expr(Parser *p)
{
    Place start = here(p);
    TokenType type = peek_type(p);
    switch (type) {
    case TOK_NUMBER:
    case TOK_MINUS:
        return parse_pattern_number(p);
    case TOK_STRING:
    case TOK_FSTRING_START:
        return parse_strings(p);
    case KW_NONE:
    case KW_TRUE:
    case KW_FALSE:
        p->pos++;
        return new_constant(p, keyword_constant(type), start);
    default:
        return NULL;
    }
}

/* ---- Sequences ---- */

/* Returns a MatchAs (or MatchStar) that captures a name; NULL for `_`, the wildcard. */
static const Ident *parse_capture_name(Parser *p)
{
    bool wildcard = at_soft(p, SOFT_UNDERSCORE);
    const Ident *name = parse_name(p);
    return wildcard ? NULL : name;
}

/* star_pattern: '*' (NAME | '_') */
static Pattern *parse_star_pattern(Parser *p)
{
    Place start = here(p);
    p->pos++;
    if (!at(p, TOK_NAME))
        return NULL;
    const Ident *name = parse_capture_name(p);
    if (failed(p))
        return NULL;
    Pattern *pattern = new_node(p, AST_MatchStar, start);
    if (pattern)
        pattern->MatchStar.name = name;
    return pattern;
}

/* maybe_star_pattern: star_pattern | pattern */
static Pattern *parse_maybe_star_pattern(Parser *p)
{
    return at(p, TOK_STAR) ? parse_star_pattern(p) : parse_pattern(p);
}

/* Reads `(',' maybe_star_pattern)* [',']` after the first pattern, which is on the scratch stack.
 */
static bool parse_sequence_rest(Parser *p)
{
    while (accept(p, TOK_COMMA)) {
        if (!starts_pattern(peek_type(p)) && !at(p, TOK_STAR))
            return true;
        Pattern *pattern = parse_maybe_star_pattern(p);
        if (!pattern || !push(p, pattern))
            return false;
    }
    return true;
}

static Pattern *new_sequence(Parser *p, Place start, size_t mark)
{
    Pattern *pattern = new_node(p, AST_MatchSequence, start);
    return pattern && take_seq(p, mark, &pattern->MatchSequence.patterns) ? pattern : NULL;
}

/* sequence_pattern: '[' [maybe_sequence_pattern] ']' | '(' [open_sequence_pattern] ')'
 * group_pattern: '(' pattern ')' */
static Pattern *parse_sequence(Parser *p, TokenType closing)
{
    Place start = here(p);
    size_t mark = p->scratch_count;
    p->pos++;
    if (accept(p, closing))
        return new_sequence(p, start, mark);
    Pattern *first = parse_maybe_star_pattern(p);
    if (!first)
        return NULL;
    bool group = closing == TOK_RPAR && !at(p, TOK_COMMA);
    if (group)
        return first->kind != AST_MatchStar && accept(p, closing) ? first : NULL;
    if (!push(p, first) || !parse_sequence_rest(p) || !accept(p, closing))
        return NULL;
    return new_sequence(p, start, mark);
}

/* ---- Mappings ---- */

/* key_value_pattern: (literal_expr | attr) ':' pattern */
static bool parse_key_value(Parser *p)
{
    Expr *key = at(p, TOK_NAME) ? parse_name_or_attr(p) : parse_literal_expr(p);
    if (!key || key->kind == AST_Name || !accept(p, TOK_COLON))
        return false;
    Pattern *value = parse_pattern(p);
    return value && push(p, key) && push(p, value);
}

/* mapping_pattern: '{' [key_value_pattern (',' key_value_pattern)*] [','] ['**' NAME] [','] '}' */
static Pattern *parse_mapping(Parser *p)
{
    Place start = here(p);
    size_t mark = p->scratch_count;
    const Ident *rest = NULL;
    p->pos++;
    while (!at(p, TOK_RBRACE)) {
        if (accept(p, TOK_DOUBLESTAR)) {
            if (at_soft(p, SOFT_UNDERSCORE) || !(rest = parse_name(p)))
                return NULL;
            accept(p, TOK_COMMA);
            break;
        }
        if (!parse_key_value(p))
            return NULL;
        if (!accept(p, TOK_COMMA))
            break;
    }
    if (!accept(p, TOK_RBRACE))
        return NULL;
    Pattern *pattern = new_node(p, AST_MatchMapping, start);
    size_t count = (p->scratch_count - mark) / 2;
    void **items = pattern ? arena_alloc(p->arena, 2 * count * sizeof *items + 1) : NULL;
    if (!items)
        return parser_no_memory(p);
    for (size_t i = 0; i < count; i++) {
        items[i] = p->scratch[mark + 2 * i];
        items[count + i] = p->scratch[mark + 2 * i + 1];
    }
    p->scratch_count = mark;
    pattern->MatchMapping.keys = (ExprSeq){(int)count, (Expr **)items};
    pattern->MatchMapping.patterns = (PatternSeq){(int)count, (Pattern **)(items + count)};
    pattern->MatchMapping.rest = rest;
    return pattern;
}

/* ---- Classes ---- */

/* keyword_pattern: NAME '=' pattern; the name and the pattern are pushed. */
static bool parse_keyword_pattern(Parser *p)
{
    const Ident *name = parse_name(p);
    if (!name || !accept(p, TOK_EQUAL))
        return false;
    Pattern *pattern = parse_pattern(p);
    return pattern && push(p, (void *)name) && push(p, pattern);
}

/* Splits the arguments of a class pattern: `positional` patterns, then names and patterns in
 * turns. */
static bool take_class_arguments(Parser *p, size_t mark, size_t positional, Pattern *pattern)
{
    size_t keywords = (p->scratch_count - mark - positional) / 2;
    void **items = arena_alloc(p->arena, (positional + 2 * keywords) * sizeof *items + 1);
    if (!items)
        return parser_no_memory(p);
    for (size_t i = 0; i < positional; i++)
        items[i] = p->scratch[mark + i];
    for (size_t i = 0; i < keywords; i++) {
        items[positional + i] = p->scratch[mark + positional + 2 * i];
        items[positional + keywords + i] = p->scratch[mark + positional + 2 * i + 1];
    }
    p->scratch_count = mark;
    pattern->MatchClass.patterns = (PatternSeq){(int)positional, (Pattern **)items};
    pattern->MatchClass.kwd_attrs = (IdentSeq){(int)keywords, (const Ident **)(items + positional)};
    pattern->MatchClass.kwd_patterns =
        (PatternSeq){(int)keywords, (Pattern **)(items + positional + keywords)};
    return true;
}

/* class_pattern: name_or_attr '(' [patterns] [keyword patterns] [','] ')'; `cls` has been read. */
static Pattern *parse_class(Parser *p, Place start, Expr *cls)
{
    size_t mark = p->scratch_count, positional = 0;
    bool seen_keyword = false;
    p->pos++;
    while (!at(p, TOK_RPAR)) {
        if (at(p, TOK_NAME) && peek_second(p) == TOK_EQUAL) {
            seen_keyword = true;
            if (!parse_keyword_pattern(p))
                return NULL;
        } else {
            Pattern *pattern = seen_keyword ? NULL : parse_pattern(p);
            if (!pattern || !push(p, pattern))
                return NULL;
            positional++;
        }
        if (!accept(p, TOK_COMMA))
            break;
    }
    if (!accept(p, TOK_RPAR))
        return NULL;
    Pattern *pattern = new_node(p, AST_MatchClass, start);
    if (!pattern)
        return NULL;
    pattern->MatchClass.cls = cls;
    return take_class_arguments(p, mark, positional, pattern) ? pattern : NULL;
}

/* capture_pattern: !'_' NAME    wildcard_pattern: '_'
 * value_pattern: NAME ('.' NAME)+    class_pattern: see above */
static Pattern *parse_name_pattern(Parser *p)
{
    Place start = here(p);
    Mark mark = save(p);
    TokenType next = peek_second(p);
    if (next != TOK_DOT && next != TOK_LPAR) {
        const Ident *name = parse_capture_name(p);
        if (failed(p))
            return NULL;
        Pattern *pattern = new_node(p, AST_MatchAs, start);
        if (pattern)
            pattern->MatchAs.name = name;
        return pattern;
    }
    Expr *value = parse_name_or_attr(p);
    if (!value || !at(p, TOK_LPAR))
        return new_value_pattern(p, start, value);
    Pattern *pattern = parse_class(p, start, value);
    if (!pattern && p->explain && !failed(p)) {
        restore(p, mark);
        explain_class_pattern(p);
    }
    return pattern;
}

static void *closed_pattern(Parser *p)
{
    Place start = here(p);
    switch (peek_type(p)) {
    case TOK_NAME:
        return parse_name_pattern(p);
    case KW_NONE:
    case KW_TRUE:
    case KW_FALSE:
        return parse_singleton(p);
    case TOK_LPAR:
        return parse_sequence(p, TOK_RPAR);
    case TOK_LSQB:
        return parse_sequence(p, TOK_RSQB);
    case TOK_LBRACE:
        return parse_mapping(p);
    default:
        return new_value_pattern(p, start, parse_literal_expr(p));
    }
}

/* closed_pattern: literal_pattern | capture_pattern | wildcard_pattern | value_pattern
 *               | group_pattern | sequence_pattern | mapping_pattern | class_pattern */
static Pattern *parse_closed_pattern(Parser *p)
{
    return p->second_pass ? memoized(p, RULE_CLOSED_PATTERN, closed_pattern) : closed_pattern(p);
}

/* or_pattern: closed_pattern ('|' closed_pattern)* */
static Pattern *parse_or_pattern(Parser *p)
{
    Place start = here(p);
    Pattern *first = parse_closed_pattern(p);
    if (!first || !at(p, TOK_VBAR))
        return first;
    size_t mark = p->scratch_count;
    if (!push(p, first))
        return NULL;
    while (accept(p, TOK_VBAR)) {
        Pattern *pattern = parse_closed_pattern(p);
        if (!pattern || !push(p, pattern))
            return NULL;
    }
    Pattern *either = new_node(p, AST_MatchOr, start);
    return either && take_seq(p, mark, &either->MatchOr.patterns) ? either : NULL;
}

/* pattern: or_pattern 'as' pattern_capture_target | or_pattern */
Pattern *parse_pattern(Parser *p)
{
    if (!stack_left(p))
        return NULL;
    Place start = here(p);
    Pattern *pattern = parse_or_pattern(p);
    if (!pattern || !accept(p, KW_AS))
        return pattern;
    /* The target is a plain name, with nothing behind it that would make it another pattern. */
    bool named = at(p, TOK_NAME) && !at_soft(p, SOFT_UNDERSCORE);
    if (named) {
        TokenType next = peek_second(p);
        named = next != TOK_DOT && next != TOK_LPAR && next != TOK_EQUAL;
    }
    if (!named) {
        if (p->explain)
            explain_as_pattern(p);
        return NULL;
    }
    const Ident *name = parse_name(p);
    Pattern *as = name ? new_node(p, AST_MatchAs, start) : NULL;
    if (!as)
        return NULL;
    as->MatchAs.pattern = pattern;
    as->MatchAs.name = name;
    return as;
}

/* patterns: open_sequence_pattern | pattern
 * open_sequence_pattern: maybe_star_pattern ',' [maybe_sequence_pattern] */
Pattern *parse_patterns(Parser *p)
{
    Place start = here(p);
    Pattern *first = parse_maybe_star_pattern(p);
    if (!first)
        return NULL;
    if (!at(p, TOK_COMMA))
        return first->kind == AST_MatchStar ? NULL : first;
    size_t mark = p->scratch_count;
    if (!push(p, first) || !parse_sequence_rest(p))
        return NULL;
    return new_sequence(p, start, mark);
}
