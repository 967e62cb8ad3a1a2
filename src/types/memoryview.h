/* memoryview: a typed, possibly multi-dimensional view on the memory of another object. */
#ifndef WEFT_TYPES_MEMORYVIEW_H
#define WEFT_TYPES_MEMORYVIEW_H

#include "core/abstract.h"

enum { MEMORYVIEW_MAX_DIMENSIONS = 64 };

typedef struct MemoryView {
    Object ob;
    Value managed; /* the ManagedBuffer that it looks at; immutable */
    bool released; /* atomic; set under the managed buffer's lock */
    bool readonly; /* immutable, as are all that follow but exports and hash */
    int ndim;
    char *data;
    intptr_t size; /* bytes: items times item_size */
    intptr_t item_size;
    const char *format; /* struct syntax; inside of `format_owner`, or a literal */
    Value format_owner;
    intptr_t exports; /* atomic: buffers of this view in use */
    ResultPlace born; /* immutable once Python code has the view */
    int64_t hash;     /* atomic: 0 until computed */
    intptr_t dims[];  /* shape[ndim], strides[ndim] */
} MemoryView;

ALWAYS_INLINE bool is_memoryview(Value v)
{
    return has_layout(v, LAYOUT_MEMORYVIEW);
}
ALWAYS_INLINE intptr_t *memoryview_shape(MemoryView *view)
{
    return view->dims;
}
ALWAYS_INLINE intptr_t *memoryview_strides(MemoryView *view)
{
    return view->dims + view->ndim;
}

/* Releases `v` if it is a view that nobody will see any more, as it is a temporary operand of the
 * instruction that called `called` (a type or a MethodDef) just now. */
void memoryview_used(Value v, const void *called);

/* One item in native struct syntax; 0 with NotImplementedError for other formats. */
Value memory_unpack(const char *data, const char *format);
/* The same to the other way; TypeError or ValueError "memoryview: invalid type for format 'B'". */
bool memory_pack(char *data, const char *format, Value item) MUST_USE;
/* Size of a native single-character format, an @ before it allowed; 0 if it is none. */
intptr_t memory_format_size(const char *format);
/* The letter of such a format, else 0. */
char memory_format_letter(const char *format);

/* A strided array of items: what a Buffer or a MemoryView describes. */
typedef struct Strided {
    char *data;
    int ndim;
    intptr_t item_size;
    const intptr_t *shape, *strides;
    const char *format;
} Strided;

/* Visits all items in C order (the last dimension fastest), F order the other way. */
void strided_copy_out(const Strided *from, char *to, bool fortran);
/* Copies items between arrays of the same shape and item size, which may overlap. */
bool strided_copy(const Strided *from, const Strided *to) MUST_USE;
bool strided_is_contiguous(const Strided *s, bool fortran);
Value strided_to_list(const Strided *s);
/* Same shape and equal items: 1, 0, or -1 with an exception. */
int strided_equal(const Strided *a, const Strided *b);
/* shape and strides of a buffer where it leaves them out go to `dims` (two per dimension). */
Strided strided_from_buffer(const Buffer *buffer, intptr_t *dims);

void memoryview_start(void);

#endif
