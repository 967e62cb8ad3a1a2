"""itertools, functools and operator."""

import functools
import itertools as it
import operator

from testing import equal, fails, raises, run


def test_infinite():
    equal((list(it.islice(it.count(5, 2), 3)), list(it.islice(it.cycle("ab"), 5)),
           list(it.repeat(1, 3)), next(it.count(10 ** 20))),
          ([5, 7, 9], ["a", "b", "a", "b", "a"], [1, 1, 1], 10 ** 20))


def test_chain_and_slices():
    equal((list(it.chain("ab", [1])), list(it.chain.from_iterable(["ab", "c"])),
           list(it.islice(range(10), 2, 8, 3)), list(it.islice("abc", None))),
          (["a", "b", 1], ["a", "b", "c"], [2, 5], ["a", "b", "c"]))
    fails(ValueError, "Stop argument for islice() must be None or an integer: 0 <= x <= "
          "sys.maxsize.", it.islice, "a", -1)
    numbers = iter(range(10))
    equal((list(it.islice(numbers, 5, 2)), next(numbers)), ([], 5))


def test_filters():
    equal((list(it.compress("abc", [1, 0, 1])), list(it.dropwhile(lambda x: x < 3, [1, 3, 1])),
           list(it.takewhile(lambda x: x < 3, [1, 3, 1])),
           list(it.filterfalse(lambda x: x % 2, range(4)))), (["a", "c"], [3, 1], [1], [0, 2]))


def test_combinatorics():
    equal(("".join(map("".join, it.permutations("abc", 2))),
           list(it.combinations([1, 2, 3], 2)), list(it.combinations_with_replacement("ab", 2)),
           list(it.product("ab", [1, 2])), len(list(it.product(range(3), repeat=3)))),
          ("abacbabccacb", [(1, 2), (1, 3), (2, 3)], [("a", "a"), ("a", "b"), ("b", "b")],
           [("a", 1), ("a", 2), ("b", 1), ("b", 2)], 27))


def test_grouping():
    equal([(k, list(g)) for k, g in it.groupby("aabbc")], [("a", ["a", "a"]), ("b", ["b", "b"]),
                                                          ("c", ["c"])])
    equal([k for k, g in it.groupby([1, 2, 11, 12], key=lambda x: x // 10)], [0, 1])
    equal((list(it.pairwise("abc")), list(it.batched("abcde", 2))),
          ([("a", "b"), ("b", "c")], [("a", "b"), ("c", "d"), ("e",)]))


def test_accumulate_starmap_zip_longest_tee():
    equal((list(it.accumulate([1, 2, 3])), list(it.accumulate([1, 2, 3], operator.mul, initial=10)),
           list(it.starmap(pow, [(2, 3), (3, 2)])), list(it.zip_longest("ab", "c", fillvalue="-"))),
          ([1, 3, 6], [10, 10, 20, 60], [8, 9], [("a", "c"), ("b", "-")]))
    a, b = it.tee(iter([1, 2, 3]))
    equal((next(a), list(b), list(a)), (1, [1, 2, 3], [2, 3]))


def test_partial():
    p = functools.partial(int, base=2)
    equal((p("101"), p.func, p.args, p.keywords), (5, int, (), {"base": 2}))
    q = functools.partial(functools.partial(pow, 2), 3)
    equal((q(), q.args), (8, (2, 3)))


def test_reduce():
    equal((functools.reduce(operator.add, [1, 2, 3]), functools.reduce(operator.add, [], 5)), (6, 5))
    fails(TypeError, "reduce() of empty iterable with no initial value", functools.reduce,
          operator.add, [])


def test_lru_cache():
    calls = []

    @functools.lru_cache(maxsize=2)
    def f(x):
        calls.append(x)
        return x * 2

    equal([f(1), f(2), f(1), f(3), f(2)], [2, 4, 2, 6, 4])
    equal(calls, [1, 2, 3, 2])
    equal(tuple(f.cache_info()), (1, 4, 2, 2))
    f.cache_clear()
    equal(f.cache_info().currsize, 0)


def test_cached_property_wraps_singledispatch():
    class C:
        @functools.cached_property
        def x(self):
            return object()

    c = C()
    assert c.x is c.x

    @functools.singledispatch
    def describe(x):
        return "other"

    @describe.register
    def _(x: int):
        return "int"

    equal((describe(1), describe("a")), ("int", "other"))

    @functools.wraps(test_reduce)
    def g():
        pass

    equal((g.__name__, g.__wrapped__), ("test_reduce", test_reduce))


def test_total_ordering_and_cmp_to_key():
    @functools.total_ordering
    class C:
        def __init__(self, n):
            self.n = n

        def __eq__(self, other):
            return self.n == other.n

        def __lt__(self, other):
            return self.n < other.n

    assert C(1) <= C(1) and C(2) > C(1)
    equal(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)), [3, 2, 1])


def test_operator():
    equal((operator.itemgetter(1)("ab"), operator.itemgetter(0, 2)("abc"),
           operator.attrgetter("real")(5), operator.attrgetter("real.imag")(5),
           operator.methodcaller("split", ",")("a,b"), operator.index(5), operator.concat([1], [2]),
           operator.countOf([1, 1, 2], 1), operator.contains("ab", "a")),
          ("b", ("a", "c"), 5, 0, ["a", "b"], 5, [1, 2], 2, True))


class Stuttering:
    """Ends where `items` have None, and goes on when it is asked again."""

    def __init__(self, *items):
        self.items = iter(items)

    def __iter__(self):
        return self

    def __next__(self):
        item = next(self.items)
        if item is None:
            raise StopIteration
        return item


def test_batched_goes_on_after_a_short_batch():
    equal(list(it.batched(Stuttering(1, 2, 3, None, 4, 5, None, 6), 2)), [(1, 2), (3,), (4, 5)])
    batches = it.batched(Stuttering(1, None, 2, 3), 2, strict=True)
    fails(ValueError, "batched(): incomplete batch", next, batches)
    equal(list(batches), [])


def test_islice_set_behind_its_stop():
    import warnings
    for state, expected in (0, [0, 1, 2, 3, 4]), (2, [0, 1, 2]), (5, []), (100, []):
        part = it.islice(iter(range(20)), 5)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            part.__setstate__(state)
        equal(list(part), expected)


run(globals())
