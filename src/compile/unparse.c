/* The source text of an expression, as postponed annotations are stored (PEP 563): what
 * evaluating it needs, with single spaces and as few parentheses as precedence allows. */
#include "compile/gen.h"

#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/str.h"
#include "types/tuple.h"

/* Binding strength, weakest first. */
typedef enum Level {
    LEVEL_TUPLE,
    LEVEL_TEST, /* if-else, lambda */
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARE,
    LEVEL_EXPR,
    LEVEL_BOR = LEVEL_EXPR,
    LEVEL_BXOR,
    LEVEL_BAND,
    LEVEL_SHIFT,
    LEVEL_ARITH,
    LEVEL_TERM,
    LEVEL_FACTOR,
    LEVEL_POWER,
    LEVEL_AWAIT,
    LEVEL_ATOM
} Level;

typedef struct Unparser {
    StrBuilder out;
    bool failed;
} Unparser;

static void put(Unparser *u, const Expr *e, int level);

static void text(Unparser *u, const char *s)
{
    builder_add_cstring(&u->out, s);
}

static void value(Unparser *u, Value v)
{
    if (!v)
        u->failed = true;
    else if (!u->failed)
        builder_add(&u->out, v);
}

static void ident(Unparser *u, const Ident *name)
{
    value(u, str_from_utf8(name->bytes, name->length));
}

static void open_paren(Unparser *u, bool needed)
{
    if (needed)
        text(u, "(");
}

static void close_paren(Unparser *u, bool needed)
{
    if (needed)
        text(u, ")");
}

/* ---- Operators ---- */

typedef struct OperatorText {
    const char *text;
    int level;
} OperatorText;

static OperatorText operator_text(AstKind op)
{
    switch (op) {
    case AST_Add:
        return (OperatorText){" + ", LEVEL_ARITH};
    case AST_Sub:
        return (OperatorText){" - ", LEVEL_ARITH};
    case AST_Mult:
        return (OperatorText){" * ", LEVEL_TERM};
    case AST_MatMult:
        return (OperatorText){" @ ", LEVEL_TERM};
    case AST_Div:
        return (OperatorText){" / ", LEVEL_TERM};
    case AST_Mod:
        return (OperatorText){" % ", LEVEL_TERM};
    case AST_FloorDiv:
        return (OperatorText){" // ", LEVEL_TERM};
    case AST_LShift:
        return (OperatorText){" << ", LEVEL_SHIFT};
    case AST_RShift:
        return (OperatorText){" >> ", LEVEL_SHIFT};
    case AST_BitOr:
        return (OperatorText){" | ", LEVEL_BOR};
    case AST_BitXor:
        return (OperatorText){" ^ ", LEVEL_BXOR};
    case AST_BitAnd:
        return (OperatorText){" & ", LEVEL_BAND};
    default:
        return (OperatorText){" ** ", LEVEL_POWER};
    }
}

static void put_binary(Unparser *u, const Expr *e, int level)
{
    OperatorText op = operator_text(e->BinOp.op);
    bool power = e->BinOp.op == AST_Pow;
    open_paren(u, level > op.level);
    put(u, e->BinOp.left, op.level + power);
    text(u, op.text);
    put(u, e->BinOp.right, op.level + !power);
    close_paren(u, level > op.level);
}

static void put_unary(Unparser *u, const Expr *e, int level)
{
    bool not_ = e->UnaryOp.op == AST_Not;
    int own = not_ ? LEVEL_NOT : LEVEL_FACTOR;
    open_paren(u, level > own);
    text(u, not_                          ? "not "
            : e->UnaryOp.op == AST_Invert ? "~"
            : e->UnaryOp.op == AST_UAdd   ? "+"
                                          : "-");
    put(u, e->UnaryOp.operand, own);
    close_paren(u, level > own);
}

static void put_bool(Unparser *u, const Expr *e, int level)
{
    bool and_ = e->BoolOp.op == AST_And;
    int own = and_ ? LEVEL_AND : LEVEL_OR;
    open_paren(u, level > own);
    for (int i = 0; i < e->BoolOp.values.count; i++) {
        if (i)
            text(u, and_ ? " and " : " or ");
        put(u, e->BoolOp.values.items[i], own + 1);
    }
    close_paren(u, level > own);
}

static void put_compare(Unparser *u, const Expr *e, int level)
{
    static const char *const signs[] = {" == ", " != ", " < ",      " <= ", " > ",
                                        " >= ", " is ", " is not ", " in ", " not in "};
    open_paren(u, level > LEVEL_COMPARE);
    put(u, e->Compare.left, LEVEL_COMPARE + 1);
    for (int i = 0; i < e->Compare.ops.count; i++) {
        text(u, signs[e->Compare.ops.items[i] - AST_Eq]);
        put(u, e->Compare.comparators.items[i], LEVEL_COMPARE + 1);
    }
    close_paren(u, level > LEVEL_COMPARE);
}

/* ---- Functions ---- */

static void put_params(Unparser *u, const ArgSeq *args, const ExprSeq *defaults, int shift,
                       bool *first)
{
    for (int i = 0; i < args->count; i++) {
        if (!*first)
            text(u, ", ");
        *first = false;
        ident(u, args->items[i]->arg);
        int d = i + shift;
        if (d >= 0 && d < defaults->count && defaults->items[d]) {
            text(u, "=");
            put(u, defaults->items[d], LEVEL_TEST);
        }
    }
}

static void put_arguments(Unparser *u, const Arguments *a)
{
    bool first = true;
    int shift = a->defaults.count - a->posonlyargs.count - a->args.count;
    put_params(u, &a->posonlyargs, &a->defaults, shift, &first);
    if (a->posonlyargs.count)
        text(u, ", /");
    put_params(u, &a->args, &a->defaults, shift + a->posonlyargs.count, &first);
    if (a->vararg || a->kwonlyargs.count) {
        if (!first)
            text(u, ", ");
        first = false;
        text(u, "*");
        if (a->vararg)
            ident(u, a->vararg->arg);
    }
    put_params(u, &a->kwonlyargs, &a->kw_defaults, 0, &first);
    if (a->kwarg) {
        if (!first)
            text(u, ", ");
        text(u, "**");
        ident(u, a->kwarg->arg);
    }
}

static void put_lambda(Unparser *u, const Expr *e, int level)
{
    const Arguments *a = e->Lambda.args;
    open_paren(u, level > LEVEL_TEST);
    bool any =
        a->posonlyargs.count || a->args.count || a->vararg || a->kwonlyargs.count || a->kwarg;
    text(u, any ? "lambda " : "lambda");
    put_arguments(u, a);
    text(u, ": ");
    put(u, e->Lambda.body, LEVEL_TEST);
    close_paren(u, level > LEVEL_TEST);
}

static void put_call(Unparser *u, const Expr *e)
{
    put(u, e->Call.func, LEVEL_ATOM);
    const ExprSeq *args = &e->Call.args;
    const KeywordSeq *keywords = &e->Call.keywords;
    if (args->count == 1 && !keywords->count && args->items[0]->kind == AST_GeneratorExp) {
        put(u, args->items[0], LEVEL_TEST);
        return;
    }
    text(u, "(");
    bool first = true;
    for (int i = 0; i < args->count; i++, first = false) {
        if (!first)
            text(u, ", ");
        put(u, args->items[i], LEVEL_TEST);
    }
    for (int i = 0; i < keywords->count; i++, first = false) {
        if (!first)
            text(u, ", ");
        if (keywords->items[i]->arg) {
            ident(u, keywords->items[i]->arg);
            text(u, "=");
        } else {
            text(u, "**");
        }
        put(u, keywords->items[i]->value, LEVEL_TEST);
    }
    text(u, ")");
}

/* ---- Displays and comprehensions ---- */

static void put_list(Unparser *u, const ExprSeq *items)
{
    for (int i = 0; i < items->count; i++) {
        if (i)
            text(u, ", ");
        put(u, items->items[i], LEVEL_TEST);
    }
}

static void put_tuple(Unparser *u, const Expr *e, int level)
{
    const ExprSeq *items = &e->Tuple.elts;
    if (!items->count) {
        text(u, "()");
        return;
    }
    open_paren(u, level > LEVEL_TUPLE);
    put_list(u, items);
    if (items->count == 1)
        text(u, ",");
    close_paren(u, level > LEVEL_TUPLE);
}

static void put_dict(Unparser *u, const Expr *e)
{
    text(u, "{");
    for (int i = 0; i < e->Dict.values.count; i++) {
        if (i)
            text(u, ", ");
        const Expr *key = e->Dict.keys.items[i];
        if (key) {
            put(u, key, LEVEL_TEST);
            text(u, ": ");
            put(u, e->Dict.values.items[i], LEVEL_TEST);
        } else {
            text(u, "**");
            put(u, e->Dict.values.items[i], LEVEL_EXPR);
        }
    }
    text(u, "}");
}

static void put_generators(Unparser *u, const ComprehensionSeq *generators)
{
    for (int i = 0; i < generators->count; i++) {
        const Comprehension *g = generators->items[i];
        text(u, g->is_async ? " async for " : " for ");
        put(u, g->target, LEVEL_TUPLE);
        text(u, " in ");
        put(u, g->iter, LEVEL_TEST + 1);
        for (int k = 0; k < g->ifs.count; k++) {
            text(u, " if ");
            put(u, g->ifs.items[k], LEVEL_TEST + 1);
        }
    }
}

static void put_comprehension(Unparser *u, const char *open_, const Expr *element,
                              const ComprehensionSeq *generators, const char *close_)
{
    text(u, open_);
    put(u, element, LEVEL_TEST);
    put_generators(u, generators);
    text(u, close_);
}

/* ---- Strings and constants ---- */

static void put_object(Unparser *u, Value v)
{
    if (v == Ellipsis) {
        text(u, "...");
        return;
    }
    Value shown = v ? object_repr(v) : 0;
    if (!shown) {
        u->failed = true;
        return;
    }
    /* inf has no literal, but a large number has. */
    if (is_float(v) || has_layout(v, LAYOUT_COMPLEX)) {
        StrBuilder replaced;
        builder_start(&replaced);
        for (intptr_t i = 0; i < str_length(shown); i++) {
            if (i + 3 <= str_length(shown) && str_char(shown, i) == 'i' &&
                str_char(shown, i + 1) == 'n' && str_char(shown, i + 2) == 'f') {
                builder_add_cstring(&replaced, "1e309");
                i += 2;
            } else {
                builder_add_char(&replaced, str_char(shown, i));
            }
        }
        shown = builder_finish(&replaced);
    }
    value(u, shown);
}

static void put_constant(Unparser *u, const Expr *e)
{
    if (e->Constant.kind && e->Constant.kind->length)
        ident(u, e->Constant.kind);
    put_object(u, const_value_object(&e->Constant.value));
}

static Value unparse(const Expr *e, int level);

static void add_escaped(StrBuilder *out, Value s)
{
    for (intptr_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char(s, i);
        builder_add_char(out, c);
        if (c == '{' || c == '}')
            builder_add_char(out, c);
    }
}

static bool fstring_part(StrBuilder *out, const Expr *e);

static bool fstring_value(StrBuilder *out, const Expr *e)
{
    const struct Ast_FormattedValue *f = &e->FormattedValue;
    Value inner = TRY(unparse(f->value, LEVEL_TEST + 1));
    builder_add_cstring(out, str_length(inner) && str_char(inner, 0) == '{' ? "{ " : "{");
    builder_add(out, inner);
    if (f->conversion > 0) {
        builder_add_char(out, '!');
        builder_add_char(out, (uint32_t)f->conversion);
    }
    if (f->format_spec) {
        builder_add_char(out, ':');
        TRY(fstring_part(out, f->format_spec));
    }
    builder_add_char(out, '}');
    return true;
}

static bool fstring_part(StrBuilder *out, const Expr *e)
{
    switch (e->kind) {
    case AST_Constant:
        add_escaped(out, TRY(const_value_object(&e->Constant.value)));
        return true;
    case AST_JoinedStr:
        for (int i = 0; i < e->JoinedStr.values.count; i++)
            TRY(fstring_part(out, e->JoinedStr.values.items[i]));
        return true;
    default:
        return fstring_value(out, e);
    }
}

static void put_fstring(Unparser *u, const Expr *e)
{
    StrBuilder out;
    builder_start(&out);
    if (!fstring_part(&out, e)) {
        u->failed = true;
        return;
    }
    Value s = builder_finish(&out);
    text(u, "f");
    value(u, s ? object_repr(s) : 0);
}

/* ---- The rest ---- */

static void put_slice(Unparser *u, const Expr *e)
{
    if (e->Slice.lower)
        put(u, e->Slice.lower, LEVEL_TEST);
    text(u, ":");
    if (e->Slice.upper)
        put(u, e->Slice.upper, LEVEL_TEST);
    if (e->Slice.step) {
        text(u, ":");
        put(u, e->Slice.step, LEVEL_TEST);
    }
}

static void put_attribute(Unparser *u, const Expr *e)
{
    const Expr *object = e->Attribute.value;
    put(u, object, LEVEL_ATOM);
    bool number = object->kind == AST_Constant && object->Constant.value.kind == CONST_INT;
    text(u, number ? " ." : ".");
    ident(u, e->Attribute.attr);
}

static void put_if(Unparser *u, const Expr *e, int level)
{
    open_paren(u, level > LEVEL_TEST);
    put(u, e->IfExp.body, LEVEL_TEST + 1);
    text(u, " if ");
    put(u, e->IfExp.test, LEVEL_TEST + 1);
    text(u, " else ");
    put(u, e->IfExp.orelse, LEVEL_TEST);
    close_paren(u, level > LEVEL_TEST);
}

static void put_suspension(Unparser *u, const char *keyword, const Expr *operand)
{
    text(u, "(");
    text(u, keyword);
    if (operand) {
        text(u, " ");
        put(u, operand, LEVEL_TEST);
    }
    text(u, ")");
}

static void put_display(Unparser *u, const Expr *e)
{
    switch (e->kind) {
    case AST_Dict:
        put_dict(u, e);
        break;
    case AST_Set:
        text(u, "{");
        put_list(u, &e->Set.elts);
        text(u, "}");
        break;
    case AST_List:
        text(u, "[");
        put_list(u, &e->List.elts);
        text(u, "]");
        break;
    case AST_ListComp:
        put_comprehension(u, "[", e->ListComp.elt, &e->ListComp.generators, "]");
        break;
    case AST_SetComp:
        put_comprehension(u, "{", e->SetComp.elt, &e->SetComp.generators, "}");
        break;
    case AST_GeneratorExp:
        put_comprehension(u, "(", e->GeneratorExp.elt, &e->GeneratorExp.generators, ")");
        break;
    default: /* DictComp */
        text(u, "{");
        put(u, e->DictComp.key, LEVEL_TEST);
        put_comprehension(u, ": ", e->DictComp.value, &e->DictComp.generators, "}");
    }
}

static void dispatch(Unparser *u, const Expr *e, int level)
{
    switch (e->kind) {
    case AST_BoolOp:
        put_bool(u, e, level);
        break;
    case AST_BinOp:
        put_binary(u, e, level);
        break;
    case AST_UnaryOp:
        put_unary(u, e, level);
        break;
    case AST_Lambda:
        put_lambda(u, e, level);
        break;
    case AST_IfExp:
        put_if(u, e, level);
        break;
    case AST_Dict:
    case AST_Set:
    case AST_List:
    case AST_ListComp:
    case AST_SetComp:
    case AST_GeneratorExp:
    case AST_DictComp:
        put_display(u, e);
        break;
    case AST_Yield:
        put_suspension(u, "yield", e->Yield.value);
        break;
    case AST_YieldFrom:
        put_suspension(u, "yield from", e->YieldFrom.value);
        break;
    case AST_Await:
        open_paren(u, level > LEVEL_AWAIT);
        text(u, "await ");
        put(u, e->Await.value, LEVEL_ATOM);
        close_paren(u, level > LEVEL_AWAIT);
        break;
    case AST_Compare:
        put_compare(u, e, level);
        break;
    case AST_Call:
        put_call(u, e);
        break;
    case AST_Constant:
        put_constant(u, e);
        break;
    case AST_JoinedStr:
    case AST_FormattedValue:
        put_fstring(u, e);
        break;
    case AST_Attribute:
        put_attribute(u, e);
        break;
    case AST_Starred:
        text(u, "*");
        put(u, e->Starred.value, LEVEL_EXPR);
        break;
    case AST_Name:
        ident(u, e->Name.id);
        break;
    case AST_Tuple:
        put_tuple(u, e, level);
        break;
    case AST_Subscript:
        put(u, e->Subscript.value, LEVEL_ATOM);
        text(u, "[");
        put(u, e->Subscript.slice, LEVEL_TUPLE);
        text(u, "]");
        break;
    case AST_Slice:
        put_slice(u, e);
        break;
    case AST_NamedExpr:
        text(u, "(");
        put(u, e->NamedExpr.target, LEVEL_TUPLE);
        text(u, " := ");
        put(u, e->NamedExpr.value, LEVEL_ATOM);
        text(u, ")");
        break;
    default:
        raise(SystemError, "unknown expression kind");
        u->failed = true;
    }
}

static void put(Unparser *u, const Expr *e, int level)
{
    if (u->failed)
        return;
    if (!c_stack_check(" during compilation")) {
        u->failed = true;
        return;
    }
    dispatch(u, e, level);
}

static Value unparse(const Expr *e, int level)
{
    Unparser u = {.failed = false};
    builder_start(&u.out);
    put(&u, e, level);
    return u.failed ? 0 : builder_finish(&u.out);
}

Value unparse_expr(const Expr *e)
{
    return unparse(e, LEVEL_TEST);
}
