/* Large objects: each has a span of whole blocks, of which only the pages that it needs hold
 * memory. Interior pointers find the object through the span's first block. */
#ifndef WEFT_GC_LARGE_H
#define WEFT_GC_LARGE_H

#include "gc/block.h"

/* Memory for an object above GC_SMALL_MAX, with header 0; 0 if there is none. May collect first.
 * Of a leaf, which refers to no object, what follows the header is anything. */
void *large_alloc(GcThread *self, size_t bytes, bool leaf);
/* The object of this block has died. World stopped. */
void large_free(Block *block);
/* The object of this block survives the sweep: whether it stays young. Counts that. */
bool large_ages(Block *block);
/* What a list, dict or set keeps its items in: while it stays young it keeps FLAG_OLD, which says
 * that it has not been stored into since it was traced, and need not be traced again. */
bool large_is_buffer(const Object *object);

#endif
