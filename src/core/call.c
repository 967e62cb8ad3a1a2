/* Calls from C. */
#include "core/call.h"

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/attribute.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* Calls with so many arguments, or fewer, build their argument arrays on the C stack. */
#define STACK_ARGS 16

Value call(Value callee, Value *args, size_t nargs, Value kwnames)
{
    CallFn function = type_of(callee)->call;
    if (unlikely(!function))
        return raise(TypeError, "'%T' object is not callable", callee);
    TRY(c_stack_check(" while calling a Python object"));
    return function(callee, args, nargs, kwnames);
}

static size_t count_keywords(Value kwnames)
{
    return kwnames ? (size_t)tuple_length(kwnames) : 0;
}

static NOINLINE Value call_prepend_many(Value callee, Value first, Value *args, size_t nargs,
                                        size_t total, Value kwnames)
{
    Array *array = TRY(array_new((intptr_t)total + 1));
    gc_store(array, &array->items[0], first);
    gc_store_range(array, array->items + 1, args, total);
    return call(callee, array->items, nargs + 1, kwnames);
}

Value call_prepend(Value callee, Value first, Value *args, size_t nargs, Value kwnames)
{
    size_t total = nargs + count_keywords(kwnames);
    if (unlikely(total >= STACK_ARGS))
        return call_prepend_many(callee, first, args, nargs, total, kwnames);
    Value copy[STACK_ARGS];
    copy[0] = first;
    for (size_t i = 0; i < total; i++)
        copy[i + 1] = args[i];
    return call(callee, copy, nargs + 1, kwnames);
}

/* Appends the values of `kwargs` to `out` and gives the tuple of their names. */
static Value flatten_keywords(Value callee, Value kwargs, Value out)
{
    Value keys = TRY(dict_keys_list(kwargs));
    intptr_t count = list_length(keys);
    for (intptr_t i = 0; i < count; i++) {
        Value key = list_get(keys, i);
        if (!is_str(key) && !type_of(callee)->call)
            return call(callee, 0, 0, 0); /* for its complaint */
        if (!is_str(key))
            return raise(TypeError, "keywords must be strings");
        Value value;
        TRY(dict_find(kwargs, key, &value));
        if (!value)
            return raise(RuntimeError, "dictionary changed size during iteration");
        TRY(list_append(out, value));
    }
    return list_as_tuple(keys);
}

static bool all_strs(const Value *keys, intptr_t count)
{
    for (intptr_t i = 0; i < count; i++)
        if (!is_str(keys[i]))
            return false;
    return true;
}

Value call_tuple_dict(Value callee, Value args, Value kwargs)
{
    size_t nargs = (size_t)tuple_length(args);
    if (!kwargs || !dict_length(kwargs))
        return call(callee, ((Tuple *)args)->items, nargs, 0);
    Value few[STACK_ARGS], keys[STACK_ARGS];
    intptr_t named = nargs < STACK_ARGS ? dict_copy_items(kwargs, keys, few + nargs,
                                                          (intptr_t)(STACK_ARGS - nargs))
                                        : -1;
    if (named >= 0 && all_strs(keys, named)) {
        memcpy(few, ((Tuple *)args)->items, nargs * sizeof(Value));
        return call(callee, few, nargs, TRY(tuple_from_values(keys, named)));
    }
    Value all = TRY(list_from_values(((Tuple *)args)->items, (intptr_t)nargs));
    Value kwnames = TRY(flatten_keywords(callee, kwargs, all));
    return call(callee, ((List *)all)->items->items, nargs, kwnames);
}

/* ---- methods -------------------------------------------------------------------------------- */

Value call_method(Value name, Value *args, size_t nargs, Value kwnames)
{
    Value method;
    bool self_first;
    method = TRY(get_method(args[0], name, &self_first));
    return self_first ? call(method, args, nargs, kwnames)
                      : call(method, args + 1, nargs - 1, kwnames);
}

Value lookup_special(Value receiver, Value name, bool *self_first)
{
    Type *type = type_of(receiver);
    Value found = type_lookup(type, name);
    *self_first = false;
    if (!found)
        return 0;
    Type *kind = type_of(found);
    if (type_flags(kind) & TYPE_METHOD_LIKE) {
        *self_first = true;
        return found;
    }
    return kind->descr_get ? kind->descr_get(found, receiver, (Value)type) : found;
}

Value call_special(Value name, Value *args, size_t nargs)
{
    bool self_first;
    Value method = TRY(lookup_special(args[0], name, &self_first));
    return self_first ? call(method, args, nargs, 0) : call(method, args + 1, nargs - 1, 0);
}
