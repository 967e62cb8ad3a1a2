/* Every line of syntax_errors.txt: a wrong snippet gets the exception, message and positions that
 * CPython gives it, a good one none. Run from the project's directory. */
#include "syntax/parse.h"

#include "base/utf8.h"
#include "unit.h"

#define CORPUS "tests/unit/syntax_errors.txt"

enum { MODE, SOURCE, EXCEPTION, MESSAGE, PLACE, FIELD_COUNT };

/* Replaces the escape sequences of Python's unicode_escape codec, in place. */
static size_t unescape(char *text)
{
    unsigned char *to = (unsigned char *)text;
    for (char *from = text; *from;) {
        if (*from != '\\') {
            *to++ = (unsigned char)*from++;
            continue;
        }
        char kind = from[1];
        int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
        char number[9] = "";
        from += 2;
        memcpy(number, from, (size_t)digits);
        from += digits;
        uint32_t c = digits        ? (uint32_t)strtoul(number, NULL, 16)
                     : kind == 'n' ? '\n'
                     : kind == 't' ? '\t'
                     : kind == 'r' ? '\r'
                                   : (uint32_t)(unsigned char)kind;
        to += utf8_put(to, c);
    }
    *to = 0;
    return (size_t)((char *)to - text);
}

static bool split(char *line, char *fields[FIELD_COUNT])
{
    line[strcspn(line, "\n")] = 0;
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (!line)
            return false;
        fields[i] = line;
        line = strchr(line, '\t');
        if (line)
            *line++ = 0;
    }
    return true;
}

static void describe(const SyntaxErrorInfo *error, char *text, size_t size)
{
    static const char *const exceptions[] = {"ok", "SyntaxError", "IndentationError", "TabError"};
    if (error->kind == SYNTAX_OK)
        snprintf(text, size, "ok\t\t");
    else
        snprintf(text, size, "%s\t%s\t%d %d %d %d",
                 error->kind <= SYNTAX_TAB ? exceptions[error->kind] : "?", error->message,
                 error->lineno, error->offset, error->end_lineno, error->end_offset);
}

static bool check_line(char *line)
{
    char *fields[FIELD_COUNT], shown[256], want[1024], got[1024];
    if (!split(line, fields))
        return false;
    snprintf(shown, sizeof shown, "%s", fields[SOURCE]);
    size_t length = unescape(fields[SOURCE]);
    unescape(fields[MESSAGE]);
    snprintf(want, sizeof want, "%s\t%s\t%s", fields[EXCEPTION], fields[MESSAGE], fields[PLACE]);
    ParseOptions options = {
        .mode = fields[MODE][0] == 's'   ? PARSE_SINGLE
                : fields[MODE][1] == 'v' ? PARSE_EVAL
                                         : PARSE_FILE,
        .stack_limit = (const char *)__builtin_frame_address(0) - 2 * 1024 * 1024,
    };
    ParseResult result;
    syntax_parse(fields[SOURCE], length, &options, &result);
    describe(&result.error, got, sizeof got);
    parse_result_free(&result);
    if (strcmp(want, got) == 0)
        return true;
    fprintf(stderr, "%s: %s\n    want %s\n    got  %s\n", fields[MODE], shown, want, got);
    return false;
}

UNIT(errors_are_those_of_cpython)
{
    FILE *file = fopen(CORPUS, "r");
    CHECK(file);
    char *line = NULL;
    size_t capacity = 0;
    int lines = 0, wrong = 0;
    while (getline(&line, &capacity, file) > 0) {
        if (*line == '#')
            continue;
        lines++;
        wrong += !check_line(line);
    }
    free(line);
    fclose(file);
    CHECK(lines > 1000);
    CHECK_INT(wrong, 0);
}

UNIT_MAIN()
