"""`s += part` in loops: strs that grow in place, and nobody who sees one of them change."""

import sys

from testing import equal, raises, run


def test_result():
    def join(parts):
        s = ""
        for part in parts:
            s += part
        return s

    equal(join([]), "")
    equal(join(["a"]), "a")
    equal(join(["ab"] * 1000), "ab" * 1000)
    equal(join(["a", "\xe9", "\u20ac", "\U0001f600", "z"]), "a\xe9\u20ac\U0001f600z")
    equal(join(["\u20ac"] * 100 + ["a"] * 100), "\u20ac" * 100 + "a" * 100)
    equal(hash(join(["ab", "cd"])), hash("abcd"))
    equal({join(["ab", "cd"]): 1}["abcd"], 1)
    equal(join(["x"] * 10).isascii(), True)
    equal(join(["x", "\xe9"]).isascii(), False)


def test_aliases_made_in_the_loop_stay():
    seen = []
    s = ""
    for i in range(50):
        s += "ab"
        seen.append(s)
    equal(seen, ["ab" * (i + 1) for i in range(50)])


def test_alias_made_between_inner_loops():
    seen = []
    s = ""
    for _ in range(5):
        for _ in range(5):
            s += "abc"
        seen.append(s)
    equal(seen, ["abc" * 5 * (i + 1) for i in range(5)])


def test_alias_before_the_loop():
    start = "x" * 100

    def grow(s):
        before = s
        for _ in range(10):
            s += "y"
        return before, s

    for _ in range(3):
        before, after = grow(start)
        equal((before, after), ("x" * 100, "x" * 100 + "y" * 10))
        before, again = grow(after)
        equal((before, again), (after, after + "y" * 10))


def test_two_results_of_one_call_chain():
    def twice(s):
        for _ in range(3):
            s += "!"
        return s

    a = twice("start")
    b = twice(a)
    c = twice(a)
    equal((a, b, c), ("start!!!", "start!!!!!!", "start!!!!!!"))


def test_locals_of_a_running_frame():
    seen = []

    def watch(frame):
        seen.append(frame.f_locals["s"])

    def grow():
        s = ""
        for i in range(20):
            s += "ab"
            watch(sys._getframe())
        return s

    equal(grow(), "ab" * 20)
    equal(seen, ["ab" * (i + 1) for i in range(20)])


def test_locals_call():
    def grow():
        seen = []
        s = ""
        for i in range(20):
            s += "ab"
            seen.append(locals())
        return [d["s"] for d in seen]

    equal(grow(), ["ab" * (i + 1) for i in range(20)])


def test_generator():
    def grow():
        s = ""
        for i in range(20):
            s += "ab"
            yield i
        yield s

    g = grow()
    seen = []
    for i in range(20):
        equal(next(g), i)
        seen.append(g.gi_frame.f_locals["s"])
    equal(seen, ["ab" * (i + 1) for i in range(20)])
    equal(next(g), "ab" * 20)


def test_handler_in_the_loop():
    seen = []
    s = ""
    for i in range(10):
        try:
            s += "ab"
            if i % 3 == 0:
                raise ValueError
        except ValueError:
            seen.append(s)
    equal(seen, ["ab" * (i + 1) for i in range(0, 10, 3)])


def test_return_from_the_loop():
    def grow(n):
        s = ""
        while True:
            s += "ab"
            n -= 1
            if not n:
                return s

    equal([grow(i) for i in range(1, 5)], ["ab" * i for i in range(1, 5)])


def test_return_through_finally_that_goes_on():
    def grow():
        s = ""
        for i in range(3):
            try:
                return s
            finally:
                s += "a"
                if i < 2:
                    continue
        return "end"

    equal(grow(), "aa")


def test_operand_is_itself():
    s = "a"
    for _ in range(5):
        s += s
    equal(s, "a" * 32)


def test_two_variables():
    a = b = ""
    for i in range(100):
        a += str(i)
        b += "-"
    equal((a, b), ("".join(map(str, range(100))), "-" * 100))


def test_other_types():
    def total(start, parts):
        t = start
        for part in parts:
            t += part
        return t

    equal(total(0, range(10)), 45)
    equal(total(2**62, [2**62, 1]), 2**63 + 1)
    equal(total(0.5, [1, 2.5]), 4.0)
    equal(total([], [[1], (2, 3)]), [1, 2, 3])
    equal(total((), [(1,), (2,)]), (1, 2))
    equal(total(b"", [b"a", b"b"]), b"ab")
    with raises(TypeError, 'can only concatenate str (not "int") to str'):
        total("", ["a", 1])
    with raises(TypeError, "unsupported operand type(s) for +=: 'int' and 'str'"):
        total(0, ["a"])


def test_subclass():
    class S(str):
        def __add__(self, other):
            return S("<" + str(self) + other + ">")

    s = S("")
    for _ in range(3):
        s += "a"
    equal(str(s), "<<<a>a>a>")


def test_unbound():
    def f():
        for _ in range(2):
            s += "a"
        s = ""

    with raises(UnboundLocalError):
        f()


def test_time_is_linear():
    def grow(n):
        s = ""
        for _ in range(n):
            s += "0123456789"
        return len(s)

    equal(grow(300_000), 3_000_000)


run(globals())
