/* types.UnionType: a flat tuple of different types, in the order given; equality and hash ignore
 * the order. */
#include "types/union.h"

#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/thread.h"
#include "types/generic_alias.h"
#include "types/list.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct Union {
    Object ob;
    Value args;       /* tuple; immutable after init */
    Value parameters; /* tuple of the type variables in args; atomic: 0 until asked for */
} Union;

bool is_union(Value v)
{
    return type_of(v) == &union_type;
}

Value union_args(Value v)
{
    return ((Union *)v)->args;
}

static void union_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Union *)self)->args);
    gc_visit(tracer, ((Union *)self)->parameters);
}

/* ---- making
 * ------------------------------------------------------------------------------------------------
 */

static bool may_be_member(Value v)
{
    return v == None || is_type(v) || is_instance_of(v, &generic_alias_type) ||
           type_of(v)->or_ == union_of || type_flags(type_of(v)) & TYPE_UNION_MEMBER;
}

/* 1, 0, -1: is it in the list already? Generic aliases by equality, types by identity. */
static int is_listed(Value list, Value v)
{
    bool by_value = is_instance_of(v, &generic_alias_type);
    for (intptr_t i = 0; i < list_length(list); i++) {
        Value other = list_get(list, i);
        if (other == v)
            return 1;
        if (!by_value || !is_instance_of(other, &generic_alias_type))
            continue;
        int equal = object_equal(v, other);
        if (equal)
            return equal;
    }
    return 0;
}

static bool add_member(Value list, Value v)
{
    if (is_union(v)) {
        for (intptr_t i = 0; i < tuple_length(union_args(v)); i++)
            TRY(add_member(list, tuple_get(union_args(v), i)));
        return true;
    }
    if (v == None)
        v = (Value)&none_type;
    int listed = is_listed(list, v);
    return listed > 0 || (listed == 0 && list_append(list, v));
}

Value union_of(Value a, Value b)
{
    if (!may_be_member(a) || !may_be_member(b))
        return NotImplemented;
    Value list = TRY(list_new(2));
    TRY(add_member(list, a));
    TRY(add_member(list, b));
    if (list_length(list) == 1)
        return list_get(list, 0);
    Value args = TRY(list_as_tuple(list));
    Union *u = (Union *)TRY(object_alloc(&union_type));
    gc_store(u, &u->args, args);
    return (Value)u;
}

/* ---- slots
 * ---------------------------------------------------------------------------------------------------
 */

static Value member_repr(Value v)
{
    if (v == (Value)&none_type)
        return str_from_cstring("None");
    if (!is_type(v) || is_instance_of(v, &generic_alias_type))
        return object_repr(v);
    Value qualname = TRY(get_attr(v, names.__qualname__)), module;
    TRY(get_attr_optional(v, names.__module__, &module));
    if (!module || module == None || (is_str(module) && str_equals(module, "builtins")))
        return object_str(qualname);
    return str_format("%V.%V", module, qualname);
}

static Value union_repr(Value self)
{
    Value parts = TRY(list_new(2)), args = union_args(self);
    for (intptr_t i = 0; i < tuple_length(args); i++)
        TRY(list_append(parts, TRY(member_repr(tuple_get(args, i)))));
    return str_join(TRY(str_from_cstring(" | ")), parts);
}

static bool union_hash(Value self, int64_t *hash)
{
    return object_hash(TRY(frozenset_from_iterable(union_args(self))), hash);
}

static Value union_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !is_union(a) || !is_union(b))
        return NotImplemented;
    Value x = TRY(frozenset_from_iterable(union_args(a)));
    Value y = TRY(frozenset_from_iterable(union_args(b)));
    return object_compare(x, y, op);
}

/* The module is the type's, as an instance of a builtin type has none. */
static Value union_getattr(Value self, Value name)
{
    if (is_str(name) && str_equals(name, "__module__"))
        return get_attr((Value)&union_type, name);
    return generic_getattr(self, name);
}

static Value parameters_of(Value self)
{
    Union *u = (Union *)self;
    Value parameters = load_acquire(&u->parameters);
    if (parameters)
        return parameters;
    parameters = TRY(generic_parameters(u->args));
    gc_store(u, &u->parameters, parameters);
    return parameters;
}

/* (T | int)[str]: the arguments with type variables replaced, joined again by |. */
static Value union_getitem(Value self, Value items)
{
    Value parameters = TRY(parameters_of(self));
    Value args = TRY(generic_substitute(self, union_args(self), parameters, items));
    Value result = 0;
    for (intptr_t i = 0; i < tuple_length(args); i++) {
        Value arg = tuple_get(args, i);
        result = result ? TRY(number_binary(OP_OR, result, arg)) : arg;
    }
    return result;
}

static const MemberDef union_members[] = {
    {"__args__", MEMBER_VALUE, offsetof(Union, args), true, 0},
    {0},
};

static const GetSetDef union_getset[] = {
    {"__parameters__", parameters_of, 0, "Type variables in the types.UnionType."},
    {0},
};

Type union_type = {
    TYPE_HEAD("types.UnionType", Union),
    .repr = union_repr,
    .hash = union_hash,
    .compare = union_compare,
    .getattr = union_getattr,
    .or_ = union_of,
    .getitem = union_getitem,
    .doc = "Represent a PEP 604 union type\n\nE.g. for int | str",
    .getset = union_getset,
    .members = union_members,
    .trace = union_trace,
    .has_weakrefs = true,
};

void union_start(void)
{
    type_ready(&union_type, 0);
    generic_union_hook = union_of;
}
