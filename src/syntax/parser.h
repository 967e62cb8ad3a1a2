#ifndef WEFT_SYNTAX_PARSER_H
#define WEFT_SYNTAX_PARSER_H

#include "syntax/tokenizer.h"

/* The parser: one function for each rule of the grammar in the reference ("Full Grammar
 * specification"), headed by that rule.
 *
 * It runs once, if all is well: the first pass predicts by the next tokens and hardly ever steps
 * back. Only if it fails does a second pass find out why. That goes over the text twice, trying
 * alternatives in the order of the grammar: first as before, to see how far one gets, then with
 * `explain` set, in which the functions also look for constructs that are known mistakes
 * (explain_*.c) and report the first that they find. If there is none, the error is "invalid
 * syntax" at the furthest token that was asked for before: so a function must not peek further
 * than the grammar needs.
 *
 * A function returns NULL (or false) if the rule does not match, or after an error, which is in
 * `diagnostics`; `pos` is then anywhere. In the second pass whoever tries alternatives saves and
 * restores the position, and stops if there is an error. */

/* What the second pass remembers of a rule at a token, so that trying alternatives takes linear
 * time. */
typedef struct Memo Memo;

typedef enum Rule {
    RULE_EXPRESSION,
    RULE_DISJUNCTION,
    RULE_BITWISE_OR,
    RULE_STAR_EXPRESSION,
    RULE_INVALID_NAMED_EXPRESSION,
    RULE_PRIMARY,
    RULE_CLOSED_PATTERN,
} Rule;

typedef struct Parser {
    Tokenizer tok;
    Token *tokens; /* malloc'ed: those from number `dropped` on */
    int count, capacity;
    int pos;     /* index in `tokens` of the next one */
    int dropped; /* tokens that the first pass has thrown away */

    bool second_pass;     /* alternatives are tried one by one, and what they match is kept */
    bool explaining;      /* the second half of the second pass */
    bool explain;         /* mistakes are looked for: `explaining`, but not in every part */
    bool parsing_started; /* PARSE_SINGLE: a token has been seen since the last added NEWLINE */
    bool barry_as_flufl;

    void **scratch; /* malloc'ed: the items of sequences that are being read */
    size_t scratch_count, scratch_capacity;
    TypeIgnoreSeq type_ignores; /* items malloc'ed in the arena by doubling */
    int type_ignore_capacity;

    Memo **memos; /* by token position; malloc'ed */
    int memo_capacity;

    const ParseOptions *options;
    Arena *arena;
    IdentTable *idents;
    Diagnostics diagnostics;
} Parser;

/* ---- Tokens (parser.c) ---- */

/* Reads one more token into `tokens`; after an error, an ERRORTOKEN. */
void parser_fill(Parser *p);

static inline const Token *peek(Parser *p)
{
    if (p->pos == p->count)
        parser_fill(p);
    return &p->tokens[p->pos];
}

static inline TokenType peek_type(Parser *p)
{
    return (TokenType)peek(p)->type;
}

/* The token after the next one, which must have been matched: see the note on peeking above. */
static inline TokenType peek_second(Parser *p)
{
    peek(p);
    if (p->pos + 1 == p->count) {
        if (p->tokens[p->pos].type == TOK_ERRORTOKEN)
            return TOK_ERRORTOKEN;
        p->pos++;
        parser_fill(p);
        p->pos--;
    }
    return (TokenType)p->tokens[p->pos + 1].type;
}

static inline bool at(Parser *p, TokenType type)
{
    return peek_type(p) == type;
}

static inline bool accept(Parser *p, TokenType type)
{
    if (peek_type(p) != type)
        return false;
    p->pos++;
    return true;
}

static inline bool at_soft(Parser *p, SoftKeyword soft)
{
    return peek(p)->soft == soft;
}

static inline const Token *last_token(const Parser *p)
{
    return &p->tokens[p->pos - 1];
}

/* Accepts a token, or reports that it was expected: the grammar's forced tokens. */
bool expect_forced(Parser *p, TokenType type);

/* A position to come back to. */
typedef struct Mark {
    int pos;
    size_t scratch_count;
} Mark;

static inline Mark save(const Parser *p)
{
    return (Mark){p->pos, p->scratch_count};
}

static inline void restore(Parser *p, Mark mark)
{
    p->pos = mark.pos;
    p->scratch_count = mark.scratch_count;
}

static inline bool failed(const Parser *p)
{
    return p->diagnostics.error.kind != SYNTAX_OK;
}

/* After an optional part has not matched: in the second pass the rule matches without it, from
 * the position before. False: the rule does not match either. */
static inline bool retreat(Parser *p, Mark mark)
{
    if (likely(!p->second_pass) || failed(p))
        return false;
    restore(p, mark);
    return true;
}

/* Forgets tokens that nobody can come back to. Called between statements. */
void parser_drop_tokens(Parser *p);

/* ---- Nodes (parser.c) ---- */

typedef struct Place {
    int lineno, col;
} Place;

static inline Place here(Parser *p)
{
    const Token *token = peek(p);
    return (Place){token->lineno, token->col};
}

#define PLACE_OF(node) ((Place){(node)->lineno, (node)->col_offset})

/* Returns a node that starts at a place and ends with the last token; NULL if there is no memory,
 * which is recorded. */
void *new_node(Parser *p, AstKind kind, Place start);

/* Makes a node end with the last token. */
void set_end(const Parser *p, void *node);

/* Returns a node without positions. */
void *new_plain_node(Parser *p, AstKind kind);

/* Returns a Name or Constant for the last token, and so on. */
Expr *new_constant(Parser *p, ConstKind kind, Place start);

/* Adds an item to the sequence that is being read. */
bool push(Parser *p, void *item);

/* Moves the items from `mark` on to the arena, as the sequence at `seq` (any that is laid out as
 * AstSeq). */
bool take_seq(Parser *p, size_t mark, void *seq);
bool take_kinds(Parser *p, size_t mark, KindSeq *seq);

/* Returns the identifier of a NAME token, in NFKC; NULL after an error. */
const Ident *token_ident(Parser *p, const Token *token);

/* Makes a Tuple of the items from `mark` on, which becomes what they are used for: AST_Load or
 * AST_Store. */
Expr *take_tuple(Parser *p, size_t mark, Place start, AstKind context);

/* Reads a NAME; NULL if there is none. */
const Ident *parse_name(Parser *p);

/* False, with an error recorded, if the C stack is nearly used up. */
bool stack_left_slow(Parser *p);

static inline bool stack_left(Parser *p)
{
    if (likely((const char *)__builtin_frame_address(0) > p->options->stack_limit))
        return true;
    return stack_left_slow(p);
}

/* Whether the grammar of options->feature_version has this; records an error if not. */
bool check_version(Parser *p, int minor, const char *what);

static inline const char *token_text(const Parser *p, const Token *token)
{
    return p->tok.text + token->start;
}

/* ---- Memo (parser.c) ---- */

/* In the second pass, parses a rule unless its result at this position is known. */
void *memoized(Parser *p, Rule rule, void *(*parse)(Parser *p));

/* ---- Rules ---- */

/* parse_stmt.c */
bool parse_statements(Parser *p, TokenType end, StmtSeq *body);
bool parse_statement(Parser *p, Stmt **compound);
bool parse_simple_statements(Parser *p);
AstKind augmented_operator(TokenType type);
const Ident *parse_type_comment(Parser *p);

/* parse_compound.c */
bool is_compound_start(Parser *p);
Stmt *parse_compound_statement(Parser *p);
bool parse_match(Parser *p, Stmt **statement);

/* parse_import.c */
Stmt *parse_import(Parser *p);
Stmt *parse_import_from(Parser *p);
const Ident *parse_dotted_name(Parser *p);

/* parse_expr.c */
bool starts_expression(TokenType type);
Expr *parse_star_expressions(Parser *p);
Expr *parse_star_expression(Parser *p);
Expr *parse_expressions(Parser *p);
Expr *parse_yield_or_star_expressions(Parser *p);
Expr *parse_yield(Parser *p);
Expr *parse_star_named_expression(Parser *p);
Expr *parse_named_expression(Parser *p);
Expr *parse_walrus_or_expression(Parser *p);
Expr *parse_expression(Parser *p);
Expr *parse_bare_expression(Parser *p);
Expr *parse_lambda(Parser *p);
Expr *parse_disjunction(Parser *p);
Expr *parse_bitwise_or(Parser *p);

/* parse_primary.c */
Expr *parse_primary(Parser *p);
Expr *parse_atom(Parser *p);
Expr *parse_number(Parser *p);

/* parse_display.c */
Expr *parse_paren(Parser *p);
Expr *parse_bracket(Parser *p);
Expr *parse_brace(Parser *p);
bool at_comprehension(Parser *p);
bool parse_for_if_clauses(Parser *p, ComprehensionSeq *clauses);
bool parse_dict_item(Parser *p);

/* parse_args.c */
Expr *parse_starred_argument(Parser *p);
bool parse_call_arguments(Parser *p, ExprSeq *args, KeywordSeq *keywords);
bool parse_class_arguments(Parser *p, ExprSeq *args, KeywordSeq *keywords);
bool parse_some_arguments(Parser *p, ExprSeq *args, KeywordSeq *keywords);

/* parse_params.c */
Arguments *parse_parameters(Parser *p, bool is_lambda);
bool parse_optional_type_params(Parser *p, TypeParamSeq *params);

/* parse_pattern.c */
Pattern *parse_patterns(Parser *p);
Pattern *parse_pattern(Parser *p);

/* parse_targets.c */
typedef enum TargetUse { STAR_TARGETS, DEL_TARGETS, FOR_TARGETS } TargetUse;

Expr *parse_star_targets(Parser *p);
Expr *parse_star_target(Parser *p);
bool is_single_target(const Expr *e);
bool is_star_target(const Expr *e);
bool is_del_target(const Expr *e);
void set_context(Expr *target, AstKind context);
Expr *invalid_target(Expr *e, TargetUse use);
const char *expr_name(const Expr *e);

/* parse_string.c */
Expr *parse_strings(Parser *p);
Expr *join_strings(Parser *p, Place start, size_t mark, bool any_fstring);

/* parse_fstring.c */
Expr *parse_fstring(Parser *p);
Expr *parse_format_spec(Parser *p);

/* literal.c: decodes the inside of a literal. `token` is what an error or warning points to. */
bool decode_text(Parser *p, const Token *token, const char *text, size_t length, bool raw,
                 ConstValue *value);
bool decode_bytes(Parser *p, const Token *token, const char *text, size_t length, bool raw,
                  ConstValue *value);

#endif
