/* _collections: defaultdict, the getters of named tuples, and the loop of Counter. The deque is in
 * _collections_deque.c. */
#include "core/call.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/names.h"
#include "modules/_collections_inner.h"
#include "types/dict.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "gc/heap.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- defaultdict */

typedef struct DefaultDict {
    Dict dict;
    Value factory; /* atomic: 0 or None if there is none */
} DefaultDict;

static Value factory_of(Value self)
{
    Value factory = load_acquire(&((DefaultDict *)self)->factory);
    return factory ? factory : None;
}

static void defaultdict_trace(Object *self, Tracer *tracer)
{
    dict_type.trace(self, tracer);
    gc_visit(tracer, load_relaxed(&((DefaultDict *)self)->factory));
}

static bool defaultdict_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    Value factory = nargs ? args[0] : None;
    if (factory != None && !type_of(factory)->call)
        return raise(TypeError, "first argument must be callable or None");
    DefaultDict *d = (DefaultDict *)self;
    gc_store(d, &d->factory, factory);
    return dict_update_arguments(self, "dict", args + (nargs > 0), nargs - (nargs > 0), kwnames);
}

/* The store is setdefault's, so that all threads which miss a key get the same value. */
METHOD(defaultdict_missing, "__missing__", "key, /",
       "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n"
       "  if self.default_factory is None: raise KeyError((key,))\n"
       "  self[key] = value = self.default_factory()\n"
       "  return value\n")
{
    Value factory = factory_of(args[0]);
    if (factory == None)
        return raise_key_error(args[1]);
    return dict_set_default(args[0], args[1], TRY(call0(factory)));
}

static Value copy(Value self)
{
    return call2((Value)type_of(self), factory_of(self), self);
}

METHOD(defaultdict_copy, "copy", "/", "D.copy() -> a shallow copy of D.")
{
    return copy(args[0]);
}

METHOD(defaultdict_dunder_copy, "__copy__", "/", "D.copy() -> a shallow copy of D.")
{
    return copy(args[0]);
}

METHOD(defaultdict_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    Value factory = factory_of(args[0]);
    Value arguments = factory == None ? tuple_empty() : TRY(tuple_of(factory));
    Value items = TRY(get_iter(TRY(call_method0(args[0], names.items))));
    return tuple_of((Value)type_of(args[0]), arguments, None, None, items);
}

static Value defaultdict_repr(Value self)
{
    bool recursive;
    Value contents = TRY(dict_type.repr(self)), factory = factory_of(self), text;
    TRY(repr_enter(factory, &recursive));
    if (recursive)
        text = str_from_cstring("...");
    else {
        text = object_repr(factory);
        repr_leave(factory);
    }
    return str_format("%s(%V, %V)", type_short_name(type_of(self)), TRY(text), contents);
}

static Value defaultdict_or(Value a, Value b)
{
    if (!is_dict(a) || !is_dict(b))
        return NotImplemented;
    Value self = is_instance_of(a, &defaultdict_type) ? a : b;
    Value result = TRY(call2((Value)type_of(self), factory_of(self), a));
    TRY(dict_update(result, b));
    return result;
}

CLASS_METHOD(defaultdict_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static bool set_factory(Value self, Value value)
{
    DefaultDict *d = (DefaultDict *)self;
    gc_store(d, &d->factory, value ? value : None);
    return true;
}

static const GetSetDef defaultdict_getset[] = {
    {"default_factory", factory_of, set_factory,
     "Factory for default value called by __missing__()."},
    {0},
};

static MethodDef *const defaultdict_methods[] = {
    M(defaultdict_missing), M(defaultdict_copy),          M(defaultdict_dunder_copy),
    M(defaultdict_reduce),  M(defaultdict_class_getitem), 0};

Type defaultdict_type = {
    TYPE_HEAD("collections.defaultdict", DefaultDict),
    .base = &dict_type,
    .repr = defaultdict_repr,
    .init = defaultdict_init,
    .or_ = defaultdict_or,
    .doc = "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\n"
           "The default factory is called without arguments to produce\n"
           "a new value when a key is not present, in __getitem__ only.\n"
           "A defaultdict compares equal to a dict with the same items.\n"
           "All remaining arguments are treated the same as if they were\n"
           "passed to the dict constructor, including keyword arguments.",
    .methods = defaultdict_methods,
    .getset = defaultdict_getset,
    .trace = defaultdict_trace,
    .layout = LAYOUT_DICT,
    .flags = TYPE_BASE,
};

/* ---- fields of named tuples */

typedef struct TupleGetter {
    Object ob;
    intptr_t index; /* immutable after init */
    Value doc;      /* atomic */
} TupleGetter;

static void tuplegetter_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((TupleGetter *)self)->doc));
}

NEW_METHOD(tuplegetter_make, "index, doc, /")
{
    intptr_t index = TRY_INDEX(args[1]);
    TupleGetter *self = TRY(NEW(TupleGetter, (Type *)args[0]));
    self->index = index;
    self->doc = args[2]; /* NO_BARRIER: fresh, nothing allocated since */
    return (Value)self;
}

static Value tuplegetter_get(Value v, Value instance, Value owner UNUSED)
{
    TupleGetter *self = (TupleGetter *)v;
    if (!instance || instance == None)
        return v;
    if (!is_tuple(instance))
        return raise(TypeError,
                     "descriptor for index '%zd' for tuple subclasses doesn't apply to '%T' object",
                     self->index, instance);
    if (self->index < 0 || self->index >= tuple_length(instance))
        return raise(IndexError, "tuple index out of range");
    return tuple_get(instance, self->index);
}

static bool tuplegetter_set(Value self UNUSED, Value instance UNUSED, Value value)
{
    return raise(AttributeError, value ? "can't set attribute" : "can't delete attribute");
}

static Value tuplegetter_repr(Value v)
{
    TupleGetter *self = (TupleGetter *)v;
    Value doc = load_acquire(&self->doc); /* 0: it was deleted */
    if (!doc)
        return str_format("%s(%zd, <NULL>)", type_short_name(type_of(v)), self->index);
    return str_format("%s(%zd, %R)", type_short_name(type_of(v)), self->index, doc);
}

METHOD(tuplegetter_reduce, "__reduce__", "/", 0)
{
    TupleGetter *self = (TupleGetter *)args[0];
    Value index = TRY(int_from(self->index)), doc = load_acquire(&self->doc);
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(index, doc ? doc : None)));
}

static MethodDef *const tuplegetter_methods[] = {M(tuplegetter_reduce), 0};
static const MemberDef tuplegetter_members[] = {
    {"__doc__", MEMBER_VALUE, offsetof(TupleGetter, doc), false, 0},
    {0},
};

Type tuplegetter_type = {
    TYPE_HEAD("collections._tuplegetter", TupleGetter),
    .repr = tuplegetter_repr,
    .descr_get = tuplegetter_get,
    .descr_set = tuplegetter_set,
    .new_def = M(tuplegetter_make),
    .methods = tuplegetter_methods,
    .members = tuplegetter_members,
    .trace = tuplegetter_trace,
};

/* ---- Counter */

/* Counting may go around the mapping's methods: it is a dict whose class overrides none. */
static bool is_plain_counter(Value mapping)
{
    Type *type = type_of(mapping);
    return is_dict(mapping) &&
           type_lookup(type, names.__setitem__) == type_lookup(&dict_type, names.__setitem__) &&
           type_lookup(type, names.get) == type_lookup(&dict_type, names.get);
}

/* Adds one to the item's count, atomically. */
static bool count_shared(Value mapping, Value item, int64_t hash)
{
    bool done = false;
    while (!done) {
        Value count = TRY(dict_set_default_hash(mapping, item, hash, int_small(0)));
        Value next = TRY(number_binary(OP_ADD, count, int_small(1)));
        TRY(dict_replace(mapping, item, hash, count, next, &done));
    }
    return true;
}

FUNCTION(count_elements, "_count_elements", "mapping, iterable, /",
         "Count elements in the iterable, updating the mapping")
{
    Value mapping = args[0], one = int_small(1);
    bool plain = is_plain_counter(mapping);
    ITERATE(item, args[1])
    {
        if (plain) {
            int64_t hash;
            TRY(object_hash(item, &hash));
            if (is_shared(mapping)) {
                TRY(count_shared(mapping, item, hash));
                continue;
            }
            Value count = dict_get_hash(mapping, item, hash);
            if (!count && error_pending())
                return 0;
            Value next = count ? TRY(number_binary(OP_ADD, count, one)) : one;
            TRY(dict_set_hash(mapping, item, hash, next));
        } else {
            Value count = TRY(call_method2(mapping, names.get, item, int_small(0)));
            TRY(set_item(mapping, item, TRY(number_binary(OP_ADD, count, one))));
        }
    }
    return ITERATED ? None : 0;
}

static MethodDef *const functions[] = {M(count_elements), 0};

static bool execute(Value module)
{
    static Type *const types[] = {
        &deque_type,       &deque_iterator_type, &deque_reverse_iterator_type,
        &defaultdict_type, &tuplegetter_type,    &ordered_dict_type};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        type_ready(types[i], 0);
        TRY(module_add_type(module, types[i]));
    }
    type_ready(&ordered_iterator_type, 0);
    type_ready(&ordered_keys_type, 0);
    type_ready(&ordered_values_type, 0);
    type_ready(&ordered_items_type, 0);
    return true;
}

const ModuleDef module__collections = {
    .name = "_collections",
    .doc = "High performance data structures.",
    .functions = functions,
    .execute = execute,
};
