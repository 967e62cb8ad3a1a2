/* strip(), replace(), justification and tabs, for str, bytes and bytearray. */
#include "types/text.h"

#include "base/search.h"
#include "core/abstract.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/str_inline.h"

/* ---- strip ------------------------------------------------------------------------------ */

static bool is_stripped(const Text *text, const TextArgument *chars, unsigned width, uint32_t c)
{
    if (!chars->data)
        return text_is_space(text, c);
    if (chars->length == 1)
        return char_at(chars->data, width, 0) == c;
    return search_char(chars->data, chars->length, width, c) >= 0;
}

/* Moves `start` and `end` past what is stripped: the characters whose index i passes the test. */
#define STRIP(test)                                                                                \
    do {                                                                                           \
        if (sides & STRIP_LEFT)                                                                    \
            for (intptr_t i = start; i < end && (test); i++)                                       \
                start++;                                                                           \
        if (sides & STRIP_RIGHT)                                                                   \
            for (intptr_t i = end - 1; i >= start && (test); i--)                                  \
                end--;                                                                             \
    } while (0)

Value text_strip(Value self, Value chars_value, int sides, const char *what)
{
    TEXT_OF(text, self);
    TEXT_ARGUMENT(chars);
    unsigned width = text.width;
    if (chars_value && chars_value != None) {
        if (text.layout == LAYOUT_STR) {
            if (!is_str(chars_value))
                return raise(TypeError, "%s arg must be None or str", what);
            chars.data = str_data(chars_value);
            chars.length = str_length(chars_value);
            width = str_width(chars_value);
        } else
            TRY(text_argument(&text, chars_value, "", &chars));
    }
    intptr_t start = 0, end = text.length;
    const uint8_t *bytes = (const uint8_t *)text.data;
    LONG_WORK(text.length)
    {
        if (!chars.data && text.width == 1 && text.layout == LAYOUT_STR)
            STRIP(unicode_latin1_flags[bytes[i]] & UC_SPACE);
        else if (chars.length == 1 && text.width == 1 && width == 1)
            STRIP(bytes[i] == (uint8_t)chars.data[0]);
        else
            STRIP(is_stripped(&text, &chars, width, text_char(&text, i)));
    }
    return text_part(&text, start, end);
}

/* ---- replace ---------------------------------------------------------------------------- */

typedef struct Replacement {
    const Text *text;
    const char *old, *new; /* new: in the width of the result */
    intptr_t old_length, new_length, count;
    const intptr_t *places; /* where the occurrences are, or 0: to be searched for */
    char *out;
    unsigned width;
} Replacement;

static void copy_text(const Replacement *r, intptr_t at, intptr_t start, intptr_t count)
{
    chars_copy(r->out, r->width, at, r->text->data, r->text->width, start, count);
}

static void copy_new(const Replacement *r, intptr_t at)
{
    memcpy(r->out + at * (intptr_t)r->width, r->new, (size_t)r->new_length * r->width);
}

/* Puts `new` before each of the first `count` characters, or after the last. */
static void replace_empty(const Replacement *r)
{
    intptr_t at = 0, i = 0;
    for (intptr_t n = 0; n < r->count; n++) {
        copy_new(r, at);
        at += r->new_length;
        if (i < r->text->length)
            copy_text(r, at++, i++, 1);
    }
    copy_text(r, at, i, r->text->length - i);
}

/* Where the next occurrence begins, counted from i; there is one. Between those of a character
 * that is frequent are too few others for a call to pay. */
static intptr_t next_gap(const Replacement *r, intptr_t i)
{
    const Text *text = r->text;
    if (r->old_length == 1 && text->width == 1) {
        const char *p = text->data + i, *end = text->data + text->length, c = *r->old;
        if (end - p > 16)
            end = p + 16;
        for (const char *q = p; q < end; q++)
            if (*q == c)
                return q - p;
    }
    return search_first(text_at(text, i), text->length - i, r->old, r->old_length, text->width);
}

/* Of text, result and occurrence of one byte a character. */
static void replace_places(const Replacement *r)
{
    const char *in = r->text->data, *end = in + r->text->length;
    char *out = r->out;
    for (intptr_t n = 0; n < r->count; n++) {
        size_t gap = (size_t)(r->text->data + r->places[n] - in);
        copy_short(out, in, gap);
        copy_short(out + gap, r->new, (size_t)r->new_length);
        out += gap + (size_t)r->new_length;
        in += gap + (size_t)r->old_length;
    }
    copy_short(out, in, (size_t)(end - in));
}

static void replace_found(const Replacement *r)
{
    const Text *text = r->text;
    intptr_t at = 0, i = 0;
    for (intptr_t n = 0; n < r->count; n++) {
        intptr_t gap = r->places ? r->places[n] - i : next_gap(r, i);
        copy_text(r, at, i, gap);
        copy_new(r, at + gap);
        at += gap + r->new_length;
        i += gap + r->old_length;
    }
    copy_text(r, at, i, text->length - i);
}

static Value replace_in(const Text *text, const TextArgument *old, const char *new,
                        intptr_t new_length, unsigned new_width, uint32_t new_widest,
                        const intptr_t *places, intptr_t count)
{
    intptr_t added, length;
    if (__builtin_mul_overflow(new_length - old->length, count, &added) ||
        __builtin_add_overflow(text->length, added, &length))
        return raise(OverflowError, text->layout == LAYOUT_STR ? "replace string is too long"
                                                               : "replace bytes is too long");
    uint32_t widest = text_widest(text);
    if (new_widest > widest)
        widest = new_widest;
    Replacement r = {text, old->data, new, old->length, new_length, count, places, 0, 0};
    Value result = TRY(text_new(text, length, widest, &r.out, &r.width));
    if (new_width != r.width) {
        /* A str of the narrower kind, whose wider copy stays on the stack. */
        Value copy = TRY(str_new(new_length, widest));
        chars_copy(str_data(copy), r.width, 0, new, new_width, 0, new_length);
        r.new = new_length ? str_data(copy) : new;
    }
    LONG_WORK(length)
    {
        if (!old->length)
            replace_empty(&r);
        else if (places && r.width == 1)
            replace_places(&r);
        else
            replace_found(&r);
    }
    if (text->layout == LAYOUT_STR)
        return str_canonical(result);
    return result;
}

#define REPLACE_EACH(Char)                                                                         \
    do {                                                                                           \
        const Char *in_ = (const Char *)(const void *)text->data;                                  \
        Char *out_ = (Char *)(void *)out, from_ = (Char)old, to_ = (Char) new;                     \
        for (intptr_t i = 0; i < n; i++)                                                           \
            out_[i] = in_[i] == from_ ? to_ : in_[i];                                              \
    } while (0)

/* Every `old` becomes `new`, which the text is wide enough for. */
VECTORIZED static void replace_each(const Text *text, char *out, uint32_t old, uint32_t new)
{
    const intptr_t n = text->length;
    if (text->width == 1)
        REPLACE_EACH(uint8_t);
    else if (text->width == 2)
        REPLACE_EACH(uint16_t);
    else
        REPLACE_EACH(uint32_t);
}

/* One character by another, everywhere. */
static Value replace_char(const Text *text, uint32_t old, uint32_t new, uint32_t new_widest)
{
    bool found = false;
    LONG_WORK(text->length)
    {
        found = search_char(text->data, text->length, text->width, old) >= 0;
    }
    if (!found)
        return text_whole(text);
    uint32_t widest = text_widest(text);
    char *out;
    unsigned width;
    Value result =
        TRY(text_new(text, text->length, new_widest > widest ? new_widest : widest, &out, &width));
    LONG_WORK(text->length)
    {
        replace_each(text, out, old, new);
    }
    return text->layout == LAYOUT_STR ? str_canonical(result) : result;
}

/* Notes where the first occurrences are, at most `limit` of them: how many, or -1 if there are more
 * than there is room for. */
enum { PLACES = 16 };
static intptr_t find_places(const Text *text, const TextArgument *old, intptr_t limit,
                            intptr_t places[PLACES])
{
    intptr_t at = 0, count = 0;
    for (; count != limit; count++) {
        intptr_t gap =
            search_first(text_at(text, at), text->length - at, old->data, old->length, text->width);
        if (gap < 0)
            return count;
        if (count == PLACES)
            return -1;
        places[count] = at + gap;
        at += gap + old->length;
    }
    return count;
}

/* Most calls find nothing. Whether that is plain to see: the first character is not there. */
static bool replaces_nothing(Value self, Value old, Value new, Value limit)
{
    return is_str_exact(self) && is_str_exact(old) && is_str_exact(new) && is_int(limit) &&
           str_width(self) == 1 && str_width(old) == 1 && str_length(old) > 0 &&
           !memchr(str_data(self), *(const uint8_t *)str_data(old), (size_t)str_length(self));
}

Value text_replace(Value self, Value old_value, Value new_value, Value limit_value)
{
    if (replaces_nothing(self, old_value, new_value, limit_value))
        return self;
    TEXT_OF(text, self);
    TEXT_ARGUMENT(old);
    TEXT_ARGUMENT(new);
    if (!text_argument_quick(&text, old_value, &old))
        TRY(text_argument(&text, old_value, "replace() argument 1 ", &old));
    unsigned new_width = 1;
    uint32_t new_widest = 0;
    if (text.layout == LAYOUT_STR) {
        if (!is_str(new_value))
            return raise(TypeError, "replace() argument 2 must be str, not %B", new_value);
        new.data = str_data(new_value);
        new.length = str_length(new_value);
        new_width = str_width(new_value);
        new_widest = str_widest(new_value);
    } else
        TRY(text_argument(&text, new_value, "", &new));
    intptr_t limit = is_int(limit_value) ? int_value(limit_value) : TRY_INDEX(limit_value);
    if (limit == 0 || old.absent || old.length > text.length)
        return text_whole(&text);
    if (old.length == 1 && new.length == 1 && limit < 0 && new_width <= text.width &&
        text.length > 1)
        return replace_char(&text, char_at(old.data, text.width, 0),
                            char_at(new.data, new_width, 0), new_widest);
    intptr_t places[PLACES], count = -1;
    bool few = false;
    LONG_WORK(text.length)
    {
        if (old.length)
            count = find_places(&text, &old, limit, places);
        few = count >= 0;
        if (!few)
            count = search_count(text.data, text.length, old.data, old.length, text.width, limit);
    }
    if (count == 0)
        return text_whole(&text);
    return replace_in(&text, &old, new.data, new.length, new_width, new_widest, few ? places : 0,
                      count);
}

/* ---- center, ljust, rjust, zfill -------------------------------------------------------- */

static bool fill_argument(const Text *text, Value v, const char *what, uint32_t *fill)
{
    *fill = ' ';
    if (!v)
        return true;
    if (text->layout == LAYOUT_STR) {
        if (!is_str(v)) {
            raise(TypeError, "The fill character must be a unicode character, not %T", v);
            return false;
        }
        if (str_length(v) != 1) {
            raise(TypeError, "The fill character must be exactly one character long");
            return false;
        }
        *fill = str_char(v, 0);
        return true;
    }
    if (!is_bytes(v) && !is_bytearray(v)) {
        raise(TypeError, "%s() argument 2 must be a byte string of length 1, not %B", what, v);
        return false;
    }
    TEXT_OF(bytes, v);
    if (bytes.length != 1) {
        raise(TypeError, "%s() argument 2 must be a byte string of length 1, not %B", what, v);
        return false;
    }
    *fill = text_char(&bytes, 0);
    return true;
}

static Value padded(const Text *text, intptr_t left, intptr_t right, uint32_t fill)
{
    if (left < 0)
        left = 0;
    if (right < 0)
        right = 0;
    if (left == 0 && right == 0)
        return text_whole(text);
    intptr_t length;
    if (__builtin_add_overflow(left, text->length, &length) ||
        __builtin_add_overflow(length, right, &length))
        return raise(OverflowError, "padded string is too long");
    uint32_t widest = text_widest(text);
    char *data;
    unsigned width;
    Value result = TRY(text_new(text, length, fill > widest ? fill : widest, &data, &width));
    LONG_WORK(length)
    {
        for (intptr_t i = 0; i < left; i++)
            char_put(data, width, (size_t)i, fill);
        chars_copy(data, width, left, text->data, text->width, 0, text->length);
        for (intptr_t i = left + text->length; i < length; i++)
            char_put(data, width, (size_t)i, fill);
    }
    return result;
}

static Value center(Value *args)
{
    TEXT_OF(text, args[0]);
    intptr_t width = TRY_INDEX(args[1]);
    uint32_t fill;
    TRY(fill_argument(&text, args[2], "center", &fill));
    intptr_t margin = width > text.length ? width - text.length : 0;
    intptr_t left = margin / 2 + (margin & width & 1);
    return padded(&text, left, margin - left, fill);
}

static Value ljust(Value *args)
{
    TEXT_OF(text, args[0]);
    intptr_t width = TRY_INDEX(args[1]);
    uint32_t fill;
    TRY(fill_argument(&text, args[2], "ljust", &fill));
    return padded(&text, 0, width > text.length ? width - text.length : 0, fill);
}

static Value rjust(Value *args)
{
    TEXT_OF(text, args[0]);
    intptr_t width = TRY_INDEX(args[1]);
    uint32_t fill;
    TRY(fill_argument(&text, args[2], "rjust", &fill));
    return padded(&text, width > text.length ? width - text.length : 0, 0, fill);
}

/* The two families differ in the default that their signatures show. */
#define PADDING(id, name, body, fill, what)                                                        \
    METHOD(id, name, "width, fillchar=?" fill ", /",                                               \
           "Return a " what " copy of length width, padded with fillchar (a space).")              \
    {                                                                                              \
        return body(args);                                                                         \
    }
PADDING(str_center, "center", center, "' '", "centered")
PADDING(str_ljust, "ljust", ljust, "' '", "left-justified")
PADDING(str_rjust, "rjust", rjust, "' '", "right-justified")
PADDING(bytes_center, "center", center, "b' '", "centered")
PADDING(bytes_ljust, "ljust", ljust, "b' '", "left-justified")
PADDING(bytes_rjust, "rjust", rjust, "b' '", "right-justified")

METHOD(text_zfill, "zfill", "width, /",
       "Return a copy padded on the left with zeros, after a leading sign, to length width.")
{
    TEXT_OF(text, args[0]);
    intptr_t width = TRY_INDEX(args[1]);
    if (width <= text.length)
        return text_whole(&text);
    intptr_t fill = width - text.length;
    char *data;
    unsigned char_size;
    Value result = TRY(text_new(&text, width, text_widest(&text), &data, &char_size));
    for (intptr_t i = 0; i < fill; i++)
        char_put(data, char_size, (size_t)i, '0');
    chars_copy(data, char_size, fill, text.data, text.width, 0, text.length);
    uint32_t first = text.length ? text_char(&text, 0) : 0;
    if (first == '+' || first == '-') {
        char_put(data, char_size, 0, first);
        char_put(data, char_size, (size_t)fill, '0');
    }
    return result;
}

/* ---- expandtabs ------------------------------------------------------------------------- */

/* Writes the text with tabs expanded to `out`, or, if it is 0, only counts: the length, -1 if
 * that overflows. */
ALWAYS_INLINE intptr_t expand_as(const Text *text, int size, char *out, const unsigned width)
{
    intptr_t at = 0, column = 0;
    for (intptr_t i = 0; i < text->length; i++) {
        uint32_t c = char_at(text->data, width, (size_t)i);
        if (c != '\t') {
            if (out)
                char_put(out, width, (size_t)at, c);
            column = c == '\n' || c == '\r' ? 0 : column + 1;
            at++;
            continue;
        }
        intptr_t count = size > 0 ? size - column % size : 0;
        for (intptr_t k = 0; out && k < count; k++)
            char_put(out, width, (size_t)(at + k), ' ');
        column += count;
        if (__builtin_add_overflow(at, count, &at))
            return -1;
    }
    return at;
}

static intptr_t expand(const Text *text, int size, char *out)
{
    return text->width == 1   ? expand_as(text, size, out, 1)
           : text->width == 2 ? expand_as(text, size, out, 2)
                              : expand_as(text, size, out, 4);
}

METHOD(text_expandtabs, "expandtabs", "tabsize=8",
       "Return a copy where tabs are expanded to spaces, up to columns of tabsize.")
{
    TEXT_OF(text, args[0]);
    int size;
    TRY(index_as_int(args[1], &size));
    if (search_char(text.data, text.length, text.width, '\t') < 0)
        return text_whole(&text);
    intptr_t length = expand(&text, size, 0);
    if (length < 0)
        return raise(OverflowError,
                     text.layout == LAYOUT_STR ? "new string is too long" : "result too long");
    char *data;
    unsigned width;
    Value result = TRY(text_new(&text, length, text_widest(&text), &data, &width));
    LONG_WORK(length)
    {
        expand(&text, size, data);
    }
    return result;
}

MethodDef *const str_edit_methods[] = {M(str_center), M(str_ljust),       M(str_rjust),
                                       M(text_zfill), M(text_expandtabs), 0};
MethodDef *const bytes_edit_methods[] = {M(bytes_center), M(bytes_ljust),     M(bytes_rjust),
                                         M(text_zfill),   M(text_expandtabs), 0};
