"""Substitution in generic aliases, and what typing's own classes allow."""

import types
import typing

from testing import equal, fails, run

T = typing.TypeVar("T")
U = typing.TypeVar("U")
Ts = typing.TypeVarTuple("Ts")


def test_an_unpacked_type_variable_tuple_spreads():
    equal(repr(tuple[*Ts][int, str]), "tuple[int, str]")
    equal(repr(tuple[*Ts][()]), "tuple[()]")
    equal(repr(tuple[int, *Ts][str]), "tuple[int, str]")
    equal(repr(tuple[*Ts, int][*tuple[str, ...]]), "tuple[*tuple[str, ...], int]")


def test_unpacked_tuples_are_several_arguments():
    equal(repr(dict[T, U][*tuple[int, str]]), "dict[int, str]")
    equal(repr(list[T][*tuple[int]]), "list[int]")


def test_too_few_arguments():
    fails(TypeError, "Too few arguments for dict[~T, ~U]; actual 1, expected at least 2",
          lambda: dict[T, U][int])


def test_aliases_are_no_classes():
    fails(TypeError, "issubclass() arg 1 must be a class", issubclass, list[int], list)


def test_typing_classes_are_like_builtin_ones():
    for cls in typing.TypeVar, typing.ParamSpec, typing.TypeAliasType, type(typing.NoDefault):
        fails(TypeError, None, setattr, cls, "foo", 1)
    equal(typing.TypeVar.__qualname__, "TypeVar")


def test_type_aliases_join_unions():
    type A = int
    type B = str
    assert isinstance(A | B, types.UnionType)
    assert isinstance(None | A, types.UnionType)


def test_type_aliases_know_their_module():
    type A = int
    equal(A.__module__, __name__)


def test_variable_that_was_none_when_looked_for():
    class Late:
        asked = 0
        __parameters__ = (T,)

        @property
        def __typing_subst__(self):
            self.asked += 1
            if self.asked == 1:
                raise AttributeError
            return lambda argument: argument

    late = Late()
    fails(TypeError, "%r is not a type variable of the generic class" % late,
          lambda: types.GenericAlias(tuple, (late,))[int])


run(globals())
