/* The codec registry, and encoding and decoding by name.
 *
 * The list of search functions, the cache of what they found and the error handlers are a list
 * and two dicts, whose single operations are atomic: that is all the locking there is. The
 * package `encodings` registers its search function when the first lookup imports it. */
#include "types/codec.h"

#include "core/call.h"
#include "core/error.h"
#include "gc/heap.h"
#include "types/codec_inner.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/text.h"
#include "types/tuple.h"

static Value search_functions;  /* list */
static Value found;             /* dict: normalized name to CodecInfo */
static Value error_handlers;    /* dict: name to callable */
static bool encodings_imported; /* atomic */

bool codec_strict_names;

bool codec_start(void)
{
    gc_add_root(&search_functions, 1);
    gc_add_root(&found, 1);
    gc_add_root(&error_handlers, 1);
    search_functions = TRY(list_new(0));
    found = TRY(dict_new());
    error_handlers = TRY(dict_new());
    codec_charmap_start();
    return codec_errors_start(error_handlers);
}

/* ---- Lookup ----------------------------------------------------------------------------- */

bool codec_register(Value search_function)
{
    if (!type_of(search_function)->call) {
        raise(TypeError, "argument must be callable");
        return false;
    }
    return list_append(search_functions, search_function);
}

bool codec_unregister(Value search_function)
{
    for (intptr_t i = 0; i < list_length(search_functions); i++)
        if (list_get(search_functions, i) == search_function) {
            TRY(dict_clear(found));
            return list_delete_slice(search_functions, i, i + 1);
        }
    return true;
}

/* ASCII letters in lower case, digits and periods as they are; all between them one _. */
static Value normalized(const char *encoding)
{
    StrBuilder b;
    builder_start(&b);
    bool gap = false;
    for (const char *p = encoding; *p; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p | 32) : *p;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.') {
            if (gap && b.length)
                builder_add_char(&b, '_');
            builder_add_char(&b, (unsigned char)c);
            gap = false;
        } else
            gap = true;
    }
    return builder_finish(&b);
}

static bool import_encodings(void)
{
    if (load_acquire(&encodings_imported))
        return true;
    if (!import_attribute("encodings", "search_function"))
        return false;
    store_release(&encodings_imported, true);
    return true;
}

Value codec_lookup(const char *encoding)
{
    Value name = TRY(str_intern(TRY(normalized(encoding))));
    Value info = dict_get_str(found, name);
    if (info)
        return info;
    TRY(import_encodings());
    for (intptr_t i = 0; i < list_length(search_functions); i++) {
        Value function = list_get(search_functions, i);
        if (!function)
            break;
        info = TRY(call1(function, name));
        if (info == None)
            continue;
        if (!is_tuple(info) || tuple_length(info) != 4)
            return raise(TypeError, "codec search functions must return 4-tuples");
        TRY(dict_set(found, name, info));
        return info;
    }
    return raise(LookupError, "unknown encoding: %s", encoding);
}

/* ---- Encoding and decoding through the registry ----------------------------------------- */

/* Says in a note which codec failed. */
static Value add_note(const char *operation, const char *encoding)
{
    Value exception = error_take();
    Value note = str_format("%s with '%s' codec failed", operation, encoding);
    Value name = note ? str_intern_cstring("add_note") : 0;
    if (!name || !call_method1(exception, name, note))
        error_clear();
    error_restore(exception);
    return 0;
}

/* function(o[, errors]) must return a tuple of two: the first. */
static Value run_codec(Value function, Value o, const char *errors, bool encode,
                       const char *encoding)
{
    Value result;
    if (errors)
        result = call2(function, o, TRY(str_from_cstring(errors)));
    else
        result = call1(function, o);
    if (!result)
        return add_note(encode ? "encoding" : "decoding", encoding);
    if (!is_tuple(result) || tuple_length(result) != 2)
        return raise(TypeError, encode ? "encoder must return a tuple (object, integer)"
                                       : "decoder must return a tuple (object,integer)");
    return tuple_get(result, 0);
}

Value codec_encode(Value o, const char *encoding, const char *errors)
{
    Value info = TRY(codec_lookup(encoding));
    return run_codec(tuple_get(info, 0), o, errors, true, encoding);
}

Value codec_decode(Value o, const char *encoding, const char *errors)
{
    Value info = TRY(codec_lookup(encoding));
    return run_codec(tuple_get(info, 1), o, errors, false, encoding);
}

/* The codec, unless it says that it does not turn text into bytes. */
static Value lookup_text_codec(const char *encoding, const char *alternative)
{
    Value info = TRY(codec_lookup(encoding)), is_text;
    if (has_shape(info, SHAPE_TUPLE))
        return info;
    TRY(get_attr_optional(info, TRY(str_intern_cstring("_is_text_encoding")), &is_text));
    int truth = is_text ? TRY_NOT_NEGATIVE(object_truth(is_text), 0) : 1;
    if (!truth)
        return raise(LookupError, "'%s' is not a text encoding; use %s to handle arbitrary codecs",
                     encoding, alternative);
    return info;
}

static Value encode_by_registry(Value s, const char *encoding, const char *errors)
{
    Value info = TRY(lookup_text_codec(encoding, "codecs.encode()"));
    Value result = TRY(run_codec(tuple_get(info, 0), s, errors, true, encoding));
    if (is_bytes(result))
        return result;
    if (is_bytearray(result)) {
        TRY(warn(RuntimeWarning, 1,
                 "encoder %s returned bytearray instead of bytes; use codecs.encode() to encode "
                 "to arbitrary types",
                 encoding));
        return bytes_from_object(result);
    }
    return raise(TypeError,
                 "'%s' encoder returned '%T' instead of 'bytes'; use codecs.encode() to encode to "
                 "arbitrary types",
                 encoding, result);
}

static Value decode_by_registry(Value o, const char *encoding, const char *errors)
{
    Value info = TRY(lookup_text_codec(encoding, "codecs.decode()"));
    Value result = TRY(run_codec(tuple_get(info, 1), o, errors, false, encoding));
    if (is_str(result))
        return result;
    return raise(TypeError,
                 "'%s' decoder returned '%T' instead of 'str'; use codecs.decode() to decode to "
                 "arbitrary types",
                 encoding, result);
}

/* ---- The encodings that are known here -------------------------------------------------- */

typedef enum Known {
    KNOWN_NONE,
    KNOWN_UTF8,
    KNOWN_UTF16,
    KNOWN_UTF32,
    KNOWN_ASCII,
    KNOWN_LATIN1
} Known;

static Known known_encoding(const char *encoding)
{
    static const struct {
        const char *name;
        Known known;
    } names[] = {
        {"utf-8", KNOWN_UTF8},    {"utf8", KNOWN_UTF8},         {"utf-16", KNOWN_UTF16},
        {"utf16", KNOWN_UTF16},   {"utf-32", KNOWN_UTF32},      {"utf32", KNOWN_UTF32},
        {"ascii", KNOWN_ASCII},   {"us-ascii", KNOWN_ASCII},    {"latin-1", KNOWN_LATIN1},
        {"latin1", KNOWN_LATIN1}, {"iso-8859-1", KNOWN_LATIN1}, {"iso8859-1", KNOWN_LATIN1},
    };
    for (size_t k = 0; k < COUNT_OF(names); k++)
        if (encoding[0] == names[k].name[0] && !strcmp(encoding, names[k].name))
            return names[k].known;
    char name[16];
    size_t i = 0;
    for (; encoding[i]; i++) {
        if (i == sizeof name - 1)
            return KNOWN_NONE;
        char c = encoding[i];
        name[i] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
    }
    name[i] = 0;
    for (size_t k = 0; k < COUNT_OF(names); k++)
        if (name[0] == names[k].name[0] && !strcmp(name, names[k].name))
            return names[k].known;
    return KNOWN_NONE;
}

static bool check_names(const char *encoding, const char *errors)
{
    return !codec_strict_names ||
           ((!encoding || codec_lookup(encoding)) && (!errors || codec_lookup_error(errors)));
}

Value codec_encode_str(Value s, const char *encoding, const char *errors)
{
    TRY(check_names(encoding, errors));
    if (!encoding)
        return codec_utf8_encode(s, errors);
    switch (known_encoding(encoding)) {
    case KNOWN_UTF8:
        return codec_utf8_encode(s, errors);
    case KNOWN_UTF16:
        return codec_utf16_encode(s, errors, 0);
    case KNOWN_UTF32:
        return codec_utf32_encode(s, errors, 0);
    case KNOWN_ASCII:
        return codec_ascii_encode(s, errors);
    case KNOWN_LATIN1:
        return codec_latin1_encode(s, errors);
    default:
        return encode_by_registry(s, encoding, errors);
    }
}

Value codec_decode_object(Value o, const char *encoding, const char *errors)
{
    TRY(check_names(encoding, errors));
    Known known = encoding ? known_encoding(encoding) : KNOWN_UTF8;
    TEXT_ARGUMENT(part);
    TRY(bytes_argument(o, &part));
    if (!part.length) /* whatever the encoding is */
        return str_empty();
    if (known == KNOWN_NONE)
        return decode_by_registry(is_bytes(o) ? o : TRY(memoryview_from(o)), encoding, errors);
    switch (known) {
    case KNOWN_UTF16:
        return codec_utf16_decode(part.data, part.length, errors, &(int){0}, 0);
    case KNOWN_UTF32:
        return codec_utf32_decode(part.data, part.length, errors, &(int){0}, 0);
    case KNOWN_ASCII:
        return codec_ascii_decode(part.data, part.length, errors);
    case KNOWN_LATIN1:
        return str_from_latin1((const uint8_t *)part.data, part.length);
    default:
        return codec_utf8_decode(part.data, part.length, errors, 0);
    }
}

/* ---- Error handlers --------------------------------------------------------------------- */

Value codec_lookup_error(const char *name)
{
    Value key = TRY(str_from_cstring(name ? name : "strict"));
    Value handler = dict_get(error_handlers, key);
    if (!handler && !error_pending())
        return raise(LookupError, "unknown error handler name '%s'", name);
    return handler;
}

bool codec_register_error(const char *name, Value handler)
{
    if (!type_of(handler)->call) {
        raise(TypeError, "handler must be callable");
        return false;
    }
    Value key = TRY(str_from_cstring(name));
    return dict_set(error_handlers, key, handler);
}
