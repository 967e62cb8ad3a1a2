/* Pickling tuples, lists, dicts and sets.
 *
 * Lists, dicts and sets are memoized before their items, so that these can refer to them. Tuples
 * and frozensets can only be made when their items are there: if one turns out to be part of
 * itself, it was made and memoized while its items were pickled, and these are thrown away. */
#include "modules/pickle/pickle.h"

#include "core/call.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/set.h"
#include "types/tuple.h"

bool pickle_fast_enter(Pickler *p, Value object)
{
    if (likely(!load_relaxed(&p->fast)) || ++p->fast_nesting < PICKLE_FAST_NESTING)
        return true;
    if (!p->fast_memo)
        gc_store(p, &p->fast_memo, TRY(dict_new()));
    Value id = TRY(object_id(object));
    int found = TRY_NOT_NEGATIVE(dict_contains(p->fast_memo, id), false);
    if (found)
        return raise(ValueError,
                     "fast mode: can't pickle cyclic objects including object type %T at 0x%lx",
                     object, (unsigned long)value_bits(object));
    return dict_set(p->fast_memo, id, None);
}

bool pickle_fast_leave(Pickler *p, Value object, bool saved)
{
    if (likely(!load_relaxed(&p->fast)) || p->fast_nesting-- < PICKLE_FAST_NESTING || !saved)
        return saved;
    bool found;
    Value id = TRY(object_id(object));
    return !p->fast_memo || dict_delete(p->fast_memo, id, &found);
}

/* ---- Tuples ----------------------------------------------------------------------------- */

static bool save_items(Pickler *p, Value tuple)
{
    for (intptr_t i = 0; i < tuple_length(tuple); i++)
        TRY(pickle_save(p, tuple_get(tuple, i)));
    return true;
}

static bool pop_times(Pickler *p, intptr_t count)
{
    for (intptr_t i = 0; i < count; i++)
        TRY(pickle_op(p, PICKLE_POP));
    return true;
}

static bool save_short_tuple(Pickler *p, Value tuple, intptr_t length)
{
    TRY(save_items(p, tuple));
    intptr_t number = pickle_memo_find(p, tuple);
    if (number >= 0)
        return pop_times(p, length) && pickle_get(p, number);
    return pickle_op(p, PICKLE_TUPLE1 + (int)length - 1) && pickle_put(p, tuple);
}

bool pickle_save_tuple(Pickler *p, Value tuple)
{
    intptr_t length = tuple_length(tuple);
    if (!length)
        return load_relaxed(&p->bin) ? pickle_op(p, PICKLE_EMPTY_TUPLE) : pickle_write(p, "(t", 2);
    if (length <= 3 && p->proto >= 2)
        return save_short_tuple(p, tuple, length);
    TRY(pickle_op(p, PICKLE_MARK) && save_items(p, tuple));
    intptr_t number = pickle_memo_find(p, tuple);
    if (number >= 0)
        return (load_relaxed(&p->bin) ? pickle_op(p, PICKLE_POP_MARK) : pop_times(p, length + 1)) &&
               pickle_get(p, number);
    return pickle_op(p, PICKLE_TUPLE) && pickle_put(p, tuple);
}

/* ---- Lists ------------------------------------------------------------------------------ */

/* How items go into a container that is there already: one by one, or some at once. */
typedef struct Batches {
    bool (*save)(Pickler *p, Value item);
    int one, some; /* opcodes */
} Batches;

/* Items of an iterator up to the end of a batch; `first` and `second` are there already. */
static bool save_batch(Pickler *p, const Batches *how, Value iterator, Value first, Value second,
                       bool *more)
{
    TRY(pickle_op(p, PICKLE_MARK) && how->save(p, first));
    Value item = second;
    intptr_t count = 1;
    for (; item; item = iter_next(iterator)) {
        TRY(how->save(p, item));
        if (++count == PICKLE_BATCH)
            break;
    }
    *more = item != 0;
    return !error_pending() && pickle_op(p, how->some);
}

static bool save_batches(Pickler *p, const Batches *how, Value iterator)
{
    for (bool more = true; more;) {
        Value first = iter_next(iterator);
        if (!first)
            break;
        Value second = p->proto ? iter_next(iterator) : 0;
        if (error_pending())
            return false;
        if (second)
            TRY(save_batch(p, how, iterator, first, second, &more));
        else
            TRY(how->save(p, first) && pickle_op(p, how->one));
        more = p->proto ? second && more : true;
    }
    return !error_pending();
}

bool pickle_append_batches(Pickler *p, Value iterator)
{
    static const Batches how = {pickle_save, PICKLE_APPEND, PICKLE_APPENDS};
    return save_batches(p, &how, iterator);
}

/* The items of a list as they are when it is their turn. */
static bool save_list_batches(Pickler *p, Value list)
{
    Value item = list_get(list, 0);
    if (item && list_length(list) == 1)
        return pickle_save(p, item) && pickle_op(p, PICKLE_APPEND);
    for (intptr_t i = 0; item;) {
        TRY(pickle_op(p, PICKLE_MARK));
        for (intptr_t end = i + PICKLE_BATCH; item && i < end; item = list_get(list, ++i))
            TRY(pickle_save(p, item));
        TRY(pickle_op(p, PICKLE_APPENDS));
    }
    return true;
}

static bool save_list_items(Pickler *p, Value list)
{
    if (!list_length(list))
        return true;
    return p->proto ? save_list_batches(p, list) : pickle_append_batches(p, TRY(get_iter(list)));
}

bool pickle_save_list(Pickler *p, Value list)
{
    bool saved =
        pickle_fast_enter(p, list) &&
        (load_relaxed(&p->bin) ? pickle_op(p, PICKLE_EMPTY_LIST) : pickle_write(p, "(l", 2)) &&
        pickle_put(p, list) && save_list_items(p, list);
    return pickle_fast_leave(p, list, saved);
}

/* ---- Dicts ------------------------------------------------------------------------------ */

static bool save_pair(Pickler *p, Value pair)
{
    if (!is_tuple(pair) || tuple_length(pair) != 2)
        return raise(TypeError, "dict items iterator must return 2-tuples");
    return pickle_save(p, tuple_get(pair, 0)) && pickle_save(p, tuple_get(pair, 1));
}

bool pickle_set_batches(Pickler *p, Value iterator)
{
    static const Batches how = {save_pair, PICKLE_SETITEM, PICKLE_SETITEMS};
    return save_batches(p, &how, iterator);
}

static bool check_dict_size(Value dict, intptr_t size)
{
    return dict_length(dict) == size ||
           raise(RuntimeError, "dictionary changed size during iteration");
}

static bool save_dict_batches(Pickler *p, Value dict)
{
    intptr_t size = dict_length(dict), position = 0, count = 0;
    Value key, value;
    if (size == 1 && dict_next(dict, &position, &key, &value))
        return pickle_save(p, key) && pickle_save(p, value) && pickle_op(p, PICKLE_SETITEM);
    do {
        TRY(pickle_op(p, PICKLE_MARK));
        for (count = 0; count < PICKLE_BATCH && dict_next(dict, &position, &key, &value); count++)
            TRY(pickle_save(p, key) && pickle_save(p, value));
        TRY(pickle_op(p, PICKLE_SETITEMS) && check_dict_size(dict, size));
    } while (count == PICKLE_BATCH);
    return true;
}

static bool save_dict_items(Pickler *p, Value dict)
{
    if (!dict_length(dict))
        return true;
    if (p->proto)
        return save_dict_batches(p, dict);
    Value items = TRY(call_method0(dict, names.items));
    return pickle_set_batches(p, TRY(get_iter(items)));
}

bool pickle_save_dict(Pickler *p, Value dict)
{
    bool saved =
        pickle_fast_enter(p, dict) &&
        (load_relaxed(&p->bin) ? pickle_op(p, PICKLE_EMPTY_DICT) : pickle_write(p, "(d", 2)) &&
        pickle_put(p, dict) && save_dict_items(p, dict);
    return pickle_fast_leave(p, dict, saved);
}

/* ---- Sets ------------------------------------------------------------------------------- */

/* As type([...]), which old protocols make do with. */
static bool save_set_as_call(Pickler *p, Value set, Value type)
{
    Value args = TRY(tuple_of(TRY(list_from_iterable(set))));
    return pickle_save_reduced(p, TRY(tuple_of(type, args)), set);
}

bool pickle_save_set(Pickler *p, Value set)
{
    if (p->proto < 4)
        return save_set_as_call(p, set, (Value)&set_type);
    TRY(pickle_op(p, PICKLE_EMPTY_SET) && pickle_put(p, set));
    intptr_t size = set_length(set), position = 0, count = 0;
    Value item;
    if (!size)
        return true;
    do {
        TRY(pickle_op(p, PICKLE_MARK));
        for (count = 0; count < PICKLE_BATCH && set_next(set, &position, &item); count++)
            TRY(pickle_save(p, item));
        TRY(pickle_op(p, PICKLE_ADDITEMS));
        if (set_length(set) != size)
            return raise(RuntimeError, "set changed size during iteration");
    } while (count == PICKLE_BATCH);
    return true;
}

bool pickle_save_frozenset(Pickler *p, Value set)
{
    if (p->proto < 4)
        return save_set_as_call(p, set, (Value)&frozenset_type);
    intptr_t position = 0;
    Value item;
    TRY(pickle_op(p, PICKLE_MARK));
    while (set_next(set, &position, &item))
        TRY(pickle_save(p, item));
    /* It is part of itself: what is on the stack goes, and it comes from the memo. */
    intptr_t number = pickle_memo_find(p, set);
    if (number >= 0)
        return pickle_op(p, PICKLE_POP_MARK) && pickle_get(p, number);
    return pickle_op(p, PICKLE_FROZENSET) && pickle_put(p, set);
}
