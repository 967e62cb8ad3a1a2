/* The ASCII case mappings and tests of bytes and bytearray. */
#include "types/bytes_methods.h"

#include "core/abstract.h"
#include "core/dialect.h"
#include "core/thread.h"
#include "types/text.h"

static bool is_lower(unsigned char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_upper(unsigned char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_alpha(unsigned char c)
{
    return is_lower(c) || is_upper(c);
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(unsigned char c)
{
    return is_alpha(c) || is_digit(c);
}

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= 9 && c <= 13);
}

typedef enum Mapping { TO_LOWER, TO_UPPER, TO_TITLE, TO_SWAPPED, TO_CAPITALIZED } Mapping;

static bool wants_upper(Mapping mapping, unsigned char c, bool in_word, bool first)
{
    return mapping == TO_UPPER || (mapping == TO_TITLE && !in_word) ||
           (mapping == TO_SWAPPED && is_lower(c)) || (mapping == TO_CAPITALIZED && first);
}

/* All letters to one case. */
VECTORIZED static void map_all(uint8_t *out, const uint8_t *in, intptr_t n, bool to_upper)
{
    uint8_t first = to_upper ? 'a' : 'A';
    for (intptr_t i = 0; i < n; i++)
        out[i] = (uint8_t)(in[i] ^ (uint8_t)((uint8_t)(in[i] - first) < 26) << 5);
}

static Value map_bytes(Value self, Mapping mapping)
{
    TEXT_OF(text, self);
    char *out;
    unsigned width;
    Value result = TRY(text_new(&text, text.length, 0xff, &out, &width));
    if (mapping == TO_LOWER || mapping == TO_UPPER) {
        LONG_WORK(text.length)
        {
            map_all((uint8_t *)out, (const uint8_t *)text.data, text.length, mapping == TO_UPPER);
        }
        return result;
    }
    bool in_word = false;
    LONG_WORK(text.length)
    {
        for (intptr_t i = 0; i < text.length; i++) {
            unsigned char c = (unsigned char)text.data[i];
            if (is_alpha(c))
                out[i] = (char)(wants_upper(mapping, c, in_word, i == 0) ? c & ~32 : c | 32);
            else
                out[i] = (char)c;
            in_word = is_alpha(c);
        }
    }
    return result;
}

METHOD(bytes_lower, "lower", "", "Return a copy with all ASCII letters in lowercase.")
{
    return map_bytes(args[0], TO_LOWER);
}

METHOD(bytes_upper, "upper", "", "Return a copy with all ASCII letters in uppercase.")
{
    return map_bytes(args[0], TO_UPPER);
}

METHOD(bytes_title, "title", "", "Return a copy where each word starts with an uppercase letter.")
{
    return map_bytes(args[0], TO_TITLE);
}

METHOD(bytes_swapcase, "swapcase", "", "Return a copy with upper and lower case exchanged.")
{
    return map_bytes(args[0], TO_SWAPPED);
}

METHOD(bytes_capitalize, "capitalize", "",
       "Return a copy with the first byte in uppercase and the others in lowercase.")
{
    return map_bytes(args[0], TO_CAPITALIZED);
}

static Value all_are(Value self, bool (*test)(unsigned char))
{
    TEXT_OF(text, self);
    LONG_WORK(text.length)
    {
        for (intptr_t i = 0; i < text.length; i++)
            if (!test((unsigned char)text.data[i]))
                return False;
    }
    return bool_value(text.length > 0);
}

METHOD(bytes_isalpha, "isalpha", "",
       "Return True if all bytes are ASCII letters, and there is one.")
{
    return all_are(args[0], is_alpha);
}

METHOD(bytes_isalnum, "isalnum", "",
       "Return True if all bytes are ASCII letters or digits, and there is one.")
{
    return all_are(args[0], is_alnum);
}

METHOD(bytes_isdigit, "isdigit", "", "Return True if all bytes are ASCII digits, and there is one.")
{
    return all_are(args[0], is_digit);
}

METHOD(bytes_isspace, "isspace", "",
       "Return True if all bytes are ASCII white space, and there is one.")
{
    return all_are(args[0], is_space);
}

METHOD(bytes_isascii, "isascii", "", "Return True if all bytes are below 128.")
{
    TEXT_OF(text, args[0]);
    return bool_value(ascii_prefix(text.data, (size_t)text.length) == (size_t)text.length);
}

static Value is_cased_as(Value self, bool (*wanted)(unsigned char), bool (*unwanted)(unsigned char))
{
    TEXT_OF(text, self);
    bool found = false;
    LONG_WORK(text.length)
    {
        for (intptr_t i = 0; i < text.length; i++) {
            if (unwanted((unsigned char)text.data[i]))
                return False;
            found |= wanted((unsigned char)text.data[i]);
        }
    }
    return bool_value(found);
}

METHOD(bytes_islower, "islower", "",
       "Return True if there is a lowercase ASCII letter and no uppercase one.")
{
    return is_cased_as(args[0], is_lower, is_upper);
}

METHOD(bytes_isupper, "isupper", "",
       "Return True if there is an uppercase ASCII letter and no lowercase one.")
{
    return is_cased_as(args[0], is_upper, is_lower);
}

METHOD(bytes_istitle, "istitle", "",
       "Return True if each word starts with an uppercase ASCII letter, and only there.")
{
    TEXT_OF(text, args[0]);
    bool in_word = false, found = false;
    for (intptr_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (is_alpha(c) && is_upper(c) == in_word)
            return False;
        in_word = is_alpha(c);
        found |= in_word;
    }
    return bool_value(found);
}

MethodDef *const bytes_case_methods[] = {M(bytes_lower),      M(bytes_upper),
                                         M(bytes_title),      M(bytes_swapcase),
                                         M(bytes_capitalize), M(bytes_isalpha),
                                         M(bytes_isalnum),    M(bytes_isdigit),
                                         M(bytes_isspace),    M(bytes_isascii),
                                         M(bytes_islower),    M(bytes_isupper),
                                         M(bytes_istitle),    0};
