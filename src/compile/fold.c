/* Constant folding on the tree, with the size limits of CPython's optimizer: a constant may not
 * be much larger than the source that it stands for. An operation that fails is left for run
 * time.
 */
#include "compile/fold.h"

#include <stdio.h>
#include "compile/gen.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/list.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"

enum {
    MAX_INT_BITS = 128,
    MAX_COLLECTION = 256, /* items of a tuple made by * */
    MAX_TEXT = 4096,      /* characters of a str or bytes made by * */
    MAX_ITEMS = 4096      /* items of a tuple made by *, nested ones included */
};

static bool fold_node(Compiler *c, AstNode *node);

/* ---- Making constants ---- */

static bool keep_alive(Compiler *c, Value value)
{
    if (!is_object(value))
        return true;
    if (!c->kept)
        c->kept = TRY(list_new(16));
    return list_append(c->kept, value);
}

static Expr *constant_node(Compiler *c, const Expr *old, Value value)
{
    Expr *e = ast_new(c->arena, AST_Constant);
    if (!e)
        return (Expr *)raise_no_memory();
    if (!keep_alive(c, value))
        return NULL;
    e->lineno = old->lineno;
    e->col_offset = old->col_offset;
    e->end_lineno = old->end_lineno;
    e->end_col_offset = old->end_col_offset;
    ConstValue *v = &e->Constant.value;
    v->kind = value == None       ? CONST_NONE
              : value == True     ? CONST_TRUE
              : value == False    ? CONST_FALSE
              : value == Ellipsis ? CONST_ELLIPSIS
                                  : CONST_OBJECT;
    v->object = value;
    return e;
}

/* Puts the value in place of *slot. Without one, the operation failed and is left as it is. */
static bool replace(Compiler *c, Expr **slot, Value value)
{
    if (!value) {
        if (!error_pending())
            return true;
        if (error_matches(MemoryError) || !error_matches(Exception))
            return false;
        error_clear();
        return true;
    }
    Expr *e = TRY(constant_node(c, *slot, value));
    *slot = e;
    return true;
}

/* ---- Operators ---- */

static size_t bits_of(Value v)
{
    return int_bit_length(v);
}

static bool is_plain_int(Value v)
{
    return is_int(v) || has_shape(v, SHAPE_INT);
}

/* Items of a constant, nested ones included; negative if there are more than `limit`. */
static intptr_t count_items(Value v, intptr_t limit)
{
    if (!has_shape(v, SHAPE_TUPLE))
        return limit;
    limit -= tuple_length(v);
    for (intptr_t i = 0; limit >= 0 && i < tuple_length(v); i++)
        limit = count_items(tuple_get(v, i), limit);
    return limit;
}

static bool may_repeat(Value sequence, Value count)
{
    int64_t n;
    if (!is_plain_int(count))
        return true;
    intptr_t size = has_shape(sequence, SHAPE_TUPLE) ? tuple_length(sequence)
                    : has_shape(sequence, SHAPE_STR) ? str_length(sequence)
                                                     : ((Bytes *)sequence)->length;
    if (!size)
        return true;
    if (!int_to_i64(count, &n))
        return false;
    intptr_t limit = has_shape(sequence, SHAPE_TUPLE) ? MAX_COLLECTION : MAX_TEXT;
    if (n < 0 || n > limit / size)
        return false;
    return n == 0 || count_items(sequence, MAX_ITEMS / n) >= 0;
}

static bool is_repeatable(Value v)
{
    return has_shape(v, SHAPE_TUPLE) || has_shape(v, SHAPE_STR) || has_shape(v, SHAPE_BYTES);
}

static bool may_multiply(Value a, Value b)
{
    if (is_plain_int(a) && is_plain_int(b))
        return !int_sign(a) || !int_sign(b) || bits_of(a) + bits_of(b) <= MAX_INT_BITS;
    if (is_repeatable(a))
        return may_repeat(a, b);
    return !is_repeatable(b) || may_repeat(b, a);
}

static bool may_power(Value a, Value b)
{
    if (!is_plain_int(a) || !is_plain_int(b) || int_sign(b) <= 0)
        return true;
    uint64_t exponent;
    if (!int_to_u64(b, &exponent))
        return false;
    size_t bits = bits_of(a);
    return !bits || exponent <= MAX_INT_BITS / bits;
}

static bool may_shift(Value a, Value b)
{
    if (!is_plain_int(a) || !is_plain_int(b) || !int_sign(a) || !int_sign(b))
        return true;
    uint64_t distance;
    if (int_sign(b) < 0 || !int_to_u64(b, &distance))
        return false;
    return distance <= MAX_INT_BITS && bits_of(a) <= MAX_INT_BITS - distance;
}

static Value binary_value(AstKind op, Value a, Value b)
{
    switch (op) {
    case AST_Add:
        return number_binary(OP_ADD, a, b);
    case AST_Sub:
        return number_binary(OP_SUBTRACT, a, b);
    case AST_Mult:
        return may_multiply(a, b) ? number_binary(OP_MULTIPLY, a, b) : 0;
    case AST_Div:
        return number_binary(OP_TRUE_DIVIDE, a, b);
    case AST_FloorDiv:
        return number_binary(OP_FLOOR_DIVIDE, a, b);
    case AST_Mod:
        if (is_str(a) || is_bytes(a))
            return 0;
        return number_binary(OP_REMAINDER, a, b);
    case AST_Pow:
        return may_power(a, b) ? number_power(a, b, None) : 0;
    case AST_LShift:
        return may_shift(a, b) ? number_binary(OP_LSHIFT, a, b) : 0;
    case AST_RShift:
        return number_binary(OP_RSHIFT, a, b);
    case AST_BitOr:
        return number_binary(OP_OR, a, b);
    case AST_BitXor:
        return number_binary(OP_XOR, a, b);
    case AST_BitAnd:
        return number_binary(OP_AND, a, b);
    default:
        return 0;
    }
}

/* ---- 'text %s' % (a, b) as a formatted string ---- */

typedef struct FormatFold {
    Compiler *c;
    const Expr *node;
    const char *at, *end;
    Expr **parts;
    int count;
} FormatFold;

static Expr *text_node(Compiler *c, const Expr *place, const char *text, size_t length)
{
    Expr *e = ast_new(c->arena, AST_Constant);
    char *copy = arena_copy(c->arena, text, length);
    if (!e || !copy)
        return (Expr *)raise_no_memory();
    e->lineno = place->lineno;
    e->col_offset = place->col_offset;
    e->end_lineno = place->end_lineno;
    e->end_col_offset = place->end_col_offset;
    e->Constant.value.kind = CONST_STR;
    e->Constant.value.text = copy;
    e->Constant.value.length = length;
    return e;
}

/* Adds the text up to the next conversion; %% stands for %. */
static bool fold_text(FormatFold *f)
{
    char *text = arena_alloc(f->c->arena, (size_t)(f->end - f->at) + 1);
    size_t length = 0;
    if (!text)
        return raise_no_memory();
    while (f->at < f->end && (f->at[0] != '%' || (f->at + 1 < f->end && f->at[1] == '%'))) {
        f->at += *f->at == '%';
        text[length++] = *f->at++;
    }
    if (length)
        f->parts[f->count++] = TRY(text_node(f->c, f->node, text, length));
    return true;
}

/* Reads at most three digits; -1 if there are more. */
static int read_number(FormatFold *f)
{
    int number = 0;
    for (int digits = 0; f->at < f->end && *f->at >= '0' && *f->at <= '9'; f->at++, digits++) {
        if (digits == 3)
            return -1;
        number = number * 10 + (*f->at - '0');
    }
    return number;
}

/* One conversion of `argument`; *ok false if it is none of %s, %r and %a. */
static Expr *fold_conversion(FormatFold *f, Expr *argument, bool *ok)
{
    char spec[16];
    int size = 0, width = -1, precision = -1;
    bool left = false;
    *ok = false;
    for (f->at++; f->at < f->end && *f->at && strchr("-+ #0", *f->at); f->at++)
        left |= *f->at == '-';
    if (f->at < f->end && *f->at >= '0' && *f->at <= '9' && (width = read_number(f)) < 0)
        return NULL;
    if (f->at < f->end && *f->at == '.') {
        f->at++;
        if ((precision = read_number(f)) < 0)
            return NULL;
    }
    if (f->at == f->end || !*f->at || !strchr("sra", *f->at))
        return NULL;
    *ok = true;
    Expr *e = ast_new(f->c->arena, AST_FormattedValue);
    if (!e)
        return (Expr *)raise_no_memory();
    if (!left && width > 0)
        spec[size++] = '>';
    if (width >= 0)
        size += snprintf(spec + size, 5, "%d", width);
    if (precision >= 0)
        size += snprintf(spec + size, 6, ".%d", precision);
    e->lineno = argument->lineno;
    e->col_offset = argument->col_offset;
    e->end_lineno = argument->end_lineno;
    e->end_col_offset = argument->end_col_offset;
    e->FormattedValue.value = argument;
    e->FormattedValue.conversion = *f->at++;
    if (size)
        e->FormattedValue.format_spec = TRY(text_node(f->c, argument, spec, (size_t)size));
    return e;
}

static bool has_star(const ExprSeq *elts)
{
    for (int i = 0; i < elts->count; i++)
        if (elts->items[i]->kind == AST_Starred)
            return true;
    return false;
}

/* Leaves *slot as it is if the format and the tuple do not go together, or the format asks for
 * more than str, repr and ascii. */
static bool fold_format(Compiler *c, Expr **slot)
{
    const Expr *node = *slot;
    const ConstValue *format = &node->BinOp.left->Constant.value;
    const ExprSeq *arguments = &node->BinOp.right->Tuple.elts;
    if (has_star(arguments))
        return true;
    FormatFold f = {c, node, format->text, format->text + format->length, NULL, 0};
    f.parts = arena_alloc(c->arena, (2 * (size_t)arguments->count + 1) * sizeof(Expr *));
    if (!f.parts)
        return raise_no_memory();
    int used = 0;
    for (;;) {
        TRY(fold_text(&f));
        if (f.at == f.end)
            break;
        bool ok;
        if (used == arguments->count)
            return true;
        Expr *part = fold_conversion(&f, arguments->items[used++], &ok);
        if (!ok)
            return true;
        f.parts[f.count++] = TRY(part);
    }
    if (used != arguments->count)
        return true;
    Expr *joined = ast_new(c->arena, AST_JoinedStr);
    if (!joined)
        return raise_no_memory();
    joined->lineno = node->lineno;
    joined->col_offset = node->col_offset;
    joined->end_lineno = node->end_lineno;
    joined->end_col_offset = node->end_col_offset;
    joined->JoinedStr.values.items = f.parts;
    joined->JoinedStr.values.count = f.count;
    *slot = joined;
    return true;
}

static bool fold_binary(Compiler *c, Expr **slot)
{
    const struct Ast_BinOp *b = &(*slot)->BinOp;
    if (b->op == AST_Mod && is_constant(b->left) && b->left->Constant.value.kind == CONST_STR &&
        b->right->kind == AST_Tuple)
        return fold_format(c, slot);
    if (!is_constant(b->left) || !is_constant(b->right))
        return true;
    Value left = TRY(const_value_object(&b->left->Constant.value));
    Value right = TRY(const_value_object(&b->right->Constant.value));
    return replace(c, slot, binary_value(b->op, left, right));
}

static AstKind inverse_comparison(AstKind op)
{
    switch (op) {
    case AST_Is:
        return AST_IsNot;
    case AST_IsNot:
        return AST_Is;
    case AST_In:
        return AST_NotIn;
    case AST_NotIn:
        return AST_In;
    default:
        return AST_NONE;
    }
}

static bool fold_unary(Compiler *c, Expr **slot)
{
    const struct Ast_UnaryOp *u = &(*slot)->UnaryOp;
    Expr *operand = u->operand;
    if (u->op == AST_Not && operand->kind == AST_Compare && operand->Compare.ops.count == 1) {
        AstKind inverse = inverse_comparison(operand->Compare.ops.items[0]);
        if (inverse) {
            operand->Compare.ops.items[0] = inverse;
            *slot = operand;
        }
        return true;
    }
    if (!is_constant(operand))
        return true;
    Value v = TRY(const_value_object(&operand->Constant.value));
    switch (u->op) {
    case AST_Not: {
        int truth = object_truth(v);
        return replace(c, slot, truth < 0 ? 0 : bool_value(!truth));
    }
    case AST_USub:
        return replace(c, slot, number_negative(v));
    case AST_UAdd:
        return replace(c, slot, number_positive(v));
    default:
        return replace(c, slot, number_invert(v));
    }
}

/* ---- Displays ---- */

/* Tuple of the elements if all are constants; *ok false on failure. */
static Value constant_items(const ExprSeq *elts, bool *ok)
{
    *ok = true;
    for (int i = 0; i < elts->count; i++)
        if (!is_constant(elts->items[i]))
            return 0;
    Value tuple = tuple_new(elts->count);
    for (int i = 0; tuple && i < elts->count; i++) {
        Value item = const_value_object(&elts->items[i]->Constant.value);
        if (!item)
            tuple = 0;
        else
            tuple_init(tuple, i, item);
    }
    *ok = tuple != 0;
    return tuple;
}

static bool fold_tuple(Compiler *c, Expr **slot)
{
    Expr *e = *slot;
    if (e->Tuple.ctx != AST_Load)
        return true;
    bool ok;
    Value tuple = constant_items(&e->Tuple.elts, &ok);
    return ok && (!tuple || replace(c, slot, tuple));
}

/* A list or set that is only iterated or searched may be a tuple or frozenset. */
static bool fold_iterable(Compiler *c, Expr **slot)
{
    Expr *e = *slot;
    bool ok = true;
    if (e->kind == AST_List) {
        for (int i = 0; i < e->List.elts.count; i++)
            if (e->List.elts.items[i]->kind == AST_Starred)
                return true;
        e->kind = AST_Tuple; /* of the same layout */
        return fold_tuple(c, slot);
    }
    if (e->kind == AST_Set) {
        Value items = constant_items(&e->Set.elts, &ok);
        if (!ok)
            return false;
        return !items || replace(c, slot, frozenset_from_iterable(items));
    }
    return true;
}

static bool fold_compare(Compiler *c, Expr *e)
{
    struct Ast_Compare *compare = &e->Compare;
    int last = compare->ops.count - 1;
    AstKind op = compare->ops.items[last];
    return (op != AST_In && op != AST_NotIn) || fold_iterable(c, &compare->comparators.items[last]);
}

static bool fold_subscript(Compiler *c, Expr **slot)
{
    const struct Ast_Subscript *s = &(*slot)->Subscript;
    if (s->ctx != AST_Load || !is_constant(s->value) || !is_constant(s->slice))
        return true;
    Value value = TRY(const_value_object(&s->value->Constant.value));
    Value key = TRY(const_value_object(&s->slice->Constant.value));
    return replace(c, slot, get_item(value, key));
}

/* ---- The walk ---- */

static bool fold_expr(Compiler *c, Expr **slot)
{
    Expr *e = *slot;
    if (e->kind == AST_Constant)
        return true;
    if (e->kind == AST_Name) {
        if (e->Name.ctx == AST_Load && e->Name.id == c->debug_name)
            return replace(c, slot, bool_value(c->optimize == 0));
        return true;
    }
    TRY(fold_node(c, (AstNode *)e));
    switch (e->kind) {
    case AST_BinOp:
        return fold_binary(c, slot);
    case AST_UnaryOp:
        return fold_unary(c, slot);
    case AST_Tuple:
        return fold_tuple(c, slot);
    case AST_Subscript:
        return fold_subscript(c, slot);
    case AST_Compare:
        return fold_compare(c, e);
    default:
        return true;
    }
}

static bool fold_child(Compiler *c, const AstField *field, void **slot)
{
    if (!*slot)
        return true;
    if (field->type == AST_TYPE_expr)
        return fold_expr(c, (Expr **)(void *)slot);
    return fold_node(c, *slot);
}

static bool is_annotation(const AstNode *node, const AstField *field)
{
    return (node->kind == AST_arg || node->kind == AST_AnnAssign || node->kind == AST_FunctionDef ||
            node->kind == AST_AsyncFunctionDef) &&
           (strcmp(field->name, "annotation") == 0 || strcmp(field->name, "returns") == 0);
}

static StmtSeq *body_of(AstNode *node)
{
    switch (node->kind) {
    case AST_Module:
        return &((Mod *)node)->Module.body;
    case AST_FunctionDef:
    case AST_AsyncFunctionDef:
        return &((Stmt *)node)->FunctionDef.body;
    case AST_ClassDef:
        return &((Stmt *)node)->ClassDef.body;
    default:
        return NULL;
    }
}

/* -OO: the docstring goes; a body must not become empty. */
static bool drop_docstring(Compiler *c, StmtSeq *body)
{
    if (body->count > 1) {
        body->items++;
        body->count--;
        return true;
    }
    Stmt *pass = ast_new(c->arena, AST_Pass);
    if (!pass)
        return raise_no_memory();
    pass->lineno = body->items[0]->lineno;
    pass->col_offset = body->items[0]->col_offset;
    pass->end_lineno = body->items[0]->end_lineno;
    pass->end_col_offset = body->items[0]->end_col_offset;
    body->items[0] = pass;
    return true;
}

/* A first statement that folding has made a text must not become the docstring. */
static bool hide_text(Compiler *c, StmtSeq *body)
{
    if (!body->count || body->items[0]->kind != AST_Expr)
        return true;
    Expr *e = body->items[0]->Expr.value;
    if (!is_constant(e) || e->Constant.value.kind != CONST_OBJECT ||
        !has_shape((Value)e->Constant.value.object, SHAPE_STR))
        return true;
    Expr *joined = ast_new(c->arena, AST_JoinedStr);
    Expr **items = arena_alloc(c->arena, sizeof(*items));
    if (!joined || !items)
        return raise_no_memory();
    *items = e;
    joined->lineno = e->lineno;
    joined->col_offset = e->col_offset;
    joined->end_lineno = e->end_lineno;
    joined->end_col_offset = e->end_col_offset;
    joined->JoinedStr.values.items = items;
    joined->JoinedStr.values.count = 1;
    body->items[0]->Expr.value = joined;
    return true;
}

static bool fold_body(Compiler *c, AstNode *node)
{
    StmtSeq *body = body_of(node);
    if (!body)
        return true;
    if (c->optimize >= 2 && docstring_of(body))
        TRY(drop_docstring(c, body));
    return hide_text(c, body);
}

static bool fold_after(Compiler *c, AstNode *node)
{
    if (!fold_body(c, node))
        return false;
    switch (node->kind) {
    case AST_For:
        return fold_iterable(c, &((Stmt *)node)->For.iter);
    case AST_comprehension:
        return fold_iterable(c, &((Comprehension *)node)->iter);
    default:
        return true;
    }
}

static bool fold_node(Compiler *c, AstNode *node)
{
    if (!c_stack_check(" during compilation"))
        return false;
    const AstClass *class = &ast_classes[node->kind];
    for (int i = 0; i < class->field_count; i++) {
        const AstField *field = &class->fields[i];
        uint8_t form = ast_types[field->type].form;
        if (form != AST_SUM && form != AST_PRODUCT)
            continue;
        if ((c->flags & CODE_FUTURE_ANNOTATIONS) && is_annotation(node, field))
            continue;
        char *place = (char *)node + field->offset;
        if (field->quantity == AST_MANY) {
            AstSeq *seq = (AstSeq *)(void *)place;
            for (int k = 0; k < seq->count; k++)
                TRY(fold_child(c, field, (void **)seq->items + k));
        } else {
            TRY(fold_child(c, field, (void **)(void *)place));
        }
    }
    return fold_after(c, node);
}

bool fold_tree(Compiler *c, Mod *tree)
{
    c->debug_name = ident_intern(c->idents, "__debug__", 9);
    if (!c->debug_name)
        return raise_no_memory();
    return fold_node(c, (AstNode *)tree);
}
