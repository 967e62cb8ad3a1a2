/* Code objects and the instruction set, as the compiler makes and the interpreter runs them.
 *
 * Registers of a frame, in order: parameters (positional, keyword-only, *args, **kwargs), the
 * other local variables (so that varnames[i] is R[i]), captured locals that are no
 * parameters, temporaries, call areas. A captured variable's register holds its Cell:
 * MAKE_CELL at the start of the function turns the register (with the argument in it, or no
 * value) into a cell. Free variables are read through the function's closure. Registers are
 * no value (0) at entry, but for parameters. The variables of inlined comprehensions are among the
 * locals, even of modules and classes, and have values only while their comprehension runs; one
 * of the same name as a variable around it is a second entry behind it.
 */
#ifndef WEFT_COMPILE_CODE_H
#define WEFT_COMPILE_CODE_H

#include "core/abstract.h"
#include "core/alloc.h"

typedef enum Opcode {
#define OP(name, a, b, c, x1, x2, effects, meaning) OP_##name##_,
#include "compile/opcodes.def"
#undef OP
    OPCODE_COUNT
} Opcode;
#define OPCODE(name) OP_##name##_

/* Words that a call area reserves between callable and arguments: sizeof(Frame) / 8. */
#define FRAME_WORDS 8

/* UNPACK into variables, not temporaries, is at most this long. */
#define UNPACK_DIRECT_MAX 16

enum { SUPER_TWO_ARGUMENTS = 1, SUPER_METHOD = 2 }; /* in b of LOAD_SUPER_ATTR */

typedef enum FunctionPart {
    PART_DEFAULTS,    /* tuple */
    PART_KWDEFAULTS,  /* dict */
    PART_ANNOTATIONS, /* dict, or a tuple of name, value, name, value, ... made a dict when asked */
    PART_CLOSURE,     /* tuple of cells */
    PART_TYPE_PARAMS  /* tuple */
} FunctionPart;

typedef enum Intrinsic1 {
    INTRINSIC_TYPEVAR, /* R[b] the name */
    INTRINSIC_PARAMSPEC,
    INTRINSIC_TYPEVARTUPLE,
    INTRINSIC_SUBSCRIPT_GENERIC, /* Generic[*params] for the tuple R[b] */
    INTRINSIC_TYPEALIAS /* R[b] a tuple (name, type_params or None, function of the value) */
} Intrinsic1;
typedef enum Intrinsic2 {
    INTRINSIC_TYPEVAR_WITH_BOUND,       /* name, function of the bound */
    INTRINSIC_TYPEVAR_WITH_CONSTRAINTS, /* name, function of the tuple of constraints */
    INTRINSIC_SET_TYPE_PARAMS,          /* function R[b], tuple; gives the function */
    INTRINSIC_SET_TYPEPARAM_DEFAULT /* type parameter, function of the default; gives the parameter
                                     */
} Intrinsic2;

/* co_flags, with CPython's values. */
enum {
    CODE_OPTIMIZED = 0x1,
    CODE_NEWLOCALS = 0x2,
    CODE_VARARGS = 0x4,
    CODE_VARKEYWORDS = 0x8,
    CODE_NESTED = 0x10,
    CODE_GENERATOR = 0x20,
    CODE_COROUTINE = 0x80,
    CODE_ITERABLE_COROUTINE = 0x100,
    CODE_ASYNC_GENERATOR = 0x200,
    CODE_FUTURE_BARRY_AS_BDFL = 0x400000,
    CODE_FUTURE_ANNOTATIONS = 0x1000000,
    CODE_HAS_DOCSTRING = 0x4000000,
    CODE_METHOD = 0x8000000
};

/* Instructions [start, end) are guarded: their exceptions go to `handler`, in register
 * `exception`. Entries are sorted so that the first that matches is the innermost. All in
 * words. */
typedef struct Handler {
    uint32_t start, end, handler, exception;
} Handler;

typedef struct Code {
    Object ob;
    Raw *instructions; /* uint32_t words; but for opcode bytes (code_word) immutable after init, as
                        * all up to `feedback` */
    Value consts, names;
    Value varnames, cellvars, freevars; /* tuples of str */
    Raw *cell_registers;                /* uint16_t per cellvar: its register */
    Value filename;                     /* atomic: _imp._fix_co_filename sets it */
    Value name, qualname;
    Raw *handlers;  /* Handler[] or 0 */
    Raw *positions; /* encoded: compile/positions.h */
    uint32_t flags;
    uint32_t argcount, posonly_argcount, kwonly_argcount; /* argcount includes positional-only */
    uint32_t locals_count;                                /* varnames */
    uint32_t register_count;                              /* the whole frame, call areas included */
    uint32_t clear_count; /* registers that must be 0 at entry but for parameters: locals and
                             captured ones */
    uint32_t kept_count;  /* of a generator: what it may keep while it is suspended */
    uint32_t first_line;
    uint32_t feedback_count; /* at least 1 while unverified */
    uint32_t unverified;     /* atomic: made of parts by Python code, and has not run yet */
    /* atomic: where the rest of it is in the data of frozen modules; 0: all is here. See
     * code_complete. */
    uint32_t body;
    uint64_t *feedback;   /* atomic cells, one for each X_CACHE; 0 until first run; owned by vm/ */
    Value feedback_owner; /* what keeps `feedback` alive; owned by vm/ */
    /* While instructions are instrumented, and ever after: the opcode byte of each word as
     * compiled. atomic; immutable once set */
    Raw *originals;
    Raw *instrumentation; /* atomic; owned by vm/instrument.c */
    /* relaxed: the number of arguments of a call that needs no more than a frame, + 1; 0: none
     * does, or it is not known to a call's cell; owned by vm/ */
    uint32_t plain_arguments;
    uint32_t entry_count; /* relaxed: calls and back-edges, for the JIT */
} Code;
extern Type code_type;

ALWAYS_INLINE uint32_t *code_words(const Code *code)
{
    return (uint32_t *)(void *)code->instructions->data;
}

/* Most functions of the modules that each start imports are never called. Of their code there is
 * only what the functions are made of, until it first runs or somebody looks at it: the numbers,
 * freevars, filename, name, qualname and, alone in `consts`, the docstring. The other fields are 0.
 * Who reads them of code that may never have run calls this before; false: no memory. */
extern bool (*code_body_hook)(Code *code);
ALWAYS_INLINE bool code_complete(const Code *code)
{
    return likely(!load_acquire(&code->body)) || code_body_hook((Code *)code);
}

/* Where a frame begins. Word 0 is a NOP that is never run: where a frame is before it has begun, at
 * the line of its `def` (0 in a module). */
ALWAYS_INLINE const uint32_t *code_entry(const Code *code)
{
    return code_words(code) + 1;
}

/* Word `index` as it was compiled. The opcode byte in code_words may be INSTRUMENTED, from one
 * moment to the next: nobody but the dispatch loop looks at an opcode there. */
ALWAYS_INLINE uint32_t code_word(const Code *code, uint32_t index)
{
    uint32_t word = load_acquire(&code_words(code)[index]);
    if (likely((word & 0xff) != OPCODE(INSTRUMENTED)))
        return word;
    const Raw *originals = load_acquire(&code->originals);
    return originals ? (word & ~(uint32_t)0xff) | (uint8_t)originals->data[index] : word;
}
ALWAYS_INLINE uint32_t code_word_count(const Code *code)
{
    return (uint32_t)((size_t)code->instructions->size / sizeof(uint32_t));
}
/* All words as they were compiled: `instructions` itself, or a copy. 0 with MemoryError. */
Raw *code_compiled_words(const Code *code) MUST_USE;

/* Source position of the instruction that contains word `index`: lines from 1, columns in
 * UTF-8 bytes from 0; -1 where unknown. */
typedef struct Position {
    int line, end_line, column, end_column;
} Position;
Position code_position(const Code *code, uint32_t index);
/* Number of words of the instruction at `index`, prefix and extension words included. */
uint32_t code_instruction_length(const uint32_t *words);

void code_start(void); /* the code type */

#endif
