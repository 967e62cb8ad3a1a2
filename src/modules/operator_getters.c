/* operator's callables: attrgetter, itemgetter, methodcaller. Immutable once made. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "gc/heap.h"
#include "modules/operator_inner.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* items: attrgetter: the names as given; itemgetter: the keys. paths: of each name, the tuple of
 * its parts between dots. */
typedef struct Getter {
    Object ob;
    Value items, paths; /* immutable after init */
} Getter;

typedef struct MethodCaller {
    Object ob;
    Value name, args, kwargs; /* immutable after init; kwargs may be 0 */
} MethodCaller;

static void getter_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Getter *)self)->items);
    gc_visit(tracer, ((Getter *)self)->paths);
}

static void method_caller_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((MethodCaller *)self)->name);
    gc_visit(tracer, ((MethodCaller *)self)->args);
    gc_visit(tracer, ((MethodCaller *)self)->kwargs);
}

static bool one_argument(const char *name, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "%s() takes no keyword arguments", name);
    if (nargs != 1)
        return raise(TypeError, "%s expected 1 argument, got %zd", name, (intptr_t)nargs);
    return true;
}

/* "(item, item)" or, in a getter that was made with one item, "(item,)" without the comma. */
static Value repr_of_getter(Value self, const char *name)
{
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return format_value("%s(...)", name);
    Value items = ((Getter *)self)->items;
    Value text = tuple_length(items) == 1 ? format_value("%s(%R)", name, tuple_get(items, 0))
                                          : format_value("%s%R", name, items);
    repr_leave(self);
    return text;
}

/* ---- attrgetter ---------------------------------------------------------------------------- */

/* The interned parts of a dotted name. */
static Value split_name(Value name)
{
    Value parts = TRY(list_new(1));
    intptr_t start = 0, length = str_length(name);
    for (intptr_t i = 0; i <= length; i++) {
        if (i < length && str_char(name, i) != '.')
            continue;
        Value part = TRY(str_substring(name, start, i));
        TRY(list_append(parts, TRY(str_intern(part))));
        start = i + 1;
    }
    return list_as_tuple(parts);
}

NEW_METHOD(attrgetter_new, "*attrs")
{
    Value items = args[1];
    if (!tuple_length(items))
        return raise(TypeError, "attrgetter expected 1 argument, got 0");
    Value paths = TRY(tuple_new(tuple_length(items)));
    for (intptr_t i = 0; i < tuple_length(items); i++) {
        if (!is_str(tuple_get(items, i)))
            return raise(TypeError, "attribute name must be a string");
        tuple_init(paths, i, TRY(split_name(tuple_get(items, i))));
    }
    Getter *g = TRY(NEW(Getter, (Type *)args[0]));
    gc_store(g, &g->items, items);
    gc_store(g, &g->paths, paths);
    return (Value)g;
}

static Value follow(Value o, Value path)
{
    for (intptr_t i = 0; i < tuple_length(path); i++)
        o = TRY(get_attr(o, tuple_get(path, i)));
    return o;
}

static Value attrgetter_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    TRY(one_argument("attrgetter", nargs, kwnames));
    Value paths = ((Getter *)self)->paths;
    intptr_t count = tuple_length(paths);
    if (count == 1)
        return follow(args[0], tuple_get(paths, 0));
    Value result = TRY(tuple_new(count));
    for (intptr_t i = 0; i < count; i++)
        tuple_init(result, i, TRY(follow(args[0], tuple_get(paths, i))));
    return result;
}

static Value attrgetter_repr(Value self)
{
    return repr_of_getter(self, "operator.attrgetter");
}

METHOD(getter_reduce, "__reduce__", "/", "Return state information for pickling")
{
    return tuple_of((Value)type_of(args[0]), ((Getter *)args[0])->items);
}

static Value getter_signature(Value self UNUSED)
{
    return str_from_cstring("(obj, /)");
}

static const GetSetDef getter_getset[] = {{"__text_signature__", getter_signature, 0, 0}, {0}};

static MethodDef *const getter_methods[] = {M(getter_reduce), 0};

Type attrgetter_type = {
    TYPE_HEAD("operator.attrgetter", Getter),
    .repr = attrgetter_repr,
    .call = attrgetter_call,
    .signature = "attr, /, *attrs",
    .new_def = M(attrgetter_new),
    .methods = getter_methods,
    .getset = getter_getset,
    .trace = getter_trace,
    .doc = "Return a callable object that fetches the given attribute(s) from its operand.\n"
           "After f = attrgetter('name'), the call f(r) returns r.name.\n"
           "After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\n"
           "After h = attrgetter('name.first', 'name.last'), the call h(r) returns\n"
           "(r.name.first, r.name.last).",
};

/* ---- itemgetter ----------------------------------------------------------------------------- */

NEW_METHOD(itemgetter_new, "*items")
{
    Value items = args[1];
    if (!tuple_length(items))
        return raise(TypeError, "itemgetter expected 1 argument, got 0");
    Getter *g = TRY(NEW(Getter, (Type *)args[0]));
    gc_store(g, &g->items, items);
    return (Value)g;
}

static Value itemgetter_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    TRY(one_argument("itemgetter", nargs, kwnames));
    Value items = ((Getter *)self)->items;
    intptr_t count = tuple_length(items);
    if (count == 1)
        return get_item(args[0], tuple_get(items, 0));
    Value result = TRY(tuple_new(count));
    for (intptr_t i = 0; i < count; i++)
        tuple_init(result, i, TRY(get_item(args[0], tuple_get(items, i))));
    return result;
}

static Value itemgetter_repr(Value self)
{
    return repr_of_getter(self, "operator.itemgetter");
}

Type itemgetter_type = {
    TYPE_HEAD("operator.itemgetter", Getter),
    .repr = itemgetter_repr,
    .call = itemgetter_call,
    .signature = "item, /, *items",
    .new_def = M(itemgetter_new),
    .methods = getter_methods,
    .getset = getter_getset,
    .trace = getter_trace,
    .doc = "Return a callable object that fetches the given item(s) from its operand.\n"
           "After f = itemgetter(2), the call f(r) returns r[2].\n"
           "After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
};

/* ---- methodcaller -----------------------------------------------------------------------------
 */

NEW_METHOD(method_caller_new, "name=?, /, *args, **kwargs")
{
    if (!args[1])
        return raise(TypeError, "methodcaller needs at least one argument, the method name");
    if (!is_str(args[1]))
        return raise(TypeError, "method name must be a string");
    Value name = TRY(str_intern(TRY(str_substring(args[1], 0, str_length(args[1])))));
    MethodCaller *m = TRY(NEW(MethodCaller, (Type *)args[0]));
    gc_store(m, &m->name, name);
    gc_store(m, &m->args, args[2]);
    gc_store(m, &m->kwargs, args[3] && dict_length(args[3]) ? args[3] : 0);
    return (Value)m;
}

static Value method_caller_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    TRY(one_argument("methodcaller", nargs, kwnames));
    MethodCaller *m = (MethodCaller *)self;
    intptr_t count = tuple_length(m->args);
    if (!m->kwargs && count <= 4) {
        Value all[5] = {args[0]};
        for (intptr_t i = 0; i < count; i++)
            all[i + 1] = tuple_get(m->args, i);
        return call_method(m->name, all, (size_t)count + 1, 0);
    }
    return call_tuple_dict(TRY(get_attr(args[0], m->name)), m->args, m->kwargs);
}

static Value repr_of_method_caller(MethodCaller *m)
{
    StrBuilder b;
    builder_start(&b);
    builder_add_cstring(&b, "operator.methodcaller(");
    builder_add(&b, TRY(object_repr(m->name)));
    for (intptr_t i = 0; i < tuple_length(m->args); i++) {
        builder_add_cstring(&b, ", ");
        builder_add(&b, TRY(object_repr(tuple_get(m->args, i))));
    }
    intptr_t position = 0;
    for (Value key, value; m->kwargs && dict_next(m->kwargs, &position, &key, &value);) {
        builder_add_cstring(&b, ", ");
        builder_add(&b, key);
        builder_add_char(&b, '=');
        builder_add(&b, TRY(object_repr(value)));
    }
    builder_add_char(&b, ')');
    return builder_finish(&b);
}

static Value method_caller_repr(Value self)
{
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return format_value("operator.methodcaller(...)");
    Value text = repr_of_method_caller((MethodCaller *)self);
    repr_leave(self);
    return text;
}

/* Keyword arguments go through a partial of the type, as a reduce tuple has no place for them. */
METHOD(method_caller_reduce, "__reduce__", "/", "Return state information for pickling")
{
    MethodCaller *m = (MethodCaller *)args[0];
    Value type = (Value)type_of(args[0]), name = TRY(tuple_of(m->name));
    if (!m->kwargs)
        return tuple_of(type, TRY(type_of(name)->concat(name, m->args)));
    Value partial = TRY(import_attribute("functools", "partial"));
    Value constructor = TRY(call_tuple_dict(partial, TRY(tuple_of(type, m->name)), m->kwargs));
    return tuple_of(constructor, m->args);
}

static MethodDef *const method_caller_methods[] = {M(method_caller_reduce), 0};

Type methodcaller_type = {
    TYPE_HEAD("operator.methodcaller", MethodCaller),
    .repr = method_caller_repr,
    .call = method_caller_call,
    .signature = "name, /, *args, **kwargs",
    .new_def = M(method_caller_new),
    .methods = method_caller_methods,
    .getset = getter_getset,
    .trace = method_caller_trace,
    .doc = "Return a callable object that calls the given method on its operand.\n"
           "After f = methodcaller('name'), the call f(r) returns r.name().\n"
           "After g = methodcaller('name', 'date', foo=1), the call g(r) returns\n"
           "r.name('date', foo=1).",
};
