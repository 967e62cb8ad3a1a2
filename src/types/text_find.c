/* find(), index(), count(), startswith() and their kin, for str, bytes and bytearray. */
#include "types/text.h"

#include "base/search.h"
#include "core/abstract.h"
#include "core/error.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/int.h"
#include "types/str.h"
#include "types/str_inline.h"
#include "types/tuple.h"

/* What to look for, and where: bytes look at the range first. */
static bool find_arguments(const Text *text, Value *args, const char *what, TextArgument *part,
                           intptr_t *start, intptr_t *end)
{
    if (text->layout == LAYOUT_STR)
        return (text_argument_quick(text, args[1], part) ||
                text_argument_or_byte(text, args[1], what, part)) &&
               text_range(text->length, args[2], args[3], start, end);
    return text_range(text->length, args[2], args[3], start, end) &&
           text_argument_or_byte(text, args[1], what, part);
}

typedef enum Wanted { FIRST, LAST, COUNT } Wanted;

ALWAYS_INLINE intptr_t find_part(const Text *text, const TextArgument *part, intptr_t start,
                                 intptr_t end, Wanted wanted)
{
    if (part->absent || part->length > end - start)
        return wanted == COUNT ? 0 : -1;
    const char *at = text_at(text, start);
    intptr_t found = 0;
    if (wanted == FIRST)
        found = text_search(at, end - start, part->data, part->length, text->width);
    else
        LONG_WORK(end - start)
        {
            if (wanted == COUNT)
                return search_count(at, end - start, part->data, part->length, text->width, -1);
            found = search_last(at, end - start, part->data, part->length, text->width);
        }
    return found < 0 ? -1 : found + start;
}

/* The same in a bytearray that others may write to: under its lock. */
static NOINLINE intptr_t find_in_shared(const Text *model, Value *args, const char *what,
                                        Wanted wanted)
{
    TEXT_ARGUMENT(part);
    intptr_t start, end;
    if (!text_bounds(args[2], args[3], &start, &end) ||
        !text_argument_or_byte(model, args[1], what, &part))
        return -2;
    WITH_LOCK (args[0]) {
        Text text = text_view_locked(args[0]);
        text_clip(text.length, &start, &end);
        return find_part(&text, &part, start, end, wanted);
    }
    UNREACHABLE();
}

/* Looks for args[1] in args[0][args[2]:args[3]]: its index or how often it is there, -1, or -2 with
 * an exception. */
ALWAYS_INLINE intptr_t find_in(Value *args, const char *what, Wanted wanted)
{
    Text text = text_view(args[0]);
    if (unlikely(text_moves(&text)))
        return find_in_shared(&text, args, what, wanted);
    TEXT_ARGUMENT(part);
    intptr_t start, end;
    if (!find_arguments(&text, args, what, &part, &start, &end))
        return -2;
    return find_part(&text, &part, start, end, wanted);
}

static Value find_result(intptr_t found, Value self, bool raises)
{
    if (found == -2)
        return 0;
    if (found < 0 && raises)
        return raise(ValueError, is_str(self) ? "substring not found" : "subsection not found");
    return int_small(found);
}

METHOD(text_find, "find", "sub, start=?, end=?, /",
       "Return the lowest index where sub is found within self[start:end], or -1.")
{
    return find_result(find_in(args, "find() argument 1 ", FIRST), args[0], false);
}

METHOD(text_index, "index", "sub, start=?, end=?, /",
       "Return the lowest index where sub is found within self[start:end].\n\n"
       "Raises ValueError when it is not found.")
{
    return find_result(find_in(args, "index() argument 1 ", FIRST), args[0], true);
}

METHOD(text_rfind, "rfind", "sub, start=?, end=?, /",
       "Return the highest index where sub is found within self[start:end], or -1.")
{
    return find_result(find_in(args, "rfind() argument 1 ", LAST), args[0], false);
}

METHOD(text_rindex, "rindex", "sub, start=?, end=?, /",
       "Return the highest index where sub is found within self[start:end].\n\n"
       "Raises ValueError when it is not found.")
{
    return find_result(find_in(args, "rindex() argument 1 ", LAST), args[0], true);
}

METHOD(text_count, "count", "sub, start=?, end=?, /",
       "Return the number of non-overlapping occurrences of sub in self[start:end].")
{
    return find_result(find_in(args, "count() argument 1 ", COUNT), args[0], false);
}

int text_contains(Value self, Value part_value)
{
    if (is_str(self) && is_str(part_value) && str_width(self) == str_width(part_value))
        return search_first(str_data(self), str_length(self), str_data(part_value),
                            str_length(part_value), str_width(self)) >= 0;
    Text text = text_view(self);
    Value given = part_value;
    TEXT_ARGUMENT(part);
    if (text.layout == LAYOUT_STR && !is_str(part_value)) {
        raise(TypeError, "'in <string>' requires string as left operand, not %T", part_value);
        return -1;
    }
    if (text.layout != LAYOUT_STR && !has_buffer(part_value) && has_index(part_value)) {
        part_value = number_index(part_value);
        if (!part_value) {
            error_clear();
            raise(TypeError, "a bytes-like object is required, not '%T'", given);
            return -1;
        }
    }
    bool is_byte = text.layout != LAYOUT_STR && has_index(part_value) && !has_buffer(part_value);
    if (!(is_byte ? text_argument_or_byte : text_argument)(&text, part_value, "", &part))
        return -1;
    if (likely(!text_moves(&text)))
        return find_part(&text, &part, 0, text.length, FIRST) >= 0;
    WITH_LOCK (self) {
        text = text_view_locked(self);
        return find_part(&text, &part, 0, text.length, FIRST) >= 0;
    }
    UNREACHABLE();
}

/* ---- startswith, endswith, removeprefix, removesuffix ----------------------------------- */

static bool matches_at(const Text *text, const TextArgument *part, intptr_t start, intptr_t end,
                       bool at_end)
{
    if (part->absent || part->length > end - start)
        return false;
    return !memcmp(text_at(text, at_end ? end - part->length : start), part->data,
                   (size_t)part->length * text->width);
}

static int tail_match(const Text *text, Value part_value, intptr_t start, intptr_t end, bool at_end)
{
    TEXT_ARGUMENT(part);
    if (!text_argument_quick(text, part_value, &part) &&
        !text_argument(text, part_value, "", &part))
        return -1;
    return matches_at(text, &part, start, end, at_end);
}

/* Of a bytearray that others may write to: under its lock. */
static NOINLINE Value tail_match_shared(const Text *model, Value *args, bool at_end)
{
    TEXT_ARGUMENT(part);
    intptr_t start, end;
    TRY(text_bounds(args[2], args[3], &start, &end));
    TRY(text_argument(model, args[1], "", &part));
    WITH_LOCK (args[0]) {
        Text text = text_view_locked(args[0]);
        text_clip(text.length, &start, &end);
        return bool_value(matches_at(&text, &part, start, end, at_end));
    }
    UNREACHABLE();
}

static Value tail_match_any(Value *args, const char *method, bool at_end)
{
    Text text = text_view(args[0]);
    if (unlikely(text_moves(&text)) && has_buffer(args[1]))
        return tail_match_shared(&text, args, at_end);
    if (unlikely(text.layout == LAYOUT_BYTEARRAY))
        text = text_of(args[0]);
    TRY(text.data);
    intptr_t start, end;
    if (!text_range(text.length, args[2], args[3], &start, &end))
        return 0;
    if (likely(is_str(args[1]) && text.layout == LAYOUT_STR && str_width(args[1]) == text.width)) {
        TextArgument part = {.data = str_data(args[1]), .length = str_length(args[1])};
        return bool_value(matches_at(&text, &part, start, end, at_end));
    }
    bool of_str = text.layout == LAYOUT_STR;
    if (is_tuple(args[1])) {
        for (intptr_t i = 0; i < tuple_length(args[1]); i++) {
            Value part = tuple_get(args[1], i);
            if (of_str && !is_str(part))
                return raise(TypeError, "tuple for %s must only contain str, not %T", method, part);
            int matches = TRY_NOT_NEGATIVE(tail_match(&text, part, start, end, at_end), 0);
            if (matches)
                return True;
        }
        return False;
    }
    if (of_str ? !is_str(args[1]) : !has_buffer(args[1]))
        return raise(TypeError, "%s first arg must be %s or a tuple of %s, not %T", method,
                     of_str ? "str" : "bytes", of_str ? "str" : "bytes", args[1]);
    int matches = TRY_NOT_NEGATIVE(tail_match(&text, args[1], start, end, at_end), 0);
    return bool_value(matches);
}

METHOD(text_startswith, "startswith", "prefix, start=?, end=?, /",
       "Return True if self[start:end] starts with prefix, or one of a tuple of prefixes.")
{
    return tail_match_any(args, "startswith", false);
}

METHOD(text_endswith, "endswith", "suffix, start=?, end=?, /",
       "Return True if self[start:end] ends with suffix, or one of a tuple of suffixes.")
{
    return tail_match_any(args, "endswith", true);
}

METHOD(text_removeprefix, "removeprefix", "prefix, /",
       "Return a copy without the given prefix, if it is there.")
{
    TEXT_OF(text, args[0]);
    TEXT_ARGUMENT(part);
    TRY(text_argument(&text, args[1], "removeprefix() argument ", &part));
    bool found = matches_at(&text, &part, 0, text.length, false);
    return text_part(&text, found ? part.length : 0, text.length);
}

METHOD(text_removesuffix, "removesuffix", "suffix, /",
       "Return a copy without the given suffix, if it is there.")
{
    TEXT_OF(text, args[0]);
    TEXT_ARGUMENT(part);
    TRY(text_argument(&text, args[1], "removesuffix() argument ", &part));
    bool found = matches_at(&text, &part, 0, text.length, true);
    return text_part(&text, 0, text.length - (found ? part.length : 0));
}

MethodDef *const text_find_methods[] = {M(text_find),   M(text_index), M(text_rfind),
                                        M(text_rindex), M(text_count), 0};
MethodDef *const text_match_methods[] = {M(text_startswith), M(text_endswith), M(text_removeprefix),
                                         M(text_removesuffix), 0};
