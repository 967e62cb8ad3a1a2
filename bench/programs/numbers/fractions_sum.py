"""Exact rationals: harmonic numbers, a continued fraction, a small system of equations."""

from fractions import Fraction

CASES = {10: [67562, 1.433127427, "16", "5/6"], 1700: [418003, 1.433127427, "5184", "850/851"]}


def continued(depth):
    value = Fraction(1)
    for n in range(depth, 0, -1):
        value = n + 1 / value
    return value


def solve(size):
    rows = [[Fraction(1, i + j + 1) for j in range(size)] + [Fraction(1)] for i in range(size)]
    for i in range(size):
        pivot = rows[i][i]
        rows[i] = [x / pivot for x in rows[i]]
        for r in range(size):
            if r != i:
                factor = rows[r][i]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[i])]
    return [row[-1] for row in rows]


def main(size):
    harmonic = sum((Fraction(1, n) for n in range(1, size * 4)), Fraction(0))
    depth = continued(size)
    answers = solve(4 + size // 25)
    order = sorted(Fraction(i * 7 % size, i + 1) for i in range(size))
    return [harmonic.numerator % 1000003, round(float(depth), 9), str(sum(answers)), str(order[size // 2])]
