#include "types/number_format.h"

#include <limits.h>
#include <locale.h>
#include <math.h>

#include "base/unicode.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"

/* ---- parsing ---------------------------------------------------------------------------- */

static bool is_align(uint32_t c)
{
    return c == '<' || c == '>' || c == '=' || c == '^';
}

typedef struct Cursor {
    Value spec;
    intptr_t at, end;
} Cursor;

static uint32_t peek(const Cursor *c, intptr_t ahead)
{
    return c->at + ahead < c->end ? str_char(c->spec, c->at + ahead) : 0;
}

static bool accept(Cursor *c, uint32_t wanted)
{
    if (c->at >= c->end || str_char(c->spec, c->at) != wanted)
        return false;
    c->at++;
    return true;
}

/* A run of digits; -1 if there are none. */
static bool parse_number(Cursor *c, intptr_t *out)
{
    *out = -1;
    for (int digit; c->at < c->end && (digit = unicode_decimal(peek(c, 0))) >= 0; c->at++) {
        intptr_t so_far = *out < 0 ? 0 : *out;
        if (so_far > (INTPTR_MAX - digit) / 10)
            return raise(ValueError, "Too many decimal digits in format string");
        *out = so_far * 10 + digit;
    }
    return true;
}

static bool parse_grouping(Cursor *c, FormatSpec *out)
{
    if (accept(c, ','))
        out->grouping = ',';
    if (accept(c, '_')) {
        if (out->grouping)
            return raise(ValueError, "Cannot specify both ',' and '_'.");
        out->grouping = '_';
    }
    if (out->grouping == '_' && peek(c, 0) == ',')
        return raise(ValueError, "Cannot specify both ',' and '_'.");
    return true;
}

static bool check_grouping(const FormatSpec *spec)
{
    if (!spec->grouping || !spec->type)
        return true;
    if (spec->type < 128 && strchr("defgEG%F", (int)spec->type))
        return true;
    if (spec->grouping == '_' && spec->type < 128 && strchr("boxX", (int)spec->type))
        return true;
    if (spec->type > 32 && spec->type < 128)
        return raise(ValueError, "Cannot specify '%c' with '%c'.", (unsigned)spec->grouping,
                     spec->type);
    return raise(ValueError, "Cannot specify '%c' with '\\x%x'.", (unsigned)spec->grouping,
                 spec->type);
}

bool format_spec_parse(Value spec, Value object, char default_type, char default_align,
                       FormatSpec *out)
{
    Cursor c = {spec, 0, str_length(spec)};
    *out = (FormatSpec){.fill = ' ', .align = default_align, .type = (unsigned char)default_type};
    bool fill_given = false;
    if (c.end >= 2 && is_align(peek(&c, 1))) {
        out->fill = peek(&c, 0);
        out->align = (char)peek(&c, 1);
        fill_given = out->align_given = true;
        c.at = 2;
    } else if (is_align(peek(&c, 0))) {
        out->align = (char)peek(&c, 0);
        out->align_given = true;
        c.at = 1;
    }
    if (peek(&c, 0) == '+' || peek(&c, 0) == '-' || peek(&c, 0) == ' ')
        out->sign = (char)peek(&c, 0), c.at++;
    out->no_negative_zero = accept(&c, 'z');
    out->alternate = accept(&c, '#');
    if (!fill_given && accept(&c, '0')) {
        out->fill = '0';
        if (!out->align_given && default_align == '>')
            out->align = '=';
    }
    TRY(parse_number(&c, &out->width));
    TRY(parse_grouping(&c, out));
    out->precision = -1;
    if (accept(&c, '.')) {
        TRY(parse_number(&c, &out->precision));
        if (out->precision < 0)
            return raise(ValueError, "Format specifier missing precision");
    }
    if (c.end - c.at > 1)
        return raise(ValueError, "Invalid format specifier '%V' for object of type '%T'", spec,
                     object);
    if (c.at < c.end)
        out->type = peek(&c, 0);
    return check_grouping(out);
}

COLD static Value unknown_code(uint32_t code, Value object)
{
    if (code > 32 && code < 128)
        return raise(ValueError, "Unknown format code '%c' for object of type '%T'", code, object);
    return raise(ValueError, "Unknown format code '\\x%x' for object of type '%T'", code, object);
}

/* ---- laying out a number ------------------------------------------------------------------- */

typedef struct NumberText {
    char sign; /* 0: none */
    const char *prefix;
    const char *digits; /* before the point */
    intptr_t digit_count;
    const char *rest; /* point, decimals, exponent, % */
    intptr_t rest_count;
} NumberText;

/* How digits are grouped: sizes from the right as localeconv() has them, the last one repeated
 * (0: no more groups). */
typedef struct Grouping {
    const char *separator, *point;
    const char *sizes;
} Grouping;

static Grouping grouping_of(const FormatSpec *spec)
{
    Grouping g = {"", ".", ""};
    if (spec->type == 'n') {
        const struct lconv *locale = localeconv();
        g = (Grouping){locale->thousands_sep, locale->decimal_point, locale->grouping};
    } else if (spec->grouping) {
        g.separator = spec->grouping == ',' ? "," : "_";
        g.sizes = spec->type && spec->type < 128 && strchr("boxX", (int)spec->type) ? "\4" : "\3";
    }
    return g;
}

/* The digits, separated, with zeros in front up to `width` characters, from right to left. */
static Value group_digits(const NumberText *n, const Grouping *g, intptr_t width)
{
    Value separator = TRY(str_from_cstring(g->separator));
    intptr_t separator_length = str_length(separator), left = n->digit_count, made = 0;
    intptr_t longest = (left > width ? left : width) + 2;
    uint32_t *text =
        (uint32_t *)(void *)TRY_OR((Raw *)raw_new(longest * (1 + separator_length) * 4), 0)->data;
    intptr_t at = longest * (1 + separator_length);
    const char *size = g->sizes;
    intptr_t room = *size && *size != CHAR_MAX && separator_length ? *size : INTPTR_MAX;
    while (left > 0 || made < width) {
        if (room == 0) {
            for (intptr_t i = separator_length; i > 0; i--)
                text[--at] = str_char(separator, i - 1);
            made += separator_length;
            if (size[1])
                size++;
            room = *size == CHAR_MAX ? INTPTR_MAX : *size;
        }
        text[--at] = left > 0 ? (uint32_t)(unsigned char)n->digits[left - 1] : '0';
        left--, made++, room--;
    }
    return str_from_ucs4(text + at, made);
}

static void add_rest(StrBuilder *b, const NumberText *n, const Grouping *g)
{
    if (n->rest_count && n->rest[0] == '.') {
        Value point = str_from_cstring(g->point);
        if (!point)
            b->failed = true;
        else
            builder_add(b, point);
        builder_add_ascii(b, n->rest + 1, (size_t)n->rest_count - 1);
    } else {
        builder_add_ascii(b, n->rest, (size_t)n->rest_count);
    }
}

static char *put_text(char *out, const char *text, intptr_t size)
{
    memcpy(out, text, (size_t)size);
    return out + size;
}

static char *put_fill(char *out, uint32_t fill, intptr_t count)
{
    memset(out, (int)fill, (size_t)count);
    return out + count;
}

/* Without groups, and all of it ASCII. */
static Value lay_out_plain(const NumberText *n, const FormatSpec *spec)
{
    intptr_t prefix = (intptr_t)strlen(n->prefix);
    intptr_t size = (n->sign != 0) + prefix + n->digit_count + n->rest_count;
    intptr_t padding = spec->width > size ? spec->width - size : 0;
    intptr_t before = spec->align == '>' ? padding : spec->align == '^' ? padding / 2 : 0;
    intptr_t inside = spec->align == '=' ? padding : 0;
    Value text = TRY(str_new(size + padding, 127));
    char *out = put_fill(((Str *)text)->data, spec->fill, before);
    if (n->sign)
        *out++ = n->sign;
    out = put_text(out, n->prefix, prefix);
    out = put_fill(out, spec->fill, inside);
    out = put_text(out, n->digits, n->digit_count);
    out = put_text(out, n->rest, n->rest_count);
    put_fill(out, spec->fill, padding - before - inside);
    return text;
}

static Value lay_out(const NumberText *n, const FormatSpec *spec)
{
    if (!spec->grouping && spec->type != 'n' && spec->fill < 128)
        return lay_out_plain(n, spec);
    Grouping g = grouping_of(spec);
    if (!n->digit_count) /* inf and nan are filled up without separators */
        g.sizes = "";
    intptr_t fixed = (n->sign != 0) + (intptr_t)strlen(n->prefix) + n->rest_count;
    bool zeros = spec->fill == '0' && spec->align == '=';
    Value digits = TRY(group_digits(n, &g, zeros ? spec->width - fixed : 0));
    intptr_t padding = spec->width - fixed - str_length(digits);
    if (padding < 0)
        padding = 0;
    intptr_t before = spec->align == '>' ? padding : spec->align == '^' ? padding / 2 : 0;
    intptr_t inside = spec->align == '=' ? padding : 0;
    StrBuilder b;
    builder_start(&b);
    builder_fill(&b, spec->fill, before);
    if (n->sign)
        builder_add_char(&b, (unsigned char)n->sign);
    builder_add_cstring(&b, n->prefix);
    builder_fill(&b, spec->fill, inside);
    builder_add(&b, digits);
    add_rest(&b, n, &g);
    builder_fill(&b, spec->fill, padding - before - inside);
    return builder_finish(&b);
}

static char sign_char(bool negative, const FormatSpec *spec)
{
    return negative ? '-' : spec->sign == '+' || spec->sign == ' ' ? spec->sign : 0;
}

/* `text` filled up to the width. */
static Value pad_text(Value text, const FormatSpec *spec)
{
    intptr_t padding = spec->width - str_length(text);
    if (padding <= 0)
        return text;
    intptr_t before = spec->align == '>' ? padding : spec->align == '^' ? padding / 2 : 0;
    StrBuilder b;
    builder_start(&b);
    builder_fill(&b, spec->fill, before);
    builder_add(&b, text);
    builder_fill(&b, spec->fill, padding - before);
    return builder_finish(&b);
}

/* ---- int ---------------------------------------------------------------------------------------
 */

static Value format_char(Value v, const FormatSpec *spec)
{
    if (spec->sign)
        return raise(ValueError, "Sign not allowed with integer format specifier 'c'");
    if (spec->alternate)
        return raise(ValueError,
                     "Alternate form (#) not allowed with integer format specifier 'c'");
    int64_t c;
    if (!int_to_i64(v, &c))
        return raise(OverflowError, "Python int too large to convert to C long");
    if (c < 0 || c > 0x10ffff)
        return raise(OverflowError, "%%c arg not in range(0x110000)");
    FormatSpec padding = *spec;
    if (padding.align == '=') /* there is no sign that would come first */
        padding.align = '>';
    return pad_text(TRY(str_from_char((uint32_t)c)), &padding);
}

static Value format_integer(Value v, const FormatSpec *spec)
{
    if (spec->precision >= 0)
        return raise(ValueError, "Precision not allowed in integer format specifier");
    if (spec->no_negative_zero)
        return raise(ValueError,
                     "Negative zero coercion (z) not allowed in integer format specifier");
    if (spec->type == 'c')
        return format_char(v, spec);
    int base = spec->type == 'b' ? 2 : spec->type == 'o' ? 8 : (spec->type | 32) == 'x' ? 16 : 10;
    Value text = TRY(int_to_str(v, base));
    char *digits = ((Str *)text)->data;
    intptr_t count = str_length(text);
    bool negative = *digits == '-';
    if (negative)
        digits++, count--;
    char prefix[3] = "";
    if (base != 10) {
        if (spec->alternate)
            prefix[0] = '0', prefix[1] = spec->type == 'X' ? 'X' : digits[1];
        digits += 2, count -= 2;
    }
    if (spec->type == 'X') {
        Raw *raw = TRY_OR(raw_new(count), 0);
        for (intptr_t i = 0; i < count; i++)
            raw->data[i] = (char)(digits[i] >= 'a' ? digits[i] - 32 : digits[i]);
        digits = raw->data;
    }
    NumberText n = {sign_char(negative, spec), prefix, digits, count, "", 0};
    return lay_out(&n, spec);
}

static Value format_double(double d, Value object, const FormatSpec *spec);

Value int_format(Value v, Value spec_text)
{
    FormatSpec spec;
    if (!str_length(spec_text))
        return object_str(v);
    TRY(format_spec_parse(spec_text, v, 'd', '>', &spec));
    if (spec.type < 128 && spec.type && strchr("bcdoxXn", (int)spec.type))
        return format_integer(v, &spec);
    if (spec.type < 128 && spec.type && strchr("eEfFgG%", (int)spec.type)) {
        bool overflow;
        double d = int_to_double(v, &overflow);
        if (overflow)
            return raise(OverflowError, "int too large to convert to float");
        return format_double(d, v, &spec);
    }
    return unknown_code(spec.type, v);
}

/* ---- float
 * --------------------------------------------------------------------------------------- */

/* How double_to_text is to be asked for what a specification says. */
typedef struct DoubleStyle {
    char format;
    int precision, flags;
} DoubleStyle;

static bool double_style(const FormatSpec *spec, Value object, bool add_dot, DoubleStyle *out)
{
    if (spec->precision > INT_MAX)
        return raise(ValueError, "precision too big");
    *out = (DoubleStyle){.precision = spec->precision < 0 ? 6 : (int)spec->precision,
                         .flags = spec->alternate ? DOUBLE_ALTERNATE : 0};
    switch (spec->type) {
    case 0:
        out->format = spec->precision < 0 ? 'r' : 'g';
        if (add_dot)
            out->flags |= DOUBLE_ADD_DOT_0;
        return true;
    case 'n':
        out->format = 'g';
        return true;
    case '%':
        out->format = 'f';
        return true;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        out->format = (char)spec->type;
        return true;
    default:
        return unknown_code(spec->type, object);
    }
}

/* Nothing but zeros before the exponent. */
static bool is_zero_text(const char *text, size_t length)
{
    for (size_t i = 0; i < length && text[i] != 'e' && text[i] != 'E'; i++)
        if (text[i] != '0' && text[i] != '.' && text[i] != '-')
            return false;
    return true;
}

/* Splits what double_to_text made. */
static NumberText split_number(const char *text, size_t length, bool keep_sign,
                               const FormatSpec *spec)
{
    NumberText n = {0, "", text, 0, 0, 0};
    bool negative = *text == '-';
    if (negative)
        n.digits++, length--;
    while ((size_t)n.digit_count < length && n.digits[n.digit_count] >= '0' &&
           n.digits[n.digit_count] <= '9')
        n.digit_count++;
    n.rest = n.digits + n.digit_count;
    n.rest_count = (intptr_t)length - n.digit_count;
    n.sign = sign_char(negative && keep_sign, spec);
    return n;
}

static Value format_double(double d, Value object, const FormatSpec *spec)
{
    DoubleStyle style;
    TRY(double_style(spec, object, true, &style));
    if (spec->type == '%')
        d *= 100;
    size_t length;
    const char *text =
        TRY_OR(double_to_text(d, style.format, style.precision, style.flags, &length), 0);
    bool keep_sign = !(spec->no_negative_zero && is_zero_text(text, length));
    if (spec->type == '%') {
        /* The text ends in a NUL; a percent sign takes its place. */
        Raw *copy = TRY_OR(raw_new((intptr_t)length + 2), 0);
        memcpy(copy->data, text, length);
        copy->data[length++] = '%';
        copy->data[length] = 0;
        text = copy->data;
    }
    NumberText n = split_number(text, length, keep_sign, spec);
    return lay_out(&n, spec);
}

Value float_format(Value v, Value spec_text)
{
    FormatSpec spec;
    if (!str_length(spec_text))
        return object_str(v);
    TRY(format_spec_parse(spec_text, v, 0, '>', &spec));
    return format_double(float_value(v), v, &spec);
}

/* ---- complex
 * -------------------------------------------------------------------------------------- */

static Value format_part(double d, const DoubleStyle *style, const FormatSpec *spec, char sign)
{
    FormatSpec part = *spec;
    part.width = -1;
    part.align = '<';
    if (sign)
        part.sign = sign;
    size_t length;
    const char *text =
        TRY_OR(double_to_text(d, style->format, style->precision, style->flags, &length), 0);
    bool keep_sign = !(spec->no_negative_zero && is_zero_text(text, length));
    NumberText n = split_number(text, length, keep_sign, &part);
    return lay_out(&n, &part);
}

Value complex_format(Value v, Value spec_text)
{
    FormatSpec spec;
    DoubleStyle style;
    const Complex *c = (const Complex *)v;
    if (!str_length(spec_text))
        return object_str(v);
    TRY(format_spec_parse(spec_text, v, 0, '>', &spec));
    if (spec.type == '%')
        return unknown_code('%', v);
    TRY(double_style(&spec, v, false, &style));
    if (spec.fill == '0')
        return raise(ValueError, "Zero padding is not allowed in complex format specifier");
    if (spec.align == '=')
        return raise(ValueError, "'=' alignment flag is not allowed in complex format specifier");
    bool only_imag = !spec.type && c->real == 0.0 && !signbit(c->real);
    bool parentheses = !spec.type && !only_imag;
    Value imag = TRY(format_part(c->imag, &style, &spec, only_imag ? 0 : '+'));
    Value real = only_imag ? TRY(str_empty()) : TRY(format_part(c->real, &style, &spec, 0));
    Value text = TRY(format_value(parentheses ? "(%V%Vj)" : "%V%Vj", real, imag));
    return pad_text(text, &spec);
}

/* ---- str
 * --------------------------------------------------------------------------------------------- */

Value str_format_spec(Value s, Value spec_text)
{
    FormatSpec spec;
    if (!str_length(spec_text))
        return object_str(s);
    TRY(format_spec_parse(spec_text, s, 's', '<', &spec));
    if (spec.type != 's')
        return unknown_code(spec.type, s);
    if (spec.sign == ' ')
        return raise(ValueError, "Space not allowed in string format specifier");
    if (spec.sign)
        return raise(ValueError, "Sign not allowed in string format specifier");
    if (spec.no_negative_zero)
        return raise(ValueError,
                     "Negative zero coercion (z) not allowed in string format specifier");
    if (spec.alternate)
        return raise(ValueError, "Alternate form (#) not allowed in string format specifier");
    if (spec.align == '=')
        return raise(ValueError, "'=' alignment not allowed in string format specifier");
    Value text = s;
    if (spec.precision >= 0 && str_length(s) > spec.precision)
        text = TRY(str_substring(s, 0, spec.precision));
    if (spec.width <= str_length(text) && !is_str_exact(text))
        return str_substring(text, 0, str_length(text));
    return pad_text(text, &spec);
}
