/* The matcher: runs a program at one position of the text.
 *
 * Backtracking with an explicit stack, which holds two sorts of entries: places to go on from
 * after a failure (with the position in the text), and old values of marks and counters, which
 * a failure puts back on the way down. An assertion or an atomic group puts a barrier on the
 * stack; when it succeeds, the places above the barrier are dropped and the old values kept. */
#include "modules/sre/sre.h"

#include <stdlib.h>
#include "core/error.h"
#include "core/thread.h"

enum {
    PLACE,          /* go on at pc, position a */
    OLD_MARK,       /* marks[pc] was a, lastindex b */
    OLD_COUNT,      /* counts of loop pc were a and b */
    ONE,            /* REPEAT_ONE at pc: took from a to b; give one back */
    MIN_ONE,        /* MIN_REPEAT_ONE at pc: at position a after b times; take one more */
    LAZY,           /* MIN_UNTIL at pc, position a: once more */
    BARRIER_ASSERT, /* a: position to go back to */
    BARRIER_NOT,    /* at failure: go on at pc, position a */
    BARRIER_ATOMIC,
    BARRIER_LOOP, /* POSSESSIVE at pc, whose iteration began at a: at failure, behind the loop */
};

enum { TICKS = 1 << 16 };

/* ---- The stack -------------------------------------------------------------------------- */

static bool grow(SreState *s)
{
    size_t capacity = s->capacity * 2;
    SreEntry *stack = s->stack == s->inline_stack ? malloc(capacity * sizeof *stack)
                                                  : realloc(s->stack, capacity * sizeof *stack);
    if (!stack) {
        raise_no_memory();
        return false;
    }
    if (s->stack == s->inline_stack)
        memcpy(stack, s->inline_stack, sizeof s->inline_stack);
    s->stack = stack;
    s->capacity = capacity;
    return true;
}

ALWAYS_INLINE bool push(SreState *s, uint32_t kind, uint32_t pc, intptr_t a, intptr_t b)
{
    if (unlikely(s->depth == s->capacity) && !grow(s))
        return false;
    s->stack[s->depth++] = (SreEntry){kind, pc, a, b};
    return true;
}

/* Removes the topmost barrier of this kind and what may be gone on from above it; old values
 * stay. Returns the barrier. */
static SreEntry cut(SreState *s, uint32_t kind)
{
    size_t barrier = s->depth;
    do {
        ASSERT(barrier > 0);
        barrier--;
    } while (s->stack[barrier].kind != kind);
    SreEntry entry = s->stack[barrier];
    size_t kept = barrier;
    for (size_t i = barrier + 1; i < s->depth; i++)
        if (s->stack[i].kind == OLD_MARK || s->stack[i].kind == OLD_COUNT)
            s->stack[kept++] = s->stack[i];
    s->depth = kept;
    return entry;
}

static void restore(SreState *s, const SreEntry *e)
{
    if (e->kind == OLD_MARK) {
        s->marks[e->pc] = e->a;
        s->lastindex = e->b;
    } else if (e->kind == OLD_COUNT) {
        s->counts[2 * e->pc] = e->a;
        s->counts[2 * e->pc + 1] = e->b;
    }
}

/* Undoes everything above the topmost barrier of this kind, and removes it. */
static SreEntry unwind(SreState *s, uint32_t kind)
{
    for (;;) {
        SreEntry e = s->stack[--s->depth];
        if (e.kind == kind)
            return e;
        restore(s, &e);
    }
}

/* ---- Tests ------------------------------------------------------------------------------ */

ALWAYS_INLINE uint32_t text_at(const SreState *s, unsigned width, intptr_t i)
{
    return char_at(s->text, width, (size_t)i);
}

ALWAYS_INLINE bool set_has(const uint32_t *op, uint32_t c)
{
    if (likely(c < 256) && op[2] != CASE_LOCALE)
        return op[3 + (c >> 5)] >> (c & 31) & 1;
    return op[2] == CASE_EXACT ? sre_in_set(op + SRE_SET_WORDS, c)
                               : sre_in_set_case(op + SRE_SET_WORDS, (SreCase)op[2], c);
}

static bool is_word_at(const SreState *s, intptr_t i, uint32_t category)
{
    return i >= 0 && i < s->end && sre_in_category(category, text_at(s, s->width, i));
}

static bool is_newline_at(const SreState *s, intptr_t i)
{
    return text_at(s, s->width, i) == '\n';
}

static bool is_at(const SreState *s, uint32_t place, intptr_t i)
{
    uint32_t category = place >= AT_UNI_BOUNDARY   ? CATEGORY_UNI_WORD
                        : place >= AT_LOC_BOUNDARY ? CATEGORY_LOC_WORD
                                                   : CATEGORY_WORD;
    switch ((SrePlace)place) {
    case AT_BEGINNING:
    case AT_BEGINNING_STRING:
        return i == 0;
    case AT_BEGINNING_LINE:
        return i == 0 || is_newline_at(s, i - 1);
    case AT_END:
        return i == s->end || (i + 1 == s->end && is_newline_at(s, i));
    case AT_END_LINE:
        return i == s->end || is_newline_at(s, i);
    case AT_END_STRING:
        return i == s->end;
    case AT_BOUNDARY:
    case AT_LOC_BOUNDARY:
    case AT_UNI_BOUNDARY:
        return s->end > 0 && is_word_at(s, i - 1, category) != is_word_at(s, i, category);
    case AT_NON_BOUNDARY:
    case AT_LOC_NON_BOUNDARY:
    case AT_UNI_NON_BOUNDARY:
        return s->end > 0 && is_word_at(s, i - 1, category) == is_word_at(s, i, category);
    default:
        return false;
    }
}

/* Where the group's text, repeated at i, ends; -1 if it is not there. */
static intptr_t match_group(const SreState *s, uint32_t group, SreCase mode, intptr_t i)
{
    intptr_t from = s->marks[2 * group], to = s->marks[2 * group + 1];
    if (from < 0 || to < from || to - from > s->end - i)
        return -1;
    for (; from < to; from++, i++) {
        uint32_t a = text_at(s, s->width, from), b = text_at(s, s->width, i);
        if (a != b && (mode == CASE_EXACT || sre_lower(mode, a) != sre_lower(mode, b)))
            return -1;
    }
    return i;
}

/* ---- Loops over one character ----------------------------------------------------------- */

/* c is the character of CHAR_CASE, which is lowercase, in whatever case. */
ALWAYS_INLINE bool case_matches(const uint32_t *op, uint32_t c)
{
    if (likely(c < 128 && op[2] != CASE_LOCALE))
        return (c - 'A' < 26 ? c | 32 : c) == op[1];
    return sre_char_matches((SreCase)op[2], c, op[1]);
}

/* `op` matches c. */
ALWAYS_INLINE bool single_matches(const uint32_t *op, uint32_t c)
{
    switch (op[0]) {
    case SRE_CHAR:
        return c == op[1];
    case SRE_NOT_CHAR:
        return c != op[1];
    case SRE_CHAR_CASE:
        return case_matches(op, c);
    case SRE_NOT_CHAR_CASE:
        return !case_matches(op, c);
    case SRE_ANY:
        return c != '\n';
    case SRE_ANY_ALL:
        return true;
    default:
        return set_has(op, c);
    }
}

/* The end of the longest run from i, at most to `limit`, of characters that op matches. */
ALWAYS_INLINE intptr_t run_end(const SreState *s, unsigned width, const uint32_t *op, intptr_t i,
                               intptr_t limit)
{
    switch (op[0]) {
    case SRE_ANY_ALL:
        return limit;
    case SRE_ANY:
        while (i < limit && text_at(s, width, i) != '\n')
            i++;
        return i;
    case SRE_CHAR:
        while (i < limit && text_at(s, width, i) == op[1])
            i++;
        return i;
    case SRE_NOT_CHAR:
        while (i < limit && text_at(s, width, i) != op[1])
            i++;
        return i;
    case SRE_SET:
        while (i < limit && set_has(op, text_at(s, width, i)))
            i++;
        return i;
    default:
        while (i < limit && single_matches(op, text_at(s, width, i)))
            i++;
        return i;
    }
}

/* The end of at most `max` characters from i. */
ALWAYS_INLINE intptr_t run_limit(const SreState *s, intptr_t i, uint32_t max)
{
    return max == SRE_MAXREPEAT || (intptr_t)max > s->end - i ? s->end : i + (intptr_t)max;
}

/* Going back in a greedy run [from, to], the last position where what follows may match; -1. */
ALWAYS_INLINE intptr_t give_back(const SreState *s, unsigned width, const uint32_t *tail,
                                 intptr_t from, intptr_t to)
{
    if (tail[0] == SRE_CHAR) {
        if (to == s->end)
            to--;
        while (to >= from && text_at(s, width, to) != tail[1])
            to--;
    }
    return to >= from ? to : -1;
}

/* A lazy loop takes one character more, or as many as it needs until what follows may match. The
 * new position, also in the entry; -1 if it can't. */
ALWAYS_INLINE intptr_t take_more(const SreState *s, unsigned width, const uint32_t *op,
                                 const uint32_t *tail, SreEntry *e)
{
    do {
        if (e->a >= s->end || (op[2] != SRE_MAXREPEAT && e->b >= (intptr_t)op[2]) ||
            !single_matches(op + SRE_ONE_WORDS, text_at(s, width, e->a)))
            return -1;
        e->a++;
        e->b++;
    } while (tail[0] == SRE_CHAR && (e->a >= s->end || text_at(s, width, e->a) != tail[1]));
    return e->a;
}

/* ---- The interpreter -------------------------------------------------------------------- */

static bool tick(SreState *s)
{
    s->ticks = TICKS;
    return thread_poll(thread_self());
}

#define PUSH(kind, pc, a, b)                                                                       \
    do {                                                                                           \
        if (unlikely(!push(s, (kind), (pc), (a), (b))))                                            \
            return -1;                                                                             \
    } while (0)
#define FAIL_UNLESS(condition)                                                                     \
    if (!(condition))                                                                              \
    goto fail

ALWAYS_INLINE bool is_empty_again(const SreState *s, uint32_t r, intptr_t i)
{
    return s->counts[2 * r + 1] == i;
}

/* LONG: the dispatch loop. Made once for each width of characters. */
ALWAYS_INLINE int run(SreState *s, const unsigned width)
{
    const uint32_t *const code = s->program->code;
    uint32_t pc = s->program->entry;
    intptr_t i = s->start;
    const intptr_t end = s->end;
    const uint32_t *op;

    for (;;) {
        op = code + pc;
        switch ((SreOp)op[0]) {
        case SRE_SUCCESS:
            FAIL_UNLESS(!s->match_all || i == end);
            FAIL_UNLESS(!s->must_advance || i != s->start);
            s->position = i;
            return 1;
        case SRE_FAILURE:
            goto fail;
        case SRE_CHAR:
            FAIL_UNLESS(i < end && text_at(s, width, i) == op[1]);
            i++;
            pc += 2;
            continue;
        case SRE_NOT_CHAR:
            FAIL_UNLESS(i < end && text_at(s, width, i) != op[1]);
            i++;
            pc += 2;
            continue;
        case SRE_CHAR_CASE:
        case SRE_NOT_CHAR_CASE:
            FAIL_UNLESS(i < end && single_matches(op, text_at(s, width, i)));
            i++;
            pc += 3;
            continue;
        case SRE_ANY:
            FAIL_UNLESS(i < end && text_at(s, width, i) != '\n');
            i++;
            pc++;
            continue;
        case SRE_ANY_ALL:
            FAIL_UNLESS(i < end);
            i++;
            pc++;
            continue;
        case SRE_SET:
            FAIL_UNLESS(i < end && set_has(op, text_at(s, width, i)));
            i++;
            pc += SRE_SET_WORDS + op[1];
            continue;
        case SRE_AT:
            FAIL_UNLESS(is_at(s, op[1], i));
            pc += 2;
            continue;
        case SRE_MARK:
            PUSH(OLD_MARK, op[1], s->marks[op[1]], s->lastindex);
            s->marks[op[1]] = i;
            if (op[1] & 1)
                s->lastindex = op[1] / 2 + 1;
            pc += 2;
            continue;
        case SRE_JUMP:
            pc = op[1];
            continue;
        case SRE_SPLIT:
            /* Many alternatives begin with a literal that is not there. */
            if (op[2] == SRE_CHAR && (i >= end || text_at(s, width, i) != op[3])) {
                pc = op[1];
                continue;
            }
            PUSH(PLACE, op[1], i, 0);
            pc += 2;
            continue;
        case SRE_REPEAT: {
            uint32_t r = op[1];
            PUSH(OLD_COUNT, r, s->counts[2 * r], s->counts[2 * r + 1]);
            s->counts[2 * r] = -1;
            s->counts[2 * r + 1] = -1;
            pc = op[2];
            continue;
        }
        case SRE_MAX_UNTIL: {
            uint32_t r = op[1];
            intptr_t count = s->counts[2 * r] + 1;
            bool needed = count < (intptr_t)op[2];
            if (!needed &&
                ((op[3] != SRE_MAXREPEAT && count >= (intptr_t)op[3]) || is_empty_again(s, r, i))) {
                pc += 5;
                continue;
            }
            if (!needed)
                PUSH(PLACE, pc + 5, i, 0);
            PUSH(OLD_COUNT, r, s->counts[2 * r], s->counts[2 * r + 1]);
            s->counts[2 * r] = count;
            if (!needed)
                s->counts[2 * r + 1] = i;
            pc = op[4];
            continue;
        }
        case SRE_MIN_UNTIL: {
            uint32_t r = op[1];
            intptr_t count = s->counts[2 * r] + 1;
            if (count < (intptr_t)op[2]) {
                PUSH(OLD_COUNT, r, s->counts[2 * r], s->counts[2 * r + 1]);
                s->counts[2 * r] = count;
                pc = op[4];
                continue;
            }
            PUSH(LAZY, pc, i, 0);
            pc += 5;
            continue;
        }
        case SRE_REPEAT_ONE: {
            intptr_t from = i + (intptr_t)op[1];
            FAIL_UNLESS((intptr_t)op[1] <= end - i);
            i = run_end(s, width, op + SRE_ONE_WORDS, i, run_limit(s, i, op[2]));
            FAIL_UNLESS(i >= from);
            uint32_t tail = pc + SRE_ONE_WORDS + op[3];
            i = give_back(s, width, code + tail, from, i);
            FAIL_UNLESS(i >= 0);
            if (i > from)
                PUSH(ONE, pc, from, i);
            pc = tail;
            continue;
        }
        case SRE_MIN_REPEAT_ONE: {
            FAIL_UNLESS((intptr_t)op[1] <= end - i);
            intptr_t from = i + (intptr_t)op[1];
            FAIL_UNLESS(run_end(s, width, op + SRE_ONE_WORDS, i, from) == from);
            i = from;
            if (op[2] != op[1])
                PUSH(MIN_ONE, pc, i, op[1]);
            pc += SRE_ONE_WORDS + op[3];
            continue;
        }
        case SRE_POSSESSIVE_ONE: {
            FAIL_UNLESS((intptr_t)op[1] <= end - i);
            intptr_t from = i + (intptr_t)op[1];
            i = run_end(s, width, op + SRE_ONE_WORDS, i, run_limit(s, i, op[2]));
            FAIL_UNLESS(i >= from);
            pc += SRE_ONE_WORDS + op[3];
            continue;
        }
        case SRE_ASSERT:
            FAIL_UNLESS(i >= (intptr_t)op[1]);
            PUSH(BARRIER_ASSERT, 0, i, 0);
            i -= (intptr_t)op[1];
            pc += 2;
            continue;
        case SRE_ASSERT_END:
            i = cut(s, BARRIER_ASSERT).a;
            pc++;
            continue;
        case SRE_ASSERT_NOT:
            if (i < (intptr_t)op[1]) {
                pc = op[2];
                continue;
            }
            PUSH(BARRIER_NOT, op[2], i, 0);
            i -= (intptr_t)op[1];
            pc += 3;
            continue;
        case SRE_ASSERT_NOT_END:
            unwind(s, BARRIER_NOT);
            goto fail;
        case SRE_ATOMIC:
            PUSH(BARRIER_ATOMIC, 0, 0, 0);
            pc++;
            continue;
        case SRE_ATOMIC_END:
            cut(s, BARRIER_ATOMIC);
            pc++;
            continue;
        case SRE_POSSESSIVE: {
            uint32_t r = op[1];
            PUSH(OLD_COUNT, r, s->counts[2 * r], s->counts[2 * r + 1]);
            s->counts[2 * r] = 0;
            s->counts[2 * r + 1] = op[2] == 0 ? i : -1;
            if (op[3] == 0) {
                pc = op[4];
                continue;
            }
            PUSH(BARRIER_LOOP, pc, i, 0);
            pc += 5;
            continue;
        }
        case SRE_POSSESSIVE_END: {
            uint32_t start = op[1], r = code[start + 1];
            cut(s, BARRIER_LOOP);
            intptr_t count = s->counts[2 * r] + 1;
            PUSH(OLD_COUNT, r, s->counts[2 * r], s->counts[2 * r + 1]);
            s->counts[2 * r] = count;
            bool enough = count >= (intptr_t)code[start + 2];
            if (enough && (is_empty_again(s, r, i) || (code[start + 3] != SRE_MAXREPEAT &&
                                                       count >= (intptr_t)code[start + 3]))) {
                pc = code[start + 4];
                continue;
            }
            if (enough)
                s->counts[2 * r + 1] = i;
            PUSH(BARRIER_LOOP, start, i, 0);
            pc = start + 5;
            continue;
        }
        case SRE_GROUPREF:
            i = match_group(s, op[1], (SreCase)op[2], i);
            FAIL_UNLESS(i >= 0);
            pc += 3;
            continue;
        case SRE_GROUP_EXISTS: {
            intptr_t from = s->marks[2 * op[1]], to = s->marks[2 * op[1] + 1];
            pc = from >= 0 && to >= from ? pc + 3 : op[2];
            continue;
        }
        }
        UNREACHABLE();

    fail:
        if (unlikely(--s->ticks == 0) && !tick(s))
            return -1;
        if (s->depth == 0)
            return 0;
        SreEntry *e = &s->stack[s->depth - 1];
        switch (e->kind) {
        case PLACE:
        case BARRIER_NOT:
            pc = e->pc;
            i = e->a;
            s->depth--;
            continue;
        case ONE: {
            op = code + e->pc;
            uint32_t tail = e->pc + SRE_ONE_WORDS + op[3];
            i = give_back(s, width, code + tail, e->a, e->b - 1);
            if (i > e->a)
                e->b = i;
            else
                s->depth--;
            if (i < 0)
                goto fail;
            pc = tail;
            continue;
        }
        case MIN_ONE: {
            op = code + e->pc;
            pc = e->pc + SRE_ONE_WORDS + op[3];
            i = take_more(s, width, op, code + pc, e);
            if (i < 0 || (e->b == (intptr_t)op[2] && op[2] != SRE_MAXREPEAT))
                s->depth--;
            FAIL_UNLESS(i >= 0);
            continue;
        }
        case LAZY: {
            op = code + e->pc;
            uint32_t r = op[1];
            intptr_t count = s->counts[2 * r] + 1;
            i = e->a;
            s->depth--;
            if ((op[3] != SRE_MAXREPEAT && count >= (intptr_t)op[3]) || is_empty_again(s, r, i))
                goto fail;
            PUSH(OLD_COUNT, r, s->counts[2 * r], s->counts[2 * r + 1]);
            s->counts[2 * r] = count;
            s->counts[2 * r + 1] = i;
            pc = op[4];
            continue;
        }
        case BARRIER_LOOP:
            op = code + e->pc;
            i = e->a;
            s->depth--;
            if (s->counts[2 * op[1]] < (intptr_t)op[2])
                goto fail;
            pc = op[4];
            continue;
        default: /* old values, and barriers whose inside has failed */
            restore(s, e);
            s->depth--;
            goto fail;
        }
    }
}

static NOINLINE int run1(SreState *s)
{
    return run(s, 1);
}

static NOINLINE int run2(SreState *s)
{
    return run(s, 2);
}

static NOINLINE int run4(SreState *s)
{
    return run(s, 4);
}

int sre_match(SreState *s)
{
    s->depth = 0;
    return s->width == 1 ? run1(s) : s->width == 2 ? run2(s) : run4(s);
}
