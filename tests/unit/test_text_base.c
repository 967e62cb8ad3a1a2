/* Searching, Unicode properties, normal forms, half floats: what text is built on. */
#include <math.h>
#include <string.h>
#include "base/half.h"
#include "base/search.h"
#include "base/unicode.h"
#include "base/unicode_names.h"
#include "base/unicode_normalize.h"
#include "base/utf8.h"
#undef CHECK
#include "unit.h"

/* What search_first must give, by trying every place. */
static intptr_t slow_first(const uint32_t *text, intptr_t n, const uint32_t *part, intptr_t m)
{
    for (intptr_t i = 0; i + m <= n; i++)
        if (!memcmp(text + i, part, (size_t)m * 4))
            return i;
    return -1;
}

UNIT(two_way_search_finds_what_trying_finds)
{
    uint32_t text[40], part[8], state = 1;
    for (int round = 0; round < 20000; round++) {
        int n = (int)((state = state * 1103515245 + 12345) >> 8) % 40;
        int m = (int)((state = state * 1103515245 + 12345) >> 8) % 8;
        for (int i = 0; i < n; i++)
            text[i] = 0x10000 + ((state = state * 1103515245 + 12345) >> 16 & 1);
        for (int i = 0; i < m; i++)
            part[i] = 0x10000 + ((state = state * 1103515245 + 12345) >> 16 & 1);
        CHECK_INT(search_first(text, n, part, m, 4), slow_first(text, n, part, m));
    }
}

UNIT(search_handles_empty_parts)
{
    CHECK_INT(search_first("abc", 3, "", 0, 1), 0);
    CHECK_INT(search_last("abc", 3, "", 0, 1), 3);
    CHECK_INT(search_count("abc", 3, "", 0, 1, -1), 4);
    CHECK_INT(search_count("abc", 3, "", 0, 1, 2), 2);
}

UNIT(search_counts_without_overlap)
{
    CHECK_INT(search_count("aaaa", 4, "aa", 2, 1, -1), 2);
    CHECK_INT(search_last("abcabc", 6, "bc", 2, 1), 4);
}

UNIT(a_character_of_two_bytes_is_found_behind_false_hits)
{
    uint16_t text[100];
    for (int i = 0; i < 100; i++)
        text[i] = 0x4100;
    text[90] = 0x0041;
    CHECK_INT(search_char(text, 100, 2, 0x41), 90);
    CHECK_INT(search_char(text, 90, 2, 0x41), -1);
}

UNIT(properties)
{
    CHECK(unicode_is('A', UC_UPPER) && !unicode_is('A', UC_LOWER));
    CHECK(unicode_is(0x00df, UC_LOWER));
    CHECK_INT(unicode_decimal(0x0665), 5);
    CHECK_INT(unicode_digit(0x00b2), 2);
    CHECK(unicode_numeric(0x00bd) == 0.5);
    CHECK_STR(unicode_category_name(0x0378), "Cn");
    CHECK_STR(unicode_category_name(0x110000), "Cn");
}

UNIT(case_mappings_to_more_than_one_character)
{
    uint32_t out[UNICODE_CASE_MAX];
    CHECK_INT(unicode_upper_full(0x00df, out), 2);
    CHECK(out[0] == 'S' && out[1] == 'S');
    CHECK_INT(unicode_fold_full(0x00df, out), 2);
    CHECK_INT(unicode_lower_full(0x0130, out), 2);
    CHECK_INT((int)unicode_to_lower(0x0130), 'i');
}

UNIT(names_both_ways)
{
    char name[UNICODE_NAME_MAX];
    uint32_t c;
    for (uint32_t i = 0; i < 0x30000; i++) {
        size_t length = unicode_name(i, name);
        if (length)
            CHECK(unicode_from_name(name, length, &c) && c == i);
    }
    CHECK(unicode_from_name("hangul syllable gag", 19, &c) && c == 0xac01);
    CHECK(!unicode_from_name("NO SUCH NAME", 12, &c));
}

UNIT(normal_forms_of_hangul)
{
    size_t count;
    uint32_t syllable[] = {0xac01},
             *parts = unicode_normalize(syllable, 1, 4, UNICODE_NFD, false, &count);
    CHECK_INT(count, 3);
    CHECK(parts[0] == 0x1100 && parts[1] == 0x1161 && parts[2] == 0x11a8);
    uint32_t *whole = unicode_normalize(parts, 3, 4, UNICODE_NFC, false, &count);
    CHECK(count == 1 && whole[0] == 0xac01);
    free(parts);
    free(whole);
}

UNIT(halves_come_back)
{
    for (uint32_t i = 0; i < 0x10000; i++) {
        uint16_t half;
        double d = half_to_double((uint16_t)i);
        if (isnan(d))
            continue;
        CHECK(half_from_double(d, &half));
        CHECK_INT(half, i);
    }
    uint16_t half;
    CHECK(!half_from_double(65520.0, &half));
    CHECK(half_from_double(65519.0, &half) && half == 0x7bff);
}

UNIT_MAIN()
