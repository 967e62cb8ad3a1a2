/* _heapq: a binary heap in a list. An operation whose comparisons are plain is done under the
 * list's lock. Others run Python code, so no lock is held across them: a list that changes its
 * length meanwhile is an error, as in CPython; other changes by other threads give some order, and
 * lose nothing that they did not overwrite. */
#include "core/abstract.h"
#include "core/error.h"
#include "core/module.h"
#include "core/share.h"
#include "gc/heap.h"
#include "types/list.h"
#include "types/plain_order.h"

/* less(a, b) of a min-heap; a max-heap swaps the operands. -1: failure. */
static int before(Value a, Value b, bool max)
{
    return object_compare_bool(max ? b : a, max ? a : b, CMP_LT);
}

/* `what`: as the message begins. */
static bool check_list(Value heap, const char *what)
{
    return is_list(heap) || raise(TypeError, "%s must be list, not %B", what, heap);
}

static Value size_changed(void)
{
    return raise(RuntimeError, "list changed size during iteration");
}

/* ---- with plain comparisons: the caller holds the lock. What is to move is found out before
 * anything does. */

/* As before(); -1: not plain. */
static int plain_before(Value a, Value b, bool max)
{
    return plain_less(max ? b : a, max ? a : b);
}

static Value item_at(const List *heap, intptr_t i)
{
    return heap->items->items[i];
}

/* An item of the list itself to another place, once it is remembered. */
static void put(List *heap, intptr_t i, Value item)
{
    store_release(&heap->items->items[i], item); /* NO_BARRIER: it is in this array */
}

/* Where the item belongs between `at` and the root, which its parents then make room for. -1. */
static intptr_t place_above(const List *heap, intptr_t at, Value item, bool max)
{
    while (at > 0) {
        intptr_t parent = (at - 1) / 2;
        int less = plain_before(item, item_at(heap, parent), max);
        if (less <= 0)
            return less < 0 ? -1 : at;
        at = parent;
    }
    return 0;
}

static PlainResult push_locked(List *heap, Value item)
{
    intptr_t at = heap->length, place = place_above(heap, at, item, false);
    if (place < 0)
        return NOT_PLAIN;
    if (!list_splice_locked(heap, at, 0, &item, 1))
        return PLAIN_FAILED;
    gc_remember(heap->items);
    for (; at > place; at = (at - 1) / 2)
        put(heap, at, item_at(heap, (at - 1) / 2));
    put(heap, place, item);
    return PLAIN_DONE;
}

/* Where an item belongs on the way down from `start`, past the child that comes first each time, in
 * the first n items: found from the leaf up, as it most often belongs near the bottom. -1. */
static intptr_t place_below(const List *heap, intptr_t start, intptr_t n, Value item, bool max)
{
    intptr_t at = start;
    while (2 * at + 1 < n) {
        intptr_t child = 2 * at + 1;
        if (child + 1 < n) {
            int less = plain_before(item_at(heap, child), item_at(heap, child + 1), max);
            if (less < 0)
                return -1;
            child += !less;
        }
        at = child;
    }
    while (at > start) {
        int less = plain_before(item, item_at(heap, at), max);
        if (less <= 0)
            return less < 0 ? -1 : at;
        at = (at - 1) / 2;
    }
    return start;
}

/* The item goes to `place`; what was there, and above it up to `start`, moves up. */
static void sink_locked(List *heap, intptr_t start, intptr_t place, Value item)
{
    gc_barrier(heap->items, item);
    gc_remember(heap->items);
    for (intptr_t at = place;; at = (at - 1) / 2) {
        Value above = item_at(heap, at);
        put(heap, at, item);
        if (at == start)
            return;
        item = above;
    }
}

/* Puts the item in the root's place. *first: what was there. */
static PlainResult replace_locked(List *heap, Value item, bool max, Value *first)
{
    intptr_t place = place_below(heap, 0, heap->length, item, max);
    if (place < 0)
        return NOT_PLAIN;
    *first = item_at(heap, 0);
    sink_locked(heap, 0, place, item);
    return PLAIN_DONE;
}

static PlainResult pop_locked(List *heap, bool max, Value *first)
{
    intptr_t last = heap->length - 1;
    Value item = item_at(heap, last);
    intptr_t place = last ? place_below(heap, 0, last, item, max) : 0;
    if (place < 0)
        return NOT_PLAIN;
    *first = item_at(heap, 0);
    if (!list_splice_locked(heap, last, 1, 0, 0))
        return PLAIN_FAILED;
    if (last)
        sink_locked(heap, 0, place, item);
    return PLAIN_DONE;
}

/* ---- with any comparisons -----------------------------------------------------------------------
 */

static bool swap(Value heap, intptr_t i, intptr_t j)
{
    Value a = list_get(heap, i), b = list_get(heap, j);
    if (!a || !b)
        return size_changed();
    return list_set(heap, i, b) && list_set(heap, j, a);
}

/* Moves the item at `at` towards the root, up to `start`, while it comes before its parent. */
static bool sift_down(Value heap, intptr_t start, intptr_t at, bool max)
{
    intptr_t length = list_length(heap);
    while (at > start) {
        intptr_t parent = (at - 1) / 2;
        Value item = list_get(heap, at), above = list_get(heap, parent);
        if (!item || !above)
            return size_changed();
        int less = TRY_NOT_NEGATIVE(before(item, above, max), false);
        if (list_length(heap) != length)
            return size_changed();
        if (!less)
            break;
        TRY(swap(heap, at, parent));
        at = parent;
    }
    return true;
}

/* The item at `start` goes down to a leaf, each time past the child that comes first, and from
 * there up again: as it most often belongs near the bottom, that compares less. */
static bool sift_up(Value heap, intptr_t start, bool max)
{
    intptr_t length = list_length(heap), at = start;
    while (2 * at + 1 < length) {
        intptr_t child = 2 * at + 1;
        if (child + 1 < length) {
            Value left = list_get(heap, child), right = list_get(heap, child + 1);
            if (!left || !right)
                return size_changed();
            int less = TRY_NOT_NEGATIVE(before(left, right, max), false);
            if (list_length(heap) != length)
                return size_changed();
            child += !less;
        }
        TRY(swap(heap, at, child));
        at = child;
    }
    return sift_down(heap, start, at, max);
}

static Value heap_pop(Value heap, bool max, const char *function)
{
    TRY(check_list(heap, function));
    PlainResult result = NOT_PLAIN;
    Value first = 0;
    WITH_LOCK ((List *)heap) {
        if (!((List *)heap)->length)
            return raise(IndexError, "index out of range");
        result = pop_locked((List *)heap, max, &first);
    }
    if (result != NOT_PLAIN)
        return result == PLAIN_DONE ? first : 0;
    Value last = TRY(list_pop(heap, -1));
    first = list_get(heap, 0);
    if (!first)
        return last;
    TRY(list_set(heap, 0, last));
    return sift_up(heap, 0, max) ? first : 0;
}

static Value heap_replace(Value heap, Value item, bool max, const char *function)
{
    TRY(check_list(heap, function));
    Value first = 0;
    WITH_LOCK ((List *)heap) {
        if (!((List *)heap)->length)
            return raise(IndexError, "index out of range");
        if (replace_locked((List *)heap, item, max, &first) == PLAIN_DONE)
            return first;
    }
    first = list_get(heap, 0);
    if (!first)
        return raise(IndexError, "index out of range");
    TRY(list_set(heap, 0, item));
    return sift_up(heap, 0, max) ? first : 0;
}

/* sift_up() with plain comparisons; false: they are not. */
static bool sift_plain(Value heap, intptr_t start, bool max)
{
    List *self = (List *)heap;
    WITH_LOCK (self) {
        Value item = start < self->length ? item_at(self, start) : 0;
        intptr_t place = item ? place_below(self, start, self->length, item, max) : -1;
        if (place >= 0)
            sink_locked(self, start, place, item);
        return place >= 0;
    }
    UNREACHABLE();
}

static Value heapify(Value heap, bool max, const char *function)
{
    TRY(check_list(heap, function));
    for (intptr_t i = list_length(heap) / 2 - 1; i >= 0; i--)
        TRY(sift_plain(heap, i, max) || sift_up(heap, i, max));
    return None;
}

FUNCTION(heap_heappush, "heappush", "heap, item, /",
         "Push item onto heap, maintaining the heap invariant.")
{
    TRY(check_list(args[0], "heappush() argument 1"));
    PlainResult result = NOT_PLAIN;
    WITH_LOCK ((List *)args[0])
        result = push_locked((List *)args[0], args[1]);
    if (result != NOT_PLAIN)
        return result == PLAIN_DONE ? None : 0;
    TRY(list_append(args[0], args[1]));
    return sift_down(args[0], 0, list_length(args[0]) - 1, false) ? None : 0;
}

FUNCTION(heap_heappop, "heappop", "heap, /",
         "Pop the smallest item off the heap, maintaining the heap invariant.")
{
    return heap_pop(args[0], false, "heappop() argument");
}

FUNCTION(heap_heapreplace, "heapreplace", "heap, item, /",
         "Pop and return the current smallest value, and add the new item.")
{
    return heap_replace(args[0], args[1], false, "heapreplace() argument 1");
}

FUNCTION(heap_heappushpop, "heappushpop", "heap, item, /",
         "Push item on the heap, then pop and return the smallest item from the heap.")
{
    TRY(check_list(args[0], "heappushpop() argument 1"));
    Value first = 0;
    WITH_LOCK ((List *)args[0]) {
        List *heap = (List *)args[0];
        int comes_first = heap->length ? plain_before(item_at(heap, 0), args[1], false) : 0;
        if (!comes_first)
            return args[1];
        if (comes_first > 0 && replace_locked(heap, args[1], false, &first) == PLAIN_DONE)
            return first;
    }
    first = list_get(args[0], 0);
    if (!first)
        return args[1];
    int less = TRY_NOT_NEGATIVE(before(first, args[1], false), 0);
    if (!less)
        return args[1];
    return heap_replace(args[0], args[1], false, "heappushpop() argument 1");
}

FUNCTION(heap_heapify, "heapify", "heap, /",
         "Transform list into a heap, in-place, in O(len(heap)) time.")
{
    return heapify(args[0], false, "heapify() argument");
}

FUNCTION(heap_heappop_max, "_heappop_max", "heap, /", "Maxheap variant of heappop.")
{
    return heap_pop(args[0], true, "_heappop_max() argument");
}

FUNCTION(heap_heapreplace_max, "_heapreplace_max", "heap, item, /",
         "Maxheap variant of heapreplace.")
{
    return heap_replace(args[0], args[1], true, "_heapreplace_max() argument 1");
}

FUNCTION(heap_heapify_max, "_heapify_max", "heap, /", "Maxheap variant of heapify.")
{
    return heapify(args[0], true, "_heapify_max() argument");
}

static MethodDef *const functions[] = {
    M(heap_heappush),        M(heap_heappushpop), M(heap_heappop),
    M(heap_heapreplace),     M(heap_heapify),     M(heap_heappop_max),
    M(heap_heapreplace_max), M(heap_heapify_max), 0};

const ModuleDef module__heapq = {"_heapq", "Heap queue algorithm (a.k.a. priority queue).",
                                 functions, 0};
