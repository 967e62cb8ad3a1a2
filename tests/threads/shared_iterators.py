"""Iterators and caches in C that threads share: every item is handed out exactly once."""

import array
import collections
import functools
import itertools
import operator
import random
import struct

from _team import switch_often, together
from testing import equal, run

switch_often()
N = 5000
TEAM = 4


def collected(iterator):
    """What the threads of a team take from one iterator, sorted."""
    parts = together(lambda: list(iterator), repeat=TEAM)
    return sorted(item for part in parts for item in part)


def taken(iterator, each):
    """The same, when each thread takes so many."""
    parts = together(lambda: [next(iterator) for _ in range(each)], repeat=TEAM)
    return sorted(item for part in parts for item in part)


def test_chain():
    equal(collected(itertools.chain(range(N), range(N, 2 * N), [2 * N])), list(range(2 * N + 1)))
    many = itertools.chain.from_iterable([[i, i] for i in range(N)])
    equal(collected(many), [i for i in range(N) for _ in range(2)])


def test_islice():
    equal(collected(itertools.islice(itertools.count(), 0, 3 * N, 3)), list(range(0, 3 * N, 3)))


def test_combinatorics():
    equal(collected(itertools.product(range(30), repeat=2)), list(itertools.product(range(30), repeat=2)))
    equal(collected(itertools.permutations(range(6))), list(itertools.permutations(range(6))))
    equal(collected(itertools.combinations(range(12), 4)), list(itertools.combinations(range(12), 4)))
    equal(collected(itertools.combinations_with_replacement(range(8), 3)),
          list(itertools.combinations_with_replacement(range(8), 3)))


def test_filters():
    equal(collected(itertools.filterfalse(lambda x: x % 2, range(N))), list(range(0, N, 2)))
    equal(collected(itertools.starmap(lambda x: x, [(i,) for i in range(N)])), list(range(N)))
    equal(collected(itertools.repeat(1, N)), [1] * N)
    batches = collected(itertools.batched(range(N), 7))
    equal(sorted(x for batch in batches for x in batch), list(range(N)))


def test_count():
    equal(taken(itertools.count(), N), list(range(TEAM * N)))
    start = 2 ** 62 - N
    equal(taken(itertools.count(start), N), list(range(start, start + TEAM * N)))
    equal(taken(itertools.count(0, 0.5), N), [i * 0.5 for i in range(TEAM * N)])


def test_cycle():
    equal(taken(itertools.cycle(range(100)), 1000), sorted(list(range(100)) * 10 * TEAM))


def test_tee():
    tees = itertools.tee(range(N), TEAM)
    for part in together(*[lambda t=t: list(t) for t in tees]):
        equal(part, list(range(N)))
    first, second = itertools.tee(range(N))
    equal(collected(first), list(range(N)))
    equal(list(second), list(range(N)))


def test_lru_cache():
    @functools.lru_cache(maxsize=50)
    def double(x):
        return 2 * x

    def work():
        return all(double(i % 80) == 2 * (i % 80) for i in range(N))

    equal(together(work, repeat=TEAM), [True] * TEAM)
    info = double.cache_info()
    equal((info.hits + info.misses, info.currsize), (TEAM * N, 50))


def check_lru_order(size):
    """Against an OrderedDict; the keys are in no order."""
    missed = []

    @functools.lru_cache(maxsize=size)
    def cached(x):
        missed.append(x)

    kept = collections.OrderedDict()
    misses = 0
    for i in range(N):
        key = (i * i + i // 3) % (2 * size)
        cached(key)
        if key in kept:
            kept.move_to_end(key)
        else:
            misses += 1
            kept[key] = None
            if len(kept) > size:
                kept.popitem(last=False)
        equal(len(missed), misses)
    equal(tuple(cached.cache_info()), (N - misses, misses, size, len(kept)))


def test_lru_cache_evicts_the_least_recently_used():
    for size in 1, 2, 7, 50:
        check_lru_order(size)
        together(lambda: check_lru_order(size))


def test_lru_cache_that_is_cleared():
    @functools.lru_cache(maxsize=3)
    def same(x):
        return x

    def work():
        for i in range(N):
            assert same(i % 7) == i % 7
            if i % 50 == 0:
                same.cache_clear()

    together(work, repeat=TEAM)
    assert same.cache_info().currsize <= 3


def test_random_and_struct():
    generator = random.Random(1)
    layout = struct.Struct("<iq")
    records = struct.iter_unpack("<i", struct.pack("<%di" % N, *range(N)))

    def work():
        for i in range(N // 10):
            assert 0 <= generator.random() < 1
            generator.getrandbits(100)
            assert layout.unpack(layout.pack(i, i * i)) == (i, i * i)
        return list(records)

    parts = together(work, repeat=TEAM)
    equal(sorted(x for part in parts for (x,) in part), list(range(N)))


def test_array():
    numbers = array.array("i")

    def work():
        for i in range(N):
            numbers.append(i)
        for i in range(N // 10):
            numbers.insert(0, numbers.pop())

    together(work, repeat=TEAM)
    equal(sorted(numbers), sorted(list(range(N)) * TEAM))


def test_cycle_of_an_iterator_in_python():
    for _ in range(30):
        equal(taken(itertools.cycle(i for i in range(8)), 16), sorted(list(range(8)) * 8))


def test_first_notes():
    for _ in range(300):
        error = ValueError("x")
        together(lambda: error.add_note("n"), repeat=TEAM)
        equal(error.__notes__, ["n"] * TEAM)


def test_exceptions():
    error = ValueError("x")
    group = ExceptionGroup("g", [ValueError(1), TypeError(2)])
    get = operator.attrgetter("args")

    def work():
        for i in range(N // 10):
            try:
                raise error
            except ValueError as caught:
                caught.add_note("n")
                caught.__context__ = KeyError(i)
                get(caught)
            matched, rest = group.split(ValueError)
            assert len(matched.exceptions) == len(rest.exceptions) == 1

    together(work, repeat=TEAM)
    equal(len(error.__notes__), N // 10 * TEAM)


def test_builtins_that_consume_one_generator():
    """An item goes to one thread; a thread that comes while another runs the generator has a ValueError."""
    def work(generator, found):
        while True:
            try:
                items = list(generator)
            except ValueError as error:
                equal(str(error), "generator already executing")
                continue
            found.extend(items)
            return

    for consume in range(TEAM):
        found = []
        generator = (i for i in range(N))
        together(lambda: work(generator, found))
        equal(found, list(range(N)))


run(globals())
