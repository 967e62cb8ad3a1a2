/* Which registers of a frame are dead, and collections that make use of it. */
#include <limits.h>
#include <stdlib.h>
#include "compile/liveness.h"
#include "compile/opcode.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/signature.h"
#include "vm/cache.h"
#include "vm/frame.h"

/* The instruction that the frame's pc, which is behind its first word, lies in: its first word, or
 * -1 if there is none. */
static int64_t current_instruction(const Frame *frame, Decoded *out)
{
    uint32_t pc = (uint32_t)(frame->pc - code_words(frame->code)), next = 0;
    int64_t at = -1;
    while (next < code_word_count(frame->code) && next < pc) {
        *out = code_decode(frame->code, next);
        at = next;
        next += (uint32_t)out->length;
    }
    return next >= pc ? at : -1;
}

static bool is_call(const Decoded *d)
{
    return d->op == OPCODE(CALL) || d->op == OPCODE(CALL_KW) || d->op == OPCODE(CALL_METHOD) ||
           d->op == OPCODE(CALL_METHOD_KW) || d->op == OPCODE(CALL_ENTER);
}

/* A builtin function has its defaults behind the arguments that are given: see builtin_for_call. */
static void keep_defaults(const Frame *frame, const Decoded *d, Value callee, uint8_t *live)
{
    bool is_descriptor = has_shape(callee, SHAPE_METHOD_DESCRIPTOR);
    const MethodDef *def = is_descriptor                      ? ((MethodDescriptor *)callee)->def
                           : has_shape(callee, SHAPE_BUILTIN) ? ((Builtin *)callee)->def
                                                              : 0;
    const Signature *s = def ? load_acquire(&def->parsed) : 0;
    if (!s)
        return;
    uint32_t first = d->b + 1 + FRAME_WORDS, count = s->count;
    count += is_descriptor || d->op == OPCODE(CALL_METHOD) || d->op == OPCODE(CALL_ENTER);
    for (uint32_t r = first + d->c; r < first + count && r < frame->code->register_count; r++)
        live[r] = true;
}

static bool is_bound_builtin(Value callee)
{
    return has_shape(callee, SHAPE_BUILTIN) && ((Builtin *)callee)->def->kind == KIND_METHOD;
}

/* Zeroes the temporaries that nothing reads any more. What a frame lies on that was called from
 * this one is not ours; and in a call area the last word of the header may have got the receiver
 * of a bound method, builtin or not. */
static void clear_dead(Frame *frame, const Frame *callee)
{
    Decoded d;
    int64_t at = current_instruction(frame, &d);
    uint8_t *live = at < 0 ? 0 : malloc(frame->code->register_count);
    Value *registers = frame_registers(frame), *end = frame_end(frame);
    if (live && code_live_temporaries(frame->code, (uint32_t)at, live)) {
        if (is_call(&d)) {
            if (has_shape(registers[d.b], SHAPE_METHOD) || is_bound_builtin(registers[d.b]))
                live[d.b + FRAME_WORDS] = true;
            keep_defaults(frame, &d, registers[d.b], live);
        }
        if (callee && (const void *)callee < (const void *)end) {
            end = (Value *)(void *)callee;
            if (callee->flags & FRAME_GENERATOR)
                end -= sizeof(ExcState) / sizeof(Value);
        }
        for (Value *r = registers + frame->code->clear_count; r < end; r++)
            if (!live[r - registers])
                *r = 0;
    }
    free(live);
}

/* Has the frame called the builtin function directly? */
static bool calls_builtin(Frame *frame, const MethodDef *def)
{
    Decoded d;
    if (!frame || current_instruction(frame, &d) < 0 || !is_call(&d))
        return false;
    Value callable = frame_registers(frame)[d.b];
    return has_shape(callable, SHAPE_BUILTIN) && ((Builtin *)callable)->def == def;
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

/* `depth`: of this many frames, from the innermost on. */
static void clear_dead_registers(Thread *thread, int depth)
{
    const Frame *callee = 0;
    for (Frame *frame = thread->frame; frame && depth--; callee = frame, frame = frame->caller)
        clear_dead(frame, callee);
}

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
    clear_dead_registers(thread, INT_MAX);
    wipe_stack();
    if (calls_builtin(thread->frame, def)) {
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
    case OPCODE(CALL_ENTER):
        return true;
    default:
        return false;
    }
}

/* The interpreter's C frame is not scanned if it keeps nothing there. */
static void leave_out_interpreter(Thread *thread)
{
    Decoded d;
    if (thread->frame && current_instruction(thread->frame, &d) >= 0 &&
        keeps_values_in_registers(&d)) {
        thread->gc.dead_low = thread->vm_stack_low;
        thread->gc.dead_high = thread->vm_stack;
    }
}

void vm_rest(bool begins)
{
    Thread *thread = thread_self();
    if (begins) {
        clear_dead_registers(thread, INT_MAX);
        wipe_stack();
        leave_out_interpreter(thread);
    } else {
        thread->gc.dead_low = thread->gc.dead_high = 0;
    }
}

NOINLINE size_t vm_collect_inside(int generation)
{
    Thread *thread = thread_self();
    clear_dead_registers(thread, generation ? INT_MAX : 2);
    wipe_stack();
    leave_out_interpreter(thread);
    size_t died = gc_collect(generation);
    thread->gc.dead_low = thread->gc.dead_high = 0;
    return died;
}
