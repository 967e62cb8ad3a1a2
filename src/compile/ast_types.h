/* The classes of the `ast` module, made from syntax/ast.def when they are first wanted. */
#ifndef WEFT_COMPILE_AST_TYPES_H
#define WEFT_COMPILE_AST_TYPES_H

#include "core/alloc.h"
#include "core/type.h"
#include "syntax/ast.h"

enum { AST_MAX_FIELDS = 8, AST_ATTRIBUTE_COUNT = 4 };

/* ast.AST. Instances have nothing but attributes. */
extern Type ast_base_type;

/* All classes and the names of their fields; 0 with an exception. The same for the whole life of
 * the process. */
Array *ast_state(void) MUST_USE;

ALWAYS_INLINE Value ast_class(Array *state, AstKind kind)
{
    return state->items[kind];
}
/* The only instance that conversion makes of a class without fields: ast.Load(), ... */
ALWAYS_INLINE Value ast_singleton(Array *state, AstKind kind)
{
    return state->items[AST_KIND_COUNT + kind];
}
/* The class of a sum: ast.expr; of a product, the same as ast_class. */
ALWAYS_INLINE Value ast_type_class(Array *state, AstType type)
{
    return state->items[2 * AST_KIND_COUNT + (int)type];
}
ALWAYS_INLINE Value ast_field_name(Array *state, AstKind kind, int field)
{
    return state->items[2 * AST_KIND_COUNT + AST_TYPE_COUNT + kind * AST_MAX_FIELDS + field];
}
/* lineno, col_offset, end_lineno, end_col_offset */
ALWAYS_INLINE Value ast_attribute_name(Array *state, int i)
{
    return state->items[2 * AST_KIND_COUNT + AST_TYPE_COUNT + AST_KIND_COUNT * AST_MAX_FIELDS + i];
}

#endif
