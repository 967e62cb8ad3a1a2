/* types.GenericAlias, what list[int] makes: stands for its origin, and remembers the arguments.
 * Attributes are the origin's, but for those named below. */
#include "types/generic_alias.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "types/iterators.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct GenericAlias {
    Object ob;
    Value origin, args; /* immutable after init */
    Value parameters;   /* tuple of the type variables in args; atomic: 0 until asked for */
    bool starred;       /* *tuple[int]; immutable after init */
} GenericAlias;

Value (*generic_union_hook)(Value a, Value b);

static GenericAlias *as_alias(Value v)
{
    return (GenericAlias *)v;
}

static bool is_alias(Value v)
{
    return type_is_subtype(type_of(v), &generic_alias_type);
}

static void generic_alias_trace(Object *self, Tracer *tracer)
{
    GenericAlias *alias = (GenericAlias *)self;
    gc_visit(tracer, alias->origin);
    gc_visit(tracer, alias->args);
    gc_visit(tracer, load_relaxed(&alias->parameters));
}

static Value alias_alloc(Type *type, Value origin, Value args, bool starred)
{
    if (!is_tuple(args))
        args = TRY(tuple_of(args));
    GenericAlias *self = TRY(NEW(GenericAlias, type));
    self->origin = origin; /* NO_BARRIER: fresh, nothing allocated since */
    self->args = args;
    self->starred = starred;
    return (Value)self;
}

Value generic_alias_new(Value origin, Value args)
{
    return alias_alloc(&generic_alias_type, origin, args, false);
}

/* ---- type variables */

static bool add_once(Value list, Value item)
{
    for (intptr_t i = 0; i < list_length(list); i++)
        if (list_get(list, i) == item)
            return true;
    return list_append(list, item);
}

/* The type variables in `args`, a tuple, each once. Nobody looks into lists and tuples in it. */
Value generic_parameters(Value args)
{
    Value found = TRY(list_new(0));
    for (intptr_t i = 0; i < tuple_length(args); i++) {
        Value arg = tuple_get(args, i), parameters;
        if (is_type(arg))
            continue;
        TRY(get_attr_optional(arg, names.__typing_subst__, &parameters));
        if (parameters) {
            TRY(add_once(found, arg));
            continue;
        }
        TRY(get_attr_optional(arg, names.__parameters__, &parameters));
        for (intptr_t j = 0; parameters && is_tuple(parameters) && j < tuple_length(parameters);
             j++)
            TRY(add_once(found, tuple_get(parameters, j)));
    }
    return list_as_tuple(found);
}

static Value alias_parameters(Value self)
{
    GenericAlias *alias = as_alias(self);
    Value parameters = load_acquire(&alias->parameters);
    if (!parameters) {
        parameters = TRY(generic_parameters(alias->args));
        gc_store(alias, &alias->parameters, parameters);
    }
    return parameters;
}

static intptr_t index_of(Value tuple, Value item)
{
    for (intptr_t i = 0; i < tuple_length(tuple); i++)
        if (tuple_get(tuple, i) == item)
            return i;
    return -1;
}

/* One argument with the parameters in it replaced; *spread: it stands for several. */
static Value substitute_one(Value arg, Value parameters, Value items, bool *spread)
{
    *spread = false;
    if (is_type(arg))
        return arg;
    Value function, own;
    TRY(get_attr_optional(arg, names.__typing_subst__, &function));
    if (function) {
        intptr_t i = index_of(parameters, arg);
        if (i < 0) /* it was no type variable when they were looked for */
            return raise(TypeError, "%R is not a type variable of the generic class", arg);
        return call1(function, tuple_get(items, i));
    }
    TRY(get_attr_optional(arg, names.__parameters__, &own));
    if (!own || !is_tuple(own) || !tuple_length(own))
        return arg;
    Value inner = TRY(list_new(tuple_length(own)));
    for (intptr_t i = 0; i < tuple_length(own); i++) {
        Value parameter = tuple_get(own, i);
        intptr_t j = index_of(parameters, parameter);
        Value item = j < 0 ? parameter : tuple_get(items, j);
        if (j >= 0 && type_of(parameter)->iter && is_tuple(item)) /* a TypeVarTuple */
            TRY(list_extend(inner, item));
        else
            TRY(list_append(inner, item));
    }
    Value packed;
    TRY(get_attr_optional(arg, names.__typing_is_unpacked_typevartuple__, &packed));
    Value result = TRY(get_item(arg, TRY(list_as_tuple(inner))));
    *spread = packed && packed == True && is_tuple(result);
    return result;
}

static Value substitute(Value args, Value parameters, Value items)
{
    Value list = TRY(list_new(tuple_length(args)));
    for (intptr_t i = 0; i < tuple_length(args); i++) {
        bool spread;
        Value result = TRY(substitute_one(tuple_get(args, i), parameters, items, &spread));
        if (spread)
            TRY(list_extend(list, result));
        else
            TRY(list_append(list, result));
    }
    return list_as_tuple(list);
}

/* `items` as a tuple, with the items of *tuple[...] in place of it unless it is of any length. */
static Value unpack_items(Value items)
{
    if (!is_tuple(items))
        items = TRY(tuple_of(items));
    Value list = TRY(list_new(tuple_length(items)));
    for (intptr_t i = 0; i < tuple_length(items); i++) {
        Value item = tuple_get(items, i), inner = 0;
        if (!is_type(item))
            TRY(get_attr_optional(item, names.__typing_unpacked_tuple_args__, &inner));
        intptr_t n = inner && is_tuple(inner) ? tuple_length(inner) : -1;
        if (n >= 0 && !(n > 0 && tuple_get(inner, n - 1) == Ellipsis))
            TRY(list_extend(list, inner));
        else
            TRY(list_append(list, item));
    }
    return list_as_tuple(list);
}

/* The arguments for `parameters` (for messages: of `self`), prepared as each type variable wants.
 */
Value generic_substitute(Value self, Value args, Value parameters, Value items)
{
    if (!tuple_length(parameters))
        return raise(TypeError, "%R is not a generic class", self);
    items = TRY(unpack_items(items));
    for (intptr_t i = 0; i < tuple_length(parameters); i++) {
        Value prepare;
        TRY(get_attr_optional(tuple_get(parameters, i), names.__typing_prepare_subst__, &prepare));
        if (prepare && prepare != None)
            items = TRY(call2(prepare, self, items));
    }
    intptr_t n = tuple_length(items), wanted = tuple_length(parameters);
    if (n != wanted)
        return raise(TypeError, "Too %s arguments for %R; actual %zd, expected %zd",
                     n > wanted ? "many" : "few", self, n, wanted);
    return substitute(args, parameters, items);
}

/* ---- slots */

static Value alias_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "GenericAlias() takes no keyword arguments");
    if (nargs != 2)
        return raise(TypeError, "GenericAlias expected 2 arguments, got %zu", nargs);
    return alias_alloc(type, args[0], args[1], false);
}

/* int, not <class 'int'>; other things by their repr. */
static bool add_argument(StrBuilder *b, Value arg)
{
    if (arg == Ellipsis) {
        builder_add_ascii(b, "...", 3);
        return true;
    }
    if (is_list(arg)) {
        builder_add_char(b, '[');
        for (intptr_t i = 0; i < list_length(arg); i++) {
            if (i)
                builder_add_ascii(b, ", ", 2);
            Value item = list_get(arg, i);
            if (item)
                TRY(add_argument(b, item));
        }
        builder_add_char(b, ']');
        return true;
    }
    Value origin, args, qualname = 0, module = 0;
    TRY(get_attr_optional(arg, names.__origin__, &origin));
    args = 0;
    if (origin)
        TRY(get_attr_optional(arg, names.__args__, &args));
    if (!args) {
        TRY(get_attr_optional(arg, names.__qualname__, &qualname));
        if (qualname)
            TRY(get_attr_optional(arg, names.__module__, &module));
    }
    if (!qualname || !module || module == None) {
        builder_add(b, TRY(object_repr(arg)));
        return true;
    }
    if (!is_str(module) || !str_equals(module, "builtins")) {
        builder_add(b, TRY(object_str(module)));
        builder_add_char(b, '.');
    }
    builder_add(b, TRY(object_str(qualname)));
    return true;
}

static Value alias_repr(Value self)
{
    GenericAlias *alias = as_alias(self);
    StrBuilder b;
    TRY(c_stack_check(" while getting the repr of an object"));
    builder_start(&b);
    if (alias->starred)
        builder_add_char(&b, '*');
    TRY(add_argument(&b, alias->origin));
    builder_add_char(&b, '[');
    for (intptr_t i = 0; i < tuple_length(alias->args); i++) {
        if (i)
            builder_add_ascii(&b, ", ", 2);
        TRY(add_argument(&b, tuple_get(alias->args, i)));
    }
    if (!tuple_length(alias->args))
        builder_add_ascii(&b, "()", 2);
    builder_add_char(&b, ']');
    return builder_finish(&b);
}

static bool alias_hash(Value self, int64_t *hash)
{
    int64_t args;
    TRY(object_hash(as_alias(self)->origin, hash));
    TRY(object_hash(as_alias(self)->args, &args));
    *hash ^= args;
    return true;
}

static Value alias_compare(Value a, Value b, CompareOp op)
{
    if (!is_alias(a) || !is_alias(b) || (op != CMP_EQ && op != CMP_NE))
        return NotImplemented;
    int equal = as_alias(a)->starred == as_alias(b)->starred;
    if (equal)
        equal = TRY_NOT_NEGATIVE(object_equal(as_alias(a)->origin, as_alias(b)->origin), 0);
    if (equal)
        equal = TRY_NOT_NEGATIVE(object_equal(as_alias(a)->args, as_alias(b)->args), 0);
    return bool_value(equal == (op == CMP_EQ));
}

static Value alias_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    Value result = TRY(call(as_alias(self)->origin, args, nargs, kwnames));
    /* Not every instance can hold it. */
    if (!set_attr(result, names.__orig_class__, self) && !error_clear_if(AttributeError) &&
        !error_clear_if(TypeError))
        return 0;
    return result;
}

static Value alias_getattr(Value self, Value name)
{
    static const char *const own[] = {
        "__class__",       "__origin__",     "__args__",
        "__unpacked__",    "__parameters__", "__typing_unpacked_tuple_args__",
        "__mro_entries__", "__reduce_ex__",  "__reduce__",
        "__copy__",        "__deepcopy__",   "__bases__"};
    if (is_str(name)) {
        for (size_t i = 0; i < COUNT_OF(own); i++)
            if (str_equals(name, own[i]))
                return generic_getattr(self, name);
        return get_attr(as_alias(self)->origin, name);
    }
    return generic_getattr(self, name);
}

static Value alias_getitem(Value self, Value items)
{
    GenericAlias *alias = as_alias(self);
    Value parameters = TRY(alias_parameters(self));
    Value args = TRY(generic_substitute(self, alias->args, parameters, items));
    return alias_alloc(&generic_alias_type, alias->origin, args, alias->starred);
}

/* Iterating gives one item, the alias with a star: for *tuple[int, str] in a subscript. */
typedef struct AliasIterator {
    Object ob;
    Value alias; /* guarded by lock if SHARED; 0 once it was handed out */
} AliasIterator;
static Type alias_iterator_type;

static void alias_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((AliasIterator *)self)->alias);
}

static Value alias_iter(Value self)
{
    AliasIterator *it = TRY(NEW(AliasIterator, &alias_iterator_type));
    gc_store(it, &it->alias, self);
    return (Value)it;
}

static Value alias_iterator_next(Value self)
{
    AliasIterator *it = (AliasIterator *)self;
    Value taken = 0;
    WITH_LOCK (it) {
        taken = it->alias;
        gc_store(it, &it->alias, (Value)0);
    }
    if (!taken)
        return 0;
    return alias_alloc(&generic_alias_type, as_alias(taken)->origin, as_alias(taken)->args, true);
}

METHOD(alias_iterator_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    Value iter = TRY(builtin_named("iter")); /* may run Python code */
    Value alias = load_acquire(&((AliasIterator *)args[0])->alias);
    return tuple_of(iter, TRY(tuple_of(alias ? alias : TRY(tuple_empty()))));
}

static MethodDef *const alias_iterator_methods[] = {M(alias_iterator_reduce), 0};

static Type alias_iterator_type = {
    TYPE_HEAD("generic_alias_iterator", AliasIterator),
    .iter = iterator_self,
    .next = alias_iterator_next,
    .methods = alias_iterator_methods,
    .trace = alias_iterator_trace,
};

static Value alias_or(Value a, Value b)
{
    return generic_union_hook ? generic_union_hook(a, b) : NotImplemented;
}

/* ---- methods */

METHOD(alias_mro_entries, "__mro_entries__", "bases, /", 0)
{
    return tuple_of(as_alias(args[0])->origin);
}

METHOD(alias_instancecheck, "__instancecheck__", "object, /", 0)
{
    return raise(TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}

METHOD(alias_subclasscheck, "__subclasscheck__", "object, /", 0)
{
    return raise(TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}

METHOD(alias_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    GenericAlias *alias = as_alias(args[0]);
    if (alias->starred) {
        Value next = TRY(builtin_named("next"));
        Value plain = TRY(generic_alias_new(alias->origin, alias->args));
        return tuple_of(next, TRY(tuple_of(TRY(get_iter(plain)))));
    }
    return tuple_of((Value)&generic_alias_type, TRY(tuple_of(alias->origin, alias->args)));
}

METHOD(alias_dir, "__dir__", "/", 0)
{
    static const char *const own[] = {"__origin__",     "__args__",
                                      "__parameters__", "__mro_entries__",
                                      "__reduce_ex__",  "__reduce__",
                                      "__copy__",       "__deepcopy__",
                                      "__unpacked__",   "__typing_unpacked_tuple_args__",
                                      "__class__"};
    Value list = TRY(object_dir(as_alias(args[0])->origin));
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        Value name = TRY(str_intern_cstring(own[i]));
        int present = TRY_NOT_NEGATIVE(object_contains(list, name), 0);
        if (!present)
            TRY(list_append(list, name));
    }
    return list;
}

static Value alias_unpacked(Value self)
{
    return bool_value(as_alias(self)->starred);
}

static Value alias_unpacked_tuple_args(Value self)
{
    GenericAlias *alias = as_alias(self);
    return alias->starred && alias->origin == (Value)&tuple_type ? alias->args : None;
}

static const GetSetDef alias_getset[] = {
    {"__parameters__", alias_parameters, 0, "Type variables in the GenericAlias."},
    {"__unpacked__", alias_unpacked, 0, 0},
    {"__typing_unpacked_tuple_args__", alias_unpacked_tuple_args, 0, 0},
    {0},
};

static const MemberDef alias_members[] = {
    {"__origin__", MEMBER_VALUE, offsetof(GenericAlias, origin), true, 0},
    {"__args__", MEMBER_VALUE, offsetof(GenericAlias, args), true, 0},
    {0},
};

static MethodDef *const alias_methods[] = {M(alias_mro_entries),   M(alias_instancecheck),
                                           M(alias_subclasscheck), M(alias_reduce),
                                           M(alias_dir),           0};

Type generic_alias_type = {
    TYPE_HEAD("types.GenericAlias", GenericAlias),
    .repr = alias_repr,
    .hash = alias_hash,
    .compare = alias_compare,
    .call = alias_call,
    .getattr = alias_getattr,
    .iter = alias_iter,
    .make = alias_make,
    .or_ = alias_or,
    .getitem = alias_getitem,
    .signature = "origin, args, /",
    .doc = "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and "
           "t.__args__ is (int,).",
    .methods = alias_methods,
    .getset = alias_getset,
    .members = alias_members,
    .trace = generic_alias_trace,
    .flags = TYPE_BASE,
    .has_weakrefs = true,
};

void generic_alias_start(void)
{
    type_ready(&generic_alias_type, 0);
    type_ready(&alias_iterator_type, 0);
}
