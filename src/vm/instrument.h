/* Instrumented code: how events get out of running bytecode without a test in its way.
 *
 * An instruction that has something to report gets the opcode INSTRUMENTED; what it was is in
 * Code.originals. Nothing else changes: offsets, operands, caches and tables stay valid. The
 * handler (vm_instrumented) reports, then goes on with the original opcode.
 *
 * Code is instrumented where it is entered: a thread that watches (Thread.watch) has a stack
 * limit of 0, so that the check for room that each call and each resume does takes its slow
 * path, frame_room_slow. Code that runs already is instrumented by watch_refresh, which each
 * thread runs for its own frames at its next safepoint after something changed.
 *
 * What is wanted has a version. An instrumented instruction that finds its code at another version
 * brings it up to date, so that code which nobody watches any more soon runs at full speed.
 *
 * Threads: opcode bytes are changed under instrument_lock, by release stores of whole words, and
 * read by relaxed loads. Originals are published before the first of these stores; the
 * handler loads its word again with acquire order, so it always finds them. Whoever runs the word
 * from before the store, or from after it, runs the same instruction.
 */
#ifndef WEFT_VM_INSTRUMENT_H
#define WEFT_VM_INSTRUMENT_H

#include "compile/opcode.h"
#include "vm/frame.h"

/* sys.monitoring's events, in the order of their numbers. Up to STOP_ITERATION they happen at an
 * instruction, and can be asked for in single code objects. */
#define MONITORING_EVENTS(EVENT)                                                                   \
    EVENT(PY_START)                                                                                \
    EVENT(PY_RESUME)                                                                               \
    EVENT(PY_RETURN)                                                                               \
    EVENT(PY_YIELD)                                                                                \
    EVENT(CALL)                                                                                    \
    EVENT(LINE)                                                                                    \
    EVENT(INSTRUCTION)                                                                             \
    EVENT(JUMP)                                                                                    \
    EVENT(BRANCH)                                                                                  \
    EVENT(STOP_ITERATION)                                                                          \
    EVENT(RAISE)                                                                                   \
    EVENT(EXCEPTION_HANDLED)                                                                       \
    EVENT(PY_UNWIND)                                                                               \
    EVENT(PY_THROW)                                                                                \
    EVENT(RERAISE)                                                                                 \
    EVENT(C_RETURN)                                                                                \
    EVENT(C_RAISE)
typedef enum MonitoringEvent {
#define EVENT(name) EVENT_##name,
    MONITORING_EVENTS(EVENT)
#undef EVENT
        EVENT_COUNT,
    EVENT_LOCAL_COUNT = EVENT_RAISE
} MonitoringEvent;
#define EVENT_BIT(name) (1u << EVENT_##name)
enum { C_EVENTS = EVENT_BIT(C_RETURN) | EVENT_BIT(C_RAISE) };

/* Tools of sys.monitoring, and behind them the two that are per thread. */
enum { TOOL_USER_COUNT = 6, TOOL_PROFILE = 6, TOOL_TRACE = 7, TOOL_COUNT = 8 };
enum {
    PROFILE_EVENTS = EVENT_BIT(PY_START) | EVENT_BIT(PY_RESUME) | EVENT_BIT(PY_RETURN) |
                     EVENT_BIT(PY_YIELD) | EVENT_BIT(PY_UNWIND) | EVENT_BIT(PY_THROW) |
                     EVENT_BIT(CALL),
    TRACE_EVENTS = EVENT_BIT(PY_START) | EVENT_BIT(PY_RESUME) | EVENT_BIT(PY_RETURN) |
                   EVENT_BIT(PY_YIELD) | EVENT_BIT(PY_UNWIND) | EVENT_BIT(PY_THROW) |
                   EVENT_BIT(LINE) | EVENT_BIT(RAISE) | EVENT_BIT(STOP_ITERATION),
    /* In Thread.watch, besides events: some code object has events of its own. */
    WATCH_LOCAL = 1u << 31
};

/* What can happen at an instruction. */
enum {
    AT_START = 1,    /* the first of the code */
    AT_RESUME = 2,   /* a suspended frame goes on here */
    AT_ARRIVAL = 4,  /* either way out of a branch */
    AT_LINE = 8,     /* a line begins */
    AT_SAME = 16,    /* with AT_LINE: unless control comes from the same line */
    AT_BACK = 32,    /* a jump back: what it leads to is a new line, even if it is the same */
    AT_STEP = 64,    /* any instruction */
    AT_JUMP = 128,   /* it jumps */
    AT_BRANCH = 256, /* it may jump */
    AT_CALL = 512,
    AT_RETURN = 1024,
    AT_YIELD = 2048, /* it yields, always: a YIELD_FROM reports by report_yield */
};

/* Events that callbacks turn off separately where they happen at the same instruction. */
enum { CLASS_ENTRY, CLASS_LINE, CLASS_STEP, CLASS_OWN, CLASS_STOP, CLASS_COUNT };

typedef struct Site {
    uint16_t at;                   /* immutable after init */
    uint8_t disabled[CLASS_COUNT]; /* atomic: a bit for each tool */
    int32_t line;                  /* of each word of the instruction; immutable after init */
} Site;

/* In Code.instrumentation, a site for each word. */
typedef struct Instrumentation {
    uint32_t version;                /* atomic: of what is wanted, when words were last changed */
    uint32_t restarted;              /* guarded by instrument_lock: see wanted_restart */
    uint32_t local[TOOL_USER_COUNT]; /* atomic: events wanted in this code */
    uint8_t local_tools[EVENT_LOCAL_COUNT]; /* atomic: the same by event, a bit for each tool */
    bool tracks_lines;                      /* has AT_SAME sites; immutable after init */
    Site sites[];
} Instrumentation;

ALWAYS_INLINE Instrumentation *instrumentation_of(const Code *code)
{
    Raw *raw = load_acquire(&code->instrumentation);
    return raw ? (Instrumentation *)(void *)raw->data : 0;
}
/* The same, made if need be. 0 with MemoryError. */
Instrumentation *instrumentation_make(Code *code) MUST_USE;
/* Brings the code's words up to date. */
void instrumentation_update(Code *code, Instrumentation *in);
/* A tool has turned events of a class off at a word. */
void instrumentation_disable(Code *code, Instrumentation *in, uint32_t index, unsigned class,
                             unsigned tool);

/* What is wanted of the process: by user's tools everywhere, and by threads that trace. Each
 * change moves the version and asks all threads to refresh. */
extern uint32_t wanted_version;           /* atomic */
extern uint8_t wanted_tools[EVENT_COUNT]; /* atomic: by event, a bit for each tool */
uint32_t wanted_global(unsigned tool);
/* Who wants an event: a bit for each tool. C_RETURN and C_RAISE come with CALL. `in` may be 0. */
ALWAYS_INLINE uint32_t tools_that_want(const Instrumentation *in, MonitoringEvent kind)
{
    MonitoringEvent asked = 1u << kind & C_EVENTS ? EVENT_CALL : kind;
    uint32_t tools = load_relaxed(&wanted_tools[asked]);
    return in && asked < EVENT_LOCAL_COUNT ? tools | load_relaxed(&in->local_tools[asked]) : tools;
}
void wanted_set_global(unsigned tool, uint32_t events);
bool wanted_set_local(Code *code, unsigned tool, uint32_t events) MUST_USE;
/* `by` threads more, or fewer, trace or profile. */
void wanted_count_threads(unsigned tool, int by);
void wanted_opcodes(void); /* from now on traced code reports each instruction */
void wanted_restart(void); /* what callbacks have turned off is on again */

/* How many callbacks run on the calling thread: where there are any, nothing is reported, and code
 * that is entered is left as it is. */
ALWAYS_INLINE void watch_set_tracing(Thread *thread, uint32_t tracing)
{
    thread->tracing = tracing;
    thread->stack_limit = thread->watch && !tracing ? 0 : thread->stack_end;
}
/* Brings the calling thread up to date: what it watches, and the code on its stack. */
bool watch_refresh(Thread *thread) MUST_USE;
/* A frame that ends at `end` is about to be entered, and it is above the stack limit: is there
 * room, really? Instruments the code. RecursionError, MemoryError. */
bool frame_room_slow(Thread *thread, Code *code, const Value *end) MUST_USE;

/* The original opcode of the instruction that the frame is at, once it has reported. Or: */
enum {
    INSTRUMENTED_FAILED = -1, /* an exception is pending */
    INSTRUMENTED_GO_ON = -2,  /* go on at frame->pc: it jumped, or the instruction is done */
};
int vm_instrumented(Thread *thread, Frame *frame);

/* Off the path of instructions; call only if thread->watch. `false` as everywhere. An exception
 * that is pending stays so, or is replaced by one that a callback raised. */
void report_raise(Thread *thread, Frame *frame);
void report_reraise(Thread *thread, Frame *frame);
void report_unwind(Thread *thread, Frame *frame);
void report_throw(Thread *thread, Frame *frame);
bool report_handled(Thread *thread, Frame *frame, const Handler *handler);
bool report_yield(Thread *thread, Frame *frame, Value value);
/* The generator of the frame's FOR_ITER, or what its YIELD_FROM delegates to, ended with `value`.
 */
bool report_loop_end(Thread *thread, Frame *frame, Value value);
bool report_delegate_end(Thread *thread, Frame *frame, Value delegate, Value value);

/* The iterator of the frame's FOR_ITER had no more: clears a StopIteration, false if something else
 * is pending. */
bool loop_ended(Thread *thread, Frame *frame);

#endif
