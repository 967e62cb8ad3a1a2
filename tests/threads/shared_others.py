"""Other things that threads share: deques, iterators, generators, counters, strings, bytearrays."""

import datetime
import itertools
from collections import OrderedDict, defaultdict, deque

from _team import switch_often, together
from testing import equal, run

switch_often()
N = 20000


def test_deque_loses_nothing():
    d = deque()

    def produce():
        for i in range(N):
            d.append(i)
            d.appendleft(i)

    def consume():
        taken = []
        while len(taken) < N:
            try:
                taken.append(d.popleft())
                taken.append(d.pop())
            except IndexError:
                pass
        return taken

    results = together(produce, produce, consume, consume)
    left = list(d)
    equal(sum(results[2]) + sum(results[3]) + sum(left), 2 * N * (N - 1))
    equal(len(results[2]) + len(results[3]) + len(left), 4 * N)


def test_bounded_deque():
    d = deque(maxlen=10)

    def work():
        for i in range(N):
            d.append(i)
            if len(d) > 10:
                raise AssertionError

    together(work, repeat=3)
    equal(len(d), 10)


def test_deque_rotation():
    d = deque(range(20))

    def work():
        for i in range(N // 4):
            d.rotate(i % 5 - 2)

    together(work, repeat=3)
    equal(sorted(d), list(range(20)))


def test_count_gives_each_number_once():
    c = itertools.count()

    def work():
        return [next(c) for _ in range(N)]

    results = together(work, repeat=4)
    equal(sorted(i for part in results for i in part), list(range(4 * N)))


def test_shared_range_iterator():
    it = iter(range(4 * N))

    def work():
        return list(it)

    results = together(work, repeat=4)
    equal(sorted(i for part in results for i in part), list(range(4 * N)))


def test_shared_enumerate():
    it = enumerate(range(2 * N))

    def work():
        return [pair for pair in it]

    results = together(work, repeat=3)
    numbers = sorted(n for part in results for n, _ in part)
    equal(numbers, list(range(2 * N)))
    equal(sorted(item for part in results for _, item in part), list(range(2 * N)))


def test_shared_generator_raises_but_never_crashes():
    def numbers():
        for i in range(N):
            yield i

    g = numbers()

    def work():
        taken = []
        while True:
            try:
                taken.append(next(g))
            except ValueError as error:
                equal(str(error), "generator already executing")
            except StopIteration:
                return taken

    results = together(work, repeat=3)
    equal(sorted(i for part in results for i in part), list(range(N)))


def test_defaultdict_makes_each_value_once():
    d = defaultdict(list)

    def work():
        for i in range(N):
            d[i % 97].append(i)

    together(work, repeat=4)
    equal(sum(len(v) for v in d.values()), 4 * N)


def test_ordered_dict():
    d = OrderedDict()

    def work(n):
        for i in range(N // 20):
            d[n, i] = i
            d.move_to_end((n, i), last=bool(i % 2))

    together(*[lambda n=n: work(n) for n in range(3)])
    equal(len(d), 3 * (N // 20))
    equal(len(list(d)), 3 * (N // 20))


def test_bytearray():
    b = bytearray()

    def work(byte):
        for _ in range(N):
            b.append(byte)

    together(lambda: work(1), lambda: work(2), lambda: work(3))
    equal([b.count(i) for i in (1, 2, 3)], [N] * 3)


def test_interned_strings_are_one():
    import sys

    def work():
        return [id(sys.intern("shared_name_" + str(i))) for i in range(2000)]

    keep = [sys.intern("shared_name_" + str(i)) for i in range(2000)]
    results = together(work, repeat=4)
    for other in results[1:]:
        equal(other, results[0])
    equal(len(keep), 2000)


def test_big_ints_and_floats_made_in_threads():
    def work():
        total = 1
        for i in range(1, 1500):
            total = total * i % (10 ** 60 + 7)
        x = 0.0
        for i in range(N):
            x += i * 0.5
        return total, x

    results = together(work, repeat=4)
    for other in results:
        equal(other, results[0])


def test_shared_memo_of_a_function():
    memo = {}

    def fibonacci(n):
        if n < 2:
            return n
        if n not in memo:
            memo[n] = fibonacci(n - 1) + fibonacci(n - 2)
        return memo[n]

    equal(set(together(lambda: fibonacci(250), repeat=4)), {fibonacci(250)})


def test_datetimes_made_and_read_in_threads():
    class Zone(datetime.tzinfo):
        def utcoffset(self, dt):
            return datetime.timedelta(hours=1)

        def dst(self, dt):
            return datetime.timedelta(0)

    made = [datetime.datetime(2024, 1, 1, tzinfo=Zone())]
    step = datetime.timedelta(minutes=1)

    def work():
        for _ in range(1000):
            last = made[-1]
            made.append(last + step)
            equal(last.astimezone(datetime.UTC).astimezone(last.tzinfo), last)
            equal(hash(last), hash(datetime.datetime.fromisoformat(last.isoformat())))

    together(work, repeat=4)
    equal(len(made), 4001)
    assert all(d.second == 0 and d.tzinfo is made[0].tzinfo for d in made)


def test_exceptions_stay_in_their_thread():
    import sys

    def work(n):
        for i in range(N // 10):
            try:
                raise ValueError(n, i)
            except ValueError as error:
                if error.args != (n, i) or sys.exception() is not error:
                    raise AssertionError
        return sys.exception()

    equal(together(*[lambda n=n: work(n) for n in range(4)]), [None] * 4)


def test_one_exception_object_raised_by_all():
    error = ValueError("shared")

    def work():
        for _ in range(N // 10):
            try:
                raise error
            except ValueError as caught:
                if caught is not error:
                    raise AssertionError

    together(work, repeat=3)


def test_imports_in_all_threads():
    import sys
    for name in ("textwrap", "bisect", "heapq", "colorsys", "shlex"):
        sys.modules.pop(name, None)

    def work():
        import textwrap, bisect, heapq, colorsys, shlex
        return textwrap, bisect, heapq, colorsys, shlex

    results = together(work, repeat=4)
    for other in results[1:]:
        assert all(a is b for a, b in zip(other, results[0]))


run(globals())
