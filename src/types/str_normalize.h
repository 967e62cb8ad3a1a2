/* Normal forms of str: for identifiers (NFKC) and unicodedata. */
#ifndef WEFT_TYPES_STR_NORMALIZE_H
#define WEFT_TYPES_STR_NORMALIZE_H

#include "base/unicode_normalize.h"
#include "core/value.h"

/* An exact str; s itself if it is one and in that form. */
Value str_normalize(Value s, UnicodeForm form) MUST_USE;
/* With the data of Unicode 3.2 if `old`. */
Value str_normalize_version(Value s, UnicodeForm form, bool old) MUST_USE;

#endif
