"""The spectral norm of an endless matrix, by the power method: floats, calls, generators."""

from math import sqrt

CASES = {10: 1.27184402, 220: 1.27422374}


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector):
    size = len(vector)
    return [sum(element(i, j) * vector[j] for j in range(size)) for i in range(size)]


def times_transposed(vector):
    result = []
    for i in range(len(vector)):
        total = 0.0
        for j, value in enumerate(vector):
            total += element(j, i) * value
        result.append(total)
    return result


def main(size):
    u = [1.0] * size
    for _ in range(10):
        v = times_transposed(times(u))
        u = times_transposed(times(v))
    above = sum(a * b for a, b in zip(u, v))
    below = sum(b * b for b in v)
    return round(sqrt(above / below), 8)
