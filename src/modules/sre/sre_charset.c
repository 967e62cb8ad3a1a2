/* Classes of characters, sets of them, and comparing without case. */
#include "modules/sre/sre.h"

#include <ctype.h>
#include "base/unicode.h"

/* ---- Case ------------------------------------------------------------------------------- */

uint32_t sre_locale_lower(uint32_t c)
{
    return c < 256 ? (uint32_t)tolower((int)c) : c;
}

uint32_t sre_locale_upper(uint32_t c)
{
    return c < 256 ? (uint32_t)toupper((int)c) : c;
}

uint32_t sre_lower(SreCase mode, uint32_t c)
{
    switch (mode) {
    case CASE_ASCII:
        return c - 'A' < 26 ? c | 32 : c;
    case CASE_UNICODE:
        return unicode_to_lower(c);
    case CASE_LOCALE:
        return sre_locale_lower(c);
    default:
        return c;
    }
}

bool sre_char_matches(SreCase mode, uint32_t c, uint32_t literal)
{
    if (mode == CASE_LOCALE)
        return c == literal || sre_locale_lower(c) == literal || sre_locale_upper(c) == literal;
    return sre_lower(mode, c) == literal;
}

/* ---- Categories ------------------------------------------------------------------------- */

static bool is_ascii_word(uint32_t c)
{
    return (c | 32) - 'a' < 26 || c - '0' < 10 || c == '_';
}

bool sre_in_category(uint32_t category, uint32_t c)
{
    switch ((SreCategory)category) {
    case CATEGORY_DIGIT:
        return c - '0' < 10;
    case CATEGORY_NOT_DIGIT:
        return c - '0' >= 10;
    case CATEGORY_SPACE:
        return c == ' ' || c - 9 < 5;
    case CATEGORY_NOT_SPACE:
        return c != ' ' && c - 9 >= 5;
    case CATEGORY_WORD:
        return is_ascii_word(c);
    case CATEGORY_NOT_WORD:
        return !is_ascii_word(c);
    case CATEGORY_LINEBREAK:
        return c == '\n';
    case CATEGORY_NOT_LINEBREAK:
        return c != '\n';
    case CATEGORY_LOC_WORD:
        return c < 256 && (isalnum((int)c) || c == '_');
    case CATEGORY_LOC_NOT_WORD:
        return !(c < 256 && (isalnum((int)c) || c == '_'));
    case CATEGORY_UNI_DIGIT:
        return unicode_decimal(c) >= 0;
    case CATEGORY_UNI_NOT_DIGIT:
        return unicode_decimal(c) < 0;
    case CATEGORY_UNI_SPACE:
        return unicode_is_space(c);
    case CATEGORY_UNI_NOT_SPACE:
        return !unicode_is_space(c);
    case CATEGORY_UNI_WORD:
        return c == '_' || unicode_is(c, UC_ALNUM);
    case CATEGORY_UNI_NOT_WORD:
        return c != '_' && !unicode_is(c, UC_ALNUM);
    case CATEGORY_UNI_LINEBREAK:
        return unicode_is_linebreak(c);
    case CATEGORY_UNI_NOT_LINEBREAK:
        return !unicode_is_linebreak(c);
    default:
        return false;
    }
}

/* ---- Sets ------------------------------------------------------------------------------- */

static bool has_bit(const uint32_t *bitmap, uint32_t i)
{
    return bitmap[i >> 5] >> (i & 31) & 1;
}

bool sre_in_set(const uint32_t *set, uint32_t c)
{
    bool found = true; /* what it means that a member matches: a NEGATE turns it around */
    for (;;) {
        switch (*set++) {
        case CODE_FAILURE:
            return !found;
        case CODE_NEGATE:
            found = !found;
            break;
        case CODE_LITERAL:
            if (c == *set++)
                return found;
            break;
        case CODE_CATEGORY:
            if (sre_in_category(*set++, c))
                return found;
            break;
        case CODE_RANGE:
            if (c - set[0] <= set[1] - set[0])
                return found;
            set += 2;
            break;
        case CODE_RANGE_UNI_IGNORE:
            if (c - set[0] <= set[1] - set[0] || unicode_to_upper(c) - set[0] <= set[1] - set[0])
                return found;
            set += 2;
            break;
        case CODE_CHARSET:
            if (c < 256 && has_bit(set, c))
                return found;
            set += 8;
            break;
        case CODE_BIGCHARSET: {
            uint32_t blocks = *set++;
            const uint8_t *numbers = (const uint8_t *)set;
            set += 64;
            if (c < 65536 && has_bit(set + numbers[c >> 8] * 8, c & 255))
                return found;
            set += blocks * 8;
            break;
        }
        default:
            UNREACHABLE(); /* sets were checked when the pattern was compiled */
        }
    }
}

bool sre_in_set_case(const uint32_t *set, SreCase mode, uint32_t c)
{
    if (mode != CASE_LOCALE)
        return sre_in_set(set, sre_lower(mode, c));
    uint32_t lower = sre_locale_lower(c), upper = sre_locale_upper(c);
    return sre_in_set(set, lower) || (upper != lower && sre_in_set(set, upper));
}
