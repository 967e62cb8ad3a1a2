"""toolz: pipelines, currying, groups and reductions."""

from operator import add, mul

import toolz
from toolz.curried import compose, curry, filter, get, groupby, map, pipe, reduceby, sliding_window, take, valmap


@curry
def power(n, exponent, *, offset=0):
    return n**exponent + offset


def main():
    print(pipe(range(100000), filter(lambda n: n % 3 == 0), map(power(exponent=2)), sum))
    print(pipe(["apple", "bat", "avocado", "bee"], groupby(get(0)), valmap(list), valmap(len)))
    print(reduceby(lambda n: n % 2 == 0, add, range(50000), 0), toolz.frequencies("mississippi"))
    print(list(take(3, toolz.iterate(lambda n: n * 2, 1))), list(sliding_window(2, range(5))), compose(str, abs)(-3))
    print(toolz.merge_with(sum, {"a": 1}, {"a": 2, "b": 3}), toolz.get_in(["a", 0, "b"], {"a": [{"b": 7}]}))
    print(toolz.update_in({"a": {"b": 1}}, ["a", "b"], lambda n: n + 1), list(toolz.accumulate(mul, range(1, 6))))
    print(list(toolz.join(0, [(1, "a"), (2, "b")], 0, [(1, "x"), (1, "y"), (3, "z")])), power(2)(3, offset=1))
    print(list(toolz.partition_all(3, range(7))), toolz.thread_last(range(5), (map, lambda x: x + 1), list), toolz.isdistinct([1, 2, 1]))
    try:
        power()("a")(2)
    except TypeError as error:
        print(error)


main()
