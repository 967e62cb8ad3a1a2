"""Getters of properties, which run in the interpreter that reads the attribute: errors, recursion, generators,
properties that change, empty fields of __slots__, threads."""

import gc
import sys
import threading
import traceback
import weakref

from testing import run


class Point:
    __slots__ = "_x", "_y", "_cached"

    def __init__(self, x, y):
        self._x, self._y = x, y

    @property
    def x(self):
        return self._x

    @property
    def both(self):
        return self.x, self.y

    @property
    def y(self):
        y = self._y
        return y

    @property
    def cached(self):
        try:
            return self._cached
        except AttributeError:
            self._cached = [self.both]
            return self._cached

    @property
    def failing(self):
        return self.x / 0

    @property
    def endless(self):
        return self.endless

    @property
    def numbers(self):
        yield self.x
        yield self.y

    @property
    def of_frames(self):
        frame = sys._getframe()
        return frame.f_code.co_name, frame.f_back.f_code.co_name, frame.f_back.f_lineno

    odd = property(lambda *args, key=3: (args, key))
    wrong = property(lambda: 1)
    builtin = property(repr)


def test_values():
    for n in range(50):
        p = Point(n, -n)
        assert p.both == (n, -n)
        assert p.cached is p.cached == [(n, -n)]
        assert list(p.numbers) == [n, -n]
        assert p.odd == ((p,), 3)
        assert p.builtin == repr(p)


def test_errors():
    p = Point(1, 2)
    for _ in range(20):
        try:
            p.failing
        except ZeroDivisionError as e:
            lines = [frame.name for frame in traceback.extract_tb(e.__traceback__)]
            assert lines == ["test_errors", "failing"], lines
        else:
            raise AssertionError
        try:
            p.wrong
        except TypeError as e:
            assert "takes 0 positional arguments but 1 was given" in str(e)
        else:
            raise AssertionError


def test_recursion():
    for _ in range(3):
        try:
            Point(1, 2).endless
        except RecursionError as e:
            assert len(list(traceback.walk_tb(e.__traceback__))) > 500
        else:
            raise AssertionError


def test_frames():
    p = Point(1, 2)
    for _ in range(5):
        name, outer, line = p.of_frames
        assert (name, outer, line) == ("of_frames", "test_frames", sys._getframe().f_lineno - 1)


def test_changes():
    class C:
        @property
        def value(self):
            return 1

    def read(c):
        return c.value

    c = C()
    for _ in range(10):
        assert read(c) == 1
    C.value = property(lambda self: 2)
    assert read(c) == 2
    C.value.__init__(lambda self: 3)
    assert read(c) == 3
    C.value = 4
    assert read(c) == 4
    C.value = property(None)
    try:
        read(c)
    except AttributeError as e:
        assert str(e) == "property of 'test_changes.<locals>.C' object has no getter", e
    else:
        raise AssertionError


def test_getattr_after_failure():
    class C:
        @property
        def value(self):
            raise AttributeError("inner")

        def __getattr__(self, name):
            return "other"

    c = C()
    for _ in range(5):
        assert c.value == "other"


def test_events():
    seen = []

    def trace(frame, event, arg):
        seen.append((frame.f_code.co_name, event))
        return trace

    def body(p):
        return p.x
    p = Point(1, 2)
    for _ in range(3):
        body(p)
    sys.settrace(trace)
    try:
        body(p)
    finally:
        sys.settrace(None)
    # A collection may call others in between.
    calls = [(name, event) for name, event in seen if name in ("body", "x") and event in ("call", "return")]
    assert calls == [("body", "call"), ("x", "call"), ("x", "return"), ("body", "return")], calls


class Base:
    __slots__ = "field",


def message(o):
    try:
        o.field
    except AttributeError as e:
        assert e.name == "field" and e.obj is o
        return str(e)


def test_empty_fields():
    class Derived(Base):
        __module__ = "elsewhere"

    first, second = Base(), Derived()
    for _ in range(3):
        assert message(first) == "'Base' object has no attribute 'field'"
        assert message(second) == \
            "'elsewhere.test_empty_fields.<locals>.Derived' object has no attribute 'field'"
    Derived.__qualname__ = "Other"
    assert message(second) == "'elsewhere.Other' object has no attribute 'field'"
    Derived.__module__ = "somewhere"
    assert message(second) == "'somewhere.Other' object has no attribute 'field'"
    second.field = 1
    assert second.field == 1
    del second.field
    assert message(second) == "'somewhere.Other' object has no attribute 'field'"


def test_classes_die():
    def make():
        class Derived(Base):
            pass
        assert message(Derived())
        return weakref.ref(Derived)

    reference = make()
    gc.collect()
    assert reference() is None


def test_threads():
    points = [Point(n, n) for n in range(8)]
    barrier = threading.Barrier(4)
    failed = []

    def work():
        barrier.wait()
        for n in range(2000):
            p = points[n % 8]
            if p.both != (n % 8, n % 8) or p.cached != [p.both]:
                failed.append(n)
            message(Base())
    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failed


run(globals())
