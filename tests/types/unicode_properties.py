"""Every property and mapping that str knows, of all code points, as checksums of 65,536 each."""
# timeout: 120

import unicodedata


def checksum(function, first):
    x = 0
    for i in range(first, first + 0x10000):
        result = function(chr(i))
        for c in str(result):
            x = (x * 31 + ord(c)) & 0xFFFFFFFFFFFF
    return x


METHODS = """isalpha isalnum isdecimal isdigit isnumeric isspace isprintable isidentifier islower
isupper istitle lower upper title casefold capitalize swapcase""".split()
FUNCTIONS = "category bidirectional combining decomposition east_asian_width mirrored".split()

for first in (0, 0x10000, 0x20000, 0xE0000):
    for name in METHODS:
        print(hex(first), name, hex(checksum(getattr(str, name), first)))
    for name in FUNCTIONS:
        print(hex(first), name, hex(checksum(getattr(unicodedata, name), first)))
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        print(hex(first), form, hex(checksum(lambda c: unicodedata.normalize(form, "a" + c), first)))
    print(hex(first), "name", hex(checksum(lambda c: unicodedata.name(c, ""), first)))
    print(hex(first), "split", hex(checksum(lambda c: len(("a" + c + "b").split()), first)))
    print(hex(first), "lines", hex(checksum(lambda c: len(("a" + c + "b").splitlines()), first)))
