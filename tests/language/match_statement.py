"""The match statement."""

from testing import equal, fails, raises, run


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def test_literals():
    def f(x):
        match x:
            case 0:
                return "zero"
            case -1:
                return "minus one"
            case 1.5:
                return "float"
            case 2 + 3j:
                return "complex"
            case "text":
                return "str"
            case b"bytes":
                return "bytes"
            case None:
                return "None"
            case True:
                return "True"
            case _:
                return "other"

    equal([f(x) for x in (0, -1, 1.5, 2 + 3j, "text", b"bytes", None, True, 1, 0.0, False)],
          ["zero", "minus one", "float", "complex", "str", "bytes", "None", "True", "other",
           "zero", "zero"])


def test_singletons_match_by_identity():
    match 1:
        case True:
            assert False
        case 1:
            pass


def test_no_case_matches():
    x = 1
    match 5:
        case 6:
            x = 2
    equal(x, 1)


def test_capture():
    match 5:
        case x:
            equal(x, 5)


def test_wildcard_binds_nothing():
    match 5:
        case _:
            pass
    with raises(NameError):
        _


def test_or_pattern():
    def f(x):
        match x:
            case 1 | 2 | 3:
                return "small"
            case [a] | (a, _):
                return a
            case "a" | "b" as letter:
                return letter

    equal([f(x) for x in (2, [7], (8, 9), "b", "c")], ["small", 7, 8, "b", None])


def test_guard():
    def f(x):
        match x:
            case n if n < 0:
                return "negative"
            case n if n > 100:
                return "large"
            case n:
                return n

    equal([f(-1), f(101), f(5)], ["negative", "large", 5])


def test_names_stay_bound_when_a_guard_fails():
    match (1, 2):
        case (a, b) if False:
            pass
        case _:
            pass
    equal((a, b), (1, 2))


def test_sequences():
    def f(x):
        match x:
            case []:
                return "empty"
            case [a]:
                return ("one", a)
            case [a, b]:
                return ("two", a, b)
            case [a, *rest]:
                return ("more", a, rest)

    equal([f([]), f((1,)), f([1, 2]), f(range(4))],
          ["empty", ("one", 1), ("two", 1, 2), ("more", 0, [1, 2, 3])])


def test_star_positions():
    def f(x):
        match x:
            case [1, *middle, 9]:
                return middle
            case [*start, 8]:
                return start
            case [*_, "end"]:
                return "discarded"

    equal([f([1, 2, 3, 9]), f([1, 9]), f([7, 8]), f([1, "end"]), f([9])],
          [[2, 3], [], [7], "discarded", None])


def test_strings_and_bytes_are_no_sequences():
    for x in ("ab", b"ab", bytearray(b"ab"), {"a", "b"}, {"a": 1, "b": 2}, iter("ab")):
        match x:
            case [_, _]:
                assert False, x
            case _:
                pass


def test_parentheses_without_comma_are_a_group():
    match [5]:
        case (5):
            assert False
        case (5,):
            pass


def test_open_sequence_pattern_and_subject():
    match 1, 2:
        case 1, x:
            equal(x, 2)


def test_mapping():
    def f(x):
        match x:
            case {"kind": "circle", "r": r}:
                return ("circle", r)
            case {"kind": kind, **rest}:
                return (kind, rest)
            case {}:
                return "mapping"

    equal([f({"kind": "circle", "r": 2, "extra": 1}), f({"kind": "box", "w": 3}), f({}), f([])],
          [("circle", 2), ("box", {"w": 3}), "mapping", None])


def test_mapping_does_not_call_missing():
    from collections import defaultdict
    d = defaultdict(int)
    match d:
        case {"k": _}:
            assert False
        case _:
            equal(len(d), 0)


def test_mapping_with_duplicate_keys_at_run_time():
    class Names:
        a = "k"
        b = "k"

    with raises(ValueError, "mapping pattern checks duplicate key ('k')"):
        match {"k": 1, "l": 2}:
            case {Names.a: _, Names.b: _}:
                pass


def test_class_patterns_with_keywords():
    def f(p):
        match p:
            case Point(x=0, y=0):
                return "origin"
            case Point(x=0, y=y):
                return ("on y", y)
            case Point():
                return "point"

    equal([f(Point(0, 0)), f(Point(0, 5)), f(Point(1, 1)), f(3)],
          ["origin", ("on y", 5), "point", None])


def test_class_patterns_with_positions():
    match Point(1, 2):
        case Point(a, b):
            equal((a, b), (1, 2))
    match Point(1, 2):
        case Point(1, y=b):
            equal(b, 2)


def test_builtin_classes_capture_the_subject():
    def f(x):
        match x:
            case bool(b):
                return ("bool", b)
            case int(i):
                return ("int", i)
            case str(s) | bytes(s):
                return ("text", s)
            case [int(), *_]:
                return "list of int"
            case dict(d):
                return d

    equal([f(True), f(5), f("a"), f(b"b"), f([1]), f({})],
          [("bool", True), ("int", 5), ("text", "a"), ("text", b"b"), "list of int", {}])


def test_missing_attribute_does_not_match():
    class C:
        pass

    match C():
        case C(x=_):
            assert False
        case _:
            pass


def test_too_many_positional_patterns():
    with raises(TypeError, "Point() accepts 2 positional sub-patterns (3 given)"):
        match Point(1, 2):
            case Point(a, b, c):
                pass


def test_no_match_args():
    class C:
        pass

    with raises(TypeError, "C() accepts 0 positional sub-patterns (1 given)"):
        match C():
            case C(a):
                pass


def test_bad_match_args():
    class C:
        __match_args__ = ["x"]

    with raises(TypeError, "C.__match_args__ must be a tuple (got list)"):
        match C():
            case C(a):
                pass

    class D:
        __match_args__ = (5,)

    with raises(TypeError, "__match_args__ elements must be strings (got int)"):
        match D():
            case D(a):
                pass


def test_attribute_twice():
    with raises(TypeError, "Point() got multiple sub-patterns for attribute 'x'"):
        match Point(1, 2):
            case Point(1, x=1):
                pass


def test_class_pattern_with_what_is_no_class():
    five = 5
    with raises(TypeError, "called match pattern must be a class"):
        match 1:
            case five():
                pass


def test_value_patterns_use_equality():
    class Colour:
        RED = 1

    match 1.0:
        case Colour.RED:
            pass
        case _:
            assert False


def test_as_pattern():
    match [1, [2, 3]]:
        case [a, [b, _] as inner] as outer:
            equal((a, b, inner, outer), (1, 2, [2, 3], [1, [2, 3]]))


def test_nested_patterns():
    def f(x):
        match x:
            case {"items": [Point(x=a), *_], "name": str(name)}:
                return a, name

    equal(f({"items": [Point(7, 8), 9], "name": "n"}), (7, "n"))
    equal(f({"items": [], "name": "n"}), None)


def test_match_and_case_are_ordinary_names():
    match = {"case": 5}
    case = match["case"]
    equal(case, 5)
    match[case] = _ = 3
    print = match
    equal(print, {"case": 5, 5: 3})


def test_match_in_a_loop_with_break_and_return():
    def f(items):
        for item in items:
            match item:
                case 0:
                    continue
                case "stop":
                    break
                case int():
                    return item
        return "end"

    equal([f([0, 0, 5]), f([0, "stop", 5]), f([])], [5, "end", "end"])


def test_custom_eq_is_called():
    log = []

    class C:
        def __eq__(self, other):
            log.append(other)
            return other == 2

    match C():
        case 1:
            assert False
        case 2:
            pass
    equal(log, [1, 2])


def test_registered_sequences_and_mappings():
    import collections.abc

    class S(collections.abc.Sequence):
        def __len__(self):
            return 2

        def __getitem__(self, i):
            return [10, 20][i]

    match S():
        case [a, b]:
            equal((a, b), (10, 20))


def test_empty_match_args_of_builtin_subclasses():
    class Empty(int):
        __match_args__ = ()

    class Plain(int):
        pass

    def match(value, pattern):
        match value:
            case pattern(x):
                return x

    assert match(Plain(3), Plain) == 3
    fails(TypeError, "Empty() accepts 0 positional sub-patterns (1 given)", match, Empty(3), Empty)


run(globals())
