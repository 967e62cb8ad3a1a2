"""Classes: inheritance, descriptors, properties, slots, metaclasses, and special methods that
return what they should not."""

from flow import valid

BINARY = {'add': '+', 'sub': '-', 'mul': '*', 'truediv': '/', 'floordiv': '//', 'mod': '%', 'matmul': '@', 'and': '&', 'or': '|', 'xor': '^', 'lshift': '<<', 'rshift': '>>', 'pow': '**'}
COMPARE = {'lt': '<', 'le': '<=', 'eq': '==', 'ne': '!=', 'gt': '>', 'ge': '>='}
UNARY = ['neg', 'pos', 'invert', 'abs', 'int', 'float', 'index', 'complex', 'bool', 'len', 'hash', 'repr', 'str', 'bytes', 'iter', 'next', 'reversed', 'round', 'trunc', 'floor', 'ceil', 'length_hint', 'dir', 'enter', 'fspath']
USES = {'neg': '-x', 'pos': '+x', 'invert': '~x', 'abs': 'abs(x)', 'int': 'int(x)', 'float': 'float(x)', 'index': '[1, 2, 3][x]', 'complex': 'complex(x)', 'bool': 'bool(x)', 'len': 'len(x)',
        'hash': 'hash(x)', 'repr': 'repr(x)', 'str': 'str(x)', 'bytes': 'bytes(x)', 'iter': 'list(x)', 'next': 'next(x)', 'reversed': 'list(reversed(x))', 'round': 'round(x)',
        'trunc': 'math.trunc(x)', 'floor': 'math.floor(x)', 'ceil': 'math.ceil(x)', 'length_hint': 'operator.length_hint(x)', 'dir': 'dir(x)', 'enter': 'contextlib.nullcontext(x).__enter__()', 'fspath': 'os.fspath(x)',
        'contains': '1 in x', 'getitem': 'x[0]', 'call': 'x(1)', 'getattr': 'x.zzz', 'getattribute': 'x.y', 'missing': 'x["k"]', 'format': 'f"{x:>5}"', 'instancecheck': 'isinstance(1, x)', 'class_getitem': 'type(x)[int]',
        'setattr': 'setattr(x, "q", 1)', 'delattr': 'delattr(x, "q")', 'setitem': 'x.__setitem__(0, 1)', 'delitem': 'operator.delitem(x, 0)', 'set_name': 'type("N", (), {"attr": x})', 'init_subclass': 'type("S", (type(x),), {})', 'sizeof': '1', 'divmod': 'divmod(x, 2)', 'rdivmod': 'divmod(2, x)', 'rpow': '2 ** x',
        'exit': 'x.__exit__(1, 2, 3)', 'await': 'drive(identity(x).__await__())', 'mro_entries': 'type("M", (), {}) and types.new_class("E", (x,))', 'subclasscheck': 'issubclass(int, x)', 'getnewargs': 'copy.copy(x)', 'eq': 'x in [1, x]', 'match_args': 'x.__match_args__'}
RESULTS = ['1', '0', '-1', '3', 'True', 'None', 'NotImplemented', "'s'", '1.5', 'self', 'iter([1, 2])', '[1, 2]', "b'b'", '2**70', '(1, 2)', '1j', 'super().__repr__()[:6]', 'type(self)', '{}', 'Number(4)', "Text('t')", 'Real(2.0)', 'Index(3)', 'Iter(2)', '(i for i in "ab")']
BASES = ['', '', '', 'int', 'str', 'list', 'dict', 'tuple', 'float', 'Exception', 'object', 'set', 'bytes', 'type', 'property', 'BaseException', 'bool', 'range', 'KeyError', 'complex', 'frozenset', 'bytearray']


def result(m):
    if m.chance(20):
        return m.pick('raise ValueError("special")', 'raise AttributeError("special")', 'raise StopIteration', 'raise TypeError("special")', 'return 1 // 0', 'raise IndexError("special")', 'raise NotImplementedError')
    return f'return {m.choice(RESULTS)}'


def special(m):
    """One special method that returns anything, and what calls it."""
    base = m.pick('', '', '', 'int', 'str', 'list', 'dict', 'tuple', 'float')
    names = m.sample(sorted(USES), m.randint(1, 3))
    lines = ['import math, operator, contextlib, os, types, copy', f'class X{f"({base})" if base else ""}:']
    for name in names:
        lines += [f'    def __{name}__(self, *args):', f'        print("{name}", *map(type, args))' if m.chance(30) else '        pass', f'        {result(m)}']
    lines.append('x = X()')
    for name in names:
        lines += m.guarded([f'show({USES[name]})'])
    extra = m.choice(list(USES.values()))
    if extra not in ('hash(x)', 'dir(x)', 'repr(x)', 'str(x)', 'copy.copy(x)', 'bytes(x)', 'f"{x:>5}"') and 'type(' not in extra:
        lines += m.guarded([f'show({extra})'])
    return lines


def binary(m):
    """Two classes with some of the binary methods, related or not."""
    op = m.choice(list(BINARY) + list(COMPARE))
    table = BINARY | COMPARE
    related = m.pick('', '(A)', '(A)')
    def methods(who):
        out = []
        for prefix in m.sample(['', 'r', 'i'], m.randint(1, 3)) if op in BINARY else ['']:
            out += [f'    def __{prefix}{op}__(self, other):', f'        print("{who} {prefix}{op}", type(other).__name__)', f'        {result(m)}']
        if op in COMPARE and m.chance(60):
            other = m.choice(list(COMPARE))
            out += [f'    def __{other}__(self, other):', f'        print("{who} {other}", type(other).__name__)', f'        {result(m)}']
        return out
    base = m.pick('', '', '', '(int)', '(str)', '(list)', '(float)', '(tuple)')
    sign = table[op]
    lines = [f'class A{base}:', *methods('A'), f'class B{related}:', *(methods('B') if m.chance(70) else ['    pass'])]
    for _ in range(3):
        left, right = m.pick('A()', 'B()', m.atom('small')), m.pick('A()', 'B()', m.atom('small'))
        expression = f'({left}) {sign} ({right})'
        if op in BINARY and m.chance(25):
            lines += m.guarded([f'v = {left}', f'v {sign}= {right}', 'show(type(v).__name__)'])
        else:
            lines += m.guarded([f'show(type({expression}).__name__)'])
    return lines


def attributes(m):
    """Descriptors, properties, slots, __getattr__ and class attributes that hide each other."""
    lines = ['class D:', '    def __get__(self, instance, owner=None):', '        return ("got", instance is None, owner and owner.__name__)']
    if m.chance(60):
        lines += ['    def __set__(self, instance, value):', '        print("set", value)']
    if m.chance(30):
        lines += ['    def __delete__(self, instance):', '        print("delete")']
    if m.chance(30):
        lines += ['    def __set_name__(self, owner, name):', '        print("named", owner.__name__, name)']
    lines += ['class ND:', '    def __get__(self, instance, owner=None):', '        return "non-data"']
    def member(name):
        return m.pick([f'{name} = {m.randint(0, 9)}'], [f'{name} = D()'], [f'{name} = ND()'], [f'def {name}(self, *a):', f'    return ("{name}", a)'],
                      ['@property', f'def {name}(self):', f'    {m.pick("return self._p", "return 5", "raise AttributeError(7)", "return self.zz")}'],
                      ['@property', f'def {name}(self): return 1', f'@{name}.{m.pick("setter", "deleter", "getter")}', f'def {name}(self, *v): print("property", v); return 3'],
                      ['@classmethod', f'def {name}(cls, *a): return cls.__name__, a'], ['@staticmethod', f'def {name}(*a): return a'], [f'{name}: int'], [f'{name} = property()'], [f'{name} = len'], [f'{name} = None'],
                      ['@functools.cached_property', f'def {name}(self): print("computed"); return 8'], [f'{name} = functools.partial(identity, 3)'], [f'class {name}: pass'], [f'{name} = "text".upper'])
    def body():
        out = []
        if m.chance(15):
            out.append(f'__slots__ = {m.pick("()", "(chr(120),)", "[chr(97)]", "chr(120)", "(chr(120), chr(121))", "{chr(120): 1}", "(1,)", "(chr(120), chr(45))", "chr(120), str(95) + str(95)", "(chr(95) * 2 + chr(100) + chr(105) + chr(99) + chr(116) + chr(95) * 2,)")}')
        for name in m.sample(['x', 'y', 'z', '_p'], m.randint(0, 3)):
            out += member(name)
        if m.chance(15):
            out += ['def __getattr__(self, name):', f'    {m.pick("return name * 2", "raise AttributeError(name)", "return super().__getattr__(name)", "raise KeyError(name)")}']
        if m.chance(7):
            out += ['def __setattr__(self, name, value):', '    print("setattr", name, value)', f'    {m.pick("super().__setattr__(name, value)", "pass")}']
        if m.chance(7):
            out += ['def __getattribute__(self, name):', f'    {m.pick("return super().__getattribute__(name)", "raise AttributeError(name)", "return object.__getattribute__(self, name)")}']
        return out or ['pass']
    def make():
        out = ['import functools', *lines, *m.guarded(['class A:', *m.body(body()), f'class B(A{m.pick("", "", ", D", ", object")}):', *m.body(body()), f'class C({m.pick("A", "B", "A, B", "B, A", "B")}):', *m.body(body())])]
        name = m.pick('A', 'B', 'C', 'B')
        out += m.guarded([f'o = {name}()'])
        for _ in range(m.randint(3, 7)):
            where = m.pick('o', 'o', 'o', name)
            attribute = m.pick('x', 'y', 'z', '_p', 'w')
            action = m.pick(f'show({where}.{attribute})', f'show({where}.{attribute})', f'{where}.{attribute} = {m.randint(0, 9)}', f'del {where}.{attribute}', f'show({where}.{attribute}(1))', f'{where}.{attribute} += 1', f'show(hasattr({where}, "{attribute}"))',
                            f'show(getattr({where}, "{attribute}", "none"))', 'show(vars(o))', f'show(sorted(k for k in vars({name}) if k[0] != "_"))', f'show(super({name}, o).{attribute})', f'setattr({where}, "{attribute}", {m.pick("5", "D()", "ND()", "property(identity)")})', f'show([c.__name__ for c in {name}.__mro__])')
            out += m.guarded([action])
        return out
    return valid(make, m, [])


def creation(m):
    """Bases, metaclasses, keywords and the order of what a class statement calls."""
    meta = ['class Meta(type):']
    for text in m.sample(['    def __new__(mcls, name, bases, ns, **kw):\n        print("new", name, kw)\n        return super().__new__(mcls, name, bases, ns)',
                          '    def __init__(cls, name, bases, ns, **kw):\n        print("init", name, kw)\n        super().__init__(name, bases, ns)',
                          '    def __call__(cls, *a, **kw):\n        print("call", cls.__name__, a, kw)\n        return super().__call__(*a, **kw)',
                          '    @classmethod\n    def __prepare__(mcls, name, bases, **kw):\n        print("prepare", name, kw)\n        return {"given": 1}',
                          '    def __instancecheck__(cls, o): return o == 5', '    def __getattr__(cls, name): return "meta " + name', '    def __len__(cls): return 42', '    def mro(cls): return [cls, *super().mro()[1:]]',
                          '    def __iter__(cls): return iter("ab")', '    def __repr__(cls): return "a " + cls.__name__', '    @property\n    def p(cls): return cls.__name__', '    def __add__(cls, other): return (cls.__name__, other)'], m.randint(1, 4)):
        meta.append(text)
    first, second = m.choice(BASES), m.choice(BASES)
    bases = ', '.join(b for b in (first, second) if b)
    keyword = m.pick('', '', 'metaclass=Meta', 'metaclass=Meta', 'metaclass=type', 'metaclass=Meta, a=1', 'a=1', 'metaclass=identity', 'metaclass=lambda *a, **k: (a[0], k)')
    hook = ['def __init_subclass__(cls, **kw):', '    print("subclass", cls.__name__, kw)'] + (['    super().__init_subclass__(**kw)'] if m.chance(50) else [])
    body = hook if m.chance(40) else ['x = 1']
    body += m.pick([], ['def __init__(self, *a, **k): print("made", a, k)'], ['def __new__(cls, *a, **k): print("new", cls.__name__, a, k); return super().__new__(cls)'], ['def m(self): return __class__.__name__'], ['__slots__ = ("s",)'], ['__hash__ = None'],
                   ['def __new__(cls, *a): return 5'], ['def __init__(self): return 1'], ['__class__ = int'], ['__match_args__ = ("x",)'], ['__doc__ = "d"'], ['__qualname__ = "Q"'], ['__qualname__ = 3'])
    arguments = ', '.join(p for p in (bases, keyword) if p)
    name = m.name('K')
    lines = [*meta, *m.guarded([f'class {name}({arguments}):', *m.body(body), f'show(type({name}).__name__, {name}.__name__)'])]
    lines += m.guarded([f'class S({name}{m.pick("", ", b=2", ", int", ", Exception", ", metaclass=Meta")}):', '    pass', 'show([c.__name__ for c in S.__mro__])'])
    for use in m.some(1, 4, lambda: m.pick(f'{name}()', f'{name}(1)', 'S()', 'S(1, 2)', 'S(k=1)', f'isinstance(5, {name})', f'{name}.other', 'len(S)', 'list(S)', 'S.p', f'{name} + 1', f'{name}().m()', f'{name}.__bases__ == (object,)', 'S.__base__.__name__', f'hash({name}()) and 1', f'issubclass(S, {name})', 'S.given', f'{name}.x', f'{name}[int]')):
        lines += m.guarded([f'v = {use}', 'show(v) if isinstance(v, (int, str, list, tuple)) else print(type(v).__name__)'])
    lines += m.guarded([f'{m.pick("S", name)}.__bases__ = ({m.pick("object", "int", "A", "Meta", "dict", "S", "1", "")},)'.replace('(,)', '()')]) if m.chance(25) else []
    return lines


def classinfo(m):
    """match against classes and mappings, isinstance, unions, super and calls of super."""
    patterns = ['P(x=1)', 'P(1, y)', 'P(a, b, c)', 'P()', 'P(x=a, x=b)', 'int(v)', 'str(v, 1)', 'Q(1)', 'list([a, *r])', '[a, b, *r]', '(a, *_)', '{"k": v}', '{"k": v, **rest}', '{}', 'dict(k=1)', '1 | 2 | None', '"s" | b"s"', '-1', '1+2j', 'P.attr', '[[a], b]', '[1, 2] as w', 'a if a == 3', 'bool()', 'float(f)', '{1: _, "a": {"b": q}}', '[*_, last]', 'P(x=int(i))', 'True', 'None', '""']
    lines = ['class P:', '    __match_args__ = ' + m.pick('("x", "y")', '("x",)', '["x"]', '(1,)', '()', '("x", "y", "zz")'), '    attr = 3', '    def __init__(self, x=1, y=2): self.x, self.y = x, y', '    def __repr__(self): return f"P({self.x}, {self.y})"', 'class Q(P): pass']
    def make():
        out = list(lines)
        for _ in range(m.randint(1, 3)):
            subject = m.pick('P()', 'P(3)', 'Q(1, 5)', '[1, 2]', '[1, 2, 3]', '(1, 2)', '{"k": 1}', '{"k": 1, "j": 2}', '1', '"s"', 'b"s"', 'None', '3', '-1', '1+2j', 'True', '[[1], 2]', '"ab"', 'bytearray(b"ab")', 'range(3)', '{1: 2, "a": {"b": 9}}', 'Sequence(1, 2)', 'Mapping()', 'Items([1, 2])', 'Table(k=1)', 'Text("s")', '2.5')
            block = [f'match {subject}:']
            for pattern in m.sample(patterns, m.randint(1, 4)):
                block += [f'    case {pattern}:', '        print(' + repr(pattern) + ', sorted(k for k in list(globals()) if k in ("a", "b", "c", "v", "w", "r", "rest", "q", "f", "i", "last", "y")))']
            if m.chance(60):
                block += ['    case other:', '        show("other", other)']
            out += m.guarded(block)
            out += ['for name in "a b c v w r rest q f i last y other".split():', '    if name in globals(): show(name, globals().pop(name))']
        return out
    return valid(make, m, [])


BLOCKS = [special, special, special, binary, binary, attributes, attributes, creation, creation, classinfo]
