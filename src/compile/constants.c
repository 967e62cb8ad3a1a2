#include "compile/constants.h"

#include <stdlib.h>
#include "base/hash.h"
#include "core/abstract.h"
#include "core/error.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

static uint64_t double_bits(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return bits;
}

/* Nesting is bounded by the source's: no stack check. */
static uint64_t const_hash(Value v)
{
    if (!is_object(v))
        return hash_mix(value_bits(v));
    switch (shape_id(v)) {
    case SHAPE_STR:
        return (uint64_t)str_hash(v);
    case SHAPE_INT:
        return (uint64_t)int_hash(v);
    case SHAPE_FLOAT:
        return hash_mix(double_bits(float_value(v)));
    case SHAPE_COMPLEX:
        return hash_combine(double_bits(((Complex *)v)->real), double_bits(((Complex *)v)->imag));
    case SHAPE_BYTES: {
        static const HashKey key = {1, 2};
        return hash_bytes(((Bytes *)v)->data, (size_t)((Bytes *)v)->length, &key);
    }
    case SHAPE_TUPLE: {
        uint64_t hash = (uint64_t)tuple_length(v);
        for (intptr_t i = 0; i < tuple_length(v); i++)
            hash = hash_combine(hash, const_hash(tuple_get(v, i)));
        return hash;
    }
    default:
        return hash_mix(value_bits(v));
    }
}

bool const_same(Value a, Value b)
{
    if (a == b)
        return true;
    if (!is_object(a) || !is_object(b) || shape_id(a) != shape_id(b))
        return false;
    switch (shape_id(a)) {
    case SHAPE_STR:
        return str_equal(a, b);
    case SHAPE_INT:
        return int_compare(a, b) == 0;
    case SHAPE_FLOAT:
        return double_bits(float_value(a)) == double_bits(float_value(b));
    case SHAPE_COMPLEX:
        return double_bits(((Complex *)a)->real) == double_bits(((Complex *)b)->real) &&
               double_bits(((Complex *)a)->imag) == double_bits(((Complex *)b)->imag);
    case SHAPE_BYTES:
        return ((Bytes *)a)->length == ((Bytes *)b)->length &&
               memcmp(((Bytes *)a)->data, ((Bytes *)b)->data, (size_t)((Bytes *)a)->length) == 0;
    case SHAPE_TUPLE:
        if (tuple_length(a) != tuple_length(b))
            return false;
        for (intptr_t i = 0; i < tuple_length(a); i++)
            if (!const_same(tuple_get(a, i), tuple_get(b, i)))
                return false;
        return true;
    default:
        return false;
    }
}

bool const_same_items(Value a, Value b)
{
    for (intptr_t i = 0; i < tuple_length(a); i++) {
        Value x = tuple_get(a, i), y = tuple_get(b, i);
        if (!const_same(x, y) && !has_layout(x, LAYOUT_CODE) && !has_layout(x, LAYOUT_FROZENSET))
            return false;
    }
    return true;
}

static bool grow_slots(ConstTable *table)
{
    uint32_t capacity = table->capacity ? table->capacity * 2 : 16;
    uint32_t *slots = calloc(capacity, sizeof(*slots));
    if (!slots)
        return raise_no_memory();
    for (uint32_t i = 0; i < table->count; i++) {
        uint64_t at = const_hash(table->values->items[i]);
        while (slots[at & (capacity - 1)])
            at++;
        slots[at & (capacity - 1)] = i + 1;
    }
    free(table->slots);
    table->slots = slots;
    table->capacity = capacity;
    return true;
}

static bool grow_values(ConstTable *table)
{
    intptr_t capacity = table->values ? table->values->capacity * 2 : 8;
    Array *grown = array_new(capacity);
    if (!grown)
        return false;
    if (table->count)
        gc_store_range(grown, grown->items, table->values->items, table->count);
    table->values = grown;
    return true;
}

int64_t const_table_add(ConstTable *table, Value value)
{
    if (table->count >= table->capacity / 2 && !grow_slots(table))
        return -1;
    uint64_t at = const_hash(value);
    uint32_t found;
    while ((found = table->slots[at & (table->capacity - 1)])) {
        if (const_same(table->values->items[found - 1], value))
            return found - 1;
        at++;
    }
    if ((!table->values || table->count == table->values->capacity) && !grow_values(table))
        return -1;
    gc_store(table->values, &table->values->items[table->count], value);
    table->slots[at & (table->capacity - 1)] = ++table->count;
    return table->count - 1;
}

Value const_table_tuple(ConstTable *table)
{
    return tuple_from_values(table->values ? table->values->items : NULL, table->count);
}

void const_table_free(ConstTable *table)
{
    free(table->slots);
    *table = (ConstTable){0};
}

static bool is_name_text(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (!(c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z')))
            return false;
    }
    return true;
}

static Value str_object(const ConstValue *constant)
{
    Value s = str_from_wtf8(constant->text, constant->length);
    return s && is_name_text(constant->text, constant->length) ? str_intern(s) : s;
}

static Value int_object(const ConstValue *constant)
{
    if (constant->base == 10 && constant->length <= 18) {
        intptr_t value = 0;
        for (size_t i = 0; i < constant->length; i++)
            value = value * 10 + (constant->text[i] - '0');
        return int_from(value);
    }
    return int_from_text(constant->text, constant->length, constant->base, 0);
}

Value const_value_object(const ConstValue *constant)
{
    switch ((ConstKind)constant->kind) {
    case CONST_NONE:
        return None;
    case CONST_TRUE:
        return True;
    case CONST_FALSE:
        return False;
    case CONST_ELLIPSIS:
        return Ellipsis;
    case CONST_INT:
        return int_object(constant);
    case CONST_FLOAT:
        return float_from(constant->number);
    case CONST_IMAGINARY:
        return complex_from(0.0, constant->number);
    case CONST_STR:
        return str_object(constant);
    case CONST_BYTES:
        return bytes_from(constant->text, constant->length);
    case CONST_OBJECT:
        return (Value)constant->object;
    }
    UNREACHABLE();
}
