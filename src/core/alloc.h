/* Allocation for the core: the collector's, with MemoryError raised on failure. */
#ifndef WEFT_CORE_ALLOC_H
#define WEFT_CORE_ALLOC_H

#include "gc/heap.h"

/* An object with the given root shape; zeroed after the header. 0 with MemoryError. */
void *alloc_object(uint32_t shape, size_t bytes) MUST_USE;
void *alloc_leaf(uint32_t shape, size_t bytes) MUST_USE; /* not zeroed, never traced */

/* An array of Values in the heap: the storage of lists, attribute overflow, and so on. */
typedef struct Array {
    Object ob;
    intptr_t capacity; /* atomic: only grows, by whoever holds the lock of what the array is for */
    Value items[];     /* atomic if SHARED; 0 where there is none */
} Array;
Array *array_new(intptr_t capacity) MUST_USE; /* MemoryError also for absurd sizes */

/* Bytes in the heap without references in them. */
typedef struct Raw {
    Object ob;
    intptr_t size; /* immutable after init */
    char data[];
} Raw;
Raw *raw_new(intptr_t size) MUST_USE;

#endif
