"""Objects whose __init__, setters and classes change while other threads read their fields: what is read is there,
and fits together."""
# weft only
# timeout: 120

import collections
import gc
import sys
import threading
import time

from _team import switch_often
from testing import equal, fails, run

switch_often()
SECONDS = 0.25


def hammer(write, *reads, errors=()):
    """Two threads that write and two that read, for a while. What the reads may raise is in `errors`."""
    end = time.monotonic() + SECONDS
    failures = []

    def work(calls):
        try:
            while time.monotonic() < end:
                for _ in range(20):
                    for call in calls:
                        try:
                            call()
                        except errors:
                            pass
        except BaseException as e:
            failures.append(e)

    threads = [threading.Thread(target=work, args=(calls,)) for calls in ((write,), (write,), reads, reads)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if failures:
        raise failures[0]


class Full:
    def __call__(self):
        return 1

    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def __len__(self):
        return 3

    def __getitem__(self, i):
        return 1

    def __setitem__(self, i, value):
        pass

    def __index__(self):
        return 1

    def __contains__(self, x):
        return True

    def __neg__(self):
        return 1

    def __get__(self, instance, owner):
        return 1

    def __set__(self, instance, value):
        pass


class Empty:
    pass


def test_class_of_an_object():
    o = Full()

    class Holder:
        x = o

    def write():
        o.__class__ = Empty
        o.__class__ = Full

    def store():
        o[0] = 1

    hammer(write, lambda: o(), lambda: next(o), lambda: iter(o), lambda: len(o), lambda: o[0], lambda: [][:o],
           lambda: 1 in o, lambda: -o, lambda: bool(o), lambda: list(zip(o, (1, 2))), store, lambda: Holder().x,
           errors=(TypeError, AttributeError, ValueError))


def test_name_of_a_class():
    class C:
        pass

    junk = []

    def write():
        C.__name__ = "N" * (1 + len(junk) % 50)
        junk.append(bytearray(100))
        del junk[60:]

    hammer(write, lambda: repr(C.__name__), lambda: C.__flags__, lambda: str(C()), lambda: hash(C()))
    equal(set(C.__name__), {"N"})


def test_bases_of_a_class():
    class A:
        pass

    class B:
        pass

    class C(A):
        pass

    def write():
        C.__bases__ = (B,)
        C.__bases__ = (A,)

    def read():
        assert C.__base__ in (A, B)
        assert set(C.mro()) <= {A, B, C, object}
        type("D", (C,), {})
        C.__flags__

    hammer(write, read, lambda: C().__dict__, errors=(TypeError,))


def test_annotations_of_a_class():
    for _ in range(100):
        class Fresh:
            pass

        got, barrier = [], threading.Barrier(3)

        def ask():
            barrier.wait()
            got.append(Fresh.__annotations__)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        equal(len(set(map(id, got))), 1)


def test_abstract_methods_and_special_methods():
    class C:
        pass

    def special():
        C.__len__ = lambda self: 1
        del C.__len__

    end = time.monotonic() + SECONDS

    def quiet():
        try:
            while time.monotonic() < end:
                special()
        except AttributeError:
            pass

    thread = threading.Thread(target=quiet)
    thread.start()
    while time.monotonic() < end:
        C.__abstractmethods__ = frozenset({"f"})
        fails(TypeError, "Can't instantiate abstract class C without an implementation for abstract method 'f'", C)
        C.__abstractmethods__ = frozenset()
        C()
    thread.join()


def test_super():
    class A:
        def who(self):
            return type(self).__name__

    class B(A):
        pass

    class C(A):
        pass

    b, c = B(), C()
    s = super(B, b)

    def write():
        super.__init__(s, B, b)
        super.__init__(s, C, c)

    def read():
        who = s.who()
        assert who in ("B", "C"), who
        s.__thisclass__, s.__self__, s.__self_class__
        assert repr(s) in ("<super: <class 'B'>, <B object>>", "<super: <class 'C'>, <C object>>"), repr(s)

    hammer(write, read)
    fresh = super.__new__(super)
    equal(repr(fresh), "<super: <class 'NULL'>, NULL>")
    fails(RuntimeError, "super(): no arguments", type(fresh).__get__, fresh, 1)


def test_unicode_errors():
    e = UnicodeEncodeError("ascii", "text", 0, 1, "reason")

    def write():
        e.object = "other"
        e.object = 5
        del e.object
        e.__init__("utf-8", "text", 1, 2, "reason")

    hammer(write, lambda: str(e), errors=(TypeError, AttributeError))
    e.object = 5
    fails(TypeError, "UnicodeError 'object' attribute must be a string", str, e)
    del e.object
    equal(str(e), "")


def test_os_errors():
    class Own(OSError):
        def __init__(self, *args):
            OSError.__init__(self, *args)

    e = Own(1, "text", "file")
    hammer(lambda: (e.__init__(2, "other", "file"), e.__init__(1, "text", "file", None, "second")),
           lambda: str(e), e.__reduce__, lambda: e.characters_written, errors=(AttributeError,))


def test_syntax_errors():
    e = SyntaxError("message", ("file", 1, 2, "text", 1, 3))
    hammer(lambda: (e.__init__("other", ("file", 1, 2, "text")), e.__init__("message", ("file", 1, 2, "text", 1, 3))),
           lambda: str(e), lambda: e.end_lineno)


def test_functions():
    def f(a: int, b: str = "") -> None:
        yield

    def write():
        f.__annotations__ = {"a": int}
        f.__annotations__ = None
        f.__name__ = "first"
        f.__qualname__ = "first"
        f.__name__ = "second"
        f.__qualname__ = "second"

    def read():
        assert isinstance(f.__annotations__, dict)
        assert f(1).__name__ in ("f", "first", "second")
        repr(f)

    hammer(write, read)


def test_generators():
    def f():
        while True:
            yield

    async def coroutine():
        pass

    async def asynchronous():
        yield

    g, c, a = f(), coroutine(), asynchronous()

    def write():
        for o in (g, c, a):
            o.__name__ = "first"
            o.__qualname__ = "first"
            o.__qualname__ = "second"

    hammer(write, lambda: repr(g), lambda: repr(c), lambda: repr(a), lambda: next(g), lambda: g.gi_frame,
           errors=(ValueError,))
    c.close()


def test_frames():
    def f(x):
        cell = x

        def inner():
            return cell

        return sys._getframe()

    frame = f(1)

    def write():
        frame.f_trace = len
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        frame.f_trace_opcodes = False
        frame.f_trace = None
        frame.f_locals["x"] = [1]
        frame.f_locals["cell"] = 2
        frame.f_locals["other"] = 3

    hammer(write, lambda: frame.f_trace, lambda: frame.f_trace_opcodes, lambda: dict(frame.f_locals),
           lambda: repr(frame))
    equal(frame.f_locals["cell"], 2)


def test_iterators():
    r = reversed(Full())
    d, s = {1: 2}, {1}

    def write():
        r.__setstate__(2)
        d.pop(2, None)
        s.discard(2)
        d[2] = 1
        s.add(2)

    def read():
        next(r, None)
        r.__length_hint__()
        for iterator in (i, j):
            next(iterator, None)
            iterator.__length_hint__()

    i, j = iter(d), iter(s)
    hammer(write, read, errors=(RuntimeError,))


def test_views():
    views = [memoryview(b"abc") for _ in range(2000)]

    def write():
        if views:
            views[-1].release()
            try:
                views.pop()
            except IndexError:
                pass

    def read():
        try:
            view = views[-1]
        except IndexError:
            return
        repr(view), view == b"abc", view == view

    hammer(write, read, errors=(ValueError, IndexError, BufferError))


def test_referents():
    """gc.get_referents() looks at what others change."""
    def make():
        frames.append(sys._getframe())

    frames = []
    for _ in range(100):
        make()
    queue = collections.deque(range(100))

    def write():
        for frame in frames:
            frame.clear()
        queue.append(1)
        queue.extend(range(200))
        queue.clear()

    def read():
        gc.get_referents(queue, *frames)

    hammer(write, read, errors=())
    numbers = [str(n) for n in range(1000)]
    equal(gc.get_referents(collections.deque(numbers)), numbers)


run(globals())
