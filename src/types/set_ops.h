/* What the types of set_type.c need of set.c beyond set.h. */
#ifndef WEFT_TYPES_SET_OPS_H
#define WEFT_TYPES_SET_OPS_H

#include "types/set.h"

Value set_alloc(Type *type) MUST_USE; /* empty */
Value set_make_from(Type *type, Value iterable) MUST_USE;
Type *set_base_type(Value set); /* set or frozenset */
bool set_table_next(SetTable *table, intptr_t *position, SetEntry *out);

int set_contains_hash(Value set, Value item, int64_t hash);
bool set_add_hash(Value set, Value item, int64_t hash) MUST_USE;
int set_discard_hash(Value set, Value item, int64_t hash);
Value set_pop(Value set) MUST_USE; /* KeyError */
bool set_intersection_update(Value set, Value iterable) MUST_USE;
Value set_difference(Value set, Value other) MUST_USE;
Value set_symmetric_difference(Value set, Value other) MUST_USE;
Value set_union(Value set, Value iterable) MUST_USE;

/* How long a set has to be, compared with another. */
typedef enum SizeTest { SIZE_ANY, SIZE_EQUAL, SIZE_LESS, SIZE_AT_MOST } SizeTest;
/* A subset, and of that size: 1, 0, -1. */
int set_is_subset(Value set, Value other, SizeTest size);
int set_is_disjoint(Value set, Value other); /* 1, 0, -1 */

#endif
