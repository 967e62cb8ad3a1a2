/* Text to bytes and back by a CjkCodec, all at once or in pieces. */
#include "modules/cjk/multibyte.h"

#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/share.h"
#include "gc/heap.h"
#include "types/codec_inner.h"
#include "types/int.h"
#include "types/text.h"
#include "types/tuple.h"

#define ILLEGAL    "illegal multibyte sequence"
#define INCOMPLETE "incomplete multibyte sequence"

static Value raise_no_converter(const CjkCodec *codec)
{
    if (charset_exists(codec->set))
        return raise_no_memory();
    return raise(LookupError, "the C library has no converter for %s", codec->set->name);
}

/* ---- Encoding ---------------------------------------------------------------------------- */

typedef struct Encoding {
    Encoder base; /* for the error handlers */
    CjkCodec *codec;
    CjkState *state;
} Encoding;

/* Of what an error handler puts in the place of a character. */
static bool put_character(Encoder *base, uint32_t c)
{
    Encoding *e = (Encoding *)base;
    uint8_t out[CJK_ENCODED_MAX];
    int made = 0;
    int taken = e->codec->encode(e->codec, e->state, (uint32_t[]){c, 0}, true, out, &made);
    if (taken == STEP_FAILED)
        return raise_no_converter(e->codec);
    bytes_builder_add(&base->out, out, made);
    return taken > 0;
}

Value multibyte_encode(CjkCodec *codec, CjkState *state, Value text, const char *errors, bool final,
                       Value *rest)
{
    Encoding e = {.base = {.encoding = codec->name,
                           .text = text,
                           .errors = {.name = errors, .any_position = true},
                           .put = put_character,
                           .unit = 1,
                           .escapes = true},
                  .codec = codec,
                  .state = state};
    intptr_t length = str_length(text);
    uint8_t out[CJK_ENCODED_MAX];
    int made = 0, taken;
    *rest = 0;
    for (intptr_t i = 0; i < length; i += taken) {
        bool more = i + 1 < length;
        uint32_t in[] = {str_char(text, i), more ? str_char(text, i + 1) : 0};
        made = 0;
        taken = codec->encode(codec, state, in, final || more, out, &made);
        if (taken == STEP_FAILED)
            return raise_no_converter(codec);
        if (taken == STEP_INCOMPLETE) {
            *rest = TRY(str_substring(text, i, length));
            break;
        }
        bytes_builder_add(&e.base.out, out, made);
        if (taken < 0) {
            TRY(encoder_error(&e.base, i, i - taken, ILLEGAL, &i));
            taken = 0;
        }
    }
    if (final && codec->encode_reset)
        bytes_builder_add(&e.base.out, out, codec->encode_reset(state, out));
    return bytes_builder_finish(&e.base.out);
}

/* ---- Decoding ---------------------------------------------------------------------------- */

Value multibyte_decode(CjkCodec *codec, CjkState *state, const char *data, intptr_t size,
                       const char *errors, bool final, Value *rest)
{
    Decoder d;
    decoder_start(&d, codec->name, data, size, errors);
    d.errors.any_position = true;
    *rest = 0;
    for (intptr_t i = 0; i < d.size;) {
        uint32_t out[2];
        int made = 0;
        int taken = codec->decode(codec, state, d.data + i, d.size - i, out, &made);
        for (int k = 0; k < made; k++)
            builder_add_char(&d.out, out[k]);
        if (taken > 0) {
            i += taken;
        } else if (taken == STEP_FAILED) {
            return raise_no_converter(codec);
        } else if (taken == STEP_INCOMPLETE && !final) {
            *rest = TRY(bytes_from((const char *)d.data + i, (size_t)(d.size - i)));
            break;
        } else {
            bool is_cut = taken == STEP_INCOMPLETE;
            *rest = is_cut ? None : 0;
            TRY(decoder_error(&d, i, is_cut ? d.size : i - taken, is_cut ? INCOMPLETE : ILLEGAL,
                              &i));
            *rest = 0;
        }
    }
    return builder_finish(&d.out);
}

/* ---- Coders ------------------------------------------------------------------------------ */

void coder_trace(Object *object, Tracer *tracer)
{
    Coder *self = (Coder *)object;
    gc_visit(tracer, load_relaxed(&self->stream));
    gc_visit(tracer, load_relaxed(&self->errors));
    gc_visit(tracer, load_relaxed(&self->pending));
}

Coder *coder_new(Value class, Value stream, Value errors, bool encodes)
{
    Value codec = TRY(get_attr(class, TRY(str_intern_cstring("codec"))));
    if (type_of(codec) != &multibyte_codec_type)
        return (Coder *)raise(TypeError, "codec is unexpected type");
    Coder *self = TRY(NEW(Coder, (Type *)class));
    self->codec = ((MultibyteCodec *)codec)->codec;
    self->state = encodes ? self->codec->encode_start : self->codec->decode_start;
    gc_store(self, &self->errors, errors);
    if (stream)
        gc_store(self, &self->stream, stream);
    return self;
}

/* The error handler's name; `errors` keeps it alive. */
static const char *errors_name(Coder *self, Value *errors)
{
    WITH_LOCK (self)
        *errors = self->errors;
    return str_cstring(*errors);
}

Value coder_pending(Coder *self)
{
    WITH_LOCK (self)
        return self->pending;
    UNREACHABLE();
}

CjkState coder_state(Coder *self)
{
    CjkState state = {{0}};
    WITH_LOCK (self)
        state = self->state;
    return state;
}

static void set_state(Coder *self, const CjkState *state)
{
    WITH_LOCK (self)
        self->state = *state;
}

void coder_set(Coder *self, Value pending, const CjkState *state)
{
    WITH_LOCK (self) {
        gc_store(self, &self->pending, pending);
        self->state = *state;
    }
}

Value coder_encode(Coder *self, Value text, bool final)
{
    Value errors = 0, rest, pending = coder_pending(self);
    const char *name = TRY(errors_name(self, &errors));
    CjkState state = coder_state(self);
    text = TRY(is_str(text) ? text : object_str(text));
    if (pending)
        text = TRY(str_concat(pending, text));
    Value bytes = multibyte_encode(self->codec, &state, text, name, final, &rest);
    if (bytes)
        coder_set(self, rest, &state);
    else
        set_state(self, &state); /* what was left over stays */
    return bytes;
}

Value coder_decode(Coder *self, Value data, bool final)
{
    Value errors = 0, rest = 0, pending = coder_pending(self);
    const char *name = TRY(errors_name(self, &errors));
    CjkState state = coder_state(self);
    TEXT_ARGUMENT(part);
    TRY(bytes_argument(data, &part));
    Value joined = 0; /* on the stack while its bytes are read */
    if (pending) {
        BytesBuilder b = {0};
        bytes_builder_add(&b, ((Bytes *)pending)->data, ((Bytes *)pending)->length);
        bytes_builder_add(&b, part.data, part.length);
        joined = TRY(bytes_builder_finish(&b));
    }
    const char *bytes = joined ? ((Bytes *)joined)->data : part.data;
    intptr_t size = joined ? ((Bytes *)joined)->length : part.length;
    Value text = multibyte_decode(self->codec, &state, bytes, size, name, final, &rest);
    if (text || !rest)
        coder_set(self, rest, &state);
    else
        set_state(self, &state); /* more may come: what was left over stays */
    return text;
}

static Value get_errors(Value self)
{
    WITH_LOCK (self)
        return ((Coder *)self)->errors;
    UNREACHABLE();
}

static bool set_errors(Value self, Value errors)
{
    if (!errors)
        return raise(AttributeError, "cannot delete attribute");
    if (!is_str(errors))
        return raise(TypeError, "errors must be a string");
    TRY(str_cstring(errors));
    WITH_LOCK (self)
        gc_store(self, &((Coder *)self)->errors, errors);
    return true;
}

const GetSetDef coder_getset[] = {{"errors", get_errors, set_errors, "how to treat errors"}, {0}};

/* ---- MultibyteCodec ---------------------------------------------------------------------- */

Value multibyte_codec_new(CjkCodec *codec)
{
    MultibyteCodec *self = TRY(NEW(MultibyteCodec, &multibyte_codec_type));
    self->codec = codec;
    return (Value)self;
}

static bool errors_argument(Value errors, const char *method, const char **name)
{
    *name = 0;
    if (errors == None)
        return true;
    if (!is_str(errors))
        return raise(TypeError, "%s() argument 'errors' must be str or None, not %T", method,
                     errors);
    *name = TRY(str_cstring(errors));
    return true;
}

METHOD(codec_encode_, "encode", "input, errors=None",
       "Return an encoded string version of `input'.\n\n"
       "'errors' may be given to set a different error handling scheme. Default is\n"
       "'strict' meaning that encoding errors raise a UnicodeEncodeError. Other possible\n"
       "values are 'ignore', 'replace' and 'xmlcharrefreplace' as well as any other name\n"
       "registered with codecs.register_error that can handle UnicodeEncodeErrors.")
{
    const char *errors;
    CjkCodec *codec = ((MultibyteCodec *)args[0])->codec;
    CjkState state = codec->encode_start;
    TRY(errors_argument(args[2], "encode", &errors));
    Value text = TRY(is_str(args[1]) ? args[1] : object_str(args[1])), rest;
    Value bytes = TRY(multibyte_encode(codec, &state, text, errors, true, &rest));
    return tuple_of(bytes, int_from(str_length(text)));
}

METHOD(codec_decode_, "decode", "input, errors=None",
       "Decodes 'input'.\n\n"
       "'errors' may be given to set a different error handling scheme. Default is\n"
       "'strict' meaning that encoding errors raise a UnicodeDecodeError. Other possible\n"
       "values are 'ignore' and 'replace' as well as any other name registered with\n"
       "codecs.register_error that is able to handle UnicodeDecodeErrors.\"")
{
    const char *errors;
    CjkCodec *codec = ((MultibyteCodec *)args[0])->codec;
    CjkState state = codec->decode_start;
    TRY(errors_argument(args[2], "decode", &errors));
    TEXT_ARGUMENT(data);
    TRY(bytes_argument(args[1], &data));
    Value rest, text = multibyte_decode(codec, &state, data.data, data.length, errors, true, &rest);
    return text ? tuple_of(text, int_from(data.length)) : 0;
}

static MethodDef *const codec_methods[] = {M(codec_encode_), M(codec_decode_), 0};

Type multibyte_codec_type = {
    TYPE_HEAD("_multibytecodec.MultibyteCodec", MultibyteCodec),
    .methods = codec_methods,
    .flags = TYPE_NO_NEW | TYPE_LEAF | TYPE_IMMUTABLE,
};
