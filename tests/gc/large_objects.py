"""Large buffers stay young for some collections: whatever refers to them must keep them, until it does not."""

import gc
import random
import sys
import threading

from testing import equal, run

SIZE = 20_000  # bytes; from 16 KB on an object is large


class Holder:
    def __init__(self, value):
        self.value = value


def made(i):
    """A large object of each kind, made of i."""
    kind = i % 7
    if kind == 0:
        return bytes([i % 251]) * SIZE
    if kind == 1:
        return chr(97 + i % 26) * SIZE
    if kind == 2:
        return [i] * (SIZE // 8)
    if kind == 3:
        return {n: i for n in range(SIZE // 16)}
    if kind == 4:
        return bytearray([i % 251]) * SIZE
    if kind == 5:
        return {n * 7 + i for n in range(SIZE // 16)}
    return i << SIZE * 8


def churn():
    """Allocates over whatever was taken for dead."""
    return [bytes([255]) * SIZE for _ in range(30)], [[None] * (SIZE // 8) for _ in range(10)]


def generator(value):
    while True:
        yield value


HOLDERS = {
    "list": (lambda v: [v], lambda h: h[0]),
    "tuple": (lambda v: (0, v), lambda h: h[1]),
    "dict": (lambda v: {"key": v}, lambda h: h["key"]),
    "attribute": (Holder, lambda h: h.value),
    "closure": (lambda v: lambda: v, lambda h: h()),
    "nested": (lambda v: [[[Holder((v,))]]], lambda h: h[0][0][0].value[0]),
    "long list": (lambda v: [None] * 3000 + [v], lambda h: h[-1]),
    "view": (lambda v: (v, memoryview(v) if isinstance(v, bytes) else 0), lambda h: h[0]),
    "generator": (generator, next),
}


def test_held_through_collections():
    for name, (hold, get) in HOLDERS.items():
        holders = []
        for i in range(21):
            holders.append(hold(made(i)))
            if i % 3 == 0:
                gc.collect(0)
        for generation in (0, 0, 0, 2, 0, 0, 0, 0, 0):
            gc.collect(generation)
            churn()
            for i, holder in enumerate(holders):
                assert get(holder) == made(i), (name, i)


def test_moved_between_old_holders():
    rng = random.Random(3)
    places = [[None] for _ in range(40)]
    gc.collect()
    gc.collect()
    numbers = [None] * len(places)
    for step in range(300):
        a, b = rng.randrange(40), rng.randrange(40)
        if step % 3:
            places[a][0], places[b][0] = places[b][0], places[a][0]
            numbers[a], numbers[b] = numbers[b], numbers[a]
        else:
            places[a][0], numbers[a] = made(step), step
        if step % 4 == 0:
            gc.collect(0)
        if step % 20 == 0:
            churn()
            for place, number in zip(places, numbers):
                assert number is None or place[0] == made(number)


def test_held_by_a_waiting_thread():
    go, ready = threading.Event(), threading.Barrier(4)
    results = []

    def wait(i):
        mine = made(i)
        ready.wait()
        go.wait()
        results.append(mine == made(i))

    threads = [threading.Thread(target=wait, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    ready.wait()
    for _ in range(8):
        gc.collect(0)
        churn()
    go.set()
    for thread in threads:
        thread.join()
    assert results == [True] * 3


def test_interned():
    name = sys.intern("".join(["name"] * SIZE))
    for _ in range(8):
        gc.collect(0)
        churn()
        assert sys.intern("name" * SIZE) is name
    del name
    for generation in (2, 0, 2, 0):
        gc.collect(generation)
        churn()
    assert sys.intern("name" * SIZE) == "name" * SIZE


def test_a_list_that_grows_in_place():
    rows = []
    for i in range(200_000):
        rows.append(i)
        if i % 20_000 == 0:
            gc.collect(0)
            churn()
    assert sum(rows) == 199_999 * 100_000


def test_a_buffer_that_python_code_has_seen():
    import io

    class Raw(io.RawIOBase):
        kept = None

        def readable(self):
            return True

        def readinto(self, buffer):
            if self.kept:
                return 0
            self.kept = buffer
            buffer[:40000] = b"x" * 40000
            return 40000

    raw = Raw()
    equal(io.BufferedReader(raw, 16).read(200000), b"x" * 40000)
    others = [bytes(30000) for _ in range(20)]
    try:
        raw.kept[150000:160000] = b"y" * 10000
    except ValueError:
        pass  # it was released
    equal(set(others), {bytes(30000)})


def test_what_is_not_needed_of_a_buffer():
    import socket
    first, second = socket.socketpair()
    before = collections()
    for size in [10] * 500 + [40000] * 50:
        first.sendall(b"z" * size)
        parts = []
        while sum(map(len, parts)) < size:
            parts.append(second.recv(1 << 20))
        equal(b"".join(parts), b"z" * size)
    first.close()
    second.close()
    assert collections() - before < 100, collections() - before


def test_a_list_of_many_that_are_replaced():
    """Each is met in another slice of the list, which is to be looked at once by the next collection."""
    pages = [bytes(20000) for _ in range(3000)]
    for i in random.Random(5).choices(range(len(pages)), k=20000):
        pages[i] = bytes(20000)


def collections():
    return sum(each["collections"] for each in gc.get_stats())


run(globals())
