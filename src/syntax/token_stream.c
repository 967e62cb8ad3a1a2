#include "syntax/token_stream.h"

#include <string.h>

bool token_stream_open(TokenStream *stream, ReadLine read_line, void *context, bool extra_tokens)
{
    *stream = (TokenStream){.ended = false};
    arena_init(&stream->arena);
    diagnostics_init(&stream->diagnostics, &stream->arena);
    if (!tokenizer_init_reader(&stream->tok, read_line, context, &stream->diagnostics))
        return false;
    stream->tok.extra_tokens = extra_tokens;
    stream->tok.warn = false;
    return true;
}

void token_stream_close(TokenStream *stream)
{
    tokenizer_free(&stream->tok);
    arena_free(&stream->arena);
}

/* Returns the number of characters from a line's start to a place in it, counted on from the last
 * such place if that is in the same line. Both are offsets in the text. */
static int count_column(TokenStream *stream, uint32_t line, uint32_t place)
{
    if (stream->line_ascii)
        return (int)(place - line);
    if (stream->counted_line != line || stream->counted_to > place) {
        stream->counted_line = stream->counted_to = line;
        stream->counted = 0;
    }
    stream->counted +=
        count_characters(stream->tok.text + stream->counted_to, place - stream->counted_to);
    stream->counted_to = place;
    return stream->counted;
}

/* Returns the offset of the start of the line that `offset` is in. */
static uint32_t line_of(const Tokenizer *tok, uint32_t offset)
{
    const char *newline = memrchr(tok->text, '\n', offset);
    return newline ? (uint32_t)(newline + 1 - tok->text) : 0;
}

static bool is_ascii(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

/* Notes the lines that a token is on, which those of the next one often are too. */
static void set_line(TokenStream *stream, uint32_t start, uint32_t end)
{
    if (stream->line_start == start && stream->line_end == end)
        return;
    stream->line_start = start;
    stream->line_end = end;
    stream->line_ascii = is_ascii(stream->tok.text + start, end - start);
}

/* The error as `tokenize` knows it. */
static StreamStep fail(TokenStream *stream)
{
    Tokenizer *tok = &stream->tok;
    SyntaxErrorInfo *error = &stream->diagnostics.error;
    stream->ended = true;
    if (tok->state == TOKENIZER_AT_END && !error->kind) {
        SourceRange range = {tok->lineno, (int)(tok->cur - tok->joined_start), tok->lineno, -1};
        diagnostics_raise(&stream->diagnostics, SYNTAX_ERROR, range, NULL, 0,
                          "unexpected EOF in multi-line statement");
    } else if (tok->layout_error && error->text) {
        if (error->text_length && error->text[error->text_length - 1] == '\n')
            error->text_length--;
        error->offset = count_characters(error->text, error->text_length) + 1;
        error->end_lineno = error->end_offset = -1;
    }
    return STREAM_ERROR;
}

/* The line end that the last line was given is not shown. */
static size_t trim_newline(const Tokenizer *tok, const char *text, size_t length)
{
    bool last = text + length == tok->end;
    return length && last && tok->implicit_newline && text[length - 1] == '\n' ? length - 1
                                                                               : length;
}

/* A token after the last line: nothing of the text belongs to it. */
static StreamStep make_at_end(TokenStream *stream, StreamToken *out, const Token *token)
{
    int lineno = stream->tok.lineno + stream->tok.extra_tokens;
    int col = stream->tok.extra_tokens ? 0 : -1;
    const Tokenizer *tok = &stream->tok;
    const char *line = tok->extra_tokens ? tok->end : tok->line_start;
    size_t length = (size_t)(tok->end - line);
    set_line(stream, tokenizer_offset(tok, line), tokenizer_offset(tok, tok->end));
    *out = (StreamToken){.type = token->type,
                         .text = "",
                         .lineno = lineno,
                         .col = col,
                         .end_lineno = lineno,
                         .end_col = col,
                         .line = line,
                         .line_length = trim_newline(tok, line, length),
                         .line_start = stream->line_start,
                         .line_end = stream->line_end,
                         .line_ascii = stream->line_ascii};
    stream->ended = token->type == TOK_ENDMARKER;
    return STREAM_TOKEN;
}

StreamStep token_stream_next(TokenStream *stream, StreamToken *out)
{
    Tokenizer *tok = &stream->tok;
    Token token;
    if (stream->ended)
        return STREAM_END;
    if (!tokenizer_next(tok, &token))
        return fail(stream);
    if (tok->state == TOKENIZER_AT_END)
        return make_at_end(stream, out, &token);
    if (tok->extra_tokens && (token.type == TOK_NEWLINE || token.type == TOK_NL))
        token.end = tokenizer_offset(tok, tok->cur);
    uint32_t end_line = tokenizer_offset(tok, tok->line_start);
    uint32_t line = token.lineno == token.end_lineno ? end_line : line_of(tok, token.start);
    /* The newest line is the last that the tokenizer has. */
    uint32_t stop = tokenizer_offset(tok, tok->end);
    set_line(stream, line, stop);
    *out = (StreamToken){
        .type = token.type,
        .text = tok->text + token.start,
        .text_length = trim_newline(tok, tok->text + token.start, token.end - token.start),
        .lineno = token.lineno,
        .end_lineno = token.end_lineno,
        .line = tok->text + line,
        .line_length = trim_newline(tok, tok->text + line, stop - line),
        .line_start = line,
        .line_end = stop,
        .line_ascii = stream->line_ascii,
    };
    bool placed = token.col != -1;
    out->col = placed ? count_column(stream, line, token.start) : -1;
    out->end_col = placed ? count_column(stream, end_line, token.end) : -1;
    return STREAM_TOKEN;
}
