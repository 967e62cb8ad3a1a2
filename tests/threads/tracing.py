"""Threads that trace, profile and monitor while others run the same code."""

import sys
import threading

from _team import switch_often, together
from testing import equal, run

ROUNDS = 300


def work(n):
    total = 0
    for i in range(n):
        if i & 1:
            total += i
        else:
            total -= 1
    return total + sum(numbers(3))


def numbers(n):
    for i in range(n):
        yield i


def recursive(n):
    try:
        if n == 0:
            raise KeyError(n)
        return recursive(n - 1)
    except KeyError:
        return n
    finally:
        n += 1


WORK, RECURSIVE = work(10), recursive(4)


def run_work():
    for _ in range(ROUNDS):
        equal(work(10), WORK)
        equal(recursive(4), RECURSIVE)


def test_one_thread_traces():
    def traced():
        events = []

        def tracer(frame, event, arg):
            events.append((frame.f_code.co_name, event))
            return tracer

        for _ in range(20):
            events.clear()
            sys.settrace(tracer)
            work(10)
            recursive(4)
            sys.settrace(None)
            equal(events.count(("work", "call")), 1)
            equal(events.count(("work", "return")), 1)
            equal(events.count(("numbers", "call")), 4)
            equal(events.count(("recursive", "call")), 5)
            equal(events.count(("recursive", "exception")), 1)

    together(traced, run_work, run_work, traced)


def test_a_thread_that_does_not_trace_reports_nothing():
    seen = set()
    stop = []

    def traced():
        def tracer(frame, event, arg):
            seen.add(threading.get_ident())
            return tracer

        sys.settrace(tracer)
        for _ in range(50):
            work(10)
        sys.settrace(None)
        equal(seen, {threading.get_ident()})

    together(traced, run_work)


def test_profiling_beside_tracing():
    def profiled():
        calls = []

        def profiler(frame, event, arg):
            if event == "c_call":
                calls.append(arg)

        sys.setprofile(profiler)
        for _ in range(50):
            work(10)
        sys.setprofile(None)
        equal(calls.count(sum), 50)

    def traced():
        def tracer(frame, event, arg):
            return tracer

        for _ in range(20):
            sys.settrace(tracer)
            work(10)
            sys.settrace(None)

    together(profiled, traced, run_work)


def test_monitoring_goes_on_and_off():
    monitoring = sys.monitoring
    events = monitoring.events
    count = [0]

    def callback(code, *args):
        count[0] += 1

    monitoring.use_tool_id(3, "test")
    for event in (events.PY_START, events.LINE, events.BRANCH, events.PY_RETURN, events.RAISE):
        monitoring.register_callback(3, event, callback)

    def switch():
        for i in range(40):
            monitoring.set_events(3, events.PY_START | events.LINE | events.BRANCH |
                                  events.PY_RETURN | events.RAISE)
            work(10)
            monitoring.set_events(3, events.PY_START if i & 1 else 0)
            work(10)
        monitoring.set_events(3, 0)

    together(switch, run_work, run_work)
    for event in (events.PY_START, events.LINE, events.BRANCH, events.PY_RETURN, events.RAISE):
        monitoring.register_callback(3, event, None)
    monitoring.free_tool_id(3)
    assert count[0] > 0


def test_local_events_and_disable():
    monitoring = sys.monitoring
    events = monitoring.events
    lines = []

    def callback(code, line):
        lines.append(line)
        return monitoring.DISABLE

    monitoring.use_tool_id(3, "test")
    monitoring.register_callback(3, events.LINE, callback)

    def switch():
        for _ in range(40):
            monitoring.set_local_events(3, work.__code__, events.LINE)
            work(10)
            monitoring.restart_events()
            monitoring.set_local_events(3, work.__code__, 0)

    together(switch, run_work, run_work)
    monitoring.register_callback(3, events.LINE, None)
    monitoring.free_tool_id(3)
    first = work.__code__.co_firstlineno
    equal({line - first for line in lines}, {1, 2, 3, 4, 6, 7})


def test_monitoring_reaches_running_threads():
    monitoring = sys.monitoring
    events = monitoring.events
    idents = set()
    go_on = [True]

    def loop():
        while go_on:
            work(1)

    def callback(code, offset):
        idents.add(threading.get_ident())

    threads = [threading.Thread(target=loop) for _ in range(2)]
    for thread in threads:
        thread.start()
    monitoring.use_tool_id(3, "test")
    monitoring.register_callback(3, events.PY_START, callback)
    monitoring.set_events(3, events.PY_START)
    while not {t.ident for t in threads} <= idents:
        work(1)
    monitoring.set_events(3, 0)
    monitoring.register_callback(3, events.PY_START, None)
    monitoring.free_tool_id(3)
    go_on.clear()
    for thread in threads:
        thread.join()


def test_all_threads():
    idents = set()
    go_on = [True]

    def loop():
        while go_on:
            work(1)

    def tracer(frame, event, arg):
        idents.add(threading.get_ident())
        return None

    threads = [threading.Thread(target=loop) for _ in range(2)]
    for thread in threads:
        thread.start()
    threading.settrace_all_threads(tracer)
    while not {t.ident for t in threads} <= idents:
        work(1)
    threading.settrace_all_threads(None)
    go_on.clear()
    for thread in threads:
        thread.join()
    equal(sys.gettrace(), None)


def test_new_threads_get_the_function():
    names = []

    def tracer(frame, event, arg):
        if frame.f_code.co_name == "work":
            names.append(threading.get_ident())
        return None

    threading.settrace(tracer)
    thread = threading.Thread(target=work, args=(2,))
    thread.start()
    thread.join()
    threading.settrace(None)
    work(2)
    equal(names, [thread.ident])


switch_often()
run(globals())
