"""What instances of types that C modules make say, which CPython makes at run time."""

import array
import collections
import contextvars
import datetime
import functools
import itertools
import mmap
import re
import sys
import weakref

from testing import equal, fails, run


def test_module_of_instances():
    for made, module in ((collections.deque(), "collections"), (array.array("i"), "array"), (re.compile(""), "re"),
                         (functools.partial(len), "functools"), (itertools.count(), "itertools")):
        equal(made.__module__, module)
        equal(type(made).__dict__["__module__"], module)
        fails(AttributeError, f"'{module}.{type(made).__name__}' object attribute '__module__' is read-only", setattr,
              made, "__module__", "x") if not hasattr(made, "__dict__") else None
    for made in collections.OrderedDict(), datetime.date(1, 1, 1), weakref.ref(array.array), [], 5:
        assert not hasattr(made, "__module__")


def test_wrapper_of_a_partial():
    @functools.wraps(functools.partial(len))
    def wrapper():
        pass
    equal(wrapper.__module__, "functools")


def test_deletion_of_items():
    def delete(o):
        del o[0]
    fails(TypeError, "'itertools.count' object doesn't support item deletion", delete, itertools.count())
    fails(TypeError, "'datetime.date' object does not support item deletion", delete, datetime.date(1, 1, 1))
    fails(TypeError, "'int' object does not support item deletion", delete, 5)


def test_a_match_is_no_sequence():
    match = re.match("(a)", "a")
    equal(match[1], "a")
    fails(TypeError, "'re.Match' object is not iterable", iter, match)
    fails(TypeError, "'re.Match' object is not iterable", list, match)


def test_bytes_of_other_items():
    fails(TypeError, "a bytes-like object is required", array.array("i").frombytes, array.array("i", [1]))
    a = array.array("i")
    a.frombytes(array.array("B", bytes(4)))
    equal(a.tolist(), [0])


def test_made_at_run_time():
    """The bit that says so is what copyreg goes by: set for types of modules, but for static ones."""
    made = 1 << 9
    for kind in array.array, mmap.mmap, re.Match, itertools.count, functools.partial:
        assert kind.__flags__ & made, kind
    for kind in int, datetime.date, type(sys.flags), collections.OrderedDict, contextvars.Context:
        assert not kind.__flags__ & made, kind


def test_indices_of_a_map():
    def store(o):
        o["a"] = 1
    fails(TypeError, "mmap indices must be integers", mmap.mmap(-1, 10).__getitem__, "a")
    fails(TypeError, "mmap indices must be integer", store, mmap.mmap(-1, 10))


run(globals())
