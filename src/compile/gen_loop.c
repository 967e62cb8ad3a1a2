/* Loops. `continue` goes to the start of the loop by a JUMP_BACK, which is a safepoint. */
#include "compile/gen.h"

void while_statement(Compiler *c, const Stmt *s)
{
    Block loop;
    Accumulators accumulators;
    Label otherwise = label_new(c);
    accumulators_begin(c, &accumulators, &s->While.body);
    push_block(c, &loop, BLOCK_LOOP, s);
    loop.start = label_bind_new(c);
    loop.end = label_new(c);
    if (is_constant(s->While.test))
        emit_line(c);
    condition_jump(c, s->While.test, otherwise, false);
    block_body(c, &s->While.body);
    set_no_position(c);
    emit_jump(c, OPCODE(JUMP_BACK), 0, loop.start);
    pop_block(c, &loop);
    accumulators_end(c, &accumulators);
    label_bind(c, otherwise);
    block_body(c, &s->While.orelse);
    label_bind(c, loop.end);
}

void for_statement(Compiler *c, const Stmt *s)
{
    const Expr *target = s->For.target;
    Block loop;
    Accumulators accumulators;
    Reg iterator = temp_new(c);
    Reg iterable = expr_gen(c, s->For.iter);
    set_position(c, s->For.iter);
    emit(c, OPCODE(GET_ITER), (uint32_t)iterator, (uint32_t)iterable, 0);
    c->unit->top = (uint32_t)iterator + 1;
    accumulators_begin(c, &accumulators, &s->For.body);
    push_block(c, &loop, BLOCK_LOOP, s);
    Label exhausted = label_new(c);
    loop.start = label_bind_new(c);
    loop.end = label_new(c);
    uint32_t mark = c->unit->top;
    Reg hint = target->kind == AST_Name ? store_hint(c, target->Name.id) : NO_REG;
    Reg item = hint != NO_REG ? hint : temp_new(c);
    emit_x(c, OPCODE(FOR_ITER), (uint32_t)item, (uint32_t)iterator, 0, exhausted);
    store_target(c, target, item);
    c->unit->top = mark;
    block_body(c, &s->For.body);
    set_no_position(c);
    emit_jump(c, OPCODE(JUMP_BACK), 0, loop.start);
    pop_block(c, &loop);
    accumulators_end(c, &accumulators);
    label_bind(c, exhausted);
    block_body(c, &s->For.orelse);
    label_bind(c, loop.end);
}

void async_for_statement(Compiler *c, const Stmt *s)
{
    Unit *u = c->unit;
    bool top_level = (c->flags & COMPILE_ALLOW_TOP_LEVEL_AWAIT) && u->kind == UNIT_MODULE;
    if (u->kind != UNIT_ASYNC_FUNCTION && !top_level) {
        compiler_error(c, s, "'async for' outside async function");
        return;
    }
    Block loop;
    Reg iterator = temp_new(c), exception = temp_new(c);
    Reg iterable = expr_gen(c, s->AsyncFor.iter);
    set_position(c, s->AsyncFor.iter);
    emit(c, OPCODE(GET_AITER), (uint32_t)iterator, (uint32_t)iterable, 0);
    u->top = (uint32_t)exception + 1;
    push_block(c, &loop, BLOCK_LOOP, s);
    Label exhausted = label_new(c);
    loop.start = label_bind_new(c);
    loop.end = label_new(c);
    uint32_t outer = u->guard, guard = guard_new(c, exception), mark = u->top;
    Reg item = temp_new(c);
    u->guard = guard;
    set_position(c, s);
    emit(c, OPCODE(GET_ANEXT), (uint32_t)item, (uint32_t)iterator, 0);
    delegate_to(c, item, item);
    u->guard = outer;
    store_target(c, s->AsyncFor.target, item);
    u->top = mark;
    block_body(c, &s->AsyncFor.body);
    set_no_position(c);
    emit_jump(c, OPCODE(JUMP_BACK), 0, loop.start);
    pop_block(c, &loop);
    label_bind(c, guard_handler(c, guard));
    set_position(c, s->AsyncFor.iter);
    emit_x(c, OPCODE(END_ASYNC_FOR), (uint32_t)exception, 0, 0, exhausted);
    label_bind(c, exhausted);
    block_body(c, &s->AsyncFor.orelse);
    label_bind(c, loop.end);
}
