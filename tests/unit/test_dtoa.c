#include <locale.h>
#include <math.h>
#include "base/dtoa.h"
#include "base/hash.h"
#include "unit.h"

static double from_bits(uint64_t bits)
{
    double d;
    memcpy(&d, &bits, 8);
    return d;
}

static double rebuild(const char *digits, int count, int point)
{
    char text[64];
    snprintf(text, sizeof text, "0.%se%d", digits, point);
    double value = -1;
    (void)count;
    return dtoa_parse(text, strlen(text), &value) == (ptrdiff_t)strlen(text) ? value : -1;
}

/* Reads back, is no longer than printf's shortest that reads back, and if as long, no farther. */
static bool is_shortest(double d)
{
    char digits[DTOA_SHORTEST_SIZE], text[40];
    int point, count = dtoa_shortest(d, digits, &point);
    if (rebuild(digits, count, point) != d || digits[count - 1] == '0' || digits[0] == '0')
        return false;
    int precision = 1;
    do
        snprintf(text, sizeof text, "%.*e", precision - 1, d);
    while (strtod(text, NULL) != d && precision++ < 17);
    if (count > precision)
        return false;
    if (count < precision)
        return true; /* printf's nearest of that length does not read back; ours does */
    char mine[40];
    snprintf(mine, sizeof mine, "%c%s%s", digits[0], count > 1 ? "." : "", digits + 1);
    size_t length = strlen(mine);
    return !strncmp(mine, text, length) && atoi(strchr(text, 'e') + 1) == point - 1;
}

UNIT(random_doubles_read_back)
{
    uint64_t state = 1;
    for (int i = 0; i < 2000000; i++) {
        state = hash_mix(state + (uint64_t)i);
        double d = fabs(from_bits(state));
        if (!isfinite(d) || d == 0)
            continue;
        char digits[DTOA_SHORTEST_SIZE];
        int point, count = dtoa_shortest(d, digits, &point);
        CHECK(rebuild(digits, count, point) == d);
    }
}

UNIT(random_doubles_are_shortest)
{
    uint64_t state = 7;
    for (int i = 0; i < 100000; i++) {
        state = hash_mix(state + (uint64_t)i);
        double d = fabs(from_bits(state));
        if (isfinite(d) && d != 0)
            CHECK(is_shortest(d));
        CHECK(is_shortest((double)(state >> 40) / 1000 + 0.001));
        CHECK(is_shortest((double)(state >> 12) + 1));
    }
}

UNIT(edges_are_shortest)
{
    for (int e = -1074; e < 1024; e++) {
        double d = ldexp(1, e);
        char digits[DTOA_SHORTEST_SIZE];
        int point, count = dtoa_shortest(d, digits, &point);
        CHECK(rebuild(digits, count, point) == d);
        CHECK(is_shortest(nextafter(d, INFINITY)));
        CHECK(is_shortest(nextafter(d, 0) > 0 ? nextafter(d, 0) : d));
    }
    for (int e = -307; e < 309; e++) {
        char text[16];
        snprintf(text, sizeof text, "1e%d", e);
        CHECK(is_shortest(strtod(text, NULL)));
    }
    CHECK(is_shortest(5e-324));
    CHECK(is_shortest(1.7976931348623157e308));
}

UNIT(known_values)
{
    char digits[DTOA_SHORTEST_SIZE];
    int point;
    CHECK_INT(dtoa_shortest(0.1, digits, &point), 1);
    CHECK_STR(digits, "1");
    CHECK_INT(point, 0);
    CHECK_INT(dtoa_shortest(123.456, digits, &point), 6);
    CHECK_STR(digits, "123456");
    CHECK_INT(point, 3);
    dtoa_shortest(5e-324, digits, &point);
    CHECK_STR(digits, "5");
    CHECK_INT(point, -323);
    dtoa_shortest(5.684341886080802e-14, digits, &point); /* 2^-44 */
    CHECK_STR(digits, "5684341886080802");
    dtoa_shortest(9007199254740992.0, digits, &point);
    CHECK_STR(digits, "9007199254740992");
    dtoa_shortest(0, digits, &point);
    CHECK_STR(digits, "0");
    CHECK_INT(point, 1);
}

UNIT(fixed_digits)
{
    char digits[400];
    int point;
    CHECK(dtoa_precision(2.5, 1, digits, &point));
    CHECK_STR(digits, "2");
    CHECK(dtoa_precision(1234.5678, 6, digits, &point));
    CHECK_STR(digits, "123457");
    CHECK_INT(point, 4);
    CHECK_INT(dtoa_decimals(1234.5678, 2, digits, &point), 6);
    CHECK_STR(digits, "123457");
    CHECK_INT(point, 4);
    CHECK_INT(dtoa_decimals(0.004, 2, digits, &point), 0);
    CHECK_STR(digits, "");
    CHECK_INT(dtoa_decimals(0.0625, 3, digits, &point), 2);
    CHECK_STR(digits, "62");
    CHECK_INT(point, -1);
    CHECK_INT(dtoa_decimals(1.7976931348623157e308, 0, digits, &point), 309);
    CHECK_INT(point, 309);
}

/* What printf says, whose digits are those of the exact value. */
static bool is_rounded(double d, int count)
{
    char digits[64], text[64], expected[64];
    int point;
    if (!dtoa_precision(d, count, digits, &point))
        return false;
    snprintf(text, sizeof text, "%.*e", count - 1, d);
    int k = 0;
    for (const char *p = text; *p && *p != 'e'; p++)
        if (*p != '.')
            expected[k++] = *p;
    expected[k] = 0;
    return !strcmp(digits, expected) && point == (d == 0 ? 1 : atoi(strchr(text, 'e') + 1) + 1);
}

UNIT(precision_rounds_the_exact_value)
{
    uint64_t state = 11;
    for (int i = 0; i < 60000; i++) {
        state = hash_mix(state + (uint64_t)i);
        double d = fabs(from_bits(state));
        int count = 1 + i % 17;
        if (isfinite(d))
            CHECK(is_rounded(d, count));
        CHECK(is_rounded((double)(state >> 44) / 64, count));
        CHECK(is_rounded((double)(state >> 44) / 1000, count));
        CHECK(is_rounded((double)(state >> 50) + 0.5, count));
    }
    for (int e = -1074; e < 1024; e++)
        for (int count = 1; count < 18; count++)
            CHECK(is_rounded(ldexp(1, e), count) && is_rounded(nextafter(ldexp(1, e), 0), count));
    CHECK(is_rounded(9.9999999, 5) && is_rounded(0, 3) && is_rounded(999.5, 3));
}

UNIT(parsing_is_bounded_and_strict)
{
    double d = 0;
    CHECK_INT(dtoa_parse("12345", 3, &d), 3);
    CHECK(d == 123);
    CHECK_INT(dtoa_parse("1.5e3x", 6, &d), 5);
    CHECK(d == 1500);
    CHECK_INT(dtoa_parse("1e", 2, &d), 1);
    CHECK_INT(dtoa_parse("1e+", 3, &d), 1);
    CHECK_INT(dtoa_parse(".5", 2, &d), 2);
    CHECK_INT(dtoa_parse("5.", 2, &d), 2);
    CHECK_INT(dtoa_parse(".", 1, &d), 0);
    CHECK_INT(dtoa_parse("0x10", 4, &d), 1);
    CHECK_INT(dtoa_parse("inf", 3, &d), 0);
    CHECK_INT(dtoa_parse("1e400", 5, &d), 5);
    CHECK(isinf(d));
    char *zeros = malloc(100001);
    memset(zeros, '0', 100000);
    zeros[0] = '1';
    CHECK_INT(dtoa_parse(zeros, 100, &d), 100);
    CHECK(d == 1e99);
    free(zeros);
}

UNIT_MAIN()
