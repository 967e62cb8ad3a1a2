/* The codecs unicode_escape, raw_unicode_escape and escape: escapes of Python literals. */
#include "types/codec_inner.h"

#include "base/unicode_names.h"
#include "core/error.h"
#include "types/text_escape.h"

static int hex_value(unsigned char c)
{
    unsigned digit = c - (unsigned)'0', letter = (c | 32u) - 'a';
    return digit < 10 ? (int)digit : letter < 6 ? (int)letter + 10 : -1;
}

/* Reads up to `wanted` hexadecimal digits; returns how many there are. */
static int read_hex(const Decoder *d, intptr_t at, int wanted, uint32_t *c)
{
    int count = 0;
    *c = 0;
    while (count < wanted && at + count < d->size && hex_value(d->data[at + count]) >= 0)
        *c = *c << 4 | (uint32_t)hex_value(d->data[at + count++]);
    return count;
}

/* What a character after a backslash stands for, or 0. */
static char simple_escape(unsigned char c)
{
    switch (c) {
    case '\\':
    case '\'':
    case '"':
        return (char)c;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 'v':
        return '\v';
    case 'a':
        return '\a';
    default:
        return 0;
    }
}

/* ---- unicode_escape --------------------------------------------------------------------- */

typedef struct EscapeState {
    Decoder d;
    intptr_t at;
    bool partial;     /* input may go on later */
    bool stopped;     /* at a sequence that the end cuts off */
    uint32_t invalid; /* the first invalid escape, for a warning; 0: none */
    bool invalid_octal;
} EscapeState;

static bool escape_error(EscapeState *e, intptr_t start, intptr_t end, const char *reason)
{
    if (e->partial && end == e->d.size) {
        e->stopped = true;
        return true;
    }
    return decoder_error(&e->d, start, end, reason, &e->at);
}

/* \xhh, \uhhhh, \Uhhhhhhhh; `start` is the backslash, e->at behind the letter. */
static bool numeric_escape(EscapeState *e, intptr_t start, int digits)
{
    static const char *const truncated[] = {[2] = "truncated \\xXX escape",
                                            [4] = "truncated \\uXXXX escape",
                                            [8] = "truncated \\UXXXXXXXX escape"};
    uint32_t c;
    int count = read_hex(&e->d, e->at, digits, &c);
    if (count < digits) {
        intptr_t end = e->at + count;
        if (end < e->d.size)
            return decoder_error(&e->d, start, end, truncated[digits], &e->at);
        return escape_error(e, start, end, truncated[digits]);
    }
    e->at += count;
    if (c > UNICODE_MAX)
        return decoder_error(&e->d, start, e->at, "illegal Unicode character", &e->at);
    builder_add_char(&e->d.out, c);
    return true;
}

/* \N{name} */
static bool name_escape(EscapeState *e, intptr_t start)
{
    const char *data = (const char *)e->d.data;
    if (e->at == e->d.size || data[e->at] != '{') {
        if (e->at == e->d.size)
            return escape_error(e, start, e->at, "malformed \\N character escape");
        return decoder_error(&e->d, start, e->at, "malformed \\N character escape", &e->at);
    }
    intptr_t name = e->at + 1;
    const char *close = memchr(data + name, '}', (size_t)(e->d.size - name));
    if (!close)
        return escape_error(e, start, e->d.size, "malformed \\N character escape");
    intptr_t end = close - data;
    if (end == name)
        return decoder_error(&e->d, start, end + 1, "malformed \\N character escape", &e->at);
    uint32_t c;
    if (!unicode_from_name(data + name, (size_t)(end - name), &c))
        return decoder_error(&e->d, start, end + 1, "unknown Unicode character name", &e->at);
    builder_add_char(&e->d.out, c);
    e->at = end + 1;
    return true;
}

static void octal_escape(EscapeState *e)
{
    uint32_t c = 0;
    for (int i = 0; i < 3 && e->at < e->d.size; i++) {
        unsigned char digit = e->d.data[e->at];
        if (digit < '0' || digit > '7')
            break;
        c = c * 8 + digit - '0';
        e->at++;
    }
    if (c > 0377 && !e->invalid) {
        e->invalid = c;
        e->invalid_octal = true;
    }
    builder_add_char(&e->d.out, c);
}

static bool step_escape(EscapeState *e)
{
    intptr_t start = e->at++;
    if (e->at == e->d.size)
        return escape_error(e, start, e->at, "\\ at end of string");
    unsigned char c = e->d.data[e->at];
    char simple = simple_escape(c);
    if (c >= '0' && c <= '7') {
        octal_escape(e);
        return true;
    }
    e->at++;
    if (simple) {
        builder_add_char(&e->d.out, (unsigned char)simple);
        return true;
    }
    switch (c) {
    case '\n':
        return true;
    case 'x':
        return numeric_escape(e, start, 2);
    case 'u':
        return numeric_escape(e, start, 4);
    case 'U':
        return numeric_escape(e, start, 8);
    case 'N':
        return name_escape(e, start);
    default:
        if (!e->invalid)
            e->invalid = c;
        builder_add_char(&e->d.out, '\\');
        builder_add_char(&e->d.out, c);
        return true;
    }
}

static bool warn_invalid(const EscapeState *e)
{
    if (!e->invalid)
        return true;
    if (e->invalid_octal)
        return warn(DeprecationWarning, 1, "invalid octal escape sequence '\\%c%c%c'",
                    '0' + (int)(e->invalid >> 6), '0' + (int)(e->invalid >> 3 & 7),
                    '0' + (int)(e->invalid & 7));
    return warn(DeprecationWarning, 1, "invalid escape sequence '\\%c'", (int)e->invalid);
}

Value codec_unicode_escape_decode(const char *data, intptr_t size, const char *errors,
                                  intptr_t *consumed)
{
    EscapeState e = {.partial = consumed != 0};
    decoder_start(&e.d, "unicodeescape", data, size, errors);
    intptr_t start = 0;
    while (e.at < e.d.size && !e.stopped) {
        start = e.at;
        if (e.d.data[e.at] != '\\')
            builder_add_char(&e.d.out, e.d.data[e.at++]);
        else
            TRY(step_escape(&e));
    }
    if (consumed)
        *consumed = e.stopped ? start : e.at;
    TRY(warn_invalid(&e));
    return builder_finish(&e.d.out);
}

Value codec_unicode_escape_encode(Value s)
{
    BytesBuilder b = {0};
    for (intptr_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char(s, i);
        char text[12];
        if (c == '\\' || c == '\n' || c == '\r' || c == '\t') {
            text[0] = '\\';
            text[1] = c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : '\\';
            bytes_builder_add(&b, text, 2);
        } else if (c >= 32 && c < 127)
            bytes_builder_add_char(&b, (char)c);
        else
            bytes_builder_add(&b, text, escape_char(text, c));
    }
    return bytes_builder_finish(&b);
}

/* ---- raw_unicode_escape ----------------------------------------------------------------- */

/* At a backslash: a run of them, of which the last may begin an escape if their number is odd. */
static bool step_raw(EscapeState *e)
{
    const unsigned char *data = e->d.data;
    intptr_t start = e->at, end = start;
    while (end < e->d.size && data[end] == '\\')
        end++;
    if (end == e->d.size && e->partial && (end - start) % 2) {
        builder_add_ascii(&e->d.out, (const char *)data + start, (size_t)(end - start - 1));
        e->at = end - 1;
        e->stopped = true;
        return true;
    }
    bool escape = (end - start) % 2 && end < e->d.size && (data[end] == 'u' || data[end] == 'U');
    builder_add_ascii(&e->d.out, (const char *)data + start, (size_t)(end - start - escape));
    e->at = end;
    if (!escape)
        return true;
    int digits = data[end] == 'u' ? 4 : 8;
    uint32_t c;
    int count = read_hex(&e->d, end + 1, digits, &c);
    if (count < digits) {
        if (e->partial && end + 1 + count == e->d.size) {
            e->at = end - 1;
            e->stopped = true;
            return true;
        }
        return decoder_error(
            &e->d, end - 1, end + 1 + count,
            digits == 4 ? "truncated \\uXXXX escape" : "truncated \\UXXXXXXXX escape", &e->at);
    }
    e->at = end + 1 + count;
    if (c > UNICODE_MAX)
        return decoder_error(&e->d, end - 1, e->at, "\\Uxxxxxxxx out of range", &e->at);
    builder_add_char(&e->d.out, c);
    return true;
}

Value codec_raw_unicode_escape_decode(const char *data, intptr_t size, const char *errors,
                                      intptr_t *consumed)
{
    EscapeState e = {.partial = consumed != 0};
    decoder_start(&e.d, "rawunicodeescape", data, size, errors);
    while (e.at < e.d.size && !e.stopped) {
        if (e.d.data[e.at] != '\\')
            builder_add_char(&e.d.out, e.d.data[e.at++]);
        else
            TRY(step_raw(&e));
    }
    if (consumed)
        *consumed = e.at;
    return builder_finish(&e.d.out);
}

Value codec_raw_unicode_escape_encode(Value s)
{
    BytesBuilder b = {0};
    for (intptr_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char(s, i);
        char text[12];
        if (c < 0x100)
            bytes_builder_add_char(&b, (char)c);
        else
            bytes_builder_add(&b, text, escape_char(text, c));
    }
    return bytes_builder_finish(&b);
}

/* ---- escape, of bytes ------------------------------------------------------------------- */

typedef enum ByteErrors { BYTES_STRICT, BYTES_REPLACE, BYTES_IGNORE } ByteErrors;

static bool parse_byte_errors(const char *errors, ByteErrors *out)
{
    if (!errors || !strcmp(errors, "strict"))
        *out = BYTES_STRICT;
    else if (!strcmp(errors, "replace"))
        *out = BYTES_REPLACE;
    else if (!strcmp(errors, "ignore"))
        *out = BYTES_IGNORE;
    else {
        raise(ValueError, "decoding error; unknown error handling code: %s", errors);
        return false;
    }
    return true;
}

/* \xhh at `at` (behind the x); the index behind it, -1 with an exception. */
static intptr_t byte_hex(BytesBuilder *b, const char *data, intptr_t at, intptr_t size,
                         const char *errors)
{
    int high = at < size ? hex_value((unsigned char)data[at]) : -1;
    int low = high >= 0 && at + 1 < size ? hex_value((unsigned char)data[at + 1]) : -1;
    if (low >= 0) {
        bytes_builder_add_char(b, (char)(high << 4 | low));
        return at + 2;
    }
    ByteErrors mode = BYTES_STRICT;
    if (!parse_byte_errors(errors, &mode))
        return -1;
    if (mode == BYTES_STRICT) {
        raise(ValueError, "invalid \\x escape at position %zd", at - 2);
        return -1;
    }
    if (mode == BYTES_REPLACE)
        bytes_builder_add_char(b, '?');
    return high >= 0 ? at + 1 : at;
}

Value codec_escape_decode(const char *data, intptr_t size, const char *errors)
{
    BytesBuilder b = {0};
    uint32_t invalid = 0;
    bool invalid_octal = false;
    for (intptr_t i = 0; i < size;) {
        if (data[i] != '\\') {
            bytes_builder_add_char(&b, data[i++]);
            continue;
        }
        if (++i == size)
            return raise(ValueError, "Trailing \\ in string");
        unsigned char c = (unsigned char)data[i++];
        char simple = simple_escape(c);
        if (simple)
            bytes_builder_add_char(&b, simple);
        else if (c >= '0' && c <= '7') {
            int value = c - '0';
            for (int k = 0; k < 2 && i < size && data[i] >= '0' && data[i] <= '7'; k++)
                value = value * 8 + data[i++] - '0';
            if (value > 0377 && !invalid) {
                invalid = (uint32_t)value;
                invalid_octal = true;
            }
            bytes_builder_add_char(&b, (char)value);
        } else if (c == 'x')
            i = TRY_NOT_NEGATIVE(byte_hex(&b, data, i, size, errors), 0);
        else if (c != '\n') {
            if (!invalid)
                invalid = c;
            bytes_builder_add_char(&b, '\\');
            bytes_builder_add_char(&b, (char)c);
        }
    }
    TRY(warn_invalid(&(EscapeState){.invalid = invalid, .invalid_octal = invalid_octal}));
    return bytes_builder_finish(&b);
}
