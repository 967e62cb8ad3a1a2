/* collections.deque: a ring of items in an array whose size is a power of two.
 *
 * Every operation holds the lock, reads too: unlike a list's, the items move while an index stays
 * the same. Comparisons with Python code run without it; `version` tells whether the deque changed
 * meanwhile. */
#include "core/alloc.h"
#include "core/call.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "modules/_collections_inner.h"
#include "types/dict.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/iterators.h"
#include "types/key_match.h"
#include "types/list.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/tuple.h"

/* guarded by lock if SHARED */
typedef struct Deque {
    Object ob;
    Array *items;       /* slots without an item are 0 */
    intptr_t head;      /* slot of the first item */
    intptr_t length;    /* atomic */
    intptr_t maximum;   /* -1: none; atomic: changed under lock, by __init__ */
    uint64_t version;   /* atomic: moves with each change of the length, and by rotate() */
    uint64_t reversals; /* atomic */
} Deque;

static Deque *as_deque(Value v)
{
    return (Deque *)v;
}

static bool is_deque(Value v)
{
    return is_instance_of(v, &deque_type);
}

static void deque_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, (Value)load_relaxed(&((Deque *)self)->items));
}

static intptr_t deque_length(Value self)
{
    return load_acquire(&as_deque(self)->length);
}

/* ---- the ring; the caller holds the lock */

static Value *slot_at(Deque *self, intptr_t i)
{
    return &self->items->items[(self->head + i) & (self->items->capacity - 1)];
}

static void changed(Deque *self, intptr_t length)
{
    store_release(&self->length, length);
    store_release(&self->version, self->version + 1);
}

static bool make_room_locked(Deque *self, intptr_t extra)
{
    intptr_t wanted = self->length + extra, capacity = 8;
    if (wanted <= self->items->capacity)
        return true;
    while (capacity < wanted)
        capacity *= 2;
    Array *array = TRY(array_new(capacity));
    for (intptr_t i = 0; i < self->length; i++)
        array->items[i] = *slot_at(self, i); /* NO_BARRIER: fresh, nothing allocated since */
    gc_store(self, &self->items, array);
    self->head = 0;
    return true;
}

static Value take_first_locked(Deque *self)
{
    Value *slot = slot_at(self, 0), item = *slot;
    *slot = 0; /* NO_BARRIER: 0 */
    self->head = (self->head + 1) & (self->items->capacity - 1);
    changed(self, self->length - 1);
    return item;
}

static Value take_last_locked(Deque *self)
{
    Value *slot = slot_at(self, self->length - 1), item = *slot;
    *slot = 0; /* NO_BARRIER: 0 */
    changed(self, self->length - 1);
    return item;
}

static bool put_last_locked(Deque *self, Value item)
{
    if (self->maximum == 0)
        return true;
    if (self->length == self->maximum)
        take_first_locked(self);
    TRY(make_room_locked(self, 1));
    gc_store(self->items, slot_at(self, self->length), item);
    changed(self, self->length + 1);
    return true;
}

static bool put_first_locked(Deque *self, Value item)
{
    if (self->maximum == 0)
        return true;
    if (self->length == self->maximum)
        take_last_locked(self);
    TRY(make_room_locked(self, 1));
    self->head = (self->head - 1) & (self->items->capacity - 1);
    gc_store(self->items, slot_at(self, 0), item);
    changed(self, self->length + 1);
    return true;
}

/* To the right by n. Of a full ring only the head moves; else as few items as possible. */
static void rotate_locked(Deque *self, intptr_t n)
{
    intptr_t length = self->length;
    if (length < 2 || (n %= length) == 0)
        return;
    if (n < 0)
        n += length;
    intptr_t mask = self->items->capacity - 1;
    if (length > mask) {
        self->head = (self->head - n) & mask;
    } else if (n <= length / 2) {
        for (intptr_t i = 0; i < n; i++) {
            Value *from = slot_at(self, length - 1), item = *from;
            *from = 0; /* NO_BARRIER: within one array */
            self->head = (self->head - 1) & mask;
            *slot_at(self, 0) = item;
        }
    } else {
        for (intptr_t i = n; i < length; i++) {
            Value *from = slot_at(self, 0), item = *from;
            *from = 0; /* NO_BARRIER: within one array */
            self->head = (self->head + 1) & mask;
            *slot_at(self, length - 1) = item;
        }
    }
    changed(self, length);
}

/* Removes item i by moving what lies behind it. */
static Value remove_locked(Deque *self, intptr_t i)
{
    rotate_locked(self, -i);
    Value item = take_first_locked(self);
    rotate_locked(self, i);
    return item;
}

/* ---- as other functions need it */

static bool append(Value self, Value item)
{
    WITH_LOCK (self) {
        return put_last_locked(as_deque(self), item);
    }
    UNREACHABLE();
}

static bool append_left(Value self, Value item)
{
    WITH_LOCK (self) {
        return put_first_locked(as_deque(self), item);
    }
    UNREACHABLE();
}

static Value item_at(Value v, intptr_t i)
{
    Deque *self = as_deque(v);
    WITH_LOCK (self) {
        return i >= 0 && i < self->length ? *slot_at(self, i) : 0;
    }
    UNREACHABLE();
}

/* Moves with each change of the length or the order. */
static uint64_t order_of(Value v)
{
    return load_acquire(&as_deque(v)->version) + load_acquire(&as_deque(v)->reversals);
}

/* The items as of one moment. */
static Value snapshot(Value v)
{
    Deque *self = as_deque(v);
    for (;;) {
        intptr_t n = deque_length(v);
        Array *array = TRY(array_new(n));
        bool done = false;
        WITH_LOCK (self) {
            if (self->length != n)
                break;
            gc_fresh_again(array);
            for (intptr_t i = 0; i < n; i++)
                array->items[i] = *slot_at(self, i); /* NO_BARRIER: fresh again */
            done = true;
        }
        if (done)
            return list_from_array(array, n);
    }
}

/* No subclass with an __iter__ of its own. */
static bool iterates_as_deque(Value v)
{
    return is_deque(v) && type_of(v)->iter == deque_type.iter;
}

/* What iterating over it gives, all at once if that is no business of a subclass. */
static Value items_of(Value v)
{
    return iterates_as_deque(v) ? snapshot(v) : list_from_iterable(v);
}

/* All of a container go in at once. */
static bool extend(Value self, Value iterable, bool left)
{
    bool at_once = iterable == self || has_shape(iterable, SHAPE_LIST) ||
                   has_shape(iterable, SHAPE_TUPLE) || iterates_as_deque(iterable);
    if (at_once) {
        Value list = TRY(items_of(iterable));
        WITH_LOCK (self) {
            for (intptr_t i = 0; i < list_length(list); i++) {
                Value item = list_get(list, i);
                TRY(left ? put_first_locked(as_deque(self), item)
                         : put_last_locked(as_deque(self), item));
            }
        }
        return true;
    }
    uint32_t count = 0;
    ITERATE(item, iterable)
    {
        TRY(left ? append_left(self, item) : append(self, item));
        if (++count % 4096 == 0)
            TRY(thread_poll(thread_self()));
    }
    return ITERATED;
}

static void clear_locked(Deque *self)
{
    store_release(&self->items, list_empty_array); /* NO_BARRIER: static */
    self->head = 0;
    changed(self, 0);
}

static void clear(Value v)
{
    WITH_LOCK (v) {
        clear_locked(as_deque(v));
    }
}

static Value deque_alloc(Type *type, intptr_t maximum)
{
    Deque *self = TRY(NEW(Deque, type));
    self->items = list_empty_array; /* NO_BARRIER: fresh; static */
    self->maximum = maximum;
    return (Value)self;
}

/* ---- making */

static Value deque_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    return deque_alloc(type, -1);
}

INIT_METHOD(deque_init, "iterable=?, maxlen=None")
{
    Deque *self = as_deque(args[0]);
    intptr_t maximum = -1;
    if (args[2] != None) {
        maximum = TRY_INT_INDEX(args[2]);
        if (maximum < 0)
            return raise(ValueError, "maxlen must be non-negative");
    }
    WITH_LOCK (self) { /* at once: never are there more items than the maximum */
        if (self->length)
            clear_locked(self);
        store_relaxed(&self->maximum, maximum);
    }
    if (args[1])
        TRY(extend(args[0], args[1], false));
    return None;
}

static Value copy(Value v)
{
    Type *type = type_of(v);
    intptr_t maximum = load_relaxed(&as_deque(v)->maximum);
    if (type == &deque_type) {
        Value result = TRY(deque_alloc(type, maximum));
        TRY(extend(result, v, false));
        return result;
    }
    Value result =
        maximum < 0 ? call1((Value)type, v) : call2((Value)type, v, TRY(int_from(maximum)));
    if (result && !is_deque(result))
        return raise(TypeError, "%N() must return a deque, not %T", type, result);
    return result;
}

/* ---- slots */

static Value deque_repr(Value self)
{
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return str_from_cstring("[...]");
    Value list = items_of(self), text = 0;
    intptr_t maximum = load_relaxed(&as_deque(self)->maximum);
    const char *name = type_short_name(type_of(self));
    if (list && maximum < 0)
        text = str_format("%s(%R)", name, list);
    else if (list)
        text = str_format("%s(%R, maxlen=%zd)", name, list, maximum);
    repr_leave(self);
    return text;
}

static Value deque_compare(Value a, Value b, CompareOp op)
{
    if (!is_deque(a) || !is_deque(b))
        return NotImplemented;
    if ((op == CMP_EQ || op == CMP_NE) && (a == b || deque_length(a) != deque_length(b)))
        return bool_value((op == CMP_EQ) == (a == b));
    return object_compare(TRY(items_of(a)), TRY(items_of(b)), op);
}

/* Not in the middle of what another thread does with many items at once. */
static intptr_t deque_length_slot(Value v)
{
    WITH_LOCK (v) {
        return as_deque(v)->length;
    }
    UNREACHABLE();
}

static Value changed_error(void)
{
    return raise(RuntimeError, "deque mutated during iteration");
}

/* An equal item's position in [start, stop), which may count from the end, as of one moment; -1:
 * there is none; or -2: a comparison needs Python code. The caller holds the lock. */
static intptr_t find_locked(Deque *self, Value item, intptr_t start, intptr_t stop)
{
    slice_clip(self->length, &start, &stop);
    for (intptr_t i = start; i < stop; i++) {
        KeyMatch match = plain_match(*slot_at(self, i), item);
        if (match != KEY_DIFFERS)
            return match == KEY_EQUAL ? i : -2;
    }
    return -1;
}

/* The position of an equal item in [start, stop); -1 with an exception or without: not found. */
static intptr_t find(Value v, Value item, intptr_t start, intptr_t stop)
{
    intptr_t found = -2;
    WITH_LOCK (v) {
        found = find_locked(as_deque(v), item, start, stop);
    }
    if (found != -2)
        return found;
    uint64_t order = order_of(v);
    slice_clip(deque_length(v), &start, &stop);
    for (intptr_t i = start; i < stop; i++) {
        Value there = item_at(v, i);
        if (there && TRY_NOT_NEGATIVE(object_equal(there, item), -1))
            return i;
        if (!there || order_of(v) != order) {
            changed_error();
            return -1;
        }
    }
    return -1;
}

static int deque_contains(Value self, Value item)
{
    intptr_t i = find(self, item, 0, INTPTR_MAX);
    return i >= 0 ? 1 : error_pending() ? -1 : 0;
}

static bool index_of(Value key, intptr_t *i)
{
    if (!has_index(key))
        return raise(TypeError, "sequence index must be integer, not '%T'", key);
    return index_as_intptr_or(key, i, IndexError);
}

static Value deque_getitem(Value v, Value key)
{
    intptr_t i;
    TRY(index_of(key, &i));
    WITH_LOCK (v) {
        if (index_resolve(&i, as_deque(v)->length))
            return *slot_at(as_deque(v), i);
    }
    return raise(IndexError, "deque index out of range");
}

static bool deque_setitem(Value v, Value key, Value value)
{
    intptr_t i;
    Deque *self = as_deque(v);
    TRY(index_of(key, &i));
    WITH_LOCK (self) {
        if (!index_resolve(&i, self->length))
            break;
        if (value)
            gc_store(self->items, slot_at(self, i), value);
        else
            remove_locked(self, i);
        return true;
    }
    return raise(IndexError, "deque index out of range");
}

static Value deque_concat(Value a, Value b)
{
    if (!is_deque(b))
        return raise(TypeError, "can only concatenate deque (not \"%T\") to deque", b);
    Value result = TRY(copy(a));
    TRY(extend(result, b, false));
    return result;
}

static Value deque_iconcat(Value self, Value iterable)
{
    TRY(extend(self, iterable, false));
    return self;
}

static Value deque_irepeat(Value v, Value times)
{
    intptr_t n;
    Deque *self = as_deque(v);
    TRY(index_as_intptr_or(times, &n, OverflowError));
    WITH_LOCK (self) {
        intptr_t length = self->length, total;
        if (n <= 0 || !length) {
            clear_locked(self);
            return v;
        }
        if (__builtin_mul_overflow(length, n, &total))
            return raise_no_memory();
        if (self->maximum >= 0 && total > self->maximum)
            n = (self->maximum + length - 1) / length + 1; /* what falls out is not put in */
        else
            TRY(make_room_locked(self, total - length));
        Value *items = TRY(array_new(length))->items;
        for (intptr_t i = 0; i < length; i++)
            items[i] = *slot_at(self, i); /* NO_BARRIER: fresh, nothing allocated since */
        for (intptr_t i = length; i < n * length; i++)
            TRY(put_last_locked(self, items[i % length]));
    }
    return v;
}

static Value deque_repeat(Value v, Value times)
{
    return deque_irepeat(TRY(copy(v)), times);
}

/* ---- methods */

METHOD(deque_append, "append", "item, /", "Add an element to the right side of the deque.")
{
    TRY(append(args[0], args[1]));
    return None;
}

METHOD(deque_appendleft, "appendleft", "item, /", "Add an element to the left side of the deque.")
{
    TRY(append_left(args[0], args[1]));
    return None;
}

METHOD(deque_clear, "clear", "/", "Remove all elements from the deque.")
{
    clear(args[0]);
    return None;
}

METHOD(deque_copy, "copy", "/", "Return a shallow copy of a deque.")
{
    return copy(args[0]);
}

METHOD(deque_dunder_copy, "__copy__", "/", "Return a shallow copy of a deque.")
{
    return copy(args[0]);
}

/* False: a comparison needs Python code. */
static bool count_plainly(Deque *self, Value item, intptr_t *count)
{
    WITH_LOCK (self) {
        for (intptr_t i = 0; i < self->length; i++) {
            KeyMatch match = plain_match(*slot_at(self, i), item);
            if (match == KEY_UNKNOWN) {
                *count = 0;
                return false;
            }
            *count += match == KEY_EQUAL;
        }
    }
    return true;
}

METHOD(deque_count, "count", "value, /", "Return number of occurrences of value.")
{
    intptr_t count = 0;
    if (count_plainly(as_deque(args[0]), args[1], &count))
        return int_from(count);
    uint64_t order = order_of(args[0]);
    Value item;
    for (intptr_t i = 0; (item = item_at(args[0], i)) != 0; i++) {
        count += TRY_NOT_NEGATIVE(object_equal(item, args[1]), 0);
        if (order_of(args[0]) != order)
            break;
    }
    return order_of(args[0]) == order ? int_from(count) : changed_error();
}

METHOD(deque_extend, "extend", "iterable, /",
       "Extend the right side of the deque with elements from the iterable.")
{
    TRY(extend(args[0], args[1], false));
    return None;
}

METHOD(deque_extendleft, "extendleft", "iterable, /",
       "Extend the left side of the deque with elements from the iterable.")
{
    TRY(extend(args[0], args[1], true));
    return None;
}

METHOD(deque_index, "index", "value, start=0, stop=9223372036854775807, /",
       "Return first index of value.\n\nRaises ValueError if the value is not present.")
{
    intptr_t start = 0, stop = INTPTR_MAX;
    TRY(slice_index_not_none(args[2], &start));
    TRY(slice_index_not_none(args[3], &stop));
    intptr_t i = find(args[0], args[1], start, stop);
    if (i >= 0)
        return int_from(i);
    return error_pending() ? 0 : raise(ValueError, "%R is not in deque", args[1]);
}

METHOD(deque_insert, "insert", "index, value, /", "Insert value before index.")
{
    intptr_t i = TRY_INDEX(args[1]);
    Deque *self = as_deque(args[0]);
    WITH_LOCK (self) {
        intptr_t length = self->length;
        if (length == self->maximum)
            return raise(IndexError, "deque already at its maximum size");
        if (i < 0 && (i += length) < 0)
            i = 0;
        if (i > length)
            i = length;
        rotate_locked(self, -i);
        bool ok = i == length ? put_last_locked(self, args[2]) : put_first_locked(self, args[2]);
        if (ok && i < length)
            rotate_locked(self, i);
        return ok ? None : 0;
    }
    UNREACHABLE();
}

METHOD(deque_pop, "pop", "/", "Remove and return the rightmost element.")
{
    WITH_LOCK (args[0]) {
        if (as_deque(args[0])->length)
            return take_last_locked(as_deque(args[0]));
    }
    return raise(IndexError, "pop from an empty deque");
}

METHOD(deque_popleft, "popleft", "/", "Remove and return the leftmost element.")
{
    WITH_LOCK (args[0]) {
        if (as_deque(args[0])->length)
            return take_first_locked(as_deque(args[0]));
    }
    return raise(IndexError, "pop from an empty deque");
}

static Value mutated_during_remove(void)
{
    return raise(IndexError, "deque mutated during iteration");
}

METHOD(deque_remove, "remove", "value, /", "Remove first occurrence of value.")
{
    Deque *self = as_deque(args[0]);
    WITH_LOCK (self) {
        intptr_t found = find_locked(self, args[1], 0, INTPTR_MAX);
        if (found >= 0) {
            remove_locked(self, found);
            return None;
        }
        if (found == -1)
            goto absent;
    }
    uint64_t order = order_of(args[0]);
    Value item;
    for (intptr_t i = 0; (item = item_at(args[0], i)) != 0; i++) {
        int equal = TRY_NOT_NEGATIVE(object_equal(item, args[1]), 0);
        bool same = true;
        WITH_LOCK (self) {
            same = order_of(args[0]) == order && (!equal || *slot_at(self, i) == item);
            if (same && equal) {
                remove_locked(self, i);
                return None;
            }
        }
        if (!same)
            return mutated_during_remove();
    }
    if (order_of(args[0]) != order)
        return mutated_during_remove();
absent:
    return raise(ValueError, "%R is not in deque", args[1]);
}

METHOD(deque_reverse, "reverse", "/", "Reverse *IN PLACE*.")
{
    Deque *self = as_deque(args[0]);
    WITH_LOCK (self) {
        for (intptr_t i = 0, j = self->length - 1; i < j; i++, j--) {
            Value *a = slot_at(self, i), *b = slot_at(self, j), item = *a;
            *a = *b; /* NO_BARRIER: within one array */
            *b = item;
        }
        store_release(&self->reversals, self->reversals + 1);
    }
    return None;
}

METHOD(deque_rotate, "rotate", "n=1, /",
       "Rotate the deque n steps to the right.  If n is negative, rotates left.")
{
    intptr_t n = TRY_INDEX(args[1]);
    WITH_LOCK (args[0]) {
        rotate_locked(as_deque(args[0]), n);
    }
    return None;
}

METHOD(deque_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    Value type = (Value)type_of(args[0]), iterator = TRY(get_iter(args[0]));
    intptr_t maximum = load_relaxed(&as_deque(args[0])->maximum);
    Value state = TRY(call_method0(args[0], names.__getstate__));
    Value arguments = maximum < 0 ? tuple_empty() : tuple_of(tuple_empty(), TRY(int_from(maximum)));
    return tuple_of(type, TRY(arguments), state, iterator);
}

METHOD(deque_sizeof, "__sizeof__", "/", "Return the size of the deque in memory, in bytes.")
{
    Array *items = load_acquire(&as_deque(args[0])->items);
    return int_from((intptr_t)type_of(args[0])->size + items->capacity * (intptr_t)sizeof(Value));
}

CLASS_METHOD(deque_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static Value deque_maxlen(Value self)
{
    intptr_t maximum = load_relaxed(&as_deque(self)->maximum);
    return maximum < 0 ? None : int_from(maximum);
}

/* ---- iterators */

/* guarded by lock if SHARED */
typedef struct DequeIterator {
    Object ob;
    Value deque;      /* immutable after init */
    intptr_t index;   /* of the next item, from the end that it starts at */
    intptr_t length;  /* of the deque at the start */
    uint64_t version; /* of the deque at the start */
} DequeIterator;

static void deque_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((DequeIterator *)self)->deque);
}

static Value iterator_new(Type *type, Value deque, intptr_t index)
{
    DequeIterator *it = TRY(NEW(DequeIterator, type));
    it->deque = deque; /* NO_BARRIER: fresh, nothing allocated since */
    it->index = index;
    it->version = load_acquire(&as_deque(deque)->version);
    it->length = deque_length(deque);
    return (Value)it;
}

static Value deque_iter(Value deque)
{
    return iterator_new(&deque_iterator_type, deque, 0);
}

METHOD(deque_reversed, "__reversed__", "/", "Return a reverse iterator over the deque.")
{
    return iterator_new(&deque_reverse_iterator_type, args[0], 0);
}

static Value iterator_step(Value self, bool backwards)
{
    DequeIterator *it = (DequeIterator *)self;
    WITH_LOCK (it) {
        if (load_acquire(&as_deque(it->deque)->version) != it->version) {
            store_relaxed(&it->index, it->length);
            break;
        }
        if (it->index >= it->length)
            return 0;
        Value item = item_at(it->deque, backwards ? it->length - 1 - it->index : it->index);
        if (!item)
            break;
        store_relaxed(&it->index, it->index + 1);
        return item;
    }
    return changed_error();
}

static Value deque_iterator_next(Value self)
{
    return iterator_step(self, false);
}

static Value deque_iterator_previous(Value self)
{
    return iterator_step(self, true);
}

METHOD(deque_iterator_length_hint, "__length_hint__", "/",
       "Private method returning an estimate of len(list(it)).")
{
    DequeIterator *it = (DequeIterator *)args[0];
    return int_from(it->length - load_relaxed(&it->index));
}

METHOD(deque_iterator_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    DequeIterator *it = (DequeIterator *)args[0];
    Value index = TRY(int_from(load_relaxed(&it->index)));
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(it->deque, index)));
}

NEW_METHOD(deque_iterator_make, "deque, index=0, /")
{
    if (!is_deque(args[1]))
        return raise(TypeError, "argument 1 must be collections.deque, not %B", args[1]);
    intptr_t index = TRY_INDEX(args[2]), length = deque_length(args[1]);
    index = index < 0 ? 0 : index > length ? length : index;
    return iterator_new((Type *)args[0], args[1], index);
}

/* ---- tables */

static const GetSetDef deque_getset[] = {
    {"maxlen", deque_maxlen, 0, "maximum size of a deque or None if unbounded"},
    {0},
};

static MethodDef *const deque_methods[] = {
    M(deque_append),      M(deque_appendleft), M(deque_clear),         M(deque_copy),
    M(deque_dunder_copy), M(deque_count),      M(deque_extend),        M(deque_extendleft),
    M(deque_index),       M(deque_insert),     M(deque_pop),           M(deque_popleft),
    M(deque_remove),      M(deque_reverse),    M(deque_rotate),        M(deque_reversed),
    M(deque_reduce),      M(deque_sizeof),     M(deque_class_getitem), 0};

Type deque_type = {
    TYPE_HEAD("collections.deque", Deque),
    .repr = deque_repr,
    .hash = hash_unhashable,
    .compare = deque_compare,
    .iter = deque_iter,
    .init_def = M(deque_init),
    .make = deque_make,
    .length = deque_length_slot,
    .getitem = deque_getitem,
    .setitem = deque_setitem,
    .contains = deque_contains,
    .concat = deque_concat,
    .repeat = deque_repeat,
    .iconcat = deque_iconcat,
    .irepeat = deque_irepeat,
    .doc = "A list-like sequence optimized for data accesses near its endpoints.",
    .methods = deque_methods,
    .getset = deque_getset,
    .trace = deque_trace,
    .flags = TYPE_BASE | TYPE_SEQUENCE | TYPE_INDEX_ONLY,
    .has_weakrefs = true,
};

static MethodDef *const deque_iterator_methods[] = {M(deque_iterator_length_hint),
                                                    M(deque_iterator_reduce), 0};

Type deque_iterator_type = {
    TYPE_HEAD("collections._deque_iterator", DequeIterator),
    .iter = iterator_self,
    .next = deque_iterator_next,
    .new_def = M(deque_iterator_make),
    .methods = deque_iterator_methods,
    .trace = deque_iterator_trace,
};

Type deque_reverse_iterator_type = {
    TYPE_HEAD("collections._deque_reverse_iterator", DequeIterator),
    .iter = iterator_self,
    .next = deque_iterator_previous,
    .new_def = M(deque_iterator_make),
    .methods = deque_iterator_methods,
    .trace = deque_iterator_trace,
};
