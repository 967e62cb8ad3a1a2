"""Floats in loops: integrals, roots by Newton's method, a logistic map."""

CASES = {1000: [3.141592737, 661.4629, 763], 1400000: [3.141592654, 34921948.7975, 1087684]}


def integral(steps):
    width = 1.0 / steps
    total = 0.0
    for i in range(steps):
        x = (i + 0.5) * width
        total += 4.0 / (1.0 + x * x)
    return total * width


def roots(count):
    total = 0.0
    for i in range(1, count):
        x = guess = float(i)
        while True:
            better = 0.5 * (guess + x / guess)
            if abs(better - guess) < 1e-9 * x:
                break
            guess = better
        total += guess
    return total


def logistic(steps):
    x = 0.4
    above = 0
    for _ in range(steps):
        x = 3.7 * x * (1.0 - x)
        if x > 0.5:
            above += 1
    return above


def main(size):
    return [round(integral(size), 9), round(roots(size // 10), 4), logistic(size)]
