"""Writes the inputs that fuzzing a target starts from.
Usage: seeds.py target directory"""

import collections
import datetime
import decimal
import marshal
import os
import pickle
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'random'))

PATTERNS = [rb'(a+)(?P<n>b)?\1(?(n)c|d)', rb'[^\W\d_]+?(?=x)', rb'(?i:abc)|^x$', rb'(?<!a)b{2,3}?', rb'(?>a*)b++', rb'\bfoo\b.*\Z',
            rb'(?ms)^.*?$', rb'[\w\-\]a-z]*', rb'(?x) a # b', rb'((a)|b)*\2', rb'(?P<a>x)(?P=a)', rb'(?<=ab)c', rb'(?:a|ab)(?:c|bcd)*']
FORMATS = [b'{:>10.3f}', b'{0!r:^{1}}', b'{key:=+#_x}', b'%-5.2f|%#x', b'%(key)s %%', b'*^20,.2e', b'{:{}}{}', b'0=+15_b', b'%*.*f', b'z.1%', b'{0[0]}{0.real}', b'%c%a%i']
TEXTS = {
    'integer': [b'\n123', b'\x10-0xfF', b'\0 0b1_01 ', b'\x24zz_z', b'\n' + '١٢'.encode(), b'\x08+17', b'\n' + b'9' * 90],
    'real': [b'1.5', b'-1e-5', b' inf ', b'nan', b'1_0.0_1', b'0x1.8p+3', b'1e400', b'(1+2j)', b'-.5J', b'0x.8p-1074', b'123456789.123456789e-300'],
    'regular_expression': [pattern + b'\0aabbccd foo x\nabc' for pattern in PATTERNS],
    'structure': [b'<bBhHiIlLqQ\0' + bytes(range(60)), b'>efd\0' + bytes(14), b'=3s5p?xc\0abcdefgh', b'@nNP\0' + bytes(24), b'!0i2h4x\0abcdef'],
    'json_text': [b'{"a": [1, -2.5e3, true, null, "\\u00e9\\n"], "b": {}}', b'[[], [[]], "\\ud83d\\ude00"]', b' NaN ', b'"\xc3\xa9"', b'\xff\xfe1\x00'],
    'format_text': FORMATS,
}
OBJECTS = [
    1, 2**70, -3.5, 1j, 'abc', 'é€', b'xyz', (1, 2, (3,)), [1, [2]], {'a': 1, 2: [3]}, {1, 2}, frozenset('ab'), None, True, ...,
    bytearray(b'q'), datetime.datetime(2020, 1, 2), datetime.timedelta(3), decimal.Decimal('1.5'), collections.deque([1, 2]),
    collections.OrderedDict(a=1), collections.Counter('aab'), ValueError('x'), datetime.timezone.utc, complex, slice(1, 2)]
CODE = '''
def f(a, *b, c=1, **k):
    try:
        return [x for x in a]
    except E:
        with a: pass
class C:
    x = 1
'''


def written(dump, versions, objects):
    for value in objects:
        for version in versions:
            try:
                yield dump(value, version)
            except ValueError:
                pass


def sources():
    """The project's tests in pieces, and random programs."""
    from generate import generate
    for directory, _, names in os.walk(os.path.dirname(HERE)):
        for name in names:
            if name.endswith('.py'):
                with open(os.path.join(directory, name), 'rb') as file:
                    for piece in file.read().split(b'\n\n\n'):
                        yield b'\0' + piece
    for seed in range(300):
        yield b'\3' + generate(seed).encode()
    for text in (b'1 if x else y', b'[a for b in c if d]', b'f"{x!r:>{y}}"', b'lambda *a, b=1, **c: (yield)'):
        yield b'\1' + text
        yield b'\2' + text


def seeds(target):
    if target == 'source':
        return sources()
    if target == 'marshalled':
        return written(marshal.dumps, range(5), OBJECTS + [compile(CODE, 'x', 'exec')])
    if target == 'pickled':
        return written(pickle.dumps, range(6), OBJECTS)
    return TEXTS[target]


def main():
    target, directory = sys.argv[1:]
    os.makedirs(directory, exist_ok=True)
    for i, data in enumerate(seeds(target)):
        with open(os.path.join(directory, f'seed{i:04}'), 'wb') as file:
            file.write(data)


main()
