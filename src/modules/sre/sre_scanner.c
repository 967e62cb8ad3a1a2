/* _sre.SRE_Scanner: goes from match to match. What finditer() calls. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/share.h"
#include "core/turn.h"
#include "modules/sre/sre_object.h"
#include "types/bytes.h"
#include "types/str.h"

/* Only one thread at a time moves a scanner: its turn. Between its calls it holds the buffer of a
 * string that is neither str nor bytes by a memoryview, until it has found all. */
typedef struct Scanner {
    Object ob;
    Value pattern, string; /* immutable */
    Value keep;            /* guarded by turn: a memoryview of the string, or 0 */
    intptr_t pos;          /* immutable: where the first match may begin */
    intptr_t start;        /* guarded by turn: where the next match may begin */
    intptr_t endpos;
    bool must_advance; /* guarded by turn: the last match was empty and ended at start */
    bool finished;     /* guarded by turn */
    Turn turn;
} Scanner;

static void scanner_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Scanner *)self)->pattern);
    gc_visit(tracer, ((Scanner *)self)->string);
    gc_visit(tracer, load_relaxed(&((Scanner *)self)->keep));
}

Value scanner_new(Pattern *pattern, Value string, intptr_t pos, intptr_t endpos)
{
    SRE_STATE(state);
    TRY(state_init(&state, pattern, string, pos, endpos));
    Scanner *scanner = TRY(NEW(Scanner, &scanner_type));
    gc_store(scanner, &scanner->pattern, (Value)pattern);
    gc_store(scanner, &scanner->string, string);
    scanner->pos = scanner->start = state.start;
    scanner->endpos = state.end;
    scanner->finished = state.start > state.end;
    if (!is_str(string) && !is_bytes(string))
        gc_store(scanner, &scanner->keep, TRY(memoryview_from(string)));
    return (Value)scanner;
}

static Value advance(Scanner *scanner, int (*find)(SreState *))
{
    if (scanner->finished)
        return None;
    Pattern *pattern = (Pattern *)scanner->pattern;
    SRE_STATE(state);
    TRY(state_init(&state, pattern, scanner->string, scanner->start, scanner->endpos));
    state.must_advance = scanner->must_advance;
    int found = find(&state);
    Value match = TRY(match_from_state(pattern, &state, scanner->string, scanner->pos, found));
    if (found == 0) {
        scanner->finished = true;
        if (scanner->keep)
            TRY(call_method0(scanner->keep, TRY(str_intern_cstring("release"))));
    } else {
        scanner->must_advance = state.position == state.start;
        scanner->start = state.position;
    }
    return match;
}

static Value advance_alone(Value self, int (*find)(SreState *))
{
    Scanner *scanner = (Scanner *)self;
    TURN (scanner, &scanner->turn) {
        return advance(scanner, find);
    }
    return 0;
}

METHOD(scanner_m_match, "match", "", "")
{
    return advance_alone(args[0], sre_match);
}

METHOD(scanner_m_search, "search", "", "")
{
    return advance_alone(args[0], sre_search);
}

Value scanner_search(Value scanner)
{
    return advance_alone(scanner, sre_search);
}

Value scanner_search_method(Value scanner)
{
    return builtin_new(M(scanner_m_search), scanner, 0);
}

static MethodDef *const scanner_methods[] = {M(scanner_m_match), M(scanner_m_search), 0};

static const MemberDef scanner_members[] = {
    {"pattern", MEMBER_VALUE, offsetof(Scanner, pattern), true, 0},
    {0},
};

Type scanner_type = {
    TYPE_HEAD("_sre.SRE_Scanner", Scanner),
    .methods = scanner_methods,
    .members = scanner_members,
    .trace = scanner_trace,
    .flags = TYPE_NO_NEW | TYPE_IMMUTABLE,
};

void sre_scanner_start(void)
{
    type_ready(&scanner_type, 0);
}
