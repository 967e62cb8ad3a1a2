#include "syntax/token_stream.h"

#include "unit.h"

/* ---- The tokenizer: a text's tokens as "TYPE@line:col-line:col" ---- */

static const char *const type_names[] = {
#define TOKEN(name, text) #name,
#include "syntax/tokens.def"
};

static char shown[4096];

static const char *tokens_of(const char *text)
{
    Arena arena;
    Diagnostics diagnostics;
    Tokenizer tok;
    Token token;
    char *to = shown;
    arena_init(&arena);
    diagnostics_init(&diagnostics, &arena);
    tokenizer_init(&tok, text, strlen(text), true, &diagnostics);
    *to = 0;
    do {
        if (!tokenizer_next(&tok, &token)) {
            to += sprintf(to, "%s",
                          diagnostics.error.message ? diagnostics.error.message : "unfinished");
            break;
        }
        to += sprintf(to, "%s@%d:%d-%d:%d ", type_names[token.type], token.lineno, token.col,
                      token.end_lineno, token.end_col);
    } while (token.type != TOK_ENDMARKER);
    tokenizer_free(&tok);
    arena_free(&arena);
    return shown;
}

UNIT(names_numbers_and_operators)
{
    CHECK_STR(tokens_of("x = 0x1F"),
              "NAME@1:0-1:1 EQUAL@1:2-1:3 NUMBER@1:4-1:8 NEWLINE@1:8-1:9 ENDMARKER@1:-1-1:-1 ");
    CHECK_STR(tokens_of("a**=b<<=c"),
              "NAME@1:0-1:1 DOUBLESTAREQUAL@1:1-1:4 NAME@1:4-1:5 LEFTSHIFTEQUAL@1:5-1:8 "
              "NAME@1:8-1:9 NEWLINE@1:9-1:10 ENDMARKER@1:-1-1:-1 ");
    CHECK_STR(tokens_of("1.e5j..."),
              "NUMBER@1:0-1:5 ELLIPSIS@1:5-1:8 NEWLINE@1:8-1:9 ENDMARKER@1:-1-1:-1 ");
}

UNIT(columns_count_bytes)
{
    CHECK_STR(tokens_of("\xC3\xA9 = \xC3\xBC"),
              "NAME@1:0-1:2 EQUAL@1:3-1:4 NAME@1:5-1:7 NEWLINE@1:7-1:8 ENDMARKER@1:-1-1:-1 ");
}

UNIT(indentation)
{
    CHECK_STR(tokens_of("if x:\n\ty\n\n# c\nz"),
              "NAME@1:0-1:2 NAME@1:3-1:4 COLON@1:4-1:5 NEWLINE@1:5-1:6 INDENT@2:-1-2:-1 "
              "NAME@2:1-2:2 NEWLINE@2:2-2:3 DEDENT@5:-1-5:-1 NAME@5:0-5:1 NEWLINE@5:1-5:2 "
              "ENDMARKER@5:-1-5:-1 ");
}

UNIT(lines_join_in_brackets_and_after_backslashes)
{
    CHECK_STR(tokens_of("(a,\n  # c\n b)"),
              "LPAR@1:0-1:1 NAME@1:1-1:2 COMMA@1:2-1:3 NAME@3:1-3:2 RPAR@3:2-3:3 NEWLINE@3:3-3:4 "
              "ENDMARKER@3:-1-3:-1 ");
    CHECK_STR(tokens_of("a \\\n b"),
              "NAME@1:0-1:1 NAME@2:1-2:2 NEWLINE@2:2-2:3 ENDMARKER@2:-1-2:-1 ");
}

UNIT(every_line_end_is_one)
{
    CHECK_STR(tokens_of("a\r\nb\rc"),
              "NAME@1:0-1:1 NEWLINE@1:1-1:2 NAME@2:0-2:1 NEWLINE@2:1-2:2 NAME@3:0-3:1 "
              "NEWLINE@3:1-3:2 ENDMARKER@3:-1-3:-1 ");
}

UNIT(fstrings_are_taken_apart)
{
    CHECK_STR(tokens_of("f'a{b!r:>{w}}c'"),
              "FSTRING_START@1:0-1:2 FSTRING_MIDDLE@1:2-1:3 LBRACE@1:3-1:4 NAME@1:4-1:5 "
              "EXCLAMATION@1:5-1:6 NAME@1:6-1:7 COLON@1:7-1:8 FSTRING_MIDDLE@1:8-1:9 "
              "LBRACE@1:9-1:10 NAME@1:10-1:11 RBRACE@1:11-1:12 FSTRING_MIDDLE@1:12-1:12 "
              "RBRACE@1:12-1:13 FSTRING_MIDDLE@1:13-1:14 FSTRING_END@1:14-1:15 NEWLINE@1:15-1:16 "
              "ENDMARKER@1:-1-1:-1 ");
    CHECK_STR(tokens_of("f'{f'{f'{1}'}'}'"),
              "FSTRING_START@1:0-1:2 LBRACE@1:2-1:3 FSTRING_START@1:3-1:5 LBRACE@1:5-1:6 "
              "FSTRING_START@1:6-1:8 LBRACE@1:8-1:9 NUMBER@1:9-1:10 RBRACE@1:10-1:11 "
              "FSTRING_END@1:11-1:12 RBRACE@1:12-1:13 FSTRING_END@1:13-1:14 RBRACE@1:14-1:15 "
              "FSTRING_END@1:15-1:16 NEWLINE@1:16-1:17 ENDMARKER@1:-1-1:-1 ");
}

UNIT(unfinished_texts)
{
    CHECK_STR(tokens_of("(a"), "LPAR@1:0-1:1 NAME@1:1-1:2 unfinished");
    CHECK_STR(tokens_of("'a"), "unterminated string literal (detected at line 1)");
    CHECK_STR(tokens_of("a \\"), "NAME@1:0-1:1 unfinished");
}

/* ---- The stream: "type text" with columns in characters ---- */

typedef struct Lines {
    const char **next;
    bool fail;
} Lines;

static bool read_line(void *context, const char **line, size_t *length)
{
    Lines *lines = context;
    if (lines->fail)
        return false;
    *line = *lines->next ? *lines->next++ : "";
    *length = strlen(*line);
    return true;
}

static const char *stream_of(const char **text)
{
    Lines lines = {text, false};
    TokenStream stream;
    StreamToken token;
    StreamStep step = STREAM_ERROR;
    char *to = shown;
    *to = 0;
    if (token_stream_open(&stream, read_line, &lines, true))
        while ((step = token_stream_next(&stream, &token)) == STREAM_TOKEN)
            to += sprintf(to, "%s[%.*s]%d:%d-%d:%d(%zu) ", type_names[token.type],
                          (int)token.text_length, token.text, token.lineno, token.col,
                          token.end_lineno, token.end_col, token.line_length);
    if (step == STREAM_ERROR)
        sprintf(to, "%s", stream.diagnostics.error.message);
    token_stream_close(&stream);
    return shown;
}

UNIT(stream_has_comments_and_blank_lines)
{
    const char *text[] = {"x # c\n", "\n", "(y,\n", ")", NULL};
    CHECK_STR(stream_of(text),
              "NAME[x]1:0-1:1(6) COMMENT[# c]1:2-1:5(6) NEWLINE[\n]1:5-1:6(6) NL[\n]2:0-2:1(1) "
              "OP[(]3:0-3:1(4) NAME[y]3:1-3:2(4) OP[,]3:2-3:3(4) NL[\n]3:3-3:4(4) "
              "OP[)]4:0-4:1(1) NEWLINE[]4:1-4:2(1) ENDMARKER[]5:0-5:0(0) ");
}

UNIT(stream_columns_count_characters)
{
    const char *text[] = {"'''\xC3\xA9\n", "\xC3\xBC''' + \xC3\xA4\n", NULL};
    CHECK_STR(stream_of(text),
              "STRING['''\xC3\xA9\n\xC3\xBC''']1:0-2:4(17) OP[+]2:5-2:6(11) "
              "NAME[\xC3\xA4]2:7-2:8(11) NEWLINE[\n]2:8-2:9(11) ENDMARKER[]3:0-3:0(0) ");
}

UNIT(stream_passes_over_mistakes)
{
    const char *text[] = {"a ) $ 1x\n", NULL};
    CHECK_STR(stream_of(text),
              "NAME[a]1:0-1:1(9) OP[)]1:2-1:3(9) OP[$]1:4-1:5(9) NUMBER[1]1:6-1:7(9) "
              "NAME[x]1:7-1:8(9) NEWLINE[\n]1:8-1:9(9) ENDMARKER[]2:0-2:0(0) ");
}

UNIT(stream_ends_in_brackets)
{
    const char *text[] = {"(\n", NULL};
    CHECK_STR(stream_of(text), "OP[(]1:0-1:1(2) NL[\n]1:1-1:2(2) "
                               "unexpected EOF in multi-line statement");
}

UNIT(stream_reports_a_failed_reader)
{
    Lines lines = {NULL, true};
    TokenStream stream;
    StreamToken token;
    CHECK(token_stream_open(&stream, read_line, &lines, true));
    StreamStep step = token_stream_next(&stream, &token);
    SyntaxErrorKind kind = stream.diagnostics.error.kind;
    token_stream_close(&stream);
    CHECK_INT(step, STREAM_ERROR);
    CHECK_INT(kind, SYNTAX_OK);
}

UNIT_MAIN()
