/* Codecs: text to bytes and back, by the name of an encoding. */
#ifndef WEFT_TYPES_CODEC_H
#define WEFT_TYPES_CODEC_H

#include "core/type.h"

/* str.encode and bytes.decode: the result is checked to be bytes, or str. errors 0: strict.
 * UTF-8, ASCII and Latin-1 don't go through the registry. */
Value codec_encode_str(Value s, const char *encoding, const char *errors) MUST_USE;
Value codec_decode_object(Value o, const char *encoding, const char *errors) MUST_USE;

#endif
