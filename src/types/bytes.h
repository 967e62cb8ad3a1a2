/* bytes, bytearray, memoryview. */
#ifndef WEFT_TYPES_BYTES_H
#define WEFT_TYPES_BYTES_H

#include "core/abstract.h"

typedef struct Bytes {
    Object ob;
    intptr_t length; /* immutable */
    int64_t hash;    /* atomic: 0 until computed */
    char data[];     /* and a NUL */
} Bytes;

/* guarded by lock if SHARED; readers load `storage`, then look inside its bounds */
typedef struct ByteArray {
    Object ob;
    Value storage;     /* Raw */
    intptr_t start;    /* offset of the first byte in storage */
    intptr_t length;
    intptr_t exports;  /* buffers in use: no resizing meanwhile (BufferError) */
} ByteArray;
extern Type bytes_type, bytearray_type, memoryview_type;

ALWAYS_INLINE bool is_bytes(Value v)
{
    return has_layout(v, LAYOUT_BYTES);
}
ALWAYS_INLINE bool is_bytearray(Value v)
{
    return has_layout(v, LAYOUT_BYTEARRAY);
}
Value bytes_new(intptr_t length); /* to be filled by the caller */
Value bytes_from(const char *data, size_t size);
Value bytes_from_object(Value o); /* bytes(o) of a buffer or iterable of ints */
Value bytes_shrink(Value bytes, intptr_t length); /* of a fresh bytes: a copy or itself */
Value bytearray_from(const char *data, size_t size);
Value memoryview_from(Value o);
Value memoryview_from_memory(char *data, intptr_t size, bool readonly, Value keep);

void bytes_start(void);

#endif
