/* Unpickling tuples, lists, dicts and sets, and what happens in the memo. */
#include "modules/pickle/pickle.h"

#include "core/call.h"
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/set.h"
#include "types/tuple.h"

bool unpickle_tuple_of(Unpickler *u, intptr_t length)
{
    if (u->depth < length)
        return unpickle_underflow(u);
    return unpickle_push(u, TRY(unpickle_pop_tuple(u, u->depth - length)));
}

bool unpickle_tuple(Unpickler *u)
{
    intptr_t start = TRY_NOT_NEGATIVE(unpickle_pop_mark(u), false);
    return unpickle_push(u, TRY(unpickle_pop_tuple(u, start)));
}

bool unpickle_list(Unpickler *u)
{
    intptr_t start = TRY_NOT_NEGATIVE(unpickle_pop_mark(u), false);
    return unpickle_push(u, TRY(unpickle_pop_list(u, start)));
}

bool unpickle_frozenset(Unpickler *u)
{
    intptr_t start = TRY_NOT_NEGATIVE(unpickle_pop_mark(u), false);
    Value items = TRY(unpickle_pop_tuple(u, start));
    return unpickle_push(u, TRY(frozenset_from_iterable(items)));
}

/* ---- Lists ------------------------------------------------------------------------------ */

/* Values [start, depth) to the end of a list. */
static bool extend_list(Unpickler *u, Value list, intptr_t start)
{
    List *self = (List *)list;
    WITH_LOCK (self) /* no Python code runs: the stack stays as it is */
        TRY(list_splice_locked(self, self->length, 0, &u->stack->items[start], u->depth - start));
    return unpickle_drop(u, start);
}

static bool call_for_each(Value method, Value items)
{
    for (intptr_t i = 0; i < list_length(items); i++)
        TRY(call1(method, list_get(items, i)));
    return true;
}

/* To the end of any other object. */
static bool extend_object(Unpickler *u, Value object, intptr_t start)
{
    Value method, items = TRY(unpickle_pop_list(u, start));
    TRY(get_attr_optional(object, names.extend, &method));
    if (method)
        return call1(method, items) != 0;
    return call_for_each(TRY(get_attr(object, names.append)), items);
}

/* Values from `start` up to the one below them. */
static bool append_from(Unpickler *u, intptr_t start)
{
    if (start > u->depth || start <= u->fence)
        return unpickle_underflow(u);
    if (start == u->depth)
        return true;
    Value list = u->stack->items[start - 1];
    return has_shape(list, SHAPE_LIST) ? extend_list(u, list, start)
                                       : extend_object(u, list, start);
}

bool unpickle_append(Unpickler *u)
{
    return append_from(u, u->depth - 1);
}

bool unpickle_appends(Unpickler *u)
{
    return append_from(u, TRY_NOT_NEGATIVE(unpickle_pop_mark(u), false));
}

/* ---- Dicts ------------------------------------------------------------------------------ */

static bool set_pair(Value dict, Value key, Value value)
{
    return has_shape(dict, SHAPE_DICT) ? dict_set(dict, key, value) : set_item(dict, key, value);
}

/* Keys and values from `start` up into the dict. */
static bool set_pairs(Unpickler *u, Value dict, intptr_t start)
{
    if (has_shape(dict, SHAPE_DICT))
        TRY(dict_reserve(dict, (u->depth - start) / 2));
    for (intptr_t i = start; i + 1 < u->depth; i += 2)
        TRY(set_pair(dict, u->stack->items[i], u->stack->items[i + 1]));
    return unpickle_drop(u, start);
}

static bool set_from(Unpickler *u, intptr_t start)
{
    if (start > u->depth || start <= u->fence)
        return unpickle_underflow(u);
    if (start == u->depth)
        return true;
    if ((u->depth - start) % 2)
        return raise(UnpicklingError, "odd number of items for SETITEMS");
    return set_pairs(u, u->stack->items[start - 1], start);
}

bool unpickle_setitem(Unpickler *u)
{
    return set_from(u, u->depth - 2);
}

bool unpickle_setitems(Unpickler *u)
{
    return set_from(u, TRY_NOT_NEGATIVE(unpickle_pop_mark(u), false));
}

bool unpickle_dict(Unpickler *u)
{
    intptr_t start = TRY_NOT_NEGATIVE(unpickle_pop_mark(u), false);
    if (start <= u->depth && (u->depth - start) % 2)
        return raise(UnpicklingError, "odd number of items for DICT");
    Value dict = TRY(dict_new_sized(start < u->depth ? (u->depth - start) / 2 : 0));
    return set_pairs(u, dict, start) && unpickle_push(u, dict);
}

/* ---- Sets ------------------------------------------------------------------------------- */

bool unpickle_additems(Unpickler *u)
{
    intptr_t start = TRY_NOT_NEGATIVE(unpickle_pop_mark(u), false);
    if (start > u->depth || start <= u->fence)
        return unpickle_underflow(u);
    if (start == u->depth)
        return true;
    Value set = u->stack->items[start - 1], items = TRY(unpickle_pop_list(u, start));
    if (is_any_set(set) && type_is_subtype(type_of(set), &set_type))
        return set_update(set, items);
    return call_for_each(TRY(get_attr(set, pickle_names.add)), items);
}

/* ---- The memo --------------------------------------------------------------------------- */

bool unpickle_get_number(Unpickler *u, intptr_t number)
{
    Value v = unpickle_memo_find(u, number);
    if (unlikely(!v))
        return raise(UnpicklingError, "Memo value not found at index %ld", (long)number);
    return unpickle_push(u, v);
}

bool unpickle_put_number(Unpickler *u, intptr_t number)
{
    return unpickle_memo_set(u, number, TRY(unpickle_top(u)));
}
