/* Type parameters and the type statement (PEP 695, PEP 696). Bounds, constraints, defaults and
 * values of aliases are functions without parameters, called when somebody asks. */
#include "compile/gen.h"

#include "core/error.h"
#include "types/str.h"
#include "types/tuple.h"

/* dst = a function that returns the expression. */
static void lazy_to(Compiler *c, const Expr *e, const Ident *name, const void *key, int part,
                    Reg dst)
{
    Unit unit;
    Unit *outer = c->unit;
    Scope *scope = scope_of_node(&c->table, key, part);
    unit_begin(c, &unit, UNIT_TYPE_PARAMS, scope, (const AstNode *)e);
    unit.name = ident_value(c, name);
    unit.qualname = qualified_name(c, outer, name);
    Reg value = temp_new(c);
    if (e->kind == AST_Starred) {
        Reg items = expr_gen(c, e->Starred.value);
        set_position(c, e);
        emit(c, OPCODE(UNPACK), (uint32_t)value, (uint32_t)items, 1);
    } else {
        expr_to(c, e, value);
    }
    set_position(c, e);
    emit(c, OPCODE(RETURN), (uint32_t)value, 0, 0);
    make_function(c, dst);
}

static const Ident *param_name(const TypeParam *p)
{
    return p->kind == AST_TypeVar     ? p->TypeVar.name
           : p->kind == AST_ParamSpec ? p->ParamSpec.name
                                      : p->TypeVarTuple.name;
}

static const Expr *param_default(const TypeParam *p)
{
    return p->kind == AST_TypeVar     ? p->TypeVar.default_value
           : p->kind == AST_ParamSpec ? p->ParamSpec.default_value
                                      : p->TypeVarTuple.default_value;
}

static void type_param_to(Compiler *c, const TypeParam *p, Reg dst)
{
    const Ident *name = param_name(p);
    Reg text = temp_new(c), function = temp_new(c);
    set_position(c, p);
    emit_const(c, text, ident_value(c, name));
    const Expr *bound = p->kind == AST_TypeVar ? p->TypeVar.bound : NULL;
    if (bound) {
        lazy_to(c, bound, name, p, PART_SCOPE, function);
        emit_x(c, OPCODE(INTRINSIC_2), (uint32_t)dst, (uint32_t)text, (uint32_t)function,
               bound->kind == AST_Tuple ? INTRINSIC_TYPEVAR_WITH_CONSTRAINTS
                                        : INTRINSIC_TYPEVAR_WITH_BOUND);
    } else {
        emit(c, OPCODE(INTRINSIC_1), (uint32_t)dst, (uint32_t)text,
             p->kind == AST_TypeVar     ? INTRINSIC_TYPEVAR
             : p->kind == AST_ParamSpec ? INTRINSIC_PARAMSPEC
                                        : INTRINSIC_TYPEVARTUPLE);
    }
    const Expr *value = param_default(p);
    if (value) {
        lazy_to(c, value, name, p, PART_DEFAULT_SCOPE, function);
        emit_x(c, OPCODE(INTRINSIC_2), (uint32_t)dst, (uint32_t)dst, (uint32_t)function,
               INTRINSIC_SET_TYPEPARAM_DEFAULT);
    }
}

void type_params_to(Compiler *c, const TypeParamSeq *params, Reg dst)
{
    uint32_t mark = c->unit->top;
    Reg first = temps_new(c, params->count);
    bool seen_default = false;
    for (int i = 0; i < params->count && !c->failed; i++) {
        const TypeParam *p = params->items[i];
        if (param_default(p))
            seen_default = true;
        else if (seen_default) {
            compiler_error(c, p, "non-default type parameter '%s' follows default type parameter",
                           param_name(p)->bytes);
            return;
        }
        uint32_t inner = c->unit->top;
        type_param_to(c, p, first + i);
        variable_store(c, param_name(p), first + i);
        c->unit->top = inner;
    }
    emit(c, OPCODE(BUILD_TUPLE), (uint32_t)dst, (uint32_t)first, (uint32_t)params->count);
    c->unit->top = mark;
}

/* dst = the alias made of its name, R[params] (None if there are none) and its value. */
static void alias_to(Compiler *c, const Stmt *s, Reg dst, Reg params)
{
    const Ident *name = s->TypeAlias.name->Name.id;
    Reg first = temps_new(c, 3);
    emit_const(c, first, ident_value(c, name));
    if (params == NO_REG)
        emit_const(c, first + 1, None);
    else
        emit_move(c, first + 1, params);
    lazy_to(c, s->TypeAlias.value, name, s, PART_SCOPE, first + 2);
    set_position(c, s);
    emit(c, OPCODE(BUILD_TUPLE), (uint32_t)first, (uint32_t)first, 3);
    emit(c, OPCODE(INTRINSIC_1), (uint32_t)dst, (uint32_t)first, INTRINSIC_TYPEALIAS);
}

void type_alias_statement(Compiler *c, const Stmt *s)
{
    const Ident *name = s->TypeAlias.name->Name.id;
    Reg alias = temp_new(c);
    if (forbid_debug(c, name, s->TypeAlias.name, AST_Store))
        return;
    if (s->TypeAlias.type_params.count) {
        Unit unit;
        Reg base = temps_new(c, 1 + FRAME_WORDS);
        Scope *scope = scope_of_node(&c->table, s, PART_TYPE_PARAMS_SCOPE);
        unit_begin(c, &unit, UNIT_TYPE_PARAMS, scope, (const AstNode *)s);
        unit.name = str_format("<generic parameters of %V>", ident_value(c, name));
        if (!unit.name)
            compiler_fail(c);
        unit.qualname = unit.name;
        set_position(c, s);
        Reg params = temp_new(c), result = temp_new(c);
        type_params_to(c, &s->TypeAlias.type_params, params);
        alias_to(c, s, result, params);
        emit(c, OPCODE(RETURN), (uint32_t)result, 0, 0);
        make_function(c, base);
        emit(c, OPCODE(CALL), (uint32_t)alias, (uint32_t)base, 0);
    } else {
        alias_to(c, s, alias, NO_REG);
    }
    set_position(c, s->TypeAlias.name);
    variable_store(c, name, alias);
}
