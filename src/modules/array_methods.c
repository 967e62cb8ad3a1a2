/* The methods of array.array. */
#include "core/call.h"
#include "core/iterate.h"
#include "core/names.h"
#include "core/thread.h"
#include "modules/array_inner.h"
#include "types/bytes.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/list.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/tuple.h"

METHOD(array_append_method, "append", "v, /", "Append new value v to the end of the array.")
{
    return array_append(as_array(args[0]), args[1]) ? None : 0;
}

METHOD(array_extend_method, "extend", "%bb, /", "Append items to the end of the array.")
{
    return array_extend(as_array(args[0]), args[1]) ? None : 0;
}

METHOD(array_clear, "clear", "/", "Remove all items from the array.")
{
    TypedArray *a = as_array(args[0]);
    buffer_reclaim(&a->exports);
    WITH_LOCK (a)
        return array_splice_locked(a, 0, a->length, 0, 0) ? None : 0;
    UNREACHABLE();
}

METHOD(array_insert, "insert", "i, v, /", "Insert a new item v into the array before position i.")
{
    TypedArray *a = as_array(args[0]);
    intptr_t i;
    uint64_t bits;
    TRY(index_as_intptr(args[1], &i));
    TRY(array_item_bits(a->code, args[2], &bits));
    buffer_reclaim(&a->exports);
    WITH_LOCK (a) {
        if (i < 0)
            i = i + a->length < 0 ? 0 : i + a->length;
        if (i > a->length)
            i = a->length;
        return array_splice_locked(a, i, 0, (char *)&bits, 1) ? None : 0;
    }
    UNREACHABLE();
}

METHOD(array_pop, "pop", "i=-1, /",
       "Return the i-th element and delete it from the array.\n\ni defaults to -1.")
{
    TypedArray *a = as_array(args[0]);
    intptr_t i = TRY_INDEX(args[1]);
    buffer_reclaim(&a->exports);
    WITH_LOCK (a) {
        if (!a->length)
            return raise(IndexError, "pop from empty array");
        if (!index_resolve(&i, a->length))
            return raise(IndexError, "pop index out of range");
        Value item = TRY(array_get(a, i));
        return array_splice_locked(a, i, 1, 0, 0) ? item : 0;
    }
    UNREACHABLE();
}

/* Where an item equal to v is, from start on and before stop, and that item; -1: nowhere, or
 * failure. */
static intptr_t find(TypedArray *a, Value v, intptr_t start, intptr_t stop, Value *item)
{
    for (intptr_t i = start; i < stop && (*item = array_get(a, i)) != 0; i++) {
        int equal = array_item_equal(*item, v);
        if (equal)
            return equal < 0 ? -1 : i;
    }
    return -1;
}

METHOD(
    array_index, "index", "v, start=0, stop=9223372036854775807, /",
    "Return index of first occurrence of v in the array.\n\nRaise ValueError if the value is not "
    "present.")
{
    TypedArray *a = as_array(args[0]);
    intptr_t start = 0, stop = INTPTR_MAX, length = load_acquire(&a->length);
    TRY(slice_index_not_none(args[2], &start));
    TRY(slice_index_not_none(args[3], &stop));
    if (start < 0)
        start = start + length < 0 ? 0 : start + length;
    if (stop < 0)
        stop += length;
    Value item;
    intptr_t i = find(a, args[1], start, stop, &item);
    if (i >= 0)
        return int_from(i);
    return error_pending() ? 0 : raise(ValueError, "array.index(x): x not in array");
}

/* Two nans pass for the same item. */
static bool same_item(Value a, Value b)
{
    return a == b || array_item_equal(a, b) > 0 ||
           (!array_item_equal(a, a) && !array_item_equal(b, b));
}

/* Removes the first item equal to v; 0: none is, -1: failure, 2: it was moved meanwhile, look
 * again. Where comparing runs no Python code the lock is held all the time. */
static int remove_first(TypedArray *a, Value v)
{
    Type *type = type_of(v);
    bool locked = type == &int_type || type == &float_type || type == &str_type;
    Value found = 0, item;
    intptr_t i = locked ? 0 : find(a, v, 0, INTPTR_MAX, &found);
    if (i < 0)
        return error_pending() ? -1 : 0;
    WITH_LOCK (a) {
        if (locked && (i = find(a, v, 0, INTPTR_MAX, &found)) < 0)
            return error_pending() ? -1 : 0;
        item = array_get(a, i);
        if (item && same_item(item, found))
            return array_splice_locked(a, i, 1, 0, 0) ? 1 : -1;
    }
    return error_pending() ? -1 : 2;
}

METHOD(array_remove, "remove", "v, /", "Remove the first occurrence of v in the array.")
{
    TypedArray *a = as_array(args[0]);
    int result;
    buffer_reclaim(&a->exports);
    while ((result = remove_first(a, args[1])) == 2)
        ;
    if (!result)
        return raise(ValueError, "array.remove(x): x not in array");
    return result < 0 ? 0 : None;
}

METHOD(array_count, "count", "v, /", "Return number of occurrences of v in the array.")
{
    intptr_t count = 0;
    Value item;
    for (intptr_t i = 0; (item = array_get(as_array(args[0]), i)) != 0; i++) {
        int equal = TRY_NOT_NEGATIVE(array_item_equal(item, args[1]), 0);
        count += equal;
    }
    return error_pending() ? 0 : int_from(count);
}

METHOD(array_reverse, "reverse", "/", "Reverse the order of the items in the array.")
{
    TypedArray *a = as_array(args[0]);
    const intptr_t size = a->code->size;
    WITH_LOCK (a) {
        char *data = array_data(a);
        LONG_WORK(a->length * size)
        {
            for (intptr_t i = 0, j = a->length - 1; i < j; i++, j--) {
                uint64_t low = array_item_load(a->code, data + i * size);
                array_items_move(a->code, data + i * size, data + j * size, 1);
                array_item_store(a->code, data + j * size, low);
            }
        }
    }
    return None;
}

METHOD(array_byteswap, "byteswap", "/", "Byteswap all items of the array.")
{
    TypedArray *a = as_array(args[0]);
    const intptr_t size = a->code->size;
    WITH_LOCK (a) {
        char *data = array_data(a);
        LONG_WORK(a->length * size)
        {
            for (intptr_t i = 0; i < a->length; i++, data += size) {
                uint64_t bits = array_item_load(a->code, data);
                array_item_store(a->code, data, __builtin_bswap64(bits) >> (64 - 8 * size));
            }
        }
    }
    return None;
}

METHOD(array_buffer_info, "buffer_info", "/",
       "Return a tuple (address, length) giving the current memory address and the length in items "
       "of the buffer used to hold array's contents.")
{
    TypedArray *a = as_array(args[0]);
    intptr_t address = 0, length = 0;
    WITH_LOCK (a) {
        address = (intptr_t)array_data(a);
        length = a->length;
    }
    return tuple_of(TRY(int_from(address)), TRY(int_from(length)));
}

/* ---- lists, bytes, text, files
 * -------------------------------------------------------------------- */

static Value to_bytes(TypedArray *a)
{
    WITH_LOCK (a)
        return bytes_from_seen(array_data(a), (size_t)(a->length * a->code->size));
    UNREACHABLE();
}

Value array_to_list(TypedArray *a)
{
    intptr_t count;
    const Raw *items = TRY(array_snapshot(a, &count));
    Value list = TRY(list_new(count));
    for (intptr_t i = 0; i < count; i++)
        TRY(list_append(list, TRY(array_item_value(a->code, items->data + i * a->code->size))));
    return list;
}

METHOD(array_tolist, "tolist", "/", "Convert array to an ordinary list with the same items.")
{
    return array_to_list(as_array(args[0]));
}

METHOD(array_fromlist, "fromlist", "list, /", "Append items to array from list.")
{
    TypedArray *a = as_array(args[0]);
    if (!is_list(args[1]))
        return raise(TypeError, "arg must be list");
    intptr_t count = list_length(args[1]);
    Raw *items = TRY_OR(raw_new(count * a->code->size), 0);
    for (intptr_t i = 0; i < count; i++) {
        uint64_t bits;
        Value item = list_get(args[1], i);
        if (!item)
            return raise(RuntimeError, "list changed size during iteration");
        TRY(array_item_bits(a->code, item, &bits));
        memcpy(items->data + i * a->code->size, &bits, (size_t)a->code->size);
    }
    if (list_length(args[1]) != count)
        return raise(RuntimeError, "list changed size during iteration");
    buffer_reclaim(&a->exports);
    WITH_LOCK (a)
        return array_splice_locked(a, a->length, 0, items->data, count) ? None : 0;
    UNREACHABLE();
}

METHOD(array_tobytes, "tobytes", "/",
       "Convert the array to an array of machine values and return the bytes representation.")
{
    return to_bytes(as_array(args[0]));
}

METHOD(array_frombytes, "frombytes", "buffer, /",
       "Appends items from the string, interpreting it as an array of machine values, as if it had "
       "been read from a file using the fromfile() method.")
{
    Buffer buffer;
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    bool ok = buffer.item_size == 1 || raise(TypeError, "a bytes-like object is required");
    ok = ok && array_append_bytes(as_array(args[0]), buffer.data, buffer.size);
    buffer_release(&buffer);
    return ok ? None : 0;
}

METHOD(array_tofile, "tofile", "%f, /", "Write all items (as machine values) to the file object f.")
{
    Value write = TRY(get_attr(args[1], names.write));
    Value bytes = TRY(to_bytes(as_array(args[0])));
    enum { BLOCK = 64 * 1024 };
    intptr_t length = ((Bytes *)bytes)->length;
    for (intptr_t at = 0; at < length; at += BLOCK) {
        intptr_t size = length - at < BLOCK ? length - at : BLOCK;
        TRY(call1(write, TRY(bytes_from(((Bytes *)bytes)->data + at, (size_t)size))));
    }
    return None;
}

METHOD(array_fromfile, "fromfile", "%f, n, /",
       "Read n objects from the file object f and append them to the end of the array.")
{
    TypedArray *a = as_array(args[0]);
    intptr_t n = TRY_INDEX(args[2]), size;
    if (n < 0)
        return raise(ValueError, "negative count");
    if (__builtin_mul_overflow(n, (intptr_t)a->code->size, &size))
        return raise_no_memory();
    Value bytes = TRY(call_method1(args[1], names.read, TRY(int_from(size))));
    if (!is_bytes(bytes))
        return raise(TypeError, "read() didn't return bytes");
    TRY(array_append_bytes(a, ((Bytes *)bytes)->data, ((Bytes *)bytes)->length));
    if (((Bytes *)bytes)->length != size)
        return raise(EOFError, "read() didn't return enough bytes");
    return None;
}

METHOD(array_fromunicode, "fromunicode", "ustr, /",
       "Extends this array with data from the unicode string ustr.")
{
    TypedArray *a = as_array(args[0]);
    if (!is_str(args[1]))
        return raise(TypeError, "fromunicode() argument must be str, not %B", args[1]);
    if (!a->code->is_text)
        return raise(ValueError,
                     "fromunicode() may only be called on unicode type arrays ('u' or 'w')");
    return array_append_text(a, args[1]) ? None : 0;
}

Value array_to_str(TypedArray *a)
{
    intptr_t count;
    const Raw *items = TRY(array_snapshot(a, &count));
    StrBuilder b;
    builder_start(&b);
    for (intptr_t i = 0; i < count; i++)
        builder_add(&b, TRY(array_item_value(a->code, items->data + i * a->code->size)));
    return builder_finish(&b);
}

METHOD(array_tounicode, "tounicode", "/", "Convert an array of unicode characters to a str.")
{
    TypedArray *a = as_array(args[0]);
    if (!a->code->is_text)
        return raise(ValueError,
                     "tounicode() may only be called on unicode type arrays ('u' or 'w')");
    return array_to_str(a);
}

/* ---- copies and pickles
 * ---------------------------------------------------------------------------- */

static Value copy(TypedArray *a)
{
    Value result = TRY(typed_array_new(&array_type, a->code, 0));
    return array_extend(as_array(result), (Value)a) ? result : 0;
}

METHOD(array_copy, "__copy__", "/", "Return a copy of the array.")
{
    return copy(as_array(args[0]));
}

METHOD(array_deepcopy, "__deepcopy__", "unused, /", "Return a copy of the array.")
{
    return copy(as_array(args[0]));
}

METHOD(array_reduce_ex, "__reduce_ex__", "value, /", "Return state information for pickling.")
{
    TypedArray *a = as_array(args[0]);
    if (!is_int_any(args[1]))
        return raise(TypeError, "__reduce_ex__ argument should be an integer");
    intptr_t protocol = TRY_INDEX(args[1]);
    Value attributes, type = (Value)type_of(args[0]);
    TRY(get_attr_optional(args[0], names.__dict__, &attributes));
    if (!attributes)
        attributes = None;
    Value code = TRY(str_from_char((unsigned char)a->code->code));
    if (protocol < 3)
        return tuple_of(type, TRY(tuple_of(code, TRY(array_to_list(a)))), attributes);
    Value reconstructor = TRY(import_attribute("array", "_array_reconstructor"));
    return tuple_of(reconstructor,
                    TRY(tuple_of(type, code, int_small(a->code->machine_format), TRY(to_bytes(a)))),
                    attributes);
}

METHOD(array_sizeof, "__sizeof__", "/", "Size of the array in memory, in bytes.")
{
    TypedArray *a = as_array(args[0]);
    return int_from((intptr_t)sizeof(TypedArray) + ((Raw *)load_acquire(&a->storage))->size);
}

CLASS_METHOD(array_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

/* Items in another machine's format: size, and for odd numbers the other byte order. */
typedef struct MachineFormat {
    int size;
    bool is_signed, is_float, is_text, big_endian;
} MachineFormat;

static const MachineFormat machine_formats[] = {
    {1, false, false, false, false}, {1, true, false, false, false},
    {2, false, false, false, false}, {2, false, false, false, true},
    {2, true, false, false, false},  {2, true, false, false, true},
    {4, false, false, false, false}, {4, false, false, false, true},
    {4, true, false, false, false},  {4, true, false, false, true},
    {8, false, false, false, false}, {8, false, false, false, true},
    {8, true, false, false, false},  {8, true, false, false, true},
    {4, false, true, false, false},  {4, false, true, false, true},
    {8, false, true, false, false},  {8, false, true, false, true},
    {2, false, false, true, false},  {2, false, false, true, true},
    {4, false, false, true, false},  {4, false, false, true, true}};

static uint64_t machine_bits(const MachineFormat *format, const unsigned char *data)
{
    uint64_t bits = 0;
    for (int i = 0; i < format->size; i++)
        bits = bits << 8 | data[format->big_endian ? i : format->size - 1 - i];
    return bits;
}

/* The item at *data, which moves on behind it. Text of 2 bytes is UTF-16: two may be one item. */
static Value machine_item(const MachineFormat *format, const unsigned char **data,
                          const unsigned char *end)
{
    uint64_t bits = machine_bits(format, *data);
    *data += format->size;
    if (format->is_text) {
        uint64_t low = format->size == 2 && *data < end ? machine_bits(format, *data) : 0;
        if (bits >= 0xd800 && bits < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
            *data += format->size;
            bits = 0x10000 + ((bits - 0xd800) << 10) + (low - 0xdc00);
        }
        return str_from_char((uint32_t)bits);
    }
    char code = format->is_float ? (format->size == 4 ? 'f' : 'd')
                                 : "BHIQ"[__builtin_ctz((unsigned)format->size)];
    if (format->is_signed)
        code = (char)(code | 32);
    return array_item_value(array_code((unsigned char)code), (char *)&bits);
}

static Value reconstruct(Value *args)
{
    if (!is_type(args[0]))
        return raise(TypeError, "first argument must be a type object, not %T", args[0]);
    if (!type_is_subtype((Type *)args[0], &array_type))
        return raise(TypeError, "%N is not a subtype of array.array", (Type *)args[0]);
    const ArrayCode *code =
        is_str(args[1]) && str_length(args[1]) == 1 ? array_code(str_char(args[1], 0)) : 0;
    if (!code)
        return raise(ValueError, "second argument must be a valid type code");
    intptr_t number = TRY_INDEX(args[2]);
    if (number < 0 || number >= (intptr_t)COUNT_OF(machine_formats))
        return raise(ValueError, "third argument must be a valid machine format code.");
    if (!is_bytes(args[3]))
        return raise(TypeError, "fourth argument should be bytes, not %T", args[3]);
    const MachineFormat *format = &machine_formats[number];
    Bytes *bytes = (Bytes *)args[3];
    Value result = TRY(typed_array_new((Type *)args[0], code, 0));
    if (number == code->machine_format)
        return array_append_bytes(as_array(result), bytes->data, bytes->length) ? result : 0;
    if (bytes->length % format->size)
        return raise(ValueError, "bytes length not a multiple of item size");
    const unsigned char *at = (const unsigned char *)bytes->data, *end = at + bytes->length;
    while (at < end)
        TRY(array_append(as_array(result), TRY(machine_item(format, &at, end))));
    return result;
}

MethodDef array_reconstructor_def = {"_array_reconstructor",
                                     "arraytype, typecode, mformat_code, items, /",
                                     "Internal. Used for pickling support.",
                                     reconstruct,
                                     KIND_FUNCTION,
                                     0,
                                     0};

MethodDef *const array_methods[] = {M(array_append_method),
                                    M(array_buffer_info),
                                    M(array_byteswap),
                                    M(array_clear),
                                    M(array_count),
                                    M(array_extend_method),
                                    M(array_fromfile),
                                    M(array_fromlist),
                                    M(array_frombytes),
                                    M(array_fromunicode),
                                    M(array_index),
                                    M(array_insert),
                                    M(array_pop),
                                    M(array_remove),
                                    M(array_reverse),
                                    M(array_tobytes),
                                    M(array_tofile),
                                    M(array_tolist),
                                    M(array_tounicode),
                                    M(array_copy),
                                    M(array_deepcopy),
                                    M(array_reduce_ex),
                                    M(array_sizeof),
                                    M(array_class_getitem),
                                    0};
