/* The Python objects of the regular expression engine. */
#ifndef WEFT_MODULES_SRE_SRE_OBJECT_H
#define WEFT_MODULES_SRE_SRE_OBJECT_H

#include "core/alloc.h"
#include "core/dialect.h"
#include "modules/sre/sre.h"

/* All immutable after init. */
typedef struct Pattern {
    Object ob;
    Value pattern;    /* str, bytes or None */
    Value groupindex; /* dict: name to number */
    Value indexgroup; /* tuple: number to name or None */
    Value program;    /* Raw with a SreProgram */
    intptr_t groups;
    int flags;
    int kind; /* PATTERN_STR ... */
} Pattern;
enum { PATTERN_ANY, PATTERN_STR, PATTERN_BYTES };

typedef struct Match {
    Object ob;
    Value pattern, string;
    Value regs;                      /* atomic: 0 until asked for */
    intptr_t pos, endpos, lastindex; /* lastindex: -1 for none */
    intptr_t groups;                 /* the whole match counted */
    intptr_t spans[];                /* start and end of each; -1: not matched */
} Match;

/* A replacement text with references to groups. */
typedef struct Template {
    Object ob;
    intptr_t chunks;
    Value literal; /* what comes before the first reference */
    Value items[]; /* int group, str or bytes after it: `chunks` pairs; a text may be None */
} Template;

extern Type pattern_type, match_type, scanner_type, template_type;

ALWAYS_INLINE const SreProgram *pattern_program(const Pattern *pattern)
{
    return (const SreProgram *)(const void *)((Raw *)pattern->program)->data;
}

/* ---- sre_state.c: a text to match against */

/* Takes hold of `string` (str or buffer) for matching within [pos, endpos). Ends with
 * state_release, also on failure. `start` may be beyond `end`: then nothing matches. */
#define SRE_STATE(name) SreState name __attribute__((cleanup(state_release)))
bool state_init(SreState *state, Pattern *pattern, Value string, intptr_t pos,
                intptr_t endpos) MUST_USE;
void state_release(SreState *state);
/* The part [start, end) of the string, as str or bytes. */
Value state_slice(const SreState *state, intptr_t start, intptr_t end);
/* The same of any string that was matched; clipped to what it is now. */
Value string_slice(Value string, intptr_t start, intptr_t end);
/* The Match of a state where that was found; None if `found` is 0; 0 if it is negative. */
Value match_from_state(Pattern *pattern, SreState *state, Value string, intptr_t pos, int found);

/* ---- sre_sub.c */

extern MethodDef *const pattern_text_methods[]; /* sub subn split findall */
/* What a template makes of a match. */
Value template_expand(Template *template, Match *match);
Value template_new(Value pattern, Value list);

/* ---- sre_scanner.c */

Value scanner_new(Pattern *pattern, Value string, intptr_t pos, intptr_t endpos);
Value scanner_search(Value scanner);
/* A bound method scanner.search, for finditer(). */
Value scanner_search_method(Value scanner);

void sre_start(void); /* makes the types ready */
void sre_pattern_start(void);
void sre_match_start(void);
void sre_scanner_start(void);
void sre_template_start(void);

#endif
