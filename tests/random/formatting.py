"""Formatting: format specs, f-strings with nested specs, str.format, % and conversions between numbers and text."""

import re

SPEC_TYPES = ['', 'd', 'b', 'o', 'x', 'X', 'n', 'c', 'e', 'E', 'f', 'F', 'g', 'G', '%', 's']
CONVERSIONS = ['', '', '!r', '!s', '!a']


def spec(m):
    if m.chance(5):
        return m.pick('{', 'zz', '10.', '.', ',,', '_,', '-+', 'é<5', '=', '<', '0', '00', '#', 'z', ' ', '١', '.5.', 'x#', '10,_d')
    text = ''
    if m.chance(40):
        text += (m.pick('*', ' ', '0', 'é', '<', '\U0001f600', 'x') if m.chance(60) else '') + m.pick('<', '>', '^', '=')
    if m.chance(30):
        text += m.pick('+', '-', ' ')
    if m.chance(10):
        text += 'z'
    if m.chance(20):
        text += '#'
    if m.chance(20):
        text += '0'
    if m.chance(50):
        text += str(m.randint(0, 30))
    if m.chance(20):
        text += m.pick(',', '_')
    if m.chance(45):
        text += f'.{m.randint(0, 20)}'
    return text + m.choice(SPEC_TYPES)


def number(m):
    kind = m.pick('int', 'float', 'float', 'complex', 'small')
    if kind == 'float' and m.chance(50):
        return repr(m.choice([m.uniform(-10, 10), m.uniform(-1e6, 1e6), m.random() * 10 ** m.randint(-20, 25), m.randint(-50, 50) / 4]))
    if kind == 'int' and m.chance(40):
        return str(m.randint(-10 ** m.randint(1, 40), 10 ** m.randint(1, 40)))
    return m.atom(kind)


def value(m):
    return m.pick(number(m), number(m), m.atom('str'), m.atom())


def with_format(m):
    kind = m.pick('numbers', 'numbers', 'any')
    return m.guarded([f'show(format({number(m) if kind == "numbers" else value(m)}, {spec(m)!r}))'])


def with_fstring(m):
    name, width, other = m.name(), m.name(), m.name()
    lines = [f'{name} = {value(m)}', f'{width} = {m.pick("3", "10", "0", str(m.randint(1, 25)), m.atom())}', f'{other} = {number(m)}']
    parts = []
    for _ in range(m.randint(1, 4)):
        inner = m.pick(name, other, f'{other} + 1', f'{name!s}', f'({name}, {other})', f'[{name}][0]', f'{name} == {other}', f'"a" + str({other})',
                       f'{{1: {other}}}[1]', f'f"{{{other}}}"', f"(lambda q: q)({name})", f'{name}.__class__.__name__')
        debug = m.pick('', '', '', '=', ' = ')
        form = m.pick('', f':{spec(m)}', f':{{{width}}}', f':>{{{width}}}.{{{other}}}', f':{{{width}}}.{m.randint(0, 5)}f', f':{{{width}!r:>2}}')
        if '{' in form[2:3] or form.startswith(':{') is False and '{' in form and '{' + width not in form:
            form = ''
        parts.append(m.pick('', 'a', '{{', '}}', '\\n', 'é', ' ') + '{' + inner + debug + m.choice(CONVERSIONS) + form + '}')
    quote = m.pick("'", '"', "'''", '"""')
    text = ''.join(parts).replace('"', "'") if quote == '"""' else ''.join(parts)
    lines.append(f'show(f{quote}{text}{quote})')
    try:
        compile('\n'.join(lines), 'x', 'exec')
    except SyntaxError:
        lines[-1] = f'show(f"{{{name}!r:>20}}|{{{other}}}")'
    return m.guarded(lines)


def with_str_format(m):
    fields = []
    for _ in range(m.randint(1, 4)):
        name = m.pick('', '', '0', '1', 'key', '0.real', '0[0]', 'key[a]', '0.__class__', '2', 'other', '0[x', '-1', '0.', 'key[0]', '01')
        form = m.pick('', f':{spec(m)}', f':{{}}', ':{1}', f':>{{1}}', ':{key}')
        fields.append(m.pick('', '{{', '}}', 'é', 'x') + '{' + name + m.choice(CONVERSIONS + ['!x', '!']) + form + '}' + m.pick('', '', '', '', '{', '}'))
    arguments = m.some(0, 3, lambda: value(m)) + m.pick([], [f'key={value(m)}'])
    arguments = [f'({a})' if a.startswith('lambda') else a for a in arguments]
    return m.guarded([f'show({"".join(fields)!r}.format({", ".join(arguments)}))'])


def with_percent(m):
    parts = []
    for _ in range(m.randint(1, 4)):
        key = m.pick('', '', '', '', '', '(a)', '(b)', '(')
        flags = ''.join(m.some(0, 2, lambda: m.pick('-', '+', ' ', '0', '#')))
        width = m.pick('', '', str(m.randint(0, 20)), '*')
        precision = m.pick('', '', f'.{m.randint(0, 12)}', '.*', '.')
        parts.append(f'%{key}{flags}{width}{precision}{m.pick(*"diouxXeEfFgGcrsa%diouxfsr", "b", "l", "ld", "z", "")}')
    text = m.pick('', 'x', 'é').join(parts)
    right = m.pick(value(m), f'({", ".join(m.some(1, 5, lambda: value(m)))},)', f'({", ".join(m.some(1, 5, lambda: number(m)))},)',
                   f"{{'a': {value(m)}, 'b': {number(m)}}}")
    if right.startswith('('):
        right = right.replace('lambda: 1', 'len').replace('lambda x: x', 'len')
    if '*' in text:  # not what no memory could hold
        right = re.sub(r'\d{5,}', '77', right.replace('2**6', '2**1').replace('10**', '1 + '))
    left = repr(text) if m.chance(80) else repr(text.encode('ascii', 'ignore'))
    return m.guarded([f'show({left} % ({right}))' if right.startswith('lambda') else f'show({left} % {right})'])


def conversion(m):
    digits = m.pick(str(m.randint(-10 ** 30, 10 ** 30)), f'{m.uniform(-1e3, 1e3)!r}', f'  {m.randint(0, 99)}  ', '1_000', '1__0', '_1', '1_', '0x1f', '-0b101', '0o7',
                    '1e5', 'inf', '-Infinity', 'nan', '1.', '.5', '.', '1e', '1e400', '1+2j', '1j', 'j', '+j', '(1+1j)', '(1+1j', '1 + 2j', '١٢', '0x1p-3', '- 1', '', ' ', '\x001', '9' * 30, 'é', '1é')
    text = m.pick(repr(digits), repr(digits.encode('utf-8')), f"bytearray({digits.encode('utf-8')!r})")
    return m.guarded([f'show({m.pick("int", "float", "complex", "float.fromhex", "str", "bool", "repr", "ascii")}({text}{m.pick("", "", "", ", " + m.atom("small"), ", 16", ", 2", ", 36", ", 37", ", base=0")}))'])


def rounding(m):
    n = number(m)
    call = m.pick(f'round({n}, {m.randint(-5, 20)})', f'round({n})', f'int({n})', f'divmod({n}, {number(m)})', f'({n}) // ({number(m)})', f'({n}) % ({number(m)})',
                  f'({n}) / ({number(m)})', f'({n}) * ({number(m)})', f'({n}) - ({number(m)})', f'({n}) + ({number(m)})', f'({n}).as_integer_ratio()', f'float({n}).hex()',
                  f'str({n})', f'({m.atom("float")}) ** ({m.atom("float")})', f'({n}) ** {m.randint(-3, 4)}', f'pow({m.atom("int")}, {m.randint(-5, 60)}, {m.atom("int")})',
                  f'({n}) == ({number(m)})', f'({n}) < ({number(m)})', f'({n}).is_integer()', f'complex({n}, {number(m)})', f'abs({n})', f'({m.atom("int")}) >> {m.randint(0, 70)}', f'({m.atom("int")}) << {m.randint(0, 70)}',
                  f'({m.atom("int")}).to_bytes({m.randint(0, 20)}, {m.pick("big", "little")!r}, signed={m.pick("True", "False")})', f'int.from_bytes({m.atom("bytes")}, {m.pick("big", "little")!r}, signed={m.pick("True", "False")})',
                  f'({m.atom("int")}) & ({m.atom("int")})', f'({m.atom("int")}) ^ ({m.atom("int")})', f'({m.atom("int")}) | ({m.atom("int")})', f'({m.atom("int")}) // ({m.atom("int")})', f'({m.atom("int")}) % ({m.atom("int")})',
                  f'({m.atom("int")}) * ({m.atom("int")})', f'({m.atom("int")}) - ({m.atom("int")})', f'({m.atom("complex")}) ** ({m.atom("complex")})', f'({m.atom("complex")}) / ({m.atom("complex")})', f'({m.atom("complex")}) * ({m.atom("float")})')
    return m.guarded([f'show({call})'])


BLOCKS = [with_format, with_format, with_fstring, with_fstring, with_str_format, with_percent, conversion, rounding, rounding]
