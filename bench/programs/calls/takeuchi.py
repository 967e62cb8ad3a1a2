"""Recursive functions of three arguments: Takeuchi's function, and Ackermann's."""

CASES = {6: [2, 63], 22: [6, 223]}


def takeuchi(x, y, z):
    if y >= x:
        return z
    return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y))


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def main(size):
    return [takeuchi(size, size * 2 // 3, size // 4), ackermann(2, size * 5)]
