/* Frames and functions: what a call of Python code is made of.
 *
 * A thread has one register stack. A frame is a header of FRAME_WORDS words, followed by the
 * registers of its code. A caller builds the arguments in its own last registers (the call area
 * of opcodes.def), so that the callee's header and registers lie on top of it and nothing is
 * copied:
 *
 *   caller:  [header][R0 R1 ... callable][. . . . . . . .][arg0 arg1 ...]
 *   callee:                              [    header     ][R0   R1   R2 ... ]
 *
 * `pc` of a frame that is not the running one points behind the instruction it is at, so that
 * pc - 1 is a word of that instruction. The running frame's pc is in a C local of the
 * interpreter, and written here before anything that may look at it.
 */
#ifndef WEFT_VM_FRAME_H
#define WEFT_VM_FRAME_H

#include "compile/code.h"
#include "core/thread.h"

typedef struct Function {
    Object ob;
    Code *code;                        /* atomic */
    Value globals;                     /* Dict; immutable after init */
    Value builtins;                    /* Dict; immutable after init */
    Value defaults;                    /* atomic: tuple or 0 */
    Value kwdefaults;                  /* atomic: dict or 0 */
    Value closure;                     /* tuple of cells or 0; immutable after init */
    Value name, qualname, module, doc; /* atomic; 0: None */
    Value annotations;                 /* atomic: dict, tuple of pairs, or 0 */
    Value type_params;                 /* atomic: tuple or 0 */
    Value tail;                        /* attribute slots */
} Function;
extern Type function_type;

enum {
    FRAME_ENTRY = 1,      /* returning from it leaves vm_run */
    FRAME_GENERATOR = 4,  /* `generator` is running in it; an ExcState lies before the header */
    FRAME_INIT = 2,       /* __init__ of `generator`, which the caller gets instead of the result */
    FRAME_WIDE_YIELD = 8, /* the YIELD_FROM where it is suspended has a WIDE prefix */
    FRAME_STARTED = 16,   /* has reported its start, or began when nobody wanted to know */
    FRAME_RESUMED = 32,   /* was resumed, and has that to report */
    FRAME_DELEGATE = 64,  /* a generator's that is no entry: of the caller's YIELD_FROM */
    FRAME_AT_YIELD_FROM = 128, /* it is suspended at one */
    /* __new__ of a class: see vm/call_class.c. `generator`: the names of the keyword arguments, or
     * 0; from FRAME_TARGET_SHIFT on: how many arguments there are, of both kinds. */
    FRAME_NEW = 512,
    /* A special method whose result is looked at: from FRAME_TARGET_SHIFT on, how
     * (vm/operations.h).
     */
    FRAME_OPERATOR = 1024,
    FRAME_FEEDS =
        256, /* an entry whose `yield` gives the value to the thread's Feed, and goes on */
    /* A delegate whose caller was resumed only to send it a value: see generator_enter. */
    FRAME_FORWARDED = 2048,
    /* From this bit on, in a generator's frame that is no entry: the register of the caller's
     * FOR_ITER. */
    FRAME_TARGET_SHIFT = 16,
};

typedef struct Frame {
    struct Frame *caller; /* the next outer frame of Python code on this thread, or 0 */
    Code *code;
    const uint32_t *pc;
    Function *function;
    Value locals;       /* namespace of class bodies, modules and exec; 0 in functions */
    Value frame_object; /* 0 until somebody asks */
    Value generator;    /* Generator; others with FRAME_INIT and FRAME_NEW; or 0 */
    uint32_t flags;
    uint32_t result; /* register of the caller that gets the result */
} Frame;
_Static_assert(sizeof(Frame) == FRAME_WORDS * sizeof(Value), "call areas reserve FRAME_WORDS");

ALWAYS_INLINE Value *frame_registers(Frame *frame)
{
    return (Value *)(void *)(frame + 1);
}
ALWAYS_INLINE Value *frame_end(Frame *frame)
{
    return frame_registers(frame) + frame->code->register_count;
}
/* Index of a word of the instruction that the frame is at. */
ALWAYS_INLINE uint32_t frame_instruction(const Frame *frame)
{
    return (uint32_t)(frame->pc - code_words(frame->code)) - 1;
}

Value function_new(Code *code, Value globals);
/* Binds a call's arguments, which are in the registers, to the parameters of `code`, which the
 * function had when the call began. false: TypeError with CPython's messages. */
bool function_bind(Thread *thread, Function *function, const Code *code, Value *registers,
                   size_t nargs, Value kwnames) MUST_USE;
Value function_call(Value function, Value *args, size_t nargs,
                    Value kwnames); /* the type's call slot */

/* Runs code as a module body, class body or exec: `locals` is the namespace. */
Value vm_run_code(Code *code, Value globals, Value locals, Value closure) MUST_USE;
/* Runs `frame`, already on the register stack, until it returns, yields or fails. */
Value vm_interpret(Thread *thread, Frame *frame) MUST_USE;
ALWAYS_INLINE char *stack_pointer(void) /* 0: unknown */
{
    char *sp = 0;
#ifdef __x86_64__
    __asm__ volatile("movq %%rsp, %0" : "=r"(sp));
#endif
    return sp;
}

/* vm_stack: what lies below, down to the frame of a builtin function that vm_interpret calls
 * directly, holds no Value that is not in a register of the frame as well. Above are the
 * callee-saved registers that vm_interpret pushes at its entry, which are its caller's. */
ALWAYS_INLINE Value vm_run(Thread *thread, Frame *frame)
{
    char *outer = thread->vm_stack, *outer_low = thread->vm_stack_low, *sp = stack_pointer();
    thread->vm_stack = sp ? sp - 64 : 0;
    Value result = vm_interpret(thread, frame);
    thread->vm_stack = outer;
    thread->vm_stack_low = outer_low;
    return result;
}
/* Prepares a frame at `at` for a bound call; RecursionError if too deep. Registers past the
 * parameters are cleared. */
bool frame_push(Thread *thread, Frame *at, Function *function, Code *code) MUST_USE;
/* gc_collect as precise as it can be, for a builtin function `def` that asks for it: zeroes the
 * registers that are dead where this thread's frames are, and if Python code called the builtin
 * directly, leaves out of the scan what lies between it and the interpreter on the C stack. */
size_t vm_collect(const MethodDef *def, int generation);
/* The same for C code at any depth, in the middle of an instruction: leaves out of the scan only
 * the interpreter's own C frame, and only at instructions that keep nothing there. */
size_t vm_collect_inside(int generation);
/* For result_place_hook and last_use_hook (core/abstract.h). */
bool vm_result_place(const void *called, ResultPlace *place);
bool vm_is_last_use(Value v, const void *called, const ResultPlace *place);
/* The same precision for collections by others, while this thread waits: see rest_hook. */
void vm_rest(bool begins);
/* Undoes frame_push: detaches a frame object if there is one. */
void frame_pop(Thread *thread, Frame *frame);
/* The same at the end of the program, where no frame is left: nothing above is looked at. */
size_t vm_collect_without_stack(void);
/* f_lasti and tb_lasti count bytes. */
#define LASTI_UNIT 4
Value builtins_of_globals(Value globals);
Value builtins_of_running(void);  /* where the running code finds builtins: a dict, or a mapping */
Value interpreter_builtins(void); /* the dict of the builtins module */
void function_start(void);

/* The frame object of a frame on this thread's stack (core and modules see only that). */
typedef struct FrameObject {
    Object ob;
    /* The live header: on a register stack, or the generator's while that is suspended; 0 once it
     * ended. atomic; other threads than the one that runs it may only compare it. */
    Frame *frame;
    Code *code;
    Function *function;
    Value back;   /* valid once ended: frame object of the caller, or 0 */
    Value locals; /* namespace, or the dict made for exec'ed functions */
    Value generator;
    Array *registers; /* copy of the registers, once ended */
    Value trace, extra_locals;
    uint32_t last; /* word of the last instruction, once ended */
    bool trace_lines, trace_opcodes;
    bool went_back;  /* a jump back was taken since */
    bool opcode_due; /* trace_opcodes was set in the middle of an instruction: see vm/report.c */
    int32_t line;    /* that it was seen at last; 0: none */
    uint32_t branch; /* word of a branch whose outcome is to be reported, + 1; or 0 */
    uint32_t jump;   /* word that f_lineno was set to, + 1; or 0 */
    uint8_t told;    /* event that the trace function is hearing of, + 1; or 0 */
    Value tail;
} FrameObject;
extern Type frame_type;
Value frame_object_of(Frame *frame); /* makes it on first use */
void frame_object_detach(Frame *frame);
/* The line of the instruction at word `index`; if that stands for none, the one that the tracer of
 * the frame object (or 0) saw last; or -1. */
int code_line_in(const Code *code, uint32_t index, Value frame_object);
int frame_line(Frame *frame);

typedef enum GeneratorState {
    GEN_CREATED,
    GEN_SUSPENDED,
    GEN_RUNNING,
    GEN_FINISHED
} GeneratorState;
typedef struct Generator {
    Object ob;
    uint8_t state; /* atomic: GeneratorState; running is claimed with a compare-and-swap */
    bool closed, hooks_inited, running_async; /* atomic; of async generators */
    bool on_stack; /* its registers are on a register stack: not traced here. Who claimed it */
    uint8_t spare[3];
    Value name, qualname;
    Value handled;     /* exception being handled where it is suspended */
    Value origin;      /* cr_origin */
    Value finalizer;   /* async generators */
    uint32_t count;    /* registers of the frame */
    uint32_t kept;     /* of these, the ones that there is room for here */
    size_t needed;     /* of these, the ones that are kept while it is suspended */
    Frame frame;       /* caller and flags are set at each resume */
    Value registers[]; /* of the suspended frame */
} Generator;
extern Type generator_type, coroutine_type, async_generator_type;
Value generator_from_frame(Thread *thread,
                           Frame *frame); /* of a bound frame whose code is a generator's */
/* Who a generator is run for by its type's `feed`: see FeedFn. */
typedef struct Feed {
    TakeFn take;
    void *context;
    bool refused; /* the item that it was suspended with */
} Feed;
/* Resumes with a value. */
SendResult generator_send(Value generator, Value value, Value *result);
Value generator_feed(Value generator, TakeFn take, void *context); /* the type's slot */
/* The same for any iterator: generators without a StopIteration in between. */
SendResult iterator_send(Value iterator, Value value, Value *result);
/* Interpreter side of a resume: puts the frame on the stack. 0: ValueError already executing. */
Frame *generator_resume(Thread *thread, Generator *generator, Value *at);
/* The same for a `for` loop's step, or a delegation, in the caller's vm_run: claims a generator or
 * coroutine that was not started or is suspended, and sends it the value; `flags` say what becomes
 * of what it yields. What it delegates to is resumed with it, down to who takes the value: that
 * one's frame is returned. 0: an exception is pending, or none if it is finished. */
Frame *generator_enter(Thread *thread, Value generator, Value value, uint32_t flags);
/* The first `needed` registers are kept. */
void generator_suspend(Thread *thread, Frame *frame, size_t needed);
/* The same for the caller of a FRAME_FORWARDED frame, which has done nothing since its resume. */
void generator_suspend_again(Thread *thread, Frame *frame);
void generator_finish(Thread *thread, Frame *frame);
Value async_iterator(Value o);
Value async_next(Value o);
void function_set_part(Function *function, unsigned part, Value value);
Value coroutine_awaitable(Value o, unsigned where);
Value yield_from_iterator(Value o, const Code *code);
Value async_gen_wrap(Value value);
void generator_start(void);

#endif
