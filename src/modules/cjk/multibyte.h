/* What the modules of the East Asian encodings share: the types of _multibytecodec. */
#ifndef WEFT_MODULES_CJK_MULTIBYTE_H
#define WEFT_MODULES_CJK_MULTIBYTE_H

#include "core/type.h"
#include "gc/heap.h"
#include "modules/cjk/codec.h"

typedef struct MultibyteCodec {
    Object ob;
    CjkCodec *codec; /* immutable after init */
} MultibyteCodec;

extern Type multibyte_codec_type;
extern Type incremental_encoder_type, incremental_decoder_type, stream_reader_type,
    stream_writer_type;

/* A new codec object. */
Value multibyte_codec_new(CjkCodec *codec) MUST_USE;

/* The str `text` as bytes. Without `final` characters at the end whose code depends on the next
 * one are left over: *rest is their str; with it *rest is 0, and the state is that of the
 * beginning again. UnicodeEncodeError, and what a handler raises. */
Value multibyte_encode(CjkCodec *codec, CjkState *state, Value text, const char *errors, bool final,
                       Value *rest) MUST_USE;
/* The other way. Without `final` *rest is bytes of a sequence that is not complete, or 0; on
 * failure it is 0 unless such an end was the reason. */
Value multibyte_decode(CjkCodec *codec, CjkState *state, const char *data, intptr_t size,
                       const char *errors, bool final, Value *rest) MUST_USE;

/* An incremental codec, or a stream of one. What it is in the middle of is taken out under the
 * lock, and put back when a piece is converted, as handlers and streams run Python code between. */
typedef struct Coder {
    Object ob;
    CjkCodec *codec; /* immutable after init */
    Value stream;    /* immutable after init; 0: none */
    Value errors;    /* str; guarded by lock */
    Value pending;   /* str or bytes that were left over, or 0; guarded by lock */
    CjkState state;  /* guarded by lock */
} Coder;

/* A new coder; its class has the codec as an attribute. AttributeError, TypeError. */
Coder *coder_new(Value class, Value stream, Value errors, bool encodes) MUST_USE;
/* Encodes what was left over and `text` (any object, as str() has it). */
Value coder_encode(Coder *self, Value text, bool final) MUST_USE;
Value coder_decode(Coder *self, Value data, bool final) MUST_USE;
/* What is left over, or 0. */
Value coder_pending(Coder *self);
void coder_set(Coder *self, Value pending, const CjkState *state);
CjkState coder_state(Coder *self);

extern const GetSetDef coder_getset[]; /* errors */
void coder_trace(Object *self, Tracer *tracer);

#endif
