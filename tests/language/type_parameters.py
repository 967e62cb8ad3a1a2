"""Type parameters, type aliases and annotations of PEP 695 and 696."""

from testing import equal, fails, raises, run


def test_generic_function():
    def f[T](x: T) -> T:
        return x

    equal(f(5), 5)
    (T,) = f.__type_params__
    equal((T.__name__, type(T).__name__, repr(T)), ("T", "TypeVar", "T"))
    assert f.__annotations__ == {"x": T, "return": T}


def test_generic_class():
    class C[T, *Ts, **P]:
        def get(self) -> T:
            return T

    T, Ts, P = C.__type_params__
    equal([type(p).__name__ for p in (T, Ts, P)], ["TypeVar", "TypeVarTuple", "ParamSpec"])
    assert C().get() is T
    assert C.__orig_bases__[0].__origin__.__name__ == "Generic"


def test_bounds_and_constraints_are_lazy():
    def f[T: undefined_name, U: (int, str)](x):
        pass

    T, U = f.__type_params__
    equal(U.__constraints__, (int, str))
    with raises(NameError, "name 'undefined_name' is not defined"):
        T.__bound__


def test_bound():
    class C[T: int]:
        pass

    equal(C.__type_params__[0].__bound__, int)


def test_defaults():
    class C[T = int, **P = [int]]:
        pass

    T, P = C.__type_params__
    equal(T.__default__, int)
    assert T.has_default()
    equal(P.__default__, [int])


def test_type_alias():
    type Pair = tuple[int, str]
    equal((type(Pair).__name__, Pair.__name__, Pair.__value__), ("TypeAliasType", "Pair",
                                                                 tuple[int, str]))
    equal(repr(Pair), "Pair")


def test_type_alias_is_lazy_and_recursive():
    type Json = dict[str, Json] | list[Json] | str
    type Later = not_defined_yet
    assert Json in Json.__value__.__args__[0].__args__
    with raises(NameError):
        Later.__value__


def test_generic_type_alias():
    type ListOf[T] = list[T]
    (T,) = ListOf.__type_params__
    assert ListOf.__value__ == list[T]
    equal(repr(ListOf[int]), "ListOf[int]")


def test_scopes():
    T = "outer"

    def f[T]():
        return T

    class C[T]:
        x = T

        def g[U](self):
            return T, U

    assert f() is f.__type_params__[0]
    assert C.x is C.__type_params__[0]
    assert C().g() == (C.x, C.g.__type_params__[0])
    equal(T, "outer")


def test_defaults_and_decorators_do_not_see_type_parameters():
    T = "outer"

    def decorator(x):
        return lambda f: (x, f)

    @decorator(T)
    def f[T](x=T):
        return x

    equal((f[0], f[1]()), ("outer", "outer"))


def test_bases_see_type_parameters():
    class Base[T]:
        pass

    class Derived[T](Base[T]):
        pass

    assert Derived.__orig_bases__[0].__args__ == Derived.__type_params__


def test_type_is_a_soft_keyword():
    type = 5
    equal(type + 1, 6)
    type: int = 3
    equal(type, 3)


def test_bound_closes_over_locals():
    def outer(kind):
        def f[T: kind]():
            pass
        return f

    equal(outer(int).__type_params__[0].__bound__, int)


def test_methods_in_a_class_scope_see_class_names_in_bounds():
    class C:
        X = int

        def f[T: X](self):
            pass

    equal(C.f.__type_params__[0].__bound__, int)


def test_unions_and_generic_aliases():
    equal(repr(int | str | None), "int | str | None")
    equal(repr(list[int]), "list[int]")
    equal(repr(dict[str, list[int]]), "dict[str, list[int]]")
    equal((int | str).__args__, (int, str))
    assert int | str == str | int
    assert isinstance(5, int | None)
    equal(list[int]([1]), [1])
    equal(list[int].__origin__, list)
    with raises(TypeError, "isinstance() argument 2 cannot be a parameterized generic"):
        isinstance([], list[int])
    with raises(TypeError, "unsupported operand type(s) for |: 'type' and 'int'"):
        int | 5


def test_future_annotations():
    scope = {}
    exec("from __future__ import annotations\n"
         "def f(x: some.thing[1], *a: 'q') -> lambda: 0: pass\n"
         "y: x+1\n", scope)
    equal(scope["f"].__annotations__, {"x": "some.thing[1]", "a": "'q'", "return": "lambda: 0"})
    equal(scope["__annotations__"], {"y": "x + 1"})


run(globals())
