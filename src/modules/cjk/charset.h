/* Character sets of East Asia, as the C library's iconv knows them.
 *
 * What a charset maps is asked of iconv once for each lead byte and for each 256 characters, when
 * they are first needed, and kept in tables for good; so that one lookup a character is all that
 * encoding takes, and errors have exact positions. Where a charset of iconv is not quite the one
 * that Python names so, `runs` and `singles` say what is different. */
#ifndef WEFT_MODULES_CJK_CHARSET_H
#define WEFT_MODULES_CJK_CHARSET_H

#include <stddef.h>
#include <stdint.h>
#include "base/common.h"

/* The code of two bytes, or of three the first of which is this. */
enum { CHARSET_PREFIX = 0x8f };

/* `count` codes, trail byte by trail byte, are the characters from `c` on; with c 0, none. */
typedef struct Run {
    uint32_t code;
    uint16_t count;
    uint32_t c;
} Run;

/* The character's code, 0 for none; matters to encoding only. */
typedef struct Single {
    uint32_t c, code;
} Single;

typedef struct Charset {
    const char *name; /* of iconv */
    const Run *runs;  /* ends with code 0, as do singles; 0: none */
    const Single *singles;
    /* atomic: 0 until first needed. */
    uint32_t *rows[2][256]; /* characters by trail byte; of codes without and with the prefix */
    uint32_t *pages[0x300]; /* codes by the lower 8 bits of a character */
} Charset;

/* Two characters for one code, in one number: the second has 14 bits. */
#define PAIR_FLAG           0x80000000u
#define PAIR(first, second) (PAIR_FLAG | (uint32_t)(second) << 16 | (first))
#define PAIR_FIRST(pair)    ((pair)&0xffff)
#define PAIR_SECOND(pair)   ((pair) >> 16 & 0x3fff)

/* Both return 0 if there is none, and CHARSET_FAILED if iconv or memory fails. */
#define CHARSET_FAILED 0xffffffffu
/* The character, or pair, of two bytes, or of three with the prefix. */
uint32_t charset_decode(Charset *set, bool prefixed, unsigned lead, unsigned trail);
/* The bytes of a character's code as a number, most significant first. */
uint32_t charset_encode(Charset *set, uint32_t c);
/* Whether the C library has it. */
bool charset_exists(const Charset *set);

#endif
