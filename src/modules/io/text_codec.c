/* How a text file decodes and encodes. */
#include <limits.h>
#include <string.h>

#include "core/call.h"
#include "core/names.h"
#include "modules/io/text.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/config.h"

/* ---- choosing
 * ------------------------------------------------------------------------------------ */

Value text_locale_encoding(void)
{
    const char *name = config.locale_encoding ? config.locale_encoding : "UTF-8";
    return str_from_cstring(config.utf8_mode ? "utf-8" : name);
}

static TextCodec native_codec(const char *name)
{
    static const struct {
        const char *name;
        TextCodec codec;
    } table[] = {
        {"utf8", CODEC_UTF8},     {"ascii", CODEC_ASCII},     {"usascii", CODEC_ASCII},
        {"latin1", CODEC_LATIN1}, {"iso88591", CODEC_LATIN1},
    };
    char plain[12];
    size_t n = 0;
    for (; *name; name++) {
        if (*name == '-' || *name == '_')
            continue;
        if (n == sizeof plain - 1)
            return CODEC_OBJECT;
        plain[n++] = (char)(*name >= 'A' && *name <= 'Z' ? *name + 32 : *name);
    }
    plain[n] = 0;
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (!strcmp(plain, table[i].name))
            return table[i].codec;
    return CODEC_OBJECT;
}

static Value find_text_codec(Value encoding)
{
    const char *name = TRY(str_cstring(encoding));
    Value info = TRY(codec_lookup(name)), is_text;
    TRY(get_attr_optional(info, io_names._is_text_encoding, &is_text));
    int truth = is_text ? object_truth(is_text) : 1;
    if (truth == 0)
        return raise(LookupError,
                     "'%s' is not a text encoding; use codecs.open() to handle arbitrary codecs",
                     name);
    return truth < 0 ? 0 : info;
}

static bool set_objects(TextWrapper *self, Value info, Value errors)
{
    Value decoder = 0, encoder = 0;
    if (self->readable) {
        Value make = TRY(get_attr(info, io_names.incrementaldecoder));
        if (make == None)
            return raise(LookupError, "no incremental decoder");
        decoder = TRY(call1(make, errors));
    }
    if (self->writable) {
        Value make = TRY(get_attr(info, io_names.incrementalencoder));
        if (make == None)
            return raise(LookupError, "no incremental encoder");
        encoder = TRY(call1(make, errors));
    }
    gc_store(self, &self->decoder, decoder);
    gc_store(self, &self->encoder, encoder);
    gc_store(self, &self->newline_decoder, (Value)0);
    return true;
}

bool text_set_codec(TextWrapper *self, Value encoding, Value errors)
{
    const char *name = TRY(str_cstring(encoding));
    TRY(str_cstring(errors));
    TextCodec codec = native_codec(name);
    if (config.dev_mode)
        TRY(codec_lookup(name) && codec_lookup_error(str_cstring(errors)));
    if (codec == CODEC_OBJECT) {
        TRY(set_objects(self, TRY(find_text_codec(encoding)), errors));
    } else {
        gc_store(self, &self->decoder, (Value)0);
        gc_store(self, &self->encoder, (Value)0);
        gc_store(self, &self->newline_decoder, (Value)0);
    }
    self->codec = (uint8_t)codec;
    self->kept_size = 0;
    gc_store(self, &self->encoding, encoding);
    gc_store(self, &self->errors, errors);
    return true;
}

/* A decoder object gets wrapped if line ends matter; C codecs look after them themselves. */
bool text_wrap_decoder(TextWrapper *self)
{
    if (!self->decoder || self->newline_decoder || !self->mode.universal)
        return true;
    Value wrapped = TRY(newline_decoder_new(self->decoder, self->mode.translate));
    gc_store(self, &self->decoder, wrapped);
    gc_store(self, &self->newline_decoder, wrapped);
    return true;
}

const char *text_errors(TextWrapper *self)
{
    if (str_equals(self->errors, "strict"))
        return 0;
    return str_cstring(self->errors); /* it was looked at before: cannot fail */
}

/* ---- decoding
 * ------------------------------------------------------------------------------------- */

Value text_decode_native(TextWrapper *self, const char *data, intptr_t size, bool final,
                         intptr_t *consumed, bool *cut, int *seen)
{
    Value text;
    *consumed = size;
    *cut = false;
    if (self->codec == CODEC_LATIN1)
        text = str_from_latin1((const uint8_t *)data, size);
    else if (self->codec == CODEC_ASCII)
        text = codec_ascii_decode(data, size, text_errors(self));
    else
        text = codec_utf8_decode(data, size, text_errors(self), final ? 0 : consumed);
    if (!text || !self->mode.universal)
        return text;
    intptr_t length = str_length(text);
    *cut = !final && *consumed == size && length && str_char(text, length - 1) == '\r';
    if (*cut) {
        text = TRY(str_substring(text, 0, length - 1));
        --*consumed;
    }
    return newlines_translate(text, seen, self->mode.translate);
}

/* The kept end of the chunk before, and this one. */
static Value with_kept(TextWrapper *self, Value bytes)
{
    if (!self->kept_size)
        return bytes;
    const Bytes *b = (Bytes *)bytes;
    Value joined = TRY(bytes_new(b->length + self->kept_size));
    memcpy(((Bytes *)joined)->data, self->kept, self->kept_size);
    memcpy(((Bytes *)joined)->data + self->kept_size, b->data, (size_t)b->length);
    return joined;
}

static Value decode_native(TextWrapper *self, Value bytes, bool final)
{
    Value input = TRY(with_kept(self, bytes));
    const Bytes *b = (Bytes *)input;
    intptr_t consumed;
    bool cut;
    int seen = self->seen;
    Value text = TRY(text_decode_native(self, b->data, b->length, final, &consumed, &cut, &seen));
    store_relaxed(&self->seen, (uint8_t)seen); /* `newlines` looks without the lock */
    self->kept_size = (uint8_t)(b->length - consumed);
    memcpy(self->kept, b->data + consumed, self->kept_size);
    if (cut)
        self->kept[0] = '\r';
    if (load_relaxed(&self->telling))
        gc_store(self, &self->chunk, input);
    return text;
}

/* What a decoder says of itself, for the snapshot before a chunk. */
bool text_decoder_state(TextWrapper *self, Value *bytes, int32_t *flags)
{
    int flag_value;
    if (!self->decoder)
        return raise(ValueError, "I/O operation on uninitialized object");
    Value state = TRY(call_method0(self->decoder, io_names.getstate));
    if (!is_tuple(state) || tuple_length(state) != 2)
        return raise(TypeError, "illegal decoder state");
    *bytes = tuple_get(state, 0);
    if (!is_bytes(*bytes))
        return raise(TypeError,
                     "illegal decoder state: the first item should be a bytes object, not '%T'",
                     *bytes);
    TRY(index_as_int(tuple_get(state, 1), &flag_value));
    *flags = flag_value;
    return true;
}

static Value decode_by_object(TextWrapper *self, Value bytes, bool final, bool snapshot)
{
    Value before = 0, decoder = self->decoder, newline_decoder = self->newline_decoder;
    int32_t flags = 0;
    if (snapshot && load_relaxed(&self->telling))
        TRY(text_decoder_state(self, &before, &flags));
    Value text = newline_decoder ? newline_decode(newline_decoder, bytes, final)
                                 : call_method2(decoder, io_names.decode, bytes, bool_value(final));
    TRY(text);
    if (!is_str(text))
        return raise(TypeError, "decoder should return a string result, not '%T'", text);
    if (before) {
        BytesBuilder chunk = {0};
        bytes_builder_add(&chunk, ((Bytes *)before)->data, ((Bytes *)before)->length);
        bytes_builder_add(&chunk, ((Bytes *)bytes)->data, ((Bytes *)bytes)->length);
        Value whole = TRY(bytes_builder_finish(&chunk));
        gc_store(self, &self->chunk, whole);
        self->chunk_flags = flags;
    }
    return text;
}

Value text_decode(TextWrapper *self, Value bytes, bool final)
{
    return self->decoder ? decode_by_object(self, bytes, final, false)
                         : decode_native(self, bytes, final);
}

Value text_decode_chunk(TextWrapper *self, Value bytes, bool final)
{
    return self->decoder ? decode_by_object(self, bytes, final, true)
                         : decode_native(self, bytes, final);
}

/* ---- back to a known state
 * --------------------------------------------------------------------------- */

bool text_reset_decoder(TextWrapper *self)
{
    self->kept_size = 0;
    return !self->decoder || call_method0(self->decoder, io_names.reset);
}

bool text_reset_encoder(TextWrapper *self, bool at_start)
{
    if (!self->encoder)
        return true;
    self->at_start = at_start;
    if (at_start)
        return call_method0(self->encoder, io_names.reset) != 0;
    return call_method1(self->encoder, io_names.setstate, int_small(0)) != 0;
}
