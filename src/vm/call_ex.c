/* Calls with stars: f(*args, **kwargs). */
#include "core/abstract.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/interp_inline.h"
#include "vm/operations.h"

bool is_mapping_like(Value o)
{
    Value keys;
    if (is_dict(o))
        return true;
    if (!get_attr_optional(o, names.keys, &keys)) {
        error_clear_if(AttributeError);
        return false;
    }
    return keys != 0;
}

/* As messages name a callable: "name()". */
static Value callable_text(Value callee)
{
    Value name;
    if (!get_attr_optional(callee, names.__qualname__, &name) || !name || !is_str(name)) {
        error_clear();
        return object_str(callee);
    }
    Value module;
    if (get_attr_optional(callee, names.__module__, &module) && module && is_str(module) &&
        !str_equals(module, "builtins"))
        return str_format("%V.%V()", module, name);
    error_clear();
    return str_format("%V()", name);
}

bool merge_dict_call(Value dict, Value mapping, Value callee)
{
    if (!is_mapping_like(mapping)) {
        if (error_pending())
            return false;
        raise(TypeError, "%V argument after ** must be a mapping, not %T",
              TRY(callable_text(callee)), mapping);
        return false;
    }
    Value keys = mapping;
    if (!has_shape(mapping, SHAPE_DICT))
        keys = TRY(call_method0(mapping, names.keys));
    ITERATE(key, keys)
    {
        int known = dict_contains(dict, key);
        if (known < 0)
            return false;
        if (known) {
            raise(TypeError, "%V got multiple values for keyword argument '%V'",
                  TRY(callable_text(callee)), TRY(object_str(key)));
            return false;
        }
        if (!dict_set(dict, key, TRY(get_item(mapping, key))))
            return false;
    }
    return ITERATED;
}

/* Calls of Python functions with so many keyword arguments, or fewer, stay in vm_interpret. */
enum { SPREAD_KEYWORDS = 16 };

/* Will do_call run Python code for it in the same vm_interpret? */
static bool runs_in_place(Value callee)
{
    if (has_shape(callee, SHAPE_METHOD))
        callee = ((Method *)callee)->function;
    return has_layout(callee, LAYOUT_FUNCTION) || class_runs_in_place(callee);
}

/* The names of a dict's items, which are written to `values`; 0 if they are not few strs or another
 * thread may change them, or with an exception. */
static Value spread_keywords(Value keywords, Value *values)
{
    Value names_[SPREAD_KEYWORDS], values_[SPREAD_KEYWORDS];
    if (is_shared(keywords))
        return 0;
    intptr_t count = dict_copy_items(keywords, names_, values_, SPREAD_KEYWORDS);
    for (intptr_t i = 0; i < count; i++)
        if (!is_str(names_[i]))
            return 0;
    if (count < 0)
        return 0;
    memcpy(values, values_, (size_t)count * sizeof(Value));
    return tuple_from_values(names_, count);
}

/* What is written lies above all that the collector scans: the registers of the instruction go on
 * to hold it. The two words below are for what do_call puts in front: a receiver, a new instance.
 */
Value *call_ex_spread(Thread *thread, Value *area, size_t *nargs, Value *kwnames)
{
    Value keywords = area[2];
    if (!runs_in_place(area[0]) || (keywords && !has_shape(keywords, SHAPE_DICT)))
        return 0;
    if (has_shape(area[1], SHAPE_LIST))
        area[1] = TRY_OR(list_as_tuple(area[1]), 0);
    if (!has_shape(area[1], SHAPE_TUPLE))
        return 0;
    size_t count = (size_t)tuple_length(area[1]);
    Value *args = thread->gc.registers_top + FRAME_WORDS + 2;
    if (args + count + SPREAD_KEYWORDS > thread->stack_end)
        return 0;
    *kwnames = 0;
    if (keywords && dict_length(keywords)) {
        *kwnames = spread_keywords(keywords, args + count);
        if (!*kwnames)
            return 0;
    }
    memcpy(args, ((Tuple *)area[1])->items, count * sizeof(Value));
    *nargs = count;
    return args;
}

static Value positional_tuple(Value callee, Value positional)
{
    Value tuple = tuple_from_iterable(positional);
    if (!tuple && error_matches(TypeError) && !type_of(positional)->iter &&
        !is_sequence(positional)) {
        error_clear();
        raise(TypeError, "%V argument after * must be an iterable, not %T",
              TRY(callable_text(callee)), positional);
    }
    return tuple;
}

Value call_with_star(Value callee, Value positional, Value keywords)
{
    if (keywords && !has_shape(keywords, SHAPE_DICT)) {
        Value dict = TRY(dict_new());
        TRY(merge_dict_call(dict, keywords, callee));
        keywords = dict;
    }
    if (!is_tuple(positional))
        positional = TRY(positional_tuple(callee, positional));
    return call_tuple_dict(callee, positional, keywords);
}
