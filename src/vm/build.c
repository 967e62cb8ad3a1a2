/* Displays, string building and unpacking. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/names.h"
#include "core/share.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/set.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/text.h"
#include "types/tuple.h"
#include "vm/operations.h"

Value build_map(const Value *pairs, unsigned count)
{
    Value dict = TRY(dict_new_sized(count));
    for (unsigned i = 0; i < count; i++)
        TRY(dict_set(dict, pairs[2 * i], pairs[2 * i + 1]));
    return dict;
}

Value build_set(const Value *items, unsigned count)
{
    Value set = TRY(set_new());
    for (unsigned i = 0; i < count; i++)
        TRY(set_add(set, items[i]));
    return set;
}

/* A bound of a slice as a place in `length` items, which may be beyond the end; false if Python
 * code would have to be asked. */
ALWAYS_INLINE bool slice_place(Value v, intptr_t length, intptr_t fallback, intptr_t *out)
{
    if (v == None) {
        *out = fallback;
        return true;
    }
    *out = int_value(v);
    if (*out < 0 && (*out += length) < 0)
        *out = 0;
    return is_int(v);
}

Value get_slice(Value o, Value start, Value stop)
{
    intptr_t from, to, length;
    uint32_t shape = is_object(o) ? shape_id(o) : 0;
    switch (shape) {
    case SHAPE_STR:
    case SHAPE_BYTES: {
        Text text = text_of(o);
        length = text.length;
        if (slice_place(start, length, 0, &from) && slice_place(stop, length, length, &to)) {
            from = from < length ? from : length;
            to = to > length ? length : to > from ? to : from;
            return text_part(&text, from, to);
        }
        break;
    }
    case SHAPE_TUPLE:
        length = tuple_length(o);
        if (slice_place(start, length, 0, &from) && slice_place(stop, length, length, &to))
            return tuple_slice(o, from, to);
        break;
    case SHAPE_LIST: /* the length of a shared one may change: both bounds go by the same */
        length = list_length(o);
        if (!is_shared(o) && slice_place(start, length, 0, &from) &&
            slice_place(stop, length, length, &to))
            return list_slice(o, from, to);
        break;
    default:
        break;
    }
    return get_item(o, TRY(slice_new(start, stop, None)));
}

Value build_string(const Value *parts, unsigned count)
{
    return str_join_array(parts, count);
}

bool extend_list_star(Value list, Value iterable)
{
    if (list_extend(list, iterable))
        return true;
    if (error_matches(TypeError) && !type_of(iterable)->iter && !is_sequence(iterable)) {
        error_clear();
        raise(TypeError, "Value after * must be an iterable, not %T", iterable);
    }
    return false;
}

bool update_dict_display(Value dict, Value mapping)
{
    if (!is_mapping_like(mapping)) {
        if (!error_pending())
            raise(TypeError, "'%T' object is not a mapping", mapping);
        return false;
    }
    return dict_update(dict, mapping);
}

COLD static bool raise_too_few(unsigned expected, intptr_t got, bool at_least)
{
    raise(ValueError, "not enough values to unpack (expected %s%u, got %zd)",
          at_least ? "at least " : "", expected, got);
    return false;
}

COLD static bool raise_too_many(unsigned expected, intptr_t got)
{
    if (got >= 0)
        raise(ValueError, "too many values to unpack (expected %u, got %zd)", expected, got);
    else
        raise(ValueError, "too many values to unpack (expected %u)", expected);
    return false;
}

static Value unpack_iterator(Value o)
{
    Value iterator = get_iter(o);
    if (!iterator && error_matches(TypeError) && !type_of(o)->iter && !is_sequence(o)) {
        error_clear();
        return raise(TypeError, "cannot unpack non-iterable %T object", o);
    }
    return iterator;
}

bool unpack_values(Value *target, Value iterable, unsigned count)
{
    if (has_shape(iterable, SHAPE_TUPLE)) {
        intptr_t n = tuple_length(iterable);
        return n < (intptr_t)count ? raise_too_few(count, n, false) : raise_too_many(count, -1);
    }
    if (has_shape(iterable, SHAPE_LIST) && !is_shared(iterable) &&
        list_length(iterable) == (intptr_t)count) {
        memcpy(target, ((List *)iterable)->items->items, count * sizeof(Value));
        return true;
    }
    if (has_shape(iterable, SHAPE_LIST)) {
        Value snapshot = TRY(list_as_tuple(iterable));
        intptr_t n = tuple_length(snapshot);
        if (n == (intptr_t)count) {
            memcpy(target, ((Tuple *)snapshot)->items, count * sizeof(Value));
            return true;
        }
        return n < (intptr_t)count ? raise_too_few(count, n, false) : raise_too_many(count, -1);
    }
    /* The targets may be variables, which keep their values if this fails. */
    Value items[UNPACK_DIRECT_MAX], *taken = count <= UNPACK_DIRECT_MAX ? items : target;
    Value iterator = TRY(unpack_iterator(iterable));
    for (unsigned i = 0; i < count; i++) {
        taken[i] = iter_next(iterator);
        if (!taken[i])
            return error_pending() ? false : raise_too_few(count, i, false);
    }
    if (iter_next(iterator))
        return raise_too_many(count, -1);
    if (error_pending())
        return false;
    if (taken == items)
        memcpy(target, items, count * sizeof(Value));
    return true;
}

bool unpack_star(Value *target, Value iterable, unsigned before, unsigned after)
{
    if (has_shape(iterable, SHAPE_LIST)) /* one moment of it */
        iterable = TRY(list_as_tuple(iterable));
    if (has_shape(iterable, SHAPE_TUPLE)) {
        intptr_t n = tuple_length(iterable), rest = n - (intptr_t)before - (intptr_t)after;
        const Value *items = ((Tuple *)iterable)->items;
        if (rest < 0)
            return raise_too_few(before + after, n, true);
        Value middle = TRY(list_from_values(items + before, rest));
        memcpy(target, items, before * sizeof(Value));
        target[before] = middle;
        memcpy(target + before + 1, items + before + rest, after * sizeof(Value));
        return true;
    }
    Value iterator = TRY(unpack_iterator(iterable));
    for (unsigned i = 0; i < before; i++) {
        target[i] = iter_next(iterator);
        if (!target[i])
            return error_pending() ? false : raise_too_few(before + after, i, true);
    }
    Value rest = TRY(list_from_iterable(iterator));
    intptr_t n = list_length(rest);
    if (n < (intptr_t)after)
        return raise_too_few(before + after, n + before, true);
    for (unsigned i = 0; i < after; i++)
        target[before + 1 + i] = list_get(rest, n - after + i);
    TRY(list_delete_slice(rest, n - after, n));
    target[before] = rest;
    return true;
}

Value convert(Value o, unsigned conversion)
{
    switch (conversion) {
    case 1:
        return object_str(o);
    case 2:
        return object_repr(o);
    case 3:
        return object_ascii(o);
    default:
        return raise(SystemError, "unexpected conversion flag %u", conversion);
    }
}
