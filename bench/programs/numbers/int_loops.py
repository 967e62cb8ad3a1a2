"""Small ints in loops: the sieve of Eratosthenes and Collatz chains."""

CASES = {1000: [1229, 871, 179], 44000: [36941, 35655, 324]}


def primes_below(limit):
    sieve = [True] * limit
    sieve[0] = sieve[1] = False
    number = 2
    while number * number < limit:
        if sieve[number]:
            for multiple in range(number * number, limit, number):
                sieve[multiple] = False
        number += 1
    return [i for i in range(limit) if sieve[i]]


def longest_chain(limit):
    best = best_length = 0
    for start in range(1, limit):
        length = 1
        number = start
        while number != 1:
            number = number // 2 if number % 2 == 0 else 3 * number + 1
            length += 1
        if length > best_length:
            best, best_length = start, length
    return best, best_length


def main(size):
    return [len(primes_below(size * 10)), *longest_chain(size)]
