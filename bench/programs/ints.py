"""Small ints and list items: primes by sieve, and Collatz chains."""


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


assert len(primes_below(3000000)) == 216816
assert longest_chain(100000) == (77031, 351)
