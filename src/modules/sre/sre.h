/* The regular expression engine behind Lib/re.
 *
 * Lib/re/_compiler.py turns a pattern into a list of codes; sre_program.c checks these and
 * translates them into a program for the backtracking matcher of sre_match.c, which keeps what
 * it may have to come back to on a stack of its own: no C recursion, whatever the pattern.
 *
 * A program is an array of 32-bit words: an operation, then its operands. Targets of jumps are
 * indices into the program. */
#ifndef WEFT_MODULES_SRE_SRE_H
#define WEFT_MODULES_SRE_SRE_H

#include "base/utf8.h"
#include "core/type.h"

/* How characters are compared: as they are, or in lower case by ASCII, Unicode or the locale. */
typedef enum SreCase { CASE_EXACT, CASE_ASCII, CASE_UNICODE, CASE_LOCALE } SreCase;

/*  operation        operands                  meaning, of words after it */
#define SRE_OPERATIONS(OP)                                                                         \
    OP(SUCCESS)        /*                       the whole pattern matches */                       \
    OP(FAILURE)        /*                       go back */                                         \
    OP(CHAR)           /* c                     this character */                                  \
    OP(NOT_CHAR)       /* c                     any but this */                                    \
    OP(CHAR_CASE)      /* c, mode               this one, by SreCase */                            \
    OP(NOT_CHAR_CASE)  /* c, mode */                                                               \
    OP(ANY)            /*                       any but a newline */                               \
    OP(ANY_ALL)        /*                       any */                                             \
    OP(SET)            /* size, mode, bitmap[8], set[size]   bitmap: of those below 256 */         \
    OP(AT)             /* place                 see SrePlace */                                    \
    OP(MARK)           /* i                     marks[i] = here */                                 \
    OP(JUMP)           /* target */                                                                \
    OP(SPLIT)          /* target                go on; if that fails, from target */               \
    OP(REPEAT)         /* r, until              starts loop r at its end */                        \
    OP(MAX_UNTIL)      /* r, min, max, body     end of a greedy loop: once more, or go on */       \
    OP(MIN_UNTIL)      /* r, min, max, body     end of a lazy one: go on, or once more */          \
    OP(REPEAT_ONE)     /* min, max, size, item[size]   greedy loop over one character */           \
    OP(MIN_REPEAT_ONE) /* min, max, size, item[size]   lazy one */                                 \
    OP(POSSESSIVE_ONE) /* min, max, size, item[size]   takes all it can, for good */               \
    OP(ASSERT)         /* back                  look ahead, or back so many characters */          \
    OP(ASSERT_END)     /* */                                                                       \
    OP(ASSERT_NOT)     /* back, tail */                                                            \
    OP(ASSERT_NOT_END) /* */                                                                       \
    OP(ATOMIC)         /*                       what it matched is never tried another way */      \
    OP(ATOMIC_END)     /* */                                                                       \
    OP(POSSESSIVE)     /* r, min, max, tail     loop of atomic groups */                           \
    OP(POSSESSIVE_END) /* start */                                                                 \
    OP(GROUPREF)       /* group, mode           what the group matched */                          \
    OP(GROUP_EXISTS)   /* group, target         target unless the group has matched */

typedef enum SreOp {
#define OP(name) SRE_##name,
    SRE_OPERATIONS(OP)
#undef OP
} SreOp;

enum { SRE_SET_WORDS = 11, SRE_ONE_WORDS = 4 }; /* words before a set, and before an item */

/* The numbers of Lib/re/_constants.py that codes are made of. */
typedef enum SreCode {
    CODE_FAILURE,
    CODE_SUCCESS,
    CODE_ANY,
    CODE_ANY_ALL,
    CODE_ASSERT,
    CODE_ASSERT_NOT,
    CODE_AT,
    CODE_BRANCH,
    CODE_CATEGORY,
    CODE_CHARSET,
    CODE_BIGCHARSET,
    CODE_GROUPREF,
    CODE_GROUPREF_EXISTS,
    CODE_IN,
    CODE_INFO,
    CODE_JUMP,
    CODE_LITERAL,
    CODE_MARK,
    CODE_MAX_UNTIL,
    CODE_MIN_UNTIL,
    CODE_NOT_LITERAL,
    CODE_NEGATE,
    CODE_RANGE,
    CODE_REPEAT,
    CODE_REPEAT_ONE,
    CODE_SUBPATTERN,
    CODE_MIN_REPEAT_ONE,
    CODE_ATOMIC_GROUP,
    CODE_POSSESSIVE_REPEAT,
    CODE_POSSESSIVE_REPEAT_ONE,
    CODE_GROUPREF_IGNORE,
    CODE_IN_IGNORE,
    CODE_LITERAL_IGNORE,
    CODE_NOT_LITERAL_IGNORE,
    CODE_GROUPREF_LOC_IGNORE,
    CODE_IN_LOC_IGNORE,
    CODE_LITERAL_LOC_IGNORE,
    CODE_NOT_LITERAL_LOC_IGNORE,
    CODE_GROUPREF_UNI_IGNORE,
    CODE_IN_UNI_IGNORE,
    CODE_LITERAL_UNI_IGNORE,
    CODE_NOT_LITERAL_UNI_IGNORE,
    CODE_RANGE_UNI_IGNORE,
} SreCode;

typedef enum SrePlace {
    AT_BEGINNING,
    AT_BEGINNING_LINE,
    AT_BEGINNING_STRING,
    AT_BOUNDARY,
    AT_NON_BOUNDARY,
    AT_END,
    AT_END_LINE,
    AT_END_STRING,
    AT_LOC_BOUNDARY,
    AT_LOC_NON_BOUNDARY,
    AT_UNI_BOUNDARY,
    AT_UNI_NON_BOUNDARY,
    AT_COUNT
} SrePlace;

typedef enum SreCategory {
    CATEGORY_DIGIT,
    CATEGORY_NOT_DIGIT,
    CATEGORY_SPACE,
    CATEGORY_NOT_SPACE,
    CATEGORY_WORD,
    CATEGORY_NOT_WORD,
    CATEGORY_LINEBREAK,
    CATEGORY_NOT_LINEBREAK,
    CATEGORY_LOC_WORD,
    CATEGORY_LOC_NOT_WORD,
    CATEGORY_UNI_DIGIT,
    CATEGORY_UNI_NOT_DIGIT,
    CATEGORY_UNI_SPACE,
    CATEGORY_UNI_NOT_SPACE,
    CATEGORY_UNI_WORD,
    CATEGORY_UNI_NOT_WORD,
    CATEGORY_UNI_LINEBREAK,
    CATEGORY_UNI_NOT_LINEBREAK,
    CATEGORY_COUNT
} SreCategory;

#define SRE_MAXREPEAT UINT32_MAX
enum {
    SRE_MAGIC = 20230612,
    SRE_MAXGROUPS = INT32_MAX / 2,
    SRE_FLAG_IGNORECASE = 2,
    SRE_FLAG_LOCALE = 4,
    SRE_FLAG_UNICODE = 32,
};

/* A program, and what searching knows about its beginning. Immutable; inside of a Raw. */
typedef struct SreProgram {
    uint32_t size; /* words in code */
    uint32_t groups;
    uint32_t repeats;   /* loop counters */
    uint32_t min_width; /* the shortest match */
    uint32_t entry;     /* where code begins */
    uint32_t prefix;    /* index of the literal prefix in code, if prefix_length */
    uint32_t prefix_length;
    bool literal;   /* the prefix is all there is */
    bool anchored;  /* matches only at the beginning of the string */
    bool has_first; /* a match begins with one of `first`, or something above 255 if first_wide */
    bool first_wide;
    uint32_t first[8];
    uint32_t code[];
} SreProgram;

/* sre_program.c. RuntimeError "invalid SRE code" if the codes break their rules. The Raw that holds
 * it. */
Value sre_program_new(const uint32_t *codes, size_t count, uint32_t groups) MUST_USE;

/* sre_charset.c */
bool sre_in_category(uint32_t category, uint32_t c);
uint32_t sre_lower(SreCase mode, uint32_t c);
/* c equals `literal`, which is in lower case already. */
bool sre_char_matches(SreCase mode, uint32_t c, uint32_t literal);
/* `set`: the words of a set up to FAILURE. */
bool sre_in_set(const uint32_t *set, uint32_t c);
bool sre_in_set_case(const uint32_t *set, SreCase mode, uint32_t c);
uint32_t sre_locale_lower(uint32_t c);
uint32_t sre_locale_upper(uint32_t c);

/* What a thread has in hand while it matches. */
typedef struct SreEntry {
    uint32_t kind, pc;
    intptr_t a, b;
} SreEntry;

enum { SRE_INLINE_SLOTS = 48, SRE_INLINE_ENTRIES = 64 };

typedef struct SreState {
    const SreProgram *program;
    const void *text; /* characters of `width`, the whole string */
    unsigned width;
    intptr_t start, end; /* where matching begins, and where the string is taken to end */
    intptr_t position;   /* out: the end of the match; its beginning is `start` */
    bool match_all;      /* only a match that reaches the end counts */
    bool must_advance;   /* one that is empty at `start` does not */
    intptr_t *marks;     /* two a group; -1: not set */
    intptr_t lastindex;  /* the group that was closed last, from 1; -1: none */
    intptr_t *counts;    /* two a loop: iterations so far, and where the last began */
    SreEntry *stack;
    size_t depth, capacity;
    uint32_t ticks;       /* steps until the next look at signals */
    intptr_t *heap_slots; /* malloc'ed, or 0 */
    intptr_t inline_slots[SRE_INLINE_SLOTS];
    SreEntry inline_stack[SRE_INLINE_ENTRIES];
    /* What holds the text: a str or bytes, or a buffer. */
    Value string;
    Buffer buffer;
    bool held;
} SreState;

/* sre_match.c: 1, 0, or -1 with an exception (memory, signals). */
int sre_match(SreState *state);
/* sre_search.c: the first match at or after `start`, which becomes where it begins. */
int sre_search(SreState *state);
void sre_reset(SreState *state); /* before another match: forgets groups */

#endif
