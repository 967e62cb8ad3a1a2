/* The _ast module: the classes of compile/ast_types.h. */
#include "compile/ast_types.h"
#include "compile/compile.h"
#include "core/error.h"
#include "core/module.h"

static bool execute(Value module)
{
    Array *state = TRY(ast_state());
    TRY(module_add(module, "AST", (Value)&ast_base_type));
    for (int type = 0; type < AST_TYPE_COUNT; type++)
        if (ast_type_class(state, (AstType)type))
            TRY(module_add(module, ast_types[type].name, ast_type_class(state, (AstType)type)));
    for (int kind = 1; kind < AST_KIND_COUNT; kind++)
        TRY(module_add(module, ast_classes[kind].name, ast_class(state, (AstKind)kind)));
    return module_add_int(module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", COMPILE_ALLOW_TOP_LEVEL_AWAIT) &&
           module_add_int(module, "PyCF_ONLY_AST", COMPILE_ONLY_AST) &&
           module_add_int(module, "PyCF_TYPE_COMMENTS", COMPILE_TYPE_COMMENTS) &&
           module_add_int(module, "PyCF_OPTIMIZED_AST", COMPILE_OPTIMIZED_AST);
}

const ModuleDef module_ast = {
    .name = "_ast",
    .execute = execute,
};
