"""Coroutines and async generators, driven by hand: async def, await, async for, async with."""

from testing import equal, fails, raises, run


class Pause:
    """Awaiting it yields its value to whoever drives the coroutine, and gives what is sent."""

    def __init__(self, value=None):
        self.value = value

    def __await__(self):
        return (yield self.value)


def drive(coroutine, *sent):
    """Runs a coroutine to its end. Returns what it yielded, and its result."""
    yielded = []
    sent = list(sent)
    value = None
    while True:
        try:
            yielded.append(coroutine.send(value))
        except StopIteration as stop:
            return yielded, stop.value
        value = sent.pop(0) if sent else None


def test_result():
    async def f():
        return 5

    equal(drive(f()), ([], 5))


def test_await():
    async def inner(x):
        return x + (await Pause("p"))

    async def outer():
        return await inner(1) + await inner(2)

    equal(drive(outer(), 10, 20), (["p", "p"], 33))


def test_await_of_what_is_not_awaitable():
    async def f():
        await 5

    fails(TypeError, "object int can't be used in 'await' expression", drive, f())


def test_await_method_of_a_wrong_kind():
    class A:
        def __await__(self):
            return [1]

    async def f():
        await A()

    fails(TypeError, "__await__() returned non-iterator of type 'list'", drive, f())


def test_exception_passes_through_await():
    async def inner():
        raise ValueError("inner")

    async def outer():
        try:
            await inner()
        except ValueError as error:
            return str(error)

    equal(drive(outer()), ([], "inner"))


def test_throw():
    async def f():
        try:
            await Pause()
        except KeyError:
            return "caught"

    c = f()
    c.send(None)
    with raises(StopIteration, "caught"):
        c.throw(KeyError())


def test_close():
    log = []

    async def f():
        try:
            await Pause()
        finally:
            log.append("closed")

    c = f()
    c.send(None)
    c.close()
    equal(log, ["closed"])


def test_a_coroutine_is_awaited_once():
    async def f():
        return 1

    c = f()
    drive(c)
    fails(RuntimeError, "cannot reuse already awaited coroutine", c.send, None)


def test_a_coroutine_is_not_iterable():
    async def f():
        pass

    c = f()
    fails(TypeError, "'coroutine' object is not iterable", iter, c)
    c.close()


def test_attributes():
    async def f():
        await Pause()

    c = f()
    equal((c.__name__, c.cr_running, c.cr_await), ("f", False, None))
    assert c.cr_code is f.__code__
    c.send(None)
    assert c.cr_await is not None
    c.close()


def test_async_with():
    log = []

    class Manager:
        async def __aenter__(self):
            log.append("enter")
            await Pause()
            return "value"

        async def __aexit__(self, kind, value, traceback):
            log.append(("exit", kind))
            await Pause()

    async def f():
        async with Manager() as x:
            log.append(x)

    drive(f())
    equal(log, ["enter", "value", ("exit", None)])


def test_async_with_swallows_an_exception():
    class Manager:
        async def __aenter__(self):
            pass

        async def __aexit__(self, kind, value, traceback):
            return kind is ValueError

    async def f():
        async with Manager():
            raise ValueError
        return "after"

    equal(drive(f()), ([], "after"))


def test_async_with_without_methods():
    async def f():
        async with 5:
            pass

    fails(TypeError, "'int' object does not support the asynchronous context manager protocol",
          drive, f())


class Counter:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.i == self.n:
            raise StopAsyncIteration
        self.i += 1
        await Pause()
        return self.i


def test_async_for():
    async def f():
        seen = []
        async for x in Counter(3):
            seen.append(x)
        else:
            seen.append("else")
        return seen

    equal(drive(f())[1], [1, 2, 3, "else"])


def test_async_for_break():
    async def f():
        async for x in Counter(3):
            if x == 2:
                break
        else:
            x = "else"
        return x

    equal(drive(f())[1], 2)


def test_async_for_over_a_plain_iterable():
    async def f():
        async for x in [1]:
            pass

    fails(TypeError, "'async for' requires an object with __aiter__ method, got list", drive, f())


def test_async_comprehensions():
    async def f():
        return ([x async for x in Counter(3)], {x async for x in Counter(2)},
                {x: -x async for x in Counter(2)}, [x async for x in Counter(4) if x % 2],
                [await Pause() or x for x in (5, 6)])

    equal(drive(f())[1], ([1, 2, 3], {1, 2}, {1: -1, 2: -2}, [1, 3], [5, 6]))


def test_async_generator():
    async def numbers():
        for i in range(3):
            await Pause()
            yield i

    async def f():
        return [i async for i in numbers()]

    equal(drive(f()), ([None] * 3, [0, 1, 2]))


def test_async_generator_expression():
    async def f():
        g = (x * 2 async for x in Counter(3))
        return [x async for x in g]

    equal(drive(f())[1], [2, 4, 6])


def test_asend_and_athrow_and_aclose():
    log = []

    async def numbers():
        try:
            received = yield 1
            log.append(received)
            try:
                yield 2
            except ValueError:
                yield "caught"
        finally:
            log.append("finally")

    async def f():
        g = numbers()
        result = [await g.asend(None), await g.asend("sent"), await g.athrow(ValueError)]
        await g.aclose()
        return result

    equal(drive(f())[1], [1, 2, "caught"])
    equal(log, ["sent", "finally"])


def test_asend_to_a_fresh_async_generator():
    async def g():
        yield

    async def f():
        await g().asend(5)

    fails(TypeError, "can't send non-None value to a just-started async generator", drive, f())


def test_async_generator_end():
    async def g():
        yield 1

    async def f():
        it = g()
        await anext(it)
        try:
            await anext(it)
        except StopAsyncIteration:
            return await anext(it, "default")

    equal(drive(f())[1], "default")


def test_stop_async_iteration_inside_becomes_runtime_error():
    async def g():
        raise StopAsyncIteration
        yield

    async def f():
        await anext(g())

    fails(RuntimeError, "async generator raised StopAsyncIteration", drive, f())


def test_stop_iteration_inside_a_coroutine_becomes_runtime_error():
    async def f():
        raise StopIteration

    fails(RuntimeError, "coroutine raised StopIteration", drive, f())


def test_async_generator_ignoring_close():
    async def g():
        try:
            yield 1
        except GeneratorExit:
            yield 2

    async def f():
        it = g()
        await anext(it)
        await it.aclose()

    fails(RuntimeError, "async generator ignored GeneratorExit", drive, f())


def test_aiter_and_anext():
    async def f():
        it = aiter(Counter(2))
        return [await anext(it), await anext(it), await anext(it, "end")]

    equal(drive(f())[1], [1, 2, "end"])
    fails(TypeError, "'int' object is not an async iterable", aiter, 5)
    fails(TypeError, "'int' object is not an async iterator", anext, 5)


def test_async_lambda_body():
    async def f():
        return await (lambda: Pause(7))()

    equal(drive(f()), ([7], None))


def test_async_method_and_closure():
    class C:
        def __init__(self, x):
            self.x = x

        async def get(self):
            async def inner():
                return self.x
            return await inner()

    equal(drive(C(3).get())[1], 3)


def test_nested_async_with_and_for():
    log = []

    class Manager:
        def __init__(self, name):
            self.name = name

        async def __aenter__(self):
            log.append("+" + self.name)
            return self

        async def __aexit__(self, *args):
            log.append("-" + self.name)

    async def f():
        async with Manager("a") as a, Manager("b") as b:
            async for x in Counter(2):
                if x == 2:
                    return a.name + b.name

    equal(drive(f())[1], "ab")
    equal(log, ["+a", "+b", "-b", "-a"])


def test_await_of_a_generator_based_coroutine():
    import types

    @types.coroutine
    def wait():
        return (yield "w")

    async def f():
        return await wait()

    equal(drive(f(), 5), (["w"], 5))


def test_finally_with_await():
    log = []

    async def f():
        try:
            raise ValueError
        finally:
            await Pause("in finally")
            log.append("done")

    fails(ValueError, "", drive, f())
    equal(log, ["done"])


def test_awaitables_of_an_async_generator_that_nobody_awaits():
    import gc
    import warnings

    async def f():
        yield 1

    def warned(make):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            make(f())
            gc.collect()
        return [str(w.message).replace(f.__qualname__, "f") for w in caught]

    equal(warned(lambda g: g.asend(None) and None),
          ["coroutine method 'asend' of 'f' was never awaited"])
    equal(warned(lambda g: g.athrow(ValueError) and None),
          ["coroutine method 'athrow' of 'f' was never awaited"])
    equal(warned(lambda g: g.aclose() and None),
          ["coroutine method 'aclose' of 'f' was never awaited"])
    equal(warned(lambda g: g.aclose().close()), [])


run(globals())
