/* itertools' iterators that pass on, drop or change the items of another one. */
#include "modules/itertools_inner.h"

/* ---- a function and an iterator: dropwhile, takewhile, filterfalse, starmap
 * ------------------------- */

typedef struct Filter {
    Object ob;
    Value function, iterator; /* immutable after init */
    bool switched;            /* atomic: dropwhile has begun, takewhile has ended */
    Turn turn;
} Filter;

TRACE_FIELDS(filter_trace, Filter, function, 2)

static Value filter_make(Value *args)
{
    Value iterator = TRY(get_iter(args[2]));
    Filter *f = TRY(NEW(Filter, (Type *)args[0]));
    gc_store(f, &f->function, args[1]);
    gc_store(f, &f->iterator, iterator);
    return (Value)f;
}

/* function(item) is true; -1: failure. */
static int holds(Value function, Value item)
{
    Value result = TRY_OR(call1(function, item), -1);
    return object_truth(result);
}

/* Function and iterator, to be called with. */
static Value filter_arguments(Value self)
{
    return tuple_of(((Filter *)self)->function, ((Filter *)self)->iterator);
}

REDUCE(filter_reduce)
{
    TRY(warn_pickle());
    return tuple_of((Value)type_of(args[0]), TRY(filter_arguments(args[0])));
}

REDUCE(switching_reduce)
{
    TRY(warn_pickle());
    return tuple_of((Value)type_of(args[0]), TRY(filter_arguments(args[0])),
                    int_small(load_relaxed(&((Filter *)args[0])->switched)));
}

SETSTATE(switching_setstate)
{
    TRY(warn_pickle());
    int switched = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    store_relaxed(&((Filter *)args[0])->switched, switched);
    return None;
}

static MethodDef *const filter_methods[] = {M(filter_reduce), 0};
static MethodDef *const switching_methods[] = {M(switching_reduce), M(switching_setstate), 0};

NEW_METHOD(dropwhile_new, "predicate, iterable, /")
{
    return filter_make(args);
}

static Value dropwhile_first(Filter *f)
{
    for (;;) {
        Value item = TRY(iter_next(f->iterator));
        if (load_relaxed(&f->switched))
            return item;
        int drop = TRY_NOT_NEGATIVE(holds(f->function, item), 0);
        if (!drop) {
            store_relaxed(&f->switched, true);
            return item;
        }
        TRY(thread_poll(thread_self()));
    }
}

static Value dropwhile_next(Value self)
{
    Filter *f = (Filter *)self;
    if (load_relaxed(&f->switched))
        return iter_next(f->iterator);
    TURN (f, &f->turn)
        return dropwhile_first(f);
    return 0;
}

Type dropwhile_type = {
    ITERATOR_TYPE("dropwhile", Filter, dropwhile_next, filter_trace, M(dropwhile_new),
                  "Drop items from the iterable while predicate(item) is true.\n\nAfterwards, "
                  "return every element until the iterable is exhausted."),
    .methods = switching_methods,
};

NEW_METHOD(takewhile_new, "predicate, iterable, /")
{
    return filter_make(args);
}

static Value takewhile_step(Filter *f)
{
    if (load_relaxed(&f->switched))
        return 0;
    Value item = TRY(iter_next(f->iterator));
    int take = TRY_NOT_NEGATIVE(holds(f->function, item), 0);
    if (take)
        return item;
    store_relaxed(&f->switched, true);
    return 0;
}

static Value takewhile_next(Value self)
{
    TURN (self, &((Filter *)self)->turn)
        return takewhile_step((Filter *)self);
    return 0;
}

Type takewhile_type = {
    ITERATOR_TYPE(
        "takewhile", Filter, takewhile_next, filter_trace, M(takewhile_new),
        "Return successive entries from an iterable as long as the predicate evaluates to "
        "true for each entry."),
    .methods = switching_methods,
};

NEW_METHOD(filterfalse_new, "function, iterable, /")
{
    return filter_make(args);
}

static Value filterfalse_next(Value self)
{
    Filter *f = (Filter *)self;
    bool plain = f->function == None || f->function == (Value)&bool_type;
    for (;;) {
        Value item = TRY(iter_next(f->iterator));
        int truth = TRY_NOT_NEGATIVE(plain ? object_truth(item) : holds(f->function, item), 0);
        if (!truth)
            return item;
        TRY(thread_poll(thread_self()));
    }
}

Type filterfalse_type = {
    ITERATOR_TYPE(
        "filterfalse", Filter, filterfalse_next, filter_trace, M(filterfalse_new),
        "Return those items of iterable for which function(item) is false.\n\nIf function "
        "is None, return the items that are false."),
    .methods = filter_methods,
};

NEW_METHOD(starmap_new, "function, iterable, /")
{
    return filter_make(args);
}

static Value starmap_next(Value self)
{
    Filter *f = (Filter *)self;
    Value item = TRY(iter_next(f->iterator));
    return call_tuple_dict(f->function, TRY(tuple_from_iterable(item)), 0);
}

Type starmap_type = {
    ITERATOR_TYPE(
        "starmap", Filter, starmap_next, filter_trace, M(starmap_new),
        "Return an iterator whose values are returned from the function evaluated with an "
        "argument tuple taken from the given sequence."),
    .methods = filter_methods,
};

/* ---- compress
 * ------------------------------------------------------------------------------------------ */

typedef struct Compress {
    Object ob;
    Value data, selectors; /* iterators; immutable after init */
    Turn turn;
} Compress;

TRACE_FIELDS(compress_trace, Compress, data, 2)

NEW_METHOD(compress_new, "data, selectors")
{
    Value data = TRY(get_iter(args[1])), selectors = TRY(get_iter(args[2]));
    Compress *c = TRY(NEW(Compress, (Type *)args[0]));
    gc_store(c, &c->data, data);
    gc_store(c, &c->selectors, selectors);
    return (Value)c;
}

/* The next item, for the thread whose turn it is. */
static Value compress_step(Compress *c)
{
    for (;;) {
        Value item = TRY(iter_next(c->data)), selector = TRY(iter_next(c->selectors));
        int selected = TRY_NOT_NEGATIVE(object_truth(selector), 0);
        if (selected)
            return item;
        TRY(thread_poll(thread_self()));
    }
}

static Value compress_next(Value self)
{
    TURN (self, &((Compress *)self)->turn)
        return compress_step((Compress *)self);
    return 0;
}

REDUCE(compress_reduce)
{
    Compress *c = (Compress *)args[0];
    TRY(warn_pickle());
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(c->data, c->selectors)));
}

static MethodDef *const compress_methods[] = {M(compress_reduce), 0};

Type compress_type = {
    ITERATOR_TYPE("compress", Compress, compress_next, compress_trace, M(compress_new),
                  "Return data elements corresponding to true selector elements.\n\nForms a "
                  "shorter iterator from selected data elements using the selectors to\nchoose the "
                  "data elements."),
    .methods = compress_methods,
};

/* ---- islice
 * -------------------------------------------------------------------------------------------- */

typedef struct Slice {
    Object ob;
    Value iterator;       /* atomic: 0 once exhausted */
    intptr_t next, taken; /* atomic: positions; changed by whose turn it is, or __setstate__ */
    intptr_t stop, step;  /* immutable after init; stop -1: none */
    Turn turn;
} Slice;

TRACE_FIELDS(islice_trace, Slice, iterator, 1)

/* None is `fallback`; anything but a non-negative int is an error. */
static bool bound(Value v, intptr_t fallback, intptr_t *out, const char *message)
{
    *out = fallback;
    if (!v || v == None)
        return true;
    bool valid = has_index(v) && index_as_intptr(v, out) &&
                 (*out >= 0 || (fallback == -1 && *out < -1)); /* the caller looks at those */
    if (valid)
        return true;
    error_clear();
    return raise(ValueError, "%s", message);
}

NEW_METHOD(islice_new, "iterable, start, stop=?, step=?, /")
{
    static const char bad_range[] =
        "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    intptr_t start = 0, stop, step;
    if (!args[3]) {
        TRY(bound(args[2], -1, &stop,
                  "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."));
    } else {
        TRY(bound(args[3], -1, &stop,
                  "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."));
        TRY(bound(args[2], 0, &start, bad_range));
    }
    if (stop < -1)
        return raise(ValueError, bad_range);
    TRY(bound(args[4], 1, &step, "Step for islice() must be a positive integer or None."));
    if (step < 1)
        return raise(ValueError, "Step for islice() must be a positive integer or None.");
    Value iterator = TRY(get_iter(args[1]));
    Slice *s = TRY(NEW(Slice, (Type *)args[0]));
    gc_store(s, &s->iterator, iterator);
    s->next = start;
    s->stop = stop;
    s->step = step;
    return (Value)s;
}

static Value islice_step(Slice *s)
{
    Value iterator = load_acquire(&s->iterator), item = 0;
    if (!iterator)
        return 0;
    intptr_t next = load_relaxed(&s->next), taken;
    bool more = s->stop < 0 || next < s->stop;
    while ((taken = load_relaxed(&s->taken)) < next) { /* of a start behind the stop too */
        store_relaxed(&s->taken, taken + 1);
        if (!iter_next(iterator))
            goto exhausted;
        TRY(thread_poll(thread_self()));
    }
    if (more && (s->stop < 0 || taken < s->stop)) { /* __setstate__() may be past the stop */
        next = load_relaxed(&s->next);
        next = next > INTPTR_MAX - s->step ? INTPTR_MAX : next + s->step;
        store_relaxed(&s->taken, load_relaxed(&s->taken) + 1);
        store_relaxed(&s->next, s->stop >= 0 && next > s->stop ? s->stop : next);
        item = iter_next(iterator);
    }
exhausted:
    if (!item)
        gc_store(s, &s->iterator, (Value)0);
    return item;
}

static Value islice_next(Value self)
{
    TURN (self, &((Slice *)self)->turn)
        return islice_step((Slice *)self);
    return 0;
}

REDUCE(islice_reduce)
{
    Slice *s = (Slice *)args[0];
    TRY(warn_pickle());
    Value iterator = load_acquire(&s->iterator), type = (Value)type_of(args[0]);
    intptr_t next = load_relaxed(&s->next), taken = load_relaxed(&s->taken);
    if (!iterator) {
        Value nothing = TRY(get_iter(TRY(list_new(0))));
        return tuple_of(type, TRY(tuple_of(nothing, int_small(0))), int_small(0));
    }
    Value stop = s->stop < 0 ? None : TRY(int_from(s->stop));
    Value arguments = TRY(tuple_of(iterator, TRY(int_from(next)), stop, TRY(int_from(s->step))));
    return tuple_of(type, arguments, TRY(int_from(taken)));
}

SETSTATE(islice_setstate)
{
    TRY(warn_pickle());
    intptr_t taken = TRY_INDEX(args[1]);
    store_relaxed(&((Slice *)args[0])->taken, taken);
    return None;
}

static MethodDef *const islice_methods[] = {M(islice_reduce), M(islice_setstate), 0};

Type islice_type = {
    ITERATOR_TYPE(
        "islice", Slice, islice_next, islice_trace, M(islice_new),
        "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) "
        "--> islice object\n\nReturn an iterator whose next() method returns selected "
        "values from an\niterable.  If start is specified, will skip all preceding "
        "elements;\notherwise, start defaults to zero.  Step defaults to one.  If\n"
        "specified as another value, step determines how many values are\nskipped between "
        "successive calls.  Works like a slice() on a list\nbut returns an iterator."),
    .methods = islice_methods,
};

/* ---- accumulate
 * ----------------------------------------------------------------------------------------- */

typedef struct Accumulate {
    Object ob;
    Value iterator, function; /* immutable after init; function None: addition */
    Value total;              /* atomic: 0 before the first item */
    Value initial;            /* atomic: to be returned first, or 0 */
    Turn turn;
} Accumulate;

TRACE_FIELDS(accumulate_trace, Accumulate, iterator, 4)

NEW_METHOD(accumulate_new, "iterable, func=None, *, initial=None")
{
    Value iterator = TRY(get_iter(args[1]));
    Accumulate *a = TRY(NEW(Accumulate, (Type *)args[0]));
    gc_store(a, &a->iterator, iterator);
    gc_store(a, &a->function, args[2]);
    gc_store(a, &a->initial, args[3] == None ? 0 : args[3]);
    return (Value)a;
}

/* The next item, for the thread whose turn it is. */
static Value accumulate_step(Accumulate *a)
{
    if (load_relaxed(&a->initial)) {
        WITH_LOCK (a) {
            Value initial = a->initial;
            if (initial) {
                gc_store(a, &a->total, initial);
                gc_store(a, &a->initial, (Value)0);
                return initial;
            }
        }
    }
    Value item = TRY(iter_next(a->iterator)), total = load_acquire(&a->total);
    if (total)
        item = TRY(a->function == None ? number_binary(OP_ADD, total, item)
                                       : call2(a->function, total, item));
    gc_store(a, &a->total, item);
    return item;
}

static Value accumulate_next(Value self)
{
    TURN (self, &((Accumulate *)self)->turn)
        return accumulate_step((Accumulate *)self);
    return 0;
}

/* What is still to come first goes before the rest, in a chain. */
REDUCE(accumulate_reduce)
{
    Accumulate *a = (Accumulate *)args[0];
    TRY(warn_pickle());
    Value type = (Value)type_of(args[0]), initial = load_acquire(&a->initial);
    Value total = load_acquire(&a->total), iterator = a->iterator;
    if (initial) {
        iterator = TRY(call2((Value)&chain_type, TRY(tuple_of(initial)), iterator));
        return tuple_of(type, TRY(tuple_of(iterator, a->function)), None);
    }
    if (total == None) {
        Value rest = TRY(call2((Value)&chain_type, TRY(tuple_of(total)), iterator));
        iterator = TRY(call2((Value)&accumulate_type, rest, a->function));
        return tuple_of((Value)&islice_type, TRY(tuple_of(iterator, int_small(1), None)));
    }
    return tuple_of(type, TRY(tuple_of(iterator, a->function)), total ? total : None);
}

SETSTATE(accumulate_setstate)
{
    TRY(warn_pickle());
    gc_store(args[0], &((Accumulate *)args[0])->total, args[1] == None ? 0 : args[1]);
    return None;
}

static MethodDef *const accumulate_methods[] = {M(accumulate_reduce), M(accumulate_setstate), 0};

Type accumulate_type = {
    ITERATOR_TYPE("accumulate", Accumulate, accumulate_next, accumulate_trace, M(accumulate_new),
                  "Return series of accumulated sums."),
    .methods = accumulate_methods,
};

/* ---- pairwise
 * ---------------------------------------------------------------------------------------------- */

typedef struct Pairwise {
    Object ob;
    Value iterator; /* atomic: 0 once exhausted */
    Value old;      /* atomic: the second of the last pair, or 0 */
    Turn turn;
} Pairwise;

TRACE_FIELDS(pairwise_trace, Pairwise, iterator, 2)

NEW_METHOD(pairwise_new, "iterable, /")
{
    Value iterator = TRY(get_iter(args[1]));
    Pairwise *p = TRY(NEW(Pairwise, (Type *)args[0]));
    gc_store(p, &p->iterator, iterator);
    return (Value)p;
}

/* The next item, for the thread whose turn it is. */
static Value pairwise_step(Pairwise *p)
{
    Value iterator = load_acquire(&p->iterator), old = load_acquire(&p->old), new = 0;
    if (!iterator)
        return 0;
    if (!old) {
        old = iter_next(iterator);
        gc_store(p, &p->old, old);
        /* The iterator may have come back here, and gone on. */
        iterator = load_acquire(&p->iterator);
        if (old && !iterator)
            old = 0;
    }
    if (old)
        new = iter_next(iterator);
    gc_store(p, &p->old, new);
    if (new)
        return tuple_of(old, new);
    gc_store(p, &p->iterator, (Value)0);
    return 0;
}

static Value pairwise_next(Value self)
{
    TURN (self, &((Pairwise *)self)->turn)
        return pairwise_step((Pairwise *)self);
    return 0;
}

Type pairwise_type = {
    ITERATOR_TYPE("pairwise", Pairwise, pairwise_next, pairwise_trace, M(pairwise_new),
                  "Return an iterator of overlapping pairs taken from the input iterator.\n\n"
                  "    s -> (s0,s1), (s1,s2), (s2, s3), ..."),
};

/* ---- batched
 * -------------------------------------------------------------------------------------------------
 */

typedef struct Batched {
    Object ob;
    Value iterator; /* atomic: 0 once a batch was empty, or wrongly short */
    intptr_t size;  /* immutable after init */
    bool strict;    /* immutable after init */
    Turn turn;
} Batched;

TRACE_FIELDS(batched_trace, Batched, iterator, 1)

NEW_METHOD(batched_new, "iterable, n, *, strict=False")
{
    intptr_t size = TRY_INDEX(args[2]);
    int strict = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    if (size < 1)
        return raise(ValueError, "n must be at least one");
    Value iterator = TRY(get_iter(args[1]));
    Batched *b = TRY(NEW(Batched, (Type *)args[0]));
    gc_store(b, &b->iterator, iterator);
    b->size = size;
    b->strict = strict;
    return (Value)b;
}

/* The next item, for the thread whose turn it is. */
static Value batched_step(Batched *b)
{
    Value iterator = load_acquire(&b->iterator);
    if (!iterator)
        return 0;
    Value items = TRY(list_new(b->size < 64 ? b->size : 64));
    while (list_length(items) < b->size) {
        Value item = iter_next(iterator);
        if (!item)
            break;
        TRY(list_append(items, item));
    }
    bool failed = error_pending();
    intptr_t count = list_length(items);
    if (!failed && (count == b->size || (count && !b->strict)))
        return list_as_tuple(items);
    gc_store(b, &b->iterator, (Value)0);
    return failed || !count ? 0 : raise(ValueError, "batched(): incomplete batch");
}

static Value batched_next(Value self)
{
    TURN (self, &((Batched *)self)->turn)
        return batched_step((Batched *)self);
    return 0;
}

Type batched_type = {
    ITERATOR_TYPE("batched", Batched, batched_next, batched_trace, M(batched_new),
                  "Batch data into tuples of length n. The last batch may be shorter than n.\n\n"
                  "Loops over the input iterable and accumulates data into tuples\nup to size n.  "
                  "The input is consumed lazily, just enough to\nfill a batch."),
};
