"""Generators, comprehensions, closures and exceptions."""


class Stop(Exception):
    pass


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


def compose(*functions):
    def composed(value):
        for function in functions:
            value = function(value)
        return value
    return composed


def main():
    assert sum(n for n in numbers(2000000) if n & 1) == 1000000000000
    assert sum(1 for _ in permutations(tuple(range(8)))) == 40320
    transform = compose(lambda x: x + 1, lambda x: x * 2, lambda x: x - 3)
    assert sum([transform(x) for x in range(400000)]) == 159999200000
    caught = 0
    for i in range(400000):
        try:
            if i % 2:
                raise Stop(i)
        except Stop:
            caught += 1
    assert caught == 200000


main()
