#ifndef WEFT_SYNTAX_TOKENIZER_H
#define WEFT_SYNTAX_TOKENIZER_H

#include "syntax/diagnostics.h"

/* From text to tokens. The tokenizer follows the "Lexical analysis" chapter of the reference; its
 * tokens are those of Python's `tokenize` module, f-strings taken apart as PEP 701 says.
 *
 * Text is UTF-8 with line ends \n (or, for a token stream, \r\n too). It ends at a zero byte at
 * `end`, so that scanning needs no bound; a line with another zero byte is an error. Lines come all
 * at once, or one by one from a reader; the text may move when a line is read, so that whatever
 * outlives a line is an offset. */

typedef enum TokenType {
#define TOKEN(name, text)   TOK_##name,
#define KEYWORD(name, text) KW_##name,
#include "syntax/tokens.def"
    TOKEN_TYPE_COUNT
} TokenType;

typedef enum SoftKeyword {
    NOT_SOFT,
#define SOFT_KEYWORD(name, text) SOFT_##name,
#include "syntax/tokens.def"
} SoftKeyword;

/* The text of a token whose text is always the same, else "". */
extern const char *const token_texts[TOKEN_TYPE_COUNT];

typedef struct Token {
    uint8_t type;        /* TokenType */
    uint8_t soft;        /* SoftKeyword, of a NAME */
    uint16_t level;      /* the open brackets after this token */
    uint32_t start, end; /* offsets in the text */
    int lineno, end_lineno;
    int col, end_col; /* bytes from the line's start; -1 for a token that no text stands for */
} Token;

/* Why no further token comes. */
typedef enum TokenizerState {
    TOKENIZER_GOING,
    TOKENIZER_AT_END,      /* the text has been read to its end */
    TOKENIZER_END_IN_TEXT, /* the text ended within a string literal */
    TOKENIZER_FAILED       /* an error has been recorded */
} TokenizerState;

enum {
    MAX_INDENTS = 100,
    MAX_BRACKETS = 200,
    MAX_FSTRINGS = 150,
    MAX_FSPEC_NESTING = 3, /* replacement fields within format specs within ... */
};

/* An f-string that has begun. `in_text`: the next token is from the string's own text, else from
 * an expression in it. */
typedef struct FStringMode {
    char quote;
    uint8_t quote_size; /* 1 or 3 */
    bool raw;
    bool in_text;
    bool in_format_spec;
    int depth;      /* open brackets within this f-string */
    int expr_depth; /* replacement fields that are open, less one */
    uint32_t start; /* offset of the prefix */
    uint32_t line_start;
    int lineno;
} FStringMode;

typedef struct Bracket {
    char character;
    int lineno;
    int col;
} Bracket;

/* Reads the next line. Returns false after an error, of which the caller knows; a line of length 0
 * is the end. The line is copied at once. */
typedef bool (*ReadLine)(void *context, const char **line, size_t *length);

typedef struct Tokenizer {
    const char *cur; /* the next character */
    const char *end; /* the zero byte after the text */
    const char *line_start;
    const char *joined_start; /* the first of the lines that backslashes have joined to this one */
    int lineno;               /* of the line that `cur` is in, or has just left */
    bool at_line_start;
    bool after_newline; /* a line end was just passed: the next character starts a new line */
    TokenizerState state;

    int indent_count; /* the current indentation is indents[indent_count] */
    int pending;      /* INDENT (> 0) or DEDENT (< 0) tokens that are due */
    int indents[MAX_INDENTS];
    int alt_indents[MAX_INDENTS]; /* the same with tabs of one column: reveals mixed tabs */

    int level; /* open brackets */
    Bracket brackets[MAX_BRACKETS];

    int fstring_count;
    FStringMode *fstrings; /* MAX_FSTRINGS of them, in the arena; NULL before the first */

    char *text; /* malloc'ed */
    size_t capacity;
    ReadLine read_line; /* NULL: all text is there */
    void *read_context;

    bool extra_tokens;     /* COMMENT and NL tokens, OP for every operator, and fewer errors */
    bool type_comments;    /* TYPE_COMMENT and TYPE_IGNORE tokens */
    bool implicit_newline; /* the text's last line had no end, and was given one */
    bool has_zeros;        /* there is a zero byte within the text (or the newest line) */
    bool layout_error;     /* the error is one of indentation or line joining */
    const char *comment;   /* on the current line; NULL: there was none */
    bool comment_line;     /* a comment was the only thing on this line */
    bool warn;             /* false in a second pass: everything was warned of in the first */
    Diagnostics *diagnostics;
} Tokenizer;

/* Prepares to read `length` bytes, which are copied; line ends become \n, and with `add_newline`
 * the last line gets one if it has none. False if there is no memory (an error is recorded). */
bool tokenizer_init(Tokenizer *tok, const char *text, size_t length, bool add_newline,
                    Diagnostics *diagnostics);

/* Prepares to read lines from a reader, line ends as they are. */
bool tokenizer_init_reader(Tokenizer *tok, ReadLine read_line, void *context,
                           Diagnostics *diagnostics);

void tokenizer_free(Tokenizer *tok);

/* Reads the next token. False (and a token of type ERRORTOKEN) after an error, or if the text ends
 * within brackets or after a backslash, which records no error: see `state` and `level`. */
bool tokenizer_next(Tokenizer *tok, Token *token);

/* Whether the end of the text has been seen. */
bool tokenizer_at_end(const Tokenizer *tok, const Token *last);

/* ---- For tok_*.c only ---- */

/* Steps over the line end that was just consumed. False at the end of the text (state is set) or
 * after an error. */
bool tokenizer_next_line(Tokenizer *tok);

/* Records a SyntaxError at the character before `cur`; returns false. */
COLD bool tokenizer_error(Tokenizer *tok, const char *format, ...) PRINTF_LIKE(2, 3);

/* The same at a byte range of a line: the offsets are that of the last byte before `end`. */
COLD bool tokenizer_error_at(Tokenizer *tok, SyntaxErrorKind kind, const char *line_start,
                             int lineno, int offset, int end_offset, const char *format, ...)
    PRINTF_LIKE(7, 8);

/* Fills in a token from an offset to `cur`. */
void tokenizer_make(const Tokenizer *tok, Token *token, TokenType type, uint32_t start, int lineno,
                    int col);

static inline uint32_t tokenizer_offset(const Tokenizer *tok, const char *at)
{
    return (uint32_t)(at - tok->text);
}

static inline FStringMode *tokenizer_fstring(Tokenizer *tok)
{
    return &tok->fstrings[tok->fstring_count - 1];
}

/* Each reads one token whose start is at `cur`. */
bool tokenize_number(Tokenizer *tok, Token *token);
bool tokenize_string(Tokenizer *tok, Token *token, const char *start); /* `cur`: the quote */
bool tokenize_fstring_start(Tokenizer *tok, Token *token, const char *start);
bool tokenize_fstring_text(Tokenizer *tok, Token *token);
bool tokenize_operator(Tokenizer *tok, Token *token);

/* Checks that a non-ASCII name is an identifier. */
bool tokenizer_check_name(Tokenizer *tok, const char *start);

/* Reports a character that starts no token. */
COLD bool tokenizer_bad_character(Tokenizer *tok, const char *at);

/* Decodes the character at `at` (1 to 4 bytes of valid UTF-8; surrogates allowed); the length goes
 * to `*length`. */
uint32_t decode_character(const char *at, int *length);

#endif
