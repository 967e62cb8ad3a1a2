/* What the files of the codecs share: walks over text or bytes that stop at errors. */
#ifndef WEFT_TYPES_CODEC_INNER_H
#define WEFT_TYPES_CODEC_INNER_H

#include "core/dialect.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/str_inline.h"

/* The error handlers that are served without making an exception. */
typedef enum ErrorMode {
    ERRORS_UNKNOWN, /* not looked at yet */
    ERRORS_STRICT,
    ERRORS_IGNORE,
    ERRORS_REPLACE,
    ERRORS_XML,
    ERRORS_BACKSLASH,
    ERRORS_ESCAPE, /* surrogateescape */
    ERRORS_OTHER,  /* by the registered handler */
} ErrorMode;

typedef struct CodecErrors {
    const char *name; /* 0: strict */
    ErrorMode mode;
    Value handler, exception; /* 0 until needed */
    bool any_position;        /* a position that is no machine integer is one out of bounds */
} CodecErrors;

typedef struct Encoder {
    const char *encoding; /* as exceptions show it */
    Value text;
    CodecErrors errors;
    BytesBuilder out;
    /* Appends one encoded character; false, with no exception, if it has no encoding. */
    bool (*put)(struct Encoder *encoder, uint32_t c);
    int unit;        /* bytes of a code unit: what a handler returns as bytes must be whole units */
    bool escapes;    /* surrogateescape may write single bytes */
    bool ascii_only; /* a str that replaces what has no encoding must be ASCII */
    Value mapping;   /* of charmap */
} Encoder;

/* text[start:end] cannot be encoded: does what the error handler says, and sets *next to where
 * to go on. False with an exception. */
bool encoder_error(Encoder *encoder, intptr_t start, intptr_t end, const char *reason,
                   intptr_t *next) MUST_USE;

typedef struct Decoder {
    const char *encoding;
    const unsigned char *data; /* a handler may put other bytes in the place */
    intptr_t size;
    Value object; /* bytes with them, once an exception needs it; else 0 */
    CodecErrors errors;
    StrBuilder out;
} Decoder;

ALWAYS_INLINE void decoder_start(Decoder *d, const char *encoding, const char *data, intptr_t size,
                                 const char *errors)
{
    d->encoding = encoding;
    d->data = (const unsigned char *)data;
    d->size = size;
    d->object = 0;
    d->errors = (CodecErrors){.name = errors};
    builder_start(&d->out);
}

/* data[start:end) cannot be decoded; as encoder_error. */
bool decoder_error(Decoder *decoder, intptr_t start, intptr_t end, const char *reason,
                   intptr_t *next) MUST_USE;

/* Registers the handlers that every process has. */
bool codec_errors_start(Value registry) MUST_USE;

#endif
