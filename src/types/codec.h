/* Codecs: text to bytes and back.
 *
 * Everywhere: `encoding` and `errors` are names; errors 0 means strict. A decoder with `consumed`
 * not 0 stops before a sequence that is cut off by the end, and says how many bytes it took; with
 * 0 such an end is an error. */
#ifndef WEFT_TYPES_CODEC_H
#define WEFT_TYPES_CODEC_H

#include "core/type.h"

/* ---- By name (codec.c) */

/* str.encode and bytes.decode: the result is checked to be bytes, or str. The most common
 * encodings don't go through the registry. */
Value codec_encode_str(Value s, const char *encoding, const char *errors) MUST_USE;
Value codec_decode_object(Value o, const char *encoding, const char *errors) MUST_USE;
/* codecs.encode and decode: any object to any. */
Value codec_encode(Value o, const char *encoding, const char *errors) MUST_USE;
Value codec_decode(Value o, const char *encoding, const char *errors) MUST_USE;
/* The CodecInfo; LookupError. */
Value codec_lookup(const char *encoding) MUST_USE;
bool codec_register(Value search_function) MUST_USE;
bool codec_unregister(Value search_function) MUST_USE;
/* Error handlers; LookupError. name 0: strict. */
Value codec_lookup_error(const char *name) MUST_USE;
bool codec_register_error(const char *name, Value handler) MUST_USE;
/* Makes the registry; once, when types are ready. codec_charmap_start readies a type of it. */
bool codec_start(void) MUST_USE;
/* Names of encodings and error handlers are checked even where they aren't needed: -X dev. Set
 * once, before there is a second thread. */
extern bool codec_strict_names;
void codec_charmap_start(void);

/* ---- Unicode transformation formats (codec_utf8.c, codec_utf16.c, codec_utf7.c) */

/* *byte_order: -1 little-endian, 1 big-endian, 0 native after a byte order mark, which encoding
 * writes and decoding reads; decoding sets it to what it found. */
Value codec_utf8_encode(Value s, const char *errors) MUST_USE;
Value codec_utf8_decode(const char *data, intptr_t size, const char *errors,
                        intptr_t *consumed) MUST_USE;
Value codec_utf16_encode(Value s, const char *errors, int byte_order) MUST_USE;
Value codec_utf16_decode(const char *data, intptr_t size, const char *errors, int *byte_order,
                         intptr_t *consumed) MUST_USE;
Value codec_utf32_encode(Value s, const char *errors, int byte_order) MUST_USE;
Value codec_utf32_decode(const char *data, intptr_t size, const char *errors, int *byte_order,
                         intptr_t *consumed) MUST_USE;
Value codec_utf7_encode(Value s, const char *errors) MUST_USE;
Value codec_utf7_decode(const char *data, intptr_t size, const char *errors,
                        intptr_t *consumed) MUST_USE;

/* ---- One byte a character (codec_charmap.c) */

Value codec_ascii_encode(Value s, const char *errors) MUST_USE;
Value codec_ascii_decode(const char *data, intptr_t size, const char *errors) MUST_USE;
Value codec_latin1_encode(Value s, const char *errors) MUST_USE;
/* mapping 0: latin-1. Else anything with __getitem__; for decoding also a str. */
Value codec_charmap_encode(Value s, const char *errors, Value mapping) MUST_USE;
Value codec_charmap_decode(const char *data, intptr_t size, const char *errors,
                           Value mapping) MUST_USE;
/* A mapping for charmap_encode out of a decoding table. */
Value codec_charmap_build(Value table) MUST_USE;

/* ---- Escapes of literals (codec_escape.c) */

Value codec_unicode_escape_encode(Value s) MUST_USE;
Value codec_unicode_escape_decode(const char *data, intptr_t size, const char *errors,
                                  intptr_t *consumed) MUST_USE;
Value codec_raw_unicode_escape_encode(Value s) MUST_USE;
Value codec_raw_unicode_escape_decode(const char *data, intptr_t size, const char *errors,
                                      intptr_t *consumed) MUST_USE;
Value codec_escape_decode(const char *data, intptr_t size, const char *errors) MUST_USE;

#endif
