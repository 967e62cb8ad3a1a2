"""Tuples packed and unpacked: swaps, several results, stars, loops over pairs, zip, enumerate, displays with stars."""

CASES = {100: [45412, 595, 629, 660], 630000: [1971993498, 777, 858, 939]}


def extremes(a, b, c):
    return min(a, b), max(b, c)


def main(size):
    a, b, c = 1, 2, 3
    total = 0
    pairs = [(i, i + 1) for i in range(100)]
    triples = [(i, (i + 1, i + 2)) for i in range(100)]
    for i in range(size):
        a, b, c = b, c, (a + i) & 1023
        low, high = extremes(a, b, c)
        total += high - low
        first, *rest = (a, b, c, i)
        total += first + len(rest)
        point = (a, b)
        x, y = point
        total += x ^ y
    for _ in range(size // 200):
        for left, right in pairs:
            total += left * right
        for one, (two, three) in triples:
            total += one + two - three
        for i, (left, right) in enumerate(zip(pairs, triples)):
            total += left[0] + right[0] + i
        combined = [*pairs[0], *pairs[1], 5]
        options = {**{"a": 1}, **{"b": 2}}
        total += len(combined) + len(options)
    return [total, a, b, c]
