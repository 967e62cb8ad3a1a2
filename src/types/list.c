/* list, as C code uses it. The type and its methods: list_type.c.
 *
 * Slots from `length` on are 0. A change that makes the list longer stores the items first and
 * then `length`; one that makes it shorter stores `length` first and then zeros. A reader that
 * finds 0, or whose array is too small for the length it saw, has met such a change, and looks
 * again. */
#include "types/list.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/dict.h"
#include "types/dict_views.h"
#include "types/iterators.h"
#include "types/set.h"
#include "types/tuple.h"

static struct {
    Array array;
    Value end;
} empty = {.array = {.ob = {.shape = SHAPE_ARRAY, .flags = FLAG_STATIC | FLAG_SHARED}}};
Array *const list_empty_array = &empty.array;

static List *as_list(Value v)
{
    return (List *)v;
}

/* ---- making lists */

Value list_from_array(Array *array, intptr_t count)
{
    List *self = TRY((List *)alloc_object(SHAPE_LIST, sizeof(List)));
    self->items = array; /* NO_BARRIER: fresh, nothing allocated since */
    self->length = count;
    return (Value)self;
}

Value list_new(intptr_t capacity)
{
    return list_from_array(capacity ? TRY(array_new(capacity)) : list_empty_array, 0);
}

Value list_from_values(const Value *values, intptr_t count)
{
    if (!count)
        return list_new(0);
    Array *array = TRY(array_new(count));
    values_copy(array->items, values, count); /* NO_BARRIER: fresh */
    return list_from_array(array, count);
}

/* The array is made before the lock is taken, again if the list has grown meanwhile. */
Array *list_snapshot(Value list, intptr_t *count)
{
    List *self = as_list(list);
    for (;;) {
        intptr_t n = load_acquire(&self->length);
        Array *array = n ? TRY(array_new(n)) : list_empty_array;
        WITH_LOCK (self) {
            if (self->length > n)
                break;
            *count = self->length;
            gc_fresh_again(array);
            if (*count) /* NO_BARRIER: fresh again */
                values_copy(array->items, self->items->items, *count);
            return array;
        }
    }
}

Value list_copy(Value list)
{
    intptr_t count;
    Array *array = TRY(list_snapshot(list, &count));
    return list_from_array(array, count);
}

Value list_as_tuple(Value list)
{
    List *self = as_list(list);
    for (;;) {
        intptr_t n = load_acquire(&self->length);
        Value tuple = TRY(tuple_new(n));
        WITH_LOCK (self) {
            if (self->length != n)
                break;
            gc_fresh_again(tuple);
            if (n) /* NO_BARRIER: fresh again */
                values_copy(((Tuple *)tuple)->items, self->items->items, n);
            return tuple;
        }
    }
}

/* ---- room */

/* Half as much again, and a quarter for large ones, so that appending n items copies O(n). */
static intptr_t roomy(intptr_t n)
{
    return n + (n < (1 << 20) ? n / 2 : n / 4) + 4;
}

/* From this capacity on an array may be a large object, which can grow where it is. */
#define GROWS_IN_PLACE 4096

/* More room in the same array, so that its items need not be copied; false if there is none. Who
 * reads without the lock sees the new slots as zeros, and only once it sees a length behind them.
 */
static bool extend_locked(Array *array, intptr_t capacity)
{
    if (array->capacity < GROWS_IN_PLACE || capacity > INTPTR_MAX / (intptr_t)sizeof(Value) - 2 ||
        !gc_extend(array, sizeof(Array) + (size_t)capacity * sizeof(Value)))
        return false;
    store_release(&array->capacity, capacity);
    return true;
}

/* Makes an array of `capacity`, to be put in the place of the list's, with its first `count` items.
 */
static Array *rehouse(List *self, intptr_t capacity, intptr_t count)
{
    Array *array = TRY(array_new(capacity));
    if (count) /* NO_BARRIER: fresh, nothing allocated since */
        values_copy(array->items, self->items->items, count);
    return array;
}

/* Items move within their array: no barrier, the array refers to them before and after. */
static void move_items(Array *array, intptr_t to, intptr_t from, intptr_t count)
{
    Value *items = array->items;
    if (!is_shared(array)) {
        memmove(items + to, items + from, (size_t)count * sizeof(Value));
    } else if (to < from) {
        for (intptr_t i = 0; i < count; i++)
            store_release(&items[to + i], items[from + i]);
    } else {
        for (intptr_t i = count; i-- > 0;)
            store_release(&items[to + i], items[from + i]);
    }
}

static void zero_items(Array *array, intptr_t from, intptr_t to)
{
    for (intptr_t i = from; i < to; i++)
        store_release(&array->items[i], (Value)0); /* NO_BARRIER: 0 */
}

/* Gives memory back if little of the array is in use. Failing to is no failure. */
static void trim_locked(List *self)
{
    Array *array = self->items;
    intptr_t n = self->length;
    if (array->capacity <= 64 || n > array->capacity / 4)
        return;
    Array *smaller = n ? rehouse(self, roomy(n), n) : list_empty_array;
    if (smaller)
        gc_store(self, &self->items, smaller);
    else
        error_clear();
}

bool list_splice_locked(List *self, intptr_t start, intptr_t removed, const Value *values,
                        intptr_t inserted)
{
    Array *array = self->items;
    intptr_t n = self->length, after = start + removed, tail = n - after, total;
    if (__builtin_add_overflow(n - removed, inserted, &total))
        return raise_no_memory();
    if (total > array->capacity && !extend_locked(array, roomy(total))) {
        Array *bigger = TRY(rehouse(self, roomy(total), start));
        /* NO_BARRIER: fresh, nothing allocated since */
        if (inserted)
            values_copy(bigger->items + start, values, inserted);
        if (tail)
            values_copy(bigger->items + start + inserted, array->items + after, tail);
        gc_store(self, &self->items, bigger);
        store_release(&self->length, total);
        return true;
    }
    if (total < n)
        store_release(&self->length, total);
    if (inserted != removed && tail)
        move_items(array, start + inserted, after, tail);
    for (intptr_t i = 0; i < inserted; i++)
        gc_store(array, &array->items[start + i], values[i]);
    zero_items(array, total, n);
    if (total > n)
        store_release(&self->length, total);
    else if (total < n)
        trim_locked(self);
    return true;
}

/* ---- reading */

intptr_t list_length(Value list)
{
    return load_acquire(&as_list(list)->length);
}

Value list_get(Value list, intptr_t i)
{
    List *self = as_list(list);
    for (;;) {
        Array *array = load_acquire(&self->items);
        if ((size_t)i >= (size_t)load_acquire(&self->length))
            return 0;
        if (unlikely(i >= load_relaxed(&array->capacity)))
            continue;
        Value item = load_acquire(&array->items[i]);
        if (likely(item != 0))
            return item;
    }
}

Value list_slice(Value list, intptr_t start, intptr_t end)
{
    List *self = as_list(list);
    start = start < 0 ? 0 : start;
    for (;;) {
        intptr_t n = list_length(list), count = (end < n ? end : n) - start;
        if (count <= 0)
            return list_new(0);
        Array *array = TRY(array_new(count));
        WITH_LOCK (self) {
            if (self->length != n)
                break;
            gc_fresh_again(array);
            /* NO_BARRIER: fresh again */
            values_copy(array->items, self->items->items + start, count);
            n = -1;
        }
        if (n < 0)
            return list_from_array(array, count);
    }
}

/* ---- changing */

bool list_append(Value list, Value item)
{
    List *self = as_list(list);
    WITH_LOCK (self) {
        Array *array = self->items;
        intptr_t n = self->length;
        if (unlikely(n >= array->capacity) && !extend_locked(array, roomy(n))) {
            array = TRY(rehouse(self, roomy(n), n));
            array->items[n] = item; /* NO_BARRIER: fresh */
            gc_store(self, &self->items, array);
        } else {
            gc_store(array, &array->items[n], item);
        }
        store_release(&self->length, n + 1);
    }
    return true;
}

bool list_insert(Value list, intptr_t index, Value item)
{
    List *self = as_list(list);
    WITH_LOCK (self) {
        intptr_t n = self->length;
        if (index < 0 && (index += n) < 0)
            index = 0;
        return list_splice_locked(self, index > n ? n : index, 0, &item, 1);
    }
    UNREACHABLE();
}

bool list_set(Value list, intptr_t i, Value item)
{
    List *self = as_list(list);
    WITH_LOCK (self) {
        if (i < 0 || i >= self->length)
            return raise(IndexError, "list assignment index out of range");
        gc_store(self->items, &self->items->items[i], item);
    }
    return true;
}

Value list_pop(Value list, intptr_t index)
{
    List *self = as_list(list);
    WITH_LOCK (self) {
        if (!self->length)
            return raise(IndexError, "pop from empty list");
        if (!index_resolve(&index, self->length))
            return raise(IndexError, "pop index out of range");
        Value item = self->items->items[index];
        TRY(list_splice_locked(self, index, 1, 0, 0));
        return item;
    }
    UNREACHABLE();
}

bool list_clear(Value list)
{
    List *self = as_list(list);
    WITH_LOCK (self) {
        store_release(&self->length, 0);
        store_release(&self->items, list_empty_array); /* NO_BARRIER: static */
    }
    return true;
}

bool list_delete_slice(Value list, intptr_t start, intptr_t end)
{
    List *self = as_list(list);
    WITH_LOCK (self) {
        start = start < 0 ? 0 : start;
        end = end > self->length ? self->length : end;
        return start >= end || list_splice_locked(self, start, end - start, 0, 0);
    }
    UNREACHABLE();
}

bool list_reverse(Value list)
{
    List *self = as_list(list);
    intptr_t n = 0;
    for (;;) {
        intptr_t capacity = list_length(list);
        Array *array = is_shared(self) ? TRY(array_new(capacity)) : self->items;
        WITH_LOCK (self) {
            n = self->length;
            if (n > array->capacity)
                break;
            Value *from = self->items->items, *to = array->items;
            if (to != from)
                gc_fresh_again(array);
            for (intptr_t i = 0; i < (n + 1) / 2; i++) {
                let_stop(i);
                Value low = from[i]; /* NO_BARRIER: fresh again, or the same array */
                to[i] = from[n - 1 - i];
                to[n - 1 - i] = low;
            }
            gc_filled(array);
            gc_store(self, &self->items, array);
            return true;
        }
    }
}

/* ---- from other containers */

/* The items of an exact builtin container as of one moment, in an array of the caller or a fresh
 * one; *values 0: it is something else. */
static bool moment_of(Value iterable, const Value **values, intptr_t *count)
{
    Value list = 0;
    *values = 0;
    if (has_shape(iterable, SHAPE_TUPLE)) {
        *values = ((Tuple *)iterable)->items;
        *count = tuple_length(iterable);
        return true;
    }
    if (has_shape(iterable, SHAPE_LIST)) {
        Array *array = TRY(list_snapshot(iterable, count));
        *values = array->items;
        return true;
    }
    Type *type = type_of(iterable);
    bool plain = type_flags(type) & TYPE_DICT_ORDER;
    /* A class that has another __len__ is asked for it. */
    if (is_dict(iterable) &&
        (plain || (type->iter == dict_type.iter && type->length == dict_type.length)))
        list = TRY(dict_keys_list(iterable));
    else if (plain && has_layout(iterable, LAYOUT_DICT_KEYS))
        list = TRY(dict_keys_list(((DictView *)iterable)->dict));
    else if (plain && has_layout(iterable, LAYOUT_DICT_VALUES))
        list = TRY(dict_values_list(((DictView *)iterable)->dict));
    else if (plain && has_layout(iterable, LAYOUT_DICT_ITEMS))
        list = TRY(dict_items_list(((DictView *)iterable)->dict));
    else if (is_any_set(iterable) && type->iter == set_type.iter && type->length == set_type.length)
        list = TRY(set_items_list(iterable));
    if (list) {
        *values = as_list(list)->items->items;
        *count = list_length(list);
    }
    return true;
}

Value list_moment(Value iterable)
{
    const Value *values;
    intptr_t count;
    Value source = iterable;
    if (has_layout(iterable, LAYOUT_DICT_KEYS) || has_layout(iterable, LAYOUT_DICT_VALUES) ||
        has_layout(iterable, LAYOUT_DICT_ITEMS))
        source = ((DictView *)iterable)->dict;
    if (!is_object(source) || !is_shared((Object *)source) || has_shape(source, SHAPE_TUPLE))
        return iterable;
    TRY(moment_of(iterable, &values, &count));
    return values ? list_from_values(values, count) : iterable;
}

static bool reserve(List *self, intptr_t extra)
{
    WITH_LOCK (self) {
        intptr_t n = self->length, wanted;
        if (__builtin_add_overflow(n, extra, &wanted))
            return true; /* the hint may be wrong */
        if (wanted > self->items->capacity) {
            Array *array = TRY(rehouse(self, wanted, n));
            gc_store(self, &self->items, array);
        }
    }
    return true;
}

typedef struct Extension {
    Value list;
    uint32_t taken;
} Extension;

/* Refuses one now and then, for signals to be looked at. */
static bool extension_take(void *context, Value item)
{
    Extension *e = context;
    return ++e->taken % 4096 && list_append(e->list, item);
}

bool list_extend(Value list, Value iterable)
{
    List *self = as_list(list);
    const Value *values;
    intptr_t count = 0;
    if (iterable == list) /* of whatever class: its iterator would never end */
        values = TRY(list_snapshot(list, &count))->items;
    else
        TRY(moment_of(iterable, &values, &count));
    if (values) {
        if (!count)
            return true;
        WITH_LOCK (self) {
            return list_splice_locked(self, self->length, 0, values, count);
        }
    }
    Value iterator = TRY(get_iter(iterable));
    intptr_t hint = TRY_NOT_NEGATIVE(object_length_hint(iterable, 8), false);
    if (hint > 0 && hint < INTPTR_MAX / 64)
        TRY(reserve(self, hint));
    Extension extension = {list, 0};
    Value item;
    while ((item = iter_feed(iterator, extension_take, &extension)) != 0) {
        TRY(list_append(list, item));
        TRY(thread_poll(thread_self()));
    }
    return !error_pending();
}

Value list_from_iterable(Value iterable)
{
    if (has_shape(iterable, SHAPE_LIST))
        return list_copy(iterable);
    Value list = TRY(list_new(0));
    TRY(list_extend(list, iterable));
    return list;
}

bool list_sort(Value list)
{
    return list_sort_by(list, None, false);
}
