/* Assignment, deletion, unpacking. */
#include "compile/gen.h"

#include "core/error.h"
#include "core/names.h"

static void note_static_attribute(Compiler *c, const Expr *target)
{
    const Expr *object = target->Attribute.value;
    if (object->kind != AST_Name || strcmp(object->Name.id->bytes, "self") != 0)
        return;
    Unit *u = c->unit->outer;
    while (u && u->kind != UNIT_CLASS)
        u = u->outer;
    if (!u)
        return;
    for (size_t i = 0; i < u->static_attributes.count; i++)
        if (u->static_attributes.items[i] == target->Attribute.attr)
            return;
    if (!vec_push(&u->static_attributes, target->Attribute.attr))
        compiler_fail_memory(c);
}

/* ---- Unpacking ---- */

static const ExprSeq *target_elements(const Expr *target)
{
    return target->kind == AST_Tuple ? &target->Tuple.elts : &target->List.elts;
}

static int find_star(Compiler *c, const Expr *target, const ExprSeq *elts)
{
    int star = -1;
    for (int i = 0; i < elts->count; i++) {
        if (elts->items[i]->kind != AST_Starred)
            continue;
        if (star >= 0) {
            compiler_error(c, target, "multiple starred expressions in assignment");
            return -1;
        }
        star = i;
        if (i >= 256 || elts->count - i - 1 >= 1 << 23) {
            compiler_error(c, target, "too many expressions in star-unpacking assignment");
            return -1;
        }
    }
    return star;
}

/* The first of the registers if the targets are variables in consecutive ones, else NO_REG. */
static Reg consecutive_variables(Compiler *c, const ExprSeq *elts)
{
    Reg first = NO_REG;
    if (!elts->count || elts->count > UNPACK_DIRECT_MAX)
        return NO_REG;
    for (int i = 0; i < elts->count; i++) {
        const Expr *e = elts->items[i];
        if (e->kind != AST_Name || e->Name.id == c->table.name_debug)
            return NO_REG;
        Ref ref = name_ref(c, e->Name.id);
        if (ref.kind != REF_REGISTER || (i && (Reg)ref.index != first + i))
            return NO_REG;
        if (!i)
            first = (Reg)ref.index;
    }
    for (int i = 0; i < elts->count; i++)
        name_ref(c, elts->items[i]->Name.id).symbol->assigned = true;
    return first;
}

void unpack_to_targets(Compiler *c, const Expr *target, Reg value)
{
    const ExprSeq *elts = target_elements(target);
    uint32_t mark = c->unit->top;
    Reg variables = consecutive_variables(c, elts);
    if (variables != NO_REG) {
        emit(c, OPCODE(UNPACK), (uint32_t)variables, (uint32_t)value, (uint32_t)elts->count);
        return;
    }
    int star = find_star(c, target, elts);
    Reg first = temps_new(c, elts->count);
    if (star < 0)
        emit(c, OPCODE(UNPACK), (uint32_t)first, (uint32_t)value, (uint32_t)elts->count);
    else
        emit_x(c, OPCODE(UNPACK_STAR), (uint32_t)first, (uint32_t)value, (uint32_t)star,
               (uint32_t)(elts->count - star - 1));
    for (int i = 0; i < elts->count; i++) {
        const Expr *e = elts->items[i];
        store_target(c, e->kind == AST_Starred ? e->Starred.value : e, first + i);
    }
    c->unit->top = mark;
}

/* ---- Storing ---- */

/* Stores R[value] into the target, evaluating the target's parts now. */
void store_target(Compiler *c, const Expr *target, Reg value)
{
    if (c->failed)
        return;
    uint32_t mark = c->unit->top;
    set_position(c, target);
    switch (target->kind) {
    case AST_Name:
        if (!forbid_debug(c, target->Name.id, target, AST_Store))
            variable_store(c, target->Name.id, value);
        break;
    case AST_Attribute: {
        note_static_attribute(c, target);
        if (forbid_debug(c, target->Attribute.attr, target, AST_Store))
            break;
        Reg object = expr_gen(c, target->Attribute.value);
        set_attribute_position(c, target, target);
        emit(c, OPCODE(STORE_ATTR), (uint32_t)object, (uint32_t)value,
             name_index(c, name_mangled(c, target->Attribute.attr)));
        break;
    }
    case AST_Subscript: {
        Reg object = expr_operand(c, target->Subscript.value, target->Subscript.slice);
        Reg key = expr_gen(c, target->Subscript.slice);
        set_position(c, target);
        emit(c, OPCODE(SET_ITEM), (uint32_t)object, (uint32_t)key, (uint32_t)value);
        break;
    }
    case AST_Tuple:
    case AST_List:
        unpack_to_targets(c, target, value);
        break;
    case AST_Starred:
        compiler_error(c, target, "starred assignment target must be in a list or tuple");
        break;
    default:
        UNREACHABLE();
    }
    c->unit->top = mark;
}

/* ---- a, b = x, y without a tuple ---- */

static bool is_plain_display(const Expr *e, int count)
{
    if (e->kind != AST_Tuple && e->kind != AST_List)
        return false;
    const ExprSeq *elts = target_elements(e);
    if (elts->count != count || count > 8)
        return false;
    for (int i = 0; i < count; i++)
        if (elts->items[i]->kind == AST_Starred)
            return false;
    return true;
}

static bool stores_before(Compiler *c, const ExprSeq *targets, int index, Reg reg)
{
    for (int i = 0; i < index; i++)
        if (targets->items[i]->kind != AST_Name || store_hint(c, targets->items[i]->Name.id) == reg)
            return true;
    return false;
}

/* The values are all evaluated, then stored from left to right. A variable's value stays in its
 * register if no target to the left of its own can change it. */
static void assign_pairwise(Compiler *c, const Expr *target, const Expr *value)
{
    const ExprSeq *targets = target_elements(target), *values = target_elements(value);
    int count = targets->count;
    Reg regs[8];
    for (int i = 0; i < count; i++) {
        const Expr *e = values->items[i];
        Reg hint = e->kind == AST_Name ? store_hint(c, e->Name.id) : NO_REG;
        if (hint == NO_REG || stores_before(c, targets, i, hint))
            regs[i] = expr_temp(c, e);
        else
            regs[i] =
                operand_before(c, e, (const Expr *const *)values->items + i + 1, count - i - 1);
    }
    for (int i = 0; i < count; i++)
        store_target(c, targets->items[i], regs[i]);
}

void assign_statement(Compiler *c, const Stmt *s)
{
    const struct Ast_Assign *a = &s->Assign;
    const Expr *target = a->targets.items[0];
    if (a->targets.count == 1 && target->kind == AST_Name) {
        Reg hint = store_hint(c, target->Name.id);
        if (hint != NO_REG && !forbid_debug(c, target->Name.id, target, AST_Store)) {
            expr_to(c, a->value, hint);
            return;
        }
    }
    if (a->targets.count == 1 && (target->kind == AST_Tuple || target->kind == AST_List) &&
        is_plain_display(target, target_elements(target)->count) &&
        is_plain_display(a->value, target_elements(target)->count)) {
        assign_pairwise(c, target, a->value);
        return;
    }
    /* The targets may change the variable that the value is in. */
    bool in_place = a->targets.count == 1 && target->kind != AST_Tuple && target->kind != AST_List;
    Reg value = in_place ? expr_operand(c, a->value, target) : expr_temp(c, a->value);
    for (int i = 0; i < a->targets.count; i++)
        store_target(c, a->targets.items[i], value);
}

/* ---- Augmented assignment ---- */

static void aug_assign_name(Compiler *c, const Stmt *s)
{
    const struct Ast_AugAssign *a = &s->AugAssign;
    const Ident *name = a->target->Name.id;
    if (forbid_debug(c, name, a->target, AST_Store))
        return;
    Reg hint = store_hint(c, name);
    set_position(c, a->target);
    Reg left = variable_load(c, name);
    if (hint != NO_REG) {
        Ref ref = name_ref(c, name);
        if (ref.symbol->walrus) {
            Reg copy = temp_new(c);
            emit_move(c, copy, left);
            left = copy;
        }
        set_position(c, s);
        binary_to(c, a->op, true, hint, left, a->value);
        return;
    }
    set_position(c, s);
    Reg result = left;
    binary_to(c, a->op, true, result, left, a->value);
    set_position(c, a->target);
    variable_store(c, name, result);
}

static void aug_assign_attribute(Compiler *c, const Stmt *s)
{
    const struct Ast_AugAssign *a = &s->AugAssign;
    const Expr *target = a->target;
    if (forbid_debug(c, target->Attribute.attr, target, AST_Store))
        return;
    Reg object = expr_operand(c, target->Attribute.value, a->value);
    uint32_t name = name_index(c, name_mangled(c, target->Attribute.attr));
    Reg value = temp_new(c);
    note_static_attribute(c, target);
    set_attribute_position(c, target, target);
    emit(c, OPCODE(LOAD_ATTR), (uint32_t)value, (uint32_t)object, name);
    set_position(c, s);
    binary_to(c, a->op, true, value, value, a->value);
    set_attribute_position(c, target, target);
    emit(c, OPCODE(STORE_ATTR), (uint32_t)object, (uint32_t)value, name);
}

static void aug_assign_item(Compiler *c, const Stmt *s)
{
    const struct Ast_AugAssign *a = &s->AugAssign;
    const Expr *target = a->target;
    const Expr *later[] = {target->Subscript.slice, a->value};
    Reg object = operand_before(c, target->Subscript.value, later, 2);
    Reg key = expr_operand(c, target->Subscript.slice, a->value);
    Reg value = temp_new(c);
    set_position(c, target);
    emit(c, OPCODE(GET_ITEM), (uint32_t)value, (uint32_t)object, (uint32_t)key);
    set_position(c, s);
    binary_to(c, a->op, true, value, value, a->value);
    set_position(c, target);
    emit(c, OPCODE(SET_ITEM), (uint32_t)object, (uint32_t)key, (uint32_t)value);
}

void aug_assign_statement(Compiler *c, const Stmt *s)
{
    switch (s->AugAssign.target->kind) {
    case AST_Name:
        aug_assign_name(c, s);
        break;
    case AST_Attribute:
        aug_assign_attribute(c, s);
        break;
    case AST_Subscript:
        aug_assign_item(c, s);
        break;
    default:
        UNREACHABLE();
    }
}

/* ---- Annotated assignment ---- */

static void store_annotation(Compiler *c, const Expr *target, const Expr *annotation)
{
    Reg value = temp_new(c), dict = temp_new(c), key = temp_new(c);
    annotation_to(c, annotation, value);
    emit(c, OPCODE(LOAD_NAME), (uint32_t)dict, name_index(c, intern_ident(c, "__annotations__")),
         0);
    emit_const(c, key, ident_value(c, name_mangled(c, target->Name.id)));
    emit(c, OPCODE(SET_ITEM), (uint32_t)dict, (uint32_t)key, (uint32_t)value);
}

/* An annotation that is not stored is evaluated only for a name or in the parts of the target. */
static void check_annotated_target(Compiler *c, const Expr *target)
{
    if (target->kind == AST_Attribute) {
        forbid_debug(c, target->Attribute.attr, target, AST_Store);
        expr_effect(c, target->Attribute.value);
    } else if (target->kind == AST_Subscript) {
        expr_effect(c, target->Subscript.value);
        expr_effect(c, target->Subscript.slice);
    }
}

void ann_assign_statement(Compiler *c, const Stmt *s)
{
    const struct Ast_AnnAssign *a = &s->AnnAssign;
    bool stored = c->unit->kind == UNIT_MODULE || c->unit->kind == UNIT_CLASS;
    if (a->target->kind == AST_Name && forbid_debug(c, a->target->Name.id, a->target, AST_Store))
        return;
    if (a->value) {
        Reg hint = a->target->kind == AST_Name ? store_hint(c, a->target->Name.id) : NO_REG;
        if (hint != NO_REG)
            expr_to(c, a->value, hint);
        else
            store_target(c, a->target, expr_operand(c, a->value, a->target));
    }
    set_position(c, s);
    if (a->target->kind == AST_Name && a->simple) {
        if (stored)
            store_annotation(c, a->target, a->annotation);
        return;
    }
    if (!a->value)
        check_annotated_target(c, a->target);
    if (stored && !(c->flags & CODE_FUTURE_ANNOTATIONS))
        expr_effect(c, a->annotation);
}

/* ---- Deletion ---- */

void delete_target(Compiler *c, const Expr *target)
{
    if (c->failed)
        return;
    uint32_t mark = c->unit->top;
    set_position(c, target);
    switch (target->kind) {
    case AST_Name:
        if (!forbid_debug(c, target->Name.id, target, AST_Del))
            variable_delete(c, target->Name.id);
        break;
    case AST_Attribute: {
        if (forbid_debug(c, target->Attribute.attr, target, AST_Del))
            break;
        Reg object = expr_gen(c, target->Attribute.value);
        set_attribute_position(c, target, target);
        emit(c, OPCODE(DELETE_ATTR), (uint32_t)object,
             name_index(c, name_mangled(c, target->Attribute.attr)), 0);
        break;
    }
    case AST_Subscript: {
        Reg object = expr_operand(c, target->Subscript.value, target->Subscript.slice);
        Reg key = expr_gen(c, target->Subscript.slice);
        set_position(c, target);
        emit(c, OPCODE(DEL_ITEM), (uint32_t)object, (uint32_t)key, 0);
        break;
    }
    default: {
        const ExprSeq *elts = target_elements(target);
        for (int i = 0; i < elts->count; i++)
            delete_target(c, elts->items[i]);
    }
    }
    c->unit->top = mark;
}
