/* Source that should be UTF-8 and is not: comments may have any bytes, as CPython looks at the
 * parts of a text only when it makes something of them. */
#include "compile/source.h"

#include <string.h>
#include "base/utf8.h"
#include "core/dialect.h"
#include "core/error.h"
#include "syntax/diagnostics.h"
#include "syntax/tokenizer.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/str.h"

typedef struct BadSource {
    const char *text; /* with \n as line ends */
    size_t size;
    Value filename;
} BadSource;

/* The text with \n for all line ends. */
static Value with_plain_lines(const char *source, size_t size)
{
    size_t pairs = 0;
    for (size_t i = 1; i < size; i++)
        pairs += source[i - 1] == '\r' && source[i] == '\n';
    Value bytes = TRY(bytes_new((intptr_t)(size - pairs)));
    char *out = ((Bytes *)bytes)->data;
    for (size_t i = 0; i < size; i++)
        if (source[i] != '\r')
            *out++ = source[i];
        else if (i + 1 == size || source[i + 1] != '\n')
            *out++ = '\n';
    return bytes;
}

/* The same with a letter for each byte that is not UTF-8. */
static Value with_letters(const char *text, size_t size)
{
    Value bytes = TRY(bytes_new((intptr_t)size));
    char *data = ((Bytes *)bytes)->data;
    memcpy(data, text, size);
    for (size_t at = 0; at < size;) {
        Utf8Scan scan = utf8_scan(data + at, size - at, false);
        if (scan.valid == size - at)
            break;
        memset(data + at + scan.valid, 'x', scan.error_end - scan.valid);
        at += scan.error_end;
    }
    return bytes;
}

/* Line `start` begins the line that offset `at` is in. */
static size_t line_start_of(const BadSource *source, size_t at)
{
    while (at && source->text[at - 1] != '\n')
        at--;
    return at;
}

static Value line_text(const BadSource *source, size_t start, bool with_end)
{
    const char *line = source->text + start;
    const char *end = memchr(line, '\n', source->size - start);
    size_t size = end ? (size_t)(end - line) : source->size - start;
    Value text = TRY(codec_decode_object(TRY(bytes_from(line, size)), "utf-8", "replace"));
    return with_end ? str_format("%V\n", text) : text;
}

/* The column behind the characters that `bytes` bytes of a line have, as it is shown: with three
 * bytes for what is not UTF-8. */
static int shown_offset(Value line, size_t bytes)
{
    intptr_t count = 0;
    for (size_t at = 0; count < str_length(line); count++) {
        uint32_t c = str_char(line, count);
        at += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        if (at > bytes)
            break;
    }
    return (int)count + 1;
}

static bool raise_undecodable(const char *text, size_t size)
{
    Utf8Scan scan = utf8_scan(text, size, false);
    return raise_unicode_decode("utf-8", text, size, scan.valid, scan.error_end, scan.reason);
}

/* What UnicodeDecodeError would say. */
static Value decode_message(const char *text, size_t size)
{
    raise_undecodable(text, size);
    return str_format("(unicode error) %V", TRY(object_str(error_take())));
}

static bool raise_in_name(const BadSource *source, const Token *token)
{
    const char *name = source->text + token->start;
    size_t size = token->end - token->start, start = line_start_of(source, token->start);
    Utf8Scan scan = utf8_scan(name, size, false);
    Value line = TRY(line_text(source, start, true)), message = TRY(decode_message(name, size));
    int offset = shown_offset(line, token->start - start + scan.valid);
    return raise_syntax_error(SyntaxError, message, source->filename, token->lineno, offset, line,
                              token->lineno, -1);
}

/* What is between the quotes; the number of the prefix's letters. */
static size_t literal_content(const char **text, size_t *size)
{
    size_t prefix = strcspn(*text, "'\"");
    const char *quote = *text + prefix;
    size_t rest = *size - prefix;
    size_t quotes = rest >= 6 && quote[1] == quote[0] && quote[2] == quote[0] ? 3 : 1;
    *text = quote + quotes;
    *size = rest - 2 * quotes;
    return prefix;
}

/* Only a part that is between escape sequences is decoded at once, if there are some. */
static void first_bad_run(const char **text, size_t *size)
{
    size_t at = utf8_scan(*text, *size, false).valid, end = at;
    while (at && (unsigned char)(*text)[at - 1] >= 0x80)
        at--;
    while (end < *size && (unsigned char)(*text)[end] >= 0x80)
        end++;
    *text += at;
    *size = end - at;
}

static Value literal_message(const char *text, size_t size)
{
    const char *content = text;
    size_t length = size, prefix = literal_content(&content, &length);
    if (memchr(text, 'b', prefix) || memchr(text, 'B', prefix))
        return str_from_cstring("bytes can only contain ASCII literal characters");
    bool raw = memchr(text, 'r', prefix) || memchr(text, 'R', prefix);
    if (!raw && memchr(content, '\\', length))
        first_bad_run(&content, &length);
    return decode_message(content, length);
}

static bool raise_in_literal(const BadSource *source, const Token *token)
{
    bool one_line = token->lineno == token->end_lineno;
    size_t start = line_start_of(source, token->start);
    Value line = TRY(line_text(source, start, one_line));
    Value message = TRY(literal_message(source->text + token->start, token->end - token->start));
    int offset = shown_offset(line, token->start - start);
    int end_offset = one_line ? shown_offset(line, token->end - start) : token->end_col + 1;
    return raise_syntax_error(SyntaxError, message, source->filename, token->lineno, offset, line,
                              token->end_lineno, end_offset);
}

/* Other tokens may lie around a comment. */
static bool is_looked_at(const Token *token)
{
    return token->type == TOK_STRING || token->type == TOK_NAME ||
           token->type == TOK_FSTRING_MIDDLE;
}

static bool raise_in_token(const BadSource *source, const Token *token)
{
    if (token->type == TOK_STRING)
        return raise_in_literal(source, token);
    if (token->type == TOK_NAME)
        return raise_in_name(source, token);
    return raise_undecodable(source->text + token->start, token->end - token->start);
}

/* False if one of the tokens has bytes that are not UTF-8. What else is wrong is the parser's. */
static bool check_tokens(const BadSource *source, Value readable)
{
    Arena arena;
    Diagnostics diagnostics;
    Tokenizer tokenizer;
    Token token;
    bool good = true;
    arena_init(&arena);
    diagnostics_init(&diagnostics, &arena);
    if (!tokenizer_init(&tokenizer, ((Bytes *)readable)->data, source->size, true, &diagnostics)) {
        arena_free(&arena);
        return raise_no_memory();
    }
    while (good && tokenizer_next(&tokenizer, &token) && token.type != TOK_ENDMARKER) {
        size_t size = token.end - token.start;
        if (token.end <= source->size && is_looked_at(&token) &&
            utf8_scan(source->text + token.start, size, false).valid < size)
            good = raise_in_token(source, &token);
    }
    tokenizer_free(&tokenizer);
    arena_free(&arena);
    return good;
}

bool source_repair_utf8(const char **text, size_t *size, Value filename, Value *keep)
{
    if (utf8_scan(*text, *size, false).valid == *size)
        return true;
    Value plain = TRY(with_plain_lines(*text, *size));
    BadSource source = {((Bytes *)plain)->data, (size_t)((Bytes *)plain)->length, filename};
    *keep = TRY(with_letters(source.text, source.size));
    TRY(check_tokens(&source, *keep));
    *text = ((Bytes *)*keep)->data;
    *size = source.size;
    return true;
}
