/* TextIOWrapper: its files among themselves.
 *
 * Reading goes by chunks. `chunk` is the last piece of input, `decoded` the text that it became, of
 * which the program has had `used` characters. So tell() can find out where it is, by decoding
 * parts of the chunk again.
 *
 * UTF-8, ASCII and Latin-1 are decoded and encoded by C functions without a codec object. What such
 * a chunk ends with and is not complete (half of a sequence, or a "\r" that may be half of a line
 * end) is kept and becomes the beginning of the next chunk: this decoder has no state beside that.
 * Other encodings have the incremental codec objects of their CodecInfo.
 *
 * Encoded text waits in `pending` until there is a chunk of it. Whatever calls another object first
 * brings these fields in order, as that object may use this file again. */
#ifndef WEFT_MODULES_IO_TEXT_H
#define WEFT_MODULES_IO_TEXT_H

#include "gc/heap.h"
#include "modules/io/io.h"

typedef enum TextCodec { CODEC_OBJECT, CODEC_UTF8, CODEC_ASCII, CODEC_LATIN1 } TextCodec;

typedef struct TextWrapper {
    Object ob;
    Value buffer; /* atomic; 0: not initialised, or detached */
    /* Guarded by `lock`, as all below. */
    Value encoding, errors; /* str */
    Value encoder, decoder; /* objects of CODEC_OBJECT; 0: none */
    Value newline_decoder;  /* `decoder`, if it is an IncrementalNewlineDecoder of ours, else 0 */
    Value decoded;          /* str; 0: none */
    intptr_t used;
    Value chunk;                /* bytes; 0: there is no place to count from */
    int32_t chunk_flags;        /* state of the decoder object before the chunk */
    uint8_t kept_size, kept[4]; /* the end of the last chunk that is not decoded yet */
    Raw *pending;
    intptr_t pending_size; /* atomic: written under lock */
    intptr_t chunk_size;   /* atomic */
    double bytes_per_char; /* of the last chunk */
    NewlineMode mode;
    IoLock lock;
    uint8_t codec; /* TextCodec */
    uint8_t seen;  /* line ends, for `newlines`; atomic: written under lock */
    bool detached, readable, writable, seekable, telling, has_read1;
    bool line_buffering, write_through, finalizing;
    bool at_start;                  /* the encoder object has not been told yet that it is not */
    bool buffer_is_ours;            /* exactly a Buffered: its functions are called directly */
    struct OpenWriter *open_writer; /* atomic */
    Value tail;
} TextWrapper;

ALWAYS_INLINE TextWrapper *as_text(Value v)
{
    return (TextWrapper *)v;
}

/* ---- text_codec.c */
/* Chooses codecs for encoding and errors (both str). */
bool text_set_codec(TextWrapper *self, Value encoding, Value errors) MUST_USE;
Value text_locale_encoding(void);
const char *text_errors(TextWrapper *self); /* for codec functions: 0 is strict */
bool text_wrap_decoder(TextWrapper *self) MUST_USE;
/* A C codec's text of bytes: *consumed says how many (a line end cut in half is left); `final`:
 * all. *cut: what is left is a "\r", of which the last byte may only be what an error handler made
 * it from. Line ends are translated, and noted in *seen. */
Value text_decode_native(TextWrapper *self, const char *data, intptr_t size, bool final,
                         intptr_t *consumed, bool *cut, int *seen) MUST_USE;
/* The same with the decoder the file has, which keeps the incomplete end. */
Value text_decode(TextWrapper *self, Value bytes, bool final) MUST_USE;
/* The same for a chunk that tell() may have to count in: notes what the decoder had before it. */
Value text_decode_chunk(TextWrapper *self, Value bytes, bool final) MUST_USE;
/* Position unknown: at the start of the file, or somewhere. Forget what codecs remember. */
bool text_reset_decoder(TextWrapper *self) MUST_USE;
bool text_reset_encoder(TextWrapper *self, bool at_start) MUST_USE;
/* (pending bytes, flags) of the decoder object. */
bool text_decoder_state(TextWrapper *self, Value *bytes, int32_t *flags) MUST_USE;

/* ---- text_read.c */
void text_forget_decoded(TextWrapper *self);
Value text_next(Value self);
extern MethodDef *const text_read_methods[];

/* ---- text_write.c */
bool text_flush_pending(TextWrapper *self) MUST_USE; /* to the buffer */
bool text_flush(TextWrapper *self) MUST_USE;         /* and that one */
/* Flushes what is pending to the buffer, unless another thread is at work on it. */
bool text_flush_if_free(TextWrapper *self) MUST_USE;
extern MethodDef *const text_write_methods[];

/* ---- text_seek.c */
extern MethodDef *const text_seek_methods[];

/* ---- text.c */
/* ValueError if it is detached or was never initialised; text_check_open also if it is closed. */
bool text_check(TextWrapper *self) MUST_USE;
/* The buffer, for who does not hold the lock, or has called Python code since it looked; 0 with a
 * ValueError. */
Value text_buffer(TextWrapper *self) MUST_USE;
bool text_check_open(TextWrapper *self) MUST_USE;

#endif
