/* from __future__ import ... */
#include "compile/future.h"

#include "compile/gen.h"
#include "core/error.h"

/* 0: always on; -1: unknown. */
static int feature_flag(const char *name)
{
    static const char *const always[] = {"nested_scopes",    "generators",     "division",
                                         "absolute_import",  "with_statement", "print_function",
                                         "unicode_literals", "generator_stop"};
    for (size_t i = 0; i < COUNT_OF(always); i++)
        if (strcmp(name, always[i]) == 0)
            return 0;
    if (strcmp(name, "barry_as_FLUFL") == 0)
        return CODE_FUTURE_BARRY_AS_BDFL;
    if (strcmp(name, "annotations") == 0)
        return CODE_FUTURE_ANNOTATIONS;
    return -1;
}

static bool add_features(Compiler *c, const Stmt *s)
{
    for (int i = 0; i < s->ImportFrom.names.count; i++) {
        const Alias *alias = s->ImportFrom.names.items[i];
        const char *name = alias->name->bytes;
        int flag = feature_flag(name);
        if (flag >= 0) {
            c->flags |= flag;
        } else {
            if (strcmp(name, "braces") == 0)
                compiler_error(c, alias, "not a chance");
            else
                compiler_error(c, alias, "future feature %s is not defined", name);
            return false;
        }
    }
    return true;
}

static bool is_future_import(const Stmt *s)
{
    return s->kind == AST_ImportFrom && s->ImportFrom.level == 0 && s->ImportFrom.module &&
           strcmp(s->ImportFrom.module->bytes, "__future__") == 0;
}

/* Later ones are found where they stand: see late_future_import. */
bool future_features(Compiler *c, Mod *tree)
{
    const StmtSeq *statements;
    if (tree->kind == AST_Module)
        statements = &tree->Module.body;
    else if (tree->kind == AST_Interactive)
        statements = &tree->Interactive.body;
    else
        return true;
    int i = docstring_of(statements) != NULL;
    for (; i < statements->count && is_future_import(statements->items[i]); i++)
        if (!add_features(c, statements->items[i]))
            return false;
    c->future_limit = i > 0 ? statements->items[i - 1] : NULL;
    return true;
}

void late_future_import(Compiler *c, const Stmt *s)
{
    if (!is_future_import(s))
        return;
    const Stmt *last = c->future_limit;
    bool early = last && (s->lineno < last->lineno ||
                          (s->lineno == last->lineno && s->col_offset <= last->col_offset));
    if (!early)
        compiler_error(c, s, "from __future__ imports must occur at the beginning of the file");
}
