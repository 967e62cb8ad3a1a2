/* Items of memory views: conversion by format, and walks over strided arrays. */
#include "types/memoryview.h"

#include "base/copy.h"
#include "base/half.h"
#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- Formats ---------------------------------------------------------------------------- */

char memory_format_letter(const char *format)
{
    if (*format == '@')
        format++;
    return format[0] && !format[1] && strchr("cbB?hHiIlLqQnNefdP", format[0]) ? format[0] : 0;
}

intptr_t memory_format_size(const char *format)
{
    switch (memory_format_letter(format)) {
    case 'c':
    case 'b':
    case 'B':
    case '?':
        return 1;
    case 'h':
    case 'H':
    case 'e':
        return 2;
    case 'i':
    case 'I':
    case 'f':
        return 4;
    case 0:
        return 0;
    default:
        return 8;
    }
}

#define LOAD(T)                                                                                    \
    ({                                                                                             \
        T loaded_;                                                                                 \
        copy_item((char *)&loaded_, data, sizeof loaded_);                                         \
        loaded_;                                                                                   \
    })

Value memory_unpack(const char *data, const char *format)
{
    switch (memory_format_letter(format)) {
    case 'B':
        return int_small(LOAD(uint8_t));
    case 'b':
        return int_small(LOAD(int8_t));
    case 'h':
        return int_small(LOAD(int16_t));
    case 'H':
        return int_small(LOAD(uint16_t));
    case 'i':
        return int_small(LOAD(int32_t));
    case 'I':
        return int_small(LOAD(uint32_t));
    case 'l':
    case 'q':
    case 'n':
        return int_from(LOAD(int64_t));
    case 'L':
    case 'Q':
    case 'N':
    case 'P':
        return int_from_u64(LOAD(uint64_t));
    case 'e':
        return float_from(half_to_double(LOAD(uint16_t)));
    case 'f':
        return float_from(LOAD(float));
    case 'd':
        return float_from(LOAD(double));
    case '?':
        return bool_value(LOAD(uint8_t));
    case 'c':
        return bytes_from_seen(data, 1);
    default:
        return raise(NotImplementedError, "memoryview: format %s not supported", format);
    }
}

static bool invalid_value(const char *format)
{
    return raise(ValueError, "memoryview: invalid value for format '%s'", format);
}

static bool invalid_type(const char *format)
{
    return raise(TypeError, "memoryview: invalid type for format '%s'", format);
}

/* The exception that a conversion left is replaced by one that names the format. */
static bool rename_error(const char *format)
{
    if (error_clear_if(TypeError))
        return invalid_type(format);
    if (error_clear_if(OverflowError) || error_clear_if(ValueError))
        return invalid_value(format);
    return false;
}

static bool pack_int(char *data, const char *format, intptr_t size, bool is_signed, Value item)
{
    Value index = number_index(item);
    if (!index)
        return rename_error(format);
    int64_t i;
    uint64_t u;
    if (is_signed) {
        if (!int_to_i64(index, &i))
            return invalid_value(format);
        int shift = 64 - 8 * (int)size;
        if ((int64_t)((uint64_t)i << shift) >> shift != i)
            return invalid_value(format);
        u = (uint64_t)i;
    } else if (!int_to_u64(index, &u) || (size < 8 && u >> 8 * size))
        return invalid_value(format);
    memcpy(data, &u, (size_t)size); /* little-endian */
    return true;
}

static bool pack_float(char *data, const char *format, char letter, Value item)
{
    double d;
    if (!number_as_double(item, &d))
        return rename_error(format);
    if (letter == 'd')
        memcpy(data, &d, 8);
    else if (letter == 'f') {
        float f = (float)d;
        memcpy(data, &f, 4);
    } else {
        uint16_t half;
        if (!half_from_double(d, &half))
            return invalid_value(format);
        memcpy(data, &half, 2);
    }
    return true;
}

bool memory_pack(char *data, const char *format, Value item)
{
    char letter = memory_format_letter(format);
    switch (letter) {
    case 0:
        return raise(NotImplementedError, "memoryview: format %s not supported", format);
    case 'b':
    case 'h':
    case 'i':
    case 'l':
    case 'q':
    case 'n':
        return pack_int(data, format, memory_format_size(format), true, item);
    case 'e':
    case 'f':
    case 'd':
        return pack_float(data, format, letter, item);
    case '?': {
        int truth = object_truth(item);
        if (truth < 0)
            return false;
        *data = (char)truth;
        return true;
    }
    case 'c':
        if (!is_bytes(item))
            return invalid_type(format);
        if (((Bytes *)item)->length != 1)
            return invalid_value(format);
        *data = ((Bytes *)item)->data[0];
        return true;
    default:
        return pack_int(data, format, memory_format_size(format), false, item);
    }
}

/* ---- Strided arrays --------------------------------------------------------------------- */

Strided strided_from_buffer(const Buffer *buffer, intptr_t *dims)
{
    /* Items of no size are for those who say how many there are. */
    bool is_unsized = !buffer->item_size && buffer->ndim && (buffer->size || !buffer->shape);
    Strided s = {buffer->data, buffer->ndim,        is_unsized ? 1 : buffer->item_size,
                 dims,         dims + buffer->ndim, buffer->format ? buffer->format : "B"};
    if (!buffer->ndim && !buffer->item_size) /* a C structure of no size that was made larger */
        s.item_size = buffer->size;
    intptr_t stride = s.item_size;
    for (int i = s.ndim - 1; i >= 0; i--) {
        dims[i] = buffer->shape ? buffer->shape[i] : buffer->size / s.item_size;
        dims[s.ndim + i] = buffer->strides ? buffer->strides[i] : stride;
        stride *= dims[i];
    }
    return s;
}

bool strided_is_contiguous(const Strided *s, bool fortran)
{
    intptr_t stride = s->item_size;
    for (int i = 0; i < s->ndim; i++)
        if (s->shape[i] == 0)
            return true;
    for (int n = 0; n < s->ndim; n++) {
        int i = fortran ? n : s->ndim - 1 - n;
        if (s->shape[i] > 1 && s->strides[i] != stride)
            return false;
        stride *= s->shape[i];
    }
    return true;
}

static intptr_t item_count(const Strided *s)
{
    intptr_t count = 1;
    for (int i = 0; i < s->ndim; i++)
        count *= s->shape[i];
    return count;
}

/* A position in a strided array that moves item by item. */
typedef struct Cursor {
    char *at;
    intptr_t index[MEMORYVIEW_MAX_DIMENSIONS];
} Cursor;

static void cursor_next(Cursor *cursor, const Strided *s, bool fortran)
{
    for (int n = 0; n < s->ndim; n++) {
        int i = fortran ? n : s->ndim - 1 - n;
        cursor->at += s->strides[i];
        if (++cursor->index[i] < s->shape[i])
            return;
        cursor->at -= s->strides[i] * s->shape[i];
        cursor->index[i] = 0;
    }
}

void strided_copy_out(const Strided *from, char *to, bool fortran)
{
    intptr_t count = item_count(from);
    if (strided_is_contiguous(from, fortran)) {
        LONG_WORK(count * from->item_size)
        {
            copy_seen(to, from->data, (size_t)(count * from->item_size));
        }
        return;
    }
    Cursor cursor = {.at = from->data};
    LONG_WORK(count * 4)
    {
        for (intptr_t i = 0; i < count; i++) {
            copy_item(to, cursor.at, (size_t)from->item_size);
            to += from->item_size;
            cursor_next(&cursor, from, fortran);
        }
    }
}

bool strided_copy(const Strided *from, const Strided *to)
{
    intptr_t count = item_count(from), size = count * from->item_size;
    if (strided_is_contiguous(from, false) && strided_is_contiguous(to, false)) {
        LONG_WORK(size)
        {
            copy_seen(to->data, from->data, (size_t)size);
        }
        return true;
    }
    Raw *copy = TRY_OR(raw_new(size), false);
    strided_copy_out(from, copy->data, false);
    Cursor cursor = {.at = to->data};
    LONG_WORK(count * 4)
    {
        for (intptr_t i = 0; i < count; i++) {
            copy_item(cursor.at, copy->data + i * from->item_size, (size_t)from->item_size);
            cursor_next(&cursor, to, false);
        }
    }
    return true;
}

static Value list_of_dimension(const Strided *s, char *data, int dimension)
{
    if (dimension == s->ndim)
        return memory_unpack(data, s->format);
    Value list = TRY(list_new(s->shape[dimension]));
    for (intptr_t i = 0; i < s->shape[dimension]; i++) {
        Value item = TRY(list_of_dimension(s, data + i * s->strides[dimension], dimension + 1));
        TRY(list_append(list, item));
    }
    return list;
}

Value strided_to_list(const Strided *s)
{
    return list_of_dimension(s, s->data, 0);
}

/* An item in any format that the struct module knows; 0 with an exception for others. */
static Value struct_unpack(const char *data, const Strided *s)
{
    if (memory_format_letter(s->format))
        return memory_unpack(data, s->format);
    Value unpack = TRY(import_attribute("struct", "unpack"));
    Value format = TRY(str_from_cstring(s->format));
    return call2(unpack, format, TRY(bytes_from_seen(data, (size_t)s->item_size)));
}

/* Items of formats that nobody knows are not equal. */
static int items_equal(const char *a, const Strided *x, const char *b, const Strided *y)
{
    Value v = struct_unpack(a, x), w = v ? struct_unpack(b, y) : 0;
    if (!w)
        return error_clear_if(Exception) ? 0 : -1;
    Value result = object_compare(v, w, CMP_EQ); /* nan is not equal to itself */
    return result ? object_truth(result) : -1;
}

static int bytes_equal_seen(const char *a, const char *b, intptr_t size)
{
    a = read_outside(a, size);
    b = read_outside(b, size);
    LONG_WORK(size)
    {
        return !memcmp(a, b, (size_t)size);
    }
    UNREACHABLE();
}

int strided_equal(const Strided *a, const Strided *b)
{
    if (a->ndim != b->ndim)
        return 0;
    for (int i = 0; i < a->ndim; i++) {
        if (a->shape[i] != b->shape[i])
            return 0;
        if (a->shape[i] == 0)
            break;
    }
    char x = memory_format_letter(a->format), y = memory_format_letter(b->format);
    bool bitwise = x && x == y && !strchr("efd?", x);
    intptr_t count = item_count(a);
    if (bitwise && strided_is_contiguous(a, false) && strided_is_contiguous(b, false))
        return bytes_equal_seen(a->data, b->data, count * a->item_size);
    Cursor p = {.at = a->data}, q = {.at = b->data};
    for (intptr_t i = 0; i < count; i++) {
        int equal =
            bitwise ? bytes_equal_seen(p.at, q.at, a->item_size) : items_equal(p.at, a, q.at, b);
        if (equal != 1)
            return equal;
        cursor_next(&p, a, false);
        cursor_next(&q, b, false);
    }
    return 1;
}
