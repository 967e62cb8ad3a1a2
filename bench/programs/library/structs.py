"""struct, array and memoryview: records packed and unpacked, in place, by iteration; views cast and sliced."""

import struct
from array import array

CASES = {100: [281437099438497, 16890, 800], 250000: [283447755636715, 31281749480, 2000000]}

RECORD = struct.Struct("<IhBxd8s")


def main(size):
    total = 0
    parts = []
    for i in range(size):
        parts.append(RECORD.pack(i, i % 30000 - 9, i & 255, i / 3, b"name"))
    data = b"".join(parts)
    for number, short, byte, real, name in RECORD.iter_unpack(data):
        total += number + short + byte + int(real) + len(name)
    buffer = bytearray(size * 8)
    for i in range(size):
        struct.pack_into(">Hi", buffer, i * 8, i & 0xffff, -i)
        total += struct.unpack_from(">Hi", buffer, i * 8)[1]
        total += struct.unpack("<q", struct.pack("<q", i << 20))[0] & 0xffffff
    numbers = array("q", range(size))
    for i in range(1, size):
        numbers[i] += numbers[i - 1] & 0xff
    view = memoryview(buffer)
    for i in range(0, size * 8 - 64, 64):
        total += view[i:i + 64][7] + len(view[i:])
    total += sum(view.cast("I")[::16]) & 0xffffff
    total += int.from_bytes(data[:8], "little") + len((12345).to_bytes(8, "big"))
    return [total, sum(numbers), len(numbers.tobytes())]
