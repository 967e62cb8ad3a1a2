/* str % arguments. */
#include "core/error.h"
#include "types/int.h"
#include "types/percent.h"
#include "types/str_inline.h"
#include "types/str_type.h"
#include "types/tuple.h"

/* Adds `text`, cut to the precision and padded to the width. */
static void add_text(StrBuilder *out, const PercentSpec *spec, Value text, intptr_t precision)
{
    if (!text) {
        out->failed = true;
        return;
    }
    intptr_t length = str_length(text);
    if (precision >= 0 && length > precision)
        length = precision;
    if (!spec->left)
        builder_fill(out, ' ', spec->width - length);
    if (length == str_length(text))
        builder_add(out, text);
    else
        builder_add_part(out, text, 0, length);
    if (spec->left)
        builder_fill(out, ' ', spec->width - length);
}

static bool add_number(StrBuilder *out, const PercentSpec *spec, Value v)
{
    PercentNumber n;
    TRY(percent_number(spec, v, false, &n));
    intptr_t padding = spec->width - n.length;
    bool zeros = spec->zero && !spec->left;
    if (!spec->left && !zeros)
        builder_fill(out, ' ', padding);
    builder_add_ascii(out, n.text, (size_t)n.head);
    if (zeros)
        builder_fill(out, '0', padding);
    builder_add_ascii(out, n.text + n.head, (size_t)(n.length - n.head));
    if (spec->left)
        builder_fill(out, ' ', padding);
    return true;
}

/* %c: a str of one character, or a number. */
static Value character(Value v)
{
    if (is_str(v)) {
        if (str_length(v) == 1)
            return str_from_char(str_char(v, 0));
        return raise(TypeError, "%%c requires int or char");
    }
    Value index = number_index(v);
    if (!index) {
        if (error_clear_if(TypeError))
            raise(TypeError, "%%c requires int or char");
        return 0;
    }
    int64_t c;
    if (!int_to_i64(index, &c) || c < 0 || c > UNICODE_MAX)
        return raise(OverflowError, "%%c arg not in range(0x110000)");
    return str_from_char((uint32_t)c);
}

static bool add_argument(StrBuilder *out, PercentState *state, const PercentSpec *spec)
{
    Value v = TRY(percent_argument(state));
    if (percent_is_number(spec->letter))
        return add_number(out, spec, v);
    switch (spec->letter) {
    case 's':
        add_text(out, spec, object_str(v), spec->precision);
        break;
    case 'r':
        add_text(out, spec, object_repr(v), spec->precision);
        break;
    case 'a':
        add_text(out, spec, object_ascii(v), spec->precision);
        break;
    case 'c':
        add_text(out, spec, character(v), -1);
        break;
    default:
        return percent_unsupported(spec);
    }
    return !out->failed;
}

/* %s and %d with nothing between, of what needs no call; false, and nothing was done, if it is not
 * that. The letter is at state->at. */
ALWAYS_INLINE bool add_simple(StrBuilder *out, PercentState *state)
{
    if (state->at >= state->format.length || state->next >= state->count)
        return false;
    uint32_t letter = text_char(&state->format, state->at);
    if (letter != 's' && letter != 'd')
        return false;
    Value v = state->count < 0 ? state->args : tuple_get(state->args, state->next);
    if (is_int(v)) {
        char text[INT_TEXT_ROOM], *p = int_small_text(int_value(v), text);
        builder_put_ascii(out, p, (size_t)(text + sizeof text - p));
    } else if (letter == 's' && is_str_exact(v)) {
        builder_add(out, v);
    } else {
        return false;
    }
    state->next++;
    state->at++;
    return true;
}

Value str_percent(Value format, Value arguments)
{
    PercentState state = percent_start(format, arguments);
    StrBuilder out;
    builder_start(&out);
    while (state.at < state.format.length) {
        intptr_t percent = percent_literal(&state);
        builder_add_part(&out, format, state.at, percent);
        state.at = percent + 1;
        if (percent == state.format.length)
            break;
        if (add_simple(&out, &state))
            continue;
        if (state.at < state.format.length && text_char(&state.format, state.at) == '%') {
            builder_add_char(&out, '%');
            state.at++;
            continue;
        }
        PercentSpec spec;
        TRY(percent_parse(&state, &spec));
        TRY(add_argument(&out, &state, &spec));
    }
    TRY(percent_finish(&state, "string"));
    return builder_finish(&out);
}
