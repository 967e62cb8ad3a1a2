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
#include "core/object.h"
#include "syntax/token_stream.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/tuple.h"

#include <stdlib.h>

typedef struct TokenizerIter {
    Object ob;
    Value readline; /* immutable after init */
    Value encoding; /* str, or 0: lines are str; immutable after init */
    Value line;     /* of the last token, as a str; changed by whoever is running it */
    uint32_t line_start, line_end; /* what `line` was made of */
    TokenStream *stream;           /* malloc'ed */
    bool extra_tokens;
    bool failed;
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
    TokenStream *stream = ((TokenizerIter *)self)->stream;
    if (!stream)
        return;
    token_stream_close(stream);
    free(stream);
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

static Value make_str(const char *text, size_t size, bool ascii)
{
    return ascii ? str_from_ascii(text, size) : str_from_wtf8(text, size);
}

/* Returns the physical lines of a token, the same object as for the last token on them. */
static Value line_of(TokenizerIter *it, const StreamToken *token)
{
    if (it->line && it->line_start == token->line_start && it->line_end == token->line_end)
        return it->line;
    Value line = TRY(make_str(token->line, token->line_length, token->line_ascii));
    gc_store(it, &it->line, line);
    it->line_start = token->line_start;
    it->line_end = token->line_end;
    return line;
}

static Value make_token(TokenizerIter *it, const StreamToken *token)
{
    Value text = token->text_length == 1
                     ? str_from_char((unsigned char)*token->text)
                     : make_str(token->text, token->text_length, token->line_ascii);
    Value from = TRY(tuple_of(int_small(token->lineno), int_small(token->col)));
    Value to = TRY(tuple_of(int_small(token->end_lineno), int_small(token->end_col)));
    return tuple_of(int_small(token->type), TRY(text), from, to, TRY(line_of(it, token)));
}

/* Raises what the tokenizer recorded; nothing, if the reader has raised. */
static Value raise_error(const SyntaxErrorInfo *error)
{
    if (error->kind == SYNTAX_OK)
        return 0;
    Value filename = TRY(str_from_cstring("<string>"));
    if (!error->positions || (error->text && error->end_lineno != -1)) {
        raise_parse_error(error, filename);
        return 0;
    }
    Value message = TRY(str_from_cstring(error->message));
    if (!error->text) {
        raise_scope_error(message, filename, error->lineno, error->offset, error->end_lineno, 0);
        return 0;
    }
    Value type = error->kind == SYNTAX_INDENTATION ? (Value)IndentationError
                 : error->kind == SYNTAX_TAB       ? (Value)TabError
                                                   : (Value)SyntaxError;
    Value place = TRY(tuple_of(filename, int_small(error->lineno), int_small(error->offset),
                               TRY(str_from_wtf8(error->text, error->text_length)), None, None));
    return raise_object(TRY(call2(type, message, place)));
}

static Value step(TokenizerIter *it)
{
    StreamToken token;
    if (it->failed)
        return 0;
    switch (token_stream_next(it->stream, &token)) {
    case STREAM_TOKEN:
        return make_token(it, &token);
    case STREAM_END:
        return 0;
    case STREAM_ERROR:
        break;
    }
    it->failed = true;
    return raise_error(&it->stream->diagnostics.error);
}

/* Takes the iterator for a step; false: one is under way. What only this thread knows needs no
 * atomic exchange. */
static bool begin(TokenizerIter *it)
{
    uint8_t running = load_relaxed(&it->running);
    if (running || is_shared(it))
        return !running && cas_acquire(&it->running, &running, 1);
    store_relaxed(&it->running, 1);
    return true;
}

static Value iter_next_token(Value self)
{
    TokenizerIter *it = (TokenizerIter *)self;
    if (!begin(it))
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
        return raise(TypeError, "TokenizerIter() argument 'encoding' must be str, not %B", args[2]);
    gc_store(it, &it->readline, args[1]);
    if (args[2] != None)
        gc_store(it, &it->encoding, args[2]);
    it->extra_tokens = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    TokenStream *stream = malloc(sizeof(*stream));
    if (!stream)
        return raise_no_memory();
    it->stream = stream;
    if (!token_stream_open(stream, read_line, it, it->extra_tokens))
        return raise_no_memory();
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
