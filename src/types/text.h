/* What str, bytes and bytearray have in common: their methods that search, split and strip work
 * on a Text, which is an array of characters and the type that pieces of it are made of. */
#ifndef WEFT_TYPES_TEXT_H
#define WEFT_TYPES_TEXT_H

#include "base/search.h"
#include "base/unicode.h"
#include "base/utf8.h"
#include "core/dialect.h"
#include "core/thread.h"
#include "types/str.h"

typedef struct Text {
    const char *data;
    intptr_t length;
    unsigned width;
    Layout layout; /* of the receiver: LAYOUT_STR, LAYOUT_BYTES or LAYOUT_BYTEARRAY */
    Value owner;
} Text;

/* The receiver's characters: of a bytearray that other threads may write to a copy, made under its
 * lock, so that methods are atomic; `data` is 0 with MemoryError if there is no memory for that.
 * The copy stays while the Text is on the stack. */
Text text_of_slow(Value self);
ALWAYS_INLINE Text text_of(Value self)
{
    const Str *s = (const Str *)self;
    if (likely(is_str_exact(self)))
        return (Text){s->data, s->length, s->kind, LAYOUT_STR, self};
    return text_of_slow(self);
}
/* Declares it; without memory the function returns 0. */
#define TEXT_OF(name, self)                                                                        \
    Text name = text_of(self);                                                                     \
    if (unlikely(!name.data))                                                                      \
    return 0
/* Not copied, for who looks at little of it. text_moves: others may write to it, and only its
 * layout says something until its lock is held and it is had again. */
Text text_view_slow(Value self);
ALWAYS_INLINE Text text_view(Value self)
{
    const Str *s = (const Str *)self;
    if (likely(is_str_exact(self)))
        return (Text){s->data, s->length, s->kind, LAYOUT_STR, self};
    return text_view_slow(self);
}
/* Of a bytearray whose lock is held; views of it may still be written through. */
Text text_view_locked(Value self);
ALWAYS_INLINE bool text_moves(const Text *text)
{
    return text->layout == LAYOUT_BYTEARRAY && is_shared(text->owner);
}

/* An argument's characters, in the receiver's width; a buffer is held until release. No other
 * thread changes them: they are a copy where one might. */
typedef struct TextArgument {
    const char *data;
    intptr_t length;
    bool absent; /* wider than anything in the receiver: occurs nowhere */
    bool held;
    char byte;
    Buffer buffer;
} TextArgument;
void text_argument_release_slow(TextArgument *argument);
ALWAYS_INLINE void text_argument_release(TextArgument *argument)
{
    if (unlikely(argument->held))
        text_argument_release_slow(argument);
}
/* Declares one; the buffer in it is left as it is until it is needed. */
#define TEXT_ARGUMENT(name)                                                                        \
    TextArgument name __attribute__((cleanup(text_argument_release)));                             \
    name.data = 0;                                                                                 \
    name.length = 0;                                                                               \
    name.absent = name.held = false
/* For a str receiver `v` must be a str: TypeError "must be str, not T" with `what` before it; for
 * bytes a buffer: "a bytes-like object is required, not 'T'". */
bool text_argument(const Text *text, Value v, const char *what, TextArgument *out) MUST_USE;
/* search_first for texts of any length, from safe points: see LONG_WORK. What is near is found
 * without leaving the running state. */
intptr_t text_search_long(const char *data, intptr_t length, const char *part, intptr_t part_length,
                          unsigned width);
ALWAYS_INLINE intptr_t text_search(const char *data, intptr_t length, const char *part,
                                   intptr_t part_length, unsigned width)
{
    return likely(length < LONG_WORK_LEAST)
               ? search_first(data, length, part, part_length, width)
               : text_search_long(data, length, part, part_length, width);
}
/* The bytes of any buffer: TypeError "a bytes-like object is required, not 'T'". */
bool bytes_argument(Value v, TextArgument *out) MUST_USE;
/* The same for who reads every byte once, in whatever state it is then: never a copy. */
bool bytes_argument_once(Value v, TextArgument *out) MUST_USE;
/* text_argument, and for bytes also an int in range(256): find, count, index. */
bool text_argument_or_byte(const Text *text, Value v, const char *what, TextArgument *out) MUST_USE;

/* text_argument where it is a str of the receiver's width, as it is nearly always; else false, and
 * text_argument has to look at it. */
ALWAYS_INLINE bool text_argument_quick(const Text *text, Value v, TextArgument *out)
{
    const Str *s = (const Str *)v;
    if (text->layout != LAYOUT_STR || !is_str_exact(v) || s->kind != text->width)
        return false;
    out->data = s->data;
    out->length = s->length;
    return true;
}

/* New str, bytes or bytearray, as the receiver's; the receiver itself if it is all of it and
 * neither an instance of a subclass nor a bytearray. */
Value text_part(const Text *text, intptr_t start, intptr_t end);
Value text_whole(const Text *text);
/* New one of this length, to be filled; *data is where. `widest` matters for str only. */
Value text_new(const Text *text, intptr_t length, uint32_t widest, char **data, unsigned *width);
/* An upper bound of its characters, as str_new wants it. */
uint32_t text_widest(const Text *text);

ALWAYS_INLINE uint32_t text_char(const Text *text, intptr_t i)
{
    return char_at(text->data, text->width, (size_t)i);
}
ALWAYS_INLINE const char *text_at(const Text *text, intptr_t i)
{
    return text->data + i * (intptr_t)text->width;
}
ALWAYS_INLINE bool text_is_space(const Text *text, uint32_t c)
{
    if (text->layout == LAYOUT_STR)
        return unicode_is_space(c);
    return c == ' ' || (c >= 9 && c <= 13);
}
ALWAYS_INLINE bool text_is_linebreak(const Text *text, uint32_t c)
{
    if (text->layout == LAYOUT_STR)
        return unicode_is_linebreak(c);
    return c == '\n' || c == '\r';
}

/* Optional start and end arguments (0 or None: not given), and what they mean in a text: clipped to
 * [0, length]; start may be beyond the end. */
bool text_bounds(Value start, Value end, intptr_t *from, intptr_t *to) MUST_USE;
void text_clip(intptr_t length, intptr_t *from, intptr_t *to);
bool text_range_slow(intptr_t length, Value start, Value end, intptr_t *from,
                     intptr_t *to) MUST_USE;
ALWAYS_INLINE bool text_range(intptr_t length, Value start, Value end, intptr_t *from, intptr_t *to)
{
    *from = 0;
    *to = length;
    return likely(!start && !end) || text_range_slow(length, start, end, from, to);
}
/* An index or slice bound through __index__, saturating; with slices' TypeError. */
bool text_slice_index(Value v, intptr_t *out) MUST_USE;

/* Joins tables of methods, each ending with 0, to one that a type can have. */
MethodDef *const *text_join_tables(MethodDef **out, size_t capacity,
                                   MethodDef *const *const *tables);

/* Methods that the three types share, by topic. */
extern MethodDef *const text_find_methods[];  /* find index rfind rindex count */
extern MethodDef *const text_match_methods[]; /* startswith endswith removeprefix removesuffix */
extern MethodDef *const text_split_methods[]; /* split rsplit splitlines partition rpartition */
/* center ljust rjust zfill expandtabs */
extern MethodDef *const str_edit_methods[], *const bytes_edit_methods[];

/* strip() and kin: sides is a set of STRIP_LEFT, STRIP_RIGHT; chars 0 or None: white space. */
enum { STRIP_LEFT = 1, STRIP_RIGHT = 2 };
Value text_strip(Value self, Value chars, int sides, const char *what);
Value text_replace(Value self, Value old, Value new, Value limit);
/* `part in self`; -1 with an exception. */
int text_contains(Value self, Value part);

#endif
