/* str: immutable text, 1, 2 or 4 bytes a character, whichever holds the widest. */
#ifndef WEFT_TYPES_STR_H
#define WEFT_TYPES_STR_H

#include <string.h>
#include "core/abstract.h"

typedef struct Str {
    Object ob;
    intptr_t length; /* characters; immutable */
    int64_t hash;    /* atomic: 0 until computed (a hash of 0 is stored as 1) */
    uint8_t kind;    /* 1, 2 or 4 bytes a character; immutable */
    uint8_t ascii;   /* all characters are below 128; immutable */
    uint8_t grows;   /* str_append may extend it in place: for its owner's eyes only */
    uint8_t spare;
    char data[]; /* length * kind bytes and a NUL character; canonical: the narrowest kind */
} Str;
extern Type str_type;

ALWAYS_INLINE bool is_str(Value v) /* subclasses included */
{
    return has_layout(v, LAYOUT_STR);
}
ALWAYS_INLINE bool is_str_exact(Value v)
{
    return has_shape(v, SHAPE_STR);
}
ALWAYS_INLINE intptr_t str_length(Value v)
{
    return ((Str *)v)->length;
}
ALWAYS_INLINE uint32_t str_char(Value v, intptr_t i)
{
    const Str *s = (const Str *)v;
    return s->kind == 1   ? ((const uint8_t *)s->data)[i]
           : s->kind == 2 ? ((const uint16_t *)(const void *)s->data)[i]
                          : ((const uint32_t *)(const void *)s->data)[i];
}

/* str_equal where it is worth its size. Most that differ do so in length or in the first byte,
 * which is there even in ''. */
ALWAYS_INLINE bool str_equal_inline(Value a, Value b)
{
    const Str *x = (const Str *)a, *y = (const Str *)b;
    if (a == b)
        return true;
    if (x->length != y->length || x->data[0] != y->data[0] || x->kind != y->kind ||
        x->ascii != y->ascii)
        return false;
    return !memcmp(x->data, y->data, (size_t)x->length * x->kind);
}

/* object_equal where most are ints or strings. */
ALWAYS_INLINE int object_equal_inline(Value a, Value b)
{
    if (a == b)
        return 1;
    if (is_str_exact(a) && is_str_exact(b))
        return str_equal_inline(a, b);
    return are_ints(a, b) ? 0 : object_equal(a, b);
}

Value str_new(intptr_t length,
              uint32_t widest); /* to be filled by the caller, who keeps it canonical */
Value str_from_utf8(const char *text, size_t size); /* strict: UnicodeDecodeError */
Value str_from_wtf8(const char *text,
                    size_t size); /* surrogates allowed; bad bytes: U+FFFD never, they raise */
Value str_from_cstring(const char *text); /* UTF-8 */
Value str_from_ascii(const char *text, size_t size);
Value str_from_latin1(const uint8_t *text, intptr_t length);
Value str_from_ucs4(const uint32_t *text, intptr_t length);
Value str_from_ucs2(const uint16_t *text, intptr_t length);
Value str_from_char(uint32_t c);
Value str_format(const char *format, ...); /* as raise's messages */
Value str_empty(void);
bool str_is_latin1_single(Value s); /* the preallocated str of one character, or '' */
/* UTF-8 of a str: size in *size, NUL-ended, valid as long as `s` or the returned pointer is
 * on the stack. 0 with UnicodeEncodeError for lone surrogates. */
const char *str_utf8(Value s, size_t *size);
const char *str_utf8_lossy(Value s,
                           size_t *size); /* surrogates as WTF-8: never fails but for memory */
/* The same, refusing embedded NULs (ValueError "embedded null character"). */
const char *str_cstring(Value s);
/* File system names: UTF-8 with surrogateescape, both ways. */
Value str_from_fs(const char *bytes, size_t size);
/* The encoding of names of files, arguments and the like: UTF-8 unless set. `name`: static. */
void str_set_fs_encoding(const char *name);
const char *str_fs_encoding(void);
const char *str_to_fs(Value s, size_t *size);

int64_t str_hash(Value s);        /* never 0, never -1 */
bool str_equal(Value a, Value b); /* both str */
bool str_equals(Value s, const char *ascii);
int str_compare(Value a, Value b);
Value str_concat(Value a, Value b);
/* a + b, both exact strs, in a str with room to grow. `sole`: `a` came from here and nobody but the
 * caller can see it, so it may be the result, made longer. */
Value str_append(Value a, Value b, bool sole) MUST_USE;
/* The value itself, or if it is a str that may still grow, a copy: to be given to others. */
Value str_settled(Value v) MUST_USE;
Value str_substring(Value s, intptr_t start, intptr_t end);
Value str_join(Value separator, Value iterable);
/* Strs one behind the other: what f-strings are made of. */
Value str_join_array(const Value *parts, intptr_t count);
intptr_t str_find(Value s, Value part, intptr_t start, intptr_t end); /* -1 */
/* The one with this text, while anything refers to it; exact str only. */
Value str_intern(Value s);
/* The one with these characters, made only if there is none. */
Value str_intern_latin1(const uint8_t *text, intptr_t length);
/* The same, kept for good: C code may keep it anywhere. 0: MemoryError. */
Value str_intern_cstring(const char *utf8);
bool str_is_identifier(Value s);
Value str_repr(Value s);
Value str_ascii(Value s); /* repr with all but ASCII escaped */

/* Building text piece by piece. On failure an exception is pending and all later calls fail
 * until finish, which then returns 0: check once, at the end. It stays where it was started. */
enum { BUILDER_SMALL = 96 };
typedef struct StrBuilder {
    char *data; /* the characters so far, of `kind`: `small`, or within a Raw, which this keeps
                   alive */
    intptr_t length, capacity;
    uint32_t widest;
    uint8_t kind;
    bool failed;
    char small[BUILDER_SMALL] __attribute__((aligned(8)));
} StrBuilder;
void builder_start(StrBuilder *b);
void builder_add_char(StrBuilder *b, uint32_t c);
void builder_add_ascii(StrBuilder *b, const char *text, size_t size);
void builder_add_cstring(StrBuilder *b, const char *ascii);
void builder_add(StrBuilder *b, Value s);
void builder_add_part(StrBuilder *b, Value s, intptr_t start, intptr_t end);
void builder_fill(StrBuilder *b, uint32_t c, intptr_t count);
Value builder_finish(StrBuilder *b);

/* The key of str, bytes and memoryview hashes: from this seed (0: no randomness), if called
 * before str_start_early; else random. */
void str_set_hash_seed(uint32_t seed);
int64_t text_hash(const void *bytes, size_t size); /* never -1; 0 for nothing only */

void str_start(void); /* the type and its iterator */
void str_start_early(
    void); /* hash key, preallocated strs and intern table, before any type is ready */

#endif
