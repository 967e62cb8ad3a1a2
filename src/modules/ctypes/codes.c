/* The simple types: how each lies in memory, and what it is in Python. */
#include <string.h>
#include <wchar.h>

#include "modules/ctypes/ctypes.h"
#include "base/copy.h"
#include "core/share.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/text.h"

_Static_assert(sizeof(wchar_t) == 4, "a wchar_t is a character");

#define FFI(name) offsetof(FfiLibrary, ffi_type_##name)
/* clang-format off */
static const Code codes[] = {
    {'c', 'c', 1, CODE_CHAR, false, FFI(sint8)},
    {'b', 'b', 1, CODE_SIGNED, false, FFI(sint8)},
    {'B', 'B', 1, CODE_UNSIGNED, false, FFI(uint8)},
    {'h', 'h', 2, CODE_SIGNED, true, FFI(sint16)},
    {'H', 'H', 2, CODE_UNSIGNED, true, FFI(uint16)},
    {'i', 'i', 4, CODE_SIGNED, true, FFI(sint32)},
    {'I', 'I', 4, CODE_UNSIGNED, true, FFI(uint32)},
    {'l', 'q', 8, CODE_SIGNED, true, FFI(sint64)},
    {'L', 'Q', 8, CODE_UNSIGNED, true, FFI(uint64)},
    {'d', 'd', 8, CODE_FLOAT, true, FFI(double)},
    {'f', 'f', 4, CODE_FLOAT, true, FFI(float)},
    {'u', 'u', 4, CODE_WCHAR, false, FFI(sint32)},
    {'z', 'z', 8, CODE_CHARS, false, FFI(pointer)},
    {'Z', 'Z', 8, CODE_WCHARS, false, FFI(pointer)},
    {'q', 'q', 8, CODE_SIGNED, true, FFI(sint64)},
    {'Q', 'Q', 8, CODE_UNSIGNED, true, FFI(uint64)},
    {'P', 'P', 8, CODE_ADDRESS, false, FFI(pointer)},
    {'O', 'O', 8, CODE_OBJECT, false, FFI(pointer)},
    {'v', 'v', 2, CODE_VARIANT_BOOL, false, FFI(sint16)},
    {'?', '?', 1, CODE_BOOL, false, FFI(uint8)},
    {'g', 'g', sizeof(long double), CODE_LONG_DOUBLE, false, FFI(longdouble)},
};
/* clang-format on */
const char code_letters[] = "cbBhHiIlLdfuzZqQPXOv?g";

const Code *code_find(uint32_t letter)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if ((unsigned char)codes[i].letter == letter)
            return &codes[i];
    return 0;
}

ffi_type *code_ffi(const Code *code)
{
    ffi_type *type;
    memcpy(&type, (const char *)ffi_library() + code->ffi, sizeof type);
    return type;
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* An unsigned integer of 1 to 8 bytes in the given byte order. */
static uint64_t load_word(const char *at, unsigned size, bool swapped)
{
    uint64_t word = 0;
    copy_item((char *)&word, at, size);
    return swapped ? __builtin_bswap64(word) >> (64 - 8 * size) : word;
}

static void store_word(char *at, uint64_t word, unsigned size, bool swapped)
{
    if (swapped)
        word = __builtin_bswap64(word) >> (64 - 8 * size);
    copy_item(at, (const char *)&word, size);
}

/* The bits of an item, moved to the bottom; the sign bit is spread if it is signed. */
static uint64_t extract(uint64_t word, unsigned size, BitRange bits, bool is_signed)
{
    unsigned width = bits.count ? bits.count : 8 * size;
    uint64_t top = word << (64 - width - (bits.count ? bits.first : 0));
    return is_signed ? (uint64_t)((int64_t)top >> (64 - width)) : top >> (64 - width);
}

static void store_bits(char *at, uint64_t word, unsigned size, bool swapped, BitRange bits)
{
    if (bits.count) {
        uint64_t mask = (bits.count == 64 ? 0 : UINT64_C(1) << bits.count) - 1;
        uint64_t old = load_word(at, size, swapped);
        word = (old & ~(mask << bits.first)) | ((word & mask) << bits.first);
    }
    store_word(at, word, size, swapped);
}

uint64_t int_low_bits(Value v)
{
    if (is_int(v))
        return (uint64_t)int_value(v);
    if (v == True || v == False)
        return v == True;
    const IntBox *box = (const IntBox *)v;
    uint64_t low = box->size ? box->limbs[0] : 0;
    return box->size < 0 ? -low : low;
}

/* ---- reading --------------------------------------------------------------------------------- */

static Value load_float(const char *at, unsigned size, bool swapped)
{
    uint64_t word = load_word(at, size, swapped);
    double d;
    float f;
    if (size == sizeof f) {
        memcpy(&f, &word, sizeof f);
        return float_from(f);
    }
    memcpy(&d, &word, sizeof d);
    return float_from(d);
}

static Value load_long_double(const char *at)
{
    long double g;
    memcpy(&g, at, sizeof g);
    return float_from((double)g);
}

static Value checked_text(const uint32_t *characters, intptr_t length)
{
    for (intptr_t i = 0; i < length; i++)
        if (characters[i] > 0x10ffff)
            return raise(ValueError, "character U+%x is not in range [U+0000; U+10ffff]",
                         (unsigned)characters[i]);
    return str_from_ucs4(characters, length);
}

/* Others may write there meanwhile: what is checked and used is a copy. */
static const wchar_t *wide_seen(const char *at, intptr_t length)
{
    intptr_t size = length * (intptr_t)sizeof(wchar_t);
    Raw *copy = TRY(raw_new(size));
    copy_seen(copy->data, at, (size_t)size);
    return (const wchar_t *)(const void *)copy->data;
}

Value wide_load(const wchar_t *text, intptr_t length)
{
    const wchar_t *seen = TRY(wide_seen((const char *)text, length));
    return checked_text((const uint32_t *)seen, length);
}

static Value load_char(const char *at)
{
    return bytes_from_char((unsigned char)load_word(at, 1, false));
}

static Value load_wchar(const char *at)
{
    uint32_t c = (uint32_t)load_word(at, sizeof c, false);
    return checked_text(&c, 1);
}

static Value load_pointed_text(const void *pointer, bool wide)
{
    if (!pointer)
        return None;
    return wide ? wide_load(pointer, (intptr_t)wcslen(pointer))
                : bytes_from(pointer, strlen(pointer));
}

Value code_load(const Code *code, const char *at, bool swapped, BitRange bits)
{
    uint64_t word;
    switch ((CodeKind)code->kind) {
    case CODE_SIGNED:
        word = extract(load_word(at, code->size, swapped), code->size, bits, true);
        return int_from((intptr_t)word);
    case CODE_UNSIGNED:
        return int_from_u64(extract(load_word(at, code->size, swapped), code->size, bits, false));
    case CODE_BOOL:
    case CODE_VARIANT_BOOL:
        word = extract(load_word(at, code->size, false), code->size, bits, false);
        return bool_value(word != 0);
    case CODE_FLOAT:
        return load_float(at, code->size, swapped);
    case CODE_LONG_DOUBLE:
        return load_long_double(at);
    case CODE_CHAR:
        return load_char(at);
    case CODE_WCHAR:
        return load_wchar(at);
    case CODE_CHARS:
    case CODE_WCHARS:
        word = load_word(at, sizeof word, false);
        return load_pointed_text((const void *)(uintptr_t)word, code->kind == CODE_WCHARS);
    case CODE_ADDRESS:
        word = load_word(at, sizeof word, false);
        return word ? int_from_u64(word) : None;
    case CODE_OBJECT:
        word = load_word(at, sizeof word, false);
        return word ? (Value)(uintptr_t)word : raise(ValueError, "PyObject is NULL");
    }
    UNREACHABLE();
}

/* ---- writing --------------------------------------------------------------------------------- */

static Value store_int(const Code *code, char *at, Value value, bool swapped, BitRange bits)
{
    Value number = is_int_any(value) ? value : TRY(number_index(value));
    store_bits(at, int_low_bits(number), code->size, swapped, bits);
    return None;
}

static Value store_float(const Code *code, char *at, Value value, bool swapped)
{
    double d;
    uint64_t word = 0;
    TRY(number_as_double(value, &d));
    float f = (float)d;
    memcpy(&word, code->size == sizeof f ? (const void *)&f : &d, code->size);
    store_word(at, word, code->size, swapped);
    return None;
}

static Value store_long_double(char *at, Value value)
{
    double d;
    TRY(number_as_double(value, &d));
    long double g = d;
    memcpy(at, &g, sizeof g);
    return None;
}

static bool char_from(Value value, int *c)
{
    if (is_bytes(value) && ((Bytes *)value)->length == 1) {
        *c = (unsigned char)((Bytes *)value)->data[0];
        return true;
    }
    if (is_bytearray(value)) {
        TEXT_OF(text, value);
        *c = text.length ? (unsigned char)text.data[0] : 0;
        return text.length == 1;
    }
    if (is_int(value))
        *c = (int)int_value(value);
    return is_int(value) && int_value(value) >= 0 && int_value(value) < 256;
}

static Value store_char(char *at, Value value)
{
    int c;
    if (!char_from(value, &c))
        return raise(TypeError, "one character bytes, bytearray or integer expected");
    store_word(at, (uint64_t)c, 1, false);
    return None;
}

static bool check_wide(Value value)
{
    return is_str(value) ||
           raise(TypeError, "unicode string expected instead of %T instance", value);
}

static Value store_wchar(char *at, Value value)
{
    TRY(check_wide(value));
    if (str_length(value) != 1)
        return raise(TypeError, "one character unicode string expected");
    store_word(at, str_char(value, 0), sizeof(wchar_t), false);
    return None;
}

Value wide_copy(Value text)
{
    intptr_t length = str_length(text);
    Value copy = TRY(bytes_new((length + 1) * (intptr_t)sizeof(wchar_t)));
    wchar_t *to = (wchar_t *)(void *)((Bytes *)copy)->data;
    for (intptr_t i = 0; i < length; i++)
        to[i] = (wchar_t)str_char(text, i);
    to[length] = 0;
    return copy;
}

static Value store_address(char *at, const void *address, Value keep)
{
    store_word(at, (uintptr_t)address, sizeof address, false);
    return keep;
}

static Value store_text_pointer(char *at, Value value, bool wide)
{
    if (value == None)
        return store_address(at, 0, None);
    if (is_int_any(value))
        return store_address(at, (const void *)(uintptr_t)int_low_bits(value), None);
    if (!wide && is_bytes(value))
        return store_address(at, ((Bytes *)value)->data, value);
    if (wide && is_str(value)) {
        Value copy = TRY(wide_copy(value));
        return store_address(at, ((Bytes *)copy)->data, copy);
    }
    return raise(TypeError, "%s or integer address expected instead of %T instance",
                 wide ? "unicode string" : "bytes", value);
}

static Value store_pointer(char *at, Value value)
{
    if (value == None)
        return store_address(at, 0, None);
    if (!is_int_any(value))
        return raise(TypeError, "cannot be converted to pointer");
    return store_address(at, (const void *)(uintptr_t)int_low_bits(value), None);
}

/* Whoever finds the address may be another thread. */
static Value store_object(char *at, Value value)
{
    if (load_relaxed(&multithreaded))
        share_value(value);
    return store_address(at, value, value);
}

static Value store_truth(const Code *code, char *at, Value value, BitRange bits)
{
    int truth = TRY_NOT_NEGATIVE(object_truth(value), 0);
    uint64_t word = code->kind == CODE_VARIANT_BOOL && truth ? UINT64_MAX : (uint64_t)truth;
    store_bits(at, word, code->size, false, bits);
    return None;
}

Value code_store(const Code *code, char *at, Value value, bool swapped, BitRange bits)
{
    switch ((CodeKind)code->kind) {
    case CODE_SIGNED:
    case CODE_UNSIGNED:
        return store_int(code, at, value, swapped, bits);
    case CODE_BOOL:
    case CODE_VARIANT_BOOL:
        return store_truth(code, at, value, bits);
    case CODE_FLOAT:
        return store_float(code, at, value, swapped);
    case CODE_LONG_DOUBLE:
        return store_long_double(at, value);
    case CODE_CHAR:
        return store_char(at, value);
    case CODE_WCHAR:
        return store_wchar(at, value);
    case CODE_CHARS:
    case CODE_WCHARS:
        return store_text_pointer(at, value, code->kind == CODE_WCHARS);
    case CODE_ADDRESS:
        return store_pointer(at, value);
    case CODE_OBJECT:
        return store_object(at, value);
    }
    UNREACHABLE();
}

/* ---- arrays of characters -------------------------------------------------------------------- */

Value chars_load(const char *at, intptr_t size)
{
    at = read_outside(at, size);
    return bytes_from_seen(at, strnlen(at, (size_t)size));
}

Value chars_store(char *at, Value value, intptr_t size)
{
    if (!is_bytes(value))
        return raise(TypeError, "expected bytes, %T found", value);
    intptr_t length = (intptr_t)strlen(((Bytes *)value)->data);
    if (length > size)
        return raise(ValueError, "bytes too long (%zd, maximum length %zd)", length, size);
    copy_seen(at, ((Bytes *)value)->data, (size_t)(length < size ? length + 1 : length));
    return None;
}

Value wchars_load(const char *at, intptr_t size)
{
    intptr_t room = size / (intptr_t)sizeof(wchar_t);
    const wchar_t *seen = TRY(wide_seen(at, room));
    return checked_text((const uint32_t *)seen, (intptr_t)wcsnlen(seen, (size_t)room));
}

Value wchars_store(char *at, Value value, intptr_t size)
{
    TRY(check_wide(value));
    intptr_t length = str_length(value), room = size / (intptr_t)sizeof(wchar_t);
    if (length > room)
        return raise(ValueError, "string too long (%zd, maximum length %zd)", length, room);
    Value copy = TRY(wide_copy(value));
    copy_seen(at, ((Bytes *)copy)->data,
              (size_t)(length < room ? length + 1 : length) * sizeof(wchar_t));
    return None;
}
