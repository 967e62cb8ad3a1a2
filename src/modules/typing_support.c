/* _typing_support: what lib/_typing.py can't say in Python about the classes that it defines. */
#include "core/error.h"
#include "core/module.h"
#include "core/type.h"
#include "types/union.h"

static bool check_class(Value v)
{
    return is_type(v) || raise(TypeError, "expected a class, not %T", v);
}

FUNCTION(typing_seal, "seal", "cls, /",
         "Make the attributes of the class impossible to set, like those of a builtin type.")
{
    TRY(check_class(args[0]));
    fetch_or_relaxed(&((Type *)args[0])->flags, (uint32_t)TYPE_IMMUTABLE);
    return args[0];
}

FUNCTION(typing_join_unions, "join_unions", "cls, /",
         "Let instances of the class be members of types.UnionType.")
{
    TRY(check_class(args[0]));
    fetch_or_relaxed(&((Type *)args[0])->flags, (uint32_t)TYPE_UNION_MEMBER);
    return args[0];
}

FUNCTION(typing_union, "union", "a, b, /", "a | b as a types.UnionType, or NotImplemented.")
{
    return union_of(args[0], args[1]);
}

static MethodDef *const functions[] = {M(typing_seal), M(typing_join_unions), M(typing_union), 0};

const ModuleDef module__typing_support = {
    .name = "_typing_support",
    .doc = "What _typing needs of the interpreter.",
    .functions = functions,
};
