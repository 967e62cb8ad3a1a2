/* Cells: variables that closures share. */
#ifndef WEFT_TYPES_CELL_H
#define WEFT_TYPES_CELL_H

#include "core/abstract.h"

typedef struct Cell {
    Object ob;
    Value value; /* atomic: 0 while unbound; stored with gc_store */
} Cell;
extern Type cell_type;

Value cell_new(Value value) MUST_USE; /* 0: empty */

void cell_start(void);

#endif
