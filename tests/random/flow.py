"""Control flow: functions of nested loops, tries and withs, generators and coroutines of the same
statements, and those that drive them."""

from maker import EXCEPTIONS


class Scope:
    """What may stand where a statement is to be: in a loop, in a generator, ..."""

    def __init__(self, names, depth=0, loop=False, kind='def', finals=0, star=False):
        self.names, self.depth, self.loop, self.kind, self.finals, self.star = names, depth, loop, kind, finals, star

    def inner(self, **changes):
        new = Scope(self.names, self.depth + 1, self.loop, self.kind, self.finals, self.star)
        new.__dict__.update(changes)
        return new


def small(m, scope):
    """A small expression of the names in scope, that hardly ever fails."""
    name = m.choice(scope.names)
    return m.pick(name, f'{name} + 1', str(m.randint(-2, 9)), f'{name} * 2', f'({name}, {m.randint(0, 3)})[1]', f'{name} if {name} else 5', f'-{name}',
                  f'{name} or 3', f'{name} and 4', f'not {name}', f'len(str({name}))', f'{name} // 2 % 7', f'[{name}, 1][0]')


def condition(m, scope):
    name = m.choice(scope.names)
    return m.pick(f'{name} > {m.randint(-1, 4)}', f'{name} % 2', f'{name} == {m.randint(0, 3)}', f'not {name}', f'{m.randint(0, 2)} < {name} <= {m.randint(2, 6)}',
                  f'{name} in (1, 3, 4)', f'({name} := {name} + 1) > 2', f'{name} is None', f'{name} > 1 and {m.choice(scope.names)} < 5', f'{name} < 1 or {m.choice(scope.names)}', 'True', 'False', 'not (1 and 0)')


def fails(m, scope):
    kind = m.choice(EXCEPTIONS)
    return m.pick(f'raise {kind}({m.randint(0, 9)})', f'raise {kind}', f'1 // ({m.choice(scope.names)} - {m.randint(0, 3)})', f'[1, 2][{m.choice(scope.names)}]', f'{{}}[{m.choice(scope.names)}]',
                  f'raise {kind}({m.randint(0, 9)}) from {m.pick("None", m.choice(EXCEPTIONS) + "(1)", m.choice(EXCEPTIONS))}', 'raise', 'undefined_name', f'{m.choice(scope.names)}.missing', f'assert {condition(m, scope)}, "told"',
                  f'int("x{m.randint(0, 9)}")', f'del {m.choice(scope.names)}', f'{m.choice(scope.names)}()', f'a, b = {m.pick("1,", "1, 2, 3", "7", "()")}', f'"" + {m.choice(scope.names)}')


def suspends(m, scope):
    """A statement that yields or awaits."""
    name = m.choice(scope.names)
    if scope.kind == 'gen':
        return m.pick([f'yield {small(m, scope)}'], [f'{name} = yield {small(m, scope)}', f'print("got", {name})', f'{name} = {name} or 0'],
                      [f'yield from ({small(m, scope)}, {small(m, scope)})'], [f'print((yield), (yield {name}))'], [f'yield from inner({m.randint(0, 3)})'], ['yield'],
                      [f'print("inner gave", (yield from inner({m.randint(0, 3)})))'])
    return m.pick([f'print(await Wait({small(m, scope)}))'], [f'await Wait({name})'], [f'{name} = (await Wait({name})) or 1'], [f'await inner({m.randint(0, 3)})'],
                  [f'print("inner gave", await inner({m.randint(0, 3)}))'], [f'print([q async for q in ticker({m.randint(0, 3)})])'], [f'print([await Wait(q) for q in range({m.randint(0, 2)})])'])


def plain(m, scope):
    name = m.choice(scope.names)
    choice = m.randrange(100)
    if scope.kind != 'def' and choice < 35:
        return suspends(m, scope)
    if choice < 45:
        return [f'print({m.randint(0, 99)}, {small(m, scope)})']
    if choice < 60:
        return [m.pick(f'{name} = {small(m, scope)}', f'{name} += {m.randint(-1, 3)}', f'{name}: int = {small(m, scope)}', f'{name} = {m.choice(scope.names)} = {small(m, scope)}')]
    if choice < 75:
        return [fails(m, scope)]
    if choice < 82 and not scope.star:
        if scope.kind == 'agen':
            return ['return']
        return [f'return {small(m, scope)}' if scope.kind != 'agen' else 'return']
    if choice < 90 and scope.loop:
        return [m.pick('break', 'continue')]
    return [m.pick('pass', f'print("at", {m.randint(0, 99)})', f'print(sorted(locals().items(), key=str) if {condition(m, scope)} else 0)', f'print({name}, end=" ")')]


def statements(m, scope):
    lines = []
    for _ in range(m.randint(1, 3)):
        compound = scope.depth < 4 and m.chance(60 if scope.depth < 2 else 35)
        lines += m.choice(COMPOUNDS)(m, scope) if compound else plain(m, scope)
    return lines


def an_if(m, scope):
    lines = [f'if {condition(m, scope)}:', *m.body(statements(m, scope.inner()))]
    if m.chance(30):
        lines += [f'elif {condition(m, scope)}:', *m.body(statements(m, scope.inner()))]
    if m.chance(40):
        lines += ['else:', *m.body(statements(m, scope.inner()))]
    return lines


def a_for(m, scope):
    name = m.name('i')
    source = m.pick(f'range({m.randint(0, 4)})', '(1, 2, 3)', '[0, 1]', f'range({m.choice(scope.names)} % 3 if {m.choice(scope.names)} else 1)', 'Iter(2)', f'(k * 2 for k in range({m.randint(0, 3)}))', '"7"', 'enumerate((5, 6))')
    if source == 'Iter(2)' and m.chance(60):
        source = 'range(2)'
    target = f'({name}, _)' if source.startswith('enum') else name
    names = scope.names if source == '"7"' else scope.names + [name]
    if scope.kind in ('async', 'agen') and m.chance(30):
        head, names = f'async for {name} in ticker({m.randint(0, 3)}):', scope.names + [name]
    else:
        head = f'for {target} in {source}:'
    lines = [head, *m.body(statements(m, scope.inner(loop=True, names=names, star=False if not scope.star else True)))]
    if m.chance(25):
        lines += ['else:', *m.body(statements(m, scope.inner(loop=scope.loop)))]
    return lines


def a_while(m, scope):
    name = m.name('n')
    lines = [f'{name} = {m.randint(0, 3)}', f'while {name}{m.pick("", " > 0", f" and ({condition(m, scope)})")}:', f'    {name} -= 1',
             *m.body(statements(m, scope.inner(loop=True, names=scope.names)))]
    if m.chance(25):
        lines += ['else:', *m.body(statements(m, scope.inner()))]
    return lines


def caught(m):
    return m.pick('Exception', 'ValueError', 'ArithmeticError', 'LookupError', '(TypeError, KeyError)', 'ZeroDivisionError', 'Exception', 'BaseException', 'RuntimeError', *EXCEPTIONS[:6])


def a_try(m, scope):
    lines = ['try:', *m.body(statements(m, scope.inner()))]
    star = m.chance(12)
    handlers = m.randint(0, 2)
    for _ in range(handlers):
        name = m.name('e')
        kind = caught(m)
        lines.append(f'except{"*" if star else ""} {kind}{m.pick("", f" as {name}", f" as {name}")}:')
        if name in lines[-1] and m.chance(60):
            lines.append(f'    print("caught", repr({name}), repr({name}.__context__), repr({name}.__cause__))')
        inner = scope.inner(loop=scope.loop and not star, star=star or scope.star)
        lines += m.body(statements(m, inner))
    if handlers and m.chance(25):
        lines += ['else:', *m.body(statements(m, scope.inner()))]
    if not handlers or m.chance(45):
        lines += ['finally:', *m.body(statements(m, scope.inner()))]
    return lines


def a_with(m, scope):
    managers = []
    prefix = 'async ' if scope.kind in ('async', 'agen') and m.chance(40) else ''
    for _ in range(m.randint(1, 2)):
        name = m.name('c')
        broken = m.pick('', '', '', '', ', broken="exit"', ', broken="enter"')
        managers.append(f'Manager("{name}", {m.pick("True", "False", "False")}{broken})' + m.pick('', f' as {name}'))
    head = ', '.join(managers)
    return [f'{prefix}with {f"({head})" if m.chance(30) else head}:', *m.body(statements(m, scope.inner()))]


def a_match(m, scope):
    lines = [f'match {m.pick(small(m, scope), f"({small(m, scope)}, {small(m, scope)})")}:']
    for _ in range(m.randint(1, 3)):
        name = m.name('m')
        pattern = m.pick(str(m.randint(-1, 4)), f'{m.randint(0, 2)} | {m.randint(3, 5)}', f'int() as {name}', f'({name}, 1)', f'[{name}, *_]', '[_, _]', f'int({name})', 'str()', f'{name} if {name}', 'None', 'True')
        lines += [f'    case {pattern}:', *m.body(m.body(statements(m, scope.inner())))]
    if m.chance(50):
        lines += ['    case _:', *m.body(m.body(statements(m, scope.inner())))]
    return lines


COMPOUNDS = [an_if, an_if, a_for, a_for, a_while, a_try, a_try, a_try, a_with, a_match]


def valid(make, m, fallback):
    """What make() makes, if it is a program."""
    for _ in range(8):
        lines = make()
        try:
            compile('\n'.join(lines), 'x', 'exec')
            return lines
        except SyntaxError:
            pass
    return fallback


def plain_function(m):
    def make():
        name = m.name('f')
        lines = [f'def {name}(a, b=1):', *m.body(statements(m, Scope(['a', 'b'])))]
        if m.chance(30):
            lines.append(f'    return {small(m, Scope(["a", "b"]))}')
        for _ in range(m.randint(1, 3)):
            lines += m.guarded([f'show({name}({m.randint(-1, 4)}{m.pick("", f", {m.randint(0, 3)}", ", None")}))'])
        return lines
    return valid(make, m, [])


INNER = ['def inner(n):', '    try:', '        for k in range(n):', '            got = yield k * 10', '            if got: print("inner got", got)',
         '    except ValueError as error:', '        print("inner caught", error)', '        yield -1', '    finally:', '        got = 0', '    return n']
ASYNC_INNER = ['async def inner(n):', '    try:', '        for k in range(n):', '            got = await Wait(k * 10)', '            if got: print("inner got", got)',
               '    except ValueError as error:', '        print("inner caught", error)', '        await Wait(-1)', '    finally:', '        got = 0', '    return n',
               'async def ticker(n):', '    for k in range(n):', '        await Wait(f"tick {k}")', '        yield k']


def drive_generator(m, name):
    lines = [f'g = {name}({m.randint(-1, 3)})']
    for _ in range(m.randint(1, 7)):
        action = m.pick('next(g)', 'next(g)', 'g.send(None)', f'g.send({m.randint(0, 9)})', f'g.throw({m.choice(EXCEPTIONS)}({m.randint(0, 9)}))', f'g.throw({m.choice(EXCEPTIONS)})', 'g.close()', 'next(g, "end")', 'list(g)', '[*g]',
                        'g.throw(1)', 'g.gi_running, g.gi_suspended, g.gi_frame is None, g.gi_yieldfrom is None', 'sum(g)', 'a, *b = g', 'g.throw(ValueError, 3)', 'max(g, default=0)', 'dict.fromkeys(g)')
        lines += m.guarded([f'show({action})'] if '=' not in action.split('(')[0] else [action, 'show(a, b)'])
    return [*lines, 'exhaust(g)']


def generator(m):
    def make():
        name = m.name('gen')
        body = statements(m, Scope(['a', 'b'], kind='gen'))
        lines = [*INNER, f'def {name}(a, b=1):', *m.body(body), '    yield a', *drive_generator(m, name)]
        return lines
    return valid(make, m, [])


def coroutine(m):
    def make():
        name = m.name('co')
        body = statements(m, Scope(['a', 'b'], kind='async'))
        lines = [*ASYNC_INNER, f'async def {name}(a, b=1):', *m.body(body)]
        for _ in range(m.randint(1, 2)):
            sent = m.some(0, 6, lambda: m.pick('None', 'None', str(m.randint(0, 9)), f'{m.choice(EXCEPTIONS)}({m.randint(0, 9)})'))
            lines.append(f'show(drive({name}({m.randint(-1, 3)}){"".join(", " + s for s in sent)}))')
        return lines
    return valid(make, m, [])


def async_generator(m):
    def make():
        name = m.name('ag')
        body = statements(m, Scope(['a', 'b'], kind='agen'))
        lines = [*ASYNC_INNER, f'async def {name}(a, b=1):', *m.body(body), f'    yield {m.pick("a", "b")}', '    print((yield 5))']
        steps = m.some(1, 5, lambda: m.pick('g.__anext__()', 'g.asend(None)', 'g.asend(4)', f'g.athrow({m.choice(EXCEPTIONS)}(2))', 'g.aclose()', 'anext(g)', 'anext(g, "end")'))
        lines.append(f'g = {name}({m.randint(-1, 3)})')
        for step in steps:
            lines += m.guarded([f'show(drive({step}, None, None, {m.pick("None", "1", "ValueError(3)")}, None, None))'])
        lines.append('exhaust_async(g)')
        return lines
    return valid(make, m, [])


BLOCKS = [plain_function, plain_function, plain_function, generator, generator, coroutine, async_generator]
