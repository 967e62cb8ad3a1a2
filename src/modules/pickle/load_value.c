/* Unpickling what is made of bytes: numbers, text, bytes and buffers. */
#include "modules/pickle/pickle.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>
#include "core/call.h"
#include "core/names.h"
#include "types/codec.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str_inline.h"

static uint32_t u32_at(const unsigned char *data)
{
    uint32_t n;
    memcpy(&n, data, 4);
    return n;
}

/* A size of `width` bytes; -1 if it is too large for a size, -2 with an exception. */
static intptr_t take_size(Unpickler *u, int width)
{
    const unsigned char *data = TRY_OR(unpickle_take(u, width), -2);
    if (width == 1)
        return *data;
    if (width == 4)
        return u32_at(data);
    int64_t size;
    memcpy(&size, data, 8);
    return size < 0 ? -1 : size;
}

/* The same; OverflowError if it is too large. */
static bool take_length(Unpickler *u, int width, const char *what, intptr_t *size)
{
    *size = take_size(u, width);
    return *size >= 0 ||
           (*size == -1 && raise(OverflowError, "%s exceeds system's maximum size of %zd bytes",
                                 what, INTPTR_MAX));
}

/* A line as a C string, its end included; bad ones are refused like truncated data. */
static const char *take_line_copy(Unpickler *u, intptr_t *size)
{
    const unsigned char *line = TRY(unpickle_line(u, size));
    if (*size < 2)
        return (const char *)raise(UnpicklingError, "pickle data was truncated");
    Raw *copy = TRY(raw_new(*size + 1));
    memcpy(copy->data, line, (size_t)*size);
    copy->data[*size] = 0;
    return copy->data;
}

/* ---- Numbers ---------------------------------------------------------------------------- */

/* The base that a literal's prefix stands for; 0 for leading zeros, which stand for none. */
static int literal_base(const char *text)
{
    text += strspn(text, " \t\n\r\v\f");
    text += *text == '+' || *text == '-';
    int letter = *text == '0' ? text[1] | 0x20 : 0;
    if (*text == '0' && text[1] >= '0' && text[1] <= '9')
        return 0;
    return letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
}

/* A C string as int(text, base) takes it, but that messages tell the base that it was read in. */
static Value int_of_text(const char *text, int base)
{
    size_t length = strlen(text), limit = load_relaxed(&int_max_str_digits);
    Value v = int_from_text(text, length, base, None);
    if (v || (limit && length > limit) || !error_clear_if(ValueError))
        return v;
    Value shown = TRY(codec_utf8_decode(text, (intptr_t)length, 0, 0));
    return raise(ValueError, "invalid literal for int() with base %d: %R",
                 base ? base : literal_base(text), shown);
}

bool unpickle_int(Unpickler *u)
{
    intptr_t size;
    char *end;
    const char *line = TRY(take_line_copy(u, &size));
    errno = 0;
    long n = strtol(line, &end, 0);
    if (!errno && (*end == '\n' || !*end))
        return unpickle_push(u, size == 3 && (n == 0 || n == 1) ? bool_value(n) : int_from(n));
    Value v = int_of_text(line, 0);
    if (!v && error_clear_if(ValueError))
        return raise(ValueError, "could not convert string to int");
    return v && unpickle_push(u, v);
}

bool unpickle_long(Unpickler *u)
{
    intptr_t size;
    char *line = (char *)TRY(take_line_copy(u, &size));
    if (line[size - 2] == 'L')
        line[size - 2] = 0;
    return unpickle_push(u, TRY(int_of_text(line, 0)));
}

bool unpickle_counted_long(Unpickler *u, int width)
{
    const unsigned char *data = TRY(unpickle_take(u, width));
    int32_t size = width == 1 ? *data : (int32_t)u32_at(data);
    if (size < 0)
        return raise(UnpicklingError, "LONG pickle has negative byte count");
    data = TRY(unpickle_take(u, size));
    return unpickle_push(u,
                         size ? TRY(int_from_bytes(data, (size_t)size, true, true)) : int_small(0));
}

/* How many of the characters are a number. */
static size_t float_prefix(const char *text)
{
    static const char *const words[] = {"infinity", "inf", "nan"};
    size_t sign = *text == '+' || *text == '-', i = sign;
    for (size_t w = 0; w < COUNT_OF(words); w++)
        if (!strncasecmp(text + sign, words[w], strlen(words[w])))
            return sign + strlen(words[w]);
    size_t whole = strspn(text + i, "0123456789"), part = 0;
    i += whole;
    if (text[i] == '.')
        i += 1 + (part = strspn(text + i + 1, "0123456789"));
    if (!whole && !part)
        return 0;
    if ((text[i] | 0x20) == 'e') {
        size_t digits = i + 1 + (text[i + 1] == '+' || text[i + 1] == '-');
        size_t count = strspn(text + digits, "0123456789");
        i = count ? digits + count : i;
    }
    return i;
}

static bool raise_with_line(Type *type, const char *format, const char *line)
{
    Value shown = TRY(codec_utf8_decode(line, (intptr_t)strlen(line), "replace", 0));
    return raise(type, format, shown);
}

bool unpickle_float(Unpickler *u)
{
    intptr_t size;
    double d;
    const char *line = TRY(take_line_copy(u, &size));
    size_t length = float_prefix(line);
    if (!length)
        return raise_with_line(ValueError, "could not convert string to float: '%V'", line);
    if ((line[length] && line[length] != '\n') || !double_from_text(line, length, &d))
        return raise(ValueError, "could not convert string to float");
    if (isinf(d) && line[length - 1] <= '9')
        return raise_with_line(OverflowError, "value too large to convert to float: '%V'", line);
    return unpickle_push(u, TRY(float_from(d)));
}

bool unpickle_binfloat(Unpickler *u)
{
    const unsigned char *data = TRY(unpickle_take(u, 8));
    uint64_t bits;
    double d;
    memcpy(&bits, data, 8);
    bits = __builtin_bswap64(bits);
    memcpy(&d, &bits, 8);
    return unpickle_push(u, TRY(float_from(d)));
}

/* ---- Text ------------------------------------------------------------------------------- */

static Value str_of_utf8(const unsigned char *data, intptr_t size)
{
    if (likely((intptr_t)ascii_prefix(data, (size_t)size) == size))
        return str_from_ascii((const char *)data, (size_t)size);
    return codec_utf8_decode((const char *)data, size, "surrogatepass", 0);
}

bool unpickle_counted_str(Unpickler *u, int width)
{
    intptr_t size;
    TRY(take_length(u, width, "BINUNICODE", &size));
    const unsigned char *data = TRY(unpickle_take(u, size));
    return unpickle_push(u, TRY(str_of_utf8(data, size)));
}

bool unpickle_unicode(Unpickler *u)
{
    intptr_t size;
    const char *line = (const char *)TRY(unpickle_line(u, &size));
    return unpickle_push(u, TRY(codec_raw_unicode_escape_decode(line, size - 1, 0, 0)));
}

/* A str of Python 2: as bytes, or decoded as the unpickler's user says. */
static bool push_old_string(Unpickler *u, Value bytes)
{
    if (!str_equals(u->encoding, "bytes"))
        bytes = TRY(
            codec_decode_object(bytes, TRY(str_cstring(u->encoding)), TRY(str_cstring(u->errors))));
    return unpickle_push(u, bytes);
}

bool unpickle_string(Unpickler *u)
{
    intptr_t size;
    const char *line = (const char *)TRY(unpickle_line(u, &size));
    size--;
    if (size < 2 || line[0] != line[size - 1] || (line[0] != '"' && line[0] != '\''))
        return raise(UnpicklingError, "the STRING opcode argument must be quoted");
    return push_old_string(u, TRY(codec_escape_decode(line + 1, size - 2, 0)));
}

bool unpickle_counted_string(Unpickler *u, int width)
{
    const unsigned char *data = TRY(unpickle_take(u, width));
    int32_t size = width == 1 ? *data : (int32_t)u32_at(data);
    if (size < 0)
        return raise(UnpicklingError, "BINSTRING pickle has negative byte count");
    data = TRY(unpickle_take(u, size));
    return push_old_string(u, TRY(bytes_from((const char *)data, (size_t)size)));
}

/* ---- Bytes ------------------------------------------------------------------------------ */

bool unpickle_counted_bytes(Unpickler *u, int width)
{
    intptr_t size;
    TRY(take_length(u, width, "BINBYTES", &size));
    return unpickle_push(u, TRY(unpickle_read_bytes(u, size)));
}

bool unpickle_bytearray(Unpickler *u)
{
    intptr_t size;
    TRY(take_length(u, 8, "BYTEARRAY8", &size));
    return unpickle_push(u, TRY(unpickle_read_bytearray(u, size)));
}

bool unpickle_next_buffer(Unpickler *u)
{
    if (!u->buffers)
        return raise(UnpicklingError, "pickle stream refers to out-of-band data but no *buffers* "
                                      "argument was given");
    Value buffer = iter_next(u->buffers);
    if (!buffer)
        return error_pending() ? false : raise(UnpicklingError, "not enough out-of-band buffers");
    return unpickle_push(u, buffer);
}

bool unpickle_readonly_buffer(Unpickler *u)
{
    Value v = TRY(unpickle_pop(u));
    Value view = TRY(memoryview_from(v)), readonly = TRY(get_attr_string(view, "readonly"));
    if (readonly == True)
        return unpickle_push(u, v);
    return unpickle_push(u, TRY(call_method0(view, TRY(str_intern_cstring("toreadonly")))));
}

/* ---- The pickle itself ------------------------------------------------------------------- */

bool unpickle_protocol(Unpickler *u)
{
    const unsigned char *data = TRY(unpickle_take(u, 1));
    if (*data > PICKLE_HIGHEST_PROTOCOL)
        return raise(ValueError, "unsupported pickle protocol: %d", *data);
    store_relaxed(&u->proto, *data);
    return true;
}

/* Frames only say what can be read at once. */
bool unpickle_frame(Unpickler *u)
{
    intptr_t size = take_size(u, 8);
    if (size == -1)
        return raise(OverflowError, "FRAME length exceeds system's maximum of %zd bytes",
                     INTPTR_MAX);
    if (size < 0)
        return false;
    TRY(unpickle_take(u, size));
    u->at -= size;
    return true;
}

/* GET and PUT */

static bool take_line_number(Unpickler *u, intptr_t *number, bool put)
{
    intptr_t size;
    const char *line = TRY(take_line_copy(u, &size));
    if (put)
        TRY(unpickle_top(u));
    return index_as_intptr_or(TRY(int_of_text(line, 10)), number, OverflowError);
}

bool unpickle_get(Unpickler *u)
{
    intptr_t number;
    return take_line_number(u, &number, false) && unpickle_get_number(u, number);
}

bool unpickle_put(Unpickler *u)
{
    intptr_t number;
    TRY(take_line_number(u, &number, true));
    if (number < 0)
        return raise(ValueError, "negative PUT argument");
    return unpickle_put_number(u, number);
}
