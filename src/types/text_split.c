/* split(), rsplit(), splitlines(), partition(), rpartition(), for str, bytes and bytearray. */
#include "types/text.h"

#include "base/search.h"
#include "core/abstract.h"
#include "core/error.h"
#include "types/bytes.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

static bool add_part(Value list, const Text *text, intptr_t start, intptr_t end)
{
    Value part = TRY_OR(text_part(text, start, end), false);
    return list_append(list, part);
}

static bool split_space(Value list, const Text *text, intptr_t limit)
{
    intptr_t i = 0, length = text->length;
    for (;;) {
        while (i < length && text_is_space(text, text_char(text, i)))
            i++;
        if (i == length)
            return true;
        intptr_t start = i;
        if (limit-- == 0)
            return add_part(list, text, start, length);
        while (i < length && !text_is_space(text, text_char(text, i)))
            i++;
        if (!add_part(list, text, start, i))
            return false;
    }
}

static bool rsplit_space(Value list, const Text *text, intptr_t limit)
{
    intptr_t i = text->length;
    for (;;) {
        while (i > 0 && text_is_space(text, text_char(text, i - 1)))
            i--;
        if (i == 0)
            return true;
        intptr_t end = i;
        if (limit-- == 0)
            return add_part(list, text, 0, end);
        while (i > 0 && !text_is_space(text, text_char(text, i - 1)))
            i--;
        if (!add_part(list, text, i, end))
            return false;
    }
}

static bool split_by(Value list, const Text *text, const TextArgument *sep, intptr_t limit)
{
    intptr_t start = 0;
    while (limit-- != 0 && !sep->absent) {
        intptr_t i = search_first(text_at(text, start), text->length - start, sep->data,
                                  sep->length, text->width);
        if (i < 0)
            break;
        if (!add_part(list, text, start, start + i))
            return false;
        start += i + sep->length;
    }
    return add_part(list, text, start, text->length);
}

static bool rsplit_by(Value list, const Text *text, const TextArgument *sep, intptr_t limit)
{
    intptr_t end = text->length;
    while (limit-- != 0 && !sep->absent) {
        intptr_t i = search_last(text->data, end, sep->data, sep->length, text->width);
        if (i < 0)
            break;
        if (!add_part(list, text, i + sep->length, end))
            return false;
        end = i;
    }
    return add_part(list, text, 0, end);
}

/* The separator argument of split() and rsplit(); false with an exception. */
static bool separator_argument(const Text *text, Value v, TextArgument *sep)
{
    if (text->layout == LAYOUT_STR && !is_str(v)) {
        raise(TypeError, "must be str or None, not %T", v);
        return false;
    }
    if (!text_argument(text, v, "", sep))
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
    Text text = text_of(args[0]);
    TEXT_ARGUMENT(sep);
    intptr_t limit = TRY_INDEX(args[2]);
    Value list = TRY(list_new(0));
    if (args[1] == None)
        TRY(split_space(list, &text, limit));
    else {
        TRY(separator_argument(&text, args[1], &sep));
        TRY(split_by(list, &text, &sep, limit));
    }
    return list;
}

METHOD(text_rsplit, "rsplit", "sep=None, maxsplit=-1",
       "Return a list of the parts between occurrences of sep; None: runs of white space.\n\n"
       "At most maxsplit splits are done, from the right; -1: no limit.")
{
    Text text = text_of(args[0]);
    TEXT_ARGUMENT(sep);
    intptr_t limit = TRY_INDEX(args[2]);
    Value list = TRY(list_new(0));
    if (args[1] == None)
        TRY(rsplit_space(list, &text, limit));
    else {
        TRY(separator_argument(&text, args[1], &sep));
        TRY(rsplit_by(list, &text, &sep, limit));
    }
    TRY(list_reverse(list));
    return list;
}

METHOD(text_splitlines, "splitlines", "keepends=False",
       "Return a list of the lines, without their ends unless keepends is true.")
{
    Text text = text_of(args[0]);
    int keep = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    Value list = TRY(list_new(0));
    for (intptr_t i = 0; i < text.length;) {
        intptr_t start = i;
        while (i < text.length && !text_is_linebreak(&text, text_char(&text, i)))
            i++;
        intptr_t end = i;
        if (i < text.length)
            i += text_char(&text, i) == '\r' && i + 1 < text.length &&
                         text_char(&text, i + 1) == '\n'
                     ? 2
                     : 1;
        TRY(add_part(list, &text, start, keep ? i : end));
    }
    return list;
}

/* ---- partition -------------------------------------------------------------------------- */

static Value empty_part(const Text *text)
{
    return text_part(text, 0, 0);
}

static Value partition(Value *args, bool last)
{
    Text text = text_of(args[0]);
    TEXT_ARGUMENT(sep);
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
