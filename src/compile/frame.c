/* Beginning and end of a unit: the layout of its registers, its cells, flags and names. */
#include "compile/gen.h"

#include "core/error.h"
#include "types/str.h"

#define PUSH(c, vec, item)                                                                         \
    do {                                                                                           \
        if (!vec_push((vec), (item)))                                                              \
            compiler_fail_memory(c);                                                               \
    } while (0)

static void place_locals(Compiler *c, Unit *u)
{
    for (Symbol *s = u->frame->first; s; s = s->next)
        if (s->flags & SYM_PARAM) {
            s->reg = (int32_t)u->varnames.count;
            PUSH(c, &u->varnames, s->name);
        }
    for (Symbol *s = u->frame->first; s; s = s->next)
        if (!(s->flags & SYM_PARAM) && s->resolution == RESOLVED_LOCAL) {
            s->reg = (int32_t)u->varnames.count;
            PUSH(c, &u->varnames, s->name);
        }
}

static int compare_idents(const void *a, const void *b)
{
    return strcmp((*(const Ident *const *)a)->bytes, (*(const Ident *const *)b)->bytes);
}

static void place_cells(Compiler *c, Unit *u)
{
    uint32_t next = u->locals_count;
    for (Symbol *s = u->frame->first; s; s = s->next)
        if (s->resolution == RESOLVED_CELL && (s->flags & SYM_PARAM))
            PUSH(c, &u->cellvars, s->name);
    size_t params = u->cellvars.count;
    for (Symbol *s = u->frame->first; s; s = s->next)
        if (s->resolution == RESOLVED_CELL && !(s->flags & SYM_PARAM))
            PUSH(c, &u->cellvars, s->name);
    if (u->cellvars.count > params)
        qsort(u->cellvars.items + params, u->cellvars.count - params, sizeof(Ident *),
              compare_idents);
    for (size_t i = 0; i < u->cellvars.count && !c->failed; i++) {
        Symbol *s = symbol_find(&c->table, u->frame, u->cellvars.items[i]);
        if (i >= params)
            s->reg = (int32_t)next++;
        PUSH(c, &u->cell_registers, (uint16_t)s->reg);
    }
}

/* __class__ and __classdict__ of a class body, which its own code does not name. */
static void place_class_cells(Compiler *c, Unit *u)
{
    if (u->frame->needs_class_cell) {
        PUSH(c, &u->cell_registers, (uint16_t)u->cellvars.count);
        PUSH(c, &u->cellvars, c->table.name_class);
    }
    if (u->frame->needs_class_dict) {
        PUSH(c, &u->cell_registers, (uint16_t)u->cellvars.count);
        PUSH(c, &u->cellvars, c->table.name_classdict);
    }
}

static void place_free_names(Compiler *c, Unit *u)
{
    VEC(const Ident *) sorted = {0};
    for (FreeName *f = u->frame->free_names; f; f = f->next)
        PUSH(c, &sorted, f->name);
    if (sorted.count)
        qsort(sorted.items, sorted.count, sizeof(Ident *), compare_idents);
    for (size_t i = 0; i < sorted.count; i++)
        name_table_add(c, &u->free_names, sorted.items[i]);
    vec_free(&sorted);
}

static uint32_t scope_flags(Compiler *c, const Scope *scope)
{
    uint32_t flags = (uint32_t)c->flags & (CODE_FUTURE_BARRY_AS_BDFL | CODE_FUTURE_ANNOTATIONS);
    if (!scope_is_function_like(scope))
        return flags;
    flags |= CODE_OPTIMIZED | CODE_NEWLOCALS;
    if (scope->nested)
        flags |= CODE_NESTED;
    if (scope->generator)
        flags |= scope->coroutine ? CODE_ASYNC_GENERATOR : CODE_GENERATOR;
    else if (scope->coroutine)
        flags |= CODE_COROUTINE;
    if (scope->varargs)
        flags |= CODE_VARARGS;
    if (scope->varkeywords)
        flags |= CODE_VARKEYWORDS;
    if (scope->method)
        flags |= CODE_METHOD;
    return flags;
}

/* `name` inside `outer`: "C.f", "f.<locals>.g". Type parameter scopes do not show. */
Value qualified_name(Compiler *c, Unit *outer, const Ident *name)
{
    Value text = ident_value(c, name);
    while (outer && outer->kind == UNIT_TYPE_PARAMS)
        outer = outer->outer;
    if (!text || !outer || outer->kind == UNIT_MODULE)
        return text;
    if (outer->scope == outer->frame) {
        const Ident *mangled = symbol_mangle(&c->table, outer->frame, name);
        Symbol *symbol = mangled ? symbol_find(&c->table, outer->frame, mangled) : NULL;
        if (symbol && symbol->resolution == RESOLVED_GLOBAL_EXPLICIT)
            return text;
    }
    Value result = outer->kind == UNIT_CLASS ? str_format("%V.%V", outer->qualname, text)
                                             : str_format("%V.<locals>.%V", outer->qualname, text);
    if (!result)
        compiler_fail(c);
    return result;
}

void unit_begin(Compiler *c, Unit *u, UnitKind kind, Scope *scope, const AstNode *node)
{
    *u = (Unit){.outer = c->unit, .kind = kind, .frame = scope, .scope = scope};
    u->first_line = node ? (uint32_t)node->lineno : 1;
    u->flags = scope_flags(c, scope);
    c->unit = u;
    if (scope_is_function_like(scope)) {
        place_locals(c, u);
        u->locals_count = (uint32_t)u->varnames.count;
        place_cells(c, u);
    } else if (scope->kind == SCOPE_CLASS) {
        place_class_cells(c, u);
    }
    u->fixed_count = u->locals_count;
    for (size_t i = 0; i < u->cell_registers.count; i++)
        if (u->cell_registers.items[i] >= u->fixed_count)
            u->fixed_count = u->cell_registers.items[i] + 1u;
    u->top = u->max_top = u->fixed_count;
    place_free_names(c, u);
    u->position = (Position){(int)u->first_line, (int)u->first_line, 0, 0};
    for (size_t i = 0; i < u->cell_registers.count; i++)
        emit(c, OPCODE(MAKE_CELL), u->cell_registers.items[i], 0, 0);
}

void unit_free(Unit *u)
{
    vec_free(&u->code);
    vec_free(&u->labels);
    vec_free(&u->guards);
    const_table_free(&u->consts);
    name_table_free(&u->names);
    name_table_free(&u->free_names);
    name_table_free(&u->checked);
    vec_free(&u->varnames);
    vec_free(&u->cellvars);
    vec_free(&u->cell_registers);
    vec_free(&u->static_attributes);
}

Value unit_end(Compiler *c)
{
    Unit *u = c->unit;
    Value code = c->failed ? 0 : assemble(c, u);
    if (!code)
        compiler_fail(c);
    c->unit = u->outer;
    return code;
}
