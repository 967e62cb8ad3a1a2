#include "compile/ast_types.h"

#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "types/dict.h"
#include "types/generic_alias.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/union.h"

typedef struct AstObject {
    Object ob;
} AstObject;

static const char *const attribute_names[AST_ATTRIBUTE_COUNT] = {"lineno", "col_offset",
                                                                 "end_lineno", "end_col_offset"};

static Value state_root; /* an Array, once made */

/* ---- Documentation: the ASDL of the class ---- */

static void add_signature(StrBuilder *b, AstKind kind)
{
    static const char *const marks[] = {[AST_ONE] = "", [AST_OPTIONAL] = "?", [AST_MANY] = "*"};
    const AstClass *class = &ast_classes[kind];
    builder_add_cstring(b, class->name);
    for (int i = 0; i < class->field_count; i++) {
        builder_add_cstring(b, i ? ", " : "(");
        builder_add_cstring(b, ast_types[class->fields[i].type].name);
        builder_add_cstring(b, marks[class->fields[i].quantity]);
        builder_add_cstring(b, " ");
        builder_add_cstring(b, class->fields[i].name);
    }
    if (class->field_count)
        builder_add_cstring(b, ")");
}

static Value class_doc(AstKind kind)
{
    StrBuilder b;
    builder_start(&b);
    add_signature(&b, kind);
    return builder_finish(&b);
}

static Value sum_doc(AstType type)
{
    StrBuilder b;
    builder_start(&b);
    bool first = true, fields = false;
    for (int kind = 1; kind < AST_KIND_COUNT; kind++)
        fields |= ast_classes[kind].type == type && ast_classes[kind].field_count;
    builder_add_cstring(&b, ast_types[type].name);
    for (int kind = 1; kind < AST_KIND_COUNT; kind++) {
        if (ast_classes[kind].type != type)
            continue;
        if (!first && fields) {
            builder_add_char(&b, '\n');
            builder_fill(&b, ' ', (intptr_t)strlen(ast_types[type].name));
        }
        builder_add_cstring(&b, first ? " = " : " | ");
        first = false;
        add_signature(&b, (AstKind)kind);
    }
    return builder_finish(&b);
}

/* ---- Making the classes ---- */

static Value make_class(const char *name, Value base, Value fields, Value doc)
{
    Value dict = TRY(dict_new());
    TRY(dict_set_cstring(dict, "_fields", TRY(fields)));
    TRY(dict_set_cstring(dict, "__match_args__", fields));
    TRY(dict_set(dict, names.__module__, TRY(str_intern_cstring("ast"))));
    TRY(dict_set(dict, names.__doc__, TRY(doc)));
    return call3((Value)&type_type, TRY(str_intern_cstring(name)), TRY(tuple_of(base)), dict);
}

static bool add_attributes(Value class, bool positions)
{
    Value list = TRY(tuple_new(positions ? AST_ATTRIBUTE_COUNT : 0));
    for (int i = 0; positions && i < AST_ATTRIBUTE_COUNT; i++)
        tuple_init(list, i, TRY(str_intern_cstring(attribute_names[i])));
    TRY(set_attr_string(class, "_attributes", list));
    return !positions || (set_attr_string(class, "end_lineno", None) &&
                          set_attr_string(class, "end_col_offset", None));
}

static Value field_names(AstKind kind, Value *slots)
{
    const AstClass *class = &ast_classes[kind];
    Value tuple = TRY(tuple_new(class->field_count));
    for (int i = 0; i < class->field_count; i++) {
        Value name = TRY(str_intern_cstring(class->fields[i].name));
        slots[i] = name;
        tuple_init(tuple, i, name);
    }
    return tuple;
}

/* What `_field_types` says of a field: str, ast.expr, list[ast.expr], ast.expr | None. */
static Value field_type(Array *state, const AstField *field)
{
    Value type;
    switch (field->type) {
    case AST_TYPE_identifier:
    case AST_TYPE_string:
        type = (Value)&str_type;
        break;
    case AST_TYPE_int:
        type = (Value)&int_type;
        break;
    case AST_TYPE_constant:
        type = (Value)&object_type;
        break;
    default:
        type = ast_type_class(state, (AstType)field->type);
    }
    if (field->quantity == AST_MANY)
        return generic_alias_new((Value)&list_type, type);
    return field->quantity == AST_OPTIONAL ? union_of(type, (Value)&none_type) : type;
}

static bool add_field_types(Array *state, AstKind kind)
{
    const AstClass *class = &ast_classes[kind];
    Value types = TRY(dict_new());
    for (int i = 0; i < class->field_count; i++) {
        const AstField *field = &class->fields[i];
        TRY(dict_set(types, ast_field_name(state, kind, i), TRY(field_type(state, field))));
        if (field->quantity == AST_OPTIONAL)
            TRY(set_attr(ast_class(state, kind), ast_field_name(state, kind, i), None));
    }
    return set_attr_string(ast_class(state, kind), "_field_types", types) &&
           set_attr(ast_class(state, kind), names.__annotations__, types);
}

static bool make_sum(Array *state, AstType type)
{
    Value class =
        TRY(make_class(ast_types[type].name, (Value)&ast_base_type, tuple_empty(), sum_doc(type)));
    gc_store(state, &state->items[2 * AST_KIND_COUNT + (int)type], class);
    return add_attributes(class, ast_types[type].positions);
}

static bool make_kind(Array *state, AstKind kind)
{
    const AstClass *class = &ast_classes[kind];
    uint8_t form = ast_types[class->type].form;
    Value slots[AST_MAX_FIELDS] = {0};
    Value fields = TRY(field_names(kind, slots));
    for (int i = 0; i < class->field_count; i++)
        gc_store(state,
                 &state->items[2 * AST_KIND_COUNT + AST_TYPE_COUNT + kind * AST_MAX_FIELDS + i],
                 slots[i]);
    Value base =
        form == AST_PRODUCT ? (Value)&ast_base_type : ast_type_class(state, (AstType) class->type);
    Value made = TRY(make_class(class->name, base, fields, class_doc(kind)));
    gc_store(state, &state->items[kind], made);
    if (form == AST_PRODUCT) {
        gc_store(state, &state->items[2 * AST_KIND_COUNT + class->type], made);
        return add_attributes(made, ast_types[class->type].positions);
    }
    if (form == AST_ENUM)
        gc_store(state, &state->items[AST_KIND_COUNT + kind], TRY(object_alloc((Type *)made)));
    return true;
}

static Array *make_state(void)
{
    Array *state = TRY(array_new(2 * AST_KIND_COUNT + AST_TYPE_COUNT +
                                 AST_KIND_COUNT * AST_MAX_FIELDS + AST_ATTRIBUTE_COUNT));
    for (int type = 0; type < AST_TYPE_COUNT; type++)
        if (ast_types[type].form == AST_SUM || ast_types[type].form == AST_ENUM)
            TRY(make_sum(state, (AstType)type));
    for (int kind = 1; kind < AST_KIND_COUNT; kind++)
        TRY(make_kind(state, (AstKind)kind));
    for (int kind = 1; kind < AST_KIND_COUNT; kind++)
        TRY(add_field_types(state, (AstKind)kind));
    for (int i = 0; i < AST_ATTRIBUTE_COUNT; i++)
        gc_store(state,
                 &state->items[2 * AST_KIND_COUNT + AST_TYPE_COUNT +
                               AST_KIND_COUNT * AST_MAX_FIELDS + i],
                 TRY(str_intern_cstring(attribute_names[i])));
    return state;
}

/* Two threads may make it at once: the first one to be done wins. */
Array *ast_state(void)
{
    Value state = load_acquire(&state_root);
    if (state)
        return (Array *)state;
    type_ready(&ast_base_type, 0);
    ast_base_type.flags &= ~(uint32_t)TYPE_IMMUTABLE; /* programs do change it */
    TRY(dict_set(ast_base_type.dict, names.__module__, TRY(str_intern_cstring("ast"))));
    TRY(dict_set_cstring(ast_base_type.dict, "_fields", tuple_empty()));
    TRY(dict_set_cstring(ast_base_type.dict, "__match_args__", tuple_empty()));
    TRY(dict_set_cstring(ast_base_type.dict, "_attributes", tuple_empty()));
    Value made = (Value)TRY(make_state()), none = 0;
    if (load_relaxed(&multithreaded))
        share_value(made);
    if (!cas_acq_rel(&state_root, &none, made))
        return (Array *)none;
    gc_add_root(&state_root, 1);
    return (Array *)made;
}

/* ---- ast.AST ---- */

static Value fields_of(Value self)
{
    Value fields = TRY(get_attr_string((Value)type_of(self), "_fields"));
    return tuple_from_iterable(fields);
}

static bool set_positional(Value self, Value fields, Value *args, size_t nargs, Value remaining)
{
    intptr_t count = tuple_length(fields);
    if ((intptr_t)nargs > count)
        return raise(TypeError, "%.400s constructor takes at most %zd positional argument%s",
                     type_short_name(type_of(self)), count, count == 1 ? "" : "s");
    for (size_t i = 0; i < nargs; i++) {
        Value name = tuple_get(fields, (intptr_t)i);
        TRY(set_attr(self, name, args[i]));
        bool found;
        TRY(dict_delete(remaining, name, &found));
    }
    return true;
}

static bool set_keywords(Value self, Value fields, Value *values, Value kwnames, Value remaining)
{
    Value attributes = TRY(get_attr_string((Value)type_of(self), "_attributes"));
    for (intptr_t i = 0; i < tuple_length(kwnames); i++) {
        Value name = tuple_get(kwnames, i);
        int is_field = TRY_NOT_NEGATIVE(object_contains(fields, name), false);
        if (is_field) {
            bool found;
            TRY(dict_delete(remaining, name, &found));
            if (!found)
                return raise(TypeError, "%.400s got multiple values for argument %R",
                             type_short_name(type_of(self)), name);
        } else {
            int known = TRY_NOT_NEGATIVE(object_contains(attributes, name), false);
            if (!known &&
                !warn(DeprecationWarning, 1,
                      "%.400s.__init__ got an unexpected keyword argument %R. Support for "
                      "arbitrary keyword arguments is deprecated and will be removed in Python "
                      "3.15.",
                      type_name(type_of(self)), name))
                return false;
        }
        TRY(set_attr(self, name, values[i]));
    }
    return true;
}

/* The default of a field that was not given: none for optional ones, a new list, ast.Load(). */
static bool set_default(Value self, Value name, Value types)
{
    Value type;
    TRY(dict_find(types, name, &type));
    if (!type)
        return warn(DeprecationWarning, 1,
                    "Field '%V' is missing from %.400s._field_types. This will become an error in "
                    "Python 3.15.",
                    name, type_name(type_of(self)));
    if (type_of(type) == &union_type)
        return true;
    if (type_of(type) == &generic_alias_type)
        return set_attr(self, name, TRY(list_new(0)));
    Array *state = TRY(ast_state());
    if (type == ast_type_class(state, AST_TYPE_expr_context))
        return set_attr(self, name, ast_singleton(state, AST_Load));
    return warn(DeprecationWarning, 1,
                "%.400s.__init__ missing 1 required positional argument: '%V'. This will become "
                "an error in Python 3.15.",
                type_name(type_of(self)), name);
}

static Value ast_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    return object_alloc(type);
}

static bool ast_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    Value fields = TRY(fields_of(self));
    Value remaining = TRY(dict_new());
    for (intptr_t i = 0; i < tuple_length(fields); i++)
        TRY(dict_set(remaining, tuple_get(fields, i), None));
    TRY(set_positional(self, fields, args, nargs, remaining));
    if (kwnames)
        TRY(set_keywords(self, fields, args + nargs, kwnames, remaining));
    if (!dict_length(remaining))
        return true;
    Value types;
    TRY(get_attr_optional((Value)type_of(self), TRY(str_intern_cstring("_field_types")), &types));
    if (!types || !is_dict(types))
        return true;
    intptr_t position = 0;
    Value name, ignored;
    while (dict_next(remaining, &position, &name, &ignored))
        TRY(set_default(self, name, types));
    return true;
}

/* (class, (None, ...), __dict__): as many positional arguments as there are leading fields. */
METHOD(ast_reduce, "__reduce__", "", "Helper for pickle.")
{
    Value self = args[0];
    Value dict = TRY(instance_dict(self)), fields = TRY(fields_of(self));
    intptr_t count = 0;
    while (count < tuple_length(fields)) {
        int there = TRY_NOT_NEGATIVE(dict_contains(dict, tuple_get(fields, count)), 0);
        if (!there)
            break;
        count++;
    }
    Value positional = TRY(tuple_new(count));
    for (intptr_t i = 0; i < count; i++)
        tuple_init(positional, i, None);
    return tuple_of((Value)type_of(self), positional, TRY(dict_copy(dict)));
}

static MethodDef *const ast_methods[] = {M(ast_reduce), 0};

Type ast_base_type = {
    TYPE_HEAD("ast.AST", AstObject),
    .init = ast_init,
    .make = ast_make,
    .methods = ast_methods,
    .flags = TYPE_BASE,
    .tail_offset = sizeof(AstObject),
    .has_weakrefs = true,
};
