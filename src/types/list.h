/* list: a header and an items array. Readers take no lock: they load `items` (acquire), then
 * `length`, and look inside the array's own capacity; 0 in a slot means it went meanwhile. */
#ifndef WEFT_TYPES_LIST_H
#define WEFT_TYPES_LIST_H

#include "core/abstract.h"
#include "core/alloc.h"

typedef struct List {
    Object ob;
    Array *items;    /* atomic; never 0; changed under lock if SHARED */
    intptr_t length; /* atomic; changed under lock if SHARED */
} List;
/* guarded by lock if SHARED */
typedef struct ListIterator {
    Object ob;
    Value list;     /* 0: exhausted */
    intptr_t index; /* of the next item; of a reverse iterator -1 at the end */
} ListIterator;
extern Type list_type, list_iterator_type, list_reverse_iterator_type;

ALWAYS_INLINE bool is_list(Value v)
{
    return has_layout(v, LAYOUT_LIST);
}
Value list_new(intptr_t capacity); /* empty */
Value list_from_values(const Value *values, intptr_t count);
/* A list that takes `array`, which nobody else knows, for its first `count` items; the other
 * slots are 0. */
Value list_from_array(Array *array, intptr_t count);
Value list_from_iterable(Value iterable); /* always a new exact list */
bool list_append(Value list, Value item) MUST_USE;
bool list_extend(Value list, Value iterable) MUST_USE;
bool list_insert(Value list, intptr_t index, Value item) MUST_USE;
intptr_t list_length(Value list);
Value list_get(Value list, intptr_t i); /* 0 if out of range, without an exception */
bool list_set(Value list, intptr_t i, Value item) MUST_USE;
Value list_pop(Value list, intptr_t index); /* IndexError */
bool list_clear(Value list) MUST_USE;
Value list_copy(Value list);
bool list_delete_slice(Value list, intptr_t start, intptr_t end) MUST_USE;
Value list_slice(Value list, intptr_t start, intptr_t end);
bool list_sort(Value list) MUST_USE;
bool list_reverse(Value list) MUST_USE;
Value list_as_tuple(Value list);
/* What an exact builtin list, dict, set or view of a dict that threads share holds at one moment,
 * as a list; anything else as it is. */
Value list_moment(Value iterable) MUST_USE;
Value list_iterator_new(Value list);
/* A step of an exact list iterator that is local; 0: `next` has to be asked. */
ALWAYS_INLINE Value list_iterator_step(Value iterator)
{
    ListIterator *it = (ListIterator *)iterator;
    if (is_shared(it) || !it->list)
        return 0;
    List *list = (List *)it->list;
    intptr_t i = it->index;
    Array *items = load_acquire(&list->items);
    if (i < 0 || i >= load_acquire(&list->length) || i >= load_relaxed(&items->capacity))
        return 0;
    Value item = load_acquire(&items->items[i]);
    if (likely(item != 0))
        it->index = i + 1;
    return item;
}

/* For the files of list: the caller holds the lock. */
extern Array *const list_empty_array; /* of all empty lists; capacity 0 */
/* Puts values[0..inserted) in the place of `removed` items at `start`. The values may not lie in
 * the list itself. */
bool list_splice_locked(List *self, intptr_t start, intptr_t removed, const Value *values,
                        intptr_t inserted) MUST_USE;
/* A fresh array with the list's items and exactly as many slots. */
Array *list_snapshot(Value list, intptr_t *count) MUST_USE;
/* sort(key=, reverse=); key may be None. list_sort.c */
bool list_sort_by(Value list, Value key, bool reverse) MUST_USE;

void list_start(void);

#endif
