/* The match statement's mapping and class patterns. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/operations.h"

/* Through get(key, marker), so that __missing__ does not run. */
Value match_keys(Value subject, Value keys)
{
    intptr_t n = tuple_length(keys);
    Value values = TRY(tuple_new(n)), seen = TRY(set_new());
    Value get = 0, marker = n ? TRY(object_alloc(&object_type)) : 0;
    if (!has_shape(subject, SHAPE_DICT) && n)
        get = TRY(get_attr(subject, names.get));
    for (intptr_t i = 0; i < n; i++) {
        Value key = tuple_get(keys, i), value;
        int repeated = set_contains(seen, key);
        if (repeated < 0)
            return 0;
        if (repeated)
            return raise(ValueError, "mapping pattern checks duplicate key (%R)", key);
        TRY(set_add(seen, key));
        if (get) {
            value = TRY(call2(get, key, marker));
            if (value == marker)
                return None;
        } else {
            TRY(dict_find(subject, key, &value));
            if (!value)
                return None;
        }
        tuple_init(values, i, value);
    }
    return values;
}

/* One attribute of the subject; *none if it has no such. */
static Value match_attribute(Value subject, Value class, Value name, Value seen, bool *none)
{
    int repeated = set_contains(seen, name);
    if (repeated < 0)
        return 0;
    if (repeated)
        return raise(TypeError, "%s() got multiple sub-patterns for attribute %R",
                     type_short_name((Type *)class), name);
    TRY(set_add(seen, name));
    Value value;
    TRY(get_attr_optional(subject, name, &value));
    *none = value == 0;
    return value;
}

static Value match_args_of(Value class)
{
    Value match_args;
    TRY(get_attr_optional(class, names.__match_args__, &match_args));
    if (!match_args)
        return tuple_empty();
    if (!is_tuple(match_args))
        return raise(TypeError, "%s.__match_args__ must be a tuple (got %T)",
                     type_short_name((Type *)class), match_args);
    return match_args;
}

static Value match_positional(Value subject, Value class, unsigned count, Value seen, Value list,
                              bool *none)
{
    Value match_args = TRY(match_args_of(class));
    intptr_t allowed = tuple_length(match_args);
    bool self = type_flags((Type *)class) & TYPE_MATCH_SELF && !allowed;
    if (self)
        allowed = 1;
    if ((intptr_t)count > allowed)
        return raise(TypeError, "%s() accepts %zd positional sub-pattern%s (%u given)",
                     type_short_name((Type *)class), allowed, allowed == 1 ? "" : "s", count);
    if (self) {
        TRY(list_append(list, subject));
        return list;
    }
    for (unsigned i = 0; i < count; i++) {
        Value name = tuple_get(match_args, i);
        if (!is_str_exact(name))
            return raise(TypeError, "__match_args__ elements must be strings (got %T)", name);
        Value value = match_attribute(subject, class, name, seen, none);
        if (!value)
            return 0;
        TRY(list_append(list, value));
    }
    return list;
}

Value match_class(Value subject, Value class, unsigned positional, Value keyword_names)
{
    if (!is_type(class))
        return raise(TypeError, "called match pattern must be a class");
    int instance = object_isinstance(subject, class);
    if (instance <= 0)
        return instance < 0 ? 0 : None;
    Value seen = TRY(set_new()), values = TRY(list_new(0));
    bool none = false;
    if (positional && !match_positional(subject, class, positional, seen, values, &none))
        return none ? None : 0;
    for (intptr_t i = 0; i < tuple_length(keyword_names); i++) {
        Value value = match_attribute(subject, class, tuple_get(keyword_names, i), seen, &none);
        if (!value)
            return none ? None : 0;
        TRY(list_append(values, value));
    }
    return list_as_tuple(values);
}
