"""sort() of strings and of tuples, which it orders by how they begin: against one that only asks `<`."""

import functools
import math
import random

from testing import equal, fails, run

chance = random.Random(11)


def text():
    characters = "ab\0\xe9\u0101\U0001F600"[:chance.choice([2, 3, 4, 5, 6])]
    return "".join(chance.choice(characters) for _ in range(chance.choice([0, 1, 3, 8, 9, 12])))


BEGINNINGS = (lambda: chance.randint(-5, 5), lambda: chance.choice([-0.0, 0.0, 1.5, -2.5, math.inf, -math.inf, 1e-310]),
              text, lambda: "common/prefix/" + text(), lambda: chance.choice([1, 2.5, 10**30, True, -10**30]))


def in_order(items, reverse):
    order = functools.cmp_to_key(lambda a, b: -1 if a < b else 1 if b < a else 0)
    return sorted(items, key=order, reverse=reverse)


def check(items):
    reverse = chance.random() < 0.3
    wanted = [*map(id, in_order(items, reverse))]
    equal([*map(id, sorted(items, reverse=reverse))], wanted)
    equal([*map(id, sorted(items, key=lambda item: item, reverse=reverse))], wanted)
    copy = items[:]
    copy.sort(reverse=reverse)
    equal([*map(id, copy)], wanted)


def test_strings():
    for _ in range(500):
        beginning = chance.choice(BEGINNINGS[2:4])
        check([beginning() for _ in range(chance.randint(1, 60))])


def test_tuples():
    for _ in range(1000):
        beginning = chance.choice(BEGINNINGS)
        rest = chance.choice((lambda: chance.randint(0, 3), text, lambda: chance.random()))
        check([(beginning(), *(rest() for _ in range(chance.randint(0, 2)))) for _ in range(chance.randint(1, 60))])


def test_tuples_of_other_lengths_and_kinds():
    check([(), (1,), (), (0,), (1, 2)])
    check([(1,), (0, "a"), (1, "a"), (0,)])
    fails(TypeError, "'<' not supported between instances of 'str' and 'int'", sorted, [(1, 2), (1, "a")])
    fails(TypeError, "'<' not supported between instances of 'str' and 'int'", sorted, [(2, 1), ("a", 1)])


def test_nan_is_left_to_comparisons():
    nan = math.nan
    items = [(nan, 1), (1.0, 2), (nan, 0), (0.5, 3), (float("nan"), 2)]
    equal(sorted(items, key=functools.cmp_to_key(lambda a, b: -1 if a < b else 0)), sorted(items))


def test_items_whose_comparison_raises_or_changes_the_list():

    class Loud:

        def __lt__(self, other):
            items.append((0, 0))
            return True

    items = [(1, Loud()), (1, Loud())]
    fails(ValueError, "list modified during sort", items.sort)
    equal(len(items), 2)


run(globals())
