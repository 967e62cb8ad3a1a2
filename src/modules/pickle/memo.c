/* The pickler's memo: an open-addressed table of objects by address with double hashing (Knuth,
 * TAOCP 6.4), at most half full. Objects stay where they are, and those in the table stay alive. */
#include "modules/pickle/pickle.h"

#include <stdio.h>

#include "types/dict.h"
#include "types/int.h"
#include "types/tuple.h"

#define FIRST_SLOTS 16

/* A slot is two items of the array: the object, 0 if there is none, and its number. */
ALWAYS_INLINE intptr_t slot_count(const Array *table)
{
    return table->capacity / 2;
}

/* Where the object is, or else would be. Neighbours in memory, which are often pickled one after
 * the other, begin at neighbouring slots; on collision each goes its own way. */
ALWAYS_INLINE Value *find_slot(Array *table, Value object)
{
    uint64_t address = value_bits(object), mask = (uint64_t)slot_count(table) - 1;
    uint64_t step = address * UINT64_C(0x9E3779B97F4A7C15) >> 32 | 1;
    for (uint64_t i = address >> 4 & mask;; i = (i + step) & mask) {
        Value *slot = &table->items[2 * i];
        if (*slot == object || !*slot)
            return slot;
    }
}

intptr_t pickle_memo_find(const Pickler *p, Value object)
{
    if (!p->memo)
        return -1;
    Value *slot = find_slot(p->memo, object);
    return *slot ? int_value(slot[1]) : -1;
}

/* Another table, with all that is in the old one. */
static bool resize(Pickler *p, intptr_t slots)
{
    Array *old = p->memo, *table = TRY(array_new(2 * slots));
    for (intptr_t i = 0; old && i < slot_count(old); i++)
        if (old->items[2 * i]) {
            Value *slot = find_slot(table, old->items[2 * i]);
            slot[0] = old->items[2 * i]; /* NO_BARRIER: fresh, nothing allocated since */
            slot[1] = old->items[2 * i + 1];
        }
    gc_store(p, &p->memo, table);
    return true;
}

bool pickle_memo_add(Pickler *p, Value object, intptr_t number)
{
    if (!p->memo)
        TRY(resize(p, FIRST_SLOTS));
    else if (unlikely(2 * p->memo_used >= slot_count(p->memo)))
        TRY(resize(p, slot_count(p->memo) * (p->memo_used > 50000 ? 2 : 4)));
    Value *slot = find_slot(p->memo, object);
    p->memo_used += !slot[0];
    if (number >= p->memo_count)
        p->memo_count = number + 1;
    gc_store(p->memo, &slot[0], object);
    slot[1] = int_small(number); /* NO_BARRIER: a tagged int */
    return true;
}

void pickle_memo_clear(Pickler *p)
{
    p->memo = 0; /* NO_BARRIER: 0 */
    p->memo_count = p->memo_used = 0;
}

/* ---- for the attribute `memo` */

Value pickle_memo_as_dict(Pickler *p)
{
    Value dict = TRY(dict_new());
    for (intptr_t i = 0; p->memo && i < slot_count(p->memo); i++) {
        Value object = p->memo->items[2 * i];
        if (!object)
            continue;
        Value pair = TRY(tuple_of(p->memo->items[2 * i + 1], object));
        TRY(dict_set(dict, TRY(object_id(object)), pair));
    }
    return dict;
}

static bool add_pair(Pickler *p, Value pair)
{
    intptr_t number;
    if (!is_tuple(pair) || tuple_length(pair) != 2)
        return raise(TypeError, "'memo' values must be 2-item tuples");
    if (!is_int_any(tuple_get(pair, 0)))
        return raise(TypeError, "an integer is required");
    TRY(index_as_int64(tuple_get(pair, 0), &number));
    if (!int_fits(number))
        return raise(OverflowError, "memo id out of range");
    return pickle_memo_add(p, tuple_get(pair, 1), number);
}

bool pickle_memo_set(Pickler *p, Value dict)
{
    Array *old = p->memo;
    intptr_t old_count = p->memo_count, old_used = p->memo_used, position = 0;
    Value key, pair;
    pickle_memo_clear(p);
    while (dict_next(dict, &position, &key, &pair))
        if (!add_pair(p, pair)) {
            gc_store(p, &p->memo, old);
            p->memo_count = old_count;
            p->memo_used = old_used;
            return false;
        }
    return true;
}

/* ---- instructions */

bool pickle_get(Pickler *p, intptr_t number)
{
    char *out = TRY(pickle_room(p, 32));
    if (!load_relaxed(&p->bin)) {
        pickle_advance(p, snprintf(out, 32, "%c%zd\n", PICKLE_GET, number));
    } else if (number < 256) {
        out[0] = PICKLE_BINGET;
        out[1] = (char)number;
        pickle_advance(p, 2);
    } else if (number <= UINT32_MAX) {
        out[0] = PICKLE_LONG_BINGET;
        pickle_put_u32(out + 1, (uint32_t)number);
        pickle_advance(p, 5);
    } else {
        return raise(PicklingError, "memo id too large for LONG_BINGET");
    }
    return true;
}

/* Writes the instruction that gives what is on the stack the number. */
static bool write_put(Pickler *p, intptr_t number)
{
    if (likely(p->proto >= 4))
        return pickle_op(p, PICKLE_MEMOIZE);
    char *out = TRY(pickle_room(p, 32));
    if (!load_relaxed(&p->bin)) {
        pickle_advance(p, snprintf(out, 32, "%c%zd\n", PICKLE_PUT, number));
    } else if (number < 256) {
        out[0] = PICKLE_BINPUT;
        out[1] = (char)number;
        pickle_advance(p, 2);
    } else if (number <= UINT32_MAX) {
        out[0] = PICKLE_LONG_BINPUT;
        pickle_put_u32(out + 1, (uint32_t)number);
        pickle_advance(p, 5);
    } else {
        return raise(PicklingError, "memo id too large for LONG_BINPUT");
    }
    return true;
}

bool pickle_put(Pickler *p, Value object)
{
    if (load_relaxed(&p->fast))
        return true;
    intptr_t number = p->memo_count;
    return pickle_memo_add(p, object, number) && write_put(p, number);
}

bool pickle_put_unseen(Pickler *p)
{
    return load_relaxed(&p->fast) || write_put(p, p->memo_count++);
}
