"""Recursive functions of one argument: Fibonacci numbers by the definition."""

CASES = {15: 610, 32: 2178309}


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def main(size):
    return fibonacci(size)
