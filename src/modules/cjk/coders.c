/* The modules: _multibytecodec, with the classes that encodings in Python inherit from, and those
 * that give out codecs by name. */
#include <string.h>
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "gc/heap.h"
#include "modules/cjk/multibyte.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

static bool check_errors(Value errors, const char *what, int number)
{
    if (!is_str(errors))
        return raise(TypeError, "%s() argument %d must be str, not %T", what, number, errors);
    return str_cstring(errors) != 0;
}

INIT_METHOD(coder_init, "*args, **kwargs")
{
    return None;
}

/* ---- Incremental encoder ----------------------------------------------------------------- */

NEW_METHOD(encoder_make, "errors='strict'")
{
    TRY(check_errors(args[1], "IncrementalEncoder", 1));
    return (Value)coder_new(args[0], 0, args[1], true);
}

METHOD(encoder_encode, "encode", "input, final=False", 0)
{
    int final = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    return coder_encode((Coder *)args[0], args[1], final);
}

METHOD(encoder_reset, "reset", "", 0)
{
    Coder *self = (Coder *)args[0];
    CjkState state = coder_state(self);
    uint8_t out[CJK_ENCODED_MAX];
    if (self->codec->encode_reset)
        self->codec->encode_reset(&state, out);
    coder_set(self, 0, &state);
    return None;
}

/* The state as a number, its bytes from the lowest: how many bytes of UTF-8 are left over; those;
 * the state of the encoding. */
enum { PENDING_MAX = 8, STATE_SIZE = sizeof(CjkState) };

METHOD(encoder_getstate, "getstate", "", 0)
{
    Coder *self = (Coder *)args[0];
    Value pending = coder_pending(self);
    CjkState state = coder_state(self);
    unsigned char bytes[1 + PENDING_MAX + STATE_SIZE];
    size_t size = 0;
    if (pending) {
        const char *text = TRY(str_utf8(pending, &size));
        if (size > PENDING_MAX)
            return raise(UnicodeError, "pending buffer too large");
        memcpy(bytes + 1, text, size);
    }
    bytes[0] = (unsigned char)size;
    memcpy(bytes + 1 + size, &state, STATE_SIZE);
    return int_from_bytes(bytes, 1 + size + STATE_SIZE, true, false);
}

METHOD(encoder_setstate, "setstate", "state, /", 0)
{
    unsigned char bytes[1 + PENDING_MAX + STATE_SIZE];
    if (!is_int_any(args[1]))
        return raise(TypeError, "setstate() argument must be int, not %T", args[1]);
    TRY(int_to_bytes(args[1], bytes, sizeof bytes, true, false));
    if (bytes[0] > PENDING_MAX)
        return raise(UnicodeError, "pending buffer too large");
    Value pending = 0;
    if (bytes[0])
        pending = TRY(str_from_utf8((const char *)bytes + 1, bytes[0]));
    CjkState state;
    memcpy(&state, bytes + 1 + bytes[0], STATE_SIZE);
    coder_set((Coder *)args[0], pending, &state);
    return None;
}

static MethodDef *const encoder_methods[] = {M(encoder_encode), M(encoder_reset),
                                             M(encoder_getstate), M(encoder_setstate), 0};

#define CODER_TYPE(id, name, new_, ...)                                                            \
    Type id = {TYPE_HEAD("_multibytecodec." name, Coder),                                          \
               .new_def = M(new_),                                                                 \
               .init_def = M(coder_init),                                                          \
               .getset = coder_getset,                                                             \
               .trace = coder_trace,                                                               \
               .flags = TYPE_BASE,                                                                 \
               ##__VA_ARGS__}
CODER_TYPE(incremental_encoder_type, "MultibyteIncrementalEncoder", encoder_make,
           .methods = encoder_methods);

/* ---- Incremental decoder ----------------------------------------------------------------- */

NEW_METHOD(decoder_make, "errors='strict'")
{
    TRY(check_errors(args[1], "IncrementalDecoder", 1));
    return (Value)coder_new(args[0], 0, args[1], false);
}

METHOD(decoder_decode, "decode", "input, final=False", 0)
{
    int final = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    return coder_decode((Coder *)args[0], args[1], final);
}

/* Of the state of an encoding, what a decoder goes back to: G0 and no shift. */
METHOD(decoder_reset, "reset", "", 0)
{
    enum { SHIFTED = 4 };
    Coder *self = (Coder *)args[0];
    CjkState state = coder_state(self);
    state.bytes[0] = self->codec->decode_start.bytes[0];
    state.bytes[SHIFTED] = 0;
    coder_set(self, 0, &state);
    return None;
}

METHOD(decoder_getstate, "getstate", "", 0)
{
    Value pending = coder_pending((Coder *)args[0]);
    CjkState state = coder_state((Coder *)args[0]);
    pending = TRY(pending ? pending : bytes_from("", 0));
    return tuple_of(pending, TRY(int_from_bytes(state.bytes, STATE_SIZE, true, false)));
}

METHOD(decoder_setstate, "setstate", "state, /", 0)
{
    Coder *self = (Coder *)args[0];
    if (!is_tuple(args[1]))
        return raise(TypeError, "setstate() argument must be tuple, not %T", args[1]);
    Value pending = tuple_length(args[1]) == 2 ? tuple_get(args[1], 0) : None;
    if (!is_bytes(pending) || !is_int_any(tuple_get(args[1], 1)))
        return raise(TypeError, "setstate(): illegal state argument");
    CjkState state;
    TRY(int_to_bytes(tuple_get(args[1], 1), state.bytes, STATE_SIZE, true, false));
    Bytes *bytes = (Bytes *)pending;
    if (bytes->length > PENDING_MAX) {
        raise_unicode_decode(self->codec->name, bytes->data, (size_t)bytes->length, 0,
                             (size_t)bytes->length, "pending buffer too large");
        return 0;
    }
    coder_set(self, bytes->length ? pending : 0, &state);
    return None;
}

static MethodDef *const decoder_methods[] = {M(decoder_decode), M(decoder_reset),
                                             M(decoder_getstate), M(decoder_setstate), 0};
CODER_TYPE(incremental_decoder_type, "MultibyteIncrementalDecoder", decoder_make,
           .methods = decoder_methods);

/* ---- Streams ----------------------------------------------------------------------------- */

static const MemberDef stream_members[] = {
    {"stream", MEMBER_VALUE, offsetof(Coder, stream), true, 0}, {0}};

NEW_METHOD(reader_make, "stream, errors='strict'")
{
    TRY(check_errors(args[2], "StreamReader", 2));
    return (Value)coder_new(args[0], args[1], args[2], false);
}

/* Reads by the stream's method until there is some text, or the stream is at its end. */
static Value read_text(Coder *self, const char *method, Value size)
{
    intptr_t hint = -1;
    Value name = TRY(str_intern_cstring(method));
    if (size != None && !is_int_any(size))
        return raise(TypeError, "arg 1 must be an integer");
    if (size != None)
        TRY(index_as_intptr(size, &hint));
    for (;; hint = 1) {
        Value data = TRY(hint < 0 ? call_method0(self->stream, name)
                                  : call_method1(self->stream, name, int_from(hint)));
        if (!is_bytes(data))
            return raise(TypeError, "stream function returned a non-bytes object (%T)", data);
        bool at_end = ((Bytes *)data)->length == 0, had_rest = coder_pending(self) != 0;
        Value text = TRY(coder_decode(self, data, at_end || hint < 0));
        if (hint < 0 || str_length(text) || (at_end && !had_rest))
            return text;
    }
}

METHOD(reader_read, "read", "sizeobj=None, /", 0)
{
    return read_text((Coder *)args[0], "read", args[1]);
}

METHOD(reader_readline, "readline", "sizeobj=None, /", 0)
{
    return read_text((Coder *)args[0], "readline", args[1]);
}

METHOD(reader_readlines, "readlines", "sizehintobj=None, /", 0)
{
    Value text = TRY(read_text((Coder *)args[0], "read", args[1]));
    return call_method1(text, TRY(str_intern_cstring("splitlines")), True);
}

static MethodDef *const reader_methods[] = {M(reader_read), M(reader_readline), M(reader_readlines),
                                            M(decoder_reset), 0};
CODER_TYPE(stream_reader_type, "MultibyteStreamReader", reader_make, .methods = reader_methods,
           .members = stream_members);

NEW_METHOD(writer_make, "stream, errors='strict'")
{
    TRY(check_errors(args[2], "StreamWriter", 2));
    return (Value)coder_new(args[0], args[1], args[2], true);
}

static bool write_text(Coder *self, Value text, bool final)
{
    Value bytes = TRY(coder_encode(self, text, final));
    if (final && !((Bytes *)bytes)->length)
        return true;
    return call_method1(self->stream, names.write, bytes) != 0;
}

METHOD(writer_write, "write", "strobj, /", 0)
{
    TRY(write_text((Coder *)args[0], args[1], false));
    return None;
}

METHOD(writer_writelines, "writelines", "lines, /", 0)
{
    if (!is_sequence(args[1]))
        return raise(TypeError, "arg must be a sequence object");
    for (intptr_t i = 0; i < TRY_NOT_NEGATIVE(object_length(args[1]), 0); i++)
        TRY(write_text((Coder *)args[0], TRY(sequence_item(args[1], i)), false));
    return None;
}

METHOD(writer_reset, "reset", "", 0)
{
    if (coder_pending((Coder *)args[0]))
        TRY(write_text((Coder *)args[0], TRY(str_from_cstring("")), true));
    return None;
}

static MethodDef *const writer_methods[] = {M(writer_write), M(writer_writelines), M(writer_reset),
                                            0};
CODER_TYPE(stream_writer_type, "MultibyteStreamWriter", writer_make, .methods = writer_methods,
           .members = stream_members);

/* ---- The modules ------------------------------------------------------------------------- */

static bool execute(Value module)
{
    Type *const types[] = {&incremental_encoder_type, &incremental_decoder_type,
                           &stream_reader_type, &stream_writer_type};
    type_ready(&multibyte_codec_type, 0);
    for (int i = 0; i < 4; i++) {
        type_ready(types[i], 0);
        TRY(module_add_type(module, types[i]));
    }
    return true;
}

const ModuleDef module__multibytecodec = {.name = "_multibytecodec", .execute = execute};

static Value find_codec(CjkCodec *const *codecs, Value name)
{
    if (!is_str(name))
        return raise(TypeError, "encoding name must be a string.");
    for (; *codecs; codecs++) {
        if (!str_equals(name, (*codecs)->name))
            continue;
        if (!charset_exists((*codecs)->set))
            return raise(LookupError, "the C library has no converter for %s",
                         (*codecs)->set->name);
        type_ready(&multibyte_codec_type, 0);
        return multibyte_codec_new(*codecs);
    }
    return raise(LookupError, "no such codec is supported.");
}

#define CODEC_MODULE(id)                                                                           \
    FUNCTION(id##_getcodec, "getcodec", "name, /", "")                                             \
    {                                                                                              \
        return find_codec(cjk_##id##_codecs, args[0]);                                             \
    }                                                                                              \
    static MethodDef *const id##_functions[] = {M(id##_getcodec), 0};                              \
    const ModuleDef module__codecs_##id = {.name = "_codecs_" #id, .functions = id##_functions}

CODEC_MODULE(cn);
CODEC_MODULE(hk);
CODEC_MODULE(tw);
CODEC_MODULE(jp);
CODEC_MODULE(kr);
CODEC_MODULE(iso2022);
