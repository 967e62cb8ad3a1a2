/* ASCII, Latin-1, and encodings of one byte a character by a table. */
#include "types/codec_inner.h"

#include "core/error.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/int.h"

/* ---- ASCII and Latin-1 ------------------------------------------------------------------ */

static bool put_ascii(Encoder *e, uint32_t c)
{
    if (c >= 128)
        return false;
    bytes_builder_add_char(&e->out, (char)c);
    return true;
}

static bool put_latin1(Encoder *e, uint32_t c)
{
    if (c >= 256)
        return false;
    bytes_builder_add_char(&e->out, (char)c);
    return true;
}

static Value encode_below(Encoder *e, uint32_t limit, const char *reason)
{
    Value s = e->text;
    intptr_t length = str_length(s);
    for (intptr_t i = 0; i < length;) {
        let_stop(i);
        if (str_char(s, i) < limit) {
            bytes_builder_add_char(&e->out, (char)str_char(s, i++));
            continue;
        }
        intptr_t end = i + 1;
        while (end < length && str_char(s, end) >= limit)
            end++;
        TRY(encoder_error(e, i, end, reason, &i));
    }
    return bytes_builder_finish(&e->out);
}

Value codec_ascii_encode(Value s, const char *errors)
{
    if (as_str(s)->ascii)
        return bytes_from(str_data(s), (size_t)str_length(s));
    Encoder e = {.encoding = "ascii",
                 .text = s,
                 .errors = {.name = errors},
                 .put = put_ascii,
                 .unit = 1,
                 .escapes = true};
    return encode_below(&e, 128, "ordinal not in range(128)");
}

Value codec_latin1_encode(Value s, const char *errors)
{
    if (str_width(s) == 1)
        return bytes_from(str_data(s), (size_t)str_length(s));
    Encoder e = {.encoding = "latin-1",
                 .text = s,
                 .errors = {.name = errors},
                 .put = put_latin1,
                 .unit = 1,
                 .escapes = true};
    return encode_below(&e, 256, "ordinal not in range(256)");
}

Value codec_ascii_decode(const char *data, intptr_t size, const char *errors)
{
    if (ascii_prefix(data, (size_t)size) == (size_t)size)
        return str_from_ascii(data, (size_t)size);
    Decoder d;
    decoder_start(&d, "ascii", data, size, errors);
    for (intptr_t i = 0; i < d.size;) {
        size_t valid = ascii_prefix(d.data + i, (size_t)(d.size - i));
        builder_add_ascii(&d.out, (const char *)d.data + i, valid);
        i += (intptr_t)valid;
        if (i < d.size)
            TRY(decoder_error(&d, i, i + 1, "ordinal not in range(128)", &i));
    }
    return builder_finish(&d.out);
}

/* ---- Encoding maps ---------------------------------------------------------------------- */

/* What charmap_build makes of a table of 256 characters or fewer: two stages over the lower 16
 * bits of a character, 0 where it has no byte (and for the one that maps to 0). */
typedef struct EncodingMap {
    Object ob;
    uint8_t stage1[256]; /* number of the block of 256, from 1; 0: none of these characters */
    uint8_t blocks[];    /* bytes by character */
} EncodingMap;

static int encoding_map_get(const EncodingMap *map, uint32_t c)
{
    if (c == 0)
        return 0;
    if (c > 0xffff || !map->stage1[c >> 8])
        return -1;
    int byte = map->blocks[(map->stage1[c >> 8] - 1) * 256 + (int)(c & 255)];
    return byte ? byte : -1;
}

METHOD(encoding_map_size, "size", "", "Return the size (in bytes) of this object.")
{
    const EncodingMap *map = (EncodingMap *)args[0];
    int blocks = 0;
    for (int i = 0; i < 256; i++)
        if (map->stage1[i] > blocks)
            blocks = map->stage1[i];
    return int_from((intptr_t)sizeof(EncodingMap) + 256 * blocks);
}

static MethodDef *const encoding_map_methods[] = {M(encoding_map_size), 0};

static Type encoding_map_type = {
    TYPE_HEAD("EncodingMap", EncodingMap),
    .item_size = 1,
    .methods = encoding_map_methods,
    .flags = TYPE_NO_NEW | TYPE_LEAF,
};

void codec_charmap_start(void)
{
    type_ready(&encoding_map_type, 0);
}

/* A dict from character to byte: for tables that an EncodingMap can't hold. */
static Value build_dict(Value table)
{
    Value dict = TRY(dict_new());
    for (intptr_t i = 0; i < str_length(table) && i < 256; i++)
        TRY(dict_set(dict, int_small(str_char(table, i)), int_small(i)));
    return dict;
}

Value codec_charmap_build(Value table)
{
    intptr_t length = str_length(table) < 256 ? str_length(table) : 256;
    bool fits = length == 256 && str_char(table, 0) == 0;
    bool used[256] = {false};
    int blocks = 0;
    for (intptr_t i = 1; fits && i < length; i++) {
        uint32_t c = str_char(table, i);
        if (c == 0xfffe)
            continue;
        fits = c != 0 && c <= 0xffff;
        if (fits && !used[c >> 8]) {
            used[c >> 8] = true;
            blocks++;
        }
    }
    if (!fits || blocks > 254)
        return build_dict(table);
    EncodingMap *map =
        (EncodingMap *)TRY(object_alloc_items(&encoding_map_type, 256 * (size_t)blocks));
    blocks = 0;
    for (int i = 0; i < 256; i++)
        map->stage1[i] = used[i] ? (uint8_t)++blocks : 0;
    memset(map->blocks, 0, 256 * (size_t)blocks);
    for (intptr_t i = 1; i < length; i++) {
        uint32_t c = str_char(table, i);
        if (c != 0xfffe)
            map->blocks[(map->stage1[c >> 8] - 1) * 256 + (int)(c & 255)] = (uint8_t)i;
    }
    return (Value)map;
}

/* ---- Encoding --------------------------------------------------------------------------- */

/* Appends what the mapping says of c; false with no exception if it is undefined. */
static bool put_mapped(Encoder *e, uint32_t c)
{
    if (type_of(e->mapping) == &encoding_map_type) {
        int byte = encoding_map_get((EncodingMap *)e->mapping, c);
        if (byte >= 0)
            bytes_builder_add_char(&e->out, (char)byte);
        return byte >= 0;
    }
    Value item = get_item(e->mapping, int_small(c));
    if (!item) {
        error_clear_if(LookupError);
        return false;
    }
    if (item == None)
        return false;
    if (is_bytes(item)) {
        bytes_builder_add(&e->out, ((Bytes *)item)->data, ((Bytes *)item)->length);
        return true;
    }
    if (!is_int_any(item)) {
        raise(TypeError, "character mapping must return integer, bytes or None, not %T", item);
        return false;
    }
    int64_t byte;
    if (!int_to_i64(item, &byte) || byte < 0 || byte > 255) {
        raise(TypeError, "character mapping must be in range(256)");
        return false;
    }
    bytes_builder_add_char(&e->out, (char)byte);
    return true;
}

Value codec_charmap_encode(Value s, const char *errors, Value mapping)
{
    if (!mapping)
        return codec_latin1_encode(s, errors);
    Encoder e = {.encoding = "charmap",
                 .text = s,
                 .errors = {.name = errors},
                 .put = put_mapped,
                 .unit = 1,
                 .mapping = mapping};
    intptr_t length = str_length(s);
    for (intptr_t i = 0; i < length;) {
        if (put_mapped(&e, str_char(s, i))) {
            i++;
            continue;
        }
        /* The run of characters without a byte, tried on an output of their own. */
        intptr_t end = i + 1;
        Encoder trial = e;
        trial.out = (BytesBuilder){0};
        while (!error_pending() && end < length && !put_mapped(&trial, str_char(s, end)))
            end++;
        if (error_pending())
            return 0;
        TRY(encoder_error(&e, i, end, "character maps to <undefined>", &i));
    }
    return bytes_builder_finish(&e.out);
}

/* ---- Decoding --------------------------------------------------------------------------- */

/* Appends what the mapping says of a byte. 1; 0 if it is undefined; -1 with an exception. */
static int add_mapped(StrBuilder *out, Value mapping, unsigned char byte)
{
    Value item = get_item(mapping, int_small(byte));
    if (!item)
        return error_clear_if(LookupError) ? 0 : -1;
    if (item == None)
        return 0;
    if (is_str(item)) {
        if (str_length(item) == 1 && str_char(item, 0) == 0xfffe)
            return 0;
        builder_add(out, item);
        return 1;
    }
    if (!is_int_any(item)) {
        raise(TypeError, "character mapping must return integer, None or str");
        return -1;
    }
    int64_t c;
    if (!int_to_i64(item, &c) || c < 0 || c > UNICODE_MAX) {
        raise(TypeError, "character mapping must be in range(0x110000)");
        return -1;
    }
    if (c == 0xfffe)
        return 0;
    builder_add_char(out, (uint32_t)c);
    return 1;
}

Value codec_charmap_decode(const char *data, intptr_t size, const char *errors, Value mapping)
{
    if (!mapping)
        return str_from_latin1((const uint8_t *)data, size);
    Decoder d;
    decoder_start(&d, "charmap", data, size, errors);
    bool table = is_str_exact(mapping);
    for (intptr_t i = 0; i < d.size;) {
        int done;
        unsigned char byte = d.data[i];
        if (table) {
            uint32_t c = byte < str_length(mapping) ? str_char(mapping, byte) : 0xfffe;
            done = c != 0xfffe;
            if (done)
                builder_add_char(&d.out, c);
        } else
            done = TRY_NOT_NEGATIVE(add_mapped(&d.out, mapping, byte), 0);
        if (done)
            i++;
        else
            TRY(decoder_error(&d, i, i + 1, "character maps to <undefined>", &i));
    }
    return builder_finish(&d.out);
}
