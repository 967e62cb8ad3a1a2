/* Escapes of str and bytes in the notation of Python's literals. */
#ifndef WEFT_TYPES_TEXT_ESCAPE_H
#define WEFT_TYPES_TEXT_ESCAPE_H

#include "types/str.h"

/* Writes \xhh, \uhhhh or \Uhhhhhhhh, as c needs; returns the length (4, 6 or 10). */
int escape_char(char *out, uint32_t c);
/* The quote that repr() puts around these characters. */
char escape_quote(const void *characters, intptr_t length, unsigned width);
/* Bytes as repr() shows them within quotes; quote 0: none is escaped. */
void escape_bytes(StrBuilder *b, const char *data, intptr_t length, char quote);

#endif
