#include "compile/ast_object.h"
#include "compile/ast_types.h"
#include "compile/constants.h"
#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

static Value node_object(Array *state, const AstNode *node);

static Value ident_object(const Ident *ident)
{
    return str_intern(TRY(str_from_wtf8(ident->bytes, ident->length)));
}

/* One value of a field; `place` is where it is. */
static Value single_object(Array *state, const AstField *field, const void *place)
{
    switch (field->type) {
    case AST_TYPE_int:
        return int_small(*(const int *)place);
    case AST_TYPE_constant:
        return const_value_object(place);
    case AST_TYPE_identifier: {
        const Ident *ident = *(const Ident *const *)place;
        return ident ? ident_object(ident) : None;
    }
    case AST_TYPE_string: {
        const Ident *ident = *(const Ident *const *)place;
        return ident ? str_from_wtf8(ident->bytes, ident->length) : None;
    }
    default:
        break;
    }
    if (ast_types[field->type].form == AST_ENUM)
        return ast_singleton(state, *(const AstKind *)place);
    const AstNode *child = *(const AstNode *const *)place;
    return child ? node_object(state, child) : None;
}

static Value sequence_object(Array *state, const AstField *field, const AstSeq *seq)
{
    Value list = TRY(list_new(seq->count));
    size_t size = ast_types[field->type].form == AST_ENUM ? sizeof(AstKind) : sizeof(void *);
    for (int i = 0; i < seq->count; i++) {
        const char *place = (const char *)seq->items + (size_t)i * size;
        TRY(list_append(list, TRY(single_object(state, field, place))));
    }
    return list;
}

static Value node_object(Array *state, const AstNode *node)
{
    if (!c_stack_check(" during ast construction"))
        return 0;
    const AstClass *class = &ast_classes[node->kind];
    Value object = TRY(object_alloc((Type *)ast_class(state, node->kind)));
    for (int i = 0; i < class->field_count; i++) {
        const AstField *field = &class->fields[i];
        const void *place = (const char *)node + field->offset;
        Value value = field->quantity == AST_MANY ? sequence_object(state, field, place)
                                                  : single_object(state, field, place);
        TRY(set_attr(object, ast_field_name(state, node->kind, i), TRY(value)));
    }
    if (ast_types[class->type].positions) {
        const int numbers[] = {node->lineno, node->col_offset, node->end_lineno,
                               node->end_col_offset};
        for (int i = 0; i < AST_ATTRIBUTE_COUNT; i++)
            TRY(set_attr(object, ast_attribute_name(state, i), int_small(numbers[i])));
    }
    return object;
}

Value ast_to_object(Mod *tree)
{
    Array *state = TRY(ast_state());
    return node_object(state, (const AstNode *)tree);
}
