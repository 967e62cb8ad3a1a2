"""zlib and gzip: texts compressed and decompressed whole and in pieces, checksums."""

import gzip
import zlib

CASES = {100: 7832472484, 67000: 5830444375}


def main(size):
    text = "".join(f"line {i}: {i * 7919 % 1013} and {i % 17} more words\n" for i in range(size)).encode()
    total = zlib.crc32(text) + zlib.adler32(text)
    for level in (1, 6, 9):
        packed = zlib.compress(text, level)
        for _ in range(5):
            assert zlib.decompress(packed) == text
    packer = zlib.compressobj(6)
    pieces = []
    for start in range(0, len(text), 1000):
        pieces.append(packer.compress(text[start:start + 1000]))
    pieces.append(packer.flush())
    unpacker = zlib.decompressobj()
    total += sum(len(unpacker.decompress(piece)) for piece in pieces)
    assert gzip.decompress(gzip.compress(text, 5, mtime=0)) == text
    for start in range(0, len(text) - 200, 400):
        small = text[start:start + 200]
        total += len(zlib.decompress(zlib.compress(small, 1)))
    for _ in range(40):
        total += zlib.crc32(text) & 3
    return total
