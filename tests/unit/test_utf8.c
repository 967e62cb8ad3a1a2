#include "base/utf8.h"
#include "unit.h"

UNIT(every_character_goes_round)
{
    for (uint32_t c = 0; c <= UNICODE_MAX; c++) {
        unsigned char bytes[8];
        unsigned size = utf8_put(bytes, c);
        CHECK_INT(size, utf8_size(c));
        Utf8Scan scan = utf8_scan(bytes, size, true);
        CHECK(!scan.reason && scan.count == 1 && scan.valid == size);
        CHECK(char_width(scan.largest) == char_width(c) && scan.largest >= c);
        uint32_t back;
        utf8_decode(bytes, size, &back, 4);
        CHECK_INT(back, c);
        CHECK(is_surrogate(c) == (utf8_scan(bytes, size, false).reason != NULL));
    }
}

typedef struct Bad {
    const char *bytes;
    size_t start, end;
    const char *reason;
} Bad;

UNIT(errors_have_positions)
{
    static const Bad bad[] = {
        {"ab\xff", 2, 3, "invalid start byte"},
        {"\x80", 0, 1, "invalid start byte"},
        {"\xc0\x80", 0, 1, "invalid start byte"},
        {"\xf5\x80\x80\x80", 0, 1, "invalid start byte"},
        {"x\xe2\x82", 1, 3, "unexpected end of data"},
        {"\xe2\x82x", 0, 2, "invalid continuation byte"},
        {"\xe2x", 0, 1, "invalid continuation byte"},
        {"\xed\xa0\x80", 0, 1, "invalid continuation byte"},
        {"\xf0\x80\x80\x80", 0, 1, "invalid continuation byte"},
        {"\xf4\x90\x80\x80", 0, 1, "invalid continuation byte"},
        {"\xf0\x9f\x98", 0, 3, "unexpected end of data"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        Utf8Scan scan = utf8_scan(bad[i].bytes, strlen(bad[i].bytes), false);
        CHECK_INT(scan.valid, bad[i].start);
        CHECK_INT(scan.error_end, bad[i].end);
        CHECK_STR(scan.reason, bad[i].reason);
    }
}

UNIT(mixed_text)
{
    const char *text =
        "plain ascii that is long, \xc3\xa9t\xc3\xa9, \xe2\x82\xac, \xf0\x9f\x98\x80!";
    size_t length = strlen(text);
    Utf8Scan scan = utf8_scan(text, length, false);
    CHECK(!scan.reason && scan.valid == length);
    CHECK_INT(char_width(scan.largest), 4);
    uint32_t characters[64];
    utf8_decode(text, length, characters, 4);
    CHECK_INT(characters[26], 0xe9);
    CHECK_INT(characters[scan.count - 2], 0x1f600);
    size_t surrogate;
    CHECK_INT(utf8_encoded_size(characters, scan.count, 4, &surrogate), length);
    CHECK_INT(surrogate, scan.count);
    unsigned char back[128];
    CHECK_INT(utf8_encode(characters, scan.count, 4, back), length);
    CHECK(!memcmp(back, text, length));
    uint16_t lone[] = {'a', 0xdc80, 'b'};
    CHECK_INT(utf8_encoded_size(lone, 3, 2, &surrogate), 5);
    CHECK_INT(surrogate, 1);
    CHECK(char_width(largest_char(lone, 3, 2)) == 2);
}

UNIT_MAIN()
