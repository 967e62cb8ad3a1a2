#include "types/codec.h"

#include "core/dialect.h"
#include "core/error.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/str_inline.h"
#include "types/text.h"

/* Lower case, with - for _: what spellings of a name have in common. */
static void normalize_name(const char *name, char *out, size_t size)
{
    size_t i = 0;
    for (; name[i] && i + 1 < size; i++)
        out[i] = name[i] == '_' ? '-' : name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 32 : name[i];
    out[i] = 0;
}

static bool is_utf8(const char *name)
{
    return !strcmp(name, "utf-8") || !strcmp(name, "utf8");
}

Value codec_encode_str(Value s, const char *encoding, const char *errors)
{
    char name[32];
    normalize_name(encoding ? encoding : "utf-8", name, sizeof name);
    (void)errors;
    if (is_utf8(name)) {
        size_t size;
        const char *text = TRY(str_utf8(s, &size));
        return bytes_from(text, size);
    }
    if ((!strcmp(name, "ascii") && as_str(s)->ascii) ||
        (!strcmp(name, "latin-1") && str_width(s) == 1))
        return bytes_from(str_data(s), (size_t)str_length(s));
    return raise(LookupError, "unknown encoding: %s", encoding);
}

Value codec_decode_object(Value o, const char *encoding, const char *errors)
{
    char name[32];
    normalize_name(encoding ? encoding : "utf-8", name, sizeof name);
    (void)errors;
    Text model = text_of(bytes_empty());
    TEXT_ARGUMENT(part);
    TRY(text_argument(&model, o, "", &part));
    if (is_utf8(name))
        return str_from_utf8(part.data, (size_t)part.length);
    if (!strcmp(name, "latin-1"))
        return str_from_latin1((const uint8_t *)part.data, part.length);
    return raise(LookupError, "unknown encoding: %s", encoding);
}
