/* Conditions: jumps without making the truth value. */
#include "compile/gen.h"

#include "core/thread.h"

static bool is_none(const Expr *e)
{
    return e->kind == AST_Constant && e->Constant.value.kind == CONST_NONE;
}

/* The jump that compares as `op` does; *negate: its sense is to be turned. */
static Opcode compare_jump_opcode(AstKind op, bool *negate)
{
    *negate = op == AST_IsNot || op == AST_NotIn;
    switch (op) {
    case AST_Eq:
        return OPCODE(JUMP_EQ);
    case AST_NotEq:
        return OPCODE(JUMP_NE);
    case AST_Lt:
        return OPCODE(JUMP_LT);
    case AST_LtE:
        return OPCODE(JUMP_LE);
    case AST_Gt:
        return OPCODE(JUMP_GT);
    case AST_GtE:
        return OPCODE(JUMP_GE);
    case AST_Is:
    case AST_IsNot:
        return OPCODE(JUMP_IS);
    default:
        return OPCODE(JUMP_IN);
    }
}

static Opcode compare_opcode(AstKind op)
{
    switch (op) {
    case AST_Eq:
        return OPCODE(EQ);
    case AST_NotEq:
        return OPCODE(NE);
    case AST_Lt:
        return OPCODE(LT);
    case AST_LtE:
        return OPCODE(LE);
    case AST_Gt:
        return OPCODE(GT);
    case AST_GtE:
        return OPCODE(GE);
    case AST_Is:
        return OPCODE(IS);
    case AST_IsNot:
        return OPCODE(IS_NOT);
    case AST_In:
        return OPCODE(IN);
    default:
        return OPCODE(NOT_IN);
    }
}

/* The jump of a comparison with a small int. */
static Opcode compare_int_jump_opcode(AstKind op)
{
    switch (op) {
    case AST_Eq:
        return OPCODE(JUMP_EQ_INT);
    case AST_NotEq:
        return OPCODE(JUMP_NE_INT);
    case AST_Lt:
        return OPCODE(JUMP_LT_INT);
    case AST_LtE:
        return OPCODE(JUMP_LE_INT);
    case AST_Gt:
        return OPCODE(JUMP_GT_INT);
    case AST_GtE:
        return OPCODE(JUMP_GE_INT);
    default:
        return OPCODE(NOP);
    }
}

/* a < 2, and so on: false if it is nothing of the kind. */
static bool int_condition(Compiler *c, const Expr *e, Label target, bool sense)
{
    const struct Ast_Compare *compare = &e->Compare;
    int literal = small_literal(compare->comparators.items[0]);
    Opcode jump = compare_int_jump_opcode(compare->ops.items[0]);
    if (compare->ops.count != 1 || literal < 0 || jump == OPCODE(NOP))
        return false;
    Reg left = expr_gen(c, compare->left);
    set_position(c, e);
    emit_compare_jump(c, jump, left, (Reg)literal, sense, target);
    return true;
}

static void jump_compared(Compiler *c, AstKind op, Reg a, Reg b, Label target, bool sense)
{
    bool negate;
    Opcode jump = compare_jump_opcode(op, &negate);
    emit_compare_jump(c, jump, a, b, sense != negate, target);
}

/* a < b < c: each but the last jumps out if it is false. */
static void compare_condition(Compiler *c, const Expr *e, Label target, bool sense)
{
    const struct Ast_Compare *compare = &e->Compare;
    int count = compare->ops.count;
    uint32_t mark = c->unit->top;
    check_compare(c, e);
    set_position(c, e);
    const Expr *right = compare->comparators.items[0];
    if (count == 1 && is_none(right) &&
        (compare->ops.items[0] == AST_Is || compare->ops.items[0] == AST_IsNot)) {
        Reg value = expr_gen(c, compare->left);
        set_position(c, e);
        bool is = (compare->ops.items[0] == AST_Is) == sense;
        emit_jump(c, is ? OPCODE(JUMP_IF_NONE) : OPCODE(JUMP_IF_NOT_NONE), value, target);
        c->unit->top = mark;
        return;
    }
    if (int_condition(c, e, target, sense)) {
        c->unit->top = mark;
        return;
    }
    Label out = count > 1 && sense ? label_new(c) : target;
    Reg left =
        operand_before(c, compare->left, (const Expr *const *)compare->comparators.items, count);
    for (int i = 0; i < count; i++) {
        bool last = i == count - 1;
        const Expr *const *later = (const Expr *const *)compare->comparators.items + i + 1;
        Reg value = operand_before(c, compare->comparators.items[i], later, count - i - 1);
        set_position(c, e);
        if (last)
            jump_compared(c, compare->ops.items[i], left, value, target, sense);
        else
            jump_compared(c, compare->ops.items[i], left, value, out, false);
        left = value;
    }
    if (out != target)
        label_bind(c, out);
    c->unit->top = mark;
}

void compare_to(Compiler *c, const Expr *e, Reg dst)
{
    const struct Ast_Compare *compare = &e->Compare;
    int count = compare->ops.count;
    uint32_t mark = c->unit->top;
    check_compare(c, e);
    Reg result = count > 1 ? expr_stage(c, dst) : dst;
    Label end = count > 1 ? label_new(c) : 0;
    Reg left =
        operand_before(c, compare->left, (const Expr *const *)compare->comparators.items, count);
    for (int i = 0; i < count; i++) {
        const Expr *const *later = (const Expr *const *)compare->comparators.items + i + 1;
        Reg value = operand_before(c, compare->comparators.items[i], later, count - i - 1);
        set_position(c, e);
        emit(c, compare_opcode(compare->ops.items[i]), (uint32_t)result, (uint32_t)left,
             (uint32_t)value);
        if (i < count - 1)
            emit_jump(c, OPCODE(JUMP_IF_FALSE), result, end);
        left = value;
    }
    if (count > 1) {
        label_bind(c, end);
        expr_unstage(c, dst, result);
    }
    c->unit->top = mark;
}

static void bool_condition(Compiler *c, const Expr *e, Label target, bool sense)
{
    const ExprSeq *values = &e->BoolOp.values;
    /* `or` leaves early on true, `and` on false. */
    bool early = e->BoolOp.op == AST_Or;
    Label out = early == sense ? target : label_new(c);
    for (int i = 0; i < values->count - 1; i++)
        condition_jump(c, values->items[i], out, early);
    condition_jump(c, values->items[values->count - 1], target, sense);
    if (out != target)
        label_bind(c, out);
}

static void if_condition(Compiler *c, const Expr *e, Label target, bool sense)
{
    Label otherwise = label_new(c), end = label_new(c);
    condition_jump(c, e->IfExp.test, otherwise, false);
    condition_jump(c, e->IfExp.body, target, sense);
    emit_jump(c, OPCODE(JUMP), 0, end);
    label_bind(c, otherwise);
    condition_jump(c, e->IfExp.orelse, target, sense);
    label_bind(c, end);
}

void condition_jump(Compiler *c, const Expr *e, Label target, bool sense)
{
    if (c->failed)
        return;
    if (!c_stack_check(" during compilation")) {
        compiler_fail(c);
        return;
    }
    int known = constant_truth(c, e);
    if (known >= 0) {
        if (known == sense)
            emit_jump(c, OPCODE(JUMP), 0, target);
        return;
    }
    switch (e->kind) {
    case AST_UnaryOp:
        if (e->UnaryOp.op == AST_Not) {
            condition_jump(c, e->UnaryOp.operand, target, !sense);
            return;
        }
        break;
    case AST_BoolOp:
        bool_condition(c, e, target, sense);
        return;
    case AST_IfExp:
        if_condition(c, e, target, sense);
        return;
    case AST_Compare:
        compare_condition(c, e, target, sense);
        return;
    default:
        break;
    }
    uint32_t mark = c->unit->top;
    Reg value = expr_gen(c, e);
    set_position(c, e);
    emit_jump(c, sense ? OPCODE(JUMP_IF_TRUE) : OPCODE(JUMP_IF_FALSE), value, target);
    c->unit->top = mark;
}
