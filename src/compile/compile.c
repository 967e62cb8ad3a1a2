/* From source or tree to code: reads the encoding, parses, finds future features, folds
 * constants, builds symbol tables and generates the module's unit. */
#include "compile/compile.h"

#include "base/utf8.h"
#include "compile/ast_object.h"
#include "compile/ast_types.h"
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

Value compile_source_version(const char *source, size_t size, Value filename, CompileMode mode,
                             int flags, int optimize, int feature_version)
{
    ParseResult result;
    if (!source_parse(source, size, filename, mode, flags, feature_version, &result)) {
        parse_result_free(&result);
        return 0;
    }
    Value code = flags & COMPILE_ONLY_AST ? source_tree_object(&result, filename, flags, optimize)
                                          : compile_tree(result.tree, &result.arena, &result.idents,
                                                         filename, flags, optimize);
    parse_result_free(&result);
    return code;
}

Value compile_source(const char *source, size_t size, Value filename, CompileMode mode, int flags,
                     int optimize)
{
    return compile_source_version(source, size, filename, mode, flags, optimize, 0);
}

Value source_tree_object(ParseResult *result, Value filename, int flags, int optimize)
{
    if ((flags & COMPILE_OPTIMIZED_AST) != COMPILE_OPTIMIZED_AST)
        return ast_to_object(result->tree);
    Compiler c = {.arena = &result->arena,
                  .idents = &result->idents,
                  .filename = filename,
                  .flags = flags,
                  .optimize = optimize};
    if (!future_features(&c, result->tree) || !fold_tree(&c, result->tree))
        return 0;
    return ast_to_object(result->tree);
}

static bool check_mode(Value node, CompileMode mode)
{
    static const struct {
        AstKind kind;
        const char *name;
    } wanted[] = {[MODE_EXEC] = {AST_Module, "Module"},
                  [MODE_EVAL] = {AST_Expression, "Expression"},
                  [MODE_SINGLE] = {AST_Interactive, "Interactive"},
                  [MODE_FUNC_TYPE] = {AST_FunctionType, "FunctionType"}};
    Array *state = TRY(ast_state());
    int matches =
        TRY_NOT_NEGATIVE(object_isinstance(node, ast_class(state, wanted[mode].kind)), false);
    return matches || raise(TypeError, "expected %s node, got %.400s", wanted[mode].name,
                            type_short_name(type_of(node)));
}

static Value compile_built_tree(Mod *tree, Arena *arena, IdentTable *idents, Value filename,
                                int flags, int optimize)
{
    if (!ast_validate(tree))
        return 0;
    if (!(flags & COMPILE_ONLY_AST))
        return compile_tree(tree, arena, idents, filename, flags, optimize);
    ParseResult result = {.tree = tree, .arena = *arena, .idents = *idents};
    Value object = source_tree_object(&result, filename, flags, optimize);
    *arena = result.arena;
    *idents = result.idents;
    return object;
}

Value compile_ast_object(Value node, Value filename, CompileMode mode, int flags, int optimize)
{
    Arena arena;
    IdentTable idents;
    if (!check_mode(node, mode))
        return 0;
    if ((flags & COMPILE_ONLY_AST) && (flags & COMPILE_OPTIMIZED_AST) != COMPILE_OPTIMIZED_AST)
        return node;
    arena_init(&arena);
    ident_table_init(&idents, &arena);
    Value kept = 0;
    Mod *tree = ast_from_object(node, &arena, &idents, &kept);
    Value result = tree ? compile_built_tree(tree, &arena, &idents, filename, flags, optimize) : 0;
    __asm__ volatile("" : : "r"(kept), "r"(node)); /* the tree's constants */
    ident_table_free(&idents);
    arena_free(&arena);
    return result;
}
