/* try, with and their handlers.
 *
 * An exception inside of a guarded region goes to the guard's handler, with the exception in the
 * guard's register. A handler makes it the exception being handled (PUSH_EXC, which keeps the one
 * before), and has a guard of its own whose handler restores that one and goes on unwinding.
 */
#include "compile/gen.h"

#include "core/error.h"

/* The frame of every handler: R[exception] is being handled, R[previous] is what was before, and
 * `cleanup` guards what follows. */
typedef struct Handling {
    Reg exception, previous, escaped;
    uint32_t outer, cleanup;
} Handling;

/* Registers for a handler, to be taken before its guard begins. */
static Handling handling_new(Compiler *c)
{
    Handling h = {.outer = c->unit->guard};
    h.exception = temp_new(c);
    h.previous = temp_new(c);
    h.escaped = temp_new(c);
    return h;
}

/* At the handler's label: the instruction that pushes is not guarded. */
static void handling_begin(Compiler *c, Handling *h)
{
    c->unit->guard = h->outer;
    emit(c, OPCODE(PUSH_EXC), (uint32_t)h->previous, (uint32_t)h->exception, 0);
    h->cleanup = guard_new(c, h->escaped);
    c->unit->guard = h->cleanup;
}

/* R[h->exception] was not handled after all. */
static void handling_raise_again(Compiler *c, const Handling *h)
{
    uint32_t guard = c->unit->guard;
    c->unit->guard = h->outer;
    emit(c, OPCODE(POP_EXC), (uint32_t)h->previous, 0, 0);
    emit(c, OPCODE(RERAISE), (uint32_t)h->exception, 0, 0);
    c->unit->guard = guard;
}

static void handling_done(Compiler *c, const Handling *h)
{
    c->unit->guard = h->outer;
    emit(c, OPCODE(POP_EXC), (uint32_t)h->previous, 0, 0);
}

/* The code for exceptions that leave the handler. */
static void handling_end(Compiler *c, const Handling *h)
{
    c->unit->guard = h->outer;
    set_no_position(c);
    label_bind(c, guard_handler(c, h->cleanup));
    emit(c, OPCODE(POP_EXC), (uint32_t)h->previous, 0, 0);
    emit(c, OPCODE(RERAISE), (uint32_t)h->escaped, 0, 0);
}

/* ---- except ---- */

/* The clause's body with the exception bound to a name, which is unbound however it ends. */
static void named_clause(Compiler *c, const ExceptHandler *h, const Handling *handling)
{
    Unit *u = c->unit;
    const Ident *name = h->ExceptHandler.name;
    variable_store(c, name, handling->exception);
    uint32_t outer = u->guard;
    Reg escaped = temp_new(c);
    uint32_t guard = guard_new(c, escaped);
    u->guard = guard;
    block_body(c, &h->ExceptHandler.body);
    set_no_position(c);
    u->guard = handling->outer;
    handling_done(c, handling);
    variable_unbind(c, name);
    Label end = label_new(c);
    emit_jump(c, OPCODE(JUMP), 0, end);
    label_bind(c, guard_handler(c, guard));
    u->guard = outer;
    variable_unbind(c, name);
    emit(c, OPCODE(RERAISE), (uint32_t)escaped, 0, 0);
    u->guard = handling->outer;
    label_bind(c, end);
}

static void except_clause(Compiler *c, const ExceptHandler *h, const Handling *handling, Label next,
                          Label end)
{
    Unit *u = c->unit;
    uint32_t mark = u->top;
    set_position(c, h);
    if (h->ExceptHandler.type) {
        Reg type = expr_gen(c, h->ExceptHandler.type);
        emit_x(c, OPCODE(JUMP_IF_NO_MATCH), (uint32_t)handling->exception, (uint32_t)type, 0, next);
        u->top = mark;
    } else {
        emit_line(c);
    }
    Block block;
    push_block(c, &block, BLOCK_HANDLER, h);
    block.reg = handling->previous;
    block.guard = handling->outer;
    block.name = h->ExceptHandler.name;
    if (block.name) {
        if (!forbid_debug(c, block.name, h, AST_Store))
            named_clause(c, h, handling);
    } else {
        block_body(c, &h->ExceptHandler.body);
        set_no_position(c);
        handling_done(c, handling);
    }
    pop_block(c, &block);
    emit_jump(c, OPCODE(JUMP), 0, end);
    u->guard = handling->cleanup;
    u->top = mark;
}

static void try_except(Compiler *c, const Stmt *s)
{
    const struct Ast_Try *t = &s->Try;
    Unit *u = c->unit;
    Label end = label_new(c);
    Handling handling = handling_new(c);
    uint32_t guard = guard_new(c, handling.exception);
    Block block;
    push_block(c, &block, BLOCK_TRY, s);
    u->guard = guard;
    block_body(c, &t->body);
    u->guard = handling.outer;
    pop_block(c, &block);
    block_body(c, &t->orelse);
    set_no_position(c);
    emit_jump(c, OPCODE(JUMP), 0, end);
    label_bind(c, guard_handler(c, guard));
    handling_begin(c, &handling);
    for (int i = 0; i < t->handlers.count; i++) {
        const ExceptHandler *h = t->handlers.items[i];
        if (!h->ExceptHandler.type && i < t->handlers.count - 1) {
            compiler_error(c, h, "default 'except:' must be last");
            return;
        }
        Label next = label_new(c);
        except_clause(c, h, &handling, next, end);
        label_bind(c, next);
        set_position(c, h);
    }
    handling_raise_again(c, &handling);
    handling_end(c, &handling);
    label_bind(c, end);
}

/* ---- finally ---- */

/* The statement's parts before finally, as a statement of their own. */
static void try_finally(Compiler *c, const Stmt *s, void (*inner)(Compiler *c, const Stmt *s))
{
    const struct Ast_Try *t = &s->Try;
    Unit *u = c->unit;
    Label end = label_new(c);
    Handling handling = handling_new(c);
    uint32_t guard = guard_new(c, handling.exception);
    Block block;
    push_block(c, &block, BLOCK_FINALLY, s);
    block.body = &t->finalbody;
    u->guard = guard;
    if (t->handlers.count)
        inner(c, s);
    else
        block_body(c, &t->body);
    u->guard = handling.outer;
    pop_block(c, &block);
    block_body(c, &t->finalbody);
    set_no_position(c);
    emit_jump(c, OPCODE(JUMP), 0, end);
    label_bind(c, guard_handler(c, guard));
    handling_begin(c, &handling);
    push_block(c, &block, BLOCK_FINALLY_END, s);
    block.reg = handling.previous;
    block.guard = handling.outer;
    c->no_warnings++;
    block_body(c, &t->finalbody);
    c->no_warnings--;
    pop_block(c, &block);
    set_position(c, t->finalbody.items[t->finalbody.count - 1]);
    handling_raise_again(c, &handling);
    handling_end(c, &handling);
    label_bind(c, end);
}

void try_statement(Compiler *c, const Stmt *s)
{
    emit_line(c);
    if (s->Try.finalbody.count)
        try_finally(c, s, try_except);
    else
        try_except(c, s);
}

/* ---- except* ---- */

typedef struct StarState {
    Handling handling;
    Reg rest, raised; /* what no clause has taken yet; a list of what the clauses raised */
} StarState;

/* One clause: takes its part out of `rest`. An exception that leaves its body is collected. */
static void star_clause(Compiler *c, const ExceptHandler *h, const StarState *state)
{
    Unit *u = c->unit;
    uint32_t mark = u->top, outer = u->guard;
    Label next = label_new(c);
    set_position(c, h);
    Reg match = temps_new(c, 2), unused = temp_new(c), escaped = temp_new(c);
    Reg type = expr_gen(c, h->ExceptHandler.type);
    emit(c, OPCODE(MATCH_GROUP), (uint32_t)match, (uint32_t)state->rest, (uint32_t)type);
    emit_move(c, state->rest, match + 1);
    emit_jump(c, OPCODE(JUMP_IF_NONE), match, next);
    emit(c, OPCODE(PUSH_EXC), (uint32_t)unused, (uint32_t)match, 0);
    const Ident *name = h->ExceptHandler.name;
    if (name && forbid_debug(c, name, h, AST_Store))
        return;
    if (name)
        variable_store(c, name, match);
    uint32_t guard = guard_new(c, escaped);
    Block block;
    push_block(c, &block, BLOCK_STAR_HANDLER, h);
    u->guard = guard;
    block_body(c, &h->ExceptHandler.body);
    set_no_position(c);
    u->guard = outer;
    pop_block(c, &block);
    if (name)
        variable_unbind(c, name);
    emit_jump(c, OPCODE(JUMP), 0, next);
    label_bind(c, guard_handler(c, guard));
    if (name)
        variable_unbind(c, name);
    emit(c, OPCODE(LIST_APPEND), (uint32_t)state->raised, (uint32_t)escaped, 0);
    label_bind(c, next);
    u->top = mark;
}

static void star_clauses(Compiler *c, const Stmt *s, StarState *state, Label end)
{
    const struct Ast_Try *t = &s->Try;
    Handling *handling = &state->handling;
    emit_move(c, state->rest, handling->exception);
    emit(c, OPCODE(BUILD_LIST), (uint32_t)state->raised, (uint32_t)state->raised, 0);
    for (int i = 0; i < t->handlers.count; i++)
        star_clause(c, t->handlers.items[i], state);
    set_no_position(c);
    Label none_left = label_new(c), nothing = label_new(c);
    emit_jump(c, OPCODE(JUMP_IF_NONE), state->rest, none_left);
    emit(c, OPCODE(LIST_APPEND), (uint32_t)state->raised, (uint32_t)state->rest, 0);
    label_bind(c, none_left);
    emit(c, OPCODE(RERAISE_STAR), (uint32_t)state->rest, (uint32_t)handling->exception,
         (uint32_t)state->raised);
    handling_done(c, handling);
    emit_jump(c, OPCODE(JUMP_IF_NONE), state->rest, nothing);
    /* What is raised again comes from the last clause. */
    set_position(c, t->handlers.items[t->handlers.count - 1]);
    emit(c, OPCODE(RERAISE), (uint32_t)state->rest, 0, 0);
    set_no_position(c);
    label_bind(c, nothing);
    emit_jump(c, OPCODE(JUMP), 0, end);
}

static void try_star(Compiler *c, const Stmt *s)
{
    const struct Ast_Try *t = &s->Try; /* TryStar has the same layout */
    Unit *u = c->unit;
    Label end = label_new(c);
    StarState state = {.handling = handling_new(c)};
    state.rest = temp_new(c);
    state.raised = temp_new(c);
    uint32_t guard = guard_new(c, state.handling.exception);
    Block block;
    push_block(c, &block, BLOCK_TRY, s);
    u->guard = guard;
    block_body(c, &t->body);
    u->guard = state.handling.outer;
    pop_block(c, &block);
    block_body(c, &t->orelse);
    set_no_position(c);
    emit_jump(c, OPCODE(JUMP), 0, end);
    label_bind(c, guard_handler(c, guard));
    handling_begin(c, &state.handling);
    Block handler;
    push_block(c, &handler, BLOCK_STAR_HANDLER, s);
    star_clauses(c, s, &state, end);
    pop_block(c, &handler);
    handling_end(c, &state.handling);
    label_bind(c, end);
}

void try_star_statement(Compiler *c, const Stmt *s)
{
    emit_line(c);
    if (s->TryStar.finalbody.count)
        try_finally(c, s, try_star);
    else
        try_star(c, s);
}

/* ---- with ---- */

/* The call of the exit function when no exception is under way. */
void exit_with(Compiler *c, Block *block)
{
    uint32_t mark = c->unit->top;
    Reg base = temps_new(c, 1 + FRAME_WORDS + 1);
    emit_move(c, base, block->reg);
    emit_move(c, base + 1 + FRAME_WORDS, block->reg + 1);
    for (int i = 0; i < 3; i++)
        emit_const(c, temp_new(c), None);
    /* Nothing of the manager stays behind, for a generator to keep. */
    emit_const(c, block->reg, None);
    emit_const(c, block->reg + 1, None);
    emit(c, OPCODE(CALL_METHOD), (uint32_t)base, (uint32_t)base, 3);
    if (block->kind == BLOCK_ASYNC_WITH)
        await_to(c, base, base, 2);
    c->unit->top = mark;
}

static void with_item(Compiler *c, const Stmt *s, int index)
{
    const struct Ast_With *w = &s->With; /* AsyncWith has the same layout */
    Unit *u = c->unit;
    if (index == w->items.count) {
        block_body(c, &w->body);
        return;
    }
    bool async = s->kind == AST_AsyncWith;
    const Expr *manager = w->items.items[index]->context_expr;
    const Expr *target = w->items.items[index]->optional_vars;
    uint32_t mark = u->top;
    Label end = label_new(c);
    Reg exit = temps_new(c, 3), result = exit + 2; /* the second: the receiver of exit */
    Handling handling = handling_new(c);
    Reg value = expr_gen(c, manager);
    set_position(c, manager);
    uint32_t above = u->top;
    temps_new(c, FRAME_WORDS + 1); /* the call area that begins at the result */
    emit(c, OPCODE(LOAD_WITH), (uint32_t)exit, (uint32_t)value, async);
    reserve_defaults(c, 1);
    emit(c, OPCODE(CALL_ENTER), (uint32_t)result, (uint32_t)result, 0);
    u->top = above;
    if (async)
        await_to(c, result, result, 1);
    uint32_t guard = guard_new(c, handling.exception);
    Block block;
    push_block(c, &block, async ? BLOCK_ASYNC_WITH : BLOCK_WITH, manager);
    block.reg = exit;
    u->guard = guard;
    if (target)
        store_target(c, target, result);
    with_item(c, s, index + 1);
    u->guard = handling.outer;
    pop_block(c, &block);
    set_position(c, manager);
    exit_with(c, &block);
    emit_jump(c, OPCODE(JUMP), 0, end);
    label_bind(c, guard_handler(c, guard));
    handling_begin(c, &handling);
    Label suppressed = label_new(c);
    emit(c, OPCODE(WITH_EXCEPT), (uint32_t)result, (uint32_t)exit, (uint32_t)handling.exception);
    if (async)
        await_to(c, result, result, 2);
    emit_jump(c, OPCODE(JUMP_IF_TRUE), result, suppressed);
    set_no_position(c);
    handling_raise_again(c, &handling);
    set_position(c, manager);
    label_bind(c, suppressed);
    handling_done(c, &handling);
    emit_jump(c, OPCODE(JUMP), 0, end);
    handling_end(c, &handling);
    label_bind(c, end);
    u->top = mark;
}

void with_statement(Compiler *c, const Stmt *s)
{
    bool top_level = (c->flags & COMPILE_ALLOW_TOP_LEVEL_AWAIT) && c->unit->kind == UNIT_MODULE;
    if (s->kind == AST_AsyncWith && c->unit->kind != UNIT_ASYNC_FUNCTION && !top_level) {
        compiler_error(c, s, "'async with' outside async function");
        return;
    }
    with_item(c, s, 0);
}
