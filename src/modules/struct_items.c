#include "modules/struct_inner.h"

#include <math.h>

#include "base/half.h"
#include "core/abstract.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int.h"

/* Native sizes and alignment, of x86-64 Linux; standard ones, without alignment. */
static const StructCode codes[] = {
    {'x', 1, 1, false, true},  {'b', 1, 1, true, true},   {'B', 1, 1, false, true},
    {'c', 1, 1, false, true},  {'s', 1, 1, false, true},  {'p', 1, 1, false, true},
    {'h', 2, 2, true, true},   {'H', 2, 2, false, true},  {'i', 4, 4, true, true},
    {'I', 4, 4, false, true},  {'l', 8, 8, true, true},   {'L', 8, 8, false, true},
    {'n', 8, 8, true, true},   {'N', 8, 8, false, true},  {'q', 8, 8, true, true},
    {'Q', 8, 8, false, true},  {'?', 1, 1, false, true},  {'e', 2, 2, false, true},
    {'f', 4, 4, false, true},  {'d', 8, 8, false, true},  {'P', 8, 8, false, true},
    {'x', 1, 1, false, false}, {'b', 1, 1, true, false},  {'B', 1, 1, false, false},
    {'c', 1, 1, false, false}, {'s', 1, 1, false, false}, {'p', 1, 1, false, false},
    {'h', 2, 1, true, false},  {'H', 2, 1, false, false}, {'i', 4, 1, true, false},
    {'I', 4, 1, false, false}, {'l', 4, 1, true, false},  {'L', 4, 1, false, false},
    {'q', 8, 1, true, false},  {'Q', 8, 1, false, false}, {'?', 1, 1, false, false},
    {'e', 2, 1, false, false}, {'f', 4, 1, false, false}, {'d', 8, 1, false, false},
};

const StructCode *struct_code(char code, bool native)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (codes[i].code == code && codes[i].native == native)
            return &codes[i];
    return 0;
}

/* ---- bytes in the order asked for ------------------------------------------------------------ */

static void put_bits(const StructItem *item, char *data, uint64_t bits)
{
    int size = item->code->size;
    for (int i = 0; i < size; i++, bits >>= 8)
        data[item->big_endian ? size - 1 - i : i] = (char)bits;
}

static uint64_t get_bits(const StructItem *item, const char *data)
{
    uint64_t bits = 0;
    int size = item->code->size;
    for (int i = size - 1; i >= 0; i--)
        bits = bits << 8 | (unsigned char)data[item->big_endian ? size - 1 - i : i];
    return bits;
}

/* ---- packing ------------------------------------------------------------------------------------
 */

COLD static bool out_of_range(const StructCode *code)
{
    int shift = 64 - code->size * 8;
    if (code->is_signed)
        return raise_struct("'%c' format requires %lld <= number <= %lld", (unsigned)code->code,
                            (long long)(INT64_MIN >> shift), (long long)(INT64_MAX >> shift));
    return raise_struct("'%c' format requires 0 <= number <= %llu", (unsigned)code->code,
                        (unsigned long long)(UINT64_MAX >> shift));
}

static Value as_int(Value v)
{
    if (is_int_any(v))
        return v;
    if (!has_index(v))
        return raise_struct("required argument is not an integer");
    return number_index(v);
}

static bool pack_int(const StructItem *item, char *data, Value v)
{
    const StructCode *code = item->code;
    int shift = 64 - code->size * 8;
    v = TRY(as_int(v));
    if (code->is_signed) {
        int64_t n;
        if (!int_to_i64(v, &n) || n < INT64_MIN >> shift || n > INT64_MAX >> shift)
            return out_of_range(code);
        put_bits(item, data, (uint64_t)n);
    } else {
        uint64_t n;
        if (!int_to_u64(v, &n) || n > UINT64_MAX >> shift)
            return out_of_range(code);
        put_bits(item, data, n);
    }
    return true;
}

/* A pointer: negative numbers are taken modulo 2^64. */
static bool pack_pointer(const StructItem *item, char *data, Value v)
{
    int64_t n;
    uint64_t u;
    v = TRY(as_int(v));
    if (int_to_i64(v, &n))
        u = (uint64_t)n;
    else if (!int_to_u64(v, &u))
        return raise_struct("int too large to convert");
    put_bits(item, data, u);
    return true;
}

static bool raise_too_large(Value v, char format)
{
    if (is_int_any(v))
        return raise_struct("int too large to convert");
    return raise(OverflowError, "float too large to pack with %c format", format);
}

static bool pack_float(const StructItem *item, char *data, Value v)
{
    double d;
    if (!number_as_double(v, &d)) {
        if (error_clear_if(Exception))
            raise_struct("required argument is not a float");
        return false;
    }
    uint64_t bits = 0;
    if (item->code->code == 'd') {
        memcpy(&bits, &d, 8);
    } else if (item->code->code == 'f') {
        float f = (float)d;
        if (isinf(f) && isfinite(d) && !item->code->native)
            return raise_too_large(v, 'f');
        memcpy(&bits, &f, 4);
    } else {
        uint16_t half;
        if (!half_from_double(d, &half))
            return raise_too_large(v, 'e');
        bits = half;
    }
    put_bits(item, data, bits);
    return true;
}

static bool pack_text(const StructItem *item, char *data, Value v)
{
    const char *source;
    intptr_t length, room = item->size;
    if (is_bytes(v)) {
        source = ((Bytes *)v)->data;
        length = ((Bytes *)v)->length;
    } else if (is_bytearray(v)) {
        v = TRY(bytes_from_object(v));
        source = ((Bytes *)v)->data;
        length = ((Bytes *)v)->length;
    } else {
        return raise_struct("argument for '%c' must be a bytes object", (unsigned)item->code->code);
    }
    if (item->code->code == 'p') {
        if (!room)
            return true;
        room--;
        if (length > room)
            length = room;
        *data++ = (char)(length > 255 ? 255 : length);
    }
    memcpy(data, source, (size_t)(length < room ? length : room));
    return true;
}

bool struct_pack_item(const StructItem *item, char *data, Value v)
{
    switch (item->code->code) {
    case 'c':
        if (!is_bytes(v) || ((Bytes *)v)->length != 1)
            return raise_struct("char format requires a bytes object of length 1");
        *data = ((Bytes *)v)->data[0];
        return true;
    case 's':
    case 'p':
        return pack_text(item, data, v);
    case '?': {
        int truth = TRY_NOT_NEGATIVE(object_truth(v), false);
        *data = (char)truth;
        return true;
    }
    case 'e':
    case 'f':
    case 'd':
        return pack_float(item, data, v);
    case 'P':
        return pack_pointer(item, data, v);
    default:
        return pack_int(item, data, v);
    }
}

/* ---- unpacking
 * ------------------------------------------------------------------------------------- */

static Value unpack_float(const StructItem *item, const char *data)
{
    uint64_t bits = get_bits(item, data);
    if (item->code->code == 'd') {
        double d;
        memcpy(&d, &bits, 8);
        return float_from(d);
    }
    if (item->code->code == 'f') {
        float f;
        uint32_t low = (uint32_t)bits;
        memcpy(&f, &low, 4);
        return float_from((double)f);
    }
    return float_from(half_to_double((uint16_t)bits));
}

Value struct_unpack_item(const StructItem *item, const char *data)
{
    const StructCode *code = item->code;
    switch (code->code) {
    case 'c':
        return bytes_from(data, 1);
    case 's':
        return bytes_from(data, (size_t)item->size);
    case 'p': {
        intptr_t length = item->size ? (unsigned char)*data : 0;
        if (item->size && length >= item->size)
            length = item->size - 1;
        return bytes_from(data + 1, (size_t)length);
    }
    case '?':
        return bool_value(*data != 0);
    case 'e':
    case 'f':
    case 'd':
        return unpack_float(item, data);
    default: {
        uint64_t bits = get_bits(item, data);
        if (!code->is_signed)
            return int_from_u64(bits);
        int shift = 64 - code->size * 8;
        return int_from((intptr_t)(bits << shift) >> shift);
    }
    }
}
