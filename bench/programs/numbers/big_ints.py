"""Big ints: products, quotients, powers with a modulus, Fibonacci numbers, factorials, a gcd."""

import math

CASES = {20: 80929363584, 2000: 8378380234153}


def fibonacci(n):
    a, b = 0, 1
    for bit in bin(n)[2:]:
        a, b = a * (2 * b - a), a * a + b * b
        if bit == "1":
            a, b = b, a + b
    return a


def is_probable_prime(n):
    exponent = n - 1
    shift = (exponent & -exponent).bit_length() - 1
    for base in (2, 3, 5, 7, 11):
        x = pow(base, exponent >> shift, n)
        if x in (1, n - 1):
            continue
        for _ in range(shift - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def main(size):
    modulus = 1000000007
    total = fibonacci(size * 300) % modulus
    number = 1
    for i in range(1, size * 4):
        number *= i
        total += number % modulus
    while number > 1:
        number //= 97
        total += number & 1023
    base = (1 << 127) + 1
    total += sum(is_probable_prime(base + 2 * i) for i in range(size))
    a, b = 3 ** size, 7 ** size * 3
    for i in range(size):
        total += math.gcd(a + i, b) % 1000
        total += ((a << i) - b >> i & 0xffffffff) + math.isqrt(a + i) % modulus
    return total
