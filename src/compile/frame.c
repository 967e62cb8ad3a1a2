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

/* The register of a comprehension's variable: one of that name that no comprehension around it
 * uses, or a new one. */
static uint32_t hidden_register(Compiler *c, Unit *u, const Ident *name, bool *busy)
{
    for (uint32_t i = u->hidden_start; i < u->varnames.count; i++)
        if (u->varnames.items[i] == name && !busy[i - u->hidden_start])
            return i;
    PUSH(c, &u->varnames, name);
    return (uint32_t)u->varnames.count - 1;
}

static uint32_t count_hidden(const Scope *scope)
{
    uint32_t count = 0;
    for (const Scope *child = scope->first_child; child; child = child->next_sibling)
        if (child->inlined) {
            count += count_hidden(child);
            for (const Symbol *s = child->first; s; s = s->next)
                count += s->resolution == RESOLVED_LOCAL || s->resolution == RESOLVED_CELL;
        }
    return count;
}

static void place_hidden(Compiler *c, Unit *u, Scope *scope, bool *busy)
{
    for (Scope *child = scope->first_child; child && !c->failed; child = child->next_sibling) {
        if (!child->inlined)
            continue;
        for (Symbol *s = child->first; s && !c->failed; s = s->next)
            if (s->resolution == RESOLVED_LOCAL || s->resolution == RESOLVED_CELL) {
                s->reg = (int32_t)hidden_register(c, u, s->name, busy);
                busy[(uint32_t)s->reg - u->hidden_start] = true;
            }
        place_hidden(c, u, child, busy);
        for (Symbol *s = child->first; s && !c->failed; s = s->next)
            if (s->resolution == RESOLVED_LOCAL || s->resolution == RESOLVED_CELL)
                busy[(uint32_t)s->reg - u->hidden_start] = false;
    }
}

/* The variables of inlined comprehensions come behind the frame's own. */
static void place_comprehensions(Compiler *c, Unit *u)
{
    u->hidden_start = (uint32_t)u->varnames.count;
    uint32_t count = count_hidden(u->frame);
    if (!count)
        return;
    bool *busy = calloc(count, sizeof(bool));
    if (busy)
        place_hidden(c, u, u->frame, busy);
    else
        compiler_fail_memory(c);
    free(busy);
}

static bool is_cell_register(const Unit *u, uint32_t reg)
{
    for (size_t i = 0; i < u->cell_registers.count; i++)
        if (u->cell_registers.items[i] == reg)
            return true;
    return false;
}

/* Captured variables of comprehensions: their cells are made when the comprehension begins. */
static void note_hidden_cells(Compiler *c, Unit *u, const Scope *scope)
{
    for (const Scope *child = scope->first_child; child; child = child->next_sibling) {
        if (!child->inlined)
            continue;
        for (const Symbol *s = child->first; s; s = s->next)
            if (s->resolution == RESOLVED_CELL && !is_cell_register(u, (uint32_t)s->reg)) {
                PUSH(c, &u->cellvars, s->name);
                PUSH(c, &u->cell_registers, (uint16_t)s->reg);
            }
        note_hidden_cells(c, u, child);
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
    uint32_t next = u->locals_count;
    if (u->frame->needs_class_cell) {
        PUSH(c, &u->cell_registers, (uint16_t)next++);
        PUSH(c, &u->cellvars, c->table.name_class);
    }
    if (u->frame->needs_class_dict) {
        PUSH(c, &u->cell_registers, (uint16_t)next++);
        PUSH(c, &u->cellvars, c->table.name_classdict);
    }
}

/* The register of __class__ or __classdict__ in a class body. */
uint32_t class_cell_register(const Unit *u, bool dict)
{
    return u->locals_count + (dict && u->frame->needs_class_cell);
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
    if (scope_is_function_like(scope))
        place_locals(c, u);
    place_comprehensions(c, u);
    u->locals_count = (uint32_t)u->varnames.count;
    if (scope_is_function_like(scope))
        place_cells(c, u);
    else if (scope->kind == SCOPE_CLASS)
        place_class_cells(c, u);
    size_t cells = u->cell_registers.count;
    u->fixed_count = u->locals_count;
    for (size_t i = 0; i < cells; i++)
        if (u->cell_registers.items[i] >= u->fixed_count)
            u->fixed_count = u->cell_registers.items[i] + 1u;
    note_hidden_cells(c, u, scope);
    u->top = u->max_top = u->fixed_count;
    place_free_names(c, u);
    set_no_position(c);
    emit_line(c); /* word 0: see code_entry */
    for (size_t i = 0; i < cells && !c->failed; i++)
        emit(c, OPCODE(MAKE_CELL), u->cell_registers.items[i], 0, 0);
    u->position = (Position){(int)u->first_line, (int)u->first_line, 0, 0};
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
