/* repr() and ascii() of str, and the escapes that bytes and codecs share. */
#include "types/str_inline.h"

#include "base/unicode.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/text_escape.h"

static const char hex_digits[] = "0123456789abcdef";

/* Escapes of C, but for the quotes: what follows the backslash, or 0. */
static char short_escape(uint32_t c)
{
    return c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c == '\\' ? '\\' : 0;
}

int escape_char(char *out, uint32_t c)
{
    int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    *out++ = '\\';
    *out++ = digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
    for (int i = digits - 1; i >= 0; i--)
        *out++ = hex_digits[c >> 4 * i & 15];
    return digits + 2;
}

/* Quotes are ' unless the text has some and no ". */
char escape_quote(const void *characters, intptr_t length, unsigned width)
{
    bool single = false;
    for (intptr_t i = 0; i < length; i++) {
        uint32_t c = char_at(characters, width, (size_t)i);
        if (c == '"')
            return '\'';
        single |= c == '\'';
    }
    return single ? '"' : '\'';
}

/* How many characters `c` becomes in a repr. */
static int repr_size(uint32_t c, char quote, bool ascii_only)
{
    if (c == (unsigned char)quote || short_escape(c))
        return 2;
    if (c < 0x80 ? c >= 32 && c < 127 : !ascii_only && unicode_is_printable(c))
        return 1;
    return c < 0x100 ? 4 : c < 0x10000 ? 6 : 10;
}

/* All characters stand for themselves: the usual case, in one quick pass. */
ALWAYS_INLINE bool is_plain(Value s, unsigned width, bool ascii_only)
{
    const void *data = str_data(s);
    for (intptr_t i = 0; i < str_length(s); i++) {
        uint32_t c = char_at(data, width, (size_t)i);
        if (c - 32 < 95 ? c == '\'' || c == '\\'
                        : c < 160 || ascii_only || !unicode_is_printable(c))
            return false;
    }
    return true;
}

static Value quote_plain(Value s)
{
    intptr_t length = str_length(s);
    Value result = TRY(str_new(length + 2, str_widest(s)));
    unsigned width = str_width(result);
    char_put(str_data(result), width, 0, '\'');
    chars_copy(str_data(result), width, 1, str_data(s), width, 0, length);
    char_put(str_data(result), width, (size_t)length + 1, '\'');
    return result;
}

static Value str_repr_as(Value s, bool ascii_only)
{
    bool plain = false;
    LONG_WORK(str_length(s))
    {
        plain = str_width(s) == 1   ? is_plain(s, 1, ascii_only)
                : str_width(s) == 2 ? is_plain(s, 2, ascii_only)
                                    : is_plain(s, 4, ascii_only);
    }
    if (plain)
        return quote_plain(s);

    intptr_t length = str_length(s), size = 2;
    unsigned width = str_width(s);
    const void *data = str_data(s);
    char quote = escape_quote(data, length, width);
    uint32_t widest = 0x7f;
    for (intptr_t i = 0; i < length; i++) {
        let_stop(i);
        uint32_t c = char_at(data, width, (size_t)i);
        int n = repr_size(c, quote, ascii_only);
        if (n == 1)
            widest |= c;
        if (__builtin_add_overflow(size, n, &size))
            return raise_no_memory();
    }
    Value result = TRY(str_new(size, widest > UNICODE_MAX ? UNICODE_MAX : widest));
    char *out = str_data(result);
    unsigned out_width = str_width(result);
    char_put(out, out_width, 0, (unsigned char)quote);
    char_put(out, out_width, (size_t)size - 1, (unsigned char)quote);
    if (size == length + 2) {
        chars_copy(out, out_width, 1, data, width, 0, length);
        return result;
    }
    size_t at = 1;
    for (intptr_t i = 0; i < length; i++) {
        let_stop(i);
        uint32_t c = char_at(data, width, (size_t)i);
        int n = repr_size(c, quote, ascii_only);
        if (n == 1)
            char_put(out, out_width, at, c);
        else {
            char text[12] = {'\\', c == (unsigned char)quote ? quote : short_escape(c)};
            if (n > 2)
                escape_char(text, c);
            for (int k = 0; k < n; k++)
                char_put(out, out_width, at + (size_t)k, (unsigned char)text[k]);
        }
        at += (size_t)n;
    }
    return result;
}

Value str_repr(Value s)
{
    return str_repr_as(s, false);
}

Value str_ascii(Value s)
{
    return str_repr_as(s, true);
}

void escape_bytes(StrBuilder *b, const char *data, intptr_t length, char quote)
{
    for (intptr_t i = 0; i < length; i++) {
        let_stop(i);
        unsigned char c = (unsigned char)data[i];
        char text[4] = {'\\', c == (unsigned char)quote ? quote : short_escape(c)};
        if (text[1])
            builder_add_ascii(b, text, 2);
        else if (c >= 32 && c < 127)
            builder_add_char(b, c);
        else {
            escape_char(text, c);
            builder_add_ascii(b, text, 4);
        }
    }
}
