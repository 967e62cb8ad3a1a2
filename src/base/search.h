/* Searching in arrays of characters of 1, 2 or 4 bytes: text of str and bytes alike. */
#ifndef WEFT_BASE_SEARCH_H
#define WEFT_BASE_SEARCH_H

#include "base/common.h"

/* Index of the first or last `c` in data[0..length), or -1. */
intptr_t search_char(const void *data, intptr_t length, unsigned width, uint32_t c);
intptr_t search_char_last(const void *data, intptr_t length, unsigned width, uint32_t c);

/* Index of the first or last occurrence of part (of the same width), or -1. An empty part is
 * found at 0, or at `length` from the right. search_first takes time linear in length +
 * part_length in the worst case: memmem for bytes, two-way search (Crochemore, Perrin,
 * "Two-way string-matching", 1991) for wider characters. */
intptr_t search_first(const void *data, intptr_t length, const void *part, intptr_t part_length,
                      unsigned width);
intptr_t search_last(const void *data, intptr_t length, const void *part, intptr_t part_length,
                     unsigned width);

/* Number of occurrences that do not overlap, at most `limit` (negative: no limit). An empty
 * part occurs length + 1 times. */
intptr_t search_count(const void *data, intptr_t length, const void *part, intptr_t part_length,
                      unsigned width, intptr_t limit);

#endif
