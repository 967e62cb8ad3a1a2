"""Generators: plain, recursive with yield from, sent to, in pipelines, as expressions; itertools on them."""

import itertools

CASES = {100: 369340, 620000: 79444060114980576}


def numbers(limit):
    number = 0
    while number < limit:
        yield number
        number += 1


def permutations(items):
    if not items:
        yield ()
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield (item, *rest)


def walk(tree):
    if isinstance(tree, tuple):
        left, right = tree
        yield from walk(left)
        yield from walk(right)
    else:
        yield tree


def averages():
    total = count = 0
    average = None
    while True:
        total += yield average
        count += 1
        average = total // count


def build(depth):
    return (build(depth - 1), build(depth - 1)) if depth else 1


def main(size):
    total = sum(n for n in numbers(size * 2) if n & 1)
    total += sum(1 for _ in permutations(tuple(range(7 if size > 1000 else 4))))
    tree = build((size // 6).bit_length() - 1)
    total += sum(walk(tree))
    running = averages()
    next(running)
    for i in range(size):
        total += running.send(i)
    pipeline = (x * 2 for x in (y + 1 for y in numbers(size)) if x % 3)
    total += sum(itertools.islice(pipeline, size // 2))
    total += sum(a * b for a, b in zip(numbers(size), itertools.count(5)))
    return total
