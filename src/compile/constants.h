/* The constants of a code object: equal ones of the same type are stored once. 1, 1.0 and True
 * differ, as do 0.0 and -0.0, also inside tuples. */
#ifndef WEFT_COMPILE_CONSTANTS_H
#define WEFT_COMPILE_CONSTANTS_H

#include "core/alloc.h"
#include "syntax/ast.h"

/* Lives on the C stack, which keeps `values` alive. */
typedef struct ConstTable {
    Array *values;
    uint32_t count;
    uint32_t *slots; /* hash table: index + 1; malloc'ed */
    uint32_t capacity;
} ConstTable;

/* The index of `value`, added if it is new; -1 with MemoryError. */
int64_t const_table_add(ConstTable *table, Value value);
Value const_table_tuple(ConstTable *table) MUST_USE;
void const_table_free(ConstTable *table);

/* The object that a constant of the source means. */
Value const_value_object(const ConstValue *constant) MUST_USE;
/* Same type and same value, as the table takes it. */
bool const_same(Value a, Value b);
/* Two tuples that are equal by ==: are their items the same constants, code objects aside? */
bool const_same_items(Value a, Value b);

#endif
