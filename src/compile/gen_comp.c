/* Comprehensions and generator expressions.
 *
 * List, set and dict comprehensions are part of the frame around them (PEP 709): their variables
 * are in registers of their own and bound only while they run. Generator expressions are functions
 * of one argument, the iterator of the outermost `for`.
 */
#include "compile/gen.h"

#include "core/error.h"
#include "core/thread.h"

typedef struct CompGen {
    ComprehensionKind kind;
    const ComprehensionSeq *generators;
    const Expr *element, *value;
    Reg result;
    const Expr *whole;
} CompGen;

static void generate(Compiler *c, const CompGen *g, int depth, Reg iterator);

static void emit_element(Compiler *c, const CompGen *g)
{
    uint32_t mark = c->unit->top;
    Reg first =
        g->kind == COMP_DICT ? expr_operand(c, g->element, g->value) : expr_gen(c, g->element);
    switch (g->kind) {
    case COMP_LIST:
        set_position(c, g->element);
        emit(c, OPCODE(LIST_APPEND), (uint32_t)g->result, (uint32_t)first, 0);
        break;
    case COMP_SET:
        set_position(c, g->element);
        emit(c, OPCODE(SET_ADD), (uint32_t)g->result, (uint32_t)first, 0);
        break;
    case COMP_DICT: {
        Reg value = expr_gen(c, g->value);
        set_position(c, g->element);
        c->unit->position.end_line = g->value->end_lineno;
        c->unit->position.end_column = g->value->end_col_offset;
        emit(c, OPCODE(MAP_ADD), (uint32_t)g->result, (uint32_t)first, (uint32_t)value);
        break;
    }
    default:
        set_position(c, g->element);
        emit(c, OPCODE(YIELD), (uint32_t)temp_new(c), (uint32_t)first, (uint32_t)mark);
    }
    c->unit->top = mark;
}

static void conditions_and_inner(Compiler *c, const CompGen *g, int depth, Label next)
{
    const Comprehension *generator = g->generators->items[depth];
    for (int i = 0; i < generator->ifs.count; i++)
        condition_jump(c, generator->ifs.items[i], next, false);
    if (depth + 1 < g->generators->count)
        generate(c, g, depth + 1, NO_REG);
    else
        emit_element(c, g);
}

static void sync_loop(Compiler *c, const CompGen *g, int depth, Reg iterator)
{
    const Comprehension *generator = g->generators->items[depth];
    const Expr *target = generator->target;
    uint32_t mark = c->unit->top;
    Label end = label_new(c), next = label_new(c), start = label_bind_new(c);
    set_position(c, generator->iter);
    Reg hint = target->kind == AST_Name ? store_hint(c, target->Name.id) : NO_REG;
    Reg item = hint != NO_REG ? hint : temp_new(c);
    emit_x(c, OPCODE(FOR_ITER), (uint32_t)item, (uint32_t)iterator, 0, end);
    set_position(c, target);
    store_target(c, target, item);
    c->unit->top = mark;
    conditions_and_inner(c, g, depth, next);
    label_bind(c, next);
    set_position(c, g->element);
    emit_jump(c, OPCODE(JUMP_BACK), 0, start);
    label_bind(c, end);
}

static void async_loop(Compiler *c, const CompGen *g, int depth, Reg iterator)
{
    const Comprehension *generator = g->generators->items[depth];
    Unit *u = c->unit;
    uint32_t mark = u->top;
    Reg exception = temp_new(c), item = temp_new(c);
    Label end = label_new(c), next = label_new(c), start = label_bind_new(c);
    set_position(c, g->whole);
    uint32_t outer = u->guard, guard = guard_new(c, exception);
    u->guard = guard;
    emit(c, OPCODE(GET_ANEXT), (uint32_t)item, (uint32_t)iterator, 0);
    delegate_to(c, item, item);
    u->guard = outer;
    set_position(c, generator->target);
    store_target(c, generator->target, item);
    conditions_and_inner(c, g, depth, next);
    label_bind(c, next);
    set_position(c, g->element);
    emit_jump(c, OPCODE(JUMP_BACK), 0, start);
    label_bind(c, guard_handler(c, guard));
    set_position(c, g->whole);
    emit_x(c, OPCODE(END_ASYNC_FOR), (uint32_t)exception, 0, 0, end);
    label_bind(c, end);
    u->top = mark;
}

static const Expr *single_element(const Expr *e)
{
    const ExprSeq *elts = e->kind == AST_List    ? &e->List.elts
                          : e->kind == AST_Tuple ? &e->Tuple.elts
                                                 : NULL;
    return elts && elts->count == 1 && elts->items[0]->kind != AST_Starred ? elts->items[0] : NULL;
}

/* One `for` with its conditions and all that is inside. */
static void generate(Compiler *c, const CompGen *g, int depth, Reg iterator)
{
    if (c->failed)
        return;
    if (!c_stack_check(" during compilation")) {
        compiler_fail(c);
        return;
    }
    const Comprehension *generator = g->generators->items[depth];
    uint32_t mark = c->unit->top;
    if (iterator == NO_REG) {
        /* `for y in [f(x)]` is an assignment. */
        const Expr *only = generator->is_async ? NULL : single_element(generator->iter);
        if (only) {
            Label next = label_new(c);
            store_target(c, generator->target, expr_gen(c, only));
            c->unit->top = mark;
            conditions_and_inner(c, g, depth, next);
            label_bind(c, next);
            return;
        }
        iterator = temp_new(c);
        Reg iterable = expr_gen(c, generator->iter);
        set_position(c, generator->iter);
        emit(c, generator->is_async ? OPCODE(GET_AITER) : OPCODE(GET_ITER), (uint32_t)iterator,
             (uint32_t)iterable, 0);
        c->unit->top = (uint32_t)iterator + 1;
    }
    if (generator->is_async)
        async_loop(c, g, depth, iterator);
    else
        sync_loop(c, g, depth, iterator);
    c->unit->top = mark;
}

static void begin_result(Compiler *c, const CompGen *g)
{
    Opcode op = g->kind == COMP_LIST  ? OPCODE(BUILD_LIST)
                : g->kind == COMP_SET ? OPCODE(BUILD_SET)
                                      : OPCODE(BUILD_MAP);
    set_position(c, g->whole);
    emit(c, op, (uint32_t)g->result, (uint32_t)g->result, 0);
}

/* The variables of an inlined comprehension begin unbound; cells are made anew each time. After
 * an exception in an earlier run they may still have values. */
static void begin_variables(Compiler *c, Scope *scope, bool may_be_unbound)
{
    for (Symbol *s = scope->first; s; s = s->next) {
        if (s->resolution != RESOLVED_LOCAL && s->resolution != RESOLVED_CELL)
            continue;
        s->assigned = false;
        if (s->resolution == RESOLVED_CELL || may_be_unbound)
            emit(c, OPCODE(CLEAR), (uint32_t)s->reg, 0, 0);
        if (s->resolution == RESOLVED_CELL)
            emit(c, OPCODE(MAKE_CELL), (uint32_t)s->reg, 0, 0);
    }
}

static void end_variables(Compiler *c, Scope *scope)
{
    for (Symbol *s = scope->first; s; s = s->next)
        if (s->resolution == RESOLVED_LOCAL || s->resolution == RESOLVED_CELL)
            emit(c, OPCODE(CLEAR), (uint32_t)s->reg, 0, 0);
}

/* The handler of an inlined comprehension inside of a `try` or `with`. */
static void clear_on_error(Compiler *c, Scope *scope, uint32_t guard, Reg exception)
{
    Label done = label_new(c);
    emit_jump(c, OPCODE(JUMP), 0, done);
    label_bind(c, guard_handler(c, guard));
    end_variables(c, scope);
    emit(c, OPCODE(RERAISE), (uint32_t)exception, 0, 0);
    label_bind(c, done);
}

static void inlined_to(Compiler *c, CompGen *g, Scope *scope, Reg iterator, Reg dst)
{
    Unit *u = c->unit;
    Scope *outer = u->scope;
    u->scope = scope;
    /* A handler of this function is not to see the variables. */
    bool guarded = u->guard;
    uint32_t outer_guard = u->guard, guard = 0;
    Reg exception = guarded ? temp_new(c) : NO_REG;
    begin_variables(c, scope, g->generators->count > 1);
    g->result = expr_stage(c, dst);
    if (guarded)
        u->guard = guard = guard_new(c, exception);
    begin_result(c, g);
    generate(c, g, 0, iterator);
    u->guard = outer_guard;
    u->scope = outer;
    set_position(c, g->whole);
    end_variables(c, scope);
    expr_unstage(c, dst, g->result);
    if (guarded)
        clear_on_error(c, scope, guard, exception);
}

static void function_to(Compiler *c, CompGen *g, Scope *scope, Reg iterator, Reg dst)
{
    Unit inner;
    Reg base = temps_new(c, 1 + FRAME_WORDS);
    unit_begin(c, &inner, UNIT_COMPREHENSION, scope, (const AstNode *)g->whole);
    inner.name = ident_value(c, scope->name);
    inner.qualname = qualified_name(c, inner.outer, scope->name);
    inner.argcount = 1;
    set_position(c, g->whole);
    if (g->kind != COMP_GENERATOR) {
        g->result = temp_new(c);
        begin_result(c, g);
    }
    /* The argument may have been exchanged for one that is no iterator. */
    if (!g->generators->items[0]->is_async)
        emit(c, OPCODE(GET_ITER), 0, 0, 0);
    generate(c, g, 0, 0);
    set_position(c, g->whole);
    if (g->kind == COMP_GENERATOR)
        emit_const(c, g->result = temp_new(c), None);
    emit(c, OPCODE(RETURN), (uint32_t)g->result, 0, 0);
    set_position(c, g->whole);
    make_function(c, base);
    emit_move(c, temp_new(c), iterator);
    set_position(c, g->whole);
    emit(c, OPCODE(CALL), (uint32_t)dst, (uint32_t)base, 1);
    if (scope->coroutine && g->kind != COMP_GENERATOR)
        await_to(c, dst, dst, 0);
}

static CompGen describe(const Expr *e)
{
    CompGen g = {.whole = e};
    switch (e->kind) {
    case AST_ListComp:
        g.kind = COMP_LIST;
        g.generators = &e->ListComp.generators;
        g.element = e->ListComp.elt;
        break;
    case AST_SetComp:
        g.kind = COMP_SET;
        g.generators = &e->SetComp.generators;
        g.element = e->SetComp.elt;
        break;
    case AST_DictComp:
        g.kind = COMP_DICT;
        g.generators = &e->DictComp.generators;
        g.element = e->DictComp.key;
        g.value = e->DictComp.value;
        break;
    default:
        g.kind = COMP_GENERATOR;
        g.generators = &e->GeneratorExp.generators;
        g.element = e->GeneratorExp.elt;
    }
    return g;
}

void comprehension_to(Compiler *c, const Expr *e, Reg dst)
{
    CompGen g = describe(e);
    Unit *u = c->unit;
    Scope *scope = scope_of_node(&c->table, e, PART_SCOPE);
    bool top_level = (c->flags & COMPILE_ALLOW_TOP_LEVEL_AWAIT) && u->kind == UNIT_MODULE;
    if (scope->coroutine && g.kind != COMP_GENERATOR && u->kind != UNIT_ASYNC_FUNCTION &&
        u->kind != UNIT_COMPREHENSION && !top_level) {
        compiler_error(c, e, "asynchronous comprehension outside of an asynchronous function");
        return;
    }
    const Comprehension *first = g.generators->items[0];
    Reg iterator = temp_new(c);
    Reg iterable = expr_gen(c, first->iter);
    set_position(c, first->iter);
    emit(c, first->is_async ? OPCODE(GET_AITER) : OPCODE(GET_ITER), (uint32_t)iterator,
         (uint32_t)iterable, 0);
    u->top = (uint32_t)iterator + 1;
    if (scope->inlined)
        inlined_to(c, &g, scope, iterator, dst);
    else
        function_to(c, &g, scope, iterator, dst);
}
