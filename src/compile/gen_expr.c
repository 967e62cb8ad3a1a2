/* Expressions. */
#include "compile/gen.h"

#include "core/error.h"
#include "core/thread.h"
#include "types/int.h"
#include "types/set.h"
#include "types/tuple.h"

/* Displays longer than this are filled piece by piece, to keep frames small. */
enum { MAX_DISPLAY = 48 };

/* ---- Constants ---- */

bool is_constant(const Expr *e)
{
    return e->kind == AST_Constant;
}

static bool all_zero_digits(const ConstValue *v)
{
    for (size_t i = 0; i < v->length; i++)
        if (v->text[i] != '0')
            return false;
    return true;
}

int constant_truth(Compiler *c, const Expr *e)
{
    if (e->kind == AST_Name && e->Name.id == c->table.name_debug)
        return c->optimize == 0;
    if (!is_constant(e))
        return -1;
    const ConstValue *v = &e->Constant.value;
    switch ((ConstKind)v->kind) {
    case CONST_NONE:
    case CONST_FALSE:
        return 0;
    case CONST_TRUE:
    case CONST_ELLIPSIS:
        return 1;
    case CONST_INT:
        return !all_zero_digits(v);
    case CONST_FLOAT:
    case CONST_IMAGINARY:
        return v->number != 0;
    case CONST_STR:
    case CONST_BYTES:
        return v->length != 0;
    case CONST_OBJECT: {
        int truth = object_truth((Value)v->object);
        if (truth < 0)
            compiler_fail(c);
        return truth;
    }
    }
    return -1;
}

Value constant_object(Compiler *c, const Expr *e)
{
    if (c->failed)
        return 0;
    Value v = const_value_object(&e->Constant.value);
    if (!v)
        compiler_fail(c);
    return v;
}

/* ---- Operands and order of evaluation ---- */

static bool node_rebinds(const AstNode *node, const Ident *name)
{
    if (node->kind == AST_NamedExpr && ((const Expr *)node)->NamedExpr.target->Name.id == name)
        return true;
    const AstClass *class = &ast_classes[node->kind];
    for (int i = 0; i < class->field_count; i++) {
        const AstField *field = &class->fields[i];
        uint8_t form = ast_types[field->type].form;
        if (form != AST_SUM && form != AST_PRODUCT)
            continue;
        const char *place = (const char *)node + field->offset;
        if (field->quantity != AST_MANY) {
            const AstNode *child = *(AstNode *const *)(const void *)place;
            if (child && node_rebinds(child, name))
                return true;
            continue;
        }
        const AstSeq *seq = (const AstSeq *)(const void *)place;
        for (int k = 0; k < seq->count; k++) {
            const AstNode *child = ((AstNode *const *)seq->items)[k];
            if (child && node_rebinds(child, name))
                return true;
        }
    }
    return false;
}

Reg operand_before(Compiler *c, const Expr *e, const Expr *const *later, int count)
{
    const Ident *name = e->kind == AST_Name        ? e->Name.id
                        : e->kind == AST_NamedExpr ? e->NamedExpr.target->Name.id
                                                   : NULL;
    if (name && count) {
        Ref ref = name_ref(c, name);
        if (ref.kind == REF_REGISTER && ref.symbol->walrus)
            for (int i = 0; i < count; i++)
                if (later[i] && node_rebinds((const AstNode *)later[i], name))
                    return expr_temp(c, e);
    }
    return expr_gen(c, e);
}

Reg expr_operand(Compiler *c, const Expr *e, const Expr *later)
{
    return operand_before(c, e, &later, 1);
}

Reg expr_stage(Compiler *c, Reg dst)
{
    return is_temp(c, dst) ? dst : temp_new(c);
}

void expr_unstage(Compiler *c, Reg dst, Reg staged)
{
    emit_move(c, dst, staged);
}

/* ---- Operators ---- */

Opcode binary_opcode(AstKind op, bool in_place)
{
    static const uint8_t table[][2] = {
        [AST_Add - AST_Add] = {OPCODE(ADD), OPCODE(INPLACE_ADD)},
        [AST_Sub - AST_Add] = {OPCODE(SUBTRACT), OPCODE(INPLACE_SUBTRACT)},
        [AST_Mult - AST_Add] = {OPCODE(MULTIPLY), OPCODE(INPLACE_MULTIPLY)},
        [AST_MatMult - AST_Add] = {OPCODE(MATRIX_MULTIPLY), OPCODE(INPLACE_MATRIX_MULTIPLY)},
        [AST_Div - AST_Add] = {OPCODE(TRUE_DIVIDE), OPCODE(INPLACE_TRUE_DIVIDE)},
        [AST_Mod - AST_Add] = {OPCODE(REMAINDER), OPCODE(INPLACE_REMAINDER)},
        [AST_Pow - AST_Add] = {OPCODE(POWER), OPCODE(INPLACE_POWER)},
        [AST_LShift - AST_Add] = {OPCODE(LSHIFT), OPCODE(INPLACE_LSHIFT)},
        [AST_RShift - AST_Add] = {OPCODE(RSHIFT), OPCODE(INPLACE_RSHIFT)},
        [AST_BitOr - AST_Add] = {OPCODE(OR), OPCODE(INPLACE_OR)},
        [AST_BitXor - AST_Add] = {OPCODE(XOR), OPCODE(INPLACE_XOR)},
        [AST_BitAnd - AST_Add] = {OPCODE(AND), OPCODE(INPLACE_AND)},
        [AST_FloorDiv - AST_Add] = {OPCODE(FLOOR_DIVIDE), OPCODE(INPLACE_FLOOR_DIVIDE)},
    };
    return (Opcode)table[op - AST_Add][in_place];
}

/* The instruction for an int on the right, if there is one; else NOP. */
static Opcode binary_int_opcode(AstKind op)
{
    switch (op) {
    case AST_Add:
        return OPCODE(ADD_INT);
    case AST_Sub:
        return OPCODE(SUBTRACT_INT);
    case AST_Mult:
        return OPCODE(MULTIPLY_INT);
    case AST_FloorDiv:
        return OPCODE(FLOOR_DIVIDE_INT);
    case AST_Mod:
        return OPCODE(REMAINDER_INT);
    case AST_LShift:
        return OPCODE(LSHIFT_INT);
    case AST_RShift:
        return OPCODE(RSHIFT_INT);
    case AST_BitAnd:
        return OPCODE(AND_INT);
    default:
        return OPCODE(NOP);
    }
}

/* The value of an int that ADD_INT and its like take, a decimal literal of at most three digits or
 * a constant of the ast module; else -1. */
int small_literal(const Expr *e)
{
    if (is_constant(e) && e->Constant.value.kind == CONST_OBJECT) {
        Value object = (Value)e->Constant.value.object;
        return is_int(object) && int_value(object) >= 0 && int_value(object) <= INT8_MAX
                   ? (int)int_value(object)
                   : -1;
    }
    if (!is_constant(e) || e->Constant.value.kind != CONST_INT || e->Constant.value.base != 10 ||
        e->Constant.value.length > 3)
        return -1;
    int value = 0;
    for (size_t i = 0; i < e->Constant.value.length; i++)
        value = value * 10 + (e->Constant.value.text[i] - '0');
    return value <= INT8_MAX ? value : -1;
}

/* dst = left op right, `left` being evaluated already. The position is the caller's. */
void binary_to(Compiler *c, AstKind op, bool in_place, Reg dst, Reg left, const Expr *right)
{
    Position position = c->unit->position;
    Opcode with_int = binary_int_opcode(op);
    int literal = with_int != OPCODE(NOP) ? small_literal(right) : -1;
    if (literal >= 0) {
        emit(c, with_int, (uint32_t)dst, (uint32_t)left,
             (uint32_t)literal | (in_place ? 0x80u : 0));
        return;
    }
    Reg value = expr_gen(c, right);
    c->unit->position = position;
    emit(c, binary_opcode(op, in_place), (uint32_t)dst, (uint32_t)left, (uint32_t)value);
}

static void unary_to(Compiler *c, const Expr *e, Reg dst)
{
    Reg value = expr_gen(c, e->UnaryOp.operand);
    Opcode op = e->UnaryOp.op == AST_Not      ? OPCODE(NOT)
                : e->UnaryOp.op == AST_USub   ? OPCODE(NEGATIVE)
                : e->UnaryOp.op == AST_Invert ? OPCODE(INVERT)
                                              : OPCODE(POSITIVE);
    set_position(c, e);
    emit(c, op, (uint32_t)dst, (uint32_t)value, 0);
}

static void bool_to(Compiler *c, const Expr *e, Reg dst)
{
    const ExprSeq *values = &e->BoolOp.values;
    Opcode jump = e->BoolOp.op == AST_Or ? OPCODE(JUMP_IF_TRUE) : OPCODE(JUMP_IF_FALSE);
    Reg result = expr_stage(c, dst);
    Label end = label_new(c);
    for (int i = 0; i < values->count; i++) {
        expr_to(c, values->items[i], result);
        if (i < values->count - 1) {
            set_position(c, e);
            emit_jump(c, jump, result, end);
        }
    }
    label_bind(c, end);
    expr_unstage(c, dst, result);
}

static void if_expr_to(Compiler *c, const Expr *e, Reg dst)
{
    Label otherwise = label_new(c), end = label_new(c);
    condition_jump(c, e->IfExp.test, otherwise, false);
    expr_to(c, e->IfExp.body, dst);
    emit_jump(c, OPCODE(JUMP), 0, end);
    label_bind(c, otherwise);
    expr_to(c, e->IfExp.orelse, dst);
    label_bind(c, end);
}

/* ---- Displays ---- */

Reg expr_run(Compiler *c, Expr *const *items, int count)
{
    Reg first = (Reg)c->unit->top;
    for (int i = 0; i < count; i++)
        expr_to(c, items[i], temp_new(c));
    return first;
}

static bool all_constants(const ExprSeq *elts)
{
    for (int i = 0; i < elts->count; i++)
        if (!is_constant(elts->items[i]))
            return false;
    return true;
}

static int count_until_star(const ExprSeq *elts, int limit)
{
    int n = 0;
    while (n < elts->count && n < limit && elts->items[n]->kind != AST_Starred)
        n++;
    return n;
}

static Value constants_tuple(Compiler *c, const ExprSeq *elts)
{
    if (c->failed)
        return 0;
    Value tuple = tuple_new(elts->count);
    for (int i = 0; tuple && i < elts->count; i++) {
        Value item = constant_object(c, elts->items[i]);
        if (!item)
            return 0;
        tuple_init(tuple, i, item);
    }
    if (!tuple)
        compiler_fail(c);
    return tuple;
}

static void build_constants(Compiler *c, AstKind kind, const ExprSeq *elts, Reg result)
{
    Value items = constants_tuple(c, elts);
    if (items && kind == AST_Set)
        items = frozenset_from_iterable(items);
    if (!items) {
        compiler_fail(c);
        return;
    }
    Reg source = temp_new(c);
    emit_const(c, source, items);
    emit(c, kind == AST_Set ? OPCODE(BUILD_SET) : OPCODE(BUILD_LIST), (uint32_t)result,
         (uint32_t)result, 0);
    emit(c, kind == AST_Set ? OPCODE(SET_UPDATE) : OPCODE(LIST_EXTEND), (uint32_t)result,
         (uint32_t)source, 0);
}

/* A display with a star, or a long one: a list or set that grows. */
static void build_growing(Compiler *c, AstKind kind, const ExprSeq *elts, Reg dst, Position at)
{
    Unit *u = c->unit;
    bool set = kind == AST_Set;
    Reg result = expr_stage(c, dst);
    uint32_t mark = u->top;
    int count = count_until_star(elts, MAX_DISPLAY);
    Reg first = expr_run(c, elts->items, count);
    u->position = at;
    emit(c, set ? OPCODE(BUILD_SET) : OPCODE(BUILD_LIST), (uint32_t)result, (uint32_t)first,
         (uint32_t)count);
    u->top = mark;
    for (int i = count; i < elts->count; i++) {
        const Expr *item = elts->items[i];
        bool star = item->kind == AST_Starred;
        Reg value = expr_gen(c, star ? item->Starred.value : item);
        u->position = at;
        emit(c,
             star ? (set ? OPCODE(SET_UPDATE) : OPCODE(LIST_EXTEND))
                  : (set ? OPCODE(SET_ADD) : OPCODE(LIST_APPEND)),
             (uint32_t)result, (uint32_t)value, 0);
        u->top = mark;
    }
    if (kind == AST_Tuple)
        emit(c, OPCODE(LIST_TO_TUPLE), (uint32_t)dst, (uint32_t)result, 0);
    else
        expr_unstage(c, dst, result);
}

void build_sequence(Compiler *c, AstKind kind, const ExprSeq *elts, Reg dst)
{
    Position at = c->unit->position;
    if (count_until_star(elts, MAX_DISPLAY) < elts->count) {
        if (kind != AST_Tuple && all_constants(elts)) {
            Reg result = expr_stage(c, dst);
            build_constants(c, kind, elts, result);
            expr_unstage(c, dst, result);
        } else {
            build_growing(c, kind, elts, dst, at);
        }
        return;
    }
    if (kind != AST_Tuple && elts->count > 2 && all_constants(elts)) {
        Reg result = expr_stage(c, dst);
        build_constants(c, kind, elts, result);
        expr_unstage(c, dst, result);
        return;
    }
    Reg first = expr_run(c, elts->items, elts->count);
    c->unit->position = at;
    emit(c,
         kind == AST_Tuple  ? OPCODE(BUILD_TUPLE)
         : kind == AST_List ? OPCODE(BUILD_LIST)
                            : OPCODE(BUILD_SET),
         (uint32_t)dst, (uint32_t)first, (uint32_t)elts->count);
}

static void dict_to(Compiler *c, const Expr *e, Reg dst)
{
    const struct Ast_Dict *d = &e->Dict;
    Unit *u = c->unit;
    int count = 0;
    while (count < d->keys.count && d->keys.items[count] && count < MAX_DISPLAY / 2)
        count++;
    bool whole = count == d->keys.count;
    Reg result = whole ? dst : expr_stage(c, dst);
    uint32_t mark = u->top;
    Reg first = (Reg)u->top;
    for (int i = 0; i < count; i++) {
        expr_to(c, d->keys.items[i], temp_new(c));
        expr_to(c, d->values.items[i], temp_new(c));
    }
    set_position(c, e);
    emit(c, OPCODE(BUILD_MAP), (uint32_t)result, (uint32_t)first, (uint32_t)count);
    u->top = mark;
    for (int i = count; i < d->keys.count; i++) {
        const Expr *key = d->keys.items[i];
        if (key) {
            Reg k = expr_operand(c, key, d->values.items[i]);
            Reg v = expr_gen(c, d->values.items[i]);
            set_position(c, e);
            emit(c, OPCODE(MAP_ADD), (uint32_t)result, (uint32_t)k, (uint32_t)v);
        } else {
            Reg v = expr_gen(c, d->values.items[i]);
            set_position(c, e);
            emit(c, OPCODE(DICT_UPDATE), (uint32_t)result, (uint32_t)v, 0);
        }
        u->top = mark;
    }
    if (!whole)
        expr_unstage(c, dst, result);
}

/* ---- Attributes, items, slices ---- */

/* Points at the attribute's name where the expression spans lines, as tracebacks want it. */
void set_attribute_position(Compiler *c, const Expr *whole, const Expr *attribute)
{
    Position p = position_of(whole);
    if (p.line != attribute->end_lineno) {
        p.line = attribute->end_lineno;
        int length = (int)attribute->Attribute.attr->length;
        bool fits = length <= attribute->end_col_offset;
        p.column = fits ? attribute->end_col_offset - length : -1;
        if (!fits || whole == attribute)
            p.end_column = fits ? attribute->end_col_offset : -1;
        if (p.end_line < p.line || (fits && whole == attribute))
            p.end_line = p.line;
    }
    c->unit->position = p;
}

static void attribute_to(Compiler *c, const Expr *e, Reg dst)
{
    if (is_super_attribute(c, e)) {
        super_attribute_to(c, e, dst);
        return;
    }
    Reg object = expr_gen(c, e->Attribute.value);
    set_attribute_position(c, e, e);
    emit(c, OPCODE(LOAD_ATTR), (uint32_t)dst, (uint32_t)object,
         name_index(c, name_mangled(c, e->Attribute.attr)));
}

void slice_to(Compiler *c, const Expr *e, Reg dst)
{
    const struct Ast_Slice *s = &e->Slice;
    Reg first = temps_new(c, s->step ? 3 : 2);
    const Expr *parts[3] = {s->lower, s->upper, s->step};
    for (int i = 0; i < (s->step ? 3 : 2); i++) {
        if (parts[i])
            expr_to(c, parts[i], first + i);
        else
            emit_const(c, first + i, None);
    }
    set_position(c, e);
    emit(c, OPCODE(BUILD_SLICE), (uint32_t)dst, (uint32_t)first, s->step ? 3 : 2);
}

/* dst = o[lower:upper], without a slice object where o can do without. */
static void slice_item_to(Compiler *c, const Expr *e, Reg dst)
{
    const struct Ast_Slice *s = &e->Subscript.slice->Slice;
    Reg first = temps_new(c, 3);
    expr_to(c, e->Subscript.value, first);
    const Expr *parts[2] = {s->lower, s->upper};
    for (int i = 0; i < 2; i++) {
        if (parts[i])
            expr_to(c, parts[i], first + 1 + i);
        else
            emit_const(c, first + 1 + i, None);
    }
    set_position(c, e);
    emit(c, OPCODE(GET_SLICE), (uint32_t)dst, (uint32_t)first, 0);
}

static void subscript_to(Compiler *c, const Expr *e, Reg dst)
{
    check_subscript(c, e);
    if (e->Subscript.slice->kind == AST_Slice && !e->Subscript.slice->Slice.step) {
        slice_item_to(c, e, dst);
        return;
    }
    Reg object = expr_operand(c, e->Subscript.value, e->Subscript.slice);
    Reg key = expr_gen(c, e->Subscript.slice);
    set_position(c, e);
    emit(c, OPCODE(GET_ITEM), (uint32_t)dst, (uint32_t)object, (uint32_t)key);
}

/* ---- Suspension ---- */

/* dst = what `iterator` returns in the end; what it yields, this frame yields. */
void delegate_to(Compiler *c, Reg dst, Reg iterator)
{
    Reg sent = dst == iterator ? temp_new(c) : expr_stage(c, dst);
    emit_const(c, sent, None);
    emit(c, OPCODE(YIELD_FROM), (uint32_t)sent, (uint32_t)iterator, (uint32_t)c->unit->top);
    emit_move(c, dst, sent);
}

/* dst = the result of awaiting what `awaitable` holds; `how` is GET_AWAITABLE's operand. */
void await_to(Compiler *c, Reg dst, Reg awaitable, int how)
{
    uint32_t mark = c->unit->top;
    Reg iterator = temp_new(c);
    emit(c, OPCODE(GET_AWAITABLE), (uint32_t)iterator, (uint32_t)awaitable, (uint32_t)how);
    delegate_to(c, dst, iterator);
    c->unit->top = mark;
}

static bool is_async_unit(const Unit *u)
{
    return u->kind == UNIT_ASYNC_FUNCTION || u->kind == UNIT_COMPREHENSION;
}

static void await_expr_to(Compiler *c, const Expr *e, Reg dst)
{
    Unit *u = c->unit;
    bool top_level = (c->flags & COMPILE_ALLOW_TOP_LEVEL_AWAIT) && u->kind == UNIT_MODULE;
    if (!top_level && !scope_is_function_like(u->frame)) {
        compiler_error(c, e, "'await' outside function");
        return;
    }
    if (!top_level && !is_async_unit(u)) {
        compiler_error(c, e, "'await' outside async function");
        return;
    }
    Reg value = expr_gen(c, e->Await.value);
    set_position(c, e);
    await_to(c, dst, value, 0);
}

static void yield_to(Compiler *c, const Expr *e, Reg dst)
{
    if (!scope_is_function_like(c->unit->frame)) {
        compiler_error(c, e, "'yield' outside function");
        return;
    }
    uint32_t needed = (uint32_t)c->unit->top;
    Reg value;
    if (e->Yield.value)
        value = expr_gen(c, e->Yield.value);
    else
        emit_const(c, value = temp_new(c), None);
    set_position(c, e);
    emit(c, OPCODE(YIELD), (uint32_t)dst, (uint32_t)value, needed);
}

static void yield_from_to(Compiler *c, const Expr *e, Reg dst)
{
    if (!scope_is_function_like(c->unit->frame)) {
        compiler_error(c, e, "'yield from' outside function");
        return;
    }
    if (c->unit->kind == UNIT_ASYNC_FUNCTION) {
        compiler_error(c, e, "'yield from' inside async function");
        return;
    }
    Reg value = expr_gen(c, e->YieldFrom.value);
    Reg iterator = temp_new(c);
    set_position(c, e);
    emit(c, OPCODE(GET_YIELD_FROM_ITER), (uint32_t)iterator, (uint32_t)value, 0);
    delegate_to(c, dst, iterator);
}

/* ---- The dispatch ---- */

static void named_to(Compiler *c, const Expr *e, Reg dst)
{
    const Expr *target = e->NamedExpr.target;
    if (forbid_debug(c, target->Name.id, target, AST_Store))
        return;
    Reg hint = store_hint(c, target->Name.id);
    if (hint != NO_REG) {
        expr_to(c, e->NamedExpr.value, hint);
        set_position(c, e);
        emit_move(c, dst, hint);
        return;
    }
    expr_to(c, e->NamedExpr.value, dst);
    set_position(c, target);
    variable_store(c, target->Name.id, dst);
}

static void dispatch(Compiler *c, const Expr *e, Reg dst)
{
    set_position(c, e);
    switch (e->kind) {
    case AST_Constant:
        emit_const(c, dst, constant_object(c, e));
        break;
    case AST_Name:
        if (e->Name.id == c->table.name_debug)
            emit_const(c, dst, bool_value(c->optimize == 0));
        else
            variable_load_to(c, e->Name.id, dst);
        break;
    case AST_Attribute:
        attribute_to(c, e, dst);
        break;
    case AST_Call:
        call_to(c, e, dst);
        break;
    case AST_Subscript:
        subscript_to(c, e, dst);
        break;
    case AST_BinOp: {
        Reg left = expr_operand(c, e->BinOp.left, e->BinOp.right);
        set_position(c, e);
        binary_to(c, e->BinOp.op, false, dst, left, e->BinOp.right);
        break;
    }
    case AST_UnaryOp:
        unary_to(c, e, dst);
        break;
    case AST_Compare:
        compare_to(c, e, dst);
        break;
    case AST_BoolOp:
        bool_to(c, e, dst);
        break;
    case AST_IfExp:
        if_expr_to(c, e, dst);
        break;
    case AST_NamedExpr:
        named_to(c, e, dst);
        break;
    case AST_Lambda:
        lambda_to(c, e, dst);
        break;
    case AST_Tuple:
        build_sequence(c, AST_Tuple, &e->Tuple.elts, dst);
        break;
    case AST_List:
        build_sequence(c, AST_List, &e->List.elts, dst);
        break;
    case AST_Set:
        build_sequence(c, AST_Set, &e->Set.elts, dst);
        break;
    case AST_Dict:
        dict_to(c, e, dst);
        break;
    case AST_ListComp:
    case AST_SetComp:
    case AST_DictComp:
    case AST_GeneratorExp:
        comprehension_to(c, e, dst);
        break;
    case AST_JoinedStr:
        joined_str_to(c, e, dst);
        break;
    case AST_FormattedValue:
        formatted_value_to(c, e, dst);
        break;
    case AST_Await:
        await_expr_to(c, e, dst);
        break;
    case AST_Yield:
        yield_to(c, e, dst);
        break;
    case AST_YieldFrom:
        yield_from_to(c, e, dst);
        break;
    case AST_Slice:
        slice_to(c, e, dst);
        break;
    case AST_Starred:
        compiler_error(c, e, "can't use starred expression here");
        break;
    default:
        UNREACHABLE();
    }
}

void expr_to(Compiler *c, const Expr *e, Reg dst)
{
    if (c->failed)
        return;
    if (!c_stack_check(" during compilation")) {
        compiler_fail(c);
        return;
    }
    Position position = c->unit->position;
    uint32_t mark = c->unit->top;
    dispatch(c, e, dst);
    c->unit->top = mark;
    c->unit->position = position;
}

Reg expr_temp(Compiler *c, const Expr *e)
{
    Reg dst = temp_new(c);
    expr_to(c, e, dst);
    return dst;
}

Reg expr_gen(Compiler *c, const Expr *e)
{
    if (c->failed)
        return 0;
    if (e->kind == AST_Name && e->Name.id != c->table.name_debug) {
        Position position = c->unit->position;
        set_position(c, e);
        Reg reg = variable_load(c, e->Name.id);
        c->unit->position = position;
        return reg;
    }
    if (e->kind == AST_NamedExpr) {
        Reg hint = store_hint(c, e->NamedExpr.target->Name.id);
        if (hint != NO_REG) {
            expr_to(c, e, hint);
            return hint;
        }
    }
    return expr_temp(c, e);
}

void expr_effect(Compiler *c, const Expr *e)
{
    if (is_constant(e))
        return;
    uint32_t mark = c->unit->top;
    (void)expr_gen(c, e);
    c->unit->top = mark;
}
