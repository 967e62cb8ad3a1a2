"""Code objects put together from the parts of others: types.CodeType and code.replace()."""

import types

from testing import equal, raises, run

PARTS = ("argcount posonlyargcount kwonlyargcount nlocals stacksize flags code consts names "
         "varnames filename name qualname firstlineno linetable exceptiontable freevars "
         "cellvars").split()


def rebuilt(code):
    """The same code by the constructor, nested code objects included."""
    parts = [getattr(code, "co_" + part) for part in PARTS]
    at = PARTS.index("consts")
    parts[at] = tuple(rebuilt(c) if isinstance(c, types.CodeType) else c for c in parts[at])
    return types.CodeType(*parts)


PROGRAM = '''
import contextlib

class Base:
    def __init__(self, v): self.v = v
    def twice(self): return self.v * 2

class Derived(Base):
    "has a class cell"
    def twice(self): return super().twice() + 1
    @property
    def name(self): return __class__.__name__

def counter(start, *more, step=1, **rest):
    def bump(n=1):
        nonlocal start
        start += n * step
        return start
    return bump

def squares(n):
    for i in range(n):
        got = yield i * i
        if got:
            yield got

def caught(f):
    try:
        return f()
    except* ValueError as group:
        kept = len(group.exceptions)
    except* KeyError:
        kept = -1
    finally:
        kept = kept + 100 if "kept" in locals() else None
    return kept

def failing():
    raise ExceptionGroup("g", [ValueError(1), ValueError(2)])

def comprehensions(n):
    makers = [lambda: (i, j) for i in range(n) for j in range(i)]
    return [m() for m in makers], {k: v for k, v in zip("ab", range(2))}, {x % 2 for x in range(5)}

async def delegate(value):
    async def inner(): return value + 1
    return [await inner() for _ in range(2)]

def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value

@contextlib.contextmanager
def around(log):
    log.append("in")
    yield
    log.append("out")

def matching(x):
    match x:
        case [a, *rest] if a: return a, rest
        case {"k": v}: return v
        case _: return None

log = []
with around(log):
    log.append(counter(1, step=2)(3))
g = squares(3)
result = [Derived(4).twice(), Derived(1).name, log, next(g), g.send(7), list(g), caught(failing),
          comprehensions(3), run(delegate(1)), matching([1, 2]), matching({"k": 5}), matching(0)]
'''


def test_rebuilt_code_runs_the_same():
    code = compile(PROGRAM, "program", "exec")
    expected, got = {}, {}
    exec(code, expected)
    again = rebuilt(code)
    assert again == code and hash(again) == hash(code) and again is not code
    exec(again, got)
    equal(got["result"], expected["result"])


def test_function_of_rebuilt_code():
    def add(a, b=2, /, *args, c, **kw):
        return a + b + sum(args) + c, kw
    f = types.FunctionType(rebuilt(add.__code__), globals(), "add", add.__defaults__)
    equal(f(1, c=3), (6, {}))
    equal(f(1, 2, 3, c=4, d=5), (10, {"d": 5}))


def test_docstring_of_rebuilt_code():
    def f():
        "doc"
        return 5
    def g():
        return "no doc"
    for function in f, g:
        again = types.FunctionType(rebuilt(function.__code__), globals())
        equal(again.__doc__, function.__doc__)
        equal(again(), function())


def test_other_code():
    plus, times = (lambda x, y: x + y), (lambda x, y: x * y)
    plus.__code__ = plus.__code__.replace(co_code=times.__code__.co_code)
    equal(plus(5, 6), 30)


def test_other_constants_and_names():
    def f():
        return "constant", name
    code = f.__code__
    consts = tuple("other" if c == "constant" else c for c in code.co_consts)
    f.__code__ = code.replace(co_consts=consts, co_names=tuple(
        "another" if n == "name" else n for n in code.co_names))
    f.__globals__["another"] = 1
    equal(f(), ("other", 1))


def test_positional_only():
    f = lambda x, y, *, z=1, w=1: (x, y)
    f.__code__ = f.__code__.replace(co_posonlyargcount=2, co_kwonlyargcount=0)
    equal(f(1, 2), (1, 2))
    with raises(TypeError):
        f(x=1, y=2)


def test_unknown_instruction():
    def f():
        pass
    f.__code__ = f.__code__.replace(co_code=b"\xe5" + f.__code__.co_code[1:])
    with raises(SystemError) as caught:
        f()
    assert str(caught.value).endswith("unknown opcode 229"), caught.value


def test_numbers_that_do_not_fit():
    def f(a):
        x = 1
        return x
    code = f.__code__
    for change in {"co_nlocals": 3}, {"co_nlocals": 1}, {"co_argcount": 9}, {"co_varnames": ()}:
        with raises(ValueError):
            code.replace(**change)
    with raises(ValueError, "co_argcount must be a positive integer"):
        code.replace(co_argcount=-1)
    with raises(OverflowError):
        code.replace(co_flags=2**40)


def test_types_of_parts():
    code = test_types_of_parts.__code__
    with raises(TypeError, "replace() argument 'co_consts' must be tuple, not list"):
        code.replace(co_consts=[])
    with raises(TypeError, "replace() argument 'co_code' must be bytes, not str"):
        code.replace(co_code="")
    parts = [getattr(code, "co_" + part) for part in PARTS]
    parts[7] = 5
    with raises(TypeError, "code() argument 8 must be tuple, not int"):
        types.CodeType(*parts)


run(globals())
