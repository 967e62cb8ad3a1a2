#include "base/unicode_names.h"

#include <stdio.h>
#include <string.h>

typedef struct UnicodeAlias {
    const char *name;
    int count;
    uint32_t codes[UNICODE_SEQUENCE_MAX];
} UnicodeAlias;

#include "unicode_name_tables.h"

enum { BLOCK_BITS = 7 };

/* ---- Derived names ---------------------------------------------------------------------- */

/* Hangul syllables are named by their parts (Unicode 15, 3.12). */
enum { HANGUL_FIRST = 0xac00, HANGUL_VOWELS = 21, HANGUL_TAILS = 28, HANGUL_COUNT = 19 * 21 * 28 };
static const char hangul_leads[][3] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                                       "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
static const char hangul_vowels[][4] = {"A",   "AE", "YA", "YAE", "EO", "E",  "YEO",
                                        "YE",  "O",  "WA", "WAE", "OE", "YO", "U",
                                        "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
static const char hangul_tails[][3] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D", "L",  "LG",
                                       "LM", "LB", "LS", "LT", "LP", "LH", "M",  "B", "BS", "S",
                                       "SS", "NG", "J",  "C",  "K",  "T",  "P",  "H"};
static const char hangul_prefix[] = "HANGUL SYLLABLE ";

typedef struct Ideographs {
    uint32_t first, last;
} Ideographs;
static const Ideographs ideographs[] = {
    {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0x20000, 0x2a6df}, {0x2a700, 0x2b739},
    {0x2b740, 0x2b81d}, {0x2b820, 0x2cea1}, {0x2ceb0, 0x2ebe0}, {0x2ebf0, 0x2ee5d},
    {0x30000, 0x3134a}, {0x31350, 0x323af},
};
static const char ideograph_prefix[] = "CJK UNIFIED IDEOGRAPH-";

static bool is_ideograph(uint32_t c)
{
    for (size_t i = 0; i < COUNT_OF(ideographs); i++)
        if (c >= ideographs[i].first && c <= ideographs[i].last)
            return true;
    return false;
}

static size_t derived_name(uint32_t c, char *out)
{
    if (c >= HANGUL_FIRST && c < HANGUL_FIRST + HANGUL_COUNT) {
        uint32_t i = c - HANGUL_FIRST;
        return (size_t)snprintf(out, UNICODE_NAME_MAX, "%s%s%s%s", hangul_prefix,
                                hangul_leads[i / (HANGUL_VOWELS * HANGUL_TAILS)],
                                hangul_vowels[i / HANGUL_TAILS % HANGUL_VOWELS],
                                hangul_tails[i % HANGUL_TAILS]);
    }
    if (is_ideograph(c))
        return (size_t)snprintf(out, UNICODE_NAME_MAX, "%s%X", ideograph_prefix, (unsigned)c);
    return 0;
}

/* The index of the longest of `count` parts, `stride` bytes apart, that *text begins with, which
 * moves behind it; -1 if there is none. */
static int longest_part(const char **text, const char *parts, size_t stride, int count)
{
    int best = -1;
    size_t best_length = 0;
    for (int i = 0; i < count; i++) {
        size_t length = strlen(parts + (size_t)i * stride);
        if (!strncmp(*text, parts + (size_t)i * stride, length) &&
            (best < 0 || length > best_length)) {
            best = i;
            best_length = length;
        }
    }
    *text += best_length;
    return best;
}

static bool parse_hangul(const char *text, uint32_t *c)
{
    int lead = longest_part(&text, hangul_leads[0], 3, 19);
    int vowel = longest_part(&text, hangul_vowels[0], 4, HANGUL_VOWELS);
    int tail = vowel < 0 ? -1 : longest_part(&text, hangul_tails[0], 3, HANGUL_TAILS);
    if (lead < 0 || vowel < 0 || tail < 0 || *text)
        return false;
    *c = HANGUL_FIRST + (uint32_t)((lead * HANGUL_VOWELS + vowel) * HANGUL_TAILS + tail);
    return true;
}

static bool parse_ideograph(const char *text, uint32_t *c)
{
    size_t length = strlen(text);
    if (length != 4 && length != 5)
        return false;
    *c = 0;
    for (; *text; text++) {
        unsigned digit = (unsigned)(*text - '0');
        if (digit > 9) {
            if (*text < 'A' || *text > 'F')
                return false;
            digit = (unsigned)(*text - 'A') + 10;
        }
        *c = *c << 4 | digit;
    }
    return is_ideograph(*c);
}

/* ---- Names in the tables ---------------------------------------------------------------- */

static size_t add_word(char *out, size_t at, unsigned number)
{
    uint32_t start = unicode_word_offsets[number], end = unicode_word_offsets[number + 1];
    memcpy(out + at, unicode_words + start, end - start);
    return at + end - start;
}

size_t unicode_name(uint32_t c, char out[UNICODE_NAME_MAX])
{
    if (c > 0x10ffff)
        return 0;
    unsigned block = unicode_phrase_stage1[c >> BLOCK_BITS];
    uint32_t phrase = unicode_phrase_stage2[(block << BLOCK_BITS) + (c & ((1u << BLOCK_BITS) - 1))];
    if (!phrase)
        return derived_name(c, out);
    const uint8_t *p = unicode_phrases + phrase;
    size_t at = 0;
    for (int words = *p++; words > 0; words--) {
        unsigned number = *p++;
        if (number >= 160)
            number = 160 + (number - 160) * 256 + *p++;
        if (at)
            out[at++] = ' ';
        at = add_word(out, at, number);
    }
    out[at] = 0;
    return at;
}

static uint32_t hash_name(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash ^ hash >> 15;
}

static bool find_in_table(const char *name, uint32_t *c)
{
    for (uint32_t i = hash_name(name);; i++) {
        uint32_t entry = unicode_name_table[i & (UNICODE_NAME_SLOTS - 1)];
        char other[UNICODE_NAME_MAX];
        if (!entry)
            return false;
        if (unicode_name(entry - 1, other) && !strcmp(other, name)) {
            *c = entry - 1;
            return true;
        }
    }
}

static const UnicodeAlias *find_alias(const char *name)
{
    size_t low = 0, high = COUNT_OF(unicode_aliases);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(unicode_aliases[middle].name, name);
        if (order == 0)
            return &unicode_aliases[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

int unicode_sequence_from_name(const char *text, size_t length, uint32_t out[UNICODE_SEQUENCE_MAX])
{
    char name[UNICODE_NAME_MAX];
    if (length == 0 || length >= sizeof name || memchr(text, 0, length))
        return 0;
    for (size_t i = 0; i < length; i++)
        name[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] & ~32) : text[i];
    name[length] = 0;
    if (!strncmp(name, hangul_prefix, sizeof hangul_prefix - 1) &&
        parse_hangul(name + sizeof hangul_prefix - 1, out))
        return 1;
    if (!strncmp(name, ideograph_prefix, sizeof ideograph_prefix - 1))
        return parse_ideograph(name + sizeof ideograph_prefix - 1, out);
    if (find_in_table(name, out))
        return 1;
    const UnicodeAlias *alias = find_alias(name);
    if (!alias)
        return 0;
    memcpy(out, alias->codes, sizeof alias->codes);
    return alias->count;
}

bool unicode_from_name(const char *name, size_t length, uint32_t *c)
{
    uint32_t codes[UNICODE_SEQUENCE_MAX];
    if (unicode_sequence_from_name(name, length, codes) != 1)
        return false;
    *c = codes[0];
    return true;
}
