/* The _tokenize module: tokens of a source that comes line by line from a readline function.
 *
 * The tokenizer calls readline in the middle of a token, so no lock can be held over a step;
 * an iterator that a second thread uses meanwhile refuses.
 */
#include "compile/source.h"
#include "core/alloc.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "syntax/tokenizer.h"
#include <stdlib.h>
#include "types/bytes.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct Reading {
    Arena arena;
    Diagnostics diagnostics;
    Tokenizer tokenizer;
} Reading;

typedef struct TokenizerIter {
    Object ob;
    Value readline;   /* immutable after init */
    Value encoding;   /* str, or 0: lines are str; immutable after init */
    Value line;       /* of the last token, as a str; changed by whoever is running it */
    Reading *reading; /* malloc'ed */
    uint32_t line_start, line_end; /* offsets of `line` */
    bool line_ascii;
    bool extra_tokens;
    bool done;
    uint8_t running; /* atomic: a step is under way */
} TokenizerIter;

static void iter_trace(Object *self, Tracer *tracer)
{
    TokenizerIter *it = (TokenizerIter *)self;
    gc_visit(tracer, it->readline);
    gc_visit(tracer, it->encoding);
    gc_visit(tracer, load_relaxed(&it->line));
}

static void iter_release(Object *self)
{
    Reading *reading = ((TokenizerIter *)self)->reading;
    if (!reading)
        return;
    tokenizer_free(&reading->tokenizer);
    arena_free(&reading->arena);
    free(reading);
}

/* ---- Lines ---- */

static bool read_line(void *context, const char **line, size_t *length)
{
    TokenizerIter *it = context;
    *length = 0;
    Value text = call0(it->readline);
    if (!text)
        return error_clear_if(StopIteration);
    if (it->encoding) {
        if (!is_bytes(text))
            return raise(TypeError, "readline() returned a non-bytes object");
        text = TRY(codec_decode_object(text, TRY(str_cstring(it->encoding)), "strict"));
    } else if (!is_str(text)) {
        return raise(TypeError, "readline() returned a non-string object");
    }
    *line = TRY(str_utf8_lossy(text, length));
    return true;
}

/* ---- Tokens ---- */

static uint32_t start_of_line(const Tokenizer *tok, uint32_t offset)
{
    const char *newline = memrchr(tok->text, '\n', offset);
    return newline ? (uint32_t)(newline + 1 - tok->text) : 0;
}

static bool is_all_ascii(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

/* Sets it->line to the physical lines from that offset on. */
static bool set_line(TokenizerIter *it, uint32_t start)
{
    const Tokenizer *tok = &it->reading->tokenizer;
    uint32_t end = (uint32_t)(tok->end - tok->text);
    if (it->line && it->line_start == start && it->line_end == end)
        return true;
    size_t size = end - start;
    if (size && tok->implicit_newline)
        size--;
    it->line_ascii = is_all_ascii(tok->text + start, end - start);
    Value line = it->line_ascii ? str_from_ascii(tok->text + start, size)
                                : str_from_wtf8(tok->text + start, size);
    gc_store(it, &it->line, TRY(line));
    it->line_start = start;
    it->line_end = end;
    return true;
}

static int column(const TokenizerIter *it, uint32_t line_start, int bytes)
{
    if (bytes <= 0 || it->line_ascii)
        return bytes;
    return count_characters(it->reading->tokenizer.text + line_start, (size_t)bytes);
}

static bool is_string(uint8_t type)
{
    return type == TOK_STRING || type == TOK_FSTRING_START || type == TOK_FSTRING_MIDDLE ||
           type == TOK_FSTRING_END;
}

/* The end of a line: nothing if the tokenizer has added it, else all of it, or, without the extra
 * tokens, what stands before the \n. */
static Value line_end_text(const TokenizerIter *it, const Token *token)
{
    const Tokenizer *tok = &it->reading->tokenizer;
    bool cr = tok->text[token->end] == '\r';
    if (!it->extra_tokens && token->end > token->start)
        return str_from_wtf8(tok->text + token->start, token->end - token->start);
    if (tok->implicit_newline)
        return str_empty();
    if (it->extra_tokens && token->type == TOK_NEWLINE && cr)
        return str_from_ascii("\r\n", 2);
    return it->extra_tokens ? str_from_char('\n') : cr ? str_from_char('\r') : str_empty();
}

static Value token_text(const TokenizerIter *it, const Token *token)
{
    const char *text = it->reading->tokenizer.text + token->start;
    size_t size = token->end - token->start;
    if (token->type == TOK_NEWLINE || token->type == TOK_NL)
        return line_end_text(it, token);
    if (size == 1)
        return str_from_char((unsigned char)*text);
    return it->line_ascii ? str_from_ascii(text, size) : str_from_wtf8(text, size);
}

/* The end of the text, with the dedents that it brings, is on a line of its own behind it. */
static bool is_trailing(const TokenizerIter *it, const Token *token)
{
    return token->type == TOK_ENDMARKER ||
           (token->type == TOK_DEDENT && it->reading->tokenizer.state == TOKENIZER_AT_END);
}

static Value make_token(TokenizerIter *it, const Token *token)
{
    const Tokenizer *tok = &it->reading->tokenizer;
    int type = token->type <= TOK_ENCODING ? token->type : TOK_NAME;
    if (is_trailing(it, token) && it->extra_tokens) {
        int line = tok->lineno + 1;
        Value place = TRY(tuple_of(int_small(line), int_small(0)));
        return tuple_of(int_small(type), str_empty(), place, place, str_empty());
    }
    if (is_trailing(it, token)) {
        Value place = TRY(tuple_of(int_small(token->lineno), int_small(-1)));
        return tuple_of(int_small(type), str_empty(), place, place,
                        it->line ? it->line : str_empty());
    }
    uint32_t start = start_of_line(tok, token->start);
    uint32_t end_start =
        token->end_lineno != token->lineno ? start_of_line(tok, token->end) : start;
    TRY(set_line(it, is_string(token->type) ? start : end_start));
    Value text = TRY(token_text(it, token));
    int col = column(it, start, token->col), end_col = column(it, end_start, token->end_col);
    if (token->type == TOK_NEWLINE) {
        bool cr = tok->text[token->end] == '\r';
        end_col += it->extra_tokens ? cr : cr - 1;
    }
    Value from = TRY(tuple_of(int_small(token->lineno), int_small(col)));
    Value to = TRY(tuple_of(int_small(token->end_lineno), int_small(end_col)));
    return tuple_of(int_small(type), text, from, to, it->line);
}

static Value raise_cut_off(const Tokenizer *tok)
{
    Value message = TRY(str_from_cstring("unexpected EOF in multi-line statement"));
    raise_scope_error(message, TRY(str_from_cstring("<string>")), tok->lineno, 0, tok->lineno, 0);
    return 0;
}

/* An error of indentation has no end, and its line no line end. */
static Value raise_indentation(const SyntaxErrorInfo *error)
{
    size_t size = error->text_length;
    while (size && (error->text[size - 1] == '\n' || error->text[size - 1] == '\r'))
        size--;
    Value text = error->text ? TRY(str_from_wtf8(error->text, size)) : None;
    Value message = TRY(str_from_cstring(error->message));
    Value place = TRY(tuple_of(TRY(str_from_cstring("<string>")), int_small(error->lineno),
                               int_small(error->offset), text, None, None));
    return raise_object(TRY(call2((Value)IndentationError, message, place)));
}

static Value step(TokenizerIter *it)
{
    Tokenizer *tok = &it->reading->tokenizer;
    Token token;
    if (it->done)
        return 0;
    if (!tokenizer_next(tok, &token)) {
        if (error_pending())
            return 0;
        const SyntaxErrorInfo *error = &it->reading->diagnostics.error;
        if (error->kind == SYNTAX_OK)
            return raise_cut_off(tok);
        if (error->kind == SYNTAX_INDENTATION)
            return raise_indentation(error);
        raise_parse_error(error, TRY(str_from_cstring("<string>")));
        return 0;
    }
    if (token.type == TOK_ENDMARKER) {
        it->done = true;
        if (!it->extra_tokens && !tok->lineno)
            return 0;
    }
    return make_token(it, &token);
}

static Value iter_next_token(Value self)
{
    TokenizerIter *it = (TokenizerIter *)self;
    uint8_t idle = 0;
    if (!cas_acquire(&it->running, &idle, 1))
        return raise(ValueError, "TokenizerIter already executing");
    Value token = step(it);
    store_release(&it->running, 0);
    return token;
}

static Value iter_self(Value self)
{
    return self;
}

NEW_METHOD(iter_new, "readline, /, *, encoding=None, extra_tokens=False")
{
    TokenizerIter *it = TRY((TokenizerIter *)object_alloc((Type *)args[0]));
    if (args[2] != None && !is_str(args[2]))
        return raise(TypeError, "TokenizerIter() argument 'encoding' must be str, not %T", args[2]);
    gc_store(it, &it->readline, args[1]);
    if (args[2] != None)
        gc_store(it, &it->encoding, args[2]);
    it->extra_tokens = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    Reading *reading = calloc(1, sizeof(*reading));
    if (!reading)
        return raise_no_memory();
    it->reading = reading;
    arena_init(&reading->arena);
    diagnostics_init(&reading->diagnostics, &reading->arena);
    if (!tokenizer_init_reader(&reading->tokenizer, read_line, it, &reading->diagnostics))
        return raise_no_memory();
    reading->tokenizer.extra_tokens = it->extra_tokens;
    return (Value)it;
}

static Type tokenizer_iter_type = {
    TYPE_HEAD("_tokenize.TokenizerIter", TokenizerIter),
    .iter = iter_self,
    .next = iter_next_token,
    .new_def = M(iter_new),
    .trace = iter_trace,
    .release = iter_release,
};

static bool execute(Value module)
{
    type_ready(&tokenizer_iter_type, 0);
    return module_add_type(module, &tokenizer_iter_type);
}

const ModuleDef module_tokenize = {
    .name = "_tokenize",
    .doc = "Tokens of Python source.",
    .execute = execute,
};
