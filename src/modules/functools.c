/* _functools: reduce, cmp_to_key, partial. functools_cache.c has lru_cache. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "modules/functools_inner.h"
#include "modules/module_util.h"
#include "types/dict.h"
#include "types/generic_alias.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- reduce ---------------------------------------------------------------------------------- */

FUNCTION(functools_reduce, "reduce", "!function, iterable, initial=?, /",
         "Apply a function of two arguments cumulatively to the items of an iterable, from left to "
         "right.\n\nThis effectively reduces the iterable to a single value.")
{
    Value result = args[2];
    Value iterator = get_iter(args[1]);
    if (!iterator) {
        if (error_clear_if(TypeError))
            raise(TypeError, "reduce() arg 2 must support iteration");
        return 0;
    }
    for (Value item; (item = iter_next(iterator)) != 0;) {
        result = result ? TRY(call2(args[0], result, item)) : item;
        TRY(thread_poll(thread_self()));
    }
    if (error_pending())
        return 0;
    return result ? result : raise(TypeError, "reduce() of empty iterable with no initial value");
}

/* ---- cmp_to_key -------------------------------------------------------------------------------
 */

typedef struct Key {
    Object ob;
    Value function; /* immutable after init */
    Value object;   /* atomic; 0: this is what cmp_to_key() returned */
} Key;

static Type key_type;

static void key_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Key *)self)->function);
    gc_visit(tracer, load_relaxed(&((Key *)self)->object));
}

static Value key_new(Value function, Value object)
{
    Key *key = TRY(NEW(Key, &key_type));
    gc_store(key, &key->function, function);
    gc_store(key, &key->object, object);
    return (Value)key;
}

static Value key_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    bool named = kwnames && tuple_length(kwnames) == 1 && nargs == 0 &&
                 str_equals(tuple_get(kwnames, 0), "obj");
    if (!named && ((kwnames && tuple_length(kwnames)) || nargs != 1))
        return raise(TypeError,
                     nargs == 0 ? "K() missing required argument 'obj' (pos 1)"
                                : "K() takes at most 1 argument (%zd given)",
                     (intptr_t)nargs + (kwnames ? tuple_length(kwnames) : 0));
    return key_new(((Key *)self)->function, args[0]);
}

static Value key_compare(Value a, Value b, CompareOp op)
{
    if (type_of(b) != &key_type)
        return raise(TypeError, "other argument must be K instance");
    Value x = load_acquire(&((Key *)a)->object), y = load_acquire(&((Key *)b)->object);
    if (!x || !y)
        return raise(AttributeError, "object");
    Value order = TRY(call2(((Key *)a)->function, x, y));
    return object_compare(order, int_small(0), op);
}

static const MemberDef key_members[] = {
    {"obj", MEMBER_VALUE, offsetof(Key, object), false, "Value wrapped by a key function."}, {0}};

static Value key_signature(Value self UNUSED)
{
    return str_from_cstring("(obj)");
}

static const GetSetDef key_getset[] = {{"__text_signature__", key_signature, 0, 0}, {0}};

static Type key_type = {
    TYPE_HEAD("functools.KeyWrapper", Key),
    .getset = key_getset,
    .call = key_call,
    .compare = key_compare,
    .hash = hash_unhashable,
    .members = key_members,
    .trace = key_trace,
    .flags = TYPE_NO_NEW,
};

FUNCTION(functools_cmp_to_key, "cmp_to_key", "mycmp",
         "Convert a cmp= function into a key= function.")
{
    return key_new(args[0], 0);
}

/* ---- partial -----------------------------------------------------------------------------------
 */

typedef struct Partial {
    Object ob;
    /* atomic; only __setstate__ changes them, under lock, after it has set `changed` */
    Value function, args, keywords;
    bool changed; /* atomic */
} Partial;

static Type partial_type;
#define as_partial(v) ((Partial *)(v))

/* The three as of one moment. */
typedef struct Parts {
    Value function, args, keywords;
} Parts;

static Parts parts_of(Value partial)
{
    Partial *p = as_partial(partial);
    Parts parts = {load_acquire(&p->function), load_acquire(&p->args), load_acquire(&p->keywords)};
    if (unlikely(load_relaxed(&p->changed)))
        WITH_LOCK (p)
            parts = (Parts){p->function, p->args, p->keywords};
    return parts;
}

static void partial_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&as_partial(self)->function));
    gc_visit(tracer, load_relaxed(&as_partial(self)->args));
    gc_visit(tracer, load_relaxed(&as_partial(self)->keywords));
}

static Value tuple_joined(Value a, Value b)
{
    return !tuple_length(a) ? b : !tuple_length(b) ? a : type_of(a)->concat(a, b);
}

/* A plain partial of a partial becomes one partial. */
static bool flatten(Value *function, Value *args, Value *keywords)
{
    if (type_of(*function) != &partial_type)
        return true;
    const Parts parts = parts_of(*function), *inner = &parts;
    Value attributes;
    TRY(get_attr_optional(*function, names.__dict__, &attributes));
    if (attributes && object_length(attributes) > 0)
        return true;
    *args = TRY(tuple_joined(inner->args, *args));
    if (dict_length(inner->keywords)) {
        Value merged = TRY(dict_copy(inner->keywords));
        TRY(dict_update(merged, *keywords));
        *keywords = merged;
    }
    *function = inner->function;
    return true;
}

NEW_METHOD(partial_new, "*args, **kwargs")
{
    intptr_t count = tuple_length(args[1]);
    if (count < 1)
        return raise(TypeError, "type 'partial' takes at least one argument");
    Value function = tuple_get(args[1], 0);
    if (!type_of(function)->call)
        return raise(TypeError, "the first argument must be callable");
    Value positional = TRY(tuple_slice(args[1], 1, count));
    Value keywords = args[2] ? args[2] : TRY(dict_new());
    TRY(flatten(&function, &positional, &keywords));
    Partial *p = TRY(NEW(Partial, (Type *)args[0]));
    gc_store(p, &p->function, function);
    gc_store(p, &p->args, positional);
    gc_store(p, &p->keywords, keywords);
    return (Value)p;
}

static Value partial_call_slow(const Parts *p, Value *args, size_t nargs, Value kwnames)
{
    Value positional = TRY(tuple_joined(p->args, TRY(tuple_from_values(args, (intptr_t)nargs))));
    Value keywords = p->keywords;
    intptr_t named = kwnames ? tuple_length(kwnames) : 0;
    if (named) {
        keywords = TRY(dict_copy(keywords));
        for (intptr_t i = 0; i < named; i++)
            TRY(dict_set(keywords, tuple_get(kwnames, i), args[nargs + (size_t)i]));
    }
    return call_tuple_dict(p->function, positional, keywords);
}

static Value partial_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    Parts p = parts_of(self);
    Value all[8];
    if (!c_stack_check(" while calling a Python object"))
        return 0;
    size_t bound = (size_t)tuple_length(p.args),
           named = kwnames ? (size_t)tuple_length(kwnames) : 0;
    if (dict_length(p.keywords) || bound + nargs + named > COUNT_OF(all))
        return partial_call_slow(&p, args, nargs, kwnames);
    for (size_t i = 0; i < bound; i++)
        all[i] = tuple_get(p.args, (intptr_t)i);
    for (size_t i = 0; i < nargs + named; i++)
        all[bound + i] = args[i];
    return call(p.function, all, bound + nargs, kwnames);
}

static Value partial_descr_get(Value self, Value instance, Value owner UNUSED)
{
    if (instance && instance != None)
        TRY(warn(FutureWarning, 1,
                 "functools.partial will be a method descriptor in future Python versions; wrap it "
                 "in staticmethod() if you want to preserve the old behavior"));
    return self;
}

static Value repr_entered(Value self)
{
    const Parts parts = parts_of(self), *p = &parts;
    Value type = (Value)type_of(self);
    StrBuilder b;
    builder_start(&b);
    Value module = TRY(get_attr(type, names.__module__));
    builder_add(&b, TRY(object_str(module)));
    builder_add_char(&b, '.');
    builder_add(&b, TRY(object_str(TRY(get_attr(type, names.__qualname__)))));
    builder_add_char(&b, '(');
    builder_add(&b, TRY(object_repr(p->function)));
    for (intptr_t i = 0; i < tuple_length(p->args); i++) {
        builder_add_cstring(&b, ", ");
        builder_add(&b, TRY(object_repr(tuple_get(p->args, i))));
    }
    intptr_t position = 0;
    for (Value key, value; dict_next(p->keywords, &position, &key, &value);) {
        builder_add_cstring(&b, ", ");
        builder_add(&b, TRY(object_str(key)));
        builder_add_char(&b, '=');
        builder_add(&b, TRY(object_repr(value)));
    }
    builder_add_char(&b, ')');
    return builder_finish(&b);
}

static Value partial_repr(Value self)
{
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return str_from_cstring("...");
    Value text = repr_entered(self);
    repr_leave(self);
    return text;
}

METHOD(partial_reduce, "__reduce__", "/", 0)
{
    const Parts parts = parts_of(args[0]), *p = &parts;
    Value attributes;
    TRY(get_attr_optional(args[0], names.__dict__, &attributes));
    if (!attributes || object_length(attributes) == 0)
        attributes = None;
    Value state = TRY(tuple_of(p->function, p->args, p->keywords, attributes));
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(p->function)), state);
}

METHOD(partial_setstate, "__setstate__", "state, /", 0)
{
    Partial *p = as_partial(args[0]);
    Value state = args[1];
    if (!is_tuple(state) || tuple_length(state) != 4)
        return raise(TypeError, "invalid partial state");
    Value function = tuple_get(state, 0), positional = tuple_get(state, 1);
    Value keywords = tuple_get(state, 2), attributes = tuple_get(state, 3);
    if (!type_of(function)->call || !is_tuple(positional) ||
        !(keywords == None || is_dict(keywords)))
        return raise(TypeError, "invalid partial state");
    if (!has_shape(positional, SHAPE_TUPLE))
        positional = TRY(tuple_from_iterable(positional));
    if (keywords == None)
        keywords = TRY(dict_new());
    else if (!has_shape(keywords, SHAPE_DICT))
        keywords = TRY(dict_copy(keywords));
    TRY(instance_set_dict(args[0], attributes != None ? attributes : TRY(dict_new())));
    WITH_LOCK (p) {
        store_release(&p->changed, true);
        gc_store(p, &p->function, function);
        gc_store(p, &p->args, positional);
        gc_store(p, &p->keywords, keywords);
    }
    return None;
}

CLASS_METHOD(partial_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const partial_methods[] = {M(partial_reduce), M(partial_setstate),
                                             M(partial_class_getitem), 0};
static const MemberDef partial_members[] = {
    {"func", MEMBER_VALUE, offsetof(Partial, function), true,
     "function object to use in future partial calls"},
    {"args", MEMBER_VALUE, offsetof(Partial, args), true,
     "tuple of arguments to future partial calls"},
    {"keywords", MEMBER_VALUE, offsetof(Partial, keywords), true,
     "dictionary of keyword arguments to future partial calls"},
    {0},
};

static Type partial_type = {
    TYPE_HEAD("functools.partial", Partial),
    .repr = partial_repr,
    .call = partial_call,
    .descr_get = partial_descr_get,
    .new_def = M(partial_new),
    .methods = partial_methods,
    .members = partial_members,
    .trace = partial_trace,
    .flags = TYPE_BASE,
    .tail_offset = sizeof(Partial),
    .has_weakrefs = true,
    .doc = "Create a new function with partial application of the given arguments and keywords.",
    .signature = "func, /, *args, **keywords",
};

/* ---- the module
 * ----------------------------------------------------------------------------------- */

static bool execute(Value module)
{
    if (!(type_flags(&key_type) & TYPE_READY)) {
        type_ready(&key_type, 0);
        lru_cache_start();
    }
    return module_add_new_type(module, &partial_type) &&
           module_add_new_type(module, &lru_cache_type);
}

static MethodDef *const functions[] = {M(functools_reduce), M(functools_cmp_to_key), 0};

const ModuleDef module__functools = {"_functools", "Tools that operate on functions.", functions,
                                     execute};
