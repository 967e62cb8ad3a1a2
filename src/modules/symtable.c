/* The _symtable module: the compiler's symbol tables as objects. */
#include "compile/scope.h"
#include "compile/source.h"
#include "core/alloc.h"
#include "core/error.h"
#include "core/module.h"
#include "core/thread.h"
#include "modules/system.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/text.h"

enum { SCOPE_OFFSET = 12, SCOPE_BITS = 15 };

/* One scope. Immutable after init, but for the lists and dicts in it. */
typedef struct Entry {
    Object ob;
    Value id, name, symbols, varnames, children;
    int32_t type, nested, lineno;
} Entry;

static Type entry_type;

static void entry_trace(Object *self, Tracer *tracer)
{
    Entry *e = (Entry *)self;
    gc_visit(tracer, e->id);
    gc_visit(tracer, e->name);
    gc_visit(tracer, e->symbols);
    gc_visit(tracer, e->varnames);
    gc_visit(tracer, e->children);
}

static Value entry_repr(Value self)
{
    Entry *e = (Entry *)self;
    return str_format("<symtable entry %V(%V), line %d>", e->name, e->id, e->lineno);
}

static const MemberDef entry_members[] = {
    {"id", MEMBER_VALUE, offsetof(Entry, id), true, 0},
    {"name", MEMBER_VALUE, offsetof(Entry, name), true, 0},
    {"symbols", MEMBER_VALUE, offsetof(Entry, symbols), true, 0},
    {"varnames", MEMBER_VALUE, offsetof(Entry, varnames), true, 0},
    {"children", MEMBER_VALUE, offsetof(Entry, children), true, 0},
    {"nested", MEMBER_INT32, offsetof(Entry, nested), true, 0},
    {"type", MEMBER_INT32, offsetof(Entry, type), true, 0},
    {"lineno", MEMBER_INT32, offsetof(Entry, lineno), true, 0},
    {0},
};

static Type entry_type = {
    TYPE_HEAD("symtable entry", Entry),
    .repr = entry_repr,
    .members = entry_members,
    .trace = entry_trace,
    .flags = TYPE_NO_NEW,
};

/* ---- Filling ---- */

static Value ident_text(const Ident *ident)
{
    return str_intern(TRY(str_from_wtf8(ident->bytes, ident->length)));
}

static bool add_symbol(Entry *e, const Ident *name, uint32_t flags, bool replace)
{
    Value key = TRY(ident_text(name));
    if (!replace && dict_get_str(e->symbols, key))
        return true;
    return dict_set(e->symbols, key, int_small(flags));
}

static bool add_symbols(Entry *e, const Scope *scope, bool inlined)
{
    for (const Symbol *s = scope->first; s; s = s->next) {
        uint32_t flags = s->flags | (uint32_t)s->resolution << SCOPE_OFFSET;
        TRY(add_symbol(e, s->name, flags, !inlined));
        if (s->flags & SYM_PARAM)
            TRY(list_append(e->varnames, TRY(ident_text(s->name))));
    }
    for (const FreeName *f = scope->free_names; f; f = f->next)
        TRY(add_symbol(e, f->name, (uint32_t)RESOLVED_FREE << SCOPE_OFFSET, false));
    return true;
}

static Value entry_of(const Scope *scope);

/* An inlined comprehension has no entry: its names and scopes are those of what is around it. */
static bool add_children(Entry *e, const Scope *scope)
{
    for (const Scope *child = scope->first_child; child; child = child->next_sibling) {
        if (child->inlined)
            TRY(add_symbols(e, child, true) && add_children(e, child));
        else
            TRY(list_append(e->children, TRY(entry_of(child))));
    }
    return true;
}

static int block_type(const Scope *scope)
{
    static const int types[] = {
        [SCOPE_FUNCTION] = 0,   [SCOPE_CLASS] = 1,         [SCOPE_MODULE] = 2,
        [SCOPE_ANNOTATION] = 3, [SCOPE_TYPE_VARIABLE] = 4, [SCOPE_TYPE_ALIAS] = 5,
        [SCOPE_TYPE_PARAMS] = 6};
    return types[scope->kind];
}

static Value entry_of(const Scope *scope)
{
    TRY(c_stack_check(" during compilation"));
    Entry *e = TRY((Entry *)object_alloc(&entry_type));
    gc_store(e, &e->id, TRY(int_from((intptr_t)scope)));
    gc_store(e, &e->name, TRY(ident_text(scope->name)));
    gc_store(e, &e->symbols, TRY(dict_new()));
    gc_store(e, &e->varnames, TRY(list_new(0)));
    gc_store(e, &e->children, TRY(list_new(0)));
    e->type = block_type(scope);
    e->nested = scope->nested;
    e->lineno = scope->lineno;
    TRY(add_symbols(e, scope, false) && add_children(e, scope));
    return (Value)e;
}

static Value table_of(ParseResult *parsed, Value filename)
{
    SymbolTable table;
    TRY(symbol_table_build(&table, parsed->tree, &parsed->arena, &parsed->idents, filename, false,
                           false));
    return entry_of(table.module);
}

static bool parse_mode(const char *name, CompileMode *mode)
{
    static const char *const names[] = {
        [MODE_EXEC] = "exec", [MODE_EVAL] = "eval", [MODE_SINGLE] = "single"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0) {
            *mode = (CompileMode)i;
            return true;
        }
    return raise(ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
}

FUNCTION(symtable_symtable, "symtable", "source, filename, startstr, /",
         "Return symbol and scope dictionaries used internally by compiler.")
{
    CompileMode mode = MODE_EXEC;
    if (!is_str(args[2]))
        return raise(TypeError, "symtable() argument 3 must be str, not %B", args[2]);
    Value filename = TRY(fs_text(args[1]));
    TRY(parse_mode(TRY(str_cstring(args[2])), &mode));
    const char *source;
    size_t size;
    int flags = 0;
    TEXT_ARGUMENT(bytes);
    if (is_str(args[0])) {
        source = TRY(str_utf8(args[0], &size));
        flags = COMPILE_IGNORE_COOKIE;
    } else {
        if (!has_buffer(args[0]))
            return raise(TypeError, "symtable() arg 1 must be a string or bytes object");
        TRY(bytes_argument(args[0], &bytes));
        source = bytes.data;
        size = (size_t)bytes.length;
    }
    ParseResult parsed;
    bool ok = source_parse(source, size, filename, mode, flags, 0, &parsed);
    Value table = ok ? table_of(&parsed, filename) : 0;
    parse_result_free(&parsed);
    return table;
}

static MethodDef *const functions[] = {M(symtable_symtable), 0};

static bool execute(Value module)
{
    static const struct {
        const char *name;
        int value;
    } numbers[] = {
        {"USE", SYM_USE},
        {"DEF_GLOBAL", SYM_GLOBAL},
        {"DEF_NONLOCAL", SYM_NONLOCAL},
        {"DEF_LOCAL", SYM_LOCAL},
        {"DEF_PARAM", SYM_PARAM},
        {"DEF_TYPE_PARAM", SYM_TYPE_PARAM},
        {"DEF_FREE_CLASS", SYM_FREE_CLASS},
        {"DEF_IMPORT", SYM_IMPORT},
        {"DEF_BOUND", SYM_BOUND},
        {"DEF_ANNOT", SYM_ANNOT},
        {"DEF_COMP_ITER", SYM_COMP_ITER},
        {"DEF_COMP_CELL", SYM_COMP_CELL},
        {"TYPE_FUNCTION", 0},
        {"TYPE_CLASS", 1},
        {"TYPE_MODULE", 2},
        {"TYPE_ANNOTATION", 3},
        {"TYPE_TYPE_VARIABLE", 4},
        {"TYPE_TYPE_ALIAS", 5},
        {"TYPE_TYPE_PARAMETERS", 6},
        {"LOCAL", RESOLVED_LOCAL},
        {"GLOBAL_EXPLICIT", RESOLVED_GLOBAL_EXPLICIT},
        {"GLOBAL_IMPLICIT", RESOLVED_GLOBAL_IMPLICIT},
        {"FREE", RESOLVED_FREE},
        {"CELL", RESOLVED_CELL},
        {"SCOPE_OFF", SCOPE_OFFSET},
        {"SCOPE_MASK", SCOPE_BITS},
    };
    type_ready(&entry_type, 0);
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        TRY(module_add_int(module, numbers[i].name, numbers[i].value));
    return true;
}

const ModuleDef module_symtable = {
    .name = "_symtable",
    .functions = functions,
    .execute = execute,
};
