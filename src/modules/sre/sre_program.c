/* From the codes of Lib/re/_compiler.py to a program: checks every count, jump and number, so
 * that no list of codes, however made, leads the matcher astray. */
#include "modules/sre/sre.h"

#include <stdlib.h>
#include "base/vec.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"

typedef struct Translator {
    const uint32_t *codes;
    uint32_t groups, repeats;
    VEC(uint32_t) out;
    SreProgram head;
    bool failed_memory;
} Translator;

static bool emit(Translator *t, uint32_t word)
{
    if (t->out.count < UINT32_MAX && vec_push(&t->out, word))
        return true;
    t->failed_memory = true;
    return false;
}

static bool emit2(Translator *t, uint32_t a, uint32_t b)
{
    return emit(t, a) && emit(t, b);
}

static bool emit3(Translator *t, uint32_t a, uint32_t b, uint32_t c)
{
    return emit2(t, a, b) && emit(t, c);
}

static uint32_t here(const Translator *t)
{
    return (uint32_t)t->out.count;
}

/* ---- Sets ------------------------------------------------------------------------------- */

/* A set must fill codes[at:end) exactly, its FAILURE included. */
static bool check_set(const Translator *t, size_t at, size_t end)
{
    const uint32_t *codes = t->codes;
    while (at < end) {
        uint32_t code = codes[at++];
        size_t operands = 0;
        switch (code) {
        case CODE_FAILURE:
            return at == end;
        case CODE_NEGATE:
            break;
        case CODE_LITERAL:
            operands = 1;
            break;
        case CODE_CATEGORY:
            if (at >= end || codes[at] >= CATEGORY_COUNT)
                return false;
            operands = 1;
            break;
        case CODE_RANGE:
        case CODE_RANGE_UNI_IGNORE:
            operands = 2;
            break;
        case CODE_CHARSET:
            operands = 8;
            break;
        case CODE_BIGCHARSET: {
            if (end - at < 65 || codes[at] > 256)
                return false;
            const uint8_t *numbers = (const uint8_t *)(codes + at + 1);
            for (int i = 0; i < 256; i++)
                if (numbers[i] >= codes[at])
                    return false;
            operands = 65 + (size_t)codes[at] * 8;
            break;
        }
        default:
            return false;
        }
        if (operands > end - at)
            return false;
        at += operands;
    }
    return false;
}

static void set_bitmap(const uint32_t *set, SreCase mode, uint32_t bitmap[8])
{
    memset(bitmap, 0, 32);
    for (uint32_t c = 0; c < 256; c++)
        if (mode == CASE_EXACT ? sre_in_set(set, c) : sre_in_set_case(set, mode, c))
            bitmap[c >> 5] |= 1u << (c & 31);
}

static bool emit_set(Translator *t, size_t at, size_t end, SreCase mode)
{
    uint32_t bitmap[8];
    if (!check_set(t, at, end))
        return false;
    set_bitmap(t->codes + at, mode, bitmap);
    if (!emit3(t, SRE_SET, (uint32_t)(end - at), mode))
        return false;
    for (int i = 0; i < 8; i++)
        if (!emit(t, bitmap[i]))
            return false;
    for (; at < end; at++)
        if (!emit(t, t->codes[at]))
            return false;
    return true;
}

/* ---- Single characters ------------------------------------------------------------------ */

static SreCase case_of(uint32_t code)
{
    switch (code) {
    case CODE_LITERAL_IGNORE:
    case CODE_NOT_LITERAL_IGNORE:
    case CODE_IN_IGNORE:
    case CODE_GROUPREF_IGNORE:
        return CASE_ASCII;
    case CODE_LITERAL_UNI_IGNORE:
    case CODE_NOT_LITERAL_UNI_IGNORE:
    case CODE_IN_UNI_IGNORE:
    case CODE_GROUPREF_UNI_IGNORE:
        return CASE_UNICODE;
    case CODE_LITERAL_LOC_IGNORE:
    case CODE_NOT_LITERAL_LOC_IGNORE:
    case CODE_IN_LOC_IGNORE:
    case CODE_GROUPREF_LOC_IGNORE:
        return CASE_LOCALE;
    default:
        return CASE_EXACT;
    }
}

/* What comes at *at if it matches one character; *at moves behind it. 0: something else, or an
 * error, for which *at is where it was. */
static bool translate_single(Translator *t, size_t *at, size_t end)
{
    uint32_t code = t->codes[*at];
    size_t left = end - *at;
    switch (code) {
    case CODE_ANY:
    case CODE_ANY_ALL:
        *at += 1;
        return emit(t, code == CODE_ANY ? SRE_ANY : SRE_ANY_ALL);
    case CODE_LITERAL:
    case CODE_NOT_LITERAL:
        if (left < 2)
            return false;
        *at += 2;
        return emit2(t, code == CODE_LITERAL ? SRE_CHAR : SRE_NOT_CHAR, t->codes[*at - 1]);
    case CODE_LITERAL_IGNORE:
    case CODE_LITERAL_UNI_IGNORE:
    case CODE_LITERAL_LOC_IGNORE:
    case CODE_NOT_LITERAL_IGNORE:
    case CODE_NOT_LITERAL_UNI_IGNORE:
    case CODE_NOT_LITERAL_LOC_IGNORE: {
        if (left < 2)
            return false;
        bool negated = code == CODE_NOT_LITERAL_IGNORE || code == CODE_NOT_LITERAL_UNI_IGNORE ||
                       code == CODE_NOT_LITERAL_LOC_IGNORE;
        *at += 2;
        return emit3(t, negated ? SRE_NOT_CHAR_CASE : SRE_CHAR_CASE, t->codes[*at - 1],
                     case_of(code));
    }
    case CODE_IN:
    case CODE_IN_IGNORE:
    case CODE_IN_UNI_IGNORE:
    case CODE_IN_LOC_IGNORE: {
        if (left < 2 || t->codes[*at + 1] < 1 || t->codes[*at + 1] > left - 1)
            return false;
        size_t set = *at + 2, set_end = *at + 1 + t->codes[*at + 1];
        *at = set_end;
        return emit_set(t, set, set_end, case_of(code));
    }
    default:
        return false;
    }
}

/* ---- Everything else -------------------------------------------------------------------- */

static bool translate_one(Translator *t, size_t *at, size_t end);
static bool translate(Translator *t, size_t at, size_t end);

/* codes[at] is the distance from there to the end of a block, which must lie within `end`. */
static bool block_end(const Translator *t, size_t at, size_t end, size_t *out)
{
    if (at >= end || t->codes[at] < 1 || t->codes[at] > end - at)
        return false;
    *out = at + t->codes[at];
    return true;
}

/* BRANCH (skip alternative JUMP distance)* 0: at is the first skip. */
static bool translate_branch(Translator *t, size_t *at, size_t end)
{
    VEC(uint32_t) jumps = {0};
    bool ok = false;
    size_t target = 0, next;
    while (*at < end && t->codes[*at]) {
        if (!block_end(t, *at, end, &next) || t->codes[*at] < 3 || next >= end)
            goto done;
        /* The alternative ends in a JUMP over the others: all to the same place. */
        if (t->codes[next - 2] != CODE_JUMP || t->codes[next - 1] > end - (next - 1))
            goto done;
        size_t jump_to = next - 1 + t->codes[next - 1];
        if (target && jump_to != target)
            goto done;
        target = jump_to;
        bool last = t->codes[next] == 0;
        uint32_t split = here(t);
        if (!last && !emit2(t, SRE_SPLIT, 0))
            goto done;
        if (!translate(t, *at + 1, next - 2) || !emit2(t, SRE_JUMP, 0))
            goto done;
        if (!vec_push(&jumps, here(t) - 1)) {
            t->failed_memory = true;
            goto done;
        }
        if (!last)
            t->out.items[split + 1] = here(t);
        *at = next;
    }
    if (*at >= end || !target || target != *at + 1)
        goto done;
    *at += 1;
    for (size_t i = 0; i < jumps.count; i++)
        t->out.items[jumps.items[i]] = here(t);
    ok = true;
done:
    vec_free(&jumps);
    return ok;
}

/* REPEAT skip min max body UNTIL */
static bool translate_repeat(Translator *t, size_t *at, size_t end)
{
    size_t stop;
    if (!block_end(t, *at, end, &stop) || stop >= end || stop < *at + 3)
        return false;
    uint32_t min = t->codes[*at + 1], max = t->codes[*at + 2], until = t->codes[stop];
    if (min > max || (until != CODE_MAX_UNTIL && until != CODE_MIN_UNTIL))
        return false;
    uint32_t r = t->repeats++, start = here(t);
    if (!emit3(t, SRE_REPEAT, r, 0) || !translate(t, *at + 3, stop))
        return false;
    t->out.items[start + 2] = here(t);
    *at = stop + 1;
    return emit3(t, until == CODE_MAX_UNTIL ? SRE_MAX_UNTIL : SRE_MIN_UNTIL, r, min) &&
           emit2(t, max, start + 3);
}

/* REPEAT_ONE skip min max item SUCCESS, and the lazy and possessive ones */
static bool translate_repeat_one(Translator *t, size_t *at, size_t end, SreOp op)
{
    size_t stop;
    if (!block_end(t, *at, end, &stop) || stop < *at + 5)
        return false;
    uint32_t min = t->codes[*at + 1], max = t->codes[*at + 2], start = here(t);
    size_t item = *at + 3;
    if (min > max || !emit2(t, op, min) || !emit2(t, max, 0))
        return false;
    if (!translate_single(t, &item, stop) || item + 1 != stop || t->codes[item] != CODE_SUCCESS)
        return false;
    t->out.items[start + 3] = here(t) - start - SRE_ONE_WORDS;
    *at = stop;
    return true;
}

/* POSSESSIVE_REPEAT skip min max body SUCCESS */
static bool translate_possessive(Translator *t, size_t *at, size_t end)
{
    size_t stop;
    if (!block_end(t, *at, end, &stop) || stop >= end || stop < *at + 3 ||
        t->codes[stop] != CODE_SUCCESS)
        return false;
    uint32_t min = t->codes[*at + 1], max = t->codes[*at + 2], start = here(t);
    if (min > max || !emit3(t, SRE_POSSESSIVE, t->repeats++, min) || !emit2(t, max, 0))
        return false;
    if (!translate(t, *at + 3, stop) || !emit2(t, SRE_POSSESSIVE_END, start))
        return false;
    t->out.items[start + 4] = here(t);
    *at = stop + 1;
    return true;
}

/* ASSERT skip back body SUCCESS; ASSERT_NOT too */
static bool translate_assert(Translator *t, size_t *at, size_t end, bool negated)
{
    size_t stop;
    if (!block_end(t, *at, end, &stop) || stop < *at + 3 || t->codes[stop - 1] != CODE_SUCCESS)
        return false;
    uint32_t back = t->codes[*at + 1], start = here(t);
    if (back & 0x80000000u)
        return false; /* far beyond any string: keeps positions from overflowing */
    if (!emit2(t, negated ? SRE_ASSERT_NOT : SRE_ASSERT, back) || (negated && !emit(t, 0)))
        return false;
    if (!translate(t, *at + 2, stop - 1) || !emit(t, negated ? SRE_ASSERT_NOT_END : SRE_ASSERT_END))
        return false;
    if (negated)
        t->out.items[start + 2] = here(t);
    *at = stop;
    return true;
}

/* ATOMIC_GROUP skip body SUCCESS */
static bool translate_atomic(Translator *t, size_t *at, size_t end)
{
    size_t stop;
    if (!block_end(t, *at, end, &stop) || stop < *at + 2 || t->codes[stop - 1] != CODE_SUCCESS)
        return false;
    if (!emit(t, SRE_ATOMIC) || !translate(t, *at + 1, stop - 1) || !emit(t, SRE_ATOMIC_END))
        return false;
    *at = stop;
    return true;
}

/* GROUPREF_EXISTS group skip yes [JUMP skip no]: the first skip leads behind the JUMP, and counts
 * one more than the distance. The JUMP is one only where an instruction begins. */
static bool translate_exists(Translator *t, size_t *at, size_t end)
{
    if (end - *at < 2 || t->codes[*at] >= t->groups)
        return false;
    size_t skip = *at + 1;
    if (t->codes[skip] < 2 || t->codes[skip] - 1 > end - skip)
        return false;
    size_t i = skip + 1, yes_end = skip + t->codes[skip] - 1, no_end;
    if (!emit3(t, SRE_GROUP_EXISTS, t->codes[*at], 0))
        return false;
    uint32_t start = here(t);
    while (i < yes_end && !(yes_end - i == 2 && t->codes[i] == CODE_JUMP))
        if (!translate_one(t, &i, yes_end))
            return false;
    *at = yes_end;
    if (i == yes_end) {
        t->out.items[start - 1] = here(t);
        return true;
    }
    if (i > yes_end || !block_end(t, i + 1, end, &no_end) || !emit2(t, SRE_JUMP, 0))
        return false;
    uint32_t no = here(t);
    t->out.items[start - 1] = no;
    if (!translate(t, yes_end, no_end))
        return false;
    t->out.items[no - 1] = here(t);
    *at = no_end;
    return true;
}

/* INFO skip mask min max [prefix_length prefix_skip prefix overlaps | set] */
static bool take_info(Translator *t, size_t *at, size_t end)
{
    size_t stop;
    if (!block_end(t, *at, end, &stop) || stop < *at + 4)
        return false;
    uint32_t mask = t->codes[*at + 1];
    size_t data = *at + 4;
    t->head.min_width = t->codes[*at + 2];
    if (mask & ~7u || (mask & 1 && mask & 4) || (mask & 2 && !(mask & 1)))
        return false;
    if (mask & 1) {
        if (stop - data < 2 || t->codes[data] > (stop - data - 2) / 2)
            return false;
        t->head.prefix_length = t->codes[data];
        t->head.literal = mask & 2;
        t->head.prefix = here(t);
        for (uint32_t i = 0; i < t->head.prefix_length; i++)
            if (!emit(t, t->codes[data + 2 + i]))
                return false;
    } else if (mask & 4) {
        if (!check_set(t, data, stop))
            return false;
        set_bitmap(t->codes + data, CASE_EXACT, t->head.first);
        t->head.has_first = t->head.first_wide = true;
    }
    *at = stop;
    return true;
}

static bool translate_groupref(Translator *t, size_t *at, size_t end, uint32_t code)
{
    if (*at >= end || t->codes[*at] >= t->groups)
        return false;
    return emit3(t, SRE_GROUPREF, t->codes[(*at)++], case_of(code));
}

static bool translate_one(Translator *t, size_t *at, size_t end)
{
    uint32_t code = t->codes[*at];
    size_t before = *at;
    if (translate_single(t, at, end))
        return true;
    if (*at != before || t->failed_memory || !c_stack_check(" in regular expression compilation"))
        return false;
    *at += 1;
    switch (code) {
    case CODE_SUCCESS:
    case CODE_FAILURE:
        return emit(t, code == CODE_SUCCESS ? SRE_SUCCESS : SRE_FAILURE);
    case CODE_MARK:
        if (*at >= end || t->codes[*at] >= 2 * t->groups)
            return false;
        return emit2(t, SRE_MARK, t->codes[(*at)++]);
    case CODE_AT:
        if (*at >= end || t->codes[*at] >= AT_COUNT)
            return false;
        return emit2(t, SRE_AT, t->codes[(*at)++]);
    case CODE_BRANCH:
        return translate_branch(t, at, end);
    case CODE_REPEAT:
        return translate_repeat(t, at, end);
    case CODE_REPEAT_ONE:
        return translate_repeat_one(t, at, end, SRE_REPEAT_ONE);
    case CODE_MIN_REPEAT_ONE:
        return translate_repeat_one(t, at, end, SRE_MIN_REPEAT_ONE);
    case CODE_POSSESSIVE_REPEAT_ONE:
        return translate_repeat_one(t, at, end, SRE_POSSESSIVE_ONE);
    case CODE_POSSESSIVE_REPEAT:
        return translate_possessive(t, at, end);
    case CODE_ATOMIC_GROUP:
        return translate_atomic(t, at, end);
    case CODE_ASSERT:
    case CODE_ASSERT_NOT:
        return translate_assert(t, at, end, code == CODE_ASSERT_NOT);
    case CODE_GROUPREF:
    case CODE_GROUPREF_IGNORE:
    case CODE_GROUPREF_UNI_IGNORE:
    case CODE_GROUPREF_LOC_IGNORE:
        return translate_groupref(t, at, end, code);
    case CODE_GROUPREF_EXISTS:
        return translate_exists(t, at, end);
    default:
        return false;
    }
}

/* Codes [at, end), all of them. False: invalid, or with an exception, or out of memory. */
static bool translate(Translator *t, size_t at, size_t end)
{
    while (at < end)
        if (!translate_one(t, &at, end))
            return false;
    return at == end;
}

Value sre_program_new(const uint32_t *codes, size_t count, uint32_t groups)
{
    Translator t = {.codes = codes, .groups = groups};
    size_t at = 0;
    bool ok = count > 0 && codes[count - 1] == CODE_SUCCESS;
    if (ok && codes[0] == CODE_INFO) {
        at = 1;
        ok = take_info(&t, &at, count);
    }
    uint32_t entry = here(&t);
    ok = ok && translate(&t, at, count);
    Raw *raw = 0;
    if (ok)
        raw = raw_new((intptr_t)(sizeof(SreProgram) + t.out.count * 4));
    else if (t.failed_memory)
        raise_no_memory();
    else if (!error_pending())
        raise(RuntimeError, "invalid SRE code");
    if (raw) {
        SreProgram *program = (SreProgram *)(void *)raw->data;
        *program = t.head;
        program->groups = groups;
        program->repeats = t.repeats;
        program->size = (uint32_t)t.out.count;
        program->entry = entry;
        program->anchored =
            t.out.items[entry] == SRE_AT && (t.out.items[entry + 1] == AT_BEGINNING ||
                                             t.out.items[entry + 1] == AT_BEGINNING_STRING);
        memcpy(program->code, t.out.items, t.out.count * 4);
    }
    vec_free(&t.out);
    return (Value)raw;
}
