"""Rows of iterators: builtin ones, itertools, generators, coroutines."""

import array
import collections
import csv
import functools
import io
import itertools
import json
import operator
import re
import struct

from _rows import ATOMIC, CALLS, CHANGES, ONCE, RAISES, Table

N = 300
WORDS = "the quick brown fox jumps over the lazy dog " * 20


class Indexed:
    def __getitem__(self, i):
        return WORDS[i]


builtin = Table("builtin iterators")
for text, make in {
        "`iter(list)`": lambda: iter(list(range(N))),
        "`reversed(list)`": lambda: reversed(list(range(N))),
        "`iter(tuple)`": lambda: iter(tuple(range(N))),
        "`reversed(tuple)`, of any sequence": lambda: reversed(tuple(range(N))),
        "`iter(str)`": lambda: iter(WORDS),
        "`iter(str)` of wide characters": lambda: iter("\u00e4\u4e2d\U0001f600" * N),
        "`iter(bytes)`": lambda: iter(bytes(range(256))),
        "`iter(bytearray)`": lambda: iter(bytearray(range(256))),
        "`iter(memoryview)`": lambda: iter(memoryview(bytes(range(256)))),
        "`iter(array)`": lambda: iter(array.array("i", range(N))),
        "`iter(range)`": lambda: iter(range(N)),
        "`iter(range)` of large numbers": lambda: iter(range(2**70, 2**70 + N)),
        "`reversed(range)`": lambda: reversed(range(N)),
        "`iter(dict)`": lambda: iter(dict.fromkeys(range(N))),
        "`iter(dict.values())`": lambda: iter(dict.fromkeys(range(N), 1).values()),
        "`iter(dict.items())`": lambda: iter({n: str(n) for n in range(N)}.items()),
        "`reversed(dict)`": lambda: reversed(dict.fromkeys(range(N))),
        "`reversed(dict.items())`": lambda: reversed({n: str(n) for n in range(N)}.items()),
        "`iter(set)`, frozenset": lambda: iter(set(range(N))),
        "`iter(deque)`": lambda: iter(collections.deque(range(N))),
        "`reversed(deque)`": lambda: reversed(collections.deque(range(N))),
        "`iter(OrderedDict)`": lambda: iter(collections.OrderedDict.fromkeys(range(N))),
        "`reversed(OrderedDict)`": lambda: reversed(collections.OrderedDict.fromkeys(range(N))),
        "`iter(object with __getitem__)`": lambda: iter(Indexed()),
        "`enumerate(x)`": lambda: enumerate(WORDS),
        "`enumerate(x)` of large numbers": lambda: enumerate(WORDS, 2**62 - 10),
        "`zip(x, y)`": lambda: zip(range(N), range(0, 2 * N, 2)),
        "`zip(x, y, strict=True)`": lambda: zip(range(N), range(N), strict=True),
        "`map(f, x)`": lambda: map(str, range(N)),
        "`map(f, x)` with a function in Python": lambda: map(lambda x: x + 1, range(N)),
        "`filter(f, x)`": lambda: filter(lambda x: x % 3, range(N)),
        "`filter(None, x)`": lambda: filter(None, [0, 1] * N),
}.items():
    builtin.once(f"{text}", make)

def fetch_until_sentinel(shared, n):
    iterator, _ = shared
    return list(itertools.islice(iterator, CALLS))


builtin.work("`iter(f, sentinel)`", ONCE, fetch_until_sentinel,
             new=lambda: (iter(itertools.count().__next__, -1), 0),
             holds=lambda _, results: sorted(sum(results, [])) == list(range(CALLS * len(results))),
             note="what `f` returns; several threads may be in `f` at once, so that one may still get "
                  "an item after another has met the sentinel")


def next_and_describe(iterator, n):
    taken = []
    for _ in range(CALLS):
        left = operator.length_hint(iterator)
        assert 0 <= left <= 2 * N + 200
        iterator.__reduce__()
        taken.append(next(iterator))
    return taken


builtin.work("`length_hint(i)`, `i.__reduce__()`, `copy(i)`", CHANGES, next_and_describe,
             new=lambda: iter(list(range(2 * N + 200))),
             holds=lambda _, results: sorted(sum(results, [])) == list(range(CALLS * len(results))))


def appended_while_taken(shared, n):
    values, iterator = shared
    if n == 0:
        for k in range(CALLS):
            values.append(k)
        return []
    return list(itertools.islice(iterator, CALLS))


builtin.work("an iterator of a list that others append to", ONCE, appended_while_taken,
             new=lambda: (lambda values: (values, iter(values)))([-1]),
             holds=lambda shared, results:
             (lambda got: len(got) == len(set(got)) and {*got} <= {-1, *range(CALLS)})
             (sum(results, [])))


def cleared_while_taken(shared, n):
    values, iterator = shared
    if n == 0:
        values.clear()
        return []
    return list(iterator)


builtin.work("an iterator of a list that others clear", ONCE, cleared_while_taken,
             new=lambda: (lambda values: (values, iter(values)))(list(range(N))),
             holds=lambda shared, results:
             (lambda got: len(got) == len(set(got)))(sum(results, [])))


def exhausted(make):
    def work(shared, n):
        list(shared)
        return [next(shared, None) for _ in range(3)]
    return work


builtin.work("an exhausted iterator stays exhausted", ATOMIC, exhausted(None),
             new=lambda: iter([1, 2, 3]),
             holds=lambda _, results: all(one == [None] * 3 for one in results))

tools = Table("itertools")
for text, make in {
        "accumulate": lambda: itertools.accumulate(range(N)),
        "accumulate with a function": lambda: itertools.accumulate(range(N), lambda a, b: a + b),
        "batched": lambda: itertools.batched(range(N), 7),
        "chain": lambda: itertools.chain(range(N), WORDS, [1]),
        "chain.from_iterable": lambda: itertools.chain.from_iterable([[i, -i] for i in range(N)]),
        "combinations": lambda: itertools.combinations(range(9), 3),
        "combinations_with_replacement":
            lambda: itertools.combinations_with_replacement(range(7), 3),
        "compress": lambda: itertools.compress(range(N), [1, 0, 1] * N),
        "dropwhile": lambda: itertools.dropwhile(lambda x: x < 5, range(N)),
        "filterfalse": lambda: itertools.filterfalse(lambda x: x % 3, range(N)),
        "islice": lambda: itertools.islice(range(3 * N), 2, 2 * N, 3),
        "pairwise": lambda: itertools.pairwise(range(N)),
        "permutations": lambda: itertools.permutations(range(5)),
        "product": lambda: itertools.product(range(6), "abc", [0, 1]),
        "repeat(x, n)": lambda: itertools.repeat("x", N),
        "starmap": lambda: itertools.starmap(pow, [(i, 2) for i in range(N)]),
        "takewhile": lambda: itertools.takewhile(lambda x: x < N, range(2 * N)),
        "zip_longest": lambda: itertools.zip_longest(range(N), WORDS[:9]),
}.items():
    tools.once(f"`{text}`", make)
for text, make in {
        "count": lambda: itertools.count(),
        "count beyond 63 bits": lambda: itertools.count(2**62 - 20),
        "count by a step": lambda: itertools.count(1, 3),
        "count by a float": lambda: itertools.count(0, 0.25),
        "cycle": lambda: itertools.cycle(range(7)),
}.items():
    tools.once(f"`{text}`", make, infinite=True)


def take_groups(groups, n):
    taken = []
    for key, group in groups:
        taken.append(key)
        assert set(group) <= {key}
    return taken


tools.work("`groupby`", ONCE, take_groups,
           new=lambda: itertools.groupby(sorted(WORDS)),
           holds=lambda _, results: sorted(sum(results, [])) == sorted({*WORDS}),
           note="each group once; the items of a group go to whoever asks while it is the current one")
tools.work("`tee`: the iterators share their source", ONCE, lambda tees, n: list(tees[n]),
           new=lambda: itertools.tee(range(N), 16),
           holds=lambda _, results: all(one == list(range(N)) for one in results))
tools.work("one of the iterators of `tee`", ONCE, lambda tees, n: list(tees[0]),
           new=lambda: itertools.tee(range(N), 2),
           holds=lambda tees, results: (sorted(sum(results, [])) == list(range(N)) and
                                        list(tees[1]) == list(range(N))))

library = Table("iterators of the library")
for text, make in {
        "`struct.iter_unpack`": lambda: struct.iter_unpack("<i", bytes(4 * N)),
        "`csv.reader`": lambda: csv.reader([f"{n},a" for n in range(N)]),
        "`iter(StringIO)`": lambda: io.StringIO("".join(f"{n}\n" for n in range(N))),
        "`iter(BytesIO)`": lambda: io.BytesIO(b"".join(b"%d\n" % n for n in range(N))),
        "`iter(BufferedReader)`":
            lambda: io.BufferedReader(io.BytesIO(b"".join(b"%d\n" % n for n in range(N))), 16),
        "`iter(TextIOWrapper)`":
            lambda: io.TextIOWrapper(io.BytesIO(b"".join(b"%d\n" % n for n in range(N)))),
}.items():
    library.once(text, make)

library.work("`re.finditer`", ONCE, lambda matches, n: [match.start() for match in matches],
             new=lambda: re.finditer(r"\w+", WORDS),
             holds=lambda _, results: sorted(sum(results, [])) == [match.start() for match in re.finditer(r"\w+", WORDS)])


def numbers():
    for n in range(N):
        yield n


generators = Table("generators, coroutines")
generators.once("`next(g)`; `g.send(x)`; `for x in g`", numbers, errors=ValueError,
                guarantee=RAISES,
                note="ValueError (`generator already executing`) if another thread runs it; each item "
                     "comes once")
generators.once("a generator expression", lambda: (x for x in range(N)), errors=ValueError,
                guarantee=RAISES, note="as a generator")


def throw_or_close(generator, n):
    for _ in range(3):
        try:
            if n % 3 == 0:
                next(generator)
            elif n % 3 == 1:
                generator.throw(KeyError("x"))
            else:
                generator.close()
        except (ValueError, KeyError, StopIteration):
            pass


generators.work("`g.throw(e)`; `g.close()`", RAISES, throw_or_close, new=numbers,
                holds=lambda g, _: g.close() is None and list(g) == [], note="ValueError if another thread runs it")
generators.loose("`g.gi_frame`, `gi_running`, `gi_code`, `gi_yieldfrom`, `inspect.getgeneratorstate`",
                 lambda g: (g.gi_running, getattr(g.gi_frame, 'f_lineno', 0), g.gi_code.co_name,
                            g.gi_yieldfrom, g.__name__, repr(g)),
                 new=numbers, writes=[lambda g: next(g, 0)], plausible=lambda got: got[2] == "numbers")


class Ready:
    def __await__(self):
        yield 1
        yield 2


async def waits():
    for _ in range(N // 2):
        await Ready()


def step(coroutine, n):
    taken = 0
    while True:
        try:
            coroutine.send(None)
            taken += 1
        except StopIteration:
            return taken
        except RuntimeError as error:
            assert "already awaited" in str(error) or "reuse" in str(error), error
            return taken
        except ValueError as error:
            assert "already executing" in str(error), error


generators.work("`c.send(x)`; `await c`", RAISES, step, new=waits,
                holds=lambda _, results: sum(results) == N // 2 * 2,
                note="ValueError if another thread runs it, RuntimeError if it has ended")


async def countdown():
    for n in range(N):
        yield n


def step_generator(generator, n):
    taken = []
    while True:
        try:
            generator.__anext__().send(None)
        except StopIteration as item:
            taken.append(item.value)
        except StopAsyncIteration:
            return taken
        except (ValueError, RuntimeError) as error:
            assert "already" in str(error), error


generators.work("`anext(g)` of an asynchronous generator", RAISES, step_generator, new=countdown,
                holds=lambda _, results: sorted(sum(results, [])) == list(range(N)),
                note="ValueError or RuntimeError if another thread runs it; each item comes once")

if __name__ == "__main__":
    from _running import run_rows
    run_rows()
