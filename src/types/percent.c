#include "types/percent.h"

#include <limits.h>
#include "base/search.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str_inline.h"
#include "types/tuple.h"

/* ---- Arguments -------------------------------------------------------------------------- */

PercentState percent_start(Value format, Value arguments)
{
    PercentState state = {.format = text_of(format), .args = arguments, .next = -2, .count = -1};
    if (is_tuple(arguments)) {
        state.next = 0;
        state.count = tuple_length(arguments);
    } else if (type_of(arguments)->getitem && !is_str(arguments) &&
               (state.format.layout == LAYOUT_STR ||
                !(is_bytes(arguments) || is_bytearray(arguments))))
        state.mapping = arguments;
    return state;
}

Value percent_argument(PercentState *state)
{
    if (state->next >= state->count)
        return raise(TypeError, "not enough arguments for format string");
    intptr_t i = state->next++;
    return state->count < 0 ? state->args : tuple_get(state->args, i);
}

bool percent_finish(const PercentState *state, const char *what)
{
    if (state->next < state->count && !state->mapping)
        return raise(TypeError, "not all arguments converted during %s formatting", what);
    return true;
}

/* ---- Parsing ---------------------------------------------------------------------------- */

intptr_t percent_literal(PercentState *state)
{
    const Text *f = &state->format;
    intptr_t i = search_char(text_at(f, state->at), f->length - state->at, f->width, '%');
    return i < 0 ? f->length : state->at + i;
}

static bool next_char(PercentState *state, uint32_t *c)
{
    if (state->at >= state->format.length)
        return raise(ValueError, "incomplete format");
    *c = text_char(&state->format, state->at++);
    return true;
}

/* (key): the value of the key in the mapping becomes the only argument. */
static bool parse_key(PercentState *state)
{
    if (!state->mapping)
        return raise(TypeError, "format requires a mapping");
    intptr_t start = state->at, depth = 1;
    while (depth > 0) {
        if (state->at >= state->format.length)
            return raise(ValueError, "incomplete format key");
        uint32_t c = text_char(&state->format, state->at++);
        depth += (c == '(') - (c == ')');
    }
    Value key = state->format.layout == LAYOUT_STR
                    ? str_substring(state->format.owner, start, state->at - 1)
                    : bytes_from(text_at(&state->format, start), (size_t)(state->at - 1 - start));
    state->args = get_item(state->mapping, TRY(key));
    state->next = -2;
    state->count = -1;
    return state->args;
}

static bool set_flag(PercentSpec *spec, uint32_t c)
{
    switch (c) {
    case '-':
        return spec->left = true;
    case '+':
        return spec->plus = true;
    case ' ':
        return spec->space = true;
    case '#':
        return spec->alternate = true;
    case '0':
        return spec->zero = true;
    default:
        return false;
    }
}

/* A number or *, whose first character is *c, which becomes the character after it. */
static bool parse_amount(PercentState *state, uint32_t *c, intptr_t *amount, intptr_t limit,
                         const char *what)
{
    if (*c == '*') {
        Value v = TRY(percent_argument(state));
        if (!is_int_any(v))
            return raise(TypeError, "* wants int");
        int64_t n;
        if (!int_to_i64(v, &n) || n > limit || n < -limit - 1)
            return raise(OverflowError, limit == INT_MAX
                                            ? "Python int too large to convert to C int"
                                            : "Python int too large to convert to C ssize_t");
        *amount = n;
        return next_char(state, c);
    }
    if (*c < '0' || *c > '9')
        return true;
    for (*amount = 0; *c >= '0' && *c <= '9';) {
        intptr_t digit = (intptr_t)*c - '0';
        if (*amount > (limit - digit) / 10)
            return raise(ValueError, "%s too big", what);
        *amount = *amount * 10 + digit;
        if (!next_char(state, c))
            return false;
    }
    return true;
}

bool percent_parse(PercentState *state, PercentSpec *spec)
{
    uint32_t c;
    *spec = (PercentSpec){.width = -1, .precision = -1};
    TRY(next_char(state, &c));
    if (c == '(') {
        TRY(parse_key(state));
        TRY(next_char(state, &c));
    }
    while (set_flag(spec, c))
        TRY(next_char(state, &c));
    TRY(parse_amount(state, &c, &spec->width, INTPTR_MAX, "width"));
    if (spec->width < -1) {
        spec->left = true;
        spec->width = -spec->width;
    }
    if (c == '.') {
        spec->precision = 0;
        TRY(next_char(state, &c));
        TRY(parse_amount(state, &c, &spec->precision, INT_MAX, "precision"));
        if (spec->precision < 0)
            spec->precision = 0;
    }
    if (c == 'h' || c == 'l' || c == 'L')
        TRY(next_char(state, &c));
    spec->letter = c;
    spec->letter_at = state->at - 1;
    return true;
}

Value percent_unsupported(const PercentSpec *spec)
{
    int shown = spec->letter > 31 && spec->letter < 127 ? (int)spec->letter : '?';
    return raise(ValueError, "unsupported format character '%c' (0x%x) at index %zd", shown,
                 (unsigned)spec->letter, spec->letter_at);
}

/* ---- Numbers ---------------------------------------------------------------------------- */

bool percent_is_number(uint32_t letter)
{
    return letter && letter < 128 && strchr("diuoxXeEfFgG", (int)letter);
}

/* The argument of %d, %x ... as an int. */
static Value integer_argument(const PercentSpec *spec, Value v, bool for_bytes)
{
    bool is_hex = spec->letter == 'x' || spec->letter == 'X' || spec->letter == 'o';
    if (is_int_any(v))
        return v;
    Type *type = type_of(v);
    bool is_number = is_hex ? has_index(v) : type->to_int || type->index;
    if (is_number && !has_layout(v, LAYOUT_COMPLEX)) {
        Value i = is_hex ? number_index(v) : number_int(v);
        if (i || !error_clear_if(TypeError))
            return i;
    }
    return raise(TypeError,
                 is_hex ? "%%%c format: an integer is required, not %T"
                        : "%%%c format: a real number is required, not %T",
                 for_bytes && spec->letter == 'i' ? 'd' : (int)spec->letter, v);
}

static bool format_integer(const PercentSpec *spec, Value v, bool for_bytes, PercentNumber *out)
{
    Value i = TRY(integer_argument(spec, v, for_bytes));
    int base = spec->letter == 'o' ? 8 : (spec->letter | 32) == 'x' ? 16 : 10;
    Value text = TRY(int_to_str(int_exact(i), base));
    const char *digits = str_data(text);
    intptr_t count = str_length(text);
    bool negative = *digits == '-';
    digits += negative;
    count -= negative;
    intptr_t prefix = base == 10 ? 0 : 2;
    intptr_t shown_prefix = spec->alternate ? prefix : 0;
    intptr_t zeros = spec->precision > count - prefix ? spec->precision - (count - prefix) : 0;
    Raw *raw = TRY(raw_new(count + zeros + 2));
    char *p = raw->data;
    if (negative || spec->plus || spec->space)
        *p++ = negative ? '-' : spec->plus ? '+' : ' ';
    memcpy(p, digits, (size_t)shown_prefix);
    p += shown_prefix;
    out->text = raw->data;
    out->head = p - raw->data;
    memset(p, '0', (size_t)zeros);
    memcpy(p + zeros, digits + prefix, (size_t)(count - prefix));
    out->length = out->head + zeros + count - prefix;
    if (spec->letter == 'X')
        for (intptr_t k = 0; k < out->length; k++)
            if (raw->data[k] >= 'a' && raw->data[k] <= 'z')
                raw->data[k] &= ~32;
    return true;
}

static bool format_float(const PercentSpec *spec, Value v, bool for_bytes, PercentNumber *out)
{
    double d;
    if (!number_as_double(v, &d)) {
        if (for_bytes && error_clear_if(TypeError))
            raise(TypeError, "float argument required, not %T", v);
        return false;
    }
    int precision = spec->precision < 0 ? 6 : (int)spec->precision;
    size_t length;
    const char *text = TRY(double_to_text(d, (char)spec->letter, precision,
                                          spec->alternate ? DOUBLE_ALTERNATE : 0, &length));
    Raw *raw = TRY(raw_new((intptr_t)length + 1));
    bool negative = *text == '-';
    char *p = raw->data;
    if (!negative && (spec->plus || spec->space))
        *p++ = spec->plus ? '+' : ' ';
    memcpy(p, text, length);
    *out = (PercentNumber){raw->data, p - raw->data + (intptr_t)length,
                           negative || p > raw->data ? 1 : 0};
    return true;
}

bool percent_number(const PercentSpec *spec, Value v, bool for_bytes, PercentNumber *out)
{
    if (strchr("eEfFgG", (int)spec->letter))
        return format_float(spec, v, for_bytes, out);
    return format_integer(spec, v, for_bytes, out);
}
