/* Hexadecimal digits of bytes, both ways. */
#ifndef WEFT_BASE_HEX_H
#define WEFT_BASE_HEX_H

#include "base/common.h"

ALWAYS_INLINE int hex_digit(uint32_t c)
{
    uint32_t digit = c - '0', letter = (c | 32) - 'a';
    return digit < 10 ? (int)digit : letter < 6 ? (int)letter + 10 : -1;
}

/* Two lowercase digits for each of the bytes. */
void hex_encode(char *out, const void *bytes, size_t count);
/* `count` bytes from twice as many digits; false if something else is among them. */
bool hex_decode(void *out, const char *digits, size_t count);

#endif
