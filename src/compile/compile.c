/* From source or tree to code: reads the encoding, parses, finds future features, folds
 * constants, builds symbol tables and generates the module's unit. */
#include "compile/compile.h"

#include "base/utf8.h"
#include "compile/fold.h"
#include "compile/future.h"
#include "compile/gen.h"
#include "compile/source.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/thread.h"
#include "syntax/parse.h"
#include "types/exception.h"
#include "types/str.h"

static void module_unit(Compiler *c, Mod *tree)
{
    switch (tree->kind) {
    case AST_Module:
        namespace_body(c, &tree->Module.body);
        break;
    case AST_Interactive:
        c->interactive = true;
        namespace_body(c, &tree->Interactive.body);
        break;
    case AST_Expression: {
        Reg value = expr_gen(c, tree->Expression.body);
        set_position(c, tree->Expression.body);
        emit(c, OPCODE(RETURN), (uint32_t)value, 0, 0);
        return;
    }
    default:
        raise(SystemError, "module kind %d should not be possible", tree->kind);
        compiler_fail(c);
        return;
    }
    return_none(c);
}

static Value generate(Compiler *c, Mod *tree)
{
    Unit unit;
    unit_begin(c, &unit, UNIT_MODULE, c->table.module, NULL);
    unit.name = str_intern_cstring("<module>");
    if (!unit.name)
        compiler_fail(c);
    unit.qualname = unit.name;
    if ((c->flags & COMPILE_ALLOW_TOP_LEVEL_AWAIT) && c->table.module->coroutine)
        unit.flags |= c->table.module->generator ? CODE_ASYNC_GENERATOR : CODE_COROUTINE;
    unit.position = (Position){0, 1, 0, 0};
    module_unit(c, tree);
    Value code = unit_end(c);
    unit_free(&unit);
    return code;
}

Value compile_tree(Mod *tree, Arena *arena, IdentTable *idents, Value filename, int flags,
                   int optimize)
{
    Compiler c = {.arena = arena,
                  .idents = idents,
                  .filename = filename,
                  .flags = flags,
                  .optimize = optimize};
    if (!future_features(&c, tree) || !fold_tree(&c, tree))
        return 0;
    if (!symbol_table_build(&c.table, tree, arena, idents, filename,
                            c.flags & CODE_FUTURE_ANNOTATIONS,
                            flags & COMPILE_ALLOW_TOP_LEVEL_AWAIT))
        return 0;
    Value code = generate(&c, tree);
    return c.failed ? 0 : code;
}

Value compile_source(const char *source, size_t size, Value filename, CompileMode mode, int flags,
                     int optimize)
{
    ParseResult result;
    if (!source_parse(source, size, filename, mode, flags, &result)) {
        parse_result_free(&result);
        return 0;
    }
    Value code = flags & COMPILE_ONLY_AST
                     ? source_tree_object(&result, filename, flags, optimize)
                     : compile_tree(result.tree, &result.arena, &result.idents, filename, flags,
                                    optimize);
    parse_result_free(&result);
    return code;
}
