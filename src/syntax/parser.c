#include "syntax/errors.h"

#include <stdlib.h>
#include <string.h>

/* ---- Tokens ---- */

static const struct {
    const char *text;
    TokenType type;
} keywords[] = {
#define KEYWORD(name, text) {text, KW_##name},
#include "syntax/tokens.def"
};

static const struct {
    const char *text;
    SoftKeyword soft;
} soft_keywords[] = {
#define SOFT_KEYWORD(name, text) {text, SOFT_##name},
#include "syntax/tokens.def"
};

enum { MAX_KEYWORD = 8 }; /* the length of the longest */

static bool same_text(const char *text, const char *keyword, size_t length)
{
    return strncmp(text, keyword, length) == 0 && keyword[length] == 0;
}

/* Makes the token a keyword if its text is one. */
static void recognise_keyword(Parser *p, Token *token)
{
    size_t length = token->end - token->start;
    const char *text = p->tok.text + token->start;
    if (length > MAX_KEYWORD)
        return;
    for (size_t i = 0; i < COUNT_OF(soft_keywords); i++)
        if (text[0] == soft_keywords[i].text[0] && same_text(text, soft_keywords[i].text, length))
            token->soft = (uint8_t)soft_keywords[i].soft;
    for (size_t i = 0; i < COUNT_OF(keywords); i++) {
        if (text[0] == keywords[i].text[0] && same_text(text, keywords[i].text, length)) {
            token->type = (uint8_t)keywords[i].type;
            return;
        }
    }
}

static bool grow_tokens(Parser *p)
{
    int capacity = p->capacity ? p->capacity * 2 : 512;
    Token *tokens = realloc(p->tokens, (size_t)capacity * sizeof *tokens);
    if (!tokens) {
        parser_no_memory(p);
        return false;
    }
    p->tokens = tokens;
    p->capacity = capacity;
    return true;
}

static void add_type_ignore(Parser *p, const Token *token)
{
    TypeIgnore *ignore = new_plain_node(p, AST_TypeIgnore);
    if (!ignore)
        return;
    ignore->TypeIgnore.lineno = token->lineno;
    ignore->TypeIgnore.tag =
        ident_intern(p->idents, token_text(p, token), token->end - token->start);
    TypeIgnoreSeq *seq = &p->type_ignores;
    if (seq->count == p->type_ignore_capacity) {
        int capacity = seq->count ? seq->count * 2 : 8;
        TypeIgnore **items = arena_alloc(p->arena, (size_t)capacity * sizeof *items);
        if (!items) {
            parser_no_memory(p);
            return;
        }
        if (seq->count)
            memcpy(items, seq->items, (size_t)seq->count * sizeof *items);
        seq->items = items;
        p->type_ignore_capacity = capacity;
    }
    seq->items[seq->count++] = ignore;
}

/* PARSE_SINGLE: the end of the text ends a statement too, and the blocks that it is in. */
static void imply_newline(Parser *p, Token *token)
{
    if (token->type != TOK_ENDMARKER || !p->parsing_started) {
        p->parsing_started = true;
        return;
    }
    token->type = TOK_NEWLINE;
    p->parsing_started = false;
    if (p->tok.indent_count && !p->options->dont_imply_dedent) {
        p->tok.pending = -p->tok.indent_count;
        p->tok.indent_count = 0;
    }
}

/* There is always room for one token more, which an error can fill without memory. */
void parser_fill(Parser *p)
{
    if (p->count + 1 >= p->capacity && !grow_tokens(p)) {
        p->tokens[p->count] = (Token){.type = TOK_ERRORTOKEN, .col = -1, .end_col = -1};
        return;
    }
    Token *token = &p->tokens[p->count];
    do {
        if (!tokenizer_next(&p->tok, token)) {
            p->count++;
            if (!failed(p))
                raise_end_of_text(p);
            return;
        }
        if (token->type == TOK_TYPE_IGNORE)
            add_type_ignore(p, token);
    } while (token->type == TOK_TYPE_IGNORE);
    if (token->type == TOK_NAME)
        recognise_keyword(p, token);
    if (p->options->mode == PARSE_SINGLE)
        imply_newline(p, token);
    p->count++;
}

/* Whether a token stands for no text of its own: no node ends with one. */
static bool is_layout(const Token *token)
{
    return token->type == TOK_ENDMARKER ||
           (token->type >= TOK_NEWLINE && token->type <= TOK_DEDENT);
}

void parser_drop_tokens(Parser *p)
{
    if (p->second_pass || p->pos < 4096)
        return;
    int drop = p->pos - 1; /* the last token of text is still asked for its end */
    while (drop > 0 && is_layout(&p->tokens[drop]))
        drop--;
    memmove(p->tokens, p->tokens + drop, (size_t)(p->count - drop) * sizeof *p->tokens);
    p->count -= drop;
    p->pos -= drop;
    p->dropped += drop;
}

bool expect_forced(Parser *p, TokenType type)
{
    if (accept(p, type))
        return true;
    if (p->explain && !failed(p))
        raise_span(p, token_span(peek(p)), "expected '%s'", token_texts[type]);
    return false;
}

/* ---- Nodes ---- */

void *new_plain_node(Parser *p, AstKind kind)
{
    void *node = ast_new(p->arena, kind);
    return likely(node) ? node : parser_no_memory(p);
}

void set_end(const Parser *p, void *node)
{
    const Token *last = last_token(p);
    while (unlikely(is_layout(last)) && last > p->tokens)
        last--;
    AstNode *header = node;
    header->end_lineno = last->end_lineno;
    header->end_col_offset = last->end_col;
}

void *new_node(Parser *p, AstKind kind, Place start)
{
    AstNode *node = ast_new(p->arena, kind);
    if (unlikely(!node))
        return parser_no_memory(p);
    node->lineno = start.lineno;
    node->col_offset = start.col;
    set_end(p, node);
    return node;
}

Expr *new_constant(Parser *p, ConstKind kind, Place start)
{
    Expr *e = new_node(p, AST_Constant, start);
    if (e)
        e->Constant.value.kind = (uint8_t)kind;
    return e;
}

bool push(Parser *p, void *item)
{
    if (unlikely(p->scratch_count == p->scratch_capacity)) {
        size_t capacity = p->scratch_capacity ? p->scratch_capacity * 2 : 256;
        void **scratch = realloc(p->scratch, capacity * sizeof *scratch);
        if (!scratch) {
            parser_no_memory(p);
            return false;
        }
        p->scratch = scratch;
        p->scratch_capacity = capacity;
    }
    p->scratch[p->scratch_count++] = item;
    return true;
}

bool take_seq(Parser *p, size_t mark, void *seq)
{
    size_t count = p->scratch_count - mark;
    AstSeq taken = {.count = (int)count};
    if (count) {
        taken.items = arena_alloc(p->arena, count * sizeof(void *));
        if (!taken.items) {
            parser_no_memory(p);
            return false;
        }
        memcpy(taken.items, p->scratch + mark, count * sizeof(void *));
    }
    p->scratch_count = mark;
    memcpy(seq, &taken, sizeof taken);
    return true;
}

bool take_kinds(Parser *p, size_t mark, KindSeq *seq)
{
    size_t count = p->scratch_count - mark;
    seq->count = (int)count;
    seq->items = arena_alloc(p->arena, count * sizeof(AstKind));
    if (!seq->items) {
        parser_no_memory(p);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        seq->items[i] = (AstKind)(uintptr_t)p->scratch[mark + i];
    p->scratch_count = mark;
    return true;
}

Expr *take_tuple(Parser *p, size_t mark, Place start, AstKind context)
{
    Expr *tuple = new_node(p, AST_Tuple, start);
    if (!tuple || !take_seq(p, mark, &tuple->Tuple.elts))
        return NULL;
    tuple->Tuple.ctx = context;
    return tuple;
}

const Ident *token_ident(Parser *p, const Token *token)
{
    const char *text = token_text(p, token);
    size_t length = token->end - token->start;
    if (p->options->normalize) {
        bool ascii = true;
        for (size_t i = 0; i < length && ascii; i++)
            ascii = (unsigned char)text[i] < 0x80;
        if (!ascii)
            text = p->options->normalize(p->arena, text, length, &length);
    }
    const Ident *ident = text ? ident_intern(p->idents, text, length) : NULL;
    return ident ? ident : parser_no_memory(p);
}

const Ident *parse_name(Parser *p)
{
    if (!at(p, TOK_NAME))
        return NULL;
    const Ident *ident = token_ident(p, peek(p));
    p->pos++;
    return ident;
}

bool stack_left_slow(Parser *p)
{
    diagnostics_raise_plain(&p->diagnostics, SYNTAX_NO_MEMORY,
                            "Parser stack overflowed - Python source too complex to parse");
    return false;
}

bool check_version(Parser *p, int minor, const char *what)
{
    if (!p->options->feature_version || p->options->feature_version >= minor)
        return true;
    return raise_last(p, "%s only supported in Python 3.%d and greater", what, minor);
}

/* ---- Memo ---- */

struct Memo {
    Rule rule;
    int end;
    void *node; /* NULL: the rule does not match here */
    Memo *next;
};

static bool grow_memos(Parser *p, int pos)
{
    int capacity = p->memo_capacity ? p->memo_capacity : 512;
    while (capacity <= pos)
        capacity *= 2;
    Memo **memos = realloc(p->memos, (size_t)capacity * sizeof *memos);
    if (!memos) {
        parser_no_memory(p);
        return false;
    }
    memset(memos + p->memo_capacity, 0, (size_t)(capacity - p->memo_capacity) * sizeof *memos);
    p->memos = memos;
    p->memo_capacity = capacity;
    return true;
}

void *memoized(Parser *p, Rule rule, void *(*parse)(Parser *p))
{
    int pos = p->pos;
    if (failed(p) || (pos >= p->memo_capacity && !grow_memos(p, pos)))
        return NULL;
    for (Memo *memo = p->memos[pos]; memo; memo = memo->next) {
        if (memo->rule == rule) {
            p->pos = memo->end;
            return memo->node;
        }
    }
    void *node = parse(p);
    if (failed(p))
        return NULL;
    Memo *memo = arena_alloc(p->arena, sizeof *memo);
    if (!memo)
        return parser_no_memory(p);
    *memo = (Memo){rule, p->pos, node, p->memos[pos]};
    p->memos[pos] = memo;
    return node;
}

/* ---- Entry ---- */

/* statement_newline: compound_stmt NEWLINE | simple_stmts | NEWLINE | ENDMARKER */
static bool parse_single_statement(Parser *p, StmtSeq *body)
{
    size_t mark = p->scratch_count;
    if (accept(p, TOK_NEWLINE)) {
        const Token *token = last_token(p);
        Stmt *pass = new_node(p, AST_Pass, (Place){token->lineno, token->col});
        return pass && push(p, pass) && take_seq(p, mark, body);
    }
    Stmt *compound = NULL;
    if (!parse_statement(p, &compound))
        return false;
    return (!compound || accept(p, TOK_NEWLINE)) && take_seq(p, mark, body);
}

static Mod *parse_file(Parser *p)
{
    Mod *mod = new_plain_node(p, AST_Module);
    if (!mod || !parse_statements(p, TOK_ENDMARKER, &mod->Module.body))
        return NULL;
    mod->Module.type_ignores = p->type_ignores;
    return mod;
}

static Mod *parse_interactive(Parser *p)
{
    Mod *mod = new_plain_node(p, AST_Interactive);
    return mod && parse_single_statement(p, &mod->Interactive.body) ? mod : NULL;
}

/* eval: expressions NEWLINE* ENDMARKER */
static Mod *parse_eval(Parser *p)
{
    Mod *mod = new_plain_node(p, AST_Expression);
    if (!mod || !(mod->Expression.body = parse_expressions(p)))
        return NULL;
    while (accept(p, TOK_NEWLINE))
        ;
    return at(p, TOK_ENDMARKER) ? mod : NULL;
}

/* func_type: '(' [type_expressions] ')' '->' expression NEWLINE* ENDMARKER
 * type_expressions: expressions, of which the last ones may be '*' and '**' ones */
static Mod *parse_func_type(Parser *p)
{
    Mod *mod = new_plain_node(p, AST_FunctionType);
    size_t mark = p->scratch_count;
    if (!mod || !accept(p, TOK_LPAR))
        return NULL;
    int stars = 0; /* 1: after a '*' one, 2: after a '**' one */
    while (!at(p, TOK_RPAR)) {
        int star = at(p, TOK_STAR) ? 1 : at(p, TOK_DOUBLESTAR) ? 2 : 0;
        if (star ? star <= stars : stars)
            return NULL;
        if (star)
            p->pos++;
        stars = star;
        Expr *type = parse_expression(p);
        if (!type || !push(p, type))
            return NULL;
        if (at(p, TOK_RPAR) || !accept(p, TOK_COMMA))
            break;
        if (at(p, TOK_RPAR))
            return NULL;
    }
    if (!accept(p, TOK_RPAR) || !take_seq(p, mark, &mod->FunctionType.argtypes) ||
        !accept(p, TOK_RARROW) || !(mod->FunctionType.returns = parse_expression(p)))
        return NULL;
    while (accept(p, TOK_NEWLINE))
        ;
    return at(p, TOK_ENDMARKER) ? mod : NULL;
}

static Mod *parse_mode(Parser *p)
{
    Mod *mod = NULL;
    switch (p->options->mode) {
    case PARSE_FILE:
        mod = parse_file(p);
        break;
    case PARSE_SINGLE:
        mod = parse_interactive(p);
        break;
    case PARSE_EVAL:
        mod = parse_eval(p);
        break;
    case PARSE_FUNC_TYPE:
        mod = parse_func_type(p);
        break;
    }
    return failed(p) ? NULL : mod;
}

static bool start_tokens(Parser *p, const char *text, size_t length)
{
    bool add_newline = p->options->mode == PARSE_FILE;
    if (!p->tokens && !grow_tokens(p))
        return false;
    if (!tokenizer_init(&p->tok, text, length, add_newline, &p->diagnostics))
        return false;
    p->tok.type_comments = p->options->type_comments;
    p->count = p->pos = p->dropped = 0;
    p->scratch_count = 0;
    p->parsing_started = false;
    p->barry_as_flufl = p->options->barry_as_flufl;
    p->type_ignores.count = 0;
    return true;
}

/* Whether anything but white space and comments is left after a single statement. */
static bool more_statements(const Parser *p)
{
    const char *at = p->tok.cur;
    for (;;) {
        at += strspn(at, " \t\n\f");
        if (*at != '#')
            return *at != 0;
        at += strcspn(at, "\n");
    }
}

/* Parses the tokens again, with a look for mistakes. */
static void parse_explaining(Parser *p)
{
    if (p->memos)
        memset(p->memos, 0, (size_t)p->memo_capacity * sizeof *p->memos);
    p->pos = 0;
    p->scratch_count = 0;
    p->barry_as_flufl = p->options->barry_as_flufl;
    p->explaining = p->explain = true;
    parse_mode(p);
}

/* Says what is wrong with a text that the first pass has not matched. */
static void explain_failure(Parser *p, const char *text, size_t length)
{
    int read = p->dropped + p->count;
    tokenizer_free(&p->tok);
    p->second_pass = true;
    if (!start_tokens(p, text, length))
        return;
    p->tok.warn = false;
    while (p->count < read && !failed(p))
        parser_fill(p);
    p->tok.warn = true;
    parse_mode(p);
    Token furthest = p->tokens[p->count - 1];
    if (!failed(p))
        parse_explaining(p);
    if (!failed(p)) {
        if (furthest.type == TOK_INDENT)
            raise_indentation(p, "unexpected indent");
        else if (furthest.type == TOK_DEDENT)
            raise_indentation(p, "unexpected unindent");
        else
            raise_span(p, token_span(&furthest), "invalid syntax");
        if (furthest.type == TOK_INDENT || furthest.type == TOK_DEDENT)
            return;
    }
    if (p->diagnostics.error.kind != SYNTAX_NO_MEMORY)
        prefer_token_errors(p);
}

static Mod *parse_text(Parser *p, const char *text, size_t length)
{
    if (!start_tokens(p, text, length))
        return NULL;
    Mod *mod = parse_mode(p);
    if (mod) {
        if (p->options->mode != PARSE_SINGLE || !more_statements(p))
            return mod;
        return raise_last(p, "multiple statements found while compiling a single statement");
    }
    bool at_end = p->count && tokenizer_at_end(&p->tok, &p->tokens[p->count - 1]);
    if (p->options->allow_incomplete && at_end && p->diagnostics.error.kind != SYNTAX_NO_MEMORY) {
        p->diagnostics.error = (SyntaxErrorInfo){.kind = SYNTAX_OK};
        raise_last(p, "incomplete input");
        p->diagnostics.error.kind = SYNTAX_INCOMPLETE;
        return NULL;
    }
    if (!failed(p))
        explain_failure(p, text, length);
    else if (p->diagnostics.error.kind != SYNTAX_NO_MEMORY)
        prefer_token_errors(p);
    return NULL;
}

bool syntax_parse(const char *text, size_t length, const ParseOptions *options, ParseResult *result)
{
    *result = (ParseResult){.tree = NULL};
    arena_init(&result->arena);
    ident_table_init(&result->idents, &result->arena);
    Parser parser = {.options = options, .arena = &result->arena, .idents = &result->idents};
    Parser *p = &parser;
    diagnostics_init(&p->diagnostics, &result->arena);
    result->tree = parse_text(p, text, length);
    tokenizer_free(&p->tok);
    free(p->tokens);
    free(p->scratch);
    free(p->memos);
    result->error = p->diagnostics.error;
    result->warnings = p->diagnostics.warnings;
    return result->tree != NULL;
}

void parse_result_free(ParseResult *result)
{
    ident_table_free(&result->idents);
    arena_free(&result->arena);
}
