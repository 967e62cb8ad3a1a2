/* What bytes and bytearray share: methods, and conversions from Python values. */
#ifndef WEFT_TYPES_BYTES_METHODS_H
#define WEFT_TYPES_BYTES_METHODS_H

#include "core/type.h"
#include "types/bytes.h"

extern MethodDef
    *const bytes_shared_methods[];            /* decode() fromhex() hex() translate() strip() ... */
extern MethodDef *const bytes_case_methods[]; /* lower() ... isalpha() ... */

/* The arguments of bytes() and bytearray() as bytes to copy: bytes, or 0 with an exception.
 * `what` is the name of the type. */
Value bytes_from_arguments(Value source, Value encoding, Value errors, const char *what);
/* An iterable of ints as bytes; `range` is the message for those out of range. */
Value bytes_from_iterable(Value iterable, const char *range);
/* sep, bytes_per_sep as of hex(); 0: not given */
Value bytes_hex(const unsigned char *data, intptr_t length, Value separator, Value group);
/* The same as bytes, where the separator may be any byte. */
Value bytes_hexlify(const unsigned char *data, intptr_t length, Value separator, Value group);
Value bytes_repr_of(const char *data, intptr_t length); /* b'...' */
/* BytesWarning with this message if -b asks for it; false if that became an exception. */
bool bytes_warn(const char *message) MUST_USE;
/* format % arguments, in the type of format */
Value bytes_percent(Value format, Value arguments) MUST_USE;
/* separator.join(iterable) */
Value bytes_join(Value separator, Value iterable) MUST_USE;
/* A slot for both: + of two buffers, in the type of a. */
Value bytes_concat_any(Value a, Value b);
/* Comparison of bytes with bytes, of a bytearray with any buffer. */
Value bytes_compare_any(Value a, Value b, CompareOp op);

#endif
