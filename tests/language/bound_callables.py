"""Bound methods of what is no function: their callee wants more in front of the arguments than the receiver."""

import functools
import types

from testing import equal, run


class Callable:

    def __call__(self, *args, **keywords):
        return args, keywords


class Made:

    def __init__(self, *args, **keywords):
        self.got = args, keywords


class New:

    def __new__(cls, *args, **keywords):
        self = object.__new__(cls)
        self.got = args, keywords
        return self


def got(result):
    return getattr(result, "got", result)


def check_cells(method, before):
    """From the registers right behind those of variables that a closure has."""
    first = second = third = "kept"

    def variables():
        return first, second, third

    a = method(1)
    b = method(b=2)
    c = method(3, b=4)
    d = method(*(5,), **{"b": 6})
    equal((first, second, third), ("kept",) * 3)
    equal(variables(), ("kept",) * 3)
    equal([got(a), got(b), got(c), got(d)],
          [((*before, 1), {}), (before, {"b": 2}), ((*before, 3), {"b": 4}), ((*before, 5), {"b": 6})])


def check_variables(method, before, last="kept"):
    """The same behind plain variables, and as attributes."""

    class Holder:
        attribute = method

    holder, last = Holder(), "kept"
    method(1)
    equal(last, "kept")
    method(b=2)
    equal(last, "kept")
    Holder.attribute(3)
    equal(last, "kept")
    holder.attribute(4, b=5)
    equal((last, got(holder.attribute(6))), ("kept", ((*before, 6), {})))


def both(method, before):
    check_cells(method, before)
    check_variables(method, before)


def test_each_kind():
    callable_ = Callable()
    for _ in range(5):
        both(types.MethodType(callable_, "self"), ("self",))
        both(types.MethodType(Made, "self"), ("self",))
        both(types.MethodType(New, "self"), ("self",))
        both(types.MethodType(types.MethodType(callable_, "inner"), "outer"), ("inner", "outer"))
        both(types.MethodType(functools.partial(callable_, "first"), "self"), ("first", "self"))


run(globals())
