/* Cells: variables that closures share. */
#ifndef WEFT_TYPES_CELL_H
#define WEFT_TYPES_CELL_H

#include "core/abstract.h"

typedef struct Cell {
    Object ob;
    Value value; /* atomic: 0 while unbound; stored with cell_store */
} Cell;
extern Type cell_type;

Value cell_new(Value value) MUST_USE; /* 0: empty */

void cell_store_slow(Cell *cell, Value value);

/* Unbinds the variable. False if it is unbound: of several threads one finds it bound. */
ALWAYS_INLINE bool cell_unbind(Cell *cell)
{
    return exchange_seq_cst(&cell->value, 0) != 0;
}

/* Binds the variable; 0 unbinds it. */
ALWAYS_INLINE void cell_store(Cell *cell, Value value)
{
    if (unlikely(load_relaxed(&cell->ob.flags) & (FLAG_SHARED | FLAG_OLD)))
        cell_store_slow(cell, value);
    else
        store_release(&cell->value, value); /* NO_BARRIER: local and young */
}

void cell_start(void);

#endif
