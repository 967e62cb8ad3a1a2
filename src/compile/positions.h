/* The table that maps words of a code object to source positions.
 *
 * A byte string: a header of varints, then one record for each run of instructions that share a
 * position. Every CHECKPOINT_WORDS words or so a checkpoint in front of the records says where to
 * start reading, so that finding the position of one instruction takes constant time.
 */
#ifndef WEFT_COMPILE_POSITIONS_H
#define WEFT_COMPILE_POSITIONS_H

#include "compile/code.h"
#include "base/vec.h"

typedef VEC(uint8_t) ByteVec;

typedef struct PositionWriter {
    ByteVec records;
    VEC(uint32_t) checkpoints; /* pairs: word, offset of the record */
    Position last;             /* of the run under construction */
    uint32_t run, word;        /* words of the run; words before it */
    int line;                  /* of the record before */
    bool started, failed;
} PositionWriter;

/* Adds `words` words at this position, in order. */
void positions_add(PositionWriter *w, uint32_t words, Position position);
/* The table, or 0 with MemoryError. Frees the writer's memory in either case. */
Raw *positions_finish(PositionWriter *w);

/* Reads runs in order:   PositionReader r = positions_read(table); while (positions_next(&r)) ...
 */
typedef struct PositionReader {
    const uint8_t *at, *end;
    const uint8_t *checkpoint; /* the record of the next one, or NULL */
    const uint8_t *head;       /* where the table tells of the one after it */
    uint32_t checkpoints;      /* so many are left there */
    int line;                  /* of the record before; 0 at a checkpoint */
    uint32_t start, stop;      /* words of the current run */
    Position position;
} PositionReader;
/* Tables are read as if they held lines only: -X no_debug_ranges. Set once, at the start. */
extern bool positions_without_columns;
PositionReader positions_read(const Raw *table);
bool positions_next(PositionReader *r);
/* The position of word `index`; all -1 if it is beyond the table. */
Position positions_find(const Raw *table, uint32_t index);

#endif
