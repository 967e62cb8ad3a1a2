/* mappingproxy: every operation is the mapping's own. */
#include "types/mappingproxy.h"

#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/generic_alias.h"

typedef struct MappingProxy {
    Object ob;
    Value mapping; /* immutable after init */
} MappingProxy;

static Value mapping_of(Value self)
{
    return ((MappingProxy *)self)->mapping;
}

static void mappingproxy_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((MappingProxy *)self)->mapping);
}

Value mappingproxy_new(Value mapping)
{
    MappingProxy *p = TRY((MappingProxy *)alloc_object(SHAPE_MAPPINGPROXY, sizeof *p));
    p->mapping = mapping; /* NO_BARRIER: fresh, nothing allocated since */
    return (Value)p;
}

/* ---- slots
 * --------------------------------------------------------------------------------------- */

static Value mappingproxy_repr(Value self)
{
    return str_format("mappingproxy(%R)", mapping_of(self));
}

static Value mappingproxy_str(Value self)
{
    return object_str(mapping_of(self));
}

static bool mappingproxy_hash(Value self, int64_t *hash)
{
    return object_hash(mapping_of(self), hash);
}

static Value mappingproxy_compare(Value a, Value b, CompareOp op)
{
    return object_compare(mapping_of(a), b, op);
}

static intptr_t mappingproxy_length(Value self)
{
    return object_length(mapping_of(self));
}

static Value mappingproxy_getitem(Value self, Value key)
{
    return get_item(mapping_of(self), key);
}

static int mappingproxy_contains(Value self, Value key)
{
    return object_contains(mapping_of(self), key);
}

static Value mappingproxy_iter(Value self)
{
    return get_iter(mapping_of(self));
}

static Value unwrap(Value v)
{
    return has_layout(v, LAYOUT_MAPPINGPROXY) ? mapping_of(v) : v;
}

static Value mappingproxy_or(Value a, Value b)
{
    return number_binary(OP_OR, unwrap(a), unwrap(b));
}

static Value mappingproxy_ior(Value a, Value b)
{
    (void)b;
    return raise(TypeError, "'|=' is not supported by %T; use '|' instead", a);
}

/* ---- methods
 * --------------------------------------------------------------------------------------- */

METHOD(mappingproxy_get, "get", "key, default=None, /",
       "Return the value for key if key is in the mapping, else default.")
{
    return call_method2(mapping_of(args[0]), names.get, args[1], args[2]);
}

METHOD(mappingproxy_keys, "keys", "/", "a set-like object providing a view on D's keys")
{
    return call_method0(mapping_of(args[0]), names.keys);
}

METHOD(mappingproxy_values, "values", "/", "an object providing a view on D's values")
{
    return call_method0(mapping_of(args[0]), names.values);
}

METHOD(mappingproxy_items, "items", "/", "a set-like object providing a view on D's items")
{
    return call_method0(mapping_of(args[0]), names.items);
}

METHOD(mappingproxy_copy, "copy", "/", "a shallow copy of D")
{
    return call_method0(mapping_of(args[0]), names.copy);
}

METHOD(mappingproxy_reversed, "__reversed__", "/", "D.__reversed__() -> reverse iterator")
{
    return call_method0(mapping_of(args[0]), names.__reversed__);
}

CLASS_METHOD(mappingproxy_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

NEW_METHOD(mappingproxy_make, "mapping")
{
    Value mapping = args[1];
    if (!type_of(mapping)->getitem || is_list(mapping) || is_tuple(mapping))
        return raise(TypeError, "mappingproxy() argument must be a mapping, not %T", mapping);
    return mappingproxy_new(mapping);
}

static MethodDef *const mappingproxy_methods[] = {
    M(mappingproxy_get),           M(mappingproxy_keys),
    M(mappingproxy_values),        M(mappingproxy_items),
    M(mappingproxy_copy),          M(mappingproxy_reversed),
    M(mappingproxy_class_getitem), 0,
};

Type mappingproxy_type = {
    TYPE_HEAD("mappingproxy", MappingProxy),
    .repr = mappingproxy_repr,
    .str = mappingproxy_str,
    .hash = mappingproxy_hash,
    .compare = mappingproxy_compare,
    .iter = mappingproxy_iter,
    .or_ = mappingproxy_or,
    .ior = mappingproxy_ior,
    .length = mappingproxy_length,
    .getitem = mappingproxy_getitem,
    .contains = mappingproxy_contains,
    .doc = "Read-only proxy of a mapping.",
    .new_def = M(mappingproxy_make),
    .methods = mappingproxy_methods,
    .trace = mappingproxy_trace,
    .layout = LAYOUT_MAPPINGPROXY,
    .flags = TYPE_MAPPING,
};

void mappingproxy_start(void)
{
    type_ready(&mappingproxy_type, SHAPE_MAPPINGPROXY);
}
