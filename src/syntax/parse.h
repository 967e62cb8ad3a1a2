#ifndef WEFT_SYNTAX_PARSE_H
#define WEFT_SYNTAX_PARSE_H

#include "syntax/ast.h"

/* From source text to a tree. Knows no Python objects: errors and warnings go back as records.
 *
 *   ParseOptions options = {.mode = PARSE_FILE, .stack_limit = limit};
 *   ParseResult result;
 *   if (syntax_parse(text, length, &options, &result))
 *       compile(result.tree);
 *   else
 *       raise(result.error);
 *   parse_result_free(&result); */

typedef enum ParseMode {
    PARSE_FILE,     /* "exec": Module */
    PARSE_SINGLE,   /* "single": Interactive, one statement */
    PARSE_EVAL,     /* "eval": Expression */
    PARSE_FUNC_TYPE /* "func_type": FunctionType */
} ParseMode;

/* Returns the NFKC form of an identifier that is not ASCII, allocated in the arena, and its length;
 * NULL if there is no memory. */
typedef const char *(*NormalizeName)(Arena *arena, const char *bytes, size_t length,
                                     size_t *normalized_length);

typedef struct ParseOptions {
    ParseMode mode;
    bool type_comments;     /* PyCF_TYPE_COMMENTS: keep `# type:` comments */
    bool allow_incomplete;  /* PyCF_ALLOW_INCOMPLETE_INPUT: see SYNTAX_INCOMPLETE */
    bool dont_imply_dedent; /* PyCF_DONT_IMPLY_DEDENT */
    bool is_program;        /* read from the program's file: nothing is pointed at behind its end */
    bool barry_as_flufl;    /* from __future__ import barry_as_FLUFL is in force: <> for != */
    int max_int_digits;     /* longest decimal literal; 0: any */
    int feature_version;    /* the minor version of ast.parse(feature_version=...); 0: the newest */
    const char *stack_limit; /* parsing fails rather than let the C stack grow below this */
    NormalizeName normalize; /* NULL: identifiers stay as they are written */
} ParseOptions;

typedef enum SyntaxErrorKind {
    SYNTAX_OK,
    SYNTAX_ERROR,       /* SyntaxError */
    SYNTAX_INDENTATION, /* IndentationError */
    SYNTAX_TAB,         /* TabError */
    SYNTAX_INCOMPLETE,  /* _IncompleteInputError */
    SYNTAX_NO_MEMORY,   /* MemoryError; without a message unless the nesting is too deep */
    SYNTAX_VALUE,       /* ValueError: no positions */
    SYNTAX_OVERFLOW     /* OverflowError: no positions */
} SyntaxErrorKind;

/* An error as CPython's SyntaxError has it. The strings belong to the result's arena. */
typedef struct SyntaxErrorInfo {
    SyntaxErrorKind kind;
    const char *message;
    bool positions; /* the rest is known */
    int lineno;     /* from 1 */
    int offset;     /* characters, from 1; 0 if unknown */
    int end_lineno; /* -1: this and end_offset are None (only from a TokenStream) */
    int end_offset;
    const char *text; /* the source line, some with the line end; NULL if there is none (None) */
    size_t text_length;
} SyntaxErrorInfo;

/* A SyntaxWarning. If the caller's filters make it an error, that is a SyntaxError with the same
 * message at the same place. */
typedef struct SyntaxWarningInfo {
    const char *message;
    int lineno;
    int offset; /* characters, from 1: as an error would have it */
    int end_lineno;
    int end_offset;
    const char *text;
    size_t text_length;
    struct SyntaxWarningInfo *next;
} SyntaxWarningInfo;

typedef struct ParseResult {
    Mod *tree; /* NULL after an error */
    SyntaxErrorInfo error;
    SyntaxWarningInfo *warnings; /* in the order in which they were found; also after an error */
    Arena arena;                 /* owns the tree, the identifiers and all strings here */
    IdentTable idents;
} ParseResult;

/* Parses `length` bytes of UTF-8 (without a byte order mark). Returns whether there is a tree;
 * fills in the result in either case. The text need not end with a newline, and is not kept. */
bool syntax_parse(const char *text, size_t length, const ParseOptions *options,
                  ParseResult *result);

/* Frees the tree and everything else in the result. */
void parse_result_free(ParseResult *result);

/* Finds the encoding that a source file declares (PEP 263). Returns the number of bytes to skip (3
 * for a UTF-8 byte order mark, else 0). `*name` is set to the declared name's bytes within the
 * text and its length, or to NULL if nothing is declared; utf-8 is then meant. */
size_t syntax_find_encoding(const char *bytes, size_t length, const char **name,
                            size_t *name_length);

#endif
