/* _opcode: what opcode.py asks about CPython's instructions. Weft's are others (`-X dis` lists
 * them), so none of CPython's numbers is a valid opcode here, and dis has nothing to show. */
#include "core/error.h"
#include "core/module.h"
#include "types/list.h"

#define NO_SUCH_OPCODE(id, name)                                                                   \
    FUNCTION(id, name, "opcode", "Whether the opcode is one of the running interpreter's: never.") \
    {                                                                                              \
        int opcode;                                                                                \
        TRY(index_as_int(args[0], &opcode));                                                       \
        return False;                                                                              \
    }
NO_SUCH_OPCODE(opcode_is_valid, "is_valid")
NO_SUCH_OPCODE(opcode_has_arg, "has_arg")
NO_SUCH_OPCODE(opcode_has_const, "has_const")
NO_SUCH_OPCODE(opcode_has_name, "has_name")
NO_SUCH_OPCODE(opcode_has_jump, "has_jump")
NO_SUCH_OPCODE(opcode_has_free, "has_free")
NO_SUCH_OPCODE(opcode_has_local, "has_local")
NO_SUCH_OPCODE(opcode_has_exc, "has_exc")

FUNCTION(opcode_stack_effect, "stack_effect", "opcode, oparg=None, /, *, jump=None",
         "Compute the stack effect of the opcode.")
{
    return raise(ValueError, "invalid opcode or oparg");
}

FUNCTION(opcode_get_specialization_stats, "get_specialization_stats", "",
         "Return the specialization stats")
{
    return None;
}

FUNCTION(opcode_get_executor, "get_executor", "*, code, offset",
         "Return the executor object at offset in code if exists, None otherwise.")
{
    return None;
}

#define EMPTY_LIST(id, name)                                                                       \
    FUNCTION(id, name, "", "Return a list of names: none.")                                        \
    {                                                                                              \
        return list_new(0);                                                                        \
    }
EMPTY_LIST(opcode_get_nb_ops, "get_nb_ops")
EMPTY_LIST(opcode_get_intrinsic1_descs, "get_intrinsic1_descs")
EMPTY_LIST(opcode_get_intrinsic2_descs, "get_intrinsic2_descs")

static MethodDef *const functions[] = {M(opcode_is_valid),
                                       M(opcode_has_arg),
                                       M(opcode_has_const),
                                       M(opcode_has_name),
                                       M(opcode_has_jump),
                                       M(opcode_has_free),
                                       M(opcode_has_local),
                                       M(opcode_has_exc),
                                       M(opcode_stack_effect),
                                       M(opcode_get_specialization_stats),
                                       M(opcode_get_executor),
                                       M(opcode_get_nb_ops),
                                       M(opcode_get_intrinsic1_descs),
                                       M(opcode_get_intrinsic2_descs),
                                       0};

static bool execute(Value module)
{
    return module_add(module, "ENABLE_SPECIALIZATION", False);
}

const ModuleDef module__opcode = {
    .name = "_opcode",
    .doc = "Opcode support module.",
    .functions = functions,
    .execute = execute,
};
