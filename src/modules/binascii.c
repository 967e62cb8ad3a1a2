/* binascii: binary data to ASCII and back: hexadecimal, base64, uu, quoted-printable; CRCs. */
#include <zlib.h>
#include "base/hex.h"
#include "core/error.h"
#include "core/module.h"
#include "core/thread.h"
#include "modules/module_util.h"
#include "types/bytes.h"
#include "types/bytes_methods.h"
#include "types/int.h"
#include "types/str_inline.h"
#include "types/text.h"

static Value error_class, incomplete_class; /* roots, once made */

static bool fail(const char *message)
{
    raise((Type *)error_class, "%s", message);
    return false;
}

/* An argument that is to be decoded: also a str, which must be ASCII. */
static bool ascii_argument(Value v, TextArgument *out)
{
    if (is_str(v)) {
        if (!as_str(v)->ascii) {
            raise(ValueError, "string argument should contain only ASCII characters");
            return false;
        }
        out->data = str_data(v);
        out->length = str_length(v);
        return true;
    }
    if (has_buffer(v))
        return bytes_argument(v, out);
    raise(TypeError, "argument should be bytes, buffer or ASCII string, not '%T'", v);
    return false;
}

/* ---- Hexadecimal ------------------------------------------------------------------------ */

static Value hexlify(Value *args)
{
    TEXT_ARGUMENT(data);
    TRY(bytes_argument(args[0], &data));
    return bytes_hexlify((const unsigned char *)data.data, data.length, args[1], args[2]);
}

FUNCTION(binascii_hexlify, "hexlify", "data, sep=?, bytes_per_sep=1",
         "Hexadecimal representation of binary data, with sep between groups.")
{
    return hexlify(args);
}

FUNCTION(binascii_b2a_hex, "b2a_hex", "data, sep=?, bytes_per_sep=1",
         "Hexadecimal representation of binary data, with sep between groups.")
{
    return hexlify(args);
}

static Value unhexlify(Value v)
{
    TEXT_ARGUMENT(data);
    TRY(ascii_argument(v, &data));
    if (data.length % 2)
        TRY(fail("Odd-length string"));
    Value result = TRY(bytes_new(data.length / 2));
    bool valid = false;
    LONG_WORK(data.length)
    {
        valid = hex_decode(((Bytes *)result)->data, data.data, (size_t)data.length / 2);
    }
    if (!valid)
        TRY(fail("Non-hexadecimal digit found"));
    return result;
}

FUNCTION(binascii_unhexlify, "unhexlify", "hexstr, /", "Binary data of hexadecimal representation.")
{
    return unhexlify(args[0]);
}

FUNCTION(binascii_a2b_hex, "a2b_hex", "hexstr, /", "Binary data of hexadecimal representation.")
{
    return unhexlify(args[0]);
}

/* ---- base64 (RFC 4648) ------------------------------------------------------------------ */

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The value of each digit with BASE64_DIGIT set, and 0 for other characters. */
enum { BASE64_DIGIT = 64 };
#define ONE(c, value) [(c)] = (value) | BASE64_DIGIT
#define FIVE(c, value)                                                                             \
    ONE(c, value), ONE((c) + 1, (value) + 1), ONE((c) + 2, (value) + 2),                           \
        ONE((c) + 3, (value) + 3), ONE((c) + 4, (value) + 4)
static const uint8_t base64_values[256] = {
    FIVE('A', 0),  FIVE('F', 5),  FIVE('K', 10), FIVE('P', 15), FIVE('U', 20), ONE('Z', 25),
    FIVE('a', 26), FIVE('f', 31), FIVE('k', 36), FIVE('p', 41), FIVE('u', 46), ONE('z', 51),
    FIVE('0', 52), FIVE('5', 57), ONE('+', 62),  ONE('/', 63)};
#undef ONE
#undef FIVE

static void base64_group(char *out, uint32_t group)
{
    out[0] = base64_digits[group >> 18];
    out[1] = base64_digits[group >> 12 & 63];
    out[2] = base64_digits[group >> 6 & 63];
    out[3] = base64_digits[group & 63];
}

FUNCTION(binascii_b2a_base64, "b2a_base64", "data, /, *, newline=True", "Base64-code line of data.")
{
    TEXT_ARGUMENT(data);
    TRY(bytes_argument(args[0], &data));
    int newline = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    if (data.length > INTPTR_MAX / 2)
        TRY(fail("Too much data for base64 line"));
    Value result = TRY(bytes_new((data.length + 2) / 3 * 4 + newline));
    char *out = ((Bytes *)result)->data;
    const unsigned char *in = (const unsigned char *)data.data;
    intptr_t left = data.length;
    LONG_WORK(left)
    {
        for (; left >= 3; left -= 3, in += 3, out += 4)
            base64_group(out, (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2]);
    }
    if (left) {
        base64_group(out, (uint32_t)in[0] << 16 | (left > 1 ? (uint32_t)in[1] << 8 : 0));
        out[3] = '=';
        if (left == 1)
            out[2] = '=';
        out += 4;
    }
    if (newline)
        *out = '\n';
    return result;
}

typedef struct Base64Reader {
    BytesBuilder out;
    int position;  /* of the next digit in its group of four */
    int pads;      /* padding characters since the last digit */
    unsigned left; /* bits that wait for more */
    bool strict;
} Base64Reader;

/* A padding character; *stop: what is wrong shows at the end. */
static bool base64_pad(Base64Reader *r, bool first, bool *stop)
{
    r->pads++;
    if (!r->strict)
        return true;
    if (r->position == 0)
        return fail(first ? "Leading padding not allowed" : "Excess padding not allowed");
    *stop = r->position == 1;
    if (!*stop && r->position + r->pads > 4)
        return fail("Excess padding not allowed");
    return true;
}

static bool base64_digit(Base64Reader *r, int value)
{
    if (r->strict && r->pads)
        return fail(r->position + r->pads == 4 ? "Excess data after padding"
                                               : "Discontinuous padding not allowed");
    r->pads = 0;
    r->left = r->left << 6 | (unsigned)value;
    r->position = (r->position + 1) % 4;
    if (r->position != 1)
        bytes_builder_add_char(&r->out, (char)(r->left >> (6 - 2 * ((r->position + 3) % 4))));
    return !r->out.failed;
}

/* Decodes groups of four digits until something else comes: how many digits. There is room. */
static intptr_t base64_groups(BytesBuilder *out, const unsigned char *in, intptr_t length)
{
    char *start = ((Bytes *)out->bytes)->data + out->length, *to = start;
    const unsigned char *p = in;
    for (; length - (p - in) >= 4; p += 4, to += 3) {
        uint32_t a = base64_values[p[0]], b = base64_values[p[1]];
        uint32_t c = base64_values[p[2]], d = base64_values[p[3]];
        if (unlikely(!(a & b & c & d)))
            break;
        uint32_t group = (a & 63) << 18 | (b & 63) << 12 | (c & 63) << 6 | (d & 63);
        to[0] = (char)(group >> 16);
        to[1] = (char)(group >> 8);
        to[2] = (char)group;
    }
    bytes_builder_advance(out, to - start);
    return p - in;
}

FUNCTION(binascii_a2b_base64, "a2b_base64", "data, /, *, strict_mode=False",
         "Decode a line of base64 data.")
{
    TEXT_ARGUMENT(data);
    TRY(ascii_argument(args[0], &data));
    Base64Reader r = {.strict = TRY_NOT_NEGATIVE(object_truth(args[1]), 0)};
    TRY(bytes_builder_reserve(&r.out, data.length / 4 * 3 + 3));
    bool stop = false;
    const unsigned char *in = (const unsigned char *)data.data;
    for (intptr_t i = 0; i < data.length && !stop; i++) {
        let_stop(i);
        if (r.position == 0 && !r.pads && data.length - i >= 4)
            i += base64_groups(&r.out, in + i, data.length - i);
        if (i == data.length)
            break;
        uint8_t value = base64_values[in[i]];
        if (in[i] == '=')
            TRY(base64_pad(&r, i == 0, &stop));
        else if (value)
            TRY(base64_digit(&r, value & 63));
        else if (r.strict)
            TRY(fail("Only base64 data is allowed"));
    }
    if (r.position == 1)
        return raise((Type *)error_class,
                     "Invalid base64-encoded string: number of data characters (%zd) cannot be 1 "
                     "more than a multiple of 4",
                     r.out.length / 3 * 4 + 1);
    if (r.position && r.position + r.pads < 4)
        TRY(fail("Incorrect padding"));
    return bytes_builder_finish(&r.out);
}

/* ---- uuencode --------------------------------------------------------------------------- */

FUNCTION(binascii_b2a_uu, "b2a_uu", "data, /, *, backtick=False", "Uuencode line of data.")
{
    TEXT_ARGUMENT(data);
    TRY(bytes_argument(args[0], &data));
    int backtick = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    if (data.length > 45)
        TRY(fail("At most 45 bytes at once"));
    char zero = backtick ? '`' : ' ';
    BytesBuilder b = {0};
    bytes_builder_add_char(&b, data.length ? (char)(' ' + data.length) : zero);
    for (intptr_t i = 0; i < data.length; i += 3) {
        uint32_t group = 0;
        for (intptr_t k = i; k < i + 3; k++)
            group = group << 8 | (k < data.length ? (unsigned char)data.data[k] : 0);
        for (int shift = 18; shift >= 0; shift -= 6) {
            char six = (char)(group >> shift & 63);
            bytes_builder_add_char(&b, six ? (char)(six + ' ') : zero);
        }
    }
    bytes_builder_add_char(&b, '\n');
    return bytes_builder_finish(&b);
}

FUNCTION(binascii_a2b_uu, "a2b_uu", "data, /", "Decode a line of uuencoded data.")
{
    TEXT_ARGUMENT(data);
    TRY(ascii_argument(args[0], &data));
    const unsigned char *in = (const unsigned char *)data.data;
    intptr_t length = ((data.length ? in[0] : 0) - ' ') & 63, i = data.length > 0;
    BytesBuilder b = {0};
    uint32_t bits = 0;
    for (int count = 0; b.length < length; count += 6) {
        /* Spaces at the end of the line may have got lost. */
        unsigned char c = i < data.length ? in[i] : '\n';
        if (c != '\n' && c != '\r') {
            if (c < ' ' || c > ' ' + 64)
                TRY(fail("Illegal char"));
            c = (c - ' ') & 63;
        } else
            c = 0;
        i++;
        bits = bits << 6 | c;
        if (count % 24)
            bytes_builder_add_char(&b, (char)(bits >> (18 - count % 24) / 3));
    }
    for (; i < data.length; i++)
        if (in[i] != ' ' && in[i] != ' ' + 64 && in[i] != '\n' && in[i] != '\r')
            TRY(fail("Trailing garbage"));
    return bytes_builder_finish(&b);
}

/* ---- Quoted-printable (RFC 1521) -------------------------------------------------------- */

FUNCTION(binascii_a2b_qp, "a2b_qp", "data, header=False", "Decode a string of qp-encoded data.")
{
    TEXT_ARGUMENT(data);
    TRY(ascii_argument(args[0], &data));
    int header = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    const char *in = data.data;
    BytesBuilder b = {0};
    for (intptr_t i = 0; i < data.length;) {
        let_stop(i);
        char c = in[i++];
        if (c != '=') {
            bytes_builder_add_char(&b, header && c == '_' ? ' ' : c);
            continue;
        }
        if (i == data.length)
            break;
        if (in[i] == '\n' || in[i] == '\r') { /* a soft line break */
            while (i < data.length && in[i] != '\n')
                i++;
            i++;
        } else if (in[i] == '=') {
            bytes_builder_add_char(&b, '=');
            i++;
        } else {
            int high = hex_digit((unsigned char)in[i]);
            int low = i + 1 < data.length ? hex_digit((unsigned char)in[i + 1]) : -1;
            bool escape = high >= 0 && low >= 0;
            bytes_builder_add_char(&b, escape ? (char)(high << 4 | low) : '=');
            i += escape ? 2 : 0;
        }
    }
    return bytes_builder_finish(&b);
}

typedef struct QpWriter {
    BytesBuilder out;
    const char *in;
    intptr_t length;
    int column;
    bool quote_tabs, is_text, header, crlf;
} QpWriter;

enum { QP_LINE_MAX = 76 };

static bool qp_must_quote(const QpWriter *w, intptr_t i)
{
    unsigned char c = (unsigned char)w->in[i];
    bool last = i + 1 == w->length;
    char next = last ? '\n' : w->in[i + 1];
    if (c > 126 || c == '=' || (w->header && c == '_'))
        return true;
    if (c == '.' && w->column == 0 && (next == '\n' || next == '\r' || next == 0))
        return true;
    if (c == '\r' || c == '\n')
        return !w->is_text;
    if (c == ' ' || c == '\t')
        return last || w->quote_tabs;
    return c < 33;
}

static void qp_add_newline(QpWriter *w)
{
    if (w->crlf)
        bytes_builder_add_char(&w->out, '\r');
    bytes_builder_add_char(&w->out, '\n');
    w->column = 0;
}

static void qp_soft_break(QpWriter *w)
{
    bytes_builder_add_char(&w->out, '=');
    qp_add_newline(w);
}

static void qp_add_quoted(QpWriter *w, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    bytes_builder_add(&w->out, (char[]){'=', digits[c >> 4], digits[c & 15]}, 3);
}

/* White space before a newline is quoted. */
static void qp_quote_last(QpWriter *w)
{
    if (!w->out.length)
        return;
    char c = ((Bytes *)w->out.bytes)->data[w->out.length - 1];
    if (c == ' ' || c == '\t') {
        w->out.length--;
        qp_add_quoted(w, (unsigned char)c);
    }
}

FUNCTION(binascii_b2a_qp, "b2a_qp", "data, quotetabs=False, istext=True, header=False",
         "Encode a string using quoted-printable encoding.\n\n"
         "On encoding, when istext is set, newlines are not encoded, and white\n"
         "space at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\n"
         "are both encoded.  When quotetabs is set, space and tabs are encoded.")
{
    TEXT_ARGUMENT(data);
    TRY(bytes_argument(args[0], &data));
    QpWriter w = {.in = data.data, .length = data.length};
    w.quote_tabs = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    w.is_text = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    w.header = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    const char *newline = data.length ? memchr(data.data, '\n', (size_t)data.length) : 0;
    w.crlf = newline && newline > data.data && newline[-1] == '\r';
    for (intptr_t i = 0; i < w.length;) {
        let_stop(i);
        char c = w.in[i], next = i + 1 < w.length ? w.in[i + 1] : 0;
        if (qp_must_quote(&w, i)) {
            if (w.column + 3 >= QP_LINE_MAX)
                qp_soft_break(&w);
            qp_add_quoted(&w, (unsigned char)c);
            w.column += 3;
            i++;
        } else if (w.is_text && (c == '\n' || (c == '\r' && next == '\n'))) {
            qp_quote_last(&w);
            qp_add_newline(&w);
            i += c == '\r' ? 2 : 1;
        } else {
            if (i + 1 != w.length && next != '\n' && w.column + 1 >= QP_LINE_MAX)
                qp_soft_break(&w);
            bytes_builder_add_char(&w.out, w.header && c == ' ' ? '_' : c);
            w.column++;
            i++;
        }
    }
    return bytes_builder_finish(&w.out);
}

/* ---- CRC -------------------------------------------------------------------------------- */

/* The lowest bits of an int of any size. */
static bool mask_argument(Value v, uint64_t *out)
{
    Value index = TRY_OR(number_index(v), false);
    Value low = TRY_OR(int_and(index, int_small(0xffffffff)), false);
    *out = (uint64_t)int_value(low);
    return true;
}

FUNCTION(binascii_crc32, "crc32", "data, crc=0, /", "Compute CRC-32 incrementally.")
{
    TEXT_ARGUMENT(data);
    uint64_t crc;
    TRY(bytes_argument(args[0], &data));
    TRY(mask_argument(args[1], &crc));
    LONG_WORK(data.length)
    {
        crc = crc32_z(crc, (const unsigned char *)data.data, (size_t)data.length);
    }
    return int_from((intptr_t)crc);
}

FUNCTION(binascii_crc_hqx, "crc_hqx", "data, crc, /", "Compute CRC-CCITT incrementally.")
{
    TEXT_ARGUMENT(data);
    uint64_t start;
    TRY(bytes_argument(args[0], &data));
    TRY(mask_argument(args[1], &start));
    unsigned crc = (unsigned)start & 0xffff;
    LONG_WORK(data.length)
    {
        for (intptr_t i = 0; i < data.length; i++) {
            crc ^= (unsigned)(unsigned char)data.data[i] << 8;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xffff;
        }
    }
    return int_small(crc);
}

/* ---- The module ------------------------------------------------------------------------- */

static MethodDef *const functions[] = {M(binascii_hexlify),
                                       M(binascii_b2a_hex),
                                       M(binascii_unhexlify),
                                       M(binascii_a2b_hex),
                                       M(binascii_b2a_base64),
                                       M(binascii_a2b_base64),
                                       M(binascii_b2a_uu),
                                       M(binascii_a2b_uu),
                                       M(binascii_b2a_qp),
                                       M(binascii_a2b_qp),
                                       M(binascii_crc32),
                                       M(binascii_crc_hqx),
                                       0};

static bool execute(Value module)
{
    return module_add_exception(module, "binascii.Error", ValueError, &error_class) &&
           module_add_exception(module, "binascii.Incomplete", Exception, &incomplete_class);
}

const ModuleDef module_binascii = {"binascii", "Conversion between binary data and ASCII",
                                   functions, execute};
