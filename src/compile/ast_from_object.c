#include "compile/ast_object.h"
#include "compile/ast_types.h"
#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

typedef struct Builder {
    Array *state;
    Arena *arena;
    IdentTable *idents;
    Value kept; /* list of constants */
} Builder;

static bool build_node(Builder *b, Value object, AstType type, AstNode **out);

/* ---- Leaves ---- */

static bool build_int(Value v, int *out)
{
    if (!is_int_any(v))
        return raise(ValueError, "invalid integer value: %R", v);
    return index_as_int(v, out);
}

static bool build_ident(Builder *b, Value v, bool identifier, const Ident **out)
{
    *out = NULL;
    if (v == None)
        return true;
    bool ok = is_str_exact(v) || (!identifier && has_shape(v, SHAPE_BYTES));
    if (!ok)
        return raise(TypeError, identifier ? "AST identifier must be of type str"
                                           : "AST string must be of type str");
    size_t size;
    const char *text;
    if (is_str_exact(v)) {
        text = TRY(identifier ? str_utf8(v, &size) : str_utf8_lossy(v, &size));
    } else {
        text = ((Bytes *)v)->data;
        size = (size_t)((Bytes *)v)->length;
    }
    *out = ident_intern(b->idents, text, size);
    return *out || raise_no_memory();
}

/* A str is taken apart, because that is how docstrings are known. */
static bool build_constant(Builder *b, Value v, ConstValue *out)
{
    *out = (ConstValue){.kind = v == None       ? CONST_NONE
                                : v == True     ? CONST_TRUE
                                : v == False    ? CONST_FALSE
                                : v == Ellipsis ? CONST_ELLIPSIS
                                                : CONST_OBJECT};
    if (is_str_exact(v)) {
        size_t size;
        const char *text = TRY(str_utf8_lossy(v, &size));
        out->kind = CONST_STR;
        out->text = arena_copy(b->arena, text, size);
        out->length = size;
        return out->text || raise_no_memory();
    }
    out->object = v;
    return !is_object(v) || list_append(b->kept, v);
}

static bool build_enum(Builder *b, Value v, AstType type, AstKind *out)
{
    for (int kind = 1; kind < AST_KIND_COUNT; kind++) {
        if (ast_classes[kind].type != type)
            continue;
        if (is_instance_of(v, (Type *)ast_class(b->state, (AstKind)kind))) {
            *out = (AstKind)kind;
            return true;
        }
    }
    return raise(TypeError, "expected some sort of %s, but got %R", ast_types[type].name, v);
}

/* ---- Fields ---- */

static bool build_single(Builder *b, const AstField *field, Value v, void *place)
{
    switch (field->type) {
    case AST_TYPE_int:
        if (field->quantity == AST_OPTIONAL && v == None)
            return true; /* 0, as in every fresh node */
        return build_int(v, place);
    case AST_TYPE_constant:
        return build_constant(b, v, place);
    case AST_TYPE_identifier:
    case AST_TYPE_string:
        return build_ident(b, v, field->type == AST_TYPE_identifier, place);
    default:
        break;
    }
    if (ast_types[field->type].form == AST_ENUM)
        return build_enum(b, v, (AstType)field->type, place);
    bool sum = ast_types[field->type].form == AST_SUM;
    if (v == None && (sum || field->quantity == AST_OPTIONAL)) {
        bool looks_later = field->type == AST_TYPE_expr || field->type == AST_TYPE_stmt;
        if (field->quantity == AST_MANY && !looks_later) /* ast_validate leaves these alone */
            return raise(ValueError, "None disallowed in %s list", ast_types[field->type].name);
        *(AstNode **)place = NULL;
        return true;
    }
    return build_node(b, v, (AstType)field->type, place);
}

static bool build_sequence(Builder *b, const AstClass *class, const AstField *field, Value list,
                           AstSeq *out)
{
    if (!is_list(list))
        return raise(TypeError, "%s field \"%s\" must be a list, not a %T", class->name,
                     field->name, list);
    intptr_t count = list_length(list);
    size_t size = ast_types[field->type].form == AST_ENUM ? sizeof(AstKind) : sizeof(void *);
    out->count = (int)count;
    out->items = arena_alloc(b->arena, (size_t)count * size + 1);
    if (!out->items)
        return raise_no_memory();
    memset(out->items, 0, (size_t)count * size);
    for (intptr_t i = 0; i < count; i++) {
        Value item = list_get(list, i);
        if (item)
            TRY(build_single(b, field, item, (char *)out->items + (size_t)i * size));
        if (!item || list_length(list) != count)
            return raise(RuntimeError, "%s field \"%s\" changed size during iteration", class->name,
                         field->name);
    }
    return true;
}

static bool build_field(Builder *b, Value object, AstKind kind, int index, AstNode *node)
{
    const AstClass *class = &ast_classes[kind];
    const AstField *field = &class->fields[index];
    Value v;
    TRY(get_attr_optional(object, ast_field_name(b->state, kind, index), &v));
    void *place = (char *)node + field->offset;
    if (field->quantity == AST_MANY)
        return !v || build_sequence(b, class, field, v, place);
    if (!v) {
        if (field->quantity == AST_OPTIONAL)
            return true;
        return raise(TypeError, "required field \"%s\" missing from %s", field->name, class->name);
    }
    return build_single(b, field, v, place);
}

/* Fields that are there but None although they must not be. */
static bool check_required(const AstNode *node)
{
    const AstClass *class = &ast_classes[node->kind];
    for (int i = 0; i < class->field_count; i++) {
        const AstField *field = &class->fields[i];
        bool pointer = field->type == AST_TYPE_identifier || field->type == AST_TYPE_string ||
                       ast_types[field->type].form == AST_SUM ||
                       ast_types[field->type].form == AST_PRODUCT;
        if (field->quantity == AST_ONE && pointer &&
            !*(void *const *)(const void *)((const char *)node + field->offset))
            return raise(ValueError, "field '%s' is required for %s", field->name, class->name);
    }
    return true;
}

/* ---- Nodes ---- */

static bool build_attribute(Builder *b, Value object, AstType type, int index, int *out,
                            const int *fallback)
{
    Value v;
    Value name = ast_attribute_name(b->state, index);
    TRY(get_attr_optional(object, name, &v));
    if (!v || (v == None && fallback)) {
        if (!fallback)
            return raise(TypeError, "required field \"%V\" missing from %s", name,
                         ast_types[type].name);
        *out = *fallback;
        return true;
    }
    return build_int(v, out);
}

static bool build_positions(Builder *b, Value object, AstType type, AstNode *out)
{
    return build_attribute(b, object, type, 0, &out->lineno, NULL) &&
           build_attribute(b, object, type, 1, &out->col_offset, NULL) &&
           build_attribute(b, object, type, 2, &out->end_lineno, &out->lineno) &&
           build_attribute(b, object, type, 3, &out->end_col_offset, &out->col_offset);
}

static AstKind find_kind(Builder *b, Value object, AstType type)
{
    for (int kind = 1; kind < AST_KIND_COUNT; kind++)
        if (ast_classes[kind].type == type &&
            (Value)type_of(object) == ast_class(b->state, (AstKind)kind))
            return (AstKind)kind;
    for (int kind = 1; kind < AST_KIND_COUNT; kind++)
        if (ast_classes[kind].type == type &&
            is_instance_of(object, (Type *)ast_class(b->state, (AstKind)kind)))
            return (AstKind)kind;
    return AST_NONE;
}

static AstKind product_kind(AstType type)
{
    for (int kind = 1; kind < AST_KIND_COUNT; kind++)
        if (ast_classes[kind].type == type)
            return (AstKind)kind;
    return AST_NONE;
}

static const char *const traversing[AST_KIND_COUNT] = {
#define NODE(type, name)                [AST_##name] = " while traversing '" #name "' node",
#define PRODUCT(type, ctype, positions) [AST_##type] = " while traversing '" #type "' node",
#include "syntax/ast.def"
};

static bool build_node(Builder *b, Value object, AstType type, AstNode **out)
{
    AstNode head = {0};
    *out = NULL;
    bool product = ast_types[type].form == AST_PRODUCT;
    if (ast_types[type].positions && !product)
        TRY(build_positions(b, object, type, &head));
    AstKind kind = product ? product_kind(type) : find_kind(b, object, type);
    if (kind == AST_NONE)
        return raise(TypeError, "expected some sort of %s, but got %R", ast_types[type].name,
                     object);
    TRY(c_stack_check(traversing[kind]));
    AstNode *node = ast_new(b->arena, kind);
    if (!node)
        return raise_no_memory();
    for (int i = 0; i < ast_classes[kind].field_count; i++)
        TRY(build_field(b, object, kind, i, node));
    if (ast_types[type].positions && product)
        TRY(build_positions(b, object, type, &head));
    node->lineno = head.lineno;
    node->col_offset = head.col_offset;
    node->end_lineno = head.end_lineno;
    node->end_col_offset = head.end_col_offset;
    *out = node;
    return check_required(node);
}

Mod *ast_from_object(Value object, Arena *arena, IdentTable *idents, Value *kept)
{
    Builder b = {.arena = arena, .idents = idents};
    b.state = TRY(ast_state());
    b.kept = *kept = TRY(list_new(0));
    AstNode *tree;
    TRY(build_node(&b, object, AST_TYPE_mod, &tree));
    return (Mod *)tree;
}
