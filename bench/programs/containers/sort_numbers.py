"""Sorts without a key: ints, floats, strings, tuples; random, ordered, reversed and in runs."""

import random

CASES = {100: [754, 1045875683778, "e77734d7c1"], 50000: [257354, 1099482873226, "e77734d7c1"]}


def main(size):
    source = random.Random(11)
    ints = [source.randrange(1 << 40) for _ in range(size)]
    floats = [number / 7.0 for number in ints]
    words = [f"{number:x}" for number in ints]
    pairs = [(number % 100, number) for number in ints]
    runs = [number for start in range(0, size, 500) for number in range(start % 977, start % 977 + 500)]
    total = 0
    for items in (ints, floats, words, pairs, runs):
        for _ in range(2):
            ordered = sorted(items)
            backwards = sorted(items, reverse=True)
            assert ordered[0] == backwards[-1]
            backwards.sort()
            assert backwards == ordered
            total += items.index(ordered[len(items) // 2])
    mixed = ints[:size // 4] + floats[:size // 4]
    mixed.sort()
    return [total, int(mixed[-1]), words[0]]
