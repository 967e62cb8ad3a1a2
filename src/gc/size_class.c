#include "gc/size_class.h"

#include "gc/block.h"

uint16_t gc_class_bytes[GC_CLASS_MAX];
uint8_t gc_class_of_words[GC_SMALL_MAX / 8 + 1];
unsigned gc_class_count;

/* The class above `bytes`: at most a seventh larger, then down to what fills a block; at least
 * so much larger that a block holds one cell less. */
static size_t next_class(size_t bytes)
{
    size_t cells = (BLOCK_BYTES - 1) / (bytes + bytes / 7) + 1;
    size_t next = BLOCK_BYTES / cells & ~(size_t)7;
    return next > bytes ? next : BLOCK_BYTES / (BLOCK_BYTES / bytes - 1) & ~(size_t)7;
}

void size_classes_start(void)
{
    unsigned count = 0;
    for (; count < GC_LEAF_CLASSES; count++)
        gc_class_bytes[count] = (uint16_t)(GC_CELL_MIN + count * 8);
    size_t bytes = GC_CELL_MIN;
    while (bytes <= GC_SMALL_MAX) {
        CHECK(count < GC_CLASS_MAX);
        gc_class_bytes[count++] = (uint16_t)bytes;
        bytes = bytes < GC_FINE_MAX ? bytes + 8 : next_class(bytes);
    }
    gc_class_count = count;
    unsigned class = GC_LEAF_CLASSES;
    for (size_t words = GC_FINE_MAX / 8 + 1; words <= GC_SMALL_MAX / 8; words++) {
        while (gc_class_bytes[class] < words * 8)
            class ++;
        gc_class_of_words[words] = (uint8_t) class;
    }
}
