/* Pickling everything else: by reducer_override, a dispatch table, or __reduce_ex__. */
#include "modules/pickle/pickle.h"

#include "core/call.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/frame.h"

/* A tuple that __reduce__ returned, taken apart; 0 for what is not there or None. */
typedef struct Reduced {
    Value callable, args, state, items, pairs, state_setter;
} Reduced;

static Value element(Value tuple, intptr_t i)
{
    Value v = i < tuple_length(tuple) ? tuple_get(tuple, i) : None;
    return v == None ? 0 : v;
}

static bool take_apart(Value tuple, Reduced *r)
{
    intptr_t length = tuple_length(tuple);
    if (length < 2 || length > 6)
        return raise(PicklingError,
                     "tuple returned by __reduce__ must contain 2 through 6 elements");
    *r = (Reduced){tuple_get(tuple, 0), tuple_get(tuple, 1), element(tuple, 2),
                   element(tuple, 3),   element(tuple, 4),   element(tuple, 5)};
    if (!type_of(r->callable)->call)
        return raise(PicklingError,
                     "first item of the tuple returned by __reduce__ must be callable");
    if (!is_tuple(r->args))
        return raise(PicklingError,
                     "second item of the tuple returned by __reduce__ must be a tuple");
    if (r->items && !is_iterator(r->items))
        return raise(
            PicklingError,
            "fourth element of the tuple returned by __reduce__ must be an iterator, not %T",
            r->items);
    if (r->pairs && !is_iterator(r->pairs))
        return raise(
            PicklingError,
            "fifth element of the tuple returned by __reduce__ must be an iterator, not %T",
            r->pairs);
    if (r->state_setter && !type_of(r->state_setter)->call)
        return raise(PicklingError,
                     "sixth element of the tuple returned by __reduce__ must be a function, not %T",
                     r->state_setter);
    return true;
}

/* ---- Making the object ------------------------------------------------------------------ */

/* As copyreg.__newobj_ex__(cls, args, kwargs). */
static bool check_newobj_ex(Value args)
{
    if (tuple_length(args) != 3)
        return raise(PicklingError,
                     "length of the NEWOBJ_EX argument tuple must be exactly 3, not %zd",
                     tuple_length(args));
    if (!is_type(tuple_get(args, 0)))
        return raise(PicklingError,
                     "first item from NEWOBJ_EX argument tuple must be a class, not %T",
                     tuple_get(args, 0));
    if (!is_tuple(tuple_get(args, 1)))
        return raise(PicklingError,
                     "second item from NEWOBJ_EX argument tuple must be a tuple, not %T",
                     tuple_get(args, 1));
    if (!is_dict(tuple_get(args, 2)))
        return raise(PicklingError,
                     "third item from NEWOBJ_EX argument tuple must be a dict, not %T",
                     tuple_get(args, 2));
    return true;
}

/* functools.partial(cls.__new__, cls, *args, **kwargs) */
static Value partial_of_new(Value cls, Value args, Value kwargs)
{
    intptr_t count = tuple_length(args);
    Value all = TRY(tuple_new(count + 2));
    tuple_init(all, 0, TRY(get_attr(cls, names.__new__)));
    tuple_init(all, 1, cls);
    for (intptr_t i = 0; i < count; i++)
        tuple_init(all, i + 2, tuple_get(args, i));
    return call_tuple_dict(pickle_state.partial, all, kwargs);
}

static bool save_newobj_ex(Pickler *p, Value all)
{
    TRY(check_newobj_ex(all));
    Value cls = tuple_get(all, 0), args = tuple_get(all, 1), kwargs = tuple_get(all, 2);
    if (p->proto >= 4)
        return pickle_save(p, cls) && pickle_save(p, args) && pickle_save(p, kwargs) &&
               pickle_op(p, PICKLE_NEWOBJ_EX);
    Value partial = TRY(partial_of_new(cls, args, kwargs));
    return pickle_save(p, partial) && pickle_save(p, tuple_empty()) && pickle_op(p, PICKLE_REDUCE);
}

/* As copyreg.__newobj__(cls, *args). */
static bool save_newobj(Pickler *p, Value all, Value object)
{
    if (!tuple_length(all))
        return raise(PicklingError, "__newobj__ arglist is empty");
    Value cls = tuple_get(all, 0);
    if (!is_type(cls))
        return raise(PicklingError, "args[0] from __newobj__ args is not a type");
    if (object && cls != TRY(get_attr(object, names.__class__)))
        return raise(PicklingError, "args[0] from __newobj__ args has the wrong class");
    Value args = TRY(tuple_slice(all, 1, tuple_length(all)));
    return pickle_save(p, cls) && pickle_save(p, args) && pickle_op(p, PICKLE_NEWOBJ);
}

/* callable.__name__; *name 0: it has none. */
static bool name_of(Value callable, Value *name)
{
    if (type_of(callable) != &function_type)
        return get_attr_optional(callable, names.__name__, name);
    *name = load_acquire(&((Function *)callable)->name);
    return true;
}

static bool save_making(Pickler *p, const Reduced *r, Value object)
{
    Value name = 0;
    if (p->proto >= 2)
        TRY(name_of(r->callable, &name));
    if (name && is_str(name) && str_equal(name, pickle_state.newobj_ex_name))
        return save_newobj_ex(p, r->args);
    if (name && is_str(name) && str_equal(name, pickle_state.newobj_name))
        return save_newobj(p, r->args, object);
    return pickle_save(p, r->callable) && pickle_save(p, r->args) && pickle_op(p, PICKLE_REDUCE);
}

/* ---- Its state -------------------------------------------------------------------------- */

static bool save_state(Pickler *p, const Reduced *r, Value object)
{
    if (!r->state_setter)
        return pickle_save(p, r->state) && pickle_op(p, PICKLE_BUILD);
    /* state_setter(object, state), whose result is thrown away */
    return pickle_save(p, r->state_setter) && pickle_save(p, object) && pickle_save(p, r->state) &&
           pickle_op(p, PICKLE_TUPLE2) && pickle_op(p, PICKLE_REDUCE) && pickle_op(p, PICKLE_POP);
}

static bool save_parts(Pickler *p, const Reduced *r, Value object)
{
    TRY(save_making(p, r, object));
    if (object) {
        /* It is part of its own arguments, and was made on the way. */
        intptr_t number = pickle_memo_find(p, object);
        if (number >= 0)
            TRY(pickle_op(p, PICKLE_POP) && pickle_get(p, number));
        else
            TRY(pickle_put(p, object));
    }
    if (r->items)
        TRY(pickle_append_batches(p, r->items));
    if (r->pairs)
        TRY(pickle_set_batches(p, r->pairs));
    return !r->state || save_state(p, r, object);
}

bool pickle_save_reduced(Pickler *p, Value reduced, Value object)
{
    Reduced r = {0};
    TRY(take_apart(reduced, &r));
    if (!load_relaxed(&p->fast) || !object)
        return save_parts(p, &r, object);
    bool saved = pickle_fast_enter(p, object) && save_parts(p, &r, object);
    return pickle_fast_leave(p, object, saved);
}

/* ---- What __reduce__ says ---------------------------------------------------------------- */

/* The reducer that the pickler's own dispatch table has, or copyreg's; *reducer 0: none. */
static bool find_reducer(Pickler *p, Value type, Value *reducer)
{
    Value table = load_acquire(&p->dispatch_table);
    if (!table)
        return dict_find(pickle_state.dispatch_table, type, reducer);
    if (has_shape(table, SHAPE_DICT))
        return dict_find(table, type, reducer);
    *reducer = get_item(table, type);
    return *reducer || error_clear_if(KeyError);
}

static Value reduce_by_method(Pickler *p, Value object)
{
    Value method;
    TRY(get_attr_optional(object, names.__reduce_ex__, &method));
    if (method)
        return call1(method, int_small(p->proto));
    TRY(get_attr_optional(object, names.__reduce__, &method));
    if (method)
        return call0(method);
    return raise(PicklingError, "can't pickle '%T' object: %R", object, object);
}

static bool save_result(Pickler *p, Value reduced, Value object)
{
    if (is_str(reduced))
        return pickle_save_global(p, object, reduced);
    if (!is_tuple(reduced))
        return raise(PicklingError, "__reduce__ must return a string or tuple");
    return pickle_save_reduced(p, reduced, object);
}

bool pickle_save_other(Pickler *p, Value object)
{
    Type *type = type_of(object);
    Value reducer;
    if (p->reducer_override) {
        Value reduced = TRY(call1(p->reducer_override, object));
        if (reduced != NotImplemented)
            return save_result(p, reduced, object);
    }
    if (type == &type_type)
        return pickle_save_type(p, object);
    if (type == &function_type)
        return pickle_save_global(p, object, 0);
    TRY(find_reducer(p, (Value)type, &reducer));
    if (reducer)
        return save_result(p, TRY(call1(reducer, object)), object);
    if (is_type(object))
        return pickle_save_global(p, object, 0);
    bool saved;
    TRY(pickle_save_plain(p, object, &saved));
    if (saved)
        return true;
    return save_result(p, TRY(reduce_by_method(p, object)), object);
}
