"""sys.monitoring (PEP 669)."""

import sys

from testing import equal, fails, run

M = sys.monitoring
E = M.events
TOOL = 2


class Watch:
    """Collects the events of functions of this file in a block."""

    def __init__(self, *names, code=None, answer=None):
        self.names, self.code, self.answer = names, code, answer
        self.events = []

    def callback(self, name):
        def call(code, *args):
            if code.co_filename == __file__ and code.co_name[0] != "_" \
                    and code.co_name not in ("callback", "call"):
                first = code.co_firstlineno
                if name == "LINE":
                    self.events.append((name, code.co_name, args[0] - first))
                else:
                    self.events.append((name, code.co_name, *args[1:]))
            return self.answer
        return call

    def __enter__(self):
        M.use_tool_id(TOOL, "test")
        events = 0
        for name in self.names:
            event = getattr(E, name)
            M.register_callback(TOOL, event, self.callback(name))
            if name[:2] != "C_":
                events |= event
        if self.code:
            M.set_local_events(TOOL, self.code, events)
        else:
            M.set_events(TOOL, events)
        return self

    def __exit__(self, *error):
        if self.code:
            M.set_local_events(TOOL, self.code, 0)
        M.set_events(TOOL, 0)
        for name in self.names:
            M.register_callback(TOOL, getattr(E, name), None)
        M.free_tool_id(TOOL)

    def of(self, function):
        return [e[:1] + e[2:] for e in self.events if e[1] == function.__name__]


def test_numbers_of_events():
    equal([E.PY_START, E.PY_RESUME, E.PY_RETURN, E.PY_YIELD, E.CALL, E.LINE, E.INSTRUCTION, E.JUMP,
           E.BRANCH, E.STOP_ITERATION, E.RAISE, E.EXCEPTION_HANDLED, E.PY_UNWIND, E.PY_THROW,
           E.RERAISE, E.C_RETURN, E.C_RAISE, E.NO_EVENTS],
          [1 << i for i in range(17)] + [0])
    equal([M.DEBUGGER_ID, M.COVERAGE_ID, M.PROFILER_ID, M.OPTIMIZER_ID], [0, 1, 2, 5])


def test_tools():
    equal(M.get_tool(TOOL), None)
    M.use_tool_id(TOOL, "name")
    equal(M.get_tool(TOOL), "name")
    fails(ValueError, "tool 2 is already in use", M.use_tool_id, TOOL, "other")
    fails(ValueError, "invalid tool 6 (must be between 0 and 5)", M.use_tool_id, 6, "other")
    fails(ValueError, "tool name must be a str", M.use_tool_id, 3, 3)
    M.free_tool_id(TOOL)
    equal(M.get_tool(TOOL), None)
    fails(ValueError, "tool 2 is not in use", M.set_events, TOOL, E.LINE)


def test_event_sets():
    M.use_tool_id(TOOL, "name")
    M.set_events(TOOL, E.LINE | E.CALL)
    equal(M.get_events(TOOL), E.LINE | E.CALL)
    M.set_events(TOOL, 0)
    fails(ValueError, "cannot set C_RETURN or C_RAISE events independently", M.set_events, TOOL,
          E.C_RETURN)
    fails(ValueError, "invalid event set 0x20000", M.set_events, TOOL, 1 << 17)
    code = test_tools.__code__
    fails(ValueError, "invalid local event set 0x400", M.set_local_events, TOOL, code, E.RAISE)
    fails(TypeError, "code must be a code object", M.set_local_events, TOOL, test_tools, E.LINE)
    fails(ValueError, "The callback can only be set for one event at a time",
          M.register_callback, TOOL, 3, None)
    M.free_tool_id(TOOL)


def test_register_callback_returns_the_one_before():
    equal(M.register_callback(TOOL, E.LINE, print), None)
    equal(M.register_callback(TOOL, E.LINE, len), print)
    equal(M.register_callback(TOOL, E.LINE, None), len)


def test_start_and_return():
    def f(x):
        return x * 2

    with Watch("PY_START", "PY_RETURN") as watch:
        f(4)
    equal(watch.of(f), [("PY_START",), ("PY_RETURN", 8)])


def test_generator():
    def f():
        yield 1
        x = yield 2

    with Watch("PY_START", "PY_RESUME", "PY_YIELD", "PY_RETURN", "PY_THROW", "PY_UNWIND") as watch:
        list(f())
        g = f()
        next(g)
        try:
            g.throw(KeyError)
        except KeyError:
            pass
    equal([e[0] for e in watch.of(f)],
          ["PY_START", "PY_YIELD", "PY_RESUME", "PY_YIELD", "PY_RESUME", "PY_RETURN",
           "PY_START", "PY_YIELD", "PY_THROW", "PY_UNWIND"])


def test_calls():
    def g(x):
        return x

    def f():
        g(1)
        len([])
        try:
            int("x")
        except ValueError:
            pass

    with Watch("CALL", "C_RETURN", "C_RAISE") as watch:
        f()
    calls = watch.of(f)
    equal(calls[:3], [("CALL", g, 1), ("CALL", len, []), ("C_RETURN", len, [])])
    equal(calls[3:], [("CALL", int, "x"), ("C_RAISE", int, "x")])


def test_call_without_arguments():
    def f():
        return dict()

    with Watch("CALL") as watch:
        f()
    equal(watch.of(f), [("CALL", dict, M.MISSING)])


def test_lines():
    def f(n):
        for i in range(n):
            x = i
        for i in range(n): pass
        return n

    with Watch("LINE") as watch:
        f(2)
    equal([e[1] for e in watch.of(f)], [1, 2, 1, 2, 1, 3, 4])


def test_branches_say_where_they_lead():
    def f(x):
        if x:
            return 1
        return 2

    with Watch("BRANCH") as watch:
        f(1)
        f(0)
    taken, not_taken = watch.of(f)
    assert taken != not_taken, watch.events


def test_jumps():
    def f():
        for i in (1, 2):
            x = i

    with Watch("JUMP") as watch:
        f()
    equal(len(watch.of(f)), 2)


def test_instructions():
    def f(x):
        return x + 1

    with Watch("INSTRUCTION") as watch:
        f(1)
    assert len(watch.of(f)) >= 2


def test_exceptions():
    def g():
        raise KeyError(1)

    def f():
        try:
            g()
        except KeyError:
            pass

    with Watch("RAISE", "PY_UNWIND", "EXCEPTION_HANDLED", "RERAISE") as watch:
        f()
    equal([e[0] for e in watch.of(g)], ["RAISE", "PY_UNWIND"])
    equal([e[0] for e in watch.of(f)], ["RAISE", "EXCEPTION_HANDLED"])


def test_reraise():
    def f():
        try:
            raise KeyError(1)
        finally:
            pass

    with Watch("RAISE", "RERAISE", "PY_UNWIND") as watch:
        fails_with_key_error(f)
    names = [e[0] for e in watch.of(f)]
    equal([names[0], names[1], names[-1]], ["RAISE", "RERAISE", "PY_UNWIND"])


def fails_with_key_error(function):
    try:
        function()
    except KeyError:
        return
    raise AssertionError("no KeyError")


def test_stop_iteration_of_a_delegate():
    def inner():
        yield 1
        return 5

    def f():
        return (yield from inner())

    with Watch("STOP_ITERATION") as watch:
        list(f())
    [(name, error)] = watch.of(f)
    equal(error.value, 5)


def test_disable_is_for_a_place():
    def f():
        x = 1
        return x

    with Watch("LINE", answer=M.DISABLE) as watch:
        f()
        f()
        equal([e[1] for e in watch.of(f)], [1, 2])
        M.restart_events()
        f()
        equal([e[1] for e in watch.of(f)], [1, 2, 1, 2])


def test_disable_of_what_has_no_place():
    def f():
        raise KeyError

    M.use_tool_id(TOOL, "test")
    M.register_callback(TOOL, E.RAISE, lambda *args: M.DISABLE)
    M.set_events(TOOL, E.RAISE)
    fails(ValueError, "Cannot disable RAISE events. Callback removed.", f)
    equal(M.register_callback(TOOL, E.RAISE, None), None)
    M.set_events(TOOL, 0)
    M.free_tool_id(TOOL)


def test_local_events():
    def f():
        return g()

    def g():
        return 1

    with Watch("PY_START", "LINE", code=f.__code__) as watch:
        f()
        g()
    equal(watch.of(g), [])
    equal(watch.of(f), [("PY_START",), ("LINE", 1)])
    equal(M.get_local_events(TOOL, f.__code__) if M.get_tool(TOOL) else 0, 0)


def test_callbacks_do_not_report():
    def helper():
        return 1

    names = []

    def callback(code, offset):
        names.append(code.co_name)
        helper()

    M.use_tool_id(TOOL, "test")
    M.register_callback(TOOL, E.PY_START, callback)
    M.set_events(TOOL, E.PY_START)
    helper()
    M.set_events(TOOL, 0)
    M.register_callback(TOOL, E.PY_START, None)
    M.free_tool_id(TOOL)
    equal(names, ["helper"])


def test_callback_that_raises():
    def f():
        try:
            x = int()
        except ZeroDivisionError:
            return 2

    def callback(code, line):
        if code is f.__code__ and line == code.co_firstlineno + 2:
            1 / 0

    M.use_tool_id(TOOL, "test")
    M.register_callback(TOOL, E.LINE, callback)
    M.set_events(TOOL, E.LINE)
    got = f()
    M.set_events(TOOL, 0)
    M.register_callback(TOOL, E.LINE, None)
    M.free_tool_id(TOOL)
    equal(got, 2)


def test_two_tools_and_a_trace_function():
    def f():
        return 1

    log = []
    for tool in (1, 3):
        M.use_tool_id(tool, "test")
        M.register_callback(tool, E.PY_START,
                            lambda code, offset, tool=tool: code is f.__code__ and log.append(tool))
        M.set_events(tool, E.PY_START)
    sys.settrace(lambda frame, event, arg: frame.f_code is f.__code__ and log.append(event) or None)
    f()
    sys.settrace(None)
    for tool in (1, 3):
        M.set_events(tool, 0)
        M.register_callback(tool, E.PY_START, None)
        M.free_tool_id(tool)
    equal(log, ["call", 3, 1])


run(globals())
