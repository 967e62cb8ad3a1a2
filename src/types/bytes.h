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
    Value storage;  /* Raw */
    intptr_t start; /* offset of the first byte in storage */
    intptr_t length;
    intptr_t exports; /* buffers in use: no resizing meanwhile (BufferError) */
} ByteArray;
extern int bytes_warning_level; /* sys.flags.bytes_warning: 1 warns, 2 raises; set at the start */
extern Type bytes_type, bytearray_type, memoryview_type;

ALWAYS_INLINE bool is_bytes(Value v)
{
    return has_layout(v, LAYOUT_BYTES);
}
ALWAYS_INLINE bool is_bytearray(Value v)
{
    return has_layout(v, LAYOUT_BYTEARRAY);
}
Value bytes_new(intptr_t length); /* to be filled by the caller; of length 0 the preallocated one */
Value bytes_empty(void);
Value bytes_from_char(unsigned char c);
Value bytes_from(const char *data, size_t size);
Value bytes_from_seen(const char *data, size_t size); /* of what others may write meanwhile */
Value bytes_from_object(Value o);                     /* bytes(o) of a buffer or iterable of ints */
Value bytes_shrink(Value bytes, intptr_t length);     /* of a fresh bytes: a copy or itself */
/* The same of one whose memory nobody else has seen: what is not needed of it is free at once, and
 * the caller forgets `bytes`. */
Value bytes_shrink_unseen(Value bytes, intptr_t length);
Value bytearray_from(const char *data, size_t size);
Value bytearray_new(intptr_t length); /* zeros */
/* Its bytes at this moment: the memory stays as long as `data` is on the stack. */
typedef struct ByteView {
    char *data;
    intptr_t length;
} ByteView;
ByteView bytearray_view(Value bytearray);
/* Replaces bytes [start, end) by data, which may lie within; BufferError if it must be resized
 * while exported. bytearray_append is the same at the end. */
bool bytearray_splice(Value bytearray, intptr_t start, intptr_t end, const char *data,
                      intptr_t size) MUST_USE;
bool bytearray_append(Value bytearray, const char *data, intptr_t size) MUST_USE;
/* An int in range(256); else ValueError "byte must be in range(0, 256)" or TypeError. */
bool byte_value(Value v, int *out) MUST_USE;
Value memoryview_from(Value o);
/* A view that gives back a buffer that the caller got. */
Value memoryview_from_buffer(const Buffer *buffer);
Value memoryview_from_memory(char *data, intptr_t size, bool readonly, Value keep);
/* A view by the slots of one type, not those of the object's own. */
Value memoryview_from_slots(Value o, GetBufferFn get, ReleaseBufferFn release, int flags);
/* A view on a buffer that is being given back, for a Python __release_buffer__: its release calls
 * `release`, the one of the builtin base, and no more views can be made of it. */
Value memoryview_for_release(Value owner, const Buffer *buffer, ReleaseBufferFn release);

/* Bytes built piece by piece. On failure an exception is pending and all later calls fail
 * until finish, which then returns 0. bytes_builder_room gives space for `size` more bytes to
 * be written before bytes_builder_advance; 0 on failure. */
typedef struct BytesBuilder {
    Value bytes; /* unfinished bytes of `capacity`, or 0 */
    intptr_t length, capacity;
    bool failed;
} BytesBuilder;
char *bytes_builder_room(BytesBuilder *b, intptr_t size);
bool bytes_builder_reserve(BytesBuilder *b,
                           intptr_t size) MUST_USE; /* of one that is empty: exact */
void bytes_builder_add(BytesBuilder *b, const void *data, intptr_t size);
Value bytes_builder_finish(BytesBuilder *b);
ALWAYS_INLINE void bytes_builder_advance(BytesBuilder *b, intptr_t size)
{
    b->length += size;
}
ALWAYS_INLINE void bytes_builder_add_char(BytesBuilder *b, char c)
{
    if (likely(b->length < b->capacity))
        ((Bytes *)b->bytes)->data[b->length++] = c;
    else
        bytes_builder_add(b, &c, 1);
}

void bytes_start(void);
void bytearray_start(void);

#endif
