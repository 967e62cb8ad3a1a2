# weft only
# timeout: 120
"""A program that starts no thread takes no lock, and nothing in it becomes shared.

The checked build counts both; in other builds only the work is done.
"""

import _weft
import array
import asyncio
import collections
import contextlib
import csv
import functools
import io
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import tokenize
import weakref

from testing import equal, run


def check(work):
    before = _weft.sharing_counts()
    work()
    equal(_weft.sharing_counts(), before)


def test_start_and_imports():
    counts = _weft.sharing_counts()
    if counts is not None:
        equal(counts, (0, 0, 0))


def test_import():
    def work():
        import argparse, dataclasses, decimal, difflib, email.message, html.parser, inspect
        import logging, pprint, statistics, textwrap, typing, unittest, urllib.parse

        logging.getLogger("a").warning
    check(work)


def test_containers():
    def work():
        d = {i: str(i) for i in range(5000)}
        l = sorted(d.values())
        s = set(l) | {1, 2}
        q = collections.deque(l, 100)
        o = collections.OrderedDict(d)
        c = collections.Counter(l)
        a = array.array("i", range(100))
        for i in range(1000):
            l.append(i)
            d.pop(i, None)
            s.discard(i)
            q.appendleft(i)
            o.move_to_end(i + 1000)
            a.append(i)
        c.update(l)
        list(itertools.islice(itertools.cycle(l), 10000))
    check(work)


def test_classes_and_generators():
    def work():
        class Base:
            total = 0

            def __init__(self, n):
                self.n = n

            @functools.cached_property
            def double(self):
                return self.n * 2

            @property
            def one(self):
                return self.n + 1

        class Derived(Base):
            __slots__ = ("extra",)

        def numbers(n):
            for i in range(n):
                yield from (i, Derived(i).double)

        @contextlib.contextmanager
        def manage():
            yield 1

        @functools.lru_cache
        def fibonacci(n):
            return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

        for i in numbers(2000):
            Base.total += i
            with manage():
                pass
        fibonacci(200)
        refs = weakref.WeakValueDictionary()
        kept = [Base(i) for i in range(100)]
        for b in kept:
            refs[b.n] = b
        try:
            {}["x"]
        except KeyError as e:
            e.add_note("note")
    check(work)


def test_text():
    def work():
        text = json.dumps({"a": list(range(1000)), "b": {"c": "d" * 100}}, indent=1)
        equal(json.loads(text)["a"][999], 999)
        equal(len(re.findall(r"(\d+),\s*", text)), 999)
        list(csv.reader(io.StringIO("a,b\nc,d\n")))
        "{:>10} {!r}".format(1, "x").encode("utf-16").decode("utf-16")
    check(work)


def test_files():
    def work():
        with open(tokenize.__file__, "rb") as f:
            assert len(list(tokenize.tokenize(f.readline))) > 1000
        with tempfile.TemporaryDirectory() as place:
            name = os.path.join(place, "f")
            with open(name, "w") as f:
                f.writelines(f"{i}\n" for i in range(1000))
            with open(name) as f:
                equal(sum(int(line) for line in f), 499500)
            equal(len(os.listdir(place)), 1)
            print("output", file=io.StringIO())
    check(work)


def test_coroutines():
    async def work_async(n):
        queue = asyncio.Queue(2)

        async def produce():
            for i in range(n):
                await queue.put(i)
                await asyncio.sleep(0)

        task = asyncio.create_task(produce())
        equal([await queue.get() for _ in range(n)], list(range(n)))
        await task

    check(lambda: asyncio.run(work_async(100)))


def test_collections():
    def work():
        import gc

        for _ in range(3):
            junk = [[i] for i in range(100000)]
            for j in junk:
                j.append(j)
            del junk
            gc.collect()
    check(work)


def test_another_program():
    def work():
        equal(subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout,
              b"1\n")
    check(work)


def test_a_second_thread():
    """The last test: from here on the counts move."""
    import threading

    l = []
    t = threading.Thread(target=l.append, args=(1,))
    t.start()
    t.join()
    counts = _weft.sharing_counts()
    assert counts is None or all(n > 0 for n in counts), counts


run(globals())
