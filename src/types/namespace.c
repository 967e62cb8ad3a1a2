#include "types/namespace.h"
#include "core/attribute.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/str.h"
#include "types/tuple.h"

/* The attributes are all there is. */
typedef struct Namespace {
    Object ob;
} Namespace;

Value namespace_new(void)
{
    return (Value)NEW(Namespace, &namespace_type);
}

static Value namespace_make(Type *type, Value *args UNUSED, size_t nargs UNUSED,
                            Value kwnames UNUSED)
{
    return (Value)NEW(Namespace, type);
}

/* Into the dict, whatever the class has to say of attributes. */
static bool store(Value self, Value key, Value value)
{
    bool found;
    if (is_str_exact(key))
        return instance_store(self, str_intern(key), value, &found);
    return dict_set(TRY(instance_dict(self)), key, value);
}

static bool store_all(Value self, Value dict)
{
    intptr_t position = 0;
    Value key, value;
    while (dict_next(dict, &position, &key, &value))
        TRY(store(self, key, value));
    return true;
}

static bool check_keys(Value dict)
{
    intptr_t position = 0;
    Value key, value;
    while (dict_next(dict, &position, &key, &value))
        if (!is_str(key))
            return raise(TypeError, "keywords must be strings");
    return true;
}

static bool namespace_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    if (nargs > 1)
        return raise(TypeError, "%s expected at most 1 argument, got %zu",
                     type_short_name(type_of(self)), nargs);
    if (nargs) {
        Value dict = args[0];
        if (type_of(dict) != &dict_type) {
            dict = TRY(dict_new());
            TRY(dict_update(dict, args[0]));
        }
        TRY(check_keys(dict) && store_all(self, dict));
    }
    for (intptr_t i = 0; kwnames && i < tuple_length(kwnames); i++)
        TRY(store(self, tuple_get(kwnames, i), args[nargs + (size_t)i]));
    return true;
}

static Value namespace_repr(Value self)
{
    const char *name =
        type_of(self) == &namespace_type ? "namespace" : type_short_name(type_of(self));
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return str_format("%s(...)", name);
    StrBuilder b;
    builder_start(&b);
    builder_add(&b, str_format("%s(", name));
    Value dict = instance_dict(self), key, value, text = dict;
    intptr_t position = 0;
    bool first = true;
    while (text && dict_next(dict, &position, &key, &value)) {
        if (!is_str(key) || !str_length(key))
            continue;
        text = str_format("%s%V=%R", first ? "" : ", ", key, value);
        if (text)
            builder_add(&b, text);
        first = false;
    }
    repr_leave(self);
    if (!text)
        return 0;
    builder_add_char(&b, ')');
    return builder_finish(&b);
}

static Value namespace_compare(Value a, Value b, CompareOp op)
{
    if (!is_instance_of(a, &namespace_type) || !is_instance_of(b, &namespace_type))
        return NotImplemented;
    return object_compare(TRY(instance_dict(a)), TRY(instance_dict(b)), op);
}

METHOD(namespace_reduce, "__reduce__", "/", "Return state information for pickling")
{
    return tuple_of((Value)type_of(args[0]), tuple_empty(), TRY(instance_dict(args[0])));
}

METHOD(namespace_replace, "__replace__", "**changes",
       "Return a copy of the namespace object with new values for the specified attributes.")
{
    Value result = TRY(call0((Value)type_of(args[0])));
    if (!is_instance_of(result, &namespace_type))
        return raise(TypeError, "expect %N type, but %N() returned '%T' object", &namespace_type,
                     type_of(args[0]), result);
    TRY(store_all(result, TRY(instance_dict(args[0]))));
    if (args[1])
        TRY(store_all(result, args[1]));
    return result;
}

static const GetSetDef namespace_getset[] = {
    {"__dict__", instance_dict, 0, 0},
    {0},
};

static MethodDef *const namespace_methods[] = {M(namespace_reduce), M(namespace_replace), 0};

Type namespace_type = {
    TYPE_HEAD("types.SimpleNamespace", Namespace),
    .repr = namespace_repr,
    .hash = hash_unhashable,
    .compare = namespace_compare,
    .init = namespace_init,
    .make = namespace_make,
    .signature = "mapping_or_iterable=(), /, **kwargs",
    .doc = "A simple attribute-based namespace.",
    .methods = namespace_methods,
    .getset = namespace_getset,
    .tail_offset = sizeof(Namespace),
    .flags = TYPE_BASE,
    .has_weakrefs = true,
};

void namespace_start(void)
{
    type_ready(&namespace_type, 0);
}
