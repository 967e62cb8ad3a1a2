"""Picklers and unpicklers that threads share: each dump and each load is done whole, once."""

import io
import pickle

from _team import switch_often, together
from testing import equal, run

switch_often()
N = 300
TEAM = 4


class Point:
    def __init__(self, x):
        self.x = x


def test_one_pickler():
    file = io.BytesIO()
    pickler = pickle.Pickler(file)

    def work():
        for i in range(N):
            pickler.dump([i, str(i), {"a": Point(i)}])

    together(work, repeat=TEAM)
    file.seek(0)
    unpickler = pickle.Unpickler(file)  # with the one memo that the pickler had
    loaded = [unpickler.load() for _ in range(TEAM * N)]
    equal(sorted(x[0] for x in loaded), sorted(list(range(N)) * TEAM))
    for number, text, attributes in loaded:
        equal(text, str(number))
        equal(attributes["a"].x, number)
    equal(file.read(), b"")


def test_one_unpickler():
    data = b"".join(pickle.dumps([i, Point(i), "text"]) for i in range(TEAM * N))
    unpickler = pickle.Unpickler(io.BytesIO(data))

    def work():
        numbers = []
        try:
            while True:
                number, point, _ = unpickler.load()
                equal(point.x, number)
                numbers.append(number)
        except EOFError:
            return numbers

    parts = together(work, repeat=TEAM)
    equal(sorted(i for part in parts for i in part), list(range(TEAM * N)))


def test_a_pickler_shared_while_it_works():
    writes = []

    class File:
        write = writes.append

    class Sharing(pickle.Pickler):
        def persistent_id(self, value):
            if value == "share":
                together(lambda: None)
                self.keep = together(lambda: holder.__setitem__(0, self))
            return None

    holder = [None]
    pickler = Sharing(File)
    pickler.dump(["share", 1])
    assert holder[0] is pickler
    equal(pickle.loads(writes[0]), ["share", 1])


def test_memo_under_way():
    pickler = pickle.Pickler(io.BytesIO())
    unpickler = pickle.Unpickler(io.BytesIO(pickle.dumps(["a", "b"]) * N * TEAM))

    def dump():
        for i in range(N):
            pickler.dump([str(i), (i, i)])

    def clear():
        for _ in range(N):
            pickler.clear_memo()
            pickler.memo.copy()
            pickler.memo = {}
            pickler.memo = pickler.memo

    def load():
        for _ in range(N):
            equal(unpickler.load(), ["a", "b"])
            unpickler.memo.copy()
            unpickler.memo = unpickler.memo

    together(dump, clear, load, repeat=2)


def test_containers_that_change():
    values, table, things = [1] * 500, {i: i for i in range(500)}, set(range(500))

    def change():
        for i in range(20 * N):
            values.append(i)
            values.pop()
            table[i + 1000] = i
            table.pop(i + 1000, None)
            things.add(i + 1000)
            things.discard(i + 1000)

    def save():
        for _ in range(N // 3):
            for container in (values, table, things):
                try:
                    data = pickle.dumps(container)
                except RuntimeError:  # changed size during iteration
                    continue
                assert len(pickle.loads(data)) >= 499

    together(change, save, repeat=2)


def test_one_object():
    point = Point([Point(i) for i in range(20)])
    want = pickle.dumps(point)

    def work():
        for _ in range(N):
            equal(pickle.dumps(point), want)
            equal(len(pickle.loads(want).x), 20)

    together(work, repeat=TEAM)


run(globals())
