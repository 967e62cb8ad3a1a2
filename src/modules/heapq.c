/* _heapq: a binary heap in a list. Comparisons run Python code, so no lock is held across them: a
 * list that changes its length meanwhile is an error, as in CPython; other changes by other
 * threads give some order, and lose nothing that they did not overwrite. */
#include "core/abstract.h"
#include "core/error.h"
#include "core/module.h"
#include "types/list.h"

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
    if (!list_length(heap))
        return raise(IndexError, "index out of range");
    Value last = TRY(list_pop(heap, -1));
    Value first = list_get(heap, 0);
    if (!first)
        return last;
    TRY(list_set(heap, 0, last));
    return sift_up(heap, 0, max) ? first : 0;
}

static Value heap_replace(Value heap, Value item, bool max, const char *function)
{
    TRY(check_list(heap, function));
    Value first = list_get(heap, 0);
    if (!first)
        return raise(IndexError, "index out of range");
    TRY(list_set(heap, 0, item));
    return sift_up(heap, 0, max) ? first : 0;
}

static Value heapify(Value heap, bool max, const char *function)
{
    TRY(check_list(heap, function));
    for (intptr_t i = list_length(heap) / 2 - 1; i >= 0; i--)
        TRY(sift_up(heap, i, max));
    return None;
}

FUNCTION(heap_heappush, "heappush", "heap, item, /",
         "Push item onto heap, maintaining the heap invariant.")
{
    TRY(check_list(args[0], "heappush() argument 1"));
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
    Value first = list_get(args[0], 0);
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
