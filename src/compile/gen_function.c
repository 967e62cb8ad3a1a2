/* Functions and lambdas. */
#include "compile/gen.h"

#include "core/error.h"
#include "types/str.h"
#include "types/tuple.h"

void return_none(Compiler *c)
{
    Reg none = temp_new(c);
    set_no_position(c); /* it belongs to whatever was last */
    emit_const(c, none, None);
    emit(c, OPCODE(RETURN), (uint32_t)none, 0, 0);
}

void make_function(Compiler *c, Reg dst)
{
    Unit *inner = c->unit;
    Value code = unit_end(c);
    if (!c->failed) {
        emit(c, OPCODE(MAKE_FUNCTION), (uint32_t)dst, const_index(c, code), 0);
        if (inner->free_names.names.count) {
            uint32_t mark = c->unit->top;
            Reg closure = temp_new(c);
            load_closure(c, &inner->free_names, closure);
            emit(c, OPCODE(SET_FUNCTION), (uint32_t)dst, (uint32_t)closure, PART_CLOSURE);
            c->unit->top = mark;
        }
    }
    unit_free(inner);
}

/* ---- Docstrings ---- */

const Expr *docstring_of(const StmtSeq *statements)
{
    if (!statements->count || statements->items[0]->kind != AST_Expr)
        return NULL;
    const Expr *e = statements->items[0]->Expr.value;
    return is_constant(e) && e->Constant.value.kind == CONST_STR ? e : NULL;
}

static size_t leading_spaces(const char *text, const char *end)
{
    size_t n = 0;
    while (text + n < end && text[n] == ' ')
        n++;
    return n;
}

/* The smallest indentation of the lines after the first that are not blank. */
static size_t common_margin(const char *text, const char *end)
{
    size_t margin = SIZE_MAX;
    const char *line = memchr(text, '\n', (size_t)(end - text));
    while (line) {
        line++;
        size_t spaces = leading_spaces(line, end);
        if (line + spaces < end && line[spaces] != '\n' && spaces < margin)
            margin = spaces;
        line = memchr(line, '\n', (size_t)(end - line));
    }
    return margin == SIZE_MAX ? 0 : margin;
}

/* Expands tabs to multiples of eight columns. */
static char *expand_tabs(Compiler *c, const char *text, size_t *length)
{
    size_t tabs = 0;
    for (size_t i = 0; i < *length; i++)
        tabs += text[i] == '\t';
    char *out = arena_alloc(c->arena, *length + tabs * 7 + 1);
    if (!out)
        return NULL;
    size_t n = 0, column = 0;
    for (size_t i = 0; i < *length; i++) {
        if (text[i] == '\t') {
            do
                out[n++] = ' ';
            while (++column % 8);
            continue;
        }
        out[n++] = text[i];
        if (text[i] == '\n' || text[i] == '\r')
            column = 0;
        else if (((unsigned char)text[i] & 0xc0) != 0x80)
            column++;
    }
    *length = n;
    return out;
}

/* A docstring as 3.13 stores it: without the indentation that its lines have in common. */
Value clean_docstring(Compiler *c, const Expr *docstring)
{
    const ConstValue *v = &docstring->Constant.value;
    size_t length = v->length;
    char *text = expand_tabs(c, v->text, &length);
    if (!text) {
        compiler_fail_memory(c);
        return 0;
    }
    const char *end = text + length;
    size_t margin = common_margin(text, end);
    const char *in = text + leading_spaces(text, end);
    char *out = text;
    while (in < end) {
        const char *newline = memchr(in, '\n', (size_t)(end - in));
        const char *stop = newline ? newline + 1 : end;
        memmove(out, in, (size_t)(stop - in));
        out += stop - in;
        in = stop;
        size_t spaces = leading_spaces(in, end);
        in += spaces < margin ? spaces : margin;
    }
    Value result = str_from_wtf8(text, (size_t)(out - text));
    if (!result)
        compiler_fail(c);
    return result;
}

/* ---- Annotations ---- */

void annotation_to(Compiler *c, const Expr *annotation, Reg dst)
{
    if (c->flags & CODE_FUTURE_ANNOTATIONS) {
        if (!c->failed)
            emit_const(c, dst, unparse_expr(annotation));
    } else if (annotation->kind == AST_Starred) {
        /* *args: *Ts */
        uint32_t mark = c->unit->top;
        Reg value = expr_gen(c, annotation->Starred.value);
        Reg first = temp_new(c);
        emit(c, OPCODE(UNPACK), (uint32_t)first, (uint32_t)value, 1);
        emit_move(c, dst, first);
        c->unit->top = mark;
    } else {
        expr_to(c, annotation, dst);
    }
}

/* Pushes a name and its annotation. */
static int push_annotation(Compiler *c, const Ident *name, const Expr *annotation)
{
    if (!annotation)
        return 0;
    emit_const(c, temp_new(c), ident_value(c, name_mangled(c, name)));
    annotation_to(c, annotation, temp_new(c));
    return 2;
}

static int push_arg_annotations(Compiler *c, const ArgSeq *args)
{
    int count = 0;
    for (int i = 0; i < args->count; i++)
        count += push_annotation(c, args->items[i]->arg, args->items[i]->annotation);
    return count;
}

/* A tuple of names and annotations in dst; false if there are none. */
static bool annotations_to(Compiler *c, const Arguments *args, const Expr *returns, Reg dst)
{
    uint32_t mark = c->unit->top;
    int count = push_arg_annotations(c, &args->posonlyargs);
    count += push_arg_annotations(c, &args->args);
    if (args->vararg)
        count += push_annotation(c, args->vararg->arg, args->vararg->annotation);
    count += push_arg_annotations(c, &args->kwonlyargs);
    if (args->kwarg)
        count += push_annotation(c, args->kwarg->arg, args->kwarg->annotation);
    if (returns)
        count += push_annotation(c, intern_ident(c, "return"), returns);
    if (count)
        emit(c, OPCODE(BUILD_TUPLE), (uint32_t)dst, mark, (uint32_t)count);
    c->unit->top = mark;
    return count > 0;
}

/* ---- Defaults ---- */

static bool defaults_to(Compiler *c, const Arguments *args, Reg dst)
{
    if (!args->defaults.count)
        return false;
    build_sequence(c, AST_Tuple, &args->defaults, dst);
    return true;
}

static bool kwdefaults_to(Compiler *c, const Arguments *args, Reg dst)
{
    uint32_t mark = c->unit->top;
    int count = 0;
    for (int i = 0; i < args->kw_defaults.count; i++) {
        const Expr *value = args->kw_defaults.items[i];
        if (!value)
            continue;
        emit_const(c, temp_new(c), ident_value(c, name_mangled(c, args->kwonlyargs.items[i]->arg)));
        expr_to(c, value, temp_new(c));
        count++;
    }
    if (count)
        emit(c, OPCODE(BUILD_MAP), (uint32_t)dst, mark, (uint32_t)count);
    c->unit->top = mark;
    return count > 0;
}

/* ---- Bodies ---- */

static void set_arguments(Unit *u, const Arguments *args)
{
    u->argcount = (uint32_t)(args->posonlyargs.count + args->args.count);
    u->posonly_argcount = (uint32_t)args->posonlyargs.count;
    u->kwonly_argcount = (uint32_t)args->kwonlyargs.count;
}

static bool check_params(Compiler *c, const ArgSeq *params)
{
    for (int i = 0; i < params->count; i++)
        if (forbid_debug(c, params->items[i]->arg, params->items[i], AST_Store))
            return false;
    return true;
}

static bool check_arguments(Compiler *c, const Arguments *args)
{
    return check_params(c, &args->posonlyargs) && check_params(c, &args->args) &&
           (!args->vararg || !forbid_debug(c, args->vararg->arg, args->vararg, AST_Store)) &&
           check_params(c, &args->kwonlyargs) &&
           (!args->kwarg || !forbid_debug(c, args->kwarg->arg, args->kwarg, AST_Store));
}

/* The docstring, or None, is the first constant: that is where functions look, and what the data
 * model says of co_consts. */
static void put_docstring(Compiler *c, const StmtSeq *statements, int *skip)
{
    Unit *u = c->unit;
    const Expr *docstring = docstring_of(statements);
    *skip = docstring != NULL;
    if (docstring && c->optimize < 2) {
        Value text = clean_docstring(c, docstring);
        if (text)
            const_index(c, text);
        u->flags |= CODE_HAS_DOCSTRING;
    } else {
        const_index(c, None);
    }
}

static void function_unit(Compiler *c, const Stmt *s, Reg dst, int first_line)
{
    const struct Ast_FunctionDef *f = &s->FunctionDef;
    Unit inner;
    Unit *outer = c->unit;
    Position position = outer->position;
    Scope *scope = scope_of_node(&c->table, s, PART_SCOPE);
    unit_begin(c, &inner, s->kind == AST_AsyncFunctionDef ? UNIT_ASYNC_FUNCTION : UNIT_FUNCTION,
               scope, (const AstNode *)s);
    inner.name = ident_value(c, f->name);
    inner.qualname = qualified_name(c, outer, f->name);
    inner.first_line = (uint32_t)first_line;
    set_arguments(&inner, f->args);
    int skip;
    put_docstring(c, &f->body, &skip);
    for (int i = skip; i < f->body.count; i++)
        statement_gen(c, f->body.items[i]);
    return_none(c);
    outer->position = position;
    make_function(c, dst);
}

void lambda_to(Compiler *c, const Expr *e, Reg dst)
{
    Unit inner;
    const Arguments *args = e->Lambda.args;
    if (!check_arguments(c, args))
        return;
    Unit *outer = c->unit;
    Reg function = expr_stage(c, dst), defaults = temp_new(c), kwdefaults = temp_new(c);
    bool has_defaults = defaults_to(c, args, defaults);
    bool has_kwdefaults = kwdefaults_to(c, args, kwdefaults);
    Scope *scope = scope_of_node(&c->table, e, PART_SCOPE);
    unit_begin(c, &inner, UNIT_LAMBDA, scope, (const AstNode *)e);
    inner.name = ident_value(c, c->table.name_lambda);
    inner.qualname = qualified_name(c, outer, c->table.name_lambda);
    set_arguments(&inner, args);
    const_index(c, None); /* where a docstring would be */
    Reg value = expr_gen(c, e->Lambda.body);
    set_position(c, e->Lambda.body);
    emit(c, OPCODE(RETURN), (uint32_t)value, 0, 0);
    make_function(c, function);
    if (has_defaults)
        emit(c, OPCODE(SET_FUNCTION), (uint32_t)function, (uint32_t)defaults, PART_DEFAULTS);
    if (has_kwdefaults)
        emit(c, OPCODE(SET_FUNCTION), (uint32_t)function, (uint32_t)kwdefaults, PART_KWDEFAULTS);
    expr_unstage(c, dst, function);
}

/* ---- Decorators ---- */

/* Each decorator starts a call area whose argument is the next one's result: the area of the
 * next begins in the argument's place. Returns the place of the innermost argument. */
Reg load_decorators(Compiler *c, const ExprSeq *decorators)
{
    for (int i = 0; i < decorators->count; i++) {
        Reg base = temps_new(c, 1 + FRAME_WORDS);
        expr_to(c, decorators->items[i], base);
    }
    return temp_new(c);
}

/* Calls them, last to first, for the value in R[value]; the result is in R[first]. */
void call_decorators(Compiler *c, const ExprSeq *decorators, Reg value)
{
    for (int i = decorators->count - 1; i >= 0; i--) {
        value -= 1 + FRAME_WORDS;
        set_position(c, decorators->items[i]);
        emit(c, OPCODE(CALL), (uint32_t)value, (uint32_t)value, 1);
    }
}

/* ---- def ---- */

static void set_parts(Compiler *c, Reg function, Reg defaults, Reg kwdefaults, Reg annotations)
{
    if (defaults != NO_REG)
        emit(c, OPCODE(SET_FUNCTION), (uint32_t)function, (uint32_t)defaults, PART_DEFAULTS);
    if (kwdefaults != NO_REG)
        emit(c, OPCODE(SET_FUNCTION), (uint32_t)function, (uint32_t)kwdefaults, PART_KWDEFAULTS);
    if (annotations != NO_REG)
        emit(c, OPCODE(SET_FUNCTION), (uint32_t)function, (uint32_t)annotations, PART_ANNOTATIONS);
}

/* The function that makes a generic function: its parameters are the defaults, its variables the
 * type parameters. */
static void generic_function_to(Compiler *c, const Stmt *s, Reg dst, int first_line, Reg defaults,
                                Reg kwdefaults)
{
    const struct Ast_FunctionDef *f = &s->FunctionDef;
    Position position = c->unit->position;
    Reg base = temps_new(c, 1 + FRAME_WORDS);
    int count = 0;
    if (defaults != NO_REG) {
        emit_move(c, temp_new(c), defaults);
        count++;
    }
    if (kwdefaults != NO_REG) {
        emit_move(c, temp_new(c), kwdefaults);
        count++;
    }
    Unit unit;
    Scope *scope = scope_of_node(&c->table, s, PART_TYPE_PARAMS_SCOPE);
    unit_begin(c, &unit, UNIT_TYPE_PARAMS, scope, (const AstNode *)s);
    unit.first_line = (uint32_t)first_line;
    unit.name = str_format("<generic parameters of %V>", ident_value(c, f->name));
    if (!unit.name)
        compiler_fail(c);
    unit.qualname = unit.name;
    unit.argcount = (uint32_t)count;
    unit.position = position;
    Reg params = temp_new(c), annotations = temp_new(c), function = temp_new(c);
    type_params_to(c, &f->type_params, params);
    if (!annotations_to(c, f->args, f->returns, annotations))
        annotations = NO_REG;
    function_unit(c, s, function, first_line);
    set_parts(c, function, defaults != NO_REG ? 0 : NO_REG,
              kwdefaults != NO_REG ? count - 1 : NO_REG, annotations);
    emit_x(c, OPCODE(INTRINSIC_2), (uint32_t)function, (uint32_t)function, (uint32_t)params,
           INTRINSIC_SET_TYPE_PARAMS);
    emit(c, OPCODE(RETURN), (uint32_t)function, 0, 0);
    make_function(c, base);
    emit(c, OPCODE(CALL), (uint32_t)dst, (uint32_t)base, (uint32_t)count);
}

void function_statement(Compiler *c, const Stmt *s)
{
    const struct Ast_FunctionDef *f = &s->FunctionDef;
    if (forbid_debug(c, f->name, s, AST_Store) || !check_arguments(c, f->args))
        return;
    int first_line = f->decorator_list.count ? f->decorator_list.items[0]->lineno : s->lineno;
    Reg function = load_decorators(c, &f->decorator_list);
    Reg defaults = temp_new(c), kwdefaults = temp_new(c), annotations = temp_new(c);
    set_position(c, s);
    if (!defaults_to(c, f->args, defaults))
        defaults = NO_REG;
    if (!kwdefaults_to(c, f->args, kwdefaults))
        kwdefaults = NO_REG;
    if (f->type_params.count) {
        generic_function_to(c, s, function, first_line, defaults, kwdefaults);
    } else {
        if (!annotations_to(c, f->args, f->returns, annotations))
            annotations = NO_REG;
        function_unit(c, s, function, first_line);
        set_parts(c, function, defaults, kwdefaults, annotations);
    }
    call_decorators(c, &f->decorator_list, function);
    set_position(c, s);
    variable_store(c, f->name, function - f->decorator_list.count * (1 + FRAME_WORDS));
}
