"""Ints of many digits to text and back: 100,000 digits, and small ones by the thousand."""

import sys

CASES = {1000: 33828, 100000: 3382572}


def main(size):
    sys.set_int_max_str_digits(0)
    number = 7 ** (size * 13 // 11)
    text = str(number)
    assert int(text) == number
    hexadecimal = hex(number)
    assert int(hexadecimal, 16) == number
    total = len(text) + len(hexadecimal)
    for _ in range(2):
        number += 1
        total += len(str(number))
    for i in range(size * 4):
        total += int(str(i * 7919)) & 15
    return total
