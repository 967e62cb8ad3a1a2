/* Variables: which instruction reads, writes or deletes a name. */
#include "compile/gen.h"

#include "core/error.h"

const Ident *name_mangled(Compiler *c, const Ident *name)
{
    if (name->bytes[0] != '_' || c->failed)
        return name;
    const Ident *mangled = symbol_mangle(&c->table, c->unit->scope, name);
    if (!mangled) {
        compiler_fail(c);
        return name;
    }
    return mangled;
}

static Ref free_ref(Compiler *c, const Ident *name)
{
    Unit *u = c->unit;
    uint32_t index = name_table_add(c, &u->free_names, name);
    RefKind kind = u->scope->kind == SCOPE_CLASS                                ? REF_NAME_OR_FREE
                   : u->scope->can_see_class && name != c->table.name_classdict ? REF_DICT_OR_FREE
                                                                                : REF_FREE;
    return (Ref){kind, name, NULL, index};
}

/* A variable that another scope of the same frame binds. */
static Ref frame_ref(Compiler *c, Scope *owner, const Ident *name)
{
    if (owner->kind == SCOPE_CLASS)
        return (Ref){REF_CELL, name, NULL,
                     class_cell_register(c->unit, name == c->table.name_classdict)};
    Symbol *symbol = symbol_find(&c->table, owner, name);
    return (Ref){symbol->resolution == RESOLVED_CELL ? REF_CELL : REF_REGISTER, name, symbol,
                 (uint32_t)symbol->reg};
}

static RefKind implicit_kind(Unit *u)
{
    if (scope_is_function_like(u->frame))
        return u->scope->can_see_class ? REF_DICT_OR_GLOBAL : REF_GLOBAL;
    return u->frame->kind == SCOPE_CLASS && u->scope != u->frame ? REF_GLOBAL : REF_NAME;
}

static Ref ref_mangled(Compiler *c, const Ident *name)
{
    Unit *u = c->unit;
    Symbol *symbol = symbol_find(&c->table, u->scope, name);
    if (!symbol)
        return (Ref){implicit_kind(u), name, NULL, 0};
    switch (symbol->resolution) {
    case RESOLVED_LOCAL:
        if (scope_is_function_like(u->scope))
            return (Ref){REF_REGISTER, name, symbol, (uint32_t)symbol->reg};
        return (Ref){REF_NAME, name, NULL, 0};
    case RESOLVED_CELL:
        return (Ref){REF_CELL, name, symbol, (uint32_t)symbol->reg};
    case RESOLVED_FREE:
        if (scope_frame(symbol->owner) == u->frame)
            return frame_ref(c, symbol->owner, name);
        return free_ref(c, name);
    case RESOLVED_GLOBAL_EXPLICIT:
        return (Ref){REF_GLOBAL, name, NULL, 0};
    default:
        return (Ref){implicit_kind(u), name, NULL, 0};
    }
}

Ref name_ref(Compiler *c, const Ident *name)
{
    return ref_mangled(c, name_mangled(c, name));
}

bool forbid_debug(Compiler *c, const Ident *name, const void *node, AstKind ctx)
{
    if (name != c->table.name_debug || ctx == AST_Load)
        return false;
    compiler_error(c, node,
                   ctx == AST_Store ? "cannot assign to __debug__" : "cannot delete __debug__");
    return true;
}

/* A comprehension's variable may be read unbound only before its `for` has been reached. */
static void check_local(Compiler *c, const Ref *ref)
{
    if (ref->symbol->scope->inlined && ref->symbol->assigned)
        return;
    Ins *ins = emit(c, OPCODE(CHECK_LOCAL), ref->index, 0, 0);
    ins->keep = ref->symbol->scope->inlined;
    ins->x1 = name_table_add(c, &c->unit->checked, ref->name);
}

Reg variable_load(Compiler *c, const Ident *name)
{
    Ref ref = name_ref(c, name);
    if (ref.kind == REF_REGISTER) {
        check_local(c, &ref);
        return (Reg)ref.index;
    }
    Reg dst = temp_new(c);
    variable_load_to(c, name, dst);
    return dst;
}

void variable_load_to(Compiler *c, const Ident *name, Reg dst)
{
    Ref ref = name_ref(c, name);
    switch (ref.kind) {
    case REF_REGISTER:
        check_local(c, &ref);
        emit_move(c, dst, (Reg)ref.index);
        break;
    case REF_CELL:
        emit(c, OPCODE(LOAD_CELL), (uint32_t)dst, ref.index, 0);
        break;
    case REF_FREE:
        emit(c, OPCODE(LOAD_FREE), (uint32_t)dst, ref.index, 0);
        break;
    case REF_GLOBAL:
        emit(c, OPCODE(LOAD_GLOBAL), (uint32_t)dst, name_index(c, ref.name), 0);
        break;
    case REF_NAME:
        emit(c, OPCODE(LOAD_NAME), (uint32_t)dst, name_index(c, ref.name), 0);
        break;
    case REF_NAME_OR_FREE:
        emit(c, OPCODE(LOAD_NAME_OR_FREE), (uint32_t)dst, ref.index, 0);
        break;
    case REF_DICT_OR_FREE:
    case REF_DICT_OR_GLOBAL: {
        uint32_t mark = c->unit->top;
        Reg dict = temp_new(c);
        variable_load_to(c, c->table.name_classdict, dict);
        if (ref.kind == REF_DICT_OR_FREE)
            emit(c, OPCODE(LOAD_DICT_OR_FREE), (uint32_t)dst, (uint32_t)dict, ref.index);
        else
            emit(c, OPCODE(LOAD_DICT_OR_GLOBAL), (uint32_t)dst, (uint32_t)dict,
                 name_index(c, ref.name));
        c->unit->top = mark;
    }
    }
}

Reg store_hint(Compiler *c, const Ident *name)
{
    Ref ref = name_ref(c, name);
    return ref.kind == REF_REGISTER ? (Reg)ref.index : NO_REG;
}

void variable_store(Compiler *c, const Ident *name, Reg value)
{
    Ref ref = name_ref(c, name);
    switch (ref.kind) {
    case REF_REGISTER:
        emit_move(c, (Reg)ref.index, value);
        ref.symbol->assigned = true;
        break;
    case REF_CELL:
        emit(c, OPCODE(STORE_CELL), ref.index, (uint32_t)value, 0);
        break;
    case REF_FREE:
    case REF_DICT_OR_FREE:
    case REF_NAME_OR_FREE:
        emit(c, OPCODE(STORE_FREE), (uint32_t)value, ref.index, 0);
        break;
    case REF_GLOBAL:
    case REF_DICT_OR_GLOBAL:
        emit(c, OPCODE(STORE_GLOBAL), (uint32_t)value, name_index(c, ref.name), 0);
        break;
    case REF_NAME:
        emit(c, OPCODE(STORE_NAME), (uint32_t)value, name_index(c, ref.name), 0);
        break;
    }
}

void variable_delete(Compiler *c, const Ident *name)
{
    Ref ref = name_ref(c, name);
    switch (ref.kind) {
    case REF_REGISTER:
        emit(c, OPCODE(DELETE_LOCAL), ref.index, 0, 0)->x1 =
            name_table_add(c, &c->unit->checked, ref.name);
        break;
    case REF_CELL:
        emit(c, OPCODE(DELETE_CELL), ref.index, 0, 0);
        break;
    case REF_FREE:
    case REF_DICT_OR_FREE:
    case REF_NAME_OR_FREE:
        emit(c, OPCODE(DELETE_FREE), 0, ref.index, 0);
        break;
    case REF_GLOBAL:
    case REF_DICT_OR_GLOBAL:
        emit(c, OPCODE(DELETE_GLOBAL), 0, name_index(c, ref.name), 0);
        break;
    case REF_NAME:
        emit(c, OPCODE(DELETE_NAME), 0, name_index(c, ref.name), 0);
        break;
    }
}

void variable_unbind(Compiler *c, const Ident *name)
{
    Reg variable = store_hint(c, name);
    if (variable != NO_REG) {
        emit(c, OPCODE(CLEAR), (uint32_t)variable, 0, 0);
        return;
    }
    uint32_t mark = c->unit->top;
    Reg none = temp_new(c);
    emit_const(c, none, None);
    variable_store(c, name, none);
    variable_delete(c, name);
    c->unit->top = mark;
}

/* The register of the cell that code in `inner` means by a free name, or NO_REG: then the cell is
 * free in this unit as well. */
static Reg closure_cell(Compiler *c, const Ident *name)
{
    Unit *u = c->unit;
    for (Scope *s = u->scope;; s = s->parent) {
        Symbol *symbol = symbol_find(&c->table, s, name);
        if (symbol && symbol->resolution == RESOLVED_CELL)
            return (Reg)symbol->reg;
        if (s == u->frame)
            break;
    }
    if (u->frame->kind == SCOPE_CLASS &&
        (name == c->table.name_class || name == c->table.name_classdict))
        return (Reg)frame_ref(c, u->frame, name).index;
    return NO_REG;
}

/* The tuple of cells that a function made of `inner` closes over. */
void load_closure(Compiler *c, const NameTable *free_names, Reg dst)
{
    uint32_t mark = c->unit->top;
    uint32_t count = (uint32_t)free_names->names.count;
    Reg first = temps_new(c, (int)count);
    for (uint32_t i = 0; i < count && !c->failed; i++) {
        const Ident *name = free_names->names.items[i];
        Reg cell = closure_cell(c, name);
        if (cell != NO_REG)
            emit_move(c, first + (Reg)i, cell);
        else
            emit(c, OPCODE(LOAD_FREE_CELL), (uint32_t)first + i,
                 name_table_add(c, &c->unit->free_names, name), 0);
    }
    emit(c, OPCODE(BUILD_TUPLE), (uint32_t)dst, (uint32_t)first, count);
    c->unit->top = mark;
}
