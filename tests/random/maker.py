"""The source of randomness and names that all generators share, and small expressions by kind."""

import random

INTS = ['0', '1', '-1', '2', '3', '5', '-7', '10', '64', '255', '256', '-128', '1000', '2**31', '-2**31 - 1',
        '2**62', '-2**62', '2**62 - 1', '2**63 - 1', '2**63', '-2**63', '2**64', '10**20', '-10**30', '3**90',
        '0x7fff_ffff', '0b1011', '0o17', '1_000_000', '123456789012345678901234567890', 'True', 'False']
SMALL = ['0', '1', '-1', '2', '3', '-2', '4', '-3', '7', 'True', 'None']
FLOATS = ['0.0', '-0.0', '1.0', '0.5', '-1.5', '0.1', '2.5', '3.5', '1e16', '1e15', '123456.789', '1e300', '-1e-300',
          '5e-324', "float('inf')", "float('-inf')", "float('nan')", '1e22', '1e23', '2.675', '9007199254740993.0',
          '0.30000000000000004', '1.7976931348623157e308', '1e-5', '0.0001']
COMPLEXES = ['0j', '1j', '(1+2j)', '(-0.0-1.5j)', "complex('inf')", "complex(0.0, float('nan'))", '(3-4j)']
STRS = ["''", "'a'", "'abc'", "'Hello World'", "'é'", "'ß'", "'日本語'", "'\\U0001f600x'", "'a,b,,c'", "'  x y  '",
        "'\\t\\n'", "'123'", "'-12.5e3'", "'0x1F'", "'aXbXc'", "'ǆ'", "'İ'", "'\\x00\\xff'", "'\\ud800'", "'{}'", "'%s'",
        "'ab' * 5", "'١٢'", "'½'", "'a\\nb\\r\\nc'", '"it\'s"', "'tRUE'", "'_x1'", "'ﬁ'", "'ΑΣ'"]
BYTES = ["b''", "b'a'", "b'abc'", "b'Hello World'", "b'\\x00\\xff'", "b'a,b,,c'", "b'  x  '", "b'123'", "b'\\t\\n'", "b'aXbXc'",
         "b'a\\nb\\r\\nc'", "bytes(3)"]
LISTS = ['[]', '[1]', '[1, 2, 3]', "['a', 'b']", '[3, 1, 2]', '[[1], [2]]', '[1, 2.0, None]', '[0] * 4', '[True, 0, 1.0]',
         "[(1, 'a'), (2, 'b')]", 'list(range(6))']
TUPLES = ['()', '(1,)', '(1, 2)', "('a', 1)", '(1, 2, 3)', '((1, 2), (3, 4))', '(None,)', "('a', 'b', 'c')"]
DICTS = ['{}', "{'a': 1}", "{'a': 1, 'b': 2}", "{1: 'x', 2: 'y'}", '{None: None}', "{1.0: 'f', True: 't'}", "{(1, 2): []}"]
SETS = ['set()', '{1}', '{1, 2, 3}', "{'a'}", '{1.5, None}', 'frozenset()', 'frozenset({2, 3})']
ODD = ['None', 'NotImplemented', '...', 'object()', 'int', 'str', 'len', 'identity', 'broken', 'lambda: 1', 'lambda x: x',
       'Index(2)', 'Index(-1)', 'Index(2**70)', "Index('x')", 'BadIndex()', 'FloatLike()', 'Odd()', "Text('tx')", 'Number(5)',
       'Real(1.25)', 'Items([1, 2])', "Table(k='v')", "Data(b'dt')", 'Sequence(1, 2)', 'Sequence()', 'Mapping()', 'Iter()', 'Iter(0)',
       'Iter(9, 3)', 'Iter(2, -1)', "Iter(2, 'x')", 'range(3)', 'range(5, 0, -2)', 'range(0)', 'range(2**65)', 'slice(None)', 'slice(1, 3)',
       'slice(None, None, -1)', "slice('a')", 'iter([1, 2])', 'iter("ab")', '(i for i in (1, 2))', 'zip([1], [2])', 'memoryview(b"ab")',
       "bytearray(b'ba')", 'bytearray()', 'type', 'Exception', "ValueError('v')", 'property()', '{}.keys()', "{'a': 1}.items()",
       'reversed([1, 2])', 'map(str, [1])', 'int.__add__', "'a'.upper", '[].append', 'type(None)', 'list[int]', 'int | str',
       '(j for j in (1 // 0,))', 'enumerate("ab")', 'super', 'classmethod', 'BaseException', 'Exception("a", "b")']
KINDS = {'int': INTS, 'float': FLOATS, 'complex': COMPLEXES, 'str': STRS, 'bytes': BYTES, 'list': LISTS,
         'tuple': TUPLES, 'dict': DICTS, 'set': SETS, 'odd': ODD, 'small': SMALL}
# Odd values come up often where anything may stand.
ANY = ['int', 'small', 'small', 'float', 'complex', 'str', 'str', 'bytes', 'list', 'tuple', 'dict', 'set', 'odd', 'odd', 'odd']
EXCEPTIONS = ['ValueError', 'TypeError', 'KeyError', 'IndexError', 'ZeroDivisionError', 'RuntimeError', 'LookupError',
              'ArithmeticError', 'StopIteration', 'AttributeError', 'OSError', 'NameError', 'AssertionError',
              'Exception', 'UnicodeError', 'EOFError', 'GeneratorExit', 'NotImplementedError']
IMPORTS = ('from support import (text, show, fail, kind, trace, take, Index, BadIndex, FloatLike, Odd, Text, Number, Real, Items, Table, Data,\n'
           '    Sequence, Mapping, Iter, Manager, Wait, drive, exhaust, exhaust_async, identity, broken)\n')


class Maker(random.Random):
    """A random generator that also hands out names."""

    def __init__(self, seed):
        super().__init__(seed)
        self.count = 0

    def name(self, prefix='v'):
        self.count += 1
        return f'{prefix}{self.count}'

    def chance(self, percent):
        return self.randrange(100) < percent

    def pick(self, *options):
        return self.choice(options)

    def some(self, low, high, make):
        """A list of low to high things that make() makes."""
        return [make() for _ in range(self.randint(low, high))]

    def atom(self, kind='any'):
        """A literal or a small value of a kind, as source."""
        return self.choice(KINDS[self.choice(ANY) if kind == 'any' else kind])

    def whole(self, kind='any'):
        """An atom that may stand before a dot or an operator."""
        text = self.atom(kind)
        return text if text[0] in '[{"\'' or text.isidentifier() else f'({text})'

    def body(self, lines):
        """Lines indented by one level."""
        return ['    ' + line for line in lines] or ['    pass']

    def guarded(self, lines, how=None):
        """The lines, with what they raise printed."""
        how = how or self.pick('fail', 'fail', 'trace')
        return ['try:', *self.body(lines), 'except Exception as error:', f'    {how}(error)']
