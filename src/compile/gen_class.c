/* Class statements. The body is a function without parameters whose names live in a mapping. */
#include <stdlib.h>
#include <string.h>

#include "compile/gen.h"

#include "core/error.h"
#include "core/names.h"
#include "types/str.h"
#include "types/tuple.h"

static void store_const(Compiler *c, const char *name, Value value)
{
    uint32_t mark = c->unit->top;
    Reg reg = temp_new(c);
    emit_const(c, reg, value);
    variable_store(c, intern_ident(c, name), reg);
    c->unit->top = mark;
}

static void copy_name(Compiler *c, const char *from, const char *to)
{
    uint32_t mark = c->unit->top;
    Reg reg = temp_new(c);
    variable_load_to(c, intern_ident(c, from), reg);
    variable_store(c, intern_ident(c, to), reg);
    c->unit->top = mark;
}

static bool has_annotations_in(const StmtSeq *statements);

static bool statement_has_annotations(const Stmt *s)
{
    switch (s->kind) {
    case AST_AnnAssign:
        return true;
    case AST_For:
    case AST_AsyncFor:
        return has_annotations_in(&s->For.body) || has_annotations_in(&s->For.orelse);
    case AST_While:
        return has_annotations_in(&s->While.body) || has_annotations_in(&s->While.orelse);
    case AST_If:
        return has_annotations_in(&s->If.body) || has_annotations_in(&s->If.orelse);
    case AST_With:
    case AST_AsyncWith:
        return has_annotations_in(&s->With.body);
    case AST_Match:
        for (int i = 0; i < s->Match.cases.count; i++)
            if (has_annotations_in(&s->Match.cases.items[i]->body))
                return true;
        return false;
    case AST_Try:
    case AST_TryStar:
        for (int i = 0; i < s->Try.handlers.count; i++)
            if (has_annotations_in(&s->Try.handlers.items[i]->ExceptHandler.body))
                return true;
        return has_annotations_in(&s->Try.body) || has_annotations_in(&s->Try.orelse) ||
               has_annotations_in(&s->Try.finalbody);
    default:
        return false;
    }
}

static bool has_annotations_in(const StmtSeq *statements)
{
    for (int i = 0; i < statements->count; i++)
        if (statement_has_annotations(statements->items[i]))
            return true;
    return false;
}

/* The statements of a module or class: __annotations__ and __doc__ first. */
void namespace_body(Compiler *c, const StmtSeq *statements)
{
    int skip = 0;
    if (has_annotations_in(statements)) {
        Position position = c->unit->position;
        set_no_position(c);
        emit(c, OPCODE(SETUP_ANNOTATIONS), 0, 0, 0);
        c->unit->position = position;
    }
    const Expr *docstring = docstring_of(statements);
    if (docstring && !(c->interactive && c->unit->kind == UNIT_MODULE)) {
        skip = 1;
        if (c->optimize < 2) {
            set_position(c, docstring);
            store_const(c, "__doc__", clean_docstring(c, docstring));
        }
    }
    for (int i = skip; i < statements->count; i++)
        statement_gen(c, statements->items[i]);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const Ident *const *)a)->bytes, (*(const Ident *const *)b)->bytes);
}

static Value static_attributes(Compiler *c, Unit *u)
{
    if (c->failed)
        return 0;
    if (u->static_attributes.count > 1)
        qsort(u->static_attributes.items, u->static_attributes.count, sizeof(const Ident *),
              by_name);
    Value tuple = tuple_new((intptr_t)u->static_attributes.count);
    for (size_t i = 0; tuple && i < u->static_attributes.count; i++) {
        Value name = ident_value(c, u->static_attributes.items[i]);
        if (!name)
            return 0;
        tuple_init(tuple, (intptr_t)i, name);
    }
    return tuple;
}

static void class_prologue(Compiler *c, const struct Ast_ClassDef *d)
{
    Unit *u = c->unit;
    Scope *scope = u->frame;
    copy_name(c, "__name__", "__module__");
    store_const(c, "__qualname__", u->qualname);
    store_const(c, "__firstlineno__", int_small((intptr_t)u->first_line));
    if (d->type_params.count) {
        Reg params = temp_new(c);
        emit(c, OPCODE(LOAD_FREE), (uint32_t)params,
             name_table_add(c, &u->free_names, c->table.name_type_params), 0);
        variable_store(c, intern_ident(c, "__type_params__"), params);
    }
    if (scope->needs_class_dict) {
        Reg dict = temp_new(c);
        emit(c, OPCODE(LOAD_LOCALS), (uint32_t)dict, 0, 0);
        emit(c, OPCODE(STORE_CELL), class_cell_register(u, true), (uint32_t)dict, 0);
    }
}

/* The body in a unit of its own, made a function in dst. */
static void class_unit(Compiler *c, const Stmt *s, Reg dst, int first_line)
{
    const struct Ast_ClassDef *d = &s->ClassDef;
    Unit inner;
    Unit *outer = c->unit;
    Scope *scope = scope_of_node(&c->table, s, PART_SCOPE);
    unit_begin(c, &inner, UNIT_CLASS, scope, (const AstNode *)s);
    inner.name = ident_value(c, d->name);
    inner.qualname = qualified_name(c, outer, d->name);
    inner.first_line = (uint32_t)first_line;
    inner.position = (Position){first_line, first_line, 0, 0};
    if (!c->failed)
        class_prologue(c, d);
    namespace_body(c, &d->body);
    set_no_position(c);
    if (!c->failed)
        store_const(c, "__static_attributes__", static_attributes(c, &inner));
    if (scope->needs_class_dict)
        emit(c, OPCODE(STORE_NAME), class_cell_register(&inner, true),
             name_index(c, intern_ident(c, "__classdictcell__")), 0);
    if (scope->needs_class_cell) {
        uint32_t cell = class_cell_register(&inner, false);
        emit(c, OPCODE(STORE_NAME), cell, name_index(c, intern_ident(c, "__classcell__")), 0);
        emit(c, OPCODE(RETURN), cell, 0, 0);
    } else {
        return_none(c);
    }
    make_function(c, dst);
}

/* dst = __build_class__(body, name, *bases, **keywords) */
static void build_class(Compiler *c, const Stmt *s, Reg dst, int first_line, const Expr *extra_base)
{
    const struct Ast_ClassDef *d = &s->ClassDef;
    if (!call_check_keywords(c, &d->keywords))
        return;
    set_position(c, s);
    Reg base = temps_new(c, 1 + FRAME_WORDS);
    emit(c, OPCODE(LOAD_BUILD_CLASS), (uint32_t)base, 0, 0);
    class_unit(c, s, temp_new(c), first_line);
    set_position(c, s);
    emit_const(c, temp_new(c), ident_value(c, d->name));
    call_arguments(c, dst, base, 2, &d->bases, &d->keywords, extra_base);
}

/* A generic class is built inside of a function whose variables are the type parameters. */
static void generic_class(Compiler *c, const Stmt *s, Reg dst, int first_line)
{
    const struct Ast_ClassDef *d = &s->ClassDef;
    Unit unit;
    Reg base = temps_new(c, 1 + FRAME_WORDS);
    Position position = c->unit->position;
    Scope *scope = scope_of_node(&c->table, s, PART_TYPE_PARAMS_SCOPE);
    unit_begin(c, &unit, UNIT_TYPE_PARAMS, scope, (const AstNode *)s);
    unit.first_line = (uint32_t)first_line;
    unit.name = str_format("<generic parameters of %V>", ident_value(c, d->name));
    if (!unit.name)
        compiler_fail(c);
    unit.qualname = unit.name;
    unit.position = position;
    Reg params = temp_new(c), generic = temp_new(c), class = temp_new(c);
    type_params_to(c, &d->type_params, params);
    variable_store(c, c->table.name_type_params, params);
    emit(c, OPCODE(INTRINSIC_1), (uint32_t)generic, (uint32_t)params, INTRINSIC_SUBSCRIPT_GENERIC);
    variable_store(c, c->table.name_generic_base, generic);
    Expr *extra = ast_new(c->arena, AST_Name);
    if (!extra) {
        compiler_fail_memory(c);
        extra = NULL;
    } else {
        extra->Name.id = c->table.name_generic_base;
        extra->Name.ctx = AST_Load;
        extra->lineno = s->lineno;
        extra->col_offset = s->col_offset;
        extra->end_lineno = s->end_lineno;
        extra->end_col_offset = s->end_col_offset;
    }
    build_class(c, s, class, first_line, extra);
    emit(c, OPCODE(RETURN), (uint32_t) class, 0, 0);
    make_function(c, base);
    emit(c, OPCODE(CALL), (uint32_t)dst, (uint32_t)base, 0);
}

void class_statement(Compiler *c, const Stmt *s)
{
    const struct Ast_ClassDef *d = &s->ClassDef;
    if (forbid_debug(c, d->name, s, AST_Store))
        return;
    int first_line = d->decorator_list.count ? d->decorator_list.items[0]->lineno : s->lineno;
    Reg class = load_decorators(c, &d->decorator_list);
    set_position(c, s);
    if (d->type_params.count)
        generic_class(c, s, class, first_line);
    else
        build_class(c, s, class, first_line, NULL);
    call_decorators(c, &d->decorator_list, class);
    set_position(c, s);
    variable_store(c, d->name, class - d->decorator_list.count * (1 + FRAME_WORDS));
}
