/* UTF-7 (RFC 2152). Optional direct characters are written as they are. */
#include "types/codec_inner.h"

#include "core/error.h"

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int base64_value(uint32_t c)
{
    const char *p = c && c < 128 ? strchr(base64, (int)c) : 0;
    return p ? (int)(p - base64) : -1;
}

/* ---- Encoding --------------------------------------------------------------------------- */

/* Stands for itself outside of base64. */
static bool is_direct(uint32_t c)
{
    return c && c < 127 && c != '+' && c != '\\' && c != '~' &&
           (c >= 32 || c == '\t' || c == '\n' || c == '\r');
}

typedef struct Base64Writer {
    BytesBuilder *out;
    uint32_t buffer;
    int bits;
} Base64Writer;

static void write_unit(Base64Writer *w, uint32_t unit)
{
    w->buffer = w->buffer << 16 | unit;
    for (w->bits += 16; w->bits >= 6; w->bits -= 6)
        bytes_builder_add_char(w->out, base64[w->buffer >> (w->bits - 6) & 63]);
}

static void write_char(Base64Writer *w, uint32_t c)
{
    if (c >= 0x10000) {
        write_unit(w, 0xd800 + ((c - 0x10000) >> 10));
        c = 0xdc00 + (c & 0x3ff);
    }
    write_unit(w, c);
}

/* Pads the last digit of a base64 section. */
static void flush_bits(Base64Writer *w)
{
    if (w->bits)
        bytes_builder_add_char(w->out, base64[w->buffer << (6 - w->bits) & 63]);
    w->bits = 0;
    w->buffer = 0;
}

Value codec_utf7_encode(Value s, const char *errors UNUSED)
{
    BytesBuilder out = {0};
    Base64Writer w = {.out = &out};
    bool shifted = false;
    for (intptr_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char(s, i);
        if (shifted && is_direct(c)) {
            flush_bits(&w);
            shifted = false;
            /* A minus sign ends the section where its end would not be seen. */
            if (base64_value(c) >= 0 || c == '-')
                bytes_builder_add_char(&out, '-');
        }
        if (shifted)
            write_char(&w, c);
        else if (is_direct(c))
            bytes_builder_add_char(&out, (char)c);
        else if (c == '+')
            bytes_builder_add(&out, "+-", 2);
        else {
            bytes_builder_add_char(&out, '+');
            shifted = true;
            write_char(&w, c);
        }
    }
    flush_bits(&w);
    if (shifted)
        bytes_builder_add_char(&out, '-');
    return bytes_builder_finish(&out);
}

/* ---- Decoding --------------------------------------------------------------------------- */

typedef struct Utf7State {
    Decoder d;
    intptr_t at;
    bool shifted;
    intptr_t shift_start; /* where the section began: in the input, and in the output */
    intptr_t out_start;
    uint32_t buffer, surrogate;
    int bits;
} Utf7State;

static bool utf7_error(Utf7State *u, intptr_t start, const char *reason)
{
    u->shifted = false;
    u->surrogate = 0;
    return decoder_error(&u->d, start, u->at, reason, &u->at);
}

/* A UTF-16 code unit came out of base64. */
static void take_unit(Utf7State *u, uint32_t unit)
{
    if (u->surrogate) {
        uint32_t high = u->surrogate;
        u->surrogate = 0;
        if (unit >= 0xdc00 && unit <= 0xdfff) {
            builder_add_char(&u->d.out, 0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
            return;
        }
        builder_add_char(&u->d.out, high);
    }
    if (unit >= 0xd800 && unit <= 0xdbff)
        u->surrogate = unit;
    else
        builder_add_char(&u->d.out, unit);
}

/* The character after a base64 section; it is taken only if it is a minus sign. */
static bool leave_section(Utf7State *u, uint32_t c)
{
    u->shifted = false;
    if (u->bits >= 6 || (u->bits && u->buffer)) {
        u->at++;
        return utf7_error(u, u->shift_start,
                          u->bits >= 6 ? "partial character in shift sequence"
                                       : "non-zero padding bits in shift sequence");
    }
    if (u->surrogate && c < 128 && c != '+')
        builder_add_char(&u->d.out, u->surrogate);
    u->surrogate = 0;
    if (c == '-')
        u->at++;
    return true;
}

static bool step_shifted(Utf7State *u)
{
    uint32_t c = u->d.data[u->at];
    int value = base64_value(c);
    if (value < 0)
        return leave_section(u, c);
    u->at++;
    u->buffer = u->buffer << 6 | (uint32_t)value;
    u->bits += 6;
    if (u->bits >= 16) {
        u->bits -= 16;
        take_unit(u, u->buffer >> u->bits & 0xffff);
        u->buffer &= (1u << u->bits) - 1;
    }
    return true;
}

static bool step_direct(Utf7State *u)
{
    uint32_t c = u->d.data[u->at++];
    if (c >= 128)
        return utf7_error(u, u->at - 1, "unexpected special character");
    if (c != '+') {
        builder_add_char(&u->d.out, c);
        return true;
    }
    u->shift_start = u->at - 1;
    if (u->at < u->d.size && u->d.data[u->at] == '-') {
        u->at++;
        builder_add_char(&u->d.out, '+');
        return true;
    }
    if (u->at < u->d.size && base64_value(u->d.data[u->at]) < 0) {
        u->at++;
        return utf7_error(u, u->shift_start, "ill-formed sequence");
    }
    u->shifted = true;
    u->surrogate = u->buffer = 0;
    u->bits = 0;
    u->out_start = u->d.out.length;
    return true;
}

Value codec_utf7_decode(const char *data, intptr_t size, const char *errors, intptr_t *consumed)
{
    Utf7State u = {0};
    decoder_start(&u.d, "utf7", data, size, errors);
    for (;;) {
        while (u.at < u.d.size)
            TRY((u.shifted ? step_shifted : step_direct)(&u));
        bool open = u.shifted && (u.surrogate || u.bits >= 6 || (u.bits && u.buffer));
        if (consumed || !open)
            break;
        TRY(utf7_error(&u, u.shift_start, "unterminated shift sequence"));
    }
    if (consumed) {
        *consumed = u.shifted ? u.shift_start : u.at;
        if (u.shifted)
            u.d.out.length = u.out_start; /* the section is read again, whole */
    }
    Value result = builder_finish(&u.d.out);
    return result ? str_canonical(result) : 0;
}
