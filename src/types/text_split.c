/* split(), rsplit(), splitlines(), partition(), rpartition(), for str, bytes and bytearray. */
#include "types/text.h"

#include "base/search.h"
#include "core/abstract.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* The parts found so far: a few on the stack, those before them in the list. */
typedef struct Parts {
    const Text *text;
    Value list; /* 0 until the buffer was full once */
    int count;
    Value buffer[24];
} Parts;

/* The buffer is left as it is. */
ALWAYS_INLINE void parts_start(Parts *parts, const Text *text)
{
    parts->text = text;
    parts->list = 0;
    parts->count = 0;
}

static bool flush_parts(Parts *parts)
{
    let_stop(0);
    if (!parts->list)
        parts->list = list_from_values(parts->buffer, parts->count);
    else {
        List *list = (List *)parts->list; /* nobody else knows it: no lock */
        TRY(list_splice_locked(list, list->length, 0, parts->buffer, parts->count));
    }
    parts->count = 0;
    return parts->list;
}

static bool add_part(Parts *parts, intptr_t start, intptr_t end)
{
    if (unlikely(parts->count == COUNT_OF(parts->buffer)))
        TRY(flush_parts(parts));
    const Text *text = parts->text;
    Value part = TRY_OR(text->layout == LAYOUT_STR ? str_substring(text->owner, start, end)
                                                   : text_part(text, start, end),
                        false);
    parts->buffer[parts->count++] = part;
    return true;
}

static Value parts_list(Parts *parts)
{
    TRY(flush_parts(parts));
    return parts->list;
}

ALWAYS_INLINE bool split_space_as(Parts *parts, intptr_t limit, unsigned width)
{
    const Text *text = parts->text;
    const char *data = text->data;
    intptr_t i = 0, length = text->length;
    for (;;) {
        while (i < length && text_is_space(text, char_at(data, width, (size_t)i)))
            i++;
        if (i == length)
            return true;
        intptr_t start = i;
        if (limit-- == 0)
            return add_part(parts, start, length);
        do
            i++;
        while (i < length && !text_is_space(text, char_at(data, width, (size_t)i)));
        if (!add_part(parts, start, i))
            return false;
    }
}

static bool split_space(Parts *parts, intptr_t limit)
{
    switch (parts->text->width) {
    case 1:
        return split_space_as(parts, limit, 1);
    case 2:
        return split_space_as(parts, limit, 2);
    default:
        return split_space_as(parts, limit, 4);
    }
}

static bool rsplit_space(Parts *parts, intptr_t limit)
{
    const Text *text = parts->text;
    intptr_t i = text->length;
    for (;;) {
        while (i > 0 && text_is_space(text, text_char(text, i - 1)))
            i--;
        if (i == 0)
            return true;
        intptr_t end = i;
        if (limit-- == 0)
            return add_part(parts, 0, end);
        while (i > 0 && !text_is_space(text, text_char(text, i - 1)))
            i--;
        if (!add_part(parts, i, end))
            return false;
    }
}

static bool split_by(Parts *parts, const TextArgument *sep, intptr_t limit)
{
    const Text *text = parts->text;
    intptr_t start = 0;
    while (limit-- != 0 && !sep->absent) {
        intptr_t i = text_search(text_at(text, start), text->length - start, sep->data, sep->length,
                                 text->width);
        if (i < 0)
            break;
        if (!add_part(parts, start, start + i))
            return false;
        start += i + sep->length;
    }
    return add_part(parts, start, text->length);
}

static bool rsplit_by(Parts *parts, const TextArgument *sep, intptr_t limit)
{
    const Text *text = parts->text;
    intptr_t end = text->length;
    while (limit-- != 0 && !sep->absent) {
        intptr_t i = search_last(text->data, end, sep->data, sep->length, text->width);
        if (i < 0)
            break;
        if (!add_part(parts, i + sep->length, end))
            return false;
        end = i;
    }
    return add_part(parts, 0, end);
}

/* The separator argument of split() and rsplit(); false with an exception. */
static bool separator_argument(const Text *text, Value v, TextArgument *sep)
{
    if (text->layout == LAYOUT_STR && !is_str(v)) {
        raise(TypeError, "must be str or None, not %T", v);
        return false;
    }
    if (!text_argument_quick(text, v, sep) && !text_argument(text, v, "", sep))
        return false;
    if (sep->length == 0) {
        raise(ValueError, "empty separator");
        return false;
    }
    return true;
}

METHOD(text_split, "split", "sep=None, maxsplit=-1",
       "Return a list of the parts between occurrences of sep; None: runs of white space.\n\n"
       "At most maxsplit splits are done, from the left; -1: no limit.")
{
    TEXT_OF(text, args[0]);
    TEXT_ARGUMENT(sep);
    intptr_t limit = TRY_INDEX(args[2]);
    Parts parts;
    parts_start(&parts, &text);
    if (args[1] == None)
        TRY(split_space(&parts, limit));
    else {
        TRY(separator_argument(&text, args[1], &sep));
        TRY(split_by(&parts, &sep, limit));
    }
    return parts_list(&parts);
}

METHOD(text_rsplit, "rsplit", "sep=None, maxsplit=-1",
       "Return a list of the parts between occurrences of sep; None: runs of white space.\n\n"
       "At most maxsplit splits are done, from the right; -1: no limit.")
{
    TEXT_OF(text, args[0]);
    TEXT_ARGUMENT(sep);
    intptr_t limit = TRY_INDEX(args[2]);
    Parts parts;
    parts_start(&parts, &text);
    if (args[1] == None)
        TRY(rsplit_space(&parts, limit));
    else {
        TRY(separator_argument(&text, args[1], &sep));
        TRY(rsplit_by(&parts, &sep, limit));
    }
    Value list = TRY(parts_list(&parts));
    TRY(list_reverse(list));
    return list;
}

/* The first character from i on that ends a line, or the length. */
static intptr_t line_end(const Text *text, intptr_t i)
{
    while (i < text->length && !text_is_linebreak(text, text_char(text, i)))
        i++;
    return i;
}

/* The same where nothing but '\n' does. */
static intptr_t newline_end(const Text *text, intptr_t i)
{
    const char *hit = memchr(text->data + i, '\n', (size_t)(text->length - i));
    return hit ? hit - text->data : text->length;
}

/* Does anything but '\n' end lines in this text of width 1? */
VECTORIZED static bool has_other_break(const Text *text)
{
    const uint8_t *data = (const uint8_t *)text->data;
    const intptr_t length = text->length;
    uint8_t other = 0;
    for (intptr_t i = 0; i < length; i++)
        other |= (uint8_t)(((uint8_t)(data[i] - 11) < 3) | ((uint8_t)(data[i] - 28) < 3) |
                           (data[i] == 0x85));
    return other;
}

METHOD(text_splitlines, "splitlines", "keepends=False",
       "Return a list of the lines, without their ends unless keepends is true.")
{
    TEXT_OF(text, args[0]);
    int keep = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    Parts parts;
    parts_start(&parts, &text);
    bool only_newlines = false;
    LONG_WORK(text.length)
    {
        only_newlines = text.width == 1 && !has_other_break(&text);
    }
    for (intptr_t i = 0; i < text.length;) {
        intptr_t start = i;
        i = only_newlines ? newline_end(&text, i) : line_end(&text, i);
        intptr_t end = i;
        if (i < text.length)
            i += text_char(&text, i) == '\r' && i + 1 < text.length &&
                         text_char(&text, i + 1) == '\n'
                     ? 2
                     : 1;
        TRY(add_part(&parts, start, keep ? i : end));
    }
    return parts_list(&parts);
}

/* ---- partition -------------------------------------------------------------------------- */

static Value empty_part(const Text *text)
{
    return text_part(text, 0, 0);
}

static Value partition(Value *args, bool last)
{
    TEXT_OF(text, args[0]);
    TEXT_ARGUMENT(sep);
    if (!text_argument_quick(&text, args[1], &sep))
        TRY(text_argument(&text, args[1], "", &sep));
    if (sep.length == 0)
        return raise(ValueError, "empty separator");
    intptr_t i = sep.absent ? -1
                            : (last ? search_last : search_first)(text.data, text.length, sep.data,
                                                                  sep.length, text.width);
    if (i < 0) {
        Value whole = TRY(text_whole(&text)), empty1 = TRY(empty_part(&text));
        Value empty2 = TRY(empty_part(&text));
        return last ? tuple_of(empty1, empty2, whole) : tuple_of(whole, empty1, empty2);
    }
    Value before = TRY(text_part(&text, 0, i));
    Value after = TRY(text_part(&text, i + sep.length, text.length));
    Value middle = text.layout == LAYOUT_BYTEARRAY ? text_part(&text, i, i + sep.length) : args[1];
    return tuple_of(before, TRY(middle), after);
}

METHOD(text_partition, "partition", "sep, /",
       "Return the part before the first occurrence of sep, sep itself, and the part after it.\n\n"
       "If it is not found: the whole and two empty ones.")
{
    return partition(args, false);
}

METHOD(text_rpartition, "rpartition", "sep, /",
       "Return the part before the last occurrence of sep, sep itself, and the part after it.\n\n"
       "If it is not found: two empty ones and the whole.")
{
    return partition(args, true);
}

MethodDef *const text_split_methods[] = {M(text_split),     M(text_rsplit),     M(text_splitlines),
                                         M(text_partition), M(text_rpartition), 0};
