"""Functions: parameters of all kinds with calls that seldom fit, closures, decorators,
comprehensions, unpacking and assignments."""

from flow import valid


def parameters(m):
    names = ['a', 'b', 'c', 'd', 'e']
    parts, seen_default = [], False
    for i, name in enumerate(names[:m.randint(0, 4)]):
        seen_default = seen_default or m.chance(30)
        parts.append(name + (f'={m.atom("small")}' if seen_default else ''))
        if m.chance(20) and '/' not in parts:
            parts.append('/')
    if m.chance(30):
        parts.append('*args')
    elif m.chance(30):
        parts.append('*')
    if any(p.startswith('*') for p in parts):
        parts += [name + m.pick('', f'={m.atom("small")}') for name in m.sample(['k', 'key', 'kex'], m.randint(1, 2))]
    if m.chance(25):
        parts.append('**kw')
    return parts


def call_of(m, name):
    parts = m.some(0, 4, lambda: m.atom('small'))
    if m.chance(15):
        parts.append(f'*{m.pick("(1, 2)", "[3]", "()", "range(2)", "None", "7", "Iter(1)", m.whole("str"))}')
    for key in m.sample(['a', 'b', 'c', 'k', 'key', 'kex', 'keyy', 'args', 'kw'], m.randint(0, 3)):
        parts.append(f'{key}={m.atom("small")}')
    if m.chance(15):
        parts.append(f'**{m.pick("dict(k=1)", "{}", dict(a=1).__repr__(), "Mapping()", "{1: 2}", "None", "dict(key=2, b=1)", "[(1, 2)]")}')
    return f'{name}({", ".join(parts)})'


def names_of(parts):
    return [p.lstrip('*').split('=')[0] for p in parts if p not in ('*', '/')]


def wrong_calls(m):
    def make():
        parts = parameters(m)
        name = m.name('f')
        names = names_of(parts)
        kind = m.pick('def', 'def', 'lambda', 'method', 'init', 'classmethod')
        result = f'[{", ".join(names)}]'
        if kind == 'def':
            lines = [f'def {name}({", ".join(parts)}):', f'    return {result}']
        elif kind == 'lambda':
            lines = [f'{name} = lambda {", ".join(parts)}: {result}']
        elif kind == 'method':
            lines = ['class C:', f'    def {name}({", ".join(["self", *parts])}):', f'        return {result}', f'{name} = {m.pick("C()", "C", "C()")}.{name}']
        elif kind == 'classmethod':
            lines = ['class C:', f'    @{m.pick("classmethod", "staticmethod")}', f'    def {name}({", ".join(["self", *parts])}):', f'        return {result}', f'{name} = C().{name}']
        else:
            lines = [f'class {name}:', f'    def __init__({", ".join(["self", *parts])}):', f'        self.x = {result}', '    def __repr__(self):', '        return repr(self.x)']
        for _ in range(m.randint(2, 5)):
            lines += m.guarded([f'show({call_of(m, name)})'])
        return lines
    return valid(make, m, [])


def closures(m):
    def make():
        f, g = m.name('f'), m.name('g')
        lines = [f'def {f}(x, y=2):', f'    {m.pick("z = x", "z = [x]", "pass", "z: int")}', f'    def {g}(q={m.pick("x", "y", "1")}):',
                 f'        {m.pick("nonlocal x", "nonlocal y", "global GLOBAL", "pass", "nonlocal z")}']
        for _ in range(m.randint(1, 3)):
            lines.append('        ' + m.pick('x = q', 'y = x', 'print(x, y)', 'x += 1', 'del y', 'GLOBAL = q', 'print(GLOBAL)', 'z = 5', 'print(z)', 'q = lambda: (x, y)', 'print([p for p in (1, 2) if p != y])',
                                             'print([(x, p) for p in range(2)])', 'class K: x = x; print(x)', 'class K:\n            y = 1\n            def m(self): return y\n        print(K().m())', 'exec("x = 99")', 'print(eval("q"))', 'print(sorted(locals()))'))
        lines += [f'        return {m.pick("x", "y", "q", "(x, y)")}', f'    {m.pick("del z", "pass", "y = 7", "x = 8", f"print({g}())")}', f'    return {g}']
        lines += m.guarded([f'h = {f}({m.randint(0, 5)})', f'show(h({m.pick("", "3", "4, 5", "z=1")}))', 'show(h.__closure__ and [c.cell_contents for c in h.__closure__])', 'show(h.__code__.co_freevars, h.__defaults__, h.__qualname__)'])
        return lines
    return valid(make, m, [])


def decorators(m):
    name = m.name('d')
    lines = ['def tag(text):', '    def wrap(f):', '        print("wrap", text, getattr(f, "__name__", f))', f'        return {m.pick("f", "lambda *a, **k: (text, f(*a, **k))", "f", "text", "None")}', '    return wrap']
    marks = m.some(1, 3, lambda: m.pick(f'@tag({m.randint(0, 9)})', '@staticmethod', '@classmethod', '@property', '@tag', '@identity', '@broken', '@(lambda f: f)', '@[identity][0]', '@functools.lru_cache', '@functools.cache', '@functools.wraps(len)'))
    where = m.pick('def', 'def', 'class', 'method')
    if where == 'def':
        definition = [*marks, f'def {name}(*a):', '    "doc"', '    return a']
    elif where == 'class':
        definition = [*marks, f'class {name}:', '    x = 1', '    def __repr__(self): return "instance"']
    else:
        definition = [f'class {name}:', *m.body([*marks, 'def m(*a):', '    return a[1:]']), f'{name} = {name}().m']
    return ['import functools', *lines, *m.guarded([*definition, f'show({name}({m.pick("", "1", "1, 2")}))'])]


def comprehension(m):
    def clause(names):
        name = m.name('x')
        source = m.pick(f'range({m.randint(0, 4)})', '[1, 2, 3]', '"ab"', '((1, 2), (3, 4))', f'[{names[-1]}]' if names else '[7]', 'Iter(1)', f'range({names[-1]})' if names else 'range(2)', 'None')
        if source in ('None', 'Iter(1)') and m.chance(80):
            source = '(5, 6)'
        target = m.pick(f'{name}, *_', f'({name}, _)') if source.startswith('((') else name
        names.append(name)
        condition = m.pick('', '', f' if {name}', f' if {name} != 1', f' if (w := {name})', f' if not {name}')
        return f'for {target} in {source}{condition}'
    names = []
    clauses = ' '.join(clause(names) for _ in range(m.randint(1, 3)))
    value = m.pick(*names, f'({", ".join(names)},)', f'{names[-1]} * 2', f'[{names[0]} for _ in (1, 2)]', f'(lambda: {names[-1]})()', f'f"{{{names[0]}}}"', f'1 // {names[-1]}', f'w', f'(v := {names[0]})')
    whole = m.pick(f'[{value} {clauses}]', f'{{{value}: {names[0]} {clauses}}}', f'list({value} {clauses})', f'{{{value} {clauses}}}', f'dict(({value}, {value}) {clauses})', f'sum(1 {clauses})', f'any({value} {clauses})', f'[*({value} {clauses})]')
    where = m.pick('top', 'function', 'class')
    if where == 'top':
        lines = ['w = 0', f'show({whole})']
    elif where == 'function':
        lines = ['def run(w=3):', f'    r = {whole}', '    return r, w', 'show(run())']
    else:
        lines = ['class K:', '    w = 4', f'    r = {whole}', 'show(K.r)']
    return valid(lambda: m.guarded(lines), m, [])


def unpacking(m):
    def target(depth=0):
        names = [m.pick('a', 'b', 'c', '*d', 'e', 'box[0]', 'box[1]', 'thing.x', '*_') if depth > 1 or m.chance(75) else f'({target(depth + 1)})' for _ in range(m.randint(1, 4))]
        return ', '.join(names) + (',' if len(names) == 1 else '')

    def make():
        value = m.pick('1, 2, 3', '[1, [2, 3]]', '"abc"', '(1, (2, 3), 4)', 'range(4)', '7', 'None', 'Iter(3)', 'iter([1, 2])', '{"k": 1, "j": 2}', '*[1], 2', '()', '[[1, 2], [3, 4], [5]]', 'Sequence(1, 2)', '(1, 2, 3, 4, 5)')
        kind = m.pick('assign', 'assign', 'for', 'chain', 'display', 'call', 'return')
        show = 'show(box, thing.x, globals().get("a"), globals().get("b"), globals().get("c"), globals().get("d"))'
        if kind == 'for':
            lines = [f'for {target()} in [{value}, {m.pick("(1, 2)", "(3, 4, 5)")}]:', f'    {show}']
        elif kind == 'chain':
            lines = [f'{target()} = {target()} = {value}', show]
        elif kind == 'display':
            lines = [f'show([*{m.whole("list")}, {m.atom("small")}, *{m.whole()}])', f'show({{**{m.whole("dict")}, 1: 2, **{m.whole(m.pick("dict", "any"))}}})', f'show((*{m.whole("tuple")}, *{m.whole("str")}))']
        elif kind == 'call':
            lines = [f'print(*{m.whole(m.pick("list", "tuple", "str"))}, *{m.whole("tuple")}, sep={m.atom("str")})']
        elif kind == 'return':
            lines = ['def f():', f'    return {value}', f'{target()} = f()', show]
        else:
            lines = [f'{target()} = {value}', show]
        return ['class T: x = 0', 'thing, box = T(), [0, 0]', 'a = b = c = d = e = None', *m.guarded(lines), 'show(box, thing.x)']
    return valid(make, m, [])


def assignments(m):
    """Names that are local, global or nobody's."""
    lines = ['count = 5']
    name = m.name('f')
    body = m.some(1, 4, lambda: m.pick('count += 1', 'print(count)', 'global count', 'del count', 'for count in (1, 2): pass', 'import math as count', 'count: int', 'count = [count]', 'with Manager("w") as count: pass', 'if (count := 3): pass',
                                       'try:\n        1 // 0\n    except ZeroDivisionError as count: pass', 'def count(): pass', 'class count: pass', 'print([count for count in (1,)])', 'match 5:\n        case count: pass', 'print(count if 1 else 0)'))
    def make():
        m.shuffle(body)
        return [*lines, f'def {name}():', *m.body(body), *m.guarded([f'show({name}())', 'show(count)'])]
    return valid(make, m, [])


BLOCKS = [wrong_calls, wrong_calls, closures, decorators, comprehension, comprehension, unpacking, unpacking, assignments]
