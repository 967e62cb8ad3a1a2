/* UTF-16 and UTF-32, in both byte orders. */
#include "types/codec_inner.h"

#include "core/error.h"
#include "core/thread.h"

enum { BYTE_ORDER_MARK = 0xfeff };

ALWAYS_INLINE void put_unit(BytesBuilder *b, uint32_t unit, int size, bool big_endian)
{
    char *room = bytes_builder_room(b, size);
    if (!room)
        return;
    for (int i = 0; i < size; i++)
        room[big_endian ? size - 1 - i : i] = (char)(unit >> 8 * i);
    bytes_builder_advance(b, size);
}

ALWAYS_INLINE uint32_t get_unit(const unsigned char *p, int size, bool big_endian)
{
    uint32_t unit = 0;
    for (int i = 0; i < size; i++)
        unit |= (uint32_t)p[big_endian ? size - 1 - i : i] << 8 * i;
    return unit;
}

/* ---- Encoding --------------------------------------------------------------------------- */

ALWAYS_INLINE void put_utf16_order(BytesBuilder *b, uint32_t c, bool big_endian)
{
    if (c < 0x10000)
        put_unit(b, c, 2, big_endian);
    else {
        put_unit(b, 0xd800 + ((c - 0x10000) >> 10), 2, big_endian);
        put_unit(b, 0xdc00 + (c & 0x3ff), 2, big_endian);
    }
}

static bool put_utf16_le(Encoder *e, uint32_t c)
{
    if (is_surrogate(c))
        return false;
    put_utf16_order(&e->out, c, false);
    return true;
}

static bool put_utf16_be(Encoder *e, uint32_t c)
{
    if (is_surrogate(c))
        return false;
    put_utf16_order(&e->out, c, true);
    return true;
}

static bool put_utf32_le(Encoder *e, uint32_t c)
{
    if (is_surrogate(c))
        return false;
    put_unit(&e->out, c, 4, false);
    return true;
}

static bool put_utf32_be(Encoder *e, uint32_t c)
{
    if (is_surrogate(c))
        return false;
    put_unit(&e->out, c, 4, true);
    return true;
}

static Value encode_all(Encoder *e, bool mark)
{
    intptr_t length = str_length(e->text);
    if (mark)
        e->put(e, BYTE_ORDER_MARK);
    if (!bytes_builder_room(&e->out, length * e->unit))
        return 0;
    for (intptr_t i = 0; i < length;) {
        let_stop(i);
        if (e->put(e, str_char(e->text, i))) {
            i++;
            continue;
        }
        intptr_t end = i + 1;
        while (end < length && is_surrogate(str_char(e->text, end)))
            end++;
        TRY(encoder_error(e, i, end, "surrogates not allowed", &i));
    }
    return bytes_builder_finish(&e->out);
}

Value codec_utf16_encode(Value s, const char *errors, int byte_order)
{
    Encoder e = {.encoding = byte_order < 0   ? "utf-16-le"
                             : byte_order > 0 ? "utf-16-be"
                                              : "utf-16",
                 .text = s,
                 .errors = {.name = errors},
                 .put = byte_order > 0 ? put_utf16_be : put_utf16_le,
                 .unit = 2,
                 .ascii_only = true};
    return encode_all(&e, byte_order == 0);
}

Value codec_utf32_encode(Value s, const char *errors, int byte_order)
{
    Encoder e = {.encoding = byte_order < 0   ? "utf-32-le"
                             : byte_order > 0 ? "utf-32-be"
                                              : "utf-32",
                 .text = s,
                 .errors = {.name = errors},
                 .put = byte_order > 0 ? put_utf32_be : put_utf32_le,
                 .unit = 4,
                 .ascii_only = true};
    return encode_all(&e, byte_order == 0);
}

/* ---- Decoding --------------------------------------------------------------------------- */

/* Reads the mark that tells the byte order, if that is open; returns the bytes it takes. */
static intptr_t read_mark(const char *data, intptr_t size, int unit, int *byte_order)
{
    if (*byte_order || size < unit)
        return 0;
    const unsigned char *p = (const unsigned char *)data;
    if (get_unit(p, unit, false) == BYTE_ORDER_MARK)
        *byte_order = -1;
    else if (get_unit(p, unit, true) == BYTE_ORDER_MARK)
        *byte_order = 1;
    return *byte_order ? unit : 0;
}

typedef struct Malformed {
    intptr_t length; /* bytes */
    const char *reason;
    bool at_end; /* more input could complete it */
} Malformed;

/* The character at p, and in *size its bytes; or what is wrong. */
static uint32_t next_utf16(const unsigned char *p, intptr_t left, bool big, intptr_t *size,
                           Malformed *bad)
{
    bad->reason = 0;
    if (left < 2) {
        *bad = (Malformed){left, "truncated data", true};
        return 0;
    }
    uint32_t c = get_unit(p, 2, big);
    *size = 2;
    if (!is_surrogate(c))
        return c;
    if (c >= 0xdc00) {
        *bad = (Malformed){2, "illegal encoding", false};
        return 0;
    }
    if (left < 4) {
        *bad = (Malformed){left, "unexpected end of data", true};
        return 0;
    }
    uint32_t low = get_unit(p + 2, 2, big);
    if (low < 0xdc00 || low > 0xdfff) {
        *bad = (Malformed){2, "illegal UTF-16 surrogate", false};
        return 0;
    }
    *size = 4;
    return 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
}

static uint32_t next_utf32(const unsigned char *p, intptr_t left, bool big, intptr_t *size,
                           Malformed *bad)
{
    bad->reason = 0;
    if (left < 4) {
        *bad = (Malformed){left, "truncated data", true};
        return 0;
    }
    uint32_t c = get_unit(p, 4, big);
    *size = 4;
    if (is_surrogate(c))
        *bad = (Malformed){4, "code point in surrogate code point range(0xd800, 0xe000)", false};
    else if (c > UNICODE_MAX)
        *bad = (Malformed){4, "code point not in range(0x110000)", false};
    return c;
}

static Value decode_all(Decoder *d, intptr_t i, bool wide, bool big, intptr_t *consumed)
{
    while (i < d->size) {
        Malformed bad;
        intptr_t size;
        uint32_t c = (wide ? next_utf32 : next_utf16)(d->data + i, d->size - i, big, &size, &bad);
        if (likely(!bad.reason)) {
            builder_add_char(&d->out, c);
            i += size;
            continue;
        }
        if (bad.at_end && consumed)
            break;
        TRY(decoder_error(d, i, i + bad.length, bad.reason, &i));
    }
    if (consumed)
        *consumed = i;
    return builder_finish(&d->out);
}

Value codec_utf16_decode(const char *data, intptr_t size, const char *errors, int *byte_order,
                         intptr_t *consumed)
{
    Decoder d;
    intptr_t start = read_mark(data, size, 2, byte_order);
    decoder_start(&d, *byte_order > 0 ? "utf-16-be" : "utf-16-le", data, size, errors);
    return decode_all(&d, start, false, *byte_order > 0, consumed);
}

Value codec_utf32_decode(const char *data, intptr_t size, const char *errors, int *byte_order,
                         intptr_t *consumed)
{
    Decoder d;
    intptr_t start = read_mark(data, size, 4, byte_order);
    decoder_start(&d, *byte_order > 0 ? "utf-32-be" : "utf-32-le", data, size, errors);
    return decode_all(&d, start, true, *byte_order > 0, consumed);
}
