/* The list type: slots, methods and iterators, on top of list.c. */
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/iterators.h"
#include "types/key_match.h"
#include "types/list.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/tuple.h"

static List *as_list(Value v)
{
    return (List *)v;
}

static void list_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, (Value)load_relaxed(&((List *)self)->items));
}

/* ---- slots */

static Value list_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    List *self = TRY(NEW(List, type));
    self->items = list_empty_array; /* NO_BARRIER: fresh; static */
    return (Value)self;
}

static bool list_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames) && type_of(self)->make == list_type.make)
        return raise(TypeError, "list() takes no keyword arguments");
    if (nargs > 1)
        return raise(TypeError, "list expected at most 1 argument, got %zu", nargs);
    if (list_length(self))
        TRY(list_clear(self));
    return !nargs || list_extend(self, args[0]);
}

static Value list_repr(Value self)
{
    if (!list_length(self))
        return str_from_cstring("[]");
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return str_from_cstring("[...]");
    StrBuilder b;
    builder_start(&b);
    builder_add_char(&b, '[');
    Value item, text = self;
    for (intptr_t i = 0; (item = list_get(self, i)) != 0; i++) {
        text = object_repr(item);
        if (!text)
            break;
        if (i)
            builder_add_ascii(&b, ", ", 2);
        builder_add(&b, text);
    }
    repr_leave(self);
    if (!text)
        return 0;
    builder_add_char(&b, ']');
    return builder_finish(&b);
}

static Value list_compare(Value a, Value b, CompareOp op)
{
    if (!is_list(a) || !is_list(b))
        return NotImplemented;
    bool equality = op == CMP_EQ || op == CMP_NE;
    if (equality && list_length(a) != list_length(b))
        return bool_value(op == CMP_NE);
    TRY(c_stack_check(" in comparison"));
    Value x, y;
    for (intptr_t i = 0; (x = list_get(a, i)) && (y = list_get(b, i)); i++) {
        let_stop(i);
        int equal = TRY_NOT_NEGATIVE(object_equal_inline(x, y), 0);
        if (!equal) {
            if (i >= list_length(a) || i >= list_length(b))
                break; /* the comparison made them shorter */
            return equality ? bool_value(op == CMP_NE) : object_compare(x, y, op);
        }
    }
    return order_value(list_length(a) - list_length(b), op);
}

static Value list_iter(Value self)
{
    return list_iterator_new(self);
}

static intptr_t list_length_slot(Value self)
{
    return list_length(self);
}

static int list_contains(Value self, Value item)
{
    Value there;
    for (intptr_t i = 0; (there = list_get(self, i)) != 0; i++) {
        let_stop(i);
        int equal = object_equal_inline(there, item);
        if (equal)
            return equal;
    }
    return 0;
}

static Value list_concat(Value a, Value b)
{
    if (!is_list(b))
        return raise(TypeError, "can only concatenate list (not \"%T\") to list", b);
    for (;;) {
        intptr_t n = list_length(a), m = list_length(b);
        Array *array = TRY(array_new(n + m));
        bool done = false;
        WITH_LOCK2(a, b)
        {
            if (as_list(a)->length != n || as_list(b)->length != m)
                break;
            gc_fresh_again(array);
            /* NO_BARRIER: fresh again */
            values_copy(array->items, as_list(a)->items->items, n);
            values_copy(array->items + n, as_list(b)->items->items, m);
            done = true;
        }
        if (done)
            return list_from_array(array, n + m);
    }
}

/* A fresh array with `times` times the items; *total is their number. */
static Array *repeated(Value list, intptr_t times, intptr_t *total)
{
    intptr_t n;
    Array *source = TRY(list_snapshot(list, &n));
    if (__builtin_mul_overflow(n, times < 0 ? 0 : times, total))
        return (Array *)raise_no_memory();
    if (!*total)
        return list_empty_array;
    Array *array = TRY(array_new(*total));
    if (n == 1) {
        for (intptr_t i = 0; i < *total; i++) {
            let_stop(i);
            array->items[i] = source->items[0]; /* NO_BARRIER: gc_filled */
        }
        gc_filled(array);
        return array;
    }
    for (intptr_t i = 0; i < *total; i += n) { /* NO_BARRIER: gc_filled */
        let_stop_now();
        values_copy(array->items + i, source->items, n);
    }
    gc_filled(array);
    return array;
}

static Value list_repeat(Value self, Value times)
{
    intptr_t n, total;
    TRY(index_as_intptr_or(times, &n, OverflowError));
    Array *array = TRY(repeated(self, n, &total));
    return list_from_array(array, total);
}

static Value list_iconcat(Value self, Value iterable)
{
    TRY(list_extend(self, iterable));
    return self;
}

/* The caller holds the lock of the list that `source` is of. */
static void fill_repeated(Array *array, const Array *source, intptr_t length, intptr_t total)
{
    gc_fresh_again(array);
    for (intptr_t i = 0; i < total; i++) {
        let_stop(i);
        array->items[i] = source->items[i % length]; /* NO_BARRIER: gc_filled */
    }
    gc_filled(array);
}

static Value list_irepeat(Value self, Value times)
{
    intptr_t n, total;
    TRY(index_as_intptr_or(times, &n, OverflowError));
    if (n <= 0) {
        TRY(list_clear(self));
        return self;
    }
    for (;;) {
        Array *array = TRY(repeated(self, n, &total));
        WITH_LOCK (self) {
            intptr_t length = as_list(self)->length;
            if (total != length * n)
                break;
            if (is_shared(self) && total) /* other items, perhaps, by now */
                fill_repeated(array, as_list(self)->items, length, total);
            gc_store(as_list(self), &as_list(self)->items, array);
            store_release(&as_list(self)->length, total);
            return self;
        }
    }
}

/* ---- items and slices */

static bool list_index_of(Value key, intptr_t *i)
{
    if (is_int(key)) {
        *i = int_value(key);
        return true;
    }
    if (!has_index(key))
        return raise(TypeError, "list indices must be integers or slices, not %T", key);
    return index_as_intptr_or(key, i, IndexError);
}

static Value list_extended_slice(Value self, Value slice)
{
    intptr_t start, stop, step;
    TRY(slice_unpack(slice, &start, &stop, &step));
    for (;;) {
        intptr_t from = start, to = stop, n = list_length(self);
        intptr_t count = slice_adjust(n, &from, &to, step);
        if (!count)
            return list_new(0);
        Array *array = TRY(array_new(count));
        WITH_LOCK (self) {
            if (as_list(self)->length != n)
                break;
            Value *items = as_list(self)->items->items;
            gc_fresh_again(array);
            /* NO_BARRIER: fresh again */
            if (step == 1)
                values_copy(array->items, items + from, count);
            else
                for (intptr_t i = 0; i < count; i++) {
                    let_stop(i);
                    array->items[i] = items[from + i * step];
                }
            gc_filled(array);
            n = -1;
        }
        if (n < 0)
            return list_from_array(array, count);
    }
}

static Value list_getitem(Value self, Value key)
{
    if (is_slice(key))
        return list_extended_slice(self, key);
    intptr_t i;
    TRY(list_index_of(key, &i));
    if (i < 0)
        i += list_length(self);
    Value item = list_get(self, i);
    return item ? item : raise(IndexError, "list index out of range");
}

/* Deletes every step-th item. The caller holds the lock; step is not 1. */
static bool delete_steps_locked(List *self, intptr_t start, intptr_t step, intptr_t count)
{
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
    }
    intptr_t n = self->length, rest = n - start - count;
    Array *kept = TRY(array_new(rest));
    intptr_t j = 0;
    for (intptr_t i = start; i < n; i++) {
        if ((i - start) % step || (i - start) / step >= count)
            kept->items[j++] = self->items->items[i]; /* NO_BARRIER: fresh */
    }
    return list_splice_locked(self, start, n - start, kept->items, rest);
}

static bool list_delete(Value self, Value slice)
{
    intptr_t start, stop, step;
    TRY(slice_unpack(slice, &start, &stop, &step));
    WITH_LOCK (self) {
        intptr_t count = slice_adjust(as_list(self)->length, &start, &stop, step);
        if (!count)
            return true;
        if (step == 1)
            return list_splice_locked(as_list(self), start, count, 0, 0);
        return delete_steps_locked(as_list(self), start, step, count);
    }
    UNREACHABLE();
}

static bool list_assign_slice(Value self, Value slice, Value iterable)
{
    intptr_t start, stop, step, count = 0, given;
    TRY(slice_unpack(slice, &start, &stop, &step));
    if (!type_of(iterable)->iter && !is_sequence(iterable))
        return raise(TypeError, "must assign iterable to extended slice");
    Value list = TRY(list_from_iterable(iterable));
    Value *values = as_list(list)->items->items;
    given = list_length(list);
    WITH_LOCK (self) {
        count = slice_adjust(as_list(self)->length, &start, &stop, step);
        if (step == 1)
            return list_splice_locked(as_list(self), start, count, values, given);
        if (given != count)
            break;
        Array *array = as_list(self)->items;
        for (intptr_t i = 0; i < count; i++)
            gc_store(array, &array->items[start + i * step], values[i]);
        return true;
    }
    return raise(ValueError, "attempt to assign sequence of size %zd to extended slice of size %zd",
                 given, count);
}

static bool list_setitem(Value self, Value key, Value value)
{
    if (is_slice(key))
        return value ? list_assign_slice(self, key, value) : list_delete(self, key);
    intptr_t i;
    TRY(list_index_of(key, &i));
    WITH_LOCK (self) {
        List *list = as_list(self);
        if (!index_resolve(&i, list->length))
            return raise(IndexError, "list assignment index out of range");
        if (!value)
            return list_splice_locked(list, i, 1, 0, 0);
        gc_store(list->items, &list->items->items[i], value);
    }
    return true;
}

/* ---- methods */

METHOD(list_method_append, "append", "object, /", "Append object to the end of the list.")
{
    TRY(list_append(args[0], args[1]));
    return None;
}

METHOD(list_method_clear, "clear", "/", "Remove all items from list.")
{
    TRY(list_clear(args[0]));
    return None;
}

METHOD(list_method_copy, "copy", "/", "Return a shallow copy of the list.")
{
    return list_copy(args[0]);
}

METHOD(list_method_count, "count", "value, /", "Return number of occurrences of value.")
{
    intptr_t count = 0;
    Value item;
    for (intptr_t i = 0; (item = list_get(args[0], i)) != 0; i++) {
        let_stop(i);
        count += TRY_NOT_NEGATIVE(object_equal(item, args[1]), 0);
    }
    return int_from(count);
}

METHOD(list_method_extend, "extend", "iterable, /",
       "Extend list by appending elements from the iterable.")
{
    TRY(list_extend(args[0], args[1]));
    return None;
}

METHOD(list_method_index, "index", "value, start=0, stop=9223372036854775807, /",
       "Return first index of value.\n\nRaises ValueError if the value is not present.")
{
    intptr_t start = 0, stop = INTPTR_MAX;
    TRY(slice_index_not_none(args[2], &start));
    TRY(slice_index_not_none(args[3], &stop));
    intptr_t length = list_length(args[0]);
    if (start < 0 && (start += length) < 0)
        start = 0;
    if (stop < 0 && (stop += length) < 0)
        stop = 0;
    Value item;
    for (intptr_t i = start; i < stop && (item = list_get(args[0], i)) != 0; i++) {
        let_stop(i);
        int equal = TRY_NOT_NEGATIVE(object_equal(item, args[1]), 0);
        if (equal)
            return int_from(i);
    }
    return raise(ValueError, "%R is not in list", args[1]);
}

METHOD(list_method_insert, "insert", "index, object, /", "Insert object before index.")
{
    intptr_t i = TRY_INDEX(args[1]);
    TRY(list_insert(args[0], i, args[2]));
    return None;
}

METHOD(list_method_pop, "pop", "index=-1, /",
       "Remove and return item at index (default last).\n\n"
       "Raises IndexError if list is empty or index is out of range.")
{
    intptr_t i = TRY_INDEX(args[1]);
    return list_pop(args[0], i);
}

METHOD(list_method_remove, "remove", "value, /",
       "Remove first occurrence of value.\n\nRaises ValueError if the value is not present.")
{
    List *self = as_list(args[0]);
    Value item;
    WITH_LOCK (self) {
        intptr_t i = 0;
        KeyMatch match = KEY_DIFFERS;
        while (i < self->length &&
               (match = plain_match(self->items->items[i], args[1])) == KEY_DIFFERS)
            i++;
        if (match == KEY_EQUAL) {
            TRY(list_splice_locked(self, i, 1, 0, 0));
            return None;
        }
        if (match == KEY_DIFFERS)
            goto absent;
    }
    for (intptr_t i = 0; (item = list_get(args[0], i)) != 0; i++) {
        int equal = TRY_NOT_NEGATIVE(object_equal(item, args[1]), 0);
        if (!equal)
            continue;
        WITH_LOCK (self) {
            /* If other threads have moved the item, search again. What the comparison itself did to
             * the list changes nothing about the place where it said yes. */
            bool moved = i >= self->length || self->items->items[i] != item;
            if (!moved || !is_shared(self)) {
                if (i < self->length)
                    TRY(list_splice_locked(self, i, 1, 0, 0));
                return None;
            }
        }
        i = -1;
    }
absent:
    return raise(ValueError, "list.remove(x): x not in list");
}

METHOD(list_method_reverse, "reverse", "/", "Reverse *IN PLACE*.")
{
    TRY(list_reverse(args[0]));
    return None;
}

METHOD(list_method_sort, "sort", "*, key=None, reverse=False",
       "Sort the list in ascending order and return None.\n\n"
       "The sort is in-place (i.e. the list itself is modified) and stable (i.e. the\n"
       "order of two equal elements is maintained).\n\n"
       "If a key function is given, apply it once to each list item and sort them,\n"
       "ascending or descending, according to their function values.\n\n"
       "The reverse flag can be set to sort in descending order.")
{
    int reverse = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    TRY(list_sort_by(args[0], args[1], reverse));
    return None;
}

METHOD(list_getitem_method, "__getitem__", "index, /", "Return self[index].")
{
    return list_getitem(args[0], args[1]);
}

METHOD(list_sizeof, "__sizeof__", "/", "Return the size of the list in memory, in bytes.")
{
    Array *items = load_acquire(&as_list(args[0])->items);
    return int_from((intptr_t)type_of(args[0])->size +
                    load_relaxed(&items->capacity) * (intptr_t)sizeof(Value));
}

CLASS_METHOD(list_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

/* ---- iterators */

static void list_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((ListIterator *)self)->list));
}

static Value iterator_new(Type *type, Value list, intptr_t index)
{
    ListIterator *it = TRY(NEW(ListIterator, type));
    it->list = list; /* NO_BARRIER: fresh, nothing allocated since */
    it->index = index;
    return (Value)it;
}

Value list_iterator_new(Value list)
{
    return iterator_new(&list_iterator_type, list, 0);
}

METHOD(list_method_reversed, "__reversed__", "/", "Return a reverse iterator over the list.")
{
    return iterator_new(&list_reverse_iterator_type, args[0], list_length(args[0]) - 1);
}

static Value iterator_step(Value self, intptr_t step)
{
    ListIterator *it = (ListIterator *)self;
    WITH_LOCK (it) {
        if (!it->list)
            return 0;
        Value item = it->index < 0 ? 0 : list_get(it->list, it->index);
        if (item) {
            store_relaxed(&it->index, it->index + step);
            return item;
        }
        store_release(&it->list, (Value)0); /* NO_BARRIER: 0 */
    }
    return 0;
}

static Value list_iterator_next(Value self)
{
    return iterator_step(self, 1);
}

static Value list_iterator_previous(Value self)
{
    return iterator_step(self, -1);
}

METHOD(list_iterator_length_hint, "__length_hint__", "/",
       "Private method returning an estimate of len(list(it)).")
{
    ListIterator *it = (ListIterator *)args[0];
    Value list = load_acquire(&it->list);
    intptr_t left = list ? list_length(list) - load_relaxed(&it->index) : 0;
    return int_from(left < 0 ? 0 : left);
}

METHOD(list_reverse_length_hint, "__length_hint__", "/",
       "Private method returning an estimate of len(list(it)).")
{
    ListIterator *it = (ListIterator *)args[0];
    Value list = load_acquire(&it->list);
    intptr_t left = load_relaxed(&it->index) + 1;
    return int_from(list && list_length(list) >= left ? left : 0);
}

static Value iterator_reduce(Value self, const char *name)
{
    ListIterator *it = (ListIterator *)self;
    Value function = TRY(iterator_builtin(name)), list = load_acquire(&it->list);
    if (!list)
        return tuple_of(function, TRY(tuple_of(TRY(list_new(0)))));
    return tuple_of(function, TRY(tuple_of(list)), TRY(int_from(load_relaxed(&it->index))));
}

METHOD(list_iterator_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    return iterator_reduce(args[0], "iter");
}

METHOD(list_reverse_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    return iterator_reduce(args[0], "reversed");
}

METHOD(list_iterator_setstate, "__setstate__", "object, /", "Set state information for unpickling.")
{
    ListIterator *it = (ListIterator *)args[0];
    intptr_t index = TRY_INT_INDEX(args[1]);
    bool backwards = type_of(args[0]) == &list_reverse_iterator_type;
    WITH_LOCK (it) {
        if (it->list) {
            intptr_t low = backwards ? -1 : 0, high = list_length(it->list) - backwards;
            store_relaxed(&it->index, index < low ? low : index > high ? high : index);
        }
    }
    return None;
}

/* ---- tables */

static MethodDef *const list_methods[] = {
    M(list_getitem_method), M(list_method_reversed), M(list_sizeof),        M(list_method_clear),
    M(list_method_copy),    M(list_method_append),   M(list_method_insert), M(list_method_extend),
    M(list_method_pop),     M(list_method_remove),   M(list_method_index),  M(list_method_count),
    M(list_method_reverse), M(list_method_sort),     M(list_class_getitem), 0};

Type list_type = {
    TYPE_HEAD("list", List),
    .repr = list_repr,
    .hash = hash_unhashable,
    .compare = list_compare,
    .iter = list_iter,
    .init = list_init,
    .make = list_make,
    .make_one = list_from_iterable,
    .length = list_length_slot,
    .getitem = list_getitem,
    .setitem = list_setitem,
    .contains = list_contains,
    .concat = list_concat,
    .repeat = list_repeat,
    .iconcat = list_iconcat,
    .irepeat = list_irepeat,
    .signature = "iterable=(), /",
    .doc = "Built-in mutable sequence.\n\n"
           "If no argument is given, the constructor creates a new empty list.\n"
           "The argument must be an iterable if specified.",
    .methods = list_methods,
    .trace = list_trace,
    .layout = LAYOUT_LIST,
    .flags = TYPE_BASE | TYPE_SEQUENCE | TYPE_MATCH_SELF,
};

static MethodDef *const list_iterator_methods[] = {
    M(list_iterator_length_hint), M(list_iterator_reduce), M(list_iterator_setstate), 0};
static MethodDef *const list_reverse_iterator_methods[] = {
    M(list_reverse_length_hint), M(list_reverse_reduce), M(list_iterator_setstate), 0};

Type list_iterator_type = {
    TYPE_HEAD("list_iterator", ListIterator),
    .iter = iterator_self,
    .next = list_iterator_next,
    .methods = list_iterator_methods,
    .trace = list_iterator_trace,
    .layout = LAYOUT_LIST_ITERATOR,
    .flags = TYPE_NO_NEW,
};

Type list_reverse_iterator_type = {
    TYPE_HEAD("list_reverseiterator", ListIterator),
    .iter = iterator_self,
    .next = list_iterator_previous,
    .methods = list_reverse_iterator_methods,
    .trace = list_iterator_trace,
    .flags = TYPE_NO_NEW,
};

void list_start(void)
{
    type_ready(&list_type, SHAPE_LIST);
    type_ready(&list_iterator_type, SHAPE_LIST_ITERATOR);
    type_ready(&list_reverse_iterator_type, 0);
}
