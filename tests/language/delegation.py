"""Chains of generators and coroutines that delegate: what is resumed only to hand a value on stays as it was."""

import gc
import sys
import threading

from testing import equal, fails, run


def chain(depth, innermost):
    """A generator at the end of `depth` that delegate; each keeps a list of its own to return."""
    if depth == 0:
        return (yield from innermost)
    mine = [depth]
    result = yield from chain(depth - 1, innermost)
    mine.append(result)
    return mine


def echo(count):
    got = []
    for i in range(count):
        got.append((yield i))
    return got


def test_values_go_down_and_come_up():
    g = chain(5, echo(3))
    equal(next(g), 0)
    equal(g.send("a"), 1)
    equal(g.send("b"), 2)
    try:
        g.send("c")
    except StopIteration as stop:
        equal(stop.value, [5, [4, [3, [2, [1, ["a", "b", "c"]]]]]])


def test_each_delegate_in_its_turn():

    def outer():
        total = 0
        for i in range(4):
            total += len((yield from echo(i)))
        return total

    def top():
        for _ in range(3):
            equal((yield from outer()), 6)

    equal(list(top()), [0, 0, 1, 0, 1, 2] * 3)


def test_an_exception_is_caught_where_it_passes():

    def failing():
        for i in range(3):
            yield i
        raise KeyError("gone")

    def catching(depth):
        if depth:
            try:
                yield from catching(depth - 1)
            except KeyError:
                if depth == 3:
                    yield "caught"
                    yield from echo(2)
                    return
                raise
        else:
            yield from failing()

    equal(list(catching(6)), [0, 1, 2, "caught", 0, 1])
    g = chain(4, failing())
    equal([next(g) for _ in range(3)], [0, 1, 2])
    fails(KeyError, "'gone'", next, g)
    fails(StopIteration, "", next, g)


def test_throw_and_close_after_forwarding():
    seen = []

    def inner():
        try:
            while True:
                try:
                    yield "at"
                except ValueError as error:
                    seen.append(str(error))
        finally:
            seen.append("closed")

    g = chain(3, inner())
    for _ in range(3):
        next(g)
    equal(g.throw(ValueError("one")), "at")
    equal([next(g) for _ in range(2)], ["at"] * 2)
    g.close()
    equal(seen, ["one", "closed"])


def test_deeper_than_the_stack_of_calls():
    limit = sys.getrecursionlimit()

    def tower(depth):
        g = echo(3)
        for _ in range(depth):
            g = forwarding(g)
        return g

    def forwarding(inner):
        yield from inner

    equal(list(tower(100)), [0, 1, 2])
    g = tower(limit + 10)
    fails(RecursionError, "maximum recursion depth exceeded", next, g)
    g = tower(60)
    equal([next(g), next(g)], [0, 1])
    sys.setrecursionlimit(40)
    try:
        next(g)
    except RecursionError:
        pass
    else:
        equal("no error", "RecursionError")
    finally:
        sys.setrecursionlimit(limit)
    fails(StopIteration, "", next, g)


def test_frames_are_seen_and_changed():
    names = []

    def look():
        while True:
            frame, found = sys._getframe(), []
            while frame.f_code.co_name in ("look", "between"):
                found.append(frame.f_locals.get("level"))
                frame.f_locals["level"] = (found[-1] or 0) + 10
                frame = frame.f_back
            names.append(found)
            yield len(names)

    def between(level):
        if level < 3:
            yield from between(level + 1)
        else:
            yield from look()

    g = between(1)
    equal([next(g) for _ in range(4)], [1, 2, 3, 4])
    equal([found[1:] for found in names], [[3, 2, 1], [13, 12, 11], [23, 22, 21], [33, 32, 31]])


def test_collections_while_the_chain_sleeps_and_while_it_runs():

    def inner():
        for i in range(6):
            if i % 2:
                gc.collect(0)
            yield bytes(5000) + bytes([i])

    def holding(depth):
        mine = [bytes([depth]) * 3000, {depth: str(depth) * 7}]
        if depth:
            yield from holding(depth - 1)
        else:
            yield from inner()
        equal(mine, [bytes([depth]) * 3000, {depth: str(depth) * 7}])

    for i, item in enumerate(holding(8)):
        gc.collect(0 if i % 3 else 2)
        garbage = [bytes(3000) for _ in range(50)]
        equal(item[-1], i)
    del garbage


def test_a_trace_function_that_begins_inside():
    events = []

    def tracer(frame, event, arg):
        if frame.f_code.co_name in ("forwards", "turns_on"):
            events.append((frame.f_code.co_name, event))
        return tracer

    def turns_on():
        yield 0
        sys.settrace(tracer)
        yield 1
        sys.settrace(None)
        yield 2

    def forwards(depth):
        if depth:
            yield from forwards(depth - 1)
        else:
            yield from turns_on()

    equal(list(forwards(1)), [0, 1, 2])
    equal([event for _, event in events].count("call"), 3)
    equal({name for name, _ in events}, {"forwards", "turns_on"})


def test_another_thread_goes_on_with_it():
    g = chain(4, echo(6))
    got = [next(g), next(g)]
    thread = threading.Thread(target=lambda: got.extend([next(g), next(g)]))
    thread.start()
    thread.join()
    got.extend([next(g), next(g)])
    equal(got, [0, 1, 2, 3, 4, 5])


def test_who_is_running_is_not_resumed():

    def inner():
        yield 0
        fails(ValueError, "generator already executing", next, outer)
        fails(ValueError, "generator already executing", next, middle)
        yield 1

    def forwards(it):
        yield from it

    middle = forwards(inner())
    outer = forwards(middle)
    equal(list(outer), [0, 1])


def test_a_delegate_that_somebody_else_has_moved_on():

    def forwards(it):
        result = yield from it
        yield result

    shared = echo(4)
    one, two = forwards(shared), forwards(forwards(shared))
    equal([next(one), next(two), next(one), next(shared)], [0, 1, 2, 3])
    equal(list(shared), [])
    equal(list(one), [None])
    equal(list(two), [None, None])


def test_coroutines():

    class Switch:

        def __await__(self):
            return (yield "switch")

    async def level(depth):
        if depth == 0:
            return [await Switch() for _ in range(3)]
        return await level(depth - 1)

    c = level(10)
    equal([c.send(None), c.send(1), c.send(2)], ["switch"] * 3)
    try:
        c.send(3)
    except StopIteration as stop:
        equal(stop.value, [1, 2, 3])


run(globals())
