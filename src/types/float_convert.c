/* Floats to and from text: repr, the formats of printf, float(text), hex() and fromhex(). */
#include <limits.h>
#include <math.h>

#include "base/dtoa.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/float_inner.h"
#include "types/int.h"
#include "types/str.h"

/* ---- to text -------------------------------------------------------------------------------- */

/* Text under construction in an array that is large enough. */
typedef struct Out {
    char *data;
    size_t length, room;
} Out;

static void put(Out *out, char c)
{
    ASSERT(out->length < out->room);
    out->data[out->length++] = c;
}

static void put_text(Out *out, const char *text)
{
    while (*text)
        put(out, *text++);
}

/* The digit at position i of 0.d1d2... * 10^point, zeros beyond what there is. */
static void put_digits(Out *out, const char *digits, int count, int from, int to)
{
    for (int i = from; i < to; i++)
        put(out, i >= 0 && i < count ? digits[i] : '0');
}

static void put_fixed(Out *out, const char *digits, int count, int point, int decimals, int flags)
{
    if (point <= 0)
        put(out, '0');
    else
        put_digits(out, digits, count, 0, point);
    if (decimals > 0 || (flags & (DOUBLE_ALTERNATE | DOUBLE_ADD_DOT_0)))
        put(out, '.');
    put_digits(out, digits, count, point, point + decimals);
    if (decimals <= 0 && (flags & DOUBLE_ADD_DOT_0))
        put(out, '0');
}

static void put_exponent(Out *out, const char *digits, int count, int exponent, int decimals,
                         int flags, char letter)
{
    put(out, digits[0]);
    if (decimals > 0 || (flags & DOUBLE_ALTERNATE))
        put(out, '.');
    put_digits(out, digits, count, 1, 1 + decimals);
    put(out, letter);
    put(out, exponent < 0 ? '-' : '+');
    int magnitude = exponent < 0 ? -exponent : exponent;
    if (magnitude >= 100)
        put(out, (char)('0' + magnitude / 100));
    put(out, (char)('0' + magnitude / 10 % 10));
    put(out, (char)('0' + magnitude % 10));
}

static void put_special(Out *out, double d, bool upper)
{
    if (isnan(d))
        put_text(out, upper ? "NAN" : "nan");
    else
        put_text(out, upper ? "INF" : "inf");
}

/* Room for digits that have been made but not laid out: on the stack, or else in a Raw. */
enum { SMALL_ROOM = 96 };

static char *digit_room(char small[SMALL_ROOM], size_t room)
{
    return room <= SMALL_ROOM ? small : TRY((Raw *)raw_new((intptr_t)room))->data;
}

/* 'f': so many decimals. */
static bool put_f(Out *out, double magnitude, int precision, int flags)
{
    char small[SMALL_ROOM];
    char *digits = TRY(digit_room(small, dtoa_decimals_room(magnitude, precision)));
    int point, count = dtoa_decimals(magnitude, precision, digits, &point);
    if (count < 0)
        return raise_no_memory();
    put_fixed(out, digits, count, count ? point : 0, precision, flags);
    return true;
}

/* 'e': precision + 1 digits. */
static bool put_e(Out *out, double magnitude, int precision, int flags, char letter)
{
    char small[SMALL_ROOM];
    char *digits = TRY(digit_room(small, (size_t)precision + 1 + DTOA_EXTRA));
    int point;
    if (!dtoa_precision(magnitude, precision + 1, digits, &point))
        return raise_no_memory();
    put_exponent(out, digits, precision + 1, point - 1, precision, flags, letter);
    return true;
}

/* 'g': so many significant digits, without trailing zeros unless alternate, in whichever of the
 * two forms suits the magnitude. */
static bool put_g(Out *out, double magnitude, int precision, int flags, char letter)
{
    if (precision == 0)
        precision = 1;
    char small[SMALL_ROOM];
    char *digits = TRY(digit_room(small, (size_t)precision + DTOA_EXTRA));
    int point, count = precision;
    if (!dtoa_precision(magnitude, precision, digits, &point))
        return raise_no_memory();
    if (!(flags & DOUBLE_ALTERNATE))
        while (count > 1 && digits[count - 1] == '0')
            count--;
    if (point <= -4 || point > precision - ((flags & DOUBLE_ADD_DOT_0) != 0))
        put_exponent(out, digits, count, point - 1, count - 1, flags, letter);
    else
        put_fixed(out, digits, count, point, count - point, flags);
    return true;
}

/* 'r': as repr(), the shortest digits that give the same number back. */
static void put_r(Out *out, double magnitude, int flags)
{
    char digits[DTOA_SHORTEST_SIZE];
    int point, count = dtoa_shortest(magnitude, digits, &point);
    if (point <= -4 || point > 16)
        put_exponent(out, digits, count, point - 1, count - 1, flags, 'e');
    else
        put_fixed(out, digits, count, point, count - point, flags);
}

const char *double_to_text(double d, char format, int precision, int flags, size_t *length)
{
    bool upper = format >= 'A' && format <= 'Z';
    if (upper)
        format = (char)(format | 32);
    if (format == 'g' && precision > DTOA_MAX_DIGITS && !(flags & DOUBLE_ALTERNATE))
        precision = DTOA_MAX_DIGITS; /* the rest are zeros, which are left out */
    double magnitude = fabs(d);
    intptr_t room = 32 + (format == 'r' ? 0 : precision) +
                    (format != 'f' || magnitude < 1e15 ? 0 : DTOA_MAX_POINT);
    Out out = {TRY_OR(raw_new(room), 0)->data, 0, (size_t)room};
    if (signbit(d) && !isnan(d))
        put(&out, '-');
    else if (flags & DOUBLE_SIGN)
        put(&out, '+');
    if (!isfinite(d))
        put_special(&out, d, upper);
    else if (format == 'f')
        TRY(put_f(&out, magnitude, precision, flags));
    else if (format == 'e')
        TRY(put_e(&out, magnitude, precision, flags, upper ? 'E' : 'e'));
    else if (format == 'g')
        TRY(put_g(&out, magnitude, precision, flags, upper ? 'E' : 'e'));
    else
        put_r(&out, magnitude, flags);
    *length = out.length;
    put(&out, 0);
    return out.data;
}

size_t double_repr(double d, char text[DOUBLE_REPR_SIZE])
{
    Out out = {text, 0, DOUBLE_REPR_SIZE};
    if (signbit(d) && !isnan(d))
        put(&out, '-');
    if (isfinite(d))
        put_r(&out, fabs(d), DOUBLE_ADD_DOT_0);
    else
        put_special(&out, d, false);
    return out.length;
}

Value float_repr(Value v)
{
    char text[DOUBLE_REPR_SIZE];
    size_t length = double_repr(float_value(v), text);
    return str_from_ascii(text, length);
}

/* ---- from text ------------------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r'); /* C's: fewer than str.isspace() */
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts_with(const char *p, const char *end, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(end - p) < length)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((p[i] | 32) != word[i])
            return false;
    return true;
}

ptrdiff_t double_parse_prefix(const char *text, const char *end, double *out)
{
    const char *p = text;
    bool negative = false;
    if (p < end && (*p == '-' || *p == '+'))
        negative = *p++ == '-';
    if (starts_with(p, end, "inf")) {
        p += starts_with(p, end, "infinity") ? 8 : 3;
        *out = INFINITY;
    } else if (starts_with(p, end, "nan")) {
        p += 3;
        *out = NAN;
    } else {
        ptrdiff_t n = dtoa_parse(p, (size_t)(end - p), out);
        if (n <= 0)
            return n;
        p += n;
    }
    if (negative)
        *out = -*out;
    return p - text;
}

/* Copies the text without its underscores, each of which must stand between two digits; 0 with
 * no exception if one does not. */
static const char *drop_underscores(const char *p, const char *end, const char **new_end)
{
    Raw *raw = TRY_OR(raw_new(end - p), 0);
    size_t n = 0;
    for (const char *start = p; p < end; p++) {
        if (*p != '_')
            raw->data[n++] = *p;
        else if (p == start || !is_digit(p[-1]) || p + 1 == end || !is_digit(p[1]))
            return 0;
    }
    *new_end = raw->data + n;
    return raw->data;
}

bool double_from_text(const char *text, size_t length, double *out)
{
    const char *end = text + length;
    while (text < end && is_space(*text))
        text++;
    while (text < end && is_space(end[-1]))
        end--;
    if (text < end && memchr(text, '_', (size_t)(end - text)) &&
        !(text = drop_underscores(text, end, &end)))
        return false;
    return text < end && double_parse_prefix(text, end, out) == end - text;
}

Value float_from_text_object(Value o)
{
    double d;
    if (is_str(o)) {
        const char *ascii = ((Str *)o)->data;
        if (!((Str *)o)->ascii)
            ascii = TRY_OR(text_to_ascii_digits(o), 0);
        if (double_from_text(ascii, (size_t)str_length(o), &d))
            return float_from(d);
    } else if (has_buffer(o)) {
        Buffer buffer;
        TRY(buffer_get(o, &buffer, BUFFER_READ));
        Value bytes = bytes_from_seen(buffer.data, (size_t)buffer.size); /* they stay as they are */
        buffer_release(&buffer);
        Bytes *b = (Bytes *)TRY(bytes);
        bool valid = double_from_text(b->data, (size_t)b->length, &d);
        if (valid)
            return float_from(d);
    } else {
        return raise(TypeError, "float() argument must be a string or a real number, not '%T'", o);
    }
    return error_pending() ? 0 : raise(ValueError, "could not convert string to float: %R", o);
}

/* ---- hexadecimal -------------------------------------------------------------------------------
 */

Value float_hex_text(double d)
{
    if (!isfinite(d))
        return float_repr(float_from(d));
    const char *sign = signbit(d) ? "-" : "";
    if (d == 0)
        return format_value("%s0x0.0p+0", sign);
    int exponent;
    double mantissa = frexp(fabs(d), &exponent);
    int shift = 1 - (-1021 - exponent > 0 ? -1021 - exponent : 0);
    mantissa = ldexp(mantissa, shift);
    exponent -= shift;
    unsigned lead = (unsigned)mantissa;
    unsigned long long fraction = (unsigned long long)ldexp(mantissa - lead, 52);
    return format_value("%s0x%u.%013llxp%c%d", sign, lead, fraction, exponent < 0 ? '-' : '+',
                        exponent < 0 ? -exponent : exponent);
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* [digits][.digits][p[+-]decimal] after the sign and 0x. */
typedef struct HexText {
    const char *digits;        /* all digits, the point among them */
    ptrdiff_t whole, fraction; /* how many before and after the point */
    long exponent;
    const char *end;
} HexText;

static bool scan_hex(const char *p, const char *end, HexText *hex)
{
    hex->digits = p;
    while (p < end && hex_value(*p) >= 0)
        p++;
    hex->whole = p - hex->digits;
    hex->fraction = 0;
    if (p < end && *p == '.') {
        const char *start = ++p;
        while (p < end && hex_value(*p) >= 0)
            p++;
        hex->fraction = p - start;
    }
    hex->exponent = 0;
    if (!(hex->whole + hex->fraction))
        return false;
    if (p < end && (*p | 32) == 'p') {
        bool negative = false;
        if (++p < end && (*p == '-' || *p == '+'))
            negative = *p++ == '-';
        if (p == end || !is_digit(*p))
            return false;
        for (; p < end && is_digit(*p); p++)
            if (hex->exponent < LONG_MAX / 20)
                hex->exponent = hex->exponent * 10 + (*p - '0');
        if (negative)
            hex->exponent = -hex->exponent;
    }
    hex->end = p;
    return true;
}

static int hex_digit(const HexText *hex, ptrdiff_t i)
{
    return hex_value(hex->digits[i < hex->whole ? i : i + 1]);
}

/* Collects 64 leading bits, notes whether anything but zeros follows, and rounds once to what a
 * double of that size can hold. False: too large. */
static bool hex_to_double(const HexText *hex, double *out)
{
    ptrdiff_t count = hex->whole + hex->fraction, i = 0;
    while (i < count && hex_digit(hex, i) == 0)
        i++;
    *out = 0.0;
    if (i == count || hex->exponent < -(LONG_MAX / 40))
        return true;
    if (hex->exponent > LONG_MAX / 40)
        return false;
    uint64_t bits = 0;
    bool sticky = false;
    ptrdiff_t taken = 0;
    long exponent = hex->exponent + 4 * (hex->whole - i);
    for (; i < count; i++) {
        if (taken < 15)
            bits = bits << 4 | (uint64_t)hex_digit(hex, i), taken++;
        else
            sticky |= hex_digit(hex, i) != 0;
    }
    exponent -= 4 * taken; /* value = bits * 2^exponent, plus the sticky part */
    int size = 64 - __builtin_clzll(bits);
    long top = exponent + size; /* value < 2^top */
    if (top > 1024)
        return false;
    if (top < -1075)
        return true;
    int extra = size - 53;
    if (exponent + extra < -1074)
        extra = (int)(-1074 - exponent);
    if (extra > 0) {
        uint64_t half = (uint64_t)1 << (extra - 1), cut = bits & (2 * half - 1);
        bits -= cut;
        if (cut > half || (cut == half && (sticky || (bits & (2 * half)))))
            bits += 2 * half;
    }
    *out = ldexp((double)bits, (int)exponent);
    return !isinf(*out);
}

Value float_from_hex(Value text, double *out)
{
    size_t size;
    const char *p = TRY_OR(str_utf8(text, &size), 0), *end = p + size;
    while (p < end && is_space(*p))
        p++;
    while (p < end && is_space(end[-1]))
        end--;
    bool negative = false;
    HexText hex;
    if (p < end && (*p == '-' || *p == '+'))
        negative = *p++ == '-';
    if (starts_with(p, end, "inf") || starts_with(p, end, "nan")) {
        if (double_parse_prefix(p, end, out) != end - p)
            goto malformed;
    } else {
        if (end - p >= 2 && p[0] == '0' && (p[1] | 32) == 'x')
            p += 2;
        if (!scan_hex(p, end, &hex) || hex.end != end)
            goto malformed;
        if (!hex_to_double(&hex, out))
            return raise(OverflowError, "hexadecimal value too large to represent as a float");
    }
    if (negative)
        *out = -*out;
    return None;
malformed:
    return raise(ValueError, "invalid hexadecimal floating-point string");
}
