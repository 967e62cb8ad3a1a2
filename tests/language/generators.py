"""Generators: iteration, send, throw, close, yield from, generator expressions."""

from testing import equal, fails, raises, run


def count(n):
    for i in range(n):
        yield i


def test_iteration():
    equal(list(count(4)), [0, 1, 2, 3])
    g = count(2)
    equal((next(g), next(g)), (0, 1))
    fails(StopIteration, "", next, g)
    fails(StopIteration, "", next, g)
    equal(next(g, "default"), "default")


def test_a_generator_is_its_own_iterator():
    g = count(1)
    assert iter(g) is g


def test_body_does_not_run_before_next():
    log = []

    def f():
        log.append("started")
        yield

    g = f()
    equal(log, [])
    next(g)
    equal(log, ["started"])


def test_return_value():
    def f():
        yield 1
        return 42

    g = f()
    next(g)
    with raises(StopIteration, "42") as caught:
        next(g)
    equal(caught.value.value, 42)


def test_return_of_a_tuple_or_exception():
    def f(x):
        return x
        yield

    for x in ((1, 2), ValueError("v"), None):
        try:
            next(f(x))
        except StopIteration as error:
            assert error.value is x


def test_send():
    def f():
        received = []
        while len(received) < 3:
            received.append((yield len(received)))
        return received

    g = f()
    equal(next(g), 0)
    equal(g.send("a"), 1)
    equal(g.send("b"), 2)
    with raises(StopIteration) as caught:
        g.send("c")
    equal(caught.value.value, ["a", "b", "c"])


def test_send_to_a_fresh_generator():
    fails(TypeError, "can't send non-None value to a just-started generator", count(1).send, 5)
    equal(count(1).send(None), 0)


def test_throw():
    def f():
        try:
            yield 1
        except ValueError as error:
            yield str(error)

    g = f()
    next(g)
    equal(g.throw(ValueError("thrown")), "thrown")


def test_throw_uncaught():
    g = count(3)
    next(g)
    fails(KeyError, "'k'", g.throw, KeyError("k"))
    fails(StopIteration, "", next, g)


def test_throw_into_a_fresh_generator():
    g = count(3)
    fails(KeyError, "1", g.throw, KeyError(1))
    equal(list(g), [])


def test_throw_a_class():
    g = count(3)
    next(g)
    fails(ZeroDivisionError, "", g.throw, ZeroDivisionError)


def test_throw_what_is_no_exception():
    g = count(3)
    fails(TypeError, "exceptions must be classes or instances deriving from BaseException, "
          "not int", g.throw, 5)


def test_close():
    log = []

    def f():
        try:
            yield 1
            yield 2
        finally:
            log.append("closed")

    g = f()
    next(g)
    g.close()
    equal(log, ["closed"])
    fails(StopIteration, "", next, g)
    g.close()


def test_close_of_a_fresh_generator_runs_nothing():
    log = []

    def f():
        try:
            yield
        finally:
            log.append(1)

    f().close()
    equal(log, [])


def test_close_returns_the_value():
    def f():
        try:
            yield
        except GeneratorExit:
            return 7

    g = f()
    next(g)
    equal(g.close(), 7)


def test_generator_that_ignores_close():
    def f():
        while True:
            try:
                yield
            except GeneratorExit:
                pass

    g = f()
    next(g)
    fails(RuntimeError, "generator ignored GeneratorExit", g.close)
    # Let it end, or it complains again when it is collected.
    try:
        g.throw(ValueError)
    except ValueError:
        pass


def test_exception_in_a_generator_ends_it():
    def f():
        yield 1
        raise ValueError("inside")

    g = f()
    next(g)
    fails(ValueError, "inside", next, g)
    fails(StopIteration, "", next, g)


def test_stop_iteration_inside_becomes_runtime_error():
    def f():
        yield 1
        raise StopIteration

    g = f()
    next(g)
    with raises(RuntimeError, "generator raised StopIteration") as caught:
        next(g)
    assert isinstance(caught.value.__cause__, StopIteration)


def test_reentry():
    def f():
        next(g)
        yield

    g = f()
    fails(ValueError, "generator already executing", next, g)


def test_yield_from():
    def f():
        yield 0
        result = yield from g()
        yield result

    def g():
        yield 1
        yield 2
        return "result"

    equal(list(f()), [0, 1, 2, "result"])


def test_yield_from_any_iterable():
    def f():
        yield from [1, 2]
        yield from "ab"
        x = yield from ()
        yield x

    equal(list(f()), [1, 2, "a", "b", None])


def test_yield_from_passes_send_throw_and_close():
    log = []

    def inner():
        try:
            log.append((yield 1))
            try:
                yield 2
            except ValueError:
                log.append("caught")
                yield 3
        finally:
            log.append("closed")

    def outer():
        yield from inner()

    g = outer()
    equal(next(g), 1)
    equal(g.send("sent"), 2)
    equal(g.throw(ValueError), 3)
    g.close()
    equal(log, ["sent", "caught", "closed"])


def test_yield_from_an_iterator_without_send():
    def f():
        yield from iter([1, 2])

    g = f()
    next(g)
    fails(AttributeError, "'list_iterator' object has no attribute 'send'", g.send, 1)


def test_yield_from_what_is_not_iterable():
    def f():
        yield from 5

    fails(TypeError, "'int' object is not iterable", next, f())


def test_deep_delegation():
    def f(n):
        if n:
            yield from f(n - 1)
        yield n

    equal(sum(f(50)), 1275)


def test_yield_as_an_expression():
    def f():
        x = yield
        y = (yield x) + 1
        yield y, (yield)

    g = f()
    equal(next(g), None)
    equal(g.send(1), 1)
    equal(g.send(2), None)
    equal(g.send("z"), (3, "z"))


def test_yield_in_arguments_keeps_what_was_evaluated():
    def f():
        return sum([1, (yield), 3, *[(yield), 5]])

    g = f()
    next(g)
    g.send(10)
    with raises(StopIteration) as caught:
        g.send(20)
    equal(caught.value.value, 39)


def test_try_finally_around_yield():
    log = []

    def f():
        try:
            yield 1
        finally:
            log.append("finally")

    for x in f():
        log.append(x)
    equal(log, [1, "finally"])


def test_exception_state_is_the_generators_own():
    import sys

    def f():
        try:
            raise ValueError
        except ValueError:
            yield sys.exception()
            yield sys.exception()

    g = f()
    assert type(next(g)) is ValueError
    equal(sys.exception(), None)
    try:
        raise KeyError
    except KeyError:
        assert type(next(g)) is ValueError
        assert type(sys.exception()) is KeyError


def test_context_of_an_exception_raised_in_a_generator():
    def f():
        yield
        raise ValueError

    g = f()
    next(g)
    try:
        try:
            raise KeyError
        except KeyError:
            next(g)
    except ValueError as error:
        assert type(error.__context__) is KeyError


def test_generator_expression():
    g = (x * x for x in range(5) if x % 2)
    equal(next(g), 1)
    equal(list(g), [9])
    equal(sum(x for x in range(4)), 6)


def test_generator_expression_sees_later_changes_of_free_variables():
    n = 1
    g = (x + n for x in [1, 2])
    n = 10
    equal(list(g), [11, 12])


def test_attributes():
    g = count(2)
    equal(g.__name__, "count")
    equal(g.gi_code, count.__code__)
    equal((g.gi_running, g.gi_suspended, g.gi_yieldfrom), (False, False, None))
    next(g)
    equal(g.gi_suspended, True)
    equal(g.gi_frame.f_locals["i"], 0)
    list(g)
    equal(g.gi_frame, None)
    assert repr(g).startswith("<generator object count at 0x")


def test_gi_yieldfrom():
    inner = count(2)

    def f():
        yield from inner

    g = f()
    next(g)
    assert g.gi_yieldfrom is inner


def test_generator_method():
    class Tree:
        def __init__(self, value, *children):
            self.value = value
            self.children = children

        def __iter__(self):
            yield self.value
            for child in self.children:
                yield from child

    equal(list(Tree(1, Tree(2, Tree(3)), Tree(4))), [1, 2, 3, 4])


def test_pipeline():
    def numbers():
        n = 0
        while True:
            yield n
            n += 1

    def take(n, items):
        for _, item in zip(range(n), items):
            yield item

    equal(list(take(3, (x * x for x in numbers() if x % 2))), [1, 9, 25])


def test_many_suspended_generators():
    generators = [count(3) for _ in range(1000)]
    totals = [next(g) for g in generators] + [next(g) for g in generators]
    equal(sum(totals), 1000)


def test_generator_with_many_locals():
    def f(a, b, *c, d=4, **e):
        x = y = z = a
        yield x, y, z, b, c, d, e
        x += 1
        yield x

    equal(list(f(1, 2, 3, f=5)), [(1, 1, 1, 2, (3,), 4, {"f": 5}), 2])


def test_lambda_generator():
    equal(list((lambda: (yield 5))()), [5])


def test_recursive_permutations():
    def permutations(items):
        if len(items) <= 1:
            yield items
        for i in range(len(items)) if len(items) > 1 else ():
            for rest in permutations(items[:i] + items[i + 1:]):
                yield items[i:i + 1] + rest

    equal(list(permutations("abc")), ["abc", "acb", "bac", "bca", "cab", "cba"])


def test_a_generator_that_has_not_begun_handles_nothing():
    def f():
        try:
            yield
        except ValueError:
            yield "handled"

    fails(ValueError, "7", f().throw, ValueError(7))


def test_a_lambda_that_yields_returns_its_value():
    g = (lambda: (yield 1))()
    next(g)
    with raises(StopIteration) as error:
        g.send(2)
    equal(error.value.value, 2)


def test_what_is_thrown_has_what_is_handled_as_context():
    def f():
        try:
            raise KeyError("a")
        except KeyError:
            yield

    g = f()
    next(g)
    with raises(ValueError) as error:
        g.throw(ValueError)
    equal(repr(error.value.__context__), "KeyError('a')")


def test_a_delegating_generator_runs_while_the_inner_one_is_thrown_into():
    import sys

    def inner():
        try:
            yield
        except ValueError:
            yield sys._getframe().f_back.f_code.co_name

    def outer():
        yield from inner()

    g = outer()
    next(g)
    equal(g.throw(ValueError), "outer")


def test_a_delegating_generator_runs_while_the_inner_one_is_closed():
    class Inner:
        def __iter__(self):
            return self

        def __next__(self):
            return 1

        def close(self):
            seen.append(g.gi_running)

    def outer():
        yield from Inner()

    seen = []
    g = outer()
    next(g)
    g.close()
    equal(seen, [True])


def test_what_a_constructor_raises_is_thrown_in_its_place():
    class Odd(Exception):
        def __new__(cls):
            return cls

    def f():
        try:
            yield
        except TypeError as e:
            yield str(e)[-40:]

    g = f()
    next(g)
    equal(g.throw(Odd), "urned an instance of BaseException, not type"[-40:])


def test_stop_iteration_thrown_into_a_generator_that_has_not_started():
    def f():
        yield

    fails(StopIteration, "5", f().throw, StopIteration(5))
    g = f()
    next(g)
    fails(RuntimeError, "generator raised StopIteration", g.throw, StopIteration(5))


def test_wrong_arguments_of_throw_are_raised_where_it_is_delegated():
    def inner():
        yield 1

    def outer():
        try:
            yield from inner()
        except TypeError as error:
            yield str(error)

    g = outer()
    next(g)
    equal(g.throw(1),
          "exceptions must be classes or instances deriving from BaseException, not int")


def test_stop_iteration_thrown_at_a_yield_from_ends_it():
    def f():
        got = yield from (1, 2)
        yield got

    g = f()
    next(g)
    equal(g.throw(StopIteration(5)), 5)


class Sum:
    """What has to be asked: by +, ==, >, bool()."""

    def __init__(self, value):
        self.value = value

    def __radd__(self, other):
        return other + self.value

    def __bool__(self):
        return bool(self.value)

    def __gt__(self, other):
        return self.value > getattr(other, "value", other)

    def __lt__(self, other):
        return self.value < getattr(other, "value", other)

    def __eq__(self, other):
        return self.value == getattr(other, "value", other)

    def __hash__(self):
        return hash(self.value)


def each(*items):
    yield from items


def plain(*items):
    for item in items:
        got = yield item
        assert got is None
    return "the end"


CONSUMERS = list, tuple, set, sum, any, all, max, min, sorted, frozenset


def test_builtins_consume_generators():
    rows = [(1, 2, 3), (0, 0), (1, 2.5, 3), (True, False, True), (2**62, 2**62, -5), (0, None, False),
            (1, Sum(4), 3), (0, Sum(0), 0), (Sum(2), 2, 2.0), (3, Sum(3), 3), (-1e300, 1e300, 1)]
    for row in rows:
        for consumer in CONSUMERS:
            if None in row and consumer in (sum, max, min, sorted):
                continue
            wanted = consumer(list(row))
            for make in plain, each, lambda *items: (item for item in items):
                found = consumer(make(*row))
                equal(found, wanted)
                equal(type(found), type(wanted))
    for count in 0, 1, 4095, 4096, 4097, 10000:
        equal(list(i for i in range(count)), list(range(count)))
        equal(set(i for i in range(count)), set(range(count)))
        equal(sum(i for i in range(count)), sum(range(count)))
    equal("-".join(str(i) for i in range(4)), "0-1-2-3")
    equal(sum((float(i) for i in range(5)), 1), 11.0)
    equal(sum(((i,) for i in range(3)), ()), (0, 1, 2))


def test_a_consumer_that_stops_leaves_the_rest():
    g = plain(0, 0, 1, 0, 2)
    equal(any(g), True)
    equal(list(g), [0, 2])
    g = plain(1, 2, 0, 3)
    equal(all(g), False)
    equal(next(g), 3)
    with raises(TypeError, "unsupported operand type(s) for +: 'int' and 'NoneType'"):
        g = plain(1, None, 7)
        sum(g)
    equal(next(g), 7)


def test_an_exception_ends_what_consumes():
    def failing():
        yield 1
        yield 2
        raise KeyError("in it")

    for consumer in CONSUMERS:
        g = failing()
        if consumer is any:
            equal(consumer(g), True)
            continue
        with raises(KeyError, "'in it'"):
            consumer(g)
        equal(list(g), [])
    with raises(RuntimeError, "generator raised StopIteration"):
        list(next(iter([])) for _ in "a")


def test_a_generator_that_consumes_itself():
    def selfish():
        yield 1
        yield from g

    for consumer in list, sum, max, set:
        g = selfish()
        with raises(ValueError, "generator already executing"):
            consumer(g)


def test_nested_consumers():
    equal(sum(sum(i for i in range(j)) for j in range(50)), sum(sum(range(j)) for j in range(50)))
    equal([max(each(i, len(list(each(*range(i)))))) for i in range(5)], [0, 1, 2, 3, 4])
    equal(list(list(range(i)) for i in each(*(j for j in (1, 2)))), [[0], [0, 1]])


def test_items_that_ask_the_generator():
    class Asking:
        def __radd__(self, other):
            return other + next(g)

    def source():
        yield 1
        yield Asking()
        yield 10
        yield 100

    g = source()
    equal(sum(g), 111)


def test_consumers_are_traced():
    import sys
    lines = []

    def trace(frame, event, argument):
        if frame.f_code.co_name == "plain":
            lines.append((event, argument))
        return trace

    sys.settrace(trace)
    try:
        list(plain(5, 6))
    finally:
        sys.settrace(None)
    equal([(event, value) for event, value in lines if event != "line"],
          [("call", None), ("return", 5), ("call", None), ("return", 6), ("call", None), ("return", "the end")])


def test_the_frame_of_one_that_is_closed_before_it_starts():
    g = count(4)
    frame = g.gi_frame
    g.close()
    equal((frame.f_locals, frame.f_lineno, g.gi_frame), ({"n": 4}, count.__code__.co_firstlineno, None))
    frame.clear()
    equal(dict(frame.f_locals), {})


run(globals())
