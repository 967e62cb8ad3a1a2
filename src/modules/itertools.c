/* itertools: the module, and the iterators that come first in a chain: count, cycle, repeat, chain,
 * zip_longest. */
#include "modules/itertools_inner.h"
#include "types/dict.h"
#include "types/generic_alias.h"

/* ---- count ------------------------------------------------------------------------------------
 */

typedef struct Count {
    Object ob;
    Value current; /* atomic; changed under lock */
    Value step;    /* immutable after init */
} Count;

TRACE_FIELDS(count_trace, Count, current, 2)

static bool is_number(Value v)
{
    Type *type = type_of(v);
    return type->index || type->to_int || type->to_float || has_layout(v, LAYOUT_COMPLEX);
}

NEW_METHOD(count_new, "start=0, step=1")
{
    if (!is_number(args[1]) || !is_number(args[2]))
        return raise(TypeError, "a number is required");
    Count *c = TRY(NEW(Count, (Type *)args[0]));
    gc_store(c, &c->current, args[1]);
    gc_store(c, &c->step, args[2]);
    return (Value)c;
}

/* Ints are added under the lock; adding anything else may run Python code, so it is tried until
 * nobody came between. */
static Value count_next(Value self)
{
    Count *c = (Count *)self;
    for (;;) {
        Value current = load_acquire(&c->current);
        if (are_ints(current, c->step)) {
            WITH_LOCK (c) {
                current = c->current;
                if (are_ints(current, c->step)) {
                    Value next = TRY(int_from(int_value(current) + int_value(c->step)));
                    gc_store(c, &c->current, next);
                    return current;
                }
            }
        }
        Value next = TRY(number_binary(OP_ADD, current, c->step));
        WITH_LOCK (c) {
            if (c->current == current) {
                gc_store(c, &c->current, next);
                return current;
            }
        }
    }
}

static Value count_repr(Value self)
{
    Count *c = (Count *)self;
    Value current = load_acquire(&c->current);
    const char *name = type_short_name(type_of(self));
    if (c->step == int_small(1))
        return format_value("%s(%R)", name, current);
    return format_value("%s(%R, %R)", name, current, c->step);
}

REDUCE(count_reduce)
{
    Count *c = (Count *)args[0];
    TRY(warn_pickle());
    Value current = load_acquire(&c->current), type = (Value)type_of(args[0]);
    if (c->step == int_small(1))
        return tuple_of(type, TRY(tuple_of(current)));
    return tuple_of(type, TRY(tuple_of(current, c->step)));
}

static MethodDef *const count_methods[] = {M(count_reduce), 0};

Type count_type = {
    ITERATOR_TYPE("count", Count, count_next, count_trace, M(count_new),
                  "Return a count object whose .__next__() method returns consecutive values."),
    .repr = count_repr,
    .methods = count_methods,
};

/* ---- cycle --------------------------------------------------------------------------------------
 */

typedef struct Cycle {
    Object ob;
    Value iterator; /* atomic: 0 once exhausted */
    Value saved;    /* list; atomic: replaced by __setstate__ */
    intptr_t index; /* atomic: changed under lock */
    Turn turn;      /* the first round's: no thread may begin the second one before what others
                     * took in the first is saved */
} Cycle;

TRACE_FIELDS(cycle_trace, Cycle, iterator, 2)

NEW_METHOD(cycle_new, "iterable, /")
{
    Value iterator = TRY(get_iter(args[1])), saved = TRY(list_new(0));
    Cycle *c = TRY(NEW(Cycle, (Type *)args[0]));
    gc_store(c, &c->iterator, iterator);
    gc_store(c, &c->saved, saved);
    return (Value)c;
}

/* An item of the first round, which is saved. 0: an exception is pending, or that round is over. */
static Value cycle_first_round(Cycle *c)
{
    TURN (c, &c->turn) {
        Value iterator = load_acquire(&c->iterator);
        if (!iterator)
            return 0;
        Value item = iter_next(iterator);
        if (item)
            return list_append(load_acquire(&c->saved), item) ? item : 0;
        if (!error_pending())
            gc_store(c, &c->iterator, (Value)0);
    }
    return 0;
}

static Value cycle_next(Value self)
{
    Cycle *c = (Cycle *)self;
    Value item = 0;
    if (load_acquire(&c->iterator)) {
        item = cycle_first_round(c);
        if (item || error_pending())
            return item;
    }
    WITH_LOCK (c) {
        Value saved = load_acquire(&c->saved);
        intptr_t i = c->index;
        item = list_get(saved, i);
        store_relaxed(&c->index, i + 1 < list_length(saved) ? i + 1 : 0);
    }
    return item;
}

/* The state: the items of the first pass, and whether it is over. */
REDUCE(cycle_reduce)
{
    Cycle *c = (Cycle *)args[0];
    TRY(warn_pickle());
    Value iterator = load_acquire(&c->iterator), type = (Value)type_of(args[0]);
    Value saved = load_acquire(&c->saved);
    if (iterator)
        return tuple_of(type, TRY(tuple_of(iterator)), TRY(tuple_of(saved, False)));
    iterator = TRY(get_iter(saved));
    intptr_t index = load_relaxed(&c->index);
    if (index)
        TRY(call1(TRY(get_attr(iterator, names.__setstate__)), TRY(int_from(index))));
    return tuple_of(type, TRY(tuple_of(iterator)), TRY(tuple_of(saved, True)));
}

SETSTATE(cycle_setstate)
{
    Cycle *c = (Cycle *)args[0];
    TRY(warn_pickle());
    if (!is_tuple(args[1]))
        return raise(TypeError, "state is not a tuple");
    if (tuple_length(args[1]) != 2 || !is_list(tuple_get(args[1], 0)))
        return raise(TypeError, "function takes exactly 2 arguments (%zd given)",
                     tuple_length(args[1]));
    int ended;
    TRY(index_as_int(tuple_get(args[1], 1), &ended));
    Value items = tuple_get(args[1], 0), iterator = load_acquire(&c->iterator);
    if (ended && iterator) {
        /* The rest of the pass that was under way, then the items from the start. */
        Value rest = TRY(list_from_iterable(iterator));
        intptr_t begun = list_length(items) - list_length(rest);
        gc_store(c, &c->iterator, (Value)0);
        WITH_LOCK (c) {
            store_relaxed(&c->index, begun > 0 && begun < list_length(items) ? begun : 0);
        }
    }
    gc_store(c, &c->saved, items);
    return None;
}

static MethodDef *const cycle_methods[] = {M(cycle_reduce), M(cycle_setstate), 0};

Type cycle_type = {
    ITERATOR_TYPE("cycle", Cycle, cycle_next, cycle_trace, M(cycle_new),
                  "Return elements from the iterable until it is exhausted. Then repeat the "
                  "sequence indefinitely."),
    .methods = cycle_methods,
};

/* ---- repeat
 * --------------------------------------------------------------------------------------- */

typedef struct Repeat {
    Object ob;
    Value element;  /* immutable after init */
    intptr_t count; /* atomic: left; -1: endless */
} Repeat;

TRACE_FIELDS(repeat_trace, Repeat, element, 1)

NEW_METHOD(repeat_new, "object, times=?")
{
    intptr_t count = -1;
    if (args[2]) {
        TRY(index_as_intptr(args[2], &count));
        if (count < 0)
            count = 0;
    }
    Repeat *r = TRY(NEW(Repeat, (Type *)args[0]));
    gc_store(r, &r->element, args[1]);
    r->count = count;
    return (Value)r;
}

static Value repeat_next(Value self)
{
    Repeat *r = (Repeat *)self;
    if (load_relaxed(&r->count) < 0)
        return r->element;
    WITH_LOCK (r) {
        if (r->count > 0) {
            store_relaxed(&r->count, r->count - 1);
            return r->element;
        }
    }
    return 0;
}

static Value repeat_repr(Value self)
{
    Repeat *r = (Repeat *)self;
    intptr_t count = load_relaxed(&r->count);
    const char *name = type_short_name(type_of(self));
    if (count < 0)
        return format_value("%s(%R)", name, r->element);
    return format_value("%s(%R, %zd)", name, r->element, count);
}

METHOD(repeat_length_hint, "__length_hint__", "/",
       "Private method returning an estimate of len(list(it)).")
{
    intptr_t count = load_relaxed(&((Repeat *)args[0])->count);
    return count < 0 ? raise(TypeError, "len() of unsized object") : int_from(count);
}

REDUCE(repeat_reduce)
{
    Repeat *r = (Repeat *)args[0];
    TRY(warn_pickle());
    intptr_t count = load_relaxed(&r->count);
    Value type = (Value)type_of(args[0]);
    if (count < 0)
        return tuple_of(type, TRY(tuple_of(r->element)));
    return tuple_of(type, TRY(tuple_of(r->element, TRY(int_from(count)))));
}

static MethodDef *const repeat_methods[] = {M(repeat_length_hint), M(repeat_reduce), 0};

Type repeat_type = {
    ITERATOR_TYPE("repeat", Repeat, repeat_next, repeat_trace, M(repeat_new),
                  "repeat(object [,times]) -> create an iterator which returns the object\nfor the "
                  "specified number of times.  If not specified, returns the object\nendlessly."),
    .repr = repeat_repr,
    .methods = repeat_methods,
};

/* ---- chain
 * ------------------------------------------------------------------------------------------ */

typedef struct Chain {
    Object ob;
    Value source; /* atomic: iterator over iterables; 0 once exhausted */
    Value active; /* atomic: the iterator that items come from, or 0 */
    Turn turn;
} Chain;

TRACE_FIELDS(chain_trace, Chain, source, 2)

static Value chain_from(Type *type, Value iterables)
{
    Value source = TRY(get_iter(iterables));
    Chain *c = TRY(NEW(Chain, type));
    gc_store(c, &c->source, source);
    return (Value)c;
}

NEW_METHOD(chain_new, "*iterables")
{
    return chain_from((Type *)args[0], args[1]);
}

CLASS_METHOD(chain_from_iterable, "from_iterable", "iterable, /",
             "Alternative chain() constructor taking a single iterable argument that evaluates "
             "lazily.")
{
    return chain_from((Type *)args[0], args[1]);
}

CLASS_METHOD(chain_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

/* The next iterator to take items from; 0: none, or failure. */
static Value chain_advance(Chain *c)
{
    Value source = load_acquire(&c->source);
    if (!source)
        return 0;
    Value iterable = iter_next(source), iterator = iterable ? get_iter(iterable) : 0;
    if (!iterator && (iterable || !error_pending()))
        gc_store(c, &c->source, (Value)0);
    return iterator;
}

static Value chain_step(Chain *c)
{
    for (;;) {
        Value active = load_acquire(&c->active);
        if (!active) {
            active = TRY(chain_advance(c));
            gc_store(c, &c->active, active);
        }
        Value item = iter_next(active);
        if (item || error_pending())
            return item;
        if (load_relaxed(&c->active) == active) /* unless what it ran has gone on with another */
            gc_store(c, &c->active, (Value)0);
    }
}

static Value chain_next(Value self)
{
    TURN (self, &((Chain *)self)->turn)
        return chain_step((Chain *)self);
    return 0;
}

REDUCE(chain_reduce)
{
    Chain *c = (Chain *)args[0];
    TRY(warn_pickle());
    Value source = load_acquire(&c->source), active = load_acquire(&c->active);
    Value type = (Value)type_of(args[0]), empty = TRY(tuple_empty());
    if (!source)
        return tuple_of(type, empty);
    return tuple_of(type, empty, TRY(active ? tuple_of(source, active) : tuple_of(source)));
}

SETSTATE(chain_setstate)
{
    Chain *c = (Chain *)args[0];
    TRY(warn_pickle());
    if (!is_tuple(args[1]))
        return raise(TypeError, "state is not a tuple");
    intptr_t count = tuple_length(args[1]);
    if (count < 1 || count > 2)
        return raise(TypeError, "function takes at %s %d argument%s (%zd given)",
                     count ? "most" : "least", count ? 2 : 1, count ? "s" : "", count);
    for (intptr_t i = 0; i < count; i++)
        if (!is_iterator(tuple_get(args[1], i)))
            return raise(TypeError, "Arguments must be iterators.");
    gc_store(c, &c->source, tuple_get(args[1], 0));
    gc_store(c, &c->active, count == 2 ? tuple_get(args[1], 1) : 0);
    return None;
}

static MethodDef *const chain_methods[] = {M(chain_from_iterable), M(chain_class_getitem),
                                           M(chain_reduce), M(chain_setstate), 0};

Type chain_type = {
    ITERATOR_TYPE("chain", Chain, chain_next, chain_trace, M(chain_new),
                  "Return a chain object whose .__next__() method returns elements from the\nfirst "
                  "iterable until it is exhausted, then elements from the next\niterable, until "
                  "all of the iterables are exhausted."),
    .methods = chain_methods,
    .signature = "*iterables",
};

/* ---- zip_longest
 * --------------------------------------------------------------------------------------- */

typedef struct ZipLongest {
    Object ob;
    Value iterators; /* Array: 0 where one is exhausted; immutable after init */
    Value fill;      /* atomic: replaced by __setstate__ */
    intptr_t active; /* atomic: iterators that are not exhausted; counted down under lock */
    Turn turn;
} ZipLongest;

TRACE_FIELDS(zip_longest_trace, ZipLongest, iterators, 2)

NEW_METHOD(zip_longest_new, "*iterables, **kwargs")
{
    Value fill = None;
    if (args[2] && dict_length(args[2])) {
        fill = dict_get_cstring(args[2], "fillvalue");
        if (!fill || dict_length(args[2]) > 1)
            return raise(TypeError, "zip_longest() got an unexpected keyword argument");
    }
    intptr_t count = tuple_length(args[1]);
    Array *iterators = TRY_OR(array_new(count), 0);
    for (intptr_t i = 0; i < count; i++) {
        Value iterator = TRY(get_iter(tuple_get(args[1], i)));
        gc_store(iterators, &iterators->items[i], iterator);
    }
    ZipLongest *z = TRY(NEW(ZipLongest, (Type *)args[0]));
    gc_store(z, &z->iterators, (Value)iterators);
    gc_store(z, &z->fill, fill);
    z->active = count;
    return (Value)z;
}

/* False once no iterator is left. */
static bool zip_longest_drop(ZipLongest *z, Array *iterators, intptr_t i, Value iterator)
{
    bool left = true;
    WITH_LOCK (z) {
        if (load_relaxed(&iterators->items[i]) == iterator) {
            gc_store(iterators, &iterators->items[i], (Value)0);
            store_relaxed(&z->active, z->active - 1);
        }
        left = z->active > 0;
    }
    return left;
}

/* The next item, for the thread whose turn it is. */
static Value zip_longest_step(ZipLongest *z)
{
    Array *iterators = (Array *)z->iterators;
    intptr_t count = iterators->capacity;
    if (!count || load_relaxed(&z->active) == 0)
        return 0;
    Value result = TRY(tuple_new(count));
    for (intptr_t i = 0; i < count; i++) {
        Value iterator = load_acquire(&iterators->items[i]), item = load_acquire(&z->fill);
        if (iterator) {
            item = iter_next(iterator);
            if (!item) {
                if (error_pending()) {
                    store_relaxed(&z->active, 0);
                    return 0;
                }
                if (!zip_longest_drop(z, iterators, i, iterator))
                    return 0;
                item = load_acquire(&z->fill);
            }
        }
        tuple_init(result, i, item);
    }
    return result;
}

static Value zip_longest_next(Value self)
{
    TURN (self, &((ZipLongest *)self)->turn)
        return zip_longest_step((ZipLongest *)self);
    return 0;
}

REDUCE(zip_longest_reduce)
{
    ZipLongest *z = (ZipLongest *)args[0];
    TRY(warn_pickle());
    Array *iterators = (Array *)z->iterators;
    Value tuple = TRY(tuple_new(iterators->capacity)), empty = TRY(tuple_empty());
    for (intptr_t i = 0; i < iterators->capacity; i++) {
        Value iterator = load_acquire(&iterators->items[i]);
        tuple_init(tuple, i, iterator ? iterator : empty);
    }
    return tuple_of((Value)type_of(args[0]), tuple, load_acquire(&z->fill));
}

SETSTATE(zip_longest_setstate)
{
    TRY(warn_pickle());
    gc_store(args[0], &((ZipLongest *)args[0])->fill, args[1]);
    return None;
}

static MethodDef *const zip_longest_methods[] = {M(zip_longest_reduce), M(zip_longest_setstate), 0};

Type zip_longest_type = {
    ITERATOR_TYPE("zip_longest", ZipLongest, zip_longest_next, zip_longest_trace,
                  M(zip_longest_new),
                  "Return a zip_longest object whose .__next__() method returns a tuple where\nthe "
                  "i-th element comes from the i-th iterable argument.  The .__next__()\nmethod "
                  "continues until the longest iterable in the argument sequence\nis exhausted and "
                  "then it raises StopIteration.  When the shorter iterables\nare exhausted, the "
                  "fillvalue is substituted in their place.  The fillvalue\ndefaults to None or "
                  "can be specified by a keyword argument.\n"),
    .methods = zip_longest_methods,
    .signature = "*iterables, fillvalue=None",
};

/* ---- the module
 * ------------------------------------------------------------------------------------------ */

static bool execute(Value module)
{
    Type *public[] = {&accumulate_type,
                      &batched_type,
                      &chain_type,
                      &combinations_type,
                      &combinations_with_replacement_type,
                      &compress_type,
                      &count_type,
                      &cycle_type,
                      &dropwhile_type,
                      &filterfalse_type,
                      &groupby_type,
                      &islice_type,
                      &pairwise_type,
                      &permutations_type,
                      &product_type,
                      &repeat_type,
                      &starmap_type,
                      &takewhile_type,
                      &zip_longest_type,
                      &tee_type,
                      &grouper_type,
                      &tee_source_type};
    if (!(type_flags(&tee_node_type) & TYPE_READY))
        type_ready(&tee_node_type, 0);
    for (size_t i = 0; i < COUNT_OF(public); i++)
        TRY(module_add_new_type(module, public[i]));
    return true;
}

static MethodDef *const functions[] = {&itertools_tee_def, 0};

const ModuleDef module_itertools = {
    "itertools",
    "Functional tools for creating and using iterators.",
    functions,
    execute,
};
