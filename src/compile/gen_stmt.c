/* Statements, and how return, break and continue leave what is around them. */
#include "compile/future.h"
#include "compile/gen.h"

#include "core/error.h"
#include "core/thread.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

enum { MAX_BLOCKS = 20 };

void push_block(Compiler *c, Block *block, BlockKind kind, const void *node)
{
    Unit *u = c->unit;
    *block = (Block){.kind = kind,
                     .outer = u->block,
                     .guard = u->guard,
                     .node = node,
                     .start = NO_LABEL,
                     .end = NO_LABEL,
                     .reg = NO_REG};
    u->block = block;
    if (++u->block_depth > MAX_BLOCKS)
        compiler_error(c, node, "too many statically nested blocks");
}

void pop_block(Compiler *c, Block *block)
{
    c->unit->block = block->outer;
    c->unit->block_depth--;
}

/* ---- Leaving blocks ---- */

/* What control flow that leaves this one block has to do. The block is off the stack meanwhile,
 * so that nothing of it guards or repeats what is emitted. */
static void leave_block(Compiler *c, Block *block)
{
    Unit *u = c->unit;
    u->guard = block->guard;
    switch (block->kind) {
    case BLOCK_LOOP:
    case BLOCK_TRY:
        break;
    case BLOCK_FINALLY:
        block_body(c, block->body);
        set_no_position(c); /* what goes on belongs to the body's last line */
        break;
    case BLOCK_FINALLY_END:
        emit(c, OPCODE(POP_EXC), (uint32_t)block->reg, 0, 0);
        break;
    case BLOCK_HANDLER:
        emit(c, OPCODE(POP_EXC), (uint32_t)block->reg, 0, 0);
        if (block->name)
            variable_unbind(c, block->name);
        break;
    case BLOCK_WITH:
    case BLOCK_ASYNC_WITH:
        set_position(c, block->node);
        exit_with(c, block);
        set_no_position(c);
        break;
    case BLOCK_STAR_HANDLER:
        compiler_error(c, block->node,
                       "'break', 'continue' and 'return' cannot appear in an except* block");
        break;
    }
}

void unwind_blocks(Compiler *c, Block *until)
{
    Unit *u = c->unit;
    Block *top = u->block;
    uint32_t guard = u->guard;
    int depth = u->block_depth;
    while (u->block != until && !c->failed) {
        Block *block = u->block;
        u->block = block->outer;
        u->block_depth--;
        leave_block(c, block);
    }
    u->block = top;
    u->block_depth = depth;
    u->guard = guard;
}

/* The guard of what follows `unwind` up to this point outside of the blocks. */
static void jump_out(Compiler *c, Block *until, Opcode op, Label target)
{
    Unit *u = c->unit;
    uint32_t guard = u->guard;
    unwind_blocks(c, until);
    u->guard = until->guard;
    emit_jump(c, op, 0, target);
    u->guard = guard;
}

static Block *find_loop(Compiler *c, const Stmt *s)
{
    for (Block *b = c->unit->block; b; b = b->outer) {
        if (b->kind == BLOCK_LOOP)
            return b;
        if (b->kind == BLOCK_STAR_HANDLER) {
            compiler_error(c, s,
                           "'break', 'continue' and 'return' cannot appear in an except* block");
            return NULL;
        }
    }
    return NULL;
}

static void break_statement(Compiler *c, const Stmt *s)
{
    Block *loop = find_loop(c, s);
    emit_line(c);
    if (loop)
        jump_out(c, loop, OPCODE(JUMP), loop->end);
    else
        compiler_error(c, s, "'break' outside loop");
}

static void continue_statement(Compiler *c, const Stmt *s)
{
    Block *loop = find_loop(c, s);
    emit_line(c);
    if (loop)
        jump_out(c, loop, OPCODE(JUMP_BACK), loop->start);
    else
        compiler_error(c, s, "'continue' not properly in loop");
}

static bool runs_code(const Block *block)
{
    for (; block; block = block->outer)
        if (block->kind != BLOCK_LOOP && block->kind != BLOCK_TRY)
            return true;
    return false;
}

static void return_statement(Compiler *c, const Stmt *s)
{
    Unit *u = c->unit;
    const Expr *value = s->Return.value;
    if (!scope_is_function_like(u->frame)) {
        compiler_error(c, s, "'return' outside function");
        return;
    }
    if (value && (u->flags & CODE_ASYNC_GENERATOR)) {
        compiler_error(c, s, "'return' with value in async generator");
        return;
    }
    for (Block *b = u->block; b; b = b->outer)
        if (b->kind == BLOCK_STAR_HANDLER) {
            compiler_error(c, value && value->kind == AST_Constant ? (const void *)value : s,
                           "'break', 'continue' and 'return' cannot appear in an except* block");
            return;
        }
    Reg result;
    emit_line(c);
    if (!value)
        result = NO_REG;
    else if (is_constant(value))
        result = NO_REG;
    else
        result = runs_code(u->block) ? expr_temp(c, value) : expr_gen(c, value);
    set_position(c, s);
    uint32_t guard = u->guard;
    unwind_blocks(c, NULL);
    u->guard = 0;
    if (result == NO_REG) {
        result = temp_new(c);
        emit_const(c, result, value ? constant_object(c, value) : None);
    }
    emit(c, OPCODE(RETURN), (uint32_t)result, 0, 0);
    u->guard = guard;
}

/* ---- Simple statements ---- */

static void if_statement(Compiler *c, const Stmt *s)
{
    Label otherwise = label_new(c);
    if (is_constant(s->If.test))
        emit_line(c);
    condition_jump(c, s->If.test, otherwise, false);
    block_body(c, &s->If.body);
    if (s->If.orelse.count) {
        Label end = label_new(c);
        set_no_position(c);
        emit_jump(c, OPCODE(JUMP), 0, end);
        label_bind(c, otherwise);
        block_body(c, &s->If.orelse);
        label_bind(c, end);
    } else {
        label_bind(c, otherwise);
    }
}

static void raise_statement(Compiler *c, const Stmt *s)
{
    if (!s->Raise.exc) {
        emit(c, OPCODE(RAISE_AGAIN), 0, 0, 0);
        return;
    }
    Reg exception =
        s->Raise.cause ? expr_operand(c, s->Raise.exc, s->Raise.cause) : expr_gen(c, s->Raise.exc);
    if (!s->Raise.cause) {
        emit(c, OPCODE(RAISE), (uint32_t)exception, 0, 0);
        return;
    }
    Reg cause = expr_gen(c, s->Raise.cause);
    emit(c, OPCODE(RAISE_FROM), (uint32_t)exception, (uint32_t)cause, 0);
}

static void assert_statement(Compiler *c, const Stmt *s)
{
    const Expr *test = s->Assert.test;
    if ((test->kind == AST_Tuple && test->Tuple.elts.count > 0) ||
        (is_constant(test) && test->Constant.value.kind == CONST_OBJECT &&
         is_tuple((Value)test->Constant.value.object) &&
         tuple_length((Value)test->Constant.value.object) > 0))
        compiler_warn(c, s, "assertion is always true, perhaps remove parentheses?");
    if (c->optimize)
        return;
    Label end = label_new(c);
    condition_jump(c, test, end, true);
    if (s->Assert.msg) {
        Reg base = temps_new(c, 1 + FRAME_WORDS);
        emit(c, OPCODE(LOAD_ASSERTION_ERROR), (uint32_t)base, 0, 0);
        expr_to(c, s->Assert.msg, temp_new(c));
        set_position(c, test);
        emit(c, OPCODE(CALL), (uint32_t)base, (uint32_t)base, 1);
        emit(c, OPCODE(RAISE), (uint32_t)base, 0, 0);
    } else {
        Reg error = temp_new(c);
        emit(c, OPCODE(LOAD_ASSERTION_ERROR), (uint32_t)error, 0, 0);
        set_position(c, test);
        emit(c, OPCODE(RAISE), (uint32_t)error, 0, 0);
    }
    label_bind(c, end);
}

static void expression_statement(Compiler *c, const Stmt *s)
{
    const Expr *value = s->Expr.value;
    if (c->interactive && c->unit->kind == UNIT_MODULE) {
        Reg reg = expr_gen(c, value);
        emit(c, OPCODE(PRINT_EXPR), (uint32_t)reg, 0, 0);
        return;
    }
    emit_line(c);
    expr_effect(c, value);
}

/* ---- Imports ---- */

static uint32_t import_constant(Compiler *c, int level, const AliasSeq *names)
{
    if (c->failed)
        return 0;
    Value fromlist = None;
    if (names) {
        fromlist = tuple_new(names->count);
        for (int i = 0; fromlist && i < names->count; i++) {
            Value name = ident_value(c, names->items[i]->name);
            if (!name)
                return 0;
            tuple_init(fromlist, i, name);
        }
        if (!fromlist)
            return const_index(c, 0);
    }
    return const_index(c, tuple_of(int_small(level), fromlist));
}

/* import a.b.c as d: d is the module c, found as attributes of a. */
static void import_as(Compiler *c, const Alias *alias, Reg module)
{
    const Ident *name = alias->name;
    const char *part = memchr(name->bytes, '.', name->length);
    const char *end = name->bytes + name->length;
    while (part && !c->failed) {
        const char *start = part + 1;
        part = memchr(start, '.', (size_t)(end - start));
        size_t length = (size_t)((part ? part : end) - start);
        const Ident *attribute = ident_intern(c->idents, start, length);
        if (!attribute) {
            compiler_fail_memory(c);
            return;
        }
        emit(c, OPCODE(IMPORT_FROM), (uint32_t)module, (uint32_t)module, name_index(c, attribute));
    }
    variable_store(c, alias->asname, module);
}

static void import_statement(Compiler *c, const Stmt *s)
{
    Reg module = temp_new(c);
    for (int i = 0; i < s->Import.names.count && !c->failed; i++) {
        const Alias *alias = s->Import.names.items[i];
        set_position(c, s);
        emit_x(c, OPCODE(IMPORT_NAME), (uint32_t)module, name_index(c, alias->name), 0,
               import_constant(c, 0, NULL));
        if (alias->asname) {
            if (!forbid_debug(c, alias->asname, s, AST_Store))
                import_as(c, alias, module);
            continue;
        }
        const Ident *name = alias->name;
        const char *dot = memchr(name->bytes, '.', name->length);
        if (dot)
            name = ident_intern(c->idents, name->bytes, (size_t)(dot - name->bytes));
        if (!name)
            compiler_fail_memory(c);
        else if (!forbid_debug(c, name, s, AST_Store))
            variable_store(c, name, module);
    }
}

static void import_from_statement(Compiler *c, const Stmt *s)
{
    const struct Ast_ImportFrom *f = &s->ImportFrom;
    Reg module = temp_new(c), value = temp_new(c);
    late_future_import(c, s);
    const Ident *name = f->module ? f->module : intern_ident(c, "");
    emit_x(c, OPCODE(IMPORT_NAME), (uint32_t)module, name_index(c, name), 0,
           import_constant(c, f->level, &f->names));
    for (int i = 0; i < f->names.count && !c->failed; i++) {
        const Alias *alias = f->names.items[i];
        if (i == 0 && alias->name->length == 1 && alias->name->bytes[0] == '*') {
            emit(c, OPCODE(IMPORT_STAR), (uint32_t)module, 0, 0);
            return;
        }
        const Ident *target = alias->asname ? alias->asname : alias->name;
        if (forbid_debug(c, target, s, AST_Store))
            return;
        emit(c, OPCODE(IMPORT_FROM), (uint32_t)value, (uint32_t)module, name_index(c, alias->name));
        variable_store(c, target, value);
    }
}

/* ---- The dispatch ---- */

static void dispatch(Compiler *c, const Stmt *s)
{
    switch (s->kind) {
    case AST_FunctionDef:
    case AST_AsyncFunctionDef:
        function_statement(c, s);
        break;
    case AST_ClassDef:
        class_statement(c, s);
        break;
    case AST_TypeAlias:
        type_alias_statement(c, s);
        break;
    case AST_Return:
        return_statement(c, s);
        break;
    case AST_Delete:
        for (int i = 0; i < s->Delete.targets.count; i++)
            delete_target(c, s->Delete.targets.items[i]);
        break;
    case AST_Assign:
        assign_statement(c, s);
        break;
    case AST_AugAssign:
        aug_assign_statement(c, s);
        break;
    case AST_AnnAssign:
        ann_assign_statement(c, s);
        break;
    case AST_For:
        for_statement(c, s);
        break;
    case AST_AsyncFor:
        async_for_statement(c, s);
        break;
    case AST_While:
        while_statement(c, s);
        break;
    case AST_If:
        if_statement(c, s);
        break;
    case AST_With:
    case AST_AsyncWith:
        with_statement(c, s);
        break;
    case AST_Match:
        match_statement(c, s);
        break;
    case AST_Raise:
        raise_statement(c, s);
        break;
    case AST_Try:
        try_statement(c, s);
        break;
    case AST_TryStar:
        try_star_statement(c, s);
        break;
    case AST_Assert:
        assert_statement(c, s);
        break;
    case AST_Import:
        import_statement(c, s);
        break;
    case AST_ImportFrom:
        import_from_statement(c, s);
        break;
    case AST_Expr:
        expression_statement(c, s);
        break;
    case AST_Break:
        break_statement(c, s);
        break;
    case AST_Continue:
        continue_statement(c, s);
        break;
    case AST_Pass:
        emit_line(c);
        break;
    default: /* global, nonlocal */
        break;
    }
}

void statement_gen(Compiler *c, const Stmt *s)
{
    if (c->failed)
        return;
    if (!c_stack_check(" during compilation")) {
        compiler_fail(c);
        return;
    }
    uint32_t mark = c->unit->top;
    set_position(c, s);
    dispatch(c, s);
    c->unit->top = mark;
}

void block_body(Compiler *c, const StmtSeq *statements)
{
    for (int i = 0; i < statements->count; i++)
        statement_gen(c, statements->items[i]);
}
