/* Formatted strings. */
#include "compile/gen.h"

enum { MAX_PARTS = 48 };

/* Joins parts [start, end); very many of them in several steps. */
static void join_parts(Compiler *c, const Expr *e, int start, int end, Reg dst)
{
    const ExprSeq *values = &e->JoinedStr.values;
    uint32_t mark = c->unit->top;
    int count = end - start, step = 1;
    while (step * MAX_PARTS < count)
        step *= MAX_PARTS;
    Reg first = (Reg)mark;
    int joined = 0;
    for (int i = start; i < end; i += step, joined++) {
        Reg part = temp_new(c);
        if (step == 1)
            expr_to(c, values->items[i], part);
        else
            join_parts(c, e, i, i + step < end ? i + step : end, part);
    }
    set_position(c, e);
    emit(c, OPCODE(BUILD_STRING), (uint32_t)dst, (uint32_t)first, (uint32_t)joined);
    c->unit->top = mark;
}

void joined_str_to(Compiler *c, const Expr *e, Reg dst)
{
    const ExprSeq *values = &e->JoinedStr.values;
    if (values->count == 1)
        expr_to(c, values->items[0], dst);
    else
        join_parts(c, e, 0, values->count, dst);
}

void formatted_value_to(Compiler *c, const Expr *e, Reg dst)
{
    const struct Ast_FormattedValue *f = &e->FormattedValue;
    Reg value = f->format_spec ? expr_operand(c, f->value, f->format_spec) : expr_gen(c, f->value);
    set_position(c, e);
    if (f->conversion >= 0) {
        uint32_t how = f->conversion == 's' ? 1 : f->conversion == 'r' ? 2 : 3;
        Reg converted = temp_new(c);
        emit(c, OPCODE(CONVERT), (uint32_t)converted, (uint32_t)value, how);
        value = converted;
    }
    if (f->format_spec) {
        Reg spec = expr_gen(c, f->format_spec);
        set_position(c, e);
        emit(c, OPCODE(FORMAT_SPEC), (uint32_t)dst, (uint32_t)value, (uint32_t)spec);
    } else {
        emit(c, OPCODE(FORMAT), (uint32_t)dst, (uint32_t)value, 0);
    }
}
