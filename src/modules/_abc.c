/* _abc: the checks behind abc.ABCMeta.
 *
 * Each abstract class has an AbcData: the classes registered with it, and the classes that were
 * found to be, or not to be, subclasses. All are weak references in sets; dead ones are dropped
 * when a set has grown to twice what it was. Registering a class anywhere makes all negative
 * answers void. */
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/set.h"
#include "types/tuple.h"
#include "types/weakref.h"

typedef struct AbcData {
    Object ob;
    Value registry, cache, negative; /* sets of weak references, or 0; atomic */
    uint64_t version;                /* of `negative`; atomic */
    intptr_t limits[3];              /* lengths beyond which to drop dead ones; atomic */
} AbcData;

typedef enum { REGISTRY, CACHE, NEGATIVE } Which;

static uint64_t registrations; /* atomic */
static Type abc_data_type;

static void abc_data_trace(Object *self, Tracer *tracer)
{
    AbcData *data = (AbcData *)self;
    gc_visit(tracer, load_relaxed(&data->registry));
    gc_visit(tracer, load_relaxed(&data->cache));
    gc_visit(tracer, load_relaxed(&data->negative));
}

static Type abc_data_type = {
    TYPE_HEAD("_abc._abc_data", AbcData),
    .trace = abc_data_trace,
    .doc = "Internal state held by ABC machinery.",
    .flags = TYPE_NO_NEW,
};

static AbcData *data_of(Value class)
{
    Value data = get_attr(class, names._abc_impl);
    if (data && type_of(data) != &abc_data_type)
        return (AbcData *)raise(TypeError, "_abc_impl is set to a wrong type");
    return (AbcData *)data;
}

/* ---- sets of weak references */

static Value *set_slot(AbcData *data, Which which)
{
    return which == REGISTRY ? &data->registry : which == CACHE ? &data->cache : &data->negative;
}

static bool drop_dead(Value set)
{
    Value list = TRY(set_items_list(set));
    for (intptr_t i = 0; i < list_length(list); i++)
        if (!weakref_target(list_get(list, i)))
            TRY_NOT_NEGATIVE(set_discard(set, list_get(list, i)), false);
    return true;
}

/* The set, made if there is none yet. */
static Value set_in(AbcData *data, Value *slot)
{
    Value set = load_acquire(slot);
    if (set)
        return set;
    Value fresh = TRY(set_new());
    WITH_LOCK (data) {
        set = load_acquire(slot); /* is_known_not() takes it away without the lock */
        if (!set)
            gc_store(data, slot, set = fresh);
    }
    return set;
}

/* To `set`, which is or was that of `which`. */
static bool add_to_set(AbcData *data, Which which, Value set, Value class)
{
    TRY(set_add(set, TRY(weakref_new(class))));
    intptr_t limit = load_relaxed(&data->limits[which]);
    if (set_length(set) > (limit > 16 ? limit : 16)) {
        TRY(drop_dead(set));
        store_relaxed(&data->limits[which], 2 * set_length(set));
    }
    return true;
}

static bool add_to(AbcData *data, Which which, Value class)
{
    return add_to_set(data, which, TRY(set_in(data, set_slot(data, which))), class);
}

static int is_in(AbcData *data, Which which, Value class)
{
    Value set = load_acquire(set_slot(data, which));
    if (!set || !set_length(set))
        return 0;
    Value ref = TRY_OR(weakref_new(class), -1);
    return set_contains(set, ref);
}

static bool forget(AbcData *data, Which which)
{
    Value *slot = set_slot(data, which);
    Value set = load_acquire(slot);
    return !set || set_clear(set);
}

/* Whether it is known that `class` is no subclass. What is known from before a registration goes
 * with its set: who is still adding to that does not add to the new one. */
static int is_known_not(AbcData *data, Value class)
{
    uint64_t now = load_acquire(&registrations);
    if (load_acquire(&data->version) < now) {
        store_release(&data->negative, (Value)0); /* NO_BARRIER: 0 */
        store_release(&data->version, now);
        return 0;
    }
    return is_in(data, NEGATIVE, class);
}

/* ---- making an abstract class */

static bool is_abstract(Value v, bool *result)
{
    Value flag;
    *result = false;
    TRY(get_attr_optional(v, names.__isabstractmethod__, &flag));
    if (flag) {
        int truth = TRY_NOT_NEGATIVE(object_truth(flag), false);
        *result = truth;
    }
    return true;
}

static bool add_own_abstract(Value class, Value found)
{
    Value items = TRY(dict_items_list(((Type *)class)->dict));
    for (intptr_t i = 0; i < list_length(items); i++) {
        Value item = list_get(items, i);
        bool abstract;
        TRY(is_abstract(tuple_get(item, 1), &abstract));
        if (abstract)
            TRY(set_add(found, tuple_get(item, 0)));
    }
    return true;
}

static bool add_inherited_abstract(Value class, Value base, Value found)
{
    Value inherited;
    TRY(get_attr_optional(base, names.__abstractmethods__, &inherited));
    if (!inherited)
        return true;
    Value list = TRY(list_from_iterable(inherited));
    for (intptr_t i = 0; i < list_length(list); i++) {
        Value value;
        bool abstract = false;
        TRY(get_attr_optional(class, list_get(list, i), &value));
        if (value)
            TRY(is_abstract(value, &abstract));
        if (abstract)
            TRY(set_add(found, list_get(list, i)));
    }
    return true;
}

/* __abc_tpflags__ says whether instances match sequence or mapping patterns (Py_TPFLAGS_SEQUENCE
 * and Py_TPFLAGS_MAPPING). */
static bool take_pattern_flags(Type *class)
{
    Value flags = dict_get_cstring(class->dict, "__abc_tpflags__");
    if (!flags)
        return !error_pending();
    int64_t bits;
    if (!is_int_any(flags) || !int_to_i64(flags, &bits))
        return true;
    if ((bits & 96) == 96)
        return raise(TypeError,
                     "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
    if (bits & 32)
        fetch_or_relaxed(&class->flags, (uint32_t)TYPE_SEQUENCE);
    if (bits & 64)
        fetch_or_relaxed(&class->flags, (uint32_t)TYPE_MAPPING);
    return set_attr_string((Value) class, "__abc_tpflags__", 0);
}

FUNCTION(abc_init, "_abc_init", "object, /",
         "Internal ABC helper for class set-up. Should be never used outside abc module.")
{
    Value class = args[0];
    if (!is_type(class))
        return raise_bad_argument("_abc_init", "type", class);
    Value found = TRY(set_new()), bases = load_acquire(&((Type *)class)->bases);
    TRY(add_own_abstract(class, found));
    for (intptr_t i = 0; i < tuple_length(bases); i++)
        TRY(add_inherited_abstract(class, tuple_get(bases, i), found));
    TRY(set_attr(class, names.__abstractmethods__, TRY(frozenset_from_iterable(found))));
    Value data = TRY(object_alloc(&abc_data_type));
    ((AbcData *)data)->version = load_acquire(&registrations);
    TRY(set_attr(class, names._abc_impl, data));
    TRY(take_pattern_flags((Type *)class));
    return None;
}

/* ---- checks */

/* Classes take the pattern flags of an ABC that they are registered with, and their subclasses with
 * them; builtin types are what they are. */
static bool set_pattern_flags(Type *class, uint32_t pattern)
{
    const uint32_t both = TYPE_SEQUENCE | TYPE_MAPPING;
    if (!(type_flags(class) & TYPE_HEAP) || (type_flags(class) & both) == pattern)
        return true;
    fetch_and_relaxed(&class->flags, ~both);
    fetch_or_relaxed(&class->flags, pattern);
    Value list = TRY(type_subclasses_list(class));
    for (intptr_t i = 0; i < list_length(list); i++)
        TRY(set_pattern_flags((Type *)list_get(list, i), pattern));
    return true;
}

FUNCTION(abc_register, "_abc_register", "self, subclass, /",
         "Internal ABC helper for subclass registration. Should be never used outside abc module.")
{
    Value self = args[0], subclass = args[1];
    if (!is_type(subclass))
        return raise(TypeError, "Can only register classes");
    int already = TRY_NOT_NEGATIVE(object_issubclass(subclass, self), 0);
    if (already)
        return subclass;
    int cycle = TRY_NOT_NEGATIVE(object_issubclass(self, subclass), 0);
    if (cycle)
        return raise(RuntimeError, "Refusing to create an inheritance cycle");
    AbcData *data = TRY(data_of(self));
    TRY(add_to(data, REGISTRY, subclass));
    fetch_add_acq_rel(&registrations, 1);
    if (is_type(self)) {
        uint32_t pattern = type_flags((Type *)self) & (TYPE_SEQUENCE | TYPE_MAPPING);
        if (pattern)
            TRY(set_pattern_flags((Type *)subclass, pattern));
    }
    return subclass;
}

static int check_subclass(Value self, Value subclass)
{
    return object_truth(TRY_OR(call_method1(self, names.__subclasscheck__, subclass), -1));
}

FUNCTION(abc_instancecheck, "_abc_instancecheck", "self, instance, /",
         "Internal ABC helper for instance checks. Should be never used outside abc module.")
{
    AbcData *data = TRY(data_of(args[0]));
    Value class = TRY(get_attr(args[1], names.__class__)), type = (Value)type_of(args[1]);
    int result = TRY_NOT_NEGATIVE(is_in(data, CACHE, class), 0);
    if (result)
        return True;
    if (class == type) {
        result = TRY_NOT_NEGATIVE(is_known_not(data, class), 0);
        if (result)
            return False;
        return call_method1(args[0], names.__subclasscheck__, class);
    }
    result = TRY_NOT_NEGATIVE(check_subclass(args[0], class), 0);
    if (result)
        return True;
    return call_method1(args[0], names.__subclasscheck__, type);
}

/* 1, 0, -1, or 2 if the class's own hook does not tell. */
static int ask_hook(Value self, Value subclass)
{
    Value answer = TRY_OR(call_method1(self, names.__subclasshook__, subclass), -1);
    if (answer == True)
        return 1;
    if (answer == False)
        return 0;
    if (answer == NotImplemented)
        return 2;
    raise(AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
    return -1;
}

static int is_subclass_of_registered(AbcData *data, Value subclass)
{
    Value registry = load_acquire(&data->registry);
    if (!registry)
        return 0;
    Value list = TRY_OR(set_items_list(registry), -1);
    for (intptr_t i = 0; i < list_length(list); i++) {
        Value class = weakref_target(list_get(list, i));
        int result = class ? object_issubclass(subclass, class) : 0;
        if (result)
            return result;
    }
    return 0;
}

static int is_subclass_of_derived(Value self, Value subclass)
{
    Value list = TRY_OR(call_method0(self, names.__subclasses__), -1);
    if (!is_list(list)) {
        raise(TypeError, "__subclasses__() must return a list");
        return -1;
    }
    Value derived;
    for (intptr_t i = 0; (derived = list_get(list, i)) != 0; i++) {
        int result = object_issubclass(subclass, derived);
        if (result)
            return result;
    }
    return 0;
}

static int find_out(AbcData *data, Value self, Value subclass)
{
    int result = ask_hook(self, subclass);
    if (result != 2)
        return result;
    Value mro = load_acquire(&((Type *)subclass)->mro);
    for (intptr_t i = 0; i < tuple_length(mro); i++)
        if (tuple_get(mro, i) == self)
            return 1;
    result = is_subclass_of_registered(data, subclass);
    return result ? result : is_subclass_of_derived(self, subclass);
}

FUNCTION(abc_subclasscheck, "_abc_subclasscheck", "self, subclass, /",
         "Internal ABC helper for subclasss checks. Should be never used outside abc module.")
{
    Value self = args[0], subclass = args[1];
    if (!is_type(subclass))
        return raise(TypeError, "issubclass() arg 1 must be a class");
    AbcData *data = TRY(data_of(self));
    int result = TRY_NOT_NEGATIVE(is_in(data, CACHE, subclass), 0);
    if (result)
        return True;
    result = TRY_NOT_NEGATIVE(is_known_not(data, subclass), 0);
    if (result)
        return False;
    Value negative = TRY(set_in(data, &data->negative)); /* of now: see is_known_not */
    result = TRY_NOT_NEGATIVE(find_out(data, self, subclass), 0);
    if (result)
        TRY(add_to(data, CACHE, subclass));
    else
        TRY(add_to_set(data, NEGATIVE, negative, subclass));
    return bool_value(result);
}

/* ---- for tests and debugging */

FUNCTION(abc_get_cache_token, "get_cache_token", "",
         "Returns the current ABC cache token.\n\n"
         "The token is an opaque object (supporting equality testing) identifying the\n"
         "current version of the ABC cache for virtual subclasses. The token changes\n"
         "with every call to register() on any ABC.")
{
    return int_from_u64(load_acquire(&registrations));
}

FUNCTION(abc_reset_registry, "_reset_registry", "self, /",
         "Internal ABC helper to reset registry of a given class.")
{
    TRY(forget(TRY(data_of(args[0])), REGISTRY));
    return None;
}

FUNCTION(abc_reset_caches, "_reset_caches", "self, /",
         "Internal ABC helper to reset both caches of a given class.")
{
    AbcData *data = TRY(data_of(args[0]));
    TRY(forget(data, CACHE));
    TRY(forget(data, NEGATIVE));
    return None;
}

static Value copy_of(Value set)
{
    return set ? set_copy(set) : set_new();
}

FUNCTION(abc_get_dump, "_get_dump", "self, /",
         "Internal ABC helper for cache and registry debugging.")
{
    AbcData *data = TRY(data_of(args[0]));
    return tuple_of(TRY(copy_of(load_acquire(&data->registry))),
                    TRY(copy_of(load_acquire(&data->cache))),
                    TRY(copy_of(load_acquire(&data->negative))),
                    TRY(int_from_u64(load_acquire(&data->version))));
}

static MethodDef *const functions[] = {
    M(abc_init),          M(abc_register),        M(abc_instancecheck),
    M(abc_subclasscheck), M(abc_get_cache_token), M(abc_reset_registry),
    M(abc_reset_caches),  M(abc_get_dump),        0};

static bool execute(Value module UNUSED)
{
    type_ready(&abc_data_type, 0);
    return true;
}

const ModuleDef module__abc = {
    .name = "_abc",
    .doc = "Module contains faster C implementation of abc.ABCMeta",
    .functions = functions,
    .execute = execute,
};
