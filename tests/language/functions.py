"""Functions: binding of arguments, defaults, attributes, decorators, scopes."""

from testing import equal, fails, raises, run


def two(a, b):
    return a, b


def everything(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs


def test_positional_and_keyword():
    equal(two(1, 2), (1, 2))
    equal(two(1, b=2), (1, 2))
    equal(two(b=1, a=2), (2, 1))


def test_all_kinds_of_parameters():
    equal(everything(1, d=4), (1, 2, 3, (), 4, 5, {}))
    equal(everything(1, 9, 8, 7, 6, d=4, e=3, f=2),
          (1, 9, 8, (7, 6), 4, 3, {"f": 2}))


def test_positional_only_names_may_be_keywords_in_kwargs():
    equal(everything(1, d=4, a=10, b=20), (1, 2, 3, (), 4, 5, {"a": 10, "b": 20}))


def test_missing_one():
    fails(TypeError, "two() missing 1 required positional argument: 'b'", two, 1)


def test_missing_two():
    fails(TypeError, "two() missing 2 required positional arguments: 'a' and 'b'", two)


def test_missing_three():
    def f(a, b, c):
        pass

    fails(TypeError, "test_missing_three.<locals>.f() missing 3 required positional arguments:"
          " 'a', 'b', and 'c'", f)


def test_missing_keyword_only():
    fails(TypeError, "everything() missing 1 required keyword-only argument: 'd'", everything, 1)


def test_missing_two_keyword_only():
    def f(*, a, b):
        pass

    fails(TypeError, "test_missing_two_keyword_only.<locals>.f() missing 2 required "
          "keyword-only arguments: 'a' and 'b'", f)


def test_too_many():
    fails(TypeError, "two() takes 2 positional arguments but 3 were given", two, 1, 2, 3)


def test_too_many_for_none():
    def f():
        pass

    fails(TypeError, "test_too_many_for_none.<locals>.f() takes 0 positional arguments but 1 "
          "was given", f, 1)


def test_too_many_for_one():
    def f(a):
        pass

    fails(TypeError, "test_too_many_for_one.<locals>.f() takes 1 positional argument but 2 "
          "were given", f, 1, 2)


def test_too_many_with_defaults():
    def f(a, b=1):
        pass

    fails(TypeError, "test_too_many_with_defaults.<locals>.f() takes from 1 to 2 positional "
          "arguments but 3 were given", f, 1, 2, 3)


def test_too_many_with_keyword_only_given():
    def f(a, *, k):
        pass

    fails(TypeError, "test_too_many_with_keyword_only_given.<locals>.f() takes 1 positional "
          "argument but 2 positional arguments (and 1 keyword-only argument) were given",
          f, 1, 2, k=3)


def test_multiple_values():
    fails(TypeError, "two() got multiple values for argument 'a'", two, 1, a=2)


def test_unexpected_keyword():
    fails(TypeError, "two() got an unexpected keyword argument 'z'", two, 1, 2, z=3)


def test_unexpected_keyword_with_suggestion():
    def f(first, second):
        pass

    fails(TypeError, "test_unexpected_keyword_with_suggestion.<locals>.f() got an unexpected "
          "keyword argument 'secnd'. Did you mean 'second'?", f, 1, secnd=2)


def test_positional_only_given_by_keyword():
    def f(a, b, /):
        pass

    fails(TypeError, "test_positional_only_given_by_keyword.<locals>.f() got some "
          "positional-only arguments passed as keyword arguments: 'a, b'", f, a=1, b=2)


def test_multiple_values_by_double_star():
    with raises(TypeError, "__main__.two() got multiple values for keyword argument 'a'"):
        two(**{"a": 1}, **{"a": 2})


def test_keywords_must_be_strings():
    with raises(TypeError, "keywords must be strings"):
        everything(1, d=2, **{1: 2})


def test_star_argument_must_be_iterable():
    with raises(TypeError, "__main__.two() argument after * must be an iterable, not int"):
        two(*5)


def test_double_star_argument_must_be_a_mapping():
    with raises(TypeError, "__main__.two() argument after ** must be a mapping, not int"):
        two(**5)


def test_several_stars():
    equal(everything(*[1], *(2, 3), *"xy", **{"d": 4}, **{"z": 5}),
          (1, 2, 3, ("x", "y"), 4, 5, {"z": 5}))


def test_arguments_are_evaluated_in_order():
    log = []

    def note(x):
        log.append(x)
        return x

    def f(*args, **kwargs):
        pass

    f(note(1), *[note(2)], note(3), k=note(4), **{"l": note(5)}, m=note(6))
    equal(log, [1, 2, 3, 4, 5, 6])


def test_kwargs_is_a_new_dict():
    d = {"a": 1}

    def f(**kwargs):
        kwargs["b"] = 2
        return kwargs

    equal(f(**d), {"a": 1, "b": 2})
    equal(d, {"a": 1})


def test_any_mapping_with_keys_may_be_unpacked():
    class Mapping:
        def keys(self):
            return ["a", "b"]

        def __getitem__(self, key):
            return key * 2

    equal(two(**Mapping()), ("aa", "bb"))


def test_stars_of_every_kind_of_callable():
    class Plain:
        def __init__(self, *args, **kwargs):
            self.given = args, kwargs

        def method(self, *args, **kwargs):
            return self, args, kwargs

    def generator(*args, **kwargs):
        yield args, kwargs

    for count in 0, 1, 4, 15, 16, 17, 40:
        args = [object() for _ in range(count)]
        kwargs = {f"name{i}": object() for i in range(count)}
        wanted = tuple(args), kwargs
        equal(everything(0, 1, 2, *args, d=3, **kwargs), (0, 1, 2, tuple(args), 3, 5, kwargs))
        equal(Plain(*args, **kwargs).given, wanted)
        plain = Plain()
        equal(plain.method(*args, **kwargs), (plain, *wanted))
        equal(next(generator(*args, **kwargs)), wanted)
        equal(dict(**kwargs), kwargs)
        equal((lambda *a, **k: (a, k))(*iter(args), **kwargs), wanted)
        gather = plain.method
        equal(gather(*args, **kwargs), (plain, *wanted))


def test_double_star_is_looked_at_before_star():
    with raises(TypeError, "__main__.two() argument after ** must be a mapping, not int"):
        two(*1, **2)


def test_recursion_through_stars():
    def down(*args, n, **kwargs):
        return down(*args, n=n - 1, **kwargs) if n else (args, kwargs)

    equal(down(1, n=200, x=2), ((1,), {"x": 2}))

    def forever(*args, **kwargs):
        return forever(*args, **kwargs)

    with raises(RecursionError, "maximum recursion depth exceeded"):
        forever(1, x=2)


def test_defaults_are_evaluated_once():
    def f(x, seen=[]):
        seen.append(x)
        return seen

    f(1)
    equal(f(2), [1, 2])


def test_defaults_see_the_scope_of_definition():
    n = 1

    def f(x=n):
        return x

    n = 2
    equal(f(), 1)


def test_defaults_may_be_replaced():
    def f(a, b=1, *, c=2):
        return a, b, c

    f.__defaults__ = (10, 20)
    f.__kwdefaults__ = {"c": 30}
    equal(f(), (10, 20, 30))
    f.__defaults__ = None
    fails(TypeError, "test_defaults_may_be_replaced.<locals>.f() missing 2 required positional "
          "arguments: 'a' and 'b'", f)


def test_attributes_of_a_function():
    def f(a, b: int = 1, *, c: str = "x") -> list:
        """Doc."""

    equal(f.__name__, "f")
    equal(f.__qualname__, "test_attributes_of_a_function.<locals>.f")
    equal(f.__doc__, "Doc.")
    equal(f.__module__, "__main__")
    equal(f.__defaults__, (1,))
    equal(f.__kwdefaults__, {"c": "x"})
    equal(f.__annotations__, {"b": int, "c": str, "return": list})
    equal(f.__closure__, None)
    equal(f.__code__.co_argcount, 2)
    equal(f.__code__.co_kwonlyargcount, 1)
    equal(f.__code__.co_varnames, ("a", "b", "c"))
    assert f.__globals__ is globals()
    assert f.__builtins__["len"] is len


def test_own_attributes_of_a_function():
    def f():
        pass

    f.x = 1
    equal(f.__dict__, {"x": 1})
    del f.x
    with raises(AttributeError, "'function' object has no attribute 'x'"):
        f.x


def test_name_must_be_a_string():
    def f():
        pass

    with raises(TypeError, "__name__ must be set to a string object"):
        f.__name__ = 1
    f.__name__ = "g"
    equal(f.__name__, "g")


def test_repr_of_a_function():
    r = repr(two)
    assert r.startswith("<function two at 0x"), r


def test_functions_without_return_give_none():
    def f():
        pass

    equal(f(), None)


def test_return_of_a_tuple():
    def f():
        return 1, 2

    equal(f(), (1, 2))


def test_recursion():
    def factorial(n):
        return 1 if n < 2 else n * factorial(n - 1)

    equal(factorial(30), 265252859812191058636308480000000)


def test_mutual_recursion():
    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)

    equal((even(100), odd(100)), (True, False))


def test_decorators_apply_from_the_inside():
    log = []

    def decorator(name):
        log.append("make " + name)

        def apply(function):
            log.append("apply " + name)
            return function
        return apply

    @decorator("a")
    @decorator("b")
    def f():
        pass

    equal(log, ["make a", "make b", "apply b", "apply a"])


def test_decorator_may_be_any_expression():
    table = {"x": lambda f: "decorated"}

    @table["x"]
    def f():
        pass

    @(lambda f: 5)
    def g():
        pass

    equal((f, g), ("decorated", 5))


def test_lambda():
    f = lambda a, *b, c=3, **d: (a, b, c, d)
    equal(f(1, 2, e=4), (1, (2,), 3, {"e": 4}))
    equal(f.__name__, "<lambda>")


def test_calling_what_is_not_callable():
    five = 5
    with raises(TypeError, "'int' object is not callable"):
        five()


def test_calling_none():
    nothing = None
    with raises(TypeError, "'NoneType' object is not callable"):
        nothing()


def test_undefined_name():
    with raises(NameError, "name 'undefined_thing' is not defined"):
        undefined_thing


def test_local_before_assignment():
    def f():
        print(value)
        value = 1

    fails(UnboundLocalError,
          "cannot access local variable 'value' where it is not associated with a value", f)


def test_builtins_can_be_shadowed_and_restored():
    global len
    len = lambda x: 42
    try:
        equal(len([]), 42)
    finally:
        del len
    equal(len([]), 0)


def test_many_parameters():
    names = [f"a{i}" for i in range(300)]
    scope = {}
    exec(f"def f({', '.join(names)}): return a0 + a299 + a150", scope)
    equal(scope["f"](*range(300)), 449)


def test_many_arguments():
    def f(*args, **kwargs):
        return len(args), len(kwargs)

    equal(f(*range(1000), **{f"k{i}": i for i in range(1000)}), (1000, 1000))


def test_call_method_of_a_class_instance():
    class Adder:
        def __init__(self, n):
            self.n = n

        def __call__(self, x, *, y=0):
            return self.n + x + y

    equal(Adder(1)(2, y=3), 6)


def test_call_looked_up_on_the_type():
    class C:
        pass

    c = C()
    c.__call__ = lambda: 1
    with raises(TypeError, "'C' object is not callable"):
        c()


def test_bound_methods():
    class C:
        def f(self, x):
            return self, x

    c = C()
    m = c.f
    equal(m(1), (c, 1))
    assert m.__self__ is c
    assert m.__func__ is C.f
    assert m == c.f
    assert m is not c.f
    equal(hash(m), hash(c.f))


def test_missing_self():
    class C:
        def f():
            pass

    fails(TypeError, "test_missing_self.<locals>.C.f() takes 0 positional arguments but 1 was "
          "given", C().f)


def test_function_called_through_the_class():
    class C:
        def f(self):
            return self

    equal(C.f(5), 5)
    fails(TypeError, "test_function_called_through_the_class.<locals>.C.f() missing 1 required "
          "positional argument: 'self'", C.f)


def test_new_functions_from_code():
    def f(x):
        return x + offset

    kind = type(f)
    g = kind(f.__code__, {"offset": 10}, "g", None, None)
    equal(g(1), 11)
    equal(g.__name__, "g")


def test_replacing_code():
    def f():
        return 1

    def g():
        return 2

    f.__code__ = g.__code__
    equal(f(), 2)


def test_code_with_other_number_of_free_variables():
    def f():
        return 1

    x = 1

    def g():
        return x

    with raises(ValueError, "f() requires a code object with 0 free vars, not 1"):
        f.__code__ = g.__code__


def test_builtin_functions_check_arguments():
    fails(TypeError, "len() takes exactly one argument (0 given)", len)
    fails(TypeError, "len() takes exactly one argument (2 given)", len, 1, 2)
    fails(TypeError, "len() takes no keyword arguments", len, obj=1)
    fails(TypeError, "object of type 'int' has no len()", len, 5)
    fails(TypeError, "abs() takes exactly one argument (0 given)", abs)
    fails(TypeError, "isinstance expected 2 arguments, got 1", isinstance, 1)
    fails(TypeError, "sorted expected 1 argument, got 0", sorted)
    fails(TypeError, "pow() missing required argument 'exp' (pos 2)", pow, 1)


def test_lines_of_a_long_function():
    source = "def f():\n" + "".join(f"    a{i} = b.c(d, {i})\n" for i in range(300))
    namespace = {}
    exec(compile("\n" * 1000 + source, "test", "exec"), namespace)
    code = namespace["f"].__code__
    equal(max(line for _, _, line in code.co_lines() if line), 1301)
    equal(max(line for line, _, _, _ in code.co_positions() if line), 1301)


run(globals())
