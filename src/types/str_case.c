/* Case mappings and tests of characters: lower() to casefold(), isalpha() to isidentifier(). */
#include "types/str_type.h"

#include "base/unicode.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/str_inline.h"

/* ---- Mappings --------------------------------------------------------------------------- */

typedef enum Mapping {
    TO_LOWER,
    TO_UPPER,
    TO_TITLE,
    TO_FOLDED,
    TO_SWAPPED,
    TO_CAPITALIZED
} Mapping;

/* Capital sigma at the end of a word becomes the final form: it comes after a cased letter,
 * and none follows, case-ignorable characters not counted (Unicode 15, table 3-17). */
static bool is_final_sigma(Value s, intptr_t at)
{
    intptr_t i = at - 1;
    while (i >= 0 && unicode_is(str_char(s, i), UC_CASE_IGNORABLE))
        i--;
    if (i < 0 || !unicode_is(str_char(s, i), UC_CASED))
        return false;
    for (i = at + 1; i < str_length(s); i++)
        if (!unicode_is(str_char(s, i), UC_CASE_IGNORABLE))
            return !unicode_is(str_char(s, i), UC_CASED);
    return true;
}

static int lower_at(Value s, intptr_t i, uint32_t c, uint32_t *out)
{
    if (c == 0x3a3) {
        *out = is_final_sigma(s, i) ? 0x3c2 : 0x3c3;
        return 1;
    }
    return unicode_lower_full(c, out);
}

static int swap_at(Value s, intptr_t i, uint32_t c, uint32_t *out)
{
    if (unicode_is(c, UC_UPPER))
        return lower_at(s, i, c, out);
    if (unicode_is(c, UC_LOWER))
        return unicode_upper_full(c, out);
    *out = c;
    return 1;
}

/* The mapping of the character at i; *in_word is state of title(). */
static int map_at(Value s, intptr_t i, Mapping mapping, bool *in_word, uint32_t *out)
{
    uint32_t c = str_char(s, i);
    switch (mapping) {
    case TO_LOWER:
        return lower_at(s, i, c, out);
    case TO_UPPER:
        return unicode_upper_full(c, out);
    case TO_FOLDED:
        return unicode_fold_full(c, out);
    case TO_SWAPPED:
        return swap_at(s, i, c, out);
    case TO_CAPITALIZED:
        return i == 0 ? unicode_title_full(c, out) : lower_at(s, i, c, out);
    case TO_TITLE: {
        bool first = !*in_word;
        *in_word = unicode_is(c, UC_CASED);
        return first ? unicode_title_full(c, out) : lower_at(s, i, c, out);
    }
    }
    UNREACHABLE();
}

ALWAYS_INLINE uint8_t ascii_lower(uint8_t c)
{
    return (uint8_t)(c | (uint8_t)((uint8_t)(c - 'A') < 26) << 5);
}

ALWAYS_INLINE uint8_t ascii_upper(uint8_t c)
{
    return (uint8_t)(c & ~((uint8_t)((uint8_t)(c - 'a') < 26) << 5));
}

ALWAYS_INLINE bool ascii_is_alpha(uint8_t c)
{
    return (uint8_t)((c | 32) - 'a') < 26;
}

/* Maps the characters from *at on that `chunk` has room for: how many it then holds. */
enum { MAPPED_AT_ONCE = 128 };
static intptr_t map_chunk(Value s, intptr_t *at, Mapping mapping, bool *in_word, uint32_t *chunk)
{
    intptr_t i = *at, n = str_length(s), count = 0;
    bool lower = mapping == TO_LOWER || mapping == TO_FOLDED, upper = mapping == TO_UPPER;
    for (; i < n && count <= MAPPED_AT_ONCE - UNICODE_CASE_MAX; i++) {
        uint32_t c = str_char(s, i);
        if (c < 128 && (lower || upper))
            chunk[count++] = lower ? ascii_lower((uint8_t)c) : ascii_upper((uint8_t)c);
        else
            count += map_at(s, i, mapping, in_word, &chunk[count]);
    }
    *at = i;
    return count;
}

static Value map_unicode(Value s, Mapping mapping)
{
    uint32_t chunk[MAPPED_AT_ONCE];
    intptr_t at = 0;
    bool in_word = false;
    intptr_t count = map_chunk(s, &at, mapping, &in_word, chunk);
    Value first = TRY(str_from_chars((const char *)chunk, count, sizeof *chunk));
    if (at == str_length(s))
        return first;
    StrBuilder b;
    builder_start(&b);
    builder_add(&b, first);
    while (at < str_length(s)) {
        count = map_chunk(s, &at, mapping, &in_word, chunk);
        builder_add(&b, str_from_chars((const char *)chunk, count, sizeof *chunk));
    }
    return builder_finish(&b);
}

VECTORIZED static void map_ascii(uint8_t *out, const uint8_t *in, intptr_t n, Mapping mapping)
{
    bool in_word = false;
    intptr_t i = 0;
    switch (mapping) {
    case TO_CAPITALIZED:
        if (n)
            out[i++] = ascii_upper(in[0]);
        /* fall through */
    case TO_LOWER:
    case TO_FOLDED:
        for (; i < n; i++)
            out[i] = ascii_lower(in[i]);
        break;
    case TO_UPPER:
        for (; i < n; i++)
            out[i] = ascii_upper(in[i]);
        break;
    case TO_SWAPPED:
        for (; i < n; i++)
            out[i] = (uint8_t)(in[i] ^ (ascii_is_alpha(in[i]) ? 32 : 0));
        break;
    case TO_TITLE:
        for (; i < n; i++) {
            out[i] = in_word ? ascii_lower(in[i]) : ascii_upper(in[i]);
            in_word = ascii_is_alpha(in[i]);
        }
    }
}

static Value str_map(Value s, Mapping mapping)
{
    if (!as_str(s)->ascii)
        return map_unicode(s, mapping);
    intptr_t n = str_length(s);
    if (n == 0)
        return str_empty();
    if (n == 1) {
        uint8_t c = (uint8_t)str_data(s)[0];
        map_ascii(&c, &c, 1, mapping);
        return str_from_char(c);
    }
    Value result = TRY(str_new(n, 0x7f));
    LONG_WORK(n)
    {
        map_ascii((uint8_t *)str_data(result), (const uint8_t *)str_data(s), n, mapping);
    }
    return result;
}

METHOD(str_lower, "lower", "", "Return a copy converted to lowercase.")
{
    return str_map(args[0], TO_LOWER);
}

METHOD(str_upper, "upper", "", "Return a copy converted to uppercase.")
{
    return str_map(args[0], TO_UPPER);
}

METHOD(str_title, "title", "", "Return a copy where each word starts with a title-case letter.")
{
    return str_map(args[0], TO_TITLE);
}

METHOD(str_capitalize, "capitalize", "",
       "Return a copy with the first character in title case and the others in lowercase.")
{
    return str_map(args[0], TO_CAPITALIZED);
}

METHOD(str_swapcase, "swapcase", "", "Return a copy with upper and lower case exchanged.")
{
    return str_map(args[0], TO_SWAPPED);
}

METHOD(str_casefold, "casefold", "", "Return a copy suitable for caseless comparisons.")
{
    return str_map(args[0], TO_FOLDED);
}

/* ---- Tests ------------------------------------------------------------------------------ */

/* Every character has one of the flags, and there is one. */
static Value all_are(Value s, uint32_t flags)
{
    intptr_t n = str_length(s);
    if (str_width(s) == 1) {
        const uint8_t *data = (const uint8_t *)str_data(s);
        for (intptr_t i = 0; i < n; i++)
            if (!(unicode_latin1_flags[data[i]] & flags))
                return False;
        return bool_value(n > 0);
    }
    for (intptr_t i = 0; i < n; i++)
        if (!unicode_is(str_char(s, i), flags))
            return False;
    return True;
}

METHOD(str_isalpha, "isalpha", "",
       "Return True if all characters are alphabetic, and there is one.")
{
    return all_are(args[0], UC_ALPHA);
}

METHOD(str_isalnum, "isalnum", "",
       "Return True if all characters are alphabetic or numeric, and there is one.")
{
    return all_are(args[0], UC_ALNUM);
}

METHOD(str_isdecimal, "isdecimal", "",
       "Return True if all characters are decimals, and there is one.")
{
    return all_are(args[0], UC_DECIMAL);
}

METHOD(str_isdigit, "isdigit", "", "Return True if all characters are digits, and there is one.")
{
    return all_are(args[0], UC_DIGIT);
}

METHOD(str_isnumeric, "isnumeric", "",
       "Return True if all characters are numeric, and there is one.")
{
    return all_are(args[0], UC_NUMERIC);
}

METHOD(str_isspace, "isspace", "",
       "Return True if all characters are white space, and there is one.")
{
    return all_are(args[0], UC_SPACE);
}

METHOD(str_isascii, "isascii", "", "Return True if all characters are ASCII.")
{
    return bool_value(as_str(args[0])->ascii);
}

METHOD(str_isprintable, "isprintable", "", "Return True if all characters are printable.")
{
    for (intptr_t i = 0; i < str_length(args[0]); i++)
        if (!unicode_is_printable(str_char(args[0], i)))
            return False;
    return True;
}

METHOD(str_isidentifier, "isidentifier", "", "Return True if the string is a Python identifier.")
{
    return bool_value(str_is_identifier(args[0]));
}

/* There is a character with `wanted`, and none with `unwanted`. */
static Value is_cased_as(Value s, uint32_t wanted, uint32_t unwanted)
{
    bool found = false;
    for (intptr_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char(s, i), flags = unicode_flags(c);
        if (flags & unwanted)
            return False;
        found |= (flags & wanted) != 0;
    }
    return bool_value(found);
}

METHOD(str_islower, "islower", "",
       "Return True if all cased characters are lowercase, and there is one.")
{
    return is_cased_as(args[0], UC_LOWER, UC_UPPER | UC_TITLE);
}

METHOD(str_isupper, "isupper", "",
       "Return True if all cased characters are uppercase, and there is one.")
{
    return is_cased_as(args[0], UC_UPPER, UC_LOWER | UC_TITLE);
}

METHOD(str_istitle, "istitle", "",
       "Return True if each word starts with an upper- or title-case letter, and only there.")
{
    bool in_word = false, found = false;
    for (intptr_t i = 0; i < str_length(args[0]); i++) {
        uint32_t flags = unicode_flags(str_char(args[0], i));
        if (flags & (UC_UPPER | UC_TITLE)) {
            if (in_word)
                return False;
            in_word = found = true;
        } else if (flags & UC_LOWER) {
            if (!in_word)
                return False;
            found = true;
        } else
            in_word = false;
    }
    return bool_value(found);
}

MethodDef *const str_case_methods[] = {M(str_lower),
                                       M(str_upper),
                                       M(str_title),
                                       M(str_capitalize),
                                       M(str_swapcase),
                                       M(str_casefold),
                                       M(str_isalpha),
                                       M(str_isalnum),
                                       M(str_isdecimal),
                                       M(str_isdigit),
                                       M(str_isnumeric),
                                       M(str_isspace),
                                       M(str_isascii),
                                       M(str_isprintable),
                                       M(str_isidentifier),
                                       M(str_islower),
                                       M(str_isupper),
                                       M(str_istitle),
                                       0};
