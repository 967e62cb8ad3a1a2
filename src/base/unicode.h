/* Properties and case mappings of Unicode characters. The tables are made at build time by
 * tools/gen-unicode.c. Any uint32_t may be asked about: what is no code point is unassigned. */
#ifndef WEFT_BASE_UNICODE_H
#define WEFT_BASE_UNICODE_H

#include "base/common.h"

enum {
    UC_ALPHA = 1 << 0, /* general category L* */
    UC_DECIMAL = 1 << 1,
    UC_DIGIT = 1 << 2,
    UC_NUMERIC = 1 << 3,
    UC_LOWER = 1 << 4, /* derived property Lowercase */
    UC_UPPER = 1 << 5, /* Uppercase */
    UC_TITLE = 1 << 6, /* general category Lt */
    UC_SPACE = 1 << 7, /* category Zs, or bidirectional class WS, B or S */
    UC_LINEBREAK = 1 << 8,
    UC_PRINTABLE = 1 << 9,
    UC_XID_START = 1 << 10,
    UC_XID_CONTINUE = 1 << 11,
    UC_CASED = 1 << 12,
    UC_CASE_IGNORABLE = 1 << 13,
    UC_MIRRORED = 1 << 14,
    UC_SPECIAL_UPPER = 1 << 15, /* the mapping is no single character */
    UC_SPECIAL_LOWER = 1 << 16,
    UC_SPECIAL_TITLE = 1 << 17,
    UC_SPECIAL_FOLD = 1 << 18,
    UC_ALNUM = UC_ALPHA | UC_DECIMAL | UC_DIGIT | UC_NUMERIC,
};

typedef struct UnicodeRecord {
    uint32_t flags;
    int32_t upper, lower, title, fold; /* to be added; if special, an index */
    uint8_t category, bidi, combining, width;
    uint8_t decimal, digit;
    uint8_t normal;   /* quick checks, two bits each: NFD, NFKD, NFC, NFKC; 0 yes, 1 maybe, 2 no */
    uint8_t newer;    /* not in Unicode 3.2 */
    uint16_t numeric; /* index; 0: not numeric */
} UnicodeRecord;

const UnicodeRecord *unicode_record(uint32_t c);
extern const uint32_t unicode_latin1_flags[256]; /* the flags of the first 256 */

/* All of its UC_ flags. */
ALWAYS_INLINE uint32_t unicode_flags(uint32_t c)
{
    return c < 256 ? unicode_latin1_flags[c] : unicode_record(c)->flags;
}

/* One of the UC_ flags given. */
ALWAYS_INLINE bool unicode_is(uint32_t c, uint32_t flags)
{
    return unicode_flags(c) & flags;
}

/* The common ones, quick for ASCII. */
bool unicode_is_space_slow(uint32_t c);
ALWAYS_INLINE bool unicode_is_space(uint32_t c)
{
    /* One bit for each of U+0000 to U+0020. */
    return c <= 32 ? UINT64_C(0x1f0003e00) >> c & 1 : c >= 128 && unicode_is_space_slow(c);
}
ALWAYS_INLINE bool unicode_is_linebreak(uint32_t c)
{
    return c < 128 ? (c >= 10 && c <= 13) || (c >= 28 && c <= 30)
                   : c == 0x85 || c == 0x2028 || c == 0x2029;
}
ALWAYS_INLINE bool unicode_is_printable(uint32_t c)
{
    return c < 127 ? c >= 32 : unicode_is(c, UC_PRINTABLE);
}
/* -1 if it has no such value. */
int unicode_decimal(uint32_t c);
int unicode_digit(uint32_t c);
double unicode_numeric(uint32_t c);

/* Case mappings to a single character: the first of the full mapping. */
uint32_t unicode_to_lower(uint32_t c);
uint32_t unicode_to_upper(uint32_t c);
uint32_t unicode_to_title(uint32_t c);
/* The full ones: at most UNICODE_CASE_MAX characters; return how many. */
enum { UNICODE_CASE_MAX = 3 };
int unicode_lower_full(uint32_t c, uint32_t out[UNICODE_CASE_MAX]);
int unicode_upper_full(uint32_t c, uint32_t out[UNICODE_CASE_MAX]);
int unicode_title_full(uint32_t c, uint32_t out[UNICODE_CASE_MAX]);
int unicode_fold_full(uint32_t c, uint32_t out[UNICODE_CASE_MAX]);

/* Short names of property values: "Lu", "AL", "Na". */
const char *unicode_category_name(uint32_t c);
const char *unicode_bidi_name(uint32_t c);
const char *unicode_width_name(uint32_t c);
extern const char unicode_version[]; /* "15.1.0" */

#endif
