"""binascii on pseudo-random input."""

import binascii

state = 12345


def random(n):
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return (state >> 8) % n


def pick(alphabet, length):
    return bytes(alphabet[random(len(alphabet))] for _ in range(length))


def show(function, *args, **kwargs):
    try:
        result = repr(function(*args, **kwargs))
    except Exception as e:
        result = type(e).__name__ + " " + str(e)
    print(result)


for _ in range(60):
    data = pick(b"YW==Jj=!\n9+", random(14))
    show(binascii.a2b_base64, data)
    show(binascii.a2b_base64, data, strict_mode=True)
    data = pick(b"a =\n\r.\t_\xe93D", random(20))
    show(binascii.a2b_qp, data)
    show(binascii.a2b_qp, data, header=True)
    for flags in range(8):
        show(binascii.b2a_qp, data * 4, flags & 1, flags & 2, flags & 4)
    data = pick(bytes(range(256)), random(46))
    show(binascii.b2a_uu, data)
    show(binascii.a2b_uu, binascii.b2a_uu(data)[: random(60)])
    show(binascii.b2a_base64, data)
    show(binascii.crc_hqx, data, random(70000))
    show(binascii.crc32, data, random(70000))

for _ in range(40):
    data = pick(bytes(range(256)), random(120))
    lines = binascii.b2a_base64(data, newline=False)
    cut = random(len(lines) + 1)
    noisy = lines[:cut] + pick(b"\n= !A", random(3)) + lines[cut:]
    for strict in (False, True):
        show(binascii.a2b_base64, noisy, strict_mode=strict)
    digits = data.hex()
    assert bytes.fromhex(digits.upper()) == bytes.fromhex(data.hex(" ")) == binascii.unhexlify(digits) == data
    show(data.hex, ":", random(9) - 4)
    spoiled = digits[:cut] + chr(random(256)) + digits[cut + 1:]
    show(binascii.unhexlify, spoiled)
    show(bytes.fromhex, spoiled)
    show(data.count, bytes([random(256)]))
    show((data * 9).count, bytes([random(256)]))
