/* Parses what a test driver sends and says what became of it. Used by
 * tests/tools/compare_syntax.py.
 *
 * Each request on stdin is a line "mode flags length" and that many bytes; each answer on stdout a
 * line "length" and that many bytes: the dump of the tree, or "error\0Type\0message\0..." as
 * answer_error() writes it. With "tokens" as the mode, the tokens. The environment variable
 * SYNTAX_NAMES names a file of lines "HEX NAME" for \N{NAME}. */
#include "syntax/dump.h"
#include "syntax/parse.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <wctype.h>

static char *names;

static bool is_start(uint32_t c)
{
    return iswalpha((wint_t)c) != 0;
}

static bool is_continue(uint32_t c)
{
    return iswalnum((wint_t)c) != 0 || (c >= 0x300 && c < 0x370);
}

static bool is_printable(uint32_t c)
{
    return iswprint((wint_t)c) != 0 && !iswspace((wint_t)c) && c != 0xA0;
}

static int32_t find_character(void *context, const char *name, size_t length)
{
    (void)context;
    for (char *line = names; line && *line; line = strchr(line, '\n') + 1) {
        char *text = strchr(line, ' ') + 1;
        if (strncmp(text, name, length) == 0 && text[length] == '\n')
            return (int32_t)strtol(line, NULL, 16);
    }
    return -1;
}

static const SyntaxHooks hooks = {
    .is_xid_start = is_start,
    .is_xid_continue = is_continue,
    .is_printable = is_printable,
    .character_by_name = find_character,
};

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
        .hooks = &hooks,
    };
    ParseResult result;
    if (!syntax_parse(text, length, &options, &result))
        answer_error(out, &result.error);
    else if (!strchr(flags, 'q'))
        ast_dump(out, result.tree);
    answer_warnings(out, result.warnings);
    parse_result_free(&result);
}

static char *read_names(const char *path)
{
    FILE *file = path ? fopen(path, "rb") : NULL;
    char *text = NULL;
    size_t length = 0;
    if (file && getdelim(&text, &length, 0, file) < 0)
        text = NULL;
    if (file)
        fclose(file);
    return text;
}

int main(void)
{
    char mode[16], flags[16];
    size_t length;
    setlocale(LC_CTYPE, "C.UTF-8");
    names = read_names(getenv("SYNTAX_NAMES"));
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
    free(names);
    return 0;
}
