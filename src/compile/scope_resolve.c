/* The second half of symbol tables: what each name of each scope means.
 *
 * A name that a scope neither binds nor declares is looked for in the functions around it;
 * classes are passed over, but for __class__ and __classdict__, which every class has for the
 * scopes inside of it. A variable becomes a cell only if another frame uses it. Reference: "Naming
 * and binding" in Python's language reference, PEP 695 for annotation scopes.
 */
#include "compile/scope.h"

#include "core/abstract.h"
#include "core/error.h"
#include "core/thread.h"

Scope *scope_frame(Scope *scope)
{
    while (scope->inlined)
        scope = scope->parent;
    return scope;
}

bool scope_is_function_like(const Scope *scope)
{
    return scope->kind == SCOPE_FUNCTION || scope->kind >= SCOPE_TYPE_VARIABLE;
}

static bool directive_error(SymbolTable *table, Scope *scope, const Ident *name, const char *format)
{
    Directive *first = NULL; /* the list begins with the last */
    for (Directive *d = scope->directives; d; d = d->next)
        if (d->name == name)
            first = d;
    if (first)
        return compile_error_at(table->filename, first->lineno, first->col_offset,
                                first->end_lineno, first->end_col_offset, format, name->bytes);
    return compile_error_at(table->filename, scope->lineno, scope->col_offset, scope->end_lineno,
                            scope->end_col_offset, format, name->bytes);
}

static bool add_free_name(SymbolTable *table, Scope *frame, const Ident *name)
{
    for (FreeName *f = frame->free_names; f; f = f->next)
        if (f->name == name)
            return true;
    FreeName *f = arena_alloc(table->arena, sizeof(*f));
    if (!f)
        return raise_no_memory();
    *f = (FreeName){.name = name, .next = frame->free_names};
    frame->free_names = f;
    Symbol *symbol = symbol_find(table, frame, name);
    if (symbol && frame->kind == SCOPE_CLASS && (symbol->flags & SYM_BOUND))
        symbol->flags |= SYM_FREE_CLASS;
    return true;
}

/* `symbol` of `scope` is the variable that `owner` binds. */
static bool bind_to(SymbolTable *table, Scope *scope, Symbol *symbol, Scope *owner)
{
    symbol->resolution = RESOLVED_FREE;
    symbol->owner = owner;
    Scope *home = scope_frame(owner);
    Scope *frame = scope_frame(scope);
    if (frame == home)
        return true;
    if (owner->kind == SCOPE_CLASS) {
        if (symbol->name == table->name_class)
            owner->needs_class_cell = true;
        else
            owner->needs_class_dict = true;
    } else {
        Symbol *variable = symbol_find(table, owner, symbol->name);
        variable->resolution = RESOLVED_CELL;
        if (owner->inlined)
            variable->flags |= SYM_COMP_CELL;
    }
    for (; frame != home; frame = scope_frame(frame->parent))
        if (!add_free_name(table, frame, symbol->name))
            return false;
    return true;
}

/* The scope around `scope` whose variable `name` is; NULL if it is global. */
static Scope *find_owner(SymbolTable *table, Scope *scope, const Ident *name)
{
    for (Scope *s = scope->parent; s; s = s->parent) {
        if (s->kind == SCOPE_CLASS) {
            if (name == table->name_class || name == table->name_classdict)
                return s;
            continue;
        }
        if (!scope_is_function_like(s))
            continue;
        Symbol *symbol = symbol_find(table, s, name);
        if (!symbol)
            continue;
        if (symbol->flags & SYM_GLOBAL)
            return NULL;
        if ((symbol->flags & SYM_BOUND) && !(symbol->flags & SYM_NONLOCAL))
            return s;
    }
    return NULL;
}

static bool resolve_nonlocal(SymbolTable *table, Scope *scope, Symbol *symbol)
{
    const Ident *name = symbol->name;
    if (scope->kind == SCOPE_MODULE)
        return directive_error(table, scope, name,
                               "nonlocal declaration not allowed at module level");
    Scope *owner = find_owner(table, scope, name);
    if (!owner)
        return directive_error(table, scope, name, "no binding for nonlocal '%s' found");
    Symbol *bound = symbol_find(table, owner, name);
    if (bound && (bound->flags & SYM_TYPE_PARAM))
        return directive_error(table, scope, name,
                               "nonlocal binding not allowed for type parameter '%s'");
    if (symbol->walrus && bound)
        bound->walrus = true;
    return bind_to(table, scope, symbol, owner);
}

/* Names in an annotation scope that lies directly in a class are looked up there first. */
static bool use_class_dict(SymbolTable *table, Scope *scope)
{
    Symbol *symbol = symbol_add(table, scope, table->name_classdict);
    if (!symbol)
        return false;
    symbol->flags |= SYM_USE;
    return true;
}

/* A name in an annotation scope that the class around it binds: what functions around the class
 * bind does not count, only the class's namespace and the globals. */
static bool bound_by_class(SymbolTable *table, Scope *scope, Symbol *symbol)
{
    Scope *class = scope->parent;
    while (class->kind != SCOPE_CLASS)
        class = class->parent;
    const Symbol *bound = symbol_find(table, class, symbol->name);
    uint32_t flags = bound ? bound->flags : 0;
    if (flags & SYM_GLOBAL)
        symbol->resolution = RESOLVED_GLOBAL_EXPLICIT;
    else if ((flags & SYM_BOUND) && !(flags & SYM_NONLOCAL))
        symbol->resolution = RESOLVED_GLOBAL_IMPLICIT;
    else
        return false;
    return true;
}

static bool resolve_symbol(SymbolTable *table, Scope *scope, Symbol *symbol)
{
    uint32_t flags = symbol->flags;
    if (flags & SYM_GLOBAL) {
        if (flags & SYM_NONLOCAL)
            return directive_error(table, scope, symbol->name, "name '%s' is nonlocal and global");
        symbol->resolution = RESOLVED_GLOBAL_EXPLICIT;
        return true;
    }
    if (flags & SYM_NONLOCAL)
        return resolve_nonlocal(table, scope, symbol);
    if (flags & SYM_BOUND) {
        if (symbol->resolution != RESOLVED_CELL)
            symbol->resolution = RESOLVED_LOCAL;
        return true;
    }
    if (scope->can_see_class && bound_by_class(table, scope, symbol))
        return true;
    Scope *owner = find_owner(table, scope, symbol->name);
    if (owner)
        return bind_to(table, scope, symbol, owner);
    symbol->resolution = RESOLVED_GLOBAL_IMPLICIT;
    return true;
}

static bool resolve_scope(SymbolTable *table, Scope *scope)
{
    if (!c_stack_check(" during compilation"))
        return false;
    if (scope->can_see_class && !use_class_dict(table, scope))
        return false;
    for (Symbol *s = scope->first; s; s = s->next)
        if (!resolve_symbol(table, scope, s))
            return false;
    /* Postponed annotations are text: they capture nothing. */
    for (Scope *child = scope->first_child; child; child = child->next_sibling)
        if (child->kind != SCOPE_ANNOTATION && !resolve_scope(table, child))
            return false;
    return true;
}

bool scopes_resolve(SymbolTable *table)
{
    return resolve_scope(table, table->module);
}
