"""Modules of the standard library that are C code in part, used as programs use them."""

from flow import valid


def patterns(m):
    atoms = ['a', 'b', '.', r'\d', r'\w', r'\s', r'\b', '[ab]', '[^a]', '[a-c0-9]', '(a)', '(?:b|c)', '(a|b)', '(?P<n>a)', '(?P=n)', r'\1', 'x', '^', '$', '(?=a)', '(?!b)', '(?<=a)', '(?<!b)', '(?i:A)', r'\.', '(', ')', '[', '{2}', '{,3}', '{1,}', '(?>a)', r'\B', r'\Z', r'\D', '(?#c)', 'é', '(?(1)a|b)', '[\\w-]', '(?P<n', '(?i)', '*', r'\8', 'ß', r'\x61', r'\N{DIGIT ONE}']
    quantifiers = ['', '', '', '*', '+', '?', '*?', '+?', '??', '{1,2}', '{0}', '*+', '?+', '++']
    pattern = ''.join(m.choice(atoms) + m.choice(quantifiers) for _ in range(m.randint(1, 5)))
    subject = ''.join(m.choice('aaabbc x1\né') for _ in range(m.randint(0, 12)))
    flags = m.pick('0', '0', 're.I', 're.M', 're.S', 're.X', 're.A', 're.I | re.M')
    use = m.pick(f'[(x.span(), x.groups(), x.lastgroup, x.lastindex) for x in p.finditer({subject!r})]', f'p.split({subject!r}, {m.randint(0, 2)})', f'p.findall({subject!r})', f'p.subn({m.choice(["-", "[\\g<0>]", "\\1", "\\g<n>", "\\n", "\\q"])!r}, {subject!r}, {m.randint(0, 2)})', f'p.fullmatch({subject!r})', f'p.match({subject!r}, {m.randint(0, 2)}, {m.randint(3, 9)})', f'p.search({subject!r})', 'p.groupindex, p.groups, p.flags', f'p.sub(lambda m: m.group().upper(), {subject!r})')
    return ['import re, warnings', *m.guarded([f'p = re.compile({pattern!r}, {flags})', f'show({use})'])]


def structs(m):
    form = m.pick('', '<', '>', '!', '=', '@') + ''.join(m.pick('', '2', '3', '0') + m.choice('bBhHiIlLqQfdesp?xcnN') for _ in range(m.randint(1, 4)))
    values = m.some(1, 5, lambda: m.atom(m.pick('int', 'float', 'small', 'bytes', 'int')))
    return ['import struct', *m.guarded([f'show(struct.calcsize({form!r}))', f'b = struct.pack({form!r}, {", ".join(values)})', f'show(b, struct.unpack({form!r}, b))']),
            *m.guarded([f'show(struct.unpack({form!r}, bytes(range({m.randint(0, 24)}))))'])]


def jsons(m):
    def value(depth=0):
        return m.pick(m.atom('int'), m.atom('float'), m.atom('str'), 'None', 'True', m.atom('list'), m.atom('dict'), m.atom('odd'), m.atom('tuple')) if depth > 2 or m.chance(60) else m.pick(f'[{value(depth + 1)}, {value(depth + 1)}]', f'{{"k": {value(depth + 1)}, {m.atom("small")}: {value(depth + 1)}}}')
    options = m.pick('', '', ', indent=2', ', sort_keys=True', ', ensure_ascii=False', ', separators=(",", ":")', ', skipkeys=True', ', default=repr', ', allow_nan=False', ', indent="\\t"', ', default=str, indent=1, sort_keys=True', ', cls=None')
    text = m.pick('[1, 2', '{"a": 1}', '{"a": 1,}', '[1,]', '"\\\\u12"', '"\\\\ud83d\\\\ude00"', '01', '1.5e3', '-', '1e', 'NaN', '-Infinity', 'nul', '{"a" 1}', '{1: 2}', ' [ ] ', '"\\t"', '', '[1] x', '\\ufeff1', '"a', '{"a": {"b": [1, {"c": null}]}}', '1E400', '-0', '123456789012345678901234567890', '"\\\\x"', '[', '{', '{"a"', '{"a":', 'tru', '[[[[]]]]')
    lines = [f'show(json.dumps({value()}{options}))'] if m.chance(60) else [f"show(json.loads('{text}'{m.pick('', '', ', parse_int=str', ', parse_float=repr', ', object_hook=list', ', object_pairs_hook=list', ', strict=False')}))"]
    return valid(lambda: ['import json', *m.guarded([line.replace(' at 0x', '') for line in lines])], m, [])


def iterators(m):
    def source(depth=0):
        if depth > 2 or m.chance(40):
            return m.pick('range(5)', '[3, 1, 2]', '"abca"', 'Iter(3)', '(1, 1, 2)', 'iter([1, 2])', '[]', '{"a": 1, "b": 2}', '[(1, 2), (3, 4)]', 'range(3, 0, -1)', '[1, 2.5, True]')
        inner, other = source(depth + 1), source(depth + 1)
        return m.pick(f'itertools.chain({inner}, {other})', f'itertools.islice({inner}, {m.choice(["2", "1, 3", "0, None, 2", "None", "1, None"])})', f'itertools.accumulate({inner}{m.choice(["", ", max", ", initial=0", ", operator.mul"])})', f'zip({inner}, {other}{m.choice(["", ", strict=True"])})', f'map({m.choice(["str", "lambda x: x", "lambda x, *y: (x, y)", "int", "repr"])}, {inner})', f'filter({m.choice(["None", "bool", "lambda x: x != 1"])}, {inner})', f'enumerate({inner}, {m.randint(-1, 5)})',
                      f'itertools.pairwise({inner})', f'itertools.groupby({inner})', f'itertools.starmap(lambda *a: a, {inner})', f'itertools.takewhile(lambda x: x != 2, {inner})', f'itertools.dropwhile(lambda x: x != 2, {inner})', f'itertools.batched({inner}, {m.randint(0, 3)})', f'itertools.zip_longest({inner}, {other}, fillvalue=0)', f'itertools.product({inner}, repeat={m.randint(0, 2)})', f'itertools.permutations({inner}, {m.randint(0, 3)})',
                      f'itertools.combinations({inner}, {m.randint(0, 3)})', f'itertools.combinations_with_replacement({inner}, 2)', f'itertools.compress({inner}, {other})', f'itertools.filterfalse(None, {inner})', f'itertools.repeat({inner}, 2)', f'itertools.tee({inner}, 2)[1]', f'itertools.islice(itertools.cycle({inner}), 5)', f'itertools.islice(itertools.count({m.choice(["0", "1.5", "2, 3", "-1, -1"])}), 4)', f'reversed(list({inner}))', f'sorted({inner}, key=str)', f'(x for x in {inner})', f'[x for x in {inner}]')
    use = m.pick('take({})', 'list({})', 'sum({}, start=0)', 'max({})', 'min({}, key=repr)', 'sorted({})', 'dict({})', 'tuple({})', 'any({})', 'all({})', '",".join({})', 'functools.reduce(lambda a, b: (a, b), {})', '[*{}]', 'len(list({}))', 'next(iter({}))', 'set({})', 'bytes({})', 'operator.length_hint({})', 'list(map(take, {}))', '[(a, b) for a, b in {}]', 'str.join("-", {})', 'dict.fromkeys({}, 0)', 'collections.Counter({})', 'collections.deque({}, 2)', 'statistics.mean({})', 'math.fsum({})', 'math.prod({})')
    text = use.format(source())
    lines = [f'show({text})']
    return ['import itertools, operator, functools, collections, statistics, math', *m.guarded(lines)]


def records(m):
    fields = ['x', 'y', 'z']
    kind = m.pick('dataclass', 'dataclass', 'namedtuple', 'NamedTuple', 'enum', 'flag', 'enum')
    if kind == 'dataclass':
        options = m.pick('', '', '(frozen=True)', '(order=True)', '(slots=True)', '(eq=False)', '(kw_only=True)', '(repr=False)', '(unsafe_hash=True)')
        body = [f'{f}: {m.pick("int", "str", "list")}{m.pick("", "", " = 1", " = dataclasses.field(default_factory=list)", " = []", " = dataclasses.field(repr=False, default=3)")}' for f in fields[:m.randint(1, 3)]]
        lines = [f'@dataclasses.dataclass{options}', 'class R:', *m.body(body), *m.pick([], ['    def __post_init__(self): print("post", self.x)'])]
        uses = ['R(1)', 'R(1, 2)', 'R(x=1)', 'R(1, 2, 3)', 'R()', 'R(1) == R(1)', 'R(1) < R(2)', 'dataclasses.astuple(R(1, 2, 3))', 'dataclasses.replace(R(1), x=5)', 'hash(R(1)) and 0', '[f.name for f in dataclasses.fields(R)]']
    elif kind in ('namedtuple', 'NamedTuple'):
        names = m.pick('"x y"', '["x", "y"]', '"x, y, z"', '"x x"', '"class y"', '"_x"', '"x y", rename=True', '"x y", defaults=[1]', '""', '["x y"]')
        lines = [f'R = collections.namedtuple("R", {names})'] if kind == 'namedtuple' else ['class R(typing.NamedTuple):', '    x: int', f'    y: int{m.pick("", " = 5")}']
        uses = ['R(1, 2)', 'R(1)', 'R(x=1, y=2)', 'R(1, 2)._replace(x=3)', 'R(1, 2)._asdict()', 'R._make([1, 2])', 'R._fields', 'R(1, 2, 3)', 'R(1, 2).x', 'R(1, 2) == (1, 2)', 'R(1, 2)._replace(q=3)', 'R(1, 2) + (3,)', 'R._field_defaults']
    else:
        base = m.pick('enum.Flag', 'enum.IntFlag') if kind == 'flag' else m.pick('enum.Enum', 'enum.IntEnum', 'enum.StrEnum', 'str, enum.Enum')
        lines = [f'class R({base}):', *m.body([f'{name} = {m.pick("1", "2", "4", "enum.auto()", repr(name), "1")}' for name in ('A', 'B', 'C')[:m.randint(1, 3)]])]
        uses = ['R.A', 'R(1)', 'R["A"]', 'R["Q"]', 'R(99)', 'list(R)', 'R.A == R(1)', 'R.A.value, R.A.name', 'R.A in R', '1 in R', 'R.A | R.B', '~R.A', 'R.A & R.C', 'R.A < R.B', 'f"{R.A}"', 'f"{R.A:>8}"', 'str(R.A)', 'R.A.zz', 'len(R)', 'R.__members__', 'isinstance(R.A, int)', 'R.A + 1']
    out = ['import dataclasses, collections, typing, enum', *m.guarded(lines)]
    for use in m.sample(uses, m.randint(1, 4)):
        out += m.guarded([f'show({use})'])
    return out


def texts(m):
    """Methods of str and bytes on texts longer than a literal or two."""
    text = ''.join(m.choice('aAbB ,.-\t\n1é日ßİ') for _ in range(m.randint(0, 25)))
    part, new = m.choice(['a', 'b', ' ', ',', '', 'aA', '\n', 'é', 'B,']), m.choice(['', 'x', 'é', '日', 'xyz'])
    n = m.randint(-5, 12)
    use = m.pick(f'replace({part!r}, {new!r}, {n})', f'split({part!r}, {n})', f'rsplit(None, {n})', 'split()', 'splitlines()', f'splitlines({m.choice([True, False])})', f'partition({part!r})', f'rpartition({part!r})', f'find({part!r}, {n}, {m.randint(-3, 20)})', f'rfind({part!r}, {n})', f'count({part!r}, {n})', 'title()', 'swapcase()', 'capitalize()', 'casefold()', 'upper()', 'lower()', f'strip({part!r})', f'lstrip()', f'center({n * 3}, {new[:1]!r})' if new else f'center({n * 3})', f'zfill({n * 3})', f'expandtabs({n})', f'startswith(({part!r}, {new!r}), {n})', f'endswith({part!r}, {n}, {n + 4})', f'translate({{97: {new!r}, 98: None, 66: 67}})', 'isalnum()', 'isidentifier()', 'istitle()', 'isspace()', 'isprintable()', f'removeprefix({part!r})', f'encode({m.choice(["utf-8", "ascii", "latin-1", "utf-16", "cp1252", "utf-7", "nope"])!r}, {m.choice(["strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace", "surrogateescape", "zz"])!r})', f'join([{part!r}, {new!r}, "q"])', f'index({part!r}, {n})', f'ljust({n * 2}, "*")', f'__getitem__(slice({n}, {m.randint(-20, 20)}, {m.choice([1, 2, -1, -2])}))', f'maketrans({part!r}, {new!r})', f'format_map({{}})', f'__contains__({part!r})')
    if m.chance(25):
        data = text.encode('utf-8')
        use = m.pick(f'decode({m.choice(["utf-8", "ascii", "latin-1", "utf-16", "cp1252", "utf-16-le", "utf-32", "unicode_escape"])!r}, {m.choice(["strict", "ignore", "replace", "backslashreplace", "surrogateescape"])!r})', f'hex({m.choice(["", repr(":"), repr(" ") + ", 2", repr("-") + ", -3"])})', f'replace({part.encode()!r}, {new.encode()!r}, {n})', f'split({part.encode()!r}, {n})', 'title()', 'swapcase()', f'translate(None, {part.encode()!r})', f'find({part.encode()!r}, {n})', f'center({n * 3})', 'splitlines()', f'rsplit(None, {n})', f'strip({part.encode()!r})', 'upper()', f'count({m.randint(0, 255)})', f'expandtabs({n})', f'partition({part.encode()!r})', f'zfill({n * 2})')
        return m.guarded([f'show({m.pick("", "bytearray")}({data!r}).{use})'])
    return m.guarded([f'show({text!r}.{use})'])


def containers(m):
    """A series of changes to one container."""
    kind = m.pick('list', 'list', 'dict', 'set', 'bytearray', 'deque', 'OrderedDict', 'Counter', 'defaultdict')
    small = lambda: str(m.randint(-6, 9))
    part = lambda: m.pick('', small())
    # A list that can not be sorted would show how far it came.
    value = small if kind == 'list' else lambda: m.pick(small(), small(), '"s"', 'None')
    if kind == 'list':
        start, act = f'[{", ".join(m.some(0, 8, small))}]', lambda: m.pick(f'c.append({value()})', f'c.insert({small()}, {value()})', f'c.pop({part()})', f'c.remove({small()})', 'c.sort()', 'c.sort(reverse=True)', 'c.sort(key=abs)', 'c.reverse()', f'c[{part()}:{part()}] = [{value()}, {value()}]', f'c[{part()}:{part()}:{m.choice(["2", "-1", "3", "0", "-2"])}] = {m.choice(["[1, 2]", "range(3)", "[]", "c", "iter([1, 2, 3])", "5"])}', f'del c[{part()}:{part()}:{part()}]', f'del c[{small()}]', f'c[{small()}] = {value()}', f'c.extend({m.choice(["[1]", "c", "range(2)", "5", "(c for c in (1, 2))"])})', f'c *= {m.randint(-1, 2)}', 'c += c[:2]', f'c.index({small()}, {small()})', f'c.count({small()})', 'c.clear()', 'c = c + [1]', f'c[{part()}:{part()}] = c', f'c.sort(key=lambda x: c.append(1) or 0)', 'c = c[::-1]')
    elif kind == 'dict' or kind in ('OrderedDict', 'defaultdict'):
        start, act = {'dict': '{1: 1, 2: 2, 3: 3}', 'OrderedDict': 'collections.OrderedDict({1: 1, 2: 2, 3: 3})', 'defaultdict': f'collections.defaultdict({m.choice(["int", "list", "None"])}, {{1: 1}})'}[kind], lambda: m.pick(f'c[{small()}] = {value()}', f'del c[{small()}]', f'c.pop({small()})', f'c.pop({small()}, None)', 'c.popitem()', f'c.setdefault({small()}, {value()})', f'c.update({{{small()}: {value()}}})', 'c.update([(1, 2), (3,)])', f'c.update(k={small()})', f'c |= {{{small()}: 0}}', 'c = c | {1: 9}', f'c.get({small()})', f'c[{small()}]', 'list(reversed(c))', 'for k in list(c): del c[k]', f'c.fromkeys({m.choice(["[1, 2]", "{3}", "5"])})', 'c.copy() == c', 'c == {1: 1}', 'c.keys() & {1, 2}', 'c.items() - {(1, 1)}', f'c.move_to_end({small()})', f'c.move_to_end({small()}, last=False)', 'c.popitem(last=False)', f'c[{m.choice(["[]", "{}", "1.0", "True"])}] = 5', 'c.clear()', f'{small()} in c')
    elif kind == 'set':
        start, act = '{1, 2, 3}', lambda: m.pick(f'c.add({value()})', f'c.remove({small()})', f'c.discard({small()})', f'c |= {{{small()}}}', f'c &= {{{small()}, 1, 2}}', f'c -= {{{small()}}}', f'c ^= {{{small()}, 1}}', f'c.update([{small()}], ({small()},))', f'c.difference_update([{small()}])', f'c.issubset({{1, 2, 3, 4}})', 'c.isdisjoint([5])', 'c = c | [1]', f'c.symmetric_difference([{small()}, {small()}])', f'c.union({m.choice(["5", "[1]", "{}", "()"])})', f'c.add({m.choice(["[]", "{}", "(1, [])", "{1}"])})', 'c <= {1, 2}', 'c < c', 'c == frozenset(c)', 'for x in c: c.add(20)', f'{m.choice(["[]", "{1}", "5"])} in c', f'c.remove({m.choice(["{1}", "[]", "99"])})', 'c.copy() is c')
    elif kind == 'bytearray':
        start, act = 'bytearray(b"hello world")', lambda: m.pick(f'c.append({m.choice(["0", "255", "256", "-1", "None", "97"])})', f'c[{small()}] = {m.choice(["65", "256", "b", "None"])}', f'c[{part()}:{part()}] = {m.choice(["b" + repr("xy"), "[1, 2]", "5", "bytearray(3)", "c", repr("s"), "[300]"])}', f'del c[{part()}:{part()}:{part()}]', f'c.pop({part()})', f'c.insert({small()}, 66)', 'c.reverse()', f'c.extend({m.choice(["b" + repr("q"), "[1]", "[999]", repr("s"), "c", "5"])})', f'c *= {m.randint(0, 2)}', 'c += b"z"', f'c.remove({m.choice(["108", "0", "300"])})', f'c[{part()}:{part()}:2] = b"ab"', 'c.clear()', f'c.find(b"o", {small()})', 'c = c + b"t"', 'v = memoryview(c); c.append(1)', 'v = None', 'c = c.upper()')
    elif kind == 'deque':
        start, act = f'collections.deque([1, 2, 3]{m.choice(["", ", 3", ", 5"])})', lambda: m.pick(f'c.append({value()})', f'c.appendleft({value()})', 'c.pop()', 'c.popleft()', f'c.rotate({small()})', f'c.extend([{small()}, {small()}])', f'c.extendleft([{small()}, {small()}])', f'c.insert({small()}, {value()})', f'c.remove({small()})', f'c[{small()}] = {value()}', f'del c[{small()}]', f'c.index({small()}, {small()})', 'c.reverse()', f'c *= {m.randint(0, 2)}', 'c += [1]', 'c = c + c', 'c + [1]', f'c.count({small()})', 'for x in c: c.append(x)', 'c == collections.deque([1, 2, 3])', 'c < c', 'c.copy()', 'c[1:2]', 'c.clear()', 'c.maxlen', 'c.extend(c)')
    else:
        start, act = 'collections.Counter("abca")', lambda: m.pick(f'c["a"] += {small()}', 'c.most_common(2)', f'c.update("{m.choice("abc")}")', 'c.subtract("ab")', 'c = c + c', 'c = c - collections.Counter("a")', 'c = +c', 'c = c & collections.Counter("ab")', 'c = c | collections.Counter("zz")', 'c["q"]', 'del c["a"]', 'c.total()', 'list(c.elements())', 'c.pop("a")', 'c == collections.Counter("aabc")', 'c <= collections.Counter("aabc")', 'c.update(5)', 'c.fromkeys("a")')
    lines = ['import collections', f'c = {start}']
    for _ in range(m.randint(2, 7)):
        action = act()
        lines += m.guarded([action] if ('=' in action.replace('==', '').replace('<=', '') and '(' not in action.split('=')[0]) or action.startswith(('del', 'for', 'v =')) else [f'show({action})'])
        lines.append('show(c)')
    return valid(lambda: lines, m, [])


BLOCKS = [patterns, structs, jsons, iterators, iterators, records, texts, texts, containers, containers]
