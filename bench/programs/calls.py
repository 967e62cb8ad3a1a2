"""Function calls: Fibonacci numbers by the definition."""


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


assert fibonacci(34) == 5702887
