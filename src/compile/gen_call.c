/* Calls. A call area is a run of temporaries: callable, FRAME_WORDS reserved ones, arguments. */
#include "compile/gen.h"

#include "core/error.h"
#include "types/tuple.h"

/* No keyword twice, none of them __debug__; else a SyntaxError. */
bool call_check_keywords(Compiler *c, const KeywordSeq *keywords)
{
    for (int i = 0; i < keywords->count; i++) {
        const Keyword *k = keywords->items[i];
        if (!k->arg)
            continue;
        if (forbid_debug(c, k->arg, k, AST_Store))
            return false;
        for (int j = i + 1; j < keywords->count; j++)
            if (keywords->items[j]->arg == k->arg) {
                compiler_error(c, keywords->items[j], "keyword argument repeated: %s",
                               k->arg->bytes);
                return false;
            }
    }
    return true;
}

static bool needs_unpacking(const ExprSeq *args, const KeywordSeq *keywords)
{
    for (int i = 0; i < args->count; i++)
        if (args->items[i]->kind == AST_Starred)
            return true;
    for (int i = 0; i < keywords->count; i++)
        if (!keywords->items[i]->arg)
            return true;
    return false;
}

static uint32_t keyword_names(Compiler *c, const KeywordSeq *keywords)
{
    if (c->failed)
        return 0;
    Value names = tuple_new(keywords->count);
    for (int i = 0; names && i < keywords->count; i++) {
        Value name = ident_value(c, keywords->items[i]->arg);
        if (!name)
            return 0;
        tuple_init(names, i, name);
    }
    return const_index(c, names);
}

/* Positional arguments with stars: an iterable in `dst`. `prepared` values that come first are
 * in registers from `first`. */
static void star_arguments(Compiler *c, Reg dst, Reg first, int prepared, const ExprSeq *args,
                           const Expr *extra)
{
    uint32_t mark = c->unit->top;
    Position at = c->unit->position;
    if (!prepared && !extra && args->count == 1 && args->items[0]->kind == AST_Starred) {
        expr_to(c, args->items[0]->Starred.value, dst);
        return;
    }
    emit(c, OPCODE(BUILD_LIST), (uint32_t)dst, (uint32_t)first, (uint32_t)prepared);
    for (int i = 0; i < args->count; i++) {
        const Expr *e = args->items[i];
        bool star = e->kind == AST_Starred;
        Reg value = expr_gen(c, star ? e->Starred.value : e);
        c->unit->position = at;
        emit(c, star ? OPCODE(LIST_EXTEND) : OPCODE(LIST_APPEND), (uint32_t)dst, (uint32_t)value,
             0);
        c->unit->top = mark;
    }
    if (extra) {
        Reg value = expr_gen(c, extra);
        emit(c, OPCODE(LIST_APPEND), (uint32_t)dst, (uint32_t)value, 0);
        c->unit->top = mark;
    }
}

static void star_keywords(Compiler *c, Reg dst, Reg callee, const KeywordSeq *keywords)
{
    Position at = c->unit->position;
    if (!keywords->count) {
        emit(c, OPCODE(CLEAR), (uint32_t)dst, 0, 0);
        return;
    }
    if (keywords->count == 1 && !keywords->items[0]->arg) { /* the call looks at it itself */
        expr_to(c, keywords->items[0]->value, dst);
        c->unit->position = at;
        return;
    }
    uint32_t mark = c->unit->top;
    emit(c, OPCODE(BUILD_MAP), (uint32_t)dst, (uint32_t)dst, 0);
    for (int i = 0; i < keywords->count; i++) {
        const Keyword *k = keywords->items[i];
        Reg source;
        if (k->arg) {
            /* A dict of its own, so that a name given twice is found. */
            source = temps_new(c, 2);
            emit_const(c, source, ident_value(c, k->arg));
            expr_to(c, k->value, source + 1);
            c->unit->position = at;
            emit(c, OPCODE(BUILD_MAP), (uint32_t)source, (uint32_t)source, 1);
        } else {
            source = expr_gen(c, k->value);
        }
        c->unit->position = at;
        emit(c, OPCODE(DICT_MERGE), (uint32_t)dst, (uint32_t)source, (uint32_t)callee);
        c->unit->top = mark;
    }
}

/* A call area has room for some arguments more than are given, `count`: for the defaults of builtin
 * functions, which the interpreter writes there. */
void reserve_defaults(Compiler *c, int count)
{
    enum { ROOM = 4 };
    Reg top = c->unit->top;
    if (count < ROOM)
        temps_new(c, ROOM - count);
    c->unit->top = top;
}

/* The callable is in R[base], `prepared` positional arguments are in their place behind it and
 * `top` is behind these. `extra` (or NULL) is one more positional argument, the last. */
void call_arguments(Compiler *c, Reg dst, Reg base, int prepared, const ExprSeq *args,
                    const KeywordSeq *keywords, const Expr *extra)
{
    Position at = c->unit->position;
    if (needs_unpacking(args, keywords)) {
        Reg area = temps_new(c, 3);
        emit_move(c, area, base);
        star_arguments(c, area + 1, base + 1 + FRAME_WORDS, prepared, args, extra);
        star_keywords(c, area + 2, area, keywords);
        c->unit->position = at;
        emit(c, OPCODE(CALL_EX), (uint32_t)dst, (uint32_t)area, 0);
        return;
    }
    int count = prepared + args->count + (extra != NULL) + keywords->count;
    for (int i = 0; i < args->count; i++)
        expr_to(c, args->items[i], temp_new(c));
    if (extra)
        expr_to(c, extra, temp_new(c));
    for (int i = 0; i < keywords->count; i++)
        expr_to(c, keywords->items[i]->value, temp_new(c));
    reserve_defaults(c, count);
    c->unit->position = at;
    if (keywords->count)
        emit_x(c, OPCODE(CALL_KW), (uint32_t)dst, (uint32_t)base, (uint32_t)count,
               keyword_names(c, keywords));
    else
        emit(c, OPCODE(CALL), (uint32_t)dst, (uint32_t)base, (uint32_t)count);
}

static void load_super(Compiler *c, const Expr *attribute, Reg base, uint32_t how);

/* object.name(...) and super().name(...), without making a bound method. */
static void method_call(Compiler *c, const Expr *e, Reg dst)
{
    const Expr *func = e->Call.func;
    const ExprSeq *args = &e->Call.args;
    const KeywordSeq *keywords = &e->Call.keywords;
    bool super = is_super_attribute(c, func);
    Reg object = super ? 0 : expr_gen(c, func->Attribute.value);
    Reg base = temps_new(c, 1 + FRAME_WORDS + 1);
    if (super) {
        load_super(c, func, base, SUPER_METHOD);
    } else {
        set_attribute_position(c, func, func);
        emit(c, OPCODE(LOAD_METHOD), (uint32_t)base, (uint32_t)object,
             name_index(c, name_mangled(c, func->Attribute.attr)));
    }
    for (int i = 0; i < args->count; i++)
        expr_to(c, args->items[i], temp_new(c));
    for (int i = 0; i < keywords->count; i++)
        expr_to(c, keywords->items[i]->value, temp_new(c));
    set_attribute_position(c, e, func);
    uint32_t count = (uint32_t)(args->count + keywords->count);
    reserve_defaults(c, (int)count + 1);
    if (keywords->count)
        emit_x(c, OPCODE(CALL_METHOD_KW), (uint32_t)dst, (uint32_t)base, count,
               keyword_names(c, keywords));
    else
        emit(c, OPCODE(CALL_METHOD), (uint32_t)dst, (uint32_t)base, count);
}

void call_to(Compiler *c, const Expr *e, Reg dst)
{
    const Expr *func = e->Call.func;
    if (!call_check_keywords(c, &e->Call.keywords))
        return;
    check_caller(c, func);
    bool method = func->kind == AST_Attribute && !needs_unpacking(&e->Call.args, &e->Call.keywords);
    if (method) {
        method_call(c, e, dst);
        return;
    }
    Reg base = temps_new(c, 1 + FRAME_WORDS);
    expr_to(c, func, base);
    set_position(c, e);
    call_arguments(c, dst, base, 0, &e->Call.args, &e->Call.keywords, NULL);
}

/* ---- super() ---- */

static bool has_star(const ExprSeq *args)
{
    for (int i = 0; i < args->count; i++)
        if (args->items[i]->kind == AST_Starred)
            return true;
    return false;
}

/* super().name and super(type, object).name, where `super` can only be the builtin. */
bool is_super_attribute(Compiler *c, const Expr *e)
{
    const Expr *call = e->Attribute.value;
    if (e->Attribute.ctx != AST_Load || call->kind != AST_Call)
        return false;
    const Expr *func = call->Call.func;
    const Ident *super = c->table.name_super;
    if (func->kind != AST_Name || func->Name.id != super || call->Call.keywords.count)
        return false;
    Symbol *symbol = symbol_find(&c->table, c->unit->scope, super);
    if (!symbol || symbol->resolution != RESOLVED_GLOBAL_IMPLICIT ||
        symbol_find(&c->table, c->table.module, super))
        return false;
    if (call->Call.args.count == 2)
        return !has_star(&call->Call.args);
    if (call->Call.args.count || c->unit->argcount == 0)
        return false;
    Symbol *cell = symbol_find(&c->table, c->unit->scope, c->table.name_class);
    return cell && cell->resolution == RESOLVED_FREE;
}

/* The first parameter, whatever its name is. */
static void load_first_argument(Compiler *c, Reg dst)
{
    Unit *u = c->unit;
    if (c->failed)
        return;
    Symbol *symbol = symbol_find(&c->table, u->frame, u->varnames.items[0]);
    if (symbol->resolution == RESOLVED_CELL)
        emit(c, OPCODE(LOAD_CELL), (uint32_t)dst, 0, 0);
    else
        emit_move(c, dst, 0);
}

/* `base`: where what LOAD_SUPER_ATTR needs is put, and what it gives comes. */
static void load_super(Compiler *c, const Expr *attribute, Reg base, uint32_t how)
{
    const Expr *call = attribute->Attribute.value;
    Reg class = base + FRAME_WORDS;
    Position at = c->unit->position;
    set_position(c, call->Call.func);
    variable_load_to(c, c->table.name_super, base);
    bool zero = call->Call.args.count == 0;
    set_position(c, call);
    if (zero) {
        variable_load_to(c, c->table.name_class, class);
        load_first_argument(c, class + 1);
    } else {
        expr_to(c, call->Call.args.items[0], class);
        expr_to(c, call->Call.args.items[1], class + 1);
        how |= SUPER_TWO_ARGUMENTS;
    }
    c->unit->position = at;
    set_position(c, attribute);
    emit(c, OPCODE(LOAD_SUPER_ATTR), (uint32_t)base, how,
         name_index(c, name_mangled(c, attribute->Attribute.attr)));
    set_attribute_position(c, attribute, attribute);
    if (attribute->lineno != attribute->end_lineno)
        emit_line(c); /* the attribute's */
}

void super_attribute_to(Compiler *c, const Expr *attribute, Reg dst)
{
    Reg base = temps_new(c, 1 + FRAME_WORDS + 1);
    load_super(c, attribute, base, 0);
    emit_move(c, dst, base);
}
