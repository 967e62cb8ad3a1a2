/* CRC-32 as zlib, gzip, zip and PNG have it. */
#ifndef WEFT_BASE_CRC32_H
#define WEFT_BASE_CRC32_H

#include "base/common.h"

/* The checksum of what `crc` is the one of, 0 at the start, and `length` bytes behind it. */
uint32_t crc32_update(uint32_t crc, const void *data, size_t length);

#endif
