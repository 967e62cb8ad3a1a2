"""Structure: patterns of all kinds, type parameters, dataclasses that inherit, context managers made of generators, tasks."""

from flow import valid


def filled(m, template, make):
    """The template with each @ replaced by something that make() makes."""
    return ''.join(make() if c == '@' else c for c in template)


def subject(m, depth=0):
    if depth > 2 or m.chance(40):
        return m.pick('0', '1', '2.0', '"a"', 'None', 'True', "b'a'", 'Point(1, 2)', 'Colour.RED', '-1', '1+2j', '[]', '{}', 'Number(1)', 'Odd()')
    template = m.pick('[@, @]', '(@, @, @)', '{"k": @, 1: @}', 'Point(@, @)', '[@]', 'Box(@)', 'collections.deque([@])', 'range(3)', '"ab"', 'collections.OrderedDict(k=@)')
    return filled(m, template, lambda: subject(m, depth + 1))


def pattern(m, names, depth=0):
    def capture():
        names.append(m.name('p'))
        return names[-1]
    if depth > 2 or m.chance(35):
        choice = m.pick('_', '0', '1', '-1', '"a"', 'None', 'True', "b'a'", 'Colour.RED', '1+2j', 'name', 'int()', 'str()', 'Point()', 'dict()')
        return capture() if choice == 'name' else choice
    template = m.pick('[@, @]', '(@, *_)', '[*$, @]', '{"k": @}', '{"k": @, **$}', 'Point(@, @)', 'Point(x=@)', 'Point(@, y=@)', 'Box(@)', '0 | 1', 'None | True', '[] | str()', 'int() | {}', '(@)', 'int(@)', 'list([@])', 'Point(@, @, @)', 'int(x=@)', '(0 | 1) as $',
                      '(int() | str()) as $', '[_] as $', 'len(@)', '{1: @, "k": _}', 'Point(x=1, x=2)')
    text = filled(m, template, lambda: pattern(m, names, depth + 1))
    return text.replace('$', capture()) if '$' in text else text


def matching(m):
    def make():
        lines = ['import collections, enum', 'class Point:', f'    __match_args__ = {m.pick("(\"x\", \"y\")", "(\"x\", \"y\")", "(\"x\",)", "[\"x\"]", "(\"x\", 1)", "(\"x\", \"x\")")}',
                 '    def __init__(self, x, y): self.x, self.y = x, y', '    def __repr__(self): return f"Point({self.x!r}, {self.y!r})"',
                 'class Box(list):', '    def __init__(self, *a): super().__init__(a)', 'class Colour(enum.Enum):', '    RED = 1']
        body = []
        for i in range(m.randint(1, 4)):
            names = []
            text = pattern(m, names)
            guard = m.pick('', '', '', f' if {names[0]}' if names else ' if 0', f' if print("guard {i}") is None')
            body += [f'    case {text}{guard}:', f'        show({i}, {", ".join(names) or "None"})']
        for _ in range(2):
            lines += m.guarded([f'match {subject(m)}:', *body])
        return lines
    return valid(make, m, [])


def type_parameters(m):
    """What is raised tells its kind only: its types are written in Python in Weft."""
    def make():
        bound = lambda: m.pick('', '', ': int', ': (int, str)', ': undefined', ': list[T]', ' = int', ': str = 5', ' = undefined')
        parameters = m.pick(f'T{bound()}', f'T, U{bound()}', '*Ts', '**P', f'T{bound()}, *Ts, **P', 'T = int, *Ts = (int,)', 'T = int, U')
        use = m.pick('T', 'list[T]', 'T | None', 'dict[str, T]', 'undefined', '1', 'tuple[T, ...]', '(x := T)', 'type(T)')
        kind = m.pick('def', 'class', 'type', 'class')
        if kind == 'def':
            lines = [f'def g[{parameters}](a: {use} = 1) -> {m.pick("T", "None", "list[T]")}:', f'    {m.pick("return T", "return a", "T = 3; return T", "return __type_params__")}']
            uses = ['g.__type_params__', 'g(2)', 'g.__annotations__', 'g()', 'g[int]', 'g.__qualname__', 'g.__type_params__[0].__bound__', 'g.__type_params__[0].__constraints__', 'g.__type_params__[0].__default__', 'g.__type_params__[0].__name__']
        elif kind == 'class':
            lines = [f'class G[{parameters}]{m.pick("", "()", "(list[T])", "(Exception)", "(typing.Protocol)", "(dict[str, T], metaclass=type)", "(typing.Generic[T])", "(T)")}:', f'    a: {use} = 1', f'    def m(self, q: {use} = None): return {m.pick("T", "q", "self.a", "__class__")}']
            uses = ['G.__type_params__', 'G[int]', 'G[int, str]', 'G.__parameters__', 'G.__orig_bases__', 'G().m()', 'G.__annotations__', 'G[int].__origin__', 'G[int]().m()', 'G.__mro__', 'isinstance(G(), G)', 'G[int, str, bytes].__args__', 'G[[int, str]]', 'G[()]', 'typing.get_type_hints(G)', 'G[int] == G[int]', 'G[int][str]', 'class_']
        else:
            lines = [f'type G[{parameters}] = {use}'] if m.chance(70) else [f'type G = {m.pick("int", "list[G]", "undefined", "1 // 0")}']
            uses = ['G', 'G.__value__', 'G.__type_params__', 'G[int]', 'G[int].__args__', 'G.__name__', 'G.__value__.__class__', 'G | int', 'isinstance(1, G)', 'G()', 'G.__module__', 'G.zz', 'type(G)', 'G.__parameters__']
        out = ['import typing', *m.guarded(lines, 'kind')]
        for use in m.sample(uses, m.randint(1, 4)):
            out += m.guarded([f'show({use})'], 'kind')
        return out
    return valid(make, m, [])


def data_classes(m):
    def field(name):
        return f'{name}: {m.pick("int", "str", "typing.ClassVar[int]", "dataclasses.InitVar[int]", "list", "dataclasses.KW_ONLY")}{m.pick("", " = 1", " = 2", " = dataclasses.field(default=3, kw_only=True)", " = dataclasses.field(init=False)", " = dataclasses.field(default=4, init=False)", " = dataclasses.field(compare=False, default=0)", " = dataclasses.field(default_factory=dict)", " = {}", " = dataclasses.field(default=1, default_factory=list)", " = dataclasses.field(hash=False, metadata={1: 2}, default=())")}'
    def options():
        chosen = m.sample(['frozen', 'order', 'slots', 'eq', 'kw_only', 'repr', 'unsafe_hash', 'init', 'match_args', 'weakref_slot'], m.randint(0, 3))
        return f'({", ".join(f"{name}={m.pick("True", "True", "False")}" for name in chosen)})'
    extra = ['def __post_init__(self, *a): print("post", a)', 'def __eq__(self, other): return "eq"', 'def __lt__(self, other): return "lt"', 'def __hash__(self): return 7', 'def __repr__(self): return "own"', 'def __setattr__(self, n, v): object.__setattr__(self, n, v)', '__slots__ = ("x",)', '@property\ndef z(self): return 9']
    bodies = [[*(field(name) for name in m.sample(['x', 'y', 'z', '_'], m.randint(1, 3))), *m.pick([], [], m.choice(extra).split('\n'))] for _ in range(2)]
    lines = [f'@dataclasses.dataclass{options()}', 'class A:', *m.body(bodies[0]), f'@dataclasses.dataclass{options()}', 'class B(A):', *m.body(bodies[1])]
    out = ['import dataclasses, typing, copy, inspect', *m.guarded(lines)]
    calls = ['B()', 'B(1)', 'B(1, 2)', 'B(1, 2, 3)', 'B(x=1)', 'A(1)', 'A()', 'B(y=1, x=2)']
    for use in m.sample([*calls, 'B(1) == B(1)', 'A(1) < A(2)', 'dataclasses.asdict(B(1))', 'dataclasses.replace(A(1), x=5)', 'dataclasses.replace(A(1), q=5)', 'copy.replace(A(1), y=2)', '[(f.name, f.init, f.kw_only) for f in dataclasses.fields(B)]', 'hash(A(1)) == hash(A(1))', 'B.__match_args__', 'str(inspect.signature(B))', 'setattr(A(1), "x", 2)', 'delattr(A(1), "x")', 'vars(A(1))', 'B.__doc__', 'A.__doc__', 'B.__slots__', 'dataclasses.is_dataclass(B)', 'copy.copy(B(1))', 'A(1) == B(1)', 'sorted([A(2), A(1)])'], m.randint(2, 5)):
        out += m.guarded([f'show({use})'])
    return out


def managers(m):
    name = m.name('cm')
    body = m.pick(['yield 1'], ['try:', '    yield 2', 'except ValueError as e:', '    print("swallowed", e)'], ['try:', '    yield 3', 'finally:', '    print("finally")'], ['yield 1', 'yield 2'], ['if 0: yield', 'print("none")'], ['try:', '    yield 4', 'except Exception as e:', f'    raise {m.pick("KeyError(1)", "e", "RuntimeError(2) from e", "StopIteration(3)")}'], ['raise OSError("before")', 'yield'], ['with Manager("inner", True): yield 5'])
    raised = m.pick('pass', 'raise ValueError("v")', '1 // 0', 'raise StopIteration(1)', 'print("body")', 'raise KeyError("k")', 'raise GeneratorExit', 'raise ExceptionGroup("g", [ValueError(1), KeyError(2)])')
    head = m.pick(f'{name}() as v', f'{name}() as v, Manager("m", {m.pick("True", "False")})', f'contextlib.ExitStack() as v', 'contextlib.suppress(ValueError, ZeroDivisionError) as v', f'contextlib.closing(Iter()) as v', f'contextlib.nullcontext({name}()) as v', f'contextlib.redirect_stdout(io.StringIO()) as v', f'{name} as v', f'contextlib.chdir(5) as v')
    inside = m.pick([], [], [f'v.enter_context({name}())', 'v.callback(print, "callback", 1)', 'v.push(lambda *a: print("push", a[0] and a[0].__name__))'] if 'ExitStack' in head else ['show(type(v).__name__)'])
    lines = [f'@contextlib.contextmanager', f'def {name}():', *m.body(body), *m.guarded([f'with {head}:', *m.body([*inside, raised]), 'print("after")'])]
    if m.chance(30):
        lines += m.guarded([f'@{name}()', 'def decorated(a): print("decorated", a); ' + raised, 'decorated(1)', 'decorated(2)'])
    return ['import contextlib, io', *lines]


def tasks(m):
    def make():
        step = lambda: m.pick('await asyncio.sleep(0)', f'print({m.randint(0, 9)})', 'await asyncio.sleep(0.001)', f'raise {m.pick("ValueError(1)", "KeyError(2)", "asyncio.CancelledError", "OSError(3)")}', 'return n', 'asyncio.current_task().cancel()', 'await asyncio.wait_for(asyncio.sleep(1), 0.001)', 'async with asyncio.timeout(0.001): await asyncio.sleep(1)', 'n += 1', 'await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0, 5))', 'await 5', 'async with lock: await asyncio.sleep(0)', 'queue.put_nowait(n)', 'print("got", await queue.get())' if m.chance(20) else 'pass')
        lines = ['import asyncio', 'async def work(n, lock, queue):', *m.body([*m.some(1, 3, step), 'return n * 2']), 'async def main():', '    lock, queue = asyncio.Lock(), asyncio.Queue()', '    queue.put_nowait("q")']
        way = m.pick(['results = await asyncio.gather(work(1, lock, queue), work(2, lock, queue), return_exceptions=True)', 'show(list(map(repr, results)))'], ['async with asyncio.TaskGroup() as tg:', '    t = tg.create_task(work(1, lock, queue))', '    tg.create_task(work(2, lock, queue))', 'show(t.result())'],
                     ['t = asyncio.create_task(work(3, lock, queue))', 'await asyncio.sleep(0)', 't.cancel()', 'show(await t)'], ['show(await work(1, lock, queue))'], ['show(await asyncio.wait_for(work(1, lock, queue), 0.05))'], ['for c in asyncio.as_completed([work(1, lock, queue)]): show(await c)'], ['done, pending = await asyncio.wait([asyncio.create_task(work(1, lock, queue))], timeout=0.05)', 'show(len(done), len(pending))', 'for t in done: show(t.cancelled() or repr(t.exception()))'])
        return [*lines, *m.body(way), 'try:', f'    asyncio.run({m.pick("main()", "main()", "main()", "main", "work(1, None, None)")})', 'except BaseException as error:', '    print(repr(error))']
    return valid(make, m, [])


BLOCKS = [matching, matching, matching, type_parameters, type_parameters, data_classes, data_classes, managers, tasks]
