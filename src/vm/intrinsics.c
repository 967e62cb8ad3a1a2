/* The rest of the instructions' out-of-line halves: class building, interactive printing, and
 * type parameters, whose objects the `_typing` module makes. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/str.h"
#include "vm/import.h"
#include "vm/operations.h"
#include "vm/state.h"

bool print_expression(Value o)
{
    Value hook = sys_get("displayhook");
    if (!hook) {
        if (!error_pending())
            raise(RuntimeError, "lost sys.displayhook");
        return false;
    }
    return call1(hook, o) != 0;
}

Value load_build_class(Frame *frame)
{
    Value function = is_dict(frame->function->builtins)
                         ? dict_get_str(frame->function->builtins, names.__build_class__)
                         : get_item(frame->function->builtins, names.__build_class__);
    if (!function && !error_pending())
        return raise(NameError, "__build_class__ not found");
    return function;
}

static Value typing_function(const char *name)
{
    Value module = TRY(import_absolute(names._typing));
    return get_attr_string(module, name);
}

Value intrinsic_1(unsigned which, Value a)
{
    static const char *const functions[] = {
        [INTRINSIC_TYPEVAR] = "_make_typevar",
        [INTRINSIC_PARAMSPEC] = "_make_paramspec",
        [INTRINSIC_TYPEVARTUPLE] = "_make_typevartuple",
        [INTRINSIC_SUBSCRIPT_GENERIC] = "_subscript_generic",
        [INTRINSIC_TYPEALIAS] = "_make_typealias",
    };
    ASSERT(which < COUNT_OF(functions));
    return call1(TRY(typing_function(functions[which])), a);
}

Value intrinsic_2(unsigned which, Value a, Value b)
{
    switch (which) {
    case INTRINSIC_TYPEVAR_WITH_BOUND:
        return call2(TRY(typing_function("_make_typevar_with_bound")), a, b);
    case INTRINSIC_TYPEVAR_WITH_CONSTRAINTS:
        return call2(TRY(typing_function("_make_typevar_with_constraints")), a, b);
    case INTRINSIC_SET_TYPEPARAM_DEFAULT:
        return call2(TRY(typing_function("_set_typeparam_default")), a, b);
    case INTRINSIC_SET_TYPE_PARAMS:
        function_set_part((Function *)a, PART_TYPE_PARAMS, b);
        return a;
    default:
        return raise(SystemError, "unknown intrinsic function %u", which);
    }
}
