/* Results that nothing refers to but one temporary of the interpreter, and their last use.
 *
 * In `bytes(memoryview(data)[:n])` each view is made by one instruction and read by one other, as
 * an operand that nobody reads afterwards. A view that knows this can let go of its buffer there
 * and then, as the end of a reference count would have it do, instead of when it is found dead.
 *
 * What is looked at is the code itself: the instruction that made the object left it in a
 * temporary, the one that runs now uses that one up, and between them, which no jump leads into or
 * out of, nothing else has read it. */
#include "compile/opcode.h"
#include "core/descriptor.h"
#include "vm/cache.h"
#include "vm/frame.h"

static const void *builtin_of(Value callee)
{
    if (has_shape(callee, SHAPE_METHOD_DESCRIPTOR))
        return ((MethodDescriptor *)callee)->def;
    return has_shape(callee, SHAPE_BUILTIN) ? ((Builtin *)callee)->def : 0;
}

/* Is there an instruction at `word` that calls `called`, and not something that calls it in turn?
 * It may be the second word of one, and only look like that: find_straight finds out. */
static bool calls_at(Frame *frame, uint32_t word, const void *called, Decoded *out)
{
    uint32_t op = code_word(frame->code, word) & 0xff;
    if (op != OPCODE(CALL) && op != OPCODE(CALL_METHOD) && op != OPCODE(GET_SLICE))
        return false;
    *out = code_decode(frame->code, word);
    if (out->b >= frame->code->register_count)
        return false;
    Value callee = frame_registers(frame)[out->b];
    return (op == OPCODE(CALL_METHOD) ? builtin_of(callee) : (const void *)callee) == called;
}

/* The instruction that the thread's frame is at, and the word where it begins; a call has read its
 * second word. False if it does not call `called`, or may have a prefix. */
static bool running_call(Frame *frame, const void *called, uint32_t *word, Decoded *out)
{
    if (!frame || frame->code->register_count > UINT8_MAX)
        return false;
    *word = frame_instruction(frame);
    return calls_at(frame, *word, called, out) || (*word && calls_at(frame, --*word, called, out));
}

bool vm_result_place(const void *called, ResultPlace *place)
{
    Frame *frame = thread_self()->frame;
    Decoded d;
    if (!running_call(frame, called, &place->word, &d) || d.a < frame->code->clear_count)
        return false;
    place->frame = frame;
    return true;
}

/* The register among those that the instruction uses up that holds `v`, or -1: arguments make way
 * for what is called, and a slice is taken of a temporary. */
static int64_t operand_with(Frame *frame, const Decoded *d, Value v)
{
    const Value *R = frame_registers(frame);
    uint32_t first = d->op == OPCODE(GET_SLICE) ? d->b : d->b + 1 + FRAME_WORDS;
    uint32_t count = d->op == OPCODE(GET_SLICE) ? 1 : d->c + (d->op == OPCODE(CALL_METHOD));
    for (uint32_t r = first; r < first + count; r++)
        if (R[r] == v)
            return r;
    return -1;
}

static bool in_run(const Decoded *d, uint8_t kind, uint32_t operand, uint32_t r)
{
    uint32_t count = kind == BASE                                ? opcode_run_length(d)
                     : kind == DST || kind == REG || kind == RDW ? 1
                                                                 : 0;
    return r >= operand && r - operand < count;
}

static bool touches(const Decoded *d, uint32_t r)
{
    const OpcodeInfo *info = &opcode_info[d->op];
    return in_run(d, info->a, d->a, r) || in_run(d, info->b, d->b, r) ||
           in_run(d, info->c, d->c, r);
}

/* Do instructions begin at both words, and does nothing lead between them but the first? */
static bool find_straight(const Code *code, uint32_t first, uint32_t last)
{
    unsigned begun = 0;
    for (uint32_t word = 0; word < code_word_count(code);) {
        Decoded d = code_decode(code, word);
        int64_t target = opcode_jump_target(&d, word);
        if (target > first && target <= last)
            return false;
        begun += word == first || word == last;
        word += (uint32_t)d.length;
    }
    const Handler *h = code->handlers ? (const Handler *)(const void *)code->handlers->data : 0;
    for (size_t n = h ? (size_t)code->handlers->size / sizeof *h : 0; n; n--, h++)
        if (h->handler > first && h->handler <= last)
            return false;
    return begun == 2;
}

static bool is_straight(const Code *code, uint32_t first, uint32_t last)
{
    uint64_t *known = code_stretch(code, first), stretch = (uint64_t)first << 32 | last;
    if (load_relaxed(known) == stretch)
        return true;
    if (!find_straight(code, first, last))
        return false;
    store_relaxed(known, stretch);
    return true;
}

bool vm_is_last_use(Value v, const void *called, const ResultPlace *place)
{
    const Thread *thread = thread_self();
    Frame *frame = thread->frame;
    uint32_t now;
    Decoded user;
    /* Whoever watches calls is told their operands. */
    if (!place->frame || place->frame != frame || thread->profile_function ||
        load_acquire(&frame->code->originals) || !running_call(frame, called, &now, &user))
        return false;
    int64_t used = operand_with(frame, &user, v);
    Decoded d = code_decode(frame->code, place->word);
    uint32_t holder = d.a, word = place->word + (uint32_t)d.length;
    for (; word < now; word += (uint32_t)d.length) {
        d = code_decode(frame->code, word);
        if (opcode_info[d.op].effects & (JUMPS | ENDS))
            return false;
        if (d.op == OPCODE(LOAD_METHOD) && d.b == holder)
            holder = d.a + 1 + FRAME_WORDS;
        else if (touches(&d, holder))
            return false;
    }
    return word == now && holder == used && is_straight(frame->code, place->word, now);
}
