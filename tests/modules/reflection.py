"""inspect, types, typing, traceback, warnings, logging, argparse, unittest, sys."""

import argparse
import inspect
import io
import logging
import sys
import threading
import traceback
import types
import typing
import unittest
import warnings

from testing import equal, fails, raises, run, skip


def test_signature():
    def f(a, /, b: int = 1, *args, c, d=2, **kw) -> str:
        pass

    equal(str(inspect.signature(f)), "(a, /, b: int = 1, *args, c, d=2, **kw) -> str")
    equal((str(inspect.signature(len)), str(inspect.signature([].pop)), str(inspect.signature("".split))),
          ("(obj, /)", "(index=-1, /)", "(sep=None, maxsplit=-1)"))
    bound = inspect.signature(f).bind(1, 2, 3, c=4)
    equal(bound.arguments, {"a": 1, "b": 2, "args": (3,), "c": 4})


def test_inspect_kinds():
    async def coroutine():
        pass

    def generator():
        yield

    equal((inspect.isfunction(test_signature), inspect.isbuiltin(len), inspect.isclass(int),
           inspect.iscoroutinefunction(coroutine), inspect.isgeneratorfunction(generator),
           inspect.ismethod([].append), inspect.ismodule(inspect)),
          (True, True, True, True, True, False, True))
    equal(inspect.getdoc(len)[:10], "Return the")
    assert "def test_signature" in inspect.getsource(test_signature)


def test_frames():
    def f():
        x = 5
        frame = sys._getframe()
        return frame.f_code.co_name, frame.f_locals["x"], frame.f_back.f_code.co_name, frame.f_lineno

    name, x, caller, line = f()
    equal((name, x, caller), ("f", 5, "test_frames"))
    equal(line, f.__code__.co_firstlineno + 3)


def test_types_module():
    C = types.new_class("C", (), {}, lambda ns: ns.update(x=1))
    n = types.SimpleNamespace(a=1)
    m = types.ModuleType("m", "doc")
    equal((C.x, n, repr(n), m.__doc__), (1, types.SimpleNamespace(a=1), "namespace(a=1)", "doc"))


def test_typing():
    def f(x: "int", y: typing.Optional[str] = None) -> typing.List[int]:
        pass

    equal(typing.get_type_hints(f), {"x": int, "y": typing.Optional[str], "return": typing.List[int]})

    class P(typing.Protocol):
        def m(self): ...

    class N(typing.NamedTuple):
        a: int
        b: str = "x"

    class T(typing.TypedDict):
        k: int

    equal((N(1), N(1).b, T(k=1)), (N(1, "x"), "x", {"k": 1}))
    equal((repr(typing.Union[int, str]), repr(typing.Callable[[int], str]), typing.get_args(dict[str, int])),
          ("typing.Union[int, str]", "typing.Callable[[int], str]", (str, int)))


def test_traceback():
    try:
        1 / 0
    except ZeroDivisionError as error:
        lines = traceback.format_exception(error)
        equal(lines[-1], "ZeroDivisionError: division by zero\n")
        equal(traceback.extract_tb(error.__traceback__)[0].name, "test_traceback")


def test_warnings():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning)
    equal((len(caught), str(caught[0].message), caught[0].category), (1, "old", DeprecationWarning))


def test_logging():
    out = io.StringIO()
    logger = logging.getLogger("weft.test")
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.debug("hidden")
    logger.info("shown %d", 5)
    equal(out.getvalue(), "INFO weft.test shown 5\n")


def test_argparse():
    p = argparse.ArgumentParser(prog="p")
    p.add_argument("name")
    p.add_argument("-n", "--number", type=int, default=3)
    p.add_argument("--flag", action="store_true")
    equal(vars(p.parse_args(["x", "-n", "5", "--flag"])), {"name": "x", "number": 5, "flag": True})
    assert p.format_help().startswith("usage: p [-h] [-n NUMBER] [--flag] name\n")
    old, sys.stderr = sys.stderr, io.StringIO()
    try:
        fails(SystemExit, "2", p.parse_args, ["x", "-n", "y"])
        assert "argument -n/--number: invalid int value: 'y'" in sys.stderr.getvalue()
    finally:
        sys.stderr = old


def test_unittest():
    class T(unittest.TestCase):
        def test_pass(self):
            self.assertEqual(1, 1)

        def test_fail(self):
            self.assertEqual(1, 2)

        @unittest.skip("why")
        def test_skip(self):
            pass

        def test_error(self):
            with self.assertRaises(KeyError):
                {}["a"]
            raise ValueError

    result = unittest.TextTestRunner(stream=io.StringIO()).run(
        unittest.defaultTestLoader.loadTestsFromTestCase(T))
    equal((result.testsRun, len(result.failures), len(result.errors), len(result.skipped)), (4, 1, 1, 1))


def test_sys():
    assert sys.version_info[:2] == (3, 13) and sys.byteorder == "little" and sys.maxsize == 2 ** 63 - 1
    assert sys.hexversion >> 16 == 0x030d
    assert isinstance(sys.getsizeof([]), int) and sys.getrefcount([]) >= 1
    equal((sys.float_info.max, sys.int_info.default_max_str_digits, sys.hash_info.modulus),
          (1.7976931348623157e308, 4300, 2 ** 61 - 1))
    assert "sys" in sys.builtin_module_names and sys.executable and sys.platform == "linux"


def test_settrace():
    if not hasattr(sys, "settrace"):
        skip("tracing is not there yet")
    events = []

    def tracer(frame, event, arg):
        if frame.f_code.co_name == "f":
            events.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
        return tracer

    def f():
        x = 1
        return x

    sys.settrace(tracer)
    try:
        f()
    finally:
        sys.settrace(None)
    equal(events, [("call", 0), ("line", 1), ("line", 2), ("return", 2)])


def test_system_tuples_cannot_be_made():
    flags = type(sys.flags)
    fails(TypeError, "cannot create 'sys.flags' instances", flags)
    fails(TypeError, "cannot create 'sys.flags' instances", flags, sys.flags)
    fails(TypeError, "tuple.__new__(sys.flags) is not safe, use sys.flags.__new__()",
          flags.__new__, flags, sys.flags)


def test_line_of_a_generator_that_was_not_started():
    def generator():

        yield 1

    made = generator()
    equal(made.gi_frame.f_lineno, generator.__code__.co_firstlineno)


def test_variables_of_a_frame_are_changed():
    def change():
        x = 1
        variables = same = sys._getframe().f_locals
        variables |= {"x": 5, "y": 6}
        equal((x, variables is same, same["y"]), (5, True, 6))
        variables.update(same | {"x": 7})
        equal(x, 7)
        fails(TypeError, "update() argument must be dict or another FrameLocalsProxy", variables.update, [("x", 1)])

    change()


def suspended():
    x = 1
    yield
    yield x


def test_a_comparison_ends_the_frame_whose_variable_is_set():
    for end in list, lambda g: g.close(), lambda g: g.gi_frame.clear() if not g.close() and g.gi_frame else None:
        g = suspended()
        next(g)
        variables = g.gi_frame.f_locals

        class Key(str):
            def __hash__(self):
                return hash("x")

            def __eq__(self, other):
                end(g)
                return True

        variables[Key("x")] = 5
        equal(variables["x"], 5)


def test_a_variable_is_set_in_a_generator_that_all_know():
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    global known
    known = suspended()
    next(known)
    known.gi_frame.f_locals["x"] = 3
    over.set()
    thread.join()
    equal(list(known), [3])


run(globals())
