"""Bytes as text and back: base64, base32, base85, hex, quoted-printable, and bytes' own methods."""

import base64
import binascii
import quopri

CASES = {100: [26641727742, 24], 2300000: [71825608310, 525054]}


def main(size):
    data = bytes(i * 31 % 251 for i in range(size))
    total = 0
    for _ in range(20):
        text = base64.b64encode(data)
        assert base64.b64decode(text) == data
        total += text.count(b"A") + binascii.crc32(text)
        assert binascii.unhexlify(data.hex()) == data
    small = data[:size // 10]
    assert base64.b32decode(base64.b32encode(small)) == small
    assert base64.b85decode(base64.b85encode(small)) == small
    for i in range(size // 20):
        total += len(base64.urlsafe_b64encode(data[i:i + 24]))
    quoted = quopri.encodestring(small)
    assert quopri.decodestring(quoted) == small
    total += len(small.replace(b"\x00", b"--").split(b"-")) + small.find(b"\xfa\xfb")
    return [total, len(quoted)]
