"""The Mandelbrot set, with floats, and a part of it with complex numbers."""

CASES = {16: 9101, 320: 3306745}


def steps(cx, cy, limit):
    x = y = 0.0
    for n in range(limit):
        xx = x * x
        yy = y * y
        if xx + yy > 4.0:
            return n
        y = 2.0 * x * y + cy
        x = xx - yy + cx
    return limit


def complex_steps(c, limit):
    z = 0j
    for n in range(limit):
        if abs(z) > 2.0:
            return n
        z = z * z + c
    return limit


def main(size):
    total = 0
    for row in range(size):
        cy = 2.0 * row / size - 1.0
        for column in range(size):
            total += steps(3.0 * column / size - 2.0, cy, 100)
    for row in range(0, size, 4):
        for column in range(0, size, 4):
            total += complex_steps(complex(3 * column / size - 2, 2 * row / size - 1), 100)
    return total
