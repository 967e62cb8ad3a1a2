"""cProfile: counts, callers, timers, arguments.
The output is the test."""
import _lsprof
import cProfile
import io
import pstats


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def outer():
    [].append(len('abc'))
    return fib(5) + sum(gen())


def gen():
    yield 1
    yield 2


def fails():
    try:
        int('x')
        ''.join(1)
    except (ValueError, TypeError):
        pass
    raise KeyError


def show(profile, keep=lambda code: True):
    rows = []
    for entry in profile.getstats():
        name = entry.code if isinstance(entry.code, str) else entry.code.co_name
        calls = sorted((c.code if isinstance(c.code, str) else c.code.co_name, c.callcount, c.reccallcount)
                       for c in entry.calls or ())
        assert entry.totaltime >= entry.inlinetime >= 0
        if keep(name):
            rows.append((name, entry.callcount, entry.reccallcount, calls))
    for row in sorted(rows):
        print(*row)


def mine(name):
    return 'Profiler' not in name


for options in {}, {'subcalls': False}, {'builtins': False}:
    profile = cProfile.Profile(**options)
    profile.enable(**options)
    outer()
    try:
        fails()
    except KeyError:
        pass
    profile.disable()
    show(profile, mine)
profile.clear()
print(profile.getstats())

ticks = iter(range(1000))
profile = _lsprof.Profiler(lambda: next(ticks), 0.5)
profile.enable()
fib(3)
profile.disable()
for entry in profile.getstats():
    if not isinstance(entry.code, str):
        print(entry.code.co_name, entry[1:5])

profile = cProfile.Profile()
print(profile.runcall(fib, 6))
out = io.StringIO()
pstats.Stats(profile, stream=out).strip_dirs().print_stats('fib')
print('25/1' in out.getvalue())
for call in (lambda: _lsprof.Profiler(1, 'a'), lambda: _lsprof.Profiler(1, 2, 3, 4, 5), lambda: profile.enable(1, 2, 3)):
    try:
        call()
    except TypeError as e:
        print(e)
profile.enable()
try:
    cProfile.Profile().enable()
except ValueError as e:
    print(e)
profile.disable()
profile.disable()
