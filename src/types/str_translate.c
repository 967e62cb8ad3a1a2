/* str.maketrans() and str.translate(). */
#include "types/str_type.h"

#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str_inline.h"

static Value table_from_dict(Value mapping)
{
    Value table = TRY(dict_new()), items = TRY(dict_copy(mapping)), key, value;
    for (intptr_t i = 0; dict_next(items, &i, &key, &value);) {
        if (is_str(key)) {
            if (str_length(key) != 1)
                return raise(ValueError, "string keys in translate table must be of length 1");
            key = int_small(str_char(key, 0));
        } else if (!is_int_any(key))
            return raise(TypeError, "keys in translate table must be strings or integers");
        TRY(dict_set(table, key, value));
    }
    return table;
}

STATIC_METHOD(str_maketrans, "maketrans", "x, y=?, z=?, /",
              "Return a translation table for str.translate().\n\n"
              "One argument: a dict of characters or their numbers to numbers, strings or None.\n"
              "Two or three: characters of x become those of y, and those of z vanish.")
{
    if (!args[1]) {
        if (!has_shape(args[0], SHAPE_DICT))
            return raise(TypeError, "if you give only one argument to maketrans it must be a dict");
        return table_from_dict(args[0]);
    }
    for (int i = 1; i <= 2; i++)
        if (args[i] && !is_str(args[i]))
            return raise(TypeError, "maketrans() argument %d must be str, not %B", i + 1, args[i]);
    if (!is_str(args[0]))
        return raise(TypeError,
                     "first maketrans argument must be a string if there is a second argument");
    if (str_length(args[0]) != str_length(args[1]))
        return raise(ValueError, "the first two maketrans arguments must have equal length");
    Value table = TRY(dict_new());
    for (intptr_t i = 0; i < str_length(args[0]); i++)
        TRY(dict_set(table, int_small(str_char(args[0], i)), int_small(str_char(args[1], i))));
    for (intptr_t i = 0; args[2] && i < str_length(args[2]); i++)
        TRY(dict_set(table, int_small(str_char(args[2], i)), None));
    return table;
}

/* What the table says of c: a str, None, or an int in range; 0 with an exception. */
static Value translate_char(Value table, uint32_t c)
{
    Value result;
    if (has_shape(table, SHAPE_DICT)) { /* no KeyError for each character that is not there */
        TRY(dict_find(table, int_small(c), &result));
        if (!result)
            return int_small(c);
    } else
        result = get_item(table, int_small(c));
    if (!result)
        return error_clear_if(LookupError) ? int_small(c) : 0;
    if (is_str(result) || result == None)
        return result;
    if (!is_int_any(result))
        return raise(TypeError, "character mapping must return integer, None or str");
    int64_t code;
    if (!int_to_i64(result, &code) || code < 0 || code > UNICODE_MAX)
        return raise(ValueError, "character mapping must be in range(0x110000)");
    return int_small(code);
}

/* A result of translate_char in a byte: the ASCII character, but for NUL, or DELETED; else 0. */
enum { DELETED = 0x80 };
static uint8_t short_of(Value result)
{
    if (result == None)
        return DELETED;
    return is_int(result) && int_value(result) < 128 ? (uint8_t)int_value(result) : 0;
}

/* ASCII that became ASCII, until it is added to what is built. */
typedef struct Run {
    char text[256];
    size_t length;
} Run;

static void end_run(StrBuilder *b, Run *run)
{
    builder_add_ascii(b, run->text, run->length);
    run->length = 0;
}

/* Adds what text of width 1 becomes from i on, as long as that is known and ASCII and there is
 * room: where it stopped. */
static intptr_t translate_run(Run *run, const uint8_t ascii[128], Value s, intptr_t i)
{
    const uint8_t *data = (const uint8_t *)str_data(s);
    intptr_t length = str_length(s), room = (intptr_t)(sizeof run->text - run->length);
    intptr_t start = i, end = length - i < room ? length : i + room;
    char *out = run->text + run->length;
    for (; i < end && data[i] < 128 && (uint8_t)(ascii[data[i]] - 1) < DELETED - 1; i++)
        *out++ = (char)ascii[data[i]];
    run->length += (size_t)(i - start);
    return i;
}

METHOD(str_translate, "translate", "table, /",
       "Replace each character by what the table maps its number to: a number, string or None.")
{
    Value s = args[0];
    uint8_t ascii[128] = {0}; /* what short_of says of those that the table was asked for */
    StrBuilder b;
    Run run;
    builder_start(&b);
    run.length = 0;
    for (intptr_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char(s, i);
        uint8_t known = c < 128 ? ascii[c] : 0;
        Value result = 0;
        if (!known) {
            result = TRY(translate_char(args[1], c));
            known = short_of(result);
            if (c < 128)
                ascii[c] = known;
        }
        if (known == DELETED)
            continue;
        if (likely(known)) {
            if (unlikely(run.length == sizeof run.text))
                end_run(&b, &run);
            run.text[run.length++] = (char)known;
            if (str_width(s) == 1)
                i = translate_run(&run, ascii, s, i + 1) - 1;
            continue;
        }
        end_run(&b, &run);
        if (is_int(result))
            builder_add_char(&b, (uint32_t)int_value(result));
        else
            builder_add(&b, result);
    }
    end_run(&b, &run);
    return builder_finish(&b);
}

MethodDef *const str_translate_methods[] = {M(str_maketrans), M(str_translate), 0};
