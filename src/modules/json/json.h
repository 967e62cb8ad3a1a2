/* The C half of the json package. */
#ifndef WEFT_MODULES_JSON_JSON_H
#define WEFT_MODULES_JSON_JSON_H

#include "core/type.h"
#include "types/str.h"

extern Type json_scanner_type, json_encoder_type;
extern MethodDef *const json_scan_functions[];   /* scanstring */
extern MethodDef *const json_encode_functions[]; /* encode_basestring encode_basestring_ascii */

/* Reads a JSON string from behind its opening quote: the text, and in *end the index behind the
 * closing quote. json.JSONDecodeError. */
Value json_scan_string(Value s, intptr_t start, bool strict, intptr_t *end) MUST_USE;
/* Adds a str in quotes, escaped; all but ASCII escaped too if ascii_only. */
void json_add_string(StrBuilder *b, Value s, bool ascii_only);

#endif
