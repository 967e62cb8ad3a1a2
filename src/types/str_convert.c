/* str from and to UTF-8, for C code. Codecs with error handlers are in codec_*.c. */
#include "types/str_inline.h"

#include <stdarg.h>
#include "core/alloc.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/exception.h"

Value str_from_scanned(const char *text, size_t size, const Utf8Scan *scan)
{
    if (scan->count == 1) {
        const unsigned char *p = (const unsigned char *)text;
        return str_from_char(utf8_next(&p));
    }
    Value s = TRY(str_new((intptr_t)scan->count, scan->largest));
    LONG_WORK(size)
    {
        if (scan->count == size)
            memcpy(str_data(s), text, size);
        else
            utf8_decode(text, size, str_data(s), str_width(s));
    }
    return s;
}

Value str_from_utf8(const char *text, size_t size)
{
    Utf8Scan scan = utf8_scan(text, size, false);
    if (scan.valid < size)
        return raise_unicode_decode("utf-8", text, size, scan.valid, scan.error_end, scan.reason);
    return str_from_scanned(text, size, &scan);
}

Value str_from_wtf8(const char *text, size_t size)
{
    Utf8Scan scan = utf8_scan(text, size, true);
    if (scan.valid < size)
        return raise_unicode_decode("utf-8", text, size, scan.valid, scan.error_end, scan.reason);
    return str_from_scanned(text, size, &scan);
}

Value str_from_cstring(const char *text)
{
    return str_from_utf8(text, strlen(text));
}

Value str_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Value s = format_value_list(format, arguments);
    va_end(arguments);
    return s;
}

const char *str_utf8_lossy(Value s, size_t *size)
{
    if (as_str(s)->ascii) {
        if (size)
            *size = (size_t)str_length(s);
        return str_data(s);
    }
    size_t count = (size_t)str_length(s);
    size_t bytes = utf8_encoded_size(str_data(s), count, str_width(s), 0);
    Raw *raw = TRY(raw_new((intptr_t)bytes + 1));
    utf8_encode(str_data(s), count, str_width(s), (unsigned char *)raw->data);
    raw->data[bytes] = 0;
    if (size)
        *size = bytes;
    return raw->data;
}

/* The index after the run of surrogates that begins at `start`. */
static intptr_t surrogates_end(Value s, intptr_t start)
{
    while (start < str_length(s) && is_surrogate(str_char(s, start)))
        start++;
    return start;
}

const char *str_utf8(Value s, size_t *size)
{
    if (!as_str(s)->ascii && str_width(s) > 1) {
        size_t count = (size_t)str_length(s), surrogate;
        utf8_encoded_size(str_data(s), count, str_width(s), &surrogate);
        if (surrogate < count) {
            raise_unicode_encode("utf-8", s, (intptr_t)surrogate,
                                 surrogates_end(s, (intptr_t)surrogate), "surrogates not allowed");
            return 0;
        }
    }
    return str_utf8_lossy(s, size);
}

const char *str_cstring(Value s)
{
    size_t size;
    const char *text = TRY(str_utf8(s, &size));
    if (memchr(text, 0, size)) {
        raise(ValueError, "embedded null character");
        return 0;
    }
    return text;
}

/* ---- File system names ------------------------------------------------------------------ */

static const char *fs_encoding; /* 0: UTF-8; immutable after init */

void str_set_fs_encoding(const char *name)
{
    fs_encoding = name;
}

const char *str_fs_encoding(void)
{
    return fs_encoding ? fs_encoding : "utf-8";
}

static bool is_ascii(const char *bytes, size_t size)
{
    Utf8Scan scan = utf8_scan(bytes, size, false);
    return scan.valid == size && scan.count == size;
}

/* Bytes that are not in the encoding become U+DC80..U+DCFF (PEP 383). */
Value str_from_fs(const char *bytes, size_t size)
{
    if (fs_encoding && !is_ascii(bytes, size))
        return codec_decode_object(TRY(bytes_from(bytes, size)), fs_encoding, "surrogateescape");
    StrBuilder b;
    builder_start(&b);
    for (size_t i = 0; i < size;) {
        Utf8Scan scan = utf8_scan(bytes + i, size - i, false);
        if (i == 0 && scan.valid == size)
            return str_from_scanned(bytes, size, &scan);
        if (scan.valid)
            builder_add(&b, str_from_scanned(bytes + i, scan.valid, &scan));
        i += scan.valid;
        if (i < size)
            builder_add_char(&b, 0xdc00u + (unsigned char)bytes[i++]);
    }
    return builder_finish(&b);
}

static const char *encode_for_fs(Value s, size_t *size)
{
    Value bytes = TRY(codec_encode_str(s, fs_encoding, "surrogateescape"));
    if (size)
        *size = (size_t)((Bytes *)bytes)->length;
    return ((Bytes *)bytes)->data;
}

const char *str_to_fs(Value s, size_t *size)
{
    if (fs_encoding && !as_str(s)->ascii)
        return encode_for_fs(s, size);
    size_t count = (size_t)str_length(s), surrogate = count;
    if (str_width(s) > 1)
        utf8_encoded_size(str_data(s), count, str_width(s), &surrogate);
    if (surrogate == count)
        return str_utf8_lossy(s, size);
    Raw *raw = TRY(raw_new((intptr_t)count * 4 + 1));
    unsigned char *p = (unsigned char *)raw->data;
    for (size_t i = 0; i < count; i++) {
        uint32_t c = str_char(s, (intptr_t)i);
        if (c >= 0xdc80 && c <= 0xdcff)
            *p++ = (unsigned char)(c - 0xdc00);
        else if (is_surrogate(c)) {
            raise_unicode_encode("utf-8", s, (intptr_t)i, surrogates_end(s, (intptr_t)i),
                                 "surrogates not allowed");
            return 0;
        } else
            p += utf8_put(p, c);
    }
    *p = 0;
    if (size)
        *size = (size_t)((char *)p - raw->data);
    return raw->data;
}
