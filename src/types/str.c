/* str: allocation, the preallocated strs, and the operations that other C code calls.
 *
 * A str is canonical: its kind is the narrowest that holds its widest character, so two strs
 * of different kind are never equal. Nothing changes after construction but the hash, which
 * any thread may compute and store, always with the same result.
 */
#include "types/str_inline.h"

#include "base/hash.h"
#include "core/alloc.h"
#include "core/error.h"
#include "core/thread.h"
#include "gc/heap_inline.h"

/* ---- Preallocated strs: '' and those of one character below 256 ------------------------- */

enum { SINGLE_STRIDE = (offsetof(Str, data) + 2 + 15) & ~(size_t)15 };

static char singles[257 * SINGLE_STRIDE] __attribute__((aligned(16)));

ALWAYS_INLINE Value single_at(unsigned i)
{
    return (Value)(void *)(singles + i * SINGLE_STRIDE);
}

Value str_empty(void)
{
    return single_at(256);
}

Value str_from_char(uint32_t c)
{
    if (likely(c < 256))
        return single_at(c);
    Value s = str_new(1, c);
    if (s)
        char_put(str_data(s), str_width(s), 0, c);
    return s;
}

bool str_is_latin1_single(Value s)
{
    const char *p = (const char *)s;
    return p >= singles && p < singles + sizeof singles;
}

static void make_singles(void)
{
    for (unsigned i = 0; i <= 256; i++) {
        Str *s = as_str(single_at(i));
        s->ob.shape = SHAPE_STR;
        s->ob.flags = FLAG_STATIC | FLAG_SHARED | FLAG_INTERNED;
        s->length = i < 256;
        s->kind = 1;
        s->ascii = i < 128 || i == 256;
        s->data[0] = i < 256 ? (char)i : 0;
    }
}

/* ---- Allocation ------------------------------------------------------------------------- */

/* One byte a character, and few of them: the cell comes straight from the thread's run. */
enum { FEW_CHARACTERS = GC_FINE_MAX - offsetof(Str, data) - 1 };

ALWAYS_INLINE Value new_few(intptr_t length, bool ascii)
{
    Str *s = gc_alloc_leaf_fast(gc_self, SHAPE_STR, offsetof(Str, data) + (size_t)length + 1);
    if (unlikely(!s))
        return raise_no_memory();
    s->length = length;
    s->hash = 0;
    s->kind = 1;
    s->ascii = ascii;
    s->grows = 0;
    s->data[length] = 0;
    return (Value)s;
}

static NOINLINE Value new_many(intptr_t length, uint32_t widest)
{
    if (length == 0)
        return str_empty();
    unsigned width = char_width(widest);
    size_t bytes;
    if (length < 0 || __builtin_mul_overflow((size_t)length + 1, (size_t)width, &bytes) ||
        bytes > (size_t)PTRDIFF_MAX - sizeof(Str))
        return raise_no_memory();
    Str *s = TRY(alloc_leaf(SHAPE_STR, offsetof(Str, data) + bytes));
    s->length = length;
    s->hash = 0;
    s->kind = (uint8_t)width;
    s->ascii = widest < 0x80;
    s->grows = 0;
    char_put(s->data, width, (size_t)length, 0);
    return (Value)s;
}

Value str_new(intptr_t length, uint32_t widest)
{
    if ((size_t)length - 1 < FEW_CHARACTERS && widest <= 0xff)
        return new_few(length, widest < 0x80);
    return new_many(length, widest);
}

Value str_copy_as(Type *type, Value text)
{
    const Str *from = as_str(text);
    size_t bytes = ((size_t)from->length + 1) * from->kind;
    Str *s = (Str *)TRY(object_alloc_items(type, bytes));
    s->length = from->length;
    s->hash = load_relaxed(&from->hash);
    s->kind = from->kind;
    s->ascii = from->ascii;
    s->grows = 0;
    copy_long(s->data, from->data, bytes);
    return (Value)s;
}

/* ---- Characters ------------------------------------------------------------------------- */

#define COPY_LOOP(To, From)                                                                        \
    do {                                                                                           \
        To *to_ = (To *)to + at;                                                                   \
        const From *from_ = (const From *)from + start;                                            \
        for (intptr_t i = 0; i < count; i++)                                                       \
            to_[i] = (To)from_[i];                                                                 \
    } while (0)

void chars_copy(void *to, unsigned to_width, intptr_t at, const void *from, unsigned from_width,
                intptr_t start, intptr_t count)
{
    if (to_width == from_width)
        memcpy((char *)to + at * (intptr_t)to_width,
               (const char *)from + start * (intptr_t)to_width, (size_t)count * to_width);
    else if (to_width == 2)
        COPY_LOOP(uint16_t, uint8_t);
    else if (from_width == 1)
        COPY_LOOP(uint32_t, uint8_t);
    else
        COPY_LOOP(uint32_t, uint16_t);
}

static void chars_narrow(void *to, unsigned to_width, const void *from, unsigned from_width,
                         intptr_t count)
{
    const intptr_t at = 0, start = 0;
    if (to_width == 2)
        COPY_LOOP(uint16_t, uint32_t);
    else if (from_width == 2)
        COPY_LOOP(uint8_t, uint16_t);
    else
        COPY_LOOP(uint8_t, uint32_t);
}

const void *str_chars_as(Value s, unsigned width)
{
    if (str_width(s) == width)
        return str_data(s);
    Raw *raw = TRY(raw_new(str_length(s) * (intptr_t)width));
    chars_copy(raw->data, width, 0, str_data(s), str_width(s), 0, str_length(s));
    return raw->data;
}

void str_fill(Value s, intptr_t at, intptr_t count, uint32_t c)
{
    if (count <= 0)
        return;
    unsigned width = str_width(s);
    if (width == 1)
        LONG_WORK(count)
        {
            memset(str_data(s) + at, (int)c, (size_t)count);
        }
    else
        for (intptr_t i = at; i < at + count; i++)
            char_put(str_data(s), width, (size_t)i, c);
}

Value str_from_chars(const void *characters, intptr_t length, unsigned width)
{
    if (length <= 1)
        return length ? str_from_char(char_at(characters, width, 0)) : str_empty();
    uint32_t widest = largest_char(characters, (size_t)length, width);
    Value s = TRY(str_new(length, widest));
    LONG_WORK((size_t)length * width)
    {
        if (str_width(s) < width)
            chars_narrow(str_data(s), str_width(s), characters, width, length);
        else
            memcpy(str_data(s), characters, (size_t)length * width);
    }
    return s;
}

Value str_canonical(Value fresh)
{
    Str *s = as_str(fresh);
    if (s->length == 0 || s->ascii)
        return fresh;
    uint32_t widest = largest_char(s->data, (size_t)s->length, s->kind);
    if (s->length == 1 || char_width(widest) < s->kind)
        return str_from_chars(s->data, s->length, s->kind);
    s->ascii = widest < 0x80;
    return fresh;
}

Value str_from_ascii(const char *text, size_t size)
{
    if (size == 1)
        return single_at((unsigned char)*text);
    Value s = TRY(str_new((intptr_t)size, 0x7f));
    copy_short(str_data(s), text, size);
    return s;
}

Value str_from_latin1(const uint8_t *text, intptr_t length)
{
    return str_from_chars(text, length, 1);
}

Value str_from_ucs2(const uint16_t *text, intptr_t length)
{
    return str_from_chars(text, length, 2);
}

Value str_from_ucs4(const uint32_t *text, intptr_t length)
{
    return str_from_chars(text, length, 4);
}

Value str_substring(Value s, intptr_t start, intptr_t end)
{
    intptr_t length = str_length(s);
    if (start < 0)
        start = 0;
    if (end > length)
        end = length;
    if (start >= end)
        return str_empty();
    if (start == 0 && end == length && is_str_exact(s))
        return s;
    if (end - start == 1)
        return str_from_char(str_char(s, start));
    length = end - start;
    if (as_str(s)->ascii) {
        Value part = length <= FEW_CHARACTERS ? new_few(length, true) : new_many(length, 0x7f);
        char *data = str_data(TRY(part));
        LONG_WORK(length)
        {
            copy_short(data, str_data(s) + start, (size_t)length);
        }
        return part;
    }
    return str_from_chars(str_data(s) + start * (intptr_t)str_width(s), end - start, str_width(s));
}

/* ---- Hash and comparison ---------------------------------------------------------------- */

static HashKey hash_key;
static bool hash_key_set;

void str_set_hash_seed(uint32_t seed)
{
    hash_key_from_seed(&hash_key, seed);
    hash_key_set = true;
}

int64_t text_hash(const void *bytes, size_t size)
{
    if (!size)
        return 0; /* whatever the key is */
    int64_t hash = (int64_t)hash_bytes(bytes, size, &hash_key);
    return hash == 0 ? 1 : hash == -1 ? -2 : hash;
}

int64_t str_hash(Value v)
{
    Str *s = as_str(v);
    int64_t hash = load_relaxed(&s->hash);
    if (likely(hash))
        return hash;
    LONG_WORK(s->length)
    {
        hash = text_hash(s->data, (size_t)s->length * s->kind);
    }
    store_relaxed(&s->hash, hash);
    return hash;
}

bool str_equal(Value a, Value b)
{
    return str_equal_inline(a, b);
}

bool str_equals(Value s, const char *ascii)
{
    size_t size = strlen(ascii);
    return (size_t)str_length(s) == size && as_str(s)->ascii && !memcmp(str_data(s), ascii, size);
}

int str_compare(Value a, Value b)
{
    const Str *x = as_str(a), *y = as_str(b);
    intptr_t common = x->length < y->length ? x->length : y->length;
    if (x->kind == 1 && y->kind == 1) {
        uint8_t c = (uint8_t)x->data[0], d = (uint8_t)y->data[0]; /* there even in '' */
        if (c != d)
            return c < d ? -1 : 1;
        int order = memcmp(x->data, y->data, (size_t)common);
        if (order)
            return order < 0 ? -1 : 1;
    } else {
        for (intptr_t i = 0; i < common; i++) {
            uint32_t c = char_at(x->data, x->kind, (size_t)i);
            uint32_t d = char_at(y->data, y->kind, (size_t)i);
            if (c != d)
                return c < d ? -1 : 1;
        }
    }
    return (x->length > y->length) - (x->length < y->length);
}

/* ---- Concatenation ---------------------------------------------------------------------- */

Value str_concat(Value a, Value b)
{
    intptr_t n = str_length(a), m = str_length(b), total;
    if (n == 0 && is_str_exact(b))
        return b;
    if (m == 0 && is_str_exact(a))
        return a;
    if (__builtin_add_overflow(n, m, &total))
        return raise(OverflowError, "strings are too large to concat");
    uint32_t x = str_widest(a), y = str_widest(b);
    Value s = TRY(str_new(total, x > y ? x : y));
    unsigned width = str_width(s);
    if (width == 1) {
        LONG_WORK(total)
        {
            copy_short(str_data(s), str_data(a), (size_t)n);
            copy_short(str_data(s) + n, str_data(b), (size_t)m);
        }
        return s;
    }
    LONG_WORK(total)
    {
        chars_copy(str_data(s), width, 0, str_data(a), str_width(a), 0, n);
        chars_copy(str_data(s), width, n, str_data(b), str_width(b), 0, m);
    }
    return s;
}

Value str_append(Value a, Value b, bool sole)
{
    Str *s = as_str(a);
    const Str *part = as_str(b);
    intptr_t n = s->length, m = part->length, total;
    if (__builtin_add_overflow(n, m, &total) || total > PTRDIFF_MAX / 8)
        return raise(OverflowError, "strings are too large to concat");
    if (!sole || !s->grows || part->kind > s->kind ||
        offsetof(Str, data) + (size_t)(total + 1) * s->kind > gc_cell_size(s)) {
        uint32_t x = str_widest(a), y = str_widest(b);
        Str *copy = (Str *)TRY(str_new(total + total / 2 + 16, x > y ? x : y));
        chars_copy(copy->data, copy->kind, 0, s->data, s->kind, 0, n);
        copy->length = n;
        copy->grows = 1;
        s = copy;
    }
    chars_copy(s->data, s->kind, n, part->data, part->kind, 0, m);
    char_put(s->data, s->kind, (size_t)total, 0);
    s->ascii &= part->ascii;
    s->hash = 0;
    store_release(&s->length, total); /* others may look at the frame: str_settled */
    return (Value)s;
}

Value str_settled(Value v)
{
    if (!has_shape(v, SHAPE_STR) || !as_str(v)->grows)
        return v;
    return str_from_chars(str_data(v), load_acquire(&as_str(v)->length), str_width(v));
}

void str_start_early(void)
{
    if (!hash_key_set && !hash_key_random(&hash_key))
        fatal("no random numbers to hash text with");
    make_singles();
    str_intern_start();
}
