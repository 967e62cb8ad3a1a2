"""sys.settrace, sys.setprofile and what trace functions may do."""

import sys
import weakref

from testing import equal, fails, run


def events_of(function, *args, local=True):
    """Events in `function` and what it defines: (event, name, line counted from its def)."""
    first = function.__code__.co_firstlineno
    events = []

    def tracer(frame, event, arg):
        if frame.f_code.co_filename == __file__:
            events.append((event, frame.f_code.co_name, frame.f_lineno - first))
        return tracer if local else None

    sys.settrace(tracer)
    try:
        function(*args)
    finally:
        sys.settrace(None)
    return [e for e in events if e[1] not in ("events_of", "tracer")]


def short(events):
    return " ".join(f"{event[0]}{line}" for event, _, line in events)


def test_call_line_return():
    def f(x):
        y = x + 1
        return y

    equal(short(events_of(f, 1)), "c0 l1 l2 r2")


def test_without_a_local_function_there_are_only_calls():
    def f(x):
        y = x + 1
        return y

    equal(short(events_of(f, 1, local=False)), "c0")


def test_implicit_return_belongs_to_the_last_line():
    def f(x):
        if x:
            y = 1
        else:
            y = 2

    equal(short(events_of(f, 1)), "c0 l1 l2 r2")
    equal(short(events_of(f, 0)), "c0 l1 l4 r4")


def test_loop_on_one_line_is_a_line_each_time():
    def f():
        for i in range(2): pass

    equal(short(events_of(f)), "c0 l1 l1 l1 r1")


def test_loops():
    def f():
        for i in (1, 2):
            pass
        while i > 1:
            i -= 1
            continue
        else:
            pass

    equal(short(events_of(f)), "c0 l1 l2 l1 l2 l1 l3 l4 l5 l3 l7 r7")


def test_try_and_its_parts_are_lines():
    def f():
        try:
            raise ValueError
        except KeyError:
            pass
        except ValueError as e:
            x = 1
        finally:
            y = 1

    equal(short(events_of(f)), "c0 l1 l2 e2 l3 l5 l6 l8 r8")


def test_return_through_finally():
    def f():
        try:
            return 1
        finally:
            x = 1

    equal(short(events_of(f)), "c0 l1 l2 l4 r4")


def test_exception_that_leaves():
    def f():
        raise KeyError(1)

    def g():
        try:
            f()
        except KeyError:
            return

    equal([(e, n) for e, n, _ in events_of(g) if e != "line"],
          [("call", "g"), ("call", "f"), ("exception", "f"), ("return", "f"), ("exception", "g"),
           ("return", "g")])


def test_with_returns_to_its_line():
    class Manager:
        def __enter__(self): return self
        def __exit__(self, *args): return True

    def f():
        with Manager():
            x = 1
            raise ValueError
        return 2

    events = [e for e in events_of(f) if e[1] == "f"]
    equal(short(events), "c0 l1 l2 l3 e3 l1 l4 r4")


def test_generators_call_and_return_at_each_step():
    def generator():
        yield 1
        x = yield 2
        return 3

    def f():
        for i in generator():
            pass

    events = [e for e in events_of(f) if e[1] == "generator"]
    equal(" ".join(e[0][0] for e in events), "c l r c l r c l r")


def test_generator_that_ends_with_a_value_is_an_exception_to_its_loop():
    def generator():
        yield 1
        return 3

    def f():
        for i in generator():
            pass

    equal(short([e for e in events_of(f) if e[1] == "f"]), "c0 l1 l2 l1 e1 r1")


def test_yield_from_and_await():
    def inner():
        x = yield 1
        return x

    def outer():
        r = yield from inner()
        return r

    def f():
        g = outer()
        next(g)
        try:
            g.send(5)
        except StopIteration as e:
            return e.value

    events = [(e, n) for e, n, _ in events_of(f) if e != "line" and n != "f"]
    equal(events, [("call", "outer"), ("call", "inner"), ("return", "inner"), ("return", "outer"),
                   ("call", "outer"), ("call", "inner"), ("return", "inner"),
                   ("exception", "outer"), ("return", "outer")])


def test_throw_is_a_call():
    def generator():
        try:
            yield 1
        except ValueError:
            yield 2

    def f():
        g = generator()
        next(g)
        g.throw(ValueError)
        kept.append(g)

    kept = []
    events = [e for e in events_of(f) if e[1] == "generator"]
    equal(" ".join(e[0][0] for e in events), "c l l r c e l l r")


def test_arguments_of_events():
    seen = {}

    def tracer(frame, event, arg):
        if frame.f_code.co_name == "f":
            seen[event] = arg
        return tracer

    def f():
        try:
            raise ValueError("v")
        except ValueError:
            return 42

    sys.settrace(tracer)
    f()
    sys.settrace(None)
    equal(seen["call"], None)
    equal(seen["line"], None)
    equal(seen["return"], 42)
    equal(seen["exception"][0], ValueError)
    equal(str(seen["exception"][1]), "v")
    equal(seen["exception"][2].tb_frame.f_code.co_name, "f")


def test_opcodes_when_asked_for():
    counts = {"opcode": 0, "line": 0}

    def tracer(frame, event, arg):
        counts[event] = counts.get(event, 0) + 1
        return tracer

    def f(x):
        frame = sys._getframe()
        frame.f_trace = tracer
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        y = x + 1
        return y * 2

    sys.settrace(tracer)
    f(1)
    sys.settrace(None)
    assert counts["opcode"] >= 3, counts
    equal(counts["line"], 4)  # before they are turned off, and sys.settrace(None)


def test_trace_function_that_raises_is_removed():
    def tracer(frame, event, arg):
        if event == "line" and frame.f_code is f.__code__:
            raise ZeroDivisionError("in the tracer")
        return tracer

    def f():
        x = 1
        return x

    sys.settrace(tracer)
    fails(ZeroDivisionError, "in the tracer", f)
    equal(sys.gettrace(), None)


def test_its_exception_can_be_caught_by_the_traced_code():
    def tracer(frame, event, arg):
        if event == "line" and frame.f_lineno == f.__code__.co_firstlineno + 2:
            raise ZeroDivisionError
        return tracer

    def f():
        try:
            x = 1
        except ZeroDivisionError:
            return "caught"

    sys.settrace(tracer)
    equal(f(), "caught")
    equal(sys.gettrace(), None)


def test_local_function_replaces_itself():
    log = []

    def second(frame, event, arg):
        log.append(("second", event))
        return None  # keeps second

    def first(frame, event, arg):
        log.append(("first", event))
        return second

    def f():
        x = 1
        y = 2

    sys.settrace(lambda frame, event, arg: first if frame.f_code is f.__code__ else None)
    f()
    sys.settrace(None)
    equal(log, [("first", "line"), ("second", "line"), ("second", "return")])


def test_trace_of_a_running_frame():
    log = []

    def local(frame, event, arg):
        log.append((event, frame.f_lineno - first))
        return local

    def f():
        sys.settrace(lambda *args: None)
        sys._getframe().f_trace = local
        x = 1
        y = 2
        sys.settrace(None)

    first = f.__code__.co_firstlineno
    f()
    equal(log, [("line", 3), ("line", 4), ("line", 5)])


def test_tracing_is_off_in_the_trace_function():
    names = []

    def helper():
        return 1

    def tracer(frame, event, arg):
        names.append(frame.f_code.co_name)
        helper()
        return tracer

    def f():
        return 1

    sys.settrace(tracer)
    f()
    sys.settrace(None)
    assert "helper" not in names


def test_call_tracing_turns_it_on_there():
    names = []

    def helper(x):
        return x

    def tracer(frame, event, arg):
        names.append(frame.f_code.co_name)
        if frame.f_code.co_name == "f" and event == "call":
            equal(sys.call_tracing(helper, (3,)), 3)
        return tracer

    def f():
        return 1

    sys.settrace(tracer)
    f()
    sys.settrace(None)
    assert "helper" in names


def test_a_jump():
    def f(log):
        log.append(1)
        log.append(2)
        log.append(3)
        return log

    def tracer(frame, event, arg):
        if event == "line" and frame.f_lineno == f.__code__.co_firstlineno + 2:
            frame.f_lineno += 1
        return tracer

    sys.settrace(tracer)
    log = f([])
    sys.settrace(None)
    equal(log, [1, 3])


def jump(function, source, target):
    """What a jump between lines of `function`, counted from its def, raises; or None."""
    outcome = []

    def tracer(frame, event, arg):
        if frame.f_code is not function.__code__:
            return None
        if event == "line" and frame.f_lineno == frame.f_code.co_firstlineno + source:
            if not outcome:
                try:
                    frame.f_lineno = frame.f_code.co_firstlineno + target
                    outcome.append(None)
                except ValueError as e:
                    outcome.append(str(e))
        return tracer

    sys.settrace(tracer)
    function()
    sys.settrace(None)
    return outcome[0]


def test_jumps_that_cannot_be():
    def f():
        x = 1
        for i in ():
            y = 1
        try:
            z = 1
        except ValueError:
            z = 2
        return 1

    equal(jump(f, 1, 3), "can't jump into the body of a for loop")
    equal(jump(f, 1, 7), "can't jump into an 'except' block as there's no exception")
    equal(jump(f, 1, -1),
          f"line {f.__code__.co_firstlineno - 1} comes before the current code block")
    equal(jump(f, 1, 20),
          f"line {f.__code__.co_firstlineno + 20} comes after the current code block")
    equal(jump(f, 1, 8), None)


def test_jump_out_of_a_handler_ends_the_handling():
    def f():
        try:
            raise ValueError
        except ValueError:
            x = 1
        seen.append(sys.exception())

    seen = []
    equal(jump(f, 4, 5), None)
    equal(seen, [None])


def test_lineno_only_from_a_trace_function():
    frame = sys._getframe()
    try:
        frame.f_lineno = frame.f_lineno
    except ValueError as e:
        equal(str(e), "f_lineno can only be set in a trace function")
    else:
        raise AssertionError("no ValueError")


def test_profile():
    log = []

    def profiler(frame, event, arg):
        if frame.f_code.co_filename == __file__:
            log.append((event, frame.f_code.co_name, getattr(arg, "__name__", arg)))

    def g():
        return len([1])

    def f():
        try:
            int("x")
        except ValueError:
            pass
        return [3, 1].index(5) if g() > 1 else g()

    sys.setprofile(profiler)
    f()
    sys.setprofile(None)
    equal(log, [("call", "f", None), ("call", "g", None), ("c_call", "g", "len"),
                ("c_return", "g", "len"), ("return", "g", 1), ("call", "g", None),
                ("c_call", "g", "len"), ("c_return", "g", "len"), ("return", "g", 1),
                ("return", "f", 1), ("c_call", "test_profile", "setprofile")])


def test_profile_of_an_exception_in_c():
    log = []

    def profiler(frame, event, arg):
        log.append((event, getattr(arg, "__name__", None)))

    def f():
        try:
            [].index(1)
        except ValueError:
            pass

    sys.setprofile(profiler)
    f()
    sys.setprofile(None)
    equal(log[:4], [("call", None), ("c_call", "index"), ("c_exception", "index"),
                    ("return", None)])


def test_both_at_once():
    log = []

    def f():
        return 1

    def note(how):
        return lambda frame, event, arg: frame.f_code is f.__code__ and log.append(how + event)  # no collection's callbacks

    sys.setprofile(note("p"))
    sys.settrace(note("t"))
    f()
    sys.settrace(None)
    sys.setprofile(None)
    equal(log, ["tcall", "pcall", "preturn"])


def test_code_is_the_same_while_it_is_traced():
    def f(x):
        return x + 1

    before = (f.__code__.co_code, hash(f.__code__))
    inside = []

    def tracer(frame, event, arg):
        code = frame.f_code
        if code is f.__code__:
            inside.append((code.co_code, hash(code)))
            assert code == code.replace()
        return tracer

    sys.settrace(tracer)
    f(1)
    sys.settrace(None)
    equal(set(inside), {before})


def test_copies_of_code_are_traced_for_themselves():
    def f(x):
        return x

    g = type(f)(f.__code__.replace(co_name="g"), {})
    equal([e[0] for e in events_of(f, 1)], ["call", "line", "return"])
    equal([e[:2] for e in events_of(g, 1)], [("call", "g"), ("line", "g"), ("return", "g")])
    equal(g(3), 3)


def test_wide_instructions():
    names = [f"v{i}" for i in range(300)]
    body = "\n".join(f"  {n} = {i}" for i, n in enumerate(names))
    space = {}
    exec(compile(f"def f():\n{body}\n  return v299 + v256", __file__, "exec"), space)
    events = events_of(space["f"])
    equal(len(events), 303)
    equal(space["f"](), 299 + 256)


def test_profile_of_a_method_of_another_class():
    told = []

    def profile(frame, event, argument):
        if event.startswith("c_"):
            told.append((event, argument.__qualname__))

    sys.setprofile(profile)
    try:
        list.append([], 1)
        list.append({}, 1)
    except TypeError as e:
        sys.setprofile(None)
        equal(str(e), "descriptor 'append' for 'list' objects doesn't apply to a 'dict' object")
    equal(told[:2], [("c_call", "list.append"), ("c_return", "list.append")])
    equal([each for each in told[2:] if each[1] != "setprofile"], [])


def test_what_the_collector_finalises_waits_while_a_function_is_followed():
    ran, before = [], []

    class Thing:
        pass

    def note(_):
        ran.append(1)

    def references():
        return [weakref.ref(Thing(), note) for _ in range(100)]

    def followed(rounds):
        kept = references()
        for _ in range(3):
            list(map(list, [()] * 300000))  # collections, and no safepoint of Python code
        for _ in range(rounds):
            pass
        before.append(len(ran))
        return kept

    events = events_of(followed, 100)
    equal(before, [0])
    assert "note" not in [name for _, name, _ in events]
    for _ in range(10):
        pass
    assert len(ran) > 50, ran
    events = events_of(followed, 3000)
    assert before[1] > 50 and ("call", "note") in [event[:2] for event in events], before


run(globals())
