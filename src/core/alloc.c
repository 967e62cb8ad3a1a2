#include "core/alloc.h"

#include "core/error.h"
#include "gc/heap_inline.h"

/* The largest object that is worth asking for: sizes beyond it are absurd, and sums and products
 * of sizes below it do not overflow. */
#define ABSURD_SIZE ((intptr_t)1 << 46)

void *alloc_object(uint32_t shape, size_t bytes)
{
    ASSERT(shape);
    void *object = bytes < ABSURD_SIZE ? gc_alloc_fast(gc_self, shape, bytes) : 0;
    if (unlikely(!object))
        raise_no_memory();
    return object;
}

void *alloc_leaf(uint32_t shape, size_t bytes)
{
    void *object = bytes < ABSURD_SIZE ? gc_alloc_leaf_fast(gc_self, shape, bytes) : 0;
    if (unlikely(!object))
        raise_no_memory();
    return object;
}

Array *array_new(intptr_t capacity)
{
    if (unlikely(capacity < 0 || capacity > ABSURD_SIZE / (intptr_t)sizeof(Value)))
        return (Array *)raise_no_memory();
    Array *array = alloc_object(SHAPE_ARRAY, sizeof(Array) + (size_t)capacity * sizeof(Value));
    if (likely(array))
        array->capacity = capacity;
    return array;
}

Raw *raw_new(intptr_t size)
{
    if (unlikely(size < 0 || size > ABSURD_SIZE))
        return (Raw *)raise_no_memory();
    Raw *raw = alloc_leaf(SHAPE_RAW, sizeof(Raw) + (size_t)size);
    if (likely(raw))
        raw->size = size;
    return raw;
}
