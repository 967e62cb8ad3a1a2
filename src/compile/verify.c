#include "compile/verify.h"

#include <stdlib.h>
#include "compile/opcode.h"
#include "core/error.h"
#include "types/tuple.h"

typedef struct Verifier {
    const Code *code;
    const uint32_t *words;
    uint32_t count;
    uint8_t *starts; /* 1 for each word that begins an instruction */
    uint32_t feedback;
} Verifier;

static const char *check_operand(const Verifier *v, OperandKind kind, uint32_t value)
{
    const Code *code = v->code;
    switch (kind) {
    case DST:
    case REG:
    case RDW:
        return value < code->register_count ? 0 : "register beyond the frame";
    case CONST:
    case BXCONST:
        return value < (uint32_t)tuple_length(code->consts) ? 0 : "constant out of range";
    case NAME:
    case BXNAME:
        return value < (uint32_t)tuple_length(code->names) ? 0 : "name out of range";
    case FREE:
    case BXFREE:
        return value < (uint32_t)tuple_length(code->freevars) ? 0 : "free variable out of range";
    default:
        return 0;
    }
}

static const char *check_instruction(Verifier *v, uint32_t at, const Decoded *d)
{
    const OpcodeInfo *info = &opcode_info[d->op];
    const char *wrong = check_operand(v, info->a, d->a);
    if (!wrong)
        wrong = check_operand(v, info->b, d->b);
    if (!wrong)
        wrong = check_operand(v, info->c, d->c);
    if (wrong)
        return wrong;
    if ((d->op == OPCODE(YIELD) || d->op == OPCODE(YIELD_FROM)) && d->c > v->code->kept_count)
        return "suspended with more registers than there is room for";
    uint32_t base = info->a == BASE ? d->a : d->b, length = opcode_run_length(d);
    if (length && (info->a == BASE || info->b == BASE) && base + length > v->code->register_count)
        return "run of registers beyond the frame";
    ExtensionKind kinds[2] = {info->ext1, info->ext2};
    for (int i = 0; i < 2; i++) {
        uint32_t value = d->ext[info->ext1 == X_NONE ? 0 : i];
        if (kinds[i] == X_CACHE && value != v->feedback++)
            return "feedback cells not in order";
        if (kinds[i] == X_CONST && value >= (uint32_t)tuple_length(v->code->consts))
            return "constant out of range";
    }
    int64_t target = opcode_jump_target(d, at);
    if (info->effects & JUMPS) {
        if (target < 0 || target >= v->count || !v->starts[target])
            return "jump into the middle of an instruction";
        if ((d->op == OPCODE(JUMP_BACK)) != (target <= at))
            return "jump in the wrong direction";
    }
    return 0;
}

static const char *find_starts(Verifier *v, uint32_t *at)
{
    Decoded last = {.op = OPCODE(NOP)};
    for (*at = 0; *at < v->count; *at += (uint32_t)last.length) {
        const char *wrong = opcode_decode_checked(v->words, v->count, *at, &last);
        if (wrong)
            return wrong;
        v->starts[*at] = 1;
    }
    return opcode_info[last.op].effects & ENDS ? 0 : "runs off its end";
}

static const char *check_handlers(const Verifier *v, uint32_t *at)
{
    const Code *code = v->code;
    if (!code->handlers)
        return 0;
    const Handler *h = (const Handler *)(const void *)code->handlers->data;
    uint32_t before = 0;
    if ((size_t)code->handlers->size % sizeof *h)
        return "handlers cut off";
    for (size_t n = (size_t)code->handlers->size / sizeof *h; n; n--, h++) {
        *at = h->start;
        if (h->start < before || h->start >= h->end || h->end > v->count || !v->starts[h->start])
            return "handler range";
        if (h->handler >= v->count || !v->starts[h->handler])
            return "handler target";
        if (h->exception >= code->register_count)
            return "exception register beyond the frame";
        before = h->start;
    }
    return 0;
}

static const char *check_cells(const Code *code)
{
    const uint16_t *registers = (const uint16_t *)(const void *)code->cell_registers->data;
    for (intptr_t i = 0; i < tuple_length(code->cellvars); i++)
        if (registers[i] >= code->clear_count)
            return "cell beyond the variables";
    if (code->kept_count < code->clear_count || code->kept_count > code->register_count)
        return "a suspended frame of another size";
    return code->clear_count <= code->register_count ? 0 : "variables beyond the frame";
}

const char *code_verify(const Code *code, uint32_t *at, uint32_t *feedback_count)
{
    Verifier v = {
        .code = code, .words = code_words(code), .count = (uint32_t)(code->instructions->size / 4)};
    v.starts = calloc(v.count + 1, 1);
    if (!v.starts)
        return "no memory to verify";
    const char *wrong = find_starts(&v, at);
    for (*at = wrong ? *at : 0; !wrong && *at < v.count;) {
        Decoded d = opcode_decode(v.words + *at);
        wrong = check_instruction(&v, *at, &d);
        if (!wrong)
            *at += (uint32_t)d.length;
    }
    if (!wrong)
        wrong = check_handlers(&v, at);
    if (!wrong && !load_acquire(&code->unverified) &&
        v.feedback != load_relaxed(&code->feedback_count))
        wrong = "feedback count";
    if (!wrong)
        wrong = check_cells(code);
    free(v.starts);
    if (feedback_count)
        *feedback_count = v.feedback;
    return wrong;
}

bool code_admit(Code *code)
{
    uint32_t at, feedback_count;
    const char *wrong = code_verify(code, &at, &feedback_count);
    if (wrong && at < code_word_count(code) && (code_word(code, at) & 0xff) >= OPCODE_COUNT)
        return raise(SystemError, "unknown opcode %d", (int)(code_word(code, at) & 0xff));
    if (wrong)
        return raise(SystemError, "bad code object '%V' at byte %d: %s", code->name, (int)at * 4,
                     wrong);
    store_relaxed(&code->feedback_count, feedback_count);
    store_release(&code->unverified, 0);
    return true;
}
