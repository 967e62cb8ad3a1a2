/* Parses what a test driver sends and says what became of it. Used by
 * tests/tools/compare_syntax.py.
 *
 * Each request on stdin is a line "mode flags length" and that many bytes; each answer on stdout a
 * line "length" and that many bytes: the dump of the tree, or "error\0Type\0message\0..." as
 * answer_error() writes it. */
#include "syntax/dump.h"
#include "syntax/parse.h"
#include "syntax/token_stream.h"

#include <stdlib.h>
#include <string.h>

static void answer_error(FILE *out, const SyntaxErrorInfo *error)
{
    static const char *const types[] = {"ok",         "SyntaxError",           "IndentationError",
                                        "TabError",   "_IncompleteInputError", "MemoryError",
                                        "ValueError", "OverflowError"};
    fprintf(out, "error%c%s%c%s%c", 0, types[error->kind], 0, error->message ? error->message : "",
            0);
    if (error->positions)
        fprintf(out, "%d %d %d %d", error->lineno, error->offset, error->end_lineno,
                error->end_offset);
    fputc(0, out);
    if (error->text)
        fwrite(error->text, 1, error->text_length, out);
}

static void answer_warnings(FILE *out, const SyntaxWarningInfo *warning)
{
    for (; warning; warning = warning->next)
        fprintf(out, "%cwarning %d %s", 0, warning->lineno, warning->message);
}

/* A reader of the lines of a text. */
typedef struct Lines {
    const char *next, *end;
} Lines;

static bool read_line(void *context, const char **line, size_t *length)
{
    Lines *lines = context;
    *line = lines->next;
    const char *at = lines->next;
    while (at < lines->end && *at != '\n' && *at != '\r')
        at++;
    if (at < lines->end)
        at += at[0] == '\r' && at + 1 < lines->end && at[1] == '\n' ? 2 : 1;
    *length = (size_t)(at - lines->next);
    lines->next = at;
    return true;
}

static void answer_tokens(FILE *out, bool extra_tokens, const char *text, size_t length)
{
    Lines lines = {text, text + length};
    TokenStream stream;
    StreamToken token;
    StreamStep step = STREAM_ERROR;
    if (token_stream_open(&stream, read_line, &lines, extra_tokens)) {
        while ((step = token_stream_next(&stream, &token)) == STREAM_TOKEN) {
            fprintf(out, "%d %d %d %d %d %zu %zu\n", token.type, token.lineno, token.col,
                    token.end_lineno, token.end_col, token.text_length, token.line_length);
            fwrite(token.text, 1, token.text_length, out);
            fwrite(token.line, 1, token.line_length, out);
        }
    }
    if (step == STREAM_ERROR)
        answer_error(out, &stream.diagnostics.error);
    token_stream_close(&stream);
}

static void answer(FILE *out, const char *mode, const char *flags, const char *text, size_t length)
{
    ParseOptions options = {
        .mode = strcmp(mode, "eval") == 0        ? PARSE_EVAL
                : strcmp(mode, "single") == 0    ? PARSE_SINGLE
                : strcmp(mode, "func_type") == 0 ? PARSE_FUNC_TYPE
                                                 : PARSE_FILE,
        .type_comments = strchr(flags, 't') != NULL,
        .allow_incomplete = strchr(flags, 'i') != NULL,
        .dont_imply_dedent = strchr(flags, 'd') != NULL,
        .stack_limit = (const char *)__builtin_frame_address(0) - 4 * 1024 * 1024,
    };
    ParseResult result;
    if (strcmp(mode, "tokens") == 0) {
        answer_tokens(out, strchr(flags, 'x') != NULL, text, length);
        return;
    }
    if (!syntax_parse(text, length, &options, &result))
        answer_error(out, &result.error);
    else if (!strchr(flags, 'q'))
        ast_dump(out, result.tree);
    answer_warnings(out, result.warnings);
    parse_result_free(&result);
}

int main(void)
{
    char mode[16], flags[16];
    size_t length;
    while (scanf("%15s %15s %zu", mode, flags, &length) == 3) {
        getchar();
        char *text = malloc(length + 1), *reply = NULL;
        size_t reply_length = 0;
        if (!text || fread(text, 1, length, stdin) != length)
            return 1;
        FILE *out = open_memstream(&reply, &reply_length);
        answer(out, mode, flags, text, length);
        fclose(out);
        printf("%zu\n", reply_length);
        fwrite(reply, 1, reply_length, stdout);
        fflush(stdout);
        free(reply);
        free(text);
    }
    return 0;
}
