"""Calls of classes: __new__ and __init__ in Python, of the instance's own class or of builtin kinds, called with
and without stars, from Python code and from C, to any depth."""

import abc
import gc
import sys
import threading
import traceback
from types import MethodType

from testing import equal, fails, raises, run


class Both:
    def __new__(cls, *args, **kwargs):
        self = object.__new__(cls)
        self.made = args, kwargs
        return self

    def __init__(self, *args, **kwargs):
        self.inited = args, kwargs


class Derived(Both):
    def __new__(cls, x, y=5):
        return super().__new__(cls, x, y=y)

    def __init__(self, x, y=7):
        super().__init__(x, y)


def both(o):
    equal(o.made, o.inited)
    return o.made


def test_both_get_the_arguments():
    equal(both(Both()), ((), {}))
    equal(both(Both(1, 2, k=3)), ((1, 2), {"k": 3}))
    equal(both(Both(*range(3), **{"x": 1}, y=2)), ((0, 1, 2), {"x": 1, "y": 2}))
    equal(both(type(Both())(*[1])), ((1,), {}))
    equal(both(MethodType(Both, 5)(6)), ((5, 6), {}))
    equal(both(MethodType(Both, 5)(*[6])), ((5, 6), {}))
    equal(len(both(Both(*range(100000)))[0]), 100000)
    equal([both(o) for o in map(Both, (1, 2))], [((1,), {}), ((2,), {})])


def test_each_has_defaults_of_its_own():
    derived = Derived(1)
    equal(derived.made, ((1,), {"y": 5}))
    equal(derived.inited, ((1, 7), {}))
    fails(TypeError, "Derived.__new__() missing 1 required positional argument: 'x'", Derived)
    fails(TypeError, "Derived.__new__() takes from 2 to 3 positional arguments but 4 were given", Derived, 1, 2, 3)
    fails(TypeError, "Derived.__new__() got an unexpected keyword argument 'z'", Derived, 1, z=2)


def test_what_new_returns_need_not_be_an_instance():
    class Any:
        def __new__(cls, which):
            return which

        def __init__(self, which):
            raise ZeroDivisionError

    equal(Any(3), 3)
    equal(Any(*"a"), "a")
    raises(ZeroDivisionError, lambda: Any(object.__new__(Any)))


def test_a_subclass_of_the_class_is_initialised_its_own_way():
    class Inner(Both):
        def __init__(self, *args):
            self.inner = args

    class Outer(Both):
        def __new__(cls, *args):
            return Both.__new__(Inner2, *args)

    class Inner2(Outer):
        def __init__(self, *args):
            self.inner = args

    equal(Inner(1).inner, (1,))
    equal(Outer(2).inner, (2,))


def test_builtin_kinds():
    class Number(int):
        def __new__(cls, value):
            return int.__new__(cls, value + 1)

        def __init__(self, value):
            self.value = value

    class Table(dict):
        def __init__(self, a, **kwargs):
            self.a = a
            super().__init__(**kwargs)

    class Mistake(Exception):
        def __init__(self, a, b):
            super().__init__(a)
            self.b = b

    class Items(tuple):
        def __new__(cls, *items):
            return tuple.__new__(cls, items)

    number, table, mistake = Number(4), Table(1, b=2), Mistake(*"ab")
    equal((number, number.value), (5, 4))
    equal((table, table.a), ({"b": 2}, 1))
    equal((mistake.args, mistake.b), (("a",), "b"))
    equal(tuple(Items(1, 2)), (1, 2))
    fails(TypeError, "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
          type("N", (int,), {"__init__": lambda self, x: None}), None)


def test_results_of_init():
    class Wrong:
        def __new__(cls, *args):
            return object.__new__(cls)

        def __init__(self):
            return 1

    fails(TypeError, "__init__() should return None, not 'int'", Wrong)
    fails(TypeError, "Wrong.__init__() takes 1 positional argument but 2 were given".replace(
        "Wrong", Wrong.__qualname__), Wrong, 1)


def test_generators_are_no_instances():
    class Lazy:
        def __new__(cls, x):
            yield x

    class LazyInit:
        def __init__(self):
            yield 1

    equal(list(Lazy(3)), [3])
    fails(TypeError, "__init__() should return None, not 'generator'", LazyInit)


def test_depth():
    class Deep:
        def __new__(cls, depth):
            if depth:
                return Deep(depth - 1)
            return super().__new__(cls)

        def __init__(self, depth):
            self.depth = depth

    equal(Deep(300).depth, 300)
    raises(RecursionError, lambda: Deep(10 ** 6))


def test_metaclasses():
    class Meta(type):
        def __call__(cls, *args):
            return "called", super().__call__(*args)

    class Shown(metaclass=Meta):
        def __new__(cls, a):
            return object.__new__(cls)

        def __init__(self, a):
            self.a = a

    class Maker(type):
        @property
        def __new__(cls):
            return lambda cls, *args: "made otherwise"

    class Plain:
        def __new__(cls):
            return "made"

    equal(Shown(2)[0], "called")
    equal(Shown(3)[1].a, 3)
    equal(Plain(), "made")

    class Abstract(abc.ABC):
        @abc.abstractmethod
        def f(self):
            pass

        def __init__(self, *args):
            pass

    message = "Can't instantiate abstract class Abstract without an implementation for abstract method 'f'"
    fails(TypeError, message, Abstract, 1)
    fails(TypeError, message, lambda: Abstract(1))
    fails(TypeError, message, lambda: Abstract(*[1]))


def boom():
    raise ValueError("x")


class FailsInNew:
    def __new__(cls, *args):
        boom()


class FailsInInit:
    def __new__(cls, *args):
        return object.__new__(cls)

    def __init__(self, *args):
        sys._getframe()
        boom()


def test_tracebacks():
    for kind, method in (FailsInNew, "__new__"), (FailsInInit, "__init__"):
        for call in (lambda: kind(1, 2)), (lambda: kind(*[1, 2])):
            try:
                call()
            except ValueError as e:
                names = [entry.name for entry in traceback.extract_tb(e.__traceback__)]
                equal(names, ["test_tracebacks", "<lambda>", method, "boom"])


def test_frames():
    class Looks:
        def __new__(cls, *args):
            cls.frame = sys._getframe()
            equal(cls.frame.f_locals["args"], args)
            equal(cls.frame.f_back.f_code.co_name, "make")
            return object.__new__(cls)

        def __init__(self, *args):
            gc.collect()
            self.args = args

    def make():
        return Looks([1], {2: 3})

    equal(make().args, ([1], {2: 3}))
    equal(Looks.frame.f_locals["args"], ([1], {2: 3}))


def test_arguments_survive_collections():
    class Collects:
        def __new__(cls, *args, **kwargs):
            del args, kwargs
            gc.collect()
            return object.__new__(cls)

        def __init__(self, *args, **kwargs):
            self.args = args, kwargs

    def make(i):
        return Collects([i], str(i) * 3, key=[i, i])

    def spread(i):
        return Collects(*([i], str(i) * 3), **{"key": [i, i]})

    for i in range(20):
        equal(make(i).args, (([i], str(i) * 3), {"key": [i, i]}))
        equal(spread(i).args, (([i], str(i) * 3), {"key": [i, i]}))


def test_tracing_a_call():
    events = []

    def trace(frame, event, arg):
        events.append((frame.f_code.co_name, event))

    class Traced:
        def __new__(cls, a):
            return object.__new__(cls)

        def __init__(self, a):
            pass

    sys.settrace(trace)
    Traced(1)
    sys.settrace(None)
    equal(events, [("__new__", "call"), ("__init__", "call")])


def test_threads_change_the_methods():
    class Changes:
        def __new__(cls, *args):
            return object.__new__(cls)

        def __init__(self, *args):
            self.which = args

    def other_new(cls, *args):
        return object.__new__(cls)

    def other_init(self, *args):
        self.which = list(args)

    def change():
        plain_new, plain_init = Changes.__new__, Changes.__init__
        while not done.is_set():
            Changes.__new__ = other_new
            Changes.__init__ = other_init
            Changes.__new__ = plain_new
            Changes.__init__ = plain_init

    done = threading.Event()
    thread = threading.Thread(target=change)
    thread.start()
    try:
        for i in range(3000):
            equal(list(Changes(i, *[i]).which), [i, i])
    finally:
        done.set()
        thread.join()


run(globals())
