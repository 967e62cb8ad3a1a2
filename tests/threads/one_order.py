"""Single operations on several objects happen in one order that all threads agree on: of two threads, each of which
stores into a place of its own and then looks at the other's, one at least finds what the other has stored."""

import threading
import time
from array import array
from collections import OrderedDict, deque
from queue import SimpleQueue

from _team import switch_often, together
from testing import equal, run

SECONDS, ROUNDS = 0.3, 40_000


def disagree(make):
    """In how many rounds neither of two threads found what the other had stored. make: returns the functions
    store(0 or 1) and load() of a new place."""
    places = [make(), make()]
    rounds = [[0], [0]]
    found = [bytearray(ROUNDS), bytearray(ROUNDS)]
    end = time.monotonic() + SECONDS

    def side(me):
        store, load = places[me][0], places[1 - me][1]
        mine, other, out = rounds[me], rounds[1 - me], found[me]

        def wait_for(phase):
            mine[0] = phase
            while other[0] < phase:
                if phase > 1000 and time.monotonic() > end:
                    return False
            return True

        for i in range(ROUNDS):
            store(0)
            if not wait_for(2 * i + 1):
                break
            store(1)
            out[i] = load()
            if not wait_for(2 * i + 2):
                break
        mine[0] = 2 * ROUNDS
        return i

    whole = min(together(lambda: side(0), lambda: side(1)))
    return sum(not one and not two for one, two in zip(found[0][:whole], found[1][:whole]))


def item(container):
    def store(value):
        container[0] = value

    return store, lambda: container[0] == 1


def attribute(target):
    def store(value):
        target.value = value

    store(0)
    return store, lambda: target.value == 1


def builtin_attribute(name, values, make):
    place = make()

    def store(value):
        setattr(place, name, values[value])

    store(0)
    return store, lambda: getattr(place, name) is values[1]


def presence(container, add, remove):
    return lambda value: add(1) if value else remove(), lambda: 1 in container


def length(container):
    return lambda value: container.append(1) if value else container.clear(), lambda: len(container) == 1


def variable():
    place = 0

    def store(value):
        nonlocal place
        place = value

    return store, lambda: place == 1


def module_variable():
    namespace = {}
    exec("place = 0\ndef store(value):\n    global place\n    place = value\ndef load(): return place == 1", namespace)
    return namespace["store"], namespace["load"]


def queue(has_item):
    q = SimpleQueue()
    q.put(None)
    return lambda value: q.put(1) if value else q.get(), lambda: has_item(q)


def lock():
    lock = threading.Lock()
    lock.acquire()
    return lambda value: lock.acquire() if value else lock.release(), lock.locked


def set_of_one():
    s = set()
    return presence(s, s.add, s.clear)


class Slots:
    __slots__ = ("value",)


PLACES = {
    "list item": lambda: item([0]),
    "bytearray item": lambda: item(bytearray(1)),
    "array item": lambda: item(array("i", [0])),
    "deque item": lambda: item(deque([0])),
    "dict value": lambda: item({0: 0}),
    "OrderedDict value": lambda: item(OrderedDict({0: 0})),
    "list length": lambda: length([]),
    "deque length": lambda: length(deque()),
    "bytearray length": lambda: length(bytearray()),
    "set": set_of_one,
    "attribute": lambda: attribute(type("Plain", (), {})()),
    "slot": lambda: attribute(Slots()),
    "function attribute": lambda: attribute(lambda: 0),
    "function's defaults": lambda: builtin_attribute("__defaults__", ((0,), (1,)), lambda: lambda x: 0),
    "exception's cause": lambda: builtin_attribute("__cause__", (None, ValueError()), Exception),
    "class attribute": lambda: attribute(type("Class", (), {})),
    "variable of a closure": variable,
    "module variable": module_variable,
    "SimpleQueue.empty": lambda: queue(lambda q: not q.empty()),
    "SimpleQueue.qsize": lambda: queue(lambda q: q.qsize() == 1),
    "lock": lock,
}


def test_one_order():
    for name, make in PLACES.items():
        equal((name, disagree(make)), (name, 0))


switch_often()
run(globals())
