/* Strings that grow in loops: `s += part`.
 *
 * A str is never changed where somebody could see it. But while a loop runs that uses a local
 * variable for nothing but `variable += value`, nobody can look at the strs that these statements
 * make, apart from the next one of them. So the loop has a second register, the builder: it is
 * empty at first, and ACCUMULATE puts each str that it makes there as well. If it finds the
 * variable's value in the builder, that is one that it made itself since the loop began, and it may
 * be extended in place.
 *
 * Frames can be looked at from outside: what reads their variables copies such strs (STR_GROWS).
 */
#include "compile/gen.h"

typedef struct Names {
    const Ident *items[ACCUMULATORS_MAX];
    int count;
} Names;

static void find_in(const StmtSeq *body, Names *names);

static void find_in_statement(const Stmt *s, Names *names)
{
    switch (s->kind) {
    case AST_AugAssign:
        if (s->AugAssign.op == AST_Add && s->AugAssign.target->kind == AST_Name &&
            names->count < ACCUMULATORS_MAX) {
            const Ident *name = s->AugAssign.target->Name.id;
            for (int i = 0; i < names->count; i++)
                if (names->items[i] == name)
                    return;
            names->items[names->count++] = name;
        }
        break;
    case AST_If:
        find_in(&s->If.body, names);
        find_in(&s->If.orelse, names);
        break;
    case AST_For:
        find_in(&s->For.body, names);
        find_in(&s->For.orelse, names);
        break;
    case AST_While:
        find_in(&s->While.body, names);
        find_in(&s->While.orelse, names);
        break;
    case AST_With:
        find_in(&s->With.body, names);
        break;
    case AST_Try:
        find_in(&s->Try.body, names);
        for (int i = 0; i < s->Try.handlers.count; i++)
            find_in(&s->Try.handlers.items[i]->ExceptHandler.body, names);
        find_in(&s->Try.orelse, names);
        find_in(&s->Try.finalbody, names);
        break;
    case AST_Match:
        for (int i = 0; i < s->Match.cases.count; i++)
            find_in(&s->Match.cases.items[i]->body, names);
        break;
    default:
        break;
    }
}

static void find_in(const StmtSeq *body, Names *names)
{
    for (int i = 0; i < body->count; i++)
        find_in_statement(body->items[i], names);
}

void accumulators_begin(Compiler *c, Accumulators *loop, const StmtSeq *body)
{
    Names names = {.count = 0};
    loop->count = 0;
    find_in(body, &names);
    for (int i = 0; i < names.count; i++) {
        Reg variable = store_hint(c, names.items[i]);
        if (variable == NO_REG)
            continue;
        Accumulator *a = &loop->items[loop->count++];
        a->variable = (uint32_t)variable;
        a->builder = (uint32_t)temp_new(c);
        a->clear = c->unit->code.count;
        emit(c, OPCODE(NOP), 0, 0, 0)->position = (Position){-1, -1, -1, -1};
    }
    loop->start = c->unit->code.count;
}

static bool is_accumulation(const Ins *ins, uint32_t variable)
{
    return ins->a == variable &&
           ((ins->op == OPCODE(INPLACE_ADD) && ins->b == variable && ins->c != variable) ||
            (ins->op == OPCODE(ACCUMULATE) && ins->b != variable));
}

/* May the instruction make the variable's value known to anybody? */
static bool gives_away(const Ins *ins, uint32_t variable)
{
    const OpcodeInfo *info = &opcode_info[ins->op];
    switch (ins->op) {
    case OPCODE(CHECK_LOCAL):
    case OPCODE(JUMP_IF_TRUE):
    case OPCODE(JUMP_IF_FALSE):
    case OPCODE(RETURN): /* there is no next time */
        return false;
    default:
        break;
    }
    const struct {
        uint8_t kind;
        uint32_t value;
    } operands[] = {{info->a, ins->a}, {info->b, ins->b}, {info->c, ins->c}};
    for (size_t i = 0; i < COUNT_OF(operands); i++)
        if (operands[i].value == variable && (operands[i].kind == REG || operands[i].kind == RDW))
            return true;
    return false;
}

static void use_builder(Unit *u, const Accumulators *loop, const Accumulator *a)
{
    bool found = false;
    for (uint32_t i = loop->start; i < u->code.count; i++) {
        const Ins *ins = &u->code.items[i];
        if (is_accumulation(ins, a->variable))
            found = true;
        else if (gives_away(ins, a->variable))
            return;
    }
    if (!found)
        return;
    Ins *clear = &u->code.items[a->clear];
    clear->op = OPCODE(CLEAR);
    clear->a = a->builder;
    for (uint32_t i = loop->start; i < u->code.count; i++) {
        Ins *ins = &u->code.items[i];
        if (!is_accumulation(ins, a->variable))
            continue;
        if (ins->op == OPCODE(INPLACE_ADD))
            ins->b = ins->c;
        ins->op = OPCODE(ACCUMULATE);
        ins->c = a->builder;
    }
}

void accumulators_end(Compiler *c, const Accumulators *loop)
{
    for (int i = 0; !c->failed && i < loop->count; i++)
        use_builder(c->unit, loop, &loop->items[i]);
}
