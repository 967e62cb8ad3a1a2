/* The first half of symbol tables: one walk over the tree that makes the scopes and notes what
 * each does with each name. scope_resolve.c then finds out what the names mean.
 *
 * Nodes whose fields are just visited in order are handled by the AST's own tables; the switch in
 * `visit` names only those that bind names or open scopes.
 */
#include "compile/scope.h"

#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"

typedef struct Walker {
    SymbolTable *table;
    Scope *scope;
} Walker;

static bool visit(Walker *w, const void *node);

/* ---- The two hash tables ---- */

static uint32_t symbol_hash(const Scope *scope, const Ident *name)
{
    return name->hash ^ (uint32_t)((uintptr_t)scope >> 4) * 0x9e3779b1u;
}

static uint32_t key_hash(const void *key, int part)
{
    return (uint32_t)((uintptr_t)key >> 3) * 0x9e3779b1u + (uint32_t)part;
}

Symbol *symbol_find(SymbolTable *table, Scope *scope, const Ident *name)
{
    if (!table->symbol_capacity)
        return NULL;
    Symbol *s = table->symbols[symbol_hash(scope, name) & (table->symbol_capacity - 1)];
    while (s && (s->name != name || s->scope != scope))
        s = s->chain;
    return s;
}

static bool grow_symbols(SymbolTable *table)
{
    uint32_t capacity = table->symbol_capacity ? table->symbol_capacity * 2 : 256;
    Symbol **slots = arena_alloc(table->arena, capacity * sizeof(*slots));
    if (!slots)
        return raise_no_memory();
    memset(slots, 0, capacity * sizeof(*slots));
    for (uint32_t i = 0; i < table->symbol_capacity; i++)
        for (Symbol *s = table->symbols[i], *next; s; s = next) {
            next = s->chain;
            Symbol **slot = &slots[symbol_hash(s->scope, s->name) & (capacity - 1)];
            s->chain = *slot;
            *slot = s;
        }
    table->symbols = slots;
    table->symbol_capacity = capacity;
    return true;
}

Symbol *symbol_add(SymbolTable *table, Scope *scope, const Ident *name)
{
    Symbol *s = symbol_find(table, scope, name);
    if (s)
        return s;
    if (table->symbol_count >= table->symbol_capacity && !grow_symbols(table))
        return NULL;
    s = arena_alloc(table->arena, sizeof(*s));
    if (!s)
        return (Symbol *)raise_no_memory();
    Symbol **slot = &table->symbols[symbol_hash(scope, name) & (table->symbol_capacity - 1)];
    *s = (Symbol){.name = name, .scope = scope, .reg = -1, .chain = *slot};
    *slot = s;
    table->symbol_count++;
    if (scope->last)
        scope->last->next = s;
    else
        scope->first = s;
    scope->last = s;
    return s;
}

Scope *scope_of_node(SymbolTable *table, const void *node, int part)
{
    Scope *s = table->scopes[key_hash(node, part) & (table->scope_capacity - 1)];
    while (s && (s->key != node || s->part != part))
        s = s->chain;
    return s;
}

static bool grow_scopes(SymbolTable *table)
{
    uint32_t capacity = table->scope_capacity ? table->scope_capacity * 2 : 64;
    Scope **slots = arena_alloc(table->arena, capacity * sizeof(*slots));
    if (!slots)
        return raise_no_memory();
    memset(slots, 0, capacity * sizeof(*slots));
    for (uint32_t i = 0; i < table->scope_capacity; i++)
        for (Scope *s = table->scopes[i], *next; s; s = next) {
            next = s->chain;
            Scope **slot = &slots[key_hash(s->key, s->part) & (capacity - 1)];
            s->chain = *slot;
            *slot = s;
        }
    table->scopes = slots;
    table->scope_capacity = capacity;
    return true;
}

/* ---- Scopes and names ---- */

static void set_position(Scope *scope, const AstNode *node)
{
    scope->lineno = node->lineno;
    scope->col_offset = node->col_offset;
    scope->end_lineno = node->end_lineno;
    scope->end_col_offset = node->end_col_offset;
}

static bool error_at(Walker *w, const AstNode *node, const char *format, const char *argument)
{
    return compile_error_at(w->table->filename, node->lineno, node->col_offset, node->end_lineno,
                            node->end_col_offset, format, argument);
}

/* Opens a scope below the current one, which it becomes. */
static Scope *enter(Walker *w, ScopeKind kind, const Ident *name, const void *node, int part)
{
    SymbolTable *table = w->table;
    if (table->scope_count >= table->scope_capacity && !grow_scopes(table))
        return NULL;
    Scope *scope = arena_alloc(table->arena, sizeof(*scope));
    if (!scope)
        return (Scope *)raise_no_memory();
    Scope **slot = &table->scopes[key_hash(node, part) & (table->scope_capacity - 1)];
    *scope = (Scope){
        .kind = kind, .name = name, .parent = w->scope, .key = node, .part = part, .chain = *slot};
    *slot = scope;
    table->scope_count++;
    Scope *parent = w->scope;
    if (parent) {
        scope->class_name = parent->class_name;
        scope->in_iterable = parent->in_iterable;
        scope->mangle_listed = parent->mangle_listed && kind != SCOPE_CLASS;
        scope->nested = parent->nested || scope_is_function_like(parent);
        if (parent->last_child)
            parent->last_child->next_sibling = scope;
        else
            parent->first_child = scope;
        parent->last_child = scope;
    }
    w->scope = scope;
    return scope;
}

static void leave(Walker *w)
{
    w->scope = w->scope->parent;
}

static bool is_listed(Scope *scope, const Ident *name)
{
    while (scope->kind != SCOPE_TYPE_PARAMS)
        scope = scope->parent;
    for (FreeName *f = scope->private_params; f; f = f->next)
        if (f->name == name)
            return true;
    return false;
}

/* The name within a class: `__x` is `_Class__x`. In the header of a generic class only its type
 * parameters are treated so. */
const Ident *symbol_mangle(SymbolTable *table, Scope *scope, const Ident *name)
{
    const Ident *class_name = scope->class_name;
    if (name->bytes[0] != '_' || name->bytes[1] != '_' || !class_name)
        return name;
    if (memcmp(name->bytes + name->length - 2, "__", 2) == 0 ||
        memchr(name->bytes, '.', name->length))
        return name;
    if (scope->mangle_listed && !is_listed(scope, name))
        return name;
    size_t skip = 0;
    while (class_name->bytes[skip] == '_')
        skip++;
    size_t kept = class_name->length - skip;
    if (!kept)
        return name;
    size_t length = 1 + kept + name->length;
    char *text = arena_alloc(table->arena, length + 1);
    if (!text)
        return (const Ident *)raise_no_memory();
    text[0] = '_';
    memcpy(text + 1, class_name->bytes + skip, kept);
    memcpy(text + 1 + kept, name->bytes, name->length + 1);
    const Ident *mangled = ident_intern(table->idents, text, length);
    return mangled ? mangled : (const Ident *)raise_no_memory();
}

static bool define_in(Walker *w, Scope *scope, const Ident *name, uint32_t flag, const AstNode *at)
{
    const Ident *mangled = TRY(symbol_mangle(w->table, scope, name));
    Symbol *symbol = TRY(symbol_add(w->table, scope, mangled));
    if ((flag & SYM_PARAM) && (symbol->flags & SYM_PARAM))
        return error_at(w, at, "duplicate argument '%s' in function definition", name->bytes);
    if ((flag & SYM_TYPE_PARAM) && (symbol->flags & SYM_TYPE_PARAM))
        return error_at(w, at, "duplicate type parameter '%s'", name->bytes);
    symbol->flags |= flag;
    if ((flag & SYM_GLOBAL) && scope != w->table->module) {
        /* What a function declares global, the module stores as such, in exec() too. */
        Symbol *global = TRY(symbol_add(w->table, w->table->module, mangled));
        global->flags |= SYM_GLOBAL;
    }
    if (scope->in_iteration_target) {
        if (symbol->flags & (SYM_GLOBAL | SYM_NONLOCAL))
            return error_at(
                w, at, "comprehension inner loop cannot rebind assignment expression target '%s'",
                name->bytes);
        symbol->flags |= SYM_COMP_ITER;
    }
    return true;
}

static bool define(Walker *w, const Ident *name, uint32_t flag, const void *at)
{
    return define_in(w, w->scope, name, flag, at);
}

static bool use_name(Walker *w, const Ident *name)
{
    Symbol *symbol = TRY(symbol_add(w->table, w->scope, name));
    symbol->flags |= SYM_USE;
    return true;
}

static bool add_directive(Walker *w, const Ident *name, const AstNode *at)
{
    Directive *d = arena_alloc(w->table->arena, sizeof(*d));
    if (!d)
        return raise_no_memory();
    *d = (Directive){.name = name,
                     .lineno = at->lineno,
                     .col_offset = at->col_offset,
                     .end_lineno = at->end_lineno,
                     .end_col_offset = at->end_col_offset,
                     .next = w->scope->directives};
    w->scope->directives = d;
    return true;
}

/* ---- Sequences and plain nodes ---- */

static bool visit_all(Walker *w, int count, void *items)
{
    for (int i = 0; i < count; i++) {
        const void *node = ((void **)items)[i];
        if (node && !visit(w, node))
            return false;
    }
    return true;
}
#define VISIT_ALL(w, seq) visit_all((w), (seq).count, (seq).items)

static bool visit_fields(Walker *w, const AstNode *node)
{
    const AstClass *class = &ast_classes[node->kind];
    for (int i = 0; i < class->field_count; i++) {
        const AstField *field = &class->fields[i];
        uint8_t form = ast_types[field->type].form;
        if (form == AST_BUILTIN || form == AST_ENUM)
            continue;
        const char *place = (const char *)node + field->offset;
        if (field->quantity == AST_MANY) {
            const AstSeq *seq = (const AstSeq *)(const void *)place;
            if (!visit_all(w, seq->count, seq->items))
                return false;
        } else {
            const void *child = *(void *const *)(const void *)place;
            if (child && !visit(w, child))
                return false;
        }
    }
    return true;
}

/* ---- Expressions ---- */

/* Yield, await and named expressions are not allowed in annotation scopes. */
static bool refuse_in_annotation(Walker *w, const AstNode *node, const char *what)
{
    switch (w->scope->kind) {
    case SCOPE_ANNOTATION:
        return error_at(w, node, "%s cannot be used within an annotation", what);
    case SCOPE_TYPE_ALIAS:
        return error_at(w, node, "%s cannot be used within a type alias", what);
    case SCOPE_TYPE_PARAMS:
        return error_at(w, node, "%s cannot be used within the definition of a generic", what);
    case SCOPE_TYPE_VARIABLE:
        return compile_error_at(w->table->filename, node->lineno, node->col_offset,
                                node->end_lineno, node->end_col_offset,
                                "%s cannot be used within %s", what, w->scope->within);
    default:
        return true;
    }
}

static bool visit_name(Walker *w, const Expr *e)
{
    const Ident *name = e->Name.id;
    if (e->Name.ctx != AST_Load)
        return define(w, name, SYM_LOCAL, e);
    const Ident *mangled = TRY(symbol_mangle(w->table, w->scope, name));
    if (!use_name(w, mangled))
        return false;
    if (name == w->table->name_super && scope_is_function_like(w->scope))
        return use_name(w, w->table->name_class);
    return true;
}

/* `target` is bound in the scope around the comprehensions (PEP 572). */
static bool bind_walrus_outside(Walker *w, const Expr *target)
{
    const Ident *name = target->Name.id;
    for (Scope *s = w->scope; s; s = s->parent) {
        const Ident *mangled = TRY(symbol_mangle(w->table, s, name));
        Symbol *symbol = symbol_find(w->table, s, mangled);
        if (s->comprehension) {
            if (symbol && (symbol->flags & SYM_COMP_ITER) && (symbol->flags & SYM_LOCAL))
                return error_at(
                    w, (const AstNode *)target,
                    "assignment expression cannot rebind comprehension iteration variable '%s'",
                    name->bytes);
            continue;
        }
        switch (s->kind) {
        case SCOPE_FUNCTION: {
            bool global = symbol && (symbol->flags & SYM_GLOBAL);
            TRY(define(w, name, global ? SYM_GLOBAL : SYM_NONLOCAL, target));
            TRY(add_directive(w, mangled, (const AstNode *)target));
            symbol_find(w->table, w->scope, mangled)->walrus = true;
            TRY(define_in(w, s, name, SYM_LOCAL, (const AstNode *)target));
            symbol_find(w->table, s, mangled)->walrus = true;
            return true;
        }
        case SCOPE_MODULE:
            TRY(define(w, name, SYM_GLOBAL, target));
            TRY(add_directive(w, mangled, (const AstNode *)target));
            return define_in(w, s, name, SYM_GLOBAL, (const AstNode *)target);
        case SCOPE_CLASS:
            return error_at(w, (const AstNode *)target,
                            "assignment expression within a comprehension cannot be used in a "
                            "class body",
                            "");
        case SCOPE_TYPE_PARAMS:
            return error_at(w, (const AstNode *)target,
                            "assignment expression within a comprehension cannot be used within "
                            "the definition of a generic",
                            "");
        case SCOPE_TYPE_ALIAS:
            return error_at(w, (const AstNode *)target,
                            "assignment expression within a comprehension cannot be used in a "
                            "type alias",
                            "");
        default:
            return error_at(w, (const AstNode *)target,
                            "assignment expression within a comprehension cannot be used in a "
                            "TypeVar bound",
                            "");
        }
    }
    UNREACHABLE();
}

static bool visit_named_expr(Walker *w, const Expr *e)
{
    if (!refuse_in_annotation(w, (const AstNode *)e, "named expression"))
        return false;
    if (w->scope->in_iterable > 0)
        return error_at(
            w, (const AstNode *)e,
            "assignment expression cannot be used in a comprehension iterable expression", "");
    const Expr *target = e->NamedExpr.target;
    if (w->scope->comprehension) {
        TRY(bind_walrus_outside(w, target));
        TRY(visit(w, e->NamedExpr.value));
        return visit(w, target);
    }
    TRY(visit(w, e->NamedExpr.value));
    TRY(visit(w, target));
    const Ident *mangled = TRY(symbol_mangle(w->table, w->scope, target->Name.id));
    symbol_find(w->table, w->scope, mangled)->walrus = true;
    return true;
}

static bool visit_yield(Walker *w, const Expr *e, const Expr *value)
{
    if (!refuse_in_annotation(w, (const AstNode *)e, "yield expression"))
        return false;
    if (value)
        TRY(visit(w, value));
    w->scope->generator = true;
    static const char *const messages[] = {
        [COMP_LIST] = "'yield' inside list comprehension",
        [COMP_DICT] = "'yield' inside dict comprehension",
        [COMP_SET] = "'yield' inside set comprehension",
        [COMP_GENERATOR] = "'yield' inside generator expression",
    };
    if (w->scope->comprehension)
        return error_at(w, (const AstNode *)e, messages[w->scope->comprehension], "");
    return true;
}

static bool visit_await(Walker *w, const Expr *e)
{
    if (!refuse_in_annotation(w, (const AstNode *)e, "await expression"))
        return false;
    TRY(visit(w, e->Await.value));
    w->scope->coroutine = true;
    return true;
}

static bool visit_iteration_target(Walker *w, const Expr *target)
{
    w->scope->in_iteration_target = true;
    bool ok = visit(w, target);
    w->scope->in_iteration_target = false;
    return ok;
}

static bool visit_generators(Walker *w, const ComprehensionSeq *generators)
{
    Comprehension *first = generators->items[0];
    if (first->is_async)
        w->scope->coroutine = true;
    TRY(visit_iteration_target(w, first->target));
    TRY(VISIT_ALL(w, first->ifs));
    for (int i = 1; i < generators->count; i++) {
        Comprehension *g = generators->items[i];
        TRY(visit_iteration_target(w, g->target));
        w->scope->in_iterable++;
        TRY(visit(w, g->iter));
        w->scope->in_iterable--;
        TRY(VISIT_ALL(w, g->ifs));
        if (g->is_async)
            w->scope->coroutine = true;
    }
    return true;
}

static bool visit_comprehension(Walker *w, const Expr *e, ComprehensionKind kind, const Ident *name,
                                const ComprehensionSeq *generators, const Expr *element,
                                const Expr *value)
{
    w->scope->in_iterable++;
    TRY(visit(w, generators->items[0]->iter));
    w->scope->in_iterable--;
    bool see_class = w->scope->can_see_class;
    Scope *scope = TRY(enter(w, SCOPE_FUNCTION, name, e, PART_SCOPE));
    set_position(scope, (const AstNode *)e);
    scope->comprehension = kind;
    scope->inlined = kind != COMP_GENERATOR && !see_class;
    if (!scope->inlined)
        TRY(define(w, w->table->name_dot_zero, SYM_PARAM, e));
    TRY(visit_generators(w, generators));
    if (value)
        TRY(visit(w, value));
    TRY(visit(w, element));
    bool async = scope->coroutine && kind != COMP_GENERATOR;
    if (kind == COMP_GENERATOR)
        scope->generator = true;
    leave(w);
    if (async)
        w->scope->coroutine = true;
    return true;
}

static bool define_params(Walker *w, const ArgSeq *params)
{
    for (int i = 0; i < params->count; i++)
        TRY(define(w, params->items[i]->arg, SYM_PARAM, params->items[i]));
    return true;
}

static bool visit_params(Walker *w, const Arguments *args)
{
    TRY(define_params(w, &args->posonlyargs));
    TRY(define_params(w, &args->args));
    TRY(define_params(w, &args->kwonlyargs));
    if (args->vararg) {
        TRY(define(w, args->vararg->arg, SYM_PARAM, args->vararg));
        w->scope->varargs = true;
    }
    if (args->kwarg) {
        TRY(define(w, args->kwarg->arg, SYM_PARAM, args->kwarg));
        w->scope->varkeywords = true;
    }
    return true;
}

static bool visit_lambda(Walker *w, const Expr *e)
{
    TRY(VISIT_ALL(w, e->Lambda.args->defaults));
    TRY(VISIT_ALL(w, e->Lambda.args->kw_defaults));
    Scope *scope = TRY(enter(w, SCOPE_FUNCTION, w->table->name_lambda, e, PART_SCOPE));
    set_position(scope, (const AstNode *)e);
    TRY(visit_params(w, e->Lambda.args));
    TRY(visit(w, e->Lambda.body));
    leave(w);
    return true;
}

/* ---- Functions, classes, type parameters ---- */

static bool visit_annotation(Walker *w, const Expr *annotation)
{
    if (!w->table->future_annotations)
        return visit(w, annotation);
    Scope *scope = TRY(enter(w, SCOPE_ANNOTATION, w->table->name_top, annotation, PART_SCOPE));
    set_position(scope, (const AstNode *)annotation);
    TRY(visit(w, annotation));
    leave(w);
    return true;
}

static bool visit_arg_annotations(Walker *w, const ArgSeq *params)
{
    for (int i = 0; i < params->count; i++)
        if (params->items[i]->annotation)
            TRY(visit_annotation(w, params->items[i]->annotation));
    return true;
}

static bool visit_annotations(Walker *w, const Arguments *args, const Expr *returns)
{
    TRY(visit_arg_annotations(w, &args->posonlyargs));
    TRY(visit_arg_annotations(w, &args->args));
    if (args->vararg && args->vararg->annotation)
        TRY(visit_annotation(w, args->vararg->annotation));
    if (args->kwarg && args->kwarg->annotation)
        TRY(visit_annotation(w, args->kwarg->annotation));
    TRY(visit_arg_annotations(w, &args->kwonlyargs));
    return !returns || visit_annotation(w, returns);
}

static bool enter_type_params(Walker *w, const Ident *name, const void *node)
{
    bool in_class = w->scope->kind == SCOPE_CLASS;
    Scope *scope = TRY(enter(w, SCOPE_TYPE_PARAMS, name, node, PART_TYPE_PARAMS_SCOPE));
    set_position(scope, (const AstNode *)node);
    scope->can_see_class = in_class;
    if (((const AstNode *)node)->kind == AST_ClassDef) {
        scope->class_name = name;
        scope->mangle_listed = true;
        TRY(define(w, w->table->name_type_params, SYM_LOCAL, node));
        TRY(define(w, w->table->name_generic_base, SYM_LOCAL, node));
    }
    return true;
}

static bool visit_function(Walker *w, const Stmt *s)
{
    /* FunctionDef and AsyncFunctionDef have the same layout. */
    const struct Ast_FunctionDef *f = &s->FunctionDef;
    TRY(define(w, f->name, SYM_LOCAL, s));
    TRY(VISIT_ALL(w, f->args->defaults));
    TRY(VISIT_ALL(w, f->args->kw_defaults));
    TRY(VISIT_ALL(w, f->decorator_list));
    bool generic = f->type_params.count > 0;
    bool method = w->scope->kind == SCOPE_CLASS;
    if (generic) {
        TRY(enter_type_params(w, f->name, s));
        if (f->args->defaults.count)
            TRY(define(w, w->table->name_defaults, SYM_PARAM, s));
        bool kwdefaults = false;
        for (int i = 0; i < f->args->kw_defaults.count; i++)
            kwdefaults |= f->args->kw_defaults.items[i] != NULL;
        if (kwdefaults)
            TRY(define(w, w->table->name_kwdefaults, SYM_PARAM, s));
        TRY(VISIT_ALL(w, f->type_params));
    }
    TRY(visit_annotations(w, f->args, f->returns));
    Scope *scope = TRY(enter(w, SCOPE_FUNCTION, f->name, s, PART_SCOPE));
    set_position(scope, (const AstNode *)s);
    scope->method = method;
    scope->coroutine = s->kind == AST_AsyncFunctionDef;
    TRY(visit_params(w, f->args));
    TRY(VISIT_ALL(w, f->body));
    leave(w);
    if (generic)
        leave(w);
    return true;
}

static bool visit_class(Walker *w, const Stmt *s)
{
    const struct Ast_ClassDef *c = &s->ClassDef;
    TRY(define(w, c->name, SYM_LOCAL, s));
    TRY(VISIT_ALL(w, c->decorator_list));
    bool generic = c->type_params.count > 0;
    if (generic) {
        TRY(enter_type_params(w, c->name, s));
        TRY(VISIT_ALL(w, c->type_params));
    }
    TRY(VISIT_ALL(w, c->bases));
    TRY(VISIT_ALL(w, c->keywords));
    Scope *scope = TRY(enter(w, SCOPE_CLASS, c->name, s, PART_SCOPE));
    set_position(scope, (const AstNode *)s);
    scope->class_name = c->name;
    if (generic)
        TRY(use_name(w, w->table->name_type_params));
    TRY(VISIT_ALL(w, c->body));
    leave(w);
    if (generic)
        leave(w);
    return true;
}

static bool visit_type_alias(Walker *w, const Stmt *s)
{
    TRY(visit(w, s->TypeAlias.name));
    bool in_class = w->scope->kind == SCOPE_CLASS;
    const Ident *name = s->TypeAlias.name->Name.id;
    bool generic = s->TypeAlias.type_params.count > 0;
    if (generic) {
        TRY(enter_type_params(w, name, s));
        TRY(VISIT_ALL(w, s->TypeAlias.type_params));
    }
    Scope *scope = TRY(enter(w, SCOPE_TYPE_ALIAS, name, s, PART_SCOPE));
    set_position(scope, (const AstNode *)s);
    scope->can_see_class = in_class;
    TRY(visit(w, s->TypeAlias.value));
    leave(w);
    if (generic)
        leave(w);
    return true;
}

static bool visit_lazy(Walker *w, const Ident *name, const Expr *e, const TypeParam *p, int part,
                       const char *within)
{
    if (!e)
        return true;
    bool see_class = w->scope->can_see_class;
    Scope *scope = TRY(enter(w, SCOPE_TYPE_VARIABLE, name, p, part));
    set_position(scope, (const AstNode *)e);
    scope->can_see_class = see_class;
    scope->within = within;
    TRY(visit(w, e));
    leave(w);
    return true;
}

static bool define_type_param(Walker *w, const Ident *name, const TypeParam *p)
{
    if (w->scope->mangle_listed) {
        FreeName *f = arena_alloc(w->table->arena, sizeof(*f));
        if (!f)
            return raise_no_memory();
        *f = (FreeName){.name = name, .next = w->scope->private_params};
        w->scope->private_params = f;
    }
    return define(w, name, SYM_TYPE_PARAM | SYM_LOCAL, p);
}

static bool visit_type_param(Walker *w, const TypeParam *p)
{
    switch (p->kind) {
    case AST_TypeVar: {
        const Expr *bound = p->TypeVar.bound;
        TRY(define_type_param(w, p->TypeVar.name, p));
        bool tuple = bound && bound->kind == AST_Tuple;
        TRY(visit_lazy(w, p->TypeVar.name, bound, p, PART_SCOPE,
                       tuple ? "a TypeVar constraint" : "a TypeVar bound"));
        return visit_lazy(w, p->TypeVar.name, p->TypeVar.default_value, p, PART_DEFAULT_SCOPE,
                          "a TypeVar default");
    }
    case AST_TypeVarTuple:
        TRY(define_type_param(w, p->TypeVarTuple.name, p));
        return visit_lazy(w, p->TypeVarTuple.name, p->TypeVarTuple.default_value, p,
                          PART_DEFAULT_SCOPE, "a TypeVarTuple default");
    default:
        TRY(define_type_param(w, p->ParamSpec.name, p));
        return visit_lazy(w, p->ParamSpec.name, p->ParamSpec.default_value, p, PART_DEFAULT_SCOPE,
                          "a ParamSpec default");
    }
}

/* ---- Statements ---- */

static bool visit_annotated(Walker *w, const Stmt *s)
{
    const struct Ast_AnnAssign *a = &s->AnnAssign;
    if (a->target->kind == AST_Name) {
        const Ident *name = a->target->Name.id;
        const Ident *mangled = TRY(symbol_mangle(w->table, w->scope, name));
        Symbol *symbol = symbol_find(w->table, w->scope, mangled);
        uint32_t flags = symbol ? symbol->flags : 0;
        if ((flags & (SYM_GLOBAL | SYM_NONLOCAL)) && w->scope->kind != SCOPE_MODULE && a->simple)
            return error_at(w, (const AstNode *)s,
                            flags & SYM_GLOBAL ? "annotated name '%s' can't be global"
                                               : "annotated name '%s' can't be nonlocal",
                            name->bytes);
        if (a->simple)
            TRY(define(w, name, SYM_ANNOT | SYM_LOCAL, a->target));
        else if (a->value)
            TRY(define(w, name, SYM_LOCAL, a->target));
    } else {
        TRY(visit(w, a->target));
    }
    TRY(visit_annotation(w, a->annotation));
    return !a->value || visit(w, a->value);
}

static bool visit_declaration(Walker *w, const Stmt *s, const IdentSeq *idents, uint32_t flag)
{
    static const char *const messages[2][4] = {
        {"name '%s' is parameter and global", "name '%s' is used prior to global declaration",
         "annotated name '%s' can't be global",
         "name '%s' is assigned to before global declaration"},
        {"name '%s' is parameter and nonlocal", "name '%s' is used prior to nonlocal declaration",
         "annotated name '%s' can't be nonlocal",
         "name '%s' is assigned to before nonlocal declaration"},
    };
    const char *const *message = messages[flag == SYM_NONLOCAL];
    for (int i = 0; i < idents->count; i++) {
        const Ident *name = TRY(symbol_mangle(w->table, w->scope, idents->items[i]));
        Symbol *symbol = symbol_find(w->table, w->scope, name);
        uint32_t flags = symbol ? symbol->flags : 0;
        if (flags & (SYM_PARAM | SYM_LOCAL | SYM_USE | SYM_ANNOT))
            return error_at(w, (const AstNode *)s,
                            message[flags & SYM_PARAM   ? 0
                                    : flags & SYM_USE   ? 1
                                    : flags & SYM_ANNOT ? 2
                                                        : 3],
                            name->bytes);
        TRY(define(w, idents->items[i], flag, s));
        TRY(add_directive(w, name, (const AstNode *)s));
    }
    return true;
}

static bool visit_alias(Walker *w, const Alias *alias)
{
    const Ident *name = alias->asname ? alias->asname : alias->name;
    if (name->length == 1 && name->bytes[0] == '*') {
        if (w->scope->kind != SCOPE_MODULE)
            return error_at(w, (const AstNode *)alias, "import * only allowed at module level", "");
        return true;
    }
    if (!alias->asname) {
        const char *dot = memchr(name->bytes, '.', name->length);
        if (dot) {
            name = ident_intern(w->table->idents, name->bytes, (size_t)(dot - name->bytes));
            if (!name)
                return raise_no_memory();
        }
    }
    return define(w, name, SYM_IMPORT, alias);
}

static bool visit_binding_pattern(Walker *w, const Pattern *p)
{
    const Ident *name = p->kind == AST_MatchStar ? p->MatchStar.name
                        : p->kind == AST_MatchAs ? p->MatchAs.name
                                                 : p->MatchMapping.rest;
    TRY(visit_fields(w, (const AstNode *)p));
    return !name || define(w, name, SYM_LOCAL, p);
}

static bool visit_handler(Walker *w, const ExceptHandler *h)
{
    if (h->ExceptHandler.type)
        TRY(visit(w, h->ExceptHandler.type));
    if (h->ExceptHandler.name)
        TRY(define(w, h->ExceptHandler.name, SYM_LOCAL, h));
    return VISIT_ALL(w, h->ExceptHandler.body);
}

static bool visit_comprehension_expr(Walker *w, const Expr *e)
{
    SymbolTable *t = w->table;
    switch (e->kind) {
    case AST_ListComp:
        return visit_comprehension(w, e, COMP_LIST, t->name_listcomp, &e->ListComp.generators,
                                   e->ListComp.elt, NULL);
    case AST_SetComp:
        return visit_comprehension(w, e, COMP_SET, t->name_setcomp, &e->SetComp.generators,
                                   e->SetComp.elt, NULL);
    case AST_DictComp:
        return visit_comprehension(w, e, COMP_DICT, t->name_dictcomp, &e->DictComp.generators,
                                   e->DictComp.key, e->DictComp.value);
    default:
        return visit_comprehension(w, e, COMP_GENERATOR, t->name_genexpr,
                                   &e->GeneratorExp.generators, e->GeneratorExp.elt, NULL);
    }
}

static bool visit(Walker *w, const void *node)
{
    const AstNode *n = node;
    if (!c_stack_check(" during compilation"))
        return false;
    switch (n->kind) {
    case AST_Name:
        return visit_name(w, node);
    case AST_Constant:
        return true;
    case AST_NamedExpr:
        return visit_named_expr(w, node);
    case AST_Lambda:
        return visit_lambda(w, node);
    case AST_ListComp:
    case AST_SetComp:
    case AST_DictComp:
    case AST_GeneratorExp:
        return visit_comprehension_expr(w, node);
    case AST_Yield:
        return visit_yield(w, node, ((const Expr *)node)->Yield.value);
    case AST_YieldFrom:
        return visit_yield(w, node, ((const Expr *)node)->YieldFrom.value);
    case AST_Await:
        return visit_await(w, node);
    case AST_FunctionDef:
    case AST_AsyncFunctionDef:
        return visit_function(w, node);
    case AST_ClassDef:
        return visit_class(w, node);
    case AST_TypeAlias:
        return visit_type_alias(w, node);
    case AST_TypeVar:
    case AST_ParamSpec:
    case AST_TypeVarTuple:
        return visit_type_param(w, node);
    case AST_AnnAssign:
        return visit_annotated(w, node);
    case AST_Assign: {
        /* The value first, as it is evaluated, so that names are used before they are bound. */
        const Stmt *s = node;
        TRY(VISIT_ALL(w, s->Assign.targets));
        return visit(w, s->Assign.value);
    }
    case AST_Global:
        return visit_declaration(w, node, &((const Stmt *)node)->Global.names, SYM_GLOBAL);
    case AST_Nonlocal:
        return visit_declaration(w, node, &((const Stmt *)node)->Nonlocal.names, SYM_NONLOCAL);
    case AST_alias:
        return visit_alias(w, node);
    case AST_MatchStar:
    case AST_MatchAs:
    case AST_MatchMapping:
        return visit_binding_pattern(w, node);
    case AST_ExceptHandler:
        return visit_handler(w, node);
    case AST_AsyncFor:
    case AST_AsyncWith:
        w->scope->coroutine =
            w->scope->coroutine || scope_is_function_like(w->scope) || w->table->top_level_await;
        return visit_fields(w, n);
    default:
        return visit_fields(w, n);
    }
}

static bool intern_names(SymbolTable *table)
{
    static const struct {
        size_t offset;
        const char *text;
    } list[] = {
        {offsetof(SymbolTable, name_class), "__class__"},
        {offsetof(SymbolTable, name_classdict), "__classdict__"},
        {offsetof(SymbolTable, name_super), "super"},
        {offsetof(SymbolTable, name_debug), "__debug__"},
        {offsetof(SymbolTable, name_type_params), ".type_params"},
        {offsetof(SymbolTable, name_generic_base), ".generic_base"},
        {offsetof(SymbolTable, name_defaults), ".defaults"},
        {offsetof(SymbolTable, name_kwdefaults), ".kwdefaults"},
        {offsetof(SymbolTable, name_dot_zero), ".0"},
        {offsetof(SymbolTable, name_top), "top"},
        {offsetof(SymbolTable, name_lambda), "<lambda>"},
        {offsetof(SymbolTable, name_listcomp), "<listcomp>"},
        {offsetof(SymbolTable, name_setcomp), "<setcomp>"},
        {offsetof(SymbolTable, name_dictcomp), "<dictcomp>"},
        {offsetof(SymbolTable, name_genexpr), "<genexpr>"},
    };
    for (size_t i = 0; i < COUNT_OF(list); i++) {
        const Ident *ident = ident_intern(table->idents, list[i].text, strlen(list[i].text));
        if (!ident)
            return raise_no_memory();
        *(const Ident **)(void *)((char *)table + list[i].offset) = ident;
    }
    return true;
}

bool symbol_table_build(SymbolTable *table, Mod *tree, Arena *arena, IdentTable *idents,
                        Value filename, bool future_annotations, bool top_level_await)
{
    *table = (SymbolTable){.arena = arena,
                           .idents = idents,
                           .filename = filename,
                           .future_annotations = future_annotations,
                           .top_level_await = top_level_await};
    TRY(intern_names(table));
    Walker w = {.table = table};
    table->module = TRY(enter(&w, SCOPE_MODULE, table->name_top, tree, PART_SCOPE));
    TRY(visit_fields(&w, (const AstNode *)tree));
    return scopes_resolve(table);
}
