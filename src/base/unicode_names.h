/* Names of Unicode characters, both ways: UnicodeData.txt, aliases, named sequences, and those
 * that the standard derives (Hangul syllables, unified ideographs). */
#ifndef WEFT_BASE_UNICODE_NAMES_H
#define WEFT_BASE_UNICODE_NAMES_H

#include "base/common.h"

enum { UNICODE_NAME_MAX = 128, UNICODE_SEQUENCE_MAX = 4 };

/* Writes the name of c and a NUL; returns its length, 0 if it has none. */
size_t unicode_name(uint32_t c, char out[UNICODE_NAME_MAX]);
/* The character of this name or alias, whatever the case; false if there is none. */
bool unicode_from_name(const char *name, size_t length, uint32_t *c);
/* The same, for named sequences too: the number of characters, 0 if there is none. */
int unicode_sequence_from_name(const char *name, size_t length, uint32_t out[UNICODE_SEQUENCE_MAX]);

#endif
