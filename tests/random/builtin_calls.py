"""Operators, methods and functions of builtin types with arguments that seldom fit."""

import collections
import cmath
import functools
import itertools
import math
import operator
import re
import struct

from maker import KINDS

RECEIVERS = {
    'str': ('str', str), 'bytes': ('bytes', bytes), 'bytearray': (None, bytearray), 'list': ('list', list), 'tuple': ('tuple', tuple),
    'dict': ('dict', dict), 'set': ('set', set), 'int': ('int', int), 'float': ('float', float),
    'complex': ('complex', complex), 'range': (None, range), 'memoryview': (None, memoryview), 'slice': (None, slice),
    'deque': (None, collections.deque), 'Counter': (None, collections.Counter),
    'OrderedDict': (None, collections.OrderedDict), 'defaultdict': (None, collections.defaultdict),
}
# What shows addresses, sizes or internals.
LEFT_OUT = {'__sizeof__', '__reduce__', '__reduce_ex__', '__dir__', '__hash__', '__init_subclass__', '__subclasshook__', '__class__',
            '__doc__', '__getnewargs__', '__getstate__', '__alloc__', '__class_getitem__', '__setattr__', '__delattr__',
            '__buffer__', '__release_buffer__', '__length_hint__', '__setstate__', '__dict__', '__weakref__', '__module__',
            '_field_defaults', '__new__', '__getattribute__'}
METHODS = {name: sorted(m for m in dir(kind) if m not in LEFT_OUT and callable(getattr(kind, m)))
           for name, (_, kind) in RECEIVERS.items()}
FUNCTIONS = ['abs', 'all', 'any', 'ascii', 'bin', 'bool', 'bytearray', 'bytes', 'callable', 'chr', 'complex', 'dict', 'divmod', 'enumerate',
             'filter', 'float', 'format', 'frozenset', 'getattr', 'hasattr', 'hex', 'int', 'isinstance', 'issubclass', 'iter',
             'len', 'list', 'map', 'max', 'min', 'next', 'oct', 'ord', 'range', 'repr', 'reversed', 'round', 'set', 'slice', 'sorted',
             'str', 'sum', 'tuple', 'type', 'zip', 'memoryview', 'staticmethod', 'property', 'setattr', 'delattr', 'super',
             'int.from_bytes', 'float.fromhex', 'dict.fromkeys', 'bytes.fromhex', 'str.maketrans', 'ValueError', 'OSError', 'KeyError',
             'UnicodeDecodeError', 'UnicodeEncodeError', 'StopIteration', 'ExceptionGroup', 'BaseExceptionGroup', 'ImportError', 'SyntaxError', 'NameError',
             'AttributeError', 'SystemExit', 'compile', 'eval', 'float.__getformat__', '__import__', '__build_class__', 'object', 'classmethod']
MODULES = {'math': math, 'cmath': cmath, 'itertools': itertools, 'operator': operator, 'functools': functools,
           'collections': collections, 'struct': struct, 're': re}
MODULE_NAMES = {
    name: sorted(n for n in dir(module) if not n.startswith('_') and callable(getattr(module, n))
                 and not (name == 'math' and n in ('factorial', 'comb', 'perm', 'lgamma', 'gamma')) and n not in (
                     'abc', 'ChainMap', 'UserDict', 'UserList', 'UserString', 'namedtuple', 'RegexFlag', 'NoFlag', 'template', 'purge', 'GenericAlias',
                     'RLock', 'get_cache_token', 'recursive_repr', 'count', 'length_hint', 'concat', 'iconcat', 'mul', 'imul', 'pow', 'ipow', 'lshift', 'ilshift', 'repeat', 'update_wrapper', 'wraps', 'singledispatchmethod', 'reduce')
                 # Of their results the last digit is the C library's.
                 and not (name == 'cmath' and n in ('tan', 'tanh', 'sqrt', 'asin', 'acos', 'atan', 'asinh', 'acosh', 'atanh', 'log', 'exp', 'cos', 'sin', 'cosh', 'sinh', 'log10')))
    for name, module in MODULES.items()}
BINARY = ['+', '-', '*', '/', '//', '%', '@', '&', '|', '^', '<<', '>>', '**']
COMPARE = ['<', '<=', '==', '!=', '>', '>=', 'in', 'not in', 'is', 'is not']
KEYWORDS = ['key', 'default', 'sep', 'maxsplit', 'encoding', 'errors', 'reverse', 'start', 'end', 'strict', 'base', 'x', 'signed', 'byteorder',
            'keepends', 'tabsize', 'delete', 'name', 'initial', 'repeat', 'fillvalue', 'flags', 'n', 'mod', 'string', 'bytes_per_sep', 'obj']


def receiver(m, name):
    """An object of a builtin type, as source."""
    kind = RECEIVERS[name][0]
    if kind:
        return m.whole(kind)
    if name in ('bytearray', 'memoryview'):
        return f'{name}({m.atom("bytes")})'
    if name in ('deque', 'Counter', 'OrderedDict', 'defaultdict'):
        inner = {'deque': 'list', 'Counter': 'str', 'OrderedDict': 'dict', 'defaultdict': 'dict'}[name]
        first = m.pick('None, ', 'list, ', 'int, ') if name == 'defaultdict' else ''
        tail = m.pick('', '', ', 3', ', 0') if name == 'deque' else ''
        return f'collections.{name}({first}{m.atom(inner)}{tail})'
    numbers = m.some(1, 3, lambda: m.atom('small'))
    return f'{name}({", ".join(numbers)})'


def argument(m, likely):
    """An argument: one time in two of the kind that is likely to fit."""
    return m.atom(likely) if likely and m.chance(50) else m.atom(m.pick('any', 'small', 'any'))


def arguments(m, likely, most=3):
    parts = m.some(0, most, lambda: argument(m, likely))
    if m.chance(7):
        parts.append(f'*{m.atom(m.pick("tuple", "list", "any"))}'.replace('*lambda', '*(lambda').replace(': x', ': x)').replace(': 1', ': 1)')
                     if parts and m.chance(30) else f'*{m.whole(m.pick("tuple", "list"))}')
    parts = [f'({p})' if p.startswith('lambda') else p for p in parts]
    if m.chance(15):
        names = m.sample(KEYWORDS, m.randint(1, 2))
        parts += [f'{n}={argument(m, likely)}' for n in names]
    if m.chance(4):
        parts.append(m.pick("**{'a': 1}", '**Mapping()', '**None', '**{}', "**{'key': len, 'x': 2}", '**Table(default=3)', '**5'))
    return ', '.join(parts)


def method(m):
    name = m.choice(list(RECEIVERS))
    target, value = m.name(), receiver(m, name)
    call = m.choice(METHODS[name])
    if call in ('__rpow__', '__rlshift__') and name == 'int':
        value = f'({m.atom("small")})'
    if call in ('__mul__', '__rmul__', '__imul__', '__pow__', '__rpow__', '__lshift__', '__rlshift__'):
        likely = 'small'
    else:
        likely = m.pick(RECEIVERS[name][0] or 'bytes', 'small')
    if m.chance(10):
        lines = [f'show({name if name not in ("deque", "Counter", "OrderedDict", "defaultdict") else "collections." + name}.{call}({value}, {arguments(m, likely)}))']
    else:
        lines = [f'{target} = {value}', f'show({target}.{call}({arguments(m, likely)}))']
        lines.append(f'show({target})')
    return ['import collections', *m.guarded(lines)]


def function(m):
    name = m.choice(FUNCTIONS)
    likely = m.pick('any', 'str', 'list', 'small', 'float', 'int')
    given = arguments(m, likely)
    if name in ('max', 'min') and (not given or '=' in given.split(', ')[0]):
        given = '3, ' + given
    return m.guarded([f'show({name}({given}))'])


def library(m):
    module = m.choice(list(MODULES))
    name = m.choice(MODULE_NAMES[module])
    likely = {'math': m.pick('float', 'int'), 'cmath': 'complex', 're': 'str', 'struct': m.pick('str', 'bytes'),
              'operator': 'any', 'itertools': 'list'}.get(module, 'any')
    call = f'{module}.{name}({arguments(m, likely)})'
    if module in ('itertools', 'functools', 'operator'):
        lines = [f'value = {call}', 'show(value)']
        lines.append(m.pick('show(take(value))', f'show(value({m.atom()}))', 'pass', f'show(value({m.atom()}, {m.atom()}))')
                     if module != 'itertools' else 'show(take(value))')
    else:
        lines = [f'show({call})']
    return [f'import {module}', *m.guarded(lines)]


def operators(m):
    kind = m.choice(list(KINDS))
    left, right = m.whole(kind), m.whole(m.pick(kind, kind, 'any', 'small'))
    if m.chance(10):
        return m.guarded([f'show({m.pick("-", "+", "~", "not ", "abs", "hash")}({left}))'.replace('hash(', 'type(')])
    operator_ = m.choice(BINARY + COMPARE)
    if operator_ in ('<<', '**') or operator_ == '*' and kind not in ('int', 'float', 'complex'):
        right = m.whole('small')
    name, other = m.name(), m.name()
    if operator_ in BINARY and m.chance(40):
        return m.guarded([f'{name} = {other} = {left}', f'{name} {operator_}= {right}', f'show({name}, {other})'])
    if operator_ in BINARY or m.chance(60):
        return m.guarded([f'show({left} {operator_} {right})'])
    return m.guarded([f'show({left} {operator_} {right} {m.choice(COMPARE)} {m.whole(kind)})'])


def subscript(m):
    """Reading, assigning and deleting items and slices."""
    kind = m.pick('list', 'list', 'str', 'bytes', 'tuple', 'dict', 'odd', 'any')
    value = f'bytearray({m.atom("bytes")})' if m.chance(25) else m.atom(kind)
    part = lambda: m.pick('', m.atom('small'), m.atom('small'), m.atom('any'))
    parts = [part() for _ in range(m.randint(1, 3))]
    index = ':'.join(f'({p})' if p.startswith('lambda') else p for p in parts) if len(parts) > 1 else m.atom(m.pick('small', 'any'))
    if m.chance(5):
        index += ', ' + m.atom('small')
    name = m.name()
    action = m.pick(f'show({name}[{index}])', f'{name}[{index}] = {m.atom()}', f'del {name}[{index}]',
                    f'{name}[{index}] += {m.atom()}', f'{name}[{index}] = {m.atom("list")}')
    return m.guarded([f'{name} = {value}', action, f'show({name})'])


BLOCKS = [method, method, method, function, function, library, operators, operators, subscript]
