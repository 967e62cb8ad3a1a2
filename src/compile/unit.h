/* A unit is a code object under construction: instructions not yet encoded, labels, registers.
 *
 * Emitting never fails for its caller: the first failure sets `failed` on the compiler and leaves
 * an exception pending; everything after it is idle, and the end of the compilation looks. Units
 * and the compiler live on the C stack, which keeps the Values in them alive.
 *
 * Registers: [0, locals_count) parameters, other locals and the variables of inlined
 * comprehensions, [locals_count, fixed_count) captured variables that are no parameters, then
 * temporaries, a stack: temp_new() pushes, setting `top` back pops.
 */
#ifndef WEFT_COMPILE_UNIT_H
#define WEFT_COMPILE_UNIT_H

#include "base/vec.h"
#include "compile/compile.h"
#include "compile/constants.h"
#include "compile/opcode.h"
#include "compile/scope.h"

typedef int32_t Reg;
typedef uint32_t Label;
#define NO_REG   (-1)
#define NO_LABEL UINT32_MAX

typedef struct Ins {
    uint8_t op;
    bool keep; /* CHECK_LOCAL: do not try to prove it superfluous; NOP: it stands for a line */
    uint32_t guard;
    uint32_t a, b, c, x1, x2; /* a jump's target is a label, in b or x1 */
    Position position;
} Ins;

/* A region of instructions whose exceptions go to `handler`. An instruction names just its
 * innermost guard: a handler's own instructions name the next one out. */
typedef struct Guard {
    Label handler;
    Reg exception;
    uint32_t outer;
} Guard;

/* What a statement has open around the current place: what return, break and continue must undo
 * on their way out. Innermost first; they live on the C stack. */
typedef enum BlockKind {
    BLOCK_LOOP,        /* while, for, async for */
    BLOCK_FINALLY,     /* body guarded by finally */
    BLOCK_FINALLY_END, /* finally's body on the exceptional path */
    BLOCK_WITH,
    BLOCK_ASYNC_WITH,
    BLOCK_HANDLER,     /* except clause: `previous` is to be restored, `name` unbound */
    BLOCK_TRY,         /* a try body or the like: only nesting is counted */
    BLOCK_STAR_HANDLER /* except* clause: jumps out are errors */
} BlockKind;
typedef struct Block {
    BlockKind kind;
    struct Block *outer;
    Label start, end;    /* LOOP: targets of continue and break */
    uint32_t guard;      /* outside of the block */
    Reg reg;             /* WITH: the exit function; HANDLER, FINALLY_END: exception before */
    const Ident *name;   /* HANDLER: bound name or NULL */
    const StmtSeq *body; /* FINALLY */
    const AstNode *node; /* for positions */
} Block;

typedef struct NameSlot {
    const Ident *name;
    uint32_t index;
} NameSlot;

/* Identifiers numbered in the order of first use. */
typedef struct NameTable {
    VEC(const Ident *) names;
    NameSlot *slots;
    uint32_t capacity;
} NameTable;

typedef enum UnitKind {
    UNIT_MODULE,
    UNIT_CLASS,
    UNIT_FUNCTION,
    UNIT_ASYNC_FUNCTION,
    UNIT_LAMBDA,
    UNIT_COMPREHENSION,
    UNIT_TYPE_PARAMS
} UnitKind;

typedef struct Unit {
    struct Unit *outer;
    UnitKind kind;
    Scope *frame; /* the scope that this unit is the code of */
    Scope *scope; /* the same, or an inlined comprehension in it */
    VEC(Ins) code;
    VEC(uint32_t) labels; /* index of instruction, NO_LABEL until bound */
    VEC(Guard) guards;    /* number 0 stands for none */
    uint32_t guard;
    uint32_t top, max_top, locals_count, fixed_count;
    uint32_t hidden_start; /* locals from here on belong to inlined comprehensions */
    ConstTable consts;
    NameTable names, free_names;
    NameTable checked; /* locals that CHECK_LOCAL and DELETE_LOCAL name, in their x1 */
    VEC(const Ident *) varnames, cellvars;
    VEC(uint16_t) cell_registers;
    Block *block;
    int block_depth;
    Position position;
    Value qualname, name;
    uint32_t first_line, flags, argcount, posonly_argcount, kwonly_argcount;
    VEC(const Ident *) static_attributes; /* classes: names that methods set on self */
    int comprehension_depth;              /* inlined comprehensions around the current place */
} Unit;

typedef struct Compiler {
    SymbolTable table;
    Arena *arena;
    IdentTable *idents;
    Unit *unit;
    Value kept; /* list of constants that the tree refers to, or 0 */
    const Ident *debug_name;
    Array *ident_values; /* str of each Ident, by its index */
    Value filename;
    int flags; /* COMPILE_ and CODE_FUTURE_ ones */
    int optimize;
    bool interactive;
    const Stmt *future_limit; /* the last statement where future imports may stand */
    bool failed;
    int no_warnings; /* above 0 in code that is emitted a second time */
} Compiler;

/* ---- Failure and memory */
void compiler_fail(Compiler *c); /* an exception is pending */
void compiler_fail_memory(Compiler *c);
void compiler_error(Compiler *c, const void *node, const char *format, ...) PRINTF_LIKE(3, 4);
/* A SyntaxWarning at the node. */
void compiler_warn(Compiler *c, const void *node, const char *format, ...) PRINTF_LIKE(3, 4);
/* source.c: errors found behind the parser, with the line's text if the file can be read. */
bool raise_compile_error(Value message, Value filename, int lineno, int offset, int end_lineno,
                         int end_offset);
/* warnings.warn_explicit for a SyntaxWarning; one that filters turn into an error becomes a
 * SyntaxError at that place. Columns from 1. False with an exception. */
bool compile_warning(Value message, Value filename, int lineno, int offset, int end_lineno,
                     int end_offset) MUST_USE;
Value ident_value(Compiler *c, const Ident *ident); /* interned str; 0 after a failure */
const Ident *intern_ident(Compiler *c, const char *text);

/* ---- Units */
void unit_begin(Compiler *c, Unit *unit, UnitKind kind, Scope *scope, const AstNode *node);
/* Encodes the unit and leaves it. 0 after a failure. unit_free must follow. */
Value unit_end(Compiler *c);
void unit_free(Unit *unit);
void name_table_free(NameTable *table);
uint32_t name_table_add(Compiler *c, NameTable *table, const Ident *name);

/* ---- Registers */
Reg temp_new(Compiler *c);
Reg temps_new(Compiler *c, int count);
ALWAYS_INLINE bool is_temp(Compiler *c, Reg reg)
{
    return reg >= (Reg)c->unit->fixed_count;
}

/* ---- Instructions */
ALWAYS_INLINE Position position_of(const void *node)
{
    const AstNode *n = node;
    return (Position){n->lineno, n->end_lineno, n->col_offset, n->end_col_offset};
}
ALWAYS_INLINE void set_position(Compiler *c, const void *node)
{
    c->unit->position = position_of(node);
}
void set_no_position(Compiler *c);
Ins *emit(Compiler *c, Opcode op, uint32_t a, uint32_t b, uint32_t cc);
/* The current line has an instruction, for who traces lines, even if its statement does nothing. */
void emit_line(Compiler *c);
Ins *emit_x(Compiler *c, Opcode op, uint32_t a, uint32_t b, uint32_t cc, uint32_t x1);
void emit_jump(Compiler *c, Opcode op, Reg a, Label target);
void emit_compare_jump(Compiler *c, Opcode op, Reg a, Reg b, bool sense, Label target);
Label label_new(Compiler *c);
void label_bind(Compiler *c, Label label);
Label label_bind_new(Compiler *c);
void emit_move(Compiler *c, Reg dst, Reg src);
void emit_const(Compiler *c, Reg dst, Value value);
uint32_t const_index(Compiler *c, Value value);
uint32_t name_index(Compiler *c, const Ident *name);

/* ---- Guards: what is emitted between belongs to the guard */
uint32_t guard_new(Compiler *c, Reg exception);
Label guard_handler(Compiler *c, uint32_t guard);

/* ---- assemble.c */
Value assemble(Compiler *c, Unit *unit) MUST_USE;

#endif
