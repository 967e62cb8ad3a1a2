/* Error handlers of codecs: what to do with what can't be encoded or decoded.
 *
 * A handler is a callable that takes the exception and returns what to put in the place, and
 * where to go on. The common ones are recognised by name and served here without an exception. */
#include "types/codec_inner.h"

#include "base/unicode_names.h"
#include "core/call.h"
#include "core/error.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/text_escape.h"
#include "types/tuple.h"

static ErrorMode error_mode(CodecErrors *errors)
{
    static const struct {
        const char *name;
        ErrorMode mode;
    } modes[] = {
        {"strict", ERRORS_STRICT},
        {"ignore", ERRORS_IGNORE},
        {"replace", ERRORS_REPLACE},
        {"xmlcharrefreplace", ERRORS_XML},
        {"backslashreplace", ERRORS_BACKSLASH},
        {"surrogateescape", ERRORS_ESCAPE},
    };
    if (errors->mode)
        return errors->mode;
    errors->mode = errors->name ? ERRORS_OTHER : ERRORS_STRICT;
    for (size_t i = 0; errors->name && i < COUNT_OF(modes); i++)
        if (!strcmp(errors->name, modes[i].name))
            errors->mode = modes[i].mode;
    return errors->mode;
}

/* ---- What replaces a character ---------------------------------------------------------- */

/* "&#1234;" */
static int xml_reference(char *out, uint32_t c)
{
    char digits[10];
    int count = 0, length = 0;
    do
        digits[count++] = (char)('0' + c % 10);
    while (c /= 10);
    out[length++] = '&';
    out[length++] = '#';
    while (count)
        out[length++] = digits[--count];
    out[length++] = ';';
    return length;
}

/* \N{NAME}, or an escape of its number if it has no name. */
static int name_escape(char *out, uint32_t c)
{
    size_t length = unicode_name(c, out + 3);
    if (!length)
        return escape_char(out, c);
    memcpy(out, "\\N{", 3);
    out[length + 3] = '}';
    return (int)length + 4;
}

enum { REPLACEMENT_MAX = UNICODE_NAME_MAX + 8 };

/* ---- Encoding --------------------------------------------------------------------------- */

static bool raise_encode(Encoder *e, intptr_t start, intptr_t end, const char *reason)
{
    raise_unicode_encode(e->encoding, e->text, start, end, reason);
    return false;
}

static bool put_ascii(Encoder *e, const char *text, int length)
{
    for (int i = 0; i < length; i++)
        if (!e->put(e, (unsigned char)text[i]))
            return false;
    return !e->out.failed;
}

/* The exception of earlier errors with new positions, or a new one. */
static Value encode_exception(Encoder *e, intptr_t start, intptr_t end, const char *reason)
{
    if (!e->errors.exception) {
        raise_encode(e, start, end, reason);
        return e->errors.exception = error_take();
    }
    UnicodeException *exception = (UnicodeException *)e->errors.exception;
    Value text = TRY(str_from_cstring(reason));
    store_relaxed(&exception->start, start);
    store_relaxed(&exception->end, end);
    gc_store(exception, &exception->reason, text);
    return e->errors.exception;
}

/* Calls the registered handler: the pair that it returned, checked but for the position. */
static Value call_handler(CodecErrors *errors, Value exception, const char *what)
{
    if (!errors->handler)
        errors->handler = TRY(codec_lookup_error(errors->name));
    Value pair = TRY(call1(errors->handler, exception));
    if (!is_tuple(pair) || tuple_length(pair) != 2 || !is_int_any(tuple_get(pair, 1)) ||
        !(is_str(tuple_get(pair, 0)) || (*what == 'e' && is_bytes(tuple_get(pair, 0)))))
        return raise(TypeError, *what == 'e'
                                    ? "encoding error handler must return (str/bytes, int) tuple"
                                    : "decoding error handler must return (str, int) tuple");
    return pair;
}

static bool handler_position(const CodecErrors *errors, Value pair, intptr_t length, intptr_t *next)
{
    Value given = tuple_get(pair, 1);
    if (errors->any_position && is_int_any(given) && !is_int(given))
        return raise(IndexError, "position -1 from error handler out of bounds");
    if (!index_as_intptr(given, next))
        return false;
    intptr_t position = *next;
    if (*next < 0)
        *next += length;
    if (*next < 0 || *next > length) {
        raise(IndexError, "position %zd from error handler out of bounds", position);
        return false;
    }
    return true;
}

static bool encode_by_handler(Encoder *e, intptr_t start, intptr_t end, const char *reason,
                              intptr_t *next)
{
    Value exception = TRY(encode_exception(e, start, end, reason));
    Value pair = TRY(call_handler(&e->errors, exception, "encoding"));
    if (!handler_position(&e->errors, pair, str_length(e->text), next))
        return false;
    Value replacement = tuple_get(pair, 0);
    if (is_bytes(replacement)) {
        const Bytes *bytes = (Bytes *)replacement;
        if (bytes->length % e->unit)
            return raise_encode(e, start, end, reason);
        bytes_builder_add(&e->out, bytes->data, bytes->length);
        return !e->out.failed;
    }
    if (e->ascii_only && !as_str(replacement)->ascii)
        return raise_encode(e, start, end, reason);
    for (intptr_t i = 0; i < str_length(replacement); i++)
        if (!e->put(e, str_char(replacement, i)))
            return error_pending() ? false : raise_encode(e, start, end, reason);
    return !e->out.failed;
}

bool encoder_error(Encoder *e, intptr_t start, intptr_t end, const char *reason, intptr_t *next)
{
    char text[REPLACEMENT_MAX];
    ErrorMode mode = error_mode(&e->errors);
    *next = end;
    if (mode == ERRORS_STRICT)
        return raise_encode(e, start, end, reason);
    if (mode == ERRORS_ESCAPE && !e->escapes)
        mode = ERRORS_OTHER;
    if (mode == ERRORS_OTHER)
        return encode_by_handler(e, start, end, reason, next);
    for (intptr_t i = start; i < end; i++) {
        uint32_t c = str_char(e->text, i);
        bool done = true;
        if (mode == ERRORS_REPLACE)
            done = put_ascii(e, "?", 1);
        else if (mode == ERRORS_XML)
            done = put_ascii(e, text, xml_reference(text, c));
        else if (mode == ERRORS_BACKSLASH)
            done = put_ascii(e, text, escape_char(text, c));
        else if (mode == ERRORS_ESCAPE) {
            if (c < 0xdc80 || c > 0xdcff)
                return raise_encode(e, i, end, reason);
            bytes_builder_add_char(&e->out, (char)(c - 0xdc00));
        }
        if (!done)
            return error_pending() ? false : raise_encode(e, start, end, reason);
    }
    return !e->out.failed;
}

/* ---- Decoding --------------------------------------------------------------------------- */

static bool raise_decode(Decoder *d, intptr_t start, intptr_t end, const char *reason)
{
    raise_unicode_decode(d->encoding, (const char *)d->data, (size_t)d->size, (size_t)start,
                         (size_t)end, reason);
    return false;
}

static Value decode_exception(Decoder *d, intptr_t start, intptr_t end, const char *reason)
{
    if (!d->errors.exception) {
        raise_decode(d, start, end, reason);
        return d->errors.exception = error_take();
    }
    UnicodeException *exception = (UnicodeException *)d->errors.exception;
    Value text = TRY(str_from_cstring(reason));
    store_relaxed(&exception->start, start);
    store_relaxed(&exception->end, end);
    gc_store(exception, &exception->reason, text);
    return d->errors.exception;
}

static bool decode_by_handler(Decoder *d, intptr_t start, intptr_t end, const char *reason,
                              intptr_t *next)
{
    Value exception = TRY(decode_exception(d, start, end, reason));
    Value pair = TRY(call_handler(&d->errors, exception, "decoding"));
    /* The handler may have put other bytes in the place of the input. */
    Value object = load_acquire(&((UnicodeException *)exception)->object);
    if (!object || !is_bytes(object)) {
        raise(TypeError, "exception attribute object must be bytes");
        return false;
    }
    d->object = object;
    d->data = (const unsigned char *)((Bytes *)object)->data;
    d->size = ((Bytes *)object)->length;
    if (!handler_position(&d->errors, pair, d->size, next))
        return false;
    builder_add(&d->out, tuple_get(pair, 0));
    return !d->out.failed;
}

bool decoder_error(Decoder *d, intptr_t start, intptr_t end, const char *reason, intptr_t *next)
{
    *next = end;
    switch (error_mode(&d->errors)) {
    case ERRORS_STRICT:
        return raise_decode(d, start, end, reason);
    case ERRORS_IGNORE:
        return true;
    case ERRORS_REPLACE:
        builder_add_char(&d->out, 0xfffd);
        return !d->out.failed;
    case ERRORS_BACKSLASH:
        for (intptr_t i = start; i < end; i++) {
            char text[4];
            escape_char(text, d->data[i]);
            builder_add_ascii(&d->out, text, 4);
        }
        return !d->out.failed;
    case ERRORS_ESCAPE: {
        intptr_t i = start;
        while (i < end && d->data[i] >= 0x80)
            builder_add_char(&d->out, 0xdc00u + d->data[i++]);
        if (i == start)
            return raise_decode(d, start, end, reason);
        *next = i;
        return !d->out.failed;
    }
    default:
        return decode_by_handler(d, start, end, reason, next);
    }
}

/* ---- The handlers as Python functions --------------------------------------------------- */

typedef struct ErrorRange {
    UnicodeException *exception;
    Value object;
    intptr_t start, end;
} ErrorRange;

/* What the exception is about, its positions clipped to the object. */
static bool error_range(Value v, ErrorRange *range)
{
    UnicodeException *e = (UnicodeException *)v;
    Value object = load_acquire(&e->object);
    if (!object || !(is_str(object) || is_bytes(object))) {
        raise(TypeError, "object attribute not set");
        return false;
    }
    intptr_t length = is_str(object) ? str_length(object) : ((Bytes *)object)->length;
    intptr_t start = load_relaxed(&e->start), end = load_relaxed(&e->end);
    if (start < 0)
        start = 0;
    if (start >= length)
        start = length ? length - 1 : 0;
    if (end < 1)
        end = 1;
    if (end > length)
        end = length;
    *range = (ErrorRange){e, object, start, end};
    return true;
}

static Value wrong_exception(Value v)
{
    return raise(TypeError, "don't know how to handle %T in error callback", v);
}

static bool is_encode_error(Value v)
{
    return is_instance_of(v, UnicodeEncodeError);
}

static bool is_decode_error(Value v)
{
    return is_instance_of(v, UnicodeDecodeError);
}

static bool is_unicode_error(Value v)
{
    return is_encode_error(v) || is_decode_error(v) || is_instance_of(v, UnicodeTranslateError);
}

static Value answer(Value replacement, intptr_t position)
{
    return tuple_of(TRY(replacement), TRY(int_from(position)));
}

FUNCTION(strict_errors, "strict_errors", "exception, /",
         "Implements the 'strict' error handling, which raises the exception.")
{
    if (!is_exception(args[0]))
        return raise(TypeError, "codec must pass exception instance");
    return raise_object(args[0]);
}

FUNCTION(ignore_errors, "ignore_errors", "exception, /",
         "Implements the 'ignore' error handling, which leaves the malformed part out.")
{
    ErrorRange range;
    if (!is_unicode_error(args[0]))
        return wrong_exception(args[0]);
    TRY(error_range(args[0], &range));
    return answer(str_empty(), range.end);
}

FUNCTION(replace_errors, "replace_errors", "exception, /",
         "Implements the 'replace' error handling: ? when encoding, else U+FFFD.")
{
    ErrorRange range;
    if (!is_unicode_error(args[0]))
        return wrong_exception(args[0]);
    TRY(error_range(args[0], &range));
    intptr_t count = is_decode_error(args[0]) ? 1 : range.end - range.start;
    StrBuilder b;
    builder_start(&b);
    builder_fill(&b, is_encode_error(args[0]) ? '?' : 0xfffd, count);
    return answer(builder_finish(&b), range.end);
}

/* Each character replaced by what `write` makes of it. */
static Value replace_each(const ErrorRange *range, int (*write)(char *out, uint32_t c))
{
    StrBuilder b;
    builder_start(&b);
    for (intptr_t i = range->start; i < range->end; i++) {
        char text[REPLACEMENT_MAX];
        uint32_t c = is_str(range->object) ? str_char(range->object, i)
                                           : (unsigned char)((Bytes *)range->object)->data[i];
        builder_add_ascii(&b, text, (size_t)write(text, c));
    }
    return answer(builder_finish(&b), range->end);
}

FUNCTION(xml_errors, "xmlcharrefreplace_errors", "exception, /",
         "Implements the 'xmlcharrefreplace' error handling: &#number; when encoding.")
{
    ErrorRange range;
    if (!is_encode_error(args[0]))
        return wrong_exception(args[0]);
    TRY(error_range(args[0], &range));
    return replace_each(&range, xml_reference);
}

FUNCTION(backslash_errors, "backslashreplace_errors", "exception, /",
         "Implements the 'backslashreplace' error handling: escapes of Python literals.")
{
    ErrorRange range;
    if (!is_unicode_error(args[0]))
        return wrong_exception(args[0]);
    TRY(error_range(args[0], &range));
    return replace_each(&range, escape_char);
}

FUNCTION(name_errors, "namereplace_errors", "exception, /",
         "Implements the 'namereplace' error handling: \\N{NAME} when encoding.")
{
    ErrorRange range;
    if (!is_encode_error(args[0]))
        return wrong_exception(args[0]);
    TRY(error_range(args[0], &range));
    return replace_each(&range, name_escape);
}

FUNCTION(escape_errors, "surrogateescape", "exception, /",
         "Implements the 'surrogateescape' error handling (PEP 383).")
{
    ErrorRange range;
    if (is_encode_error(args[0])) {
        TRY(error_range(args[0], &range));
        BytesBuilder b = {0};
        for (intptr_t i = range.start; i < range.end; i++) {
            uint32_t c = str_char(range.object, i);
            if (c < 0xdc80 || c > 0xdcff)
                return raise_object(args[0]);
            bytes_builder_add_char(&b, (char)(c - 0xdc00));
        }
        return answer(bytes_builder_finish(&b), range.end);
    }
    if (!is_decode_error(args[0]))
        return wrong_exception(args[0]);
    TRY(error_range(args[0], &range));
    StrBuilder b;
    builder_start(&b);
    intptr_t i = range.start;
    for (; i < range.end && i < range.start + 4; i++) {
        unsigned char c = (unsigned char)((Bytes *)range.object)->data[i];
        if (c < 0x80)
            break;
        builder_add_char(&b, 0xdc00u + c);
    }
    if (i == range.start)
        return raise_object(args[0]);
    return answer(builder_finish(&b), i);
}

/* ---- surrogatepass ---------------------------------------------------------------------- */

typedef struct UnitFormat {
    int size; /* bytes of a surrogate; 0: no such encoding */
    bool big_endian;
} UnitFormat;

/* What the name of the encoding, in any spelling, says of surrogates: "UTF-16-BE". */
static UnitFormat unit_format(Value encoding)
{
    char name[16];
    size_t length = 0;
    if (!encoding || !is_str(encoding))
        return (UnitFormat){0, false};
    for (intptr_t i = 0; i < str_length(encoding); i++) {
        uint32_t c = str_char(encoding, i);
        if (c == '-' || c == '_')
            continue;
        if (c > 127 || length == sizeof name - 1)
            return (UnitFormat){0, false};
        name[length++] = (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
    }
    name[length] = 0;
    if (!strcmp(name, "utf8") || !strcmp(name, "cputf8"))
        return (UnitFormat){3, false};
    if (strncmp(name, "utf", 3) || (strncmp(name + 3, "16", 2) && strncmp(name + 3, "32", 2)))
        return (UnitFormat){0, false};
    const char *order = name + 5;
    if (*order && strcmp(order, "le") && strcmp(order, "be"))
        return (UnitFormat){0, false};
    return (UnitFormat){name[3] == '1' ? 2 : 4, *order == 'b'};
}

static void put_unit(BytesBuilder *b, UnitFormat format, uint32_t c)
{
    unsigned char bytes[4];
    if (format.size == 3)
        utf8_put(bytes, c);
    else
        for (int i = 0; i < format.size; i++)
            bytes[format.big_endian ? format.size - 1 - i : i] = (unsigned char)(c >> 8 * i);
    bytes_builder_add(b, bytes, format.size);
}

/* The surrogate at the start of `size` bytes, or 0. */
static uint32_t get_unit(const unsigned char *p, intptr_t size, UnitFormat format)
{
    uint32_t c = 0;
    if (size < format.size)
        return 0;
    if (format.size == 3) {
        if (p[0] != 0xed || (p[1] & 0xe0) != 0xa0 || (p[2] & 0xc0) != 0x80)
            return 0;
        c = 0xd000u | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
    } else
        for (int i = 0; i < format.size; i++)
            c |= (uint32_t)p[format.big_endian ? format.size - 1 - i : i] << 8 * i;
    return is_surrogate(c) ? c : 0;
}

FUNCTION(pass_errors, "surrogatepass", "exception, /",
         "Implements the 'surrogatepass' error handling: surrogates like other characters.")
{
    ErrorRange range;
    bool encode = is_encode_error(args[0]);
    if (!encode && !is_decode_error(args[0]))
        return wrong_exception(args[0]);
    TRY(error_range(args[0], &range));
    UnitFormat format = unit_format(load_acquire(&range.exception->encoding));
    if (!format.size)
        return raise_object(args[0]);
    if (encode) {
        BytesBuilder b = {0};
        for (intptr_t i = range.start; i < range.end; i++) {
            uint32_t c = str_char(range.object, i);
            if (!is_surrogate(c))
                return raise_object(args[0]);
            put_unit(&b, format, c);
        }
        return answer(bytes_builder_finish(&b), range.end);
    }
    const Bytes *bytes = (Bytes *)range.object;
    uint32_t c = get_unit((const unsigned char *)bytes->data + range.start,
                          bytes->length - range.start, format);
    if (!c)
        return raise_object(args[0]);
    return answer(str_from_char(c), range.start + format.size);
}

bool codec_errors_start(Value registry)
{
    static const struct {
        const char *name;
        MethodDef *def;
    } handlers[] = {
        {"strict", M(strict_errors)},
        {"ignore", M(ignore_errors)},
        {"replace", M(replace_errors)},
        {"xmlcharrefreplace", M(xml_errors)},
        {"backslashreplace", M(backslash_errors)},
        {"namereplace", M(name_errors)},
        {"surrogateescape", M(escape_errors)},
        {"surrogatepass", M(pass_errors)},
    };
    for (size_t i = 0; i < COUNT_OF(handlers); i++) {
        Value handler = TRY(builtin_new(handlers[i].def, 0, 0));
        TRY(dict_set_cstring(registry, handlers[i].name, handler));
    }
    return true;
}
