/* Decimals as text. */
#include <string.h>
#include "core/call.h"
#include "modules/decimal/decimal.h"
#include "types/dict.h"

/* ---- str() ------------------------------------------------------------------------------------
 */

/* The usual number, of one word, written without an exponent; 0, without an exception, if it is
 * another. */
static Value plain_text(const mpd_t *number)
{
    enum { MOST_ZEROS = 6 }; /* between the point and the first digit, by the specification */
    if (mpd_isspecial(number) || number->len != 1 || number->exp > 0 ||
        number->exp + number->digits <= -MOST_ZEROS)
        return 0;
    char text[MPD_RDIGITS + MOST_ZEROS + 4], *p = text + sizeof text;
    mpd_uint_t rest = number->data[0];
    mpd_ssize_t places = -number->exp;
    for (mpd_ssize_t i = 0; i < places; i++, rest /= 10)
        *--p = (char)('0' + rest % 10);
    if (places)
        *--p = '.';
    do
        *--p = (char)('0' + rest % 10);
    while (rest /= 10);
    if (mpd_isnegative(number))
        *--p = '-';
    return str_from_ascii(p, (size_t)(text + sizeof text - p));
}

Value decimal_text(Value v, Value context, bool engineering)
{
    char *text;
    Value plain = engineering ? 0 : plain_text(number_of(v));
    if (plain || error_pending())
        return plain;
    int upper = load_relaxed(&as_context(context)->capitals);
    mpd_ssize_t size = engineering ? mpd_to_eng_size(&text, number_of(v), upper)
                                   : mpd_to_sci_size(&text, number_of(v), upper);
    if (size < 0)
        return raise_no_memory();
    Value result = str_from_ascii(text, (size_t)size);
    mpd_free(text);
    return result;
}

Value decimal_str(Value v)
{
    return decimal_text(v, TRY(context_now()), false);
}

Value decimal_repr(Value v)
{
    return str_format("Decimal('%V')", TRY(decimal_str(v)));
}

/* ---- format() ----------------------------------------------------------------------------------
 */

static bool override_field(Value dict, const char *key, const char **out)
{
    size_t size;
    Value v = dict_get_cstring(dict, key);
    if (error_pending())
        return false;
    if (!v)
        return true;
    if (!is_str(v))
        return raise(TypeError, "bad argument type for built-in operation");
    *out = TRY(str_utf8(v, &size));
    return true;
}

/* Applies {"decimal_point": ..., "thousands_sep": ..., "grouping": ...}. */
static bool apply_override(mpd_spec_t *spec, Value override)
{
    if (!is_dict(override))
        return raise(TypeError, "optional argument must be a dict");
    return override_field(override, "decimal_point", &spec->dot) &&
           override_field(override, "thousands_sep", &spec->sep) &&
           override_field(override, "grouping", &spec->grouping) &&
           (mpd_validate_lconv(spec) == 0 || raise(ValueError, "invalid override dict"));
}

/* What libmpdec does not know ('#') is what the library's own Python version formats. */
static Value format_in_python(Value v, Value spec, Value context)
{
    Value class = TRY(import_attribute("_pydecimal", "Decimal"));
    Value number = TRY(call1(class, TRY(decimal_str(v))));
    Value method = TRY(get_attr_string(number, "__format__"));
    Value result = call2(method, spec, context);
    if (!result && error_matches(ValueError)) {
        error_clear();
        return raise(ValueError, "invalid format string");
    }
    return result;
}

/* libmpdec takes NUL-ended text, so a NUL to fill with is another character meanwhile; one
 * elsewhere ends the specification. */
static Value spec_text(Value spec, bool *nul_fill)
{
    size_t size;
    const char *text = TRY(str_utf8(spec, &size));
    *nul_fill = size && !*text;
    return *nul_fill ? str_format("\1%s", text + 1) : spec;
}

static Value format_result(char *text, bool nul_fill)
{
    size_t size = strlen(text);
    for (size_t i = 0; nul_fill && i < size; i++)
        if (text[i] == 1)
            text[i] = 0;
    Value result = str_from_utf8(text, size);
    mpd_free(text);
    return result;
}

Value decimal_format(Value v, Value spec_value, Value override)
{
    mpd_spec_t spec;
    size_t size;
    bool nul_fill;
    if (!is_str(spec_value))
        return raise(TypeError, "format arg must be str");
    Value context = TRY(context_now());
    Value copy = TRY(spec_text(spec_value, &nul_fill));
    const char *text = TRY(str_utf8(copy, &size));
    if (!mpd_parse_fmt_str(&spec, text, load_relaxed(&as_context(context)->capitals)))
        return format_in_python(v, spec_value, context);
    if (size && text[size - 1] == 'N')
        TRY(warn(DeprecationWarning, 1, "Format specifier 'N' is deprecated"));
    if (override)
        TRY(apply_override(&spec, override));
    uint32_t status = 0;
    mpd_context_t settings = context_settings(context);
    char *result = mpd_qformat_spec(number_of(v), &spec, &settings, &status);
    if (!result && status & MPD_Malloc_error)
        return raise_no_memory();
    if (!result)
        return raise(ValueError, "format specification exceeds internal limits of _decimal");
    return format_result(result, nul_fill);
}
