/* Code generation: what its files know of each other.
 *
 * Registers. `expr` returns the register that holds the value: a local variable's own where the
 * expression is one, else a new temporary. `expr_to` puts it into a given register. A variable's
 * register is written once, as the last act of an expression, so that it keeps its old value
 * while the expression uses it or raises: expressions that build their result in steps use
 * `stage` and `unstage`. Callers of `expr` set `unit->top` back when they have used the values.
 *
 * Order of evaluation. An operand that is used in its variable's register would show a later
 * assignment. Within an expression only `:=` assigns, so `operand` copies a variable if one of
 * the expressions evaluated after it contains a `:=` to it.
 */
#ifndef WEFT_COMPILE_GEN_H
#define WEFT_COMPILE_GEN_H

#include "compile/unit.h"
#include "core/abstract.h"

/* ---- gen_expr.c */
Reg expr_gen(Compiler *c, const Expr *e);
void expr_to(Compiler *c, const Expr *e, Reg dst);
Reg expr_temp(Compiler *c, const Expr *e); /* always a new temporary */
Reg expr_operand(Compiler *c, const Expr *e, const Expr *later);
Reg operand_before(Compiler *c, const Expr *e, const Expr *const *later, int count);
void expr_effect(Compiler *c, const Expr *e); /* the value is not needed */
Reg expr_stage(Compiler *c, Reg dst);
void expr_unstage(Compiler *c, Reg dst, Reg staged);
/* Loads of elements into consecutive temporaries, from the first that it returns. */
Reg expr_run(Compiler *c, Expr *const *items, int count);
void build_sequence(Compiler *c, AstKind kind, const ExprSeq *elts, Reg dst);
Opcode binary_opcode(AstKind op, bool in_place);
bool is_constant(const Expr *e);
/* 1 or 0 if the expression is a constant of known truth, else -1. */
int constant_truth(Compiler *c, const Expr *e);
Value constant_object(Compiler *c, const Expr *e);
void delegate_to(Compiler *c, Reg dst, Reg iterator);
void await_to(Compiler *c, Reg dst, Reg awaitable, int how);
int small_literal(const Expr *e);
void binary_to(Compiler *c, AstKind op, bool in_place, Reg dst, Reg left, const Expr *right);
void set_attribute_position(Compiler *c, const Expr *whole, const Expr *attribute);

/* ---- gen_condition.c: jumps to `target` if the truth of `e` is `sense`, else goes on */
void condition_jump(Compiler *c, const Expr *e, Label target, bool sense);
void compare_to(Compiler *c, const Expr *e, Reg dst);

/* ---- gen_names.c */
typedef enum RefKind {
    REF_REGISTER,
    REF_CELL,
    REF_FREE,
    REF_GLOBAL,
    REF_NAME,
    REF_NAME_OR_FREE,
    REF_DICT_OR_FREE,
    REF_DICT_OR_GLOBAL
} RefKind;
typedef struct Ref {
    RefKind kind;
    const Ident *name; /* mangled */
    Symbol *symbol;    /* the variable itself for REGISTER and CELL */
    uint32_t index;    /* register or number of the free variable */
} Ref;
Ref name_ref(Compiler *c, const Ident *name);
Reg variable_load(Compiler *c, const Ident *name); /* in place if it is a register */
void variable_load_to(Compiler *c, const Ident *name, Reg dst);
void variable_store(Compiler *c, const Ident *name, Reg value);
void variable_delete(Compiler *c, const Ident *name);
void variable_unbind(Compiler *c, const Ident *name); /* whether it is bound or not */
/* The register to compute the value of `name = ...` in: the variable's own, or NO_REG. */
Reg store_hint(Compiler *c, const Ident *name);
const Ident *name_mangled(Compiler *c, const Ident *name);
bool forbid_debug(Compiler *c, const Ident *name, const void *node, AstKind ctx);
/* frame.c: the register of __class__, or of __classdict__, in a class body */
uint32_t class_cell_register(const Unit *u, bool dict);
void load_closure(Compiler *c, const NameTable *free_names, Reg dst);

/* ---- gen_accumulate.c: around a loop; the builders are temporaries, below those of the body */
enum { ACCUMULATORS_MAX = 8 };
typedef struct Accumulator {
    uint32_t variable, builder; /* registers */
    uint32_t clear;             /* instruction that becomes CLEAR builder */
} Accumulator;
typedef struct Accumulators {
    uint32_t start; /* the loop's first instruction */
    int count;
    Accumulator items[ACCUMULATORS_MAX];
} Accumulators;
void accumulators_begin(Compiler *c, Accumulators *loop, const StmtSeq *body);
void accumulators_end(Compiler *c, const Accumulators *loop);

/* ---- gen_call.c */
void call_to(Compiler *c, const Expr *e, Reg dst);
void reserve_defaults(Compiler *c, int count);
bool call_check_keywords(Compiler *c, const KeywordSeq *keywords);
void call_arguments(Compiler *c, Reg dst, Reg base, int prepared, const ExprSeq *args,
                    const KeywordSeq *keywords, const Expr *extra_base);
void super_attribute_to(Compiler *c, const Expr *attribute, Reg dst);
bool is_super_attribute(Compiler *c, const Expr *e);

/* ---- gen_fstring.c */
void joined_str_to(Compiler *c, const Expr *e, Reg dst);
void formatted_value_to(Compiler *c, const Expr *e, Reg dst);

/* ---- gen_comp.c */
void comprehension_to(Compiler *c, const Expr *e, Reg dst);

/* ---- gen_assign.c */
void store_target(Compiler *c, const Expr *target, Reg value);
void assign_statement(Compiler *c, const Stmt *s);
void aug_assign_statement(Compiler *c, const Stmt *s);
void ann_assign_statement(Compiler *c, const Stmt *s);
void delete_target(Compiler *c, const Expr *target);
void slice_to(Compiler *c, const Expr *slice, Reg dst);
void unpack_to_targets(Compiler *c, const Expr *target, Reg value);

/* ---- gen_stmt.c */
void statement_gen(Compiler *c, const Stmt *s);
void block_body(Compiler *c, const StmtSeq *statements);
/* Emits what leaving all blocks up to (not including) `until` takes; `keep` is a register that
 * must survive (NO_REG: none). */
void unwind_blocks(Compiler *c, Block *until);
void push_block(Compiler *c, Block *block, BlockKind kind, const void *node);
void pop_block(Compiler *c, Block *block);

/* ---- gen_loop.c */
void for_statement(Compiler *c, const Stmt *s);
void async_for_statement(Compiler *c, const Stmt *s);
void while_statement(Compiler *c, const Stmt *s);

/* ---- gen_try.c */
void try_statement(Compiler *c, const Stmt *s);
void try_star_statement(Compiler *c, const Stmt *s);
void with_statement(Compiler *c, const Stmt *s);
void exit_with(Compiler *c, Block *block);

/* ---- gen_function.c */
void function_statement(Compiler *c, const Stmt *s);
void lambda_to(Compiler *c, const Expr *e, Reg dst);
/* Ends the unit and makes a function of it in `dst`, with its closure set. */
void make_function(Compiler *c, Reg dst);
void return_none(Compiler *c);
const Expr *docstring_of(const StmtSeq *body);
Value clean_docstring(Compiler *c, const Expr *docstring);
void annotation_to(Compiler *c, const Expr *annotation, Reg dst);
void call_decorators(Compiler *c, const ExprSeq *decorators, Reg value);
Reg load_decorators(Compiler *c, const ExprSeq *decorators);
Value qualified_name(Compiler *c, Unit *unit, const Ident *name);

/* ---- gen_class.c */
void class_statement(Compiler *c, const Stmt *s);
void namespace_body(Compiler *c, const StmtSeq *statements);
/* ---- gen_types.c */
void type_alias_statement(Compiler *c, const Stmt *s);
/* A tuple of the type parameters, each bound to its name, in dst. */
void type_params_to(Compiler *c, const TypeParamSeq *params, Reg dst);

/* ---- gen_match.c */
void match_statement(Compiler *c, const Stmt *s);

/* ---- gen_check.c: SyntaxWarnings */
void check_caller(Compiler *c, const Expr *func);
void check_subscript(Compiler *c, const Expr *subscript);
void check_compare(Compiler *c, const Expr *compare);

/* ---- unparse.c: source text of an expression, as postponed annotations keep it */
Value unparse_expr(const Expr *e) MUST_USE;

#endif
