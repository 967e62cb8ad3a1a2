/* Threads and stop-the-world, as the collector sees them. */
#ifndef WEFT_GC_WORLD_H
#define WEFT_GC_WORLD_H

#include "base/lock.h"
#include "gc/heap.h"

void world_start(void);
/* The threads of the stopped world, linked by `next`. */
GcThread *world_threads(void);
bool world_is_stopped(void);
/* How long the last stop took until all threads had stopped, in ns. */
uint64_t world_stop_ns(void);

/* Callee-saved registers may hold Values for callers; what is in others, they have saved in
 * their frames. `frame` is where those begin. Must be inlined into a function that stays on the
 * stack, or whose callers' frames do. */
#if defined(__x86_64__)
#define SAVE_REGISTERS(thread)                                                                     \
    do {                                                                                           \
        uint64_t *saved_ = (thread)->saved_registers;                                              \
        __asm__ volatile("movq %%rbx, 0(%0)\n\t"                                                   \
                         "movq %%rbp, 8(%0)\n\t"                                                   \
                         "movq %%r12, 16(%0)\n\t"                                                  \
                         "movq %%r13, 24(%0)\n\t"                                                  \
                         "movq %%r14, 32(%0)\n\t"                                                  \
                         "movq %%r15, 40(%0)"                                                      \
                         :                                                                         \
                         : "r"(saved_)                                                             \
                         : "memory");                                                              \
        (thread)->stack_pointer = __builtin_frame_address(0);                                      \
    } while (0)
#elif defined(__aarch64__)
#define SAVE_REGISTERS(thread)                                                                     \
    do {                                                                                           \
        uint64_t *saved_ = (thread)->saved_registers;                                              \
        __asm__ volatile("stp x19, x20, [%0]\n\t"                                                  \
                         "stp x21, x22, [%0, #16]\n\t"                                             \
                         "stp x23, x24, [%0, #32]\n\t"                                             \
                         "stp x25, x26, [%0, #48]\n\t"                                             \
                         "stp x27, x28, [%0, #64]\n\t"                                             \
                         "str x29, [%0, #80]"                                                      \
                         :                                                                         \
                         : "r"(saved_)                                                             \
                         : "memory");                                                              \
        (thread)->stack_pointer = __builtin_frame_address(0);                                      \
    } while (0)
#else
#error "the conservative stack scan needs to know this machine's callee-saved registers"
#endif

#endif
