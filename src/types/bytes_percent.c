/* bytes % arguments and bytearray % arguments. */
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/bytes_methods.h"
#include "types/int.h"
#include "types/percent.h"
#include "types/str_inline.h"

static void fill(BytesBuilder *out, char c, intptr_t count)
{
    if (count <= 0)
        return;
    char *room = bytes_builder_room(out, count);
    if (room) {
        memset(room, c, (size_t)count);
        bytes_builder_advance(out, count);
    }
}

static void add_padded(BytesBuilder *out, const PercentSpec *spec, const char *data,
                       intptr_t length)
{
    if (!spec->left)
        fill(out, ' ', spec->width - length);
    bytes_builder_add(out, data, length);
    if (spec->left)
        fill(out, ' ', spec->width - length);
}

static bool add_number(BytesBuilder *out, const PercentSpec *spec, Value v)
{
    PercentNumber n;
    TRY(percent_number(spec, v, true, &n));
    bool zeros = spec->zero && !spec->left;
    if (!zeros) {
        add_padded(out, spec, n.text, n.length);
        return true;
    }
    bytes_builder_add(out, n.text, n.head);
    fill(out, '0', spec->width - n.length);
    bytes_builder_add(out, n.text + n.head, n.length - n.head);
    return true;
}

static bool add_cut(BytesBuilder *out, const PercentSpec *spec, const char *data, intptr_t length)
{
    if (spec->precision >= 0 && length > spec->precision)
        length = spec->precision;
    add_padded(out, spec, data, length);
    return !out->failed;
}

/* %b and %s */
static bool add_bytes(BytesBuilder *out, const PercentSpec *spec, Value v)
{
    if (!is_bytes(v) && !is_bytearray(v)) {
        Value converted = call_special(names.__bytes__, (Value[]){v}, 1);
        if (converted && !is_bytes(converted))
            return raise(TypeError, "__bytes__ returned non-bytes (type %T)", converted);
        if (!converted && error_pending())
            return false;
        if (!converted && has_buffer(v))
            converted = TRY(bytes_from_object(v));
        if (!converted)
            return raise(TypeError,
                         "%%b requires a bytes-like object, or an object that implements "
                         "__bytes__, not '%T'",
                         v);
        v = converted;
    }
    TEXT_OF(text, v);
    return add_cut(out, spec, text.data, text.length);
}

static bool add_ascii(BytesBuilder *out, const PercentSpec *spec, Value v)
{
    Value text = TRY(object_ascii(v));
    return add_cut(out, spec, str_data(text), str_length(text));
}

/* %c: a single byte or its number. */
static bool add_byte(BytesBuilder *out, const PercentSpec *spec, Value v)
{
    char c;
    if (is_bytes(v) || is_bytearray(v)) {
        TEXT_OF(text, v);
        if (text.length != 1)
            return raise(TypeError, "%%c requires an integer in range(256) or a single byte");
        c = *text.data;
    } else {
        Value index = number_index(v);
        int64_t n;
        if (!index) {
            if (error_clear_if(TypeError))
                raise(TypeError, "%%c requires an integer in range(256) or a single byte");
            return false;
        }
        if (!int_to_i64(index, &n) || n < 0 || n > 255)
            return raise(OverflowError, "%%c arg not in range(256)");
        c = (char)n;
    }
    add_padded(out, spec, &c, 1);
    return !out->failed;
}

static bool add_argument(BytesBuilder *out, PercentState *state, const PercentSpec *spec)
{
    Value v = TRY(percent_argument(state));
    if (percent_is_number(spec->letter))
        return add_number(out, spec, v);
    switch (spec->letter) {
    case 'b':
    case 's':
        return add_bytes(out, spec, v);
    case 'a':
    case 'r':
        return add_ascii(out, spec, v);
    case 'c':
        return add_byte(out, spec, v);
    default:
        return percent_unsupported(spec);
    }
}

Value bytes_percent(Value format, Value arguments)
{
    PercentState state = percent_start(format, arguments);
    TRY(state.format.data);
    BytesBuilder out = {0};
    while (state.at < state.format.length) {
        intptr_t percent = percent_literal(&state);
        bytes_builder_add(&out, state.format.data + state.at, percent - state.at);
        state.at = percent + 1;
        if (percent == state.format.length)
            break;
        if (state.at < state.format.length && state.format.data[state.at] == '%') {
            bytes_builder_add_char(&out, '%');
            state.at++;
            continue;
        }
        PercentSpec spec;
        TRY(percent_parse(&state, &spec));
        TRY(add_argument(&out, &state, &spec));
    }
    TRY(percent_finish(&state, "bytes"));
    Value result = TRY(bytes_builder_finish(&out));
    if (is_bytes(format))
        return result;
    return bytearray_from(((Bytes *)result)->data, (size_t)((Bytes *)result)->length);
}
