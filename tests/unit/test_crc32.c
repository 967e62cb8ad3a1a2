#include <zlib.h>
#include "base/crc32.h"
#include "unit.h"

/* Each length and alignment around whole lanes, from any start: as zlib says. */
UNIT(crc32_is_that_of_zlib)
{
    unsigned char data[700];
    uint32_t state = 1;
    for (size_t i = 0; i < sizeof data; i++) {
        state = state * 1664525 + 1013904223;
        data[i] = (unsigned char)(state >> 24);
    }
    for (size_t from = 0; from < 20; from++)
        for (size_t length = 0; length <= 600; length++) {
            uint32_t start = length % 3 ? state + (uint32_t)length : 0;
            CHECK(crc32_update(start, data + from, length) == crc32_z(start, data + from, length));
        }
}

UNIT_MAIN()
