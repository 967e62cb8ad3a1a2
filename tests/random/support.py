"""What random programs import: printing that is the same wherever sets keep their members, and
values of odd kinds."""

import sys
import traceback


def text(value):
    """repr(value), with the members of sets in the order of their own texts."""
    kind = type(value)
    if kind in (set, frozenset):
        return f'{kind.__name__}<{", ".join(sorted(map(text, value)))}>'
    if kind in (list, tuple) and any(map(holds_set, value)):
        return f'{kind.__name__}[{", ".join(map(text, value))}]'
    if kind is dict and any(map(holds_set, value.values())):
        return f'dict[{", ".join(text(k) + ": " + text(v) for k, v in value.items())}]'
    if kind in LISTED and kind not in (list, tuple):
        return f'{kind.__name__}{text(take(value))}'
    return repr(value)


def holds_set(value):
    return type(value) in (set, frozenset) or (
        type(value) in (list, tuple, dict) and 'set' in text(value)[:4000])


def take(iterator):
    """The first items of an iterator, and the exception that ends it."""
    items = []
    try:
        for item in iterator:
            items.append(item)
            if len(items) == 8:
                break
    except Exception as error:
        items.append(f'{type(error).__name__}: {error}')
    return items


LISTED = tuple({type(iter(x)) for x in ([], (), {}, '', 'é', b'', bytearray(), range(0), {}.items(), {}.values(),
                                  reversed([]), reversed({}), reversed(range(0)), zip(), map(len, []),
                                  filter(None, []), enumerate([]))})


def show(*values):
    print(*map(text, values))


def fail(error):
    """What is known of a caught exception, on one line."""
    print(type(error).__name__, error, sep=': ')


def kind(error):
    """Of errors whose messages are the library's affair."""
    print(type(error).__name__)


def trace(error):
    """The whole traceback, carets and all."""
    traceback.print_exception(error, file=sys.stdout)


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value

    def __repr__(self):
        return f'Index({self.value!r})'


class BadIndex:
    def __index__(self):
        raise LookupError('no index')

    def __repr__(self):
        return 'BadIndex()'


class FloatLike:
    def __float__(self):
        return 2.5

    def __repr__(self):
        return 'FloatLike()'


class Odd:
    """Refuses to be compared, hashed and tested for truth."""

    def __eq__(self, other):
        raise ArithmeticError('no ==')

    def __hash__(self):
        raise ArithmeticError('no hash')

    def __bool__(self):
        raise ArithmeticError('no bool')

    def __repr__(self):
        return 'Odd()'


class Text(str):
    pass


class Number(int):
    pass


class Real(float):
    pass


class Items(list):
    pass


class Table(dict):
    def __missing__(self, key):
        return f'missing {key!r}'


class Data(bytes):
    pass


class Sequence:
    """Iterable by __getitem__ only."""

    def __init__(self, *items):
        self.items = items

    def __getitem__(self, index):
        return self.items[index]

    def __repr__(self):
        return f'Sequence{self.items!r}'


class Mapping:
    def keys(self):
        return ['a', 'b']

    def __getitem__(self, key):
        return key * 2

    def __repr__(self):
        return 'Mapping()'


class Iter:
    """An iterator that fails after `good` items, and promises `hint`."""

    def __init__(self, good=2, hint=None):
        self.good, self.hint, self.at = good, hint, 0

    def __iter__(self):
        return self

    def __next__(self):
        self.at += 1
        if self.at > self.good:
            raise ValueError('no more')
        return self.at

    def __length_hint__(self):
        return NotImplemented if self.hint is None else self.hint

    def __repr__(self):
        return f'Iter({self.good})'


class Manager:
    """A context manager that tells what happens to it."""

    def __init__(self, name, swallow=False, broken=None):
        self.name, self.swallow, self.broken = name, swallow, broken

    def __enter__(self):
        print('enter', self.name)
        if self.broken == 'enter':
            raise KeyError(self.name)
        return self

    def __exit__(self, kind, value, tb):
        print('exit', self.name, kind and kind.__name__, value)
        if self.broken == 'exit':
            raise IndexError(self.name)
        return self.swallow

    def __repr__(self):
        return f'Manager({self.name!r})'

    async def __aenter__(self):
        await Wait('aenter')
        return self.__enter__()

    async def __aexit__(self, kind, value, tb):
        await Wait('aexit')
        return self.__exit__(kind, value, tb)


class Wait:
    """An awaitable that yields once."""

    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


def drive(coroutine, *sent):
    """Runs a coroutine by hand: sends the values, throws those that are exceptions."""
    seen = []
    try:
        seen.append(coroutine.send(None))
        for value in sent:
            if isinstance(value, BaseException):
                seen.append(coroutine.throw(value))
            else:
                seen.append(coroutine.send(value))
        coroutine.close()
        seen.append('closed')
    except StopIteration as stop:
        seen.append(('result', stop.value))
    except Exception as error:
        seen.append(f'{type(error).__name__}: {error}')
    finally:
        exhaust(coroutine)
    return seen


def exhaust(iterator):
    """Runs a generator or coroutine to its end, so that nothing is left to finalisers: when those
    run differs between the interpreters."""
    for _ in range(100):
        try:
            getattr(iterator, 'close', list)()
            return
        except BaseException as error:
            print('close:', type(error).__name__)


def exhaust_async(generator):
    for _ in range(100):
        if generator.ag_frame is None:
            return
        if any('result' in item or 'StopAsyncIteration' in item for item in drive(generator.aclose(), None, None)):
            return


def identity(value):
    return value


def broken(*args, **keywords):
    raise OSError('broken')
