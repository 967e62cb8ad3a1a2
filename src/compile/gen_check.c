/* SyntaxWarnings about expressions that cannot mean what they say. */
#include "compile/gen.h"

#include "types/tuple.h"

static const char *constant_type(const ConstValue *v)
{
    switch ((ConstKind)v->kind) {
    case CONST_NONE:
        return "NoneType";
    case CONST_TRUE:
    case CONST_FALSE:
        return "bool";
    case CONST_ELLIPSIS:
        return "ellipsis";
    case CONST_INT:
        return "int";
    case CONST_FLOAT:
        return "float";
    case CONST_IMAGINARY:
        return "complex";
    case CONST_STR:
        return "str";
    case CONST_BYTES:
        return "bytes";
    case CONST_OBJECT:
        return TYPE_NAME((Value)v->object);
    }
    return "";
}

/* The type that the value of a display or literal has; NULL if it depends. */
static const char *infer_type(const Expr *e)
{
    switch (e->kind) {
    case AST_Tuple:
        return "tuple";
    case AST_List:
    case AST_ListComp:
        return "list";
    case AST_Dict:
    case AST_DictComp:
        return "dict";
    case AST_Set:
    case AST_SetComp:
        return "set";
    case AST_GeneratorExp:
        return "generator";
    case AST_Lambda:
        return "function";
    case AST_JoinedStr:
    case AST_FormattedValue:
        return "str";
    case AST_Constant:
        return constant_type(&e->Constant.value);
    default:
        return NULL;
    }
}

void check_caller(Compiler *c, const Expr *func)
{
    if (func->kind == AST_Lambda || !infer_type(func))
        return;
    compiler_warn(c, func, "'%s' object is not callable; perhaps you missed a comma?",
                  infer_type(func));
}

static bool is_number_like(const ConstValue *v)
{
    if (v->kind == CONST_OBJECT) {
        Value o = (Value)v->object;
        return o == None || o == Ellipsis || is_int(o) || is_tagged_float(o) ||
               has_layout(o, LAYOUT_INT) || has_layout(o, LAYOUT_BOOL) ||
               has_layout(o, LAYOUT_FLOAT) || has_layout(o, LAYOUT_COMPLEX) ||
               has_layout(o, LAYOUT_FROZENSET);
    }
    return v->kind != CONST_STR && v->kind != CONST_BYTES;
}

static bool is_slice_or_int(const Expr *e)
{
    if (e->kind == AST_Slice)
        return true;
    if (e->kind != AST_Constant)
        return false;
    const ConstValue *v = &e->Constant.value;
    if (v->kind == CONST_OBJECT) {
        Value o = (Value)v->object;
        return is_int(o) || has_layout(o, LAYOUT_INT) || has_layout(o, LAYOUT_BOOL);
    }
    return v->kind == CONST_INT || v->kind == CONST_TRUE || v->kind == CONST_FALSE;
}

static bool wants_integer_index(const Expr *e)
{
    switch (e->kind) {
    case AST_Constant: {
        const ConstValue *v = &e->Constant.value;
        return v->kind == CONST_STR || v->kind == CONST_BYTES ||
               (v->kind == CONST_OBJECT && is_object((Value)v->object) &&
                is_tuple((Value)v->object));
    }
    case AST_Tuple:
    case AST_List:
    case AST_ListComp:
    case AST_JoinedStr:
    case AST_FormattedValue:
        return true;
    default:
        return false;
    }
}

void check_subscript(Compiler *c, const Expr *subscript)
{
    const Expr *value = subscript->Subscript.value, *index = subscript->Subscript.slice;
    bool never = value->kind == AST_Set || value->kind == AST_SetComp ||
                 value->kind == AST_GeneratorExp || value->kind == AST_Lambda ||
                 (value->kind == AST_Constant && is_number_like(&value->Constant.value));
    if (never) {
        compiler_warn(c, value, "'%s' object is not subscriptable; perhaps you missed a comma?",
                      infer_type(value));
        return;
    }
    if (!wants_integer_index(value) || is_slice_or_int(index) || !infer_type(index))
        return;
    compiler_warn(c, value,
                  "%s indices must be integers or slices, not %s; perhaps you missed a comma?",
                  infer_type(value), infer_type(index));
}

/* A literal whose identity says nothing. */
static bool is_compared_by_value(const Expr *e)
{
    if (e->kind != AST_Constant)
        return false;
    const ConstValue *v = &e->Constant.value;
    if (v->kind == CONST_OBJECT) {
        Value o = (Value)v->object;
        return o != None && o != True && o != False && o != Ellipsis;
    }
    return v->kind != CONST_NONE && v->kind != CONST_TRUE && v->kind != CONST_FALSE &&
           v->kind != CONST_ELLIPSIS;
}

void check_compare(Compiler *c, const Expr *e)
{
    const struct Ast_Compare *compare = &e->Compare;
    const Expr *left = compare->left;
    for (int i = 0; i < compare->ops.count; i++) {
        const Expr *right = compare->comparators.items[i];
        AstKind op = compare->ops.items[i];
        if ((op == AST_Is || op == AST_IsNot)) {
            const Expr *literal = is_compared_by_value(left)    ? left
                                  : is_compared_by_value(right) ? right
                                                                : NULL;
            if (literal) {
                compiler_warn(c, e,
                              op == AST_Is ? "\"is\" with '%s' literal. Did you mean \"==\"?"
                                           : "\"is not\" with '%s' literal. Did you mean \"!=\"?",
                              infer_type(literal));
                return;
            }
        }
        left = right;
    }
}
