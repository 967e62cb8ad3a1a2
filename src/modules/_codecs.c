/* _codecs: the registry and the codecs written in C, for Lib/codecs.py and Lib/encodings. */
#include "core/error.h"
#include "core/module.h"
#include "types/bytes.h"
#include "types/bytes_methods.h"
#include "types/codec.h"
#include "types/int.h"
#include "types/str.h"
#include "types/text.h"
#include "types/text_escape.h"
#include "types/tuple.h"

/* ---- Arguments -------------------------------------------------------------------------- */

static bool str_argument(Value v, const char *what, const char **out)
{
    if (!is_str(v)) {
        raise(TypeError, "%s must be str, not %B", what, v);
        return false;
    }
    *out = str_cstring(v);
    return *out;
}

/* errors: str or None. */
static bool errors_argument(Value v, const char *what, const char **out)
{
    *out = 0;
    if (!v || v == None)
        return true;
    if (!is_str(v)) {
        raise(TypeError, "%s must be str or None, not %T", what, v);
        return false;
    }
    *out = str_cstring(v);
    return *out;
}

/* A buffer, or a str taken as its UTF-8. */
static bool bytes_or_str_argument(Value v, TextArgument *out)
{
    if (!is_str(v))
        return bytes_argument(v, out);
    size_t size;
    out->data = str_utf8(v, &size);
    out->length = (intptr_t)size;
    return out->data;
}

static Value pair(Value result, intptr_t length)
{
    return tuple_of(TRY(result), int_from(length));
}

/* ---- Registry --------------------------------------------------------------------------- */

FUNCTION(codecs_register, "register", "search_function, /", "Register a codec search function.")
{
    TRY(codec_register(args[0]));
    return None;
}

FUNCTION(codecs_unregister, "unregister", "search_function, /",
         "Unregister a codec search function and clear the registry's cache.")
{
    TRY(codec_unregister(args[0]));
    return None;
}

FUNCTION(codecs_lookup, "lookup", "encoding, /",
         "Look up a codec tuple in the codec registry and return a CodecInfo object.")
{
    const char *encoding;
    TRY(str_argument(args[0], "lookup() argument", &encoding));
    return codec_lookup(encoding);
}

FUNCTION(codecs_encode, "encode", "obj, encoding='utf-8', errors='strict'",
         "Encode obj using the codec registered for encoding.")
{
    const char *encoding, *errors;
    TRY(str_argument(args[1], "encode() argument 'encoding'", &encoding));
    TRY(str_argument(args[2], "encode() argument 'errors'", &errors));
    return codec_encode(args[0], encoding, errors);
}

FUNCTION(codecs_decode, "decode", "obj, encoding='utf-8', errors='strict'",
         "Decode obj using the codec registered for encoding.")
{
    const char *encoding, *errors;
    TRY(str_argument(args[1], "decode() argument 'encoding'", &encoding));
    TRY(str_argument(args[2], "decode() argument 'errors'", &errors));
    return codec_decode(args[0], encoding, errors);
}

FUNCTION(codecs_register_error, "register_error", "errors, handler, /",
         "Register the specified error handler under the name errors.")
{
    const char *name;
    TRY(str_argument(args[0], "register_error() argument 1", &name));
    TRY(codec_register_error(name, args[1]));
    return None;
}

FUNCTION(codecs_lookup_error, "lookup_error", "name, /",
         "Return the error handler for the specified error handling name.")
{
    const char *name;
    TRY(str_argument(args[0], "lookup_error() argument", &name));
    return codec_lookup_error(name);
}

/* ---- Encoders: (str, errors) -> (bytes, length) ----------------------------------------- */

#define ENCODER(name, call)                                                                        \
    FUNCTION(codecs_##name##_encode, #name "_encode", "str, errors=None, /", "")                   \
    {                                                                                              \
        const char *errors;                                                                        \
        if (!is_str(args[0]))                                                                      \
            return raise(TypeError, #name "_encode() argument 1 must be str, not %B", args[0]);    \
        TRY(errors_argument(args[1], #name "_encode() argument 2", &errors));                      \
        return pair(call, str_length(args[0]));                                                    \
    }

ENCODER(utf_8, codec_utf8_encode(args[0], errors))
ENCODER(utf_7, codec_utf7_encode(args[0], errors))
ENCODER(utf_16_le, codec_utf16_encode(args[0], errors, -1))
ENCODER(utf_16_be, codec_utf16_encode(args[0], errors, 1))
ENCODER(utf_32_le, codec_utf32_encode(args[0], errors, -1))
ENCODER(utf_32_be, codec_utf32_encode(args[0], errors, 1))
ENCODER(ascii, codec_ascii_encode(args[0], errors))
ENCODER(latin_1, codec_latin1_encode(args[0], errors))
ENCODER(unicode_escape, codec_unicode_escape_encode(args[0]))
ENCODER(raw_unicode_escape, codec_raw_unicode_escape_encode(args[0]))

#define ORDERED_ENCODER(name, function)                                                            \
    FUNCTION(codecs_##name##_encode, #name "_encode", "str, errors=None, byteorder=0, /", "")      \
    {                                                                                              \
        const char *errors;                                                                        \
        int order;                                                                                 \
        if (!is_str(args[0]))                                                                      \
            return raise(TypeError, #name "_encode() argument 1 must be str, not %B", args[0]);    \
        TRY(errors_argument(args[1], #name "_encode() argument 2", &errors));                      \
        TRY(index_as_int(args[2], &order));                                                        \
        return pair(function(args[0], errors, order), str_length(args[0]));                        \
    }

ORDERED_ENCODER(utf_16, codec_utf16_encode)
ORDERED_ENCODER(utf_32, codec_utf32_encode)

FUNCTION(codecs_charmap_encode, "charmap_encode", "str, errors=None, mapping=None, /", "")
{
    const char *errors;
    if (!is_str(args[0]))
        return raise(TypeError, "charmap_encode() argument 1 must be str, not %B", args[0]);
    TRY(errors_argument(args[1], "charmap_encode() argument 2", &errors));
    return pair(codec_charmap_encode(args[0], errors, args[2] == None ? 0 : args[2]),
                str_length(args[0]));
}

FUNCTION(codecs_charmap_build, "charmap_build", "map, /", "")
{
    if (!is_str(args[0]))
        return raise(TypeError, "charmap_build() argument must be str, not %B", args[0]);
    return codec_charmap_build(args[0]);
}

FUNCTION(codecs_readbuffer_encode, "readbuffer_encode", "data, errors=None, /", "")
{
    TEXT_ARGUMENT(data);
    TRY(bytes_or_str_argument(args[0], &data));
    return pair(bytes_from(data.data, (size_t)data.length), data.length);
}

FUNCTION(codecs_escape_encode, "escape_encode", "data, errors=None, /", "")
{
    if (!is_bytes(args[0]))
        return raise(TypeError, "escape_encode() argument 1 must be bytes, not %B", args[0]);
    const Bytes *bytes = (Bytes *)args[0];
    StrBuilder b;
    builder_start(&b);
    escape_bytes(&b, bytes->data, bytes->length, '\'');
    Value text = TRY(builder_finish(&b));
    size_t size;
    const char *data = TRY(str_utf8(text, &size));
    return pair(bytes_from(data, size), bytes->length);
}

/* ---- Decoders: (buffer, errors, final) -> (str, length) --------------------------------- */

/* Decoders of whole inputs. */
#define DECODER(name, call)                                                                        \
    FUNCTION(codecs_##name##_decode, #name "_decode", "data, errors=None, /", "")                  \
    {                                                                                              \
        TEXT_ARGUMENT(data);                                                                       \
        const char *errors;                                                                        \
        TRY(bytes_argument(args[0], &data));                                                       \
        TRY(errors_argument(args[1], #name "_decode() argument 2", &errors));                      \
        return pair(call, data.length);                                                            \
    }

DECODER(ascii, codec_ascii_decode(data.data, data.length, errors))
DECODER(latin_1, str_from_latin1((const uint8_t *)data.data, data.length))

/* Decoders that may stop before an incomplete sequence. `consumed` is 0 if the input is final. */
#define PARTIAL_DECODER(name, take, default_final, call)                                           \
    FUNCTION(codecs_##name##_decode, #name "_decode",                                              \
             "data, errors=None, final=" #default_final ", /", "")                                 \
    {                                                                                              \
        TEXT_ARGUMENT(data);                                                                       \
        const char *errors;                                                                        \
        TRY(take(args[0], &data));                                                                 \
        TRY(errors_argument(args[1], #name "_decode() argument 2", &errors));                      \
        int final = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);                                    \
        intptr_t used = data.length, *consumed = final ? 0 : &used;                                \
        Value result = TRY(call);                                                                  \
        return pair(result, used);                                                                 \
    }

PARTIAL_DECODER(utf_8, bytes_argument, False,
                codec_utf8_decode(data.data, data.length, errors, consumed))
PARTIAL_DECODER(utf_7, bytes_argument, False,
                codec_utf7_decode(data.data, data.length, errors, consumed))
PARTIAL_DECODER(utf_16, bytes_argument, False,
                codec_utf16_decode(data.data, data.length, errors, &(int){0}, consumed))
PARTIAL_DECODER(utf_16_le, bytes_argument, False,
                codec_utf16_decode(data.data, data.length, errors, &(int){-1}, consumed))
PARTIAL_DECODER(utf_16_be, bytes_argument, False,
                codec_utf16_decode(data.data, data.length, errors, &(int){1}, consumed))
PARTIAL_DECODER(utf_32, bytes_argument, False,
                codec_utf32_decode(data.data, data.length, errors, &(int){0}, consumed))
PARTIAL_DECODER(utf_32_le, bytes_argument, False,
                codec_utf32_decode(data.data, data.length, errors, &(int){-1}, consumed))
PARTIAL_DECODER(utf_32_be, bytes_argument, False,
                codec_utf32_decode(data.data, data.length, errors, &(int){1}, consumed))
PARTIAL_DECODER(unicode_escape, bytes_or_str_argument, True,
                codec_unicode_escape_decode(data.data, data.length, errors, consumed))
PARTIAL_DECODER(raw_unicode_escape, bytes_or_str_argument, True,
                codec_raw_unicode_escape_decode(data.data, data.length, errors, consumed))

#define ORDERED_DECODER(name, function)                                                            \
    FUNCTION(codecs_##name##_ex_decode, #name "_ex_decode",                                        \
             "data, errors=None, byteorder=0, final=False, /", "")                                 \
    {                                                                                              \
        TEXT_ARGUMENT(data);                                                                       \
        const char *errors;                                                                        \
        int order;                                                                                 \
        TRY(bytes_argument(args[0], &data));                                                       \
        TRY(errors_argument(args[1], #name "_ex_decode() argument 2", &errors));                   \
        TRY(index_as_int(args[2], &order));                                                        \
        int final = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);                                    \
        intptr_t used = data.length;                                                               \
        Value text = TRY(function(data.data, data.length, errors, &order, final ? 0 : &used));     \
        return tuple_of(text, int_from(used), int_small(order));                                   \
    }

ORDERED_DECODER(utf_16, codec_utf16_decode)
ORDERED_DECODER(utf_32, codec_utf32_decode)

FUNCTION(codecs_charmap_decode, "charmap_decode", "data, errors=None, mapping=None, /", "")
{
    TEXT_ARGUMENT(data);
    const char *errors;
    TRY(bytes_argument(args[0], &data));
    TRY(errors_argument(args[1], "charmap_decode() argument 2", &errors));
    return pair(codec_charmap_decode(data.data, data.length, errors, args[2] == None ? 0 : args[2]),
                data.length);
}

FUNCTION(codecs_escape_decode, "escape_decode", "data, errors=None, /", "")
{
    TEXT_ARGUMENT(data);
    const char *errors;
    TRY(bytes_or_str_argument(args[0], &data));
    TRY(errors_argument(args[1], "escape_decode() argument 2", &errors));
    return pair(codec_escape_decode(data.data, data.length, errors), data.length);
}

static MethodDef *const functions[] = {
    M(codecs_register),
    M(codecs_unregister),
    M(codecs_lookup),
    M(codecs_encode),
    M(codecs_decode),
    M(codecs_register_error),
    M(codecs_lookup_error),
    M(codecs_utf_8_encode),
    M(codecs_utf_8_decode),
    M(codecs_utf_7_encode),
    M(codecs_utf_7_decode),
    M(codecs_utf_16_encode),
    M(codecs_utf_16_le_encode),
    M(codecs_utf_16_be_encode),
    M(codecs_utf_16_decode),
    M(codecs_utf_16_le_decode),
    M(codecs_utf_16_be_decode),
    M(codecs_utf_16_ex_decode),
    M(codecs_utf_32_encode),
    M(codecs_utf_32_le_encode),
    M(codecs_utf_32_be_encode),
    M(codecs_utf_32_decode),
    M(codecs_utf_32_le_decode),
    M(codecs_utf_32_be_decode),
    M(codecs_utf_32_ex_decode),
    M(codecs_ascii_encode),
    M(codecs_ascii_decode),
    M(codecs_latin_1_encode),
    M(codecs_latin_1_decode),
    M(codecs_unicode_escape_encode),
    M(codecs_unicode_escape_decode),
    M(codecs_raw_unicode_escape_encode),
    M(codecs_raw_unicode_escape_decode),
    M(codecs_escape_encode),
    M(codecs_escape_decode),
    M(codecs_charmap_encode),
    M(codecs_charmap_decode),
    M(codecs_charmap_build),
    M(codecs_readbuffer_encode),
    0,
};

const ModuleDef module__codecs = {"_codecs", "", functions, 0};
