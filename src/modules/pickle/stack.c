/* The unpickler's stack with its marks, and its memo. */
#include "modules/pickle/pickle.h"

#include "gc/heap.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/tuple.h"

/* ---- Values ----------------------------------------------------------------------------- */

/* From this capacity on an array may be a large object, which can grow where it is. */
#define GROWS_IN_PLACE 4096

/* The array, which is the unpickler's own, with more room. */
static Array *grown(Array *old, intptr_t count, intptr_t capacity)
{
    if (old && old->capacity >= GROWS_IN_PLACE &&
        gc_extend(old, sizeof(Array) + (size_t)capacity * sizeof(Value))) {
        old->capacity = capacity;
        return old;
    }
    Array *array = TRY(array_new(capacity));
    if (count)
        gc_store_range(array, array->items, old->items, (size_t)count);
    return array;
}

bool unpickle_push_slow(Unpickler *u, Value v)
{
    Array *stack = TRY(grown(u->stack, u->depth, u->depth * 2 + 48));
    gc_store(u, &u->stack, stack);
    return unpickle_push(u, v);
}

Value unpickle_underflow(const Unpickler *u)
{
    return raise(UnpicklingError,
                 u->mark_count ? "unexpected MARK found" : "unpickling stack underflow");
}

bool unpickle_drop(Unpickler *u, intptr_t start)
{
    if (start < u->fence)
        return unpickle_underflow(u);
    if (start < u->depth)
        u->depth = start;
    return true;
}

Value unpickle_pop_tuple(Unpickler *u, intptr_t start)
{
    if (start < u->fence || start > u->depth)
        return unpickle_underflow(u);
    Value tuple = TRY(tuple_from_values(&u->stack->items[start], u->depth - start));
    u->depth = start;
    return tuple;
}

Value unpickle_pop_list(Unpickler *u, intptr_t start)
{
    if (start < u->fence || start > u->depth)
        return unpickle_underflow(u);
    Value list = TRY(list_from_values(&u->stack->items[start], u->depth - start));
    u->depth = start;
    return list;
}

/* ---- Marks ------------------------------------------------------------------------------ */

static intptr_t *marks_of(const Unpickler *u)
{
    return (intptr_t *)(void *)u->marks->data;
}

bool unpickle_push_mark(Unpickler *u)
{
    intptr_t capacity = u->marks ? u->marks->size / (intptr_t)sizeof(intptr_t) : 0;
    if (unlikely(u->mark_count >= capacity)) {
        Raw *raw = TRY(raw_new((capacity * 2 + 20) * (intptr_t)sizeof(intptr_t)));
        if (u->mark_count)
            memcpy(raw->data, u->marks->data, (size_t)u->mark_count * sizeof(intptr_t));
        gc_store(u, &u->marks, raw);
    }
    marks_of(u)[u->mark_count++] = u->depth;
    u->fence = u->depth;
    return true;
}

intptr_t unpickle_pop_mark(Unpickler *u)
{
    if (unlikely(!u->mark_count)) {
        raise(UnpicklingError, "could not find MARK");
        return -1;
    }
    intptr_t mark = marks_of(u)[--u->mark_count];
    u->fence = u->mark_count ? marks_of(u)[u->mark_count - 1] : 0;
    return mark;
}

bool unpickle_discard(Unpickler *u)
{
    if (u->mark_count && marks_of(u)[u->mark_count - 1] == u->depth)
        return unpickle_pop_mark(u) >= 0;
    return unpickle_pop(u) != 0;
}

/* ---- The memo ----------------------------------------------------------------------------
 *
 * An array by number, as numbers are given out in order. One from bad data that is far out goes
 * to a dict. */

static intptr_t memo_capacity(const Unpickler *u)
{
    return u->memo ? u->memo->capacity : 0;
}

Value unpickle_memo_find(const Unpickler *u, intptr_t number)
{
    if (likely(number >= 0 && number < memo_capacity(u) && u->memo->items[number]))
        return u->memo->items[number];
    return u->sparse ? dict_get(u->sparse, int_from(number)) : 0;
}

static bool set_sparse(Unpickler *u, intptr_t number, Value v)
{
    if (!u->sparse)
        gc_store(u, &u->sparse, TRY(dict_new()));
    return dict_set(u->sparse, TRY(int_from(number)), v);
}

bool unpickle_memo_set(Unpickler *u, intptr_t number, Value v)
{
    bool is_new = number >= memo_capacity(u) || !u->memo->items[number];
    if (is_new && !(u->sparse && unpickle_memo_find(u, number)))
        u->memo_count++;
    if (unlikely(number >= memo_capacity(u))) {
        if (number > 2 * memo_capacity(u) + 1024)
            return set_sparse(u, number, v);
        gc_store(u, &u->memo, TRY(grown(u->memo, memo_capacity(u), number * 2 + 32)));
    }
    gc_store(u->memo, &u->memo->items[number], v);
    return true;
}

void unpickle_memo_clear(Unpickler *u)
{
    u->memo = 0;   /* NO_BARRIER: 0 */
    u->sparse = 0; /* NO_BARRIER: 0 */
    u->memo_count = 0;
}

Value unpickle_memo_as_dict(Unpickler *u)
{
    Value dict = u->sparse ? TRY(dict_copy(u->sparse)) : TRY(dict_new());
    for (intptr_t i = 0; i < memo_capacity(u); i++)
        if (u->memo->items[i])
            TRY(dict_set(dict, int_small(i), u->memo->items[i]));
    return dict;
}

static bool add_memo(Unpickler *u, Value key, Value value)
{
    int64_t number;
    if (!is_int_any(key))
        return raise(TypeError, "memo key must be integers");
    TRY(index_as_int64(key, &number));
    if (number < 0)
        return raise(ValueError, "memo key must be positive integers.");
    return unpickle_memo_set(u, number, value);
}

bool unpickle_memo_replace(Unpickler *u, Value dict)
{
    Array *old = u->memo;
    Value old_sparse = u->sparse, key, value;
    intptr_t old_count = u->memo_count, position = 0;
    unpickle_memo_clear(u);
    while (dict_next(dict, &position, &key, &value))
        if (!add_memo(u, key, value)) {
            gc_store(u, &u->memo, old);
            gc_store(u, &u->sparse, old_sparse);
            u->memo_count = old_count;
            return false;
        }
    return true;
}
