# timeout: 60
"""What went wrong in interpreters without a global lock, one test each."""

import asyncio
import contextlib
import functools
import gc
import io
import os
import sys
import threading
import time
import weakref

from _team import switch_often, together
from testing import equal, run

switch_often()
N = 300


class Base:
    def kind(self):
        return "base"


def until(stop, function):
    """Calls the function until the event is set."""
    def work():
        while not stop.is_set():
            function()
    return work


def then(stop, function):
    """Calls the function, then sets the event."""
    def work():
        try:
            function()
        finally:
            stop.set()
    return work


def test_a_method_becomes_a_static_method_and_back():
    class C:
        def method(self):
            return self

    stop, plain = threading.Event(), C.__dict__["method"]

    def change():
        for _ in range(N):
            C.method = staticmethod(lambda: None)
            C.method = property(lambda self: lambda: None)
            C.method = plain

    def use():
        one = C()
        assert one.method() in (one, None)

    together(then(stop, change), until(stop, use), until(stop, use))


def test_a_functions_code_changes_its_number_of_parameters():
    def few(a, b=1):
        return a

    def many(a=0, b=1, c=2, d=3, e=4, f=5, *rest, g=6, h=7, **names):
        v = w = x = y = z = a
        return v if w is x else y, z

    def shared(a, b=1):
        return a

    few_code, many_code = few.__code__, many.__code__
    stop = threading.Event()

    def change():
        for _ in range(N):
            shared.__code__ = many_code
            shared.__defaults__ = (0, 1, 2, 3, 4, 5)
            shared.__kwdefaults__ = {"g": 1, "h": 2}
            shared.__code__ = few_code
            shared.__defaults__ = (1,)

    def use():
        for arguments, names in (((1,), {}), ((1, 2), {}), ((1,), {"b": 3}), ((1, 2, 3, 4, 5, 6, 7), {"g": 1})):
            try:
                shared(*arguments, **names)
            except TypeError:
                pass

    together(then(stop, change), until(stop, use), until(stop, use))


def test_a_partial_changes_its_arguments():
    shared = functools.partial(max, 1, 2)
    stop = threading.Event()

    def change():
        for _ in range(5 * N):
            shared.__setstate__((max, tuple(range(7)), {}, None))
            shared.__setstate__((min, (30, 40), {}, None))

    def use():
        assert shared() in (2, 6, 30)

    together(then(stop, change), until(stop, use), until(stop, use))


def test_repeating_in_place_loses_nothing():
    shared = bytearray()

    def add():
        for _ in range(N):
            shared.append(1)

    def repeat():
        for _ in range(N):
            shared.__imul__(1)

    together(add, repeat, add)
    equal(len(shared), 2 * N)


def test_frames_of_other_threads():
    frames, stop = [sys._getframe()], threading.Event()

    def inner(depth):
        value = [depth]
        if depth:
            return inner(depth - 1)
        frames[0] = sys._getframe()
        return value

    def run_deep():
        for _ in range(N):
            inner(5)

    def look():
        frame = frames[0]
        while frame:
            assert frame.f_lineno is None or frame.f_lineno > 0
            dict(frame.f_locals), frame.f_lasti, repr(frame)
            frame = frame.f_back

    together(then(stop, run_deep), until(stop, look))


def test_frames_of_generators_that_others_run():
    def numbers():
        for n in range(20):
            kept = [n]
            yield kept

    def outer():
        yield from numbers()
        yield from numbers()

    shared, stop = [outer()], threading.Event()

    def use():
        for _ in range(N):
            shared[0] = outer()
            for _ in range(10):
                try:
                    next(shared[0])
                    shared[0].throw(KeyError("x"))
                except (ValueError, KeyError, StopIteration):
                    pass

    def look():
        one = shared[0]
        frame = one.gi_frame
        if frame:
            frame.f_lineno, list(frame.f_locals.items())
        getattr(one.gi_yieldfrom, "gi_frame", None)

    together(then(stop, use), until(stop, look), until(stop, look))


def test_a_fork_while_classes_change():
    stop = threading.Event()

    def fork():
        for _ in range(5):
            child = os.fork()
            if child == 0:
                Base.value = 1
                type("Made", (Base,), {}).kind(Base())
                os._exit(7)
            deadline = time.monotonic() + 20
            while (ended := os.waitpid(child, os.WNOHANG))[0] == 0:
                if time.monotonic() > deadline:
                    os.kill(child, 9)
                    os.waitpid(child, 0)
                    raise AssertionError("the child does not end")
                time.sleep(0.001)
            equal(os.waitstatus_to_exitcode(ended[1]), 7)

    def change():
        Base.value = property(lambda self: 1)
        Base.value = 2
        type("Made", (Base,), {"x": 1})().x = 3

    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        together(then(stop, fork), until(stop, change), until(stop, change))


def test_tasks_end_while_the_collector_runs():
    stop = threading.Event()

    async def leaf(n):
        await asyncio.sleep(0)
        return n

    async def tasks():
        return sum(await asyncio.gather(*[leaf(n) for n in range(50)]))

    def loop():
        for _ in range(5):
            equal(asyncio.run(tasks()), 1225)

    together(loop, loop, lambda: [gc.collect() for _ in range(5)], then(stop, lambda: None))


def test_watching_is_switched_while_threads_run():
    monitoring, stop = sys.monitoring, threading.Event()
    events = monitoring.events
    monitoring.use_tool_id(2, "faults")
    seen = []
    monitoring.register_callback(2, events.PY_START, lambda code, at: seen.append(code) or None)
    monitoring.register_callback(2, events.LINE, lambda code, line: monitoring.DISABLE)

    def switch():
        for _ in range(50):
            monitoring.set_events(2, events.PY_START | events.LINE)
            threading.setprofile_all_threads(lambda *_: None)
            monitoring.restart_events()
            monitoring.set_events(2, 0)
            threading.setprofile_all_threads(None)

    def work():
        equal(sum([n for n in range(10)]), 45)
        equal(Base().kind(), "base")

    try:
        together(then(stop, switch), until(stop, work), until(stop, work))
    finally:
        monitoring.free_tool_id(2)


def test_what_get_referrers_looks_for_survives_its_collection():
    target = Base()
    holder = [target]

    def work():
        for _ in range(5):
            assert any(each is holder for each in gc.get_referrers(target))

    together(work, work)


def test_references_to_what_dies():
    stop = threading.Event()
    references = [weakref.ref(Base)]

    def make():
        for _ in range(5 * N):
            one = Base()
            references[0] = weakref.ref(one)
            weakref.finalize(one, len, "x").detach()

    def use():
        one = references[0]()
        assert one is None or one is Base or one.kind() == "base"

    together(then(stop, make), until(stop, use), until(stop, use),
             lambda: [gc.collect() for _ in range(5)])


def test_files_are_initialised_again_while_others_use_them():
    if sys.implementation.name == "cpython":
        return  # crashes
    content = b"a\n" * 50
    uses = (lambda f: f.readline(), lambda f: f.read(3), lambda f: f.closed, lambda f: f.seek(0), lambda f: f.tell(),
            next, lambda f: f.flush(), lambda f: f.readable(), lambda f: f.truncate(5), lambda f: f.name)
    refused = (ValueError, RuntimeError, OSError, StopIteration, AttributeError)
    for kind in (io.BufferedReader, io.BufferedRandom, io.TextIOWrapper):
        file, stop = kind(io.BytesIO(content)), threading.Event()

        def again():
            for _ in range(10 * N):
                with contextlib.suppress(*refused):
                    file.__init__(io.BytesIO(content))

        def use():
            for act in uses:
                with contextlib.suppress(*refused):
                    act(file)

        together(then(stop, again), until(stop, use), until(stop, use))


def test_texts_are_hashed_by_all_at_once():
    for _ in range(N // 10):
        texts = ["".join(["a", str(n)]) for n in range(50)]
        tuples = [(text, frozenset([text])) for text in texts]
        results = together(lambda: [hash(each) for each in texts + tuples], repeat=4)
        assert all(one == results[0] for one in results)


run(globals())
