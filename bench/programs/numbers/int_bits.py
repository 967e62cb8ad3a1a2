"""Bits of small ints: shifts, masks, population counts, a checksum and a random generator."""

CASES = {100: [3641136933, 3421780262, 1556], 300000: [1630987843, 3421780262, 4801567]}


def crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ 0xedb88320 if byte & 1 else byte >> 1
        table.append(byte)
    return table


def checksum(table, data):
    crc = 0xffffffff
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 255]
    return crc ^ 0xffffffff


def population(number):
    count = 0
    while number:
        number &= number - 1
        count += 1
    return count


def main(size):
    table = crc_table()
    state = 0x2545f491
    data = bytearray()
    ones = 0
    for _ in range(size):
        state ^= state << 13 & 0xffffffff
        state ^= state >> 17
        state ^= state << 5 & 0xffffffff
        data.append(state & 255)
        ones += population(state)
    return [checksum(table, data), checksum(table, b"123456789"), ones]
