/* isinstance() and issubclass(), with and without the classes' own checks. */
#include "core/abstract.h"
#include "core/descriptor.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/thread.h"
#include "core/type_impl.h"
#include "types/tuple.h"
#include "types/union.h"

/* ---- classes that are no types, but have __bases__
 * ----------------------------------------------- */

/* The __bases__ tuple of what might be a class; *bases 0 if it is none. */
static bool bases_of(Value v, Value *bases)
{
    TRY(get_attr_optional(v, names.__bases__, bases));
    if (*bases && !is_tuple(*bases))
        *bases = 0;
    return true;
}

static int abstract_issubclass(Value derived, Value cls)
{
    for (;;) {
        if (derived == cls)
            return 1;
        Value bases;
        if (!bases_of(derived, &bases))
            return -1;
        intptr_t count = bases ? tuple_length(bases) : 0;
        if (count == 0)
            return 0;
        if (count == 1) {
            derived = tuple_get(bases, 0);
            continue;
        }
        if (!c_stack_check(" in __issubclass__"))
            return -1;
        for (intptr_t i = 0; i < count; i++) {
            int answer = abstract_issubclass(tuple_get(bases, i), cls);
            if (answer)
                return answer;
        }
        return 0;
    }
}

static bool check_class(Value cls, const char *message)
{
    Value bases;
    TRY(bases_of(cls, &bases));
    return bases || raise(TypeError, "%s", message);
}

/* ---- without hooks
 * --------------------------------------------------------------------------------- */

/* Is its __class__ what object's is? */
static bool has_plain_class(Value v)
{
    Type *type = type_of(v);
    if (!(type_flags(type) & TYPE_DEFAULT_GETATTR))
        return false;
    Value found = type_lookup(type, names.__class__);
    return found && has_shape(found, SHAPE_GETSET) && ((GetSet *)found)->owner == &object_type;
}

int isinstance_real(Value v, Value cls)
{
    Value claimed;
    if (is_type(cls)) {
        if (is_instance_of(v, (Type *)cls))
            return 1;
        if (has_plain_class(v))
            return 0;
        if (!get_attr_optional(v, names.__class__, &claimed))
            return -1;
        return claimed && claimed != (Value)type_of(v) && is_type(claimed) &&
               type_is_subtype((Type *)claimed, (Type *)cls);
    }
    if (!check_class(cls, "isinstance() arg 2 must be a type, a tuple of types, or a union") ||
        !get_attr_optional(v, names.__class__, &claimed))
        return -1;
    return claimed ? abstract_issubclass(claimed, cls) : 0;
}

int issubclass_real(Value derived, Value cls)
{
    if (is_type(derived) && is_type(cls))
        return type_is_subtype((Type *)derived, (Type *)cls);
    if (!check_class(derived, "issubclass() arg 1 must be a class") ||
        !check_class(cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union"))
        return -1;
    return abstract_issubclass(derived, cls);
}

/* ---- with hooks
 * ------------------------------------------------------------------------------------- */

/* `real` or the class's `hook` method, for one class or each of a tuple. */
static int check(Value v, Value cls, Value hook, int (*real)(Value, Value))
{
    if (type_of(cls) == &type_type)
        return real(v, cls);
    if (is_union(cls))
        cls = union_args(cls);
    if (is_tuple(cls)) {
        if (!c_stack_check(" in __instancecheck__"))
            return -1;
        for (intptr_t i = 0; i < tuple_length(cls); i++) {
            int answer = check(v, tuple_get(cls, i), hook, real);
            if (answer)
                return answer;
        }
        return 0;
    }
    Value result = call_special(hook, (Value[]){cls, v}, 2);
    if (result)
        return object_truth(result);
    return error_pending() ? -1 : real(v, cls);
}

int object_isinstance(Value v, Value class_or_tuple)
{
    if ((Value)type_of(v) == class_or_tuple)
        return 1;
    return check(v, class_or_tuple, names.__instancecheck__, isinstance_real);
}

int object_issubclass(Value v, Value class_or_tuple)
{
    return check(v, class_or_tuple, names.__subclasscheck__, issubclass_real);
}
