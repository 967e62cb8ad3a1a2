"""Too deep is RecursionError, in every place that recurses, under an ordinary stack."""

import sys

from testing import equal, fails, raises, run


def nest(n, make):
    x = None
    for _ in range(n):
        x = make(x)
    return x


def test_python_functions():
    def f(n):
        return f(n + 1)

    fails(RecursionError, "maximum recursion depth exceeded", f, 0)


def test_the_limit_is_kept():
    def depth(n):
        try:
            return depth(n + 1)
        except RecursionError:
            return n

    first = depth(0)
    assert 900 < first < 1010, first
    old = sys.getrecursionlimit()
    sys.setrecursionlimit(5000)
    try:
        second = depth(0)
    finally:
        sys.setrecursionlimit(old)
    assert 4900 < second < 5010, second


def test_setting_the_limit():
    equal(sys.getrecursionlimit(), 1000)
    fails(ValueError, "recursion limit must be greater or equal than 1", sys.setrecursionlimit, 0)
    fails(TypeError, "'str' object cannot be interpreted as an integer", sys.setrecursionlimit,
          "a")


def test_mutual_recursion_through_special_methods():
    class C:
        def __getattr__(self, name):
            return getattr(self, name + "x")

    fails(RecursionError, None, lambda: C().a)

    class D:
        def __eq__(self, other):
            return self == other

    fails(RecursionError, None, lambda: D() == 1)

    class E:
        def __repr__(self):
            return repr(self)

    fails(RecursionError, None, repr, E())

    class F:
        def __call__(self):
            return self()

    fails(RecursionError, None, F())


def test_repr_of_nested_containers():
    for make in (lambda x: [x], lambda x: (x,), lambda x: {1: x}, lambda x: [(x,)]):
        fails(RecursionError, None, repr, nest(100000, make))


def test_comparison_of_nested_containers():
    for make in (lambda x: [x], lambda x: (x,), lambda x: {1: x}):
        a, b = nest(100000, make), nest(100000, make)
        fails(RecursionError, None, lambda: a == b)


def test_hash_of_nested_tuples_ends():
    try:
        hash(nest(100000, lambda x: (x,)))
    except RecursionError:
        pass


def test_recursion_in_sort_key_map_and_comprehension():
    def f(n):
        return sorted([n], key=lambda v: f(v + 1))

    fails(RecursionError, None, f, 0)

    def g(n):
        return list(map(g, [n]))

    fails(RecursionError, None, g, 0)

    def h(n):
        return [h(x) for x in [n]]

    fails(RecursionError, None, h, 0)


def test_recursive_generators():
    def g(n):
        yield from g(n + 1)

    fails(RecursionError, None, next, g(0))


def test_nested_brackets_in_source():
    for open, close in ("()", "[]", "{}"):
        with raises(SyntaxError, "too many nested parentheses (f, line 1)"):
            compile(open * 1000 + close * 1000, "f", "exec")


def test_deeply_nested_expressions_end_in_an_error_or_a_result():
    for source in ("-" * 5000 + "1", "not " * 5000 + "1", "1" + "+1" * 5000, "x" + ".a" * 5000,
                   "f" + "()" * 3000, "lambda: " * 3000 + "1",
                   "1 if 1 else " * 3000 + "1", "x" + "[0]" * 3000):
        try:
            compile(source, "f", "eval")
        except (RecursionError, MemoryError, SyntaxError):
            pass


def test_deeply_nested_blocks():
    source = "".join(" " * i + "if x:\n" for i in range(150)) + " " * 150 + "pass\n"
    with raises(IndentationError, "too many levels of indentation (f, line 101)"):
        compile(source, "f", "exec")


def test_isinstance_of_nested_tuples():
    try:
        assert not isinstance(1, nest(100000, lambda x: (x or str,)))
    except RecursionError:
        pass


def test_recovery():
    def f():
        return f()

    for _ in range(50):
        try:
            f()
        except RecursionError:
            pass
    equal(sum(range(100)), 4950)


def test_in_a_thread():
    import _thread
    results = []
    lock = _thread.allocate_lock()
    lock.acquire()

    def work():
        def f(n):
            return f(n + 1)

        for action in (lambda: f(0), lambda: repr(nest(100000, lambda x: [x]))):
            try:
                action()
            except RecursionError:
                results.append("caught")
        lock.release()

    _thread.start_new_thread(work, ())
    lock.acquire()
    equal(results, ["caught", "caught"])


def test_large_recursion_limit_does_not_crash():
    def f(n):
        return f(n + 1)

    old = sys.getrecursionlimit()
    sys.setrecursionlimit(100000)
    try:
        fails(RecursionError, None, f, 0)
    finally:
        sys.setrecursionlimit(old)


run(globals())
