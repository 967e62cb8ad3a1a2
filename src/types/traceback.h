/* traceback: where an exception passed, outermost frame first. */
#ifndef WEFT_TYPES_TRACEBACK_H
#define WEFT_TYPES_TRACEBACK_H

#include "core/abstract.h"

typedef struct Traceback {
    Object ob;
    Value next;  /* Traceback or 0; atomic */
    Value frame; /* immutable after init */
    int lasti;   /* offset of the instruction; immutable after init */
    int lineno;  /* immutable after init; -1: unknown; LINENO_LATER: the frame's code knows */
} Traceback;
extern Type traceback_type;

ALWAYS_INLINE bool is_traceback(Value v)
{
    return has_layout(v, LAYOUT_TRACEBACK);
}
/* Most tracebacks are never looked at: their line is found when it is asked for, by the
 * interpreter. */
enum { LINENO_LATER = -2 };
extern int (*traceback_line_hook)(Value frame, int lasti); /* -1: unknown */
int traceback_lineno(const Traceback *t);                  /* -1: unknown */
/* next: a Traceback or 0. */
Value traceback_new(Value next, Value frame, int lasti, int lineno) MUST_USE;

void traceback_start(void);

#endif
