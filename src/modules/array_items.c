/* The item types of array.array. */
#include "modules/array_inner.h"

#include "types/float.h"
#include "types/int.h"
#include "types/str.h"

const ArrayCode array_codes[ARRAY_CODE_COUNT] = {
    {'b', 1, "b", true, false, false, 1},  {'B', 1, "B", false, false, false, 0},
    {'u', 4, "w", false, true, false, 20}, {'w', 4, "w", false, true, false, 20},
    {'h', 2, "h", true, false, false, 4},  {'H', 2, "H", false, false, false, 2},
    {'i', 4, "i", true, false, false, 8},  {'I', 4, "I", false, false, false, 6},
    {'l', 8, "l", true, false, false, 12}, {'L', 8, "L", false, false, false, 10},
    {'q', 8, "q", true, false, false, 12}, {'Q', 8, "Q", false, false, false, 10},
    {'f', 4, "f", false, false, true, 14}, {'d', 8, "d", false, false, true, 16},
};

const ArrayCode *array_code(uint32_t code)
{
    for (size_t i = 0; i < ARRAY_CODE_COUNT; i++)
        if ((uint32_t)array_codes[i].code == code)
            return &array_codes[i];
    return 0;
}

/* The messages are those of C's integer types, of which the code is one. */
static bool small_bits(const ArrayCode *code, Value v, uint64_t *bits)
{
    static const struct {
        char code;
        const char *name;
    } names[] = {{'b', "signed char"},
                 {'B', "unsigned byte integer"},
                 {'h', "signed short integer"},
                 {'H', "unsigned short"},
                 {'i', "signed integer"}};
    int64_t n, limit = INT64_C(1) << (code->size * 8 - (code->is_signed ? 1 : 0));
    TRY(index_as_int64(v, &n));
    /* The C type that the argument goes through on its way is checked first. */
    const ArrayCode *wider = code->code == 'b'   ? array_code('h')
                             : code->code == 'H' ? array_code('i')
                                                 : 0;
    if (wider &&
        (n >= INT64_C(1) << (wider->size * 8 - 1) || n < -(INT64_C(1) << (wider->size * 8 - 1))))
        return small_bits(wider, v, bits);
    const char *name = "";
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (names[i].code == code->code)
            name = names[i].name;
    if (n < (code->is_signed ? -limit : 0))
        return raise(OverflowError, "%s is less than minimum", name);
    if (n >= limit)
        return raise(OverflowError, "%s is greater than maximum", name);
    *bits = (uint64_t)n;
    return true;
}

static bool unsigned_bits(const ArrayCode *code, Value v, uint64_t *bits)
{
    Value n = TRY(number_index(v));
    if (int_sign(n) < 0)
        return raise(OverflowError, code->code == 'Q'
                                        ? "can't convert negative int to unsigned"
                                        : "can't convert negative value to unsigned int");
    if (!int_to_u64(n, bits))
        return raise(OverflowError, code->code == 'Q'
                                        ? "int too big to convert"
                                        : "Python int too large to convert to C unsigned long");
    if (code->code == 'I' && *bits > UINT32_MAX)
        return raise(OverflowError, "unsigned int is greater than maximum");
    return true;
}

static bool float_bits(const ArrayCode *code, Value v, uint64_t *bits)
{
    double d;
    TRY(number_as_double(v, &d));
    if (code->code == 'd') {
        memcpy(bits, &d, sizeof d);
    } else {
        float f = (float)d;
        memcpy(bits, &f, sizeof f);
    }
    return true;
}

bool array_item_bits(const ArrayCode *code, Value v, uint64_t *bits)
{
    *bits = 0;
    if (code->is_text) {
        if (!is_str(v) || str_length(v) != 1)
            return raise(TypeError, "array item must be unicode character");
        *bits = str_char(v, 0);
        return true;
    }
    if (code->is_float)
        return float_bits(code, v, bits);
    if (code->size == 8 && code->is_signed) {
        int64_t n;
        if (code->code == 'q') {
            Value i = TRY(number_index(v));
            if (!int_to_i64(i, &n))
                return raise(OverflowError, "int too big to convert");
        } else {
            TRY(index_as_int64(v, &n));
        }
        *bits = (uint64_t)n;
        return true;
    }
    if (code->code == 'I' || code->code == 'L' || code->code == 'Q')
        return unsigned_bits(code, v, bits);
    return small_bits(code, v, bits);
}

uint64_t array_item_load(const ArrayCode *code, const char *at)
{
    switch (code->size) {
    case 1:
        return load_relaxed((const uint8_t *)at);
    case 2:
        return load_relaxed((const uint16_t *)(const void *)at);
    case 4:
        return load_relaxed((const uint32_t *)(const void *)at);
    default:
        return load_relaxed((const uint64_t *)(const void *)at);
    }
}

void array_item_store(const ArrayCode *code, char *at, uint64_t bits)
{
    switch (code->size) {
    case 1:
        store_relaxed((uint8_t *)at, (uint8_t)bits);
        break;
    case 2:
        store_relaxed((uint16_t *)(void *)at, (uint16_t)bits);
        break;
    case 4:
        store_relaxed((uint32_t *)(void *)at, (uint32_t)bits);
        break;
    default:
        store_relaxed((uint64_t *)(void *)at, bits);
    }
}

void array_items_move(const ArrayCode *code, char *to, const char *from, intptr_t count)
{
    const intptr_t size = code->size;
    if (to <= from)
        for (intptr_t i = 0; i < count; i++)
            array_item_store(code, to + i * size, array_item_load(code, from + i * size));
    else
        for (intptr_t i = count; i-- > 0;)
            array_item_store(code, to + i * size, array_item_load(code, from + i * size));
}

Value array_item_value(const ArrayCode *code, const char *data)
{
    uint64_t bits = array_item_load(code, data);
    if (code->is_text) {
        if (bits > 0x10ffff)
            return raise(ValueError, "character U+%x is not in range [U+0000; U+10ffff]",
                         (unsigned)bits);
        return str_from_char((uint32_t)bits);
    }
    if (code->code == 'd') {
        double d;
        memcpy(&d, &bits, sizeof d);
        return float_from(d);
    }
    if (code->code == 'f') {
        float f;
        memcpy(&f, &bits, sizeof f);
        return float_from((double)f);
    }
    if (!code->is_signed)
        return int_from_u64(bits);
    int shift = 64 - code->size * 8;
    return int_from((intptr_t)(bits << shift) >> shift);
}
