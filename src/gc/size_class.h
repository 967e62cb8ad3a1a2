/* Size classes: 16, 24, ... 128 in steps of 8 bytes, then sizes that divide a
 * block well, with steps of an eighth (12.5 % waste at worst) up to 4 KB, wider ones above, where a
 * block holds few cells. Objects above GC_SMALL_MAX are large: they have spans of blocks.
 *
 * The first sizes, up to GC_FINE_MAX, are there twice: leaves, which refer to nothing, have classes
 * of their own, so that marking one touches its mark bit and nothing of itself. */
#ifndef WEFT_GC_SIZE_CLASS_H
#define WEFT_GC_SIZE_CLASS_H

#include "base/common.h"

#define GC_CELL_MIN     16u
#define GC_FINE_MAX     128u
#define GC_FINE_CLASSES (GC_FINE_MAX / 8 - 1)
#define GC_SMALL_MAX    16384u
#define GC_LEAF_CLASSES GC_FINE_CLASSES /* the first of all classes */
#define GC_CLASS_MAX    72

/* Immutable after gc_start. */
extern uint16_t gc_class_bytes[GC_CLASS_MAX];
/* By size in words, rounded up; above GC_FINE_MAX only. */
extern uint8_t gc_class_of_words[GC_SMALL_MAX / 8 + 1];
extern unsigned gc_class_count;

void size_classes_start(void);

/* All fold to constants when `bytes` (at most GC_SMALL_MAX) and `leaf` are small constants. */
ALWAYS_INLINE unsigned gc_size_class(size_t bytes, bool leaf)
{
    unsigned first = leaf ? 0 : GC_LEAF_CLASSES;
    if (bytes <= GC_FINE_MAX)
        return first + (bytes <= GC_CELL_MIN ? 0 : (unsigned)((bytes + 7) / 8 - 2));
    return gc_class_of_words[(bytes + 7) / 8];
}

ALWAYS_INLINE size_t gc_class_size(size_t bytes)
{
    if (bytes <= GC_FINE_MAX)
        return bytes <= GC_CELL_MIN ? GC_CELL_MIN : (bytes + 7) & ~(size_t)7;
    return gc_class_bytes[gc_class_of_words[(bytes + 7) / 8]];
}

#endif
