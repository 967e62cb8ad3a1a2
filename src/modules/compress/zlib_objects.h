#ifndef WEFT_MODULES_COMPRESS_ZLIB_OBJECTS_H
#define WEFT_MODULES_COMPRESS_ZLIB_OBJECTS_H

#include <zlib.h>
#include "modules/compress/stream.h"

/* compressobj, decompressobj, _ZlibDecompressor */
bool zlib_add_objects(Value module) MUST_USE;

/* One call of deflate or inflate in the native state; its return code. */
int zlib_step(z_stream *stream, StreamIO *io, int (*work)(z_stream *, int), int flush);
/* zlib.error "Error code what: message"; returns 0. */
Value zlib_fail(const z_stream *stream, int code, const char *what);
Value zlib_raise(const char *message);

#endif
