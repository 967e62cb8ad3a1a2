#include "types/tuple.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/iterators.h"
#include "types/list.h"
#include "types/slice.h"
#include "types/str.h"

static struct {
    Tuple tuple;
    Value end;
} empty = {.tuple = {.ob = {.shape = SHAPE_TUPLE, .flags = FLAG_STATIC | FLAG_SHARED}}};

static Tuple *as_tuple(Value v)
{
    return (Tuple *)v;
}

static void tuple_trace(Object *self, Tracer *tracer)
{
    gc_visit_range(tracer, ((Tuple *)self)->items, (size_t)((Tuple *)self)->length);
}

/* ---- making tuples */

Value tuple_empty(void)
{
    return (Value)&empty.tuple;
}

Value tuple_new(intptr_t length)
{
    if (length == 0)
        return tuple_empty();
    if (unlikely((size_t)length > PTRDIFF_MAX / sizeof(Value)))
        return raise_no_memory();
    Tuple *self = TRY(alloc_object(SHAPE_TUPLE, sizeof(Tuple) + (size_t)length * sizeof(Value)));
    self->length = length;
    return (Value)self;
}

void tuple_init(Value tuple, intptr_t i, Value item)
{
    gc_store(tuple, &as_tuple(tuple)->items[i], item);
}

/* NO_BARRIER: the tuple is fresh, nothing was allocated since. Most are short: no call then. */
static void fill(Value tuple, const Value *values, intptr_t count)
{
    Value *items = as_tuple(tuple)->items;
    if (count > 8) {
        values_copy(items, values, count);
        return;
    }
    for (intptr_t i = 0; i < count; i++) {
        items[i] = values[i];
        __asm__("" : "+r"(i)); /* not for the compiler to turn into memcpy */
    }
}

Value tuple_from_values(const Value *values, intptr_t count)
{
    Value self = TRY(tuple_new(count));
    fill(self, values, count);
    return self;
}

Value tuple_slice(Value tuple, intptr_t start, intptr_t end)
{
    intptr_t length = tuple_length(tuple);
    start = start < 0 ? 0 : start;
    end = end > length ? length : end;
    if (start == 0 && end == length && has_shape(tuple, SHAPE_TUPLE))
        return tuple;
    return tuple_from_values(as_tuple(tuple)->items + start, end > start ? end - start : 0);
}

Value tuple_from_iterable(Value iterable)
{
    if (has_shape(iterable, SHAPE_TUPLE))
        return iterable;
    if (has_shape(iterable, SHAPE_LIST))
        return list_as_tuple(iterable);
    return list_as_tuple(TRY(list_from_iterable(iterable)));
}

/* An instance of a subclass with the items of `tuple`. */
static Value tuple_as_type(Type *type, Value tuple)
{
    intptr_t length = tuple_length(tuple);
    Tuple *self = (Tuple *)TRY(object_alloc_items(type, (size_t)length));
    self->length = length;
    fill((Value)self, as_tuple(tuple)->items, length);
    return (Value)self;
}

/* ---- comparison and hash */

Value values_compare(Value *a, intptr_t n, Value *b, intptr_t m, CompareOp op)
{
    TRY(c_stack_check(" in comparison"));
    intptr_t i = 0;
    for (; i < n && i < m; i++) {
        let_stop(i + 1);
        int equal = TRY_NOT_NEGATIVE(object_equal_inline(a[i], b[i]), 0);
        if (!equal)
            break;
    }
    if (i < n && i < m) {
        if (op == CMP_EQ || op == CMP_NE)
            return bool_value(op == CMP_NE);
        return object_compare(a[i], b[i], op);
    }
    return order_value(n - m, op);
}

static Value tuple_compare(Value a, Value b, CompareOp op)
{
    if (!is_tuple(a) || !is_tuple(b))
        return NotImplemented;
    return values_compare(as_tuple(a)->items, tuple_length(a), as_tuple(b)->items, tuple_length(b),
                          op);
}

#define PRIME_1 UINT64_C(11400714785074694791)
#define PRIME_2 UINT64_C(14029467366897019727)
#define PRIME_5 UINT64_C(2870177450012600261)

/* The rounds of xxHash (Collet, XXH64), one a lane, without its final mixing. */
static bool tuple_hash(Value v, int64_t *hash)
{
    Tuple *self = as_tuple(v);
    *hash = load_relaxed(&self->hash);
    if (*hash)
        return true;
    TRY(c_stack_check(" in hash"));
    uint64_t h = PRIME_5;
    for (intptr_t i = 0; i < self->length; i++) {
        let_stop(i + 1);
        int64_t lane;
        TRY(object_hash(self->items[i], &lane));
        h += (uint64_t)lane * PRIME_2;
        h = (h << 31) | (h >> 33);
        h *= PRIME_1;
    }
    h += (uint64_t)self->length ^ (PRIME_5 ^ UINT64_C(3527539));
    *hash = h == UINT64_MAX ? 1546275796 : (int64_t)h;
    if (!(load_relaxed(&self->ob.flags) & FLAG_STATIC))
        store_relaxed(&self->hash, *hash);
    return true;
}

/* ---- slots */

static Value tuple_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames) && type->init == tuple_type.init)
        return raise(TypeError, "tuple() takes no keyword arguments");
    if (nargs > 1)
        return raise(TypeError, "tuple expected at most 1 argument, got %zu", nargs);
    Value tuple = nargs ? TRY(tuple_from_iterable(args[0])) : tuple_empty();
    return type == &tuple_type ? tuple : tuple_as_type(type, tuple);
}

static Value tuple_repr(Value self)
{
    intptr_t length = tuple_length(self);
    if (!length)
        return str_from_cstring("()");
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return str_from_cstring("(...)");
    StrBuilder b;
    builder_start(&b);
    builder_add_char(&b, '(');
    Value item = 0;
    for (intptr_t i = 0; i < length; i++) {
        item = object_repr(tuple_get(self, i));
        if (!item)
            break;
        if (i)
            builder_add_ascii(&b, ", ", 2);
        builder_add(&b, item);
    }
    repr_leave(self);
    if (!item)
        return 0;
    builder_add_cstring(&b, length == 1 ? ",)" : ")");
    return builder_finish(&b);
}

static Value tuple_iter(Value self)
{
    return tuple_iterator_new(self);
}

static intptr_t tuple_length_slot(Value self)
{
    return tuple_length(self);
}

static Value tuple_extended_slice(Value self, Value slice)
{
    intptr_t start, stop, step, count;
    TRY(slice_indices(slice, tuple_length(self), &start, &stop, &step, &count));
    if (step == 1)
        return tuple_slice(self, start, start + count);
    Value result = TRY(tuple_new(count));
    for (intptr_t i = 0; i < count; i++) {
        let_stop(i);
        as_tuple(result)->items[i] = tuple_get(self, start + i * step); /* NO_BARRIER: gc_filled */
    }
    gc_filled(result);
    return result;
}

static Value tuple_getitem(Value self, Value key)
{
    if (is_slice(key))
        return tuple_extended_slice(self, key);
    intptr_t i;
    if (is_int(key))
        i = int_value(key);
    else if (!has_index(key))
        return raise(TypeError, "tuple indices must be integers or slices, not %T", key);
    else
        TRY(index_as_intptr_or(key, &i, IndexError));
    if (!index_resolve(&i, tuple_length(self)))
        return raise(IndexError, "tuple index out of range");
    return tuple_get(self, i);
}

static int tuple_contains(Value self, Value item)
{
    for (intptr_t i = 0; i < tuple_length(self); i++) {
        let_stop(i + 1);
        int equal = object_equal(tuple_get(self, i), item);
        if (equal)
            return equal;
    }
    return 0;
}

static Value tuple_concat(Value a, Value b)
{
    if (!is_tuple(b))
        return raise(TypeError, "can only concatenate tuple (not \"%T\") to tuple", b);
    if (!tuple_length(a) && has_shape(b, SHAPE_TUPLE))
        return b;
    if (!tuple_length(b) && has_shape(a, SHAPE_TUPLE))
        return a;
    intptr_t n = tuple_length(a), m = tuple_length(b);
    Value result = TRY(tuple_new(n + m));
    fill(result, as_tuple(a)->items, n);
    values_copy(as_tuple(result)->items + n, as_tuple(b)->items, m);
    return result;
}

static Value tuple_repeat(Value self, Value times)
{
    intptr_t n, length = tuple_length(self), total;
    TRY(index_as_intptr_or(times, &n, OverflowError));
    if (n < 0)
        n = 0;
    if ((n == 1 || !length) && has_shape(self, SHAPE_TUPLE))
        return self;
    if (__builtin_mul_overflow(length, n, &total))
        return raise_no_memory();
    Value result = TRY(tuple_new(total));
    for (intptr_t i = 0; i < total; i += length)
        values_copy(as_tuple(result)->items + i, as_tuple(self)->items, length);
    return result;
}

/* ---- methods */

METHOD(tuple_count, "count", "value, /", "Return number of occurrences of value.")
{
    intptr_t count = 0;
    for (intptr_t i = 0; i < tuple_length(args[0]); i++)
        count += TRY_NOT_NEGATIVE(object_equal(tuple_get(args[0], i), args[1]), 0);
    return int_from(count);
}

METHOD(tuple_index, "index", "value, start=0, stop=9223372036854775807, /",
       "Return first index of value.\n\nRaises ValueError if the value is not present.")
{
    intptr_t start = 0, stop = INTPTR_MAX;
    TRY(slice_index_not_none(args[2], &start));
    TRY(slice_index_not_none(args[3], &stop));
    slice_clip(tuple_length(args[0]), &start, &stop);
    for (intptr_t i = start; i < stop; i++) {
        int equal = TRY_NOT_NEGATIVE(object_equal(tuple_get(args[0], i), args[1]), 0);
        if (equal)
            return int_from(i);
    }
    return raise(ValueError, "tuple.index(x): x not in tuple");
}

METHOD(tuple_getnewargs, "__getnewargs__", "/", 0)
{
    return tuple_of(TRY(tuple_slice(args[0], 0, tuple_length(args[0]))));
}

CLASS_METHOD(tuple_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

/* ---- the iterator */

static void tuple_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((TupleIterator *)self)->tuple));
}

Value tuple_iterator_new(Value tuple)
{
    TupleIterator *it = TRY(NEW(TupleIterator, &tuple_iterator_type));
    it->tuple = tuple; /* NO_BARRIER: fresh, nothing allocated since */
    return (Value)it;
}

static Value tuple_iterator_next(Value self)
{
    TupleIterator *it = (TupleIterator *)self;
    WITH_LOCK (it) {
        Value tuple = it->tuple;
        if (!tuple)
            return 0;
        if (it->index < tuple_length(tuple)) {
            Value item = tuple_get(tuple, it->index);
            store_relaxed(&it->index, it->index + 1);
            return item;
        }
        store_release(&it->tuple, (Value)0); /* NO_BARRIER: 0 */
    }
    return 0;
}

METHOD(tuple_iterator_length_hint, "__length_hint__", "/",
       "Private method returning an estimate of len(list(it)).")
{
    TupleIterator *it = (TupleIterator *)args[0];
    Value tuple = load_acquire(&it->tuple);
    return int_from(tuple ? tuple_length(tuple) - load_relaxed(&it->index) : 0);
}

METHOD(tuple_iterator_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    TupleIterator *it = (TupleIterator *)args[0];
    Value function = TRY(iterator_builtin("iter")), tuple = load_acquire(&it->tuple);
    if (!tuple)
        return tuple_of(function, TRY(tuple_of(tuple_empty())));
    return tuple_of(function, TRY(tuple_of(tuple)), TRY(int_from(load_relaxed(&it->index))));
}

METHOD(tuple_iterator_setstate, "__setstate__", "object, /",
       "Set state information for unpickling.")
{
    TupleIterator *it = (TupleIterator *)args[0];
    intptr_t index = TRY_INT_INDEX(args[1]);
    WITH_LOCK (it) {
        if (it->tuple) {
            intptr_t length = tuple_length(it->tuple);
            store_relaxed(&it->index, index < 0 ? 0 : index > length ? length : index);
        }
    }
    return None;
}

/* ---- tables */

static MethodDef *const tuple_methods[] = {M(tuple_getnewargs), M(tuple_index), M(tuple_count),
                                           M(tuple_class_getitem), 0};

Type tuple_type = {
    TYPE_HEAD("tuple", Tuple),
    .item_size = sizeof(Value),
    .repr = tuple_repr,
    .hash = tuple_hash,
    .compare = tuple_compare,
    .iter = tuple_iter,
    .make = tuple_make,
    .make_one = tuple_from_iterable,
    .length = tuple_length_slot,
    .getitem = tuple_getitem,
    .contains = tuple_contains,
    .concat = tuple_concat,
    .repeat = tuple_repeat,
    .signature = "iterable=(), /",
    .doc = "Built-in immutable sequence.\n\n"
           "If no argument is given, the constructor returns an empty tuple.\n"
           "If iterable is specified the tuple is initialized from iterable's items.\n\n"
           "If the argument is a tuple, the return value is the same object.",
    .methods = tuple_methods,
    .trace = tuple_trace,
    .layout = LAYOUT_TUPLE,
    .flags = TYPE_BASE | TYPE_SEQUENCE | TYPE_MATCH_SELF,
};

static MethodDef *const tuple_iterator_methods[] = {
    M(tuple_iterator_length_hint), M(tuple_iterator_reduce), M(tuple_iterator_setstate), 0};

Type tuple_iterator_type = {
    TYPE_HEAD("tuple_iterator", TupleIterator),
    .iter = iterator_self,
    .next = tuple_iterator_next,
    .methods = tuple_iterator_methods,
    .trace = tuple_iterator_trace,
    .layout = LAYOUT_TUPLE_ITERATOR,
    .flags = TYPE_NO_NEW,
};

void tuple_start(void)
{
    type_ready(&tuple_type, SHAPE_TUPLE);
    type_ready(&tuple_iterator_type, SHAPE_TUPLE_ITERATOR);
}
