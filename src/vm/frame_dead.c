/* Which registers of a frame are dead, and collections that make use of it.
 *
 * Temporaries are used like a stack: at a call, those above the call area are dead. */
#include <string.h>
#include "compile/opcode.h"
#include "core/call.h"
#include "vm/cache.h"
#include "vm/frame.h"

/* The instruction that ends where the frame's pc is. */
static bool current_instruction(const Frame *frame, Decoded *out)
{
    const uint32_t *words = code_words(frame->code),
                   *end = words + (size_t)frame->code->instructions->size / sizeof *words;
    while (words < end && words < frame->pc) {
        *out = opcode_decode(words);
        words += out->length;
    }
    return words == frame->pc && words != code_words(frame->code);
}

/* Is the frame at a call? `*area` is where its call area begins, `*end` where its arguments end,
 * `*target` where the result goes. */
static bool is_calling(Frame *frame, Value **area, Value **end, uint32_t *target)
{
    Decoded d;
    if (!current_instruction(frame, &d))
        return false;
    bool method = d.op == OPCODE(CALL_METHOD) || d.op == OPCODE(CALL_METHOD_KW);
    if (!method && d.op != OPCODE(CALL) && d.op != OPCODE(CALL_KW))
        return false;
    *target = d.a;
    *area = frame_registers(frame) + d.b;
    *end = *area + 1 + FRAME_WORDS + d.c + method;
    return true;
}

/* A temporary that the result goes to is dead (a variable is not, if the call fails). So are the
 * words of the header, unless it is the callee's, or the last one has got the receiver of a bound
 * method, and what lies behind the arguments. */
static void clear_dead(Frame *frame, const Frame *callee)
{
    Value *area, *end;
    uint32_t target;
    if (!is_calling(frame, &area, &end, &target))
        return;
    if (target >= frame->code->clear_count && frame_registers(frame) + target < area)
        frame_registers(frame)[target] = 0;
    if ((const void *)callee >= (const void *)area &&
        (const void *)callee < (const void *)frame_end(frame))
        return;
    bool receiver = has_shape(*area, SHAPE_METHOD);
    memset(area + 1, 0, (size_t)(FRAME_WORDS - receiver) * sizeof(Value));
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

NOINLINE size_t vm_collect_without_stack(void)
{
    Thread *thread = thread_self();
    ASSERT(!thread->frame);
    thread->gc.registers_top = thread->gc.registers;
    wipe_stack();
    cache_flush(0);
    thread->gc.dead_high = thread->gc.stack_base;
    thread->gc.dead_low = DROP_REGISTERS();
    size_t died = gc_collect(2);
    thread->gc.dead_low = thread->gc.dead_high = 0;
    return died;
}

NOINLINE size_t vm_collect(const MethodDef *def, int generation)
{
    Thread *thread = thread_self();
    const Frame *callee = 0;
    for (Frame *frame = thread->frame; frame; callee = frame, frame = frame->caller)
        clear_dead(frame, callee);
    wipe_stack();
    Value *area, *end;
    uint32_t target;
    if (thread->frame && is_calling(thread->frame, &area, &end, &target) &&
        has_shape(*area, SHAPE_BUILTIN) && ((Builtin *)*area)->def == def) {
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
