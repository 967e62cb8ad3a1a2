/* list: a header and an items array. Readers take no lock: they load `items` (acquire), then
 * `length`, and look inside the array's own capacity; 0 in a slot means it went meanwhile. */
#ifndef WEFT_TYPES_LIST_H
#define WEFT_TYPES_LIST_H

#include "core/abstract.h"
#include "core/alloc.h"

typedef struct List {
    Object ob;
    Array *items;     /* atomic; never 0; changed under lock if SHARED */
    intptr_t length;  /* atomic; changed under lock if SHARED */
} List;
extern Type list_type;

ALWAYS_INLINE bool is_list(Value v)
{
    return has_layout(v, LAYOUT_LIST);
}
Value list_new(intptr_t capacity);                 /* empty */
Value list_from_values(const Value *values, intptr_t count);
Value list_from_iterable(Value iterable);          /* always a new exact list */
bool list_append(Value list, Value item) MUST_USE;
bool list_extend(Value list, Value iterable) MUST_USE;
bool list_insert(Value list, intptr_t index, Value item) MUST_USE;
intptr_t list_length(Value list);
Value list_get(Value list, intptr_t i);            /* 0 if out of range, without an exception */
bool list_set(Value list, intptr_t i, Value item) MUST_USE;
bool list_delete_slice(Value list, intptr_t start, intptr_t end) MUST_USE;
Value list_slice(Value list, intptr_t start, intptr_t end);
bool list_sort(Value list) MUST_USE;
bool list_reverse(Value list) MUST_USE;
Value list_as_tuple(Value list);

void list_start(void);

#endif
