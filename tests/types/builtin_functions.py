"""Builtin functions and iterators."""

from testing import equal, fails, raises, run


def test_abs_divmod_pow_round():
    equal((abs(-5), abs(-2.5), abs(3 - 4j), divmod(7, -2), pow(2, 3), pow(2, 3, 5), round(2.567, 2)),
          (5, 2.5, 5.0, (-4, -1), 8, 3, 2.57))
    fails(TypeError, "bad operand type for abs(): 'str'", abs, "a")
    fails(TypeError, "type str doesn't define __round__ method", round, "a")


def test_all_and_any():
    equal((all([]), all([1, 0]), any([]), any([0, 1])), (True, False, False, True))
    seen = []
    any(seen.append(x) or x == 2 for x in range(5))
    equal(len(seen), 3)


def test_callable():
    class C:
        def __call__(self):
            pass

    equal([callable(x) for x in (len, C, C(), 5, lambda: 0)], [True, True, True, False, True])


def test_enumerate():
    equal((list(enumerate("ab")), list(enumerate("ab", 5)), list(enumerate("a", start=10 ** 20))),
          ([(0, "a"), (1, "b")], [(5, "a"), (6, "b")], [(10 ** 20, "a")]))
    fails(TypeError, "'int' object is not iterable", enumerate, 5)
    fails(TypeError, "enumerate() missing required argument 'iterable'", enumerate)


def test_filter_and_map():
    equal((list(filter(None, [0, 1, "", "a"])), list(filter(lambda x: x > 1, [1, 2, 3]))),
          ([1, "a"], [2, 3]))
    equal((list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2, 3], [10, 20]))),
          (["1", "2"], [11, 22]))
    fails(TypeError, "map() must have at least two arguments.", map, str)
    fails(TypeError, "'int' object is not callable", lambda: list(map(5, [1])))


def test_zip():
    equal((list(zip("ab", [1, 2, 3])), list(zip()), list(zip("ab"))),
          ([("a", 1), ("b", 2)], [], [("a",), ("b",)]))
    equal(list(zip("ab", "cd", strict=True)), [("a", "c"), ("b", "d")])
    fails(ValueError, "zip() argument 2 is longer than argument 1",
          lambda: list(zip("a", "bc", strict=True)))
    fails(ValueError, "zip() argument 2 is shorter than argument 1",
          lambda: list(zip("ab", "c", strict=True)))
    fails(TypeError, "'int' object is not iterable", zip, 5)


def test_reversed():
    equal((list(reversed([1, 2])), list(reversed("ab")), list(reversed(range(3)))),
          ([2, 1], ["b", "a"], [2, 1, 0]))

    class C:
        def __len__(self):
            return 3

        def __getitem__(self, i):
            return i * 10

    equal(list(reversed(C())), [20, 10, 0])
    fails(TypeError, "'set' object is not reversible", reversed, set())


def test_iter_with_sentinel():
    items = iter([1, 2, 3, 4])
    equal(list(iter(lambda: next(items), 3)), [1, 2])
    fails(TypeError, "iter(v, w): v must be callable", iter, 5, 1)


def test_next():
    fails(TypeError, "'int' object is not an iterator", next, 5)
    equal(next(iter([]), "d"), "d")


def test_len():
    class Big:
        def __len__(self):
            return 2 ** 70

    class Negative:
        def __len__(self):
            return -1

    fails(OverflowError, "cannot fit 'int' into an index-sized integer", len, Big())
    fails(ValueError, "__len__() should return >= 0", len, Negative())


def test_min_and_max():
    equal((min(3, 1, 2), max([3, 1, 2]), min("b", "a"), max([], default=5), min([3, -4], key=abs),
           max("a", "bb", key=len)), (1, 3, "a", 5, 3, "bb"))
    equal(max((1, "first"), (1, "second"), key=lambda p: p[0]), (1, "first"))
    fails(ValueError, "max() iterable argument is empty", max, [])
    fails(TypeError, "max expected at least 1 argument, got 0", max)
    fails(TypeError, "'int' object is not iterable", max, 5)
    fails(TypeError, "Cannot specify a default for max() with multiple positional arguments",
          lambda: max(1, 2, default=3))


def test_sum():
    equal((sum([1, 2, 3]), sum([], 5), sum([1.5, 2]), sum([[1], [2]], []), sum([1], start=2)),
          (6, 5, 3.5, [1, 2], 3))
    fails(TypeError, "sum() can't sum strings [use ''.join(seq) instead]", sum, ["a"], "")
    equal(sum(range(10 ** 5)), 4999950000)
    equal(sum([2 ** 62] * 4), 2 ** 64)


def test_sorted():
    equal((sorted("cab"), sorted([3, 1, 2], reverse=True), sorted(["b", "A"], key=str.lower)),
          (["a", "b", "c"], [3, 2, 1], ["A", "b"]))


def test_isinstance_tuples():
    assert isinstance(1, (str, (float, int)))
    assert not isinstance(1, ())
    assert issubclass(bool, (str, int))


def test_id_and_hash():
    a = []
    equal(id(a), id(a))
    assert id([]) != id(a)
    equal(hash(None), hash(None))


def test_type_of_builtins():
    equal([type(x).__name__ for x in (None, ..., NotImplemented, len, [].append, int.__add__,
                                      (5).__add__, type, range(3), lambda: 0)],
          ["NoneType", "ellipsis", "NotImplementedType", "builtin_function_or_method",
           "builtin_function_or_method", "wrapper_descriptor", "method-wrapper", "type", "range",
           "function"])


def test_repr_of_builtins():
    equal([repr(x) for x in (len, int.__add__, list.append, dict.fromkeys.__name__)],
          ["<built-in function len>", "<slot wrapper '__add__' of 'int' objects>",
           "<method 'append' of 'list' objects>", "'fromkeys'"])
    assert repr([].append).startswith("<built-in method append of list object at 0x")
    assert repr((5).__add__).startswith("<method-wrapper '__add__' of int object at 0x")


def test_names_of_builtins():
    equal((len.__name__, len.__module__, len.__qualname__, [].append.__qualname__,
           [].append.__self__, int.__add__.__objclass__, list.append.__qualname__),
          ("len", "builtins", "len", "list.append", [], int, "list.append"))


def test_print():
    import io
    out = io.StringIO()
    print(1, "a", None, sep="-", end="!", file=out)
    print(file=out)
    print("x", file=out, flush=True)
    equal(out.getvalue(), "1-a-None!\nx\n")
    fails(TypeError, "sep must be None or a string, not int", lambda: print(1, sep=5))


def test_setattr_delattr():
    class C:
        pass

    c = C()
    setattr(c, "x", 1)
    equal(c.x, 1)
    delattr(c, "x")
    fails(AttributeError, "'C' object has no attribute 'x'", delattr, c, "x")
    setattr(c, "not an identifier", 2)
    equal(getattr(c, "not an identifier"), 2)


def test_format_builtin():
    equal((format(5), format(3.14159, ".2f"), format("a", ">3")), ("5", "3.14", "  a"))
    fails(TypeError, "format() argument 2 must be str, not int", format, 5, 5)


def test_input():
    import io
    import sys
    old = sys.stdin, sys.stdout
    sys.stdin, sys.stdout = io.StringIO("line\nlast"), io.StringIO()
    try:
        got = input("> "), input()
        prompt = sys.stdout.getvalue()
        try:
            input()
        except EOFError as error:
            message = str(error)
    finally:
        sys.stdin, sys.stdout = old
    equal((got, prompt, message), (("line", "last"), "> ", "EOF when reading a line"))


def test_open_missing_file():
    with raises(FileNotFoundError, "[Errno 2] No such file or directory: 'no such file'"):
        open("no such file")


def test_eval_and_exec_and_compile():
    equal(eval("[x for x in range(n)]", {"n": 3}), [0, 1, 2])
    fails(SyntaxError, None, eval, "x = 1")


def test_chained_iterators():
    equal(list(map(lambda p: p[0] + p[1], filter(lambda p: p[0] % 2, enumerate(range(10, 16))))),
          [12, 16, 20])


def test_object_and_none():
    equal((repr(None), bool(None), None == None, str(NotImplemented)),
          ("None", False, True, "NotImplemented"))
    fails(TypeError, "NoneType takes no arguments", type(None), 1)
    assert type(None)() is None


def test_staticmethod_classmethod_property_reprs():
    def f():
        pass

    assert repr(staticmethod(f)).startswith("<staticmethod(<function ")
    assert repr(classmethod(f)).startswith("<classmethod(<function ")


def test_iterator_types_share_nothing():
    x = [1, 2, 3]
    a, b = iter(x), iter(x)
    next(a)
    equal((list(a), list(b)), ([2, 3], [1, 2, 3]))


def test_copy_of_iterators():
    import copy
    it = iter([1, 2, 3])
    next(it)
    equal(list(copy.copy(it)), [2, 3])
    equal(list(it), [2, 3])


def test_pickling_finds_iter_where_the_running_code_finds_builtins():
    from types import MappingProxyType
    iterables = [1], (1,), range(3), "a", {1: 2}, list[int]
    for x in [*map(iter, iterables), iter(int, 1)]:
        names = {"__builtins__": MappingProxyType({"iter": len}), "x": x}
        assert eval("x.__reduce__()", names)[0] is len
        names["__builtins__"] = {}
        fails(AttributeError, "iter", eval, "x.__reduce__()", names)
    names = {"__builtins__": {"getattr": len}, "x": [].append}
    assert eval("x.__reduce__()", names)[0] is len


def test_examples_in_docstrings():
    import builtins
    import doctest
    result = doctest.testmod(builtins)
    equal((result.failed, result.attempted), (0, 34))


def test_sum_of_floats_is_compensated():
    from fractions import Fraction
    huge = [1e100, 1.0, -1e100]
    equal((sum(huge), sum(huge, 1.0), sum([1] + huge), sum(huge, True)), (1.0, 2.0, 1.0, 0.0))
    for among in True, 7, 2 ** 62, 2 ** 63 - 1, -2 ** 63:
        equal(sum([1e100, 1.0, among, -1e100]), 1.0)
    equal(sum([1e100, 1.0, 2 ** 63, -1e100]), 0.0)
    equal((sum([2 ** 63 - 1] + huge), sum([2 ** 63] + huge), sum([2 ** 63 - 1, 1] + huge)), (1.0, 0.0, 0.0))
    equal((sum([Fraction(1, 10)] + huge), sum(huge + [Fraction(1, 10)] + huge)), (0.0, 0.0))


run(globals())
