#include "core/descriptor.h"
#include "types/iterators.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "core/turn.h"
#include "gc/heap.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/str.h"
#include "types/tuple.h"

Value iterator_self(Value self)
{
    return self;
}

Value iterator_builtin(const char *name)
{
    return builtin_named(name);
}

Value iterator_reduce_to(const char *name, Value argument)
{
    Value function = TRY(iterator_builtin(name));
    return tuple_of(function, TRY(tuple_of(argument)));
}

/* ---- enumerate */

typedef struct Enumerate {
    Object ob;
    Value iterator; /* immutable after init */
    Value count;    /* atomic: an int */
    Turn turn;
} Enumerate;

static void enumerate_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Enumerate *)self)->iterator);
    gc_visit(tracer, load_relaxed(&((Enumerate *)self)->count));
}

/* Both arguments may be keywords; the messages are those of CPython's own parser. */
static Value enumerate_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    Value iterable = nargs > 0 ? args[0] : 0, start = nargs > 1 ? args[1] : 0;
    intptr_t keywords = kwnames ? tuple_length(kwnames) : 0;
    if ((intptr_t)nargs + keywords > 2)
        return raise(TypeError, "enumerate() takes at most 2 arguments (%zd given)",
                     (intptr_t)nargs + keywords);
    for (intptr_t i = 0; i < keywords; i++) {
        Value name = tuple_get(kwnames, i), value = args[nargs + (size_t)i];
        if (str_equals(name, "iterable") && !iterable)
            iterable = value;
        else if (str_equals(name, "start") && !start)
            start = value;
        else
            return raise(TypeError, "'%V' is an invalid keyword argument for enumerate()", name);
    }
    if (!iterable && keywords == 1 && nargs == 0)
        return raise(TypeError, "'start' is an invalid keyword argument for enumerate()");
    if (!iterable)
        return raise(TypeError, "enumerate() missing required argument 'iterable'");
    Value count = start ? TRY(number_index(start)) : int_small(0);
    Value iterator = TRY(get_iter(iterable));
    Enumerate *self = TRY(NEW(Enumerate, type));
    self->iterator = iterator; /* NO_BARRIER: fresh, nothing allocated since */
    self->count = count;
    return (Value)self;
}

static bool enumerate_step(Enumerate *self, Value *count, Value *item)
{
    *item = TRY(iter_next(self->iterator));
    *count = load_relaxed(&self->count);
    gc_store(self, &self->count, TRY(int_add(*count, int_small(1))));
    return true;
}

static Value enumerate_next(Value self)
{
    Value count, item;
    TURN (self, &((Enumerate *)self)->turn)
        return enumerate_step((Enumerate *)self, &count, &item) ? tuple_of(count, item) : 0;
    return 0;
}

static NextParts enumerate_next_parts(Value self, Value *parts, unsigned count)
{
    Value number, item;
    if (count != 2)
        return PARTS_OTHERWISE;
    TURN (self, &((Enumerate *)self)->turn) {
        if (!enumerate_step((Enumerate *)self, &number, &item))
            return PARTS_ENDED;
        parts[0] = number;
        parts[1] = item;
        return PARTS_WRITTEN;
    }
    return PARTS_ENDED;
}

METHOD(enumerate_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    Enumerate *self = (Enumerate *)args[0];
    Value count = load_acquire(&self->count);
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(self->iterator, count)));
}

CLASS_METHOD(iterators_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const enumerate_methods[] = {M(enumerate_reduce), M(iterators_class_getitem), 0};

Type enumerate_type = {
    TYPE_HEAD("enumerate", Enumerate),
    .iter = iterator_self,
    .next = enumerate_next,
    .next_parts = enumerate_next_parts,
    .make = enumerate_make,
    .signature = "iterable, start=0",
    .doc = "Return an enumerate object.\n\n"
           "  iterable\n"
           "    an object supporting iteration\n\n"
           "The enumerate object yields pairs containing a count (from start, which\n"
           "defaults to zero) and a value yielded by the iterable argument.\n\n"
           "enumerate is useful for obtaining an indexed list:\n"
           "    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
    .methods = enumerate_methods,
    .trace = enumerate_trace,
    .flags = TYPE_BASE,
};

/* ---- zip and map: a tuple of iterators */

typedef struct Zip {
    Object ob;
    Value iterators; /* tuple; immutable after init */
    Value function;  /* of map; 0 for zip; immutable after init */
    uint8_t strict;  /* atomic */
    Turn turn;
} Zip;

static void zip_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Zip *)self)->iterators);
    gc_visit(tracer, ((Zip *)self)->function);
}

static Value iterators_of(Value *iterables, intptr_t count)
{
    Value iterators = TRY(tuple_new(count));
    for (intptr_t i = 0; i < count; i++)
        tuple_init(iterators, i, TRY(get_iter(iterables[i])));
    return iterators;
}

NEW_METHOD(zip_new, "*iterables, strict=False")
{
    int strict = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    Value iterators = TRY(iterators_of(((Tuple *)args[1])->items, tuple_length(args[1])));
    Zip *self = TRY(NEW(Zip, (Type *)args[0]));
    self->iterators = iterators; /* NO_BARRIER: fresh, nothing allocated since */
    self->strict = (uint8_t)strict;
    return (Value)self;
}

/* strict, and iterator number i ended: so must all. */
static Value zip_check_ends(Value iterators, intptr_t i)
{
    if (error_pending())
        return 0;
    if (i)
        return raise(ValueError, "zip() argument %zd is shorter than argument%s%zd", i + 1,
                     i == 1 ? " " : "s 1-", i);
    for (i = 1; i < tuple_length(iterators); i++) {
        if (iter_next(tuple_get(iterators, i)))
            return raise(ValueError, "zip() argument %zd is longer than argument%s%zd", i + 1,
                         i == 1 ? " " : "s 1-", i);
        if (error_pending())
            return 0;
    }
    return 0;
}

enum { ZIP_FEW = 4 };

static bool zip_take(Zip *self, intptr_t i, Value *item)
{
    *item = iter_next(tuple_get(self->iterators, i));
    if (unlikely(!*item) && load_relaxed(&self->strict))
        zip_check_ends(self->iterators, i);
    return *item != 0;
}

static Value zip_step_many(Zip *self, intptr_t n)
{
    Value result = TRY(tuple_new(n)), item;
    for (intptr_t i = 0; i < n; i++) {
        TRY(zip_take(self, i, &item));
        tuple_init(result, i, item);
    }
    return result;
}

static Value zip_step(Zip *self)
{
    intptr_t n = tuple_length(self->iterators);
    Value few[ZIP_FEW];
    if (n > ZIP_FEW)
        return zip_step_many(self, n);
    for (intptr_t i = 0; i < n; i++)
        TRY(zip_take(self, i, &few[i]));
    return n ? tuple_from_values(few, n) : 0;
}

static Value zip_next(Value self)
{
    TURN (self, &((Zip *)self)->turn)
        return zip_step((Zip *)self);
    return 0;
}

static NextParts zip_next_parts(Value self, Value *parts, unsigned count)
{
    Zip *zip = (Zip *)self;
    Value few[ZIP_FEW];
    if (tuple_length(zip->iterators) != (intptr_t)count || !count || count > ZIP_FEW)
        return PARTS_OTHERWISE;
    TURN (self, &zip->turn) {
        for (unsigned i = 0; i < count; i++)
            if (!zip_take(zip, i, &few[i]))
                return PARTS_ENDED;
        for (unsigned i = 0; i < count; i++)
            parts[i] = few[i];
        return PARTS_WRITTEN;
    }
    return PARTS_ENDED;
}

METHOD(zip_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    Zip *self = (Zip *)args[0];
    if (load_relaxed(&self->strict))
        return tuple_of((Value)type_of(args[0]), self->iterators, True);
    return tuple_of((Value)type_of(args[0]), self->iterators);
}

METHOD(zip_setstate, "__setstate__", "object, /", "Set state information for unpickling.")
{
    int strict = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    store_relaxed(&((Zip *)args[0])->strict, (uint8_t)strict);
    return None;
}

static MethodDef *const zip_methods[] = {M(zip_reduce), M(zip_setstate), 0};

Type zip_type = {
    TYPE_HEAD("zip", Zip),
    .iter = iterator_self,
    .next = zip_next,
    .next_parts = zip_next_parts,
    .new_def = M(zip_new),
    .signature = "*iterables, strict=False",
    .doc = "The zip object yields n-length tuples, where n is the number of iterables\n"
           "passed as positional arguments to zip().  The i-th element in every tuple\n"
           "comes from the i-th iterable argument to zip().  This continues until the\n"
           "shortest argument is exhausted.\n\n"
           "If strict is true and one of the arguments is exhausted before the others,\n"
           "raise a ValueError.\n\n"
           "   >>> list(zip('abcdefg', range(3), range(4)))\n"
           "   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
    .methods = zip_methods,
    .trace = zip_trace,
    .flags = TYPE_BASE,
};

static Value map_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames) && type->init == map_type.init)
        return raise(TypeError, "map() takes no keyword arguments");
    if (nargs < 2)
        return raise(TypeError, "map() must have at least two arguments.");
    Value iterators = TRY(iterators_of(args + 1, (intptr_t)nargs - 1));
    Zip *self = TRY(NEW(Zip, type));
    self->iterators = iterators; /* NO_BARRIER: fresh, nothing allocated since */
    self->function = args[0];
    return (Value)self;
}

/* An item of each iterator, in a tuple. */
static Value map_arguments(Zip *self)
{
    Tuple *iterators = (Tuple *)self->iterators;
    Value items = TRY(tuple_new(iterators->length));
    for (intptr_t i = 0; i < iterators->length; i++)
        tuple_init(items, i, TRY(iter_next(iterators->items[i])));
    return items;
}

/* Only the items are taken in turn: the function may run in several threads at once. */
static Value map_next(Value v)
{
    Zip *self = (Zip *)v;
    Tuple *iterators = (Tuple *)self->iterators;
    if (iterators->length == 1)
        return call1(self->function, TRY(iter_next(iterators->items[0])));
    Tuple *items = 0;
    TURN (self, &self->turn)
        items = (Tuple *)TRY(map_arguments(self));
    return items ? call(self->function, items->items, (size_t)items->length, 0) : 0;
}

METHOD(map_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    Zip *self = (Zip *)args[0];
    Tuple *iterators = (Tuple *)self->iterators;
    Value arguments = TRY(tuple_new(iterators->length + 1));
    tuple_init(arguments, 0, self->function);
    for (intptr_t i = 0; i < iterators->length; i++)
        tuple_init(arguments, i + 1, iterators->items[i]);
    return tuple_of((Value)type_of(args[0]), arguments);
}

static MethodDef *const map_methods[] = {M(map_reduce), 0};

Type map_type = {
    TYPE_HEAD("map", Zip),
    .iter = iterator_self,
    .next = map_next,
    .make = map_make,
    .signature = "function, iterable, /, *iterables",
    .doc = "Make an iterator that computes the function using arguments from\n"
           "each of the iterables.  Stops when the shortest iterable is exhausted.",
    .methods = map_methods,
    .trace = zip_trace,
    .flags = TYPE_BASE,
};

/* ---- filter */

typedef struct Filter {
    Object ob;
    Value function, iterator; /* immutable after init */
} Filter;

static void filter_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Filter *)self)->function);
    gc_visit(tracer, ((Filter *)self)->iterator);
}

static Value filter_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames) && type->init == filter_type.init)
        return raise(TypeError, "filter() takes no keyword arguments");
    if (nargs != 2)
        return raise(TypeError, "filter expected 2 arguments, got %zu", nargs);
    Value iterator = TRY(get_iter(args[1]));
    Filter *self = TRY(NEW(Filter, type));
    self->function = args[0]; /* NO_BARRIER: fresh, nothing allocated since */
    self->iterator = iterator;
    return (Value)self;
}

static Value filter_next(Value v)
{
    Filter *self = (Filter *)v;
    bool plain = self->function == None || self->function == (Value)&bool_type;
    for (;;) {
        Value item = TRY(iter_next(self->iterator));
        Value verdict = plain ? item : TRY(call1(self->function, item));
        int keep = TRY_NOT_NEGATIVE(object_truth(verdict), 0);
        if (keep)
            return item;
    }
}

METHOD(filter_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    Filter *self = (Filter *)args[0];
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(self->function, self->iterator)));
}

static MethodDef *const filter_methods[] = {M(filter_reduce), 0};

Type filter_type = {
    TYPE_HEAD("filter", Filter),
    .iter = iterator_self,
    .next = filter_next,
    .make = filter_make,
    .signature = "function, iterable, /",
    .doc = "Return an iterator yielding those items of iterable for which function(item)\n"
           "is true. If function is None, return the items that are true.",
    .methods = filter_methods,
    .trace = filter_trace,
    .flags = TYPE_BASE,
};

/* ---- reversed */

/* guarded by lock if SHARED */
typedef struct Reversed {
    Object ob;
    Value sequence; /* 0: exhausted */
    intptr_t index; /* of the next item */
} Reversed;

static void reversed_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((Reversed *)self)->sequence));
}

static Value reversed_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames) && type->init == reversed_type.init)
        return raise(TypeError, "reversed() takes no keyword arguments");
    if (nargs != 1)
        return raise(TypeError, "reversed expected 1 argument, got %zu", nargs);
    bool self_first;
    Value function = lookup_special(args[0], names.__reversed__, &self_first);
    if (function == None)
        return raise(TypeError, "'%T' object is not reversible", args[0]);
    if (function)
        return self_first ? call1(function, args[0]) : call0(function);
    if (error_pending())
        return 0;
    if (!is_sequence(args[0]))
        return raise(TypeError, "'%T' object is not reversible", args[0]);
    intptr_t n = TRY_NOT_NEGATIVE(object_length(args[0]), 0);
    Reversed *self = TRY(NEW(Reversed, type));
    self->sequence = args[0]; /* NO_BARRIER: fresh, nothing allocated since */
    self->index = n - 1;
    return (Value)self;
}

/* The index is taken before the item is asked for, so that no two threads ask for the same. */
static Value reversed_next(Value v)
{
    Reversed *self = (Reversed *)v;
    Value sequence = 0;
    intptr_t index = -1;
    WITH_LOCK (self) {
        sequence = load_acquire(&self->sequence); /* the end is stored without the lock */
        index = load_relaxed(&self->index);
        if (index >= 0)
            store_relaxed(&self->index, index - 1);
    }
    if (!sequence || index < 0)
        return 0;
    Value item = sequence_item(sequence, index);
    if (item)
        return item;
    store_relaxed(&self->index, -1);
    store_release(&self->sequence, (Value)0); /* NO_BARRIER: 0 */
    if (!error_clear_if(IndexError))
        error_clear_if(StopIteration);
    return 0;
}

METHOD(reversed_length_hint, "__length_hint__", "/",
       "Private method returning an estimate of len(list(it)).")
{
    Reversed *self = (Reversed *)args[0];
    Value sequence = load_acquire(&self->sequence);
    if (!sequence)
        return int_small(0);
    intptr_t n = TRY_NOT_NEGATIVE(object_length(sequence), 0);
    intptr_t left = load_relaxed(&self->index) + 1;
    return int_from(n < left ? 0 : left);
}

METHOD(reversed_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    Reversed *self = (Reversed *)args[0];
    Value sequence = load_acquire(&self->sequence), type = (Value)type_of(args[0]);
    if (!sequence)
        return tuple_of(type, TRY(tuple_of(tuple_empty())));
    Value index = TRY(int_from(load_relaxed(&self->index)));
    return tuple_of(type, TRY(tuple_of(sequence)), index);
}

METHOD(reversed_setstate, "__setstate__", "object, /", "Set state information for unpickling.")
{
    Reversed *self = (Reversed *)args[0];
    intptr_t index = TRY_INT_INDEX(args[1]);
    Value sequence = load_acquire(&self->sequence);
    if (sequence) {
        intptr_t n = TRY_NOT_NEGATIVE(object_length(sequence), 0);
        WITH_LOCK (self)
            store_relaxed(&self->index, index < -1 ? -1 : index > n - 1 ? n - 1 : index);
    }
    return None;
}

static MethodDef *const reversed_methods[] = {M(reversed_length_hint), M(reversed_reduce),
                                              M(reversed_setstate), 0};

Type reversed_type = {
    TYPE_HEAD("reversed", Reversed),
    .iter = iterator_self,
    .next = reversed_next,
    .make = reversed_make,
    .signature = "sequence, /",
    .doc = "Return a reverse iterator over the values of the given sequence.",
    .methods = reversed_methods,
    .trace = reversed_trace,
    .flags = TYPE_BASE,
};

void iterators_start(void)
{
    type_ready(&enumerate_type, 0);
    type_ready(&zip_type, 0);
    type_ready(&map_type, 0);
    type_ready(&filter_type, 0);
    type_ready(&reversed_type, 0);
}
