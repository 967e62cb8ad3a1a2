/* Which registers of a frame are dead, and collections that make use of it.
 *
 * Temporaries are used like a stack: at a call, those above the call area are dead, at some other
 * instructions those above the operands. */
#include <string.h>
#include "compile/opcode.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/signature.h"
#include "vm/cache.h"
#include "vm/frame.h"

/* The instruction that the frame's pc, which is behind its first word, lies in. */
static bool current_instruction(const Frame *frame, Decoded *out)
{
    uint32_t pc = (uint32_t)(frame->pc - code_words(frame->code)), at = 0;
    bool found = false;
    while (at < code_word_count(frame->code) && at < pc) {
        *out = code_decode(frame->code, at);
        at += (uint32_t)out->length;
        found = at >= pc;
    }
    return found;
}

/* Assignments to items and in-place operators evaluate their operands one after another, so that
 * the highest of those that are temporaries is the top of the stack. Where it is at other
 * instructions the operands do not tell. -1: not known. */
static int64_t top_operand(const Decoded *d, uint32_t first_temporary)
{
    int64_t top;
    switch (d->op) {
    case OPCODE(SET_ITEM):
        top = d->c > d->b ? d->c : d->b;
        break;
    case OPCODE(DEL_ITEM):
        top = d->b;
        break;
    case OPCODE(INPLACE_ADD):
    case OPCODE(INPLACE_MULTIPLY):
        top = d->b > d->c ? d->b : d->c;
        break;
    default:
        return -1;
    }
    if (d->op != OPCODE(INPLACE_ADD) && d->op != OPCODE(INPLACE_MULTIPLY) && d->a > top)
        top = d->a;
    return top >= first_temporary ? top : -1;
}

/* A builtin function has its defaults behind the arguments that are given: see builtin_for_call. */
static size_t default_count(Value callee, size_t nargs, bool receiver_apart)
{
    size_t self = !receiver_apart && has_shape(callee, SHAPE_METHOD_DESCRIPTOR);
    const MethodDef *def = has_shape(callee, SHAPE_METHOD_DESCRIPTOR)
                               ? ((MethodDescriptor *)callee)->def
                           : has_shape(callee, SHAPE_BUILTIN) ? ((Builtin *)callee)->def
                                                              : 0;
    const Signature *s = def ? load_acquire(&def->parsed) : 0;
    return s && s->count + self > nargs ? s->count + self - nargs : 0;
}

/* Is the instruction a call? `*area` is where its call area begins, `*end` where its arguments
 * end. */
static bool is_call(const Decoded *d, Frame *frame, Value **area, Value **end)
{
    bool method = d->op == OPCODE(CALL_METHOD) || d->op == OPCODE(CALL_METHOD_KW);
    if (!method && d->op != OPCODE(CALL) && d->op != OPCODE(CALL_KW))
        return false;
    *area = frame_registers(frame) + d->b;
    *end = *area + 1 + FRAME_WORDS + d->c + method;
    return true;
}

/* A temporary that the result of a call goes to is dead (a variable is not, if the call fails). So
 * are the words of the header, unless it is the callee's, or the last one has got the receiver of a
 * bound method, and what lies behind the arguments. */
static void clear_dead(Frame *frame, const Frame *callee)
{
    Decoded d;
    if (!current_instruction(frame, &d))
        return;
    Value *registers = frame_registers(frame), *area, *end;
    Value *temporaries = registers + frame->code->clear_count;
    bool callee_inside = (const void *)callee >= (const void *)registers &&
                         (const void *)callee < (const void *)frame_end(frame);
    if (is_call(&d, frame, &area, &end)) {
        if (registers + d.a >= temporaries && registers + d.a < area)
            registers[d.a] = 0;
        if (callee_inside)
            return;
        bool receiver = has_shape(*area, SHAPE_METHOD);
        memset(area + 1, 0, (size_t)(FRAME_WORDS - receiver) * sizeof(Value));
        end += default_count(*area, d.c, d.op == OPCODE(CALL_METHOD));
    } else {
        int64_t top = top_operand(&d, frame->code->clear_count);
        if (top < 0 || callee_inside)
            return;
        end = registers + top + 1;
    }
    for (; end < frame_end(frame); end++)
        *end = 0;
}

/* Overwrites what earlier calls have left below: the collector's own frames come to lie there, with
 * old pointers in words that they do not use. */
static NOINLINE void wipe_stack(void)
{
    volatile char below[8192];
    for (size_t i = 0; i < sizeof below; i++)
        below[i] = 0;
}

/* Saves the callee-saved registers in the caller's frame, and zeroes them: they hold what the
 * interpreter had in them last. The stack pointer. */
#ifdef __x86_64__
#define DROP_REGISTERS()                                                                           \
    ({                                                                                             \
        char *sp_;                                                                                 \
        __asm__ volatile("xorl %%ebx, %%ebx\n\txorl %%r12d, %%r12d\n\txorl %%r13d, %%r13d\n\t"     \
                         "xorl %%r14d, %%r14d\n\txorl %%r15d, %%r15d\n\tmovq %%rsp, %0"            \
                         : "=a"(sp_)                                                               \
                         :                                                                         \
                         : "rbx", "r12", "r13", "r14", "r15");                                     \
        sp_;                                                                                       \
    })
#else
#define DROP_REGISTERS() ((char *)0)
#endif

static void clear_dead_registers(Thread *thread)
{
    const Frame *callee = 0;
    for (Frame *frame = thread->frame; frame; callee = frame, frame = frame->caller)
        clear_dead(frame, callee);
}

NOINLINE size_t vm_collect(const MethodDef *def, int generation)
{
    Thread *thread = thread_self();
    clear_dead_registers(thread);
    wipe_stack();
    Value *area, *end;
    Decoded d;
    if (thread->frame && current_instruction(thread->frame, &d) &&
        is_call(&d, thread->frame, &area, &end) && has_shape(*area, SHAPE_BUILTIN) &&
        ((Builtin *)*area)->def == def) {
        /* From the interpreter to here there are only the frames of the call itself. */
        thread->gc.dead_high = thread->vm_stack;
        thread->gc.dead_low = DROP_REGISTERS();
    }
    if (generation >= 2) /* caches keep the classes that they know */
        cache_flush(0);
    size_t died = gc_collect(generation);
    thread->gc.dead_low = thread->gc.dead_high = 0;
    return died;
}

/* Instructions that hold no Value on the C stack while they call what works for them, but those in
 * their operands. */
static bool keeps_values_in_registers(const Decoded *d)
{
    switch (d->op) {
    case OPCODE(SET_ITEM):
    case OPCODE(DEL_ITEM):
    case OPCODE(INPLACE_ADD):
    case OPCODE(INPLACE_MULTIPLY):
    case OPCODE(CALL):
    case OPCODE(CALL_METHOD):
    case OPCODE(CALL_KW):
    case OPCODE(CALL_METHOD_KW):
        return true;
    default:
        return false;
    }
}

NOINLINE size_t vm_collect_inside(int generation)
{
    Thread *thread = thread_self();
    Decoded d;
    clear_dead_registers(thread);
    wipe_stack();
    if (thread->frame && current_instruction(thread->frame, &d) && keeps_values_in_registers(&d)) {
        thread->gc.dead_low = thread->vm_stack_low;
        thread->gc.dead_high = thread->vm_stack;
    }
    size_t died = gc_collect(generation);
    thread->gc.dead_low = thread->gc.dead_high = 0;
    return died;
}
