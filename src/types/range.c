#include "types/range.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/share.h"
#include "gc/heap.h"
#include "types/int.h"
#include "types/iterators.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/tuple.h"

static Range *as_range(Value v)
{
    return (Range *)v;
}

static void range_trace(Object *self, Tracer *tracer)
{
    Range *range = (Range *)self;
    gc_visit(tracer, range->start);
    gc_visit(tracer, range->stop);
    gc_visit(tracer, range->step);
    gc_visit(tracer, range->length);
}

/* ---- making */

/* How many ints there are from start, by step, before stop. */
static Value count_ints(Value start, Value stop, Value step)
{
    bool up = int_sign(step) > 0;
    Value low = up ? start : stop, high = up ? stop : start;
    if (int_compare(low, high) >= 0)
        return int_small(0);
    if (are_ints(low, high) && is_int(step)) {
        /* Differences of small ints fit 64 bits. */
        intptr_t span = int_value(high) - int_value(low) - 1;
        intptr_t by = int_value(step);
        return int_from(span / (up ? by : -by) + 1);
    }
    Value span = TRY(int_subtract(TRY(int_subtract(high, low)), int_small(1)));
    Value by = up ? step : TRY(int_negative(step));
    return int_add(TRY(int_floor_divide(span, by)), int_small(1));
}

Value range_new(Value start, Value stop, Value step)
{
    if (int_sign(step) == 0)
        return raise(ValueError, "range() arg 3 must not be zero");
    Value length = TRY(count_ints(start, stop, step));
    Range *self = TRY(NEW(Range, &range_type));
    /* NO_BARRIER: fresh, nothing allocated since */
    self->start = start;
    self->stop = stop;
    self->step = step;
    self->length = length;
    return (Value)self;
}

static Value range_make(Type *type UNUSED, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "range() takes no keyword arguments");
    if (nargs < 1)
        return raise(TypeError, "range expected at least 1 argument, got 0");
    if (nargs > 3)
        return raise(TypeError, "range expected at most 3 arguments, got %zu", nargs);
    Value start = nargs > 1 ? TRY(number_index(args[0])) : int_small(0);
    Value stop = TRY(number_index(args[nargs > 1]));
    Value step = nargs > 2 ? TRY(number_index(args[2])) : int_small(1);
    return range_new(start, stop, step);
}

/* ---- items */

static Value item_at(Range *self, Value i)
{
    if (i == int_small(0))
        return self->start;
    return int_add(self->start, TRY(int_multiply(i, self->step)));
}

static Value range_slice(Range *self, Value slice)
{
    Value start, stop, step;
    TRY(slice_indices_long(slice, self->length, &start, &stop, &step));
    start = TRY(item_at(self, start));
    stop = TRY(item_at(self, stop));
    step = TRY(int_multiply(self->step, step));
    return range_new(start, stop, step);
}

static Value range_getitem(Value v, Value key)
{
    Range *self = as_range(v);
    if (is_slice(key))
        return range_slice(self, key);
    if (!has_index(key))
        return raise(TypeError, "range indices must be integers or slices, not %T", key);
    Value i = TRY(number_index(key));
    if (int_sign(i) < 0)
        i = TRY(int_add(i, self->length));
    if (int_sign(i) < 0 || int_compare(i, self->length) >= 0)
        return raise(IndexError, "range object index out of range");
    return item_at(self, i);
}

/* The position of an int, or 0 without an exception if it is not in the range. */
static Value position_of(Range *self, Value item)
{
    bool up = int_sign(self->step) > 0;
    if (up ? int_compare(item, self->start) < 0 || int_compare(item, self->stop) >= 0
           : int_compare(item, self->start) > 0 || int_compare(item, self->stop) <= 0)
        return 0;
    Value distance = TRY(int_subtract(item, self->start));
    Value rest = TRY(int_remainder(distance, self->step));
    return int_sign(rest) == 0 ? int_floor_divide(distance, self->step) : 0;
}

static bool is_plain_int(Value v)
{
    return is_int(v) || has_shape(v, SHAPE_INT) || has_shape(v, SHAPE_BOOL);
}

static int range_contains(Value self, Value item)
{
    if (is_plain_int(item)) {
        Value position = position_of(as_range(self), item);
        return position ? 1 : error_pending() ? -1 : 0;
    }
    ITERATE(each, self)
    {
        int equal = object_equal(each, item);
        if (equal)
            return equal;
    }
    return ITERATED ? 0 : -1;
}

/* ---- slots */

static Value range_repr(Value v)
{
    Range *self = as_range(v);
    if (self->step == int_small(1))
        return str_format("range(%R, %R)", self->start, self->stop);
    return str_format("range(%R, %R, %R)", self->start, self->stop, self->step);
}

/* What makes two ranges equal: the same ints in the same order. */
static Value essence(Range *self)
{
    bool none = int_sign(self->length) == 0, one = self->length == int_small(1);
    return tuple_of(self->length, none ? None : self->start, none || one ? None : self->step);
}

static bool range_hash(Value self, int64_t *hash)
{
    return object_hash(TRY(essence(as_range(self))), hash);
}

static Value range_compare(Value a, Value b, CompareOp op)
{
    if (!is_range(a) || !is_range(b) || (op != CMP_EQ && op != CMP_NE))
        return NotImplemented;
    return object_compare(TRY(essence(as_range(a))), TRY(essence(as_range(b))), op);
}

static intptr_t range_length(Value self)
{
    int64_t length;
    if (int_to_i64(as_range(self)->length, &length))
        return length;
    raise(OverflowError, "Python int too large to convert to C ssize_t");
    return -1;
}

static int range_truth(Value self)
{
    return int_sign(as_range(self)->length) != 0;
}

/* ---- methods */

METHOD(range_count, "count", "value, /",
       "rangeobject.count(value) -> integer -- return number of occurrences of value")
{
    if (is_plain_int(args[1])) {
        int found = TRY_NOT_NEGATIVE(range_contains(args[0], args[1]), 0);
        return int_small(found);
    }
    intptr_t count = 0;
    ITERATE(each, args[0])
    {
        count += TRY_NOT_NEGATIVE(object_equal(each, args[1]), 0);
    }
    return ITERATED ? int_from(count) : 0;
}

METHOD(range_index, "index", "value, /",
       "rangeobject.index(value) -> integer -- return index of value.\n"
       "Raise ValueError if the value is not present.")
{
    if (is_plain_int(args[1])) {
        Value position = position_of(as_range(args[0]), args[1]);
        if (position || error_pending())
            return position;
        return raise(ValueError, "%R is not in range", args[1]);
    }
    intptr_t i = 0;
    ITERATE(each, args[0])
    {
        int equal = TRY_NOT_NEGATIVE(object_equal(each, args[1]), 0);
        if (equal)
            return int_from(i);
        i++;
    }
    return ITERATED ? raise(ValueError, "sequence.index(x): x not in sequence") : 0;
}

METHOD(range_reduce, "__reduce__", "/", 0)
{
    Range *self = as_range(args[0]);
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(self->start, self->stop, self->step)));
}

/* ---- iterators */

static Value small_iterator(intptr_t next, intptr_t step, intptr_t left)
{
    RangeIterator *it = TRY(NEW(RangeIterator, &range_iterator_type));
    it->next = next;
    it->step = step;
    it->left = left;
    return (Value)it;
}

/* Of ints that may be large; guarded by lock if SHARED. */
typedef struct LongRangeIterator {
    Object ob;
    Value next, step, left; /* ints; step immutable after init */
} LongRangeIterator;

static void long_range_iterator_trace(Object *self, Tracer *tracer)
{
    LongRangeIterator *it = (LongRangeIterator *)self;
    gc_visit(tracer, load_relaxed(&it->next));
    gc_visit(tracer, it->step);
    gc_visit(tracer, load_relaxed(&it->left));
}

static Value long_iterator(Value next, Value step, Value left)
{
    LongRangeIterator *it = TRY(NEW(LongRangeIterator, &long_range_iterator_type));
    /* NO_BARRIER: fresh, nothing allocated since */
    it->next = next;
    it->step = step;
    it->left = left;
    return (Value)it;
}

static bool is_small(Range *self)
{
    return are_ints(self->start, self->stop) && are_ints(self->step, self->length);
}

static Value range_iter(Value v)
{
    Range *self = as_range(v);
    if (is_small(self))
        return small_iterator(int_value(self->start), int_value(self->step),
                              int_value(self->length));
    return long_iterator(self->start, self->step, self->length);
}

METHOD(range_reversed, "__reversed__", "/", "Return a reverse iterator.")
{
    Range *self = as_range(args[0]);
    if (is_small(self)) {
        intptr_t step = int_value(self->step), length = int_value(self->length);
        return small_iterator(int_value(self->start) + (length ? length - 1 : 0) * step, -step,
                              length);
    }
    Value last = TRY(item_at(self, TRY(int_subtract(self->length, int_small(1)))));
    return long_iterator(last, TRY(int_negative(self->step)), self->length);
}

static Value range_iterator_next(Value self)
{
    RangeIterator *it = (RangeIterator *)self;
    WITH_LOCK (it) {
        if (it->left <= 0)
            return 0;
        intptr_t next = it->next;
        store_relaxed(&it->next, next + it->step);
        store_relaxed(&it->left, it->left - 1);
        return int_small(next);
    }
    UNREACHABLE();
}

static Value long_range_iterator_next(Value self)
{
    LongRangeIterator *it = (LongRangeIterator *)self;
    WITH_LOCK (it) {
        if (int_sign(it->left) <= 0)
            return 0;
        Value next = it->next, after = TRY(int_add(next, it->step));
        Value left = TRY(int_subtract(it->left, int_small(1)));
        gc_store(it, &it->next, after);
        gc_store(it, &it->left, left);
        return next;
    }
    UNREACHABLE();
}

METHOD(range_iterator_length_hint, "__length_hint__", "/",
       "Private method returning an estimate of len(list(it)).")
{
    return int_from(load_relaxed(&((RangeIterator *)args[0])->left));
}

METHOD(long_range_iterator_length_hint, "__length_hint__", "/",
       "Private method returning an estimate of len(list(it)).")
{
    return load_acquire(&((LongRangeIterator *)args[0])->left);
}

/* An iterator over what is left, as a range to be made again. */
static Value reduce(Value next, Value step, Value left)
{
    Value stop = TRY(int_add(next, TRY(int_multiply(step, left))));
    Value function = TRY(iterator_builtin("iter")), range = TRY(range_new(next, stop, step));
    return tuple_of(function, TRY(tuple_of(range)), None);
}

METHOD(range_iterator_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    RangeIterator *it = (RangeIterator *)args[0];
    intptr_t next = 0, left = 0;
    WITH_LOCK (it) {
        next = it->next;
        left = it->left;
    }
    return reduce(TRY(int_from(next)), TRY(int_from(it->step)), TRY(int_from(left)));
}

METHOD(long_range_iterator_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    LongRangeIterator *it = (LongRangeIterator *)args[0];
    Value next = 0, left = 0;
    WITH_LOCK (it) {
        next = it->next;
        left = it->left;
    }
    return reduce(next, it->step, left);
}

METHOD(range_iterator_setstate, "__setstate__", "object, /",
       "Set state information for unpickling.")
{
    RangeIterator *it = (RangeIterator *)args[0];
    int64_t index;
    TRY(index_as_int64(args[1], &index));
    WITH_LOCK (it) {
        index = index < 0 ? 0 : index > it->left ? it->left : index;
        store_relaxed(&it->next, it->next + index * it->step);
        store_relaxed(&it->left, it->left - index);
    }
    return None;
}

METHOD(long_range_iterator_setstate, "__setstate__", "object, /",
       "Set state information for unpickling.")
{
    LongRangeIterator *it = (LongRangeIterator *)args[0];
    Value index = TRY(number_index(args[1]));
    WITH_LOCK (it) {
        if (int_sign(index) < 0)
            index = int_small(0);
        if (int_compare(index, it->left) > 0)
            index = it->left;
        Value next = TRY(int_add(it->next, TRY(int_multiply(index, it->step))));
        Value left = TRY(int_subtract(it->left, index));
        gc_store(it, &it->next, next);
        gc_store(it, &it->left, left);
    }
    return None;
}

/* ---- tables */

static MethodDef *const range_methods[] = {M(range_reversed), M(range_reduce), M(range_count),
                                           M(range_index), 0};

static const MemberDef range_members[] = {
    {"start", MEMBER_VALUE, offsetof(Range, start), true, 0},
    {"stop", MEMBER_VALUE, offsetof(Range, stop), true, 0},
    {"step", MEMBER_VALUE, offsetof(Range, step), true, 0},
    {0},
};

Type range_type = {
    TYPE_HEAD("range", Range),
    .repr = range_repr,
    .hash = range_hash,
    .compare = range_compare,
    .iter = range_iter,
    .make = range_make,
    .truth = range_truth,
    .length = range_length,
    .getitem = range_getitem,
    .contains = range_contains,
    .doc = "range(stop) -> range object\n"
           "range(start, stop[, step]) -> range object\n\n"
           "Return an object that produces a sequence of integers from start (inclusive)\n"
           "to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\n"
           "start defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\n"
           "These are exactly the valid indices for a list of 4 elements.\n"
           "When step is given, it specifies the increment (or decrement).",
    .methods = range_methods,
    .members = range_members,
    .trace = range_trace,
    .layout = LAYOUT_RANGE,
    .flags = TYPE_SEQUENCE,
};

static MethodDef *const range_iterator_methods[] = {
    M(range_iterator_length_hint), M(range_iterator_reduce), M(range_iterator_setstate), 0};
static MethodDef *const long_range_iterator_methods[] = {M(long_range_iterator_length_hint),
                                                         M(long_range_iterator_reduce),
                                                         M(long_range_iterator_setstate), 0};

Type range_iterator_type = {
    TYPE_HEAD("range_iterator", RangeIterator),
    .iter = iterator_self,
    .next = range_iterator_next,
    .methods = range_iterator_methods,
    .layout = LAYOUT_RANGE_ITERATOR,
    .flags = TYPE_NO_NEW,
};

Type long_range_iterator_type = {
    TYPE_HEAD("longrange_iterator", LongRangeIterator),
    .iter = iterator_self,
    .next = long_range_iterator_next,
    .methods = long_range_iterator_methods,
    .trace = long_range_iterator_trace,
    .flags = TYPE_NO_NEW,
};

void range_start(void)
{
    type_ready(&range_type, SHAPE_RANGE);
    type_ready(&range_iterator_type, SHAPE_RANGE_ITERATOR);
    type_ready(&long_range_iterator_type, 0);
}
