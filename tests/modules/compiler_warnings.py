"""Warnings of the compiler: the running module remembers those that were given."""

import os
import time
import warnings

from testing import equal, fails, run


def caught(action, *sources):
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter(action)
        for source, name in sources:
            compile(source, name, "exec")
    return [(w.filename, w.lineno) for w in shown]


def test_once_a_line():
    equal(caught("default", ("1 is 1", "a"), ("1 is 1", "a"), ("\n1 is 1", "a"), ("1 is 1", "a")),
          [("a", 1), ("a", 2)])
    equal(caught("always", ("1 is 1", "a"), ("1 is 1", "a")), [("a", 1)] * 2)


def test_new_filters_forget():
    equal(caught("default", ("1 is 1", "a")), [("a", 1)])
    equal(caught("default", ("1 is 1", "a")), [("a", 1)])


def test_escapes_are_not_remembered():
    equal(caught("default", ("'\\d'", "a"), ("'\\d'", "a")), [("a", 1)] * 2)


def test_types_of_the_library_are_mutable():
    now = time.gmtime()
    for value in now, os.stat("."), os.times():
        type(value).extra = value
        assert value.extra is value
        del type(value).extra
    fails(TypeError, "cannot set 'extra' attribute of immutable type 'sys.flags'",
          setattr, type(__import__("sys").flags), "extra", 1)


def test_device_numbers():
    equal(os.makedev(8, 1), 2049)
    equal((os.makedev(-1, -1), os.major(-1), os.minor(-1)), (-1, -1, -1))
    for major, minor in (2**32, 0), (0, 2**32), (-2, 0), (2**70, 0):
        try:
            os.makedev(major, minor)
        except OverflowError:
            pass
        else:
            assert False, (major, minor)


run(globals())
