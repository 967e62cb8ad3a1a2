"""The objects that histories are made of: how to make one, and which operations on it are promised
to be atomic."""

import collections
import itertools
import queue


class Model:
    """See checker.explain(). The functions' arguments after the first are small ints."""
    copy = staticmethod(lambda target: target.copy())
    choices = {}

    def end(self, target):
        return self.view(target)

    def random_operation(self, chance):
        """(name, argument, ...)"""
        name = chance.choice(list(self.operations))
        count = self.operations[name].__code__.co_argcount - 1
        return (name, *[chance.randrange(4) for _ in range(count)])


def _set_slice(target, i, x):
    target[i:i + 2] = [x, x, x]


def _set_all(target, x):
    target[:] = [x, x + 1]


def _delete_slice(target, i):
    del target[i:i + 2]


def _delete_item(target, i):
    del target[i]


class Lists(Model):
    """index(), count(), `in` and comparisons look at one item after the other, and may see changes
    in between; and an index from the end may be one of the length before a slice was assigned: they
    are not here."""
    new = staticmethod(lambda: [3, 1, 2])
    view = staticmethod(tuple)
    operations = {
        "append": lambda t, x: t.append(x),
        "extend": lambda t, x, y: t.extend([x, y]),
        "insert": lambda t, i, x: t.insert(i, x),
        "pop": lambda t: t.pop(),
        "pop_at": lambda t, i: t.pop(i),
        "remove": lambda t, x: t.remove(x),
        "len": lambda t: len(t),
        "get": lambda t, i: t[i],
        "get_slice": lambda t, i: tuple(t[i:i + 3]),
        "set": lambda t, i, x: t.__setitem__(i, x),
        "set_slice": _set_slice,
        "set_all": _set_all,
        "delete": _delete_item,
        "delete_slice": _delete_slice,
        "reverse": lambda t: t.reverse(),
        "sort": lambda t: t.sort(),
        "clear": lambda t: t.clear(),
        "copy": lambda t: tuple(t.copy()),
        "list": lambda t: tuple(list(t)),
        "tuple": lambda t: tuple(t),
        "sorted": lambda t: tuple(sorted(t)),
        "add": lambda t, x: tuple(t + [x]),
        "repeat": lambda t: tuple(t * 2),
        "unpack": lambda t: (*t,),
    }


def _assign_slice(target, i, x):
    target[i:i + 2] = bytes([x, x, x])


def _add_in_place(target, x):
    target += bytes([x, 0])


class Bytearrays(Model):
    """Single items and len() take no lock, and may see a change half done: they are not here."""
    new = staticmethod(lambda: bytearray([3, 1, 2]))
    view = staticmethod(bytes)
    operations = {
        "append": lambda t, x: t.append(x),
        "extend": lambda t, x, y: t.extend([x, y]),
        "add_in_place": _add_in_place,
        "insert": lambda t, i, x: t.insert(i, x),
        "pop": lambda t: t.pop(),
        "pop_at": lambda t, i: t.pop(i),
        "remove": lambda t, x: t.remove(x),
        "set": lambda t, i, x: t.__setitem__(i, x),
        "set_slice": _assign_slice,
        "delete": _delete_item,
        "delete_slice": _delete_slice,
        "reverse": lambda t: t.reverse(),
        "clear": lambda t: t.clear(),
        "copy": lambda t: bytes(t.copy()),
        "bytes": lambda t: bytes(t),
        "get_slice": lambda t, i: bytes(t[i:i + 3]),
        "get_every_second": lambda t: bytes(t[::2]),
        "add": lambda t, x: bytes(t + bytes([x])),
        "repeat": lambda t: bytes(t * 2),
        "find": lambda t, x: t.find(x),
        "rfind": lambda t, x: t.rfind(x),
        "index": lambda t, x: t.index(x),
        "count": lambda t, x: t.count(x),
        "contains": lambda t, x: x in t,
        "startswith": lambda t, x: t.startswith(bytes([x])),
        "endswith": lambda t, x: t.endswith((bytes([x]), b"\1\2")),
        "equals": lambda t, x: t == bytes([x, 1, 2]),
        "less": lambda t, x: t < bytes([x, 1, 2]),
        "replace": lambda t, x, y: bytes(t.replace(bytes([x]), bytes([y, y]))),
        "split": lambda t, x: tuple(map(bytes, t.split(bytes([x])))),
        "partition": lambda t, x: tuple(map(bytes, t.partition(bytes([x])))),
        "strip": lambda t, x: bytes(t.strip(bytes([x]))),
        "translate": lambda t, x: bytes(t.translate(None, bytes([x]))),
        "hex": lambda t: t.hex(),
        "decode": lambda t: t.decode(),
        "upper": lambda t: bytes(t.upper()),
        "repr": lambda t: repr(t),
    }


class Dicts(Model):
    """Readers may see a part of an update() with several keys, and a comparison looks at one entry
    after the other: they are not here."""
    new = staticmethod(lambda: {0: 9, 1: 8})
    view = staticmethod(lambda t: tuple(t.items()))
    operations = {
        "get": lambda t, k: t.get(k),
        "get_item": lambda t, k: t[k],
        "set": lambda t, k, v: t.__setitem__(k, v),
        "delete": lambda t, k: t.__delitem__(k),
        "pop": lambda t, k: t.pop(k),
        "pop_default": lambda t, k: t.pop(k, None),
        "popitem": lambda t: t.popitem(),
        "setdefault": lambda t, k, v: t.setdefault(k, v),
        "update": lambda t, k, v: t.update({k: v}),
        "merge": lambda t, k, v: tuple((t | {k: v, 7: v}).items()),
        "contains": lambda t, k: k in t,
        "len": lambda t: len(t),
        "clear": lambda t: t.clear(),
        "copy": lambda t: tuple(t.copy().items()),
        "list": lambda t: tuple(list(t)),
        "keys": lambda t: tuple(list(t.keys())),
        "values": lambda t: tuple(list(t.values())),
        "items": lambda t: tuple(list(t.items())),
        "dict": lambda t: tuple(dict(t).items()),
        "sorted": lambda t: tuple(sorted(t)),
        "unpack": lambda t: tuple({**t}.items()),
    }


class OrderedDicts(Model):
    new = staticmethod(lambda: collections.OrderedDict({0: 9, 1: 8, 2: 7}))
    view = staticmethod(lambda t: tuple(t.items()))
    operations = {
        name: Dicts.operations[name]
        for name in ("get", "get_item", "set", "delete", "pop", "pop_default", "popitem",
                     "setdefault", "contains", "len", "clear", "list", "keys", "values", "items")
    } | {
        "move_to_end": lambda t, k: t.move_to_end(k),
        "move_to_front": lambda t, k: t.move_to_end(k, last=False),
        "pop_first": lambda t: t.popitem(last=False),
        "copy": lambda t: tuple(t.copy().items()),
        "reversed": lambda t: tuple(list(reversed(t.copy()))),
    }


def _choose_element(target, element):
    if element not in target:
        return False
    target.remove(element)
    return True


class Sets(Model):
    """Readers may see a part of an update() with several elements."""
    new = staticmethod(lambda: {0, 1})
    view = staticmethod(frozenset)
    choices = {"pop": _choose_element}
    operations = {
        "add": lambda t, x: t.add(x),
        "discard": lambda t, x: t.discard(x),
        "remove": lambda t, x: t.remove(x),
        "pop": lambda t: t.pop(),
        "update": lambda t, x: t.update({x}),
        "intersection_update": lambda t, x, y: t.intersection_update({x, y}),
        "difference_update": lambda t, x, y: t.difference_update({x, y}),
        "symmetric_difference_update": lambda t, x, y: t.symmetric_difference_update({x, y}),
        "union": lambda t, x: frozenset(t | {x}),
        "intersection": lambda t, x, y: frozenset(t & {x, y}),
        "difference": lambda t, x: frozenset(t - {x}),
        "contains": lambda t, x: x in t,
        "len": lambda t: len(t),
        "clear": lambda t: t.clear(),
        "copy": lambda t: frozenset(t.copy()),
        "frozenset": lambda t: frozenset(t),
        "sorted": lambda t: tuple(sorted(t)),
        "equals": lambda t, x, y: t == {x, y},
        "issubset": lambda t, x, y: t <= {x, y},
        "issuperset": lambda t, x: t >= {x},
        "isdisjoint": lambda t, x: t.isdisjoint({x}),
    }


class Deques(Model):
    new = staticmethod(lambda: collections.deque([3, 1, 2]))
    view = staticmethod(tuple)
    operations = {
        "append": lambda t, x: t.append(x),
        "appendleft": lambda t, x: t.appendleft(x),
        "pop": lambda t: t.pop(),
        "popleft": lambda t: t.popleft(),
        "extend": lambda t, x, y: t.extend([x, y]),
        "extendleft": lambda t, x, y: t.extendleft([x, y]),
        "insert": lambda t, i, x: t.insert(i, x),
        "remove": lambda t, x: t.remove(x),
        "rotate": lambda t, n: t.rotate(n),
        "reverse": lambda t: t.reverse(),
        "count": lambda t, x: t.count(x),
        "index": lambda t, x: t.index(x),
        "contains": lambda t, x: x in t,
        "len": lambda t: len(t),
        "get": lambda t, i: t[i],
        "set": lambda t, i, x: t.__setitem__(i, x),
        "delete": lambda t, i: t.__delitem__(i),
        "clear": lambda t: t.clear(),
        "copy": lambda t: tuple(t.copy()),
        "list": lambda t: tuple(list(t.copy())),
    }


class BoundedDeques(Deques):
    new = staticmethod(lambda: collections.deque([3, 1, 2], maxlen=4))


class Counters(Model):
    new = staticmethod(lambda: collections.Counter({0: 1}))
    view = staticmethod(lambda t: tuple(t.items()))
    operations = {
        name: Dicts.operations[name]
        for name in ("get", "get_item", "set", "pop_default", "popitem", "setdefault", "contains",
                     "len", "clear", "list", "keys", "values", "items")
    }


class Queued:
    """A queue that can be copied, for the search."""

    def __init__(self, make, items):
        self.make, self.queue = make, make()
        for item in items:
            self.queue.put(item)

    def items(self):
        """In the order of put()s that make such a queue."""
        taken = []
        while not self.queue.empty():
            taken.append(self.queue.get_nowait())
        if self.make is queue.LifoQueue:
            taken.reverse()
        for item in taken:
            self.queue.put(item)
        return taken

    def copy(self):
        return Queued(self.make, self.items())


class Queues(Model):
    view = staticmethod(lambda t: tuple(t.items()))
    operations = {
        "put": lambda t, x: t.queue.put(x),
        "put_nowait": lambda t, x: t.queue.put_nowait(x),
        "get_nowait": lambda t: t.queue.get_nowait(),
        "get_with_timeout": lambda t: t.queue.get(timeout=0.00001),
        "qsize": lambda t: t.queue.qsize(),
        "empty": lambda t: t.queue.empty(),
    }

    def __init__(self, make):
        self.make = make

    def new(self):
        return Queued(self.make, [5, 6])


class Iterated:
    """An iterator that can be copied, by making it again and going as far."""

    def __init__(self, make, steps=0):
        self.make, self.iterator, self.steps = make, make(), steps
        for _ in range(steps):
            next(self.iterator, None)

    def copy(self):
        return Iterated(self.make, self.steps)


def _next(target):
    target.steps += 1
    return next(target.iterator)


class Iterators(Model):
    """An iterator hands each item out once, in the order of the calls. (`steps` only counts in the
    copies that the search makes.)"""
    operations = {"next": _next}
    view = staticmethod(lambda t: t.steps)
    end = staticmethod(lambda t: tuple(itertools.islice(t.iterator, 10)))

    def __init__(self, make):
        self.make = make

    def new(self):
        return Iterated(self.make)


# Not iter(function, sentinel), as several threads may be in the function at once, and some may get
# more from it while another finds the sentinel.
_ITERATORS = {
    "list iterator": lambda: iter([1, 2, 3, 4, 5, 6]),
    "reversed list": lambda: reversed([1, 2, 3, 4, 5, 6]),
    "tuple iterator": lambda: iter((1, 2, 3, 4, 5, 6)),
    "str iterator": lambda: iter("abcdef"),
    "bytes iterator": lambda: iter(b"abcdef"),
    "range iterator": lambda: iter(range(6)),
    "dict iterator": lambda: iter(dict.fromkeys(range(6))),
    "dict items iterator": lambda: iter(dict.fromkeys(range(6)).items()),
    "set iterator": lambda: iter(set(range(6))),
    "deque iterator": lambda: iter(collections.deque(range(6))),
    "enumerate": lambda: enumerate("abcdef"),
    "zip": lambda: zip("abcdef", range(6)),
    "map": lambda: map(abs, [-1, -2, -3, -4, -5, -6]),
    "filter": lambda: filter(None, [1, 0, 2, 0, 3, 0, 4]),
    "count": lambda: itertools.count(),
    "count by a float": lambda: itertools.count(0, 0.5),
    "cycle": lambda: itertools.cycle("abc"),
    "repeat": lambda: itertools.repeat("x", 6),
    "chain": lambda: itertools.chain("abc", "def"),
    "accumulate": lambda: itertools.accumulate(range(1, 7)),
    "batched": lambda: itertools.batched("abcdefghij", 2),
    "compress": lambda: itertools.compress("abcdefgh", [1, 0, 1, 1, 1, 0, 1]),
    "dropwhile": lambda: itertools.dropwhile(bool, [1, 0, 1, 2, 3, 4]),
    "filterfalse": lambda: itertools.filterfalse(None, [0, 1, "", 2, None, 3]),
    "groupby": lambda: map(lambda pair: pair[0], itertools.groupby("aabbccdd")),
    "islice": lambda: itertools.islice("abcdefgh", 1, 7),
    "pairwise": lambda: itertools.pairwise("abcdefg"),
    "starmap": lambda: itertools.starmap(pow, [(1, 2), (2, 2), (3, 2), (4, 2), (5, 2)]),
    "takewhile": lambda: itertools.takewhile(bool, [1, 2, 3, 4, 5, 0, 6]),
    "zip_longest": lambda: itertools.zip_longest("abcdef", "abc"),
    "product": lambda: itertools.product("abc", "xy"),
    "permutations": lambda: itertools.permutations("abc"),
    "combinations": lambda: itertools.combinations("abcd", 2),
    "combinations_with_replacement":
        lambda: itertools.combinations_with_replacement("abc", 2),
}

MODELS = {
    "list": Lists(),
    "bytearray": Bytearrays(),
    "dict": Dicts(),
    "set": Sets(),
    "deque": Deques(),
    "deque with maxlen": BoundedDeques(),
    "OrderedDict": OrderedDicts(),
    "Counter": Counters(),
    "Queue": Queues(queue.Queue),
    "SimpleQueue": Queues(queue.SimpleQueue),
    "LifoQueue": Queues(queue.LifoQueue),
    "PriorityQueue": Queues(queue.PriorityQueue),
} | {name: Iterators(make) for name, make in _ITERATORS.items()}
