/* array.array: the struct, and what its files share. */
#ifndef WEFT_MODULES_ARRAY_INNER_H
#define WEFT_MODULES_ARRAY_INNER_H

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "gc/heap.h"

typedef struct ArrayCode {
    char code;
    int size;
    const char *format; /* as a buffer's format */
    bool is_signed, is_text, is_float;
    int machine_format; /* of _array_reconstructor, little-endian */
} ArrayCode;

/* Changed under lock if SHARED, and copied under it. Those who read single items load `storage`,
 * then `length`, and look inside the storage's own size. `exports` counts buffers in use: no
 * resizing meanwhile. */
typedef struct TypedArray {
    Object ob;
    Value storage;         /* Raw; atomic */
    intptr_t length;       /* items; atomic */
    intptr_t exports;      /* atomic; goes up under lock */
    const ArrayCode *code; /* immutable after init */
} TypedArray;
extern Type array_type;
#define as_array(v) ((TypedArray *)(v))

/* array_items.c */
const ArrayCode *array_code(uint32_t code);
extern const ArrayCode array_codes[];
enum { ARRAY_CODE_COUNT = 14 };
/* An item's bytes, in the low end of *bits; may run Python code. */
bool array_item_bits(const ArrayCode *code, Value v, uint64_t *bits) MUST_USE;
Value array_item_value(const ArrayCode *code, const char *data) MUST_USE;
/* The bits of an item as a whole, though other threads read or write it at the same time. */
uint64_t array_item_load(const ArrayCode *code, const char *at);
void array_item_store(const ArrayCode *code, char *at, uint64_t bits);
/* As memmove, item by item. */
void array_items_move(const ArrayCode *code, char *to, const char *from, intptr_t count);

/* array.c */
ALWAYS_INLINE char *array_data(const TypedArray *a)
{
    return ((Raw *)load_acquire(&a->storage))->data;
}
Value typed_array_new(Type *type, const ArrayCode *code, intptr_t length) MUST_USE; /* items zero */
/* Replaces items [start, start + removed) by `added` items at data (0: zeros). BufferError. */
bool array_splice_locked(TypedArray *a, intptr_t start, intptr_t removed, const char *data,
                         intptr_t added) MUST_USE;
bool array_append(TypedArray *a, Value item) MUST_USE;
bool array_extend(TypedArray *a, Value iterable) MUST_USE;
/* The items as they are at one moment, *count of them. */
Raw *array_snapshot(TypedArray *a, intptr_t *count) MUST_USE;
/* The item at i; 0 without an exception if there is none. */
Value array_get(const TypedArray *a, intptr_t i);
int array_item_equal(Value a, Value b); /* 1, 0, -1 */
bool array_append_text(TypedArray *a, Value text) MUST_USE;
bool array_append_bytes(TypedArray *a, const char *data, intptr_t size) MUST_USE;
/* array_methods.c */
extern MethodDef *const array_methods[];
Value array_to_list(TypedArray *a) MUST_USE;
Value array_to_str(TypedArray *a) MUST_USE; /* of code points only */
extern MethodDef array_reconstructor_def;

#endif
